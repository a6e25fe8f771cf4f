//! What is drawn when an answer comes at an awkward moment.

use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

use super::page::{Page, js, set, until};

/// The project that only the list of projects names.
const STAGING: &str = "[data-testid=project-option][data-project-id=bbbbbbbbbbbbbbbbbbbbbbbb]";

/// Holds the answer to the list of projects back until `release`, and then gives it without letting the browser do
/// anything else in between: whoever waits for it has it in the same task.
const HELD: &str = "if (!path.endsWith('/groups')) return undefined;
return new Promise((give) => { globalThis.release = async () => {
  const bytes = await Response.json({results: [{id: 'bbbbbbbbbbbbbbbbbbbbbbbb', name: 'Staging'}], totalCount: 1, links: []}).arrayBuffer();
  const arrayBuffer = () => Promise.resolve(bytes);
  return () => give({status: 200, headers: new Headers({'Content-Type': 'application/json'}), arrayBuffer});
}; });";

/// A machine so slow that every look at the clock takes longer than a frame, so that Yew lets the browser have a turn
/// wherever it may; and in such a turn, as soon as something was drawn, the answer comes.
const SLOWLY: &str = "return (async () => {
const answer = await globalThis.release();
const real = Date.now; let late = 0;
Date.now = () => real() + (late += 20);
await new Promise((drawn) => { const observer = new MutationObserver(() => { observer.disconnect(); answer(); drawn(); });
  observer.observe(root, {subtree: true, attributes: true, childList: true}); change(); });
return () => { Date.now = real; };
})();";

#[wasm_bindgen_test]
async fn answer_between_drawing_and_its_end_is_drawn() {
    let page = Page::new();
    page.instead(HELD);
    let _ = page.instance.show();
    let drawn = |selector: &str| page.root.query_selector(selector).unwrap().is_some();
    until(|| {
        drawn("[data-testid=project-picker]")
            && js("", "return Boolean(globalThis.release)")
                .call0(&JsValue::UNDEFINED)
                .unwrap()
                .is_truthy()
    })
    .await;
    assert!(!drawn(STAGING));

    // The page turns dark, and the dialog with it: that is what is drawn.
    let instance = page.instance.handle().clone();
    let host = page.host.clone();
    let change = wasm_bindgen::closure::Closure::<dyn FnMut()>::new(move || {
        set(&host, "theme", "dark");
        instance.changed("theme");
    });
    let slowly = js("root, change", SLOWLY).call2(
        &JsValue::UNDEFINED,
        &page.root,
        change.as_ref().unchecked_ref(),
    );
    let quickly: Function = super::page::value(slowly.unwrap().unchecked_into())
        .await
        .unchecked_into();
    until(|| drawn(STAGING)).await;
    assert!(drawn(".theme.dark"));
    quickly.call0(&JsValue::UNDEFINED).unwrap();
}
