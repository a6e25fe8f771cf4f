//! `cargo xtask size`: where the bytes of the wasm go, by crate and by module of ours, into `bench/size.md`.
//!
//! Of a build with the names of its functions, before wasm-opt, which takes the names away: it makes all of it about 5 %
//! smaller. What was inlined counts where it went.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::names::Reader;
use crate::run::{cargo, command, heading, root, sh, target_dir};
use crate::tools;

const OURS: &str = "atlas_restore_dialog";
const CODE: u8 = 10;
const DATA: u8 = 11;
const IMPORTS: u8 = 2;
const CUSTOM: u8 = 0;
/// Smaller rows are added up.
const LEAST: usize = 400;

/// Builds, unless a module with names is at hand, weighs, writes.
pub fn run(module: Option<&str>) -> Result<()> {
    let module = match module {
        Some(module) => PathBuf::from(module),
        None => build()?,
    };
    let wasm = fs::read(&module).with_context(|| module.display().to_string())?;
    let text = report(&Weighed::of(&wasm)?)?;
    fs::write(root().join("bench/size.md"), &text)?;
    print!("{text}");
    println!("Written: bench/size.md");
    Ok(())
}

fn build() -> Result<PathBuf> {
    tools::ensure_wasm_target()?;
    let bindgen = tools::wasm_bindgen()?.ensure()?;
    heading("wasm with names (about 4 minutes on two cores, then seconds)");
    sh(cargo()
        .args([
            "build",
            "--locked",
            "--profile",
            "named",
            "--features",
            "widget",
        ])
        .args([
            "--bin",
            "atlas-restore-dialog",
            "--target",
            "wasm32-unknown-unknown",
        ]))?;
    let built = target_dir()?.join("wasm32-unknown-unknown/named/atlas-restore-dialog.wasm");
    let into = target_dir()?.join("size");
    sh(command(bindgen)
        .args([
            "--target",
            "web",
            "--no-typescript",
            "--keep-debug",
            "--out-dir",
        ])
        .arg(&into)
        .arg(built))?;
    Ok(into.join("atlas-restore-dialog_bg.wasm"))
}

/// What a module is made of, in bytes.
#[derive(Default)]
struct Weighed {
    functions: Vec<(String, usize)>,
    data: usize,
    rest: usize,
}

impl Weighed {
    fn of(wasm: &[u8]) -> Result<Self> {
        let mut rest = Reader(wasm.get(8..).context("this is no wasm module")?);
        let mut weighed = Weighed::default();
        let (mut sizes, mut names, mut imported) = (Vec::new(), BTreeMap::new(), 0);
        while !rest.0.is_empty() {
            let id = rest.byte()?;
            let section = rest.block()?;
            let mut body = Reader(section);
            match id {
                CODE => {
                    for _ in 0..body.number()? {
                        sizes.push(body.block()?.len());
                    }
                }
                DATA => weighed.data = section.len(),
                CUSTOM => {
                    if body.text()? == "name" {
                        names = function_names(body)?;
                    }
                }
                _ => {
                    weighed.rest += section.len();
                    if id == IMPORTS {
                        imported = imported_functions(body)?;
                    }
                }
            }
        }
        ensure!(!names.is_empty(), "the module names no functions");
        for (number, size) in sizes.into_iter().enumerate() {
            let name = names.remove(&(imported + u32::try_from(number)?));
            let name = name.unwrap_or_default();
            weighed
                .functions
                .push((without_hash(&name).to_owned(), size));
        }
        Ok(weighed)
    }
}

/// wasm-bindgen's modules import functions and nothing else but, perhaps, tables and memories.
fn imported_functions(mut section: Reader) -> Result<u32> {
    let mut functions = 0;
    for _ in 0..section.number()? {
        section.block()?;
        section.block()?;
        match section.byte()? {
            0 => {
                functions += 1;
                section.number()?;
            }
            kind => {
                if kind != 2 {
                    section.byte()?;
                }
                if kind == 3 {
                    continue;
                }
                let bounded = section.byte()? & 1 == 1;
                for _ in 0..=u8::from(bounded) {
                    section.number()?;
                }
            }
        }
    }
    Ok(functions)
}

fn function_names(mut section: Reader) -> Result<BTreeMap<u32, String>> {
    const FUNCTIONS: u8 = 1;
    let mut names = BTreeMap::new();
    while !section.0.is_empty() {
        let kind = section.byte()?;
        let mut part = Reader(section.block()?);
        if kind == FUNCTIONS {
            for _ in 0..part.number()? {
                names.insert(part.number()?, part.text()?);
            }
        }
    }
    Ok(names)
}

/// The compiler ends a name with `::h` and sixteen digits.
fn without_hash(name: &str) -> &str {
    match name.rsplit_once("::h") {
        Some((name, hash)) if hash.len() == 16 => name,
        _ => name,
    }
}

/// The path that a function is counted under: that of the type it belongs to, ours before others' where it is generic.
fn place(name: &str) -> Vec<&str> {
    let is_of_a_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
    let mut paths = name
        .split(|c| !is_of_a_path(c))
        .filter(|path| path.contains("::") && !path.starts_with(':'));
    let of_crate = |path: &&str| path.starts_with(OURS) || path.starts_with("yew");
    let path = paths.clone().find(of_crate).or_else(|| paths.next());
    match path {
        Some(path) => path.split("::").collect(),
        // Names of the standard library come with a hash in brackets: `core[1f]::fmt::write`.
        None => vec![match name.split_once('[') {
            Some((library, _)) => library.trim_start_matches(['<', '&', ' ']),
            None => "exports and shims",
        }],
    }
}

fn report(weighed: &Weighed) -> Result<String> {
    let (mut crates, mut modules) = (BTreeMap::new(), BTreeMap::new());
    for (name, size) in &weighed.functions {
        let place = place(name);
        let package = place.first().copied().unwrap_or_default();
        *crates.entry(package.to_owned()).or_insert(0) += size;
        if package == OURS {
            let is_module = |part: &&str| part.starts_with(|c: char| c.is_ascii_lowercase());
            let inner = place.get(1..place.len() - 1).unwrap_or_default();
            let module: Vec<&str> = inner.iter().copied().take_while(is_module).collect();
            *modules.entry(module.join("::")).or_insert(0) += size;
        }
    }
    let code: usize = weighed.functions.iter().map(|(_, size)| size).sum();
    let mut text = String::from(
        "# Where the bytes of the wasm go\n\nWritten by `cargo xtask size`: the release build with the names of its \
         functions, in bytes before wasm-opt and compression. What was inlined counts where it went, so that a crate's \
         row is the least that it costs. Brotli leaves about a third of each.\n\n",
    );
    let all = [
        ("code", code),
        ("data: texts, style sheet, tables", weighed.data),
    ];
    let all = all
        .into_iter()
        .chain([("imports, types, tables of functions", weighed.rest)]);
    table(
        &mut text,
        "Part",
        all.map(|(name, size)| (name.to_owned(), size)).collect(),
    )?;
    table(&mut text, "Crate", crates.into_iter().collect())?;
    table(&mut text, "Module of ours", modules.into_iter().collect())?;
    let mut largest = weighed.functions.clone();
    largest.sort_by_key(|(name, size)| (usize::MAX - size, name.clone()));
    largest.truncate(25);
    let quoted = |(name, size)| (format!("`{name}`"), size);
    table(
        &mut text,
        "Largest functions",
        largest.into_iter().map(quoted).collect(),
    )?;
    Ok(text.trim_end().to_owned() + "\n")
}

fn table(text: &mut String, title: &str, mut rows: Vec<(String, usize)>) -> Result<()> {
    rows.sort_by_key(|(name, size)| (usize::MAX - size, name.clone()));
    writeln!(text, "| {title} | bytes |\n|---|---:|")?;
    let small: usize = rows
        .iter()
        .map(|row| row.1)
        .filter(|size| *size < LEAST)
        .sum();
    for (name, size) in rows.iter().filter(|row| row.1 >= LEAST) {
        writeln!(text, "| {name} | {size} |")?;
    }
    if small > 0 {
        writeln!(text, "| others | {small} |")?;
    }
    writeln!(text)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_counted_where_they_belong() {
        assert_eq!(
            place("atlas_restore_dialog::rules::pair"),
            [OURS, "rules", "pair"]
        );
        assert_eq!(
            place("<atlas_restore_dialog::a::B as yew::C>::d")[..3],
            [OURS, "a", "B"]
        );
        assert_eq!(
            place("core::ptr::drop_in_place<yew::virtual_dom::vtag::VTag>")[0],
            "yew"
        );
        assert_eq!(place("alloc::vec::Vec<T>::push")[0], "alloc");
        assert_eq!(place("core[c59]::str::slice_error"), ["core"]);
        assert_eq!(place("mount"), ["exports and shims"]);
    }
}
