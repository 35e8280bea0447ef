//! What the public reads and what the clock shows agree with the case: counts, kinds of information, days, offices.

use std::collections::BTreeSet;

use crate::support::Desk;

/// The letters of a case as text, by way of a mailing that is only prepared.
fn letters(desk: &Desk, mailing: &str) -> Vec<String> {
    let people = desk.people("case");
    let ids = people
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').next());
    let rows: Vec<String> = ids.map(|id| format!("{id},text")).collect();
    desk.write(
        "contacts.csv",
        format!("person_id,format\n{}\n", rows.join("\n")),
    );
    desk.run(&["mail", "contacts", "case", "contacts.csv"])
        .is(0);
    desk.run(&["mail", "prepare", "case", mailing, "--out", mailing])
        .is(0);
    crate::support::files(&desk.path(mailing))
        .into_iter()
        .filter(|file| file.extension().is_some_and(|ending| ending == "txt"))
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect()
}

#[test]
fn public_papers_count_name_and_date_what_the_case_does() {
    let desk = Desk::new();
    desk.breach(40);
    desk.run_case("case").is(1);
    desk.run(&["reports", "case", "--out", "papers"]).is(0);
    let n = desk.people("case").lines().count() - 1;
    let exposures = desk
        .run(&["exposures", "case", "--format", "csv"])
        .is(0)
        .out();
    let exposed: BTreeSet<&str> = exposures
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').nth(1))
        .collect();
    let letters = letters(&desk, "text");
    // A heading of a letter, and how the script, the notice, the statement and the short notice say the same.
    for (code, words, [heading, complain], begins, months) in [
        (
            "en",
            include_str!("../../../../letters/elements.en.toml"),
            [
                "WHAT INFORMATION ABOUT YOU WAS INVOLVED",
                "YOUR RIGHT TO COMPLAIN",
            ],
            ["some of these: ", "some or all of these: "],
            "months of credit",
        ),
        (
            "fr",
            include_str!("../../../../letters/elements.fr.toml"),
            [
                "LES RENSEIGNEMENTS EN CAUSE",
                "VOTRE DROIT DE PORTER PLAINTE",
            ],
            ["une partie de ceci : ", "la totalité de ce qui suit : "],
            "mois de surveillance",
        ),
    ] {
        let read = |name: &str| {
            let text =
                std::fs::read_to_string(desk.path(&format!("papers/{name}-{code}.md"))).unwrap();
            text.replace(['\u{a0}', '\\'], " ").replace("  \n", "\n")
        };
        let (script, statement, short) = (
            read("call-script"),
            read("press-statement"),
            read("substitute-notice"),
        );
        let page =
            std::fs::read_to_string(desk.path(&format!("papers/website-notice-{code}.html")))
                .unwrap();
        let page = page.replace('\u{a0}', " ").replace("&#39;", "'");

        // How many people: the list.
        for paper in [&script, &statement, &page] {
            assert!(paper.contains(&format!(" {n} p")), "{code} {n}: {paper}");
        }
        // What: the elements of everybody's exposures, and no other.
        let words: toml::Table = toml::from_str(words).unwrap();
        let of = |id: &&str| words[*id]["words"].as_str().unwrap().to_owned();
        let expected: BTreeSet<String> = exposed.iter().map(of).collect();
        for (paper, begin) in [
            (&script, begins[0]),
            (&statement, begins[1]),
            (&short, begins[1]),
        ] {
            let (_, list) = paper.split_once(begin).unwrap();
            let (list, _) = list
                .split_once(".\n")
                .map(|(list, rest)| (list.to_owned(), rest))
                .unwrap();
            let list = list.split(". ").next().unwrap().to_owned();
            let said: BTreeSet<String> = list.split("; ").map(str::to_owned).collect();
            assert_eq!(said, expected, "{code}");
        }
        for words in &expected {
            assert!(
                page.to_lowercase().contains(&words.to_lowercase()),
                "{code} {words}"
            );
        }
        // When: each day that the letters of this language say of the incident stands in every paper that tells of it.
        let mine: Vec<&String> = letters.iter().filter(|one| one.contains(heading)).collect();
        assert!(!mine.is_empty(), "{code}");
        let happened = |letter: &str| {
            let text = letter.replace('\u{a0}', " ");
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines
                .into_iter()
                .find(|line| {
                    line.contains("We learned of it on") || line.contains("Nous l’avons appris le")
                })
                .unwrap()
        };
        let when = happened(mine[0]);
        for paper in [&script, &statement, &short, &page] {
            assert!(paper.contains(&when), "{code}: {when}: {paper}");
        }
        // What is offered, and for how long.
        for paper in [&script, &statement, &short, &page] {
            assert!(paper.contains(months), "{code} {paper}");
        }
        // Where to complain: no letter names an office that the script, the notice and the short notice leave out.
        let mut n_offices = 0;
        for letter in mine {
            let after = letter.lines().skip_while(|line| *line != complain);
            let offices =
                after.filter(|line| line.contains("Commission") || line.contains("commissa"));
            for office in offices {
                n_offices += 1;
                let office = office.replace('\u{a0}', " ");
                for paper in [&script, &short, &page] {
                    assert!(paper.contains(&office), "{code}: {office}");
                }
            }
        }
        // Quebec's law, whose people read the French letters here, asks for no such line.
        assert!(n_offices > 0 || code == "fr");
    }
}

#[test]
fn after_everybody_was_written_to_the_clock_shows_the_duty_to_them_as_done_on_that_day() {
    let desk = Desk::new();
    desk.breach(25);
    desk.run_case("case").is(1);
    let timeline = |day: &str| {
        desk.run(&["law", "timeline", "case", "--as-of", day])
            .is(0)
            .out()
    };
    let rows = |page: &str| -> Vec<String> {
        let rows = page
            .lines()
            .filter(|line| line.contains(".notify-individual") && line.starts_with('|'));
        rows.map(str::to_owned).collect()
    };
    let before = timeline("2026-11-25");
    assert!(
        !before.contains("told the people") && before.contains("the people: not told yet"),
        "{before}"
    );
    assert!(!rows(&before).is_empty(), "{before}");
    assert!(
        rows(&before).iter().all(|row| !row.contains("done")),
        "{before}"
    );

    letters(&desk, "all");
    for by in ["Ann", "Bo"] {
        desk.run(&["mail", "approve", "case", "all", "--by", by])
            .is(0);
    }
    desk.run(&["mail", "print", "case", "all", "--out", "print"])
        .is(0);
    desk.write("receipt.txt", "statement of mailing 4711");
    desk.run(&[
        "mail",
        "sent",
        "case",
        "all",
        "--on",
        "2026-11-24",
        "--by",
        "Ann",
        "--proof",
        "receipt.txt",
    ])
    .is(0);
    let after = timeline("2026-11-25");
    assert!(after.contains("- 2026-11-24: told the people"), "{after}");
    assert!(!after.contains("the people: not told yet"), "{after}");
    for row in rows(&after) {
        assert!(row.contains("done") && row.contains("2026-11-24"), "{row}");
    }
    // The day before, it had not happened yet.
    let earlier = timeline("2026-11-23");
    assert!(!earlier.contains("told the people"), "{earlier}");
    assert!(
        rows(&earlier).iter().all(|row| !row.contains("done")),
        "{earlier}"
    );
}
