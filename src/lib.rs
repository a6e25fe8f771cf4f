//! The restore dialog for MongoDB Atlas snapshots.
//!
//! Five modules answer five questions: what exists ([`model`]), how Atlas says it ([`atlas`]),
//! what must hold ([`rules`]), what happens ([`dialog`]), and how it meets the browser (`widget`,
//! behind the feature of that name). [`port`] joins the dialog's questions to Atlas's calls. All but `widget` know no browser, no clock, no randomness and
//! no network.

pub mod atlas;
pub mod dialog;
pub mod model;
pub mod port;
pub mod rules;
#[cfg(feature = "widget")]
pub mod widget;
