//! A winmail.dat (TNEF) in; the message in it as a record and bodies, its attachments as members, out.
//!
//! Outlook packs into one attachment what a mail of the internet has no place
//! for. The stream is a row of attributes; those of attachments follow the one
//! that begins an attachment.
//!
//! Format: [MS-OXTNEF] 2.1.3.

use whose_model::{Cause, Locator};

use crate::{
    exhibit::{Body, Imprint, Reading},
    mapi::{
        self, Item, Name, Names, Props, Value, id,
        value::{first_field, fixed_len, kind},
    },
};

/// IID_IMessage: the value of an object is another TNEF stream ([MS-OXTNEF] 2.1.3.4).
const MESSAGE: u32 = 0x0002_0307;
/// Properties of one list, and rows of one table.
const MAX_COUNT: u32 = 100_000;

/// Ids of attributes ([MS-OXTNEF] 2.1.3.3); the upper half is their type.
mod attribute {
    pub(super) const SENDER: u16 = 0x8000;
    pub(super) const SUBJECT: u16 = 0x8004;
    pub(super) const SENT: u16 = 0x8005;
    pub(super) const RECEIVED: u16 = 0x8006;
    pub(super) const CLASS: u16 = 0x8008;
    pub(super) const MESSAGE_ID: u16 = 0x8009;
    pub(super) const BODY: u16 = 0x800C;
    pub(super) const ATTACH_DATA: u16 = 0x800F;
    pub(super) const ATTACH_TITLE: u16 = 0x8010;
    pub(super) const TRANSPORT_NAME: u16 = 0x9001;
    pub(super) const ATTACH_BEGINS: u16 = 0x9002;
    pub(super) const PROPS: u16 = 0x9003;
    pub(super) const RECIPIENTS: u16 = 0x9004;
    pub(super) const ATTACH_PROPS: u16 = 0x9005;
    pub(super) const CODE_PAGE: u16 = 0x9007;
}

/// Reads a TNEF stream.
pub(crate) fn read(bytes: &[u8], reading: &mut Reading<'_>) {
    let mut imprint = Imprint::new();
    message(bytes, reading, &mut imprint);
}

#[derive(Default)]
struct Attachment<'b> {
    props: Props,
    data: Option<&'b [u8]>,
    title: Vec<u8>,
    /// A message or object among its properties: the interface and the bytes.
    object: Option<(u32, &'b [u8])>,
}

fn message(bytes: &[u8], reading: &mut Reading<'_>, imprint: &mut Imprint) {
    if !bytes.starts_with(b"\x78\x9f\x3e\x22") {
        reading.gap(Cause::Corrupt, "it does not begin as a TNEF stream does");
        return;
    }
    let mut item = Item::default();
    let mut attachments: Vec<Attachment<'_>> = Vec::new();
    let mut page = None;
    let mut is_damaged = false;
    let mut at = 6;
    while let Some(head) = bytes.get(at..at + 9) {
        let level = head[0];
        let attribute = first_field(&head[1..]) as u16;
        let len = first_field(&head[5..]) as usize;
        let start = at + 9;
        let end = start.saturating_add(len);
        let whole = bytes.get(start..end);
        let data = whole.unwrap_or_else(|| &bytes[start.min(bytes.len())..]);
        if !matches!(level, 1 | 2) {
            is_damaged = true;
            break;
        }
        let is_cut = whole.is_none();
        if attribute == attribute::CODE_PAGE {
            page = Some(first_field(data)).filter(|page| *page > 0);
        } else if level == 1 {
            is_damaged |= !message_attribute(attribute, data, &mut item, page);
        } else if attribute == attribute::ATTACH_BEGINS {
            if attachments.len() >= MAX_COUNT as usize {
                reading.gap(Cause::TooLarge, "more attachments than allowed");
                break;
            }
            attachments.push(Attachment::default());
        } else if let Some(attachment) = attachments.last_mut() {
            match attribute {
                attribute::ATTACH_DATA => attachment.data = Some(data),
                attribute::ATTACH_TITLE => attachment.title = data.to_vec(),
                attribute::TRANSPORT_NAME if attachment.title.is_empty() => {
                    attachment.title = data.to_vec();
                }
                attribute::ATTACH_PROPS => {
                    let mut list = List { bytes: data, at: 0 };
                    let object = &mut attachment.object;
                    is_damaged |= list.read(&mut attachment.props, object).is_none();
                }
                _ => {}
            }
        }
        if is_cut {
            reading.gap(
                Cause::Truncated,
                "the stream ends before its last part is complete",
            );
            break;
        }
        // A checksum of two bytes follows.
        at = end + 2;
    }
    if is_damaged {
        reading.gap(
            Cause::Corrupt,
            "a part of the stream breaks the format's rules; what stands around it was read",
        );
    }
    item.props.code_page = page.or(item.props.code_page);
    for recipient in &mut item.recipients {
        recipient.code_page = item.props.code_page;
    }
    mapi::put(&mut item, reading, imprint);
    for (index, mut attachment) in attachments.into_iter().enumerate() {
        attachment.props.code_page = item.props.code_page;
        if !put_attachment(attachment, index + 1, reading) {
            return;
        }
    }
}

/// Takes in an attribute of the message. `false` when it breaks the rules.
fn message_attribute(attribute: u16, data: &[u8], item: &mut Item, page: Option<u32>) -> bool {
    let none = Names::default();
    let mut narrow = |id: u16| {
        if !item.props.has(id)
            && let Some(value) = Value::parse(kind::NARROW, data)
        {
            item.props.put(id, value, &none);
        }
    };
    match attribute {
        attribute::SUBJECT => narrow(id::SUBJECT),
        attribute::BODY => narrow(id::BODY),
        attribute::CLASS => {
            // Outlook's older names stand for today's ([MS-OXTNEF] 2.1.3.3.3).
            let class = String::from_utf8_lossy(data);
            let class = class
                .trim_end_matches('\0')
                .trim_start_matches("IPM.Microsoft Mail.");
            let class = match class {
                "Note" => "IPM.Note",
                "Schedule.MtgReq" | "Schedule.MtgCncl" => "IPM.Schedule.Meeting",
                class => class,
            };
            if !item.props.has(id::CLASS) {
                item.props
                    .put(id::CLASS, Value::Text(class.to_owned()), &none);
            }
        }
        attribute::MESSAGE_ID if !item.props.has(0x300B) => {
            item.props.put(0x300B, Value::Narrow(data.to_vec()), &none);
        }
        attribute::SENDER => {
            // TRP structure: id, lengths of name and address, both with a zero.
            let n_name = usize::from(u16::from_le_bytes([byte(data, 4), byte(data, 5)]));
            let n_address = usize::from(u16::from_le_bytes([byte(data, 6), byte(data, 7)]));
            let name = data.get(8..8 + n_name).unwrap_or(&[]);
            let address = data.get(8 + n_name..8 + n_name + n_address).unwrap_or(&[]);
            if let Some(name) = Value::parse(kind::NARROW, name) {
                item.props.put(0x0C1A, name, &none);
            }
            let address = String::from_utf8_lossy(address);
            let address = address.trim_end_matches('\0').trim_start_matches("SMTP:");
            item.props
                .put(0x0C1F, Value::Text(address.to_owned()), &none);
        }
        attribute::SENT | attribute::RECEIVED => {
            let id = if attribute == attribute::SENT {
                id::SUBMITTED
            } else {
                id::DELIVERED
            };
            if let Some(ticks) = date(data)
                && !item.props.has(id)
            {
                item.props.put(id, Value::Time(ticks), &none);
            }
        }
        attribute::PROPS => {
            let mut list = List { bytes: data, at: 0 };
            item.props.code_page = page;
            return list.read(&mut item.props, &mut None).is_some();
        }
        attribute::RECIPIENTS => {
            let mut list = List { bytes: data, at: 0 };
            let Some(n_rows) = list.u32() else {
                return false;
            };
            for _ in 0..n_rows.min(MAX_COUNT) {
                let mut recipient = Props::default();
                let is_whole = list.read(&mut recipient, &mut None).is_some();
                item.recipients.push(recipient);
                if !is_whole {
                    return false;
                }
            }
        }
        _ => {}
    }
    true
}

fn byte(data: &[u8], at: usize) -> u8 {
    data.get(at).copied().unwrap_or(0)
}

/// Ticks since 1601 of a date written as seven numbers ([MS-OXTNEF] 2.1.3.2, `DTR`).
fn date(data: &[u8]) -> Option<u64> {
    let mut numbers = data
        .chunks_exact(2)
        .map(|pair| i64::from(u16::from_le_bytes([pair[0], pair[1]])));
    let mut next = || numbers.next();
    let (year, month, day) = (next()?, next()?, next()?);
    let (hour, minute, second) = (next()?, next()?, next()?);
    if !(1601..=4500).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Days of a calendar whose year begins in March.
    let (y, m) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 584_694;
    let seconds = days * 86_400 + hour.min(23) * 3600 + minute.min(59) * 60 + second.min(59);
    u64::try_from(seconds)
        .ok()
        .map(|seconds| seconds * 10_000_000)
}

/// Reads one attachment. `false` when no more members may be read.
fn put_attachment(attachment: Attachment<'_>, number: usize, reading: &mut Reading<'_>) -> bool {
    let Attachment {
        mut props,
        data,
        title,
        object,
    } = attachment;
    if !props.has(id::ATTACH_NAME) && !title.is_empty() {
        let title = Value::parse(kind::NARROW, &title);
        props.put(
            id::ATTACH_NAME,
            title.unwrap_or(Value::Int(0)),
            &Names::default(),
        );
    }
    let name = mapi::attachment_name(&props, number);
    if let Some((interface, bytes)) = object {
        if interface == MESSAGE {
            let name = mapi::as_message(&name);
            return reading.built(&name, "tnef", &mut |reading, imprint| {
                message(bytes, reading, imprint);
            });
        }
        return reading.member(&name, Body::Memory(bytes));
    }
    let held = match props.take(id::ATTACH_DATA) {
        Some(Value::Bytes(bytes)) => bytes,
        _ => Vec::new(),
    };
    let bytes = data.filter(|data| !data.is_empty()).unwrap_or(&held);
    if bytes.is_empty() && data.is_none() {
        let place = Locator::Field {
            path: format!("attachment {number}"),
        };
        reading.gap_at(place, Cause::Truncated, "an attachment has no content");
        return true;
    }
    reading.member(&name, Body::Memory(bytes))
}

/// A list of properties ([MS-OXTNEF] 2.1.3.4).
struct List<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> List<'b> {
    fn take(&mut self, n: usize) -> Option<&'b [u8]> {
        let end = self.at.checked_add(n)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn u32(&mut self) -> Option<u32> {
        Some(first_field(self.take(4)?))
    }

    /// Bytes with their length before them, padded to four.
    fn counted(&mut self) -> Option<&'b [u8]> {
        let len = self.u32()? as usize;
        let bytes = self.take(len)?;
        // The padding may be cut off at the very end.
        self.at = (self.at + (4 - len % 4) % 4).min(self.bytes.len());
        Some(bytes)
    }

    /// Reads one list; `None` where it breaks the rules.
    fn read(&mut self, props: &mut Props, object: &mut Option<(u32, &'b [u8])>) -> Option<()> {
        let n_props = self.u32()?;
        for _ in 0..n_props.min(MAX_COUNT) {
            let tag = self.u32()?;
            let (of, id) = (tag as u16, (tag >> 16) as u16);
            let mut name = None;
            if id >= 0x8000 {
                let set = first_field(self.take(16)?);
                name = Some(match self.u32()? {
                    0 => Name::Number(set, self.u32()?),
                    _ => Name::Text(set, mapi::value::wide(self.counted()?)),
                });
            }
            let value = self.value(of, object)?;
            match (name, value) {
                (Some(name), Some(value)) => props.put_named(name, value),
                (None, Some(value)) => props.put(id, value, &Names::default()),
                _ => {}
            }
        }
        Some(())
    }

    fn value(&mut self, of: u16, object: &mut Option<(u32, &'b [u8])>) -> Option<Option<Value>> {
        let single = of & !kind::MANY;
        let is_many = of & kind::MANY != 0;
        if let Some(len) = fixed_len(single) {
            let n = if is_many { self.u32()? } else { 1 };
            let mut values = Vec::new();
            for _ in 0..n {
                let bytes = self.take(len)?;
                // Two bytes are padded to four.
                self.at = (self.at + (4 - len % 4) % 4).min(self.bytes.len());
                values.extend(Value::parse(single, bytes));
            }
            return Some(if is_many {
                Some(Value::Many(values))
            } else {
                values.pop()
            });
        }
        if !matches!(
            single,
            kind::NARROW | kind::WIDE | kind::BYTES | kind::OBJECT
        ) {
            return match single {
                0 | 1 => Some(None),
                _ => None,
            };
        }
        let n = self.u32()?;
        let mut values = Vec::new();
        for _ in 0..n {
            let bytes = self.counted()?;
            if single == kind::OBJECT {
                *object = Some((first_field(bytes), bytes.get(16..).unwrap_or(&[])));
            } else {
                values.extend(Value::parse(single, bytes));
            }
        }
        Some(if is_many {
            Some(Value::Many(values))
        } else {
            values.pop()
        })
    }
}

#[cfg(test)]
mod tests;
