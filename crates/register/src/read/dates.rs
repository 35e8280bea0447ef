//! A sentence in, the dates it states out: "Feb. 21, 2024", "le 4 mai", "four days after", "la semaine dernière".
//!
//! Finding and resolving are two steps: a date found may lack its year, or
//! hang on another day. `Clock` holds what was said so far: the day of
//! publication, the last day mentioned, the year spoken of. What cannot be
//! resolved is left out; nothing is guessed.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use regex::{Captures, Regex};

use crate::When;
use crate::pattern::compile;
use crate::words::plain;

/// A date as a sentence states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stated {
    /// With its year.
    Whole(When),
    /// Between two days, the year in the second or in neither.
    Between(Box<Stated>, Box<Stated>),
    /// A day of a month.
    Day { month: i8, day: i8 },
    /// A month.
    Month { month: i8 },
    /// So many days, weeks, months or years after or before something.
    Apart {
        n: i64,
        unit: Unit,
        from: From,
        is_about: bool,
    },
    /// The week, month or year before or of the publication.
    Last { unit: Unit, back: i64 },
    /// A day of the week, the last one before the publication.
    Weekday(i8),
}

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Days,
    Weeks,
    Months,
    Years,
}

/// What a distance is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    /// Before the publication: "two weeks ago", "il y a deux semaines".
    Now,
    /// Before the day mentioned last: "a month earlier".
    Before,
    /// After the day mentioned last: "two days later", or after an event that follows: "four days after the breach".
    After,
}

/// A date found in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) stated: Stated,
    pub(crate) range: Range<usize>,
}

const MONTH: &str = r"(?:jan(?:uary|vier|v)?|feb(?:ruary)?|f[ée]v(?:rier|r)?|mar(?:ch|s)?|apr(?:il)?|avr(?:il)?|may|mai|june?|juin|july?|juil(?:let)?|aug(?:ust)?|ao[ûu]t|sep(?:t(?:ember|embre)?)?|oct(?:ober|obre)?|nov(?:ember|embre)?|dec(?:ember)?|d[ée]c(?:embre)?)";

fn month_of(text: &str) -> Option<i8> {
    let text: String = text.chars().map(plain).take(4).collect();
    let months = [
        ("jan", 1),
        ("feb", 2),
        ("fev", 2),
        ("mar", 3),
        ("apr", 4),
        ("avr", 4),
        ("mai", 5),
        ("may", 5),
        ("juin", 6),
        ("jun", 6),
        ("juil", 7),
        ("jul", 7),
        ("aug", 8),
        ("aou", 8),
        ("sep", 9),
        ("oct", 10),
        ("nov", 11),
        ("dec", 12),
    ];
    months
        .iter()
        .find(|(beginning, _)| text.starts_with(beginning))
        .map(|(_, month)| *month)
}

const NUMBER: &str = r"(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|eighteen|une?|deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|several|quelques)";

/// A small number as a numeral or a word.
pub(crate) fn number_of(text: &str) -> Option<i64> {
    if let Ok(n) = text.parse() {
        return Some(n);
    }
    Some(match text.to_lowercase().as_str() {
        "a" | "an" | "one" | "un" | "une" => 1,
        "two" | "deux" => 2,
        "three" | "trois" => 3,
        "four" | "quatre" => 4,
        "five" | "cinq" => 5,
        "six" => 6,
        "seven" | "sept" => 7,
        "eight" | "huit" => 8,
        "nine" | "neuf" => 9,
        "ten" | "dix" => 10,
        "eleven" | "onze" => 11,
        "twelve" | "douze" => 12,
        "fourteen" => 14,
        "eighteen" => 18,
        _ => return None,
    })
}

fn unit_of(text: &str) -> Option<Unit> {
    let text: String = text.chars().map(plain).collect();
    Some(match text.as_str() {
        _ if text.starts_with("day") || text.starts_with("jour") => Unit::Days,
        _ if text.starts_with("week") || text.starts_with("semaine") => Unit::Weeks,
        _ if text.starts_with("month") || text.starts_with("mois") => Unit::Months,
        _ if text.starts_with("year") || text.starts_with("an") => Unit::Years,
        _ => return None,
    })
}

type Maker = fn(&Captures<'_>) -> Option<Stated>;

fn int<T: std::str::FromStr>(captures: &Captures<'_>, group: &str) -> Option<T> {
    captures.name(group)?.as_str().parse().ok()
}

fn month(captures: &Captures<'_>, group: &str) -> Option<i8> {
    month_of(captures.name(group)?.as_str())
}

fn day_of(captures: &Captures<'_>) -> Option<Stated> {
    let (month, day) = (month(captures, "m")?, int(captures, "d")?);
    match int::<i16>(captures, "y") {
        Some(year) => Some(Stated::Whole(When::day(Date::new(year, month, day).ok()?))),
        None => (1..=31)
            .contains(&day)
            .then_some(Stated::Day { month, day }),
    }
}

fn span_of_days(captures: &Captures<'_>) -> Option<Stated> {
    let end_month = month(captures, "m2").or_else(|| month(captures, "m"))?;
    let first_month = month(captures, "m").unwrap_or(end_month);
    let (d1, d2) = (int::<i8>(captures, "d")?, int::<i8>(captures, "d2")?);
    if let Some(year) = int::<i16>(captures, "y2") {
        let first_year = int(captures, "y").unwrap_or(if first_month > end_month {
            year - 1
        } else {
            year
        });
        let first = Date::new(first_year, first_month, d1).ok()?;
        let last = Date::new(year, end_month, d2).ok()?;
        return When::between(first, last).map(Stated::Whole);
    }
    Some(Stated::Between(
        Box::new(Stated::Day {
            month: first_month,
            day: d1,
        }),
        Box::new(Stated::Day {
            month: end_month,
            day: d2,
        }),
    ))
}

fn apart(captures: &Captures<'_>, from: From) -> Option<Stated> {
    Some(Stated::Apart {
        n: number_of(captures.name("n")?.as_str())?,
        unit: unit_of(captures.name("u")?.as_str())?,
        from,
        is_about: captures.name("about").is_some(),
    })
}

/// The grammar: longer forms first; what one has taken no other may take again.
static GRAMMAR: LazyLock<Vec<(Regex, Maker)>> = LazyLock::new(|| {
    let m = MONTH;
    let n = NUMBER;
    let unit = r"(?P<u>days?|weeks?|months?|years?|jours?|semaines?|mois|ans?|années?)";
    let about = r"(?:(?P<about>about|around|approximately|nearly|almost|roughly|some|environ|près\s+de|presque|more\s+than|over|plus\s+de)\s+)?";
    let end = r"(?:st|nd|rd|th|er)?";
    let rules: Vec<(String, Maker)> = vec![
        (r"(?P<y>(?:19|20)\d\d)-(?P<mm>\d\d)-(?P<dd>\d\d)".to_owned(), |c| {
            Some(Stated::Whole(When::day(Date::new(int(c, "y")?, int(c, "mm")?, int(c, "dd")?).ok()?)))
        }),
        // The American order, where the first number can only be a month or both orders are one day.
        (r"(?P<mm>\d{1,2})/(?P<dd>\d{1,2})/(?P<y>(?:19|20)\d\d)".to_owned(), |c| {
            let (a, b, year) = (int::<i8>(c, "mm")?, int::<i8>(c, "dd")?, int(c, "y")?);
            if b > 12 || a == b {
                Some(Stated::Whole(When::day(Date::new(year, a, b).ok()?)))
            } else if a > 12 {
                Some(Stated::Whole(When::day(Date::new(year, b, a).ok()?)))
            } else {
                None
            }
        }),
        // "between May 3 and June 4, 2021"; "from 3 to 9 May 2021"; "du 3 au 9 mai 2021".
        (format!(r"(?:between|from|entre\s+le|du)\s+(?P<m>{m})\.?\s+(?P<d>\d{{1,2}}){end}(?:,?\s+(?P<y>(?:19|20)\d\d))?,?\s+(?:and|to|through|until|et\s+le|au)\s+(?:(?P<m2>{m})\.?\s+)?(?P<d2>\d{{1,2}}){end}(?:,?\s+(?P<y2>(?:19|20)\d\d))?"), span_of_days),
        (format!(r"(?P<m>{m})\.?\s+(?P<d>\d{{1,2}}){end}(?:,\s+(?P<y>(?:19|20)\d\d))?\s*(?:-|–|to|through)\s*(?:(?P<m2>{m})\.?\s+)?(?P<d2>\d{{1,2}}){end},?\s+(?P<y2>(?:19|20)\d\d)"), span_of_days),
        (format!(r"(?:between|from|entre\s+le|du)\s+(?:the\s+)?(?P<d>\d{{1,2}}){end}(?:\s+(?P<m>{m})\.?)?(?:\s+(?P<y>(?:19|20)\d\d))?\s+(?:and|to|et(?:\s+le)?|au)\s+(?:the\s+)?(?P<d2>\d{{1,2}}){end}\s+(?P<m2>{m})\.?(?:,?\s+(?P<y2>(?:19|20)\d\d))?"), span_of_days),
        // "between March and May 2023".
        (format!(r"(?:between|from|entre|de)\s+(?P<m>{m})\.?(?:\s+(?P<y>(?:19|20)\d\d))?\s+(?:and|to|through|et|[àa])\s+(?P<m2>{m})\.?\s+(?P<y2>(?:19|20)\d\d)"), |c| {
            let last = int(c, "y2")?;
            let first = When::month(int(c, "y").unwrap_or(last), month(c, "m")?)?;
            When::between(first.first, When::month(last, month(c, "m2")?)?.last).map(Stated::Whole)
        }),
        (format!(r"(?P<m>{m})\.?\s+(?P<d>\d{{1,2}}){end}(?:,?\s+(?P<y>(?:19|20)\d\d))?"), day_of),
        (format!(r"(?P<d>\d{{1,2}}){end}\s+(?:of\s+)?(?P<m>{m})\.?(?:,?\s+(?P<y>(?:19|20)\d\d))?"), day_of),
        (format!(r"(?P<m>{m})\.?,?\s+(?:of\s+|de\s+)?(?P<y>(?:19|20)\d\d)"), |c| {
            When::month(int(c, "y")?, month(c, "m")?).map(Stated::Whole)
        }),
        (format!(r"{about}(?P<n>{n})\s+{unit}\s+(?:ago)"), |c| apart(c, From::Now)),
        (format!(r"il\s+y\s+a\s+{about}(?P<n>{n})\s+{unit}"), |c| apart(c, From::Now)),
        (format!(r"{about}(?P<n>{n})\s+{unit}\s+(?:earlier|before(?:hand)?|prior|plus\s+tôt|auparavant|avant)"), |c| apart(c, From::Before)),
        (format!(r"{about}(?P<n>{n})\s+{unit}\s+(?:later|after(?:wards?)?|following|plus\s+tard|après)"), |c| apart(c, From::After)),
        (format!(r"{about}(?P<n>{n})\s+{unit}\s+(?:passed|went\s+by|elapsed|had\s+passed)\s+before"), |c| apart(c, From::After)),
        (r"(?:the\s+)?(?:last|previous|past)\s+(?P<u>week|month|year)".to_owned(), |c| {
            Some(Stated::Last { unit: unit_of(&c["u"])?, back: 1 })
        }),
        (r"(?:la|le|l['’])\s*(?P<u>semaine|mois|an|année)\s+(?:derni[eè]re?|pass[ée]e?)".to_owned(), |c| {
            Some(Stated::Last { unit: unit_of(&c["u"])?, back: 1 })
        }),
        (r"(?:earlier\s+this|this|at\s+the\s+start\s+of\s+the|cette|au\s+début\s+de\s+la)\s+(?P<u>week|month|semaine)".to_owned(), |c| {
            Some(Stated::Last { unit: unit_of(&c["u"])?, back: 0 })
        }),
        (r"(?:earlier\s+this\s+|cette\s+)(?P<u>year|année)".to_owned(), |c| {
            Some(Stated::Last { unit: unit_of(&c["u"])?, back: 0 })
        }),
        (r"(?:yesterday|hier)".to_owned(), |_| Some(Stated::Apart { n: 1, unit: Unit::Days, from: From::Now, is_about: false })),
        (r"(?:on\s+(?:(?:last|this)\s+)?|last\s+)(?P<w>mon|tues|wednes|thurs|fri|satur|sun)day".to_owned(), |c| {
            ["mon", "tues", "wednes", "thurs", "fri", "satur", "sun"].iter().position(|day| c["w"].eq_ignore_ascii_case(day)).map(|day| Stated::Weekday(day as i8 + 1))
        }),
        (r"(?P<w>lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)(?:\s+dernier)?".to_owned(), |c| {
            ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"].iter().position(|day| c["w"].eq_ignore_ascii_case(day)).map(|day| Stated::Weekday(day as i8 + 1))
        }),
        // A month alone only after a word that makes it one: "may" and "march" are verbs.
        (format!(r"(?:in|since|by|until|during|early|late|mid|en|depuis|début|fin|mi|in\s+early|in\s+late|au\s+mois\s+d[e'’])[\s-]*(?P<m>{m})\b"), |c| {
            Some(Stated::Month { month: month(c, "m")? })
        }),
        (r"(?:in|since|during|of|en|depuis|de)\s+(?P<y>(?:19|20)\d\d)".to_owned(), |c| {
            When::year(int(c, "y")?).map(Stated::Whole)
        }),
    ];
    rules
        .into_iter()
        .filter_map(|(pattern, maker)| {
            Some((compile(&format!(r"(?i)\b(?:{pattern})(?:\b|$)"))?, maker))
        })
        .collect()
});

/// Every date that a sentence states, in its order.
pub(crate) fn find(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (pattern, make) in GRAMMAR.iter() {
        for captures in pattern.captures_iter(text) {
            let Some(whole) = captures.get(0) else {
                continue;
            };
            let range = whole.range();
            let is_taken = found
                .iter()
                .any(|one| one.range.start < range.end && range.start < one.range.end);
            if !is_taken && let Some(stated) = make(&captures) {
                found.push(Found { stated, range });
            }
        }
    }
    found.sort_by_key(|one| one.range.start);
    found
}

/// What was said so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock {
    /// The day of publication.
    pub(crate) published: Option<When>,
    /// The day mentioned last.
    pub(crate) last: Option<When>,
    /// The year that the text speaks of where a date has none, when nothing nearer tells.
    pub(crate) year: Option<i16>,
}

impl Clock {
    /// The day that a statement means; `None` when that cannot be told.
    ///
    /// `anchor` is the day of an event that the sentence names after the distance.
    pub(crate) fn resolve(&self, stated: &Stated, anchor: Option<When>) -> Option<When> {
        match stated {
            Stated::Whole(when) => Some(*when),
            Stated::Between(first, last) => {
                let last = self.resolve(last, None)?;
                let inner = Self {
                    published: Some(When::day(last.last)),
                    ..self.clone()
                };
                When::between(inner.resolve(first, None)?.first, last.last)
            }
            Stated::Day { month, day } => {
                self.with_year(|year| Date::new(year, *month, *day).ok().map(When::day))
            }
            Stated::Month { month } => self.with_year(|year| When::month(year, *month)),
            Stated::Apart {
                n,
                unit,
                from,
                is_about,
            } => {
                let (base, n) = match from {
                    From::Now => (self.published?, -n),
                    From::Before => (anchor.or(self.last)?, -n),
                    From::After => (anchor.or(self.last)?, *n),
                };
                let mut when = base.shifted(span(n, *unit)?)?;
                // "A month earlier" is rounded; "four days after" is counted.
                when.is_about |=
                    *is_about || matches!(unit, Unit::Months | Unit::Years | Unit::Weeks);
                Some(when)
            }
            Stated::Last { unit, back } => {
                let day = self.published?.exact()?;
                let moved = day.checked_sub(span(*back, *unit)?).ok()?;
                match unit {
                    Unit::Days => Some(When::day(moved)),
                    Unit::Weeks => {
                        let monday = moved
                            .checked_sub(i64::from(moved.weekday().to_monday_zero_offset()).days())
                            .ok()?;
                        When::between(monday, monday.checked_add(6.days()).ok()?.min(day))
                    }
                    Unit::Months => When::month(moved.year(), moved.month()),
                    Unit::Years => When::year(moved.year()),
                }
            }
            Stated::Weekday(weekday) => {
                let day = self.published?.exact()?;
                let back = (i64::from(day.weekday().to_monday_one_offset()) - i64::from(*weekday))
                    .rem_euclid(7);
                day.checked_sub(back.days()).ok().map(When::day)
            }
        }
    }

    /// The last year in which the date was not after the publication; without one, the year spoken of.
    fn with_year(&self, make: impl Fn(i16) -> Option<When>) -> Option<When> {
        match self.published {
            Some(published) => {
                let year = published.last.year();
                let now = make(year);
                match now {
                    Some(when) if when.first <= published.last => Some(when),
                    _ => make(year.checked_sub(1)?),
                }
            }
            None => {
                let when = make(self.last.map(|last| last.first.year()).or(self.year)?)?;
                // Months before the day mentioned last: as well of the year after it.
                let is_far = self
                    .last
                    .is_some_and(|last| (last.first - when.first).get_days() > HALF_A_YEAR);
                (!is_far).then_some(when)
            }
        }
    }
}

/// In days.
const HALF_A_YEAR: i32 = 183;

fn span(n: i64, unit: Unit) -> Option<Span> {
    // No report speaks of longer times, and the calendar has an end.
    (-10_000..=10_000).contains(&n).then(|| match unit {
        Unit::Days => n.days(),
        Unit::Weeks => n.weeks(),
        Unit::Months => n.months(),
        Unit::Years => n.years(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(published: &str, last: &str, text: &str, expected: &[&str]) {
        let clock = Clock {
            published: published.parse().ok(),
            last: last.parse().ok(),
            year: None,
        };
        let resolved: Vec<String> = find(text)
            .iter()
            .map(|found| {
                clock
                    .resolve(&found.stated, None)
                    .map_or_else(|| "?".to_owned(), |when| when.to_string())
            })
            .collect();
        assert_eq!(resolved, expected, "{text}");
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        check(
            "",
            "",
            "On June 3rd, 2019 and 4 July 2019, then 2019-08-05.",
            &["2019-06-03", "2019-07-04", "2019-08-05"],
        );
        check(
            "",
            "",
            "le 1er mars 2022, puis le 14 août 2022 et en décembre 2022",
            &["2022-03-01", "2022-08-14", "2022-12"],
        );
        check(
            "",
            "",
            "between March 2 and May 5, 2021; du 3 au 9 juin 2021",
            &["2021-03-02..2021-05-05", "2021-06-03..2021-06-09"],
        );
        check("", "", "on 5/17/2018 and 03/04/2018", &["2018-05-17"]);
        check(
            "",
            "",
            "It may include the march of time. In 2016 it did.",
            &["2016"],
        );
    }

    #[test]
    fn a_date_without_its_year_lies_before_the_publication() {
        check(
            "2021-02-10",
            "",
            "on Dec. 30 and Jan. 4",
            &["2020-12-30", "2021-01-04"],
        );
        check("2021-02-10", "", "in November", &["2020-11"]);
        check("", "2018-05-01", "on June 2", &["2018-06-02"]);
        check("", "", "on June 2", &["?"]);
    }

    #[test]
    fn distances_are_counted_from_what_they_hang_on() {
        check(
            "2022-06-15",
            "2022-05-01",
            "three days later",
            &["2022-05-04"],
        );
        check(
            "2022-06-15",
            "2022-05-01",
            "a month earlier",
            &["~2022-04-01"],
        );
        check(
            "2022-06-15",
            "",
            "two days ago; il y a trois jours; yesterday",
            &["2022-06-13", "2022-06-12", "2022-06-14"],
        );
        check(
            "2022-06-15",
            "",
            "last week; la semaine dernière; last year",
            &["2022-06-06..2022-06-12", "2022-06-06..2022-06-12", "2021"],
        );
        check(
            "2022-06-15",
            "2022-05-01",
            "deux semaines plus tard",
            &["~2022-05-15"],
        );
        check(
            "2022-06-15",
            "",
            "on Monday; jeudi dernier",
            &["2022-06-13", "2022-06-09"],
        );
        check("", "", "last week", &["?"]);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[A-Za-zéû0-9 ,./'-]{0,120}", day in 0i32..40_000) {
            let clock = Clock {
                published: crate::sketch::date_of(day).map(When::day),
                ..Clock::default()
            };
            for found in find(&text) {
                prop_assert!(text.get(found.range.clone()).is_some());
                clock.resolve(&found.stated, clock.published);
            }
        }
    }
}
