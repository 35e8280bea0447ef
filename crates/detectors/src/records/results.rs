//! A test, its value and its unit go in, one mention comes out: a lab result, a height, a weight.
//!
//! What a test is and how sensitive depends on its name and unit alone where the
//! value is a number, so that is weighed once for each test, not once a result.

use std::borrow::Cow;

use whose_model::{Confidence, DataElement, Normal};

use crate::{
    draft::Draft,
    slate::{Memo, Slate, Worth},
    text::fold,
};

/// How results of one column or one kind of record are told.
pub(crate) struct Making<'m> {
    pub(crate) confidence: Confidence,
    pub(crate) why: &'static str,
    /// The test's code, where one stands beside its name.
    pub(crate) code: &'m str,
    /// Which column or kind, for the memo.
    pub(crate) of: u32,
}

impl Making<'_> {
    /// The mention of this test, value and unit, without place and subject.
    pub(crate) fn over<'s>(
        &self,
        memo: &'s mut Memo,
        worth: &mut Worth,
        slate: &'s mut Slate,
        parts: [&str; 3],
    ) -> &'s mut Slate {
        let [test, value, unit] = parts;
        // No phrase of more than one word goes over a number, and a number is no word.
        let held = if is_number(value) { "0" } else { value };
        let is_short = test.len() + value.len() + unit.len() < LONGEST;
        let key = [held, test, unit, self.code];
        let found = if is_short {
            memo.look_up_all(self.of, &key, worth)
        } else {
            None
        };
        let slate = match found {
            Some((entry, true)) => {
                write(&mut entry.slate, parts);
                entry.slate.mention.why[0] = Cow::Borrowed(self.why);
                &mut entry.slate
            }
            Some((entry, false)) => {
                self.afresh(&mut entry.slate, parts);
                &mut entry.slate
            }
            None => {
                self.afresh(slate, parts);
                slate
            }
        };
        slate.mention.confidence = self.confidence;
        slate
    }

    fn afresh(&self, slate: &mut Slate, parts: [&str; 3]) {
        let element = match element_of_test(self.code) {
            DataElement::LabResult => element_of_test(parts[0]),
            other => other,
        };
        let mut text = slate.spare_text();
        join(&mut text, parts);
        let normal = Normal::Text(text.clone());
        let mut draft = Draft::new(element, "", normal, self.confidence.0, self.why);
        draft.value = text;
        slate.take(draft);
    }
}

/// What says how sensitive a result is stands at its beginning (`sensitive.rs`), in fewer bytes than here.
const LONGEST: usize = 380;

fn write(slate: &mut Slate, parts: [&str; 3]) {
    let mut normal = slate.spare_text();
    join(&mut normal, parts);
    let value = slate.value();
    value.clear();
    value.push_str(&normal);
    slate.normal(Normal::Text(normal));
}

fn join(text: &mut String, parts: [&str; 3]) {
    for part in parts {
        if !part.is_empty() {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(part);
        }
    }
}

/// Digits with what stands around them, and no letter.
fn is_number(value: &str) -> bool {
    value.bytes().any(|b| b.is_ascii_digit())
        && value.bytes().all(|b| {
            b.is_ascii_digit()
                || matches!(
                    b,
                    b'.' | b',' | b'<' | b'>' | b'=' | b'+' | b'-' | b'/' | b'%' | b'*' | b' '
                )
        })
}

/// A test's name or LOINC code: height and weight are elements of their own.
pub(crate) fn element_of_test(test: &str) -> DataElement {
    let test = test.trim();
    match test {
        "8302-2" | "3137-7" | "8301-4" | "8306-3" => return DataElement::Height,
        "29463-7" | "3141-9" | "3142-7" | "8335-2" => return DataElement::Weight,
        _ => {}
    }
    if test.len() > 40 {
        return DataElement::LabResult;
    }
    match fold(test).as_str() {
        "height" | "body height" | "taille" | "ht" | "grandeur" => DataElement::Height,
        "weight" | "body weight" | "poids" | "wt" => DataElement::Weight,
        _ => DataElement::LabResult,
    }
}
