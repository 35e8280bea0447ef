//! Arrow files and streams as the library writes them, whole, damaged and lying.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BinaryArray, Date32Array, Decimal128Array, DictionaryArray, Int64Array, ListArray,
    NullArray, RecordBatch, RunArray, StringArray, StringViewArray, StructArray, Time32SecondArray,
    TimestampMicrosecondArray,
    types::{Int16Type, Int32Type},
};
use arrow_ipc::{
    CompressionType,
    writer::{FileWriter, IpcWriteOptions, StreamWriter},
};
use arrow_schema::{DataType, Field, Schema};
use proptest::prelude::*;
use whose_model::{Cause, Segment};

use crate::testkit::{Given, read_bytes};

fn batch() -> RecordBatch {
    let names: ArrayRef = Arc::new(StringArray::from(vec![Some("Roy"), None, Some("Zoé")]));
    let towns: DictionaryArray<Int16Type> = ["Laval", "Hull", "Laval"].into_iter().collect();
    let wards: RunArray<Int32Type> = ["East", "East", "West"].into_iter().collect();
    let born = Date32Array::from(vec![Some(7305), Some(0), None]);
    let dose = Decimal128Array::from(vec![-5, 1250, 7]);
    let dose = dose.with_precision_and_scale(9, 2).unwrap();
    let seen = TimestampMicrosecondArray::from(vec![1_700_000_000_000_000, 0, -1_000_000]);
    let at = Time32SecondArray::from(vec![3661, 0, 86_399]);
    let codes = ListArray::from_iter_primitive::<arrow_array::types::Int64Type, _, _>([
        Some(vec![Some(1), Some(2)]),
        Some(vec![]),
        None,
    ]);
    let inner = vec![
        (
            Arc::new(Field::new("street", DataType::Utf8View, true)),
            Arc::new(StringViewArray::from(vec![
                "1 rue A",
                "2 rue B, an address too long to stand in the view itself",
                "3 rue C",
            ])) as ArrayRef,
        ),
        (
            Arc::new(Field::new("unit", DataType::Int64, true)),
            Arc::new(Int64Array::from(vec![Some(4), None, Some(-6)])) as ArrayRef,
        ),
    ];
    let address = StructArray::from(inner);
    let blob = BinaryArray::from_vec(vec![b"plain", &[0, 255], b""]);
    RecordBatch::try_from_iter_with_nullable([
        ("name", names, true),
        ("town", Arc::new(towns), true),
        ("ward", Arc::new(wards), true),
        ("born", Arc::new(born), true),
        ("dose", Arc::new(dose), true),
        ("seen", Arc::new(seen), true),
        ("at", Arc::new(at), true),
        ("codes", Arc::new(codes), true),
        ("address", Arc::new(address), true),
        ("blob", Arc::new(blob), true),
        ("nothing", Arc::new(NullArray::new(3)), true),
    ])
    .unwrap()
}

fn file(compression: Option<CompressionType>) -> Vec<u8> {
    let batch = batch();
    let options = IpcWriteOptions::default();
    let options = options.try_with_compression(compression).unwrap();
    let mut bytes = Vec::new();
    let schema = batch.schema();
    let mut writer = FileWriter::try_new_with_options(&mut bytes, &schema, options).unwrap();
    writer.write(&batch).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    drop(writer);
    bytes
}

fn stream() -> Vec<u8> {
    let batch = batch();
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, &batch.schema()).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    drop(writer);
    bytes
}

/// Rows as lists of `name=value`, without empty cells.
fn rows(given: &Given) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for (_, segment) in &given.segments {
        let Segment::Rows(rows) = segment else {
            panic!("only tables");
        };
        for row in 0..rows.len() {
            let columns = rows.head.columns.iter().enumerate();
            let cells = columns.map(|(n, column)| (&column.name, rows.cell(row, n)));
            let cells = cells.filter(|(_, text)| !text.is_empty());
            all.push(cells.map(|(name, text)| format!("{name}={text}")).collect());
        }
    }
    all
}

const FIRST: [&str; 10] = [
    "name=Roy",
    "town=Laval",
    "ward=East",
    "born=1990-01-01",
    "dose=-0.05",
    "seen=2023-11-14 22:13:20",
    "at=01:01:01",
    "codes=1; 2",
    "address.street=1 rue A",
    "address.unit=4",
];

#[test]
fn every_kind_of_column_comes_as_it_would_be_typed() {
    let given = read_bytes("a.arrow", &stream());
    let rows = rows(&given);
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0][..10], FIRST);
    assert_eq!(rows[0][10], "blob=plain");
    let second = "town=Hull ward=East born=1970-01-01 dose=12.50 seen=1970-01-01 at=00:00:00 address.street=2 rue B, an address too long to stand in the view itself blob=0x00ff";
    assert_eq!(rows[1].join(" "), second);
    assert_eq!(
        rows[2].join(" "),
        "name=Zoé town=Laval ward=West dose=0.07 seen=1969-12-31 23:59:59 at=23:59:59 address.street=3 rue C address.unit=-6"
    );
    assert!(given.gaps.is_empty());
}

#[test]
fn a_file_gives_the_rows_of_all_its_batches_packed_or_not() {
    for packed in [
        None,
        Some(CompressionType::LZ4_FRAME),
        Some(CompressionType::ZSTD),
    ] {
        let given = read_bytes("a.feather", &file(packed));
        assert_eq!(rows(&given).len(), 6, "{packed:?}");
        assert!(given.gaps.is_empty(), "{packed:?}: {:?}", given.gaps);
    }
}

#[test]
fn content_decides_and_not_the_name() {
    for bytes in [stream(), file(None)] {
        assert_eq!(rows(&read_bytes("export.dat", &bytes))[0][..10], FIRST);
    }
}

#[test]
fn a_description_longer_than_the_first_look_is_known_and_other_bytes_that_begin_alike_are_not() {
    let fields: Vec<Field> = (0..20_000)
        .map(|n| Field::new(format!("column {n}"), DataType::Int64, true))
        .collect();
    let mut bytes = Vec::new();
    StreamWriter::try_new(&mut bytes, &Schema::new(fields))
        .unwrap()
        .finish()
        .unwrap();
    let look = &bytes[..4096];
    assert!(super::begins_stream(look));
    let mut other = look.to_vec();
    for (n, byte) in other[8..].iter_mut().enumerate() {
        *byte = (n * 37 % 251) as u8;
    }
    assert!(!super::begins_stream(&other));
}

#[test]
fn a_stream_that_is_cut_off_keeps_the_batches_before_and_says_so() {
    let whole = file(None);
    // The last name stands in the second batch, behind its description.
    let in_second = memchr::memmem::rfind(&whole, "Zoé".as_bytes()).unwrap();
    let given = read_bytes("a.arrow", &whole[..in_second]);
    assert_eq!(rows(&given).len(), 3);
    assert_eq!(given.gaps.len(), 1);
    assert_eq!(given.gaps[0].cause, Cause::Truncated);
}

#[test]
fn a_packed_batch_that_claims_to_unpack_to_an_exabyte_is_a_gap_and_the_next_is_read() {
    let mut bytes = file(Some(CompressionType::ZSTD));
    // The frame's mark stands behind the length it says; the first packed part of the first batch lies.
    let at = memchr::memmem::find(&bytes, b"\x28\xb5\x2f\xfd").unwrap();
    bytes[at - 8..at].copy_from_slice(&(1_i64 << 60).to_le_bytes());
    let given = read_bytes("a.arrow", &bytes);
    assert_eq!(given.gaps.len(), 1);
    assert_eq!(given.gaps[0].cause, Cause::TooLarge);
    assert!(rows(&given).len() >= 3);
}

#[test]
fn a_billion_rows_of_nothing_end_at_the_bound_for_what_is_unpacked() {
    let schema = Schema::new(vec![Field::new("nothing", DataType::Null, true)]);
    let nothing: ArrayRef = Arc::new(NullArray::new(1_000_000_000));
    let batch = RecordBatch::try_new(Arc::new(schema), vec![nothing]).unwrap();
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, &batch.schema()).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    drop(writer);
    let given = read_bytes("a.arrow", &bytes);
    assert_eq!(given.gaps.len(), 1);
    assert_eq!(given.gaps[0].cause, Cause::TooLarge);
}

/// Where the length of each part of each batch stands in a file that is not packed.
fn lengths(bytes: &[u8]) -> Vec<usize> {
    let mut places = Vec::new();
    let mut at = memchr::memmem::find(bytes, &super::AHEAD).unwrap();
    while let Some((meta_at, n_meta)) = super::length_of(&bytes[at..]) {
        let meta = &bytes[at + meta_at..at + meta_at + n_meta];
        let message = arrow_ipc::root_as_message(meta).unwrap();
        let dictionary = message
            .header_as_dictionary_batch()
            .and_then(|it| it.data());
        let batch = message.header_as_record_batch().or(dictionary);
        if let Some(buffers) = batch.and_then(|it| it.buffers()) {
            let first = buffers.bytes().as_ptr() as usize - bytes.as_ptr() as usize;
            places.extend((0..buffers.len()).map(|n| first + 16 * n + 8));
        }
        at += meta_at + n_meta + message.bodyLength() as usize;
    }
    places
}

#[test]
fn a_part_of_any_length_never_panics_in_the_library() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static N_PANICS: AtomicUsize = AtomicUsize::new(0);
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        // Panics are caught by the reader, so that only a hook sees them.
        let is_of_library = info
            .location()
            .is_some_and(|at| at.file().contains("arrow-"));
        N_PANICS.fetch_add(usize::from(is_of_library), Ordering::Relaxed);
        before(info);
    }));
    let whole = file(None);
    let places = lengths(&whole);
    assert!(places.len() > 40);
    for place in places {
        let length = i64::from_le_bytes(whole[place..place + 8].try_into().unwrap());
        for other in (0..length + 20).chain([i64::MIN, -1, i64::MAX]) {
            let mut bytes = whole.clone();
            bytes[place..place + 8].copy_from_slice(&other.to_le_bytes());
            let given = read_bytes("a.arrow", &bytes);
            assert_eq!(
                N_PANICS.load(Ordering::Relaxed),
                0,
                "{place} {length} {other}"
            );
            assert!(rows(&given).len() == 6 || !given.gaps.is_empty());
        }
    }
}

proptest! {
    #[test]
    fn a_changed_file_never_panics(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12), packed in any::<bool>()) {
        let mut bytes = file(packed.then_some(CompressionType::ZSTD));
        for (place, byte) in changes {
            let at = place.index(bytes.len() - 8) + 8;
            bytes[at] = byte;
        }
        let given = read_bytes("a.arrow", &bytes);
        prop_assert!(given.gaps.iter().all(|gap| gap.cause != Cause::Crash));
    }
}
