//! Fuzzing, as part of the long tests: each target for ten minutes, where `cargo fuzz` and a nightly toolchain are.

use std::fs;

use anyhow::{Context, Result};

use crate::run::{command, root, sh, which};

/// The targets, each with its seeds in `fuzz/seeds/` and its body in `tests/fuzzing/holds.rs`.
const TARGETS: [&str; 4] = ["atlas_json", "problem", "version", "time"];
const SECONDS: u32 = 600;

/// Runs every target; says why not, where the tools are missing.
pub fn run() -> Result<Option<String>> {
    let nightly = || {
        let mut cargo = command("cargo");
        cargo.args(["+nightly", "--version"]).output()
    };
    if which("cargo-fuzz").is_none() || !nightly().is_ok_and(|output| output.status.success()) {
        let how =
            "cargo fuzz or a nightly toolchain is missing (cargo install --locked cargo-fuzz)";
        return Ok(Some(how.to_owned()));
    }
    for target in TARGETS {
        let corpus = root().join("fuzz/corpus").join(target);
        fs::create_dir_all(&corpus).with_context(|| corpus.display().to_string())?;
        let folders = [
            format!("fuzz/corpus/{target}"),
            format!("fuzz/seeds/{target}"),
        ];
        sh(command("cargo")
            .args(["+nightly", "fuzz", "run", "--sanitizer", "none", target])
            .args(folders)
            .arg("--")
            .arg(format!("-max_total_time={SECONDS}"))
            .args(["-max_len=4096", "-dict=fuzz/json.dict"]))?;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_known_to_cargo_and_has_seeds() {
        let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
        assert_eq!(manifest.matches("[[bin]]").count(), TARGETS.len());
        for target in TARGETS {
            assert!(
                manifest.contains(&format!("name = \"{target}\"")),
                "{target}"
            );
            let seeds = fs::read_dir(root().join("fuzz/seeds").join(target)).unwrap();
            assert!(seeds.count() > 0, "{target}");
        }
    }
}
