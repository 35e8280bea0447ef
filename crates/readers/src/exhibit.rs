//! `Reading`: one exhibit being read; it hands segments and gaps to the sink and reads the members.
//!
//! Here the promises are kept that hold for every format: begin and end are
//! balanced, each exhibit ends in one outcome, a panic in a reader costs that
//! exhibit only, and depth, number of members and unpacked bytes are bounded.

mod built;
mod lent;
mod set;

use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    io::{Cursor, Read},
    panic::{AssertUnwindSafe, catch_unwind},
};

use whose_model::{
    Cause, Ended, ExhibitPath, Gap, Limits, Locator, Origin, Outcome, Passage, PassageKind, Phi,
    Record, Rows, Segment, Sink,
};

pub(crate) use self::{built::Imprint, set::read_first};
use crate::{
    beside::{Beside, Layout},
    encoding::{self, Utf16ToUtf8},
    formats::{self, Format, How},
    programs::Aids,
    silence, sniff,
    source::{Failure, Input, Raw, ReadSeek, Source},
    strings,
};

/// Bytes looked at to tell the format.
const SNIFFED: usize = 64 << 10;
/// Bytes that one file may unpack to, and one member of it, whatever they were packed in.
const FREE: u64 = 32 << 20;
const FREE_MEMBER: u64 = 10 << 20;
/// What nested files may take up in anonymous memory, in units of what may be held.
const MAX_ASIDE: u64 = 3;
/// Bytes between two signs of life.
const PULSE: u64 = 16 << 20;
/// Longest name of a member that is kept as it is.
const MAX_NAME: usize = 512;
/// Empty members of one container that are listed one by one; there is nothing in them but their names.
const MAX_EMPTY: u64 = 1000;
/// What a member counts as at least, in bytes: listing and hashing it costs us that much, however little is in it.
const MEMBER_COST: u64 = 16 << 10;

/// What all exhibits of one top-level file share: the way out and the counters of the bounds.
///
/// A trait only so that the lifetime of the sink stays out of every reader's signature.
pub(crate) trait Run {
    fn limits(&self) -> &Limits;
    fn aids(&self) -> &Aids<'_>;
    fn begin(&self, path: &ExhibitPath) -> bool;
    fn segment(&self, segment: Segment);
    fn gap(&self, gap: Gap);
    fn end(&self, path: &ExhibitPath, ended: Ended);
    fn pulse(&self);
    /// Counts bytes that moved, whichever exhibit they belong to.
    fn moved(&self, n: u64);
    /// Counts bytes that came out of a decompressor, of which there may be `ceiling` in all.
    fn unpacked(&self, n: u64, ceiling: u64) -> Result<(), Failure>;
    /// How many bytes came out of decompressors so far, and how many may.
    fn budget(&self) -> (u64, u64);
    /// Counts bytes set aside in memory outside of this process's own; gives them back when negative. `false` when there are too many.
    fn aside(&self, n: i64) -> bool;
    /// The files that belong with the top-level one; given once.
    fn beside(&self) -> Option<Beside>;
}

struct Shared<'a> {
    limits: Limits,
    aids: Aids<'a>,
    sink: RefCell<&'a mut dyn Sink>,
    /// Size of the top-level file.
    n_top: Cell<u64>,
    n_unpacked: Cell<u64>,
    n_aside: Cell<u64>,
    since_pulse: Cell<u64>,
    beside: RefCell<Option<Beside>>,
}

impl Run for Shared<'_> {
    fn limits(&self) -> &Limits {
        &self.limits
    }
    fn aids(&self) -> &Aids<'_> {
        &self.aids
    }
    fn begin(&self, path: &ExhibitPath) -> bool {
        self.sink.borrow_mut().begin(path)
    }
    fn segment(&self, segment: Segment) {
        self.since_pulse.set(0);
        self.sink.borrow_mut().segment(segment);
    }
    fn gap(&self, gap: Gap) {
        self.sink.borrow_mut().gap(gap);
    }
    fn end(&self, path: &ExhibitPath, ended: Ended) {
        self.sink.borrow_mut().end(path, ended);
    }
    fn pulse(&self) {
        self.since_pulse.set(0);
        self.sink.borrow_mut().pulse();
    }
    fn moved(&self, n: u64) {
        let since = self.since_pulse.get() + n;
        if since < PULSE {
            self.since_pulse.set(since);
        } else {
            self.pulse();
        }
    }
    fn unpacked(&self, n: u64, ceiling: u64) -> Result<(), Failure> {
        let total = self.n_unpacked.get().saturating_add(n);
        self.n_unpacked.set(total);
        if total > self.limits.max_unpacked_bytes {
            return Err(Failure {
                cause: Cause::TooLarge,
                detail: "unpacks to more bytes than allowed for one file",
            });
        }
        if total > self.budget().1 {
            return Err(Failure {
                cause: Cause::TooLarge,
                detail: "unpacks to far more bytes than it is packed in",
            });
        }
        if total > ceiling {
            return Err(Failure {
                cause: Cause::TooLarge,
                detail: "unpacks to more bytes than one member may; the others are still read",
            });
        }
        Ok(())
    }
    fn budget(&self) -> (u64, u64) {
        let packed = self.n_top.get().max(1);
        let by_ratio = packed.saturating_mul(self.limits.max_expansion.saturating_add(1));
        let all = self.limits.max_unpacked_bytes.min(by_ratio.max(FREE));
        (self.n_unpacked.get(), all)
    }
    fn aside(&self, n: i64) -> bool {
        let total = self.n_aside.get().saturating_add_signed(n);
        let max = self.limits.max_held_bytes.saturating_mul(MAX_ASIDE);
        let may = n <= 0 || total <= max;
        if may {
            self.n_aside.set(total);
        }
        may
    }
    fn beside(&self) -> Option<Beside> {
        self.beside.borrow_mut().take()
    }
}

/// The bytes of a member.
pub(crate) enum Body<'b> {
    /// Out of a decompressor.
    Unpacked(&'b mut dyn Read),
    /// Stored as they are.
    Stored(&'b mut dyn Read),
    /// In memory.
    Memory(&'b [u8]),
}

/// One exhibit being read.
pub(crate) struct Reading<'a> {
    run: &'a dyn Run,
    path: ExhibitPath,
    depth: u8,
    /// Bytes that may have been unpacked in all when this exhibit ends.
    ceiling: u64,
    n_segments: u64,
    n_gaps: u64,
    n_members: u64,
    /// How many members or records the container's own tables promise.
    n_expected: Option<u64>,
    n_empty: u64,
    names: HashMap<u64, u32>,
    document: u32,
    /// Whose the text is, when a record beside it says so.
    text_subject: Option<String>,
    /// Where the pieces begin of what lies in several files.
    layout: Layout,
    /// A hole in the text was told of.
    has_hole: bool,
}

/// Zeros in a row that are no padding of a field: a sector that was lost has 512.
pub(crate) const HOLE: usize = 128;

/// Whether zeros stand where text should be.
fn has_hole(segment: &Segment) -> bool {
    let text = match segment {
        Segment::Passage(passage) => passage.text.as_bytes(),
        Segment::Rows(rows) => rows.text.as_bytes(),
        Segment::Record(_) => return false,
    };
    memchr::memchr(0, text)
        .is_some_and(|at| memchr::memmem::find(&text[at..], &[0; HOLE]).is_some())
}

pub(crate) fn read_top(
    input: Input<'_>,
    path: &ExhibitPath,
    limits: &Limits,
    aids: &Aids<'_>,
    sink: &mut dyn Sink,
) {
    let run = Shared {
        limits: *limits,
        aids: *aids,
        sink: RefCell::new(sink),
        n_top: Cell::new(0),
        n_unpacked: Cell::new(0),
        n_aside: Cell::new(0),
        since_pulse: Cell::new(0),
        beside: RefCell::new(None),
    };
    match input {
        Input::Beside(file, beside) => set::read_beside(&run, path, file, beside),
        Input::File(mut file) => {
            run.n_top
                .set(file.metadata().map_or(0, |metadata| metadata.len()));
            read_exhibit(&run, path, Raw::File(&mut file), false, Within::TOP, None);
        }
        Input::Memory(bytes) => {
            run.n_top.set(bytes.len() as u64);
            read_exhibit(&run, path, Raw::Memory(bytes), false, Within::TOP, None);
        }
        Input::Stream(mut stream) => {
            // The size is not known beforehand: only the absolute bound on unpacking holds.
            run.n_top.set(u64::MAX);
            read_exhibit(
                &run,
                path,
                Raw::Stream(&mut *stream),
                false,
                Within::TOP,
                None,
            );
        }
    }
}

/// Reads bytes in memory as a format, whatever they look like.
#[cfg(test)]
pub(crate) fn read_as(
    format: &str,
    bytes: &[u8],
    path: &ExhibitPath,
    limits: &Limits,
    sink: &mut dyn Sink,
) {
    let run = Shared {
        limits: *limits,
        aids: Aids::default(),
        sink: RefCell::new(sink),
        n_top: Cell::new(bytes.len() as u64),
        n_unpacked: Cell::new(0),
        n_aside: Cell::new(0),
        since_pulse: Cell::new(0),
        beside: RefCell::new(None),
    };
    let format = crate::formats::by_id(format);
    read_exhibit(&run, path, Raw::Memory(bytes), false, Within::TOP, format);
}

/// Where an exhibit stands: how deep, and how many bytes may have been unpacked when it ends.
#[derive(Clone, Copy)]
struct Within {
    depth: u8,
    ceiling: u64,
}

impl Within {
    const TOP: Self = Self {
        depth: 0,
        ceiling: u64::MAX,
    };
}

fn read_exhibit(
    run: &dyn Run,
    path: &ExhibitPath,
    mut raw: Raw<'_>,
    is_unpacked: bool,
    within: Within,
    known: Option<Format>,
) {
    let Within { depth, ceiling } = within;
    if !run.begin(path) {
        return;
    }
    let is_once = matches!(raw, Raw::Stream(_));
    let layout = match &raw {
        Raw::Joined(joined) => joined.layout(),
        _ => Layout::default(),
    };
    let mut source = Source::new(raw.borrow(), run, is_unpacked, ceiling);
    let mut reading = Reading::new(run, path, within);
    reading.layout = layout;
    let mut format = formats::unknown();
    // What comes only once is kept for a second look, in case the first gives nothing.
    let mut head = Vec::new();
    let result = catch_unwind(AssertUnwindSafe(|| {
        if is_once {
            let ahead = source.ahead(silence::KEPT);
            head.extend_from_slice(&ahead[..ahead.len().min(silence::KEPT)]);
        }
        format = known.unwrap_or_else(|| sniff::format(source.ahead(SNIFFED), path));
        if depth > run.limits().max_depth {
            reading.gap(Cause::TooDeep, "nested deeper than allowed");
        } else {
            dispatch(format, &mut source, &mut reading);
        }
        source.drain();
    }));
    if result.is_err() {
        reading.gap(Cause::Crash, "the reader of this format ended unexpectedly");
        let _ = catch_unwind(AssertUnwindSafe(|| source.drain()));
    }
    if let Some(failure) = source.failure() {
        let at = source.n_bytes();
        if at == 0 {
            reading.gap(failure.cause, failure.detail);
        } else {
            let place = Locator::Bytes { start: at, end: at };
            reading.gap_at(place, failure.cause, failure.detail);
        }
    }
    let (digest, bytes) = (source.digest(), source.n_bytes());
    drop(source);
    if reading.is_silent() && bytes > 0 && !matches!(format.how, How::Nothing) {
        let again = catch_unwind(AssertUnwindSafe(|| {
            silence::break_it(format, raw, &head, bytes, &mut reading);
        }));
        if again.is_err() {
            reading.gap(Cause::Crash, "the reader of this format ended unexpectedly");
        }
    }
    let ended = Ended {
        digest,
        bytes,
        format: format.id,
        outcome: reading.reconciled(),
        n_expected: reading.n_expected,
    };
    run.end(path, ended);
}

pub(crate) fn dispatch(format: Format, source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let max_held = reading.run.limits().max_held_bytes;
    match format.how {
        How::Nothing => {}
        How::Gap(cause, detail) => reading.gap(cause, detail),
        How::Last(detail) => {
            reading.gap(Cause::UnsupportedFormat, detail);
            strings::read(source, reading);
        }
        How::Stream(read) => read(source, reading),
        How::Text(read) => match encoding::utf16(source.ahead(4096)) {
            Some(little) => {
                let mut stream = Utf16ToUtf8::new(source, little);
                read(
                    &mut Source::new(Raw::Stream(&mut stream), reading.run, false, u64::MAX),
                    reading,
                );
            }
            None => read(source, reading),
        },
        How::Held(read) => match source.hold(max_held) {
            Some(bytes) => read(&bytes, reading),
            None => {
                reading.gap(
                    Cause::TooLarge,
                    "larger than may be held in memory, which this format needs; only its readable strings were read",
                );
                strings::read(source, reading);
            }
        },
        How::Seek(read) => {
            if let Some(file) = source.rewind() {
                read(file, reading);
                return;
            }
            match source.hold(max_held) {
                Some(bytes) => read(&mut Cursor::new(bytes), reading),
                None => read_aside(read, source, reading),
            }
        }
    }
}

type ReadFromAnywhere = fn(&mut dyn ReadSeek, &mut Reading<'_>);

/// Reads a nested file that is too large to be held: it is set aside in an anonymous file in memory.
///
/// Never on a disk: evidence is written nowhere in the clear. What is larger
/// than that may be, too, gives its strings.
fn read_aside(read: ReadFromAnywhere, source: &mut Source<'_>, reading: &mut Reading<'_>) {
    match source.set_aside() {
        Ok(mut aside) => read(&mut aside.file, reading),
        Err(aside) => {
            reading.gap(
                Cause::TooLarge,
                "a nested file larger than may be held in memory, which this format needs; only its readable strings were read",
            );
            match aside {
                Some(mut aside) => {
                    let mut whole = (&mut aside.file).chain(&mut *source);
                    strings::read_stream(&mut whole, reading);
                }
                None => strings::read(source, reading),
            }
        }
    }
}

impl<'r> Reading<'r> {
    fn new(run: &'r dyn Run, path: &ExhibitPath, within: Within) -> Self {
        let Within { depth, ceiling } = within;
        Self {
            run,
            path: path.clone(),
            depth,
            ceiling,
            n_segments: 0,
            n_gaps: 0,
            n_members: 0,
            n_expected: None,
            n_empty: 0,
            names: HashMap::new(),
            document: 0,
            text_subject: None,
            layout: Layout::default(),
            has_hole: false,
        }
    }

    /// Whether nothing was handed over and nothing was noted.
    fn is_silent(&self) -> bool {
        self.n_segments + self.n_members + self.n_gaps == 0
    }

    /// The same bytes, from their beginning, for another look.
    pub(crate) fn again<'s>(&self, raw: Raw<'s>) -> Source<'s>
    where
        'r: 's,
    {
        Source::new(raw, self.run, false, u64::MAX)
    }

    /// What became of the exhibit, once its members are held against what its tables promise.
    fn reconciled(&mut self) -> Outcome {
        if let Some(n_expected) = self.n_expected
            && self.n_gaps == 0
            && self.n_members < n_expected
        {
            self.gap(
                Cause::Corrupt,
                "its own tables promise more members than could be found",
            );
        }
        match (self.n_gaps, self.n_segments + self.n_members) {
            (0, _) => Outcome::Read,
            (_, 0) => Outcome::NotRead,
            _ => Outcome::ReadWithGaps,
        }
    }

    /// What all exhibits of the file share, to count bytes that a reader unpacks by itself.
    pub(crate) fn run(&self) -> &'r dyn Run {
        self.run
    }

    /// How many bytes may have been unpacked in all when this exhibit is done.
    pub(crate) fn ceiling(&self) -> u64 {
        self.ceiling
    }

    /// The exhibit's path.
    pub(crate) fn path(&self) -> &ExhibitPath {
        &self.path
    }

    /// The bounds.
    pub(crate) fn limits(&self) -> &Limits {
        self.run.limits()
    }

    /// Passwords to try on what is locked; each try must be cheap or bounded. Never part of a name, a gap or a segment.
    pub(crate) fn passwords(&self) -> &'r [Phi<String>] {
        self.run.aids().passwords
    }

    /// How many members the container's own tables promise; fewer found is a gap of its own, unless another gap says why.
    ///
    /// Called again, numbers add up: a store of several folders promises the sum.
    pub(crate) fn expects(&mut self, n: u64) {
        self.n_expected = Some(self.n_expected.unwrap_or(0).saturating_add(n));
    }

    /// Hands over a segment as it is.
    pub(crate) fn segment(&mut self, segment: Segment) {
        self.n_segments += 1;
        if !self.has_hole && has_hole(&segment) {
            self.has_hole = true;
            let detail = "zeros stand where text should be; a part of it is lost";
            self.gap(Cause::Corrupt, detail);
        }
        self.run.segment(segment);
    }

    /// Hands over text that already is within the bound on a passage.
    pub(crate) fn passage(&mut self, text: String, origin: Origin, kind: PassageKind) {
        if text.trim().is_empty() {
            return;
        }
        let document = self.document;
        self.segment(Segment::Passage(Passage {
            text,
            origin,
            kind,
            document,
            subject: self.text_subject.clone(),
        }));
    }

    /// Hands over the whole text of a named part, split at paragraph or line ends where it is too long.
    pub(crate) fn part(&mut self, part: &str, text: &str, kind: PassageKind) {
        let max = self.run.limits().max_passage_bytes.max(16);
        for piece in crate::text::pieces(text, max) {
            let origin = Origin::Part {
                part: part.to_owned(),
                base: u32::try_from(piece.start).unwrap_or(u32::MAX),
            };
            self.passage(text[piece].to_owned(), origin, kind);
        }
    }

    /// Whose the text is that follows, when a record beside it says so.
    pub(crate) fn text_of(&mut self, subject: Option<String>) {
        self.text_subject = subject;
    }

    /// From here on, another document within this exhibit.
    pub(crate) fn next_document(&mut self) {
        self.document += 1;
    }

    /// Hands over a record, unless it has no field.
    pub(crate) fn record(&mut self, record: Record) {
        if !record.fields.is_empty() {
            self.segment(Segment::Record(record));
        }
    }

    /// Hands over a batch of rows, unless it is empty.
    pub(crate) fn rows(&mut self, rows: Rows) {
        if !rows.is_empty() {
            self.segment(Segment::Rows(rows));
        }
    }

    /// The exhibit as a whole, or the rest of it, was not read.
    pub(crate) fn gap(&mut self, cause: Cause, detail: &'static str) {
        self.put_gap(None, cause, detail.into());
    }

    /// As `gap`, in words that name a file.
    pub(crate) fn gap_named(&mut self, cause: Cause, detail: String) {
        self.put_gap(None, cause, detail.into());
    }

    /// Where the pieces begin of what lies in several files.
    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// A place in the exhibit was not read.
    pub(crate) fn gap_at(&mut self, place: Locator, cause: Cause, detail: &'static str) {
        self.put_gap(Some(place), cause, detail.into());
    }

    fn put_gap(&mut self, place: Option<Locator>, cause: Cause, mut detail: Cow<'static, str>) {
        self.n_gaps += 1;
        if cause == Cause::Truncated
            && let Some(next) = &self.layout.next
        {
            detail = format!("{detail}; if it goes on, {next} is missing").into();
        }
        self.run.gap(Gap {
            exhibit: self.path.clone(),
            place,
            cause,
            detail,
            bytes: None,
        });
    }

    /// Still at work.
    pub(crate) fn pulse(&self) {
        self.run.pulse();
    }

    /// Reads a member. `false` when no more members may be read; the gap is noted.
    pub(crate) fn member(&mut self, name: &str, body: Body<'_>) -> bool {
        self.member_as(name, body, None)
    }

    /// Reads a member whose format its container knows, by id.
    pub(crate) fn member_as(&mut self, name: &str, body: Body<'_>, id: Option<&str>) -> bool {
        // Half of what is left: the siblings of a bomb are still read.
        self.put_member(name, body, id, |left| left / 2)
    }

    /// Reads a member that came out of so many packed bytes.
    pub(crate) fn member_packed(&mut self, name: &str, body: &mut dyn Read, packed: u64) -> bool {
        let by_ratio = packed.saturating_mul(self.limits().max_expansion);
        self.put_member(name, Body::Unpacked(body), None, |left| {
            (left / 2).min(by_ratio.max(FREE_MEMBER))
        })
    }

    /// Reads the one member of a packed stream; nobody else needs the budget.
    pub(crate) fn only_member(&mut self, name: &str, body: Body<'_>) -> bool {
        self.put_member(name, body, None, |left| left)
    }

    fn put_member(
        &mut self,
        name: &str,
        body: Body<'_>,
        id: Option<&str>,
        share: impl FnOnce(u64) -> u64,
    ) -> bool {
        if !self.may_have_more() {
            return false;
        }
        let path = self.member_path(name);
        let known = id.and_then(crate::formats::by_id);
        let (raw, is_unpacked) = match body {
            Body::Unpacked(stream) => (Raw::Stream(stream), true),
            Body::Stored(stream) => (Raw::Stream(stream), false),
            Body::Memory(bytes) => (Raw::Memory(bytes), false),
        };
        let (used, all) = self.run.budget();
        let left = all.min(self.ceiling).saturating_sub(used);
        let within = Within {
            depth: self.depth.saturating_add(1),
            ceiling: used.saturating_add(share(left)).min(self.ceiling),
        };
        read_exhibit(self.run, &path, raw, is_unpacked, within, known);
        // When this is too much, `may_have_more` says so.
        let _ = self.run.unpacked(MEMBER_COST, u64::MAX);
        true
    }

    /// Whether an empty member is one more than is worth listing; the gap is noted once.
    pub(crate) fn is_empty_too_many(&mut self) -> bool {
        self.n_empty += 1;
        if self.n_empty == MAX_EMPTY + 1 {
            self.gap(
                Cause::TooLarge,
                "more empty members than are listed; the other empty ones were passed over",
            );
        }
        self.n_empty > MAX_EMPTY
    }

    /// Notes a member whose bytes cannot be had. `false` when no more members may be read.
    pub(crate) fn lost_member(
        &mut self,
        name: &str,
        format: &'static str,
        cause: Cause,
        detail: &'static str,
        bytes: Option<u64>,
    ) -> bool {
        if !self.may_have_more() {
            return false;
        }
        let path = self.member_path(name);
        let run = self.run;
        if run.begin(&path) {
            run.gap(Gap {
                exhibit: path.clone(),
                place: None,
                cause,
                detail: detail.into(),
                bytes,
            });
            let ended = Ended {
                digest: None,
                bytes: bytes.unwrap_or(0),
                format,
                outcome: Outcome::NotRead,
                n_expected: None,
            };
            run.end(&path, ended);
        }
        true
    }

    fn may_have_more(&mut self) -> bool {
        if self.n_members >= self.run.limits().max_members {
            self.gap(
                Cause::TooLarge,
                "more members than allowed; the rest were not read",
            );
            return false;
        }
        if self.run.unpacked(0, self.ceiling).is_err() {
            self.gap(
                Cause::TooLarge,
                "the bound on what one file may unpack to is reached; the rest of the members were not read",
            );
            return false;
        }
        true
    }

    /// A path that no other member of this container has.
    fn member_path(&mut self, name: &str) -> ExhibitPath {
        self.n_members += 1;
        let mut name: String = name
            .trim_matches('/')
            .chars()
            .map(|ch| if misleads(ch) { '\u{fffd}' } else { ch })
            .collect();
        if name.len() > MAX_NAME {
            let cut = name.floor_char_boundary(MAX_NAME);
            name.truncate(cut);
        }
        if name.is_empty() {
            name = format!("member-{}", self.n_members);
        }
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        let n = self.names.entry(hasher.finish()).or_insert(0);
        *n += 1;
        if *n > 1 {
            // `list (2).csv`, so that the ending stays an ending.
            let copy = format!(" ({n})");
            let at = name
                .rfind('.')
                .filter(|&dot| dot > name.rfind('/').map_or(0, |slash| slash + 1))
                .unwrap_or(name.len());
            name.insert_str(at, &copy);
        }
        self.path.child(&name)
    }
}

/// A sign that makes a name look other than it is: control signs, and those that turn the direction of writing.
fn misleads(ch: char) -> bool {
    ch.is_control()
        || matches!(ch, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
