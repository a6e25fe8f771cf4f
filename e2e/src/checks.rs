//! What can be measured of a page as it is drawn: contrast, room, the size of what is pressed. The measuring itself is
//! JavaScript, in `e2e/checks/`.

use anyhow::Result;
use serde_json::{Value, json};

use crate::page::Page;
use crate::steps::strings;

const CONTRAST: &str = include_str!("../checks/contrast.js");
const ROOM: &str = include_str!("../checks/room.js");
const TARGETS: &str = include_str!("../checks/targets.js");

const DRAWN: &str = concat!(
    include_str!("../checks/contrast.js"),
    include_str!("../checks/drawn.js")
);
const PICTURES: &str = include_str!("../checks/pictures.js");

/// What text needs: WCAG 2.2, 1.4.3.
pub const TEXT: f64 = 4.5;

/// What a person may do to the text of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    /// Nothing.
    AsItIs,
    /// Lines, letters, words and paragraphs further apart (1.4.12).
    Spaced,
    /// Twice as large, and nothing else (1.4.4).
    Doubled,
}

impl Page {
    /// What has too little contrast: text below `least` to 1; borders, drawings and fields below 3 to 1.
    pub async fn too_faint(&self, least: f64) -> Result<Vec<String>> {
        let body = format!("{CONTRAST}\nreturn contrasts(args[0]);");
        Ok(strings(&self.js(&body, vec![json!(least)]).await?))
    }

    /// What is wrong with the ring around what has the focus.
    pub async fn faint_ring(&self) -> Result<Value> {
        self.js(&format!("{CONTRAST}\nreturn ring();"), vec![])
            .await
    }

    /// What is too small to be hit.
    pub async fn too_small(&self) -> Result<Vec<String>> {
        let body = format!("{TARGETS}\nreturn targets();");
        Ok(strings(&self.js(&body, vec![]).await?))
    }

    /// What needs two-way scrolling, is cut, stands out of the dialog or lies over something else.
    pub async fn without_room(&self) -> Result<Vec<String>> {
        let body = format!("{ROOM}\nreturn [...tooWide(), ...overlaps()];");
        Ok(strings(&self.js(&body, vec![]).await?))
    }

    /// Does that to the text of the dialog.
    pub async fn set_text(&self, text: Text) -> Result<()> {
        let change = match text {
            Text::AsItIs => "spaced(false); enlarged(1);",
            Text::Spaced => "spaced(true);",
            Text::Doubled => "enlarged(2);",
        };
        self.js(&format!("{ROOM}\n{change}"), vec![]).await?;
        Ok(())
    }

    /// The contrast of controls that the browser draws, as an expression gives them: `[{what, most}]`.
    pub async fn drawn(&self, elements: &str) -> Result<Value> {
        // WebKit takes the picture of the frame that is there, which may be the one before the page was scrolled.
        self.js_async(
            "for (let i = 0; i < 3; i += 1) await new Promise((drawn) => requestAnimationFrame(drawn));",
            vec![],
        )
        .await?;
        let picture = base64(&self.client.screenshot().await?);
        let body = format!("{DRAWN}\nreturn drawn(args[0], {elements});");
        self.js_async(&body, vec![json!(picture)]).await
    }

    /// Where two pictures differ: `{count, of, box}` in squares, or `{sizes}`.
    pub async fn compare(&self, expected: &[u8], actual: &[u8]) -> Result<Value> {
        let body = format!("{PICTURES}\nreturn differences(args[0], args[1]);");
        let pictures = vec![json!(base64(expected)), json!(base64(actual))];
        self.js_async(&body, pictures).await
    }
}

/// Bytes as a page reads them.
pub fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let word = three.iter().enumerate().fold(0_u32, |word, (place, byte)| {
            word | u32::from(*byte) << (16 - 8 * place)
        });
        for place in 0..4 {
            let digit = DIGITS[(word >> (18 - 6 * place)) as usize & 63];
            text.push(if place > three.len() {
                '='
            } else {
                char::from(digit)
            });
        }
    }
    text
}
