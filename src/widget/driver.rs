//! Stub until the driver's own is merged.
use std::cell::{Ref, RefCell};
use std::rc::Rc;

use super::host::PageSettings;
use crate::dialog::{Dialog, Event};
use crate::model::Timestamp;

struct Inner {
    dialog: RefCell<Dialog>,
    host: web_sys::HtmlElement,
    root: web_sys::ShadowRoot,
    page: RefCell<PageSettings>,
    changed: RefCell<Option<yew::Callback<()>>>,
}

/// One dialog of the page.
#[derive(Clone)]
pub struct Handle(Rc<Inner>);

impl PartialEq for Handle {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Handle {
    /// A stub.
    pub fn new(
        dialog: Dialog,
        host: web_sys::HtmlElement,
        root: web_sys::ShadowRoot,
        page: PageSettings,
    ) -> Self {
        Handle(Rc::new(Inner {
            dialog: RefCell::new(dialog),
            host,
            root,
            page: RefCell::new(page),
            changed: RefCell::default(),
        }))
    }
    /// Stub.
    pub fn on_change(&self, changed: yew::Callback<()>) {
        *self.0.changed.borrow_mut() = Some(changed);
    }
    /// An event happened.
    pub fn send(&self, event: Event) {
        web_sys::console::log_1(&format!("{event:?}").into());
        let now = self.now();
        let _ = self.0.dialog.borrow_mut().update(event, now);
        if let Some(changed) = &*self.0.changed.borrow() {
            changed.emit(());
        }
    }
    /// The dialog.
    pub fn dialog(&self) -> Ref<'_, Dialog> {
        self.0.dialog.borrow()
    }
    /// The browser's time.
    pub fn now(&self) -> Timestamp {
        Timestamp(js_sys::Date::now() as i64)
    }
    /// The page's settings.
    pub fn page(&self) -> PageSettings {
        self.0.page.borrow().clone()
    }
    /// Restore was pressed.
    pub fn restore_pressed(&self) {
        self.send(Event::RestorePressed {
            key: "stub".to_owned(),
        });
    }
    /// The element.
    pub fn host(&self) -> web_sys::HtmlElement {
        self.0.host.clone()
    }
    /// Its shadow root.
    pub fn root(&self) -> web_sys::ShadowRoot {
        self.0.root.clone()
    }
    /// To the clipboard.
    pub fn copy_text(&self, text: &str) {
        let _ = text;
    }
}
