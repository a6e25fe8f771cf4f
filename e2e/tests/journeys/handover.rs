//! Check only, copy as command, show request.

use anyhow::Result;
use e2e::World;
use e2e::page::Start;
use e2e::world::{SNAPSHOT, STAGING, STOREFRONT};
use serde_json::json;

crate::journeys![
    check_only_sends_nothing_but_reads,
    request_and_command_are_what_would_be_sent,
];

async fn check_only_sends_nothing_but_reads(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.review(STAGING, "orders-staging").await?;
    let before = page.sandbox.log().await?.len();
    page.click_label("Check only").await?;
    page.until(
        "it says that nothing stands in the way",
        "text('review').includes('nothing stands in the way')",
    )
    .await?;
    let log = page.sandbox.log().await?;
    for part in [
        "session",
        "snapshots/",
        "orders-staging",
        "encryptionAtRest",
        "restoreJobs",
    ] {
        let read = log[before..].iter().any(|entry| {
            entry["path"]
                .as_str()
                .is_some_and(|path| path.contains(part))
        });
        assert!(read, "{part} was read again");
    }
    assert!(
        log.iter().all(|entry| entry["method"] == "GET"),
        "by reads alone"
    );
    // The page's own way to the same.
    let report = page
        .js_async("return await host().check();", vec![])
        .await?;
    assert!(
        report
            .as_array()
            .is_some_and(|list| list.iter().all(|one| one["severity"] != "blocker")),
        "{report}"
    );
    assert!(page.posts().await?.is_empty());
    page.expect_no_trouble().await
}

async fn request_and_command_are_what_would_be_sent(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.review(STAGING, "orders-staging").await?;
    page.js(
        "Object.defineProperty(navigator, 'clipboard', {value: {writeText: async (text) => { seen.copied = text; }}});",
        vec![],
    )
    .await?;
    page.click_label("Copy as command").await?;
    page.until("it is copied", "seen.copied").await?;
    assert_eq!(
        page.string("seen.copied").await?,
        format!(
            "atlas backups restores start automated --projectId {STOREFRONT} --clusterName orders --snapshotId {SNAPSHOT} --targetProjectId {STAGING} --targetClusterName orders-staging"
        )
    );
    page.click_on(
        "[...root().querySelectorAll('summary')].find((e) => e.innerText === 'Show request')",
    )
    .await?;
    let shown = page
        .string("root().querySelector('details[open] > p').innerText")
        .await?;
    page.click_label("Copy request").await?;
    page.until("the request is copied", "seen.copied.startsWith('{')")
        .await?;
    let copied = page.string("seen.copied").await?;
    page.confirm("orders-staging").await?;
    page.click("restore-button").await?;
    page.job("running").await?;
    let posts = page.posts().await?;
    assert_eq!(posts[0]["body"], json!(shown), "byte for byte");
    assert_eq!(shown, copied);
    page.expect_no_trouble().await
}
