//! An export of a directory of users (LDIF) in, a record for each entry out, its attributes as labels; streaming.
//!
//! A line that begins with a blank goes on from the one before, a value after
//! two colons is written in base64: one that is a file (a photograph) becomes a
//! member. Of a change record the new values are read like any other.
//!
//! Format: RFC 2849, "The LDAP Data Interchange Format (LDIF)".

use whose_model::{Cause, Field, Locator, Record, RecordKind};

use crate::{
    encoding::{self, Charset},
    exhibit::{Body, Reading},
    mail::base64,
    source::Source,
    table,
};

/// Bytes of one line with those that go on from it.
const MAX_LINE: usize = 16 << 20;
/// Attributes of one entry that are handed over together.
const MAX_FIELDS: usize = 10_000;

/// Whether a directory's export begins: an entry's name on its own line, then attributes.
pub(crate) fn begins(text: &[u8]) -> bool {
    let mut lines = text
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii_end)
        .filter(|line| !line.is_empty() && !line.starts_with(b"#"));
    let Some(mut line) = lines.next() else {
        return false;
    };
    let is = |line: &[u8], word: &[u8]| {
        line.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    if is(line, b"version:") {
        line = lines.next().unwrap_or(&[]);
    }
    // A distinguished name holds an equals sign, unless it is packed.
    let is_name = is(line, b"dn::") || is(line, b"dn:") && line.contains(&b'=');
    is_name
        && lines
            .take(5)
            .any(|line| is(line, b"objectclass:") || is(line, b"changetype:") || is(line, b"cn:"))
}

/// Reads an export of a directory.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let head = source.ahead(64 << 10);
    let charset = encoding::detect(head);
    let mark = encoding::mark_len(head);
    source.pass(mark);
    let mut entry = Entry {
        number: 1,
        fields: Vec::new(),
        files: Vec::new(),
        charset,
    };
    let mut line: Vec<u8> = Vec::new();
    let mut is_too_long = false;
    loop {
        let ahead = source.ahead(256 << 10);
        if ahead.is_empty() {
            break;
        }
        let n = memchr::memchr(b'\n', ahead).map_or(ahead.len(), |end| end + 1);
        let (now, next) = ahead.split_at(n);
        let is_whole = now.ends_with(b"\n");
        let goes_on = matches!(next.first(), Some(b' ')) || next.is_empty() && !is_whole;
        if line.len() + n <= MAX_LINE {
            let now = now.strip_suffix(b"\n").unwrap_or(now);
            let now = now.strip_suffix(b"\r").unwrap_or(now);
            let now = match now.strip_prefix(b" ") {
                Some(rest) if !line.is_empty() => rest,
                _ => now,
            };
            line.extend_from_slice(now);
        } else {
            is_too_long = true;
        }
        source.pass(n);
        // Whether the next line goes on from this one shows in its first byte.
        let goes_on = goes_on || is_whole && source.ahead(1).starts_with(b" ");
        if goes_on && !source.is_done() {
            continue;
        }
        entry.take(&line, reading);
        line.clear();
    }
    entry.end(reading);
    if is_too_long {
        reading.gap(
            Cause::TooLarge,
            "a value longer than any attribute was cut there",
        );
    }
}

struct Entry {
    number: u64,
    fields: Vec<Field>,
    /// Values that are files, with the names they get.
    files: Vec<(String, Vec<u8>)>,
    charset: Charset,
}

impl Entry {
    fn take(&mut self, line: &[u8], reading: &mut Reading<'_>) {
        if line.trim_ascii().is_empty() {
            return self.end(reading);
        }
        // A comment, or what parts the changes of an entry.
        if line.starts_with(b"#") || line == b"-" {
            return;
        }
        let colon = memchr::memchr(b':', line).unwrap_or(0);
        let (name, rest) = line.split_at(colon);
        // `cn;lang-fr` is a name in French.
        let name = String::from_utf8_lossy(name);
        let name = name.split(';').next().unwrap_or("").trim();
        let rest = rest.strip_prefix(b":").unwrap_or(rest);
        let value = match rest.strip_prefix(b":") {
            None => self.charset.decode(rest.trim_ascii()).into_owned(),
            Some(packed) => {
                let bytes = base64(packed);
                if table::is_file(&bytes) {
                    self.files.push((format!("{}-{name}", self.number), bytes));
                    return;
                }
                if table::is_plain_text(&bytes) {
                    String::from_utf8_lossy(&bytes).into_owned()
                } else {
                    table::hex(&bytes)
                }
            }
        };
        let is_structure = ["objectclass", "changetype", "version"];
        if value.is_empty() || is_structure.iter().any(|it| name.eq_ignore_ascii_case(it)) {
            return;
        }
        let n = self.fields.len();
        self.fields.push(Field {
            name: name.to_owned(),
            place: Locator::Field {
                path: format!("entry[{}].{name}[{n}]", self.number),
            },
            value,
        });
        if self.fields.len() >= MAX_FIELDS {
            self.put(reading);
        }
    }

    fn put(&mut self, reading: &mut Reading<'_>) {
        reading.record(Record {
            kind: RecordKind::Form,
            name: "directory entry".to_owned(),
            fields: std::mem::take(&mut self.fields),
            subject: Some(format!("entry[{}]", self.number)),
        });
    }

    fn end(&mut self, reading: &mut Reading<'_>) {
        if self.fields.is_empty() && self.files.is_empty() {
            return;
        }
        self.put(reading);
        for (name, bytes) in std::mem::take(&mut self.files) {
            reading.member(&name.replace('/', "_"), Body::Memory(&bytes));
        }
        self.number += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::testkit::{fields, read_bytes};

    #[test]
    fn each_entry_of_a_directory_is_a_record() {
        let text = b"version: 1\n\n# staff\ndn: cn=Zo\xc3\xa9 Roy,ou=staff,dc=clinic,dc=ca\nobjectClass: person\ncn;lang-fr: Zo\xc3\xa9 Roy\nmail: zoe@clinic\n .example.ca\ntelephoneNumber: 613-555-0101\ntelephoneNumber: 613-555-0102\ndescription:: QW5uYSBCw6lhdHJpY2U=\n\ndn: cn=Bo,dc=ca\ncn: Bo\n";
        let given = read_bytes("users.ldif", text);
        assert_eq!(given.end_of("users.ldif").format, "ldif");
        let subjects: Vec<_> = given
            .records()
            .map(|it| it.subject.clone().unwrap())
            .collect();
        assert_eq!(subjects, ["entry[1]", "entry[2]"]);
        let fields = fields(&given, "directory entry");
        let has = |name: &str, value: &str| fields.contains(&(name.into(), value.into()));
        assert!(has("cn", "Zo\u{e9} Roy") && has("cn", "Bo"));
        assert!(has("mail", "zoe@clinic.example.ca"));
        assert!(has("telephoneNumber", "613-555-0102"));
        assert!(has("description", "Anna B\u{e9}atrice"));
        assert!(given.gaps.is_empty());
    }

    #[test]
    fn a_photograph_in_an_entry_is_a_member() {
        let photo = "iVBORw0KGgoAAAANSUhEUgAA".to_owned() + &"AAAA".repeat(40);
        let text = format!("dn: cn=Bo,dc=ca\ncn: Bo\njpegPhoto:: {photo}\n");
        let given = read_bytes("users.ldif", text.as_bytes());
        assert_eq!(given.end_of("users.ldif/1-jpegPhoto").format, "png");
    }

    proptest! {
        #[test]
        fn any_lines_break_nothing(text in "dn: a=b\ncn: x\n([ a-z:#=\\-]{0,20}\n){0,30}") {
            let given = read_bytes("a.ldif", text.as_bytes());
            prop_assert!(given.gaps.iter().all(|gap| gap.cause != whose_model::Cause::Crash));
        }
    }
}
