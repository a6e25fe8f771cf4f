//! axe finds nothing in any state, light and dark, wide and narrow; and pictures of each, for people to look at.

use anyhow::Result;
use e2e::engine::Ability;
use e2e::page::{Page, Start};
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
    states.chain(others).collect()
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
            for line in page.axe().await? {
                found.push(format!("{width} {theme} {line}"));
            }
            found.extend(overflowing(&page, width, theme).await?);
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
    anyhow::ensure!(
        found.is_empty(),
        "{state}: {} findings\n{}",
        found.len(),
        found.join("\n")
    );
    Ok(())
}

/// A pattern of the catalogue that nobody filled in.
async fn raw(page: &Page) -> Result<Vec<String>> {
    let text = page.text("restore-dialog").await?;
    let raw = text.contains('{').then(|| format!("raw text: {text}"));
    Ok(raw.into_iter().collect())
}

/// Light or dark: the dialog by its attribute, the page around it by the system's word.
async fn dress(page: &Page, theme: &str) -> Result<()> {
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

/// The same at this size and in this theme.
async fn overflowing(page: &Page, width: u32, theme: &str) -> Result<Vec<String>> {
    let lines = too_wide(page).await?.into_iter();
    Ok(lines
        .map(|what| format!("{width} {theme} too wide: {what}"))
        .collect())
}

/// Nothing needs two-way scrolling (1.4.10), and nothing is cut or stands out of the dialog.
pub async fn too_wide(page: &Page) -> Result<Vec<String>> {
    let wide = page
        .value(
            "(() => { const wide = []; const d = one('restore-dialog'); \
               if (document.documentElement.scrollWidth > innerWidth) wide.push(`the page: ${document.documentElement.scrollWidth}`); \
               if (!d?.open) return wide; \
               const edges = d.getBoundingClientRect(); \
               for (const e of [d, ...d.querySelectorAll('*')]) { \
                 if (!e.checkVisibility() || e.closest('.unseen, svg')) continue; \
                 const s = getComputedStyle(e); const name = `${e.localName}.${e.className}`; const box = e.getBoundingClientRect(); \
                 if (/auto|scroll/.test(s.overflowX) && e.scrollWidth > e.clientWidth + 1) wide.push(`${name} scrolls ${e.scrollWidth} > ${e.clientWidth}`); \
                 else if (e.clientWidth > 1 && !/input|select|option/.test(e.localName) && e.scrollWidth > e.clientWidth + 1) wide.push(`${name} holds ${e.scrollWidth} > ${e.clientWidth}`); \
                 if (e.clientHeight > 1 && /hidden|clip/.test(s.overflowY) && e.scrollHeight > e.clientHeight + 1) wide.push(`${name} cuts ${e.scrollHeight} > ${e.clientHeight}`); \
                 if (s.textOverflow === 'ellipsis' && e.localName !== 'select') wide.push(`${name} may be cut`); \
                 if (box.width > 0 && (box.right > edges.right + 1 || box.left < edges.left - 1)) wide.push(`${name} stands out`); } \
               return wide; })()",
        )
        .await?;
    Ok(e2e::steps::strings(&wide))
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
