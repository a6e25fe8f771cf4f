//! The bridge: what the element's JavaScript class calls.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, ShadowRoot};

use super::driver::Handle;

/// Gives an element its dialog, once; asked again, the same one.
#[wasm_bindgen]
pub fn mount(host: &HtmlElement, root: &ShadowRoot) -> Instance {
    Instance(Handle::of(host, root))
}

/// An element's dialog. Nobody needs to free it: it goes with the element.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Instance(Handle);

#[wasm_bindgen]
impl Instance {
    /// Opens the dialog; the promise of `{outcome, job?, error?}` never rejects.
    pub fn show(&self) -> Promise {
        self.0.show()
    }

    /// Closes the dialog for the page.
    pub fn close(&self) {
        self.0.close();
    }

    /// The promise of `[{code, severity, parameters}]`, by reads only.
    pub fn check(&self) -> Promise {
        self.0.check()
    }

    /// A property changed, by its camelCase name.
    pub fn changed(&self, name: &str) {
        self.0.changed(name);
    }

    /// The element came into the page.
    pub fn connected(&self) {
        self.0.connected();
    }

    /// The element left the page.
    pub fn disconnected(&self) {
        self.0.disconnected();
    }
}

#[cfg(feature = "test-panic")]
#[wasm_bindgen]
impl Instance {
    /// Panics, as no code of ours should.
    #[expect(clippy::panic, reason = "it is what the feature is for")]
    pub fn panic(&self) {
        panic!("a test asked for it");
    }
}

impl Instance {
    /// The driver's end of it.
    pub fn handle(&self) -> &Handle {
        &self.0
    }
}
