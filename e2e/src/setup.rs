//! What must be there before a journey can start: the built demo, the sandbox, axe.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Where things are. The site's folder goes with it.
#[derive(Debug)]
pub struct Setup {
    /// The native sandbox.
    pub sandbox: PathBuf,
    /// The gateway, if it was built.
    pub gateway: Option<PathBuf>,
    /// What every sandbox serves: the demo at `/`, the package at `/package/`, our own pages at `/pages/`.
    pub site: PathBuf,
    /// For the worlds.
    pub folder: PathBuf,
    /// For pictures: `target/screenshots`.
    pub pictures: PathBuf,
    /// axe-core, to be run in a page.
    pub axe: String,
    /// Whether the samples were built, and are at `/examples/`.
    pub samples: bool,
    /// Python with Django, where that sample was built.
    pub django: Option<PathBuf>,
    /// Whether the package that can be made to panic was built, and is at `/pages/faulty/`.
    pub faulty: bool,
}

impl Setup {
    /// Finds everything, or says what is missing and how to get it. `tmp` lies in cargo's target folder.
    pub fn find(tmp: &Path) -> Result<Setup> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let target = tmp
            .parent()
            .context("the folder for temporary files has no parent")?;
        let dist = path_of("DIST_DIR", || here.join("../dist"));
        for part in ["demo/index.html", "demo/package/embed.js"] {
            if !dist.join(part).is_file() {
                bail!(
                    "{} is not there. Build it with `cargo xtask dist`, or name another folder in DIST_DIR.",
                    dist.join(part).display()
                );
            }
        }
        let program = |variable, name: &str| {
            path_of(variable, || {
                target
                    .join("debug")
                    .join(name)
                    .with_extension(std::env::consts::EXE_EXTENSION)
            })
        };
        let sandbox = program("SANDBOX_BIN", "atlas-sandbox");
        let gateway = program("GATEWAY_BIN", "atlas-restore-gateway");
        if !sandbox.is_file() {
            bail!(
                "{} is not there. Build it with `cargo build -p atlas-sandbox`, or name it in SANDBOX_BIN.",
                sandbox.display()
            );
        }
        let axe = fs::read_to_string(here.join("node_modules/axe-core/axe.min.js"))
            .context("axe-core is not there. Run `npm ci --ignore-scripts` in e2e/.")?;

        let folder = tmp.join(format!("e2e-{}", std::process::id()));
        let site = folder.join("site");
        copy_all(&dist.join("demo"), &site)?;
        copy_all(&dist.join("demo"), &site.join("below/a/path"))?;
        copy_all(&here.join("pages"), &site.join("pages"))?;
        // The wasm as servers give it that know no wasm.
        let wasm = dist.join("demo/package/atlas-restore-dialog_bg.wasm");
        fs::copy(wasm, site.join("pages/dialog.bin"))?;
        let found = |variable, name: &str, at: &str| -> Result<bool> {
            let folder = path_of(variable, || target.join(name));
            let built = folder.is_dir();
            if built {
                copy_all(&folder, &site.join(at))?;
            }
            Ok(built)
        };
        let samples = found("SAMPLES_DIR", "samples", "examples")?;
        let python = path_of("DJANGO_PYTHON", || here.join("../.tools/django/bin/python"));
        let django = site.join("examples/django/manage.py").is_file() && python.is_file();
        let faulty = found("FAULTY_DIR", "faulty", "pages/faulty")?;
        let pictures = target.join("screenshots");
        fs::create_dir_all(&pictures)?;
        Ok(Setup {
            sandbox,
            gateway: Some(gateway).filter(|program| program.is_file()),
            site,
            folder,
            pictures,
            axe,
            samples,
            django: django.then_some(python),
            faulty,
        })
    }
}

impl Drop for Setup {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn path_of(variable: &str, otherwise: impl FnOnce() -> PathBuf) -> PathBuf {
    std::env::var_os(variable).map_or_else(otherwise, PathBuf::from)
}

fn copy_all(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    let entries =
        fs::read_dir(from).with_context(|| format!("{} cannot be read", from.display()))?;
    for entry in entries {
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
