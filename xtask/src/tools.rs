//! The tools that are not part of the toolchain: each of exactly one version, looked for on PATH, then in
//! `.tools/bin`, and installed there if neither has it.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run::{cargo, command, heading, root, sh, target_dir, which};

const TRUNK: &str = "0.21.14";
const WASM_PACK: &str = "0.15.1";
const CARGO_DENY: &str = "0.20.2";
const GECKODRIVER: &str = "0.37.1";
const WASM: &str = "wasm32-unknown-unknown";

/// A tool that `cargo install` can bring.
pub struct Tool {
    package: &'static str,
    binary: &'static str,
    version: String,
    /// Left out of the build: what we never use of it.
    install_flags: &'static [&'static str],
    /// Optimised no more than its work is worth: they are built to be ready soon.
    opt_level: &'static str,
    minutes: u32,
}

/// The bundler.
pub fn trunk() -> Tool {
    // It never goes to the network for us, so its TLS and its update check stay out.
    Tool {
        package: "trunk",
        binary: "trunk",
        version: TRUNK.into(),
        install_flags: &["--no-default-features"],
        opt_level: "0",
        minutes: 6,
    }
}

/// The runner of the browser tests.
pub fn wasm_pack() -> Tool {
    Tool {
        package: "wasm-pack",
        binary: "wasm-pack",
        version: WASM_PACK.into(),
        install_flags: &[],
        opt_level: "0",
        minutes: 3,
    }
}

/// Licences, bans, sources, advisories.
pub fn cargo_deny() -> Tool {
    Tool {
        package: "cargo-deny",
        binary: "cargo-deny",
        version: CARGO_DENY.into(),
        install_flags: &[],
        opt_level: "0",
        minutes: 3,
    }
}

/// Firefox's WebDriver.
pub fn geckodriver() -> Tool {
    Tool {
        package: "geckodriver",
        binary: "geckodriver",
        version: GECKODRIVER.into(),
        install_flags: &[],
        opt_level: "1",
        minutes: 2,
    }
}

/// The maker of the glue. It and the crate must be of one version, which Cargo.lock decides.
pub fn wasm_bindgen() -> Result<Tool> {
    let lock = std::fs::read_to_string(root().join("Cargo.lock"))
        .context("Cargo.lock could not be read")?;
    Ok(Tool {
        package: "wasm-bindgen-cli",
        binary: "wasm-bindgen",
        version: locked_version(&lock, "wasm-bindgen")?,
        install_flags: &[],
        opt_level: "1",
        minutes: 3,
    })
}

impl Tool {
    /// Makes sure that the tool is there.
    pub fn ensure(&self) -> Result<PathBuf> {
        if let Some(found) = self.found() {
            return Ok(found);
        }
        println!(
            "Installing {} {} into .tools/ (about {} minutes on two cores, once).",
            self.package, self.version, self.minutes
        );
        let mut install = cargo();
        install
            .args(["install", "--locked", "--quiet", "--root"])
            .arg(root().join(".tools"))
            .arg(format!("{}@{}", self.package, self.version))
            .args(self.install_flags)
            // One folder for all of them, since they share many crates.
            .env("CARGO_TARGET_DIR", target_dir()?.join("tools"))
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", self.opt_level);
        sh(&mut install).with_context(|| {
            format!(
                "{} {} could not be installed: it needs a package registry and a C compiler. \
                 With it on PATH in that version nothing is installed.",
                self.package, self.version
            )
        })?;
        self.found().with_context(|| {
            format!(
                "{} was installed, and still does not answer as {}",
                self.package, self.version
            )
        })
    }

    fn found(&self) -> Option<PathBuf> {
        let ours = root()
            .join(".tools/bin")
            .join(self.binary)
            .with_extension(std::env::consts::EXE_EXTENSION);
        [which(self.binary), Some(ours)]
            .into_iter()
            .flatten()
            .find(|path| {
                let answer = Command::new(path).arg("--version").output();
                answer.is_ok_and(|answer| {
                    String::from_utf8_lossy(&answer.stdout)
                        .split_whitespace()
                        .any(|word| word == self.version)
                })
            })
    }
}

/// The version of a package that Cargo.lock has exactly once.
fn locked_version(lock: &str, package: &str) -> Result<String> {
    let lock: toml::Table = lock.parse().context("Cargo.lock is not TOML")?;
    let packages = lock
        .get("package")
        .and_then(|packages| packages.as_array())
        .context("Cargo.lock lists no packages")?;
    let versions: Vec<&str> = packages
        .iter()
        .filter(|entry| entry.get("name").and_then(|name| name.as_str()) == Some(package))
        .filter_map(|entry| entry.get("version").and_then(|version| version.as_str()))
        .collect();
    match versions.as_slice() {
        [version] => Ok((*version).to_owned()),
        [] => bail!("Cargo.lock has no {package}"),
        several => bail!(
            "Cargo.lock has {package} in several versions: {}",
            several.join(", ")
        ),
    }
}

/// PATH with `.tools/bin` first, so that trunk and wasm-pack find the wasm-bindgen of our version.
pub fn path() -> Result<OsString> {
    let old = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(root().join(".tools/bin")).chain(std::env::split_paths(&old));
    Ok(std::env::join_paths(folders)?)
}

/// Makes sure that Rust can compile for the browser.
pub fn ensure_wasm_target() -> Result<()> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = command(rustc)
        .args(["--print", "target-libdir", "--target", WASM])
        .output()?;
    let libdir = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    if output.status.success() && libdir.is_dir() {
        return Ok(());
    }
    println!("Adding the target {WASM} (seconds).");
    if which("rustup").is_none() {
        bail!(
            "Rust cannot compile for {WASM} here, and there is no rustup to add it: install that target's standard library."
        );
    }
    sh(command("rustup").args(["target", "add", WASM]))
}

/// A program that Debian has, installed if this is Debian and we may.
pub fn debian(program: &str, package: &str) -> Result<PathBuf> {
    // Servers stand where only root looks for them.
    let find = || {
        which(program).or_else(|| {
            Some(PathBuf::from("/usr/sbin").join(program)).filter(|path| path.is_file())
        })
    };
    if let Some(found) = find() {
        return Ok(found);
    }
    apt_get(program, &[package])?;
    find().with_context(|| format!("{package} was installed, and {program} is still not there"))
}

/// Installs packages where this is Debian and we may; `what` says what they bring.
pub fn apt_get(what: &str, packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if which("apt-get").is_none() {
        bail!("{what}: not on PATH, and this is no Debian, where it would be installed ({list}).");
    }
    if !is_root() {
        bail!("{what}: not on PATH, and only root can install it: apt-get install {list}.");
    }
    println!("Installing {list} by apt-get (1 or 2 minutes, once).");
    sh(command("apt-get").args(["update", "-qq"]))?;
    sh(command("apt-get")
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(packages))
}

/// The programs of packages that PyPI has, in `.tools/NAME/bin`, installed into a place of their own for `why`.
pub fn python(name: &str, packages: &[&str], why: &str) -> Result<PathBuf> {
    let folder = root().join(".tools").join(name);
    let (programs, list) = (folder.join("bin"), folder.join("installed"));
    let wanted = packages.join("\n");
    if fs::read_to_string(&list).is_ok_and(|installed| installed == wanted) {
        return Ok(programs);
    }
    let what = packages.join(", ");
    if which("python3").is_none() {
        bail!("python3 is not on PATH: {why} needs {what}.");
    }
    heading(&format!("{what} into .tools/{name} (a minute)"));
    sh(command("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&folder))?;
    sh(command(programs.join("pip"))
        .args(["install", "-q"])
        .args(packages))?;
    fs::write(list, wanted)?;
    Ok(programs)
}

fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Installs what a folder's `package-lock.json` pins, unless that is done; `what` and `why` say it to the reader.
pub fn npm_packages(folder: &str, what: &str, why: &str) -> Result<PathBuf> {
    let folder = root().join(folder);
    let modified = |path: PathBuf| path.metadata().and_then(|data| data.modified()).ok();
    let installed = modified(folder.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= modified(folder.join("package-lock.json")) {
        return Ok(folder);
    }
    if which("npm").is_none() {
        bail!("npm is not on PATH: {why} needs {what}. Install Node 20 or later, with npm.");
    }
    heading(&format!("{what} for {why} (seconds)"));
    sh(command("npm").current_dir(&folder).args([
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
    ]))?;
    Ok(folder)
}

/// What makes glue and wasm smaller, to be run by Node: the folder of its packages.
pub fn minifiers() -> Result<PathBuf> {
    let folder = npm_packages("xtask", "terser and binaryen", "the published package")?;
    Ok(folder.join("node_modules"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
version = 4

[[package]]
name = "wasm-bindgen"
version = "0.2.128"

[[package]]
name = "wasm-bindgen-futures"
version = "0.4.1"

[[package]]
name = "syn"
version = "1.0.0"

[[package]]
name = "syn"
version = "2.0.0"
"#;

    #[test]
    fn lock_gives_the_one_version() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen").unwrap(), "0.2.128");
    }

    #[test]
    fn lock_with_none_or_several_is_refused() {
        assert!(
            locked_version(LOCK, "yew")
                .unwrap_err()
                .to_string()
                .contains("no yew")
        );
        assert!(
            locked_version(LOCK, "syn")
                .unwrap_err()
                .to_string()
                .contains("1.0.0, 2.0.0")
        );
    }

    #[test]
    fn our_own_lock_pins_wasm_bindgen() {
        assert!(wasm_bindgen().unwrap().version.starts_with("0.2."));
    }
}
