//! Languages of a case: the files that its custodian added, sealed in the case; and in which language a person's letter is written.
//!
//! English and French need no file. A further one is written in only when the
//! custodian added it, because its words are theirs to answer for. Whoever
//! reads another language gets the law's own language of the place, and the
//! draft says what they asked for.

use std::collections::BTreeMap;

use whose_letters::{Checked, Languages, check_language};
use whose_model::{Jurisdiction, Language};
use whose_store::Case;

use crate::error::EngineError;
use crate::letters::letter;
use crate::tables;

/// The files, by tag.
const LANGUAGES: &str = "languages";

type Files = BTreeMap<String, String>;

fn files(case: &Case) -> Result<Files, EngineError> {
    Ok(tables::read_one(case, LANGUAGES)?.unwrap_or_default())
}

/// What papers of a case can be written in.
pub(crate) fn of_case(case: &Case) -> Result<Languages, EngineError> {
    let mut languages = Languages::shipped().map_err(letter)?;
    for text in files(case)?.values() {
        languages.add(text).map_err(letter)?;
    }
    Ok(languages)
}

/// What the files of a case say of their languages.
///
/// # Errors
/// When the case cannot be read.
pub fn languages(case: &Case) -> Result<Vec<Checked>, EngineError> {
    let files = files(case)?;
    files
        .values()
        .map(|text| check_language(text).map_err(letter))
        .collect()
}

/// Takes the file of a language into the case; one of the same tag is replaced.
///
/// # Errors
/// When the file is not sound, or the case cannot be written.
pub fn add_language(case: &Case, text: &str) -> Result<Checked, EngineError> {
    let mut files = files(case)?;
    let mut known = Languages::shipped().map_err(letter)?;
    let checked = known.add(text).map_err(letter)?;
    files.insert(checked.language.code().to_owned(), text.to_owned());
    tables::write_one(case, LANGUAGES, &files)?;
    Ok(checked)
}

/// Takes a language out of the case again.
///
/// # Errors
/// When it is not there, or the case cannot be written.
pub fn drop_language(case: &Case, tag: &str) -> Result<(), EngineError> {
    let mut files = files(case)?;
    if files.remove(tag).is_none() {
        return Err(EngineError::NotThere(format!(
            "the case has no language `{tag}`"
        )));
    }
    Ok(tables::write_one(case, LANGUAGES, &files)?)
}

/// The language in which one writes to somebody of whom nothing is known but where they live.
pub(crate) fn usual(home: Option<&Jurisdiction>) -> Language {
    match home {
        Some(Jurisdiction::Quebec) => Language::Fr,
        Some(Jurisdiction::Other(code)) if code == "fr" => Language::Fr,
        _ => Language::En,
    }
}
