//! What the published files weigh, and what they may.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::dist::{AROUND, LANGUAGES, LOADER};
use crate::run::root;

/// Whether a build past the budget fails or only says so.
#[derive(Clone, Copy, PartialEq)]
pub enum Budget {
    /// It fails.
    Enforced,
    /// It is said.
    Shown,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    loader: usize,
    dialog: usize,
    /// What the dialog is to weigh in the end; said, and no failure.
    #[serde(rename = "dialog-aim")]
    dialog_aim: usize,
}

#[derive(Clone, Copy, Default, Debug, PartialEq)]
struct Size {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

impl std::ops::Add for Size {
    type Output = Size;
    fn add(self, other: Size) -> Size {
        Size {
            raw: self.raw + other.raw,
            gzip: self.gzip + other.gzip,
            brotli: self.brotli + other.brotli,
        }
    }
}

/// Prints the table of sizes of a package's files and holds them against `size-budget.toml`.
pub fn report(package: &Path, budget: Budget) -> Result<()> {
    let limits = std::fs::read_to_string(root().join("size-budget.toml"))
        .context("size-budget.toml could not be read")?;
    let limits: Limits = toml::from_str(&limits).context("size-budget.toml")?;
    let sum = |names: &[&str]| -> Result<Size> {
        names.iter().try_fold(Size::default(), |sum, name| {
            let bytes =
                std::fs::read(package.join(name)).with_context(|| format!("{name} is missing"))?;
            Ok(sum + measure(&bytes)?)
        })
    };
    let loader = sum(&[LOADER])?;
    let glue = sum(&["atlas-restore-dialog.js", AROUND])?;
    let wasm = sum(&["atlas-restore-dialog_bg.wasm"])?;

    println!(
        "\n{:<28}{:>10}{:>10}{:>10}{:>10}",
        "bytes", "raw", "gzip 9", "brotli 11", "budget"
    );
    let row = |name: &str, size: Size, limit: String| {
        println!(
            "{name:<28}{:>10}{:>10}{:>10}{limit:>10}",
            size.raw, size.gzip, size.brotli
        );
    };
    row("loader (embed.js)", loader, limits.loader.to_string());
    row("glue, and around.js", glue, String::new());
    row("wasm (style sheet inside)", wasm, String::new());
    row(
        "dialog (glue + wasm)",
        glue + wasm,
        limits.dialog.to_string(),
    );
    row("total", loader + glue + wasm, String::new());
    for entry in std::fs::read_dir(package.join(LANGUAGES))? {
        let name = format!("{LANGUAGES}/{}", entry?.file_name().display());
        row(&name, sum(&[&name])?, String::new());
    }
    let to_go = (glue + wasm).brotli.saturating_sub(limits.dialog_aim);
    if to_go > 0 {
        println!(
            "{to_go} bytes to go to the aim of {} for the dialog.",
            limits.dialog_aim
        );
    }

    let over = excess(&limits, loader, glue + wasm);
    match (over.is_empty(), budget) {
        (true, _) => Ok(()),
        (false, Budget::Enforced) => {
            bail!("Past the budget of size-budget.toml: {}.", over.join("; "))
        }
        (false, Budget::Shown) => {
            println!("Past the budget of size-budget.toml: {}.", over.join("; "));
            Ok(())
        }
    }
}

fn excess(limits: &Limits, loader: Size, dialog: Size) -> Vec<String> {
    [
        ("loader", loader.brotli, limits.loader),
        ("dialog", dialog.brotli, limits.dialog),
    ]
    .into_iter()
    .filter(|(_, is, may)| is > may)
    .map(|(what, is, may)| {
        format!(
            "the {what} has {is} bytes of brotli, {} more than {may}",
            is - may
        )
    })
    .collect()
}

/// Bytes of brotli.
pub fn brotli(bytes: &[u8]) -> Result<usize> {
    Ok(measure(bytes)?.brotli)
}

fn measure(bytes: &[u8]) -> Result<Size> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(bytes)?;
    let mut brotli = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*bytes, &mut brotli, &parameters)?;
    Ok(Size {
        raw: bytes.len(),
        gzip: gzip.finish()?.len(),
        brotli: brotli.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_brotli(bytes: usize) -> Size {
        Size {
            brotli: bytes,
            ..Size::default()
        }
    }

    #[test]
    fn budget_is_kept_to_the_byte() {
        let limits = Limits {
            loader: 10,
            dialog: 100,
            dialog_aim: 50,
        };
        assert!(excess(&limits, of_brotli(10), of_brotli(100)).is_empty());
        let over = excess(&limits, of_brotli(11), of_brotli(103));
        assert_eq!(over.len(), 2);
        assert!(over[1].contains("3 more than 100"), "{over:?}");
    }

    #[test]
    fn measure_compresses() {
        let size = measure(&[b'a'; 10_000]).unwrap();
        assert_eq!(size.raw, 10_000);
        assert!(size.brotli < 100 && size.gzip < 100, "{size:?}");
    }
}
