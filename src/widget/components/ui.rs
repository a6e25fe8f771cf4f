//! Writes elements in the order in which they appear: a thin hand on Yew's virtual nodes.
//!
//! `html!` unrolls every attribute and child into code of its own. Here an element is one line of markup that is read
//! when it is drawn, which costs the browser microseconds and saves its users kilobytes:
//!
//! ```text
//! ui.tag("p.hint id=cluster-hint", |ui| ui.say(english::TARGET_CLUSTER_HINT));
//! ```
//!
//! Markup is `name.class.class attribute=value attribute=value`, without spaces in a value. What may or may not be
//! there goes into a [`group`](Ui::group): Yew tells children without keys apart by their place, so that a group keeps
//! the place of what is missing, and nothing behind it loses its focus.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::rc::Rc;

use yew::prelude::*;
use yew::virtual_dom::{
    AttributeOrProperty, Attributes, Key as NodeKey, VList, VNode, VTag, VText,
};

use super::action::{Action, On};
use super::cluster_list::ClusterList;
use super::parts;
use crate::dialog;
use crate::model::Timestamp;
use crate::rules::Finding;
use crate::widget::app::Local;
use crate::widget::driver::Handle;
use crate::widget::text::{Key, Part, Values, Words};

/// What is drawn so far, and what every part needs beside its piece of the view.
pub struct Ui<'a> {
    /// Words and formats.
    pub words: &'a Words,
    /// To the dialog and the page.
    pub handle: &'a Handle,
    /// What only the screen knows: filters of pickers, what was copied.
    pub local: &'a Local,
    /// The list of clusters has a life of its own.
    pub list: &'a RefCell<ClusterList>,
    /// The steps of this journey.
    pub steps: &'static [dialog::Step],
    /// The server's time.
    pub now: Timestamp,
    /// The project whose facts are read just now.
    pub concerned: String,
    /// Elements begun and not ended.
    open: Vec<Open>,
    nodes: Vec<VNode>,
}

/// An element that was begun.
struct Open {
    tag: VTag,
    names: Vec<&'static str>,
    values: Vec<Option<AttributeOrProperty>>,
    /// Where its children begin.
    start: usize,
}

thread_local! {
    /// Every list of attributes' names that was drawn so far, by where the names lie.
    static NAMES: RefCell<Vec<&'static [&'static str]>> = const { RefCell::new(Vec::new()) };
}

/// A heading as far below what it is in a dialog; anything else as it is. There is nothing below an `h6`.
fn lowered(name: &'static str, deeper: usize) -> &'static str {
    const NAMES: [&str; 5] = ["h1", "h2", "h3", "h4", "h5"];
    let level = match name {
        "h2" => 0,
        "h3" => 1,
        "h4" => 2,
        _ => return name,
    };
    NAMES.get(level + deeper).unwrap_or(&"h6")
}

/// The one list of these names: Yew compares the attributes of elements with the same list one by one, and those of
/// others by maps. There are as many lists as elements in this folder, so they may stay for ever.
fn one_list(names: &[&'static str]) -> &'static [&'static str] {
    NAMES.with_borrow_mut(|lists| {
        let by_place = |list: &&[&'static str]| by_place(list, names);
        let place = lists.partition_point(|list| by_place(list).is_lt());
        match lists.get(place) {
            Some(list) if by_place(list).is_eq() => list,
            _ => {
                let list: &'static [&'static str] = Box::leak(names.into());
                lists.insert(place, list);
                list
            }
        }
    })
}

fn by_place(one: &[&'static str], other: &[&'static str]) -> Ordering {
    let place = |name: &&'static str| (name.as_ptr(), name.len());
    one.iter().map(place).cmp(other.iter().map(place))
}

impl<'a> Ui<'a> {
    /// Nothing drawn yet.
    pub fn new(
        words: &'a Words,
        handle: &'a Handle,
        local: &'a Local,
        list: &'a RefCell<ClusterList>,
    ) -> Self {
        Ui {
            words,
            handle,
            local,
            list,
            steps: &[],
            now: Timestamp(0),
            concerned: String::new(),
            open: Vec::new(),
            nodes: Vec::new(),
        }
    }

    /// All that was drawn.
    pub fn html(self) -> Html {
        VList::with_children(self.nodes, None).into()
    }

    /// An element and what is inside.
    #[inline(always)]
    pub fn tag(&mut self, markup: &'static str, inside: impl FnOnce(&mut Self)) {
        self.begin(markup);
        inside(self);
        self.end();
    }

    /// An element with nothing inside.
    pub fn leaf(&mut self, markup: &'static str) {
        self.begin(markup);
        self.end();
    }

    /// An element with one of our sentences.
    pub fn put(&mut self, markup: &'static str, key: Key) {
        self.begin(markup);
        self.say(key);
        self.end();
    }

    /// An element with one of our sentences, with values.
    pub fn put_rich(&mut self, markup: &'static str, key: Key, values: Values) {
        self.begin(markup);
        self.rich(key, values);
        self.end();
    }

    /// An element with a text.
    pub fn put_text(&mut self, markup: &'static str, text: String) {
        self.begin(markup);
        self.text(text);
        self.end();
    }

    /// Keeps one place for what is drawn inside, if anything is.
    #[inline(always)]
    pub fn group(&mut self, inside: impl FnOnce(&mut Self)) {
        let start = self.nodes.len();
        inside(self);
        self.end_group(start);
    }

    fn end_group(&mut self, start: usize) {
        let inside = self.nodes.drain(start..).collect();
        self.nodes
            .push(VNode::VList(Rc::new(VList::with_children(inside, None))));
    }

    /// Begins an element; [`tag`](Self::tag) ends it by itself.
    pub fn begin(&mut self, markup: &'static str) {
        let mut words = markup.split(' ');
        let head = words.next().unwrap_or_default();
        let (name, classes) = head.split_once('.').unwrap_or((head, ""));
        self.open.push(Open {
            tag: VTag::new(lowered(name, self.local.deeper)),
            names: Vec::new(),
            values: Vec::new(),
            start: self.nodes.len(),
        });
        // A named section would be a landmark of the page (A13).
        if name == "section" && self.local.inline {
            self.attr("role", "group");
        }
        if classes.contains('.') {
            let spaced = |c| if c == '.' { ' ' } else { c };
            let classes: String = classes.chars().map(spaced).collect();
            self.attr("class", classes);
        } else if !classes.is_empty() {
            self.attr("class", classes);
        }
        for word in words {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            self.attr(name, value);
        }
    }

    /// Ends the element that was begun last.
    pub fn end(&mut self) {
        let Some(mut open) = self.open.pop() else {
            return;
        };
        let inside: Vec<VNode> = self.nodes.drain(open.start..).collect();
        if let Some(children) = open.tag.children_mut()
            && !inside.is_empty()
        {
            *children = VNode::VList(Rc::new(VList::with_children(inside, None)));
        }
        open.tag.set_attributes(Attributes::Dynamic {
            keys: one_list(&open.names),
            values: open.values.into(),
        });
        self.nodes.push(VNode::VTag(Rc::new(open.tag)));
    }

    fn top(&mut self, change: impl FnOnce(&mut VTag)) {
        if let Some(open) = self.open.last_mut() {
            change(&mut open.tag);
        }
    }

    /// An attribute of the element that was begun last; each once.
    pub fn attr(&mut self, name: &'static str, value: impl Into<AttrValue>) {
        if let Some(open) = self.open.last_mut() {
            open.names.push(name);
            let value = AttributeOrProperty::Attribute(value.into());
            open.values.push(Some(value));
        }
    }

    /// An attribute that is `true`, or is not there.
    pub fn flag(&mut self, name: &'static str, on: bool) {
        if on {
            self.attr(name, "true");
        }
    }

    /// The value of an input or text area.
    pub fn value(&mut self, value: &str) {
        self.top(|tag| tag.set_value(AttrValue::from(value.to_owned())));
    }

    /// Whether a radio button is on.
    pub fn checked(&mut self, on: bool) {
        self.top(|tag| tag.set_checked(on));
    }

    /// Tells an element of a list from its neighbours.
    pub fn key(&mut self, key: impl Into<NodeKey>) {
        self.top(|tag| tag.key = Some(key.into()));
    }

    /// Where to find the element once it is there.
    pub fn node_ref(&mut self, node: &NodeRef) {
        self.top(|tag| tag.node_ref = node.clone());
    }

    /// What an event of the element does.
    pub fn on(&mut self, kind: &'static str, action: Action) {
        let listener = Rc::new(On::new(kind, self.handle, action));
        self.top(|tag| {
            tag.add_listener(listener);
        });
    }

    /// What a click does.
    pub fn click(&mut self, action: Action) {
        self.on("click", action);
    }

    /// A click sends this to the dialog.
    pub fn send(&mut self, event: dialog::Event) {
        self.click(Action::Send(event));
    }

    /// Text.
    pub fn text(&mut self, text: impl Into<AttrValue>) {
        self.nodes.push(VNode::VText(VText::new(text.into())));
    }

    /// One of our sentences.
    pub fn say(&mut self, key: Key) {
        let text = self.words.say(key);
        self.text(text);
    }

    /// One of our sentences, each name in it isolated from the rest.
    pub fn rich(&mut self, key: Key, values: Values) {
        let words = self.words;
        self.group(|ui| {
            words.write(key, values, &mut |part| match part {
                Part::Own(text) => ui.text(text.to_owned()),
                Part::Number(text) => ui.text(text),
                Part::Name(text) => ui.isolated(text),
                Part::Text(text) => ui.put_text("bdi", text),
                Part::Time(at) => ui.tag("bdi", |ui| parts::moment_within(ui, at)),
            });
        });
    }

    /// What is said about a finding: its message, remedy or short form.
    pub fn finding(&mut self, key: Key, finding: &Finding) {
        let values = self.words.parameters(finding);
        self.rich(key, &values);
    }

    /// A name or id, isolated and left to right.
    pub fn isolated(&mut self, text: String) {
        self.put_text("bdi.name dir=ltr", text);
    }
}
