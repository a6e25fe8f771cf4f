//! The samples of `examples/`, each with the package as npm would give it: packed, installed, built, laid out for the
//! journeys to open.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::dist::{CLASS, LOADER, wasm_replaced};
use crate::run::{cargo, command, in_ci, sh, target_dir};
use crate::tools;

const PACKAGE: &str = "atlas-restore-dialog";
/// The sample with two versions on one page.
const TWO_VERSIONS: &str = "versions";
/// The sample whose pages a server makes, and what that takes from PyPI.
const DJANGO: &str = "django";
const DJANGO_PACKAGES: [&str; 1] = ["Django==5.2.19"];

/// Packs `package`, builds every sample with it, and gives the folder that holds one folder for each.
pub fn build(package: &Path) -> Result<PathBuf> {
    let examples = tools::npm_packages(
        "examples",
        "Angular, React, Vue, Lit, Turbo and bundlers",
        "the samples",
    )?;
    let site = target_dir()?.join("samples");
    if site.exists() {
        fs::remove_dir_all(&site)?;
    }
    fs::create_dir_all(&site)?;
    let tarball = pack(package, &site)?;
    // Not in the lockfile, which the others come from: the package is made anew each time.
    sh(npm(&examples)
        .args(["install", "--no-save", "--no-audit"])
        .args(["--prefer-offline", "--ignore-scripts", "--no-fund"])
        .arg(&tarball))?;
    fs::remove_file(&tarball)?;
    sh(npm(&examples).args(["run", "build", "--workspaces", "--if-present"]))?;

    let installed = examples.join("node_modules").join(PACKAGE);
    for name in names(&examples)? {
        let (sample, target) = (examples.join(&name), site.join(&name));
        let built = sample.join("dist");
        if built.is_dir() {
            copy_all(&built, &target)?;
            continue;
        }
        copy_all(&sample, &target)?;
        copy_all(&installed, &target.join(PACKAGE))?;
        if name == TWO_VERSIONS {
            older(&installed, &target.join("older"))?;
        }
    }
    let turbo = examples.join("node_modules/@hotwired/turbo/dist/turbo.es2017-esm.js");
    fs::copy(&turbo, site.join("turbo/turbo.js")).context("Turbo is not where it was")?;
    if let Err(error) = tools::python(DJANGO, &DJANGO_PACKAGES, "a sample") {
        ensure!(!in_ci(), "{error:#} (CI is set: nothing may be skipped)");
        println!("The sample of Django is left out: {error:#}");
        fs::remove_dir_all(site.join(DJANGO))?;
    }
    Ok(site)
}

/// The package with a wasm that can be made to panic: not for size, and not for anybody but the journeys.
pub fn build_faulty(package: &Path) -> Result<PathBuf> {
    const WASM: &str = "wasm32-unknown-unknown";
    tools::ensure_wasm_target()?;
    let bindgen = tools::wasm_bindgen()?.ensure()?;
    sh(cargo()
        .args(["build", "--locked", "--target", WASM, "-p", PACKAGE])
        .args(["--features", "test-panic", "--bin", PACKAGE]))?;
    let target = target_dir()?;
    let faulty = target.join("faulty");
    if faulty.exists() {
        fs::remove_dir_all(&faulty)?;
    }
    copy_all(package, &faulty)?;
    sh(command(bindgen)
        .args(["--target", "web", "--no-typescript", "--out-dir"])
        .arg(&faulty)
        .arg(
            target
                .join(WASM)
                .join("debug")
                .join(PACKAGE)
                .with_extension("wasm"),
        ))?;
    wasm_replaced(&faulty, package)?;
    Ok(faulty)
}

fn npm(folder: &Path) -> std::process::Command {
    let mut npm = command("npm");
    npm.current_dir(folder);
    npm
}

fn pack(package: &Path, to: &Path) -> Result<PathBuf> {
    sh(npm(package)
        .args(["pack", "--silent", "--pack-destination"])
        .arg(to))?;
    for entry in fs::read_dir(to)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "tgz") {
            return Ok(path);
        }
    }
    bail!("npm packed nothing into {}", to.display())
}

/// The samples: folders with a page, or with what makes one.
fn names(examples: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(examples)? {
        let entry = entry?;
        let holds = |name| entry.path().join(name).is_file();
        if ["index.html", "package.json", "manage.py"]
            .into_iter()
            .any(holds)
        {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    ensure!(!names.is_empty(), "there are no samples");
    Ok(names)
}

/// The package as an earlier version of itself.
fn older(installed: &Path, to: &Path) -> Result<()> {
    copy_all(installed, to)?;
    for name in [LOADER, CLASS] {
        let loader = fs::read_to_string(to.join(name))?;
        let (_, after) = loader
            .split_once("export const version=\"")
            .with_context(|| format!("{name} says no version"))?;
        let version = after.split('"').next().unwrap_or_default();
        // The minifier has put it wherever it is used.
        fs::write(to.join(name), loader.replace(version, "0.0.9"))?;
    }
    Ok(())
}

/// A folder with all that is in it.
pub fn copy_all(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("{} cannot be read", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_all(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::root;

    #[test]
    fn every_sample_is_told_of_and_every_build_is_pinned() {
        let examples = root().join("examples");
        let readme = fs::read_to_string(examples.join("README.md")).unwrap();
        let samples = names(&examples).unwrap();
        assert!(samples.len() >= 13, "{samples:?}");
        for name in &samples {
            assert!(readme.contains(&format!("`{name}/`")), "{name}");
        }
        let lock = fs::read_to_string(examples.join("package-lock.json")).unwrap();
        assert!(!lock.contains("node_modules/atlas-restore-dialog"));
        for package in [
            "@angular/core",
            "@material-ui/core",
            "react",
            "vue",
            "primevue",
            "@angular/cdk",
            "lit",
            "@hotwired/turbo",
            "vite",
            "typescript",
        ] {
            assert!(
                lock.contains(&format!("\"node_modules/{package}\"")),
                "{package}"
            );
        }
    }
}
