//! Which sentences are not about the incident: others' incidents, what is so in general, what a bystander says.
//!
//! A news story fills its second half with other breaches and with advice.
//! What stands there is no fact of this incident.

use crate::pattern::{is, rule};
use crate::read::names::{Names, is_short_of, names_in};
use crate::read::text::Sentence;

/// Why a sentence is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aside {
    /// It speaks of the incident.
    No,
    /// Of another incident.
    Other,
    /// Of what is so in general, or ought to be.
    General,
    /// In the first person of somebody affected.
    Voice,
}

rule!(
    OTHER,
    r"(?ix)\b(?:similar\s+(?:but|to|breach\w*|attack\w*|incident\w*)|(?:recent|another|other|earlier|previous|past|separate|unrelated)\s+(?:example|breach\w*|incidents?|(?:cyber)?\s?attacks?|hacks?|cases?)|last\s+year\s+at|several\s+(?:thefts|breaches|attacks|incidents)|(?:a\s+)?(?:string|series|wave|spate)\s+of|record-(?:setting|breaking)|(?:dozens?|hundreds)\s+of\s+(?:\p{L}+\s+){0,3}?(?:breaches|incidents|attacks)|(?:\d[\d,]*|more\s+than\s+a\s+dozen)\s+(?:\p{L}+\s+){0,3}?(?:breaches|incidents|attacks)\s+(?:\p{L}+\s+){0,4}?(?:reported|filed)|leaks?\s+from|d['’]autres\s+(?:incidents|cas|fuites|cyberattaques)|(?:r[ée]cent|autre)\s+(?:exemple|incident|cas)|incident\s+similaire|plusieurs\s+(?:vols|fuites|cyberattaques|[ée]tablissements))\b"
);
rule!(
    PREVENTS,
    r"(?i)\b(?:prevent\w*|avoid\w*|protect\s+against|reoccur\w*|recur\w*|[ée]viter|pr[ée]venir|emp[êe]cher)\b[^.]{0,40}\b(?:similar|another|other|future|autre|semblables?|similaires?)\b"
);
rule!(
    GENERAL,
    r"(?ix)\b(?:highlights?|underscores?|serves\s+as\s+a\s+(?:reminder|warning)|(?:sets?\s+out|impos(?:es|ed)|creates?)\s+(?:a\s+)?(?:duty|duties|obligations?)|pr[ée]voit\s+l['’]obligation|reminder\s+of|(?:organi[sz]ations|companies|hospitals|providers)\s+(?:must|should|need\s+to|handle|can)|it\s+is\s+their\s+responsibility|can\s+(?:have|lead|be\s+used|result)|may\s+result\s+in|could\s+lead|black\s+market|resale\s+market|in\s+recent\s+years|medical\s+records\s+contain|is\s+(?:critical|important|essential|crucial)|raised?\s+(?:concerns|questions)|preventing\s+breaches|common\s+response|what\s+(?:to\s+do|you\s+can\s+do)|what\s+is\s+(?:a|an|the)|(?:attack|ransomware|phishing)\s+is\s+an?|(?:attaque|ran[çc]ongiciel|hame[çc]onnage)\s+consiste\s+[àa]|transparency\s+is|prompt\s+response|demonstrates?\s+(?:its|their|the)|les\s+organisations\s+doivent|il\s+est\s+(?:important|essentiel|recommand[ée])|peut\s+(?:entra[îi]ner|mener)|au\s+cours\s+des\s+derni[èe]res\s+ann[ée]es|march[ée]\s+noir)\b"
);
rule!(
    VOICE,
    r"(?x)(?:[“«\x22‘]|^)[^”»\x22]*\b(?:I|my|My\s+\p{Ll}|I['’](?:m|ve|d)|myself|je|j['’]|mon|ma|mes|moi)\b"
);
rule!(
    ANAPHOR,
    r"(?ix)^(?:however,?\s+|but\s+|mais\s+|toutefois,?\s+)?(?:they|it|he|she|that\s+(?:breach|attack|incident)|ils?|elles?|cette\s+(?:fuite|attaque))\b"
);

/// A remark after a dash makes no general sentence of what stands before it.
fn is_general(text: &str) -> bool {
    GENERAL
        .as_ref()
        .and_then(|rule| rule.find(text))
        .is_some_and(|found| {
            let before = text.get(..found.start()).unwrap_or("");
            before.find(['—', '–']).is_none_or(|dash| dash <= 40)
        })
}

/// Speaks of another incident, and not of preventing one.
fn is_other(text: &str) -> bool {
    is(&OTHER, text) && !is(&PREVENTS, text)
}

/// Looks at each sentence by itself: what can be told without knowing the victim.
pub(crate) fn alone(sentence: &Sentence<'_>) -> Aside {
    // A regulator writes of "my office"; those affected have none.
    let is_office = ["my office", "My office", "notre bureau"]
        .iter()
        .any(|office| sentence.text.contains(office));
    if is(&VOICE, sentence.text) && !is_office {
        Aside::Voice
    } else if is_general(sentence.text) {
        Aside::General
    } else if is_other(sentence.text) {
        Aside::Other
    } else {
        Aside::No
    }
}

/// Every sentence, now that the victims are known.
///
/// A sentence that compares with another incident names others; from there on
/// a sentence that names those and no victim is theirs, and so is what refers
/// back to it.
pub(crate) fn all(sentences: &[Sentence<'_>], names: &Names) -> Vec<Aside> {
    let mut others: Vec<String> = Vec::new();
    let mut asides = Vec::with_capacity(sentences.len());
    let mut before = Aside::No;
    for sentence in sentences {
        let mut aside = alone(sentence);
        let has_victim = names.names_victim(sentence.text);
        let opens = is_other(sentence.text);
        if opens {
            for (name, _, _) in names_in(sentence.text) {
                let index = names.find(&name);
                let is_victim = index.is_some_and(|index| {
                    names.victims.contains(&index)
                        || names.all.get(index).is_some_and(|one| one.score >= 8)
                });
                if !is_victim && !others.contains(&name) {
                    others.push(name);
                }
            }
        }
        if aside == Aside::No {
            let names_other = names_in(sentence.text).iter().any(|(name, _, _)| {
                others
                    .iter()
                    .any(|other| is_short_of(name, other) || is_short_of(other, name))
            });
            let goes_on = before == Aside::Other && is(&ANAPHOR, sentence.text);
            if opens || (names_other && !has_victim) || (goes_on && !has_victim) {
                aside = Aside::Other;
            }
        }
        before = aside;
        asides.push(aside);
    }
    asides
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::text::sentences;

    #[test]
    fn another_incident_is_another_incident_until_the_victim_comes_back() {
        let text = "Northfield Dental said hackers stole files. It resembles a similar breach at Acme Labs. Acme lost 5,000 files. They paid. Northfield told its patients. \"I am worried about my file,\" said one. Organizations must protect data.";
        let all_sentences = sentences(text);
        let names = Names::of(&all_sentences, text, |n| {
            alone(&all_sentences[n]) != Aside::No
        });
        let asides = all(&all_sentences, &names);
        use Aside::*;
        assert_eq!(
            asides,
            [No, Other, Other, Other, No, Voice, General],
            "{names:?}"
        );
    }

    #[test]
    fn every_pattern_compiles() {
        assert!(
            [&OTHER, &GENERAL, &VOICE, &ANAPHOR]
                .iter()
                .all(|rule| rule.is_some())
        );
    }
}
