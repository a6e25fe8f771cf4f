//! The dialog as a person meets it: opening it, choosing, confirming, reading.

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::page::Page;
use crate::world::STAGING;

/// Attributes for the newest snapshot of `orders`.
pub const SOURCE: &str = "source-project=64f1c0de0a1b2c3d4e5f6001&source-cluster=orders&snapshot=6b04efa0066650660db4c887";

/// Keys by WebDriver's names for them.
pub const TAB: char = '\u{e004}';
/// Enter.
pub const ENTER: char = '\u{e007}';
/// Esc.
pub const ESCAPE: char = '\u{e00c}';
/// Space.
pub const SPACE: char = ' ';
/// Arrow down.
pub const DOWN: char = '\u{e015}';
/// Arrow up.
pub const UP: char = '\u{e013}';
/// End.
pub const END: char = '\u{e010}';
/// Home.
pub const HOME: char = '\u{e011}';
/// Arrow left.
pub const LEFT: char = '\u{e012}';
/// Arrow right.
pub const RIGHT: char = '\u{e014}';
/// Page up.
pub const PAGE_UP: char = '\u{e00e}';
/// Page down.
pub const PAGE_DOWN: char = '\u{e00f}';
/// Alt.
pub const ALT: char = '\u{e00a}';
/// Shift.
pub const SHIFT: char = '\u{e008}';
/// Backspace.
pub const BACKSPACE: char = '\u{e003}';

impl Page {
    /// Presses the page's own button, and waits for the dialog.
    pub async fn open(&self) -> Result<()> {
        self.click_on("document.getElementById('open')").await?;
        self.until(
            "the dialog is open",
            "isOpen() && root().querySelector('#heading')",
        )
        .await?;
        Ok(())
    }

    /// Waits until the dialog is open and every project is there to be chosen.
    pub async fn projects_listed(&self) -> Result<()> {
        self.until(
            "the projects are listed",
            "isOpen() && all('project-option').length > 0 && !one('project-picker').ariaBusy",
        )
        .await?;
        Ok(())
    }

    /// From the open dialog to the end of a restore into `orders-staging`.
    pub async fn restored(&self) -> Result<()> {
        self.restore_into(STAGING, "orders-staging").await?;
        self.job("running").await?;
        self.sandbox.advance(60_000).await?;
        self.job("completed").await
    }

    /// Picks the target project.
    pub async fn choose_project(&self, id: &str) -> Result<()> {
        self.pick("project-picker", "project-option", "projectId", id)
            .await?;
        self.until(
            "its clusters are listed",
            "one('cluster-list') && !one('cluster-list').ariaBusy && (all('cluster-option').length > 0)",
        )
        .await?;
        Ok(())
    }

    /// Picks an option of a native select, as a person does with the mouse or the keys.
    pub async fn pick(&self, picker: &str, option: &str, data: &str, value: &str) -> Result<()> {
        let expression = format!("all('{option}').find((e) => e.dataset.{data} === '{value}')");
        self.until(&format!("{option} {value} is listed"), &expression)
            .await?;
        self.click_on(&expression).await?;
        self.until(
            &format!("{value} is picked"),
            &format!("one('{picker}')?.value === '{value}'"),
        )
        .await?;
        Ok(())
    }

    /// The test id's element of a cluster in the list, as an expression.
    pub fn option(&self, name: &str) -> Result<String> {
        Ok(format!("option('{}')", self.world.cluster_id(name)?))
    }

    /// Clicks on a cluster that can be chosen.
    pub async fn choose_cluster(&self, name: &str) -> Result<()> {
        let option = self.option(name)?;
        self.click_on(&option).await?;
        self.until(
            &format!("{name} is chosen"),
            &format!("{option}?.ariaSelected === 'true' && !one('cluster-error')"),
        )
        .await?;
        Ok(())
    }

    /// Clicks on a cluster that can't, and gives what is said about it.
    pub async fn refused_cluster(&self, name: &str) -> Result<String> {
        let option = self.option(name)?;
        self.click_on(&option).await?;
        self.until(
            &format!("{name} is refused"),
            &format!("shown('cluster-error') && text('cluster-error').includes('{name}')"),
        )
        .await?;
        self.text("cluster-error").await
    }

    /// From the destination to the review.
    pub async fn to_review(&self) -> Result<()> {
        self.until(
            "Next can be pressed",
            "one('next-button') && one('next-button').ariaDisabled !== 'true'",
        )
        .await?;
        self.click("next-button").await?;
        self.until("the review is shown", "shown('review')").await?;
        Ok(())
    }

    /// Types the target's name.
    pub async fn confirm(&self, name: &str) -> Result<()> {
        self.type_into("confirm-input", name).await?;
        self.until(
            "Restore can be pressed",
            "one('restore-button') && one('restore-button').ariaDisabled !== 'true'",
        )
        .await?;
        Ok(())
    }

    /// From the destination to the click on Restore.
    pub async fn restore_into(&self, project: &str, cluster: &str) -> Result<()> {
        self.review(project, cluster).await?;
        self.confirm(cluster).await?;
        self.click("restore-button").await
    }

    /// From the destination to the review.
    pub async fn review(&self, project: &str, cluster: &str) -> Result<()> {
        self.choose_project(project).await?;
        self.choose_cluster(cluster).await?;
        self.to_review().await
    }

    /// Waits until the job stands so.
    pub async fn job(&self, state: &str) -> Result<()> {
        self.until(
            &format!("the job is {state}"),
            &format!("one('job-state')?.dataset.state === '{state}'"),
        )
        .await?;
        Ok(())
    }

    /// Waits until the jobs were read at an unknown outcome, and brought nothing.
    pub async fn looked_for(&self) -> Result<()> {
        self.until(
            "the jobs were read",
            "one('job-state')?.dataset.state === 'unknown' && one('job-state').querySelector('time')",
        )
        .await?;
        Ok(())
    }

    /// Clicks on a button by its label.
    pub async fn click_label(&self, label: &str) -> Result<()> {
        self.click_on(&format!(
            "[...root().querySelectorAll('button')].find((b) => b.innerText.trim() === {})",
            json!(label)
        ))
        .await
    }

    /// The codes of the findings in a part of the dialog.
    pub async fn codes(&self, testid: &str) -> Result<Vec<String>> {
        let value = self.value(&format!("codes('{testid}')")).await?;
        Ok(strings(&value))
    }

    /// Presses Tab, or Shift+Tab. Beyond the page's last control and the browser's own comes the first one again.
    pub async fn tab(&self, backwards: bool) -> Result<()> {
        if backwards {
            self.press_with(SHIFT, TAB).await?;
        } else {
            self.press(&[TAB]).await?;
        }
        if self.browser.focus_taken_back(&self.client).await? {
            let script = "[...root().querySelectorAll('[part=dialog] button')].filter(visible).at(args[0]).focus();";
            let end = if backwards { -1 } else { 0 };
            self.js(script, vec![json!(end)]).await?;
        }
        Ok(())
    }

    /// Presses Tab until the focus is where it should be, and gives what was passed.
    pub async fn tab_to(&self, testid: &str) -> Result<Vec<String>> {
        let mut passed = Vec::new();
        for _ in 0..40 {
            let name = self.string("focusName()").await?;
            if name == testid {
                return Ok(passed);
            }
            passed.push(name);
            self.press(&[TAB]).await?;
        }
        bail!("Tab never came to {testid}; it passed {passed:?}")
    }
}

/// A list of texts.
pub fn strings(value: &Value) -> Vec<String> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| one.as_str().map(str::to_owned))
        .collect()
}
