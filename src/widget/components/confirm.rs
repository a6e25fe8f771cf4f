//! The confirmation: the target's name, typed; and why, where the page asks.

use yew::prelude::*;

use super::parts::{Tone, copy, icon};
use super::{Ctx, aria_true};
use crate::dialog::{Confirmation, Event, Missing, ReasonMode, ReviewView};
use crate::widget::text::{Value, english, visible};

/// The fields below the review: why comes first, since another reason asks for the name again.
pub fn confirm(view: &ReviewView, ctx: &Ctx) -> Html {
    html! {
        <>
            { reason(view, ctx) }
            { name(view, ctx) }
        </>
    }
}

fn name(view: &ReviewView, ctx: &Ctx) -> Html {
    let wrong = difference(view, ctx);
    let invalid = wrong.is_some();
    let handle = ctx.handle.clone();
    html! {
        <div class="field">
            <label class="label" for="confirm-input">
                { ctx.rich(english::CONFIRM_LABEL, &[("name", Value::Name(view.expected))]) }
            </label>
            <p id="confirm-hint" class="expected">
                <bdi class="expected-name" dir="ltr">{ visible(view.expected) }</bdi>
                { copy(ctx, "name", english::COPY_NAME, view.expected) }
            </p>
            <input
                id="confirm-input"
                class="input"
                type="text"
                dir="ltr"
                data-testid="confirm-input"
                autocomplete="off"
                autocapitalize="none"
                autocorrect="off"
                spellcheck="false"
                value={view.typed.to_owned()}
                readonly={view.submitting.is_some()}
                aria-invalid={aria_true(invalid)}
                aria-describedby="confirm-error"
                oninput={ctx.typed(Event::ConfirmationTyped)}
                onblur={Callback::from(move |_| handle.send(Event::ConfirmationLeft))}
            />
            <div id="confirm-error">
                { wrong.map(|text| wrong_line(ctx, text)).unwrap_or_default() }
            </div>
        </div>
    }
}

fn wrong_line(ctx: &Ctx, text: Html) -> Html {
    html! { <p class="wrong-line">{ icon(Tone::Danger) }<span><span class="unseen">{ ctx.say(english::ERROR) }{ ": " }</span>{ text }</span></p> }
}

/// C7: what differs, once the field was left or the button pressed.
fn difference(view: &ReviewView, ctx: &Ctx) -> Option<Html> {
    let shown = view.show_difference || view.show_missing;
    let text = match view.confirmation {
        _ if !shown => return None,
        Confirmation::Matches => return None,
        Confirmation::Empty if !view.show_missing => return None,
        Confirmation::Empty => ctx.say(english::CONFIRM_EMPTY).into(),
        Confirmation::CaseDiffers => ctx.say(english::CONFIRM_CASE).into(),
        Confirmation::Differs => ctx.say(english::CONFIRM_DIFFERS).into(),
        Confirmation::LengthDiffers { typed, expected } => ctx.rich(
            english::CONFIRM_LENGTH,
            &[
                ("typed", Value::Count(typed)),
                ("expected", Value::Count(expected)),
            ],
        ),
    };
    Some(text)
}

fn reason(view: &ReviewView, ctx: &Ctx) -> Html {
    let label = match view.reason_mode {
        ReasonMode::Off => return Html::default(),
        ReasonMode::Optional => english::REASON_OPTIONAL,
        ReasonMode::Required => english::REASON_LABEL,
    };
    let invalid = view.show_missing && view.missing.contains(&Missing::Reason);
    let required = view.reason_mode == ReasonMode::Required;
    html! {
        <div class="field reason-field">
            <label class="label" for="reason">{ ctx.say(label) }</label>
            <p id="reason-hint" class="hint">{ ctx.say(english::REASON_HINT) }</p>
            <textarea
                id="reason"
                class="input"
                rows="2"
                data-testid="reason-input"
                value={view.reason.to_owned()}
                readonly={view.submitting.is_some()}
                aria-required={aria_true(required)}
                aria-invalid={aria_true(invalid)}
                aria-describedby="reason-hint reason-error"
                oninput={ctx.typed(Event::ReasonTyped)}
            />
            <div id="reason-error">
                { if invalid { wrong_line(ctx, ctx.say(english::MISSING_REASON).into()) } else { Html::default() } }
            </div>
        </div>
    }
}
