//! `cargo xtask bench --rules`: what verdicts and findings cost, natively and in wasm, and how that grows; into
//! `bench/rules.md`. Wall-clock time of one machine, which no test looks at: counted instructions are that
//! (`instructions`).

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result, ensure};

use crate::bench::{commit, machine};
use crate::run::{cargo, command, heading, output, root, sh, target_dir, which};
use crate::tools;

/// Microseconds by how many clusters were looked at.
type Times = BTreeMap<String, u64>;

/// Measures both, and writes the table.
pub fn run() -> Result<()> {
    ensure!(
        which("node").is_some(),
        "node is not on PATH: its engine runs the wasm."
    );
    tools::ensure_wasm_target()?;
    heading("the rules in wasm, as they ship");
    sh(cargo()
        .args([
            "build",
            "--locked",
            "--release",
            "--target",
            "wasm32-unknown-unknown",
        ])
        .args(["-p", "rules-in-wasm"]))?;
    let module = target_dir()?.join("wasm32-unknown-unknown/release/rules_in_wasm.wasm");
    let printed = output(
        command("node")
            .arg(root().join("bench/rules.mjs"))
            .arg(&module),
    )?;
    let in_wasm: BTreeMap<String, Times> =
        serde_json::from_str(&printed).context("the figures of bench/rules.mjs")?;

    heading("the rules natively, as the gateway has them");
    let mut native = cargo();
    native.args([
        "run",
        "--locked",
        "--quiet",
        "--profile",
        "gateway",
        "-p",
        "instructions",
    ]);
    let natively = natively(&output(native.args(["--", "--long"]))?)?;

    let text = table(&in_wasm, &natively)?;
    let text = format!(
        "# What the rules cost\n\nBy `cargo xtask bench --rules`, of {}, on {}. Clusters of a generated estate, the best of several \
         times. A verdict is which codes hold, which the list needs of every cluster; findings have the values for their texts, \
         too, and are made for those that are shown.\n\n{text}",
        commit()?,
        machine()?
    );
    fs::write(root().join("bench/rules.md"), &text)?;
    println!("{text}\nWritten: bench/rules.md");
    Ok(())
}

/// What `instructions` prints: `assess 10,000      1234 us`.
fn natively(printed: &str) -> Result<BTreeMap<String, Times>> {
    let mut all = BTreeMap::<String, Times>::new();
    for line in printed.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let [name @ ("judge" | "assess"), count, time, "us"] = words.as_slice() {
            let times = all.entry((*name).to_owned()).or_default();
            times.insert(count.replace(',', ""), time.parse()?);
        }
    }
    ensure!(
        all.len() == 2,
        "the figures of `instructions` are not there:\n{printed}"
    );
    Ok(all)
}

fn table(in_wasm: &BTreeMap<String, Times>, natively: &BTreeMap<String, Times>) -> Result<String> {
    let mut text = String::from(
        "| | 10,000 at the first call | 10,000 | 100,000 | 1,000,000 | each, of a million |\n|---|---:|---:|---:|---:|---:|\n",
    );
    for (kind, name, place, all) in [
        ("verdicts", "judge", "wasm", in_wasm),
        ("verdicts", "judge", "natively", natively),
        ("findings", "assess", "wasm", in_wasm),
        ("findings", "assess", "natively", natively),
    ] {
        let times = all
            .get(name)
            .with_context(|| format!("no figures of {name}"))?;
        let cell = |count: &str| match times.get(count) {
            Some(time) => format!("{:.2} ms", *time as f64 / 1000.0),
            None => "–".to_owned(),
        };
        let each = match times.get("1000000") {
            Some(time) => format!("{:.2} µs", *time as f64 / 1_000_000.0),
            None => "–".to_owned(),
        };
        writeln!(
            text,
            "| {kind}, {place} | {} | {} | {} | {} | {each} |",
            cell("first"),
            cell("10000"),
            cell("100000"),
            cell("1000000"),
        )?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_the_native_program_are_read() {
        let printed = "read 500  812 us\njudge 10,000   900 us\nassess 10,000  5000 us\nassess 1,000,000  510000 us\n";
        let times = natively(printed).unwrap();
        assert_eq!(times["judge"]["10000"], 900);
        assert_eq!(times["assess"]["1000000"], 510_000);
        let wasm = BTreeMap::from([
            (
                "judge".to_owned(),
                Times::from([("first".to_owned(), 2_000)]),
            ),
            ("assess".to_owned(), Times::new()),
        ]);
        let table = table(&wasm, &times).unwrap();
        assert!(
            table.contains("| verdicts, wasm | 2.00 ms | – |"),
            "{table}"
        );
        assert!(table.contains("510.00 ms | 0.51 µs |"), "{table}");
        assert!(natively("nothing").is_err());
    }
}
