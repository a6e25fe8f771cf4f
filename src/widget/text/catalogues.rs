//! What every catalogue must hold: `static/text/*.js` against the English.
//!
//! `BLESS=1 cargo test --features widget --lib catalogue` writes the pseudo-locale anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use super::message::{Chooser, Piece, braces, pieces};
use super::{english, findings};
use crate::rules::{Code, Severity};
use crate::widget::panic;

/// English with every letter twice and accented: what is cut off or stands out when texts are twice as long, does so
/// here, and what stays plain is no text of the catalogue.
const PSEUDO: &str = "qps";

/// Every plural category of CLDR, in its order.
const CATEGORIES: &[&str] = &["zero", "one", "two", "few", "many", "other"];

/// The plural categories of the languages that are here, by CLDR. Another one need not stand here: its catalogue is then
/// held to itself, to the same forms in every text.
fn categories(tag: &str) -> Option<&'static [&'static str]> {
    match tag {
        "ja" => Some(&["other"]),
        "ar" => Some(CATEGORIES),
        "de" | "en" | PSEUDO => Some(&["one", "other"]),
        _ => None,
    }
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Key and text, in order.
type Texts = Vec<(String, String)>;

/// The English of the wasm, of the loader and of the panel that a panic leaves.
fn in_english() -> Texts {
    let own = english::LINES.lines().map(|line| {
        let (name, text) = line.split_once('\t').expect("a tab");
        (name.to_owned(), text.to_owned())
    });
    let of_findings = findings::LINES.lines().enumerate();
    let of_findings = of_findings.map(|(place, text)| {
        (
            findings::name(place + usize::from(english::COUNT)),
            text.to_owned(),
        )
    });
    let loader = fs::read_to_string(file("static/index.js")).unwrap();
    let of_loader = loader.lines().filter_map(|line| {
        let (name, text) = line.trim().strip_prefix('\'')?.split_once("': '")?;
        Some((name.to_owned(), text.strip_suffix("',")?.to_owned()))
    });
    let of_panic = [
        ("panic.text", panic::PANEL),
        ("panic.sent", panic::PANEL_SENT),
    ];
    let of_panic = of_panic.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let all = own.chain(of_findings).chain(of_loader);
    all.chain(of_panic).collect()
}

/// A catalogue: remarks, then one text on each line.
fn catalogue(tag: &str) -> Texts {
    let path = file("static/text").join(tag).with_extension("js");
    let code = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    let (remarks, texts) = code
        .split_once("export default {\n")
        .expect("export default");
    assert!(
        remarks.lines().all(|line| line.starts_with("// ")),
        "{tag}: only remarks before the texts"
    );
    let texts = texts.strip_suffix("\n};\n").expect("};");
    let pairs = texts.lines().map(|line| {
        let line = line.trim().trim_end_matches(',');
        let pair: BTreeMap<String, String> = serde_json::from_str(&["{", line, "}"].concat())
            .unwrap_or_else(|error| panic!("{tag}: {line}: {error}"));
        pair.into_iter().next().expect("one text on each line")
    });
    pairs.collect()
}

/// What the loader fetches, by its list.
fn languages() -> Vec<String> {
    let loader = fs::read_to_string(file("static/index.js")).unwrap();
    let (_, list) = loader.split_once("static languages = {\n").unwrap();
    let lines = list.lines().take_while(|line| line.trim() != "};");
    lines
        .map(|line| {
            let (tag, rest) = line.trim().split_once(": ").unwrap();
            assert_eq!(rest, format!("() => import('./text/{tag}.js'),"));
            tag.to_owned()
        })
        .collect()
}

/// A message, taken apart.
#[derive(Debug, PartialEq)]
enum Node<'a> {
    Text(&'a str),
    Value(&'a str),
    Number,
    Choice {
        name: &'a str,
        kind: &'a str,
        branches: Vec<(&'a str, Vec<Node<'a>>)>,
    },
}

fn parse(mut text: &str, numbered: bool) -> Vec<Node<'_>> {
    let mut nodes = Vec::new();
    let special: &[char] = if numbered { &['{', '#'] } else { &['{'] };
    while let Some(at) = text.find(special) {
        if at > 0 {
            nodes.push(Node::Text(&text[..at]));
        }
        text = &text[at..];
        if let Some(rest) = text.strip_prefix('#') {
            nodes.push(Node::Number);
            text = rest;
            continue;
        }
        let (inside, rest) = braces(text).expect("a brace that closes");
        text = rest;
        nodes.push(match inside.split_once(", ") {
            None => Node::Value(inside),
            Some((name, rest)) => {
                let (kind, mut rest) = rest.split_once(", ").expect("branches");
                let mut branches = Vec::new();
                while let Some(at) = rest.find('{') {
                    let (inside, after) = braces(&rest[at..]).expect("a brace that closes");
                    let numbered = numbered || kind == "plural";
                    branches.push((rest[..at].trim(), parse(inside, numbered)));
                    rest = after;
                }
                Node::Choice {
                    name,
                    kind,
                    branches,
                }
            }
        });
    }
    if !text.is_empty() {
        nodes.push(Node::Text(text));
    }
    nodes
}

/// Every place of a message and how it chooses: what a translation must have in common with the English.
fn places(nodes: &[Node], found: &mut BTreeSet<String>) {
    for node in nodes {
        match node {
            Node::Text(_) | Node::Number => {}
            Node::Value(name) => {
                found.insert((*name).to_owned());
            }
            Node::Choice {
                name,
                kind,
                branches,
            } => {
                found.insert(format!("{name}, {kind}"));
                for (key, inside) in branches {
                    if *kind == "select" {
                        found.insert(format!("{name}, select, {key}"));
                    }
                    places(inside, found);
                }
            }
        }
    }
}

/// Every choice by number, with its branches' keys.
fn plurals<'a>(nodes: &[Node<'a>], found: &mut Vec<Vec<&'a str>>) {
    for node in nodes {
        if let Node::Choice { kind, branches, .. } = node {
            if *kind == "plural" {
                found.push(branches.iter().map(|(key, _)| *key).collect());
            }
            for (_, inside) in branches {
                plurals(inside, found);
            }
        }
    }
}

/// Twice as long, or longer, where there are letters.
fn grown(nodes: &[Node]) -> String {
    let grow = |text: &str| -> String {
        let accented = "åƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻḾÑÖÞǪŔŠŢÛṼŴẊÝŽ";
        let accented: Vec<char> = accented.chars().collect();
        let mut out = String::new();
        for c in text.chars() {
            let place = match c {
                'a'..='z' => c as usize - 'a' as usize,
                'A'..='Z' => 26 + c as usize - 'A' as usize,
                _ => {
                    out.push(c);
                    continue;
                }
            };
            out.extend([accented[place]; 2]);
        }
        let lacks = (2 * text.chars().count()).saturating_sub(out.chars().count());
        if text.chars().any(char::is_alphabetic) {
            let end = out.trim_end().len();
            out.insert_str(end, &"·".repeat(lacks));
        }
        out
    };
    let mut out = String::new();
    for node in nodes {
        match node {
            Node::Text(text) => out.push_str(&grow(text)),
            Node::Value(name) => out.push_str(&format!("{{{name}}}")),
            Node::Number => out.push('#'),
            Node::Choice {
                name,
                kind,
                branches,
            } => {
                let branches = branches.iter();
                let branches = branches.map(|(key, inside)| format!("{key} {{{}}}", grown(inside)));
                let branches = branches.collect::<Vec<_>>().join(" ");
                out.push_str(&format!("{{{name}, {kind}, {branches}}}"));
            }
        }
    }
    out
}

fn names(texts: &Texts) -> Vec<&str> {
    texts.iter().map(|(name, _)| name.as_str()).collect()
}

#[test]
fn catalogue_and_list_of_languages_are_one() {
    let mut files: Vec<String> = fs::read_dir(file("static/text"))
        .unwrap()
        .map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            name.strip_suffix(".js").expect(".js").to_owned()
        })
        .collect();
    files.sort();
    assert_eq!(languages(), files);
    for tag in ["ar", "de", "ja", PSEUDO] {
        assert!(files.iter().any(|file| file == tag), "{tag}");
    }
}

#[test]
fn catalogue_has_every_key_once_and_no_other() {
    let english = in_english();
    let wanted = names(&english);
    assert_eq!(wanted.len(), wanted.iter().collect::<BTreeSet<_>>().len());
    assert!(wanted.len() > 300 && wanted.contains(&"loader.close"));
    for tag in languages() {
        let texts = catalogue(&tag);
        let given = names(&texts);
        let missing: Vec<_> = wanted.iter().filter(|name| !given.contains(name)).collect();
        let unused: Vec<_> = given.iter().filter(|name| !wanted.contains(name)).collect();
        assert!(
            missing.is_empty() && unused.is_empty(),
            "{tag}: missing {missing:?}, unused {unused:?}"
        );
        assert_eq!(given, wanted, "{tag}: each once, in the English order");
    }
}

#[test]
fn catalogue_says_nothing_where_the_english_does() {
    let english = in_english();
    for tag in languages() {
        for ((name, text), (_, english)) in catalogue(&tag).iter().zip(&english) {
            assert_eq!(text.is_empty(), english.is_empty(), "{tag}: {name}");
            assert_eq!(text, text.trim(), "{tag}: {name}");
        }
    }
}

#[test]
fn catalogue_has_the_places_of_the_english() {
    let english = in_english();
    for tag in languages() {
        for ((name, text), (_, english)) in catalogue(&tag).iter().zip(&english) {
            let [mut own, mut wanted] = [BTreeSet::new(), BTreeSet::new()];
            places(&parse(text, false), &mut own);
            places(&parse(english, false), &mut wanted);
            assert_eq!(own, wanted, "{tag}: {name}: {text}");
        }
    }
}

#[test]
fn catalogue_has_the_plural_forms_of_its_language() {
    let mut seen = 0;
    for tag in languages().into_iter().chain(["en".to_owned()]) {
        let texts = match tag.as_str() {
            "en" => in_english(),
            _ => catalogue(&tag),
        };
        seen += plural_forms(&tag, &texts);
    }
    assert!(seen > 40, "{seen}");
}

/// Each choice by number has its language's forms, every one and in one order; how many choices there are.
fn plural_forms(tag: &str, texts: &Texts) -> usize {
    let mut seen = 0;
    let mut wanted: Option<Vec<&str>> = categories(tag).map(<[_]>::to_vec);
    for (name, text) in texts {
        let nodes = parse(text, false);
        let mut found = Vec::new();
        plurals(&nodes, &mut found);
        for mut forms in found {
            seen += 1;
            forms.retain(|key| !key.starts_with('='));
            let known = |form: &&&str| forms.contains(form);
            let in_order: Vec<&str> = CATEGORIES.iter().filter(known).copied().collect();
            assert_eq!(forms, in_order, "{tag}: {name}: {text}");
            assert_eq!(forms.last(), Some(&"other"), "{tag}: {name}: {text}");
            let wanted = wanted.get_or_insert_with(|| forms.clone());
            assert_eq!(forms, *wanted, "{tag}: {name}: {text}");
        }
    }
    seen
}

#[test]
fn catalogue_of_another_language_needs_no_line_here() {
    let texts = |second: &str| -> Texts {
        let of = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        let first = "{n, plural, =0 {nic} one {#} few {#} many {#} other {#}}";
        vec![of("first", first), of("second", second)]
    };
    let good = "{n, plural, one {#} few {#} many {#} other {#}}";
    assert_eq!(plural_forms("cs", &texts(good)), 2);
    let lacking = "{n, plural, one {#} other {#}}";
    let found = std::panic::catch_unwind(|| plural_forms("cs", &texts(lacking)));
    assert!(found.is_err(), "a form was forgotten");
}

/// Every value is this word, or this number of this category.
struct Given<'a> {
    word: &'a str,
    number: usize,
    category: &'static str,
}

impl Chooser for Given<'_> {
    fn word(&self, _: &str) -> &str {
        self.word
    }

    fn category(&self, _: &str) -> (String, String) {
        (self.number.to_string(), self.category.to_owned())
    }
}

fn words<'a>(nodes: &'a [Node], found: &mut BTreeSet<&'a str>) {
    for node in nodes {
        if let Node::Choice { branches, .. } = node {
            for (key, inside) in branches {
                found.insert(key);
                words(inside, found);
            }
        }
    }
}

#[test]
fn catalogue_writes_every_form() {
    let english = in_english();
    let mut all: Vec<Texts> = languages().iter().map(|tag| catalogue(tag)).collect();
    all.push(english);
    for (name, text) in all.iter().flatten() {
        let nodes = parse(text, false);
        let mut keys = BTreeSet::from(["something else"]);
        words(&nodes, &mut keys);
        for category in CATEGORIES {
            for number in [0, 1, 2, 3, 11, 100] {
                for word in &keys {
                    let given = Given {
                        word,
                        number,
                        category,
                    };
                    let written = pieces(text, &given);
                    assert_eq!(written.is_empty(), text.is_empty(), "{name}: {text}");
                    for piece in written {
                        let (plain, allowed) = match piece {
                            Piece::Text(text) => (text, "\u{2068}\u{2069}"),
                            Piece::Value(name) | Piece::Number(name) => (name, ""),
                        };
                        let is_raw =
                            |c: char| "{}#".contains(c) || c.is_control() && !allowed.contains(c);
                        assert!(!plain.contains(is_raw), "{name}: {plain:?} of {text}");
                    }
                }
            }
        }
    }
}

#[test]
fn catalogue_of_the_pseudo_locale_is_twice_the_english() {
    let english = in_english();
    let mut code = String::from(
        "// The pseudo-locale: English grown by 100 %. Written by the test of catalogues, see there.\nexport default {\n",
    );
    let lines = english.iter().map(|(name, text)| {
        let text = serde_json::Value::from(grown(&parse(text, false)));
        format!("  \"{name}\": {text}")
    });
    code.push_str(&lines.collect::<Vec<_>>().join(",\n"));
    code.push_str("\n};\n");
    let path = file("static/text").join(PSEUDO).with_extension("js");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &code).unwrap();
    }
    let there = fs::read_to_string(path).unwrap();
    assert!(there == code, "BLESS=1 writes it anew");
    assert_eq!(
        grown(&parse(
            "{n, plural, one {# cat} other {# cats}} of {owner}",
            false
        )),
        "{n, plural, one {# ççååţţ·} other {# ççååţţšš·}} ööƒƒ·· {owner}"
    );
}

/// Rows and counts have the few words of what stands in a way; nobody reads those of what only happens.
#[test]
fn findings_have_few_words_where_they_are_shown() {
    for code in Code::ALL {
        let short = findings::LINES.split('\n').nth(3 * code as usize);
        let is_shown = code.severity() != Severity::Notice
            && !matches!(code, Code::SourceBackupsOff | Code::TargetNoneEligible);
        assert_eq!(short != Some(""), is_shown, "{code:?}");
    }
}

#[test]
fn documented_messages_are_word_for_word() {
    let english: BTreeMap<_, _> = in_english().into_iter().collect();
    for (code, message) in [
        (
            "snapshot.not-encrypted",
            "Cannot restore a non-encrypted snapshot to a cluster with Encryption at Rest enabled.",
        ),
        (
            "target.not-encrypted",
            "Target cluster does not have encryption enabled.",
        ),
        (
            "target.provider-mismatch",
            "Encryption provider of target cluster does not match selected snapshot's encryption provider.",
        ),
        (
            "snapshot.key-not-present",
            "Encryption credentials on snapshot are not present.",
        ),
    ] {
        assert_eq!(english[&format!("{code}.message")], message);
        let code = Code::from_name(code).unwrap();
        assert!(findings::is_documented(code));
        assert_eq!(findings::english(code), Some(message));
    }
}
