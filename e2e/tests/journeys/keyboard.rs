//! The whole way without a mouse.

use anyhow::Result;
use e2e::World;
use e2e::page::{Page, Start};
use e2e::steps::{DOWN, ENTER, ESCAPE, SPACE, TAB};
use serde_json::json;

crate::journeys![
    restore_by_keyboard_alone,
    restore_by_keyboard_alone_enlarged_four_times,
    focus_stays_in_the_dialog,
    focus_is_to_be_seen_wherever_it_goes,
    held_key_that_opened_presses_nothing,
];

async fn restore_by_keyboard_alone(start: Start) -> Result<()> {
    let page = start
        .bare(World::example("eligible")?, e2e::steps::SOURCE)
        .await?;
    by_keyboard_alone(page).await
}

/// A1, A8: at 400 % a page of 1280 by 1024 has 320 by 256 left.
async fn restore_by_keyboard_alone_enlarged_four_times(start: Start) -> Result<()> {
    let page = start
        .bare(World::example("eligible")?, e2e::steps::SOURCE)
        .await?;
    page.browser
        .set_zoomed_viewport(&page.client, 320, 256, 4)
        .await?;
    by_keyboard_alone(page).await
}

async fn by_keyboard_alone(page: Page) -> Result<()> {
    page.tab_to("open").await?;
    page.press(&[ENTER]).await?;
    page.projects_listed().await?;
    page.until("the heading has the focus", "focusName() === 'heading'")
        .await?;

    to_the_end(&page).await?;
    page.press(&[ESCAPE]).await?;
    page.until("it is closed", "!isOpen()").await?;
    page.until("the focus is back on the opener", "focusName() === 'open'")
        .await?;
    assert_eq!(page.posts().await?.len(), 1);
    page.expect_focus_kept().await?;
    page.expect_no_trouble().await
}

/// From the destination to the end of a restore, by keys alone.
pub async fn to_the_end(page: &Page) -> Result<()> {
    page.tab_to("project-picker").await?;
    page.write("Storefront S").await?;
    page.until(
        "the clusters are listed",
        "all('cluster-option').length > 0",
    )
    .await?;
    page.press(&[TAB]).await?;
    page.tab_to("cluster-filter").await?;
    page.write("rehears").await?;
    page.until("one matches", "one('cluster-count')?.dataset.count === '1'")
        .await?;
    page.press(&[DOWN, ENTER]).await?;
    page.until(
        "it is chosen",
        "all('cluster-option')[0]?.ariaSelected === 'true'",
    )
    .await?;
    let passed = page.tab_to("next-button").await?;
    assert!(!passed.contains(&"restore-button".to_owned()));
    page.until(
        "Next can be pressed",
        "one('next-button').ariaDisabled !== 'true'",
    )
    .await?;
    page.press(&[ENTER]).await?;
    page.until("the review is shown", "shown('review')").await?;
    page.until("its heading has the focus", "focusName() === 'heading'")
        .await?;

    page.tab_to("confirm-input").await?;
    page.write("orders-rehearsal").await?;
    page.until(
        "Restore can be pressed",
        "one('restore-button').ariaDisabled !== 'true'",
    )
    .await?;
    let passed = page.tab_to("restore-button").await?;
    assert!(
        passed.contains(&"cancel-button".to_owned()),
        "Cancel comes before it: {passed:?}"
    );
    page.press(&[SPACE]).await?;
    page.job("running").await?;
    page.until(
        "the receipt's heading has the focus",
        "focusName() === 'heading'",
    )
    .await?;
    page.sandbox.advance(60_000).await?;
    page.job("completed").await?;
    Ok(())
}

async fn focus_stays_in_the_dialog(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.choose_project(e2e::world::STAGING).await?;
    page.js("root().getElementById('heading').focus();", vec![])
        .await?;
    for backwards in [false, true] {
        let mut names = Vec::new();
        for _ in 0..14 {
            page.tab(backwards).await?;
            // Between last and first, the browser's own controls have it, and the page has nothing.
            let inside = page
                .value("root().contains(deepFocus()) || document.activeElement === document.body || document.activeElement === host()")
                .await?;
            let name = page.string("focusName()").await?;
            assert_eq!(inside, json!(true), "{name} is behind the dialog");
            names.push(name);
        }
        for expected in [
            "project-picker",
            "cluster-filter",
            "cancel-button",
            "next-button",
        ] {
            assert!(
                names.iter().any(|name| name == expected),
                "{expected} in {names:?}"
            );
        }
    }
    Ok(())
}

/// What is wrong with how the focus is shown: no ring, or something lies over it. Nothing where the page has no focus.
pub const HIDDEN: &str = "(() => { const e = deepFocus(); if (!e || e === document.body) return null; \
    const s = getComputedStyle(e), r = e.getBoundingClientRect(); const found = []; \
    if (s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2) found.push('no ring'); \
    const [x, y] = [r.left + r.width / 2, r.top + r.height / 2]; \
    const top = e.getRootNode().elementFromPoint(x, y); \
    if (!top || !(e.contains(top) || top.contains(e))) found.push(`under ${top?.className ?? 'nothing'} at ${x},${y}`); \
    return found.length ? `${focusName()}: ${found}` : null; })()";

async fn focus_is_to_be_seen_wherever_it_goes(start: Start) -> Result<()> {
    let page = start
        .destination_with(World::example("eligible")?, "&reason=optional")
        .await?;
    page.review(e2e::world::STAGING, "orders-staging").await?;
    let mut seen = std::collections::BTreeSet::new();
    for (width, height) in [(1280, 900), (1280, 420), (320, 480)] {
        page.browser
            .set_viewport(&page.client, width, height)
            .await?;
        for backwards in [false, true] {
            for _ in 0..11 {
                page.tab(backwards).await?;
                seen.insert(page.string("focusName()").await?);
                let hidden = page.value(HIDDEN).await?;
                assert_eq!(hidden, json!(null), "at {width} by {height}");
            }
        }
    }
    for expected in [
        "reason-input",
        "confirm-input",
        "back-button",
        "restore-button",
    ] {
        assert!(seen.contains(expected), "{expected} in {seen:?}");
    }
    Ok(())
}

async fn held_key_that_opened_presses_nothing(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.review(e2e::world::STAGING, "orders-staging").await?;
    page.confirm("orders-staging").await?;
    let cancelled = page
        .value(
            "['restore-button', 'cancel-button'].map((id) => { one(id).focus(); \
             return !one(id).dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', code: 'Enter', repeat: true, bubbles: true, composed: true, cancelable: true})); })",
        )
        .await?;
    assert_eq!(
        cancelled,
        json!([true, true]),
        "a repeated Enter activates nothing"
    );
    assert_eq!(page.posts().await?.len(), 0);
    Ok(())
}
