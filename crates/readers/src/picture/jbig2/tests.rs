//! Files of signs packed here, and files that ask for more than they hold.

use proptest::prelude::*;
use whose_model::Cause;

use super::{
    Embedded, MARK,
    codes::{self, Codes},
    frames,
    signs::{Known, Packed, Sizes, tests::Writer},
    weigh,
};

/// A segment of page 1 with its head.
fn segment(number: u32, kind: u8, refers_to: &[u8], data: &[u8]) -> Vec<u8> {
    let mut bytes = number.to_be_bytes().to_vec();
    bytes.extend([kind, (refers_to.len() as u8) << 5]);
    bytes.extend(refers_to);
    bytes.push(1);
    bytes.extend((data.len() as u32).to_be_bytes());
    bytes.extend(data);
    bytes
}

fn numbers(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|it| it.to_be_bytes()).collect()
}

fn page(width: u32, height: u32) -> Vec<u8> {
    let mut data = numbers(&[width, height, 0, 0]);
    data.extend([0, 0, 0]);
    segment(1, 48, &[], &data)
}

fn file(segments: &[Vec<u8>]) -> Vec<u8> {
    [MARK, &[1, 0, 0, 0, 1], &segments.concat()].concat()
}

const MOVABLE: [u8; 8] = [3, 0xFF, 0xFD, 0xFF, 2, 0xFE, 0xFE, 0xFE];

/// A dictionary of signs of these sizes, each row of one height.
fn dictionary(rows: &[(u32, Vec<u32>)]) -> (Vec<u8>, Sizes) {
    let n = rows.iter().map(|(_, widths)| widths.len() as u32).sum();
    let mut data = vec![0, 0];
    data.extend(MOVABLE);
    data.extend(numbers(&[n, n]));
    data.extend(Writer::default().dictionary(rows, n));
    let areas = rows
        .iter()
        .flat_map(|(height, widths)| widths.iter().map(move |it| u64::from(it * height)));
    let sizes = Sizes {
        dots: rows.len() as u64 + areas.clone().map(|area| area.max(1)).sum::<u64>(),
        largest: areas.max().unwrap_or(0),
    };
    (segment(0, 0, &[], &data), sizes)
}

/// The same by Huffman's codes, of the format's tables with these numbers.
fn coded(rows: &[(u32, Vec<u32>)], heights: usize, widths: usize) -> Vec<u8> {
    let n = rows.iter().map(|(_, widths)| widths.len() as u32).sum();
    let flags = 1 | (heights - 4) << 2 | (widths - 2) << 4;
    let mut data = vec![0, flags as u8];
    data.extend(numbers(&[n, n]));
    let (heights, widths) = (Codes::standard(heights), Codes::standard(widths));
    data.extend(codes::tests::Writer::default().dictionary(&heights, &widths, rows));
    segment(0, 0, &[], &data)
}

/// How many pages are drawn, and why the others are not.
fn drawn(bytes: &[u8]) -> (usize, Vec<Cause>) {
    let (mut n, mut causes) = (0, Vec::new());
    frames(bytes, &mut |frame| {
        n += usize::from(frame.image.is_some());
        causes.extend(frame.trouble.map(|(cause, _)| cause));
        true
    });
    (n, causes)
}

fn rows() -> impl Strategy<Value = Vec<(u32, Vec<u32>)>> {
    let row = (1_u32..40, prop::collection::vec(0_u32..40, 1..6));
    prop::collection::vec(row, 1..8).prop_map(|mut rows| {
        rows.sort();
        rows
    })
}

proptest! {
    #[test]
    fn signs_have_the_sizes_they_were_packed_with_and_the_decoder_takes_them(rows in rows()) {
        let (dictionary, sizes) = dictionary(&rows);
        let movable = MOVABLE.chunks_exact(2).map(|at| (at[0] as i8, at[1] as i8)).collect();
        let data = &dictionary[11..];
        let packed = Packed {
            template: 0,
            movable,
            n_signs: u32::from_be_bytes(data[14..18].try_into().unwrap()),
            data: &data[18..],
        };
        prop_assert_eq!(packed.sizes(sizes.dots, &mut Known::of(0)), Some(sizes));
        prop_assert_eq!(packed.sizes(sizes.dots - 1, &mut Known::of(0)), None);
        // The decoder checks how many signs are handed on, which stands behind the last dot.
        let bytes = file(&[dictionary, page(40, 30)]);
        prop_assert_eq!(drawn(&bytes), (1, vec![]));
    }

    #[test]
    fn coded_signs_have_the_sizes_they_were_packed_with_and_the_decoder_takes_them(
        rows in prop::collection::vec((1_u32..120, prop::collection::vec(0_u32..400, 1..5)), 1..5),
        is_signed in any::<bool>(),
    ) {
        let mut rows = rows;
        if !is_signed {
            // Two of the tables have no numbers below zero, and one has no zero.
            rows.sort();
            rows.dedup_by_key(|(height, _)| *height);
            rows.iter_mut().for_each(|(_, widths)| widths.sort());
        } else {
            // The other table of heights has a zero only as one of many.
            rows.dedup_by_key(|(height, _)| *height);
        }
        let (heights, widths) = if is_signed { (5, 3) } else { (4, 2) };
        let dictionary = coded(&rows, heights, widths);
        let areas = rows.iter().flat_map(|(height, widths)| widths.iter().map(move |it| u64::from(it * height)));
        let heights_of_rows: u64 = rows.iter().map(|(height, _)| u64::from(*height)).sum();
        let sizes = Sizes {
            dots: heights_of_rows + areas.clone().map(|area| area.max(1)).sum::<u64>(),
            largest: areas.max().unwrap_or(0),
        };
        let data = &dictionary[11..];
        let coded = codes::Coded {
            heights: Codes::standard(heights),
            widths: Codes::standard(widths),
            lengths: Codes::standard(1),
            n_signs: u32::from_be_bytes(data[6..10].try_into().unwrap()),
            data: &data[10..],
        };
        prop_assert_eq!(coded.sizes(sizes.dots), Some(sizes));
        prop_assert_eq!(coded.sizes(sizes.dots - 1), None);
        prop_assert_eq!(drawn(&file(&[dictionary, page(40, 30)])), (1, vec![]));
    }

    #[test]
    fn a_changed_file_of_coded_signs_ends_and_never_panics(rows in rows(), changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut rows = rows;
        rows.dedup_by_key(|(height, _)| *height);
        let mut bytes = file(&[coded(&rows, 5, 3), page(40, 30)]);
        for (place, byte) in changes {
            let at = MARK.len() + place.index(bytes.len() - MARK.len());
            bytes[at] = byte;
        }
        let _ = weigh(&bytes);
    }

    #[test]
    fn a_changed_file_ends_and_never_panics(rows in rows(), changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = file(&[dictionary(&rows).0, page(40, 30)]);
        for (place, byte) in changes {
            let at = MARK.len() + place.index(bytes.len() - MARK.len());
            bytes[at] = byte;
        }
        let _ = weigh(&bytes);
    }
}

#[test]
fn a_sign_of_four_thousand_million_dots_is_too_large_before_it_is_drawn() {
    let mut data = vec![0, 0];
    data.extend(MOVABLE);
    data.extend(numbers(&[1, 1]));
    data.extend(Writer::default().size_only(65_000, 65_000));
    let bytes = file(&[segment(0, 0, &[], &data), page(40, 30)]);
    assert!(bytes.len() < 100);
    assert_eq!(drawn(&bytes), (0, vec![Cause::TooLarge]));
}

#[test]
fn a_sign_larger_than_a_small_file_may_have_is_not_sized_to_its_end() {
    let mut data = vec![0, 0];
    data.extend(MOVABLE);
    data.extend(numbers(&[1, 1]));
    data.extend(Writer::default().size_only(1_600, 1_600));
    let bytes = file(&[segment(0, 0, &[], &data), page(40, 30)]);
    assert!(bytes.len() < 100);
    assert_eq!(drawn(&bytes), (0, vec![Cause::TooLarge]));
}

#[test]
fn a_large_sign_drawn_a_million_times_is_out_of_proportion() {
    let (dictionary, _) = dictionary(&[(1_000, vec![1_000])]);
    let mut data = numbers(&[1_000, 1_000, 0, 0]);
    data.extend([0, 0, 0]);
    data.extend(numbers(&[1_000_000]));
    let text = segment(2, 6, &[0], &data);
    let bytes = file(&[dictionary, page(1_000, 1_000), text]);
    assert_eq!(drawn(&bytes), (0, vec![Cause::TooLarge]));
}

#[test]
fn regions_over_regions_are_out_of_proportion_and_a_page_of_four_layers_is_not() {
    let mut region = numbers(&[2_000, 2_000, 0, 0]);
    region.extend([0, 0]);
    region.extend(MOVABLE);
    let layers = |n: u32| {
        let mut segments = vec![page(2_000, 2_000)];
        segments.extend((0..n).map(|number| segment(2 + number, 38, &[], &region)));
        file(&segments)
    };
    assert!(weigh(&layers(4)).is_ok());
    assert_eq!(weigh(&layers(5)).map_err(|it| it.0), Err(Cause::TooLarge));
}

#[test]
fn coded_rows_without_signs_are_as_many_dots_as_they_are_high() {
    // The decoder goes down all lines of each, though there is nothing in them.
    let (heights, widths) = (Codes::standard(4), Codes::standard(2));
    let mut writer = codes::tests::Writer::default();
    for _ in 0..100 {
        writer.number(&heights, Some(20_000_000));
        writer.number(&widths, None);
        writer.number(&Codes::standard(1), Some(0));
        writer.align();
    }
    let mut data = vec![0, 1];
    data.extend(numbers(&[1, 1]));
    data.extend(writer.bytes());
    let segments = [segment(0, 0, &[], &data), page(40, 30)];
    let bytes = file(&segments);
    assert!(bytes.len() < 1_000);
    assert_eq!(drawn(&bytes), (0, vec![Cause::TooLarge]));
    // Nor inside another file.
    assert!(!Embedded::default().is_bounded(&[], &segments.concat()));
}

#[test]
fn a_table_of_the_file_codes_heights() {
    // Heights 1 to 8 by codes of one bit and three more; larger ones by none.
    let mut table = codes::tests::Writer::default();
    // No mark; lengths of codes in two bits, of what is behind them in two.
    table.bits(0b0001_0010, 8);
    table.bits(1, 32);
    table.bits(9, 32);
    // One line: a code of one bit, and three bits; then below, above.
    for (number, n) in [(1, 2), (3, 2), (0, 2), (0, 2)] {
        table.bits(number, n);
    }
    table.align();
    let table = table.bytes();
    let own = Codes::read(&table).flatten().unwrap();
    let signs = codes::tests::Writer::default();
    let signs = signs.dictionary(&own, &Codes::standard(2), &[(5, vec![3, 4]), (7, vec![6])]);
    let mut data = vec![0, 0b1101];
    data.extend(numbers(&[3, 3]));
    data.extend(signs);
    let table = segment(0, 53, &[], &table);
    let dictionary = segment(2, 0, &[0], &data);
    let bytes = file(&[table.clone(), page(40, 30), dictionary.clone()]);
    assert_eq!(drawn(&bytes), (1, vec![]));
    // Cut off in the middle, the decoder says so: what is above was really read.
    let short = segment(2, 0, &[0], &data[..data.len() - 1]);
    let bytes = file(&[table, page(40, 30), short]);
    assert_eq!(drawn(&bytes), (0, vec![Cause::Corrupt]));
}

#[test]
fn a_dictionary_begins_with_what_another_left() {
    let (left, _) = dictionary(&[(10, vec![9, 8])]);
    let mut data = left[11..].to_vec();
    data[0] = 2;
    let left = segment(0, 0, &[], &data);
    // The same dots with what is known after them are other dots, if they are any.
    data[0] = 1;
    let after = segment(2, 0, &[0], &data);
    let sizes = |segments: &[Vec<u8>]| weigh(&file(segments)).map_err(|it| it.0);
    assert_eq!(sizes(&[left, page(40, 30), after.clone()]), Ok(()));
    // What nobody left is not there for the decoder either.
    let (none, _) = dictionary(&[(10, vec![9, 8])]);
    assert_eq!(sizes(&[none, page(40, 30), after]), Ok(()));
}

#[test]
fn signs_out_of_signs_are_a_gap_with_its_cause() {
    let mut data = vec![0, 2];
    data.extend(MOVABLE);
    let bytes = file(&[segment(0, 0, &[], &data), page(40, 30)]);
    assert_eq!(drawn(&bytes), (0, vec![Cause::UnsupportedFormat]));
}

#[test]
fn a_page_whose_height_is_said_by_its_stripes_is_drawn() {
    let stripe = segment(2, 50, &[], &29_u32.to_be_bytes());
    let bytes = file(&[page(40, u32::MAX), stripe]);
    assert_eq!(drawn(&bytes), (1, vec![]));
}

#[test]
fn a_thousand_empty_sheets_in_thirty_thousand_bytes_are_out_of_proportion() {
    let mut bytes = file(&[]);
    for number in 0..1_000_u32 {
        let mut sheet = page(10_000, 10_000);
        sheet[..4].copy_from_slice(&number.to_be_bytes());
        sheet[6] = (number % 250) as u8 + 1;
        bytes.extend(sheet);
    }
    assert_eq!(weigh(&bytes).map_err(|it| it.0), Err(Cause::TooLarge));
}
