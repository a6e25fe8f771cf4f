//! The samples of `examples/`: each opens the dialog, restores, and is told the end.

use std::process::Command;

use anyhow::{Context, Result};
use e2e::World;
use e2e::child::Running;
use e2e::page::{POLICY, Page, Start};
use e2e::steps::{ESCAPE, TAB};
use e2e::world::STAGING;
use serde_json::{Value, json};

crate::journeys![
    plain_page_restores,
    react_restores,
    react_renders_twice_and_on_a_condition,
    vue_restores,
    lit_restores,
    angular_restores,
    backstage_restores_from_its_modal_after_going_away,
    modal_of_material_ui_takes_no_focus_and_is_named,
    modal_of_the_cdk_takes_no_focus_and_is_named,
    modal_of_primevue_takes_no_focus,
    django_restores_with_its_token_and_not_without,
    frame_of_another_origin_restores,
    webpack_restores,
    esbuild_restores,
    another_shadow_root_restores,
    turbo_restores_after_back_and_forward,
    two_versions_share_the_first,
];

async fn sample(start: &Start, path: &str, policy: Option<&str>) -> Result<Page> {
    let page = start
        .at(
            World::example("eligible")?,
            &format!("/examples/{path}/index.html"),
            policy,
        )
        .await?;
    ready(&page).await?;
    Ok(page)
}

/// The page has its element, wherever that is.
async fn ready(page: &Page) -> Result<()> {
    page.until(
        "the page has its button and its element",
        "(window.nested = document.querySelector('portal-backups')?.shadowRoot?.querySelector('atlas-restore-dialog'), \
         host()?.matches(':defined') && host().getRootNode().getElementById('restore'))",
    )
    .await?;
    page.js(WATCH, vec![]).await?;
    Ok(())
}

/// As `pages/watch.js` does on pages of our own; what came before this, Chromium still tells.
const WATCH: &str = "if (window.seen) return; window.seen = {violations: []};\n\
     const add = ({blockedURI, blockedURL, violatedDirective, effectiveDirective, sourceFile, sample}) => {\n\
       const blocked = blockedURI ?? blockedURL; if (!String(blocked).endsWith('/favicon.ico')) \
         seen.violations.push({directive: violatedDirective ?? effectiveDirective, blocked, sourceFile, sample}); };\n\
     document.addEventListener('securitypolicyviolation', add);\n\
     if (window.ReportingObserver) new ReportingObserver((reports) => reports.forEach(({body}) => add(body)), {types: ['csp-violation'], buffered: true}).observe();";

async fn open(page: &Page) -> Result<()> {
    page.click_on("host().getRootNode().getElementById('restore')")
        .await?;
    page.projects_listed().await
}

/// From the button to the word that the page says at the end.
async fn restores(page: &Page) -> Result<()> {
    open(page).await?;
    page.restored().await?;
    page.until(
        "the page was told",
        "/^Job [0-9a-f]{24}: completed$/.test(host().getRootNode().getElementById('outcome').textContent)",
    )
    .await?;
    assert_eq!(page.posts().await?.len(), 1);
    page.press(&[ESCAPE]).await?;
    page.until(
        "it is closed, and the focus is where it came from",
        "!isOpen() && deepFocus().id === 'restore'",
    )
    .await?;
    page.expect_no_trouble().await
}

async fn plain_page_restores(start: Start) -> Result<()> {
    restores(&sample(&start, "plain", None).await?).await
}

async fn react_restores(start: Start) -> Result<()> {
    restores(&sample(&start, "react", None).await?).await
}

/// Only React's development build mounts twice.
async fn react_renders_twice_and_on_a_condition(start: Start) -> Result<()> {
    let page = sample(&start, "react/dev", None).await?;
    open(&page).await?;
    page.press(&[ESCAPE]).await?;
    for there in [false, true, false, true] {
        page.click_on("document.getElementById('offered')").await?;
        page.until(
            "React has rendered it so",
            &format!("Boolean(host()) === {there}"),
        )
        .await?;
    }
    restores(&page).await
}

async fn vue_restores(start: Start) -> Result<()> {
    restores(&sample(&start, "vue", None).await?).await
}

async fn lit_restores(start: Start) -> Result<()> {
    restores(&sample(&start, "lit", None).await?).await
}

async fn angular_restores(start: Start) -> Result<()> {
    restores(&sample(&start, "angular", None).await?).await
}

/// Without Trusted Types, and with style elements, as Material UI 4 makes them.
const STYLES: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; connect-src 'self'";

async fn backstage_restores_from_its_modal_after_going_away(start: Start) -> Result<()> {
    let page = sample(&start, "backstage", Some(STYLES)).await?;
    page.click_on("document.getElementById('away')").await?;
    page.until("React Router shows the other page", "!host()")
        .await?;
    page.click_on("document.getElementById('back')").await?;
    ready(&page).await?;
    page.js(
        "window.seen_warnings = []; document.addEventListener('restore-warning', ({detail}) => seen_warnings.push(detail.code));",
        vec![],
    )
    .await?;
    page.click_on("document.getElementById('details')").await?;
    page.click_on("document.getElementById('restore-from-details')")
        .await?;
    page.until(
        "the dialog is there, and the modal and what it did to the page are not",
        "isOpen() && !document.querySelector('[role=dialog]') && !host().closest('[aria-hidden]')",
    )
    .await?;
    assert_eq!(page.value("seen_warnings").await?, json!([]));
    page.press(&[ESCAPE]).await?;
    page.until(
        "the focus is where it was before the modal",
        "!isOpen() && deepFocus().id === 'details'",
    )
    .await?;
    restores(&page).await
}

/// D16: the modal's trap looks every 50 ms where the focus is, and hides the page around the dialog.
async fn modal_of_material_ui_takes_no_focus_and_is_named(start: Start) -> Result<()> {
    let page = sample(&start, "backstage", Some(STYLES)).await?;
    page.js(
        "window.seen_warnings = []; document.addEventListener('restore-warning', ({detail}) => seen_warnings.push(detail));",
        vec![],
    )
    .await?;
    page.click_on("document.getElementById('details')").await?;
    page.until(
        "Material UI hides the page",
        "host().closest('[aria-hidden=true]')",
    )
    .await?;
    page.js("host().show();", vec![]).await?;
    page.projects_listed().await?;
    let warnings = page.value("seen_warnings").await?;
    assert_eq!(warnings.as_array().map(Vec::len), Some(1), "{warnings}");
    assert!(warnings[0]["message"].to_string().contains("div#root"));
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await?;
    page.until("the focus is still in it", "root().activeElement")
        .await?;
    Ok(())
}

/// From a modal of the sample, which is still open, to the running job: what the page was warned of on the way.
async fn warned_over_a_modal(page: &Page, modal: &str) -> Result<Value> {
    page.js(
        "window.seen_warnings = []; document.addEventListener('restore-warning', ({detail}) => seen_warnings.push(detail.code));",
        vec![],
    )
    .await?;
    page.click_on("document.getElementById('details')").await?;
    page.until("the modal is there", modal).await?;
    page.js("host().show();", vec![]).await?;
    page.until(
        "the projects are listed",
        "isOpen() && all('project-option').length > 0 && !one('project-picker').ariaBusy",
    )
    .await?;
    // The focus moves in the dialog as it does without a modal.
    page.press(&[TAB, TAB, TAB]).await?;
    page.until("the focus is still in it", "root().activeElement")
        .await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await?;
    page.until("its heading has the focus", "focusName() === 'heading'")
        .await?;
    page.press(&[ESCAPE]).await?;
    page.until("only the modal is left", &format!("!isOpen() && {modal}"))
        .await?;
    page.value("seen_warnings").await
}

/// D16: the CDK hides from assistive technology whatever is not its own.
async fn modal_of_the_cdk_takes_no_focus_and_is_named(start: Start) -> Result<()> {
    let page = sample(&start, "angular", Some(STYLES)).await?;
    let modal = "document.querySelector('cdk-dialog-container')";
    assert_eq!(
        warned_over_a_modal(&page, modal).await?,
        json!(["aria-hidden"])
    );
    page.press(&[ESCAPE]).await?;
    page.until("it is closed", &format!("!{modal}")).await?;
    closes_before_it_opens(&page, modal).await
}

/// D16: PrimeVue hides nothing.
async fn modal_of_primevue_takes_no_focus(start: Start) -> Result<()> {
    let page = sample(&start, "primevue", Some(STYLES)).await?;
    let modal = "document.querySelector('[role=dialog][aria-modal=true]')";
    assert_eq!(warned_over_a_modal(&page, modal).await?, json!([]));
    page.press(&[ESCAPE]).await?;
    page.until("it is closed", &format!("!{modal}")).await?;
    closes_before_it_opens(&page, modal).await
}

/// As the sample does it: no warning, and the focus goes back to what opened the modal, or to the page's own place.
async fn closes_before_it_opens(page: &Page, modal: &str) -> Result<()> {
    page.js("window.seen_warnings.length = 0;", vec![]).await?;
    page.click_on("document.getElementById('details')").await?;
    page.until("the modal is there", modal).await?;
    page.click_on("document.getElementById('restore-from-details')")
        .await?;
    page.until(
        "the dialog is there, and the modal and what it did to the page are not",
        &format!("isOpen() && !{modal} && !host().closest('[aria-hidden]')"),
    )
    .await?;
    assert_eq!(page.value("seen_warnings").await?, json!([]));
    Ok(())
}

async fn django_restores_with_its_token_and_not_without(start: Start) -> Result<()> {
    let page = sample(&start, "plain", None).await?;
    let python = start.setup.django.as_ref().context("no Django")?;
    let mut server = Command::new(python);
    server
        .args(["-u", "manage.py", "runserver", "--noreload", "127.0.0.1:0"])
        .current_dir(start.setup.site.join("examples/django"))
        .env("BACKEND", &page.sandbox.origin);
    let (_running, origin) = Running::start(&mut server, |line| {
        let address = line.trim().split_once("server at ")?.1;
        Some(address.trim_end_matches('/').to_owned())
    })?;
    page.client.goto(&origin).await?;
    ready(&page).await?;
    page.js(
        "window.token = host().dataset.csrfToken; host().dataset.csrfToken = 'x'.repeat(64);",
        vec![],
    )
    .await?;
    open(&page).await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.until("Django's refusal is shown", "shown('submit-error')")
        .await?;
    assert!(page.posts().await?.is_empty());
    page.press(&[ESCAPE]).await?;
    page.js("host().dataset.csrfToken = window.token;", vec![])
        .await?;
    restores(&page).await
}

async fn frame_of_another_origin_restores(start: Start) -> Result<()> {
    let policy = format!("{POLICY}; frame-src http://localhost:*");
    let page = start
        .at(
            World::example("eligible")?,
            "/examples/iframe/index.html",
            Some(&policy),
        )
        .await?;
    let frame = page.element("document.querySelector('iframe')").await?;
    frame.enter_frame().await?;
    ready(&page).await?;
    restores(&page).await?;
    page.client.clone().enter_parent_frame().await?;
    page.until(
        "the portal was told",
        "/^Job [0-9a-f]{24}: completed$/.test(document.getElementById('outcome').textContent)",
    )
    .await?;
    Ok(())
}

async fn webpack_restores(start: Start) -> Result<()> {
    restores(&sample(&start, "webpack", None).await?).await
}

async fn esbuild_restores(start: Start) -> Result<()> {
    restores(&sample(&start, "esbuild", None).await?).await
}

async fn another_shadow_root_restores(start: Start) -> Result<()> {
    restores(&sample(&start, "shadow", None).await?).await
}

async fn turbo_restores_after_back_and_forward(start: Start) -> Result<()> {
    // Turbo itself parses pages from text, which Trusted Types would refuse, and has a style of its own.
    let page = sample(&start, "turbo", Some(STYLES)).await?;
    page.js("window.sameDocument = true;", vec![]).await?;
    page.click_on("document.getElementById('away')").await?;
    page.until(
        "Turbo shows the other page",
        "document.getElementById('back')",
    )
    .await?;
    page.click_on("document.getElementById('back')").await?;
    ready(&page).await?;
    open(&page).await?;
    page.js("history.back();", vec![]).await?;
    page.until("Turbo went back", "document.getElementById('back')")
        .await?;
    page.js("history.forward();", vec![]).await?;
    page.until(
        "Turbo took the page out of its cache",
        "document.getElementById('away')",
    )
    .await?;
    ready(&page).await?;
    assert_eq!(
        page.value("[isOpen(), host().open, window.sameDocument]")
            .await?,
        json!([false, false, true]),
        "nothing opens by itself"
    );
    restores(&page).await
}

async fn two_versions_share_the_first(start: Start) -> Result<()> {
    let page = sample(&start, "versions", None).await?;
    restores(&page).await?;
    assert_eq!(
        page.value("[customElements.get('atlas-restore-dialog').version, \
                     performance.getEntriesByType('resource').filter((e) => e.name.endsWith('.wasm')).length]")
            .await?,
        json!(["0.0.9", 1])
    );
    // Told once, to whoever opens the console; asked of the second copy as the page has it, in every engine.
    let told = page
        .js_async(
            "const warned = []; const warn = console.warn; console.warn = (...words) => warned.push(words.join(' '));\n\
             const path = [...document.scripts].map((one) => one.src).find((src) => src.includes('/atlas-restore-dialog/embed.js'));\n\
             const {define, version} = await import(`${path.replace('embed.js', 'index.js')}?again`);\n\
             define(); define(); console.warn = warn; return [warned, version];",
            vec![],
        )
        .await?;
    let warned = e2e::steps::strings(&told[0]);
    assert_eq!(warned.len(), 1, "{told}");
    for words in [
        "already defined, by version 0.0.9",
        told[1].as_str().context("a version")?,
    ] {
        assert!(warned[0].contains(words), "{warned:?}");
    }
    Ok(())
}
