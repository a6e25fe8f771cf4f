//! The dialog and the page that embeds it: methods, properties, events.

use anyhow::Result;
use e2e::World;
use e2e::page::Start;
use e2e::steps::{ESCAPE, SOURCE};
use e2e::world::{SNAPSHOT, STAGING, STOREFRONT};
use serde_json::json;

crate::journeys![
    page_vetoes_with_a_message,
    page_vetoes_without_a_message,
    page_takes_its_time_to_allow,
    show_gives_the_same_promise_while_open,
    show_resolves_with_an_error_where_nothing_can_be_shown,
    calls_before_the_wasm_is_there_wait_for_it,
    check_reads_and_changes_nothing,
    check_judges_the_prefilled_pair,
    pages_fetch_and_headers_carry_all_traffic,
    pages_roles_and_policy_count_without_a_session,
    inner_events_stay_inside,
    element_that_leaves_the_page_ends_its_promise,
    theme_follows_the_attribute,
    theme_follows_the_system,
    messages_of_the_page_are_shown,
    csrf_token_of_the_session_is_sent,
    two_elements_keep_apart,
    page_renames_the_idempotency_key,
    paper_shows_all_of_it,
];

async fn page_vetoes_with_a_message(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.js(
        "document.addEventListener('restore-before-submit', (e) => { seen.cancelable = e.cancelable; \
           e.detail.waitUntil(Promise.reject(new Error('Change freeze until <b>Monday</b>'))); }, {once: true});",
        vec![],
    )
    .await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.until("the veto is shown", "shown('submit-error')")
        .await?;
    assert!(
        page.text("submit-error")
            .await?
            .contains("Change freeze until <b>Monday</b>")
    );
    assert_eq!(
        page.value(
            "[one('confirm-input').value, seen.cancelable, one('submit-error').querySelector('b')]"
        )
        .await?,
        json!(["orders-staging", true, null]),
        "nothing else changed"
    );
    assert!(page.posts().await?.is_empty());
    let asked = page.events("restore-before-submit").await?;
    assert_eq!(
        asked[0]["request"],
        json!({"sourceProject": STOREFRONT, "sourceCluster": "orders", "snapshot": SNAPSHOT, "targetProject": STAGING, "targetCluster": "orders-staging"})
    );
    page.click("restore-button").await?;
    page.job("running").await?;
    page.expect_no_trouble().await
}

async fn page_vetoes_without_a_message(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.js(
        "document.addEventListener('restore-before-submit', (e) => e.preventDefault(), {once: true});",
        vec![],
    )
    .await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.until("the veto is shown", "shown('submit-error')")
        .await?;
    assert!(page.posts().await?.is_empty());
    Ok(())
}

async fn page_takes_its_time_to_allow(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.js(
        "document.addEventListener('restore-before-submit', (e) => e.detail.waitUntil(new Promise((resolve) => { seen.allow = resolve; })));",
        vec![],
    )
    .await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.until(
        "it waits for the page",
        "text('restore-button').includes('approval') && one('restore-button').ariaDisabled === 'true'",
    )
    .await?;
    page.js("one('restore-button').click();", vec![]).await?;
    assert!(page.posts().await?.is_empty());
    page.js("seen.allow();", vec![]).await?;
    page.job("running").await?;
    assert_eq!(page.posts().await?.len(), 1);
    Ok(())
}

async fn show_gives_the_same_promise_while_open(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    let same = page
        .value("(() => { seen.first = host().show(); return seen.first === host().show(); })()")
        .await?;
    assert_eq!(same, json!(true));
    page.until("it is open", "isOpen()").await?;
    assert_eq!(
        page.value("seen.first === host().show()").await?,
        json!(true)
    );
    page.press(&[ESCAPE]).await?;
    let outcome = page.js_async("return await seen.first;", vec![]).await?;
    assert_eq!(outcome["outcome"], "dismissed");
    Ok(())
}

async fn show_resolves_with_an_error_where_nothing_can_be_shown(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    let outcomes = page
        .js_async(
            "const say = ({outcome, error}) => [outcome, error?.code ?? String(error)];\n\
             const hidden = host(); hidden.parentElement.hidden = true;\n\
             const first = say(await hidden.show()); hidden.parentElement.hidden = false;\n\
             const loose = document.createElement('atlas-restore-dialog');\n\
             const second = say(await loose.show());\n\
             hidden.setAttribute('backend', 'javascript:alert(1)');\n\
             const third = say(await hidden.show());\n\
             return [first, second, third, hidden.open];",
            vec![],
        )
        .await?;
    assert_eq!(
        outcomes,
        json!([
            ["error", "not-rendered"],
            ["error", "not-connected"],
            ["error", "backend-refused"],
            false
        ])
    );
    assert_eq!(
        page.events("restore-error").await?[0]["code"],
        "backend-refused"
    );
    assert!(page.sandbox.log().await?.is_empty(), "nothing was asked");
    Ok(())
}

async fn calls_before_the_wasm_is_there_wait_for_it(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    let outcome = page
        .js_async(
            "const shown = host().show(); host().close(); const first = await shown;\n\
             const loaded = await host().preload();\n\
             host().open = true;\n\
             return [first.outcome, loaded];",
            vec![],
        )
        .await?;
    assert_eq!(outcome, json!(["dismissed", true]));
    page.until("it is open", "isOpen() && all('project-option').length > 0")
        .await?;
    page.expect_no_trouble().await
}

async fn check_reads_and_changes_nothing(start: Start) -> Result<()> {
    let page = start
        .bare(World::example("snapshot-not-encrypted")?, SOURCE)
        .await?;
    let found = page
        .js_async("return await host().check();", vec![])
        .await?;
    let codes: Vec<_> = found
        .as_array()
        .into_iter()
        .flatten()
        .map(|finding| (finding["code"].clone(), finding["severity"].clone()))
        .collect();
    assert!(
        codes.contains(&(json!("snapshot.not-encrypted"), json!("blocker"))),
        "{codes:?}"
    );
    assert!(found[0]["parameters"].is_object());
    let log = page.sandbox.log().await?;
    assert!(!log.is_empty() && log.iter().all(|entry| entry["method"] == "GET"));
    assert_eq!(page.value("isOpen()").await?, json!(false));
    assert!(page.posts().await?.is_empty());
    Ok(())
}

async fn check_judges_the_prefilled_pair(start: Start) -> Result<()> {
    let page = start
        .bare(
            World::example("provider-mismatch")?,
            &format!("{SOURCE}&target-project={STAGING}&target-cluster=orders-staging"),
        )
        .await?;
    let found = page
        .js_async(
            "return (await host().check()).filter((f) => f.severity === 'blocker').map((f) => f.code);",
            vec![],
        )
        .await?;
    assert_eq!(found, json!(["target.provider-mismatch"]));
    assert!(page.posts().await?.is_empty());
    Ok(())
}

async fn pages_fetch_and_headers_carry_all_traffic(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js(
        "host().fetch = (url, init) => { seen.fetched.push([init?.method ?? 'GET', String(url)]); return fetch(url, init); };\n\
         host().headers = async () => ({'X-Portal': 'acme', 'X-CSRF-Token': 'of the page'});",
        vec![],
    )
    .await?;
    page.open().await?;
    page.projects_listed().await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await?;
    let log = page.sandbox.log().await?;
    let fetched = page.value("seen.fetched.length").await?;
    assert_eq!(fetched, json!(log.len()), "every request went through it");
    assert!(
        log.iter()
            .all(|entry| entry["headers"].to_string().contains("acme"))
    );
    let posts = page.posts().await?;
    assert!(posts[0]["headers"].to_string().contains("of the page"));
    Ok(())
}

async fn pages_roles_and_policy_count_without_a_session(start: Start) -> Result<()> {
    // A plain proxy: there is no session.
    let mut world = World::example("eligible")?;
    if let Some(members) = world.0.as_object_mut() {
        members.remove("person");
    }
    let page = start.bare(world, SOURCE).await?;
    page.js(
        "host().roles = {roles: {[args[0]]: ['GROUP_BACKUP_MANAGER'], [args[1]]: ['GROUP_READ_ONLY']}};\n\
         host().policy = {acceptedRoles: ['GROUP_BACKUP_MANAGER']};",
        vec![json!(STOREFRONT), json!(STAGING)],
    )
    .await?;
    page.open().await?;
    page.projects_listed().await?;
    let disabled = page
        .value("Object.fromEntries(all('project-option').map((o) => [o.dataset.projectId, o.disabled]))")
        .await?;
    assert_eq!(disabled[STOREFRONT], false);
    assert_eq!(disabled[STAGING], true);
    Ok(())
}

async fn inner_events_stay_inside(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js(
        "seen.leaked = []; for (const type of ['input', 'change', 'cancel', 'close', 'toggle', 'beforetoggle', 'submit', 'reset']) \
           document.addEventListener(type, (e) => seen.leaked.push(type));",
        vec![],
    )
    .await?;
    page.open().await?;
    page.projects_listed().await?;
    page.choose_project(STAGING).await?;
    page.type_into("cluster-filter", "orders").await?;
    // The first empties the filter.
    page.press(&[ESCAPE, ESCAPE]).await?;
    page.until("it is closed", "!isOpen()").await?;
    assert_eq!(page.value("seen.leaked").await?, json!([]));
    let targets = page
        .value("[...new Set(seen.events.map((e) => e.target))]")
        .await?;
    assert_eq!(targets, json!(["atlas-restore-dialog"]));
    Ok(())
}

async fn element_that_leaves_the_page_ends_its_promise(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.js("seen.removed = host(); seen.removed.remove();", vec![])
        .await?;
    page.until("the promise is settled", "seen.outcomes.at(-1)?.outcome")
        .await?;
    // Back in the page, it works again.
    page.js(
        "document.querySelector('main').append(seen.removed);",
        vec![],
    )
    .await?;
    page.open().await?;
    page.projects_listed().await?;
    page.expect_no_trouble().await
}

/// Whether the dialog's background is dark.
const DARK: &str = "(() => { const c = getComputedStyle(one('restore-dialog')).backgroundColor.match(/[\\d.]+/g).slice(0, 3).map(Number); return Math.max(...c) < 100; })()";

async fn theme_follows_the_attribute(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.js("host().theme = 'dark';", vec![]).await?;
    page.until("it is dark", DARK).await?;
    page.js("host().theme = 'light';", vec![]).await?;
    page.until("it is light", &format!("!{DARK}"))
        .await
        .map(|_| ())
}

async fn theme_follows_the_system(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.js("host().theme = 'auto';", vec![]).await?;
    for (scheme, expected) in [("dark", DARK.to_owned()), ("light", format!("!{DARK}"))] {
        page.browser.set_color_scheme(&page.client, scheme).await?;
        page.until(&format!("it follows the system to {scheme}"), &expected)
            .await?;
    }
    Ok(())
}

async fn messages_of_the_page_are_shown(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js("host().messages = {cancel: 'Never mind <i>'};", vec![])
        .await?;
    page.open().await?;
    page.until(
        "the page's word is shown",
        "text('cancel-button') === 'Never mind <i>'",
    )
    .await?;
    page.js("host().messages = {cancel: 'Leave'};", vec![])
        .await?;
    page.until("it changes while open", "text('cancel-button') === 'Leave'")
        .await?;
    Ok(())
}

async fn csrf_token_of_the_session_is_sent(start: Start) -> Result<()> {
    let page = start
        .destination(World::example("eligible")?.with("csrfToken", json!("token-of-the-session")))
        .await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await?;
    let posts = page.posts().await?;
    assert!(
        posts[0]["headers"]
            .to_string()
            .contains("token-of-the-session")
    );
    let html = page.string("document.documentElement.getHTML({serializableShadowRoots: true, shadowRoots: [root()]})").await?;
    assert!(
        !html.contains("token-of-the-session"),
        "no token stands in the page"
    );
    assert!(
        !page
            .string("JSON.stringify(seen.events)")
            .await?
            .contains("token-of-the-session")
    );
    Ok(())
}

async fn two_elements_keep_apart(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.choose_project(STAGING).await?;
    page.press(&[ESCAPE]).await?;
    page.until("it is closed", "!isOpen()").await?;
    page.js(
        "const second = host().cloneNode(); second.id = 'second'; host().before(second); seen.secondShown = second.show();",
        vec![],
    )
    .await?;
    // The shorthands look at the first of the page, which is the new one.
    page.until(
        "the second is open",
        "isOpen() && all('project-option').length > 0",
    )
    .await?;
    assert_eq!(
        page.value("[...document.querySelectorAll('atlas-restore-dialog')].map((e) => e.open)")
            .await?,
        json!([true, false])
    );
    assert_eq!(
        page.value("one('project-picker').value").await?,
        json!(STOREFRONT),
        "what the first one chose is its own"
    );
    let downloads = page
        .value("performance.getEntriesByType('resource').filter((e) => e.name.endsWith('.wasm')).length")
        .await?;
    assert_eq!(downloads, json!(1), "one download for both");
    Ok(())
}

/// S3: the backend may know the key by another name.
async fn page_renames_the_idempotency_key(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.js(
        "host().fetch = (url, {headers: {'Idempotency-Key': key, ...headers}, ...init}) => \
           fetch(url, {...init, headers: key ? {...headers, 'X-Attempt': key} : headers});",
        vec![],
    )
    .await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await?;
    let posts = page.posts().await?;
    let headers = posts[0]["headers"].to_string().to_lowercase();
    assert!(headers.contains("x-attempt"), "{headers}");
    assert!(!headers.contains("idempotency-key"), "{headers}");
    page.expect_no_trouble().await
}

/// H8.
async fn paper_shows_all_of_it(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.review(STAGING, "orders-staging").await?;
    let cut = "[...root().querySelectorAll('.dialog, .dialog :not(.unseen)')].filter((e) => e.clientHeight && \
               getComputedStyle(e).overflowY !== 'visible' && e.scrollHeight > e.clientHeight + 1).map((e) => e.className)";
    start.browser.set_viewport(&start.client, 1280, 600).await?;
    assert_ne!(
        page.value(cut).await?,
        json!([]),
        "on this screen the review is longer than the dialog"
    );
    start.browser.set_medium(&start.client, "print").await?;
    assert_eq!(page.value(cut).await?, json!([]), "on paper nothing is cut");
    let confirmation = "one('confirm-input').getBoundingClientRect().bottom + scrollY \
                        <= document.documentElement.scrollHeight";
    assert_eq!(page.value(confirmation).await?, json!(true));
    start.browser.set_medium(&start.client, "").await?;
    page.expect_no_trouble().await
}
