//! The frame: title, steps, body, footer.

use yew::prelude::*;

use super::parts::{Tone, button, drawing, panel};
use super::{Ctx, destination, footer, progress, review, source, status, unknown};
use crate::dialog::{Body, CloseReason, Event, Step, View};
use crate::widget::text::{Key, Value, english};

/// Everything inside the native dialog but the live regions.
pub fn frame(view: &View, ctx: &Ctx) -> Html {
    html! {
        <div class="frame">
            { header(view, ctx) }
            <div class="body" part="body">
                { heading(view, ctx) }
                { banners(view, ctx) }
                { body(view, ctx) }
            </div>
            { footer::footer(view, ctx) }
        </div>
    }
}

fn header(view: &View, ctx: &Ctx) -> Html {
    let place = view.steps.iter().position(|step| *step == view.step);
    let step = match place {
        Some(place) => ctx.words.text(
            english::TITLE_STEP,
            &[
                (
                    "step",
                    Value::Text(ctx.say(step_name(view.step)).to_string()),
                ),
                ("n", Value::Count(place + 1)),
                ("m", Value::Count(view.steps.len())),
            ],
        ),
        None => String::new(),
    };
    let marked = html! { <span class="title-step">{ step }</span> };
    html! {
        <div class="header" part="header">
            <h2 id="title" class="title">{ title(ctx, marked) }</h2>
            <button
                type="button"
                class="close"
                part="close"
                aria-label={ctx.say(english::CLOSE)}
                onclick={ctx.send(Event::Closed(CloseReason::X))}
            >
                { drawing("M6 6l12 12M18 6 6 18") }
            </button>
            { steps(view, place, ctx) }
        </div>
    }
}

/// The title's words, with the step set apart where the catalogue puts it.
fn title(ctx: &Ctx, step: Html) -> Html {
    let template = ctx.say(english::TITLE);
    match template.split_once("{step}") {
        Some((before, after)) => html! { <>{ before.to_owned() }{ step }{ after.to_owned() }</> },
        None => html! { <>{ template }{ " " }{ step }</> },
    }
}

fn steps(view: &View, place: Option<usize>, ctx: &Ctx) -> Html {
    if view.steps.len() < 2 {
        return Html::default();
    }
    let place = place.unwrap_or(0);
    let items: Html = view
        .steps
        .iter()
        .enumerate()
        .map(|(index, step)| {
            let done = index < place;
            let class = match index.cmp(&place) {
                std::cmp::Ordering::Less => "step done",
                std::cmp::Ordering::Equal => "step now",
                std::cmp::Ordering::Greater => "step",
            };
            let mark = if done {
                drawing("M5 12.5l4.5 4.5L19 7.5")
            } else {
                ctx.words.formats.number((index + 1) as f64).into()
            };
            html! {
                <li {class} aria-current={(index == place).then_some("step")}>
                    <span class="step-mark" aria-hidden="true">{ mark }</span>
                    <span class="step-name">{ ctx.say(step_name(*step)) }</span>
                    { if done { html! { <span class="unseen">{ ctx.say(english::STEP_DONE) }</span> } } else { Html::default() } }
                </li>
            }
        })
        .collect();
    html! { <ol class="steps" part="steps" aria-label={ctx.say(english::STEPS)}>{ items }</ol> }
}

fn step_name(step: Step) -> Key {
    match step {
        Step::Source => english::STEP_SOURCE,
        Step::Destination => english::STEP_DESTINATION,
        Step::Review => english::STEP_REVIEW,
        Step::Progress => english::STEP_PROGRESS,
    }
}

fn banners(view: &View, ctx: &Ctx) -> Html {
    let sign_in = if view.sign_in_needed {
        let content = html! {
            <>
                <p>{ ctx.say(english::SIGN_IN) }</p>
                <div class="panel-actions">
                    { button(Some("signed-in-button"), ctx.say(english::SIGNED_IN), ctx.send(Event::SignedIn)) }
                </div>
            </>
        };
        html! {
            <div id="sign-in" tabindex="-1">
                { panel(Tone::Warning, ctx.say(english::SIGN_IN_TITLE).into(), content) }
            </div>
        }
    } else {
        Html::default()
    };
    let offline = if view.offline {
        let content = html! { <p>{ ctx.say(english::OFFLINE) }</p> };
        html! {
            <div id="offline" tabindex="-1">
                { panel(Tone::Warning, ctx.say(english::OFFLINE_TITLE).into(), content) }
            </div>
        }
    } else {
        Html::default()
    };
    html! { <>{ sign_in }{ offline }</> }
}

fn body(view: &View, ctx: &Ctx) -> Html {
    match &view.body {
        Body::Loading => loading(ctx),
        Body::Failed { what, failure } => status::failed(*what, failure, ctx),
        Body::Source(source) => source::source(source, ctx),
        Body::Destination(destination) => destination::destination(destination, ctx),
        Body::Review(review) => review::review(review, ctx),
        Body::Unknown(view) => unknown::unknown(view, ctx),
        Body::Progress(progress) => progress::progress(progress, ctx),
    }
}

fn loading(ctx: &Ctx) -> Html {
    html! {
        <div class="stack" aria-busy="true">
            <p class="loading"><span class="spinner" aria-hidden="true" />{ ctx.say(english::LOADING) }</p>
            <div class="skeleton" aria-hidden="true"><span /><span /><span /></div>
        </div>
    }
}

/// The heading of what is shown, on which the focus is put when a step opens. It is one element from the first
/// loading on, so that the focus stays while its words change.
fn heading(view: &View, ctx: &Ctx) -> Html {
    let key = match &view.body {
        Body::Loading => english::LOADING_HEADING,
        Body::Failed { .. } => english::FAILED_HEADING,
        Body::Source(_) => english::SOURCE_HEADING,
        Body::Destination(destination) if destination.blocked => english::BLOCKED_TITLE,
        Body::Destination(_) => english::DESTINATION_HEADING,
        Body::Review(_) => english::REVIEW_HEADING,
        Body::Unknown(_) => english::UNKNOWN_HEADING,
        Body::Progress(view) => progress::heading(view),
    };
    html! { <h3 id="heading" class="heading" tabindex="-1">{ ctx.say(key) }</h3> }
}

/// A line that says that something is being read.
pub fn busy(text: AttrValue) -> Html {
    html! { <p class="loading"><span class="spinner" aria-hidden="true" />{ text }</p> }
}
