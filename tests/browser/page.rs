//! A page around the element: a host with an open shadow root, a backend in JavaScript, and what both saw.

use atlas_restore_dialog::widget::element::{Instance, mount};
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, HtmlElement, ShadowRoot};

pub const SNAPSHOT: &str = "999999999999999999999999";
const SOURCE: &str = "aaaaaaaaaaaaaaaaaaaaaaaa";
const TARGET: &str = "bbbbbbbbbbbbbbbbbbbbbbbb";

/// A backend: answers by the end of the path, remembers every request, and can be told to do something else.
const BACKEND: &str = r#"
const cluster = (groupId, name, id) => ({id, groupId, name, clusterType: "REPLICASET", mongoDBVersion: "8.0.12",
  encryptionAtRestProvider: "AWS", stateName: "IDLE", paused: false, backupEnabled: true,
  replicationSpecs: [{regionConfigs: [{providerName: "AWS", regionName: "EU_WEST_1", priority: 7,
    electableSpecs: {instanceSize: "M30", nodeCount: 3, diskSizeGB: 40}}]}]});
const a = "aaaaaaaaaaaaaaaaaaaaaaaa", b = "bbbbbbbbbbbbbbbbbbbbbbbb", org = "dddddddddddddddddddddddd";
const groups = [{id: a, name: "Storefront", orgId: org}, {id: b, name: "Staging", orgId: org}];
const key = {awsKms: {enabled: true, valid: true, region: "EU_WEST_1"}};
const snapshot = {id: "999999999999999999999999", status: "completed", snapshotType: "scheduled", type: "replicaSet",
  createdAt: "2026-11-23T22:00:00Z", mongodVersion: "8.0.12", storageSizeBytes: 5e9, masterKeyUUID: "1c3f9a52"};
const job = {id: "6a794733c0eb9e7a17740663", deliveryType: "automated", snapshotId: snapshot.id, targetGroupId: b,
  targetClusterName: "orders-copy", failed: false, cancelled: false, expired: false};
const list = (results) => ({results, totalCount: results.length, links: []});
const orders = cluster(a, "orders", "cccccccccccccccccccccccc");
const copy = cluster(b, "orders-copy", "eeeeeeeeeeeeeeeeeeeeeeee");
const answers = {
  "/session": {person: {username: "ada"}, roles: {[a]: ["GROUP_OWNER"], [b]: ["GROUP_OWNER"]}, csrfToken: "from-session"},
  "/groups": list(groups), ["/groups/" + a]: groups[0], ["/groups/" + b]: groups[1],
  ["/groups/" + a + "/clusters"]: list([orders]), ["/groups/" + b + "/clusters"]: list([copy]),
  "/clusters/orders": orders, "/clusters/orders-copy": copy,
  "/encryptionAtRest": key, "/processArgs": {defaultWriteConcern: null},
  "/backup/snapshots": list([snapshot]), ["/backup/snapshots/" + snapshot.id]: snapshot,
  "/backup/restoreJobs": list([]), ["/restoreJobs/" + job.id]: job,
};
const calls = [];
const fetch = async (url, init) => {
  calls.push({url, method: init.method, headers: init.headers, body: init.body, credentials: init.credentials});
  const path = url.split("?")[0];
  const other = fetch.instead && fetch.instead(path, init);
  if (other) return other;
  if (init.method === "POST") return Response.json(job);
  const end = Object.keys(answers).filter((end) => path.endsWith(end)).sort((x, y) => y.length - x.length)[0];
  return end ? Response.json(answers[end]) : Response.json({error: 404, detail: "no such path"}, {status: 404});
};
fetch.calls = calls;
return fetch;
"#;

/// A function of the page's, in its own language.
pub fn js(arguments: &str, body: &str) -> Function {
    Function::new_with_args(arguments, body)
}

pub fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap()
}

pub fn text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap_or_default()
}

pub fn set(object: &JsValue, name: &str, value: impl Into<JsValue>) {
    Reflect::set(object, &name.into(), &value.into()).unwrap();
}

pub fn document() -> Document {
    web_sys::window().unwrap().document().unwrap()
}

pub fn add(parent: &web_sys::Node, name: &str) -> HtmlElement {
    let element = document().create_element(name).unwrap();
    parent.append_child(&element).unwrap();
    element.unchecked_into()
}

pub fn attach(host: &HtmlElement) -> ShadowRoot {
    js("host", "return host.attachShadow({mode: 'open'})")
        .call1(&JsValue::UNDEFINED, host)
        .unwrap()
        .unchecked_into()
}

pub fn is_active(element: &HtmlElement) -> bool {
    atlas_restore_dialog::widget::focus::deep_active().as_ref() == Some(element)
}

/// The element in a page of its own; both go when it is dropped.
pub struct Page {
    pub host: HtmlElement,
    pub root: ShadowRoot,
    pub instance: Instance,
    pub fetch: Function,
    /// `{name, detail}` of every `restore-…` event that reached the document.
    pub events: Array,
    listener: Function,
}

const EVENTS: [&str; 8] = [
    "restore-select",
    "restore-before-submit",
    "restore-started",
    "restore-progress",
    "restore-finished",
    "restore-close",
    "restore-auth-required",
    "restore-error",
];

impl Page {
    pub fn new() -> Self {
        let body = document().body().unwrap();
        let host = add(&body, "section");
        let root = attach(&host);
        let fetch: Function = js("", BACKEND)
            .call0(&JsValue::UNDEFINED)
            .unwrap()
            .unchecked_into();
        set(&host, "fetch", fetch.clone());
        set(&host, "sourceProject", SOURCE);
        set(&host, "sourceCluster", "orders");
        set(&host, "snapshot", SNAPSHOT);
        let events = Array::new();
        let listener: Function = js(
            "events",
            "return (event) => events.push({name: event.type, detail: event.detail, target: event.target})",
        )
        .call1(&JsValue::UNDEFINED, &events)
        .unwrap()
        .unchecked_into();
        for name in EVENTS {
            document()
                .add_event_listener_with_callback(name, &listener)
                .unwrap();
        }
        let instance = mount(&host, &root);
        Page {
            host,
            root,
            instance,
            fetch,
            events,
            listener,
        }
    }

    /// The same with the target that is eligible.
    pub fn with_target() -> Self {
        let page = Page::new();
        set(&page.host, "targetProject", TARGET);
        set(&page.host, "targetCluster", "orders-copy");
        page
    }

    /// What the backend does instead: `(path, init) => Response | undefined | …`.
    pub fn instead(&self, body: &str) {
        set(&self.fetch, "instead", js("path, init", body));
    }

    pub fn calls(&self) -> Vec<JsValue> {
        Array::from(&get(&self.fetch, "calls")).to_vec()
    }

    pub fn posts(&self) -> Vec<JsValue> {
        let mut calls = self.calls();
        calls.retain(|call| text(call, "method") == "POST");
        calls
    }

    pub fn events_named(&self, name: &str) -> Vec<JsValue> {
        self.events
            .iter()
            .filter(|event| text(event, "name") == name)
            .map(|event| get(&event, "detail"))
            .collect()
    }

    pub fn names(&self) -> Vec<String> {
        self.events
            .iter()
            .map(|event| text(&event, "name"))
            .collect()
    }

    pub fn is_shown(&self) -> bool {
        self.root
            .query_selector("dialog")
            .unwrap()
            .is_some_and(|dialog| dialog.matches(":modal").unwrap())
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.host.remove();
        self.instance.disconnected();
        for name in EVENTS {
            let _ = document().remove_event_listener_with_callback(name, &self.listener);
        }
    }
}

/// Lets the browser do one round of what it has to do.
pub async fn turn() {
    let round = js(
        "",
        "return new Promise((done) => { const {port1, port2} = new MessageChannel(); port1.onmessage = () => { port1.close(); done(); }; port2.postMessage(0); })",
    );
    let promise: Promise = round.call0(&JsValue::UNDEFINED).unwrap().unchecked_into();
    JsFuture::from(promise).await.unwrap();
}

/// Until it is so. What never comes to be is a failure, not a long wait.
#[track_caller]
pub fn until(ready: impl Fn() -> bool) -> impl Future<Output = ()> {
    let caller = std::panic::Location::caller();
    async move {
        for _ in 0..5_000 {
            if ready() {
                return;
            }
            turn().await;
        }
        panic!("this never came to be: {caller}");
    }
}

/// A promise's value.
pub async fn value(promise: Promise) -> JsValue {
    JsFuture::from(promise).await.unwrap()
}

/// The words of a promise that must reject.
pub async fn rejection(promise: Promise) -> String {
    text(&JsFuture::from(promise).await.unwrap_err(), "message")
}

/// Names of an object's members.
pub fn members(object: &JsValue) -> Vec<String> {
    let mut names: Vec<String> = Object::keys(object.unchecked_ref::<Object>())
        .iter()
        .filter_map(|name| name.as_string())
        .collect();
    names.sort();
    names
}
