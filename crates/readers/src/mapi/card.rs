//! A contact, appointment, task or journal entry in; the record it would be as a card (vCard, iCalendar) out.
//!
//! Fields carry the names of vCard and iCalendar, as in `card.rs`, so that
//! what a name means is decided in one place. A list of people becomes a
//! record with its members.
//!
//! Format: [MS-OXOCNTC] 2.2.1 (contacts), [MS-OXOCAL] 2.2.1 (appointments),
//! [MS-OXOTASK] 2.2.2 (tasks), [MS-OXOJRNL] 2.2.1, [MS-OXCDATA] 2.2.5.1 (one-off members).

use whose_model::{Record, RecordKind};

use super::{
    Fields, Item, id,
    value::{Name, Props, Value, set, wide},
    what,
};
use crate::exhibit::{Imprint, Reading};

/// Contacts: vCard name and number of the property.
const CONTACT: &[(&str, u16)] = &[
    ("FN", id::NAME),
    ("N.1", 0x3A11),
    ("N.2", 0x3A06),
    ("N.3", 0x3A44),
    ("N.4", 0x3A45),
    ("N.5", 0x3A05),
    ("NICKNAME", 0x3A4F),
    ("TITLE", 0x3A17),
    ("ROLE", 0x3A46),
    ("ORG.1", 0x3A16),
    ("ORG.2", 0x3A18),
    ("TEL;TYPE=WORK", 0x3A08),
    ("TEL;TYPE=WORK", 0x3A1B),
    ("TEL;TYPE=HOME", 0x3A09),
    ("TEL;TYPE=HOME", 0x3A2F),
    ("TEL;TYPE=CELL", 0x3A1C),
    ("TEL;TYPE=CAR", 0x3A1E),
    ("TEL;TYPE=OTHER", 0x3A1F),
    ("TEL;TYPE=PRIMARY", 0x3A1A),
    ("TEL;TYPE=PAGER", 0x3A21),
    ("TEL;TYPE=FAX,WORK", 0x3A24),
    ("TEL;TYPE=FAX,HOME", 0x3A25),
    ("TEL;TYPE=FAX", 0x3A23),
    ("TEL;TYPE=ASSISTANT", 0x3A2E),
    ("TEL;TYPE=COMPANY", 0x3A57),
    ("TEL;TYPE=RADIO", 0x3A1D),
    ("TEL;TYPE=ISDN", 0x3A2D),
    ("TEL;TYPE=TTY", 0x3A4B),
    ("BDAY", 0x3A42),
    ("ANNIVERSARY", 0x3A41),
    ("ADR;TYPE=HOME.3", 0x3A5D),
    ("ADR;TYPE=HOME.4", 0x3A59),
    ("ADR;TYPE=HOME.5", 0x3A5C),
    ("ADR;TYPE=HOME.6", 0x3A5B),
    ("ADR;TYPE=HOME.7", 0x3A5A),
    ("ADR;TYPE=OTHER.3", 0x3A63),
    ("ADR;TYPE=OTHER.4", 0x3A5F),
    ("ADR;TYPE=OTHER.5", 0x3A62),
    ("ADR;TYPE=OTHER.6", 0x3A61),
    ("ADR;TYPE=OTHER.7", 0x3A60),
    ("SPOUSE", 0x3A48),
    ("CHILDREN", 0x3A58),
    ("MANAGER", 0x3A4E),
    ("ASSISTANT", 0x3A30),
    ("GOVERNMENT-ID", 0x3A07),
    ("CUSTOMER-ID", 0x3A4A),
    ("ORGANIZATIONAL-ID", 0x3A10),
    ("ACCOUNT", 0x3A00),
    ("OFFICE", 0x3A19),
    ("HOBBIES", 0x3A43),
    ("URL;TYPE=HOME", 0x3A50),
    ("URL;TYPE=WORK", 0x3A51),
];

/// The same for properties that have a name instead of a number.
const CONTACT_NAMED: &[(&str, u32)] = &[
    ("FILE-AS", 0x8005),
    ("ADR;TYPE=WORK.3", 0x8045),
    ("ADR;TYPE=WORK.4", 0x8046),
    ("ADR;TYPE=WORK.5", 0x8047),
    ("ADR;TYPE=WORK.6", 0x8048),
    ("ADR;TYPE=WORK.7", 0x8049),
    ("EMAIL", 0x8083),
    ("EMAIL", 0x8093),
    ("EMAIL", 0x80A3),
    ("EMAIL-NAME", 0x8080),
    ("EMAIL-NAME", 0x8090),
    ("EMAIL-NAME", 0x80A0),
    ("IMPP", 0x8062),
    ("URL", 0x802B),
    ("REFERRED-BY", 0x800E),
    ("USER-FIELD-1", 0x804F),
    ("USER-FIELD-2", 0x8050),
    ("USER-FIELD-3", 0x8051),
    ("USER-FIELD-4", 0x8052),
];

/// Appointments, tasks and journal entries: name, set and number.
const EVENT: &[(&str, u32, u32)] = &[
    ("LOCATION", set::APPOINTMENT, 0x8208),
    ("DTSTART", set::APPOINTMENT, 0x820D),
    ("DTEND", set::APPOINTMENT, 0x820E),
    ("RECURRENCE", set::APPOINTMENT, 0x8232),
    ("ATTENDEE", set::APPOINTMENT, 0x8238),
    ("CALENDAR-OWNER", set::APPOINTMENT, 0x822E),
    ("DTSTART", set::TASK, 0x8104),
    ("DUE", set::TASK, 0x8105),
    ("COMPLETED", set::TASK, 0x810F),
    ("ORGANIZER", set::TASK, 0x811F),
    ("ASSIGNED-BY", set::TASK, 0x8121),
    ("JOURNAL-TYPE", set::LOG, 0x8700),
    ("DTSTART", set::LOG, 0x8706),
    ("DTEND", set::LOG, 0x8708),
    ("CONTACT", set::COMMON, 0x853A),
    ("COMPANY", set::COMMON, 0x8539),
    ("BILLING", set::COMMON, 0x8535),
];

/// Hands over the card of a message that is more than a message.
pub(super) fn put(item: &Item, reading: &mut Reading<'_>, imprint: &mut Imprint) {
    let props = &item.props;
    let class = props.text(id::CLASS);
    let mut out = Fields(Vec::new());
    let name = match what(&class) {
        "contact" => {
            contact(props, &mut out);
            "VCARD"
        }
        "distribution list" => {
            out.put("list", "FN", &props.named(set::ADDRESS, 0x8053));
            members(props, &mut out);
            "VCARD"
        }
        "appointment" => {
            event(props, &mut out);
            "VEVENT"
        }
        "task" => {
            event(props, &mut out);
            "VTODO"
        }
        "journal" => {
            event(props, &mut out);
            "VJOURNAL"
        }
        _ => return,
    };
    for field in &out.0 {
        imprint.take(field.name.as_bytes());
        imprint.take(field.value.as_bytes());
    }
    reading.record(Record {
        kind: RecordKind::Card,
        name: name.to_owned(),
        fields: out.0,
        subject: None,
    });
}

fn contact(props: &Props, out: &mut Fields) {
    for (name, number) in CONTACT {
        let value = props.text(*number);
        // A birthday has no time of day.
        let value = match *name {
            "BDAY" | "ANNIVERSARY" => value.split('T').next().unwrap_or("").to_owned(),
            _ => value,
        };
        out.put("contact", name, &value);
    }
    for (name, number) in CONTACT_NAMED {
        let value = props.named(set::ADDRESS, *number);
        // An address within Exchange is no address of a person.
        if !value.starts_with("/o=") && !value.starts_with("/O=") {
            out.put("contact", name, &value);
        }
    }
    // The mailing address repeats one of the others, unless there is no other.
    if !out.0.iter().any(|field| field.name.starts_with("ADR")) {
        for (name, number) in [
            ("ADR.3", 0x3A29),
            ("ADR.4", 0x3A27),
            ("ADR.5", 0x3A28),
            ("ADR.6", 0x3A2A),
            ("ADR.7", 0x3A26),
            ("ADR", 0x3A15),
        ] {
            out.put("contact", name, &props.text(number));
        }
    }
}

fn event(props: &Props, out: &mut Fields) {
    out.put("event", "SUMMARY", &props.text(id::SUBJECT));
    for (name, set, number) in EVENT {
        out.put("event", name, &props.named(*set, *number));
    }
}

/// The members of a list that are no contacts of their own.
fn members(props: &Props, out: &mut Fields) {
    let Some(Value::Many(members)) = props.named_value(&Name::Number(set::ADDRESS, 0x8054)) else {
        return;
    };
    for member in members {
        if let Value::Bytes(bytes) = member
            && let Some((name, address)) = one_off(props, bytes)
        {
            out.put("list", "MEMBER", &format!("{name} <{address}>"));
        }
    }
}

/// Name and address in a one-off entry id ([MS-OXCDATA] 2.2.5.1).
fn one_off(props: &Props, bytes: &[u8]) -> Option<(String, String)> {
    let flags = u16::from_le_bytes(bytes.get(22..24)?.try_into().ok()?);
    let mut rest = bytes.get(24..)?;
    let mut texts = Vec::new();
    for _ in 0..3 {
        let (text, len) = if flags & 0x8000 != 0 {
            let end = rest
                .chunks_exact(2)
                .position(|pair| pair == [0, 0])
                .unwrap_or(rest.len() / 2);
            (wide(&rest[..end * 2]), end * 2 + 2)
        } else {
            let end = memchr::memchr(0, rest).unwrap_or(rest.len());
            let text = &rest[..end];
            (props.charset(text).decode(text).into_owned(), end + 1)
        };
        texts.push(text);
        rest = rest.get(len..).unwrap_or(&[]);
    }
    let address = texts.pop()?;
    texts.pop();
    Some((texts.pop()?, address))
}
