//! The program itself: its start, its end, and that no secret leaves it.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::replicas::Running;
use super::support::*;

const ID: &str = "mdb_sa_id_5f3a1c9be4b0a1d2c3e4f501";
const SECRET: &str = "mdb_sa_sk_Very-Secret-Text-0123456789";

/// A gateway in a process of its own.
pub struct Program {
    pub child: Child,
    pub address: String,
    /// All that it has said.
    pub said: Arc<Mutex<Vec<u8>>>,
    /// They end when it has no more to say.
    collectors: Vec<JoinHandle<()>>,
}

pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_atlas-restore-gateway"));
    for (name, _) in std::env::vars() {
        if name.starts_with("RESTORE_GATEWAY_") {
            command.env_remove(name);
        }
    }
    command
        .env("RESTORE_GATEWAY_CLIENT_ID", ID)
        .env("RESTORE_GATEWAY_CLIENT_SECRET", SECRET)
        .stdin(Stdio::null());
    command
}

/// The settings of a gateway over this Atlas, for everybody on this machine.
pub fn settings(atlas: &str, audit: &Path) -> Vec<String> {
    [
        format!("atlas.base_url={atlas}"),
        "identity.source=header".into(),
        "identity.header=x-user".into(),
        "identity.trusted_peers=127.0.0.1".into(),
        format!("audit.file={}", audit.display()),
        "audit.sync=false".into(),
        "limits.requests_per_minute=0".into(),
        "limits.restores_per_minute=0".into(),
    ]
    .into_iter()
    .flat_map(|pair| ["--set".to_owned(), pair])
    .collect()
}

/// Starts it, and waits until it listens.
pub fn start(command: &mut Command) -> Program {
    try_start(command).unwrap_or_else(|said| panic!("it did not start: {said}"))
}

/// The same, for who can do something about it: where it does not listen, what it said.
pub fn try_start(command: &mut Command) -> Result<Program, String> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let said = Arc::new(Mutex::new(Vec::new()));
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let mut errors = child.stderr.take().unwrap();
    let Some(address) = line.trim().strip_prefix("listening on ") else {
        let _ = child.kill();
        let _ = child.wait();
        let _ = errors.read_to_string(&mut line);
        return Err(line);
    };
    let collectors = vec![collect(out, &said), collect(errors, &said)];
    Ok(Program {
        child,
        address: address.to_owned(),
        said,
        collectors,
    })
}

fn collect(mut from: impl Read + Send + 'static, said: &Arc<Mutex<Vec<u8>>>) -> JoinHandle<()> {
    let said = Arc::clone(said);
    std::thread::spawn(move || {
        let mut part = [0; 4096];
        while let Ok(length @ 1..) = from.read(&mut part) {
            said.lock().unwrap().extend_from_slice(&part[..length]);
        }
    })
}

/// Asks it to end, and waits for that.
pub fn end(mut program: Program) -> (bool, Vec<u8>) {
    let pid = program.child.id().to_string();
    let asked = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
    assert!(asked.success());
    let ended = program.child.wait().unwrap();
    for collector in program.collectors.drain(..) {
        collector.join().unwrap();
    }
    let said = program.said.lock().unwrap().clone();
    (ended.success(), said)
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_leaves_the_process() {
    let refuse = json!({"status": 401, "body": {"error": 401, "errorCode": "UNEXPECTED_ERROR"}});
    let world = world_with(json!({"faults": [
        {"method": "GET", "path": "clusters/catalog", "do": refuse},
        {"method": "GET", "path": "clusters/sessions", "do": "malformed"},
        {"method": "POST", "path": "restoreJobs", "nth": 1, "do": "drop"},
    ]}));
    let atlas = atlas_server(&world).await;
    let audit = temporary("process-audit.jsonl");
    let mut command = command();
    // The loudest log that there is, of all crates.
    command.args(["--listen", "127.0.0.1:0", "--set", "log=trace"]);
    let program = start(command.args(settings(&atlas, &audit)));
    let address = program.address.clone();
    let client = reqwest::Client::new();
    let mut emitted = Vec::new();
    let mut csrf = String::new();
    for path in [
        "/restore/session",
        "/readyz",
        "/metrics",
        "/restore/api/atlas/v2/groups",
        "/restore/api/atlas/v2/groups/64f1c0de0a1b2c3d4e5f6001/encryptionAtRest",
        "/restore/api/atlas/v2/groups/64f1c0de0a1b2c3d4e5f6001/clusters/orders",
        "/restore/api/atlas/v2/groups/64f1c0de0a1b2c3d4e5f6001/clusters/catalog",
        "/restore/api/atlas/v2/groups/64f1c0de0a1b2c3d4e5f6001/clusters/sessions",
    ] {
        let answer = client
            .get(format!("{address}{path}"))
            .header("x-user", PERSON)
            .header("authorization", "Bearer of-the-person")
            .header("cookie", "session=of-the-person")
            .send()
            .await
            .unwrap();
        emitted.extend(format!("{:?}", answer.headers()).into_bytes());
        let text = answer.text().await.unwrap();
        if path == "/restore/session" {
            let session: serde_json::Value = serde_json::from_str(&text).unwrap();
            csrf = session["csrfToken"].as_str().unwrap().to_owned();
        }
        emitted.extend(text.into_bytes());
    }
    let answer = client
        .post(format!("{address}{JOBS}"))
        .header("x-user", PERSON)
        .header("x-csrf-token", &csrf)
        .header("idempotency-key", "k")
        .header("content-type", V1)
        .body(body(SNAPSHOT, TARGET, "orders-staging"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    emitted.extend(answer.bytes().await.unwrap());
    let log = fetch(&format!("{atlas}/sandbox/log")).await;
    let (well, said) = end(program);
    assert!(well);
    // The session's token is for the page alone.
    assert!(!String::from_utf8_lossy(&said).contains(&csrf));
    assert!(!std::fs::read_to_string(&audit).unwrap().contains(&csrf));
    emitted.extend(&said);
    emitted.extend(std::fs::read(&audit).unwrap());
    let emitted = String::from_utf8_lossy(&emitted);
    assert!(
        emitted.contains("answered"),
        "the log says nothing: {emitted}"
    );

    let mut secrets = vec![
        ID.to_owned(),
        SECRET.to_owned(),
        STANDARD.encode(format!("{ID}:{SECRET}")),
        "of-the-person".to_owned(),
    ];
    let tokens: Vec<&str> = log
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|entry| {
            entry["headers"]["authorization"]
                .as_str()?
                .strip_prefix("Bearer ")
        })
        .collect();
    assert!(!tokens.is_empty());
    secrets.extend(tokens.into_iter().map(str::to_owned));
    for secret in secrets {
        assert!(!emitted.contains(&secret), "{secret} got out");
    }
}

fn fails(arguments: &[&str]) -> Output {
    let output = command().args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    output
}

#[test]
fn wrong_configuration_ends_it_with_the_keys_name() {
    for (arguments, key) in [
        (vec!["--check"], "identity.source"),
        (vec!["--set", "limits.conections=1"], "limits.conections"),
        (vec!["--sandbox"], "world"),
        (
            vec!["--listen", "here", "--set", "identity.source=header"],
            "listen",
        ),
        (vec!["--sandbox", "--world", "/no/such"], "world"),
        (
            vec!["--set", "identity.source=fixed", "--set", "audit.file=-"],
            "identity.source",
        ),
        (
            vec![
                "--set",
                "identity.source=header",
                "--set",
                "identity.header=x-user",
                "--set",
                "identity.trusted_peers=127.0.0.1",
                "--set",
                "audit.file=/no/such/audit.jsonl",
            ],
            "audit.file",
        ),
    ] {
        let output = fails(&arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(&format!("{key}:")), "{arguments:?}: {said}");
    }
}

#[test]
fn secrets_are_no_flags() {
    let help = command().arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(!help.contains("--client"), "{help}");
    for key in ["atlas.client_secret=x", "client_secret=x"] {
        let said = String::from_utf8(fails(&["--set", key]).stderr).unwrap();
        assert!(said.contains("there is no such key"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn audit_on_standard_output_is_alone_there() {
    let atlas = atlas_server(&world()).await;
    let mut command = command();
    command
        .args(["--listen", "127.0.0.1:0"])
        .args(settings(&atlas, Path::new("-")))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = Running(command.spawn().unwrap());
    let mut log = BufReader::new(child.0.stderr.take().unwrap()).lines();
    let address = log
        .by_ref()
        .map(|line| serde_json::from_str::<serde_json::Value>(&line.unwrap()).unwrap())
        .find(|line| line["fields"]["message"] == "listening")
        .map(|line| line["fields"]["address"].as_str().unwrap().to_owned())
        .unwrap();
    // Nobody may be stopped by a full pipe.
    let rest = std::thread::spawn(move || log.for_each(drop));
    let client = reqwest::Client::new();
    let base = format!("http://{address}");
    let session = client
        .get(format!("{base}/restore/session"))
        .header("x-user", PERSON)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let session: serde_json::Value = serde_json::from_str(&session).unwrap();
    let answer = client
        .post(format!("{base}{JOBS}"))
        .header("x-user", PERSON)
        .header("x-csrf-token", session["csrfToken"].as_str().unwrap())
        .header("idempotency-key", "k")
        .header("content-type", V1)
        .body(body(SNAPSHOT, TARGET, "orders-staging"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let mut out = child.0.stdout.take().unwrap();
    drop(child);
    rest.join().unwrap();
    let mut said = String::new();
    out.read_to_string(&mut said).unwrap();
    let decisions: Vec<String> = said
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|line| line["decision"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(decisions, ["allowed", "started"]);
}
