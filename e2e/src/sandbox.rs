//! The native sandbox, alone or in the gateway: one for each journey, over real sockets.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, ensure};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use crate::child::Running;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A sandbox that serves one world, and the pages.
#[derive(Debug)]
pub struct Sandbox {
    /// Where it answers, without a slash at the end.
    pub origin: String,
    arguments: Vec<OsString>,
    program: PathBuf,
    at_port: AtPort,
    world_file: PathBuf,
    running: Mutex<Option<Running>>,
}

/// How a program is told its port: the last arguments.
type AtPort = fn(&str) -> [String; 2];

impl Sandbox {
    /// Starts `program` with `world` and the files of `site`.
    pub fn start(
        program: &Path,
        folder: &Path,
        site: &Path,
        world: &Value,
        csp: Option<&str>,
    ) -> Result<Sandbox> {
        let mut arguments: Vec<OsString> = Vec::new();
        if let Some(policy) = csp {
            arguments.extend(["--csp".into(), policy.into()]);
        }
        let at_port = |port: &str| ["--port".to_owned(), port.to_owned()];
        Sandbox::run(program, arguments, at_port, folder, site, world)
    }

    /// Starts the gateway `program` over a sandbox with `world`, with the files of `site` under its own policy, and with
    /// these settings (`key=value`).
    pub fn in_gateway(
        program: &Path,
        folder: &Path,
        site: &Path,
        world: &Value,
        settings: &[&str],
    ) -> Result<Sandbox> {
        let mut arguments: Vec<OsString> = vec!["--sandbox".into()];
        for setting in settings {
            arguments.extend(["--set".into(), setting.into()]);
        }
        let at_port = |port: &str| ["--listen".to_owned(), format!("127.0.0.1:{port}")];
        Sandbox::run(program, arguments, at_port, folder, site, world)
    }

    fn run(
        program: &Path,
        mut arguments: Vec<OsString>,
        at_port: AtPort,
        folder: &Path,
        site: &Path,
        world: &Value,
    ) -> Result<Sandbox> {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let world_file = folder.join(format!("world-{number}.json"));
        std::fs::write(&world_file, serde_json::to_vec(world)?)?;
        arguments.extend(["--world".into(), world_file.clone().into()]);
        arguments.extend(["--static".into(), site.into()]);
        let (running, origin) = start(program, &arguments, at_port("0"))?;
        Ok(Sandbox {
            origin,
            arguments,
            program: program.to_owned(),
            at_port,
            world_file,
            running: Mutex::new(Some(running)),
        })
    }

    /// Ends the program, and with it every connection.
    pub fn stop(&self) {
        if let Ok(mut running) = self.running.lock() {
            *running = None;
        }
    }

    /// Starts it again at the same address, with the world as it was at first.
    pub fn start_again(&self) -> Result<()> {
        let (_, port) = self.origin.rsplit_once(':').context("no port")?;
        let (again, origin) = start(&self.program, &self.arguments, (self.at_port)(port))?;
        ensure!(origin == self.origin, "it answers at {origin} now");
        if let Ok(mut running) = self.running.lock() {
            *running = Some(again);
        }
        Ok(())
    }

    async fn call(&self, method: &str, path: &str) -> Result<Bytes> {
        let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
        let request = hyper::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.origin))
            .body(Full::new(Bytes::new()))?;
        let answer = client.request(request).await?;
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        ensure!(
            status.is_success(),
            "{method} {path}: {status} {}",
            String::from_utf8_lossy(&body)
        );
        Ok(body)
    }

    /// Every request of the backend so far.
    pub async fn log(&self) -> Result<Vec<Value>> {
        let body = self.call("GET", "/sandbox/log").await?;
        let log: Value = serde_json::from_slice(&body)?;
        let entries = log.as_array().or_else(|| log["requests"].as_array());
        Ok(entries.context("the log is no list")?.clone())
    }

    /// The requests that can change something.
    pub async fn unsafe_requests(&self) -> Result<Vec<Value>> {
        let log = self.log().await?;
        Ok(log
            .into_iter()
            .filter(|entry| !matches!(entry["method"].as_str(), Some("GET" | "HEAD" | "OPTIONS")))
            .collect())
    }

    /// The truth: every restore job of the world.
    pub async fn jobs(&self) -> Result<Vec<Value>> {
        let world: Value = serde_json::from_slice(&self.call("GET", "/sandbox/world").await?)?;
        Ok(world["restoreJobs"].as_array().cloned().unwrap_or_default())
    }

    /// Puts the world's clock forward.
    pub async fn advance(&self, ms: u64) -> Result<()> {
        self.call("POST", &format!("/sandbox/advance?ms={ms}"))
            .await?;
        Ok(())
    }
}

/// Starts the program, and gives its origin.
fn start(
    program: &Path,
    arguments: &[OsString],
    at_port: [String; 2],
) -> Result<(Running, String)> {
    let mut command = Command::new(program);
    command.args(arguments).args(at_port);
    Running::start(&mut command, |line| {
        line.trim()
            .strip_prefix("listening on ")
            .map(|origin| origin.trim_end_matches('/').to_owned())
    })
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.world_file);
    }
}
