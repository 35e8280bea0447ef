//! Made-up text for `throughput`: prose with one class of element in each line, and inputs meant to be slow.
//!
//! Nobody is meant: numbers are counted up, names are drawn from a short list.

use std::sync::Arc;

use whose_model::{Column, ExhibitPath, Origin, Passage, PassageKind, Rows, Segment, TableHead};

/// Bytes of each text.
const BYTES: usize = 4_000_000;
/// Bytes of a passage, as the reader of plain text cuts them.
const PASSAGE: usize = 64 << 10;

/// The passages of a text, each a document.
fn passages(text: &str) -> Vec<Segment> {
    let mut rest = text;
    let mut document = 0;
    let mut all = Vec::new();
    while !rest.is_empty() {
        let mut end = rest.floor_char_boundary(PASSAGE);
        if end < rest.len() {
            end = rest[..end].rfind('\n').map_or(end, |at| at + 1);
        }
        all.push(Segment::Passage(Passage {
            text: rest[..end].to_owned(),
            origin: Origin::Bytes { runs: vec![(0, 0)] },
            kind: PassageKind::Body,
            document,
            subject: None,
        }));
        document += 1;
        rest = &rest[end..];
    }
    all
}

fn repeated(mut line: impl FnMut(usize) -> String) -> Vec<Segment> {
    let mut text = String::with_capacity(BYTES + 1000);
    let mut n = 0;
    while text.len() < BYTES {
        text.push_str(&line(n));
        n += 1;
    }
    passages(&text)
}

/// A short letter and a small table.
pub(crate) fn small() -> [(ExhibitPath, Vec<Segment>); 2] {
    let letter = "RE: Marie Tremblay, DOB 1985-02-10, HCN 9876-543-217\n\nDear Dr. Singh,\nThank you for seeing this patient, who takes metformin for diabetes.\nTel. 416-555-0199, 12 King Street, Toronto ON M5V 2T6\n\nSincerely,\nDr. Peter Smith";
    let names = ["first_name", "last_name", "dob", "email", "diagnosis"];
    let columns = names.iter().zip(0..).map(|(name, index)| Column {
        name: (*name).to_owned(),
        index,
        ..Column::default()
    });
    let mut rows = Rows::new(Arc::new(TableHead {
        name: String::new(),
        index: 0,
        columns: columns.collect(),
        is_sheet: true,
    }));
    rows.push(
        2,
        ["Anna", "Roy", "1971-03-04", "anna@example.org", "E11.9"],
    );
    rows.push(3, ["Luc", "Gagnon", "1964-11-30", "", "J45"]);
    [
        (ExhibitPath("letter.txt".into()), passages(letter)),
        (ExhibitPath("table.csv".into()), vec![Segment::Rows(rows)]),
    ]
}

const PROSE: &[&str] = &[
    "The committee met in the afternoon and went through the plan for the next year",
    "Most of what was said had been said before, but nobody had written it down",
    "A second copy is kept in the archive, where it can be asked for at the desk",
    "The road along the river is closed while the bridge is being repaired",
    "It took longer than we thought, and in the end we were glad of the delay",
];
const GIVEN: &[&str] = &[
    "Marie", "James", "Anna", "Luc", "Priya", "Omar", "Chantal", "Peter",
];
const FAMILY: &[&str] = &[
    "Tremblay",
    "Gagnon",
    "Smith",
    "Patel",
    "Nguyen",
    "Roy",
    "MacDonald",
    "Bouchard",
];

fn pick<'l>(list: &[&'l str], n: usize) -> &'l str {
    list[n % list.len()]
}

/// Prose with one element of a class in every line; the first has none.
pub(crate) fn classes() -> Vec<(&'static str, Vec<Segment>)> {
    let line = |what: fn(usize) -> String| {
        repeated(move |n| {
            format!(
                "{}: {}. {}.\n",
                pick(PROSE, n),
                what(n),
                pick(PROSE, n / 5 + 1)
            )
        })
    };
    vec![
        ("prose alone", line(|n| pick(PROSE, n / 7 + 2).to_owned())),
        (
            "name",
            line(|n| format!("we saw {} {} there", pick(GIVEN, n), pick(FAMILY, n / 8))),
        ),
        (
            "name with a title",
            line(|n| format!("as Dr. {} wrote", pick(FAMILY, n))),
        ),
        ("e-mail", line(|n| format!("ask p{n}@example.org"))),
        (
            "telephone",
            line(|n| format!("call (416) 555-{:04}", n % 10_000)),
        ),
        (
            "date",
            line(|n| {
                format!(
                    "on {:04}-{:02}-{:02}",
                    1950 + n % 70,
                    n % 12 + 1,
                    n % 28 + 1
                )
            }),
        ),
        (
            "date in words",
            line(|n| format!("on March {}, {}", n % 28 + 1, 1950 + n % 70)),
        ),
        (
            "birth date with a label",
            line(|n| {
                format!(
                    "DOB {:04}-{:02}-{:02}",
                    1950 + n % 70,
                    n % 12 + 1,
                    n % 28 + 1
                )
            }),
        ),
        (
            "health number with a label",
            line(|n| {
                format!(
                    "HCN {:04}-{:03}-{:03}",
                    1000 + n % 9000,
                    n % 1000,
                    n / 7 % 1000
                )
            }),
        ),
        (
            "ten digits",
            line(|n| {
                format!(
                    "kept as {:04} {:03} {:03}",
                    1000 + n % 9000,
                    n % 1000,
                    n / 7 % 1000
                )
            }),
        ),
        (
            "nine digits",
            line(|n| {
                format!(
                    "kept as {:03} {:03} {:03}",
                    100 + n % 900,
                    n % 1000,
                    n / 7 % 1000
                )
            }),
        ),
        (
            "sixteen digits",
            line(|n| {
                format!(
                    "kept as 4{:03} {:04} {:04} {:04}",
                    n % 1000,
                    n % 10_000,
                    n / 3 % 10_000,
                    n / 7 % 10_000
                )
            }),
        ),
        (
            "record number with a label",
            line(|n| format!("MRN: {:07}", n % 10_000_000)),
        ),
        (
            "address",
            line(|n| {
                format!(
                    "at {} Oakwood Avenue, Toronto, ON M5V {}A{}",
                    n % 900 + 1,
                    n % 10,
                    n / 10 % 10
                )
            }),
        ),
        (
            "postal code",
            line(|n| format!("in H2X {}A{}", n % 10, n / 10 % 10)),
        ),
        ("age", line(|n| format!("a {}-year-old", n % 90 + 5))),
        (
            "diagnosis",
            line(|n| {
                pick(
                    &[
                        "type 2 diabetes",
                        "asthma",
                        "atrial fibrillation",
                        "hypertension",
                    ],
                    n,
                )
                .to_owned()
            }),
        ),
        (
            "medication",
            line(|n| {
                format!(
                    "{} {} mg daily",
                    pick(&["metformin", "ramipril", "warfarin"], n),
                    n % 90 * 5 + 5
                )
            }),
        ),
        (
            "laboratory value",
            line(|n| format!("creatinine {} umol/L", n % 90 + 50)),
        ),
        (
            "code of a diagnosis",
            line(|n| format!("coded E11.{}", n % 10)),
        ),
        (
            "password with a label",
            line(|n| format!("password: Tr0ub4dor{n}")),
        ),
    ]
}

/// Inputs made to be slow.
pub(crate) fn worst() -> Vec<(&'static str, Vec<Segment>)> {
    // xorshift64*: the same bytes on every machine.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32) as u32
    };
    let bytes: Vec<u8> = (0..BYTES / 4).flat_map(|_| next().to_le_bytes()).collect();
    let digits: String = bytes.iter().map(|b| char::from(b'0' + b % 10)).collect();
    let of = |set: &str| -> String {
        let signs: Vec<char> = set.chars().collect();
        bytes
            .iter()
            .take(BYTES / 2)
            .map(|b| signs[usize::from(*b) % signs.len()])
            .collect()
    };
    let words = |list: &'static [&'static str], between: &'static str| {
        repeated(move |n| {
            format!(
                "{}{between}",
                pick(list, n.wrapping_mul(2_654_435_761) >> 8)
            )
        })
    };
    vec![
        ("digits", passages(&digits)),
        ("digits and separators", passages(&of("0123456789 -./"))),
        ("@ alone", passages(&"@".repeat(BYTES))),
        ("letters and @", passages(&of("ab@."))),
        ("colons", passages(&":".repeat(BYTES))),
        (
            "prose as one line",
            passages(&PROSE.join(" ").repeat(BYTES / 400)),
        ),
        (
            "capitals as one line",
            words(
                &["THE", "QUICK", "BROWN", "FOX", "JUMPS", "ROY", "ANNA"],
                " ",
            ),
        ),
        (
            "capitalised words",
            words(
                &["The", "Quick", "Brown", "Fox", "Jumps", "Over", "Lazy"],
                " ",
            ),
        ),
        (
            "names alone",
            words(&["Anna", "Roy", "Marie", "Tremblay", "James", "Smith"], " "),
        ),
        (
            "titles alone",
            words(&["Dr.", "Mr.", "Mme", "Dre", "M."], " "),
        ),
        (
            "label words",
            words(
                &["Name", "DOB", "MRN", "HCN", "Phone", "Address", "SIN"],
                " ",
            ),
        ),
        (
            "labels with colons",
            words(
                &["Name:", "DOB:", "MRN:", "HCN:", "Phone:", "Address:"],
                " ",
            ),
        ),
        (
            "labels and numbers",
            words(&["SIN 123", "MRN 4567", "HCN 12", "policy 99 a"], " "),
        ),
        (
            "clinical words",
            words(
                &["type", "chronic", "acute", "heart", "failure", "diabetes"],
                " ",
            ),
        ),
        (
            "months and numbers",
            words(&["March 1", "may 2", "12 juin", "3 mars 19"], " "),
        ),
        (
            "street numbers",
            words(&["12 Rue", "45 St", "7 Av", "1 Chemin de"], " "),
        ),
        ("spaces", passages(&" ".repeat(BYTES))),
        ("empty lines", passages(&"\n".repeat(BYTES))),
        (
            "nested quotes",
            passages(&of("\"'([{<>}])\u{201c}\u{201d}\u{ab}\u{bb}")),
        ),
        ("accented letters", passages(&of("éàüßœçñÉÀØ "))),
        (
            "other scripts",
            passages(&of("日本語кириллицаעברית العربية ")),
        ),
        ("random bytes", passages(&String::from_utf8_lossy(&bytes))),
    ]
}
