//! Browsers: everything in which one engine differs from another.
//!
//! Belongs here: starting an engine, and telling it what a person's system or network would. `start.rs` has the programs,
//! `devtools.rs` Chromium's protocol, `firefox.rs` Firefox's own scripts.

pub mod devtools;
mod firefox;
mod start;

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};

use start::{Driver, Programs, SCREEN};

use crate::tree::Tree;

/// How long a window may take to become what it is told to be.
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(10);

/// A browser engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Chromium by chromedriver.
    Chromium,
    /// Firefox by geckodriver.
    Firefox,
    /// WebKitGTK's MiniBrowser by WebKitWebDriver.
    WebKit,
}

/// What not every engine can be told or asked. Journeys that need it run in the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ability {
    /// Cutting the network off.
    Network,
    /// Another time zone.
    TimeZone,
    /// What the system says about light and dark, movement, and colours of the person's own.
    Preferences,
    /// What the system says about more contrast.
    Contrast,
    /// Laying out as for paper.
    Print,
    /// Counters of nodes, listeners and bytes after a collection of garbage.
    Counters,
    /// What assistive technology is given.
    Tree,
    /// Telling the page, by an event, that its policy forbids WebAssembly.
    ForbiddenWasm,
    /// Drawing the page as the pictures in `e2e/pictures/` have it.
    Pictures,
}

impl Engine {
    /// The engines that `E2E_ENGINES` names (`chromium,firefox,webkit`); without it Chromium.
    pub fn wanted() -> Result<Vec<Engine>> {
        let names = std::env::var("E2E_ENGINES").unwrap_or_else(|_| "chromium".to_owned());
        names
            .split(',')
            .map(|name| match name.trim() {
                "chromium" => Ok(Engine::Chromium),
                "firefox" => Ok(Engine::Firefox),
                "webkit" => Ok(Engine::WebKit),
                other => {
                    bail!("E2E_ENGINES names `{other}`, which is none of chromium, firefox, webkit")
                }
            })
            .collect()
    }

    /// Its name, as it stands before each test.
    pub fn name(self) -> &'static str {
        match self {
            Engine::Chromium => "chromium",
            Engine::Firefox => "firefox",
            Engine::WebKit => "webkit",
        }
    }

    /// Why it cannot be told or asked that; none where it can.
    pub fn lacks(self, ability: Ability) -> Option<&'static str> {
        match (self, ability) {
            (Engine::Chromium, _) => None,
            (Engine::Firefox, Ability::Counters) => {
                Some("Firefox gives no counters of listeners and nodes to a driver")
            }
            (Engine::Firefox | Engine::WebKit, Ability::Pictures) => Some(
                "each engine draws letters and controls in its own way, and the pictures are Chromium's",
            ),
            (Engine::Firefox, Ability::Contrast) => {
                Some("Firefox has an override for each preference but this one")
            }
            (Engine::Firefox, Ability::Tree) => {
                Some("geckodriver gives the role and name of one element, not the tree")
            }
            (Engine::Firefox, _) => None,
            (Engine::WebKit, Ability::ForbiddenWasm) => {
                Some("WebKit refuses it by an error, and reports no violation")
            }
            (Engine::WebKit, Ability::Counters) => Some("WebKitWebDriver gives no counters"),
            (Engine::WebKit, _) => {
                Some("WebKitWebDriver has no command for it, and no protocol beside its own")
            }
        }
    }
}

/// One engine, and sessions that journeys take and give back.
#[derive(Debug)]
pub struct Browser {
    /// Which engine.
    pub engine: Engine,
    programs: Programs,
    folder: PathBuf,
    free: Mutex<Vec<Session>>,
}

/// A browser of its own, with its driver: two of three drivers serve no more than one.
#[derive(Debug)]
pub struct Session {
    /// The way to its pages.
    pub client: Client,
    _driver: Driver,
}

impl Browser {
    /// Finds the programs. An error says what is missing. `folder` is for what they need to read.
    pub fn find(engine: Engine, folder: PathBuf) -> Result<Browser> {
        Ok(Browser {
            engine,
            programs: Programs::find(engine)?,
            folder,
            free: Mutex::new(Vec::new()),
        })
    }

    /// A session: one that is free, or a new one.
    pub async fn session(&self) -> Result<Session> {
        let free = self.free.lock().ok().and_then(|mut free| free.pop());
        if let Some(session) = free {
            return Ok(session);
        }
        let driver = self.programs.start(self.engine, &self.folder)?;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(self.programs.capabilities(self.engine))
            .connect(&driver.address)
            .await
            .map_err(|error| anyhow!("{} gave no session: {error}", self.engine.name()))?;
        if self.engine == Engine::WebKit {
            bare_window(&client).await?;
        }
        Ok(Session {
            client,
            _driver: driver,
        })
    }

    /// Takes a session back for the next journey. One that does not answer any more is let go.
    pub async fn give_back(&self, session: Session) {
        match self.as_at_first(&session.client).await {
            Ok(()) => {
                if let Ok(mut free) = self.free.lock() {
                    free.push(session);
                }
            }
            Err(_) => {
                let _ = session.client.close().await;
            }
        }
    }

    async fn as_at_first(&self, client: &Client) -> Result<()> {
        client.goto("about:blank").await?;
        if self.engine.lacks(Ability::Network).is_none() {
            self.set_network(client, true).await?;
        }
        if self.engine.lacks(Ability::TimeZone).is_none() {
            self.set_time_zone(client, "").await?;
        }
        if self.engine.lacks(Ability::Preferences).is_none() {
            self.set_preferences(client, &[]).await?;
        }
        Ok(())
    }

    /// Ends all sessions.
    pub async fn close(&self) {
        let sessions = match self.free.lock() {
            Ok(mut free) => std::mem::take(&mut *free),
            Err(_) => Vec::new(),
        };
        for session in sessions {
            let _ = session.client.close().await;
        }
    }

    /// Gives the page this many CSS pixels.
    pub async fn set_viewport(&self, client: &Client, width: u32, height: u32) -> Result<()> {
        self.set_zoomed_viewport(client, width, height, 1).await
    }

    /// The same of a page that the person has enlarged so many times. WebKit's driver cannot enlarge: there the page is
    /// small, which lays it out the same.
    pub async fn set_zoomed_viewport(
        &self,
        client: &Client,
        width: u32,
        height: u32,
        times: u32,
    ) -> Result<()> {
        match self.engine {
            // No window of it gets as narrow as a phone.
            Engine::Chromium => {
                let size = json!({"width": width, "height": height, "deviceScaleFactor": times, "mobile": false});
                devtools::call(client, "Emulation.setDeviceMetricsOverride", size).await?;
            }
            Engine::Firefox => firefox::set_size(client, width, height, times).await?,
            Engine::WebKit => {
                let (x, y) = (
                    SCREEN.0 - width.min(SCREEN.0),
                    SCREEN.1 - height.min(SCREEN.1),
                );
                client.set_window_rect(x / 2, y / 2, width, height).await?;
            }
        }
        let ratio = match self.engine {
            Engine::WebKit => 1,
            _ => times,
        };
        let deadline = Instant::now() + PATIENCE;
        loop {
            let now = client
                .execute(
                    "return [innerWidth, innerHeight, devicePixelRatio];",
                    Vec::new(),
                )
                .await?;
            if now == json!([width, height, ratio]) {
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!("the page is {now} and should be {width} by {height}, {ratio} times");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Whether the page has the focus again that its browser's own controls had taken. Firefox's driver sends keys to
    /// the page even then, as no person could; the others' keys go where the focus is.
    pub async fn focus_taken_back(&self, client: &Client) -> Result<bool> {
        if self.engine != Engine::Firefox {
            return Ok(false);
        }
        let has = client.execute("return document.hasFocus();", Vec::new());
        if has.await? == json!(true) {
            return Ok(false);
        }
        firefox::beside(client, "tab.focus();", Vec::new()).await?;
        Ok(true)
    }

    /// What the system says about light and dark, as a page sees it.
    pub async fn set_color_scheme(&self, client: &Client, scheme: &str) -> Result<()> {
        self.set_preferences(client, &[("prefers-color-scheme", scheme)])
            .await
    }

    /// What the system says, as a page sees it by the media features of these names. Others are as at first.
    pub async fn set_preferences(&self, client: &Client, wanted: &[(&str, &str)]) -> Result<()> {
        match self.can(Ability::Preferences)? {
            Engine::Firefox => {
                for (feature, name) in firefox::PREFERENCES {
                    let value = wanted.iter().find(|(name, _)| *name == feature);
                    let value = value.map_or("none", |(_, value)| value);
                    firefox::set_override(client, name, json!(value)).await?;
                }
                Ok(())
            }
            _ => {
                let features: Vec<Value> = wanted
                    .iter()
                    .map(|(name, value)| json!({"name": name, "value": value}))
                    .collect();
                let features = json!({"features": features});
                emulate(client, "Emulation.setEmulatedMedia", features).await
            }
        }
    }

    /// Lays the page out as for paper (`print`) or again for the screen (empty).
    pub async fn set_medium(&self, client: &Client, medium: &str) -> Result<()> {
        match self.can(Ability::Print)? {
            Engine::Firefox => firefox::set_override(client, "mediumOverride", json!(medium)).await,
            _ => {
                emulate(
                    client,
                    "Emulation.setEmulatedMedia",
                    json!({"media": medium}),
                )
                .await
            }
        }
    }

    /// Cuts the network or gives it back.
    pub async fn set_network(&self, client: &Client, on: bool) -> Result<()> {
        match self.can(Ability::Network)? {
            Engine::Firefox => firefox::set_override(client, "forceOffline", json!(!on)).await,
            _ => {
                let conditions = json!({"offline": !on, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
                emulate(client, "Network.emulateNetworkConditions", conditions).await
            }
        }
    }

    /// The person's time zone (empty: the machine's own).
    pub async fn set_time_zone(&self, client: &Client, zone: &str) -> Result<()> {
        match self.can(Ability::TimeZone)? {
            Engine::Firefox => firefox::set_override(client, "timezoneOverride", json!(zone)).await,
            _ => {
                let zone = json!({"timezoneId": zone});
                emulate(client, "Emulation.setTimezoneOverride", zone).await
            }
        }
    }

    /// The browser's own counters after a collection of garbage (`Nodes`, `JSEventListeners`, `JSHeapUsedSize` in
    /// bytes and others).
    pub async fn counters(&self, client: &Client) -> Result<Map<String, Value>> {
        self.can(Ability::Counters)?;
        devtools::counters(client).await
    }

    /// The page as assistive technology is given it.
    pub async fn tree(&self, client: &Client) -> Result<Tree> {
        self.can(Ability::Tree)?;
        let tree = devtools::call(client, "Accessibility.getFullAXTree", json!({})).await?;
        let all = json!({"depth": -1, "pierce": true});
        let document = devtools::call(client, "DOM.getDocument", all).await?;
        Ok(Tree::new(&tree["nodes"], &document["root"]))
    }

    /// What was written to the console since the last call; of Firefox only what it says about policies, of WebKit
    /// nothing, since its driver keeps no such list.
    pub async fn console(&self, client: &Client) -> Result<Vec<Value>> {
        match self.engine {
            Engine::Chromium => devtools::console(client).await,
            Engine::Firefox => firefox::complaints(client).await,
            Engine::WebKit => Ok(Vec::new()),
        }
    }

    /// The engine, if it can be told that.
    fn can(&self, ability: Ability) -> Result<Engine> {
        match self.engine.lacks(ability) {
            None => Ok(self.engine),
            Some(why) => bail!("{why}"),
        }
    }
}

async fn emulate(client: &Client, method: &str, parameters: Value) -> Result<()> {
    devtools::call(client, method, parameters).await?;
    Ok(())
}

/// Exchanges MiniBrowser's window for one without bars, whose page can be as small as a phone's.
async fn bare_window(client: &Client) -> Result<()> {
    let first = client.windows().await?;
    client
        .execute(
            "window.open('about:blank', 'bare', 'popup,toolbar=no,menubar=no,location=no,width=1280,height=900');",
            Vec::new(),
        )
        .await?;
    let deadline = Instant::now() + PATIENCE;
    let bare = loop {
        let now = client.windows().await?;
        if let Some(new) = now.into_iter().find(|one| !first.contains(one)) {
            break new;
        }
        if Instant::now() > deadline {
            bail!("WebKit opened no second window");
        }
        tokio::time::sleep(PAUSE).await;
    };
    client.close_window().await?;
    client.switch_to_window(bare).await?;
    Ok(())
}

/// Lines of a console by which the browser, not the dialog, complains of a page's policy.
pub fn violations(console: &[Value]) -> Vec<&str> {
    let lines = console.iter().filter_map(|entry| entry["message"].as_str());
    lines
        // The browser asks for the page's icon by itself.
        .filter(|line| !line.contains("atlas-restore-dialog>") && !line.contains("/favicon.ico"))
        .filter(|line| {
            [
                "Content Security Policy",
                "Content-Security-Policy",
                "TrustedHTML",
                "TrustedScript",
            ]
            .iter()
            .any(|sign| line.contains(sign))
        })
        .collect()
}
