//! The sandbox's answers against Atlas's API document, which `ATLAS_OPENAPI` names.
// Helpers of tests fail as tests do.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod common;
#[path = "common/document.rs"]
mod document;

use atlas_sandbox::{Request, Sandbox};
use common::*;
use document::Document;
use serde_json::{Value, json};

fn check(document: &Document, template: &str, request: &Request, sandbox: &mut Sandbox) {
    let outcome = sandbox.handle(request, NOW);
    let (status, body) = seen(&outcome);
    let declared = outcome.response().unwrap().header("content-type");
    document.check(&request.method, template, status, declared, &body);
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
        check(&document, "/groups", &v1("/groups"), &mut sandbox);
        for group in world["groups"].as_array().unwrap() {
            let path = format!("/groups/{}", group["id"].as_str().unwrap());
            check(&document, "/groups/{groupId}", &v1(&path), &mut sandbox);
            check(
                &document,
                "/groups/{groupId}/encryptionAtRest",
                &v1(&format!("{path}/encryptionAtRest")),
                &mut sandbox,
            );
            check(
                &document,
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
            check(
                &document,
                "/groups/{groupId}/clusters/{clusterName}",
                &v2(&path),
                &mut sandbox,
            );
            check(
                &document,
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
            check(
                &document,
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
            check(
                &document,
                &format!("{template}/{singular}/{{snapshotId}}"),
                &v1(&path),
                &mut sandbox,
            );
        }
    }

    let mut sandbox = sandbox(&world());
    let template = "/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs";
    check(&document, template, &restore(TARGET, "plain"), &mut sandbox);
    check(&document, template, &restore(TARGET, "copy"), &mut sandbox);
    check(&document, template, &restore(TARGET, "copy"), &mut sandbox);
    check(
        &document,
        template,
        &post(&json!({"deliveryType": 1})),
        &mut sandbox,
    );
    let (_, jobs) = ask_at(&mut sandbox, &Request::new("GET", JOBS), 60_000);
    let id = jobs["results"][0]["id"].as_str().unwrap();
    sandbox.handle(&Request::new("POST", "/sandbox/advance?ms=60000"), NOW);
    check(
        &document,
        &format!("{template}/{{restoreJobId}}"),
        &Request::new("GET", &format!("{JOBS}/{id}")),
        &mut sandbox,
    );
    check(
        &document,
        &format!("{template}/{{restoreJobId}}"),
        &Request::new("GET", &format!("{JOBS}/x")),
        &mut sandbox,
    );

    let mut estate = common::sandbox(
        &json!({"generate": {"projects": 2, "clusters": 300, "otherClusters": 4, "seed": 3}}),
    );
    check(&document, "/groups", &atlas("/groups"), &mut estate);
    let group = "/groups/5eed00000003000000000000";
    check(
        &document,
        "/groups/{groupId}/encryptionAtRest",
        &atlas(&format!("{group}/encryptionAtRest")),
        &mut estate,
    );
    check(
        &document,
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
            check(
                &document,
                &template,
                &atlas(&format!("{backup}/{list}")),
                &mut estate,
            );
        }
    }
}
