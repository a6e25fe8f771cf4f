//! The gateway's own HTTP: which path leads where, and what stands around every answer. Belongs here: requests and
//! answers; not: what Atlas is asked ([`crate::upstream`]), nor what a restore needs ([`crate::restore`]).

mod layers;
mod patience;
mod reads;
mod restores;
pub mod serve;
mod session;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

pub use layers::Called;
pub(crate) use reads::pass_on_refusal;

use crate::answer::Problem;
use crate::app::App;
use crate::identity::Claimed;

/// What the served page may do, as `gateway/README.md` writes it down. Nobody may frame it.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/// Whose connection it is.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// The request's id.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// All of it.
pub fn router(app: &Arc<App>) -> Router {
    let base = &app.config.base_path;
    let mut router = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route(&format!("{base}/session"), get(session::session))
        .route(&format!("{base}/api/atlas/v2/{{*path}}"), any(atlas));
    if app.atlas.sandbox().is_some() {
        router = router.route("/sandbox/{*path}", any(sandbox));
    }
    router = match &app.config.static_dir {
        None => router.fallback(|| async { Problem::not_found() }),
        Some(folder) => {
            let policy = SetResponseHeaderLayer::overriding(
                header::CONTENT_SECURITY_POLICY,
                HeaderValue::from_static(PAGE_POLICY),
            );
            // A page that is changed is seen at the next visit: names are not hashed.
            let cache = SetResponseHeaderLayer::overriding(
                header::CACHE_CONTROL,
                HeaderValue::from_static("no-cache"),
            );
            let files = ServeDir::new(folder)
                .precompressed_br()
                .precompressed_gzip();
            let files = tower::ServiceBuilder::new()
                .layer(policy)
                .layer(cache)
                .service(files);
            router.fallback_service(files)
        }
    };
    router
        .layer(CompressionLayer::new().quality(tower_http::CompressionLevel::Fastest))
        .layer(middleware::from_fn_with_state(
            Arc::clone(app),
            layers::around,
        ))
        .with_state(Arc::clone(app))
}

async fn ready(State(app): State<Arc<App>>) -> Response {
    if app.ending.load(Ordering::Relaxed) {
        return (StatusCode::SERVICE_UNAVAILABLE, "ending\n").into_response();
    }
    match app.atlas.ready().await {
        Ok(()) => "ready\n".into_response(),
        Err(trouble) => {
            tracing::warn!(%trouble, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "Atlas gives no token\n").into_response()
        }
    }
}

async fn metrics(State(app): State<Arc<App>>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], app.metrics.text()).into_response()
}

/// Where a path below `…/api/atlas/v2` leads.
async fn atlas(
    State(app): State<Arc<App>>,
    Extension(Peer(peer)): Extension<Peer>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let below = format!("{}/api/atlas/v2", app.config.base_path);
    let path = head.uri.path().strip_prefix(&below).unwrap_or_default();
    let operation = match crate::allow::operation(head.method.as_str(), path) {
        Ok(operation) => operation,
        Err(refused) => return refusal(refused).into_response(),
    };
    let name = operation.name();
    let answer = match operation {
        crate::allow::Operation::Restore(source) => {
            restores::restore(&app, &head, body, source, peer, request_id).await
        }
        operation => reads::read(&app, &head, operation, peer, &request_id).await,
    };
    let mut response = match answer {
        Ok(answer) => answer.into_response(),
        Err(problem) => problem.into_response(),
    };
    response.extensions_mut().insert(Called(name));
    response
}

fn refusal(refused: crate::allow::Refused) -> Problem {
    match refused {
        crate::allow::Refused::NotFound => Problem::not_found(),
        crate::allow::Refused::Method(allow) => Problem {
            allow: Some(allow),
            ..Problem::new(
                405,
                "method-not-allowed",
                format!("Only {allow} is possible here."),
            )
        },
        crate::allow::Refused::Query(name) => Problem::new(
            400,
            "query-not-allowed",
            format!("The query parameter {name} is not passed on, or not with this value."),
        ),
    }
}

/// The person, within his limit.
async fn person(app: &App, headers: &HeaderMap, peer: IpAddr) -> Result<Claimed, Problem> {
    let person = app.identity.of(headers, peer).await?;
    app.requests
        .take(&person.username, Instant::now())
        .map_err(too_often)?;
    Ok(person)
}

pub(crate) fn too_often(wait: std::time::Duration) -> Problem {
    Problem::new(429, "rate-limited", "Too many requests: wait a moment.").retry_after(wait)
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// With the sandbox: what it offers to tests and to the demo.
async fn sandbox(State(app): State<Arc<App>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, 256 * 1024 * 1024).await else {
        return Problem::new(413, "too-large", "The body is too large.").into_response();
    };
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let asked = atlas_sandbox::Request::new(head.method.as_str(), path).with_body(body.to_vec());
    let Some(sandbox) = app.atlas.sandbox() else {
        return Problem::not_found().into_response();
    };
    let outcome = sandbox
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .handle(&asked, crate::app::now_ms());
    let Some(answer) = outcome.response() else {
        return Problem::not_found().into_response();
    };
    let mut response = Response::new(Body::from(answer.body.clone()));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or_default();
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
