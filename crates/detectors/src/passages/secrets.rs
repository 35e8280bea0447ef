//! Keys and passwords of a known form in running text, before anything else takes a part of them.

use whose_model::{DataElement, Normal};

use super::{Note, Scan};
use crate::{draft::Draft, elements::credential};

impl Scan<'_, '_> {
    /// Finds keys, tokens and passwords in settings and addresses.
    pub(super) fn secrets(&mut self) {
        let text = self.text;
        credential::find(text, |key| {
            let value = &text[key.value];
            let mut draft = Draft::new(
                DataElement::Credential,
                value,
                Normal::Text(value.to_owned()),
                0.9,
                "form of a key",
            );
            draft.scheme = key.scheme;
            self.add(key.range, draft, Note::default());
        });
    }
}
