//! A sentence in, the data elements it names out, each exposed or expressly not.
//!
//! A word for an element counts only where the sentence speaks of data that
//! was taken, seen or was in it; a "no", a "not affected" or a "did not include"
//! turns it round for its own clause.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::pattern::{compile, is, rule};

/// An element named in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// An id of `DataElement`, or a wider word: `financial-information`.
    pub(crate) element: &'static str,
    /// Said not to be in it.
    pub(crate) is_not: bool,
    pub(crate) range: Range<usize>,
}

/// Words for elements in both languages. The longer comes first: what it takes, no shorter may take.
const WORDS: &[(&str, &str)] = &[
    (
        "social-insurance-number",
        r"social\s+(?:insurance|security)(?:\s+numbers?|\s+information)?|\bSINs?\b|\bSSNs?\b|num[ée]ros?\s+d['’]assurance[\s-]sociale|\bNAS\b",
    ),
    (
        "health-number",
        r"(?:provincial\s+|personal\s+|public\s+)?health(?:[\s-]?care)?(?:\s+(?:insurance|card|services))?(?:/subscriber)?\s+(?:identification\s+)?(?:card\s+)?numbers?|health\s+cards?|medicare\s+(?:beneficiary\s+|card\s+)?(?:numbers?|identif\w+)|medicaid\s+(?:id\s+|identification\s+)?numbers?|\bOHIP\b(?:\s+numbers?)?|num[ée]ros?\s+d['’]assurance[\s-]soins(?:\s+m[ée]dicaux)?|num[ée]ros?\s+(?:de\s+la\s+|de\s+)?(?:carte\s+)?d['’]assurance[\s-]maladie|\bRAMQ\b|cartes?\s+d['’]assurance[\s-]maladie|num[ée]ros?\s+de\s+(?:carte\s+)?(?:de\s+)?sant[ée]|num[ée]ros?\s+de\s+s[ée]curit[ée]\s+sociale|num[ée]ros?\s+de\s+carte\s+m[ée]dicale(?:\s+provinciale)?|\bNAM\b",
    ),
    (
        "medical-record-number",
        r"medical\s+records?\s+(?:numbers?|identif\w+)|\bMRNs?\b|chart\s+numbers?|num[ée]ros?\s+de\s+dossiers?(?:\s+m[ée]dica(?:l|ux))?",
    ),
    (
        "bank-account",
        r"bank(?:ing)?\s+(?:account\s+)?(?:numbers?|information|details|data|accounts?)|direct\s+deposit\s+information|(?:financial\s+)account\s+(?:numbers?|information)|coordonn[ée]es\s+bancaires|(?:informations?|renseignements|donn[ée]es?)\s+bancaires?|comptes?\s+bancaires?|num[ée]ros?\s+de\s+compte",
    ),
    (
        "patient-number",
        r"patient\s+account\b(?:\s+numbers?)?|(?:patient|client|account|member|customer)\s+(?:account\s+)?(?:numbers?|identification\s+numbers?|ids?\b|identifiers?)|num[ée]ros?\s+d['’](?:usager|patient|client|membre)s?|num[ée]ros?\s+de\s+(?:patient|client|membre|compte\s+client)s?",
    ),
    (
        "drivers-licence",
        r"driver['’]?s?['’]?\s+licen[cs]es?(?:\s+(?:numbers?|information))?|permis\s+de\s+conduire",
    ),
    ("passport", r"passports?(?:\s+numbers?)?|passeports?"),
    (
        "government-id",
        r"government[\s-]issued\s+(?:identification|ids?)(?:\s+numbers?)?|state\s+identification(?:\s+numbers?)?|treaty\s+(?:status\s+)?numbers?|status\s+card\s+numbers?|immigration\s+(?:status|documents?)|pi[èe]ces?\s+d['’]identit[ée]",
    ),
    (
        "payment-card",
        r"(?:credit|debit|payment|bank)(?:[\s/-]+(?:or\s+|and\s+)?(?:debit|credit))?[\s-]+cards?(?:\s+(?:numbers?|data|information|details))?|cartes?\s+(?:de\s+(?:cr[ée]dit|d[ée]bit|paiement)|bancaires?)",
    ),
    (
        "insurance-policy",
        r"(?:private\s+|health\s+|medical\s+|dental\s+)?insurance(?:/pay[eo]rs?)?\s+(?:polic(?:y|ies)(?:\s+(?:numbers?|details|information))?|information|details|numbers?|claims?(?:\s+information)?|coverage|company\s+names?|carrier\w*|provider\w*|id\w*(?:\s+numbers?)?)|polic(?:y|ies)\s+numbers?|group\s+numbers?|health\s+plan\s+(?:numbers?|information|ids?)|claims?\s+information|polices?\s+d['’]assurance|r[ée]gimes?\s+d['’]assurance|assurances?\s+priv[ée]es?|mutuelles?",
    ),
    // What only sounds like an element takes its words first.
    (
        "",
        r"(?:personal\s+)?health\s+information\s+(?:(?:protection|privacy|and|access)\s+)*(?:act|platforms?|systems?|custodians?|exchange|technology)\b|services?\s+de\s+(?:[\p{L}]+\s+)?chirurgies?(?:\s+\p{L}+)?|diagnostic\s+(?:and|imaging|cent(?:er|re)s?|laborator\w+|services?|clinics?|facilit\w+)|laboratory\s+(?:tests?\s+|testing\s+)?(?:services?|compan\w+)|phishing\s+e-?mails?|e-?mail\s+accounts?|(?:by|via|an|the|par|un|le|ce|d'un)\s+(?:e-?mails?|courriels?)(?:\s+de\s+masse)?|(?:deuxi[èe]me|second|mass)\s+(?:e-?mails?|courriels?)|(?:chang|reset|updat)\w*\s+(?:the\s+|all\s+|their\s+|its\s+)?passwords?",
    ),
    (
        "credential",
        r"passwords?|user\s?names?|log[\s-]?in\s+(?:credentials?|information|details)|security\s+questions?|mots?\s+de\s+passe|identifiants?\s+de\s+connexion",
    ),
    (
        "clinician",
        r"(?:physician|doctor|provider|practitioner|clinician|attending\s+physician|primary\s+care\s+provider|treating\s+physician)['’]?s?['’]?\s+names?|names?\s+of\s+(?:the\s+|their\s+)?(?:\p{L}+\s+)?(?:physicians?|doctors?|providers?|clinicians?)|(?:primary|treating|referring|attending|family)\s+(?:care\s+)?(?:physicians?|doctors?|providers?)|m[ée]decins?\s+(?:traitants?|de\s+famille|r[ée]f[ée]rents?)|nom\s+du\s+m[ée]decin",
    ),
    (
        "birth-date",
        r"dates?\s+of\s+birth|birth\s?dates?|birthdays?|\bDOBs?\b|dates?(?:(?:/|\s+et\s+)lieux?)?\s+de\s+naissance",
    ),
    (
        "death-date",
        r"dates?\s+of\s+death|death\s+dates?|dates?\s+de\s+d[ée]c[èe]s",
    ),
    (
        "email",
        r"e-?mails?\s+address(?:es)?|e-?mails?\b|adresses?\s+(?:[ée]lectroniques?|courriels?|de\s+courriel|e-?mails?)|courriels?",
    ),
    (
        "phone",
        r"(?:tele)?phone\s+numbers?|\bphones?\b|contact\s+numbers?|cell\s*phone\s+numbers?|num[ée]ros?\s+de\s+t[ée]l[ée]phones?|t[ée]l[ée]phones?",
    ),
    (
        "address",
        r"(?:home\s+|mailing\s+|postal\s+|street\s+|residential\s+|civic\s+|physical\s+)?address(?:es)?|postal\s+codes?|coordonn[ée]es\s+(?:du\s+domicile|postales)|adresses?(?:\s+(?:postales?|civiques?|r[ée]sidentielles?|domiciliaires?))?|codes?\s+posta(?:l|ux)",
    ),
    (
        "name",
        r"(?:(?:patient|full|first|last|first\s+and\s+last|maiden|client|customer|employee|member|individual)s?['’]?\s+)?\bnames?\b|noms?\s+(?:et\s+pr[ée]noms?|complets?|de\s+famille)|pr[ée]noms?(?:\s+et\s+noms?)?|\bnoms?\b",
    ),
    ("age", r"\bages?\b|[âa]ges?\b"),
    ("sex", r"\bgenders?\b|\bsex\b|\bsexes?\b|\bgenres?\b"),
    (
        "language",
        r"preferred\s+language|language\s+spoken|langue\s+(?:parl[ée]e|de\s+correspondance)",
    ),
    ("signature", r"signatures?"),
    ("height", r"\bheights?\b|\btailles?\b"),
    ("weight", r"\bweights?\b|\bpoids\b"),
    (
        "lab-result",
        r"(?:lab(?:oratory)?|blood|medical|diagnostic|COVID-19)\s+(?:tests?\s+)?(?:tests?\b|results?|values|reports?)(?:\s+results)?|test\s+results?|results?\s+of\s+(?:medical\s+|laboratory\s+)?tests?|lab\s+data|r[ée]sultats?\s+(?:de\s+(?:laboratoire|tests?|d[ée]pistage)|d['’](?:examens?|analyses?|imagerie))|(?:examens?|analyses?)\s+(?:m[ée]dica(?:l|ux)|de\s+laboratoire|sanguine?s?)",
    ),
    (
        "medical-image",
        r"(?:medical\s+|MRI\s+|diagnostic\s+|radiology\s+|x-ray\s+|imaging\s+)images?|x-rays?|MRI\s+scans?|\bscans?\b|radiographs?|photographs?|images?\s+(?:m[ée]dicales?|d['’]IRM|radiologiques?|diagnostiques?)|radiographies?|clich[ée]s",
    ),
    (
        "consultation-report",
        r"consultation\s+(?:reports?|notes?)|(?:clinical|provider)(?:(?:\s+(?:and|or)\s+|/)provider)?\s+notes?|(?:treatment|progress|doctor['’]?s?|physician|medical|case)\s+notes|referrals?(?:\s+(?:letters?|information))?|medical\s+(?:reports?|assessments?|charts?)|discharge\s+summar\w+|notes?\s+(?:cliniques?|m[ée]dicales?|d['’][ée]volution)|rapports?\s+(?:m[ée]dicaux|de\s+consultation)|consultations?\s+m[ée]dicales?",
    ),
    (
        "medical-history",
        r"(?:medical|health|family|patient|treatment|clinical)\s+histor(?:y|ies)|histor(?:y|ies)\s+(?:medical|of\s+(?:illness|care|treatment))|ant[ée]c[ée]dents(?:\s+(?:m[ée]dicaux|familiaux))?|historiques?\s+(?:m[ée]dica(?:l|ux)|de\s+sant[ée])",
    ),
    (
        "medication",
        r"medications?|prescriptions?(?:\s+(?:information|drugs?|data|numbers?))?|m[ée]dicaments?|ordonnances?|m[ée]dications?",
    ),
    (
        "diagnosis",
        r"(?:health\s+)?diagnos[ei]s(?:/conditions?)?(?:\s+(?:codes?|information))?|diagnostic\s+(?:codes?|information)|(?:medical|health|mental\s+health)\s+conditions?|conditions?\s+m[ée]dicales?|diagnostics?",
    ),
    (
        "procedure",
        r"(?:treatment|procedure|surgical|surgery)\s+(?:information|details|data|plans?|types?|codes?)?|treatments?\b|procedures?\s+(?:performed|received|codes?)|medical\s+procedures?|surger(?:y|ies)|services\s+received|traitements?|interventions?\s+chirurgicales?|soins\s+re[çc]us|chirurgies?",
    ),
    ("allergy", r"allerg(?:y|ies)|allergies?"),
    (
        "immunization",
        r"immuni[sz]ations?(?:\s+(?:records?|status))?|vaccinations?(?:\s+(?:records?|status|information))?|statuts?\s+vaccina(?:l|ux)",
    ),
    (
        "service-location",
        r"(?:location|place|site)s?\s+of\s+(?:the\s+)?(?:services?|treatments?|care|visits?)(?:\s+you\s+received)?|lieux?\s+(?:de\s+(?:consultation|traitement|service)|du\s+service|des\s+services?)",
    ),
    (
        "service-date",
        r"dates?(?:,\s+locations?)?\s+of\s+(?:the\s+)?(?:services?|treatments?|visits?|encounters?|appointments?|admissions?|discharges?|exams?|examinations?|surger(?:y|ies)|care)|(?:appointment|admission|discharge|service|treatment|visit|exam)(?:\s+and\s+discharge)?\s+(?:dates?|information|times?)|appointments?\b|dates?\s+(?:de\s+(?:consultation|venue|visite|service|traitement|rendez-vous)|d['’](?:admission|examen|hospitalisation)|du\s+rendez-vous|des\s+(?:visites|rendez-vous|services))|rendez-vous",
    ),
    (
        "consent",
        r"consent\s+forms?|enrol(?:l)?ment\s+(?:forms?|information)|formulaires?\s+de\s+consentement",
    ),
    (
        "ethnicity",
        r"race(?:\s*(?:/|and|or)\s*ethnicity)?|ethnicity|ethnic\s+(?:origin|background)|origine\s+ethnique",
    ),
    (
        "health-information",
        r"(?:dental|treatment)\s+information|(?:personal\s+|protected\s+|individual\s+)?(?:health|medical|clinical)(?:\s+and\s+personal)?\s+(?:information|data|details|records?|files?)|patients?['’]?\s+(?:health\s+|medical\s+)?(?:records?|charts?|files?)\b|\be?phi\b|dossiers?\s+m[ée]dica(?:l|ux)|(?:renseignements|informations?|donn[ée]es)\s+(?:(?:de|sur\s+(?:la|leur|votre))\s+sant[ée]|m[ée]dica(?:l|ux|le|les)|cliniques?)|dossiers?\s+(?:de\s+(?:patients?|sant[ée])|d['’]usagers?)",
    ),
    (
        "financial-information",
        r"(?:personal\s+)?financial\s+(?:and\s+\p{L}+\s+)?(?:information|data|details|records?)|billing\s+(?:information|records?|data|codes?)|payment\s+(?:information|data|details|histor(?:y|ies))|billing\s+histor(?:y|ies)|(?:informations?|renseignements?|donn[ée]es?)\s+financi(?:[èe]re?s?|ers?)|donn[ée]es\s+de\s+facturation",
    ),
    (
        "demographic-information",
        r"demographic\s+(?:information|data|details)|demographics|(?:informations?|renseignements|donn[ée]es)\s+d[ée]mographiques",
    ),
    (
        "contact-information",
        r"contact\s+(?:information|details|data)|coordonn[ée]es(?:\s+personnelles)?",
    ),
];

static PATTERNS: LazyLock<Vec<(&'static str, Regex)>> = LazyLock::new(|| {
    WORDS
        .iter()
        .filter_map(|(element, words)| {
            Some((
                *element,
                compile(&format!(
                    r"(?i)(?:^|[^\p{{L}}\p{{N}}])(?P<it>{words})(?:$|[^\p{{L}}\p{{N}}])"
                ))?,
            ))
        })
        .collect()
});

// Data of people.
rule!(
    DATA,
    r"(?ix)\b(?:information|data|records?|files?|details|e?phi|personal|renseignements?|donn[ée]es|informations|dossiers?|documents?|fichiers?)\b"
);
// Something happened to it, or it is told what was in it.
rule!(
    HAPPENED,
    r"(?ix)\b(?:stole|stolen|steal|held|obtain\w*|got|took|taken|access\w*|exfiltrat\w*|extract\w*|copied|acquired|download\w*|compromis\w*|affected|impacted|expos\w*|involved?|involv\w*|includ\w*|contain\w*|at\s+risk|breach\w*|disclos\w*|leaked|viewed|lost|published|posted|(?:was|were)\s+(?:also\s+)?(?:in|on|among)\s+(?:the|those|these|it|them)|se\s+trouv\w+|limited\s+to|consist\w*|such\s+as|remained|recovered|s['’]y\s+trouv\w+|t[ée]l[ée]charg\w*|partag[ée]\w*|transmis\w*|exfiltr\w*|visualis\w*|accessibles?|d[ée]voil[ée]\w*|envoy[ée]e?s?|vol[ée]e?s?|d[ée]rob\w*|subtilis\w*|touch[ée]e?s?|concern\w*|vis[ée]e?s?|consult[ée]\w*|copi[ée]\w*|compren\w*|conten\w*|divulgu\w*|comport\w*|incl\w*|figur\w*|publi[ée]\w*|acc[ée]d\w*|(?:eu|avoir|avaient)\s+acc[èe]s|d['’]acc[èe]s)\b"
);
// What is offered, urged or general is not what was taken.
rule!(
    ADVICE,
    r"(?ix)\b(?:(?:identity\s+theft|identity|credit|fraud)\s+(?:protection|monitoring|restoration)|monitor\s+(?:your|their)|should\s+(?:review|monitor|remain|change|be)|encourage[ds]?|advise[ds]?\s+(?:to|patients|people|customers|individuals)|urged?|must|call\s+(?:center|centre)|surveillance\s+d[eu]|surveiller)\b"
);

/// Whether a sentence speaks of data that something happened to.
pub(crate) fn speaks_of_data(text: &str) -> bool {
    is(&HAPPENED, text) && !is(&ADVICE, text) && (is(&DATA, text) || is_list(text))
}

/// Two elements, or one number that nobody names but for its being in it.
fn is_list(text: &str) -> bool {
    let named = named(text);
    let is_number = |element: &str| {
        [
            "social-insurance-number",
            "health-number",
            "payment-card",
            "bank-account",
        ]
        .contains(&element)
    };
    named
        .iter()
        .filter(|(element, _)| !element.is_empty())
        .count()
        >= 2
        || named.iter().any(|(element, _)| is_number(element))
}

/// Words for elements that stand in a text, without a look at what the text says of them.
fn named(text: &str) -> Vec<(&'static str, Range<usize>)> {
    let mut found: Vec<(&'static str, Range<usize>)> = Vec::new();
    for (element, pattern) in PATTERNS.iter() {
        let mut at = 0;
        while let Some(it) = pattern
            .captures_at(text, at)
            .and_then(|captures| captures.name("it"))
        {
            let range = it.range();
            // The letter that ends one word may begin the next.
            at = range.end.max(at + 1);
            while !text.is_char_boundary(at) && at < text.len() {
                at += 1;
            }
            if !found
                .iter()
                .any(|(_, taken)| taken.start < range.end && range.start < taken.end)
            {
                found.push((element, range));
            }
            if at >= text.len() {
                break;
            }
        }
    }
    found.sort_by_key(|(_, range)| range.start);
    found
}

/// The elements that a sentence names, each exposed or not. What one part held and another did not was in it.
pub(crate) fn find(text: &str) -> Vec<Named> {
    let all = judged(text);
    let is_held = |one: &Named| {
        all.iter()
            .any(|other| other.element == one.element && !other.is_not)
    };
    all.iter()
        .filter(|one| !one.is_not || !is_held(one))
        .cloned()
        .collect()
}

fn judged(text: &str) -> Vec<Named> {
    named(text)
        .into_iter()
        .filter(|(element, _)| !element.is_empty())
        .filter_map(|(element, range)| {
            let is_not = match polarity(text, &range) {
                Polarity::Is => false,
                Polarity::IsNot => true,
                Polarity::Unknown => return None,
            };
            Some(Named {
                element,
                is_not,
                range,
            })
        })
        .collect()
}

enum Polarity {
    Is,
    IsNot,
    Unknown,
}

// Clauses end where the sentence turns.
rule!(
    TURN,
    r"(?ix)(?:[;:]|\s[–—]\s|,\s+(?:it|they|ils?|elles?)\s+(?:did|does|do|also|\p{L}+ent)?|,?\s+\b(?:but|though|although|however|while|whereas|except|mais|toutefois|cependant|alors\s+que|bien\s+que|sauf)\b)"
);
rule!(
    NONE_OF,
    r"(?ix)\b(?:no|neither|nor|without|aucune?s?|ni|sans)\s+(?:(?:patient|personal|other|such|full|donn[ée]es?|autres?)\s+)?$|\b(?:no|neither|nor|aucune?s?|ni)\b[^.]*$"
);
rule!(
    NOT_SO,
    r"(?ix)\b(?:(?:was|were|is|are|has|have|had)(?:\s+been)?\s+not|wasn['’]?t|weren['’]?t|did\s+not|didn['’]?t|does\s+not|doesn['’]?t|do\s+not|not)\s+(?:believed\s+to\s+be\s+|been\s+|be\s+|involve|involved|affect|affected|impacted|includ\w*|contain\w*|compromis\w*|access\w*|expos\w*|stolen|taken|part\s+of|at\s+risk|stored|obtain\w*|disclos\w*|store|hold|held)|\b(?:remained?|were|was)\s+(?:unaffected|untouched|secure|safe|intact)|\bn['’e]\s*(?:ont|a|est|sont|[ée]taient|[ée]tait|contenai\w+|compren\w+|figur\w+|contien\w+)\s*(?:pas|ni|aucun\w*)"
);
rule!(
    NO_EVIDENCE,
    r"(?ix)\b(?:no\s+(?:evidence|indication|sign|reason\s+to\s+believe)|not\s+(?:find|found|identify|see|uncover)\p{L}*\s+(?:any\s+)?(?:evidence|indication|signs?)|rien\s+n['’]indique|not\s+(?:aware|known|clear|confirmed)|aucune?\s+(?:indication|preuve|[ée]l[ée]ment)|rien\s+n['’]indique|unable\s+to\s+(?:confirm|determine))\b"
);

fn polarity(text: &str, range: &Range<usize>) -> Polarity {
    let turns = |part: &str| -> Option<Range<usize>> {
        TURN.as_ref()
            .and_then(|turn| turn.find_iter(part).last().map(|found| found.range()))
    };
    let before_all = text.get(..range.start).unwrap_or("");
    let begin = turns(before_all).map_or(0, |turn| turn.end);
    let after_all = text.get(range.end..).unwrap_or("");
    let end = TURN
        .as_ref()
        .and_then(|turn| turn.find(after_all))
        .map_or(text.len(), |turn| range.end + turn.start());
    let before = text.get(begin..range.start).unwrap_or("");
    let clause = text.get(begin..end).unwrap_or("");
    if is(&NO_EVIDENCE, clause) {
        return Polarity::Unknown;
    }
    if is(&NONE_OF, before) || is(&NOT_SO, clause) {
        return Polarity::IsNot;
    }
    Polarity::Is
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found: Vec<String> = find(text)
            .iter()
            .map(|one| format!("{}{}", if one.is_not { "-" } else { "+" }, one.element))
            .collect();
        assert_eq!(found.join(" "), expected, "{text}");
    }

    #[test]
    fn what_one_part_held_and_another_did_not_was_in_it() {
        check(
            "The laptop did not hold diagnoses, but the tape held names and diagnoses.",
            "+name +diagnosis",
        );
        check("It was sent by email to the wrong address.", "+address");
    }

    #[test]
    fn elements_are_known_in_both_languages() {
        check(
            "names, dates of birth, health card numbers and MRI images were taken",
            "+name +birth-date +health-number +medical-image",
        );
        check(
            "les noms, adresses, numéros d’assurance sociale et résultats de laboratoire",
            "+name +address +social-insurance-number +lab-result",
        );
    }

    #[test]
    fn what_is_said_not_to_be_in_it_is_turned_round_for_its_clause_alone() {
        check(
            "It held names and addresses, but no credit card numbers or passwords.",
            "+name +address -payment-card -credential",
        );
        check(
            "Names were taken, while banking information was not affected.",
            "+name -bank-account",
        );
        check(
            "Les noms ont été volés, mais les mots de passe n’ont pas été touchés.",
            "+name -credential",
        );
        check("There is no evidence that passwords were taken.", "");
        check(
            "Aucun numéro d’assurance sociale ne s’y trouvait.",
            "-social-insurance-number",
        );
    }

    #[test]
    fn a_sentence_that_gives_advice_speaks_of_no_data() {
        assert!(speaks_of_data(
            "The stolen files contained names and addresses."
        ));
        assert!(!speaks_of_data(
            "Patients should monitor their bank account information."
        ));
        assert!(!speaks_of_data("The clinic opened in a new address."));
    }

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(PATTERNS.len(), WORDS.len());
        for rule in [
            &DATA,
            &HAPPENED,
            &ADVICE,
            &TURN,
            &NONE_OF,
            &NOT_SO,
            &NO_EVIDENCE,
        ] {
            assert!(rule.is_some());
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[A-Za-zé ,.;’-]{0,160}") {
            find(&text);
            speaks_of_data(&text);
        }
    }
}
