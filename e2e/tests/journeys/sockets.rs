//! Real sockets that drop, delay and cut: what was asked is counted, and what is shown is compared with the truth.

use anyhow::Result;
use e2e::World;
use e2e::page::{Page, Start};
use e2e::steps::SOURCE;
use e2e::world::{STAGING, STOREFRONT};
use serde_json::{Value, json};

crate::journeys![
    whatever_happens_to_the_request_the_screen_says_the_truth,
    reads_that_are_dropped_cut_or_late_are_survived,
    read_that_is_asked_to_wait_waits,
    page_reloaded_while_sending_finds_its_restore,
    two_tabs_start_one_restore,
    twenty_activations_in_a_second_send_one_request,
    line_that_goes_and_comes_back_changes_nothing,
    line_that_goes_while_the_request_is_on_its_way_loses_no_restore,
    hidden_tab_asks_at_once_when_it_is_seen_again,
];

/// What was sent and what is true: requests, jobs, and how often the page was told of a start.
async fn counted(page: &Page, posts: usize, jobs: usize, started: usize) -> Result<()> {
    assert_eq!(page.posts().await?.len(), posts, "requests");
    assert_eq!(page.sandbox.jobs().await?.len(), jobs, "jobs");
    assert_eq!(
        page.events("restore-started").await?.len(),
        started,
        "restore-started"
    );
    page.expect_no_trouble().await
}

/// The shown job is the one that there is, and it runs.
async fn shows_the_job(page: &Page) -> Result<()> {
    page.job("running").await?;
    let jobs = page.sandbox.jobs().await?;
    let id = jobs[0]["job"]["id"].as_str().unwrap_or_default();
    assert!(page.text("receipt").await?.contains(id), "{id}");
    assert_eq!(jobs[0]["job"]["targetClusterName"], "orders-staging");
    Ok(())
}

async fn whatever_happens_to_the_request_the_screen_says_the_truth(start: Start) -> Result<()> {
    let refusal = |status: u16| json!({"status": status, "headers": {"Retry-After": "3"}, "body": {"error": status, "detail": "No."}});
    for (fault, shown, jobs) in [
        (json!("drop"), "running", 1),
        (json!("malformed"), "running", 1),
        (json!({"delayMs": 5000}), "running", 1),
        (json!("drop-before"), "unknown", 0),
        (json!("html"), "unknown", 0),
        (refusal(503), "unknown", 0),
        (refusal(429), "refused", 0),
        (refusal(400), "refused", 0),
    ] {
        let world = World::example("eligible")?
            .with("restoreSeconds", json!(null))
            .fault("POST", "restoreJobs", json!({"nth": 1}), fault.clone());
        let page = start.destination(world).await?;
        page.restore_into(STAGING, "orders-staging").await?;
        match shown {
            "running" => shows_the_job(&page).await?,
            "unknown" => {
                page.job("unknown").await?;
                page.looked_for().await?;
            }
            _ => {
                page.until(
                    &format!("{fault} is shown as a refusal"),
                    "shown('submit-error')",
                )
                .await?;
            }
        }
        counted(&page, 1, jobs, usize::from(shown == "running")).await?;
    }
    Ok(())
}

async fn reads_that_are_dropped_cut_or_late_are_survived(start: Start) -> Result<()> {
    for fault in [
        json!("drop"),
        json!("drop-before"),
        json!({"status": 503, "body": {"error": 503}}),
        json!({"delayMs": 5000}),
    ] {
        let mut world = World::example("eligible")?.with("restoreSeconds", json!(null));
        for path in [
            "session",
            "snapshots/",
            "clusters?",
            "restoreJobs",
            "encryptionAtRest",
        ] {
            world = world.fault("GET", path, json!({"nth": 1}), fault.clone());
        }
        let page = start.destination(world).await?;
        page.restore_into(STAGING, "orders-staging").await?;
        shows_the_job(&page).await?;
        counted(&page, 1, 1, 1).await?;
    }
    // What is cut is no reason to ask again by ourselves: it is said, and Retry asks.
    let world =
        World::example("eligible")?.fault("GET", "session", json!({"nth": 1}), json!("malformed"));
    let page = start.bare(world, SOURCE).await?;
    page.open().await?;
    page.click("retry-button").await?;
    page.until("the form is there", "all('project-option').length > 0")
        .await?;
    counted(&page, 0, 0, 0).await
}

async fn read_that_is_asked_to_wait_waits(start: Start) -> Result<()> {
    let slow = json!({"status": 429, "headers": {"Retry-After": "2"}, "body": {"error": 429, "errorCode": "RATE_LIMITED"}});
    let world = World::example("eligible")?.fault("GET", "snapshots/", json!({"nth": 1}), slow);
    let page = start.destination(world).await?;
    let log = page.sandbox.log().await?;
    let times: Vec<&str> = log
        .iter()
        .filter(|entry| {
            entry["path"]
                .as_str()
                .is_some_and(|path| path.contains("snapshots/"))
        })
        .filter_map(|entry| entry["time"].as_str())
        .collect();
    assert_eq!(times.len(), 2, "{times:?}");
    // To the second, in one minute or the next.
    let second = |time: &str| {
        time.get(17..19)
            .and_then(|text| text.parse::<i64>().ok())
            .unwrap_or_default()
    };
    let waited = (second(times[1]) - second(times[0])).rem_euclid(60);
    assert!((2..30).contains(&waited), "{times:?}");
    counted(&page, 0, 0, 0).await
}

async fn page_reloaded_while_sending_finds_its_restore(start: Start) -> Result<()> {
    let world = World::example("eligible")?
        .with("restoreSeconds", json!(null))
        .fault(
            "POST",
            "restoreJobs",
            json!({"nth": 1}),
            json!({"delayMs": 5000}),
        );
    let target = format!("&target-project={STAGING}&target-cluster=orders-staging");
    let page = start.destination_with(world, &target).await?;
    page.to_review().await?;
    page.confirm("orders-staging").await?;
    page.click("restore-button").await?;
    page.until_logged("the request is sent", |log| {
        log.iter().any(|entry| entry["method"] == "POST")
    })
    .await?;
    page.client.refresh().await?;
    page.until("the page is there again", "window.seen?.ready")
        .await?;
    page.open().await?;
    shows_the_job(&page).await?;
    counted(&page, 1, 1, 0).await?;
    // By the page's own memory of the job, too.
    let id = page.sandbox.jobs().await?[0]["job"]["id"].clone();
    let id = id.as_str().unwrap_or_default();
    let address = format!("{}/pages/bare.html?{SOURCE}&job={id}", page.sandbox.origin);
    page.client.goto(&address).await?;
    page.until("the page is there again", "window.seen?.ready")
        .await?;
    page.open().await?;
    shows_the_job(&page).await?;
    counted(&page, 1, 1, 0).await
}

async fn two_tabs_start_one_restore(start: Start) -> Result<()> {
    let world = World::example("eligible")?.with("restoreSeconds", json!(null));
    let first = start.destination(world).await?;
    let mut second = first.clone();
    let session = start.browser.session().await?;
    second.client = session.client.clone();
    let outcome = restore_in_both(&first, &second).await;
    start.browser.give_back(session).await;
    outcome
}

/// Both requests leave only when both tabs have read that nothing runs.
async fn restore_in_both(first: &Page, second: &Page) -> Result<()> {
    let address = format!("{}/pages/bare.html?{SOURCE}", first.sandbox.origin);
    second.client.goto(&address).await?;
    second
        .until("the second page is ready", "window.seen?.ready")
        .await?;
    second.open().await?;
    for page in [first, second] {
        page.js(
            "host().fetch = async (url, init) => { \
               if (init?.method === 'POST') { seen.waiting = true; await new Promise((go) => { seen.go = go; }); } \
               return fetch(url, init); };",
            vec![],
        )
        .await?;
        page.restore_into(STAGING, "orders-staging").await?;
        page.until("its request is ready", "seen.waiting").await?;
    }
    assert!(first.posts().await?.is_empty());
    for page in [first, second] {
        page.js("seen.go();", vec![]).await?;
    }
    for page in [first, second] {
        shows_the_job(page).await?;
        page.expect_no_trouble().await?;
    }
    assert_eq!(first.posts().await?.len(), 2);
    assert_eq!(first.sandbox.jobs().await?.len(), 1);
    let told = [
        first.events("restore-started").await?.len(),
        second.events("restore-started").await?.len(),
    ];
    assert_eq!(
        told.iter().sum::<usize>(),
        1,
        "one of them started it: {told:?}"
    );
    Ok(())
}

async fn twenty_activations_in_a_second_send_one_request(start: Start) -> Result<()> {
    let world = World::example("eligible")?.with("restoreSeconds", json!(null));
    let page = start.destination(world).await?;
    page.review(STAGING, "orders-staging").await?;
    page.confirm("orders-staging").await?;
    page.js(
        "const button = one('restore-button'); seen.pressed = 0; \
         const press = () => { (one('restore-button') ?? button).click(); if (++seen.pressed < 20) setTimeout(press, 40); }; \
         button.click(); press();",
        vec![],
    )
    .await?;
    page.until("it was pressed twenty times", "seen.pressed === 20")
        .await?;
    shows_the_job(&page).await?;
    counted(&page, 1, 1, 1).await
}

async fn line_that_goes_and_comes_back_changes_nothing(start: Start) -> Result<()> {
    let page = start
        .destination(World::example("eligible")?.with("restoreSeconds", json!(null)))
        .await?;
    page.review(STAGING, "orders-staging").await?;
    page.confirm("orders-staging").await?;
    page.browser.set_network(&page.client, false).await?;
    page.until(
        "the button is off",
        "one('restore-button').ariaDisabled === 'true'",
    )
    .await?;
    page.click("restore-button").await?;
    counted(&page, 0, 0, 0).await?;
    page.browser.set_network(&page.client, true).await?;
    page.until(
        "it is armed again",
        "one('restore-button').ariaDisabled !== 'true'",
    )
    .await?;
    page.click("restore-button").await?;
    shows_the_job(&page).await?;
    // And while the job is followed: the end is told once the line is back.
    page.browser.set_network(&page.client, false).await?;
    page.until("it says so", "text('restore-dialog').includes('offline')")
        .await?;
    let jobs = page.sandbox.jobs().await?;
    assert_eq!(jobs.len(), 1);
    page.browser.set_network(&page.client, true).await?;
    page.until(
        "the notice is gone",
        "!text('restore-dialog').includes('You are offline')",
    )
    .await?;
    shows_the_job(&page).await?;
    counted(&page, 1, 1, 1).await
}

/// S5, F10. Whether the browser gives the request up or its answer still comes: nobody says that nothing was started, and
/// the restore is found.
async fn line_that_goes_while_the_request_is_on_its_way_loses_no_restore(
    start: Start,
) -> Result<()> {
    let world = World::example("eligible")?
        .with("restoreSeconds", json!(null))
        .fault(
            "POST",
            "restoreJobs",
            json!({"nth": 1}),
            json!({"delayMs": 5000}),
        );
    let page = start.destination(world).await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.until_logged("the request is sent", |log| {
        log.iter().any(|entry| entry["method"] == "POST")
    })
    .await?;
    page.browser.set_network(&page.client, false).await?;
    page.until(
        "it is said",
        "text('restore-dialog').includes('You are offline')",
    )
    .await?;
    assert_eq!(
        page.value("['submit-error', 'try-again-button'].filter(shown)")
            .await?,
        json!([]),
        "nothing is taken for a refusal, nor for what may be tried again"
    );
    page.browser.set_network(&page.client, true).await?;
    shows_the_job(&page).await?;
    counted(&page, 1, 1, 1).await
}

async fn hidden_tab_asks_at_once_when_it_is_seen_again(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await?;
    let polls = |log: &[Value]| {
        let path = format!("{STOREFRONT}/clusters/orders/backup/restoreJobs/");
        log.iter()
            .filter(|entry| {
                entry["path"]
                    .as_str()
                    .is_some_and(|one| one.contains(&path))
            })
            .count()
    };
    // From now on no timer of a second or more runs out, so that only being seen can lead to a question.
    page.js(
        "const real = window.setTimeout; window.setTimeout = (f, ms, ...rest) => ms >= 1000 ? 0 : real(f, ms, ...rest); \
         seen.hide = (hidden) => { Object.defineProperty(document, 'hidden', {configurable: true, get: () => hidden}); \
           document.dispatchEvent(new Event('visibilitychange')); }; \
         seen.hide(true);",
        vec![],
    )
    .await?;
    page.sandbox.advance(60_000).await?;
    let before = polls(&page.sandbox.log().await?);
    page.js("seen.hide(false);", vec![]).await?;
    page.job("completed").await?;
    assert_eq!(polls(&page.sandbox.log().await?), before + 1);
    counted(&page, 1, 1, 1).await
}
