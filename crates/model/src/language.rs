//! `Language`: the two official languages; letters are written in one of them.

use serde::{Deserialize, Serialize};

/// A language a letter can be written in.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

impl Language {
    /// The ISO 639-1 code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// Reads a code or a name as records write it: `fr`, `fra`, `FR-CA`, `French`, `français`, `F`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        match text.as_str() {
            "e" | "a" => return Some(Self::En),
            "f" => return Some(Self::Fr),
            _ => {}
        }
        if text.starts_with("fr") {
            Some(Self::Fr)
        } else if text.starts_with("en") || text.starts_with("ang") {
            Some(Self::En)
        } else {
            None
        }
    }
}
