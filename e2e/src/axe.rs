//! axe-core in a page.

use anyhow::Result;
use serde_json::{Value, json};

use crate::page::Page;

/// All of WCAG 2.0 to 2.2, levels A and AA, and what axe calls best practices.
const TAGS: [&str; 6] = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
];

impl Page {
    /// What axe finds on the page as it is, one line for each node. Waits for what moves to come to rest.
    pub async fn axe(&self) -> Result<Vec<String>> {
        if self.value("typeof window.axe === 'object'").await? != json!(true) {
            self.client.execute(&self.setup.axe, Vec::new()).await?;
        }
        let found = self
            .js_async(
                "const moving = [...document.getAnimations(), ...(root()?.getAnimations?.() ?? [])]\n\
                   .filter((a) => a.effect?.getComputedTiming().endTime !== Infinity);\n\
                 await Promise.allSettled(moving.map((a) => a.finished));\n\
                 const {violations} = await axe.run(document, {runOnly: {type: 'tag', values: args[0]}, resultTypes: ['violations']});\n\
                 return violations.flatMap((v) => v.nodes.map((n) =>\n\
                   `${v.id} (${v.impact}): ${v.help}\\n    ${n.target.flat().join(' >>> ')}\\n    ${n.html.slice(0, 300)}\\n    ${n.failureSummary?.replace(/\\s+/g, ' ').slice(0, 400)}`));",
                vec![json!(TAGS)],
            )
            .await?;
        Ok(match found {
            Value::Array(found) => found
                .into_iter()
                .map(|line| line.as_str().unwrap_or_default().to_owned())
                .collect(),
            _ => Vec::new(),
        })
    }
}
