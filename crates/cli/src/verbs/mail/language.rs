//! `whose mail language`: further languages of letters and notices: a file checked, taken into a case, listed, taken out.

use std::path::Path;

use serde_json::{Value, json};
use whose_engine::store::Case;
use whose_engine::{Checked, Languages, check_language};

use super::args::LanguageVerb;
use super::{read, tell};
use crate::args::Cli;
use crate::front::{Done, Failure, number};
use crate::verbs::letters::log;

pub(crate) fn run(cli: &Cli, verb: &LanguageVerb) -> Result<Done, Failure> {
    match verb {
        LanguageVerb::Check { file } => check(cli, file),
        LanguageVerb::Add { case, file } => {
            let case = crate::secrets::open_to_write(case, &cli.secrets)?;
            add(cli, &case, file)
        }
        LanguageVerb::List { case } => {
            let case = crate::secrets::open(case, &cli.secrets)?;
            let all = whose_engine::languages(&case)?;
            let words: Vec<String> = all.iter().flat_map(words).collect();
            let values: Vec<Value> = all.iter().map(value).collect();
            let ours = "English and French come with the program".to_owned();
            tell(cli, &json!(values), &[&[ours], &words[..]].concat())
        }
        LanguageVerb::Drop { case, tag } => {
            let case = crate::secrets::open_to_write(case, &cli.secrets)?;
            whose_engine::drop_language(&case, tag)?;
            let what = json!({ "language": tag });
            log(&case, "mail-language-dropped", what.clone())?;
            tell(
                cli,
                &what,
                &[format!("{tag} is no language of the case any more")],
            )
        }
    }
}

/// A file, or the tag of a language that comes with the program and waits to be chosen.
fn text_of(file: &Path) -> Result<String, Failure> {
    let name = file.as_os_str();
    let shipped = Languages::further().iter().find(|(tag, _)| name == *tag);
    if let Some((_, text)) = shipped
        && !file.exists()
    {
        return Ok((*text).to_owned());
    }
    String::from_utf8(read(file)?).map_err(|_| {
        Failure::new(
            format!("{} is not text", file.display()),
            "a language is a TOML file in UTF-8; `docs/guides/languages.md` says how to write one",
        )
    })
}

fn check(cli: &Cli, file: &Path) -> Result<Done, Failure> {
    let checked =
        check_language(&text_of(file)?).map_err(|error| unsound(file, &error.to_string()))?;
    let place = |key: &String| format!("{}: {key}", file.display());
    let mut lines = words(&checked);
    lines.extend(checked.lacks.iter().map(|key| place(key) + " is not said"));
    lines.extend(checked.wrong.iter().map(place));
    tell(cli, &value(&checked), &lines)?;
    match checked.wrong.len() {
        0 if checked.lacks.is_empty() => Ok(Done::Whole),
        0 => Ok(Done::WithGaps),
        n => Err(unsound(file, &format!("{n} things are wrong in it"))),
    }
}

fn unsound(file: &Path, what: &str) -> Failure {
    Failure::new(
        format!("{}: {what}", file.display()),
        "correct the file and check it again: nothing was taken",
    )
}

fn add(cli: &Cli, case: &Case, file: &Path) -> Result<Done, Failure> {
    let text = text_of(file)?;
    let checked = whose_engine::add_language(case, &text)
        .map_err(|error| unsound(file, &error.to_string()))?;
    let digest = whose_engine::mail::proof_digest(text.as_bytes());
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    log(
        case,
        "mail-language",
        json!({
            "language": checked.language.code(),
            "lacks": checked.lacks.len(),
            "reviewed_by": checked.reviewed_by,
            "file": digest,
        }),
    )?;
    tell(cli, &value(&checked), &words(&checked))
}

fn value(checked: &Checked) -> Value {
    json!({
        "language": checked.language.code(),
        "name": checked.name,
        "said": checked.n_said,
        "lacks": checked.lacks,
        "falls_back_to": checked.falls_back_to.code(),
        "wrong": checked.wrong,
        "reviewed_by": checked.reviewed_by,
        "measured_by": checked.measured_by,
    })
}

fn words(checked: &Checked) -> Vec<String> {
    let code = checked.language.code();
    let mut lines = vec![format!(
        "{code} ({}): {} sentences and words said, {} lacking",
        checked.name,
        number(checked.n_said as u64),
        number(checked.lacks.len() as u64)
    )];
    if !checked.lacks.is_empty() {
        lines.push(format!(
            "{code}: papers take what is lacking from {}, and drafts say so",
            checked.falls_back_to.code()
        ));
    }
    lines.push(if checked.reviewed_by.is_empty() {
        format!(
            "{code}: nobody whose language it is has reviewed it (`reviewed-by`): drafts say so, and no letter in it can be approved"
        )
    } else {
        format!("{code}: reviewed by {}", checked.reviewed_by)
    });
    lines.push(if checked.measured_by.is_empty() {
        format!(
            "{code}: the file names no formula, so nothing says how hard its letters are to read"
        )
    } else {
        format!(
            "{code}: how hard its letters are to read is measured by {}",
            checked.measured_by
        )
    });
    lines
}
