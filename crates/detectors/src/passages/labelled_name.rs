//! What stands behind a label of a name, as a name: where it ends, in which role, and whether it is of a person at all.

use whose_model::Role;

use super::{Note, Scan, stops, weigh::has_capital_inside};
use crate::{
    elements::name,
    interpret::{Around, interpret},
    lexicon::{FAMILY, GIVEN},
    sense::{Part, Sense},
    text::WordHash,
};

impl Scan<'_, '_> {
    pub(super) fn labelled_name(&mut self, start: usize, raw: &str, sense: Sense, is_about: bool) {
        if matches!(sense.part, Part::Middle | Part::Suffix) {
            return;
        }
        let end = stops::name_end(raw);
        let piece = raw[..end].trim_end_matches([' ', ',', '-', '–', '.', ':', '#']);
        // `RE: follow-up for Marie Tremblay` names later; `RE: Invoice` names nobody.
        let n_words = piece
            .split([' ', ','])
            .filter(|word| !word.is_empty())
            .count();
        let known = name::name_flags(piece) & (GIVEN | FAMILY) != 0
            || piece
                .split([' ', ',', '-'])
                .any(|word| self.all.context.knows(word));
        // In a text without capitals a name has none either: `name: anna k. roy`.
        let has_capital = piece.chars().next().is_some_and(char::is_uppercase)
            || (2..=3).contains(&n_words)
                && sense.is_sure
                && piece
                    .chars()
                    .all(|ch| ch.is_lowercase() || " .-'\u{2019}".contains(ch))
                && self.plain_words(piece) == 0
                && self.common_words(piece) == 0;
        let bad = piece.split([' ', '-', '\'']).any(|word| {
            let flags = self.all.lexicon.look_up(word);
            flags & crate::lexicon::NEVER_NAME != 0
                && flags & (GIVEN | FAMILY) == 0
                && !self.all.context.knows(word)
                && name::title_of(word.trim_end_matches('.')).is_none()
        });
        // `Name: Feature request`, `displayName: TuningJob`: what a thing is called.
        let is_of_the_case = piece
            .split([' ', ',', '-'])
            .any(|word| self.all.context.knows(word));
        let is_of_a_thing = n_words >= 2
            && !is_of_the_case
            && !piece.contains(',')
            && self.plain_words(piece) == n_words
            || !known
                && (n_words >= 2 && self.plain_words(piece) * 2 >= n_words.max(4)
                    || n_words == 1 && has_capital_inside(piece));
        if piece.len() < 2
            || is_of_a_thing
            || piece.contains([
                '=', '{', '}', '<', '>', '$', '`', '!', '_', ')', ']', '*', '"', '\\', ':',
            ])
            || n_words > 6
            || !has_capital
            || bad
            || n_words == 1 && !known && self.all.lexicon.classes(WordHash::of(piece)).ordinary >= 6
            || n_words == 1 && (is_about || !sense.is_sure && !known)
            || (is_about || !sense.is_sure)
                && !known
                && sense.role.is_none_or(|role| role == Role::Patient)
                && n_words != 2
        {
            return;
        }
        if is_about && self.common_words(piece) > 1 {
            return;
        }
        let whole = Sense {
            part: Part::Whole,
            ..sense
        };
        if let Some(mut draft) = interpret(whole, piece, Around::default()) {
            let mut role = sense.role;
            if sense.part != Part::Whole
                && let whose_model::Normal::Name(parsed) = &mut draft.normal
            {
                // `First name:` alone: a part of a name is joined with its neighbour by the resolver.
                if sense.part == Part::Given
                    && (n_words == 1
                        || (sense.is_sure || self.is_family_given_before(start))
                            && !piece.contains(','))
                {
                    parsed.given = piece.to_owned();
                    parsed.middle.clear();
                    parsed.family.clear();
                } else if sense.part == Part::Family
                    && (n_words == 1 || sense.is_sure && !piece.contains(','))
                {
                    parsed.family = piece.to_owned();
                    parsed.middle.clear();
                    parsed.given.clear();
                }
            }
            if matches!(role, Some(Role::Organisation)) {
                return;
            }
            if role.is_none() && sense.is_sure {
                role = Some(Role::Patient);
            }
            let is_doctor = name::title_of(piece.split([' ', '.']).next().unwrap_or(""))
                == Some(name::Title::Doctor);
            // Who a letter is about is the patient there, doctor or not.
            if is_doctor && !is_about && sense.role != Some(Role::Patient) {
                role = Some(Role::Clinician);
            }
            draft.confidence = if known { 0.95 } else { 0.75 };
            self.add(
                start..start + piece.len(),
                draft,
                Note {
                    role,
                    is_labelled: true,
                    ..Note::default()
                },
            );
            self.sex_after(start + piece.len());
        }
    }

    /// `Surname: Roy   Given: Corrie Ann`: the family name was labelled right before.
    fn is_family_given_before(&self, start: usize) -> bool {
        let line = self.line_at(start);
        self.all.found.iter().rev().take(2).any(|item| {
            item.is_labelled
                && item.line.abs_diff(line) <= 1
                && item
                    .name()
                    .is_some_and(|name| name.given.is_empty() && !name.family.is_empty())
        })
    }

    /// How many words are ordinary ones before they are names.
    fn plain_words(&self, text: &str) -> usize {
        crate::text::words(text)
            .filter(|range| {
                let known = self.all.lexicon.classes(WordHash::of(&text[range.clone()]));
                known.ordinary >= 5 && known.ordinary > known.name()
            })
            .count()
    }

    fn common_words(&self, text: &str) -> usize {
        crate::text::words(text)
            .filter(|range| {
                let flags = self.all.lexicon.look_up(&text[range.clone()]);
                flags & crate::lexicon::COMMON != 0
                    && flags & (GIVEN | FAMILY) == 0
                    && !self.all.context.knows(&text[range.clone()])
            })
            .count()
    }
}

#[cfg(test)]
mod tests {
    use whose_model::DataElement;

    use crate::passages::tests::{detect, has};

    #[test]
    fn what_a_thing_is_called_is_no_name_of_a_person() {
        for text in [
            "name: Feature request\nabout: what to build next",
            "- name: Build main target\n  run: make",
            "displayName: TuningJobOfMay\nmaxTrialCount: 1",
            "displayName: Visual Studio Build Tools 2019",
        ] {
            assert!(
                !detect(text).iter().any(|m| m.element == DataElement::Name),
                "{text}"
            );
        }
        for (text, name) in [
            ("Name: Grace Hope\nDOB: 1985-02-10", "Grace Hope"),
            (
                "name: anna k. tremblay\ndob: 1985-02-10",
                "anna k. tremblay",
            ),
            ("Display name: Marie Tremblay", "Marie Tremblay"),
        ] {
            has(&detect(text), DataElement::Name, name);
        }
    }
}
