//! The shapes of the files in `law/`: TOML to structs, nothing decided.
//!
//! One struct per table, with the words a lawyer reads in the file. A field
//! that a file does not know is an error, so a misspelt condition can never
//! be silently ignored. `docs/concepts/law.md` explains each table.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;
use whose_model::{
    Certainty, ClockStart, CustodianKind, DataElement, IncidentKind, Judgement, Role,
};

use crate::letter::ContentElement;

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bilingual {
    /// English; empty when not written.
    pub en: String,
    /// French; empty when not written.
    pub fr: String,
}

/// Which source was read, how good it is, and when.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verified {
    /// How sure we are.
    pub level: Certainty,
    /// What was read.
    pub source: String,
    /// When.
    pub on: Date,
    /// What in this file is less sure than `level`.
    #[serde(default)]
    pub except: String,
}

/// From which day to which day (both included) a rule is the law.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InForce {
    /// First day.
    pub from: Date,
    /// Last day; open when absent.
    #[serde(default)]
    pub to: Option<Date>,
    /// How sure we are of the days, when less sure than of the rule.
    #[serde(default)]
    pub certainty: Option<Certainty>,
}

impl InForce {
    pub(crate) fn covers(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// Whose information a regime speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// Personal health information: of patients, or with a health element.
    PersonalHealthInformation,
    /// Any personal information.
    PersonalInformation,
}

/// `regime.toml`: who is bound, where, and what displaces it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegimeFile {
    pub id: String,
    pub name: Bilingual,
    pub jurisdiction: String,
    pub about: About,
    pub in_force: InForce,
    pub verified: Verified,
    pub bound: Vec<CustodianKind>,
    #[serde(default)]
    pub bound_unsure: Vec<Unsure>,
    #[serde(default)]
    pub requires_stated: Vec<String>,
    #[serde(default)]
    pub displaced: Vec<Displaced>,
    #[serde(default)]
    pub doubt: Vec<Doubt>,
    #[serde(default)]
    pub penalty: Vec<Penalty>,
    #[serde(default)]
    pub notes: Vec<String>,
}

/// A custodian kind that may be bound: a question, not an answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Unsure {
    pub custodian: CustodianKind,
    #[serde(default)]
    pub until: Option<Date>,
    pub question: String,
}

/// Where another law stands in place of this one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Displaced {
    /// Jurisdictions in which it does.
    pub within: Vec<String>,
    /// Only for a custodian of one of these kinds; any when empty.
    #[serde(default)]
    pub custodian: Vec<CustodianKind>,
    /// Not for a custodian of one of these kinds.
    #[serde(default)]
    pub unless_custodian: Vec<CustodianKind>,
    /// Only for personal health information (not for staff files).
    #[serde(default)]
    pub health_information_only: bool,
    /// The judgement that undoes the displacement when its answer is yes.
    #[serde(default)]
    pub undone_by: Option<String>,
    pub from: Date,
    pub by: String,
    pub citation: String,
    pub certainty: Certainty,
}

/// Where it is doubtful that the regime applies beside another.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Doubt {
    pub within: Vec<String>,
    pub custodian: Vec<CustodianKind>,
    pub certainty: Certainty,
    pub text: String,
}

/// What a failure may cost.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Penalty {
    /// In words.
    pub text: String,
    /// Section.
    #[serde(default)]
    pub citation: String,
    /// How sure we are.
    pub certainty: Certainty,
}

/// Whether a rule is law or what the regulator expects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Force {
    /// A duty in law.
    #[default]
    Duty,
    /// No duty in law, but the regulator expects it.
    Expected,
}

/// One duty: `law/<regime>/<duty>.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DutyFile {
    pub id: String,
    pub citation: String,
    pub in_force: InForce,
    pub verified: Verified,
    #[serde(default)]
    pub signed: String,
    pub summary: Bilingual,
    #[serde(default)]
    pub force: Force,
    #[serde(default)]
    pub when: When,
    pub then: Then,
    #[serde(default)]
    pub notice: Option<NoticeFile>,
    #[serde(default)]
    pub report: Option<ReportFile>,
    #[serde(default)]
    pub register: Option<Register>,
    #[serde(default)]
    pub notes: Vec<String>,
    #[serde(default, rename = "example")]
    pub examples: Vec<Example>,
    #[serde(default, rename = "counterexample")]
    pub counterexamples: Vec<Example>,
}

/// `[when]`: every condition that is given must hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct When {
    /// Custodian kinds, when the duty binds fewer than the regime.
    pub custodian: Vec<CustodianKind>,
    pub kinds: Vec<IncidentKind>,
    pub kinds_unsure: Vec<IncidentKind>,
    pub kinds_question: String,
    pub harm: Option<Harm>,
    /// Judgements that must be yes; undecided asks.
    pub requires: Vec<String>,
    /// Judgements that must have been answered yes; undecided means that the duty is not there yet.
    pub requires_stated: Vec<String>,
    /// Judgements whose yes ends the duty.
    pub unless: Vec<String>,
    /// A service provider held the information.
    pub service_provider: bool,
    /// At least one of these circumstances.
    #[serde(rename = "any")]
    pub circumstances: Vec<Circumstance>,
    pub count: Option<Count>,
}

/// The harm test.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Harm {
    /// Id of the judgement that decides it.
    pub test: String,
    /// The duty stands unless the test is answered yes (a presumption).
    #[serde(default)]
    pub presumed: bool,
    /// Judgements whose yes also answers this test with yes.
    #[serde(default)]
    pub met_by: Vec<String>,
}

/// One of several circumstances.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Circumstance {
    pub id: String,
    #[serde(default)]
    pub kinds: Vec<IncidentKind>,
    #[serde(default)]
    pub requires: Vec<String>,
    pub text: String,
}

/// How many people.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Count {
    /// At least so many.
    #[serde(default)]
    pub min: Option<u64>,
    /// At most so many.
    #[serde(default)]
    pub max: Option<u64>,
    /// Counted in each place apart.
    #[serde(default)]
    pub each_place: bool,
}

/// `[then]`: whom to tell, by when.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Then {
    /// `individual`, a regulator's code, `register`, `media`, `custodian`, `others`, `college`.
    pub notify: String,
    pub clock: Clock,
    /// A written request by the police puts it on hold.
    #[serde(default)]
    pub hold: bool,
}

/// The clock.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Clock {
    pub from: ClockStart,
    #[serde(default)]
    pub words: Option<String>,
    #[serde(default)]
    pub max: Option<i32>,
    #[serde(default)]
    pub unit: Option<Unit>,
    /// A fixed day of the next year, as `03-01`.
    #[serde(default)]
    pub day: Option<String>,
    #[serde(default)]
    pub certainty: Option<Certainty>,
}

/// The unit of a clock's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Unit {
    CalendarDays,
}

/// `[notice]`: what the letter must say, and in which form.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticeFile {
    #[serde(default)]
    pub required: Vec<ContentElement>,
    #[serde(default)]
    pub guidance: Vec<ContentElement>,
    /// Of the above, those that no source we read confirms.
    #[serde(default)]
    pub unverified: Vec<ContentElement>,
    pub citation: String,
    #[serde(default)]
    pub complaint: Option<ComplaintFile>,
    #[serde(default)]
    pub direct: Bilingual,
    #[serde(default)]
    pub indirect: Vec<IndirectFile>,
    #[serde(default)]
    pub language: Bilingual,
}

/// The right to complain.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ComplaintFile {
    pub to: String,
    pub text: Bilingual,
    /// The letter must state it.
    pub required: bool,
    /// The letter must give the regulator's address.
    #[serde(default)]
    pub contact_required: bool,
    #[serde(default)]
    pub citation: String,
    pub certainty: Certainty,
}

/// A case in which the notice is public and not by letter.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IndirectFile {
    /// The judgement that decides it, when one does.
    #[serde(default)]
    pub when: Option<String>,
    pub text: Bilingual,
    #[serde(default)]
    pub citation: String,
    /// The law says must, not may.
    #[serde(default)]
    pub must: bool,
}

/// `[report]`: the regulator's own questions, in its own order.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportFile {
    pub form: Bilingual,
    #[serde(default)]
    pub channel: Bilingual,
    pub certainty: Certainty,
    #[serde(default)]
    pub updates: Bilingual,
    #[serde(rename = "question")]
    pub questions: Vec<QuestionFile>,
}

/// One question.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionFile {
    pub en: String,
    pub fr: String,
    /// Fact keys; the first that is known answers, all that are known with `all`.
    pub fact: Vec<String>,
    #[serde(default)]
    pub citation: String,
}

/// `[register]`: what the custodian must write down and keep.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// What stands in an entry, in the law's order.
    #[serde(default)]
    pub content: Vec<Bilingual>,
    /// How long it is kept, at least.
    #[serde(default)]
    pub keep_months: Option<u32>,
    /// From which event.
    #[serde(default)]
    pub keep_from: Option<ClockStart>,
    /// How sure we are of the time, when less sure than of the rule.
    #[serde(default)]
    pub certainty: Option<Certainty>,
    /// The content in words, where the law has no list.
    #[serde(default)]
    pub words: Bilingual,
}

/// A case that must come out as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Example {
    pub text: String,
    #[serde(default)]
    pub source: String,
    pub on: Date,
    #[serde(default)]
    pub facts: ExampleFacts,
    #[serde(default = "does_not_apply")]
    pub expect: Expect,
    #[serde(default)]
    pub due: Option<Date>,
}

fn does_not_apply() -> Expect {
    Expect::DoesNotApply
}

/// What an example must give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Expect {
    Applies,
    Ask,
    Expected,
    OnHold,
    DoesNotApply,
}

/// The facts of an example; what is not given is the ordinary case of the regime.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ExampleFacts {
    pub kind: Option<IncidentKind>,
    pub custodian: Vec<CustodianKind>,
    pub operates_in: Vec<String>,
    pub lives_in: Option<String>,
    pub elements: Vec<DataElement>,
    pub role: Option<Role>,
    pub people: Option<u64>,
    pub discovered: Option<Date>,
    pub determined: Option<Date>,
    pub hold_until: Option<Date>,
    pub service_provider: bool,
    pub judgements: BTreeMap<String, Judgement>,
}

/// `regulators.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegulatorsFile {
    #[serde(rename = "regulator")]
    pub regulators: BTreeMap<String, Regulator>,
}

/// Whom a duty or a letter names: a commissioner, a minister, an office.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regulator {
    /// Name in English; in French where the office has no English name.
    pub en: String,
    /// Name in French.
    pub fr: String,
    /// How sure we are of the names.
    pub certainty: Certainty,
    /// Web site; empty when no source gave it.
    #[serde(default)]
    pub website: String,
    /// Telephone.
    #[serde(default)]
    pub phone: String,
    /// E-mail.
    #[serde(default)]
    pub email: String,
    /// Postal address, one line.
    #[serde(default)]
    pub address: String,
    /// What gave the addresses, and how old it was.
    #[serde(default)]
    pub contact_source: String,
    /// How sure we are of the addresses.
    #[serde(default)]
    pub contact_certainty: Option<Certainty>,
    /// What a person should know.
    #[serde(default)]
    pub note: String,
}

/// `clock-words.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClockWordsFile {
    pub words: BTreeMap<String, ClockWording>,
}

/// What people read for a clock that has words.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockWording {
    /// English.
    pub en: String,
    /// French.
    pub fr: String,
    /// How sure we are that a law uses these words.
    pub certainty: Certainty,
}

/// `questions.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionsFile {
    pub judgement: BTreeMap<String, JudgementFile>,
}

/// A question that only people answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JudgementFile {
    pub en: String,
    pub fr: String,
}

/// `elements.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ElementsFile {
    pub element: BTreeMap<String, ElementFile>,
    #[serde(default)]
    pub combination: Vec<Combination>,
    pub business_contact: Vec<DataElement>,
    pub health_information: Vec<DataElement>,
}

/// A data element in the words of a report, and what its loss can do.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ElementFile {
    pub en: String,
    pub fr: String,
    #[serde(default)]
    pub harm: Option<HarmKind>,
}

/// What sort of harm an element points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum HarmKind {
    IdentityTheft,
    FinancialLoss,
    Humiliation,
    AccountTakeover,
}

impl HarmKind {
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::IdentityTheft => "identity theft",
            Self::FinancialLoss => "financial loss",
            Self::Humiliation => "humiliation or damage to reputation",
            Self::AccountTakeover => "taking over of accounts",
        }
    }
}

/// Elements that together weigh more.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Combination {
    pub all: Vec<DataElement>,
    pub text: String,
}

/// `expectations.toml`: what regulators ask that no statute does.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExpectationsFile {
    #[serde(rename = "expectation")]
    pub expectations: Vec<Expectation>,
}

/// What a regulator asked of somebody once, and is likely to ask again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Id.
    pub id: String,
    /// The regulator's code; empty for the project's own advice.
    #[serde(default)]
    pub regulator: String,
    /// In which jurisdiction.
    #[serde(default)]
    pub jurisdiction: String,
    /// From which day it can be known.
    pub from: Date,
    /// What it is about: `credit-monitoring`, `timing`.
    pub topic: String,
    /// Months of monitoring, at least.
    #[serde(default)]
    pub min_months: Option<u32>,
    /// Only when all of these elements were exposed.
    #[serde(default)]
    pub elements: Vec<DataElement>,
    /// Only when files were copied out.
    #[serde(default)]
    pub exfiltrated: bool,
    /// In words.
    pub text: Bilingual,
    /// Where it was said.
    pub source: String,
    /// How sure we are.
    pub certainty: Certainty,
}

/// `elsewhere.toml`: laws that exist and are not in the library.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ElsewhereFile {
    pub place: Vec<Elsewhere>,
}

/// A place whose law must be looked up by counsel.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Elsewhere {
    /// Codes, or the beginning of codes ending in `-*`; `*` for any other.
    pub codes: Vec<String>,
    pub text: String,
    #[serde(default)]
    pub citation: String,
}
