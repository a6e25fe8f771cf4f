//! When all else fails: a panic kills the module for the whole page, and says so in every element.

use std::cell::Cell;

use wasm_bindgen::prelude::*;
use web_sys::{Document, HtmlDialogElement, HtmlElement, ShadowRoot};

use super::driver::{self, Handle};
use super::host::get;
use super::{log, signals};
use crate::dialog::Signal;

/// For the page's developer.
pub const SUMMARY: &str =
    "The restore dialog has failed and works again after the page is reloaded.";

/// For the person; the page's `messages` may say it in another language. The catalogue may be what failed.
pub(super) const PANEL: &str = "Error: the restore dialog has failed. Nothing more will be sent. Reload the page to use it again.";
pub(super) const PANEL_SENT: &str = "Error: the restore dialog has failed while a restore request was on its way. It is not known whether the restore was started. Look at the restore jobs of the source cluster before you try again.";
const CLOSE: &str = "Close";

thread_local! {
    static INSTALLED: Cell<bool> = const { Cell::new(false) };
    static FAILED: Cell<bool> = const { Cell::new(false) };
}

/// Installs the hook, before Yew installs one of its own.
pub fn install() {
    if std::thread::panicking() || INSTALLED.replace(true) {
        return;
    }
    let earlier = std::panic::take_hook();
    yew::set_custom_panic_hook(Box::new(move |info| {
        log::error(&info.to_string());
        earlier(info);
        FAILED.set(true);
        bury_all();
    }));
}

/// Whether the module is dead: an element that comes now has to be buried, too.
pub fn has_failed() -> bool {
    FAILED.get()
}

/// Every element says that it is dead, and shows nothing that could be pressed but Close.
pub fn bury_all() {
    for handle in driver::all() {
        if let Some(host) = bury(&handle) {
            signals::dispatch(&host, &Signal::Error("panic"));
        }
    }
}

/// Puts a panel in the place of the dialog; gives the element, where it was alive. One that only came now is told
/// nothing: whoever shows it hears why it fails.
pub fn bury(handle: &Handle) -> Option<HtmlElement> {
    let (host, root, sent) = handle.bury()?;
    let was_open = root
        .query_selector(".dialog[open]")
        .is_ok_and(|open| open.is_some());
    if let Some(panel) = put_panel(&host, &root, sent)
        && was_open
    {
        open(&panel);
    }
    Some(host)
}

/// Shows the panel of a dead element.
pub fn show(handle: &Handle) {
    if let Some(panel) = panel_of(handle)
        && !panel.has_attribute("open")
    {
        open(&panel);
    }
}

/// Hides it.
pub fn close(handle: &Handle) {
    if let Some(panel) = panel_of(handle) {
        panel.close();
    }
}

fn panel_of(handle: &Handle) -> Option<HtmlDialogElement> {
    let found = handle
        .shadow_root()?
        .query_selector("dialog.panic")
        .ok()??;
    Some(found.unchecked_into())
}

fn open(panel: &HtmlDialogElement) {
    let _ = panel.show_modal();
}

/// A native dialog that needs no code of ours: its form closes it.
fn put_panel(host: &HtmlElement, root: &ShadowRoot, sent: bool) -> Option<HtmlDialogElement> {
    while let Some(child) = root.last_child() {
        root.remove_child(&child).ok()?;
    }
    let document = web_sys::window()?.document()?;
    let given = |key: &str| {
        let given = |by| get(&get(host, by)?, key)?.as_string();
        given("messages").or_else(|| given("_texts"))
    };
    let panel = make(&document, "dialog")?;
    let _ = panel.set_attribute("class", "dialog panic");
    let _ = panel.set_attribute("aria-labelledby", "said");
    let text = make(&document, "p")?;
    let _ = text.set_attribute("id", "said");
    let _ = text.set_attribute("role", "alert");
    let (key, english) = if sent {
        ("panic.sent", PANEL_SENT)
    } else {
        ("panic.text", PANEL)
    };
    let said = given(key);
    let _ = panel.set_attribute("dir", direction(said.as_deref().unwrap_or(english)));
    if said.is_none() {
        let _ = panel.set_attribute("lang", "en");
    }
    text.set_text_content(Some(said.as_deref().unwrap_or(english)));
    let form = make(&document, "form")?;
    let _ = form.set_attribute("method", "dialog");
    let button = make(&document, "button")?;
    button.set_text_content(Some(given("close").as_deref().unwrap_or(CLOSE)));
    form.append_child(&button).ok()?;
    panel.append_child(&text).ok()?;
    panel.append_child(&form).ok()?;
    // Its colours are those of the theme, and the page's inherited styles end there.
    let theme = make(&document, "div")?;
    let _ = theme.set_attribute("class", "theme");
    theme.append_child(&panel).ok()?;
    root.append_child(&theme).ok()?;
    Some(panel.unchecked_into())
}

/// As in the loader: by the letters, whatever the page's own direction is.
fn direction(text: &str) -> &'static str {
    let from_the_right = |letter| matches!(letter, '\u{590}'..='\u{8ff}');
    if text.chars().any(from_the_right) {
        "rtl"
    } else {
        "ltr"
    }
}

fn make(document: &Document, name: &str) -> Option<web_sys::Element> {
    document.create_element(name).ok()
}
