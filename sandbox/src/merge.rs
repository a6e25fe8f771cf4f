//! How a change merges into a world. Belongs here: which item of a patch meets which item of the world; not:
//! when.
//!
//! Objects merge member by member; `null` is a value like any other, since Atlas sends nulls. Items of the
//! world's own arrays meet by `id`, or by `groupId` and `name`, or (snapshots and jobs) by `groupId`,
//! `clusterName` and the inner `id`; what meets nothing is added. `"$delete": true` in an item removes what it
//! meets. Arrays inside Atlas's objects merge so where all items have an `id`, else they are replaced.

use serde_json::Value;

use crate::world::text;

const DELETE: &str = "$delete";

/// Merges a patch into a world.
pub(crate) fn merge(world: &mut Value, patch: &Value) {
    let (Some(world), Some(patch)) = (world.as_object_mut(), patch.as_object()) else {
        return;
    };
    for (key, value) in patch {
        match (world.get_mut(key), value) {
            (Some(Value::Array(items)), Value::Array(patches)) => merge_items(items, patches),
            (Some(existing), value) => merge_value(existing, value),
            (None, value) => {
                world.insert(key.clone(), value.clone());
            }
        }
    }
}

fn merge_value(existing: &mut Value, patch: &Value) {
    match (existing, patch) {
        (Value::Object(members), Value::Object(patches)) => {
            for (key, value) in patches.iter().filter(|(key, _)| *key != DELETE) {
                match members.get_mut(key) {
                    Some(member) => merge_value(member, value),
                    None => {
                        members.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (Value::Array(items), Value::Array(patches))
            if !patches.is_empty() && patches.iter().all(|item| text(item, "id").is_some()) =>
        {
            merge_items(items, patches);
        }
        (existing, patch) => *existing = patch.clone(),
    }
}

fn merge_items(items: &mut Vec<Value>, patches: &[Value]) {
    for patch in patches {
        let deletes = patch.get(DELETE) == Some(&Value::Bool(true));
        match items.iter().position(|item| same(item, patch)) {
            Some(at) if deletes => {
                items.remove(at);
            }
            Some(at) => {
                if let Some(item) = items.get_mut(at) {
                    merge_value(item, patch);
                }
            }
            None if deletes => {}
            None => items.push(patch.clone()),
        }
    }
}

fn same(a: &Value, b: &Value) -> bool {
    let both = |key: &str| Some((text(a, key)?, text(b, key)?));
    let equal = |key: &str| both(key).is_some_and(|(a, b)| a == b);
    if let Some((a, b)) = both("id") {
        return a == b;
    }
    if equal("groupId") && equal("name") {
        return true;
    }
    let inner = |value: &Value| {
        ["snapshot", "job"]
            .iter()
            .find_map(|key| value.get(*key))
            .and_then(|object| text(object, "id"))
            .map(str::to_owned)
    };
    equal("groupId") && equal("clusterName") && inner(a).is_some() && inner(a) == inner(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn items_meet_by_id_or_by_group_and_name() {
        let mut world = json!({
            "groups": [{"id": "a", "name": "A", "kept": 1}],
            "clusters": [{"id": "c", "groupId": "a", "name": "orders", "paused": false, "tags": [1]}],
            "snapshots": [{"groupId": "a", "clusterName": "orders", "snapshot": {"id": "s", "status": "queued"}}]
        });
        merge(
            &mut world,
            &json!({
                "groups": [{"id": "a", "name": "B"}, {"id": "b", "name": "new"}],
                "clusters": [{"groupId": "a", "name": "orders", "paused": true, "tags": []}],
                "snapshots": [{"groupId": "a", "clusterName": "orders", "snapshot": {"id": "s", "status": "completed"}}],
                "encryptionAtRest": {"a": {}}
            }),
        );
        assert_eq!(
            world,
            json!({
                "groups": [{"id": "a", "name": "B", "kept": 1}, {"id": "b", "name": "new"}],
                "clusters": [{"id": "c", "groupId": "a", "name": "orders", "paused": true, "tags": []}],
                "snapshots": [{"groupId": "a", "clusterName": "orders", "snapshot": {"id": "s", "status": "completed"}}],
                "encryptionAtRest": {"a": {}}
            })
        );
        merge(
            &mut world,
            &json!({"clusters": [{"groupId": "a", "name": "orders", "$delete": true}], "groups": []}),
        );
        assert_eq!(world["clusters"], json!([]));
        assert_eq!(world["groups"].as_array().unwrap().len(), 2);
    }
}
