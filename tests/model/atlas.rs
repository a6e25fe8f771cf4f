//! An Atlas that fits on a page: what is true. Written from Atlas's documented behaviour, and from nothing of the
//! dialog or the sandbox.

use serde_json::{Value, json};

pub const PROJECT: &str = "64f1c0de0a1b2c3d4e5f6001";
pub const SNAPSHOT: &str = "6b05a0000a1b2c3d4e5f6101";
pub const OTHER_SNAPSHOT: &str = "6b05a0000a1b2c3d4e5f6102";
/// The source, two targets, and one more that strangers restore from.
pub const CLUSTERS: [&str; 4] = ["source", "alpha", "beta", "other"];
/// 2026-11-24T10:00:00Z.
pub const START: i64 = 1_795_514_400_000;

/// How a job ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Completed,
    Failed,
    Cancelled,
    Expired,
}

#[derive(Debug, Clone)]
pub struct Job {
    pub id: String,
    pub snapshot: &'static str,
    pub target: &'static str,
    /// The cluster that it is listed under.
    pub under: &'static str,
    pub created: i64,
    pub ends_at: i64,
    pub end: End,
    /// The number of our request, or somebody else's.
    pub by: Option<usize>,
}

/// What an answer tells of the truth at the moment in which it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    Nothing,
    Session {
        owner: bool,
    },
    Snapshot {
        good: bool,
    },
    Cluster {
        name: String,
        paused: bool,
    },
    Keys {
        valid: bool,
    },
    /// All of one cluster's jobs: their ids, and the targets of those that run.
    Jobs {
        under: String,
        ids: Vec<String>,
        running: Vec<&'static str>,
    },
    Job {
        id: String,
        end: Option<End>,
    },
}

/// What the server sends back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub kind: &'static str,
    pub body: String,
    pub date: i64,
    pub says: Says,
}

pub struct Atlas {
    pub now: i64,
    pub signed_in: bool,
    pub owner: bool,
    pub snapshot_good: bool,
    pub key_valid: bool,
    pub paused: [bool; 4],
    pub jobs: Vec<Job>,
    /// How long the next jobs run, and how they end.
    pub next_seconds: i64,
    pub next_end: End,
    made: u32,
}

impl Atlas {
    pub fn new() -> Self {
        Atlas {
            now: START,
            signed_in: true,
            owner: true,
            snapshot_good: true,
            key_valid: true,
            paused: [false; 4],
            jobs: Vec::new(),
            next_seconds: 40,
            next_end: End::Completed,
            made: 0,
        }
    }

    /// How a job stands now; `None` while it runs.
    pub fn end_of(&self, job: &Job) -> Option<End> {
        (job.ends_at <= self.now).then_some(job.end)
    }

    pub fn job(&self, id: &str) -> Option<&Job> {
        self.jobs.iter().find(|job| job.id == id)
    }

    /// Starts a restore, unless one runs into the target.
    pub fn start(
        &mut self,
        snapshot: &'static str,
        target: &'static str,
        under: &'static str,
        by: Option<usize>,
    ) -> Option<Job> {
        if self.runs_into(target) {
            return None;
        }
        self.made += 1;
        let job = Job {
            id: format!("{:08x}aaaaaaaa{:08x}", self.now / 1_000, self.made),
            snapshot,
            target,
            under,
            created: self.now,
            ends_at: self.now + self.next_seconds * 1_000,
            end: self.next_end,
            by,
        };
        self.jobs.push(job.clone());
        Some(job)
    }

    pub fn runs_into(&self, target: &str) -> bool {
        self.jobs
            .iter()
            .any(|job| job.target == target && self.end_of(job).is_none())
    }

    /// Acts on a request and answers it. `by` is the number of a restore request.
    pub fn handle(&mut self, path: &str, body: Option<&str>, by: Option<usize>) -> Answer {
        let (status, body, says) = if self.signed_in {
            self.route(path, body, by)
        } else {
            (
                401,
                json!({"error": 401, "reason": "Unauthorized"}),
                Says::Nothing,
            )
        };
        Answer {
            status,
            kind: "application/json",
            body: body.to_string(),
            date: self.now - self.now.rem_euclid(1_000),
            says,
        }
    }

    fn route(&mut self, path: &str, body: Option<&str>, by: Option<usize>) -> (u16, Value, Says) {
        let path = path.split('?').next().unwrap_or_default();
        if path == "/session" {
            let role = if self.owner {
                "GROUP_OWNER"
            } else {
                "GROUP_READ_ONLY"
            };
            let body = json!({"person": {"username": "ada"}, "roles": {PROJECT: [role]}, "orgRoles": {}, "csrfToken": "t"});
            return (200, body, Says::Session { owner: self.owner });
        }
        let parts: Vec<&str> = path
            .strip_prefix("/api/atlas/v2/")
            .unwrap_or_default()
            .split('/')
            .collect();
        let project =
            json!({"id": PROJECT, "name": "Storefront", "orgId": "64f1c0de0a1b2c3d4e5f60aa"});
        match parts[..] {
            ["groups"] => ok(list(vec![project])),
            ["groups", PROJECT] => ok(project),
            ["groups", PROJECT, "encryptionAtRest"] => {
                let key = json!({"enabled": true, "valid": self.key_valid, "region": "EU_WEST_1"});
                let says = Says::Keys {
                    valid: self.key_valid,
                };
                (200, json!({"awsKms": key}), says)
            }
            ["groups", PROJECT, "clusters"] => ok(list(
                (0..CLUSTERS.len())
                    .map(|place| self.cluster(place))
                    .collect(),
            )),
            ["groups", PROJECT, "clusters", name, ref rest @ ..] => {
                match CLUSTERS.iter().position(|known| *known == name) {
                    Some(place) => self.below(place, rest, body, by),
                    None => missing("CLUSTER_NOT_FOUND"),
                }
            }
            _ => missing("GROUP_NOT_FOUND"),
        }
    }

    fn below(
        &mut self,
        place: usize,
        rest: &[&str],
        body: Option<&str>,
        by: Option<usize>,
    ) -> (u16, Value, Says) {
        let under = CLUSTERS[place];
        match *rest {
            [] => {
                let says = Says::Cluster {
                    name: under.to_owned(),
                    paused: self.paused[place],
                };
                (200, self.cluster(place), says)
            }
            ["processArgs"] => ok(json!({"defaultWriteConcern": null})),
            ["backup", "snapshots", SNAPSHOT] if place == 0 => {
                let expires = if self.snapshot_good {
                    "2027-11-24T10:00:00Z"
                } else {
                    "2026-11-24T09:00:00Z"
                };
                let body = json!({
                    "id": SNAPSHOT, "status": "completed", "snapshotType": "scheduled", "type": "replicaSet",
                    "createdAt": "2026-11-24T00:00:00Z", "expiresAt": expires, "mongodVersion": "8.0.12",
                    "masterKeyUUID": "1c3f9a52-0d0b-4b6c-9a55-6f3c3f6a9e01", "storageSizeBytes": 1
                });
                (
                    200,
                    body,
                    Says::Snapshot {
                        good: self.snapshot_good,
                    },
                )
            }
            ["backup", "restoreJobs"] if body.is_some() => {
                self.post(under, body.unwrap_or_default(), by)
            }
            ["backup", "restoreJobs"] => {
                let jobs: Vec<&Job> = self
                    .jobs
                    .iter()
                    .filter(|job| job.under == under)
                    .rev()
                    .collect();
                let running = jobs.iter().filter(|job| self.end_of(job).is_none());
                let says = Says::Jobs {
                    under: under.to_owned(),
                    ids: jobs.iter().map(|job| job.id.clone()).collect(),
                    running: running.map(|job| job.target).collect(),
                };
                (
                    200,
                    list(jobs.iter().map(|job| self.written(job)).collect()),
                    says,
                )
            }
            ["backup", "restoreJobs", id] => match self.job(id).filter(|job| job.under == under) {
                Some(job) => {
                    let says = Says::Job {
                        id: id.to_owned(),
                        end: self.end_of(job),
                    };
                    (200, self.written(job), says)
                }
                None => missing("RESTORE_JOB_NOT_FOUND"),
            },
            _ => missing("SNAPSHOT_NOT_FOUND"),
        }
    }

    /// The one request that changes something.
    fn post(&mut self, under: &'static str, body: &str, by: Option<usize>) -> (u16, Value, Says) {
        let asked: Value = serde_json::from_str(body).unwrap_or_default();
        let refused = |status: u16, code: &str| {
            let body =
                json!({"error": status, "errorCode": code, "detail": "No.", "parameters": []});
            (status, body, Says::Nothing)
        };
        let target = CLUSTERS
            .iter()
            .position(|name| asked["targetClusterName"] == *name);
        let Some(place) = target else {
            return refused(404, "CLUSTER_NOT_FOUND");
        };
        if asked["deliveryType"] != "automated"
            || asked["snapshotId"] != SNAPSHOT
            || asked["targetGroupId"] != PROJECT
        {
            return refused(404, "SNAPSHOT_NOT_FOUND");
        }
        if !self.owner {
            return refused(403, "CANNOT_RESTORE_TO_TARGET");
        }
        if self.paused[place] {
            return refused(400, "CLUSTER_PAUSED_CANNOT_RESTORE");
        }
        match self.start(SNAPSHOT, CLUSTERS[place], under, by) {
            Some(job) => {
                let says = Says::Job {
                    id: job.id.clone(),
                    end: None,
                };
                (200, self.written(&job), says)
            }
            None => refused(409, "ATLAS_CLUSTER_RESTORE_IN_PROGRESS"),
        }
    }

    fn written(&self, job: &Job) -> Value {
        let end = self.end_of(job);
        let mut body = json!({
            "id": job.id, "deliveryType": "automated", "snapshotId": job.snapshot, "targetGroupId": PROJECT,
            "targetClusterName": job.target, "failed": end == Some(End::Failed),
            "cancelled": end == Some(End::Cancelled), "expired": end == Some(End::Expired)
        });
        if end == Some(End::Completed) {
            body["finishedAt"] = json!("2026-11-24T10:00:00Z");
        }
        body
    }

    fn cluster(&self, place: usize) -> Value {
        json!({
            "id": format!("64f1c0de0a1b2c3d4e5f63{place:02}"), "groupId": PROJECT, "name": CLUSTERS[place],
            "clusterType": "REPLICASET", "mongoDBVersion": "8.0.12", "encryptionAtRestProvider": "AWS",
            "stateName": "IDLE", "paused": self.paused[place], "backupEnabled": true,
            "replicationSpecs": [{"regionConfigs": [{"providerName": "AWS", "regionName": "EU_WEST_1",
                "electableSpecs": {"instanceSize": "M30", "diskSizeGB": 40.0}}]}]
        })
    }
}

fn ok(body: Value) -> (u16, Value, Says) {
    (200, body, Says::Nothing)
}

fn missing(code: &str) -> (u16, Value, Says) {
    (404, json!({"error": 404, "errorCode": code}), Says::Nothing)
}

fn list(results: Vec<Value>) -> Value {
    json!({"totalCount": results.len(), "results": results, "links": []})
}
