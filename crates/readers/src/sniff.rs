//! The first bytes of an exhibit and its name in, its format out. Bytes decide; the ending only where bytes allow two answers.
//!
//! Binary formats are told by their marks (here, else by the `file-format`
//! crate), texts by how they begin and whether their lines are even.

mod tables;

use file_format::{FileFormat, Kind};
use memchr::memmem;
use whose_model::ExhibitPath;

use self::tables::{is_sql, is_table, is_written_by_hand};
use crate::{
    arrow, browser_cache, container, dicom, encoding,
    exhibit::HOLE,
    fixed,
    formats::{self, Format},
    hl7v2, ldif, onenote, x12, xml,
};

/// The format of an exhibit that begins with `head`.
pub(crate) fn format(head: &[u8], path: &ExhibitPath) -> Format {
    let ending = path.extension().to_ascii_lowercase();
    if head.is_empty() {
        return named("empty");
    }
    if let Some(id) = by_mark(head, &ending) {
        return named(id);
    }
    if let Some(little) = encoding::utf16(head) {
        let text = encoding::Charset::Utf16 { little }.decode(head);
        let text = text.trim_start_matches('\u{feff}');
        return named(text_kind(text.as_bytes(), &ending));
    }
    if is_text(head) {
        let mark = encoding::mark_len(head);
        return named(text_kind(&head[mark..], &ending));
    }
    if let Some(id) = container::mark::of_binary(head, &ending) {
        return named(id);
    }
    match binary(head) {
        found if found.id == "unknown" && container::is_numbered(path.file_name()) => named("part"),
        found => found,
    }
}

fn named(id: &'static str) -> Format {
    formats::by_id(id).unwrap_or_else(formats::unknown)
}

/// Whether bytes of unknown origin (a private attribute, a binary field) show a format that holds something to read.
pub(crate) fn shows_format(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4096)];
    by_mark(head, "").is_some_and(|id| id != "lzma") || is_text(head)
}

/// Whether a format is told by its first bytes alone.
pub(crate) fn has_mark(head: &[u8]) -> bool {
    by_mark(head, "").is_some()
}

/// Formats with a mark at a fixed place.
fn by_mark(head: &[u8], ending: &str) -> Option<&'static str> {
    let is = |at: usize, mark: &[u8]| head.get(at..).is_some_and(|rest| rest.starts_with(mark));
    let id = if is(0, b"PK\x03\x04")
        || is(0, b"PK\x05\x06")
        || is(0, b"PK00PK")
        || is(0, b"PK\x07\x08PK")
    {
        zip_kind(head, ending)
    } else if is(0, b"\x1f\x8b") {
        "gzip"
    } else if is(0, b"BZh")
        && head
            .get(3)
            .is_some_and(|level| (b'1'..=b'9').contains(level))
    {
        "bzip2"
    } else if is(0, b"\xfd7zXZ\0") {
        "xz"
    } else if is(0, b"\x28\xb5\x2f\xfd") || (is(1, b"\x2a\x4d\x18") && head[0] & 0xF0 == 0x50) {
        "zstd"
    } else if is(0, b"7z\xbc\xaf\x27\x1c") {
        "7z"
    } else if is(0, b"\x5d\0\0") && matches!(ending, "lzma" | "tlz") {
        "lzma"
    } else if is_tar(head) {
        if is(0, b"toc.dat\0") {
            "pg-dump-tar"
        } else {
            "tar"
        }
    } else if is(0, b"PGDMP") {
        "pg-dump"
    } else if is(0, b"SQLite format 3\0") {
        "sqlite"
    } else if is(0, b"\x37\x7f\x06\x82") || is(0, b"\x37\x7f\x06\x83") {
        "sqlite-wal"
    } else if is(4, b"Standard Jet DB\0") || is(4, b"Standard ACE DB\0") {
        "access"
    } else if crate::dbf::begins(head) {
        "dbf"
    } else if is(0, crate::stat::sas::MARK) {
        "sas"
    } else if is(0, b"HEADER RECORD*******LIB") {
        "xport"
    } else if is(0, b"<stata_dta>") || is_old_stata(head) {
        "stata"
    } else if is(0, b"PAR1") || is(0, b"PARE") {
        "parquet"
    } else if is(0, arrow::MARK) || arrow::begins_stream(head) {
        "arrow"
    } else if is(0, browser_cache::MARK) {
        "browser-cache"
    } else if is(0, b"\xc3\xca\x04\xc1") {
        "browser-cache-blocks"
    } else if is(0, b"FEA1") {
        "feather-1"
    } else if is(0, b"$FL2") || is(0, b"$FL3") {
        "spss"
    } else if crate::stat::portable::begins(head) {
        "spss-portable"
    } else if is(3, b"EXPORT:V") {
        "oracle-dump"
    } else if memmem::find(&head[..head.len().min(1024)], b"%PDF-").is_some() {
        "pdf"
    } else if is(0, b"{\\rtf") {
        "rtf"
    } else if is(0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        compound_kind(head, ending)
    } else if is(128, b"DICM") || is(0, b"DICM") || dicom::start_of_data_set(head).is_some() {
        "dicom"
    } else if is(0, b"\xff\xd8\xff") {
        "jpeg"
    } else if is(0, b"\x89PNG\r\n") {
        "png"
    } else if is(0, b"II*\0") || is(0, b"MM\0*") || is(0, b"II+\0") || is(0, b"MM\0+") {
        "tiff"
    } else if is(0, b"GIF8") {
        "gif"
    } else if is(0, b"BM") && is(6, b"\0\0\0\0") {
        "bmp"
    } else if is(0, b"\0\0\0\x0cjP  ") || is(0, b"\xff\x4f\xff\x51") {
        "jp2"
    } else if is(0, b"\x97JB2\r\n\x1a\n") {
        "jbig2"
    } else if is_pnm(head) {
        "pnm"
    } else if is(0, b"RIFF") && is(8, b"WEBP") {
        "webp"
    } else if is(4, b"ftyphei") || is(4, b"ftypmif1") || is(4, b"ftypavif") {
        "heic"
    } else if is_bare_sheet(head) {
        "xls"
    } else if is(0, b"\xdb\xa5\x2d\0")
        || is(0, b"\x9b\xa5\x21\0")
        || is(0, b"\xdc\xa5") && ending == "doc"
    {
        "doc"
    } else if is(0, onenote::MARK) || is(0, onenote::LIST_MARK) {
        "onenote"
    } else if is(0, b"\x78\x9f\x3e\x22") {
        "tnef"
    } else if is_signed_or_sealed(head) {
        "p7m"
    } else if is(0, b"=ybegin ") {
        "yenc"
    } else if memmem::find(&head[..head.len().min(1024)], b"converted with BinHex 4.0").is_some()
        && memmem::find(&head[..head.len().min(2048)], b"\n:").is_some()
        && !matches!(ending, "eml" | "mbox" | "html" | "htm")
        && !head.starts_with(b"From")
        && mail_headers(&head[..head.len().min(512)]).0 == 0
    {
        "binhex"
    } else if is(0, b"!BDN") && (is(8, b"SM") || is(8, b"SO")) {
        "pst"
    } else {
        return container::mark::of(head);
    };
    Some(id)
}

/// A `P` and a number, then a width in digits: a picture of Netpbm's, unless it is a text.
fn is_pnm(head: &[u8]) -> bool {
    let [b'P', kind @ b'1'..=b'7', blank, rest @ ..] = head else {
        return false;
    };
    let mut words = rest
        .split(|byte| byte.is_ascii_whitespace())
        .filter(|word| !word.is_empty());
    let is_number = |word: Option<&[u8]>| {
        word.is_some_and(|word| word.len() < 7 && word.iter().all(u8::is_ascii_digit))
    };
    blank.is_ascii_whitespace()
        && match kind {
            b'7' => rest.starts_with(b"WIDTH"),
            _ => rest.starts_with(b"#") || is_number(words.next()) && is_number(words.next()),
        }
}

/// Whether a message of S/MIME begins here: a sequence that begins with one of its content types.
fn is_signed_or_sealed(head: &[u8]) -> bool {
    let near = &head[..head.len().min(24)];
    head.first() == Some(&0x30)
        && (memmem::find(near, b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07").is_some()
            || memmem::find(near, b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01").is_some())
}

/// A Stata data set of version 108 to 115: version, byte order, kind, a zero, and a title that ends.
fn is_old_stata(head: &[u8]) -> bool {
    matches!(head.get(..4), Some([108 | 110..=115, 1 | 2, 1, 0]))
        && head.get(10..109).is_some_and(|rest| {
            rest.contains(&0) && rest.iter().all(|byte| *byte != b'\n' && *byte != 0x0D)
        })
}

/// What a ZIP holds, from the names of its first members.
fn zip_kind(head: &[u8], ending: &str) -> &'static str {
    let has = |name: &[u8]| memmem::find(head, name).is_some();
    if memmem::find(&head[..head.len().min(200)], b"mimetype").is_some() {
        for (mark, id) in [
            (&b"opendocument.text"[..], "odt"),
            (b"opendocument.spreadsheet", "ods"),
            (b"opendocument.presentation", "odp"),
            (b"epub", "epub"),
        ] {
            if memmem::find(&head[..head.len().min(300)], mark).is_some() {
                return id;
            }
        }
    }
    let is_office = [
        &b"[Content_Types].xml"[..],
        b"_rels/.rels",
        // The list of contents may stand last.
        b"xl/worksheets/",
        b"xl/_rels/",
        b"word/_rels/",
        b"word/document.xml",
        b"ppt/slides/",
        b"docProps/app.xml",
    ];
    if is_office.iter().any(|name| has(name)) {
        for (mark, id) in [
            (&b"word/"[..], "docx"),
            (b"xl/workbook.bin", "xlsb"),
            (b"xl/", "xlsx"),
            (b"ppt/", "pptx"),
            (b"visio/", "vsdx"),
            (b".fpage", "xps"),
            (b"FixedDoc", "xps"),
        ] {
            if has(mark) {
                return id;
            }
        }
        return match ending {
            "docx" | "docm" | "dotx" | "dotm" => "docx",
            "xlsx" | "xlsm" | "xltx" | "xltm" => "xlsx",
            "xlsb" => "xlsb",
            "pptx" | "pptm" | "ppsx" => "pptx",
            "vsdx" | "vsdm" | "vstx" => "vsdx",
            "xps" | "oxps" => "xps",
            _ => "zip",
        };
    }
    if has(b"Index/Document.iwa") || has(b".iwa") && has(b"Metadata/") {
        return "iwork";
    }
    if ending == "epub" && has(b"META-INF/container.xml") {
        return "epub";
    }
    // OpenDocument packed again by a program that does not put its type first.
    if has(b"content.xml") && has(b"META-INF/") {
        return match ending {
            "odt" | "ott" => "odt",
            "ods" | "ots" => "ods",
            "odp" | "otp" => "odp",
            _ => "zip",
        };
    }
    "zip"
}

/// What a compound file (OLE) holds, from the names in its directory.
fn compound_kind(head: &[u8], ending: &str) -> &'static str {
    let has = |name: &str| {
        let wide: Vec<u8> = name.bytes().flat_map(|byte| [byte, 0]).collect();
        memmem::find(head, &wide).is_some()
    };
    if has("EncryptedPackage") {
        "encrypted-office"
    } else if has("__substg1.0_") || has("__nameid_version") {
        "msg"
    } else if has("WordDocument") && has("Workbook") && matches!(ending, "xls" | "xlt") {
        // A workbook with a letter embedded in it.
        "xls"
    } else if has("WordDocument") {
        "doc"
    } else if has("Workbook") || has("Book") {
        "xls"
    } else if has("PowerPoint Document") {
        "ppt"
    } else if has("VisioDocument") {
        "vsd"
    } else if has("Quill") {
        "pub"
    } else if ending == "wps" && has("CONTENTS") {
        "works"
    } else {
        match ending {
            "doc" | "dot" => "doc",
            "xls" | "xlt" => "xls",
            "ppt" | "pps" => "ppt",
            "msg" => "msg",
            _ => "ole",
        }
    }
}

/// A sheet of Excel 2 to 4, which has no container: a first record of 4 to 8 bytes that says what begins.
fn is_bare_sheet(head: &[u8]) -> bool {
    let is_begin = matches!(head, [0x09, 0 | 2 | 4, 4 | 6 | 8, 0, ..]);
    is_begin
        && matches!(head.get(6..8), Some([0x10 | 0x20 | 0x40, 0] | [0, 1]))
        && head.get(4).is_some()
}

/// A header whose checksum holds.
fn is_tar(head: &[u8]) -> bool {
    let Some(header) = head.get(..512) else {
        return false;
    };
    if header[0] == 0 {
        return false;
    }
    let field = String::from_utf8_lossy(&header[148..156]);
    let field = field.trim_matches(|ch: char| ch == '\0' || ch == ' ');
    let Ok(given) = u32::from_str_radix(field, 8) else {
        return false;
    };
    let sum: u32 = header
        .iter()
        .enumerate()
        .map(|(index, &byte)| match index {
            148..156 => 32,
            _ => u32::from(byte),
        })
        .sum();
    given == sum
}

/// Whether bytes are text: hardly any control signs. Where a text lost a part, zeros stand in a row.
pub(crate) fn is_text(head: &[u8]) -> bool {
    let Some(at) = memmem::find(head, &[0; HOLE]) else {
        return is_whole_text(head);
    };
    // What is before a hole tells more than what is behind it.
    let mut rest = head[..at].to_vec();
    let is_long = at >= LONG;
    rest.extend(head[at..].iter().filter(|byte| **byte != 0));
    is_long && is_whole_text(&head[..at]) && is_whole_text(&rest)
}

/// Bytes in front of a hole that tell whether they are text.
const LONG: usize = 64;

fn is_whole_text(head: &[u8]) -> bool {
    let mut n_control = 0_usize;
    let mut n_zero = 0_usize;
    for &byte in head {
        match byte {
            0 => n_zero += 1,
            b'\t' | b'\n' | b'\r' | 0x0B | 0x0C | 0x1B | 0x1C..=0x1F => {}
            0x01..=0x1F | 0x7F => n_control += 1,
            _ => {}
        }
    }
    // Fixed-width exports are padded with a zero here and there.
    if n_zero * 200 > head.len() || n_control * 50 > head.len() {
        return false;
    }
    if encoding::is_utf8(head) {
        return true;
    }
    let n_high = head.iter().filter(|byte| **byte >= 0x80).count();
    // No language in one byte a character has accents only; several bytes a character do.
    n_high * 10 < head.len() * 7 && (head.len() >= 16 || n_high * 3 < head.len())
        || matches!(encoding::legacy(head), encoding::Charset::Multi(_))
}

fn binary(head: &[u8]) -> Format {
    let found = FileFormat::from_bytes(head);
    named(match found.kind() {
        Kind::Image => "picture",
        Kind::Audio | Kind::Video | Kind::Playlist => "media",
        Kind::Font => "font",
        Kind::Executable => "program",
        _ if found == FileFormat::ArbitraryBinaryData => "unknown",
        Kind::Database => "database",
        Kind::Compressed | Kind::Archive | Kind::Package | Kind::Disk => "archive",
        _ => "binary",
    })
}

/// What kind of text begins with `head`.
fn text_kind(head: &[u8], ending: &str) -> &'static str {
    let start = head
        .iter()
        .position(|byte| !byte.is_ascii_whitespace())
        .unwrap_or(head.len());
    let text = &head[start..];
    if text.is_empty() {
        return "text";
    }
    if hl7v2::begins_message(text) {
        return "hl7v2";
    }
    if x12::begins(text) {
        return "x12";
    }
    if text.starts_with(b"{\\rtf") {
        return "rtf";
    }
    if text[0] == b'<'
        && let Some(id) = markup_kind(text, ending)
    {
        return id;
    }
    if let Some(id) = json_kind(text, ending) {
        return id;
    }
    let upper = text[..text.len().min(32)].to_ascii_uppercase();
    if upper.starts_with(b"BEGIN:VCARD") || upper.starts_with(b"BEGIN:VCALENDAR") {
        return "vcard";
    }
    if ldif::begins(text) {
        return "ldif";
    }
    if text.starts_with(b"-----BEGIN PGP MESSAGE-----") {
        return "pgp";
    }
    if text.starts_with(b"-----BEGIN PKCS7-----") || text.starts_with(b"-----BEGIN CMS-----") {
        return "p7m";
    }
    if let Some((mail, _)) = crate::mail::emlx(head)
        && mail_headers(mail).0 >= 2
    {
        return "eml";
    }
    if is_mbox(text, ending) {
        return "mbox";
    }
    if is_mail(text, ending) {
        return "eml";
    }
    if text.starts_with(b"begin ") && crate::mail::begins_uuencoded(text) {
        return "uuencode";
    }
    if is_sql(text, ending) {
        return "sql";
    }
    if hl7v2::holds_message(text) && ending != "md"
        || matches!(ending, "log" | "txt" | "out" | "hl7" | "trace" | "")
            && hl7v2::is_log_of_messages(text)
    {
        return "hl7v2";
    }
    if is_table(head, ending) {
        return "csv";
    }
    if matches!(ending, "html" | "htm") && text.contains(&b'<') {
        return "html";
    }
    if !is_written_by_hand(ending) && fixed::shape(head).is_some() {
        return "fixed";
    }
    "text"
}

fn contains_ignoring_case(text: &[u8], lower: &[u8]) -> bool {
    memmem::find(&text.to_ascii_lowercase(), lower).is_some()
}

fn markup_kind(text: &[u8], ending: &str) -> Option<&'static str> {
    let near = &text[..text.len().min(8192)];
    let second = *text.get(1)?;
    if !(second.is_ascii_alphabetic() || matches!(second, b'?' | b'!' | b'_' | b':')) {
        return None;
    }
    if memmem::find(near, b"\"http://hl7.org/fhir\"").is_some()
        || memmem::find(near, b"'http://hl7.org/fhir'").is_some()
    {
        return Some("fhir-xml");
    }
    if memmem::find(near, b"urn:hl7-org:v2xml").is_some()
        || memmem::find(near, b"<MSH.1>").is_some()
    {
        return Some("hl7v2-xml");
    }
    if xml::begins_chart(near) {
        return Some("chart-xml");
    }
    if memmem::find(near, b"ClinicalDocument").is_some()
        || memmem::find(near, b"<levelone").is_some()
    {
        return Some("cda");
    }
    let lower = near.to_ascii_lowercase();
    let begins = |mark: &[u8]| lower.starts_with(mark);
    if begins(b"<!doctype html") || begins(b"<html") || memmem::find(&lower, b"<html").is_some() {
        return Some("html");
    }
    if begins(b"<?xml") {
        return Some("xml");
    }
    let is_html_part = [
        &b"<head"[..],
        b"<body",
        b"<div",
        b"<table",
        b"<p>",
        b"<p ",
        b"<br",
        b"<span",
        b"<h1",
        b"<meta",
        b"<center",
        b"<font",
        b"<style",
        b"<script",
        b"<!--",
    ]
    .iter()
    .any(|mark| begins(mark));
    if matches!(ending, "html" | "htm" | "xhtml") || is_html_part && ending != "xml" {
        return Some("html");
    }
    // A first tag that is closed somewhere, or an ending that says so.
    (ending == "xml" || memmem::find(text, b"</").is_some() || memmem::find(near, b"/>").is_some())
        .then_some("xml")
}

fn json_kind(text: &[u8], ending: &str) -> Option<&'static str> {
    let says_json = matches!(ending, "json" | "ndjson" | "jsonl" | "geojson");
    let mut rest = text
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace());
    let is_json = match (rest.next(), rest.next()) {
        (Some(b'{'), Some(b'"' | b'}')) => true,
        (Some(b'['), Some(second)) => {
            says_json && b"[{\"-0123456789tfn]".contains(&second)
                || matches!(second, b'{')
                || second == b'[' && matches!(rest.next(), Some(b'"' | b'[' | b'0'..=b'9'))
                || second == b'"'
        }
        (Some(_), _) => says_json && text[0] != b'<',
        _ => false,
    };
    if !is_json {
        return None;
    }
    if memmem::find(text, b"\"resourceType\"").is_some() {
        return Some("fhir");
    }
    Some(if is_json_lines(text) {
        "ndjson"
    } else {
        "json"
    })
}

/// Whether each line is an object of its own.
pub(crate) fn is_json_lines(head: &[u8]) -> bool {
    let mut lines = head
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty());
    let Some(first) = lines.next() else {
        return false;
    };
    first.starts_with(b"{")
        && first.ends_with(b"}")
        && lines.next().is_some_and(|line| line.starts_with(b"{"))
}

/// Names of headers that mails have and other texts seldom.
const MAIL_HEADERS: &[&str] = &[
    "from",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "received",
    "return-path",
    "mime-version",
    "delivered-to",
    "reply-to",
    "content-type",
    "content-transfer-encoding",
    "x-mailer",
    "x-envelope-to",
    "dkim-signature",
    "sender",
    "bcc",
    "in-reply-to",
    "references",
    "status",
    "x-status",
    "envelope-to",
    "arc-seal",
    "x-received",
    "user-agent",
];

/// How many headers of mails stand at the beginning, and how many lines that are none.
fn mail_headers(text: &[u8]) -> (usize, usize) {
    let (mut n_known, mut n_other) = (0, 0);
    for line in text.split(|byte| *byte == b'\n' || *byte == b'\r').take(80) {
        if line.is_empty() {
            // Between the two signs of a line end.
            continue;
        }
        if matches!(line[0], b' ' | b'\t') {
            continue;
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            n_other += 1;
            if n_known == 0 || n_other > 2 {
                break;
            }
            continue;
        };
        let name = line[..colon].trim_ascii_end().to_ascii_lowercase();
        let is_name = !name.is_empty() && name.iter().all(|byte| byte.is_ascii_graphic());
        if !is_name {
            n_other += 1;
            if n_known == 0 {
                break;
            }
        } else if MAIL_HEADERS.iter().any(|known| known.as_bytes() == name) {
            n_known += 1;
        } else if n_known == 0 && !name.starts_with(b"x-") && !name.contains(&b'-') {
            break;
        }
    }
    (n_known, n_other)
}

fn is_mail(text: &[u8], ending: &str) -> bool {
    // The headers end at the first empty line.
    let end = memmem::find(text, b"\n\n")
        .into_iter()
        .chain(memmem::find(text, b"\n\r\n"))
        .min()
        .unwrap_or(text.len());
    let (n_known, _) = mail_headers(&text[..end]);
    match ending {
        "eml" | "mime" | "mht" | "mhtml" | "emlx" => n_known >= 1 || text.len() > end,
        "txt" | "csv" | "md" | "log" => n_known >= 3,
        _ => n_known >= 2,
    }
}

fn is_mbox(text: &[u8], ending: &str) -> bool {
    if !text.starts_with(b"From ") {
        return false;
    }
    let Some(line_end) = memchr::memchr(b'\n', text) else {
        return false;
    };
    let mut rest = &text[line_end + 1..];
    // Some programs quote the header's first lines with `>`.
    while rest.starts_with(b">From ") {
        let Some(end) = memchr::memchr(b'\n', rest) else {
            break;
        };
        rest = &rest[end + 1..];
    }
    ending == "mbox" || mail_headers(rest).0 >= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, head: &[u8], expected: &str) {
        assert_eq!(format(head, &ExhibitPath(path.into())).id, expected);
    }

    #[test]
    fn bytes_decide_and_not_the_ending() {
        check("a.txt", b"MSH|^~\\&|A|B\rPID|1", "hl7v2");
        check("a.dat", b"{\"resourceType\": \"Patient\"}", "fhir");
        check("a.txt", b"{\"a\":1}\n{\"a\":2}\n", "ndjson");
        check("a", b"{\n \"a\": [1]\n}", "json");
        check(
            "a.txt",
            b"From: a@b.ca\nTo: c@d.ca\nSubject: x\n\nhello",
            "eml",
        );
        check(
            "a",
            b"From a@b.ca Mon Jan  1 00:00:00 2024\nFrom: a@b.ca\n\nx\n",
            "mbox",
        );
        check("a.txt", b"id;name;dob\n1;Roy;2000\n2;Cy;2001\n", "csv");
        check(
            "a.txt",
            b"Dear Anna, thank you,\nfor your letter.\nAs you know, we\n",
            "text",
        );
        check(
            "a.txt",
            b"<ClinicalDocument xmlns=\"urn:hl7-org:v3\">",
            "cda",
        );
        check("a", b"<!DOCTYPE html><p>", "html");
        check("a", b"BEGIN:VCARD\nEND:VCARD", "vcard");
        check(
            "a",
            b"-- dump\nCREATE TABLE p (id int);\nINSERT INTO p VALUES (1);",
            "sql",
        );
        check("a.csv", b"\x1f\x8b\x08", "gzip");
        check("a.txt", b"", "empty");
        check("a.txt", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", "program");
        check("a.txt", b"N\0a\0m\0e\0,\0x\0\n\0", "text");
    }
}
