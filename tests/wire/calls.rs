//! Calls as data.

use atlas_restore_dialog::atlas::{self, Call};
use atlas_restore_dialog::model::{ClusterRef, RestoreRequest};

pub const PROJECT: &str = "aaaaaaaaaaaaaaaaaaaaaaaa";
pub const ID: &str = "999999999999999999999999";

pub fn orders() -> ClusterRef {
    ClusterRef {
        project_id: PROJECT.to_owned(),
        name: "orders".to_owned(),
    }
}

pub fn request() -> RestoreRequest {
    RestoreRequest {
        source: orders(),
        snapshot_id: ID.to_owned(),
        target: ClusterRef {
            project_id: "bbbbbbbbbbbbbbbbbbbbbbbb".to_owned(),
            name: "orders-copy".to_owned(),
        },
        reason: None,
    }
}

/// Every call to Atlas.
pub fn all() -> Vec<Call> {
    vec![
        atlas::groups(1),
        atlas::group(PROJECT),
        atlas::clusters(PROJECT, 2),
        atlas::cluster(&orders()),
        atlas::process_args(&orders()),
        atlas::encryption_at_rest(PROJECT),
        atlas::snapshots(&orders(), 3),
        atlas::snapshot(&orders(), ID),
        atlas::newest_snapshots(&orders()),
        atlas::sharded_snapshots(&orders()),
        atlas::sharded_snapshot(&orders(), ID),
        atlas::restore_jobs(&orders(), 1),
        atlas::restore_job(&orders(), ID),
        atlas::create_restore_job(&request(), "key", None),
    ]
}

#[test]
fn calls_go_where_they_should() {
    let paths: Vec<String> = all()
        .into_iter()
        .map(|call| format!("{} {} {}", call.method, call.path, call.version().unwrap()))
        .collect();
    let page = |number| format!("itemsPerPage=500&pageNum={number}&includeCount=true");
    let project = format!("/api/atlas/v2/groups/{PROJECT}");
    let orders = format!("{project}/clusters/orders");
    assert_eq!(
        paths,
        [
            format!("GET /api/atlas/v2/groups?{} 2023-01-01", page(1)),
            format!("GET {project} 2023-01-01"),
            format!("GET {project}/clusters?{} 2024-08-05", page(2)),
            format!("GET {orders} 2024-08-05"),
            format!("GET {orders}/processArgs 2024-08-05"),
            format!("GET {project}/encryptionAtRest 2023-01-01"),
            format!("GET {orders}/backup/snapshots?{} 2023-01-01", page(3)),
            format!("GET {orders}/backup/snapshots/{ID} 2023-01-01"),
            format!("GET {orders}/backup/snapshots?itemsPerPage=5 2023-01-01"),
            format!("GET {orders}/backup/snapshots/shardedClusters 2023-01-01"),
            format!("GET {orders}/backup/snapshots/shardedCluster/{ID} 2023-01-01"),
            format!("GET {orders}/backup/restoreJobs?{} 2023-01-01", page(1)),
            format!("GET {orders}/backup/restoreJobs/{ID} 2023-01-01"),
            format!("POST {orders}/backup/restoreJobs 2023-01-01"),
        ]
    );
    let session = atlas::session();
    assert_eq!((session.method, &*session.path), ("GET", "/session"));
    assert_eq!(session.version(), None);
    assert_eq!(session.header("accept"), Some("application/json"));
}

#[test]
fn calls_that_read_have_no_body_and_one_header() {
    for call in all().iter().filter(|call| call.method == "GET") {
        assert_eq!(call.body, None, "{}", call.path);
        assert_eq!(call.headers.len(), 1, "{}", call.path);
    }
}

#[test]
fn restore_call_says_everything_once() {
    let mut request = request();
    request.reason = Some("drill №1, 50% done\nnext".to_owned());
    let call = atlas::create_restore_job(&request, "f00d", Some("token"));
    assert_eq!(call.body, Some(atlas::restore_body(&request)));
    assert_eq!(
        call.body.as_deref(),
        Some(concat!(
            r#"{"deliveryType":"automated","snapshotId":"999999999999999999999999","#,
            r#""targetClusterName":"orders-copy","targetGroupId":"bbbbbbbbbbbbbbbbbbbbbbbb"}"#
        ))
    );
    let atlas = "application/vnd.atlas.2023-01-01+json".to_owned();
    assert_eq!(
        call.headers,
        [
            ("Accept", atlas.clone()),
            ("Content-Type", atlas),
            ("Idempotency-Key", "f00d".to_owned()),
            ("X-CSRF-Token", "token".to_owned()),
            (
                "Restore-Reason",
                "drill%20%E2%84%961%2C%2050%25%20done%0Anext".to_owned()
            ),
        ]
    );
    let call = atlas::create_restore_job(&self::request(), "f00d", None);
    assert_eq!(call.header("X-CSRF-Token"), None);
    assert_eq!(call.header("Restore-Reason"), None);
}

#[test]
fn restore_body_escapes_names() {
    let mut request = request();
    request.target.name = "a\"},{\u{1}".to_owned();
    let body: serde_json::Value = serde_json::from_str(&atlas::restore_body(&request)).unwrap();
    assert_eq!(body["targetClusterName"], "a\"},{\u{1}");
    assert_eq!(body.as_object().unwrap().len(), 4);
}

fn path_for(name: &str) -> String {
    let cluster = ClusterRef {
        project_id: PROJECT.to_owned(),
        name: name.to_owned(),
    };
    atlas::restore_job(&cluster, name).path
}

#[test]
fn names_stay_one_segment_of_the_path() {
    for (name, segment) in [
        ("orders-1_a~b.c", "orders-1_a~b.c"),
        ("a/b", "a%2Fb"),
        ("a\\b", "a%5Cb"),
        ("a?b#c&d=e", "a%3Fb%23c%26d%3De"),
        ("100%", "100%25"),
        ("%2e%2e", "%252e%252e"),
        ("a b+c", "a%20b%2Bc"),
        ("é\u{202e}", "%C3%A9%E2%80%AE"),
        ("...", "..."),
        // Browsers and servers would make these another path; nothing in Atlas has such a name.
        ("..", "%252E%252E"),
        (".", "%252E"),
        ("", "_"),
    ] {
        let expected = format!(
            "/api/atlas/v2/groups/{PROJECT}/clusters/{segment}/backup/restoreJobs/{segment}"
        );
        assert_eq!(path_for(name), expected);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_name_stays_one_segment_of_the_path(name in ".*") {
        let path = path_for(&name);
        let segments: Vec<&str> = path.split('/').collect();
        assert_eq!(segments.len(), 11);
        for segment in &segments[1..] {
            let lower = segment.to_ascii_lowercase().replace("%2e", ".");
            assert!(!["", ".", ".."].contains(&&*lower), "{path}");
        }
        assert!(path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/%-._~".contains(&byte)));
        if !["", ".", ".."].contains(&&*name) {
            assert_eq!(percent_decode(segments[7]), name);
        }
    }
}

#[test]
fn address_of_a_jobs_page_takes_ids_and_names_as_they_are_told_and_lets_none_of_them_out() {
    let cluster = ClusterRef {
        project_id: "64f1c0de0a1b2c3d4e5f6001".to_owned(),
        name: "or/de rs?".to_owned(),
    };
    for (template, address) in [
        (
            "https://portal.example/p/{project}/{cluster}?job={job}#top",
            "https://portal.example/p/64f1c0de0a1b2c3d4e5f6001/or%2Fde%20rs%3F?job=7%22%3E#top",
        ),
        ("/restores/{job}", "/restores/7%22%3E"),
        ("/restores", "/restores"),
        ("/{unknown}/{job", "/{unknown}/{job"),
        ("/{job}{job}", "/7%22%3E7%22%3E"),
        ("", ""),
    ] {
        assert_eq!(atlas::job_page(template, &cluster, "7\">"), address);
    }
}

fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first == '%' {
            bytes.push(u8::from_str_radix(&rest[1..3], 16).unwrap());
            rest = &rest[3..];
        } else {
            bytes.push(first as u8);
            rest = &rest[1..];
        }
    }
    String::from_utf8(bytes).unwrap()
}
