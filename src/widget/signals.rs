//! What the page is told: the one place that dispatches `restore-…` events.
//!
//! Handlers may call anything of ours: nothing may be borrowed while this runs.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{CustomEvent, CustomEventInit, HtmlElement};

use super::host::{get, message_of, set};
use crate::dialog::{Outcome, Signal};
use crate::model::{RestoreJob, RestoreRequest};
use crate::rules::Finding;

/// Something that the page's handlers were asked, and may think about.
pub struct Question {
    event: CustomEvent,
    promises: Array,
}

/// What they said in the end.
pub enum Verdict {
    /// Nobody objects. `asked` is false where no handler gave a promise.
    Fine {
        /// Some handler gave a promise.
        asked: bool,
    },
    /// `preventDefault()`, or a promise that rejected, perhaps with a message.
    Vetoed(Option<String>),
}

impl Question {
    /// Waits for every promise that a handler gave to `waitUntil`.
    pub async fn settle(self) -> Verdict {
        let asked = self.promises.length() > 0;
        if asked {
            let settled = JsFuture::from(Promise::all_settled(&self.promises)).await;
            let results = settled.map(|all| Array::from(&all)).unwrap_or_default();
            for result in results.iter() {
                let status = get(&result, "status").and_then(|status| status.as_string());
                if status.as_deref() == Some("rejected") {
                    let reason = get(&result, "reason").unwrap_or_default();
                    return Verdict::Vetoed(message_of(&reason));
                }
            }
        }
        if self.event.default_prevented() {
            return Verdict::Vetoed(None);
        }
        Verdict::Fine { asked }
    }
}

/// Tells the page. A question comes back where the page may answer.
pub fn dispatch(host: &HtmlElement, signal: &Signal) -> Option<Question> {
    let detail = Object::new();
    let mut asks = false;
    let name = match signal {
        Signal::Select {
            source_project,
            source_cluster,
            snapshot,
            target_project,
            target_cluster,
        } => {
            set_text(&detail, "sourceProject", source_project.as_deref());
            set_text(&detail, "sourceCluster", source_cluster.as_deref());
            set_text(&detail, "snapshot", snapshot.as_deref());
            set_text(&detail, "targetProject", target_project.as_deref());
            set_text(&detail, "targetCluster", target_cluster.as_deref());
            "restore-select"
        }
        Signal::BeforeSubmit(request) => {
            set(&detail, "request", request_data(request));
            asks = true;
            "restore-before-submit"
        }
        Signal::Started { job, request } => {
            set(&detail, "job", job_data(job));
            set(&detail, "request", request_data(request));
            "restore-started"
        }
        Signal::Progress(job) | Signal::Finished(job) => {
            set(&detail, "job", job_data(job));
            set(&detail, "state", job.state().as_str());
            match signal {
                Signal::Progress(_) => "restore-progress",
                _ => "restore-finished",
            }
        }
        Signal::Close(reason) => {
            set(&detail, "reason", reason.as_str());
            "restore-close"
        }
        Signal::TakeSnapshot(target) => {
            set(&detail, "targetProject", target.project_id.as_str());
            set(&detail, "targetCluster", target.name.as_str());
            asks = true;
            "restore-take-snapshot"
        }
        Signal::AuthRequired => {
            asks = true;
            "restore-auth-required"
        }
        Signal::Error(code) => {
            set(&detail, "code", *code);
            "restore-error"
        }
    };
    let promises = Array::new();
    if asks {
        set(&detail, "waitUntil", collector(&promises));
    }
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_cancelable(matches!(signal, Signal::BeforeSubmit(_)));
    init.set_detail(&detail);
    let event = CustomEvent::new_with_event_init_dict(name, &init).ok()?;
    // A handler that throws is the browser's to report; the others still run.
    let _ = host.dispatch_event(&event);
    if asks {
        // Nobody waits for a promise that comes after this: whoever gives one has to see that.
        Object::freeze(&promises);
        LATE.with(|late| set(&detail, "waitUntil", late.as_ref()));
    }
    asks.then_some(Question { event, promises })
}

const TOO_LATE: &str = "waitUntil() has to be called while the event is dispatched, before the first await of an async listener: nothing waits for this promise.";

thread_local! {
    /// One for all events, never freed.
    static LATE: Closure<dyn Fn()> = Closure::new(|| wasm_bindgen::throw_str(TOO_LATE));
}

/// `promises.push`, bound: it needs no closure of ours that somebody would have to free.
fn collector(promises: &Array) -> JsValue {
    let push = Reflect::get(promises, &"push".into())
        .ok()
        .and_then(|push| push.dyn_into::<Function>().ok());
    match push {
        Some(push) => push.bind0(promises).into(),
        None => JsValue::UNDEFINED,
    }
}

fn set_text(object: &Object, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        set(object, name, value);
    }
}

/// What `show()` resolves with.
pub fn outcome_data(outcome: &Outcome) -> JsValue {
    let object = Object::new();
    let word = match outcome {
        Outcome::Started(job) => {
            set(&object, "job", job_data(job));
            "started"
        }
        Outcome::Cancelled => "cancelled",
        Outcome::Dismissed => "dismissed",
        Outcome::Error(message) => {
            set(&object, "error", message.as_str());
            "error"
        }
    };
    set(&object, "outcome", word);
    object.into()
}

/// A job with Atlas's names.
pub fn job_data(job: &RestoreJob) -> Object {
    let object = Object::new();
    set(&object, "id", job.id.as_str());
    set_text(&object, "deliveryType", job.delivery_type.as_deref());
    set_text(&object, "snapshotId", job.snapshot_id.as_deref());
    set_text(&object, "targetGroupId", job.target_group_id.as_deref());
    set_text(
        &object,
        "targetClusterName",
        job.target_cluster_name.as_deref(),
    );
    set(&object, "failed", job.failed);
    set(&object, "cancelled", job.cancelled);
    set(&object, "expired", job.expired);
    let finished_at = job.finished_at.as_ref().map(|time| &*time.text);
    set_text(&object, "finishedAt", finished_at);
    object
}

fn request_data(request: &RestoreRequest) -> Object {
    let object = Object::new();
    set(&object, "sourceProject", request.source.project_id.as_str());
    set(&object, "sourceCluster", request.source.name.as_str());
    set(&object, "snapshot", request.snapshot_id.as_str());
    set(&object, "targetProject", request.target.project_id.as_str());
    set(&object, "targetCluster", request.target.name.as_str());
    set_text(&object, "reason", request.reason.as_deref());
    object
}

/// Findings as `check()` gives them.
pub fn findings_data(findings: &[Finding]) -> JsValue {
    let list = Array::new();
    for finding in findings {
        let parameters = Object::new();
        for (name, value) in finding.parameters() {
            set(&parameters, name, value);
        }
        let object = Object::new();
        set(&object, "code", finding.code.as_str());
        set(&object, "severity", finding.severity().as_str());
        set(&object, "parameters", parameters);
        list.push(&object);
    }
    list.into()
}
