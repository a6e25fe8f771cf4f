//! The element's promises and events.

use atlas_restore_dialog::dialog::{Body, Event};
use js_sys::{Array, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

use super::page::{
    Page, SNAPSHOT, add, document, get, is_active, js, members, rejection, set, text, until, value,
};

fn in_review(page: &Page) -> bool {
    let handle = page.instance.handle();
    let dialog = handle.dialog();
    matches!(dialog.view(handle.now()).body, Body::Review(_))
}

/// To the review, with the target's name typed.
pub async fn confirmed(page: &Page) {
    let handle = page.instance.handle();
    let _ = page.instance.show();
    until(|| {
        let dialog = handle.dialog();
        matches!(&dialog.view(handle.now()).body, Body::Destination(view) if view.missing.is_empty())
    })
    .await;
    handle.send(Event::NextPressed);
    until(|| in_review(page)).await;
    handle.send(Event::ConfirmationTyped("orders-copy".into()));
}

fn submit_error(page: &Page) -> Option<String> {
    let handle = page.instance.handle();
    let dialog = handle.dialog();
    match dialog.view(handle.now()).body {
        Body::Review(view) => view.error.map(|error| format!("{error:?}")),
        _ => None,
    }
}

#[wasm_bindgen_test]
async fn show_gives_one_promise_while_open_and_settles_once() {
    let page = Page::new();
    let first = page.instance.show();
    let second = page.instance.show();
    assert_eq!(JsValue::from(first.clone()), JsValue::from(second));
    until(|| page.is_shown()).await;
    page.instance.close();
    let outcome = value(first).await;
    assert_eq!(text(&outcome, "outcome"), "dismissed");
    assert_eq!(members(&outcome), ["outcome"]);
    until(|| !page.is_shown()).await;
    let closes = page.events_named("restore-close");
    assert_eq!(closes.len(), 1);
    assert_eq!(text(&closes[0], "reason"), "host");

    let third = page.instance.show();
    until(|| page.is_shown()).await;
    page.instance.handle().send(Event::Closed(
        atlas_restore_dialog::dialog::CloseReason::Cancel,
    ));
    assert_eq!(text(&value(third).await, "outcome"), "cancelled");
}

#[wasm_bindgen_test]
async fn show_without_a_place_is_an_error() {
    let page = Page::new();
    page.host.remove();
    let outcome = value(page.instance.show()).await;
    assert_eq!(text(&outcome, "outcome"), "error");
    assert!(page.calls().is_empty());
}

#[wasm_bindgen_test]
async fn mount_twice_is_one_dialog() {
    let page = Page::new();
    let again = atlas_restore_dialog::widget::element::mount(&page.host, &page.root);
    let first = page.instance.show();
    assert_eq!(JsValue::from(first), JsValue::from(again.show()));
    until(|| page.is_shown()).await;
    assert_eq!(page.root.child_element_count(), 1);
}

#[wasm_bindgen_test]
async fn focus_returns_to_the_opener() {
    let button = add(&document().body().unwrap(), "button");
    let page = Page::new();
    button.focus().unwrap();
    let _ = page.instance.show();
    until(|| page.is_shown()).await;
    assert!(!is_active(&button));
    page.instance.close();
    until(|| is_active(&button)).await;
    button.remove();
}

#[wasm_bindgen_test]
async fn handlers_may_close_and_show_again() {
    let page = Page::new();
    let (instance_again, counter) = (
        atlas_restore_dialog::widget::element::mount(&page.host, &page.root),
        Array::new(),
    );
    let rounds = counter.clone();
    let again = wasm_bindgen::closure::Closure::<dyn FnMut()>::new(move || {
        if rounds.length() < 3 {
            rounds.push(&instance_again.show());
        }
    });
    let listener = again.as_ref().unchecked_ref();
    page.host
        .add_event_listener_with_callback("restore-close", listener)
        .unwrap();
    let first = page.instance.show();
    page.instance.close();
    assert_eq!(text(&value(first).await, "outcome"), "dismissed");
    assert_eq!(counter.length(), 1);
    until(|| page.is_shown()).await;
    page.host
        .remove_event_listener_with_callback("restore-close", listener)
        .unwrap();
    page.instance.close();
    let second: Promise = counter.get(0).unchecked_into();
    assert_eq!(text(&value(second).await, "outcome"), "dismissed");
}

#[wasm_bindgen_test]
async fn restore_is_announced_sent_once_and_followed() {
    let page = Page::with_target();
    let promise = page.instance.show();
    confirmed(&page).await;
    let handle = page.instance.handle();
    handle.restore_pressed();
    handle.restore_pressed();
    let outcome = value(promise).await;
    assert_eq!(text(&outcome, "outcome"), "started");
    let job = get(&outcome, "job");
    assert_eq!(text(&job, "targetClusterName"), "orders-copy");
    assert_eq!(get(&job, "failed"), JsValue::FALSE);
    assert!(get(&job, "finishedAt").is_undefined());

    let posts = page.posts();
    assert_eq!(posts.len(), 1);
    let headers = get(&posts[0], "headers");
    assert_eq!(text(&headers, "X-CSRF-Token"), "from-session");
    let key = text(&headers, "Idempotency-Key");
    assert_eq!((key.len(), key.as_bytes()[14]), (36, b'4'));

    let select = page.events_named("restore-select").pop().unwrap();
    assert_eq!(text(&select, "sourceCluster"), "orders");
    assert_eq!(text(&select, "targetCluster"), "orders-copy");
    let asked = page.events_named("restore-before-submit");
    assert_eq!(asked.len(), 1);
    assert_eq!(members(&asked[0]), ["request", "waitUntil"]);
    assert_eq!(text(&get(&asked[0], "request"), "snapshot"), SNAPSHOT);
    until(|| page.events_named("restore-started").len() == 1).await;
    let started = page.events_named("restore-started").pop().unwrap();
    assert_eq!(members(&started), ["job", "request"]);
    for event in page.events.iter() {
        assert_eq!(get(&event, "target"), JsValue::from(page.host.clone()));
    }
}

/// On plain http there is no `randomUUID`: the key is a UUID of version 4 all the same (RFC 9562).
#[wasm_bindgen_test]
async fn key_without_random_uuid_is_a_uuid_of_version_4() {
    for (byte, expected) in [
        (0, "00000000-0000-4000-8000-000000000000"),
        (0xff, "ffffffff-ffff-4fff-bfff-ffffffffffff"),
        (0xa5, "a5a5a5a5-a5a5-45a5-a5a5-a5a5a5a5a5a5"),
    ] {
        let page = Page::with_target();
        confirmed(&page).await;
        let fixed = "Object.defineProperty(crypto, 'randomUUID', {value: undefined, configurable: true});
            Object.defineProperty(crypto, 'getRandomValues', {value: (bytes) => bytes.fill(byte), configurable: true});";
        js("byte", fixed)
            .call1(&JsValue::UNDEFINED, &byte.into())
            .unwrap();
        page.instance.handle().restore_pressed();
        js(
            "",
            "delete crypto.randomUUID; delete crypto.getRandomValues;",
        )
        .call0(&JsValue::UNDEFINED)
        .unwrap();
        until(|| page.posts().len() == 1).await;
        let headers = get(&page.posts()[0], "headers");
        assert_eq!(text(&headers, "Idempotency-Key"), expected);
    }
}

#[wasm_bindgen_test]
async fn before_submit_can_be_prevented() {
    let page = Page::with_target();
    confirmed(&page).await;
    let prevent = js(
        "event",
        "event.preventDefault(); throw new Error('thrown on purpose')",
    );
    // The handler throws too: that is the page's affair, and the browser reports it.
    let quiet = js("event", "event.preventDefault()");
    web_sys::window().unwrap().set_onerror(Some(&quiet));
    page.host
        .add_event_listener_with_callback("restore-before-submit", &prevent)
        .unwrap();
    page.instance.handle().restore_pressed();
    until(|| submit_error(&page).is_some()).await;
    assert_eq!(submit_error(&page).unwrap(), "Vetoed(None)");
    assert!(page.posts().is_empty());
    web_sys::window().unwrap().set_onerror(None);
}

#[wasm_bindgen_test]
async fn before_submit_waits_and_takes_a_rejection_as_veto() {
    let page = Page::with_target();
    confirmed(&page).await;
    let handle = page.instance.handle();
    let ask = js(
        "event",
        "event.detail.waitUntil(Promise.resolve(1)); event.detail.waitUntil(new Promise((yes, no) => { event.target.decide = {yes, no}; }))",
    );
    page.host
        .add_event_listener_with_callback("restore-before-submit", &ask)
        .unwrap();
    let decide = |what: &str| {
        js("host", &format!("host.decide.{what}"))
            .call1(&JsValue::UNDEFINED, &page.host)
            .unwrap();
    };
    handle.restore_pressed();
    until(|| page.events_named("restore-before-submit").len() == 1).await;
    decide("no(new Error('not on a Friday'))");
    until(|| submit_error(&page).is_some()).await;
    assert_eq!(
        submit_error(&page).unwrap(),
        "Vetoed(Some(\"not on a Friday\"))"
    );
    assert!(page.posts().is_empty());

    handle.send(Event::ConfirmationTyped("orders-copy".into()));
    handle.restore_pressed();
    until(|| page.events_named("restore-before-submit").len() == 2).await;
    assert!(page.posts().is_empty());
    decide("yes()");
    until(|| page.posts().len() == 1).await;
}

#[wasm_bindgen_test]
async fn sign_in_by_the_page_goes_on_and_does_not_go_round_in_circles() {
    let page = Page::new();
    page.instead("if (!globalThis.signedIn && path.endsWith('/session')) return new Response('', {status: 401})");
    let sign_in = js("event", "event.detail.waitUntil(Promise.resolve())");
    page.host
        .add_event_listener_with_callback("restore-auth-required", &sign_in)
        .unwrap();
    let _ = page.instance.show();
    until(|| page.events_named("restore-auth-required").len() == 2).await;
    let handle = page.instance.handle();
    super::page::turn().await;
    assert!(handle.dialog().view(handle.now()).sign_in_needed);
    let asked = page.calls().len();
    super::page::turn().await;
    assert_eq!(
        page.calls().len(),
        asked,
        "the second time a person must confirm"
    );
    set(&js_sys::global(), "signedIn", true);
    handle.send(Event::SignedIn);
    until(|| !handle.dialog().view(handle.now()).sign_in_needed).await;
    set(&js_sys::global(), "signedIn", false);
}

#[wasm_bindgen_test]
async fn check_reads_and_never_writes() {
    let page = Page::with_target();
    let findings = Array::from(&value(page.instance.check()).await);
    let codes: Vec<String> = findings
        .iter()
        .map(|finding| text(&finding, "code"))
        .collect();
    assert!(codes.contains(&"data.deleted".to_owned()), "{codes:?}");
    let first = findings.get(0);
    assert_eq!(members(&first), ["code", "parameters", "severity"]);
    assert!(
        page.calls()
            .iter()
            .all(|call| text(call, "method") == "GET")
    );
    assert!(page.names().is_empty());
    assert!(!page.is_shown());
}

#[wasm_bindgen_test]
async fn check_that_cannot_read_rejects_with_words() {
    let page = Page::with_target();
    page.instead("return Response.json({detail: 'not you'}, {status: 403})");
    let words = rejection(page.instance.check()).await;
    assert!(
        words.contains("403") && words.contains("not you"),
        "{words}"
    );
}

#[wasm_bindgen_test]
async fn removal_ends_reads_and_the_promise_and_a_return_works() {
    let page = Page::new();
    page.instead("return new Promise(() => {})");
    let promise = page.instance.show();
    until(|| !page.calls().is_empty()).await;
    let check = page.instance.check();
    page.host.remove();
    page.instance.disconnected();
    assert_eq!(text(&value(promise).await, "outcome"), "error");
    assert!(!rejection(check).await.is_empty());
    until(|| page.root.child_element_count() == 0).await;

    page.instead("return undefined");
    document().body().unwrap().append_child(&page.host).unwrap();
    page.instance.connected();
    let promise = page.instance.show();
    until(|| page.is_shown()).await;
    page.instance.close();
    assert_eq!(text(&value(promise).await, "outcome"), "dismissed");
}

#[wasm_bindgen_test]
async fn move_keeps_the_dialog_open() {
    let page = Page::new();
    let other = add(&document().body().unwrap(), "div");
    let promise = page.instance.show();
    until(|| page.is_shown()).await;
    other.append_child(&page.host).unwrap();
    page.instance.disconnected();
    page.instance.connected();
    until(|| page.is_shown()).await;
    assert!(page.instance.handle().dialog().is_open());
    page.instance.close();
    assert_eq!(text(&value(promise).await, "outcome"), "dismissed");
    other.remove();
}

#[wasm_bindgen_test]
async fn inner_events_stay_inside() {
    let page = Page::new();
    let _ = page.instance.show();
    until(|| page.is_shown()).await;
    let seen = Array::new();
    let listener = js("seen", "return (event) => seen.push(event.type)")
        .call1(&JsValue::UNDEFINED, &seen)
        .unwrap();
    for name in ["input", "change", "cancel", "close", "toggle"] {
        page.host
            .add_event_listener_with_callback(name, listener.unchecked_ref())
            .unwrap();
    }
    let inner = page.root.query_selector("dialog *").unwrap().unwrap();
    js("inner", "for (const name of ['input', 'change']) inner.dispatchEvent(new Event(name, {bubbles: true, composed: true}))")
        .call1(&JsValue::UNDEFINED, &inner)
        .unwrap();
    page.instance.close();
    until(|| !page.is_shown()).await;
    super::page::turn().await;
    assert_eq!(seen.length(), 0, "{seen:?}");
}

#[wasm_bindgen_test]
async fn offline_is_told_and_reads_wait() {
    let page = Page::new();
    let offline = |is: bool| {
        js("is", "Object.defineProperty(navigator, 'onLine', {configurable: true, get: () => !is}); dispatchEvent(new Event(is ? 'offline' : 'online'))")
            .call1(&JsValue::UNDEFINED, &is.into())
            .unwrap();
    };
    offline(true);
    let _ = page.instance.show();
    until(|| page.is_shown()).await;
    let handle = page.instance.handle();
    assert!(handle.dialog().view(handle.now()).offline);
    assert!(page.calls().is_empty());
    offline(false);
    until(|| !page.calls().is_empty()).await;
    assert!(!handle.dialog().view(handle.now()).offline);
    js("", "delete navigator.onLine")
        .call0(&JsValue::UNDEFINED)
        .unwrap();
}

/// Weak references would say it better, but no page may force a collection: what can be counted is what we hold.
#[wasm_bindgen_test]
async fn rounds_of_adding_and_removing_leave_nothing_behind() {
    use atlas_restore_dialog::widget::driver::all;
    let memory = || {
        wasm_bindgen::memory()
            .unchecked_into::<js_sys::WebAssembly::Memory>()
            .buffer()
            .unchecked_into::<js_sys::ArrayBuffer>()
            .byte_length()
    };
    let round = || async {
        let page = Page::new();
        let promise = page.instance.show();
        until(|| page.is_shown()).await;
        page.host.remove();
        page.instance.disconnected();
        let _ = value(promise).await;
        until(|| page.root.child_element_count() == 0).await;
    };
    for _ in 0..20 {
        round().await;
    }
    let (alive, bytes) = (all().len(), memory());
    for _ in 0..100 {
        round().await;
    }
    assert!(all().len() <= alive);
    assert!(
        memory() - bytes <= 1 << 17,
        "{} bytes more after 100 rounds",
        memory() - bytes
    );
}

#[wasm_bindgen_test]
async fn request_in_flight_survives_the_removal() {
    let page = Page::with_target();
    confirmed(&page).await;
    page.instead(
        "if (init.method === 'POST') return new Promise((done) => { globalThis.answer = () => done(Response.json({id: '6a794733c0eb9e7a17740663'})); globalThis.posted = init; })",
    );
    page.instance.handle().restore_pressed();
    until(|| page.posts().len() == 1).await;
    page.host.remove();
    page.instance.disconnected();
    until(|| page.root.child_element_count() == 0).await;
    let signal = get(&get(&js_sys::global(), "posted"), "signal");
    assert_eq!(get(&signal, "aborted"), JsValue::FALSE);
    js("", "answer()").call0(&JsValue::UNDEFINED).unwrap();
    let handle = page.instance.handle();
    until(|| {
        let dialog = handle.dialog();
        matches!(dialog.view(handle.now()).body, Body::Progress(_))
    })
    .await;
    assert_eq!(page.posts().len(), 1);
}

/// Needs `gc()`, which `webdriver.json` asks Chromium for; elsewhere the test above has to do.
#[wasm_bindgen_test]
async fn removed_element_is_collected() {
    let collect = get(&js_sys::global(), "gc");
    if !collect.is_function() {
        web_sys::console::log_1(&"skipped: this browser offers no gc()".into());
        return;
    }
    let mut seen = Vec::new();
    for closed_first in [true, false] {
        let page = Page::new();
        let promise = page.instance.show();
        until(|| page.is_shown()).await;
        seen.push(js_sys::WeakRef::new(&page.host));
        if closed_first {
            page.instance.close();
        }
        page.host.remove();
        page.instance.disconnected();
        let _ = value(promise).await;
    }
    let round = js("gc", "return gc({execution: 'async'})");
    for _ in 0..20 {
        let done = round.call1(&JsValue::UNDEFINED, &collect).unwrap();
        let _ = value(done.unchecked_into()).await;
        super::page::turn().await;
    }
    assert!(seen.iter().all(|host| host.deref().is_none()));
}
