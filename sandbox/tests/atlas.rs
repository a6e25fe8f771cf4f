//! What Atlas's operations answer.
// Helpers of tests fail as tests do.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod common;

use atlas_sandbox::{Request, parse_rfc3339};
use common::*;
use serde_json::{Value, json};

#[test]
fn session_tells_the_person() {
    let mut world = world_with(json!({"policy": {"topology": "matching"}, "csrfToken": "t"}));
    world["person"]["orgRoles"] = json!({"o": ["ORG_OWNER"]});
    assert_eq!(
        ask(&mut sandbox(&world), &get("/session")),
        (
            200,
            json!({
                "person": {"username": "maya@example.com", "name": "Maya"}, "roles": {SOURCE: ["GROUP_OWNER"]},
                "orgRoles": {"o": ["ORG_OWNER"]}, "policy": {"topology": "matching"}, "csrfToken": "t"
            })
        )
    );
    let nobody_knows = world_with(json!({"person": {"username": "m", "name": "M"}}));
    assert_eq!(
        ask(&mut sandbox(&nobody_knows), &get("/session")),
        (200, json!({"person": {"username": "m", "name": "M"}}))
    );
    assert_eq!(
        ask(
            &mut sandbox(&world_with(json!({"person": null}))),
            &get("/session")
        )
        .0,
        404
    );
}

#[test]
fn objects_are_served_as_written() {
    let mut sandbox = sandbox(&world());
    let (status, body) = ask(
        &mut sandbox,
        &atlas(&format!("/groups/{SOURCE}/clusters/orders")),
    );
    assert_eq!((status, body), (200, cluster(SOURCE, "orders", "AWS")));
    let path = format!("/groups/{SOURCE}/clusters/orders/backup/snapshots/{SNAPSHOT}");
    assert_eq!(ask(&mut sandbox, &atlas(&path)), (200, snapshot(SNAPSHOT)));
    assert_eq!(
        ask(&mut sandbox, &atlas(&format!("/groups/{SOURCE}"))).1["name"],
        "Storefront"
    );
}

#[test]
fn answers_carry_media_type_and_the_clock_of_the_world() {
    let mut sandbox = sandbox(&world());
    let outcome = sandbox.handle(&atlas("/groups").with_header("accept", V1), NOW + 61_000);
    let response = outcome.response().unwrap();
    assert_eq!(
        response.header("Content-Type"),
        Some("application/vnd.atlas.2023-01-01+json;charset=utf-8")
    );
    assert_eq!(
        response.header("Date"),
        Some("Tue, 24 Nov 2026 10:01:01 GMT")
    );
    let real = common::sandbox(&world_with(json!({"now": null})));
    assert_eq!(real.now(NOW + 5), NOW + 5);
}

#[test]
fn what_nobody_wrote_is_empty() {
    let mut sandbox = sandbox(&world_with(
        json!({"processArgs": {format!("{TARGET}/copy"): {"defaultWriteConcern": "2"}}}),
    ));
    assert_eq!(
        ask(
            &mut sandbox,
            &atlas(&format!("/groups/{TARGET}/encryptionAtRest"))
        ),
        (200, json!({}))
    );
    let mut args = |name: &str| {
        ask(
            &mut sandbox,
            &atlas(&format!("/groups/{TARGET}/clusters/{name}/processArgs")),
        )
        .1
    };
    assert_eq!(args("plain")["defaultWriteConcern"], Value::Null);
    assert!(
        args("plain")
            .as_object()
            .unwrap()
            .contains_key("oplogSizeMB")
    );
    assert_eq!(args("copy")["defaultWriteConcern"], "2");
    assert_eq!(args("copy")["noTableScan"], false);
}

#[test]
fn names_are_decoded() {
    let name = "<b>\"ü\" & 50%/x";
    let mut world = world();
    world["clusters"] = json!([cluster(SOURCE, name, "AWS")]);
    let path = format!("/groups/{SOURCE}/clusters/%3Cb%3E%22%C3%BC%22%20%26%2050%25%2Fx");
    assert_eq!(ask(&mut sandbox(&world), &atlas(&path)).1["name"], name);
    assert_eq!(
        ask(
            &mut sandbox(&world),
            &atlas(&format!("/groups/{SOURCE}/clusters/%zz"))
        )
        .0,
        404
    );
}

#[test]
fn wrong_ids_have_atlas_errors() {
    let mut flex = cluster(TARGET, "flex", "NONE");
    flex["replicationSpecs"][0]["regionConfigs"][0]["providerName"] = json!("FLEX");
    let mut world = world();
    world["clusters"].as_array_mut().unwrap().push(flex);
    let mut sandbox = sandbox(&world);
    let nobody = "0123456789abcdef01234567";
    for (path, status, code) in [
        (format!("/groups/{nobody}"), 404, "GROUP_NOT_FOUND"),
        ("/groups/nonsense/clusters".into(), 400, "INVALID_GROUP_ID"),
        (
            format!("/groups/{SOURCE}/clusters/none"),
            404,
            "CLUSTER_NOT_FOUND",
        ),
        (
            format!("/groups/{SOURCE}/clusters/none/processArgs"),
            404,
            "CLUSTER_NOT_FOUND",
        ),
        (
            format!("/groups/{SOURCE}/clusters/none/backup/snapshots"),
            404,
            "CLUSTER_NOT_FOUND",
        ),
        (
            format!("/groups/{SOURCE}/clusters/orders/backup/snapshots/{nobody}"),
            404,
            "SNAPSHOT_NOT_FOUND",
        ),
        (
            format!("/groups/{SOURCE}/clusters/orders/backup/snapshots/x"),
            404,
            "INVALID_SNAPSHOT_ID",
        ),
        (
            format!("/groups/{SOURCE}/clusters/orders/backup/snapshots/shardedCluster/{SNAPSHOT}"),
            404,
            "SNAPSHOT_NOT_FOUND",
        ),
        (
            format!("/groups/{SOURCE}/clusters/orders/backup/restoreJobs/{nobody}"),
            404,
            "RESTORE_JOB_NOT_FOUND",
        ),
        (
            format!("/groups/{SOURCE}/clusters/orders/backup/restoreJobs/x"),
            400,
            "INVALID_RESTORE_JOB_ID",
        ),
        (
            format!("/groups/{TARGET}/clusters/flex"),
            400,
            "CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API",
        ),
        ("/nothing".into(), 404, "RESOURCE_NOT_FOUND"),
    ] {
        assert_eq!(
            error(&mut sandbox, &atlas(&path)),
            (status, code.into()),
            "{path}"
        );
    }
    let (_, clusters) = ask(&mut sandbox, &atlas(&format!("/groups/{TARGET}/clusters")));
    assert!(
        clusters["results"]
            .as_array()
            .unwrap()
            .iter()
            .all(|c| c["name"] != "flex")
    );
    assert_eq!(clusters["totalCount"], 3);
    assert_eq!(
        error(
            &mut sandbox,
            &Request::new("DELETE", "/restore/api/atlas/v2/groups")
        )
        .0,
        405
    );
}

#[test]
fn versions_and_media_types_are_checked() {
    let mut sandbox = sandbox(&world());
    for (accept, path, status) in [
        (V1, "/groups", 200),
        (V2, "/groups", 406),
        (V1, "/groups/aaaaaaaaaaaaaaaaaaaaaaaa/clusters", 406),
        (V2, "/groups/aaaaaaaaaaaaaaaaaaaaaaaa/clusters", 200),
        (
            "application/vnd.atlas.2023-01-01+json; q=1, text/plain",
            "/groups",
            200,
        ),
        ("text/html", "/groups", 406),
        ("*/*", "/groups", 200),
    ] {
        assert_eq!(
            ask(&mut sandbox, &atlas(path).with_header("Accept", accept)).0,
            status,
            "{accept} {path}"
        );
    }
    let plain = Request::new("POST", JOBS)
        .with_header("Content-Type", "text/plain")
        .with_body("{}");
    assert_eq!(error(&mut sandbox, &plain).0, 415);
}

#[test]
fn lists_are_paged() {
    let mut world = world();
    world["clusters"] = (0..7)
        .map(|n| cluster(SOURCE, &format!("c{n}"), "AWS"))
        .collect();
    let mut sandbox = sandbox(&world);
    let path = format!("/groups/{SOURCE}/clusters");
    let mut names = Vec::new();
    for page in 1..=4 {
        let (_, body) = ask(
            &mut sandbox,
            &atlas(&format!("{path}?itemsPerPage=3&pageNum={page}")),
        );
        let rels: Vec<&str> = body["links"]
            .as_array()
            .unwrap()
            .iter()
            .map(|l| l["rel"].as_str().unwrap())
            .collect();
        assert_eq!(rels.contains(&"next"), page < 3, "page {page}: {rels:?}");
        assert_eq!(rels.contains(&"previous"), page > 1);
        assert_eq!(body["totalCount"], 7);
        names.extend(
            body["results"]
                .as_array()
                .unwrap()
                .iter()
                .map(|c| c["name"].as_str().unwrap().to_owned()),
        );
    }
    assert_eq!(names, ["c0", "c1", "c2", "c3", "c4", "c5", "c6"]);
    let (_, uncounted) = ask(&mut sandbox, &atlas(&format!("{path}?includeCount=false")));
    assert!(uncounted.get("totalCount").is_none());
    for bad in [
        "itemsPerPage=0",
        "itemsPerPage=501",
        "itemsPerPage=x",
        "pageNum=0",
        "pageNum=-1",
        "includeCount=maybe",
    ] {
        assert_eq!(
            error(&mut sandbox, &atlas(&format!("{path}?{bad}"))),
            (400, "VALIDATION_ERROR".into()),
            "{bad}"
        );
    }
}

#[test]
fn sharded_snapshots_have_their_own_lists() {
    let mut sharded = snapshot("999999999999999999999992");
    sharded["type"] = json!("shardedCluster");
    sharded["members"] =
        json!([{"id": "999999999999999999999993", "cloudProvider": "AWS", "replicaSetName": "s0"}]);
    let mut world = world();
    world["snapshots"]
        .as_array_mut()
        .unwrap()
        .push(json!({"groupId": SOURCE, "clusterName": "orders", "snapshot": sharded}));
    let mut sandbox = sandbox(&world);
    let base = format!("/groups/{SOURCE}/clusters/orders/backup/snapshots");
    let ids = |body: &Value| -> Vec<String> {
        body["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| s["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids(&ask(&mut sandbox, &atlas(&base)).1), [SNAPSHOT]);
    let (_, list) = ask(
        &mut sandbox,
        &atlas(&format!("{base}/shardedClusters?itemsPerPage=0")),
    );
    assert_eq!(ids(&list), ["999999999999999999999992"]);
    assert_eq!(
        ask(
            &mut sandbox,
            &atlas(&format!("{base}/shardedCluster/999999999999999999999992"))
        )
        .0,
        200
    );
    assert_eq!(
        ask(
            &mut sandbox,
            &atlas(&format!("{base}/999999999999999999999992"))
        )
        .0,
        404
    );
    let one_shard = json!({"deliveryType": "automated", "snapshotId": "999999999999999999999993", "targetGroupId": TARGET, "targetClusterName": "copy"});
    assert_eq!(
        error(&mut sandbox, &post(&one_shard)),
        (400, "AUTOMATED_RESTORE_OF_SHARD_NOT_ALLOWED".into())
    );
}

#[test]
fn deleted_cluster_leaves_its_snapshots() {
    let mut world = world();
    world["clusters"].as_array_mut().unwrap().remove(0);
    let mut sandbox = sandbox(&world);
    assert_eq!(
        error(
            &mut sandbox,
            &atlas(&format!("/groups/{SOURCE}/clusters/orders"))
        )
        .1,
        "CLUSTER_NOT_FOUND"
    );
    let path = format!("/groups/{SOURCE}/clusters/orders/backup/snapshots");
    assert_eq!(ask(&mut sandbox, &atlas(&path)).1["totalCount"], 1);
    assert_eq!(ask(&mut sandbox, &restore(TARGET, "copy")).0, 200);
}

#[test]
fn restore_runs_and_finishes() {
    for (outcome, flag) in [
        ("completed", None),
        ("failed", Some("failed")),
        ("cancelled", Some("cancelled")),
        ("expired", Some("expired")),
    ] {
        let mut sandbox = sandbox(&world_with(json!({"restoreOutcome": outcome})));
        let (status, job) = ask_at(&mut sandbox, &restore(TARGET, "copy"), 5_000);
        assert_eq!(status, 200, "{job}");
        let id = job["id"].as_str().unwrap();
        let seconds = i64::from_str_radix(&id[..8], 16).unwrap();
        assert_eq!(
            seconds * 1000,
            parse_rfc3339("2026-11-24T10:00:05Z").unwrap()
        );
        assert_eq!(id.len(), 24);
        assert_eq!(job["timestamp"], "2026-11-23T22:00:00Z");
        assert_eq!(job["targetClusterName"], "copy");
        assert_eq!(job["failed"], false);
        assert!(job.get("finishedAt").is_none());

        let one = Request::new("GET", &format!("{JOBS}/{id}"));
        let (_, running) = ask_at(&mut sandbox, &one, 24_999);
        assert_eq!(running, job);
        let (_, ended) = ask_at(&mut sandbox, &one, 25_000);
        match flag {
            None => assert_eq!(ended["finishedAt"], "2026-11-24T10:00:25Z"),
            Some(flag) => assert_eq!(
                (&ended[flag], ended.get("finishedAt")),
                (&json!(true), None)
            ),
        }
        let (_, list) = ask_at(&mut sandbox, &Request::new("GET", JOBS), 25_000);
        assert_eq!(list["results"], json!([ended]));
    }
}

#[test]
fn listed_job_runs_from_the_start_and_null_is_for_ever() {
    let job = json!({"id": "888888888888888888888888", "deliveryType": "automated", "targetGroupId": TARGET, "targetClusterName": "copy"});
    let mut world = world_with(
        json!({"restoreJobs": [{"groupId": SOURCE, "clusterName": "orders", "job": job}]}),
    );
    let one = Request::new("GET", &format!("{JOBS}/888888888888888888888888"));
    let mut finite = sandbox(&world);
    assert!(
        ask_at(&mut finite, &one, 19_999)
            .1
            .get("finishedAt")
            .is_none()
    );
    assert_eq!(
        seen(&finite.handle(&restore(TARGET, "copy"), NOW + 19_999)).0,
        409
    );
    assert_eq!(
        ask_at(&mut finite, &one, 20_000).1["finishedAt"],
        "2026-11-24T10:00:20Z"
    );
    assert_eq!(
        seen(&finite.handle(&restore(TARGET, "copy"), NOW + 20_000)).0,
        200
    );
    world["restoreSeconds"] = json!(null);
    let mut endless = sandbox(&world);
    assert!(
        ask_at(&mut endless, &one, 1_000_000_000)
            .1
            .get("finishedAt")
            .is_none()
    );
}

#[test]
fn restore_is_refused_as_atlas_would() {
    let change = |path: &str, value: Value| {
        let mut world = world();
        *world.pointer_mut(path).unwrap() = value;
        world
    };
    let order = |member: &str, value: Value| {
        let mut body = json!({"deliveryType": "automated", "snapshotId": SNAPSHOT, "targetGroupId": TARGET, "targetClusterName": "copy"});
        body[member] = value;
        post(&body)
    };
    let nobody = "0123456789abcdef01234567";
    let copy = || restore(TARGET, "copy");
    let raw = |body: &str| {
        Request::new("POST", JOBS)
            .with_header("Content-Type", V1)
            .with_body(body)
    };
    for (world, request, status, code) in [
        (world(), raw("{"), 400, "INVALID_JSON"),
        (world(), raw("[]"), 400, "INVALID_JSON"),
        (world(), raw("{}"), 400, "MISSING_ATTRIBUTE"),
        (
            world(),
            raw(r#"{"deliveryType": "automated"}"#),
            400,
            "MISSING_ATTRIBUTE",
        ),
        (
            world(),
            order("deliveryType", json!("post")),
            400,
            "INVALID_ENUM_VALUE",
        ),
        (
            world(),
            order("deliveryType", json!(1)),
            400,
            "INVALID_ATTRIBUTE",
        ),
        (
            world(),
            order("reason", json!("why not")),
            400,
            "INVALID_ATTRIBUTE",
        ),
        (
            world(),
            order("snapshotId", json!("x")),
            400,
            "INVALID_ATTRIBUTE",
        ),
        (
            world(),
            order("snapshotId", json!(nobody)),
            404,
            "SNAPSHOT_NOT_FOUND",
        ),
        (
            world(),
            order("deliveryType", json!("pointInTime")),
            400,
            "INVALID_PIT_RESTORE_TIME",
        ),
        (world(), restore(nobody, "copy"), 404, "GROUP_NOT_FOUND"),
        (world(), restore(TARGET, "none"), 404, "CLUSTER_NOT_FOUND"),
        (
            world(),
            restore(TARGET, "plain"),
            400,
            "INVALID_SNAPSHOT_RESTORE_ENCRYPTION",
        ),
        (
            world(),
            restore(TARGET, "azure"),
            400,
            "INVALID_SNAPSHOT_RESTORE_ENCRYPTION",
        ),
        (
            change("/snapshots/0/snapshot/masterKeyUUID", json!(null)),
            copy(),
            400,
            "INVALID_SNAPSHOT_RESTORE_ENCRYPTION",
        ),
        (
            change("/clusters/1/paused", json!(true)),
            copy(),
            400,
            "CLUSTER_PAUSED_CANNOT_RESTORE",
        ),
        (
            change("/snapshots/0/snapshot/status", json!("inProgress")),
            copy(),
            409,
            "CANNOT_START_RESTORE_JOB_FOR_INCOMPLETE_CLUSTER_SNAPSHOT",
        ),
        (
            change(
                "/snapshots/0/snapshot/expiresAt",
                json!("2026-11-24T11:00:00+01:00"),
            ),
            copy(),
            409,
            "CANNOT_START_RESTORE_JOB_FOR_DELETED_SNAPSHOT",
        ),
    ] {
        let mut sandbox = sandbox(&world);
        assert_eq!(
            error(&mut sandbox, &request),
            (status, code.into()),
            "{request:?}"
        );
        assert_eq!(
            ask(&mut sandbox, &Request::new("GET", JOBS)).1["totalCount"],
            0,
            "a refused restore has no job"
        );
    }
    let mut sandbox = sandbox(&world());
    assert_eq!(
        ask(&mut sandbox, &copy().with_header("Idempotency-Key", "1")).0,
        200
    );
    assert_eq!(
        error(&mut sandbox, &copy().with_header("Idempotency-Key", "1")),
        (409, "ATLAS_CLUSTER_RESTORE_IN_PROGRESS".into())
    );
}

#[test]
fn encryption_is_derived_where_the_snapshot_is_silent() {
    let mut silent = snapshot(SNAPSHOT);
    silent.as_object_mut().unwrap().remove("masterKeyUUID");
    let try_with = |source: &str, extension: Value, target: &str| {
        let mut snapshot = silent.clone();
        snapshot["encryptionAtRest"] = extension;
        let mut world = world_with(
            json!({"snapshots": [{"groupId": SOURCE, "clusterName": "orders", "snapshot": snapshot}]}),
        );
        world["clusters"][0]["encryptionAtRestProvider"] = json!(source);
        ask(&mut sandbox(&world), &restore(TARGET, target)).0
    };
    assert_eq!(try_with("AZURE", json!(null), "azure"), 200);
    assert_eq!(try_with("AZURE", json!(null), "copy"), 400);
    assert_eq!(try_with("NONE", json!(null), "plain"), 200);
    assert_eq!(try_with("NONE", json!({"provider": "AWS"}), "copy"), 200);
    assert_eq!(
        try_with(
            "NONE",
            json!({"provider": "AWS", "keyPresent": false}),
            "copy"
        ),
        400
    );
    assert_eq!(try_with("HSM", json!(null), "copy"), 200);
}

#[test]
fn download_can_be_cancelled_and_automated_not() {
    let mut sandbox = sandbox(&world());
    let (_, job) = ask(
        &mut sandbox,
        &post(&json!({"deliveryType": "download", "snapshotId": SNAPSHOT})),
    );
    let one = format!("{JOBS}/{}", job["id"].as_str().unwrap());
    assert_eq!(
        ask_at(&mut sandbox, &Request::new("GET", &one), 20_000).1["deliveryUrl"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(ask(&mut sandbox, &Request::new("DELETE", &one)).0, 204);
    assert_eq!(
        ask(&mut sandbox, &Request::new("GET", &one)).1["cancelled"],
        true
    );
    let (_, job) = ask(&mut sandbox, &restore(TARGET, "copy"));
    let one = format!("{JOBS}/{}", job["id"].as_str().unwrap());
    assert_eq!(
        error(&mut sandbox, &Request::new("DELETE", &one)),
        (400, "CANNOT_CANCEL_AUTOMATED_RESTORE".into())
    );
}

#[test]
fn csrf_token_is_wanted_where_the_session_gives_one() {
    let mut sandbox = sandbox(&world_with(json!({"csrfToken": "secret"})));
    assert_eq!(ask(&mut sandbox, &restore(TARGET, "copy")).0, 403);
    assert_eq!(
        ask(
            &mut sandbox,
            &restore(TARGET, "copy").with_header("X-CSRF-Token", "other")
        )
        .0,
        403
    );
    assert_eq!(
        ask(
            &mut sandbox,
            &restore(TARGET, "copy").with_header("x-csrf-token", "secret")
        )
        .0,
        200
    );
}

#[test]
fn api_wants_a_token_that_it_gave() {
    let mut sandbox = sandbox(&world_with(
        json!({"tokenSeconds": 60, "csrfToken": "not for programs"}),
    ));
    let groups = Request::new("GET", "/api/atlas/v2/groups");
    assert_eq!(ask(&mut sandbox, &groups).0, 401);
    assert_eq!(
        ask(
            &mut sandbox,
            &groups
                .clone()
                .with_header("Authorization", "Bearer made-up")
        )
        .0,
        401
    );
    let token = Request::new("POST", "/api/oauth/token");
    assert_eq!(
        ask(
            &mut sandbox,
            &token.clone().with_body("grant_type=client_credentials")
        )
        .0,
        401
    );
    let token = token.with_header("Authorization", "Basic bWU6c2VjcmV0");
    assert_eq!(
        ask(
            &mut sandbox,
            &token.clone().with_body("grant_type=password")
        )
        .0,
        400
    );
    let (status, body) = ask(
        &mut sandbox,
        &token.with_body("grant_type=client_credentials"),
    );
    assert_eq!(
        (status, &body["expires_in"], &body["token_type"]),
        (200, &json!(60), &json!("Bearer"))
    );
    let bearer = format!("Bearer {}", body["access_token"].as_str().unwrap());
    let groups = groups.with_header("authorization", &bearer);
    assert_eq!(ask_at(&mut sandbox, &groups, 59_999).0, 200);
    assert_eq!(ask_at(&mut sandbox, &groups, 60_000).0, 401);
    let mut post = restore(TARGET, "copy").with_header("Authorization", &bearer);
    post.path_and_query = post.path_and_query.trim_start_matches("/restore").into();
    assert_eq!(ask(&mut sandbox, &post).0, 200);
}
