//! Tolerant reading: what Atlas may leave out, add or write as null, and what is refused with its place.

use atlas_restore_dialog::atlas::{self, ReadError};
use atlas_restore_dialog::model::{ClusterEncryption, ClusterState, ClusterType, KeyProvider};
use serde_json::{Value, json};

use crate::{bytes, sample};

type Reader = fn(&[u8]) -> Result<String, ReadError>;

/// Every reader of one of Atlas's objects, with an object of that kind.
fn objects() -> Vec<(Value, Reader)> {
    let sample = sample();
    let job = json!({
        "id": "777777777777777777777777", "deliveryType": "automated", "snapshotId": "999999999999999999999999",
        "targetGroupId": "bbbbbbbbbbbbbbbbbbbbbbbb", "targetClusterName": "orders-copy", "failed": false,
        "cancelled": false, "expired": false, "finishedAt": "2026-11-24T09:00:00Z"
    });
    let mut snapshot = sample["source"]["snapshot"].clone();
    snapshot["encryptionAtRest"] = json!({ "provider": "AWS", "keyPresent": true });
    snapshot["description"] = json!("before the migration");
    let mut group = sample["source"]["group"].clone();
    group["clusterCount"] = json!(3);
    group["kind"] = json!("CLOUD_MANAGER");
    let mut cluster = sample["source"]["cluster"].clone();
    cluster["configServerType"] = json!("EMBEDDED");
    // Of a cluster nobody reads its project.
    cluster.as_object_mut().unwrap().remove("groupId");
    vec![
        (cluster, |body| {
            atlas::read_cluster(body).map(|read| format!("{read:?}"))
        }),
        (snapshot, |body| {
            atlas::read_snapshot(body).map(|read| format!("{read:?}"))
        }),
        (group, |body| {
            atlas::read_project(body).map(|read| format!("{read:?}"))
        }),
        (job, |body| {
            atlas::read_job(body).map(|read| format!("{read:?}"))
        }),
        (sample["source"]["encryptionAtRest"].clone(), |body| {
            atlas::read_encryption(body).map(|read| format!("{read:?}"))
        }),
        (json!({ "defaultWriteConcern": "majority" }), |body| {
            atlas::read_process_args(body).map(|read| format!("{read:?}"))
        }),
    ]
}

/// The JSON pointers of every value in it.
fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                all.push(format!("{at}/{key}"));
                pointers(value, &format!("{at}/{key}"), all);
            }
        }
        Value::Array(entries) => {
            for (number, value) in entries.iter().enumerate() {
                all.push(format!("{at}/{number}"));
                pointers(value, &format!("{at}/{number}"), all);
            }
        }
        _ => {}
    }
}

/// `/a/0/b` as `a[0].b`.
fn as_path(pointer: &str) -> String {
    let mut path = String::new();
    for part in pointer.split('/').skip(1) {
        if part.parse::<usize>().is_ok() {
            path += &format!("[{part}]");
        } else {
            let dot = if path.is_empty() { "" } else { "." };
            path += &format!("{dot}{part}");
        }
    }
    path
}

#[test]
fn null_anywhere_is_as_absent() {
    for (object, read) in objects() {
        let mut all = Vec::new();
        pointers(&object, "", &mut all);
        for pointer in all {
            let mut with_null = object.clone();
            *with_null.pointer_mut(&pointer).unwrap() = Value::Null;
            let read_null = read(&bytes(&with_null));
            let identifies = ["/id", "/name"].contains(&&*pointer)
                && !(pointer == "/name" && object.get("stateName").is_none());
            assert_eq!(read_null.is_err(), identifies, "{pointer}: {read_null:?}");
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            if let Some(members) = with_null.pointer_mut(parent).and_then(Value::as_object_mut) {
                members.remove(key);
                assert_eq!(
                    read(&bytes(&with_null)),
                    read_null,
                    "{pointer} absent and null differ"
                );
            }
        }
    }
}

#[test]
fn unknown_members_anywhere_are_ignored() {
    let unknown = json!({ "a": [1, -2.5e300, "x\u{0}", null, { "b": [[[]]] }] });
    for (object, read) in objects() {
        let mut all = vec![String::new()];
        pointers(&object, "", &mut all);
        for pointer in all {
            let mut more = object.clone();
            if let Some(members) = more.pointer_mut(&pointer).and_then(Value::as_object_mut) {
                members.insert("somethingNew".to_owned(), unknown.clone());
                assert_eq!(read(&bytes(&more)), read(&bytes(&object)), "{pointer}");
            }
        }
    }
}

#[test]
fn wrong_types_name_the_place() {
    // Members that no reader looks at.
    let unread = [
        "mongoDBMajorVersion",
        "featureCompatibilityVersion",
        "zoneName",
        "priority",
        "nodeCount",
        "customerMasterKeyID",
    ];
    for (object, read) in objects() {
        let mut all = Vec::new();
        pointers(&object, "", &mut all);
        all.retain(|pointer| !unread.contains(&pointer.rsplit('/').next().unwrap()));
        for pointer in all {
            let right = object.pointer(&pointer).unwrap();
            for wrong in [
                json!(5),
                json!("text \" ] } ,"),
                json!(true),
                json!([1]),
                json!({ "a": 1 }),
            ] {
                let same_type = std::mem::discriminant(right) == std::mem::discriminant(&wrong);
                // An object without a single known member is an object still.
                if same_type {
                    continue;
                }
                let mut spoilt = object.clone();
                *spoilt.pointer_mut(&pointer).unwrap() = wrong.clone();
                for text in [bytes(&spoilt), serde_json::to_vec_pretty(&spoilt).unwrap()] {
                    let error = read(&text).unwrap_err();
                    assert_eq!(error.path, as_path(&pointer), "{wrong}: {error}");
                    assert!(error.message.contains("expected"), "{error}");
                    assert!(!error.message.contains("line"), "{error}");
                }
            }
        }
    }
}

#[test]
fn wrong_types_in_a_list_name_the_entry() {
    let cluster = sample()["source"]["cluster"].clone();
    let mut fourth = cluster.clone();
    fourth["mongoDBVersion"] = json!(5);
    let list =
        json!({ "links": [], "results": [cluster, cluster, cluster, fourth], "totalCount": 4 });
    let error = atlas::read_clusters(&serde_json::to_vec_pretty(&list).unwrap()).unwrap_err();
    assert_eq!(error.path, "results[3].mongoDBVersion");
    assert_eq!(
        error.message,
        "invalid type: integer `5`, expected a string"
    );
    assert_eq!(
        error.to_string(),
        "results[3].mongoDBVersion: invalid type: integer `5`, expected a string"
    );
    let mut fourth = cluster.clone();
    fourth.as_object_mut().unwrap().remove("id");
    let list = json!({ "results": [cluster, null, fourth] });
    let error = atlas::read_clusters(&bytes(&list)).unwrap_err();
    assert_eq!(error.path, "results[2].id");
    assert_eq!(
        error.message,
        "missing, expected a string that is not empty"
    );
}

#[test]
fn identifiers_must_not_be_empty() {
    for (object, read) in objects() {
        for name in ["id", "name"] {
            let mut empty = object.clone();
            if empty.get(name).is_none() || (name == "name" && object.get("stateName").is_none()) {
                continue;
            }
            empty[name] = json!("");
            assert_eq!(read(&bytes(&empty)).unwrap_err().path, name);
        }
    }
}

#[test]
fn what_is_no_object_is_refused() {
    for (object, read) in objects() {
        let values: Vec<Value> = object.as_object().unwrap().values().cloned().collect();
        // serde's own readers would take the values of an object by position.
        for body in [
            json!(values),
            json!([]),
            json!(null),
            json!("x"),
            json!(1),
            json!(true),
        ] {
            let error = read(&bytes(&body)).unwrap_err();
            assert_eq!(error.path, "", "{body}");
            assert!(error.message.contains("expected an object"), "{error}");
        }
    }
}

#[test]
fn cut_and_broken_json_is_refused_at_every_byte() {
    for (object, read) in objects() {
        let whole = bytes(&object);
        for length in 0..whole.len() {
            let error = read(&whole[..length]).unwrap_err();
            assert_eq!(error.message, "the answer ends early", "{length}");
        }
        assert!(
            read(&[&whole[..], b"x"].concat())
                .unwrap_err()
                .message
                .starts_with("no JSON: ")
        );
        assert!(read(&[&whole[..], &whole].concat()).is_err());
    }
    let error = atlas::read_cluster(br#"{"name":"a","paused":flase}"#).unwrap_err();
    assert_eq!(error.path, "paused");
    let error = atlas::read_cluster(b"{\"name\":\"\xff\"}").unwrap_err();
    assert_eq!(error.path, "name");
}

#[test]
fn members_that_come_twice_are_refused() {
    let error =
        atlas::read_cluster(br#"{"id":"a","name":"b","paused":true,"paused":false}"#).unwrap_err();
    assert_eq!(error.message, "duplicate field `paused`");
}

#[test]
fn unknown_words_are_kept() {
    let mut cluster = sample()["source"]["cluster"].clone();
    for name in ["clusterType", "stateName", "encryptionAtRestProvider"] {
        cluster[name] = json!("idle");
    }
    let cluster = atlas::read_cluster(&bytes(&cluster)).unwrap();
    assert_eq!(
        cluster.cluster_type,
        Some(ClusterType::Unknown("idle".into()))
    );
    assert_eq!(cluster.state, Some(ClusterState::Unknown("idle".into())));
    assert_eq!(
        cluster.encryption,
        ClusterEncryption::Unknown("idle".into())
    );
}

#[test]
fn escapes_in_words_are_understood() {
    let cluster = atlas::read_cluster(
        br#"{"id":"a","n\u0061me":"b\n","stateName":"\u0049DLE","encryptionAtRestProvider":"A\u0057S"}"#,
    )
    .unwrap();
    assert_eq!(cluster.name, "b\n");
    assert_eq!(cluster.state, Some(ClusterState::Idle));
    assert_eq!(
        cluster.encryption,
        ClusterEncryption::Provider(KeyProvider::Aws)
    );
}

#[test]
fn sizes_of_any_kind_are_read() {
    let size = |text: &str| {
        let body = format!(r#"{{"id":"a","storageSizeBytes":{text}}}"#);
        atlas::read_snapshot(body.as_bytes()).map(|snapshot| snapshot.storage_size_bytes)
    };
    assert_eq!(size("5000000000"), Ok(Some(5_000_000_000)));
    assert_eq!(size("5e9"), Ok(Some(5_000_000_000)));
    assert_eq!(size("1.9"), Ok(Some(1)));
    assert_eq!(size("-1"), Ok(None));
    assert_eq!(size("-0.5"), Ok(None));
    assert_eq!(size("0"), Ok(Some(0)));
    assert_eq!(size("18446744073709551615"), Ok(Some(u64::MAX)));
    assert_eq!(size("1e300"), Ok(Some(u64::MAX)));
    assert_eq!(size("1e999").unwrap_err().path, "storageSizeBytes");
}

#[test]
fn pages_say_whether_there_are_more() {
    let more = |list: Value| atlas::read_projects(&bytes(&list)).unwrap().more;
    let one = json!([{ "id": "a" }]);
    let next = json!([{ "rel": "self", "href": "x" }, { "rel": "next" }]);
    assert!(more(json!({ "results": one, "links": next })));
    assert!(!more(
        json!({ "results": one, "links": [{ "rel": "self" }, null, {}], "totalCount": 9 })
    ));
    assert!(
        !more(json!({ "results": [], "links": next })),
        "an empty page ends the list"
    );
    assert!(more(json!({ "results": one, "totalCount": 2 })));
    assert!(!more(json!({ "results": one, "totalCount": 1 })));
    assert!(!more(json!({ "results": one })));
    assert!(!more(json!({ "results": [], "totalCount": 2 })));
    let full: Vec<Value> = (0..500)
        .map(|number| json!({ "id": number.to_string() }))
        .collect();
    assert!(more(json!({ "results": full })));
    assert!(!more(json!({ "results": full[1..] })));
}

#[test]
fn lists_without_results_are_refused() {
    // "No jobs" would let a restore through.
    for list in [json!({}), json!({ "results": null })] {
        assert_eq!(atlas::read_jobs(&bytes(&list)).unwrap_err().path, "results");
    }
    let list = json!({ "results": [null], "totalCount": 1 });
    assert_eq!(atlas::read_jobs(&bytes(&list)).unwrap().results, []);
}

#[test]
fn bodies_of_another_version_are_refused_by_name() {
    let mut sharded = sample()["source"]["cluster"].clone();
    sharded["replicationSpecs"][0]["numShards"] = json!(2);
    let error = atlas::read_cluster(&bytes(&sharded)).unwrap_err();
    assert_eq!(error.path, "replicationSpecs[0].numShards");
    assert_eq!(
        error.message,
        "this is a cluster of version 2023-02-01, and 2024-08-05 was asked for"
    );
    let mut replica_set = sample()["source"]["cluster"].clone();
    replica_set["diskSizeGB"] = json!(10.0);
    let error = atlas::read_clusters(&bytes(&json!({ "results": [replica_set] }))).unwrap_err();
    assert_eq!(error.path, "results[0].diskSizeGB");
    for member in ["defaultReadConcern", "failIndexKeyTooLong"] {
        let error = atlas::read_process_args(&bytes(&json!({ member: null }))).unwrap_err();
        assert_eq!(error.path, member);
        assert!(error.message.contains("2023-01-01"), "{error}");
    }
}

#[test]
fn media_types_of_another_version_are_refused_by_name() {
    let check = |content_type| atlas::check_media_type(content_type, "2024-08-05");
    assert_eq!(
        check("application/vnd.atlas.2024-08-05+json;charset=utf-8"),
        Ok(())
    );
    assert_eq!(check("application/json"), Ok(()));
    assert_eq!(check("Application/JSON; charset=utf-8"), Ok(()));
    assert_eq!(
        check("application/vnd.atlas.2023-02-01+json")
            .unwrap_err()
            .message,
        "this is an answer of version 2023-02-01, and 2024-08-05 was asked for"
    );
    for other in [
        "text/html",
        "",
        "application/vnd.atlas.",
        "application/vnd.atlas.2024-08-05",
    ] {
        assert!(
            check(other).unwrap_err().message.contains("expected JSON"),
            "{other}"
        );
    }
}
