//! JSON itself: what is read and what is refused, against another reader.

use atlas_restore_dialog::atlas;
use atlas_restore_dialog::model::Failure;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Its value as JSON, as it comes out again.
fn written(value: &str) -> Option<String> {
    let body = format!(r#"{{"x":{value}}}"#);
    match atlas::read_problem(400, None, body.as_bytes()) {
        Failure::Refused(problem) => problem.extra.into_iter().next().map(|(_, text)| text),
        other => panic!("{other:?}"),
    }
}

/// Whether it is no JSON, where all of it is built.
fn is_refused(body: &[u8]) -> bool {
    let (_, warnings) = atlas::read_policy(body);
    let mut warnings = warnings.iter();
    warnings.any(|text| {
        text.contains("policy: ") && (text.contains("no JSON: ") || text.contains("ends early"))
    })
}

/// Whether it is no JSON, where it is passed over.
fn is_refused_unread(value: &str) -> bool {
    let body = format!(r#"{{"id":"a","name":"b","x":{value}}}"#);
    atlas::read_cluster(body.as_bytes()).is_err()
}

#[test]
fn what_is_no_json_is_refused_read_or_not() {
    for text in [
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "1e+",
        "-",
        "--1",
        "0x1",
        "tru",
        "nul",
        "True",
        "NaN",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1}",
        r#"{"a":1,}"#,
        r#"{"a"}"#,
        r#"{"a" 1}"#,
        "{1:2}",
        r#"{"a":1]"#,
        r#""\x""#,
        r#""\u12g4""#,
        "\"\n\"",
        "\"\u{1}\"",
        "'a'",
        "// a\n1",
        "",
        "]",
        "}",
        ",",
    ] {
        assert!(is_refused(text.as_bytes()), "{text}");
        assert!(is_refused_unread(text), "{text}");
    }
    for text in [
        r#""\ud800""#,
        r#""\udc00""#,
        r#""\ud800\u0041""#,
        r#""\ud800x""#,
    ] {
        assert!(is_refused(text.as_bytes()), "{text}");
    }
    assert!(is_refused(b"\"\xff\"") && is_refused(b"\xef\xbb\xbf{}"));
}

#[test]
fn nesting_is_limited_where_it_is_built_and_not_where_it_is_passed_over() {
    let deep = |levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(!is_refused(deep(127).as_bytes()));
    assert!(is_refused(deep(128).as_bytes()));
    assert!(!is_refused_unread(&deep(100_000)));
    assert!(is_refused_unread(&"{\"a\":[".repeat(50_000)));
}

#[test]
fn numbers_come_out_as_written_and_whole_ones_whole() {
    for (number, text) in [
        ("5e9", "5000000000"),
        ("30.0", "30"),
        ("-2.50e1", "-25"),
        ("0.0", "0"),
        ("1.50", "1.50"),
        ("1e22", "1e22"),
        ("1e-999", "0"),
        ("1e99999999999999999999", "1e99999999999999999999"),
        ("18446744073709551616", "18446744073709551616"),
    ] {
        assert_eq!(written(number).as_deref(), Some(text));
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "(?s).{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("(?s).{0,12}", inner, 0..5)
                .prop_map(|members| json!(members)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_value_comes_out_as_it_went_in(value in any_value()) {
        prop_assume!(!matches!(&value, Value::Null) && value != json!([]));
        let compact = value.to_string();
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        prop_assert_eq!(written(&compact), Some(compact.clone()));
        prop_assert_eq!(written(&pretty), Some(compact.clone()));
        prop_assert!(!is_refused_unread(&pretty));
    }

    #[test]
    fn sizes_are_as_near_as_another_reader_makes_them(number in "(0|[1-9][0-9]{0,14})(\\.[0-9]{1,6})?") {
        let body = format!(
            r#"{{"id":"a","name":"b","replicationSpecs":[{{"regionConfigs":[{{"electableSpecs":{{"diskSizeGB":{number}}}}}]}}]}}"#
        );
        let cluster = atlas::read_cluster(body.as_bytes()).unwrap();
        let size = cluster.replication_specs[0].region_configs[0].disk_size_gb.unwrap();
        let expected: f64 = number.parse().unwrap();
        prop_assert!((size - expected).abs() <= expected * f64::EPSILON, "{} {}", size, expected);
    }

    #[test]
    fn any_text_is_json_or_not_as_another_reader_says(text in "[\\[\\]{}\",:0-9eE.+\\\\udb8c \n\u{1}é-]{0,24}|\"[\\\\/bfnrtud8c0-9a\"é\u{1}]{0,24}\"") {
        let other = serde_json::from_str::<Value>(&text);
        let beyond = matches!(&other, Err(error) if error.to_string().contains("out of range"));
        prop_assume!(!beyond);
        prop_assert_eq!(is_refused(text.as_bytes()), other.is_err());
        if other.is_ok() {
            prop_assert!(!is_refused_unread(&text));
        }
    }
}
