//! A panic inside: it kills the module that all elements share, and none of them may look alive. The wasm of these
//! journeys is built with the feature `test-panic`.

use anyhow::Result;
use e2e::World;
use e2e::page::{Page, Start};
use e2e::steps::SOURCE;
use e2e::world::STAGING;
use serde_json::json;

crate::journeys![
    panic_leaves_no_armed_button_in_any_element,
    panic_while_a_request_is_on_its_way_says_so,
    panic_while_the_outcome_is_unknown_says_so,
    panic_in_the_page_says_so_over_it,
];

/// Makes the wasm panic, and gives what the caller of its function sees.
const PANIC: &str = "const {mount} = seen.faulty;\n\
     try { mount(host(), root()).panic(); return 'nothing'; } catch (error) { return error.constructor.name; }";

async fn confirmed(start: &Start) -> Result<Page> {
    let page = start
        .named("faulty", World::example("eligible")?, SOURCE, None)
        .await?;
    page.js(
        "window.second = host().cloneNode(); host().after(second);",
        vec![],
    )
    .await?;
    page.js_async("await second.check();", vec![]).await?;
    page.open().await?;
    page.projects_listed().await?;
    page.review(STAGING, "orders-staging").await?;
    page.confirm("orders-staging").await?;
    Ok(page)
}

async fn panic_leaves_no_armed_button_in_any_element(start: Start) -> Result<()> {
    let page = confirmed(&start).await?;
    page.js("document.documentElement.dir = 'rtl';", vec![])
        .await?;
    assert_eq!(
        page.js_async(PANIC, vec![]).await?,
        json!("RuntimeError"),
        "it has panicked"
    );
    page.until(
        "it is said where the dialog was",
        "root().querySelector('dialog[open] [role=alert]')?.innerText.includes('has failed')",
    )
    .await?;
    let looks = page
        .value(
            "(() => { const d = root().querySelector('dialog[open]'); return [d.lang, getComputedStyle(d).direction, \
               root().getElementById(d.getAttribute('aria-labelledby')).innerText.includes('has failed')]; })()",
        )
        .await?;
    assert_eq!(
        looks,
        json!(["en", "ltr", true]),
        "English on a page from right to left"
    );
    page.until(
        "the promise is settled",
        "seen.outcomes.at(-1)?.outcome === 'error'",
    )
    .await?;
    let told = page.events("restore-error").await?;
    assert_eq!(told.len(), 2, "both elements say so: {told:?}");
    assert!(told.iter().all(|detail| detail["code"] == "panic"));
    assert_eq!(
        page.value("[host(), second].map((e) => [...e.shadowRoot.querySelectorAll('button')].map((b) => b.innerText || b.textContent))")
            .await?,
        json!([["Close"], ["Close"]])
    );
    page.click_on("root().querySelector('dialog[open] button')")
        .await?;
    page.until(
        "it is closed",
        "!root().querySelector('dialog[open]') && !host().open",
    )
    .await?;
    // The other one, and a new one.
    let outcomes = page
        .js_async(
            "const third = host().cloneNode(); host().after(third);\n\
             const say = ({outcome, error}) => [outcome, error instanceof Error, error?.code];\n\
             return [say(await second.show()), Boolean(second.shadowRoot.querySelector('dialog[open] [role=alert]')), \
                     (second.close(), say(await third.show())), third.shadowRoot.querySelectorAll('[data-testid=restore-button]').length];",
            vec![],
        )
        .await?;
    assert_eq!(outcomes[0], json!(["error", true, "failed"]));
    assert_eq!(outcomes[1], json!(true));
    assert_eq!(outcomes[2][0], json!("error"));
    assert_eq!(outcomes[3], json!(0));
    assert!(page.posts().await?.is_empty());
    page.expect_no_trouble().await
}

async fn panic_while_a_request_is_on_its_way_says_so(start: Start) -> Result<()> {
    let page = confirmed(&start).await?;
    page.js(
        "host().fetch = (url, init) => init.method === 'POST' ? new Promise(() => { seen.posted = true; }) : fetch(url, init);",
        vec![],
    )
    .await?;
    page.click("restore-button").await?;
    page.until("it is sent", "seen.posted").await?;
    page.js_async(PANIC, vec![]).await?;
    page.until(
        "it is said that the outcome is not known",
        "root().querySelector('dialog[open] [role=alert]')?.innerText.includes('not known whether the restore was started')",
    )
    .await?;
    Ok(())
}

/// F9, S5: the answer was lost before, and nobody knows yet whether the restore runs.
async fn panic_while_the_outcome_is_unknown_says_so(start: Start) -> Result<()> {
    let page = confirmed(&start).await?;
    page.js(
        "host().fetch = (url, init) => init.method === 'POST' ? Promise.reject(new TypeError('gone')) : fetch(url, init);",
        vec![],
    )
    .await?;
    page.click("restore-button").await?;
    page.job("unknown").await?;
    page.js_async(PANIC, vec![]).await?;
    page.until(
        "it is said that the outcome is not known",
        "root().querySelector('dialog[open] [role=alert]')?.innerText.includes('not known whether the restore was started')",
    )
    .await?;
    assert_eq!(
        page.value("[...root().querySelectorAll('button')].map((b) => b.innerText)")
            .await?,
        json!(["Close"])
    );
    Ok(())
}

/// The form stands in the page, where nobody need be looking.
async fn panic_in_the_page_says_so_over_it(start: Start) -> Result<()> {
    let attributes = format!("{SOURCE}&mode=inline");
    let page = start
        .named("faulty", World::example("eligible")?, &attributes, None)
        .await?;
    page.open().await?;
    page.projects_listed().await?;
    page.js_async(PANIC, vec![]).await?;
    page.until(
        "it is said",
        "root().querySelector('dialog[open] [role=alert]')?.innerText.includes('has failed')",
    )
    .await?;
    assert_eq!(
        page.value("[...root().querySelectorAll('button')].map((b) => b.innerText)")
            .await?,
        json!(["Close"]),
        "nothing of the form is left"
    );
    Ok(())
}
