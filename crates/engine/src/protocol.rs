//! What the engine and its reading processes say to each other: jobs down a socket, events up a pipe.
//!
//! A job is a four byte length, to which the opened file is attached as a
//! descriptor, and a body. The reading process never opens anything itself:
//! it may not. Events come back as frames of the same shape; an event names no
//! path of this machine, only paths below the job's own file.

use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use whose_model::{Digest, ExhibitPath, Gap, Limits, Mention, Outcome, PersonRecord, Phi};

use crate::siblings::Company;
use crate::sketch::Sketch;

/// No frame may be longer: a reading process gone wild must not exhaust the engine.
const MAX_FRAME: usize = 64 << 20;

/// Said once, before the first job.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Hello {
    pub(crate) limits: Limits,
    /// People of the roster, to be looked for in running text.
    pub(crate) known: Vec<PersonRecord>,
    /// The custodian's own detectors, as their file; empty for none.
    pub(crate) detectors: String,
    /// Passwords to try on whatever is locked.
    pub(crate) passwords: Vec<Phi<String>>,
    /// How to start the process that runs programs: a program and its arguments; without, none is run.
    pub(crate) broker: Option<(PathBuf, Vec<String>)>,
}

/// One file to read.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    /// Its path in the pile: names tell formats apart.
    pub(crate) path: ExhibitPath,
    /// Exhibits to pass over, because they ended a reader before.
    pub(crate) skip: Vec<ExhibitPath>,
    /// Members that were read whole before: digests of their paths below the file's own.
    pub(crate) whole: Vec<u128>,
    /// Files beside it that may belong with it; they follow in frames of their own.
    pub(crate) company: Option<Company>,
}

/// What the reading process says of its work.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Event {
    /// Ready for jobs; words on what the kernel enforces.
    Ready(String),
    /// An exhibit has begun.
    Begin(ExhibitPath),
    /// A member was passed over that had been read whole before.
    Passed(ExhibitPath),
    /// Mentions of the exhibit begun last.
    Mentions(Vec<Mention>),
    /// A gap.
    Gap(Gap),
    /// The exhibit begun last has ended.
    End {
        digest: Option<Digest>,
        bytes: u64,
        format: String,
        outcome: Outcome,
        n_segments: u64,
        n_expected: Option<u64>,
        sketch: Sketch,
    },
    /// Still at work.
    Pulse,
    /// The job is done.
    Done,
    /// Text of the exhibit begun last: only from a process that tells text (`told.rs`).
    Text(Phi<String>),
}

/// Sends one frame.
pub(crate) fn send<T: Serialize>(to: &mut impl Write, message: &T) -> io::Result<()> {
    let body = postcard::to_stdvec(message).map_err(io::Error::other)?;
    send_bytes(to, &[&body])
}

fn send_bytes(to: &mut impl Write, parts: &[&[u8]]) -> io::Result<()> {
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    let length = u32::try_from(length).map_err(io::Error::other)?;
    to.write_all(&length.to_le_bytes())?;
    parts.iter().try_for_each(|part| to.write_all(part))
}

/// An `Event::Mentions` on its way: each mention is written as it is lent, none is copied first.
#[derive(Default)]
pub(crate) struct Mentions {
    n: usize,
    bytes: Vec<u8>,
}

impl Mentions {
    /// How many.
    pub(crate) const fn len(&self) -> usize {
        self.n
    }

    /// Writes one more.
    pub(crate) fn push(&mut self, mention: &Mention) -> io::Result<()> {
        self.bytes = postcard::to_extend(mention, std::mem::take(&mut self.bytes))
            .map_err(io::Error::other)?;
        self.n += 1;
        Ok(())
    }

    /// Sends them as one frame and is empty again.
    pub(crate) fn send(&mut self, to: &mut impl Write) -> io::Result<()> {
        // The event's number, then how many there are; an empty list's last byte is that there is none.
        let mut head =
            postcard::to_stdvec(&Event::Mentions(Vec::new())).map_err(io::Error::other)?;
        head.pop();
        let n = postcard::to_stdvec(&self.n).map_err(io::Error::other)?;
        send_bytes(to, &[&head, &n, &self.bytes])?;
        self.n = 0;
        self.bytes.clear();
        Ok(())
    }
}

/// Receives one frame.
pub(crate) fn receive<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<T> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    receive_body(from, length)
}

fn receive_body<T: DeserializeOwned>(from: &mut impl Read, length: [u8; 4]) -> io::Result<T> {
    let length = u32::from_le_bytes(length) as usize;
    if length > MAX_FRAME {
        return Err(io::Error::other("frame too long"));
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body)?;
    postcard::from_bytes(&body).map_err(io::Error::other)
}

/// The most descriptors that travel with one frame.
pub(crate) const MAX_FILES: usize = 32;

/// Sends one frame with an open file.
pub(crate) fn send_with_file<T: Serialize>(
    to: impl Write + AsFd,
    message: &T,
    file: impl AsFd,
) -> io::Result<()> {
    send_with_files(to, message, &[file.as_fd()])
}

/// Sends one frame with open files, at most `MAX_FILES`.
pub(crate) fn send_with_files<T: Serialize>(
    mut to: impl Write + AsFd,
    message: &T,
    files: &[BorrowedFd<'_>],
) -> io::Result<()> {
    let body = postcard::to_stdvec(message).map_err(io::Error::other)?;
    let length = u32::try_from(body.len())
        .map_err(io::Error::other)?
        .to_le_bytes();
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_FILES))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !files.is_empty() && !control.push(SendAncillaryMessage::ScmRights(files)) {
        return Err(io::Error::other("no room for a descriptor"));
    }
    // Four bytes go through a local socket whole.
    let n_sent = sendmsg(
        to.as_fd(),
        &[IoSlice::new(&length)],
        &mut control,
        SendFlags::empty(),
    )?;
    to.write_all(length.get(n_sent..).unwrap_or(&[]))?;
    to.write_all(&body)
}

/// Sends the files that go with a job, some at a time, so that few are open at once; one that cannot be opened is missing.
pub(crate) fn send_company(to: &UnixStream, places: &[Option<PathBuf>]) -> io::Result<()> {
    for some in places.chunks(MAX_FILES) {
        let open: Vec<Option<File>> = some
            .iter()
            .map(|place| File::open(place.as_ref()?).ok())
            .collect();
        let files: Vec<BorrowedFd<'_>> = open.iter().flatten().map(AsFd::as_fd).collect();
        let are_there: Vec<bool> = open.iter().map(Option::is_some).collect();
        send_with_files(to, &are_there, &files)?;
    }
    Ok(())
}

/// Receives the files that go with a job, in order.
pub(crate) fn receive_company(
    from: &mut (impl Read + AsFd),
    company: &Company,
) -> io::Result<Vec<Option<OwnedFd>>> {
    let mut all = Vec::new();
    while all.len() < company.names.len() {
        let got: Option<(Vec<bool>, _)> = receive_with_files(from)?;
        let (are_there, files) = got.ok_or(io::ErrorKind::UnexpectedEof)?;
        if are_there.is_empty() {
            return Err(io::Error::other("a frame of no files"));
        }
        let mut files = files.into_iter();
        all.extend(
            are_there
                .into_iter()
                .map(|is_there| is_there.then(|| files.next()).flatten()),
        );
    }
    Ok(all)
}

/// Receives one frame with an open file; `None` when the other side has closed.
pub(crate) fn receive_with_file<T: DeserializeOwned>(
    from: &mut (impl Read + AsFd),
) -> io::Result<Option<(T, OwnedFd)>> {
    let Some((message, files)) = receive_with_files(from)? else {
        return Ok(None);
    };
    let file = files
        .into_iter()
        .next()
        .ok_or_else(|| io::Error::other("a job without its file"))?;
    Ok(Some((message, file)))
}

/// Receives one frame with the files that came with it; `None` when the other side has closed.
pub(crate) fn receive_with_files<T: DeserializeOwned>(
    from: &mut (impl Read + AsFd),
) -> io::Result<Option<(T, Vec<OwnedFd>)>> {
    let mut length = [0; 4];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_FILES))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let got = recvmsg(
        from.as_fd(),
        &mut [IoSliceMut::new(&mut length)],
        &mut control,
        RecvFlags::CMSG_CLOEXEC,
    )?;
    if got.bytes == 0 {
        return Ok(None);
    }
    let files = control
        .drain()
        .filter_map(|message| match message {
            RecvAncillaryMessage::ScmRights(files) => Some(files),
            _ => None,
        })
        .flatten()
        .collect();
    if let Some(rest) = length.get_mut(got.bytes..)
        && !rest.is_empty()
    {
        from.read_exact(rest)?;
    }
    Ok(Some((receive_body(from, length)?, files)))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Seek, Write};
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn mentions_that_are_lent_make_the_frame_of_a_list() {
        let mut one_by_one = Mentions::default();
        for n in [1, 300] {
            let event = crate::queue::tests::mentions(0..n);
            let Event::Mentions(all) = &event else {
                panic!("mentions")
            };
            let (mut of_list, mut lent) = (Vec::new(), Vec::new());
            send(&mut of_list, &event).unwrap();
            for mention in all {
                one_by_one.push(mention).unwrap();
            }
            assert_eq!(one_by_one.len() as u64, n);
            one_by_one.send(&mut lent).unwrap();
            assert_eq!(lent, of_list);
            assert_eq!(one_by_one.len(), 0);
        }
    }

    #[test]
    fn an_open_file_travels_with_its_job() {
        let (here, mut there) = UnixStream::pair().unwrap();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"evidence").unwrap();
        file.rewind().unwrap();
        let job = Job {
            path: ExhibitPath("a/b.txt".into()),
            skip: vec![],
            whole: vec![],
            company: None,
        };
        send_with_file(&here, &job, &file).unwrap();
        drop((here, file));
        let (received, file): (Job, _) = receive_with_file(&mut there).unwrap().unwrap();
        let mut text = String::new();
        std::fs::File::from(file).read_to_string(&mut text).unwrap();
        assert_eq!((received.path, text.as_str()), (job.path, "evidence"));
        assert!(receive_with_file::<Job>(&mut there).unwrap().is_none());
    }

    #[test]
    fn a_hundred_files_follow_a_job_in_order_and_one_that_is_gone_is_missing() {
        let dir = tempfile::tempdir().unwrap();
        let place = |n: usize| dir.path().join(n.to_string());
        for n in (0..100).filter(|n| *n != 40) {
            std::fs::write(place(n), n.to_string()).unwrap();
        }
        let company = Company {
            kind: whose_model::SetKind::Pieces,
            is_first: true,
            is_behind: false,
            whole: "a".into(),
            next: None,
            names: (0..100).map(|n| n.to_string()).collect(),
        };
        let (here, mut there) = UnixStream::pair().unwrap();
        let places: Vec<_> = (0..100).map(|n| Some(place(n))).collect();
        send_company(&here, &places).unwrap();
        let files = receive_company(&mut there, &company).unwrap();
        assert_eq!(files.len(), 100);
        for (n, file) in files.into_iter().enumerate() {
            let text = file.map(|file| std::io::read_to_string(File::from(file)).unwrap());
            assert_eq!(text, (n != 40).then(|| n.to_string()));
        }
    }
}
