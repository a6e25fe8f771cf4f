//! What Prometheus asks for at `/metrics`. No name of a person, project or cluster is a label.

use std::fmt;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Asked {
    operation: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Operation {
    operation: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct AtlasCall {
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Code {
    code: String,
}

/// All counters.
pub struct Metrics {
    registry: Registry,
    requests: Family<Asked, Counter>,
    seconds: Family<Operation, Histogram, fn() -> Histogram>,
    atlas_requests: Family<AtlasCall, Counter>,
    atlas_seconds: Histogram,
    refusals: Family<Code, Counter>,
    findings: Family<Code, Counter>,
    restores: Family<Code, Counter>,
    /// Open connections.
    pub connections: Gauge<i64, AtomicI64>,
    /// Bytes that are set aside for Atlas's answers.
    pub answer_bytes: Gauge<i64, AtomicI64>,
    /// Answers that wait for more of them.
    pub answers_waiting: Gauge<i64, AtomicI64>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

fn histogram() -> Histogram {
    Histogram::new([
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
    ])
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("restore_gateway");
        let metrics = Metrics {
            requests: Family::default(),
            seconds: Family::new_with_constructor(histogram),
            atlas_requests: Family::default(),
            atlas_seconds: histogram(),
            refusals: Family::default(),
            findings: Family::default(),
            restores: Family::default(),
            connections: Gauge::default(),
            answer_bytes: Gauge::default(),
            answers_waiting: Gauge::default(),
            registry: Registry::default(),
        };
        registry.register(
            "requests",
            "Requests answered, by operation and status",
            metrics.requests.clone(),
        );
        registry.register(
            "request_seconds",
            "Time until the answer",
            metrics.seconds.clone(),
        );
        registry.register(
            "atlas_requests",
            "Calls to Atlas, by method and status; status 0: no answer",
            metrics.atlas_requests.clone(),
        );
        registry.register(
            "atlas_request_seconds",
            "Time until Atlas's answer",
            metrics.atlas_seconds.clone(),
        );
        registry.register(
            "refusals",
            "Refusals of the gateway's own, by code",
            metrics.refusals.clone(),
        );
        registry.register(
            "blockers",
            "Findings that stopped a restore, by code",
            metrics.findings.clone(),
        );
        registry.register(
            "restores",
            "Attempts to restore, by decision",
            metrics.restores.clone(),
        );
        registry.register(
            "connections",
            "Open connections",
            metrics.connections.clone(),
        );
        registry.register(
            "answer_bytes",
            "Memory set aside for large answers of Atlas's",
            metrics.answer_bytes.clone(),
        );
        registry.register(
            "answers_waiting",
            "Large answers of Atlas's that wait for memory",
            metrics.answers_waiting.clone(),
        );
        Metrics {
            registry,
            ..metrics
        }
    }
}

impl Metrics {
    /// The text format.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a text can't fail.
        let _ = encode(&mut text, &self.registry);
        text
    }

    /// One request was answered.
    pub fn answered(&self, operation: &'static str, status: u16, time: Duration) {
        self.requests
            .get_or_create(&Asked { operation, status })
            .inc();
        self.seconds
            .get_or_create(&Operation { operation })
            .observe(time.as_secs_f64());
    }

    /// Atlas answered, or did not (status 0).
    pub fn atlas(&self, method: &'static str, status: u16, time: Duration) {
        self.atlas_requests
            .get_or_create(&AtlasCall { method, status })
            .inc();
        self.atlas_seconds.observe(time.as_secs_f64());
    }

    /// We refused.
    pub fn refused(&self, code: &str) {
        count(&self.refusals, code);
    }

    /// A rule stopped a restore.
    pub fn blocked(&self, code: &str) {
        count(&self.findings, code);
    }

    /// An attempt to restore came to this.
    pub fn restore(&self, decision: &str) {
        count(&self.restores, decision);
    }
}

fn count(family: &Family<Code, Counter>, code: &str) {
    family
        .get_or_create(&Code {
            code: code.to_owned(),
        })
        .inc();
}
