//! A language added to a case as a file: whoever reads it is written to in it, and nothing goes out before somebody has reviewed its words.

use serde_json::Value;

use crate::support::Desk;

const SPANISH: &str = include_str!("../../../../letters/languages/es.toml");

/// A clinic's table of patients whose records say three languages and one that nobody added.
const PATIENTS: &str = "\
Given name,Family name,Date of birth,Sex,Language,Email,Address,City,Province,Postal code,Diagnosis
Inés,Carrasco,1961-04-02,F,Spanish,ines@example.org,12 Elm Street,Regina,SK,S4P 3Y2,Asthma
Harpreet,Gillwala,1970-09-11,F,Punjabi,harpreet@example.org,14 Elm Street,Regina,SK,S4P 3Y2,Migraine
Odile,Fontanelle,1955-01-30,F,French,odile@example.org,16 Elm Street,Regina,SK,S4P 3Y2,Gout
Wilma,Ashcombe,1949-12-05,F,English,wilma@example.org,18 Elm Street,Regina,SK,S4P 3Y2,Anemia
";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.breach(5);
    let incident = std::fs::read_to_string(desk.path("breach/incident.toml")).unwrap();
    let own = "\n[in.es]\nwhat_happened = \"Alguien copió archivos de nuestra clínica.\"\nwhat_we_did = \"Cerramos la cuenta que se usó.\"\nhours = \"de lunes a viernes\"\n";
    desk.write("incident.toml", incident + own);
    desk.write("evidence/patients.csv", PATIENTS);
    desk.run(&[
        "run",
        "case",
        "--evidence",
        "evidence",
        "--incident",
        "incident.toml",
        "--as-of",
        "2026-11-21",
        "--json",
    ])
    .is(0);
    // Everybody by text, so that a test can read what each letter says.
    let people = desk.people("case");
    let ids = people
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').next());
    let rows: Vec<String> = ids.map(|id| format!("{id},text")).collect();
    assert_eq!(rows.len(), 4, "{people}");
    desk.write(
        "contacts.csv",
        format!("person_id,format\n{}\n", rows.join("\n")),
    );
    desk.run(&["mail", "contacts", "case", "contacts.csv"])
        .is(0);
    desk
}

impl Desk {
    /// Prepares a mailing; what it lacks, and the letters by the first name in them.
    fn letters(&self, mailing: &str) -> (Value, Vec<String>) {
        let made = self.run(&[
            "mail", "prepare", "case", mailing, "--out", mailing, "--json",
        ]);
        let lacks = made.is(0).json()["lacks"].clone();
        let names = ["Inés", "Harpreet", "Odile", "Wilma"];
        let texts: Vec<String> = crate::support::files(&self.path(mailing))
            .into_iter()
            .filter(|file| file.extension().is_some_and(|ending| ending == "txt"))
            .map(|file| std::fs::read_to_string(file).unwrap())
            .collect();
        let of = |name: &&str| {
            texts
                .iter()
                .find(|text| text.contains(*name))
                .unwrap()
                .clone()
        };
        (lacks, names.iter().map(of).collect())
    }
}

#[test]
fn a_language_is_added_as_a_file_and_its_readers_are_written_to_in_it() {
    let desk = desk();
    let people = desk.people("case");
    for (name, tag) in [
        ("Carrasco", ",es,"),
        ("Gillwala", ",pa,"),
        ("Fontanelle", ",fr,"),
        ("Ashcombe", ",en,"),
    ] {
        let row = people.lines().find(|line| line.contains(name)).unwrap();
        assert!(row.contains(tag), "{row}");
    }

    // Without the file: English, and the draft says what the records say.
    let (_, letters) = desk.letters("draft");
    assert!(letters[0].contains("What happened".to_uppercase().as_str()));
    assert!(
        letters[0].contains("the reader’s language is `es`"),
        "{}",
        letters[0]
    );
    assert!(letters[1].contains("the reader’s language is `pa`"));
    assert!(
        letters[2].contains("CE QUI S’EST PASSÉ")
            && !letters[2].contains("langue de cette personne")
    );

    // With the file that comes with the program: Spanish, marked as read by nobody, and not to be approved.
    desk.run(&["mail", "language", "add", "case", "es"]).is(0);
    let (lacks, letters) = desk.letters("draft");
    let spanish = &letters[0];
    for said in [
        "BORRADOR. Sin aprobar.",
        "Nadie que tenga este idioma",
        "Alguien copió archivos de nuestra clínica.",
        "Horario: de lunes a viernes",
        "- Fecha de nacimiento",
        // The law's own words, where its files have none in this language, after ours.
        "Usted tiene derecho a presentar una queja",
    ] {
        assert!(spanish.contains(said), "{said}: {spanish}");
    }
    assert!(!spanish.contains("What happened") && !spanish.contains("Sincerely"));
    assert!(letters[1].contains("`pa`") && letters[3].contains("WHAT HAPPENED"));
    assert!(
        lacks.as_str().unwrap().contains("checked its words"),
        "{lacks}"
    );
    desk.run(&["mail", "approve", "case", "draft", "--by", "Ann"])
        .is(2)
        .complains("checked its words");
    desk.run(&["verify", "case"]).is(0);

    // Reviewed: the same words, and two people can approve and print.
    let reviewed = SPANISH.replace(
        "reviewed-by = \"\"",
        "reviewed-by = \"R. Lectora, 2026-11-20\"",
    );
    desk.write("es.toml", &reviewed);
    desk.run(&["mail", "language", "add", "case", "es.toml"])
        .is(0);
    let listed = desk
        .run(&["mail", "language", "list", "case", "--json"])
        .is(0)
        .json();
    assert_eq!(listed[0]["language"], "es");
    assert_eq!(listed[0]["reviewed_by"], "R. Lectora, 2026-11-20");
    let (lacks, letters) = desk.letters("draft");
    assert_eq!(lacks, Value::Null);
    assert!(!letters[0].contains("Nadie que tenga este idioma"));
    for by in ["Ann", "Bo"] {
        desk.run(&["mail", "approve", "case", "draft", "--by", by])
            .is(0);
    }
    desk.run(&["mail", "print", "case", "draft", "--out", "print"])
        .is(0);
    let table = std::fs::read_to_string(desk.path("print/mailing.csv")).unwrap();
    assert_eq!(table.matches(",es,").count(), 1, "{table}");

    // What the public reads, too.
    desk.run(&["reports", "case", "--out", "papers"]).is(0);
    let notice = std::fs::read_to_string(desk.path("papers/website-notice-es.html")).unwrap();
    assert!(notice.contains("<html lang=\"es\"") && notice.contains("Alguien copió archivos"));
    for paper in [
        "call-script-es.md",
        "press-statement-es.md",
        "substitute-notice-es.pdf",
    ] {
        assert!(desk.path("papers").join(paper).exists(), "{paper}");
    }

    // A change in the file is a change in the letters: the approvals no longer count.
    desk.write("es.toml", reviewed.replace("Atentamente,", "Cordialmente,"));
    desk.run(&["mail", "language", "add", "case", "es.toml"])
        .is(0);
    desk.run(&["mail", "print", "case", "draft", "--out", "print"])
        .is(2)
        .complains("changed since");
    desk.run(&["mail", "language", "drop", "case", "es"]).is(0);
    desk.run(&["mail", "language", "drop", "case", "es"])
        .is(2)
        .complains("no language `es`");
    let (_, letters) = desk.letters("draft");
    assert!(letters[0].contains("WHAT HAPPENED"));
    desk.run(&["verify", "case"]).is(0);
}

#[test]
fn the_file_of_a_language_is_checked_by_key_before_it_is_used() {
    let desk = Desk::new();
    let checked = desk
        .run(&["mail", "language", "check", "es", "--json"])
        .is(0)
        .json();
    assert_eq!(checked["lacks"], serde_json::json!([]));
    assert_eq!(checked["measured_by"], "INFLESZ");
    // What is lacking is a gap; what is wrong is refused; each is named by file and key.
    desk.write(
        "short.toml",
        SPANISH.replace("closing = \"Atentamente,\"\n", ""),
    );
    let said = desk
        .run(&["mail", "language", "check", "short.toml"])
        .is(1)
        .err();
    assert!(
        said.contains("short.toml: letter.closing is not said"),
        "{said}"
    );
    desk.write(
        "wrong.toml",
        SPANISH.replace("Lo supimos el {on}.", "Lo supimos ese día."),
    );
    let said = desk
        .run(&["mail", "language", "check", "wrong.toml"])
        .is(2)
        .err();
    assert!(
        said.contains("wrong.toml: letter.happened.discovered: leaves out {on}"),
        "{said}"
    );
    desk.run(&["mail", "language", "check", "none.toml"])
        .is(2)
        .complains("none.toml");
}
