//! The dialog speaks the language around it, fetches that one alone, and has room for it.

use anyhow::Result;
use e2e::World;
use e2e::checks::TEXT;
use e2e::page::{Page, Start};
use e2e::steps::{ESCAPE, SOURCE, strings};
use e2e::world::STAGING;
use serde_json::json;

use crate::accessibility::{SIZES, dress};
use crate::states::{CLOSED, STATES, reach};
use crate::suite::Journey;

macro_rules! listed {
    ($($function:ident),* $(,)?) => {
        vec![$(Journey::new(format!("languages::{}", stringify!($function)), $function)),*]
    };
}

/// The journeys of this file; and one for each state.
pub fn journeys() -> Vec<Journey> {
    let mut journeys = listed![
        whole_restore_in_german,
        whole_restore_in_japanese,
        whole_restore_in_arabic,
        english_fetches_no_catalogue,
        region_falls_back_to_its_language,
        language_changes_while_open_and_the_state_stays,
        language_is_the_nearest_ancestors_through_shadow_roots,
        catalogue_that_is_missing_leaves_english_with_one_warning,
        catalogue_that_takes_its_time_comes_later,
        page_brings_a_language_of_its_own,
        documented_messages_stand_in_english_beside_the_translation,
        a_text_of_the_pages_makes_english_no_french,
        tag_in_capitals_is_the_same_language,
        direction_is_that_of_the_dialogs_language,
        loader_speaks_the_language_too,
    ];
    let open = STATES.iter().filter(|state| !CLOSED.contains(state));
    journeys.extend(open.map(|state| {
        Journey::new(
            format!(
                "languages::twice_the_text_and_arabic_fit_in_{}",
                state.replace('-', "_")
            ),
            move |start| fits(start, state),
        )
    }));
    journeys
}

const LANGUAGES: &str = "customElements.get('atlas-restore-dialog').languages";

/// The page counts warnings from now on.
const WATCH_WARNINGS: &str = "seen.warned = []; const warn = console.warn; \
     console.warn = (...words) => { seen.warned.push(words.join(' ')); warn(...words); };";

async fn catalogues(page: &Page) -> Result<Vec<String>> {
    let names = page
        .value("performance.getEntriesByType('resource').map((e) => new URL(e.name).pathname).filter((p) => p.includes('/text/'))")
        .await?;
    Ok(strings(&names))
}

/// The dialog says Cancel so, and says which language that is.
async fn speaks(page: &Page, lang: &str, cancel: &str) -> Result<()> {
    page.until(
        &format!("it speaks {lang}"),
        &format!("text('cancel-button') === '{cancel}' && one('restore-dialog').parentElement.lang === '{lang}'"),
    )
    .await?;
    Ok(())
}

async fn whole_restore(start: Start, lang: &str, cancel: &str, done: &str) -> Result<()> {
    let world = World::example("eligible")?;
    let page = start.bare(world, &format!("{SOURCE}&lang={lang}")).await?;
    page.open().await?;
    speaks(&page, lang, cancel).await?;
    assert_eq!(
        catalogues(&page).await?,
        [format!("/package/text/{lang}.js")]
    );
    page.restored().await?;
    let said = page.text("receipt").await?;
    assert!(said.contains(done), "{done} in {said}");
    page.expect_no_trouble().await
}

async fn whole_restore_in_german(start: Start) -> Result<()> {
    whole_restore(
        start,
        "de",
        "Abbrechen",
        "enthält jetzt die Daten des Snapshots",
    )
    .await
}

async fn whole_restore_in_japanese(start: Start) -> Result<()> {
    whole_restore(
        start,
        "ja",
        "キャンセル",
        "スナップショットのデータが入っています",
    )
    .await
}

async fn whole_restore_in_arabic(start: Start) -> Result<()> {
    whole_restore(start, "ar", "إلغاء", "الآن على بيانات اللقطة").await
}

async fn english_fetches_no_catalogue(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    speaks(&page, "en", "Cancel").await?;
    // One that nobody has translated is English, and is said to be.
    page.js("host().lang = 'tlh';", vec![]).await?;
    page.click("cancel-button").await?;
    page.open().await?;
    speaks(&page, "en", "Cancel").await?;
    assert!(catalogues(&page).await?.is_empty());
    Ok(())
}

async fn region_falls_back_to_its_language(start: Start) -> Result<()> {
    let page = start
        .destination_with(World::example("eligible")?, "&lang=DE-at")
        .await?;
    speaks(&page, "DE-at", "Abbrechen").await?;
    assert_eq!(catalogues(&page).await?, ["/package/text/de.js"]);
    Ok(())
}

async fn language_changes_while_open_and_the_state_stays(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.review(STAGING, "orders-staging").await?;
    page.confirm("orders-staging").await?;
    for (change, lang, cancel) in [
        ("host().lang = 'de'", "de", "Abbrechen"),
        ("host().lang = 'ar'", "ar", "إلغاء"),
        ("host().removeAttribute('lang')", "en", "Cancel"),
        ("document.documentElement.lang = 'ja'", "ja", "キャンセル"),
    ] {
        page.js(&format!("{change};"), vec![]).await?;
        speaks(&page, lang, cancel).await?;
        let state = page
            .value("[one('confirm-input').value, focusName(), one('restore-button').ariaDisabled]")
            .await?;
        assert_eq!(
            state,
            json!(["orders-staging", "confirm-input", null]),
            "{change}"
        );
    }
    page.click("restore-button").await?;
    page.job("running").await
}

async fn language_is_the_nearest_ancestors_through_shadow_roots(start: Start) -> Result<()> {
    let page = start.bare(World::example("eligible")?, SOURCE).await?;
    page.js(
        "const outer = document.createElement('section'); outer.lang = 'ja'; document.querySelector('main').append(outer);\n\
         const inner = outer.attachShadow({mode: 'open'}).appendChild(document.createElement('div'));\n\
         const own = inner.attachShadow({mode: 'open'}); own.append(host()); window.nested = own.firstChild;\n\
         document.documentElement.lang = 'de'; nested.show();",
        vec![],
    )
    .await?;
    speaks(&page, "ja", "キャンセル").await?;
    assert_eq!(catalogues(&page).await?, ["/package/text/ja.js"]);
    Ok(())
}

async fn catalogue_that_is_missing_leaves_english_with_one_warning(start: Start) -> Result<()> {
    let page = start
        .bare(World::example("eligible")?, &format!("{SOURCE}&lang=de"))
        .await?;
    page.js(
        &format!("{WATCH_WARNINGS} {LANGUAGES}.de = () => import('/package/text/not-there.js');"),
        vec![],
    )
    .await?;
    page.open().await?;
    speaks(&page, "en", "Cancel").await?;
    page.projects_listed().await?;
    page.click("cancel-button").await?;
    page.open().await?;
    speaks(&page, "en", "Cancel").await?;
    let warned = strings(&page.value("seen.warned").await?);
    assert_eq!(warned.len(), 1, "{warned:?}");
    assert!(
        warned[0].contains("speaks English; no texts for \"de\""),
        "{warned:?}"
    );
    page.restore_into(STAGING, "orders-staging").await?;
    page.job("running").await
}

async fn catalogue_that_takes_its_time_comes_later(start: Start) -> Result<()> {
    let page = start
        .bare(World::example("eligible")?, &format!("{SOURCE}&lang=de"))
        .await?;
    page.js(
        &format!("const real = {LANGUAGES}.de; {LANGUAGES}.de = () => new Promise((come) => {{ seen.come = () => real().then(come); }});"),
        vec![],
    )
    .await?;
    page.open().await?;
    speaks(&page, "en", "Cancel").await?;
    page.js("seen.come();", vec![]).await?;
    speaks(&page, "de", "Abbrechen").await
}

async fn page_brings_a_language_of_its_own(start: Start) -> Result<()> {
    let page = start
        .bare(World::example("eligible")?, &format!("{SOURCE}&lang=fr"))
        .await?;
    page.js(
        &format!("{WATCH_WARNINGS} {LANGUAGES}.fr = async () => ({{default: {{cancel: 'Annuler', back: 'Retour'}}}}); host().messages = {{back: 'En arrière'}};"),
        vec![],
    )
    .await?;
    page.open().await?;
    speaks(&page, "fr", "Annuler").await?;
    page.review(STAGING, "orders-staging").await?;
    assert_eq!(
        page.text("back-button").await?,
        "En arrière",
        "messages win"
    );
    assert!(
        page.text("restore-button")
            .await?
            .contains("Delete data on"),
        "what it lacks is English"
    );
    let warned = strings(&page.value("seen.warned").await?);
    assert!(
        warned
            .iter()
            .any(|line| line.contains("confirm.label") && !line.contains(" cancel ")),
        "{warned:?}"
    );
    Ok(())
}

async fn documented_messages_stand_in_english_beside_the_translation(start: Start) -> Result<()> {
    let english = "Encryption provider of target cluster does not match selected snapshot's encryption provider.";
    let page = start
        .destination_with(World::example("provider-mismatch")?, "&lang=de")
        .await?;
    page.choose_project(STAGING).await?;
    let said = page.refused_cluster("orders-staging").await?;
    assert!(
        said.contains("Der Verschlüsselungsanbieter des Zielclusters stimmt nicht"),
        "{said}"
    );
    let beside = "one('cluster-error').querySelector('[data-code=\"target.provider-mismatch\"] [lang=en]')?.innerText";
    assert_eq!(page.string(beside).await?, english);
    page.js("host().lang = 'en';", vec![]).await?;
    speaks(&page, "en", "Cancel").await?;
    assert_eq!(page.value(beside).await?, json!(null), "once is enough");
    Ok(())
}

async fn a_text_of_the_pages_makes_english_no_french(start: Start) -> Result<()> {
    let page = start
        .bare(World::example("eligible")?, &format!("{SOURCE}&lang=fr"))
        .await?;
    page.js("host().messages = {cancel: 'Annuler'};", vec![])
        .await?;
    page.open().await?;
    speaks(&page, "en", "Annuler").await
}

async fn tag_in_capitals_is_the_same_language(start: Start) -> Result<()> {
    let page = start
        .bare(World::example("eligible")?, &format!("{SOURCE}&lang=AR-EG"))
        .await?;
    page.open().await?;
    speaks(&page, "AR-EG", "إلغاء").await?;
    let direction = "getComputedStyle(one('restore-dialog')).direction";
    assert_eq!(page.string(direction).await?, "rtl");
    Ok(())
}

async fn direction_is_that_of_the_dialogs_language(start: Start) -> Result<()> {
    let page = start.destination(World::example("eligible")?).await?;
    page.choose_project(STAGING).await?;
    let directions = "(() => { const of = (e) => getComputedStyle(e).direction; const close = root().querySelector('[part=close]').getBoundingClientRect();\n\
           const d = one('restore-dialog').getBoundingClientRect(); const option = all('cluster-option')[0];\n\
           return [of(one('restore-dialog')), close.left - d.left > d.right - close.right, of(option), of(option.querySelector('.name'))]; })()";
    page.js(
        "document.documentElement.lang = 'ar'; document.documentElement.dir = 'rtl';",
        vec![],
    )
    .await?;
    speaks(&page, "ar", "إلغاء").await?;
    assert_eq!(
        page.value(directions).await?,
        json!(["rtl", false, "rtl", "ltr"])
    );
    page.js("host().lang = 'en';", vec![]).await?;
    speaks(&page, "en", "Cancel").await?;
    assert_eq!(
        page.value(directions).await?,
        json!(["ltr", true, "ltr", "ltr"]),
        "English on a page from right to left"
    );
    page.js("host().lang = 'ar'; document.documentElement.lang = 'en'; document.documentElement.dir = 'ltr';", vec![])
        .await?;
    speaks(&page, "ar", "إلغاء").await?;
    assert_eq!(
        page.value(directions).await?,
        json!(["rtl", false, "rtl", "ltr"]),
        "Arabic on a page from left to right"
    );
    page.choose_cluster("orders-staging").await?;
    page.to_review().await?;
    let typed = "(() => { const i = one('confirm-input'); const s = getComputedStyle(i); return [s.direction, getComputedStyle(root().querySelector('.id')).direction]; })()";
    assert_eq!(page.value(typed).await?, json!(["ltr", "ltr"]));
    Ok(())
}

async fn loader_speaks_the_language_too(start: Start) -> Result<()> {
    let page = start
        .bare(World::example("eligible")?, &format!("{SOURCE}&lang=de"))
        .await?;
    page.js(
        "customElements.get('atlas-restore-dialog').wasmUrl = '/package/not-there.wasm';",
        vec![],
    )
    .await?;
    // Once more, so that the catalogue is there before the failure is.
    for _ in 0..2 {
        page.click_on("document.getElementById('open')").await?;
        page.until(
            "it is said",
            "root().querySelector('[role=alert]')?.checkVisibility()",
        )
        .await?;
        page.until("the catalogue is there", "host()._texts")
            .await?;
        page.press(&[ESCAPE]).await?;
    }
    page.click_on("document.getElementById('open')").await?;
    page.until(
        "it is said in German",
        "root().querySelector('[role=alert]')?.innerText.includes('Er hat nichts gestartet') && !root().querySelector('[part=loader]').lang",
    )
    .await?;
    Ok(())
}

/// Nothing of ours is cut off, stands out or needs two-way scrolling where texts are twice as long, or from right to
/// left; no text was forgotten, and axe finds nothing in Arabic either.
async fn fits(start: Start, state: &str) -> Result<()> {
    let page = reach(&start, state).await?;
    assert_eq!(page.value("isOpen()").await?, json!(true), "{state}");
    let mut found = Vec::new();
    for lang in ["qps", "ar"] {
        let page_too = "host().lang = args[0]; document.documentElement.dir = args[0] === 'ar' ? 'rtl' : 'ltr';";
        page.js(page_too, vec![json!(lang)]).await?;
        page.until(
            &format!("it speaks {lang}"),
            &format!("one('restore-dialog').parentElement.lang === '{lang}'"),
        )
        .await?;
        if lang == "qps" {
            let plain = page.value(PLAIN).await?;
            found.extend(
                strings(&plain)
                    .into_iter()
                    .map(|text| format!("not of the catalogue: {text}")),
            );
        }
        for (width, height) in SIZES {
            page.browser
                .set_viewport(&page.client, width, height)
                .await?;
            let mut lines = page.without_room().await?;
            // Arabic stands for all that is written from right to left; twice the text is of no other colour.
            for theme in ["dark", "light"].into_iter().filter(|_| lang == "ar") {
                dress(&page, theme).await?;
                lines.extend(page.axe().await?);
                lines.extend(page.too_faint(TEXT).await?);
                lines.extend(page.too_small().await?);
            }
            found.extend(lines.iter().map(|line| format!("{lang} {width} {line}")));
            if width < 600 {
                page.browser.set_viewport(&page.client, width, 2400).await?;
            }
            page.picture(&format!("{lang}/{state}-{width}")).await?;
        }
    }
    anyhow::ensure!(found.is_empty(), "{state}: {}", found.join("\n"));
    Ok(())
}

/// Words of four plain letters and more that are no name, id, time, or the server's.
const PLAIN: &str = "(() => { const found = []; const walker = document.createTreeWalker(one('restore-dialog'), NodeFilter.SHOW_TEXT); \
   while (walker.nextNode()) { const n = walker.currentNode; const e = n.parentElement; \
     if (e.closest('bdi, time, option, .sub, .id, .quote, .details p, .details dl, .meta, [dir=auto], [lang=en], [aria-live]') || !/[A-Za-z]{4}/.test(n.data)) continue; \
     found.push(n.data.trim()); } \
   for (const e of one('restore-dialog').querySelectorAll('[aria-label], [placeholder], [title]')) \
     for (const a of ['aria-label', 'placeholder', 'title']) if (/[A-Za-z]{4}/.test((e.getAttribute(a) ?? '').replace(/orders-?\\w*/g, ''))) found.push(`${a}: ${e.getAttribute(a)}`); \
   return found; })()";
