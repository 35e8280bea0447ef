//! The facts a regulator asks for: incident and tally -> a text in both languages, or a question back.
//!
//! Each key is used by questions in `law/`. What the custodian wrote under
//! `answers` goes before what can be made from the other fields. Numbers come
//! from the tally; nothing here is a value of a person.

use jiff::civil::Date;
use whose_model::{Incident, Judgement, Wording};

use crate::conditions;
use crate::incident_level::{Covered, grouped};
use crate::library::Library;
use crate::scope::judgement;
use crate::source::Bilingual;

/// Every key, with the question to put when nothing is known.
const KEYS: &[(&str, &str, &str)] = &[
    (
        "custodian-name",
        "Write the organisation's name.",
        "Inscrivez le nom de l'organisation.",
    ),
    (
        "custodian-number",
        "Write the business number or NEQ.",
        "Inscrivez le numéro d'entreprise ou le NEQ.",
    ),
    (
        "custodian-contact",
        "Name the person to contact, with title, telephone and e-mail.",
        "Nommez la personne à joindre, avec son titre, son téléphone et son courriel.",
    ),
    (
        "provider",
        "Say whether a service provider held the information, and which.",
        "Précisez si un fournisseur de services détenait les renseignements, et lequel.",
    ),
    (
        "kind",
        "Say what kind of incident it is.",
        "Précisez la nature de l'incident.",
    ),
    (
        "what-happened",
        "Describe the circumstances.",
        "Décrivez les circonstances.",
    ),
    (
        "cause",
        "State the cause, or that it is not known.",
        "Indiquez la cause, ou le fait qu'elle est inconnue.",
    ),
    (
        "period",
        "Give the day or period of the incident, or an estimate.",
        "Indiquez la date ou la période de l'incident, ou une estimation.",
    ),
    (
        "discovered",
        "Give the day on which the organisation became aware.",
        "Indiquez la date à laquelle l'organisation a pris connaissance de l'incident.",
    ),
    (
        "determined",
        "Give the day on which it was determined that personal information was involved.",
        "Indiquez la date à laquelle il a été établi que des renseignements personnels étaient visés.",
    ),
    (
        "contained",
        "Give the day on which the incident was contained.",
        "Indiquez la date à laquelle l'incident a été maîtrisé.",
    ),
    (
        "elements",
        "List the kinds of information, or say why they are not known.",
        "Énumérez les renseignements visés, ou indiquez pourquoi ils sont inconnus.",
    ),
    (
        "people",
        "Give the number of people, or an estimate.",
        "Indiquez le nombre de personnes, ou une estimation.",
    ),
    (
        "people-in-area",
        "Give the number of people who live there.",
        "Indiquez le nombre de personnes qui y résident.",
    ),
    (
        "people-by-place",
        "Give the number of people by province or state.",
        "Indiquez le nombre de personnes par province ou État.",
    ),
    (
        "harm",
        "Give the assessment of the risk of harm, with its reasons.",
        "Indiquez l'évaluation du risque de préjudice, avec ses motifs.",
    ),
    (
        "harm-reasoning",
        "Explain what harm may follow and why.",
        "Expliquez quel préjudice peut en résulter et pourquoi.",
    ),
    (
        "exfiltrated",
        "Say whether files were copied out.",
        "Précisez si des fichiers ont été copiés.",
    ),
    (
        "what-we-did",
        "Describe what was done to contain the incident and reduce harm.",
        "Décrivez ce qui a été fait pour maîtriser l'incident et réduire le préjudice.",
    ),
    (
        "prevention",
        "Describe what is done to prevent another, with dates.",
        "Décrivez les mesures prises pour éviter un nouvel incident, avec leurs dates.",
    ),
    (
        "safeguards",
        "Describe the safeguards that were in place.",
        "Décrivez les mesures de sécurité qui étaient en place.",
    ),
    (
        "notice-individuals",
        "Say how and when the people were or will be told.",
        "Précisez comment et quand les personnes ont été ou seront avisées.",
    ),
    (
        "notice-indirect",
        "If notice is not direct, say why.",
        "Si l'avis n'est pas direct, indiquez pourquoi.",
    ),
    (
        "notice-others",
        "Name the other organisations and authorities that were told, with dates.",
        "Nommez les autres organismes et autorités avisés, avec les dates.",
    ),
    (
        "offer",
        "Say what is offered to the people.",
        "Précisez ce qui est offert aux personnes.",
    ),
    (
        "investigation",
        "Describe the investigation: root cause, timeline, how the count was made.",
        "Décrivez l'enquête : cause première, chronologie, méthode de dénombrement.",
    ),
    (
        "incident-count",
        "Give the number of such incidents in the calendar year.",
        "Indiquez le nombre d'incidents semblables dans l'année civile.",
    ),
];

/// Whether a question may ask for this fact.
pub(crate) fn is_known(key: &str) -> bool {
    KEYS.iter().any(|(known, _, _)| *known == key)
}

/// The keys that `[answers]` may use, in the order of the documentation.
pub fn answer_keys() -> impl Iterator<Item = &'static str> {
    KEYS.iter().map(|(key, _, _)| *key)
}

/// What to write when a fact is missing.
pub(crate) fn ask(key: &str) -> Bilingual {
    KEYS.iter()
        .find(|(known, _, _)| *known == key)
        .map(|(_, en, fr)| both(*en, *fr))
        .unwrap_or_default()
}

/// What a report may draw on.
pub(crate) struct Sources<'a> {
    pub library: &'a Library,
    pub incident: &'a Incident,
    pub covered: &'a Covered,
    /// The area of the regime, as `ca-qc`.
    pub area: &'a str,
    /// The judgement of the duty's harm test.
    pub harm_test: Option<&'a str>,
}

fn both(en: impl Into<String>, fr: impl Into<String>) -> Bilingual {
    Bilingual {
        en: en.into(),
        fr: fr.into(),
    }
}

fn written(en: &str, fr: &str) -> Option<Bilingual> {
    let (en, fr) = (en.trim(), fr.trim());
    (!en.is_empty() || !fr.is_empty()).then(|| both(en, fr))
}

fn day(day: Date) -> Bilingual {
    both(day.to_string(), day.to_string())
}

impl Sources<'_> {
    /// The text for a fact, when it is known.
    pub(crate) fn text(&self, key: &str) -> Option<Bilingual> {
        let incident = self.incident;
        if let Some(Wording { en, fr }) = incident.answers.get(key)
            && let Some(text) = written(en, fr)
        {
            return Some(text);
        }
        let organisation = &incident.custodian.organisation;
        match key {
            "custodian-name" => {
                let fr = if organisation.name_fr.is_empty() {
                    &organisation.name
                } else {
                    &organisation.name_fr
                };
                written(&organisation.name, fr)
            }
            "custodian-number" => written(&organisation.number, &organisation.number),
            "custodian-contact" => self.contact(),
            "provider" => incident.service_provider.as_ref().and_then(|provider| {
                let name = &provider.organisation.name;
                written(name, name)
            }),
            "kind" => Some(kind(incident)),
            "what-happened" => written(&incident.what_happened_en, &incident.what_happened_fr),
            "period" => self.period(),
            "discovered" => Some(day(incident.discovered)),
            "determined" => incident.determined.map(day),
            "contained" => incident.contained.map(day),
            "elements" => self.elements(),
            "people" => self.people(),
            "people-in-area" => self.people_in_area(),
            "people-by-place" => self.people_by_place(),
            "harm" => self.harm(),
            "exfiltrated" => exfiltrated(incident.exfiltrated),
            "what-we-did" => written(&incident.what_we_did_en, &incident.what_we_did_fr),
            "notice-individuals" => incident.notified.get("individuals").map(|day| {
                both(
                    format!("The people were told on {day}."),
                    format!("Les personnes ont été avisées le {day}."),
                )
            }),
            "notice-others" => self.notified_others(),
            "offer" => self.offer(),
            _ => None,
        }
    }

    fn contact(&self) -> Option<Bilingual> {
        let contact = &self.incident.custodian.contact;
        let parts: Vec<&str> = [
            &contact.name,
            &contact.title,
            &contact.phone,
            &contact.email,
            &contact.address,
        ]
        .into_iter()
        .map(|part| part.trim())
        .filter(|part| !part.is_empty())
        .collect();
        let text = parts.join(", ");
        written(&text, &text)
    }

    fn period(&self) -> Option<Bilingual> {
        match (self.incident.began, self.incident.ended) {
            (Some(began), Some(ended)) if began == ended => Some(day(began)),
            (Some(began), Some(ended)) => Some(both(
                format!("From {began} to {ended}."),
                format!("Du {began} au {ended}."),
            )),
            (Some(began), None) => Some(both(
                format!("From {began}; the end is not known."),
                format!("À partir du {began}; la fin est inconnue."),
            )),
            (None, Some(ended)) => Some(both(
                format!("Until {ended}; the beginning is not known."),
                format!("Jusqu'au {ended}; le début est inconnu."),
            )),
            (None, None) => None,
        }
    }

    fn elements(&self) -> Option<Bilingual> {
        let elements = &self.covered.group.elements;
        if elements.is_empty() {
            return None;
        }
        let mut text = both(String::new(), String::new());
        for (element, n) in elements {
            let (en, fr) = self
                .library
                .element_words(*element)
                .unwrap_or((element.id(), element.id()));
            for (text, words, separator) in [(&mut text.en, en, ','), (&mut text.fr, fr, '\u{a0}')]
            {
                if !text.is_empty() {
                    text.push_str("; ");
                }
                let n = grouped(*n).replace(',', &separator.to_string());
                text.push_str(&format!("{words} ({n})"));
            }
        }
        Some(text)
    }

    fn people(&self) -> Option<Bilingual> {
        let covered = self.covered;
        if covered.hypothetical {
            return None;
        }
        let total = covered.sure + covered.possible;
        let mut text = both(grouped(total), french(total));
        if covered.sure > 0 && covered.possible > 0 {
            text.en.push_str(&format!(
                ", of whom {} only if open questions are answered so",
                grouped(covered.possible)
            ));
            text.fr.push_str(&format!(
                ", dont {} sous réserve de questions ouvertes",
                french(covered.possible)
            ));
        }
        Some(text)
    }

    fn people_in_area(&self) -> Option<Bilingual> {
        if self.covered.hypothetical {
            return None;
        }
        let n = self
            .covered
            .by_place
            .iter()
            .filter(|(place, _)| {
                place.as_str() == self.area || place.starts_with(&format!("{}-", self.area))
            })
            .map(|(_, (sure, possible))| sure + possible)
            .sum::<u64>();
        let unknown = self
            .covered
            .by_place
            .get("unknown")
            .map_or(0, |(sure, possible)| sure + possible);
        let mut text = both(grouped(n), french(n));
        if unknown > 0 {
            text.en.push_str(&format!(
                "; residence is not known for {}",
                grouped(unknown)
            ));
            text.fr
                .push_str(&format!("; résidence inconnue pour {}", french(unknown)));
        }
        Some(text)
    }

    fn people_by_place(&self) -> Option<Bilingual> {
        if self.covered.hypothetical {
            return None;
        }
        let list = |number: &dyn Fn(u64) -> String, unknown: &str| {
            self.covered
                .by_place
                .iter()
                .map(|(place, (sure, possible))| {
                    let place = if place == "unknown" { unknown } else { place };
                    format!("{place}: {}", number(sure + possible))
                })
                .collect::<Vec<_>>()
                .join("; ")
        };
        Some(both(list(&grouped, "not known"), list(&french, "inconnue")))
    }

    fn harm(&self) -> Option<Bilingual> {
        let test = self.harm_test?;
        let answer = judgement(self.incident, test);
        if answer == Judgement::Undecided {
            return None;
        }
        let (en, fr) = self.library.question(test)?;
        let elements: Vec<_> = self.covered.group.elements.keys().copied().collect();
        let factors = conditions::element_factors(self.library, &elements)
            .into_iter()
            .chain(conditions::incident_factors(self.incident))
            .collect::<Vec<_>>()
            .join("; ");
        let (yes_en, yes_fr) = match answer {
            Judgement::Yes => ("Yes", "Oui"),
            _ => ("No", "Non"),
        };
        Some(both(
            format!("{en} {yes_en}. Factors: {factors}."),
            format!("{fr} {yes_fr}."),
        ))
    }

    fn notified_others(&self) -> Option<Bilingual> {
        let named = |french: bool| {
            self.incident
                .notified
                .iter()
                .filter(|(code, _)| code.as_str() != "individuals")
                .map(|(code, day)| {
                    let name = self
                        .library
                        .regulator(code)
                        .map_or(code.as_str(), |one| if french { &one.fr } else { &one.en });
                    format!("{name} ({day})")
                })
                .collect::<Vec<_>>()
                .join("; ")
        };
        written(&named(false), &named(true))
    }

    fn offer(&self) -> Option<Bilingual> {
        let offer = &self.incident.offer;
        (offer.monitoring_months > 0).then(|| {
            let provider = if offer.provider.is_empty() {
                String::new()
            } else {
                format!(" ({})", offer.provider)
            };
            both(
                format!(
                    "{} months of credit or identity monitoring{provider}.",
                    offer.monitoring_months
                ),
                format!(
                    "{} mois de surveillance du crédit ou de l'identité{provider}.",
                    offer.monitoring_months
                ),
            )
        })
    }
}

fn kind(incident: &Incident) -> Bilingual {
    use whose_model::IncidentKind as Kind;
    match incident.kind {
        Kind::Theft => both(
            "Theft: the information was taken without authority.",
            "Vol : les renseignements ont été pris sans autorisation.",
        ),
        Kind::Loss => both("Loss.", "Perte."),
        Kind::RansomwareWithoutExfiltration => both(
            "Ransomware: the information was encrypted; no sign that it was copied.",
            "Rançongiciel : les renseignements ont été chiffrés; rien n'indique qu'ils ont été copiés.",
        ),
        Kind::UnauthorizedAccess => both("Unauthorized access.", "Accès non autorisé."),
        Kind::UnauthorizedUse => both("Unauthorized use.", "Utilisation non autorisée."),
        Kind::UnauthorizedDisclosure => {
            both("Unauthorized disclosure.", "Communication non autorisée.")
        }
        Kind::ImproperDisposal => both(
            "Disposed of other than the law allows.",
            "Élimination non conforme à la loi.",
        ),
        Kind::Alteration => both(
            "Changed or destroyed without authority.",
            "Modification ou destruction non autorisée.",
        ),
    }
}

fn exfiltrated(answer: Judgement) -> Option<Bilingual> {
    match answer {
        Judgement::Yes => Some(both(
            "Files were copied out.",
            "Des fichiers ont été copiés.",
        )),
        Judgement::No => Some(both(
            "No files were copied out.",
            "Aucun fichier n'a été copié.",
        )),
        Judgement::Undecided => None,
    }
}

/// A number with the thin divisions French uses: no-break spaces.
fn french(n: u64) -> String {
    grouped(n).replace(',', "\u{a0}")
}
