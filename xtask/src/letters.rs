//! `cargo xtask letters`: how names are spelled and how other words are, learned from the lexicons.
//!
//! `lexicons/given.txt` and `family.txt` beside `ordinary.txt` go in; for every
//! three letters comes out how much likelier the third is after the two before
//! in a name than in another word. The detector reads it for words that stand
//! in no lexicon. Same lists, same table, byte for byte.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Letters and the sign for either end of a word.
const N: usize = 27;
/// A nat is this many steps.
const STEPS: f64 = 16.0;
/// What is added to every count, spread by how often the letter comes after one letter.
const PRIOR: f64 = 8.0;

/// Learns the table, says how well it tells words it has not seen, and writes it.
pub(crate) fn run(root: &Path) -> Result<()> {
    let folder = root.join("lexicons");
    let read = |name: &str| -> Result<BTreeMap<String, u32>> {
        let text = std::fs::read_to_string(folder.join(name)).with_context(|| name.to_owned())?;
        text.lines()
            .map(|line| {
                let (word, class) = line.split_once(' ').context("a line without a class")?;
                Ok((word.to_owned(), class.parse()?))
            })
            .collect()
    };
    let (given, family, ordinary) = (
        read("given.txt")?,
        read("family.txt")?,
        read("ordinary.txt")?,
    );
    let is_usable = |word: &str| word.len() >= 3 && word.bytes().all(|b| b.is_ascii_lowercase());
    let mut names: Vec<&str> = given
        .iter()
        .chain(&family)
        .filter(|(word, class)| {
            is_usable(word) && ordinary.get(*word).is_none_or(|w| w + 2 < **class)
        })
        .map(|(word, _)| word.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    let others: Vec<&str> = ordinary
        .iter()
        .filter(|(word, class)| {
            let as_name = given
                .get(*word)
                .max(family.get(*word))
                .copied()
                .unwrap_or(0);
            is_usable(word) && as_name < **class
        })
        .map(|(word, _)| word.as_str())
        .collect();
    if names.is_empty() || others.is_empty() {
        bail!("the lexicons are empty");
    }
    // One word in ten is kept back to say how well it does.
    let table = learn(&kept(&names, false), &kept(&others, false));
    for (what, list, sign) in [("names", &names, 1.0), ("other words", &others, -1.0)] {
        let held: Vec<&str> = kept(list, true);
        let right = held
            .iter()
            .filter(|word| score(&table, word) * sign > 0.0)
            .count();
        println!("{what} not seen that are told: {right} of {}", held.len());
    }
    let table = learn(&names, &others);
    let mut text = String::new();
    for row in table.chunks(N) {
        for step in row {
            write!(text, "{:02x}", *step as u8)?;
        }
        text.push('\n');
    }
    std::fs::write(folder.join("letters.txt"), text)?;
    println!(
        "learned from {} names and {} other words",
        names.len(),
        others.len()
    );
    Ok(())
}

fn kept<'w>(words: &[&'w str], held: bool) -> Vec<&'w str> {
    let is_held = |word: &str| {
        word.bytes()
            .fold(7_u32, |hash, b| hash.wrapping_mul(31) ^ u32::from(b))
            % 10
            == 0
    };
    words
        .iter()
        .copied()
        .filter(|word| is_held(word) == held)
        .collect()
}

fn letters(word: &str) -> impl Iterator<Item = usize> + '_ {
    word.bytes().map(|b| usize::from(b - b'a') + 1).chain([0])
}

fn learn(names: &[&str], others: &[&str]) -> Vec<i8> {
    let of_names = shares(names);
    let of_others = shares(others);
    of_names
        .iter()
        .zip(&of_others)
        .map(|(name, other)| ((name / other).ln() * STEPS).round().clamp(-127.0, 127.0) as i8)
        .collect()
}

/// How likely each letter is after two others.
fn shares(words: &[&str]) -> Vec<f64> {
    let mut three = vec![0.0; N * N * N];
    let mut two = vec![0.0; N * N];
    for word in words {
        let (mut a, mut b) = (0, 0);
        for c in letters(word) {
            three[(a * N + b) * N + c] += 1.0;
            two[b * N + c] += 1.0;
            (a, b) = (b, c);
        }
    }
    let mut shares = vec![0.0; N * N * N];
    for a in 0..N {
        for b in 0..N {
            let row = &three[(a * N + b) * N..(a * N + b + 1) * N];
            let all: f64 = row.iter().sum();
            let after: f64 = two[b * N..(b + 1) * N].iter().sum();
            for c in 0..N {
                let back = (two[b * N + c] + 0.5) / (after + 0.5 * N as f64);
                shares[(a * N + b) * N + c] = (row[c] + PRIOR * back) / (all + PRIOR);
            }
        }
    }
    shares
}

fn score(table: &[i8], word: &str) -> f64 {
    let (mut a, mut b) = (0, 0);
    let mut sum = 0.0;
    for c in letters(word) {
        sum += f64::from(table[(a * N + b) * N + c]);
        (a, b) = (b, c);
    }
    sum / STEPS
}

#[test]
fn words_spelled_like_names_are_told_from_others() {
    let table = learn(
        &["tremblay", "treblay", "trembley"],
        &["scanning", "planning", "running"],
    );
    assert!(score(&table, "tremblai") > 0.0);
    assert!(score(&table, "winning") < 0.0);
}
