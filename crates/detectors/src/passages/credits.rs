//! Names that credit a work: in a list of sources, or as the words of a link.
//!
//! `- \[3] D. Grunwald, B. Zorn.` and `[Lasse Collin](https://...)` name whoever
//! wrote something. Nobody's data is in such a line, and a manual or a read-me
//! file that lies in the pile is full of them. Asked once for each name found.

use super::Scan;

/// Lines that one entry of a list of sources takes.
const MAX_LINES: usize = 3;

impl Scan<'_, '_> {
    /// Whether a name stands in an entry of a list of sources, or is a link's words.
    pub(super) fn is_credit(&self, start: usize, end: usize) -> bool {
        self.is_words_of_a_link(start, end) || self.is_in_a_list_of_sources(start)
    }

    /// `[Anna Roy](https://...)`, `[Anna Roy]: https://...`, `[[Anna Roy]](https://...)`.
    fn is_words_of_a_link(&self, start: usize, end: usize) -> bool {
        let (before, after) = (&self.text[..start], &self.text[end..]);
        if !before.ends_with('[') {
            return false;
        }
        let after = after.trim_start_matches(']');
        self.text[end..].starts_with(']')
            && (after.starts_with("(http")
                || after.starts_with(": http")
                || after.starts_with("(mailto:")
                || after.starts_with('['))
    }

    /// `[12] A. Roy, B. Lee.`, `- \[1] Anna Roy`, `[^1]: Roy, Anna`: on this line or a few above.
    fn is_in_a_list_of_sources(&self, start: usize) -> bool {
        let line = self.line_at(start) as usize;
        for line in (line.saturating_sub(MAX_LINES - 1)..=line).rev() {
            let Some(&at) = self.marks.lines.get(line) else {
                return false;
            };
            // Where lines end is known: one may be as long as the passage, and hold many names.
            let line = self.marks.line(self.text, at as usize);
            let text = self.text[line].trim_start_matches([' ', '\t', '-', '*']);
            if text.trim_end().is_empty() {
                return false;
            }
            if begins_a_source(text) {
                return true;
            }
        }
        false
    }
}

/// `[12] `, `\[1] `, `[^1]:`: a number in brackets, and words.
fn begins_a_source(line: &str) -> bool {
    let line = line.strip_prefix('\\').unwrap_or(line);
    let Some(rest) = line.strip_prefix('[') else {
        return false;
    };
    let rest = rest.strip_prefix('^').unwrap_or(rest);
    let n = rest.bytes().take_while(u8::is_ascii_digit).count();
    if n == 0 || n > 3 {
        return false;
    }
    let rest = rest[n..].trim_start_matches('\\');
    rest.strip_prefix(']')
        .map(|rest| rest.strip_prefix(':').unwrap_or(rest))
        .is_some_and(|rest| rest.starts_with(' ') && rest.len() > 8)
}

#[cfg(test)]
mod tests {
    use whose_model::DataElement;

    use crate::passages::tests::{detect, has};

    #[test]
    fn who_wrote_a_source_or_is_linked_to_is_not_named_as_a_person_of_the_text() {
        for text in [
            "References\n\n- \\[3] Marie Tremblay and Luc Gagnon. _Sleep in the north._\n",
            "[12] Marie Tremblay, Luc Gagnon, Anne Roy,\n     Jean Bouchard. Sleep in the north. 2004.\n",
            "[^1]: Tremblay, Marie (2003).\n",
            "The project was founded by [Marie Tremblay](https://example.org/mt).",
            "[Marie Tremblay]: https://example.org/mt\n",
        ] {
            assert!(
                !detect(text).iter().any(|m| m.element == DataElement::Name),
                "{text}"
            );
        }
        for text in [
            "[2024-03-01] Marie Tremblay called.",
            "[Marie Tremblay] called about her leg.",
            "Note 3\nMarie Tremblay called about her leg.",
        ] {
            has(&detect(text), DataElement::Name, "Marie Tremblay");
        }
    }
}
