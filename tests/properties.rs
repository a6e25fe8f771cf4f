//! What holds of any input: versions are ordered, readers never panic, and the rules answer every question alike.
//! `PROPTEST_CASES` makes the run longer.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "support/pieces.rs"]
mod pieces;
#[path = "support/vectors.rs"]
mod vectors;

use std::cmp::Ordering;
use std::sync::LazyLock;

use atlas_restore_dialog::atlas;
use atlas_restore_dialog::model::{Timestamp, Version};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::Config;
use serde_json::{Value, json};

fn config() -> Config {
    Config {
        failure_persistence: None,
        ..Config::default()
    }
}

/// Numbers that lie close together and far apart, so that fields tie often.
fn number() -> impl Strategy<Value = u32> {
    prop_oneof![0..4_u32, 8..12_u32, Just(99), Just(100), any::<u32>()]
}

fn version() -> impl Strategy<Value = String> {
    let suffix = prop_oneof![
        4 => Just(String::new()),
        1 => Just("-ent".to_owned()),
        3 => (select(vec!["alpha", "beta", "rc"]), number()).prop_map(|(word, n)| format!("-{word}{n}")),
    ];
    (number(), number(), number(), suffix)
        .prop_map(|(a, b, c, suffix)| format!("{a}.{b}.{c}{suffix}"))
}

/// The order by its definition: numbers first, then the words in their order, then their numbers.
fn key(text: &str) -> Vec<u64> {
    let (numbers, suffix) = text.split_once('-').unwrap_or((text, ""));
    let mut key: Vec<u64> = numbers.split('.').map(|n| n.parse().unwrap()).collect();
    let rank = |word| {
        ["alpha", "beta", "rc"]
            .iter()
            .position(|known| *known == word)
    };
    let digits = suffix
        .find(|c: char| c.is_ascii_digit())
        .unwrap_or(suffix.len());
    let (word, n) = suffix.split_at(digits);
    key.push(rank(word).unwrap_or(3) as u64);
    key.push(n.parse().unwrap_or(0));
    key
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn versions_are_totally_ordered(a in version(), b in version(), c in version()) {
        let read = |text: &str| Version::parse(text).unwrap();
        let (x, y, z) = (read(&a), read(&b), read(&c));
        prop_assert_eq!(x.cmp(&y), key(&a).cmp(&key(&b)), "{} and {}", a, b);
        prop_assert_eq!(x.cmp(&y), y.cmp(&x).reverse());
        prop_assert_eq!(x == y, x.cmp(&y) == Ordering::Equal);
        prop_assert_eq!(x.partial_cmp(&y), Some(x.cmp(&y)));
        let mut sorted = [x, y, z];
        sorted.sort();
        prop_assert!(sorted[0] <= sorted[1] && sorted[1] <= sorted[2] && sorted[0] <= sorted[2]);
    }

    #[test]
    fn versions_survive_being_written(text in version()) {
        let version = Version::parse(&text).unwrap();
        prop_assert_eq!(Version::parse(&version.to_string()), Some(version));
    }

    #[test]
    fn versions_and_times_of_any_text_do_not_panic(text in ".*", close in "[0-9A-Za-z.+:T-]{0,30}") {
        for text in [text, close] {
            let _ = Version::parse(&text);
            let _ = Timestamp::parse(&text);
            let _ = Timestamp::parse_http_date(&text);
            let _ = Timestamp::of_object_id(&text);
            let _ = atlas::check_media_type(&text, &text);
            let _ = atlas::read_retry_after(&text, Timestamp(i64::MIN));
        }
    }

    #[test]
    fn readers_never_panic_on_any_bytes(body in prop::collection::vec(any::<u8>(), 0..200)) {
        read_all(&body);
    }

    #[test]
    fn readers_never_panic_on_json_like_text(body in "[\\[\\]{}\",:0-9a-z\\\\u.eE+ \n-]{0,80}") {
        read_all(body.as_bytes());
    }

    #[test]
    fn readers_never_panic_on_spoilt_answers(
        which in any::<Index>(),
        edits in prop::collection::vec((any::<Index>(), any::<u8>(), 0..4_u8), 1..6),
    ) {
        let mut body = which.get(&ANSWERS).clone();
        for (at, byte, how) in edits {
            let at = at.index(body.len().max(1)).min(body.len());
            match how {
                0 if at < body.len() => body[at] = byte,
                1 => body.insert(at, byte),
                2 if at < body.len() => { body.remove(at); }
                _ => body.truncate(at),
            }
        }
        read_all(&body);
        for size in [1, 2, 7, 40] {
            pieces::alike(&body, size);
        }
    }

    #[test]
    fn lists_are_read_alike_in_any_pieces(which in any::<Index>(), cut in any::<Index>(), size in 1..3_000_usize) {
        let body = which.get(&ANSWERS);
        pieces::alike(body, size);
        pieces::alike(&body[..cut.index(body.len())], size);
    }

    #[test]
    fn lists_that_are_only_like_one_are_read_alike_too(
        members in prop::collection::vec((select(MEMBERS.to_vec()), select(VALUES.to_vec())), 0..5),
        end in select(vec!["}", "} ", "}x", "", ",", ",}"]),
        size in 1..40_usize,
    ) {
        let members: Vec<String> = members.iter().map(|(name, value)| format!("{name}{value}")).collect();
        pieces::alike(format!("{{{}{end}", members.join(",")).as_bytes(), size);
    }

    #[test]
    fn rules_answer_alike_whatever_the_facts(
        which in any::<Index>(),
        edits in prop::collection::vec((any::<Index>(), any::<Index>()), 0..8),
    ) {
        let mut json = which.get(&VECTORS).clone();
        for (place, with) in edits {
            let mut places = Vec::new();
            for part in ["policy", "person", "source", "target", "now"] {
                pointers(&json[part], &format!("/{part}"), &mut places);
            }
            let place = place.get(&places);
            if let Some(value) = json.pointer_mut(place) {
                *value = with.get(&WORDS).clone();
            }
        }
        // Facts that the readers refuse never reach the rules.
        if let Ok(read) = vectors::read("spoilt", &json!([json]).to_string()) {
            for vector in read {
                if let Err(complaint) = vectors::consistent(&vector.source(), &vector.target(), &vector.context()) {
                    prop_assert!(false, "{}\n{}", complaint, vector.json);
                }
            }
        }
    }
}

/// Names as a list may have them, and what may stand in their place.
const MEMBERS: [&str; 7] = [
    "\"results\":",
    " \"results\" : ",
    "\"links\":",
    "\"totalCount\":",
    "\"other\":",
    "\"result\\u0073\":",
    "5:",
];
const VALUES: [&str; 16] = [
    "[]",
    "[ ]",
    "[null]",
    r#"[{"id":"a","name":"a"},{"id":"b","name":"b\u0063"}]"#,
    r#"[{"id":"a","name":"a"},{"id":5}]"#,
    r#"[{"id":"a","name":"a"} {}]"#,
    r#"[{"id":"a","name":"a"},]"#,
    r#"[{"rel":"next"}]"#,
    r#"[{"rel":"self"},null]"#,
    "null",
    "12",
    "-0.5e1",
    "tru",
    "{}",
    "\"a\u{e9}\"",
    "[[[[",
];

static VECTORS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    vectors::FILES
        .iter()
        .flat_map(|(_, text)| serde_json::from_str::<Vec<Value>>(text).unwrap())
        .collect()
});

/// Answers of every kind, as they come.
static ANSWERS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let vector = &VECTORS[0];
    let mut all = Vec::new();
    for part in ["group", "cluster", "snapshot", "encryptionAtRest"] {
        let object = &vector["source"][part];
        all.push(object.clone());
        all.push(
            json!({ "links": [{ "rel": "next" }], "results": [object, object], "totalCount": 2 }),
        );
    }
    all.push(vector["person"].clone());
    all.push(json!({ "policy": { "topology": "matching", "acceptedRoles": ["A"] }, "person": { "name": "é" } }));
    all.push(
        json!({ "detail": "x", "findings": [{ "code": "a", "parameters": { "b": [1.5, null] } }] }),
    );
    all.iter()
        .flat_map(|value| {
            [
                serde_json::to_vec(value).unwrap(),
                serde_json::to_vec_pretty(value).unwrap(),
            ]
        })
        .collect()
});

/// Values that some rule or other reacts to.
static WORDS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let mut words: Vec<Value> = [
        "",
        "AWS",
        "AZURE",
        "GCP",
        "NONE",
        "TENANT",
        "FLEX",
        "REPLICASET",
        "SHARDED",
        "GEOSHARDED",
        "shardedCluster",
        "matching",
        "EMBEDDED",
        "IDLE",
        "CREATING",
        "UPDATING",
        "failed",
        "fallback",
        "CLOUD_MANAGER",
        "ORG_OWNER",
        "GROUP_OWNER",
        "7.0.0",
        "9.0.0",
        "10.0.0-rc1",
        "latest",
        "2026-11-24T10:00:00Z",
        "orders",
        "US_EAST_1",
        "aaaaaaaaaaaaaaaaaaaaaaaa",
        "bbbbbbbbbbbbbbbbbbbbbbbb",
    ]
    .map(Value::from)
    .to_vec();
    words.extend([
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-1),
        json!(1e300),
        json!([]),
        json!({}),
        json!({ "provider": "GCP", "keyPresent": false }),
        json!([{ "targetGroupId": "bbbbbbbbbbbbbbbbbbbbbbbb", "targetClusterName": "orders-copy" }]),
        json!({ "dddddddddddddddddddddddd": ["ORG_OWNER"] }),
        json!({ "topology": "matching", "requireEncryption": false }),
    ]);
    words
});

fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                pointers(value, &format!("{at}/{key}"), all);
            }
        }
        Value::Array(entries) => {
            for (number, value) in entries.iter().enumerate() {
                pointers(value, &format!("{at}/{number}"), all);
            }
        }
        _ => {}
    }
}

fn read_all(body: &[u8]) {
    let _ = atlas::read_session(body);
    let _ = atlas::read_roles(body);
    let _ = atlas::read_policy(body);
    let _ = atlas::read_project(body);
    let _ = atlas::read_projects(body);
    let _ = atlas::read_cluster(body);
    let _ = atlas::read_clusters(body);
    let _ = atlas::read_snapshot(body);
    let _ = atlas::read_snapshots(body);
    let _ = atlas::read_encryption(body);
    let _ = atlas::read_process_args(body);
    let _ = atlas::read_job(body);
    let _ = atlas::read_jobs(body);
    for status in [0, 200, 401, 500] {
        let _ = atlas::read_problem(status, Some("application/json"), body);
        let _ = atlas::read_problem(status, None, body);
    }
}

/// A piece that ends exactly with a result is one that a result must not be taken from twice.
#[test]
fn lists_are_read_alike_in_pieces_of_every_size() {
    let list = r#"{"x":{"y":[1]},"links":[{"rel":"next"}],"results":[{"id":"a","name":"b"},null, {"id":"cd","name":"e"}],"totalCount":3}"#;
    assert_eq!(
        atlas::read_clusters(list.as_bytes()).unwrap().results.len(),
        2
    );
    for size in 1..=list.len() {
        pieces::alike(list.as_bytes(), size);
        pieces::alike(list.replace(r#""e""#, "5").as_bytes(), size);
    }
}

#[test]
fn readers_bear_depth_and_length() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(20_000), close.repeat(20_000));
    for inner in [deep("[", "]"), deep("{\"a\":", "}"), "[".repeat(20_000)] {
        for around in ["results", "links", "policy", "roles", "findings", "unknown"] {
            read_all(format!("{{\"{around}\":{inner}}}").as_bytes());
            read_all(format!("{{\"results\":[{{\"{around}\":{inner}}}]}}").as_bytes());
        }
        read_all(inner.as_bytes());
    }
    read_all(format!("{{\"{}\":5}}", "k".repeat(100_000)).as_bytes());
}
