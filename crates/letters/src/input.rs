//! What the engine hands over to be written: `LetterInput`, `ReportInput`, `NoticeInput`.
//!
//! Facts only. Every word that a person reads comes from `letters/`, except
//! what the custodian wrote in `incident.toml` and what the law's files say
//! (already in the paper's language). A fact that is missing stays missing:
//! the paper then says so, or says what the draft lacks.

use jiff::civil::Date;
use whose_model::{
    DataElement, Incident, Jurisdiction, Language, PersonId, PersonName, Phi, PostalAddress,
    Representative,
};

/// Whether a paper may be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Not yet approved: every page says so, and what is missing is named.
    #[default]
    Draft,
    /// Approved to be sent: a letter that lacks something is refused.
    Approved,
}

/// To whom a letter goes and about whom it is.
#[derive(Clone, Debug, Default)]
pub struct Recipient {
    /// The affected individual.
    pub about: Phi<PersonName>,
    /// Who receives for them, if somebody else does.
    pub representative: Option<Representative>,
    /// Where to send it; `None` when no address is known.
    pub address: Option<Phi<PostalAddress>>,
    /// Where the individual lives: chooses what the law there calls a breach.
    pub residence: Option<Jurisdiction>,
}

/// One element of the person's, with what the evidence adds to it.
#[derive(Clone, Debug)]
pub struct Exposed {
    /// What.
    pub element: DataElement,
    /// Details in the letter's language, as `March 2024`; may be empty.
    pub details: Vec<Phi<String>>,
    /// The first and the last day that the evidence names, as tables write them; said as the letter's language writes days.
    pub days: Option<Phi<(String, String)>>,
    /// Who issued the number, when it is known: chooses the name that people know it by.
    pub issuer: Option<Jurisdiction>,
}

impl From<DataElement> for Exposed {
    fn from(element: DataElement) -> Self {
        Self {
            element,
            details: Vec::new(),
            days: None,
            issuer: None,
        }
    }
}

/// Over what the search went: a claim of absence says so.
#[derive(Clone, Copy, Debug, Default)]
pub struct Searched {
    /// Files found in the pile.
    pub n_exhibits: u64,
    /// Files of which nothing was read.
    pub n_not_read: u64,
    /// Files read in part.
    pub n_with_gaps: u64,
}

/// A right to complain that a law gives to this person.
#[derive(Clone, Debug, Default)]
pub struct ComplaintRight {
    /// The regulator's name in the letter's language.
    pub regulator: String,
    /// How to reach it: one line each for address, telephone, web.
    pub contact: Vec<String>,
    /// What the law says of it; empty for our plain sentence.
    pub text: String,
    /// The language of that text. When it is not the letter's, our plain sentence stands before it.
    pub text_in: Language,
}

/// A regulator or other body that has been told.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Its name in the letter's language.
    pub name: String,
    /// The day on which it was told.
    pub on: Option<Date>,
}

/// Whether it is the first letter to this person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LetterKind {
    /// The first.
    #[default]
    First,
    /// One that adds to an earlier letter.
    Supplement {
        /// The day of the first.
        first_on: Date,
        /// What the person has been told of.
        known: Vec<DataElement>,
    },
}

impl LetterKind {
    /// The key of the line that says what the letter is about.
    pub(crate) const fn subject(&self) -> &'static str {
        match self {
            Self::First => "letter.subject",
            Self::Supplement { .. } => "letter.supplement.subject",
        }
    }
}

/// How a letter reaches the person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// In large print.
    pub large_print: bool,
    /// To a safe contact: nothing that shows through a window or in a subject names the organisation.
    pub discreet: bool,
    /// Not by post: no street is needed.
    pub unposted: bool,
    /// There is no address because the person must be asked first where a letter may go.
    pub ask_first: bool,
}

/// Everything one letter says.
#[derive(Clone, Debug)]
pub struct LetterInput<'a> {
    /// The incident: dates, custodian, contact, what happened, what was done, what is offered.
    pub incident: &'a Incident,
    /// Language of the letter.
    pub language: Language,
    /// First letter, or one that adds to it.
    pub kind: LetterKind,
    /// Large print, safe contact.
    pub delivery: Delivery,
    /// The person's own code to enrol in what is offered; printed only beside an offer.
    pub code: Option<Phi<String>>,
    /// The person's id, printed as the reference.
    pub reference: PersonId,
    /// The day printed on the letter.
    pub date: Date,
    /// To whom, about whom.
    pub recipient: Recipient,
    /// Where the custodian had the information from, if the evidence says so, in the letter's language.
    pub source_of_data: Option<Phi<String>>,
    /// This person's own elements. No other is named as exposed.
    pub elements: Vec<Exposed>,
    /// Elements that were looked for and not found about this person.
    pub not_found: Vec<DataElement>,
    /// Over what the search went.
    pub searched: Searched,
    /// Rights to complain; empty where no law gives one.
    pub complaint_rights: Vec<ComplaintRight>,
    /// Who has been told.
    pub told: Vec<Told>,
    /// What a reviewer should know before it is sent, without PHI; printed on drafts only.
    pub notes: Vec<String>,
    /// Draft or approved.
    pub stage: Stage,
}

/// One of a regulator's questions.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// The section of the form that it stands in; empty when the form has none.
    pub section: String,
    /// No page that we read shows that the form asks this here.
    pub is_unverified: bool,
    /// The question as the regulator orders and words it, in the report's language.
    pub question: String,
    /// The rule that asks it.
    pub citation: String,
    /// The answer, one paragraph each; empty when there is none yet.
    pub answer: Vec<String>,
    /// Why there is no answer, or what a person must still decide.
    pub missing: Option<String>,
}

/// A table of a report: counts by province, counts by element, gaps.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// What it counts, and over what.
    pub caption: String,
    /// Names of the columns.
    pub head: Vec<String>,
    /// Rows, each as long as `head`; cells that are numbers are set to the right.
    pub rows: Vec<Vec<String>>,
}

/// Something that is not as it was when the last report was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// How many people, before and now.
    People(u64, u64),
    /// How many people who live there.
    Place(Option<Jurisdiction>, u64, u64),
    /// How many people of whom this was exposed.
    Element(DataElement, u64, u64),
    /// The answer to a question: the question, the answer before and now.
    Answer(String, String, String),
}

/// What changed since an earlier report.
#[derive(Clone, Debug)]
pub struct Since {
    /// The day of the earlier report.
    pub on: Date,
    /// Each difference.
    pub changes: Vec<Change>,
}

/// One dated event of the timeline.
#[derive(Clone, Debug)]
pub struct Event {
    /// When; `None` when it is not known.
    pub on: Option<Date>,
    /// What.
    pub what: String,
}

/// A draft report to a regulator.
#[derive(Clone, Debug)]
pub struct ReportInput<'a> {
    /// The incident.
    pub incident: &'a Incident,
    /// Language of the report.
    pub language: Language,
    /// The day printed on it.
    pub date: Date,
    /// Whose law asks for it: chooses what it calls a breach.
    pub place: Option<Jurisdiction>,
    /// To whom, in the report's language.
    pub regulator: String,
    /// Under which law, in the report's language.
    pub regime: String,
    /// Section that asks for the report.
    pub citation: String,
    /// By when, in words.
    pub due: String,
    /// The regulator's questions, in its order.
    pub questions: Vec<Question>,
    /// What changed since the report before this one, if there was one.
    pub since: Option<Since>,
    /// How many individuals, by the custodian's count so far.
    pub n_individuals: u64,
    /// Individuals by place of residence, as the law names it: (jurisdiction, count).
    pub by_province: Vec<(Option<Jurisdiction>, u64)>,
    /// Individuals by element.
    pub by_element: Vec<(DataElement, u64)>,
    /// Gaps by cause: (cause, number of files).
    pub gaps: Vec<(whose_model::Cause, u64)>,
    /// Further tables, in the report's language.
    pub tables: Vec<Table>,
    /// Over what the search went.
    pub searched: Searched,
    /// What happened when.
    pub timeline: Vec<Event>,
    /// What a reviewer should know.
    pub notes: Vec<String>,
    /// Draft or approved.
    pub stage: Stage,
}

/// A notice for the website and a script for the call centre: about everybody, naming nobody.
#[derive(Clone, Debug)]
pub struct NoticeInput<'a> {
    /// The incident.
    pub incident: &'a Incident,
    /// Language.
    pub language: Language,
    /// Where it is published: chooses what the law there calls a breach.
    pub place: Option<Jurisdiction>,
    /// The day printed on it.
    pub date: Date,
    /// How many individuals, by the case's count; `None` before anybody was counted. A draft asks whether to say it.
    pub n_individuals: Option<u64>,
    /// Kinds of information involved, over all people; "not all of it for each person".
    pub elements: Vec<DataElement>,
    /// Over what the search went.
    pub searched: Searched,
    /// Rights to complain.
    pub complaint_rights: Vec<ComplaintRight>,
    /// Who has been told.
    pub told: Vec<Told>,
    /// Draft or approved.
    pub stage: Stage,
}
