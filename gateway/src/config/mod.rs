//! What the gateway is told at its start, checked: after this nothing is missing and nothing contradicts itself.

mod identity;

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use atlas_restore_dialog::model::{Policy, Topology};

pub use identity::{Identity, Oidc};

use crate::secret::Secret;
use crate::settings::{SettingError, Settings};
use crate::upstream::{LARGEST_ANSWER, WEIGHT};

/// Seconds: no time that is waited for is longer.
const A_YEAR: u64 = 365 * 24 * 3_600;
const MEGABYTE: usize = 1024 * 1024;

type Checked<T> = Result<T, SettingError>;

/// All of it.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it listens.
    pub listen: SocketAddr,
    /// The backend's path, `/restore`: begins with a slash and ends without one.
    pub base_path: String,
    /// The page's origin as the browser sees it; without it `Origin` is compared with `Host`.
    pub public_origin: Option<String>,
    /// Files served at `/`.
    pub static_dir: Option<PathBuf>,
    /// A filter for the log, such as `info`.
    pub log: String,
    /// Which Atlas.
    pub atlas: Atlas,
    /// Who is it?
    pub identity: Identity,
    /// The rules' policy.
    pub policy: Policy,
    /// Where attempts are written down.
    pub audit: Audit,
    /// How much and how long.
    pub limits: Limits,
}

/// Which Atlas, and how it is reached.
#[derive(Clone, Debug)]
pub enum Atlas {
    /// The real one, or one that speaks like it, over HTTP.
    Remote {
        /// Origin, without a slash at its end.
        base_url: String,
        /// The service account.
        client_id: Secret,
        /// Its secret.
        client_secret: Secret,
        /// A certificate authority beside the usual ones, as PEM.
        ca: Option<Vec<u8>>,
    },
    /// An Atlas in memory that serves this world.
    Sandbox {
        /// The world, as JSON.
        world: String,
    },
}

/// Where attempts are written down.
#[derive(Clone, Debug)]
pub struct Audit {
    /// `None`: standard output.
    pub file: Option<PathBuf>,
    /// Waits until the disk has it.
    pub sync: bool,
}

/// How much and how long.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Open connections.
    pub connections: usize,
    /// Requests at the same time.
    pub concurrent_requests: usize,
    /// Bytes for large answers of Atlas's, all together.
    pub answers: usize,
    /// Of one person; 0: without limit.
    pub requests_per_minute: u64,
    /// Restores of one person; 0: without limit.
    pub restores_per_minute: u64,
    /// How long roles are believed.
    pub roles: Duration,
    /// How long the list of projects is believed.
    pub projects: Duration,
    /// For a request's head.
    pub header: Duration,
    /// For a request's body.
    pub body: Duration,
    /// For the answer to a read.
    pub request: Duration,
    /// For Atlas's answer to one call.
    pub atlas: Duration,
    /// How long requests may run on after the signal to end.
    pub shutdown: Duration,
    /// How long a lost answer's job is looked for.
    pub reconcile: Duration,
    /// How many attempts are remembered.
    pub remembered_attempts: usize,
}

impl Config {
    /// Checks the settings and reads the files that they name. `secret` gives an environment variable's value.
    ///
    /// # Errors
    /// Names the key that is missing or wrong.
    pub fn check(settings: &Settings, secret: impl Fn(&str) -> Option<String>) -> Checked<Config> {
        let sandbox = settings.flag("sandbox", false);
        let limits = limits(settings)?;
        let listen = settings.text("listen").unwrap_or("127.0.0.1:8080");
        Ok(Config {
            listen: listen.parse().map_err(|_| {
                let problem = format!("expected an address such as 127.0.0.1:8080, found {listen}");
                SettingError::new("listen", problem)
            })?,
            base_path: base_path(settings.text("base_path").unwrap_or("/restore"))?,
            public_origin: settings
                .text("public_origin")
                .map(|text| origin("public_origin", text))
                .transpose()?,
            static_dir: static_dir(settings)?,
            log: settings.text("log").unwrap_or("info").to_owned(),
            atlas: atlas(settings, sandbox, secret)?,
            identity: identity::read(settings, sandbox)?,
            policy: policy(settings)?,
            audit: audit(settings, sandbox)?,
            limits,
        })
    }
}

fn limits(settings: &Settings) -> Checked<Limits> {
    for key in ["limits.connections", "limits.concurrent_requests"] {
        let most = tokio::sync::Semaphore::MAX_PERMITS;
        if usize::try_from(settings.number(key, 1)).map_or(true, |number| number > most) {
            return Err(SettingError::new(key, "is too large"));
        }
    }
    for key in [
        "atlas.timeout_seconds",
        "limits.roles_seconds",
        "limits.projects_seconds",
        "limits.header_seconds",
        "limits.body_seconds",
        "limits.request_seconds",
        "limits.shutdown_seconds",
        "limits.reconcile_seconds",
    ] {
        if settings.number(key, 1) > A_YEAR {
            return Err(SettingError::new(key, "is longer than a year"));
        }
    }
    let seconds = |key, default| Duration::from_secs(settings.number(key, default));
    let count = |key, default| usize::try_from(settings.number(key, default)).unwrap_or(usize::MAX);
    Ok(Limits {
        connections: count("limits.connections", 2_000).max(1),
        concurrent_requests: count("limits.concurrent_requests", 500).max(1),
        answers: answers_megabytes(settings)? * MEGABYTE,
        requests_per_minute: settings.number("limits.requests_per_minute", 1_200),
        restores_per_minute: settings.number("limits.restores_per_minute", 10),
        roles: seconds("limits.roles_seconds", 60),
        projects: seconds("limits.projects_seconds", 30),
        header: seconds("limits.header_seconds", 10),
        body: seconds("limits.body_seconds", 10),
        request: seconds("limits.request_seconds", 60),
        atlas: seconds("atlas.timeout_seconds", 30),
        shutdown: seconds("limits.shutdown_seconds", 60),
        reconcile: seconds("limits.reconcile_seconds", 10),
        remembered_attempts: count("limits.remembered_attempts", 10_000).max(1),
    })
}

/// The largest answer must fit, and a process of this size must be thinkable.
fn answers_megabytes(settings: &Settings) -> Checked<usize> {
    let key = "limits.answers_megabytes";
    let least = LARGEST_ANSWER * WEIGHT / MEGABYTE;
    let given = usize::try_from(settings.number(key, 256)).unwrap_or(usize::MAX);
    if (least..4_096).contains(&given) {
        Ok(given)
    } else {
        let problem = format!("expected {least} or more, and less than 4096, found {given}");
        Err(SettingError::new(key, problem))
    }
}

fn base_path(text: &str) -> Checked<String> {
    let path = text.trim_end_matches('/');
    let tame = path.starts_with('/')
        && path.len() > 1
        && path
            .split('/')
            .skip(1)
            .all(|part| !part.is_empty() && part.bytes().all(is_path_byte));
    if tame {
        Ok(path.to_owned())
    } else {
        let problem = format!("expected a path such as /restore, found {text}");
        Err(SettingError::new("base_path", problem))
    }
}

fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// `https://host` or `https://host:port`, in lower case.
fn origin(key: &str, text: &str) -> Checked<String> {
    let wrong = || {
        let problem =
            format!("expected an origin such as https://portal.example.com, found {text}");
        SettingError::new(key, problem)
    };
    let text = text.trim_end_matches('/');
    let url = reqwest::Url::parse(text).map_err(|_| wrong())?;
    let origin = url.origin();
    let plain = origin.is_tuple()
        && matches!(url.scheme(), "http" | "https")
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if plain {
        Ok(origin.ascii_serialization())
    } else {
        Err(wrong())
    }
}

/// What carries a secret or says whom to believe is encrypted on its way, except within this machine.
pub(crate) fn is_safe(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    let here = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    url.scheme() == "https" || (url.scheme() == "http" && here)
}

fn static_dir(settings: &Settings) -> Checked<Option<PathBuf>> {
    let Some(text) = settings.text("static_dir") else {
        return Ok(None);
    };
    let folder = PathBuf::from(text);
    if folder.is_dir() {
        Ok(Some(folder))
    } else {
        let problem = format!("{text} is no folder");
        Err(SettingError::new("static_dir", problem))
    }
}

fn atlas(
    settings: &Settings,
    sandbox: bool,
    secret: impl Fn(&str) -> Option<String>,
) -> Checked<Atlas> {
    if sandbox {
        let file = settings.required("world")?;
        let world = read("world", file)?;
        atlas_sandbox::Sandbox::new(&world, 0)
            .map_err(|error| SettingError::new("world", format!("{file}: {error}")))?;
        return Ok(Atlas::Sandbox { world });
    }
    if settings.text("world").is_some() {
        return Err(SettingError::new("world", "is only for the sandbox"));
    }
    let base_url = settings
        .text("atlas.base_url")
        .unwrap_or("https://cloud.mongodb.com");
    let origin = origin("atlas.base_url", base_url)?;
    if !reqwest::Url::parse(&origin).is_ok_and(|url| is_safe(&url)) {
        let problem = "expected https: the account's secret goes there";
        return Err(SettingError::new("atlas.base_url", problem));
    }
    let of = |key: &str, variable: &str| -> Checked<Secret> {
        let text = match settings.text(key) {
            Some(file) => read(key, file)?,
            None => secret(variable).ok_or_else(|| {
                SettingError::new(key, format!("is needed, or the variable {variable}"))
            })?,
        };
        let text = text.trim();
        if text.is_empty() || text.contains(char::is_control) {
            return Err(SettingError::new(
                key,
                "is empty, or has more than one line",
            ));
        }
        Ok(Secret::new(text))
    };
    Ok(Atlas::Remote {
        base_url: origin,
        client_id: of("atlas.client_id_file", "RESTORE_GATEWAY_CLIENT_ID")?,
        client_secret: of("atlas.client_secret_file", "RESTORE_GATEWAY_CLIENT_SECRET")?,
        ca: settings
            .text("atlas.ca_file")
            .map(|file| authority("atlas.ca_file", file))
            .transpose()?,
    })
}

fn authority(key: &str, file: &str) -> Checked<Vec<u8>> {
    let pem = read(key, file)?.into_bytes();
    let found = reqwest::Certificate::from_pem_bundle(&pem).is_ok_and(|found| !found.is_empty());
    // What is inside is looked at only when a client is built with it.
    if found && crate::upstream::client(Duration::from_secs(1), Some(&pem)).is_ok() {
        Ok(pem)
    } else {
        let problem = format!("{file} holds no certificate in PEM form");
        Err(SettingError::new(key, problem))
    }
}

fn read(key: &str, file: &str) -> Checked<String> {
    fs::read_to_string(file)
        .map_err(|error| SettingError::new(key, format!("cannot read {file}: {error}")))
}

fn policy(settings: &Settings) -> Checked<Policy> {
    let default = Policy::default();
    Ok(Policy {
        accepted_roles: settings
            .list("policy.accepted_roles")
            .unwrap_or(default.accepted_roles),
        require_encryption: settings.flag("policy.require_encryption", default.require_encryption),
        topology: match settings.text("policy.topology") {
            None => default.topology,
            Some("replica-set") => Topology::ReplicaSet,
            Some("matching") => Topology::Matching,
            Some(other) => {
                let problem =
                    format!("expected \"replica-set\" or \"matching\", found \"{other}\"");
                return Err(SettingError::new("policy.topology", problem));
            }
        },
    })
}

fn audit(settings: &Settings, sandbox: bool) -> Checked<Audit> {
    let file = match settings.text("audit.file") {
        None if sandbox => "-",
        None => {
            return Err(SettingError::new(
                "audit.file",
                "is needed: a file, or - for standard output",
            ));
        }
        Some(text) => text,
    };
    Ok(Audit {
        file: (file != "-").then(|| PathBuf::from(file)),
        sync: settings.flag("audit.sync", true),
    })
}

#[cfg(test)]
mod tests;
