//! The last resort. Its elements are dead afterwards, so each test makes its own.

use atlas_restore_dialog::widget::panic::bury_all;
use wasm_bindgen_test::wasm_bindgen_test;

use super::page::{Page, text, until, value};

#[wasm_bindgen_test]
async fn panic_leaves_a_panel_in_every_element() {
    let (open, closed) = (Page::new(), Page::new());
    let promise = open.instance.show();
    until(|| open.is_shown()).await;
    bury_all();
    assert_eq!(text(&value(promise).await, "outcome"), "error");
    for page in [&open, &closed] {
        let errors = open.events_named("restore-error");
        assert!(errors.iter().all(|error| text(error, "code") == "panic"));
        let alert = page.root.query_selector("[role=alert]").unwrap().unwrap();
        assert!(alert.text_content().unwrap().starts_with("Error"));
        let buttons = page.root.query_selector_all("button").unwrap();
        assert_eq!(buttons.length(), 1, "Close alone");
    }
    assert!(open.is_shown());
    assert!(!closed.is_shown());
    let outcome = value(closed.instance.show()).await;
    assert_eq!(text(&outcome, "outcome"), "error");
    assert!(closed.is_shown());
    closed.instance.close();
    assert!(!closed.is_shown());
    let calls = open.calls().len();
    open.instance
        .handle()
        .send(atlas_restore_dialog::dialog::Event::RetryPressed);
    assert_eq!(open.calls().len(), calls);
}

#[wasm_bindgen_test]
async fn panic_during_a_request_says_that_the_outcome_is_unknown() {
    let page = Page::with_target();
    super::driver::confirmed(&page).await;
    page.instead("if (init.method === 'POST') return new Promise(() => {})");
    page.instance.handle().restore_pressed();
    until(|| page.posts().len() == 1).await;
    bury_all();
    let alert = page.root.query_selector("[role=alert]").unwrap().unwrap();
    assert!(alert.text_content().unwrap().contains("not known"));
    assert!(page.is_shown());
}

#[wasm_bindgen_test]
async fn panic_after_a_lost_answer_says_that_the_outcome_is_unknown() {
    let page = Page::with_target();
    super::driver::confirmed(&page).await;
    page.instead("if (init.method === 'POST') return Promise.reject(new TypeError('gone'))");
    page.instance.handle().restore_pressed();
    until(|| {
        let state = page.root.query_selector("[data-state=unknown]");
        state.unwrap().is_some()
    })
    .await;
    bury_all();
    let alert = page.root.query_selector("[role=alert]").unwrap().unwrap();
    assert!(alert.text_content().unwrap().contains("not known"));
    assert!(page.is_shown());
}
