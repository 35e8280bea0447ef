//! Bytes of a DICOM data set in, a tree of elements out; nothing is copied, and nothing is believed.
//!
//! Real files mix encodings: an implicit element in an explicit set, a sequence
//! under an unknown representation, lengths that run past the end. Each element
//! is judged by itself; where none can be made out, the search goes on for the
//! next place at which two elements in a row hold.
//!
//! Format: DICOM PS3.5, chapter 7 (data set), 7.5 (sequences), A.4 (encapsulated pixels), 6.2.2 (unknown representation).

use whose_model::Cause;

use super::dictionary::{self, Known};

/// Data sets inside each other.
const MAX_NESTED: u32 = 40;
/// Elements of one file.
const MAX_ELEMENTS: usize = 1_000_000;
/// Bytes looked through for the next element, over all searches of one file.
const MAX_SEARCHED: usize = 64 << 20;
/// Broken places that are listed.
const MAX_TROUBLES: usize = 20;

const ITEM: u32 = 0xFFFE_E000;
const ITEM_END: u32 = 0xFFFE_E00D;
const SEQUENCE_END: u32 = 0xFFFE_E0DD;
const UNDEFINED: u32 = u32::MAX;

/// Value representation: two capital letters.
pub(super) type Vr = [u8; 2];

/// An attribute with its value.
#[derive(Debug)]
pub(super) struct Element<'a> {
    pub(super) tag: u32,
    pub(super) vr: Vr,
    pub(super) value: Value<'a>,
}

#[derive(Debug)]
pub(super) enum Value<'a> {
    Bytes(&'a [u8]),
    Items(Vec<Item<'a>>),
    /// Encapsulated pixel data: the offset table, then fragments.
    Fragments(Vec<&'a [u8]>),
}

/// A data set in a sequence.
#[derive(Debug)]
pub(super) struct Item<'a> {
    /// Where it begins in the bytes parsed.
    pub(super) at: usize,
    pub(super) elements: Vec<Element<'a>>,
}

/// A place that broke the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) at: usize,
    pub(super) cause: Cause,
    pub(super) detail: &'static str,
}

/// How lengths and representations are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Syntax {
    pub(super) is_explicit: bool,
    pub(super) is_big: bool,
}

pub(super) const EXPLICIT_LITTLE: Syntax = Syntax {
    is_explicit: true,
    is_big: false,
};

struct Header {
    tag: u32,
    vr: Vr,
    len: u32,
    n_header: usize,
}

pub(super) struct Parser<'a> {
    bytes: &'a [u8],
    n_elements: usize,
    n_searched: usize,
    pub(super) troubles: Vec<Trouble>,
}

/// Finds an element of a data set.
pub(super) fn find<'e, 'a>(elements: &'e [Element<'a>], tag: u32) -> Option<&'e Element<'a>> {
    elements.iter().find(|element| element.tag == tag)
}

/// The items of a sequence of a data set; none when it is absent.
pub(super) fn items<'e, 'a>(elements: &'e [Element<'a>], tag: u32) -> &'e [Item<'a>] {
    match find(elements, tag).map(|element| &element.value) {
        Some(Value::Items(items)) => items,
        _ => &[],
    }
}

/// A value's bytes; none when it is absent or a sequence.
pub(super) fn bytes_of<'a>(elements: &[Element<'a>], tag: u32) -> Option<&'a [u8]> {
    match find(elements, tag)?.value {
        Value::Bytes(bytes) => Some(bytes),
        _ => None,
    }
}

pub(super) fn is_known_vr(vr: &[u8]) -> bool {
    matches!(
        vr,
        b"AE"
            | b"AS"
            | b"AT"
            | b"CS"
            | b"DA"
            | b"DS"
            | b"DT"
            | b"FL"
            | b"FD"
            | b"IS"
            | b"LO"
            | b"LT"
            | b"OB"
            | b"OD"
            | b"OF"
            | b"OL"
            | b"OV"
            | b"OW"
            | b"PN"
            | b"SH"
            | b"SL"
            | b"SQ"
            | b"SS"
            | b"ST"
            | b"SV"
            | b"TM"
            | b"UC"
            | b"UI"
            | b"UL"
            | b"UN"
            | b"UR"
            | b"US"
            | b"UT"
            | b"UV"
    )
}

/// Whether the length takes four bytes after two that are reserved.
fn is_long(vr: &Vr) -> bool {
    matches!(
        vr,
        b"OB"
            | b"OD"
            | b"OF"
            | b"OL"
            | b"OV"
            | b"OW"
            | b"SQ"
            | b"SV"
            | b"UC"
            | b"UN"
            | b"UR"
            | b"UT"
            | b"UV"
    )
}

impl<'a> Parser<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            n_elements: 0,
            n_searched: 0,
            troubles: Vec::new(),
        }
    }

    fn trouble(&mut self, at: usize, cause: Cause, detail: &'static str) {
        if self.troubles.len() < MAX_TROUBLES {
            self.troubles.push(Trouble { at, cause, detail });
        }
    }

    fn u16(&self, at: usize, is_big: bool) -> Option<u16> {
        let bytes = *self.bytes.get(at..)?.first_chunk::<2>()?;
        Some(if is_big {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        })
    }

    fn u32(&self, at: usize, is_big: bool) -> Option<u32> {
        let bytes = *self.bytes.get(at..)?.first_chunk::<4>()?;
        Some(if is_big {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        })
    }

    fn tag(&self, at: usize, is_big: bool) -> Option<u32> {
        Some(u32::from(self.u16(at, is_big)?) << 16 | u32::from(self.u16(at + 2, is_big)?))
    }

    /// How the data set at `at` is written, as its first element shows.
    pub(super) fn guess(&self, at: usize) -> Syntax {
        let is_explicit = self.bytes.get(at + 4..at + 6).is_some_and(is_known_vr);
        // Groups are small numbers: the zero byte is the high one.
        let is_big = matches!(self.bytes.get(at..at + 2), Some([0, low]) if *low != 0);
        Syntax {
            is_explicit,
            is_big,
        }
    }

    /// The elements of group 0002 at `at`, and where they end.
    pub(super) fn meta(&mut self, at: usize) -> (Vec<Element<'a>>, usize) {
        let mut at = at;
        let mut elements = Vec::new();
        while self.u16(at, false) == Some(2) {
            let Some(header) = self.header(at, self.bytes.len(), EXPLICIT_LITTLE) else {
                break;
            };
            let start = at + header.n_header;
            let Some(end) = start
                .checked_add(header.len as usize)
                .filter(|&end| end <= self.bytes.len())
            else {
                self.trouble(at, Cause::Truncated, "the file ends inside its header");
                return (elements, self.bytes.len());
            };
            elements.push(Element {
                tag: header.tag,
                vr: header.vr,
                value: Value::Bytes(&self.bytes[start..end]),
            });
            at = end;
        }
        (elements, at)
    }

    /// The whole data set from `at` on.
    pub(super) fn data_set(&mut self, at: usize, syntax: Syntax) -> Vec<Element<'a>> {
        let end = self.bytes.len();
        self.elements(at, end, syntax, 0).0
    }

    /// What stands before a value; `None` when nothing sensible does.
    fn header(&self, at: usize, end: usize, syntax: Syntax) -> Option<Header> {
        let tag = self.tag(at, syntax.is_big)?;
        let vr: Vr = *self.bytes.get(at + 4..)?.first_chunk::<2>()?;
        let long = self.u32(at + 4, syntax.is_big)?;
        let fits = |n_header: usize, len: u32| {
            len == UNDEFINED
                || at
                    .checked_add(n_header)
                    .and_then(|start| start.checked_add(len as usize))
                    .is_some_and(|value_end| value_end <= end)
        };
        let implicit = || Header {
            tag,
            vr: dictionary::vr_of(tag),
            len: long,
            n_header: 8,
        };
        let explicit = || {
            if is_long(&vr) {
                Some(Header {
                    tag,
                    vr,
                    len: self.u32(at + 8, syntax.is_big)?,
                    n_header: 12,
                })
            } else {
                Some(Header {
                    tag,
                    vr,
                    len: u32::from(self.u16(at + 6, syntax.is_big)?),
                    n_header: 8,
                })
            }
        };
        if is_known_vr(&vr) {
            if syntax.is_explicit {
                return explicit();
            }
            // Letters as a length are at least 16,705: a value that long is rare, and must fit.
            if fits(8, long)
                && dictionary::is_known(tag)
                && !explicit().is_some_and(|h| fits(h.n_header, h.len))
            {
                return Some(implicit());
            }
            return if fits(8, long) && long < 1 << 20 {
                Some(implicit())
            } else {
                explicit()
            };
        }
        if !syntax.is_explicit {
            return Some(implicit());
        }
        if fits(8, long)
            && (long == UNDEFINED || long.is_multiple_of(2))
            && dictionary::is_known(tag)
        {
            return Some(implicit());
        }
        if vr.iter().all(u8::is_ascii_uppercase) || vr == *b"??" || vr == [0, 0] {
            // A representation that is not known yet has the long form (PS3.5, 6.2).
            let reserved = self.u16(at + 6, syntax.is_big)?;
            if reserved == 0
                && let Some(len) = self.u32(at + 8, syntax.is_big)
                && fits(12, len)
            {
                return Some(Header {
                    tag,
                    vr: *b"UN",
                    len,
                    n_header: 12,
                });
            }
            return Some(Header {
                tag,
                vr: *b"UN",
                len: u32::from(reserved),
                n_header: 8,
            });
        }
        None
    }

    /// Elements from `at` to `end`, or to the end of the item they stand in.
    fn elements(
        &mut self,
        mut at: usize,
        end: usize,
        syntax: Syntax,
        depth: u32,
    ) -> (Vec<Element<'a>>, usize) {
        let mut elements = Vec::new();
        while at + 8 <= end {
            let Some(tag) = self.tag(at, syntax.is_big) else {
                break;
            };
            match tag {
                ITEM_END if depth > 0 => return (elements, at + 8),
                SEQUENCE_END if depth > 0 => return (elements, at),
                ITEM | ITEM_END | SEQUENCE_END => {
                    at += 8;
                    continue;
                }
                0 if self.bytes[at..end].iter().all(|byte| *byte == 0) => return (elements, end),
                _ => {}
            }
            if self.n_elements >= MAX_ELEMENTS {
                self.trouble(
                    at,
                    Cause::TooLarge,
                    "more attributes than are read; the rest were passed over",
                );
                return (elements, end);
            }
            let header = self
                .header(at, end, syntax)
                .filter(|header| header.tag >> 16 != 0 || header.tag & 0xFFFF < 0x2000);
            let Some(header) = header else {
                match self.search(at + 1, end, syntax) {
                    Some(next) => {
                        self.trouble(
                            at,
                            Cause::Corrupt,
                            "bytes that are no attribute were passed over",
                        );
                        at = next;
                        continue;
                    }
                    None => {
                        self.trouble(
                            at,
                            Cause::Corrupt,
                            "from here on no attribute could be made out",
                        );
                        return (elements, end);
                    }
                }
            };
            self.n_elements += 1;
            let start = at + header.n_header;
            let (value, next) = self.value(&header, at, start, end, syntax, depth);
            elements.push(Element {
                tag: header.tag,
                vr: header.vr,
                value,
            });
            at = next;
        }
        if at < end && depth == 0 && self.bytes[at..end].iter().any(|byte| *byte != 0) {
            self.trouble(at, Cause::Truncated, "the file ends inside an attribute");
        }
        (elements, end)
    }

    fn value(
        &mut self,
        header: &Header,
        at: usize,
        start: usize,
        end: usize,
        syntax: Syntax,
        depth: u32,
    ) -> (Value<'a>, usize) {
        if header.len == UNDEFINED {
            let is_pixels = matches!(header.tag, 0x7FE0_0008..=0x7FE0_0010);
            if is_pixels || matches!(&header.vr, b"OB" | b"OW") {
                let (fragments, next) = self.fragments(start, end, syntax);
                return (Value::Fragments(fragments), next);
            }
            // A sequence whose representation is unknown is written implicitly (PS3.5, 6.2.2).
            let inner = if header.vr == *b"UN" {
                Syntax {
                    is_explicit: false,
                    is_big: false,
                }
            } else {
                syntax
            };
            let (items, next) = self.items(start, end, inner, depth, true);
            return (Value::Items(items), next);
        }
        let len = header.len as usize;
        let Some(value_end) = start.checked_add(len).filter(|&value_end| value_end <= end) else {
            return self.overrun(header, at, start.min(end), end, syntax);
        };
        let bytes = &self.bytes[start..value_end];
        let first = self.tag(start, syntax.is_big).filter(|_| len >= 8);
        let is_sequence = header.vr == *b"SQ" || header.vr == *b"UN" && first == Some(ITEM);
        if is_sequence && len > 0 {
            let inner = if header.vr == *b"UN" {
                self.guess_in_item(start, syntax)
            } else {
                syntax
            };
            let (items, _) = self.items(start, value_end, inner, depth, false);
            if !items.is_empty() {
                return (Value::Items(items), value_end);
            }
        }
        (Value::Bytes(bytes), value_end)
    }

    /// A length that runs past the end: wrong, when further on there are attributes again; else the file was cut.
    fn overrun(
        &mut self,
        header: &Header,
        at: usize,
        start: usize,
        end: usize,
        syntax: Syntax,
    ) -> (Value<'a>, usize) {
        let is_pixels = matches!(header.tag, 0x7FE0_0008..=0x7FE0_0010);
        if header.vr == *b"SQ" && self.tag(start, syntax.is_big) == Some(ITEM) {
            self.trouble(
                at,
                Cause::Corrupt,
                "a sequence says it is longer than the file",
            );
            let (items, next) = self.items(start, end, syntax, 1, false);
            return (Value::Items(items), next);
        }
        if !is_pixels && let Some(next) = self.search(start, end, syntax) {
            self.trouble(
                at,
                Cause::Corrupt,
                "an attribute's length is wrong; its value was read up to the next one",
            );
            return (Value::Bytes(&self.bytes[start..next]), next);
        }
        let detail = if is_pixels {
            "the file ends inside its picture"
        } else {
            "the file ends inside an attribute"
        };
        self.trouble(at, Cause::Truncated, detail);
        (Value::Bytes(&self.bytes[start..end]), end)
    }

    /// How the first item of a sequence of unknown representation is written.
    fn guess_in_item(&self, start: usize, syntax: Syntax) -> Syntax {
        let is_explicit = self
            .bytes
            .get(start + 12..start + 14)
            .is_some_and(is_known_vr);
        Syntax {
            is_explicit,
            is_big: syntax.is_big,
        }
    }

    fn items(
        &mut self,
        mut at: usize,
        end: usize,
        syntax: Syntax,
        depth: u32,
        is_undefined: bool,
    ) -> (Vec<Item<'a>>, usize) {
        let mut items = Vec::new();
        if depth >= MAX_NESTED {
            self.trouble(
                at,
                Cause::TooDeep,
                "sequences nested deeper than allowed were passed over",
            );
            return (items, end);
        }
        while at + 8 <= end {
            let (Some(tag), Some(len)) =
                (self.tag(at, syntax.is_big), self.u32(at + 4, syntax.is_big))
            else {
                break;
            };
            match tag {
                SEQUENCE_END => return (items, at + 8),
                ITEM_END => {
                    at += 8;
                    continue;
                }
                ITEM => {}
                _ if is_undefined && !items.is_empty() => {
                    // The mark of the end is missing.
                    self.trouble(at, Cause::Corrupt, "a sequence has no end");
                    return (items, at);
                }
                _ => {
                    self.trouble(
                        at,
                        Cause::Corrupt,
                        "a sequence holds something that is no item",
                    );
                    return (items, if is_undefined { at } else { end });
                }
            }
            self.n_elements += 1;
            if self.n_elements >= MAX_ELEMENTS {
                self.trouble(
                    at,
                    Cause::TooLarge,
                    "more attributes than are read; the rest were passed over",
                );
                return (items, end);
            }
            let start = at + 8;
            // Each item may be written in its own way where the rules are bent.
            let is_explicit = match self.bytes.get(start + 4..start + 6) {
                Some(vr) if is_known_vr(vr) => true,
                Some(_) if syntax.is_explicit => true,
                _ => false,
            };
            let inner = Syntax {
                is_explicit,
                is_big: syntax.is_big,
            };
            let item_end = if len == UNDEFINED {
                end
            } else {
                start.saturating_add(len as usize).min(end)
            };
            let (elements, next) = self.elements(start, item_end, inner, depth + 1);
            items.push(Item { at, elements });
            at = if len == UNDEFINED { next } else { item_end };
        }
        (items, end)
    }

    fn fragments(&mut self, mut at: usize, end: usize, syntax: Syntax) -> (Vec<&'a [u8]>, usize) {
        let mut fragments = Vec::new();
        while at + 8 <= end {
            let (Some(tag), Some(len)) =
                (self.tag(at, syntax.is_big), self.u32(at + 4, syntax.is_big))
            else {
                break;
            };
            let start = at + 8;
            match tag {
                SEQUENCE_END => return (fragments, start),
                ITEM if fragments.len() < MAX_ELEMENTS => {
                    let Some(value_end) = start.checked_add(len as usize).filter(|&e| e <= end)
                    else {
                        fragments.push(&self.bytes[start..end]);
                        break;
                    };
                    fragments.push(&self.bytes[start..value_end]);
                    at = value_end;
                }
                _ => {
                    self.trouble(at, Cause::Corrupt, "the picture's parts are broken here");
                    return (fragments, at);
                }
            }
        }
        self.trouble(
            at.min(end),
            Cause::Truncated,
            "the file ends inside its picture",
        );
        (fragments, end)
    }

    /// The next place at which two elements in a row hold.
    fn search(&mut self, from: usize, end: usize, syntax: Syntax) -> Option<usize> {
        let stop = end.min(from.saturating_add(MAX_SEARCHED - self.n_searched.min(MAX_SEARCHED)));
        for at in from..stop.saturating_sub(8).max(from) {
            let Some(next) = self.holds(at, end, syntax) else {
                continue;
            };
            if next == end || self.holds(next, end, syntax).is_some() {
                self.n_searched += at - from;
                return Some(at);
            }
        }
        self.n_searched += stop.saturating_sub(from);
        None
    }

    /// Where the element at `at` ends, when it is surely one.
    fn holds(&self, at: usize, end: usize, syntax: Syntax) -> Option<usize> {
        let tag = self.tag(at, syntax.is_big)?;
        let vr = self.bytes.get(at + 4..at + 6)?;
        if syntax.is_explicit {
            if !is_known_vr(vr) || !(dictionary::is_known(tag) || tag >> 16 & 1 == 1) {
                return None;
            }
        } else if !matches!(dictionary::look_up(tag), Known::Standard { .. }) {
            return None;
        }
        let header = self.header(at, end, syntax)?;
        let start = at + header.n_header;
        if tag & 0xFFFF == 0 && header.len != 4 {
            return None;
        }
        if header.len == UNDEFINED {
            return matches!(&header.vr, b"SQ" | b"OB" | b"OW").then_some(end.min(start));
        }
        start.checked_add(header.len as usize).filter(|&e| e <= end)
    }
}

/// Where a data set begins in bytes that have no mark: at once, after a preamble, or after a stray byte or two.
pub(crate) fn start_of_data_set(head: &[u8]) -> Option<usize> {
    [0, 128, 132, 1, 2, 4]
        .into_iter()
        .find(|&at| head.get(at..).is_some_and(begins_data_set))
}

/// Whether three elements in a row hold, the first of group 0002 or 0008.
fn begins_data_set(head: &[u8]) -> bool {
    let parser = Parser::new(head);
    let syntax = parser.guess(0);
    if !matches!(parser.u16(0, syntax.is_big), Some(2 | 8)) {
        return false;
    }
    let (mut at, mut last) = (0, 0);
    for nth in 0..3 {
        let (Some(tag), Some(next)) = (
            parser.tag(at, syntax.is_big),
            parser.holds(at, head.len(), syntax),
        ) else {
            return false;
        };
        if nth > 0 && tag <= last {
            return false;
        }
        last = tag;
        at = next;
    }
    true
}
