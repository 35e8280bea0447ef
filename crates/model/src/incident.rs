//! `Incident`: what happened, to whose files, when it became known. Written by a person in `incident.toml`.
//!
//! Dates are civil days in the custodian's time zone; a missing date is
//! missing, never guessed. `docs/reference/incident.md` shows the file.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Jurisdiction, Language};

/// What kind of incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IncidentKind {
    /// Copied or taken by somebody without authority.
    Theft,
    /// Lost: a laptop, a drive, paper.
    Loss,
    /// Encrypted or made unavailable, with no sign that it was copied.
    RansomwareWithoutExfiltration,
    /// Looked at by somebody with access but without a reason.
    UnauthorizedAccess,
    /// Used without authority.
    UnauthorizedUse,
    /// Sent or shown to the wrong person.
    UnauthorizedDisclosure,
}

impl IncidentKind {
    /// The id used in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Theft => "theft",
            Self::Loss => "loss",
            Self::RansomwareWithoutExfiltration => "ransomware-without-exfiltration",
            Self::UnauthorizedAccess => "unauthorized-access",
            Self::UnauthorizedUse => "unauthorized-use",
            Self::UnauthorizedDisclosure => "unauthorized-disclosure",
        }
    }
}

/// What the law takes an organisation for. One organisation may be several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CustodianKind {
    /// A business in commercial activity, or a federal work.
    PrivateOrganization,
    /// Health information custodian (Ontario PHIPA).
    HealthInformationCustodian,
    /// Health and social services body (Quebec ).
    HealthAndSocialServicesBody,
    /// Enterprise (Quebec P-39.1).
    Enterprise,
    /// Custodian (Alberta HIA).
    AlbertaCustodian,
    /// Trustee (Saskatchewan HIPA).
    Trustee,
    /// Public body (British Columbia FOIPPA and its like).
    PublicBody,
    /// Covered entity (HIPAA).
    CoveredEntity,
    /// Business associate (HIPAA).
    BusinessAssociate,
    /// Custodian or trustee under the health information law of another province or territory.
    HealthCustodian,
    /// A federal work, undertaking or business: banks, airlines, interprovincial carriers.
    FederalWork,
}

impl CustodianKind {
    /// The id used in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::PrivateOrganization => "private-organization",
            Self::HealthInformationCustodian => "health-information-custodian",
            Self::HealthAndSocialServicesBody => "health-and-social-services-body",
            Self::Enterprise => "enterprise",
            Self::AlbertaCustodian => "alberta-custodian",
            Self::Trustee => "trustee",
            Self::PublicBody => "public-body",
            Self::CoveredEntity => "covered-entity",
            Self::BusinessAssociate => "business-associate",
            Self::HealthCustodian => "health-custodian",
            Self::FederalWork => "federal-work",
        }
    }
}

/// Somebody to call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Contact {
    /// Name or office.
    pub name: String,
    /// Role or title.
    pub title: String,
    /// Telephone.
    pub phone: String,
    /// Hours at which it is answered, in English and French.
    pub hours_en: String,
    /// The same in French.
    pub hours_fr: String,
    /// E-mail.
    pub email: String,
    /// Postal address, one line.
    pub address: String,
    /// Web page about the incident.
    pub website: String,
}

/// An organisation by name and address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Organisation {
    /// Name in English.
    pub name: String,
    /// Name in French; the English one when empty.
    pub name_fr: String,
    /// Postal address, one line.
    pub address: String,
    /// Business number or NEQ.
    pub number: String,
}

/// Who answers for the PHI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Custodian {
    /// Name and address.
    #[serde(default)]
    pub organisation: Organisation,
    /// What the law takes it for.
    pub kinds: Vec<CustodianKind>,
    /// Where it runs facilities or does business: codes as `ca-sk`.
    pub operates_in: Vec<Jurisdiction>,
    /// Whom people call.
    #[serde(default)]
    pub contact: Contact,
    /// Who signs the letters.
    #[serde(default)]
    pub signatory: Contact,
}

/// Who held the PHI for the custodian: agent, business associate, processor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServiceProvider {
    /// Name and address.
    pub organisation: Organisation,
    /// Day on which it told the custodian.
    pub told_custodian: Option<Date>,
}

/// A question of fact or judgement that only people answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Judgement {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Nobody has decided: the assessment asks.
    #[default]
    Undecided,
}

impl Judgement {
    /// The id used in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Undecided => "undecided",
        }
    }
}

/// A text written by people, in one or both languages. No PHI.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Wording {
    /// In English; empty when nobody has written it.
    pub en: String,
    /// In French; empty when nobody has written it.
    pub fr: String,
}

/// What is offered to the people affected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Offer {
    /// Months of credit or identity monitoring; 0 for none.
    pub monitoring_months: u32,
    /// Who provides it.
    pub provider: String,
    /// How to enrol.
    pub how_en: String,
    /// The same in French.
    pub how_fr: String,
    /// Last day to enrol.
    pub enrol_by: Option<Date>,
}

/// What happened, before the law has named it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// A short name for the case: no PHI.
    pub name: String,
    /// What kind.
    pub kind: IncidentKind,
    /// IANA time zone the dates are in.
    #[serde(default = "toronto")]
    pub time_zone: String,
    /// First day of unauthorised access, when known.
    #[serde(default)]
    pub began: Option<Date>,
    /// Last day of it.
    #[serde(default)]
    pub ended: Option<Date>,
    /// Day on which the custodian first suspected.
    #[serde(default)]
    pub suspected: Option<Date>,
    /// Day on which the custodian learned of it.
    pub discovered: Date,
    /// Day on which the custodian determined that personal health information was in it.
    #[serde(default)]
    pub determined: Option<Date>,
    /// Day on which it was contained.
    #[serde(default)]
    pub contained: Option<Date>,
    /// Whether files were copied out.
    #[serde(default)]
    pub exfiltrated: Judgement,
    /// Whether the data was encrypted and the key is safe.
    #[serde(default)]
    pub encrypted: Judgement,
    /// Whether the files were altered.
    #[serde(default)]
    pub altered: Judgement,
    /// Whether there is a real risk of significant harm, as the custodian's people decided.
    #[serde(default)]
    pub real_risk_of_significant_harm: Judgement,
    /// Whether telling people directly could itself harm them.
    #[serde(default)]
    pub notice_could_harm: Judgement,
    /// Police or prosecutor asked in writing to wait, until this day.
    #[serde(default)]
    pub hold_until: Option<Date>,
    /// What happened, in plain English, for the letter. No PHI.
    #[serde(default)]
    pub what_happened_en: String,
    /// The same, written in French.
    #[serde(default)]
    pub what_happened_fr: String,
    /// What was done to contain it and to prevent another.
    #[serde(default)]
    pub what_we_did_en: String,
    /// The same, written in French.
    #[serde(default)]
    pub what_we_did_fr: String,
    /// Who answers for the PHI.
    pub custodian: Custodian,
    /// Who held it for them.
    #[serde(default)]
    pub service_provider: Option<ServiceProvider>,
    /// What is offered.
    #[serde(default)]
    pub offer: Offer,
    /// Language of the custodian's own papers.
    #[serde(default)]
    pub language: Language,
    /// Further judgements that a law asks for, by the ids of `law/questions.toml`.
    #[serde(default)]
    pub judgements: BTreeMap<String, Judgement>,
    /// Texts for questions of a regulator's report, by fact key: `cause`, `prevention`.
    #[serde(default)]
    pub answers: BTreeMap<String, Wording>,
    /// Who has been told, and on which day: `individuals` or a regulator's code.
    #[serde(default)]
    pub notified: BTreeMap<String, Date>,
}

fn toronto() -> String {
    "America/Toronto".to_owned()
}
