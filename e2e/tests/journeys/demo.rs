//! The demo page: as built, with the Atlas in memory, and before a backend.

use anyhow::Result;
use e2e::World;
use e2e::page::{Page, Start};
use e2e::steps::ESCAPE;
use e2e::world::{SNAPSHOT, STAGING};
use serde_json::{Value, json};

crate::journeys![
    demo_opens_every_scenario,
    demo_restores_in_the_browser,
    demo_works_below_a_path,
    demo_names_an_unknown_scenario,
    demo_uses_a_backend,
];

async fn demo(start: &Start, path: &str) -> Result<Page> {
    // The world of the server does not matter: the page brings its own.
    let page = start.at(World::example("eligible")?, path, None).await?;
    page.js("document.addEventListener('securitypolicyviolation', (e) => (window.violated ??= []).push(e.violatedDirective)); \
             if (window.ReportingObserver) new ReportingObserver((reports) => (window.violated ??= []).push(...reports.map((r) => r.body?.effectiveDirective)), {types: ['csp-violation'], buffered: true}).observe();", vec![])
        .await?;
    Ok(page)
}

async fn ready(page: &Page, name: &str) -> Result<()> {
    page.until(
        &format!("{name} is played"),
        &format!(
            "one('scenario-picker')?.value === '{name}' && document.querySelector('main').ariaBusy === 'false' \
             && (all('snapshot-row').some((row) => row.checkVisibility()) || !document.getElementById('no-snapshots').hidden)"
        ),
    )
    .await?;
    Ok(())
}

async fn demo_opens_every_scenario(start: Start) -> Result<()> {
    let page = demo(&start, "/").await?;
    for example in World::examples()? {
        let name = example["name"].as_str().unwrap_or_default();
        page.until(
            "the picker is filled",
            "one('scenario-picker')?.options.length > 10",
        )
        .await?;
        let before = page
            .value("document.getElementById('scenario-text').textContent")
            .await?;
        page.click_on(&format!(
            "[...one('scenario-picker').options].find((o) => o.value === '{name}')"
        ))
        .await?;
        let description = example["description"].clone();
        page.until(
            &format!("{name} is described"),
            &format!(
                "document.getElementById('scenario-text').textContent === {description} \
                 && ({before} === {description} || location.search.includes('scenario={name}'))"
            ),
        )
        .await?;
        ready(&page, name).await?;
        page.until(
            "the page has read its cluster",
            "document.getElementById('cluster-name').textContent === 'orders'",
        )
        .await?;
        page.click_on("[...document.querySelectorAll('[data-testid=\"restore-action\"]')].find((b) => b.checkVisibility())")
            .await?;
        page.until(
            &format!("{name}: the dialog has something to say"),
            "isOpen() && ['project-picker', 'snapshot-error', 'no-backups', 'job-state'].some(shown)",
        )
        .await?;
        page.until(
            "its requests are in the log",
            "one('event-log').querySelector('[data-kind=request][data-status=\"200\"]')",
        )
        .await?;
        page.press(&[ESCAPE]).await?;
        page.until("it is closed", "!isOpen()").await?;
        page.until(
            "its end is in the log",
            "[...one('event-log').children].some((line) => line.innerText.includes('restore-close') && line.innerText.includes('escape'))",
        )
        .await?;
    }
    assert_eq!(page.value("window.violated ?? []").await?, json!([]));
    Ok(())
}

async fn demo_restores_in_the_browser(start: Start) -> Result<()> {
    let page = demo(&start, "/?scenario=eligible").await?;
    ready(&page, "eligible").await?;
    let first = page
        .value("[one('snapshot-row').dataset.snapshotId, one('snapshot-row').querySelector('[data-testid=\"restore-action\"]').dataset.snapshotId]")
        .await?;
    assert_eq!(first, json!([SNAPSHOT, SNAPSHOT]));
    page.click_on("one('snapshot-row').querySelector('[data-testid=\"restore-action\"]')")
        .await?;
    page.projects_listed().await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await?;
    let log = page
        .value("[...one('event-log').children].map((line) => [line.dataset.kind, line.dataset.name, line.dataset.path ?? ''])")
        .await?;
    let lines: Vec<&Value> = log.as_array().into_iter().flatten().collect();
    let posts = lines
        .iter()
        .filter(|line| line[1] == "POST" && line[2].to_string().contains("restoreJobs"))
        .count();
    assert_eq!(posts, 1, "{log}");
    for event in ["restore-select", "restore-before-submit", "restore-started"] {
        assert!(
            lines
                .iter()
                .any(|line| line[0] == "event" && line[1] == event),
            "{event}"
        );
    }
    page.click("cancel-button").await?;
    page.until(
        "the page tells the outcome",
        "document.getElementById('outcome').textContent.includes('A restore was started')",
    )
    .await?;
    assert!(page.posts().await?.is_empty(), "nothing went to the server");
    assert_eq!(page.value("window.violated ?? []").await?, json!([]));
    Ok(())
}

async fn demo_works_below_a_path(start: Start) -> Result<()> {
    let page = demo(&start, "/below/a/path/?scenario=provider-mismatch").await?;
    ready(&page, "provider-mismatch").await?;
    page.click_on("one('snapshot-row').querySelector('[data-testid=\"restore-action\"]')")
        .await?;
    page.projects_listed().await?;
    assert!(page.sandbox.log().await?.is_empty());
    Ok(())
}

async fn demo_names_an_unknown_scenario(start: Start) -> Result<()> {
    let page = demo(&start, "/?scenario=no-such-thing").await?;
    page.until(
        "it is said",
        "document.getElementById('problem').checkVisibility() && document.getElementById('problem').innerText.includes('no-such-thing')",
    )
    .await?;
    Ok(())
}

async fn demo_uses_a_backend(start: Start) -> Result<()> {
    let page = demo(&start, "/?backend=/restore").await?;
    restore_over_its_backend(&page).await?;
    assert_eq!(page.posts().await?.len(), 1, "over real sockets");
    Ok(())
}

/// From the demo page's newest snapshot to the end of the restore.
pub async fn restore_over_its_backend(page: &Page) -> Result<()> {
    page.until("the snapshots are listed", "all('snapshot-row').length > 5")
        .await?;
    page.click_on(&format!(
        "all('snapshot-row').find((row) => row.dataset.snapshotId === '{SNAPSHOT}').querySelector('[data-testid=\"restore-action\"]')"
    ))
    .await?;
    page.projects_listed().await?;
    page.restored().await?;
    Ok(())
}
