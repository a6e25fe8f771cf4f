//! `cargo xtask demo`: builds the demo and serves it, as any static host would, without special headers.

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, ensure};
use tiny_http::{Header, Method, Request, Response, Server};

use crate::dist;
use crate::size::Budget;

/// Builds the demo, serves it on this machine, and prints the address once it answers.
pub fn demo(port: u16) -> Result<()> {
    // Before the build, which takes minutes: a port that is taken is said at once.
    let server = Server::http(("127.0.0.1", port)).map_err(|error| {
        anyhow!("Port {port} cannot be used ({error}). Choose another: cargo xtask demo --port N")
    })?;
    let port = server
        .server_addr()
        .to_ip()
        .context("the server has no address")?
        .port();
    let folder = dist::dist(Budget::Shown)?.join("demo");

    let server = Arc::new(server);
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let (server, folder) = (Arc::clone(&server), folder.clone());
            std::thread::spawn(move || {
                for request in server.incoming_requests() {
                    // A browser that went away is nobody's error.
                    let _ = answer(request, &folder);
                }
            })
        })
        .collect();
    ensure!(
        answers(port)?,
        "The demo was built, but the server does not answer on port {port}"
    );
    println!("\nThe demo is at http://127.0.0.1:{port}/  (Ctrl-C ends it)");
    std::io::stdout().flush()?;
    for worker in workers {
        worker.join().map_err(|_| anyhow!("the server stopped"))?;
    }
    Ok(())
}

fn answer(request: Request, folder: &Path) -> std::io::Result<()> {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return request
            .respond(Response::from_string("Method not allowed\n").with_status_code(405));
    }
    match file_for(request.url(), folder).and_then(|path| Some((File::open(&path).ok()?, path))) {
        Some((file, path)) => {
            let mut response = Response::from_file(file);
            for (name, value) in [("Content-Type", mime(&path)), ("Cache-Control", "no-cache")] {
                if let Ok(header) = Header::from_bytes(name, value) {
                    response.add_header(header);
                }
            }
            request.respond(response)
        }
        None => request.respond(Response::from_string("Not found\n").with_status_code(404)),
    }
}

/// The file that a request means, which never lies outside the folder.
fn file_for(url: &str, folder: &Path) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?.trim_start_matches('/');
    let relative = Path::new(path);
    if !relative
        .components()
        .all(|part| matches!(part, Component::Normal(_)))
    {
        return None;
    }
    let mut file = folder.join(relative);
    if file.is_dir() {
        file.push("index.html");
    }
    file.is_file().then_some(file)
}

fn mime(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("md" | "ts") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn answers(port: u16) -> Result<bool> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
    let mut reply = String::new();
    stream.take(64).read_to_string(&mut reply)?;
    Ok(reply.starts_with("HTTP/1.1 200"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_outside_the_folder_are_not_served() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        assert!(file_for("/main.rs?x=1", &folder).is_some());
        assert!(file_for("/../Cargo.toml", &folder).is_none());
        assert!(file_for("//etc/passwd", &folder).is_none());
        assert!(file_for("/absent", &folder).is_none());
    }

    #[test]
    fn wasm_has_the_type_that_streaming_wants() {
        assert_eq!(mime(Path::new("a_bg.wasm")), "application/wasm");
    }
}
