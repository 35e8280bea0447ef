//! The responders' web console: an open case in, pages on 127.0.0.1 out.
//!
//! Every page is rendered here and works without scripts, in English and in
//! French, and has a twin with the same facts as JSON (`pages.md`). Nothing is
//! decided here and nothing in the case is changed, except that showing values
//! of people is written into its log.

mod app;
mod door;
mod error;
mod headers;
mod index;
mod pages;
mod query;
mod render;
mod serve;
mod state;
mod words;

pub use app::app;
pub use error::ConsoleError;
pub use serve::serve;
pub use state::{Console, Hooks};
