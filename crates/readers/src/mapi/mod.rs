//! A message as Outlook keeps it (properties, recipients) in; a record, its bodies and a card for contacts and appointments out.
//!
//! PST, MSG and TNEF lead here, so that a message reads the same in each. The
//! attachments are read by the wrapping's own reader, under the names that
//! `attachment_name` gives. A body is passed over when another one says all
//! of its words, so that nothing is counted twice.
//!
//! Format: [MS-OXCMSG], [MS-OXOMSG] (messages), [MS-OXPROPS] (numbers).

mod card;
pub(crate) mod rtf;
pub(crate) mod value;

use std::collections::HashSet;

use whose_model::{Cause, Field, Locator, PassageKind, Record, RecordKind};

pub(crate) use self::value::{Name, Names, Props, Value};
use crate::{
    exhibit::{Body, Imprint, Reading},
    html, mail,
};

/// Numbers of properties ([MS-OXPROPS] 2).
pub(crate) mod id {
    pub(crate) const CLASS: u16 = 0x001A;
    pub(crate) const SUBJECT: u16 = 0x0037;
    pub(crate) const SUBMITTED: u16 = 0x0039;
    pub(crate) const HEADERS: u16 = 0x007D;
    pub(crate) const RECIPIENT_TYPE: u16 = 0x0C15;
    pub(crate) const DISPLAY_BCC: u16 = 0x0E02;
    pub(crate) const DISPLAY_CC: u16 = 0x0E03;
    pub(crate) const DISPLAY_TO: u16 = 0x0E04;
    pub(crate) const DELIVERED: u16 = 0x0E06;
    pub(crate) const BODY: u16 = 0x1000;
    pub(crate) const RTF: u16 = 0x1009;
    pub(crate) const HTML: u16 = 0x1013;
    pub(crate) const MESSAGE_ID: u16 = 0x1035;
    pub(crate) const REFERENCES: u16 = 0x1039;
    pub(crate) const IN_REPLY_TO: u16 = 0x1042;
    pub(crate) const NAME: u16 = 0x3001;
    pub(crate) const ADDRESS_TYPE: u16 = 0x3002;
    pub(crate) const ADDRESS: u16 = 0x3003;
    pub(crate) const CREATED: u16 = 0x3007;
    pub(crate) const SMTP: u16 = 0x39FE;
    pub(crate) const ATTACH_DATA: u16 = 0x3701;
    pub(crate) const ATTACH_ENDING: u16 = 0x3703;
    pub(crate) const ATTACH_SHORT_NAME: u16 = 0x3704;
    pub(crate) const ATTACH_METHOD: u16 = 0x3705;
    pub(crate) const ATTACH_NAME: u16 = 0x3707;
    pub(crate) const ATTACH_PATH: u16 = 0x3708;
    pub(crate) const ATTACH_LONG_PATH: u16 = 0x370D;
    pub(crate) const ATTACH_MIME: u16 = 0x370E;
    pub(crate) const INTERNET_PAGE: u16 = 0x3FDE;
}

/// A message without its attachments.
#[derive(Default)]
pub(crate) struct Item {
    pub(crate) props: Props,
    pub(crate) recipients: Vec<Props>,
}

/// What a message is, by its class ([MS-OXCMSG] 2.2.1.3): for its name.
pub(crate) fn what(class: &str) -> &'static str {
    let class = class.to_ascii_uppercase();
    let is = |of: &str| class == of || class.starts_with(of) && class[of.len()..].starts_with('.');
    if is("IPM.CONTACT") {
        "contact"
    } else if is("IPM.DISTLIST") {
        "distribution list"
    } else if is("IPM.APPOINTMENT") || is("IPM.OLE.CLASS") || is("IPM.SCHEDULE") {
        "appointment"
    } else if is("IPM.TASK") || is("IPM.TASKREQUEST") {
        "task"
    } else if is("IPM.STICKYNOTE") {
        "note"
    } else if is("IPM.ACTIVITY") {
        "journal"
    } else if is("REPORT") {
        "report"
    } else {
        "mail"
    }
}

/// Reads a message. What was said goes into `imprint`.
pub(crate) fn put(item: &mut Item, reading: &mut Reading<'_>, imprint: &mut Imprint) {
    let fields = fields(item);
    for field in &fields {
        imprint.take(field.name.as_bytes());
        imprint.take(field.value.as_bytes());
    }
    reading.record(Record {
        kind: RecordKind::Mail,
        name: "mail".to_owned(),
        fields,
        subject: None,
    });
    card::put(item, reading, imprint);
    put_bodies(item, reading, imprint);
}

/// Collects fields with their places.
pub(crate) struct Fields(pub(crate) Vec<Field>);

impl Fields {
    pub(crate) fn put(&mut self, part: &str, name: &str, value: &str) {
        let value = value.trim();
        if !value.is_empty() {
            self.0.push(Field {
                name: name.to_owned(),
                place: Locator::Part {
                    part: format!("{part} {name}"),
                    start: 0,
                    end: u32::try_from(value.len()).unwrap_or(u32::MAX),
                },
                value: value.to_owned(),
            });
        }
    }
}

fn fields(item: &Item) -> Vec<Field> {
    let props = &item.props;
    let mut out = Fields(Vec::new());
    let mut put = |name: &str, value: &str| out.put("header", name, value);
    // On whose behalf it was sent, then who sent it.
    let from = address(
        &props.text(0x0042),
        [&props.text(0x5D02), &props.text(0x0065)],
        &props.text(0x0064),
    );
    let sender = address(
        &props.text(0x0C1A),
        [&props.text(0x5D01), &props.text(0x0C1F)],
        &props.text(0x0C1E),
    );
    // The headers as they came through the internet, which has more of them.
    let headers = props.text(id::HEADERS);
    let header = |name: &str| mail::header_of(&headers, name);
    if from.is_empty() && sender.is_empty() {
        put("From", &header("From"));
    } else if from.is_empty() {
        put("From", &sender);
    } else {
        put("From", &from);
        if sender != from {
            put("Sender", &sender);
        }
    }
    for (kind, name, shown) in [
        (1, "To", id::DISPLAY_TO),
        (2, "Cc", id::DISPLAY_CC),
        (3, "Bcc", id::DISPLAY_BCC),
    ] {
        let known: Vec<String> = item
            .recipients
            .iter()
            .filter(|recipient| recipient.int(id::RECIPIENT_TYPE).unwrap_or(1) & 0xFF == kind)
            .map(recipient)
            .filter(|recipient| !recipient.is_empty())
            .collect();
        let known = known.join(", ");
        if known.is_empty() {
            let listed = header(name);
            let shown = props.text(shown).replace(';', ",");
            put(name, if listed.is_empty() { &shown } else { &listed });
        } else {
            put(name, &known);
        }
    }
    put("Reply-To", &header("Reply-To"));
    put("Subject", &without_prefix_mark(&props.text(id::SUBJECT)));
    let date = [id::SUBMITTED, id::DELIVERED, id::CREATED]
        .iter()
        .map(|id| props.text(*id))
        .find(|date| !date.is_empty())
        .unwrap_or_default();
    put("Date", &date);
    for (name, number) in [
        ("Message-ID", id::MESSAGE_ID),
        ("In-Reply-To", id::IN_REPLY_TO),
        ("References", id::REFERENCES),
    ] {
        let value = props.text(number);
        put(
            name,
            if value.is_empty() {
                header(name)
            } else {
                value
            }
            .as_str(),
        );
    }
    for (name, number) in [
        // To whom it was delivered, and for whom.
        ("Received-By", 0x0040),
        ("Received-For", 0x0044),
        ("Conversation", 0x0070),
    ] {
        let value = props.text(number);
        let is_new = !out.0.iter().any(|field| field.value.contains(value.trim()));
        if is_new {
            out.put("header", name, &value);
        }
    }
    put_more(props, &mut out);
    out.0
}

/// Properties that users and forms made, under the names they gave.
fn put_more(props: &Props, out: &mut Fields) {
    for (set, name, value) in props.worded() {
        let is_user = set == value::set::PUBLIC;
        let is_technical = name.is_empty()
            || name.len() > 128
            || value.len() > 16 << 10
            || name.to_ascii_lowercase().starts_with("x-ms")
            || name.contains(':');
        if is_user && !is_technical {
            out.put("property", name, &value);
        }
    }
}

/// [MS-PST] 2.5.3.1.1.1: a subject may begin with a mark and the length of its prefix.
fn without_prefix_mark(subject: &str) -> String {
    let mut chars = subject.chars();
    if chars.next() == Some('\u{1}') {
        chars.next();
        return chars.as_str().to_owned();
    }
    subject.to_owned()
}

fn recipient(props: &Props) -> String {
    address(
        &props.text(id::NAME),
        [&props.text(id::SMTP), &props.text(id::ADDRESS)],
        &props.text(id::ADDRESS_TYPE),
    )
}

/// `Name <address>`. An address within Exchange stands only where nothing else names the person.
fn address(name: &str, addresses: [&str; 2], kind: &str) -> String {
    let name = name.trim().trim_matches('\'');
    let found = addresses
        .iter()
        .map(|address| address.trim().trim_matches('\''))
        .find(|address| address.contains('@'))
        .unwrap_or_else(|| {
            let inner = addresses[1].trim();
            if name.is_empty() || !kind.eq_ignore_ascii_case("EX") && !inner.starts_with('/') {
                inner
            } else {
                ""
            }
        });
    match (name.is_empty(), found.is_empty()) {
        (_, true) => name.to_owned(),
        (true, false) => found.to_owned(),
        (false, false) if name == found => found.to_owned(),
        (false, false) => format!("{name} <{found}>"),
    }
}

/// What has been said, word by word.
#[derive(Default)]
struct Said(HashSet<String>);

impl Said {
    /// Whether a text has a word that was not said yet; the words are taken in.
    fn is_news(&mut self, text: &str) -> bool {
        let mut is_news = false;
        for word in text.split(|ch: char| !ch.is_alphanumeric()) {
            if !word.is_empty() && !self.0.contains(word) {
                is_news = true;
                self.0.insert(word.to_owned());
            }
        }
        is_news
    }
}

fn put_bodies(item: &mut Item, reading: &mut Reading<'_>, imprint: &mut Imprint) {
    let mut said = Said::default();
    let plain = item.props.text(id::BODY).replace("\r\n", "\n");
    imprint.take(plain.as_bytes());
    if said.is_news(&plain) {
        reading.part("text/plain", &plain, PassageKind::Body);
    }
    drop(plain);
    if let Some(text) = html_of(&mut item.props) {
        imprint.take(text.as_bytes());
        if said.is_news(&text) {
            reading.part("text/html", &text, PassageKind::Body);
        }
    }
    let Some(Value::Bytes(packed)) = item.props.take(id::RTF) else {
        return;
    };
    let max = usize::try_from(reading.limits().max_held_bytes).unwrap_or(usize::MAX);
    let Some((rtf, is_whole)) = rtf::decompress(&packed, max) else {
        if !packed.is_empty() {
            reading.gap(
                Cause::Corrupt,
                "the body as formatted text cannot be unpacked",
            );
        }
        return;
    };
    imprint.take(&rtf);
    if !is_whole {
        reading.gap(
            Cause::Truncated,
            "the body as formatted text ends before it is complete",
        );
    }
    let made = rtf::made(&rtf);
    let text = rtf::unwrap(&rtf, made);
    match made {
        rtf::Made::FromHtml => {
            let text = html::text(&text);
            if said.is_news(&text) {
                reading.part("text/html in RTF", &text, PassageKind::Body);
            }
        }
        rtf::Made::FromText if said.is_news(&text) => {
            reading.part("text/plain in RTF", &text, PassageKind::Body);
        }
        rtf::Made::AsRtf if said.is_news(&text) => {
            reading.member_as("body.rtf", Body::Memory(&rtf), Some("rtf"));
        }
        _ => {}
    }
}

fn html_of(props: &mut Props) -> Option<String> {
    let page = props
        .int(id::INTERNET_PAGE)
        .and_then(|page| u32::try_from(page).ok());
    let text = match props.take(id::HTML)? {
        Value::Text(text) => text,
        Value::Bytes(bytes) | Value::Narrow(bytes) => {
            let charset = match page {
                // Many programs say UTF-8 or nothing and mean something else.
                None | Some(65_001 | 20_127) => html::charset(&bytes),
                page => value::charset_of(page, &bytes),
            };
            charset.decode(&bytes).into_owned()
        }
        _ => return None,
    };
    Some(html::text(&text))
}

/// The name an attachment is read under.
pub(crate) fn attachment_name(props: &Props, number: usize) -> String {
    let given = [id::ATTACH_NAME, id::ATTACH_SHORT_NAME, id::NAME]
        .iter()
        .map(|id| props.text(*id))
        .map(|name| value::one_line(&name).into_owned())
        .find(|name| !name.is_empty());
    let given = given.unwrap_or_default();
    // A path from the sender's disk would look like folders.
    let name = given.rsplit(['/', '\\']).next().unwrap_or("").trim();
    if !name.is_empty() {
        return name.to_owned();
    }
    let ending = props.text(id::ATTACH_ENDING);
    let ending = ending.trim().trim_start_matches('.');
    let mime = props.text(id::ATTACH_MIME);
    let ending = match ending {
        "" => mail::ending_of(&mime),
        ending => ending,
    };
    format!("attachment-{number}.{ending}")
}

/// The path of a file that an attachment only points to.
pub(crate) fn attachment_path(props: &Props) -> String {
    let long = props.text(id::ATTACH_LONG_PATH);
    if long.is_empty() {
        props.text(id::ATTACH_PATH)
    } else {
        long
    }
}

/// The code page that a message says its narrow text is in.
pub(crate) fn page_of(props: &Props) -> Option<u32> {
    // PidTagMessageCodepage, then the page of its HTML.
    [0x3FFD, id::INTERNET_PAGE]
        .iter()
        .filter_map(|id| props.int(*id))
        .find_map(|page| u32::try_from(page).ok())
}

/// The name of an enclosed message.
pub(crate) fn as_message(name: &str) -> String {
    if name.to_ascii_lowercase().ends_with(".msg") {
        name.to_owned()
    } else {
        format!("{name}.msg")
    }
}

/// Hands over the path of an attachment that is only a link; notes the gap when there is not even that.
pub(crate) fn put_link(props: &Props, number: usize, reading: &mut Reading<'_>) {
    let path = attachment_path(props);
    if !path.is_empty() {
        reading.part(&format!("attachment {number}"), &path, PassageKind::Title);
    }
    let detail = if path.is_empty() {
        "an attachment has no content"
    } else {
        "an attachment is only a link; the file it points to is not here"
    };
    let place = Locator::Field {
        path: format!("attachment {number}"),
    };
    reading.gap_at(place, Cause::Truncated, detail);
}
