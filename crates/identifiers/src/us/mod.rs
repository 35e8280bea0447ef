//! The United States.

pub mod dea;
pub mod itin;
pub mod mbi;
pub mod npi;
pub mod ssn;
