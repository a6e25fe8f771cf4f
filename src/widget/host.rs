//! What the page says by the element's properties: read tolerantly, with one warning for each that will not do.

use std::cell::RefCell;

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use super::{log, unicode};
use crate::atlas;
use crate::dialog::{Config, ReasonMode};
use crate::model::{Policy, Roles};

/// So many texts are a language: nearly all that the dialog has.
const WHOLE: u32 = 300;

/// Light, dark, or as the page has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the host's `color-scheme`, else the system's.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// How the page wants things said and shown.
#[derive(Debug)]
pub struct PageSettings {
    /// A BCP 47 tag, never empty: the page's, where there are texts for it, else English.
    pub lang: String,
    /// The loader's catalogue of that language: an object with texts by key, or undefined.
    pub catalogue: JsValue,
    /// The theme.
    pub theme: Theme,
    /// Overrides of texts by key: an object, or undefined.
    pub messages: JsValue,
}

/// The element's properties.
#[derive(Debug, Default)]
pub struct Properties {
    warned: RefCell<Vec<&'static str>>,
}

impl Properties {
    /// One warning for each property.
    fn warn(&self, name: &'static str, expected: &str) {
        let Ok(mut warned) = self.warned.try_borrow_mut() else {
            return;
        };
        if !warned.contains(&name) {
            warned.push(name);
            log::warn(&["the property ", name, " should be ", expected, "."].concat());
        }
    }

    fn text(&self, host: &HtmlElement, name: &'static str) -> Option<String> {
        let value = get(host, name)?;
        let Some(text) = value.as_string() else {
            self.warn(name, "a string");
            return None;
        };
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// A function that the page gave; the loader takes nothing else.
    pub fn function(&self, host: &HtmlElement, name: &'static str) -> Option<Function> {
        get(host, name)?.dyn_into().ok()
    }

    fn object(&self, host: &HtmlElement, name: &'static str) -> Option<JsValue> {
        let value = get(host, name)?;
        if value.is_object() {
            return Some(value);
        }
        self.warn(name, "an object");
        None
    }

    fn json(&self, host: &HtmlElement, name: &'static str) -> Option<String> {
        let text = js_sys::JSON::stringify(&plain(&self.object(host, name)?, 0))
            .ok()
            .and_then(|text| text.as_string());
        if text.is_none() {
            self.warn(name, "plain data");
        }
        text
    }

    /// What `show()` and `check()` start from.
    pub fn config(&self, host: &HtmlElement) -> Config {
        Config {
            source_project: self.text(host, "sourceProject"),
            source_cluster: self.text(host, "sourceCluster"),
            snapshot: self.text(host, "snapshot"),
            target_project: self.text(host, "targetProject"),
            target_cluster: self.text(host, "targetCluster"),
            // What the loader kept over a reload counts where the page names none.
            job: self.text(host, "job").or_else(|| self.text(host, "_job")),
            other_backend: false,
            roles: self.roles(host),
            policy: self.policy(host),
            reason: match self.text(host, "reason").as_deref() {
                // What is none of its words was told by the loader.
                Some("optional") => ReasonMode::Optional,
                Some("required") => ReasonMode::Required,
                _ => ReasonMode::Off,
            },
            reason_pattern: self.text(host, "reasonPattern").filter(|pattern| {
                let usable = unicode::is_pattern(pattern);
                if !usable {
                    self.warn("reasonPattern", "a regular expression");
                }
                usable
            }),
            reason_limit: self.number(host, "reasonLimit"),
            snapshot_action: self.text(host, "snapshotAction"),
            snapshot_advice_hours: self.number(host, "snapshotAdvice"),
            fresh_seconds: self.number(host, "freshFor"),
            long_minutes: self.number(host, "longAfter"),
            job_link: self.text(host, "jobLink").filter(|link| {
                let usable = link.starts_with('/')
                    || link.starts_with("http:")
                    || link.starts_with("https:");
                if !usable {
                    self.warn("jobLink", "an http(s) address or a path");
                }
                usable
            }),
        }
    }

    fn number(&self, host: &HtmlElement, name: &'static str) -> Option<u32> {
        let number = self.text(host, name)?.parse().ok().filter(|n| *n > 0);
        if number.is_none() {
            self.warn(name, "a whole number above 0");
        }
        number
    }

    fn roles(&self, host: &HtmlElement) -> Roles {
        let Some(json) = self.json(host, "roles") else {
            return Roles::default();
        };
        atlas::read_roles(json.as_bytes()).unwrap_or_else(|_| {
            self.warn(
                "roles",
                "{roles?, orgRoles?}, each with lists of role names by id",
            );
            Roles::default()
        })
    }

    fn policy(&self, host: &HtmlElement) -> Option<Policy> {
        let json = self.json(host, "policy")?;
        let (policy, odd) = atlas::read_policy(json.as_bytes());
        if !odd.is_empty() {
            self.warn(
                "policy",
                "{acceptedRoles?, requireEncryption?, topology?}; what is not understood takes its default",
            );
        }
        Some(policy)
    }

    /// The backend's base URL, without the slash at its end. The loader has refused what will not do (index.js).
    pub fn backend(&self, host: &HtmlElement) -> String {
        let base = self.text(host, "backend");
        let base = base.as_deref().unwrap_or("/restore");
        base.trim_end_matches('/').to_owned()
    }

    /// Language, theme and texts.
    pub fn page(&self, host: &HtmlElement) -> PageSettings {
        let catalogue = get(host, "_texts").filter(JsValue::is_object);
        let messages = self.object(host, "messages");
        // A few texts of the page's do not make a language: the rest would be English under its name.
        let is_whole =
            |texts: &JsValue| Object::keys(texts.unchecked_ref::<Object>()).length() >= WHOLE;
        let is_spoken = |tag: &String| {
            catalogue.is_some()
                || messages.as_ref().is_some_and(is_whole)
                || tag.split('-').next().unwrap_or_default() == "en"
        };
        PageSettings {
            lang: self
                .text(host, "_lang")
                .filter(is_spoken)
                .unwrap_or_else(|| "en".to_owned()),
            catalogue: catalogue.unwrap_or_default(),
            theme: match self.text(host, "theme").as_deref() {
                Some("light") => Theme::Light,
                Some("dark") => Theme::Dark,
                _ => Theme::Auto,
            },
            messages: messages.unwrap_or_default(),
        }
    }

    /// Whether the form stands in the page (`mode="inline"`), and how far its headings are below an `h1`.
    pub fn place(&self, host: &HtmlElement) -> (bool, usize) {
        let level = self.number(host, "headingLevel").unwrap_or(2).min(6);
        let inline = self.text(host, "mode").as_deref() == Some("inline");
        (inline, level.saturating_sub(1) as usize)
    }

    /// Where the focus goes if the opener is gone.
    pub fn return_focus(&self, host: &HtmlElement) -> Option<HtmlElement> {
        let element = get(host, "returnFocus")?.dyn_into().ok();
        if element.is_none() {
            self.warn("returnFocus", "an element");
        }
        element
    }
}

/// Roles by id in an object are as deep as what a page gives.
const DEEPEST: u8 = 4;

/// A copy of plain data, in which no `toJSON` of the page's prototypes is found.
fn plain(value: &JsValue, depth: u8) -> JsValue {
    if !value.is_object() {
        return value.clone();
    }
    let copy: Object = if Array::is_array(value) {
        Array::new().into()
    } else {
        Object::new()
    };
    if depth < DEEPEST {
        for key in Object::keys(value.unchecked_ref::<Object>()).iter() {
            let member = Reflect::get(value, &key).unwrap_or_default();
            let _ = Reflect::set(&copy, &key, &plain(&member, depth.saturating_add(1)));
        }
    }
    set(&copy, "toJSON", JsValue::UNDEFINED);
    copy.into()
}

/// A property of an object that may be anything: undefined, null and a getter that throws are `None`.
pub fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    let value = Reflect::get(object, &JsValue::from_str(name)).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// Sets a property of a plain object of ours.
pub fn set(object: &Object, name: &str, value: impl Into<JsValue>) {
    let _ = Reflect::set(object, &JsValue::from_str(name), &value.into());
}

/// What a field or a select holds. By its property: a class of its own for each kind of them would be paid for in bytes.
pub fn value_of(field: &JsValue) -> Option<String> {
    get(field, "value")?.as_string()
}

/// What a thrown or rejected value says: an error's message, or a string.
pub fn message_of(thrown: &JsValue) -> Option<String> {
    let text = match get(thrown, "message") {
        Some(message) => message.as_string(),
        None => thrown.as_string(),
    }?;
    (!text.is_empty()).then_some(text)
}
