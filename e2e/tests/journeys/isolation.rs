//! A page that means no good to what is on it, and what of it reaches the dialog: nothing.

use anyhow::{Result, ensure};
use e2e::page::{POLICY, Page, Start};
use e2e::steps::{ESCAPE, SOURCE, TAB};
use e2e::world::{STAGING, STOREFRONT};
use e2e::{Engine, World};
use serde_json::{Value, json};

crate::journeys![
    hostile_style_changes_no_pixel,
    hostile_scripts_change_no_step,
    language_from_right_to_left_mirrors_and_fits,
    theme_is_set_by_documented_properties_and_parts,
    english_keeps_its_direction_on_a_page_from_right_to_left,
    page_that_hides_it_from_assistive_technology_is_told,
    page_that_takes_the_focus_away_is_told,
    frame_of_another_origin_gets_no_dialog_where_the_page_refuses,
];

/// The hostile sheet, adopted by the page: a policy forbids neither.
const HOSTILE: &str = "const sheet = new CSSStyleSheet(); sheet.replaceSync(await (await fetch('/pages/hostile.css')).text()); \
     document.adoptedStyleSheets.push(sheet); await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));";

/// Of everything in the dialog: where it is, how large, and in which type it is set.
const LAYOUT: &str = "[...root().querySelectorAll('dialog, dialog *')].map((e) => { const {x, y, width, height} = e.getBoundingClientRect(); const s = getComputedStyle(e); \
     return [e.localName, e.className, x, y, width, height, s.font, s.letterSpacing, s.textTransform, s.color, s.cursor, s.visibility, s.lineHeight, s.whiteSpace].join(' '); })";

/// The largest difference of a colour's part between two pictures of one size, 0 to 255; 999 if the sizes differ.
const APART: &str = "const pixels = async (bytes) => { const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)]));\n\
       const {width, height} = picture; const canvas = new OffscreenCanvas(width, height).getContext('2d');\n\
       canvas.drawImage(picture, 0, 0); return {width, height, data: canvas.getImageData(0, 0, width, height).data}; };\n\
     const [a, b] = [await pixels(args[0]), await pixels(args[1])];\n\
     if (a.width !== b.width || a.height !== b.height || a.data.every((part) => part === a.data[0])) return 999;\n\
     return a.data.reduce((most, part, at) => Math.max(most, Math.abs(part - b.data[at])), 0);";
/// What drawing the same thing twice may differ by, at the edges of round shapes.
const NOISE: u64 = 48;
/// In WebKit the scroll bars lie over the page, and fade.
const NOISE_OF_BARS: u64 = 80;
/// So many pictures are taken: WebKit draws round shapes anew each time, and what the page changes is in all of them.
const PICTURES: usize = 4;

async fn look(page: &Page) -> Result<(Value, Vec<u8>)> {
    let layout = page.value(LAYOUT).await?;
    // WebKit's pictures are of what was drawn last.
    page.js_async(
        "await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));",
        vec![],
    )
    .await?;
    let picture = page.by_id("restore-dialog").await?.screenshot().await?;
    Ok((layout, picture))
}

/// The first lines that differ, for whoever has to find out why.
fn differences(before: &Value, after: &Value) -> Vec<String> {
    let lines = |value: &Value| e2e::steps::strings(value);
    lines(before)
        .into_iter()
        .zip(lines(after))
        .filter(|(before, after)| before != after)
        .take(5)
        .map(|(before, after)| format!("{before}\n  {after}"))
        .collect()
}

async fn hostile_style_changes_no_pixel(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    // Around the dialog's corners the page would show.
    page.js("document.body.replaceChildren(host()); host().style.setProperty('--restore-radius', '-6px');", vec![])
        .await?;
    page.until(
        "it is open again",
        "one('restore-dialog').matches(':modal')",
    )
    .await?;
    for step in ["destination", "review"] {
        if step == "review" {
            page.review(STAGING, "orders-staging").await?;
        }
        let before = look(&page).await?;
        let (noise, pictures) = match start.engine() {
            Engine::WebKit => (NOISE_OF_BARS, PICTURES),
            _ => (NOISE, 1),
        };
        let is_same = |apart: &Value| apart.as_u64().is_some_and(|apart| apart <= noise);
        let mut apart = json!(999);
        for _ in 0..pictures {
            page.js_async(HOSTILE, vec![]).await?;
            assert_eq!(
                page.value("getComputedStyle(document.body).textTransform")
                    .await?,
                json!("uppercase"),
                "the sheet is there"
            );
            let after = look(&page).await?;
            let differences = differences(&before.0, &after.0);
            ensure!(differences.is_empty(), "{step}: {}", differences.join("\n"));
            page.js("document.adoptedStyleSheets.pop();", vec![])
                .await?;
            apart = page
                .js_async(APART, vec![json!(before.1), json!(after.1)])
                .await?;
            if is_same(&apart) {
                break;
            }
            std::fs::create_dir_all(&page.setup.pictures)?;
            for (name, picture) in [("before", &before.1), ("after", &after.1)] {
                let file = format!("hostile-{step}-{name}.png");
                std::fs::write(page.setup.pictures.join(file), picture)?;
            }
        }
        ensure!(
            is_same(&apart),
            "{step}: the pictures differ, by {apart} of 255: target/screenshots/hostile-{step}-….png"
        );
    }
    page.confirm("orders-staging").await?;
    page.click("restore-button").await?;
    page.job("running").await
}

async fn hostile_scripts_change_no_step(start: Start) -> Result<()> {
    // A plain proxy: what the page says of roles and policy counts, and by the defaults nothing could be restored.
    let mut world = World::example("eligible")?;
    if let Some(members) = world.0.as_object_mut() {
        members.remove("person");
    }
    let page = start.bare(world, SOURCE).await?;
    // WebKit's driver itself runs in the page, and cannot put into words what has such members.
    let mercy = match start.engine() {
        Engine::WebKit => "delete Array.prototype.toJSON; delete Object.prototype.extend;",
        _ => "",
    };
    page.js_async(
        &format!("await import('/pages/hostile.js'); {mercy}"),
        vec![],
    )
    .await?;
    page.js(
        "host().policy = {acceptedRoles: ['GROUP_BACKUP_MANAGER'], topology: 'matching'};\n\
         host().roles = {roles: {[args[0]]: ['GROUP_BACKUP_MANAGER'], [args[1]]: ['GROUP_BACKUP_MANAGER']}, orgRoles: {}};\n\
         seen.shown = host().show();",
        vec![json!(STOREFRONT), json!(STAGING)],
    )
    .await?;
    // Either of them taken for what is not there would leave a finding about the person.
    let person = page
        .js_async(
            "let codes = ''; for (const {code} of await host().check()) if (code.startsWith('person.')) codes += code; return codes;",
            vec![],
        )
        .await?;
    assert_eq!(person, json!(""));
    page.projects_listed().await?;
    page.until(
        "the focus is in the dialog",
        "Boolean(root().activeElement)",
    )
    .await?;
    page.choose_project(STAGING).await?;
    page.type_into("cluster-filter", "orders-st").await?;
    page.until(
        "the filter filters",
        "one('cluster-count').dataset.count === '1'",
    )
    .await?;
    page.choose_cluster("orders-staging").await?;
    page.to_review().await?;
    page.confirm("orders-staging").await?;
    page.click("restore-button").await?;
    page.job("running").await?;
    assert_eq!(page.posts().await?.len(), 1);
    page.press(&[ESCAPE]).await?;
    page.until("it is closed", "!isOpen()").await?;
    assert!(
        page.value("pulled").await?.as_u64() < Some(100),
        "nobody fights for the focus"
    );
    page.expect_no_trouble().await
}

async fn language_from_right_to_left_mirrors_and_fits(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js("host().lang = 'ar';", vec![]).await?;
    page.open().await?;
    page.projects_listed().await?;
    let fits = page
        .value(
            "(() => { const d = one('restore-dialog').getBoundingClientRect(); const close = root().querySelector('[part=close]').getBoundingClientRect();\n\
               return [close.left - d.left < d.right - close.right, one('restore-dialog').scrollWidth <= one('restore-dialog').clientWidth, d.left >= 0 && d.right <= innerWidth]; })()",
        )
        .await?;
    assert_eq!(fits, json!([true, true, true]));
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await
}

/// The page's direction is not the language's.
async fn english_keeps_its_direction_on_a_page_from_right_to_left(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js(
        "document.documentElement.dir = 'rtl'; document.body.style.direction = 'rtl';",
        vec![],
    )
    .await?;
    page.open().await?;
    page.projects_listed().await?;
    let looks = page
        .value(
            "(() => { const d = one('restore-dialog').getBoundingClientRect(); const close = root().querySelector('[part=close]').getBoundingClientRect();\n\
               return [getComputedStyle(document.body).direction, getComputedStyle(one('restore-dialog')).direction, \
                       close.left - d.left > d.right - close.right, \
                       [...root().querySelectorAll('dialog *')].filter((e) => getComputedStyle(e).direction === 'rtl').length]; })()",
        )
        .await?;
    assert_eq!(looks, json!(["rtl", "ltr", true, 0]));
    Ok(())
}

/// D16: as modals do to all of a page but themselves.
async fn page_that_hides_it_from_assistive_technology_is_told(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js(
        "seen.warnings = []; document.addEventListener('restore-warning', ({detail}) => seen.warnings.push(detail));\n\
         document.querySelector('main').id = 'portal';",
        vec![],
    )
    .await?;
    page.open().await?;
    page.until("it is open", "isOpen()").await?;
    page.press(&[ESCAPE]).await?;
    page.until("it is closed", "!isOpen()").await?;
    assert_eq!(page.value("seen.warnings").await?, json!([]));
    page.js(
        "document.querySelector('main').ariaHidden = 'true'; host().show();",
        vec![],
    )
    .await?;
    page.until("it is open", "isOpen()").await?;
    let warnings = page
        .until("the page is told", "seen.warnings.length && seen.warnings")
        .await?;
    assert_eq!(warnings.as_array().map(Vec::len), Some(1));
    assert_eq!(warnings[0]["code"], "aria-hidden");
    let told = warnings[0]["message"].as_str().unwrap_or_default();
    assert!(told.contains("main#portal"), "{told}");
    Ok(())
}

/// D16: as modals do that keep the focus in them by scripts: each that has an effect on the dialog is named, once.
async fn page_that_takes_the_focus_away_is_told(start: Start) -> Result<()> {
    let outside = "const outside = document.getElementById('open');\n\
         const trap = (event) => { if (!event.composedPath().includes(outside)) { ";
    for (act, warns) in [
        // The browser lets nothing behind a modal dialog have the focus.
        ("seen.tries += 1; outside.focus(); } };", false),
        ("seen.tries += 1; deepFocus().blur(); } };", true),
        (
            "if (event.key === 'Tab') { seen.tries += 1; event.preventDefault(); outside.focus(); } } };",
            true,
        ),
    ] {
        let page = start.bare(World::example("eligible")?, SOURCE).await?;
        page.js(
            &format!(
                "seen.tries = 0; seen.warnings = []; document.addEventListener('restore-warning', ({{detail}}) => seen.warnings.push(detail));\n\
                 {outside}{act}\n\
                 for (const type of ['focusin', 'keydown']) document.addEventListener(type, trap, true);"
            ),
            vec![],
        )
        .await?;
        page.open().await?;
        page.until(
            "the projects are listed",
            "all('project-option').length > 0",
        )
        .await?;
        for _ in 0..3 {
            page.press(&[TAB]).await?;
        }
        page.until("the trap has tried", "seen.tries > 0").await?;
        if warns {
            page.until("the page is told", "seen.warnings.length")
                .await?;
        } else {
            assert_eq!(
                page.value("isOpen() && Boolean(root().activeElement)")
                    .await?,
                json!(true)
            );
        }
        page.press(&[TAB, TAB]).await?;
        let told = page.value("seen.warnings.map((one) => one.code)").await?;
        assert_eq!(
            told,
            if warns {
                json!(["focus-pulled"])
            } else {
                json!([])
            },
            "{act}"
        );
        page.press(&[ESCAPE]).await?;
        page.until("it is closed", "!isOpen()").await?;
    }
    Ok(())
}

/// X12. The frames lie in each other: one of our own origin, and in it one of another.
async fn frame_of_another_origin_gets_no_dialog_where_the_page_refuses(start: Start) -> Result<()> {
    let policy = format!("{POLICY}; frame-src 'self' http://localhost:*");
    let page = start
        .bare_under(World::example("eligible")?, SOURCE, Some(&policy))
        .await?;
    let into = async |host: &str| -> Result<()> {
        page.js(
            "const url = new URL(location); if (args[0]) url.hostname = args[0];\n\
             const frame = document.createElement('iframe'); frame.width = 900; frame.height = 700; frame.src = url;\n\
             document.querySelector('main').replaceChildren(frame);",
            vec![json!(host)],
        )
        .await?;
        let frame = page.element("document.querySelector('iframe')").await?;
        frame.enter_frame().await?;
        page.until("the framed page is ready", "window.seen?.ready")
            .await?;
        Ok(())
    };
    into("").await?;
    page.open().await?;
    page.until(
        "a frame of the same origin is no stranger's",
        "isOpen() && all('project-option').length > 0",
    )
    .await?;
    page.press(&[ESCAPE]).await?;
    page.until("it is closed", "!isOpen()").await?;
    let before = page.sandbox.log().await?.len();

    into("localhost").await?;
    page.js("host().framed = 'refuse';", vec![]).await?;
    page.click_on("document.getElementById('open')").await?;
    page.until(
        "it is said",
        "root().querySelector('[role=alert]')?.textContent.includes('inside another site')",
    )
    .await?;
    assert_eq!(page.events("restore-error").await?[0]["code"], "framed");
    assert_eq!(
        page.value("[isOpen(), host().open, seen.outcomes[0].outcome]")
            .await?,
        json!([false, false, "error"])
    );
    // Its own frame is of its own origin; the one around that is not.
    into("").await?;
    let outcome = page
        .js_async(
            "host().framed = 'refuse'; const {outcome, error} = await host().show(); return [outcome, error.code];",
            vec![],
        )
        .await?;
    assert_eq!(outcome, json!(["error", "framed"]));
    assert_eq!(page.sandbox.log().await?.len(), before, "nothing was asked");

    page.js(
        "host().framed = null; root().querySelector('[part=loader] button').click();",
        vec![],
    )
    .await?;
    page.open().await?;
    page.until(
        "nobody forbids it",
        "isOpen() && all('project-option').length > 0",
    )
    .await?;
    Ok(())
}

async fn theme_is_set_by_documented_properties_and_parts(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.js_async(
        "const sheet = new CSSStyleSheet(); sheet.replaceSync(`\n\
           atlas-restore-dialog { --restore-surface: rgb(1, 2, 3); --restore-text: rgb(250, 251, 252); --restore-font: monospace; --restore-width: 700px; }\n\
           atlas-restore-dialog::part(footer) { background: rgb(9, 8, 7); }\n\
           atlas-restore-dialog .footer, atlas-restore-dialog dialog { outline: 5px solid red; }`);\n\
         document.adoptedStyleSheets.push(sheet);",
        vec![],
    )
    .await?;
    let look = page
        .value(
            "(() => { const d = getComputedStyle(one('restore-dialog')); const f = getComputedStyle(root().querySelector('[part=footer]'));\n\
               return [d.backgroundColor, d.color, d.fontFamily, d.width, f.backgroundColor, d.outlineStyle, f.outlineStyle]; })()",
        )
        .await?;
    assert_eq!(
        look,
        json!([
            "rgb(1, 2, 3)",
            "rgb(250, 251, 252)",
            "monospace",
            "700px",
            "rgb(9, 8, 7)",
            "none",
            "none"
        ])
    );
    Ok(())
}
