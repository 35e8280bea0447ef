//! Stores of every layout and encoding, whole, torn and hostile.

use proptest::prelude::*;
use whose_model::{Cause, Outcome, Segment};

use super::{
    ndb::Layout,
    writer::{Below, Put, Thing, Writer},
};
use crate::{
    mapi::id,
    testkit::{Given, fields, read_bytes},
};

const LAYOUTS: [Layout; 3] = [Layout::Ansi, Layout::Unicode, Layout::Unicode4k];
const INBOX: u32 = 0x8022;
const PEOPLE: u32 = 0x8042;

fn message(number: u32) -> u32 {
    (number + 0x10_000) << 5 | 4
}

fn text(layout: Layout, wide: &'static str, narrow: &'static [u8]) -> Put {
    if layout == Layout::Ansi {
        Put::Narrow(narrow)
    } else {
        Put::Text(wide)
    }
}

fn mail(layout: Layout) -> Thing {
    let body: String = (0..400)
        .map(|n| format!("line {n} of the letter\r\n"))
        .collect();
    let file: Vec<u8> = (0..200_000_u32)
        .map(|n| b"chart "[n as usize % 6])
        .collect();
    let inner = Thing {
        props: vec![
            (id::CLASS, Put::Text("IPM.Note")),
            (id::SUBJECT, Put::Text("\u{1}\u{4}enclosed")),
        ],
        below: vec![],
    };
    Thing {
        props: vec![
            (id::CLASS, Put::Text("IPM.Note")),
            (id::SUBJECT, text(layout, "Renée", b"Ren\xe9e")),
            (0x3FFD, Put::Int(1252)),
            (id::SUBMITTED, Put::Time(133_800_000_000_000_000)),
            (0x0C1A, Put::Text("Anna Roy")),
            (0x0C1F, Put::Text("anna@clinic.example")),
            (id::MESSAGE_ID, Put::Text("<1@clinic.example>")),
            (id::IN_REPLY_TO, Put::Text("<0@clinic.example>")),
            // A body too large for the heap.
            (id::BODY, Put::Bytes(body.into_bytes())),
            (0x8000, Put::Text("A-17")),
        ],
        below: vec![
            (
                0x671,
                Below::Table(vec![(0x8025, vec![]), (0x8045, vec![]), (0x8065, vec![])]),
            ),
            (
                0x692,
                Below::Table(
                    (0..40)
                        .map(|n| {
                            let cells = vec![
                                (id::RECIPIENT_TYPE, Put::Int(if n == 0 { 1 } else { 2 })),
                                (id::NAME, Put::Text("Léo Cy")),
                                (id::SMTP, Put::Text("leo@home.example")),
                            ];
                            (n, cells)
                        })
                        .collect(),
                ),
            ),
            (
                0x8025,
                Below::Thing(Thing {
                    props: vec![
                        (id::ATTACH_NAME, Put::Text("chart.txt")),
                        (id::ATTACH_METHOD, Put::Int(1)),
                        (id::ATTACH_DATA, Put::Bytes(file)),
                    ],
                    below: vec![],
                }),
            ),
            (
                0x8045,
                Below::Thing(Thing {
                    props: vec![
                        (id::NAME, Put::Text("an enclosed one")),
                        (id::ATTACH_METHOD, Put::Int(5)),
                        (id::ATTACH_DATA, Put::Object(0x1_0004)),
                    ],
                    below: vec![(0x1_0004, Below::Thing(inner))],
                }),
            ),
            (
                0x8065,
                Below::Thing(Thing {
                    props: vec![
                        (id::ATTACH_NAME, Put::Text("note.txt")),
                        (id::ATTACH_METHOD, Put::Int(6)),
                        (id::ATTACH_DATA, Put::Object(0x2_0004)),
                    ],
                    below: vec![(0x2_0004, Below::Data(b"an object".to_vec()))],
                }),
            ),
        ],
    }
}

fn contact() -> Thing {
    Thing {
        props: vec![
            (id::CLASS, Put::Text("IPM.Contact")),
            (id::NAME, Put::Text("Zoé Roy")),
            (0x3A09, Put::Text("613-555-0123")),
            (0x8001, Put::Text("zoe@home.example")),
        ],
        below: vec![],
    }
}

fn folder(name: &'static str, n: i32) -> Thing {
    Thing {
        props: vec![(id::NAME, Put::Text(name)), (0x3602, Put::Int(n))],
        below: vec![],
    }
}

/// A store with two folders, a mail, a contact and a message that no folder lists.
fn store(layout: Layout, crypt: u8) -> Vec<u8> {
    let mut writer = Writer::new(layout, crypt);
    writer.thing(super::ROOT, super::ROOT, &folder("", 0));
    writer.table(0x12D, &[(INBOX, vec![])]);
    writer.thing(INBOX, super::ROOT, &folder("Inbox/2024", 1));
    writer.table(0x802D, &[(PEOPLE, vec![])]);
    writer.table(0x802E, &[(message(1), vec![])]);
    writer.thing(PEOPLE, INBOX, &folder("People", 1));
    writer.table(0x804E, &[(message(2), vec![])]);
    writer.thing(message(1), INBOX, &mail(layout));
    writer.thing(message(2), PEOPLE, &contact());
    writer.thing(message(3), INBOX, &contact());
    // 0x8000 is "Chart no" among the public names, 0x8001 is 0x8083 among those of addresses.
    let sets = [
        &[0x04, 0x20, 0x06, 0][..],
        &[0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46],
    ]
    .concat();
    let name: Vec<u8> = "Chart no"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let entries = [[0, 0, 0, 0, 5, 0, 0, 0], [0x83, 0x80, 0, 0, 6, 0, 1, 0]].concat();
    let names = Thing {
        props: vec![
            (2, Put::Bytes(sets)),
            (3, Put::Bytes(entries)),
            (4, Put::Bytes([&[16, 0, 0, 0][..], &name].concat())),
        ],
        below: vec![],
    };
    writer.thing(super::NAMES, 0, &names);
    writer.done()
}

fn counts(given: &Given, path: &str) -> (Option<u64>, Outcome) {
    let ended = given.end_of(path);
    (ended.n_expected, ended.outcome)
}

#[test]
fn every_layout_and_encoding_reads_the_same() {
    for layout in LAYOUTS {
        for crypt in 0..3 {
            let given = read_bytes("a.pst", &store(layout, crypt));
            assert_eq!(given.end_of("a.pst").format, "pst", "{layout:?} {crypt}");
            assert!(
                given.gaps.is_empty(),
                "{layout:?} {crypt}: {:?}",
                given.gaps
            );
            let mail = "a.pst/Inbox_2024/00001 mail";
            for path in [
                "a.pst/Inbox_2024",
                mail,
                "a.pst/Inbox_2024/00001 mail/an enclosed one.msg",
                "a.pst/Inbox_2024/00001 mail/note.txt",
                "a.pst/Inbox_2024/People/00001 contact",
                "a.pst/(not in any folder)/00001 contact",
            ] {
                assert_eq!(given.outcome(path), Outcome::Read, "{path}");
            }
            let chart = given.end_of("a.pst/Inbox_2024/00001 mail/chart.txt");
            assert_eq!(chart.bytes, 200_000);
            assert_eq!(counts(&given, "a.pst/Inbox_2024").0, Some(1));
            let header = fields(&given, "mail");
            for (name, value) in [
                ("Subject", "Renée"),
                ("From", "Anna Roy <anna@clinic.example>"),
                ("To", "Léo Cy <leo@home.example>"),
                ("Message-ID", "<1@clinic.example>"),
                ("In-Reply-To", "<0@clinic.example>"),
                ("Date", "2024-12-30T02:40:00Z"),
                ("Chart no", "A-17"),
                ("Subject", "enclosed"),
            ] {
                assert!(header.contains(&(name.into(), value.into())), "{name}");
            }
            let cc = header.iter().find(|(name, _)| name == "Cc").unwrap();
            assert_eq!(cc.1.matches("leo@home.example").count(), 39);
            let card = fields(&given, "VCARD");
            assert!(card.contains(&("EMAIL".into(), "zoe@home.example".into())));
            assert!(card.contains(&("TEL;TYPE=HOME".into(), "613-555-0123".into())));
        }
    }
}

#[test]
fn a_body_in_a_node_of_its_own_is_read_to_its_end() {
    let mut thing = mail(Layout::Unicode);
    thing.props.retain(|(of, _)| *of != id::BODY);
    let long: &'static str = Box::leak("one line of many\r\n".repeat(9000).into_boxed_str());
    thing.props.push((id::BODY, Put::Text(long)));
    let mut writer = Writer::new(Layout::Unicode, 1);
    writer.thing(message(9), 0, &thing);
    let given = read_bytes("a.pst", &writer.done());
    assert_eq!(given.text().matches("one line of many\n").count(), 9000);
}

#[test]
fn a_folder_that_counts_more_than_it_lists_says_so() {
    let mut writer = Writer::new(Layout::Unicode, 0);
    writer.thing(INBOX, super::ROOT, &folder("Inbox", 3));
    writer.table(0x802E, &[(message(1), vec![]), (message(7), vec![])]);
    writer.thing(message(1), INBOX, &contact());
    let given = read_bytes("a.pst", &writer.done());
    let inbox = "a.pst/(not in any folder)/Inbox";
    assert_eq!(counts(&given, inbox), (Some(3), Outcome::ReadWithGaps));
    assert_eq!(
        given.outcome(&format!("{inbox}/00001 contact")),
        Outcome::Read
    );
    // Listed, and not in the store.
    assert_eq!(
        given.outcome(&format!("{inbox}/00002 message")),
        Outcome::NotRead
    );
}

#[test]
fn a_folder_of_thousands_is_read_in_full() {
    for layout in LAYOUTS {
        let mut writer = Writer::new(layout, 0);
        writer.thing(INBOX, super::ROOT, &folder("Inbox", 3000));
        let rows: Vec<_> = (0..3000).map(|n| (message(n), vec![])).collect();
        writer.table(0x802E, &rows);
        for n in 0..3000 {
            writer.thing(message(n), INBOX, &contact());
        }
        let given = read_bytes("a.pst", &writer.done());
        assert!(
            given.gaps.is_empty(),
            "{layout:?}: {:?}",
            given.gaps.first()
        );
        assert_eq!(
            given
                .records()
                .filter(|record| record.name == "VCARD")
                .count(),
            3000
        );
    }
}

#[test]
fn a_torn_tree_of_pages_costs_nothing_that_can_be_found() {
    for layout in LAYOUTS {
        let whole = store(layout, 1);
        let n_whole = read_bytes("a.pst", &whole).ended.len();
        let page_len = layout.page_len();
        let n_pages = whole.len() / page_len;
        // The last two pages hold the roots; each page above the leaves may go.
        for page in n_pages - 1..n_pages {
            let mut torn = whole.clone();
            torn[page * page_len..][..page_len].fill(0xAA);
            let given = read_bytes("a.pst", &torn);
            assert_eq!(given.ended.len(), n_whole, "{layout:?} page {page}");
            assert_eq!(given.outcome("a.pst"), Outcome::ReadWithGaps);
        }
    }
}

#[test]
fn a_damaged_block_is_said() {
    let whole = store(Layout::Unicode, 0);
    let mut damaged = whole.clone();
    let at = memchr::memmem::find(&whole, b"chart chart").unwrap();
    damaged[at] ^= 1;
    let given = read_bytes("a.pst", &damaged);
    assert_eq!(given.gaps.len(), 1);
    assert_eq!(given.gaps[0].cause, Cause::Corrupt);
    assert_eq!(given.gaps[0].exhibit.0, "a.pst/Inbox_2024/00001 mail");
}

#[test]
fn a_cut_off_store_gives_what_came_before() {
    let whole = store(Layout::Unicode, 2);
    for part in 1..8 {
        let given = read_bytes("a.pst", &whole[..whole.len() * part / 8]);
        assert!(!given.gaps.is_empty());
    }
}

#[test]
fn a_store_locked_to_an_account_is_a_gap() {
    let mut bytes = store(Layout::Unicode, 0);
    bytes[513] = 0x10;
    let given = read_bytes("a.pst", &bytes);
    assert_eq!(given.gaps.len(), 1);
    assert_eq!(given.gaps[0].cause, Cause::Password);
}

#[test]
fn the_same_message_in_two_stores_has_the_same_digest() {
    let one = read_bytes("a.pst", &store(Layout::Unicode, 1));
    let other = read_bytes("a.pst", &store(Layout::Unicode4k, 0));
    let path = "a.pst/Inbox_2024/00001 mail";
    assert!(one.end_of(path).digest == other.end_of(path).digest);
    let contact = "a.pst/Inbox_2024/People/00001 contact";
    assert!(one.end_of(path).digest != one.end_of(contact).digest);
}

fn sane(given: &Given) {
    let n_text: usize = given
        .segments
        .iter()
        .map(|(_, segment)| match segment {
            Segment::Passage(passage) => passage.text.len(),
            _ => 0,
        })
        .sum();
    assert!(n_text < 64 << 20);
    assert!(!given.ended.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_damage_ends_in_one_outcome(
        layout in 0_usize..3,
        crypt in 0_u8..3,
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut bytes = store(LAYOUTS[layout], crypt);
        for (place, value) in places {
            let at = place.index(bytes.len());
            bytes[at] = value;
        }
        if is_cut {
            let len = cut.index(bytes.len());
            bytes.truncate(len);
        }
        sane(&read_bytes("a.pst", &bytes));
    }
}
