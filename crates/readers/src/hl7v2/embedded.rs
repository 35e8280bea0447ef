//! A line of a log in, the HL7 segments within it out, and what stands around them as text.
//!
//! Engines write messages into their logs behind a time and a level, their segment
//! ends as `\\r`, `<CR>` or a real line end. A line that begins like no segment is
//! looked through for one.

use memchr::memmem;
use whose_model::PassageKind;

use super::{State, signs};
use crate::exhibit::Reading;

/// Ways in which logs write the end of a segment.
const ENDS: &[&str] = &[
    "<CR><LF>", "<CR>", "<cr>", "[CR]", "\\r\\n", "\\r", "\\x0d", "\\u000d", "&#13;", "&#xD;",
    "<0x0D>", "<0D>", "\\X0D\\",
];

/// Segments that may stand behind the beginning of a log line.
const NAMES: &[&str] = &[
    "PID", "PD1", "NK1", "PV1", "PV2", "OBX", "OBR", "ORC", "NTE", "DG1", "AL1", "IN1", "IN2",
    "GT1", "MRG", "TXA", "EVN", "RXA", "RXE", "RXO", "SCH", "AIS", "AIL", "AIP", "PR1", "ZPD",
    "ROL", "FT1", "MSA", "QRD", "QPD",
];

/// Reads a line with segments in it. `false` when there are none.
pub(super) fn line(state: &mut State, line: &[u8], reading: &mut Reading<'_>) -> bool {
    let Some(at) = beginning(state, line) else {
        return false;
    };
    let before = state.decode(&line[..at]).into_owned();
    if before.chars().any(char::is_alphanumeric) {
        let part = format!("before message {}", state.n_messages + 1);
        reading.part(&part, before.trim(), PassageKind::Margin);
    }
    let text = state.decode(&line[at..]).into_owned();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let end = ENDS
            .iter()
            .filter_map(|mark| Some((rest.find(mark)?, mark.len())))
            .min_by_key(|(at, len)| (*at, usize::MAX - len));
        let (segment, after) = match end {
            Some((at, len)) => (&rest[..at], &rest[at + len..]),
            None => (rest, ""),
        };
        let segment = segment.trim_matches(|ch: char| ch.is_control() || ch == ' ');
        if !segment.is_empty() && !state.put(segment.as_bytes(), reading) {
            let part = format!("after message {}", state.n_messages);
            reading.part(&part, segment, PassageKind::Margin);
        }
        rest = after;
    }
    true
}

/// Where a message, or a segment of the one that is open, begins in a line.
fn beginning(state: &State, line: &[u8]) -> Option<usize> {
    let is_free = |at: usize| at > 0 && !line[at - 1].is_ascii_alphanumeric();
    let header = memmem::find_iter(line, b"MSH").find(|&at| {
        is_free(at)
            && line[at..].get(4..7).is_some_and(|signs| signs == b"^~\\")
            && signs(&line[at..]).is_some()
    });
    if header.is_some() || state.n_messages == 0 {
        return header;
    }
    // Near the beginning only: further on it is part of a sentence.
    let head = &line[..line.len().min(160)];
    NAMES
        .iter()
        .filter_map(|name| {
            let at = memmem::find(head, name.as_bytes())?;
            let is_segment = is_free(at) && line.get(at + 3) == Some(&state.signs.field);
            is_segment.then_some(at)
        })
        .min()
}

#[test]
fn messages_behind_times_and_levels_are_read() {
    let log = b"2024-01-02 10:11:12 INFO started\n2024-01-02 10:11:13 DEBUG in: MSH|^~\\&|A|B\\rPID|1||77||Roy^Anna\\r\n10:12 MSH|^~\\&|A|B\n10:12 PID|1||78\n10:13 done\n";
    let given = crate::testkit::read_bytes("in.log", log);
    let pids = crate::testkit::fields(&given, "PID");
    assert!(pids.contains(&("PID-5.1".into(), "Roy".into())));
    assert!(pids.contains(&("PID-3.1".into(), "78".into())));
    assert!(given.text().contains("started") && given.text().contains("done"));
}
