//! Reading processes and the threads that feed them: files in, events out, deaths survived.
//!
//! Each thread keeps one confined process warm. When a process dies or falls
//! silent, the exhibit it had begun last becomes a gap with its cause, and the
//! file is read again without that exhibit, so that a hostile member of an
//! archive costs itself and nothing else.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};
use whose_model::{Cause, ExhibitPath, Gap, Outcome};

use crate::protocol::{self, Event, Hello, Job};
use crate::siblings::Beside;
use crate::sketch::Sketch;

/// After so many deaths within one file, the rest of it is given up as a gap.
const MAX_DEATHS: usize = 12;

/// How often the place in a file is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How to start a reading process, and how many.
#[derive(Clone, Debug)]
pub struct Workers {
    /// The program: this very one.
    pub program: PathBuf,
    /// Arguments that make it a reading process.
    pub arguments: Vec<String>,
    /// Arguments that make it the broker of a reading process, which runs Debian's programs for it.
    pub broker_arguments: Vec<String>,
    /// How many at once.
    pub n: usize,
}

impl Workers {
    /// How to start a broker.
    pub(crate) fn broker(&self) -> Option<(PathBuf, Vec<String>)> {
        Some((self.program.clone(), self.broker_arguments.clone()))
    }
}

/// A file to read.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) path: ExhibitPath,
    pub(crate) place: PathBuf,
    pub(crate) bytes: u64,
    /// Files beside it that may belong with it.
    pub(crate) beside: Option<Beside>,
}

/// Takes the events of one task after another; one for each thread.
pub(crate) trait Outbox {
    type Error;
    /// Task `index` starts, or starts again. Which of its members were read whole before and need not be read again:
    /// what was said of them stands; anything else said of the task is void.
    fn start(&mut self, index: usize) -> Result<Vec<u128>, Self::Error>;
    /// An event of the task started last.
    fn event(&mut self, event: Event) -> Result<(), Self::Error>;
    /// The engine's own word on an exhibit that ended its reader.
    fn lost(&mut self, event: Event) -> Result<(), Self::Error> {
        self.event(event)
    }
    /// The task started last has been read up to this byte.
    fn position(&mut self, _: u64) {}
    /// The task started last is done.
    fn done(&mut self) -> Result<(), Self::Error>;
}

/// Reads all tasks with `n` processes; `outbox` makes one outbox a thread, and each is given back at the end.
pub(crate) fn read_all<O: Outbox + Send>(
    workers: &Workers,
    hello: &Hello,
    tasks: &[Task],
    outbox: impl Fn() -> O + Sync,
    close: impl Fn(O) -> Result<(), O::Error> + Sync,
) -> Result<(), PoolError<O::Error>>
where
    O::Error: Send,
{
    let all: Vec<usize> = (0..tasks.len()).collect();
    let failed = AtomicBool::new(false);
    read_some(workers, hello, tasks, &all, &failed, &outbox, &close)
}

/// The same for some of the tasks; no file is begun once something has `failed`, here or with who else sets it.
pub(crate) fn read_some<O: Outbox + Send>(
    workers: &Workers,
    hello: &Hello,
    tasks: &[Task],
    which: &[usize],
    failed: &AtomicBool,
    outbox: &(impl Fn() -> O + Sync),
    close: &(impl Fn(O) -> Result<(), O::Error> + Sync),
) -> Result<(), PoolError<O::Error>>
where
    O::Error: Send,
{
    let next = AtomicUsize::new(0);
    let n_threads = workers.n.min(which.len());
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..n_threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut out = outbox();
                    let mut reader = None;
                    let result = (|| {
                        loop {
                            let nth = next.fetch_add(1, Ordering::Relaxed);
                            let Some((index, task)) = which
                                .get(nth)
                                .and_then(|index| Some((*index, tasks.get(*index)?)))
                            else {
                                return Ok(());
                            };
                            if failed.load(Ordering::Relaxed) {
                                return Ok(());
                            }
                            read_one(workers, hello, task, index, &mut reader, &mut out)?;
                        }
                    })();
                    let result = result.and_then(|()| close(out).map_err(PoolError::Outbox));
                    if result.is_err() {
                        failed.store(true, Ordering::Relaxed);
                    }
                    result
                })
            })
            .collect();
        let mut first = Ok(());
        for thread in threads {
            let result = thread
                .join()
                .unwrap_or(Err(PoolError::Start(io::Error::other(
                    "a reading thread ended",
                ))));
            if first.is_ok() {
                first = result;
            }
        }
        first
    })
}

/// Why a pool could not do its work. Broken evidence is never among the reasons.
#[derive(Debug)]
pub(crate) enum PoolError<E> {
    /// No reading process could be started.
    Start(io::Error),
    /// What was read could not be kept.
    Outbox(E),
}

/// Reads one file, however often its reading process dies of it.
pub(crate) fn read_one<O: Outbox>(
    workers: &Workers,
    hello: &Hello,
    task: &Task,
    index: usize,
    reader: &mut Option<Reader>,
    out: &mut O,
) -> Result<(), PoolError<O::Error>> {
    let mut lost: Vec<(ExhibitPath, Cause)> = Vec::new();
    loop {
        let whole = out.start(index).map_err(PoolError::Outbox)?;
        let file = match File::open(&task.place) {
            Ok(file) => file,
            Err(error) => {
                lose(
                    out,
                    &task.path,
                    Cause::Io,
                    error.kind().to_string().into(),
                    Some(task.bytes),
                )?;
                return out.done().map_err(PoolError::Outbox);
            }
        };
        let process = match reader.as_mut() {
            Some(process) => process,
            None => reader.insert(Reader::start(workers, hello).map_err(PoolError::Start)?),
        };
        let job = Job {
            path: task.path.clone(),
            skip: lost.iter().map(|(path, _)| path.clone()).collect(),
            whole,
            company: task.beside.as_ref().map(|it| it.company.clone()),
        };
        let places = task.beside.as_ref().map_or(&[][..], |it| &it.places);
        let mut looked = Instant::now();
        let ended = process.run(
            &job,
            &file,
            places,
            hello.limits.max_silent_seconds,
            |event| {
                if looked.elapsed() >= LOOK_EVERY {
                    looked = Instant::now();
                    // The reading process reads through the same open file, so its place in it is ours.
                    if let Ok(position) = rustix::fs::tell(&file) {
                        out.position(position);
                    }
                }
                match event {
                    Event::Pulse => Ok(()),
                    event => out.event(event),
                }
            },
        );
        match ended {
            Ended::Done => {
                for (path, cause) in lost {
                    let bytes = (path == task.path).then_some(task.bytes);
                    lose(out, &path, cause, words(cause).into(), bytes)?;
                }
                return out.done().map_err(PoolError::Outbox);
            }
            Ended::Outbox(error) => return Err(PoolError::Outbox(error)),
            Ended::Died { open, cause } => {
                if let Some(process) = reader.take() {
                    process.end();
                }
                let at = open.last().unwrap_or(&task.path).clone();
                let is_whole = at == task.path
                    || lost.len() >= MAX_DEATHS
                    || lost.iter().any(|(path, _)| *path == at);
                if is_whole {
                    // The file itself cannot be read to its end: what it gave so far stands, and the rest is a gap.
                    close(out, &task.path, open, cause)?;
                    for (path, cause) in lost {
                        lose(out, &path, cause, words(cause).into(), None)?;
                    }
                    return out.done().map_err(PoolError::Outbox);
                }
                lost.push((at, cause));
            }
        }
    }
}

/// Ends whatever is open when a file is given up: each open exhibit ends with a gap, what it said before stands.
fn close<O: Outbox>(
    out: &mut O,
    top: &ExhibitPath,
    open: Vec<ExhibitPath>,
    cause: Cause,
) -> Result<(), PoolError<O::Error>> {
    let mut events = Vec::new();
    if open.is_empty() {
        events.push(Event::Begin(top.clone()));
    }
    let open = if open.is_empty() {
        vec![top.clone()]
    } else {
        open
    };
    for path in open.into_iter().rev() {
        events.push(Event::Gap(Gap {
            exhibit: path,
            place: None,
            cause,
            detail: words(cause).into(),
            bytes: None,
        }));
        events.push(Event::End {
            digest: None,
            bytes: 0,
            format: String::new(),
            outcome: Outcome::NotRead,
            n_segments: 0,
            n_expected: None,
            sketch: Sketch::default(),
        });
    }
    events
        .into_iter()
        .try_for_each(|event| out.lost(event))
        .map_err(PoolError::Outbox)
}

/// Reports an exhibit as not read.
fn lose<O: Outbox>(
    out: &mut O,
    path: &ExhibitPath,
    cause: Cause,
    detail: std::borrow::Cow<'static, str>,
    bytes: Option<u64>,
) -> Result<(), PoolError<O::Error>> {
    let events = [
        Event::Begin(path.clone()),
        Event::Gap(Gap {
            exhibit: path.clone(),
            place: None,
            cause,
            detail,
            bytes,
        }),
        Event::End {
            digest: None,
            bytes: bytes.unwrap_or(0),
            format: String::new(),
            outcome: Outcome::NotRead,
            n_segments: 0,
            n_expected: None,
            sketch: Sketch::default(),
        },
    ];
    events
        .into_iter()
        .try_for_each(|event| out.lost(event))
        .map_err(PoolError::Outbox)
}

fn words(cause: Cause) -> &'static str {
    match cause {
        Cause::Timeout => "the reader made no progress and was stopped",
        Cause::OutOfMemory => "the reader needed more memory than the limit",
        _ => "the reader ended unexpectedly",
    }
}

/// How a job ended.
enum Ended<E> {
    Done,
    Outbox(E),
    Died {
        /// What had begun and not ended, innermost last.
        open: Vec<ExhibitPath>,
        cause: Cause,
    },
}

/// A live reading process.
pub(crate) struct Reader {
    child: Child,
    jobs: UnixStream,
    events: BufReader<ChildStdout>,
    stderr: Option<ChildStderr>,
}

impl Reader {
    fn start(workers: &Workers, hello: &Hello) -> io::Result<Self> {
        let (mut jobs, theirs) = UnixStream::pair()?;
        let mut child = Command::new(&workers.program)
            .args(&workers.arguments)
            .env_clear()
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let stdout = child
            .stdout
            .take()
            .ok_or_else(|| io::Error::other("no pipe"))?;
        let stderr = child.stderr.take();
        protocol::send(&mut jobs, hello)?;
        let mut reader = Self {
            child,
            jobs,
            events: BufReader::with_capacity(256 << 10, stdout),
            stderr,
        };
        match protocol::receive(&mut reader.events) {
            Ok(Event::Ready(_)) => Ok(reader),
            _ => {
                let said = reader.last_words();
                reader.end();
                Err(io::Error::other(format!(
                    "the reading process did not start: {}",
                    said.trim()
                )))
            }
        }
    }

    fn run<E>(
        &mut self,
        job: &Job,
        file: &File,
        places: &[Option<PathBuf>],
        max_silent_seconds: u64,
        mut take: impl FnMut(Event) -> Result<(), E>,
    ) -> Ended<E> {
        let sent = protocol::send_with_file(&self.jobs, job, file)
            .and_then(|()| protocol::send_company(&self.jobs, places));
        if sent.is_err() {
            return Ended::Died {
                open: Vec::new(),
                cause: Cause::Crash,
            };
        }
        let mut open: Vec<ExhibitPath> = Vec::new();
        loop {
            if self.events.buffer().is_empty() && !self.wait(max_silent_seconds) {
                return Ended::Died {
                    open,
                    cause: Cause::Timeout,
                };
            }
            let event = match protocol::receive(&mut self.events) {
                Ok(event) => event,
                Err(_) => {
                    let is_memory = self.last_words().contains("memory allocation");
                    let cause = if is_memory {
                        Cause::OutOfMemory
                    } else {
                        Cause::Crash
                    };
                    return Ended::Died { open, cause };
                }
            };
            match &event {
                Event::Done => return Ended::Done,
                Event::Ready(_) => continue,
                Event::Begin(path) => open.push(path.clone()),
                Event::End { .. } => drop(open.pop()),
                Event::Pulse
                | Event::Passed(_)
                | Event::Mentions(_)
                | Event::Gap(_)
                | Event::Text(_) => {}
            }
            if let Err(error) = take(event) {
                return Ended::Outbox(error);
            }
        }
    }

    /// Waits for the next byte; `false` when none came in time.
    fn wait(&self, seconds: u64) -> bool {
        let timeout = Timespec {
            tv_sec: i64::try_from(seconds).unwrap_or(i64::MAX),
            tv_nsec: 0,
        };
        loop {
            let stdout = self.events.get_ref().as_fd();
            match rustix::event::poll(&mut [PollFd::new(&stdout, PollFlags::IN)], Some(&timeout)) {
                Ok(n) => return n > 0,
                Err(rustix::io::Errno::INTR) => {}
                Err(_) => return false,
            }
        }
    }

    /// What a dying process wrote to standard error; only looked at, never shown with evidence in it.
    fn last_words(&mut self) -> String {
        let _ = self.child.kill();
        let mut text = Vec::new();
        if let Some(stderr) = self.stderr.take() {
            let _ = stderr.take(4096).read_to_end(&mut text);
        }
        String::from_utf8_lossy(&text).into_owned()
    }

    fn end(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // Closing the socket ends the process; a stuck one is killed so that none outlives us.
        let _ = self.jobs.shutdown(std::net::Shutdown::Both);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
