//! `cargo xtask bench`: the widget beside restore dialogs that were built by other means, all measured by one driver.
//! The driver and the other dialogs are no part of this repository; `bench/page/` is ours.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::browsers;
use crate::dist;
use crate::run::{command, heading, root, sh, target_dir, which};
use crate::samples::copy_all;
use crate::size::Budget;
use crate::tools;

/// Names the driver's folder, where it is not beside the repository.
const PLACE: &str = "BENCH_DIR";
const DRIVER: &str = "run.mjs";
const PACKAGE: &str = "atlas-restore-dialog";
/// What the driver's folder holds that is made there and not written.
const MADE: [&str; 3] = ["node_modules", "dist", "results"];

/// Without options of the driver: everything, beside the other dialogs, into `bench/results.md`.
/// With options: what they ask for, printed only.
pub fn run(options: &[String]) -> Result<()> {
    let given = std::env::var_os(PLACE).map(PathBuf::from);
    let source = place(given, &root().join("../shared/bench"))?;
    for program in ["node", "npm"] {
        ensure!(
            which(program).is_some(),
            "{program} is not on PATH: the driver needs Node 20 or later, with npm."
        );
    }
    let chromium = browsers::chromium()?;
    let commit = commit()?;
    let package = dist::dist(Budget::Shown)?.join("package");

    let work = target_dir()?.join("bench");
    let driver = driver(&source, &work.join("driver"))?;
    let page = page(&package, &work.join("page"))?;
    let results = work.join("results.json");
    let mut measure = command("node");
    measure.current_dir(&driver).arg(DRIVER);
    measure.arg(format!("{PACKAGE}={}", page.display()));
    if options.is_empty() {
        measure.arg("--peers");
    }
    heading("the driver (about 7 minutes with all dialogs; the machine should do nothing else)");
    sh(measure.arg("--out").arg(&results).args(options).env(
        "CHROMIUM",
        chromium
            .program("CHROMIUM")
            .context("there is no Chromium")?,
    ))
    .context("A dialog failed a check or broke down: the driver's output above says which")?;
    if options.is_empty() {
        let facts = serde_json::from_slice(&fs::read(&results)?)?;
        let table = fs::read_to_string(results.with_extension("md"))?;
        fs::write(
            root().join("bench/results.md"),
            with_origin(&table, &facts, &commit)?,
        )?;
        println!("Written: bench/results.md");
    }
    Ok(())
}

/// Where the driver is.
fn place(given: Option<PathBuf>, beside: &Path) -> Result<PathBuf> {
    let is_set = given.is_some();
    let folder = given.unwrap_or_else(|| beside.to_path_buf());
    if folder.join(DRIVER).is_file() {
        // Absolute, because programs run in other folders.
        return Ok(fs::canonicalize(folder)?);
    }
    if is_set {
        bail!("{PLACE} is set, and that folder has no {DRIVER}.");
    }
    bail!(
        "The driver that measures, and the dialogs to measure against, are not here: they lie in ../shared/bench beside \
         this repository, or in the folder that {PLACE} names, and neither is there. (`--gateway` needs neither.)"
    )
}

/// A copy of the driver with its packages, and the other dialogs built: the original may be read-only.
fn driver(source: &Path, copy: &Path) -> Result<PathBuf> {
    let changed = update(source, copy)?;
    let folder = copy.to_string_lossy();
    tools::npm_packages(&folder, "Playwright and axe", "the driver")?;
    if changed || !copy.join("peers/dist").is_dir() {
        let peers = copy.join("peers");
        let peers = peers.to_string_lossy();
        let peers = tools::npm_packages(&peers, "React, Preact and Vite", "the other dialogs")?;
        sh(command("npm").current_dir(peers).args(["run", "build"]))?;
    }
    Ok(copy.to_path_buf())
}

/// Makes the copy like the source, and says whether anything had changed. What is alike keeps its time.
fn update(source: &Path, copy: &Path) -> Result<bool> {
    fs::create_dir_all(copy)?;
    let mut changed = false;
    for entry in fs::read_dir(source)? {
        let entry = entry?;
        let (from, to) = (entry.path(), copy.join(entry.file_name()));
        if MADE.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            changed |= update(&from, &to)?;
            continue;
        }
        let text = fs::read(&from)?;
        if fs::read(&to).ok().as_ref() != Some(&text) {
            fs::write(&to, text)?;
            changed = true;
        }
    }
    Ok(changed)
}

/// Our page with the package beside it, as a portal would serve it.
fn page(package: &Path, site: &Path) -> Result<PathBuf> {
    if site.exists() {
        fs::remove_dir_all(site)?;
    }
    copy_all(&root().join("bench/page"), site)?;
    copy_all(package, &site.join(PACKAGE))?;
    Ok(site.to_path_buf())
}

/// The commit that is measured, and whether it is that alone.
pub fn commit() -> Result<String> {
    let git = |arguments: &[&str]| -> Result<String> {
        let output = command("git").args(arguments).output()?;
        ensure!(output.status.success(), "git {} failed", arguments[0]);
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    let commit = git(&["rev-parse", "--short=12", "HEAD"])?;
    let changes = git(&["status", "--porcelain", "--", ".", ":!bench/*.md"])?;
    Ok(match changes.is_empty() {
        true => format!("commit {commit}"),
        false => format!("commit {commit} with changes that are not committed"),
    })
}

/// The processor that is measured on.
pub fn machine() -> Result<String> {
    let lines = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = lines
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let cores = std::thread::available_parallelism()?;
    let model = model.map_or("an unknown processor", |(_, name)| name.trim());
    Ok(format!("{cores} cores of {model}"))
}

/// The driver's table, which has the date, with what was measured, and on what.
fn with_origin(table: &str, facts: &Value, commit: &str) -> Result<String> {
    let (title, rest) = table
        .split_once("\n\n")
        .context("the driver's table has no title")?;
    let cpu = &facts["cpu"];
    let model = cpu["model"].as_str().context("no model of the CPU")?;
    let cores = cpu["cores"].as_u64().context("no number of cores")?;
    Ok(format!(
        "{title}\n\nBy `cargo xtask bench`, of {commit}, on {cores} cores of {}.\n\n{rest}",
        model.trim()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn scratch(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn what_is_lacking_is_said() {
        let folder = scratch("bench-place");
        let lacking = place(None, &folder).unwrap_err().to_string();
        assert!(
            lacking.contains("../shared/bench") && lacking.contains(PLACE),
            "{lacking}"
        );
        let wrong = place(Some(folder.clone()), &folder).unwrap_err();
        assert!(wrong.to_string().contains("BENCH_DIR is set"), "{wrong}");
        fs::write(folder.join(DRIVER), "").unwrap();
        assert!(place(None, &folder).unwrap().is_absolute());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn copy_follows_its_source_and_keeps_what_was_made_in_it() {
        let folder = scratch("bench-copy");
        let (from, to) = (folder.join("from"), folder.join("to"));
        fs::create_dir_all(from.join("peers/dist")).unwrap();
        fs::write(from.join("peers/build.mjs"), "1").unwrap();
        fs::write(from.join("peers/dist/stale.js"), "").unwrap();
        assert!(update(&from, &to).unwrap());
        assert!(!to.join("peers/dist").exists());
        fs::create_dir_all(to.join("peers/dist")).unwrap();
        assert!(!update(&from, &to).unwrap());
        fs::write(from.join("peers/build.mjs"), "2").unwrap();
        assert!(update(&from, &to).unwrap());
        assert_eq!(fs::read_to_string(to.join("peers/build.mjs")).unwrap(), "2");
        assert!(to.join("peers/dist").is_dir());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn table_says_what_was_measured_and_on_what() {
        let facts = json!({"cpu": {"model": "Some CPU ", "cores": 2}});
        let table =
            "# Restore dialog: a, b\n\n2026-11-24T04:45:05.517Z, Chromium 1.\n\n| | a | b |\n";
        let table = with_origin(table, &facts, "commit abc").unwrap();
        assert!(table.starts_with(
            "# Restore dialog: a, b\n\nBy `cargo xtask bench`, of commit abc, on 2 cores of Some CPU.\n\n2026-"
        ), "{table}");
        assert!(table.ends_with("| | a | b |\n"));
    }

    #[test]
    fn page_embeds_the_package_that_lies_beside_it() {
        let page = fs::read_to_string(root().join("bench/page/index.html")).unwrap();
        assert!(page.contains(&format!("'./{PACKAGE}/embed.js'")));
    }
}
