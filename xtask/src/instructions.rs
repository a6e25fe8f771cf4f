//! Instructions of fixed work, counted by Callgrind and held against `benches/instructions.toml`: they are the same on a
//! machine that does ten things at once, which no time is.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::run::{cargo, command, in_ci, output, root, sh, target_dir};
use crate::tools;

/// How many hundredths more are no failure.
const TOLERANCE: u64 = 5;
/// Each piece of work is a function whose name begins so…
const COUNTED: &str = "counted_";
/// … and ends so.
const WORK: [&str; 6] = ["read", "judge", "assess", "take", "filter", "view"];

type Counts = BTreeMap<String, u64>;

/// What was counted last, and by which compiler's code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recorded {
    rustc: String,
    instructions: Counts,
}

/// Counts and compares; gives why it did not, where that is no failure.
pub fn check() -> Result<Option<String>> {
    let file = root().join("benches/instructions.toml");
    let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let recorded: Recorded = toml::from_str(&text).context("benches/instructions.toml")?;
    let rustc = output(command("rustc").arg("--version"))?;
    if recorded.rustc != rustc.trim() {
        return Ok(Some(format!(
            "the counts are of {}, this is {}: `cargo xtask bench --instructions` counts anew",
            recorded.rustc,
            rustc.trim()
        )));
    }
    let counts = match count() {
        Err(error) if !in_ci() && tools::debian("valgrind", "valgrind").is_err() => {
            return Ok(Some(format!("{error:#}")));
        }
        counts => counts?,
    };
    print!("{}", table(&recorded.instructions, &counts));
    let more = excess(&recorded.instructions, &counts);
    ensure!(
        more.is_empty(),
        "More than {TOLERANCE} % above benches/instructions.toml: {}. Where that is meant, `cargo xtask bench \
         --instructions` writes the new counts.",
        more.join(", ")
    );
    Ok(None)
}

/// Counts and writes the file.
pub fn record() -> Result<()> {
    let counts = count()?;
    let rustc = output(command("rustc").arg("--version"))?;
    let mut text = format!(
        "# Instructions of fixed work on an estate of 1,000 clusters (benches/instructions/), native, of the code that \
         ships;\n# `cargo xtask bench --instructions` writes this, and `cargo xtask test` fails {TOLERANCE} % above it.\n\
         rustc = \"{}\"\n\n[instructions]\n",
        rustc.trim()
    );
    for (name, count) in &counts {
        writeln!(text, "{name} = {count}")?;
    }
    fs::write(root().join("benches/instructions.toml"), text)?;
    print!("{}", table(&counts, &counts));
    Ok(())
}

fn count() -> Result<Counts> {
    let valgrind = tools::debian("valgrind", "valgrind")?;
    sh(cargo()
        .args(["build", "--locked", "--profile", "named"])
        .args(["-p", "instructions"]))?;
    let folder = target_dir()?.join("named");
    let into = folder.join("callgrind");
    if into.exists() {
        fs::remove_dir_all(&into)?;
    }
    fs::create_dir_all(&into)?;
    sh(command(valgrind)
        .args(["--tool=callgrind", "--quiet"])
        .arg(format!("--toggle-collect={COUNTED}*"))
        .args(WORK.map(|name| format!("--dump-after={COUNTED}{name}")))
        .arg(format!(
            "--callgrind-out-file={}",
            into.join("out").display()
        ))
        .arg(folder.join("instructions"))
        .env("COUNTED", "1"))?;
    let mut counts = Counts::new();
    for dump in fs::read_dir(&into)? {
        if let Some((name, count)) = one(&dump?.path())? {
            *counts.entry(name).or_default() += count;
        }
    }
    if counts.is_empty() {
        bail!("Callgrind has counted nothing in {}", into.display());
    }
    Ok(counts)
}

/// What one of Callgrind's files counts; the last one, written at the end, counts nothing.
fn one(dump: &Path) -> Result<Option<(String, u64)>> {
    let text = fs::read_to_string(dump)?;
    Ok(name_and_count(&text))
}

fn name_and_count(dump: &str) -> Option<(String, u64)> {
    let after = |mark| dump.split_once(mark).map(|(_, rest)| rest);
    let word = after("desc: Trigger: ")?.lines().next()?;
    let name = word.split_once(COUNTED)?.1;
    let name = name.split(|c: char| !c.is_alphanumeric()).next()?;
    let count = after("\ntotals: ")?.lines().next()?.trim().parse().ok()?;
    Some((name.to_owned(), count))
}

/// What has grown by more than the tolerance, or is new or gone.
fn excess(recorded: &Counts, counts: &Counts) -> Vec<String> {
    let mut more = Vec::new();
    for (name, count) in counts {
        match recorded.get(name) {
            Some(known) if *count <= known + known * TOLERANCE / 100 => {}
            Some(known) => more.push(format!("{name} from {known} to {count}")),
            None => more.push(format!("{name} is new")),
        }
    }
    for name in recorded.keys().filter(|name| !counts.contains_key(*name)) {
        more.push(format!("{name} is gone"));
    }
    more
}

fn table(recorded: &Counts, counts: &Counts) -> String {
    let mut text = format!("{:<12}{:>16}{:>16}\n", "instructions", "recorded", "now");
    for (name, count) in counts {
        let known = recorded.get(name).copied().unwrap_or_default();
        let _ = writeln!(text, "{name:<12}{known:>16}{count:>16}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(of: &[(&str, u64)]) -> Counts {
        of.iter()
            .map(|(name, count)| ((*name).to_owned(), *count))
            .collect()
    }

    #[test]
    fn instructions_may_grow_by_five_in_a_hundred() {
        let recorded = counts(&[("judge", 1_000), ("read", 2_000)]);
        assert!(excess(&recorded, &counts(&[("judge", 1_050), ("read", 9)])).is_empty());
        let more = excess(&recorded, &counts(&[("judge", 1_051), ("sort", 1)]));
        assert_eq!(
            more,
            ["judge from 1000 to 1051", "sort is new", "read is gone"]
        );
    }

    #[test]
    fn instructions_are_read_from_what_callgrind_writes() {
        let dump = "version: 1\npart: 2\n\ndesc: Timerange: Basic block 0 - 9\ndesc: Trigger: --dump-after=counted_read\n\n\
                    events: Ir\nfn=(1) x\n+3 4\n\ntotals: 1234\n";
        assert_eq!(name_and_count(dump), Some(("read".to_owned(), 1_234)));
        let last = dump.replace("--dump-after=counted_read", "Program termination");
        assert_eq!(name_and_count(&last), None);
    }
}
