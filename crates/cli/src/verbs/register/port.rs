//! `whose register export` and `import`: VERIS, STIX, tables, pages.

use std::path::Path;

use whose_register::{AsOf, IncidentId, Record, Register, forms, page, portal, stix, veris};

use super::args::ExportArgs;
use super::clock::{self, Beside};
use super::{by, failure, now, query};
use crate::front::{Done, Failure, number, say};

pub(crate) fn export(register: &mut Register, args: &ExportArgs) -> Result<Done, Failure> {
    let ids: Vec<IncidentId> = match &args.incident {
        Some(text) => vec![register.find(text).map_err(failure)?],
        None => register
            .search(&query(&args.filter, "")?)
            .map_err(failure)?
            .iter()
            .map(|sketch| sketch.id)
            .collect(),
    };
    let mut records: Vec<(IncidentId, Record)> = Vec::with_capacity(ids.len());
    for id in ids {
        records.push((id, register.record(id, AsOf::default()).map_err(failure)?));
    }
    let drafts = !args.accepted;
    let mut n_left = 0;
    let mut n_uncounted = 0;
    match args.form.as_str() {
        "veris" => {
            let mut all = Vec::new();
            for (id, record) in &records {
                let Some(document) = veris::export(*id, record).map_err(failure)? else {
                    n_left += 1;
                    continue;
                };
                let faults = veris::faults(&document);
                if !faults.is_empty() {
                    return Err(Failure::new(
                        format!(
                            "incident {id} is not valid by the schema of VERIS: {}",
                            faults.join("; ")
                        ),
                        "nothing was written; leave it out with a filter, and tell the makers",
                    ));
                }
                all.push(document);
            }
            std::fs::write(&args.out, pretty(&all)?)?;
        }
        "stix" | "page" => {
            std::fs::create_dir_all(&args.out)?;
            let beside = Beside::of(register, &args.beside)?;
            for (id, record) in &records {
                let (ending, text) = if args.form == "stix" {
                    let bundle = stix::bundle(record, drafts);
                    ("json", pretty(&bundle)?)
                } else {
                    {
                        let law = clock::law(record)?;
                        let rows = beside.rows(*id, record);
                        ("html", page::html(record, &rows, &law.title, &law.lines))
                    }
                };
                std::fs::write(args.out.join(format!("{id}.{ending}")), text)?;
            }
        }
        form => {
            let records: Vec<Record> = records.iter().map(|(_, record)| record.clone()).collect();
            if !forms::forms().any(|known| known == form) {
                let known: Vec<&str> = forms::forms().collect();
                return Err(Failure::usage(
                    format!("there is no form `{form}`"),
                    format!("one of veris, stix, page, {}", known.join(", ")),
                ));
            }
            std::fs::write(
                &args.out,
                forms::table(form, &records, drafts).map_err(failure)?,
            )?;
            n_uncounted = forms::uncounted(form, &records, drafts).map_err(failure)?;
            if let Some(keep) = forms::kept_for(form).map_err(failure)? {
                say(&format!("  to be kept: {keep}"));
            }
        }
    }
    say(&format!(
        "  {} incidents written to {}",
        number((records.len() - n_left) as u64),
        args.out.display()
    ));
    if n_left > 0 {
        say(&format!(
            "  {n_left} left out: no year is known, and VERIS asks for one"
        ));
        return Ok(Done::WithGaps);
    }
    if n_uncounted > 0 {
        say(&format!(
            "  {n_uncounted} of them stand in no row: their kind is not known; `whose register add --to INCIDENT --cause KIND` tells it"
        ));
        return Ok(Done::WithGaps);
    }
    Ok(Done::Whole)
}

fn pretty(value: &impl serde::Serialize) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(value).map_err(std::io::Error::from)?;
    Ok(text + "\n")
}

pub(crate) fn import(
    register: &mut Register,
    file: &Path,
    form: Option<&str>,
) -> Result<Done, Failure> {
    let bytes = std::fs::read(file).map_err(|error| {
        Failure::new(
            format!("cannot read {}: {}", file.display(), error.kind()),
            "check the path and that you may read it",
        )
    })?;
    let is_table = file
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    let form = form.unwrap_or(if is_table { "portal" } else { "veris" });
    let changes = if form == "portal" {
        portal::import(&bytes, now(), &by()).map_err(failure)?
    } else {
        veris::import_all(&bytes, now(), &by()).map_err(failure)?
    };
    let taken = register.take_in(changes).map_err(failure)?;
    say(&format!(
        "  {} incidents taken in, {} were there before",
        number(taken.n_new),
        number(taken.n_joined + taken.n_known)
    ));
    if taken.n_joined > 0 {
        say(&format!(
            "  {} of those have a source more",
            number(taken.n_joined)
        ));
    }
    Ok(Done::Whole)
}
