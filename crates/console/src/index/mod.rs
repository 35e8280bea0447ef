//! Compact indexes over the tables of a case: built once at the start, so that a filter or a search never reads a table.
//!
//! A page's own rows are then read from the table by number.

pub(crate) mod duties;
pub(crate) mod people;
pub(crate) mod rows;
