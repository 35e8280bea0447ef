//! A mail (EML, Maildir) in; its header as a record, its texts as passages, its attachments as exhibits out.
//!
//! A passage's part is the MIME type (`text/plain`, then `text/plain 2`). An HTML
//! body beside a plain one with the same words is passed over, so that nothing is
//! counted twice. Attached mails and files are members under their own names.
//!
//! Format: RFC 5322 and RFC 2045 to 2049.

mod leftover;
mod mbox;
mod mime;
mod smime;
mod transfer;

use std::borrow::Cow;

use mail_parser::{
    Address, HeaderName, HeaderValue, Message, decoders::charsets::map::charset_decoder,
};
use whose_model::{Cause, Field, Locator, PassageKind, Record, RecordKind};

pub(crate) use self::{
    leftover::{read_binhex, read_yenc},
    mbox::read as read_mbox,
    smime::read as read_smime,
    transfer::{base64, quoted_printable},
};
use self::{mime::Part, transfer::uuencoded};
use crate::{
    encoding,
    exhibit::{Body, Reading},
    html,
};

/// Reads one mail.
pub(crate) fn read(bytes: &[u8], reading: &mut Reading<'_>) {
    // Boxes and Maildir exports may leave their separator at the top.
    let bytes = match bytes {
        [b'F', b'r', b'o', b'm', b' ', ..] => {
            let line = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
            &bytes[line..]
        }
        _ => bytes,
    };
    // Apple's Mail writes the length of the mail before it, and its own properties after it.
    let (bytes, properties) = emlx(bytes).unwrap_or((bytes, &[]));
    if !properties.is_empty() {
        reading.member("properties.plist", Body::Memory(properties));
    }
    put_header(bytes, reading);
    let parts = mime::walk(bytes, reading.limits().max_members);
    let mut names = Names::default();
    let mut plain: Option<(usize, String)> = None;
    for part in &parts.leaves {
        let body = &bytes[part.body.clone()];
        if !put_part(part, body, &mut names, &mut plain, reading) {
            return;
        }
    }
    if parts.is_too_deep {
        reading.gap(
            Cause::TooDeep,
            "a multipart nested deeper than allowed was read as text",
        );
    }
    if parts.has_too_many {
        reading.gap(
            Cause::TooLarge,
            "more parts than allowed; the rest were not read",
        );
    }
}

/// Reads a file that is uuencoded, alone or several.
pub(crate) fn read_uuencoded(bytes: &[u8], reading: &mut Reading<'_>) {
    let text = encoding::detect(bytes).decode(bytes);
    let (rest, files) = without_uuencoded(&text);
    reading.part("text/plain", &rest, PassageKind::Body);
    for (name, bytes) in files {
        if !reading.member(&name, Body::Memory(&bytes)) {
            return;
        }
    }
}

/// Whether a uuencoded file begins here.
pub(crate) fn begins_uuencoded(head: &[u8]) -> bool {
    uuencoded(head).is_some()
}

#[derive(Default)]
struct Names {
    n_plain: u32,
    n_html: u32,
    n_other: u32,
}

/// Reads one leaf part. `false` when no more members may be read.
fn put_part(
    part: &Part,
    body: &[u8],
    names: &mut Names,
    plain: &mut Option<(usize, String)>,
    reading: &mut Reading<'_>,
) -> bool {
    let is_text = part.kind.starts_with("text/") || part.kind == "text";
    let mut decoded = undo_transfer(part, body, is_text, reading);
    // The one charset of mail that is ASCII to look at and says nothing as such (RFC 2152).
    if is_text
        && let Some(label) = &part.charset
        && ["utf-7", "unicode-1-1-utf-7"].contains(&label.to_ascii_lowercase().as_str())
        && let Some(decode) = charset_decoder(b"utf-7")
    {
        decoded = Cow::Owned(decode(&decoded).into_bytes());
    }
    let is_body = is_text && !part.is_attachment && part.name.is_none();
    if !is_body
        && !matches!(
            part.kind.as_str(),
            "message/delivery-status" | "text/rfc822-headers"
        )
    {
        let name = member_name(part, names);
        if decoded.is_empty() && part.name.is_none() {
            return true;
        }
        let is_mail = matches!(part.kind.as_str(), "message/rfc822" | "message/global");
        return reading.member_as(&name, Body::Memory(&decoded), is_mail.then_some("eml"));
    }
    match part.kind.as_str() {
        "text/html" | "text/xhtml" => {
            let charset = charset_of(part, &decoded, true);
            let text = html::text(&charset.decode(&decoded));
            if let Some((alternative, said)) = plain.as_ref()
                && part.alternative == Some(*alternative)
                && words(said).contains(words(&text).as_str())
            {
                return true;
            }
            names.n_html += 1;
            reading.part(
                &numbered("text/html", names.n_html),
                &text,
                PassageKind::Body,
            );
        }
        "text/calendar"
        | "text/vcard"
        | "text/x-vcard"
        | "text/directory"
        | "text/csv"
        | "text/rtf"
        | "text/richtext"
        | "text/xml"
        | "text/tab-separated-values" => {
            let name = member_name(part, names);
            return reading.member(&name, Body::Memory(&decoded));
        }
        _ => {
            let charset = charset_of(part, &decoded, false);
            let (rest, yenc) = leftover::without_yenc(&decoded);
            let text = charset.decode(&rest).replace("\r\n", "\n");
            if text.contains("-----BEGIN PGP MESSAGE-----") {
                reading.gap_at(
                    place(&part.kind, 0),
                    Cause::Password,
                    "a part encrypted with PGP, which opens only with the recipient's key",
                );
            }
            names.n_plain += 1;
            let name = numbered("text/plain", names.n_plain);
            let (text, files) = without_uuencoded(&text);
            reading.part(&name, &text, PassageKind::Body);
            if let Some(alternative) = part.alternative {
                *plain = Some((alternative, text.into_owned()));
            }
            for (name, bytes) in files.into_iter().chain(yenc) {
                if !reading.member(&name, Body::Memory(&bytes)) {
                    return false;
                }
            }
        }
    }
    true
}

/// The mail in a file of Apple's Mail, and the properties that follow it.
pub(crate) fn emlx(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = memchr::memchr(b'\n', &bytes[..bytes.len().min(32)])?;
    let number = std::str::from_utf8(bytes[..line].trim_ascii()).ok()?;
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let len: usize = number.parse().ok()?;
    let rest = &bytes[line + 1..];
    Some(rest.split_at(len.min(rest.len())))
}

fn numbered(kind: &str, n: u32) -> String {
    if n <= 1 {
        kind.to_owned()
    } else {
        format!("{kind} {n}")
    }
}

/// Letters and digits alone, to compare two forms of one text.
fn words(text: &str) -> String {
    text.chars().filter(|ch| ch.is_alphanumeric()).collect()
}

fn undo_transfer<'a>(
    part: &Part,
    body: &'a [u8],
    is_text: bool,
    reading: &mut Reading<'_>,
) -> Cow<'a, [u8]> {
    match part.encoding.as_str() {
        "base64" => {
            let decoded = transfer::base64_checked(body);
            if decoded.n_strange_percent > 10 && is_text {
                // It says base64 and is not.
                return Cow::Borrowed(body);
            }
            if decoded.n_strange_percent > 10 {
                reading.gap_at(
                    place(&part.kind, 0),
                    Cause::Corrupt,
                    "an attachment's base64 holds characters that do not belong in it",
                );
            }
            Cow::Owned(decoded.bytes)
        }
        "quoted-printable" => Cow::Owned(transfer::quoted_printable(body)),
        "x-uuencode" | "uuencode" | "x-uue" => {
            let start = memchr::memmem::find(body, b"begin ").unwrap_or(0);
            match transfer::uuencoded(&body[start..]) {
                Some((_, bytes, _)) => Cow::Owned(bytes),
                None => Cow::Borrowed(body),
            }
        }
        _ => Cow::Borrowed(body),
    }
}

fn charset_of(part: &Part, bytes: &[u8], is_html: bool) -> encoding::Charset {
    match &part.charset {
        Some(label) if !label.eq_ignore_ascii_case("us-ascii") => match encoding::named(label) {
            // Many programs say UTF-8, or a charset nobody knows, and mean something else.
            encoding::Charset::Utf8 => encoding::detect(bytes),
            charset => charset,
        },
        _ if is_html => html::charset(bytes),
        _ => encoding::detect(bytes),
    }
}

fn place(part: &str, end: usize) -> Locator {
    Locator::Part {
        part: part.to_owned(),
        start: 0,
        end: end as u32,
    }
}

fn member_name(part: &Part, names: &mut Names) -> String {
    if let Some(name) = &part.name
        && !name.trim().is_empty()
    {
        // A path from the sender's disk would look like folders.
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        if !name.is_empty() {
            return name.to_owned();
        }
    }
    names.n_other += 1;
    format!("part-{}.{}", names.n_other, ending_of(&part.kind))
}

/// The ending that files of a MIME type have.
pub(crate) fn ending_of(kind: &str) -> &'static str {
    match kind {
        "message/rfc822" | "message/global" => "eml",
        "text/calendar" => "ics",
        "text/vcard" | "text/x-vcard" | "text/directory" => "vcf",
        "text/html" => "html",
        "text/csv" => "csv",
        "text/xml" | "application/xml" => "xml",
        "text/rtf" | "application/rtf" => "rtf",
        "application/pdf" => "pdf",
        "application/json" => "json",
        "application/zip" => "zip",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "application/ms-tnef" => "dat",
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => "p7m",
        kind if kind.starts_with("text/") => "txt",
        _ => "bin",
    }
}

/// The text without files that stand uuencoded in it, and these files.
fn without_uuencoded(text: &str) -> (Cow<'_, str>, Vec<(String, Vec<u8>)>) {
    let mut files = Vec::new();
    let mut kept = String::new();
    let mut from = 0;
    for at in memchr::memmem::find_iter(text.as_bytes(), b"begin ") {
        if at < from || (at > 0 && text.as_bytes()[at - 1] != b'\n') {
            continue;
        }
        if let Some((name, bytes, len)) = uuencoded(&text.as_bytes()[at..]) {
            kept.push_str(&text[from..at]);
            from = text.floor_char_boundary(at + len);
            files.push((name, bytes));
        }
    }
    if files.is_empty() {
        return (Cow::Borrowed(text), files);
    }
    kept.push_str(&text[from..]);
    (Cow::Owned(kept), files)
}

/// A header's value out of a block of headers; empty when there is none.
pub(crate) fn header_of(block: &str, name: &str) -> String {
    let mut value: Option<String> = None;
    for line in block.lines() {
        match &mut value {
            Some(value) if line.starts_with([' ', '\t']) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            Some(_) => break,
            None => {
                if line.len() > name.len()
                    && line.as_bytes()[name.len()] == b':'
                    && line.as_bytes()[..name.len()].eq_ignore_ascii_case(name.as_bytes())
                {
                    value = Some(line[name.len() + 1..].trim().to_owned());
                }
            }
        }
    }
    value.unwrap_or_default()
}

fn put_header(bytes: &[u8], reading: &mut Reading<'_>) {
    let end = mime::body_start(bytes, &(0..bytes.len()));
    let block = mime::header_text(&bytes[..end]);
    let Some(message) = mail_parser::MessageParser::new().parse_headers(&*block) else {
        return;
    };
    let fields = fields(&message);
    reading.record(Record {
        kind: RecordKind::Mail,
        name: "mail".to_owned(),
        fields,
        subject: None,
    });
}

fn fields(message: &Message<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    for header in message.headers() {
        let name = match &header.name {
            HeaderName::From => "From",
            HeaderName::To => "To",
            HeaderName::Cc => "Cc",
            HeaderName::Bcc => "Bcc",
            HeaderName::ReplyTo => "Reply-To",
            HeaderName::Sender => "Sender",
            HeaderName::Subject => "Subject",
            HeaderName::Date => "Date",
            HeaderName::Comments => "Comments",
            HeaderName::Keywords => "Keywords",
            HeaderName::ResentFrom => "Resent-From",
            HeaderName::ResentTo => "Resent-To",
            HeaderName::ResentCc => "Resent-Cc",
            // What ties mails into threads.
            HeaderName::MessageId => "Message-ID",
            HeaderName::InReplyTo => "In-Reply-To",
            HeaderName::References => "References",
            _ => continue,
        };
        let value = match &header.value {
            HeaderValue::Address(address) => addresses(address),
            HeaderValue::Text(text) => text.trim().to_owned(),
            HeaderValue::TextList(texts) => texts.join(", "),
            HeaderValue::DateTime(date) => date.to_rfc3339(),
            _ => continue,
        };
        if !value.is_empty() {
            fields.push(Field {
                name: name.to_owned(),
                place: place(&format!("header {name}"), value.len()),
                value,
            });
        }
    }
    fields
}

/// `Name <address>`, joined by commas.
fn addresses(address: &Address<'_>) -> String {
    let mut out = String::new();
    for one in address.iter() {
        let name = one.name.as_deref().unwrap_or("").trim();
        let mail = one.address.as_deref().unwrap_or("").trim();
        let text = match (name.is_empty(), mail.is_empty()) {
            (true, true) => continue,
            (false, true) => name.to_owned(),
            (true, false) => mail.to_owned(),
            (false, false) => format!("{name} <{mail}>"),
        };
        if !out.is_empty() {
            out.push_str(", ");
        }
        out.push_str(&text);
    }
    out
}
