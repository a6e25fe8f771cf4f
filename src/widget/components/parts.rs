//! Small parts that every step uses: buttons, badges, icons, facts, times.

use yew::prelude::*;

use super::{Ctx, aria_true};
use crate::model::{Timestamp, WrittenTime};
use crate::widget::format::iso;
use crate::widget::text::{Key, english, isolated, visible};

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

/// The icon of a tone. It says nothing that the words do not say.
pub fn icon(tone: Tone) -> Html {
    let path = match tone {
        Tone::Info => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 11v5.5M12 7.5v.5",
        Tone::Good => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM8 12.3l2.8 2.7L16 9.5",
        Tone::Warning => "M12 4 2.8 20h18.4L12 4ZM12 10v4.5M12 17v.4",
        Tone::Danger => "M8.2 3h7.6L21 8.2v7.6L15.8 21H8.2L3 15.8V8.2L8.2 3ZM12 8v5M12 16v.4",
    };
    drawing(path)
}

/// A drawing of one path.
pub fn drawing(path: &'static str) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d={path} /></svg>
    }
}

/// A panel with a title and content.
pub fn panel(tone: Tone, title: Html, content: Html) -> Html {
    html! {
        <div class={tone.class()} part="panel">
            { icon(tone) }
            <div class="panel-text"><p class="panel-title">{ title }</p>{ content }</div>
        </div>
    }
}

/// A small button that looks like a link.
pub fn link(text: impl Into<Html>, onclick: Callback<MouseEvent>) -> Html {
    html! { <button type="button" class="link" {onclick}>{ text.into() }</button> }
}

/// A button of ordinary weight.
pub fn button(
    testid: Option<&'static str>,
    text: AttrValue,
    onclick: Callback<MouseEvent>,
) -> Html {
    html! { <button type="button" class="button" data-testid={testid} {onclick}>{ text }</button> }
}

/// A button that copies; it says so when it did.
pub fn copy(ctx: &Ctx, what: &'static str, label: Key, text: &str) -> Html {
    let done = ctx.local.copied == what;
    html! {
        <button type="button" class="button small" onclick={ctx.copy(what, text)}>
            { drawing(if done { "M5 12.5l4.5 4.5L19 7.5" } else { "M9 9h11v11H9zM15 9V4H4v11h5" }) }
            { ctx.say(if done { english::COPIED } else { label }) }
        </button>
    }
}

/// The badge of the source's project and cluster.
pub fn source_badge(ctx: &Ctx) -> Html {
    html! { <span class="badge">{ ctx.say(english::SOURCE_BADGE) }</span> }
}

/// One fact of a list of facts.
pub fn fact(ctx: &Ctx, label: Key, value: impl Into<Html>) -> Html {
    html! { <div class="fact"><dt>{ ctx.say(label) }</dt><dd>{ value.into() }</dd></div> }
}

/// A name or id of somebody else's making.
pub fn name(text: &str) -> Html {
    isolated(visible(text))
}

/// A name where there is one, else "unknown".
pub fn name_or_unknown(ctx: &Ctx, text: Option<&str>) -> Html {
    match text {
        Some(text) if !text.is_empty() => name(text),
        _ => unknown(ctx),
    }
}

/// "unknown", set apart from values.
pub fn unknown(ctx: &Ctx) -> Html {
    html! { <span class="quiet">{ ctx.say(english::UNKNOWN) }</span> }
}

/// An id, small and in fixed width.
pub fn id(text: &str) -> Html {
    html! { <bdi class="id" dir="ltr">{ visible(text) }</bdi> }
}

/// A time in UTC, in the person's own zone, and how long ago.
pub fn time(ctx: &Ctx, written: Option<&WrittenTime>) -> Html {
    let Some(written) = written else {
        return unknown(ctx);
    };
    let Some(at) = written.value else {
        return name(&written.text);
    };
    html! { <>{ clocks(ctx, at) }<span class="sub">{ ctx.words.formats.age(at, ctx.now) }</span></> }
}

/// A time in UTC and, where that differs, in the person's own zone.
pub fn clocks(ctx: &Ctx, at: Timestamp) -> Html {
    let local = ctx.words.formats.local(at);
    let local = local
        .map(|text| html! { <span class="sub"><time datetime={iso(at)}>{ text }</time></span> });
    html! { <><time datetime={iso(at)}>{ ctx.words.formats.utc(at) }</time>{ local.unwrap_or_default() }</> }
}

/// A main button of the footer. It is never disabled natively: it says what is missing.
pub struct Main {
    /// The test id.
    pub testid: &'static str,
    /// Primary or destructive.
    pub class: &'static str,
    /// Its words.
    pub label: Html,
    /// It cannot be pressed to effect.
    pub off: bool,
    /// Something it started is under way.
    pub busy: bool,
}

impl Main {
    /// The button.
    pub fn html(self, onclick: Callback<MouseEvent>) -> Html {
        html! {
            <button
                type="button"
                class={self.class}
                part="main-button"
                data-testid={self.testid}
                aria-disabled={aria_true(self.off)}
                aria-busy={aria_true(self.busy)}
                aria-describedby={self.off.then_some("missing")}
                {onclick}
            >
                { if self.busy { html! { <span class="spinner" aria-hidden="true" /> } } else { Html::default() } }
                <span>{ self.label }</span>
            </button>
        }
    }
}
