//! Where the focus goes: the stops of every step in their order, each of them to be seen, and back to the opener.

use anyhow::{Context, Result, bail};
use e2e::World;
use e2e::page::{Page, Start};
use e2e::steps::{ENTER, ESCAPE, SOURCE, SPACE};

use crate::states::reach;
use crate::suite::Journey;

/// The stops of a state, from the heading on; what comes before the heading is last.
type Stops = (&'static str, &'static [&'static str]);

const STOPS: &[Stops] = &[
    (
        "failed-session",
        &[
            "Technical details",
            "retry-button",
            "cancel-button",
            "Close",
        ],
    ),
    (
        "sign-in-at-the-start",
        &["signed-in-button", "cancel-button", "Close"],
    ),
    (
        "source-snapshots",
        &[
            "source-project-picker",
            "source-cluster-picker",
            "snapshot",
            "cancel-button",
            "next-button",
            "Close",
        ],
    ),
    (
        "destination",
        &[
            "project-picker",
            "cluster-filter",
            "cancel-button",
            "next-button",
            "Close",
        ],
    ),
    (
        "destination-list",
        &[
            "project-picker",
            "cluster-filter",
            "cancel-button",
            "next-button",
            "Close",
        ],
    ),
    (
        "destination-missing",
        &[
            "Choose an eligible target cluster.",
            "project-picker",
            "cluster-filter",
            "cancel-button",
            "next-button",
            "Close",
        ],
    ),
    (
        "destination-restore-running",
        &[
            "project-picker",
            "cluster-filter",
            "follow-button",
            "cancel-button",
            "next-button",
            "Close",
        ],
    ),
    (
        "review-reason",
        &[
            "Change target",
            "Check only",
            "Copy as command",
            "Show request",
            "reason-input",
            "Copy name",
            "confirm-input",
            "back-button",
            "cancel-button",
            "restore-button",
            "Close",
        ],
    ),
    (
        "review-armed",
        &[
            "Change target",
            "Check only",
            "Copy as command",
            "Show request",
            "Copy name",
            "confirm-input",
            "back-button",
            "cancel-button",
            "restore-button",
            "Close",
        ],
    ),
    (
        "unknown-can-try-again",
        &[
            "Technical details",
            "check-again-button",
            "try-again-button",
            "cancel-button",
            "Close",
        ],
    ),
    ("running", &["Copy job ID", "cancel-button", "Close"]),
    ("completed", &["Copy job ID", "cancel-button", "Close"]),
];

/// CSS pixels of the page, and how many times it is enlarged to have no more: a desk, a small window, 400 % of a desk.
const SIZES: [(u32, u32, u32); 3] = [(1280, 900, 1), (320, 256, 1), (320, 256, 4)];

/// One journey for each state with stops, and what goes back.
pub fn journeys() -> Vec<Journey> {
    let stops = STOPS.iter().map(|(state, stops)| {
        let name = format!("focus::stops_of_{}", state.replace('-', "_"));
        Journey::new(name, move |start| stops_are(start, state, stops))
    });
    let others = [
        Journey::new(
            "focus::goes_back_by_keyboard_through_nested_roots".to_owned(),
            goes_back_through_nested_roots,
        ),
        Journey::new(
            "focus::no_frame_is_drawn_without_focus_on_a_slow_machine".to_owned(),
            no_frame_is_drawn_without_focus_on_a_slow_machine,
        ),
        Journey::new("focus::loss_would_be_seen".to_owned(), loss_would_be_seen),
    ];
    stops.chain(others).collect()
}

/// What has the focus, by a name, and what is wrong with how that is shown: no ring of two pixels, or so little of it
/// between header and footer that it could not be found (2.4.7, 2.4.11: of what only scrolls, a part will do). None where the browser's own controls have it.
const STOP: &str = r#"(() => {
  const e = deepFocus();
  if (!e || e === document.body || e === document.documentElement || e === host()) return null;
  const words = (e.getAttribute('aria-label') ?? e.innerText ?? '').replace(/\s+/g, ' ').trim();
  const name = e.dataset.testid || e.name || (e.matches('button, a, summary') ? words : e.id || e.getAttribute('part') || e.localName);
  const control = e.matches('a, button, input, select, textarea, summary, [tabindex]');
  const wrong = [];
  if (!root().contains(e)) wrong.push('is behind the dialog');
  if (e.matches('[role=listbox]')) wrong.push('is a list, whose keys are those of its filter');
  const style = getComputedStyle(e);
  if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) wrong.push('has no ring');
  const own = e.getBoundingClientRect();
  let [top, bottom, left, right] = [Math.max(own.top, 0), Math.min(own.bottom, innerHeight), Math.max(own.left, 0), Math.min(own.right, innerWidth)];
  for (let p = e.parentElement; p; p = p.parentElement) {
    if (getComputedStyle(p).overflowY === 'visible') continue;
    const box = p.getBoundingClientRect();
    [top, bottom, left, right] = [Math.max(top, box.top), Math.min(bottom, box.bottom), Math.max(left, box.left), Math.min(right, box.right)];
  }
  for (const bar of root().querySelectorAll('[part~=header], [part~=footer]')) {
    if (bar.contains(e) || e.contains(bar)) continue;
    const box = bar.getBoundingClientRect();
    if (box.bottom <= top || box.top >= bottom) continue;
    if (box.top <= top) top = box.bottom; else bottom = box.top;
  }
  const enough = (whole) => control ? Math.min(whole * 0.8, 24) : 1;
  if (bottom - top < enough(own.height) || right - left < enough(own.width))
    wrong.push(`is hidden: ${Math.round(right - left)} by ${Math.round(bottom - top)} of ${Math.round(own.width)} by ${Math.round(own.height)} are to be seen`);
  return {name, control, wrong: wrong.join(' and ')};
})()"#;

/// The names of all stops, once around from the heading. A part that can be scrolled is a stop too in some browsers,
/// where it is higher than its place: those are looked at, and not named.
async fn around(page: &Page, backwards: bool) -> Result<Vec<String>> {
    page.js("root().getElementById('heading').focus();", vec![])
        .await?;
    let mut names: Vec<String> = Vec::new();
    for _ in 0..40 {
        page.tab(backwards).await?;
        // Keys of a person's come in frames of their own. Firefox scrolls to the caret of a field in the frame after the
        // focus has come to it: where that has gone on to a button by then, it scrolls away from the button.
        page.js_async(
            "for (let i = 0; i < 2; i += 1) await new Promise((drawn) => requestAnimationFrame(drawn));",
            vec![],
        )
        .await?;
        let stop = page.value(STOP).await?;
        let Some(name) = stop["name"].as_str() else {
            continue;
        };
        // WebKit scrolls to a text field a frame later than the focus comes.
        let right = format!("({STOP})?.wrong === ''");
        if stop["wrong"] != "" && page.until("it is seen well", &right).await.is_err() {
            bail!(
                "{name} {}\n{}",
                page.value(STOP).await?["wrong"],
                page.describe().await
            );
        }
        if names.first().map(String::as_str) == Some(name) {
            return Ok(names);
        }
        if stop["control"] == true {
            names.push(name.to_owned());
        }
    }
    bail!("the focus does not come around: {names:?}")
}

async fn stops_are(start: Start, state: &str, expected: &[&str]) -> Result<()> {
    let page = reach(&start, state).await?;
    for (width, height, times) in SIZES {
        page.browser
            .set_zoomed_viewport(&page.client, width, height, times)
            .await?;
        let there = around(&page, false)
            .await
            .with_context(|| format!("at {width} by {height}, {times} times"))?;
        assert_eq!(there, expected, "at {width} by {height}, {times} times");
        let mut back = around(&page, true)
            .await
            .with_context(|| format!("backwards at {width} by {height}, {times} times"))?;
        back.reverse();
        assert_eq!(
            back, expected,
            "backwards at {width} by {height}, {times} times"
        );
    }
    Ok(())
}

async fn goes_back_through_nested_roots(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    // A portal's own components: the opener in one shadow root of two, the dialog in another.
    page.js(
        "const deep = (id) => { let at = document.body.appendChild(document.createElement('section')); \
           for (let i = 0; i < 2; i += 1) at = at.attachShadow({mode: 'open'}).appendChild(document.createElement('div')); return at; };\n\
         const old = host(); const dialog = old.cloneNode(); old.remove(); document.getElementById('open').remove();\n\
         const opener = document.createElement('button'); opener.textContent = 'Restore inside'; opener.id = 'inside';\n\
         opener.onclick = () => dialog.show(); deep().append(opener); deep().append(dialog); window.nested = dialog;",
        vec![],
    )
    .await?;
    for (way, key) in [
        (None, ESCAPE),
        (Some("cancel-button"), ENTER),
        (Some("Close"), SPACE),
    ] {
        page.tab_to("inside").await?;
        page.press(&[ENTER]).await?;
        page.until(
            "the dialog is open",
            "isOpen() && all('project-option').length > 0 && focusName() === 'heading'",
        )
        .await?;
        if let Some(name) = way {
            while page.value(STOP).await?["name"] != *name {
                page.tab(false).await?;
            }
        }
        page.press(&[key]).await?;
        page.until("it is closed", "!isOpen()").await?;
        page.until("the focus is back inside", "focusName() === 'inside'")
            .await?;
    }
    Ok(())
}

/// Yew lets the browser draw between changing the page and saying so, where that took it more than a frame.
async fn no_frame_is_drawn_without_focus_on_a_slow_machine(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.review(e2e::world::STAGING, "orders-staging").await?;
    page.confirm("orders-staging").await?;
    page.tab_to("restore-button").await?;
    page.js("seen.slow(); seen.lost = [];", vec![]).await?;
    page.press(&[SPACE]).await?;
    page.job("running").await?;
    page.until(
        "the receipt's heading has the focus",
        "focusName() === 'heading'",
    )
    .await?;
    page.expect_focus_kept().await
}

/// So that a journey in which nothing was lost means something.
async fn loss_would_be_seen(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.js("deepFocus().blur();", vec![]).await?;
    page.until(
        "it is seen",
        "seen.lost.length === 1 && seen.lost[0].startsWith('nowhere')",
    )
    .await?;
    page.js("one('restore-dialog').close(); seen.lost = [];", vec![])
        .await?;
    page.until("it is closed", "!isOpen()").await?;
    Ok(())
}
