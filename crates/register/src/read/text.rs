//! A report's text in, its sentences out, each with its place, its paragraph and what it hangs on.
//!
//! Lines that end without a full stop are headings, labels (`Date:`) or items
//! of a list; an item hangs on the sentence before the list. The language is
//! told by the small words.

use whose_model::Language;

use crate::pattern::{is, rule};

/// A sentence longer than this is cut: no rule looks further.
const MAX_SENTENCE: usize = 2_000;
/// Sentences beyond these are not read; a report of the longest kind has about five thousand.
pub(crate) const MAX_SENTENCES: usize = 20_000;

/// One sentence, heading, label or item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sentence<'t> {
    /// As it stands.
    pub(crate) text: &'t str,
    /// Its first byte in the text.
    pub(crate) start: usize,
    /// Which paragraph, from 0.
    pub(crate) paragraph: usize,
    /// For an item of a list, the number of the sentence it hangs on.
    pub(crate) hangs_on: Option<usize>,
    /// A line of its own without a full stop at its end.
    pub(crate) is_line: bool,
}

/// A text whose lines were broken to fit a page, with those lines put together again; others stay as they are.
///
/// A line goes on in the next when it is long, ends no sentence, and the next
/// begins small, or when the text is broken everywhere and it is about as long
/// as the longest of its block.
pub fn unwrapped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let is_broken = is_broken(text);
    for block in text.split_inclusive("\n\n") {
        let longest = block
            .lines()
            .map(|line| line.trim().len())
            .max()
            .unwrap_or(0);
        let mut lines = block.split_inclusive('\n').peekable();
        while let Some(line) = lines.next() {
            let body = line.trim_end();
            let next = lines.peek().map_or("", |next| next.trim());
            let is_open = body.len() >= 45
                && !body.ends_with(['.', ':', ';', '!', '?', '…', '”', '»'])
                && next
                    .starts_with(|ch: char| ch.is_alphanumeric() || matches!(ch, '(' | '“' | '«'));
            let goes_on = next.starts_with(char::is_lowercase)
                || is_broken && body.len() * 5 >= longest * 4 && !is(&DATELINE, next);
            if is_open && goes_on {
                out.push_str(body);
                out.push(' ');
            } else {
                out.push_str(line);
            }
        }
    }
    out
}

/// Whether lines were broken to fit a page: none is longer than a page is wide, and some go on with a small letter.
fn is_broken(text: &str) -> bool {
    let mut n_going_on = 0;
    let mut before = "";
    for line in text.lines().map(str::trim) {
        if line.len() > PAGE_WIDTH {
            return false;
        }
        if before.len() >= 45 && line.starts_with(char::is_lowercase) {
            n_going_on += 1;
        }
        before = line;
    }
    n_going_on > 0
}

/// A line is no longer than this where a page's width broke it.
const PAGE_WIDTH: usize = 160;

rule!(
    DATELINE,
    r"(?i)^(?:(?:first\s+)?published|posted|updated|publi[ée]e?|mis(?:e)?\s+[àa]\s+jour|dated?)\b"
);

/// The sentences of a text.
pub(crate) fn sentences(text: &str) -> Vec<Sentence<'_>> {
    let mut found: Vec<Sentence<'_>> = Vec::new();
    let mut opener = None;
    let mut offset = 0;
    let mut paragraph = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let trimmed = line.trim();
        if trimmed.is_empty() {
            // A list goes on over empty lines; running text ends it.
            continue;
        }
        if found.len() >= MAX_SENTENCES {
            break;
        }
        paragraph += 1;
        let lead = start + (line.len() - line.trim_start().len());
        let (body, is_item) = item(trimmed);
        let begin = lead + (trimmed.len() - body.len());
        if body.is_empty() {
            continue;
        }
        let first = found.len();
        split(body, begin, paragraph, &mut found);
        let is_line = !body.ends_with(['.', '!', '?', '»', '"', '”', ':']);
        // Without bullets too: short lines after a colon are its list, until a full sentence comes.
        let is_plain_item = is_line && opener.is_some() && body.len() < 160;
        for sentence in found.iter_mut().skip(first) {
            if is_item || is_plain_item {
                sentence.hangs_on = opener;
            }
            sentence.is_line = is_line;
        }
        if body.ends_with(':') {
            opener = found.len().checked_sub(1);
        } else if !is_item && !is_plain_item {
            opener = None;
        }
    }
    found
}

/// An item of a list without its bullet.
fn item(line: &str) -> (&str, bool) {
    for bullet in ["- ", "• ", "* ", "– ", "· ", "o ", "▪ ", "● "] {
        if let Some(body) = line.strip_prefix(bullet) {
            return (body.trim_start(), true);
        }
    }
    (line, false)
}

fn split<'t>(body: &'t str, begin: usize, paragraph: usize, into: &mut Vec<Sentence<'t>>) {
    let mut start = 0;
    let mut chars = body.char_indices().peekable();
    while let Some((at, ch)) = chars.next() {
        let is_long = at - start > MAX_SENTENCE && ch == ' ';
        if !matches!(ch, '.' | '!' | '?' | '…') && !is_long {
            continue;
        }
        let mut end = at + ch.len_utf8();
        while let Some((next, closer)) = chars.peek().copied() {
            // In French a space stands before the closing mark.
            let is_french = matches!(closer, ' ' | '\u{a0}' | '\u{202f}')
                && body
                    .get(next + closer.len_utf8()..)
                    .is_some_and(|rest| rest.starts_with('»'));
            if !is_french && !matches!(closer, '.' | '!' | '?' | '"' | '”' | '’' | '»' | ')' | ']')
            {
                break;
            }
            end = next + closer.len_utf8();
            chars.next();
        }
        let rest = body.get(end..).unwrap_or("");
        let is_end = is_long
            || rest.starts_with([' ', '\u{a0}'])
                && ends(body.get(start..at).unwrap_or(""), rest, ch);
        if !is_end {
            continue;
        }
        push(body, start, end, begin, paragraph, into);
        start = end;
    }
    push(body, start, body.len(), begin, paragraph, into);
}

/// Whether a full stop ends a sentence, by what stands before and after it.
fn ends(before: &str, after: &str, stop: char) -> bool {
    let next = after
        .trim_start()
        .trim_start_matches(['"', '“', '«', '(', '\u{a0}', ' ']);
    let starts_new = next
        .chars()
        .next()
        .is_none_or(|ch| ch.is_uppercase() || ch.is_ascii_digit() || ch == '-');
    if stop != '.' {
        return starts_new;
    }
    let word = before
        .rsplit(|ch: char| ch.is_whitespace() || matches!(ch, '(' | '"' | '“'))
        .next()
        .unwrap_or("");
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    let is_dotted = word.contains('.') && word.len() < 6;
    // After a month's or a title's abbreviation comes its number or its name.
    let is_short = ABBREVIATIONS.contains(&word.to_lowercase().as_str());
    // `Inc.` and `Sask.` may end a sentence when a capital letter and a verb's article follow; the number of a day never.
    let may_end = is_short
        && ["inc", "ltd", "corp", "co", "sask", "ont", "alta", "etc"]
            .contains(&word.to_lowercase().as_str())
        && [
            "The ", "In ", "On ", "It ", "He ", "She ", "They ", "This ", "A ", "An ", "Le ",
            "La ", "Les ", "Il ", "Elle ",
        ]
        .iter()
        .any(|opening| next.starts_with(opening));
    starts_new && (may_end || !(is_initial || is_dotted || is_short))
}

const ABBREVIATIONS: &[&str] = &[
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "janv",
    "févr", "avr", "juil", "déc", "mr", "mrs", "ms", "dr", "drs", "st", "ste", "inc", "ltd",
    "corp", "co", "no", "nos", "vs", "p", "pp", "art", "sask", "ont", "alta", "que", "man", "m",
    "mme", "mm", "me", "etc", "e.g", "i.e", "approx", "gov", "dept", "assn",
];

fn push<'t>(
    body: &'t str,
    start: usize,
    end: usize,
    begin: usize,
    paragraph: usize,
    into: &mut Vec<Sentence<'t>>,
) {
    let whole = body.get(start..end).unwrap_or("");
    let text = whole.trim();
    if text.chars().any(char::is_alphanumeric) {
        into.push(Sentence {
            text,
            start: begin + start + (whole.len() - whole.trim_start().len()),
            paragraph,
            hangs_on: None,
            is_line: false,
        });
    }
}

/// The language, by the small words that only one of the two has.
pub(crate) fn language(text: &str) -> Language {
    let (mut french, mut english) = (0u32, 0u32);
    for word in text.split(|ch: char| !ch.is_alphabetic()).take(4_000) {
        match word.to_lowercase().as_str() {
            "le" | "la" | "les" | "des" | "du" | "et" | "une" | "est" | "dans" | "pour" | "sur"
            | "que" | "qui" | "par" | "aux" => french += 1,
            "the" | "of" | "and" | "to" | "in" | "is" | "was" | "that" | "for" | "with" | "on"
            | "by" | "were" => english += 1,
            _ => {}
        }
    }
    if french > english {
        Language::Fr
    } else {
        Language::En
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = sentences(text).iter().map(|one| one.text).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_full_stop_after_a_short_form_ends_no_sentence() {
        check(
            "The clinic learned of it on Feb. 3, 2021. B.C. and Acme Inc. said nothing. \"We regret it.\" Dr. Roy left.",
            &[
                "The clinic learned of it on Feb. 3, 2021.",
                "B.C. and Acme Inc. said nothing.",
                "\"We regret it.\"",
                "Dr. Roy left.",
            ],
        );
        check(
            "La clinique a été avisée. M. Roy n’a rien dit : « Rien ! » Il est parti.",
            &[
                "La clinique a été avisée.",
                "M. Roy n’a rien dit : « Rien ! »",
                "Il est parti.",
            ],
        );
    }

    #[test]
    fn items_hang_on_the_sentence_before_their_list() {
        let all = sentences(
            "It held this:\n- names;\n- dates of birth\n\nNothing else was taken. End.\n- odd",
        );
        let hangs: Vec<Option<usize>> = all.iter().map(|one| one.hangs_on).collect();
        assert_eq!(hangs, [None, Some(0), Some(0), None, None, None]);
    }

    #[test]
    fn lines_broken_to_fit_a_page_are_put_together_and_lists_are_not() {
        let wrapped = "The clinic found on March 3, 2021 that somebody had been in its network\nand had taken names, dates of birth and\nhealth card numbers.\n\nWhat we do\n- letters\n- a call line\n";
        assert_eq!(
            unwrapped(wrapped),
            "The clinic found on March 3, 2021 that somebody had been in its network and had taken names, dates of birth and\nhealth card numbers.\n\nWhat we do\n- letters\n- a call line\n"
        );
        let lines = "names\ndates of birth\nhealth card numbers\n";
        assert_eq!(unwrapped(lines), lines);
        // A heading and the line under it, in a text whose paragraphs are a line each.
        let saved = "Files of 4,100 patients stolen from Northfield Dental\nPublished April 2, 2022\nHackers stole files of 4,100 patients of Northfield Dental, a chain of clinics, the company said.\n";
        assert_eq!(unwrapped(saved), saved);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_by_putting_lines_together(text in "[a-zA-Z., \n]{0,300}") {
            let words = |text: &str| text.split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>();
            prop_assert_eq!(words(&unwrapped(&text)), words(&text));
        }

        #[test]
        fn every_sentence_stands_in_the_text_where_it_says(text in "[A-Za-zé«»\".,:!?0-9 \n-]{0,300}") {
            for sentence in sentences(&text) {
                prop_assert_eq!(&text[sentence.start..sentence.start + sentence.text.len()], sentence.text);
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,200}") {
            sentences(&text);
            language(&text);
        }
    }
}
