//! Timers and listeners that end with their owner.

use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget};

/// A timer that is cleared when it is dropped.
#[derive(Debug)]
pub struct Timeout {
    id: i32,
    _closure: Closure<dyn FnMut()>,
}

impl Timeout {
    /// Calls `action` once, in so many milliseconds.
    pub fn new(after_ms: u32, action: Box<dyn FnMut()>) -> Option<Self> {
        let closure = Closure::wrap(action);
        let after_ms = i32::try_from(after_ms).unwrap_or(i32::MAX);
        let id = web_sys::window()?
            .set_timeout_with_callback_and_timeout_and_arguments_0(
                closure.as_ref().unchecked_ref(),
                after_ms,
            )
            .ok()?;
        Some(Timeout {
            id,
            _closure: closure,
        })
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_timeout_with_handle(self.id);
        }
    }
}

/// A listener that is removed when it is dropped.
#[derive(Debug)]
pub struct Listener {
    target: EventTarget,
    name: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Listens on `target`, in the bubbling phase.
    pub fn new(target: &EventTarget, name: &'static str, action: Box<dyn FnMut(Event)>) -> Self {
        let closure = Closure::wrap(action);
        // It throws only for options that we don't give.
        let _ = target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
        Listener {
            target: target.clone(),
            name,
            closure,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self
            .target
            .remove_event_listener_with_callback(self.name, self.closure.as_ref().unchecked_ref());
    }
}
