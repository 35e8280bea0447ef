//! Made-up incidents and people for the tests and the measurements of this crate.

#![allow(dead_code)] // each test file uses its part

use jiff::civil::date;
use whose_letters::{
    Change, ComplaintRight, Delivery, Exposed, Languages, LetterInput, LetterKind, NoticeInput,
    Press, Question, Recipient, ReportInput, Searched, Since, Stage, Told,
};
use whose_model::{
    Cause, Contact, DataElement, Incident, Judgement, Jurisdiction, Language, Offer, Organisation,
    PersonId, PersonName, Phi, PostalAddress, Representative, RepresentativeKind, ServiceProvider,
};

/// The third language of the tests, as its file has it.
pub(crate) fn spanish() -> &'static str {
    let all = Languages::further().iter();
    all.clone()
        .find(|(tag, _)| *tag == "es")
        .map(|(_, text)| *text)
        .expect("Spanish comes with the program")
}

/// Spanish as if somebody whose language it is had read it, so that papers can be approved.
pub(crate) fn reviewed_spanish() -> String {
    let text = spanish();
    assert!(text.contains("reviewed-by = \"\""), "nobody has yet");
    text.replace("reviewed-by = \"\"", "reviewed-by = \"a test\"")
}

/// English, French and the third.
pub(crate) fn languages() -> [Language; 3] {
    let third = Language::from_tag("es").expect("a tag");
    [Language::En, Language::Fr, third]
}

/// A press for all three.
pub(crate) fn press() -> Press {
    let mut all = Languages::shipped().expect("our own wording is sound");
    all.add(&reviewed_spanish())
        .expect("the third language is sound");
    Press::of(all).expect("our own fonts are sound")
}

/// As a custodian writes it in `incident.toml`.
const INCIDENT: &str = r#"
name = "northern-clinics"
kind = "theft"
time_zone = "America/Regina"
began = "2026-02-21"
ended = "2026-03-01"
discovered = "2026-03-03"
determined = "2026-04-10"
contained = "2026-03-04"
exfiltrated = "yes"
encrypted = "no"
what_happened_en = "Someone broke into the computers of our clinics and copied files. Some of the files held facts about patients."
what_happened_fr = "Quelqu’un est entré dans les ordinateurs de nos cliniques et a copié des fichiers. Certains contenaient des renseignements sur des patients."
what_we_did_en = "We shut off the account that was used and changed all passwords. Outside experts checked our computers. We now ask for a second step to sign in."
what_we_did_fr = "Nous avons fermé le compte utilisé et changé tous les mots de passe. Des experts ont vérifié nos ordinateurs. La connexion demande maintenant une deuxième étape."

[in.es]
what_happened = "Alguien entró en las computadoras de nuestras clínicas y copió archivos. Algunos tenían datos de pacientes."
what_we_did = "Cerramos la cuenta que se usó y cambiamos todas las contraseñas. Unos expertos revisaron nuestras computadoras. Ahora pedimos un segundo paso para entrar."
how_to_enrol = "Use el código que está en el sobre."
hours = "de lunes a viernes, de 8 a. m. a 8 p. m."

[custodian]
kinds = ["trustee"]
operates_in = ["ca-sk"]
[custodian.organisation]
name = "Northern Lights Clinic Group"
name_fr = "Groupe de cliniques Aurore boréale"
address = "100 Example Avenue, Saskatoon SK  S7K 0A1"
number = "123456789"
[custodian.contact]
name = "Privacy line"
phone = "1-800-555-0100"
hours_en = "Monday to Friday, 8 a.m. to 8 p.m."
hours_fr = "du lundi au vendredi, de 8 h à 20 h"
email = "privacy@example.org"
website = "https://example.org/incident"
[custodian.signatory]
name = "Dr. Anna Made-Up"
title = "Chief Executive Officer"

[offer]
monitoring_months = 60
provider = "Example Credit Watch"
how_en = "Use the code on the second page."
how_fr = "Servez-vous du code qui est dans l’enveloppe."
enrol_by = "2026-12-31"
"#;

pub(crate) fn incident() -> Incident {
    toml::from_str(INCIDENT).expect("the made-up incident is well-formed")
}

pub(crate) fn name(given: &str, family: &str) -> Phi<PersonName> {
    Phi::new(PersonName {
        given: given.into(),
        family: family.into(),
        ..PersonName::default()
    })
}

pub(crate) fn address() -> Phi<PostalAddress> {
    Phi::new(PostalAddress {
        street: "4-12 Made-Up Street".into(),
        city: "Saskatoon".into(),
        province: "SK".into(),
        postal_code: "S7K 1A1".into(),
        country: String::new(),
    })
}

/// An adult in English with seven elements.
pub(crate) fn adult(incident: &Incident) -> LetterInput<'_> {
    LetterInput {
        incident,
        language: Language::En,
        kind: LetterKind::First,
        delivery: Delivery::default(),
        code: None,
        reference: PersonId("P-0123456789AB".into()),
        date: date(2026, 5, 1),
        recipient: Recipient {
            about: name("Marie-Ève", "Nguyễn-Łukasz"),
            representative: None,
            address: Some(address()),
            residence: Some(Jurisdiction::Saskatchewan),
        },
        source_of_data: Some(Phi::new("a referral from your family doctor".into())),
        elements: vec![
            DataElement::Name.into(),
            DataElement::BirthDate.into(),
            DataElement::Address.into(),
            DataElement::Phone.into(),
            Exposed {
                element: DataElement::HealthNumber,
                details: vec![],
                days: None,
                issuer: Some(Jurisdiction::Saskatchewan),
            },
            Exposed {
                element: DataElement::LabResult,
                details: vec![Phi::new("March 2024".into())],
                days: None,
                issuer: None,
            },
            DataElement::Diagnosis.into(),
        ],
        not_found: vec![
            DataElement::SocialInsuranceNumber,
            DataElement::PaymentCard,
            DataElement::BankAccount,
            DataElement::Credential,
        ],
        searched: Searched {
            n_exhibits: 1204,
            n_not_read: 3,
            n_with_gaps: 1,
        },
        complaint_rights: vec![ComplaintRight {
            regulator: "Office of the Saskatchewan Information and Privacy Commissioner".into(),
            contact: vec!["Telephone: 555-0101".into()],
            text: String::new(),
            text_in: Language::En,
        }],
        told: vec![Told {
            name: "Office of the Saskatchewan Information and Privacy Commissioner".into(),
            on: Some(date(2026, 3, 5)),
        }],
        notes: vec!["Two birth dates were found; the roster's was used.".into()],
        stage: Stage::Approved,
    }
}

/// The same in French, in Quebec.
pub(crate) fn adult_fr(incident: &Incident) -> LetterInput<'_> {
    let mut input = adult(incident);
    input.language = Language::Fr;
    input.recipient.about = name("Étienne", "Tremblay-Lavoie");
    input.recipient.residence = Some(Jurisdiction::Quebec);
    input.recipient.address = Some(Phi::new(PostalAddress {
        street: "12, rue de l’Exemple, app. 4".into(),
        city: "Québec".into(),
        province: "QC".into(),
        postal_code: "G1A 1A1".into(),
        country: "Canada".into(),
    }));
    input.source_of_data = Some(Phi::new("une demande de votre médecin de famille".into()));
    input.elements[4].issuer = Some(Jurisdiction::Quebec);
    input.elements[5].details = vec![Phi::new("mars 2024".into())];
    input.complaint_rights[0] = ComplaintRight {
        regulator: "Commission d’accès à l’information du Québec".into(),
        contact: vec!["Téléphone : 555-0102".into()],
        text: String::new(),
        text_in: Language::Fr,
    };
    input.told = vec![Told {
        name: "Commission d’accès à l’information du Québec".into(),
        on: Some(date(2026, 4, 1)),
    }];
    input.notes = vec!["Deux dates de naissance trouvées.".into()];
    input
}

/// The same in Spanish, in Texas.
pub(crate) fn adult_es(incident: &Incident) -> LetterInput<'_> {
    let mut input = adult(incident);
    input.language = languages()[2];
    input.recipient.about = name("Íñigo", "Peña Muñoz");
    input.recipient.residence = Some(Jurisdiction::Other("us-tx".into()));
    input.recipient.address = Some(Phi::new(PostalAddress {
        street: "12 Made-Up Street Apt 4".into(),
        city: "El Paso".into(),
        province: "TX".into(),
        postal_code: "79901".into(),
        country: "USA".into(),
    }));
    input.source_of_data = Some(Phi::new("su médico de familia".into()));
    input.elements[4].issuer = None;
    input.elements[5].details = vec![Phi::new("marzo de 2024".into())];
    let office = "Office for Civil Rights, U.S. Department of Health and Human Services";
    input.complaint_rights[0] = ComplaintRight {
        regulator: office.into(),
        contact: vec!["Teléfono: 555-0103".into()],
        text: String::new(),
        text_in: Language::En,
    };
    input.told = vec![Told {
        name: office.into(),
        on: Some(date(2026, 4, 1)),
    }];
    input.notes = vec!["Se encontraron dos fechas de nacimiento.".into()];
    input
}

/// An adult of each language.
pub(crate) fn adult_in(incident: &Incident, language: Language) -> LetterInput<'_> {
    match language {
        Language::En => adult(incident),
        Language::Fr => adult_fr(incident),
        Language::Other(_) => adult_es(incident),
    }
}

pub(crate) fn child(incident: &Incident) -> LetterInput<'_> {
    let mut input = adult(incident);
    input.recipient.about = name("Léa", "Roy");
    input.recipient.representative = Some(Representative {
        kind: RepresentativeKind::ParentOrGuardian,
        name: None,
    });
    input
        .elements
        .push(DataElement::SocialInsuranceNumber.into());
    input.not_found.remove(0);
    input
}

pub(crate) fn estate(incident: &Incident) -> LetterInput<'_> {
    let mut input = adult(incident);
    input.recipient.about = name("John", "Smith");
    input.recipient.representative = Some(Representative {
        kind: RepresentativeKind::Estate,
        name: Some(name("Ann", "Smith")),
    });
    input
}

pub(crate) fn many(incident: &Incident) -> LetterInput<'_> {
    let mut input = adult(incident);
    input.elements = DataElement::ALL.iter().map(|&e| e.into()).collect();
    input.not_found.clear();
    input
}

pub(crate) fn few(incident: &Incident) -> LetterInput<'_> {
    let mut input = adult(incident);
    input.elements = vec![DataElement::Name.into()];
    input.source_of_data = None;
    input.not_found = DataElement::ALL[1..].to_vec();
    input.searched = Searched {
        n_exhibits: 12,
        n_not_read: 0,
        n_with_gaps: 0,
    };
    input
}

/// A draft that lacks nearly everything.
pub(crate) fn bare() -> Incident {
    let mut incident = incident();
    incident.began = None;
    incident.ended = None;
    incident.contained = None;
    incident.exfiltrated = Judgement::Undecided;
    incident.what_happened_en.clear();
    incident.what_happened_fr.clear();
    incident.what_we_did_en.clear();
    incident.what_we_did_fr.clear();
    incident.in_language.clear();
    incident.custodian.contact = Contact::default();
    incident.custodian.signatory = Contact::default();
    incident.custodian.organisation = Organisation::default();
    incident.offer = Offer::default();
    incident.service_provider = Some(ServiceProvider {
        organisation: Organisation {
            name: "Example Hosting".into(),
            ..Organisation::default()
        },
        told_custodian: Some(date(2026, 3, 2)),
    });
    incident
}

pub(crate) fn no_address(incident: &Incident) -> LetterInput<'_> {
    let mut input = adult(incident);
    input.recipient.address = None;
    input.complaint_rights.clear();
    input.told.clear();
    input.stage = Stage::Draft;
    input
}

pub(crate) fn report(incident: &Incident, language: Language) -> ReportInput<'_> {
    ReportInput {
        incident,
        language,
        date: date(2026, 5, 1),
        place: Some(Jurisdiction::Saskatchewan),
        regulator: "Office of the Saskatchewan Information and Privacy Commissioner".into(),
        regime: "The Health Information Protection Act".into(),
        citation: "Rules of Procedure, Rule 5-1".into(),
        due: "as soon as possible".into(),
        questions: vec![
            Question {
                section: "Step 1: containment".into(),
                is_unverified: false,
                question: "When and how was the breach contained?".into(),
                citation: "Rule 5-4".into(),
                answer: vec!["On March 4, 2026. The account was shut off.".into()],
                missing: None,
            },
            Question {
                section: "Step 3: investigation".into(),
                is_unverified: true,
                question: "What is the root cause?".into(),
                citation: "Rule 5-4".into(),
                answer: vec![],
                missing: Some("the investigation has not named a cause".into()),
            },
        ],
        since: Some(Since {
            on: date(2026, 4, 20),
            changes: vec![
                Change::People(7100, 7293),
                Change::Place(Some(Jurisdiction::Saskatchewan), 7000, 7100),
                Change::Element(DataElement::HealthNumber, 6500, 6800),
                Change::Answer(
                    "When and how was the breach contained?".into(),
                    String::new(),
                    "On March 4, 2026.".into(),
                ),
            ],
        }),
        n_individuals: 7293,
        by_province: vec![
            (Some(Jurisdiction::Saskatchewan), 7100),
            (Some(Jurisdiction::Other("us-nd".into())), 3),
            (None, 190),
        ],
        by_element: vec![(DataElement::Name, 7293), (DataElement::HealthNumber, 6800)],
        gaps: vec![(Cause::Password, 3), (Cause::Corrupt, 1)],
        tables: vec![],
        searched: Searched {
            n_exhibits: 1204,
            n_not_read: 3,
            n_with_gaps: 1,
        },
        timeline: vec![
            whose_letters::Event {
                on: incident.began,
                what: "First access".into(),
            },
            whose_letters::Event {
                on: None,
                what: "Files copied out".into(),
            },
        ],
        notes: vec!["The count may change.".into()],
        stage: Stage::Draft,
    }
}

pub(crate) fn notice(incident: &Incident, language: Language) -> NoticeInput<'_> {
    NoticeInput {
        incident,
        language,
        date: date(2026, 5, 1),
        place: Some(Jurisdiction::Saskatchewan),
        n_individuals: Some(7293),
        elements: vec![
            DataElement::Name,
            DataElement::BirthDate,
            DataElement::HealthNumber,
            DataElement::Diagnosis,
        ],
        searched: Searched {
            n_exhibits: 1204,
            n_not_read: 3,
            n_with_gaps: 1,
        },
        complaint_rights: adult(incident).complaint_rights,
        told: adult(incident).told,
        stage: Stage::Draft,
    }
}

fn say_in_spanish(incident: &mut Incident, what_happened: &str, what_we_did: &str) {
    let words = incident.in_language.entry(languages()[2]).or_default();
    words.what_happened = what_happened.to_owned();
    words.what_we_did = what_we_did.to_owned();
}

/// Three incidents of other kinds, by which ten letters differ: snooping, a lost device that was locked, a misdirected fax.
pub(crate) fn other_incidents() -> [Incident; 3] {
    let with = |change: &dyn Fn(&mut Incident)| {
        let mut incident = incident();
        incident.offer = Offer::default();
        change(&mut incident);
        incident
    };
    [
        with(&|one| {
            one.kind = whose_model::IncidentKind::UnauthorizedAccess;
            say_in_spanish(
                one,
                "Una persona de nuestra clínica abrió su expediente sin ningún motivo. Lo vimos al revisar quién abre los expedientes.",
                "Esta persona ya no trabaja con nosotros. Ahora revisamos cada semana quién abre los expedientes.",
            );
            one.exfiltrated = Judgement::No;
            one.what_happened_en = "An employee of our clinic opened your file and had no reason to. We found this when we checked who opens files.".into();
            one.what_happened_fr = "Une personne de notre clinique a ouvert votre dossier sans raison. Nous l’avons vu en vérifiant qui ouvre les dossiers.".into();
            one.what_we_did_en =
                "This person no longer works for us. We now check every week who opens files."
                    .into();
            one.what_we_did_fr = "Cette personne ne travaille plus pour nous. Nous vérifions maintenant chaque semaine qui ouvre les dossiers.".into();
        }),
        with(&|one| {
            one.kind = whose_model::IncidentKind::Loss;
            say_in_spanish(
                one,
                "Una enfermera perdió una computadora portátil cuando iba a una visita a domicilio.",
                "Avisamos a la policía. Ahora podemos borrar desde la oficina una computadora perdida.",
            );
            one.exfiltrated = Judgement::Undecided;
            one.encrypted = Judgement::Yes;
            one.what_happened_en = "A nurse lost a laptop on the way to a home visit.".into();
            one.what_happened_fr = "Une infirmière a perdu un ordinateur portable en allant faire une visite à domicile.".into();
            one.what_we_did_en =
                "We told the police. We can now erase a lost laptop from our office.".into();
            one.what_we_did_fr = "Nous avons prévenu la police. Nous pouvons maintenant effacer à distance un ordinateur perdu.".into();
        }),
        with(&|one| {
            one.kind = whose_model::IncidentKind::UnauthorizedDisclosure;
            say_in_spanish(
                one,
                "Enviamos un fax a un número equivocado. Lo recibió una tienda, que nos llamó.",
                "La tienda nos devolvió las páginas. Hemos quitado los números viejos de nuestra lista.",
            );
            one.exfiltrated = Judgement::No;
            one.ended = one.began;
            one.what_happened_en =
                "We sent a fax to a wrong number. A shop received it and called us.".into();
            one.what_happened_fr = "Nous avons envoyé une télécopie à un mauvais numéro. Un commerce l’a reçue et nous a appelés.".into();
            one.what_we_did_en =
                "The shop gave the pages back to us. We have removed old numbers from our list."
                    .into();
            one.what_we_did_fr = "Le commerce nous a rendu les pages. Nous avons retiré les anciens numéros de notre liste.".into();
        }),
    ]
}

/// Ten letters that differ in reader, kind and incident.
pub(crate) fn ten<'a>(
    incident: &'a Incident,
    others: &'a [Incident; 3],
    language: Language,
) -> Vec<(&'static str, LetterInput<'a>)> {
    let to = |incident: &'a Incident| adult_in(incident, language);
    let with = |change: &dyn Fn(&mut LetterInput<'a>)| {
        let mut input = to(incident);
        change(&mut input);
        input
    };
    let [snooping, lost, fax] = others;
    let for_another = |kind, named: bool| {
        with(&|input| {
            input.recipient.representative = Some(Representative {
                kind,
                name: named.then(|| name("Claude", "Roy")),
            });
        })
    };
    let mut lost = to(lost);
    lost.elements.truncate(4);
    let mut fax = to(fax);
    fax.elements = vec![DataElement::Name.into(), DataElement::LabResult.into()];
    vec![
        (
            "adult",
            with(&|input| input.code = Some(Phi::new("KX7P-22MD".into()))),
        ),
        (
            "child",
            for_another(RepresentativeKind::ParentOrGuardian, false),
        ),
        ("estate", for_another(RepresentativeKind::Estate, true)),
        (
            "representative",
            for_another(RepresentativeKind::SubstituteDecisionMaker, true),
        ),
        (
            "supplement",
            with(&|input| {
                input.kind = LetterKind::Supplement {
                    first_on: date(2026, 4, 2),
                    known: vec![
                        DataElement::Name,
                        DataElement::BirthDate,
                        DataElement::Address,
                    ],
                };
            }),
        ),
        (
            "safe-contact",
            with(&|input| input.delivery.discreet = true),
        ),
        (
            "money",
            with(&|input| {
                input.elements = [
                    DataElement::Name,
                    DataElement::SocialInsuranceNumber,
                    DataElement::BankAccount,
                    DataElement::PaymentCard,
                    DataElement::Credential,
                ]
                .map(Exposed::from)
                .to_vec();
                input.not_found.clear();
            }),
        ),
        ("snooping", to(snooping)),
        ("lost-and-locked", lost),
        ("wrong-fax", fax),
    ]
}
