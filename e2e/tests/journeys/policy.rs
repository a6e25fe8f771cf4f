//! What a page may forbid, and what the dialog never does.

use anyhow::Result;
use e2e::World;
use e2e::engine::Ability;
use e2e::page::Start;
use e2e::steps::SOURCE;
use e2e::world::STAGING;
use serde_json::json;

crate::journeys![
    strict_policy_is_kept,
    strict_policy_with_trusted_types_is_kept,
    violation_of_a_policy_would_be_seen,
    nobody_else_is_asked,
    nothing_is_stored,
];

async fn restored_under(start: &Start, policy: &str) -> Result<()> {
    let page = start
        .bare_under(World::example("eligible")?, SOURCE, Some(policy))
        .await?;
    page.open().await?;
    page.projects_listed().await?;
    page.choose_project(STAGING).await?;
    page.type_into("cluster-filter", "staging").await?;
    page.refused_cluster("catalog-staging").await?;
    page.choose_cluster("orders-staging").await?;
    page.to_review().await?;
    page.confirm("orders-staging").await?;
    page.click("restore-button").await?;
    page.job("running").await?;
    page.sandbox.advance(60_000).await?;
    page.job("completed").await?;
    assert_eq!(page.value("seen.violations").await?, json!([]));
    page.expect_no_trouble().await
}

async fn strict_policy_is_kept(start: Start) -> Result<()> {
    restored_under(
        &start,
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'",
    )
    .await
}

async fn strict_policy_with_trusted_types_is_kept(start: Start) -> Result<()> {
    restored_under(
        &start,
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
         img-src 'self' data:; require-trusted-types-for 'script'",
    )
    .await
}

async fn violation_of_a_policy_would_be_seen(start: Start) -> Result<()> {
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'";
    let page = start
        .bare_under(World::example("eligible")?, SOURCE, Some(policy))
        .await?;
    // Without 'wasm-unsafe-eval' the dialog cannot be loaded: that is said, and the page lives on.
    page.click_on("document.getElementById('open')").await?;
    page.until(
        "it is said",
        "root().querySelector('[role=alert]')?.checkVisibility()",
    )
    .await?;
    page.until("the page is told", "seen.events.some((e) => e.type === 'restore-error' && e.detail.code === 'wasm-unavailable')")
        .await?;
    page.until(
        "the promise is settled",
        "seen.outcomes.at(-1)?.outcome === 'error'",
    )
    .await?;
    if start.engine().lacks(Ability::ForbiddenWasm).is_none() {
        page.until("the violation was seen", "seen.violations.length > 0")
            .await?;
    }
    page.js(
        "seen.violations = []; document.body.append(Object.assign(new Image(), {src: '/not-there.png'}));",
        vec![],
    )
    .await?;
    page.until("a forbidden image is seen", "seen.violations.length > 0")
        .await?;
    page.js("seen.violations = [];", vec![]).await?;
    page.browser.console(&page.client).await?;
    Ok(())
}

async fn nobody_else_is_asked(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await?;
    let entries = page
        .value("performance.getEntriesByType('resource').map((e) => e.name)")
        .await?;
    let entries = e2e::steps::strings(&entries);
    assert!(
        entries.iter().any(|name| name.ends_with(".wasm")),
        "{entries:?}"
    );
    let origin = &page.sandbox.origin;
    let others: Vec<_> = entries
        .iter()
        .filter(|name| !name.starts_with(&format!("{origin}/")))
        .collect();
    assert!(others.is_empty(), "{others:?}");
    Ok(())
}

async fn nothing_is_stored(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await?;
    let stored = page
        .js_async(
            "return [localStorage.length, sessionStorage.length, document.cookie, (await indexedDB.databases?.() ?? []).length, location.search.includes('job')];",
            vec![],
        )
        .await?;
    assert_eq!(stored, json!([0, 0, "", 0, false]));
    Ok(())
}
