//! Fuzzing: bytes in, nothing out, and a panic if they bring about what must not be.
//!
//! `targets.rs` is the table; `fuzz_targets/all.rs` is the one executable for
//! all of it, since a build for each took hours. `cargo xtask fuzz` builds it,
//! makes seeds, runs it and keeps the ledger.

#[cfg(feature = "above")]
mod above;
mod parts;
mod read;
mod targets;

pub use parts::Container;
pub use read::LIMITS;
pub use targets::{TARGETS, Target, What, list, named};
