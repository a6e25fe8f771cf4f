//! What chromedriver passes on to Chromium's DevTools, and the console that it keeps.

use anyhow::Result;
use fantoccini::Client;
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Map, Value, json};
use url::{ParseError, Url};

/// A command of the protocol, and its answer.
pub async fn call(client: &Client, method: &str, parameters: Value) -> Result<Value> {
    let body = json!({"cmd": method, "params": parameters});
    Ok(client.issue_cmd(Post("goog/cdp/execute", body)).await?)
}

/// The browser's own counters after a collection of garbage.
pub async fn counters(client: &Client) -> Result<Map<String, Value>> {
    call(client, "Performance.enable", json!({})).await?;
    // The first one finds what the second can free: finalizers run in between.
    for _ in 0..2 {
        call(client, "HeapProfiler.collectGarbage", json!({})).await?;
    }
    let answer = call(client, "Performance.getMetrics", json!({})).await?;
    let metrics = answer["metrics"].as_array().into_iter().flatten();
    let pairs = metrics
        .filter_map(|metric| Some((metric["name"].as_str()?.to_owned(), metric["value"].clone())));
    Ok(pairs.collect())
}

/// The lines of the console since the last call.
pub async fn console(client: &Client) -> Result<Vec<Value>> {
    let log = client
        .issue_cmd(Post("se/log", json!({"type": "browser"})))
        .await?;
    Ok(log.as_array().cloned().unwrap_or_default())
}

/// A command of a driver that is not in the WebDriver standard: the end of its path, and its body.
#[derive(Debug)]
pub struct Post(pub &'static str, pub Value);

impl WebDriverCompatibleCommand for Post {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.0
        ))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.1.to_string()))
    }
}
