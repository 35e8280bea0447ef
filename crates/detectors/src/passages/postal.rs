//! Codes, boxes and units of addresses: a town with its state and code, a box at the post, `Apt. 12` alone on its line.
//!
//! The evidence is the form that postal services ask for. Streets that words
//! announce or that lie abroad are in `whereabouts`, which tries all of them.

use whose_model::DataElement;

use super::{Scan, tokens::Shape, whereabouts::Taken};
use crate::{
    elements::{date::Order, region, street, stretch},
    lexicon::{MONTH, PLACE, TITLE, WORLD_PLACE},
    text::fold,
};

/// Vessels and offices of the forces; `Unit 12 Box 34`, `PSC 12`, `CMR 4` (USPS Domestic Mail Manual 703.2.2.1, Publication 28, section 225).
const FORCES: &[&str] = &[
    "psc", "unit", "cmr", "uss", "usns", "usnv", "usnh", "uscgc", "ship",
];
/// A line of an address is shorter.
const MAX_LINE: usize = 60;

impl Scan<'_, '_> {
    /// `Unit 4181 Box 1281`, `APO AE 91410`.
    pub(super) fn of_the_forces(&self, index: usize) -> Option<Taken> {
        let at = index.checked_sub(2)?;
        let upper = |at: usize| self.word(at).to_ascii_uppercase();
        if self.n_plain_digits(index) != 5
            || self.word(index - 1).len() != 2
            || self.word(at).len() != 3
            || !matches!(upper(index - 1).as_str(), "AA" | "AE" | "AP")
            || !matches!(upper(at).as_str(), "APO" | "FPO" | "DPO")
        {
            return None;
        }
        let line = self.tokens[at].line;
        let mut first = at;
        for before in (at.saturating_sub(6)..at).rev() {
            let token = &self.tokens[before];
            if token.line + 1 < line || self.all.covered.overlaps(&token.range()) {
                break;
            }
            if FORCES.contains(&self.folded(token.range()).as_str()) {
                first = before;
            }
        }
        let range = self.tokens[first].start as usize..self.tokens[index].end as usize;
        Some((range, 0.95, "an address of the forces"))
    }

    /// `Dallas TX 48486`, `Garnerville, NY 10923-1234`: a town, a state of the United States and its code.
    pub(super) fn town_and_code(&self, index: usize) -> Option<Taken> {
        let at = index.checked_sub(2)?;
        let state = self.word(index - 1);
        let town = &self.tokens[at];
        if self.n_plain_digits(index) != 5
            || !region::is_us_state(state)
            || !matches!(self.gap_after(index - 1), " " | "  " | ", ")
            || !matches!(self.gap_after(at), ", " | " " | ",")
            || !Self::is_capital(town)
            || town.range().len() < 3
            || town.has(MONTH)
        {
            return None;
        }
        let mut first = at;
        while let Some(before) = first.checked_sub(1)
            && at - before < 4
            && matches!(self.gap_after(before), " " | "-" | ". ")
            && Self::is_capital(&self.tokens[before])
            && !self.tokens[before].has(TITLE)
            && !street::is_street_word(self.word(before))
        {
            first = before;
        }
        let mut end = self.tokens[index].end as usize;
        let rest = &self.text.as_bytes()[end..];
        if rest.len() >= 5
            && rest[0] == b'-'
            && rest[1..5].iter().all(u8::is_ascii_digit)
            && !rest.get(5).is_some_and(u8::is_ascii_alphanumeric)
        {
            end += 5;
        }
        let range = self.tokens[first].start as usize..end;
        Some((range, 0.85, "a town, a state and its code"))
    }

    /// `P.O. Box 249`, `C.P. 120`, `case postale 12`, `RR 2`.
    pub(super) fn postal_box(&self, index: usize) -> Option<Taken> {
        let last = index.checked_sub(1)?;
        if !(1..=6).contains(&self.n_plain_digits(index))
            || !matches!(self.gap_after(last), " " | ". " | " #" | " no ")
        {
            return None;
        }
        let folded = |at: usize| self.folded_word(at);
        let is_dotted = |at: usize| matches!(self.gap_after(at), "." | ". " | " ");
        let first = match folded(last).as_str() {
            "box" => {
                let before = last.checked_sub(1)?;
                match folded(before).as_str() {
                    "po" | "postal" | "pob" => before,
                    "o" if before > 0
                        && folded(before - 1).as_str() == "p"
                        && is_dotted(before - 1) =>
                    {
                        before - 1
                    }
                    _ => return None,
                }
            }
            "postale" | "postal" => {
                let before = last.checked_sub(1)?;
                match folded(before).as_str() {
                    "case" | "casier" | "boite" => before,
                    _ => return None,
                }
            }
            "p" if self.gap_after(last) == ". " => {
                let before = last.checked_sub(1)?;
                if self.word(before) != "C" || self.gap_after(before) != "." {
                    return None;
                }
                before
            }
            "rr" if self.word(last) == "RR" => last,
            "route" if last > 0 && folded(last - 1).as_str() == "rural" => last - 1,
            _ => return None,
        };
        let mut start = self.tokens[first].start as usize;
        // `Site 5 Box 12 RR 2`, `32 P.O. Box 249`: what stands right before it on its line.
        if let Some(before) = first.checked_sub(1)
            && self.tokens[before].shape == Shape::Number
            && self.gap_after(before) == " "
            && self.n_plain_digits(before) <= 5
        {
            start = self.tokens[before].start as usize;
        }
        let end = stretch::extend(self.text, self.tokens[index].end as usize);
        Some((start..end, 0.85, "a box at the post"))
    }

    /// `RR 1 Site 12`: the number is the route's, no street's.
    pub(super) fn is_after_route(&self, index: usize) -> bool {
        index.checked_sub(1).is_some_and(|at| {
            self.word(at) == "RR" && matches!(self.gap_after(at), " " | "#" | " #")
        })
    }

    /// A line of a passage without what quotes and lists put before it.
    fn bare_line(&self, line: usize) -> Option<(usize, &str)> {
        let start = *self.marks.lines.get(line)? as usize;
        let end = self
            .marks
            .lines
            .get(line + 1)
            .map_or(self.text.len(), |next| *next as usize - 1);
        let whole = self.text.get(start..end)?;
        let bare = whole.trim_start_matches([' ', '>', '?', '*', '|', '\t', '-']);
        let offset = whole.len() - bare.len();
        Some((start + offset, bare.trim_end()))
    }

    /// Where a line of the passage is that this token stands on.
    fn line_of(&self, index: usize) -> usize {
        self.line_at(self.tokens[index].start as usize) as usize
    }

    /// `Apt. 862` alone on its line: the street above it, the town and code below it.
    pub(super) fn around_unit(&self, index: usize) -> Option<Taken> {
        let unit = index.checked_sub(1)?;
        if !street::is_unit_word(self.word(unit)) {
            return None;
        }
        let line = self.line_of(index);
        let (from, text) = self.bare_line(line)?;
        let number_end = self.tokens[index].end as usize;
        if from != self.tokens[unit].start as usize || from + text.len() != number_end {
            return None;
        }
        let mut start = from;
        if let Some((above, street)) = line.checked_sub(1).and_then(|at| self.bare_line(at))
            && street.len() <= MAX_LINE
            && street.bytes().any(|b| b.is_ascii_digit())
            && street.chars().any(char::is_alphabetic)
            && !street.contains([':', '@', '='])
            && !self.all.covered.overlaps(&(above..above + street.len()))
        {
            start = above;
        }
        let mut end = number_end;
        // One line may be empty between the town and its country.
        for below in line + 1..line + 5 {
            let Some((at, text)) = self.bare_line(below) else {
                break;
            };
            if text.is_empty() {
                continue;
            }
            let last = text.rsplit(' ').next().unwrap_or("");
            let is_code = (4..=6).contains(&last.len()) && last.bytes().all(|b| b.is_ascii_digit());
            let head = text.strip_suffix(last).unwrap_or("");
            let is_words = |text: &str| {
                !text.is_empty()
                    && text.len() <= MAX_LINE
                    && text
                        .chars()
                        .all(|ch| ch.is_alphabetic() || " ,.'-()\u{2019}".contains(ch))
            };
            if is_code && is_words(head) {
                end = at + text.len();
                break;
            }
            if !is_words(text) {
                break;
            }
        }
        if start == from && end == number_end && !self.is_below_an_address(index, 2) {
            return None;
        }
        Some((start..end, 0.8, "a unit on its own line"))
    }

    /// Whether an address was found last, and ends at most so many lines above.
    fn is_below_an_address(&self, index: usize, lines: usize) -> bool {
        let line = self.line_of(index) as u32 + self.all.line;
        self.all.found.iter().rev().take(3).any(|item| {
            item.draft.element == DataElement::Address && {
                let n = item.draft.value.bytes().filter(|b| *b == b'\n').count() as u32;
                item.line <= line && line - item.line <= n + lines as u32
            }
        })
    }

    /// `67979 Colombes`, `2A516, Créteil`: France's code before its town, at the head of a line or below a street.
    pub(super) fn code_and_town(&self, index: usize) -> Option<Taken> {
        let bytes = self.word(index).as_bytes();
        let mut last = index;
        let is_code = match bytes {
            [b'2', b'A' | b'B', rest @ ..] => {
                rest.len() == 3 && rest.iter().all(u8::is_ascii_digit)
            }
            [_, _, _, _, _] => self.n_plain_digits(index) == 5 && bytes > &b"00999"[..],
            // `15 414 Lille`
            [_, _] if self.gap_after(index) == " " && self.word(index + 1).len() == 3 => {
                last = index + 1;
                (self.n_plain_digits(index) == 2 || matches!(bytes, b"2A" | b"2B"))
                    && self.n_plain_digits(last) == 3
            }
            _ => false,
        };
        if !is_code {
            return None;
        }
        let start = self.tokens[index].start as usize;
        let town = last + 1;
        let has_town = matches!(self.gap_after(last), " " | ", ")
            && self
                .tokens
                .get(town)
                .is_some_and(|token| Self::is_capital(token) && token.range().len() > 2);
        let before =
            self.text[..start].trim_end_matches([' ', ',', '\n', '\r', '-', '\u{2013}', '(']);
        let is_after_street = before.len() < start
            && start - before.len() <= 4
            && !before.is_empty()
            && self.all.covered.overlaps(&(before.len() - 1..before.len()))
            && self.is_below_an_address(index, 1);
        let is_head = self
            .bare_line(self.line_of(index))
            .is_some_and(|(at, _)| at == start);
        let is_known = self
            .tokens
            .get(town)
            .is_some_and(|token| token.has(PLACE | WORLD_PLACE));
        let is_french = self.all.order == Order::DayFirst;
        // `à Paris dans le 17 517`
        let is_within = index >= 2
            && self.word(index - 1) == "le"
            && self.word(index - 2) == "dans"
            && is_french;
        if !(is_after_street
            || is_within
            || has_town && is_known && is_french && (is_head || last > index))
        {
            return None;
        }
        let mut end = self.tokens[last].end as usize;
        let mut at = town;
        while has_town
            && at - town < 4
            && let Some(token) = self.tokens.get(at)
            && token.line == self.tokens[index].line
            && Self::is_capital(token)
            && matches!(self.gap_after(at - 1), " " | "-" | ", " | "'")
            && !self.all.covered.overlaps(&token.range())
            && !(at > town && self.gap_after(at - 1) == ", ")
        {
            end = token.end as usize;
            at += 1;
        }
        Some((start..end, 0.75, "a postal code and its town"))
    }

    /// `Sweden 67626`: a country and its code on the last line of an address.
    pub(super) fn country_and_code(&self, index: usize) -> Option<Taken> {
        if !(4..=6).contains(&self.n_plain_digits(index)) || !self.is_below_an_address(index, 3) {
            return None;
        }
        let (from, text) = self.bare_line(self.line_of(index))?;
        let start = self.tokens[index].start as usize;
        let head = self.text.get(from..start)?.trim_end_matches([' ', ',']);
        let is_last = from + text.len() == self.tokens[index].end as usize;
        let is_place = region::is_country(head)
            || self.all.lexicon.look_up(head) & (PLACE | WORLD_PLACE) != 0
            || !head.is_empty()
                && head.len() <= 40
                && head.split(' ').all(|word| {
                    word.chars().all(char::is_alphabetic)
                        && (word.starts_with(char::is_uppercase)
                            || word.len() <= 3
                            || fold(head) == head)
                });
        (is_last && is_place).then(|| {
            (
                from..self.tokens[index].end as usize,
                0.7,
                "a country and its code below an address",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use whose_model::DataElement;

    use crate::passages::tests::{detect, has};

    #[test]
    fn a_box_a_unit_and_a_code_are_addresses_without_a_street() {
        for (text, address) in [
            (
                "Send it to Anna Roy, PSC 802 Box 74\nAPO AE 09499, please.",
                "PSC 802 Box 74\nAPO AE 09499",
            ),
            (
                "She gets her letters at P.O. Box 249, Regina SK S4P 3Y2.",
                "P.O. Box 249, Regina SK S4P 3Y2",
            ),
            (
                "Elle reçoit son courrier à la case postale 120 depuis mai.",
                "case postale 120",
            ),
            (
                "Anna Roy moved to Garnerville, NY 10923-1204 last year.",
                "Garnerville, NY 10923-1204",
            ),
            (
                "Anna Roy\n4923 Parmova 109\nSuite 380\nMaribor\nSlovenia 82709\n",
                "4923 Parmova 109\nSuite 380\nMaribor",
            ),
            (
                "Anna Roy\n4923 Parmova 109\nSuite 380\nMaribor\nSlovenia 82709\n",
                "Slovenia 82709",
            ),
            (
                "> Anna Roy\n> 31 Vesturgata\n> Suite 574\n> Hallein\n> Turkmenistan 51262",
                "31 Vesturgata\n> Suite 574\n> Hallein\n> Turkmenistan 51262",
            ),
        ] {
            has(&detect(text), DataElement::Address, address);
        }
    }

    #[test]
    fn in_france_the_code_stands_before_the_town() {
        let text = "Mme Anne Roy\n12 rue des Lilas\n75013 Paris\nElle est venue le 3 mars avec sa fille pour un suivi.";
        has(
            &detect(text),
            DataElement::Address,
            "12 rue des Lilas\n75013 Paris",
        );
        let text =
            "Mme Anne Roy\n15 414 Lille\nElle est venue le 3 mars avec sa fille pour un suivi.";
        has(&detect(text), DataElement::Address, "15 414 Lille");
    }

    #[test]
    fn five_digits_after_two_capitals_are_no_code_without_a_town() {
        for text in [
            "Part no. AE 09499 of the pump",
            "see ticket MA 02111 for the pump",
            "IN 10000 cases OR 20000 cases",
            "a total of 75013 Patients were seen",
        ] {
            assert!(
                !detect(text)
                    .iter()
                    .any(|m| m.element == DataElement::Address),
                "{text}"
            );
        }
    }
}

#[test]
fn a_rural_route_keeps_its_site_and_box() {
    use crate::passages::tests::detect;

    let found = detect("He lives at RR 1 Site 12 Box 8, Birch Hills SK S0J 0G0 with his wife.");
    let address = found.iter().find(|m| m.element == DataElement::Address);
    assert_eq!(
        address.map(|m| m.value.reveal().as_str()),
        Some("RR 1 Site 12 Box 8, Birch Hills SK S0J 0G0")
    );
}
