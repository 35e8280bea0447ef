//! Mail, contacts and calendars.

use whose_model::Cause;

use super::{Format, How, about, format};
use crate::{card, mail, msg, pst, tnef};

pub(super) static FORMATS: &[Format] = &[
    format(
        "eml",
        How::Held(mail::read),
        about(
            "Internet message (EML, MIME, MHTML, EMLX, Maildir)",
            "headers, bodies, attachments and enclosed messages; what was signed; what ties it to its thread",
            "parts encrypted with S/MIME or PGP",
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
        "pst",
        How::Seek(pst::read),
        about(
            "Outlook mail store (PST; OST up to 2010 and 2013 and later)",
            "every folder with its counts, every message, contact, appointment, task and note in it, hidden ones and those that no folder lists; attachments, enclosed messages and embedded objects as members; stores with a password too",
            "stores that are locked to a Windows account; messages that were deleted for good",
            "own, flate2",
            "a test that writes stores, tika-docs",
        ),
    ),
    format(
        "msg",
        How::Held(msg::read),
        about(
            "Outlook message (MSG), also contacts, appointments, tasks and notes",
            "header fields, recipients, bodies as text, HTML and RTF (compressed, encapsulated), fields of forms; attachments and enclosed messages as members",
            "encrypted and rights-managed messages",
            "own",
            "poi-docs, tika-docs",
        ),
    ),
    format(
        "tnef",
        How::Held(tnef::read),
        about(
            "winmail.dat (TNEF)",
            "the message in it as an Outlook message; attachments and enclosed messages as members",
            "",
            "own",
            "poi-docs, tika-docs",
        ),
    ),
    format(
        "p7m",
        How::Held(mail::read_smime),
        about(
            "S/MIME and PKCS #7 (P7M, P7S), DER, BER and PEM",
            "what was signed or packed, as a member; the names in the certificates",
            "what was encrypted; whether the signature holds",
            "own, flate2",
            "a test, tika-docs",
        ),
    ),
    format(
        "pgp",
        How::Gap(
            Cause::Password,
            "encrypted with PGP, which opens only with the recipient's key",
        ),
        about(
            "PGP message",
            "",
            "encrypted to a key that is not here",
            "",
            "",
        ),
    ),
    format(
        "yenc",
        How::Held(mail::read_yenc),
        about("yEnc", "the file in it as a member", "", "own", "a test"),
    ),
    format(
        "binhex",
        How::Held(mail::read_binhex),
        about(
            "BinHex 4.0",
            "both forks of the file in it as members",
            "",
            "own",
            "a test",
        ),
    ),
];
