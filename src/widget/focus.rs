//! Focus across shadow roots: who has it, and giving it back.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node, ShadowRoot};

use super::log;

/// The element that has the focus, inside whatever shadow roots; `None` for the body, and for the root, which Firefox
/// lets take it.
pub fn deep_active() -> Option<HtmlElement> {
    let mut active = web_sys::window()?.document()?.active_element()?;
    while let Some(inner) = active.shadow_root().and_then(|root| root.active_element()) {
        active = inner;
    }
    if active.matches("html, body").unwrap_or(false) {
        return None;
    }
    active.dyn_into().ok()
}

/// The parent as it is rendered: an element's, or the host of its shadow root.
pub fn composed_parent(element: &Element) -> Option<Element> {
    if let Some(slot) = js_sys::Reflect::get(element, &"assignedSlot".into())
        .ok()
        .and_then(|slot| slot.dyn_into::<Element>().ok())
    {
        return Some(slot);
    }
    element.parent_element().or_else(|| host_of(element))
}

/// The host of the shadow root that the element is in.
pub fn host_of(node: &Node) -> Option<Element> {
    let root = node.get_root_node().dyn_into::<ShadowRoot>().ok()?;
    Some(root.host())
}

/// Where the focus was, and what was around it, should it be gone later.
#[derive(Debug, Default)]
pub struct Opener {
    path: Vec<HtmlElement>,
}

impl Opener {
    /// Remembers the element that has the focus now, unless that is inside `own`.
    pub fn remember(own: &ShadowRoot) -> Option<Self> {
        let active = deep_active()?;
        if own.contains(Some(&active)) {
            return None;
        }
        let mut path = Vec::new();
        let mut next: Option<Element> = Some(active.into());
        while let Some(element) = next {
            next = composed_parent(&element);
            if let Ok(element) = element.dyn_into::<HtmlElement>() {
                path.push(element);
            }
        }
        Some(Opener { path })
    }

    /// Gives the focus back: to the opener, the page's `fallback`, the nearest place around the opener that takes it,
    /// or the element itself. Says so on the console where none of these does.
    pub fn give_back(&self, fallback: Option<&HtmlElement>, host: &HtmlElement) {
        let (opener, around) = match self.path.split_first() {
            Some((opener, around)) => (Some(opener), around),
            None => (None, &[][..]),
        };
        let mut candidates = opener.into_iter().chain(fallback).chain(around);
        if candidates.any(takes_focus) {
            return;
        }
        // Without it nothing can focus the host; taken away again, the focus would fall to the body.
        if !host.has_attribute("tabindex") {
            let _ = host.set_attribute("tabindex", "-1");
        }
        let taken = takes_focus(host);
        if !taken {
            log::warn(
                "what opened the dialog is gone, so the focus has nowhere to go: set the property returnFocus to an element.",
            );
        }
    }
}

/// Focuses the element and says whether the focus is there, or inside it (a host that delegates).
pub fn takes_focus(element: &HtmlElement) -> bool {
    // A disabled one may still be called active until the browser draws again.
    let is_disabled = element.matches(":disabled").unwrap_or(false);
    if is_disabled || !element.is_connected() || element.focus().is_err() {
        return false;
    }
    let mut active: Option<Element> = deep_active().map(Into::into);
    while let Some(inner) = active {
        if &inner == AsRef::<Element>::as_ref(element) {
            return true;
        }
        active = host_of(&inner);
    }
    false
}
