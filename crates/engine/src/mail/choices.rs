//! How people asked to be reached, from a table: safe address, e-mail, large print, language, or not at all.
//!
//! The table is the custodian's, so it may hold values of people: it goes into
//! the sealed case and errors name a row and a column, never a cell.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use whose_model::{Language, Phi, PostalAddress};

use crate::error::EngineError;

/// In which form a person reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// A letter.
    #[default]
    Letter,
    /// A letter in large print.
    LargePrint,
    /// An e-mail.
    Email,
    /// Plain text, for a screen reader or a braille printer.
    Text,
}

impl Format {
    /// Its id in tables.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Letter => "letter",
            Self::LargePrint => "large-print",
            Self::Email => "email",
            Self::Text => "text",
        }
    }

    fn from_id(id: &str) -> Option<Self> {
        [Self::Letter, Self::LargePrint, Self::Email, Self::Text]
            .into_iter()
            .find(|one| one.id() == id)
    }
}

/// What one person asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Choice {
    /// In which form.
    pub format: Format,
    /// Nothing on the outside may say from whom it comes.
    pub discreet: bool,
    /// Do not write at all, for now.
    pub hold: bool,
    /// In this language.
    pub language: Option<Language>,
    /// To this e-mail address.
    pub email: Option<Phi<String>>,
    /// To this postal address, instead of the one found.
    pub address: Option<Phi<PostalAddress>>,
}

/// Columns of the table. Only the first is needed; the others may be left out.
pub const COLUMNS: [&str; 10] = [
    "person_id",
    "format",
    "discreet",
    "hold",
    "language",
    "email",
    "street",
    "city",
    "province",
    "postal_code",
];

/// Reads the table; `country` may stand as an eleventh column.
///
/// # Errors
/// When a column is unknown, or a cell is not one of the words for its column.
pub fn parse(bytes: &[u8]) -> Result<BTreeMap<String, Choice>, EngineError> {
    let wrong = |line: usize, what: &str| {
        EngineError::NotThere(format!("the table of contacts, row {line}: {what}"))
    };
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(bytes);
    let headers = reader
        .headers()
        .map_err(|_| wrong(1, "no line of column names that can be read"))?
        .clone();
    for name in &headers {
        let name = name.trim_start_matches('\u{feff}');
        if !COLUMNS.contains(&name) && name != "country" {
            return Err(wrong(
                1,
                &format!(
                    "there is no column of this name; write {}",
                    COLUMNS.join(", ")
                ),
            ));
        }
    }
    let mut choices = BTreeMap::new();
    for (at, row) in reader.records().enumerate() {
        let line = at + 2;
        let row = row.map_err(|_| wrong(line, "has not as many cells as the first row"))?;
        let cell = |name: &str| {
            headers
                .iter()
                .position(|one| one.trim_start_matches('\u{feff}') == name)
                .and_then(|at| row.get(at))
                .unwrap_or_default()
        };
        let yes = |name: &str| match cell(name).to_lowercase().as_str() {
            "" | "no" | "non" | "0" | "false" => Ok(false),
            "yes" | "oui" | "1" | "true" => Ok(true),
            _ => Err(wrong(line, &format!("`{name}` is neither yes nor no"))),
        };
        let id = cell("person_id");
        if id.is_empty() {
            return Err(wrong(line, "has no person_id"));
        }
        let format = match cell("format") {
            "" => Format::Letter,
            text => Format::from_id(text)
                .ok_or_else(|| wrong(line, "`format` is letter, large-print, email or text"))?,
        };
        let language = match cell("language") {
            "" => None,
            tag => Some(
                Language::from_tag(tag)
                    .ok_or_else(|| wrong(line, "`language` is a tag, as en, fr or es"))?,
            ),
        };
        let email = Some(cell("email")).filter(|email| !email.is_empty());
        if email.is_some_and(|email| !email.contains('@') || email.contains(char::is_whitespace)) {
            return Err(wrong(line, "`email` is no address"));
        }
        let address = PostalAddress {
            street: cell("street").to_owned(),
            city: cell("city").to_owned(),
            province: cell("province").to_owned(),
            postal_code: cell("postal_code").to_owned(),
            country: cell("country").to_owned(),
        };
        let choice = Choice {
            format,
            discreet: yes("discreet")?,
            hold: yes("hold")?,
            language,
            email: email.map(|email| Phi::new(email.to_owned())),
            address: (address != PostalAddress::default()).then(|| Phi::new(address)),
        };
        if choices.insert(id.to_owned(), choice).is_some() {
            return Err(wrong(line, "names a person a second time"));
        }
    }
    Ok(choices)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_says_how_people_are_reached() {
        let table = "person_id,format,discreet,language,street,city,province,postal_code\n\
                     P-1,large-print,yes,fr,2 Safe Road,Regina,SK,S4P 3Y2\n\
                     P-2,text,,,,,,\n";
        let choices = parse(table.as_bytes()).unwrap();
        let one = &choices["P-1"];
        assert!(one.discreet && one.format == Format::LargePrint);
        assert_eq!(one.language, Some(Language::Fr));
        assert_eq!(one.address.as_ref().unwrap().reveal().city, "Regina");
        assert!(choices["P-2"].address.is_none() && !choices["P-2"].discreet);
    }

    #[test]
    fn a_wrong_table_is_refused_by_row_and_without_its_cells() {
        for table in [
            "person_id,colour\nP-1,red-secret\n",
            "person_id,format\nP-1,fax-secret\n",
            "person_id,email\nP-1,secret\n",
            "person_id,hold\nP-1,secret\n",
            "person_id,language\nP-1,my-secret-tongue\n",
            "person_id,format\nP-1,text\nP-1,text\n",
            "person_id,format\n,text\n",
        ] {
            let error = parse(table.as_bytes()).unwrap_err().to_string();
            assert!(
                error.contains("row") && !error.contains("secret"),
                "{error}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_stop_the_reader(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            drop(parse(&bytes));
        }
    }
}
