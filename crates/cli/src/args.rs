//! The command line: verbs and their options, as `contract.md` promises them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

/// Whose data was in a breach, what of theirs, and who must be told, by when.
#[derive(Debug, Parser)]
#[command(name = "whose", version, propagate_version = true, max_term_width = 100, after_help = AFTER)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Verb,
    /// Prints a machine-readable result on standard output.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Shows no progress on standard error.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) secrets: SecretArgs,
}

const AFTER: &str = "\
Exit codes: 0 done, 1 done with gaps, 2 not done, 64 wrong use.
Data goes to standard output, talk to standard error. Values of people are masked unless --values is given.
Start with `whose demo`: it makes a made-up breach and shows the whole way.";

/// What opens a case.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct SecretArgs {
    /// Reads the passphrase of the case from the first line of FILE.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Opening the case"
    )]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// An age identity file that opens the case; by default the one of this machine's user.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Opening the case"
    )]
    pub(crate) identity: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Makes a breach with known truth, runs the whole flow on it, scores it and prints the summary.
    Demo(DemoArgs),
    /// Makes a made-up breach: evidence, roster, incident and truth.
    Synth(SynthArgs),
    /// The main job: seize, read, detect, link, assess. Goes on where it was killed.
    Run(RunArgs),
    /// Detection alone, without a case: mentions on standard output.
    Scan(ScanArgs),
    /// Linkage alone, without a case: record_id, person_id, probability for every row.
    Link(LinkArgs),
    /// The list of affected individuals.
    People(ListArgs),
    /// Everything about one person: exposures with places, why records were merged, duties, letter.
    Person(PersonArgs),
    /// What of whom was exposed, and where first.
    Exposures(ListArgs),
    /// What was not read, and why.
    Gaps(ListArgs),
    /// Sentences that ask that nothing goes to a home and are tied to nobody on the list; each must be settled before letters go.
    Requests(RequestsArgs),
    /// What is locked, the passwords to try on it, and words in the pile that may be passwords.
    Passwords(PasswordsArgs),
    /// Every file of the pile with its digests and what became of it.
    Exhibits(ListArgs),
    /// The roster, row by row: who of it is on the list, only named, or not in the pile.
    Roster(ListArgs),
    /// The duties that follow in law.
    Obligations(ListArgs),
    /// Letters as PDF, with manifest.csv for a mail house.
    Letters(LettersArgs),
    /// Draft reports for each regulator, the website notice and the call-centre script.
    #[command(visible_alias = "report")]
    Reports(ReportsArgs),
    /// Mailings: codes, contacts, approval by two, the mail house, what was sent and what came back.
    Mail {
        #[command(subcommand)]
        verb: crate::verbs::mail::args::MailVerb,
    },
    /// The incident at a glance: people, elements, places, gaps, clocks.
    Summary(CaseArgs),
    /// Checks the log and every table of a case.
    Verify(CaseArgs),
    /// An offline proof that a person stands in the case as listed; `whose prove --check FILE` checks one.
    Prove(ProveArgs),
    /// Compares a case with the truth of a made-up breach.
    Score(ScoreArgs),
    /// Quality control: a random sample to look at by hand, the answers, and what follows for the whole.
    Qc {
        #[command(subcommand)]
        verb: QcVerb,
    },
    /// The console on this machine.
    Serve(ServeArgs),
    /// The rules alone.
    Law {
        #[command(subcommand)]
        verb: LawVerb,
    },
    /// Detectors of your own.
    Detect {
        #[command(subcommand)]
        verb: DetectVerb,
    },
    /// Numbers people are known by.
    Id {
        #[command(subcommand)]
        verb: IdVerb,
    },
    /// Prints completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Writes the manual pages.
    Man {
        /// Folder to write to.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// A confined reading process; started by `whose` itself.
    #[command(name = "__read", hide = true)]
    Read,
    /// The register: every incident as a record, with its sources, its clock and its lessons.
    Register(crate::verbs::register::args::RegisterArgs),
    /// A confined reading process that hands over text; started by `whose` itself.
    #[command(name = "__tell", hide = true)]
    Tell,
    /// Runs programs for a reading process; started by `whose` itself.
    #[command(name = "__lend", hide = true)]
    Lend,
    /// Reads what another machine sends; started by an executor of a cluster.
    #[command(name = "__abroad", hide = true)]
    Abroad,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// How many people: 2000, 7293 (Innomar, Saskatchewan, 2024) or 60000 (Medisys, 2020) are presets.
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) people: u64,
    /// The same seed gives the same breach.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Folder for everything the demo makes.
    #[arg(long, value_name = "DIR", default_value = "whose-demo")]
    pub(crate) dir: PathBuf,
    /// Serves the console on it when done.
    #[arg(long)]
    pub(crate) open: bool,
    /// Writes no letters.
    #[arg(long)]
    pub(crate) no_letters: bool,
    #[command(flatten)]
    pub(crate) work: WorkArgs,
}

#[derive(Debug, Args)]
pub(crate) struct SynthArgs {
    /// How many people.
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) people: u64,
    /// The same seed gives the same breach.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Instead of a breach one table of this many records, to measure `whose link` on.
    #[arg(long, value_name = "N", conflicts_with = "people", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) records: Option<u64>,
    /// How faulty the table is: few, usual or many.
    #[arg(long, value_name = "HOW", default_value = "usual", requires = "records", value_parser = ["few", "usual", "many"])]
    pub(crate) faults: String,
    /// Folder to write to.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

/// Other machines that do the work, see docs/guides/cluster.md; the list is the same, byte for byte.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Cluster")]
pub(crate) struct ClusterArgs {
    /// Has the work done on a cluster: the scheduler's address.
    #[arg(long, value_name = "https://HOST:PORT", requires_all = ["keys", "store"])]
    pub(crate) cluster: Option<String>,
    /// This machine's folder of the cluster's keys.
    #[arg(long, value_name = "DIR", requires = "cluster")]
    pub(crate) keys: Option<PathBuf>,
    /// Storage that all machines of the cluster share: a folder, or s3://bucket/prefix.
    #[arg(long, value_name = "PLACE", requires = "cluster")]
    pub(crate) store: Option<String>,
}

/// How much of the machine to use.
#[derive(Clone, Debug, Args)]
pub(crate) struct WorkArgs {
    /// Reading processes at once; by default one for each processor core.
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<usize>,
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The case's folder; made if it is not there.
    pub(crate) case: PathBuf,
    /// The pile: files and folders.
    #[arg(long, required = true, num_args = 1.., value_name = "PATH")]
    pub(crate) evidence: Vec<PathBuf>,
    /// The custodian's own index of people: CSV or XLSX, one person a row.
    #[arg(long, value_name = "FILE")]
    pub(crate) roster: Option<PathBuf>,
    /// Detectors of your own: see docs/guides/custom-detectors.md; the case keeps them.
    #[arg(long, value_name = "FILE")]
    pub(crate) detectors: Option<PathBuf>,
    /// What happened: see docs/reference/incident.md.
    #[arg(long, value_name = "FILE")]
    pub(crate) incident: Option<PathBuf>,
    /// Passwords to try on what is locked, one a line; they stay, sealed, in the case. `-` is standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) passwords: Option<PathBuf>,
    /// The day whose law and ages apply; today by default.
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<Date>,
    /// Leaves the case's record in this user's register as it is; without it, a register that is there is brought up to date.
    #[arg(long)]
    pub(crate) no_register: bool,
    #[command(flatten)]
    pub(crate) work: WorkArgs,
    #[command(flatten)]
    pub(crate) cluster: ClusterArgs,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum, PartialEq, Eq)]
pub(crate) enum ScanFormat {
    /// One JSON object a line.
    #[default]
    Jsonl,
    /// Comma-separated, with a header.
    Csv,
}

#[derive(Debug, Args)]
pub(crate) struct ScanArgs {
    /// Files and folders.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Form of the output.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ScanFormat,
    /// Shows values instead of masks; passwords and keys stay masked.
    #[arg(long)]
    pub(crate) values: bool,
    /// Detectors of your own: see docs/guides/custom-detectors.md.
    #[arg(long, value_name = "FILE")]
    pub(crate) detectors: Option<PathBuf>,
    /// Only these data elements.
    #[arg(long, value_delimiter = ',', value_name = "ELEMENT")]
    pub(crate) elements: Vec<String>,
    /// Passwords to try on what is locked, one a line; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) passwords: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) work: WorkArgs,
}

#[derive(Debug, Args)]
pub(crate) struct LinkArgs {
    /// Tables, one person's record a row.
    #[arg(required = true, value_name = "FILE.csv")]
    pub(crate) files: Vec<PathBuf>,
    /// Where to write record_id,person_id,probability.
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) out: PathBuf,
    /// A model to use instead of the built-in one.
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,
    /// Match probability from which two records are one person.
    #[arg(long, value_name = "P", value_parser = probability)]
    pub(crate) threshold: Option<f64>,
    /// Memory that linkage may take, such as 4G or 500M; what does not fit goes to --scratch as numbers, without values.
    #[arg(long, value_name = "SIZE", value_parser = size, conflicts_with = "cluster")]
    pub(crate) memory: Option<u64>,
    /// Folder for what does not fit in --memory; by default the folder of --out.
    #[arg(long, value_name = "DIR", requires = "memory")]
    pub(crate) scratch: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) work: WorkArgs,
    #[command(flatten)]
    pub(crate) cluster: ClusterArgs,
}

/// `500M`, `4G`, in powers of 1024.
fn size(text: &str) -> Result<u64, String> {
    let number = text.trim_end_matches(|ch: char| ch.is_ascii_alphabetic());
    let shift = match text
        .get(number.len()..)
        .map(str::to_ascii_lowercase)
        .as_deref()
    {
        Some("k" | "kib") => 10,
        Some("m" | "mib") => 20,
        Some("g" | "gib") => 30,
        Some("") => 0,
        _ => return Err("a size such as 500M or 4G".to_owned()),
    };
    number
        .parse::<u64>()
        .ok()
        .and_then(|n| n.checked_mul(1 << shift))
        .filter(|n| *n > 0)
        .ok_or_else(|| "a size such as 500M or 4G".to_owned())
}

#[test]
fn a_size_is_a_number_with_a_unit() {
    assert_eq!(size("4G"), Ok(4 << 30));
    assert_eq!(size("500MiB"), Ok(500 << 20));
    assert_eq!(size("12"), Ok(12));
    for wrong in ["", "G", "-1", "1.5G", "4 G", "0", "99999999999G", "4T"] {
        assert!(size(wrong).is_err(), "{wrong}");
    }
}

fn probability(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(p) if p > 0.0 && p < 1.0 => Ok(p),
        _ => Err("a probability between 0 and 1".to_owned()),
    }
}

#[derive(Clone, Copy, Debug, Default, ValueEnum, PartialEq, Eq)]
pub(crate) enum ListFormat {
    /// Comma-separated, with a header.
    #[default]
    Csv,
    /// A workbook.
    Xlsx,
    /// A Parquet file.
    Parquet,
    /// One JSON array.
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// The case's folder.
    pub(crate) case: PathBuf,
    /// Form of the output.
    #[arg(long, value_enum)]
    pub(crate) format: Option<ListFormat>,
    /// Where to write it; standard output by default.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Shows values instead of masks; the use is noted in the case's log.
    #[arg(long)]
    pub(crate) values: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RequestsArgs {
    #[command(flatten)]
    pub(crate) list: ListArgs,
    /// Settles these requests; give `--about` or `--nobody`, and `--by`.
    #[arg(long, value_name = "REQUEST", num_args = 1.., requires = "by")]
    pub(crate) settle: Vec<String>,
    /// The person of the list whom they are about: nothing goes to their home before they were asked.
    #[arg(
        long,
        value_name = "PERSON",
        requires = "settle",
        conflicts_with = "nobody"
    )]
    pub(crate) about: Option<String>,
    /// They are about nobody on the list.
    #[arg(long, requires = "settle")]
    pub(crate) nobody: bool,
    /// Who settles them.
    #[arg(long, value_name = "NAME", requires = "settle")]
    pub(crate) by: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct PasswordsArgs {
    /// The case's folder.
    pub(crate) case: PathBuf,
    /// Adds the passwords of a file, one a line, to the bank of the case; `-` reads them from standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) add: Option<PathBuf>,
    /// Adds the words found in the pile, too.
    #[arg(long)]
    pub(crate) accept: bool,
    /// Shows values instead of masks; the use is noted in the case's log.
    #[arg(long)]
    pub(crate) values: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum QcVerb {
    /// Draws a random sample of each kind of thing the case says, as a sheet to fill in.
    Draw(QcDrawArgs),
    /// Takes a filled sheet into the case.
    Answer(QcAnswerArgs),
    /// Precision, recall and elusion with exact limits, from the answers so far.
    Report(QcReportArgs),
}

#[derive(Debug, Args)]
pub(crate) struct QcDrawArgs {
    /// The case's folder.
    pub(crate) case: PathBuf,
    /// Where to write the sheet, as CSV.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// So many of each kind are drawn that, with nothing wrong among them, at most this share of the whole can be wrong, in percent.
    #[arg(long, value_name = "PERCENT", default_value_t = 5.0, value_parser = percent)]
    pub(crate) margin: f64,
    /// Confidence of the limits, in percent.
    #[arg(long, value_name = "PERCENT", default_value_t = 95.0, value_parser = percent)]
    pub(crate) confidence: f64,
    /// Shows values instead of masks; the use is noted in the case's log.
    #[arg(long)]
    pub(crate) values: bool,
}

#[derive(Debug, Args)]
pub(crate) struct QcAnswerArgs {
    /// The case's folder.
    pub(crate) case: PathBuf,
    /// The filled sheet, as CSV.
    pub(crate) sheet: PathBuf,
    /// Who looked.
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
}

#[derive(Debug, Args)]
pub(crate) struct QcReportArgs {
    /// The case's folder.
    pub(crate) case: PathBuf,
    /// Confidence of the limits, in percent.
    #[arg(long, value_name = "PERCENT", default_value_t = 95.0, value_parser = percent)]
    pub(crate) confidence: f64,
}

fn percent(text: &str) -> Result<f64, String> {
    match text.trim_end_matches('%').trim().parse::<f64>() {
        Ok(p) if p > 0.0 && p < 100.0 => Ok(p),
        _ => Err("a number between 0 and 100".to_owned()),
    }
}

#[derive(Debug, Args)]
pub(crate) struct PersonArgs {
    /// The case's folder.
    pub(crate) case: PathBuf,
    /// The person's id.
    pub(crate) id: String,
    /// Shows values instead of masks; the use is noted in the case's log.
    #[arg(long)]
    pub(crate) values: bool,
}

#[derive(Debug, Args)]
pub(crate) struct LettersArgs {
    /// The case's folder.
    pub(crate) case: PathBuf,
    /// Folder to write to.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Only this person's letter.
    #[arg(long, value_name = "ID")]
    pub(crate) person: Option<String>,
    /// The day printed on the letters; today by default.
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<Date>,
    #[command(flatten)]
    pub(crate) work: WorkArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ReportsArgs {
    /// The case's folder.
    pub(crate) case: PathBuf,
    /// Folder to write to.
    #[arg(long, value_name = "DIR", required_unless_present = "filed")]
    pub(crate) out: Option<PathBuf>,
    /// Only the reports to this regulator, by its code as `on-ipc`.
    #[arg(long, value_name = "CODE")]
    pub(crate) regulator: Option<String>,
    /// In this language; by default those in which the regulator works.
    #[arg(long, value_name = "en|fr", value_parser = ["en", "fr"])]
    pub(crate) language: Vec<String>,
    /// File formats.
    #[arg(long, value_delimiter = ',', default_value = "pdf,docx", value_parser = ["pdf", "docx", "txt"])]
    pub(crate) format: Vec<String>,
    /// The reports to the regulator were filed on this day: the next ones show what changed since.
    #[arg(long, value_name = "DATE", requires = "regulator")]
    pub(crate) filed: Option<Date>,
    /// The day printed on the papers; today by default.
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<Date>,
}

#[derive(Debug, Args)]
pub(crate) struct CaseArgs {
    /// The case's folder.
    pub(crate) case: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ProveArgs {
    /// The case's folder, or with --check nothing.
    #[arg(required_unless_present = "check")]
    pub(crate) case: Option<PathBuf>,
    /// The person's id.
    #[arg(required_unless_present = "check")]
    pub(crate) id: Option<String>,
    /// Where to write the proof; standard output by default.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Checks a proof instead, with nothing but the log's public key.
    #[arg(long, value_name = "FILE", requires = "key", conflicts_with_all = ["case", "id"])]
    pub(crate) check: Option<PathBuf>,
    /// The log's public key (`whose summary` and case.toml show it).
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ScoreArgs {
    /// The case's folder.
    pub(crate) case: PathBuf,
    /// The truth folder of `whose synth`.
    #[arg(long, value_name = "DIR")]
    pub(crate) truth: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The case's folder.
    pub(crate) case: PathBuf,
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8321)]
    pub(crate) port: u16,
    /// Shows the register in this folder, too; by default this user's own, where there is one, or WHOSE_REGISTER.
    #[arg(long, value_name = "DIR")]
    pub(crate) register: Option<PathBuf>,
    /// The PostgreSQL server of this machine that keeps the register's rows; or WHOSE_REGISTER_URL.
    #[arg(long, value_name = "URL")]
    pub(crate) store: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LawVerb {
    /// Runs every rule's own examples and the checks on dates and citations.
    Check,
    /// One rule in words: who, when, whom, by when, under which citation, how sure.
    Explain {
        /// The rule, as `ca-on-phipa.notify-individual`; a regime alone lists its rules.
        rule: String,
        /// The day whose law applies; today by default.
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
    },
    /// Every rule, one a line.
    List,
    /// What follows from an incident file alone: who is told, by when, what is open. No case is needed.
    Assess {
        /// The incident file.
        incident: PathBuf,
        /// The day whose law and whose facts apply: what was learned later is left out. Today by default.
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
        /// How many people live where, as `ca-sk=7293`; may be given several times.
        #[arg(long = "people", value_name = "PLACE=NUMBER")]
        people: Vec<String>,
        /// What of theirs was exposed, as `name,birth-date,diagnosis`.
        #[arg(long, value_name = "ELEMENTS", value_delimiter = ',')]
        elements: Vec<String>,
        /// Also writes why each duty is owed or not.
        #[arg(long)]
        why: bool,
        /// Also writes the last days as a calendar file.
        #[arg(long, value_name = "FILE")]
        ics: Option<PathBuf>,
    },
    /// What happened, who is told by when with the time left, and how long it took.
    Timeline {
        /// A case's folder, or an incident file alone.
        what: PathBuf,
        /// The day whose law and whose facts apply; today by default.
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
        /// For an incident file: how many people live where, as `ca-sk=7293`.
        #[arg(long = "people", value_name = "PLACE=NUMBER")]
        people: Vec<String>,
        /// Also writes the last days as a calendar file.
        #[arg(long, value_name = "FILE")]
        ics: Option<PathBuf>,
    },
    /// The page of what is covered: regimes, duties, how sure, what is open.
    Coverage,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DetectVerb {
    /// Checks a file of detectors: its patterns, and its examples.
    Check {
        /// The file.
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum IdVerb {
    /// Checks one number: form, check digit, what it encodes.
    Check {
        /// The kind: `ca-on`, `sin`, `ramq`; `any` tries all.
        r#type: String,
        /// The number.
        value: String,
    },
    /// Every kind of number, one a line.
    List,
}
