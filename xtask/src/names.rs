//! Short names between glue and wasm.
//!
//! wasm-bindgen gives each function that the wasm takes from the glue a name with a hash, which stands in both files
//! and does not compress. Both come from one build and only meet each other, so one or two letters do as well.

use std::collections::HashMap;

use anyhow::{Context, Result, bail, ensure};

const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;
const FUNCTION: u8 = 0;
/// The name of the imports' module: the glue has one for all of them.
const MODULE: &str = "a";
/// What keeps its name, since whoever measures the page looks for it.
const KEPT: &str = "memory";

/// Gives every import and export one short name in both files.
pub fn shorten(glue: &str, wasm: &[u8]) -> Result<(String, Vec<u8>)> {
    let mut names = Names::default();
    let wasm = rename_in_wasm(wasm, &mut names)?;
    Ok((rename_in_glue(glue, &names)?, wasm))
}

/// The new names by the old ones.
#[derive(Default)]
struct Names {
    module: Option<String>,
    imports: HashMap<String, String>,
    exports: HashMap<String, String>,
}

/// A name for each number: `a` to `z`, `A` to `Z`, then two letters, and so on.
fn letters(mut number: usize) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut name = String::new();
    loop {
        name.push(char::from(LETTERS[number % LETTERS.len()]));
        number /= LETTERS.len();
        if number == 0 {
            return name;
        }
        number -= 1;
    }
}

fn rename_in_wasm(wasm: &[u8], names: &mut Names) -> Result<Vec<u8>> {
    const HEADER: usize = 8;
    ensure!(
        wasm.starts_with(b"\0asm\x01\0\0\0"),
        "this is no wasm module of version 1"
    );
    let mut rest = Reader(&wasm[HEADER..]);
    let mut renamed = wasm[..HEADER].to_vec();
    while !rest.0.is_empty() {
        let id = rest.byte()?;
        let body = rest.block()?;
        let body = match id {
            IMPORTS => rename_imports(body, names)?,
            EXPORTS => rename_exports(body, names)?,
            _ => body.to_vec(),
        };
        renamed.push(id);
        write_block(&mut renamed, &body);
    }
    Ok(renamed)
}

fn rename_imports(section: &[u8], names: &mut Names) -> Result<Vec<u8>> {
    let mut rest = Reader(section);
    let count = rest.number()?;
    let mut renamed = Vec::new();
    write_number(&mut renamed, count);
    for _ in 0..count {
        let (module, name) = (rest.text()?, rest.text()?);
        let kind = rest.byte()?;
        ensure!(
            kind == FUNCTION,
            "the import {name} is no function, which wasm-bindgen has not written so far"
        );
        let known = names.module.get_or_insert_with(|| module.clone());
        ensure!(
            *known == module,
            "imports of two modules: {known} and {module}"
        );
        let next = letters(names.imports.len());
        let short = names.imports.entry(name).or_insert(next);
        write_block(&mut renamed, MODULE.as_bytes());
        write_block(&mut renamed, short.as_bytes());
        renamed.push(kind);
        write_number(&mut renamed, rest.number()?);
    }
    ensure!(rest.0.is_empty(), "the imports are longer than they say");
    Ok(renamed)
}

fn rename_exports(section: &[u8], names: &mut Names) -> Result<Vec<u8>> {
    let mut rest = Reader(section);
    let count = rest.number()?;
    let mut renamed = Vec::new();
    write_number(&mut renamed, count);
    for _ in 0..count {
        let name = rest.text()?;
        let short = if name == KEPT {
            name.clone()
        } else {
            letters(names.exports.len())
        };
        write_block(&mut renamed, short.as_bytes());
        names.exports.insert(name, short);
        renamed.push(rest.byte()?);
        write_number(&mut renamed, rest.number()?);
    }
    ensure!(rest.0.is_empty(), "the exports are longer than they say");
    Ok(renamed)
}

/// The glue names an import once, as a key of an object, and an export after `wasm.`.
fn rename_in_glue(glue: &str, names: &Names) -> Result<String> {
    for way in ["wasm[", "exports.", "exports["] {
        ensure!(
            !glue.contains(way),
            "the glue takes exports by `{way}`, which is not understood here"
        );
    }
    let mut renamed = String::with_capacity(glue.len());
    let mut found = 0;
    let mut rest = glue;
    while let Some(start) = rest.find(is_of_a_word) {
        let (between, word) = rest.split_at(start);
        let end = word.find(|c| !is_of_a_word(c)).unwrap_or(word.len());
        let (word, after) = word.split_at(end);
        renamed.push_str(between);
        let exported = renamed.ends_with("wasm.");
        if let Some(short) = names.imports.get(word) {
            ensure!(
                after.starts_with(':'),
                "the glue speaks of the import {word} where it does not define it"
            );
            found += 1;
            renamed.push_str(short);
        } else if exported {
            let short = names.exports.get(word);
            renamed.push_str(short.with_context(|| format!("there is no export {word}"))?);
        } else {
            renamed.push_str(word);
        }
        rest = after;
    }
    renamed.push_str(rest);
    ensure!(
        found == names.imports.len(),
        "the glue defines {found} of {} imports",
        names.imports.len()
    );
    let Some(module) = &names.module else {
        return Ok(renamed);
    };
    let quoted = format!("\"{module}\":");
    ensure!(
        renamed.matches(&quoted).count() == 1,
        "the glue does not say {quoted} exactly once"
    );
    Ok(renamed.replace(&quoted, &format!("\"{MODULE}\":")))
}

fn is_of_a_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '$') || !c.is_ascii()
}

/// What is left to read of a module's binary form.
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub fn byte(&mut self) -> Result<u8> {
        let (first, rest) = self.0.split_first().context("the module is cut off")?;
        self.0 = rest;
        Ok(*first)
    }

    /// An unsigned LEB128 of 32 bits.
    pub fn number(&mut self) -> Result<u32> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return u32::try_from(number).context("a number has more than 32 bits");
            }
        }
        bail!("a number has more than five bytes")
    }

    /// A length, and as many bytes.
    pub fn block(&mut self) -> Result<&'a [u8]> {
        let length = usize::try_from(self.number()?)?;
        let (block, rest) = self
            .0
            .split_at_checked(length)
            .context("the module is cut off")?;
        self.0 = rest;
        Ok(block)
    }

    pub fn text(&mut self) -> Result<String> {
        Ok(std::str::from_utf8(self.block()?)?.to_owned())
    }
}

fn write_number(to: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        to.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    to.push(number as u8);
}

fn write_block(to: &mut Vec<u8>, block: &[u8]) {
    write_number(to, block.len() as u32);
    to.extend_from_slice(block);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module with two imported functions and two exports, and a custom section that nothing may touch.
    fn module() -> Vec<u8> {
        let mut imports = vec![2];
        for (name, index) in [("__wbg_log_0123456789abcdef", 0), ("__wbg_now_ff", 200)] {
            write_block(&mut imports, b"./glue_bg.js");
            write_block(&mut imports, name.as_bytes());
            imports.push(FUNCTION);
            write_number(&mut imports, index);
        }
        let mut exports = vec![2];
        for (name, kind) in [("memory", 2), ("__wbindgen_export", 0)] {
            write_block(&mut exports, name.as_bytes());
            exports.extend([kind, 0]);
        }
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        for (id, body) in [
            (IMPORTS, imports),
            (EXPORTS, exports),
            (0, b"\x01x__wbg_log".to_vec()),
        ] {
            module.push(id);
            write_block(&mut module, &body);
        }
        module
    }

    const GLUE: &str = r#"
        const import0 = {
            __wbg_log_0123456789abcdef: function(a) { console.log(wasm.memory, a); },
            __wbg_now_ff: function() { return wasm.__wbindgen_export(memory); },
        };
        return { "./glue_bg.js": import0 };"#;

    #[test]
    fn names_are_shortened_in_both_files() {
        let (glue, wasm) = shorten(GLUE, &module()).unwrap();
        assert!(
            glue.contains(" a: function(a) { console.log(wasm.memory, a)"),
            "{glue}"
        );
        assert!(
            glue.contains(" b: function() { return wasm.b(memory)"),
            "{glue}"
        );
        assert!(glue.contains("{ \"a\": import0 }"), "{glue}");
        let mut again = Names::default();
        rename_in_wasm(&wasm, &mut again).unwrap();
        assert_eq!(again.module.as_deref(), Some("a"));
        assert_eq!(again.imports["a"], "a");
        assert_eq!(again.imports["b"], "b");
        assert!(again.exports.contains_key("memory") && again.exports.contains_key("b"));
        assert!(
            wasm.ends_with(b"\x01x__wbg_log"),
            "other sections are as they were"
        );
    }

    #[test]
    fn types_of_imports_stay() {
        let (_, wasm) = shorten(GLUE, &module()).unwrap();
        let mut imports = vec![2];
        for (name, index) in [(b"a", 0), (b"b", 200)] {
            write_block(&mut imports, b"a");
            write_block(&mut imports, name);
            imports.push(FUNCTION);
            write_number(&mut imports, index);
        }
        let mut section = vec![IMPORTS];
        write_block(&mut section, &imports);
        assert_eq!(wasm[8..8 + section.len()], section);
    }

    #[test]
    fn files_that_do_not_belong_together_are_refused() {
        let said = |glue: &str| shorten(glue, &module()).unwrap_err().to_string();
        let without = GLUE.replace("__wbg_now_ff:", "__wbg_now_fe:");
        assert!(said(&without).contains("1 of 2 imports"));
        let unknown = GLUE.replace("wasm.__wbindgen_export", "wasm.other");
        assert!(said(&unknown).contains("no export other"));
        let elsewhere = format!("{GLUE} log(__wbg_now_ff);");
        assert!(said(&elsewhere).contains("does not define it"));
        assert!(said(&GLUE.replace("glue_bg", "other")).contains("exactly once"));
        assert!(said(&format!("{GLUE} wasm['memory']")).contains("wasm["));
    }

    #[test]
    fn broken_modules_are_refused() {
        let whole = module();
        for end in [0, 4, 9, 10, 20, whole.len() - 1] {
            assert!(shorten(GLUE, &whole[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn every_number_has_a_name_of_its_own() {
        let names: std::collections::HashSet<String> = (0..4000).map(letters).collect();
        assert_eq!(names.len(), 4000);
        assert_eq!(
            [
                letters(0),
                letters(51),
                letters(52),
                letters(103),
                letters(104)
            ],
            ["a", "Z", "aa", "Za", "ab"]
        );
        assert_eq!(letters(52 + 52 * 52), "aaa");
    }
}
