//! Pictures that people have looked at, and that the dialog must still look like: `e2e/pictures/`. `BLESS=1` takes them
//! anew; then they are looked at again.
//!
//! The letters are the same on every machine, for the fonts come from npm and are put into the page. What smooths them is
//! not, so squares are compared by their mean colour (`checks/pictures.js`).

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use e2e::checks::{Text, base64};
use e2e::page::{Page, Start};
use serde_json::json;

use crate::states::reach;
use crate::suite::Journey;

/// Squares of a thousand that may differ: the time of a job, a smoothed edge. A button of another colour is four.
const SPARE: u64 = 2;

/// Files of one family, in the order in which the browser looks for a letter.
const FONTS: [(&str, &str); 4] = [
    ("Pictured", "noto-sans/files/noto-sans-latin"),
    (
        "Pictured Arabic",
        "noto-sans-arabic/files/noto-sans-arabic-arabic",
    ),
    ("Pictured Signs", "noto-sans/files/noto-sans-latin-ext"),
    ("Pictured Mono", "noto-sans-mono/files/noto-sans-mono-latin"),
];

/// What is pictured.
#[derive(Clone, Copy)]
struct Picture {
    name: &'static str,
    state: &'static str,
    size: (u32, u32),
    lang: &'static str,
    theme: &'static str,
    system: &'static [(&'static str, &'static str)],
    text: Text,
    /// What is in the middle of it.
    at: &'static str,
}

const DESK: (u32, u32) = (1000, 780);
const PHONE: (u32, u32) = (320, 640);

const PLAIN: Picture = Picture {
    name: "",
    state: "",
    size: DESK,
    lang: "en",
    theme: "light",
    system: &[],
    text: Text::AsItIs,
    at: "#title",
};

const PICTURES: [Picture; 15] = [
    Picture {
        name: "source",
        state: "source-snapshots",
        ..PLAIN
    },
    Picture {
        name: "destination-refused",
        state: "destination-refused",
        ..PLAIN
    },
    Picture {
        name: "destination-dark",
        state: "destination-chosen-warnings",
        theme: "dark",
        ..PLAIN
    },
    Picture {
        name: "review-wrong-name",
        state: "review-wrong-name",
        at: "#confirm-input",
        ..PLAIN
    },
    Picture {
        name: "review-armed-dark",
        state: "review-armed",
        theme: "dark",
        at: "#confirm-input",
        ..PLAIN
    },
    Picture {
        name: "unknown",
        state: "unknown-can-try-again",
        ..PLAIN
    },
    Picture {
        name: "destination-arabic",
        state: "destination-refused",
        lang: "ar",
        ..PLAIN
    },
    Picture {
        name: "review-arabic-dark",
        state: "review",
        lang: "ar",
        theme: "dark",
        at: ".compare",
        ..PLAIN
    },
    Picture {
        name: "destination-arabic-phone",
        state: "destination-list",
        lang: "ar",
        size: PHONE,
        at: "#cluster-list",
        ..PLAIN
    },
    Picture {
        name: "review-phone",
        state: "review",
        size: PHONE,
        at: ".compare",
        ..PLAIN
    },
    Picture {
        name: "review-enlarged-four-times",
        state: "review-wrong-name",
        size: (320, 256),
        at: "#confirm-input",
        ..PLAIN
    },
    Picture {
        name: "destination-spaced-phone",
        state: "destination-chosen",
        size: PHONE,
        text: Text::Spaced,
        at: "#cluster-list",
        ..PLAIN
    },
    Picture {
        name: "review-doubled",
        state: "review-wrong-name",
        text: Text::Doubled,
        at: "#confirm-input",
        ..PLAIN
    },
    Picture {
        name: "destination-forced-colours",
        state: "destination-chosen",
        system: &[
            ("forced-colors", "active"),
            ("prefers-color-scheme", "dark"),
        ],
        ..PLAIN
    },
    Picture {
        name: "review-more-contrast",
        state: "review-wrong-name",
        system: &[("prefers-contrast", "more")],
        at: "#confirm-input",
        ..PLAIN
    },
];

/// One journey for each picture.
pub fn journeys() -> Vec<Journey> {
    let pictures = PICTURES.iter().map(|picture| {
        Journey::new(
            format!("pictures::{}", picture.name.replace('-', "_")),
            move |start| looks_like_it(start, picture),
        )
    });
    let other = Journey::new(
        "pictures::comparing_would_find_something".to_owned(),
        comparing_would_find_something,
    );
    pictures.chain([other]).collect()
}

async fn looks_like_it(start: Start, picture: &Picture) -> Result<()> {
    let page = dressed(&start, picture).await?;
    let taken = page.client.screenshot().await?;
    let file = folder().join(picture.name).with_extension("png");
    if std::env::var_os("BLESS").is_some() {
        return Ok(std::fs::write(&file, taken)?);
    }
    let expected = std::fs::read(&file).with_context(|| format!("no {}", file.display()))?;
    let found = page.compare(&expected, &taken).await?;
    ensure!(found["sizes"].is_null(), "{}: {found}", picture.name);
    let (count, of) = (found["count"].as_u64(), found["of"].as_u64());
    if count.unwrap_or(u64::MAX) * 1_000 > of.unwrap_or_default() * SPARE {
        let now = page.picture(&format!("pictures/{}", picture.name)).await?;
        bail!(
            "{} does not look as in e2e/pictures/{}.png any more: {found}. It is in {} now. If that is as it should be, BLESS=1 writes it.",
            picture.name,
            picture.name,
            now.display()
        );
    }
    Ok(())
}

/// The state, with all that is asked for it, at rest.
async fn dressed(start: &Start, picture: &Picture) -> Result<Page> {
    let page = reach(start, picture.state).await?;
    page.browser
        .set_viewport(&page.client, picture.size.0, picture.size.1)
        .await?;
    page.browser
        .set_preferences(&page.client, picture.system)
        .await?;
    put_fonts(&page).await?;
    page.js(
        "host().lang = args[0]; document.documentElement.dir = args[0] === 'ar' ? 'rtl' : 'ltr'; host().setAttribute('theme', args[1]);",
        vec![json!(picture.lang), json!(picture.theme)],
    )
    .await?;
    page.until(
        "it is so",
        &format!(
            "one('restore-dialog').parentElement.lang === '{}' && root().querySelector('.theme.{}')",
            picture.lang, picture.theme
        ),
    )
    .await?;
    page.point_at(0, 0).await?;
    page.set_text(picture.text).await?;
    page.js_async(
        "root().querySelector(args[0]).scrollIntoView({block: 'center'}); deepFocus().style.caretColor = 'transparent';\n\
         await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));",
        vec![json!(picture.at)],
    )
    .await?;
    Ok(page)
}

/// Puts the pictures' own fonts into the page; from bytes, since the page's policy lets none be fetched.
async fn put_fonts(page: &Page) -> Result<()> {
    let mut fonts = Vec::new();
    for (family, file) in FONTS {
        for weight in ["400", "600"] {
            let path = modules().join(format!("{file}-{weight}-normal.woff2"));
            let bytes = std::fs::read(&path).with_context(|| {
                format!("{} is not there: run `npm ci` in e2e/", path.display())
            })?;
            fonts.push(json!([family, weight, base64(&bytes)]));
        }
    }
    page.js_async(
        "for (const [family, weight, bytes] of args[0]) {\n\
           const font = new window.FontFace(family, Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0)), {weight});\n\
           document.fonts.add(await font.load());\n\
         }\n\
         const letters = args[1].map((name) => `'${name}'`).join(', ');\n\
         host().style.setProperty('--restore-font', letters); host().style.setProperty('--restore-font-mono', \"'Pictured Mono'\");\n\
         document.body.style.fontFamily = letters; for (const b of document.querySelectorAll('button')) b.style.fontFamily = letters;",
        vec![
            json!(fonts),
            json!(FONTS.iter().take(3).map(|(family, _)| family).collect::<Vec<_>>()),
        ],
    )
    .await?;
    Ok(())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("pictures")
}

fn modules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules/@fontsource")
}

/// So that "the same" means something: a main button of another colour is more than is spared.
async fn comparing_would_find_something(start: Start) -> Result<()> {
    let page = dressed(
        &start,
        &Picture {
            state: "destination-chosen",
            ..PLAIN
        },
    )
    .await?;
    let before = page.client.screenshot().await?;
    let same = page.compare(&before, &before).await?;
    assert_eq!(same["count"], 0);
    page.js("one('next-button').style.background = '#555';", vec![])
        .await?;
    let after = page.client.screenshot().await?;
    let found = page.compare(&before, &after).await?;
    let (count, of) = (found["count"].as_u64(), found["of"].as_u64());
    assert!(
        count > Some(0) && count.unwrap_or_default() * 1_000 > of.unwrap_or_default() * SPARE,
        "{found}"
    );
    Ok(())
}
