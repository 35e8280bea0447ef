//! `Sketch`: what an exhibit looks like from afar: which mail thread it belongs to, and a fingerprint of its text that changes little when the text does.
//!
//! Reviewers look at one of ten drafts of a letter, not at ten. Nothing is left
//! out for looking alike: a form letter to another person is a near copy, too.
//! The fingerprint is a simhash (Charikar 2002) of runs of three words; texts
//! whose fingerprints differ in at most three of 64 bits are near copies.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use whose_model::{Exhibit, ExhibitPath, PassageKind, RecordKind, Segment};

/// Shorter texts look alike by chance.
const MIN_WORDS: u32 = 40;
/// Bits in which near copies may differ.
const MAX_BITS: u32 = 3;
/// Exhibits in one bucket that are compared; a pile of ten thousand equal forms must not cost its square.
const MAX_BUCKET: usize = 64;

/// What an exhibit looks like from afar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sketch {
    /// The thread of a mail: a digest of the id of its first message.
    pub(crate) thread: Option<u64>,
    /// The simhash of its text.
    pub(crate) text: u64,
    /// How many words it has.
    pub(crate) n_words: u32,
}

/// Sketches an exhibit while its segments pass.
pub(crate) struct Sketcher {
    thread: Option<u64>,
    counts: [i32; 64],
    last: [u64; 2],
    n_words: u32,
}

impl Default for Sketcher {
    fn default() -> Self {
        Self {
            thread: None,
            counts: [0; 64],
            last: [0; 2],
            n_words: 0,
        }
    }
}

impl Sketcher {
    pub(crate) fn take(&mut self, segment: &Segment) {
        match segment {
            Segment::Passage(passage) if passage.kind != PassageKind::Strings => {
                self.text(&passage.text);
            }
            Segment::Record(record) if record.kind == RecordKind::Mail => {
                let field = |name: &str| {
                    record
                        .fields
                        .iter()
                        .find(|field| field.name.eq_ignore_ascii_case(name))
                        .and_then(|field| message_id(&field.value))
                };
                // The first of the references is the message that began it all.
                self.thread = self.thread.or_else(|| {
                    field("References")
                        .or_else(|| field("In-Reply-To"))
                        .or_else(|| field("Message-ID"))
                        .map(|id| hash(id.as_bytes()))
                });
            }
            Segment::Passage(_) | Segment::Record(_) | Segment::Rows(_) => {}
        }
    }

    fn text(&mut self, text: &str) {
        for word in text.split(|ch: char| !ch.is_alphanumeric()) {
            if word.is_empty() {
                continue;
            }
            let word = hash(word.as_bytes());
            let run = mix(self.last[0] ^ mix(self.last[1] ^ mix(word)));
            self.last = [self.last[1], word];
            self.n_words = self.n_words.saturating_add(1);
            for (bit, count) in self.counts.iter_mut().enumerate() {
                *count = count.saturating_add(if run >> bit & 1 == 1 { 1 } else { -1 });
            }
        }
    }

    pub(crate) fn finish(&self) -> Sketch {
        let text = self
            .counts
            .iter()
            .enumerate()
            .fold(0, |text, (bit, &count)| text | u64::from(count > 0) << bit);
        Sketch {
            thread: self.thread,
            text,
            n_words: self.n_words,
        }
    }
}

/// The first id in a header: `<17@example.org>`.
fn message_id(value: &str) -> Option<&str> {
    let start = value.find('<')?;
    let id = &value[start..];
    let end = id.find('>')?;
    (end > 1).then(|| &id[..=end])
}

fn hash(bytes: &[u8]) -> u64 {
    // FNV-1a: short words, and no need to withstand an enemy: a wrong mark costs a look.
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The last step of MurmurHash3: every bit depends on every bit.
const fn mix(mut hash: u64) -> u64 {
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ hash >> 33
}

/// Marks near copies and threads in a list of exhibits in the order of paths.
pub(crate) fn mark(exhibits: &mut [Exhibit], sketches: &HashMap<ExhibitPath, Sketch>) {
    let mut threads: BTreeMap<u64, u32> = BTreeMap::new();
    for exhibit in exhibits.iter() {
        if let Some(thread) = sketches.get(&exhibit.path).and_then(|sketch| sketch.thread) {
            *threads.entry(thread).or_default() += 1;
        }
    }
    // Texts that differ in three bits are equal in one of four quarters.
    let mut buckets: HashMap<(u32, u16), Vec<usize>> = HashMap::new();
    let mut firsts: Vec<(u64, ExhibitPath)> = Vec::new();
    for exhibit in exhibits {
        let Some(sketch) = sketches.get(&exhibit.path) else {
            continue;
        };
        exhibit.thread = sketch
            .thread
            .filter(|thread| threads.get(thread).is_some_and(|n| *n > 1))
            .map(|thread| format!("{thread:016x}"));
        if exhibit.copy_of.is_some() || sketch.n_words < MIN_WORDS {
            continue;
        }
        let quarters =
            || (0..4_u32).map(|quarter| (quarter, (sketch.text >> (16 * quarter)) as u16));
        let near = quarters()
            .filter_map(|quarter| buckets.get(&quarter))
            .flatten()
            .filter(|&&first| {
                firsts
                    .get(first)
                    .is_some_and(|(text, _)| (text ^ sketch.text).count_ones() <= MAX_BITS)
            })
            .min();
        if let Some((_, path)) = near.and_then(|&first| firsts.get(first)) {
            exhibit.near_copy_of = Some(path.clone());
            continue;
        }
        for quarter in quarters() {
            let bucket = buckets.entry(quarter).or_default();
            if bucket.len() < MAX_BUCKET {
                bucket.push(firsts.len());
            }
        }
        firsts.push((sketch.text, exhibit.path.clone()));
    }
}

#[cfg(test)]
mod tests {
    use whose_model::{Field, Locator, Members, Origin, Outcome, Passage, Record};

    use super::*;

    fn passage(text: String) -> Segment {
        Segment::Passage(Passage {
            text,
            origin: Origin::Part {
                part: "body".into(),
                base: 0,
            },
            kind: PassageKind::Body,
            document: 0,
            subject: None,
        })
    }

    fn text_of(seed: u64, changed: Option<usize>) -> Sketch {
        let words: Vec<String> = (0..200)
            .map(|n| {
                let n = if changed == Some(n) { 9999 } else { n };
                format!("w{:x}", mix(seed ^ mix(n as u64)) % 5000)
            })
            .collect();
        let mut sketcher = Sketcher::default();
        sketcher.take(&passage(words.join(" ")));
        sketcher.finish()
    }

    fn exhibit(path: &str) -> Exhibit {
        Exhibit {
            path: ExhibitPath(path.into()),
            digest: None,
            bytes: 0,
            format: String::new(),
            outcome: Outcome::Read,
            n_segments: 0,
            members: Members::default(),
            copy_of: None,
            near_copy_of: None,
            thread: None,
            part_of: None,
        }
    }

    #[test]
    fn a_draft_with_one_word_changed_is_a_near_copy_and_another_text_is_not() {
        let mut exhibits = [exhibit("a"), exhibit("b"), exhibit("c")];
        let sketches = HashMap::from([
            (ExhibitPath("a".into()), text_of(1, None)),
            (ExhibitPath("b".into()), text_of(1, Some(100))),
            (ExhibitPath("c".into()), text_of(2, None)),
        ]);
        mark(&mut exhibits, &sketches);
        assert_eq!(exhibits[1].near_copy_of, Some(ExhibitPath("a".into())));
        assert_eq!(exhibits[0].near_copy_of, None);
        assert_eq!(exhibits[2].near_copy_of, None);
    }

    #[test]
    fn a_reply_stands_in_the_thread_of_its_first_message() {
        let mail = |fields: &[(&str, &str)]| {
            let field = |&(name, value): &(&str, &str)| Field {
                name: name.into(),
                value: value.into(),
                place: Locator::Field { path: name.into() },
            };
            let mut sketcher = Sketcher::default();
            sketcher.take(&Segment::Record(Record {
                kind: RecordKind::Mail,
                name: "header".into(),
                fields: fields.iter().map(field).collect(),
                subject: None,
            }));
            sketcher.finish()
        };
        let mut exhibits = [exhibit("1"), exhibit("2"), exhibit("3")];
        let sketches = HashMap::from([
            (ExhibitPath("1".into()), mail(&[("Message-ID", "<1@x>")])),
            (
                ExhibitPath("2".into()),
                mail(&[("message-id", "<9@x>"), ("References", "<1@x> <4@x>")]),
            ),
            (ExhibitPath("3".into()), mail(&[("Message-ID", "<7@x>")])),
        ]);
        mark(&mut exhibits, &sketches);
        assert!(exhibits[0].thread.is_some());
        assert_eq!(exhibits[0].thread, exhibits[1].thread);
        assert_eq!(exhibits[2].thread, None);
    }
}
