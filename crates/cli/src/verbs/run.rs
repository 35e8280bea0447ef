//! `whose run`: the main job.

use std::path::{Path, PathBuf};

use whose_engine::store::{Case, CaseMeta};
use whose_engine::{RunOptions, Summary, View};
use whose_model::Limits;

use crate::args::{Cli, RunArgs};
use crate::front::{Bars, Done, Failure, print, typed};

pub(crate) fn run(cli: &Cli, args: &RunArgs) -> Result<Done, Failure> {
    let options = RunOptions {
        evidence: args.evidence.clone(),
        roster: args.roster.clone(),
        detectors: args.detectors.clone(),
        incident: args.incident.clone(),
        as_of: args.as_of,
        today: args.as_of.unwrap_or_else(super::today),
        limits: Limits::default(),
        passwords: super::passwords::from_file(args.passwords.as_deref())?,
        workers: super::workers(&args.work)?,
        elsewhere: super::cluster::elsewhere(&args.cluster)?,
    };
    let (case, summary) = work(cli, &args.case, &options)?;
    if !args.no_register {
        super::register::keep_up(cli, &case);
    }
    finish(cli, &case, &summary)
}

/// Opens or makes the case and runs the job on it.
pub(crate) fn work(
    cli: &Cli,
    dir: &Path,
    options: &RunOptions,
) -> Result<(Case, Summary), Failure> {
    // What is not there is said before a case is made for it.
    for path in options
        .evidence
        .iter()
        .chain(&options.roster)
        .chain(&options.incident)
        .chain(&options.detectors)
    {
        look(path)?;
    }
    if options.evidence.iter().any(|path| is_within(dir, path)) {
        return Err(Failure::usage(
            "the case would lie inside the evidence",
            "give the case a folder of its own, outside the pile",
        ));
    }
    let name = dir
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let meta = CaseMeta {
        name,
        ..CaseMeta::default()
    };
    let case = crate::secrets::open_or_create(dir, &cli.secrets, meta)?;
    let summary = whose_engine::run(&case, options, super::now(), &Bars::new(cli.quiet))?;
    Ok((case, summary))
}

fn look(path: &PathBuf) -> Result<(), Failure> {
    std::fs::metadata(path).map(drop).map_err(|error| {
        let what = match error.kind() {
            std::io::ErrorKind::NotFound => format!("there is no {}", path.display()),
            kind => format!("cannot open {}: {kind}", path.display()),
        };
        Failure::new(
            what,
            "check the path and that you may read it, then run the same command again",
        )
    })
}

fn is_within(dir: &Path, evidence: &Path) -> bool {
    let Ok(evidence) = evidence.canonicalize() else {
        return false;
    };
    let mut folder = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
    loop {
        if folder
            .canonicalize()
            .is_ok_and(|folder| folder.starts_with(&evidence))
        {
            return true;
        }
        if folder.exists() || !folder.pop() {
            return false;
        }
    }
}

/// How the next command opens the case as this one did.
fn opened_by(cli: &Cli) -> String {
    let option = |name: &str, file: &Option<PathBuf>| {
        file.as_deref()
            .map(|file| format!(" --{name} {}", typed(file)))
            .unwrap_or_default()
    };
    option("passphrase-file", &cli.secrets.passphrase_file)
        + &option("identity", &cli.secrets.identity)
}

/// Prints the summary; gaps set the exit code.
pub(crate) fn finish(cli: &Cli, case: &Case, summary: &Summary) -> Result<Done, Failure> {
    if cli.json {
        print(&format!(
            "{}\n",
            serde_json::to_value(summary).unwrap_or_default()
        ))?;
    } else {
        let view = View::new(case);
        print(&crate::summary::words(
            summary,
            &view.incident_obligations()?,
            &view.requests()?,
        ))?;
        let dir = format!("{}{}", typed(case.dir()), opened_by(cli));
        print(&format!(
            "\n  Next\n    whose people {dir}            the list (masked; add --values to see)\n    whose gaps {dir}              what was not read, and why\n    whose letters {dir} --out DIR  the letters\n    whose reports {dir} --out DIR  drafts for the regulators\n    whose serve {dir}             all of it in a browser\n"
        ))?;
    }
    Ok(if summary.by_cause.is_empty() {
        Done::Whole
    } else {
        Done::WithGaps
    })
}
