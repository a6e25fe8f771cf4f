//! The combobox by the ARIA practices' pattern, key by key: which row is active, what the field holds, what is chosen.
//! Its list is always open; what the pattern says of a popup is said here of the row that the arrow keys have reached.

use anyhow::Result;
use e2e::World;
use e2e::page::{Page, Start};
use e2e::steps::{
    ALT, DOWN, END, ENTER, ESCAPE, HOME, LEFT, PAGE_DOWN, PAGE_UP, RIGHT, SOURCE, TAB, UP,
};
use e2e::world::{STAGING, STOREFRONT};
use serde_json::{Value, json};

crate::journeys![
    keys_in_a_list_of_ten,
    keys_in_a_list_of_a_thousand,
    key_is_followed_while_the_list_still_scrolls,
    escape_empties_the_filter_before_it_closes,
    enter_that_ends_a_composition_chooses_nothing,
    roles_and_properties_are_those_of_the_pattern,
    active_row_is_said_where_voiceover_may_keep_silent,
];

/// The field and its list: the active row by its place (0: none, -1: one that is not there), all of it in sight.
const STATE: &str = "(() => { const f = one('cluster-filter'); if (!f) return {open: isOpen()}; \
    const id = f.getAttribute('aria-activedescendant'); const row = id && root().getElementById(id); \
    const l = one('cluster-list').getBoundingClientRect(), r = row?.getBoundingClientRect(); \
    return {open: isOpen(), focus: focusName(), active: id === null ? 0 : Number(row?.ariaPosInSet ?? -1), \
      insight: !r || (r.top >= l.top - 1 && r.bottom <= l.bottom + 1), expanded: f.ariaExpanded, value: f.value, \
      caret: f.selectionStart, chosen: all('cluster-option').filter((o) => o.ariaSelected === 'true').map((o) => Number(o.ariaPosInSet))}; })()";

/// What is to be seen after a key.
fn state(active: usize, value: &str, caret: usize, chosen: &[usize]) -> Value {
    json!({"open": true, "focus": "cluster-filter", "active": active, "insight": true, "expanded": "true",
           "value": value, "caret": caret, "chosen": chosen})
}

/// Waits until it is so: rows are drawn, and the list is scrolled, after a key.
async fn expect(page: &Page, after: &str, expected: &Value) -> Result<()> {
    let same = "JSON.stringify(Object.entries(STATE).sort()) === JSON.stringify(Object.entries(EXPECTED).sort())"
        .replace("STATE", STATE)
        .replace("EXPECTED", &expected.to_string());
    if page.until(after, &same).await.is_err() {
        assert_eq!(page.value(STATE).await?, *expected, "after {after}");
    }
    Ok(())
}

/// The destination with so many clusters, and the focus in the field.
async fn with_clusters(start: &Start, count: usize) -> Result<Page> {
    let mut world = World::example("busy-estate")?;
    // Those that have names of their own are listed too.
    let named = world.0["clusters"].as_array().map_or(0, Vec::len);
    world.0["generate"]["clusters"] = json!(count - named);
    let page = start.destination(world).await?;
    page.choose_project(STOREFRONT).await?;
    page.until(
        "all are there",
        &format!(
            "one('cluster-count')?.dataset.count === '{count}' && !one('cluster-list').ariaBusy"
        ),
    )
    .await?;
    page.js("one('cluster-filter').focus();", vec![]).await?;
    expect(&page, "the focus", &state(0, "", 0, &[])).await?;
    Ok(page)
}

async fn keys_in_a_list_of_ten(start: Start) -> Result<()> {
    keys(&with_clusters(&start, 10).await?, 10).await
}

async fn keys_in_a_list_of_a_thousand(start: Start) -> Result<()> {
    keys(&with_clusters(&start, 1_000).await?, 1_000).await
}

async fn keys(page: &Page, last: usize) -> Result<()> {
    for (name, key, active) in [
        ("Home in the text", HOME, 0),
        ("Down", DOWN, 1),
        ("Down", DOWN, 2),
        ("Up", UP, 1),
        ("Up from the first", UP, last),
        ("Down from the last", DOWN, 1),
        ("Page down", PAGE_DOWN, 9),
        ("Page down", PAGE_DOWN, last.min(17)),
        ("Page up", PAGE_UP, last.min(17) - 8),
        ("End", END, last),
        ("Home", HOME, 1),
        ("Right, back to the text", RIGHT, 0),
        ("Up", UP, last),
        ("Left, back to the text", LEFT, 0),
        ("Down", DOWN, 1),
    ] {
        page.press(&[key]).await?;
        expect(page, name, &state(active, "", 0, &[])).await?;
    }
    page.press_with(ALT, DOWN).await?;
    expect(page, "Alt+Down moves nothing", &state(1, "", 0, &[])).await?;
    page.press(&[DOWN]).await?;
    page.press_with(ALT, UP).await?;
    expect(page, "Alt+Up, back to the text", &state(0, "", 0, &[])).await?;

    page.write("eu").await?;
    page.until(
        "it is filtered",
        &format!("Number(one('cluster-count').dataset.count) < {last}"),
    )
    .await?;
    expect(page, "typing: the first match", &state(1, "eu", 2, &[])).await?;
    page.press(&[HOME]).await?;
    expect(page, "Home in the text", &state(1, "eu", 0, &[])).await?;
    page.press(&[RIGHT]).await?;
    expect(page, "Right in the text", &state(1, "eu", 1, &[])).await?;
    page.press(&[END]).await?;
    expect(page, "End in the text", &state(1, "eu", 2, &[])).await?;
    page.press(&[DOWN]).await?;
    expect(page, "Down", &state(2, "eu", 2, &[])).await?;
    page.press(&[ENTER]).await?;
    expect(page, "Enter", &state(2, "eu", 2, &[2])).await?;
    page.press(&[DOWN]).await?;
    expect(page, "Down chooses nothing", &state(3, "eu", 2, &[2])).await?;
    page.press(&[TAB]).await?;
    page.until("Tab leaves it", "focusName() !== 'cluster-filter'")
        .await?;
    let chosen = page.value(STATE).await?["chosen"].clone();
    assert_eq!(chosen, json!([2]), "Tab chooses nothing else");
    page.expect_no_trouble().await
}

/// What the last key scrolled is told by the browser after the next key.
async fn key_is_followed_while_the_list_still_scrolls(start: Start) -> Result<()> {
    let page = with_clusters(&start, 1_000).await?;
    page.press(&[DOWN]).await?;
    expect(&page, "Down", &state(1, "", 0, &[])).await?;
    for (key, active) in [("End", 1_000), ("Home", 1)] {
        page.js(
            "one('cluster-filter').dispatchEvent(new KeyboardEvent('keydown', {key: args[0], bubbles: true, composed: true, cancelable: true}));\n\
             one('cluster-list').dispatchEvent(new Event('scroll'));",
            vec![json!(key)],
        )
        .await?;
        expect(&page, key, &state(active, "", 0, &[])).await?;
    }
    Ok(())
}

async fn escape_empties_the_filter_before_it_closes(start: Start) -> Result<()> {
    let page = with_clusters(&start, 10).await?;
    page.write("nothing like that").await?;
    page.until(
        "nothing matches",
        "one('cluster-count').dataset.count === '0'",
    )
    .await?;
    let mut none = state(0, "nothing like that", 17, &[]);
    none["expanded"] = json!("false");
    expect(&page, "a filter that nothing matches", &none).await?;
    page.press(&[DOWN, UP, END]).await?;
    expect(&page, "arrows where there is nothing", &none).await?;
    page.press(&[ESCAPE]).await?;
    expect(&page, "Esc: the filter is empty", &state(0, "", 0, &[])).await?;
    page.press(&[DOWN]).await?;
    expect(&page, "Down", &state(1, "", 0, &[])).await?;
    page.press(&[ESCAPE]).await?;
    expect(&page, "Esc, back to the text", &state(0, "", 0, &[])).await?;
    page.press(&[ESCAPE]).await?;
    page.until("Esc closes the dialog", "!isOpen()").await?;
    let closed = page.events("restore-close").await?;
    assert_eq!(closed, [json!({"reason": "escape"})]);
    Ok(())
}

/// D11. Safari says so by the key's code alone.
async fn enter_that_ends_a_composition_chooses_nothing(start: Start) -> Result<()> {
    let page = with_clusters(&start, 10).await?;
    page.press(&[DOWN]).await?;
    expect(&page, "Down", &state(1, "", 0, &[])).await?;
    let enter = "const e = new KeyboardEvent('keydown', {key: 'Enter', isComposing: args[0], bubbles: true, composed: true, cancelable: true}); \
         Object.defineProperty(e, 'keyCode', {value: args[1]}); return one('cluster-filter').dispatchEvent(e);";
    for (composing, code) in [(true, 13), (false, 229)] {
        let left = page.js(enter, vec![json!(composing), json!(code)]).await?;
        assert_eq!(left, json!(true), "{code}: it is the composition's");
        expect(&page, "that Enter", &state(1, "", 0, &[])).await?;
    }
    page.js(enter, vec![json!(false), json!(13)]).await?;
    expect(&page, "an Enter of its own", &state(1, "", 0, &[1])).await
}

async fn roles_and_properties_are_those_of_the_pattern(start: Start) -> Result<()> {
    let page = with_clusters(&start, 1_000).await?;
    page.press(&[UP]).await?;
    expect(&page, "Up", &state(1_000, "", 0, &[])).await?;
    let said = page
        .value(
            "(() => { const f = one('cluster-filter'), l = one('cluster-list'); const row = root().getElementById(f.getAttribute('aria-activedescendant')); \
               return {field: [f.localName, f.role, f.ariaAutoComplete, f.labels[0]?.innerText, f.getAttribute('aria-controls') === l.id, f.getRootNode() === l.getRootNode()], \
                 list: [l.role, l.ariaLabel, l.ariaMultiSelectable], \
                 described: f.getAttribute('aria-describedby').split(' ').map((id) => Boolean(root().getElementById(id))), \
                 row: [row.role, row.ariaSetSize, row.ariaPosInSet], \
                 ids: new Set(all('cluster-option').map((o) => o.id)).size === all('cluster-option').length, \
                 others: [...l.children].filter((e) => !/^(option|presentation)$/.test(e.role)).length}; })()",
        )
        .await?;
    assert_eq!(
        said,
        json!({"field": ["input", "combobox", "list", "Target cluster", true, true],
               "list": ["listbox", "Clusters of the project", null],
               "described": [true, true],
               "row": ["option", "1000", "1000"],
               "ids": true, "others": 0})
    );
    // Scrolled away by the wheel, the active row is not in the document any more, and none is named that is not there.
    page.js("one('cluster-list').scrollTop = 0;", vec![])
        .await?;
    page.until(
        "the first rows are drawn",
        "all('cluster-option')[0].ariaPosInSet === '1'",
    )
    .await?;
    let named = "one('cluster-filter').getAttribute('aria-activedescendant')";
    page.until(
        "no row is named that is not there",
        &format!("{named} === null || root().getElementById({named})"),
    )
    .await?;
    page.press(&[UP]).await?;
    expect(&page, "Up from there", &state(999, "", 0, &[])).await
}

/// A12. Elsewhere the screen reader follows the active row by itself, and would hear it twice.
async fn active_row_is_said_where_voiceover_may_keep_silent(start: Start) -> Result<()> {
    const SAID: &str = "root().querySelector('[role=status]').innerText.trim()";
    const ACTIVE: &str =
        "root().getElementById(one('cluster-filter').getAttribute('aria-activedescendant'))";
    for on_mac in [true, false] {
        let page = start
            .bare(World::example("target-not-encrypted")?, SOURCE)
            .await?;
        if on_mac {
            page.js("seen.onMac();", vec![]).await?;
        }
        page.open().await?;
        page.projects_listed().await?;
        page.choose_project(STAGING).await?;
        page.until("there are rows", "all('cluster-option').length > 1")
            .await?;
        page.until("what came with them has been heard", &format!("!{SAID}"))
            .await?;
        page.js("one('cluster-filter').focus();", vec![]).await?;
        let mut heard = Vec::new();
        for place in 1..=2 {
            page.press(&[DOWN]).await?;
            page.until(
                &format!("row {place} is active"),
                &format!(
                    "one('cluster-list').querySelector('.active')?.ariaPosInSet === '{place}'"
                ),
            )
            .await?;
            heard.push(page.value(SAID).await?);
        }
        let expected = if on_mac {
            json!([
                "orders-rehearsal, M30, AWS\u{a0}EU_WEST_1, MongoDB\u{a0}8.2.9, AWS\u{a0}KMS",
                "catalog-staging, M20, AWS\u{a0}EU_WEST_1, MongoDB\u{a0}8.0.30, No encryption"
            ])
        } else {
            json!(["", ""])
        };
        assert_eq!(json!(heard), expected);
        page.tab(false).await?;
        page.until(
            "nothing is left of it elsewhere",
            &format!("focusName() !== 'cluster-filter' && !{SAID}"),
        )
        .await?;
        page.js("one('cluster-filter').focus();", vec![]).await?;
        page.press(&[ESCAPE]).await?;
        page.until(
            "no row is active, and none is said",
            &format!("{ACTIVE} === null && !{SAID}"),
        )
        .await?;
    }
    Ok(())
}
