//! The whole way: browser, gateway, and behind it an Atlas in memory.

use anyhow::Result;
use e2e::World;
use e2e::page::{Page, Start};
use e2e::steps::SOURCE;
use e2e::world::{STAGING, STOREFRONT};
use serde_json::{Value, json};

use crate::demo::restore_over_its_backend;

crate::journeys![
    demo_restores_through_the_gateway,
    refusal_of_the_gateway_is_said_at_the_cluster,
    refusal_of_the_gateway_is_said_at_the_project,
    refusal_of_the_gateway_is_said_at_the_snapshot,
    trouble_of_the_gateway_names_the_request,
    person_without_a_role_sees_nothing,
];

async fn opened(start: &Start, world: World, attributes: &str, settings: &[&str]) -> Result<Page> {
    let path = format!("/pages/bare.html?{attributes}");
    let page = start.behind_gateway(world, &path, settings).await?;
    page.until("the page is ready", "window.seen?.ready")
        .await?;
    page.open().await?;
    Ok(page)
}

/// The restores that Atlas was asked for.
async fn asked_for(page: &Page) -> Result<usize> {
    let posts = page.posts().await?;
    let restores = posts
        .iter()
        .filter(|entry| entry["path"].to_string().contains("restoreJobs"));
    Ok(restores.count())
}

async fn demo_restores_through_the_gateway(start: Start) -> Result<()> {
    let world = World::example("eligible")?;
    let page = start
        .behind_gateway(world, "/?backend=/restore", &[])
        .await?;
    restore_over_its_backend(&page).await?;
    assert_eq!(asked_for(&page).await?, 1);
    assert_eq!(page.sandbox.jobs().await?.len(), 1);
    Ok(())
}

/// The world changes once people were asked for that often: first for the session, then by the gateway for itself, after
/// the dialog has found nothing wrong.
async fn refused(start: &Start, times: u32, merge: Value) -> Result<Page> {
    let world = World::example("eligible")?.with(
        "changes",
        json!([{"after": {"method": "GET", "path": "/users", "nth": times}, "merge": merge}]),
    );
    // However slow the journey is, the session's roles are not asked for again before the restore.
    let page = opened(start, world, SOURCE, &["limits.roles_seconds=3600"]).await?;
    page.restore_into(STAGING, "orders-staging").await?;
    Ok(page)
}

async fn nothing_was_sent(page: &Page) -> Result<()> {
    assert_eq!(asked_for(page).await?, 0);
    assert_eq!(page.value("shown('restore-button')").await?, json!(false));
    page.expect_no_trouble().await
}

async fn refusal_of_the_gateway_is_said_at_the_cluster(start: Start) -> Result<()> {
    let paused = json!({"groupId": STAGING, "name": "orders-staging", "paused": true});
    let page = refused(&start, 2, json!({"clusters": [paused]})).await?;
    page.until(
        "it stands at the cluster",
        "shown('cluster-error') && codes('cluster-error').includes('target.unavailable')",
    )
    .await?;
    nothing_was_sent(&page).await?;
    // Another target will do.
    page.choose_cluster("orders-rehearsal").await?;
    page.to_review().await?;
    page.confirm("orders-rehearsal").await?;
    page.click("restore-button").await?;
    page.job("running").await?;
    assert_eq!(asked_for(&page).await?, 1);
    Ok(())
}

async fn refusal_of_the_gateway_is_said_at_the_project(start: Start) -> Result<()> {
    let page = refused(
        &start,
        1,
        json!({"person": {"roles": {STAGING: ["GROUP_READ_ONLY"]}}}),
    )
    .await?;
    page.until(
        "it stands at the project",
        "root().querySelector('#project-error [data-code=\"person.not-owner-of-target\"]')",
    )
    .await?;
    nothing_was_sent(&page).await
}

async fn refusal_of_the_gateway_is_said_at_the_snapshot(start: Start) -> Result<()> {
    let broken = json!({STOREFRONT: {"awsKms": {"valid": false}}});
    let page = refused(&start, 2, json!({"encryptionAtRest": broken})).await?;
    page.until(
        "it stands at the snapshot",
        "shown('snapshot-error') && codes('snapshot-error').includes('source.key-invalid')",
    )
    .await?;
    nothing_was_sent(&page).await
}

async fn trouble_of_the_gateway_names_the_request(start: Start) -> Result<()> {
    // Can be opened, and is always full: the attempt cannot be written down.
    let page = opened(
        &start,
        World::example("eligible")?,
        SOURCE,
        &["audit.file=/dev/full"],
    )
    .await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.until("it is said to be refused", "shown('submit-error')")
        .await?;
    page.until(
        "support can find it",
        "/Request ID [0-9a-f]{32}/.test(text('restore-dialog')) && text('restore-dialog').includes('Nothing was sent')",
    )
    .await?;
    assert_eq!(asked_for(&page).await?, 0);
    Ok(())
}

async fn person_without_a_role_sees_nothing(start: Start) -> Result<()> {
    let mut world = World::example("eligible")?;
    world.0["person"]["roles"] = json!({});
    world.0["person"]["orgRoles"] = json!({});
    let page = opened(&start, world, SOURCE, &[]).await?;
    page.until(
        "it is said",
        "text('restore-dialog').includes('It does not exist, or you may not see it.')",
    )
    .await?;
    nothing_was_sent(&page).await?;
    assert!(!page.text("restore-dialog").await?.contains("Storefront"));
    let below: Vec<String> = page
        .sandbox
        .log()
        .await?
        .iter()
        .filter_map(|entry| entry["path"].as_str())
        .filter(|path| path.contains("/groups/"))
        .map(str::to_owned)
        .collect();
    assert_eq!(below, [""; 0], "Atlas was asked about a project");
    Ok(())
}
