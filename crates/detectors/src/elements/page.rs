//! The manual's page of elements says what the code says: `WHOSE_BLESS=1 cargo test -p whose-detectors --lib page` writes it anew.

use std::{fmt::Write as _, path::PathBuf};

use whose_identifiers::Check;
use whose_model::{Category, DataElement};

use super::{
    about::{all, labels},
    numbers::element_of,
};

const BEGIN: &str = "<!-- made from the code: begin -->";
const END: &str = "<!-- made from the code: end -->";

fn root(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root(path)).expect("a file of the repository")
}

/// The value of a key behind a heading of a TOML file of short tables.
fn said(file: &str, heading: &str, key: &str) -> Option<String> {
    let rest = file.split_once(&format!("\n[{heading}]\n"))?.1;
    let rest = rest.split("\n[").next().unwrap_or(rest);
    let line = rest
        .lines()
        .find(|line| line.starts_with(&format!("{key} = ")))?;
    Some(line.split_once('"')?.1.trim_end_matches('"').to_owned())
}

fn category(category: Category) -> &'static str {
    match category {
        Category::Identity => "Who the person is",
        Category::Contact => "How to reach the person",
        Category::Identifier => "Numbers and documents",
        Category::Health => "Health",
        Category::Financial => "Money and cover",
        Category::Credential => "Passwords and keys",
        Category::Care => "Care",
    }
}

fn code(text: &str) -> String {
    let text = text.replace('\n', " ⏎ ").replace('|', "\\|");
    format!("`{text}`")
}

fn page() -> String {
    let law = read("law/elements.toml");
    let mut text = String::new();
    let all = all();
    let _ = writeln!(
        text,
        "\n{} data elements, {} schemes of numbers.\n",
        all.len(),
        whose_identifiers::all().len()
    );
    let mut categories: Vec<Category> = all.iter().map(|a| a.element.category()).collect();
    categories.sort_unstable();
    categories.dedup();
    for wanted in categories {
        let _ = writeln!(text, "## {}\n", category(wanted));
        for about in all.iter().filter(|a| a.element.category() == wanted) {
            let id = about.element.id();
            let heading = format!("element.{id}");
            let name = |key| said(&law, &heading, key).unwrap_or_default();
            let _ = writeln!(text, "### `{id}`\n\n{} · {}\n", name("en"), name("fr"));
            let _ = writeln!(text, "{}\n", about.rule);
            let schemes: Vec<String> = whose_identifiers::all()
                .iter()
                .filter(|kind| element_of(kind.family) == Some(about.element))
                .map(|kind| format!("`{}`", kind.id))
                .collect();
            if !schemes.is_empty() {
                let _ = writeln!(text, "- schemes: {}", schemes.join(", "));
            }
            let words = labels(about.element);
            if !words.is_empty() {
                let _ = writeln!(text, "- words beside it: {}", words.join(", "));
            }
            let list = |examples: &[&str]| {
                let shown: Vec<String> = examples.iter().map(|example| code(example)).collect();
                shown.join(", ")
            };
            let _ = writeln!(text, "- found in: {}", list(about.examples));
            let _ = writeln!(text, "- not in: {}", list(about.counterexamples));
            if !about.source.is_empty() {
                let _ = writeln!(text, "- source: {}", about.source);
            }
            text.push('\n');
        }
    }
    text.push_str("## Schemes of numbers\n\n| scheme | name | nom | element | issued by | check digit | words | how sure | source |\n|---|---|---|---|---|---|---|---|---|\n");
    for kind in whose_identifiers::all() {
        let check = match kind.check {
            Check::Confirmed(name) => name,
            Check::Unconfirmed => "not confirmed, not enforced",
            Check::None => "none",
        };
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} | {} | {} | {} | {} |",
            kind.id,
            kind.name_en,
            kind.name_fr,
            element_of(kind.family)
                .map_or("–".to_owned(), |element| format!("`{}`", element.id())),
            if kind.jurisdiction.is_empty() {
                "–"
            } else {
                kind.jurisdiction
            },
            check,
            kind.labels.join(", ").replace('|', "\\|"),
            kind.sure,
            kind.source,
        );
    }
    text
}

#[test]
fn the_page_of_elements_says_what_the_code_says() {
    let path = "docs/reference/elements.md";
    let now = read(path);
    let (before, rest) = now.split_once(BEGIN).expect("a beginning");
    let (between, after) = rest.split_once(END).expect("an end");
    let made = page();
    if std::env::var_os("WHOSE_BLESS").is_some() {
        std::fs::write(root(path), format!("{before}{BEGIN}\n{made}\n{END}{after}"))
            .expect("written");
        return;
    }
    assert!(
        between.trim() == made.trim(),
        "{path} is not what the code says: run this test with WHOSE_BLESS=1"
    );
}

#[test]
fn model_law_and_letters_know_the_same_elements() {
    let law = read("law/elements.toml");
    let letters = ["letters/elements.en.toml", "letters/elements.fr.toml"].map(read);
    for element in DataElement::ALL {
        let id = element.id();
        for key in ["en", "fr"] {
            assert!(
                said(&law, &format!("element.{id}"), key).is_some(),
                "law: {id} {key}"
            );
        }
        for file in &letters {
            assert!(said(file, id, "words").is_some(), "letters: {id}");
        }
    }
    for id in law
        .lines()
        .filter_map(|line| line.strip_prefix("[element."))
    {
        let id = id.trim_end_matches(']');
        assert!(
            DataElement::from_id(id).is_some(),
            "law: {id} is no element"
        );
    }
    for line in letters.iter().flat_map(|file| file.lines()) {
        if let Some(id) = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
            && !id.ends_with(".in")
        {
            assert!(
                DataElement::from_id(id).is_some(),
                "letters: {id} is no element"
            );
        }
    }
}
