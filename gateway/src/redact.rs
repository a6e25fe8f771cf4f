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

/// Links by which whoever has them downloads all of a snapshot's data, whole or by shard: as good as a key to it.
const DOWNLOAD: [&str; 3] = ["deliveryUrl", "downloadUrl", "privateDownloadDeliveryUrls"];

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

/// Takes the connection out of one cluster, or of all in a list, wherever in it it stands.
pub fn clusters(document: &mut Value) {
    without(document, &CONNECTION);
}

/// Takes the download's links out of one restore job, or of all in a list, wherever in it they stand.
pub fn jobs(document: &mut Value) {
    without(document, &DOWNLOAD);
}

fn without(document: &mut Value, names: &[&str]) {
    match document {
        Value::Object(members) => {
            members.retain(|name, _| !names.contains(&name.as_str()));
            for member in members.values_mut() {
                without(member, names);
            }
        }
        Value::Array(entries) => {
            for entry in entries {
                without(entry, names);
            }
        }
        _ => {}
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

    #[test]
    fn jobs_lose_each_link_to_download() {
        let private = json!([{"deliveryUrl": "https://h/2", "endpointId": "vpce-1"}]);
        let part = json!({"replicaSetName": "rs0", "downloadUrl": "https://h/3", "privateDownloadDeliveryUrls": private});
        let job = json!({"id": "j", "deliveryUrl": ["https://h/1"], "privateDownloadDeliveryUrls": private, "components": [part], "links": [{"href": "https://cloud", "rel": "self"}]});
        let left = json!({"id": "j", "components": [{"replicaSetName": "rs0"}], "links": [{"href": "https://cloud", "rel": "self"}]});
        let mut one = job.clone();
        jobs(&mut one);
        assert_eq!(one, left);
        let mut list = json!({"results": [job]});
        jobs(&mut list);
        assert_eq!(list, json!({ "results": [left] }));
    }
}
