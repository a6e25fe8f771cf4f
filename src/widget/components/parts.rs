//! Small parts that every step uses: buttons, badges, icons, facts, times.

use super::Ui;
use super::action::Action;
use crate::dialog::Event;
use crate::model::{Timestamp, WrittenTime};
use crate::widget::format::iso;
use crate::widget::text::{Key, english, visible};

/// How a panel wants to be taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to worry about.
    Info,
    /// Good news.
    Good,
    /// To be read.
    Warning,
    /// Stops something, or deletes something.
    Danger,
}

impl Tone {
    /// The class of the panel.
    pub fn class(self) -> &'static str {
        match self {
            Tone::Info => "panel info",
            Tone::Good => "panel good",
            Tone::Warning => "panel warn",
            Tone::Danger => "panel danger",
        }
    }
}

/// A tick.
pub const TICK: &str = "M5 12.5l4.5 4.5L19 7.5";

/// The icon of a tone. It says nothing that the words do not say.
pub fn icon(ui: &mut Ui, tone: Tone) {
    let path = match tone {
        Tone::Info => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 11v5.5M12 7.5v.5",
        Tone::Good => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM8 12.3l2.8 2.7L16 9.5",
        Tone::Warning => "M12 4 2.8 20h18.4L12 4ZM12 10v4.5M12 17v.4",
        Tone::Danger => "M8.2 3h7.6L21 8.2v7.6L15.8 21H8.2L3 15.8V8.2L8.2 3ZM12 8v5M12 16v.4",
    };
    drawing(ui, path);
}

/// A drawing of one path.
pub fn drawing(ui: &mut Ui, path: &'static str) {
    ui.tag("svg.icon aria-hidden=true focusable=false", |ui| {
        ui.attr("viewBox", "0 0 24 24");
        ui.tag("path", |ui| ui.attr("d", path));
    });
}

/// Turns while something is under way.
pub fn spinner(ui: &mut Ui) {
    ui.leaf("span.spinner aria-hidden=true");
}

/// A line that says that something is being read.
pub fn busy(ui: &mut Ui, inside: impl FnOnce(&mut Ui)) {
    ui.tag("p.loading", |ui| {
        spinner(ui);
        inside(ui);
    });
}

/// A panel with a title and content.
#[inline(always)]
pub fn panel(ui: &mut Ui, tone: Tone, title: Key, content: impl FnOnce(&mut Ui)) {
    panel_of(ui, tone, |ui| ui.say(title), content);
}

/// A panel whose title has values in it.
#[inline(always)]
pub fn panel_of(
    ui: &mut Ui,
    tone: Tone,
    title: impl FnOnce(&mut Ui),
    content: impl FnOnce(&mut Ui),
) {
    begin_panel(ui, tone);
    title(ui);
    ui.end();
    content(ui);
    ui.end();
    ui.end();
}

fn begin_panel(ui: &mut Ui, tone: Tone) {
    ui.begin("div part=panel");
    ui.attr("class", tone.class());
    icon(ui, tone);
    ui.begin("div.panel-text");
    ui.begin("p.panel-title");
}

/// A button of ordinary weight that sends an event.
pub fn button(ui: &mut Ui, markup: &'static str, text: Key, event: Event) {
    ui.tag(markup, |ui| {
        ui.attr("type", "button");
        ui.send(event);
        ui.say(text);
    });
}

/// The same below what it is about.
pub fn action(ui: &mut Ui, markup: &'static str, text: Key, event: Event) {
    ui.tag("div.panel-actions", |ui| button(ui, markup, text, event));
}

/// A button that copies; it says so when it did.
pub fn copy(ui: &mut Ui, what: &'static str, label: Key, text: &str) {
    let done = ui.local.copied == what;
    ui.tag("button.button.small type=button", |ui| {
        ui.click(Action::Copy(what, text.to_owned()));
        drawing(
            ui,
            if done {
                TICK
            } else {
                "M9 9h11v11H9zM15 9V4H4v11h5"
            },
        );
        ui.say(if done { english::COPIED } else { label });
    });
}

/// The badge of the source's project and cluster.
pub fn source_badge(ui: &mut Ui) {
    ui.put("span.badge", english::SOURCE_BADGE);
}

/// One fact of a list of facts.
#[inline(always)]
pub fn fact(ui: &mut Ui, label: Key, value: impl FnOnce(&mut Ui)) {
    begin_fact(ui, label);
    value(ui);
    ui.end();
    ui.end();
}

fn begin_fact(ui: &mut Ui, label: Key) {
    ui.begin("div.fact");
    ui.put("dt", label);
    ui.begin("dd");
}

/// A fact that is text.
pub fn fact_text(ui: &mut Ui, label: Key, value: String) {
    fact(ui, label, |ui| ui.text(value));
}

/// A name or id of somebody else's making.
pub fn name(ui: &mut Ui, text: &str) {
    ui.isolated(visible(text));
}

/// A name where there is one, else "unknown".
pub fn name_or_unknown(ui: &mut Ui, text: Option<&str>) {
    match text {
        Some(text) if !text.is_empty() => name(ui, text),
        _ => unknown(ui),
    }
}

/// "unknown", set apart from values.
pub fn unknown(ui: &mut Ui) {
    ui.put("span.quiet", english::UNKNOWN);
}

/// An id, small and in fixed width.
pub fn id(ui: &mut Ui, text: &str) {
    ui.put_text("bdi.id dir=ltr", visible(text));
}

/// An id below its name.
pub fn id_below(ui: &mut Ui, text: &str) {
    ui.tag("span.sub", |ui| id(ui, text));
}

/// A time in UTC, in the person's own zone, and how long ago.
pub fn time(ui: &mut Ui, written: Option<&WrittenTime>) {
    match written {
        None => unknown(ui),
        Some(written) => match written.value {
            None => name(ui, &written.text),
            Some(at) => {
                moment(ui, at);
                let age = ui.words.formats.age(at, ui.now);
                ui.put_text("span.sub", age);
            }
        },
    }
}

/// A time in UTC and, where that differs, in the person's own zone.
pub fn moment(ui: &mut Ui, at: Timestamp) {
    let formats = &ui.words.formats;
    let (utc, local) = (formats.utc(at), formats.local(at));
    instant(ui, at, utc);
    if let Some(local) = local {
        ui.tag("span.sub", |ui| instant(ui, at, local));
    }
}

/// The same within a sentence.
pub fn moment_within(ui: &mut Ui, at: Timestamp) {
    let formats = &ui.words.formats;
    let (utc, local) = (formats.utc(at), formats.local(at));
    instant(ui, at, utc);
    if let Some(local) = local {
        ui.text(" (");
        instant(ui, at, local);
        ui.text(")");
    }
}

/// A time as written.
fn instant(ui: &mut Ui, at: Timestamp, text: String) {
    ui.tag("time", |ui| {
        ui.attr("datetime", iso(at));
        ui.text(text);
    });
}

/// A main button of the footer. It is never disabled natively: it says what is missing.
pub struct Main {
    /// Name, class and test id.
    pub markup: &'static str,
    /// It cannot be pressed to effect.
    pub off: bool,
    /// Something it started is under way.
    pub busy: bool,
}

impl Main {
    /// The button, with its words.
    pub fn draw(self, ui: &mut Ui, action: Action, label: impl FnOnce(&mut Ui)) {
        ui.tag(self.markup, |ui| {
            ui.attr("type", "button");
            ui.flag("aria-disabled", self.off);
            ui.flag("aria-busy", self.busy);
            if self.off {
                ui.attr("aria-describedby", "missing");
            }
            ui.click(action);
            ui.group(|ui| {
                if self.busy {
                    spinner(ui);
                }
            });
            ui.tag("span", label);
        });
    }
}
