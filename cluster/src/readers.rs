//! `Readers`: the `whose` programs of an executor that read; a part of the evidence in, what reading said of it on the shelf.
//!
//! What is in a part, and what is said of it, only `whose` knows; here they are
//! bytes. The program confines the process that touches evidence, watches it,
//! and makes a gap of what ends it, as on one machine.

use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use whose_linkage::frames::{self, Answer};

use crate::error::Failure;
use crate::seal::unique;
use crate::shelf::Shelf;
use crate::ticket::given;

/// What one attempt at a part said: its name, and in how many objects that lies.
pub(crate) type Said = (String, u32);

/// Programs that have been greeted and wait for a part.
pub(crate) struct Readers {
    starts: SyncSender<Sender<Started>>,
    idle: Mutex<Vec<Reader>>,
}

type Started = Result<Child, Failure>;

/// One program.
struct Reader {
    linkage: String,
    used: Instant,
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Readers {
    pub(crate) fn new(program: Option<PathBuf>) -> Self {
        // The threads on which parts are worked have a low priority, which a program that is started on one would keep.
        let (starts, asked) = sync_channel::<Sender<Started>>(0);
        std::thread::spawn(move || {
            for answer in asked {
                let _ = answer.send(start(program.as_deref()));
            }
        });
        Self {
            starts,
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Has a part read; one that fails costs its program.
    pub(crate) fn read(&self, linkage: &str, shelf: &Shelf, files: &[u8]) -> Result<Said, Failure> {
        let greeted = self.with_idle(|idle| {
            let at = idle.iter().position(|reader| reader.linkage == linkage)?;
            Some(idle.swap_remove(at))
        });
        let mut reader = match greeted {
            Some(reader) => reader,
            None => self.start(linkage, shelf)?,
        };
        let said = reader.read(shelf, files)?;
        reader.used = Instant::now();
        self.with_idle(|idle| idle.push(reader));
        Ok(said)
    }

    /// Ends programs that have waited for so long.
    pub(crate) fn forget(&self, after: Duration) {
        self.with_idle(|idle| idle.retain(|reader| reader.used.elapsed() <= after));
    }

    fn with_idle<T>(&self, act: impl FnOnce(&mut Vec<Reader>) -> T) -> T {
        act(&mut self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn start(&self, linkage: &str, shelf: &Shelf) -> Result<Reader, Failure> {
        let (answer, started) = channel();
        let mut child = self
            .starts
            .send(answer)
            .ok()
            .and_then(|()| started.recv().ok())
            .unwrap_or_else(|| Err(stopped(&std::io::ErrorKind::BrokenPipe.into())))?;
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(stopped(&std::io::ErrorKind::BrokenPipe.into()));
        };
        let mut reader = Reader {
            linkage: linkage.to_owned(),
            used: Instant::now(),
            child,
            to,
            from: BufReader::new(from),
        };
        let greeting = shelf.get_bytes(given::GREETING)?;
        reader.ask(&[&greeting])?;
        reader.answers(|_| Ok(()))?;
        Ok(reader)
    }
}

fn start(program: Option<&Path>) -> Started {
    let program = program.ok_or_else(|| {
        Failure::new(
            "an executor has no program that reads",
            "put `whose` beside its `whose-cluster`, or name it with --whose",
        )
    })?;
    Command::new(program)
        .arg("__abroad")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| Failure::of_file(program, &error))
}

impl Reader {
    fn ask(&mut self, frames: &[&[u8]]) -> Result<(), Failure> {
        frames
            .iter()
            .try_for_each(|frame| frames::put(&mut self.to, frame))
            .and_then(|()| self.to.flush())
            .map_err(|error| stopped(&error))
    }

    fn answers(
        &mut self,
        mut take: impl FnMut(Vec<u8>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        loop {
            match Answer::receive(&mut self.from).map_err(|error| stopped(&error))? {
                Answer::Words(words) => take(words)?,
                Answer::Done => return Ok(()),
                Answer::Refused(why) => {
                    return Err(Failure::new(
                        why,
                        "install the same `whose` on all machines",
                    ));
                }
            }
        }
    }

    fn read(&mut self, shelf: &Shelf, files: &[u8]) -> Result<Said, Failure> {
        // Two may work on one part, when one of them passes for lost: neither writes into the other's.
        let attempt = unique().map_err(Failure::of_random)?;
        let mut n = 0;
        self.ask(&[files, &[]])?;
        self.answers(|words| {
            shelf.put_bytes(&given::words(&attempt, n), &words)?;
            n += 1;
            Ok(())
        })?;
        Ok((attempt, n))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn stopped(error: &std::io::Error) -> Failure {
    Failure::new(
        format!("the program that reads stopped: {}", error.kind()),
        "see what it wrote on the terminal of its executor",
    )
}
