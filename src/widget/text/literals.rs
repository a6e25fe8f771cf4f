//! Every sentence has a key, every key is said, and nothing that people read stands in the code itself.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::english;

const WIDGET: &str = "src/widget";

/// Names that are the same in every language, and words of the browser's.
const NAMES: &[&str] = &[
    "MongoDB ",
    "AWS",
    "Azure",
    "Google Cloud",
    "NONE",
    "BUTTON",
    "SUMMARY",
    "SELECT",
    "Enter",
    "Escape",
    "Home",
    "End",
    "PageUp",
    "PageDown",
    "ArrowUp",
    "ArrowDown",
    "ArrowLeft",
    "ArrowRight",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Files below a folder, with what they say before their tests.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let code = fs::read_to_string(&path).unwrap();
            let code = code.split("#[cfg(test)]\nmod tests").next().unwrap();
            found.push((path, code.to_owned()));
        }
    }
    found
}

/// Every string literal outside of comments, with the code before it on its line.
fn literals(code: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    for line in code.replace("\\\n", "\u{0}").lines() {
        let line = line.replace('\u{0}', " ");
        if line.trim_start().starts_with("//") {
            continue;
        }
        let mut rest = line.as_str();
        let mut after_put_text = false;
        while let Some((before, after)) = rest.split_once('"') {
            if before.trim_end().ends_with("//") {
                break;
            }
            let mut end = 0;
            let bytes = after.as_bytes();
            while end < bytes.len() && bytes[end] != b'"' {
                end += if bytes[end] == b'\\' { 2 } else { 1 };
            }
            let shows = [".text(", "Value::Text("];
            let after_markup = after_put_text && before.trim() == ",";
            after_put_text = before.contains("put_text(");
            let lists = ["const NAMES", "const TAGS"];
            let is = |these: &[&str]| these.iter().any(|part| before.contains(part));
            let called = shows.iter().any(|call| before.ends_with(call));
            let kind = match (called || after_markup, is(&lists)) {
                (true, _) => "shown",
                (_, true) => "list",
                _ => "",
            };
            found.push((kind, after[..end.min(after.len())].to_owned()));
            rest = after.get(end + 1..).unwrap_or_default();
        }
    }
    found
}

/// Whether a literal is something for the browser, and nothing for people.
fn is_for_machines(kind: &str, text: &str, classes: &BTreeSet<String>) -> bool {
    if kind == "list" || NAMES.contains(&text) || !text.contains(char::is_alphabetic) {
        return true;
    }
    let drawing = |c: char| "MmLlHhVvZzAaCcSs".contains(c) || "0123456789 .-".contains(c);
    if text.starts_with('M') && text.contains(char::is_numeric) && text.chars().all(drawing) {
        return true;
    }
    let first = text.split([' ', '.']).next().unwrap_or_default();
    let is_markup = (kind != "shown" || text.contains('='))
        && !first.starts_with(char::is_uppercase)
        && first.is_ascii();
    let words: Vec<&str> = text.split_whitespace().collect();
    is_markup
        && match words.as_slice() {
            [_] => true,
            [head, attributes @ ..] => {
                let is_element =
                    head.contains('.') || attributes.iter().any(|word| word.contains('='));
                is_element || words.iter().all(|word| classes.contains(*word))
            }
            [] => true,
        }
}

/// Classes of the style sheet, one that needs no style, and ids.
fn classes() -> BTreeSet<String> {
    let sheet = fs::read_to_string(root().join(WIDGET).join("style.css")).unwrap();
    let words = sheet.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '.')));
    let classes = words.flat_map(|word| word.split('.').skip(1));
    let components = sources(&root().join(WIDGET).join("components"));
    let ids = components.iter().flat_map(|(_, code)| {
        let after = code.split(" id=").skip(1);
        after.filter_map(|rest| rest.split([' ', '"']).next())
    });
    let others = ["info"];
    classes
        .chain(ids)
        .chain(others)
        .map(str::to_owned)
        .collect()
}

#[test]
fn literal_text_in_a_component_is_found() {
    let classes = classes();
    let found = |code: &str| {
        let literals = literals(code);
        let read = literals
            .into_iter()
            .filter(|(kind, text)| !is_for_machines(kind, text, &classes));
        read.count()
    };
    for text in [
        r#"ui.text("Cancel");"#,
        r#"ui.text("cancel");"#,
        r#"ui.attr("aria-label", "Close the dialog");"#,
        r#"let label = "Nothing found";"#,
        r#"let label = "no match at all";"#,
        r#"ui.put_text("span", "unknown".to_owned());"#,
        r#"[name, " is chosen"].concat()"#,
        r#""Größe""#,
        "ui.attr(\n\"title\",\n\"The whole \\\n  name\")",
    ] {
        assert!(found(text) > 0, "{text}");
    }
    for text in [
        r#"ui.tag("p.hint id=cluster-hint", |ui| ui.say(key));"#,
        r#"ui.text(" · "); // "What people read""#,
        r#"/// "Cancel" is said"#,
        r#"drawing(ui, "M6 6l12 12M18 6 6 18")"#,
        r#"Tone::Info => "panel info","#,
        r#"ui.attr("data-state", "unknown")"#,
    ] {
        assert_eq!(found(text), 0, "{text}");
    }
}

#[test]
fn literal_text_stands_in_no_component() {
    let classes = classes();
    let widget = root().join(WIDGET);
    let mut files = sources(&widget.join("components"));
    for name in ["app.rs", "announce.rs"] {
        files.push((
            widget.join(name),
            fs::read_to_string(widget.join(name)).unwrap(),
        ));
    }
    assert!(files.len() > 15);
    let mut seen = 0;
    for (path, code) in files {
        for (kind, text) in literals(&code) {
            seen += 1;
            assert!(
                is_for_machines(kind, &text, &classes),
                "{}: people read {text:?}: give it a key in src/widget/text/english.rs",
                path.display()
            );
        }
    }
    assert!(seen > 300, "{seen}");
}

#[test]
fn every_sentence_is_said_somewhere() {
    let code: Vec<String> = sources(&root().join(WIDGET))
        .into_iter()
        .filter(|(path, _)| !path.ends_with("text/english.rs"))
        .map(|(_, code)| code)
        .collect();
    let code = code.join("\n");
    let said: BTreeSet<&str> = code
        .match_indices("english::")
        .map(|(at, prefix)| {
            let rest = &code[at + prefix.len()..];
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
            &rest[..end.unwrap_or(rest.len())]
        })
        .collect();
    let catalogue = fs::read_to_string(root().join(WIDGET).join("text/english.rs")).unwrap();
    let constants = catalogue.lines().filter_map(|line| {
        let (name, rest) = line.strip_prefix("    ")?.split_once(" \"")?;
        (rest.ends_with("\";") && name.to_uppercase() == name).then_some(name)
    });
    let constants: Vec<&str> = constants.collect();
    assert_eq!(constants.len(), english::LINES.lines().count());
    let unsaid: Vec<_> = constants
        .iter()
        .filter(|name| !said.contains(**name))
        .collect();
    assert!(unsaid.is_empty(), "nobody says {unsaid:?}");
}
