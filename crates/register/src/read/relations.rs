//! A sentence in, how organisations belong together out.

use std::sync::LazyLock;

use jiff::ToSpan;
use regex::{Captures, Regex};

use crate::When;
use crate::pattern::compile;
use crate::read::dates::{Clock, Stated, Unit, find as find_dates};
use crate::read::names::{Names, clean, name_pattern, names_in};
use crate::read::places;

/// `of` is the `kind` of `to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tie {
    pub(crate) of: String,
    pub(crate) kind: &'static str,
    pub(crate) to: String,
    pub(crate) since: Option<When>,
}

/// What a pattern's two names are to each other.
#[derive(Clone, Copy)]
enum Form {
    /// The word `k` says what b is to a.
    Its,
    /// a is a part of b, by the word `k`.
    PartOf,
    /// a was bought by b.
    Bought,
    /// b was called a.
    Former,
    /// a belongs to b.
    Belongs,
    /// a operates b.
    Operates,
    /// b serves a.
    Serves,
}

const KIN: &str = r"(?P<k>parent\s+company|parent|subsidiary|affiliate|sister\s+company|service\s+provider|vendor|soci[ée]t[ée]\s+m[èe]re|filiale|fournisseur|prestataire)";

static RULES: LazyLock<Vec<(Form, Regex)>> = LazyLock::new(|| {
    let (a, b) = (name_pattern("a"), name_pattern("b"));
    let year = r"(?:,?\s+(?:in|en)\s+(?P<y>(?:19|20)\d\d))?";
    let rules: Vec<(Form, String)> = vec![
        (
            Form::Its,
            format!(r"{a}\s+(?:and|et)\s+(?:its|sa|son)\s+{KIN},?\s+{b}"),
        ),
        (Form::Its, format!(r"{a}['’]s\s+{KIN},?\s+{b}")),
        (
            Form::Its,
            format!(r"\b(?:[Ii]ts|[Ss]a|[Ss]on)\s+(?:[\p{{L}}'’-]+\s+)?{KIN},?\s+{b}"),
        ),
        (
            Form::PartOf,
            format!(
                r"{a},?\s+(?:\([^)]*\),?\s+)?(?:which\s+is\s+|is\s+|est\s+)?(?:an?|the|une?|la)?\s*(?:\p{{L}}+[\s-]){{0,4}}?(?P<k>subsidiary|division|unit|affiliate|brand|arm|part|filiale|division|marque)\s+(?:of|d[eu'’]|de\s+la)\s*{b}"
            ),
        ),
        (
            Form::PartOf,
            format!(
                r"\b(?:[Tt]his|[Tt]he|[Aa]n?|[Cc]ette|[Uu]ne)\s+(?:[\p{{L}}'’-]+\s+)?(?P<k>subsidiary|division|affiliate|filiale)\s+(?:of|d[eu'’]|de\s+la)\s*{b}"
            ),
        ),
        (
            Form::Former,
            format!(
                r"\b(?:which\s+was\s+called|formerly(?:\s+known\s+as|\s+called)?|previously\s+(?:known\s+as|called)|anciennement|autrefois\s+(?:appel[ée]e?|connue?\s+sous\s+le\s+nom\s+d[e'’]))\s+{a}"
            ),
        ),
        (
            Form::Bought,
            format!(
                r"(?:{a}|\b[Ii]t)\s+(?:was|were|had\s+been|a\s+[ée]t[ée])\s+(?:bought|acquired|purchased|taken\s+over|achet[ée]e?|acquise?|rachet[ée]e?)\s+(?:by|par)\s+{b}{year}"
            ),
        ),
        (
            Form::Bought,
            format!(
                r"{b}\s+(?:bought|acquired|purchased|took\s+over|a\s+(?:achet[ée]|acquis|rachet[ée]))\s+{a}{year}"
            ),
        ),
        (
            Form::Belongs,
            format!(
                r"\b(?:belongs?\s+to|(?:is|are)\s+owned\s+by|appart(?:ient|iennent)\s+[àa]|propri[ée]t[ée]\s+d[eu'’])\s*{b}"
            ),
        ),
        (
            Form::Operates,
            format!(
                r"\b(?:[Ii]t|[Tt]he\s+company|[Ee]lle|{a})\s+(?:also\s+)?(?:operates|exploite)\s+{b}(?:\s+(?:and|et)\s+{c})?",
                c = name_pattern("c")
            ),
        ),
        (
            Form::Serves,
            format!(
                r"\b(?P<k>fournisseur|prestataire|sous-traitant|vendor|supplier|service\s+provider)\s+(?:d[eu'’]|de\s+la|of|to|for)\s*{a},\s+{b}"
            ),
        ),
        (
            Form::Serves,
            format!(
                r"\b(?:third[\s-]party\s+)?(?P<k>vendor|service\s+provider|business\s+associate|contractor|fournisseur(?:\s+de\s+services?)?|prestataire|sous-traitant),?\s+(?:called\s+|named\s+|appel[ée]e?\s+)?{b}"
            ),
        ),
        (
            Form::Serves,
            format!(
                r"{b},\s+(?:an?|the|its|une?|le|la)\s+(?:\p{{L}}+[\s-]){{0,4}}?(?P<k>vendor|service\s+provider|business\s+associate|contractor|fournisseur|prestataire|sous-traitant)\b"
            ),
        ),
    ];
    rules
        .into_iter()
        .filter_map(|(form, pattern)| Some((form, compile(&pattern)?)))
        .collect()
});

fn kind_of(word: &str) -> (&'static str, bool) {
    let word = word.to_lowercase();
    // Whether the second name is the greater one.
    if word.starts_with("parent") || word.contains("mère") || word.contains("mere") {
        ("subsidiary", true)
    } else if word.starts_with("subsid")
        || word.starts_with("filiale")
        || word.starts_with("division")
        || word.starts_with("unit")
        || word == "arm"
        || word == "part"
    {
        ("subsidiary", false)
    } else if word.starts_with("brand") || word.starts_with("marque") {
        ("brand", false)
    } else if word.starts_with("affil") || word.starts_with("sister") {
        ("affiliate", false)
    } else {
        ("service-provider", false)
    }
}

/// What a sentence says; `subject` is whom "it" means, `clock` what days were said.
pub(crate) fn find(text: &str, subject: Option<&str>, names: &Names, clock: &Clock) -> Vec<Tie> {
    let mut ties: Vec<Tie> = Vec::new();
    let victim = names
        .victims
        .first()
        .and_then(|index| names.all.get(*index))
        .map(|one| one.name.clone());
    for (form, rule) in RULES.iter() {
        for captures in rule.captures_iter(text) {
            let name = |group: &str| {
                captures
                    .name(group)
                    .map(|it| it.as_str())
                    .and_then(|it| {
                        names_in(it)
                            .into_iter()
                            .next()
                            .map(|(name, _, _)| names.whole(&name))
                    })
                    .filter(|name| places::code(name).is_none() && name.len() > 2)
            };
            let at = captures.get(0).map_or(0, |it| it.start());
            let before = text.get(..at).unwrap_or("");
            let last_before = || owned_before(before, names).pop();
            let Some(b) = name("b").or_else(|| matches!(form, Form::Former).then(last_before)?)
            else {
                continue;
            };
            let a = name("a").or_else(|| match form {
                Form::Bought => subject.map(|subject| names.whole(subject)),
                _ => victim.clone(),
            });
            let since = since(text, &captures, clock);
            let mut push = |of: String, kind, to: String| {
                if of != to && !of.is_empty() && !to.is_empty() {
                    let tie = Tie {
                        of,
                        kind,
                        to,
                        since,
                    };
                    if !ties.contains(&tie) {
                        ties.push(tie);
                    }
                }
            };
            let word = captures.name("k").map_or("", |word| word.as_str());
            match form {
                Form::Its => {
                    let Some(a) = a else { continue };
                    match kind_of(word) {
                        (kind, true) => push(a, kind, b),
                        (kind, false) => push(b, kind, a),
                    }
                }
                Form::PartOf => {
                    if let Some(a) = a {
                        push(a, kind_of(word).0, b);
                    }
                }
                Form::Former => {
                    if let Some(a) = name("a") {
                        push(a, "former-name", b);
                    }
                }
                Form::Bought => {
                    if let Some(a) = a {
                        push(a, "subsidiary", b);
                    }
                }
                Form::Belongs => {
                    for owned in owned_before(before, names) {
                        push(owned, "subsidiary", b.clone());
                    }
                }
                Form::Operates => {
                    if let Some(a) = a {
                        if let Some(c) = name("c") {
                            push(c, "operated-by", a.clone());
                        }
                        push(b, "operated-by", a);
                    }
                }
                Form::Serves => {
                    if let Some(victim) = victim.clone() {
                        push(b, "service-provider", victim);
                    }
                }
            }
        }
    }
    ties
}

/// Organisations before "belong to": those known, each word of "Acme and Beta's" by itself.
fn owned_before(before: &str, names: &Names) -> Vec<String> {
    names_in(before)
        .into_iter()
        .filter_map(|(name, _, _)| names.find(&name).and_then(|index| names.all.get(index)))
        .map(|one| one.name.clone())
        .collect()
}

/// The year that stands beside it, or "four years before" it.
fn since(text: &str, captures: &Captures<'_>, clock: &Clock) -> Option<When> {
    if let Some(year) = captures
        .name("y")
        .and_then(|year| year.as_str().parse().ok())
    {
        return When::year(year);
    }
    let at = captures.get(0)?.start();
    let dates = find_dates(text);
    let near = dates
        .iter()
        .rev()
        .find(|date| date.range.end <= at && at - date.range.end <= 4)?;
    if let Stated::Apart {
        n,
        unit: Unit::Years,
        from: crate::read::dates::From::Before,
        ..
    } = &near.stated
    {
        // "In 2014, four years before Acme bought Beta": the buying lies after.
        let base = dates
            .iter()
            .rev()
            .find(|date| date.range.end <= near.range.start)?;
        let base = clock.resolve(&base.stated, None)?;
        let moved = base.shifted((*n).years())?;
        return if base.is_day() {
            Some(moved)
        } else {
            When::year(moved.first.year())
        };
    }
    clock.resolve(&near.stated, None)
}

/// The subject that "it" in the next sentence means: the first name of this one.
pub(crate) fn subject_of(text: &str) -> Option<String> {
    names_in(text)
        .into_iter()
        .next()
        .map(|(name, _, _)| clean(name.trim_end_matches(" website")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::text::sentences;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let all = sentences(text);
        let names = Names::of(&all, text, |_| false);
        let mut found = Vec::new();
        let mut subject: Option<String> = None;
        for sentence in &all {
            for tie in find(sentence.text, subject.as_deref(), &names, &Clock::default()) {
                let since = tie
                    .since
                    .map_or(String::new(), |since| format!(" since {since}"));
                found.push(format!("{} {} {}{since}", tie.of, tie.kind, tie.to));
            }
            subject = subject_of(sentence.text).or(subject);
        }
        assert_eq!(found, expected, "{names:?}");
    }

    #[test]
    fn who_belongs_to_whom_is_read_from_either_side() {
        check(
            "Northfield Dental and its parent company Brightco learned of it.",
            &["Northfield Dental subsidiary Brightco"],
        );
        check(
            "Brightco (formerly known as Oldname) said so.",
            &["Oldname former-name Brightco"],
        );
        check(
            "Northfield Dental was acquired by Brightco in 2019.",
            &["Northfield Dental subsidiary Brightco since 2019"],
        );
        check(
            "Northfield opened in 2010. It was bought by Brightco in 2012, three years before Hugecorp bought Brightco.",
            &[
                "Northfield subsidiary Brightco since 2012",
                "Brightco subsidiary Hugecorp since 2015",
            ],
        );
    }

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(RULES.len(), 13);
    }
}
