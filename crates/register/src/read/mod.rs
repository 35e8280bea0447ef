//! A published report in, the facts it states out, each with its sentence. No model: rules of grammar in two languages.
//!
//! Sentences that speak of another incident, of what is so in general, or in a
//! stranger's voice are passed over (`aside.rs`). Dates are tied to the event
//! beside them (`events.rs`) and resolved where they can be; a field that the
//! report leaves empty stays unknown. Everything is only proposed.

mod aside;
mod counts;
mod dates;
mod elements;
mod events;
mod head;
mod names;
mod places;
mod relations;
mod says;
mod text;

use whose_model::Language;

use self::aside::Aside;
use self::dates::{Clock, Stated};
use self::head::{PUBLISHED, agency, kind_of, published_in, publisher_of, title_of};
use self::names::Names;
use self::text::Sentence;
pub use self::text::unwrapped;
use crate::pattern::{self, is, rule};
use crate::{Attribute, Fact, Quote, RegisterError, Source, SourceId, SourceKind, Value, When};

/// The most of a text that is read; what comes after it is said to be left.
pub const MAX_TEXT: usize = 4 << 20;

/// What a person says of the report, over what it says itself.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The name of the file.
    pub title: String,
    /// When it was published.
    pub published: Option<When>,
    /// What sort of source.
    pub kind: Option<SourceKind>,
    /// Its language.
    pub language: Option<Language>,
}

/// What a report gives.
#[derive(Clone, Debug)]
pub struct Reading {
    /// A name for the incident: the victim's, with its year.
    pub name: String,
    /// The report as a source.
    pub source: Source,
    /// What it states, in its order. `SourceId(0)` stands for the report.
    pub facts: Vec<Fact>,
    /// Bytes of the text that were too many to be read.
    pub n_left: usize,
}

/// Reads a report.
///
/// # Errors
/// When a pattern of this program did not compile: a reading that missed something for it is not handed out.
pub fn read(text: &str, given: &Given) -> Result<Reading, RegisterError> {
    let whole = text;
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text.get(..end).unwrap_or("");
    let sentences = text::sentences(text);
    let rough = Names::of(&sentences, text, |n| {
        sentences
            .get(n)
            .is_some_and(|sentence| aside::alone(sentence) != Aside::No)
    });
    let asides = aside::all(&sentences, &rough);
    let names = Names::of(&sentences, text, |n| asides.get(n) != Some(&Aside::No));
    let published = given.published.or_else(|| published_in(&sentences));
    let source = Source {
        kind: given.kind.unwrap_or_else(|| kind_of(text, &sentences)),
        title: title_of(&sentences, given),
        publisher: publisher_of(text),
        published,
        language: given.language.unwrap_or_else(|| text::language(text)),
        digest: blake3::hash(whole.as_bytes()).to_hex().to_string(),
        is_corrected: is(&CORRECTED, text),
    };
    let mut reader = Reader {
        names: &names,
        clock: Clock {
            published,
            last: None,
            year: year_of(&sentences, &asides),
        },
        days: Vec::new(),
        facts: Vec::new(),
        subject: None,
        finder: says::finder(text).map(ToOwned::to_owned),
        is_database: source.kind == SourceKind::Database,
        had_monitoring: false,
        known: published,
    };
    reader.victims();
    let mut label: Option<&str> = None;
    for (n, sentence) in sentences.iter().enumerate() {
        if is(&CORRECTED, sentence.text) || is(&EARLIER, sentence.text) {
            reader.correction(sentence);
            continue;
        }
        if asides.get(n) != Some(&Aside::No) {
            label = None;
            continue;
        }
        if let Some((name, value)) = labelled(sentence, label) {
            reader.labelled(name, value, sentence);
        }
        label = sentence
            .text
            .strip_suffix(':')
            .filter(|label| label.len() < 40);
        let opener = sentence.hangs_on.and_then(|index| sentences.get(index));
        reader.sentence(sentence, opener);
    }
    let name = reader.incident_name(&source);
    pattern::fault()?;
    Ok(Reading {
        name,
        source,
        facts: reader.facts,
        n_left: whole.len() - end,
    })
}

rule!(
    CORRECTED,
    r"(?i)\b(?:this\s+is\s+a\s+corrected\s+(?:story|version)|corrected\s+story|correction\s*:|version\s+corrig[ée]e|rectificatif)"
);
rule!(
    EARLIER,
    r"(?i)\b(?:an?\s+(?:earlier|previous)\s+version\s+(?:of\s+this\s+(?:story|article|report)\s+)?(?:incorrectly\s+|mistakenly\s+)?(?:said|stated|reported|gave|misstated)|une\s+version\s+(?:ant[ée]rieure|pr[ée]c[ée]dente)\b)"
);
/// The year that all of a report's dates have; none where they have two.
fn year_of(sentences: &[Sentence<'_>], asides: &[Aside]) -> Option<i16> {
    let mut years: std::collections::BTreeSet<i16> = std::collections::BTreeSet::new();
    for (sentence, aside) in sentences.iter().zip(asides) {
        if *aside != Aside::No {
            continue;
        }
        for date in dates::find(sentence.text) {
            // A bare year is often of something else: since when there are records, when a firm was founded.
            if let Stated::Whole(when) = date.stated
                && When::year(when.first.year()) != Some(when)
            {
                years.extend([when.first.year(), when.last.year()]);
            }
        }
    }
    match years.first() {
        Some(year) if years.len() == 1 => Some(*year),
        _ => None,
    }
}

/// A label and its value: `Date: May 3`, or a line after a line that is a label.
fn labelled<'t>(sentence: &Sentence<'t>, before: Option<&'t str>) -> Option<(&'t str, &'t str)> {
    if let Some(label) = before
        && sentence.text.len() < 200
    {
        return Some((label, sentence.text));
    }
    let (label, value) = sentence.text.split_once(':')?;
    let is_label = label.split_whitespace().count() <= 4
        && !value.trim().is_empty()
        && sentence.text.len() < 200;
    is_label.then(|| (label.trim(), value.trim()))
}

/// Whether an event stands right beside a date.
fn is_beside(text: &str, triggers: &[events::Trigger], date: &dates::Found) -> bool {
    triggers.iter().any(|one| {
        let between = if one.range.end <= date.range.start {
            text.get(one.range.end..date.range.start)
        } else {
            text.get(date.range.end..one.range.start)
        };
        between.is_some_and(|between| between.split_whitespace().count() <= 3)
    })
}

struct Reader<'n> {
    names: &'n Names,
    clock: Clock,
    days: Vec<(Attribute, When)>,
    facts: Vec<Fact>,
    /// Whom "it" means.
    subject: Option<String>,
    /// The regulator's name, where the text gives one.
    finder: Option<String>,
    /// A page of a database says "date" of the incident; others say it of themselves.
    is_database: bool,
    /// Monitoring was spoken of in the sentence before.
    had_monitoring: bool,
    known: Option<When>,
}

impl Reader<'_> {
    fn push(&mut self, mut fact: Fact, sentence: &Sentence<'_>) {
        fact.known = self.known;
        fact.quote = Some(Quote {
            sentence: sentence.text.to_owned(),
            start: u32::try_from(sentence.start).unwrap_or(u32::MAX),
        });
        let is_told = self.facts.iter().any(|one| {
            one.attribute == fact.attribute
                && one.scope == fact.scope
                && one.value == fact.value
                && one.is_not == fact.is_not
                && one.is_withdrawn == fact.is_withdrawn
        });
        if !is_told {
            self.facts.push(fact);
        }
    }

    fn term(&mut self, attribute: Attribute, term: &str, is_not: bool, sentence: &Sentence<'_>) {
        let mut fact =
            Fact::new(attribute, Value::Term(term.to_owned()), SourceId(0)).negated(is_not);
        if matches!(attribute, Attribute::Element | Attribute::Response) {
            term.clone_into(&mut fact.scope);
        }
        self.push(fact, sentence);
    }

    fn victims(&mut self) {
        for index in &self.names.victims {
            if let Some(one) = self.names.all.get(*index) {
                let mut fact = Fact::new(
                    Attribute::Victim,
                    Value::Text(one.name.clone()),
                    SourceId(0),
                );
                fact.known = self.known;
                self.facts.push(fact);
            }
        }
    }

    fn sentence(&mut self, sentence: &Sentence<'_>, opener: Option<&Sentence<'_>>) {
        let text = sentence.text;
        self.dates(sentence);
        self.relations(sentence);
        self.people(sentence);
        self.elements(sentence, opener);
        self.places(sentence);
        if self.names.names_victim(text) && is(&INDUSTRY, text)
            || sentence.paragraph < 8 && is(&INDUSTRY, text)
        {
            // Health care and social assistance, in the code that VERIS and statistics use (NAICS 62).
            self.term(Attribute::Industry, "62", false, sentence);
        }
        let has_monitoring = self.monitoring(sentence);
        if !says::is_recommendation(text, None) {
            for said in says::find(text) {
                // A thing denied in general is not an act that was not done.
                let is_past = said.attribute != Attribute::Response
                    || !(is(&MODAL, text) || is(&COULD, text));
                if is_past && said.attribute == Attribute::Regulator {
                    let place = places::find(text).first().map_or("", |(code, _)| *code);
                    let value = Value::Term(said.term.to_owned());
                    self.push(
                        Fact::new(said.attribute, value, SourceId(0)).scoped(place),
                        sentence,
                    );
                } else if is_past {
                    self.term(said.attribute, said.term, said.is_not, sentence);
                }
            }
        }
        let finder = self.finder.clone();
        if says::is_finding(text, finder.as_deref()) {
            self.push(
                Fact::new(
                    Attribute::Finding,
                    Value::Text(text.to_owned()),
                    SourceId(0),
                ),
                sentence,
            );
        }
        if says::is_recommendation(text, finder.as_deref()) {
            self.push(
                Fact::new(
                    Attribute::Recommendation,
                    Value::Text(text.to_owned()),
                    SourceId(0),
                ),
                sentence,
            );
        }
        self.had_monitoring = has_monitoring;
        self.subject = relations::subject_of(text).or_else(|| self.subject.take());
    }

    fn dates(&mut self, sentence: &Sentence<'_>) {
        let text = sentence.text;
        let found = dates::find(text);
        if events::triggers(text)
            .iter()
            .any(|one| one.attribute == Attribute::RegulatorTold)
            && !is(&MODAL, text)
        {
            self.term(Attribute::Regulator, "told", false, sentence);
        }
        if found.is_empty() || (is(&PUBLISHED, text) && events::triggers(text).is_empty()) {
            return;
        }
        let triggers = events::triggers(text);
        let mut before: Option<&dates::Found> = None;
        let told = agency(text).map_or(0, |(_, told)| told);
        for date in found.iter().filter(|date| date.range.start >= told) {
            let is_apart = matches!(date.stated, Stated::Apart { .. });
            // "Sept. 4, four days after ...": the same day said twice.
            let is_again = is_apart
                && before.is_some_and(|before| {
                    text.get(before.range.end..date.range.start)
                        .is_some_and(|between| between.trim().trim_matches(',').is_empty())
                });
            let anchor = if is_apart {
                events::anchor_of(text, date).and_then(|event| events::known(&self.days, event))
            } else {
                None
            };
            before = Some(date);
            let Some(when) = self.clock.resolve(&date.stated, anchor) else {
                continue;
            };
            let is_exact = matches!(date.stated, Stated::Whole(_) | Stated::Day { .. });
            if is_exact && when.is_day() {
                self.clock.last = Some(when);
            }
            if is_again {
                continue;
            }
            let Some(attribute) = events::event_of(text, date, &triggers) else {
                continue;
            };
            // Days of birth, of laws and of founding are not the incident's.
            // "Said on Monday" is when it was said.
            if is(&TOLD_ON, text.get(..date.range.start).unwrap_or("")) {
                continue;
            }
            // "Patients seen up to February 2012" is what the data spans.
            if is(&UP_TO, text.get(..date.range.start).unwrap_or("")) {
                continue;
            }
            // "In January the minister announced that ..." is when it was announced.
            if text
                .get(..date.range.start)
                .is_some_and(|before| before.split_whitespace().count() <= 1)
                && is(&ANNOUNCED, text.get(date.range.end..).unwrap_or(""))
            {
                continue;
            }
            let is_near = self
                .clock
                .published
                .is_none_or(|published| when.first <= published.last);
            let is_bare_year =
                when == When::year(when.first.year()).unwrap_or(when) && !when.is_day();
            if !is_near
                || (is_bare_year
                    && !(attribute == Attribute::Began && is_beside(text, &triggers, date)))
                || is(&OLD, text)
            {
                continue;
            }
            if !is_exact && self.clock.last.is_none() && when.is_day() {
                self.clock.last = Some(when);
            }
            self.days.push((attribute, when));
            self.push(
                Fact::new(attribute, Value::When(when), SourceId(0)),
                sentence,
            );
            if attribute == Attribute::Began && !when.is_day() && is(&SPAN, text) {
                self.span(when, sentence);
            }
        }
        // "In April ... Nearly two months passed before": a month is a day to count from, too.
        if let Some((_, when)) = self.days.last()
            && !when.is_about
            && self.clock.last.is_none_or(|last| last.last < when.first)
        {
            self.clock.last = Some(*when);
        }
    }

    /// "Between April 2 and April 9": it began on the first day and ended on the last.
    fn span(&mut self, when: When, sentence: &Sentence<'_>) {
        let is_month = When::month(when.first.year(), when.first.month()) == Some(when);
        let is_year = When::year(when.first.year()) == Some(when);
        if is_month || is_year {
            return;
        }
        self.facts.pop();
        self.push(
            Fact::new(
                Attribute::Began,
                Value::When(When::day(when.first)),
                SourceId(0),
            ),
            sentence,
        );
        self.push(
            Fact::new(
                Attribute::Ended,
                Value::When(When::day(when.last)),
                SourceId(0),
            ),
            sentence,
        );
    }

    fn relations(&mut self, sentence: &Sentence<'_>) {
        for tie in relations::find(
            sentence.text,
            self.subject.as_deref(),
            self.names,
            &self.clock,
        ) {
            let fact = Fact::new(
                Attribute::Relation,
                Value::Relation {
                    of: tie.of,
                    kind: tie.kind.to_owned(),
                    to: tie.to,
                    since: tie.since,
                },
                SourceId(0),
            );
            self.push(fact, sentence);
        }
    }

    fn people(&mut self, sentence: &Sentence<'_>) {
        let text = sentence.text;
        if !is(&ABOUT_DATA, text) || is(&ACTS, text) {
            return;
        }
        for count in counts::find(text) {
            // "Over 500" is how a law speaks; "three employees" are rarely those whose data it was.
            if count.n < 5 {
                continue;
            }
            let after = text.get(count.range.end..).unwrap_or("");
            let clause = after.split(['.', ';', ',']).next().unwrap_or("");
            // Of two places together it is the number of neither.
            let scope = match places::find(clause)[..] {
                [(code, _)] => code,
                _ => "",
            };
            let value = Value::Count {
                n: count.n,
                bound: count.bound,
            };
            self.push(
                Fact::new(Attribute::People, value, SourceId(0)).scoped(scope),
                sentence,
            );
        }
    }

    fn elements(&mut self, sentence: &Sentence<'_>, opener: Option<&Sentence<'_>>) {
        let text = sentence.text;
        let hangs = opener.is_some_and(|opener| {
            elements::speaks_of_data(opener.text) && !is(&MODAL, opener.text)
        });
        if !hangs && !elements::speaks_of_data(text) {
            return;
        }
        // A caption of a menu is no statement.
        if sentence.is_line && !hangs && text.split_whitespace().count() < 5 {
            return;
        }
        // A name alone is any name.
        let named = elements::find(text);
        let is_list = named.len() > 1 || hangs;
        for one in named {
            if !is_list
                && matches!(
                    one.element,
                    "name"
                        | "age"
                        | "address"
                        | "phone"
                        | "email"
                        | "procedure"
                        | "sex"
                        | "height"
                        | "weight"
                )
                && !is(&LISTED, text)
            {
                continue;
            }
            self.term(Attribute::Element, one.element, one.is_not, sentence);
        }
    }

    fn places(&mut self, sentence: &Sentence<'_>) {
        let text = sentence.text;
        if !is(&AT_PLACE, text) && !self.names.names_victim(text) {
            return;
        }
        let is_regulator = is(&WATCHES, text);
        for (code, _) in places::find(text) {
            if !is_regulator || is(&AT_PLACE, text) {
                self.term(Attribute::Place, code, false, sentence);
            }
        }
        if is(&AT_TOWN, text) {
            for town in places::towns(text) {
                self.push(
                    Fact::new(Attribute::Place, Value::Text(town), SourceId(0)),
                    sentence,
                );
            }
        }
    }

    /// Monitoring offered and recommended; whether the sentence speaks of it.
    fn monitoring(&mut self, sentence: &Sentence<'_>) -> bool {
        let text = sentence.text;
        let speaks = is(&MONITORING, text);
        let goes_on = self.had_monitoring && is(&EXTEND, text);
        if !(speaks || goes_on) {
            return speaks;
        }
        for (months, range) in counts::months(text) {
            let before = text.get(..range.start).unwrap_or("");
            // How long they have, not how long ago.
            let after = text.get(range.end..).unwrap_or("").trim_start();
            if after.starts_with("ago")
                || after.starts_with("after")
                || after.starts_with("old")
                || months > 1_200
            {
                continue;
            }
            let attribute = if is(&URGED, before) {
                Attribute::MonitoringRecommended
            } else {
                Attribute::MonitoringOffered
            };
            self.push(
                Fact::new(attribute, Value::Months(months), SourceId(0)),
                sentence,
            );
        }
        speaks
    }

    fn labelled(&mut self, label: &str, value: &str, sentence: &Sentence<'_>) {
        let label = label.to_lowercase();
        let date = || dates::find(value).into_iter().next();
        if label == "date" && self.is_database
            || label.contains("date of breach")
            || label.contains("incident date")
            || label.contains("date of incident")
        {
            if let Some(when) = date()
                .and_then(|date| self.clock.resolve(&date.stated, None))
                .or_else(|| month_year(value))
            {
                self.push(
                    Fact::new(Attribute::Began, Value::When(when), SourceId(0)),
                    sentence,
                );
            }
        } else if label == "location" || label == "state" || label == "country" || label == "lieu" {
            for (code, _) in places::find(value) {
                self.term(Attribute::Place, code, false, sentence);
            }
        }
    }

    /// What an earlier version of the report said: stated and withdrawn.
    fn correction(&mut self, sentence: &Sentence<'_>) {
        if !is(&EARLIER, sentence.text) {
            return;
        }
        let first = self.facts.len();
        self.relations(sentence);
        self.people(sentence);
        self.dates(sentence);
        for fact in self.facts.iter_mut().skip(first) {
            fact.is_withdrawn = true;
        }
    }

    fn incident_name(&self, source: &Source) -> String {
        let victim = self
            .facts
            .iter()
            .find_map(|fact| match (&fact.attribute, &fact.value) {
                (Attribute::Victim, Value::Text(name)) => Some(name.clone()),
                _ => None,
            });
        let year = [
            Attribute::Discovered,
            Attribute::Began,
            Attribute::Determined,
            Attribute::PeopleTold,
        ]
        .iter()
        .find_map(|event| events::known(&self.days, *event))
        .or(source.published)
        .map(|when| when.first.year())
        .or(self.clock.year);
        match (victim, year) {
            (Some(victim), Some(year)) => format!("{victim} {year}"),
            (Some(victim), None) => victim,
            (None, Some(year)) => format!("{} ({year})", source.title),
            (None, None) => source.title.clone(),
        }
    }
}

rule!(
    MODAL,
    r"(?i)\b(?:should|must|ought\s+to|will\s+be\s+required|devraient?|doivent)\b"
);
rule!(
    COULD,
    r"(?i)\b(?:could\s+have|might\s+have|would\s+have|aurait\s+pu)\b"
);
rule!(
    UP_TO,
    r"(?i)\b(?:up\s+to|as\s+of|as\s+at|dating\s+(?:back\s+)?(?:to|from)|jusqu['’](?:en|au|[àa]))\s+(?:le\s+)?$"
);
rule!(
    OLD,
    r"(?i)\b(?:born|founded|since\s+its\s+founding|was\s+bought|were\s+bought|acquired\s+by|bought\s+by|Act,|s\.\s*\d|in\s+force|effective\s+date|fond[ée]e?\s+en)\b"
);
rule!(
    ANNOUNCED,
    r"^,?\s*(?:[\p{L}][\p{L}'’.-]*\s+){1,8}?(?:announced|said|told\s+reporters|a\s+(?:annonc[ée]|d[ée]clar[ée]|indiqu[ée]))\b"
);
rule!(SPAN, r"(?i)\b(?:between|from|entre|du)\b|[-–]");
rule!(
    ABOUT_DATA,
    r"(?i)\b(?:affect\w*|impact\w*|information|data|records?|stole\w*|breach\w*|compromis\w*|expos\w*|accessed|hack\w*|notif\w*|letters?|involv\w*|victims?|touch[ée]\w*|concern[ée]\w*|vis[ée]e?s?|donn[ée]es|renseignements|vol[ée]?e?s?|d[ée]rob\w*|perdue?s?|dossiers?|avis[ée]\w*|identifi\w*|re[çc]u\w*|fuite|cyberattaque)\b"
);
rule!(
    ACTS,
    r"(?i)\b(?:breaches?\s+affecting\s+(?:500|fewer|more)|threshold|per\s+year|each\s+year|every\s+year|par\s+ann[ée]e)\b"
);
rule!(
    LISTED,
    r"(?i)\b(?:includ\w*|contain\w*|such\s+as|consist\w*|compren\w*|conten\w*|compris\w*|only|seulement|not)\b"
);
rule!(
    AT_PLACE,
    r"(?i)\b(?:clinics?|hospitals?|located|based|in\s+the\s+province|province|residents?|patients?|people|individuals|customers|locations?|cliniques?|h[ôo]pita(?:l|ux)|situ[ée]e?s?|personnes|individus)\b"
);
rule!(
    TOLD_ON,
    r"(?i)\b(?:announce[sd]?|said|says|annonc\p{L}+|a\s+dit|indiqu\p{L}+|soulign\p{L}+)\b[^.;]{0,40}$"
);
rule!(
    AT_TOWN,
    r"(?i)\b(?:located|locations?|clinics?|offices?|based|situ[ée]e?s?)\b[^.]{0,60}\b(?:in|[àa])\s+"
);
rule!(
    WATCHES,
    r"(?i)\b(?:commissioner|commissaire|counterpart|regulator|ombudsman)\b"
);
rule!(
    INDUSTRY,
    r"(?i)\b(?:(?:health|home|long-term|primary|medical)[\s-]?care\s+(?:company|provider|network|system|organi[sz]ation|services|centres?|centers?)|health\s+(?:authority|region|network|system|services|centre|center)|(?:medical|dental|imaging|eye|fertility|walk-in|infusion)\s+(?:imaging\s+)?(?:clinics?|centres?|centers?|practice|group|laborator\w+)|hospitals?|clinics?|pharmac(?:y|ies)|laborator(?:y|ies)|laboratoires?|nursing\s+homes?|cliniques?|h[ôo]pita(?:l|ux)|CIUSSS|CISSS|[ée]tablissements?\s+de\s+sant[ée])\b"
);
rule!(
    MONITORING,
    r"(?i)\b(?:credit|identity|fraud|dark\s+web)[\s-]*(?:theft\s+)?(?:and\s+\p{L}+\s+)?(?:theft\s+)?(?:protection|monitoring|restoration|repair)|surveillance\s+(?:de\s+(?:leur|son|votre|la\s+cote\s+d[eu]|dossier)|du\s+(?:dossier\s+d[e']\s*)?cr[ée]dit)|protection\s+contre\s+le\s+vol\s+d['’]identit[ée]|Equifax|TransUnion|Experian"
);
rule!(
    EXTEND,
    r"(?i)\b(?:extend\w*|minimum\s+of|at\s+least|prolong\w*|[ée]tend\w*|recommend\w*|recommand\w*)\b"
);
rule!(
    URGED,
    r"(?i)\b(?:recommend\w*|recommand\w*|should|urged|ordered|minimum\s+of|called\s+for|devrait)\b"
);

/// `Nov 2023` alone in a field.
fn month_year(value: &str) -> Option<When> {
    dates::find(&format!("in {value}"))
        .into_iter()
        .find_map(|date| match date.stated {
            Stated::Whole(when) => Some(when),
            _ => None,
        })
}

#[cfg(test)]
mod tests;
