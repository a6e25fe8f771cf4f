//! From the review to the end of the job.

use anyhow::Result;
use e2e::World;
use e2e::page::{Page, Start};
use e2e::steps::{ENTER, SOURCE, strings};
use e2e::world::{SNAPSHOT, STAGING, STOREFRONT};
use serde_json::json;

crate::journeys![
    restore_by_mouse_runs_to_the_finished_job,
    twenty_activations_send_one_request,
    enter_in_the_confirmation_starts_nothing,
    restore_without_the_name_says_what_is_missing,
    confirmation_says_what_differs,
    going_back_empties_the_confirmation,
    review_names_what_is_lost_and_what_follows,
    change_before_the_click_goes_back_and_names_it,
    reason_is_asked_for_and_sent,
    reason_stands_above_the_name_that_it_empties,
    restore_that_takes_long_is_still_watched,
    running_restore_is_followed_instead_of_a_second,
    running_restore_into_the_prefilled_target_is_adopted,
    job_of_the_page_is_followed,
    source_as_target_says_what_is_lost,
];

async fn restore_by_mouse_runs_to_the_finished_job(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    let heading = page.string("root().querySelector('[data-testid=\"restore-dialog\"]').getAttribute('aria-labelledby')").await?;
    let name = page
        .string(&format!("root().getElementById('{heading}').innerText"))
        .await?;
    assert!(name.contains("Restore snapshot"), "{name}");
    let warning = page.text("warning").await?;
    assert!(
        warning.contains("All data on") && warning.contains("unavailable"),
        "{warning}"
    );
    let summary = page.text("snapshot-summary").await?;
    for fact in ["orders", "UTC", "8.0.29", "AWS KMS", "GB", "Scheduled"] {
        assert!(summary.contains(fact), "{fact} in {summary}");
    }

    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await?;
    page.until("its heading has the focus", "focusName() === 'heading'")
        .await?;
    let receipt = page.text("receipt").await?;
    let posts = page.posts().await?;
    assert_eq!(posts.len(), 1);
    let post = &posts[0];
    assert_eq!(post["method"], "POST");
    assert_eq!(
        post["path"],
        json!(format!(
            "/restore/api/atlas/v2/groups/{STOREFRONT}/clusters/orders/backup/restoreJobs"
        ))
    );
    let body = match &post["body"] {
        serde_json::Value::String(text) => serde_json::from_str(text)?,
        other => other.clone(),
    };
    assert_eq!(
        body,
        json!({"deliveryType": "automated", "snapshotId": SNAPSHOT, "targetClusterName": "orders-staging", "targetGroupId": STAGING})
    );
    let headers = post["headers"].to_string().to_ascii_lowercase();
    assert!(headers.contains("idempotency-key"), "{headers}");

    page.sandbox.advance(60_000).await?;
    page.job("completed").await?;
    let started = page.events("restore-started").await?;
    let finished = page.events("restore-finished").await?;
    assert_eq!((started.len(), finished.len()), (1, 1));
    let job = started[0]["job"]["id"].as_str().unwrap_or_default();
    assert!(
        job.len() == 24 && receipt.contains(job),
        "{job} in {receipt}"
    );
    assert_eq!(finished[0]["job"]["id"], job);
    assert_eq!(finished[0]["state"], "completed");
    assert!(
        page.text("receipt")
            .await?
            .contains("Restart your applications")
    );

    page.click("cancel-button").await?;
    page.until("it is closed", "!isOpen()").await?;
    assert_eq!(page.value("seen.outcomes").await?[0]["outcome"], "started");
    assert_eq!(page.value("seen.outcomes").await?[0]["job"]["id"], job);
    assert_eq!(page.posts().await?.len(), 1);
    page.expect_no_trouble().await
}

async fn twenty_activations_send_one_request(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.review(STAGING, "orders-staging").await?;
    page.confirm("orders-staging").await?;
    page.js(
        "const b = one('restore-button'); for (let i = 0; i < 20; i++) b.click();",
        vec![],
    )
    .await?;
    page.js(
        "for (let i = 0; i < 20; i++) one('restore-button')?.click();",
        vec![],
    )
    .await?;
    page.job("running").await?;
    assert_eq!(page.posts().await?.len(), 1);
    assert_eq!(page.events("restore-before-submit").await?.len(), 1);
    page.expect_no_trouble().await
}

async fn enter_in_the_confirmation_starts_nothing(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.review(STAGING, "orders-staging").await?;
    page.confirm("orders-staging").await?;
    assert_eq!(page.string("focusName()").await?, "confirm-input");
    page.press(&[ENTER, ENTER]).await?;
    assert_eq!(page.events("restore-before-submit").await?.len(), 0);
    assert_eq!(page.value("shown('review')").await?, json!(true));
    assert_eq!(page.posts().await?.len(), 0);
    // The same page does restore when it is asked to: the keys were not lost on the way.
    page.click("restore-button").await?;
    page.job("running").await?;
    assert_eq!(page.posts().await?.len(), 1);
    Ok(())
}

async fn restore_without_the_name_says_what_is_missing(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.review(STAGING, "orders-staging").await?;
    assert_eq!(
        page.value("[one('restore-button').ariaDisabled, one('restore-button').disabled]")
            .await?,
        json!(["true", false])
    );
    page.click("restore-button").await?;
    page.until(
        "the summary has the focus",
        "focusName() === 'error-summary'",
    )
    .await?;
    page.click_on("one('error-summary').querySelector('button, a')")
        .await?;
    page.until(
        "its link leads to the field",
        "focusName() === 'confirm-input'",
    )
    .await?;
    assert_eq!(
        page.value("one('confirm-input').ariaInvalid").await?,
        json!("true")
    );
    page.confirm("orders-staging").await?;
    page.until("the error is gone", "!shown('error-summary')")
        .await?;
    assert_eq!(page.posts().await?.len(), 0);
    Ok(())
}

async fn confirmation_says_what_differs(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.review(STAGING, "orders-staging").await?;
    for (typed, said) in [
        ("Orders-staging", "upper and lower case"),
        ("orders", "14 characters"),
        ("orders-stagine", "another name"),
    ] {
        page.type_into("confirm-input", typed).await?;
        page.press(&[e2e::steps::TAB]).await?;
        page.until(
            "it says what differs",
            &format!("root().getElementById('confirm-error').innerText.includes('{said}')"),
        )
        .await?;
        let described = page
            .string("one('confirm-input').getAttribute('aria-describedby')")
            .await?;
        assert!(described.contains("confirm-error"), "{described}");
        page.clear("confirm-input").await?;
    }
    // Spaces around it, as they come with a copied name, do no harm.
    page.confirm("  orders-staging ").await?;
    assert_eq!(page.posts().await?.len(), 0);
    Ok(())
}

async fn going_back_empties_the_confirmation(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.review(STAGING, "orders-staging").await?;
    page.confirm("orders-staging").await?;
    page.click("back-button").await?;
    page.until("the destination is shown", "shown('cluster-filter')")
        .await?;
    assert_eq!(
        page.value("one('project-picker').value").await?,
        json!(STAGING),
        "other choices are kept"
    );
    page.to_review().await?;
    assert_eq!(page.value("one('confirm-input').value").await?, json!(""));
    assert_eq!(
        page.value("one('restore-button').ariaDisabled").await?,
        json!("true")
    );
    page.click_label("Change target").await?;
    page.until("the destination is shown", "shown('cluster-filter')")
        .await?;
    Ok(())
}

async fn review_names_what_is_lost_and_what_follows(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.review(STAGING, "orders-staging").await?;
    let codes = page.codes("review").await?;
    for code in [
        "data.deleted",
        "target.unavailable-during-restore",
        "key.rotated-after",
        "application.restart",
    ] {
        assert!(codes.iter().any(|one| one == code), "{code} in {codes:?}");
    }
    assert!(codes.iter().any(|code| code.starts_with("rw-concern.")));
    let review = page.text("review").await?;
    for fact in [
        "All data on orders-staging is deleted",
        "Storefront Staging",
        STAGING,
        SNAPSHOT,
        STOREFRONT,
        "8.0.30",
        "8.0.29",
        "AWS KMS",
        "UTC",
    ] {
        assert!(review.contains(fact), "{fact} in {review}");
    }
    let label = page.text("restore-button").await?;
    assert_eq!(label, "Delete data on orders-staging and restore");
    Ok(())
}

async fn change_before_the_click_goes_back_and_names_it(start: Start) -> Result<()> {
    let paused = json!([{"after": {"method": "GET", "path": "6002/clusters?", "nth": 1}, "merge": {
        "clusters": [{"groupId": STAGING, "name": "orders-staging", "paused": true}]}}]);
    let page = start
        .destination(World::example("eligible")?.with("changes", paused))
        .await?;
    page.choose_project(STAGING).await?;
    page.choose_cluster("orders-staging").await?;
    page.to_review().await?;
    page.confirm("orders-staging").await?;
    // The list said otherwise; what is read at the click counts.
    page.click("restore-button").await?;
    page.until("the dialog is back at the destination", "shown('changed')")
        .await?;
    assert_eq!(page.codes("changed").await?, ["target.unavailable"]);
    assert_eq!(page.posts().await?.len(), 0);
    Ok(())
}

async fn reason_is_asked_for_and_sent(start: Start) -> Result<()> {
    let page = start
        .destination_with(World::example("eligible")?, "&reason=required")
        .await?;
    page.review(STAGING, "orders-staging").await?;
    page.type_into("confirm-input", "orders-staging").await?;
    page.click("restore-button").await?;
    page.until("the reason is missing", "focusName() === 'error-summary'")
        .await?;
    page.type_into("reason-input", "INC-42: bad deploy, Zürich")
        .await?;
    // Another reason is another request, so the name is asked for again.
    page.clear("confirm-input").await?;
    page.confirm("orders-staging").await?;
    page.click("restore-button").await?;
    page.job("running").await?;
    let posts = page.posts().await?;
    let headers = posts[0]["headers"].to_string();
    assert!(
        headers.contains("INC-42%3A%20bad%20deploy%2C%20Z%C3%BCrich"),
        "{headers}"
    );
    assert_eq!(
        page.events("restore-before-submit").await?[0]["request"]["reason"],
        "INC-42: bad deploy, Zürich"
    );
    Ok(())
}

async fn reason_stands_above_the_name_that_it_empties(start: Start) -> Result<()> {
    let page = start
        .destination_with(World::example("eligible")?, "&reason=optional")
        .await?;
    page.review(STAGING, "orders-staging").await?;
    assert_eq!(
        page.value("one('reason-input').getBoundingClientRect().bottom < one('confirm-input').getBoundingClientRect().top")
            .await?,
        json!(true)
    );
    page.confirm("orders-staging").await?;
    page.type_into("reason-input", "INC-42").await?;
    page.until(
        "the name is asked for again",
        "one('confirm-input').value === ''",
    )
    .await?;
    // From the reason Tab comes to the name, not the other way round.
    let passed = page.tab_to("confirm-input").await?;
    assert_eq!(passed.first().map(String::as_str), Some("reason-input"));
    assert!(!passed.contains(&"restore-button".to_owned()), "{passed:?}");
    page.confirm("orders-staging").await
}

async fn restore_that_takes_long_is_still_watched(start: Start) -> Result<()> {
    let world = World::example("eligible")?.with("restoreSeconds", json!(600));
    let page = start.destination(world).await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await?;
    assert!(!page.text("receipt").await?.contains("longer than usual"));
    page.js(
        "host().fetch = async (url, init) => { const given = await fetch(url, init);\n\
           const headers = new Headers(given.headers); headers.set('X-Request-Id', 'portal-7');\n\
           return new Response(await given.arrayBuffer(), {status: given.status, headers}); };",
        vec![],
    )
    .await?;
    // An hour later, by the page's clock.
    page.js(
        "const now = Date.now; Date.now = () => now() + 3_700_000;",
        vec![],
    )
    .await?;
    page.until(
        "it is said",
        "text('receipt').includes('longer than usual')",
    )
    .await?;
    page.job("running").await?;
    let details = page.string("one('support-details').innerText").await?;
    let details: serde_json::Value = serde_json::from_str(&details)?;
    for (name, value) in [
        ("id", page.sandbox.jobs().await?[0]["job"]["id"].clone()),
        ("snapshotId", json!(SNAPSHOT)),
        ("sourceProject", json!(STOREFRONT)),
        ("sourceCluster", json!("orders")),
        ("targetGroupId", json!(STAGING)),
        ("targetClusterName", json!("orders-staging")),
    ] {
        assert_eq!(details[name], value, "{name}");
    }
    // When, which answer, and by which version; nothing else.
    for name in ["startedAt", "readAt", "now"] {
        assert!(
            details[name]
                .as_str()
                .is_some_and(|time| time.ends_with('Z')),
            "{details}"
        );
    }
    assert_eq!(details["version"], "0.1.0");
    assert_eq!(
        details.as_object().map(|all| all.len()),
        Some(15),
        "{details}"
    );
    page.click_on("[...one('receipt').querySelectorAll('button')].find((b) => b.innerText.trim() === 'Copy details')")
        .await?;
    page.until(
        "it is copied",
        "[...one('receipt').querySelectorAll('button')].some((b) => b.innerText.trim() === 'Copied')",
    )
    .await?;
    page.until(
        "the answer that was read last is named",
        "JSON.parse(one('support-details').innerText).requestId === 'portal-7'",
    )
    .await?;
    page.sandbox.advance(600_000).await?;
    page.job("completed").await?;
    assert!(!page.text("receipt").await?.contains("longer than usual"));
    Ok(())
}

async fn running_restore_is_followed_instead_of_a_second(start: Start) -> Result<()> {
    let page = start
        .destination(World::example("restore-running")?)
        .await?;
    page.choose_project(STAGING).await?;
    page.refused_cluster("orders-staging").await?;
    assert_eq!(
        page.codes("cluster-error").await?,
        ["target.restore-running"]
    );
    assert_eq!(page.text("follow-button").await?, "Follow this restore");
    page.click("follow-button").await?;
    page.job("running").await?;
    page.until("its heading has the focus", "focusName() === 'heading'")
        .await?;
    assert!(
        page.text("receipt")
            .await?
            .contains("6b055fa8d14f6094996a9ec9")
    );
    page.sandbox.advance(600_000).await?;
    page.job("completed").await?;
    assert_eq!(page.posts().await?.len(), 0);
    Ok(())
}

async fn running_restore_into_the_prefilled_target_is_adopted(start: Start) -> Result<()> {
    let world = World::example("restore-running")?;
    let page = start
        .bare(
            world,
            &format!("{SOURCE}&target-project={STAGING}&target-cluster=orders-staging"),
        )
        .await?;
    page.open().await?;
    page.job("running").await?;
    assert_eq!(page.value("shown('restore-button')").await?, json!(false));
    assert_eq!(page.posts().await?.len(), 0);
    let told = page.events("restore-progress").await?;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["state"], "running");
    let job = &told[0]["job"];
    assert_eq!(job["id"], "6b055fa8d14f6094996a9ec9");
    assert_eq!(job["targetGroupId"], STAGING);
    assert_eq!(job["targetClusterName"], "orders-staging");
    assert_eq!(job["deliveryType"], "automated");
    Ok(())
}

async fn job_of_the_page_is_followed(start: Start) -> Result<()> {
    let page = start
        .bare(
            World::example("restore-running")?,
            &format!(
                "source-project={STOREFRONT}&source-cluster=orders&job=6afd77202a5cfb6b3a0307f4"
            ),
        )
        .await?;
    page.open().await?;
    page.job("completed").await?;
    assert!(page.text("receipt").await?.contains("orders-rehearsal"));
    Ok(())
}

async fn source_as_target_says_what_is_lost(start: Start) -> Result<()> {
    let page: Page = start.destination(World::example("eligible")?).await?;
    page.choose_project(STOREFRONT).await?;
    let badge = page.option("orders")?;
    assert!(
        page.string(&format!("{badge}.innerText"))
            .await?
            .contains("Source")
    );
    page.choose_cluster("orders").await?;
    page.to_review().await?;
    let codes = strings(&page.value("codes('review')").await?);
    assert!(
        codes.iter().any(|code| code == "target.is-source"),
        "{codes:?}"
    );
    assert!(page.text("review").await?.contains("8 hours ago"));
    Ok(())
}
