//! The component that holds it all: draws the dialog's view, in the native `<dialog>` or, inline, in the page.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlDialogElement, HtmlElement, KeyboardEvent};
use yew::prelude::{Component, Context, Html, NodeRef, Properties};

use super::announce::{self, Spoken};
use super::components::{Action, ClusterList, Ui, frame};
use super::driver::Handle;
use super::host::{Theme, set, value_of};
use super::style;
use super::text::{Words, english};
use super::timers::Timeout;
use crate::dialog::{self, Announcement, CloseReason, Focus};

/// How long typing must pause before the number of matches is said.
const PAUSE_MS: u32 = 500;
/// How long what was said stays in the live regions: who reads on to the end of the dialog later would take it for news.
const HEARD_MS: u32 = 10_000;
/// How long answers are gathered before they are drawn: no frame is later for it.
const GATHERED_MS: u32 = 8;
/// How long the first showing waits for an answer that was asked for while the wasm was on its way.
const AHEAD_MS: u32 = 100;

/// The whole dialog.
pub struct App {
    dialog: NodeRef,
    words: Words,
    theme: Theme,
    system_theme: bool,
    shown: bool,
    aim: Rc<Aim>,
    polite: Spoken,
    assertive: Spoken,
    pause: Option<Timeout>,
    /// What was said is taken out of the live regions when it is over.
    silence: Option<Timeout>,
    /// Answers came that are drawn when it is over.
    gathering: Option<Timeout>,
    /// The dialog is put on the screen when it is over, or with the first answers.
    showing: Option<Timeout>,
    local: Local,
    list: RefCell<ClusterList>,
}

/// Where the focus belongs once the page is drawn.
#[derive(Default)]
struct Aim {
    focus: Cell<Option<&'static str>>,
    /// Something of ours had the focus before it was drawn anew.
    held: Cell<bool>,
}

impl Aim {
    /// Every select shows what is chosen. What had the focus is gone, as the first heading is when the facts have come: it
    /// goes to the heading, not away.
    fn settle(&self, handle: &Handle, dialog: &NodeRef) {
        let held = self.held.take();
        let Some(dialog) = dialog.cast::<HtmlElement>() else {
            return;
        };
        // First: WebKit compares a pick with what was chosen when the select got the focus.
        settle_selects(&dialog);
        if !dialog.has_attribute("open") {
            return;
        }
        // In the page the focus is fetched from nowhere else: somebody may be typing there.
        if !held && handle.is_inline() {
            self.focus.set(None);
        }
        if self.focus.get().is_none() && held && !has_focus(handle) {
            self.focus.set(Some("heading"));
        }
        if let Some(id) = self.focus.get()
            && focus(&dialog, id)
        {
            self.focus.set(None);
        }
    }
}

/// What only the screen knows.
#[derive(Default)]
pub struct Local {
    /// Filter of the source's projects.
    pub source_project_filter: String,
    /// Filter of the source's clusters.
    pub source_cluster_filter: String,
    /// Filter of the target's projects.
    pub project_filter: String,
    /// How many times more snapshots were asked for.
    pub more_snapshots: usize,
    /// What was copied last.
    pub copied: &'static str,
    /// It is on the screen: the native dialog, or the form in the page.
    pub shown: bool,
    /// The form stands in the page, where nothing is modal (D17). As the page had it when it was shown.
    pub inline: bool,
    /// How far its headings are below an `h1`.
    pub deeper: usize,
}

impl Local {
    fn of(handle: &Handle) -> Self {
        let (inline, deeper) = handle.place();
        Local {
            inline,
            deeper,
            ..Local::default()
        }
    }
}

/// What the app is given.
#[derive(Properties, PartialEq)]
pub struct AppProps {
    /// To the dialog and the page.
    pub handle: Handle,
}

/// What the app is told.
pub enum Msg {
    /// The view may have changed.
    Changed,
    /// It may, by an answer: many come at once, and are drawn together.
    Answered,
    /// It serves an element that has just come into the page.
    Fresh,
    /// Put the dialog on the screen.
    Show,
    /// Take it off.
    Hide,
    /// Say something to a screen reader.
    Announce(Announcement),
    /// Move the focus.
    Focus(Focus),
    /// Language, theme or texts of the page changed.
    PageChanged,
    /// Move the focus to the element with this id.
    GoTo(&'static str),
    /// Something was copied.
    Copied(&'static str),
    /// Typing has paused: say this.
    Paused(usize),
    /// What was said has been heard.
    Heard,
    /// The source's projects are filtered.
    SourceProjectFilter(String),
    /// The source's clusters are filtered.
    SourceClusterFilter(String),
    /// The target's projects are filtered.
    ProjectFilter(String),
    /// More snapshots are asked for.
    MoreSnapshots,
    /// A key was pressed in the filter of the list of clusters.
    ListKey(Event),
    /// A row of that list was clicked.
    ListClicked(String),
    /// That list was scrolled.
    ListScrolled,
}

impl Component for App {
    type Message = Msg;
    type Properties = AppProps;

    fn create(ctx: &Context<Self>) -> Self {
        let handle = &ctx.props().handle;
        style::adopt(&handle.root());
        let page = handle.page();
        App {
            dialog: NodeRef::default(),
            words: Words::new(&page),
            system_theme: follows_system(&handle.host()),
            theme: page.theme,
            shown: false,
            aim: Rc::default(),
            polite: Spoken::default(),
            assertive: Spoken::default(),
            pause: None,
            silence: None,
            gathering: None,
            showing: None,
            local: Local::of(handle),
            list: RefCell::default(),
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, _: &Self::Properties) -> bool {
        self.renew(ctx);
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Fresh => self.renew(ctx),
            Msg::Changed => {
                self.gathering = None;
                self.show_if_due(ctx);
            }
            Msg::Answered => {
                if self.gathering.is_none() {
                    self.gathering = later(ctx, GATHERED_MS, Msg::Changed);
                }
                return self.gathering.is_none();
            }
            // What was asked ahead is there already or all but: drawn with it, the dialog is laid out once.
            Msg::Show if self.showing.is_none() && ctx.props().handle.has_asked_ahead() => {
                self.showing = later(ctx, AHEAD_MS, Msg::Show);
            }
            Msg::Show => self.show(ctx),
            Msg::Hide => self.hide(ctx),
            Msg::Announce(Announcement::Matches(count)) => {
                self.pause = later(ctx, PAUSE_MS, Msg::Paused(count));
                return false;
            }
            Msg::Announce(announcement) => {
                // What is not on the screen is not heard.
                self.show_if_due(ctx);
                let (text, assertive) = announce::words(&self.words, &announcement);
                self.say(ctx, text, assertive);
            }
            Msg::Paused(count) => {
                let text = self.words.text(
                    english::MATCHES,
                    &[("count", super::text::Value::Count(count))],
                );
                self.say(ctx, text, false);
            }
            Msg::Heard => {
                self.polite = Spoken::default();
                self.assertive = Spoken::default();
            }
            Msg::Focus(focus) => self.aim.focus.set(Some(id_of(focus))),
            Msg::GoTo(id) => self.aim.focus.set(Some(id)),
            Msg::PageChanged => {
                let page = ctx.props().handle.page();
                self.words = Words::new(&page);
                self.theme = page.theme;
                self.system_theme = follows_system(&ctx.props().handle.host());
            }
            Msg::Copied(what) => {
                self.local.copied = what;
                let text = self.words.say(english::COPIED).to_string();
                self.say(ctx, text, false);
            }
            Msg::SourceProjectFilter(text) => self.local.source_project_filter = text,
            Msg::SourceClusterFilter(text) => self.local.source_cluster_filter = text,
            Msg::ProjectFilter(text) => self.local.project_filter = text,
            Msg::MoreSnapshots => self.local.more_snapshots += 1,
            Msg::ListKey(event) => {
                return self.list.get_mut().key(&ctx.props().handle, &event);
            }
            Msg::ListClicked(id) => self.list.get_mut().clicked(&ctx.props().handle, id),
            Msg::ListScrolled => return self.list.get_mut().scrolled(),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let handle = &ctx.props().handle;
        if has_focus(handle) {
            self.aim.held.set(true);
        }
        // Not in `rendered`: on a slow machine Yew lets the browser draw a frame before it. This comes before any frame.
        let (aim, late, dialog) = (self.aim.clone(), handle.clone(), self.dialog.clone());
        spawn_local(async move { aim.settle(&late, &dialog) });
        let theme = match self.theme {
            Theme::Light => "theme light",
            Theme::Dark => "theme dark",
            Theme::Auto if self.system_theme => "theme system",
            Theme::Auto => "theme",
        };
        let mut ui = Ui::new(&self.words, handle, &self.local, &self.list);
        ui.tag("div", |ui| {
            ui.attr("class", theme);
            ui.attr("dir", if self.is_rtl() { "rtl" } else { "ltr" });
            ui.attr("lang", self.words.formats.language().to_owned());
            let markup = if self.local.inline {
                // WebKit gives the focus to no button that is clicked, but to what is around it.
                "div.dialog.inline part=dialog data-testid=restore-dialog aria-labelledby=title role=group tabindex=-1"
            } else {
                "dialog.dialog part=dialog data-testid=restore-dialog aria-labelledby=title"
            };
            ui.tag(markup, |ui| {
                if self.local.inline && self.shown {
                    ui.attr("open", "");
                }
                ui.node_ref(&self.dialog);
                ui.on("cancel", Action::Do(escaped));
                ui.on("close", Action::Do(native_closed));
                ui.on("keydown", Action::Do(key_pressed));
                ui.group(|ui| self.content(handle, ui));
                ui.tag("div.unseen role=status aria-live=polite", |ui| {
                    self.polite.draw(ui);
                });
                ui.tag("div.unseen role=alert aria-live=assertive", |ui| {
                    self.assertive.draw(ui);
                });
            });
        });
        ui.html()
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        if self.list.get_mut().rendered(&ctx.props().handle) {
            ctx.link().send_message(Msg::Changed);
        }
    }
}

impl App {
    /// Forgets the element that it has served. The native dialog stays, and what was asked of it since: the page may
    /// have been told to show it before the properties come.
    fn renew(&mut self, ctx: &Context<Self>) {
        let (dialog, shown, aim) = (self.dialog.clone(), self.shown, self.aim.clone());
        let showing = self.showing.take();
        *self = App::create(ctx);
        self.showing = showing;
        self.dialog = dialog;
        self.shown = shown;
        self.local.shown = shown;
        self.aim = aim;
        ctx.props().handle.set_on_screen(shown);
    }

    fn content(&self, handle: &Handle, ui: &mut Ui) {
        let dialog = handle.dialog();
        if !self.shown && !dialog.is_open() {
            return;
        }
        self.list.borrow_mut().begin();
        let view = dialog.view(handle.now());
        ui.steps = view.steps;
        ui.now = view.now;
        view.concerned.clone_into(&mut ui.concerned);
        frame(&view, ui);
        self.list.borrow_mut().end();
    }

    /// There is something to be shown now: nothing more is waited for.
    #[inline(never)]
    fn show_if_due(&mut self, ctx: &Context<Self>) {
        if self.showing.is_some() {
            self.show(ctx);
        }
    }

    fn show(&mut self, ctx: &Context<Self>) {
        self.showing = None;
        if self.shown {
            return;
        }
        let handle = &ctx.props().handle;
        self.local = Local::of(handle);
        self.aim.focus.set(Some("heading"));
        self.system_theme = follows_system(&handle.host());
        self.shown = self.local.inline;
        if !self.local.inline {
            let Some(dialog) = self.dialog.cast::<HtmlDialogElement>() else {
                return;
            };
            if !dialog.matches("dialog").unwrap_or(true) {
                // As it was the last time: the native dialog is drawn first.
                self.showing = later(ctx, 0, Msg::Show);
                return;
            }
            if dialog.has_attribute("open") {
                dialog.close();
            }
            self.shown = dialog.show_modal().is_ok();
        }
        self.local.shown = self.shown;
        handle.set_on_screen(self.shown);
    }

    fn hide(&mut self, ctx: &Context<Self>) {
        self.forget();
        ctx.props().handle.set_on_screen(false);
        // Yew takes whatever it is for one, and the form in the page has no such method.
        if let Some(dialog) = self.dialog.cast::<HtmlDialogElement>()
            && dialog.matches("dialog[open]").unwrap_or(false)
        {
            dialog.close();
        }
    }

    /// What must not be there when it opens again.
    fn forget(&mut self) {
        self.shown = false;
        self.showing = None;
        self.local.shown = false;
        self.aim.focus.set(None);
        self.pause = None;
        self.silence = None;
        self.polite = Spoken::default();
        self.assertive = Spoken::default();
    }

    fn is_rtl(&self) -> bool {
        let language = self.words.formats.language();
        let primary = language.split('-').next().unwrap_or_default();
        const TAGS: &str = "ar fa he ur ps yi dv ckb sd ug";
        TAGS.split(' ').any(|tag| tag.eq_ignore_ascii_case(primary))
    }

    fn say(&mut self, ctx: &Context<Self>, text: String, assertive: bool) {
        if assertive {
            self.assertive.say(text);
        } else {
            self.polite.say(text);
        }
        self.silence = later(ctx, HEARD_MS, Msg::Heard);
    }
}

fn later(ctx: &Context<App>, after_ms: u32, message: Msg) -> Option<Timeout> {
    let link = ctx.link().clone();
    let mut message = Some(message);
    let action = Box::new(move || {
        if let Some(message) = message.take() {
            link.send_message(message);
        }
    });
    Timeout::new(after_ms, action)
}

fn id_of(focus: Focus) -> &'static str {
    match focus {
        Focus::Heading => "heading",
        Focus::ErrorSummary => "error-summary",
        Focus::ClusterFilter => "cluster-filter",
        Focus::Confirmation => "confirm-input",
        Focus::SubmitError => "submit-error",
    }
}

/// The page has no scheme of its own, so the system's counts.
fn follows_system(host: &HtmlElement) -> bool {
    web_sys::window()
        .and_then(|window| window.get_computed_style(host).ok().flatten())
        .and_then(|style| style.get_property_value("color-scheme").ok())
        .is_none_or(|scheme| scheme.is_empty() || scheme == "normal")
}

/// Esc closes by the dialog's own path, so that everything is told once. A browser that asks nobody says so (D6).
fn escaped(handle: &Handle, event: &Event) {
    event.stop_propagation();
    event.prevent_default();
    handle.send(dialog::Event::Closed(if event.cancelable() {
        CloseReason::Escape
    } else {
        CloseReason::Forced
    }));
}

/// The browser took the native dialog off the screen, by a second Esc for instance. Judged at once: Yew may take its
/// time with a message, and until then the dialog may have been closed by us, or opened again.
fn native_closed(handle: &Handle, event: &Event) {
    event.stop_propagation();
    if handle.is_off_screen_by_force() {
        handle.send(dialog::Event::Closed(CloseReason::Forced));
    }
}

/// The key that opened the dialog may still be held: it presses nothing in here. Esc is the dialog's: a modal of the
/// page's behind it would close by it, and keep the browser from closing this one (Angular CDK). What stands in the page
/// may stand in such a modal, and Esc is that one's. (Autofill sends key events that are no `KeyboardEvent`s.)
fn key_pressed(handle: &Handle, event: &Event) {
    let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
        return;
    };
    if event.key() == "Escape" && !handle.is_inline() {
        event.stop_propagation();
    }
    let on_button = event.target().is_some_and(|target| {
        target.dyn_ref::<HtmlElement>().is_some_and(|element| {
            matches!(element.tag_name().as_str(), "BUTTON" | "SUMMARY" | "SELECT")
        })
    });
    if event.repeat() && on_button && matches!(event.key().as_str(), "Enter" | " ") {
        event.prevent_default();
    }
}

/// Something in the element has the focus.
pub fn has_focus(handle: &Handle) -> bool {
    let root = handle.shadow_root();
    root.is_some_and(|root| root.active_element().is_some())
}

fn focus(dialog: &HtmlElement, id: &str) -> bool {
    let found = dialog.query_selector(&["#", id].concat()).ok().flatten();
    let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) else {
        return false;
    };
    let _ = element.focus();
    true
}

/// A person's pick moves a select before the dialog has its say; this gives the dialog the last word.
fn settle_selects(dialog: &HtmlElement) {
    let Ok(selects) = dialog.query_selector_all("select[data-value]") else {
        return;
    };
    for index in 0..selects.length() {
        let select = selects.get(index).and_then(|node| node.dyn_into().ok());
        let Some::<HtmlElement>(select) = select else {
            continue;
        };
        let value = select.get_attribute("data-value").unwrap_or_default();
        if value_of(&select).as_deref() != Some(&value) {
            set(&select, "value", value);
        }
    }
}
