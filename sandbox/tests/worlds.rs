//! How worlds are read, what happens in them meanwhile, and what goes wrong.
// Helpers of tests fail as tests do.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod common;

use atlas_sandbox::{Answer, Request, Sandbox};
use common::*;
use serde_json::{Value, json};

#[test]
fn world_error_says_where_and_what() {
    for (world, path, word) in [
        ("{", "$", "JSON"),
        ("[]", "$", "an object"),
        (r#"{"now": "tomorrow"}"#, "$.now", "2026-11-24T10:00:00Z"),
        (r#"{"groups": {}}"#, "$.groups", "an array"),
        (r#"{"groups": [{"id": 7}]}"#, "$.groups[0].id", "found 7"),
        (
            r#"{"clusters": [{"groupId": "a", "name": "b"}, {"groupId": "a"}]}"#,
            "$.clusters[1].name",
            "nothing",
        ),
        (
            r#"{"snapshots": [{"groupId": "a", "clusterName": "b"}]}"#,
            "$.snapshots[0].snapshot",
            "an object",
        ),
        (
            r#"{"restoreOutcome": "great"}"#,
            "$.restoreOutcome",
            "completed",
        ),
        (r#"{"restoreSeconds": -1}"#, "$.restoreSeconds", "seconds"),
        (
            r#"{"generate": {"projects": -1}}"#,
            "$.generate.projects",
            "whole number",
        ),
        (
            r#"{"faults": [{"do": "explode"}]}"#,
            "$.faults[0].do",
            "drop",
        ),
        (
            r#"{"faults": [{"do": {"status": 99}}]}"#,
            "$.faults[0].do.status",
            "200 to 599",
        ),
        (
            r#"{"faults": [{"do": {"status": 500, "headers": {"a b": "c"}}}]}"#,
            "$.faults[0].do.headers.a b",
            "name",
        ),
        (
            r#"{"faults": [{"nth": 0, "do": "drop"}]}"#,
            "$.faults[0].nth",
            "from 1",
        ),
        (r#"{"changes": [{"merge": {}}]}"#, "$.changes[0]", "afterMs"),
        (
            r#"{"changes": [{"afterMs": 1, "merge": {"now": 1}}]}"#,
            "$.changes[0].merge.now",
            "cannot change",
        ),
        (
            r#"{"changes": [{"afterMs": 1, "merge": {"groups": [{}]}}]}"#,
            "$.changes[0].merge",
            "$.groups[0].id",
        ),
    ] {
        let error = Sandbox::new(world, NOW).expect_err(world);
        assert_eq!(error.path, path, "{world}: {error}");
        assert!(error.to_string().contains(word), "{world}: {error}");
    }
    assert!(Sandbox::new("{}", NOW).is_ok());
}

fn faulty(faults: Value) -> Sandbox {
    sandbox(&world_with(json!({"faults": faults})))
}

#[test]
fn fault_meets_the_nth_call_or_all_from_it() {
    let mut sandbox = faulty(json!([
        {"method": "GET", "path": "session", "nth": 2, "do": {"status": 500, "body": {"errorCode": "UNEXPECTED_ERROR"}}},
        {"path": "session", "from": 4, "do": {"status": 401}}
    ]));
    let statuses: Vec<u16> = (0..5)
        .map(|_| ask(&mut sandbox, &get("/session")).0)
        .collect();
    assert_eq!(statuses, [200, 500, 200, 401, 401]);
    assert_eq!(ask(&mut sandbox, &atlas("/groups")).0, 200);
}

#[test]
fn status_fault_does_not_act_and_answers_as_written() {
    let mut sandbox = faulty(json!([
        {"method": "POST", "path": "restoreJobs", "nth": 1,
         "do": {"status": 429, "body": {"errorCode": "RATE_LIMITED"}, "headers": {"Retry-After": "7", "Date": "x"}}},
        {"method": "POST", "path": "restoreJobs", "nth": 2, "do": {"status": 502, "body": "<h1>Bad gateway</h1>", "headers": {"Content-Type": "text/html"}}}
    ]));
    let outcome = sandbox.handle(&restore(TARGET, "copy"), NOW);
    let response = outcome.response().unwrap();
    assert_eq!(response.status, 429);
    assert_eq!(response.header("retry-after"), Some("7"));
    assert_eq!(response.header("date"), Some("x"));
    assert_eq!(response.header("x-error-code"), Some("RATE_LIMITED"));
    let outcome = sandbox.handle(&restore(TARGET, "copy"), NOW);
    let response = outcome.response().unwrap();
    assert_eq!(
        (response.status, response.header("content-type")),
        (502, Some("text/html"))
    );
    assert_eq!(response.body, b"<h1>Bad gateway</h1>");
    assert_eq!(
        ask(&mut sandbox, &Request::new("GET", JOBS)).1["totalCount"],
        0
    );
}

#[test]
fn drop_acts_and_drop_before_does_not() {
    for (deed, jobs) in [("drop", 1), ("drop-before", 0)] {
        let mut sandbox =
            faulty(json!([{"method": "POST", "path": "restoreJobs", "nth": 1, "do": deed}]));
        assert_eq!(
            sandbox.handle(&restore(TARGET, "copy"), NOW).answer,
            Answer::Dropped
        );
        assert_eq!(
            ask(&mut sandbox, &Request::new("GET", JOBS)).1["totalCount"],
            jobs,
            "{deed}"
        );
        let log: Value = serde_json::from_str(&sandbox.log()).unwrap();
        assert_eq!(
            (&log[0]["method"], &log[0]["status"], &log[0]["fault"]),
            (&json!("POST"), &json!(null), &json!(deed))
        );
    }
}

#[test]
fn html_and_malformed_are_what_they_say() {
    let mut sandbox = faulty(json!([
        {"path": "session", "do": "html"}, {"path": "/groups", "nth": 1, "do": "malformed"}, {"method": "POST", "do": "malformed"}
    ]));
    let outcome = sandbox.handle(&get("/session"), NOW);
    let response = outcome.response().unwrap();
    assert_eq!(
        (response.status, response.header("content-type")),
        (200, Some("text/html;charset=utf-8"))
    );
    let outcome = sandbox.handle(&atlas("/groups"), NOW);
    let response = outcome.response().unwrap();
    assert_eq!(response.status, 200);
    assert!(serde_json::from_slice::<Value>(&response.body).is_err());
    let outcome = sandbox.handle(&restore(TARGET, "copy"), NOW);
    assert!(serde_json::from_slice::<Value>(&outcome.response().unwrap().body).is_err());
    assert_eq!(
        ask(&mut sandbox, &Request::new("GET", JOBS)).1["totalCount"],
        1,
        "malformed acts"
    );
}

#[test]
fn delay_holds_back_and_other_faults_still_strike() {
    let mut sandbox = faulty(json!([
        {"path": "session", "do": {"delayMs": 5000}},
        {"path": "session", "nth": 2, "do": {"status": 503}},
        {"path": "groups", "do": {"delayMs": 10, "status": 500}}
    ]));
    let first = sandbox.handle(&get("/session"), NOW);
    assert_eq!((first.delay_ms, seen(&first).0), (5000, 200));
    let second = sandbox.handle(&get("/session"), NOW);
    assert_eq!((second.delay_ms, seen(&second).0), (5000, 503));
    let third = sandbox.handle(&atlas("/groups"), NOW);
    assert_eq!((third.delay_ms, seen(&third).0), (10, 500));
}

#[test]
fn changes_happen_after_a_time_or_a_call() {
    let mut sandbox = sandbox(&world_with(json!({"changes": [
        {"afterMs": 3000, "merge": {"clusters": [{"groupId": TARGET, "name": "copy", "paused": true}]}},
        {"after": {"method": "GET", "path": "/clusters", "nth": 2}, "merge": {"groups": [{"id": TARGET, "name": "Renamed"}]}},
        {"after": {"method": "POST", "path": "restoreJobs"}, "afterMs": 1000, "merge": {"restoreOutcome": "failed", "restoreSeconds": 1}}
    ]})));
    let copy = atlas(&format!("/groups/{TARGET}/clusters/copy"));
    let group = atlas(&format!("/groups/{TARGET}"));
    assert_eq!(ask(&mut sandbox, &copy).1["paused"], false);
    assert_eq!(ask(&mut sandbox, &group).1["name"], "Staging");
    assert_eq!(ask_at(&mut sandbox, &copy, 2999).1["paused"], false);
    assert_eq!(ask(&mut sandbox, &group).1["name"], "Renamed");
    assert_eq!(
        ask_at(&mut sandbox, &restore(SOURCE, "orders"), 2999).0,
        200
    );
    let (_, changed) = ask_at(&mut sandbox, &copy, 3000);
    assert_eq!(
        (&changed["paused"], &changed["unknownMember"]),
        (&json!(true), &json!({"kept": [1, 2.0]}))
    );
    let jobs = Request::new("GET", JOBS);
    assert_eq!(
        ask_at(&mut sandbox, &jobs, 3998).1["results"][0]["failed"],
        false
    );
    assert_eq!(
        ask_at(&mut sandbox, &jobs, 3999).1["results"][0]["failed"],
        true
    );
}

#[test]
fn job_that_a_change_brings_runs_from_then() {
    let job = json!({"id": "888888888888888888888888", "deliveryType": "automated", "targetGroupId": TARGET, "targetClusterName": "copy"});
    let mut sandbox = sandbox(&world_with(json!({"changes": [
        {"afterMs": 50_000, "merge": {"restoreJobs": [{"groupId": SOURCE, "clusterName": "orders", "job": job}]}}
    ]})));
    let jobs = Request::new("GET", JOBS);
    assert_eq!(ask_at(&mut sandbox, &jobs, 49_999).1["totalCount"], 0);
    assert!(
        ask_at(&mut sandbox, &jobs, 50_000).1["results"][0]
            .get("finishedAt")
            .is_none()
    );
    assert_eq!(
        ask_at(&mut sandbox, &jobs, 70_000).1["results"][0]["finishedAt"],
        "2026-11-24T10:01:10Z"
    );
}

#[test]
fn log_tells_every_request() {
    let mut sandbox = sandbox(&world());
    ask_at(
        &mut sandbox,
        &atlas("/groups?pageNum=1").with_header("Accept", V1),
        1_250,
    );
    ask(&mut sandbox, &restore(TARGET, "azure"));
    let (status, log) = ask(&mut sandbox, &Request::new("GET", "/sandbox/log"));
    assert_eq!(status, 200);
    assert_eq!(
        log.as_array().unwrap().len(),
        2,
        "its own requests are not in it"
    );
    assert_eq!(
        log[0],
        json!({"time": "2026-11-24T10:00:01.250Z", "method": "GET", "path": "/restore/api/atlas/v2/groups", "query": "pageNum=1",
               "headers": {"accept": V1}, "body": "", "status": 200, "fault": null})
    );
    assert_eq!(
        (&log[1]["status"], &log[1]["headers"]["content-type"]),
        (&json!(400), &json!(V1))
    );
    assert!(
        log[1]["body"]
            .as_str()
            .unwrap()
            .contains("\"targetClusterName\":\"azure\"")
    );
}

#[test]
fn control_resets_replaces_and_advances() {
    let mut sandbox = sandbox(&world());
    let jobs = Request::new("GET", JOBS);
    ask(&mut sandbox, &restore(TARGET, "copy"));
    assert_eq!(
        ask(
            &mut sandbox,
            &Request::new("POST", "/sandbox/advance?ms=20000")
        )
        .0,
        204
    );
    assert_eq!(
        ask(&mut sandbox, &jobs).1["results"][0]["finishedAt"],
        "2026-11-24T10:00:20Z"
    );
    assert_eq!(
        ask(
            &mut sandbox,
            &Request::new("POST", "/sandbox/advance?ms=soon")
        )
        .0,
        400
    );
    assert_eq!(
        ask(&mut sandbox, &Request::new("GET", "/sandbox/world")).1["restoreJobs"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        ask(&mut sandbox, &Request::new("POST", "/sandbox/reset")).0,
        204
    );
    assert_eq!(sandbox.log(), "[]");
    assert_eq!(ask(&mut sandbox, &jobs).1["totalCount"], 0);

    let put = |body: &str| Request::new("PUT", "/sandbox/world").with_body(body);
    let (status, body) = ask(&mut sandbox, &put(r#"{"groups": 1}"#));
    assert_eq!(status, 400);
    assert!(
        body["detail"].as_str().unwrap().contains("$.groups"),
        "{body}"
    );
    assert_eq!(
        ask(&mut sandbox, &jobs).0,
        200,
        "a bad world changes nothing"
    );
    assert_eq!(ask(&mut sandbox, &put(r#"{"groups": []}"#)).0, 204);
    assert_eq!(sandbox.log(), "[]");
    assert_eq!(ask(&mut sandbox, &jobs).0, 404);
    assert_eq!(
        ask(&mut sandbox, &Request::new("GET", "/sandbox/nothing")).0,
        404
    );
}

fn estate(seed: u32) -> Sandbox {
    let text = json!({
        "now": "2026-11-24T10:00:00Z",
        "person": {"username": "m", "name": "M", "roles": {}},
        "generate": {"projects": 3, "clusters": 1203, "otherClusters": 4, "seed": seed}
    });
    sandbox(&text)
}

fn every(sandbox: &mut Sandbox, path: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for page in 1.. {
        let (status, body) = ask(
            sandbox,
            &atlas(&format!("{path}?itemsPerPage=500&pageNum={page}")),
        );
        assert_eq!(status, 200, "{body}");
        all.extend(body["results"].as_array().unwrap().iter().cloned());
        if !body["links"]
            .as_array()
            .unwrap()
            .iter()
            .any(|link| link["rel"] == "next")
        {
            break;
        }
    }
    all
}

#[test]
fn generated_estate_is_the_same_every_time() {
    let mut estate_1 = estate(1);
    let groups = every(&mut estate_1, "/groups");
    assert_eq!(groups.len(), 3);
    let first = groups[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(first, "5eed00000001000000000000");
    let clusters = every(&mut estate_1, &format!("/groups/{first}/clusters"));
    assert_eq!(clusters.len(), 1203);
    assert_eq!(groups[0]["clusterCount"], 1203);
    assert_eq!(
        every(
            &mut estate_1,
            &format!("/groups/{}/clusters", groups[1]["id"].as_str().unwrap())
        )
        .len(),
        4
    );
    assert_eq!(
        clusters,
        every(&mut estate(1), &format!("/groups/{first}/clusters"))
    );
    let other = every(&mut estate(2), "/groups/5eed00000002000000000000/clusters");
    assert_ne!(clusters, other);

    let names: std::collections::BTreeSet<&str> = clusters
        .iter()
        .map(|c| c["name"].as_str().unwrap())
        .collect();
    let ids: std::collections::BTreeSet<&str> =
        clusters.iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!((names.len(), ids.len()), (1203, 1203));

    let count = |test: &dyn Fn(&Value) -> bool| clusters.iter().filter(|c| test(c)).count();
    assert!(count(&|c| c["encryptionAtRestProvider"] == "AZURE") > 5);
    assert!(count(&|c| c["encryptionAtRestProvider"] == "GCP") > 5);
    assert!(count(&|c| c["encryptionAtRestProvider"] == "NONE") > 30);
    assert!(count(&|c| c["clusterType"] == "SHARDED") > 30);
    assert!(count(&|c| c["paused"] == true) > 30);
    assert!(count(&|c| c["mongoDBMajorVersion"] == "7.0") > 10);
    assert!(
        count(&|c| c["replicationSpecs"][0]["regionConfigs"][0]["providerName"] == "TENANT") > 20
    );
    assert!(count(&|c| c["encryptionAtRestProvider"] == "AWS" && c["paused"] == false) > 700);

    let (_, session) = ask(&mut estate_1, &get("/session"));
    assert_eq!(session["roles"][&first], json!(["GROUP_OWNER"]));
    let (_, keys) = ask(
        &mut estate_1,
        &atlas(&format!("/groups/{first}/encryptionAtRest")),
    );
    assert_eq!(keys["awsKms"]["valid"], true);
    for cluster in clusters.iter().take(40) {
        let path = format!(
            "/groups/{first}/clusters/{}",
            cluster["name"].as_str().unwrap()
        );
        assert_eq!(ask(&mut estate_1, &atlas(&path)), (200, cluster.clone()));
        assert_eq!(
            ask(&mut estate_1, &atlas(&format!("{path}/processArgs"))).0,
            200
        );
        let list = if cluster["clusterType"] == "SHARDED" {
            "snapshots/shardedClusters"
        } else {
            "snapshots"
        };
        let (_, snapshots) = ask(&mut estate_1, &atlas(&format!("{path}/backup/{list}")));
        let expected = if cluster["backupEnabled"] == true {
            3
        } else {
            0
        };
        assert_eq!(snapshots["totalCount"], expected, "{path}");
    }
    assert_eq!(
        error(
            &mut estate_1,
            &atlas(&format!("/groups/{first}/clusters/orders-prod-01203"))
        )
        .0,
        404
    );
}

#[test]
fn own_first_group_takes_the_generated_clusters() {
    let mut world = world_with(
        json!({"generate": {"projects": 2, "clusters": 10, "otherClusters": 1, "seed": 7}, "changes": [
            {"afterMs": 1000, "merge": {"groups": [{"id": "5eed00000007000001000000", "name": "Changed"}]}}
        ]}),
    );
    let mut before = sandbox(&world);
    let clusters = every(&mut before, &format!("/groups/{SOURCE}/clusters"));
    assert_eq!(clusters.len(), 11);
    assert_eq!(clusters[0]["name"], "orders");
    assert_eq!(
        every(&mut before, &format!("/groups/{TARGET}/clusters")).len(),
        3
    );
    let groups = every(&mut before, "/groups");
    assert_eq!(groups.len(), 4);
    assert_eq!(groups[3]["orgId"], "dddddddddddddddddddddddd");

    // One of them pauses: it stays in its place, with all its members.
    let name = clusters[3]["name"].as_str().unwrap();
    world["changes"].as_array_mut().unwrap().push(
        json!({"afterMs": 1000, "merge": {"clusters": [{"groupId": SOURCE, "name": name, "stateName": "UPDATING"}]}}),
    );
    let mut after = sandbox(&world);
    assert_eq!(seen(&after.handle(&get("/session"), NOW + 1000)).0, 200);
    let changed = every(&mut after, &format!("/groups/{SOURCE}/clusters"));
    let mut expected = clusters.clone();
    expected[3]["stateName"] = json!("UPDATING");
    assert_eq!(changed, expected);
    let groups = every(&mut after, "/groups");
    assert_eq!(groups.len(), 4);
    assert!(groups.iter().any(|group| group["name"] == "Changed"));
}

#[test]
fn every_example_serves_what_the_index_says() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    let read = |name: &str| {
        std::fs::read_to_string(format!("{folder}/{name}.json"))
            .unwrap_or_else(|e| panic!("{name}: {e}"))
    };
    let index: Vec<Value> = serde_json::from_str(&read("index")).unwrap();
    let named: std::collections::BTreeSet<String> = index
        .iter()
        .map(|entry| entry["name"].as_str().unwrap().to_owned())
        .collect();
    let files: std::collections::BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|file| {
            file.unwrap()
                .file_name()
                .into_string()
                .unwrap()
                .strip_suffix(".json")
                .map(str::to_owned)
        })
        .filter(|name| name != "index")
        .collect();
    assert_eq!(named, files);
    for entry in &index {
        let name = entry["name"].as_str().unwrap();
        let text = read(name);
        let world: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(world["now"], "2026-11-24T10:00:00Z", "{name}");
        assert!(entry["title"].is_string() && entry["description"].is_string());
        let mut sandbox =
            Sandbox::new(&text, NOW).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(ask(&mut sandbox, &get("/session")).0, 200, "{name}");
        let project = entry["sourceProject"].as_str().unwrap();
        let source = format!(
            "/groups/{project}/clusters/{}",
            entry["sourceCluster"].as_str().unwrap()
        );
        assert_eq!(ask(&mut sandbox, &atlas(&source)).0, 200, "{name}");
        let kind = if name.starts_with("sharded") {
            "snapshots/shardedClusters"
        } else {
            "snapshots"
        };
        let (_, snapshots) = ask(&mut sandbox, &atlas(&format!("{source}/backup/{kind}")));
        assert_eq!(
            snapshots["totalCount"].as_u64().unwrap() >= 3,
            name != "backups-off",
            "{name}"
        );
        for group in world["groups"].as_array().unwrap() {
            let id = group["id"].as_str().unwrap();
            // The first list of the failing backend fails.
            ask(
                &mut sandbox,
                &atlas(&format!("/groups/{id}/clusters?itemsPerPage=1")),
            );
            let (_, clusters) = ask(
                &mut sandbox,
                &atlas(&format!("/groups/{id}/clusters?itemsPerPage=1")),
            );
            assert_eq!(
                clusters["totalCount"], group["clusterCount"],
                "{name}: {}",
                group["name"]
            );
        }
    }
}
