//! FHIR resources of one export in several files: what a file says of `Patient/p7` is of whom another file of its folder names so.
//!
//! A bulk export keeps each type of resource in its own file (HL7 FHIR Bulk Data
//! Access: `Patient.ndjson` beside `Observation.ndjson`). A record without any
//! word on who it is of becomes a piece of the only record of its folder with
//! the same reference; records of other folders and formats are not looked at.

use std::collections::{BTreeMap, HashMap, HashSet};

use whose_linkage::Piece;
use whose_model::{PersonRecord, RecordId};

use crate::collect::Collected;

/// The format whose subjects are references.
const FORMAT: &str = "fhir";

/// Makes pieces of records that only refer to somebody; which ones.
pub(crate) fn join(collected: &mut Collected) -> HashSet<RecordId> {
    let folders = folders(collected);
    if folders.is_empty() {
        return HashSet::new();
    }
    // Whom each reference of a folder names, and who only refers to it.
    let mut named: BTreeMap<(&str, u64), Vec<RecordId>> = BTreeMap::new();
    let mut nameless: Vec<(&str, RecordId)> = Vec::new();
    for (index, id) in collected.records.iter().enumerate() {
        let Some(folder) = folders.get(&id.exhibit) else {
            continue;
        };
        match collected.record(index) {
            Some(record) if is_nobody(&record) => nameless.push((folder, *id)),
            Some(record) if !record.names.is_empty() => {
                named.entry((folder, id.subject)).or_default().push(*id);
            }
            _ => {}
        }
    }
    let mut pieces: Vec<(RecordId, RecordId)> = Vec::new();
    for (folder, id) in nameless {
        // Two who are named so in one folder are two exports.
        if let Some([of]) = named.get(&(folder, id.subject)).map(Vec::as_slice)
            && of.exhibit != id.exhibit
        {
            pieces.push((*of, id));
        }
    }
    let mut joined = HashSet::new();
    for (of, piece) in pieces {
        joined.insert(piece);
        let list = collected.pieces.entry(of).or_default();
        list.push((piece, Piece::OneExport));
    }
    joined
}

/// The folder of each exhibit of the format, where at least two lie in it.
fn folders(collected: &Collected) -> HashMap<[u8; 16], String> {
    let formats: HashMap<&str, &str> = collected
        .exhibits
        .iter()
        .map(|exhibit| (exhibit.path.0.as_str(), exhibit.format.as_str()))
        .collect();
    let mut folders = HashMap::new();
    let mut n_in: HashMap<String, u32> = HashMap::new();
    for (digest, distinct) in &collected.distinct {
        let path = distinct.first_path.0.as_str();
        if formats.get(path) != Some(&FORMAT) {
            continue;
        }
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        *n_in.entry(folder.to_owned()).or_default() += 1;
        folders.insert(*digest, folder.to_owned());
    }
    folders.retain(|_, folder| n_in.get(folder).is_some_and(|n| *n > 1));
    folders
}

/// Whether a record says nothing of who it is of.
fn is_nobody(record: &PersonRecord) -> bool {
    record.names.is_empty()
        && record.birth_dates.is_empty()
        && record.health_numbers.is_empty()
        && record.numbers.is_empty()
        && record.phones.is_empty()
        && record.emails.is_empty()
        && record.addresses.is_empty()
}

#[cfg(test)]
mod tests {
    use whose_model::{Digest, Exhibit, ExhibitPath, Members, Outcome, PersonName, Phi, Standard};

    use super::*;
    use crate::collect::Distinct;

    fn exhibit(number: u8, path: &str) -> (Exhibit, [u8; 16]) {
        let exhibit = Exhibit {
            path: ExhibitPath(path.into()),
            digest: None::<Digest>,
            bytes: 1,
            format: FORMAT.into(),
            outcome: Outcome::Read,
            n_segments: 1,
            members: Members::default(),
            copy_of: None,
            near_copy_of: None,
            thread: None,
            part_of: None,
        };
        (exhibit, [number; 16])
    }

    fn record(exhibit: [u8; 16], subject: u64, family: &str) -> PersonRecord {
        let mut record = PersonRecord::new(RecordId { exhibit, subject }, Standard::Evidence);
        if !family.is_empty() {
            record.names.push(Phi::new(PersonName {
                family: family.into(),
                ..PersonName::default()
            }));
        }
        record
    }

    fn collected(files: &[(&str, &[(u64, &str)])]) -> Collected {
        let mut all = Collected::default();
        for (number, (path, records)) in files.iter().enumerate() {
            let (exhibit, digest) = exhibit(number as u8 + 1, path);
            all.distinct.insert(
                digest,
                Distinct {
                    first_path: exhibit.path.clone(),
                    n_places: 1,
                },
            );
            all.exhibits.push(exhibit);
            for (subject, family) in *records {
                all.push(&record(digest, *subject, family));
            }
        }
        all
    }

    #[test]
    fn what_refers_to_somebody_is_of_whom_the_folder_names_so() {
        let mut all = collected(&[
            ("export/Observation.ndjson", &[(7, ""), (8, "")]),
            ("export/Patient.ndjson", &[(7, "Roy"), (9, "Lee")]),
            ("other/Observation.ndjson", &[(7, "")]),
        ]);
        let joined = join(&mut all);
        let observation = RecordId {
            exhibit: [1; 16],
            subject: 7,
        };
        let patient = RecordId {
            exhibit: [2; 16],
            subject: 7,
        };
        assert_eq!(joined, HashSet::from([observation]));
        assert_eq!(all.pieces[&patient], [(observation, Piece::OneExport)]);
    }

    #[test]
    fn a_reference_that_two_are_named_by_is_nobodys() {
        let mut all = collected(&[
            ("export/Observation.ndjson", &[(7, "")]),
            ("export/Patient.ndjson", &[(7, "Roy")]),
            ("export/Patient (1).ndjson", &[(7, "Lee")]),
        ]);
        assert!(join(&mut all).is_empty());
    }
}
