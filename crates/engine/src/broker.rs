//! The broker: a process beside each reading process that runs Debian's programs for it, and the way to ask it.
//!
//! The reading process is confined and may start nothing, so the broker is
//! started before: it and whatever it starts may read what the system has
//! installed, and no evidence, no case, no network, no place to write. A
//! program gets its input as a descriptor (a file of the pile, or bytes in an
//! anonymous file in memory) and writes to a pipe; no temporary file is made.
//! When the reading process ends, so do the broker and all it started.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::MemfdFlags;
use rustix::pipe::PipeFlags;
use rustix::process::{Pid, Signal};
use serde::{Deserialize, Serialize};
use whose_model::{Limits, Phi};
use whose_readers::{Program, ProgramEnd, ProgramError, ProgramInput, Programs, Running};

use crate::protocol;

/// Processor seconds that one program may use.
const MAX_CPU_SECONDS: u64 = 1800;
/// What is kept of a program's standard error.
const MAX_SAID: usize = 4 << 10;
/// Where programs are looked for.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// A program to run; its input, output and word at the end come as descriptors.
#[derive(Serialize, Deserialize)]
struct Call {
    command: String,
    arguments: Vec<String>,
    /// Files that follow, to be put into its standard input one after the other.
    n_files: usize,
}

/// The answer to a call.
#[derive(Serialize, Deserialize)]
enum Answer {
    Started,
    Missing,
    Failed,
}

/// What is said when a program has ended.
#[derive(Serialize, Deserialize)]
struct End {
    code: Option<i32>,
    said: String,
}

/// Runs the broker until the reading process closes the socket on standard input.
///
/// # Errors
/// When the reading process cannot be spoken to, or the broker could not confine itself.
pub fn lend_programs() -> io::Result<()> {
    let mut calls = Calls(io::stdin());
    let limits: Limits = protocol::receive(&mut calls)?;
    whose_readers::confine_programs(&limits, MAX_CPU_SECONDS).map_err(io::Error::other)?;
    let live = Arc::new(Mutex::new(Vec::<Pid>::new()));
    let lock = |live: &Mutex<Vec<Pid>>, act: &mut dyn FnMut(&mut Vec<Pid>)| {
        act(&mut live.lock().unwrap_or_else(PoisonError::into_inner));
    };
    while let Some((call, files)) = protocol::receive_with_files::<Call>(&mut calls)? {
        let mut files = files.into_iter();
        let (Some(input), Some(output), Some(word)) = (files.next(), files.next(), files.next())
        else {
            return Err(io::Error::other("a call without its files"));
        };
        let input = match call.n_files {
            0 => input,
            n => receive_files(&mut calls, n).and_then(feed)?,
        };
        let answer = match start(&call, input, output) {
            Ok(child) => {
                let pid = Pid::from_child(&child);
                lock(&live, &mut |live| live.push(pid));
                let live = Arc::clone(&live);
                std::thread::spawn(move || {
                    let end = wait(child);
                    lock(&live, &mut |live| live.retain(|known| *known != pid));
                    // The reading process may have lost interest.
                    let _ = protocol::send(&mut File::from(word), &end);
                });
                Answer::Started
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Answer::Missing,
            Err(_) => Answer::Failed,
        };
        let mut socket = calls.0.as_fd().try_clone_to_owned().map(UnixStream::from)?;
        protocol::send(&mut socket, &answer)?;
    }
    lock(&live, &mut |live| {
        for pid in live.drain(..) {
            let _ = rustix::process::kill_process(pid, Signal::KILL);
        }
    });
    Ok(())
}

/// Files that follow a call, in order.
fn receive_files(calls: &mut Calls, n: usize) -> io::Result<Vec<File>> {
    let mut files = Vec::new();
    while files.len() < n {
        let got: Option<((), _)> = protocol::receive_with_files(calls)?;
        let (_, some) = got.ok_or(io::ErrorKind::UnexpectedEof)?;
        if some.is_empty() {
            return Err(io::Error::other("a frame of no files"));
        }
        files.extend(some.into_iter().map(File::from));
    }
    Ok(files)
}

/// A pipe through which files come one after the other, each from its beginning.
fn feed(files: Vec<File>) -> io::Result<OwnedFd> {
    let (output, input) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
    std::thread::spawn(move || {
        let mut input = File::from(input);
        for mut file in files {
            // A program that has read enough closes its end.
            let sent = file.rewind().and_then(|()| io::copy(&mut file, &mut input));
            if sent.is_err() {
                return;
            }
        }
    });
    Ok(output)
}

fn start(call: &Call, input: OwnedFd, output: OwnedFd) -> io::Result<Child> {
    Command::new(&call.command)
        .args(&call.arguments)
        .env_clear()
        .env("PATH", PATH)
        .env("LC_ALL", "C.UTF-8")
        // One process a reading process: its cores are taken already.
        .env("OMP_THREAD_LIMIT", "1")
        .stdin(Stdio::from(input))
        .stdout(Stdio::from(output))
        .stderr(Stdio::piped())
        .spawn()
}

fn wait(mut child: Child) -> End {
    let mut said = Vec::new();
    if let Some(mut stderr) = child.stderr.take() {
        let _ = (&mut stderr).take(MAX_SAID as u64).read_to_end(&mut said);
        // The rest is read, too, so that the program does not wait for a reader.
        let _ = io::copy(&mut stderr, &mut io::sink());
    }
    let code = child.wait().ok().and_then(|status| status.code());
    End {
        code,
        said: String::from_utf8_lossy(&said).into_owned(),
    }
}

/// Standard input, unbuffered: descriptors travel with exact bytes.
struct Calls(io::Stdin);

impl Read for Calls {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(rustix::io::read(self.0.as_fd(), buffer)?)
    }
}

impl AsFd for Calls {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// The reading process's end of the broker.
pub(crate) struct Broker {
    /// As a file: a confined process may write to what is open, and may not send.
    socket: RefCell<Option<File>>,
    /// Ends when the socket closes; kept so that it is waited for.
    child: Child,
    max_silent: Duration,
}

impl Broker {
    /// Starts a broker; to be called before the reading process confines itself.
    pub(crate) fn start(how: &(PathBuf, Vec<String>), limits: &Limits) -> io::Result<Self> {
        let (mut socket, theirs) = UnixStream::pair()?;
        let (program, arguments) = how;
        let child = Command::new(program)
            .args(arguments)
            .env_clear()
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        protocol::send(&mut socket, limits)?;
        Ok(Self {
            socket: RefCell::new(Some(File::from(OwnedFd::from(socket)))),
            child,
            max_silent: Duration::from_secs(limits.max_silent_seconds),
        })
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        drop(self.socket.take());
        let _ = self.child.wait();
    }
}

/// Whether a program opens its input by name once more. Confined, it may not open a file of the pile, only one in memory.
const fn opens_again(program: Program) -> bool {
    matches!(
        program,
        Program::HeifThumbnailer | Program::MdbTables | Program::MdbSchema | Program::MdbExport
    )
}

/// A file's bytes in an anonymous file in memory; an Access database has two gibibytes at most.
fn in_memory_from(file: &File) -> io::Result<File> {
    const MAX: u64 = 2 << 30;
    let mut held = File::from(rustix::fs::memfd_create("input", MemfdFlags::CLOEXEC)?);
    if io::copy(&mut file.take(MAX + 1), &mut held)? > MAX {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    held.rewind()?;
    Ok(held)
}

/// Bytes in an anonymous file in memory.
fn in_memory(bytes: &[u8]) -> io::Result<File> {
    let mut file = File::from(rustix::fs::memfd_create("input", MemfdFlags::CLOEXEC)?);
    file.write_all(bytes)?;
    file.rewind()?;
    Ok(file)
}

impl Programs for Broker {
    fn start(
        &self,
        program: Program,
        arguments: &[&str],
        input: ProgramInput<'_>,
    ) -> Result<Box<dyn Running + '_>, ProgramError> {
        let held;
        let files = match input {
            ProgramInput::Files(files) => files,
            _ => &[],
        };
        let input = match input {
            ProgramInput::Files(files) => {
                let none = || io::Error::from(io::ErrorKind::InvalidInput);
                *files.first().ok_or_else(none)?
            }
            ProgramInput::Bytes(bytes) => {
                held = in_memory(bytes)?;
                &held
            }
            ProgramInput::File(mut file) if opens_again(program) => {
                file.rewind()?;
                held = in_memory_from(file)?;
                &held
            }
            ProgramInput::File(mut file) => {
                file.rewind()?;
                file
            }
        };
        let (output, their_output) =
            rustix::pipe::pipe_with(PipeFlags::CLOEXEC).map_err(io::Error::from)?;
        let (word, their_word) =
            rustix::pipe::pipe_with(PipeFlags::CLOEXEC).map_err(io::Error::from)?;
        let call = Call {
            command: program.command().to_owned(),
            arguments: arguments.iter().map(|&text| text.to_owned()).collect(),
            n_files: files.len(),
        };
        let mut socket = self.socket.borrow_mut();
        let socket = socket
            .as_mut()
            .ok_or_else(|| io::Error::other("the broker has gone"))?;
        protocol::send_with_files(
            &*socket,
            &call,
            &[input.as_fd(), their_output.as_fd(), their_word.as_fd()],
        )?;
        for some in files.chunks(protocol::MAX_FILES) {
            let some: Vec<_> = some.iter().map(AsFd::as_fd).collect();
            protocol::send_with_files(&*socket, &(), &some)?;
        }
        drop((their_output, their_word));
        match protocol::receive(socket)? {
            Answer::Started => Ok(Box::new(AtWork {
                output: Some(File::from(output)),
                word: File::from(word),
                max_silent: self.max_silent,
            })),
            Answer::Missing => Err(ProgramError::Missing),
            Answer::Failed => Err(io::Error::other("the program did not start").into()),
        }
    }
}

/// A program that the broker runs.
struct AtWork {
    output: Option<File>,
    word: File,
    max_silent: Duration,
}

impl Running for AtWork {
    fn read(&mut self, out: &mut [u8], alive: &dyn Fn()) -> io::Result<usize> {
        let Some(output) = &mut self.output else {
            return Ok(0);
        };
        if !wait_for(output, self.max_silent, alive)? {
            self.output = None;
            return Err(io::ErrorKind::TimedOut.into());
        }
        output.read(out)
    }

    fn end(mut self: Box<Self>) -> ProgramEnd {
        // A program that still writes is ended by the closed pipe.
        self.output = None;
        let grace = self.max_silent.min(Duration::from_secs(5));
        let said = match wait_for(&self.word, grace, &|| {}) {
            Ok(true) => protocol::receive::<End>(&mut self.word).ok(),
            _ => None,
        };
        said.map_or_else(ProgramEnd::default, |end| ProgramEnd {
            code: end.code,
            said: Phi::new(end.said),
        })
    }
}

/// Whether something can be read within the time; `alive` is called every two seconds.
fn wait_for(file: &File, time: Duration, alive: &dyn Fn()) -> io::Result<bool> {
    let start = Instant::now();
    let step = Timespec {
        tv_sec: 2,
        tv_nsec: 0,
    };
    loop {
        match rustix::event::poll(&mut [PollFd::new(file, PollFlags::IN)], Some(&step)) {
            Ok(0) if start.elapsed() >= time => return Ok(false),
            Ok(0) => alive(),
            Ok(_) => return Ok(true),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
