//! The body of a restore request: four members and no other.

use atlas_restore_dialog::model::{ClusterRef, RestoreRequest};
use serde::Deserialize;

use crate::allow::{is_cluster_name, is_object_id};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Body {
    delivery_type: String,
    snapshot_id: String,
    target_group_id: String,
    target_cluster_name: String,
}

/// Reads what the dialog sends; a member that is missing, unknown or there twice is refused, and so is a list in place of
/// an object.
///
/// # Errors
/// What is wrong, for the person who wrote the caller.
pub fn read_body(body: &[u8], source: ClusterRef) -> Result<RestoreRequest, String> {
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err("expected a JSON object".to_owned());
    }
    let body: Body = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    if body.delivery_type != "automated" {
        return Err("deliveryType: only \"automated\" is passed on".to_owned());
    }
    for (name, id) in [
        ("snapshotId", &body.snapshot_id),
        ("targetGroupId", &body.target_group_id),
    ] {
        if !is_object_id(id) {
            return Err(format!("{name}: expected 24 hexadecimal digits"));
        }
    }
    if !is_cluster_name(&body.target_cluster_name) {
        return Err("targetClusterName: not a cluster's name".to_owned());
    }
    Ok(RestoreRequest {
        source,
        snapshot_id: body.snapshot_id,
        target: ClusterRef {
            project_id: body.target_group_id,
            name: body.target_cluster_name,
        },
        reason: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use atlas_restore_dialog::atlas::restore_body;

    fn request() -> RestoreRequest {
        let cluster = |id: &str, name: &str| ClusterRef {
            project_id: id.to_owned(),
            name: name.to_owned(),
        };
        RestoreRequest {
            source: cluster("aaaaaaaaaaaaaaaaaaaaaaaa", "orders"),
            snapshot_id: "999999999999999999999991".to_owned(),
            target: cluster("bbbbbbbbbbbbbbbbbbbbbbbb", "copy"),
            reason: None,
        }
    }

    #[test]
    fn body_of_the_dialog_is_read() {
        let body = restore_body(&request());
        let read = read_body(body.as_bytes(), request().source);
        assert_eq!(read, Ok(request()));
    }

    #[test]
    fn other_bodies_are_refused() {
        let body = restore_body(&request());
        let without = |text: &str| body.replace(text, "");
        for wrong in [
            String::new(),
            "null".to_owned(),
            "[]".to_owned(),
            r#"["automated","999999999999999999999991","bbbbbbbbbbbbbbbbbbbbbbbb","copy"]"#
                .to_owned(),
            body.replacen('{', "{\"oplogTs\":1,", 1),
            body.replacen('{', "{\"snapshotId\":\"999999999999999999999991\",", 1),
            body.replace("automated", "pointInTime"),
            body.replace("automated", "download"),
            without("\"snapshotId\":\"999999999999999999999991\","),
            body.replace("999999999999999999999991", "../x"),
            body.replace("copy", "a/b"),
            body.replace("\"copy\"", "null"),
            format!("{body}{body}"),
        ] {
            assert!(
                read_body(wrong.as_bytes(), request().source).is_err(),
                "{wrong}"
            );
        }
    }
}
