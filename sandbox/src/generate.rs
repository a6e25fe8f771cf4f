//! Synthetic projects and clusters, made when they are asked for. Belongs here: what they look like; not:
//! when they are listed.
//!
//! `"generate": {"projects": 50, "clusters": 10000, "otherClusters": 4, "seed": 1}` adds 50 projects after the
//! world's own groups. The *first project of the world* has the 10,000 clusters besides those that the world
//! writes out for it: that is the world's own first group, or project 0 where it writes out none. Every other
//! synthetic project has 4. A group or cluster that the world writes out under a synthetic id or name takes
//! that one's place. The same numbers always give the same answers, and nothing is kept.
//!
//! | what | how it is called |
//! |---|---|
//! | ids | 24 hex digits: `5eed`, the seed (8), the kind (2), the project (4), the cluster (6); all in hex |
//! | kinds | `00` project, `01` cluster, `02` zone, `03` and on the shards, `10` to `12` snapshots, `f0` the organization |
//! | project | counted from 0; the world's own first group counts as `ffff` |
//! | name of project 7 | `Billing 008`: a word, then the number from 1 with three digits or more |
//! | name of cluster 42 | `orders-prod-00042`: service, stage, the number from 0 with five digits or more |
//!
//! Service and stage follow from seed, project and number. Of a hundred clusters about 70 are replica sets on
//! AWS with AWS KMS and MongoDB 8.0.30 or newer; about 5 each use another key provider, none, an older MongoDB
//! (7.0.24 or 6.0.26), are sharded, or paused; about 4 are free clusters (`TENANT`, M0). Cluster 0 is always one
//! of the 70. Clusters with backups have three daily snapshots each. Synthetic projects have AWS KMS in
//! EU_WEST_1 and Azure Key Vault and Google Cloud KMS, all valid; the own first group has what the world says.

use serde_json::{Value, json};

use crate::page::ORIGIN;
use crate::time::rfc3339;
use crate::world::{WorldError, expected, text};

const OWN_FIRST: u32 = 0xffff;
const MOST_PROJECTS: u32 = 0xfffe;
const MOST_CLUSTERS: u32 = 0x00ff_ffff;
const SNAPSHOTS_EACH: u32 = 3;
const DAY_MS: i64 = 86_400_000;

const AREAS: [&str; 10] = [
    "Billing",
    "Checkout",
    "Catalogue",
    "Fulfilment",
    "Identity",
    "Ledger",
    "Loyalty",
    "Pricing",
    "Search",
    "Telemetry",
];
const SERVICES: [&str; 10] = [
    "orders", "billing", "catalog", "search", "ledger", "profile", "events", "pricing", "audit",
    "media",
];
const STAGES: [&str; 5] = ["prod", "stage", "test", "dev", "perf"];
const AWS_REGIONS: [&str; 4] = ["EU_WEST_1", "EU_CENTRAL_1", "US_EAST_1", "AP_SOUTHEAST_2"];
const TIERS: [(&str, f64); 6] = [
    ("M10", 20.0),
    ("M20", 40.0),
    ("M30", 80.0),
    ("M40", 160.0),
    ("M50", 320.0),
    ("M60", 640.0),
];
const VERSIONS: [&str; 5] = ["8.0.30", "8.0.30", "8.0.31", "8.2.9", "8.3.1"];
const OLD_VERSIONS: [&str; 2] = ["7.0.24", "6.0.26"];

/// What a world asks to be made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Generate {
    projects: u32,
    clusters: u32,
    other_clusters: u32,
    seed: u32,
    /// The world's own first group and its organization, if it has one: it takes the clusters.
    own_first: Option<(String, Option<String>)>,
}

/// What is the matter with a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trait {
    Fit,
    OtherProvider,
    NotEncrypted,
    Old,
    Sharded,
    Paused,
    Free,
}

impl Generate {
    pub fn parse(value: Option<&Value>, world: &Value) -> Result<Generate, WorldError> {
        let Some(value) = value.filter(|value| !value.is_null()) else {
            return Ok(Generate::default());
        };
        if !value.is_object() {
            return Err(expected("$.generate", "an object", Some(value)));
        }
        let number = |key: &str, most: u32| match value.get(key) {
            None => Ok(0),
            Some(found) => found
                .as_u64()
                .and_then(|n| u32::try_from(n).ok())
                .filter(|n| *n <= most)
                .ok_or_else(|| {
                    expected(
                        &format!("$.generate.{key}"),
                        &format!("a whole number up to {most}"),
                        Some(found),
                    )
                }),
        };
        let first = world
            .get("groups")
            .and_then(Value::as_array)
            .and_then(|groups| groups.first());
        Ok(Generate {
            projects: number("projects", MOST_PROJECTS)?,
            clusters: number("clusters", MOST_CLUSTERS)?,
            other_clusters: number("otherClusters", MOST_CLUSTERS)?,
            seed: number("seed", u32::MAX)?,
            own_first: first.and_then(|group| {
                Some((
                    text(group, "id")?.to_owned(),
                    text(group, "orgId").map(str::to_owned),
                ))
            }),
        })
    }

    /// How many synthetic projects there are.
    pub fn projects(&self) -> u32 {
        self.projects
    }

    pub fn group_ids(&self) -> impl Iterator<Item = String> {
        (0..self.projects).map(|project| self.id(0x00, project, 0))
    }

    /// The id of a synthetic project by its number.
    pub fn group_id(&self, project: u32) -> Option<String> {
        (project < self.projects).then(|| self.id(0x00, project, 0))
    }

    /// The number of a project whose id is synthetic.
    pub fn project_of(&self, id: &str) -> Option<u32> {
        let project = u32::from_str_radix(id.get(14..18)?, 16).ok()?;
        (project < self.projects && self.id(0x00, project, 0) == id).then_some(project)
    }

    pub fn group(&self, id: &str) -> Option<Value> {
        let project = self.project_of(id)?;
        let organization = self.own_first.as_ref().and_then(|(_, org)| org.clone());
        Some(json!({
            "clusterCount": self.cluster_count(id),
            "created": rfc3339(1_700_000_000_000 + i64::from(project) * DAY_MS / 2),
            "id": id,
            "links": [{ "href": format!("{ORIGIN}/groups/{id}"), "rel": "self" }],
            "name": format!("{} {:03}", pick(&AREAS, u64::from(project)), project + 1),
            "orgId": organization.unwrap_or_else(|| self.id(0xf0, 0, 0)),
            "tags": [],
            "withDefaultAlertsSettings": true,
        }))
    }

    pub fn encryption_at_rest(&self, group: &str) -> Value {
        if self.project_of(group).is_none() {
            return json!({});
        }
        json!({
            "awsKms": {
                "enabled": true, "valid": true, "region": "EU_WEST_1",
                "customerMasterKeyID": self.key_uuid(group), "requirePrivateNetworking": false,
            },
            "azureKeyVault": { "enabled": true, "valid": true, "keyVaultName": "estate-keys", "azureEnvironment": "AZURE" },
            "googleCloudKms": { "enabled": true, "valid": true },
            "enabledForSearchNodes": false,
        })
    }

    /// How many synthetic clusters a group has.
    pub fn cluster_count(&self, group: &str) -> u32 {
        match self.number_of(group) {
            None => 0,
            Some(OWN_FIRST) => self.clusters,
            Some(0) if self.own_first.is_none() => self.clusters,
            Some(_) => self.other_clusters,
        }
    }

    /// The number of a cluster whose name is synthetic in that group.
    pub fn cluster_number(&self, group: &str, name: &str) -> Option<u32> {
        let number = name.rsplit_once('-')?.1.parse().ok()?;
        let project = self.number_of(group)?;
        (number < self.cluster_count(group) && self.name(project, number) == name).then_some(number)
    }

    pub fn cluster(&self, group: &str, name: &str) -> Option<Value> {
        self.cluster_at(group, self.cluster_number(group, name)?)
    }

    /// A cluster by its number.
    pub fn cluster_at(&self, group: &str, number: u32) -> Option<Value> {
        let project = self.number_of(group)?;
        (number < self.cluster_count(group)).then_some(())?;
        let kind = self.kind(project, number);
        let dice = self.dice(project, number, 1);
        let name = self.name(project, number);
        let (key_provider, cloud) = match kind {
            Trait::OtherProvider if dice.is_multiple_of(2) => ("AZURE", "AZURE"),
            Trait::OtherProvider => ("GCP", "GCP"),
            Trait::NotEncrypted => ("NONE", "AWS"),
            Trait::Free => ("NONE", "TENANT"),
            _ => ("AWS", "AWS"),
        };
        let version = match kind {
            Trait::Old => pick(&OLD_VERSIONS, dice >> 8),
            _ => pick(&VERSIONS, dice >> 8),
        };
        let series: String = version
            .rsplit_once('.')
            .map_or(version, |(series, _)| series)
            .to_owned();
        let region = match cloud {
            "AZURE" => "EUROPE_NORTH",
            "GCP" => "WESTERN_EUROPE",
            _ => pick(
                &AWS_REGIONS,
                if dice.is_multiple_of(4) {
                    dice >> 16
                } else {
                    0
                },
            ),
        };
        let (tier, disk) = pick_pair(&TIERS, dice >> 24);
        let shards = if kind == Trait::Sharded {
            2 + u32::from(dice.is_multiple_of(3))
        } else {
            1
        };
        let replication: Vec<Value> = (0..shards)
            .map(|shard| {
                let hardware = |nodes: u32| match cloud {
                    "AWS" => json!({
                        "instanceSize": tier, "diskIOPS": 3000, "diskSizeGB": disk,
                        "ebsVolumeType": "STANDARD", "nodeCount": nodes,
                    }),
                    "TENANT" => json!({ "effectiveInstanceSize": "M0", "instanceSize": "M0", "diskSizeGB": 0.5 }),
                    _ => json!({ "instanceSize": tier, "diskSizeGB": disk, "nodeCount": nodes }),
                };
                let mut config = json!({
                    "electableSpecs": hardware(3), "priority": 7, "providerName": cloud, "regionName": region,
                });
                if let Some(config) = config.as_object_mut() {
                    if cloud == "TENANT" {
                        config.insert("backingProviderName".into(), json!("AWS"));
                    } else {
                        config.insert("analyticsSpecs".into(), hardware(0));
                        config.insert("readOnlySpecs".into(), hardware(0));
                        config.insert(
                            "autoScaling".into(),
                            json!({ "compute": { "enabled": false, "scaleDownEnabled": false }, "diskGB": { "enabled": true } }),
                        );
                    }
                }
                json!({
                    "id": self.id(0x03 + shard, project, number),
                    "regionConfigs": [config],
                    "zoneId": self.id(0x02, project, number),
                    "zoneName": "Zone 1",
                })
            })
            .collect();
        let path = format!("{ORIGIN}/groups/{group}/clusters/{name}");
        let backups = kind != Trait::Free;
        let mut cluster = json!({
            "backupEnabled": backups,
            "biConnector": { "enabled": false, "readPreference": "secondary" },
            "clusterType": if kind == Trait::Sharded { "SHARDED" } else { "REPLICASET" },
            "connectionStrings": { "standardSrv": format!("mongodb+srv://{name}.{:06x}.mongodb.example", dice >> 40) },
            "createDate": rfc3339(1_735_000_000_000 + i64::from(number) * 60_000),
            "diskWarmingMode": "FULLY_WARMED",
            "effectiveDatabaseEdition": "CORE",
            "encryptionAtRestProvider": key_provider,
            "featureCompatibilityVersion": series,
            "globalClusterSelfManagedSharding": false,
            "groupId": group,
            "id": self.id(0x01, project, number),
            "internalClusterRole": "NONE",
            "labels": [],
            "links": [
                { "href": path, "rel": "self" },
                { "href": format!("{path}/backup/restoreJobs"), "rel": "https://cloud.mongodb.com/restoreJobs" },
                { "href": format!("{path}/backup/snapshots"), "rel": "https://cloud.mongodb.com/snapshots" },
            ],
            "mongoDBMajorVersion": series,
            "mongoDBVersion": version,
            "name": name,
            "paused": kind == Trait::Paused,
            "pitEnabled": backups,
            "redactClientLogData": false,
            "replicationSpecs": replication,
            "retainBackups": false,
            "rootCertType": "ISRGROOTX1",
            "stateName": "IDLE",
            "tags": [],
            "terminationProtectionEnabled": false,
            "versionReleaseSystem": if series.ends_with(".0") { "LTS" } else { "CONTINUOUS" },
        });
        if let (Trait::Sharded, Some(cluster)) = (kind, cluster.as_object_mut()) {
            cluster.insert("configServerManagementMode".into(), json!("ATLAS_MANAGED"));
            cluster.insert("configServerType".into(), json!("EMBEDDED"));
        }
        Some(cluster)
    }

    /// The three daily snapshots of a cluster with backups, newest first; `started` is when the world began.
    pub fn snapshots(&self, group: &str, name: &str, started: i64) -> Vec<Value> {
        let Some((number, project)) = self.cluster_number(group, name).zip(self.number_of(group))
        else {
            return Vec::new();
        };
        let kind = self.kind(project, number);
        let Some(cluster) = self
            .cluster_at(group, number)
            .filter(|_| kind != Trait::Free)
        else {
            return Vec::new();
        };
        let version = text(&cluster, "mongoDBVersion").unwrap_or_default();
        let key_provider = text(&cluster, "encryptionAtRestProvider").unwrap_or_default();
        let storage = if key_provider == "NONE" {
            "AWS"
        } else {
            key_provider
        };
        let midnight = started - started.rem_euclid(DAY_MS);
        let path = format!("{ORIGIN}/groups/{group}/clusters/{name}");
        (0..SNAPSHOTS_EACH)
            .map(|day| {
                let taken = midnight - i64::from(day) * DAY_MS + 2 * DAY_MS / 24;
                let taken = if taken > started { taken - i64::from(SNAPSHOTS_EACH) * DAY_MS } else { taken };
                let id = self.id(0x10 + day, project, number);
                let singular = if kind == Trait::Sharded { "shardedCluster/" } else { "" };
                let mut snapshot = json!({
                    "createdAt": rfc3339(taken),
                    "expiresAt": rfc3339(taken + 7 * DAY_MS),
                    "frequencyType": "daily",
                    "id": id,
                    "links": [
                        { "href": format!("{path}/backup/snapshots/{singular}{id}"), "rel": "self" },
                        { "href": path, "rel": "https://cloud.mongodb.com/cluster" },
                    ],
                    "mongodVersion": version,
                    "policyItems": [],
                    "snapshotType": "scheduled",
                    "status": "completed",
                    "storageSizeBytes": 4_000_000_000_u64 + self.dice(project, number, 2) % 9_000_000_000,
                    "type": if kind == Trait::Sharded { "shardedCluster" } else { "replicaSet" },
                });
                if let Some(members) = snapshot.as_object_mut() {
                    if key_provider == "AWS" {
                        members.insert("masterKeyUUID".into(), json!(self.key_uuid(group)));
                    }
                    if kind == Trait::Sharded {
                        members.insert("configServerType".into(), json!("EMBEDDED"));
                        members.insert("members".into(), json!([]));
                        members.insert("snapshotIds".into(), json!([]));
                    } else {
                        members.insert("cloudProvider".into(), json!(storage));
                        members.insert("copyRegions".into(), json!([]));
                        members.insert("replicaSetName".into(), json!(name));
                    }
                }
                snapshot
            })
            .collect()
    }

    fn number_of(&self, group: &str) -> Option<u32> {
        match &self.own_first {
            Some((own, _)) if own == group => Some(OWN_FIRST),
            _ => self.project_of(group),
        }
    }

    fn id(&self, kind: u32, project: u32, cluster: u32) -> String {
        format!("5eed{:08x}{kind:02x}{project:04x}{cluster:06x}", self.seed)
    }

    fn name(&self, project: u32, number: u32) -> String {
        let dice = self.dice(project, number, 3);
        format!(
            "{}-{}-{number:05}",
            pick(&SERVICES, dice),
            pick(&STAGES, dice >> 16)
        )
    }

    fn kind(&self, project: u32, number: u32) -> Trait {
        match self.dice(project, number, 4) % 100 {
            _ if number == 0 => Trait::Fit,
            0..=4 => Trait::OtherProvider,
            5..=9 => Trait::NotEncrypted,
            10..=14 => Trait::Old,
            15..=19 => Trait::Sharded,
            20..=24 => Trait::Paused,
            25..=28 => Trait::Free,
            _ => Trait::Fit,
        }
    }

    fn key_uuid(&self, group: &str) -> String {
        let project = self.number_of(group).unwrap_or(0);
        format!("{:08x}-5eed-4000-8000-{project:012x}", self.seed)
    }

    fn dice(&self, project: u32, number: u32, purpose: u64) -> u64 {
        let place = (u64::from(project) << 24) | u64::from(number);
        mix(mix(u64::from(self.seed) ^ (purpose << 48)) ^ place)
    }
}

/// Splitmix64: the same number always gives the same, and neighbours nothing alike.
pub(crate) fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn pick(from: &[&'static str], dice: u64) -> &'static str {
    let at = dice % (from.len().max(1) as u64);
    from.get(at as usize).copied().unwrap_or_default()
}

fn pick_pair(from: &[(&'static str, f64)], dice: u64) -> (&'static str, f64) {
    let at = dice % (from.len().max(1) as u64);
    from.get(at as usize).copied().unwrap_or(("M10", 10.0))
}
