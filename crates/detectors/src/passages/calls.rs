//! Telephone numbers that only their sentence tells: `call 469 34 883`, `455 6186 office`, `joindre au 0156064001`.
//!
//! The form of a North American number is enough; that of other countries and of
//! local numbers is shared with many other numbers. There a word for calling
//! shortly before it, or for the line right after it, is the witness. In French
//! text ten digits that begin as France's do need a name close by.

use std::sync::LazyLock;

use whose_model::{DataElement, Normal};

use super::{Note, Scan};
use crate::{
    draft::Draft,
    elements::{
        contact,
        date::{self, Order},
    },
    text::WordHash,
};

/// Words before a number that make it one to call.
const STRONG: &str = "call calls calling phone telephone tel telephones telephonique telephoniquement telephoner mobile cell cellphone cellular fax faxer faxes telecopie telecopieur dial ring whatsapp sms appeler appelez appeller composer composez portable cellulaire joignable joignables rejoindre joindre secretariat standard accueil phone: telephone: pager voicemail";
/// Words that make it one to call if it is written as such numbers are, in groups.
const WEAK: &str = "reach reached answering answer contact contacter contactez message messages text numero urgence urgences desk extension bureau office";
/// Words right after a number that name the line.
const AFTER: &str = "office fax mobile cell desk home work tel phone bureau cellulaire domicile maison telecopieur pager";

/// Words between such a word and the number.
const MAX_BETWEEN: usize = 5;

struct Words {
    strong: Vec<u64>,
    weak: Vec<u64>,
    after: Vec<u64>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| Words {
    strong: hashes(STRONG),
    weak: hashes(WEAK),
    after: hashes(AFTER),
});

/// The hashes of words with a space between, in order, to be searched by halves.
pub(super) fn hashes(words: &str) -> Vec<u64> {
    let mut hashes: Vec<u64> = words.split(' ').map(|word| WordHash::of(word).0).collect();
    hashes.sort_unstable();
    hashes
}

/// How surely the words around say that a number is called.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Called {
    No,
    Weakly,
    Surely,
}

impl Scan<'_, '_> {
    /// Takes a number for a telephone number when its sentence says so; whether it did.
    pub(super) fn called(&mut self, index: usize, start: usize) -> bool {
        let Some(phone) = contact::scan_loose(&self.text[start..]) else {
            return false;
        };
        let end = start + phone.len;
        let called = self.is_called(index, end);
        let is_french = self.all.order == Order::DayFirst;
        let is_whole = phone.n_groups == 1;
        let is_day = date::scan(&self.text[start..end], self.all.order)
            .is_some_and(|scanned| scanned.len >= phone.len.min(10));
        let (is_phone, confidence) = match called {
            _ if is_day => (false, 0.0),
            Called::Surely => (
                phone.digits.len() >= 6 && (!is_whole || phone.digits.len() >= 7),
                0.85,
            ),
            Called::Weakly => (
                phone.digits.len() >= 7
                    && (!is_whole || phone.digits.starts_with('0'))
                    && !is_version(&self.text[..start], &self.text[start..end]),
                0.75,
            ),
            Called::No => (
                is_whole
                    && contact::is_french(&phone.digits)
                    && (is_french || self.is_mobile_alone(start, end)),
                0.6,
            ),
        };
        if !is_phone {
            return false;
        }
        let value = self.text[start..end].to_owned();
        let why = match called {
            Called::No => "ten digits as in France, beside a name",
            _ => "words of calling",
        };
        let draft = Draft::new(
            DataElement::Phone,
            &value,
            Normal::Number(phone.digits),
            confidence,
            why,
        );
        let note = if called == Called::No {
            Note::default().beside_a_name()
        } else {
            Note::default()
        };
        self.add(start..end, draft, note);
        true
    }

    /// `0612345678` alone on its line: a mobile telephone as it is written in France, in a text of few words.
    fn is_mobile_alone(&self, start: usize, end: usize) -> bool {
        let line = self.marks.line(self.text, start);
        self.text[line].trim().len() == end - start
            && matches!(self.text.as_bytes()[start..], [b'0', b'6' | b'7', ..])
    }

    fn is_called(&self, index: usize, end: usize) -> Called {
        let words = &*WORDS;
        let next = self
            .tokens
            .partition_point(|token| (token.start as usize) < end);
        if let Some(next) = self.tokens.get(next) {
            let gap = &self.text[end..next.start as usize];
            if matches!(gap, " " | "-" | " (" | " - " | ", ")
                && words.after.binary_search(&next.hash.0).is_ok()
            {
                return Called::Surely;
            }
        }
        let mut called = Called::No;
        for (n, before) in (index.saturating_sub(MAX_BETWEEN)..index).rev().enumerate() {
            let token = &self.tokens[before];
            let gap = &self.text[token.end as usize..self.tokens[before + 1].start as usize];
            if gap.contains(['?', '!', ';', '\n', '|', '{', '}', '<', '>']) || gap.contains(". ") {
                break;
            }
            if !token.is_word() {
                // `call 416 555 0199 or 604 555 0123` has a number between.
                if n > 0 {
                    continue;
                }
                break;
            }
            if words.strong.binary_search(&token.hash.0).is_ok() {
                return Called::Surely;
            }
            if words.weak.binary_search(&token.hash.0).is_ok() {
                called = Called::Weakly;
            }
        }
        called
    }
}

/// `Build 9.0.2416`, `3.0.19 27`, `#000000`: of a program or a colour.
fn is_version(before: &str, number: &str) -> bool {
    let first = number.split([' ', '.', '-']).next().unwrap_or("");
    before.ends_with('#') || first.len() == 1 && number[1..].starts_with('.')
}

#[cfg(test)]
mod tests {
    use whose_model::DataElement;

    use crate::passages::tests::{detect, has};

    #[test]
    fn a_version_and_a_colour_are_not_called() {
        for text in [
            "text: Outlook, Build 9.0.2416 (9.0.2910.0)",
            "TEXT=\"#0000001\"",
        ] {
            assert!(
                !detect(text).iter().any(|m| m.element == DataElement::Phone),
                "{text}"
            );
        }
        has(
            &detect("You can reach Anna at 469 34 883."),
            DataElement::Phone,
            "469 34 883",
        );
    }

    #[test]
    fn ten_digits_alone_below_a_name_are_a_telephone_of_france() {
        has(
            &detect("Madame Anna Roy\n0612345678\n"),
            DataElement::Phone,
            "0612345678",
        );
        for text in ["Item\n0612345678\n", "Madame Anna Roy\n0012345678\n"] {
            assert!(
                !detect(text).iter().any(|m| m.element == DataElement::Phone),
                "{text}"
            );
        }
    }

    #[test]
    fn what_stands_alone_below_a_label_of_a_telephone_is_one() {
        has(
            &detect("Phone:\n9469 9966\n"),
            DataElement::Phone,
            "9469 9966",
        );
        has(
            &detect("Desk: 5403926876"),
            DataElement::Phone,
            "5403926876",
        );
        assert!(detect("Phone:\n12 of 9469 9966 calls\n").is_empty());
    }
}
