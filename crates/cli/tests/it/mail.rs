//! Mailings and papers of a whole case: what two people approve is what is printed, and every list adds up.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::Desk;

/// Rows of a CSV file by column name.
fn table(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().unwrap().clone();
    reader
        .records()
        .map(|row| {
            let row = row.unwrap();
            let cells = head.iter().zip(row.iter());
            cells
                .map(|(name, cell)| (name.to_owned(), cell.to_owned()))
                .collect()
        })
        .collect()
}

fn file(desk: &Desk, name: &str) -> Vec<BTreeMap<String, String>> {
    table(&std::fs::read_to_string(desk.path(name)).unwrap())
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_mailing_is_approved_by_two_printed_as_approved_and_sent_with_proof() {
    let desk = Desk::new();
    desk.breach(25);
    desk.run_case("case").is(1);
    let prepare = |out: &str, more: &[&str]| {
        let mut arguments = vec![
            "mail",
            "prepare",
            "case",
            "one",
            "--out",
            out,
            "--date",
            "2026-11-22",
            "--json",
        ];
        arguments.extend(more);
        desk.run(&arguments)
    };
    // Too few codes give nobody one, and nothing is prepared.
    desk.write("few.txt", "AAAA-1\nAAAA-2\n");
    desk.run(&["mail", "codes", "case", "--add", "few.txt"])
        .is(0);
    prepare("draft", &[]).is(2).complains("import");
    let codes: Vec<String> = (0..200).map(|n| format!("CODE-{n:04}")).collect();
    desk.write("codes.txt", codes.join("\n"));
    desk.run(&["mail", "codes", "case", "--add", "codes.txt"])
        .is(0);
    let made = json(&prepare("draft", &[]).is(0).out());
    let letters = made["letters"].as_u64().unwrap();
    assert!(letters > 5, "{made}");
    assert_eq!(made["lacks"], Value::Null);
    // Postal order, each letter on its own pages of its bundle.
    let rows = file(&desk, "draft/mailing.csv");
    assert_eq!(rows.len() as u64, letters);
    let posted: Vec<&str> = rows
        .iter()
        .filter(|row| row["country"].is_empty() || row["country"].starts_with("CA"))
        .map(|row| row["postal_code"].as_str())
        .collect();
    assert!(posted.is_sorted(), "{posted:?}");
    let mut next: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &rows {
        let first = next.entry(&row["file"]).or_insert(1);
        assert_eq!(row["first_page"], first.to_string());
        *first += row["pages"].parse::<usize>().unwrap();
        assert_eq!(row["stage"], "draft");
    }
    // Everybody with a letter is in the mailing or in the list of those who are not.
    let people: BTreeSet<String> = table(&desk.run(&["people", "case"]).is(0).out())
        .into_iter()
        .map(|row| row["person_id"].clone())
        .collect();
    let mailed: BTreeSet<String> = rows.iter().map(|row| row["reference"].clone()).collect();
    let not_mailed: BTreeSet<String> = file(&desk, "draft/not-mailed.csv")
        .into_iter()
        .map(|row| row["reference"].clone())
        .collect();
    assert!(mailed.is_disjoint(&not_mailed));
    assert_eq!(&mailed | &not_mailed, people);
    // Made again, nobody gets another code.
    let account = |desk: &Desk| json(&desk.run(&["mail", "codes", "case", "--json"]).is(0).out());
    assert_eq!(account(&desk)["given"], letters);
    prepare("draft2", &[]).is(0);
    assert_eq!(account(&desk)["given"], letters);

    let approve = |who: &str| desk.run(&["mail", "approve", "case", "one", "--by", who, "--json"]);
    let print = || desk.run(&["mail", "print", "case", "one", "--out", "print"]);
    let sent = |proof: &str| {
        desk.run(&[
            "mail",
            "sent",
            "case",
            "one",
            "--on",
            "2026-11-24",
            "--by",
            "Ann",
            "--proof",
            proof,
        ])
    };
    print().is(2).complains("not approved");
    sent("receipt").is(2).complains("two people");
    approve("Ann Officer").is(0);
    approve("ann officer").is(2).complains("second person");
    sent("receipt").is(2).complains("two people");
    // A changed letter loses its approvals: another day is printed on it.
    desk.run(&[
        "mail",
        "prepare",
        "case",
        "one",
        "--out",
        "draft",
        "--date",
        "2026-11-23",
    ])
    .is(0);
    let now = json(&approve("Bo Counsel").is(0).out());
    assert_eq!(now["approved"], false, "{now}");
    let now = json(&approve("Ann Officer").is(0).out());
    assert_eq!(now["approved"], true, "{now}");
    sent("receipt").is(2).complains("print it first");
    print().is(0);
    for row in file(&desk, "print/mailing.csv") {
        assert_eq!(row["stage"], "approved");
    }
    desk.write("receipt.txt", "statement of mailing 4711");
    sent("receipt.txt").is(0);
    // What was sent is not sent again, and is found by person.
    let first = mailed.iter().next().unwrap();
    let again = json(
        &desk
            .run(&["mail", "prepare", "case", "two", "--out", "two", "--json"])
            .is(0)
            .out(),
    );
    assert_eq!(again["letters"], 0);
    let history = json(
        &desk
            .run(&["mail", "status", "case", "--person", first, "--json"])
            .is(0)
            .out(),
    );
    assert_eq!(history[0]["sent"]["on"], "2026-11-24");
    assert_eq!(history[0]["sent"]["proof"], "receipt.txt");
    // What is owed to a person says since when they know; to whom no letter went, nothing of it.
    let is_told = |id: &String| {
        let page = desk.run(&["person", "case", id, "--json"]).is(0).out();
        page.contains("told on 2026-11-24")
    };
    assert!(is_told(first));
    if let Some(nobody) = not_mailed.iter().next() {
        assert!(!is_told(nobody));
    }
    let status = desk.run(&["mail", "status", "case"]).is(0).err();
    assert!(
        status.contains("people told by letter, on 2026-11-24"),
        "{status}"
    );

    // A letter that came back goes again only to another place.
    desk.run(&[
        "mail",
        "returned",
        "case",
        "one",
        "--person",
        first,
        "--on",
        "2026-12-02",
        "--why",
        "moved",
    ])
    .is(0);
    let back = |name: &str| {
        let made = desk.run(&[
            "mail", "prepare", "case", name, "--to", "again", "--out", name, "--json",
        ]);
        json(&made.is(0).out())
    };
    assert_eq!(back("three")["letters"], 0);
    desk.write(
        "contacts.csv",
        format!("person_id,street,city,province,postal_code,discreet,format\n{first},9 New Road,Regina,SK,S4P 3Y2,yes,large-print\n"),
    );
    desk.run(&["mail", "contacts", "case", "contacts.csv"])
        .is(0);
    assert_eq!(back("three")["letters"], 1);
    let rows = file(&desk, "three/mailing.csv");
    assert_eq!(rows[0]["street"], "9 New Road");
    assert_eq!(rows[0]["file"], "large-print-plain-envelope-0001.pdf");
    desk.run(&["verify", "case"]).is(0);
}

#[test]
fn no_letter_names_what_was_not_exposed_and_the_reports_add_up_to_the_list() {
    let desk = Desk::new();
    desk.breach(60);
    desk.run_case("case").is(1);
    let people = table(&desk.run(&["people", "case"]).is(0).out());
    let obligations = table(&desk.run(&["obligations", "case"]).is(0).out());

    // No duty without a reason; nobody on the list without an assessment.
    for row in &obligations {
        assert!(!row["because"].trim().is_empty(), "{}", row["duty"]);
    }
    let assessed: BTreeSet<&str> = obligations
        .iter()
        .map(|row| row["person_id"].as_str())
        .collect();
    for person in &people {
        assert!(assessed.contains(person["person_id"].as_str()));
    }

    // Every letter as plain text: it lists as many things as the person's exposures have elements.
    let rows: Vec<String> = people
        .iter()
        .map(|row| format!("{},text", row["person_id"]))
        .collect();
    desk.write(
        "contacts.csv",
        format!("person_id,format\n{}\n", rows.join("\n")),
    );
    desk.run(&["mail", "contacts", "case", "contacts.csv"])
        .is(0);
    desk.run(&["mail", "prepare", "case", "text", "--out", "text"])
        .is(0);
    let exposures = table(&desk.run(&["exposures", "case"]).is(0).out());
    let mut exposed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in &exposures {
        exposed
            .entry(&row["person_id"])
            .or_default()
            .insert(&row["element"]);
    }
    let mut words: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut n_letters = 0;
    for person in &people {
        let id = &person["person_id"];
        let file = desk.path(&format!("text/{id}.txt"));
        let Ok(text) = std::fs::read_to_string(file) else {
            continue;
        };
        n_letters += 1;
        let listed: BTreeSet<String> = text
            .lines()
            .skip_while(|line| !line.starts_with("- "))
            .take_while(|line| line.starts_with("- "))
            .map(|line| line.split(" (").next().unwrap_or(line).to_owned())
            .collect();
        let mine = &exposed[id.as_str()];
        assert_eq!(listed.len(), mine.len(), "{id}: {listed:?} but {mine:?}");
        // What stands for an element in one letter stands for it in all of that language.
        for element in mine {
            let key = format!("{}{element}", person["language"]);
            let known = words.entry(key).or_insert_with(|| listed.clone());
            *known = known.intersection(&listed).cloned().collect();
        }
    }
    assert!(n_letters > 30, "{n_letters}");
    // Each element keeps words of its own that stand in every letter that names it.
    assert!(
        words.values().filter(|words| words.is_empty()).count() <= 2,
        "{words:?}"
    );

    // Every report counts the same people, by place and in all.
    desk.run(&[
        "reports",
        "case",
        "--out",
        "reports",
        "--format",
        "txt",
        "--language",
        "en",
    ])
    .is(0);
    let mut n_reports = 0;
    for file in crate::support::files(&desk.path("reports")) {
        if file.extension().is_none_or(|ending| ending != "txt") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        n_reports += 1;
        let total = text
            .lines()
            .find_map(|line| line.strip_prefix("People affected, as counted so far: "))
            .map(|n| n.trim_end_matches('.').replace(',', ""))
            .unwrap();
        assert_eq!(total, people.len().to_string());
        let places: usize = text
            .lines()
            .skip_while(|line| *line != "Place | People")
            .skip(1)
            .take_while(|line| line.contains(" | "))
            .map(|line| line.rsplit(" | ").next().unwrap().replace(',', ""))
            .map(|n| n.parse::<usize>().unwrap())
            .sum();
        assert_eq!(places, people.len(), "{}", file.display());
    }
    assert!(n_reports > 2);
}

#[test]
fn a_second_report_shows_what_changed_since_the_one_that_was_filed() {
    let desk = Desk::new();
    desk.breach(25);
    desk.run_case("case").is(1);
    let reports = |out: &str| {
        desk.run(&[
            "reports",
            "case",
            "--out",
            out,
            "--format",
            "txt,docx",
            "--language",
            "en",
        ])
        .is(0);
        crate::support::files(&desk.path(out))
            .into_iter()
            .filter(|file| file.extension().is_some_and(|ending| ending == "txt"))
            .map(|file| std::fs::read_to_string(file).unwrap())
            .collect::<Vec<_>>()
    };
    assert!(reports("a").iter().all(|text| !text.contains("SINCE")));
    let said = desk.run(&["report", "case", "--regulator", "nobody", "--out", "b"]);
    said.is(2).complains("reports go to");
    let codes: BTreeSet<String> = table(&desk.run(&["obligations", "case"]).is(0).out())
        .into_iter()
        .filter(|row| row["person_id"].is_empty())
        .map(|row| row["addressee"].clone())
        .collect();
    let code = codes
        .iter()
        .find(|code| {
            let said = desk.run(&[
                "reports",
                "case",
                "--regulator",
                code,
                "--filed",
                "2026-11-20",
            ]);
            said.0.status.success()
        })
        .expect("a regulator with a report");
    let nothing = reports("c");
    assert!(
        nothing
            .iter()
            .any(|text| text
                .contains("Nothing that was reported on November\u{a0}20, 2026 has changed")),
        "{code}"
    );
    // More evidence, more people: the next report says so, previous and now.
    desk.write(
        "more/list.csv",
        "Name,Health card,Date of birth,Address,City,Province,Postal code\n\
         Zelda Newfound,9698 658 215,1971-03-04,5 Added Street,Regina,SK,S4P 3Y2\n",
    );
    desk.run(&[
        "run",
        "case",
        "--evidence",
        "breach/evidence",
        "more",
        "--roster",
        "breach/roster.csv",
        "--incident",
        "breach/incident.toml",
        "--as-of",
        "2026-11-21",
    ])
    .is(1);
    let changed = reports("d");
    assert!(
        changed
            .iter()
            .any(|text| text.contains("WHAT CHANGED SINCE") && text.contains("People affected | ")),
        "{}",
        changed.first().map(String::as_str).unwrap_or_default()
    );
}

#[test]
fn nothing_goes_to_a_home_that_a_file_says_must_not_be_written_to() {
    let desk = Desk::new();
    desk.breach(12);
    desk.write(
        "breach/evidence/note.txt",
        "Progress note\nPatient: Dana Whitefeather   DOB: 1993-02-11   HSN 123 456 789\nAddress: 77 Poplar Way, Regina SK S4P 1A1    Tel: 306 555 0199\nDiagnosis: asthma\nPartner must not know about this visit. Please\ndo not call the home number or mail anything to the house.\n",
    );
    desk.run_case("case").is(1);
    let people = json(
        &desk
            .run(&["people", "case", "--values", "--format", "json"])
            .is(0)
            .out(),
    );
    let dana = people
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["family"] == "Whitefeather")
        .unwrap();
    assert_eq!(dana["address"], "77 Poplar Way");
    assert!(dana["notes"].to_string().contains("ask the person first"));
    let id = dana["person_id"].as_str().unwrap();
    let said = json(
        &desk
            .run(&["letters", "case", "--out", "letters", "--json"])
            .is(0)
            .out(),
    );
    assert_eq!(said["ask_first"], 1);
    let row = |rows: &[BTreeMap<String, String>]| {
        rows.iter()
            .find(|row| row["reference"] == id)
            .cloned()
            .unwrap()
    };
    let letter = row(&file(&desk, "letters/manifest.csv"));
    assert_eq!((&*letter["mailable"], &*letter["street"]), ("no", ""));
    let prepare = |name: &str| {
        desk.run(&["mail", "prepare", "case", name, "--out", name])
            .is(0);
        file(&desk, &format!("{name}/not-mailed.csv"))
    };
    let held = |rows: &[BTreeMap<String, String>]| {
        rows.iter()
            .find(|row| row["reference"] == id)
            .map(|row| row["why"].clone())
    };
    assert_eq!(held(&prepare("one")).as_deref(), Some("ask-first"));
    // She was asked, and said where.
    desk.write(
        "contacts.csv",
        format!("person_id,street,city,province,postal_code\n{id},2 Safe Road,Regina,SK,S4P 3Y3\n"),
    );
    desk.run(&["mail", "contacts", "case", "contacts.csv"])
        .is(0);
    let left = prepare("two");
    assert_ne!(held(&left).as_deref(), Some("ask-first"));
    let letter = row(&file(&desk, "two/mailing.csv"));
    assert_eq!(letter["street"], "2 Safe Road");
}

#[test]
fn a_request_about_a_home_that_names_nobody_stops_the_mailing_until_it_is_settled() {
    let desk = Desk::new();
    desk.breach(12);
    desk.write(
        "breach/evidence/memo.txt",
        "Memo to the front desk\n\nPlease do not mail anything to the home of our client with chart number 10021, her\nhusband must not know that she comes to us.\n",
    );
    desk.run_case("case").is(1);
    let said = desk.run(&["summary", "case"]).is(1).out();
    assert!(
        said.contains("requests not to write to somebody's home"),
        "{said}"
    );
    let rows = table(&desk.run(&["requests", "case"]).is(0).out());
    assert!(!rows.is_empty());
    assert!(rows.iter().all(|row| row["settled"] == "open"
        && row["exhibit"].ends_with("memo.txt")
        && !row["words"].contains("husband")));
    let shown = table(&desk.run(&["requests", "case", "--values"]).is(0).out());
    assert!(
        shown
            .iter()
            .any(|row| row["words"].contains("do not mail anything to the home"))
    );
    let prepare = |name: &str| {
        desk.run(&["mail", "prepare", "case", name, "--out", name])
            .is(0)
            .out()
    };
    prepare("one");
    let approve = |name: &str| desk.run(&["mail", "approve", "case", name, "--by", "Ann Officer"]);
    approve("one").is(2).complains("whose requests");
    // Somebody has to say whom it is about, and who says so.
    let ids: Vec<&str> = rows.iter().map(|row| row["id"].as_str()).collect();
    let settle = |more: &[&str]| {
        let mut arguments = vec!["requests", "case", "--settle"];
        arguments.extend(&ids);
        arguments.extend(more);
        desk.run(&arguments)
    };
    settle(&["--by", "Ann Officer"]).is(2).complains("--nobody");
    settle(&["--by", "Ann Officer", "--about", "P-NOBODY"])
        .is(2)
        .complains("no person");
    let people = table(&desk.run(&["people", "case"]).is(0).out());
    let id = people[0]["person_id"].as_str();
    settle(&["--by", "Ann Officer", "--about", id]).is(0);
    prepare("one");
    let held = |folder: &str| {
        file(&desk, &format!("{folder}/not-mailed.csv"))
            .into_iter()
            .any(|row| row["reference"] == id && row["why"] == "ask-first")
    };
    assert!(held("one"));
    approve("one").is(0);
    // A later run finds it settled, and the person asked first.
    desk.run_case("case").is(1);
    let rows = table(&desk.run(&["requests", "case"]).is(0).out());
    assert!(
        rows.iter()
            .all(|row| row["settled"] == "about-a-person" && row["person_id"] == id)
    );
    prepare("two");
    assert!(held("two"));
    desk.run(&["verify", "case"]).is(0);
}
