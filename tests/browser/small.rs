//! Unicode, focus, and the element's properties.

use atlas_restore_dialog::dialog::ReasonMode;
use atlas_restore_dialog::model::Timestamp;
use atlas_restore_dialog::widget::focus::{self, Opener};
use atlas_restore_dialog::widget::format::Formats;
use atlas_restore_dialog::widget::host::{Properties, Theme};
use atlas_restore_dialog::widget::unicode::{fold, nfc};
use js_sys::Object;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use super::page::{add, attach, document, is_active, js, set};

#[wasm_bindgen_test]
fn unicode_composes_and_folds() {
    assert_eq!(nfc("Cafe\u{301}"), "Caf\u{e9}");
    assert_eq!(nfc("plain"), "plain");
    assert_eq!(fold("CAFE\u{301}"), "cafe");
    assert_eq!(fold("\u{c5}ngstr\u{f6}m"), "angstrom");
    assert_eq!(fold("\u{130}stanbul"), "istanbul");
    assert_eq!(fold("Plain-8.0"), "plain-8.0");
}

#[wasm_bindgen_test]
fn focus_is_found_and_given_back_through_nested_roots() {
    let body = document().body().unwrap();
    let outer = add(&body, "section");
    let inner = add(&attach(&outer), "section");
    let button = add(&attach(&inner), "button");
    let own = add(&body, "section");
    let own_root = attach(&own);
    let own_button = add(&own_root, "button");

    button.focus().unwrap();
    assert!(is_active(&button));
    let opener = Opener::remember(&own_root).unwrap();
    own_button.focus().unwrap();
    assert!(
        Opener::remember(&own_root).is_none(),
        "our own focus is no opener"
    );
    opener.give_back(None, &own);
    assert!(is_active(&button));

    own_button.focus().unwrap();
    outer.set_tab_index(-1);
    button.remove();
    opener.give_back(None, &own);
    assert!(is_active(&outer), "the nearest place around it");

    own_button.focus().unwrap();
    let fallback = add(&body, "button");
    opener.give_back(Some(&fallback), &own);
    assert!(is_active(&fallback));

    fallback.blur().unwrap();
    outer.remove();
    fallback.remove();
    opener.give_back(None, &own);
    assert!(is_active(&own), "never silently the body");
    own.remove();
    assert!(focus::deep_active().is_none());
}

#[wasm_bindgen_test]
fn focus_skips_an_opener_that_is_disabled() {
    let body = document().body().unwrap();
    let row = add(&body, "section");
    row.set_tab_index(-1);
    let button = add(&row, "button");
    let own = add(&body, "section");
    let own_root = attach(&own);
    button.focus().unwrap();
    let opener = Opener::remember(&own_root).unwrap();
    button.set_attribute("disabled", "").unwrap();
    opener.give_back(None, &own);
    assert!(is_active(&row));
    row.remove();
    own.remove();
}

#[wasm_bindgen_test]
fn properties_are_read_tolerantly() {
    let host = add(&document().body().unwrap(), "section");
    let properties = Properties::default();
    set(&host, "sourceProject", "  a  ");
    set(&host, "snapshot", 5);
    set(&host, "targetCluster", "");
    set(&host, "reason", "sometimes");
    set(&host, "roles", "owner");
    set(&host, "policy", JsValue::NULL);
    let config = properties.config(&host);
    assert_eq!(config.source_project.as_deref(), Some("a"));
    assert_eq!(config.snapshot, None);
    assert_eq!(config.target_cluster, None);
    assert_eq!(config.reason, ReasonMode::Off);
    assert_eq!(config.roles, Default::default());
    assert_eq!(config.policy, None);

    let roles = js("", "return {roles: {p: ['GROUP_OWNER']}}");
    set(&host, "roles", roles.call0(&JsValue::NULL).unwrap());
    set(&host, "reason", "required");
    set(&host, "policy", Object::new());
    let config = properties.config(&host);
    assert!(config.roles.roles.unwrap().get("p").is_some());
    assert_eq!(config.reason, ReasonMode::Required);
    assert_eq!(config.policy, Some(Default::default()));
    host.remove();
}

#[wasm_bindgen_test]
fn language_and_theme_are_those_of_the_element() {
    let host = add(&document().body().unwrap(), "section");
    let properties = Properties::default();
    let spoken = || properties.page(&host).lang;
    assert_eq!(spoken(), "en");
    // What the loader found around the element.
    set(&host, "_lang", "en-GB");
    assert_eq!(spoken(), "en-GB");
    // Dates in a language that the words are not in would help nobody.
    set(&host, "_lang", "de-AT");
    assert_eq!(spoken(), "en");
    set(&host, "messages", Object::new());
    assert_eq!(spoken(), "en", "nor do a few words make a language");
    let whole = js(
        "",
        "return Object.fromEntries(Array.from({length: 300}, (_, n) => [n, '']));",
    );
    set(&host, "messages", whole.call0(&JsValue::NULL).unwrap());
    assert_eq!(spoken(), "de-AT");
    set(&host, "messages", JsValue::UNDEFINED);
    set(&host, "_texts", Object::new());
    assert_eq!(spoken(), "de-AT");
    assert_eq!(properties.page(&host).theme, Theme::Auto);
    set(&host, "theme", "dark");
    assert_eq!(properties.page(&host).theme, Theme::Dark);
    host.remove();
}

/// A day and a half is no "yesterday", and two and a half are no day before it: which snapshot is taken hangs on this.
#[wasm_bindgen_test]
fn ages_are_whole_units_that_have_passed() {
    const HOUR: i64 = 3_600_000;
    let now = Timestamp(1_795_514_400_000);
    let age = |tag, ms| Formats::new(tag).age(Timestamp(now.0 - ms), now);
    for (ms, english, german) in [
        (0, "0 seconds ago", "vor 0 Sekunden"),
        (90_000, "1 minute ago", "vor 1 Minute"),
        (23 * HOUR, "23 hours ago", "vor 23 Stunden"),
        (47 * HOUR, "1 day ago", "vor 1 Tag"),
        (49 * HOUR, "2 days ago", "vor 2 Tagen"),
        (71 * HOUR, "2 days ago", "vor 2 Tagen"),
        (61 * 24 * HOUR, "2 months ago", "vor 2 Monaten"),
        (-2 * HOUR, "in 2 hours", "in 2 Stunden"),
    ] {
        assert_eq!(age("en", ms), english);
        assert_eq!(age("de", ms), german);
    }
    for (tag, wrong) in [("ja", "一昨日"), ("ar", "أول أمس")] {
        assert!(!age(tag, 60 * HOUR).contains(wrong), "{tag}");
    }
}

#[wasm_bindgen_test]
fn backend_has_no_slash_at_its_end() {
    let host = add(&document().body().unwrap(), "section");
    let properties = Properties::default();
    assert_eq!(properties.backend(&host), "/restore");
    set(&host, "backend", "https://portal.example/restore//");
    assert_eq!(properties.backend(&host), "https://portal.example/restore");
    host.remove();
}
