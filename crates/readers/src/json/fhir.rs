//! FHIR resources in as leaves, one record a resource out, each with its patient as subject.
//!
//! A bundle is worked off entry by entry. The subject of a resource is its
//! Patient, by id or by what `subject`, `patient` or `beneficiary` points to;
//! `urn:uuid` and absolute references come down to `Patient/<id>`. Contained
//! resources are records of their own. The narrative becomes a passage, text
//! attachments are decoded in place, other attachments become members.
//!
//! Format: HL7 FHIR STU3, R4, R5: "JSON representation", "References", "Bundle".

use std::collections::BTreeMap;

use whose_model::{Cause, PassageKind, Record, RecordKind};

use crate::{
    encoding,
    exhibit::{Body, Reading},
    html,
    leaves::{self, Leaf, Leaves},
    mail::base64,
};

/// Elements that say whom a resource is about, the most telling first.
const SUBJECT: &[&str] = &[
    "subject.reference",
    "patient.reference",
    "beneficiary.reference",
    "subject[0].reference",
    "for.reference",
    "individual.reference",
    "insuredPatient.reference",
    "sourcePatientInfo.reference",
    "subjectReference.reference",
    "candidate.reference",
    "recipient[0].reference",
    // In XML a list's first element has no number.
    "recipient.reference",
    "entity.what.reference",
];
/// How many aliases of patients are kept.
const MAX_ALIASES: usize = 4_000_000;

/// What is remembered between the entries of a bundle.
#[derive(Default)]
pub(super) struct Fhir {
    /// From a patient's id to the key under which it is known, where they differ.
    aliases: BTreeMap<String, String>,
    /// Entries of the bundle that is open.
    n_entries: u64,
}

impl Fhir {
    /// An object closes: an entry of a bundle, or the whole.
    pub(super) fn close(&mut self, leaves: &mut Leaves, reading: &mut Reading<'_>) {
        let first = leaves.first_of_innermost();
        let is_root = leaves.depth() == 1;
        let is_entry = is_unit(&leaves.path);
        leaves.pop();
        let is_full = leaves.n_bytes() as u64 > reading.limits().max_held_bytes / 2;
        if !(is_root || is_entry || is_full) {
            return;
        }
        let unit = leaves.path.clone();
        let taken = leaves.take(if is_full { 0 } else { first });
        if is_entry
            && !taken.iter().any(|leaf| {
                leaf.path[unit.len().min(leaf.path.len())..] == *".resource.resourceType"
            })
        {
            // `List.entry` and the like: part of the resource around it.
            leaves.put_back(taken);
            return;
        }
        self.n_entries += u64::from(is_entry);
        if is_root {
            self.reconcile(&taken, reading);
        }
        self.put(taken, leaves.prefix(), reading);
    }

    /// A search's result says how many matches there are; when nothing says where the others are, they are missing.
    fn reconcile(&mut self, leaves: &[Leaf], reading: &mut Reading<'_>) {
        let n_entries = std::mem::take(&mut self.n_entries);
        let value = |path: &str| {
            let leaf = leaves.iter().find(|leaf| leaf.path == path);
            leaf.map_or("", |leaf| leaf.value.as_str())
        };
        let has_next = leaves
            .iter()
            .any(|leaf| leaf.path.ends_with(".relation") && leaf.value == "next");
        let total = value("total").parse::<u64>().unwrap_or(0);
        // A search that asks for the number only has no entries, and is whole.
        if value("resourceType") == "Bundle" && total > n_entries && n_entries > 0 {
            let detail = if has_next {
                "the bundle is one page of more; its other pages are not in this file"
            } else {
                "the bundle says it has more entries than were found in it"
            };
            reading.gap(Cause::Truncated, detail);
        }
    }

    fn put(&mut self, leaves: Vec<Leaf>, prefix: &str, reading: &mut Reading<'_>) {
        // Roots of resources, the innermost of each leaf wins.
        let mut roots: Vec<String> = leaves
            .iter()
            .filter_map(|leaf| {
                let root = leaf.path.strip_suffix("resourceType")?;
                root.is_empty()
                    .then(String::new)
                    .or_else(|| root.strip_suffix('.').map(str::to_owned))
            })
            .collect();
        roots.sort_by_key(|root| (std::cmp::Reverse(root.len()), root.clone()));
        roots.dedup();
        let full_urls: BTreeMap<String, String> = leaves
            .iter()
            .filter_map(|leaf| {
                let entry = leaf.path.strip_suffix("fullUrl")?;
                Some((format!("{entry}resource"), leaf.value.clone()))
            })
            .collect();
        let mut resources: BTreeMap<String, Vec<Leaf>> = BTreeMap::new();
        for leaf in leaves {
            let root = roots.iter().find(|root| is_within(&leaf.path, root));
            if let Some(root) = root {
                resources.entry(root.clone()).or_default().push(leaf);
            } else if !is_envelope(&leaf.path) {
                resources.entry(String::new()).or_default().push(leaf);
            }
        }
        // The resources around a contained one come first, in the order of their paths.
        let mut subjects: BTreeMap<String, Option<String>> = BTreeMap::new();
        for (root, leaves) in resources {
            let resource = Resource {
                root: &root,
                prefix,
                full_url: full_urls.get(&root).map(String::as_str),
                leaves,
            };
            let around = subjects
                .iter()
                .rev()
                .find(|(outer, _)| is_within(&root, outer) && **outer != root)
                .and_then(|(_, subject)| subject.clone());
            let subject = self.subject(&resource, around);
            subjects.insert(root.clone(), subject.clone());
            resource.put(subject, reading);
        }
    }

    /// The key of the person whom a resource is about.
    fn subject(&mut self, resource: &Resource<'_>, around: Option<String>) -> Option<String> {
        let kind = resource.value("resourceType").unwrap_or("");
        let id = resource.value("id");
        if kind == "Patient" {
            let by_id = id.map(|id| format!("Patient/{id}"));
            if let Some((outer, local)) = resource.contained() {
                return Some(format!(
                    "{}{outer}#{}",
                    resource.prefix,
                    id.unwrap_or(local)
                ));
            }
            let by_url = resource.full_url.map(|url| key_of(url, "Patient"));
            let key = by_url.or_else(|| by_id.clone())?;
            if let Some(by_id) = by_id
                && by_id != key
                && self.aliases.len() < MAX_ALIASES
            {
                self.aliases.insert(by_id, key.clone());
            }
            return Some(key);
        }
        if matches!(
            kind,
            "Practitioner"
                | "PractitionerRole"
                | "RelatedPerson"
                | "Person"
                | "Organization"
                | "Location"
                | "Medication"
                | "Device"
                | "Substance"
        ) {
            // Somebody or something else, though it may point to a patient.
            if kind == "Device" || resource.contained().is_none() {
                return Some(match id {
                    Some(id) => format!("{kind}/{id}"),
                    None => resource.path(),
                });
            }
            return Some(format!("{}#{}", resource.path(), id.unwrap_or("")));
        }
        let reference = SUBJECT
            .iter()
            .find_map(|name| resource.value(name))
            .or_else(|| resource.participant());
        match reference {
            Some(reference) => Some(self.resolve(reference, resource)),
            None if around.is_some() => around,
            None => Some(match id {
                Some(id) if !kind.is_empty() => format!("{kind}/{id}"),
                _ => resource.path(),
            }),
        }
    }

    fn resolve(&self, reference: &str, resource: &Resource<'_>) -> String {
        if let Some(local) = reference.strip_prefix('#') {
            let outer = resource
                .contained()
                .map_or(resource.root, |(outer, _)| outer);
            return format!("{}{outer}#{local}", resource.prefix);
        }
        let key = key_of(reference, "Patient");
        self.aliases.get(&key).cloned().unwrap_or(key)
    }
}

/// `entry[3]` or `parameter[3]` of the outermost resource.
fn is_unit(path: &str) -> bool {
    path.strip_prefix("entry[")
        .or_else(|| path.strip_prefix("parameter["))
        .and_then(|rest| rest.strip_suffix(']'))
        .is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_within(path: &str, root: &str) -> bool {
    root.is_empty()
        || path
            .strip_prefix(root)
            .is_some_and(|rest| rest.starts_with('.') || rest.is_empty())
}

/// What a bundle says about an entry and not about a person.
fn is_envelope(path: &str) -> bool {
    path.ends_with("fullUrl")
        || path.contains("].search.")
        || path.contains("].request.")
        || path.contains("].response.")
        || path.contains("].link[")
        || path.ends_with("].name")
}

/// `Patient/123` of any way to write a reference to it.
fn key_of(reference: &str, kind: &str) -> String {
    let reference = reference.trim();
    if let Some(id) = reference
        .strip_prefix("urn:uuid:")
        .or_else(|| reference.strip_prefix("urn:oid:"))
    {
        return format!("{kind}/{id}");
    }
    let reference = reference.split("/_history/").next().unwrap_or(reference);
    if reference.contains('?') {
        return reference.to_owned();
    }
    let mut parts = reference.rsplit('/');
    match (parts.next(), parts.next()) {
        (Some(id), Some(kind)) => format!("{kind}/{id}"),
        _ => reference.to_owned(),
    }
}

struct Resource<'a> {
    root: &'a str,
    prefix: &'a str,
    full_url: Option<&'a str>,
    leaves: Vec<Leaf>,
}

impl Resource<'_> {
    /// The value at a path from the resource on.
    fn value(&self, name: &str) -> Option<&str> {
        let leaf = self.leaves.iter().find(|leaf| self.name(leaf) == name)?;
        Some(&leaf.value)
    }

    fn name<'l>(&self, leaf: &'l Leaf) -> &'l str {
        let rest = leaf.path.get(self.root.len()..).unwrap_or("");
        rest.strip_prefix('.').unwrap_or(rest)
    }

    fn path(&self) -> String {
        format!("{}{}", self.prefix, self.root)
    }

    /// The resource around it and its place therein, when it is a contained one.
    fn contained(&self) -> Option<(&str, &str)> {
        let at = self.root.rfind("contained[")?;
        Some((self.root[..at].trim_end_matches('.'), &self.root[at..]))
    }

    /// The patient among the participants of an appointment and the like.
    fn participant(&self) -> Option<&str> {
        let leaf = self.leaves.iter().find(|leaf| {
            let name = self.name(leaf);
            leaf.value.contains("Patient/")
                && (name.ends_with("actor.reference")
                    || name.ends_with("member[0].entity.reference"))
        })?;
        Some(&leaf.value)
    }

    fn put(mut self, subject: Option<String>, reading: &mut Reading<'_>) {
        let kind = self.value("resourceType").unwrap_or("Bundle").to_owned();
        self.open_attachments(reading);
        let mut narratives = Vec::new();
        let mut fields = Vec::with_capacity(self.leaves.len());
        let root = self.root;
        for leaf in std::mem::take(&mut self.leaves) {
            if leaf.path.ends_with("text.div") {
                narratives.push(leaf);
            } else {
                fields.push(leaves::field(leaf, root, self.prefix));
            }
        }
        reading.record(Record {
            kind: RecordKind::Fhir,
            name: kind,
            fields,
            subject: subject.clone(),
        });
        for leaf in narratives {
            reading.next_document();
            reading.text_of(subject.clone());
            let path = format!("{}{}", self.prefix, leaf.path);
            reading.part(&path, &html::text(&leaf.value), PassageKind::Body);
            reading.text_of(None);
        }
    }

    /// Decodes what stands in base64: text in place, anything else as a member.
    fn open_attachments(&mut self, reading: &mut Reading<'_>) {
        let kinds: BTreeMap<String, String> = self
            .leaves
            .iter()
            .filter_map(|leaf| {
                let holder = leaf.path.strip_suffix("contentType")?;
                Some((format!("{holder}data"), leaf.value.to_lowercase()))
            })
            .collect();
        if kinds.is_empty() {
            return;
        }
        let mut kept = Vec::with_capacity(self.leaves.len());
        for mut leaf in std::mem::take(&mut self.leaves) {
            let Some(kind) = kinds.get(&leaf.path) else {
                kept.push(leaf);
                continue;
            };
            let bytes = base64(leaf.value.as_bytes());
            if kind.starts_with("text/plain") || kind.starts_with("text/markdown") {
                leaf.value = encoding::detect(&bytes).decode(&bytes).into_owned();
                kept.push(leaf);
            } else if kind.starts_with("text/html") {
                let text = encoding::detect(&bytes).decode(&bytes).into_owned();
                leaf.value = html::text(&text);
                kept.push(leaf);
            } else {
                let ending: String = kind
                    .rsplit(['/', '+'])
                    .next()
                    .unwrap_or("bin")
                    .chars()
                    .take_while(char::is_ascii_alphanumeric)
                    .take(8)
                    .collect();
                let name = format!("{}{}.{ending}", self.prefix, leaf.path);
                reading.member(&name, Body::Memory(&bytes));
            }
        }
        self.leaves = kept;
    }
}

#[cfg(test)]
mod tests {
    use crate::testkit::{fields, read_bytes};
    use whose_model::Locator;

    const BUNDLE: &[u8] = br##"{"resourceType":"Bundle","entry":[
      {"fullUrl":"urn:uuid:u1","resource":{"resourceType":"Patient","id":"p1","name":[{"family":"Roy"}],"text":{"div":"<div>Roy &amp; co</div>"}}},
      {"resource":{"subject":{"reference":"urn:uuid:u1"},"resourceType":"Condition","code":{"text":"asthma"}}},
      {"resource":{"resourceType":"Claim","patient":{"reference":"http://x/fhir/Patient/p1/_history/2"}}},
      {"resource":{"resourceType":"Observation","id":"o","contained":[{"resourceType":"Patient","id":"c","name":[{"text":"Cy"}]}],"subject":{"reference":"#c"}}},
      {"resource":{"resourceType":"DocumentReference","subject":{"reference":"Patient/p1"},"content":[{"attachment":{"contentType":"text/plain","data":"bsOp"}},{"attachment":{"contentType":"application/pdf","data":"JVBERi0="}}]}}
    ]}"##;

    #[test]
    fn every_resource_knows_its_patient() {
        let given = read_bytes("a.json", BUNDLE);
        let subjects: Vec<_> = given
            .records()
            .filter(|record| record.name != "Bundle")
            .map(|record| (record.name.as_str(), record.subject.as_deref().unwrap()))
            .collect();
        assert_eq!(
            subjects,
            [
                ("Patient", "Patient/u1"),
                ("Condition", "Patient/u1"),
                ("Claim", "Patient/u1"),
                ("Observation", "entry[3].resource#c"),
                ("Patient", "entry[3].resource#c"),
                ("DocumentReference", "Patient/u1"),
            ]
        );
    }

    #[test]
    fn paths_narratives_and_attachments() {
        let given = read_bytes("a.json", BUNDLE);
        let patient = given.records().next().unwrap();
        let family = patient
            .fields
            .iter()
            .find(|f| f.name == "name[0].family")
            .unwrap();
        let path = "entry[0].resource.name[0].family".to_owned();
        assert_eq!(family.place, Locator::Field { path });
        assert!(given.text().contains("Roy & co"));
        let document = fields(&given, "DocumentReference");
        assert!(document.iter().any(|(_, value)| value == "né"));
        assert!(
            given
                .ended
                .iter()
                .any(|(path, _)| path.0.ends_with("content[1].attachment.data.pdf"))
        );
    }
}
