//! `View`: what a case holds, for lists, pages, letters and scores. Reads only.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use whose_model::{
    AffectedIndividual, Digest, Exhibit, ExhibitPath, Exposure, Gap, Incident, Mention, Obligation,
    PersonId, RecordId,
};
use whose_store::Case;

use crate::collect::short;
use crate::error::EngineError;
use crate::mail::Reached;
use crate::part::{Key, Said};
use crate::replay::Replay;
use crate::requests::{self, Request};
use crate::summary::Summary;
use crate::tables::{self, Finished, LinkedRecord, MergeRow, PersonNote};

/// What a case holds.
#[derive(Clone, Copy, Debug)]
pub struct View<'c> {
    pub(crate) case: &'c Case,
}

/// Everything about one person.
#[derive(Clone, Debug)]
pub struct PersonPage {
    /// The person.
    pub person: AffectedIndividual,
    /// What of theirs was exposed.
    pub exposures: Vec<Exposure>,
    /// Every place, exhibit by exhibit.
    pub mentions: Vec<(ExhibitPath, Mention)>,
    /// Why their records are one person's.
    pub merges: Vec<MergeRow>,
    /// The duties towards them.
    pub obligations: Vec<Obligation>,
    /// Where each of their records stands.
    pub places: HashMap<RecordId, ExhibitPath>,
}

impl<'c> View<'c> {
    /// Looks at an open case.
    pub fn new(case: &'c Case) -> Self {
        Self { case }
    }

    /// The numbers of the last run.
    ///
    /// # Errors
    /// When the case has not been run to its end, or cannot be read.
    pub fn summary(&self) -> Result<Summary, EngineError> {
        tables::read_one(self.case, tables::SUMMARY)?.ok_or_else(|| {
            EngineError::NotThere(
                "this case has not been run to its end: run `whose run CASE --evidence PATH` again"
                    .to_owned(),
            )
        })
    }

    /// The incident, when its file was given; with the day on which everybody had been written to.
    ///
    /// # Errors
    /// When the case cannot be read.
    pub fn incident(&self) -> Result<Option<Incident>, EngineError> {
        let Some(mut incident) = tables::incident(self.case)? else {
            return Ok(None);
        };
        Reached::of(self.case, None)?.fill(&mut incident);
        Ok(Some(incident))
    }

    /// The incident as it was known on a day, with the letters that had gone out by then.
    ///
    /// # Errors
    /// When the case cannot be read.
    pub fn incident_as_of(&self, day: Date) -> Result<Option<Incident>, EngineError> {
        let Some(mut incident) = tables::incident_as_of(self.case, day)? else {
            return Ok(None);
        };
        Reached::of(self.case, Some(day))?.fill(&mut incident);
        Ok(Some(incident))
    }

    /// How many people are on the list.
    ///
    /// # Errors
    /// When the case cannot be read.
    pub fn n_people(&self) -> Result<u64, EngineError> {
        if !self.case.has_table(tables::PEOPLE) {
            return Ok(0);
        }
        Ok(self
            .case
            .table_reader::<AffectedIndividual>(tables::PEOPLE)?
            .len())
    }

    /// The people, in the order of ids.
    ///
    /// # Errors
    /// When the case cannot be read.
    pub fn people(&self, each: impl FnMut(AffectedIndividual)) -> Result<(), EngineError> {
        Ok(tables::each(self.case, tables::PEOPLE, each)?)
    }

    /// The exposures, by person and element.
    ///
    /// # Errors
    /// When the case cannot be read.
    pub fn exposures(&self, each: impl FnMut(Exposure)) -> Result<(), EngineError> {
        Ok(tables::each(self.case, tables::EXPOSURES, each)?)
    }

    /// The exhibits, in the order of paths.
    ///
    /// # Errors
    /// When the case cannot be read.
    pub fn exhibits(&self, each: impl FnMut(Exhibit)) -> Result<(), EngineError> {
        Ok(tables::each(self.case, tables::EXHIBITS, each)?)
    }

    /// The gaps, in the order of paths.
    ///
    /// # Errors
    /// When the case cannot be read.
    pub fn gaps(&self, each: impl FnMut(Gap)) -> Result<(), EngineError> {
        Ok(tables::each(self.case, tables::GAPS, each)?)
    }

    /// The obligations: first those about the incident, then person by person; with the day on which a person was told.
    ///
    /// # Errors
    /// When the case cannot be read.
    pub fn obligations(&self, mut each: impl FnMut(Obligation)) -> Result<(), EngineError> {
        let reached = Reached::of(self.case, None)?;
        self.each_obligation(|mut obligation| {
            reached.note(&mut obligation);
            each(obligation);
        })
    }

    /// Requests that nothing goes to somebody's home which are tied to nobody on the list, in the order of ids.
    ///
    /// # Errors
    /// When the case cannot be read.
    pub fn requests(&self) -> Result<Vec<Request>, EngineError> {
        Ok(requests::kept(self.case)?)
    }

    /// The obligations as the last run wrote them.
    pub(crate) fn each_obligation(&self, each: impl FnMut(Obligation)) -> Result<(), EngineError> {
        Ok(tables::each(self.case, tables::OBLIGATIONS, each)?)
    }

    /// The obligations about the incident as a whole.
    ///
    /// # Errors
    /// When the case cannot be read.
    pub fn incident_obligations(&self) -> Result<Vec<Obligation>, EngineError> {
        Ok(tables::of(self.case, tables::OBLIGATIONS, "")?)
    }

    /// One person of the list; an id that was replaced leads to the one that replaced it.
    ///
    /// # Errors
    /// When there is no such person, or the case cannot be read.
    pub fn find(&self, id: &str) -> Result<AffectedIndividual, EngineError> {
        let id = id.trim();
        if let Some(person) = tables::of::<AffectedIndividual>(self.case, tables::PEOPLE, id)?.pop()
        {
            return Ok(person);
        }
        let mut replaced_by = None;
        self.people(|person| {
            if person.replaces.iter().any(|old| old.0 == id) {
                replaced_by = Some(person);
            }
        })?;
        replaced_by.ok_or_else(|| EngineError::NotThere(format!("the list has no person `{id}`")))
    }

    /// Everything about one person.
    ///
    /// # Errors
    /// When there is no such person, or the case cannot be read.
    pub fn person(&self, id: &str) -> Result<PersonPage, EngineError> {
        let person = self.find(id)?;
        let key = &person.id.0;
        let wanted: BTreeSet<RecordId> = person.records.iter().copied().collect();
        let mut mentions = Vec::new();
        let mut places = HashMap::new();
        let keys: Vec<Key> = tables::of::<PersonNote>(self.case, tables::NOTES, key)?
            .into_iter()
            .flat_map(|note| note.keys)
            .collect();
        self.replay(Some(&keys), |path, digest, mention| {
            let Some(subject) = mention.subject else {
                return;
            };
            let record = RecordId {
                exhibit: digest,
                subject,
            };
            if wanted.contains(&record) {
                places.entry(record).or_insert_with(|| path.clone());
                mentions.push((path.clone(), mention.clone()));
            }
        })?;
        mentions
            .sort_by(|a, b| (&a.0, &a.1.place, a.1.element).cmp(&(&b.0, &b.1.place, b.1.element)));
        let mut obligations = tables::of(self.case, tables::OBLIGATIONS, key)?;
        let reached = Reached::of(self.case, None)?;
        obligations.iter_mut().for_each(|one| reached.note(one));
        Ok(PersonPage {
            exposures: tables::of(self.case, tables::EXPOSURES, key)?,
            merges: tables::of(self.case, tables::MERGES, key)?,
            obligations,
            person,
            mentions,
            places,
        })
    }

    /// Every mention with its exhibit, and whose it is when it is tied to a listed person. Copies are passed over.
    ///
    /// # Errors
    /// When the case cannot be read.
    pub fn mentions(
        &self,
        mut each: impl FnMut(Option<&PersonId>, &ExhibitPath, &Mention),
    ) -> Result<(), EngineError> {
        let mut owners: HashMap<RecordId, PersonId> = HashMap::new();
        tables::each::<LinkedRecord>(self.case, tables::RECORDS, |row| {
            if row.is_affected {
                owners.insert(row.record, row.person_id);
            }
        })?;
        self.replay(None, |path, digest, mention| {
            let owner = mention.subject.and_then(|subject| {
                owners.get(&RecordId {
                    exhibit: digest,
                    subject,
                })
            });
            each(owner, path, mention);
        })
    }

    /// Goes through parts, naming exhibits by the paths of the last run.
    pub(crate) fn replay(
        &self,
        only: Option<&[Key]>,
        mut each: impl FnMut(&ExhibitPath, [u8; 16], &Mention),
    ) -> Result<(), EngineError> {
        let mut finished: Vec<Finished> = Vec::new();
        match only {
            None => {
                tables::each::<Finished>(self.case, tables::FINISHED, |row| finished.push(row))?
            }
            Some(keys) => {
                for key in keys {
                    finished.extend(tables::of::<Finished>(
                        self.case,
                        tables::FINISHED,
                        &tables::key_text(key),
                    )?);
                }
            }
        }
        let mut paths: HashMap<Digest, ExhibitPath> = HashMap::new();
        self.exhibits(|exhibit| {
            if let (Some(digest), None) = (exhibit.digest, &exhibit.copy_of) {
                paths.insert(digest, exhibit.path);
            }
        })?;
        // Results that share a part follow each other, so that each part is opened once.
        finished.sort_by(|a, b| {
            let first = |row: &Finished| row.chain.last().map(|link| link.parts.clone());
            (first(a), a.key).cmp(&(first(b), b.key))
        });
        let mut seen = BTreeSet::new();
        let mut replay = Replay::new(self.case, 4);
        for Finished {
            key,
            digest: top,
            chain,
        } in finished
        {
            let mut open: Vec<Vec<Mention>> = Vec::new();
            replay.task(&key, &chain, |said| match said {
                Said::Begin(_) => open.push(Vec::new()),
                Said::Mentions(mentions) => {
                    if let Some(waiting) = open.last_mut() {
                        waiting.extend(mentions.iter().cloned());
                    }
                }
                Said::Passed(_) | Said::Gap { .. } => {}
                Said::End { digest, .. } => {
                    let waiting = open.pop().unwrap_or_default();
                    let top = open.is_empty().then_some(&top);
                    let Some(digest) = digest.as_ref().or(top) else {
                        return;
                    };
                    let Some(path) = paths.get(digest) else {
                        return;
                    };
                    if seen.insert(short(digest)) {
                        waiting
                            .iter()
                            .for_each(|mention| each(path, short(digest), mention));
                    }
                }
            })?;
        }
        Ok(())
    }
}
