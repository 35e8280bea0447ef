//! A folder and a secret in, an open `Case` out: the one handle through which the case is read and written.
//!
//! Everything that is written is flushed, put in its place whole, and named
//! with its digest in the log. Tables, `case.toml` and exports are named in
//! the log first and put in their place after, so that a killed run is
//! finished by the next one. Parts are written once under their name, put in
//! their place first and named in the log in batches; a part that a killed run
//! left unnamed is checked and taken over by the next open for writing.
//!
//! Format: `docs/spec/case-format.md`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::StoreError;
use crate::error::{At, damaged};
use crate::files::{self, Unfinished};
use crate::index::{self, FILES_PER_ENTRY, FileRecord, Hex, Index, RemovedFile};
use crate::keys::{self, CaseKey, Recipient, Secret, Unsealed};
use crate::lock::WriteLock;
use crate::log::{Entry, Log, OWN_VERBS};
use crate::meta::{self, CaseFile, CaseMeta, KeyFile};
use crate::tlog::note::LogKey;

/// `case.toml` and key files are small; larger ones are not ours.
pub(crate) const MAX_SMALL_FILE: u64 = 1024 * 1024;

/// What a writer brings from the front door: the day and chance.
#[derive(Clone)]
pub struct Session {
    /// When the session begins; entries that the store makes itself carry the latest time it was told.
    pub now: Timestamp,
    /// 32 bytes from the operating system's generator, fresh for every session.
    pub entropy: [u8; 32],
}

/// How a case is opened.
pub enum Access {
    /// To read. Any number at once, also beside a writer.
    Read,
    /// To read and write. One at a time.
    Write(Session),
}

/// An open case. Shared between threads by reference.
pub struct Case {
    pub(crate) dir: PathBuf,
    pub(crate) key: CaseKey,
    file: Mutex<CaseFile>,
    state: Mutex<State>,
    entropy: Option<[u8; 32]>,
    counter: AtomicU64,
    _lock: Option<WriteLock>,
}

/// What changes while a case is open for writing.
pub(crate) struct State {
    pub(crate) log: Log,
    pub(crate) index: Index,
    /// Parts that stand in their place but not yet in the log.
    pending: Vec<FileRecord>,
    now: Timestamp,
}

impl Case {
    /// Makes a new case in a folder that is empty or not there.
    pub fn create(
        dir: &Path,
        meta: CaseMeta,
        recipients: &[Recipient],
        session: Session,
    ) -> Result<Self, StoreError> {
        fs::create_dir_all(dir).at(dir)?;
        clear_unborn(dir)?;
        let lock = WriteLock::take(dir)?;
        let key = CaseKey::new(&session.entropy);
        let sealed = keys::seal(&key, recipients)?;
        let log_key = LogKey::new(&meta::origin(&key.case_id), &key.signing());
        let file = CaseFile {
            version: meta::VERSION,
            id: key.case_id.clone(),
            created: session.now,
            log_key: log_key.text(),
            meta,
            keys: sealed
                .iter()
                .map(|(name, recipients, _)| KeyFile {
                    file: name.clone(),
                    recipients: recipients.clone(),
                })
                .collect(),
        };
        let case = Self {
            dir: dir.to_owned(),
            key,
            file: Mutex::new(file.clone()),
            state: Mutex::new(State {
                log: Log::new(dir.join("log"), log_key),
                index: Index::default(),
                pending: Vec::new(),
                now: session.now,
            }),
            entropy: Some(session.entropy),
            counter: AtomicU64::new(0),
            _lock: Some(lock),
        };
        for folder in ["vault/parts", "vault/tables", "out"] {
            let folder = dir.join(folder);
            fs::create_dir_all(&folder).at(&folder)?;
        }
        for (name, _, bytes) in &sealed {
            files::write_whole(&dir.join(name), case.next(), bytes)?;
        }
        let text = file.text()?;
        let mut records: Vec<_> = sealed
            .iter()
            .map(|(name, _, bytes)| plain_record(name, bytes))
            .collect();
        records.push(plain_record(meta::FILE_NAME, text.as_bytes()));
        case.name_in_log(&mut case.lock_state(), &records)?;
        // Last: a folder without `case.toml` is not a case yet.
        files::write_whole(&dir.join(meta::FILE_NAME), case.next(), text.as_bytes())?;
        Ok(case)
    }

    /// Opens a case with the first secret that fits.
    pub fn open(dir: &Path, secrets: &[Secret], access: Access) -> Result<Self, StoreError> {
        let bytes = files::read_bounded(&dir.join(meta::FILE_NAME), MAX_SMALL_FILE)?
            .ok_or_else(|| StoreError::NoCase(dir.to_owned()))?;
        let file = CaseFile::parse(&bytes)
            .ok_or_else(|| damaged(meta::FILE_NAME, "it is not what the case wrote"))?;
        if secrets.is_empty() {
            return Err(StoreError::NoSecret);
        }
        let key = unseal_any(dir, &file, secrets)?;
        let log_key = LogKey::new(&meta::origin(&key.case_id), &key.signing());
        if file.id != key.case_id || file.log_key != log_key.text() {
            return Err(damaged(
                meta::FILE_NAME,
                "its id or log key is not the one that is sealed with the case key",
            ));
        }
        let (lock, session) = match access {
            Access::Read => (None, None),
            Access::Write(session) => (Some(WriteLock::take(dir)?), Some(session)),
        };
        let (log, index, last) = load_log(dir, &log_key, lock.is_some())?;
        let now = session.as_ref().map_or(file.created, |session| session.now);
        let case = Self {
            dir: dir.to_owned(),
            key,
            file: Mutex::new(file),
            state: Mutex::new(State {
                log,
                index,
                pending: Vec::new(),
                now: last.map_or(now, |last| now.max(last)),
            }),
            entropy: session.map(|session| session.entropy),
            counter: AtomicU64::new(0),
            _lock: lock,
        };
        if case.entropy.is_some() {
            case.recover()?;
        }
        Ok(case)
    }

    /// The folder it stands in.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// What people call it and what it is about.
    pub fn meta(&self) -> CaseMeta {
        relock(&self.file).meta.clone()
    }

    /// The case's id: sixteen hexadecimal digits.
    pub fn id(&self) -> &str {
        &self.key.case_id
    }

    /// When it was made.
    pub fn created(&self) -> Timestamp {
        relock(&self.file).created
    }

    /// Changes what people call it or what it is about.
    pub fn set_meta(&self, meta: CaseMeta) -> Result<(), StoreError> {
        self.must_write()?;
        let mut file = relock(&self.file);
        let changed = CaseFile {
            meta,
            ..file.clone()
        };
        if changed == *file {
            return Ok(());
        }
        let text = changed.text()?;
        let mut temp = Unfinished::new(&self.dir.join(meta::FILE_NAME), self.next())?;
        std::io::Write::write_all(&mut temp, text.as_bytes()).at(temp.path())?;
        self.commit(temp, plain_record(meta::FILE_NAME, text.as_bytes()))?;
        *file = changed;
        Ok(())
    }

    /// The key that checks this case's checkpoints and proofs; publish it or keep it apart from the case.
    pub fn public_key(&self) -> String {
        self.lock_state().log.key().text()
    }

    /// The latest signed checkpoint of the log.
    pub fn checkpoint(&self) -> String {
        self.lock_state().log.checkpoint().to_owned()
    }

    /// Adds an entry to the log and signs a checkpoint over it.
    pub fn log(&self, entry: Entry) -> Result<(), StoreError> {
        self.log_all(std::slice::from_ref(&entry))
    }

    /// Adds entries to the log under one checkpoint.
    pub fn log_all(&self, entries: &[Entry]) -> Result<(), StoreError> {
        self.must_write()?;
        let mut bytes = Vec::with_capacity(entries.len());
        for entry in entries {
            if entry.verb.is_empty() || entry.verb.starts_with(OWN_VERBS) {
                return Err(StoreError::BadVerb);
            }
            bytes.push(entry.to_bytes()?);
        }
        let mut state = self.lock_state();
        for entry in entries {
            state.now = state.now.max(entry.at);
        }
        self.flush_pending(&mut state)?;
        state.log.append(&bytes, &self.key.signing(), self.next())
    }

    /// Names all parts written so far in the log.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.must_write()?;
        self.flush_pending(&mut self.lock_state())
    }

    /// Every entry of the log in order, the store's own among them.
    pub fn entries(&self, mut each: impl FnMut(u64, &Entry)) -> Result<(), StoreError> {
        let state = self.lock_state();
        for n in (0..state.log.tree().size()).step_by(crate::tlog::tiles::WIDTH as usize) {
            for (i, bytes) in state.log.bundle_from(n)?.iter().enumerate() {
                let entry = serde_json::from_slice(bytes)
                    .map_err(|_| damaged("log/tile/entries", "it holds no entry"))?;
                each(n + i as u64, &entry);
            }
        }
        Ok(())
    }

    pub(crate) fn lock_state(&self) -> MutexGuard<'_, State> {
        relock(&self.state)
    }

    /// A number that no other unfinished file of this session has.
    pub(crate) fn next(&self) -> u64 {
        self.counter.fetch_add(1, Ordering::Relaxed)
    }

    /// A salt for a new sealed file; `content` makes it differ even if the front door's chance does not.
    pub(crate) fn salt(&self, path: &str, content: &[u8]) -> Result<[u8; 32], StoreError> {
        let entropy = self.entropy.ok_or(StoreError::ReadOnly)?;
        let mut hasher =
            blake3::Hasher::new_derive_key("whose 2026 case v1: salt of a sealed file");
        hasher.update(&entropy);
        hasher.update(&self.next().to_be_bytes());
        hasher.update(&(path.len() as u64).to_be_bytes());
        hasher.update(path.as_bytes());
        hasher.update(content);
        Ok(*hasher.finalize().as_bytes())
    }

    pub(crate) fn must_write(&self) -> Result<(), StoreError> {
        match self.entropy {
            Some(_) => Ok(()),
            None => Err(StoreError::ReadOnly),
        }
    }

    /// Names a whole file in the log, then puts it in its place.
    pub(crate) fn commit(
        &self,
        mut file: Unfinished,
        record: FileRecord,
    ) -> Result<(), StoreError> {
        self.must_write()?;
        // From here the bytes outlive this process: if it ends after the log
        // names them and before they are in place, the next one places them.
        file.sync()?;
        let mut state = self.lock_state();
        self.flush_pending(&mut state)?;
        file.keep()?;
        if let Err(error) = self.name_in_log(&mut state, std::slice::from_ref(&record)) {
            file.abandon();
            return Err(error);
        }
        file.place()
    }

    /// Puts a part in its place and remembers to name it in the log.
    pub(crate) fn commit_part(
        &self,
        mut file: Unfinished,
        record: FileRecord,
    ) -> Result<(), StoreError> {
        file.sync()?;
        let mut state = self.lock_state();
        if state.index.files.contains_key(&record.path) {
            return Err(StoreError::PartExists(record.path));
        }
        file.place()?;
        state.index.put(record.clone(), None);
        state.pending.push(record);
        if state.pending.len() >= FILES_PER_ENTRY {
            self.flush_pending(&mut state)?;
        }
        Ok(())
    }

    /// Names in the log that files go, then removes them.
    pub(crate) fn remove(&self, paths: &[String]) -> Result<(), StoreError> {
        self.must_write()?;
        let mut state = self.lock_state();
        self.flush_pending(&mut state)?;
        for paths in paths.chunks(FILES_PER_ENTRY) {
            let mut gone = Vec::new();
            for path in paths {
                let standing = state
                    .index
                    .files
                    .get(path)
                    .ok_or_else(|| StoreError::NotFound(path.clone()))?;
                gone.push(RemovedFile {
                    path: path.clone(),
                    blake3: standing.record.blake3,
                });
            }
            let entry = self.own_entry(&state, index::REMOVED, index::removed(&gone))?;
            state
                .log
                .append(&[entry], &self.key.signing(), self.next())?;
            for file in &gone {
                state.index.remove(file);
                remove_if_there(&self.dir.join(&file.path))?;
            }
        }
        Ok(())
    }

    fn flush_pending(&self, state: &mut State) -> Result<(), StoreError> {
        let pending = std::mem::take(&mut state.pending);
        let named = self.name_in_log(state, &pending);
        if named.is_err() {
            state.pending = pending;
        }
        named
    }

    fn name_in_log(&self, state: &mut State, records: &[FileRecord]) -> Result<(), StoreError> {
        if records.is_empty() {
            return Ok(());
        }
        let entries = records
            .chunks(FILES_PER_ENTRY)
            .map(|files| self.own_entry(state, index::WRITTEN, index::written(files)))
            .collect::<Result<Vec<_>, _>>()?;
        let first = state.log.tree().size();
        state
            .log
            .append(&entries, &self.key.signing(), self.next())?;
        for (n, files) in records.chunks(FILES_PER_ENTRY).enumerate() {
            for record in files {
                state.index.put(record.clone(), Some(first + n as u64));
            }
        }
        Ok(())
    }

    fn own_entry(
        &self,
        state: &State,
        verb: &str,
        what: serde_json::Value,
    ) -> Result<Vec<u8>, StoreError> {
        Entry {
            at: state.now,
            verb: verb.to_owned(),
            what,
        }
        .to_bytes()
    }

    /// Finishes what a killed run began and sweeps away what it left.
    fn recover(&self) -> Result<(), StoreError> {
        let mut state = self.lock_state();
        let mut unnamed = Vec::new();
        let log_files = Log::file_names(state.log.tree().size());
        for path in files::walk(&self.dir)? {
            let full = self.dir.join(&path);
            let name = path.rsplit('/').next().unwrap_or_default();
            if let Some((place, _)) = path.split_once('~').filter(|_| files::is_unfinished(name)) {
                self.finish_or_remove(&state.index, place, &full)?;
            } else if let Some(rest) = path.strip_prefix("log/") {
                if !log_files.contains(rest) {
                    remove_if_there(&full)?;
                }
            } else if path.starts_with("vault/") && !state.index.files.contains_key(&path) {
                let record = crate::parts::authenticate(&self.dir, &self.key, &path);
                match (record, state.index.removed.get(&path)) {
                    (Ok(record), Some(gone)) if record.blake3.0 == *gone => {
                        remove_if_there(&full)?;
                    }
                    (Ok(record), _) if path.starts_with("vault/parts/") => unnamed.push(record),
                    // Not ours to take over nor to destroy: `verify` names it.
                    _ => {}
                }
            } else if let Some(gone) = state.index.removed.get(&path)
                && files::digest(&full)? == *gone
            {
                remove_if_there(&full)?;
            }
        }
        self.name_in_log(&mut state, &unnamed)
    }

    /// A whole file that the log names goes to its place; any other unfinished file goes away.
    fn finish_or_remove(
        &self,
        index: &Index,
        place: &str,
        unfinished: &Path,
    ) -> Result<(), StoreError> {
        let wanted = index.files.get(place).map(|file| file.record.blake3.0);
        if let Some(wanted) = wanted
            && files::digest(unfinished)? == wanted
        {
            let place = self.dir.join(place);
            if !place.exists() || files::digest(&place)? != wanted {
                fs::rename(unfinished, &place).at(&place)?;
                return files::sync_folder(&place);
            }
        }
        remove_if_there(unfinished)
    }
}

impl Drop for Case {
    fn drop(&mut self) {
        if self.entropy.is_some() {
            // What fails here is caught up on by the next open for writing.
            let _ = self.flush_pending(&mut self.lock_state());
        }
    }
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Case({})", self.key.case_id)
    }
}

/// Reads the log; a reader beside a writer tries again when the log moved on under it.
fn load_log(
    dir: &Path,
    key: &LogKey,
    alone: bool,
) -> Result<(Log, Index, Option<Timestamp>), StoreError> {
    let folder = dir.join("log");
    let mut attempts = if alone { 1 } else { 20 };
    loop {
        attempts -= 1;
        let before = fs::read(folder.join("checkpoint")).ok();
        let mut index = Index::default();
        let mut last: Option<Timestamp> = None;
        let loaded = Log::load(folder.clone(), key.clone(), |n, entry| {
            last = last.max(Some(entry.at));
            index.replay(n, entry);
        });
        match loaded {
            Err(_) if attempts > 0 && fs::read(folder.join("checkpoint")).ok() != before => {}
            loaded => return loaded.map(|log| (log, index, last)),
        }
    }
}

/// Another thread's panic leaves the state as of the last finished step, which is sound.
fn relock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The record of a file that stands in the clear.
pub(crate) fn plain_record(path: &str, bytes: &[u8]) -> FileRecord {
    FileRecord {
        path: path.to_owned(),
        blake3: Hex(*blake3::hash(bytes).as_bytes()),
        bytes: bytes.len() as u64,
        salt: None,
        table: None,
    }
}

fn unseal_any(dir: &Path, file: &CaseFile, secrets: &[Secret]) -> Result<CaseKey, StoreError> {
    let mut broken = None;
    for key_file in &file.keys {
        if !is_key_file(&key_file.file) {
            return Err(damaged(meta::FILE_NAME, "it names a key file that is none"));
        }
        match files::read_bounded(&dir.join(&key_file.file), MAX_SMALL_FILE)? {
            None => broken = Some(damaged(&key_file.file, "it is missing")),
            Some(bytes) => match keys::unseal(&bytes, secrets)? {
                Unsealed::Key(key) => return Ok(key),
                Unsealed::Damaged => {
                    broken = Some(damaged(&key_file.file, "it is not what the case wrote"));
                }
                Unsealed::WrongSecret => {}
            },
        }
    }
    Err(broken.unwrap_or(StoreError::WrongSecret))
}

/// `key.age`, `key-2.age`, ...
pub(crate) fn is_key_file(name: &str) -> bool {
    name.strip_prefix("key")
        .and_then(|rest| rest.strip_suffix(".age"))
        .is_some_and(|n| {
            n.is_empty()
                || n.strip_prefix('-')
                    .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        })
}

/// Clears away what a killed `create` left; refuses a folder that holds anything else.
fn clear_unborn(dir: &Path) -> Result<(), StoreError> {
    let found = files::walk(dir)?;
    let ours = |path: &String| {
        path == crate::lock::FILE_NAME
            || is_key_file(path.split('~').next().unwrap_or_default())
            || path.starts_with("log/")
            || path.starts_with("case.toml~")
    };
    if !found.iter().all(ours) {
        return Err(StoreError::NotEmpty(dir.to_owned()));
    }
    for path in found.iter().filter(|path| *path != crate::lock::FILE_NAME) {
        remove_if_there(&dir.join(path))?;
    }
    Ok(())
}

fn remove_if_there(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        done => done.at(path),
    }
}
