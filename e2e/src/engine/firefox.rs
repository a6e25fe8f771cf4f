//! What Firefox itself can be told: scripts that run beside its pages, with the rights of its own windows.

use anyhow::Result;
use fantoccini::Client;
use serde_json::{Value, json};

use super::devtools::Post;

/// Media features, and the overrides for them.
pub const PREFERENCES: [(&str, &str); 3] = [
    ("prefers-color-scheme", "prefersColorSchemeOverride"),
    ("prefers-reduced-motion", "prefersReducedMotionOverride"),
    ("forced-colors", "forcedColorsOverride"),
];

/// Runs a function body in the browser's own window: `tab` is what a person sees the page in.
pub async fn beside(client: &Client, body: &str, args: Vec<Value>) -> Result<Value> {
    let script = format!("const tab = gBrowser.selectedBrowser;\n{body}");
    client
        .issue_cmd(Post("moz/context", json!({"context": "chrome"})))
        .await?;
    let answer = client.execute(&script, args).await;
    client
        .issue_cmd(Post("moz/context", json!({"context": "content"})))
        .await?;
    Ok(answer?)
}

/// Gives the page this size, enlarged so many times. No window of it gets as narrow as a phone, but a tab does.
pub async fn set_size(client: &Client, width: u32, height: u32, times: u32) -> Result<()> {
    let body = "const [width, height, times] = arguments;
        tab.fullZoom = times;
        for (const edge of ['', 'min-', 'max-']) {
          tab.style.setProperty(`${edge}width`, `${width * times}px`);
          tab.style.setProperty(`${edge}height`, `${height * times}px`);
        }";
    beside(
        client,
        body,
        vec![json!(width), json!(height), json!(times)],
    )
    .await?;
    Ok(())
}

/// Sets one of the overrides that Firefox's developer tools use (`mediumOverride`, `forceOffline` and others).
pub async fn set_override(client: &Client, name: &str, value: Value) -> Result<()> {
    let body = "tab.browsingContext[arguments[0]] = arguments[1];";
    beside(client, body, vec![json!(name), value]).await?;
    Ok(())
}

/// What the browser complained of since the last call, where it concerns a page's policy.
pub async fn complaints(client: &Client) -> Result<Vec<Value>> {
    let body =
        "const told = Services.console.getMessageArray().map((one) => ({message: one.message}))
          .filter(({message}) => /Content-Security-Policy|Content Security Policy/.test(message));
        Services.console.reset();
        return told;";
    let told = beside(client, body, Vec::new()).await?;
    Ok(told.as_array().cloned().unwrap_or_default())
}
