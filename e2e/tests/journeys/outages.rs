//! The network goes away, and comes back.

use anyhow::Result;
use e2e::World;
use e2e::page::Start;
use e2e::steps::SOURCE;
use e2e::world::STAGING;
use serde_json::json;

crate::journeys![
    cut_while_reading_waits_and_goes_on,
    server_that_ends_while_reading_is_read_again,
    server_that_ends_while_sending_leaves_it_unknown,
    cut_while_following_keeps_what_is_known,
    server_that_ends_while_following_keeps_what_is_known,
];

async fn cut_while_reading_waits_and_goes_on(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.browser.set_network(&page.client, false).await?;
    page.until(
        "it is said",
        "text('restore-dialog').includes('You are offline')",
    )
    .await?;
    page.pick("project-picker", "project-option", "projectId", STAGING)
        .await?;
    page.until(
        "the list waits",
        "one('cluster-list')?.ariaBusy || text('restore-dialog').includes('being read')",
    )
    .await?;
    page.browser.set_network(&page.client, true).await?;
    page.until(
        "the clusters are listed by themselves",
        &page.option("orders-staging")?,
    )
    .await?;
    page.until(
        "nothing is said any more",
        "!text('restore-dialog').includes('You are offline')",
    )
    .await?;
    page.choose_cluster("orders-staging").await?;
    page.to_review().await
}

async fn server_that_ends_while_reading_is_read_again(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.sandbox.stop();
    page.pick("project-picker", "project-option", "projectId", STAGING)
        .await?;
    page.until(
        "it is said that there was no answer",
        "shown('retry-button')",
    )
    .await?;
    let said = page.text("restore-dialog").await?;
    assert!(said.contains("The server could not be reached"), "{said}");
    assert!(!said.contains("No match"), "nothing was looked for: {said}");
    page.sandbox.start_again()?;
    page.click("retry-button").await?;
    page.until("the clusters are listed", &page.option("orders-staging")?)
        .await?;
    assert_eq!(
        page.value("one('project-picker').value").await?,
        json!(STAGING),
        "what was chosen is kept"
    );
    page.choose_cluster("orders-staging").await?;
    page.to_review().await
}

async fn server_that_ends_while_sending_leaves_it_unknown(start: Start) -> Result<()> {
    let world = World::example("eligible")?.fault(
        "POST",
        "restoreJobs",
        json!({}),
        json!({"delayMs": 600_000}),
    );
    let page = start.destination(world).await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.until_logged("the request is there", |log| {
        log.iter().any(|entry| entry["method"] == "POST")
    })
    .await?;
    page.sandbox.stop();
    page.job("unknown").await?;
    page.until(
        "the jobs could not be read",
        "text('restore-dialog').includes('jobs could not be read')",
    )
    .await?;
    page.sandbox.start_again()?;
    page.click("check-again-button").await?;
    page.looked_for().await?;
    // The server knows of nothing, and yet nothing is sent again by itself, nor offered so early.
    assert_eq!(
        page.value(
            "[shown('check-again-button'), shown('try-again-button'), shown('restore-button')]"
        )
        .await?,
        json!([true, false, false])
    );
    assert!(page.posts().await?.is_empty());
    Ok(())
}

async fn cut_while_following_keeps_what_is_known(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await?;
    page.browser.set_network(&page.client, false).await?;
    page.until(
        "it is said",
        "text('restore-dialog').includes('You are offline')",
    )
    .await?;
    page.sandbox.advance(60_000).await?;
    assert_eq!(
        page.value("one('job-state').dataset.state").await?,
        json!("running")
    );
    page.browser.set_network(&page.client, true).await?;
    page.job("completed").await?;
    assert_eq!(page.events("restore-finished").await?.len(), 1);
    Ok(())
}

async fn server_that_ends_while_following_keeps_what_is_known(start: Start) -> Result<()> {
    let attributes = format!("{SOURCE}&target-project={STAGING}&target-cluster=orders-staging");
    let page = start
        .bare(World::example("restore-running")?, &attributes)
        .await?;
    page.open().await?;
    page.job("running").await?;
    page.sandbox.stop();
    page.until(
        "it is said how old this is",
        "text('receipt').includes('could not be read lately')",
    )
    .await?;
    assert_eq!(
        page.value("one('job-state').dataset.state").await?,
        json!("running")
    );
    page.sandbox.start_again()?;
    page.sandbox.advance(600_000).await?;
    page.job("completed").await?;
    page.until(
        "what is shown is new",
        "!text('receipt').includes('could not be read lately')",
    )
    .await?;
    Ok(())
}
