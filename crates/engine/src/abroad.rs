//! Reading on other machines: parts of the evidence out, what reading said of them back; and the side that reads them there.
//!
//! A part is a few whole files. On the other machine a confined reading process
//! of this same program reads them, is watched and started again by the very
//! code that does so here (`pool.rs`), and what it said comes back as the same
//! events in the same order. So a case does not show where its files were read.
//! What carries parts and words between the machines is a program of its own
//! (`elsewhere.rs`), which seals them and knows nothing of what is in them.
//! Read here: files of a set, which are read together, and very large ones.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::os::fd::AsRawFd;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::MemfdFlags;
use serde::{Deserialize, Serialize};
use whose_linkage::WireError;
use whose_linkage::frames::{self, Answer};
use whose_model::ExhibitPath;
use whose_store::StoreError;

use crate::elsewhere::Elsewhere;
use crate::error::EngineError;
use crate::guard::{inner, lock};
use crate::pool::{self, Outbox, PoolError, Reader, Task, Workers};
use crate::protocol::{self, Event, Hello};

/// A larger file is read here: elsewhere it lies in memory, because evidence is written to no disk there.
const MAX_FILE: u64 = 256 << 20;
/// The pile is cut into so many parts, ...
const PARTS: u64 = 64;
/// ... into more where one would hold more bytes than about this, ...
const PART_BYTES: u64 = 4 << 20;
/// ... or more files: a page of a scan is small and takes seconds.
const PART_FILES: usize = 32;
/// So many parts, and so many bytes of more than one, lie on shared storage for each of the lanes.
const WAVE_PARTS: usize = 128;
const WAVE_BYTES: u64 = 512 << 20;
/// While the last parts of one lane are read, the other's keep everybody busy.
const LANES: usize = 2;
/// Words are sent when they are so many bytes.
const WORDS: usize = 1 << 20;

/// Said once, before the first part: the digest of the program that asks, because another one may read otherwise.
type Greeting<H> = ([u8; 32], H);

/// What a part begins with; the bytes of its files follow.
#[derive(Serialize, Deserialize)]
struct Head {
    files: Vec<(ExhibitPath, u64)>,
}

/// Reads all tasks, most of them elsewhere; as [`pool::read_all`] otherwise.
pub(crate) fn read_all<O>(
    elsewhere: &Elsewhere,
    workers: &Workers,
    hello: &Hello,
    tasks: &[Task],
    outbox: impl Fn() -> O + Sync,
    close: impl Fn(O) -> Result<(), StoreError> + Sync,
) -> Result<(), EngineError>
where
    O: Outbox<Error = StoreError> + Send,
{
    let program = digest(&workers.program).map_err(EngineError::Workers)?;
    let greeting: Greeting<&Hello> = (program, hello);
    let greeting = postcard::to_stdvec(&greeting)
        .map_err(|error| EngineError::Workers(io::Error::other(error)))?;
    let goes = |task: &Task| task.beside.is_none() && task.bytes <= MAX_FILE;
    let (sent, kept): (Vec<usize>, Vec<usize>) =
        (0..tasks.len()).partition(|index| tasks.get(*index).is_some_and(goes));
    let waves = waves(tasks, &sent);
    let n_lanes = waves.len().min(LANES);
    let waves = Mutex::new(waves.into_iter());
    let left = Mutex::new(Vec::new());
    let failed = AtomicBool::new(false);
    let read_here = |which: &[usize]| {
        pool::read_some(workers, hello, tasks, which, &failed, &outbox, &close)
            .map_err(EngineError::from)
    };
    let lane = || {
        let mut out = outbox();
        let worked = elsewhere.read(|from, to| {
            frames::put(to, &greeting)?;
            to.flush()?;
            match Answer::receive(from)? {
                Answer::Done => {}
                Answer::Refused(why) => return Err(WireError::Refused(why).into()),
                Answer::Words(_) => return Err(gone(io::ErrorKind::InvalidData)),
            }
            loop {
                let next = lock(&waves).next();
                let Some(wave) = next.filter(|_| !failed.load(Ordering::Relaxed)) else {
                    return Ok(());
                };
                let mut went = Vec::new();
                for part in &wave {
                    let (files, bytes) = pack(tasks, part, &mut lock(&left))?;
                    if !files.is_empty() {
                        frames::put(to, &bytes)?;
                        went.push(files);
                    }
                }
                frames::put(to, &[])?;
                to.flush()?;
                for files in went {
                    take(from, &files, &mut out)?;
                }
            }
        });
        let closed = close(out);
        failed.fetch_or(worked.is_err(), Ordering::Relaxed);
        worked.and_then(|()| Ok(closed?))
    };
    std::thread::scope(|scope| {
        let here = scope.spawn(|| read_here(&kept));
        let lanes: Vec<_> = (0..n_lanes).map(|_| scope.spawn(lane)).collect();
        lanes.into_iter().chain([here]).try_for_each(|thread| {
            thread
                .join()
                .unwrap_or_else(|_| Err(gone(io::ErrorKind::Other)))
        })
    })?;
    read_here(&inner(left))
}

fn gone(kind: io::ErrorKind) -> EngineError {
    WireError::from(io::Error::from(kind)).into()
}

/// Deals what is sent out into parts, and these into waves; neighbours, which are alike and may be slow alike, go to different parts.
fn waves(tasks: &[Task], sent: &[usize]) -> Vec<Vec<Vec<usize>>> {
    let bytes = |index: &usize| tasks.get(*index).map_or(0, |task| task.bytes);
    let total: u64 = sent.iter().map(bytes).sum();
    let n_parts = (total / PART_BYTES + 1)
        .max(PARTS)
        .max(sent.len().div_ceil(PART_FILES) as u64)
        .min(sent.len() as u64);
    let mut dealt = vec![(0, Vec::new()); usize::try_from(n_parts).unwrap_or(usize::MAX)];
    let mut parts = Vec::new();
    for (nth, index) in sent.iter().enumerate() {
        let n_dealt = dealt.len();
        let Some((n_part, part)) = dealt.get_mut(nth % n_dealt) else {
            continue;
        };
        let n = bytes(index);
        if !part.is_empty() && *n_part + n > 2 * PART_BYTES {
            parts.push(std::mem::take(part));
            *n_part = 0;
        }
        part.push(*index);
        *n_part += n;
    }
    parts.extend(dealt.into_iter().map(|(_, part)| part));
    let mut waves: Vec<Vec<Vec<usize>>> = Vec::new();
    let mut n_wave = 0;
    for part in parts {
        let n: u64 = part.iter().map(bytes).sum();
        match waves.last_mut() {
            Some(wave) if wave.len() < WAVE_PARTS && n_wave + n <= WAVE_BYTES => {
                wave.push(part);
                n_wave += n;
            }
            _ => {
                waves.push(vec![part]);
                n_wave = n;
            }
        }
    }
    waves
}

/// A part as it is sent; a file that cannot be read, or is not what it was, is `left` to be read here.
fn pack(
    tasks: &[Task],
    part: &[usize],
    left: &mut Vec<usize>,
) -> Result<(Vec<usize>, Vec<u8>), EngineError> {
    let mut files = Vec::new();
    let mut head = Head { files: Vec::new() };
    let mut bytes = Vec::new();
    for index in part {
        let Some(task) = tasks.get(*index) else {
            continue;
        };
        let before = bytes.len();
        let read = File::open(&task.place)
            .and_then(|file| file.take(task.bytes + 1).read_to_end(&mut bytes));
        if read.is_ok_and(|n| n as u64 == task.bytes) {
            head.files.push((task.path.clone(), task.bytes));
            files.push(*index);
        } else {
            bytes.truncate(before);
            left.push(*index);
        }
    }
    let mut all =
        postcard::to_stdvec(&head).map_err(|error| WireError::from(io::Error::other(error)))?;
    all.append(&mut bytes);
    Ok((files, all))
}

/// Passes on what was said of the files of a part, as if it had been said here.
fn take<O: Outbox<Error = StoreError>>(
    from: &mut dyn BufRead,
    files: &[usize],
    out: &mut O,
) -> Result<(), EngineError> {
    let mut files = files.iter();
    let mut current = files.next();
    loop {
        match Answer::receive(from)? {
            Answer::Refused(why) => return Err(WireError::Refused(why).into()),
            Answer::Done if current.is_none() => return Ok(()),
            Answer::Done => return Err(gone(io::ErrorKind::UnexpectedEof)),
            Answer::Words(words) => {
                let mut words = &words[..];
                while !words.is_empty() {
                    let index = *current.ok_or_else(|| gone(io::ErrorKind::InvalidData))?;
                    match protocol::receive(&mut words)? {
                        // Whatever an earlier start gave is void, as it would be here.
                        Event::Ready(_) => drop(out.start(index)?),
                        Event::Done => {
                            out.done()?;
                            current = files.next();
                        }
                        event => out.event(event)?,
                    }
                }
            }
        }
    }
}

/// Reads the parts that another machine's `whose` sends, until nobody sends any more.
///
/// # Errors
/// When the asking side is gone in the middle, or no reading process starts.
pub fn read_for_others(
    workers: &Workers,
    from: &mut dyn Read,
    to: &mut (dyn Write + Send),
) -> io::Result<()> {
    let (mut from, mut to) = (BufReader::new(from), BufWriter::new(to));
    let Some(greeting) = frames::next(&mut from)? else {
        return Ok(());
    };
    let hello = match postcard::from_bytes::<Greeting<Hello>>(&greeting) {
        Ok((program, hello)) if program == digest(&workers.program)? => Hello {
            broker: workers.broker(),
            ..hello
        },
        _ => {
            Answer::Refused(
                "the `whose` of an executor is another build than the one that asks: only one build reads everything alike".into(),
            )
            .send(&mut to)?;
            return to.flush();
        }
    };
    Answer::Done.send(&mut to)?;
    to.flush()?;
    let mut reader = None;
    let mut wave = Vec::new();
    while let Some(part) = frames::next(&mut from)? {
        if !part.is_empty() {
            wave.push(part);
            continue;
        }
        for part in wave.drain(..) {
            read_part(workers, &hello, &part, &mut reader, &mut to)?;
            Answer::Done.send(&mut to)?;
        }
        to.flush()?;
    }
    Ok(())
}

fn read_part(
    workers: &Workers,
    hello: &Hello,
    part: &[u8],
    reader: &mut Option<Reader>,
    to: &mut dyn Write,
) -> io::Result<()> {
    let (head, mut rest) = postcard::take_from_bytes::<Head>(part).map_err(io::Error::other)?;
    let mut out = Teller {
        to,
        words: Vec::new(),
    };
    for (path, n) in head.files {
        let length = usize::try_from(n).map_err(io::Error::other)?;
        let (bytes, after) = rest
            .split_at_checked(length)
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        rest = after;
        // In memory, under no name: evidence is written to no disk here.
        let mut file = File::from(rustix::fs::memfd_create("file", MemfdFlags::CLOEXEC)?);
        file.write_all(bytes)?;
        let place = format!("/proc/self/fd/{}", file.as_raw_fd()).into();
        // Where it cannot be opened again, that is this machine's fault and no gap of the file's.
        File::open(&place)?;
        let task = Task {
            path,
            place,
            bytes: n,
            beside: None,
        };
        pool::read_one(workers, hello, &task, 0, reader, &mut out).map_err(
            |error| match error {
                PoolError::Start(error) | PoolError::Outbox(error) => error,
            },
        )?;
    }
    out.tell()
}

/// Sends the events of one file after the other.
struct Teller<'a> {
    to: &'a mut dyn Write,
    words: Vec<u8>,
}

impl Teller<'_> {
    fn tell(&mut self) -> io::Result<()> {
        if self.words.is_empty() {
            return Ok(());
        }
        Answer::Words(std::mem::take(&mut self.words)).send(self.to)
    }
}

impl Outbox for Teller<'_> {
    type Error = io::Error;

    fn start(&mut self, _: usize) -> io::Result<Vec<u128>> {
        self.event(Event::Ready(String::new()))?;
        Ok(Vec::new())
    }

    fn event(&mut self, event: Event) -> io::Result<()> {
        protocol::send(&mut self.words, &event)?;
        if self.words.len() >= WORDS {
            self.tell()?;
        }
        Ok(())
    }

    fn done(&mut self) -> io::Result<()> {
        self.event(Event::Done)
    }
}

/// Tells one build of a program from another.
fn digest(program: &Path) -> io::Result<[u8; 32]> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(program)?)?;
    Ok(*hasher.finalize().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tasks(sizes: &[u64]) -> Vec<Task> {
        let task = |(number, bytes): (usize, &u64)| Task {
            path: ExhibitPath(number.to_string()),
            place: "/nowhere".into(),
            bytes: *bytes,
            beside: None,
        };
        sizes.iter().enumerate().map(task).collect()
    }

    #[test]
    fn every_file_is_in_one_part_and_no_part_or_wave_is_too_large() {
        for sizes in [
            vec![],
            vec![0; 100],
            vec![0; 10_000],
            vec![9 << 20; 700],
            (0..9_000).map(|n| (n * 7_919) % (900 << 10)).collect(),
            vec![MAX_FILE, 1, MAX_FILE, MAX_FILE, 0, MAX_FILE],
            (0..6_400)
                .map(|n| if n % 64 == 0 { MAX_FILE } else { 0 })
                .collect(),
        ] {
            let tasks = tasks(&sizes);
            let all: Vec<usize> = (0..tasks.len()).collect();
            let waves = waves(&tasks, &all);
            let mut in_waves: Vec<usize> = waves.iter().flatten().flatten().copied().collect();
            in_waves.sort_unstable();
            assert_eq!(in_waves, all);
            let bytes = |files: &[usize]| files.iter().map(|index| sizes[*index]).sum::<u64>();
            for wave in &waves {
                assert!((1..=WAVE_PARTS).contains(&wave.len()));
                let in_wave: u64 = wave.iter().map(|part| bytes(part)).sum();
                assert!(wave.len() == 1 || in_wave <= WAVE_BYTES, "{in_wave}");
                for part in wave {
                    assert!((1..=PART_FILES).contains(&part.len()));
                    assert!(part.len() == 1 || bytes(part) <= 2 * PART_BYTES);
                }
            }
        }
    }

    /// Writes down what it is told.
    #[derive(Default)]
    struct Notes(Vec<String>);

    impl Outbox for Notes {
        type Error = StoreError;

        fn start(&mut self, index: usize) -> Result<Vec<u128>, StoreError> {
            self.0.push(format!("start {index}"));
            Ok(Vec::new())
        }

        fn event(&mut self, event: Event) -> Result<(), StoreError> {
            self.0.push(match event {
                Event::Begin(path) => format!("begin {}", path.0),
                Event::Mentions(mentions) => format!("{} mentions", mentions.len()),
                event => format!("{event:?}"),
            });
            Ok(())
        }

        fn done(&mut self) -> Result<(), StoreError> {
            self.0.push("done".into());
            Ok(())
        }
    }

    /// What reading says of two files, the first of which ends its process once.
    fn say<O: Outbox>(out: &mut O, indexes: [usize; 2]) -> Result<(), O::Error> {
        let begin = |path: &str| Event::Begin(ExhibitPath(path.into()));
        let many = || crate::queue::tests::mentions(0..5_000);
        out.start(indexes[0])?;
        out.event(begin("box"))?;
        out.event(many())?;
        out.start(indexes[0])?;
        out.event(begin("box"))?;
        for _ in 0..20 {
            out.event(many())?;
        }
        out.lost(begin("box/bad"))?;
        out.done()?;
        out.start(indexes[1])?;
        out.done()
    }

    #[test]
    fn what_is_said_there_is_heard_here_as_it_was_said() {
        let mut sent = Vec::new();
        let mut teller = Teller {
            to: &mut sent,
            words: Vec::new(),
        };
        say(&mut teller, [0, 0]).unwrap();
        teller.tell().unwrap();
        Answer::Done.send(&mut sent).unwrap();
        assert!(
            sent.len() > 2 * WORDS,
            "{}: more than one frame",
            sent.len()
        );

        let (mut here, mut there) = (Notes::default(), Notes::default());
        say(&mut here, [7, 9]).unwrap();
        take(&mut &sent[..], &[7, 9], &mut there).unwrap();
        assert_eq!(here.0, there.0);
        // Of a file that was not answered for nobody says that it is done.
        assert!(take(&mut &sent[..], &[7, 9, 10], &mut there).is_err());
        assert!(take(&mut &sent[..], &[7], &mut there).is_err());
        assert!(take(&mut &sent[..WORDS], &[7, 9], &mut there).is_err());
    }

    #[test]
    fn another_build_of_the_program_refuses_to_read() {
        let workers = Workers {
            program: "/bin/true".into(),
            arguments: Vec::new(),
            broker_arguments: Vec::new(),
            n: 1,
        };
        let hello = Hello {
            limits: whose_model::Limits::default(),
            known: Vec::new(),
            detectors: String::new(),
            passwords: Vec::new(),
            broker: None,
        };
        for (program, is_ours) in [([0; 32], false), (digest(&workers.program).unwrap(), true)] {
            let greeting: Greeting<&Hello> = (program, &hello);
            let mut asked = Vec::new();
            frames::put(&mut asked, &postcard::to_stdvec(&greeting).unwrap()).unwrap();
            let mut answered = Vec::new();
            read_for_others(&workers, &mut &asked[..], &mut answered).unwrap();
            let answer = Answer::receive(&mut &answered[..]).unwrap();
            assert_eq!(answer == Answer::Done, is_ours, "{answer:?}");
        }
    }

    #[test]
    fn a_file_that_is_gone_or_grew_is_left_to_be_read_here() {
        let dir = tempfile::tempdir().unwrap();
        let mut tasks = tasks(&[3, 3, 3]);
        for (number, text) in [(0, "one"), (2, "three")] {
            tasks[number].place = dir.path().join(number.to_string());
            std::fs::write(&tasks[number].place, text).unwrap();
        }
        let mut left = Vec::new();
        let (files, bytes) = pack(&tasks, &[0, 1, 2], &mut left).unwrap();
        assert_eq!((files, left), (vec![0], vec![1, 2]));
        let (head, rest) = postcard::take_from_bytes::<Head>(&bytes).unwrap();
        assert_eq!((head.files.len(), rest), (1, &b"one"[..]));
    }
}
