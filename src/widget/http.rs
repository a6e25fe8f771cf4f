//! The fetch port: every request goes through the page's `fetch`, and whatever that does comes back as a value.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use js_sys::{Array, Function, Object, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, HtmlElement};

use super::host::{Properties, get, message_of, set};
use super::log;
use super::timers::{Listener, Timeout};
use crate::atlas::{self, Body, Call};
use crate::dialog::{Answer, Read, RequestId};
use crate::model::{Dated, Failure, RestoreRequest, Timestamp};
use crate::port;

/// What a request came to.
pub type Reply = Result<Dated<Answer>, Failure>;

/// How long is waited for what, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For the answer to one attempt of a read.
    pub read_ms: u32,
    /// For the answer to the restore request.
    pub write_ms: u32,
    /// Before each repetition of a read, give or take a half.
    pub backoff_ms: [u32; 3],
    /// A read waits for so long at most where the server asks for it; asked to wait longer, it fails.
    pub retry_after_ms: u32,
}

thread_local! {
    static LIMITS: Cell<Limits> = const { Cell::new(Limits {
        read_ms: 30_000,
        write_ms: 60_000,
        backoff_ms: [300, 1_000, 3_000],
        retry_after_ms: 30_000,
    }) };
}

/// The limits in force, for all elements of the page.
pub fn limits() -> Limits {
    LIMITS.get()
}

/// Other limits: for tests, which don't wait.
pub fn set_limits(limits: Limits) {
    LIMITS.set(limits);
}

/// The requests of one dialog.
#[derive(Default)]
pub struct Http {
    properties: Rc<Properties>,
    base: RefCell<String>,
    flights: RefCell<Vec<(RequestId, Rc<Flight>)>>,
    ended: Cell<bool>,
    last_request_id: RefCell<Option<String>>,
}

impl Http {
    /// With the page's settings.
    pub fn new(properties: Rc<Properties>) -> Self {
        Http {
            properties,
            ..Http::default()
        }
    }

    /// Takes the backend's address from the element, until the next time. Whether it is another one now.
    pub fn aim(&self, host: &HtmlElement) -> bool {
        let base = self.properties.backend(host);
        let before = self.base.replace(base.clone());
        before != base
    }

    /// Reads, and tries again where that may help. It can be aborted from now on, before it is first polled too.
    /// `None`: nobody waits for it any more.
    pub fn read(
        self: &Rc<Self>,
        host: &HtmlElement,
        id: RequestId,
        read: Read,
    ) -> impl Future<Output = Option<Reply>> + use<> {
        let flight = Rc::new(Flight::default());
        if self.ended.get() {
            flight.stop(Stop::Aborted);
        }
        self.flights.borrow_mut().push((id, flight.clone()));
        let (http, host) = (self.clone(), host.clone());
        async move {
            let reply = match flight.is_aborted() {
                true => None,
                false => Some(http.read_patiently(&host, &flight, &read).await),
            };
            http.flights
                .borrow_mut()
                .retain(|(_, known)| !Rc::ptr_eq(known, &flight));
            reply.filter(|_| !flight.is_aborted())
        }
    }

    async fn read_patiently(&self, host: &HtmlElement, flight: &Rc<Flight>, read: &Read) -> Reply {
        let limits = limits();
        let call = port::call(read);
        let mut pauses = limits.backoff_ms.iter();
        loop {
            flight.wait_until_online().await;
            let failure = match self
                .attempt(host, flight, &call, limits.read_ms, Some(read))
                .await
            {
                Ok(answer) => return Ok(answer),
                Err(Trouble { failure, again }) if !again || flight.is_aborted() => {
                    return Err(failure);
                }
                Err(Trouble { failure, .. }) => failure,
            };
            let Some(pause) = pauses.next() else {
                return Err(failure);
            };
            let random = js_sys::Math::random();
            let asked = failure.retry_after_ms();
            // Asked to wait longer than a person would: that is said, and nothing is asked before they ask again.
            let Some(pause) = atlas::pause_ms(*pause, random, asked, limits.retry_after_ms) else {
                return Err(failure);
            };
            flight.pause(pause).await;
            if flight.is_aborted() {
                return Err(failure);
            }
        }
    }

    /// Sends the restore request, once. Nothing aborts it but its own time limit.
    pub async fn restore(
        &self,
        host: &HtmlElement,
        request: &RestoreRequest,
        key: &str,
        csrf_token: Option<&str>,
    ) -> Reply {
        let call = atlas::create_restore_job(request, key, csrf_token);
        let flight = Rc::new(Flight::default());
        self.attempt(host, &flight, &call, limits().write_ms, None)
            .await
            .map_err(|trouble| trouble.failure)
    }

    /// What the last answer is called in the backend's logs; empty where it has no such header.
    pub fn last_request_id(&self) -> String {
        self.last_request_id.borrow().clone().unwrap_or_default()
    }

    /// Nobody waits for this read any more.
    pub fn abort(&self, id: RequestId) {
        let found = self
            .flights
            .borrow()
            .iter()
            .find(|(known, _)| *known == id)
            .map(|(_, flight)| flight.clone());
        if let Some(flight) = found {
            flight.stop(Stop::Aborted);
        }
    }

    /// Nobody waits for any read any more.
    pub fn abort_all(&self) {
        let flights = self.flights.take();
        for (_, flight) in flights {
            flight.stop(Stop::Aborted);
        }
    }

    /// The same, for good.
    pub fn end(&self) {
        self.ended.set(true);
        self.abort_all();
    }

    async fn attempt(
        &self,
        host: &HtmlElement,
        flight: &Rc<Flight>,
        call: &Call,
        limit_ms: u32,
        read: Option<&Read>,
    ) -> Result<Dated<Answer>, Trouble> {
        let url = [self.base.borrow().as_str(), &call.path].concat();
        let fetch = self.properties.function(host, "fetch");
        let headers = self.properties.function(host, "headers");
        let _limit = flight.limit(limit_ms);
        let signal = flight.signal();
        let given = match headers {
            Some(page) => {
                let failed = "The headers callback failed.";
                let given = match page.call0(&JsValue::UNDEFINED) {
                    Ok(given) => flight.promised(&given, failed).await,
                    Err(thrown) => Err(Trouble::thrown(&thrown, failed)),
                };
                given.map_err(|trouble| trouble.before_sending(failed))?
            }
            None => JsValue::UNDEFINED,
        };
        let pending = match sent_ahead(host, &url, call) {
            Some(pending) => pending,
            None => send(fetch, &url, call, &given, signal)?,
        };
        let answer = flight.promised(&pending, NO_ANSWER).await?;
        let (head, body) = Head::of(answer)?;
        self.last_request_id.replace(head.request_id.clone());
        let body = flight.promised(&body, NO_ANSWER).await?;
        head.understand(&mut Pieces::of(&body), call, read)
    }
}

/// So many bytes of a body are in the wasm's memory at a time, unless what is read in one piece is longer: memory never
/// shrinks, and a page of 500 clusters has 2 MB. With the allocator's own 8 it is a power of two: a block of another size
/// is not found again for the next piece.
const WINDOW: usize = (1 << 17) - 8;

/// A body that stays outside, and the piece of it that is read.
struct Pieces {
    body: Uint8Array,
    length: usize,
    piece: Vec<u8>,
    /// Where the piece begins.
    start: usize,
}

impl Pieces {
    /// Of an ArrayBuffer.
    fn of(body: &JsValue) -> Self {
        let body = Uint8Array::new(body);
        Pieces {
            length: body.length() as usize,
            body,
            piece: Vec::new(),
            start: 0,
        }
    }
}

impl Body for Pieces {
    fn window(&mut self, at: usize, least: usize) -> (&[u8], bool) {
        let end = self.start + self.piece.len();
        if at < self.start || end < at.saturating_add(least).min(self.length) {
            let end = at.saturating_add(least.max(WINDOW)).min(self.length);
            // The next one goes where this one was.
            self.piece = Vec::new();
            self.piece = self.body.subarray(at as u32, end as u32).to_vec();
            self.start = at;
        }
        let is_rest = self.start + self.piece.len() == self.length;
        (
            self.piece.get(at - self.start..).unwrap_or_default(),
            is_rest,
        )
    }
}

const NO_ANSWER: &str = "The request failed.";

/// A failure, and whether trying again may help.
struct Trouble {
    failure: Failure,
    again: bool,
}

impl Trouble {
    fn no_answer(message: &str, again: bool) -> Self {
        Trouble {
            failure: Failure::NoAnswer {
                message: message.to_owned(),
            },
            again,
        }
    }

    fn thrown(thrown: &JsValue, otherwise: &str) -> Self {
        match message_of(thrown) {
            Some(message) => Trouble::no_answer(&message, true),
            None => Trouble::no_answer(otherwise, true),
        }
    }

    /// It came before anything was sent, by the page's headers taking too long too.
    fn before_sending(self, otherwise: &str) -> Self {
        let message = match self.failure {
            Failure::NoAnswer { message } => message,
            _ => otherwise.to_owned(),
        };
        Trouble {
            failure: Failure::NotSent { message },
            again: self.again,
        }
    }
}

/// An answer before its body is there.
struct Head {
    status: u16,
    content_type: Option<String>,
    date: Option<Timestamp>,
    retry_after_ms: Option<u64>,
    request_id: Option<String>,
}

impl Head {
    /// Of what `fetch` gave, with the promise of its body.
    fn of(answer: JsValue) -> Result<(Self, JsValue), Trouble> {
        let Some((response, headers)) = response_of(answer) else {
            return Err(Trouble::no_answer("fetch gave no Response.", false));
        };
        let status = response.status();
        if status == 0 {
            return Err(Trouble::no_answer(
                "The backend does not allow this page.",
                false,
            ));
        }
        let date = header(&headers, "Date").and_then(|date| Timestamp::parse_http_date(&date));
        let now = date.unwrap_or_else(now);
        let body = web_sys::Response::from(response)
            .array_buffer()
            .map_err(|thrown| Trouble::thrown(&thrown, NO_ANSWER))?;
        let head = Head {
            status,
            content_type: header(&headers, "Content-Type"),
            date,
            retry_after_ms: header(&headers, "Retry-After")
                .and_then(|value| atlas::read_retry_after(&value, now)),
            request_id: ["X-Request-Id", "X-Correlation-Id", "X-Amzn-RequestId"]
                .iter()
                .find_map(|name| header(&headers, name)),
        };
        Ok((head, body.into()))
    }

    /// `read` is `None` for the restore request.
    fn understand(
        self,
        body: &mut dyn Body,
        call: &Call,
        read: Option<&Read>,
    ) -> Result<Dated<Answer>, Trouble> {
        let content_type = self.content_type.as_deref();
        match port::answer_to(call.version(), read, self.status, content_type, body) {
            Ok(value) => Ok(Dated {
                value,
                date: self.date,
            }),
            Err(mut failure) => {
                match &mut failure {
                    Failure::Refused(problem) => {
                        problem.request_id = self.request_id;
                        problem.retry_after_ms = self.retry_after_ms;
                    }
                    Failure::NotJson { request_id, .. } => *request_id = self.request_id,
                    _ => {}
                }
                Err(Trouble {
                    failure,
                    again: matches!(self.status, 429 | 500 | 502 | 503 | 504),
                })
            }
        }
    }
}

/// What the loader asked while the wasm was on its way (index.js), once.
fn sent_ahead(host: &HtmlElement, url: &str, call: &Call) -> Option<JsValue> {
    let ahead = get(host, "_ahead").filter(|_| call.body.is_none())?;
    let pending = get(&ahead, url)?;
    set(ahead.unchecked_ref(), url, JsValue::UNDEFINED);
    Some(pending)
}

/// Sends one request by the page's function; gives what that returned.
fn send(
    fetch: Option<Function>,
    url: &str,
    call: &Call,
    page_headers: &JsValue,
    signal: Option<JsValue>,
) -> Result<JsValue, Trouble> {
    let init = Object::new();
    set(&init, "method", call.method);
    set(&init, "headers", all_headers(call, page_headers));
    set(&init, "credentials", "same-origin");
    if let Some(body) = &call.body {
        set(&init, "body", body.as_str());
        // 307 and 308 would send it a second time.
        set(&init, "redirect", "error");
    } else {
        set(&init, "cache", "no-store");
    }
    if let Some(signal) = signal {
        set(&init, "signal", signal);
    }
    let fetch = match fetch {
        Some(fetch) => Some(fetch),
        None => get(&js_sys::global(), "fetch").and_then(|fetch| fetch.dyn_into().ok()),
    };
    let Some(fetch) = fetch else {
        let why = "This browser has no fetch.";
        return Err(Trouble::no_answer(why, false).before_sending(why));
    };
    fetch
        .call2(&JsValue::UNDEFINED, &url.into(), &init)
        .map_err(|thrown| Trouble::thrown(&thrown, NO_ANSWER))
}

/// The browser's clock.
pub fn now() -> Timestamp {
    Timestamp(js_sys::Date::now() as i64)
}

/// A Response of whatever realm, known by what it can do, and its headers.
fn response_of(answer: JsValue) -> Option<(gloo_net::http::Response, JsValue)> {
    let can = |object: &JsValue, name| get(object, name).is_some_and(|member| member.is_function());
    let headers = get(&answer, "headers")?;
    let fits = get(&answer, "status").is_some_and(|status| status.as_f64().is_some())
        && can(&answer, "arrayBuffer")
        && can(&headers, "get");
    fits.then(|| {
        let response: web_sys::Response = answer.unchecked_into();
        (response.into(), headers)
    })
}

/// A header, by whatever the page calls headers: even one that throws.
fn header(headers: &JsValue, name: &str) -> Option<String> {
    let read: Function = get(headers, "get")?.dyn_into().ok()?;
    read.call1(headers, &name.into()).ok()?.as_string()
}

/// Ours, then the page's, which win.
fn all_headers(call: &Call, page: &JsValue) -> Object {
    let mut all: Vec<(String, String)> = Vec::new();
    for (name, value) in &call.headers {
        all.push(((*name).to_owned(), value.clone()));
    }
    for entry in entries_of(page) {
        let pair = Array::from(&entry);
        let (name, value) = (pair.get(0), pair.get(1));
        if value.is_undefined() || value.is_null() {
            continue;
        }
        let (Some(name), Some(value)) = (name.as_string(), value.as_string()) else {
            log::warn("the headers callback should give an object of strings.");
            continue;
        };
        all.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
        all.push((name, value));
    }
    let object = Object::new();
    for (name, value) in all {
        set(&object, &name, value);
    }
    object
}

/// Names and values of a plain object, a Headers, or a Map.
fn entries_of(given: &JsValue) -> Array {
    if !given.is_object() {
        return Array::new();
    }
    let is_iterable =
        js_sys::Reflect::get(given, &js_sys::Symbol::iterator()).is_ok_and(|it| it.is_function());
    if is_iterable {
        Array::from(given)
    } else {
        Object::entries(given.unchecked_ref())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// This attempt took too long.
    TimedOut,
    /// Nobody waits any more.
    Aborted,
}

/// A request under way, with all its attempts.
#[derive(Default)]
struct Flight {
    stopped: Cell<Option<Stop>>,
    waker: Cell<Option<Waker>>,
    controller: Cell<Option<AbortController>>,
}

impl Flight {
    fn is_aborted(&self) -> bool {
        self.stopped.get() == Some(Stop::Aborted)
    }

    fn stop(&self, why: Stop) {
        if self.is_aborted() {
            return;
        }
        self.stopped.set(Some(why));
        if let Some(controller) = self.controller.take() {
            controller.abort();
        }
        self.wake();
    }

    fn wake(&self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    /// Stops the attempt that begins now, unless it ends in time.
    fn limit(self: &Rc<Self>, limit_ms: u32) -> Option<Timeout> {
        if !self.is_aborted() {
            self.stopped.set(None);
        }
        let flight = self.clone();
        Timeout::new(limit_ms, Box::new(move || flight.stop(Stop::TimedOut)))
    }

    /// A fresh signal for the attempt that begins now.
    fn signal(&self) -> Option<JsValue> {
        let controller = AbortController::new().ok()?;
        let signal = controller.signal().into();
        self.controller.set(Some(controller));
        Some(signal)
    }

    /// Waits for what the page's function gave, unless the flight is stopped before.
    fn promised(&self, given: &JsValue, otherwise: &'static str) -> Promised<'_> {
        Promised {
            flight: self,
            promise: JsFuture::from(Promise::resolve(given)),
            otherwise,
        }
    }

    async fn until(&self, ready: impl Fn() -> bool) {
        poll_fn(|context| {
            if ready() || self.is_aborted() {
                return Poll::Ready(());
            }
            self.waker.set(Some(context.waker().clone()));
            Poll::Pending
        })
        .await
    }

    async fn pause(self: &Rc<Self>, ms: u32) {
        let over = Rc::new(Cell::new(false));
        let (flight, flag) = (self.clone(), over.clone());
        let timer = Timeout::new(
            ms,
            Box::new(move || {
                flag.set(true);
                flight.wake();
            }),
        );
        if timer.is_some() {
            self.until(|| over.get()).await;
        }
    }

    /// While the browser has no network, nothing is asked.
    async fn wait_until_online(self: &Rc<Self>) {
        let Some(window) = web_sys::window() else {
            return;
        };
        let navigator = window.navigator();
        if navigator.on_line() {
            return;
        }
        let flight = self.clone();
        let _listener = Listener::new(&window, "online", Box::new(move |_| flight.wake()));
        self.until(|| navigator.on_line()).await;
    }
}

/// A promise of the page's, which may never settle.
struct Promised<'a> {
    flight: &'a Flight,
    promise: JsFuture,
    /// What is said where it rejects without words.
    otherwise: &'static str,
}

impl Future for Promised<'_> {
    type Output = Result<JsValue, Trouble>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let stopped = || {
            Poll::Ready(Err(Trouble {
                failure: Failure::TimedOut,
                again: true,
            }))
        };
        if self.flight.is_aborted() {
            return stopped();
        }
        if let Poll::Ready(settled) = Pin::new(&mut self.promise).poll(context) {
            let otherwise = self.otherwise;
            return Poll::Ready(settled.map_err(|thrown| Trouble::thrown(&thrown, otherwise)));
        }
        if self.flight.stopped.get().is_some() {
            return stopped();
        }
        self.flight.waker.set(Some(context.waker().clone()));
        Poll::Pending
    }
}

/// A failure in the words of the page's developer, for promises and the console.
pub fn describe(failure: &Failure) -> String {
    match failure {
        Failure::Refused(problem) => {
            let said = problem
                .detail
                .as_deref()
                .or(problem.title.as_deref())
                .unwrap_or_default();
            [
                "The backend refused with status ",
                &problem.status.to_string(),
                if said.is_empty() { "" } else { ": " },
                said,
            ]
            .concat()
        }
        Failure::NotJson { status, .. } => [
            "The backend answered without JSON, status ",
            &status.to_string(),
        ]
        .concat(),
        Failure::Unreadable { message } => ["The answer could not be read: ", message].concat(),
        Failure::TimedOut => "The backend did not answer in time.".to_owned(),
        Failure::NotSent { message } => ["Nothing was sent: ", message].concat(),
        Failure::NoAnswer { message } => ["The backend did not answer: ", message].concat(),
    }
}

/// An Error for a promise that rejects.
pub fn error(message: &str) -> JsValue {
    js_sys::Error::new(message).into()
}
