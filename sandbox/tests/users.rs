//! The users of organizations and projects, as a gateway asks for them.
// Helpers of tests fail as tests do.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod common;

use atlas_sandbox::Request;
use common::*;
use serde_json::json;

const ORG: &str = "dddddddddddddddddddddddd";

fn users(path: &str) -> Request {
    Request::new("GET", &format!("/restore/api/atlas/v2{path}"))
        .with_header("Accept", "application/vnd.atlas.2025-02-19+json")
}

#[test]
fn person_of_the_world_is_a_user_of_its_organization() {
    let mut sandbox = sandbox(&world());
    let (status, found) = ask(
        &mut sandbox,
        &users(&format!("/orgs/{ORG}/users?username=maya%40example.com")),
    );
    assert_eq!(status, 200);
    let user = &found["results"][0];
    assert_eq!(user["orgMembershipStatus"], "ACTIVE");
    assert_eq!(
        user["roles"]["groupRoleAssignments"],
        json!([{"groupId": SOURCE, "groupRoles": ["GROUP_OWNER"]}])
    );
    let (_, nobody) = ask(
        &mut sandbox,
        &users(&format!("/orgs/{ORG}/users?username=someone%40example.com")),
    );
    assert_eq!(nobody["results"], json!([]));
}

#[test]
fn roles_through_a_team_show_only_where_teams_are_flattened() {
    let user = json!({
        "username": "kim@example.com", "id": "000000000000000000000001", "orgMembershipStatus": "ACTIVE",
        "roles": {"orgRoles": ["ORG_MEMBER"], "groupRoleAssignments": []}, "teamIds": ["000000000000000000000002"]
    });
    let world = world_with(json!({
        "users": [{"orgId": ORG, "user": user, "teamRoles": {TARGET: ["GROUP_OWNER"]}}]
    }));
    let mut sandbox = sandbox(&world);
    let path = format!("/groups/{TARGET}/users?username=kim%40example.com");
    let (_, without) = ask(&mut sandbox, &users(&path));
    assert_eq!(without["results"], json!([]));
    let (_, with) = ask(&mut sandbox, &users(&format!("{path}&flattenTeams=true")));
    assert_eq!(with["results"][0]["roles"], json!(["GROUP_OWNER"]));
}
