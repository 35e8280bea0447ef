//! Two words at the head of a line that are a name, though one of them or both have no capital: `plisson monique`.
//!
//! In a short note people write as fast as they can. One of the two must be a
//! given name before anything else, the other no word of the language; and what
//! comes next is what comes after a name: the end of the line, a number, a sign.

use super::{
    Scan,
    tokens::{Shape, Token},
};
use crate::lexicon::{COMMON, FAMILY, KIN, LABEL_END, NEVER_NAME, TITLE};

impl Scan<'_, '_> {
    /// The index after a name of two words that begins with the first word of a line, one of them at least in small letters.
    pub(super) fn pair_in_any_case(&self, index: usize) -> Option<usize> {
        let [a, b] = self.tokens.get(index..index + 2)? else {
            return None;
        };
        if a.line != b.line
            || a.shape != Shape::Lower && b.shape != Shape::Lower
            || self
                .all
                .covered
                .overlaps(&(a.start as usize..b.end as usize))
        {
            return None;
        }
        let gap = &self.text[a.end as usize..b.start as usize];
        let may_be = |token: &Token| {
            token.is_word()
                && token.range().len() >= 3
                && token.flags & (NEVER_NAME | TITLE | KIN | LABEL_END) == 0
        };
        let is_given = |token: &Token| {
            let known = self.classes(token);
            known.given >= 8 && known.given >= known.ordinary + 3
        };
        let is_family = |token: &Token| {
            let known = self.classes(token);
            !token.has(COMMON)
                && (known.ordinary == 0 || token.has(FAMILY) && known.name() > known.ordinary)
        };
        let reads = match gap {
            " " => is_given(a) && is_family(b) || is_family(a) && is_given(b),
            ", " => is_family(a) && is_given(b),
            _ => false,
        };
        if !reads || !may_be(a) || !may_be(b) {
            return None;
        }
        let rest = self.text[b.end as usize..].trim_start_matches(' ');
        let is_over = rest.is_empty()
            || rest.starts_with(['\n', '\r', ',', '|', '(', ';'])
            || rest.starts_with(|ch: char| ch.is_ascii_digit() || ch == '+')
            || rest.starts_with(char::is_uppercase) && a.shape == b.shape
            || self
                .tokens
                .get(index + 2)
                .is_some_and(|next| self.all.covered.overlaps(&next.range()));
        is_over.then_some(index + 2)
    }
}

#[cfg(test)]
mod tests {
    use whose_model::DataElement;

    use crate::passages::tests::{detect, has};

    #[test]
    fn two_words_in_any_case_at_the_head_of_a_line_are_a_name() {
        for (text, name) in [
            ("kovalsk monique 514-555-0199", "kovalsk monique"),
            ("Kovalsk monique", "Kovalsk monique"),
            ("kovalsk, MONIQUE, 12/03/1956", "kovalsk, MONIQUE"),
            ("kovalsk Marie , 21 ans, sans antécédents", "kovalsk Marie"),
        ] {
            has(&detect(text), DataElement::Name, name);
        }
        for text in [
            "table monique 514-555-0199",
            "see monique about the leg",
            "sees monique every other week",
        ] {
            assert!(
                !detect(text)
                    .iter()
                    .any(|m| m.element == DataElement::Name && m.value.reveal().contains(' ')),
                "{text}"
            );
        }
    }
}
