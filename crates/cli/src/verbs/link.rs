//! `whose link`: linkage alone, on anybody's tables.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;

use serde_json::json;
use whose_linkage::table::{Input, TableError, link_on, link_within};
use whose_linkage::{Limit, Model};

use crate::args::{Cli, LinkArgs};
use crate::front::{Done, Failure, number, print, say};

pub(crate) fn run(cli: &Cli, args: &LinkArgs) -> Result<Done, Failure> {
    let elsewhere = super::cluster::elsewhere(&args.cluster)?;
    let mut model = match &args.model {
        None => Model::default(),
        Some(file) => {
            let text = std::fs::read_to_string(file).map_err(|error| cannot_open(file, &error))?;
            Model::from_toml(&text).map_err(|error| {
                Failure::new(
                    format!("model {}: {error}", file.display()),
                    "mend the file or leave out --model",
                )
            })?
        }
    };
    if let Some(threshold) = args.threshold {
        model.threshold = threshold as f32;
    }
    let mut inputs = Vec::new();
    for file in &args.files {
        let open = File::open(file).map_err(|error| cannot_open(file, &error))?;
        inputs.push(Input {
            name: file.display().to_string(),
            bytes: Box::new(BufReader::new(open)),
        });
    }
    // Written beside its place and moved there whole, so that a failed run leaves no half list.
    let part = args.out.with_extension("part");
    let mut out = BufWriter::new(File::create(&part).map_err(|error| cannot_open(&part, &error))?);
    let threads = whose_engine::Threads(super::workers(&args.work)?.n);
    let beside = args
        .out
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let limit = args.memory.map(|bytes| Limit {
        bytes,
        folder: args
            .scratch
            .clone()
            .unwrap_or_else(|| beside.unwrap_or(Path::new(".")).to_owned()),
    });
    let linked = match elsewhere {
        None => link_within(inputs, model, &threads, limit.as_ref(), &mut out),
        Some(elsewhere) => elsewhere
            .lend(|hands| Ok(link_on(inputs, model, hands, &threads, &mut out)))
            .unwrap_or_else(|error| Err(TableError::Hands(error.into()))),
    };
    let summary = match linked {
        Ok(summary) => summary,
        Err(error) => {
            let _ = std::fs::remove_file(&part);
            let what_to_do = match &error {
                TableError::Scratch(_) => "give a folder with room for it, --scratch DIR",
                TableError::Hands(why) => {
                    return Err(Failure::new(
                        format!("the linkage on the cluster was not finished: {why}"),
                        "run the same command again, with or without --cluster: the list is the same",
                    ));
                }
                _ => "give CSV files with a header that names the columns",
            };
            return Err(Failure::new(error.to_string(), what_to_do));
        }
    };
    out.flush()?;
    drop(out);
    std::fs::rename(&part, &args.out)?;
    if cli.json {
        print(&format!(
            "{}\n",
            json!({ "rows": summary.n_rows, "people": summary.n_people, "pairs": summary.linked.n_pairs })
        ))?;
    } else if !cli.quiet {
        for (file, columns) in args.files.iter().zip(&summary.columns) {
            let used: Vec<String> = columns
                .iter()
                .filter_map(|(header, meaning)| {
                    meaning.map(|meaning| format!("{header} = {meaning}"))
                })
                .collect();
            say(&format!("  {}: {}", file.display(), used.join(", ")));
        }
        say(&format!(
            "  {} rows are {} people: {}",
            number(summary.n_rows),
            number(summary.n_people),
            args.out.display()
        ));
    }
    Ok(Done::Whole)
}

fn cannot_open(file: &std::path::Path, error: &std::io::Error) -> Failure {
    Failure::new(
        format!("cannot open {}: {}", file.display(), error.kind()),
        "check the path and that you may use it",
    )
}
