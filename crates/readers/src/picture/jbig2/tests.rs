//! Files of signs packed here, and files that ask for more than they hold.

use proptest::prelude::*;
use whose_model::Cause;

use super::{
    MARK, frames,
    signs::{Packed, Sizes, tests::Writer},
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
        prop_assert_eq!(packed.sizes(sizes.dots), Some(sizes));
        prop_assert_eq!(packed.sizes(sizes.dots - 1), None);
        // The decoder checks how many signs are handed on, which stands behind the last dot.
        let bytes = file(&[dictionary, page(40, 30)]);
        prop_assert_eq!(drawn(&bytes), (1, vec![]));
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
