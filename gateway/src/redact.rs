//! What of Atlas's answers must not reach a browser (FACTS section 7): all of a project's keys but whether they are
//! there and valid, how a cluster is connected to, and where a snapshot can be downloaded.

use serde_json::{Map, Value};

/// The providers, and what of each is passed on.
const KEYS: [(&str, [&str; 4]); 3] = [
    (
        "awsKms",
        ["enabled", "valid", "region", "customerMasterKeyID"],
    ),
    (
        "azureKeyVault",
        ["enabled", "valid", "region", "keyIdentifier"],
    ),
    (
        "googleCloudKms",
        ["enabled", "valid", "region", "keyVersionResourceID"],
    ),
];

/// How clusters are connected to, in this version and in older ones.
const CONNECTION: [&str; 5] = [
    "connectionStrings",
    "mongoURI",
    "mongoURIUpdated",
    "mongoURIWithOptions",
    "srvAddress",
];

/// Links by which whoever has them downloads all of a snapshot's data: as good as a key to it.
const DOWNLOAD: [&str; 1] = ["deliveryUrl"];

/// Leaves only what is named above; a value that is no plain one goes, too.
pub fn encryption(document: &Value) -> Value {
    let mut kept = Map::new();
    for (provider, members) in KEYS {
        let Some(entry) = document.get(provider) else {
            continue;
        };
        let entry = members
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), plain(entry.get(*name)?)?)))
            .collect();
        kept.insert(provider.to_owned(), Value::Object(entry));
    }
    if let Some(value @ Value::Bool(_)) = document.get("enabledForSearchNodes") {
        kept.insert("enabledForSearchNodes".to_owned(), value.clone());
    }
    Value::Object(kept)
}

fn plain(value: &Value) -> Option<Value> {
    (!value.is_object() && !value.is_array()).then(|| value.clone())
}

/// Takes the connection out of one cluster, or of all in a list.
pub fn clusters(document: &mut Value) {
    without(document, &CONNECTION);
}

/// Takes the download's links out of one restore job, or of all in a list.
pub fn jobs(document: &mut Value) {
    without(document, &DOWNLOAD);
}

fn without(document: &mut Value, names: &[&str]) {
    let Some(members) = document.as_object_mut() else {
        return;
    };
    members.retain(|name, _| !names.contains(&name.as_str()));
    if let Some(Value::Array(results)) = members.get_mut("results") {
        for entry in results {
            without(entry, names);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_say_only_whether_they_work() {
        let document = json!({
            "awsKms": {"enabled": true, "valid": true, "region": "EU_WEST_1", "customerMasterKeyID": "k", "accessKeyID": "AKIA", "roleId": "r", "secretAccessKey": "s", "requirePrivateNetworking": false},
            "azureKeyVault": {"enabled": false, "clientID": "c", "tenantID": "t", "keyIdentifier": "https://v/k", "secret": "s"},
            "googleCloudKms": {"enabled": false, "serviceAccountKey": "{}", "keyVersionResourceID": {"hidden": "s"}},
            "newProvider": {"secret": "s"},
            "enabledForSearchNodes": false
        });
        assert_eq!(
            encryption(&document),
            json!({
                "awsKms": {"enabled": true, "valid": true, "region": "EU_WEST_1", "customerMasterKeyID": "k"},
                "azureKeyVault": {"enabled": false, "keyIdentifier": "https://v/k"},
                "googleCloudKms": {"enabled": false},
                "enabledForSearchNodes": false
            })
        );
        assert_eq!(encryption(&json!([1])), json!({}));
    }

    #[test]
    fn clusters_lose_their_connection_alone() {
        let cluster = json!({"name": "a", "connectionStrings": {"standardSrv": "mongodb+srv://…"}, "mongoURI": "m", "tags": []});
        let mut list = json!({"results": [cluster.clone()], "totalCount": 1});
        clusters(&mut list);
        assert_eq!(
            list,
            json!({"results": [{"name": "a", "tags": []}], "totalCount": 1})
        );
        let mut one = cluster.clone();
        clusters(&mut one);
        assert_eq!(one, json!({"name": "a", "tags": []}));
    }
}
