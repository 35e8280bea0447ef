//! Australia.

pub mod ihi;
pub mod medicare;
