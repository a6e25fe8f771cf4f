//! What an event of an element does.

use std::borrow::Cow;

use web_sys::Event;
use yew::virtual_dom::{Listener, ListenerKind};

use crate::dialog;
use crate::widget::app::Msg;
use crate::widget::driver::Handle;
use crate::widget::host::value_of;

/// What an event of an element does.
pub enum Action {
    /// Sends this to the dialog.
    Send(dialog::Event),
    /// Sends what was typed into the field.
    Typed(fn(String) -> dialog::Event),
    /// Sends what was picked in a select or radio group.
    Picked(fn(String) -> dialog::Event),
    /// Keeps what was typed on the screen's side.
    TypedHere(fn(String) -> Msg),
    /// Tells the app.
    Tell(fn(Event) -> Msg),
    /// Moves the focus to the element with this id.
    GoTo(&'static str),
    /// Copies the text, and remembers that this was copied.
    Copy(&'static str, String),
    /// Anything else.
    Do(fn(&Handle, &Event)),
}

/// An action, waiting for its event.
pub struct On {
    kind: &'static str,
    handle: Handle,
    action: Action,
}

impl On {
    /// Waits for events of this name, such as `click`.
    pub fn new(kind: &'static str, handle: &Handle, action: Action) -> Self {
        On {
            kind,
            handle: handle.clone(),
            action,
        }
    }
}

impl Listener for On {
    fn kind(&self) -> ListenerKind {
        // By its name: a copy of one of Yew's hundred kinds is a table of a hundred rows.
        ListenerKind::other(Cow::Borrowed(self.kind))
    }

    fn handle(&self, event: Event) {
        let handle = &self.handle;
        match &self.action {
            Action::Send(happened) => handle.send(happened.clone()),
            Action::Typed(happened) => {
                if let Some(text) = text_of(&event) {
                    handle.send(happened(text));
                }
            }
            Action::Picked(happened) => {
                if let Some(value) = text_of(&event).filter(|value| !value.is_empty()) {
                    handle.send(happened(value));
                }
            }
            Action::TypedHere(msg) => {
                if let Some(text) = text_of(&event) {
                    handle.tell(msg(text));
                }
            }
            Action::Tell(msg) => handle.tell(msg(event)),
            Action::GoTo(id) => handle.tell(Msg::GoTo(id)),
            Action::Copy(what, text) => {
                handle.copy_text(text);
                handle.tell(Msg::Copied(what));
            }
            Action::Do(act) => act(handle, &event),
        }
    }

    fn passive(&self) -> bool {
        false
    }
}

/// The text of the field that an event is about. The event ends here: it says nothing to the page.
fn text_of(event: &Event) -> Option<String> {
    event.stop_propagation();
    value_of(event.target()?.as_ref())
}
