//! `Phi<T>`: a value that identifies a person, wrapped so that it cannot be printed by accident.
//!
//! `reveal()` is the only way in, so a search for it lists the places to
//! review. Text formats (JSON, TOML, logs) get a mask; the compact binary form
//! that goes into the encrypted case and through the pipe to a sandboxed
//! reader keeps the value.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Protected or personal health information that will not print.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phi<T>(T);

impl<T> Phi<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Each call is a place where PHI could get out.
    #[inline]
    pub const fn reveal(&self) -> &T {
        &self.0
    }

    /// The value itself, to be written over. The same holds of each call.
    #[inline]
    pub const fn reveal_mut(&mut self) -> &mut T {
        &mut self.0
    }

    /// The value itself, taken out of the wrapper.
    pub fn into_revealed(self) -> T {
        self.0
    }
}

impl Phi<String> {
    /// The value with all but its last four letters and digits as dots; short values are dots alone.
    ///
    /// Separators stay, so that a reader sees the shape: `••••-••1-234` of an Ontario number.
    pub fn masked(&self) -> String {
        mask(&self.0)
    }
}

fn mask(text: &str) -> String {
    let n_alphanumeric = text.chars().filter(|ch| ch.is_alphanumeric()).count();
    let is_number = text.chars().filter(char::is_ascii_digit).count() * 2 > n_alphanumeric;
    // Four characters of a nine digit number do not identify; of a name or a short number they may,
    // and a date has eight: its last four are the day and the month, or the year.
    let n_shown = if is_number && n_alphanumeric >= 9 {
        4
    } else {
        0
    };
    let mut seen = 0;
    text.chars()
        .map(|ch| {
            if !ch.is_alphanumeric() {
                return ch;
            }
            seen += 1;
            if seen > n_alphanumeric - n_shown {
                ch
            } else {
                '•'
            }
        })
        .collect()
}

impl<T> From<T> for Phi<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

/// Never shows the value.
impl<T> fmt::Debug for Phi<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Phi<{}>",
            std::any::type_name::<T>()
                .rsplit("::")
                .next()
                .unwrap_or("?")
        )
    }
}

impl<T: Serialize> Serialize for Phi<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str("••••")
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Phi<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return Err(serde::de::Error::custom(
                "a text format holds no PHI to read back",
            ));
        }
        T::deserialize(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_debug_nor_json_shows_the_value() {
        let phi = Phi::new("Marguerite".to_owned());
        assert!(!format!("{phi:?}").contains("Marg"));
        assert!(!serde_json::to_string(&phi).unwrap().contains("Marg"));
        assert_eq!(
            postcard::from_bytes::<Phi<String>>(&postcard::to_stdvec(&phi).unwrap()).unwrap(),
            phi
        );
    }

    #[test]
    fn a_mask_keeps_the_shape_and_at_most_four_characters() {
        assert_eq!(mask("6012-345-671"), "••••-••5-671");
        assert_eq!(mask("Jean-Luc"), "••••-•••");
        assert_eq!(mask("1234567"), "•••••••");
        assert_eq!(mask("1980-12-30"), "••••-••-••");
        assert_eq!(mask("30/12/1980"), "••/••/••••");
        assert_eq!(mask(""), "");
    }
}
