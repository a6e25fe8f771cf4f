//! What went wrong with a read, and how lists stand.

use yew::prelude::*;

use super::Ctx;
use super::frame::busy;
use super::parts::{Tone, button, panel};
use super::problem::failure as explain;
use crate::dialog::{Event, ListState, Subject};
use crate::model::Failure;
use crate::widget::text::english;

/// The first facts could not be had: no form.
pub fn failed(what: Subject, failure: &Failure, ctx: &Ctx) -> Html {
    let key = match what {
        Subject::Session => english::FAILED_SESSION,
        Subject::SourceProject => english::FAILED_SOURCE_PROJECT,
        Subject::SourceCluster => english::FAILED_SOURCE_CLUSTER,
        Subject::Snapshot => english::FAILED_SNAPSHOT,
        Subject::Projects => english::FAILED_PROJECTS,
        Subject::Job => english::FAILED_JOB,
    };
    // Waiting does not give anybody a role.
    let retry = if failure.status() == Some(403) {
        Html::default()
    } else {
        html! {
            <div class="panel-actions">
                { button(Some("retry-button"), ctx.say(english::RETRY), ctx.send(Event::RetryPressed)) }
            </div>
        }
    };
    let content = html! { <>{ explain(failure, ctx) }<p>{ ctx.say(english::NOTHING_STARTED) }</p>{ retry }</> };
    html! {
        <div class="stack">
            { panel(Tone::Danger, ctx.say(key).into(), content) }
        </div>
    }
}

/// A line below a field: its list is loading, or could not be read to the end.
pub fn list(state: &ListState, ctx: &Ctx) -> Html {
    match state {
        ListState::NotAsked | ListState::Complete => Html::default(),
        ListState::Loading => busy(ctx.say(english::LIST_LOADING)),
        ListState::LoadingMore => busy(ctx.say(english::LIST_MORE)),
        ListState::Failed(failure) => {
            let content = html! {
                <>
                    { explain(failure, ctx) }
                    <div class="panel-actions">
                        { button(Some("retry-button"), ctx.say(english::RETRY), ctx.send(Event::RetryPressed)) }
                    </div>
                </>
            };
            panel(Tone::Warning, ctx.say(english::LIST_FAILED).into(), content)
        }
    }
}

/// A list is on its way.
pub fn is_loading(state: &ListState) -> bool {
    matches!(state, ListState::Loading | ListState::LoadingMore)
}
