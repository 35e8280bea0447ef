//! Extracts and lists as programs print them, and texts that are none.

use proptest::prelude::*;
use whose_model::Segment;

use crate::testkit::{Given, read_bytes};

fn rows(given: &Given) -> Vec<String> {
    let mut lines = Vec::new();
    for (_, segment) in &given.segments {
        let Segment::Rows(rows) = segment else {
            continue;
        };
        let names: Vec<&str> = rows
            .head
            .columns
            .iter()
            .map(|it| it.name.as_str())
            .collect();
        if lines.is_empty() {
            lines.push(names.join("|"));
        }
        for row in 0..rows.len() {
            let cells: Vec<&str> = (0..names.len()).map(|at| rows.cell(row, at)).collect();
            lines.push(format!("{}: {}", rows.numbers[row], cells.join("|")));
        }
    }
    lines
}

const PEOPLE: &[(&str, &str, &str, &str, &str)] = &[
    ("0000123", "TREMBLAY", "MARIE ÈVE", "19500102", "F"),
    ("0000124", "ROY", "JEAN", "19510304", "M"),
    ("0000125", "HADDAD", "AMIR", "19751130", "M"),
    ("0000126", "O'NEIL", "SIOBHAN", "19820617", "F"),
    ("0000127", "DE LA CRUZ", "ANA", "19900910", "F"),
    ("0000128", "NGUYEN", "LINH", "20010101", ""),
    ("0000129", "SMITH", "J", "19480712", "M"),
    ("0000130", "GAGNON", "LOUIS", "19630525", "M"),
    ("0000131", "OKAFOR", "ZOE", "19910109", "F"),
];

#[test]
fn a_padded_extract_without_a_header_gives_its_columns_also_where_they_touch() {
    let mut text = String::new();
    for (id, last, first, born, sex) in PEOPLE {
        text += &format!("{id}{last:<20}{first:<15}{born}{sex:<1}  A\r\n");
    }
    let given = read_bytes("extract.txt", text.as_bytes());
    let rows = rows(&given);
    assert_eq!(given.end_of("extract.txt").format, "fixed");
    assert_eq!(rows[1], "1: 0000123|TREMBLAY|MARIE ÈVE|19500102F|A");
    assert_eq!(rows.len(), PEOPLE.len() + 1);
    assert!(given.gaps.is_empty());
}

#[test]
fn a_printed_list_has_its_header_and_the_titles_of_its_pages() {
    let mut text = String::from("GENERAL HOSPITAL\nlist of admissions\n\n");
    for page in 0..2 {
        if page > 0 {
            text += "\x0cGENERAL HOSPITAL, list of admissions, page 2 of 2\n";
        }
        text += "Chart     Last name        Born        Sex\n";
        for (id, last, _, born, sex) in PEOPLE {
            text += format!("{id:<10}{last:<17}{born:<12}{sex}").trim_end();
            text += "\n";
        }
    }
    let given = read_bytes("list.prn", text.as_bytes());
    let rows = rows(&given);
    assert_eq!(rows[0], "Chart|Last name|Born|Sex");
    assert_eq!(rows[1], "5: 0000123|TREMBLAY|19500102|F");
    assert_eq!(rows.len(), 2 * PEOPLE.len() + 1);
    assert!(given.text().contains("page 2 of 2"));
    assert!(given.text().contains("list of admissions"));
}

#[test]
fn dashes_under_a_header_say_the_columns() {
    let text = "id          name                 city\n----------- -------------------- ----------\n          1 Marie Tremblay       Ottawa\n          2 Jean Roy             Hull\n\n(2 rows affected)\n";
    let given = read_bytes("out.rpt", text.as_bytes());
    assert_eq!(
        rows(&given),
        [
            "id|name|city",
            "3: 1|Marie Tremblay|Ottawa",
            "4: 2|Jean Roy|Hull"
        ]
    );
    assert!(given.text().contains("rows affected"));
}

#[test]
fn prose_poems_logs_code_and_dumps_are_no_tables() {
    let prose = "Mrs Roy was seen on the ward on the second of May, and she\nwas in good spirits. Her daughter was with her and had many\nquestions on the discharge, which the nurse has answered at\nlength. She was told to come back after two weeks for a new\nblood test, and to call the clinic if there is any bleeding.\nThe wound is clean and dry, the stitches are to be taken out\nby the family doctor. No further visits are planned for now.\nA copy of this note goes to the family doctor and the clinic.\nThe next of kin has been told of all of the above by phone.\n";
    let poem = "  Tyger  Tyger,  burning\n  bright, In  the forests\n  of the  night,\n  What immortal  hand\n  or eye\n  Could frame  thy\n  fearful  symmetry 1\n  In what  distant 2\n  deeps  or skies\n  Burnt the fire\n";
    let log = (0..20).fold(String::new(), |all, n| {
        all + &format!("2024-05-{:02} 12:00:{n:02} INFO  the patient {n} was looked up by user anna from the ward\n", n % 28 + 1)
    });
    let code = (0..20).fold(String::new(), |all, n| {
        all + &format!(
            "    let value{n} = call({n}, other);\n    if value{n} > {n} {{ return; }}\n"
        )
    });
    let dump = (0..20).fold(String::new(), |all, n| {
        all + &format!(
            "{:08x}  4d 5a 90 00 03 00 00 00  04 00 00 00 ff ff 00 {n:02x}\n",
            n * 16
        )
    });
    for text in [prose, poem, &log, &code, &dump] {
        let given = read_bytes("a.txt", text.as_bytes());
        assert_eq!(given.end_of("a.txt").format, "text", "{text}");
    }
}

proptest! {
    #[test]
    fn every_word_of_a_table_comes_out_whatever_lines_stand_between(
        noise in prop::collection::vec((0_usize..40, "[ a-zé0-9-]{0,60}"), 0..6),
    ) {
        let mut lines: Vec<String> = PEOPLE
            .iter()
            .cycle()
            .take(36)
            .map(|(id, last, first, born, sex)| format!("{id}  {last:<20}{first:<15} {born} {sex:<1}"))
            .collect();
        for (at, line) in noise {
            lines.insert(at.min(lines.len()), line);
        }
        let text = lines.join("\n");
        let path = whose_model::ExhibitPath("a.txt".into());
        let mut given = Given::default();
        crate::exhibit::read_as("fixed", text.as_bytes(), &path, &whose_model::Limits::default(), &mut given);
        let mut said = given.text();
        for line in rows(&given) {
            said += &line;
        }
        for word in text.split_whitespace().filter(|word| word.chars().all(char::is_alphanumeric)) {
            prop_assert!(said.contains(word), "{word}");
        }
    }

    #[test]
    fn any_text_read_as_a_table_breaks_nothing(text in "([ \\-a-z0-9é]{0,30}\n){0,40}") {
        let path = whose_model::ExhibitPath("a.txt".into());
        let mut given = Given::default();
        crate::exhibit::read_as("fixed", text.as_bytes(), &path, &whose_model::Limits::default(), &mut given);
        prop_assert!(given.gaps.is_empty());
    }
}
