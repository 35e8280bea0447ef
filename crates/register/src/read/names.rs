//! The sentences in, organisations out: whose data it was, who belongs to whom, and who is only compared with.
//!
//! A name is a run of words with capital letters that is not a place, a day, a
//! person with a title, or a word that the text also writes small. The victim
//! is the one that the report has suffer, learn, say and write letters; no
//! name is known beforehand.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use crate::pattern::compile;
use crate::read::places;
use crate::read::text::Sentence;

/// One word of a name; with `of`, `de` and the like between two of them, a name.
const WORD: &str = r"\p{Lu}[\p{L}\p{N}&'’.-]*";
/// What French writes small before the name of a place, and which belongs to the name.
const KINDS: &str = r"(?:[Cc]entre\s+(?:hospitalier|m[ée]dical|int[ée]gr[ée](?:\s+universitaire)?\s+de\s+sant[ée]\s+et\s+(?:de\s+)?services\s+sociaux)|[Hh][ôo]pital|[Cc]linique(?:\s+universitaire)?(?:\s+de\s+m[ée]decine\s+de\s+famille)?|[Gg]roupe\s+de\s+m[ée]decine\s+(?:de\s+famille|familiale)|[Pp]harmacie)";
/// A name as it stands in a sentence, for the patterns of this folder.
pub(crate) fn name_pattern(group: &str) -> String {
    format!(
        r"(?:[Tt]he\s+|[Ll]a\s+|[Ll]e\s+|[Ll]['’])?(?P<{group}>(?:{KINDS}\s+(?:[-–]\s+)?(?:universitaire\s+)?(?:de\s+la\s+|de\s+l['’]|de\s+|d['’]|du\s+|des\s+)?)?{WORD}(?:\s+(?:(?:of|for|&|de|du|des|de\s+la|of\s+the|m[ée]dicale?|hospitalier|dentaire|universitaire|francophone|communautaire|r[ée]gionale?)(?:\s+(?:de|du|des|de\s+la))?\s+)?{WORD})*)"
    )
}

/// An organisation, under the longest of its names.
#[derive(Clone, Debug)]
pub(crate) struct Organisation {
    /// Its longest name.
    pub(crate) name: String,
    /// Every form it has.
    pub(crate) forms: Vec<String>,
    /// How much speaks for its being the victim.
    pub(crate) score: u32,
}

/// The organisations of a report.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    pub(crate) all: Vec<Organisation>,
    /// The victims among them, the first one first.
    pub(crate) victims: Vec<usize>,
}

static CANDIDATE: LazyLock<Option<Regex>> = LazyLock::new(|| compile(&name_pattern("x")));

/// Words with which a sentence begins and no name does.
const OPENERS: &[&str] = &[
    "the",
    "a",
    "an",
    "in",
    "on",
    "at",
    "it",
    "its",
    "he",
    "she",
    "they",
    "their",
    "his",
    "her",
    "this",
    "that",
    "these",
    "those",
    "we",
    "our",
    "you",
    "your",
    "i",
    "my",
    "if",
    "as",
    "after",
    "before",
    "when",
    "while",
    "however",
    "although",
    "though",
    "but",
    "and",
    "or",
    "for",
    "from",
    "by",
    "to",
    "with",
    "since",
    "according",
    "also",
    "based",
    "because",
    "during",
    "there",
    "some",
    "no",
    "not",
    "other",
    "others",
    "all",
    "any",
    "additionally",
    "once",
    "upon",
    "given",
    "until",
    "such",
    "what",
    "who",
    "how",
    "why",
    "where",
    "first",
    "then",
    "now",
    "so",
    "besides",
    "further",
    "following",
    "le",
    "la",
    "les",
    "un",
    "une",
    "des",
    "de",
    "du",
    "dans",
    "en",
    "il",
    "elle",
    "ils",
    "elles",
    "ce",
    "cette",
    "ces",
    "nous",
    "vous",
    "notre",
    "votre",
    "après",
    "avant",
    "selon",
    "mais",
    "et",
    "ou",
    "pour",
    "par",
    "sur",
    "à",
    "au",
    "aux",
    "lors",
    "depuis",
    "toutefois",
    "cependant",
    "aucun",
    "aucune",
    "si",
    "on",
    "son",
    "sa",
    "ses",
    "leur",
    "leurs",
    "l",
    "d",
    "c",
    "s",
    "mr",
    "mrs",
    "ms",
    "dr",
    "m",
    "mme",
    "published",
    "updated",
    "date",
    "location",
    "summary",
    "description",
    "note",
    "correction",
    "source",
    "victim",
    "incident",
    "type",
    "result",
    "advertisement",
    "publié",
    "result",
    "dear",
    "re",
    "cher",
    "chère",
    "several",
    "many",
    "most",
    "both",
    "each",
    "every",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "medical",
    "personal",
    "data",
    "information",
    "hackers",
    "health",
    "patients",
    "pharmaceutical",
    "related",
    "read",
    "prev",
    "next",
    "yes",
    "results",
    "cybersecurity",
    "american",
    "canadian",
    "british",
    "french",
    "canada's",
    "ontario's",
];

/// Kinds of organisations, which alone name none.
const ALONE: &[&str] = &[
    "centre",
    "center",
    "hospital",
    "clinic",
    "clinique",
    "hôpital",
    "pharmacy",
    "pharmacie",
    "laboratory",
    "laboratoire",
    "group",
    "groupe",
    "system",
    "university",
    "université",
    "county",
    "city",
    "inc",
    "inc.",
    "llc",
    "ltd",
    "ltd.",
    "corp.",
];

/// Names of those who watch, help or sell, never of a victim.
static NEVER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(
        r"(?i)\b(?:commissioner|commissaire|commission|ombudsman|IPC|OIPC|OPC|OCR|HHS|CAI|CNIL|ICO|police|RCMP|GRC|FBI|SQ|department|ministry|minister|minist[èe]re|attorney|court|act|law|loi|press|presse|news|CBC|radio|facebook|twitter|google|microsoft|equifax|transunion|experian|kroll|windows|covid|internet|office|bureau|human\s+services|civil\s+rights|regulation|privacy|vie\s+priv[ée]e|rules?|hipaa|phipa|pipeda|hia|hipa|notice|report|rapport|january|february|march|april|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|(?:janv|f[ée]vr|avr|juil)\.?|jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|ssn|sin|nas|ohip|ramq|dna|mri|irm\b$|phi|ephi|pdf|it|psp|psps|pii|id|ids|ip|rgpd|gdpr|vpn|usb|faq|ceo|cio|ciso|u\.?s|usa|uk|tsx.*)\b",
    )
});

/// Words that make a name an organisation's.
static KIND: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(
        r"(?i)\b(?:inc|ltd|llc|corp|corporation|company|group|groupe|health|healthcare|sant[ée]|hospitals?|h[ôo]pital|clinics?|clinique|cliniques|centre|centres|center|centers|medical|m[ée]dicale?s?|imaging|imagerie|laborator(?:y|ies)|labs?|laboratoires?|pharmac(?:y|ies)|pharmacie|services?|systems?|strategies|solutions|insurance|assurances?|university|universit[ée]|authority|network|associates|partners|physicians|dental|dentaire|foundation|fondation|society|soci[ée]t[ée]|institute|institut|CHU|CHUM|CIUSSS|CISSS|care|soins|radiology|radiologie|technologies|therapeutics|biologics|transit|city|county|college|coll[èe]ge|school|bank|banque)\b",
    )
});

/// What is done to a victim or by one, before and after its name.
static BEFORE: LazyLock<Vec<(u32, Regex)>> = LazyLock::new(|| {
    [
        (4, r"(?i)\b(?:breach|attack|cyber\s?attack|incident|hack|intrusion|theft|ransomware|leak|attaque|cyberattaque|violation|fuite|vol|breached|hacked|attacked)\s+(?:\p{L}+\s+){0,3}?(?:at|of|against|on|involving|affecting|targeting|hit|struck|chez|d[eu'’]|[àa]|contre|visant|touchant|impliquant)\s+(?:the\s+|la\s+|le\s+|l['’])?$"),
        (6, r"(?i)\b(?:victim|victime|entity|organi[sz]ation|entreprise|organisme)\s*:\s*$"),
        (3, r"(?i)\b(?:company|provider|chain|network|group|groupe|operator|laboratory|pharmacy|insurer|hospital|clinic|firm|entreprise|compagnie|soci[ée]t[ée]|clinique|h[ôo]pital)\s+(?:in\s+question\s+is\s+|called\s+|named\s+|en\s+question\s+est\s+|appel[ée]e?\s+)?$"),
        (2, r"(?i)\b(?:patients?|customers?|clients?|employees|systems?|network|servers?|data|information|email\s+accounts?|clinics?|donn[ée]es|serveurs?|syst[èe]mes?|usagers|run|operated|owned)\s+(?:of|at|from|by|de|du|d['’]|chez)\s*(?:the\s+|la\s+|le\s+|l['’])?$"),
    ]
    .iter()
    .filter_map(|(score, pattern)| Some((*score, compile(pattern)?)))
    .collect()
});

static AFTER: LazyLock<Vec<(u32, Regex)>> = LazyLock::new(|| {
    [
        (3, r"(?i)^\s*(?:\([^)]{1,40}\)\s*)?,?\s*(?:has\s+|have\s+|had\s+|also\s+|first\s+|later\s+|proactively\s+|recently\s+|has\s+since\s+|is\s+|was\s+|a\s+|ont\s+|avait\s+){0,2}(?:learned|learnt|discovered|detected|noticed|notified|notifying|informed|informing|offered|offering|reported|became\s+aware|suffered|experienced|paid|sent|identified|explained|determined|apologi[sz]ed|began|mailed|d[ée]couvert|inform[ée]|avis[ée]|subi|constat[ée]|[ée]t[ée]\s+(?:victime|la\s+cible)|d[ée]tect[ée]|appris|hacked|breached|hit)\b"),
        (1, r"(?i)^\s*,?\s*(?:said|says|say|announced|confirmed|took|a\s+(?:confirm[ée]|annonc[ée]|indiqu[ée]))\b"),
        (2, r"(?i)^['’]s?\s+(?:\p{L}+\s+){0,2}?(?:systems?|networks?|servers?|patients?|customers?|clients?|websites?|data|computers?|employees?|clinics?|email|environment)\b"),
        (3, r"(?i)^\s+(?:\p{L}+\s+){0,3}?(?:data\s+breach|privacy\s+breach|security\s+breach|breach|patients\s+affected|clinics|cyber\s?attack|ransomware\s+attack)\b"),
    ]
    .iter()
    .filter_map(|(score, pattern)| Some((*score, compile(pattern)?)))
    .collect()
});

/// Words after or before which a name is a person's.
static PERSON: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(
        r"(?i)(?:\b(?:commissioner(?:\s*\([A-Z]+\))?|director|expert|lecturer|professor|spokes\p{L}+|minister|president|officer|lawyer|analyst|by|mr\.?|mrs\.?|ms\.?|dr\.?|mme|me|m\.|commissaire|directeur|directrice|porte-parole|chercheur|avocate?)[,\s]+|—\s*)$",
    )
});

static PERSON_AFTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(
        r"(?i)^,\s+(?:an?\s+|the\s+|le\s+|la\s+)?(?:\p{L}+\s+){0,3}?(?:expert|commissioner|director|spokes\p{L}+|professor|lecturer|officer|president|analyst|lawyer|press|presse|porte-parole|directeur|directrice)\b",
    )
});

/// A title, a given name or two, and a family name.
static TITLED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(
        r"\b(?:[Mm]inister|[Cc]ommissioner|[Dd]irector|[Pp]resident|[Pp]rofessor|[Pp]remier|[Mm]ayor|[Ss]enator|[Oo]fficer|[Ss]pokes\p{L}+|Dr\.?|Mr\.?|Mrs\.?|Ms\.?|[Mm]inistre|[Cc]ommissaire|[Dd]irect(?:eur|rice)|M\.|Mme)\s+(?:\p{Lu}[\p{L}.-]*\s+){1,2}(?P<family>\p{Lu}[\p{Ll}’'-]+(?:-\p{Lu}\p{Ll}+)?)",
    )
});

impl Names {
    /// Looks through the sentences. `is_aside` says which speak of something else.
    pub(crate) fn of(
        sentences: &[Sentence<'_>],
        text: &str,
        is_aside: impl Fn(usize) -> bool,
    ) -> Self {
        let lower = lower_words(text);
        let people = people_named(sentences);
        let mut scores: BTreeMap<String, u32> = BTreeMap::new();
        for (n, sentence) in sentences.iter().enumerate() {
            if is_aside(n) {
                continue;
            }
            let is_heading = is_heading(sentence);
            for (name, start, end) in names_in(sentence.text) {
                // A heading in capitals is one long run of them.
                if is_heading
                    && name.split(' ').count() > 4
                    && text.matches(name.as_str()).count() < 2
                {
                    continue;
                }
                if !is_name(&name, sentence.text, start, end, &lower)
                    || people.contains(name.as_str())
                {
                    continue;
                }
                let before = sentence.text.get(..start).unwrap_or("");
                let after = sentence.text.get(end..).unwrap_or("");
                let mut score = 1;
                score += best(&BEFORE, before) + best(&AFTER, after);
                if n < 3 {
                    score += 3;
                } else if sentence.paragraph <= 4 {
                    score += 1;
                }
                if KIND.as_ref().is_some_and(|kind| kind.is_match(&name)) {
                    score += 1;
                }
                *scores.entry(name).or_default() += score;
            }
        }
        let mut names = Self {
            all: merge(scores),
            victims: Vec::new(),
        };
        names.abbreviate(sentences);
        names
            .all
            .sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.name.cmp(&b.name)));
        if names.all.first().is_some_and(|first| first.score >= 5) {
            names.victims.push(0);
        }
        names
    }

    /// "Northfield Health System (NHS)": one organisation, by its name and by its letters.
    fn abbreviate(&mut self, sentences: &[Sentence<'_>]) {
        static SHORT: LazyLock<Option<Regex>> = LazyLock::new(|| {
            compile(&format!(
                r"{}(?:,\s+(?:Inc|LLC|Ltd|LLP|P\.C)\.?)?\s+\(\s*(?:the\s+|l[ae]\s+|l['’])?[“\x22«]?\s*(?P<short>\p{{Lu}}[\p{{L}}&-]*\p{{Lu}}[\p{{L}}&-]*)\s*[”\x22»]?\s*\)",
                name_pattern("x")
            ))
        });
        let Some(rule) = SHORT.as_ref() else {
            return;
        };
        for captures in sentences
            .iter()
            .flat_map(|sentence| rule.captures_iter(sentence.text))
        {
            let (Some(long), Some(short)) = (captures.name("x"), captures.name("short")) else {
                continue;
            };
            let long = names_in(long.as_str()).pop().map(|(name, _, _)| name);
            let Some(whole) =
                long.and_then(|long| self.all.iter().position(|one| one.forms.contains(&long)))
            else {
                continue;
            };
            let short = short.as_str().to_owned();
            let other = self
                .all
                .iter()
                .position(|one| one.forms.contains(&short))
                .filter(|other| *other != whole);
            let score = other.map_or(0, |other| self.all.get(other).map_or(0, |one| one.score));
            if let Some(one) = self.all.get_mut(whole)
                && !one.forms.contains(&short)
            {
                one.forms.push(short);
                one.score += score;
            }
            if let Some(other) = other {
                self.all.remove(other);
            }
        }
    }

    /// The organisation that has this form.
    pub(crate) fn find(&self, form: &str) -> Option<usize> {
        let form = clean(form);
        self.all
            .iter()
            .position(|one| one.forms.contains(&form))
            .or_else(|| {
                self.all
                    .iter()
                    .position(|one| is_short_of(&form, &one.name))
            })
    }

    /// The whole name of a form.
    pub(crate) fn whole(&self, form: &str) -> String {
        self.find(form)
            .and_then(|index| self.all.get(index))
            .map_or_else(|| clean(form), |one| one.name.clone())
    }

    /// Whether a sentence names a victim.
    pub(crate) fn names_victim(&self, text: &str) -> bool {
        self.victims
            .iter()
            .filter_map(|index| self.all.get(*index))
            .flat_map(|one| &one.forms)
            .any(|form| text.contains(form.as_str()))
    }
}

/// A line of which most words are written large.
fn is_heading(sentence: &Sentence<'_>) -> bool {
    let words = sentence.text.split_whitespace();
    let n_large = words
        .clone()
        .filter(|word| word.starts_with(char::is_uppercase))
        .count();
    sentence.is_line && n_large * 3 > words.count() * 2
}

/// Family names of those whom a title introduces: after "Health Minister Jane Roe", "Roe" is a person.
fn people_named<'t>(sentences: &[Sentence<'t>]) -> BTreeSet<&'t str> {
    let mut found = BTreeSet::new();
    for sentence in sentences {
        let Some(rule) = TITLED.as_ref() else {
            break;
        };
        for captures in rule.captures_iter(sentence.text) {
            found.extend(captures.name("family").map(|family| family.as_str()));
        }
    }
    found
}

fn best(rules: &[(u32, Regex)], text: &str) -> u32 {
    rules
        .iter()
        .filter(|(_, rule)| rule.is_match(text))
        .map(|(score, _)| *score)
        .max()
        .unwrap_or(0)
}

/// Runs of capital words in a sentence, without the words that only begin it.
pub(crate) fn names_in(text: &str) -> Vec<(String, usize, usize)> {
    let Some(pattern) = CANDIDATE.as_ref() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for captures in pattern.captures_iter(text) {
        let Some(it) = captures.name("x") else {
            continue;
        };
        let (mut start, mut words) = (it.start(), it.as_str());
        // "However, Acme" and "The Acme" begin with no part of the name.
        while let Some((first, rest)) = words.split_once(char::is_whitespace) {
            let word = first.to_lowercase();
            let is_opener = OPENERS.contains(&word.trim_end_matches(['.', ',']));
            if !is_opener && !word.ends_with("-based") {
                break;
            }
            start += words.len() - rest.trim_start().len();
            words = rest.trim_start();
        }
        let name = clean(words);
        let end = start + name.len().min(words.len());
        let is_opener = OPENERS.contains(&name.to_lowercase().as_str());
        if name.chars().count() > 1 && !is_opener {
            found.push((name, start, end));
        }
    }
    found
}

/// A name without possessive and stops.
pub(crate) fn clean(name: &str) -> String {
    let name = name.trim().trim_end_matches([',', ';', ':']);
    let name = ["'s", "’s", "'", "’"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .unwrap_or(name);
    let keeps_stop = ["Inc.", "Ltd.", "Corp.", "Co."]
        .iter()
        .any(|ending| name.ends_with(ending));
    let name = if keeps_stop {
        name
    } else {
        name.trim_end_matches('.')
    };
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn lower_words(text: &str) -> std::collections::BTreeSet<&str> {
    // In an address every name is written small.
    let is_address =
        |token: &&str| token.contains("://") || token.contains("www.") || token.contains('@');
    text.split_whitespace()
        .filter(|token| !is_address(token))
        .flat_map(|token| token.split(|ch: char| !ch.is_alphanumeric()))
        .filter(|word| word.chars().next().is_some_and(char::is_lowercase))
        .collect()
}

fn is_name(
    name: &str,
    sentence: &str,
    start: usize,
    end: usize,
    lower: &std::collections::BTreeSet<&str>,
) -> bool {
    let n_words = name.split(' ').count();
    let first = name.split(' ').next().unwrap_or("");
    let small = |word: &str| lower.contains(word.to_lowercase().as_str());
    // A kind alone is nobody's name.
    if n_words == 1 && ALONE.contains(&name.to_lowercase().as_str()) {
        return false;
    }
    if n_words == 1 && (OPENERS.contains(&name.to_lowercase().as_str()) || small(name)) {
        return false;
    }
    // A heading writes every word large; a name has one at least that is nowhere small.
    if n_words > 1
        && name
            .split(' ')
            .all(|word| small(word) || OPENERS.contains(&word.to_lowercase().as_str()))
    {
        let is_kind = KIND.as_ref().is_some_and(|kind| kind.is_match(name));
        if !is_kind || n_words > 6 {
            return false;
        }
    }
    if places::code(name).is_some()
        || places::is_town(name)
        || NEVER
            .as_ref()
            .is_some_and(|never| never.is_match(name) && !is_kind_strong(name))
    {
        return false;
    }
    if places::code(first).is_some() && n_words == 1 {
        return false;
    }
    let before = sentence.get(..start).unwrap_or("");
    let after = sentence.get(end..).unwrap_or("");
    // "Une clinique de Pointe-Claire" names a town, not a clinic.
    let is_one_of = before.ends_with(['e', 'n', ' '])
        && ["une ", "un ", "Une ", "Un "]
            .iter()
            .any(|article| before.ends_with(article));
    if is_one_of && name.starts_with(char::is_lowercase) {
        return false;
    }
    let is_kind = KIND.as_ref().is_some_and(|kind| kind.is_match(name));
    let is_person = PERSON
        .as_ref()
        .is_some_and(|person| person.is_match(before))
        || PERSON_AFTER
            .as_ref()
            .is_some_and(|person| person.is_match(after));
    !is_person || is_kind
}

/// `Department of Health` is nobody's victim, `Health Sciences Centre` may be.
fn is_kind_strong(name: &str) -> bool {
    let lower = name.to_lowercase();
    [
        "hospital",
        "clinic",
        "inc",
        "group",
        "centre",
        "center",
        "imag",
        "pharmac",
        "laborator",
    ]
    .iter()
    .any(|kind| lower.contains(kind))
        && ![
            "commission",
            "police",
            "department",
            "ministry",
            "ministère",
            "office",
            "act ",
        ]
        .iter()
        .any(|other| lower.contains(other))
}

/// Whether one is the beginning of the other, word by word, or its initials.
pub(crate) fn is_short_of(short: &str, long: &str) -> bool {
    let mut long_words = long.split(' ');
    let is_beginning = short.split(' ').all(|word| {
        long_words
            .next()
            .is_some_and(|other| other.trim_end_matches('.') == word.trim_end_matches('.'))
    });
    is_beginning && short.len() >= 3
}

/// "Hopkins" for "Johns Hopkins": the second of two words, where it is no kind of organisation.
fn is_last_of(short: &str, long: &str) -> bool {
    let is_kind = KIND.as_ref().is_some_and(|kind| kind.is_match(short));
    short.len() >= 4 && !is_kind && long.split_once(' ').is_some_and(|(_, last)| last == short)
}

fn merge(scores: BTreeMap<String, u32>) -> Vec<Organisation> {
    let mut by_length: Vec<(String, u32)> = scores.into_iter().collect();
    by_length.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
    let mut all: Vec<Organisation> = Vec::new();
    for (name, score) in by_length {
        let is_of =
            |one: &&mut Organisation| is_short_of(&name, &one.name) || is_last_of(&name, &one.name);
        match all.iter_mut().find(is_of) {
            Some(one) => {
                one.score += score;
                one.forms.push(name);
            }
            None => all.push(Organisation {
                forms: vec![name.clone()],
                name,
                score,
            }),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::text::sentences;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let all = sentences(text);
        let names = Names::of(&all, text, |_| false);
        let victim = names
            .victims
            .first()
            .and_then(|index| names.all.get(*index))
            .map_or("", |one| one.name.as_str());
        assert_eq!(victim, expected, "{:?}", names.all);
    }

    #[test]
    fn the_victim_is_the_one_that_suffers_learns_and_writes() {
        check(
            "Data breach at Northfield Dental\nNorthfield Dental Group said on Monday that hackers stole files. The Privacy Commissioner, Jane Doe, is investigating. Northfield notified patients. Acme Security helps.",
            "Northfield Dental Group",
        );
        check(
            "Acme Care System, Inc. (“ACS”) learned of it. ACS notified patients. ACS discovered the theft.",
            "Acme Care System",
        );
        check(
            "La Clinique du Ruisseau a été victime d’une cyberattaque. La Clinique du Ruisseau a avisé ses patients. La Commission d’accès à l’information enquête.",
            "Clinique du Ruisseau",
        );
    }

    #[test]
    fn a_name_and_its_letters_are_one() {
        check(
            "The Northfield Health System (“NHS”) runs clinics. NHS discovered the breach. NHS notified patients. Acme Labs helped.",
            "Northfield Health System",
        );
        check(
            "Une fuite a eu lieu au Centre intégré de santé et de services sociaux du Ruisseau-Nord (CISSSRN). Le CISSSRN a été victime d’une fuite. Le CISSSRN a avisé ses usagers.",
            "Centre intégré de santé et de services sociaux du Ruisseau-Nord",
        );
    }

    #[test]
    fn a_name_loses_its_possessive_and_keeps_its_inc() {
        assert_eq!(clean("Acme’s"), "Acme");
        assert_eq!(clean("Acme Inc."), "Acme Inc.");
        assert!(is_short_of("Acme", "Acme Inc."));
        assert!(!is_short_of("Beta", "Acme Beta"));
    }
}
