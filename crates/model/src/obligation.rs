//! `Obligation`: a duty that the law lays on the custodian: to whom, by when, why, under which citation.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::PersonId;

/// The event a law counts from; they differ from law to law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClockStart {
    /// The incident itself.
    Incident,
    /// First suspicion.
    Suspicion,
    /// Discovery.
    Discovery,
    /// Becoming aware.
    Awareness,
    /// Determining that a breach has occurred.
    BreachDetermined,
    /// Determining that the harm threshold is met.
    RiskDetermined,
    /// Having told the individuals.
    IndividualsNotified,
    /// The end of the calendar year of discovery.
    EndOfYearOfDiscovery,
    /// Having established the key facts.
    FactsEstablished,
    /// A member of a college having been disciplined, or having left.
    EmployeeDisciplined,
    /// The regulator having asked.
    RegulatorAsked,
    /// Determining that the incident is material.
    MaterialityDetermined,
    /// Another regulator, that the law names, having been told.
    RegulatorNotified,
    /// The statement for the regulator having been completed.
    StatementPrepared,
}

impl ClockStart {
    /// The id used in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::Suspicion => "suspicion",
            Self::Discovery => "discovery",
            Self::Awareness => "awareness",
            Self::BreachDetermined => "breach-determined",
            Self::RiskDetermined => "risk-determined",
            Self::IndividualsNotified => "individuals-notified",
            Self::EndOfYearOfDiscovery => "end-of-year-of-discovery",
            Self::FactsEstablished => "facts-established",
            Self::EmployeeDisciplined => "employee-disciplined",
            Self::RegulatorAsked => "regulator-asked",
            Self::MaterialityDetermined => "materiality-determined",
            Self::RegulatorNotified => "regulator-notified",
            Self::StatementPrepared => "statement-prepared",
        }
    }
}

/// Words of a law that gives no number: kept as words.
///
/// The id stands in `law/`; what people read for it in either language stands there too.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ClockWords(pub String);

/// How sure we are of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// The statute, regulation or regulator's page was read.
    Primary,
    /// Only a secondary source was read.
    Secondary,
    /// From general knowledge, to be verified.
    Unverified,
    /// Unsure.
    Unsure,
}

impl Certainty {
    /// The id used in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Unverified => "unverified",
            Self::Unsure => "unsure",
        }
    }
}

/// Where a duty stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObligationStatus {
    /// The duty applies.
    Due,
    /// A fact is missing; `because` asks for it.
    Ask,
    /// No duty in law, but the regulator expects it.
    Expected,
    /// The duty applies but is on hold (police request).
    OnHold,
}

impl ObligationStatus {
    /// The id used in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Ask => "ask",
            Self::Expected => "expected",
            Self::OnHold => "on-hold",
        }
    }
}

/// A duty: to whom, by when, with what reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Obligation {
    /// Regime id: `ca-on-phipa`.
    pub regime: String,
    /// Duty id within it: `notify-individual`.
    pub duty: String,
    /// Section of the law.
    pub citation: String,
    /// Whom to tell: `individual`, a regulator's code as `on-ipc`, `register`, `custodian`.
    pub addressee: String,
    /// For whom; `None` for a duty about the incident.
    pub person_id: Option<PersonId>,
    /// Last day, when the law gives a number and the starting event is known.
    pub due: Option<Date>,
    /// The event it counts from.
    pub clock_start: ClockStart,
    /// The law's words, when it has words.
    pub clock_words: Option<ClockWords>,
    /// Where it stands.
    pub status: ObligationStatus,
    /// How sure we are of the rule.
    pub certainty: Certainty,
    /// Why, clause by clause; a missing fact as a question.
    pub because: Vec<String>,
}
