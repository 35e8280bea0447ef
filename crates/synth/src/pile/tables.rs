//! Patient lists as files: CSV of every habit, workbooks, a JSON export. Row by row, with each cell noted.

use std::io::Write;

use jiff::civil::Date;
use whose_model::{DataElement, Language, Locator};

use super::{Kind, Pile, patient_note, site_language};
use crate::{
    SynthError,
    chance::Chance,
    columns::{Column, Row, of_kind, visit},
    ledger::{Counted, Item, Note, Spot, io},
    lists::LISTS,
    pack::{MARK, xlsx},
    style::{Charset, Style},
};

/// How a CSV file is written.
#[derive(Clone, Debug)]
pub(crate) struct Habit {
    delimiter: char,
    preamble: u64,
    quote_all: bool,
    header: bool,
    crlf: bool,
}

impl Habit {
    pub(crate) fn draw(chance: &mut Chance) -> Self {
        Self {
            delimiter: [',', ';', '|', '\t', ';', ','][chance.index(6)],
            preamble: [0, 0, 0, 3, 1, 5][chance.index(6)],
            quote_all: chance.percent(25),
            header: true,
            crlf: chance.percent(60),
        }
    }
}

const MAX_ROWS: usize = 4_000;

/// Writes every list.
pub(crate) fn write(pile: &mut Pile<'_>) -> Result<(), SynthError> {
    for site in 0..LISTS.sites.len() {
        let name = LISTS.sites[site];
        let french = site_language(name) == Language::Fr;
        let people = pile.of_site(Kind::Extract, site);
        for (n, chunk) in people.chunks(MAX_ROWS).enumerate() {
            let path = if french {
                format!("Extractions/{name}/Extraction usagers {name} {}.csv", n + 1)
            } else {
                format!("Patient extracts/{name}/patient_extract_{}.csv", n + 1)
            };
            csv(
                pile,
                &path,
                "extract",
                chunk,
                (site * 100 + n) as u64,
                |_| {},
            )?;
        }
        let people = pile.of_site(Kind::Appointments, site);
        for (n, chunk) in people.chunks(MAX_ROWS).enumerate() {
            let path = if french {
                format!("Rendez-vous/{name}/rendez-vous été 2026 ({}).txt", n + 1)
            } else {
                format!("Scheduling/{name}/appts 2026 part {}.csv", n + 1)
            };
            csv(
                pile,
                &path,
                "appointments",
                chunk,
                (site * 100 + n) as u64,
                |_| {},
            )?;
        }
        let people = pile.of_site(Kind::Infusion, site);
        for (n, chunk) in people.chunks(MAX_ROWS).enumerate() {
            let path = format!(
                "Infusion/{name}/{} {}.xlsx",
                if french {
                    "Suivi perfusions"
                } else {
                    "Infusion log"
                },
                n + 1
            );
            let bytes = workbook(pile, &path, "infusion", chunk, (site * 100 + n) as u64)?;
            pile.ledger.put(&path, &bytes)?;
        }
    }
    let people = pile.of(Kind::Registry);
    for (n, chunk) in people.chunks(500).enumerate() {
        let path = format!("Registries/Chronic disease registry {}.xlsx", n + 1);
        let bytes = workbook(pile, &path, "registry", chunk, n as u64)?;
        pile.ledger.put(&path, &bytes)?;
    }
    let people = pile.of(Kind::Headerless);
    for (n, chunk) in people.chunks(MAX_ROWS).enumerate() {
        let path = format!("Old server/D$/temp/dump{}.txt", n + 1);
        csv(pile, &path, "short", chunk, n as u64, |habit| {
            habit.header = false;
            habit.preamble = 0;
        })?;
    }
    let people = pile.of(Kind::Json);
    for (n, chunk) in people.chunks(1_000).enumerate() {
        json(pile, n, chunk)?;
    }
    Ok(())
}

/// Writes a CSV file into the pile.
fn csv(
    pile: &mut Pile<'_>,
    path: &str,
    kind: &str,
    people: &[u64],
    number: u64,
    change: impl FnOnce(&mut Habit),
) -> Result<(), SynthError> {
    let mut chance = pile.chance(kind, number);
    let language = if path.starts_with("Extractions") || path.starts_with("Rendez-vous") {
        Language::Fr
    } else {
        Language::En
    };
    let mut style = Style::table(&mut chance, language);
    style.charset = [
        Charset::Utf8,
        Charset::Utf8Bom,
        Charset::Windows1252,
        Charset::Utf16,
        Charset::Utf8,
        Charset::Windows1252,
    ][chance.index(6)];
    let mut habit = Habit::draw(&mut chance);
    change(&mut habit);
    let columns = of_kind(kind, &mut chance);
    let mut file = pile.ledger.open(path)?;
    pile.ledger.exhibit(path, "csv")?;
    rows(
        pile,
        path,
        &columns,
        people,
        &style,
        &habit,
        &mut chance,
        &mut file,
    )?;
    pile.ledger.close(file)
}

/// Writes a CSV file into memory, for a mail or an archive.
pub(crate) fn csv_bytes(
    pile: &mut Pile<'_>,
    path: &str,
    kind: &str,
    people: &[u64],
    number: u64,
    language: Language,
) -> Result<Vec<u8>, SynthError> {
    let mut chance = pile.chance("attached", number);
    let style = Style::table(&mut chance, language);
    let habit = Habit::draw(&mut chance);
    let columns = of_kind(kind, &mut chance);
    let mut out = Vec::new();
    pile.ledger.exhibit(path, "csv")?;
    rows(
        pile,
        path,
        &columns,
        people,
        &style,
        &habit,
        &mut chance,
        &mut out,
    )?;
    Ok(out)
}

#[expect(
    clippy::too_many_arguments,
    reason = "a table is what, who, how and whereto"
)]
fn rows(
    pile: &mut Pile<'_>,
    path: &str,
    columns: &[Column],
    people: &[u64],
    style: &Style,
    habit: &Habit,
    chance: &mut Chance,
    out: &mut dyn Write,
) -> Result<(), SynthError> {
    let newline = if habit.crlf { "\r\n" } else { "\n" };
    let mut buffer = style.mark().to_vec();
    let mut line_number = 0_u64;
    let mut put = |text: &str, buffer: &mut Vec<u8>| {
        style.encode(text, buffer);
        style.encode(newline, buffer);
        line_number += 1;
        line_number
    };
    for i in 0..habit.preamble {
        let text = match i {
            0 => "Report: patient list - synthetic data, made by whose synth",
            1 => "Printed 2026-08-01 07:15 by SYSTEM",
            2 => "",
            3 => "Filter: active = Y",
            _ => "",
        };
        put(text, &mut buffer);
    }
    if habit.header {
        let header: Vec<String> = columns
            .iter()
            .map(|column| {
                quoted(
                    &style.text(column.header(style.language, chance)),
                    habit,
                    habit.quote_all,
                )
            })
            .collect();
        put(&header.join(&habit.delimiter.to_string()), &mut buffer);
    }
    for &index in people {
        let mut own = pile.chance(path, index);
        let seen = pile.seen(index, style, &mut own);
        let n_rows = if columns.contains(&Column::Visit) {
            1 + own.below(3)
        } else {
            1
        };
        for number in 0..n_rows {
            let row = Row {
                world: pile.world,
                seen: &seen,
                style,
                number: index + number + 1,
                visit: visit(&seen, &mut own),
            };
            let mut note = patient_note(path, index);
            let mut line = String::new();
            for (i, column) in columns.iter().enumerate() {
                let (value, element) = column.cell(&row);
                if i > 0 {
                    line.push(habit.delimiter);
                }
                line += &quoted(&value, habit, habit.quote_all && !value.is_empty());
                if let Some(element) = element {
                    note.items.push(Item {
                        element,
                        value,
                        spot: Some(cell_at("", 0, i)),
                    });
                }
            }
            let at = put(&line, &mut buffer);
            for item in &mut note.items {
                if let Some(Spot::Cell { row, .. }) = &mut item.spot {
                    *row = at;
                }
            }
            may_of_table(&mut note);
            pile.ledger.note(&note, Some(index))?;
        }
        if buffer.len() > 64 << 10 {
            out.write_all(&buffer).map_err(|e| io(path, e))?;
            buffer.clear();
        }
    }
    out.write_all(&buffer).map_err(|e| io(path, e))
}

fn cell_at(sheet: &str, row: u64, column: usize) -> Spot {
    Spot::Cell {
        sheet: sheet.to_owned(),
        row,
        column: Locator::column_letters(column),
    }
}

/// A table's title or path may tell more than its cells.
fn may_of_table(note: &mut Note) {
    note.may = vec![
        DataElement::ServiceLocation,
        DataElement::ServiceDate,
        DataElement::Procedure,
        DataElement::Consent,
    ];
}

fn quoted(value: &str, habit: &Habit, always: bool) -> String {
    if always || value.contains([habit.delimiter, '"']) {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value.to_owned()
    }
}

/// A workbook: a title above, the header in row 7, a second table below or beside, a hidden sheet.
pub(crate) fn workbook(
    pile: &mut Pile<'_>,
    path: &str,
    kind: &str,
    people: &[u64],
    number: u64,
) -> Result<Vec<u8>, SynthError> {
    let mut chance = pile.chance("workbook", number.wrapping_mul(31) + kind.len() as u64);
    let language = if path.contains("Suivi") || chance.percent(20) {
        Language::Fr
    } else {
        Language::En
    };
    let style = Style::table(&mut chance, language);
    let columns = of_kind(kind, &mut chance);
    pile.ledger.exhibit(path, "xlsx")?;
    let sheet_name = if language == Language::Fr {
        "Usagers"
    } else {
        "Patients"
    };
    let mut sheet = xlsx::Sheet::new(sheet_name, false);
    let text = |text: &str| xlsx::Cell::Text(text.to_owned());
    let first_column = chance.index(3);
    if chance.percent(60) {
        sheet.row(
            first_column,
            &[text(if language == Language::Fr {
                "Registre des usagers"
            } else {
                "Patient registry"
            })],
        );
        sheet.merge(&format!(
            "{0}1:{1}1",
            Locator::column_letters(first_column),
            Locator::column_letters(first_column + 4)
        ));
        sheet.row(first_column, &[text(MARK)]);
        sheet.skip(1);
        sheet.row(
            first_column,
            &[
                text("Run by"),
                text("SYSTEM"),
                xlsx::Cell::Empty,
                xlsx::Cell::Day(crate::world::TODAY),
            ],
        );
        sheet.skip(2);
    }
    // Two tables on one sheet: the second holds the last fifth of the people.
    let split = if chance.percent(50) && people.len() > 10 {
        people.len() * 4 / 5
    } else {
        people.len()
    };
    let (main, rest) = people.split_at(split);
    let header: Vec<xlsx::Cell> = columns
        .iter()
        .map(|column| text(column.header(language, &mut chance)))
        .collect();
    sheet.row(first_column, &header);
    sheet_rows(
        pile,
        path,
        (&mut sheet, sheet_name, first_column),
        &columns,
        main,
        &style,
    )?;
    if !rest.is_empty() {
        sheet.skip(2);
        sheet.row(
            first_column,
            &[text(if language == Language::Fr {
                "Dossiers en attente"
            } else {
                "Waiting list"
            })],
        );
        let second = of_kind("mini", &mut chance);
        let header: Vec<xlsx::Cell> = second
            .iter()
            .map(|column| text(column.header(language, &mut chance)))
            .collect();
        sheet.row(first_column, &header);
        sheet_rows(
            pile,
            path,
            (&mut sheet, sheet_name, first_column),
            &second,
            rest,
            &style,
        )?;
    }
    let mut sheets = vec![sheet];
    let mut lookups = xlsx::Sheet::new(
        if language == Language::Fr {
            "Listes"
        } else {
            "Lookups"
        },
        true,
    );
    for (en, fr) in LISTS.misc("specialties") {
        lookups.row(0, &[text(en), text(fr)]);
    }
    if !main.is_empty() && chance.percent(40) {
        // Somebody's scratch copy of a few rows, hidden.
        lookups.skip(3);
        let few = &main[..main.len().min(4)];
        let second = of_kind("short", &mut chance);
        let header: Vec<xlsx::Cell> = second
            .iter()
            .map(|column| text(column.header(language, &mut chance)))
            .collect();
        lookups.row(0, &header);
        let name = if language == Language::Fr {
            "Listes"
        } else {
            "Lookups"
        };
        sheet_rows(pile, path, (&mut lookups, name, 0), &second, few, &style)?;
    }
    sheets.push(lookups);
    xlsx::write(&sheets).map_err(|e| io(path, e))
}

fn sheet_rows(
    pile: &mut Pile<'_>,
    path: &str,
    (sheet, sheet_name, first_column): (&mut xlsx::Sheet, &str, usize),
    columns: &[Column],
    people: &[u64],
    style: &Style,
) -> Result<(), SynthError> {
    for &index in people {
        let mut own = pile.chance(path, index);
        let seen = pile.seen(index, style, &mut own);
        let day = visit(&seen, &mut own);
        let row = Row {
            world: pile.world,
            seen: &seen,
            style,
            number: index,
            visit: day,
        };
        let mut note = patient_note(path, index);
        let mut cells = Vec::new();
        for (i, column) in columns.iter().enumerate() {
            let (value, element) = column.cell(&row);
            let iso = |day: Date| format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day());
            let (cell, value) = match column {
                // Real days, as a workbook holds them; the truth writes them in ISO form.
                Column::Born => (xlsx::Cell::Day(seen.born), iso(seen.born)),
                Column::Visit => (xlsx::Cell::Day(day), iso(day)),
                Column::Height | Column::Weight => (
                    value.parse().map_or(xlsx::Cell::Empty, xlsx::Cell::Number),
                    value,
                ),
                _ if value.is_empty() => (xlsx::Cell::Empty, value),
                _ => (xlsx::Cell::Text(value.clone()), value),
            };
            cells.push(cell);
            if let Some(element) = element {
                note.items.push(Item {
                    element,
                    value,
                    spot: Some(cell_at(sheet_name, 0, first_column + i)),
                });
            }
        }
        let at = sheet.row(first_column, &cells);
        for item in &mut note.items {
            if let Some(Spot::Cell { row, .. }) = &mut item.spot {
                *row = at;
            }
        }
        may_of_table(&mut note);
        pile.ledger.note(&note, Some(index))?;
    }
    Ok(())
}

fn json(pile: &mut Pile<'_>, n: usize, people: &[u64]) -> Result<(), SynthError> {
    let path = format!("Portal export/members-{}.json", n + 1);
    let mut chance = pile.chance("json", n as u64);
    let mut style = Style::table(&mut chance, Language::En);
    style.ascii = false;
    let columns = of_kind("export", &mut chance);
    let mut file: Counted = pile.ledger.open(&path)?;
    pile.ledger.exhibit(&path, "json")?;
    file.write(b"{\"generator\":\"whose synth (synthetic data)\",\"exported\":\"2026-08-01\",\"members\":[\n")?;
    for (i, &index) in people.iter().enumerate() {
        let mut own = pile.chance(&path, index);
        let seen = pile.seen(index, &style, &mut own);
        let row = Row {
            world: pile.world,
            seen: &seen,
            style: &style,
            number: index,
            visit: visit(&seen, &mut own),
        };
        let mut note = patient_note(&path, index);
        let mut object = serde_json::Map::new();
        let mut home = serde_json::Map::new();
        for &column in &columns {
            let (value, element) = column.cell(&row);
            if value.is_empty() {
                continue;
            }
            let (key, inner) = json_key(column);
            let at = if inner { &mut home } else { &mut object };
            at.insert(key.to_owned(), value.clone().into());
            if let Some(element) = element {
                note.items.push(Item {
                    element,
                    value,
                    spot: None,
                });
            }
        }
        if !home.is_empty() {
            object.insert("address".to_owned(), home.into());
        }
        may_of_table(&mut note);
        pile.ledger.note(&note, Some(index))?;
        let mut line = serde_json::Value::Object(object).to_string();
        if i + 1 < people.len() {
            line.push(',');
        }
        line.push('\n');
        file.write(line.as_bytes())?;
    }
    file.write(b"]}\n")?;
    pile.ledger.close(file)
}

fn json_key(column: Column) -> (&'static str, bool) {
    match column {
        Column::PatientNumber => ("memberId", false),
        Column::Given => ("firstName", false),
        Column::Family => ("lastName", false),
        Column::Born => ("dateOfBirth", false),
        Column::Sex => ("gender", false),
        Column::Health => ("healthCardNumber", false),
        Column::Phone => ("phone", false),
        Column::Email => ("email", false),
        Column::Street => ("street", true),
        Column::City => ("city", true),
        Column::Province => ("province", true),
        Column::Postal => ("postalCode", true),
        Column::Insurance => ("insuranceCertificate", false),
        Column::Consent => ("consentToProgram", false),
        Column::Diagnosis => ("diagnosis", false),
        _ => ("other", false),
    }
}
