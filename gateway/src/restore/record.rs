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

impl Record {
    fn line(&self, event: &str, decision: &str, now: Timestamp) -> Map<String, Value> {
        let text = |text: &str| Value::from(text);
        let cluster = |cluster: &ClusterRef| json!({ "projectId": cluster.project_id, "cluster": cluster.name });
        let person = json!({ "username": self.person.username, "name": self.person.name });
        [
            ("time", Value::from(rfc3339(now.0))),
            ("event", text(event)),
            ("decision", text(decision)),
            ("requestId", text(&self.request_id)),
            ("idempotencyKey", text(&self.key)),
            ("person", person),
            ("reason", json!(self.request.reason)),
            ("source", cluster(&self.request.source)),
            ("snapshotId", text(&self.request.snapshot_id)),
            ("target", cluster(&self.request.target)),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
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
