//! What a screen reader would say of a page: the browser's accessibility tree as lines that a person can read.
//!
//! Names, descriptions, values and states are the browser's own; the words for roles and states are those that screen
//! readers use.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::Value;

use crate::transcript::plain;

/// Tags within a sentence: no pause before and after.
const IN_A_SENTENCE: [&str; 4] = ["BDI", "B", "STRONG", "TIME"];

/// The page as assistive technology is given it.
#[derive(Debug)]
pub struct Tree {
    nodes: HashMap<String, Node>,
    root: String,
}

#[derive(Debug, Default)]
struct Node {
    ignored: bool,
    role: String,
    name: String,
    description: String,
    value: String,
    states: HashMap<String, Value>,
    children: Vec<String>,
    backend: u64,
    /// The element's tag and attributes, which the tree does not have: some of them are said.
    tag: String,
    attributes: HashMap<String, String>,
}

impl Tree {
    /// Of the answers of `Accessibility.getFullAXTree` and `DOM.getDocument`.
    pub fn new(nodes: &Value, document: &Value) -> Tree {
        let mut elements = HashMap::new();
        gather(document, &mut elements);
        let mut tree = Tree {
            nodes: HashMap::new(),
            root: String::new(),
        };
        for node in nodes.as_array().into_iter().flatten() {
            let word = |member: &str| {
                let value = &node[member]["value"];
                value
                    .as_str()
                    .map_or_else(|| number(value), |text| text.trim().to_owned())
            };
            let id = node["nodeId"].as_str().unwrap_or_default().to_owned();
            let backend = node["backendDOMNodeId"].as_u64().unwrap_or_default();
            let (tag, attributes) = elements.remove(&backend).unwrap_or_default();
            let properties = node["properties"].as_array().into_iter().flatten();
            let children = node["childIds"].as_array().into_iter().flatten();
            let known = Node {
                ignored: node["ignored"] == true,
                role: word("role"),
                // A text keeps its spaces: it stands among others.
                name: node["name"]["value"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
                description: word("description"),
                value: word("value"),
                states: properties
                    .map(|one| {
                        let name = one["name"].as_str().unwrap_or_default().to_owned();
                        (name, one["value"].clone())
                    })
                    .collect(),
                children: children
                    .filter_map(|id| id.as_str().map(str::to_owned))
                    .collect(),
                backend,
                tag,
                attributes,
            };
            if tree.root.is_empty() {
                tree.root.clone_from(&id);
            }
            tree.nodes.insert(id, known);
        }
        tree
    }

    /// All of it in the order in which it is read, a line for each thing.
    pub fn lines(&self) -> Vec<String> {
        let mut reader = Reader {
            tree: self,
            lines: Vec::new(),
            line: String::new(),
            depth: 0,
        };
        reader.inside(&self.root);
        reader.flush();
        reader.lines
    }

    /// What has the focus, and the row that the arrow keys have reached in it.
    pub fn focus(&self) -> Vec<String> {
        let focused = self
            .nodes
            .values()
            .find(|node| node.is("focused") && node.role != "RootWebArea");
        let Some(node) = focused else {
            return vec!["the page".to_owned()];
        };
        let mut lines = vec![node.says()];
        if !node.description.is_empty() {
            lines.push(format!("  described: {}", node.description));
        }
        let active = node.states.get("activedescendant");
        let active = active.and_then(|value| value["relatedNodes"][0]["backendDOMNodeId"].as_u64());
        if let Some(active) = active {
            let row = self.nodes.values().find(|node| node.backend == active);
            let row = row.map_or("a row that is not there".to_owned(), Node::says);
            lines.push(format!("  at: {row}"));
        }
        lines.into_iter().map(|line| plain(&line)).collect()
    }
}

fn number(value: &Value) -> String {
    if value.is_number() {
        value.to_string()
    } else {
        String::new()
    }
}

/// Tags and attributes of all elements, those in shadow roots among them.
fn gather(node: &Value, into: &mut HashMap<u64, (String, HashMap<String, String>)>) {
    let attributes: Vec<&str> = node["attributes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    if let Some(id) = node["backendNodeId"].as_u64() {
        let pairs = attributes
            .chunks_exact(2)
            .map(|two| (two[0].to_owned(), two[1].to_owned()));
        let tag = node["nodeName"].as_str().unwrap_or_default().to_owned();
        into.insert(id, (tag, pairs.collect()));
    }
    for member in ["children", "shadowRoots"] {
        for child in node[member].as_array().into_iter().flatten() {
            gather(child, into);
        }
    }
}

impl Node {
    fn is(&self, state: &str) -> bool {
        self.state(state) == "true"
    }

    fn state(&self, state: &str) -> String {
        match self.states.get(state).map(|value| &value["value"]) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Null) | None => String::new(),
            Some(other) => other.to_string(),
        }
    }

    /// Role, name, value and states, as one says them.
    fn says(&self) -> String {
        let level = self.state("level");
        let role = match self.role.as_str() {
            "heading" => format!("heading {level}"),
            "combobox" if self.state("editable").is_empty() => "combo box".to_owned(),
            "combobox" => "editable combo box".to_owned(),
            "listbox" => "list box".to_owned(),
            "textbox" => "edit".to_owned(),
            "radio" => "radio button".to_owned(),
            "progressbar" | "ProgressIndicator" => "progress bar".to_owned(),
            "DisclosureTriangle" => "details".to_owned(),
            other => other.to_owned(),
        };
        let mut said = role;
        let name = self.name.split_whitespace().collect::<Vec<_>>().join(" ");
        if !name.is_empty() {
            let _ = write!(said, " \"{name}\"");
        }
        let has_value = ["textbox", "combobox", "progressbar", "ProgressIndicator"];
        if has_value.contains(&self.role.as_str()) {
            match self.value.as_str() {
                "" if self.role == "progressbar" => said.push_str(", no value"),
                "" => said.push_str(", empty"),
                value => {
                    let _ = write!(said, ", holds \"{value}\"");
                }
            }
        }
        for (state, value, word) in [
            ("modal", "true", "modal"),
            ("checked", "true", "checked"),
            ("checked", "false", "not checked"),
            ("selected", "true", "selected"),
            ("expanded", "true", "expanded"),
            ("expanded", "false", "collapsed"),
            ("required", "true", "required"),
            ("invalid", "true", "invalid entry"),
            ("readonly", "true", "read only"),
            ("disabled", "true", "unavailable"),
            ("busy", "true", "busy"),
        ] {
            if self.state(state) == value {
                let _ = write!(said, ", {word}");
            }
        }
        if self.attributes.contains_key("aria-current") {
            said.push_str(", current");
        }
        if let (Some(place), Some(of)) = (
            self.attributes.get("aria-posinset"),
            self.attributes.get("aria-setsize"),
        ) {
            let _ = write!(said, ", {place} of {of}");
        }
        if let Some(lang) = self.attributes.get("lang") {
            let _ = write!(said, ", in {lang}");
        }
        said
    }
}

struct Reader<'a> {
    tree: &'a Tree,
    lines: Vec<String>,
    line: String,
    depth: usize,
}

impl Reader<'_> {
    fn inside(&mut self, id: &str) {
        let Some(node) = self.tree.nodes.get(id) else {
            return;
        };
        for child in &node.children {
            self.read(child);
        }
    }

    fn read(&mut self, id: &str) {
        let Some(node) = self.tree.nodes.get(id) else {
            return;
        };
        match node.role.as_str() {
            _ if node.ignored => self.apart(id, node),
            "StaticText" => self.line.push_str(&node.name),
            "InlineTextBox" | "ListMarker" => {}
            "LineBreak" => self.line.push(' '),
            "generic" | "none" | "strong" | "time" | "emphasis" | "code" | "LabelText" => {
                self.apart(id, node);
            }
            // What live regions hold was written down when they said it.
            "status" => {}
            "alert" if node.attributes.contains_key("aria-live") => {}
            "paragraph" | "blockquote" | "DescriptionList" | "Legend" => self.block(id),
            "term" => {
                self.block(id);
                // Its definition stands on the same line.
                self.line = self.lines.pop().unwrap_or_default() + ": ";
            }
            "definition" => {
                self.inside(id);
                self.flush();
            }
            "listitem" => self.item(id, node),
            "list" if node.name.is_empty() => self.block(id),
            "button" | "heading" | "link" | "option" | "radio" | "textbox" | "progressbar"
            | "ProgressIndicator" | "DisclosureTriangle" => self.says(node),
            "combobox" => {
                self.says(node);
                self.nested(|reader| reader.options(id));
            }
            _ => {
                self.says(node);
                self.nested(|reader| reader.inside(id));
            }
        }
    }

    /// With a pause around it, unless it is part of a sentence.
    fn apart(&mut self, id: &str, node: &Node) {
        let pause = if IN_A_SENTENCE.contains(&node.tag.as_str()) {
            ""
        } else {
            " "
        };
        self.line.push_str(pause);
        self.inside(id);
        self.line.push_str(pause);
    }

    fn block(&mut self, id: &str) {
        self.flush();
        self.inside(id);
        self.flush();
    }

    fn item(&mut self, id: &str, node: &Node) {
        self.flush();
        self.line.push_str("• ");
        if node.attributes.contains_key("aria-current") {
            self.line.push_str("(current) ");
        }
        self.inside(id);
        self.flush();
    }

    /// The choices of a native select, which are heard when it is opened.
    fn options(&mut self, id: &str) {
        let Some(node) = self.tree.nodes.get(id) else {
            return;
        };
        for child in &node.children {
            match self.tree.nodes.get(child) {
                Some(node) if node.role == "option" => self.says(node),
                _ => self.options(child),
            }
        }
    }

    fn says(&mut self, node: &Node) {
        self.flush();
        self.line = node.says();
        self.flush();
        if !node.description.is_empty() {
            self.line = format!("  described: {}", node.description);
            self.flush();
        }
    }

    fn nested(&mut self, inside: impl FnOnce(&mut Self)) {
        self.flush();
        self.depth += 1;
        inside(self);
        self.flush();
        self.depth -= 1;
    }

    fn flush(&mut self) {
        let line = std::mem::take(&mut self.line);
        let indent = line.len() - line.trim_start().len();
        let words: Vec<&str> = line.split_whitespace().collect();
        // What is described stays below what it describes.
        let deeper = if line.trim_start().starts_with("described:") {
            indent
        } else {
            0
        };
        if !words.is_empty() && words != ["•"] {
            let indent = " ".repeat(2 * self.depth + deeper);
            self.lines
                .push(plain(&format!("{indent}{}", words.join(" "))));
        }
    }
}
