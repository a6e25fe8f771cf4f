//! What is passed on, to whom, and what of it.

use serde_json::{Value, json};

use super::support::*;

#[tokio::test]
async fn session_says_who_and_what_he_may() {
    let gateway = Gateway::over(&world());
    let got = gateway.call(get("/restore/session")).await;
    assert_eq!(got.status, 200);
    let session = atlas_restore_dialog::atlas::read_session(&got.bytes).unwrap();
    assert_eq!(session.person.username.as_deref(), Some(PERSON));
    assert_eq!(session.person.name.as_deref(), Some("Maya Okafor"));
    let roles = session.roles.roles.unwrap();
    assert_eq!(roles.get(SOURCE).unwrap(), ["GROUP_OWNER"]);
    assert_eq!(roles.get(STRANGE), None);
    let of_org = session.roles.org_roles.unwrap();
    assert_eq!(of_org.get(ORG).unwrap(), ["ORG_MEMBER"]);
    assert!(session.csrf_token.is_some());
    assert_eq!(session.policy.unwrap(), gateway.app.config.policy);
    assert_eq!(got.header("cache-control"), "no-store");
}

#[tokio::test]
async fn projects_are_the_persons_own() {
    let gateway = Gateway::over(&world());
    let list = gateway.read(&format!("{API}/groups")).await;
    let names: Vec<&str> = list["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| group["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["Storefront", "Storefront Staging", "Analytics", "Payments"]
    );
    assert_eq!(list["totalCount"], 4);
    let second = gateway
        .read(&format!("{API}/groups?itemsPerPage=3&pageNum=2"))
        .await;
    assert_eq!(second["results"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn owner_of_the_organization_sees_all_of_it() {
    let mut world = world();
    world["person"]["roles"] = json!({});
    world["person"]["orgRoles"] = json!({ORG: ["ORG_OWNER"]});
    let gateway = Gateway::over(&world);
    let list = gateway.read(&format!("{API}/groups")).await;
    assert_eq!(list["totalCount"], 5);
    gateway.read(&format!("{API}/groups/{STRANGE}")).await;
}

#[tokio::test]
async fn role_through_a_team_counts_and_an_invitation_does_not() {
    let user = |status: &str, teams: Value| {
        json!({"orgId": ORG, "user": {
            "username": PERSON, "id": "000000000000000000000001", "orgMembershipStatus": status, "teamIds": teams,
            "roles": {"orgRoles": ["ORG_MEMBER"], "groupRoleAssignments": [{"groupId": SOURCE, "groupRoles": ["GROUP_OWNER"]}]}
        }, "teamRoles": {TARGET: ["GROUP_OWNER"]}})
    };
    let teams = json!(["000000000000000000000002"]);
    for (user, expected) in [
        (
            user("ACTIVE", teams.clone()),
            json!({SOURCE: ["GROUP_OWNER"], TARGET: ["GROUP_OWNER"]}),
        ),
        (user("ACTIVE", json!([])), json!({SOURCE: ["GROUP_OWNER"]})),
        (user("PENDING", teams), json!({})),
    ] {
        let gateway = Gateway::over(&world_with(json!({ "users": [user] })));
        let session = gateway.read("/restore/session").await;
        assert_eq!(session["roles"], expected);
    }
}

#[tokio::test]
async fn roles_are_believed_for_a_while_and_asked_for_once() {
    let gateway = Gateway::over(&world());
    let path = format!("{API}/groups/{SOURCE}/clusters/orders");
    let calls = (0..8).map(|_| {
        let (gateway, path) = (gateway.clone(), path.clone());
        tokio::spawn(async move { gateway.call(get(&path)).await.status })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap(), 200);
    }
    let asked = gateway.asked();
    let of = |end: &str| asked.iter().filter(|(_, path)| path.ends_with(end)).count();
    assert_eq!(of("/users"), 1);
    assert_eq!(of("/oauth/token"), 1);
    assert_eq!(of("/v2/groups"), 1);
    assert_eq!(of("/clusters/orders"), 8);
}

#[tokio::test]
async fn project_of_others_looks_like_none() {
    let gateway = Gateway::over(&world());
    let of = |id: &str| format!("{API}/groups/{id}/clusters");
    let strange = gateway.call(get(&of(STRANGE))).await;
    let absent = gateway.call(get(&of("64f1c0de0a1b2c3d4e5fffff"))).await;
    assert_eq!(strange.refusal(), (404, "not-found".into()));
    assert_eq!(strange.bytes, absent.bytes);
}

#[tokio::test]
async fn answers_of_atlas_are_passed_on_with_their_kind_and_time() {
    let gateway = Gateway::over(&world());
    let got = gateway
        .call(get(&format!(
            "{API}/groups/{SOURCE}/clusters/orders/backup/snapshots?itemsPerPage=2"
        )))
        .await;
    assert_eq!(got.status, 200);
    assert_eq!(got.header("content-type"), format!("{V1};charset=utf-8"));
    assert!(got.header("date").starts_with("Tue, 24 Nov 2026 10:0"));
    assert_eq!(got.json()["results"].as_array().unwrap().len(), 2);
    let missing = gateway
        .call(get(&format!("{API}/groups/{SOURCE}/clusters/absent")))
        .await;
    assert_eq!(missing.status, 404);
    assert_eq!(missing.json()["errorCode"], "CLUSTER_NOT_FOUND");
    assert_eq!(missing.header("x-error-code"), "CLUSTER_NOT_FOUND");
}

#[tokio::test]
async fn secrets_of_keys_and_clusters_do_not_pass() {
    let mut world = world();
    world["encryptionAtRest"][SOURCE]["awsKms"]["accessKeyID"] = json!("AKIAHIDDEN");
    world["clusters"][0]["connectionStrings"] =
        json!({"standardSrv": "mongodb+srv://hidden.example"});
    world["restoreJobs"] = json!([{"groupId": SOURCE, "clusterName": "orders", "job": {
        "id": "6b0400000000000000000001", "deliveryType": "download", "snapshotId": SNAPSHOT,
        "deliveryUrl": ["https://hidden.example/all-of-it.tgz"],
        "privateDownloadDeliveryUrls": [{"deliveryUrl": "https://hidden.example/2", "endpointId": "hidden"}],
        "components": [{"replicaSetName": "rs0", "downloadUrl": "https://hidden.example/3"}], "cancelled": false, "expired": false, "failed": false}}]);
    let gateway = Gateway::over(&world);
    let keys = gateway
        .call(get(&format!("{API}/groups/{SOURCE}/encryptionAtRest")))
        .await;
    let encryption = atlas_restore_dialog::atlas::read_encryption(&keys.bytes).unwrap();
    assert_ne!(
        encryption,
        atlas_restore_dialog::model::ProjectEncryption::default()
    );
    let jobs = "clusters/orders/backup/restoreJobs";
    for path in [
        "encryptionAtRest",
        "clusters",
        "clusters/orders",
        jobs,
        &format!("{jobs}/6b0400000000000000000001"),
    ] {
        let got = gateway
            .call(get(&format!("{API}/groups/{SOURCE}/{path}")))
            .await;
        assert_eq!(got.status, 200);
        let text = String::from_utf8(got.bytes).unwrap().to_lowercase();
        assert!(!text.contains("hidden"), "{path}: {text}");
    }
}

#[tokio::test]
async fn other_operations_and_queries_are_not_there() {
    let gateway = Gateway::over(&world());
    let code = |got: Got| got.refusal();
    for path in ["orgs", "groups/x", "groups/64f1c0de0a1b2c3d4e5f6001/users"] {
        let got = gateway.call(get(&format!("{API}/{path}"))).await;
        assert_eq!(code(got), (404, "not-found".into()), "{path}");
    }
    let got = gateway
        .call(get(&format!("{API}/groups?envelope=true")))
        .await;
    assert_eq!(code(got), (400, "query-not-allowed".into()));
    let job = format!("{JOBS}/64f1c0de0a1b2c3d4e5f6009");
    let delete = axum::http::Request::delete(&job)
        .body(axum::body::Body::empty())
        .unwrap();
    let got = gateway.call(delete).await;
    assert_eq!(got.header("allow"), "GET");
    assert_eq!(code(got), (405, "method-not-allowed".into()));
    let got = gateway
        .call(with(get(&format!("{API}/groups")), "accept", "text/html"))
        .await;
    assert_eq!(code(got), (406, "not-acceptable".into()));
}

#[tokio::test]
async fn nothing_of_the_callers_reaches_atlas() {
    let gateway = Gateway::over(&world());
    let path = format!("{API}/groups/{SOURCE}/clusters/orders");
    let mut request = get(&path);
    for (name, value) in [
        ("authorization", "Bearer of-the-person"),
        ("cookie", "session=of-the-person"),
        ("x-forwarded-for", "1.2.3.4"),
        ("connection", "x-secret"),
        ("x-secret", "of-the-person"),
        ("x-request-id", "request-of-the-proxy"),
    ] {
        request = with(request, name, value);
    }
    let got = gateway.call(request).await;
    assert_eq!(got.header("x-request-id"), "request-of-the-proxy");
    let log = gateway.log();
    let asked = log.last().unwrap();
    let mut names: Vec<&String> = asked["headers"].as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["accept", "authorization", "x-request-id"]);
    assert!(!asked.to_string().contains("of-the-person"));
    assert_eq!(asked["headers"]["x-request-id"], "request-of-the-proxy");
}

#[tokio::test]
async fn trouble_of_atlas_is_told_from_the_persons() {
    let fault = |status: u16, code: &str| json!([{"method": "GET", "path": "clusters/orders", "do": {"status": status, "body": {"errorCode": code, "error": status}, "headers": {"x-error-code": code}}}]);
    let path = format!("{API}/groups/{SOURCE}/clusters/orders");
    for (faults, status, own) in [
        (fault(401, "UNEXPECTED_ERROR"), 502, true),
        (fault(401, "NOT_IN_GROUP"), 403, false),
        (fault(500, "UNEXPECTED_ERROR"), 500, false),
        (
            json!([{"path": "clusters/orders", "do": "html"}]),
            502,
            true,
        ),
        (
            json!([{"path": "clusters/orders", "do": "malformed"}]),
            502,
            true,
        ),
        (
            json!([{"path": "clusters/orders", "do": "drop"}]),
            503,
            true,
        ),
    ] {
        let gateway = Gateway::over(&world_with(json!({ "faults": faults })));
        let got = gateway.call(get(&path)).await;
        assert_eq!(got.status, status, "{faults}");
        assert_eq!(
            got.header("content-type") == "application/problem+json",
            own,
            "{faults}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn atlas_that_fails_is_not_asked_by_everybody_who_waits() {
    let faults = json!([{"method": "GET", "path": "v2/groups?", "do": {"status": 500}}]);
    let gateway = Gateway::over(&world_with(json!({ "faults": faults })));
    let lists = |gateway: &Gateway| {
        let asked = gateway.asked();
        asked
            .iter()
            .filter(|(_, path)| path.ends_with("/groups"))
            .count()
    };
    for _ in 0..20 {
        let got = gateway.call(get("/restore/session")).await;
        assert_eq!(got.refusal(), (503, "atlas-unreachable".into()));
    }
    assert_eq!(lists(&gateway), 1);
    tokio::time::advance(std::time::Duration::from_secs(2)).await;
    gateway.call(get("/restore/session")).await;
    assert_eq!(lists(&gateway), 2);
}

#[tokio::test]
async fn read_without_an_answer_is_sent_once_more() {
    let faults =
        json!([{"method": "GET", "path": "clusters/orders", "nth": 1, "do": "drop-before"}]);
    let gateway = Gateway::over(&world_with(json!({ "faults": faults })));
    gateway
        .read(&format!("{API}/groups/{SOURCE}/clusters/orders"))
        .await;
}

#[tokio::test]
async fn rate_limit_on_what_a_session_needs_is_passed_on() {
    for path in ["v2/groups?", "/users"] {
        let faults = json!([{"method": "GET", "path": path, "do": {"status": 429, "headers": {"retry-after": "42", "content-type": "application/json"}, "body": {"errorCode": "RATE_LIMITED", "error": 429}}}]);
        let gateway = Gateway::over(&world_with(json!({ "faults": faults })));
        let got = gateway.call(get("/restore/session")).await;
        assert_eq!(got.refusal(), (429, "rate-limited-by-atlas".into()));
        assert_eq!(got.header("retry-after"), "42", "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn rate_limit_of_atlas_is_passed_on_and_kept() {
    let faults = json!([{"method": "GET", "path": "clusters/orders", "nth": 1, "do": {"status": 429, "headers": {"retry-after": "7", "content-type": "application/json"}, "body": {"errorCode": "RATE_LIMITED", "error": 429}}}]);
    let gateway = Gateway::over(&world_with(json!({ "faults": faults })));
    let path = format!("{API}/groups/{SOURCE}/clusters/orders");
    let got = gateway.call(get(&path)).await;
    assert_eq!((got.status, got.header("retry-after")), (429, "7"));
    let asked = gateway.asked().len();
    let got = gateway.call(get(&path)).await;
    assert_eq!(got.status, 429);
    assert_eq!(got.json()["errorCode"], "RATE_LIMITED");
    assert_eq!(gateway.asked().len(), asked, "Atlas was asked all the same");
    // The limit is of this project's clusters.
    for other in [
        format!("{API}/groups/{SOURCE}/encryptionAtRest"),
        format!("{API}/groups/{TARGET}/clusters"),
    ] {
        assert_eq!(gateway.call(get(&other)).await.status, 200, "{other}");
    }
    tokio::time::advance(std::time::Duration::from_secs(8)).await;
    assert_eq!(gateway.call(get(&path)).await.status, 200);
}
