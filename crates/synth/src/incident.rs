//! The made-up incident: a clinic group in every province, a theft, every date, texts in both languages.

use jiff::civil::Date;
use whose_model::{
    Contact, Custodian, CustodianKind, Incident, IncidentKind, Judgement, Jurisdiction, Language,
    Offer, Organisation, ServiceProvider,
};

use crate::SynthError;

/// The incident as `incident.toml` holds it.
pub fn incident() -> Incident {
    let contact = Contact {
        name: "Privacy Office / Bureau de la protection des renseignements".to_owned(),
        title: "Chief Privacy Officer".to_owned(),
        phone: "1-800-555-0142".to_owned(),
        hours_en: "Monday to Friday, 8 a.m. to 8 p.m. Central Time".to_owned(),
        hours_fr: "du lundi au vendredi, de 8 h à 20 h, heure du Centre".to_owned(),
        email: "privacy@northernbirch.example".to_owned(),
        address: "100 Clinic Way, Saskatoon SK S7K 0A1".to_owned(),
        website: "https://northernbirch.example/incident".to_owned(),
    };
    let day = |month, day| Some(Date::constant(2026, month, day));
    Incident {
        in_language: std::collections::BTreeMap::new(),
        name: "Northern Birch Clinics, August 2026 (synthetic)".to_owned(),
        kind: IncidentKind::Theft,
        time_zone: "America/Regina".to_owned(),
        began: day(8, 1),
        ended: day(8, 3),
        suspected: day(8, 5),
        discovered: Date::constant(2026, 8, 7),
        determined: day(9, 18),
        contained: day(8, 8),
        exfiltrated: Judgement::Yes,
        encrypted: Judgement::No,
        altered: Judgement::No,
        real_risk_of_significant_harm: Judgement::Yes,
        notice_could_harm: Judgement::No,
        hold_until: None,
        what_happened_en: "Between August 1 and August 3, 2026, someone got into the file server that our clinics share and copied files from it. On August 7 we saw that files had left our network. On September 18 we finished checking the files and knew whose information was in them.".to_owned(),
        what_happened_fr: "Entre le 1er et le 3 août 2026, une personne s'est introduite dans le serveur de fichiers que partagent nos cliniques et en a copié des fichiers. Le 7 août, nous avons constaté que des fichiers étaient sortis de notre réseau. Le 18 septembre, nous avons fini de vérifier les fichiers et nous avons su de qui ils contenaient les renseignements.".to_owned(),
        what_we_did_en: "We shut the way in on August 8, changed every password, told the police and hired experts to look for the files on the internet. We now ask for a second proof at each sign-in, and old files are locked away.".to_owned(),
        what_we_did_fr: "Le 8 août, nous avons fermé l'accès utilisé, changé tous les mots de passe, prévenu la police et chargé des spécialistes de chercher les fichiers sur Internet. Une deuxième preuve d'identité est maintenant demandée à chaque connexion, et les anciens fichiers sont mis sous clé.".to_owned(),
        custodian: Custodian {
            organisation: Organisation {
                name: "Northern Birch Clinics Inc.".to_owned(),
                name_fr: "Cliniques Bouleau du Nord inc.".to_owned(),
                address: "100 Clinic Way, Saskatoon SK S7K 0A1".to_owned(),
                number: String::new(),
            },
            kinds: vec![
                CustodianKind::PrivateOrganization,
                CustodianKind::HealthInformationCustodian,
                CustodianKind::HealthAndSocialServicesBody,
                CustodianKind::Enterprise,
                CustodianKind::AlbertaCustodian,
                CustodianKind::Trustee,
                CustodianKind::HealthCustodian,
            ],
            operates_in: Jurisdiction::CANADA.to_vec(),
            contact: contact.clone(),
            signatory: Contact {
                name: "Robin Placeholder".to_owned(),
                title: "Chief Privacy Officer / Responsable de la protection des renseignements personnels".to_owned(),
                ..contact
            },
        },
        service_provider: Some(ServiceProvider {
            organisation: Organisation {
                name: "Sample Hosting Ltd.".to_owned(),
                ..Organisation::default()
            },
            told_custodian: day(8, 7),
        }),
        offer: Offer {
            monitoring_months: 24,
            provider: "Sample Credit Watch".to_owned(),
            how_en: "Call 1-800-555-0143 or visit https://watch.example and give the code in this letter.".to_owned(),
            how_fr: "Composez le 1 800 555-0143 ou visitez https://watch.example et donnez le code qui figure dans cette lettre.".to_owned(),
            enrol_by: Some(Date::constant(2027, 3, 31)),
        },
        language: Language::En,
        judgements: Default::default(),
        answers: Default::default(),
        notified: Default::default(),
        times: Default::default(),
        dates: Default::default(),
        harm: Vec::new(),
        parties: Vec::new(),
        learned: Vec::new(),
    }
}

/// The text of `incident.toml`.
pub(crate) fn text() -> Result<String, SynthError> {
    let body = toml::to_string(&incident())
        .map_err(|e| crate::ledger::io("incident.toml", std::io::Error::other(e.to_string())))?;
    Ok(format!(
        "# Synthetic: made by whose synth. No such group, no such incident.\n{body}"
    ))
}

#[test]
fn the_file_gives_the_incident_back() {
    assert_eq!(
        toml::from_str::<Incident>(&text().unwrap()).unwrap(),
        incident()
    );
}
