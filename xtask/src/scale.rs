//! `cargo xtask bench --scale`: how the dialog grows with an estate, into `bench/scale.md`. What is measured, and how,
//! stands in `e2e/src/bin/scale.rs`.

use std::fs;

use anyhow::Result;

use crate::bench::{commit, machine};
use crate::browsers;
use crate::dist;
use crate::run::{cargo, heading, output, root, sh, target_dir};
use crate::size::Budget;
use crate::tools;

/// Measures and writes the table.
pub fn run() -> Result<()> {
    let chromium = browsers::chromium()?;
    let commit = commit()?;
    let dist = dist::dist(Budget::Shown)?;
    tools::npm_packages("e2e", "axe-core", "the pages")?;
    sh(cargo()
        .args(["build", "--locked", "--profile", "gateway"])
        .args(["-p", "atlas-sandbox", "--bin", "atlas-sandbox"]))?;
    heading(
        "estates of 100 to 100,000 clusters (about 2 minutes; the machine should do nothing else)",
    );
    let mut measure = cargo();
    measure
        .args(["run", "--locked", "--quiet", "-p", "e2e", "--bin", "scale"])
        .env("DIST_DIR", dist)
        .env("SANDBOX_BIN", target_dir()?.join("gateway/atlas-sandbox"))
        .envs(chromium.programs.iter().map(|(name, path)| (*name, path)));
    let table = output(&mut measure)?;
    let text = format!(
        "# How it grows\n\nBy `cargo xtask bench --scale`, of {commit}, on {}. Chromium against the native sandbox, whose clusters \
         are as large as Atlas's; `show()` with the wasm there, until the list is complete. A key is one typed into the filter of \
         the clusters, or of the projects where there are so many that they have one; its work is the page's main-thread time, \
         frames included.\n\n{table}",
        machine()?
    );
    fs::write(root().join("bench/scale.md"), &text)?;
    println!("{text}\nWritten: bench/scale.md");
    Ok(())
}
