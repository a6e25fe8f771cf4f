//! The combobox over the list of clusters, of which only what can be seen stands in the document.
//!
//! A component of its own: an arrow key or a scroll draws this list again, not the whole dialog. Rows are as tall as
//! their reasons need. What was drawn is measured, what was not is guessed, and where a guess was wrong above the place
//! that is looked at, the list is scrolled by as much, so that nothing jumps.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;

use super::cluster_keys::{Press, press};
use super::cluster_row::{Place, option_id, row};
use super::list_element::{measure, show, space};
use super::window::Rows;
use super::{aria_true, value_of};
use crate::dialog::Event as Happened;
use crate::widget::driver::Handle;
use crate::widget::text::{Value, Words, english};

/// The combobox and its list.
pub struct ClusterList {
    list: NodeRef,
    rows: Rows,
    /// Which row Enter takes: the first match while a filter is typed, then wherever the arrow keys went.
    active: Option<usize>,
    active_cluster: Option<String>,
    /// The arrow keys are in use, so Home and End mean the list and not the text.
    moved: bool,
    /// Bring the active row into view after drawing.
    reveal: bool,
    /// A new filter: the list starts at its top.
    rewind: bool,
}

/// What the list is given.
#[derive(Properties, PartialEq)]
pub struct ClusterListProps {
    /// To the dialog.
    pub handle: Handle,
    /// Words and formats.
    pub words: WordsRef,
    /// Draw again when this changes.
    pub revision: u32,
    /// The filter's text.
    pub filter: String,
    /// How many rows there are.
    pub matches: usize,
    /// What is chosen or was refused is wrong.
    pub invalid: bool,
    /// More are on their way.
    pub loading: bool,
    /// The chosen cluster's id.
    pub chosen: Option<String>,
    /// What stands between input and list.
    pub error: Html,
    /// How many match, beside the input.
    pub count: Html,
}

/// Words, the same only if they are the same ones.
#[derive(Clone)]
pub struct WordsRef(Rc<Words>);

impl PartialEq for WordsRef {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl yew::html::IntoPropValue<WordsRef> for Rc<Words> {
    fn into_prop_value(self) -> WordsRef {
        WordsRef(self)
    }
}

/// What happens to the list.
pub enum Msg {
    /// A key was pressed in the filter.
    Key(KeyboardEvent),
    /// The list was scrolled.
    Scrolled,
    /// A row was clicked.
    Clicked(web_sys::Event),
}

impl Component for ClusterList {
    type Message = Msg;
    type Properties = ClusterListProps;

    fn create(ctx: &Context<Self>) -> Self {
        let mut rows = Rows::default();
        rows.reset(ctx.props().matches);
        ClusterList {
            list: NodeRef::default(),
            rows,
            active: None,
            active_cluster: None,
            moved: false,
            reveal: false,
            rewind: false,
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, before: &ClusterListProps) -> bool {
        let props = ctx.props();
        if props.filter != before.filter {
            self.moved = false;
            self.rewind = true;
            self.rows.reset(props.matches);
        } else if props.matches != before.matches {
            self.rows.resize(props.matches);
        }
        self.follow(ctx);
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Scrolled => match self.list.cast::<Element>() {
                Some(list) => self.rows.scrolled(
                    f64::from(list.scroll_top()),
                    f64::from(list.client_height()),
                ),
                None => false,
            },
            Msg::Key(event) => self.key(ctx, &event),
            Msg::Clicked(event) => {
                if let Some(id) = clicked_id(&event) {
                    focus_filter(ctx, &event);
                    self.active = self.drawn_index(ctx, &id);
                    self.active_cluster = Some(id.clone());
                    self.moved = true;
                    ctx.props().handle.send(Happened::ClusterChosen(id));
                }
                true
            }
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let words = &props.words.0;
        let described = if props.invalid {
            "cluster-hint cluster-count cluster-error"
        } else {
            "cluster-hint cluster-count"
        };
        let handle = props.handle.clone();
        let typed = Callback::from(move |event: InputEvent| {
            if let Some(text) = value_of(&event) {
                handle.send(Happened::FilterChanged(text));
            }
        });
        let pressed = ctx.link().batch_callback(|event: yew::KeyboardEvent| {
            // Autofill sends key events that are no `KeyboardEvent`s.
            event.dyn_ref::<KeyboardEvent>().cloned().map(Msg::Key)
        });
        html! {
            <>
                <div class="filter">
                    <input
                        id="cluster-filter"
                        class="input"
                        type="text"
                        role="combobox"
                        data-testid="cluster-filter"
                        aria-expanded={if props.matches > 0 { "true" } else { "false" }}
                        aria-controls="cluster-list"
                        aria-autocomplete="list"
                        aria-haspopup="listbox"
                        aria-activedescendant={self.active_id(ctx)}
                        aria-invalid={aria_true(props.invalid)}
                        aria-describedby={described}
                        placeholder={words.say(english::FILTER_PLACEHOLDER)}
                        autocomplete="off"
                        autocapitalize="none"
                        autocorrect="off"
                        spellcheck="false"
                        value={props.filter.clone()}
                        oninput={typed}
                        onkeydown={pressed}
                    />
                    { props.count.clone() }
                </div>
                { props.error.clone() }
                <ul
                    id="cluster-list"
                    class="list"
                    part="list"
                    role="listbox"
                    data-testid="cluster-list"
                    aria-label={words.say(english::TARGET_CLUSTERS)}
                    aria-busy={aria_true(props.loading)}
                    hidden={props.matches == 0}
                    ref={&self.list}
                    onscroll={ctx.link().callback(|_| Msg::Scrolled)}
                    onmousedown={Callback::from(|event: MouseEvent| event.prevent_default())}
                    onclick={ctx.link().callback(|event: MouseEvent| Msg::Clicked(event.into()))}
                >
                    { self.drawn(ctx) }
                </ul>
                { no_match(props) }
            </>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        let Some(list) = self.list.cast::<HtmlElement>() else {
            return;
        };
        if std::mem::take(&mut self.rewind) {
            list.set_scroll_top(0);
        }
        space(&list, self.rows.around());
        let shift = measure(&list, &mut self.rows);
        if shift.abs() >= 1.0 {
            list.set_scroll_top(list.scroll_top() + shift as i32);
        }
        if std::mem::take(&mut self.reveal)
            && let Some(id) = self.active_id(ctx)
        {
            show(&list, &id);
        }
        if self.rows.scrolled(
            f64::from(list.scroll_top()),
            f64::from(list.client_height()),
        ) {
            ctx.link().send_message(Msg::Scrolled);
        }
    }
}

impl ClusterList {
    /// The rows that are drawn, between two spaces as tall as the rest.
    fn drawn(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        if props.matches == 0 {
            return Html::default();
        }
        let dialog = props.handle.dialog();
        let now = props.handle.now();
        let mut items = vec![html! { <li key="before" class="space" role="presentation" /> }];
        items.extend(self.rows.range().filter_map(|index| {
            let one = dialog.cluster_row(index)?;
            let found = if one.verdict == Default::default() {
                Vec::new()
            } else {
                dialog.cluster_findings(&one.cluster.id, now)
            };
            let place = Place {
                position: index + 1,
                of: props.matches,
                active: self.active == Some(index),
            };
            Some(row(&props.words.0, &one, &found, &place))
        }));
        items.push(html! { <li key="after" class="space" role="presentation" /> });
        items.into_iter().collect()
    }

    fn id_at(&self, ctx: &Context<Self>, index: usize) -> Option<String> {
        let dialog = ctx.props().handle.dialog();
        Some(dialog.cluster_row(index)?.cluster.id.clone())
    }

    fn active_id(&self, ctx: &Context<Self>) -> Option<String> {
        let active = self
            .active
            .filter(|active| self.rows.range().contains(active))?;
        Some(option_id(&self.id_at(ctx, active)?))
    }

    fn drawn_index(&self, ctx: &Context<Self>, id: &str) -> Option<usize> {
        let dialog = ctx.props().handle.dialog();
        self.rows.range().find(|index| {
            dialog
                .cluster_row(*index)
                .is_some_and(|one| one.cluster.id == id)
        })
    }

    fn key(&mut self, ctx: &Context<Self>, event: &KeyboardEvent) -> bool {
        let with_others = event.ctrl_key() || event.meta_key() || event.shift_key();
        if event.is_composing() || with_others {
            return false;
        }
        let count = ctx.props().matches;
        match press(&event.key(), self.active, self.moved, count) {
            Press::Other => return false,
            Press::Leave => {
                self.active = None;
                self.moved = false;
                return true;
            }
            Press::Choose => {
                event.prevent_default();
                let id = self.active.and_then(|at| self.id_at(ctx, at));
                if let Some(id) = id.filter(|_| !event.repeat()) {
                    ctx.props().handle.send(Happened::ClusterChosen(id));
                }
                return true;
            }
            Press::Go(to) => self.go(ctx, to),
        }
        event.prevent_default();
        true
    }

    fn go(&mut self, ctx: &Context<Self>, to: usize) {
        self.active = Some(to);
        self.active_cluster = self.id_at(ctx, to);
        self.moved = true;
        self.rows.include(to);
        self.reveal = true;
    }

    /// Rows may come and go above the active one: it stays with its cluster, not with its number.
    fn follow(&mut self, ctx: &Context<Self>) {
        if !self.moved {
            let first = !ctx.props().filter.is_empty() && ctx.props().matches > 0;
            self.active = first.then_some(0);
            return;
        }
        let Some(id) = self.active_cluster.as_deref() else {
            return;
        };
        let dialog = ctx.props().handle.dialog();
        let is_at = |index: usize| {
            dialog
                .cluster_row(index)
                .is_some_and(|row| row.cluster.id == id)
        };
        if !self.active.is_some_and(is_at) {
            self.active = (0..ctx.props().matches).find(|index| is_at(*index));
        }
    }
}

/// In place of a list without rows: a listbox may hold nothing but options.
fn no_match(props: &ClusterListProps) -> Html {
    if props.matches > 0 || props.filter.is_empty() {
        return Html::default();
    }
    let values = [("filter", Value::Name(&props.filter))];
    html! { <p class="no-match">{ props.words.0.rich(english::NO_MATCH, &values) }</p> }
}

/// After a click the arrow keys move in the list that was clicked, not in the project picker that may have had the
/// focus. A finger has no arrow keys, and would only call up the keyboard on the screen.
fn focus_filter(ctx: &Context<ClusterList>, event: &web_sys::Event) {
    let pointer = js_sys::Reflect::get(event, &"pointerType".into()).unwrap_or_default();
    if pointer.as_string().as_deref() == Some("touch") {
        return;
    }
    let root = ctx.props().handle.root();
    let filter = root.query_selector("#cluster-filter").ok().flatten();
    if let Some(filter) = filter.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let quietly = web_sys::FocusOptions::new();
        quietly.set_prevent_scroll(true);
        // An element that cannot take the focus leaves it where it is.
        let _ = filter.focus_with_options(&quietly);
    }
}

/// The id of the cluster whose row was clicked.
fn clicked_id(event: &web_sys::Event) -> Option<String> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target
        .closest("[data-cluster-id]")
        .ok()??
        .get_attribute("data-cluster-id")
}
