//! `atlas-sandbox --world FILE`: serves one world over HTTP on this machine.

use std::path::PathBuf;
use std::process::ExitCode;

use atlas_sandbox::Sandbox;
use atlas_sandbox::server::{Options, real_now_ms, serve};
use clap::Parser;
use tokio::net::TcpListener;

/// An Atlas in memory: serves one world at /restore (without credentials) and /api/atlas/v2 (with a token).
///
/// GET /sandbox/log gives every request received. PUT /sandbox/world replaces the world and empties the log;
/// POST /sandbox/reset begins it again; POST /sandbox/advance?ms=N puts its clock forward.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The world to serve, as JSON
    #[arg(long, value_name = "FILE")]
    world: PathBuf,
    /// The port on 127.0.0.1; 0 takes any that is free
    #[arg(long, default_value_t = 8081)]
    port: u16,
    /// A folder to serve at /
    #[arg(long = "static", value_name = "DIR")]
    static_dir: Option<PathBuf>,
    /// A Content-Security-Policy to send with the files of that folder
    #[arg(long, value_name = "POLICY")]
    csp: Option<String>,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(never) => match never {},
        Err(problem) => {
            eprintln!("atlas-sandbox: {problem}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: Arguments) -> Result<std::convert::Infallible, String> {
    let file = arguments.world.display();
    let world = std::fs::read_to_string(&arguments.world)
        .map_err(|error| format!("cannot read {file}: {error}"))?;
    let sandbox = Sandbox::new(&world, real_now_ms())
        .map_err(|error| format!("{file} is no world: {error}"))?;
    if let Some(folder) = arguments
        .static_dir
        .as_ref()
        .filter(|folder| !folder.is_dir())
    {
        return Err(format!("{} is no folder", folder.display()));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", arguments.port))
            .await
            .map_err(|error| format!("cannot listen on port {}: {error}", arguments.port))?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        println!("listening on http://{address}");
        serve(
            listener,
            sandbox,
            Options {
                static_dir: arguments.static_dir,
                csp: arguments.csp,
            },
        )
        .await
        .map_err(|error| format!("cannot go on: {error}"))
    })
}
