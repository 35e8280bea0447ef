//! `whose people`, `exposures`, `gaps`, `exhibits`, `obligations`: the lists, in the columns of the contract.
//!
//! Values are masked unless `--values` is given, and each use of it is an
//! entry in the case's log.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use whose_engine::store::export::{Format, Listed, Values, export_table};
use whose_engine::store::{Case, Row, StoreError};
use whose_engine::{PEOPLE, REQUESTS, ROSTER_ROWS, Request, RosterRow, View};
use whose_model::{AffectedIndividual, Exhibit, Exposure, Gap, Obligation, Phi};

use crate::args::{Cli, ListArgs, ListFormat};
use crate::front::{Done, Failure, say};

/// Whether values are shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Masker {
    pub(crate) values: bool,
}

impl Masker {
    pub(crate) const fn to_export(self) -> Values {
        if self.values {
            Values::Shown
        } else {
            Values::Masked
        }
    }

    pub(crate) fn text(self, value: &Phi<String>) -> String {
        if self.values {
            value.reveal().clone()
        } else {
            value.masked()
        }
    }

    pub(crate) fn name(self, name: &Phi<whose_model::PersonName>) -> String {
        let name = name.reveal();
        let parts = [&name.given, &name.middle, &name.family, &name.suffix];
        let full: Vec<&str> = parts
            .iter()
            .map(|part| part.as_str())
            .filter(|part| !part.is_empty())
            .collect();
        self.text(&Phi::new(full.join(" ")))
    }
}

pub(crate) fn people(cli: &Cli, args: &ListArgs) -> Result<Done, Failure> {
    list::<AffectedIndividual>(cli, args, PEOPLE)
}

pub(crate) fn exposures(cli: &Cli, args: &ListArgs) -> Result<Done, Failure> {
    list::<Exposure>(cli, args, "exposures")
}

pub(crate) fn gaps(cli: &Cli, args: &ListArgs) -> Result<Done, Failure> {
    list::<Gap>(cli, args, "gaps")
}

pub(crate) fn exhibits(cli: &Cli, args: &ListArgs) -> Result<Done, Failure> {
    list::<Exhibit>(cli, args, "exhibits")
}

pub(crate) fn requests(cli: &Cli, args: &ListArgs) -> Result<Done, Failure> {
    list::<Request>(cli, args, REQUESTS)
}

pub(crate) fn roster(cli: &Cli, args: &ListArgs) -> Result<Done, Failure> {
    list::<RosterRow>(cli, args, ROSTER_ROWS)
}

pub(crate) fn obligations(cli: &Cli, args: &ListArgs) -> Result<Done, Failure> {
    list::<Obligation>(cli, args, "obligations")
}

/// Writes a list whole: beside its place first, and moved there when it is complete.
fn list<T: Row + Listed>(cli: &Cli, args: &ListArgs, name: &str) -> Result<Done, Failure> {
    // A table's name may end in the number of its form: `people-3`.
    let said = name.split('-').next().unwrap_or(name);
    let format = match args.format {
        Some(ListFormat::Csv) => Format::Csv,
        Some(ListFormat::Xlsx) => Format::Xlsx,
        Some(ListFormat::Parquet) => Format::Parquet,
        Some(ListFormat::Json) => Format::Json,
        None if cli.json => Format::Json,
        None => by_name(args.out.as_deref()),
    };
    let case = if args.values {
        let case = crate::secrets::open_to_write(&args.case, &cli.secrets)?;
        super::letters::log(&case, "values-shown", json!({ "list": said }))?;
        case
    } else {
        crate::secrets::open(&args.case, &cli.secrets)?
    };
    // A case that was never run to its end has no list; half a list would be worse than none.
    View::new(&case).summary()?;
    if !case.has_table(name) {
        return Err(Failure::new(
            format!("this case has no {said} yet"),
            "duties need the incident: run `whose run` again with `--incident FILE`",
        ));
    }
    let values = Masker {
        values: args.values,
    }
    .to_export();
    match &args.out {
        None => to_stdout::<T>(&case, name, format, values)?,
        Some(file) => {
            let part = file.with_extension("part");
            let out = File::create(&part).map_err(|error| cannot_write(file, &error))?;
            let written = export_table::<T, _>(&case, name, format, values, out)
                .map_err(crate::secrets::failure)
                .and_then(|out| out.sync_all().map_err(|error| cannot_write(file, &error)))
                .and_then(|()| {
                    std::fs::rename(&part, file).map_err(|error| cannot_write(file, &error))
                });
            if let Err(failure) = written {
                let _ = std::fs::remove_file(&part);
                return Err(failure);
            }
            if !cli.quiet {
                say(&format!("  wrote {}", file.display()));
            }
        }
    }
    Ok(Done::Whole)
}

/// A reader that has gone away (`| head`) is no error.
fn to_stdout<T: Row + Listed>(
    case: &Case,
    name: &str,
    format: Format,
    values: Values,
) -> Result<(), Failure> {
    let is_closed = AtomicBool::new(false);
    let sink = Pipe {
        out: io::stdout(),
        is_closed: &is_closed,
    };
    match export_table::<T, _>(case, name, format, values, sink) {
        Err(StoreError::Export { .. }) if is_closed.load(Ordering::Relaxed) => Ok(()),
        Err(error) => Err(crate::secrets::failure(error)),
        Ok(mut sink) => match sink.flush() {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(()),
        },
    }
}

/// Standard output that remembers whether its reader has gone.
struct Pipe<'a> {
    out: io::Stdout,
    is_closed: &'a AtomicBool,
}

impl Write for Pipe<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.out.write(bytes);
        if result
            .as_ref()
            .is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
        {
            self.is_closed.store(true, Ordering::Relaxed);
        }
        result
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn cannot_write(file: &Path, error: &io::Error) -> Failure {
    Failure::new(
        format!("cannot write {}: {}", file.display(), error.kind()),
        "check the folder and the space left on its disk",
    )
}

fn by_name(file: Option<&Path>) -> Format {
    file.and_then(Path::extension)
        .and_then(|ending| ending.to_str())
        .and_then(Format::from_id)
        .unwrap_or(Format::Csv)
}
