//! A clinic's own detectors: a TOML file goes in, patterns that run beside ours come out, or what is wrong and on which line.
//!
//! A detector maps what it finds to one of our data elements, because the law
//! and the letters know those and no others. Patterns are matched in time linear
//! in the text whatever they are, and within bounds; examples in the file are
//! run before it is used, so that a file that would miss its own examples is
//! refused.
//!
//! Format: docs/guides/custom-detectors.md.

use std::{fmt, ops::Range};

use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use toml::Spanned;
use whose_identifiers::Kind;
use whose_model::{Category, DataElement, Normal};

use crate::{
    draft::Draft,
    labels,
    text::{alphanumeric_upper, fold},
};

/// A longer file is refused.
const MAX_FILE: usize = 256 << 10;
/// More detectors are refused.
const MAX_DETECTORS: usize = 200;
/// A longer pattern is refused.
const MAX_PATTERN: usize = 1_000;
/// Memory of one compiled pattern.
const MAX_COMPILED: usize = 1 << 20;
/// A longer match is no value.
const MAX_VALUE: usize = 200;
/// How far before a match its label may stand.
const LABEL_REACH: usize = 60;

/// What is wrong in a file of detectors, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub what: String,
}

impl fmt::Display for CustomError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for CustomError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    detector: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Spanned<String>,
    element: Spanned<String>,
    pattern: Spanned<String>,
    #[serde(default)]
    labels: Vec<Spanned<String>>,
    #[serde(default)]
    needs_label: bool,
    validator: Option<Spanned<String>>,
    #[serde(default)]
    examples: Vec<Spanned<String>>,
    #[serde(default)]
    counterexamples: Vec<Spanned<String>>,
}

#[derive(Clone, Copy)]
enum Validator {
    Luhn,
    Mod97,
    Kind(&'static Kind),
}

impl Validator {
    fn holds(self, value: &str) -> bool {
        match self {
            Self::Luhn => whose_identifiers::luhn_holds(value),
            Self::Mod97 => whose_identifiers::mod_97_is_one(value),
            Self::Kind(kind) => (kind.parse)(value).is_ok(),
        }
    }
}

#[derive(Clone)]
struct Detector {
    id: &'static str,
    element: DataElement,
    pattern: Regex,
    /// As `labels::tokens` joins them, and folded for running text.
    labels: Vec<(String, String)>,
    needs_label: bool,
    validator: Option<Validator>,
}

/// The detectors of a file.
#[derive(Clone, Default)]
pub struct Custom {
    detectors: Vec<Detector>,
}

impl fmt::Debug for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Custom({} detectors)", self.detectors.len())
    }
}

/// Where a value stands and what it is.
pub(crate) struct Hit {
    pub(crate) range: Range<usize>,
    pub(crate) draft: Draft,
}

impl Custom {
    /// Reads a file of detectors and runs its examples.
    ///
    /// # Errors
    /// Everything that is wrong in it, each with its line.
    pub fn parse(text: &str) -> Result<Self, Vec<CustomError>> {
        let line_at = |at: usize| {
            text.get(..at.min(text.len()))
                .map_or(1, |head| 1 + head.matches('\n').count())
        };
        let at_top = |what: String| vec![CustomError { line: 1, what }];
        if text.len() > MAX_FILE {
            return Err(at_top(format!(
                "the file is longer than {} KiB",
                MAX_FILE >> 10
            )));
        }
        let file: File = toml::from_str(text).map_err(|error| {
            vec![CustomError {
                line: error.span().map_or(1, |span| line_at(span.start)),
                what: error
                    .message()
                    .lines()
                    .next()
                    .unwrap_or("not TOML")
                    .to_owned(),
            }]
        })?;
        if file.detector.is_empty() {
            return Err(at_top("there is no [[detector]] in it".to_owned()));
        }
        if file.detector.len() > MAX_DETECTORS {
            return Err(at_top(format!("more than {MAX_DETECTORS} detectors")));
        }
        let mut errors = Vec::new();
        let mut custom = Self::default();
        for entry in &file.detector {
            match detector(entry.get_ref()) {
                Ok(one) => {
                    if custom.detectors.iter().any(|known| known.id == one.id) {
                        errors.push((
                            entry.get_ref().id.span(),
                            format!("`{}` is there twice", one.id),
                        ));
                    }
                    custom.detectors.push(one);
                }
                Err(found) => errors.extend(found),
            }
        }
        if errors.is_empty() {
            for entry in &file.detector {
                custom.try_examples(entry.get_ref(), &mut errors);
            }
        }
        if errors.is_empty() {
            return Ok(custom);
        }
        let mut errors: Vec<CustomError> = errors
            .into_iter()
            .map(|(span, what)| CustomError {
                line: line_at(span.start),
                what,
            })
            .collect();
        errors.sort_by_key(|error| error.line);
        Err(errors)
    }

    /// How many detectors there are.
    pub fn len(&self) -> usize {
        self.detectors.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.detectors.is_empty()
    }

    fn try_examples(&self, entry: &Entry, errors: &mut Vec<(Range<usize>, String)>) {
        let id = entry.id.get_ref().as_str();
        let finds = |text: &str| {
            let mut found = false;
            // With a label where one is needed, as a reader of the file would expect.
            self.find(text, &mut |hit| found |= hit.draft.scheme == id);
            let label = entry.labels.first().map_or("", |label| label.get_ref());
            if !found && entry.needs_label {
                self.find(&format!("{label}: {text}"), &mut |hit| {
                    found |= hit.draft.scheme == id
                });
            }
            found
        };
        for example in &entry.examples {
            if !finds(example.get_ref()) {
                errors.push((example.span(), format!("`{id}` does not find this example")));
            }
        }
        for example in &entry.counterexamples {
            if finds(example.get_ref()) {
                errors.push((example.span(), format!("`{id}` finds this counter-example")));
            }
        }
    }

    /// Calls `each` with what the patterns find in a running text.
    pub(crate) fn find(&self, text: &str, each: &mut dyn FnMut(Hit)) {
        for detector in &self.detectors {
            for found in detector.pattern.find_iter(text) {
                let range = found.range();
                if range.is_empty() || range.len() > MAX_VALUE {
                    continue;
                }
                let label = detector.label_before(text, range.start);
                if detector.needs_label && label.is_none() {
                    continue;
                }
                if let Some(draft) = detector.draft(found.as_str(), label) {
                    each(Hit { range, draft });
                }
            }
        }
    }

    /// What the whole of a cell or a field is, under this header.
    pub(crate) fn whole(&self, header: &str, value: &str) -> Option<Draft> {
        let value = value.trim();
        if value.is_empty() || value.len() > MAX_VALUE {
            return None;
        }
        let key = labels::tokens(header).concat();
        self.detectors.iter().find_map(|detector| {
            let label = detector.labels.iter().find(|(label, _)| *label == key);
            if detector.needs_label && label.is_none() {
                return None;
            }
            let found = detector.pattern.find(value)?;
            (found.range() == (0..value.len()))
                .then(|| detector.draft(value, label.map(|(_, words)| words.as_str())))?
        })
    }

    /// Whether any detector's element names or numbers a person.
    pub(crate) fn names_people(&self) -> bool {
        self.detectors
            .iter()
            .any(|detector| detector.element.category() == Category::Identifier)
    }
}

impl Detector {
    /// The label on the line right before a value.
    fn label_before(&self, text: &str, start: usize) -> Option<&str> {
        let mut from = start.saturating_sub(LABEL_REACH);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        let before = &text[from..start];
        let line = before.rsplit('\n').next().unwrap_or(before);
        let folded = fold(line);
        self.labels
            .iter()
            .map(|(_, words)| words.as_str())
            .find(|words| folded.contains(words))
    }

    fn draft(&self, value: &str, label: Option<&str>) -> Option<Draft> {
        if !self
            .validator
            .is_none_or(|validator| validator.holds(value))
        {
            return None;
        }
        let normal = if self.element.category() == Category::Identifier {
            Normal::Number(alphanumeric_upper(value))
        } else {
            Normal::Text(value.to_owned())
        };
        let confidence = match (label, self.validator) {
            (Some(_), _) => 0.95,
            (None, Some(_)) => 0.9,
            (None, None) => 0.8,
        };
        let mut draft = Draft::new(
            self.element,
            value,
            normal,
            confidence,
            "pattern of a custom detector",
        );
        draft.scheme = self.id;
        if self.validator.is_some() {
            draft = draft.because("validator holds".into());
        }
        Some(if label.is_some() {
            draft.because("words: its label".into())
        } else {
            draft
        })
    }
}

type Problems = Vec<(Range<usize>, String)>;

fn detector(entry: &Entry) -> Result<Detector, Problems> {
    let mut problems = Problems::new();
    let id = entry.id.get_ref();
    if id.is_empty()
        || id.len() > 40
        || !id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    {
        problems.push((
            entry.id.span(),
            "an id has small letters, digits and `-`, at most 40".to_owned(),
        ));
    } else if whose_identifiers::kind(id).is_some() {
        problems.push((
            entry.id.span(),
            format!("`{id}` is one of our own schemes: give it another id"),
        ));
    }
    let element = DataElement::from_id(entry.element.get_ref());
    if element.is_none() {
        problems.push((
            entry.element.span(),
            format!(
                "`{}` is no data element of ours: see docs/reference/elements.md for their names",
                entry.element.get_ref()
            ),
        ));
    }
    let pattern = entry.pattern.get_ref();
    let compiled = if pattern.len() > MAX_PATTERN {
        problems.push((
            entry.pattern.span(),
            format!("the pattern is longer than {MAX_PATTERN} characters"),
        ));
        None
    } else {
        match RegexBuilder::new(pattern)
            .size_limit(MAX_COMPILED)
            .dfa_size_limit(MAX_COMPILED)
            .build()
        {
            Ok(compiled) if compiled.is_match("") => {
                problems.push((
                    entry.pattern.span(),
                    "the pattern matches an empty text".to_owned(),
                ));
                None
            }
            Ok(compiled) => Some(compiled),
            Err(error) => {
                // The last line says what is wrong; those above draw where.
                let said = error.to_string();
                let last = said.lines().last().unwrap_or("not a pattern");
                problems.push((
                    entry.pattern.span(),
                    format!(
                        "the pattern cannot be used: {}",
                        last.trim_start_matches("error: ")
                    ),
                ));
                None
            }
        }
    };
    let mut known = Vec::new();
    for label in &entry.labels {
        let words = fold(label.get_ref().trim());
        let key = labels::tokens(label.get_ref()).concat();
        if key.is_empty() || words.len() > LABEL_REACH {
            problems.push((label.span(), "a label has one to ten words".to_owned()));
        }
        known.push((key, words));
    }
    if entry.needs_label && entry.labels.is_empty() {
        problems.push((
            entry.id.span(),
            format!("`{id}` needs a label and names none"),
        ));
    }
    let validator = entry.validator.as_ref().and_then(|name| {
        let found = match name.get_ref().as_str() {
            "luhn" => Some(Validator::Luhn),
            "mod-97" => Some(Validator::Mod97),
            kind => whose_identifiers::kind(kind).map(Validator::Kind),
        };
        if found.is_none() {
            problems.push((
                name.span(),
                format!(
                    "`{}` is no validator: `luhn`, `mod-97` or a scheme such as `ca-on`",
                    name.get_ref()
                ),
            ));
        }
        found
    });
    if entry.examples.is_empty() {
        problems.push((
            entry.id.span(),
            format!("`{id}` has no example: one at least shows that it works"),
        ));
    }
    match (compiled, element) {
        (Some(pattern), Some(element)) if problems.is_empty() => Ok(Detector {
            // Read once a process, and bounded by the file.
            id: id.clone().leak(),
            element,
            pattern,
            labels: known,
            needs_label: entry.needs_label,
            validator,
        }),
        _ => Err(problems),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHART: &str = r#"
[[detector]]
id = "lakeside-chart"
element = "medical-record-number"
pattern = '\bLC-\d{6}\b'
labels = ["chart", "fiche"]
examples = ["seen today, LC-204518"]
counterexamples = ["LC-20451", "XLC-2045181"]
"#;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let said = match Custom::parse(text) {
            Ok(custom) => format!("{} detectors", custom.len()),
            Err(errors) => errors
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("; "),
        };
        assert_eq!(said, expected);
    }

    #[test]
    fn a_file_is_used_or_told_what_is_wrong_and_where() {
        check(CHART, "1 detectors");
        check("", "line 1: there is no [[detector]] in it");
        check(
            &CHART.replace("medical-record-number", "chart"),
            "line 4: `chart` is no data element of ours: see docs/reference/elements.md for their names",
        );
        check(
            &CHART.replace(r"\bLC-\d{6}\b", "LC-("),
            "line 5: the pattern cannot be used: unclosed group",
        );
        check(
            &CHART.replace(r"\bLC-\d{6}\b", "x*"),
            "line 5: the pattern matches an empty text",
        );
        check(
            &CHART.replace("LC-204518\"", "LC-2045\""),
            "line 7: `lakeside-chart` does not find this example",
        );
        check(
            &CHART.replace("\"LC-20451\"", "\"LC-204517\""),
            "line 8: `lakeside-chart` finds this counter-example",
        );
        check(
            &CHART.replace("labels", "label"),
            "line 6: unknown field `label`, expected one of `id`, `element`, `pattern`, `labels`, `needs_label`, `validator`, `examples`, `counterexamples`",
        );
        check(
            &format!("{CHART}{CHART}"),
            "line 11: `lakeside-chart` is there twice",
        );
        check(
            &CHART.replace("labels =", "validator = \"crc\"\nlabels ="),
            "line 6: `crc` is no validator: `luhn`, `mod-97` or a scheme such as `ca-on`",
        );
    }

    #[test]
    fn what_it_finds_is_one_of_our_elements_under_its_own_scheme() {
        let custom = Custom::parse(CHART).expect("a file");
        let mut found = Vec::new();
        custom.find("Chart: LC-204518, not LC-20", &mut |hit| {
            found.push((hit.range, hit.draft))
        });
        assert_eq!(found.len(), 1);
        let (range, draft) = &found[0];
        assert_eq!(
            (range.clone(), draft.element, draft.scheme),
            (7..16, DataElement::MedicalRecordNumber, "lakeside-chart")
        );
        assert!(draft.confidence > 0.9);
        assert!(custom.whole("Fiche", "LC-204518").is_some());
        assert!(custom.whole("Fiche", "LC-204518 and more").is_none());
    }

    #[test]
    fn a_number_that_needs_its_label_is_nothing_without_it() {
        let custom = Custom::parse(&CHART.replace("labels =", "needs_label = true\nlabels ="))
            .expect("a file");
        let count = |text: &str| {
            let mut n = 0;
            custom.find(text, &mut |_| n += 1);
            n
        };
        assert_eq!(count("Fiche LC-204518"), 1);
        assert_eq!(count("Order LC-204518"), 0);
        assert_eq!(count("Fiche\nLC-204518"), 0);
    }

    proptest::proptest! {
        #[test]
        fn any_file_is_read_without_a_fall(text in "(?s).{0,200}", pattern in ".{0,40}") {
            let _ = Custom::parse(&text);
            let _ = Custom::parse(&format!("[[detector]]\nid=\"a\"\nelement=\"name\"\npattern='''{pattern}'''\nexamples=[\"x\"]\n"));
        }
    }
}
