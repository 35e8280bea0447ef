//! The program as its users meet it: verbs, files, exit codes, kills and bad input.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

mod abroad;
mod accounting;
mod beside;
mod contract;
mod errors;
mod kill;
mod languages;
mod mail;
mod papers;
mod privacy;
mod qc;
mod register;
mod support;
