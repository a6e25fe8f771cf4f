//! The states of the dialog that a person can meet, and the way to each. axe looks at every one of them.

use anyhow::Result;
use e2e::World;
use e2e::engine::Ability;
use e2e::page::{Page, Start};
use e2e::steps::SOURCE;
use e2e::world::{ANALYTICS, PAYMENTS, STAGING, STOREFRONT};
use serde_json::{Value, json};

/// Every state by name; [`reach`] knows the ways.
pub const STATES: &[&str] = &[
    "page-alone",
    "wasm-unavailable",
    "loading",
    "failed-session",
    "failed-forbidden",
    "sign-in-at-the-start",
    "source-empty",
    "source-snapshots",
    "source-missing",
    "source-no-backups",
    "source-no-snapshots",
    "destination",
    "destination-roles-unknown",
    "destination-project-refused",
    "destination-project-missing",
    "destination-list-failed",
    "destination-no-clusters",
    "destination-list",
    "destination-filtered",
    "destination-no-match",
    "destination-active-row",
    "destination-long-list",
    "destination-refused",
    "destination-restore-running",
    "destination-target-gone",
    "destination-chosen",
    "destination-chosen-warnings",
    "destination-missing",
    "destination-none-eligible",
    "destination-changed",
    "destination-names",
    "blocked-not-encrypted",
    "blocked-key-not-present",
    "blocked-not-owner",
    "blocked-sharded",
    "review",
    "review-wrong-name",
    "review-missing",
    "review-armed",
    "review-reason",
    "review-advice",
    "review-checked",
    "review-request",
    "review-submitting",
    "review-refused",
    "review-wait",
    "review-vetoed",
    "review-sign-in",
    "review-offline",
    "unknown",
    "unknown-can-try-again",
    "running",
    "running-not-updated",
    "running-longer",
    "running-somebody-elses",
    "completed",
    "failed",
    "cancelled",
    "expired",
    "demo",
    "demo-no-backups",
];

/// Those of them in which no dialog is open.
pub const CLOSED: &[&str] = &["page-alone", "wasm-unavailable", "demo", "demo-no-backups"];

fn eligible() -> Result<World> {
    World::example("eligible")
}

async fn opened(start: &Start, world: World, attributes: &str) -> Result<Page> {
    let page = start.bare(world, attributes).await?;
    page.open().await?;
    Ok(page)
}

async fn listed(start: &Start, world: World) -> Result<Page> {
    let page = start.destination(world).await?;
    page.choose_project(STAGING).await?;
    Ok(page)
}

async fn reviewed(start: &Start, world: World, attributes: &str) -> Result<Page> {
    let page = start.destination_with(world, attributes).await?;
    page.review(STAGING, "orders-staging").await?;
    Ok(page)
}

async fn submitted(start: &Start, world: World) -> Result<Page> {
    let page = reviewed(start, world, "").await?;
    page.confirm("orders-staging").await?;
    page.click("restore-button").await?;
    Ok(page)
}

async fn ended(start: &Start, state: &str) -> Result<Page> {
    let page = submitted(start, eligible()?.with("restoreOutcome", json!(state))).await?;
    page.job("running").await?;
    page.sandbox.advance(60_000).await?;
    page.job(state).await?;
    Ok(page)
}

fn post_answers(answer: Value) -> Result<World> {
    Ok(eligible()?.fault("POST", "restoreJobs", json!({"nth": 1}), answer))
}

async fn shown(page: &Page, testid: &str) -> Result<()> {
    page.until(&format!("{testid} is shown"), &format!("shown('{testid}')"))
        .await?;
    Ok(())
}

/// Brings the dialog to a state.
pub async fn reach(start: &Start, state: &str) -> Result<Page> {
    let session_fails = |answer: Value| -> Result<World> {
        Ok(eligible()?.fault("GET", "session", json!({}), answer))
    };
    Ok(match state {
        "page-alone" => start.bare(eligible()?, SOURCE).await?,
        "wasm-unavailable" => {
            let policy =
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'";
            let page = start.bare_under(eligible()?, SOURCE, Some(policy)).await?;
            page.click_on("document.getElementById('open')").await?;
            page.until(
                "it is said",
                "root().querySelector('[role=alert]')?.checkVisibility()",
            )
            .await?;
            if start.engine().lacks(Ability::ForbiddenWasm).is_none() {
                page.until("the violation was seen", "seen.violations.length > 0")
                    .await?;
            }
            page.js("seen.violations = [];", vec![]).await?;
            page.browser.console(&page.client).await?;
            page
        }
        "loading" => {
            let page = opened(start, session_fails(json!({"delayMs": 600_000}))?, SOURCE).await?;
            page.until(
                "it is loading",
                "root().querySelector('[aria-busy=\"true\"] .loading')",
            )
            .await?;
            page
        }
        "failed-session" => {
            let answer = json!({"status": 500, "headers": {"X-Request-Id": "5f1e0c"}, "body": {"error": 500, "errorCode": "UNEXPECTED_ERROR", "detail": "Unexpected error."}});
            let page = opened(start, session_fails(answer)?, SOURCE).await?;
            shown(&page, "retry-button").await?;
            page
        }
        "failed-forbidden" => {
            let answer = json!({"status": 403, "body": {"error": 403, "detail": "Not for you."}});
            let page = opened(start, session_fails(answer)?, SOURCE).await?;
            page.until(
                "it is said",
                "text('restore-dialog').includes('Not for you.')",
            )
            .await?;
            page
        }
        "sign-in-at-the-start" => {
            let page = opened(
                start,
                session_fails(json!({"status": 401, "body": {"error": 401}}))?,
                SOURCE,
            )
            .await?;
            shown(&page, "signed-in-button").await?;
            page
        }
        "source-empty" => {
            let page = opened(start, eligible()?, "").await?;
            page.until(
                "the projects are listed",
                "all('source-project-option').length > 0",
            )
            .await?;
            page
        }
        "source-snapshots" | "source-missing" => {
            let attributes = format!("source-project={STOREFRONT}&source-cluster=orders");
            let page = opened(start, eligible()?, &attributes).await?;
            page.until("snapshots are listed", "all('snapshot-option').length > 7")
                .await?;
            if state == "source-missing" {
                page.click("next-button").await?;
                shown(&page, "error-summary").await?;
            }
            page
        }
        "source-no-backups" => {
            let attributes = format!("source-project={STOREFRONT}&source-cluster=orders");
            let page = opened(start, World::example("backups-off")?, &attributes).await?;
            // Every list is there, and what is said of each was said.
            page.until(
                "it is said, and nothing is under way",
                "shown('no-backups') && !root().querySelector('[aria-busy=\"true\"]')",
            )
            .await?;
            page
        }
        "source-no-snapshots" => {
            let attributes = format!("source-project={STOREFRONT}&source-cluster=orders");
            let world = eligible()?.with("snapshots", json!([]));
            let page = opened(start, world, &attributes).await?;
            page.until(
                "it is said",
                "text('restore-dialog').includes('has no snapshots yet')",
            )
            .await?;
            page
        }
        "destination" => start.destination(eligible()?).await?,
        "destination-roles-unknown" => start.destination(World::example("roles-unknown")?).await?,
        "destination-project-refused" | "destination-project-missing" => {
            let project = match state {
                "destination-project-refused" => PAYMENTS,
                _ => "64f1c0de0a1b2c3d4e5f60ff",
            };
            let page = opened(
                start,
                eligible()?,
                &format!("{SOURCE}&target-project={project}"),
            )
            .await?;
            page.until(
                "it is said",
                "one('project-picker')?.ariaInvalid === 'true'",
            )
            .await?;
            page
        }
        "destination-list-failed" => {
            let answer = json!({"status": 400, "body": {"error": 400, "detail": "Not so."}});
            let page = start
                .destination(eligible()?.fault("GET", "6002/clusters?", json!({}), answer))
                .await?;
            page.pick("project-picker", "project-option", "projectId", STAGING)
                .await?;
            shown(&page, "retry-button").await?;
            page
        }
        "destination-no-clusters" => {
            let empty = "64f1c0de0a1b2c3d4e5f60fe";
            let mut world = eligible()?;
            world.0["person"]["roles"][empty] = json!(["GROUP_OWNER"]);
            let mut group = world.0["groups"][0].clone();
            group["id"] = json!(empty);
            group["name"] = json!("Nothing yet");
            if let Some(groups) = world.0["groups"].as_array_mut() {
                groups.push(group);
            }
            let page = start.destination(world).await?;
            page.pick("project-picker", "project-option", "projectId", empty)
                .await?;
            page.until(
                "it is said",
                "text('restore-dialog').includes('This project has no clusters.')",
            )
            .await?;
            page
        }
        "destination-list" => listed(start, eligible()?).await?,
        "destination-filtered" | "destination-no-match" => {
            let page = listed(start, eligible()?).await?;
            let (text, count) = match state {
                "destination-filtered" => ("rehears", 1),
                _ => ("nothing like that", 0),
            };
            page.type_into("cluster-filter", text).await?;
            page.until(
                "it is filtered",
                &format!("one('cluster-count').dataset.count === '{count}'"),
            )
            .await?;
            page
        }
        "destination-active-row" => {
            let page = listed(start, eligible()?).await?;
            page.js("one('cluster-filter').focus();", vec![]).await?;
            page.press(&[e2e::steps::UP]).await?;
            page.until(
                "a row is active",
                "one('cluster-filter').getAttribute('aria-activedescendant')",
            )
            .await?;
            page
        }
        "destination-long-list" => {
            let page = start.destination(World::example("busy-estate")?).await?;
            page.choose_project(STOREFRONT).await?;
            page.until(
                "all are there",
                "one('cluster-count')?.dataset.count === '10000' && !one('cluster-list').ariaBusy",
            )
            .await?;
            page.js(
                "const l = one('cluster-list'); l.scrollTop = l.scrollHeight / 2;",
                vec![],
            )
            .await?;
            page.until(
                "rows of the middle are drawn",
                "Number(all('cluster-option')[0].ariaPosInSet) > 1000",
            )
            .await?;
            page
        }
        "destination-refused" => {
            let page = listed(start, World::example("provider-mismatch")?).await?;
            page.refused_cluster("orders-staging").await?;
            page
        }
        "destination-restore-running" => {
            let page = listed(start, World::example("restore-running")?).await?;
            page.refused_cluster("orders-staging").await?;
            shown(&page, "follow-button").await?;
            page
        }
        "destination-target-gone" => {
            let attributes =
                format!("{SOURCE}&target-project={STAGING}&target-cluster=no-such-cluster");
            let page = opened(start, eligible()?, &attributes).await?;
            shown(&page, "cluster-error").await?;
            page
        }
        "destination-chosen" => {
            let page = listed(start, eligible()?).await?;
            page.choose_cluster("orders-staging").await?;
            page
        }
        "destination-chosen-warnings" => {
            let page = start.destination(eligible()?).await?;
            page.choose_project(ANALYTICS).await?;
            page.choose_cluster("events-replay").await?;
            page
        }
        "destination-missing" => {
            let page = listed(start, eligible()?).await?;
            page.click("next-button").await?;
            shown(&page, "error-summary").await?;
            page
        }
        "destination-none-eligible" => {
            let page = listed(start, World::example("no-eligible")?).await?;
            shown(&page, "no-eligible").await?;
            page
        }
        "destination-changed" => {
            let paused = json!([{"after": {"method": "GET", "path": "6002/clusters?", "nth": 1}, "merge": {
                "clusters": [{"groupId": STAGING, "name": "orders-staging", "paused": true}]}}]);
            let page = submitted(start, eligible()?.with("changes", paused)).await?;
            shown(&page, "changed").await?;
            page
        }
        "destination-names" => {
            let long = "a-name-of-sixty-four-characters-without-a-break-xxxxxxxxxxxxxxxx";
            let world = eligible()?
                .copy_of_cluster(
                    "orders-staging",
                    "67cff23045c067728fe5d001",
                    "<img src=x>\"'",
                )
                .copy_of_cluster("orders-staging", "67cff23045c067728fe5d002", long)
                .copy_of_cluster(
                    "orders-staging",
                    "67cff23045c067728fe5d003",
                    "gnp\u{202e}gpj\u{200b}",
                );
            let page = listed(start, world).await?;
            page.click_on("option('67cff23045c067728fe5d002')").await?;
            page.until(
                "it is chosen",
                "option('67cff23045c067728fe5d002')?.ariaSelected === 'true'",
            )
            .await?;
            page
        }
        "blocked-not-encrypted" | "blocked-key-not-present" | "blocked-not-owner" => {
            let world = match state {
                "blocked-not-encrypted" => World::example("snapshot-not-encrypted")?,
                "blocked-key-not-present" => World::example("key-not-present")?,
                _ => {
                    let mut world = eligible()?;
                    world.0["person"]["roles"][STOREFRONT] = json!(["GROUP_READ_ONLY"]);
                    world
                }
            };
            let page = opened(start, world, SOURCE).await?;
            shown(&page, "snapshot-error").await?;
            page
        }
        "blocked-sharded" => {
            let world = World::example("sharded-source")?;
            let id = world.0["snapshots"][0]["snapshot"]["id"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            let page = opened(
                start,
                world,
                &format!("source-project={STOREFRONT}&source-cluster=orders&snapshot={id}"),
            )
            .await?;
            shown(&page, "snapshot-error").await?;
            page
        }
        "review" => reviewed(start, eligible()?, "").await?,
        "review-wrong-name" => {
            let page = reviewed(start, eligible()?, "").await?;
            page.type_into("confirm-input", "Orders-Staging").await?;
            page.press(&[e2e::steps::TAB]).await?;
            page.until(
                "it says what differs",
                "one('confirm-input').ariaInvalid === 'true'",
            )
            .await?;
            page
        }
        "review-missing" => {
            let page = reviewed(start, eligible()?, "&reason=required").await?;
            page.click("restore-button").await?;
            shown(&page, "error-summary").await?;
            page
        }
        "review-armed" => {
            let page = reviewed(start, eligible()?, "").await?;
            page.confirm("orders-staging").await?;
            page
        }
        "review-reason" => reviewed(start, eligible()?, "&reason=optional").await?,
        // The target has no snapshot of its own.
        "review-advice" => {
            let attributes = "&snapshot-advice=24&snapshot-action=Now";
            let page = reviewed(start, eligible()?, attributes).await?;
            shown(&page, "snapshot-advice").await?;
            page
        }
        "review-checked" => {
            let page = reviewed(start, eligible()?, "").await?;
            page.click_label("Check only").await?;
            page.until(
                "it has passed",
                "text('review').includes('nothing stands in the way')",
            )
            .await?;
            page
        }
        "review-request" => {
            let page = reviewed(start, eligible()?, "").await?;
            page.click_on("root().querySelector('.details > summary')")
                .await?;
            page.until(
                "it is shown",
                "root().querySelector('.details[open] .id')?.checkVisibility()",
            )
            .await?;
            page
        }
        "review-submitting" => {
            let page = submitted(start, post_answers(json!({"delayMs": 600_000}))?).await?;
            page.until(
                "it is on its way",
                "text('restore-button').includes('Starting')",
            )
            .await?;
            page
        }
        "review-refused" | "review-wait" => {
            let answer = match state {
                "review-refused" => {
                    json!({"status": 409, "headers": {"X-Request-Id": "5f1e0c"}, "body": {"error": 409, "errorCode": "ATLAS_CLUSTER_RESTORE_IN_PROGRESS", "detail": "A restore is in progress.", "reason": "Conflict"}})
                }
                _ => {
                    json!({"status": 429, "headers": {"Retry-After": "5"}, "body": {"error": 429}})
                }
            };
            let page = submitted(start, post_answers(answer)?).await?;
            shown(&page, "submit-error").await?;
            page
        }
        "review-vetoed" => {
            let page = reviewed(start, eligible()?, "").await?;
            page.js("document.addEventListener('restore-before-submit', (e) => e.detail.waitUntil(Promise.reject(new Error('Change freeze until Monday.'))));", vec![])
                .await?;
            page.confirm("orders-staging").await?;
            page.click("restore-button").await?;
            shown(&page, "submit-error").await?;
            page
        }
        "review-sign-in" => {
            let answer = json!({"status": 401, "body": {"error": 401}});
            let page = submitted(start, post_answers(answer)?).await?;
            shown(&page, "signed-in-button").await?;
            page
        }
        "review-offline" => {
            let page = reviewed(start, eligible()?, "").await?;
            page.js("window.dispatchEvent(new Event('offline'));", vec![])
                .await?;
            page.until(
                "it is said",
                "text('restore-dialog').includes('You are offline')",
            )
            .await?;
            page
        }
        "unknown" | "unknown-can-try-again" => {
            let page = submitted(start, post_answers(json!("drop-before"))?).await?;
            page.job("unknown").await?;
            page.looked_for().await?;
            if state == "unknown-can-try-again" {
                page.js(
                    "const now = Date.now; Date.now = () => now() + 40_000;",
                    vec![],
                )
                .await?;
                page.sandbox.advance(40_000).await?;
                page.click("check-again-button").await?;
                shown(&page, "try-again-button").await?;
            }
            page
        }
        "running" => {
            let page = submitted(start, eligible()?).await?;
            page.job("running").await?;
            page
        }
        "running-not-updated" => {
            let answer = json!({"status": 403, "body": {"error": 403}});
            let page = submitted(
                start,
                eligible()?.fault("GET", "restoreJobs/", json!({}), answer),
            )
            .await?;
            page.until(
                "a poll has failed",
                "text('receipt').includes('could not be read lately')",
            )
            .await?;
            page
        }
        "running-longer" => {
            let page = submitted(start, eligible()?.with("restoreSeconds", json!(600))).await?;
            page.job("running").await?;
            page.js(
                "const now = Date.now; Date.now = () => now() + 3_700_000;",
                vec![],
            )
            .await?;
            shown(&page, "support-details").await?;
            page
        }
        "running-somebody-elses" => {
            let attributes =
                format!("{SOURCE}&target-project={STAGING}&target-cluster=orders-staging");
            let page = opened(start, World::example("restore-running")?, &attributes).await?;
            page.job("running").await?;
            page
        }
        "completed" | "failed" | "cancelled" | "expired" => ended(start, state).await?,
        "demo" | "demo-no-backups" => {
            let scenario = if state == "demo" {
                "eligible"
            } else {
                "backups-off"
            };
            let page = start
                .at(eligible()?, &format!("/?scenario={scenario}"), None)
                .await?;
            page.until(
                "the scenario is played",
                "[...document.querySelectorAll('[data-testid=\"restore-action\"]')].some((b) => b.checkVisibility())",
            )
            .await?;
            page
        }
        other => anyhow::bail!("nobody knows the way to {other}"),
    })
}
