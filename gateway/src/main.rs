//! `atlas-restore-gateway`: flags, the log, signals.

use std::path::PathBuf;
use std::process::ExitCode;

use atlas_restore_gateway::app::App;
use atlas_restore_gateway::config::{Atlas, Config};
use atlas_restore_gateway::http::serve::serve;
use atlas_restore_gateway::settings::Settings;
use clap::Parser;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// The backend of atlas-restore-dialog.
///
/// Settings come from a TOML file, from the environment (RESTORE_GATEWAY_ATLAS_BASE_URL is atlas.base_url) and from
/// flags; the later wins. The service account comes from files that the settings name, or from
/// RESTORE_GATEWAY_CLIENT_ID and RESTORE_GATEWAY_CLIENT_SECRET, never from a flag.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// A configuration file
    #[arg(long, value_name = "FILE", env = "RESTORE_GATEWAY_CONFIG")]
    config: Option<PathBuf>,
    /// Serve an Atlas in memory instead of a real one
    #[arg(long)]
    sandbox: bool,
    /// The sandbox's world, as JSON
    #[arg(long, value_name = "FILE")]
    world: Option<String>,
    /// Where to listen, such as 127.0.0.1:8080
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// A folder to serve at /
    #[arg(long = "static", value_name = "DIR")]
    static_dir: Option<String>,
    /// Any other setting
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Check the configuration, and end
    #[arg(long)]
    check: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("atlas-restore-gateway: {problem}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let config = configuration(arguments)?;
    if arguments.check {
        println!("the configuration is good");
        return Ok(());
    }
    let filter = EnvFilter::try_new(&config.log).map_err(|error| format!("log: {error}"))?;
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    runtime.block_on(async {
        let listen = config.listen;
        let audit_alone =
            config.audit.file.is_none() && matches!(config.atlas, Atlas::Remote { .. });
        let app = App::new(config).map_err(|error| format!("cannot start: {error}"))?;
        let listener = TcpListener::bind(listen)
            .await
            .map_err(|error| format!("listen: cannot listen on {listen}: {error}"))?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
        tracing::info!(%address, "listening");
        // Where the audit goes to standard output, nothing else does; the sandbox's is for looking at.
        if !audit_alone {
            println!("listening on http://{address}");
        }
        let end = async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            tracing::info!("ending");
        };
        serve(listener, app, end)
            .await
            .map_err(|error| format!("cannot go on: {error}"))
    })
}

fn configuration(arguments: &Arguments) -> Result<Config, String> {
    let mut settings = Settings::default();
    let said = |error: atlas_restore_gateway::settings::SettingError| error.to_string();
    if let Some(file) = &arguments.config {
        let text = std::fs::read_to_string(file)
            .map_err(|error| format!("cannot read {}: {error}", file.display()))?;
        settings.add_file(&text).map_err(said)?;
    }
    let environment = std::env::vars_os().filter_map(|(name, value)| {
        let (name, value) = (name.into_string().ok()?, value.into_string().ok()?);
        (name != "RESTORE_GATEWAY_CONFIG").then_some((name, value))
    });
    settings.add_environment(environment).map_err(said)?;
    let flags = [
        ("world", &arguments.world),
        ("listen", &arguments.listen),
        ("static_dir", &arguments.static_dir),
    ];
    for (key, value) in flags {
        if let Some(value) = value {
            settings.add(key, value).map_err(said)?;
        }
    }
    if arguments.sandbox {
        settings.add("sandbox", "true").map_err(said)?;
    }
    for pair in &arguments.set {
        let (key, value) = pair
            .split_once('=')
            .ok_or_else(|| format!("--set {pair}: expected KEY=VALUE"))?;
        settings.add(key, value).map_err(said)?;
    }
    Config::check(&settings, |name| std::env::var(name).ok()).map_err(said)
}
