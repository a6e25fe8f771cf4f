//! The vectors through the gateway: each becomes a world, a restore is asked for, and what was written down of it must be
//! what the rules say. Where the gateway says less, it says so here, and why.

use std::collections::BTreeSet;
use std::path::Path;

use atlas_restore_dialog::atlas;
use atlas_restore_dialog::model::Timestamp;
use serde_json::{Map, Value, json};

use super::support::*;

const PASSERBY: &str = "maya@example.com";

/// The vectors of this repository.
const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors");

fn files() -> Vec<(String, String)> {
    let more = std::env::var("VECTORS_DIR").ok();
    let mut files = Vec::new();
    for folder in [Some(OWN.to_owned()), more].into_iter().flatten() {
        for entry in std::fs::read_dir(Path::new(&folder)).unwrap() {
            let path = entry.unwrap().path();
            if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                let name = path.display().to_string();
                files.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

/// A vector's world, and how the restore is asked for.
struct Case {
    world: Value,
    source: (String, String),
    snapshot: String,
    target: (String, String),
    /// Nobody asked about the target's keys: the gateway does, and is told nothing.
    keys_not_asked: bool,
}

/// What the gateway asks for where a vector's dialog has not: with an answer that says no more, as far as there is one.
fn asked(vector: &Value) -> Value {
    let mut vector = vector.clone();
    let same = vector["source"]["group"]["id"] == vector["target"]["group"]["id"];
    let mut put = |side: &str, name: &str, value: Value| {
        if let Some(facts) = vector[side].as_object_mut() {
            facts.entry(name).or_insert(value);
        }
    };
    put("target", "runningJobs", json!([]));
    put("target", "processArgs", Value::Null);
    put("target", "encryptionAtRest", Value::Null);
    let keys = if same {
        vector["target"]["encryptionAtRest"].clone()
    } else {
        json!({})
    };
    if let Some(facts) = vector["source"].as_object_mut() {
        facts.entry("encryptionAtRest").or_insert(keys);
    }
    vector
}

fn text(value: &Value, name: &str) -> Option<String> {
    value[name].as_str().map(str::to_owned)
}

/// Why a vector can't happen behind a gateway, or what it becomes.
fn case(vector: &Value) -> Result<Case, &'static str> {
    let keys_not_asked = vector["target"].get("encryptionAtRest").is_none();
    let vector = &asked(vector);
    let (source, target) = (&vector["source"], &vector["target"]);
    let person = &vector["person"];
    if person["roles"].is_null() && person["orgRoles"].is_null() {
        return Err("the gateway always knows the roles");
    }
    let group_orgs = [&source["group"]["orgId"], &target["group"]["orgId"]];
    if group_orgs.contains(&&json!(""))
        || (group_orgs.contains(&&Value::Null) && person["orgRoles"].to_string().contains("OWNER"))
    {
        return Err("Atlas's projects always name their organization");
    }
    let time = |value: &Value| value.as_str().and_then(Timestamp::parse).map(|time| time.0);
    if let (Some(now), Some(end)) = (time(&vector["now"]), time(&source["snapshot"]["expiresAt"]))
        && (1..60_000).contains(&(end - now))
    {
        return Err("a clock that runs has passed it by");
    }
    let (Some(from), Some(to)) = (text(&source["group"], "id"), text(&target["group"], "id"))
    else {
        return Err("a project without an id has no address");
    };
    let name = text(&source["cluster"], "name")
        .or_else(|| text(source, "clusterName"))
        .unwrap_or_else(|| "orders".into());
    let Some(into) = text(&target["cluster"], "name") else {
        return Err("a cluster without a name has no address");
    };
    let same_cluster = (&from, &name) == (&to, &into);
    if same_cluster && source["cluster"].is_object() && source["cluster"] != target["cluster"] {
        return Err("one cluster has one description");
    }
    if from == to && source["encryptionAtRest"] != target["encryptionAtRest"] {
        return Err("one project has one description");
    }
    let snapshot = text(&source["snapshot"], "id").unwrap_or_else(|| "9".repeat(24));

    // Atlas's projects always name their organization; where a vector leaves it out, it is the other's.
    let org = text(&source["group"], "orgId")
        .or_else(|| text(&target["group"], "orgId"))
        .unwrap_or_else(|| "d".repeat(24));
    let with = |value: &Value, members: Value| {
        let mut value = value.clone();
        for (name, member) in members.as_object().unwrap() {
            if value[name].is_null() {
                value[name] = member.clone();
            }
        }
        value
    };
    let mut groups = vec![with(&source["group"], json!({"orgId": org}))];
    if to != from {
        groups.push(with(&target["group"], json!({"orgId": org})));
    }
    let named = |value: &Value, group: &str| with(value, json!({"groupId": group}));
    let mut clusters = vec![named(&target["cluster"], &to)];
    if source["cluster"].is_object() && !same_cluster {
        clusters.push(named(&source["cluster"], &from));
    }
    let mut keys = Map::new();
    let mut faults = Vec::new();
    for (side, group) in [(source, &from), (target, &to)] {
        match &side["encryptionAtRest"] {
            Value::Null => faults.push(json!({"method": "GET", "path": format!("{group}/encryptionAtRest"), "do": {"status": 500}})),
            known => {
                keys.insert(group.clone(), known.clone());
            }
        }
    }
    let mut settings = Map::new();
    match &target["processArgs"] {
        Value::Null => faults.push(json!({"path": "processArgs", "do": {"status": 500}})),
        known => {
            settings.insert(format!("{to}/{into}"), known.clone());
        }
    }
    let mut jobs = Vec::new();
    match &target["runningJobs"] {
        Value::Null => {
            faults.push(json!({"method": "GET", "path": "restoreJobs", "do": {"status": 500}}))
        }
        known => {
            for (number, job) in known.as_array().unwrap().iter().enumerate() {
                let job = with(job, json!({"id": format!("60000000{number:016x}")}));
                jobs.push(json!({"groupId": from, "clusterName": name, "job": job}));
            }
        }
    }
    Ok(Case {
        world: json!({
            "now": vector["now"],
            "person": with(person, json!({"username": PASSERBY})),
            "groups": groups,
            "clusters": clusters,
            "snapshots": [{"groupId": from, "clusterName": name, "snapshot": with(&source["snapshot"], json!({"id": snapshot}))}],
            "encryptionAtRest": keys,
            "processArgs": settings,
            "restoreJobs": jobs,
            "restoreSeconds": null,
            "faults": faults,
        }),
        source: (from, name),
        snapshot,
        target: (to, into),
        keys_not_asked,
    })
}

fn codes(list: &Value, severity: &str) -> BTreeSet<String> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter(|finding| finding["severity"] == severity)
        .map(|finding| finding["code"].as_str().unwrap().to_owned())
        .collect()
}

fn expected(vector: &Value, name: &str) -> BTreeSet<String> {
    let list = vector["expect"][name].as_array().unwrap();
    list.iter()
        .map(|code| code.as_str().unwrap().to_owned())
        .collect()
}

async fn check(vector: &Value, case: &Case) -> Result<(), String> {
    let mut config = config(&case.world);
    if vector["policy"].is_object() {
        config.policy = atlas::read_policy(vector["policy"].to_string().as_bytes()).0;
    }
    let gateway = Gateway::new(config);
    let (from, name) = &case.source;
    let uri = format!("{API}/groups/{from}/clusters/{name}/backup/restoreJobs");
    let mut request = with_body(
        post("k", "x"),
        body(&case.snapshot, &case.target.0, &case.target.1),
    );
    *request.uri_mut() = uri.parse().unwrap();
    let got = gateway.restore(request).await;
    let (blockers, warnings) = (expected(vector, "blockers"), expected(vector, "warnings"));
    let roles = &vector["person"];
    let sees = |group: &str, org: &Value| {
        let has = roles["roles"][group]
            .as_array()
            .is_some_and(|roles| !roles.is_empty());
        let owns = |org: &str| {
            let roles = roles["orgRoles"][org].as_array();
            roles.is_some_and(|roles| roles.contains(&json!("ORG_OWNER")))
        };
        has || org.as_str().is_some_and(owns)
    };
    let org = |at: usize| &case.world["groups"][at]["orgId"];
    let last = case.world["groups"].as_array().unwrap().len() - 1;
    if !sees(from, org(0)) {
        // Of a project that the person can't see nothing is said.
        return match (got.status, blockers.contains("person.not-owner-of-source")) {
            (404, true) => Ok(()),
            other => Err(format!("status and expectation: {other:?}")),
        };
    }
    let line = gateway
        .audit()
        .into_iter()
        .next()
        .ok_or(format!("{got:?}"))?;
    let mut found = (
        codes(&line["findings"], "blocker"),
        codes(&line["findings"], "warning"),
    );
    if case.keys_not_asked {
        found.1.remove("target.key-unknown");
    }
    let flex = case.world["clusters"][0].to_string().contains("\"FLEX\"");
    if flex || !sees(&case.target.0, org(last)) {
        // Of a Flex cluster Atlas says nothing, and of a strange project the gateway does not.
        let named = if flex {
            "target.not-dedicated"
        } else {
            "person.not-owner-of-target"
        };
        return if found.0.contains(named) && found.0.is_subset(&blockers) {
            Ok(())
        } else {
            Err(format!("found {found:?}, expected among {blockers:?}"))
        };
    }
    if found != (blockers.clone(), warnings.clone()) {
        return Err(format!(
            "found {found:?}, expected {:?}",
            (blockers, warnings)
        ));
    }
    let said: BTreeSet<String> = got.blockers().into_iter().collect();
    if got.status == 422 && said != blockers {
        return Err(format!("answered {said:?}"));
    }
    if (got.status == 422) == blockers.is_empty() && got.status != 503 {
        return Err(format!("status {} with {blockers:?}", got.status));
    }
    if gateway.posts() > 0 && !blockers.is_empty() {
        return Err("was sent all the same".into());
    }
    Ok(())
}

#[tokio::test]
async fn vectors_give_the_same_findings_through_the_gateway() {
    let mut failures = Vec::new();
    let (mut checked, mut left_out) = (0, Vec::new());
    for (file, content) in files() {
        let vectors: Vec<Value> = serde_json::from_str(&content).unwrap();
        for vector in &vectors {
            let name = vector["name"].as_str().unwrap();
            match case(vector) {
                Err(why) if file.starts_with(OWN) => left_out.push(format!("{name}: {why}")),
                Err(why) => println!("left out: {name}: {why}"),
                Ok(case) => {
                    checked += u32::from(file.starts_with(OWN));
                    if let Err(error) = check(vector, &case).await {
                        failures.push(format!("{file}: {name}: {error}"));
                    }
                }
            }
        }
    }
    println!("{checked} checked; left out:\n{}", left_out.join("\n"));
    assert!(
        failures.is_empty(),
        "{} fail:\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert!(
        checked as usize > 10 * left_out.len(),
        "too many were left out"
    );
}
