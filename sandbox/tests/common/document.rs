//! Atlas's API document, and whether an answer fits it.

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

/// The document that `ATLAS_OPENAPI` names, if it is set, without what real answers don't keep to.
pub fn read() -> Option<Value> {
    let path = std::env::var_os("ATLAS_OPENAPI")?;
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("ATLAS_OPENAPI={}: {error}", path.display()));
    let mut document: Value = serde_json::from_str(&text).expect("an API document");
    for (schema, member, _) in DEVIATIONS {
        if let Some(properties) =
            document["components"]["schemas"][schema]["properties"].as_object_mut()
        {
            properties.remove(member);
        }
    }
    Some(document)
}

/// The API document.
pub struct Document {
    paths: Map<String, Value>,
    components: Value,
}

impl Document {
    /// The one that `ATLAS_OPENAPI` names, if it is set.
    pub fn open() -> Option<Document> {
        let mut document = read()?;
        as_json_schema(&mut document);
        Some(Document {
            paths: document["paths"].as_object().unwrap().clone(),
            components: document["components"].clone(),
        })
    }

    /// Checks one answer; says what does not fit.
    pub fn check(
        &self,
        method: &str,
        template: &str,
        status: u16,
        content_type: Option<&str>,
        body: &Value,
    ) {
        let operation = &self.paths[&format!("/api/atlas/v2{template}")][&method.to_lowercase()];
        assert!(
            operation.is_object(),
            "{method} {template} is not in the document"
        );
        let schema = if status < 300 {
            let content = operation["responses"][status.to_string()]["content"].as_object();
            let (media_type, content) = content
                .and_then(|c| c.iter().next())
                .unwrap_or_else(|| panic!("{status} of {template}"));
            assert_eq!(
                content_type,
                Some(format!("{media_type};charset=utf-8").as_str()),
                "{template}"
            );
            content["schema"].clone()
        } else {
            assert_eq!(content_type, Some("application/json"));
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
            .iter_errors(body)
            .map(|e| format!("{}: {e}", e.instance_path()))
            .take(5)
            .collect();
        assert!(
            errors.is_empty(),
            "{method} {template}: {status}\n{}",
            errors.join("\n")
        );
    }
}
