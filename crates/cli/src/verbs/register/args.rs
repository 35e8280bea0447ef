//! The command line of `whose register`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;

#[derive(Debug, Args)]
pub(crate) struct RegisterArgs {
    #[command(subcommand)]
    pub(crate) verb: RegisterVerb,
    /// The register's folder; by default the one of this machine's user, or WHOSE_REGISTER.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) register: Option<PathBuf>,
    /// Keeps the rows on a PostgreSQL server of this machine instead of in the folder; or WHOSE_REGISTER_URL.
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) store: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RegisterVerb {
    /// Adds an incident, or facts to one. Without options it asks.
    Add(AddArgs),
    /// Reads published reports (text, HTML, PDF; English and French) and proposes their facts.
    Read(ReadArgs),
    /// Accepts or rejects what was proposed.
    Judge(JudgeArgs),
    /// Says which of several facts that contradict each other is used, and why.
    Choose {
        /// The incident: its id, the beginning of it, or its name.
        incident: String,
        /// The number of the fact.
        fact: u32,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
    /// Replaces a fact by what is right. What was said before stays in the record.
    Correct {
        /// The incident.
        incident: String,
        /// The number of the fact.
        fact: u32,
        /// What is right, in the form in which `show` prints it; without it the fact is only withdrawn.
        #[arg(long, value_name = "VALUE")]
        to: Option<String>,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
    /// Everything about one incident: facts with sources, conflicts, the clock.
    Show(ShowArgs),
    /// Every incident, one a line.
    List(FilterArgs),
    /// Incidents in which all these words stand.
    Search {
        /// Words, or their beginnings.
        #[arg(required = true)]
        words: Vec<String>,
        #[command(flatten)]
        filter: FilterArgs,
    },
    /// How many of what, and how long it took.
    Stats {
        #[command(flatten)]
        filter: FilterArgs,
        /// Sets the days of these incidents beside: VERIS records (JSON) or a public portal's tables (CSV). May be given more than once.
        #[arg(long, value_name = "FILE")]
        beside: Vec<PathBuf>,
    },
    /// Writes incidents in the form that somebody asks for.
    Export(ExportArgs),
    /// Takes incidents in from VERIS records or a public portal.
    Import {
        /// A JSON file of one or many VERIS records, or a CSV file of the portal.
        file: PathBuf,
        /// The form; told by the file's ending otherwise.
        #[arg(long, value_parser = ["veris", "portal"])]
        form: Option<String>,
    },
    /// Fills the record of a case, or brings it up to date.
    Case {
        /// The case's folder.
        case: PathBuf,
    },
    /// Makes the lists and the index again from the entries.
    Rebuild,
}

#[derive(Debug, Default, Args)]
pub(crate) struct AddArgs {
    /// Adds to this incident instead of a new one.
    #[arg(long, value_name = "INCIDENT")]
    pub(crate) to: Option<String>,
    /// A short name.
    #[arg(long, value_name = "TEXT")]
    pub(crate) name: Option<String>,
    /// The organisation whose data it was.
    #[arg(long, value_name = "NAME")]
    pub(crate) victim: Option<String>,
    /// Where, as `ca-on`.
    #[arg(long, value_name = "CODE")]
    pub(crate) place: Option<String>,
    /// The kind: theft, loss, ransomware-without-exfiltration, unauthorized-access, unauthorized-use, unauthorized-disclosure, improper-disposal, alteration.
    #[arg(long, value_name = "KIND")]
    pub(crate) cause: Option<String>,
    /// What happened, in a sentence.
    #[arg(long, value_name = "TEXT")]
    pub(crate) what: Option<String>,
    /// When it began, as 2024-02-21, 2024-02 or 2024; with ~ for about.
    #[arg(long, value_name = "DATE")]
    pub(crate) began: Option<String>,
    /// When it was discovered.
    #[arg(long, value_name = "DATE")]
    pub(crate) discovered: Option<String>,
    /// How many people.
    #[arg(long, value_name = "N")]
    pub(crate) people: Option<u64>,
    /// What of theirs, as `name,health-number`.
    #[arg(long, value_delimiter = ',', value_name = "ELEMENT")]
    pub(crate) elements: Vec<String>,
    /// When the regulator was told.
    #[arg(long, value_name = "DATE")]
    pub(crate) regulator_told: Option<String>,
    /// When the people were told.
    #[arg(long, value_name = "DATE")]
    pub(crate) people_told: Option<String>,
    /// Whether it reaches the risk that the law asks for: yes or no.
    #[arg(long, value_parser = ["yes", "no"])]
    pub(crate) risk: Option<String>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: Option<String>,
    /// What was done about it.
    #[arg(long, value_name = "TEXT")]
    pub(crate) done: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ReadArgs {
    /// The reports.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// When it was published, over what it says itself.
    #[arg(long, value_name = "DATE")]
    pub(crate) published: Option<String>,
    /// What sort of source: regulator, notice, news, database.
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<String>,
    /// The incident it is about, where that is known.
    #[arg(long, value_name = "INCIDENT")]
    pub(crate) into: Option<String>,
    /// Accepts every fact unread.
    #[arg(long)]
    pub(crate) accept: bool,
    /// Shows what it would propose and keeps nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct JudgeArgs {
    /// The incident.
    pub(crate) incident: String,
    /// Numbers of facts; all that wait where none are given.
    pub(crate) facts: Vec<u32>,
    /// Rejects them instead of accepting.
    #[arg(long)]
    pub(crate) reject: bool,
    /// Why.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) why: String,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The incident: its id, the beginning of it, or its name.
    pub(crate) incident: String,
    /// What the world knew on this day.
    #[arg(long, value_name = "DATE")]
    pub(crate) known: Option<Date>,
    /// What this register held at the end of this day.
    #[arg(long, value_name = "DATE")]
    pub(crate) recorded: Option<Date>,
    /// Writes a page to print.
    #[arg(long, value_name = "FILE")]
    pub(crate) page: Option<PathBuf>,
    /// Compares its days with these incidents, not the register's own: VERIS records (JSON) or a public portal's tables (CSV). May be given more than once.
    #[arg(long, value_name = "FILE")]
    pub(crate) beside: Vec<PathBuf>,
}

#[derive(Debug, Default, Args)]
pub(crate) struct FilterArgs {
    /// Only here: `ca-sk`, or `ca` for all of it.
    #[arg(long, value_name = "CODE", default_value = "")]
    pub(crate) place: String,
    /// Only with this element exposed.
    #[arg(long, value_name = "ELEMENT")]
    pub(crate) element: Option<String>,
    /// Only of this kind.
    #[arg(long, value_name = "KIND", default_value = "")]
    pub(crate) cause: String,
    /// Only with this family of actions: hacking, malware, social, misuse, physical, error.
    #[arg(long, value_name = "FAMILY", default_value = "")]
    pub(crate) action: String,
    /// Only with this in the victim's name: your own organisation's, where the register holds others' as well.
    #[arg(long, value_name = "NAME", default_value = "")]
    pub(crate) victim: String,
    /// Only of this industry, in two digits: 62 is health care.
    #[arg(long, value_name = "NAICS", default_value = "")]
    pub(crate) industry: String,
    /// Only from this day on.
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<Date>,
    /// Only until this day.
    #[arg(long, value_name = "DATE")]
    pub(crate) until: Option<Date>,
    /// Only with at least so many people.
    #[arg(long, value_name = "N")]
    pub(crate) people: Option<u64>,
    /// Only those whose sources disagree.
    #[arg(long)]
    pub(crate) disputed: bool,
    /// Only those with facts that wait for a person.
    #[arg(long)]
    pub(crate) waiting: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// veris, stix, page, or a table: table, ca-pipeda, ca-qc, ca-on-annual, hhs-portal.
    #[arg(long, value_name = "FORM")]
    pub(crate) form: String,
    /// A file for tables and veris; a folder for stix and pages.
    #[arg(long, value_name = "PATH")]
    pub(crate) out: PathBuf,
    /// Only this incident.
    #[arg(long, value_name = "INCIDENT")]
    pub(crate) incident: Option<String>,
    /// Leaves out what nobody has accepted yet.
    #[arg(long)]
    pub(crate) accepted: bool,
    /// For pages: compares days with these incidents, not the register's own. May be given more than once.
    #[arg(long, value_name = "FILE")]
    pub(crate) beside: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) filter: FilterArgs,
}
