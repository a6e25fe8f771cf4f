//! `cargo xtask dist`: builds with Trunk, then lays out `dist/package/` (what npm gets) and `dist/demo/` (the
//! static page, which uses a copy of that package as a portal would).

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha384};

use crate::glue;
use crate::names;
use crate::order;
use crate::run::{cargo, command, heading, output, root, sh, target_dir, which};
use crate::samples::copy_all;
use crate::size::{self, Budget};
use crate::tools;

/// What a page loads before the dialog is opened: one file, in which the other is, since each further one costs a
/// round trip. The other is for those who register the element themselves.
pub const LOADER: &str = "embed.js";
/// The class of the element, and nothing registered.
pub const CLASS: &str = "index.js";
/// What is fetched with the wasm, beside the glue.
pub const AROUND: &str = "around.js";
const GLUE: &str = "atlas-restore-dialog.js";
const WASM: &str = "atlas-restore-dialog_bg.wasm";
/// The folder with a catalogue for each language beside English, in `static/` and in the package.
pub const LANGUAGES: &str = "text";

/// What the compiler takes for granted, and wasm-opt may too: with all features it writes what no browser reads yet.
const FEATURES: [&str; 8] = [
    "bulk-memory",
    "bulk-memory-opt",
    "call-indirect-overlong",
    "multivalue",
    "mutable-globals",
    "nontrapping-float-to-int",
    "reference-types",
    "sign-ext",
];

/// Builds and lays out both folders; gives the one that holds them.
pub fn dist(budget: Budget) -> Result<PathBuf> {
    tools::ensure_wasm_target()?;
    tools::wasm_bindgen()?.ensure()?;
    let trunk = tools::trunk().ensure()?;

    heading("wasm, release (about 4 minutes on two cores, then seconds)");
    let built = target_dir()?.join("trunk");
    // Trunk shall fetch nothing, neither crates nor tools: what it lacks is fetched here and above.
    sh(cargo().args(["fetch", "--locked"]))?;
    sh(command(trunk)
        .args(["build", "--release", "--offline", "true", "--dist"])
        .arg(&built)
        .env("PATH", tools::path()?)
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        .env("CARGO_ENCODED_RUSTFLAGS", without_places()?)
        // NO_COLOR=1 is a convention that Trunk reads as a flag with a value of its own.
        .env_remove("NO_COLOR"))?;

    let dist = root().join("dist");
    let (package, demo) = (dist.join("package"), dist.join("demo"));
    lay_out_package(&built, &package, budget)?;
    lay_out_demo(&built, &package, &demo)?;
    println!("Written: dist/package and dist/demo");
    size::report(&package, budget)?;
    Ok(dist)
}

/// Flags for rustc: where panics name a file, they name no folder of the machine that built it.
fn without_places() -> Result<String> {
    let home = std::env::var_os("CARGO_HOME").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cargo"),
        PathBuf::from,
    );
    // Where the standard library's sources are installed, what is made of its generic code names them.
    let sysroot = output(command("rustc").args(["--print", "sysroot"]))?;
    let mut places = vec![
        root(),
        PathBuf::from(sysroot.trim()).join("lib/rustlib/src/rust"),
    ];
    for registry in fs::read_dir(home.join("registry/src"))? {
        places.push(registry?.path());
    }
    let flags = places
        .iter()
        .map(|place| format!("--remap-path-prefix={}/=", place.display()));
    Ok(flags.collect::<Vec<_>>().join("\x1f"))
}

fn lay_out_package(built: &Path, package: &Path, budget: Budget) -> Result<()> {
    empty(package)?;
    let (glue, wasm) = names::shorten(
        &glue::trim(&fs::read_to_string(built.join(GLUE))?)?,
        &fs::read(built.join(WASM))?,
    )
    .context("names between glue and wasm could not be shortened")?;
    fs::write(package.join(GLUE), glue)?;
    fs::write(package.join(WASM), wasm)?;
    if built.join("snippets").exists() {
        bail!(
            "The build made JavaScript snippets, which the package does not carry: the glue must stand alone."
        );
    }
    let source = root().join("static");
    for name in [LOADER, CLASS, AROUND]
        .into_iter()
        .chain(["telemetry.js", "embed.d.ts", "react.d.ts", "telemetry.d.ts"])
        .chain(["custom-elements.json"])
    {
        copy(&source.join(name), &package.join(name))?;
    }
    copy_all(&source.join(LANGUAGES), &package.join(LANGUAGES))?;
    let tools = minifiers(budget)?;
    if let Some(tools) = &tools {
        minify_wasm(tools, &package.join(WASM))?;
    }
    let (loader, class) = (package.join(LOADER), package.join(CLASS));
    let hash = integrity(&fs::read(package.join(WASM))?);
    let knowing = with_hash(&fs::read_to_string(&class)?, &hash)?;
    let alone = in_one_file(&fs::read_to_string(&loader)?, &knowing)?;
    fs::write(class, knowing)?;
    fs::write(loader, alone)?;
    if let Some(tools) = &tools {
        minify_code(tools, package)?;
    }
    let glue = fs::read_to_string(package.join(GLUE))?;
    if let Some(word) = evaluates(&glue) {
        bail!(
            "The glue says `{word}`, which a strict Content-Security-Policy refuses: find the dependency that brings it."
        );
    }
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        copy(&root().join(name), &package.join(name))?;
    }
    let readme = fs::read_to_string(root().join("README.md"))?;
    fs::write(package.join("README.md"), for_npm(&readme))?;

    let version = workspace_version()?;
    let loader = fs::read_to_string(source.join(CLASS))?;
    ensure!(
        loader.contains(&format!("export const version = '{version}';")),
        "static/index.js names another version than Cargo.toml, which says {version}"
    );
    let mut manifest: Value = read_json(&source.join("package.json"))?;
    manifest["version"] = json!(version);
    write_json(&package.join("package.json"), &manifest)?;

    let mut hashes = Map::new();
    let languages = names_in(&package.join(LANGUAGES))?;
    let languages = languages.iter().map(|name| format!("{LANGUAGES}/{name}"));
    for name in names_in(package)?.into_iter().chain(languages) {
        if name.ends_with(".js") || name.ends_with(".wasm") {
            let hash = integrity(&fs::read(package.join(&name))?);
            hashes.insert(name, json!(hash));
        }
    }
    write_json(&package.join("integrity.json"), &Value::Object(hashes))
}

/// The README without what only the repository has: pictures, blocks of its commands, the sections on building it.
/// What is linked to is named only.
fn for_npm(readme: &str) -> String {
    let mut ours = true;
    let mut text = String::new();
    for block in readme.split("\n\n") {
        if let Some(title) = block.strip_prefix("## ") {
            ours = !matches!(title, "Try it, test it" | "Develop");
        }
        if ours && !block.starts_with("![") && !block.contains("\ncargo ") {
            text.push_str(&without_links(block));
            text.push_str("\n\n");
        }
    }
    format!("{}\n", text.trim_end())
}

/// `[text](address)` is `text`, unless the address is a whole one.
fn without_links(text: &str) -> String {
    let mut rest = text;
    let mut plain = String::new();
    while let Some((before, link)) = rest.split_once('[') {
        plain.push_str(before);
        match link.split_once("](").and_then(|(name, after)| {
            let (address, after) = after.split_once(')')?;
            let is_ours = !name.contains(']') && !address.contains("://");
            is_ours.then_some((name, after))
        }) {
            Some((name, after)) => {
                plain.push_str(name);
                rest = after;
            }
            None => {
                plain.push('[');
                rest = link;
            }
        }
    }
    plain + rest
}

/// Tells the loader of a package that its wasm is another one now.
pub fn wasm_replaced(package: &Path, before: &Path) -> Result<()> {
    let hash = |package: &Path| Ok::<_, anyhow::Error>(integrity(&fs::read(package.join(WASM))?));
    let (before, now) = (hash(before)?, hash(package)?);
    for name in [LOADER, CLASS] {
        let text = fs::read_to_string(package.join(name))?;
        ensure!(
            text.contains(&before),
            "{name} does not know the wasm's hash"
        );
        fs::write(package.join(name), text.replace(&before, &now))?;
    }
    Ok(())
}

/// The loader with the wasm's hash, by which browsers refuse any other (X10).
fn with_hash(loader: &str, hash: &str) -> Result<String> {
    let blank = "const WASM_HASH = '';";
    ensure!(
        loader.matches(blank).count() == 1,
        "static/index.js has no one place for the wasm's hash"
    );
    Ok(loader.replace(blank, &format!("const WASM_HASH = '{hash}';")))
}

/// The loader with the class in it, which it imports and exports in the repository.
fn in_one_file(loader: &str, class: &str) -> Result<String> {
    let imported = "import { define } from './index.js';\n\nexport * from './index.js';\n";
    ensure!(
        loader.matches(imported).count() == 1,
        "static/embed.js does not import and export index.js as it did"
    );
    Ok(loader.replace(imported, class))
}

/// What makes the package smaller, or nothing where that may be left out.
fn minifiers(budget: Budget) -> Result<Option<PathBuf>> {
    if budget == Budget::Shown && (which("node").is_none() || which("npm").is_none()) {
        println!("The package is not made smaller, for want of Node and npm on PATH.");
        return Ok(None);
    }
    tools::minifiers().map(Some)
}

/// `-Os` makes larger code than `-Oz`, and 0.8 kB less of it after brotli; converging takes off another 0.5 kB, and
/// following what each value can be while nothing more is inlined, which rustc has done already, 0.6 kB. Control flow
/// that is taken apart and put together anew before takes off 0.9 kB.
fn minify_wasm(tools: &Path, wasm: &Path) -> Result<()> {
    wasm_opt(
        tools,
        wasm,
        &[
            "--flatten",
            "--rereloop",
            "-Os",
            "-Os",
            "--gufa-optimizing",
            "--converge",
            "--inline-max-combined-binary-size=1",
        ],
    )?;
    let module = fs::read(wasm)?;
    let tried = std::thread::scope(|scope| {
        let mut number = 0;
        let tries = order::WEIGHTS.map(|weights| {
            number += 1;
            let (module, file) = (&module, wasm.with_extension(format!("order-{number}")));
            scope.spawn(move || in_order(tools, &file, module, weights))
        });
        let all = tries
            .into_iter()
            .map(|tried| tried.join().unwrap_or_else(|_| bail!("ordering panicked")));
        all.collect::<Result<Vec<_>>>()
    })?;
    let best = tried.into_iter().min_by_key(|(bytes, _)| *bytes);
    let (_, best) = best.context("no order was tried")?;
    Ok(fs::write(wasm, best)?)
}

/// The module with its functions in the order of these weights, made in `file`, and what it comes to after brotli.
fn in_order(
    tools: &Path,
    file: &Path,
    module: &[u8],
    weights: order::Weights,
) -> Result<(usize, Vec<u8>)> {
    fs::write(file, order::with_places(module, weights)?)?;
    // The levels of `-Os`: by them the last needless locals are taken out while the module is written.
    wasm_opt(
        tools,
        file,
        &[
            "--reorder-functions-by-name",
            "--strip-debug",
            "--optimize-level=2",
            "--shrink-level=1",
        ],
    )?;
    let ordered = fs::read(file)?;
    fs::remove_file(file)?;
    Ok((size::brotli(&ordered)?, ordered))
}

fn wasm_opt(tools: &Path, wasm: &Path, passes: &[&str]) -> Result<()> {
    sh(command("node")
        .arg(tools.join("binaryen/bin/wasm-opt"))
        .arg(wasm)
        .arg("--mvp-features")
        .args(passes)
        .args(FEATURES.map(|feature| format!("--enable-{feature}")))
        // Rust puts the stack there, and its far end is never pointed to.
        .arg("--low-memory-unused")
        .args(["--strip-producers", "--strip-target-features", "-o"])
        .arg(wasm))
}

/// Nearly all of the glue's functions are called by the first opening: told so, Chromium compiles them beside the main
/// thread while the wasm is on its way, and not one by one when they are called. To others it is a comment.
const CALLED_ON_LOAD: &str = "//# allFunctionsCalledOnLoad\n";

/// What is published is made for browsers: who reads the loader reads `static/`.
fn minify_code(tools: &Path, package: &Path) -> Result<()> {
    // Only the wasm calls what the glue gives it, never with `new` or `this`: it may all be arrows.
    terser(
        tools,
        &package.join(GLUE),
        "ecma=2020,passes=3,unsafe_arrows",
    )?;
    let languages = package.join(LANGUAGES);
    let languages = names_in(&languages)?
        .into_iter()
        .map(|name| languages.join(name));
    for file in [LOADER, CLASS, AROUND]
        .into_iter()
        .map(|name| package.join(name))
        .chain(languages)
    {
        terser(tools, &file, "ecma=2020,passes=3")?;
    }
    let glue = package.join(GLUE);
    let code = fs::read_to_string(&glue)?;
    Ok(fs::write(glue, [CALLED_ON_LOAD, &code].concat())?)
}

/// A module without what only people need.
fn terser(tools: &Path, file: &Path, compress: &str) -> Result<()> {
    sh(command("node")
        .arg(tools.join("terser/bin/terser"))
        .arg(file)
        .args(["--module", "--mangle", "--compress", compress, "--output"])
        .arg(file))
}

fn lay_out_demo(built: &Path, package: &Path, demo: &Path) -> Result<()> {
    empty(demo)?;
    let page = fs::read_to_string(built.join("index.html"))?;
    fs::write(demo.join("index.html"), without_trunk(&page))?;
    for name in ["demo.js", "demo.css"] {
        copy(&root().join("static").join(name), &demo.join(name))?;
    }
    copy_all(package, &demo.join("package"))?;

    // Not "sandbox": the native sandbox answers below that path itself when it serves this folder.
    let sandbox = demo.join("sample");
    fs::create_dir_all(sandbox.join("worlds"))?;
    for name in ["sandbox-web.js", "sandbox-web_bg.wasm"] {
        copy(&built.join(name), &sandbox.join(name))?;
    }
    let worlds = root().join("sandbox/examples");
    for name in names_in(&worlds)? {
        if name.ends_with(".json") {
            copy(&worlds.join(&name), &sandbox.join("worlds").join(&name))?;
        }
    }
    Ok(())
}

/// The page without Trunk's links, the main one of which it leaves in place when it injects no script.
fn without_trunk(page: &str) -> String {
    page.lines()
        .filter(|line| {
            !line.is_empty() && !line.contains("data-trunk") && !line.contains("What Trunk builds")
        })
        .map(|line| format!("{line}\n"))
        .collect()
}

/// Code made from text, which `script-src 'self' 'wasm-unsafe-eval'` refuses.
fn evaluates(glue: &str) -> Option<&'static str> {
    let stands_alone = |word: &str| {
        glue.match_indices(word).any(|(at, _)| {
            !glue[..at].ends_with(|before: char| {
                before.is_alphanumeric() || matches!(before, '_' | '$' | '.')
            })
        })
    };
    ["eval(", "new Function"]
        .into_iter()
        .find(|word| stands_alone(word))
}

/// A hash as the `integrity` attribute takes it.
fn integrity(bytes: &[u8]) -> String {
    format!(
        "sha384-{}",
        base64::engine::general_purpose::STANDARD.encode(Sha384::digest(bytes))
    )
}

fn workspace_version() -> Result<String> {
    let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml"))?.parse()?;
    let version = manifest["workspace"]
        .get("package")
        .and_then(|package| package.get("version"))
        .and_then(|version| version.as_str());
    version
        .map(str::to_owned)
        .context("Cargo.toml has no workspace.package.version")
}

fn names_in(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("{} could not be read", folder.display()))?
    {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(fs::create_dir_all(folder)?)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to)
        .with_context(|| format!("{} could not be copied to {}", from.display(), to.display()))?;
    Ok(())
}

fn read_json(path: &Path) -> Result<Value> {
    serde_json::from_slice(&fs::read(path)?).with_context(|| path.display().to_string())
}

fn write_json(path: &Path, value: &Value) -> Result<()> {
    Ok(fs::write(
        path,
        serde_json::to_string_pretty(value)? + "\n",
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glue_that_evaluates_text_is_found() {
        assert_eq!(
            evaluates("f = new Function('return 1')"),
            Some("new Function")
        );
        assert_eq!(evaluates("x = eval('1')"), Some("eval("));
        // What wasm-bindgen writes to describe a value evaluates nothing.
        assert_eq!(
            evaluates("return `Function(${name})`; medieval(x); wasm.__wbg_eval(1)"),
            None
        );
    }

    #[test]
    fn demo_page_says_nothing_of_trunk_and_nothing_inline() {
        let page = fs::read_to_string(root().join("index.html")).unwrap();
        let page = without_trunk(&page);
        assert!(!page.to_lowercase().contains("trunk"), "{page}");
        assert!(
            !page.contains("<style") && !page.contains(" style=") && !page.contains(" onclick=")
        );
        assert_eq!(
            page.matches("<script").count(),
            page.matches("<script type=\"module\" src=").count()
        );
    }

    #[test]
    fn readme_of_the_package_speaks_of_what_is_in_it() {
        let whole = fs::read_to_string(root().join("README.md")).unwrap();
        let readme = for_npm(&whole);
        for section in [
            "Embed it",
            "The element",
            "The rules",
            "Content-Security-Policy",
        ] {
            assert!(readme.contains(&format!("\n## {section}\n")), "{section}");
        }
        for absent in ["cargo ", "docs/", "![", "](", "xtask", "\n\n\n"] {
            assert!(!readme.contains(absent), "{absent:?}");
        }
    }

    #[test]
    fn integrity_is_what_browsers_expect() {
        let known = "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb";
        assert_eq!(integrity(b""), known);
    }

    #[test]
    fn loader_has_a_place_for_the_hash_of_the_wasm() {
        let loader = fs::read_to_string(root().join("static/index.js")).unwrap();
        let knowing = with_hash(&loader, "sha384-of-the-wasm").unwrap();
        assert_eq!(knowing.matches("'sha384-of-the-wasm'").count(), 1);
        assert!(with_hash(&knowing, "twice").is_err());
    }

    #[test]
    fn manifest_and_loader_name_what_is_published() {
        let manifest = read_json(&root().join("static/package.json")).unwrap();
        let entry = &manifest["exports"]["."];
        assert_eq!(
            entry.as_object().unwrap().keys().next().unwrap(),
            "types",
            "types come first"
        );
        assert_eq!(manifest["sideEffects"], json!(["./embed.js"]));
        let loader = fs::read_to_string(root().join("static/index.js")).unwrap();
        assert!(loader.contains(&format!("'./{GLUE}'")) && loader.contains(&format!("'./{WASM}'")));
        assert!(loader.contains(&format!("'./{AROUND}'")));
        assert!(loader.contains(&format!(
            "export const version = '{}';",
            workspace_version().unwrap()
        )));
    }
}
