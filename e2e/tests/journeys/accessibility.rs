//! axe finds nothing in any state, light and dark, wide and narrow; and pictures of each, for people to look at.

use anyhow::Result;
use e2e::World;
use e2e::checks::{TEXT, Text};
use e2e::engine::Ability;
use e2e::page::{Page, Start};
use e2e::world::STAGING;
use serde_json::json;

use crate::states::{STATES, reach};
use crate::suite::Journey;

/// Viewports: a desk, and a phone or a page enlarged four times.
pub const SIZES: [(u32, u32); 2] = [(1280, 900), (320, 640)];

/// One journey for each state.
pub fn journeys() -> Vec<Journey> {
    let states = STATES.iter().map(|state| {
        Journey::new(
            format!(
                "accessibility::axe_finds_nothing_in_{}",
                state.replace('-', "_")
            ),
            move |start| nothing_in(start, state),
        )
    });
    let others = [Journey::new(
        "accessibility::axe_would_find_something".to_owned(),
        axe_would_find_something,
    )];
    let scenarios = World::examples().unwrap_or_default();
    let scenarios = scenarios.into_iter().filter_map(|one| {
        let scenario = one["name"].as_str()?.to_owned();
        let name = scenario.replace('-', "_");
        Some(Journey::new(
            format!("accessibility::axe_finds_nothing_on_the_way_through_{name}"),
            move |start| nothing_on_the_way(start, scenario.clone()),
        ))
    });
    states.chain(others).chain(scenarios).collect()
}

/// A scenario of the demo, as far as it lets a person go: opened, a cluster refused, one chosen, reviewed, restored.
async fn nothing_on_the_way(start: Start, scenario: String) -> Result<()> {
    let path = format!("/?scenario={scenario}");
    let page = start.at(World::example("eligible")?, &path, None).await?;
    page.until("the scenario is played", RESTORE).await?;
    let mut found = look(&page, "page").await?;
    page.click_on(RESTORE).await?;
    page.until("the dialog is open", "isOpen()").await?;
    page.until("all is read", SETTLED).await?;
    found.extend(look(&page, "opened").await?);
    let staging =
        format!("all('project-option').some((o) => o.value === '{STAGING}' && !o.disabled)");
    if page.value(&staging).await? == json!(true) {
        page.choose_project(STAGING).await?;
    }
    for (eligible, what) in [("false", "refused"), ("true", "chosen")] {
        let option =
            format!("all('cluster-option').find((o) => o.dataset.eligible === '{eligible}')");
        if page.value(&format!("Boolean({option})")).await? == json!(true) {
            page.click_on(&option).await?;
            let seen = match what {
                "refused" => "shown('cluster-error')",
                _ => "all('cluster-option').some((o) => o.ariaSelected === 'true')",
            };
            page.until(what, seen).await?;
            found.extend(look(&page, what).await?);
        }
    }
    if page
        .value("one('next-button')?.ariaDisabled === null")
        .await?
        == json!(true)
    {
        page.to_review().await?;
        found.extend(look(&page, "review").await?);
        let name = page
            .string("root().querySelector('.expected-name').innerText")
            .await?;
        page.confirm(&name).await?;
        page.click("restore-button").await?;
        page.until(
            "it has an answer",
            "one('job-state') || one('submit-error')",
        )
        .await?;
        found.extend(look(&page, "answered").await?);
    }
    anyhow::ensure!(found.is_empty(), "{scenario}: {}", found.join("\n"));
    Ok(())
}

/// What is under way has come.
const SETTLED: &str =
    "one('restore-dialog').innerText && !root().querySelector('[aria-busy=\"true\"]')";
/// The first button of the demo's table.
const RESTORE: &str = "[...document.querySelectorAll('[data-testid=\"restore-action\"]')].find((b) => b.checkVisibility())";

/// Everything that is measured, in the two dresses that differ most.
async fn look(page: &Page, what: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for (lang, theme, (width, height)) in [("ar", "dark", SIZES[1]), ("en", "light", SIZES[0])] {
        page.js(
            "host().lang = args[0]; document.documentElement.dir = args[0] === 'ar' ? 'rtl' : 'ltr';",
            vec![json!(lang)],
        )
        .await?;
        page.browser
            .set_viewport(&page.client, width, height)
            .await?;
        dress(page, theme).await?;
        page.until(
            "it speaks that language",
            &format!("!isOpen() || one('restore-dialog').parentElement.lang === '{lang}'"),
        )
        .await?;
        let mut lines = page.axe().await?;
        lines.extend(page.too_faint(TEXT).await?);
        lines.extend(page.too_small().await?);
        lines.extend(page.without_room().await?);
        found.extend(
            lines
                .iter()
                .map(|line| format!("{what} {lang} {theme} {line}")),
        );
    }
    Ok(found)
}

async fn nothing_in(start: Start, state: &str) -> Result<()> {
    let page = reach(&start, state).await?;
    let mut found = raw(&page).await?;
    for (width, height) in SIZES {
        page.browser
            .set_viewport(&page.client, width, height)
            .await?;
        for theme in ["light", "dark"] {
            dress(&page, theme).await?;
            let mut lines = page.axe().await?;
            lines.extend(page.too_faint(TEXT).await?);
            lines.extend(page.too_small().await?);
            lines.extend(page.without_room().await?);
            found.extend(lines.iter().map(|line| format!("{width} {theme} {line}")));
            // A phone's picture is as long as what there is to scroll to.
            if width < 600 {
                page.browser.set_viewport(&page.client, width, 1800).await?;
            }
            page.picture(&format!("{state}-{width}-{theme}")).await?;
            page.browser
                .set_viewport(&page.client, width, height)
                .await?;
        }
    }
    found.extend(with_larger_text(&page).await?);
    anyhow::ensure!(
        found.is_empty(),
        "{state}: {} findings\n{}",
        found.len(),
        found.join("\n")
    );
    Ok(())
}

/// There is room for everything on a page enlarged four times (1.4.10), with text of twice its size (1.4.4), and with a
/// person's own spacing (1.4.12).
async fn with_larger_text(page: &Page) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for (width, height, text) in [
        (320, 256, Text::AsItIs),
        (320, 640, Text::Spaced),
        (1280, 900, Text::Spaced),
        (1280, 900, Text::Doubled),
    ] {
        page.browser
            .set_viewport(&page.client, width, height)
            .await?;
        page.set_text(text).await?;
        for line in page.without_room().await? {
            found.push(format!("{width} by {height}, text {text:?}: {line}"));
        }
        page.set_text(Text::AsItIs).await?;
    }
    Ok(found)
}

/// A pattern of the catalogue that nobody filled in: no JSON has a letter after a brace.
async fn raw(page: &Page) -> Result<Vec<String>> {
    let text = page.text("restore-dialog").await?;
    let mut after = text.split('{').skip(1);
    let raw = after.any(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
    let raw = raw.then(|| format!("raw text: {text}"));
    Ok(raw.into_iter().collect())
}

/// Light or dark: the dialog by its attribute, the page around it by the system's word.
pub async fn dress(page: &Page, theme: &str) -> Result<()> {
    if page.browser.engine.lacks(Ability::Preferences).is_none() {
        page.browser.set_color_scheme(&page.client, theme).await?;
    }
    page.js(
        "host()?.setAttribute('theme', args[0]);",
        vec![json!(theme)],
    )
    .await?;
    page.until(
        "it is drawn so",
        &format!("!isOpen() || root().querySelector('.theme.{theme}')"),
    )
    .await?;
    Ok(())
}

/// So that "nothing" means something: a page with faults, one of them in the shadow root.
async fn axe_would_find_something(start: Start) -> Result<()> {
    let page = reach(&start, "destination").await?;
    page.js(
        "const b = document.createElement('button'); one('restore-dialog').append(b); document.title = '';",
        vec![],
    )
    .await?;
    let found = page.axe().await?;
    for rule in ["button-name", "document-title"] {
        assert!(
            found.iter().any(|line| line.starts_with(rule)),
            "{rule} in {found:?}"
        );
    }
    Ok(())
}
