//! A page with the dialog in it, in a browser, before a sandbox of its own.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use fantoccini::Client;
use fantoccini::actions::{
    InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use fantoccini::elements::{Element, ElementRef};
use serde_json::{Value, json};

use crate::engine::{Browser, Engine};
use crate::sandbox::Sandbox;
use crate::setup::Setup;
use crate::world::World;

/// How long a condition may take to come true. Nothing waits that long unless it fails.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(30);

/// What the pages of every journey forbid, unless the journey says otherwise: the README's policy, and pictures.
pub const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     connect-src 'self'; img-src 'self' data:; require-trusted-types-for 'script'";

/// The member by which WebDriver marks an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Shorthands that every script may use.
const PRELUDE: &str = r#"
// The page's, to be changed or compared with: in Firefox a journey's scripts have globals of their own.
const {Date, Error, WebAssembly} = window;
const host = () => document.querySelector('atlas-restore-dialog') ?? window.nested;
const root = () => host()?.shadowRoot;
const all = (id) => [...(root()?.querySelectorAll(`[data-testid="${id}"]`) ?? []), ...document.querySelectorAll(`[data-testid="${id}"]`)];
const one = (id) => all(id)[0];
// The options of a closed select have no box of their own.
const visible = (e) => Boolean((e?.closest?.('select') ?? e)?.checkVisibility());
const shown = (id) => visible(one(id));
const text = (id) => (one(id)?.innerText ?? '').replace(/\s+/g, ' ').trim();
const codes = (id) => [...(one(id)?.querySelectorAll('[data-code]') ?? [])].map((e) => e.dataset.code);
const isOpen = () => Boolean(one('restore-dialog')?.hasAttribute('open'));
const option = (id) => root()?.querySelector(`[data-testid="cluster-option"][data-cluster-id="${id}"]`);
const deepFocus = () => { let e = document.activeElement; while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement; return e; };
const focusName = () => { const e = deepFocus(); return e?.dataset?.testid || e?.id || e?.tagName?.toLowerCase(); };
"#;

/// A page. Clones are the same page.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its browser session.
    pub client: Client,
    /// Which browser.
    pub browser: Arc<Browser>,
    /// Where things are.
    pub setup: Arc<Setup>,
    /// The world as it began.
    pub world: World,
    /// The sandbox that serves page and backend, or has the gateway before it.
    pub sandbox: Arc<Sandbox>,
    seen: Arc<Mutex<BTreeSet<String>>>,
}

/// What a journey is given: a browser, and where things are.
#[derive(Debug, Clone)]
pub struct Start {
    /// Its browser session.
    pub client: Client,
    /// Which browser.
    pub browser: Arc<Browser>,
    /// Where things are.
    pub setup: Arc<Setup>,
    /// Test ids that were seen in any journey.
    pub seen: Arc<Mutex<BTreeSet<String>>>,
}

impl Start {
    /// Which engine runs the journey.
    pub fn engine(&self) -> Engine {
        self.browser.engine
    }

    /// A page at `path` of a sandbox with that world, under [`POLICY`] or another one.
    pub async fn at(&self, world: World, path: &str, csp: Option<&str>) -> Result<Page> {
        let setup = &self.setup;
        let csp = Some(csp.unwrap_or(POLICY));
        let sandbox = Sandbox::start(&setup.sandbox, &setup.folder, &setup.site, &world.0, csp)?;
        self.on(sandbox, world, path).await
    }

    /// A page at `path` of a gateway over a sandbox with that world, under the gateway's own policy; with settings
    /// (`key=value`).
    pub async fn behind_gateway(
        &self,
        world: World,
        path: &str,
        settings: &[&str],
    ) -> Result<Page> {
        let setup = &self.setup;
        let program = setup.gateway.as_deref().context("there is no gateway")?;
        let sandbox = Sandbox::in_gateway(program, &setup.folder, &setup.site, &world.0, settings)?;
        self.on(sandbox, world, path).await
    }

    async fn on(&self, sandbox: Sandbox, world: World, path: &str) -> Result<Page> {
        self.browser.set_viewport(&self.client, 1280, 900).await?;
        self.client
            .goto(&format!("{}{path}", sandbox.origin))
            .await?;
        Ok(Page {
            client: self.client.clone(),
            browser: Arc::clone(&self.browser),
            setup: Arc::clone(&self.setup),
            world,
            sandbox: Arc::new(sandbox),
            seen: Arc::clone(&self.seen),
        })
    }

    /// The bare embedding page, with these attributes on the element (`a=b&c=d`).
    pub async fn bare(&self, world: World, attributes: &str) -> Result<Page> {
        self.bare_under(world, attributes, None).await
    }

    /// The same under a Content-Security-Policy.
    pub async fn bare_under(
        &self,
        world: World,
        attributes: &str,
        csp: Option<&str>,
    ) -> Result<Page> {
        self.named("bare", world, attributes, csp).await
    }

    /// Another page of `pages/` that does what the bare one does.
    pub async fn named(
        &self,
        name: &str,
        world: World,
        attributes: &str,
        csp: Option<&str>,
    ) -> Result<Page> {
        let page = self
            .at(world, &format!("/pages/{name}.html?{attributes}"), csp)
            .await?;
        page.until("the page is ready", "window.seen?.ready")
            .await?;
        Ok(page)
    }

    /// The bare page for the newest snapshot of `orders`, the dialog opened and its target's projects listed.
    pub async fn destination(&self, world: World) -> Result<Page> {
        self.destination_with(world, "").await
    }

    /// The same with more attributes (`&a=b`).
    pub async fn destination_with(&self, world: World, attributes: &str) -> Result<Page> {
        let page = self
            .bare(world, &format!("{}{attributes}", crate::steps::SOURCE))
            .await?;
        page.open().await?;
        page.projects_listed().await?;
        Ok(page)
    }
}

impl Page {
    /// Runs a function body with the shorthands and `args`.
    pub async fn js(&self, body: &str, args: Vec<Value>) -> Result<Value> {
        let script = format!("{PRELUDE}\nconst args = [...arguments];\n{body}");
        self.client
            .execute(&script, args)
            .await
            .map_err(|error| anyhow!("the script failed: {error}\n{body}"))
    }

    /// The value of an expression.
    pub async fn value(&self, expression: &str) -> Result<Value> {
        self.js(&format!("return ({expression});"), Vec::new())
            .await
    }

    /// The value of an expression that is a text.
    pub async fn string(&self, expression: &str) -> Result<String> {
        let value = self.value(expression).await?;
        Ok(match value {
            Value::String(text) => text,
            other => other.to_string(),
        })
    }

    /// Runs an asynchronous function body, and gives what it returns.
    pub async fn js_async(&self, body: &str, args: Vec<Value>) -> Result<Value> {
        let script = format!(
            "{PRELUDE}\nconst args = [...arguments]; const done = args.pop();\n\
             (async () => {{ {body} }})().then((value) => done({{value}}), (error) => done({{error: String(error?.stack ?? error)}}));"
        );
        let answer = self.client.execute_async(&script, args).await?;
        if let Some(error) = answer["error"].as_str() {
            bail!("the script failed: {error}");
        }
        Ok(answer["value"].clone())
    }

    /// Waits until an expression is true, and gives its value. `what` completes "waited in vain until …".
    pub async fn until(&self, what: &str, expression: &str) -> Result<Value> {
        let body = format!(
            "const ids = new Set();\n\
             for (const tree of [root(), document]) for (const e of tree?.querySelectorAll('[data-testid]') ?? []) {{\n\
               ids.add(e.dataset.testid); if (e.dataset.state) ids.add(e.dataset.testid + '=' + e.dataset.state);\n\
             }}\n\
             return {{value: (({expression}) || null), ids: [...ids]}};"
        );
        let deadline = Instant::now() + PATIENCE;
        loop {
            let answer = self.js(&body, Vec::new()).await?;
            if let Ok(mut seen) = self.seen.lock() {
                let ids = answer["ids"].as_array().into_iter().flatten();
                seen.extend(ids.filter_map(|id| id.as_str().map(str::to_owned)));
            }
            if !answer["value"].is_null() {
                return Ok(answer["value"].clone());
            }
            if Instant::now() > deadline {
                bail!(
                    "waited in vain until {what} ({expression})\n{}",
                    self.describe().await
                );
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Waits until the sandbox's log satisfies `condition`.
    pub async fn until_logged(
        &self,
        what: &str,
        condition: impl Fn(&[Value]) -> bool,
    ) -> Result<Vec<Value>> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let log = self.sandbox.log().await?;
            if condition(&log) {
                return Ok(log);
            }
            if Instant::now() > deadline {
                bail!("waited in vain until {what}\n{}", self.describe().await);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// What a person who looks for the cause of a failure wants to know.
    pub async fn describe(&self) -> String {
        let state = self
            .js(
                "return {dialog: one('restore-dialog')?.innerText?.slice(0, 2500), open: isOpen(), focus: focusName(), \
                 events: (window.seen?.events ?? []).map((e) => [e.type, e.detail]).slice(-6), errors: window.seen?.errors, url: location.href};",
                Vec::new(),
            )
            .await;
        let state = match state {
            Ok(state) => format!(
                "open: {} focus: {} at {}\nevents: {}\nerrors: {}\n--- the dialog\n{}\n---",
                state["open"],
                state["focus"],
                state["url"],
                state["events"],
                state["errors"],
                state["dialog"].as_str().unwrap_or("none")
            ),
            Err(error) => format!("(the page cannot be asked: {error})"),
        };
        let log = self.sandbox.log().await.unwrap_or_default();
        let lines: Vec<String> = log
            .iter()
            .rev()
            .take(12)
            .rev()
            .map(|entry| {
                format!(
                    "{} {} {}",
                    entry["method"].as_str().unwrap_or_default(),
                    entry["path"].as_str().unwrap_or_default(),
                    entry["status"]
                )
            })
            .collect();
        format!("{state}\nlast requests:\n{}", lines.join("\n"))
    }

    /// The element that an expression gives, to be clicked and typed into.
    pub async fn element(&self, expression: &str) -> Result<Element> {
        let value = self
            .until(
                &format!("{expression} is to be seen"),
                &format!("(() => {{ const e = {expression}; return visible(e) && e; }})()"),
            )
            .await?;
        let reference = value[ELEMENT]
            .as_str()
            .with_context(|| format!("{expression} is no element"))?;
        let reference = ElementRef::from(reference.to_owned());
        Ok(Element::from_element_id(self.client.clone(), reference))
    }

    /// The first element with a test id, once it is to be seen.
    pub async fn by_id(&self, testid: &str) -> Result<Element> {
        self.element(&format!("one('{testid}')")).await
    }

    /// Clicks on it as the mouse does.
    pub async fn click(&self, testid: &str) -> Result<()> {
        self.click_on(&format!("one('{testid}')")).await
    }

    /// Clicks on what an expression gives. It may be drawn anew just then, so this tries again.
    pub async fn click_on(&self, expression: &str) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.element(expression).await?.click().await {
                Ok(()) => return Ok(()),
                Err(error) if error.is_stale_element_reference() && Instant::now() < deadline => {}
                Err(error) => bail!(
                    "{expression} could not be clicked: {error}\n{}",
                    self.describe().await
                ),
            }
        }
    }

    /// Types into a field as a person does.
    pub async fn type_into(&self, testid: &str, text: &str) -> Result<()> {
        self.by_id(testid).await?.send_keys(text).await?;
        Ok(())
    }

    /// Empties a field by keys.
    pub async fn clear(&self, testid: &str) -> Result<()> {
        self.js(
            "const e = one(args[0]); e.focus(); e.select();",
            vec![json!(testid)],
        )
        .await?;
        self.press(&[crate::steps::BACKSPACE]).await
    }

    /// Presses keys one after the other, wherever the focus is.
    pub async fn press(&self, keys: &[char]) -> Result<()> {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for key in keys {
            actions = actions
                .then(KeyAction::Down { value: *key })
                .then(KeyAction::Up { value: *key });
        }
        self.client.perform_actions(actions).await?;
        Ok(())
    }

    /// Presses a key while another is held.
    pub async fn press_with(&self, held: char, key: char) -> Result<()> {
        let actions = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: held })
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key })
            .then(KeyAction::Up { value: held });
        self.client.perform_actions(actions).await?;
        Ok(())
    }

    /// Moves the mouse to a place of the viewport.
    pub async fn point_at(&self, x: i64, y: i64) -> Result<()> {
        let actions = MouseActions::new("mouse".to_owned()).then(PointerAction::MoveTo {
            duration: None,
            x: x as f64,
            y: y as f64,
        });
        self.client.perform_actions(actions).await?;
        Ok(())
    }

    /// Clicks at a place of the viewport, whatever is there.
    pub async fn click_at(&self, x: i64, y: i64) -> Result<()> {
        self.point_at(x, y).await?;
        let actions = MouseActions::new("mouse".to_owned())
            .then(PointerAction::Down {
                button: MOUSE_BUTTON_LEFT,
            })
            .then(PointerAction::Up {
                button: MOUSE_BUTTON_LEFT,
            });
        self.client.perform_actions(actions).await?;
        Ok(())
    }

    /// Types text wherever the focus is.
    pub async fn write(&self, text: &str) -> Result<()> {
        self.press(&text.chars().collect::<Vec<_>>()).await
    }

    /// The text of an element, spaces in one.
    pub async fn text(&self, testid: &str) -> Result<String> {
        self.string(&format!("text('{testid}')")).await
    }

    /// The events of the element so far: `[{type, detail}]`.
    pub async fn events(&self, name: &str) -> Result<Vec<Value>> {
        let value = self
            .js(
                "return seen.events.filter((e) => e.type === args[0]).map((e) => e.detail);",
                vec![json!(name)],
            )
            .await?;
        Ok(value.as_array().cloned().unwrap_or_default())
    }

    /// Requests that can change something, asked for at the page's own end too: none is under way unseen.
    pub async fn posts(&self) -> Result<Vec<Value>> {
        self.sandbox.unsafe_requests().await
    }

    /// What is warned of on the console from now on is written into `seen.warned`, and nowhere else.
    pub async fn listen_to_warnings(&self) -> Result<()> {
        self.js(
            "seen.warned = []; console.warn = (...words) => seen.warned.push(words.join(' '));",
            vec![],
        )
        .await?;
        Ok(())
    }

    /// Nothing on the page went wrong that nobody looked at, and the page's policy was kept.
    pub async fn expect_no_trouble(&self) -> Result<()> {
        let trouble = self
            .value(
                "({errors: window.seen?.errors ?? [], violations: window.seen?.violations ?? []})",
            )
            .await?;
        ensure!(
            trouble["errors"] == json!([]) && trouble["violations"] == json!([]),
            "the page saw trouble: {trouble}"
        );
        Ok(())
    }

    /// The dialog never lost the focus, nor put it on the button that deletes, while keys alone were used: a driver picks
    /// an option of a select as no mouse does. Seen by `pages/watch.js`.
    pub async fn expect_focus_kept(&self) -> Result<()> {
        let lost = self.value("seen.lost").await?;
        ensure!(lost == json!([]), "the focus was {lost}");
        Ok(())
    }

    /// Writes a picture of what is to be seen.
    pub async fn picture(&self, name: &str) -> Result<PathBuf> {
        let file = self.setup.pictures.join(format!("{name}.png"));
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&file, self.client.screenshot().await?)?;
        Ok(file)
    }
}
