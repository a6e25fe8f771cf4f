//! The combobox over the list of clusters, of which only what can be seen stands in the document.
//!
//! A component of its own: an arrow key or a scroll draws this list again, not the whole dialog. Rows are as tall as
//! their reasons need. What was drawn is measured, what was not is guessed, and where a guess was wrong above the place
//! that is looked at, the list is scrolled by as much, so that nothing jumps.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;

use super::cluster_row::{Place, option_id, row};
use super::window::Rows;
use super::{aria_true, value_of};
use crate::dialog::Event as Happened;
use crate::widget::driver::Handle;
use crate::widget::text::{Value, Words, english};

/// The combobox and its list.
pub struct ClusterList {
    list: NodeRef,
    rows: Rows,
    /// Which row the arrow keys are at.
    active: Option<usize>,
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
            reveal: false,
            rewind: false,
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, before: &ClusterListProps) -> bool {
        let props = ctx.props();
        if props.filter != before.filter {
            self.active = None;
            self.rewind = true;
            self.rows.reset(props.matches);
        } else if props.matches != before.matches {
            self.rows.resize(props.matches);
            self.active = self.active.filter(|active| *active < props.matches);
        }
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
                    self.active = self.drawn_index(ctx, &id);
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
                        aria-expanded="true"
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
                    ref={&self.list}
                    onscroll={ctx.link().callback(|_| Msg::Scrolled)}
                    onmousedown={Callback::from(|event: MouseEvent| event.prevent_default())}
                    onclick={ctx.link().callback(|event: MouseEvent| Msg::Clicked(event.into()))}
                >
                    { self.drawn(ctx) }
                </ul>
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
        self.space(&list);
        let shift = self.measure(&list);
        if shift.abs() >= 1.0 {
            list.set_scroll_top(list.scroll_top() + shift as i32);
        }
        if std::mem::take(&mut self.reveal) {
            self.show_active(ctx, &list);
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
            let values = [("filter", Value::Name(&props.filter))];
            return html! {
                <li key="none" class="no-match" role="presentation">
                    { if props.filter.is_empty() { Html::default() } else { props.words.0.rich(english::NO_MATCH, &values) } }
                </li>
            };
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

    /// The keys of the ARIA practices' combobox. Esc is the dialog's.
    fn key(&mut self, ctx: &Context<Self>, event: &KeyboardEvent) -> bool {
        const PAGE: usize = 8;
        let count = ctx.props().matches;
        let with_others = event.ctrl_key() || event.meta_key() || event.shift_key();
        if event.is_composing() || count == 0 || with_others {
            return false;
        }
        let last = count - 1;
        let key = event.key();
        let next = match (key.as_str(), self.active) {
            ("ArrowDown", None) => 0,
            ("ArrowDown", Some(at)) => {
                if at == last {
                    0
                } else {
                    at + 1
                }
            }
            ("ArrowUp", None | Some(0)) => last,
            ("ArrowUp", Some(at)) => at - 1,
            ("PageDown", at) => at.map_or(0, |at| (at + PAGE).min(last)),
            ("PageUp", at) => at.map_or(0, |at| at.saturating_sub(PAGE)),
            ("Home", Some(_)) => 0,
            ("End", Some(_)) => last,
            ("ArrowLeft" | "ArrowRight", Some(_)) => {
                self.active = None;
                return true;
            }
            ("Enter", at) => {
                event.prevent_default();
                // The only match needs no arrow key.
                let at = at.or((count == 1).then_some(0));
                if let Some(id) = at
                    .and_then(|at| self.id_at(ctx, at))
                    .filter(|_| !event.repeat())
                {
                    ctx.props().handle.send(Happened::ClusterChosen(id));
                }
                return true;
            }
            _ => return false,
        };
        event.prevent_default();
        self.active = Some(next);
        self.rows.include(next);
        self.reveal = true;
        true
    }

    /// Gives the two spaces their heights, by the style object: the page may forbid style attributes.
    fn space(&self, list: &HtmlElement) {
        let (before, after) = self.rows.around();
        let ends = [
            (list.first_element_child(), before),
            (list.last_element_child(), after),
        ];
        for (element, height) in ends {
            let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok())
            else {
                continue;
            };
            if element.class_name() == "space" {
                let height = [&height.to_string(), "px"].concat();
                let _ = element.style().set_property("block-size", &height);
            }
        }
    }

    fn measure(&mut self, list: &HtmlElement) -> f64 {
        if self.rows.range().is_empty() || list.client_height() == 0 {
            return 0.0;
        }
        let mut heights = Vec::with_capacity(self.rows.range().len());
        let mut next = list.first_element_child();
        while let Some(element) = next {
            if element.class_name() != "space" {
                heights.push(element.get_bounding_client_rect().height());
            }
            next = element.next_element_sibling();
        }
        if heights.len() != self.rows.range().len() {
            return 0.0;
        }
        self.rows.measured(f64::from(list.scroll_top()), &heights)
    }

    fn show_active(&self, ctx: &Context<Self>, list: &HtmlElement) {
        let Some(id) = self.active_id(ctx) else {
            return;
        };
        let selector = ["[id=\"", &id, "\"]"].concat();
        let Some(row) = list.query_selector(&selector).ok().flatten() else {
            return;
        };
        let (frame, row) = (
            list.get_bounding_client_rect(),
            row.get_bounding_client_rect(),
        );
        let above = row.top() - frame.top() - 4.0;
        let below = row.bottom() - frame.bottom() + 4.0;
        if above < 0.0 || row.height() > frame.height() {
            list.set_scroll_top(list.scroll_top() + above as i32);
        } else if below > 0.0 {
            list.set_scroll_top(list.scroll_top() + below.ceil() as i32);
        }
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
