//! Measures how the dialog grows with an estate, in Chromium against the native sandbox, and prints a table: for
//! `cargo xtask bench --scale`. Wall-clock time of one machine; nothing here can fail for being slow.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use e2e::engine::devtools;
use e2e::page::{Page, Start};
use e2e::steps::SOURCE;
use e2e::{Browser, Engine, Setup, World};
use fantoccini::wd::TimeoutConfiguration;
use serde_json::{Value, json};

/// How long a script may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// From `show()` until what is awaited is drawn and nothing more is read, in milliseconds: and the longest time between
/// two frames meanwhile.
const OPEN: &str = "\
    const start = performance.now(); let [last, longest, first] = [start, 0, 0];\n\
    host().show();\n\
    for (;;) {\n\
      const now = await new Promise((drawn) => requestAnimationFrame(() => { const c = new MessageChannel(); c.port1.onmessage = () => drawn(performance.now()); c.port2.postMessage(0); }));\n\
      longest = Math.max(longest, now - last); last = now;\n\
      if (!first && all('cluster-option').length) first = now - start;\n\
      if (done()) return { complete: now - start, longest, first };\n\
    }";

/// Types into the field that an expression gives, a letter for each frame, and takes them out again.
const KEYS: &str = "\
    const type = async (text) => { field.value = text; field.dispatchEvent(new InputEvent('input', {bubbles: true, composed: true}));\n\
      await new Promise((drawn) => requestAnimationFrame(() => { const c = new MessageChannel(); c.port1.onmessage = drawn; c.port2.postMessage(0); })); };\n\
    for (let i = 0; i < args[0]; i += 1) for (const text of ['p', 'pr', 'pro', 'prod', 'pro', 'pr', 'p', '']) await type(text);\n\
    return 0;";

const ELEMENTS: &str = "root().querySelectorAll('*').length";

/// One row of the table.
struct Row {
    size: usize,
    first_ms: f64,
    complete_ms: f64,
    longest_ms: f64,
    key_ms: f64,
    elements: u64,
    wasm: f64,
}

fn main() -> Result<()> {
    tokio::runtime::Runtime::new()?.block_on(table())
}

async fn table() -> Result<()> {
    let target = std::env::current_exe()?;
    let target = target
        .ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file())
        .context("cargo's target folder is not around this program")?;
    let setup = Arc::new(Setup::find(&target.join("tmp"))?);
    let browser = Arc::new(Browser::find(Engine::Chromium, setup.folder.join("scale"))?);
    println!(
        "| | first rows, ms | complete, ms | longest time between frames, ms | work for a key, ms | elements | wasm memory, MB |\n\
         |---|---:|---:|---:|---:|---:|---:|"
    );
    let mut clusters = Vec::new();
    for size in [100, 1_000, 10_000, 100_000] {
        let made = json!({"projects": 12, "clusters": size, "otherClusters": 4, "seed": 1});
        let done = format!(
            "Number(one('cluster-count')?.dataset.count) >= {size} && !one('cluster-list').ariaBusy"
        );
        let field = "one('cluster-filter')";
        if clusters.is_empty() {
            // The browser's own first time is not the dialog's.
            measure(&browser, &setup, made.clone(), size, &done, field).await?;
        }
        let row = measure(&browser, &setup, made, size, &done, field).await?;
        print(&row, "clusters");
        clusters.push(row);
    }
    for size in [100, 1_000, 5_000] {
        let made = json!({"projects": size, "clusters": 4, "otherClusters": 4, "seed": 1});
        // Those of the world beside them, the first of which is chosen.
        let done = "all('project-option').length > 100 && !one('project-picker').ariaBusy";
        let field = "one('project-picker').closest('.field').querySelector('input') ?? one('cluster-filter')";
        let row = measure(&browser, &setup, made, size, done, field).await?;
        print(&row, "projects");
    }
    if let [.., some, many] = clusters.as_slice() {
        let bytes = (many.wasm - some.wasm) / (many.size - some.size) as f64;
        println!(
            "\nFrom {} to {} clusters: {:.0} bytes of wasm memory and {:.1} µs for each.",
            grouped(some.size),
            grouped(many.size),
            bytes,
            (many.complete_ms - some.complete_ms) * 1000.0 / (many.size - some.size) as f64
        );
    }
    browser.close().await;
    Ok(())
}

fn print(row: &Row, what: &str) {
    println!(
        "| {} {what} | {:.0} | {:.0} | {:.0} | {:.1} | {} | {:.1} |",
        grouped(row.size),
        row.first_ms,
        row.complete_ms,
        row.longest_ms,
        row.key_ms,
        row.elements,
        row.wasm / 1e6
    );
}

fn grouped(size: usize) -> String {
    match size {
        0..1_000 => size.to_string(),
        _ => format!("{},{:03}", size / 1_000, size % 1_000),
    }
}

async fn measure(
    browser: &Arc<Browser>,
    setup: &Arc<Setup>,
    made: Value,
    size: usize,
    done: &str,
    field: &str,
) -> Result<Row> {
    let session = browser.session().await?;
    let start = Start {
        client: session.client.clone(),
        browser: Arc::clone(browser),
        setup: Arc::clone(setup),
        seen: Arc::default(),
    };
    let mut world = World::example("eligible")?.with("generate", made);
    // Whoever has no roles known may do all that the server lets them.
    if let Some(person) = world.0["person"].as_object_mut() {
        person.remove("roles");
        person.remove("orgRoles");
    }
    let patience = TimeoutConfiguration::new(Some(PATIENCE), None, None);
    session.client.update_timeouts(patience).await?;
    // The sandbox puts that many clusters into the source's project, which is the target's at first.
    let page = start.bare(world, SOURCE).await?;
    page.js_async("return await host().preload();", vec![])
        .await?;
    let opened = page
        .js_async(&format!("const done = () => {done};\n{OPEN}"), Vec::new())
        .await?;
    let ms = |name: &str| opened[name].as_f64().unwrap_or(f64::NAN);
    let keys = format!("const field = {field};\n{KEYS}");
    page.js_async(&keys, vec![json!(1)]).await?;
    let before = work_ms(&page).await?;
    page.js_async(&keys, vec![json!(5)]).await?;
    let key_ms = (work_ms(&page).await? - before) / 40.0;
    let elements = page.value(ELEMENTS).await?;
    let wasm = page
        .js_async(
            "const glue = await import('/package/atlas-restore-dialog.js'); return (await glue.default()).memory.buffer.byteLength;",
            vec![],
        )
        .await?;
    let row = Row {
        size,
        first_ms: ms("first"),
        complete_ms: ms("complete"),
        longest_ms: ms("longest"),
        key_ms,
        elements: elements.as_u64().unwrap_or_default(),
        wasm: wasm.as_f64().unwrap_or(f64::NAN),
    };
    page.expect_no_trouble().await?;
    browser.give_back(session).await;
    Ok(row)
}

/// How long the page's main thread has worked so far.
async fn work_ms(page: &Page) -> Result<f64> {
    devtools::call(&page.client, "Performance.enable", json!({})).await?;
    let answer = devtools::call(&page.client, "Performance.getMetrics", json!({})).await?;
    let metrics = answer["metrics"].as_array().into_iter().flatten();
    let work = metrics
        .filter(|metric| metric["name"] == "TaskDuration")
        .find_map(|metric| metric["value"].as_f64());
    Ok(work.context("Chromium does not say how long it has worked")? * 1000.0)
}
