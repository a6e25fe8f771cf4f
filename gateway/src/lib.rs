//! The backend that lets the dialog restore in a real Atlas.
//!
//! It knows the person, holds Atlas's credentials, passes on what the dialog reads and nothing else, repeats the rules on
//! the one unsafe call, and writes down what was attempted. It has no database: state lives in Atlas.
//!
//! | module | question |
//! |---|---|
//! | [`settings`], [`config`] | what is it told? |
//! | [`identity`] | who is it? |
//! | [`people`], [`projects`] | what may the person see? |
//! | [`allow`], [`redact`] | what is passed on? |
//! | [`upstream`] | how is Atlas called? |
//! | [`restore`] | what does a restore need, and what became of it? |
//! | [`csrf`], [`limit`] | whose request is it, and how often? |
//! | [`audit`], [`metrics`] | what is left behind? |
//! | [`http`], [`answer`] | how is it asked, and how does it answer? |

pub mod allow;
pub mod answer;
pub mod app;
pub mod audit;
pub mod config;
pub mod csrf;
pub mod http;
pub mod identity;
pub mod limit;
pub mod metrics;
pub mod people;
pub mod projects;
pub mod redact;
pub mod restore;
pub mod secret;
pub mod settings;
pub mod upstream;
