//! Other people's tools at both sides of the gateway: prism as a validating proxy between it and its Atlas, schemathesis
//! as a caller that tries everything. Long runs; `PRISM` and `SCHEMATHESIS` name the programs.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::document;
use super::process::{command, start};
use super::replicas::listening;
use super::support::*;

/// The tool that a variable names, in a long run.
fn tool(variable: &str) -> Option<Command> {
    if std::env::var_os("LONG_TESTS").is_none() {
        println!("skipped: LONG_TESTS is not set");
        return None;
    }
    match std::env::var_os(variable) {
        Some(program) => Some(Command::new(program)),
        None => {
            println!("skipped: {variable} is not set");
            None
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn openapi_proxy_between_gateway_and_atlas_finds_nothing_wrong() {
    let Some(prism) = tool("PRISM") else {
        return;
    };
    let Some(mut document) = document::read() else {
        println!("skipped: ATLAS_OPENAPI is not set");
        return;
    };
    // The document is of the API alone; the token is fetched past it, without credentials of its own.
    document["paths"]["/api/oauth/token"] = json!({"post": {
        "security": [],
        "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}},
        "responses": {"200": {"description": "a token", "content": {"application/json": {"schema": {"type": "object"}}}}}
    }});
    let file = temporary("document.json");
    std::fs::write(&file, document.to_string()).unwrap();
    let mut world = world();
    let sharded: Value = serde_json::from_str(include_str!(
        "../../../sandbox/examples/sharded-matching.json"
    ))
    .unwrap();
    for list in ["clusters", "snapshots"] {
        let more = sharded[list].as_array().unwrap().iter().filter(|entry| {
            let name = entry["name"].as_str().or(entry["clusterName"].as_str());
            !world["clusters"]
                .as_array()
                .unwrap()
                .iter()
                .any(|cluster| cluster["name"].as_str() == name && list == "clusters")
        });
        let more: Vec<Value> = more.cloned().collect();
        world[list].as_array_mut().unwrap().extend(more);
    }
    let atlas = atlas_server(&world).await;
    let (_prism, port) = listening(|port| {
        Command::new(prism.get_program())
            .args(["proxy", file.to_str().unwrap(), &atlas, "--errors"])
            .args(["-h", "127.0.0.1", "-p", &port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    })
    .await;
    let gateway = Gateway::new(remote(&format!("http://127.0.0.1:{port}")));
    let groups = gateway.read(&format!("{API}/groups")).await;
    let mut reads = 0;
    for group in groups["results"].as_array().unwrap() {
        let group = format!("{API}/groups/{}", group["id"].as_str().unwrap());
        for path in ["", "/encryptionAtRest"] {
            gateway.read(&format!("{group}{path}")).await;
        }
        let clusters = gateway
            .read(&format!("{group}/clusters?itemsPerPage=500&pageNum=1"))
            .await;
        for cluster in clusters["results"].as_array().unwrap() {
            let cluster = format!("{group}/clusters/{}", cluster["name"].as_str().unwrap());
            for (list, one) in [
                ("", None),
                ("/processArgs", None),
                ("/backup/snapshots", Some("/backup/snapshots")),
                (
                    "/backup/snapshots/shardedClusters",
                    Some("/backup/snapshots/shardedCluster"),
                ),
                ("/backup/restoreJobs", Some("/backup/restoreJobs")),
            ] {
                let found = gateway.read(&format!("{cluster}{list}")).await;
                reads += 1;
                let entries = found["results"].as_array().into_iter().flatten();
                for (entry, one) in entries.zip(one.into_iter().cycle()) {
                    let id = entry["id"].as_str().unwrap();
                    gateway.read(&format!("{cluster}{one}/{id}")).await;
                    reads += 1;
                }
            }
        }
    }
    let got = gateway.restore(post("k", "orders-staging")).await;
    assert_eq!(got.status, 200, "{got:?}");
    let log = fetch(&format!("{atlas}/sandbox/log")).await;
    println!(
        "{reads} reads through prism, {} requests at Atlas",
        log.as_array().unwrap().len()
    );
    assert!(reads > 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_random_requests_bring_no_error_of_the_gateways() {
    let Some(mut schemathesis) = tool("SCHEMATHESIS") else {
        return;
    };
    let Some(file) = std::env::var_os("ATLAS_OPENAPI") else {
        println!("skipped: ATLAS_OPENAPI is not set");
        return;
    };
    let mut gateway = command();
    let world = temporary("world.json");
    std::fs::write(&world, super::support::world().to_string()).unwrap();
    gateway
        .args(["--sandbox", "--listen", "127.0.0.1:0", "--world"])
        .arg(&world)
        .args(["--set", "log=off", "--set", "limits.requests_per_minute=0"])
        .args(["--set", "limits.restores_per_minute=0"]);
    let gateway = start(&mut gateway);
    let session = fetch(&format!("{}/restore/session", gateway.address)).await;
    let token = session["csrfToken"].as_str().unwrap();
    // It keeps notes where it runs.
    let folder = temporary("schemathesis");
    std::fs::create_dir_all(&folder).unwrap();
    let output = schemathesis
        .current_dir(folder)
        .arg("run")
        .arg(file)
        .args(["-u", &format!("{}/restore", gateway.address)])
        .args(["--checks", "not_a_server_error", "--continue-on-failure"])
        .args(["--phases", "examples,coverage,fuzzing"])
        .args([
            "-n",
            "450",
            "--workers",
            "2",
            "--seed",
            "20261124",
            "--no-color",
        ])
        .args(["-H", &format!("X-CSRF-Token: {token}")])
        .args(["-H", "Idempotency-Key: fuzz"])
        .env("PYTHONUNBUFFERED", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let metrics = reqwest::get(format!("{}/metrics", gateway.address))
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let mut by_status = std::collections::BTreeMap::<String, u64>::new();
    for line in metrics
        .lines()
        .filter(|line| line.starts_with("restore_gateway_requests_total"))
    {
        let status = line.split("status=\"").nth(1).unwrap();
        let status = status.split('"').next().unwrap().to_owned();
        let count: u64 = line.rsplit(' ').next().unwrap().parse().unwrap();
        *by_status.entry(status).or_default() += count;
    }
    println!("{by_status:?}");
    let errors: u64 = by_status
        .iter()
        .filter(|(status, _)| status.starts_with('5'))
        .map(|(_, count)| count)
        .sum();
    assert_eq!(errors, 0, "{by_status:?}\n{said}");
    // A panic would be no answer at all.
    let own = String::from_utf8_lossy(&gateway.said.lock().unwrap()).into_owned();
    assert!(!own.contains("panicked"), "{own}");
    let all: u64 = by_status.values().sum();
    assert!(all >= 10_000, "only {all} requests\n{said}");
}
