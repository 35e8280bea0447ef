//! A database dumped by pg_dump, as text and in the custom format: patients, their encounters, the results of these.
//!
//! A result names its encounter alone: its patient is two keys away, and the
//! keys are declared at the very end.

use whose_model::{DataElement as E, Language};

use super::{Pile, patient_note, scans::how_many};
use crate::{
    SynthError,
    chance::Chance,
    columns::visit,
    draft::test_number,
    ledger::{Item, Note, Spot, io},
    lists::LISTS,
    pack::pgdump,
    style::{Dates, Numbers, Style},
};

/// A table with its rows.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [(&'static str, &'static str)],
    /// The column that names a row of another table, and which table.
    pub(crate) key: Option<(&'static str, &'static str)>,
    pub(crate) rows: Vec<Vec<Option<String>>>,
}

impl Table {
    /// `CREATE TABLE`.
    pub(crate) fn definition(&self) -> String {
        let columns: Vec<String> = self
            .columns
            .iter()
            .enumerate()
            .map(|(i, (name, kind))| {
                format!("    {name} {kind}{}", if i == 0 { " NOT NULL" } else { "" })
            })
            .collect();
        format!(
            "CREATE TABLE public.{} (\n{}\n);\n",
            self.name,
            columns.join(",\n")
        )
    }

    /// `COPY ... FROM stdin;`
    pub(crate) fn copy(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|column| column.0).collect();
        format!(
            "COPY public.{} ({}) FROM stdin;\n",
            self.name,
            names.join(", ")
        )
    }

    /// The rows as COPY has them, with their end.
    pub(crate) fn data(&self) -> String {
        let mut out = String::new();
        for row in &self.rows {
            for (i, cell) in row.iter().enumerate() {
                if i > 0 {
                    out.push('\t');
                }
                match cell {
                    Some(text) => out += &text.replace('\\', "\\\\").replace('\t', "\\t"),
                    None => out += "\\N",
                }
            }
            out.push('\n');
        }
        out += "\\.\n";
        out
    }

    /// `ALTER TABLE` for its own key.
    pub(crate) fn own_key(&self) -> String {
        format!(
            "ALTER TABLE ONLY public.{0}\n    ADD CONSTRAINT {0}_pkey PRIMARY KEY ({1});\n",
            self.name, self.columns[0].0
        )
    }

    /// `ALTER TABLE` for the key to another table.
    pub(crate) fn foreign_key(&self) -> Option<String> {
        let (column, other) = self.key?;
        Some(format!(
            "ALTER TABLE ONLY public.{0}\n    ADD CONSTRAINT {0}_{column}_fkey FOREIGN KEY ({column}) REFERENCES public.{other}(id);\n",
            self.name
        ))
    }
}

/// Writes both dumps.
pub(crate) fn write(pile: &mut Pile<'_>) -> Result<(), SynthError> {
    let path = "Backups/pg/clinic_2026-07-31.sql";
    let tables = tables(pile, path, 0)?;
    let mut text = "--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.7\n-- Dumped by pg_dump version 15.7\n-- Synthetic data made by whose synth\n\nSET statement_timeout = 0;\nSET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\nSELECT pg_catalog.set_config('search_path', '', false);\n\n".to_owned();
    for table in &tables {
        text += &format!("{}\n", table.definition());
    }
    // pg_dump orders data by name, so results come before or after their patients by chance of the alphabet.
    let mut by_name: Vec<&Table> = tables.iter().collect();
    by_name.sort_by_key(|table| table.name);
    for table in by_name {
        text += &format!("{}{}\n", table.copy(), table.data());
    }
    for table in &tables {
        text += &format!("{}\n", table.own_key());
    }
    for table in &tables {
        text += &table.foreign_key().map_or(String::new(), |key| key + "\n");
    }
    text += "--\n-- PostgreSQL database dump complete\n--\n\n";
    pile.ledger.put(path, text.as_bytes())?;
    let path = "Backups/pg/clinic_2026-06-30.dump";
    let tables = self::tables(pile, path, 1)?;
    let bytes = pgdump::write("clinic", &tables).map_err(|e| io(path, e))?;
    pile.ledger.put(path, &bytes)
}

/// The three tables of some people, noted.
fn tables(pile: &mut Pile<'_>, path: &str, which: u64) -> Result<[Table; 3], SynthError> {
    pile.ledger
        .exhibit(path, if which == 0 { "sql" } else { "pgdump" })?;
    let mut chance = pile.chance("dump", which);
    let mut patients = Table {
        name: "patients",
        columns: &[
            ("id", "bigint"),
            ("mrn", "character varying(12)"),
            ("last_name", "text"),
            ("first_name", "text"),
            ("birth_date", "date"),
            ("sex", "character(1)"),
            ("health_card_no", "text"),
            ("phone", "text"),
            ("address", "text"),
        ],
        key: None,
        rows: Vec::new(),
    };
    let mut encounters = Table {
        name: "encounters",
        columns: &[
            ("id", "bigint"),
            ("patient_id", "bigint"),
            ("encounter_date", "date"),
            ("diagnosis", "text"),
        ],
        key: Some(("patient_id", "patients")),
        rows: Vec::new(),
    };
    let mut results = Table {
        name: "lab_results",
        columns: &[
            ("id", "bigint"),
            ("encounter_id", "bigint"),
            ("test_name", "text"),
            ("result_value", "text"),
            ("units", "text"),
        ],
        key: Some(("encounter_id", "encounters")),
        rows: Vec::new(),
    };
    let people = pile.world.people;
    let mut of: Vec<u64> = (0..how_many(people, 30, 8, 3_000))
        .map(|_| chance.below(people))
        .collect();
    of.sort_unstable();
    of.dedup();
    for index in of {
        let mut note = patient_note(path, index);
        note.may = vec![E::ServiceDate, E::Sex];
        rows(
            pile,
            index,
            [&mut patients, &mut encounters, &mut results],
            &mut note,
            &mut chance,
        );
        pile.ledger.note(&note, Some(index))?;
    }
    Ok([patients, encounters, results])
}

fn rows(
    pile: &Pile<'_>,
    index: u64,
    [patients, encounters, results]: [&mut Table; 3],
    note: &mut Note,
    chance: &mut Chance,
) {
    let mut style = Style::table(chance, Language::En);
    (style.dates, style.numbers) = (Dates::Iso, Numbers::Plain);
    (style.upper, style.ascii) = (false, false);
    let seen = pile.seen(index, &style, chance);
    let person = &seen.person;
    let mut add = |table: &mut Table, cells: Vec<(Option<String>, Option<E>)>| {
        let row_number = table.rows.len() + 1;
        let mut row = Vec::new();
        for ((value, element), (column, _)) in cells.into_iter().zip(table.columns) {
            if let (Some(value), Some(element)) = (&value, element) {
                note.items.push(Item {
                    element,
                    value: value.clone(),
                    spot: Some(Spot::Field {
                        path: format!("{}[{row_number}].{column}", table.name),
                    }),
                });
            }
            row.push(value);
        }
        table.rows.push(row);
    };
    let patient_id = (40_001 + index).to_string();
    let plain = |text: &str| Some(text.to_owned());
    add(
        patients,
        vec![
            (plain(&patient_id), None),
            (plain(&person.mrn), Some(E::MedicalRecordNumber)),
            (plain(&seen.family), Some(E::Name)),
            (plain(&seen.given), Some(E::Name)),
            (Some(style.date(seen.born)), Some(E::BirthDate)),
            (plain(person.sex.letter()), Some(E::Sex)),
            (
                seen.health.as_ref().map(|number| style.number(number)),
                Some(E::HealthNumber),
            ),
            (Some(style.phone(&person.phone)), Some(E::Phone)),
            (Some(seen.home.line()), Some(E::Address)),
        ],
    );
    for _ in 0..1 + chance.below(2) {
        let encounter_id = (900_001 + encounters.rows.len()).to_string();
        let condition = &LISTS.conditions[person.conditions[0]];
        add(
            encounters,
            vec![
                (plain(&encounter_id), None),
                (plain(&patient_id), None),
                (Some(style.date(visit(&seen, chance))), Some(E::ServiceDate)),
                (plain(condition.en), Some(E::Diagnosis)),
            ],
        );
        for i in 0..chance.below(3) {
            let test = (index as usize + i as usize) % LISTS.tests.len();
            let of = &LISTS.tests[test];
            let number = (results.rows.len() + 1).to_string();
            add(
                results,
                vec![
                    (Some(number), None),
                    (plain(&encounter_id), None),
                    (plain(of.en), None),
                    (
                        Some(test_number(person, test, Language::En)),
                        Some(E::LabResult),
                    ),
                    (plain(of.unit), None),
                ],
            );
        }
    }
}
