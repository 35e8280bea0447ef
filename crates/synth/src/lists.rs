//! The word lists under `data/`, read once: names by origin, places, streets, conditions, drugs, tests.
//!
//! They were written for this crate; no list of anybody else was copied.

use std::{collections::BTreeMap, sync::LazyLock};

/// Names of one origin.
pub(crate) struct Names {
    pub(crate) family: Vec<&'static str>,
    pub(crate) female: Vec<&'static str>,
    pub(crate) male: Vec<&'static str>,
}

/// A town with what its addresses and telephones look like.
pub(crate) struct Place {
    pub(crate) jurisdiction: &'static str,
    pub(crate) city: &'static str,
    pub(crate) codes: Vec<&'static str>,
    pub(crate) areas: Vec<&'static str>,
    pub(crate) weight: u64,
    pub(crate) french: u64,
    pub(crate) site: usize,
}

/// A condition with its two names, its code and what it is treated with.
pub(crate) struct Condition {
    pub(crate) en: &'static str,
    pub(crate) fr: &'static str,
    pub(crate) icd: &'static str,
    pub(crate) drugs: Vec<&'static str>,
}

/// A drug with its two names and its doses.
pub(crate) struct Drug {
    pub(crate) key: &'static str,
    pub(crate) en: &'static str,
    pub(crate) fr: &'static str,
    pub(crate) doses: Vec<&'static str>,
}

/// A laboratory test.
pub(crate) struct Test {
    pub(crate) loinc: &'static str,
    pub(crate) en: &'static str,
    pub(crate) fr: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) decimals: usize,
    pub(crate) key: &'static str,
}

/// Every list.
pub(crate) struct Lists {
    pub(crate) names: Vec<Names>,
    pub(crate) places: Vec<Place>,
    pub(crate) sites: Vec<&'static str>,
    pub(crate) streets_en: Vec<&'static str>,
    pub(crate) streets_fr: Vec<&'static str>,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) drugs: Vec<Drug>,
    pub(crate) tests: Vec<Test>,
    pub(crate) misc: BTreeMap<&'static str, Vec<(&'static str, &'static str)>>,
}

/// Origins, in the order of `Lists::names`.
pub(crate) mod origin {
    pub(crate) const EN: usize = 0;
    pub(crate) const FR: usize = 1;
    pub(crate) const INDIGENOUS: usize = 2;
    pub(crate) const SLAVIC: usize = 7;
    pub(crate) const N: usize = 11;
}

macro_rules! names {
    ($($origin:literal)*) => {
        vec![$(Names {
            family: lines(include_str!(concat!("../data/names/", $origin, ".family.txt"))),
            female: lines(include_str!(concat!("../data/names/", $origin, ".f.txt"))),
            male: lines(include_str!(concat!("../data/names/", $origin, ".m.txt"))),
        },)*]
    };
}

/// The lists.
pub(crate) static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let mut sites: Vec<&'static str> = Vec::new();
    let places = lines(include_str!("../data/places.csv"))
        .into_iter()
        .map(|line| {
            let cell = cells(line, ';');
            let site = match sites.iter().position(|&site| site == cell(6)) {
                Some(site) => site,
                None => {
                    sites.push(cell(6));
                    sites.len() - 1
                }
            };
            Place {
                jurisdiction: cell(0),
                city: cell(1),
                codes: cell(2).split(' ').collect(),
                areas: cell(3).split(' ').collect(),
                weight: cell(4).parse().unwrap_or(1),
                french: cell(5).parse().unwrap_or(0),
                site,
            }
        })
        .collect();
    Lists {
        names: names!("en" "fr" "indigenous" "south_asian" "chinese" "arabic" "vietnamese" "slavic" "portuguese" "filipino" "african"),
        places,
        sites,
        streets_en: lines(include_str!("../data/streets_en.txt")),
        streets_fr: lines(include_str!("../data/streets_fr.txt")),
        conditions: lines(include_str!("../data/conditions.txt"))
            .into_iter()
            .map(|line| {
                let cell = cells(line, '|');
                Condition {
                    en: cell(0),
                    fr: cell(1),
                    icd: cell(2),
                    drugs: cell(3).split(' ').collect(),
                }
            })
            .collect(),
        drugs: lines(include_str!("../data/drugs.txt"))
            .into_iter()
            .map(|line| {
                let cell = cells(line, '|');
                Drug {
                    key: cell(0),
                    en: cell(1),
                    fr: cell(2),
                    doses: cell(3).split(',').collect(),
                }
            })
            .collect(),
        tests: lines(include_str!("../data/labs.txt"))
            .into_iter()
            .map(|line| {
                let cell = cells(line, '|');
                Test {
                    loinc: cell(0),
                    en: cell(1),
                    fr: cell(2),
                    unit: cell(3),
                    low: cell(4).parse().unwrap_or(0.0),
                    high: cell(5).parse().unwrap_or(1.0),
                    decimals: cell(6).parse().unwrap_or(0),
                    key: cell(7),
                }
            })
            .collect(),
        misc: misc(include_str!("../data/misc.txt")),
    }
});

impl Lists {
    /// Pairs of English and French words under a heading of `misc.txt`.
    pub(crate) fn misc(&self, heading: &str) -> &[(&'static str, &'static str)] {
        self.misc.get(heading).map_or(&[], Vec::as_slice)
    }
}

fn lines(text: &'static str) -> Vec<&'static str> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

fn cells(line: &'static str, separator: char) -> impl Fn(usize) -> &'static str {
    let cells: Vec<&'static str> = line.split(separator).collect();
    move |index| cells.get(index).copied().unwrap_or("")
}

fn misc(text: &'static str) -> BTreeMap<&'static str, Vec<(&'static str, &'static str)>> {
    let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let mut heading = "";
    for line in lines(text) {
        if let Some(name) = line.strip_prefix('[') {
            heading = name.trim_end_matches(']');
        } else if let Some(pair) = line.split_once('|') {
            all.entry(heading).or_default().push(pair);
        }
    }
    all
}

#[test]
fn every_list_is_read() {
    assert_eq!(LISTS.names.len(), origin::N);
    assert!(LISTS.names.iter().all(|n| n.family.len() > 20));
    assert!(LISTS.conditions.iter().all(|condition| {
        condition
            .drugs
            .iter()
            .all(|key| *key == "none" || LISTS.drugs.iter().any(|d| d.key == *key))
    }));
    assert_eq!(LISTS.misc("nicknames").len(), 26);
}
