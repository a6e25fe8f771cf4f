//! What is counted, and what it needs.

use std::hint::black_box;

use atlas_restore_dialog::atlas;
use atlas_restore_dialog::dialog::{Answer, Config, Dialog, Effect, Event, Read, Unicode};
use atlas_restore_dialog::model::{
    Cluster, ClusterRef, Dated, Fact, Policy, Project, ProjectEncryption, Roles, Snapshot,
    Timestamp,
};
use atlas_restore_dialog::port;
use atlas_restore_dialog::rules::{self, Context, Judge, Source, Target};
use atlas_sandbox::{Request, Sandbox};

/// 2026-11-24T10:00:00Z.
const NOW: i64 = 1_795_514_400_000;
pub const CLUSTERS: usize = 1_000;
const WORLD: &str = r#"{
    "now": "2026-11-24T10:00:00Z",
    "person": {"username": "maya.okafor@example.com", "name": "Maya Okafor"},
    "generate": {"projects": 200, "clusters": 1000, "otherClusters": 4, "seed": 1}
}"#;

/// What the network gives, and what the dialog is opened on.
pub struct Estate {
    sandbox: Sandbox,
    pub project_id: String,
    source: String,
    snapshot_id: String,
}

impl Estate {
    pub fn new() -> Self {
        let mut estate = Estate {
            sandbox: Sandbox::new(WORLD, NOW).expect("a world"),
            project_id: String::new(),
            source: String::new(),
            snapshot_id: String::new(),
        };
        let projects = estate.get(&atlas::groups(1).path);
        let projects = atlas::read_projects(&projects).expect("projects").results;
        estate.project_id.clone_from(&projects[0].id);
        let page = estate.get(&atlas::clusters(&estate.project_id.clone(), 1).path);
        // The first that was made is one without faults.
        let first = atlas::read_clusters(&page).expect("clusters").results;
        estate.source.clone_from(&first[0].name);
        let snapshots = estate.get(&atlas::snapshots(&estate.place(), 1).path);
        let snapshots = atlas::read_snapshots(&snapshots)
            .expect("snapshots")
            .results;
        estate.snapshot_id.clone_from(&snapshots[0].id);
        estate
    }

    fn place(&self) -> ClusterRef {
        ClusterRef {
            project_id: self.project_id.clone(),
            name: self.source.clone(),
        }
    }

    pub fn get(&mut self, path: &str) -> Vec<u8> {
        let request = Request::new("GET", &format!("/restore{path}"));
        match self.sandbox.handle(&request, NOW).answer {
            atlas_sandbox::Answer::Response(response) if response.status == 200 => {
                response.body.clone()
            }
            _ => panic!("{path} is not answered"),
        }
    }

    fn answer(&mut self, read: &Read) -> Answer {
        let body = self.get(&port::call(read).path);
        port::answer(Some(read), 200, Some("application/json"), &body).expect("an answer")
    }

    /// A dialog to which everything was answered but the clusters, and the answers that it waits for then.
    pub fn opened(&mut self) -> (Dialog, Vec<Event>) {
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
        let mut clusters = Vec::new();
        while let Some(effect) = effects.pop() {
            let Effect::Read { id, read } = effect else {
                continue;
            };
            let value = self.answer(&read);
            let reply = Ok(Dated { value, date: None });
            let event = Event::Replied { id, reply };
            if matches!(read, Read::Clusters { .. }) {
                clusters.push(event);
            } else {
                effects.extend(dialog.update(event, Timestamp(NOW)));
            }
        }
        (dialog, clusters)
    }

    /// Gives the answers on clusters, and those to what is then asked for.
    pub fn load(&mut self, dialog: &mut Dialog, mut clusters: Vec<Event>) {
        while let Some(event) = clusters.pop() {
            for effect in counted_take(dialog, event) {
                if let Effect::Read { id, read } = effect {
                    let value = self.answer(&read);
                    let reply = Ok(Dated { value, date: None });
                    clusters.push(Event::Replied { id, reply });
                }
            }
        }
    }
}

/// The facts of one snapshot, against which every cluster is judged.
pub struct Facts {
    project: Project,
    snapshot: Snapshot,
    encryption: ProjectEncryption,
    roles: Roles,
    policy: Policy,
    pub clusters: Vec<Cluster>,
}

impl Facts {
    pub fn new(estate: &mut Estate) -> Self {
        let (id, place) = (estate.project_id.clone(), estate.place());
        let snapshots = estate.get(&atlas::snapshots(&place, 1).path);
        let session = estate.get(&atlas::session().path);
        let project = estate.get(&atlas::group(&id).path);
        let encryption = estate.get(&atlas::encryption_at_rest(&id).path);
        let clusters = (1..=2).flat_map(|page| {
            let page = estate.get(&atlas::clusters(&id, page).path);
            atlas::read_clusters(&page).expect("clusters").results
        });
        Facts {
            clusters: clusters.collect(),
            project: atlas::read_project(&project).expect("a project"),
            snapshot: atlas::read_snapshots(&snapshots)
                .expect("snapshots")
                .results
                .remove(0),
            encryption: atlas::read_encryption(&encryption).expect("keys"),
            roles: atlas::read_session(&session).expect("a session").roles,
            policy: Policy::default(),
        }
    }

    fn source(&self) -> Source<'_> {
        let cluster = self.clusters.first();
        Source {
            project: &self.project,
            cluster,
            cluster_name: cluster.map(|cluster| cluster.name.as_str()),
            snapshot: &self.snapshot,
            encryption: Fact::Known(&self.encryption),
        }
    }

    fn target<'a>(&'a self, cluster: &'a Cluster) -> Target<'a> {
        Target {
            project: &self.project,
            cluster,
            encryption: Fact::Known(&self.encryption),
            process_args: Fact::NotAsked,
            jobs: Fact::Known(&[]),
        }
    }

    fn context(&self) -> Context<'_> {
        Context {
            roles: &self.roles,
            policy: &self.policy,
            now: Timestamp(NOW),
        }
    }
}

/// One page of 500 full clusters is read.
#[unsafe(no_mangle)]
#[inline(never)]
pub fn counted_read(page: &[u8]) -> usize {
    black_box(atlas::read_clusters(page)).map_or(0, |page| page.results.len())
}

/// Verdicts on so many clusters.
#[unsafe(no_mangle)]
#[inline(never)]
pub fn counted_judge(facts: &Facts, count: usize) {
    let (source, context) = (facts.source(), facts.context());
    let judge = Judge::new(&source, &facts.project, &context);
    for cluster in facts.clusters.iter().cycle().take(count) {
        black_box(judge.verdict(&facts.target(cluster)));
    }
}

/// All findings about so many clusters.
#[unsafe(no_mangle)]
#[inline(never)]
pub fn counted_assess(facts: &Facts, count: usize) {
    let (source, context) = (facts.source(), facts.context());
    for cluster in facts.clusters.iter().cycle().take(count) {
        black_box(rules::assess(&source, &facts.target(cluster), &context));
    }
}

/// A page of clusters is taken in: judged, sorted among the others.
#[unsafe(no_mangle)]
#[inline(never)]
pub fn counted_take(dialog: &mut Dialog, event: Event) -> Vec<Effect> {
    black_box(dialog.update(event, Timestamp(NOW)))
}

/// A key is typed, and another text.
#[unsafe(no_mangle)]
#[inline(never)]
pub fn counted_filter(dialog: &mut Dialog) {
    for text in ["ledger-", "ledger-p", "no such", "-0", ""] {
        let event = Event::FilterChanged(text.to_owned());
        black_box(dialog.update(event, Timestamp(NOW)));
    }
}

/// The view for ten drawings, each with twenty rows.
#[unsafe(no_mangle)]
#[inline(never)]
pub fn counted_view(dialog: &Dialog) {
    for _ in 0..10 {
        black_box(dialog.view(Timestamp(NOW)));
        for index in 0..20 {
            black_box(dialog.cluster_row(index));
        }
    }
}
