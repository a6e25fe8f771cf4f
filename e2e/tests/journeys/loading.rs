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
    values_set_before_the_upgrade_are_checked,
    no_member_hides_one_of_every_element,
    backend_set_before_the_upgrade_is_asked,
    closed_while_it_loads_leaves_nothing_behind,
    closed_before_it_says_so_never_says_that_it_loads,
    removed_while_it_loads_says_why,
    fallback_is_above_a_modal_of_the_page,
    wasm_is_checked_by_default,
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
    assert_eq!(fetched(&page).await?, ["/package/embed.js"]);
    assert!(page.sandbox.log().await?.is_empty());
    let loaded = page
        .js_async("return await host().preload();", vec![])
        .await?;
    assert_eq!(loaded, json!(true));
    assert_eq!(fetched(&page).await?.len(), 4, "glue, around.js and wasm");
    assert!(
        page.sandbox.log().await?.is_empty(),
        "the backend is not asked"
    );
    Ok(())
}

async fn first_reads_do_not_wait_for_the_wasm(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js("seen.holdWasm();", vec![]).await?;
    page.click_on("document.getElementById('open')").await?;
    page.until(
        "all is answered before the wasm is there",
        "window.answered === 8",
    )
    .await?;
    page.js("window.letGo();", vec![]).await?;
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
    page.js("seen.holdWasm();", vec![]).await?;
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
    page.js("window.letGo();", vec![]).await?;
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

/// E3: a framework that sets any of them sets ours, and the page's own `title`, `role` and the like stay the browser's.
async fn no_member_hides_one_of_every_element(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    let names = page
        .value(&format!(
            "(() => {{ const own = Object.getOwnPropertyNames({CLASS}.prototype).filter((name) => name !== 'constructor');\n\
               return [own.includes('sourceProject') && own.includes('show'), own.filter((name) => name in HTMLElement.prototype)]; }})()"
        ))
        .await?;
    assert_eq!(names, json!([true, []]));
    Ok(())
}

/// One warning for each, as for those that come later.
async fn values_set_before_the_upgrade_are_checked(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    let warned = page
        .value(
            "(() => { const warned = []; const warn = console.warn; console.warn = (...words) => warned.push(words.join(' '));\n\
               const other = document.createElement('template').content.ownerDocument.createElement('atlas-restore-dialog');\n\
               Object.assign(other, {theme: 'sepia', reason: 'maybe', backend: '/restore?tenant=1'});\n\
               other.setAttribute('theme', 'dark');\n\
               document.querySelector('main').append(other); console.warn = warn;\n\
               return [other.theme, other.reason, other.backend, warned]; })()",
        )
        .await?;
    assert_eq!(
        [&warned[0], &warned[1], &warned[2]],
        ["auto", "off", "/restore"]
    );
    let told = strings(&warned[3]);
    assert_eq!(told.len(), 3, "{told:?}");
    for word in ["sepia", "maybe", "query or fragment"] {
        assert!(told.iter().any(|line| line.contains(word)), "{told:?}");
    }
    Ok(())
}

/// E2: what is asked ahead, and what the wasm asks, go where the property says, with an attribute and without.
async fn backend_set_before_the_upgrade_is_asked(start: Start) -> Result<()> {
    for (attribute, element) in [
        ("", "with the property alone"),
        ("other.setAttribute('backend', '/elsewhere');", "with both"),
    ] {
        let page = start.bare(World::example("eligible")?, SOURCE).await?;
        page.js(
            &format!(
                "const other = document.createElement('template').content.ownerDocument.createElement('atlas-restore-dialog');\n\
                 for (const {{name, value}} of host().attributes) other.setAttribute(name, value);\n\
                 other.backend = new URL('/restore/', location).href; {attribute}\n\
                 other.fetch = (url, init) => {{ seen.fetched.push(url); return fetch(url, init); }};\n\
                 host().replaceWith(other);\n\
                 seen.backend = other.backend;"
            ),
            vec![],
        )
        .await?;
        assert_eq!(
            page.value("seen.backend === new URL('/restore/', location).href")
                .await?,
            json!(true),
            "{element}"
        );
        page.js("host().show();", vec![]).await?;
        page.projects_listed().await?;
        let fetched = page
            .value("[seen.fetched.length >= 8, seen.fetched.every((url) => url.startsWith(`${location.origin}/restore/`))]")
            .await?;
        assert_eq!(fetched, json!([true, true]), "{element}");
    }
    Ok(())
}

/// The line that it is loading is due a moment after the click; it does not come where the dialog was closed before.
async fn closed_before_it_says_so_never_says_that_it_loads(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js("seen.holdWasm(); seen.countTimers(0);", vec![])
        .await?;
    let says = "seen.ring(); return [host().open, Boolean(root().querySelector('[part=loader]'))];";
    let closed = page
        .js(
            &format!("void host().show(); host().close(); {says}"),
            vec![],
        )
        .await?;
    assert_eq!(closed, json!([false, false]));
    let open = page
        .js(&format!("void host().show(); {says}"), vec![])
        .await?;
    assert_eq!(
        open,
        json!([true, true]),
        "it is this moment that was waited for"
    );
    Ok(())
}

async fn closed_while_it_loads_leaves_nothing_behind(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js("seen.holdWasm();", vec![]).await?;
    let loading = "root().querySelector('[part=loader]')";
    page.js("void host().show();", vec![]).await?;
    page.until("it says that it is loading", loading).await?;
    let left = page
        .js(
            &format!("host().close(); return [host().open, Boolean({loading})];"),
            vec![],
        )
        .await?;
    assert_eq!(left, json!([false, false]));
    // An earlier opening that ends now takes nothing away from what is shown instead of it.
    page.js(
        "void host().show(); host().close(); host().setAttribute('backend', 'ftp://nowhere'); void host().show(); window.letGo();",
        vec![],
    )
    .await?;
    page.js_async(
        "await host().preload(); await new Promise((done) => setTimeout(done));",
        vec![],
    )
    .await?;
    page.until(
        "the refusal is still shown",
        "root().querySelector('[role=alert]')?.checkVisibility()",
    )
    .await?;
    page.js("host().removeAttribute('backend');", vec![])
        .await?;
    page.press(&[ESCAPE]).await?;
    page.until("it is put away", "!root().querySelector('[role=alert]')")
        .await?;
    opened(&page).await?;
    assert_eq!(page.value(loading).await?, json!(null));
    page.expect_no_trouble().await
}

async fn removed_while_it_loads_says_why(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js("seen.holdWasm();", vec![]).await?;
    let outcome = page
        .js_async(
            "const removed = host(); const shown = removed.show(); removed.remove();\n\
             const {outcome, error} = await shown; document.querySelector('main').append(removed); window.letGo();\n\
             return [outcome, error?.code, removed.open];",
            vec![],
        )
        .await?;
    assert_eq!(outcome, json!(["error", "not-connected", false]));
    opened(&page).await?;
    page.expect_no_trouble().await
}

/// F7, E14: what is said can be read and put away, whatever the page has around it and over it.
async fn fallback_is_above_a_modal_of_the_page(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js_async(
        &format!(
            "const sheet = new CSSStyleSheet(); sheet.replaceSync('main {{ transform: scale(0.5); overflow: hidden; height: 20px; direction: rtl }} #modal {{ inset: 0; width: 100vw; height: 100vh; max-width: none; max-height: none; margin: 0 }}');\n\
             document.adoptedStyleSheets.push(sheet); document.documentElement.dir = 'rtl'; {CLASS}.wasmUrl = '/package/not-there.wasm';\n\
             const modal = document.createElement('dialog'); modal.id = 'modal';\n\
             const opener = document.createElement('button'); opener.id = 'opener'; opener.append('Restore…');\n\
             opener.addEventListener('click', () => {{ host().show(); }});\n\
             modal.append(opener); document.body.append(modal); modal.showModal();"
        ),
        vec![],
    )
    .await?;
    page.click_on("document.getElementById('opener')").await?;
    page.until(
        "it is said",
        "root().querySelector('[role=alert]')?.checkVisibility()",
    )
    .await?;
    let looks = page
        .value(
            "(() => { const d = root().querySelector('dialog'); const {left, top, right, bottom, width} = d.getBoundingClientRect();\n\
               const name = d.getAttribute('aria-labelledby').split(' ').map((id) => root().getElementById(id).innerText).join(' ');\n\
               return [d.matches(':modal'), left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight && width > 200, name.includes('could not be loaded'), \
                       d.lang, getComputedStyle(d).direction]; })()",
        )
        .await?;
    assert_eq!(looks, json!([true, true, true, "en", "ltr"]));
    page.click_on("root().querySelector('[part=loader] button')")
        .await?;
    page.until(
        "it is gone, the page's own modal is not, and the focus is where it was",
        "!root().querySelector('[role=alert]') && document.getElementById('modal').matches(':modal') && deepFocus().id === 'opener'",
    )
    .await?;
    page.click_on("document.getElementById('opener')").await?;
    page.until(
        "it is said again",
        "root().querySelector('[role=alert]')?.checkVisibility()",
    )
    .await?;
    page.press(&[ESCAPE]).await?;
    page.until(
        "Esc puts away that alone",
        "!root().querySelector('[role=alert]') && document.getElementById('modal').matches(':modal')",
    )
    .await?;
    Ok(())
}

/// X10: the package knows the hash of its wasm, and leaves it to the page where that names another file.
async fn wasm_is_checked_by_default(start: Start) -> Result<()> {
    let asked = "const real = window.fetch; seen.integrity = [];\n\
         window.fetch = (url, init) => { if (!String(url).includes('/restore/')) seen.integrity.push(init?.integrity); return real(url, init); };";
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js(asked, vec![]).await?;
    opened(&page).await?;
    let known = page
        .js_async(
            "const hashes = await (await fetch('/package/integrity.json')).json(); return [seen.integrity[0], hashes['atlas-restore-dialog_bg.wasm']];",
            vec![],
        )
        .await?;
    assert!(known[0].as_str().is_some_and(|hash| !hash.is_empty()));
    assert_eq!(known[0], known[1]);
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js(
        &format!("{asked} {CLASS}.wasmUrl = '/pages/dialog.bin';"),
        vec![],
    )
    .await?;
    opened(&page).await?;
    assert_eq!(page.value("seen.integrity[0]").await?, json!(""));
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
        page.value("[host().open, isOpen(), all('restore-button').length, deepFocus().innerText]")
            .await?,
        json!([false, false, 0, "Close"])
    );
    assert!(page.posts().await?.is_empty());
    page.expect_no_trouble().await
}

/// What is said is closed by its button, and the focus goes back.
async fn put_away(page: &Page) -> Result<()> {
    page.click_on("root().querySelector('[part=loader] button')")
        .await?;
    page.until(
        "it is gone, and the focus is where it came from",
        "!root().querySelector('[role=alert]') && deepFocus().id === 'open'",
    )
    .await?;
    Ok(())
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
            .contains("It has started nothing")
    );
    put_away(&page).await?;
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
    put_away(&page).await?;
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
    put_away(&page).await?;
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
