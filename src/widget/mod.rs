//! How it meets the browser: the only place that may say `web_sys` or `yew`.
//!
//! Belongs here: running effects (`driver`), the element's bridge (`element`), words (`text`), numbers and dates as
//! people write them (`format`), look (`style`), elements (`app`, `components`).

mod announce;
pub mod app;
mod check;
pub mod components;
pub mod driver;
pub mod element;
pub mod focus;
pub mod format;
pub mod host;
pub mod http;
mod log;
pub mod panic;
pub mod signals;
pub mod style;
pub mod text;
pub mod timers;
pub mod unicode;

/// Of the package, for support.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
