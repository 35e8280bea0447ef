//! SQL dumps, in the manner of mysqldump and of pg_dump: patients, visits, results, prescriptions, cover, clinicians.
//!
//! What a visit or a result says is tied to a patient by keys alone.

use whose_model::{DataElement as E, Language};

use super::{Kind, Pile, patient_note};
use crate::{
    SynthError,
    columns::visit,
    draft::{drug, test_number},
    ledger::{Counted, Item, Note, Spot},
    lists::LISTS,
    seen::Seen,
    style::{Dates, Numbers, Style},
};

/// A table: its name, its columns, its definition.
struct Table {
    name: &'static str,
    columns: &'static [&'static str],
    references: &'static str,
}

const MYSQL: [Table; 5] = [
    Table {
        name: "patients",
        columns: &[
            "id",
            "chart_no",
            "last_name",
            "first_name",
            "birth_date",
            "gender",
            "health_no",
            "addr1",
            "city",
            "prov",
            "postal",
            "home_phone",
            "email",
        ],
        references: "",
    },
    Table {
        name: "visits",
        columns: &["id", "patient_id", "visit_date", "provider_id", "reason"],
        references: "CONSTRAINT `fk_v` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`)",
    },
    Table {
        name: "lab_results",
        columns: &["id", "patient_id", "test_code", "value", "units"],
        references: "CONSTRAINT `fk_l` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`)",
    },
    Table {
        name: "prescriptions",
        columns: &["id", "patient_id", "drug_name", "dose"],
        references: "CONSTRAINT `fk_p` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`)",
    },
    Table {
        name: "insurance",
        columns: &["id", "patient_id", "insurer", "group_no", "certificate_no"],
        references: "CONSTRAINT `fk_i` FOREIGN KEY (`patient_id`) REFERENCES `patients` (`id`)",
    },
];

const POSTGRES: [Table; 4] = [
    Table {
        name: "usager",
        columns: &[
            "usager_id",
            "no_dossier",
            "nom",
            "prenom",
            "date_naissance",
            "sexe",
            "nam",
            "adresse",
            "ville",
            "province",
            "code_postal",
            "telephone",
        ],
        references: "",
    },
    Table {
        name: "visite",
        columns: &[
            "visite_id",
            "usager_id",
            "date_visite",
            "medecin_id",
            "motif",
        ],
        references: "visite_usager_fk FOREIGN KEY (usager_id) REFERENCES public.usager(usager_id)",
    },
    Table {
        name: "resultat",
        columns: &[
            "resultat_id",
            "usager_id",
            "code_analyse",
            "valeur",
            "unite",
        ],
        references: "resultat_usager_fk FOREIGN KEY (usager_id) REFERENCES public.usager(usager_id)",
    },
    Table {
        name: "ordonnance",
        columns: &["ordonnance_id", "usager_id", "medicament", "posologie"],
        references: "ordonnance_usager_fk FOREIGN KEY (usager_id) REFERENCES public.usager(usager_id)",
    },
];

/// Writes both dumps.
pub(crate) fn write(pile: &mut Pile<'_>) -> Result<(), SynthError> {
    mysql(pile)?;
    postgres(pile)
}

fn mysql(pile: &mut Pile<'_>) -> Result<(), SynthError> {
    let path = "Backups/emr_prod_2026-07-31.sql";
    let people = pile.of(Kind::MySql);
    let mut file = pile.ledger.open(path)?;
    pile.ledger.exhibit(path, "sql")?;
    file.write(b"-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n-- Synthetic data made by whose synth\n--\n-- Host: localhost    Database: emr_prod\n/*!40101 SET NAMES utf8mb4 */;\n\n")?;
    providers(pile, &mut file, path)?;
    for table in &MYSQL {
        let mut head = format!(
            "DROP TABLE IF EXISTS `{0}`;\nCREATE TABLE `{0}` (\n",
            table.name
        );
        for (i, column) in table.columns.iter().enumerate() {
            let kind = match *column {
                "id" => "int NOT NULL AUTO_INCREMENT",
                column if column.ends_with("_id") => "int NOT NULL",
                "birth_date" | "visit_date" => "date DEFAULT NULL",
                _ => "varchar(120) DEFAULT NULL",
            };
            head += &format!("  `{column}` {kind},\n");
            if i + 1 == table.columns.len() {
                head += "  PRIMARY KEY (`id`)";
            }
        }
        if !table.references.is_empty() {
            head += &format!(",\n  {}", table.references);
        }
        head += &format!(
            "\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n\nLOCK TABLES `{}` WRITE;\n",
            table.name
        );
        file.write(head.as_bytes())?;
        let mut row_number = 0_u64;
        let mut open = false;
        for &index in &people {
            for (cells, mut note) in rows(pile, table.name, index, path) {
                row_number += 1;
                for item in &mut note.items {
                    if let Some(Spot::Field { path }) = &mut item.spot {
                        *path = format!("{}[{row_number}].{path}", table.name);
                    }
                }
                let mut line = if open {
                    ",".to_owned()
                } else {
                    format!("INSERT INTO `{}` VALUES ", table.name)
                };
                open = true;
                line.push('(');
                for (i, cell) in std::iter::once(&Some(id(table.name, row_number, index)))
                    .chain(&cells)
                    .enumerate()
                {
                    if i > 0 {
                        line.push(',');
                    }
                    match cell {
                        Some(text) if i == 0 || i == 1 && table.name != "patients" => line += text,
                        Some(text) => {
                            line.push('\'');
                            line += &text.replace('\\', "\\\\").replace('\'', "\\'");
                            line.push('\'');
                        }
                        None => line += "NULL",
                    }
                }
                line.push(')');
                if row_number.is_multiple_of(200) {
                    line += ";\n";
                    open = false;
                }
                file.write(line.as_bytes())?;
                if !note.items.is_empty() {
                    pile.ledger.note(&note, Some(index))?;
                }
            }
        }
        file.write(if open {
            b";\nUNLOCK TABLES;\n\n"
        } else {
            b"UNLOCK TABLES;\n\n"
        })?;
    }
    file.write(b"-- Dump completed on 2026-07-31  2:14:07\n")?;
    pile.ledger.close(file)
}

/// The clinicians of the group: people, but not patients.
fn providers(pile: &mut Pile<'_>, file: &mut Counted, path: &str) -> Result<(), SynthError> {
    file.write(b"CREATE TABLE `providers` (\n  `id` int NOT NULL,\n  `last_name` varchar(60),\n  `first_name` varchar(60),\n  `specialty` varchar(60),\n  `licence_no` varchar(12),\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB;\n")?;
    for id in 0..pile.world.n_clinicians() {
        let doctor = pile.world.clinician(id);
        let quote = |text: &str| text.replace('\'', "\\'");
        file.write(
            format!(
                "INSERT INTO `providers` VALUES ({id},'{}','{}','{}','{}');\n",
                quote(doctor.family),
                quote(doctor.given),
                doctor.specialty.0,
                doctor.number
            )
            .as_bytes(),
        )?;
        pile.ledger
            .note(&clinician_note(path, &doctor, true), None)?;
    }
    file.write(b"\n")
}

/// A clinician in an exhibit.
pub(crate) fn clinician_note(path: &str, doctor: &crate::world::Clinician, number: bool) -> Note {
    let item = |element, value: &str| Item {
        element,
        value: value.to_owned(),
        spot: None,
    };
    let mut items = vec![item(E::Name, doctor.given), item(E::Name, doctor.family)];
    if number {
        items.push(item(E::PractitionerNumber, &doctor.number));
    }
    Note {
        exhibit: path.to_owned(),
        person: doctor.key(),
        role: "clinician".to_owned(),
        items,
        may: Vec::new(),
    }
}

fn postgres(pile: &mut Pile<'_>) -> Result<(), SynthError> {
    let path = "Sauvegardes/dossier_clinique.dump.sql";
    let people = pile.of(Kind::Postgres);
    let mut file = pile.ledger.open(path)?;
    pile.ledger.exhibit(path, "sql")?;
    file.write("--\n-- PostgreSQL database dump\n--\n-- Données synthétiques (whose synth)\n\nSET client_encoding = 'UTF8';\n\n".as_bytes())?;
    for table in &POSTGRES {
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(|c| format!("    {c} text"))
            .collect();
        file.write(
            format!(
                "CREATE TABLE public.{} (\n{}\n);\n\nCOPY public.{} ({}) FROM stdin;\n",
                table.name,
                columns.join(",\n"),
                table.name,
                table.columns.join(", ")
            )
            .as_bytes(),
        )?;
        let mut row_number = 0_u64;
        for &index in &people {
            let english = match table.name {
                "usager" => "patients",
                "visite" => "visits",
                "resultat" => "lab_results",
                _ => "prescriptions",
            };
            for (mut cells, mut note) in rows(pile, english, index, path) {
                row_number += 1;
                cells.truncate(table.columns.len() - 1);
                note.items.retain_mut(|item| {
                    let Some(Spot::Field { path }) = &mut item.spot else {
                        return true;
                    };
                    let Some(at) = MYSQL
                        .iter()
                        .find(|t| t.name == english)
                        .and_then(|t| t.columns.iter().position(|c| c == path))
                    else {
                        return false;
                    };
                    let Some(column) = table.columns.get(at) else {
                        return false;
                    };
                    *path = format!("{}[{row_number}].{column}", table.name);
                    true
                });
                let mut line = id(english, row_number, index);
                for cell in &cells {
                    line.push('\t');
                    match cell {
                        Some(text) => line += &text.replace('\\', "\\\\"),
                        None => line += "\\N",
                    }
                }
                line.push('\n');
                file.write(line.as_bytes())?;
                if !note.items.is_empty() {
                    pile.ledger.note(&note, Some(index))?;
                }
            }
        }
        file.write(b"\\.\n\n")?;
    }
    for table in &POSTGRES {
        file.write(
            format!(
                "ALTER TABLE ONLY public.{0}\n    ADD CONSTRAINT {0}_pkey PRIMARY KEY ({1});\n",
                table.name, table.columns[0]
            )
            .as_bytes(),
        )?;
    }
    for table in POSTGRES.iter().filter(|table| !table.references.is_empty()) {
        file.write(
            format!(
                "ALTER TABLE ONLY public.{}\n    ADD CONSTRAINT {};\n",
                table.name, table.references
            )
            .as_bytes(),
        )?;
    }
    file.write(b"\n--\n-- PostgreSQL database dump complete\n--\n")?;
    pile.ledger.close(file)
}

fn id(table: &str, row_number: u64, index: u64) -> String {
    if table == "patients" {
        (index + 5_001).to_string()
    } else {
        row_number.to_string()
    }
}

/// The rows of a person in a table, without their ids, each with its note; a spot names the column.
fn rows(pile: &Pile<'_>, table: &str, index: u64, path: &str) -> Vec<(Vec<Option<String>>, Note)> {
    let mut chance = pile.chance(path, index);
    let mut style = Style::table(
        &mut chance,
        if path.starts_with('S') {
            Language::Fr
        } else {
            Language::En
        },
    );
    style.dates = Dates::Iso;
    style.numbers = Numbers::Plain;
    style.ascii = false;
    style.upper = path.starts_with('S');
    let seen: Seen = pile.seen(index, &style, &mut chance);
    let person = &seen.person;
    let fr = style.language == Language::Fr;
    let key = Some((index + 5_001).to_string());
    let row = |cells: Vec<(Option<String>, Option<E>)>| {
        let columns = MYSQL
            .iter()
            .find(|t| t.name == table)
            .map_or(&[][..], |t| t.columns);
        let mut note = patient_note(path, index);
        for (i, (cell, element)) in cells.iter().enumerate() {
            if let (Some(value), Some(element)) = (cell, element)
                && !value.is_empty()
            {
                note.items.push(Item {
                    element: *element,
                    value: value.clone(),
                    spot: Some(Spot::Field {
                        path: columns.get(i + 1).copied().unwrap_or("").to_owned(),
                    }),
                });
            }
        }
        note.may = vec![E::ServiceDate, E::Clinician, E::Sex];
        (cells.into_iter().map(|cell| cell.0).collect(), note)
    };
    let condition = &LISTS.conditions[person.conditions[0]];
    match table {
        "patients" => {
            let home = &seen.home;
            let family = if seen.suffix.is_empty() {
                seen.family.clone()
            } else {
                format!("{} {}", seen.family, seen.suffix)
            };
            vec![row(vec![
                (Some(person.mrn.clone()), Some(E::MedicalRecordNumber)),
                (Some(family), Some(E::Name)),
                (Some(seen.given.clone()), Some(E::Name)),
                (Some(style.date(seen.born)), Some(E::BirthDate)),
                (Some(style.sex(person, false).to_owned()), Some(E::Sex)),
                (
                    seen.health.as_ref().map(|n| style.number(n)),
                    Some(E::HealthNumber),
                ),
                (Some(home.street.clone()), Some(E::Address)),
                (Some(home.city.to_owned()), Some(E::Address)),
                (
                    (!home.region.is_empty()).then(|| home.region.clone()),
                    Some(E::Address),
                ),
                (Some(home.code.clone()), Some(E::Address)),
                (Some(style.phone(&person.phone)), Some(E::Phone)),
                (person.email.clone(), Some(E::Email)),
            ])]
        }
        "visits" => (0..1 + chance.below(3))
            .map(|_| {
                let day = visit(&seen, &mut chance);
                row(vec![
                    (key.clone(), None),
                    (Some(style.date(day)), Some(E::ServiceDate)),
                    (Some(person.specialist.to_string()), None),
                    (
                        Some(if fr { condition.fr } else { condition.en }.to_owned()),
                        Some(E::Diagnosis),
                    ),
                ])
            })
            .collect(),
        "lab_results" => (0..chance.below(4))
            .map(|i| {
                let test = (index as usize + i as usize) % LISTS.tests.len();
                let of = &LISTS.tests[test];
                row(vec![
                    (key.clone(), None),
                    (Some(of.key.to_owned()), None),
                    (
                        Some(test_number(person, test, Language::En)),
                        Some(E::LabResult),
                    ),
                    (Some(of.unit.to_owned()), None),
                ])
            })
            .collect(),
        "prescriptions" => drug(person, 0)
            .map(|drug| {
                row(vec![
                    (key.clone(), None),
                    (
                        Some(if fr { drug.fr } else { drug.en }.to_owned()),
                        Some(E::Medication),
                    ),
                    (
                        Some(drug.doses[index as usize % drug.doses.len()].to_owned()),
                        None,
                    ),
                ])
            })
            .into_iter()
            .collect(),
        _ => person
            .policy
            .as_ref()
            .map(|policy| {
                row(vec![
                    (key.clone(), None),
                    (Some(policy.insurer.0.to_owned()), None),
                    (Some(policy.group.clone()), Some(E::InsurancePolicy)),
                    (Some(policy.certificate.clone()), Some(E::InsurancePolicy)),
                ])
            })
            .into_iter()
            .collect(),
    }
}
