//! The same form in the page, where nothing is modal (D17, A13).

use anyhow::Result;
use e2e::World;
use e2e::page::{Page, Start};
use e2e::steps::{ENTER, ESCAPE, SOURCE, strings};
use e2e::world::STAGING;
use serde_json::json;

use crate::keyboard::to_the_end;

crate::journeys![
    restore_in_the_page_by_keyboard_alone,
    focus_that_is_elsewhere_stays_there,
    opened_by_the_page_itself_the_focus_is_not_lost_on_cancel,
    headings_begin_where_the_page_says_and_nothing_is_a_landmark,
    it_is_as_wide_as_its_place,
    mode_counts_from_the_next_showing,
    esc_is_the_pages,
    its_events_are_those_of_the_dialog,
    removed_while_it_is_open_it_leaves_others_alive,
    hidden_it_is_not_seen,
    dialog_does_not_ask_the_pages_containers,
];

async fn inline(start: &Start, attributes: &str) -> Result<Page> {
    let attributes = format!("{SOURCE}&mode=inline{attributes}");
    start.bare(World::example("eligible")?, &attributes).await
}

/// An element of the page's own that has the focus, as where somebody is typing.
const TYPING: &str = "const field = document.createElement('input'); field.id = 'search'; \
     document.querySelector('main').prepend(field); field.focus();";

async fn restore_in_the_page_by_keyboard_alone(start: Start) -> Result<()> {
    let page = inline(&start, "").await?;
    page.tab_to("open").await?;
    page.press(&[ENTER]).await?;
    page.projects_listed().await?;
    let modal = page
        .value("[root().querySelectorAll('dialog, [aria-modal], :modal').length, focusName()]")
        .await?;
    assert_eq!(
        modal,
        json!([0, "open"]),
        "nothing is modal, and the focus stays"
    );

    to_the_end(&page).await?;
    page.tab_to("cancel-button").await?;
    page.press(&[ENTER]).await?;
    page.until("it is closed", "!isOpen() && !host().open")
        .await?;
    page.until("the focus is back on the opener", "focusName() === 'open'")
        .await?;
    let left = page
        .value("[root().getElementById('heading'), visible(one('restore-dialog'))]")
        .await?;
    assert_eq!(left, json!([null, false]), "nothing of it is left (D15)");
    assert_eq!(page.posts().await?.len(), 1);
    page.expect_no_trouble().await
}

async fn focus_that_is_elsewhere_stays_there(start: Start) -> Result<()> {
    let page = inline(&start, "").await?;
    page.js(TYPING, vec![]).await?;
    page.js("host().open = true;", vec![]).await?;
    page.projects_listed().await?;
    assert_eq!(page.string("focusName()").await?, "search", "opened");

    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await?;
    page.js("document.getElementById('search').focus();", vec![])
        .await?;
    page.sandbox.advance(60_000).await?;
    page.job("completed").await?;
    page.until(
        "it says so",
        "root().querySelector('[aria-live=polite]').textContent.trim()",
    )
    .await?;
    assert_eq!(page.string("focusName()").await?, "search", "the job ended");

    page.js("host().close();", vec![]).await?;
    page.until("it is closed", "!isOpen()").await?;
    page.until("it has said so", "!host().open").await?;
    assert_eq!(page.string("focusName()").await?, "search", "closed");
    page.expect_no_trouble().await
}

async fn opened_by_the_page_itself_the_focus_is_not_lost_on_cancel(start: Start) -> Result<()> {
    let page = inline(&start, "&open=").await?;
    page.projects_listed().await?;
    assert_eq!(
        page.value("document.activeElement === document.body")
            .await?,
        json!(true),
        "nobody has the focus"
    );
    page.js("one('cancel-button').focus();", vec![]).await?;
    page.press(&[ENTER]).await?;
    page.until("it is closed", "!isOpen()").await?;
    page.until(
        "the focus is where the form was",
        "document.activeElement === host()",
    )
    .await?;
    page.expect_no_trouble().await
}

/// The levels of the headings, and what would be a landmark of the page.
const OUTLINE: &str = "[[...root().querySelectorAll('h1, h2, h3, h4, h5, h6')].map((e) => e.localName).join(' '), \
     [...root().querySelectorAll('section, [role=region], main, nav, header, footer, aside, form')] \
     .filter((e) => e.hasAttribute('aria-labelledby') && e.getAttribute('role') !== 'group').length, \
     one('restore-dialog').getAttribute('role')]";

async fn headings_begin_where_the_page_says_and_nothing_is_a_landmark(start: Start) -> Result<()> {
    for (level, destination, review, progress) in [
        ("", "h2 h3 h4", "h2 h3 h4 h4 h4 h4", "h2 h3 h4"),
        (
            "&heading-level=1",
            "h1 h2 h3",
            "h1 h2 h3 h3 h3 h3",
            "h1 h2 h3",
        ),
        (
            "&heading-level=5",
            "h5 h6 h6",
            "h5 h6 h6 h6 h6 h6",
            "h5 h6 h6",
        ),
    ] {
        let page = inline(&start, level).await?;
        page.open().await?;
        page.projects_listed().await?;
        let expected = |headings: &str| json!([headings, 0, "group"]);
        assert_eq!(page.value(OUTLINE).await?, expected(destination), "{level}");
        page.review(STAGING, "orders-staging").await?;
        assert_eq!(page.value(OUTLINE).await?, expected(review), "{level}");
        if level.is_empty() {
            assert_eq!(page.axe().await?, Vec::<String>::new(), "the review");
        }
        page.click("restore-button").await?;
        page.until(
            "what is missing is said",
            "shown('error-summary') && focusName() === 'error-summary'",
        )
        .await?;
        assert_eq!(page.value(OUTLINE).await?, expected(review), "{level}");
        page.confirm("orders-staging").await?;
        page.click("restore-button").await?;
        page.job("running").await?;
        page.sandbox.advance(60_000).await?;
        page.job("completed").await?;
        assert_eq!(page.value(OUTLINE).await?, expected(progress), "{level}");
        if level.is_empty() {
            assert_eq!(page.axe().await?, Vec::<String>::new(), "the progress");
        }
        page.expect_no_trouble().await?;
    }
    Ok(())
}

async fn it_is_as_wide_as_its_place(start: Start) -> Result<()> {
    let page = inline(&start, "").await?;
    // WebKit's and Firefox's policies know no style attribute, but rules that a script sets.
    let place = |width: &str| {
        format!(
            "const s = host().parentElement.style; s.display = 'flex'; s.inlineSize = '{width}'; \
             document.querySelector('h1').hidden = true; document.getElementById('open').hidden = true;"
        )
    };
    page.open().await?;
    page.projects_listed().await?;
    page.choose_project(STAGING).await?;
    page.browser.set_viewport(&page.client, 1280, 900).await?;
    let sizes = "(() => { const {width} = one('restore-dialog').getBoundingClientRect(); \
         const list = one('cluster-list').getBoundingClientRect(); \
         const card = one('snapshot-summary').getBoundingClientRect(); \
         return [width, card.top < list.top && card.bottom > list.top ? 'beside' : card.bottom <= list.top ? 'above' : 'elsewhere']; })()";
    for (width, expected) in [
        ("320px", json!([320, "above"])),
        ("700px", json!([700, "above"])),
        ("1000px", json!([1000, "beside"])),
    ] {
        page.js(&place(width), vec![]).await?;
        assert_eq!(page.value(sizes).await?, expected, "{width}");
        assert_eq!(
            page.without_room().await?,
            Vec::<String>::new(),
            "in {width}"
        );
        assert_eq!(page.too_small().await?, Vec::<String>::new(), "in {width}");
    }
    let scrollers = page
        .value(
            "[...root().querySelectorAll('*')].filter((e) => /auto|scroll/.test(getComputedStyle(e).overflowY) && e.checkVisibility()) \
             .map((e) => e.dataset.testid)",
        )
        .await?;
    assert_eq!(
        strings(&scrollers),
        ["cluster-list"],
        "nothing but the list scrolls within the page"
    );
    // Places that ask it how wide it is: it holds no place open that is narrow, and is no strip in one that is as wide as
    // what is in it.
    for (display, width, columns, expected) in [
        ("grid", "300px", "1fr", 300),
        ("block", "fit-content", "none", 240),
    ] {
        page.js(
            "const s = host().parentElement.style; \
             [s.display, s.inlineSize, s.gridTemplateColumns] = args;",
            vec![json!(display), json!(width), json!(columns)],
        )
        .await?;
        let wide = page
            .value("one('restore-dialog').getBoundingClientRect().width")
            .await?;
        assert_eq!(wide, json!(expected), "{display}, {width}");
    }
    page.expect_no_trouble().await
}

async fn mode_counts_from_the_next_showing(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    let kind = "[one('restore-dialog').localName, one('restore-dialog').matches(':modal')]";
    for (mode, next, expected) in [
        ("null", "'inline'", json!(["dialog", true])),
        ("'inline'", "null", json!(["div", false])),
        ("'modal'", "'INLINE'", json!(["dialog", true])),
        ("'INLINE'", "'modal'", json!(["div", false])),
    ] {
        page.js(&format!("host().mode = {mode};"), vec![]).await?;
        page.open().await?;
        page.projects_listed().await?;
        assert_eq!(page.value(kind).await?, expected, "{mode}");
        page.js(&format!("host().mode = {next};"), vec![]).await?;
        page.choose_project(STAGING).await?;
        assert_eq!(page.value(kind).await?, expected, "{mode}, and then {next}");
        page.click("cancel-button").await?;
        page.until("it is closed", "!isOpen() && !host().open")
            .await?;
    }
    page.expect_no_trouble().await
}

async fn esc_is_the_pages(start: Start) -> Result<()> {
    let page = inline(&start, "").await?;
    page.js(
        "window.heard = 0; document.addEventListener('keydown', ({key}) => { window.heard += key === 'Escape'; });",
        vec![],
    )
    .await?;
    page.open().await?;
    page.projects_listed().await?;
    page.js("one('project-picker').focus();", vec![]).await?;
    page.press(&[ESCAPE]).await?;
    assert_eq!(
        page.value("[window.heard, isOpen()]").await?,
        json!([1, true]),
        "a modal around it could close by it; the form does not"
    );
    page.choose_project(STAGING).await?;
    page.js("one('cluster-filter').focus();", vec![]).await?;
    page.write("rehears").await?;
    page.until("one matches", "one('cluster-count')?.dataset.count === '1'")
        .await?;
    page.press(&[ESCAPE]).await?;
    page.until(
        "the filter is empty",
        "one('cluster-filter').value === '' && one('cluster-count').dataset.count !== '1'",
    )
    .await?;
    assert_eq!(
        page.value("window.heard").await?,
        json!(1),
        "that Esc was the filter's"
    );
    page.press(&[ESCAPE]).await?;
    page.until("the next one is the page's again", "window.heard === 2")
        .await?;
    page.expect_no_trouble().await
}

async fn its_events_are_those_of_the_dialog(start: Start) -> Result<()> {
    let page = inline(&start, "").await?;
    page.listen_to_warnings().await?;
    page.js_async(
        "const {telemetry} = await import('../package/telemetry.js'); telemetry(host()); window.told = [];\n\
         host().addEventListener('restore-telemetry', ({detail}) => window.told.push([detail.step, detail.outcome]));",
        vec![],
    )
    .await?;
    page.open().await?;
    page.projects_listed().await?;
    // Somebody of the page's may have the focus at any time: nobody is warned of it.
    page.js(
        "one('project-picker').focus(); document.getElementById('open').focus();",
        vec![],
    )
    .await?;
    page.choose_project(STAGING).await?;
    page.choose_cluster("orders-staging").await?;
    // A move keeps what was chosen.
    page.js("document.body.append(host());", vec![]).await?;
    page.until(
        "it is there again",
        "isOpen() && all('cluster-option').some((e) => e.ariaSelected === 'true')",
    )
    .await?;
    page.click("cancel-button").await?;
    page.until("it is closed", "!isOpen() && !host().open")
        .await?;
    assert_eq!(page.value("seen.warned").await?, json!([]));
    let selected = page.events("restore-select").await?;
    assert_eq!(
        selected.last().map(|detail| &detail["targetCluster"]),
        Some(&json!("orders-staging"))
    );
    let closed = page.events("restore-close").await?;
    assert_eq!(closed, [json!({"reason": "cancel"})]);
    assert_eq!(
        page.value("window.told").await?,
        json!([["destination", "cancel"]])
    );
    page.until(
        "the promise is settled",
        "seen.outcomes.at(-1)?.outcome === 'cancelled'",
    )
    .await?;
    page.expect_no_trouble().await
}

/// As a portal's router does, or its own modal that closes.
async fn removed_while_it_is_open_it_leaves_others_alive(start: Start) -> Result<()> {
    let page = inline(&start, "").await?;
    page.open().await?;
    page.projects_listed().await?;
    page.js(
        "const next = host().cloneNode(); next.removeAttribute('open'); next.mode = 'modal'; host().replaceWith(next);",
        vec![],
    )
    .await?;
    page.until(
        "the promise is settled",
        "seen.outcomes.at(-1)?.outcome === 'error'",
    )
    .await?;
    page.js("void host().show();", vec![]).await?;
    page.projects_listed().await?;
    assert_eq!(
        page.value("one('restore-dialog').matches(':modal')")
            .await?,
        json!(true)
    );
    page.choose_project(STAGING).await?;
    page.choose_cluster("orders-staging").await?;
    page.expect_no_trouble().await
}

async fn hidden_it_is_not_seen(start: Start) -> Result<()> {
    let page = inline(&start, "").await?;
    page.open().await?;
    page.projects_listed().await?;
    for (hidden, expected) in [("true", false), ("false", true)] {
        page.js(&format!("host().hidden = {hidden};"), vec![])
            .await?;
        assert_eq!(
            page.value("visible(one('restore-dialog'))").await?,
            json!(expected),
            "hidden: {hidden}"
        );
    }
    page.expect_no_trouble().await
}

/// The modal dialog is as wide as the window lets it be, whatever stands around its element.
async fn dialog_does_not_ask_the_pages_containers(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.browser.set_viewport(&page.client, 1280, 900).await?;
    let looks = "[visible(root().querySelector('.step-name')) && root().querySelector('.step-name').getBoundingClientRect().width > 1, \
         getComputedStyle(root().querySelector('.choosing')).display]";
    assert_eq!(page.value(looks).await?, json!([true, "grid"]));
    page.js(
        "const s = host().parentElement.style; s.containerType = 'inline-size'; s.inlineSize = '300px';",
        vec![],
    )
    .await?;
    assert_eq!(
        page.value(looks).await?,
        json!([true, "grid"]),
        "in a narrow container"
    );
    page.expect_no_trouble().await
}
