//! The United Kingdom.

pub mod nhs;
