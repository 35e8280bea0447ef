//! A line that the rules say in English -> the same in French, where `law/french.toml` or a rule has it.
//!
//! Obligations keep their reasons in English, as one of a kind, and a page in
//! French looks each line up when it is shown, as a catalogue of messages does.
//! A line that nobody put in French stays English: the caller marks it so.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::library::Library;

/// `french.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FrenchFile {
    /// Words and names that stand as values in lines.
    word: BTreeMap<String, String>,
    /// Lines, with places for values.
    line: Vec<LineFile>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LineFile {
    en: String,
    fr: String,
}

/// The catalogue, ready to look up.
#[derive(Clone, Debug, Default)]
pub(crate) struct French {
    /// Texts without values: of the file, and of the rules that have both languages.
    whole: BTreeMap<String, String>,
    /// Lines with values, those with most words first.
    patterns: Vec<Pattern>,
}

#[derive(Clone, Debug)]
struct Pattern {
    english: Vec<Piece>,
    french: Vec<Piece>,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Words(String),
    /// A value; `known` when it must have a French form.
    Value {
        name: String,
        known: bool,
    },
}

impl French {
    pub(crate) fn new<'t>(
        file: FrenchFile,
        both: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Self {
        let mut whole: BTreeMap<String, String> = both
            .into_iter()
            .filter(|(_, french)| !french.is_empty())
            .map(|(english, french)| (english.to_owned(), french.to_owned()))
            .collect();
        whole.extend(file.word);
        let mut patterns = Vec::new();
        for line in file.line {
            let pattern = Pattern {
                english: pieces(&line.en),
                french: pieces(&line.fr),
            };
            if pattern
                .english
                .iter()
                .all(|one| matches!(one, Piece::Words(_)))
            {
                whole.insert(line.en, line.fr);
            } else {
                patterns.push(pattern);
            }
        }
        patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.n_words()));
        Self { whole, patterns }
    }

    fn line(&self, english: &str) -> Option<String> {
        if let Some(known) = self.whole.get(english) {
            return Some(known.clone());
        }
        self.patterns
            .iter()
            .find_map(|pattern| pattern.apply(english, self))
    }

    /// A value, or a list of values with commas between.
    fn value(&self, english: &str) -> Option<String> {
        if let Some(known) = self.whole.get(english) {
            return Some(known.clone());
        }
        let parts: Option<Vec<&str>> = english
            .split(", ")
            .map(|part| self.whole.get(part).map(String::as_str))
            .collect();
        Some(parts?.join(", "))
    }
}

impl Pattern {
    fn n_words(&self) -> usize {
        let words = |piece: &Piece| match piece {
            Piece::Words(words) => words.len(),
            Piece::Value { .. } => 0,
        };
        self.english.iter().map(words).sum()
    }

    /// The French line, when the English one fits. Each value ends where the next words begin for the first time.
    fn apply(&self, english: &str, french: &French) -> Option<String> {
        let mut values: BTreeMap<&str, String> = BTreeMap::new();
        let mut rest = english;
        for (at, piece) in self.english.iter().enumerate() {
            match piece {
                Piece::Words(words) => rest = rest.strip_prefix(words.as_str())?,
                Piece::Value { name, known } => {
                    let end = match self.english.get(at + 1..).unwrap_or_default() {
                        // The last words of a line end it, wherever else they stand.
                        [Piece::Words(last)] => rest.strip_suffix(last.as_str())?.len(),
                        [Piece::Words(next), ..] => rest.find(next.as_str())?,
                        _ => rest.len(),
                    };
                    let (value, after) = rest.split_at(end);
                    let translated = french.value(value);
                    if value.is_empty() || (*known && translated.is_none()) {
                        return None;
                    }
                    values.insert(name, translated.unwrap_or_else(|| value.to_owned()));
                    rest = after;
                }
            }
        }
        if !rest.is_empty() {
            return None;
        }
        let mut out = String::new();
        for piece in &self.french {
            match piece {
                Piece::Words(words) => out.push_str(words),
                Piece::Value { name, .. } => out.push_str(values.get(name.as_str())?),
            }
        }
        Some(out)
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((words, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        if !words.is_empty() {
            pieces.push(Piece::Words(words.to_owned()));
        }
        pieces.push(Piece::Value {
            name: name.trim_end_matches('!').to_owned(),
            known: name.ends_with('!'),
        });
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Words(rest.to_owned()));
    }
    pieces
}

impl Library {
    /// A line of a reason, a question or a tree in French, when it is known there.
    ///
    /// A question keeps the id under which its answer is written: `… ? [encrypted]`.
    pub fn in_french(&self, english: &str) -> Option<String> {
        if let Some((question, id)) = english
            .strip_suffix(']')
            .and_then(|text| text.rsplit_once(" ["))
            && let Some(question) = self.french.line(question)
        {
            return Some(format!("{question} [{id}]"));
        }
        self.french.line(english)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn french() -> French {
        let file: FrenchFile = toml::from_str(
            r#"
            [word]
            yes = "oui"
            theft = "vol"
            loss = "perte"
            [[line]]
            en = "incident: {kind!}"
            fr = "incident : {kind!}"
            [[line]]
            en = "incident: {kind!}, told to {who}"
            fr = "{who} avisé : {kind!}"
            [[line]]
            en = "stolen"
            fr = "volés"
            "#,
        )
        .unwrap();
        French::new(file, [("name", "nom")])
    }

    #[test]
    fn values_are_put_in_french_and_names_stay() {
        let line = |text| french().line(text);
        assert_eq!(line("stolen").unwrap(), "volés");
        assert_eq!(line("name").unwrap(), "nom");
        assert_eq!(
            line("incident: theft, loss").unwrap(),
            "incident : vol, perte"
        );
        assert_eq!(
            line("incident: theft, told to A, told to B").unwrap(),
            "A, told to B avisé : vol"
        );
    }

    #[test]
    fn what_is_not_known_stays_english() {
        assert_eq!(french().line("incident: earthquake"), None);
        assert_eq!(french().line("something else"), None);
        assert_eq!(french().line(""), None);
    }
}
