//! `whose demo`: a made-up breach, the whole flow on it, the score, and where to look.

use std::time::Instant;

use serde_json::json;
use whose_engine::{Letters, ReportOptions, RunOptions, View};
use whose_model::Limits;

use crate::args::{Cli, DemoArgs, ServeArgs};
use crate::front::{Bars, Done, Failure, number, print, say, typed};

pub(crate) fn run(cli: &Cli, args: &DemoArgs) -> Result<Done, Failure> {
    let since = Instant::now();
    let dir = &args.dir;
    std::fs::create_dir_all(dir).map_err(|error| {
        Failure::new(
            format!("cannot make {}: {}", dir.display(), error.kind()),
            "give another folder with `--dir`",
        )
    })?;
    if !cli.quiet {
        say(&format!(
            "A made-up breach of a clinic group, {} people, nobody of whom exists.\n",
            number(args.people)
        ));
    }
    let made = make(cli, args)?;
    let seconds_made = since.elapsed().as_secs_f64();

    // From here on the clock runs that counts: from the pile to the letters.
    let since = Instant::now();
    // A breach that holds locked files comes with the passwords that the clinic knows.
    let made_passwords = Some(dir.join("passwords.txt")).filter(|file| file.exists());
    let options = RunOptions {
        detectors: None,
        evidence: vec![dir.join("evidence")],
        roster: Some(dir.join("roster.csv")),
        incident: Some(dir.join("incident.toml")),
        as_of: None,
        today: super::today(),
        limits: Limits::default(),
        passwords: super::passwords::from_file(made_passwords.as_deref())?,
        workers: super::workers(&args.work)?,
        elsewhere: None,
    };
    let (case, summary) = super::run::work(cli, &dir.join("case"), &options)?;
    let seconds_run = since.elapsed().as_secs_f64();
    let papers = Letters::new(View::new(&case), super::today())?;
    let mut written = whose_engine::Written::default();
    if !args.no_letters {
        written = papers.write(
            &dir.join("letters"),
            None,
            options.workers.n,
            &Bars::new(cli.quiet),
        )?;
    }
    let reports = papers.write_reports(&dir.join("reports"), &ReportOptions::default())?;
    let seconds = since.elapsed().as_secs_f64();
    let card = super::score::card(&case, &dir.join("truth"))?;

    if cli.json {
        let value = json!({
            "people": args.people, "seed": args.seed, "made": made, "summary": summary,
            "letters": written.n_papers, "papers": reports.n_papers, "score": card,
            "seconds": { "made": seconds_made, "run": seconds_run, "pile_to_letters": seconds },
        });
        print(&format!("{value}\n"))?;
    } else {
        let view = View::new(&case);
        print(&crate::summary::words(
            &summary,
            &view.incident_obligations()?,
            &view.requests()?,
        ))?;
        print(&format!(
            "\n  Score against the truth\n\n{}",
            super::score::text(&card)
        ))?;
        let case = typed(&dir.join("case"));
        let at = dir.display();
        print(&format!(
            "\n  From the pile to {} letters: {seconds:.1} s.\n\n  Where to look\n    {at}/evidence    the stolen pile\n    {at}/letters     a letter for each person, and manifest.csv for a mail house\n    {at}/reports     drafts for the regulators, the website notice, the call-centre script\n    {at}/truth       who really is in it\n    whose people {case} --values\n    whose serve {case}\n",
            number(written.n_papers)
        ))?;
    }
    drop(case);
    if args.open {
        super::serve::run(
            cli,
            &ServeArgs {
                case: dir.join("case"),
                port: 8321,
                register: None,
                store: None,
            },
        )?;
    }
    Ok(if summary.by_cause.is_empty() {
        Done::Whole
    } else {
        Done::WithGaps
    })
}

/// The breach of an earlier demo with the same numbers is used again; another one is not overwritten.
fn make(cli: &Cli, args: &DemoArgs) -> Result<serde_json::Value, Failure> {
    let marker = args.dir.join("demo.json");
    let plan = json!({ "people": args.people, "seed": args.seed });
    if let Ok(text) = std::fs::read_to_string(&marker) {
        let before: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        if before["plan"] == plan {
            return Ok(before["made"].clone());
        }
        return Err(Failure::new(
            format!("{} holds a demo of other numbers", args.dir.display()),
            "remove it, or give another folder with `--dir`",
        ));
    }
    // Made beside its place, so that a stopped demo leaves no half breach behind.
    let making = args.dir.join(".making");
    if making.exists() {
        std::fs::remove_dir_all(&making)?;
    }
    let is_taken = std::fs::read_dir(&args.dir)?.next().is_some();
    if is_taken {
        return Err(Failure::new(
            format!("{} holds something else already", args.dir.display()),
            "give an empty or new folder with `--dir`",
        ));
    }
    let made = super::synth::make(cli, args.people, args.seed, &making)?;
    for entry in std::fs::read_dir(&making)? {
        let entry = entry?;
        std::fs::rename(entry.path(), args.dir.join(entry.file_name()))?;
    }
    std::fs::remove_dir(&making)?;
    let made = json!(made);
    std::fs::write(
        &marker,
        format!("{}\n", json!({ "plan": plan, "made": made })),
    )?;
    Ok(made)
}
