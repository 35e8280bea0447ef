//! The reading process: jobs in on standard input, events out on standard output, nothing else allowed.
//!
//! It confines itself before the first byte of evidence: no network, no file
//! system, bounded memory. It reads and detects, so that what crosses back to
//! the engine is mentions, not pages. If it dies, the engine knows from the
//! last `Begin` which exhibit did it.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::fd::{AsFd, OwnedFd};

use whose_detectors::{Context, Custom, Detector};
use whose_model::{Ended, ExhibitPath, Gap, Segment, Sink};
use whose_readers::{Aids, Beside, Input, Neighbour, Programs};

use crate::broker::Broker;
use crate::part::member_id;
use crate::protocol::{self, Event, Hello, Job, Mentions};
use crate::siblings::Company;
use crate::sketch::{Sketch, Sketcher};

/// Mentions that are sent together; small enough to keep the engine's memory flat.
const MENTIONS_A_FRAME: usize = 512;

/// A process that reads, once it has confined itself.
pub(crate) struct Confined<T> {
    pub(crate) hello: Hello,
    pub(crate) broker: Option<Broker>,
    /// What had to be made ready before.
    pub(crate) prepared: T,
}

/// Hears what the engine wants, makes ready what needs the open world, and closes the door.
pub(crate) fn confine<T>(
    jobs: &mut Jobs,
    out: &mut impl Write,
    prepare: impl FnOnce(&Hello) -> T,
) -> io::Result<Confined<T>> {
    let hello: Hello = protocol::receive(jobs)?;
    let prepared = prepare(&hello);
    // From here on nothing can be started, so the broker is there before.
    let broker = hello
        .broker
        .as_ref()
        .and_then(|how| Broker::start(how, &hello.limits).ok());
    let confined = whose_readers::confine(&hello.limits).map_err(io::Error::other)?;
    protocol::send(out, &Event::Ready(format!("{confined:?}")))?;
    out.flush()?;
    Ok(Confined {
        hello,
        broker,
        prepared,
    })
}

/// What a reader may lean on.
pub(crate) fn aids<'h>(hello: &'h Hello, broker: Option<&'h Broker>) -> Aids<'h> {
    Aids {
        passwords: &hello.passwords,
        programs: broker.map(|broker| broker as &dyn Programs),
    }
}

/// Runs the reading process until the engine closes the socket on standard input.
///
/// # Errors
/// When the engine cannot be spoken to, or the process could not confine itself.
pub fn work() -> io::Result<()> {
    let mut jobs = Jobs(io::stdin());
    let mut out = BufWriter::with_capacity(256 << 10, io::stdout().lock());
    let prepare = |hello: &Hello| {
        // The engine has read them before: nothing is wrong in them.
        let custom = Custom::parse(&hello.detectors).unwrap_or_default();
        Context::with_people(hello.known.iter()).and_detectors(custom)
    };
    let Confined {
        hello,
        broker,
        prepared: context,
    } = confine(&mut jobs, &mut out, prepare)?;
    let aids = aids(&hello, broker.as_ref());
    while let Some((job, file)) = protocol::receive_with_file::<Job>(&mut jobs)? {
        let mut reporter = Reporter {
            out: &mut out,
            context: &context,
            skip: job.skip,
            top: job.path.0.len(),
            whole: job.whole.into_iter().collect(),
            open: Vec::new(),
            failed: None,
        };
        let file = File::from(file);
        let input = match job.company {
            None => Input::File(file),
            Some(company) => {
                let files = protocol::receive_company(&mut jobs, &company)?;
                Input::Beside(file, beside(company, files))
            }
        };
        whose_readers::read_with(input, &job.path, &hello.limits, &aids, &mut reporter);
        reporter.say(&Event::Done);
        if let Some(error) = reporter.failed {
            return Err(error);
        }
        out.flush()?;
    }
    Ok(())
}

/// The files that may belong with the one being read, open.
fn beside(company: Company, files: Vec<Option<OwnedFd>>) -> Beside {
    Beside {
        kind: company.kind,
        is_first: company.is_first,
        is_behind: company.is_behind,
        whole: company.whole,
        next: company.next,
        files: company
            .names
            .into_iter()
            .zip(files)
            .map(|(name, file)| Neighbour {
                name,
                file: file.map(File::from),
            })
            .collect(),
    }
}

/// Standard input, unbuffered: descriptors travel with exact bytes.
pub(crate) struct Jobs(pub(crate) io::Stdin);

impl io::Read for Jobs {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(rustix::io::read(self.0.as_fd(), buffer)?)
    }
}

impl AsFd for Jobs {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// An exhibit that has begun and not ended.
struct Open<'c> {
    detector: Detector<'c>,
    mentions: Mentions,
    n_segments: u64,
    sketcher: Sketcher,
}

/// Passes on what readers say, detecting on the way.
struct Reporter<'o, 'c, W: Write> {
    out: &'o mut BufWriter<W>,
    context: &'c Context,
    skip: Vec<ExhibitPath>,
    /// Length of the file's own path.
    top: usize,
    whole: HashSet<u128>,
    open: Vec<Open<'c>>,
    failed: Option<io::Error>,
}

impl<W: Write> Reporter<'_, '_, W> {
    fn say(&mut self, event: &Event) {
        if self.failed.is_none()
            && let Err(error) = protocol::send(self.out, event)
        {
            self.failed = Some(error);
        }
    }

    fn say_mentions(&mut self) {
        if let Some(open) = self.open.last_mut()
            && open.mentions.len() > 0
            && self.failed.is_none()
        {
            self.failed = open.mentions.send(self.out).err();
        }
    }

    fn flush(&mut self) {
        if let Err(error) = self.out.flush() {
            self.failed.get_or_insert(error);
        }
    }
}

impl<W: Write> Sink for Reporter<'_, '_, W> {
    fn begin(&mut self, path: &ExhibitPath) -> bool {
        if self.skip.contains(path) {
            return false;
        }
        self.say_mentions();
        if !self.whole.is_empty()
            && let Some(inner) = path.0.get(self.top..)
            && self.whole.contains(&member_id(inner))
        {
            self.say(&Event::Passed(path.clone()));
            return false;
        }
        self.say(&Event::Begin(path.clone()));
        // The engine must know where we are, should this exhibit end us.
        self.flush();
        self.open.push(Open {
            detector: Detector::new(self.context, path),
            mentions: Mentions::default(),
            n_segments: 0,
            sketcher: Sketcher::default(),
        });
        true
    }

    fn segment(&mut self, segment: Segment) {
        let Some(open) = self.open.last_mut() else {
            return;
        };
        open.n_segments += 1;
        open.sketcher.take(&segment);
        let failed = &mut self.failed;
        open.detector.push(&segment, &mut |mention| {
            if let Err(error) = open.mentions.push(mention) {
                failed.get_or_insert(error);
            }
        });
        if open.mentions.len() >= MENTIONS_A_FRAME {
            self.say_mentions();
        }
    }

    fn gap(&mut self, gap: Gap) {
        self.say(&Event::Gap(gap));
    }

    fn end(&mut self, _: &ExhibitPath, ended: Ended) {
        if let Some(open) = self.open.last_mut() {
            let failed = &mut self.failed;
            open.detector.finish(&mut |mention| {
                if let Err(error) = open.mentions.push(mention) {
                    failed.get_or_insert(error);
                }
            });
        }
        self.say_mentions();
        let (n_segments, sketch) = self.open.pop().map_or((0, Sketch::default()), |open| {
            (open.n_segments, open.sketcher.finish())
        });
        self.say(&Event::End {
            digest: ended.digest,
            bytes: ended.bytes,
            format: ended.format.to_owned(),
            outcome: ended.outcome,
            n_segments,
            n_expected: ended.n_expected,
            sketch,
        });
    }

    fn pulse(&mut self) {
        self.say(&Event::Pulse);
        self.flush();
    }
}
