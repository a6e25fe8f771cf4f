//! Nobody knows whether the restore was started.

use yew::prelude::*;

use super::parts::{Tone, button, id, panel};
use super::{Ctx, frame, problem};
use crate::dialog::{Event, UnknownView};
use crate::widget::format::iso;
use crate::widget::text::{Value, english};

/// What is known, and what can be done safely.
pub fn unknown(view: &UnknownView, ctx: &Ctx) -> Html {
    let cluster = [("cluster", Value::Name(view.request.target.name.as_str()))];
    let reads = [("count", Value::Count(view.reads_without as usize))];
    let looking = if view.checking {
        frame::busy(ctx.words.text(english::UNKNOWN_CHECKING, &cluster).into())
    } else {
        Html::default()
    };
    let last = view.last_read_at.map(|at| {
        html! {
            <p class="hint">
                { ctx.say(english::UNKNOWN_LAST_READ) }{ ": " }
                <time datetime={iso(at)}>{ ctx.words.formats.utc(at) }</time>
                { " · " }{ ctx.words.formats.age(at, ctx.now) }
            </p>
        }
    });
    let read_failed = if view.read_failed {
        html! { <p>{ ctx.say(english::UNKNOWN_READ_FAILED) }</p> }
    } else {
        Html::default()
    };
    let again = if view.can_try_again {
        button(
            Some("try-again-button"),
            ctx.say(english::TRY_AGAIN),
            ctx.send(Event::TryAgainPressed),
        )
    } else {
        Html::default()
    };
    let advice = if view.can_try_again {
        english::UNKNOWN_CAN_TRY
    } else {
        english::UNKNOWN_WAIT
    };
    let content = html! {
        <>
            <p>{ ctx.rich(english::UNKNOWN_TEXT, &cluster) }</p>
            { problem::failure(view.failure, ctx) }
            <p>{ ctx.rich(english::UNKNOWN_NONE, &reads) }</p>
            { read_failed }
            { last.unwrap_or_default() }
            { looking }
            <p>{ ctx.say(advice) }</p>
            <div class="panel-actions">
                { button(Some("check-again-button"), ctx.say(english::CHECK_AGAIN), ctx.send(Event::CheckAgainPressed)) }
                { again }
            </div>
        </>
    };
    html! {
        <div class="stack">
            <div data-testid="job-state" data-state="unknown">
                { panel(Tone::Warning, ctx.say(english::STATE_UNKNOWN).into(), content) }
            </div>
            <dl class="facts">
                { super::parts::fact(ctx, english::TARGET, super::parts::name(&view.request.target.name)) }
                { super::parts::fact(ctx, english::SNAPSHOT_ID, id(&view.request.snapshot_id)) }
            </dl>
        </div>
    }
}
