//! Choosing the source and the target.

use anyhow::Result;
use e2e::World;
use e2e::page::Start;
use e2e::steps::{BACKSPACE, DOWN, ENTER, SOURCE};
use e2e::world::{ANALYTICS, SNAPSHOT, STAGING, STOREFRONT};
use serde_json::json;

crate::journeys![
    source_is_picked_step_by_step,
    nothing_is_chosen_for_the_person,
    filter_finds_by_name_region_version_and_provider,
    another_project_empties_the_choice,
    project_that_came_to_the_place_of_another_is_picked,
    selection_is_told_to_the_page,
    clusters_of_one_name_are_told_apart,
    ineligible_snapshots_are_listed_with_their_reasons,
    list_is_in_sight_at_once,
    click_in_the_list_takes_the_focus_to_its_filter,
    times_are_in_utc_and_once_more_where_the_person_is_elsewhere,
];

async fn source_is_picked_step_by_step(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, "").await?;
    page.open().await?;
    page.pick(
        "source-project-picker",
        "source-project-option",
        "projectId",
        STOREFRONT,
    )
    .await?;
    page.pick(
        "source-cluster-picker",
        "source-cluster-option",
        "clusterName",
        "orders",
    )
    .await?;
    page.until("snapshots are listed", "all('snapshot-option').length > 0")
        .await?;
    let order = page
        .value("all('snapshot-option').map((o) => o.dataset.snapshotId)")
        .await?;
    assert_eq!(order[0], SNAPSHOT, "newest first");
    page.click("next-button").await?;
    page.until("something is missing", "focusName() === 'error-summary'")
        .await?;
    page.click_on(&format!(
        "all('snapshot-option').find((o) => o.dataset.snapshotId === '{SNAPSHOT}').querySelector('input')"
    ))
    .await?;
    page.until(
        "Next can be pressed",
        "one('next-button').ariaDisabled !== 'true'",
    )
    .await?;
    page.click("next-button").await?;
    page.until(
        "the destination is shown",
        "all('project-option').length > 0",
    )
    .await?;
    page.review(STAGING, "orders-staging").await?;
    page.click_label("Change snapshot").await?;
    page.until("the source is shown", "shown('snapshot-picker')")
        .await?;
    assert_eq!(
        page.value(&format!(
            "all('snapshot-option').find((o) => o.dataset.snapshotId === '{SNAPSHOT}').querySelector('input').checked"
        ))
        .await?,
        json!(true)
    );
    page.expect_no_trouble().await
}

async fn ineligible_snapshots_are_listed_with_their_reasons(start: Start) -> Result<()> {
    let page = start
        .bare(
            World::example("eligible")?,
            &format!("source-project={STOREFRONT}&source-cluster=orders"),
        )
        .await?;
    page.open().await?;
    page.until("snapshots are listed", "all('snapshot-option').length > 7")
        .await?;
    let found = page
        .value(
            "Object.fromEntries(all('snapshot-option').map((o) => [o.dataset.snapshotId, [o.dataset.eligible, [...o.querySelectorAll('[data-code]')].map((e) => e.dataset.code).join(' ')]]))",
        )
        .await?;
    assert_eq!(found[SNAPSHOT], json!(["true", ""]));
    for (id, code) in [
        ("6b00fb2046fc2a8e3f135bfc", "snapshot.not-completed"),
        ("6afa63a0acf4f3402a20e15c", "snapshot.expired"),
        ("6a6c01a0228e3e2fa0b480cc", "snapshot.not-encrypted"),
    ] {
        assert_eq!(found[id][0], "false", "{id}");
        let codes = found[id][1].as_str().unwrap_or_default();
        assert!(codes.contains(code), "{code} in {codes}");
    }
    Ok(())
}

async fn nothing_is_chosen_for_the_person(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.choose_project(ANALYTICS).await?;
    assert_eq!(
        page.value("all('cluster-option').filter((o) => o.ariaSelected === 'true').length")
            .await?,
        json!(0)
    );
    assert_eq!(
        page.value("one('next-button').ariaDisabled").await?,
        json!("true")
    );
    Ok(())
}

async fn filter_finds_by_name_region_version_and_provider(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.choose_project(STAGING).await?;
    let total = page.value("all('cluster-option').length").await?;
    for text in ["REHEARSAL", "8.2.9", "réhearsal"] {
        page.type_into("cluster-filter", text).await?;
        page.until(
            &format!("one matches {text}"),
            "one('cluster-count').dataset.count === '1' && all('cluster-option').length === 1",
        )
        .await?;
        page.clear("cluster-filter").await?;
    }
    page.type_into("cluster-filter", "azure").await?;
    page.until(
        "pricing-azure matches",
        &format!(
            "{} && all('cluster-option').length < {total}",
            page.option("pricing-azure")?
        ),
    )
    .await?;
    page.clear("cluster-filter").await?;
    page.type_into("cluster-filter", "no such thing").await?;
    page.until(
        "nothing matches",
        "one('cluster-count').dataset.count === '0' && all('cluster-option').length === 0",
    )
    .await?;
    page.until(
        "that is announced",
        "root().querySelector('[aria-live=\"polite\"]').textContent.includes('No match')",
    )
    .await?;
    page.clear("cluster-filter").await?;
    page.press(&[BACKSPACE]).await?;
    page.until(
        "all are back",
        &format!("all('cluster-option').length === {total}"),
    )
    .await?;
    Ok(())
}

async fn another_project_empties_the_choice(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.choose_project(STAGING).await?;
    page.choose_cluster("orders-staging").await?;
    page.choose_project(ANALYTICS).await?;
    page.until(
        "clusters of the other project are listed",
        &page.option("warehouse")?,
    )
    .await?;
    assert_eq!(
        page.value("[one('next-button').ariaDisabled, all('cluster-option').filter((o) => o.ariaSelected === 'true').length]")
            .await?,
        json!(["true", 0])
    );
    Ok(())
}

/// WebKit says nothing of a pick at the place that was chosen when the select had the focus last.
async fn project_that_came_to_the_place_of_another_is_picked(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js(
        "host().fetch = (url, init) => /groups[?]/.test(url) \
           ? new Promise((go) => { seen.go = go; }).then(() => fetch(url, init)) : fetch(url, init);",
        vec![],
    )
    .await?;
    page.open().await?;
    let listed = "[...one('project-picker').options].map((o) => o.value)";
    page.until(
        "the source's project is there, and the others are asked for",
        "seen.go && all('project-option').length === 1",
    )
    .await?;
    assert_eq!(page.value(listed).await?, json!(["", STOREFRONT]));
    page.js("one('project-picker').focus(); seen.go();", vec![])
        .await?;
    page.projects_listed().await?;
    assert_eq!(
        page.value(&format!("{listed}.slice(0, 2)")).await?,
        json!(["", ANALYTICS])
    );
    page.click_on("all('project-option')[0]").await?;
    // The list that the browser opened is closed again, and the mouse goes on to the clusters.
    page.point_at(640, 450).await?;
    page.until(
        "its clusters are listed",
        "all('cluster-option').some((o) => o.textContent.includes('events-replay'))",
    )
    .await?;
    assert_eq!(
        page.value("one('project-picker').value").await?,
        json!(ANALYTICS)
    );
    page.expect_no_trouble().await
}

async fn selection_is_told_to_the_page(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.choose_project(STAGING).await?;
    page.choose_cluster("orders-staging").await?;
    let told = page.events("restore-select").await?;
    let last = told.last().cloned().unwrap_or_default();
    assert_eq!(
        last,
        json!({"sourceProject": STOREFRONT, "sourceCluster": "orders", "snapshot": SNAPSHOT, "targetProject": STAGING, "targetCluster": "orders-staging"})
    );
    assert!(page.posts().await?.is_empty());
    Ok(())
}

async fn clusters_of_one_name_are_told_apart(start: Start) -> Result<()> {
    // `orders` exists in the target's project too.
    let world = World::example("eligible")?.copy_of_cluster(
        "orders-staging",
        "67cff23045c067728fe5d0ff",
        "orders",
    );
    let page = start
        .bare(world, &format!("{SOURCE}&target-project={STAGING}"))
        .await?;
    page.open().await?;
    page.until(
        "the clusters are listed",
        "option('67cff23045c067728fe5d0ff')",
    )
    .await?;
    page.click_on("option('67cff23045c067728fe5d0ff')").await?;
    page.to_review().await?;
    let review = page.text("review").await?;
    assert!(
        review.contains("67cff23045c067728fe5d0ff") && review.contains("Storefront Staging"),
        "{review}"
    );
    assert!(
        !page
            .codes("review")
            .await?
            .contains(&"target.is-source".to_owned()),
        "it is another cluster"
    );
    page.confirm("orders").await?;
    page.click("restore-button").await?;
    page.job("running").await?;
    let receipt = page.text("receipt").await?;
    assert!(receipt.contains(STAGING), "{receipt}");
    Ok(())
}

async fn list_is_in_sight_at_once(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.choose_project(STAGING).await?;
    let seen = page
        .value(
            "(() => { const footer = one('cancel-button').getBoundingClientRect().top; \
               const whole = all('cluster-option').filter((o) => o.getBoundingClientRect().bottom < footer).length; \
               return {whole, scrolled: root().querySelector('.body').scrollTop, warning: one('warning').getBoundingClientRect().bottom < footer}; })()",
        )
        .await?;
    assert!(seen["whole"].as_u64() >= Some(4), "{seen}");
    assert_eq!(seen["scrolled"], 0, "without scrolling");
    assert_eq!(seen["warning"], true, "and so is what it means");
    Ok(())
}

async fn click_in_the_list_takes_the_focus_to_its_filter(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.choose_project(STAGING).await?;
    page.js("one('project-picker').focus();", vec![]).await?;
    page.choose_cluster("orders-rehearsal").await?;
    page.until(
        "the filter has the focus",
        "focusName() === 'cluster-filter'",
    )
    .await?;
    // So the arrow keys go on from there, and not to another project.
    page.press(&[DOWN, ENTER]).await?;
    let next = page.option("orders-staging")?;
    page.until(
        "the next one is chosen",
        &format!("{next}.ariaSelected === 'true'"),
    )
    .await?;
    assert_eq!(
        page.value("one('project-picker').value").await?,
        json!(STAGING)
    );
    Ok(())
}

async fn times_are_in_utc_and_once_more_where_the_person_is_elsewhere(start: Start) -> Result<()> {
    for (zone, local) in [("Asia/Tokyo", "Nov 24, 2026, 11:00 GMT+9"), ("UTC", "")] {
        start.browser.set_time_zone(&start.client, zone).await?;
        let page = start.destination(World::example("eligible")?).await?;
        let summary = page.text("snapshot-summary").await?;
        assert!(summary.contains("Nov 24, 2026, 02:00 UTC"), "{summary}");
        assert!(summary.contains(local), "{summary}");
        let times = if local.is_empty() { 1 } else { 2 };
        assert_eq!(summary.matches("2026").count(), times, "{summary}");
    }
    Ok(())
}
