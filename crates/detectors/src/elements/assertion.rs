//! The words around a clinical term go in, whether it is so and of whom comes out: denied, suspected, of a relative.
//!
//! Only words of the same sentence are looked at, a few before and a few after.
//! The word nearest to the term decides; `but` and `mais` end what stood before
//! them. A relative who reports (`his mother says`) is not the one who is ill.

use whose_model::Assertion;

use crate::word_list::WordList;

/// How many words before a term are looked at.
pub(crate) const BEFORE: usize = 10;
/// How many words after it.
pub(crate) const AFTER: usize = 6;

/// What the words around a term say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Whether it is so, and of whom.
    pub(crate) assertion: Assertion,
    /// It is what somebody cannot take: `allergic to`.
    pub(crate) is_allergy: bool,
}

/// Judges a term. `before` begins with the word nearest to the term, `after` too; all are folded.
pub(crate) fn judge(before: &[&str], after: &[&str]) -> Found {
    let mut found = Found {
        assertion: Assertion::Stated,
        is_allergy: false,
    };
    let mut has_verb = false;
    let mut reports = false;
    for (at, word) in before.iter().take(BEFORE).enumerate() {
        let next = at.checked_sub(1).map(|at| before[at]);
        let previous = before.get(at + 1).copied();
        if ENDS.has(word) {
            break;
        }
        if ALLERGY.has(word) {
            found.is_allergy = true;
            continue;
        }
        if denies(word, next, previous) {
            found.assertion = Assertion::Denied;
            return found;
        }
        if found.assertion == Assertion::Stated && suspects(word, previous) {
            found.assertion = Assertion::Suspected;
        }
        if FAMILY.has(word)
            || matches!(*word, "family" | "famille") && (has_verb || next.is_some_and(is_history))
        {
            found.assertion = Assertion::OfFamily;
            return found;
        }
        if is_kin(word) && !reports && (has_verb || at == 0) {
            found.assertion = Assertion::OfFamily;
            return found;
        }
        has_verb |= HAS.has(word);
        reports |= REPORTS.has(word);
    }
    let mut links = true;
    for (at, word) in after.iter().take(AFTER).enumerate() {
        if ENDS.has(word) {
            break;
        }
        if AFTER_DENIES.has(word)
            || at == 0 && matches!(*word, "non" | "no" | "none" | "neg" | "nil")
            || *word == "out" && at.checked_sub(1).is_some_and(|at| after[at] == "ruled")
        {
            found.assertion = Assertion::Denied;
            return found;
        }
        // `breast cancer in her mother`, `cancer du sein chez sa mère`, `(father)`
        if links && is_kin(word) {
            found.assertion = Assertion::OfFamily;
            return found;
        }
        links &= LINKS.has(word);
    }
    found
}

/// Whether the words before a term speak of what was: `past medical history`, `antécédents`.
pub(crate) fn is_past(before: &[&str]) -> bool {
    let has = |word: &str| before.contains(&word);
    has("past") && has("history")
        || ["antecedent", "antecedents", "pmh", "atcd"]
            .into_iter()
            .any(has)
}

/// What a value standing alone in a cell or behind a label says: `NKDA`, `aucune`, `denies chest pain`.
pub(crate) fn of_value(folded: &str) -> Assertion {
    let mut words = folded
        .split(|ch: char| !ch.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let first = words.next().unwrap_or("");
    let is_denied = match first {
        "nkda" | "nka" | "nkfa" | "denies" | "denied" | "nie" | "negative" | "negatif"
        | "absent" | "absence" | "aucun" | "aucune" | "none" | "nil" | "without" | "sans" => true,
        "no" | "non" => words.next().is_none_or(|second| {
            !second.bytes().all(|b| b.is_ascii_digit()) && !matches!(second, "longer" | "insulin")
        }),
        "pas" | "n" if folded.len() <= 24 => first == "pas" || words.next().is_none(),
        _ => false,
    };
    if is_denied {
        Assertion::Denied
    } else if matches!(
        first,
        "query" | "possible" | "probable" | "suspected" | "suspicion"
    ) || folded.starts_with("r/o")
        || folded.starts_with("rule out")
    {
        Assertion::Suspected
    } else {
        Assertion::Stated
    }
}

fn denies(word: &str, next: Option<&str>, previous: Option<&str>) -> bool {
    match word {
        // `no change in his asthma`, `no longer needs`, `not only`
        "no" | "not" | "sans" | "pas" | "aucun" | "aucune" => !matches!(
            next,
            Some(
                "change"
                    | "changes"
                    | "changement"
                    | "changements"
                    | "longer"
                    | "only"
                    | "seulement"
                    | "increase"
                    | "worsening"
                    | "improvement"
                    | "amelioration"
                    | "further"
                    | "doubt"
                    | "doute"
            )
        ),
        "denies" | "denied" | "denying" | "without" | "nie" | "ni" | "nor" | "never" | "jamais"
        | "negative" | "negatif" | "negatives" | "absence" | "absent" | "excludes" | "excluded"
        | "excluding" | "ecarte" | "exclu" | "exclut" | "neither" | "nient" => true,
        "free" => next == Some("of"),
        "out" => previous == Some("ruled"),
        _ => false,
    }
}

fn suspects(word: &str, previous: Option<&str>) -> bool {
    match word {
        "possible" | "possibly" | "probable" | "probably" | "probablement" | "suspected"
        | "suspect" | "suspecte" | "suspicion" | "soupcon" | "query" | "questionable"
        | "eliminer" | "presumed" | "likely" | "vraisemblable" | "hypothese" => true,
        "out" => previous == Some("rule"),
        "o" => previous == Some("r"),
        _ => false,
    }
}

fn is_history(word: &str) -> bool {
    matches!(word, "history" | "hx" | "histoire" | "antecedents")
}

/// A relative.
pub(crate) fn is_kin(word: &str) -> bool {
    matches!(
        word,
        "mother"
            | "father"
            | "brother"
            | "sister"
            | "brothers"
            | "sisters"
            | "siblings"
            | "sibling"
            | "grandmother"
            | "grandfather"
            | "grandparents"
            | "aunt"
            | "uncle"
            | "cousin"
            | "cousins"
            | "parent"
            | "parents"
            | "daughter"
            | "son"
            | "relative"
            | "relatives"
            | "husband"
            | "wife"
            | "mere"
            | "pere"
            | "frere"
            | "soeur"
            | "freres"
            | "soeurs"
            | "fratrie"
            | "tante"
            | "oncle"
            | "cousine"
            | "fille"
            | "fils"
            | "conjoint"
            | "conjointe"
            | "mari"
            | "epouse"
            | "epoux"
            | "mom"
            | "dad"
            | "mum"
            | "aieul"
            | "aieule"
            | "jumeau"
            | "jumelle"
            | "twin"
    )
}

static ENDS: WordList =
    WordList::new("but however although though except mais cependant toutefois sauf hormis");
static ALLERGY: WordList = WordList::new(
    "allergic allergy allergies allergique allergie intolerant intolerance anaphylaxis \
     anaphylaxie",
);
static FAMILY: WordList = WordList::new(
    "familiaux familial familiale familiales maternal paternal maternelle paternelle maternel \
     paternel fhx",
);
/// What ties a relative to what they have.
static HAS: WordList = WordList::new(
    "had has have having with suffered suffers died dies passed diagnosed developed known \
     history hx a avait ont souffre souffrait souffert decede decedee decedes mort morte \
     atteint atteinte atteints diagnostic diagnostique connu connue porteur porteuse \
     antecedent antecedents d de",
);
static REPORTS: WordList = WordList::new(
    "says said reports reported states stated notes noted thinks worried worries concerned \
     called asks asked dit rapporte mentionne inquiete appelle demande accompanied accompagne \
     accompagnee confirms confirmed confirme patient patiente",
);
static AFTER_DENIES: WordList = WordList::new(
    "negative absent absente negatif negatifs excluded exclu exclue ecarte ecartee elimine \
     eliminee infirme infirmee denied unlikely",
);
static LINKS: WordList = WordList::new(
    "in chez her his their the sa son ses le la of du de une un a s patient maternal paternal",
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold;

    /// The term is written in brackets.
    #[track_caller]
    fn check(sentence: &str, expected: Assertion) {
        let (before, rest) = sentence.split_once('[').unwrap();
        let (_, after) = rest.split_once(']').unwrap();
        let words = |text: &str| -> Vec<String> {
            crate::text::words(text)
                .map(|range| fold(&text[range]))
                .collect()
        };
        let (mut before, after) = (words(before), words(after));
        before.reverse();
        fn lend(words: &[String]) -> Vec<&str> {
            words.iter().map(String::as_str).collect()
        }
        assert_eq!(
            judge(&lend(&before), &lend(&after)).assertion,
            expected,
            "{sentence}"
        );
    }

    #[test]
    fn what_is_denied_is_not_so() {
        use Assertion::Denied;
        check("She denies any [chest pain].", Denied);
        check("No history of [diabetes] or stroke", Denied);
        check("There was no sign of [asthma]", Denied);
        check("Il n'a pas de [diabète]", Denied);
        check("Aucun antécédent de [convulsions]", Denied);
        check("[Pneumonia] was ruled out", Denied);
        check("[anémie ferriprive] : non", Denied);
        check("HIV test: [HIV] negative", Denied);
        check("Family history is negative for [asthma]", Denied);
        check("Sans évidence de [fracture]", Denied);
    }

    #[test]
    fn what_is_a_relatives_is_family_history() {
        use Assertion::OfFamily;
        check("Mother had [type 2 diabetes]", OfFamily);
        check("Family history of [breast cancer]", OfFamily);
        check("Antécédents familiaux de [cancer du sein]", OfFamily);
        check("[breast cancer] in her maternal aunt", OfFamily);
        check("Son père est décédé d'un [infarctus]", OfFamily);
        check("[cancer du sein] chez sa mère", OfFamily);
        check("father: [stroke]", OfFamily);
    }

    #[test]
    fn what_is_stated_stays_so() {
        use Assertion::{Stated, Suspected};
        check("He has [asthma]", Stated);
        check("His mother says that he coughs from [asthma]", Stated);
        check("No fever but [pneumonia] on the film", Stated);
        check("No change in his [asthma]", Stated);
        check("Rule out [pneumonia]", Suspected);
        check("Suspicion de [pneumonie]", Suspected);
        check("Probable [lupus]", Suspected);
    }

    #[test]
    fn a_value_may_deny_alone() {
        for (value, expected) in [
            ("nkda", Assertion::Denied),
            ("no known allergies", Assertion::Denied),
            ("aucune allergie connue", Assertion::Denied),
            ("no. 12", Assertion::Stated),
            ("penicillin", Assertion::Stated),
            ("r/o pneumonia", Assertion::Suspected),
        ] {
            assert_eq!(of_value(value), expected, "{value}");
        }
    }
}
