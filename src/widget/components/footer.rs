//! The footer: Back on one side, Cancel and the main button on the other, of equal size.

use super::Ui;
use super::action::Action;
use super::parts::{Main, Tone, icon};
use crate::dialog::{Body, CloseReason, Event, Missing, ReviewView, Submitting, View};
use crate::widget::text::{Value, english};

/// The footer of whatever is shown.
pub fn footer(view: &View, ui: &mut Ui) {
    let first = view.steps.first() == Some(&view.step);
    let (missing, back): (&[Missing], bool) = match &view.body {
        Body::Source(source) if source.no_backups.is_none() => (&source.missing, false),
        Body::Destination(destination) if !destination.blocked => (&destination.missing, !first),
        Body::Destination(_) => (&[], !first),
        // What is missing for another attempt is no news while this one is under way.
        Body::Review(review) if review.submitting.is_some() => (&[], false),
        Body::Review(review) => (&review.missing, true),
        _ => (&[], false),
    };
    let closes = matches!(view.body, Body::Progress(_) | Body::Unknown(_));
    ui.tag("div.footer part=footer", |ui| {
        // What the main button waits for; it is described by this.
        ui.tag("p.missing id=missing", |ui| {
            for one in missing {
                ui.tag("span", |ui| {
                    missing_text(*one, ui);
                    ui.text(" ");
                });
            }
        });
        ui.tag("div.actions", |ui| {
            ui.group(|ui| {
                if back {
                    let markup = "button.button.back type=button data-testid=back-button";
                    ui.tag(markup, |ui| {
                        ui.send(Event::BackPressed);
                        ui.say(english::BACK);
                    });
                }
            });
            ui.tag("div.pair", |ui| {
                let markup = "button.button type=button data-testid=cancel-button";
                ui.tag(markup, |ui| {
                    ui.send(Event::Closed(CloseReason::Cancel));
                    ui.say(if closes {
                        english::CLOSE
                    } else {
                        english::CANCEL
                    });
                });
                ui.group(|ui| match &view.body {
                    Body::Source(source) if source.no_backups.is_none() => {
                        next(ui, !missing.is_empty(), false);
                    }
                    Body::Destination(destination) if !destination.blocked => {
                        next(ui, !missing.is_empty(), destination.checking);
                    }
                    Body::Review(review) => restore(ui, review),
                    _ => {}
                });
            });
        });
    });
}

fn next(ui: &mut Ui, off: bool, busy: bool) {
    let main = Main {
        markup: "button.button.primary part=main-button data-testid=next-button",
        off,
        busy,
    };
    main.draw(ui, Action::Send(Event::NextPressed), |ui| {
        ui.say(if busy {
            english::CHECKING
        } else {
            english::NEXT
        });
    });
}

fn restore(ui: &mut Ui, review: &ReviewView) {
    let busy = review.submitting.is_some();
    let main = Main {
        markup: "button.button.destructive part=main-button data-testid=restore-button",
        off: busy || !review.missing.is_empty(),
        busy,
    };
    let action = Action::Do(|handle, _| handle.restore_pressed());
    main.draw(ui, action, |ui| {
        let key = match review.submitting {
            None => english::RESTORE,
            Some(Submitting::AskingPage) => english::ASKING_PAGE,
            Some(Submitting::Rechecking) => english::CHECKING,
            Some(Submitting::Sending) => english::SENDING,
        };
        ui.rich(key, &[("cluster", Value::Name(review.expected))]);
    });
}

/// What is missing, as something to do.
pub fn missing_text(missing: Missing, ui: &mut Ui) {
    let mut count = 0;
    let key = match missing {
        Missing::SourceProject => english::MISSING_SOURCE_PROJECT,
        Missing::SourceCluster => english::MISSING_SOURCE_CLUSTER,
        Missing::Snapshot => english::MISSING_SNAPSHOT,
        Missing::Project => english::MISSING_PROJECT,
        Missing::Cluster => english::MISSING_CLUSTER,
        Missing::StillLoading => english::MISSING_LOADING,
        Missing::Confirmation => english::MISSING_CONFIRMATION,
        Missing::Reason { at_most } => {
            count = at_most;
            english::MISSING_REASON
        }
        Missing::ReasonForm => english::MISSING_REASON_FORM,
        Missing::Offline => english::MISSING_OFFLINE,
        Missing::SignIn => english::MISSING_SIGN_IN,
    };
    ui.rich(key, &[("count", Value::Count(count))]);
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
        Missing::Reason { .. } | Missing::ReasonForm => "reason",
        Missing::Offline => "offline",
        Missing::SignIn => "sign-in",
    }
}

/// The summary of what is missing, after the main button was pressed in vain; and how a name that was typed is wrong.
pub fn summary(shown: bool, missing: &[Missing], wrong_name: Option<String>, ui: &mut Ui) {
    ui.group(|ui| {
        if !shown || missing.is_empty() {
            return;
        }
        ui.tag(
            "section.panel.danger id=error-summary tabindex=-1 data-testid=error-summary \
             aria-labelledby=error-summary-title",
            |ui| {
                icon(ui, Tone::Danger);
                ui.tag("div.panel-text", |ui| {
                    let count = [("count", Value::Count(missing.len()))];
                    let markup = "p.panel-title id=error-summary-title";
                    ui.put_rich(markup, english::MISSING_TITLE, &count);
                    ui.tag("ul.bullets", |ui| {
                        for one in missing {
                            ui.tag("li", |ui| {
                                ui.tag("button.link type=button", |ui| {
                                    ui.click(Action::GoTo(field_of(*one)));
                                    match &wrong_name {
                                        Some(text) if *one == Missing::Confirmation => {
                                            ui.text(text.clone());
                                        }
                                        _ => missing_text(*one, ui),
                                    }
                                });
                            });
                        }
                    });
                });
            },
        );
    });
}
