//! The sandbox for JavaScript: a class whose `fetch` can stand in for the page's. Belongs here: what meets
//! the browser; not: what is answered.
//!
//! ```js
//! import init, { Sandbox } from "./sandbox-web.js";
//! await init();
//! const sandbox = new Sandbox(await (await fetch("eligible.json")).text());
//! element.fetch = (input, options) => sandbox.fetch(input, options);
//! ```

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Promise, Reflect, TypeError, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use crate::{Answer, Request, Response, Sandbox, below_mount};

/// One world in the page: `Sandbox` in JavaScript.
#[wasm_bindgen(js_name = Sandbox)]
pub struct WebSandbox {
    sandbox: Rc<RefCell<Sandbox>>,
}

#[wasm_bindgen(js_class = Sandbox)]
impl WebSandbox {
    /// Reads a world; throws an `Error` that says where it is none.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(js_name = worldJson)] world_json: &str,
    ) -> Result<WebSandbox, js_sys::Error> {
        let sandbox = Sandbox::new(world_json, real_now_ms())
            .map_err(|error| js_sys::Error::new(&format!("The world is none: {error}")))?;
        Ok(WebSandbox {
            sandbox: Rc::new(RefCell::new(sandbox)),
        })
    }

    /// Like `window.fetch`, except that it is the world that answers.
    ///
    /// `/restore/…`, `/sandbox/…` and `/api/…` are found below any path and on any origin. A call that the world
    /// drops rejects with the `TypeError` of a lost connection, an aborted one with its signal's reason.
    #[wasm_bindgen(unchecked_return_type = "Promise<Response>")]
    pub fn fetch(
        &self,
        #[wasm_bindgen(unchecked_param_type = "RequestInfo | URL")] input: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "RequestInit")] init: JsValue,
    ) -> Promise {
        let sandbox = Rc::clone(&self.sandbox);
        // What the page hands in is read at once, as fetch does, though problems are told by the promise.
        let request = browser_request(&input, &init);
        future_to_promise(async move { answer(sandbox, request?).await })
    }

    /// Every request received, as a JSON array: what `GET /sandbox/log` gives.
    pub fn log(&self) -> String {
        self.sandbox
            .try_borrow()
            .map_or_else(|_| "[]".to_owned(), |sandbox| sandbox.log())
    }
}

fn real_now_ms() -> i64 {
    js_sys::Date::now() as i64
}

/// Lets the browser itself make sense of URL, headers, body and signal.
fn browser_request(input: &JsValue, init: &JsValue) -> Result<web_sys::Request, JsValue> {
    let constructor: Function = Reflect::get(&js_sys::global(), &"Request".into())?.dyn_into()?;
    let arguments = if init.is_undefined() {
        Array::of1(input)
    } else {
        Array::of2(input, init)
    };
    Reflect::construct(&constructor, &arguments)?.dyn_into()
}

async fn answer(
    sandbox: Rc<RefCell<Sandbox>>,
    request: web_sys::Request,
) -> Result<JsValue, JsValue> {
    let signal = request.signal();
    aborted(&signal)?;
    let body = Uint8Array::new(&JsFuture::from(request.array_buffer()?).await?).to_vec();
    aborted(&signal)?;

    let url = request.url();
    let path_and_query = path_of(&url);
    let request = Request {
        method: request.method(),
        path_and_query: below_mount(path_and_query)
            .unwrap_or(path_and_query)
            .to_owned(),
        headers: header_pairs(&request.headers())?,
        body,
    };
    let outcome = match sandbox.try_borrow_mut() {
        Ok(mut sandbox) => sandbox.handle(&request, real_now_ms()),
        Err(_) => return Err(lost_connection()),
    };
    if outcome.delay_ms > 0 {
        wait(outcome.delay_ms, &signal).await?;
    }
    match outcome.answer {
        Answer::Dropped => Err(lost_connection()),
        Answer::Response(response) => browser_response(&response),
    }
}

fn lost_connection() -> JsValue {
    TypeError::new("Failed to fetch").into()
}

fn aborted(signal: &web_sys::AbortSignal) -> Result<(), JsValue> {
    if signal.aborted() {
        Err(Reflect::get(signal, &"reason".into())?)
    } else {
        Ok(())
    }
}

/// What follows the origin, without the fragment.
fn path_of(url: &str) -> &str {
    let after_scheme = url
        .find("://")
        .map_or(url, |at| url.get(at + 3..).unwrap_or_default());
    let path = after_scheme
        .find('/')
        .map_or("/", |at| after_scheme.get(at..).unwrap_or_default());
    path.split('#').next().unwrap_or_default()
}

fn header_pairs(headers: &web_sys::Headers) -> Result<Vec<(String, String)>, JsValue> {
    let mut pairs = Vec::new();
    for pair in js_sys::try_iter(headers)?.into_iter().flatten() {
        let pair: Array = pair?.dyn_into()?;
        if let (Some(name), Some(value)) = (pair.get(0).as_string(), pair.get(1).as_string()) {
            pairs.push((name, value));
        }
    }
    Ok(pairs)
}

/// Waits, unless the signal ends it.
async fn wait(ms: u64, signal: &web_sys::AbortSignal) -> Result<(), JsValue> {
    let set_timeout: Function =
        Reflect::get(&js_sys::global(), &"setTimeout".into())?.dyn_into()?;
    // Beyond 31 bits a browser would not wait at all.
    let ms = i32::try_from(ms).unwrap_or(i32::MAX);
    let mut timer = JsValue::UNDEFINED;
    let mut on_abort: Option<Function> = None;
    let over = Promise::new(&mut |resolve, _| {
        timer = set_timeout
            .call2(&JsValue::UNDEFINED, &resolve, &ms.into())
            .unwrap_or_default();
        on_abort = Some(resolve);
    });
    // One listener for both ends: which it was, the signal says.
    let listener = on_abort.map(|resolve| {
        Closure::<dyn FnMut()>::new(move || {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        })
    });
    if let Some(listener) = &listener {
        signal.add_event_listener_with_callback("abort", listener.as_ref().unchecked_ref())?;
    }
    let waited = JsFuture::from(over).await;
    if let Some(listener) = &listener {
        signal.remove_event_listener_with_callback("abort", listener.as_ref().unchecked_ref())?;
    }
    if signal.aborted()
        && let Ok(clear) =
            Reflect::get(&js_sys::global(), &"clearTimeout".into())?.dyn_into::<Function>()
    {
        let _ = clear.call1(&JsValue::UNDEFINED, &timer);
    }
    waited?;
    aborted(signal)
}

fn browser_response(response: &Response) -> Result<JsValue, JsValue> {
    let headers = web_sys::Headers::new()?;
    for (name, value) in &response.headers {
        headers.append(name, value)?;
    }
    let options = web_sys::ResponseInit::new();
    options.set_status(response.status);
    options.set_headers(&headers);
    // These may have no body, not even an empty one.
    let bodiless = matches!(response.status, 204 | 205 | 304);
    let made = if bodiless {
        web_sys::Response::new_with_opt_str_and_init(None, &options)
    } else {
        let bytes = Uint8Array::from(response.body.as_slice());
        web_sys::Response::new_with_opt_js_u8_array_and_init(Some(&bytes), &options)
    };
    Ok(made?.into())
}
