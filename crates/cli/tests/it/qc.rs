//! Quality control as a reviewer does it: draw, fill the sheet, take it in, read the report.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::Desk;

type Row = BTreeMap<String, String>;

fn sheet(desk: &Desk, name: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(desk.path(name)).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// Writes the sheet again, answered, in the form in which a French spreadsheet saves it.
fn fill(desk: &Desk, name: &str, rows: &[Row], answer: impl Fn(usize, &Row) -> &'static str) {
    let columns: Vec<&String> = rows[0].keys().collect();
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .from_path(desk.path(name))
        .unwrap();
    writer.write_record(&columns).unwrap();
    for (number, row) in rows.iter().enumerate() {
        let mut row = row.clone();
        row.insert("answer".to_owned(), answer(number, &row).to_owned());
        writer.write_record(row.values()).unwrap();
    }
    writer.flush().unwrap();
}

fn report(desk: &Desk, code: i32) -> Value {
    let text = desk.run(&["qc", "report", "case", "--json"]).is(code).out();
    serde_json::from_str(&text).unwrap()
}

fn stratum<'v>(report: &'v Value, id: &str) -> &'v Value {
    let strata = report["strata"].as_array().unwrap();
    strata.iter().find(|row| row["stratum"] == id).unwrap()
}

#[test]
fn a_reviewer_draws_answers_and_reads_limits_that_hold() {
    let desk = Desk::new();
    desk.breach(60);
    desk.run_case("case").is(1);
    desk.run(&["qc", "report", "case"]).is(2);
    desk.run(&["qc", "draw", "case", "--out", "sheet.csv"])
        .is(0);
    let rows = sheet(&desk, "sheet.csv");
    for id in ["files-with-hits", "files-without-hits", "people", "merges"] {
        assert!(rows.iter().any(|row| row["stratum"] == id), "{id}");
    }
    assert!(
        rows.iter()
            .any(|row| row["stratum"] == "element:health-number")
    );
    // Masked, unless asked for.
    let first_with_value = rows
        .iter()
        .find(|row| row["stratum"] == "element:health-number");
    assert!(first_with_value.unwrap()["value"].contains('•'));

    // Every file without hits is clean but the first; all else is right but one person.
    let first_of = |id: &str| rows.iter().position(|row| row["stratum"] == id);
    let (first_file, first_person) = (first_of("files-without-hits"), first_of("people"));
    fill(&desk, "filled.csv", &rows, |number, row| {
        if Some(number) == first_file {
            "oui"
        } else if row["stratum"] == "files-without-hits" || Some(number) == first_person {
            "non"
        } else {
            "oui"
        }
    });
    desk.run(&["qc", "answer", "case", "filled.csv", "--by", "Anne Roy"])
        .is(0);
    let said = report(&desk, 0);
    let without = stratum(&said, "files-without-hits");
    assert_eq!(without["yes"], 1);
    let (all, drawn) = (
        without["all"].as_u64().unwrap(),
        without["drawn"].as_u64().unwrap(),
    );
    let share = |row: &Value, end: &str| row["share"][end].as_f64().unwrap();
    assert!(drawn <= all && share(without, "low") >= 1.0 / all as f64 - 1e-9);
    let people = stratum(&said, "people");
    assert!(share(people, "estimate") < 1.0 && share(people, "high") < 1.0);
    let recall = &said["recall_of_files"];
    assert!(recall["low"].as_f64() < recall["high"].as_f64() || drawn == all);

    // The same answers again change nothing; a sheet with a slip says where.
    let again = desk
        .run(&[
            "qc",
            "answer",
            "case",
            "filled.csv",
            "--by",
            "Anne Roy",
            "--json",
        ])
        .is(0)
        .out();
    assert!(again.contains("\"new\":0"));
    desk.write("slip.csv", "item,answer\nabc,perhaps\n");
    let slip = desk
        .run(&["qc", "answer", "case", "slip.csv", "--by", "A"])
        .is(2);
    assert!(slip.err().contains("row 2"));

    // A finer sample keeps what was drawn before, with its answers.
    desk.run(&["qc", "draw", "case", "--out", "finer.csv", "--margin", "2"])
        .is(0);
    let finer = sheet(&desk, "finer.csv");
    let by_item: BTreeMap<&str, &str> = finer
        .iter()
        .map(|row| (row["item"].as_str(), row["answer"].as_str()))
        .collect();
    assert!(finer.len() > rows.len());
    assert!(
        rows.iter()
            .all(|row| !by_item[row["item"].as_str()].is_empty())
    );

    // When the list changes, the report says that the sample is of the old one.
    desk.write(
        "breach/evidence/late.csv",
        "First name,Last name,DOB,Phone\nZoé,Lateconnue,1971-02-03,306-555-0199\n",
    );
    desk.run_case("case").is(1);
    assert_eq!(report(&desk, 1)["stale"], true);
    desk.run(&["verify", "case"]).is(0);
}
