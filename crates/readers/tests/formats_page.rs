//! The manual's page of formats says what the code says: `WHOSE_BLESS=1 cargo test -p whose-readers --test formats_page` writes it anew.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write as _;

use whose_readers::formats;

const BEGIN: &str = "<!-- made from the code: begin -->";
const END: &str = "<!-- made from the code: end -->";

fn tables() -> String {
    let mut text = String::new();
    let mut family = "";
    let or_dash = |said: &str| match said {
        "" => "–".to_owned(),
        said => said.replace('|', "\\|"),
    };
    for format in formats() {
        if format.family != family {
            family = format.family;
            let _ = write!(
                text,
                "\n## {family}\n\n| format | id | what is read | what is not | read by | tried on |\n|---|---|---|---|---|---|\n"
            );
        }
        let about = format.about;
        let read = if format.is_read {
            or_dash(about.read)
        } else {
            "nothing".to_owned()
        };
        let _ = writeln!(
            text,
            "| {} | `{}` | {} | {} | {} | {} |",
            about.name.replace('|', "\\|"),
            format.id,
            read,
            or_dash(about.not_read),
            or_dash(about.library),
            or_dash(about.fixture),
        );
    }
    text.push('\n');
    text
}

#[test]
fn the_page_of_formats_says_what_the_code_says() {
    let place =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/formats.md");
    let page = std::fs::read_to_string(&place).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (between, after) = rest.split_once(END).unwrap();
    let made = tables();
    if std::env::var_os("WHOSE_BLESS").is_some() {
        std::fs::write(&place, format!("{before}{BEGIN}\n{made}{END}{after}")).unwrap();
        return;
    }
    assert!(
        between.trim() == made.trim(),
        "docs/reference/formats.md is not what the code says: run this test with WHOSE_BLESS=1"
    );
}
