//! `cargo xtask demo --gateway` and `cargo xtask bench --gateway`: the gateway as it ships, over the sandbox.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::dist;
use crate::run::{cargo, command, heading, sh, target_dir};
use crate::size::Budget;
use crate::tools;

const WORLD: &str = "sandbox/examples/eligible.json";
const READS: [(&str, &str); 2] = [
    (
        "snapshots, passed on",
        "groups/64f1c0de0a1b2c3d4e5f6001/clusters/orders/backup/snapshots",
    ),
    (
        "cluster, redacted",
        "groups/64f1c0de0a1b2c3d4e5f6001/clusters/orders",
    ),
];

/// Builds the programs as they ship; gives their folder.
fn build(packages: &[&str]) -> Result<PathBuf> {
    heading("gateway, as it ships (about 4 minutes on two cores, then seconds)");
    let mut build = cargo();
    build.args(["build", "--locked", "--profile", "gateway"]);
    for package in packages {
        build.args(["-p", package, "--bin", package]);
    }
    sh(&mut build)?;
    Ok(target_dir()?.join("gateway"))
}

/// Builds page and gateway, and serves both over an Atlas in memory.
pub fn demo(port: u16) -> Result<()> {
    let programs = build(&["atlas-restore-gateway"])?;
    let page = dist::dist(Budget::Shown)?.join("demo");
    let site = target_dir()?.join("gateway-site");
    if site.exists() {
        fs::remove_dir_all(&site)?;
    }
    copy_compressed(&page, &site)?;
    let mut gateway = command(programs.join("atlas-restore-gateway"));
    gateway
        .args(["--sandbox", "--world", WORLD, "--set", "log=warn"])
        .args(["--listen", &format!("127.0.0.1:{port}")])
        .arg("--static")
        .arg(&site);
    let mut gateway = Program::start(&mut gateway)?;
    let address = &gateway.address;
    ensure!(
        get(address, "/readyz")?.starts_with("HTTP/1.1 200"),
        "The gateway was built, but is not ready at {address}"
    );
    println!(
        "\nThe demo, behind the gateway, is at http://{address}/?backend=/restore  (Ctrl-C ends it)"
    );
    std::io::stdout().flush()?;
    let ended = gateway.child.wait()?;
    ensure!(ended.success(), "the gateway ended ({ended})");
    Ok(())
}

/// Copies a folder, with a `.br` and a `.gz` beside each file that becomes smaller.
fn copy_compressed(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_compressed(&source, &target)?;
            continue;
        }
        let content = fs::read(&source)?;
        fs::write(&target, &content)?;
        let mut brotli = Vec::new();
        let parameters = brotli::enc::BrotliEncoderParams::default();
        brotli::BrotliCompress(&mut content.as_slice(), &mut brotli, &parameters)?;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&content)?;
        for (ending, compressed) in [("br", brotli), ("gz", gzip.finish()?)] {
            if compressed.len() < content.len() {
                let mut name = entry.file_name();
                name.push(".");
                name.push(ending);
                fs::write(to.join(name), compressed)?;
            }
        }
    }
    Ok(())
}

/// A program that says where it listens, for as long as it is held.
struct Program {
    child: Child,
    address: String,
    /// Until it said so.
    started_in: Duration,
}

impl Program {
    fn start(command: &mut Command) -> Result<Program> {
        let began = Instant::now();
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        let out = child.stdout.take().context("no standard output")?;
        let mut out = BufReader::new(out);
        out.read_line(&mut line)?;
        let started_in = began.elapsed();
        // Whoever writes there later must not be stopped by a full pipe.
        std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
        let Some(address) = line.trim().strip_prefix("listening on http://") else {
            let _ = child.kill();
            bail!("the program did not start: {line:?}");
        };
        Ok(Program {
            child,
            address: address.to_owned(),
            started_in,
        })
    }

    /// Memory that is its own, in MB.
    fn memory(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next());
        Ok(kilobytes.context("no VmRSS")?.parse::<f64>()? / 1_000.0)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn get(address: &str, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// What a load has shown.
#[derive(Clone, Copy, Debug)]
struct Measured {
    /// Requests each second.
    rate: f64,
    /// Milliseconds that 99 of 100 answers took at most.
    p99: f64,
}

/// Loads gateway and nginx in turn, over the same sandbox, and prints what both did.
pub fn bench() -> Result<()> {
    let (nginx, wrk) = (
        tools::debian("nginx", "nginx-light")?,
        tools::debian("wrk", "wrk")?,
    );
    let programs = build(&["atlas-restore-gateway", "atlas-sandbox"])?;
    let sandbox = Program::start(
        command(programs.join("atlas-sandbox")).args(["--world", WORLD, "--port", "0"]),
    )?;
    let mut gateway = command(programs.join("atlas-restore-gateway"));
    gateway
        .env("RESTORE_GATEWAY_CLIENT_ID", "bench")
        .env("RESTORE_GATEWAY_CLIENT_SECRET", "bench")
        .args(["--listen", "127.0.0.1:0"]);
    for pair in [
        &format!("atlas.base_url=http://{}", sandbox.address),
        "log=warn",
        // Where it is standard output, the address is not said there.
        "audit.file=/dev/null",
        "identity.source=header",
        "identity.header=x-user",
        "identity.trusted_peers=127.0.0.1",
        "limits.requests_per_minute=0",
    ] {
        gateway.args(["--set", pair]);
    }
    let gateway = Program::start(&mut gateway)?;
    let plain = plain_proxy(&nginx, &sandbox.address)?;

    heading("proxied reads (10 s each, three times in turn)");
    println!(
        "{:<24} {:>12} {:>10}   {:>12} {:>10}",
        "", "gateway /s", "p99 ms", "nginx /s", "p99 ms"
    );
    for (name, path) in READS {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            ours.push(load(&wrk, &gateway.address, path)?);
            theirs.push(load(&wrk, &plain.address, path)?);
        }
        let (ours, theirs) = (median(ours)?, median(theirs)?);
        println!(
            "{name:<24} {:>12.0} {:>10.1}   {:>12.0} {:>10.1}   rate {:.2} of nginx's, p99 {:.2} times",
            ours.rate,
            ours.p99,
            theirs.rate,
            theirs.p99,
            ours.rate / theirs.rate,
            ours.p99 / theirs.p99
        );
    }
    let loaded = gateway.memory()?;
    let open = open_connections(&gateway.address, 1_000)?;
    println!(
        "\nmemory: {loaded:.1} MB after the load, {:.1} MB with {} connections open",
        gateway.memory()?,
        open.len()
    );
    println!(
        "start: {} ms until it listens",
        gateway.started_in.as_millis()
    );
    println!("Aims: a third of nginx's rate, p99 within twice, under 50 MB.");
    Ok(())
}

fn plain_proxy(nginx: &Path, upstream: &str) -> Result<Program> {
    let folder = target_dir()?.join("bench-nginx");
    fs::create_dir_all(&folder)?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let here = folder.display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|name| format!("  {name}_temp_path {here}/{name};\n"))
        .collect();
    let text = format!(
        "daemon off;\nworker_processes auto;\npid {here}/nginx.pid;\nerror_log {here}/error.log;\n\
         events {{ worker_connections 4096; }}\nhttp {{\n  access_log off;\n{temporary}  \
         upstream sandbox {{ server {upstream}; keepalive 64; }}\n  server {{\n    listen 127.0.0.1:{port};\n    \
         location / {{ proxy_pass http://sandbox; proxy_http_version 1.1; proxy_set_header Connection \"\"; }}\n  }}\n}}\n"
    );
    let file = folder.join("nginx.conf");
    fs::write(&file, text)?;
    let child = command(nginx)
        .arg("-c")
        .arg(&file)
        .arg("-p")
        .arg(&folder)
        .spawn()?;
    let program = Program {
        child,
        address: format!("127.0.0.1:{port}"),
        started_in: Duration::ZERO,
    };
    let until = Instant::now() + Duration::from_secs(10);
    while TcpStream::connect(&program.address).is_err() {
        ensure!(
            Instant::now() < until,
            "nginx does not answer: see {here}/error.log"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(program)
}

fn load(wrk: &Path, address: &str, path: &str) -> Result<Measured> {
    let output = command(wrk)
        .args([
            "-t2",
            "-c64",
            "-d10s",
            "--latency",
            "-H",
            "x-user: maya.okafor@example.com",
        ])
        .arg(format!("http://{address}/restore/api/atlas/v2/{path}"))
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    ensure!(
        output.status.success() && !text.contains("Non-2xx"),
        "the load failed:\n{text}"
    );
    read(&text).with_context(|| format!("wrk says something else than expected:\n{text}"))
}

/// Reads what wrk prints.
fn read(text: &str) -> Option<Measured> {
    let after = |mark: &str| text.lines().find_map(|line| line.trim().strip_prefix(mark));
    let p99 = after("99%")?.trim();
    let (number, unit) = p99.split_at(p99.find(|c: char| c.is_alphabetic())?);
    let unit = match unit {
        "us" => 0.001,
        "ms" => 1.0,
        "s" => 1_000.0,
        _ => return None,
    };
    Some(Measured {
        rate: after("Requests/sec:")?.trim().parse().ok()?,
        p99: number.parse::<f64>().ok()? * unit,
    })
}

fn median(mut runs: Vec<Measured>) -> Result<Measured> {
    runs.sort_by(|a, b| a.rate.total_cmp(&b.rate));
    let middle = runs.get(runs.len() / 2).context("nothing was measured")?;
    Ok(*middle)
}

/// Connections on which one request was answered, and which stay.
fn open_connections(address: &str, count: usize) -> Result<Vec<TcpStream>> {
    (0..count)
        .map(|_| {
            let mut stream = TcpStream::connect(address)?;
            write!(stream, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
            let mut answer = [0; 512];
            let length = stream.read(&mut answer)?;
            ensure!(
                answer[..length].starts_with(b"HTTP/1.1 200"),
                "a connection was refused"
            );
            Ok(stream)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn load_is_read() {
        let text = "  Latency Distribution\n     50%    1.20ms\n     99%  950.00us\n  100 requests in 10s\nRequests/sec:   5012.34\n";
        let measured = read(text).unwrap();
        assert!((measured.rate - 5012.34).abs() < 1e-9);
        assert!((measured.p99 - 0.95).abs() < 1e-9);
    }

    #[test]
    fn files_are_compressed_beside_themselves() {
        let folder = std::env::temp_dir().join(format!("xtask-site-{}", std::process::id()));
        let (from, to) = (folder.join("from"), folder.join("to"));
        fs::create_dir_all(from.join("sub")).unwrap();
        fs::write(from.join("sub/long.js"), "let a = 1;\n".repeat(100)).unwrap();
        fs::write(from.join("short.txt"), "a").unwrap();
        copy_compressed(&from, &to).unwrap();
        assert!(to.join("sub/long.js.br").is_file() && to.join("sub/long.js.gz").is_file());
        assert!(to.join("short.txt").is_file() && !to.join("short.txt.br").exists());
        fs::remove_dir_all(&folder).unwrap();
    }
}
