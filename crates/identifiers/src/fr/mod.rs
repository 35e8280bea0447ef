//! France.

pub mod nir;
