//! The driver: runs the dialog's effects and feeds it what happens.

use std::cell::{Cell, Ref, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use js_sys::{Function, Promise, WeakRef};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, HtmlDialogElement, HtmlElement, ShadowRoot};
use yew::AppHandle;

use super::app::{App, AppProps, Msg, has_focus};
use super::focus::Opener;
use super::host::{PageSettings, Properties, get};
use super::http::{self, Http};
use super::signals::{self, Verdict};
use super::timers::{Listener, Timeout};
use super::unicode::UNICODE;
use super::{check, log, panic};
use crate::dialog::{
    Answer, CloseReason, Dialog, Effect, Event, Outcome, Read, RequestId, Signal, Timer,
};
use crate::model::{Dated, Failure, RestoreRequest, Timestamp};

/// A page's promise that sign-in is done is believed without a person this often: an answer that stays 401 must not
/// make the two of us go round in circles.
const SIGN_IN_PAUSE_MS: i64 = 10_000;

/// One element's dialog. Cheap to clone; equal to its clones only.
#[derive(Clone)]
pub struct Handle(Rc<Inner>);

struct Inner {
    /// Weak, so that an element that the page drops takes everything with it. While it is in the page, it holds us.
    host: WeakRef<HtmlElement>,
    root: WeakRef<ShadowRoot>,
    properties: Rc<Properties>,
    http: Rc<Http>,
    checks: RefCell<Vec<Weak<Http>>>,
    dialog: RefCell<Dialog>,
    events: RefCell<VecDeque<Event>>,
    signals: RefCell<VecDeque<Signal>>,
    running: Cell<bool>,
    timers: RefCell<Vec<(Timer, Timeout)>>,
    mounted: RefCell<Option<Mounted>>,
    promise: RefCell<Option<Promise>>,
    resolve: RefCell<Option<Function>>,
    opener: RefCell<Option<Opener>>,
    /// Tells the answers to the latest `restore-before-submit` from those to earlier ones.
    question: Cell<u32>,
    signed_in_at: Cell<i64>,
    /// A restore request went out, and the dialog does not know yet what became of it.
    unsure: Cell<bool>,
    dead: Cell<bool>,
    /// The native dialog was put on the screen, and not taken off by us.
    on_screen: Cell<bool>,
}

/// What exists only while the element is in the page.
struct Mounted {
    app: AppHandle<App>,
    container: Element,
    _listeners: Vec<Listener>,
}

impl PartialEq for Handle {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Handle")
    }
}

thread_local! {
    static ALL: RefCell<Vec<Weak<Inner>>> = const { RefCell::new(Vec::new()) };
    /// Apps of elements that have left the page, for those that come: Yew never frees its listeners on a container.
    static SPARE: RefCell<Vec<(AppHandle<App>, Element)>> = const { RefCell::new(Vec::new()) };
}

/// Every element's dialog that is alive.
pub fn all() -> Vec<Handle> {
    ALL.with(|all| {
        let Ok(mut all) = all.try_borrow_mut() else {
            return Vec::new();
        };
        all.retain(|inner| inner.strong_count() > 0);
        all.iter().filter_map(Weak::upgrade).map(Handle).collect()
    })
}

impl Handle {
    /// The dialog of this element: the one that it has, or a new one.
    pub fn of(host: &HtmlElement, root: &ShadowRoot) -> Self {
        if let Some(known) = all()
            .into_iter()
            .find(|handle| handle.host_alive().as_ref() == Some(host))
        {
            return known;
        }
        panic::install();
        let properties = Rc::new(Properties::default());
        let handle = Handle(Rc::new(Inner {
            host: WeakRef::new(host),
            root: WeakRef::new(root),
            http: Rc::new(Http::new(properties.clone())),
            properties,
            checks: RefCell::default(),
            dialog: RefCell::new(Dialog::new(UNICODE)),
            events: RefCell::default(),
            signals: RefCell::default(),
            running: Cell::new(false),
            timers: RefCell::default(),
            mounted: RefCell::default(),
            promise: RefCell::default(),
            resolve: RefCell::default(),
            opener: RefCell::default(),
            question: Cell::new(0),
            signed_in_at: Cell::new(i64::MIN),
            unsure: Cell::new(false),
            dead: Cell::new(false),
            on_screen: Cell::new(false),
        }));
        ALL.with(|all| {
            if let Ok(mut all) = all.try_borrow_mut() {
                all.push(Rc::downgrade(&handle.0));
            }
        });
        if panic::has_failed() {
            panic::bury(&handle);
        }
        handle
    }

    // For the components.

    /// Something happened: updates the dialog, runs its effects, renders. Called while one event is being worked off,
    /// it waits in line.
    pub fn send(&self, event: Event) {
        if self.0.dead.get() {
            return;
        }
        self.0.events.borrow_mut().push_back(event);
        self.work_off();
    }

    /// The dialog, to be looked at. Give it back before anything is sent.
    pub fn dialog(&self) -> Ref<'_, Dialog> {
        self.0.dialog.borrow()
    }

    /// The browser's clock.
    pub fn now(&self) -> Timestamp {
        http::now()
    }

    /// Language, theme and texts.
    pub fn page(&self) -> PageSettings {
        self.0.properties.page(&self.host())
    }

    /// Restore was pressed: makes the key that a new attempt needs.
    pub fn restore_pressed(&self) {
        match uuid() {
            Some(key) => self.send(Event::RestorePressed { key }),
            None => log::error("this browser has no random numbers, so nothing can be sent."),
        }
    }

    /// What the last answer is called in the backend's logs.
    pub fn last_request_id(&self) -> String {
        self.0.http.last_request_id()
    }

    /// The element. Only for what lives inside it.
    pub fn host(&self) -> HtmlElement {
        self.host_alive()
            .unwrap_or_else(|| JsValue::UNDEFINED.unchecked_into())
    }

    /// Whether the form stands in the page, and how far its headings are below an `h1`.
    pub fn place(&self) -> (bool, usize) {
        self.0.properties.place(&self.host())
    }

    /// The loader has asked for what the dialog opens with.
    pub fn has_asked_ahead(&self) -> bool {
        get(&self.host(), "_ahead").is_some()
    }

    /// Its shadow root. Only for what lives inside it.
    pub fn root(&self) -> ShadowRoot {
        self.0
            .root
            .deref()
            .unwrap_or_else(|| JsValue::UNDEFINED.unchecked_into())
    }

    /// Copies, where the browser allows it (not on http).
    pub fn copy_text(&self, text: &str) {
        let Some(clipboard) = web_sys::window()
            .and_then(|window| get(&window.navigator(), "clipboard"))
            .map(|clipboard| clipboard.unchecked_into::<web_sys::Clipboard>())
        else {
            return;
        };
        let copied = clipboard.write_text(text);
        spawn_local(async move {
            // Refused: the text stays on the screen and can be selected.
            let _ = JsFuture::from(copied).await;
        });
    }

    // For the element.

    /// Opens the dialog, and says how it ended. Never rejects.
    pub fn show(&self) -> Promise {
        if self.0.dead.get() {
            panic::show(self);
            return refusal(panic::SUMMARY);
        }
        let is_open = self.0.dialog.borrow().is_open();
        if is_open && let Some(promise) = &*self.0.promise.borrow() {
            return promise.clone();
        }
        let Some(host) = self.host_in_page() else {
            return refusal("The element is not in the page.");
        };
        let promise = Promise::new(&mut |resolve, _| {
            self.0.resolve.replace(Some(resolve));
        });
        self.0.promise.replace(Some(promise.clone()));
        if let Some(opener) = Opener::remember(&self.root()) {
            self.0.opener.replace(Some(opener));
        }
        let mut config = Box::new(self.0.properties.config(&host));
        // What is still open at one backend is not asked of another.
        if !self.0.dialog.borrow().keeps_outcome(&config) {
            config.other_backend = self.0.http.aim(&host);
        }
        self.mount();
        self.tell_surroundings();
        self.send(Event::Opened(config));
        promise
    }

    /// Closes the dialog, where it is open.
    pub fn close(&self) {
        if self.0.dead.get() {
            panic::close(self);
            return;
        }
        let is_open = self.0.dialog.borrow().is_open();
        if is_open || self.0.running.get() {
            self.send(Event::Closed(CloseReason::Host));
        }
    }

    /// Runs all reads and rules, and gives the findings. Rejects where that can't be had.
    pub fn check(&self) -> Promise {
        let Some(host) = self.host_alive().filter(|_| !self.0.dead.get()) else {
            return Promise::reject(&http::error(panic::SUMMARY));
        };
        let http = Rc::new(Http::new(self.0.properties.clone()));
        http.aim(&host);
        let mut checks = self.0.checks.take();
        checks.retain(|check| check.strong_count() > 0);
        checks.push(Rc::downgrade(&http));
        self.0.checks.replace(checks);
        let mut config = self.0.properties.config(&host);
        // What could be restored is asked, not how a job is doing.
        config.job = None;
        wasm_bindgen_futures::future_to_promise(async move {
            match check::check(host, http, config).await {
                Ok(findings) => Ok(signals::findings_data(&findings)),
                Err(message) => Err(http::error(&message)),
            }
        })
    }

    /// A property or an attribute changed.
    pub fn changed(&self, name: &str) {
        if matches!(name, "lang" | "theme" | "messages") {
            self.tell(Msg::PageChanged);
        }
    }

    /// The element came into the page, perhaps again.
    pub fn connected(&self) {
        let is_open = self.0.dialog.borrow().is_open();
        if self.0.dead.get() || !is_open {
            return;
        }
        // A move takes a modal dialog out of the top layer and leaves it marked as open.
        if let Some(dialog) = self.native_dialog() {
            let _ = dialog.remove_attribute("open");
        }
        self.mount();
        self.tell(Msg::Hide);
        self.tell(Msg::Show);
        self.tell_surroundings();
    }

    /// The element left the page, or is being moved: what ends it waits until the move is over.
    pub fn disconnected(&self) {
        let inner = Rc::downgrade(&self.0);
        spawn_local(async move {
            let Some(handle) = inner.upgrade().map(Handle) else {
                return;
            };
            let is_back = handle.host_in_page().is_some();
            if !is_back {
                handle.tear_down();
            }
        });
    }

    fn tear_down(&self) {
        self.send(Event::Disconnected);
        self.0.http.abort_all();
        for check in self.0.checks.take() {
            if let Some(http) = check.upgrade() {
                http.end();
            }
        }
        self.0.timers.take();
        self.unmount();
        let is_open = self.0.dialog.borrow().is_open();
        if !is_open {
            self.resolve(&Outcome::Error("The element left the page.".to_owned()));
            self.0.promise.take();
        }
    }

    // Inside.

    fn host_alive(&self) -> Option<HtmlElement> {
        self.0.host.deref()
    }

    fn host_in_page(&self) -> Option<HtmlElement> {
        self.host_alive().filter(|host| host.is_connected())
    }

    /// Whether what is drawn stands in the page, and not in a native dialog.
    pub fn is_inline(&self) -> bool {
        let found = self
            .0
            .root
            .deref()
            .map(|root| root.query_selector(".inline"));
        matches!(found, Some(Ok(Some(_))))
    }

    fn native_dialog(&self) -> Option<HtmlDialogElement> {
        let found = self.0.root.deref()?.query_selector("dialog[open]").ok()??;
        Some(found.unchecked_into())
    }

    /// Tells the app, once it is there.
    pub fn tell(&self, message: Msg) {
        if let Ok(mounted) = self.0.mounted.try_borrow()
            && let Some(mounted) = &*mounted
        {
            mounted.app.send_message(message);
        }
    }

    fn mount(&self) {
        if self.0.mounted.borrow().is_some() {
            return;
        }
        let Some(window) = web_sys::window() else {
            return;
        };
        let (Some(document), Some(root)) = (window.document(), self.0.root.deref()) else {
            return;
        };
        let mut listeners = Vec::new();
        // Inner events end here; only our own cross the element's border.
        for name in ["input", "beforeinput", "change"] {
            listeners.push(Listener::new(
                &root,
                name,
                Box::new(|event| event.stop_propagation()),
            ));
        }
        for name in ["online", "offline"] {
            let inner = Rc::downgrade(&self.0);
            let offline = name == "offline";
            let action = Box::new(move |_| tell_later(&inner, Event::Offline(offline)));
            listeners.push(Listener::new(&window, name, action));
        }
        let inner = Rc::downgrade(&self.0);
        let action = Box::new(move |_| tell_later(&inner, Event::Hidden(page_is_hidden())));
        listeners.push(Listener::new(&document, "visibilitychange", action));
        let props = AppProps {
            handle: self.clone(),
        };
        let spare = SPARE.with(|spare| spare.try_borrow_mut().ok()?.pop());
        let (app, container) = match spare {
            Some((mut app, container)) => {
                app.update(props);
                app.send_message(Msg::Fresh);
                (app, container)
            }
            None => {
                let Ok(container) = document.create_element("div") else {
                    return;
                };
                let renderer = yew::Renderer::<App>::with_root_and_props(container.clone(), props);
                (renderer.render(), container)
            }
        };
        if root.append_child(&container).is_err() {
            return;
        }
        self.0.mounted.replace(Some(Mounted {
            app,
            container,
            _listeners: listeners,
        }));
    }

    fn unmount(&self) {
        let mounted = self.0.mounted.take();
        if let Some(mounted) = mounted {
            mounted.container.remove();
            // Empties it, so that it holds nothing of the element's.
            mounted.app.send_message(Msg::Hide);
            self.0.opener.take();
            let spare = (mounted.app, mounted.container);
            SPARE.with(|all| all.try_borrow_mut().map(|mut all| all.push(spare)).ok());
        }
    }

    /// Whether the network is there and the page is seen: nobody listened while the element was not in the page.
    fn tell_surroundings(&self) {
        let offline = web_sys::window().is_some_and(|window| !window.navigator().on_line());
        self.send(Event::Offline(offline));
        self.send(Event::Hidden(page_is_hidden()));
    }

    /// Works off the line of events, then tells the page: its handlers may do anything, and come back here.
    fn work_off(&self) {
        if self.0.running.replace(true) {
            return;
        }
        loop {
            let next = self.0.events.borrow_mut().pop_front();
            if let Some(event) = next {
                if !self.step(event) {
                    break;
                }
                continue;
            }
            let signal = self.0.signals.borrow_mut().pop_front();
            match signal {
                Some(signal) => self.emit(&signal),
                None => break,
            }
        }
        self.0.running.set(false);
    }

    /// One event. `false`: somebody looks at the dialog, so it must wait.
    fn step(&self, event: Event) -> bool {
        let opens = matches!(event, Event::Opened(_));
        let answers = matches!(event, Event::Replied { .. });
        let effects = match self.0.dialog.try_borrow_mut() {
            Ok(mut dialog) => {
                let effects = dialog.update(event, http::now());
                // The panic hook may not be able to look: the dialog may be what failed.
                self.0.unsure.set(dialog.is_unsure());
                effects
            }
            Err(_) => {
                self.0.events.borrow_mut().push_front(event);
                let inner = Rc::downgrade(&self.0);
                spawn_local(async move {
                    if let Some(inner) = inner.upgrade() {
                        Handle(inner).work_off();
                    }
                });
                return false;
            }
        };
        self.tell(match answers {
            true => Msg::Answered,
            false => Msg::Changed,
        });
        let is_open = self.0.dialog.borrow().is_open();
        if opens && is_open {
            self.tell(Msg::Show);
        }
        for effect in effects {
            self.run(effect);
        }
        true
    }

    fn run(&self, effect: Effect) {
        match effect {
            Effect::Read { id, read } => self.read(id, read),
            Effect::Restore {
                id,
                request,
                key,
                csrf_token,
            } => self.restore(id, request, key, csrf_token),
            Effect::Abort(id) => self.0.http.abort(id),
            Effect::Schedule { timer, after_ms } => self.schedule(timer, after_ms),
            Effect::Unschedule(timer) => self.unschedule(timer),
            Effect::Announce(announcement) => self.tell(Msg::Announce(announcement)),
            Effect::Focus(focus) => self.tell(Msg::Focus(focus)),
            Effect::Emit(signal) => self.0.signals.borrow_mut().push_back(signal),
            Effect::Resolve(outcome) => self.resolve(&outcome),
            Effect::Close => self.hide(),
        }
    }

    fn read(&self, id: RequestId, read: Read) {
        let Some(host) = self.host_in_page() else {
            let message = "The element is not in the page.".to_owned();
            let reply = Err(Failure::NoAnswer { message });
            self.send(Event::Replied { id, reply });
            return;
        };
        let inner = Rc::downgrade(&self.0);
        let answered = self.0.http.read(&host, id, read);
        spawn_local(async move {
            if let (Some(reply), Some(inner)) = (answered.await, inner.upgrade()) {
                warn_of_policy(&reply);
                Handle(inner).send(Event::Replied { id, reply });
            }
        });
    }

    fn restore(
        &self,
        id: RequestId,
        request: Box<RestoreRequest>,
        key: String,
        csrf_token: Option<String>,
    ) {
        let Some(host) = self.host_alive() else {
            return;
        };
        // Strong: whatever becomes of the element, somebody hears the answer.
        let handle = self.clone();
        spawn_local(async move {
            let http = &handle.0.http;
            let reply = http
                .restore(&host, &request, &key, csrf_token.as_deref())
                .await;
            handle.send(Event::Replied { id, reply });
        });
    }

    fn schedule(&self, timer: Timer, after_ms: u32) {
        self.unschedule(timer);
        if self.host_in_page().is_none() {
            return;
        }
        let inner = Rc::downgrade(&self.0);
        let action = Box::new(move || {
            if let Some(handle) = inner.upgrade().map(Handle) {
                handle.unschedule(timer);
                handle.send(Event::TimerFired(timer));
            }
        });
        if let Some(timeout) = Timeout::new(after_ms, action) {
            self.0.timers.borrow_mut().push((timer, timeout));
        }
    }

    fn unschedule(&self, timer: Timer) {
        self.0
            .timers
            .borrow_mut()
            .retain(|(known, _)| *known != timer);
    }

    fn resolve(&self, outcome: &Outcome) {
        let resolve = self.0.resolve.take();
        if let Some(resolve) = resolve {
            let _ = resolve.call1(&JsValue::UNDEFINED, &signals::outcome_data(outcome));
        }
    }

    /// The app has put the native dialog on the screen, or taken it off.
    pub fn set_on_screen(&self, on_screen: bool) {
        self.0.on_screen.set(on_screen);
    }

    /// It was on the screen and is not any more, and not by us. The event of an earlier closing comes late, when it is
    /// open again.
    pub fn is_off_screen_by_force(&self) -> bool {
        self.0.on_screen.get() && self.native_dialog().is_none()
    }

    /// Off the screen, and the focus back to where it was. In the page it may be elsewhere meanwhile, and stays there.
    fn hide(&self) {
        let inline = self.is_inline();
        let held = has_focus(self);
        self.set_on_screen(false);
        self.0.promise.take();
        self.0.question.set(self.0.question.get().wrapping_add(1));
        self.tell(Msg::Hide);
        let handle = self.clone();
        spawn_local(async move {
            if handle.0.dialog.borrow().is_open() {
                return;
            }
            // Yew may take its time, and an element behind a modal dialog takes no focus.
            if let Some(dialog) = handle.native_dialog() {
                dialog.close();
            }
            let opener = handle.0.opener.take();
            let opener = if inline {
                // Nothing need have been focused before it, and something is now.
                held.then(|| opener.unwrap_or_default())
            } else {
                opener
            };
            if let (Some(opener), Some(host)) = (opener, handle.host_alive()) {
                let fallback = handle.0.properties.return_focus(&host);
                opener.give_back(fallback.as_ref(), &host);
            }
        });
    }

    fn emit(&self, signal: &Signal) {
        let Some(host) = self.host_alive() else {
            return;
        };
        if matches!(signal, Signal::BeforeSubmit(_)) {
            self.0.question.set(self.0.question.get().wrapping_add(1));
        }
        let Some(question) = signals::dispatch(&host, signal) else {
            return;
        };
        let is_sign_in = matches!(signal, Signal::AuthRequired);
        let is_snapshot = matches!(signal, Signal::TakeSnapshot(_));
        let number = self.0.question.get();
        let inner = Rc::downgrade(&self.0);
        spawn_local(async move {
            let verdict = question.settle().await;
            let Some(handle) = inner.upgrade().map(Handle) else {
                return;
            };
            if is_sign_in {
                if let Verdict::Fine { asked: true } = verdict {
                    handle.signed_in();
                }
            } else if is_snapshot {
                handle.send(Event::SnapshotTaken(match verdict {
                    Verdict::Fine { .. } => None,
                    Verdict::Vetoed(message) => Some(message.unwrap_or_default()),
                }));
            } else if handle.0.question.get() == number {
                handle.send(match verdict {
                    Verdict::Fine { .. } => Event::SubmitAllowed,
                    Verdict::Vetoed(message) => Event::SubmitVetoed(message),
                });
            }
        });
    }

    fn signed_in(&self) {
        let now = http::now().0;
        if now.saturating_sub(self.0.signed_in_at.get()) < SIGN_IN_PAUSE_MS {
            log::warn("the page says again that sign-in is done: the person has to confirm it.");
            return;
        }
        self.0.signed_in_at.set(now);
        self.send(Event::SignedIn);
    }

    // For the panic hook, in which anything may be borrowed.

    /// Nothing works any more: stops all, and says whether it is open what became of a restore request.
    pub(super) fn bury(&self) -> Option<(HtmlElement, ShadowRoot, bool)> {
        if self.0.dead.replace(true) {
            return None;
        }
        if let Ok(mut timers) = self.0.timers.try_borrow_mut() {
            timers.clear();
        }
        if let Ok(mut resolve) = self.0.resolve.try_borrow_mut()
            && let Some(resolve) = resolve.take()
        {
            let outcome = Outcome::Error(panic::SUMMARY.to_owned());
            let _ = resolve.call1(&JsValue::UNDEFINED, &signals::outcome_data(&outcome));
        }
        let root = self.0.root.deref()?;
        Some((self.host_alive()?, root, self.0.unsure.get()))
    }

    pub(super) fn shadow_root(&self) -> Option<ShadowRoot> {
        self.0.root.deref()
    }
}

fn refusal(message: &str) -> Promise {
    Promise::resolve(&signals::outcome_data(&Outcome::Error(message.to_owned())))
}

fn tell_later(inner: &Weak<Inner>, event: Event) {
    if let Some(inner) = inner.upgrade() {
        Handle(inner).send(event);
    }
}

fn page_is_hidden() -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .is_some_and(|document| document.hidden())
}

fn warn_of_policy(reply: &http::Reply) {
    if let Ok(Dated {
        value: Answer::Session(session),
        ..
    }) = reply
    {
        for warning in &session.policy_warnings {
            log::warn(&["the session's ", warning].concat());
        }
    }
}

/// A UUID of version 4. `randomUUID` is missing on plain http.
fn uuid() -> Option<String> {
    let crypto = web_sys::window()?.crypto().ok()?;
    if get(&crypto, "randomUUID").is_some() {
        return Some(crypto.random_uuid());
    }
    let mut bytes = [0_u8; 16];
    crypto.get_random_values_with_u8_array(&mut bytes).ok()?;
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.into_iter().enumerate() {
        let byte = match index {
            6 => byte & 0x0f | 0x40,
            8 => byte & 0x3f | 0x80,
            _ => byte,
        };
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for digit in [byte >> 4, byte & 0x0f] {
            text.push(char::from_digit(u32::from(digit), 16)?);
        }
    }
    Some(text)
}
