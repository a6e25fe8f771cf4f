//! What journeys through the dialog need: browsers, a sandbox for each journey, pages, and the dialog as a person meets it.
//!
//! Belongs here: how things are done in a browser. Does not belong here: what must hold (`tests/journeys`).

pub mod axe;
pub mod checks;
pub mod child;
pub mod engine;
pub mod page;
pub mod sandbox;
pub mod setup;
pub mod steps;
pub mod transcript;
pub mod tree;
pub mod world;

pub use engine::{Browser, Engine};
pub use page::Page;
pub use setup::Setup;
pub use world::World;
