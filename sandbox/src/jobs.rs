//! Restore jobs: what a request for one must say, and how one goes on. Belongs here: bodies and states; not:
//! paths.

use serde_json::{Map, Value, json};

use crate::error::AtlasError;
use crate::generate::mix;
use crate::http::percent_encode;
use crate::page::ORIGIN;
use crate::time::{parse_rfc3339, rfc3339};
use crate::world::{World, text};

/// How long a download can be fetched.
const DOWNLOAD_MS: i64 = 4 * 3_600_000;
const EARLIEST_OPLOG: i64 = 1_199_145_600;

/// A body that is in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub delivery: Delivery,
    pub snapshot: Option<String>,
    /// Group and cluster.
    pub target: Option<(String, String)>,
    /// The members as sent, for the job to repeat.
    sent: Map<String, Value>,
}

/// `deliveryType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    Automated,
    Download,
    PointInTime,
}

impl Order {
    pub fn parse(body: &[u8]) -> Result<Order, AtlasError> {
        let Ok(Value::Object(sent)) = serde_json::from_slice(body) else {
            return Err(AtlasError::new(
                400,
                "INVALID_JSON",
                &[],
                "Received JSON is malformed.",
            ));
        };
        const TEXTS: [&str; 4] = [
            "deliveryType",
            "snapshotId",
            "targetGroupId",
            "targetClusterName",
        ];
        const NUMBERS: [&str; 3] = ["oplogTs", "oplogInc", "pointInTimeUTCSeconds"];
        for (name, value) in &sent {
            let fits = if TEXTS.contains(&name.as_str()) {
                value.is_string()
            } else {
                NUMBERS.contains(&name.as_str()) && value.is_i64()
            };
            if !fits {
                return Err(AtlasError::invalid_attribute(name));
            }
        }
        let given = |name: &str| sent.get(name).and_then(Value::as_str).map(str::to_owned);
        let needed = |name: &str| given(name).ok_or_else(|| AtlasError::missing_attribute(name));
        let delivery = match needed("deliveryType")?.as_str() {
            "automated" => Delivery::Automated,
            "download" => Delivery::Download,
            "pointInTime" => Delivery::PointInTime,
            other => {
                let detail = format!(
                    "An invalid enumeration value {other} was specified. The only valid values are automated, download, pointInTime."
                );
                return Err(AtlasError::new(400, "INVALID_ENUM_VALUE", &[other], detail)
                    .about("deliveryType"));
            }
        };
        let snapshot = match delivery {
            Delivery::PointInTime => None,
            _ => Some(needed("snapshotId")?),
        };
        let target = match delivery {
            Delivery::Download => None,
            _ => Some((needed("targetGroupId")?, needed("targetClusterName")?)),
        };
        if delivery == Delivery::PointInTime {
            let number = |name: &str| sent.get(name).and_then(Value::as_i64);
            let whole = number("pointInTimeUTCSeconds").is_some_and(|n| n >= EARLIEST_OPLOG)
                || (number("oplogTs").is_some_and(|n| n >= EARLIEST_OPLOG)
                    && number("oplogInc").is_some_and(|n| n >= 1));
            if !whole {
                let detail = "The point in time to restore to is missing or out of range.";
                return Err(AtlasError::new(
                    400,
                    "INVALID_PIT_RESTORE_TIME",
                    &[],
                    detail,
                ));
            }
        }
        for (name, id) in [
            ("snapshotId", &snapshot),
            (
                "targetGroupId",
                &target.as_ref().map(|(group, _)| group.clone()),
            ),
        ] {
            if id.as_ref().is_some_and(|id| !is_object_id(id)) {
                return Err(AtlasError::invalid_attribute(name));
            }
        }
        Ok(Order {
            delivery,
            snapshot,
            target,
            sent,
        })
    }

    /// The job as Atlas first shows it.
    pub fn job(&self, group: &str, cluster: &str, id: &str, snapshot: Option<&Value>) -> Value {
        let cluster_url = format!(
            "{ORIGIN}/groups/{group}/clusters/{}",
            percent_encode(cluster)
        );
        let mut links = vec![
            json!({ "href": format!("{cluster_url}/backup/restoreJobs/{id}"), "rel": "self" }),
        ];
        if let Some(snapshot) = &self.snapshot {
            links.push(json!({
                "href": format!("{cluster_url}/backup/snapshots/{snapshot}"), "rel": "https://cloud.mongodb.com/snapshot",
            }));
        }
        links.push(json!({ "href": cluster_url, "rel": "https://cloud.mongodb.com/cluster" }));
        links.push(json!({ "href": format!("{ORIGIN}/groups/{group}"), "rel": "https://cloud.mongodb.com/group" }));
        let mut job = json!({
            "cancelled": false,
            "deliveryType": "",
            "deliveryUrl": [],
            "desiredTimestamp": { "date": null, "increment": null, "time": null },
            "expired": false,
            "failed": false,
            "id": id,
            "links": links,
        });
        if let Some(job) = job.as_object_mut() {
            job.extend(self.sent.clone());
            if let Some((_, target)) = &self.target {
                let code = target
                    .bytes()
                    .fold(7, |sum, byte| mix(sum ^ u64::from(byte)));
                job.insert(
                    "targetDeploymentItemName".into(),
                    json!(format!("atlas-{:06x}", code >> 40)),
                );
            }
            if let Some(taken) = snapshot.and_then(|snapshot| snapshot.get("createdAt")) {
                job.insert("timestamp".into(), taken.clone());
            }
        }
        job
    }
}

/// An id of now: 8 hex digits of seconds, then something that no other id of this world has.
pub(crate) fn new_id(now: i64, count: u64) -> String {
    let seconds = u32::try_from(now.div_euclid(1000)).unwrap_or(u32::MAX);
    format!("{seconds:08x}{:016x}", mix(count))
}

pub(crate) fn is_object_id(id: &str) -> bool {
    id.len() == 24
        && id
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// A job as Atlas shows it now; `started` is when it began to run.
pub(crate) fn as_of(job: &Value, started: Option<i64>, world: &World, now: i64) -> Value {
    let mut shown = job.clone();
    let end = started
        .zip(world.restore_ms())
        .map(|(started, length)| started.saturating_add(length));
    if has_ended(job) || end.is_none_or(|end| now < end) {
        return shown;
    }
    let end = end.unwrap_or(now);
    let (Some(members), Some(id)) = (shown.as_object_mut(), text(job, "id")) else {
        return shown;
    };
    match world.restore_outcome() {
        "completed" if text(job, "deliveryType") == Some("download") => {
            members.insert(
                "deliveryUrl".into(),
                json!([format!("https://restore.mongodb.example/{id}.tar.gz")]),
            );
            members.insert("expiresAt".into(), json!(rfc3339(end + DOWNLOAD_MS)));
        }
        "completed" => {
            members.insert("finishedAt".into(), json!(rfc3339(end)));
        }
        outcome => {
            members.insert(outcome.to_owned(), json!(true));
        }
    }
    shown
}

/// Whether a job has ended by its own words.
pub(crate) fn has_ended(job: &Value) -> bool {
    ["failed", "cancelled", "expired"]
        .iter()
        .any(|flag| job.get(flag) == Some(&Value::Bool(true)))
        || job.get("finishedAt").is_some_and(|at| !at.is_null())
}

/// Why Atlas would not start from this snapshot now.
pub(crate) fn refuses_snapshot(snapshot: &Value, now: i64) -> Option<AtlasError> {
    let id = text(snapshot, "id").unwrap_or_default();
    if text(snapshot, "status") != Some("completed") {
        let detail = format!("Cannot start a restore job for incomplete snapshot {id}.");
        return Some(AtlasError::new(
            409,
            "CANNOT_START_RESTORE_JOB_FOR_INCOMPLETE_CLUSTER_SNAPSHOT",
            &[id],
            detail,
        ));
    }
    let expires = snapshot.get("expiresAt").filter(|at| !at.is_null());
    if expires.is_some_and(|at| {
        at.as_str()
            .and_then(parse_rfc3339)
            .is_none_or(|at| at <= now)
    }) {
        let detail = format!("Cannot start a restore job for deleted snapshot {id}.");
        return Some(AtlasError::new(
            409,
            "CANNOT_START_RESTORE_JOB_FOR_DELETED_SNAPSHOT",
            &[id],
            detail,
        ));
    }
    None
}

/// Why Atlas would not decrypt this snapshot into that target.
pub(crate) fn refuses_encryption(
    snapshot: &Value,
    source: Option<&Value>,
    target: &Value,
) -> Option<AtlasError> {
    let name = text(target, "name").unwrap_or_default();
    let key_is_gone = snapshot.pointer("/encryptionAtRest/keyPresent") == Some(&Value::Bool(false));
    let wanted = text(target, "encryptionAtRestProvider").unwrap_or("NONE");
    let differs = provider_of(snapshot, source).is_some_and(|provider| provider != wanted);
    (key_is_gone || differs).then(|| {
        let detail = format!(
            "The encryption settings of the snapshot and of the target cluster {name} do not match."
        );
        AtlasError::new(400, "INVALID_SNAPSHOT_RESTORE_ENCRYPTION", &[name], detail)
    })
}

/// The provider whose key encrypts a snapshot, `NONE`, or nothing where nobody can tell.
fn provider_of<'a>(snapshot: &'a Value, source: Option<&'a Value>) -> Option<&'a str> {
    const PROVIDERS: [&str; 4] = ["AWS", "AZURE", "GCP", "NONE"];
    let recorded = snapshot
        .pointer("/encryptionAtRest/provider")
        .and_then(Value::as_str);
    if let Some(provider) = recorded.filter(|provider| PROVIDERS.contains(provider)) {
        return Some(provider);
    }
    if text(snapshot, "masterKeyUUID").is_some_and(|key| !key.is_empty()) {
        return Some("AWS");
    }
    match text(source?, "encryptionAtRestProvider")? {
        "NONE" | "AWS" => Some("NONE"),
        provider => Some(provider).filter(|provider| PROVIDERS.contains(provider)),
    }
}
