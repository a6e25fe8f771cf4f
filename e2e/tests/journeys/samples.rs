//! The samples of `examples/`: each opens the dialog, restores, and is told the end.

use anyhow::Result;
use e2e::World;
use e2e::page::{Page, Start};
use e2e::steps::ESCAPE;
use e2e::world::STAGING;
use serde_json::json;

crate::journeys![
    plain_page_restores,
    react_restores,
    react_renders_twice_and_on_a_condition,
    vue_restores,
    lit_restores,
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
    Ok(())
}

async fn open(page: &Page) -> Result<()> {
    page.click_on("host().getRootNode().getElementById('restore')")
        .await?;
    page.until(
        "the projects are listed",
        "isOpen() && all('project-option').length > 0 && !one('project-picker').ariaBusy",
    )
    .await?;
    Ok(())
}

/// From the button to the word that the page says at the end.
async fn restores(page: &Page) -> Result<()> {
    open(page).await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await?;
    page.sandbox.advance(60_000).await?;
    page.job("completed").await?;
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
    Ok(())
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
    let policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; connect-src 'self'";
    let page = sample(&start, "turbo", Some(policy)).await?;
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
    let console = page.browser.console(&page.client).await?;
    let told = console
        .iter()
        .filter(|entry| {
            entry
                .to_string()
                .contains("already defined, by version 0.0.9")
        })
        .count();
    assert!(console.is_empty() || told == 1, "{console:?}");
    Ok(())
}
