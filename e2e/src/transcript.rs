//! Writing down, step by step, what a screen reader would say, and comparing it with `e2e/transcripts/`. What differs
//! from run to run (ids, the minute, seconds) is written as a placeholder.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::page::Page;
use crate::steps::strings;

/// Keeps what the live regions say from now on, in their order.
const LISTEN: &str = "seen.said = []; \
    new MutationObserver((changes) => { \
      for (const region of new Set(changes.map((c) => (c.target.nodeType === 1 ? c.target : c.target.parentElement)?.closest('[aria-live], [role=alert]')))) { \
        const text = region?.textContent.replace(/\\s+/g, ' ').trim(); \
        if (text) seen.said.push(`${region.role === 'alert' ? 'at once' : 'when silent'}: \"${text}\"`); } \
    }).observe(host().shadowRoot, {childList: true, characterData: true, subtree: true});";

/// Nothing is under way that would change what is there.
const READ: &str = "!root().querySelector('[aria-busy=\"true\"]') && !text('restore-dialog').includes('Wait until everything is loaded')";

/// How much of what can be read is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// All of it.
    Whole,
    /// What is new (`+`) and what is gone (`-`) since the last step.
    Changes,
}

/// What is done on a page, and what a screen reader says to it, step by step.
#[derive(Debug)]
pub struct Transcript {
    /// The page.
    pub page: Page,
    name: &'static str,
    text: String,
    steps: usize,
    read: Vec<String>,
    heard: usize,
}

impl Transcript {
    /// Begins: the live regions of `page` are listened to from now on.
    pub async fn new(page: Page, name: &'static str, about: &str) -> Result<Transcript> {
        page.js(LISTEN, vec![]).await?;
        Ok(Transcript {
            page,
            name,
            text: format!("{about}\n"),
            steps: 0,
            read: Vec::new(),
            heard: 0,
        })
    }

    /// Goes on with another page.
    pub async fn on(self, page: Page) -> Result<Transcript> {
        page.js(LISTEN, vec![]).await?;
        Ok(Transcript {
            page,
            heard: 0,
            ..self
        })
    }

    /// Leaves out what was said so far.
    pub async fn skip(&mut self) -> Result<()> {
        self.heard = strings(&self.page.value("seen.said").await?).len();
        Ok(())
    }

    /// Writes down what is there after `what` was done; so many things were `said` by the live regions meanwhile.
    pub async fn step(&mut self, what: &str, said: usize, reading: Reading) -> Result<()> {
        let heard = self.heard + said;
        self.page
            .until(
                &format!("{said} things are said after: {what}"),
                &format!("seen.said.length >= {heard}"),
            )
            .await?;
        self.page.until("all is read", READ).await?;
        let tree = self.page.browser.tree(&self.page.client).await?;
        let all = strings(&self.page.value("seen.said").await?);
        self.steps += 1;
        let _ = write!(self.text, "\n{}. {what}\n", self.steps);
        for line in all.iter().skip(self.heard) {
            let _ = writeln!(self.text, "   says {}", plain(line));
        }
        self.heard = all.len();
        for (index, line) in tree.focus().iter().enumerate() {
            let before = if index == 0 { "focus on " } else { "" };
            let _ = writeln!(self.text, "   {before}{line}");
        }
        let lines = tree.lines();
        let written = match reading {
            Reading::Whole => lines.clone(),
            Reading::Changes => changes(&self.read, &lines),
        };
        for line in &written {
            let _ = writeln!(self.text, "   | {line}");
        }
        self.read = lines;
        Ok(())
    }

    /// Compares with the file, or writes it.
    pub fn compare(self) -> Result<()> {
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("transcripts")
            .join(self.name)
            .with_extension("txt");
        if std::env::var_os("BLESS").is_some() {
            return std::fs::write(&file, self.text).context("it cannot be written");
        }
        let expected = std::fs::read_to_string(&file).unwrap_or_default();
        if expected == self.text {
            return Ok(());
        }
        let lines = |text: &str| -> Vec<String> { text.lines().map(str::to_owned).collect() };
        bail!(
            "a screen reader would say something else than e2e/transcripts/{}.txt has. If that is as it should be, BLESS=1 writes it.\n{}",
            self.name,
            changes(&lines(&expected), &lines(&self.text)).join("\n")
        )
    }
}

/// Without what differs from run to run: ids of 24 hexadecimal digits, the minutes around the hour at which each world begins, numbers of seconds.
pub fn plain(line: &str) -> String {
    let mut plain = String::new();
    let mut rest = line;
    while !rest.is_empty() {
        let hex = rest.len()
            - rest
                .trim_start_matches(|c: char| c.is_ascii_hexdigit())
                .len();
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if hex == 24 {
            plain.push_str("<id>");
            rest = &rest[hex..];
        } else if digits > 0 && rest[digits..].starts_with(" sec") {
            plain.push_str("<n> sec");
            rest = &rest[digits + " sec".len()..];
            if let Some(after) = rest.strip_prefix("ond") {
                plain.push_str("onds");
                rest = after.trim_start_matches('s');
            }
        } else if (rest.starts_with("10:0") || rest.starts_with("09:5"))
            && rest[4..].starts_with(|c: char| c.is_ascii_digit())
        {
            plain.push_str("<now>");
            rest = &rest[5..];
        } else {
            let taken = hex.max(digits).max(1);
            let taken = rest
                .char_indices()
                .nth(taken)
                .map_or(rest.len(), |(at, _)| at);
            plain.push_str(&rest[..taken]);
            rest = &rest[taken..];
        }
    }
    plain
}

/// The lines of `after` that are not in `before` (`+`), and those that are gone (`-`), in their order.
pub fn changes(before: &[String], after: &[String]) -> Vec<String> {
    let mut common = vec![vec![0_usize; after.len() + 1]; before.len() + 1];
    for (i, old) in before.iter().enumerate().rev() {
        for (j, new) in after.iter().enumerate().rev() {
            common[i][j] = if old == new {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < before.len() || j < after.len() {
        if i < before.len() && j < after.len() && before[i] == after[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == after.len() || (i < before.len() && common[i + 1][j] >= common[i][j + 1]) {
            lines.push(format!("- {}", before[i]));
            i += 1;
        } else {
            lines.push(format!("+ {}", after[j]));
            j += 1;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_run_to_run_is_left_out() {
        assert_eq!(
            plain(
                "Job 6b04efa0066650660db4c887 since 10:07 UTC, 1 second, then 12 seconds, 0 sec; 30 GB"
            ),
            "Job <id> since <now> UTC, <n> seconds, then <n> seconds, <n> sec; 30 GB"
        );
        assert_eq!(plain("يبدأ 02:00 – é"), "يبدأ 02:00 – é");
    }

    #[test]
    fn changes_are_told_line_by_line() {
        let lines = |text: &str| -> Vec<String> { text.split(' ').map(str::to_owned).collect() };
        assert_eq!(
            changes(&lines("a b c d"), &lines("a x c d e")),
            ["- b", "+ x", "+ e"]
        );
        assert!(changes(&lines("a b"), &lines("a b")).is_empty());
    }
}
