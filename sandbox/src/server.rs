//! The native server: one sandbox, and a folder of static files. Belongs here: sockets, files, MIME types;
//! not: what is answered.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

use crate::http::percent_decode;
use crate::{Answer, Request, Sandbox};

/// A world of 10,000 written-out clusters is about 35 MB.
const LARGEST_BODY: usize = 256 * 1024 * 1024;

/// What the server does beside serving the world.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Served at `/`.
    pub static_dir: Option<PathBuf>,
    /// Sent with static files as `Content-Security-Policy`.
    pub csp: Option<String>,
}

/// The real time, as [`Sandbox`] wants to be told it.
pub fn real_now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Serves until the task is dropped.
///
/// # Errors
/// When the listener can't accept any more.
pub async fn serve(
    listener: TcpListener,
    sandbox: Sandbox,
    options: Options,
) -> io::Result<Infallible> {
    let sandbox = Arc::new(Mutex::new(sandbox));
    let options = Arc::new(options);
    loop {
        let (stream, _) = match listener.accept().await {
            Ok(accepted) => accepted,
            // The caller is gone before we came: nobody else's trouble.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
                ) =>
            {
                continue;
            }
            Err(error) => return Err(error),
        };
        let (sandbox, options) = (Arc::clone(&sandbox), Arc::clone(&options));
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                answer(request, Arc::clone(&sandbox), Arc::clone(&options))
            });
            // An error here is a dropped connection, ours on purpose or the caller's: there is nobody to tell.
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                // The world's clock says `Date`, not the server's.
                .auto_date_header(false)
                // Chromium sends a request again, a POST too, when a connection that it has used before closes
                // without an answer: a dropped restore would be two. So none is ever used twice.
                .keep_alive(false)
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

/// What makes hyper close a connection without a word.
#[derive(Debug)]
struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the world says: no answer")
    }
}

impl std::error::Error for Dropped {}

type Reply = hyper::Response<Full<Bytes>>;

async fn answer(
    request: hyper::Request<Incoming>,
    sandbox: Arc<Mutex<Sandbox>>,
    options: Arc<Options>,
) -> Result<Reply, Dropped> {
    let path = request.uri().path();
    let ours = path == "/restore"
        || ["/restore/", "/api/", "/sandbox/"]
            .iter()
            .any(|start| path.starts_with(start));
    if !ours {
        let now = sandbox
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .now(real_now_ms());
        let mut reply = static_file(request.method(), path, &options);
        set(&mut reply, "date", &crate::http_date(now));
        return Ok(reply);
    }
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, LARGEST_BODY).collect().await else {
        return Ok(plain(413, "The body is too large, or broke off.\n"));
    };
    let request = Request {
        method: head.method.as_str().to_owned(),
        path_and_query: head
            .uri
            .path_and_query()
            .map_or_else(|| "/".to_owned(), |path| path.as_str().to_owned()),
        headers: head
            .headers
            .iter()
            .map(|(name, value)| {
                (
                    name.as_str().to_owned(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect(),
        body: body.to_bytes().to_vec(),
    };
    let outcome = sandbox
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .handle(&request, real_now_ms());
    if outcome.delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(outcome.delay_ms)).await;
    }
    match outcome.answer {
        Answer::Dropped => Err(Dropped),
        Answer::Response(response) => {
            let mut reply = hyper::Response::new(Full::new(Bytes::from(response.body)));
            *reply.status_mut() = hyper::StatusCode::from_u16(response.status).unwrap_or_default();
            for (name, value) in &response.headers {
                set(&mut reply, name, value);
            }
            Ok(reply)
        }
    }
}

fn set(reply: &mut Reply, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        reply.headers_mut().insert(name, value);
    }
}

fn plain(status: u16, text: &'static str) -> Reply {
    let mut reply = hyper::Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *reply.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    set(&mut reply, "content-type", "text/plain; charset=utf-8");
    reply
}

fn static_file(method: &hyper::Method, path: &str, options: &Options) -> Reply {
    let Some(folder) = &options.static_dir else {
        return plain(
            404,
            "This is atlas-sandbox: see /restore/session, /restore/api/atlas/v2/groups and /sandbox/log.\n",
        );
    };
    if method != hyper::Method::GET && method != hyper::Method::HEAD {
        return plain(405, "Files can only be read.\n");
    }
    let file = find(folder, path).and_then(|file| Some((std::fs::read(&file).ok()?, file)));
    let mut reply = match file {
        None => plain(404, "No such file.\n"),
        Some((content, file)) => {
            let length = content.len().to_string();
            let body = if method == hyper::Method::HEAD {
                Bytes::new()
            } else {
                Bytes::from(content)
            };
            let mut reply = hyper::Response::new(Full::new(body));
            set(&mut reply, "content-type", mime_type(&file));
            set(&mut reply, "content-length", &length);
            reply
        }
    };
    // A developer who has just built again wants to see it.
    set(&mut reply, "cache-control", "no-cache");
    set(&mut reply, "x-content-type-options", "nosniff");
    // Files are nobody's secret, and a page of another origin may load them from here, as from any CDN.
    set(&mut reply, "access-control-allow-origin", "*");
    if let Some(policy) = &options.csp {
        set(&mut reply, "content-security-policy", policy);
    }
    reply
}

/// The file that a path means, if it is one and lies in the folder, links followed.
fn find(folder: &Path, path: &str) -> Option<PathBuf> {
    let decoded = percent_decode(path)?;
    let inside = Path::new(decoded.trim_start_matches('/'));
    let tame = !decoded.contains(['\\', '\0'])
        && inside
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
    tame.then_some(())?;
    let folder = folder.canonicalize().ok()?;
    let mut file = folder.join(inside).canonicalize().ok()?;
    if file.is_dir() {
        file = file.join("index.html").canonicalize().ok()?;
    }
    (file.is_file() && file.starts_with(&folder)).then_some(file)
}

fn mime_type(file: &Path) -> &'static str {
    match file
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
    {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "md" | "ts" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
