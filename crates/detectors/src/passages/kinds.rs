//! What a document is: a report on somebody's care, a consent, a form with a signature.
//!
//! A heading says it (`CONSULTATION REPORT`, `Résumé de départ`), or the way it
//! speaks: one clinician thanks another for a patient, somebody agrees to be
//! treated. Each is said once for a document and counts only if it has a patient.

use std::{cell::RefCell, sync::LazyLock};

use aho_corasick::AhoCorasick;
use whose_model::{DataElement, Normal};

use super::{Note, Scan};
use crate::{
    draft::Draft,
    memo::{self, Memo},
    one_of::OneOf,
    text::with_folded,
};

/// Headings of reports about a patient.
const REPORTS: &[&str] = &[
    "consultation report",
    "consultation note",
    "consultation letter",
    "consult note",
    "consult letter",
    "consult report",
    "referral form",
    "referral letter",
    "referral request",
    "request for consultation",
    "discharge summary",
    "discharge report",
    "transfer summary",
    "operative report",
    "operative note",
    "procedure note",
    "procedure report",
    "progress note",
    "clinic note",
    "clinical note",
    "visit note",
    "office visit",
    "soap note",
    "history and physical",
    "emergency department note",
    "emergency department report",
    "emergency record",
    "radiology report",
    "imaging report",
    "diagnostic imaging report",
    "ultrasound report",
    "pathology report",
    "endoscopy report",
    "colonoscopy report",
    "echocardiogram report",
    "laboratory report",
    "treatment record",
    "infusion record",
    "treatment note",
    "treatment plan",
    "care plan",
    "chart note",
    "telephone encounter",
    "telephone note",
    "phone note",
    "triage note",
    "intake note",
    "intake assessment",
    "psychological report",
    "psychiatric assessment",
    "assessment report",
    "discharge letter",
    "clinic letter",
    "follow-up letter",
    "letter of referral",
    "antenatal record",
    "anesthesia record",
    "doctor's note",
    "sick note",
    "post-operative note",
    "medical report",
    "medical certificate",
    "nursing note",
    "therapy note",
    "rapport de consultation",
    "note de consultation",
    "demande de consultation",
    "formulaire de reference",
    "lettre de reference",
    "demande de reference",
    "resume de depart",
    "resume de conge",
    "sommaire d'hospitalisation",
    "resume de dossier",
    "note d'evolution",
    "note clinique",
    "note de suivi",
    "note medicale",
    "protocole operatoire",
    "rapport operatoire",
    "rapport d'imagerie",
    "rapport de radiologie",
    "rapport d'echographie",
    "rapport de pathologie",
    "rapport de laboratoire",
    "rapport medical",
    "note au dossier",
    "memo to file",
    "note to file",
    "memo au dossier",
    "note to chart",
    "fiche de traitement",
    "fiche de suivi",
    "plan de traitement",
    "plan de soins",
    "plan d'intervention",
    "rapport d'evaluation",
    "evaluation psychologique",
    "evaluation psychiatrique",
    "note de l'infirmiere",
    "note infirmiere",
    "notes d'infirmiere",
    "note telephonique",
    "note de triage",
    "lettre de conge",
    "billet medical",
    "billet du medecin",
    "attestation medicale",
    "dossier obstetrical",
    "certificat medical",
    "compte rendu de consultation",
    "compte rendu d'hospitalisation",
    "compte rendu operatoire",
    "lettre de sortie",
];

/// How one clinician writes to another about a patient.
const OPENINGS: &[&str] = &[
    "thank you for seeing",
    "thank you for referring",
    "thank you for asking me to see",
    "thank you for the referral",
    "thank you for your referral",
    "thanks for seeing",
    "thanks for referring",
    "i had the pleasure of seeing",
    "it was a pleasure to see",
    "i saw this",
    "was seen in clinic",
    "was seen in consultation",
    "was seen in follow-up",
    "was seen today",
    "please see and advise",
    "please assess",
    "is under my care",
    "has been under my care",
    "is a patient of mine",
    "is my patient",
    "is medically unable",
    "was admitted through",
    "was admitted with",
    "was admitted for",
    "presented to the emergency",
    "presents with",
    "presented with",
    "thank you for involving me",
    "merci de voir",
    "merci de m'avoir",
    "merci de nous avoir",
    "merci d'avoir",
    "je vous adresse",
    "je vous refere",
    "je vous remercie de",
    "j'ai evalue",
    "j'ai rencontre",
    "j'ai revu",
    "j'ai vu ",
    "a ete vu",
    "a ete evalue",
    "est sous mes soins",
    "est suivi a ma clinique",
    "est suivie a ma clinique",
    "est suivi pour",
    "est suivie pour",
    "la presente atteste",
    "la presente certifie",
    "la presente confirme",
    "this is to certify",
    "this letter certifies",
    "this letter is to confirm that",
    "inapte au travail",
    "incapable de travailler",
    "a ete admis",
    "a ete admise",
    "s'est presente",
    "a consulte pour",
    "consulte pour",
    "mon patient",
    "ma patiente",
    "dear colleague",
    "dear dr",
    "dear doctor",
    "cher collegue",
    "chere collegue",
    "cher confrere",
    "chere consoeur",
    "cher docteur",
    "chere docteure",
    "cher dr",
    "chere dre",
];

/// How consent or enrolment is written.
const CONSENTS: &[&str] = &[
    "i consent to",
    "i hereby consent",
    "i give my consent",
    "i agree to be enrolled",
    "i agree to participate",
    "i agree to enrol",
    "i authorize",
    "i authorise",
    "i hereby authorize",
    "je consens",
    "je donne mon consentement",
    "j'accepte d'etre inscrit",
    "j'accepte de participer",
    "j'accepte que",
    "j'autorise",
];

/// Headings of consents and enrolments.
const CONSENT_HEADINGS: &[&str] = &[
    "consent to",
    "consent form",
    "informed consent",
    "consent for",
    "program enrolment",
    "program enrollment",
    "enrolment form",
    "enrollment form",
    "consentement",
    "formulaire d'inscription",
    "inscription au programme",
    "adhesion au programme",
];

/// A heading has no more words.
const MAX_HEADING: usize = 70;
/// Headings are looked for in this many lines.
const MAX_LINES: u32 = 30;

impl Scan<'_, '_> {
    /// Says what the document is, unless it was said already.
    pub(super) fn kinds(&mut self) {
        // Text without a person is most text.
        if self.all.found.is_empty() || self.all.said == (true, true) {
            return;
        }
        let mut report = None;
        let mut consent = None;
        let mut from = 0;
        for &index in &self.marks.kinds {
            let word = &self.tokens[index as usize];
            let at = word.start as usize;
            if at < from {
                continue;
            }
            let around = self.marks.line(self.text, at);
            from = around.end;
            let line = &self.text[around.clone()];
            let trimmed = line.trim();
            if trimmed.len() < 8 {
                continue;
            }
            let offset = around.start + (line.len() - line.trim_start().len());
            let range = offset..offset + trimmed.len().min(MAX_HEADING);
            let Some(shown) = self.text.get(range.clone()) else {
                continue;
            };
            let is_heading = trimmed.len() <= MAX_HEADING && word.line < MAX_LINES;
            // What was said before need not be said again, unless a town stands behind a dash.
            let wants_report =
                report.is_none() || is_heading && trimmed.contains(['-', '\u{2013}', '\u{2014}']);
            let wants_consent = consent.is_none();
            let said = said(trimmed, is_heading, (wants_report, wants_consent));
            if said.0 && is_heading {
                self.town_in_heading(index as usize);
            }
            if report.is_none() && said.0 {
                report = Some((range.clone(), shown));
            }
            if consent.is_none() && said.1 {
                consent = Some((range, shown));
            }
            if report.is_some() && consent.is_some() {
                break;
            }
        }
        for (element, hit, why) in [
            (
                DataElement::ConsultationReport,
                report.filter(|_| !self.all.said.0),
                "the document is a report on a patient",
            ),
            (
                DataElement::Consent,
                consent.filter(|_| !self.all.said.1),
                "the document is a consent or enrolment",
            ),
        ] {
            if let Some((range, shown)) = hit {
                if element == DataElement::Consent {
                    self.all.said.1 = true;
                } else {
                    self.all.said.0 = true;
                }
                let draft = Draft::new(element, shown, Normal::Text(shown.to_owned()), 0.8, why);
                self.add_beside(
                    range,
                    draft,
                    Note {
                        needs_patient: true,
                        ..Note::default()
                    },
                );
            }
        }
    }
}

/// The ways to say what a document is.
struct Ways {
    reports: Option<AhoCorasick>,
    openings: OneOf,
    consents: OneOf,
    consent_headings: OneOf,
}

static WAYS: LazyLock<Ways> = LazyLock::new(|| Ways {
    reports: AhoCorasick::new(REPORTS).ok(),
    openings: OneOf::new(OPENINGS),
    consents: OneOf::new(CONSENTS),
    consent_headings: OneOf::new(CONSENT_HEADINGS),
});

/// Whether a line says that the document is a report and that it is a consent, where that is asked.
fn said(line: &str, is_heading: bool, wants: (bool, bool)) -> (bool, bool) {
    // Headings stand on many pages.
    thread_local! {
        static SAID: RefCell<Memo<(bool, bool), 512>> = const { RefCell::new(Memo::new()) };
    }
    let beside = u8::from(is_heading) << 2 | u8::from(wants.0) << 1 | u8::from(wants.1);
    memo::kept(&SAID, line, beside, || {
        with_folded(line, |folded| {
            (
                wants.0 && says_report(folded, is_heading),
                wants.1 && says_consent(folded, is_heading),
            )
        })
    })
}

/// Whether a folded line says that the document is a report.
fn says_report(folded: &str, is_heading: bool) -> bool {
    // A heading is one of these, alone or with a few words around it.
    let is_one = |reports: &AhoCorasick| {
        reports
            .find_overlapping_iter(folded)
            .any(|hit| hit.start() <= 30 && folded.len() - hit.len() <= 45)
    };
    is_heading && WAYS.reports.as_ref().is_some_and(is_one) || WAYS.openings.is_in(folded)
}

/// Whether a folded line says that the document is a consent.
fn says_consent(folded: &str, is_heading: bool) -> bool {
    WAYS.consents.is_in(folded) || is_heading && WAYS.consent_headings.is_in(folded)
}

/// Of each way of saying it one whole word, by which its line is found: the longest that surely ends in it.
pub(crate) fn words() -> impl Iterator<Item = &'static str> {
    [REPORTS, OPENINGS, CONSENTS, CONSENT_HEADINGS]
        .into_iter()
        .flatten()
        .flat_map(|way| {
            let (whole, last) = way.rsplit_once([' ', '\'']).unwrap_or(("", way));
            let longest = whole
                .split([' ', '\'', '-'])
                .max_by_key(|word| word.len())
                .filter(|word| word.len() > 1);
            // A way of one word, or of one letter before it, ends as it likes: in the singular and the plural.
            longest.into_iter().chain(
                longest
                    .is_none()
                    .then_some(last)
                    .into_iter()
                    .flat_map(|last| LAST.iter().filter(move |word| word.starts_with(last)))
                    .copied(),
            )
        })
}

/// The words in which ways without a longer word end.
const LAST: &[&str] = &[
    "consentement",
    "consentements",
    "autorise",
    "authorize",
    "authorise",
];

#[test]
fn every_way_of_saying_it_has_a_word_by_which_its_line_is_found() {
    let known: Vec<&str> = words().collect();
    for way in [REPORTS, OPENINGS, CONSENTS, CONSENT_HEADINGS]
        .into_iter()
        .flatten()
    {
        assert!(
            way.split([' ', '\'', '-'])
                .any(|word| known.contains(&word)),
            "{way}"
        );
    }
}
