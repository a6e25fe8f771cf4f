//! Everything that lives as long as the process does.

use std::io;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use atlas_sandbox::Sandbox;
use ring::rand::SecureRandom;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::audit::Audit;
use crate::config::{self, Config};
use crate::csrf::Csrf;
use crate::identity::{Claimed, Identity};
use crate::limit::RateLimit;
use crate::metrics::Metrics;
use crate::people::People;
use crate::projects::Projects;
use crate::restore::Once;
use crate::secret::Secret;
use crate::upstream::{Account, Atlas, Room, Transport, client};

/// The gateway.
#[derive(Debug)]
pub struct App {
    /// As checked at the start.
    pub config: Config,
    /// The one way to Atlas.
    pub atlas: Arc<Atlas>,
    /// Who is it?
    pub identity: Identity,
    /// The projects.
    pub projects: Projects,
    /// Roles.
    pub people: People,
    /// Tokens against cross-site requests.
    pub csrf: Csrf,
    /// What became of each key.
    pub once: Arc<Once>,
    /// Where attempts are written down.
    pub audit: Audit,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// How often one person may call.
    pub requests: RateLimit,
    /// How often one person may restore.
    pub restores: RateLimit,
    /// One for each request under way.
    pub slots: Semaphore,
    /// Attempts under way.
    pub tasks: TaskTracker,
    /// The signal to end has come.
    pub ending: AtomicBool,
}

impl App {
    /// Builds it; calls nobody.
    ///
    /// # Errors
    /// A file that the configuration names can't be used.
    pub fn new(config: Config) -> io::Result<Arc<App>> {
        let limits = config.limits.clone();
        let metrics = Arc::new(Metrics::default());
        let mut person = None;
        let (transport, id, secret) = match &config.atlas {
            config::Atlas::Remote {
                base_url,
                client_id,
                client_secret,
                ca,
            } => {
                let client = client(limits.atlas, ca.as_deref()).map_err(io::Error::other)?;
                let base_url = base_url.clone();
                let room = Room::new(limits.answers, limits.atlas, Arc::clone(&metrics));
                let transport = Transport::Http {
                    client,
                    base_url,
                    room,
                };
                (transport, client_id.clone(), client_secret.clone())
            }
            config::Atlas::Sandbox { world } => {
                person = person_of(world);
                let sandbox = Sandbox::new(world, now_ms()).map_err(io::Error::other)?;
                let transport = Transport::Sandbox(Box::new(Mutex::new(sandbox)));
                (transport, Secret::new("sandbox"), Secret::new(random_id()))
            }
        };
        let csrf = Csrf::new(&secret);
        let account = Account::new(id, secret);
        let for_keys = client(limits.atlas, None).map_err(io::Error::other)?;
        Ok(Arc::new(App {
            atlas: Arc::new(Atlas::new(transport, account, Arc::clone(&metrics))),
            identity: Identity::new(&config.identity, person, for_keys),
            projects: Projects::new(limits.projects),
            people: People::new(limits.roles),
            csrf,
            once: Arc::new(Once::new(limits.remembered_attempts)),
            audit: Audit::open(&config.audit)
                .map_err(|error| io::Error::new(error.kind(), format!("audit.file: {error}")))?,
            metrics,
            requests: RateLimit::new(limits.requests_per_minute),
            restores: RateLimit::new(limits.restores_per_minute),
            slots: Semaphore::new(limits.concurrent_requests),
            tasks: TaskTracker::new(),
            ending: AtomicBool::new(false),
            config,
        }))
    }
}

/// The person that a world names.
fn person_of(world: &str) -> Option<Claimed> {
    let world: Value = serde_json::from_str(world).ok()?;
    let person = world.get("person")?;
    let text = |name: &str| Some(person.get(name)?.as_str()?.to_owned());
    Some(Claimed {
        username: text("username")?,
        name: text("name"),
    })
}

/// The real time.
pub(crate) fn now_ms() -> i64 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// 32 hexadecimal digits that nobody can guess.
pub(crate) fn random_id() -> String {
    let mut bytes = [0; 16];
    // Where the system has no randomness, nothing else works either; the zeros are then no secret, but an id still.
    if ring::rand::SystemRandom::new().fill(&mut bytes).is_err() {
        tracing::error!("the system gives no randomness");
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
