//! Two gateways behind HAProxy over one Atlas, and somebody who kills them: a long run, where HAProxy is installed.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::process::{Program, command, settings, try_start};
use super::support::*;

const RESTORES: u32 = 200;
const AT_ONCE: u32 = 4;

/// A cluster to restore into for each attempt; every third restore's answer is late, some are lost.
fn estate() -> Value {
    let mut world = world();
    let copy = world["clusters"]
        .as_array()
        .unwrap()
        .iter()
        .find(|cluster| cluster["name"] == "orders-staging")
        .unwrap()
        .clone();
    for number in 0..RESTORES {
        let mut cluster = copy.clone();
        cluster["name"] = json!(format!("target-{number}"));
        cluster["id"] = json!(format!("64f5aaa0{number:016x}"));
        world["clusters"].as_array_mut().unwrap().push(cluster);
    }
    world["restoreSeconds"] = Value::Null;
    let fault = |nth: u32, what: Value| json!({"method": "POST", "path": "restoreJobs", "nth": nth, "do": what});
    world["faults"] = (1..RESTORES)
        .filter_map(|nth| match nth % 20 {
            7 => Some(fault(nth, json!("drop"))),
            13 => Some(fault(nth, json!("drop-before"))),
            rest if rest % 3 == 0 => Some(fault(nth, json!({"delayMs": 60}))),
            _ => None,
        })
        .collect();
    world
}

/// Nobody's at this moment: whoever wants to listen there may still find it taken.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Starts something that listens at a port, at another where it ends because that one is taken.
pub async fn listening(mut start: impl FnMut(u16) -> Child) -> (Running, u16) {
    let until = Instant::now() + Duration::from_secs(600);
    loop {
        let port = free_port();
        let mut program = Running(start(port));
        while program.0.try_wait().unwrap().is_none() {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return (program, port);
            }
            assert!(Instant::now() < until, "nobody listens at {port}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(Instant::now() < until, "it ends each time");
    }
}

/// Ends with whoever holds it.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn balancer(haproxy: &Path, port: u16, replicas: &[u16]) -> Child {
    let servers: String = replicas
        .iter()
        .map(|port| format!("  server r{port} 127.0.0.1:{port} check inter 100 fall 1 rise 1\n"))
        .collect();
    let file = temporary("haproxy.cfg");
    let text = format!(
        "defaults\n  mode http\n  timeout connect 1s\n  timeout client 30s\n  timeout server 30s\n  option redispatch\n  retries 2\n\
         frontend f\n  bind 127.0.0.1:{port}\n  default_backend b\n\
         backend b\n  balance roundrobin\n  option httpchk GET /readyz\n{servers}"
    );
    std::fs::write(&file, text).unwrap();
    Command::new(haproxy)
        .arg("-db")
        .arg("-f")
        .arg(&file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn replica(atlas: &str, audit: &Path, listen: &str) -> Program {
    let mut command = command();
    command.args(["--listen", listen, "--set", "log=off"]);
    command.args(["--set", "limits.reconcile_seconds=2"]);
    command.args(settings(atlas, audit));
    // At a port that was ours, a connection of somebody else's may stand for a moment.
    for _ in 0..600 {
        match try_start(&mut command) {
            Ok(program) => return program,
            Err(said) => assert!(said.contains("cannot listen"), "{said}"),
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{listen} stays taken");
}

fn haproxy() -> Option<PathBuf> {
    [
        "/usr/sbin/haproxy",
        "/usr/local/sbin/haproxy",
        "/usr/bin/haproxy",
    ]
    .iter()
    .map(PathBuf::from)
    .find(|path| path.is_file())
}

/// The same on each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// One person's restore: one session, one key, and the same request until there is an answer that says something.
async fn restore(base: &str, number: u32) -> String {
    let client = reqwest::Client::builder()
        .pool_max_idle_per_host(0)
        .build()
        .unwrap();
    let until = Instant::now() + Duration::from_secs(600);
    let mut token = None;
    loop {
        assert!(Instant::now() < until, "restore {number} has no outcome");
        if token.is_none() {
            let sent = client
                .get(format!("{base}/restore/session"))
                .header("x-user", PERSON)
                .send()
                .await;
            if let Ok(answer) = sent
                && answer.status() == 200
                && let Ok(text) = answer.text().await
            {
                let session: Value = serde_json::from_str(&text).unwrap();
                token = session["csrfToken"].as_str().map(str::to_owned);
            }
            continue;
        }
        let sent = client
            .post(format!("{base}{JOBS}"))
            .header("x-user", PERSON)
            .header("content-type", V1)
            .header("idempotency-key", format!("key-{number}"))
            .header("x-csrf-token", token.clone().unwrap())
            .body(body(SNAPSHOT, TARGET, &format!("target-{number}")))
            .send()
            .await;
        let Ok(answer) = sent else { continue };
        let status = answer.status().as_u16();
        let Ok(text) = answer.text().await else {
            continue;
        };
        match status {
            200 => {
                let job: Value = serde_json::from_str(&text).unwrap();
                return job["id"].as_str().unwrap().to_owned();
            }
            // The balancer found nobody, or the gateway does not know yet.
            502..=504 => tokio::time::sleep(Duration::from_millis(20)).await,
            other => panic!("restore {number}: {other} {text}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn replicas_that_are_killed_start_each_restore_once_and_lose_none() {
    if std::env::var_os("LONG_TESTS").is_none() {
        println!("skipped: LONG_TESTS is not set");
        return;
    }
    let haproxy = haproxy()
        .expect("LONG_TESTS is set, and HAProxy is not installed (apt-get install haproxy)");
    let atlas = atlas_server(&estate()).await;
    let audit = [temporary("one.jsonl"), temporary("two.jsonl")];
    let mut replicas: Vec<Program> = audit
        .iter()
        .map(|audit| replica(&atlas, audit, "127.0.0.1:0"))
        .collect();
    let listen: Vec<String> = replicas
        .iter()
        .map(|replica| replica.address.replace("http://", ""))
        .collect();
    let ports: Vec<u16> = listen
        .iter()
        .map(|address| address.parse::<SocketAddr>().unwrap().port())
        .collect();
    let (_balancer, port) = listening(|port| balancer(&haproxy, port, &ports)).await;
    let base = format!("http://127.0.0.1:{port}");

    let over = Arc::new(AtomicBool::new(false));
    let killer = {
        let (over, atlas, audit) = (Arc::clone(&over), atlas.clone(), audit.clone());
        std::thread::spawn(move || {
            let (mut dice, mut killed) = (Dice(20_261_124), 0);
            while !over.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(50 + dice.below(400)));
                let which = usize::try_from(dice.below(2)).unwrap();
                // Dropping kills without a warning.
                replicas.remove(which);
                killed += 1;
                std::thread::sleep(Duration::from_millis(dice.below(200)));
                replicas.insert(which, replica(&atlas, &audit[which], &listen[which]));
            }
            killed
        })
    };
    let next = Arc::new(AtomicU32::new(0));
    let workers: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (next, base) = (Arc::clone(&next), base.clone());
            tokio::spawn(async move {
                let mut outcomes = Vec::new();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= RESTORES {
                        return outcomes;
                    }
                    outcomes.push((number, restore(&base, number).await));
                }
            })
        })
        .collect();
    let mut told = BTreeMap::new();
    for worker in workers {
        told.extend(worker.await.unwrap());
    }
    over.store(true, Ordering::Relaxed);
    let killed = tokio::task::spawn_blocking(|| killer.join().unwrap())
        .await
        .unwrap();

    // What Atlas has: one job for each target, and that is the one that the person was told of.
    let world = fetch(&format!("{atlas}/sandbox/world")).await;
    let mut jobs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in world["restoreJobs"].as_array().unwrap() {
        let text = |name: &str| entry["job"][name].as_str().unwrap().to_owned();
        jobs.entry(text("targetClusterName"))
            .or_default()
            .push(text("id"));
    }
    assert_eq!(jobs.len(), RESTORES as usize);
    for (number, job) in &told {
        assert_eq!(
            jobs[&format!("target-{number}")],
            std::slice::from_ref(job),
            "restore {number}"
        );
    }
    // And the log says so, too: Atlas said yes at most once to each.
    let log = fetch(&format!("{atlas}/sandbox/log")).await;
    let posts: Vec<&Value> = log
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| {
            entry["method"] == "POST" && entry["path"].as_str().unwrap().ends_with("/restoreJobs")
        })
        .collect();
    let mut accepted = BTreeSet::new();
    for post in posts.iter().filter(|post| post["status"] == 200) {
        let body: Value = serde_json::from_str(post["body"].as_str().unwrap()).unwrap();
        let target = body["targetClusterName"].as_str().unwrap().to_owned();
        assert!(
            accepted.insert(target.clone()),
            "{target} was restored twice"
        );
    }
    // Each request that reached Atlas had been written down before.
    let written: BTreeSet<String> = audit
        .iter()
        .flat_map(|file| {
            let text = std::fs::read_to_string(file).unwrap();
            text.lines()
                .filter_map(|line| serde_json::from_str::<Value>(line).ok())
                .filter(|line| line["event"] == "attempt" && line["decision"] == "allowed")
                .map(|line| line["target"]["cluster"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(accepted.is_subset(&written));
    println!(
        "{RESTORES} restores, {} requests to Atlas, {killed} replicas killed",
        posts.len()
    );
    assert!(killed > 10, "only {killed} replicas were killed");
}
