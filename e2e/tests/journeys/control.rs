//! The page in control: what it gives is used, what it gives wrongly is said, and what it throws harms nobody.

use anyhow::Result;
use e2e::World;
use e2e::page::Start;
use e2e::steps::{ESCAPE, SOURCE, strings};
use e2e::world::STAGING;
use serde_json::json;

crate::journeys![
    fetch_that_throws_is_said_and_tried_again,
    headers_that_reject_send_nothing,
    listener_that_throws_stops_nothing,
    details_are_plain_data,
    details_of_what_goes_wrong_are_plain_data,
    promise_that_rejects_in_the_end_sends_nothing,
    promise_that_comes_late_is_an_error_of_the_pages,
    focus_goes_where_the_page_says,
    unknown_values_fall_back_with_one_warning,
    backend_that_will_not_do_is_refused,
    telemetry_tells_steps_and_outcomes_and_no_name,
];

async fn fetch_that_throws_is_said_and_tried_again(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js(
        "host().fetch = () => { throw new TypeError('the portal is being moved'); };",
        vec![],
    )
    .await?;
    page.open().await?;
    page.until("it can be tried again", "shown('retry-button')")
        .await?;
    assert_eq!(
        page.value("[isOpen(), all('restore-button').length]")
            .await?,
        json!([true, 0])
    );
    page.js("host().fetch = null;", vec![]).await?;
    page.click("retry-button").await?;
    page.projects_listed().await?;
    page.expect_no_trouble().await
}

async fn headers_that_reject_send_nothing(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.review(STAGING, "orders-staging").await?;
    page.confirm("orders-staging").await?;
    let before = page.sandbox.log().await?.len();
    page.js(
        "seen.asked = 0; host().headers = () => { seen.asked += 1; return Promise.reject(new Error('no token')); };",
        vec![],
    )
    .await?;
    page.click("restore-button").await?;
    page.until("it was asked", "seen.asked > 0").await?;
    page.until(
        "the dialog says that it could not go on",
        "shown('submit-error') || shown('retry-button') || shown('error-summary')",
    )
    .await?;
    assert!(page.posts().await?.is_empty());
    assert_eq!(page.sandbox.log().await?.len(), before, "no request at all");
    page.expect_no_trouble().await
}

async fn listener_that_throws_stops_nothing(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js(
        "seen.thrown = 0; for (const name of ['select', 'before-submit', 'started', 'progress', 'finished', 'close']) \
           host().addEventListener(`restore-${name}`, seen.throws);",
        vec![],
    )
    .await?;
    page.open().await?;
    page.restored().await?;
    page.press(&[ESCAPE]).await?;
    page.until("it is closed", "!isOpen()").await?;
    assert_eq!(page.posts().await?.len(), 1);
    let (thrown, errors) = (
        page.value("seen.thrown").await?,
        page.value("seen.errors.length").await?,
    );
    assert!(
        thrown.as_u64() > Some(4) && thrown == errors,
        "each is the page's own, and reported: {thrown} {errors}"
    );
    Ok(())
}

async fn details_are_plain_data(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js(
        "seen.kinds = {}; seen.odd = [];\n\
         const plain = (value) => value === null || ['string', 'boolean', 'number'].includes(typeof value) \
           || (Array.isArray(value) ? value : [Object.prototype, null].includes(Object.getPrototypeOf(value)) ? Object.values(value) : [undefined]).every(plain);\n\
         for (const name of ['select', 'before-submit', 'started', 'progress', 'finished', 'close', 'error']) \
           document.addEventListener(`restore-${name}`, ({detail}) => {\n\
             const {waitUntil, ...data} = detail; seen.kinds[name] = {members: Object.keys(data).sort(), waits: typeof waitUntil};\n\
             if (!plain(data)) seen.odd.push([name, data]);\n\
           });",
        vec![],
    )
    .await?;
    page.open().await?;
    page.restored().await?;
    page.press(&[ESCAPE]).await?;
    page.until("it is closed", "seen.kinds.close").await?;
    assert_eq!(page.value("seen.odd").await?, json!([]));
    let kinds = page.value("seen.kinds").await?;
    let choice = json!([
        "snapshot",
        "sourceCluster",
        "sourceProject",
        "targetCluster",
        "targetProject"
    ]);
    assert_eq!(
        kinds["select"],
        json!({"members": choice, "waits": "undefined"})
    );
    assert_eq!(
        kinds["before-submit"],
        json!({"members": ["request"], "waits": "function"})
    );
    assert_eq!(
        kinds["started"],
        json!({"members": ["job", "request"], "waits": "undefined"})
    );
    assert_eq!(
        kinds["finished"],
        json!({"members": ["job", "state"], "waits": "undefined"})
    );
    assert_eq!(
        kinds["close"],
        json!({"members": ["reason"], "waits": "undefined"})
    );
    Ok(())
}

async fn promise_that_rejects_in_the_end_sends_nothing(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.js(
        "host().addEventListener('restore-before-submit', (e) => e.detail.waitUntil(new Promise((_, reject) => { seen.refuse = reject; })));",
        vec![],
    )
    .await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.until("the page is asked", "seen.refuse").await?;
    page.js("seen.refuse('The desk says no');", vec![]).await?;
    page.until(
        "its word is shown",
        "text('submit-error').includes('The desk says no')",
    )
    .await?;
    assert!(page.posts().await?.is_empty());
    page.expect_no_trouble().await
}

/// Nothing waits for it: the page's developer sees that on the console, and not only in production.
async fn promise_that_comes_late_is_an_error_of_the_pages(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.js(
        "seen.late = []; const late = (give) => { try { give(); seen.late.push('taken'); } catch (error) { seen.late.push([error instanceof Error, error.message]); } };\n\
         host().addEventListener('restore-before-submit', async (event) => {\n\
           const {waitUntil} = event.detail; waitUntil(Promise.resolve()); await null;\n\
           late(() => event.detail.waitUntil(Promise.reject(new Error('no')))); late(() => waitUntil(Promise.reject(new Error('no'))));\n\
         });",
        vec![],
    )
    .await?;
    page.js(
        "addEventListener('unhandledrejection', (event) => { if (event.reason?.message === 'no') { event.preventDefault(); event.stopImmediatePropagation(); } }, true);",
        vec![],
    )
    .await?;
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await?;
    let late = page.value("seen.late").await?;
    assert_eq!(late[0][0], json!(true), "{late}");
    assert!(late[0][1].to_string().contains("waitUntil() has to be"));
    assert_eq!(late[1][0], json!(true), "{late}");
    Ok(())
}

/// Those of the loader, and of the wasm. That of `restore-take-snapshot` is looked at in portal.rs.
async fn details_of_what_goes_wrong_are_plain_data(start: Start) -> Result<()> {
    let listen = "seen.kinds = {}; seen.odd = [];\n\
         for (const name of ['error', 'warning', 'auth-required']) \
           document.addEventListener(`restore-${name}`, ({detail}) => {\n\
             const {waitUntil, ...data} = detail; seen.kinds[name] = {members: Object.keys(data).sort(), waits: typeof waitUntil};\n\
             if (!seen.isPlain(detail) || !Object.values(data).every((value) => typeof value === 'string')) seen.odd.push([name, data]);\n\
           });";
    let world = World::example("eligible")?.with(
        "faults",
        json!([{"method": "GET", "path": "session", "do": {"status": 401}}]),
    );
    let page = start.bare(world, SOURCE).await?;
    page.js(
        &format!("{listen} document.querySelector('main').ariaHidden = 'true'; host().show();"),
        vec![],
    )
    .await?;
    page.until(
        "both are told",
        "seen.kinds.warning && seen.kinds['auth-required']",
    )
    .await?;
    page.press(&[ESCAPE]).await?;
    page.until("it is closed", "!isOpen()").await?;
    page.js("host().backend = 'ftp://nowhere'; host().show();", vec![])
        .await?;
    page.until("the error is told", "seen.kinds.error").await?;
    let kinds = page.value("[seen.kinds, seen.odd]").await?;
    assert_eq!(
        kinds,
        json!([{
            "error": {"members": ["code", "message"], "waits": "undefined"},
            "warning": {"members": ["code", "message"], "waits": "undefined"},
            "auth-required": {"members": [], "waits": "function"},
        }, []])
    );
    Ok(())
}

async fn focus_goes_where_the_page_says(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js(
        "const other = document.createElement('button'); other.id = 'other'; other.textContent = 'Elsewhere'; \
         document.body.append(other); host().returnFocus = other;",
        vec![],
    )
    .await?;
    page.open().await?;
    page.js("document.getElementById('open').remove();", vec![])
        .await?;
    page.press(&[ESCAPE]).await?;
    page.until(
        "the focus is there",
        "!isOpen() && deepFocus().id === 'other'",
    )
    .await?;
    Ok(())
}

async fn unknown_values_fall_back_with_one_warning(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.listen_to_warnings().await?;
    let values = page
        .value(
            "(() => { for (const one of [host(), host().cloneNode()]) { one.setAttribute('theme', 'sepia'); one.setAttribute('reason', 'maybe'); one.setAttribute('theme', 'sepia'); }\n\
               return [host().theme, host().reason]; })()",
        )
        .await?;
    assert_eq!(values, json!(["auto", "off"]));
    page.open().await?;
    page.projects_listed().await?;
    let warned = strings(&page.value("seen.warned").await?);
    assert_eq!(warned.len(), 2, "one for each: {warned:?}");
    for (warning, words) in warned.iter().zip([
        ["sepia", "auto, light, dark"],
        ["maybe", "off, optional, required"],
    ]) {
        assert!(words.iter().all(|word| warning.contains(word)), "{warning}");
    }
    page.js("host().setAttribute('reason', 'REQUIRED');", vec![])
        .await?;
    assert_eq!(page.value("host().reason").await?, json!("required"));
    Ok(())
}

async fn backend_that_will_not_do_is_refused(start: Start) -> Result<()> {
    for (address, why) in [
        ("ftp://portal.example/restore", "not http(s)"),
        ("javascript:alert(1)", "not http(s)"),
        ("https://ada:secret@portal.example/", "holds credentials"),
        ("/restore?tenant=1", "query or fragment"),
        ("http://[", "not a URL"),
    ] {
        let page = start.bare(World::example("eligible")?, SOURCE).await?;
        page.listen_to_warnings().await?;
        page.js(
            "host().setAttribute('backend', args[0]);",
            vec![json!(address)],
        )
        .await?;
        assert_eq!(
            page.value("host().backend").await?,
            json!("/restore"),
            "{address} is not taken"
        );
        page.click_on("document.getElementById('open')").await?;
        page.until(
            "it is said",
            "root().querySelector('[role=alert]')?.checkVisibility() && seen.outcomes.at(-1)?.outcome === 'error'",
        )
        .await?;
        let told = page.events("restore-error").await?;
        assert_eq!(told[0]["code"], "backend-refused");
        assert!(told[0]["message"].to_string().contains(why), "{told:?}");
        let warned = strings(&page.value("seen.warned").await?);
        assert!(warned.len() == 1 && warned[0].contains(why), "{warned:?}");
        assert!(page.sandbox.log().await?.is_empty(), "nothing was asked");
        page.js("host().removeAttribute('backend');", vec![])
            .await?;
        page.press(&[ESCAPE]).await?;
        page.until("it is put away", "!root().querySelector('[role=alert]')")
            .await?;
        page.open().await?;
    }
    Ok(())
}

/// E16.
async fn telemetry_tells_steps_and_outcomes_and_no_name(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js_async(
        "const {telemetry} = await import('/package/telemetry.js'); seen.end = telemetry(host()); seen.told = [];\n\
         document.addEventListener('restore-telemetry', ({detail}) => seen.told.push(detail));",
        vec![],
    )
    .await?;
    page.open().await?;
    page.projects_listed().await?;
    page.restored().await?;
    page.press(&[ESCAPE]).await?;
    page.until("it is closed", "!isOpen()").await?;
    let told = page.value("seen.told").await?;
    let steps: Vec<_> = told
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| (one["step"].clone(), one["outcome"].clone()))
        .collect();
    for expected in [
        ("destination", "review"),
        ("review", "progress"),
        ("progress", "completed"),
        ("progress", "escape"),
    ] {
        let expected = (json!(expected.0), json!(expected.1));
        assert!(steps.contains(&expected), "{expected:?} in {steps:?}");
    }
    let shapes = page
        .value("[...new Set(seen.told.map((d) => [Object.keys(d), Number.isInteger(d.duration) && d.duration >= 0].join()))]")
        .await?;
    assert_eq!(shapes, json!(["step,duration,outcome,true"]));
    let words = told.to_string();
    for name in ["orders", STAGING] {
        assert!(!words.contains(name), "{words}");
    }
    let before = steps.len();
    page.js("seen.end();", vec![]).await?;
    page.open().await?;
    page.press(&[ESCAPE]).await?;
    page.until("it is closed", "!isOpen()").await?;
    assert_eq!(page.value("seen.told.length").await?, json!(before));
    page.expect_no_trouble().await
}
