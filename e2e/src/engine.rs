//! Browsers: everything in which one engine differs from another.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Context, Result, anyhow, bail};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};

use crate::child::Running;

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

/// Where an engine's programs are.
#[derive(Debug, Clone)]
struct Programs {
    driver: PathBuf,
    browser: Option<PathBuf>,
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

    fn programs(self) -> Result<Programs> {
        let (driver, browsers): (_, &[&str]) = match self {
            Engine::Chromium => (
                ("CHROMEDRIVER", "chromedriver"),
                &["chromium", "google-chrome", "chromium-browser"],
            ),
            Engine::Firefox => (("GECKODRIVER", "geckodriver"), &["firefox-esr", "firefox"]),
            Engine::WebKit => (("WEBKITDRIVER", "WebKitWebDriver"), &[]),
        };
        let by_name = |variable: &str, names: &[&str]| {
            std::env::var_os(variable)
                .map(PathBuf::from)
                .filter(|path| path.is_file())
                .or_else(|| names.iter().find_map(|name| which(name)))
        };
        let driver = by_name(driver.0, &[driver.1])
            .with_context(|| format!("{} is not on PATH (or in {})", driver.1, driver.0))?;
        let variable = match self {
            Engine::Chromium => "CHROMIUM",
            Engine::Firefox => "FIREFOX",
            Engine::WebKit => "MINIBROWSER",
        };
        let browser = by_name(variable, browsers);
        if browser.is_none() && !browsers.is_empty() {
            bail!("{} is not on PATH (or in {variable})", browsers[0]);
        }
        Ok(Programs { driver, browser })
    }

    fn driver_command(self, driver: &Path) -> Result<Command> {
        let mut command = Command::new(driver);
        match self {
            Engine::Chromium => command.arg("--port=0"),
            Engine::Firefox => command.args(["--port", "0"]),
            // It has no way to choose a port by itself, nor says when it answers.
            Engine::WebKit => bail!("WebKitWebDriver is not driven yet"),
        };
        Ok(command)
    }

    /// The port in a line of the driver's output.
    fn port(self, line: &str) -> Option<String> {
        let before = match self {
            Engine::Chromium => "started successfully on port ",
            Engine::Firefox => "Listening on 127.0.0.1:",
            Engine::WebKit => return None,
        };
        let (_, after) = line.split_once(before)?;
        let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
        (!digits.is_empty()).then_some(digits)
    }

    fn capabilities(self, programs: &Programs) -> Map<String, Value> {
        let browser = programs.browser.as_deref().map(Path::to_string_lossy);
        let options = match self {
            Engine::Chromium => json!({
                "browserName": "chrome",
                "goog:chromeOptions": {
                    "binary": browser,
                    "args": [
                        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                        "--disable-background-networking", "--disable-component-update", "--no-first-run",
                        "--no-default-browser-check", "--disable-sync", "--disable-extensions",
                        "--hide-scrollbars", "--lang=en-US", "--window-size=1280,900",
                    ],
                },
                "goog:loggingPrefs": {"browser": "ALL"},
            }),
            Engine::Firefox => json!({
                "browserName": "firefox",
                "moz:firefoxOptions": {"binary": browser, "args": ["-headless", "--width=1280", "--height=900"]},
            }),
            Engine::WebKit => json!({
                "browserName": "MiniBrowser",
                "webkitgtk:browserOptions": {"binary": browser, "args": ["--automation"]},
            }),
        };
        match options {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }
}

/// The program's full path, if PATH has it.
fn which(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| {
            folder
                .join(program)
                .with_extension(std::env::consts::EXE_EXTENSION)
        })
        .find(|path| path.is_file())
}

/// One engine's driver, and sessions that journeys take and give back.
#[derive(Debug)]
pub struct Browser {
    /// Which engine.
    pub engine: Engine,
    capabilities: Map<String, Value>,
    address: String,
    free: Mutex<Vec<Client>>,
    _driver: Running,
}

impl Browser {
    /// Starts the driver on a free port. An error says what is missing.
    pub fn start(engine: Engine) -> Result<Browser> {
        let programs = engine.programs()?;
        let mut command = engine.driver_command(&programs.driver)?;
        let (driver, port) = Running::start(&mut command, |line| engine.port(line))?;
        Ok(Browser {
            engine,
            capabilities: engine.capabilities(&programs),
            address: format!("http://127.0.0.1:{port}"),
            free: Mutex::new(Vec::new()),
            _driver: driver,
        })
    }

    /// A session: one that is free, or a new one.
    pub async fn session(&self) -> Result<Client> {
        let free = self.free.lock().ok().and_then(|mut free| free.pop());
        if let Some(client) = free {
            return Ok(client);
        }
        ClientBuilder::new(HttpConnector::new())
            .capabilities(self.capabilities.clone())
            .connect(&self.address)
            .await
            .map_err(|error| anyhow!("{} gave no session: {error}", self.engine.name()))
    }

    /// Takes a session back for the next journey. One that does not answer any more is let go.
    pub async fn give_back(&self, client: Client) {
        let usable = client.goto("about:blank").await.is_ok()
            && self.set_network(&client, true).await.is_ok()
            && self.set_time_zone(&client, "").await.is_ok();
        match self.free.lock() {
            Ok(mut free) if usable => free.push(client),
            _ => {}
        }
    }

    /// Ends all sessions.
    pub async fn close(&self) {
        let sessions = match self.free.lock() {
            Ok(mut free) => std::mem::take(&mut *free),
            Err(_) => Vec::new(),
        };
        for session in sessions {
            let _ = session.close().await;
        }
    }

    /// Gives the page this many CSS pixels.
    pub async fn set_viewport(&self, client: &Client, width: u32, height: u32) -> Result<()> {
        match self.engine {
            // No window of it gets as narrow as a phone.
            Engine::Chromium => {
                self.devtools(
                    client,
                    "Emulation.setDeviceMetricsOverride",
                    json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}),
                )
                .await?;
            }
            _ => client.set_window_size(width, height).await?,
        }
        Ok(())
    }

    /// What the system says about light and dark, as a page sees it; false where the engine can't be told.
    pub async fn set_color_scheme(&self, client: &Client, scheme: &str) -> Result<bool> {
        if self.engine != Engine::Chromium {
            return Ok(false);
        }
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.devtools(
            client,
            "Emulation.setEmulatedMedia",
            json!({"features": features}),
        )
        .await?;
        Ok(true)
    }

    /// Lays the page out as for paper (`print`) or again for the screen (empty); false where the engine can't be told.
    pub async fn set_medium(&self, client: &Client, medium: &str) -> Result<bool> {
        if self.engine != Engine::Chromium {
            return Ok(false);
        }
        self.devtools(
            client,
            "Emulation.setEmulatedMedia",
            json!({"media": medium}),
        )
        .await?;
        Ok(true)
    }

    /// Cuts the network or gives it back; false where the engine can't be told.
    pub async fn set_network(&self, client: &Client, on: bool) -> Result<bool> {
        if self.engine != Engine::Chromium {
            return Ok(false);
        }
        let conditions =
            json!({"offline": !on, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        self.devtools(client, "Network.emulateNetworkConditions", conditions)
            .await?;
        Ok(true)
    }

    /// The person's time zone (empty: the machine's own); false where the engine can't be told.
    pub async fn set_time_zone(&self, client: &Client, zone: &str) -> Result<bool> {
        if self.engine != Engine::Chromium {
            return Ok(false);
        }
        self.devtools(
            client,
            "Emulation.setTimezoneOverride",
            json!({"timezoneId": zone}),
        )
        .await?;
        Ok(true)
    }

    /// The browser's own counters after a collection of garbage (`Nodes`, `JSEventListeners`, `JSHeapUsedSize` in
    /// bytes and others); none where the driver gives no way to them.
    pub async fn counters(&self, client: &Client) -> Result<Option<Map<String, Value>>> {
        if self.engine != Engine::Chromium {
            return Ok(None);
        }
        self.devtools(client, "Performance.enable", json!({}))
            .await?;
        // The first one finds what the second can free: finalizers run in between.
        for _ in 0..2 {
            self.devtools(client, "HeapProfiler.collectGarbage", json!({}))
                .await?;
        }
        let answer = self
            .devtools(client, "Performance.getMetrics", json!({}))
            .await?;
        let metrics = answer["metrics"].as_array().into_iter().flatten();
        let pairs = metrics.filter_map(|metric| {
            Some((metric["name"].as_str()?.to_owned(), metric["value"].clone()))
        });
        Ok(Some(pairs.collect()))
    }

    async fn devtools(&self, client: &Client, method: &str, parameters: Value) -> Result<Value> {
        let command = DevTools {
            body: json!({"cmd": method, "params": parameters}),
        };
        Ok(client.issue_cmd(command).await?)
    }

    /// What was written to the console since the last call, the browser's own complaints too; nothing where the
    /// driver keeps no such list.
    pub async fn console(&self, client: &Client) -> Result<Vec<Value>> {
        if self.engine != Engine::Chromium {
            return Ok(Vec::new());
        }
        let log = client.issue_cmd(Log).await?;
        Ok(log.as_array().cloned().unwrap_or_default())
    }
}

/// Lines of a console by which the browser, not the dialog, complains of a page's policy.
pub fn violations(console: &[Value]) -> Vec<&str> {
    let lines = console.iter().filter_map(|entry| entry["message"].as_str());
    lines
        .filter(|line| !line.contains("atlas-restore-dialog>"))
        .filter(|line| {
            ["Content Security Policy", "TrustedHTML", "TrustedScript"]
                .iter()
                .any(|sign| line.contains(sign))
        })
        .collect()
}

/// chromedriver's way to the DevTools protocol.
#[derive(Debug)]
struct DevTools {
    body: Value,
}

impl fantoccini::wd::WebDriverCompatibleCommand for DevTools {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/goog/cdp/execute",
            session.unwrap_or_default()
        ))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

/// chromedriver's log of the console.
#[derive(Debug)]
struct Log;

impl fantoccini::wd::WebDriverCompatibleCommand for Log {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (
            http::Method::POST,
            Some(json!({"type": "browser"}).to_string()),
        )
    }
}
