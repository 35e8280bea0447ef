//! A view of a picture in, the words that Tesseract makes out in it.
//!
//! The picture goes to the program as a PGM, and words come back as a table,
//! each with its box and how sure it is; nothing is written to a disk. English
//! and French are looked for together. What Tesseract says of a picture is not
//! trusted more than the picture: numbers out of range are passed over.
//!
//! Sources: `tesseract(1)` of 5.3, its TSV output; `pgm(5)` of Netpbm.

use std::io::Read;

use super::gray::Gray;
use crate::{
    exhibit::Reading,
    programs::{self, Program, ProgramInput},
};

/// Most bytes of an answer that are looked at.
const MAX_ANSWER: u64 = 64 << 20;
/// Words of one picture that are kept.
const MAX_WORDS: usize = 200_000;

/// A word as it was made out.
#[derive(Clone)]
pub(super) struct Word {
    pub(super) text: String,
    /// Left, top, right, bottom, in pixels of the view.
    pub(super) edges: [f32; 4],
    /// From 0 to 100.
    pub(super) confidence: f32,
    /// Words of one line have the same number, counted from 0 and never falling.
    pub(super) line: u32,
}

/// How Tesseract is to look at a picture.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// As a page, with its columns and lines.
    Page,
    /// As words scattered over it.
    Sparse,
}

/// The words of a picture, or why the program could not be asked.
pub(super) fn words(
    image: &Gray,
    manner: Manner,
    reading: &Reading<'_>,
) -> Result<Vec<Word>, programs::Refusal> {
    let mode = match manner {
        Manner::Page => "3",
        Manner::Sparse => "11",
    };
    let arguments = [
        "stdin", "stdout", "-l", "eng+fra", "--psm", mode, "--dpi", "300", "tsv",
    ];
    let answer = ask(image, &arguments, reading)?;
    Ok(table(&answer))
}

/// How many quarter turns clockwise set the picture upright, and how sure that is.
pub(super) fn orientation(image: &Gray, reading: &Reading<'_>) -> Option<(u8, f32)> {
    let arguments = ["stdin", "stdout", "--psm", "0", "--dpi", "300"];
    let answer = ask(image, &arguments, reading).ok()?;
    let answer = String::from_utf8_lossy(&answer);
    let after = |label: &str| {
        let at = answer.find(label)?;
        let rest = answer.get(at + label.len()..)?.lines().next()?;
        rest.trim().parse::<f32>().ok()
    };
    let degrees = after("Rotate:")?;
    let sure = after("Orientation confidence:")?;
    Some((((degrees / 90.0).round() as i32).rem_euclid(4) as u8, sure))
}

fn ask(
    image: &Gray,
    arguments: &[&str],
    reading: &Reading<'_>,
) -> Result<Vec<u8>, programs::Refusal> {
    let mut bytes = format!("P5\n{} {}\n255\n", image.width, image.height).into_bytes();
    bytes.extend_from_slice(&image.pixels);
    let mut output =
        reading.start_program(Program::Tesseract, arguments, ProgramInput::Bytes(&bytes))?;
    let mut answer = Vec::new();
    // A program that dies half-way has said something all the same.
    let _ = (&mut output).take(MAX_ANSWER).read_to_end(&mut answer);
    let _ = output.end();
    reading.pulse();
    Ok(answer)
}

/// The words of the table that Tesseract writes.
fn table(answer: &[u8]) -> Vec<Word> {
    let answer = String::from_utf8_lossy(answer);
    let mut words: Vec<Word> = Vec::new();
    let mut line_key = ("", "", "", "");
    let mut line = 0;
    for row in answer.lines().skip(1) {
        let mut cells = row.split('\t');
        let mut cell = || cells.next().unwrap_or("");
        if cell() != "5" {
            continue;
        }
        let key = (cell(), cell(), cell(), cell());
        let _number = cell();
        let mut n = || {
            cell()
                .parse::<f32>()
                .ok()
                .filter(|n| (0.0..1e6).contains(n))
        };
        let (Some(left), Some(top), Some(width), Some(height)) = (n(), n(), n(), n()) else {
            continue;
        };
        let Some(confidence) = n().map(|n| n.min(100.0)) else {
            continue;
        };
        let text = cell().trim();
        if text.is_empty() || width < 1.0 || height < 1.0 {
            continue;
        }
        if key != line_key && !words.is_empty() {
            line += 1;
        }
        line_key = key;
        words.push(Word {
            text: text.to_owned(),
            edges: [left, top, left + width, top + height],
            confidence,
            line,
        });
        if words.len() >= MAX_WORDS {
            break;
        }
    }
    words
}

#[test]
fn words_are_those_of_the_table_with_their_lines() {
    let words = table(
        b"level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
          1\t1\t0\t0\t0\t0\t0\t0\t600\t200\t-1\t\n\
          5\t1\t1\t1\t1\t1\t10\t20\t50\t12\t96.5\tAnne\n\
          5\t1\t1\t1\t1\t2\t70\t20\t40\t12\t91\tRoy\n\
          5\t1\t1\t1\t2\t1\t10\t50\t40\t12\t12.25\tn\xc3\xa9e\n\
          5\t1\t1\t1\t2\t2\t1e9\t50\t40\t12\t12\tfar\n\
          5\t1\t1\t1\t3\t1\t10\t50\t40\t12\t95\t \n",
    );
    let seen: Vec<_> = words
        .iter()
        .map(|word| (word.text.as_str(), word.line))
        .collect();
    assert_eq!(seen, [("Anne", 0), ("Roy", 0), ("n\u{e9}e", 1)]);
    assert_eq!(words[1].edges, [70.0, 20.0, 110.0, 32.0]);
}

#[cfg(test)]
proptest::proptest! {
    #[test]
    fn no_answer_makes_it_crash(answer in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
        let mut head = b"level\n5\t1\t1\t1\t1\t1\t".to_vec();
        head.extend_from_slice(&answer);
        table(&head);
    }
}
