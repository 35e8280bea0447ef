//! `Slate`: a mention that is written over again and again; `Memo`: mentions that were made of a value before.
//!
//! Tables and records state tens of thousands of mentions a megabyte, and most
//! of what making one costs is room on the heap. So they are lent to whoever
//! listens, and the room is used again. A value that stands in a column again
//! and again (a sex, a drug, a clinician) is weighed once: the mention that came
//! of it is kept and only told another place. Both are bounded, whatever comes.

use std::borrow::Cow;

use whose_model::{
    Assertion, Confidence, DataElement, Locator, Mention, Normal, PersonName, Phi, PostalAddress,
    Role, Sex, SubjectId, Why,
};

use crate::{draft::Draft, sense::Sense, text::quick_hash};

/// A mention to be written over.
pub(crate) struct Slate {
    pub(crate) mention: Mention,
}

impl Default for Slate {
    fn default() -> Self {
        Self {
            mention: Mention {
                element: DataElement::Name,
                scheme: None,
                value: Phi::default(),
                normal: Phi::new(Normal::Sex(Sex::Other)),
                place: Locator::Bytes { start: 0, end: 0 },
                confidence: Confidence(0.0),
                subject: None,
                role: Role::Unknown,
                assertion: Assertion::Stated,
                sensitive: Vec::new(),
                malformed: false,
                alternatives: Vec::new(),
                why: Vec::new(),
            },
        }
    }
}

impl Slate {
    /// Begins a mention of which everything holds, as `Draft::new`; normal form, place and subject stay as they were.
    pub(crate) fn begin(
        &mut self,
        element: DataElement,
        value: &str,
        confidence: f32,
        why: &'static str,
    ) {
        let mention = &mut self.mention;
        mention.element = element;
        mention.scheme = None;
        let text = mention.value.reveal_mut();
        text.clear();
        text.push_str(value);
        mention.confidence = Confidence(confidence);
        mention.assertion = Assertion::Stated;
        mention.sensitive.clear();
        mention.malformed = false;
        mention.alternatives.clear();
        mention.why.clear();
        mention.why.push(Cow::Borrowed(why));
    }

    /// One more reason.
    pub(crate) fn because(&mut self, why: impl Into<Why>) {
        self.mention.why.push(why.into());
    }

    /// Takes a finished draft over; place and subject stay as they were.
    pub(crate) fn take(&mut self, draft: Draft) {
        let mention = &mut self.mention;
        let place = std::mem::replace(&mut mention.place, Locator::Bytes { start: 0, end: 0 });
        *mention = draft.at(place, mention.subject, mention.role);
    }

    /// The value as it is written, to be added to.
    pub(crate) fn value(&mut self) -> &mut String {
        self.mention.value.reveal_mut()
    }

    /// Sets the normal form.
    pub(crate) fn normal(&mut self, normal: Normal) {
        *self.mention.normal.reveal_mut() = normal;
    }

    /// The normal form's text, empty, to be filled and set again.
    pub(crate) fn spare_text(&mut self) -> String {
        match self.mention.normal.reveal_mut() {
            Normal::Text(text) | Normal::Number(text) => {
                text.clear();
                std::mem::take(text)
            }
            _ => String::new(),
        }
    }

    /// The normal form's name, empty, to be filled and set again.
    pub(crate) fn spare_name(&mut self) -> PersonName {
        let mut name = match self.mention.normal.reveal_mut() {
            Normal::Name(name) => std::mem::take(name),
            _ => PersonName::default(),
        };
        name.given.clear();
        name.middle.clear();
        name.family.clear();
        name.suffix.clear();
        name
    }

    /// The normal form's address, empty, to be filled and set again.
    pub(crate) fn spare_address(&mut self) -> PostalAddress {
        let mut address = match self.mention.normal.reveal_mut() {
            Normal::Address(address) => std::mem::take(address),
            _ => PostalAddress::default(),
        };
        address.street.clear();
        address.city.clear();
        address.province.clear();
        address.postal_code.clear();
        address.country.clear();
        address
    }

    /// The mention, of this subject.
    pub(crate) fn of(&mut self, subject: SubjectId, role: Role) -> &Mention {
        self.mention.subject = Some(subject);
        self.mention.role = role;
        &self.mention
    }

    /// Tells a clinician's name twice: that they treat the patient is said of the patient, then whose name it is.
    pub(crate) fn as_clinician_of(
        &mut self,
        patient: SubjectId,
        role: Role,
        emit: &mut dyn FnMut(&Mention),
    ) {
        self.mention.element = DataElement::Clinician;
        emit(self.of(patient, role));
        self.mention.element = DataElement::Name;
    }
}

/// Values are sought in so many places, a power of two.
const PLACES: usize = 2048;
/// A value may stand in so many of them.
const WAYS: usize = 4;
/// A longer value does not come back.
const LONGEST: usize = 80;
/// After so many values it is known whether they come back.
const TRIED: u32 = 256;

/// Mentions by what they were made of; of a place that two want, the later has it.
#[derive(Default)]
pub(crate) struct Memo {
    /// Number of the entry, from 1; none before the first value comes.
    places: Vec<u32>,
    entries: Vec<Entry>,
    turn: usize,
    /// Room for a key that is put together.
    key: String,
}

/// What came of a value.
#[derive(Default)]
pub(crate) struct Entry {
    hash: u64,
    of: u32,
    key: String,
    /// The sense and the reason that made it, where one kind has several.
    pub(crate) made_of: Option<(Sense, &'static str)>,
    /// Whether anything came of it.
    pub(crate) says: bool,
    pub(crate) slate: Slate,
}

/// Whether values of one kind come back often enough to keep them.
#[derive(Clone, Copy, Default)]
pub(crate) struct Worth {
    n: u32,
    n_found: u32,
}

impl Worth {
    /// Whether it is worth looking for this value.
    pub(crate) fn is_given(self, value: &str) -> bool {
        (self.n < TRIED || self.n_found * 3 > self.n) && value.len() <= LONGEST
    }

    fn count(&mut self, is_found: bool) {
        if self.n == 8 * TRIED {
            self.n /= 2;
            self.n_found /= 2;
        }
        self.n += 1;
        self.n_found += u32::from(is_found);
    }
}

impl Memo {
    /// What came of a value of one kind before, and whether it is known; if not, the entry is the caller's to fill.
    pub(crate) fn look_up(&mut self, of: u32, key: &str, worth: &mut Worth) -> (&mut Entry, bool) {
        let (number, is_known) = self.find(of, key, worth);
        (&mut self.entries[number], is_known)
    }

    /// The same of several texts together; `None` when they do not come back.
    pub(crate) fn look_up_all(
        &mut self,
        of: u32,
        parts: &[&str],
        worth: &mut Worth,
    ) -> Option<(&mut Entry, bool)> {
        let mut key = std::mem::take(&mut self.key);
        key.clear();
        for part in parts {
            // No key that is kept is longer than one byte tells.
            key.push(char::from(part.len().min(LONGEST + 1) as u8));
            key.push_str(part);
        }
        let found = worth.is_given(&key).then(|| self.find(of, &key, worth));
        self.key = key;
        let (number, is_known) = found?;
        Some((&mut self.entries[number], is_known))
    }

    fn find(&mut self, of: u32, key: &str, worth: &mut Worth) -> (usize, bool) {
        if self.places.is_empty() {
            self.places = vec![0; PLACES];
        }
        let hash = quick_hash(u64::from(of), key);
        let first = hash as usize & (PLACES - 1);
        let mut free = None;
        for way in 0..WAYS {
            let place = (first + way) & (PLACES - 1);
            let Some(number) = (self.places[place] as usize).checked_sub(1) else {
                free = Some(place);
                break;
            };
            let entry = &self.entries[number];
            if entry.hash == hash && entry.of == of && entry.key == key {
                worth.count(true);
                return (number, true);
            }
        }
        worth.count(false);
        let number = match free {
            Some(place) => {
                self.entries.push(Entry::default());
                self.places[place] = self.entries.len() as u32;
                self.entries.len() - 1
            }
            None => {
                self.turn = self.turn.wrapping_add(1);
                let place = (first + self.turn % WAYS) & (PLACES - 1);
                self.places[place] as usize - 1
            }
        };
        let entry = &mut self.entries[number];
        entry.hash = hash;
        entry.of = of;
        entry.key.clear();
        entry.key.push_str(key);
        entry.says = false;
        (number, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memo_gives_back_what_was_put_in_and_never_grows_beyond_its_places() {
        let mut memo = Memo::default();
        for round in 0..3 {
            let mut worth = Worth::default();
            for n in 0..20_000_u32 {
                let key = format!("value {}", n % 7000);
                let of = n % 3;
                let expected = format!("{of} {key}");
                let (entry, is_known) = memo.look_up(of, &key, &mut worth);
                if is_known {
                    assert_eq!(*entry.slate.value(), expected, "{round}");
                } else {
                    entry.slate.begin(DataElement::Name, &expected, 1.0, "");
                }
            }
        }
        assert!(memo.entries.len() <= PLACES);
    }

    #[test]
    fn values_that_do_not_come_back_are_no_longer_looked_for() {
        let (mut memo, mut worth) = (Memo::default(), Worth::default());
        for n in 0..TRIED {
            assert!(worth.is_given("x"));
            memo.look_up(1, &n.to_string(), &mut worth);
        }
        assert!(!worth.is_given("x"));
        let mut worth = Worth::default();
        for n in 0..20 * TRIED {
            assert!(worth.is_given("x"));
            memo.look_up(2, &(n % 9).to_string(), &mut worth);
        }
        assert!(!worth.is_given(&"x".repeat(LONGEST + 1)));
    }
}
