//! What a portal may add: a form for the reason, advice to take a snapshot first, a memory over a reload.

use anyhow::Result;
use e2e::World;
use e2e::page::{Page, Start};
use e2e::steps::{ESCAPE, SOURCE, strings};
use e2e::world::{STAGING, STOREFRONT};
use serde_json::{Value, json};

crate::journeys![
    reason_has_the_form_that_the_page_asks_for,
    pattern_that_is_none_is_said_and_not_used,
    snapshot_is_advised_and_taken_by_the_page,
    page_that_takes_no_snapshot_has_no_button,
    reload_shows_the_job_that_runs_and_forgets_it_at_its_end,
    end_of_a_restore_is_told_while_another_snapshot_is_shown,
    job_that_cannot_be_read_is_kept,
    job_that_is_gone_is_forgotten,
    receipt_leads_to_the_portals_own_page,
];

async fn reason_has_the_form_that_the_page_asks_for(start: Start) -> Result<()> {
    let page = start
        .destination_with(
            World::example("eligible")?,
            "&reason=required&reason-pattern=INC-%5Cd%2B|%C3%84NDERUNG&reason-limit=9",
        )
        .await?;
    page.js(
        "host().messages = {'missing.reason-form': 'Give the number of the incident.', 'reason.label': 'Incident'};",
        vec![],
    )
    .await?;
    page.review(STAGING, "orders-staging").await?;
    assert_eq!(
        page.value("root().querySelector('label[for=reason]').innerText")
            .await?,
        json!("Incident")
    );
    for (reason, said) in [
        ("because", "Give the number of the incident."),
        ("INC-42 or so", "at most 9 characters"),
        ("xINC-42", "Give the number of the incident."),
    ] {
        page.clear("reason-input").await?;
        page.type_into("reason-input", reason).await?;
        page.type_into("confirm-input", "orders-staging").await?;
        page.click("restore-button").await?;
        page.until(
            &format!("{reason} will not do"),
            "focusName() === 'error-summary' && one('reason-input').ariaInvalid === 'true'",
        )
        .await?;
        let places = "[text('error-summary'), root().getElementById('reason-error').innerText, root().getElementById('missing').innerText]";
        let texts = strings(&page.value(places).await?);
        assert!(texts.iter().all(|text| text.contains(said)), "{texts:?}");
        assert!(page.posts().await?.is_empty());
    }
    page.clear("reason-input").await?;
    page.type_into("reason-input", "ÄNDERUNG").await?;
    page.confirm("orders-staging").await?;
    page.click("restore-button").await?;
    page.job("running").await?;
    let headers = page.posts().await?[0]["headers"].to_string();
    assert!(headers.contains("%C3%84NDERUNG"), "{headers}");
    page.expect_no_trouble().await
}

async fn pattern_that_is_none_is_said_and_not_used(start: Start) -> Result<()> {
    let page = start
        .bare(
            World::example("eligible")?,
            &format!("{SOURCE}&reason=optional&reason-pattern=INC-(&reason-limit=many"),
        )
        .await?;
    page.listen_to_warnings().await?;
    page.open().await?;
    page.review(STAGING, "orders-staging").await?;
    let warned = strings(&page.value("seen.warned").await?);
    assert_eq!(warned.len(), 2, "{warned:?}");
    for (name, warning) in ["reasonPattern", "reasonLimit"].iter().zip(&warned) {
        assert!(warning.contains(name), "{warning}");
    }
    page.type_into("reason-input", "because").await?;
    page.confirm("orders-staging").await?;
    page.click("restore-button").await?;
    page.job("running").await?;
    page.expect_no_trouble().await
}

/// `orders-staging` has one snapshot, of two days ago; five minutes later another one.
fn aging() -> Result<World> {
    let world = World::example("eligible")?;
    let snapshots = world.0["snapshots"].as_array().cloned().unwrap_or_default();
    let of_target = |id: &str, created: &str| -> Value {
        let mut entry = snapshots[0].clone();
        entry["groupId"] = json!(STAGING);
        entry["clusterName"] = json!("orders-staging");
        entry["snapshot"]["id"] = json!(id);
        entry["snapshot"]["createdAt"] = json!(created);
        entry["snapshot"]["status"] = json!("completed");
        entry
    };
    let now = world.0["now"].clone();
    assert_eq!(now, json!("2026-11-24T10:00:00Z"));
    let old = of_target("6b01aaa00000000000000001", "2026-11-22T10:00:00Z");
    let young = of_target("6b01aaa00000000000000002", "2026-11-24T10:05:00Z");
    let mut all = snapshots.clone();
    all.push(old);
    Ok(world.with("snapshots", Value::Array(all)).with(
        "changes",
        json!([{"afterMs": 300_000, "merge": {"snapshots": [young]}}]),
    ))
}

async fn advised(start: &Start, attributes: &str) -> Result<Page> {
    let page = start.destination_with(aging()?, attributes).await?;
    page.js(
        "seen.targets = [];\n\
         document.addEventListener('restore-take-snapshot', ({detail}) => { seen.targets.push([detail.targetProject, detail.targetCluster]);\n\
           seen.detail = [seen.isPlain(detail), Object.entries(detail).map(([name, value]) => `${name}: ${typeof value}`).sort()];\n\
           detail.waitUntil(new Promise((done, fail) => { seen.taken = done; seen.failed = fail; })); });",
        vec![],
    )
    .await?;
    page.review(STAGING, "orders-staging").await?;
    Ok(page)
}

/// C11.
async fn snapshot_is_advised_and_taken_by_the_page(start: Start) -> Result<()> {
    let page = advised(&start, "&snapshot-advice=24&snapshot-action=Back+it+up").await?;
    page.until("it is advised", "shown('snapshot-advice')")
        .await?;
    let advice = page.text("snapshot-advice").await?;
    assert!(
        advice.contains("orders-staging") && advice.contains("2 days ago"),
        "{advice}"
    );
    assert_eq!(page.text("take-snapshot-button").await?, "Back it up");
    page.click("take-snapshot-button").await?;
    page.until(
        "the page takes one",
        "seen.targets.length && one('snapshot-advice').querySelector('.loading')",
    )
    .await?;
    assert_eq!(
        page.value("seen.detail").await?,
        json!([
            true,
            [
                "targetCluster: string",
                "targetProject: string",
                "waitUntil: function"
            ]
        ]),
        "plain data, but for waitUntil"
    );
    page.click("take-snapshot-button").await?;
    page.js("seen.failed(new Error('The quota is used up.'));", vec![])
        .await?;
    page.until(
        "it is said why not",
        "text('submit-error').includes('The quota is used up.') && focusName() === 'submit-error'",
    )
    .await?;
    page.click("take-snapshot-button").await?;
    page.sandbox.advance(300_000).await?;
    page.js("seen.taken();", vec![]).await?;
    page.until(
        "the advice is followed",
        "shown('review') && !one('snapshot-advice')",
    )
    .await?;
    let target = json!([STAGING, "orders-staging"]);
    assert_eq!(
        page.value("seen.targets").await?,
        json!([target.clone(), target])
    );
    page.confirm("orders-staging").await?;
    page.click("restore-button").await?;
    page.job("running").await?;
    page.expect_no_trouble().await
}

async fn page_that_takes_no_snapshot_has_no_button(start: Start) -> Result<()> {
    let page = start
        .destination_with(aging()?, "&snapshot-advice=24")
        .await?;
    page.review(STAGING, "orders-staging").await?;
    page.until("it is advised", "shown('snapshot-advice')")
        .await?;
    assert_eq!(
        page.value("all('take-snapshot-button').length").await?,
        json!(0)
    );
    let page = advised(&start, "&snapshot-action=Back+it+up").await?;
    page.confirm("orders-staging").await?;
    assert_eq!(page.value("all('snapshot-advice').length").await?, json!(0));
    let log = json!(page.sandbox.log().await?).to_string();
    assert!(!log.contains("orders-staging/backup/snapshots"));
    Ok(())
}

/// S14, X11.
async fn reload_shows_the_job_that_runs_and_forgets_it_at_its_end(start: Start) -> Result<()> {
    let kept = "Object.entries(sessionStorage)";
    let world = World::example("eligible")?.with("restoreSeconds", json!(600));
    let page = start.destination_with(world, "&remember=session").await?;
    page.review(STAGING, "orders-staging").await?;
    page.confirm("orders-staging").await?;
    assert_eq!(page.value(kept).await?, json!([]));
    page.click("restore-button").await?;
    page.job("running").await?;
    let id = page.sandbox.jobs().await?[0]["job"]["id"].clone();
    let values = page.value("Object.values(sessionStorage)").await?;
    assert_eq!(values, json!([id]), "the job's id, and nothing else");
    let before = page.sandbox.log().await?.len();
    page.client.refresh().await?;
    page.until("the page is there again", "window.seen?.ready")
        .await?;
    page.job("running").await?;
    let log = page.sandbox.log().await?;
    let form = ["/encryptionAtRest", "/backup/snapshots/"];
    assert!(
        !log[before..].iter().any(|entry| {
            let path = entry["path"].as_str().unwrap_or_default();
            form.iter().any(|end| path.contains(end))
        }),
        "nothing is asked that only the form needs: {log:?}"
    );
    // Closed by the person, it opens at the next reload again, and by the page's own show().
    page.press(&[ESCAPE]).await?;
    page.until("it is closed", "!isOpen()").await?;
    page.open().await?;
    page.job("running").await?;
    page.sandbox.advance(600_000).await?;
    page.job("completed").await?;
    assert_eq!(page.value(kept).await?, json!([]));
    page.client.refresh().await?;
    page.until("the page is there again", "window.seen?.ready")
        .await?;
    page.open().await?;
    page.until(
        "another one can be begun",
        "all('project-option').length > 0",
    )
    .await?;
    assert_eq!(page.posts().await?.len(), 1);

    let page = start.destination(World::example("eligible")?).await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await?;
    assert_eq!(
        page.value(kept).await?,
        json!([]),
        "only where it is asked for"
    );
    page.expect_no_trouble().await
}

/// S8, S11, X11: closed and opened for another snapshot, the page hears how its restore ended, and only that is forgotten.
async fn end_of_a_restore_is_told_while_another_snapshot_is_shown(start: Start) -> Result<()> {
    let kept = "Object.values(sessionStorage)";
    let world = World::example("eligible")?.with("restoreSeconds", json!(600));
    let page = start.destination_with(world, "&remember=session").await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await?;
    let id = page.sandbox.jobs().await?[0]["job"]["id"].clone();
    page.press(&[ESCAPE]).await?;
    page.until("it is closed", "!isOpen()").await?;
    page.js("host().snapshot = '6b039e2080b034d32a28bb34';", vec![])
        .await?;
    page.open().await?;
    page.projects_listed().await?;
    page.js(KEEP, vec![]).await?;
    assert_eq!(
        page.value(&format!("{kept}.length")).await?,
        json!(2),
        "another one of this snapshot is kept, too"
    );
    page.sandbox.advance(600_000).await?;
    page.until(
        "the end is told",
        "seen.events.some((e) => e.type === 'restore-finished')",
    )
    .await?;
    let told = page.events("restore-finished").await?;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["job"]["id"], id);
    assert_eq!(
        page.value(kept).await?,
        json!(["6b05f0000a1b2c3d4e5f6299"]),
        "what ended is forgotten"
    );
    assert_eq!(
        page.value("[isOpen(), shown('receipt'), all('project-option').length > 0]")
            .await?,
        json!([true, false, true]),
        "the screen shows what it showed"
    );
    page.expect_no_trouble().await
}

/// Where it cannot be read now, it may still run: its id is kept (S14).
async fn job_that_cannot_be_read_is_kept(start: Start) -> Result<()> {
    for answer in [
        json!({"status": 500}),
        json!({"status": 401}),
        json!("drop-before"),
    ] {
        let world = World::example("eligible")?.fault(
            "GET",
            "restoreJobs/6b05f0000a1b2c3d4e5f6299",
            json!({}),
            answer.clone(),
        );
        let page = start
            .bare(world, &format!("{SOURCE}&remember=session"))
            .await?;
        page.js(KEEP, vec![]).await?;
        page.click_on("document.getElementById('open')").await?;
        page.until(
            "it cannot be read",
            "shown('retry-button') || shown('signed-in-button') || text('restore-dialog').includes('could not be read')",
        )
        .await?;
        page.press(&[ESCAPE]).await?;
        page.until("it is closed", "!isOpen()").await?;
        assert_eq!(
            page.value("Object.values(sessionStorage)").await?,
            json!(["6b05f0000a1b2c3d4e5f6299"]),
            "{answer}"
        );
    }
    Ok(())
}

/// What the loader keeps.
const KEEP: &str = "sessionStorage.setItem(['atlas-restore-dialog', host().sourceProject, 'orders', host().snapshot].join(' '), '6b05f0000a1b2c3d4e5f6299');";

async fn job_that_is_gone_is_forgotten(start: Start) -> Result<()> {
    let page = start
        .bare(
            World::example("eligible")?,
            &format!("{SOURCE}&remember=session"),
        )
        .await?;
    page.js(KEEP, vec![]).await?;
    page.click_on("document.getElementById('open')").await?;
    page.until(
        "it cannot be read",
        "shown('retry-button') || text('restore-dialog').includes('could not be read')",
    )
    .await?;
    assert_eq!(
        page.events("restore-error").await?,
        [json!({"code": "job-not-found"})]
    );
    page.press(&[ESCAPE]).await?;
    page.until("it is closed", "!isOpen()").await?;
    page.open().await?;
    page.until(
        "another one can be begun",
        "all('project-option').length > 0",
    )
    .await?;
    Ok(())
}

/// S6: the link of the receipt; S16: when a restore takes long is the page's to say.
async fn receipt_leads_to_the_portals_own_page(start: Start) -> Result<()> {
    let world = World::example("eligible")?.with("restoreSeconds", json!(6_000));
    let attributes = "&job-link=/restores/{project}/{cluster}/{job}%3Ffrom=dialog&long-after=2";
    let page = start.destination_with(world.clone(), attributes).await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await?;
    let id = page.sandbox.jobs().await?[0]["job"]["id"].clone();
    let id = id.as_str().unwrap_or_default();
    let link = page
        .value("(({pathname, search, target, innerText}) => [pathname, search, target, innerText])(one('job-link'))")
        .await?;
    assert_eq!(
        link,
        json!([
            format!("/restores/{STOREFRONT}/orders/{id}"),
            "?from=dialog",
            "_blank",
            "Open this restore in a new tab"
        ])
    );
    assert!(!page.text("receipt").await?.contains("longer than usual"));
    // The server's clock counts from five minutes on.
    page.sandbox.advance(400_000).await?;
    page.until(
        "it is said",
        "text('receipt').includes('longer than usual')",
    )
    .await?;
    page.expect_no_trouble().await?;

    let page = start
        .bare(world, &format!("{SOURCE}&job-link=javascript:alert(1)"))
        .await?;
    page.listen_to_warnings().await?;
    page.open().await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await?;
    assert_eq!(page.value("all('job-link').length").await?, json!(0));
    let warnings = page.string("seen.warned.join()").await?;
    assert!(warnings.contains("jobLink should be"), "{warnings}");
    Ok(())
}
