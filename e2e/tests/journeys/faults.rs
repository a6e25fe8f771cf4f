//! Backends that fail, and input that nobody should give.

use anyhow::Result;
use e2e::World;
use e2e::page::{Page, Start};
use e2e::steps::SOURCE;
use e2e::world::{SNAPSHOT, STAGING, STOREFRONT};
use serde_json::{Value, json};

crate::journeys![
    wrong_ids_in_attributes_are_explained,
    snapshot_of_another_cluster_is_not_found,
    backend_that_is_a_login_page_asks_to_sign_in,
    session_that_is_html_is_a_plain_proxy,
    session_that_fails_offers_retry_and_no_form,
    forbidden_session_offers_no_retry,
    ended_session_at_the_start_asks_to_sign_in,
    ended_session_at_the_click_keeps_the_choices,
    page_that_signs_in_goes_on,
    refused_request_is_explained,
    request_that_is_asked_to_wait_is_not_repeated,
    lost_answer_is_found_among_the_jobs,
    lost_request_is_unknown_and_can_be_tried_again,
    change_after_a_lost_request_claims_nothing,
    unclear_answers_are_unknown,
    failing_backend_is_survived,
    list_that_fails_offers_retry,
    forbidden_list_offers_no_retry,
    cut_json_in_a_list_is_said,
    names_are_text,
    words_of_the_server_are_text,
    version_that_is_none_is_refused,
    offline_disarms_the_button,
];

async fn wrong_ids_in_attributes_are_explained(start: Start) -> Result<()> {
    for (attributes, said) in [
        (
            format!("source-project=nonsense&source-cluster=orders&snapshot={SNAPSHOT}"),
            "could not be read",
        ),
        (
            format!(
                "source-project={STOREFRONT}&source-cluster=no%2Fsuch%20one&snapshot={SNAPSHOT}"
            ),
            "could not be read",
        ),
        (
            format!(
                "source-project={STOREFRONT}&source-cluster=orders&snapshot=6b04efa0066650660db4c88f"
            ),
            "The snapshot could not be read",
        ),
        (
            format!("source-project={STOREFRONT}&source-cluster=orders&snapshot=%3Cimg%3E"),
            "The snapshot could not be read",
        ),
    ] {
        let page = start.bare(World::example("eligible")?, &attributes).await?;
        page.open().await?;
        page.until(
            &format!("{attributes} is explained"),
            &format!("text('restore-dialog').includes('{said}')"),
        )
        .await?;
        assert_eq!(
            page.value("['next-button', 'restore-button', 'cluster-filter'].filter(shown)")
                .await?,
            json!([]),
            "{attributes}"
        );
        assert!(page.posts().await?.is_empty());
        page.expect_no_trouble().await?;
    }
    Ok(())
}

async fn snapshot_of_another_cluster_is_not_found(start: Start) -> Result<()> {
    let page = start
        .bare(
            World::example("eligible")?,
            &format!("source-project={STOREFRONT}&source-cluster=catalog&snapshot={SNAPSHOT}"),
        )
        .await?;
    page.open().await?;
    page.until(
        "it is explained",
        "text('restore-dialog').includes('The snapshot could not be read')",
    )
    .await?;
    assert!(
        page.text("restore-dialog")
            .await?
            .contains("does not exist")
    );
    Ok(())
}

async fn backend_that_is_a_login_page_asks_to_sign_in(start: Start) -> Result<()> {
    let mut world = World::example("eligible")?;
    world.0["faults"] = json!([{"do": "html"}]);
    let page = start.bare(world, SOURCE).await?;
    page.open().await?;
    page.until("it asks to sign in", "shown('signed-in-button')")
        .await?;
    page.until(
        "the page is told",
        "seen.events.some((e) => e.type === 'restore-auth-required')",
    )
    .await?;
    assert_eq!(
        page.value("root().querySelectorAll('form, input[type=password]').length")
            .await?,
        json!(0),
        "the login page is not rendered"
    );
    Ok(())
}

async fn session_that_is_html_is_a_plain_proxy(start: Start) -> Result<()> {
    let world = World::example("eligible")?.fault("GET", "session", json!({}), json!("html"));
    let page = start.destination(world).await?;
    page.until(
        "roles are unknown",
        "root().querySelector('[data-code=\"person.role-unknown\"]')",
    )
    .await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await
}

async fn failed_then_retried(start: &Start, fault: Value) -> Result<()> {
    // Reads are tried up to three times more, so all of these fail.
    let world = World::example("eligible")?.fault("GET", "session", json!({}), fault.clone());
    let page = start.bare(world, SOURCE).await?;
    page.open().await?;
    page.until(&format!("{fault} is explained"), "shown('retry-button')")
        .await?;
    assert!(
        page.text("restore-dialog")
            .await?
            .contains("Your session could not be read")
    );
    assert_eq!(
        page.value("['next-button', 'restore-button', 'project-picker'].filter(shown)")
            .await?,
        json!([])
    );
    assert_eq!(page.string("focusName()").await?, "heading");
    Ok(())
}

async fn session_that_fails_offers_retry_and_no_form(start: Start) -> Result<()> {
    for fault in [
        json!({"status": 500, "body": {"error": 500, "errorCode": "UNEXPECTED_ERROR", "detail": "Boom."}}),
        json!("malformed"),
        json!("drop"),
    ] {
        failed_then_retried(&start, fault).await?;
    }
    // Once the backend answers again, Retry leads on.
    let world = World::example("eligible")?.fault(
        "GET",
        "session",
        json!({"nth": 1}),
        json!({"status": 400, "body": {"error": 400, "detail": "Not <b>now</b>."}}),
    );
    let page = start.bare(world, SOURCE).await?;
    page.open().await?;
    page.click("retry-button").await?;
    page.until("the form is there", "all('project-option').length > 0")
        .await?;
    Ok(())
}

async fn forbidden_session_offers_no_retry(start: Start) -> Result<()> {
    let world = World::example("eligible")?.fault(
        "GET",
        "session",
        json!({}),
        json!({"status": 403, "body": {"error": 403, "detail": "Not for you."}}),
    );
    let page = start.bare(world, SOURCE).await?;
    page.open().await?;
    page.until(
        "it is explained",
        "text('restore-dialog').includes('Your session could not be read')",
    )
    .await?;
    assert!(page.text("restore-dialog").await?.contains("Not for you."));
    assert_eq!(page.value("shown('retry-button')").await?, json!(false));
    Ok(())
}

fn ended(when: Value) -> Result<World> {
    Ok(World::example("eligible")?.fault(
        "GET",
        "session",
        when,
        json!({"status": 401, "body": {"error": 401}}),
    ))
}

async fn ended_session_at_the_start_asks_to_sign_in(start: Start) -> Result<()> {
    let page = start.bare(ended(json!({"nth": 1}))?, SOURCE).await?;
    page.open().await?;
    page.until("it asks to sign in", "shown('signed-in-button')")
        .await?;
    let said = page.text("restore-dialog").await?;
    assert!(!said.contains("Reading"), "nothing is being read: {said}");
    page.click("signed-in-button").await?;
    page.until(
        "it goes on",
        "all('project-option').length > 0 && !shown('signed-in-button')",
    )
    .await?;
    assert_eq!(page.events("restore-auth-required").await?.len(), 1);
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await
}

async fn ended_session_at_the_click_keeps_the_choices(start: Start) -> Result<()> {
    let page = start.destination(ended(json!({"nth": 2}))?).await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.until("it asks to sign in", "shown('signed-in-button')")
        .await?;
    assert_eq!(
        page.value("[one('confirm-input').value, shown('review')]")
            .await?,
        json!(["", true])
    );
    assert!(page.posts().await?.is_empty());
    page.click("signed-in-button").await?;
    page.until("the banner is gone", "!shown('signed-in-button')")
        .await?;
    assert!(page.posts().await?.is_empty(), "nothing is sent by itself");
    page.confirm("orders-staging").await?;
    page.click("restore-button").await?;
    page.job("running").await?;
    assert_eq!(page.posts().await?.len(), 1);
    Ok(())
}

async fn page_that_signs_in_goes_on(start: Start) -> Result<()> {
    let page = start.bare(ended(json!({"nth": 1}))?, SOURCE).await?;
    page.js(
        "document.addEventListener('restore-auth-required', (e) => e.detail.waitUntil(Promise.resolve()));",
        vec![],
    )
    .await?;
    page.open().await?;
    page.until(
        "it goes on by itself",
        "all('project-option').length > 0 && !shown('signed-in-button')",
    )
    .await?;
    Ok(())
}

/// The request is refused for sure: said, the name asked for again, nothing sent again.
async fn refused_with(start: &Start, answer: Value, said: &str) -> Result<Page> {
    let world = World::example("eligible")?.fault("POST", "restoreJobs", json!({"nth": 1}), answer);
    let page = start.destination(world).await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.until("the refusal is shown", "shown('submit-error')")
        .await?;
    let error = page.text("submit-error").await?;
    assert!(error.contains(said), "{said} in {error}");
    assert_eq!(page.string("focusName()").await?, "submit-error");
    assert_eq!(page.value("one('confirm-input').value").await?, json!(""));
    assert_eq!(page.posts().await?.len(), 1);
    assert!(page.events("restore-started").await?.is_empty());
    Ok(page)
}

async fn refused_request_is_explained(start: Start) -> Result<()> {
    for (status, code, said) in [
        (
            400,
            "INVALID_SNAPSHOT_RESTORE_ENCRYPTION",
            "The server says",
        ),
        (403, "CANNOT_RESTORE_TO_TARGET", "Project Owner"),
        (404, "CLUSTER_NOT_FOUND", "does not exist any more"),
        (409, "ATLAS_CLUSTER_RESTORE_IN_PROGRESS", "another restore"),
    ] {
        let body = json!({"error": status, "errorCode": code, "detail": format!("Word for word {status}."), "reason": "No", "parameters": []});
        let page = refused_with(&start, json!({"status": status, "body": body}), said).await?;
        assert!(
            page.text("submit-error")
                .await?
                .contains(&format!("Word for word {status}."))
        );
    }
    // Our own codes, as a gateway that checks again gives them.
    let body = json!({"type": "about:blank", "title": "Refused", "status": 422, "findings": [
        {"code": "target.key-invalid", "severity": "blocker", "parameters": {"provider": "AWS", "project": "Storefront Staging", "reason": "invalid"}},
        {"code": "policy.freeze", "severity": "blocker", "parameters": {"until": "Monday"}}]});
    let page = refused_with(
        &start,
        json!({"status": 422, "body": body, "headers": {"Content-Type": "application/problem+json"}}),
        "policy.freeze",
    )
    .await?;
    assert_eq!(
        page.codes("submit-error").await?,
        ["target.key-invalid", "policy.freeze"]
    );
    // The gateway that sent nothing: no half minute has to pass.
    let body = json!({"type": "urn:atlas-restore-gateway:atlas-unreachable", "title": "Service Unavailable", "status": 503,
        "detail": "Atlas cannot be reached."});
    let unsent = refused_with(
        &start,
        json!({"status": 503, "body": body, "headers": {"Content-Type": "application/problem+json"}}),
        "This request was not sent to Atlas",
    )
    .await?;
    unsent.confirm("orders-staging").await?;
    unsent.click("restore-button").await?;
    unsent.job("running").await?;
    assert_eq!(unsent.posts().await?.len(), 2);
    Ok(())
}

async fn request_that_is_asked_to_wait_is_not_repeated(start: Start) -> Result<()> {
    let answer = json!({"status": 429, "headers": {"Retry-After": "5"}, "body": {"error": 429, "errorCode": "RATE_LIMITED", "detail": "Too many requests."}});
    let page = refused_with(&start, answer, "5 sec").await?;
    page.confirm("orders-staging").await?;
    page.click("restore-button").await?;
    page.job("running").await?;
    let posts = page.posts().await?;
    assert_eq!(posts.len(), 2, "once for each click");
    assert_eq!(key(&posts[0]), key(&posts[1]), "the same attempt");
    Ok(())
}

/// The Idempotency-Key of a request of the log.
fn key(entry: &Value) -> Option<String> {
    let headers = entry["headers"].to_string();
    let at = headers.to_ascii_lowercase().find("idempotency-key")?;
    let value: String = headers
        .get(at + "idempotency-key".len()..)?
        .chars()
        .skip_while(|c| !c.is_ascii_hexdigit())
        .take_while(|c| c.is_ascii_hexdigit() || *c == '-')
        .collect();
    assert!(value.len() >= 32, "{value} in {headers}");
    Some(value)
}

async fn lost_answer_is_found_among_the_jobs(start: Start) -> Result<()> {
    let world =
        World::example("eligible")?.fault("POST", "restoreJobs", json!({"nth": 1}), json!("drop"));
    let page = start.destination(world).await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await?;
    assert_eq!(page.posts().await?.len(), 1);
    assert_eq!(page.events("restore-started").await?.len(), 1);
    Ok(())
}

async fn lost_request_is_unknown_and_can_be_tried_again(start: Start) -> Result<()> {
    let world = World::example("eligible")?.fault(
        "POST",
        "restoreJobs",
        json!({"nth": 1}),
        json!("drop-before"),
    );
    let page = start.destination(world).await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("unknown").await?;
    page.looked_for().await?;
    assert_eq!(
        page.value(
            "[shown('check-again-button'), shown('try-again-button'), shown('restore-button')]"
        )
        .await?,
        json!([true, false, false])
    );
    // Half a minute later, by both clocks.
    page.js(
        "const now = Date.now; Date.now = () => now() + 40_000;",
        vec![],
    )
    .await?;
    page.sandbox.advance(40_000).await?;
    page.click("check-again-button").await?;
    page.click("try-again-button").await?;
    page.until(
        "the name is asked for again",
        "one('confirm-input')?.value === ''",
    )
    .await?;
    page.confirm("orders-staging").await?;
    page.click("restore-button").await?;
    page.job("running").await?;
    let posts = page.posts().await?;
    assert_eq!(posts.len(), 2);
    assert_eq!(key(&posts[0]), key(&posts[1]));
    assert_eq!(page.events("restore-started").await?.len(), 1);
    Ok(())
}

/// Something changed, and an earlier request may have been acted on: neither shown nor said is that nothing was sent.
async fn change_after_a_lost_request_claims_nothing(start: Start) -> Result<()> {
    let paused = json!({"groupId": STAGING, "name": "orders-staging", "paused": true});
    let world = World::example("eligible")?
        .fault(
            "POST",
            "restoreJobs",
            json!({"nth": 1}),
            json!("drop-before"),
        )
        .with(
            "changes",
            json!([{"afterMs": 600_000, "merge": {"clusters": [paused]}}]),
        );
    let page = start.destination(world).await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("unknown").await?;
    page.looked_for().await?;
    // Half a minute later, by both clocks.
    page.js(
        "const now = Date.now; Date.now = () => now() + 40_000;",
        vec![],
    )
    .await?;
    page.sandbox.advance(40_000).await?;
    page.click("check-again-button").await?;
    page.click("try-again-button").await?;
    page.confirm("orders-staging").await?;
    page.sandbox.advance(600_000).await?;
    page.click("restore-button").await?;
    page.until("it is shown why", "codes('changed').length > 0")
        .await?;
    page.until(
        "it is said",
        "root().querySelector('dialog').textContent.includes('Something changed. Review it again.')",
    )
    .await?;
    assert_eq!(
        page.value("root().querySelector('dialog').textContent.match(/nothing was sent/i)")
            .await?,
        json!(null)
    );
    assert_eq!(page.posts().await?.len(), 1);
    Ok(())
}

async fn unclear_answers_are_unknown(start: Start) -> Result<()> {
    for answer in [
        json!("malformed"),
        json!("html"),
        json!({"status": 500, "body": {"error": 500, "detail": "Unexpected error."}}),
    ] {
        // Nothing can be concluded from the jobs either.
        let world = World::example("eligible")?
            .fault("POST", "restoreJobs", json!({}), answer.clone())
            .with("changes", json!([{"after": {"method": "POST", "path": "restoreJobs", "nth": 1}, "merge": {}}]));
        let page = start.destination(world).await?;
        page.js(
            "host().fetch = (url, init) => { if (init?.method === 'POST') seen.posted = true; \
               return seen.posted && String(url).includes('restoreJobs') && init?.method !== 'POST' \
                 ? Promise.resolve(new Response('{\"error\": 500}', {status: 500, headers: {'content-type': 'application/json'}})) : fetch(url, init); };",
            vec![],
        )
        .await?;
        page.restore_into(STAGING, "orders-staging").await?;
        page.job("unknown").await?;
        page.until(
            &format!("{answer}: the jobs could not be read"),
            "text('restore-dialog').includes('jobs could not be read')",
        )
        .await?;
        assert_eq!(page.value("shown('try-again-button')").await?, json!(false));
        assert_eq!(page.posts().await?.len(), 1, "{answer}");
        page.expect_no_trouble().await?;
    }
    Ok(())
}

async fn failing_backend_is_survived(start: Start) -> Result<()> {
    let page = start.destination(World::example("backend-fails")?).await?;
    page.choose_project(STAGING).await?;
    page.choose_cluster("orders-staging").await?;
    page.until(
        "the key could not be checked",
        "root().querySelector('[data-code=\"target.key-unknown\"]')",
    )
    .await?;
    page.to_review().await?;
    page.confirm("orders-staging").await?;
    page.click("restore-button").await?;
    page.job("unknown").await?;
    page.looked_for().await?;
    page.js(
        "const now = Date.now; Date.now = () => now() + 40_000;",
        vec![],
    )
    .await?;
    page.sandbox.advance(40_000).await?;
    page.click("check-again-button").await?;
    page.click("try-again-button").await?;
    page.confirm("orders-staging").await?;
    page.click("restore-button").await?;
    page.until(
        "it is asked to wait",
        "text('submit-error').includes('5 sec')",
    )
    .await?;
    page.confirm("orders-staging").await?;
    page.click("restore-button").await?;
    page.job("running").await?;
    assert_eq!(page.posts().await?.len(), 3);
    page.expect_no_trouble().await
}

async fn list_that_fails_offers_retry(start: Start) -> Result<()> {
    let world = World::example("eligible")?.fault(
        "GET",
        "6002/clusters?",
        json!({"nth": 1}),
        json!({"status": 400, "body": {"error": 400, "detail": "Not so."}}),
    );
    let page = start.destination(world).await?;
    page.pick("project-picker", "project-option", "projectId", STAGING)
        .await?;
    page.click("retry-button").await?;
    page.until("the clusters are listed", &page.option("orders-staging")?)
        .await?;
    assert_eq!(
        page.value("one('project-picker').value").await?,
        json!(STAGING)
    );
    Ok(())
}

async fn forbidden_list_offers_no_retry(start: Start) -> Result<()> {
    let world = World::example("eligible")?.fault(
        "GET",
        "6002/clusters?",
        json!({}),
        json!({"status": 403, "body": {"error": 403, "detail": "Not yours."}}),
    );
    let page = start.destination(world).await?;
    page.pick("project-picker", "project-option", "projectId", STAGING)
        .await?;
    page.until(
        "it is said",
        "text('restore-dialog').includes('Not yours.')",
    )
    .await?;
    let said = page.text("restore-dialog").await?;
    assert!(
        said.contains("Project Owner in the project Storefront Staging."),
        "F2: role and project are named: {said}"
    );
    assert_eq!(page.value("shown('retry-button')").await?, json!(false));
    // Another project is no dead end.
    page.choose_project(STOREFRONT).await?;
    page.choose_cluster("catalog").await
}

async fn cut_json_in_a_list_is_said(start: Start) -> Result<()> {
    let world =
        World::example("eligible")?.fault("GET", "6002/clusters?", json!({}), json!("malformed"));
    let page = start.destination(world).await?;
    page.pick("project-picker", "project-option", "projectId", STAGING)
        .await?;
    page.until(
        "it is said",
        "text('restore-dialog').includes('could not be understood')",
    )
    .await?;
    assert_eq!(
        page.value("one('next-button').ariaDisabled").await?,
        json!("true")
    );
    Ok(())
}

async fn names_are_text(start: Start) -> Result<()> {
    let markup = "<img src=x onerror=\"seen.errors.push('run')\">'&amp;";
    let long = "x".repeat(64);
    let hidden = "orders\u{202e}gnigats\u{200b}-eu";
    let mut world = World::example("eligible")?
        .copy_of_cluster("orders-staging", "67cff23045c067728fe5d001", markup)
        .copy_of_cluster("orders-staging", "67cff23045c067728fe5d002", &long)
        .copy_of_cluster("orders-staging", "67cff23045c067728fe5d003", hidden);
    world.0["groups"][1]["name"] =
        json!("Staging <script>seen.errors.push('run')</script> \"two\"");
    let page = start.destination(world).await?;
    page.choose_project(STAGING).await?;
    let shown = page
        .value("['67cff23045c067728fe5d001', '67cff23045c067728fe5d002', '67cff23045c067728fe5d003'].map((id) => option(id).innerText)")
        .await?;
    let shown: Vec<&str> = shown
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    assert!(shown[0].contains(markup), "{shown:?}");
    assert!(shown[1].contains(&long), "{shown:?}");
    assert!(
        shown[2].contains("U+202E")
            && shown[2].contains("U+200B")
            && !shown[2].contains('\u{202e}'),
        "{shown:?}"
    );
    assert_eq!(
        page.value("root().querySelectorAll('img, script').length")
            .await?,
        json!(0)
    );
    assert_eq!(
        page.value("one('cluster-list').scrollWidth <= one('cluster-list').clientWidth")
            .await?,
        json!(true),
        "a long name wraps"
    );
    page.click_on("option('67cff23045c067728fe5d001')").await?;
    page.to_review().await?;
    page.confirm(markup).await?;
    page.click("restore-button").await?;
    page.job("running").await?;
    let posts = page.posts().await?;
    let body = posts[0]["body"].to_string();
    assert!(body.contains("onerror"), "{body}");
    assert_eq!(
        page.value("root().querySelectorAll('img, script').length")
            .await?,
        json!(0)
    );
    page.expect_no_trouble().await
}

async fn words_of_the_server_are_text(start: Start) -> Result<()> {
    let body = json!({"error": 400, "errorCode": "NO<b>", "detail": "<script>seen.errors.push('run')</script>\u{202e}abc", "reason": "Bad Request"});
    let page = refused_with(
        &start,
        json!({"status": 400, "body": body}),
        "<script>seen.errors.push('run')</script>⟨U+202E⟩abc",
    )
    .await?;
    assert_eq!(
        page.value("one('submit-error').querySelectorAll('script, b').length")
            .await?,
        json!(0)
    );
    page.expect_no_trouble().await
}

async fn version_that_is_none_is_refused(start: Start) -> Result<()> {
    let world =
        World::example("eligible")?.cluster("orders-staging", json!({"mongoDBVersion": "latest"}));
    let page = start.destination(world).await?;
    page.choose_project(STAGING).await?;
    page.refused_cluster("orders-staging").await?;
    assert_eq!(
        page.codes("cluster-error").await?,
        ["target.version-unknown"]
    );
    Ok(())
}

async fn offline_disarms_the_button(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.review(STAGING, "orders-staging").await?;
    page.confirm("orders-staging").await?;
    page.js("window.dispatchEvent(new Event('offline'));", vec![])
        .await?;
    page.until(
        "the button is off, with that reason",
        "one('restore-button').ariaDisabled === 'true' && root().getElementById(one('restore-button').getAttribute('aria-describedby')).innerText.includes('online')",
    )
    .await?;
    page.click("restore-button").await?;
    assert!(page.posts().await?.is_empty());
    page.js("window.dispatchEvent(new Event('online'));", vec![])
        .await?;
    page.until(
        "it is armed again",
        "one('restore-button').ariaDisabled !== 'true'",
    )
    .await?;
    Ok(())
}
