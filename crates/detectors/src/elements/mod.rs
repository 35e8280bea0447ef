//! One file per data element or family: its labels in both languages, its parser, its examples.

pub(crate) mod abbreviations;
pub(crate) mod about;
pub(crate) mod abroad;
pub(crate) mod address;
pub(crate) mod assertion;
pub(crate) mod care;
pub(crate) mod clinical;
pub(crate) mod contact;
pub(crate) mod credential;
pub(crate) mod date;
pub(crate) mod demographics;
pub(crate) mod habits;
pub(crate) mod locality;
pub(crate) mod measure;
pub(crate) mod money;
pub(crate) mod morphology;
pub(crate) mod name;
pub(crate) mod numbers;
pub(crate) mod online;
#[cfg(test)]
mod page;
pub(crate) mod person;
pub(crate) mod reach;
pub(crate) mod region;
pub(crate) mod sensitive;
pub(crate) mod street;
pub(crate) mod stretch;
pub(crate) mod town;
pub(crate) mod work;

use self::about::About;
use crate::sense::Label;

/// The labels of every element.
pub(crate) const LABELS: &[&[Label]] = &[
    name::LABELS,
    date::LABELS,
    demographics::LABELS,
    address::LABELS,
    contact::LABELS,
    numbers::LABELS,
    measure::LABELS,
    clinical::LABELS,
    care::LABELS,
    money::LABELS,
    credential::LABELS,
    person::LABELS,
    work::LABELS,
    habits::LABELS,
    online::LABELS,
    reach::LABELS,
];

/// What the manual says of every element.
pub(crate) const ABOUTS: &[&[About]] = &[
    name::ABOUT,
    date::ABOUT,
    demographics::ABOUT,
    address::ABOUT,
    contact::ABOUT,
    numbers::ABOUT,
    measure::ABOUT,
    clinical::ABOUT,
    care::ABOUT,
    money::ABOUT,
    credential::ABOUT,
    person::ABOUT,
    work::ABOUT,
    habits::ABOUT,
    online::ABOUT,
    reach::ABOUT,
];
