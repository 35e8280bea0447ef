//! The shapes of the files in `law/`: TOML to structs, nothing decided.
//!
//! One struct per table, with the words a lawyer reads in the file. A field
//! that a file does not know is an error, so a misspelt condition can never
//! be silently ignored. `docs/concepts/law.md` explains each table.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
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
    /// No information about people: the incident itself.
    TheIncident,
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
    /// What sort of rule it is, and whether it is the law yet.
    #[serde(default)]
    pub standing: LawStanding,
    /// Places beside `jurisdiction` that it covers: the members of a union.
    #[serde(default)]
    pub places: Vec<String>,
    /// Whether it follows the custody or the residence of people.
    #[serde(default)]
    pub reach: Reach,
    /// IANA time zone in which its days end; the custodian's when empty.
    #[serde(default)]
    pub time_zone: String,
    /// Business days of this place, by its id in `holidays.toml`.
    #[serde(default)]
    pub calendar: String,
    /// The factors of its harm tests.
    #[serde(default)]
    pub factor: Vec<FactorFile>,
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

/// What sort of rule a regime is, and whether it is the law yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LawStanding {
    /// A statute or regulation in force.
    #[default]
    InForce,
    /// Enacted; in force from the day that `in_force` gives.
    Enacted,
    /// A policy that binds by order and not by statute.
    Policy,
    /// What a regulator expects.
    Guidance,
}

impl LawStanding {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::InForce => "in force",
            Self::Enacted => "enacted, not yet in force",
            Self::Policy => "policy, not statute",
            Self::Guidance => "guidance, no duty in law",
        }
    }
}

/// Whom a regime covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Reach {
    /// What is in custody or under control within its place.
    #[default]
    Custody,
    /// Those who live in its place, wherever the information is, if the custodian has to do with that place.
    Residents,
    /// Both: what is held in its place, whoever it is about, and those who live there.
    Either,
}

/// One factor that a law wants weighed in a harm test.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactorFile {
    /// The judgement of the test.
    pub test: String,
    /// Id, by which a decision names it.
    pub id: String,
    /// In English.
    pub en: String,
    /// In French.
    pub fr: String,
    /// Section.
    #[serde(default)]
    pub citation: String,
    /// How sure we are.
    pub certainty: Certainty,
}

/// A custodian kind that may be bound: a question, not an answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Unsure {
    pub custodian: CustodianKind,
    #[serde(default)]
    pub until: Option<Date>,
    /// A judgement whose no answers the question with no.
    #[serde(default)]
    pub unless_no: Option<String>,
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
    /// Judgements that must be no; undecided asks.
    pub requires_no: Vec<String>,
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
    /// The duty stands when the test is answered no.
    #[serde(default)]
    pub inverse: bool,
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
    /// Only those who live in the regime's place.
    #[serde(default)]
    pub residents: bool,
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
    /// What stops or puts off the clock, by id of `clock-words.toml`'s `pause` table.
    #[serde(default)]
    pub pause: Vec<String>,
    /// Whose notice it counts from, when it counts from another regulator's.
    #[serde(default)]
    pub after: Option<String>,
    #[serde(default)]
    pub certainty: Option<Certainty>,
}

/// The unit of a clock's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Unit {
    CalendarDays,
    BusinessDays,
    Hours,
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
    pub dates: BTreeMap<String, Date>,
    pub times: BTreeMap<String, Time>,
    pub notified: BTreeMap<String, Date>,
}
