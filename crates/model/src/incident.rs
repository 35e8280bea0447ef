//! `Incident`: what happened, to whose files, when it became known. Written by a person in `incident.toml`.
//!
//! Dates are civil days in the custodian's time zone; a missing date is
//! missing, never guessed. `docs/reference/incident.md` shows the file.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use crate::{DataElement, Jurisdiction, Language};

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
    /// Thrown away or destroyed other than the law allows: paper in a dumpster, a drive sold unwiped.
    ImproperDisposal,
    /// Changed or destroyed without authority.
    Alteration,
}

impl IncidentKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Theft,
        Self::Loss,
        Self::RansomwareWithoutExfiltration,
        Self::UnauthorizedAccess,
        Self::UnauthorizedUse,
        Self::UnauthorizedDisclosure,
        Self::ImproperDisposal,
        Self::Alteration,
    ];

    /// The kind with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// The id used in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Theft => "theft",
            Self::Loss => "loss",
            Self::RansomwareWithoutExfiltration => "ransomware-without-exfiltration",
            Self::UnauthorizedAccess => "unauthorized-access",
            Self::UnauthorizedUse => "unauthorized-use",
            Self::UnauthorizedDisclosure => "unauthorized-disclosure",
            Self::ImproperDisposal => "improper-disposal",
            Self::Alteration => "alteration",
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
    /// An institution of the federal government.
    FederalInstitution,
    /// A programme for the treatment of substance use with federal assistance in the United States.
    SubstanceUseProgram,
    /// A company that reports to the securities regulator of the United States.
    SecuritiesRegistrant,
    /// A maker of a personal health record or health app that is no covered entity.
    HealthRecordVendor,
    /// A clinic or facility licensed by a State of the United States.
    LicensedFacility,
    /// A controller in the sense of European data protection law.
    Controller,
    /// An entity bound by Australia's privacy principles.
    PrinciplesEntity,
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
            Self::FederalInstitution => "federal-institution",
            Self::SubstanceUseProgram => "substance-use-program",
            Self::SecuritiesRegistrant => "securities-registrant",
            Self::HealthRecordVendor => "health-record-vendor",
            Self::LicensedFacility => "licensed-facility",
            Self::Controller => "controller",
            Self::PrinciplesEntity => "principles-entity",
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

impl Contact {
    /// The hours in a language, if somebody has written them.
    pub fn hours(&self, language: Language) -> Option<&str> {
        match language {
            Language::En => said(&self.hours_en),
            Language::Fr => said(&self.hours_fr),
            Language::Other(_) => None,
        }
    }
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

/// Which way a factor of a harm test weighs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weighs {
    /// It makes harm likelier or graver.
    For,
    /// It makes harm unlikely or slight.
    Against,
    /// Not known yet.
    #[default]
    Open,
}

impl Weighs {
    /// The id used in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::For => "for",
            Self::Against => "against",
            Self::Open => "open",
        }
    }
}

/// One factor of a harm test, weighed by a person, with what it rests on. No PHI.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HarmReason {
    /// The factor, by the id that the law's file gives it.
    pub factor: String,
    /// Which way it weighs.
    pub weighs: Weighs,
    /// Why, in a sentence.
    pub because: String,
    /// What it rests on: an exhibit, a report and its page, a log.
    pub evidence: Vec<String>,
}

/// A decision on a harm test: who made it, when, of whom, for which reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HarmDecision {
    /// The judgement that it answers: `real-risk-of-significant-harm`.
    pub test: String,
    /// The answer.
    pub decided: Judgement,
    /// Who decided: name and office. A machine decides nothing.
    #[serde(default)]
    pub by: String,
    /// When.
    #[serde(default)]
    pub on: Option<Date>,
    /// Only people of whom one of these elements was exposed; everybody when empty.
    #[serde(default)]
    pub any_element: Vec<DataElement>,
    /// Only people of whom all of these elements were exposed.
    #[serde(default)]
    pub all_elements: Vec<DataElement>,
    /// Only people who live in one of these places.
    #[serde(default)]
    pub lives_in: Vec<Jurisdiction>,
    /// The factors, one by one.
    #[serde(default, rename = "factor")]
    pub factors: Vec<HarmReason>,
}

impl HarmDecision {
    /// Whether it speaks of everybody in the incident.
    pub fn is_of_everybody(&self) -> bool {
        self.any_element.is_empty() && self.all_elements.is_empty() && self.lives_in.is_empty()
    }

    /// Whether it speaks of somebody with these elements who lives there.
    pub fn is_of(&self, elements: &[DataElement], home: Option<&Jurisdiction>) -> bool {
        (self.any_element.is_empty() || self.any_element.iter().any(|one| elements.contains(one)))
            && self.all_elements.iter().all(|one| elements.contains(one))
            && (self.lives_in.is_empty() || home.is_some_and(|home| self.lives_in.contains(home)))
    }
}

/// What an organisation was to the information, beside the custodian.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartyRole {
    /// Another custodian, for part of the information.
    Custodian,
    /// Agent, information manager, business associate, processor.
    ServiceProvider,
    /// A company of the same group.
    Affiliate,
    /// The company that owns the custodian.
    Parent,
}

impl PartyRole {
    /// The id used in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Custodian => "custodian",
            Self::ServiceProvider => "service-provider",
            Self::Affiliate => "affiliate",
            Self::Parent => "parent",
        }
    }
}

/// Another organisation of the incident: each stands before the law for itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Its name.
    pub name: String,
    /// What it was to the information.
    pub role: PartyRole,
    /// What the law takes it for.
    #[serde(default)]
    pub kinds: Vec<CustodianKind>,
    /// Where it works.
    #[serde(default)]
    pub operates_in: Vec<Jurisdiction>,
    /// Whether it had the information in its own custody or under its own control.
    #[serde(default)]
    pub had_control: Judgement,
    /// Day on which it learned of the incident; the custodian's when absent.
    #[serde(default)]
    pub discovered: Option<Date>,
    /// Day on which it determined what was in it.
    #[serde(default)]
    pub determined: Option<Date>,
    /// Day on which it told the custodian.
    #[serde(default)]
    pub told_custodian: Option<Date>,
}

/// Something that became known on a day, with what it rests on. No PHI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learned {
    /// The day.
    pub on: Date,
    /// What, in a sentence.
    #[serde(default)]
    pub what: String,
    /// What it rests on.
    #[serde(default)]
    pub source: String,
    /// Who wrote it down.
    #[serde(default)]
    pub by: String,
    /// The fields of the incident that it changed.
    #[serde(default)]
    pub fields: Vec<String>,
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

/// What the custodian tells people in a further language, for letters and notices. No PHI.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InLanguage {
    /// What happened.
    pub what_happened: String,
    /// What was done to contain it and to prevent another.
    pub what_we_did: String,
    /// How to enrol in what is offered.
    pub how_to_enrol: String,
    /// When people can call.
    pub hours: String,
}

/// Something that the custodian tells people in words of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnWords {
    /// What happened.
    WhatHappened,
    /// What was done about it.
    WhatWeDid,
    /// How to enrol in what is offered.
    HowToEnrol,
    /// When people can call.
    Hours,
}

fn said(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

impl Incident {
    /// What the custodian wrote in this language, or in the same with less said (`es` for `es-MX`).
    pub fn own_words(&self, what: OwnWords, language: Language) -> Option<&str> {
        let (en, fr) = match what {
            OwnWords::WhatHappened => (&self.what_happened_en, &self.what_happened_fr),
            OwnWords::WhatWeDid => (&self.what_we_did_en, &self.what_we_did_fr),
            OwnWords::HowToEnrol => (&self.offer.how_en, &self.offer.how_fr),
            OwnWords::Hours => (
                &self.custodian.contact.hours_en,
                &self.custodian.contact.hours_fr,
            ),
        };
        match language {
            Language::En => said(en),
            Language::Fr => said(fr),
            Language::Other(_) => {
                let further = self.in_language.get(&language).and_then(|one| {
                    said(match what {
                        OwnWords::WhatHappened => &one.what_happened,
                        OwnWords::WhatWeDid => &one.what_we_did,
                        OwnWords::HowToEnrol => &one.how_to_enrol,
                        OwnWords::Hours => &one.hours,
                    })
                });
                let broader = || language.broader().and_then(|one| self.own_words(what, one));
                further.or_else(broader)
            }
        }
    }
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
    /// The same in further languages, by tag: `[in.es]`.
    #[serde(default, rename = "in")]
    pub in_language: BTreeMap<Language, InLanguage>,
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
    /// Times of day of the days above, where a law counts hours: `discovered = "14:30"`.
    #[serde(default)]
    pub times: BTreeMap<String, Time>,
    /// Days from which a law counts and which have no field of their own, by the clock's id.
    #[serde(default)]
    pub dates: BTreeMap<String, Date>,
    /// Decisions on harm tests, with their reasons.
    #[serde(default)]
    pub harm: Vec<HarmDecision>,
    /// Other organisations of the incident.
    #[serde(default, rename = "party")]
    pub parties: Vec<Party>,
    /// What became known when.
    #[serde(default)]
    pub learned: Vec<Learned>,
}

fn toronto() -> String {
    "America/Toronto".to_owned()
}
