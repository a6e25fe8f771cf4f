//! A gateway in this process, over an Atlas in this process, and short words for asking it.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use atlas_restore_gateway::app::App;
use atlas_restore_gateway::config::{Atlas, Audit, Config, Identity};
use atlas_restore_gateway::http::{Peer, router};
use atlas_restore_gateway::secret::Secret;
use atlas_restore_gateway::settings::Settings;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use axum::response::Response;
use serde_json::{Value, json};
use tower::ServiceExt;

pub const SOURCE: &str = "64f1c0de0a1b2c3d4e5f6001";
pub const TARGET: &str = "64f1c0de0a1b2c3d4e5f6002";
/// Exists, and is none of the person's.
pub const STRANGE: &str = "64f1c0de0a1b2c3d4e5f6009";
pub const SNAPSHOT: &str = "6b04efa0066650660db4c887";
pub const ORG: &str = "5f3a1c9be4b0a1d2c3e4f501";
pub const API: &str = "/restore/api/atlas/v2";
pub const V1: &str = "application/vnd.atlas.2023-01-01+json";
pub const JOBS: &str =
    "/restore/api/atlas/v2/groups/64f1c0de0a1b2c3d4e5f6001/clusters/orders/backup/restoreJobs";
pub const PERSON: &str = "maya.okafor@example.com";
pub const PROXY: &str = "10.9.8.7";

/// The first example of the demo, with one project more that nobody has a role in.
pub fn world() -> Value {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../sandbox/examples/eligible.json"
    );
    let mut world: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    world["groups"].as_array_mut().unwrap().push(json!({
        "id": STRANGE, "name": "Board only", "orgId": ORG, "clusterCount": 0, "created": "2024-01-01T00:00:00Z"
    }));
    world
}

pub fn world_with(members: Value) -> Value {
    let mut world = world();
    for (name, value) in members.as_object().unwrap() {
        world[name] = value.clone();
    }
    world
}

/// A file of this test's own.
pub fn temporary(name: &str) -> PathBuf {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("gateway-test-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(format!("{number}-{name}"))
}

/// The settings of a sandbox, with an audit of its own.
pub fn config(world: &Value) -> Config {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../sandbox/examples/eligible.json"
    );
    let mut settings = Settings::default();
    settings.add("sandbox", "true").unwrap();
    settings.add("world", file).unwrap();
    for limit in ["limits.requests_per_minute", "limits.restores_per_minute"] {
        settings.add(limit, "0").unwrap();
    }
    let mut config = Config::check(&settings, |_| None).unwrap();
    config.atlas = Atlas::Sandbox {
        world: world.to_string(),
    };
    config.audit = Audit {
        file: Some(temporary("audit.jsonl")),
        sync: false,
    };
    config
}

/// An identity by header, from [`PROXY`] alone.
pub fn by_header() -> Identity {
    Identity::Header {
        header: "x-user".into(),
        name_header: None,
        trusted_peers: vec![PROXY.parse::<IpAddr>().unwrap().into()],
    }
}

/// A gateway.
#[derive(Clone)]
pub struct Gateway {
    pub app: Arc<App>,
}

/// An answer.
#[derive(Debug)]
pub struct Got {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|_| panic!("{:?}", String::from_utf8_lossy(&self.bytes)))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The gateway's own refusal: its status and its name.
    pub fn refusal(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), "application/problem+json");
        let body = self.json();
        assert_eq!(body["status"], self.status);
        let kind = body["type"].as_str().unwrap();
        let code = kind.strip_prefix("urn:atlas-restore-gateway:").unwrap();
        (self.status, code.to_owned())
    }

    /// The codes of its findings that block.
    pub fn blockers(&self) -> Vec<String> {
        let body = self.json();
        body["findings"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|finding| finding["severity"] == "blocker")
            .map(|finding| finding["code"].as_str().unwrap().to_owned())
            .collect()
    }
}

pub fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

/// A body as the dialog sends it.
pub fn body(snapshot: &str, group: &str, cluster: &str) -> String {
    json!({"deliveryType": "automated", "snapshotId": snapshot, "targetGroupId": group, "targetClusterName": cluster}).to_string()
}

/// A POST as the dialog sends it, but for the token.
pub fn post(key: &str, target: &str) -> Request<Body> {
    Request::post(JOBS)
        .header("content-type", V1)
        .header("accept", V1)
        .header("idempotency-key", key)
        .header("host", "portal.example.com")
        .header("origin", "https://portal.example.com")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body(SNAPSHOT, TARGET, target)))
        .unwrap()
}

pub fn with(mut request: Request<Body>, name: &'static str, value: &str) -> Request<Body> {
    request.headers_mut().insert(name, value.parse().unwrap());
    request
}

pub fn without(mut request: Request<Body>, name: &str) -> Request<Body> {
    request.headers_mut().remove(name);
    request
}

pub fn with_body(request: Request<Body>, body: impl Into<Body>) -> Request<Body> {
    request.map(|_| body.into())
}

impl Gateway {
    pub fn over(world: &Value) -> Gateway {
        Gateway::new(config(world))
    }

    pub fn new(config: Config) -> Gateway {
        Gateway {
            app: App::new(config).unwrap(),
        }
    }

    /// Sends a request from the proxy.
    pub async fn call(&self, request: Request<Body>) -> Got {
        self.call_from(PROXY, request).await
    }

    pub async fn call_from(&self, peer: &str, request: Request<Body>) -> Got {
        let (head, body) = self.response_to(peer, request).await.into_parts();
        Got {
            status: head.status.as_u16(),
            headers: head.headers,
            bytes: to_bytes(body, usize::MAX).await.unwrap().to_vec(),
        }
    }

    /// An answer whose body is not read yet.
    pub async fn response(&self, request: Request<Body>) -> Response {
        self.response_to(PROXY, request).await
    }

    async fn response_to(&self, peer: &str, mut request: Request<Body>) -> Response {
        request.extensions_mut().insert(Peer(peer.parse().unwrap()));
        router(&self.app).oneshot(request).await.unwrap()
    }

    /// Reads something that must be there.
    pub async fn read(&self, path: &str) -> Value {
        let got = self.call(get(path)).await;
        assert_eq!(got.status, 200, "{path}: {got:?}");
        got.json()
    }

    pub async fn token(&self) -> String {
        let session = self.read("/restore/session").await;
        session["csrfToken"].as_str().unwrap().to_owned()
    }

    /// Sends a restore with the session's token.
    pub async fn restore(&self, request: Request<Body>) -> Got {
        let token = self.token().await;
        self.call(with(request, "x-csrf-token", &token)).await
    }

    /// What Atlas was asked: method and path.
    pub fn asked(&self) -> Vec<(String, String)> {
        self.log()
            .iter()
            .map(|entry| {
                let text = |name: &str| entry[name].as_str().unwrap().to_owned();
                (text("method"), text("path"))
            })
            .collect()
    }

    pub fn log(&self) -> Vec<Value> {
        let sandbox = self.app.atlas.sandbox().unwrap();
        let outcome = sandbox
            .lock()
            .unwrap()
            .handle(&atlas_sandbox::Request::new("GET", "/sandbox/log"), 0);
        serde_json::from_slice(&outcome.response().unwrap().body).unwrap()
    }

    /// How many restores were asked for.
    pub fn posts(&self) -> usize {
        self.asked()
            .iter()
            .filter(|(method, path)| method == "POST" && path.ends_with("/restoreJobs"))
            .count()
    }

    /// How many jobs there are in Atlas.
    pub fn jobs(&self) -> Vec<Value> {
        let sandbox = self.app.atlas.sandbox().unwrap();
        let outcome = sandbox
            .lock()
            .unwrap()
            .handle(&atlas_sandbox::Request::new("GET", "/sandbox/world"), 0);
        let world: Value = serde_json::from_slice(&outcome.response().unwrap().body).unwrap();
        world["restoreJobs"].as_array().cloned().unwrap_or_default()
    }

    pub fn audit(&self) -> Vec<Value> {
        let file = self.app.config.audit.file.as_ref().unwrap();
        std::fs::read_to_string(file)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

/// A sandbox that answers over a socket, for as long as the runtime lasts.
pub async fn atlas_server(world: &Value) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let now = atlas_sandbox::server::real_now_ms();
    let sandbox = atlas_sandbox::Sandbox::new(&world.to_string(), now).unwrap();
    let options = atlas_sandbox::server::Options::default();
    tokio::spawn(async move { atlas_sandbox::server::serve(listener, sandbox, options).await });
    format!("http://{address}")
}

/// A gateway that reaches its Atlas over the network.
pub fn remote(base_url: &str) -> Config {
    let mut config = config(&world());
    config.atlas = Atlas::Remote {
        base_url: base_url.to_owned(),
        client_id: Secret::new("mdb_sa_id_of_test"),
        client_secret: Secret::new("mdb_sa_sk_secret_of_test"),
        ca: None,
    };
    config.identity = Identity::Fixed {
        username: PERSON.into(),
        name: Some("Maya Okafor".into()),
    };
    config
}

/// Reads JSON from a server.
pub async fn fetch(url: &str) -> Value {
    let answer = reqwest::get(url).await.unwrap();
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}
