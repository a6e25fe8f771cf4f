//! Check only, copy as command, show request, and why: what can be said about a restore without starting it.

use std::process::Command;

use atlas_restore_dialog::atlas::{create_restore_job, restore_body, restore_command};
use atlas_restore_dialog::dialog::{
    Announcement, Body, Check, Config, Event, Missing, ReasonMode, Signal, SubmitError,
};
use atlas_restore_dialog::model::{ClusterRef, RestoreRequest};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::atlas::{Journey, SNAPSHOT, STOREFRONT, codes, config, world};

fn check(journey: &Journey) -> Check {
    match journey.view().body {
        Body::Review(view) => view.check,
        body => panic!("{body:?}"),
    }
}

/// Requests of the log that are not GET.
fn unsafe_requests(journey: &Journey) -> usize {
    let log: Value = serde_json::from_str(&journey.sandbox.log()).expect("a log");
    let entries = log.as_array().expect("a list");
    assert!(!entries.is_empty());
    entries
        .iter()
        .filter(|entry| entry["method"] != "GET")
        .count()
}

#[test]
fn check_only_reads_everything_again_and_sends_nothing() {
    let mut journey = Journey::opened(&world());
    journey.review("orders-copy");
    journey.type_name("orders-copy");
    assert_eq!(check(&journey), Check::NotAsked);
    journey.send(Event::CheckOnlyPressed);
    journey.send(Event::CheckOnlyPressed);
    assert_eq!(check(&journey), Check::Running);
    let mut asked: Vec<&str> = journey
        .waiting
        .iter()
        .map(|(_, _, call)| call.path.as_str())
        .collect();
    asked.sort_unstable();
    let of = |part: &str| asked.iter().filter(|path| path.contains(part)).count();
    assert_eq!(
        [
            of("session"),
            of("snapshots/"),
            of("encryptionAtRest"),
            of("processArgs"),
            of("restoreJobs")
        ],
        [1, 1, 1, 1, 2],
        "{asked:?}"
    );
    assert_eq!(journey.missing(), [Missing::StillLoading]);
    journey.settle();
    assert!(matches!(check(&journey), Check::Passed(_)));
    assert!(journey.announcements.contains(&Announcement::CheckPassed));
    assert_eq!(journey.missing(), [], "what was typed stays");
    assert_eq!(unsafe_requests(&journey), 0);
    // The next click is another matter.
    journey.press_restore();
    journey.settle();
    assert_eq!(journey.sent.len(), 1);
}

#[test]
fn check_only_names_what_stands_in_the_way() {
    let mut world = world();
    world["changes"] = json!([{"afterMs": 1_000, "merge": {"clusters": [
        {"groupId": STOREFRONT, "name": "orders-copy", "paused": true}
    ]}}]);
    let mut journey = Journey::opened(&world);
    journey.review("orders-copy");
    journey.pass(2_000);
    journey.send(Event::CheckOnlyPressed);
    journey.settle();
    match journey.view().body {
        Body::Destination(view) => {
            let changed = view.changed.expect("a message that names it");
            assert_eq!(codes(&changed.added), ["target.unavailable"]);
        }
        body => panic!("{body:?}"),
    }
    assert_eq!(unsafe_requests(&journey), 0);
}

#[test]
fn check_only_that_cannot_read_says_so() {
    for (status, passes) in [(500, false), (401, false)] {
        let mut world = world();
        world["faults"] = json!([{"method": "GET", "path": "session", "nth": 2, "do": {"status": status, "body": {"error": status}}}]);
        let mut journey = Journey::opened(&world);
        journey.review("orders-copy");
        journey.send(Event::CheckOnlyPressed);
        journey.settle();
        assert_eq!(matches!(check(&journey), Check::Passed(_)), passes);
        match journey.view().body {
            Body::Review(view) if status == 500 => {
                assert!(matches!(view.error, Some(SubmitError::RecheckFailed(_))));
            }
            Body::Review(_) => assert!(journey.view().sign_in_needed),
            body => panic!("{body:?}"),
        }
        assert_eq!(unsafe_requests(&journey), 0);
        journey.send(Event::SignedIn);
        journey.settle();
        journey.send(Event::CheckOnlyPressed);
        journey.settle();
        assert!(matches!(check(&journey), Check::Passed(_)), "{status}");
    }
}

/// `check()`, the page's own way to the same.
#[test]
fn checking_without_a_person_is_reads_only() {
    let named = Config {
        target_cluster: Some("orders-copy".to_owned()),
        ..config()
    };
    let journey = Journey::opened_with(&world(), named);
    let now = atlas_restore_dialog::model::Timestamp(journey.now);
    let findings = journey.dialog.check_report(now).expect("it is done");
    assert!(codes(&findings.expect("findings")).contains(&"data.deleted"));
    assert_eq!(unsafe_requests(&journey), 0);
}

#[test]
fn what_is_shown_is_what_is_sent_byte_for_byte() {
    let mut journey = Journey::opened(&world());
    journey.review("orders-copy");
    let shown = match journey.view().body {
        Body::Review(view) => restore_body(&view.request),
        body => panic!("{body:?}"),
    };
    journey.type_name("orders-copy");
    journey.press_restore();
    journey.settle();
    assert_eq!(journey.sent[0].body.as_deref(), Some(shown.as_str()));
    let log: Value = serde_json::from_str(&journey.sandbox.log()).expect("a log");
    let received = log
        .as_array()
        .and_then(|log| log.iter().find(|entry| entry["method"] == "POST"));
    assert_eq!(received.expect("a POST")["body"], shown);
}

#[test]
fn a_reason_is_required_limited_sent_and_told() {
    let asked = |reason| Config { reason, ..config() };
    for (mode, text, fits) in [
        (ReasonMode::Required, " \n ".to_owned(), false),
        (ReasonMode::Required, "é".repeat(501), false),
        (ReasonMode::Required, "é".repeat(500), true),
        (ReasonMode::Optional, String::new(), true),
        (ReasonMode::Optional, "x".repeat(501), false),
        (ReasonMode::Off, String::new(), true),
    ] {
        let mut journey = Journey::opened_with(&world(), asked(mode));
        journey.review("orders-copy");
        journey.send(Event::ReasonTyped(text.clone()));
        journey.type_name("orders-copy");
        assert_eq!(
            journey.missing().is_empty(),
            fits,
            "{mode:?} {}",
            text.len()
        );
        journey.press_restore();
        journey.settle();
        assert_eq!(journey.sent.len(), usize::from(fits));
    }
    let ruled = |mode| Config {
        reason_pattern: Some("INC-[0-9]+".to_owned()),
        reason_limit: Some(8),
        ..asked(mode)
    };
    let (none, form) = (Missing::Reason { at_most: 8 }, Missing::ReasonForm);
    for (mode, text, missing) in [
        (ReasonMode::Required, "", Some(none)),
        (ReasonMode::Required, "because", Some(form)),
        (ReasonMode::Required, "INC-12345", Some(none)),
        (ReasonMode::Required, " INC-1234\n", None),
        (ReasonMode::Optional, "", None),
        (ReasonMode::Optional, "inc-1", Some(form)),
        (ReasonMode::Off, "", None),
    ] {
        let mut journey = Journey::opened_with(&world(), ruled(mode));
        journey.review("orders-copy");
        journey.send(Event::ReasonTyped(text.to_owned()));
        journey.type_name("orders-copy");
        assert_eq!(
            journey.missing(),
            Vec::from_iter(missing),
            "{mode:?} {text}"
        );
        journey.press_restore();
        journey.settle();
        assert_eq!(journey.sent.len(), usize::from(missing.is_none()));
    }
    let mut journey = Journey::opened_with(&world(), asked(ReasonMode::Optional));
    journey.review("orders-copy");
    journey.send(Event::ReasonTyped("  INC-42:\nnicht “gut”\r\n".to_owned()));
    journey.type_name("orders-copy");
    journey.press_restore();
    journey.settle();
    let given = "INC-42:\nnicht “gut”";
    assert_eq!(
        journey.sent[0].header("Restore-Reason"),
        Some("INC-42%3A%0Anicht%20%E2%80%9Cgut%E2%80%9D")
    );
    assert!(matches!(journey.view().body, Body::Progress(view) if view.reason == Some(given)));
    let told: Vec<_> = journey
        .signals
        .iter()
        .filter_map(|signal| match signal {
            Signal::BeforeSubmit(request) | Signal::Started { request, .. } => {
                request.reason.clone()
            }
            _ => None,
        })
        .collect();
    assert_eq!(told, [given, given]);
}

fn request(values: [&str; 5]) -> RestoreRequest {
    let [source_project, source, snapshot, target_project, target] = values.map(str::to_owned);
    RestoreRequest {
        source: ClusterRef {
            project_id: source_project,
            name: source,
        },
        snapshot_id: snapshot,
        target: ClusterRef {
            project_id: target_project,
            name: target,
        },
        reason: Some("a secret of the person’s".to_owned()),
    }
}

/// What a real shell makes of it: each word that `atlas` would get.
fn words_in_sh(command: &str) -> Vec<String> {
    let script = format!("atlas() {{ for word do printf '%s\\0' \"$word\"; done; }}\n{command}\n");
    let output = Command::new("sh")
        .args(["-c", &script])
        .env_clear()
        .output()
        .expect("sh");
    assert!(output.status.success(), "{command}: {output:?}");
    assert!(output.stderr.is_empty(), "{command}: {output:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let mut words: Vec<String> = text.split('\0').map(str::to_owned).collect();
    assert_eq!(words.pop().as_deref(), Some(""));
    words
}

fn expected(values: [&str; 5]) -> Vec<String> {
    let [source_project, source, snapshot, target_project, target] = values;
    [
        "backups",
        "restores",
        "start",
        "automated",
        "--projectId",
        source_project,
        "--clusterName",
        source,
        "--snapshotId",
        snapshot,
        "--targetProjectId",
        target_project,
        "--targetClusterName",
        target,
    ]
    .map(str::to_owned)
    .to_vec()
}

#[test]
fn the_command_reads_as_the_cli_documents_it() {
    let values = [STOREFRONT, "orders", SNAPSHOT, STOREFRONT, "orders-copy"];
    assert_eq!(
        restore_command(&request(values)).as_deref(),
        Some(
            format!("atlas backups restores start automated --projectId {STOREFRONT} --clusterName orders --snapshotId {SNAPSHOT} --targetProjectId {STOREFRONT} --targetClusterName orders-copy")
                .as_str()
        )
    );
}

#[test]
fn names_that_mean_something_to_a_shell_mean_nothing_in_the_command() {
    for name in [
        "it's",
        "'",
        "''",
        "\\",
        "\\'",
        "$(touch /tmp/x)",
        "`id`",
        "$HOME",
        "a b",
        "",
        "-rf",
        "--",
        "*",
        "~",
        "#",
        "a;b",
        "a&b",
        "a|b",
        "<a>",
        "\"",
        "!!",
        "{a,b}",
        "é",
        "ａ",
        "\u{202e}",
    ] {
        let values = [STOREFRONT, name, SNAPSHOT, STOREFRONT, name];
        let command = restore_command(&request(values)).expect("a command");
        assert_eq!(words_in_sh(&command), expected(values), "{command}");
        assert!(!command.contains("secret"));
    }
    for name in ["a\nb", "a\u{3}", "\u{1b}[A", "\0", "\u{9b}"] {
        let values = [STOREFRONT, name, SNAPSHOT, STOREFRONT, "b"];
        assert_eq!(restore_command(&request(values)), None, "{name:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_names_come_out_of_a_shell_as_they_went_in(
        names in prop::array::uniform5("[ -~¡-\u{2fff}]{0,20}|['\"\\\\$` ]{0,8}")
    ) {
        let values = [0, 1, 2, 3, 4].map(|place: usize| names[place].as_str());
        let asked = request(values);
        let command = restore_command(&asked).expect("no control characters");
        prop_assert_eq!(words_in_sh(&command), expected(values));
        // And the request says the same.
        let call = create_restore_job(&asked, "key", None);
        let body: Value = serde_json::from_str(call.body.as_deref().unwrap()).unwrap();
        prop_assert_eq!(&body["snapshotId"], values[2]);
        prop_assert_eq!(&body["targetClusterName"], values[4]);
    }
}
