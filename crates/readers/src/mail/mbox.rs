//! A mailbox file in, each of its mails as a member named by its number (from 1) out; streaming.
//!
//! A mail begins at a line `From ` that follows an empty line (or the beginning)
//! and looks like an envelope. `>From ` loses one `>` (mboxrd; in mboxo a quoted
//! line cannot be told apart).
//!
//! Format: RFC 4155 and the mboxrd and mboxo customs.

use std::io::{self, Read};

use memchr::memchr;

use crate::{
    exhibit::{Body, Reading},
    source::Source,
};

/// Longest line looked at as a whole.
const MAX_LINE: usize = 1 << 20;

/// Reads a mailbox.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let mut number = 0_u64;
    // What stands before the first mail is nobody's.
    while !source.is_done() {
        pass_envelope(source);
        number += 1;
        let mut mail = OneMail {
            source,
            pending: Vec::new(),
            n_given: 0,
            after_blank: true,
            is_over: false,
        };
        let may_go_on =
            reading.member_as(&number.to_string(), Body::Stored(&mut mail), Some("eml"));
        // A member that was refused is still to be passed over.
        let mut nowhere = [0; 8192];
        while matches!(mail.read(&mut nowhere), Ok(n) if n > 0) {}
        if !may_go_on {
            return;
        }
    }
}

fn pass_envelope(source: &mut Source<'_>) {
    let ahead = source.ahead(4096);
    if ahead.starts_with(b"From ") {
        let len = memchr(b'\n', ahead).map_or(ahead.len(), |at| at + 1);
        source.pass(len);
    }
}

/// Whether a line that begins with `From ` begins a mail: it should end with a year or hold a time.
fn is_envelope(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    let Some(rest) = line.strip_prefix(b"From ") else {
        return false;
    };
    let has_time = rest.windows(5).any(|w| {
        w[0].is_ascii_digit() && w[1].is_ascii_digit() && w[2] == b':' && w[3].is_ascii_digit()
    });
    let has_year = rest.windows(4).any(|w| {
        matches!(w, [b'1', b'9', ..] | [b'2', b'0', ..]) && w[2..].iter().all(u8::is_ascii_digit)
    });
    has_time && has_year
        || rest == b"-"
        || (rest.contains(&b'@') && !rest.trim_ascii().contains(&b' '))
}

/// The bytes of one mail of the box, unquoted.
struct OneMail<'a, 'b> {
    source: &'a mut Source<'b>,
    /// Bytes ready to be given.
    pending: Vec<u8>,
    n_given: usize,
    after_blank: bool,
    is_over: bool,
}

impl OneMail<'_, '_> {
    fn fill(&mut self) {
        self.pending.clear();
        self.n_given = 0;
        while self.pending.len() < 64 << 10 && !self.is_over {
            let mut want = 8 << 10;
            let line = loop {
                let ahead = self.source.ahead(want);
                match memchr(b'\n', ahead) {
                    Some(at) => break &ahead[..=at],
                    None if ahead.len() < want || want >= MAX_LINE => break ahead,
                    None => want = (want * 4).min(MAX_LINE),
                }
            };
            if line.is_empty() || (self.after_blank && is_envelope(line)) {
                self.is_over = true;
                return;
            }
            let n = line.len();
            let unquoted = line.iter().take_while(|byte| **byte == b'>').count();
            let is_quoted = unquoted > 0 && line[unquoted..].starts_with(b"From ");
            self.pending
                .extend_from_slice(&line[usize::from(is_quoted)..]);
            self.after_blank = matches!(line, b"\n" | b"\r\n");
            self.source.pass(n);
        }
    }
}

impl Read for OneMail<'_, '_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.n_given == self.pending.len() {
            if self.is_over {
                return Ok(0);
            }
            self.fill();
        }
        let ready = &self.pending[self.n_given..];
        let n = ready.len().min(out.len());
        out[..n].copy_from_slice(&ready[..n]);
        self.n_given += n;
        Ok(n)
    }
}
