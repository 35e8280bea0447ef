//! The facts a regulator asks for: incident and tally -> a text in both languages, or a question back.
//!
//! Each key is used by questions in `law/`. What the custodian wrote under
//! `answers` goes before what can be made from the other fields. Numbers come
//! from the tally; nothing here is a value of a person.

use jiff::civil::Date;
use whose_model::{Incident, Judgement, Obligation, Wording};

use crate::conditions;
use crate::incident_level::{Covered, grouped};
use crate::library::Library;
use crate::scope::judgement;
use crate::source::Bilingual;

/// What a report may draw on.
pub(crate) struct Sources<'a> {
    pub library: &'a Library,
    pub incident: &'a Incident,
    /// The duty that the report carries out.
    pub obligation: &'a Obligation,
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
            "encrypted" => encrypted(incident.encrypted),
            "people-minors" => self.of_them(self.covered.group.minors),
            "people-dead" => self.of_them(self.covered.group.deceased),
            "other-organisations" => self.parties(),
            "media-notice" => incident.notified.get("media").map(|day| {
                both(
                    format!("The media were told on {day}."),
                    format!("Les médias ont été avisés le {day}."),
                )
            }),
            "attestation" => {
                let who = &incident.custodian.signatory;
                let text = [who.name.trim(), who.title.trim()]
                    .into_iter()
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(", ");
                written(&text, &text)
            }
            "clock" => self.clock(),
            "year-stolen" => Some(self.year("stolen")),
            "year-lost" => Some(self.year("lost")),
            "year-used" => Some(self.year("used")),
            "year-disclosed" => Some(self.year("disclosed")),
            "year-band" => self.band(),
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

    fn of_them(&self, n: u64) -> Option<Bilingual> {
        (!self.covered.hypothetical).then(|| both(grouped(n), french(n)))
    }

    fn parties(&self) -> Option<Bilingual> {
        let names: Vec<&str> = self
            .incident
            .parties
            .iter()
            .map(|party| party.name.as_str())
            .collect();
        written(&names.join("; "), &names.join("; "))
    }

    /// Discovery, the day on which the report is due, and the day on which it was made.
    fn clock(&self) -> Option<Bilingual> {
        let discovered = self.incident.discovered;
        let mut text = both(
            format!("Discovered on {discovered}."),
            format!("Découvert le {discovered}."),
        );
        if let Some(due) = self.obligation.due {
            text.en.push_str(&format!(" Due on {due}."));
            text.fr
                .push_str(&format!(" À faire au plus tard le {due}."));
        }
        let made = self.incident.notified.get(&self.obligation.addressee);
        if let Some(made) = made {
            text.en.push_str(&format!(" Reported on {made}."));
            text.fr.push_str(&format!(" Signalé le {made}."));
        }
        (made.is_some() || self.obligation.due.is_some()).then_some(text)
    }

    /// What this incident adds to one count of a year's return; the custodian adds its other incidents.
    fn year(&self, category: &str) -> Bilingual {
        use whose_model::IncidentKind as Kind;
        let mine = match self.incident.kind {
            Kind::Theft => "stolen",
            Kind::Loss | Kind::ImproperDisposal => "lost",
            // The court read encryption as a use and a loss; the return counts an incident once.
            Kind::RansomwareWithoutExfiltration
            | Kind::UnauthorizedAccess
            | Kind::UnauthorizedUse
            | Kind::Alteration => "used",
            Kind::UnauthorizedDisclosure => "disclosed",
        };
        let n = u8::from(mine == category);
        let year = self.incident.discovered.year();
        both(
            format!("{n} by this incident. Add the other incidents of {year}."),
            format!("{n} pour cet incident. Ajoutez les autres incidents de {year}."),
        )
    }

    fn band(&self) -> Option<Bilingual> {
        if self.covered.hypothetical {
            return None;
        }
        let (en, fr) = match self.covered.sure + self.covered.possible {
            0 => ("nobody", "personne"),
            1 => ("1 person", "1 personne"),
            2..=10 => ("2 to 10 people", "de 2 à 10 personnes"),
            11..=50 => ("11 to 50 people", "de 11 à 50 personnes"),
            51..=100 => ("51 to 100 people", "de 51 à 100 personnes"),
            _ => ("more than 100 people", "plus de 100 personnes"),
        };
        Some(both(
            format!("This incident: {en}."),
            format!("Cet incident : {fr}."),
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

fn encrypted(answer: Judgement) -> Option<Bilingual> {
    match answer {
        Judgement::Yes => Some(both(
            "It was encrypted, and the key is believed to be safe.",
            "Les renseignements étaient chiffrés, et la clé est tenue pour sûre.",
        )),
        Judgement::No => Some(both(
            "It was not encrypted.",
            "Les renseignements n'étaient pas chiffrés.",
        )),
        Judgement::Undecided => None,
    }
}

/// A number with the thin divisions French uses: no-break spaces.
fn french(n: u64) -> String {
    grouped(n).replace(',', "\u{a0}")
}
