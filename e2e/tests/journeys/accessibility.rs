//! axe finds nothing in any state, light and dark, wide and narrow; and pictures of each, for people to look at.

use anyhow::Result;
use e2e::page::{Page, Start};
use serde_json::json;

use crate::states::{STATES, reach};
use crate::suite::Journey;

/// Viewports: a desk, and a phone or a page enlarged four times.
const SIZES: [(u32, u32); 2] = [(1280, 900), (320, 640)];

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
    states.chain(others).collect()
}

async fn nothing_in(start: Start, state: &str) -> Result<()> {
    let page = reach(&start, state).await?;
    let mut found = Vec::new();
    for (width, height) in SIZES {
        page.browser
            .set_viewport(&page.client, width, height)
            .await?;
        for theme in ["light", "dark"] {
            dress(&page, theme).await?;
            for line in page.axe().await? {
                found.push(format!("{width} {theme} {line}"));
            }
            found.extend(overflowing(&page, width, theme).await?);
            page.picture(&format!("{state}-{width}-{theme}")).await?;
        }
    }
    anyhow::ensure!(
        found.is_empty(),
        "{state}: {} findings\n{}",
        found.len(),
        found.join("\n")
    );
    Ok(())
}

/// Light or dark: the dialog by its attribute, the page around it by the system's word.
async fn dress(page: &Page, theme: &str) -> Result<()> {
    page.browser.set_color_scheme(&page.client, theme).await?;
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

/// Nothing needs two-way scrolling (1.4.10).
async fn overflowing(page: &Page, width: u32, theme: &str) -> Result<Vec<String>> {
    let wide = page
        .value(
            "(() => { const wide = []; const d = one('restore-dialog'); \
               if (document.documentElement.scrollWidth > innerWidth) wide.push('the page'); \
               if (!d?.open) return wide; \
               for (const e of [d, ...d.querySelectorAll('*')]) { \
                 const s = getComputedStyle(e); \
                 if (s.overflowX !== 'hidden' && s.overflowX !== 'clip' && s.display !== 'inline' && e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1 && !e.closest('.unseen')) \
                   wide.push(`${e.localName}.${e.className} ${e.scrollWidth} > ${e.clientWidth}`); } \
               return wide; })()",
        )
        .await?;
    Ok(e2e::steps::strings(&wide)
        .into_iter()
        .map(|what| format!("{width} {theme} too wide: {what}"))
        .collect())
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
