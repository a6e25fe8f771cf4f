//! Journeys through the dialog in real browsers: what a person does, and what the person and the page then see.
//!
//! One file per subject. `suite.rs` runs them, each in every engine that is wanted.

mod accessibility;
mod choosing;
mod closing;
mod control;
mod demo;
mod faults;
mod focus;
mod gateway;
mod handover;
mod hosting;
mod isolation;
mod keyboard;
mod languages;
mod lifecycle;
mod loading;
mod long_lists;
mod outages;
mod panic;
mod policy;
mod refusals;
mod restoring;
mod samples;
mod sockets;
mod states;
mod suite;

use std::process::ExitCode;

fn main() -> ExitCode {
    let journeys = [
        choosing::journeys(),
        closing::journeys(),
        control::journeys(),
        demo::journeys(),
        faults::journeys(),
        focus::journeys(),
        gateway::journeys(),
        handover::journeys(),
        hosting::journeys(),
        isolation::journeys(),
        keyboard::journeys(),
        languages::journeys(),
        lifecycle::journeys(),
        loading::journeys(),
        long_lists::journeys(),
        outages::journeys(),
        panic::journeys(),
        policy::journeys(),
        refusals::journeys(),
        restoring::journeys(),
        sockets::journeys(),
        samples::journeys(),
        accessibility::journeys(),
    ];
    suite::run(journeys.into_iter().flatten().collect())
}
