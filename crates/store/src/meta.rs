//! `case.toml`: what a case is called, whose it is and who can open it. In the clear, so no PHI.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::StoreError;

/// What people call a case and what it is about; no PHI, because it stands in the clear.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseMeta {
    /// The name of the case.
    pub name: String,
    /// Who answers for the PHI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custodian: Option<String>,
    /// First day of the incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred: Option<Date>,
    /// Day of its discovery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discovered: Option<Date>,
}

/// One key file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyFile {
    pub(crate) file: String,
    pub(crate) recipients: Vec<String>,
}

/// The whole of `case.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CaseFile {
    /// Version of the case format.
    pub(crate) version: u32,
    /// Eight random bytes in hexadecimal.
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    /// The log's public key, as `origin+keyid+key`.
    pub(crate) log_key: String,
    #[serde(rename = "case")]
    pub(crate) meta: CaseMeta,
    #[serde(rename = "key")]
    pub(crate) keys: Vec<KeyFile>,
}

pub(crate) const VERSION: u32 = 1;
pub(crate) const FILE_NAME: &str = "case.toml";
const HEAD: &str =
    "# A `whose` case. No PHI stands here. `whose verify` notices every change to this file.\n\n";

impl CaseFile {
    pub(crate) fn text(&self) -> Result<String, StoreError> {
        let body = toml::to_string(self).map_err(|_| StoreError::BadMeta(FILE_NAME))?;
        Ok(format!("{HEAD}{body}"))
    }

    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let file: Self = toml::from_str(std::str::from_utf8(bytes).ok()?).ok()?;
        (file.version == VERSION).then_some(file)
    }
}

/// The name of the log of a case.
pub(crate) fn origin(case_id: &str) -> String {
    format!("whose.case/{case_id}")
}
