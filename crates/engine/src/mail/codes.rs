//! Codes to enrol in what is offered: a pool that the custodian imports, each given once and accounted for.
//!
//! A code is written down as somebody's before it is printed, so that a run
//! that was killed prints the same code again. A code that was given stays
//! given, also when its person leaves the list.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use whose_model::{PersonId, Phi};

use crate::error::EngineError;

/// A code is a word of print.
const LONGEST: usize = 64;

/// The pool.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Pool {
    /// Not given yet, in the order of the file.
    free: Vec<Phi<String>>,
    /// By person.
    given: BTreeMap<String, Phi<String>>,
}

/// Where the codes are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Imported in all.
    pub imported: u64,
    /// Given to somebody.
    pub given: u64,
    /// Of them to somebody who is no longer on the list.
    pub given_elsewhere: u64,
    /// Left.
    pub free: u64,
}

/// What an import brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// New codes.
    pub new: u64,
    /// Codes that were there before, or stood twice in the file.
    pub again: u64,
}

impl Pool {
    /// Takes codes from a file: one a line, the first cell of a table.
    ///
    /// # Errors
    /// When a line is no code; its number is named, never the line.
    pub fn import(&mut self, text: &str) -> Result<Imported, EngineError> {
        let mut known: BTreeSet<String> = self
            .free
            .iter()
            .chain(self.given.values())
            .map(|code| code.reveal().clone())
            .collect();
        let mut imported = Imported::default();
        let mut new = Vec::new();
        for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let code = line.split([',', ';', '\t']).next().unwrap_or_default();
            let code = code.trim().trim_matches('"').trim();
            let is_head = at == 0 && code.eq_ignore_ascii_case("code");
            if code.is_empty() || is_head {
                continue;
            }
            let is_code = code.len() <= LONGEST
                && code
                    .chars()
                    .all(|ch| ch.is_ascii_alphanumeric() || "-_./".contains(ch));
            if !is_code {
                return Err(EngineError::NotThere(format!(
                    "line {} of the codes is no code: letters, digits and -_./ only, at most {LONGEST}",
                    at + 1
                )));
            }
            if known.insert(code.to_owned()) {
                imported.new += 1;
                new.push(Phi::new(code.to_owned()));
            } else {
                imported.again += 1;
            }
        }
        self.free.extend(new);
        Ok(imported)
    }

    /// Gives each of these people a code who has none; all of them or nobody.
    ///
    /// # Errors
    /// When there are too few.
    pub fn give<'p>(
        &mut self,
        people: impl Iterator<Item = &'p PersonId>,
    ) -> Result<u64, EngineError> {
        let mut seen = BTreeSet::new();
        let without: Vec<&PersonId> = people
            .filter(|id| !self.given.contains_key(&id.0) && seen.insert(*id))
            .collect();
        if without.len() > self.free.len() {
            return Err(EngineError::NotThere(format!(
                "{} people have no code yet and {} codes are left: import {} more",
                without.len(),
                self.free.len(),
                without.len() - self.free.len()
            )));
        }
        let n = without.len() as u64;
        let codes = self.free.drain(..without.len());
        for (id, code) in without.into_iter().zip(codes) {
            self.given.insert(id.0.clone(), code);
        }
        Ok(n)
    }

    /// The code of a person.
    pub fn of(&self, id: &PersonId) -> Option<&Phi<String>> {
        self.given.get(&id.0)
    }

    /// Whether codes were ever imported.
    pub fn is_empty(&self) -> bool {
        self.free.is_empty() && self.given.is_empty()
    }

    /// Where the codes are; `is_listed` says who is on the list.
    pub fn account(&self, is_listed: impl Fn(&str) -> bool) -> Account {
        let (given, free) = (self.given.len() as u64, self.free.len() as u64);
        Account {
            imported: given + free,
            given,
            given_elsewhere: self.given.keys().filter(|id| !is_listed(id)).count() as u64,
            free,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ids(numbers: &[u8]) -> Vec<PersonId> {
        numbers.iter().map(|n| PersonId(format!("P-{n}"))).collect()
    }

    #[test]
    fn codes_are_imported_once_and_a_line_that_is_none_is_named_by_number() {
        let mut pool = Pool::default();
        let first = pool
            .import("code\nAA-1\nAA-2\nAA-1\n\n\"AA-3\",x\n")
            .unwrap();
        assert_eq!((first.new, first.again), (3, 1));
        assert_eq!(pool.import("AA-2\nAA-4\n").unwrap().new, 1);
        let error = pool.import("AA-5\nhello world\n").unwrap_err().to_string();
        assert!(
            error.contains("line 2") && !error.contains("hello"),
            "{error}"
        );
        // Nothing of a file that is refused stays.
        assert_eq!(pool.account(|_| true).imported, 4);
    }

    #[test]
    fn too_few_codes_give_nobody_one() {
        let mut pool = Pool::default();
        pool.import("A\nB\n").unwrap();
        let error = pool.give(ids(&[1, 2, 3]).iter()).unwrap_err().to_string();
        assert!(error.contains("import 1 more"), "{error}");
        assert_eq!(pool.account(|_| true).given, 0);
    }

    proptest! {
        /// Whatever is imported and whoever is given codes in whatever order, with the pool saved and read back between.
        #[test]
        fn each_code_is_somebodys_once_and_stays_so(
            rounds in proptest::collection::vec((proptest::collection::vec(0_u16..400, 0..40), proptest::collection::vec(0_u8..60, 0..20)), 1..6),
        ) {
            let mut pool = Pool::default();
            let mut before: BTreeMap<String, String> = BTreeMap::new();
            for (codes, people) in rounds {
                let text: Vec<String> = codes.iter().map(|n| format!("C{n}")).collect();
                pool.import(&text.join("\n")).unwrap();
                let people = ids(&people);
                // Too few codes is an answer; nothing may change then.
                let refused = pool.give(people.iter()).is_err();
                let bytes = postcard::to_stdvec(&pool).unwrap();
                pool = postcard::from_bytes(&bytes).unwrap();
                let given: BTreeMap<String, String> = pool
                    .given
                    .iter()
                    .map(|(id, code)| (id.clone(), code.reveal().clone()))
                    .collect();
                let distinct: BTreeSet<&String> = given.values().collect();
                prop_assert_eq!(distinct.len(), given.len());
                for (id, code) in &before {
                    prop_assert_eq!(given.get(id), Some(code));
                }
                if refused {
                    prop_assert_eq!(&given, &before);
                }
                let account = pool.account(|_| true);
                prop_assert_eq!(account.imported, account.given + account.free);
                before = given;
            }
        }
    }
}
