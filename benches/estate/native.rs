use std::hint::black_box;
use std::sync::OnceLock;

use atlas_restore_dialog::atlas;
use atlas_restore_dialog::dialog::{Config, Dialog, Effect, Event, Unicode};
use atlas_restore_dialog::model::{
    Cluster, ClusterRef, Dated, Fact, Policy, ProcessArgs, Project, ProjectEncryption, Roles,
    Snapshot, Timestamp, order, places,
};
use atlas_restore_dialog::port;
use atlas_restore_dialog::rules::{self, Context, Source, Target};
use atlas_sandbox::{Answer, Request, Sandbox};
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};

/// 2026-11-24T10:00:00Z.
const NOW: i64 = 1_795_514_400_000;
const CLUSTERS: usize = 10_000;

/// An Atlas with a large project, and what the dialog is opened on.
struct Estate {
    sandbox: Sandbox,
    project_id: String,
    source: String,
    snapshot_id: String,
}

impl Estate {
    fn new() -> Self {
        let world = r#"{
            "now": "2026-11-24T10:00:00Z",
            "person": {"username": "maya.okafor@example.com", "name": "Maya Okafor"},
            "generate": {"projects": 12, "clusters": 10000, "otherClusters": 4, "seed": 1}
        }"#;
        let mut sandbox = Sandbox::new(world, NOW).unwrap();
        let projects = get(&mut sandbox, &atlas::groups(1).path);
        let project_id = atlas::read_projects(&projects).unwrap().results[0]
            .id
            .clone();
        // The first that was made is one without faults.
        let page = get(&mut sandbox, &atlas::clusters(&project_id, 1).path);
        let source = atlas::read_clusters(&page).unwrap().results.remove(0);
        let place = ClusterRef {
            project_id: project_id.clone(),
            name: source.name,
        };
        let snapshots = get(&mut sandbox, &atlas::snapshots(&place, 1).path);
        let snapshot_id = atlas::read_snapshots(&snapshots).unwrap().results[0]
            .id
            .clone();
        Estate {
            sandbox,
            project_id,
            source: place.name,
            snapshot_id,
        }
    }

    fn opened(&mut self) -> Dialog {
        let mut dialog = Dialog::new(Unicode {
            nfc: str::to_owned,
            fold: str::to_lowercase,
            fits: |_, _| true,
        });
        let config = Config {
            source_project: Some(self.project_id.clone()),
            source_cluster: Some(self.source.clone()),
            snapshot: Some(self.snapshot_id.clone()),
            target_project: Some(self.project_id.clone()),
            ..Config::default()
        };
        let mut effects = dialog.update(Event::Opened(Box::new(config)), Timestamp(NOW));
        while let Some(effect) = effects.pop() {
            let Effect::Read { id, read } = effect else {
                continue;
            };
            let body = get(&mut self.sandbox, &port::call(&read).path);
            let value = port::answer(Some(&read), 200, Some("application/json"), &body).unwrap();
            let reply = Ok(Dated { value, date: None });
            effects.extend(dialog.update(Event::Replied { id, reply }, Timestamp(NOW)));
        }
        assert_eq!(dialog_total(&dialog), CLUSTERS);
        dialog
    }
}

fn dialog_total(dialog: &Dialog) -> usize {
    (0..).map_while(|index| dialog.cluster_row(index)).count()
}

fn get(sandbox: &mut Sandbox, path: &str) -> Vec<u8> {
    let outcome = sandbox.handle(&Request::new("GET", &format!("/restore{path}")), NOW);
    match outcome.answer {
        Answer::Response(response) if response.status == 200 => response.body.clone(),
        _ => panic!("{path} is not answered"),
    }
}

/// All pages of clusters, as Atlas writes them.
fn pages() -> &'static [Vec<u8>] {
    static PAGES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    PAGES.get_or_init(|| {
        let mut estate = Estate::new();
        (1..=20)
            .map(|number| {
                let path = atlas::clusters(&estate.project_id, number).path;
                get(&mut estate.sandbox, &path)
            })
            .collect()
    })
}

fn clusters() -> &'static [Cluster] {
    static ALL: OnceLock<Vec<Cluster>> = OnceLock::new();
    ALL.get_or_init(|| {
        let read = |page: &Vec<u8>| atlas::read_clusters(page).unwrap().results;
        let all: Vec<Cluster> = pages().iter().flat_map(read).collect();
        assert_eq!(all.len(), CLUSTERS);
        all
    })
}

/// The facts of one snapshot, against which every cluster is judged.
struct Facts {
    project: Project,
    snapshot: Snapshot,
    encryption: ProjectEncryption,
    args: ProcessArgs,
    roles: Roles,
    policy: Policy,
}

impl Facts {
    fn new() -> Self {
        let mut estate = Estate::new();
        let id = estate.project_id.clone();
        let source = ClusterRef {
            project_id: id.clone(),
            name: estate.source.clone(),
        };
        let mut read = |call: atlas::Call| get(&mut estate.sandbox, &call.path);
        let session = atlas::read_session(&read(atlas::session())).unwrap();
        Facts {
            project: atlas::read_project(&read(atlas::group(&id))).unwrap(),
            snapshot: atlas::read_snapshots(&read(atlas::snapshots(&source, 1)))
                .unwrap()
                .results
                .remove(0),
            encryption: atlas::read_encryption(&read(atlas::encryption_at_rest(&id))).unwrap(),
            args: atlas::read_process_args(&read(atlas::process_args(&source))).unwrap(),
            roles: session.roles,
            policy: Policy::default(),
        }
    }

    /// Gives each of `count` clusters, over and over, to `judge`.
    fn each<T>(&self, count: usize, judge: impl Fn(&Source, &Target, &Context) -> T) {
        let all = clusters();
        let source = Source {
            project: &self.project,
            cluster: all.first(),
            cluster_name: all.first().map(|cluster| cluster.name.as_str()),
            snapshot: &self.snapshot,
            encryption: Fact::Known(&self.encryption),
        };
        let context = Context {
            roles: &self.roles,
            policy: &self.policy,
            now: Timestamp(NOW),
        };
        for cluster in all.iter().cycle().take(count) {
            let target = Target {
                project: &self.project,
                cluster,
                encryption: Fact::Known(&self.encryption),
                process_args: Fact::Known(&self.args),
                jobs: Fact::Known(&[]),
            };
            black_box(judge(&source, &target, &context));
        }
    }
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn read_10_000_full_clusters(bencher: Bencher) {
    let bytes: usize = pages().iter().map(Vec::len).sum();
    bencher
        .counter(BytesCount::new(bytes))
        .counter(ItemsCount::new(CLUSTERS))
        .bench(|| {
            for page in pages() {
                black_box(atlas::read_clusters(page).unwrap());
            }
        });
}

#[divan::bench(args = [10_000, 100_000, 1_000_000], sample_count = 10, sample_size = 1)]
fn assess(bencher: Bencher, count: usize) {
    let facts = Facts::new();
    clusters();
    bencher
        .counter(ItemsCount::new(count))
        .bench(|| facts.each(count, rules::assess));
}

#[divan::bench(args = [10_000, 100_000, 1_000_000], sample_count = 10, sample_size = 1)]
fn verdict(bencher: Bencher, count: usize) {
    let facts = Facts::new();
    clusters();
    bencher
        .counter(ItemsCount::new(count))
        .bench(|| facts.each(count, rules::verdict));
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn sort_10_000_by_name(bencher: Bencher) {
    let all = clusters();
    bencher.bench(|| {
        order(places(0..all.len()).collect(), &|a, b| {
            all[a].name.cmp(&all[b].name)
        })
    });
}

/// Opening on an Atlas that answers at once: its answers are made and read within.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn open_on_10_000(bencher: Bencher) {
    let mut estate = Estate::new();
    bencher.bench_local(|| estate.opened());
}

/// One key: the list is filtered; drawing it is the browser's.
#[divan::bench(sample_count = 50, sample_size = 1)]
fn filter_10_000(bencher: Bencher) {
    let mut dialog = Estate::new().opened();
    let mut typed = ["ledger-", "ledger-p", "no such", "-0"].iter().cycle();
    bencher.bench_local(|| {
        let text = typed.next().copied().unwrap_or_default().to_owned();
        dialog.update(Event::FilterChanged(text), Timestamp(NOW))
    });
}
