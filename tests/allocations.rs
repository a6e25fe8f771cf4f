//! Rules that pass cost no memory: a verdict allocates nothing, whatever it is.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, missing_docs)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use atlas_restore_dialog::atlas;
use atlas_restore_dialog::model::{Cluster, Fact, Policy, Roles, Timestamp};
use atlas_restore_dialog::rules::{self, Code, Context, Judge, Severity, Source, Target};

thread_local! {
    static TAKEN: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, which counts on each thread how often it is asked.
struct Counting;

// SAFETY: all is left to the system's allocator; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = TAKEN.try_with(|taken| taken.set(taken.get() + 1));
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn allocations<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = TAKEN.get();
    let value = work();
    (value, TAKEN.get() - before)
}

fn cluster(name: &str, provider: &str, version: &str) -> Cluster {
    let body = format!(
        r#"{{"id":"6650000000000000000000aa","name":"{name}","clusterType":"REPLICASET","mongoDBVersion":"{version}",
            "encryptionAtRestProvider":"{provider}","stateName":"IDLE","replicationSpecs":[{{"regionConfigs":[{{
            "providerName":"AWS","regionName":"EU_WEST_1","electableSpecs":{{"instanceSize":"M30","diskSizeGB":40}}}}]}}]}}"#
    );
    atlas::read_cluster(body.as_bytes()).unwrap()
}

#[test]
fn verdict_allocates_nothing_and_assess_only_for_what_it_reports() {
    let project =
        atlas::read_project(br#"{"id":"6650000000000000000000bb","name":"p","orgId":"o"}"#)
            .unwrap();
    let snapshots = br#"{"results":[{"id":"6650000000000000000000cc","status":"completed","mongodVersion":"8.0.4",
        "masterKeyUUID":"k","type":"replicaSet","storageSizeBytes":1000}]}"#;
    let snapshot = atlas::read_snapshots(snapshots).unwrap().results.remove(0);
    let encryption =
        atlas::read_encryption(br#"{"awsKms":{"enabled":true,"valid":true,"region":"EU_WEST_1"}}"#)
            .unwrap();
    let source_cluster = cluster("source", "AWS", "8.0.4");
    let source = Source {
        project: &project,
        cluster: Some(&source_cluster),
        cluster_name: Some("source"),
        snapshot: &snapshot,
        encryption: Fact::Known(&encryption),
    };
    let (roles, policy) = (Roles::default(), Policy::default());
    let context = Context {
        roles: &roles,
        policy: &policy,
        now: Timestamp(0),
    };
    let eligible = cluster("eligible", "AWS", "8.0.4");
    let refused = cluster("refused", "GCP", "7.0.1");
    let target = |cluster| Target {
        project: &project,
        cluster,
        encryption: Fact::Known(&encryption),
        process_args: Fact::NotAsked,
        jobs: Fact::Known(&[]),
    };
    for (cluster, blocks) in [(&eligible, false), (&refused, true)] {
        let (verdict, taken) =
            allocations(|| Judge::new(&source, &project, &context).verdict(&target(cluster)));
        assert_eq!((verdict.blocks(), taken), (blocks, 0), "{verdict:?}");
    }

    let (findings, taken) = allocations(|| rules::assess(&source, &target(&eligible), &context));
    let found: Vec<Code> = findings.iter().map(|finding| finding.code).collect();
    let unexpected = found
        .iter()
        .filter(|code| code.severity() != Severity::Notice)
        .collect::<Vec<_>>();
    assert_eq!(unexpected, [&Code::PersonRoleUnknown]);
    // A list for the findings, which grows once; for each its parameters, and each of their values.
    let reported: usize = findings
        .iter()
        .map(|finding| match finding.parameters.len() {
            0 => 0,
            values => 1 + values,
        })
        .sum();
    assert!(taken <= reported + 2, "{taken} for {reported}: {found:?}");
}
