//! The browser engines that tests run in, and their drivers: looked for on PATH, installed where this is Debian and we
//! may; else why not.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::run::which;
use crate::tools::{self, apt_get};

/// An engine that is here.
pub struct Browser {
    /// What `E2E_ENGINES` calls it.
    pub engine: &'static str,
    /// Its programs, by the variables that the journeys look into (`e2e/README.md`).
    pub programs: Vec<(&'static str, PathBuf)>,
}

/// How an engine is got: the name for people, and what does it.
pub type Get = (&'static str, fn() -> Result<Browser>);

/// Every engine.
pub const ALL: [Get; 3] = [
    ("Chromium and its driver", chromium),
    ("Firefox and its driver", firefox),
    ("WebKit, its driver and a screen", webkit),
];

impl Browser {
    /// The program of a variable.
    pub fn program(&self, variable: &str) -> Option<&Path> {
        let mut programs = self.programs.iter();
        let (_, path) = programs.find(|(name, _)| *name == variable)?;
        Some(path)
    }
}

/// Chromium.
pub fn chromium() -> Result<Browser> {
    let find = || {
        Some(vec![
            (
                "CHROMIUM",
                first(&[
                    "chromium",
                    "chromium-browser",
                    "google-chrome",
                    "google-chrome-stable",
                ])?,
            ),
            ("CHROMEDRIVER", which("chromedriver")?),
        ])
    };
    Ok(Browser {
        engine: "chromium",
        programs: installed(
            "Chromium (or Chrome) and the chromedriver of its version",
            &["chromium", "chromium-driver", "fonts-liberation"],
            find,
        )?,
    })
}

fn firefox() -> Result<Browser> {
    let find = || Some(vec![("FIREFOX", first(&["firefox-esr", "firefox"])?)]);
    let mut programs = installed("Firefox", &["firefox-esr"], find)?;
    // Debian has no package of it.
    programs.push(("GECKODRIVER", tools::geckodriver().ensure()?));
    Ok(Browser {
        engine: "firefox",
        programs,
    })
}

fn webkit() -> Result<Browser> {
    let find = || {
        Some(vec![
            ("MINIBROWSER", mini_browser()?),
            ("WEBKITDRIVER", which("WebKitWebDriver")?),
            ("XVFB", which("Xvfb")?),
        ])
    };
    Ok(Browser {
        engine: "webkit",
        programs: installed(
            "WebKitGTK's MiniBrowser and WebKitWebDriver, and Xvfb",
            &["webkit2gtk-driver", "xvfb"],
            find,
        )?,
    })
}

fn first(names: &[&str]) -> Option<PathBuf> {
    names.iter().find_map(|name| which(name))
}

/// It belongs to the library, which lies in a folder of the machine's kind and of its own version.
fn mini_browser() -> Option<PathBuf> {
    let named = std::env::var_os("MINIBROWSER").map(PathBuf::from);
    if let Some(found) = named
        .filter(|path| path.is_file())
        .or_else(|| which("MiniBrowser"))
    {
        return Some(found);
    }
    let machine = format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH);
    [machine.as_str(), "/usr/libexec", "/usr/lib64", "/usr/lib"]
        .into_iter()
        .flat_map(|folder| {
            ["webkit2gtk-4.1", "webkitgtk-6.0"]
                .map(|library| Path::new(folder).join(library).join("MiniBrowser"))
        })
        .find(|path| path.is_file())
}

/// What `find` finds, with these packages of Debian installed if it finds nothing.
fn installed<T>(what: &str, packages: &[&str], find: impl Fn() -> Option<T>) -> Result<T> {
    if let Some(found) = find() {
        return Ok(found);
    }
    apt_get(what, packages)?;
    match find() {
        Some(found) => Ok(found),
        None => bail!(
            "{} was installed by apt-get, and {what} cannot be found",
            packages.join(", ")
        ),
    }
}
