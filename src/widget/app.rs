//! The root component: a stand-in without looks.

use yew::prelude::*;

use super::driver::Handle;
use crate::dialog::{Announcement, Focus};

/// Properties of [`App`].
#[derive(Debug, Properties, PartialEq)]
pub struct AppProps {
    /// The driver.
    pub handle: Handle,
}

/// What the driver says.
#[derive(Debug)]
pub enum Msg {
    /// Render again.
    Changed,
    /// `showModal()`.
    Show,
    /// `close()`.
    Hide,
    /// Say this.
    Announce(Announcement),
    /// Move the focus.
    Focus(Focus),
    /// Language, theme or texts changed.
    PageChanged,
}

/// The root component.
#[derive(Debug)]
pub struct App {
    dialog: NodeRef,
}

impl Component for App {
    type Message = Msg;
    type Properties = AppProps;

    fn create(_: &Context<Self>) -> Self {
        App {
            dialog: NodeRef::default(),
        }
    }

    fn update(&mut self, _: &Context<Self>, message: Msg) -> bool {
        let dialog = self.dialog.cast::<web_sys::HtmlDialogElement>();
        match message {
            Msg::Show => {
                if let Some(dialog) = dialog.filter(|dialog| !dialog.open()) {
                    let _ = dialog.show_modal();
                }
            }
            Msg::Hide => {
                if let Some(dialog) = dialog {
                    dialog.close();
                }
            }
            _ => {}
        }
        true
    }

    fn view(&self, _: &Context<Self>) -> Html {
        html! {
            <dialog ref={self.dialog.clone()} data-testid="restore-dialog"><input /></dialog>
        }
    }
}
