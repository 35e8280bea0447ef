//! Keys, passwords and a custodian's own numbers in running text, before anything else takes a part of them.

use whose_model::{DataElement, Normal};

use super::{Note, Scan};
use crate::{draft::Draft, elements::credential};

impl Scan<'_, '_> {
    /// Finds what the custodian's own detectors look for.
    pub(super) fn custom(&mut self) {
        let custom = self.all.context.custom();
        if custom.is_empty() {
            return;
        }
        custom.find(self.text, &mut |hit| {
            let note = Note {
                is_labelled: hit.draft.confidence > 0.94,
                ..Note::default()
            };
            self.add(hit.range, hit.draft, note);
        });
    }

    /// Finds keys, tokens and passwords in settings and addresses.
    pub(super) fn secrets(&mut self) {
        let text = self.text;
        credential::find(text, self.lower, |key| {
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
