//! What a screen reader would say along the way, compared with what is written in `e2e/transcripts/`.
//!
//! `BLESS=1` writes the transcripts anew; a person then reads what has changed in them.

use anyhow::{Context, Result};
use e2e::World;
use e2e::page::{Page, Start};
use e2e::steps::{DOWN, END, ENTER, SOURCE, TAB};
use e2e::transcript::{Reading, Transcript};
use e2e::world::{STAGING, STOREFRONT};
use serde_json::json;

crate::journeys![
    whole_restore,
    form_in_the_page,
    outcome_unknown,
    sign_in_again,
    snapshot_that_cannot_be_restored,
    picking_the_snapshot,
    no_eligible_target,
    refused_by_the_server,
    dialog_that_cannot_be_loaded,
    documented_message_in_german,
    line_that_is_cut_at_the_review,
    states_beside_the_way,
];

/// The newest snapshot of `orders`, before the dialog is opened. Times are UTC alone.
async fn closed(start: &Start, world: World, attributes: &str) -> Result<Page> {
    start.browser.set_time_zone(&start.client, "UTC").await?;
    let page = start.bare(world, &format!("{SOURCE}{attributes}")).await?;
    // Tab comes from the button that opens.
    page.js("document.getElementById('open').focus();", vec![])
        .await?;
    Ok(page)
}

async fn listed(page: &Page) -> Result<()> {
    page.until(
        "the clusters are listed",
        "all('cluster-option').length > 0 && !one('cluster-list').ariaBusy",
    )
    .await?;
    Ok(())
}

/// The project's clusters are listed, and so many things were said about it.
async fn at_the_clusters(t: &mut Transcript, project: &str) -> Result<()> {
    let page = t.page.clone();
    page.js("one('project-picker').focus();", vec![]).await?;
    page.pick("project-picker", "project-option", "projectId", project)
        .await?;
    listed(&page).await
}

async fn whole_restore(start: Start) -> Result<()> {
    let page = closed(&start, World::example("eligible")?, "").await?;
    let about = "The whole restore: from the page's button to the end of the job.";
    let mut t = Transcript::new(page.clone(), "restore", about).await?;
    t.step("The page, and the dialog closed", 0, Reading::Whole)
        .await?;

    page.open().await?;
    page.until(
        "the projects are listed",
        "all('project-option').length > 0",
    )
    .await?;
    listed(&page).await?;
    t.step(
        "Enter on Restore…: the dialog opens at the destination",
        1,
        Reading::Whole,
    )
    .await?;

    at_the_clusters(&mut t, STAGING).await?;
    t.step("Another project is chosen", 2, Reading::Changes)
        .await?;

    page.press(&[TAB]).await?;
    page.until(
        "the filter has the focus",
        "focusName() === 'cluster-filter'",
    )
    .await?;
    t.step("Tab to the list of clusters", 0, Reading::Changes)
        .await?;
    page.press(&[DOWN]).await?;
    page.until("a row is active", ACTIVE).await?;
    t.step("Down: the first row", 0, Reading::Changes).await?;
    page.press(&[END]).await?;
    page.until(
        "the last row is active",
        "root().querySelector('.option.active')?.ariaDisabled === 'true'",
    )
    .await?;
    t.step(
        "End: the last row, which cannot be the target",
        0,
        Reading::Changes,
    )
    .await?;
    page.press(&[ENTER]).await?;
    page.until("it is refused", "shown('cluster-error')")
        .await?;
    t.step("Enter on it", 1, Reading::Changes).await?;

    page.write("orders-st").await?;
    page.until("one matches", "one('cluster-count').dataset.count === '1'")
        .await?;
    t.step("\"orders-st\" is typed", 1, Reading::Changes)
        .await?;
    page.press(&[ENTER]).await?;
    page.until(
        "it is chosen",
        "all('cluster-option')[0].ariaSelected === 'true'",
    )
    .await?;
    t.step("Enter on the one that matches", 1, Reading::Changes)
        .await?;

    page.tab_to("next-button").await?;
    t.step("Tab to Next", 0, Reading::Changes).await?;
    page.press(&[ENTER]).await?;
    page.until(
        "the review is shown",
        "shown('review') && focusName() === 'heading'",
    )
    .await?;
    t.step("Enter: the review", 0, Reading::Whole).await?;

    page.tab_to("confirm-input").await?;
    t.step("Tab to the field for the name", 0, Reading::Changes)
        .await?;
    page.write("Orders-Staging").await?;
    page.press(&[TAB]).await?;
    page.until(
        "it says what differs",
        "one('confirm-input').ariaInvalid === 'true'",
    )
    .await?;
    t.step(
        "The name is mistyped, and the field left",
        1,
        Reading::Changes,
    )
    .await?;
    page.tab_to("restore-button").await?;
    t.step("Tab to the button that deletes", 0, Reading::Changes)
        .await?;
    page.press(&[ENTER]).await?;
    page.until("what is missing is said", "focusName() === 'error-summary'")
        .await?;
    t.step("Enter on it, in vain", 0, Reading::Changes).await?;

    page.clear("confirm-input").await?;
    page.confirm("orders-staging").await?;
    t.step("The name is typed as it is", 0, Reading::Changes)
        .await?;
    page.tab_to("restore-button").await?;
    t.step("Tab to the button that deletes", 0, Reading::Changes)
        .await?;
    page.press(&[ENTER]).await?;
    page.job("running").await?;
    page.until("its heading has the focus", "focusName() === 'heading'")
        .await?;
    t.step("Enter: the restore runs", 1, Reading::Whole).await?;
    page.sandbox.advance(60_000).await?;
    page.job("completed").await?;
    t.step("It is complete", 1, Reading::Changes).await?;
    page.press(&[e2e::steps::ESCAPE]).await?;
    page.until("the focus is back", "!isOpen() && focusName() === 'open'")
        .await?;
    t.step("Esc: the page again", 0, Reading::Whole).await?;
    t.compare()
}

async fn form_in_the_page(start: Start) -> Result<()> {
    let attributes = "&mode=inline&heading-level=2&target-project=64f1c0de0a1b2c3d4e5f6002&target-cluster=orders-staging";
    let page = closed(&start, World::example("eligible")?, attributes).await?;
    let about = "The form in the page: its headings are among the page's, nothing is modal, nothing is a landmark.";
    let mut t = Transcript::new(page.clone(), "inline", about).await?;
    t.step("The page, and the form closed", 0, Reading::Whole)
        .await?;
    page.open().await?;
    listed(&page).await?;
    t.step(
        "Enter on Restore…: the form is there, and the focus stays",
        1,
        Reading::Whole,
    )
    .await?;
    page.tab_to("next-button").await?;
    page.press(&[ENTER]).await?;
    page.until(
        "the review is shown",
        "shown('review') && focusName() === 'heading'",
    )
    .await?;
    t.step("Enter on Next: the review", 0, Reading::Changes)
        .await?;
    page.tab_to("cancel-button").await?;
    page.press(&[ENTER]).await?;
    page.until("the focus is back", "!isOpen() && focusName() === 'open'")
        .await?;
    t.step("Enter on Cancel: the page again", 0, Reading::Whole)
        .await?;
    t.compare()
}

const ACTIVE: &str = "root().querySelector('.option.active')";

/// From the closed dialog to the click on the button that deletes; nothing is written down.
async fn submit(t: &mut Transcript) -> Result<()> {
    let page = t.page.clone();
    page.open().await?;
    page.review(STAGING, "orders-staging").await?;
    page.confirm("orders-staging").await?;
    t.skip().await?;
    page.click("restore-button").await
}

async fn outcome_unknown(start: Start) -> Result<()> {
    let world = World::example("eligible")?.fault(
        "POST",
        "restoreJobs",
        json!({"nth": 1}),
        json!("drop-before"),
    );
    let page = closed(&start, world, "").await?;
    let about = "The request was sent, and no answer came.";
    let mut t = Transcript::new(page.clone(), "unknown", about).await?;
    submit(&mut t).await?;
    page.job("unknown").await?;
    page.looked_for().await?;
    page.until("its heading has the focus", "focusName() === 'heading'")
        .await?;
    t.step("The button that deletes is pressed", 2, Reading::Whole)
        .await?;
    page.js(
        "const now = Date.now; Date.now = () => now() + 40_000;",
        vec![],
    )
    .await?;
    page.sandbox.advance(40_000).await?;
    page.click("check-again-button").await?;
    page.until("it can be tried again", "shown('try-again-button')")
        .await?;
    t.step("Check again, half a minute later", 1, Reading::Changes)
        .await?;
    page.click("try-again-button").await?;
    page.until("the review is shown", "shown('review')").await?;
    t.step("Try again: the review", 0, Reading::Whole).await?;
    t.compare()
}

async fn sign_in_again(start: Start) -> Result<()> {
    let world = World::example("eligible")?.fault(
        "POST",
        "restoreJobs",
        json!({"nth": 1}),
        json!({"status": 401, "body": {"error": 401}}),
    );
    let page = closed(&start, world, "").await?;
    let about = "The session ended before the request was sent.";
    let mut t = Transcript::new(page.clone(), "sign-in", about).await?;
    submit(&mut t).await?;
    page.until("it is said", "shown('signed-in-button')")
        .await?;
    t.step("The button that deletes is pressed", 1, Reading::Whole)
        .await?;
    page.click("signed-in-button").await?;
    page.until(
        "it goes on",
        "!shown('signed-in-button') && shown('confirm-input')",
    )
    .await?;
    t.step("Signed in elsewhere, and back", 0, Reading::Changes)
        .await?;
    t.compare()
}

async fn snapshot_that_cannot_be_restored(start: Start) -> Result<()> {
    let page = closed(&start, World::example("snapshot-not-encrypted")?, "").await?;
    let about = "A snapshot that is not encrypted.";
    let mut t = Transcript::new(page.clone(), "snapshot-refused", about).await?;
    page.open().await?;
    page.until("it is said", "shown('snapshot-error')").await?;
    t.step("The dialog is opened", 1, Reading::Whole).await?;
    t.compare()
}

async fn picking_the_snapshot(start: Start) -> Result<()> {
    start.browser.set_time_zone(&start.client, "UTC").await?;
    let page = start.bare(World::example("key-not-present")?, "").await?;
    let about = "The page names no snapshot: project, cluster and snapshot are picked.";
    let mut t = Transcript::new(page.clone(), "source", about).await?;
    page.open().await?;
    page.until(
        "the projects are listed",
        "all('source-project-option').length > 0",
    )
    .await?;
    t.step("The dialog is opened", 1, Reading::Whole).await?;
    page.js("one('source-project-picker').focus();", vec![])
        .await?;
    page.pick(
        "source-project-picker",
        "source-project-option",
        "projectId",
        STOREFRONT,
    )
    .await?;
    page.until(
        "clusters are listed",
        "all('source-cluster-option').length > 0",
    )
    .await?;
    t.step("A project is chosen", 1, Reading::Changes).await?;
    page.js("one('source-cluster-picker').focus();", vec![])
        .await?;
    page.click_on("all('source-cluster-option').find((o) => o.value === 'orders')")
        .await?;
    page.until("snapshots are listed", "all('snapshot-option').length > 3")
        .await?;
    t.step("A cluster is chosen", 1, Reading::Changes).await?;
    page.click("next-button").await?;
    page.until("what is missing is said", "focusName() === 'error-summary'")
        .await?;
    t.step("Next is pressed, in vain", 0, Reading::Changes)
        .await?;
    page.click_on("all('snapshot-option').find((o) => o.dataset.eligible === 'true')")
        .await?;
    page.until("one is chosen", "root().querySelector('.choice :checked')")
        .await?;
    t.step("A snapshot is chosen", 0, Reading::Changes).await?;
    t.compare()
}

async fn no_eligible_target(start: Start) -> Result<()> {
    let page = closed(&start, World::example("no-eligible")?, "").await?;
    let about = "No cluster of the project can take the snapshot.";
    let mut t = Transcript::new(page.clone(), "none-eligible", about).await?;
    page.open().await?;
    page.until(
        "the projects are listed",
        "all('project-option').length > 0",
    )
    .await?;
    at_the_clusters(&mut t, STAGING).await?;
    page.until("it is said", "shown('no-eligible')").await?;
    t.step("The project is chosen", 3, Reading::Whole).await?;
    t.compare()
}

async fn refused_by_the_server(start: Start) -> Result<()> {
    let answer = json!({"status": 409, "headers": {"X-Request-Id": "5f1e0c"}, "body": {
        "error": 409, "errorCode": "ATLAS_CLUSTER_RESTORE_IN_PROGRESS", "detail": "A restore is in progress.", "reason": "Conflict"}});
    let world = World::example("eligible")?.fault("POST", "restoreJobs", json!({"nth": 1}), answer);
    let page = closed(&start, world, "").await?;
    let about = "The server refuses the request.";
    let mut t = Transcript::new(page.clone(), "refused", about).await?;
    submit(&mut t).await?;
    page.until("it is said", "focusName() === 'submit-error'")
        .await?;
    t.step("The button that deletes is pressed", 0, Reading::Whole)
        .await?;
    t.compare()
}

async fn dialog_that_cannot_be_loaded(start: Start) -> Result<()> {
    let page = closed(&start, World::example("eligible")?, "").await?;
    let about = "The dialog's file is not there.";
    let mut t = Transcript::new(page.clone(), "not-loaded", about).await?;
    page.js(
        "customElements.get('atlas-restore-dialog').wasmUrl = '/package/not-there.wasm';",
        vec![],
    )
    .await?;
    page.click_on("document.getElementById('open')").await?;
    page.until(
        "it is said",
        "root().querySelector('[role=alert]')?.checkVisibility()",
    )
    .await?;
    t.step("The page's button is pressed", 0, Reading::Whole)
        .await?;
    t.compare()
}

async fn documented_message_in_german(start: Start) -> Result<()> {
    let world = World::example("provider-mismatch")?;
    let page = closed(&start, world, &format!("&lang=de&target-project={STAGING}")).await?;
    let about =
        "In German: another provider, in MongoDB's own words in English beside the translation.";
    let mut t = Transcript::new(page.clone(), "german", about).await?;
    page.open().await?;
    page.until("it speaks German", "text('cancel-button') === 'Abbrechen'")
        .await?;
    listed(&page).await?;
    t.step("The dialog is opened", 1, Reading::Whole).await?;
    page.js("one('cluster-filter').focus();", vec![]).await?;
    page.refused_cluster("orders-staging").await?;
    t.step(
        "A cluster with another provider is clicked",
        1,
        Reading::Changes,
    )
    .await?;
    t.compare()
}

async fn line_that_is_cut_at_the_review(start: Start) -> Result<()> {
    let page = closed(&start, World::example("eligible")?, "").await?;
    let about = "The network goes and comes back while the review is read.";
    let mut t = Transcript::new(page.clone(), "offline", about).await?;
    page.open().await?;
    page.review(STAGING, "orders-staging").await?;
    t.skip().await?;
    t.step("The review", 0, Reading::Whole).await?;
    page.js("window.dispatchEvent(new Event('offline'));", vec![])
        .await?;
    page.until(
        "it is said",
        "text('restore-dialog').includes('You are offline')",
    )
    .await?;
    t.step("The network is gone", 1, Reading::Changes).await?;
    page.js("window.dispatchEvent(new Event('online'));", vec![])
        .await?;
    page.until(
        "it goes on",
        "!text('restore-dialog').includes('You are offline')",
    )
    .await?;
    t.step("It is back", 1, Reading::Changes).await?;
    t.compare()
}

/// What can be read where something went another way.
async fn states_beside_the_way(start: Start) -> Result<()> {
    start.browser.set_time_zone(&start.client, "UTC").await?;
    let mut whole: Option<Transcript> = None;
    for state in [
        "failed-session",
        "sign-in-at-the-start",
        "source-no-backups",
        "destination-missing",
        "destination-changed",
        "destination-chosen-warnings",
        "running-somebody-elses",
        "running-not-updated",
        "failed",
        "cancelled",
        "expired",
    ] {
        let page = crate::states::reach(&start, state).await?;
        let mut t = match whole.take() {
            Some(before) => before.on(page).await?,
            None => {
                Transcript::new(page, "states", "States beside the way, each by its name.").await?
            }
        };
        t.step(state, 0, Reading::Whole).await?;
        whole = Some(t);
    }
    whole.context("no state")?.compare()
}
