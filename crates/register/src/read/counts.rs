//! A sentence in, numbers of people and spans of months out.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::Bound;
use crate::pattern::compile;
use crate::read::dates::number_of;

/// People, as reports call those whose data it was.
pub(crate) const PEOPLE: &str = r"(?:people|persons?|individuals?|patients?|customers?|clients?|residents?|members?|employees?|workers?|staff|consumers?|victims?|students?|subscribers?|beneficiaries|policy\s?holders|users|citizens|personnes|individus|patientes?|clientes?|usagers|usagères|employ[ée]s|membres|citoyens|abonnés|assurés|bénéficiaires|étudiants|travailleurs|victimes|families|familles)";

/// A number of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) n: u64,
    pub(crate) bound: Bound,
    pub(crate) range: Range<usize>,
}

static COUNT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(&format!(
        r"(?ix)
        (?:(?P<least>more\s+than|over|at\s+least|no\s+(?:fewer|less)\s+than|pas\s+moins\s+d[e'’]|upwards?\s+of|in\s+excess\s+of|plus\s+d[e'’]|au\s+moins)
         |(?P<most>up\s+to|as\s+many\s+as|fewer\s+than|less\s+than|under|jusqu['’]à|moins\s+d[e'’]|un\s+maximum\s+de)
         |(?P<about>about|approximately|around|nearly|almost|roughly|some|an?\s+estimated|estimated|close\s+to|environ|près\s+d[e'’]|quelque|presque|autour\s+de))?
        \s*(?:the\s+|les\s+|an?\s+estimated\s+)?
        (?P<n>\d{{1,3}}(?:[,\u{{a0}}\u{{202f}}\x20]\d{{3}})+|\d{{1,3}}(?:\.\d{{3}})+|\d+(?:[.,]\d+)?)
        (?P<scale>\s+(?:millions?|thousand|mille)(?:\s+(?:d[e'’]|of))?)?
        \s+(?:(?:of\s+(?:its|their|our|the)|de\s+(?:ses|nos)|d['’])\s*)?
        (?:(?:[\p{{L}}-]+\s+){{0,3}}?)
        (?P<people>{PEOPLE}|(?-i:\p{{Lu}}\p{{Ll}}+(?:ans|iens|iennes|ois|oises)))\b"
    ))
});

/// Where the number of people stands alone: "affected 7,293", "Individuals affected: 1,200".
static LABELLED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(&format!(
        r"(?i)(?:{PEOPLE}\s+(?:affected|impacted|involved|touchées|concernées|visées)|nombre\s+de\s+{PEOPLE}(?:\s+\p{{L}}+)?|number\s+of\s+{PEOPLE}(?:\s+\p{{L}}+)?)\s*(?::|=|was|is|est\s+de)\s*(?P<n>\d{{1,3}}(?:[,\u{{a0}}\u{{202f}}\x20]\d{{3}})+|\d+)"
    ))
});

/// Numbers of people that a sentence states.
pub(crate) fn find(text: &str) -> Vec<Count> {
    let mut found = Vec::new();
    if let Some(pattern) = COUNT.as_ref() {
        for captures in pattern.captures_iter(text) {
            let (Some(whole), Some(number)) = (captures.get(0), captures.name("n")) else {
                continue;
            };
            // A number before which another's digits stand is a part of it; a year is no number of people.
            let before = text.get(..number.start()).unwrap_or("");
            let is_tail = before.ends_with(['.', ',', '$', '€', '-', '/'])
                || before.ends_with(|ch: char| ch.is_alphanumeric());
            // What stands between number and people may not be another clause.
            let between = text
                .get(
                    number.end()
                        ..captures
                            .name("people")
                            .map_or(whole.end(), |people| people.start()),
                )
                .unwrap_or("");
            if is_tail || is_other(before, between) {
                continue;
            }
            let scale = captures.name("scale").map_or("", |scale| scale.as_str());
            let Some(n) = parse(number.as_str(), scale) else {
                continue;
            };
            let bound = if captures.name("least").is_some() {
                Bound::AtLeast
            } else if captures.name("most").is_some() {
                Bound::AtMost
            } else if captures.name("about").is_some()
                && !is_of_them(text.get(..whole.start()).unwrap_or(""))
                || !scale.is_empty()
            {
                Bound::About
            } else {
                Bound::Exactly
            };
            found.push(Count {
                n,
                bound,
                range: number.start()..whole.end(),
            });
        }
    }
    if let Some(captures) = LABELLED.as_ref().and_then(|pattern| pattern.captures(text))
        && let (Some(whole), Some(n)) = (captures.get(0), captures.name("n"))
        && let Some(n) = parse(n.as_str(), "")
        && found.is_empty()
    {
        found.push(Count {
            n,
            bound: Bound::Exactly,
            range: whole.range(),
        });
    }
    found
}

/// Whether "about" tells of whom and not how sure: "information about 1,446 employees".
fn is_of_them(before: &str) -> bool {
    let word = before.trim_end().rsplit(' ').next().unwrap_or("");
    [
        "information",
        "data",
        "details",
        "records",
        "files",
        "renseignements",
    ]
    .contains(&word.to_lowercase().as_str())
}

/// A number that is not of the people whose data it was: staff, those served, days.
fn is_other(before: &str, between: &str) -> bool {
    static SERVED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        compile(
            r"(?i)\b(?:serves?|serving|employs?|employing|staff\s+of|sees|treats|has|with|dessert|emploie|compte|accueille|population)\s+(?:\p{L}+\s+){0,2}$",
        )
    });
    static UNITS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        compile(
            r"(?i)\b(?:days?|weeks?|months?|years?|hours?|jours?|semaines?|mois|ans|heures?|per\s?cent|percent|files?|images?|records?|visits?|visites?|dossiers?|fichiers?|documents?|accounts?|comptes?|letters?|lettres?|of\s+the|and|et|to|in|after|before)\b|%",
        )
    });
    SERVED.as_ref().is_some_and(|it| it.is_match(before))
        || UNITS.as_ref().is_some_and(|it| it.is_match(between))
}

fn parse(number: &str, scale: &str) -> Option<u64> {
    let scale = scale.trim().to_lowercase();
    let factor = if scale.starts_with("mill") && !scale.starts_with("mille") {
        1_000_000
    } else if scale.is_empty() {
        1
    } else {
        1_000
    };
    // "500.000 personnes": no part of a person is counted.
    let by_stops: Vec<&str> = number.split('.').collect();
    let is_by_stops = by_stops.len() > 1 && by_stops.iter().skip(1).all(|part| part.len() == 3);
    if factor == 1 && is_by_stops {
        return number.replace('.', "").parse().ok();
    }
    let is_grouped = number
        .split([',', ' ', '\u{a0}', '\u{202f}'])
        .skip(1)
        .all(|group| group.len() == 3);
    if factor == 1 || (is_grouped && number.contains(',')) {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        if !is_grouped || number.contains('.') {
            return None;
        }
        return digits.parse::<u64>().ok()?.checked_mul(factor);
    }
    let (whole, part) = number.split_once(['.', ',']).unwrap_or((number, ""));
    let part: String = part.chars().take(6).collect();
    let tenths = 10u64.checked_pow(part.len() as u32)?;
    let whole = whole.parse::<u64>().ok()?.checked_mul(factor)?;
    let rest = if part.is_empty() {
        0
    } else {
        part.parse::<u64>().ok()?.checked_mul(factor)? / tenths
    };
    whole.checked_add(rest)
}

/// A length of time, as "two years", "24 months", "12-month", "cinq ans": months, and where.
pub(crate) fn months(text: &str) -> Vec<(u32, Range<usize>)> {
    static MONTHS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        compile(
            r"(?i)\b(?P<n>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|eighteen|une?|deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze)(?:\s*\(\d+\))?[\s-]+(?P<u>months?|years?|mois|ans?|années?)\b",
        )
    });
    let Some(pattern) = MONTHS.as_ref() else {
        return Vec::new();
    };
    pattern
        .captures_iter(text)
        .filter_map(|captures| {
            let n = u32::try_from(number_of(&captures["n"])?).ok()?;
            let unit = captures["u"].to_lowercase();
            let factor = if unit.starts_with("mo") { 1 } else { 12 };
            Some((n * factor, captures.get(0)?.range()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(u64, Bound)]) {
        let found: Vec<(u64, Bound)> = find(text).iter().map(|one| (one.n, one.bound)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn numbers_of_people_are_read_with_how_sure_they_are() {
        check(
            "It affected 4,118 patients and about 300 former employees.",
            &[(4_118, Bound::Exactly), (300, Bound::About)],
        );
        check("up to 3.2 million customers", &[(3_200_000, Bound::AtMost)]);
        check(
            "plus de 12 000 personnes; environ 1,5 million d’usagers",
            &[(12_000, Bound::AtLeast), (1_500_000, Bound::About)],
        );
        check("more than 500 of its clients", &[(500, Bound::AtLeast)]);
        check("pas moins de 504 patients", &[(504, Bound::AtLeast)]);
        check("près de 500.000 personnes", &[(500_000, Bound::About)]);
        check(
            "It held information about 1,446 employees.",
            &[(1_446, Bound::Exactly)],
        );
        check("Individuals affected: 2,210", &[(2_210, Bound::Exactly)]);
    }

    #[test]
    fn other_numbers_are_not_people() {
        check(
            "The hospital serves 250,000 residents and employs 900 staff.",
            &[],
        );
        check("In 2019, patients were told after 30 days.", &[]);
        check("It paid $5,000 to clients.", &[]);
        check("On y trouvait 5 300 images des patients.", &[]);
    }

    #[test]
    fn lengths_of_time_are_months() {
        let found: Vec<u32> = months("two years, 18 months, a 12-month plan; cinq ans")
            .iter()
            .map(|one| one.0)
            .collect();
        assert_eq!(found, [24, 18, 12, 60]);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[a-zé0-9 ,.'\u{a0}]{0,100}") {
            find(&text);
            find(&format!("{text} patients"));
            months(&text);
        }
    }
}
