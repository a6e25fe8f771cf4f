//! Finding and starting an engine's programs.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use super::Engine;
use crate::child::Running;

/// Pixels of the screen that WebKit's windows stand on, each in its middle. The pointer is there too, and without a
/// window manager the window under it has the focus.
pub const SCREEN: (u32, u32) = (1400, 2000);
/// How long a driver may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where an engine's programs are.
#[derive(Debug, Clone)]
pub struct Programs {
    driver: PathBuf,
    browser: PathBuf,
    screen: Option<PathBuf>,
}

/// A driver that answers, and what it needs. All end with it.
#[derive(Debug)]
pub struct Driver {
    /// Where it answers.
    pub address: String,
    _driver: Running,
    _screen: Option<Running>,
}

impl Programs {
    /// Looks for them; an error says what is missing.
    pub fn find(engine: Engine) -> Result<Programs> {
        let (driver, browser) = match engine {
            Engine::Chromium => (
                program("CHROMEDRIVER", &["chromedriver"])?,
                program(
                    "CHROMIUM",
                    &["chromium", "google-chrome", "chromium-browser"],
                )?,
            ),
            Engine::Firefox => (
                program("GECKODRIVER", &["geckodriver"])?,
                program("FIREFOX", &["firefox-esr", "firefox"])?,
            ),
            Engine::WebKit => (
                program("WEBKITDRIVER", &["WebKitWebDriver"])?,
                // Distributions do not put it on PATH; cargo xtask test says where it is.
                program("MINIBROWSER", &["MiniBrowser"])?,
            ),
        };
        let screen = match engine {
            Engine::WebKit => Some(program("XVFB", &["Xvfb"])?),
            _ => None,
        };
        Ok(Programs {
            driver,
            browser,
            screen,
        })
    }

    /// Starts the driver on a free port. `folder` is for what it needs to read.
    pub fn start(&self, engine: Engine, folder: &Path) -> Result<Driver> {
        let mut command = Command::new(&self.driver);
        let (driver, port) = match engine {
            Engine::Chromium => Running::start(command.arg("--port=0"), |line| {
                number_after(line, "started successfully on port ")
            })?,
            Engine::Firefox => {
                command
                    .args(["--port", "0", "--allow-system-access"])
                    // Large enough for every viewport: what stands out of the window cannot be clicked.
                    .env("MOZ_HEADLESS_WIDTH", "1500")
                    .env("MOZ_HEADLESS_HEIGHT", "2100");
                Running::start(&mut command, |line| {
                    number_after(line, "Listening on 127.0.0.1:")
                })?
            }
            Engine::WebKit => return self.start_webkit(command, folder),
        };
        Ok(Driver {
            address: format!("http://127.0.0.1:{port}"),
            _driver: driver,
            _screen: None,
        })
    }

    /// WebKit has no mode without a screen, and its driver neither chooses a port nor says when it answers.
    fn start_webkit(&self, mut command: Command, folder: &Path) -> Result<Driver> {
        let xvfb = self.screen.as_deref().context("there is no Xvfb")?;
        let size = format!("{}x{}x24", SCREEN.0, SCREEN.1);
        let (screen, display) = Running::start(
            Command::new(xvfb).args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", &size]),
            |line| Some(line.trim().to_owned()),
        )?;
        // Its window's frame would be wider than a phone.
        let style = folder.join("gtk-3.0/gtk.css");
        std::fs::create_dir_all(folder.join("gtk-3.0"))?;
        std::fs::write(
            style,
            "* { min-width: 0; min-height: 0; padding: 0; margin: 0; border-width: 0; }",
        )?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        command
            .arg(format!("--port={port}"))
            .env("DISPLAY", format!(":{display}"))
            .env("GDK_BACKEND", "x11")
            .env("XDG_CONFIG_HOME", folder);
        let mut driver = Running::spawn(&mut command)?;
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if driver.ended() || Instant::now() > deadline {
                bail!("WebKitWebDriver did not answer on port {port}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(Driver {
            address: format!("http://127.0.0.1:{port}"),
            _driver: driver,
            _screen: Some(screen),
        })
    }

    /// What a session is to be.
    pub fn capabilities(&self, engine: Engine) -> Map<String, Value> {
        let browser = self.browser.to_string_lossy();
        let options = match engine {
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
                "moz:firefoxOptions": {
                    "binary": browser,
                    "args": ["-headless", "--width=1500", "--height=2100"],
                    // As in the others: bars that take room would shift the page when it cannot be scrolled.
                    "prefs": {"ui.useOverlayScrollbars": 1},
                },
            }),
            Engine::WebKit => json!({
                "browserName": "MiniBrowser",
                "webkitgtk:browserOptions": {
                    "binary": browser,
                    "args": ["--automation", "--javascript-can-open-windows-automatically=true"],
                },
            }),
        };
        match options {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }
}

/// The program that a variable names, or the first of these on PATH.
fn program(variable: &str, names: &[&str]) -> Result<PathBuf> {
    std::env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_file())
        .or_else(|| names.iter().find_map(|name| which(name)))
        .with_context(|| format!("{} is not on PATH (or in {variable})", names[0]))
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

/// The digits that follow `before` in a line.
fn number_after(line: &str, before: &str) -> Option<String> {
    let (_, after) = line.split_once(before)?;
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}
