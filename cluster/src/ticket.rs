//! `Ticket`: what a query tells an executor of the linkage it belongs to, without values and without a readable key.
//!
//! A ticket is an argument of our functions and so passes through the
//! scheduler's memory and its plans. The key of the linkage is therefore sealed
//! in it under the secret that the executors and the one who asks share.

use serde::{Deserialize, Serialize};

use crate::error::Failure;
use crate::seal::Secret;
use crate::shelf::{Shelf, Storage};

/// Changed whenever an executor of another build would not give the same bytes.
pub(crate) const BUILD: &str = concat!(env!("CARGO_PKG_VERSION"), "-", env!("WHOSE_BUILD"));

/// A step, with what its parts hang on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Step {
    /// A part is a rule.
    Keys,
    /// A part is a run of chosen records.
    Levels { step: u32, per_part: u32 },
    /// A part is a run of records.
    Weights { per_part: u32 },
    /// A part is a run of components of a batch, put on the shelf by who asks.
    Guard { unseen: f32, batch: u32 },
    /// A part is some files of a wave, put on the shelf by who asks.
    Scan { wave: u32 },
}

impl Step {
    /// The object in which a part's result is put.
    pub(crate) fn result(self, part: u64) -> String {
        format!("{}-{part}", self.results())
    }

    /// How the names of all its results begin.
    pub(crate) fn results(self) -> String {
        match self {
            Self::Levels { step, .. } => format!("levels-{step}"),
            Self::Guard { batch, .. } => format!("guard-{batch}"),
            Self::Scan { wave } => format!("scan-{wave}"),
            _ => self.function().trim_start_matches("whose_").to_owned(),
        }
    }

    /// The function that works it.
    pub(crate) fn function(self) -> &'static str {
        match self {
            Self::Keys => "whose_keys",
            Self::Levels { .. } => "whose_levels",
            Self::Weights { .. } => "whose_weights",
            Self::Guard { .. } => "whose_guard",
            Self::Scan { .. } => "whose_scan",
        }
    }
}

/// What lies on the shelf beside results.
pub(crate) mod given {
    /// The records, compact.
    pub(crate) const RECORDS: &str = "records";
    /// The model as it was given.
    pub(crate) const MODEL: &str = "model";
    /// The model as it was estimated.
    pub(crate) const ESTIMATED: &str = "estimated";

    /// What reading is told before its first part.
    pub(crate) const GREETING: &str = "greeting";

    /// A part of the evidence.
    pub(crate) fn files(wave: u32, part: u64) -> String {
        format!("files-{wave}-{part}")
    }

    /// Some of what one attempt at a part said.
    pub(crate) fn words(attempt: &str, nth: u32) -> String {
        format!("words-{attempt}-{nth}")
    }

    /// A run of components.
    pub(crate) fn components(batch: u32, part: u64) -> String {
        format!("components-{batch}-{part}")
    }
}

/// See the top.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ticket {
    build: String,
    pub(crate) linkage: String,
    key: Vec<u8>,
    pub(crate) step: Step,
}

impl Ticket {
    pub(crate) fn new(
        linkage: &str,
        key: &Secret,
        cluster: &Secret,
        step: Step,
    ) -> Result<Self, Failure> {
        Ok(Self {
            build: BUILD.to_owned(),
            linkage: linkage.to_owned(),
            key: cluster
                .seal(linkage, key.reveal().to_vec())
                .map_err(Failure::of_random)?,
            step,
        })
    }

    /// As letters and digits, to stand in a query.
    pub(crate) fn text(&self) -> Result<String, Failure> {
        let bytes = postcard::to_allocvec(self).map_err(|_| unreadable())?;
        Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    pub(crate) fn read(text: &str) -> Result<Self, Failure> {
        if !text.len().is_multiple_of(2) {
            return Err(unreadable());
        }
        let bytes: Option<Vec<u8>> = text
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        let ticket: Self = bytes
            .and_then(|bytes| postcard::from_bytes(&bytes).ok())
            .ok_or_else(unreadable)?;
        // The folder's name comes from outside: nothing but what we make ourselves.
        let is_ours = ticket.linkage.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_ours || ticket.linkage.len() != 32 {
            return Err(unreadable());
        }
        if ticket.build != BUILD {
            return Err(Failure::new(
                format!(
                    "this executor is build {BUILD}, the linkage was asked for by {}",
                    ticket.build
                ),
                "install the same whose-cluster on all machines: only then is every list the same",
            ));
        }
        Ok(ticket)
    }

    /// The shelf of the linkage; only who has the cluster's secret can open it.
    pub(crate) fn shelf(&self, storage: &Storage, cluster: &Secret) -> Result<Shelf, Failure> {
        let key = cluster
            .open(&self.linkage, &self.key)
            .ok()
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .ok_or_else(|| {
                Failure::new(
                    "the linkage was asked for with the secret of another cluster",
                    "use keys that were made together on all machines",
                )
            })?;
        Ok(storage.shelf(&self.linkage, Secret::new(key)))
    }
}

fn unreadable() -> Failure {
    Failure::new(
        "a query came with a ticket that cannot be read",
        "install the same whose-cluster on all machines",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_read_as_it_was_written_and_never_shows_the_key() {
        let (key, cluster) = (Secret::new([0xab; 32]), Secret::new([2; 32]));
        let step = Step::Guard {
            unseen: 0.125,
            batch: 3,
        };
        let ticket = Ticket::new(&"0f".repeat(16), &key, &cluster, step).unwrap();
        let text = ticket.text().unwrap();
        assert!(!text.contains("abababab"));
        assert_eq!(Ticket::read(&text).unwrap(), ticket);
        for cut in 0..text.len() {
            assert!(Ticket::read(&text[..cut]).is_err());
        }
        assert!(Ticket::read("é").is_err());
    }

    #[test]
    fn a_ticket_of_another_build_is_refused_by_name() {
        let (key, cluster) = (Secret::new([1; 32]), Secret::new([2; 32]));
        let mut ticket = Ticket::new(&"0f".repeat(16), &key, &cluster, Step::Keys).unwrap();
        ticket.build = "another".to_owned();
        let said = Ticket::read(&ticket.text().unwrap())
            .unwrap_err()
            .to_string();
        assert!(said.contains("another") && said.contains(BUILD), "{said}");
    }

    #[test]
    fn a_ticket_names_no_folder_but_its_own() {
        let (key, cluster) = (Secret::new([1; 32]), Secret::new([2; 32]));
        for folder in ["", "..", "../../etc", "0f/0f"] {
            let ticket = Ticket::new(folder, &key, &cluster, Step::Keys).unwrap();
            assert!(Ticket::read(&ticket.text().unwrap()).is_err(), "{folder}");
        }
    }
}
