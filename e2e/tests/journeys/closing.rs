//! Closing, and what is left of it.

use anyhow::Result;
use e2e::World;
use e2e::page::{Page, Start};
use e2e::steps::{ESCAPE, SOURCE};
use e2e::world::STAGING;
use serde_json::json;

crate::journeys![
    escape_cancel_and_x_close_with_their_reasons,
    backdrop_closes_nothing,
    page_closes_by_method_and_attribute,
    reopened_dialog_is_empty,
    focus_returns_through_nested_roots,
    closing_a_running_restore_leaves_it_running,
    forced_close_while_sending_keeps_the_outcome,
    closed_dialog_leaves_nothing_to_read,
    closed_dialog_waits_for_nothing,
];

async fn closed(page: &Page, reason: &str, outcome: &str) -> Result<()> {
    page.until("it is closed", "!isOpen()").await?;
    let closes = page.events("restore-close").await?;
    assert_eq!(closes.last(), Some(&json!({"reason": reason})));
    page.until("the focus is back on the opener", "focusName() === 'open'")
        .await?;
    page.until(
        "the promise is settled",
        &format!("seen.outcomes.at(-1)?.outcome === '{outcome}'"),
    )
    .await?;
    Ok(())
}

async fn escape_cancel_and_x_close_with_their_reasons(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    assert_eq!(
        page.value("[one('restore-dialog').matches(':modal'), one('restore-dialog').localName, host().open]")
            .await?,
        json!([true, "dialog", true])
    );
    page.press(&[ESCAPE]).await?;
    closed(&page, "escape", "dismissed").await?;
    page.open().await?;
    // The buttons go down while the dialog grows around what comes.
    page.projects_listed().await?;
    page.click("cancel-button").await?;
    closed(&page, "cancel", "cancelled").await?;
    page.open().await?;
    page.projects_listed().await?;
    page.click_on("root().querySelector('button[aria-label=\"Close\"]')")
        .await?;
    closed(&page, "x", "dismissed").await?;
    assert_eq!(
        page.events("restore-close").await?.len(),
        3,
        "each told once"
    );
    assert_eq!(
        page.value("[host().open, host().hasAttribute('open')]")
            .await?,
        json!([false, false])
    );
    page.expect_no_trouble().await
}

async fn backdrop_closes_nothing(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.click_at(5, 5).await?;
    page.click_at(1275, 895).await?;
    assert_eq!(page.value("isOpen()").await?, json!(true));
    assert!(page.events("restore-close").await?.is_empty());
    Ok(())
}

async fn page_closes_by_method_and_attribute(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.js("host().close();", vec![]).await?;
    closed(&page, "host", "dismissed").await?;
    page.js(
        "document.getElementById('open').focus(); host().setAttribute('open', '');",
        vec![],
    )
    .await?;
    page.until("the attribute opens it", "isOpen()").await?;
    page.js("host().open = false;", vec![]).await?;
    closed(&page, "host", "dismissed").await
}

async fn reopened_dialog_is_empty(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.review(STAGING, "orders-staging").await?;
    page.type_into("confirm-input", "orders").await?;
    page.click("restore-button").await?;
    page.until("an error is shown", "shown('error-summary')")
        .await?;
    page.press(&[ESCAPE]).await?;
    closed(&page, "escape", "dismissed").await?;
    page.open().await?;
    page.projects_listed().await?;
    assert_eq!(
        page.value(
            "['error-summary', 'submit-error', 'cluster-error', 'confirm-input'].filter(shown)"
        )
        .await?,
        json!([])
    );
    page.review(STAGING, "orders-staging").await?;
    assert_eq!(
        page.value("[one('confirm-input').value, shown('error-summary')]")
            .await?,
        json!(["", false])
    );
    Ok(())
}

async fn focus_returns_through_nested_roots(start: Start) -> Result<()> {
    let page = start
        .bare(World::example("eligible")?, e2e::steps::SOURCE)
        .await?;
    // A portal's own components: the opener and the dialog two shadow roots deep.
    page.js(
        "const outer = document.body.appendChild(document.createElement('section')).attachShadow({mode: 'open'});\n\
         const inner = outer.appendChild(document.createElement('div')).attachShadow({mode: 'open'});\n\
         const old = host(); const dialog = old.cloneNode(); old.remove();\n\
         const opener = document.createElement('button'); opener.textContent = 'Restore inside'; opener.id = 'inside';\n\
         opener.onclick = () => dialog.show();\n\
         inner.append(opener, dialog); window.nested = dialog; window.opener2 = opener;",
        vec![],
    )
    .await?;
    page.click_on("window.opener2").await?;
    page.until(
        "the dialog is open",
        "isOpen() && all('project-option').length > 0",
    )
    .await?;
    page.press(&[ESCAPE]).await?;
    page.until("it is closed", "!isOpen()").await?;
    page.until("the focus is back inside", "focusName() === 'inside'")
        .await?;
    Ok(())
}

async fn closing_a_running_restore_leaves_it_running(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await?;
    assert!(
        page.text("receipt")
            .await?
            .contains("does not stop the restore")
    );
    page.press(&[ESCAPE]).await?;
    closed(&page, "escape", "started").await?;
    page.open().await?;
    page.job("running").await?;
    assert_eq!(page.posts().await?.len(), 1);
    Ok(())
}

async fn closed_dialog_leaves_nothing_to_read(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.press(&[ESCAPE]).await?;
    closed(&page, "escape", "dismissed").await?;
    assert_eq!(
        page.value(
            "root().querySelector('#heading') === null && !one('restore-dialog').checkVisibility()"
        )
        .await?,
        json!(true),
        "nothing of it is left to be read"
    );
    Ok(())
}

async fn forced_close_while_sending_keeps_the_outcome(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.review(STAGING, "orders-staging").await?;
    page.confirm("orders-staging").await?;
    page.js(
        "const answered = new Promise((go) => { seen.answer = go; });\n\
         host().fetch = async (url, init) => { const answer = await fetch(url, init); \
           if (init?.method === 'POST') { await answered; seen.aborted = Boolean(init.signal?.aborted); } return answer; };\n\
         document.addEventListener('restore-close', () => host().show(), {once: true});",
        vec![],
    )
    .await?;
    page.click("restore-button").await?;
    page.until_logged("the request is sent", |log| {
        log.iter().any(|entry| entry["method"] == "POST")
    })
    .await?;
    // The page opens it again after the first. Before the second a browser that watches for close requests asks nobody:
    // nothing was clicked since. WebKit, which does not, asks each time.
    page.press(&[ESCAPE]).await?;
    page.until(
        "it is open again",
        "isOpen() && seen.events.some((e) => e.type === 'restore-close')",
    )
    .await?;
    page.press(&[ESCAPE]).await?;
    page.until("it is closed", "!isOpen()").await?;
    let forces = page.value("'CloseWatcher' in window").await? == json!(true);
    let second = if forces { "forced" } else { "escape" };
    assert_eq!(
        page.events("restore-close").await?,
        [json!({"reason": "escape"}), json!({"reason": second})]
    );
    assert!(page.events("restore-started").await?.is_empty());
    page.js("seen.answer();", vec![]).await?;
    page.until(
        "the page is told of the job",
        "seen.events.some((e) => e.type === 'restore-started')",
    )
    .await?;
    assert_eq!(page.value("seen.aborted").await?, json!(false));
    page.open().await?;
    page.job("running").await?;
    assert_eq!(page.posts().await?.len(), 1);
    page.expect_no_trouble().await
}

/// D15. A timer of a second or more never runs out here, so it is called off or it is still there.
async fn closed_dialog_waits_for_nothing(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js("seen.countTimers();", vec![]).await?;
    page.open().await?;
    page.projects_listed().await?;
    page.press(&[ESCAPE]).await?;
    closed(&page, "escape", "dismissed").await?;
    assert_eq!(
        page.value("[seen.timers > 0, [...seen.due.values()]]")
            .await?,
        json!([true, []])
    );
    Ok(())
}
