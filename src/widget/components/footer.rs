//! The footer: Back on one side, Cancel and the main button on the other, of equal size.

use yew::prelude::*;

use super::Ctx;
use super::parts::Main;
use crate::dialog::{Body, CloseReason, Event, Missing, Submitting, View};
use crate::widget::text::{Key, Value, english};

/// The footer of whatever is shown.
pub fn footer(view: &View, ctx: &Ctx) -> Html {
    let first = view.steps.first() == Some(&view.step);
    let (main, missing, back): (Html, &[Missing], bool) = match &view.body {
        Body::Source(source) if source.no_backups.is_none() => (
            next(ctx, !source.missing.is_empty(), false),
            &source.missing,
            false,
        ),
        Body::Destination(destination) if !destination.blocked => (
            next(ctx, !destination.missing.is_empty(), destination.checking),
            &destination.missing,
            !first,
        ),
        Body::Destination(_) => (Html::default(), &[], !first),
        Body::Review(review) => (
            restore(
                ctx,
                review.expected,
                !review.missing.is_empty(),
                review.submitting,
            ),
            // What is missing for another attempt is no news while this one is under way.
            match review.submitting {
                None => &review.missing,
                Some(_) => &[],
            },
            review.submitting.is_none(),
        ),
        _ => (Html::default(), &[], false),
    };
    let closes = matches!(view.body, Body::Progress(_) | Body::Unknown(_));
    let cancel = if closes {
        english::CLOSE
    } else {
        english::CANCEL
    };
    let back = if back {
        html! {
            <button type="button" class="button back" data-testid="back-button" onclick={ctx.send(Event::BackPressed)}>
                { ctx.say(english::BACK) }
            </button>
        }
    } else {
        Html::default()
    };
    html! {
        <div class="footer" part="footer">
            { missing_hint(missing, ctx) }
            <div class="actions">
                { back }
                <div class="pair">
                    <button
                        type="button"
                        class="button"
                        data-testid="cancel-button"
                        onclick={ctx.send(Event::Closed(CloseReason::Cancel))}
                    >
                        { ctx.say(cancel) }
                    </button>
                    { main }
                </div>
            </div>
        </div>
    }
}

fn next(ctx: &Ctx, off: bool, busy: bool) -> Html {
    let label = if busy {
        english::CHECKING
    } else {
        english::NEXT
    };
    Main {
        testid: "next-button",
        class: "button primary",
        label: ctx.say(label).into(),
        off,
        busy,
    }
    .html(ctx.send(Event::NextPressed))
}

fn restore(ctx: &Ctx, target: &str, off: bool, submitting: Option<Submitting>) -> Html {
    let label = match submitting {
        None => ctx.rich(english::RESTORE, &[("cluster", Value::Name(target))]),
        Some(stage) => ctx
            .say(match stage {
                Submitting::AskingPage => english::ASKING_PAGE,
                Submitting::Rechecking => english::RECHECKING,
                Submitting::Sending => english::SENDING,
            })
            .into(),
    };
    let handle = ctx.handle.clone();
    Main {
        testid: "restore-button",
        class: "button destructive",
        label,
        off: off || submitting.is_some(),
        busy: submitting.is_some(),
    }
    .html(Callback::from(move |_| handle.restore_pressed()))
}

/// What the main button waits for; it is described by this.
fn missing_hint(missing: &[Missing], ctx: &Ctx) -> Html {
    let content: Html = missing
        .iter()
        .map(|one| html! { <span>{ ctx.say(missing_text(*one)) }{ " " }</span> })
        .collect();
    html! { <p id="missing" class="missing">{ content }</p> }
}

/// What is missing, as something to do.
pub fn missing_text(missing: Missing) -> Key {
    match missing {
        Missing::SourceProject => english::MISSING_SOURCE_PROJECT,
        Missing::SourceCluster => english::MISSING_SOURCE_CLUSTER,
        Missing::Snapshot => english::MISSING_SNAPSHOT,
        Missing::Project => english::MISSING_PROJECT,
        Missing::Cluster => english::MISSING_CLUSTER,
        Missing::StillLoading => english::MISSING_LOADING,
        Missing::Confirmation => english::MISSING_CONFIRMATION,
        Missing::Reason => english::MISSING_REASON,
        Missing::Offline => english::MISSING_OFFLINE,
        Missing::SignIn => english::MISSING_SIGN_IN,
    }
}

/// The field where it can be done.
fn field_of(missing: Missing) -> &'static str {
    match missing {
        Missing::SourceProject => "source-project",
        Missing::SourceCluster => "source-cluster",
        Missing::Snapshot => "snapshots",
        Missing::Project => "project",
        Missing::Cluster => "cluster-filter",
        Missing::StillLoading => "heading",
        Missing::Confirmation => "confirm-input",
        Missing::Reason => "reason",
        Missing::Offline => "offline",
        Missing::SignIn => "sign-in",
    }
}

/// The summary of what is missing, after the main button was pressed in vain.
pub fn summary(shown: bool, missing: &[Missing], ctx: &Ctx) -> Html {
    if !shown || missing.is_empty() {
        return Html::default();
    }
    let items: Html = missing
        .iter()
        .map(|one| {
            let text = ctx.say(missing_text(*one));
            html! { <li>{ super::parts::link(text, ctx.go_to(field_of(*one))) }</li> }
        })
        .collect();
    let title = ctx.rich(
        english::MISSING_TITLE,
        &[("count", Value::Count(missing.len()))],
    );
    html! {
        <section
            id="error-summary"
            class="panel danger"
            tabindex="-1"
            data-testid="error-summary"
            aria-labelledby="error-summary-title"
        >
            { super::parts::icon(super::parts::Tone::Danger) }
            <div class="panel-text">
                <p id="error-summary-title" class="panel-title">{ title }</p>
                <ul class="bullets">{ items }</ul>
            </div>
        </section>
    }
}
