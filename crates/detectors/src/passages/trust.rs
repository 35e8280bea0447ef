//! How sure each reason of an attribution is: the reason in, the reason with its number out.
//!
//! `whose: of the patient spoken of last (sure to 0.99)`: of made-up piles with
//! known truth (1,900 people, English and French, seeds 7 and 11, on 2026-11-22)
//! the share that was right, as the lower end of its 95 % interval, so that a
//! reason with few cases earns less. `cargo xtask score subjects PILE...` measures
//! it again. A reason that names nobody, or that was not seen often enough there,
//! has no number. Real piles are less tidy than made-up ones: the number ranks
//! reasons against each other and is no promise.

use std::sync::LazyLock;

use crate::text::{ByHash, hash_of};

/// Reasons and how sure they are, as measured.
const MEASURED: &[(&str, f32)] = &[
    ("whose: a clinician, by title or label", 0.89),
    ("whose: a label names the patient", 0.99),
    ("whose: kin or contact of the patient", 0.97),
    ("whose: named above it in the same column", 0.98),
    ("whose: named before it on the same line", 0.99),
    ("whose: of the addressee above it", 0.82),
    ("whose: of the line's patient", 0.99),
    ("whose: of the name above it", 0.96),
    ("whose: of the one named near", 0.56),
    ("whose: of the only one named", 0.97),
    ("whose: of the patient spoken of last", 0.99),
    ("whose: of whom the form named last", 0.99),
    ("whose: of whom the letter greets below it", 0.75),
    (
        "whose: taken for the patient by what is said around the name",
        0.99,
    ),
    ("whose: the label says", 0.97),
    ("whose: the patient of the sentence", 0.99),
    ("whose: the writer's own", 0.94),
];

static SAID: LazyLock<ByHash<&'static str>> = LazyLock::new(|| {
    let said = |(why, sure): &(&'static str, f32)| -> (u64, &'static str) {
        (hash_of(why), format!("{why} (sure to {sure:.2})").leak())
    };
    MEASURED.iter().map(said).collect()
});

/// The reason with its number, or alone when none was measured.
pub(super) fn said(why: &'static str) -> &'static str {
    SAID.get(&hash_of(why)).copied().unwrap_or(why)
}

#[test]
fn a_measured_reason_says_how_sure_it_is_and_another_does_not() {
    assert_eq!(
        said("whose: of the line's patient"),
        "whose: of the line's patient (sure to 0.99)"
    );
    assert_eq!(said("whose: nobody is named"), "whose: nobody is named");
    assert!(MEASURED.iter().all(|(_, sure)| (0.0..1.0).contains(sure)));
}
