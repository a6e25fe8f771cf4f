//! Rules that pass cost no memory: a verdict allocates nothing, whatever it is. And a list that comes by pages is moved but
//! now and then.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, missing_docs)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use atlas_restore_dialog::atlas;
use atlas_restore_dialog::dialog::{CloseReason, Config, Dialog, Effect, Event, Read, Unicode};
use atlas_restore_dialog::model::{Cluster, ClusterRef, Dated, Fact, Policy, Roles, Timestamp};
use atlas_restore_dialog::port;
use atlas_restore_dialog::rules::{self, Code, Context, Finding, Judge, Severity, Source, Target};
use atlas_sandbox::{Request, Sandbox};

thread_local! {
    static TAKEN: Cell<usize> = const { Cell::new(0) };
    static LARGE: Cell<usize> = const { Cell::new(0) };
}

/// Bytes of a block that is counted as a large one: what two bytes for each of 10,000 clusters come to.
const LARGE_FROM: usize = 20_000;

/// The system's allocator, which counts on each thread how often it is asked.
struct Counting;

// SAFETY: all is left to the system's allocator; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = TAKEN.try_with(|taken| taken.set(taken.get() + 1));
        if layout.size() >= LARGE_FROM {
            let _ = LARGE.try_with(|large| large.set(large.get() + 1));
        }
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
    // One for the list of findings, and one for each that has values.
    let with_values = |finding: &&Finding| finding.parameters().next().is_some();
    let told = findings.iter().filter(with_values).count();
    assert_eq!(taken, 1 + told, "{found:?}");
    // A list of nothing takes nothing: projects and snapshots are told of by the hundred.
    let (findings, taken) =
        allocations(|| rules::assess_project(source.project, source.project, &context));
    assert_eq!((findings.len(), taken), (0, 0));
}

/// Each block that gives way to a larger one is a hole in the wasm's memory, which only grows: 262 MB for 100,000 clusters
/// where some lists were made anew with each page, 35 MB since they are not.
#[test]
fn lists_are_not_made_anew_with_each_page() {
    const PAGES: usize = 20;
    let world = r#"{"now": "2026-11-24T10:00:00Z", "person": {"username": "maya.okafor@example.com"},
        "generate": {"projects": 1, "clusters": 10000, "seed": 1}}"#;
    let now = Timestamp(1_795_514_400_000);
    let mut sandbox = Sandbox::new(world, now.0).unwrap();
    let mut get = |path: &str| {
        let request = Request::new("GET", &format!("/restore{path}"));
        match sandbox.handle(&request, now.0).answer {
            atlas_sandbox::Answer::Response(response) => response.body,
            _ => panic!("{path} is not answered"),
        }
    };
    let projects = atlas::read_projects(&get(&atlas::groups(1).path)).unwrap();
    let project = projects.results[0].id.clone();
    let clusters = atlas::read_clusters(&get(&atlas::clusters(&project, 1).path)).unwrap();
    let source = ClusterRef {
        project_id: project.clone(),
        name: clusters.results[0].name.clone(),
    };
    let snapshots = atlas::read_snapshots(&get(&atlas::snapshots(&source, 1).path)).unwrap();
    let mut dialog = Dialog::new(Unicode {
        nfc: str::to_owned,
        fold: str::to_lowercase,
        fits: |_, _| true,
    });
    let config = Config {
        source_project: Some(project.clone()),
        source_cluster: Some(source.name),
        snapshot: Some(snapshots.results[0].id.clone()),
        target_project: Some(project),
        ..Config::default()
    };
    let is_page = |effect: &Effect| {
        matches!(
            effect,
            Effect::Read {
                read: Read::Clusters { .. },
                ..
            }
        )
    };
    let mut open = || {
        let mut effects = dialog.update(Event::Opened(Box::new(config.clone())), now);
        let (mut pages, mut large) = (0, 0);
        // The clusters last: each page of them is judged as it comes.
        loop {
            effects.sort_by_key(|effect| !is_page(effect));
            let Some(effect) = effects.pop() else {
                break;
            };
            let Effect::Read { id, read } = effect else {
                continue;
            };
            let of_clusters = matches!(read, Read::Clusters { .. });
            let body = get(&port::call(&read).path);
            let value = port::answer(Some(&read), 200, Some("application/json"), &body).unwrap();
            let reply = Ok(Dated { value, date: None });
            let before = LARGE.get();
            effects.extend(dialog.update(Event::Replied { id, reply }, now));
            if of_clusters {
                pages += 1;
                large += LARGE.get() - before;
            }
        }
        assert_eq!(pages, PAGES);
        assert!(dialog.cluster_row(9_999).is_some());
        dialog.update(Event::Closed(CloseReason::Escape), now);
        large
    };
    let large = open();
    assert!((1..PAGES).contains(&large), "{large} large blocks");
    let again = open();
    assert_eq!(again, 0, "the list is read into the room that the last had");
}
