//! The combobox over the list of clusters, of which only what can be seen stands in the document.
//!
//! It has a life of its own beside the dialog's view: which row is active, where the list is scrolled to. Rows are as
//! tall as their reasons need. What was drawn is measured, what was not is guessed, and where a guess was wrong above
//! the place that is looked at, the list is scrolled by as much, so that nothing jumps.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};
use yew::NodeRef;

use super::Ui;
use super::action::Action;
use super::cluster_keys::{Press, alt, press};
use super::cluster_row::{Place, option_id, row, truth};
use super::list_element::{measure, show, space};
use super::status::is_loading;
use super::window::Rows;
use crate::dialog::{DestinationView, Event as Happened};
use crate::widget::app::Msg;
use crate::widget::driver::Handle;
use crate::widget::text::{Value, english};

/// The combobox and its list.
#[derive(Default)]
pub struct ClusterList {
    node: NodeRef,
    rows: Rows,
    /// It is in the dialog as it is drawn now, and was the last time; what is entered again starts anew.
    drawn: bool,
    drawn_before: bool,
    /// The filter that was drawn.
    filter: String,
    /// How many rows there are.
    matches: usize,
    /// Which row Enter takes: the first match while a filter is typed, then wherever the arrow keys went.
    active: Option<usize>,
    active_cluster: Option<String>,
    /// The arrow keys are in use, so Home and End mean the list and not the text.
    moved: bool,
    /// Bring the active row into view after drawing.
    reveal: bool,
    /// A new filter: the list starts at its top.
    rewind: bool,
    /// It is scrolled away from its top.
    away: bool,
}

impl ClusterList {
    /// Before the dialog is drawn.
    pub fn begin(&mut self) {
        self.drawn_before = std::mem::take(&mut self.drawn);
    }

    /// After the dialog was drawn: a list that is not in it any more forgets where it was.
    pub fn end(&mut self) {
        if !self.drawn {
            *self = ClusterList::default();
        }
    }

    /// The combobox; `error` stands between input and list.
    pub fn draw(
        &mut self,
        view: &DestinationView,
        invalid: bool,
        ui: &mut Ui,
        error: impl FnOnce(&mut Ui),
    ) {
        self.settle(view, ui.handle);
        ui.tag("div.filter", |ui| {
            ui.tag(
                "input.input id=cluster-filter type=text role=combobox data-testid=cluster-filter \
                 aria-controls=cluster-list aria-autocomplete=list aria-haspopup=listbox \
                 autocomplete=off autocapitalize=none autocorrect=off spellcheck=false",
                |ui| {
                    ui.attr("aria-expanded", truth(self.matches > 0));
                    if let Some(id) = self.active_id(ui.handle) {
                        ui.attr("aria-activedescendant", id);
                    }
                    ui.flag("aria-invalid", invalid);
                    ui.attr(
                        "aria-describedby",
                        if invalid {
                            "cluster-error cluster-hint cluster-count"
                        } else {
                            "cluster-hint cluster-count"
                        },
                    );
                    let placeholder = ui.words.say(english::FILTER_PLACEHOLDER);
                    ui.attr("placeholder", placeholder);
                    ui.value(&self.filter);
                    ui.on("input", Action::Typed(Happened::FilterChanged));
                    ui.on("keydown", Action::Tell(Msg::ListKey));
                },
            );
            ui.tag(
                "span.count id=cluster-count data-testid=cluster-count",
                |ui| {
                    ui.attr("data-count", self.matches.to_string());
                    // A list that is not there has no matches, and nothing that fails to match.
                    if view.total > 0 {
                        let count = [("count", Value::Count(self.matches))];
                        ui.rich(english::MATCHES, &count);
                    }
                },
            );
        });
        ui.group(error);
        // Browsers let Tab stop at what scrolls; the filter's keys scroll this.
        ui.tag(
            "ul.list id=cluster-list part=list role=listbox tabindex=-1 data-testid=cluster-list",
            |ui| {
                let label = ui.words.say(english::TARGET_CLUSTERS);
                ui.attr("aria-label", label);
                ui.flag("aria-busy", is_loading(&view.clusters_state));
                if self.matches == 0 {
                    ui.attr("hidden", "");
                }
                ui.node_ref(&self.node);
                ui.on("scroll", Action::Tell(|_| Msg::ListScrolled));
                ui.on("mousedown", Action::Do(|_, event| event.prevent_default()));
                ui.click(Action::Do(clicked));
                if self.matches > 0 {
                    self.draw_rows(ui);
                }
            },
        );
        // In place of a list without rows: a listbox may hold nothing but options.
        ui.group(|ui| {
            if self.matches == 0 && !self.filter.is_empty() {
                let filter = [("filter", Value::Name(&self.filter))];
                ui.put_rich("p.no-match", english::NO_MATCH, &filter);
            }
        });
    }

    /// Takes in what has changed since it was drawn last.
    fn settle(&mut self, view: &DestinationView, handle: &Handle) {
        let same_filter = self.filter == view.filter;
        if !self.drawn_before || !same_filter {
            self.rows.reset(view.matches);
        } else if self.matches != view.matches {
            self.rows.resize(view.matches);
        }
        if !same_filter {
            view.filter.clone_into(&mut self.filter);
            self.moved = false;
            self.rewind = true;
        }
        self.drawn = true;
        self.matches = view.matches;
        self.follow(handle);
    }

    /// Rows may come and go above the active one: it stays with its cluster, not with its number.
    fn follow(&mut self, handle: &Handle) {
        if !self.moved {
            let first = !self.filter.is_empty() && self.matches > 0;
            self.active = first.then_some(0);
            return;
        }
        let Some(id) = self.active_cluster.as_deref() else {
            return;
        };
        let dialog = handle.dialog();
        let is_at = |index: usize| {
            dialog
                .cluster_row(index)
                .is_some_and(|row| row.cluster.id == id)
        };
        if !self.active.is_some_and(is_at) {
            self.active = (0..self.matches).find(|index| is_at(*index));
        }
    }

    /// The rows that are drawn, between two spaces as tall as the rest.
    fn draw_rows(&self, ui: &mut Ui) {
        let dialog = ui.handle.dialog();
        let edge = |ui: &mut Ui, key: &'static str| {
            ui.tag("li.space role=presentation", |ui| ui.key(key));
        };
        edge(ui, "before");
        for index in self.rows.range() {
            let Some(one) = dialog.cluster_row(index) else {
                continue;
            };
            let found = if one.verdict == Default::default() {
                Vec::new()
            } else {
                dialog.cluster_findings(one.cluster, ui.now)
            };
            let place = Place {
                position: index + 1,
                of: self.matches,
                active: self.active == Some(index),
            };
            row(ui, &one, &found, &place);
        }
        edge(ui, "after");
    }

    /// After drawing: heights are measured, the active row is brought into view. Says whether to draw again.
    pub fn rendered(&mut self, handle: &Handle) -> bool {
        let Some(list) = self.node.cast::<HtmlElement>() else {
            return false;
        };
        if std::mem::take(&mut self.rewind) && self.away {
            list.set_scroll_top(0);
        }
        space(&list, self.rows.around());
        let shift = measure(&list, &mut self.rows);
        if shift.abs() >= 1.0 {
            list.set_scroll_top(list.scroll_top() + shift as i32);
        }
        if std::mem::take(&mut self.reveal)
            && let Some(id) = self.active_id(handle)
        {
            show(&list, &id);
        }
        self.scrolled()
    }

    /// The list was scrolled. Says whether to draw again.
    pub fn scrolled(&mut self) -> bool {
        // A row is drawn to be shown next: where the list was scrolled to before that key counts for nothing.
        if self.reveal {
            return false;
        }
        self.node.cast::<Element>().is_some_and(|list| {
            let top = list.scroll_top();
            self.away = top > 0;
            self.rows
                .scrolled(f64::from(top), f64::from(list.client_height()))
        })
    }

    /// A row was clicked.
    pub fn clicked(&mut self, handle: &Handle, id: String) {
        let is_it = |index: &usize| self.id_at(handle, *index).as_deref() == Some(&*id);
        self.active = self.rows.range().find(is_it);
        self.active_cluster = Some(id.clone());
        self.moved = true;
        handle.send(Happened::ClusterChosen(id));
    }

    /// A key was pressed in the filter. Says whether to draw again.
    pub fn key(&mut self, handle: &Handle, event: &Event) -> bool {
        // Autofill sends key events that are no `KeyboardEvent`s.
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
            return false;
        };
        let with_others = event.ctrl_key() || event.meta_key() || event.shift_key();
        // Safari's Enter that ends a composition says so by its code alone.
        if event.is_composing() || event.key_code() == 229 || with_others {
            return false;
        }
        let key = event.key();
        if key == "Escape" && (self.moved || !self.filter.is_empty()) {
            self.moved = false;
            self.active = None;
            handle.send(Happened::FilterChanged(String::new()));
            event.prevent_default();
            // A modal of the page's around the form would close by it.
            event.stop_propagation();
            return true;
        }
        let key = if event.alt_key() { alt(&key) } else { &key };
        match press(key, self.active, self.moved, self.matches) {
            Press::Other => return false,
            Press::Leave => {
                self.active = None;
                self.moved = false;
                return true;
            }
            Press::Choose => {
                let id = self.active.and_then(|at| self.id_at(handle, at));
                if let Some(id) = id.filter(|_| !event.repeat()) {
                    handle.send(Happened::ClusterChosen(id));
                }
            }
            Press::Go(to) => {
                self.active = Some(to);
                self.active_cluster = self.id_at(handle, to);
                self.moved = true;
                self.rows.include(to);
                self.reveal = true;
            }
        }
        event.prevent_default();
        true
    }

    fn id_at(&self, handle: &Handle, index: usize) -> Option<String> {
        Some(handle.dialog().cluster_row(index)?.cluster.id.clone())
    }

    fn active_id(&self, handle: &Handle) -> Option<String> {
        let active = self
            .active
            .filter(|active| self.rows.range().contains(active))?;
        Some(option_id(&self.id_at(handle, active)?))
    }
}

/// After a click the arrow keys move in the list that was clicked, not in the project picker that may have had the
/// focus. A finger has no arrow keys, and would only call up the keyboard on the screen.
fn focus_filter(handle: &Handle, event: &Event) {
    let pointer = js_sys::Reflect::get(event, &"pointerType".into()).unwrap_or_default();
    if pointer.as_string().as_deref() == Some("touch") {
        return;
    }
    let filter = handle
        .root()
        .query_selector("#cluster-filter")
        .ok()
        .flatten();
    if let Some(filter) = filter.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let quietly = web_sys::FocusOptions::new();
        quietly.set_prevent_scroll(true);
        // An element that cannot take the focus leaves it where it is.
        let _ = filter.focus_with_options(&quietly);
    }
}

/// The row is looked for at once: by the time that Yew delivers a message, Firefox names the whole element as the target.
fn clicked(handle: &Handle, event: &Event) {
    if let Some(id) = clicked_id(event) {
        focus_filter(handle, event);
        handle.tell(Msg::ListClicked(id));
    }
}

/// The id of the cluster whose row was clicked.
fn clicked_id(event: &Event) -> Option<String> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target
        .closest("[data-cluster-id]")
        .ok()??
        .get_attribute("data-cluster-id")
}
