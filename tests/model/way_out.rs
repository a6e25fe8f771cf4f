//! Nothing is a dead end: from every state a person gets to the truthful end of a job.

use atlas_restore_dialog::dialog::{Body, CloseReason, Event, ListState};
use atlas_restore_dialog::model::JobState;

use crate::moves::{Move, config, play, type_name};
use crate::page::Page;

/// What a patient person would do next, once nothing fails any more.
enum Next {
    Do(Event),
    Choose(String),
    Confirm,
    Wait,
    Done,
}

/// From wherever it is, a person gets to the truthful end of a job, by a finite number of steps.
pub fn way_out(page: &mut Page) {
    page.atlas.signed_in = true;
    page.atlas.owner = true;
    page.atlas.snapshot_good = true;
    page.atlas.key_valid = true;
    page.atlas.paused = [false; 4];
    page.atlas.next_seconds = 20;
    for _ in 0..80 {
        page.settle(false);
        let next = next_step(page);
        match next {
            Next::Done => return hear_of_ends(page),
            Next::Wait => {
                page.pass(31_000);
                page.settle(false);
                page.send(Event::CheckAgainPressed);
            }
            Next::Choose(id) => {
                page.send(Event::ClusterChosen(id));
                page.settle(false);
                page.send(Event::NextPressed);
            }
            Next::Confirm => {
                type_name(page, false);
                play(page, &Move::Restore(1));
            }
            Next::Do(Event::Opened(config)) => {
                page.hidden = false;
                page.offline = false;
                page.send(Event::Offline(false));
                page.send(Event::Hidden(false));
                page.send(Event::Opened(config));
            }
            Next::Do(event) => page.send(event),
        }
    }
    let body = format!("{:?}", page.dialog.view(page.now()).body);
    panic!("no way out: {}", body.chars().take(300).collect::<String>());
}

/// The page is told how each restore ended that was started here, whatever is on the screen by now.
fn hear_of_ends(page: &mut Page) {
    for _ in 0..12 {
        if page.checks.untold.is_empty() {
            return;
        }
        page.pass(31_000);
        page.settle(false);
    }
    panic!("never told how it ended: {:?}", page.checks.untold);
}

fn next_step(page: &mut Page) -> Next {
    if page.hidden || page.offline {
        let event = if page.hidden {
            Event::Hidden(false)
        } else {
            Event::Offline(false)
        };
        (page.hidden, page.offline) = (false, page.offline && page.hidden);
        return Next::Do(event);
    }
    if !page.dialog.is_open() {
        return Next::Do(Event::Opened(Box::new(config())));
    }
    let view = page.dialog.view(page.now());
    if view.sign_in_needed {
        return Next::Do(Event::SignedIn);
    }
    if page.asked_for_approval {
        return Next::Do(Event::SubmitAllowed);
    }
    match view.body {
        Body::Loading => Next::Wait,
        Body::Failed { .. } => Next::Do(Event::RetryPressed),
        Body::Source(_) => panic!("nobody asked for another source"),
        Body::Destination(view) => {
            let list_failed = matches!(view.clusters_state, ListState::Failed(_));
            let row = (0..view.matches)
                .filter_map(|index| page.dialog.cluster_row(index))
                .find(|row| row.eligible);
            match row {
                _ if list_failed => Next::Do(Event::RetryPressed),
                Some(row) => Next::Choose(row.cluster.id.clone()),
                // What stood in the way is mended: opened again, it is read again.
                None => Next::Do(Event::Closed(CloseReason::Cancel)),
            }
        }
        Body::Review(view) if view.submitting.is_some() => Next::Wait,
        Body::Review(_) => Next::Confirm,
        Body::Unknown(view) if view.can_try_again => Next::Do(Event::TryAgainPressed),
        Body::Unknown(_) => Next::Wait,
        Body::Progress(view) if view.state == JobState::Running => Next::Wait,
        Body::Progress(_) => Next::Done,
    }
}
