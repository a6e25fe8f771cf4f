//! What the page pays before the dialog is opened, and what it sees where the dialog cannot run.

use anyhow::Result;
use e2e::World;
use e2e::page::{Page, Start};
use e2e::steps::{ESCAPE, SOURCE, strings};
use e2e::world::STAGING;
use serde_json::json;

crate::journeys![
    nothing_but_the_loader_is_fetched_before_show,
    first_reads_do_not_wait_for_the_wasm,
    reads_ahead_are_given_up_with_the_dialog,
    twenty_elements_share_one_download,
    properties_set_before_the_upgrade_survive,
    custom_tag_name_works_beside_the_first,
    wasm_that_is_missing_is_said_and_tried_again,
    wasm_that_is_corrupt_is_said,
    wasm_of_another_hash_is_not_run,
    wasm_of_a_wrong_type_works_with_one_warning,
    fallback_of_the_page_is_shown,
    package_from_another_origin_is_checked_and_works,
    nonce_is_enough_for_scripts,
];

const CLASS: &str = "customElements.get('atlas-restore-dialog')";

async fn fetched(page: &Page) -> Result<Vec<String>> {
    let names = page
        .value("performance.getEntriesByType('resource').map((e) => new URL(e.name).pathname).filter((p) => p.startsWith('/package/'))")
        .await?;
    Ok(strings(&names))
}

async fn opened(page: &Page) -> Result<()> {
    page.open().await?;
    page.projects_listed().await
}

async fn nothing_but_the_loader_is_fetched_before_show(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    assert_eq!(
        fetched(&page).await?,
        ["/package/embed.js", "/package/index.js"]
    );
    assert!(page.sandbox.log().await?.is_empty());
    let loaded = page
        .js_async("return await host().preload();", vec![])
        .await?;
    assert_eq!(loaded, json!(true));
    assert_eq!(fetched(&page).await?.len(), 4, "glue and wasm");
    assert!(
        page.sandbox.log().await?.is_empty(),
        "the backend is not asked"
    );
    Ok(())
}

/// Keeps the wasm back until `letGo()`.
const SLOW_WASM: &str = "const real = window.fetch; const held = new Promise((resolve) => (window.letGo = resolve)); window.answered = 0;\n\
    window.fetch = async (url, init) => { if (String(url).endsWith('.wasm')) await held;\n\
      const answer = await real(url, init); answered += 1; return answer; };";

async fn first_reads_do_not_wait_for_the_wasm(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js(SLOW_WASM, vec![]).await?;
    page.click_on("document.getElementById('open')").await?;
    page.until("all is answered before the wasm is there", "answered === 8")
        .await?;
    page.js("letGo();", vec![]).await?;
    page.until(
        "the projects are listed",
        "all('project-option').length > 0",
    )
    .await?;
    page.until(
        "the clusters are listed",
        "all('cluster-option').length > 0",
    )
    .await?;
    let log = page.sandbox.log().await?;
    let mut paths: Vec<&str> = log.iter().filter_map(|e| e["path"].as_str()).collect();
    let asked = paths.len();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), asked, "nothing is asked twice: {log:?}");
    assert_eq!(asked, 8, "{log:?}");
    page.expect_no_trouble().await
}

async fn reads_ahead_are_given_up_with_the_dialog(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js(SLOW_WASM, vec![]).await?;
    page.js(
        "window.signals = []; host().fetch = (url, init) => { signals.push(init.signal); return fetch(url, init); };\n\
         void host().show(); host().close();",
        vec![],
    )
    .await?;
    assert_eq!(
        page.value("[signals.length, signals.every((s) => s.aborted)]")
            .await?,
        json!([8, true])
    );
    // Opened again, all is read anew.
    page.js("letGo();", vec![]).await?;
    opened(&page).await?;
    page.expect_no_trouble().await
}

async fn twenty_elements_share_one_download(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    let outcomes = page
        .js_async(
            "seen.compiled = 0; const real = WebAssembly.instantiateStreaming;\n\
             WebAssembly.instantiateStreaming = (...given) => { seen.compiled += 1; return real(...given); };\n\
             const many = Array.from({length: 19}, () => host().cloneNode());\n\
             host().after(...many);\n\
             return await Promise.all([host(), ...many].map((one) => one.check().then(Array.isArray)));",
            vec![],
        )
        .await?;
    assert_eq!(outcomes, json!(vec![true; 20]));
    let wasm = fetched(&page).await?;
    let wasm = wasm.iter().filter(|name| name.ends_with(".wasm")).count();
    assert_eq!((wasm, page.value("seen.compiled").await?), (1, json!(1)));
    opened(&page).await
}

async fn properties_set_before_the_upgrade_survive(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    let kept = page
        .value(
            "(() => { const template = document.createElement('template'); const other = template.content.ownerDocument.createElement('atlas-restore-dialog');\n\
               const headers = () => ({'X-Portal': 'acme'});\n\
               Object.assign(other, {sourceCluster: 'of the property', theme: 'dark', headers, messages: {cancel: 'Leave'}, returnFocus: document.body});\n\
               other.setAttribute('source-cluster', 'of the attribute');\n\
               const before = Object.hasOwn(other, 'sourceCluster');\n\
               document.querySelector('main').append(other);\n\
               return [before, Object.hasOwn(other, 'sourceCluster'), other.sourceCluster, other.getAttribute('theme'), other.headers === headers, \
                       other.messages.cancel, other.returnFocus === document.body]; })()",
        )
        .await?;
    assert_eq!(
        kept,
        json!([true, false, "of the property", "dark", true, "Leave", true])
    );
    Ok(())
}

async fn custom_tag_name_works_beside_the_first(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js_async(
        "const {define} = await import('/package/index.js'); define('portal-restore'); define('portal-restore');\n\
         const other = document.createElement('portal-restore');\n\
         for (const {name, value} of host().attributes) other.setAttribute(name, value);\n\
         document.querySelector('main').append(other); other.show();\n\
         window.other = other;",
        vec![],
    )
    .await?;
    page.until(
        "it is open",
        "other.shadowRoot.querySelector('[data-testid=project-option]') && other.shadowRoot.querySelector('dialog').matches(':modal')",
    )
    .await?;
    assert_eq!(page.value("isOpen()").await?, json!(false));
    page.expect_no_trouble().await
}

/// Opens, and is told that it can't be: by an alert, an event and the promise.
async fn cannot_run(page: &Page) -> Result<()> {
    page.click_on("document.getElementById('open')").await?;
    page.until(
        "it is said",
        "root().querySelector('[role=alert]')?.checkVisibility()",
    )
    .await?;
    page.until(
        "the page is told",
        "seen.events.some((e) => e.type === 'restore-error' && e.detail.code === 'wasm-unavailable') \
         && seen.outcomes.at(-1)?.outcome === 'error'",
    )
    .await?;
    assert_eq!(
        page.value("[host().open, isOpen(), all('restore-button').length, deepFocus().id]")
            .await?,
        json!([false, false, 0, "open"])
    );
    assert!(page.posts().await?.is_empty());
    page.expect_no_trouble().await
}

async fn wasm_that_is_missing_is_said_and_tried_again(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js(
        &format!("{CLASS}.wasmUrl = '/package/not-there.wasm';"),
        vec![],
    )
    .await?;
    cannot_run(&page).await?;
    assert!(
        page.value("root().querySelector('[role=alert]').innerText")
            .await?
            .to_string()
            .contains("Nothing was restored")
    );
    // The network is back: the same button works, and the alert is gone.
    page.js(&format!("{CLASS}.wasmUrl = null;"), vec![]).await?;
    opened(&page).await?;
    assert_eq!(
        page.value("root().querySelector('[part=loader]')").await?,
        json!(null)
    );
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await
}

async fn wasm_that_is_corrupt_is_said(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    // A file that is there, and is no wasm.
    page.js(&format!("{CLASS}.wasmUrl = '/pages/bare.css';"), vec![])
        .await?;
    cannot_run(&page).await?;
    page.click_on("root().querySelector('[role=alert] button')")
        .await?;
    page.until("the alert is gone", "!root().querySelector('[role=alert]')")
        .await?;
    let rejected = page
        .js_async(
            "return await host().check().then(() => 'no', (error) => error.code);",
            vec![],
        )
        .await?;
    assert_eq!(rejected, json!("wasm-unavailable"));
    assert_eq!(
        page.js_async("return await host().preload();", vec![])
            .await?,
        json!(false)
    );
    Ok(())
}

async fn wasm_of_another_hash_is_not_run(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js_async(
        &format!("const hashes = await (await fetch('/package/integrity.json')).json(); {CLASS}.wasmIntegrity = hashes['embed.js'];"),
        vec![],
    )
    .await?;
    cannot_run(&page).await?;
    page.js_async(
        &format!("const hashes = await (await fetch('/package/integrity.json')).json(); {CLASS}.wasmIntegrity = hashes['atlas-restore-dialog_bg.wasm'];"),
        vec![],
    )
    .await?;
    opened(&page).await
}

async fn wasm_of_a_wrong_type_works_with_one_warning(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js(
        &format!(
            "{CLASS}.wasmUrl = '/pages/dialog.bin'; seen.warned = [];\n\
             const warn = console.warn; console.warn = (...words) => {{ seen.warned.push(words.join(' ')); warn(...words); }};"
        ),
        vec![],
    )
    .await?;
    opened(&page).await?;
    let warned = strings(&page.value("seen.warned").await?);
    assert_eq!(warned.len(), 1, "{warned:?}");
    assert!(warned[0].contains("MIME"), "{warned:?}");
    Ok(())
}

async fn fallback_of_the_page_is_shown(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js(
        &format!(
            "const own = document.createElement('p'); own.slot = 'fallback'; own.id = 'own'; own.textContent = 'Call the desk: 4711'; \
             host().append(own); {CLASS}.wasmUrl = '/package/not-there.wasm';"
        ),
        vec![],
    )
    .await?;
    assert_eq!(
        page.value("document.getElementById('own').checkVisibility()")
            .await?,
        json!(false),
        "not before"
    );
    cannot_run(&page).await?;
    assert_eq!(
        page.value("document.getElementById('own').checkVisibility()")
            .await?,
        json!(true)
    );
    Ok(())
}

async fn package_from_another_origin_is_checked_and_works(start: Start) -> Result<()> {
    let setup = &start.setup;
    let world = World::example("eligible")?;
    let cdn =
        e2e::sandbox::Sandbox::start(&setup.sandbox, &setup.folder, &setup.site, &world.0, None)?;
    let origin = &cdn.origin;
    // Without Trusted Types: that the page sets a script's address from text is its own affair.
    let policy = format!(
        "default-src 'none'; script-src 'self' {origin} 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self' {origin}"
    );
    let page = start
        .named(
            "cdn",
            world.clone(),
            &format!("{SOURCE}&cdn={origin}"),
            Some(&policy),
        )
        .await?;
    opened(&page).await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await?;
    let wasm = page
        .string("performance.getEntriesByType('resource').map((e) => e.name).find((name) => name.endsWith('.wasm'))")
        .await?;
    assert!(wasm.starts_with(origin.as_str()), "{wasm}");
    page.expect_no_trouble().await?;

    let page = start
        .named(
            "cdn",
            world,
            &format!("{SOURCE}&cdn={origin}&wrong=atlas-restore-dialog_bg.wasm"),
            Some(&policy),
        )
        .await?;
    cannot_run(&page).await
}

async fn nonce_is_enough_for_scripts(start: Start) -> Result<()> {
    let policy = "default-src 'none'; script-src 'nonce-of-this-answer' 'strict-dynamic' 'wasm-unsafe-eval'; \
                  style-src 'nonce-of-this-answer'; connect-src 'self'; base-uri 'none'; require-trusted-types-for 'script'";
    let page = start
        .named("nonce", World::example("eligible")?, SOURCE, Some(policy))
        .await?;
    opened(&page).await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await?;
    page.press(&[ESCAPE]).await?;
    page.expect_no_trouble().await
}
