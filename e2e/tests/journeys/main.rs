//! Journeys through the dialog in real browsers: what a person does, and what the person and the page then see.
//!
//! One file per subject. `suite.rs` runs them, each in every engine that is wanted.

mod accessibility;
mod choosing;
mod closing;
mod combobox;
mod control;
mod demo;
mod faults;
mod focus;
mod gateway;
mod handover;
mod hosting;
mod inline;
mod isolation;
mod keyboard;
mod languages;
mod lifecycle;
mod loading;
mod long_lists;
mod outages;
mod panic;
mod pictures;
mod policy;
mod portal;
mod refusals;
mod restoring;
mod samples;
mod seeing;
mod sockets;
mod states;
mod suite;
mod transcripts;

use std::process::ExitCode;

fn main() -> ExitCode {
    let journeys = [
        choosing::journeys(),
        closing::journeys(),
        combobox::journeys(),
        control::journeys(),
        demo::journeys(),
        faults::journeys(),
        focus::journeys(),
        gateway::journeys(),
        handover::journeys(),
        hosting::journeys(),
        inline::journeys(),
        isolation::journeys(),
        keyboard::journeys(),
        languages::journeys(),
        lifecycle::journeys(),
        loading::journeys(),
        long_lists::journeys(),
        outages::journeys(),
        panic::journeys(),
        pictures::journeys(),
        policy::journeys(),
        portal::journeys(),
        refusals::journeys(),
        restoring::journeys(),
        seeing::journeys(),
        sockets::journeys(),
        samples::journeys(),
        transcripts::journeys(),
        accessibility::journeys(),
    ];
    suite::run(journeys.into_iter().flatten().collect())
}
