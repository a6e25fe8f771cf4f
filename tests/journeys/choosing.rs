//! Choosing a source and a target: who may, which will do, and why the others will not.

use atlas_restore_dialog::dialog::{
    Announcement, Body, Config, Event, Focus, ListState, Missing, Signal, Subject,
};
use serde_json::json;

use crate::atlas::{
    Journey, ORG, SNAPSHOT, STAGING, STOREFRONT, cluster, cluster_with, codes, config, merge,
    world, world_with,
};

fn destination<T>(
    journey: &Journey,
    read: impl FnOnce(atlas_restore_dialog::dialog::DestinationView<'_>) -> T,
) -> T {
    match journey.view().body {
        Body::Destination(view) => read(view),
        body => panic!("not at the destination: {body:?}"),
    }
}

#[test]
fn destination_lists_every_cluster_and_chooses_none() {
    let journey = Journey::opened(&world_with(cluster_with(
        "old",
        json!({"mongoDBVersion": "7.0.1"}),
    )));
    destination(&journey, |view| {
        assert_eq!((view.total, view.eligible, view.matches), (3, 2, 3));
        assert_eq!(view.clusters_state, ListState::Complete);
        assert!(view.chosen.is_none() && view.refused.is_none());
        assert!(!view.blocked);
        assert_eq!(view.missing, [Missing::Cluster]);
        assert_eq!(view.summary.encryption, Some("AWS"));
    });
    let names: Vec<_> = (0..3)
        .filter_map(|row| journey.dialog.cluster_row(row))
        .map(|row| (row.cluster.name.as_str(), row.eligible, row.is_source))
        .collect();
    assert_eq!(
        names,
        [
            ("orders", true, true),
            ("orders-copy", true, false),
            ("old", false, false)
        ]
    );
    assert_eq!(journey.log("POST"), 0);
}

#[test]
fn project_without_clusters_is_said_to_have_none_once() {
    let mut world = world();
    let clusters = world["clusters"].as_array_mut().unwrap();
    clusters.retain(|cluster| cluster["groupId"] != STAGING);
    let mut journey = Journey::opened(&world);
    journey.announcements.clear();
    journey.send(Event::ProjectChosen(STAGING.to_owned()));
    journey.settle();
    let none = Announcement::ClustersLoaded {
        total: 0,
        eligible: 0,
    };
    assert_eq!(journey.announcements, [Announcement::ProjectChanged, none]);
}

/// The four documented errors, each where the person meets it.
#[test]
fn documented_error_snapshot_not_encrypted_blocks_the_form() {
    let mut world = world();
    world["snapshots"][0]["snapshot"]["encryptionAtRest"] = json!({"provider": "NONE"});
    let journey = Journey::opened(&world);
    destination(&journey, |view| {
        assert!(view.blocked);
        assert_eq!(codes(&view.source_findings)[0], "snapshot.not-encrypted");
    });
    assert_eq!(
        journey.announcements,
        [Announcement::Blocked],
        "how many clusters there are is nothing to whoever cannot choose one"
    );
}

#[test]
fn documented_error_key_not_present_blocks_the_form() {
    let mut world = world();
    world["snapshots"][0]["snapshot"]["encryptionAtRest"] =
        json!({"provider": "AWS", "keyPresent": false});
    let journey = Journey::opened(&world);
    destination(&journey, |view| {
        assert!(view.blocked);
        assert_eq!(codes(&view.source_findings), ["snapshot.key-not-present"]);
    });
}

#[test]
fn documented_error_target_not_encrypted_shows_at_the_field() {
    let mut journey = Journey::opened(&world_with(cluster_with(
        "plain",
        json!({"encryptionAtRestProvider": "NONE"}),
    )));
    journey.choose("orders-copy");
    journey.choose("plain");
    assert_eq!(journey.refused_codes()[0], "target.not-encrypted");
    destination(&journey, |view| {
        assert!(view.chosen.is_none(), "the earlier choice is cleared")
    });
    assert!(matches!(
        journey.announcements.last(),
        Some(Announcement::ClusterRefused { name, .. }) if name == "plain"
    ));
}

#[test]
fn documented_error_provider_mismatch_names_both() {
    let mut journey = Journey::opened(&world_with(cluster_with(
        "azure",
        json!({"encryptionAtRestProvider": "AZURE"}),
    )));
    journey.choose("azure");
    destination(&journey, |view| {
        let refused = view.refused.expect("a refused cluster");
        assert_eq!(codes(&refused.findings), ["target.provider-mismatch"]);
        let values: Vec<_> = refused.findings[0]
            .parameters()
            .map(|(_, value)| value)
            .collect();
        assert!(
            values.contains(&"AWS") && values.contains(&"AZURE"),
            "{values:?}"
        );
    });
}

#[test]
fn version_too_old_is_compared_by_number() {
    let mut world = world_with(cluster_with("ten", json!({"mongoDBVersion": "10.0.1"})));
    world["clusters"]
        .as_array_mut()
        .unwrap()
        .push(cluster_with("seven", json!({"mongoDBVersion": "7.0.30"})));
    let mut journey = Journey::opened(&world);
    journey.choose("seven");
    assert_eq!(journey.refused_codes(), ["target.version-too-old"]);
    journey.choose("ten");
    assert_eq!(journey.refused_codes(), Vec::<&str>::new());
    destination(&journey, |view| assert!(view.chosen.is_some()));
}

#[test]
fn owner_of_the_target_only_is_blocked_at_the_source() {
    let mut world = world();
    world["person"]["roles"] = json!({STAGING: ["GROUP_OWNER"]});
    let journey = Journey::opened(&world);
    destination(&journey, |view| {
        assert!(view.blocked);
        assert_eq!(codes(&view.source_findings), ["person.not-owner-of-source"]);
    });
}

#[test]
fn owner_of_the_source_only_sees_the_other_project_disabled_with_its_reason() {
    let mut world = world();
    world["person"]["roles"] = json!({STOREFRONT: ["GROUP_OWNER"], STAGING: ["GROUP_READ_ONLY"]});
    let mut journey = Journey::opened(&world);
    destination(&journey, |view| {
        let staging = view
            .projects
            .iter()
            .find(|option| option.project.id == STAGING)
            .unwrap();
        assert_eq!(codes(staging.findings), ["person.not-owner-of-target"]);
        assert!(
            view.projects
                .iter()
                .any(|option| option.is_source && option.findings.is_empty())
        );
    });
    journey.send(Event::ProjectChosen(STAGING.to_owned()));
    journey.settle();
    assert!(journey.missing().contains(&Missing::Project));
}

#[test]
fn owner_of_the_organization_may_restore_everywhere() {
    let mut world = world();
    world["person"] = json!({"username": "ada@example.com", "name": "Ada", "roles": {}, "orgRoles": {ORG: ["ORG_OWNER"]}});
    let mut journey = Journey::opened(&world);
    journey.choose("orders-copy");
    assert_eq!(journey.missing(), []);
}

#[test]
fn unknown_roles_let_the_person_go_on_with_a_warning() {
    let mut world = world();
    world["person"] = json!({"username": "ada@example.com", "name": "Ada"});
    let mut journey = Journey::opened(&world);
    journey.choose("orders-copy");
    assert_eq!(journey.missing(), []);
    destination(&journey, |view| {
        assert!(codes(&view.chosen.unwrap().findings).contains(&"person.role-unknown"));
    });
}

#[test]
fn a_backend_without_a_session_uses_the_roles_that_the_page_supplies() {
    let mut world = world();
    world.as_object_mut().unwrap().remove("person");
    let mut config = config();
    config.roles.roles = Some(
        [(STOREFRONT.to_owned(), vec!["GROUP_OWNER".to_owned()])]
            .into_iter()
            .collect(),
    );
    let mut journey = Journey::opened_with(&world, config);
    journey.choose("orders-copy");
    destination(&journey, |view| {
        assert!(!codes(&view.chosen.unwrap().findings).contains(&"person.role-unknown"));
        let staging = view
            .projects
            .iter()
            .find(|option| option.project.id == STAGING)
            .unwrap();
        assert!(!staging.findings.is_empty());
    });
}

#[test]
fn no_eligible_cluster_is_counted_by_reason() {
    let mut world = world();
    world["clusters"] = json!([
        cluster("orders"),
        cluster_with("a", json!({"mongoDBVersion": "7.0.1"})),
        cluster_with("b", json!({"mongoDBVersion": "7.0.2"})),
        cluster_with("c", json!({"encryptionAtRestProvider": "NONE"})),
    ]);
    merge(&mut world["clusters"][0], json!({"paused": true}));
    let journey = Journey::opened(&world);
    destination(&journey, |view| {
        let counts: Vec<_> = view
            .none_eligible
            .expect("nothing is eligible")
            .iter()
            .map(|(code, count)| (code.as_str(), *count))
            .collect();
        assert_eq!(
            counts,
            [
                ("target.version-too-old", 2),
                ("target.not-encrypted", 1),
                ("target.unavailable", 1)
            ]
        );
    });
}

#[test]
fn backups_off_is_said_where_there_is_no_snapshot() {
    let mut world = world();
    world["snapshots"] = json!([]);
    merge(&mut world["clusters"][0], json!({"backupEnabled": false}));
    let journey = Journey::opened_with(
        &world,
        Config {
            snapshot: None,
            ..config()
        },
    );
    match journey.view().body {
        Body::Source(view) => {
            assert_eq!(view.no_backups.unwrap().code.as_str(), "source.backups-off");
            assert_eq!(view.missing, [Missing::Snapshot]);
        }
        body => panic!("{body:?}"),
    }
}

#[test]
fn source_is_picked_step_by_step_where_the_page_gives_none() {
    let mut world = world();
    world["snapshots"].as_array_mut().unwrap().push(json!({
        "groupId": STOREFRONT, "clusterName": "orders",
        "snapshot": {"id": "6b05b0000a1b2c3d4e5f6102", "status": "inProgress", "type": "replicaSet"}
    }));
    let mut journey = Journey::opened_with(&world, Config::default());
    assert_eq!(journey.missing(), [Missing::SourceProject]);
    journey.send(Event::NextPressed);
    assert_eq!(journey.focus.last(), Some(&Focus::ErrorSummary));
    journey.send(Event::SourceProjectChosen(STOREFRONT.to_owned()));
    journey.settle();
    journey.send(Event::SourceClusterChosen("orders".to_owned()));
    journey.settle();
    assert_eq!(
        journey.announcements,
        [
            Announcement::ProjectsLoaded(2),
            Announcement::ClustersLoaded {
                total: 2,
                eligible: 2
            },
            Announcement::SnapshotsLoaded(2),
        ],
        "nobody waits in silence for what is picked from"
    );
    match journey.view().body {
        Body::Source(view) => {
            let rows: Vec<_> = view
                .snapshots
                .iter()
                .map(|option| (option.snapshot.id.as_str(), option.eligible))
                .collect();
            assert_eq!(
                rows,
                [("6b05b0000a1b2c3d4e5f6102", false), (SNAPSHOT, true)],
                "newest first"
            );
            assert!(codes(&view.snapshots[0].findings).contains(&"snapshot.not-completed"));
        }
        body => panic!("{body:?}"),
    }
    journey.send(Event::SnapshotChosen(SNAPSHOT.to_owned()));
    assert_eq!(journey.missing(), []);
    journey.send(Event::NextPressed);
    journey.settle();
    journey.choose("orders-copy");
    assert_eq!(journey.missing(), []);
    journey.send(Event::BackPressed);
    journey.settle();
    assert!(matches!(journey.view().body, Body::Source(view) if view.snapshot == Some(SNAPSHOT)));
}

#[test]
fn sharded_sources_are_read_from_the_sharded_list_and_refused_by_the_default_policy() {
    let mut world = world();
    merge(
        &mut world["clusters"][0],
        json!({"clusterType": "SHARDED", "configServerType": "EMBEDDED"}),
    );
    world["snapshots"][0]["snapshot"]["type"] = json!("shardedCluster");
    let journey = Journey::opened(&world);
    destination(&journey, |view| {
        assert_eq!(codes(&view.source_findings), ["snapshot.sharded"]);
    });
    let picking = Journey::opened_with(
        &world,
        Config {
            snapshot: None,
            ..config()
        },
    );
    match picking.view().body {
        Body::Source(view) => {
            assert_eq!(view.snapshots.len(), 1);
            assert_eq!(codes(&view.snapshots[0].findings), ["snapshot.sharded"]);
        }
        body => panic!("{body:?}"),
    }
}

#[test]
fn prefilled_target_is_chosen_or_shown_with_its_reasons() {
    let world = world_with(cluster_with(
        "plain",
        json!({"encryptionAtRestProvider": "NONE"}),
    ));
    let prefilled = |name: &str| {
        Journey::opened_with(
            &world,
            Config {
                target_cluster: Some(name.to_owned()),
                ..config()
            },
        )
    };
    destination(&prefilled("orders-copy"), |view| {
        assert_eq!(view.chosen.unwrap().cluster.name, "orders-copy");
    });
    destination(&prefilled("plain"), |view| {
        assert_eq!(
            codes(&view.refused.unwrap().findings),
            ["target.not-encrypted"]
        );
    });
    destination(&prefilled("gone"), |view| {
        let refused = view.refused.unwrap();
        assert_eq!((refused.name, refused.cluster.is_none()), ("gone", true));
    });
}

#[test]
fn prefilled_flex_cluster_is_not_dedicated() {
    let mut flex = cluster("tiny");
    flex["replicationSpecs"][0]["regionConfigs"][0]["providerName"] = json!("FLEX");
    let journey = Journey::opened_with(
        &world_with(flex),
        Config {
            target_cluster: Some("tiny".to_owned()),
            ..config()
        },
    );
    assert_eq!(journey.refused_codes(), ["target.not-dedicated"]);
}

#[test]
fn another_project_clears_cluster_and_confirmation_and_late_answers_are_ignored() {
    let mut journey = Journey::opened(&world());
    journey.choose("orders-copy");
    journey.send(Event::ProjectChosen(STAGING.to_owned()));
    assert!(
        journey
            .announcements
            .contains(&Announcement::ProjectChanged)
    );
    // Back again at once: the answers for Staging come late.
    let late: Vec<_> = journey
        .waiting
        .iter()
        .map(|(id, read, call)| (*id, read.clone(), call.clone()))
        .collect();
    journey.send(Event::ProjectChosen(STOREFRONT.to_owned()));
    for (id, read, call) in late {
        let reply = journey.ask(read.as_ref(), &call);
        journey.send(Event::Replied { id, reply });
    }
    journey.settle();
    destination(&journey, |view| {
        assert!(view.chosen.is_none());
        assert_eq!(view.project, Some(STOREFRONT));
        assert_eq!(view.total, 2);
    });
    assert!(journey.signals.iter().any(|signal| matches!(
        signal,
        Signal::Select { target_project: Some(id), target_cluster: None, .. } if id == STAGING
    )));
}

#[test]
fn filter_looks_at_name_region_version_and_provider() {
    let mut journey = Journey::opened(&world_with(cluster_with(
        "payments",
        json!({"mongoDBVersion": "8.2.1"}),
    )));
    for (text, expected) in [
        ("PAY", 1),
        ("8.2", 1),
        ("eu-west-1", 3),
        ("aws", 3),
        ("nowhere", 0),
        ("", 3),
    ] {
        journey.send(Event::FilterChanged(text.to_owned()));
        destination(&journey, |view| {
            assert_eq!(view.matches, expected, "{text}")
        });
    }
}

#[test]
fn clusters_are_paged_to_the_end() {
    let mut world = world();
    world["generate"] = json!({"projects": 3, "clusters": 1_203, "otherClusters": 4, "seed": 7});
    let journey = Journey::opened(&world);
    destination(&journey, |view| {
        assert!(view.total >= 1_203, "{}", view.total);
        assert_eq!(view.clusters_state, ListState::Complete);
        assert!(view.eligible > 0 && view.eligible < view.total);
    });
}

#[test]
fn wrong_ids_are_said_and_can_be_retried() {
    for (config, expected) in [
        (
            Config {
                source_project: Some("64f1c0de0a1b2c3d4e5f6fff".to_owned()),
                ..config()
            },
            Subject::SourceProject,
        ),
        (
            Config {
                source_cluster: Some("nobody".to_owned()),
                ..config()
            },
            Subject::SourceCluster,
        ),
        (
            Config {
                snapshot: Some("64f1c0de0a1b2c3d4e5f6fff".to_owned()),
                ..config()
            },
            Subject::Snapshot,
        ),
        (
            Config {
                snapshot: Some("../../x?y#z".to_owned()),
                ..config()
            },
            Subject::Snapshot,
        ),
    ] {
        let journey = Journey::opened_with(&world(), config);
        match journey.view().body {
            Body::Failed { what, .. } => assert_eq!(what, expected),
            body => panic!("{expected:?}: {body:?}"),
        }
    }
}

#[test]
fn a_wrong_target_project_is_said_and_another_can_be_chosen() {
    let mut journey = Journey::opened_with(
        &world(),
        Config {
            target_project: Some("64f1c0de0a1b2c3d4e5f6fff".to_owned()),
            ..config()
        },
    );
    destination(&journey, |view| {
        assert!(view.project_missing);
        assert_eq!(view.missing, [Missing::Project], "not a word of loading");
    });
    journey.send(Event::ProjectChosen(STOREFRONT.to_owned()));
    journey.settle();
    destination(&journey, |view| {
        assert!(!view.project_missing);
        assert_eq!(view.total, 2);
    });
}

#[test]
fn check_reports_the_pair_by_reads_only() {
    let mut journey = Journey::opened_with(
        &world_with(cluster_with(
            "plain",
            json!({"encryptionAtRestProvider": "NONE"}),
        )),
        Config {
            target_cluster: Some("plain".to_owned()),
            ..config()
        },
    );
    let now = atlas_restore_dialog::model::Timestamp(journey.now);
    let report = journey
        .dialog
        .check_report(now)
        .expect("all is read")
        .expect("all could be read");
    assert!(codes(&report).contains(&"target.not-encrypted"));
    assert!(codes(&report).contains(&"data.deleted"));
    assert_eq!(journey.log("POST"), 0);
    journey = Journey::opened(&world());
    let report = journey.dialog.check_report(now).unwrap().unwrap();
    assert_eq!(
        codes(&report),
        Vec::<&str>::new(),
        "without a target: person, source and snapshot"
    );
}

/// Whoever presses Next at once need not wait and press it again.
#[test]
fn next_pressed_while_the_target_is_still_read_goes_on_once_all_is_there() {
    let mut journey = Journey::opened(&world());
    let id = journey.cluster_id("orders-copy");
    journey.send(Event::ClusterChosen(id));
    let asked = journey.waiting.len();
    assert!(asked > 0, "settings and jobs are read");
    assert_eq!(journey.missing(), []);
    journey.send(Event::NextPressed);
    assert!(matches!(journey.view().body, Body::Destination(view) if view.checking));
    assert_eq!(journey.waiting.len(), asked, "nothing is asked twice");
    journey.settle();
    assert!(matches!(journey.view().body, Body::Review(_)));
}

/// What is pressed for one target goes for no other.
#[test]
fn another_choice_takes_back_a_next_that_still_waits() {
    let mut journey = Journey::opened(&world());
    let [first, second] = ["orders-copy", "orders"].map(|name| journey.cluster_id(name));
    journey.send(Event::ClusterChosen(first));
    journey.send(Event::NextPressed);
    journey.send(Event::ClusterChosen(second));
    journey.settle();
    assert!(matches!(journey.view().body, Body::Destination(view) if !view.checking));
    journey.send(Event::NextPressed);
    journey.settle();
    assert!(matches!(journey.view().body, Body::Review(_)));
}
