//! Elements: each file draws one part of the view, as a plain function of the view, into [`Ui`].
//!
//! Belongs here: which elements there are, their roles, ids and test ids. Does not belong here: what may happen next
//! ([`crate::dialog`]), a sentence ([`super::text`]), a colour (`style.css`).

mod action;
mod cluster_field;
mod cluster_keys;
mod cluster_list;
mod cluster_row;
mod confirm;
mod destination;
mod findings;
mod footer;
mod frame;
mod handover;
mod list_element;
mod parts;
mod picker;
mod problem;
mod progress;
mod review;
mod snapshot;
mod source;
mod status;
mod ui;
mod unknown;
mod window;

pub use action::Action;
pub use cluster_list::ClusterList;
pub use confirm::differs;
pub use frame::frame;
pub use ui::Ui;
