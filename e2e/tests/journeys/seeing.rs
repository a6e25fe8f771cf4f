//! What people see who have their own colours, more contrast, no movement, or a page enlarged four times.

use anyhow::Result;
use e2e::World;
use e2e::checks::TEXT;
use e2e::page::{Page, Start};
use e2e::steps::strings;
use e2e::world::STAGING;
use serde_json::{Value, json};

use crate::accessibility::dress;
use crate::keyboard::HIDDEN;
use crate::states::reach;

crate::journeys![
    forced_colours_leave_all_of_it_legible,
    forced_colours_tell_chosen_active_and_unavailable_apart,
    ring_around_the_focus_is_seen_on_everything,
    what_the_pointer_is_over_stays_legible,
    what_the_browser_draws_is_seen,
    more_contrast_has_no_quiet_text_and_no_faint_line,
    reduced_motion_moves_nothing,
    enlarged_four_times_there_is_one_scroller_and_nothing_sticks,
    facts_of_a_cluster_are_whole_wherever_lines_break,
    measuring_would_find_something,
];

/// States with everything that colours tell: lists, panels of each tone, fields that are wrong, buttons of each kind.
const COLOURFUL: [&str; 8] = [
    "source-snapshots",
    "destination-refused",
    "destination-chosen-warnings",
    "destination-none-eligible",
    "review-wrong-name",
    "review-armed",
    "running",
    "completed",
];

/// Forces the colours of a light or dark system upon the page.
async fn force(page: &Page, scheme: &str) -> Result<()> {
    let wanted = [
        ("forced-colors", "active"),
        ("prefers-color-scheme", scheme),
    ];
    page.browser.set_preferences(&page.client, &wanted).await?;
    page.until(
        "the colours are forced",
        "matchMedia('(forced-colors: active)').matches",
    )
    .await?;
    Ok(())
}

async fn forced_colours_leave_all_of_it_legible(start: Start) -> Result<()> {
    let mut found = Vec::new();
    for state in COLOURFUL {
        let page = reach(&start, state).await?;
        for scheme in ["light", "dark"] {
            force(&page, scheme).await?;
            // What is unavailable has the person's own colour for that, whatever its contrast.
            let gray = page.string(GRAY).await?;
            for line in page.too_faint(TEXT).await? {
                if !line.contains(&format!("{gray} on")) {
                    found.push(format!("{state} {scheme} {line}"));
                }
            }
        }
        page.browser.set_preferences(&page.client, &[]).await?;
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

const GRAY: &str = "(() => { const probe = document.body.appendChild(document.createElement('i')); probe.style.color = 'GrayText'; \
    const gray = getComputedStyle(probe).color; probe.remove(); return gray; })()";

/// Colours of the parts of an element that a person tells it by.
const LOOK: &str = "const look = (e, before) => { const s = getComputedStyle(e, before); \
    return [s.color, s.backgroundColor, s.borderTopColor, s.outlineStyle, s.outlineColor].join(' '); };";

async fn looks(page: &Page, pairs: &str) -> Result<Value> {
    page.js(&format!("{LOOK}\nreturn {pairs};"), vec![]).await
}

async fn forced_colours_tell_chosen_active_and_unavailable_apart(start: Start) -> Result<()> {
    for scheme in ["light", "dark"] {
        let page = reach(&start, "destination-chosen").await?;
        force(&page, scheme).await?;
        page.js("one('cluster-filter').focus();", vec![]).await?;
        page.press(&[e2e::steps::END]).await?;
        let same = looks(
            &page,
            "(() => { const chosen = all('cluster-option').find((o) => o.ariaSelected === 'true'), active = root().querySelector('.option.active'), \
               other = all('cluster-option').find((o) => o !== chosen && o !== active && o.dataset.eligible === 'true'); \
               return {chosen: look(chosen, '::before') === look(chosen), active: look(active) === look(other), \
                 unavailable: look(active.querySelector('.option-title')) === look(other.querySelector('.option-title'))}; })()",
        )
        .await?;
        let apart = json!({"chosen": false, "active": false, "unavailable": false});
        assert_eq!(same, apart, "{scheme}: true is what looks the same");

        let page = reach(&start, "review").await?;
        force(&page, scheme).await?;
        let unavailable = looks(&page, "look(one('restore-button'))").await?;
        page.confirm("orders-staging").await?;
        let ready = looks(&page, "look(one('restore-button'))").await?;
        assert_ne!(unavailable, ready, "{scheme}: the button that deletes");
        let steps =
            "[...root().querySelectorAll('.step')].map((s) => getComputedStyle(s).borderTopColor)";
        let steps = strings(&page.value(steps).await?);
        assert_ne!(steps[1], steps[2], "{scheme}: the step that it is at");
        page.browser.set_preferences(&page.client, &[]).await?;
    }
    Ok(())
}

async fn ring_around_the_focus_is_seen_on_everything(start: Start) -> Result<()> {
    let mut found = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for state in [
        "source-snapshots",
        "destination-restore-running",
        "review-missing",
        "review-sign-in",
        "unknown-can-try-again",
    ] {
        let page = reach(&start, state).await?;
        for theme in ["light", "dark"] {
            dress(&page, theme).await?;
            for _ in 0..14 {
                page.tab(false).await?;
                seen.insert(page.string("focusName()").await?);
                let faint = page.faint_ring().await?;
                if !faint.is_null() {
                    found.push(format!("{state} {theme}: {faint}"));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    for expected in [
        "source-project-picker",
        "cluster-filter",
        "follow-button",
        "reason-input",
        "signed-in-button",
        "check-again-button",
        "restore-button",
    ] {
        assert!(seen.contains(expected), "{expected} in {seen:?}");
    }
    Ok(())
}

async fn what_the_pointer_is_over_stays_legible(start: Start) -> Result<()> {
    let mut found = Vec::new();
    for state in ["source-snapshots", "destination-chosen", "review-armed"] {
        let page = reach(&start, state).await?;
        for theme in ["light", "dark"] {
            dress(&page, theme).await?;
            let places = page
                .value(
                    "[...root().querySelectorAll('button, .option, .choice, .input')].filter(visible).map((e) => e.getBoundingClientRect()) \
                       .filter((r) => r.top >= 0 && r.bottom <= innerHeight).map((r) => [Math.round(r.x + r.width / 2), Math.round(r.y + r.height / 2)])",
                )
                .await?;
            let places: Vec<(i64, i64)> = serde_json::from_value(places)?;
            assert!(places.len() > 4, "{state}: {places:?}");
            for (x, y) in places {
                page.point_at(x, y).await?;
                for line in page.too_faint(TEXT).await? {
                    found.push(format!("{state} {theme} at {x},{y}: {line}"));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

/// Radio buttons and the bar of progress.
async fn what_the_browser_draws_is_seen(start: Start) -> Result<()> {
    let radios = "[...root().querySelectorAll('.choice > input:enabled')].slice(0, 2)";
    for (state, elements, at) in [
        ("source-snapshots", radios, ".choice > input"),
        ("running", "[root().querySelector('progress')]", "progress"),
    ] {
        let page = reach(&start, state).await?;
        if state == "source-snapshots" {
            page.click_on(&format!("{radios}[0]")).await?;
            page.until("it is chosen", "one('next-button').ariaDisabled === null")
                .await?;
        }
        for theme in ["light", "dark"] {
            dress(&page, theme).await?;
            page.js(
                "root().querySelector(args[0]).scrollIntoView({block: 'center'});",
                vec![json!(at)],
            )
            .await?;
            let drawn = page.drawn(elements).await?;
            let all = drawn.as_array().cloned().unwrap_or_default();
            let faint = all.iter().any(|one| one["most"].as_f64() < Some(3.0));
            assert!(!all.is_empty() && !faint, "{state} {theme}: {drawn}");
        }
    }
    Ok(())
}

async fn more_contrast_has_no_quiet_text_and_no_faint_line(start: Start) -> Result<()> {
    let mut found = Vec::new();
    for state in COLOURFUL {
        let page = reach(&start, state).await?;
        for theme in ["light", "dark"] {
            dress(&page, theme).await?;
            let wanted = [
                ("prefers-contrast", "more"),
                ("prefers-color-scheme", theme),
            ];
            page.browser.set_preferences(&page.client, &wanted).await?;
            let lines = page
                .js(
                    &format!(
                        "{}\nreturn [...contrasts(args[0]), ...lines(), ...quiet()];",
                        MORE
                    ),
                    vec![json!(TEXT)],
                )
                .await?;
            found.extend(
                strings(&lines)
                    .iter()
                    .map(|line| format!("{state} {theme} {line}")),
            );
        }
        page.browser.set_preferences(&page.client, &[]).await?;
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

/// Lines around panels, cards and lists are seen as well as a control's border.
const MORE: &str = concat!(
    include_str!("../../checks/contrast.js"),
    "const lines = () => [...root().querySelectorAll('.panel, .card, .list, .choices, .header, .footer')].filter(seen).flatMap((e) => { \
       const s = getComputedStyle(e); const line = e.matches('.header') ? s.borderBottomColor : s.borderTopColor; \
       const around = painted([paper(), getComputedStyle(one('restore-dialog')).backgroundColor]); \
       const is = ratio(painted([line]), around); return is < 3 ? [`line ${is.toFixed(2)}: ${describe(e)}`] : []; });\n\
     const quiet = () => { const text = getComputedStyle(one('restore-dialog')).color; \
       return [...root().querySelectorAll('.quiet, .hint:not(.wrong), .sub, .meta, .remedy, .fact > dt, .count')].filter((e) => seen(e) && getComputedStyle(e).color !== text).map((e) => `quiet: ${describe(e)}`); };"
);

async fn reduced_motion_moves_nothing(start: Start) -> Result<()> {
    for state in ["loading", "review-submitting", "running"] {
        let page = reach(&start, state).await?;
        let moving = "root().getAnimations().filter((a) => a.playState === 'running').length";
        if state != "running" {
            assert_ne!(
                page.value(moving).await?,
                json!(0),
                "{state}: else nothing is shown by this"
            );
        }
        let wanted = [("prefers-reduced-motion", "reduce")];
        page.browser.set_preferences(&page.client, &wanted).await?;
        page.until("nothing moves", &format!("{moving} === 0"))
            .await?;
        let still = page
            .value("[...root().querySelectorAll('*')].filter((e) => parseFloat(getComputedStyle(e).transitionDuration) > 0).length")
            .await?;
        assert_eq!(still, json!(0), "{state}");
        let said = page
            .value("[...root().querySelectorAll('.spinner')].filter(visible).every((e) => e.parentElement.innerText.trim().length > 3)")
            .await?;
        assert_eq!(said, json!(true), "{state}: words say that it waits");
        // No script sees the browser's own bar run, so it must not be the browser's own.
        let bars = page
            .value("[...root().querySelectorAll('progress')].map((e) => getComputedStyle(e).appearance)")
            .await?;
        let still = match state {
            "running" => json!(["none"]),
            _ => json!([]),
        };
        assert_eq!(bars, still, "{state}");
        page.browser.set_preferences(&page.client, &[]).await?;
    }
    Ok(())
}

/// 1,280 by 1,024 enlarged four times.
const ENLARGED: (u32, u32) = (320, 256);

async fn enlarged_four_times_there_is_one_scroller_and_nothing_sticks(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    let (width, height) = ENLARGED;
    page.browser
        .set_viewport(&page.client, width, height)
        .await?;
    page.review(STAGING, "orders-staging").await?;
    let scrolled = page
        .value(
            "(() => { const d = one('restore-dialog'); d.scrollTop = d.scrollHeight; const box = d.getBoundingClientRect(); \
               const out = (s) => root().querySelector(s).getBoundingClientRect(); \
               return {whole: [box.width, box.height], header: out('.header').bottom <= 0, footer: out('.footer').top > 0 || out('.footer').height > innerHeight, \
                 scrollers: [...d.querySelectorAll('*')].filter((e) => visible(e) && !e.closest('.unseen') && e.scrollHeight > e.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(e).overflowY)).map((e) => e.className)}; })()",
        )
        .await?;
    assert_eq!(
        scrolled,
        json!({"whole": [320, 256], "header": true, "footer": true, "scrollers": []})
    );
    // Each thing that the keys come to is brought into sight.
    page.js("root().getElementById('heading').focus();", vec![])
        .await?;
    for _ in 0..11 {
        page.tab(false).await?;
        page.until("it is in sight", &format!("{HIDDEN} === null"))
            .await?;
    }
    page.confirm("orders-staging").await?;
    page.click("restore-button").await?;
    page.job("running").await
}

/// Nothing of the facts is cut off or stands out, in either direction of writing.
async fn facts_of_a_cluster_are_whole_wherever_lines_break(start: Start) -> Result<()> {
    for language in ["en", "ar"] {
        let page = start
            .destination_with(World::example("eligible")?, &format!("&lang={language}"))
            .await?;
        let direction = if language == "ar" { "rtl" } else { "ltr" };
        page.until(
            "it speaks that language",
            &format!("getComputedStyle(one('restore-dialog')).direction === '{direction}'"),
        )
        .await?;
        // Three in the list, and the chosen one beside it.
        page.choose_cluster("catalog").await?;
        for width in [320, 360, 420, 480, 1280] {
            page.browser.set_viewport(&page.client, width, 900).await?;
            let cut = page
                .js(
                    "const cut = [];\n\
                     for (const facts of root().querySelectorAll('.meta')) {\n\
                       const {left, right} = facts.getBoundingClientRect();\n\
                       const texts = document.createTreeWalker(facts, NodeFilter.SHOW_TEXT);\n\
                       while (texts.nextNode()) {\n\
                         const range = document.createRange();\n\
                         range.selectNodeContents(texts.currentNode);\n\
                         for (const box of range.getClientRects()) if (box.left < left - 0.5 || box.right > right + 0.5) cut.push(texts.currentNode.data);\n\
                       }\n\
                     }\n\
                     return {cut, all: root().querySelectorAll('.meta').length > 3};",
                    vec![],
                )
                .await?;
            assert_eq!(
                cut,
                json!({"cut": [], "all": true}),
                "{language}, {width} px"
            );
        }
    }
    Ok(())
}

/// So that "nothing" means something: each measure finds what was spoilt.
async fn measuring_would_find_something(start: Start) -> Result<()> {
    let page = reach(&start, "review").await?;
    for measured in [
        page.too_faint(TEXT).await?,
        page.too_small().await?,
        page.without_room().await?,
    ] {
        assert_eq!(measured, Vec::<String>::new());
    }
    page.js(
        "const [back, cancel, title] = [one('back-button'), one('cancel-button'), root().querySelector('#title')];\n\
         title.style.color = 'rgb(140 140 140 / 0.9)'; back.style.borderColor = 'transparent'; root().querySelector('.arrow').style.color = '#ccc';\n\
         cancel.style.minHeight = '30px'; cancel.style.padding = '0';\n\
         root().querySelector('.section-title').style.marginBlockEnd = '-24px'; root().querySelector('.card').style.width = '2000px';",
        vec![],
    )
    .await?;
    let faint = page.too_faint(TEXT).await?.join("\n");
    for part in ["text", "drawing", "edge"] {
        assert!(faint.contains(part), "{part} in {faint}");
    }
    let small = page.too_small().await?.join("\n");
    assert!(
        small.contains("Cancel") && small.contains("less than 44"),
        "{small}"
    );
    let room = page.without_room().await?.join("\n");
    assert!(
        room.contains("scrolls") && room.contains("lie over each other"),
        "{room}"
    );
    Ok(())
}
