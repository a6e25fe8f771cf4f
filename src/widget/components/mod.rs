//! Elements: each file draws one part of the view, as a plain function of the view and [`Ctx`].
//!
//! Belongs here: which elements there are, their roles, ids and test ids. Does not belong here: what may happen next
//! ([`crate::dialog`]), a sentence ([`super::text`]), a colour (`style.css`).

mod cluster_field;
mod cluster_keys;
mod cluster_list;
mod cluster_row;
mod confirm;
mod destination;
mod findings;
mod footer;
mod frame;
mod list_element;
mod parts;
mod picker;
mod problem;
mod progress;
mod review;
mod snapshot;
mod source;
mod status;
mod unknown;
mod window;

pub use frame::frame;

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::html::Scope;
use yew::prelude::*;

use super::app::{App, Local, Msg};
use super::driver::Handle;
use super::text::{Key, Values, Words};
use crate::dialog;
use crate::model::Timestamp;

/// What every part needs beside its piece of the view.
pub struct Ctx<'a> {
    /// Words and formats.
    pub words: &'a Rc<Words>,
    /// To the dialog and the page.
    pub handle: &'a Handle,
    /// To the component that holds it all.
    pub link: &'a Scope<App>,
    /// What only the screen knows: filters of pickers, what was copied.
    pub local: &'a Local,
    /// The steps of this journey.
    pub steps: &'static [dialog::Step],
    /// The server's time.
    pub now: Timestamp,
    /// Counts the renderings, so that parts with a life of their own know when to look again.
    pub revision: u32,
}

impl Ctx<'_> {
    /// A text without values.
    pub fn say(&self, key: Key) -> AttrValue {
        self.words.say(key)
    }

    /// A text with values, as elements.
    pub fn rich(&self, key: Key, values: Values) -> Html {
        self.words.rich(key, values)
    }

    /// Sends an event when clicked.
    pub fn send(&self, event: dialog::Event) -> Callback<MouseEvent> {
        let handle = self.handle.clone();
        Callback::from(move |_| handle.send(event.clone()))
    }

    /// Tells the app when clicked.
    pub fn tell(&self, msg: fn() -> Msg) -> Callback<MouseEvent> {
        let link = self.link.clone();
        Callback::from(move |_| link.send_message(msg()))
    }

    /// Moves the focus to the element with this id when clicked.
    pub fn go_to(&self, id: &'static str) -> Callback<MouseEvent> {
        let link = self.link.clone();
        Callback::from(move |_| link.send_message(Msg::GoTo(id)))
    }

    /// Copies `text` when clicked, and remembers that `what` was copied.
    pub fn copy(&self, what: &'static str, text: &str) -> Callback<MouseEvent> {
        let (link, handle, text) = (self.link.clone(), self.handle.clone(), text.to_owned());
        Callback::from(move |_| {
            handle.copy_text(&text);
            link.send_message(Msg::Copied(what));
        })
    }

    /// Sends what was typed into a field.
    pub fn typed(&self, event: fn(String) -> dialog::Event) -> Callback<InputEvent> {
        let handle = self.handle.clone();
        Callback::from(move |input: InputEvent| {
            if let Some(text) = value_of(&input) {
                handle.send(event(text));
            }
        })
    }

    /// Sends what was picked in a select or radio group.
    pub fn picked(&self, event: fn(String) -> dialog::Event) -> Callback<Event> {
        let handle = self.handle.clone();
        Callback::from(move |change: Event| {
            if let Some(value) = value_of(&change).filter(|value| !value.is_empty()) {
                handle.send(event(value));
            }
        })
    }

    /// Keeps what was typed on the screen's side.
    pub fn typed_locally(&self, msg: fn(String) -> Msg) -> Callback<InputEvent> {
        let link = self.link.clone();
        Callback::from(move |input: InputEvent| {
            if let Some(text) = value_of(&input) {
                link.send_message(msg(text));
            }
        })
    }
}

/// The text of the field that an event is about. The event ends here: it says nothing to the page.
pub fn value_of(event: &web_sys::Event) -> Option<String> {
    event.stop_propagation();
    let target = event.target()?;
    if let Some(input) = target.dyn_ref::<HtmlInputElement>() {
        Some(input.value())
    } else if let Some(select) = target.dyn_ref::<HtmlSelectElement>() {
        Some(select.value())
    } else {
        target
            .dyn_ref::<HtmlTextAreaElement>()
            .map(HtmlTextAreaElement::value)
    }
}

/// `aria-…="true"`, or no attribute.
pub fn aria_true(on: bool) -> Option<AttrValue> {
    on.then_some(AttrValue::Static("true"))
}
