//! What is written down of an attempt: see the audit's schema in `gateway/README.md`.

use atlas_restore_dialog::model::{ClusterRef, RestoreRequest, Timestamp};
use atlas_restore_dialog::rules::Finding;
use atlas_sandbox::rfc3339;
use serde_json::{Map, Value, json};

use crate::identity::Claimed;

/// What all lines of one attempt say.
#[derive(Clone, Debug)]
pub struct Record {
    /// Who.
    pub person: Claimed,
    /// What.
    pub request: RestoreRequest,
    /// `Idempotency-Key`.
    pub key: String,
    /// `X-Request-Id`.
    pub request_id: String,
}

/// Somebody who is known asks for a restore: what there is to say of it before the body is read.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who.
    pub person: Claimed,
    /// Of which cluster: the path says so.
    pub source: ClusterRef,
    /// `Idempotency-Key`, where it can be one.
    pub key: Option<String>,
    /// The reason, where it can be read.
    pub reason: Option<String>,
    /// `X-Request-Id`.
    pub request_id: String,
}

impl Caller {
    /// It was refused: of its body nothing is said.
    pub fn refused(&self, refusal: &str, now: Timestamp) -> Value {
        let mut line = self.line("attempt", "refused", now);
        line.insert("snapshotId".into(), Value::Null);
        line.insert("target".into(), Value::Null);
        line.insert("refusal".into(), refusal.into());
        line.insert("findings".into(), json!([]));
        Value::Object(line)
    }

    fn line(&self, event: &str, decision: &str, now: Timestamp) -> Map<String, Value> {
        let person = json!({ "username": self.person.username, "name": self.person.name });
        [
            ("time", json!(rfc3339(now.0))),
            ("event", json!(event)),
            ("decision", json!(decision)),
            ("requestId", json!(self.request_id)),
            ("idempotencyKey", json!(self.key)),
            ("person", person),
            ("reason", json!(self.reason)),
            ("source", cluster(&self.source)),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }
}

fn cluster(cluster: &ClusterRef) -> Value {
    json!({ "projectId": cluster.project_id, "cluster": cluster.name })
}

impl Record {
    fn line(&self, event: &str, decision: &str, now: Timestamp) -> Map<String, Value> {
        let caller = Caller {
            person: self.person.clone(),
            source: self.request.source.clone(),
            key: Some(self.key.clone()),
            reason: self.request.reason.clone(),
            request_id: self.request_id.clone(),
        };
        let mut line = caller.line(event, decision, now);
        line.insert("snapshotId".into(), json!(self.request.snapshot_id));
        line.insert("target".into(), cluster(&self.request.target));
        line
    }

    /// What was decided before anything was sent; with a refusal's name where it was refused.
    pub fn attempt(
        &self,
        decision: &str,
        refusal: Option<&str>,
        findings: &[Finding],
        now: Timestamp,
    ) -> Value {
        let mut line = self.line("attempt", decision, now);
        line.insert("refusal".into(), refusal.into());
        line.insert("findings".into(), crate::answer::findings(findings));
        Value::Object(line)
    }

    /// What came of it: `status` is the one answered.
    pub fn outcome(&self, decision: &str, status: u16, job: Option<&str>, now: Timestamp) -> Value {
        let mut line = self.line("outcome", decision, now);
        line.insert("status".into(), status.into());
        line.insert("jobId".into(), job.into());
        Value::Object(line)
    }
}
