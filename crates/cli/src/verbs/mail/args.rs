//! The command line of `whose mail`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;

use crate::args::WorkArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum MailVerb {
    /// Codes to enrol in what is offered: takes a file of them, shows where they are.
    Codes(CodesArgs),
    /// Takes a table of how people asked to be reached: safe address, e-mail, large print, language, hold.
    Contacts(ContactsArgs),
    /// Languages of letters beside English and French: a file checked, added to a case, listed, dropped.
    Language {
        #[command(subcommand)]
        verb: LanguageVerb,
    },
    /// Chooses who is written to and writes the mailing as drafts, in postal order.
    Prepare(PrepareArgs),
    /// Approves a mailing as it stands; two people must.
    Approve(ApproveArgs),
    /// Writes an approved mailing for the mail house.
    Print(PrintArgs),
    /// Marks a mailing as sent, with what proves it.
    Sent(SentArgs),
    /// Notes that a letter came back.
    Returned(ReturnedArgs),
    /// Mailings, or one person's letters: what was sent when, with which proof.
    Status(StatusArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum LanguageVerb {
    /// Says what a language's file lacks and what is wrong in it, by key.
    Check {
        /// A file, or the tag of one that comes with the program: `es`.
        file: PathBuf,
    },
    /// Takes a language into a case: whoever reads it is written to in it.
    Add {
        /// The case's folder.
        case: PathBuf,
        /// A file, or the tag of one that comes with the program: `es`.
        file: PathBuf,
    },
    /// The languages of a case.
    List {
        /// The case's folder.
        case: PathBuf,
    },
    /// Takes a language out of a case.
    Drop {
        /// The case's folder.
        case: PathBuf,
        /// Its tag.
        tag: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct CodesArgs {
    /// The case's folder.
    pub(crate) case: PathBuf,
    /// A file with one code a line.
    #[arg(long, value_name = "FILE")]
    pub(crate) add: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ContactsArgs {
    /// The case's folder.
    pub(crate) case: PathBuf,
    /// CSV with person_id and any of format, discreet, hold, language, email, street, city, province, postal_code, country.
    pub(crate) table: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct PrepareArgs {
    /// The case's folder.
    pub(crate) case: PathBuf,
    /// The mailing's name; an unsent one of this name is made anew.
    pub(crate) name: String,
    /// Folder to write to.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Whom to write to: people without a letter, people of whom more was found, people whose letter came back.
    #[arg(long, value_name = "WHY", default_value = "first", value_parser = ["first", "supplement", "again"])]
    pub(crate) to: String,
    /// The day printed on the letters; today by default.
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<Date>,
    #[command(flatten)]
    pub(crate) work: WorkArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ApproveArgs {
    /// The case's folder.
    pub(crate) case: PathBuf,
    /// The mailing's name.
    pub(crate) name: String,
    /// Who approves: name and office.
    #[arg(long, value_name = "WHO")]
    pub(crate) by: String,
}

#[derive(Debug, Args)]
pub(crate) struct PrintArgs {
    /// The case's folder.
    pub(crate) case: PathBuf,
    /// The mailing's name.
    pub(crate) name: String,
    /// Folder to write to.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) work: WorkArgs,
}

#[derive(Debug, Args)]
pub(crate) struct SentArgs {
    /// The case's folder.
    pub(crate) case: PathBuf,
    /// The mailing's name.
    pub(crate) name: String,
    /// The day on which it went out.
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Date,
    /// Who says so.
    #[arg(long, value_name = "WHO")]
    pub(crate) by: String,
    /// What proves it: a file (its digest is kept), or its name.
    #[arg(long, value_name = "FILE|TEXT")]
    pub(crate) proof: String,
}

#[derive(Debug, Args)]
pub(crate) struct ReturnedArgs {
    /// The case's folder.
    pub(crate) case: PathBuf,
    /// The mailing's name.
    pub(crate) name: String,
    /// Whose letter.
    #[arg(long, value_name = "ID", required = true)]
    pub(crate) person: Vec<String>,
    /// The day on which it came back.
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Date,
    /// Why, as the post wrote it.
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: String,
}

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// The case's folder.
    pub(crate) case: PathBuf,
    /// One person's letters.
    #[arg(long, value_name = "ID")]
    pub(crate) person: Option<String>,
}
