//! Elements that come and go: what they leave behind, what ends with them, and what does not.

use anyhow::{Result, ensure};
use e2e::engine::Ability;
use e2e::page::{Page, Start};
use e2e::steps::SOURCE;
use e2e::world::STAGING;
use e2e::{Engine, World};
use serde_json::{Map, Value, json};

crate::journeys![
    rounds_of_coming_and_going_leave_nothing_behind,
    moved_element_keeps_its_state,
    removal_aborts_reads_and_never_the_request,
    closed_dialog_asks_nothing,
];

/// One element made, shown until it has read its projects, closed and removed; then the first of the page, kept.
const ROUNDS: &str = "\
    const listed = (one) => one.shadowRoot.querySelector('[data-testid=project-option]');\n\
    const round = async (one) => { const parent = document.querySelector('main');\n\
      parent.append(one); const shown = one.show();\n\
      await new Promise((done) => { const look = () => listed(one) ? done() : requestAnimationFrame(look); look(); });\n\
      one.close(); await shown; one.remove(); await new Promise((done) => requestAnimationFrame(done)); };\n\
    const kept = host(); const attributes = [...kept.attributes];\n\
    for (let i = 0; i < args[0]; i += 1) {\n\
      const fresh = document.createElement('atlas-restore-dialog');\n\
      for (const {name, value} of attributes) if (name !== 'open') fresh.setAttribute(name, value);\n\
      await round(fresh); await round(kept); document.querySelector('main').append(kept); seen.events.length = seen.outcomes.length = 0;\n\
    }\n\
    return await seen.wasmBytes();";

/// Rounds by tens, so that no script runs long; the wasm's memory at the end, in bytes.
async fn rounds(page: &Page, count: usize) -> Result<u64> {
    let mut memory = 0;
    for _ in 0..count / 10 {
        memory = page
            .js_async(ROUNDS, vec![json!(10)])
            .await?
            .as_u64()
            .unwrap_or_default();
    }
    Ok(memory)
}

fn counter(counters: &Map<String, Value>, name: &str) -> f64 {
    counters.get(name).and_then(Value::as_f64).unwrap_or(-1.0)
}

async fn rounds_of_coming_and_going_leave_nothing_behind(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    // Caches fill and code is compiled in the first ones: the heap grows by 324 kB in 400 of them, and then by 3 kB in 100.
    let (first, count) = if std::env::var_os("LONG_TESTS").is_some() {
        (500, 500)
    } else {
        (20, 50)
    };
    let warm = rounds(&page, first).await?;
    let counts = page.browser.engine.lacks(Ability::Counters).is_none();
    let mut counted = Vec::new();
    if counts {
        counted.push(page.browser.counters(&page.client).await?);
    }
    let memory = rounds(&page, count).await?;
    if counts {
        counted.push(page.browser.counters(&page.client).await?);
    }
    // Firefox and WebKit collect garbage when they like and can't be asked to: there, less than the elements of the rounds
    // would need.
    let room = match page.browser.engine {
        Engine::Chromium => 0,
        _ => count as u64 * 8192,
    };
    ensure!(
        memory <= warm + room,
        "the wasm's memory grew from {warm} to {memory} bytes in {count} rounds"
    );
    let [before, after] = counted.as_slice() else {
        return page.expect_no_trouble().await;
    };
    let mut figures = vec![format!("wasm memory {warm} -> {memory}")];
    for name in ["JSEventListeners", "Nodes", "JSHeapUsedSize"] {
        figures.push(format!(
            "{name} {} -> {}",
            counter(before, name),
            counter(after, name)
        ));
    }
    let figures = figures.join(", ");
    println!("{count} rounds: {figures}");
    let grown = |name: &str| counter(after, name) - counter(before, name);
    ensure!(
        counter(before, "Nodes") > 0.0,
        "nothing was counted: {figures}"
    );
    // One element has hundreds of nodes, dozens of listeners and tens of kilobytes: less than that in all is none.
    ensure!(grown("JSEventListeners") < 20.0, "{figures}");
    ensure!(grown("Nodes") < 100.0, "{figures}");
    ensure!(grown("JSHeapUsedSize") < 200_000.0, "{figures}");
    page.expect_no_trouble().await
}

async fn moved_element_keeps_its_state(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.review(STAGING, "orders-staging").await?;
    page.confirm("orders-staging").await?;
    page.js(
        "const section = document.createElement('section'); document.body.append(section); section.append(host());",
        vec![],
    )
    .await?;
    page.until(
        "it is a modal dialog again, and shows the same",
        "one('restore-dialog').matches(':modal') && shown('review') && one('confirm-input').value === 'orders-staging' \
         && one('restore-button').ariaDisabled !== 'true' && host().open",
    )
    .await?;
    page.click("restore-button").await?;
    page.job("running").await?;
    assert_eq!(page.posts().await?.len(), 1);
    page.expect_no_trouble().await
}

async fn removal_aborts_reads_and_never_the_request(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.review(STAGING, "orders-staging").await?;
    page.confirm("orders-staging").await?;
    // From now on the request hangs, and so does what is read beside it.
    page.js(
        "seen.calls = []; host().fetch = (url, init) => { const call = {method: init.method, signal: init.signal, sent: init.method === 'POST' || seen.hang}; \
           seen.calls.push(call); return call.sent ? new Promise(() => {}) : fetch(url, init); };",
        vec![],
    )
    .await?;
    page.click("restore-button").await?;
    page.until("it is sent", "seen.calls.some((c) => c.method === 'POST')")
        .await?;
    page.js("seen.gone = host(); host().remove();", vec![])
        .await?;
    page.until(
        "the promise is settled",
        "seen.outcomes.at(-1)?.outcome === 'error'",
    )
    .await?;
    assert_eq!(
        page.value(
            "seen.calls.filter((c) => c.method === 'POST').map((c) => Boolean(c.signal?.aborted))"
        )
        .await?,
        json!([false]),
        "the request goes on"
    );

    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js(
        "seen.signals = []; host().fetch = (url, init) => { seen.signals.push(init.signal); return new Promise(() => {}); };",
        vec![],
    )
    .await?;
    page.open().await?;
    page.until("it reads", "seen.signals.length > 0").await?;
    page.js("host().remove();", vec![]).await?;
    page.until(
        "every read is aborted",
        "seen.signals.every((signal) => signal.aborted)",
    )
    .await?;
    page.expect_no_trouble().await
}

async fn closed_dialog_asks_nothing(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js(
        "seen.signals = []; host().fetch = (url, init) => { seen.signals.push(init.signal); return new Promise(() => {}); }; seen.shown = host().show();",
        vec![],
    )
    .await?;
    page.until("it reads", "isOpen() && seen.signals.length > 0")
        .await?;
    page.js("host().close();", vec![]).await?;
    page.until(
        "every read is aborted",
        "!isOpen() && seen.signals.every((signal) => signal.aborted)",
    )
    .await?;
    Ok(())
}
