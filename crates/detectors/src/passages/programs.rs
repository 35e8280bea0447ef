//! Documents about programs, as a whole: a manual, a source, a read-me file goes in, whether what was found there is anybody's comes out.
//!
//! Who wrote, tested and is thanked for a program is named in it, and its
//! examples have ages, languages and serial numbers of nobody. None of them is
//! a person whose data the document holds, as long as nothing in it says more:
//! one number, mailbox, birth date or labelled finding of care, and all counts.
//! Of texts about people none has a fortieth part of words of programs, so a
//! twentieth in a long text and a tenth in a short one are far from them. A
//! short one may be about somebody who cannot log in.

use whose_model::{Category, DataElement, Role};

use super::{found::Found, nobody::LONG};

/// So many words of programs stand in any text.
const A_FEW: u32 = 4;
/// Of so many words of a long text one is of programs.
const OF_A_LONG_TEXT: u32 = 20;
/// Of so many words of a short one.
const OF_A_SHORT_TEXT: u32 = 10;
/// Of so many words of a long text, where one sign of twenty is of a program.
const OF_A_SOURCE: u32 = 33;
/// A telephone number or an address without a label is somebody's when a name stands so many lines away at most.
const LINES: u32 = 3;

/// How many words of a document are of programs.
#[derive(Default)]
pub(super) struct Programs {
    n_words: u32,
    n_of_programs: u32,
    /// Signs that programs have more of than people write.
    n_signs: u32,
}

impl Programs {
    /// Takes note of a passage.
    pub(super) fn note(&mut self, n_words: u32, n_of_programs: u32, n_signs: u32) {
        self.n_words = self.n_words.saturating_add(n_words);
        self.n_of_programs = self.n_of_programs.saturating_add(n_of_programs);
        self.n_signs = self.n_signs.saturating_add(n_signs);
    }

    /// Leaves all out when nothing of it is a person's.
    pub(super) fn leave_out(&self, found: &mut Vec<Found>, n_bytes: u64) {
        let n = self.n_of_programs.saturating_sub(A_FEW);
        let share = match n_bytes {
            0..LONG => OF_A_SHORT_TEXT,
            _ if u64::from(self.n_signs) * 20 > n_bytes => OF_A_SOURCE,
            _ => OF_A_LONG_TEXT,
        };
        if n.saturating_mul(share) <= self.n_words {
            return;
        }
        let names: Vec<u32> = (found.iter())
            .filter(|item| item.name().is_some())
            .map(|item| item.line)
            .collect();
        if !found.iter().any(|item| is_somebody_s(item, &names)) {
            // A key and a password in a setting open something, whosever they are.
            found.retain(|item| {
                item.draft.element.category() == Category::Credential
                    && !item.draft.scheme.is_empty()
            });
        }
    }
}

/// Whether a finding says that the document holds a person's data; names stand on these lines.
fn is_somebody_s(item: &Found, names: &[u32]) -> bool {
    use DataElement as E;
    let element = item.draft.element;
    match element {
        E::Name => item.role == Some(Role::Patient),
        E::Age | E::SpokenLanguage | E::ServiceDate | E::Height | E::Weight => false,
        // What is written of machines.
        E::DeviceId | E::IpAddress | E::UserName | E::Biometric => false,
        E::Phone | E::Address if !item.is_labelled => {
            names.iter().any(|line| line.abs_diff(item.line) <= LINES)
        }
        _ => match element.category() {
            Category::Credential => false,
            Category::Health => item.is_labelled,
            _ => true,
        },
    }
}

#[cfg(test)]
mod tests {
    use crate::passages::tests::detect;

    const MANUAL: &str = "The parser reads each byte of the buffer and returns a pointer to the \
        struct; the default config file is parsed at runtime by the compiler. ";

    #[test]
    fn whoever_a_manual_names_is_nobody_whose_data_it_holds() {
        let by = "Created 2002/10/21, Richard Jones. Call it with age: 22 and language: English. ";
        assert!(detect(&(MANUAL.repeat(12) + by + &MANUAL.repeat(12))).is_empty());
    }

    #[test]
    fn one_thing_of_a_person_and_all_of_them_count() {
        let test = "assert_eq!(parse(\"Patient: Marie Tremblay, DOB 1985-02-10, HCN 1234 567 897\"), age: 38); ";
        assert!(detect(&(MANUAL.repeat(12) + test + &MANUAL.repeat(12))).len() >= 3);
        let ticket = "Marie Tremblay cannot log in to the server since her password was reset. ";
        assert!(!detect(ticket).is_empty());
    }
}
