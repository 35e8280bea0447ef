//! The register as its users meet it: every verb, what it prints, its exit codes, and what it says when it cannot.

use serde_json::Value;

use crate::support::{Desk, Said};

const FIRST: &str = "Files of 4,100 patients stolen from Northfield Dental
Published April 2, 2022

Hackers stole files of 4,100 patients of Northfield Dental Group in Ontario, the company said.

Northfield Dental Group discovered the theft on March 3, 2022. The files contained names, birth dates and health card numbers. No credit card numbers were involved.

Northfield Dental was bought by Brightco in 2012.
";

/// Another day for the same event, a later fact, and a correction of what the first story said.
const SECOND: &str = "<!doctype html><html lang=\"en\"><head><title>Northfield patients get letters</title></head><body>
<h1>Northfield patients get letters</h1><p>Published May 20, 2022</p>
<p>Northfield Dental Group Inc. discovered the theft on March 5, 2022 and notified patients on May 9, 2022.</p>
<p>Northfield Dental was bought by Brightco in 2019.</p>
<p>This is a corrected story. An earlier version said Brightco bought Northfield Dental in 2012.</p>
</body></html>";

const FRENCH: &str = "La Clinique Beaurivage victime d’une cyberattaque
Publié le 4 mars 2023

La Clinique Beaurivage, à Gatineau, a été victime d’une cyberattaque découverte le 12 janvier 2023. Les noms, les adresses et les numéros d’assurance maladie de 2 300 patients ont été volés. Aucune donnée bancaire n’a été touchée.

La Commission d’accès à l’information a été avisée le 20 janvier 2023. Les patients ont reçu une lettre le 14 février 2023.
";

/// A page of text lines as a PDF.
fn pdf(lines: &[&str]) -> Vec<u8> {
    let mut content = "BT /F1 10 Tf 12 TL 56 760 Td\n".to_owned();
    for line in lines {
        let line = line
            .replace('\\', "\\\\")
            .replace('(', "\\(")
            .replace(')', "\\)");
        content += &format!("({line}) Tj T*\n");
    }
    content += "ET";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Count 1 /Kids [4 0 R] >>".to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
    ];
    let mut out = "%PDF-1.5\n".to_owned();
    let mut places = Vec::new();
    for (n, object) in objects.iter().enumerate() {
        places.push(out.len());
        out += &format!("{} 0 obj\n{object}\nendobj\n", n + 1);
    }
    let start = out.len();
    out += &format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1);
    for place in &places {
        out += &format!("{place:010} 00000 n \n");
    }
    out += &format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
        places.len() + 1
    );
    out.into_bytes()
}

impl Desk {
    fn register(&self, arguments: &[&str]) -> Said {
        self.run(&[&["register"], arguments].concat())
    }

    /// Reads a report, and gives what was said of it to machines.
    fn reads(&self, name: &str, text: impl AsRef<[u8]>) -> Value {
        self.write(name, text);
        self.register(&["read", name, "--json"]).is(0).json()
    }

    fn shown(&self, incident: &str, more: &[&str]) -> Value {
        let arguments = [&["show", incident, "--json"], more].concat();
        self.register(&arguments).is(0).json()
    }
}

/// Facts as `attribute value`, with `not` where it is stated that it is not so.
fn facts(of: &Value) -> Vec<String> {
    let all = of["facts"].as_array().or(of["record"]["facts"].as_array());
    all.unwrap()
        .iter()
        .map(|one| {
            let fact = &one["fact"];
            let value = fact["value"].as_object().unwrap().values().next().unwrap();
            let value = match value {
                Value::String(text) => text.clone(),
                other => match (&other["n"], &other["of"]) {
                    (Value::Null, of) => format!("{} {} {}", of, other["kind"], other["since"]),
                    (n, _) => n.to_string(),
                },
            };
            let not = if fact["is_not"] == true { "not " } else { "" };
            format!("{} {not}{value}", fact["attribute"].as_str().unwrap())
        })
        .collect()
}

#[track_caller]
fn has(of: &Value, expected: &[&str]) {
    let found = facts(of);
    for one in expected {
        assert!(found.iter().any(|fact| fact == one), "{one}: {found:#?}");
    }
}

#[test]
fn a_report_is_the_same_as_text_as_html_and_as_pdf() {
    let desk = Desk::new();
    let expected = [
        "victim Northfield Dental Group",
        "people 4100",
        "place ca-on",
        "discovered 2022-03-03",
        "element name",
        "element birth-date",
        "element health-number",
        "element not payment-card",
    ];
    desk.write("story.txt", FIRST);
    let lines: Vec<&str> = FIRST.lines().collect();
    let mut html = String::from("<!doctype html><html><body>");
    for line in lines.iter().filter(|line| !line.is_empty()) {
        html += &format!("<p>{line}</p>");
    }
    desk.write("story.html", html + "</body></html>");
    // In a PDF the lines are as wide as the page.
    let mut wrapped = Vec::new();
    for line in &lines {
        let mut rest = *line;
        while let Some(cut) = rest
            .get(..80)
            .and_then(|start| start.rfind(' '))
            .filter(|_| rest.len() > 80)
        {
            wrapped.push(rest.get(..cut).unwrap());
            rest = rest.get(cut + 1..).unwrap();
        }
        wrapped.push(rest);
    }
    desk.write("story.pdf", pdf(&wrapped));
    for name in ["story.txt", "story.html", "story.pdf"] {
        let looked = desk
            .register(&["read", name, "--dry-run", "--json"])
            .is(0)
            .json();
        let looked = serde_json::json!({
            "facts": looked["facts"].as_array().unwrap().iter().map(|fact| serde_json::json!({ "fact": fact })).collect::<Vec<_>>()
        });
        has(&looked, &expected);
        let days: Vec<String> = facts(&looked)
            .into_iter()
            .filter(|fact| fact.contains("2022-"))
            .collect();
        assert_eq!(
            days,
            ["discovered 2022-03-03"],
            "{name}: the day of publication is nobody's theft"
        );
    }
    assert!(
        !desk.path(".local/share/whose").exists(),
        "a look keeps nothing"
    );
}

#[test]
fn two_reports_of_one_incident_are_joined_disagree_and_correct_without_erasing() {
    let desk = Desk::new();
    let first = desk.reads("first.txt", FIRST);
    let second = desk.reads("second.html", SECOND);
    let id = first["incident"].as_str().unwrap();
    assert_eq!(second["incident"], *id);
    assert!(
        second["joined"]
            .as_str()
            .unwrap()
            .contains("the same victim")
    );
    assert_eq!(
        second["corrected"], 2,
        "its own earlier version, and the first report"
    );
    // Once more, it is known.
    let again = desk.reads("second.html", SECOND);
    assert_eq!(again["known_before"], true);

    // Both days stand, and one is used.
    let shown = desk.shown(id, &[]);
    let conflict = shown["conflicts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["attribute"] == "discovered")
        .unwrap();
    assert_eq!(conflict["facts"].as_array().unwrap().len(), 2);
    let fact = |value: &str| {
        shown["record"]["facts"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["fact"]["value"]["when"] == *value)
            .unwrap()["id"]
            .clone()
    };
    let text = desk.register(&["show", "Northfield"]).is(0).out();
    assert!(text.contains("Sources disagree"), "{text}");
    desk.register(&[
        "choose",
        id,
        &fact("2022-03-03").to_string(),
        "--why",
        "their letter says so",
    ])
    .is(0);
    let shown = desk.shown(id, &[]);
    let conflict = &shown["conflicts"][0];
    assert_eq!(conflict["used"], fact("2022-03-03"));
    assert!(
        conflict["why"].to_string().contains("their letter says so"),
        "{conflict}"
    );

    // What the correction withdrew is still there, and on an earlier day it was what the world knew.
    let bought = |shown: &Value, since: &str| {
        shown["record"]["facts"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["fact"]["value"]["relation"]["since"] == *since)
            .map(|one| one["standing"].clone())
            .collect::<Vec<_>>()
    };
    assert!(bought(&shown, "2012").iter().all(Value::is_object));
    assert_eq!(bought(&shown, "2019"), ["proposed"]);
    let before = desk.shown(id, &["--known", "2022-04-15"]);
    assert_eq!(bought(&before, "2012"), ["proposed"]);
    assert!(bought(&before, "2019").is_empty());
    assert!(before["conflicts"].as_array().unwrap().is_empty());
    let none = desk.shown(id, &["--recorded", "2020-01-01"]);
    assert_eq!(none["record"]["facts"].as_array().unwrap().len(), 0);
}

#[test]
fn a_french_report_is_read_and_printed() {
    let desk = Desk::new();
    let told = desk.reads("avis.txt", FRENCH);
    has(
        &told,
        &[
            "victim Clinique Beaurivage",
            "people 2300",
            "discovered 2023-01-12",
            "element name",
            "element address",
            "element health-number",
            "element not bank-account",
            "regulator-told 2023-01-20",
            "people-told 2023-02-14",
        ],
    );
    desk.register(&["show", "Beaurivage", "--page", "page.html"])
        .is(0);
    let page = std::fs::read_to_string(desk.path("page.html")).unwrap();
    assert!(
        page.contains("découverte le 12 janvier 2023"),
        "its sentence is on the page"
    );
    assert!(!page.contains("<script"));
}

#[test]
fn nothing_counts_before_a_person_takes_it_and_what_is_corrected_stays() {
    let desk = Desk::new();
    let told = desk.reads("first.txt", FIRST);
    let id = told["incident"].as_str().unwrap();
    let number = |attribute: &str| {
        told["facts"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["fact"]["attribute"] == *attribute)
            .unwrap()["id"]
            .to_string()
    };
    let cell = |name: &str, column: &str| {
        let text = std::fs::read_to_string(desk.path(name)).unwrap();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let at = reader
            .headers()
            .unwrap()
            .iter()
            .position(|head| head == column)
            .unwrap();
        reader.records().next().unwrap().unwrap()[at].to_owned()
    };
    let export = |name: &str| {
        desk.register(&["export", "--form", "table", "--accepted", "--out", name])
            .is(0)
    };
    export("before.csv");
    assert_eq!(cell("before.csv", "people"), "");
    desk.register(&[
        "judge",
        id,
        &number("actor"),
        "--reject",
        "--why",
        "not told",
    ])
    .is(0);
    desk.register(&["judge", id]).is(0);
    export("after.csv");
    assert_eq!(cell("after.csv", "people"), "4100");
    assert_eq!(cell("after.csv", "actors"), "");

    desk.register(&[
        "correct",
        id,
        &number("people"),
        "--to",
        "4,118",
        "--why",
        "typing error",
    ])
    .is(0);
    let shown = desk.shown(id, &[]);
    has(&shown, &["people 4118", "people 4100"]);
    export("corrected.csv");
    assert_eq!(cell("corrected.csv", "people"), "4118");
    desk.register(&["correct", id, &number("industry"), "--why", "not a clinic"])
        .is(0);
    export("withdrawn.csv");
    assert_eq!(cell("withdrawn.csv", "industry"), "");
}

#[test]
fn a_small_incident_is_typed_in_found_counted_and_written_as_regulators_ask() {
    let desk = Desk::new();
    let added = desk
        .register(&[
            "add",
            "--victim",
            "Clinique du Parc",
            "--place",
            "ca-on",
            "--cause",
            "unauthorized-access",
            "--what",
            "A clerk looked at a neighbour's file.",
            "--began",
            "2026-02-02",
            "--discovered",
            "2026-02-10",
            "--people",
            "1",
            "--elements",
            "birth-date,diagnosis",
            "--risk",
            "no",
            "--why",
            "one reader, who signed that she told nobody",
            "--done",
            "access was taken away",
            "--json",
        ])
        .is(0)
        .json();
    let id = added["incident"].as_str().unwrap();
    desk.register(&["add", "--to", id, "--people-told", "2026-03-01"])
        .is(0);
    let line = |arguments: &[&str]| {
        let said = desk.register(arguments).is(0).out();
        said.lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .collect::<Vec<_>>()
    };
    let listed = line(&["list", "--json"]);
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["people-told"], "2026-03-01");
    assert_eq!(line(&["search", "parc", "clerk", "--json"]).len(), 1);
    assert_eq!(line(&["search", "lake", "--json"]).len(), 0);
    for (filter, n) in [
        (["--place", "ca"], 1),
        (["--place", "ca-qc"], 0),
        (["--element", "diagnosis"], 1),
        (["--element", "email"], 0),
        (["--since", "2026-02-11"], 0),
        (["--until", "2026-02-11"], 1),
        (["--people", "2"], 0),
        (["--cause", "unauthorized-access"], 1),
        (["--victim", "clinique du parc"], 1),
        (["--victim", "Northfield"], 0),
    ] {
        let arguments = ["list", "--json", filter[0], filter[1]];
        assert_eq!(line(&arguments).len(), n, "{filter:?}");
    }
    assert_eq!(line(&["list", "--json", "--disputed"]).len(), 0);
    let counted = desk.register(&["stats", "--json"]).is(0).json();
    assert_eq!(counted["n_incidents"], 1);
    assert_eq!(counted["n_people"], 1);
    assert_eq!(counted["intervals"]["discovery to people"][0], 19);

    for (form, expected) in [
        ("ca-pipeda", "one reader, who signed"),
        ("ca-pipeda", "2028-02-10"),
        ("ca-qc", "date de naissance"),
        ("ca-qc", "2031-02-10"),
        ("ca-on-annual", "2026,Used without authority,1,1,1,0"),
        ("table", "Clinique du Parc"),
        ("hhs-portal", "Clinique du Parc"),
    ] {
        desk.register(&["export", "--form", form, "--out", "out.csv"])
            .is(0);
        let text = std::fs::read_to_string(desk.path("out.csv")).unwrap();
        assert!(text.contains(expected), "{form}: {text}");
    }
    desk.register(&["export", "--form", "page", "--out", "pages"])
        .is(0);
    let page = std::fs::read_to_string(desk.path(&format!("pages/{id}.html"))).unwrap();
    assert!(
        page.contains("A clerk looked") && page.contains("typed by"),
        "{page}"
    );
    // An incident of no known kind stands in no row of the yearly count, and that is said.
    desk.register(&["add", "--name", "Something", "--discovered", "2026-03-01"])
        .is(0);
    let said = desk
        .register(&["export", "--form", "ca-on-annual", "--out", "out.csv"])
        .is(1);
    assert!(
        said.err().contains("1 of them stand in no row"),
        "{}",
        said.err()
    );
    let own = [
        "export",
        "--form",
        "ca-on-annual",
        "--victim",
        "du Parc",
        "--out",
        "out.csv",
    ];
    desk.register(&own).is(0);
    desk.register(&["rebuild"]).is(0);
    assert_eq!(line(&["list", "--json"]).len(), 2);
}

#[test]
fn veris_records_go_out_and_come_back_as_they_were() {
    let desk = Desk::new();
    desk.reads("first.txt", FIRST);
    let took = desk.register(&["export", "--form", "veris", "--out", "out.json"]);
    assert!(took.is(0).err().contains("1 incidents written"));
    let other = ["--register", "other"];
    let taken = desk.register(&[&["import", "out.json"][..], &other].concat());
    assert!(taken.is(0).err().contains("1 incidents taken in"));
    let taken = desk.register(&[&["import", "out.json"][..], &other].concat());
    assert!(taken.is(0).err().contains("1 were there before"));
    desk.register(
        &[
            &["export", "--form", "veris", "--out", "back.json"][..],
            &other,
        ]
        .concat(),
    )
    .is(0);
    let read = |name: &str| -> Value {
        serde_json::from_slice(&std::fs::read(desk.path(name)).unwrap()).unwrap()
    };
    assert_eq!(read("back.json"), read("out.json"));
    desk.register(&["export", "--form", "stix", "--out", "stix"])
        .is(0);
    let file = crate::support::files(&desk.path("stix")).remove(0);
    let bundle: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!(bundle["type"], "bundle");
    // A portal's table comes in, too, and its days are beside the others'.
    desk.write(
        "portal.csv",
        "Name of Covered Entity,State,Individuals Affected,Breach Start,Breach Submission Date,Type of Breach\nAcme Labs,TX,900,2020-01-01,2020-02-10,Theft\n",
    );
    desk.register(&["import", "portal.csv"]).is(0);
    let counted = desk.register(&["stats", "--json", "--beside", "portal.csv"]);
    let counted = counted.is(0).json();
    assert_eq!(counted["n_incidents"], 2);
    assert_eq!(counted["beside"]["intervals"]["access to regulator"][0], 40);
    // The same breach in another table is a second source of it; two tables are one cohort.
    desk.write(
        "told.csv",
        "Name.of.Covered.Entity,State,Individuals.Affected,Breach.Submission.Date\nACME LABS,TX,900,2020-02-10\n",
    );
    desk.write(
        "began.csv",
        "Name_of_Covered_Entity,State,Individuals_Affected,breach_start\nAcme Labs,TX,900,2020-01-01\n",
    );
    let said = desk.register(&["import", "told.csv"]).is(0);
    assert!(said.err().contains("1 of those have a source more"));
    let both = [
        "stats",
        "--json",
        "--beside",
        "told.csv",
        "--beside",
        "began.csv",
    ];
    let counted = desk.register(&both).is(0).json();
    assert_eq!(counted["beside"]["n_incidents"], 1);
    assert_eq!(counted["beside"]["intervals"]["access to regulator"][0], 40);
    let said = desk
        .register(&["stats", "--beside", "told.csv"])
        .is(0)
        .out();
    assert!(said.contains("nothing to compare with"), "{said}");
    let shown = desk
        .register(&["show", "Northfield", "--beside", "told.csv"])
        .is(0)
        .out();
    assert!(shown.contains("nothing to compare with"), "{shown}");
}

#[test]
fn what_cannot_be_done_is_said_with_what_to_do() {
    let desk = Desk::new();
    desk.reads("first.txt", FIRST);
    desk.write("empty.txt", "");
    desk.write("no.json", "{");
    desk.write("no.csv", "colour,size\nred,4\n");
    for (arguments, code, what) in [
        (&["show", "Westfield"][..], 2, "no incident Westfield"),
        (&["judge", "Northfield", "9999"], 2, "no fact 9999"),
        (
            &["choose", "Northfield", "9999", "--why", "x"],
            2,
            "no fact 9999",
        ),
        (
            &["correct", "Northfield", "9999", "--why", "x"],
            2,
            "no fact 9999",
        ),
        (
            &["correct", "Northfield", "2", "--to", "many", "--why", "x"],
            64,
            "many",
        ),
        (&["add", "--name", "x", "--discovered", "soon"], 64, "soon"),
        (
            &["add", "--name", "x", "--cause", "bad-luck"],
            64,
            "bad-luck",
        ),
        (
            &["add", "--name", "x", "--elements", "shoe-size"],
            64,
            "shoe-size",
        ),
        (
            &[
                "add",
                "--to",
                "00000000000000000000000000000000",
                "--people",
                "3",
            ],
            2,
            "no incident",
        ),
        (&["list", "--element", "shoe-size"], 64, "shoe-size"),
        (&["read", "nowhere.pdf"], 2, "nowhere.pdf"),
        (&["read", "empty.txt"], 2, "no text"),
        (&["read", "first.txt", "--published", "soon"], 64, "soon"),
        (&["read", "first.txt", "--kind", "rumour"], 64, "rumour"),
        (&["import", "nowhere.json"], 2, "nowhere.json"),
        (&["import", "no.json"], 2, "not"),
        (&["import", "no.csv"], 2, "name of the covered entity"),
        (&["stats", "--beside", "nowhere.csv"], 2, "nowhere.csv"),
        (&["export", "--form", "wishes", "--out", "o"], 64, "wishes"),
    ] {
        desk.register(arguments).is(code).complains(what);
    }
    // Nothing was given, and there is nobody to ask.
    desk.register(&["add"])
        .is(64)
        .complains("nothing was given");
}

#[test]
fn a_register_opens_for_its_owner_alone() {
    let desk = Desk::new();
    desk.write("right", "correct horse battery staple\n");
    desk.write("wrong", "another one altogether\n");
    let own = ["--register", "locked", "--passphrase-file", "right"];
    desk.register(&[&["add", "--name", "Lost key"][..], &own].concat())
        .is(0);
    assert!(
        desk.register(&[&["list"][..], &own].concat())
            .is(0)
            .out()
            .contains("Lost key")
    );
    desk.register(&["list", "--register", "locked", "--passphrase-file", "wrong"])
        .is(2)
        .complains("");
    desk.register(&["list", "--register", "locked"])
        .is(2)
        .complains("");
    // Nothing of what it holds stands open in its files.
    for file in crate::support::files(&desk.path("locked")) {
        let bytes = std::fs::read(file).unwrap();
        assert!(!bytes.windows(8).any(|window| window == b"Lost key"));
    }
    // Another register's key opens nothing.
    let other = ["--register", "other"];
    desk.register(&[&["add", "--name", "x"][..], &other].concat())
        .is(0);
    let key = crate::support::files(&desk.path("locked"))
        .into_iter()
        .find(|file| file.extension().is_some_and(|ending| ending == "age"))
        .unwrap();
    for file in crate::support::files(&desk.path("other")) {
        if file.extension().is_some_and(|ending| ending == "age") {
            std::fs::copy(&key, file).unwrap();
        }
    }
    desk.register(&["list", "--register", "other", "--passphrase-file", "right"])
        .is(2)
        .complains("");
}

#[test]
fn a_case_fills_its_own_record_and_keeps_it_up_to_date() {
    let desk = Desk::new();
    desk.breach(20);
    let first = desk.run_case("case");
    assert!(!first.err().contains("register"), "there is none yet");
    let made = desk.register(&["case", "case", "--json"]).is(0).json();
    assert!(made["changes"].as_u64().unwrap() > 5);
    let id = made["incident"].as_str().unwrap();
    let again = desk.register(&["case", "case", "--json"]).is(0).json();
    assert_eq!(again["changes"], 0);

    let count = |said: &Value| {
        said["record"]["facts"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| {
                one["fact"]["attribute"] == "people"
                    && one["fact"]["scope"] == ""
                    && one["standing"] == "accepted"
            })
            .map(|one| one["fact"]["value"]["count"]["n"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    let before = count(&desk.shown(id, &[]));
    // What a later run finds replaces what was known, and the old number stays to be read.
    desk.write(
        "breach/evidence/late.txt",
        "Patient: Zacharie Quintal-Wexford\nDate of birth: 1971-03-04\nDiagnosis: asthma\n",
    );
    let said = desk.run_case("case");
    assert!(said.err().contains("up to date"), "{}", said.err());
    let shown = desk.shown(id, &[]);
    assert_eq!(count(&shown), [before[0] + 1]);
    assert!(
        facts(&shown).contains(&format!("people {}", before[0])),
        "the number of before stays"
    );
    // A run that is told to leave it alone does.
    desk.write(
        "breach/evidence/later.txt",
        "Patient: Ondine Vaillancourt-Ash\nDate of birth: 1969-03-04\nDiagnosis: asthma\n",
    );
    desk.run(&[
        "run",
        "case",
        "--evidence",
        "breach/evidence",
        "--no-register",
    ]);
    assert_eq!(count(&desk.shown(id, &[])), [before[0] + 1]);
    // No patient stands in the register.
    let text = desk.shown(id, &[]).to_string();
    assert!(!text.contains("Quintal") && !text.contains("Vaillancourt"));
}
