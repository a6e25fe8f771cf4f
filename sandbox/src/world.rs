//! What a world is, and whether a text is one. Belongs here: the members of a world and how each must
//! look; not: what is answered to whom.
//!
//! Only what the sandbox itself relies on is checked. Members that it doesn't know stay where they are and
//! are served as they were written, so a world may hold objects that Atlas would never send.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::faults::{Change, Fault};
use crate::generate::Generate;
use crate::time::parse_rfc3339;

/// Why a text is no world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldError {
    /// Where, as a JSON path: `$.clusters[3].groupId`.
    pub path: String,
    /// What should stand there, and what does: `expected a string, found null`.
    pub problem: String,
}

impl fmt::Display for WorldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.problem)
    }
}

impl std::error::Error for WorldError {}

/// `expected …, found …` at a path.
pub(crate) fn expected(path: &str, what: &str, found: Option<&Value>) -> WorldError {
    let found = match found {
        None => "nothing".to_owned(),
        Some(Value::Object(_)) => "an object".to_owned(),
        Some(Value::Array(_)) => "an array".to_owned(),
        Some(plain) => plain.to_string().chars().take(80).collect(),
    };
    WorldError {
        path: path.to_owned(),
        problem: format!("expected {what}, found {found}"),
    }
}

/// How long a job runs that the world says nothing about.
const DEFAULT_RESTORE_SECONDS: f64 = 20.0;
const DEFAULT_TOKEN_SECONDS: f64 = 3600.0;
/// A year: longer than any delay or life of a token that a test could wait for, and far from overflowing.
pub(crate) const LONGEST_SECONDS: f64 = 31_536_000.0;

/// A world that has been checked.
#[derive(Clone, Debug)]
pub(crate) struct World {
    /// As written, and as `changes` have merged into it since.
    value: Value,
    /// Where the clock starts.
    pub now: Option<i64>,
    pub generate: Generate,
    pub faults: Vec<Fault>,
    pub changes: Vec<Change>,
}

impl World {
    pub fn parse(text: &str) -> Result<World, WorldError> {
        let value: Value = serde_json::from_str(text).map_err(|error| WorldError {
            path: "$".into(),
            problem: format!("expected JSON: {error}"),
        })?;
        check(&value)?;
        let now = match value.get("now") {
            None | Some(Value::Null) => None,
            Some(now) => Some(now.as_str().and_then(parse_rfc3339).ok_or_else(|| {
                expected(
                    "$.now",
                    "a time such as \"2026-11-24T10:00:00Z\"",
                    Some(now),
                )
            })?),
        };
        let generate = Generate::parse(value.get("generate"), &value)?;
        let faults = list(&value, "faults")?
            .iter()
            .enumerate()
            .map(|(at, fault)| Fault::parse(fault, &format!("$.faults[{at}]")))
            .collect::<Result<_, _>>()?;
        let changes: Vec<Change> = list(&value, "changes")?
            .iter()
            .enumerate()
            .map(|(at, change)| Change::parse(change, &format!("$.changes[{at}]")))
            .collect::<Result<_, _>>()?;
        let world = World {
            value,
            now,
            generate,
            faults,
            changes,
        };
        // A change that would break the world is an error now, not in the middle of somebody's test.
        let mut rehearsal = world.clone();
        for (at, change) in world.changes.iter().enumerate() {
            rehearsal.merge(&change.merge).map_err(|error| WorldError {
                path: format!("$.changes[{at}].merge"),
                problem: format!("makes a world that is none: {error}"),
            })?;
        }
        Ok(world)
    }

    /// Merges something that happened meanwhile; leaves all as it was where the result is no world.
    pub fn merge(&mut self, patch: &Value) -> Result<(), WorldError> {
        let mut changed = self.value.clone();
        self.make_synthetic_ones_real(&mut changed, patch);
        crate::merge::merge(&mut changed, patch);
        check(&changed)?;
        self.value = changed;
        Ok(())
    }

    /// What a patch names must be written out first, or it would be replaced instead of merged.
    fn make_synthetic_ones_real(&self, changed: &mut Value, patch: &Value) {
        for named in patch
            .get("groups")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let Some(id) = text(named, "id") else {
                continue;
            };
            if self.own_group(id).is_none()
                && let Some(group) = self.generate.group(id)
            {
                push(changed, "groups", group);
            }
        }
        for named in patch
            .get("clusters")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let (Some(group), Some(name)) = (text(named, "groupId"), text(named, "name")) else {
                continue;
            };
            if self.own_cluster(group, name).is_none()
                && let Some(cluster) = self.generate.cluster(group, name)
            {
                push(changed, "clusters", cluster);
            }
        }
    }

    pub fn value(&self) -> &Value {
        &self.value
    }

    fn list(&self, name: &str) -> &[Value] {
        self.value
            .get(name)
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    /// The groups that the world writes out, in its order.
    pub fn own_groups(&self) -> &[Value] {
        self.list("groups")
    }

    pub fn own_group(&self, id: &str) -> Option<&Value> {
        self.own_groups()
            .iter()
            .find(|group| text(group, "id") == Some(id))
    }

    /// A group, written out or synthetic.
    pub fn group(&self, id: &str) -> Option<Value> {
        self.own_group(id)
            .cloned()
            .or_else(|| self.generate.group(id))
    }

    pub fn has_group(&self, id: &str) -> bool {
        self.own_group(id).is_some() || self.generate.group(id).is_some()
    }

    /// The clusters of a group that the world writes out, in its order.
    pub fn own_clusters<'a>(&'a self, group: &'a str) -> impl Iterator<Item = &'a Value> {
        self.list("clusters")
            .iter()
            .filter(move |cluster| text(cluster, "groupId") == Some(group))
    }

    pub fn own_cluster(&self, group: &str, name: &str) -> Option<&Value> {
        self.list("clusters")
            .iter()
            .find(|c| text(c, "name") == Some(name) && text(c, "groupId") == Some(group))
    }

    /// A cluster, written out or synthetic.
    pub fn cluster(&self, group: &str, name: &str) -> Option<Value> {
        self.own_cluster(group, name)
            .cloned()
            .or_else(|| self.generate.cluster(group, name))
    }

    /// The snapshots of a cluster in the world's order, then its synthetic ones.
    pub fn snapshots(&self, group: &str, cluster: &str, started: i64) -> Vec<Value> {
        let mut snapshots: Vec<Value> = self
            .list("snapshots")
            .iter()
            .filter(|entry| {
                text(entry, "groupId") == Some(group) && text(entry, "clusterName") == Some(cluster)
            })
            .filter_map(|entry| entry.get("snapshot").cloned())
            .collect();
        if self.own_cluster(group, cluster).is_none() {
            snapshots.extend(self.generate.snapshots(group, cluster, started));
        }
        snapshots
    }

    /// Where the world lists jobs: source group, source cluster, job.
    pub fn jobs(&self) -> impl Iterator<Item = (&str, &str, &Value)> {
        self.list("restoreJobs").iter().filter_map(|entry| {
            Some((
                text(entry, "groupId")?,
                text(entry, "clusterName")?,
                entry.get("job")?,
            ))
        })
    }

    /// Puts a new job before all others.
    pub fn add_job(&mut self, group: &str, cluster: &str, job: Value) {
        let entry = json!({ "groupId": group, "clusterName": cluster, "job": job });
        let Some(world) = self.value.as_object_mut() else {
            return;
        };
        match world.get_mut("restoreJobs") {
            Some(Value::Array(jobs)) => jobs.insert(0, entry),
            _ => {
                world.insert("restoreJobs".into(), json!([entry]));
            }
        }
    }

    /// Sets members of a job.
    pub fn update_job(&mut self, id: &str, members: &[(&str, Value)]) {
        let jobs = self
            .value
            .get_mut("restoreJobs")
            .and_then(Value::as_array_mut);
        for entry in jobs.into_iter().flatten() {
            let job = entry.get_mut("job").and_then(Value::as_object_mut);
            if let Some(job) = job.filter(|job| job.get("id").and_then(Value::as_str) == Some(id)) {
                for (name, value) in members {
                    job.insert((*name).to_owned(), value.clone());
                }
            }
        }
    }

    /// `{}` where nobody has configured anything.
    pub fn encryption_at_rest(&self, group: &str) -> Value {
        let own = self
            .value
            .get("encryptionAtRest")
            .and_then(|all| all.get(group));
        match own {
            Some(own) if !own.is_null() => own.clone(),
            _ if self.own_group(group).is_none() => self.generate.encryption_at_rest(group),
            _ => json!({}),
        }
    }

    pub fn process_args(&self, group: &str, cluster: &str) -> Option<&Value> {
        self.value
            .get("processArgs")?
            .get(format!("{group}/{cluster}"))
    }

    /// How long a job runs; nothing: for ever.
    pub fn restore_ms(&self) -> Option<i64> {
        match self.value.get("restoreSeconds") {
            Some(Value::Null) => None,
            other => Some(milliseconds(
                other
                    .and_then(Value::as_f64)
                    .unwrap_or(DEFAULT_RESTORE_SECONDS),
            )),
        }
    }

    pub fn restore_outcome(&self) -> &str {
        text(&self.value, "restoreOutcome").unwrap_or("completed")
    }

    pub fn csrf_token(&self) -> Option<&str> {
        text(&self.value, "csrfToken")
    }

    pub fn token_ms(&self) -> i64 {
        milliseconds(
            self.value
                .get("tokenSeconds")
                .and_then(Value::as_f64)
                .unwrap_or(DEFAULT_TOKEN_SECONDS),
        )
    }

    /// What `GET …/session` says, or nothing in a world without a person.
    pub fn session(&self) -> Option<Value> {
        let person = self.value.get("person")?.as_object()?;
        let mut session = Map::new();
        let named: Map<String, Value> = person
            .iter()
            .filter(|(key, _)| !matches!(key.as_str(), "roles" | "orgRoles"))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        session.insert("person".into(), Value::Object(named));
        let known = |key: &str| person.get(key).is_some_and(|roles| !roles.is_null());
        if let Some(roles) = person.get("roles") {
            session.insert("roles".into(), roles.clone());
        }
        // Whoever's roles are known owns the synthetic projects; where none are known it stays so.
        if (known("roles") || known("orgRoles")) && self.generate.projects() > 0 {
            let mut roles = match session.get("roles") {
                Some(Value::Object(roles)) => roles.clone(),
                _ => Map::new(),
            };
            for group in self.generate.group_ids() {
                roles.entry(group).or_insert_with(|| json!(["GROUP_OWNER"]));
            }
            session.insert("roles".into(), Value::Object(roles));
        }
        if let Some(roles) = person.get("orgRoles") {
            session.insert("orgRoles".into(), roles.clone());
        }
        for key in ["policy", "csrfToken"] {
            if let Some(value) = self.value.get(key).filter(|value| !value.is_null()) {
                session.insert(key.into(), value.clone());
            }
        }
        Some(Value::Object(session))
    }
}

/// A member that is a string.
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

fn milliseconds(seconds: f64) -> i64 {
    (seconds.clamp(0.0, LONGEST_SECONDS) * 1000.0) as i64
}

fn push(world: &mut Value, list: &str, item: Value) {
    let Some(world) = world.as_object_mut() else {
        return;
    };
    match world.get_mut(list) {
        Some(Value::Array(items)) => items.push(item),
        _ => {
            world.insert(list.to_owned(), json!([item]));
        }
    }
}

/// A member that is an array, or absent.
fn list<'a>(world: &'a Value, name: &str) -> Result<&'a [Value], WorldError> {
    match world.get(name) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        other => Err(expected(&format!("$.{name}"), "an array", other)),
    }
}

fn check(world: &Value) -> Result<(), WorldError> {
    if !world.is_object() {
        return Err(expected("$", "an object", Some(world)));
    }
    for name in ["person", "policy", "encryptionAtRest", "processArgs"] {
        if let Some(found) = world
            .get(name)
            .filter(|found| !found.is_object() && !found.is_null())
        {
            return Err(expected(&format!("$.{name}"), "an object", Some(found)));
        }
    }
    for (name, keys) in [
        ("groups", &["id"][..]),
        ("clusters", &["groupId", "name"][..]),
    ] {
        for (at, item) in list(world, name)?.iter().enumerate() {
            has_texts(item, keys, &format!("$.{name}[{at}]"))?;
        }
    }
    for (name, inner) in [("snapshots", "snapshot"), ("restoreJobs", "job")] {
        for (at, item) in list(world, name)?.iter().enumerate() {
            let path = format!("$.{name}[{at}]");
            has_texts(item, &["groupId", "clusterName"], &path)?;
            let path = format!("{path}.{inner}");
            let object = item
                .get(inner)
                .ok_or_else(|| expected(&path, "an object", None))?;
            has_texts(object, &["id"], &path)?;
        }
    }
    for (name, nullable) in [("restoreSeconds", true), ("tokenSeconds", false)] {
        let fits = |found: &Value| {
            found
                .as_f64()
                .is_some_and(|n| (0.0..=LONGEST_SECONDS).contains(&n))
                || (nullable && found.is_null())
        };
        if let Some(found) = world.get(name).filter(|found| !fits(found)) {
            return Err(expected(
                &format!("$.{name}"),
                "a number of seconds, at most a year",
                Some(found),
            ));
        }
    }
    const OUTCOMES: [&str; 4] = ["completed", "failed", "cancelled", "expired"];
    if let Some(found) = world.get("restoreOutcome")
        && !found
            .as_str()
            .is_some_and(|outcome| OUTCOMES.contains(&outcome))
    {
        return Err(expected(
            "$.restoreOutcome",
            "completed, failed, cancelled or expired",
            Some(found),
        ));
    }
    if let Some(found) = world
        .get("csrfToken")
        .filter(|found| !found.is_string() && !found.is_null())
    {
        return Err(expected("$.csrfToken", "a string", Some(found)));
    }
    Ok(())
}

fn has_texts(item: &Value, keys: &[&str], path: &str) -> Result<(), WorldError> {
    if !item.is_object() {
        return Err(expected(path, "an object", Some(item)));
    }
    match keys.iter().find(|key| text(item, key).is_none()) {
        Some(key) => Err(expected(
            &format!("{path}.{key}"),
            "a string",
            item.get(key),
        )),
        None => Ok(()),
    }
}
