//! `Invalid`: why a text is not a number of some kind, in one word and without the text.
//!
//! A near-miss of a health number identifies as well as the number, so no
//! variant carries a character of it.

/// Why a text is not a number of this kind. Never repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Invalid {
    /// Too few or too many characters.
    #[error("wrong length")]
    Length,
    /// A character that does not belong where it stands.
    #[error("a character that does not belong there")]
    Character,
    /// A part that no issuer gives out: a month 13, an area 666.
    #[error("a part that is never issued")]
    Component,
    /// The form is right, the check digit is not.
    #[error("the check digit does not hold")]
    CheckDigit,
}
