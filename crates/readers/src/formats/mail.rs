//! Mail, contacts and calendars.

use super::{Format, How, UNSUPPORTED, about, format};
use crate::{card, mail};

pub(super) static FORMATS: &[Format] = &[
    format(
        "eml",
        How::Held(mail::read),
        about(
            "Internet message (EML, MIME)",
            "headers, bodies, attachments and enclosed messages",
            "encrypted parts",
            "mail-parser, own",
            "corpus/made, mail-corpus",
        ),
    ),
    format(
        "mbox",
        How::Stream(mail::read_mbox),
        about(
            "MBOX",
            "each message as a member",
            "",
            "own",
            "corpus/made, mail-corpus",
        ),
    ),
    format(
        "vcard",
        How::Text(card::read),
        about(
            "vCard and iCalendar",
            "each card as a record",
            "",
            "own",
            "corpus/made",
        ),
    ),
    format(
        "uuencode",
        How::Held(mail::read_uuencoded),
        about(
            "uuencoded file",
            "the file in it as a member",
            "",
            "own",
            "mail-corpus",
        ),
    ),
    format(
        "msg",
        UNSUPPORTED,
        about("Outlook message (MSG)", "", "no reader yet", "", ""),
    ),
    format(
        "tnef",
        UNSUPPORTED,
        about("winmail.dat (TNEF)", "", "no reader yet", "", ""),
    ),
];
