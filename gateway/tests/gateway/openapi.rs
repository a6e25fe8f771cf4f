//! What is passed on, against Atlas's API document, which `ATLAS_OPENAPI` names.

use serde_json::Value;

use super::document::Document;
use super::support::*;

async fn check(document: &Document, gateway: &Gateway, template: &str, path: &str) -> Value {
    let got = gateway.call(get(&format!("{API}{path}"))).await;
    assert_eq!(got.status, 200, "{path}: {got:?}");
    let declared = Some(got.header("content-type"));
    document.check("GET", template, 200, declared, &got.json());
    got.json()
}

#[tokio::test]
async fn openapi_fits_every_answer_that_is_passed_on() {
    let Some(document) = Document::open() else {
        println!("skipped: ATLAS_OPENAPI is not set");
        return;
    };
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../sandbox/examples");
    let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}.json")).unwrap();
    let index: Vec<Value> = serde_json::from_str(&read("index")).unwrap();
    let mut restored = 0;
    for entry in &index {
        let name = entry["name"].as_str().unwrap();
        let mut world: Value = serde_json::from_str(&read(name)).unwrap();
        world["faults"] = Value::Array(Vec::new());
        // Whose roles Atlas does not know sees nothing.
        if world["person"]["roles"].is_null() && world["person"]["orgRoles"].is_null() {
            continue;
        }
        let gateway = Gateway::over(&world);
        let groups = check(&document, &gateway, "/groups", "/groups").await;
        for group in groups["results"].as_array().unwrap() {
            let id = group["id"].as_str().unwrap();
            let path = format!("/groups/{id}");
            check(&document, &gateway, "/groups/{groupId}", &path).await;
            let clusters = format!("{path}/clusters");
            for (template, path) in [
                (
                    "/groups/{groupId}/encryptionAtRest",
                    format!("{path}/encryptionAtRest"),
                ),
                ("/groups/{groupId}/clusters", clusters.clone()),
            ] {
                check(&document, &gateway, template, &path).await;
            }
            let list = gateway.read(&format!("{API}{clusters}")).await;
            for cluster in list["results"].as_array().unwrap() {
                let path = format!("{clusters}/{}", cluster["name"].as_str().unwrap());
                let template = "/groups/{groupId}/clusters/{clusterName}";
                check(&document, &gateway, template, &path).await;
                for more in [
                    "/processArgs",
                    "/backup/snapshots",
                    "/backup/snapshots/shardedClusters",
                    "/backup/restoreJobs",
                ] {
                    let (template, path) = (format!("{template}{more}"), format!("{path}{more}"));
                    let found = check(&document, &gateway, &template, &path).await;
                    let one = match more {
                        "/backup/snapshots" => ("/backup/snapshots", "{snapshotId}"),
                        "/backup/snapshots/shardedClusters" => {
                            ("/backup/snapshots/shardedCluster", "{snapshotId}")
                        }
                        "/backup/restoreJobs" => ("/backup/restoreJobs", "{restoreJobId}"),
                        _ => continue,
                    };
                    let before = path.strip_suffix(more).unwrap();
                    for entry in found["results"].as_array().unwrap() {
                        let id = entry["id"].as_str().unwrap();
                        let template = format!(
                            "/groups/{{groupId}}/clusters/{{clusterName}}{}/{}",
                            one.0, one.1
                        );
                        let path = format!("{before}{}/{id}", one.0);
                        check(&document, &gateway, &template, &path).await;
                    }
                }
            }
        }
        let got = gateway.restore(post("k", "orders-staging")).await;
        if got.status == 200 {
            restored += 1;
            let template = "/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs";
            let declared = Some(got.header("content-type"));
            document.check("POST", template, 200, declared, &got.json());
        }
    }
    assert!(restored > 0, "no example let a restore through");
}
