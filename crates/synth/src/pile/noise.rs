//! Files about nobody, with numbers that look like people's; staff and on-call lists; copies in a second place.

use whose_model::{DataElement, Language};

use super::{Kind, Pile, sql::clinician_note};
use crate::{
    SynthError,
    chance::Chance,
    ledger::{Item, Note, io},
    lists::LISTS,
    pack::{MARK, docx, pdf, xlsx},
};

/// Writes what is about no patient.
pub(crate) fn write(pile: &mut Pile<'_>) -> Result<(), SynthError> {
    let mut chance = pile.chance("noise", 0);
    plain(pile, "README - synthetic data.txt", "txt", format!("{MARK}\n\nEverything in this folder was made by `whose synth`. Health numbers are valid in form only and belong to nobody it knows of.\nTout dans ce dossier a été fabriqué par `whose synth`. Les numéros d'assurance maladie n'ont de valide que la forme.\n").as_bytes())?;
    let n_rows = (pile.world.people / 10).clamp(80, 20_000);
    let mut prices = String::from("SKU;Description;DIN;Unit;Price CAD\r\n");
    for i in 0..n_rows {
        let drug = &LISTS.drugs[chance.index(LISTS.drugs.len())];
        prices += &format!(
            "{};{} {};{:08};{};{}.{:02}\r\n",
            100_000_000 + i * 7,
            drug.en,
            drug.doses[0],
            2_000_000 + chance.below(500_000),
            1 + chance.below(90),
            chance.below(4_000),
            chance.below(100)
        );
    }
    plain(
        pile,
        "Purchasing/Price list 2026.csv",
        "csv",
        prices.as_bytes(),
    )?;
    let mut log = String::new();
    for i in 0..n_rows * 4 {
        log += &format!(
            "2026-07-{:02}T{:02}:{:02}:{:02}Z INFO [{}] req={} upstream=10.{}.{}.{} took={}ms trace={:016x} batch {}-{}-{}\n",
            1 + i % 30,
            chance.below(24),
            chance.below(60),
            chance.below(60),
            ["sched", "hl7d", "print", "sync"][chance.index(4)],
            chance.digits(9),
            chance.below(256),
            chance.below(256),
            chance.below(256),
            chance.below(9_000),
            chance.next(),
            chance.digits(4),
            chance.digits(3),
            chance.digits(3),
        );
    }
    plain(pile, "Old server/D$/logs/app.log", "txt", log.as_bytes())?;
    let mut sheet = xlsx::Sheet::new("Inventory", false);
    let text = |text: &str| xlsx::Cell::Text(text.to_owned());
    sheet.row(
        0,
        &[
            text("Asset tag"),
            text("Model"),
            text("Serial number"),
            text("Purchased"),
            text("Room"),
        ],
    );
    for i in 0..n_rows / 2 {
        let n_digits = 9 + chance.index(2);
        let serial = format!(
            "{}{}",
            ["SN", "X", ""][chance.index(3)],
            chance.digits(n_digits)
        );
        sheet.row(
            0,
            &[
                xlsx::Cell::Number((400_000 + i) as f64),
                text(
                    [
                        "Infusion pump IP-200",
                        "Thin client",
                        "Label printer",
                        "Centrifuge",
                    ][chance.index(4)],
                ),
                text(&serial),
                xlsx::Cell::Day(crate::world::day_before(
                    crate::world::TODAY,
                    chance.range(30, 3_000),
                )),
                text(&format!(
                    "{}-{}",
                    chance.range(1, 4),
                    chance.range(100, 480)
                )),
            ],
        );
    }
    let bytes = xlsx::write(&[sheet]).map_err(|e| io("Facilities", e))?;
    plain(pile, "Facilities/Inventory.xlsx", "xlsx", &bytes)?;
    for (path, french) in [
        ("Manuals/Infusion pump IP-200 manual.pdf", false),
        ("Manuels/Procédure de nettoyage.pdf", true),
    ] {
        let mut manual = String::new();
        for i in 1..60 {
            manual += &if french {
                format!(
                    "{i}. Rincer la ligne {} ml. Pièce no {}-{}. Ligne d'assistance du fabricant : 1 800 555-01{:02}.\n",
                    i * 5,
                    chance.digits(4),
                    chance.digits(6),
                    i
                )
            } else {
                format!(
                    "{i}. Prime the line with {} mL of saline. Part no. {}-{}. Manufacturer help line 1-800-555-01{:02}.\n",
                    i * 5,
                    chance.digits(4),
                    chance.digits(6),
                    i
                )
            };
        }
        let bytes = pdf::write(&manual).map_err(|e| io(path, e))?;
        plain(pile, path, "pdf", &bytes)?;
    }
    for (path, body) in [
        (
            "Policies/Privacy policy.docx",
            "Privacy policy\nWe collect only what we need. Questions: privacy@northernbirch.example, 1-800-555-0142.\nTypical diagnoses treated here are Crohn's disease and rheumatoid arthritis.\nRetention: ten years.\n",
        ),
        (
            "Politiques/Politique de confidentialité.docx",
            "Politique de confidentialité\nNous ne recueillons que le nécessaire. Questions : vieprivee@northernbirch.example, 1 800 555-0142.\nLes maladies traitées ici comprennent la maladie de Crohn.\nConservation : dix ans.\n",
        ),
    ] {
        let bytes = docx::write(body, false).map_err(|e| io(path, e))?;
        plain(pile, path, "docx", &bytes)?;
    }
    staff(pile, &mut chance)?;
    on_call(pile, &mut chance)
}

fn plain(pile: &mut Pile<'_>, path: &str, format: &str, bytes: &[u8]) -> Result<(), SynthError> {
    pile.ledger.exhibit(path, format)?;
    pile.ledger.put(path, bytes)
}

/// A staff directory: clinicians and others who work for the group, none of them a patient.
fn staff(pile: &mut Pile<'_>, chance: &mut Chance) -> Result<(), SynthError> {
    let path = "HR/Staff directory - répertoire du personnel.csv";
    let mut text =
        String::from("Employee no,Last name,First name,Position,Clinic,Extension,Work e-mail\n");
    pile.ledger.exhibit(path, "csv")?;
    for id in 0..pile.world.n_clinicians() {
        let doctor = pile.world.clinician(id);
        let position = [
            "Physician",
            "Nurse",
            "Pharmacist",
            "Infirmière clinicienne",
            "Medical secretary",
        ][chance.index(5)];
        let email = format!("staff{id}@northernbirch.example");
        text += &format!(
            "E{:05},{},{},{position},{},{},{email}\n",
            id + 300,
            doctor.family,
            doctor.given,
            LISTS.sites[doctor.site],
            chance.digits(4)
        );
        let item = |element, value: &str| Item {
            element,
            value: value.to_owned(),
            spot: None,
        };
        let note = Note {
            exhibit: path.to_owned(),
            person: doctor.key(),
            role: "staff".to_owned(),
            items: vec![
                item(DataElement::Name, doctor.family),
                item(DataElement::Name, doctor.given),
                item(DataElement::Email, &email),
            ],
            may: Vec::new(),
        };
        pile.ledger.note(&note, None)?;
    }
    pile.ledger.put(path, text.as_bytes())
}

fn on_call(pile: &mut Pile<'_>, chance: &mut Chance) -> Result<(), SynthError> {
    for (path, language) in [
        ("Scheduling/On call August 2026.docx", Language::En),
        ("Rendez-vous/Garde août 2026.txt", Language::Fr),
    ] {
        let mut text = match language {
            Language::En | Language::Other(_) => "On-call roster, August 2026\n".to_owned(),
            Language::Fr => "Liste de garde, août 2026\n".to_owned(),
        };
        let format = if language == Language::En {
            "docx"
        } else {
            "txt"
        };
        pile.ledger.exhibit(path, format)?;
        for day in 1..=31 {
            let doctor = pile
                .world
                .clinician(chance.below(pile.world.n_clinicians()));
            text += &format!(
                "2026-08-{day:02}  {}  pager 306-555-{}\n",
                doctor.titled(language),
                1_000 + day
            );
            pile.ledger
                .note(&clinician_note(path, &doctor, false), None)?;
        }
        let bytes = match language {
            Language::En | Language::Other(_) => {
                docx::write(&text, false).map_err(|e| io(path, e))?
            }
            Language::Fr => format!("{text}\n{MARK}\n").into_bytes(),
        };
        pile.ledger.put(path, &bytes)?;
    }
    Ok(())
}

/// Writes some files a second time in another place; the truth of the first holds for both.
pub(crate) fn copies(pile: &mut Pile<'_>) -> Result<(), SynthError> {
    for kind in [Kind::Extract, Kind::Appointments] {
        for site in 0..LISTS.sites.len() {
            if !site.is_multiple_of(4) || pile.of_site(kind, site).is_empty() {
                continue;
            }
            let name = LISTS.sites[site];
            let french = super::site_language(name) == Language::Fr;
            let of = match (kind, french) {
                (Kind::Extract, true) => {
                    format!("Extractions/{name}/Extraction usagers {name} 1.csv")
                }
                (Kind::Extract, false) => format!("Patient extracts/{name}/patient_extract_1.csv"),
                (_, true) => format!("Rendez-vous/{name}/rendez-vous été 2026 (1).txt"),
                (_, false) => format!("Scheduling/{name}/appts 2026 part 1.csv"),
            };
            let file = of.rsplit('/').next().unwrap_or("");
            let path = format!("Users/jdoe/Desktop/Copy of {name} {file}");
            let bytes = pile.ledger.read(&of)?;
            pile.ledger.exhibit(&path, "csv")?;
            pile.ledger.copy(&path, &of)?;
            pile.ledger.put(&path, &bytes)?;
        }
    }
    Ok(())
}
