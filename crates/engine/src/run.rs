//! The main job: seize, read, detect, link, assess. Goes on where it was killed; the same evidence gives the same list.
//!
//! Each stage leaves its product in the case before the next begins. Reading is
//! the long one and is kept part by part; the later stages are quick and are
//! done again as a whole, so that their tables always belong together.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use jiff::civil::Date;
use serde_json::json;
use whose_detectors::Custom;
use whose_law::Library;
use whose_linkage::{Linker, Model};
use whose_model::{
    AffectedIndividual, Digest, Exposure, Incident, Limits, PersonId, PersonRecord, Phi, RecordId,
    Standard,
};
use whose_store::{Case, Entry, StoreError};

use crate::abroad;
use crate::assess;
use crate::bank::Bank;
use crate::bulk;
use crate::collect::{self, Collected, Seized};
use crate::elsewhere::Elsewhere;
use crate::error::EngineError;
use crate::guard::{inner, lock};
use crate::namesakes;
use crate::part::{Key, PartOutbox};
use crate::people;
use crate::pool::{self, Task, Workers};
use crate::progress::{Progress, Stage, Unit};
use crate::protocol::Hello;
use crate::replay::Index;
use crate::requests::{self, Request};
use crate::roster::{self, Roster, RosterExtra, RosterRow};
use crate::seize::{self, Found};
use crate::siblings;
use crate::summary::{self, Summary};
use crate::tables::{self, Finished, LinkedRecord, MergeRow, PersonNote, QuestionRow};

/// What to run on, and how.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// The pile.
    pub evidence: Vec<PathBuf>,
    /// The custodian's index.
    pub roster: Option<PathBuf>,
    /// The custodian's own detectors; without, those that the case has kept.
    pub detectors: Option<PathBuf>,
    /// What happened.
    pub incident: Option<PathBuf>,
    /// The day whose law applies; by default the day that governs the incident.
    pub as_of: Option<Date>,
    /// The day on which people's ages count.
    pub today: Date,
    /// Bounds on reading.
    pub limits: Limits,
    /// Passwords to add to the case's bank, which is tried on whatever is locked.
    pub passwords: Vec<Phi<String>>,
    /// Reading processes.
    pub workers: Workers,
    /// Who reads and works the steps of the linkage; without, this machine's threads.
    pub elsewhere: Option<Elsewhere>,
}

/// Runs the main job on an open case.
///
/// # Errors
/// Our own trouble only; broken evidence becomes gaps.
pub fn run(
    case: &Case,
    options: &RunOptions,
    now: jiff::Timestamp,
    progress: &dyn Progress,
) -> Result<Summary, EngineError> {
    let log = |verb: &str, what| {
        case.log(Entry {
            at: now,
            verb: verb.to_owned(),
            what,
        })
    };
    let library = Library::embedded().map_err(|error| EngineError::Law(error.to_string()))?;
    // Inputs are looked at before hours are spent on the pile.
    let incident = take_incident(case, &library, options.incident.as_deref())?;
    let found = seize::walk(&options.evidence)
        .map_err(|(place, cause)| EngineError::Evidence { place, cause })?;
    let hello = Hello {
        limits: options.limits,
        known: Vec::new(),
        detectors: take_detectors(case, options)?,
        passwords: Vec::new(),
        broker: options.workers.broker(),
    };
    let bank = Bank::open(case, &options.passwords)?;
    let roster = take_roster(case, options, &hello)?;
    let hello = Hello {
        known: roster.people.clone(),
        passwords: bank.passwords.clone(),
        ..hello
    };

    let mut seized = seize_all(found, options, context_digest(&hello), progress);
    let n_bytes = seized
        .iter()
        .map(|file| file.digest.map_or(file.found.bytes, |(_, bytes)| bytes))
        .sum();
    let unchanged = seized.iter().filter(|file| file.digest.is_some()).count();
    log(
        "seize",
        json!({ "files": seized.len(), "bytes": n_bytes, "refused": seized.len() - unchanged }),
    )?;

    let before = Index::build(case)?;
    for file in &mut seized {
        file.key = file.key.map(|own| bank.key(&before, own));
    }
    let fresh: Vec<Key> = seized
        .iter()
        .filter_map(|file| file.key)
        .filter(|key| !before.is_finished(key))
        .collect();
    let index = read_all(case, before, &seized, &hello, options, progress)?;
    bank.note(case, &index, fresh.into_iter())?;
    log(
        "read",
        json!({
            "reader": whose_readers::VERSION, "detector": whose_detectors::VERSION,
            "own_detectors": (!hello.detectors.is_empty())
                .then(|| blake3::hash(hello.detectors.as_bytes()).to_hex().to_string()),
        }),
    )?;

    let (collected, linked) = link(case, &index, &seized, &roster, options, progress)?;
    log(
        "link",
        json!({ "records": collected.records.len(), "individuals": linked.people.len(), "pairs": linked.n_pairs }),
    )?;

    let mut summary = summary::summarise(&collected, &linked, n_bytes);
    write_tables(case, &collected, &linked)?;
    write_finished(case, &index, &seized)?;
    if let Some(latest) = &incident {
        // A day that is asked for brings its own facts: what was learned later is left out.
        let of_the_day = match options.as_of {
            Some(day) => tables::incident_as_of(case, day)?,
            None => None,
        };
        let incident = of_the_day.as_ref().unwrap_or(latest);
        let as_of = options
            .as_of
            .unwrap_or_else(|| whose_law::governing_day(incident));
        summary.has_incident = true;
        summary.as_of = as_of.to_string();
        summary.by_status =
            assess::write(case, &library, incident, &linked.people, as_of, progress)?;
        log(
            "assess",
            json!({ "as_of": summary.as_of, "by_status": summary.by_status }),
        )?;
    }
    tables::write_one(case, tables::SUMMARY, &summary)?;
    log(
        "run",
        json!({ "individuals": summary.n_individuals, "gaps": summary.by_cause }),
    )?;
    Ok(summary)
}

/// The incident of the case: the file given now, or the one given before.
fn take_incident(
    case: &Case,
    library: &Library,
    place: Option<&Path>,
) -> Result<Option<Incident>, EngineError> {
    let Some(place) = place else {
        return tables::incident(case);
    };
    let text = std::fs::read_to_string(place).map_err(|cause| EngineError::Evidence {
        place: place.to_owned(),
        cause,
    })?;
    let fail = |detail| EngineError::Incident {
        place: place.to_owned(),
        detail,
    };
    let incident = whose_law::parse_incident(&text).map_err(|error| fail(error.to_string()))?;
    let mut problems = whose_law::check_incident(&incident);
    problems.extend(whose_law::check_incident_against(library, &incident));
    problems.retain(|problem| problem.severity == whose_law::Severity::Error);
    if !problems.is_empty() {
        let list: Vec<String> = problems
            .iter()
            .map(|problem| format!("{problem}. {}", problem.next))
            .collect();
        return Err(fail(list.join("\n  ")));
    }
    tables::write_one(case, tables::INCIDENT, &text)?;
    Ok(Some(incident))
}

/// The custodian's own detectors: those given now, or those that the case has kept.
fn take_detectors(case: &Case, options: &RunOptions) -> Result<String, EngineError> {
    let Some(place) = &options.detectors else {
        return Ok(tables::read_one::<String>(case, tables::DETECTORS)?.unwrap_or_default());
    };
    let text = std::fs::read_to_string(place).map_err(|cause| EngineError::Evidence {
        place: place.clone(),
        cause,
    })?;
    if let Err(errors) = Custom::parse(&text) {
        return Err(EngineError::Detectors {
            place: place.clone(),
            detail: errors.first().map_or_else(String::new, ToString::to_string),
        });
    }
    tables::write_one(case, tables::DETECTORS, &text)?;
    Ok(text)
}

/// The roster of the case, read in a confined process like any file.
fn take_roster(case: &Case, options: &RunOptions, hello: &Hello) -> Result<Roster, EngineError> {
    let Some(place) = &options.roster else {
        return Ok(tables::stored_roster(case)?);
    };
    let fail = |detail: &str| EngineError::Roster {
        place: place.clone(),
        detail: detail.to_owned(),
    };
    let bytes = std::fs::read(place).map_err(|cause| EngineError::Evidence {
        place: place.clone(),
        cause,
    })?;
    let name = place
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let task = Task {
        path: whose_model::ExhibitPath(name),
        place: place.clone(),
        bytes: bytes.len() as u64,
        beside: None,
    };
    let mentions =
        crate::scan::mentions_of(&options.workers, hello, &task).map_err(EngineError::Workers)?;
    let digest = blake3::hash(&bytes);
    let mut exhibit = [0; 16];
    exhibit.copy_from_slice(&digest.as_bytes()[..16]);
    let roster = roster::gather(exhibit, mentions, &bytes);
    if roster.people.is_empty() {
        return Err(fail("no row with a person's name was found in it"));
    }
    tables::write_roster(case, &roster)?;
    Ok(roster)
}

fn context_digest(hello: &Hello) -> [u8; 32] {
    let known = postcard::to_stdvec(&hello.known).unwrap_or_default();
    let limits = postcard::to_stdvec(&hello.limits).unwrap_or_default();
    *blake3::Hasher::new()
        .update(&known)
        .update(&limits)
        .update(hello.detectors.as_bytes())
        .finalize()
        .as_bytes()
}

/// Both digests of every file, on all threads.
fn seize_all(
    found: Vec<Found>,
    options: &RunOptions,
    context: [u8; 32],
    progress: &dyn Progress,
) -> Vec<Seized> {
    progress.begin(
        Stage::Seize,
        found.iter().map(|file| file.bytes).sum(),
        Unit::Bytes,
    );
    let seized = Mutex::new(Vec::with_capacity(found.len()));
    let queue = Mutex::new(found.into_iter());
    std::thread::scope(|scope| {
        for _ in 0..options.workers.n.max(1) {
            scope.spawn(|| {
                loop {
                    let next = lock(&queue).next();
                    let Some(mut file) = next else { return };
                    let digest = match &file.refused {
                        Some(_) => None,
                        None => File::open(&file.place)
                            .and_then(|open| seize::digest(open, |n| progress.advance(n)))
                            .map_err(|error| {
                                file.refused = Some(format!("cannot be read: {}", error.kind()))
                            })
                            .ok(),
                    };
                    let key = digest.map(|(digest, _)| key(&file, &digest, &context));
                    lock(&seized).push(Seized {
                        found: file,
                        digest,
                        key,
                        place: None,
                    });
                }
            });
        }
    });
    progress.end();
    let mut seized = inner(seized);
    seized.sort_by(|a, b| a.found.path.cmp(&b.found.path));
    siblings::bind(&mut seized);
    seized
}

/// What names a file's result: its bytes, its ending, and all that decides what is found in it.
fn key(file: &Found, digest: &Digest, context: &[u8; 32]) -> Key {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&digest.blake3);
    hasher.update(file.path.extension().to_ascii_lowercase().as_bytes());
    hasher.update(b"\0");
    hasher.update(whose_readers::VERSION.as_bytes());
    hasher.update(b"\0");
    hasher.update(whose_detectors::VERSION.as_bytes());
    hasher.update(context);
    let mut key = [0; 16];
    key.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    key
}

/// Reads what is not yet read.
fn read_all(
    case: &Case,
    index: Index,
    seized: &[Seized],
    hello: &Hello,
    options: &RunOptions,
    progress: &dyn Progress,
) -> Result<Index, EngineError> {
    let mut tasks = Vec::new();
    let mut keys = Vec::new();
    let mut taken = BTreeSet::new();
    for file in seized {
        let (Some(key), Some((_, bytes))) = (file.key, file.digest) else {
            continue;
        };
        if !index.is_finished(&key) && taken.insert(key) {
            tasks.push(Task {
                path: file.found.path.clone(),
                place: file.found.place.clone(),
                bytes,
                beside: siblings::beside(seized, file),
            });
            keys.push(key);
        }
    }
    progress.begin(
        Stage::Read,
        tasks.iter().map(|task| task.bytes).sum(),
        Unit::Bytes,
    );
    if tasks.is_empty() {
        progress.end();
        return Ok(index);
    }
    let run = index.last_run + 1;
    let lane = Mutex::new(0_u64);
    let advance = |n: u64| progress.advance(n);
    let outbox = || {
        let mut lane = lock(&lane);
        *lane += 1;
        PartOutbox::new(
            case,
            &tasks,
            &keys,
            run << 8 | *lane,
            &index.unfinished,
            &advance,
        )
    };
    let (workers, close) = (&options.workers, PartOutbox::close);
    match &options.elsewhere {
        None => pool::read_all(workers, hello, &tasks, outbox, close)?,
        Some(elsewhere) => abroad::read_all(elsewhere, workers, hello, &tasks, outbox, close)?,
    }
    progress.end();
    Ok(Index::build(case)?)
}

/// The people, with everything the tables say of them.
pub(crate) struct People {
    pub(crate) people: Vec<AffectedIndividual>,
    pub(crate) exposures: Vec<Exposure>,
    pub(crate) notes: Vec<PersonNote>,
    pub(crate) merges: Vec<MergeRow>,
    pub(crate) questions: Vec<QuestionRow>,
    pub(crate) records: Vec<LinkedRecord>,
    pub(crate) n_pairs: u64,
    pub(crate) n_questions: u64,
    pub(crate) roster: Vec<RosterRow>,
    pub(crate) n_households: u64,
    pub(crate) named: collect::NamedOnly,
    pub(crate) requests: Vec<Request>,
}

fn link(
    case: &Case,
    index: &Index,
    seized: &[Seized],
    roster: &Roster,
    options: &RunOptions,
    progress: &dyn Progress,
) -> Result<(Collected, People), EngineError> {
    progress.begin(Stage::Link, seized.len() as u64, Unit::Items);
    let mut linker = Linker::new(Model::default());
    let mut collected = collect::records(case, index, seized, &roster.people, |record| {
        linker.push(record)
    })?;
    let joined = bulk::join(&mut collected);
    let threads = Threads(options.workers.n);
    let linked = match &options.elsewhere {
        None => linker.finish(&threads),
        Some(elsewhere) => elsewhere.lend(|hands| linker.finish_whole(hands, &threads))?,
    };

    // Clusters with a record from the pile; the others are people of the roster who are not in it.
    let in_pile: Vec<&whose_linkage::Cluster> = linked
        .clusters
        .iter()
        .filter(|cluster| {
            cluster
                .members
                .iter()
                .any(|member| member.index as usize >= collected.n_roster)
                && !cluster.members.iter().all(|member| {
                    let id = collected.records.get(member.index as usize);
                    id.is_some_and(|id| joined.contains(id))
                })
        })
        .collect();
    let before = tables::person_ids(case)?;
    let ids = name_people(&in_pile, &collected, &before);
    let mut person_of: HashMap<RecordId, u32> = HashMap::new();
    for (number, cluster) in in_pile.iter().enumerate() {
        for member in &cluster.members {
            if let Some(id) = collected.records.get(member.index as usize) {
                person_of.insert(*id, number as u32);
                for (piece, _) in collected.pieces.get(id).into_iter().flatten() {
                    person_of.insert(*piece, number as u32);
                }
            }
        }
    }
    let (found, asked) =
        collect::exposures(case, index, seized, &collected, in_pile.len(), &person_of)?;

    let mut all = People {
        people: Vec::new(),
        exposures: Vec::new(),
        notes: Vec::new(),
        merges: Vec::new(),
        questions: Vec::new(),
        records: Vec::new(),
        n_pairs: linked.n_pairs,
        n_questions: 0,
        roster: Vec::new(),
        n_households: 0,
        named: collect::NamedOnly::default(),
        requests: Vec::new(),
    };
    for ((cluster, named), found) in in_pile.iter().zip(&ids).zip(&found) {
        add_person(
            &mut all,
            cluster,
            named,
            found,
            &collected,
            roster,
            options.today,
        );
    }
    all.people.sort_by(|a, b| a.id.cmp(&b.id));
    let listed: HashSet<&PersonId> = all.people.iter().map(|person| &person.id).collect();
    let is_listed = |number: u32| {
        let named = ids.get(number as usize);
        named.is_some_and(|named| listed.contains(&named.id))
    };
    all.requests = requests::of_run(asked, is_listed, requests::kept(case)?);
    requests::mark(&mut all.people, &all.requests);
    namesakes::mark(&mut all.people, &all.records, &all.questions);
    all.n_households = people::mark_households(&mut all.people);
    all.roster = roster.standing(&all.records);
    all.exposures
        .sort_by(|a, b| (&a.person_id, a.element).cmp(&(&b.person_id, b.element)));
    all.notes.sort_by(|a, b| a.person_id.cmp(&b.person_id));
    all.merges
        .sort_by(|a, b| (&a.person_id, a.a, a.b).cmp(&(&b.person_id, b.a, b.b)));
    all.records
        .sort_by(|a, b| (&a.person_id, a.record).cmp(&(&b.person_id, b.record)));
    all.questions
        .sort_by(|a, b| (&a.person_id, a.a, a.b).cmp(&(&b.person_id, b.a, b.b)));
    all.n_questions = linked
        .clusters
        .iter()
        .map(|cluster| cluster.review.len() as u64)
        .sum();
    progress.end();
    Ok((collected, all))
}

fn add_person(
    all: &mut People,
    cluster: &whose_linkage::Cluster,
    named: &whose_linkage::Named,
    found: &collect::Found2,
    collected: &Collected,
    roster: &Roster,
    as_of: Date,
) {
    let id = &named.id;
    let mut records: Vec<PersonRecord> = cluster
        .members
        .iter()
        .filter_map(|member| collected.record(member.index as usize))
        .collect();
    records.sort_by_key(|record| record.id);
    let references: Vec<&PersonRecord> = records.iter().collect();
    let extra: Option<&RosterExtra> = records
        .iter()
        .find_map(|record| roster.extra.get(&record.id));
    let elements = collect::elements(found);
    let mut pieces = Vec::new();
    let mut person = people::assemble(id.clone(), &references, extra, &elements, as_of);
    person.n_exhibits = found.n_exhibits;
    person.replaces = named.replaces.clone();
    person.split_from = named.split_from.clone();
    for record in person.records.clone() {
        for (piece, why) in collected.pieces.get(&record).into_iter().flatten() {
            person.records.push(*piece);
            pieces.push((record, *piece, *why));
        }
    }
    person.records.sort_unstable();
    person
        .notes
        .extend(cluster.notes.iter().map(|note| note.words().to_owned()));
    person.notes.extend(
        cluster
            .review
            .iter()
            .map(|question| question.asked.words().to_owned()),
    );
    person.notes.sort();
    person.notes.dedup();
    let is_affected = people::is_affected(&person, &elements);
    // Ids are kept also for those who are only named, so that later evidence finds them under the same id.
    let of_roster = records
        .iter()
        .filter(|record| record.standard == Standard::Roster);
    for record in person
        .records
        .iter()
        .copied()
        .chain(of_roster.map(|record| record.id))
    {
        all.records.push(LinkedRecord {
            person_id: id.clone(),
            record,
            is_affected,
        });
    }
    let is_known = records
        .iter()
        .any(|record| record.standard == Standard::Roster);
    if !roster.people.is_empty() && !is_known {
        person.notes.push("not in the roster".to_owned());
    }
    if !is_affected {
        all.named.add(id, person.role);
        return;
    }
    for (element, sum) in &found.elements {
        all.exposures.push(Exposure {
            person_id: id.clone(),
            element: *element,
            n_mentions: sum.n_mentions,
            n_exhibits: sum.n_exhibits,
            first_exhibit: sum.first.0.clone(),
            first_place: sum.first.1.clone(),
            confidence: sum.confidence,
        });
    }
    for merge in &cluster.merges {
        let at = |index: u32| collected.records.get(index as usize).copied();
        if let (Some(a), Some(b)) = (at(merge.a), at(merge.b)) {
            all.merges.push(MergeRow {
                person_id: id.clone(),
                a,
                b,
                probability: merge.probability,
                weight_bits: merge.weight_bits,
                rival: Some(merge.rival),
                prior_bits: merge.prior_bits,
                reasons: merge.reasons.iter().map(tables::reason).collect(),
            });
        }
    }
    for question in &cluster.review {
        let at = |index: u32| collected.records.get(index as usize).copied();
        if let (Some(a), Some(b)) = (at(question.pair.a), at(question.pair.b)) {
            all.questions.push(QuestionRow {
                person_id: id.clone(),
                a,
                b,
                asked: question.asked.words().to_owned(),
                probability: question.pair.probability,
                weight_bits: question.pair.weight_bits,
                rival: Some(question.pair.rival),
                prior_bits: question.pair.prior_bits,
                reasons: question.pair.reasons.iter().map(tables::reason).collect(),
            });
        }
    }
    for (a, b, why) in pieces {
        // Said by the document, not by chance: there is nothing to weigh.
        all.merges.push(MergeRow {
            person_id: id.clone(),
            a,
            b,
            probability: 1.0,
            weight_bits: 0.0,
            rival: None,
            prior_bits: 0.0,
            reasons: vec![("same-document".to_owned(), why.id().to_owned(), 0.0)],
        });
    }
    all.notes.push(PersonNote {
        person_id: id.clone(),
        service: found.service.clone(),
        keys: found.keys.iter().copied().collect(),
    });
    all.people.push(person);
}

/// Gives each cluster its id: the one most of its records had before, or a new one from its first record.
fn name_people(
    clusters: &[&whose_linkage::Cluster],
    collected: &Collected,
    before: &HashMap<RecordId, PersonId>,
) -> Vec<whose_linkage::Named> {
    let ids_of = |cluster: &whose_linkage::Cluster| -> Vec<RecordId> {
        let mut ids: Vec<RecordId> = cluster
            .members
            .iter()
            .filter(|member| member.index as usize >= collected.n_roster)
            .filter_map(|member| collected.records.get(member.index as usize).copied())
            .collect();
        ids.sort_unstable();
        ids
    };
    let people: Vec<Vec<RecordId>> = clusters.iter().map(|cluster| ids_of(cluster)).collect();
    whose_linkage::ids(&people, before)
}

/// Threads lent to the linkage.
#[derive(Clone, Copy, Debug)]
pub struct Threads(
    /// How many.
    pub usize,
);

impl whose_linkage::Parallel for Threads {
    fn map(&self, n: usize, f: &(dyn Fn(usize) + Sync)) {
        let next = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..self.0.clamp(1, n.max(1)) {
                scope.spawn(|| {
                    loop {
                        let part = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        if part >= n {
                            return;
                        }
                        f(part);
                    }
                });
            }
        });
    }
}

fn write_tables(case: &Case, collected: &Collected, linked: &People) -> Result<(), StoreError> {
    tables::write(case, tables::EXHIBITS, &collected.exhibits)?;
    tables::write(case, tables::GAPS, &collected.gaps)?;
    tables::write(case, tables::RECORDS, &linked.records)?;
    tables::write(case, tables::MERGES, &linked.merges)?;
    tables::write(case, tables::QUESTIONS, &linked.questions)?;
    tables::write(case, tables::NOTES, &linked.notes)?;
    tables::write(case, tables::EXPOSURES, &linked.exposures)?;
    tables::write(case, tables::ROSTER_ROWS, &linked.roster)?;
    tables::write(case, requests::REQUESTS, &linked.requests)?;
    tables::write(case, tables::PEOPLE, &linked.people)
}

/// Which results of reading the lists rest on; others in the vault are of earlier rules or rosters.
fn write_finished(case: &Case, index: &Index, seized: &[Seized]) -> Result<(), StoreError> {
    let keys: BTreeMap<Key, Digest> = seized
        .iter()
        .filter_map(|file| Some((file.key?, file.digest?.0)))
        .collect();
    let rows: Vec<Finished> = keys
        .into_iter()
        .filter_map(|(key, digest)| {
            index
                .chain(&key)
                .map(|chain| Finished { key, digest, chain })
        })
        .collect();
    tables::write(case, tables::FINISHED, &rows)
}
