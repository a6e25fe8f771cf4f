//! The sandbox's answers against Atlas's API document, which `ATLAS_OPENAPI` names.
// Helpers of tests fail as tests do.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod common;

use atlas_sandbox::{Request, Sandbox};
use common::*;
use serde_json::{Map, Value, json};

/// Where real answers differ from the document, as validating recordings has shown: schema, member, why.
/// These members are taken out of the schemas; all else must fit.
const DEVIATIONS: [(&str, &str, &str); 14] = [
    (
        "DiskBackupReplicaSet",
        "frequencyType",
        "\"ondemand\" is not in the enum",
    ),
    (
        "DiskBackupShardedClusterSnapshot",
        "frequencyType",
        "\"ondemand\" is not in the enum",
    ),
    (
        "DiskBackupSnapshotRestoreJob",
        "desiredTimestamp",
        "date and increment are null, the increment's minimum is a copy error",
    ),
    (
        "ClusterDescriptionProcessArgs20240805",
        "changeStreamOptionsPreAndPostImagesExpireAfterSeconds",
        "null",
    ),
    (
        "ClusterDescriptionProcessArgs20240805",
        "chunkMigrationConcurrency",
        "null",
    ),
    (
        "ClusterDescriptionProcessArgs20240805",
        "defaultMaxTimeMS",
        "null",
    ),
    (
        "ClusterDescriptionProcessArgs20240805",
        "defaultWriteConcern",
        "null",
    ),
    (
        "ClusterDescriptionProcessArgs20240805",
        "oplogMinRetentionHours",
        "null",
    ),
    (
        "ClusterDescriptionProcessArgs20240805",
        "oplogSizeMB",
        "null",
    ),
    (
        "ClusterDescriptionProcessArgs20240805",
        "sampleRefreshIntervalBIConnector",
        "null",
    ),
    (
        "ClusterDescriptionProcessArgs20240805",
        "sampleSizeBIConnector",
        "null",
    ),
    (
        "ClusterDescriptionProcessArgs20240805",
        "transactionLifetimeLimitSeconds",
        "null",
    ),
    ("BiConnector", "readPreference", "lower case"),
    ("ApiError", "parameters", "strings, or null"),
];

/// Makes OpenAPI 3.0 say `nullable` as JSON Schema does.
fn as_json_schema(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.remove("nullable") == Some(json!(true))
                && let Some(kind) = members.get_mut("type")
            {
                *kind = json!([kind.clone(), "null"]);
            }
            members.values_mut().for_each(as_json_schema);
        }
        Value::Array(items) => items.iter_mut().for_each(as_json_schema),
        _ => {}
    }
}

struct Document {
    paths: Map<String, Value>,
    components: Value,
}

impl Document {
    fn open() -> Option<Document> {
        let path = std::env::var_os("ATLAS_OPENAPI")?;
        let text = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("ATLAS_OPENAPI={}: {error}", path.display()));
        let mut document: Value = serde_json::from_str(&text).expect("an API document");
        as_json_schema(&mut document);
        for (schema, member, _) in DEVIATIONS {
            if let Some(properties) =
                document["components"]["schemas"][schema]["properties"].as_object_mut()
            {
                properties.remove(member);
            }
        }
        Some(Document {
            paths: document["paths"].as_object().unwrap().clone(),
            components: document["components"].clone(),
        })
    }

    /// Checks one answer; says what does not fit.
    fn check(&self, template: &str, request: &Request, sandbox: &mut Sandbox) {
        let method = request.method.to_ascii_lowercase();
        let operation = &self.paths[&format!("/api/atlas/v2{template}")][&method];
        assert!(
            operation.is_object(),
            "{method} {template} is not in the document"
        );
        let outcome = sandbox.handle(request, NOW);
        let response = outcome.response().unwrap();
        let (status, body) = seen(&outcome);
        let schema = if status < 300 {
            let content = operation["responses"][status.to_string()]["content"].as_object();
            let (media_type, content) = content
                .and_then(|c| c.iter().next())
                .unwrap_or_else(|| panic!("{status} of {template}"));
            assert_eq!(
                response.header("content-type"),
                Some(format!("{media_type};charset=utf-8").as_str()),
                "{template}"
            );
            content["schema"].clone()
        } else {
            assert_eq!(response.header("content-type"), Some("application/json"));
            json!({"$ref": "#/components/schemas/ApiError"})
        };
        let mut whole = schema.as_object().unwrap().clone();
        whole.insert("components".into(), self.components.clone());
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft4)
            .should_validate_formats(true)
            .build(&Value::Object(whole))
            .unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&body)
            .map(|e| format!("{}: {e}", e.instance_path()))
            .take(5)
            .collect();
        assert!(
            errors.is_empty(),
            "{} {}: {status}\n{}",
            request.method,
            request.path_and_query,
            errors.join("\n")
        );
    }
}

#[test]
fn openapi_fits_every_answer() {
    let Some(document) = Document::open() else {
        println!("skipped: ATLAS_OPENAPI is not set");
        return;
    };
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}.json")).unwrap();
    let index: Vec<Value> = serde_json::from_str(&read("index")).unwrap();
    for entry in &index {
        let text = read(entry["name"].as_str().unwrap());
        let mut world: Value = serde_json::from_str(&text).unwrap();
        world["faults"] = json!([]);
        let mut sandbox = Sandbox::new(&world.to_string(), NOW).unwrap();
        let v1 = |path: &str| atlas(path).with_header("Accept", V1);
        let v2 = |path: &str| atlas(path).with_header("Accept", V2);
        document.check("/groups", &v1("/groups"), &mut sandbox);
        for group in world["groups"].as_array().unwrap() {
            let path = format!("/groups/{}", group["id"].as_str().unwrap());
            document.check("/groups/{groupId}", &v1(&path), &mut sandbox);
            document.check(
                "/groups/{groupId}/encryptionAtRest",
                &v1(&format!("{path}/encryptionAtRest")),
                &mut sandbox,
            );
            document.check(
                "/groups/{groupId}/clusters",
                &v2(&format!("{path}/clusters?itemsPerPage=500")),
                &mut sandbox,
            );
        }
        for cluster in world["clusters"].as_array().unwrap() {
            let path = format!(
                "/groups/{}/clusters/{}",
                cluster["groupId"].as_str().unwrap(),
                cluster["name"].as_str().unwrap()
            );
            document.check(
                "/groups/{groupId}/clusters/{clusterName}",
                &v2(&path),
                &mut sandbox,
            );
            document.check(
                "/groups/{groupId}/clusters/{clusterName}/processArgs",
                &v2(&format!("{path}/processArgs")),
                &mut sandbox,
            );
        }
        let template = "/groups/{groupId}/clusters/{clusterName}/backup";
        let project = entry["sourceProject"].as_str().unwrap();
        let backup = format!(
            "/groups/{project}/clusters/{}/backup",
            entry["sourceCluster"].as_str().unwrap()
        );
        for list in ["snapshots", "snapshots/shardedClusters", "restoreJobs"] {
            document.check(
                &format!("{template}/{list}"),
                &v1(&format!("{backup}/{list}")),
                &mut sandbox,
            );
        }
        for entry in world["snapshots"].as_array().unwrap() {
            let snapshot = &entry["snapshot"];
            let singular = if snapshot["type"] == "shardedCluster" {
                "snapshots/shardedCluster"
            } else {
                "snapshots"
            };
            let path = format!("{backup}/{singular}/{}", snapshot["id"].as_str().unwrap());
            document.check(
                &format!("{template}/{singular}/{{snapshotId}}"),
                &v1(&path),
                &mut sandbox,
            );
        }
    }

    let mut sandbox = sandbox(&world());
    let template = "/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs";
    document.check(template, &restore(TARGET, "plain"), &mut sandbox);
    document.check(template, &restore(TARGET, "copy"), &mut sandbox);
    document.check(template, &restore(TARGET, "copy"), &mut sandbox);
    document.check(template, &post(&json!({"deliveryType": 1})), &mut sandbox);
    let (_, jobs) = ask_at(&mut sandbox, &Request::new("GET", JOBS), 60_000);
    let id = jobs["results"][0]["id"].as_str().unwrap();
    sandbox.handle(&Request::new("POST", "/sandbox/advance?ms=60000"), NOW);
    document.check(
        &format!("{template}/{{restoreJobId}}"),
        &Request::new("GET", &format!("{JOBS}/{id}")),
        &mut sandbox,
    );
    document.check(
        &format!("{template}/{{restoreJobId}}"),
        &Request::new("GET", &format!("{JOBS}/x")),
        &mut sandbox,
    );

    let mut estate = common::sandbox(
        &json!({"generate": {"projects": 2, "clusters": 300, "otherClusters": 4, "seed": 3}}),
    );
    document.check("/groups", &atlas("/groups"), &mut estate);
    let group = "/groups/5eed00000003000000000000";
    document.check(
        "/groups/{groupId}/encryptionAtRest",
        &atlas(&format!("{group}/encryptionAtRest")),
        &mut estate,
    );
    document.check(
        "/groups/{groupId}/clusters",
        &atlas(&format!("{group}/clusters?itemsPerPage=300")),
        &mut estate,
    );
    let (_, clusters) = ask(
        &mut estate,
        &atlas(&format!("{group}/clusters?itemsPerPage=50")),
    );
    for cluster in clusters["results"].as_array().unwrap() {
        let backup = format!(
            "{group}/clusters/{}/backup",
            cluster["name"].as_str().unwrap()
        );
        for list in ["snapshots", "snapshots/shardedClusters"] {
            let template = format!("/groups/{{groupId}}/clusters/{{clusterName}}/backup/{list}");
            document.check(&template, &atlas(&format!("{backup}/{list}")), &mut estate);
        }
    }
}
