//! `whose detect check FILE`: a clinic's own detectors, checked before they are used.

use std::path::Path;

use serde_json::json;
use whose_engine::{Custom, CustomError};

use crate::args::{Cli, DetectVerb};
use crate::front::{Done, Failure, print, say};

pub(crate) fn run(cli: &Cli, verb: &DetectVerb) -> Result<Done, Failure> {
    let DetectVerb::Check { file } = verb;
    let parsed = Custom::parse(&text_of(file)?);
    if cli.json {
        let errors: Vec<_> = parsed
            .as_ref()
            .err()
            .into_iter()
            .flatten()
            .map(|error| json!({ "line": error.line, "what": error.what }))
            .collect();
        print(&format!(
            "{}\n",
            json!({ "detectors": parsed.as_ref().map_or(0, Custom::len), "errors": errors })
        ))?;
    }
    match parsed {
        Ok(custom) => {
            if !cli.json {
                print(&format!(
                    "{} detectors, and each finds its examples and none of its counter-examples\n",
                    custom.len()
                ))?;
            }
            Ok(Done::Whole)
        }
        Err(errors) => {
            if !cli.json {
                for error in &errors {
                    say(&format!("{}: {error}", file.display()));
                }
            }
            Err(refused(file, &errors))
        }
    }
}

/// The text of a file of detectors in which nothing is wrong.
pub(crate) fn read(file: &Path) -> Result<String, Failure> {
    let text = text_of(file)?;
    match Custom::parse(&text) {
        Ok(_) => Ok(text),
        Err(errors) => Err(refused(file, &errors)),
    }
}

fn text_of(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| {
        Failure::new(
            format!("cannot open {}: {}", file.display(), error.kind()),
            "give a text file; docs/guides/custom-detectors.md shows one",
        )
    })
}

fn refused(file: &Path, errors: &[CustomError]) -> Failure {
    let first = errors.first().map_or_else(String::new, ToString::to_string);
    let more = match errors.len() {
        0 | 1 => String::new(),
        n => format!(" (and {} more)", n - 1),
    };
    Failure::new(
        format!("detectors {}: {first}{more}", file.display()),
        "`whose detect check` shows everything that is wrong in the file",
    )
}
