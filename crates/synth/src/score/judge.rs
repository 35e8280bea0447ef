//! From what is held to the scorecard: holders of records, merges and splits, elements, roles, gaps, duties.

use std::collections::{BTreeMap, BTreeSet};

use whose_model::{DataElement, ObligationStatus, Role};

use super::{
    CaseView,
    card::{ElementScore, Scorecard},
    held::Held,
    known::{Standing, Truth, canonical},
};
use crate::{SynthError, person::Person};

const NOBODY: u32 = u32::MAX;

/// Judges a case.
pub(crate) fn judge(
    truth: &Truth,
    held: &Held,
    case: &mut dyn CaseView,
) -> Result<Scorecard, SynthError> {
    let mut card = Scorecard::default();
    let matched = people(truth, held, &mut card);
    elements(truth, held, &matched, &mut card);
    subjects(truth, held, &matched, &mut card);
    gaps(truth, case, &mut card)?;
    duties(truth, held, &matched, case, &mut card)?;
    Ok(card)
}

/// Who is who.
struct Matched {
    /// For each listed person, the true person most of whose records they hold.
    truth_of: Vec<u32>,
    /// For each true person, the listed person who holds most of their records.
    listed_of: Vec<u32>,
}

fn people(truth: &Truth, held: &Held, card: &mut Scorecard) -> Matched {
    let n_people = truth.n_people as usize;
    // The listed person with most mentions of a unit holds it.
    let mut holders = vec![(NOBODY, 0); truth.units.len()];
    for &(unit, listed, n) in &held.votes {
        if let Some(holder) = holders.get_mut(unit as usize)
            && n > holder.1
        {
            *holder = (listed, n);
        }
    }
    let mut holds: Vec<BTreeMap<u32, u32>> = vec![BTreeMap::new(); held.ids.len()];
    let mut held_by: Vec<BTreeMap<u32, u32>> = vec![BTreeMap::new(); n_people];
    let mut only = vec![(false, false); held.ids.len()];
    for (unit, &(listed, _)) in truth.units.iter().zip(&holders) {
        let (Some(holds), Some(only)) = (
            holds.get_mut(listed as usize),
            only.get_mut(listed as usize),
        ) else {
            continue;
        };
        match unit.standing {
            Standing::Patient => {
                *holds.entry(unit.person).or_default() += 1;
                if let Some(held_by) = held_by.get_mut(unit.person as usize) {
                    *held_by.entry(listed).or_default() += 1;
                }
            }
            Standing::Relative => only.0 = true,
            Standing::Clinician => only.1 = true,
        }
    }
    let most = |map: &BTreeMap<u32, u32>| {
        map.iter()
            .max_by_key(|(id, n)| (**n, u32::MAX - **id))
            .map_or(NOBODY, |(id, _)| *id)
    };
    let people = &mut card.people;
    people.truth = u64::from(truth.n_people);
    people.listed = held.ids.len() as u64;
    card.roles.clinicians = truth.n_clinicians;
    for (listed, map) in holds.iter().enumerate() {
        if map.len() > 1 {
            people.over_merged += 1;
            let some = |of: &[bool]| {
                let mut houses = BTreeSet::new();
                map.keys().any(|&id| {
                    let id = id as usize;
                    of.get(id).copied().unwrap_or(false)
                        && !houses.insert(truth.household.get(id).copied())
                })
            };
            people.over_merged_twins += u64::from(some(&truth.twin));
            people.over_merged_namesakes += u64::from(some(&truth.namesake));
            if card.examples.len() < 20 {
                let ids: Vec<String> = map
                    .keys()
                    .take(4)
                    .map(|&id| Person::id(id.into()))
                    .collect();
                card.examples.push(format!(
                    "over-merged {}: {}",
                    held.ids[listed],
                    ids.join(" ")
                ));
            }
        }
        if map.is_empty() {
            let (relative, clinician) = only[listed];
            let role = held.roles[listed];
            let is_wrong =
                matches!(role, Role::Patient | Role::Unknown) && (clinician || !relative);
            if is_wrong && card.causes.len() < 100 {
                let what = if clinician { "clinician" } else { "false" };
                card.causes.push(describe(what, listed as u32, truth, held));
            }
            if clinician && matches!(role, Role::Patient | Role::Unknown) {
                card.roles.listed_as_patients += 1;
                people.tally.wrong += 1;
            } else if relative {
                people.relatives += 1;
            } else if matches!(role, Role::Patient | Role::Unknown) {
                people.tally.wrong += 1;
            }
        }
    }
    for (index, map) in held_by.iter().enumerate() {
        if map.is_empty() {
            people.tally.missed += 1;
            if card.examples.len() < 20 {
                card.examples
                    .push(format!("missed {}", Person::id(index as u64)));
            }
        } else {
            people.tally.found += 1;
        }
        people.split += u64::from(map.len() > 1);
        if map.len() > 1 && card.causes.len() < 200 {
            let parts: Vec<String> = map
                .keys()
                .map(|&listed| describe("part", listed, truth, held))
                .collect();
            card.causes.push(format!(
                "split {}: {}",
                Person::id(index as u64),
                parts.join("; ")
            ));
        }
    }
    Matched {
        truth_of: holds.iter().map(most).collect(),
        listed_of: held_by.iter().map(most).collect(),
    }
}

/// A listed person by id, role, elements and exhibits: enough to look them up, nothing of theirs.
fn describe(what: &str, listed: u32, truth: &Truth, held: &Held) -> String {
    let own = held.exposures.iter().filter(|(of, ..)| *of == listed);
    let elements: BTreeSet<&str> = own
        .clone()
        .filter_map(|(.., bit)| DataElement::ALL.get(*bit as usize).map(|e| e.id()))
        .collect();
    let exhibits: BTreeSet<u32> = own.map(|(_, exhibit, _)| *exhibit).collect();
    let paths: Vec<&str> = exhibits.iter().take(3).map(|e| truth.path(*e)).collect();
    format!(
        "{what} {} {:?} [{}] in {} of {}",
        held.ids.get(listed as usize).map_or("", String::as_str),
        held.roles.get(listed as usize),
        elements.into_iter().collect::<Vec<_>>().join(" "),
        paths.join(", "),
        exhibits.len()
    )
}

fn elements(truth: &Truth, held: &Held, matched: &Matched, card: &mut Scorecard) {
    let n = DataElement::ALL.len();
    let mut scores: Vec<ElementScore> = DataElement::ALL
        .iter()
        .map(|element| ElementScore {
            element: element.id().to_owned(),
            ..ElementScore::default()
        })
        .collect();
    // Per person: what is true, what may be said, what is listed.
    let mut sums = vec![(0_u64, 0_u64, 0_u64); truth.n_people as usize];
    let mut truth_at: BTreeMap<(u32, u32), (u64, u64)> = BTreeMap::new();
    for unit in &truth.units {
        if let Some(sum) = sums.get_mut(unit.person as usize) {
            sum.0 |= unit.elements;
            sum.1 |= unit.may;
            truth_at.insert((unit.person, unit.exhibit), (unit.elements, unit.may));
        }
    }
    let mut listed_at: BTreeMap<(u32, u32), u64> = BTreeMap::new();
    for &(listed, exhibit, bit) in &held.exposures {
        let person = matched
            .truth_of
            .get(listed as usize)
            .copied()
            .unwrap_or(NOBODY);
        if matched.listed_of.get(person as usize) == Some(&listed)
            && let Some(sum) = sums.get_mut(person as usize)
        {
            sum.2 |= 1 << bit;
            *listed_at.entry((person, exhibit)).or_default() |= 1 << bit;
        }
    }
    let mut count = |(is, may, listed): (u64, u64, u64), per_person: bool| {
        for bit in 0..n {
            let Some(score) = scores.get_mut(bit) else {
                continue;
            };
            let tally = if per_person {
                &mut score.person
            } else {
                &mut score.exhibit
            };
            match (is >> bit & 1, listed >> bit & 1) {
                (1, 1) => tally.found += 1,
                (1, _) => tally.missed += 1,
                (_, 1) if may >> bit & 1 == 0 => tally.wrong += 1,
                _ => {}
            }
        }
    };
    for &sum in &sums {
        count(sum, true);
    }
    for (at, &(is, may)) in &truth_at {
        count((is, may, listed_at.remove(at).unwrap_or(0)), false);
    }
    for &listed in listed_at.values() {
        count((0, 0, listed), false);
    }
    card.all.element = "all".to_owned();
    for score in &scores {
        for (sum, part) in [
            (&mut card.all.person, score.person),
            (&mut card.all.exhibit, score.exhibit),
        ] {
            sum.found += part.found;
            sum.missed += part.missed;
            sum.wrong += part.wrong;
        }
    }
    scores
        .retain(|score| score.person != Default::default() || score.exhibit != Default::default());
    card.elements = scores;
}

fn subjects(truth: &Truth, held: &Held, matched: &Matched, card: &mut Scorecard) {
    for &(listed, unit) in &held.subjects {
        let Some(unit) = truth.units.get(unit as usize) else {
            continue;
        };
        // A clinician's name is rightly noted with the patient; only patients and relatives are compared.
        if unit.standing == Standing::Clinician || unit.person >= truth.n_people {
            continue;
        }
        if matched.truth_of.get(listed as usize) == Some(&unit.person) {
            card.subject.found += 1;
        } else {
            card.subject.wrong += 1;
        }
    }
    card.subject.missed = held.unknown;
}

fn gaps(truth: &Truth, case: &mut dyn CaseView, card: &mut Scorecard) -> Result<(), SynthError> {
    let gaps = &mut card.gaps;
    gaps.unreadable = truth.causes.len() as u64;
    let mut listed: BTreeSet<String> = BTreeSet::new();
    let mut unread: BTreeSet<String> = BTreeSet::new();
    case.exhibits(&mut |exhibit| {
        let path = canonical(&exhibit.path.0);
        if exhibit.outcome != whose_model::Outcome::Read {
            unread.insert(path.clone());
        }
        listed.insert(path);
    })
    .map_err(SynthError::Case)?;
    let mut causes: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
    let mut unexplained = BTreeSet::new();
    case.gaps(&mut |gap| {
        let path = canonical(&gap.exhibit.0);
        // A gap in a member of a file that cannot be read is explained by that file.
        let outer = truth.causes.keys().find(|known| {
            path.strip_prefix(known.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        match outer {
            Some(outer) => causes
                .entry(outer.clone())
                .or_default()
                .push(gap.cause.id()),
            None => {
                gaps.unexplained += 1;
                unexplained.insert(format!("unexplained gap ({}): {path}", gap.cause.id()));
            }
        }
    })
    .map_err(SynthError::Case)?;
    for (path, may) in &truth.causes {
        let given = causes.get(path).map_or(&[][..], Vec::as_slice);
        // An empty file has nothing that was not read: no gap is right there too.
        let no_gap = given.is_empty() && may.split(' ').any(|m| m == "none");
        gaps.found += u64::from(!given.is_empty() || unread.contains(path) || no_gap);
        gaps.cause_right += u64::from(
            no_gap
                || given
                    .iter()
                    .any(|cause| may.split(' ').any(|m| m == *cause)),
        );
    }
    for path in truth.readable.keys() {
        if !listed.contains(path) {
            gaps.without_outcome += 1;
            unexplained.insert(format!("no outcome: {path}"));
        }
    }
    gaps.examples = unexplained.into_iter().take(10).collect();
    Ok(())
}

fn duties(
    truth: &Truth,
    held: &Held,
    matched: &Matched,
    case: &mut dyn CaseView,
    card: &mut Scorecard,
) -> Result<(), SynthError> {
    let mut due: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
    let mut asks: BTreeSet<u32> = BTreeSet::new();
    case.obligations(&mut |obligation| {
        let Some(&listed) = obligation
            .person_id
            .as_ref()
            .and_then(|id| held.by_id.get(&id.0))
        else {
            return;
        };
        if obligation.addressee != "individual" {
            return;
        }
        if obligation.status == ObligationStatus::Ask {
            asks.insert(listed);
        } else {
            due.entry(listed)
                .or_default()
                .insert(obligation.regime.clone());
        }
    })
    .map_err(SynthError::Case)?;
    let none = BTreeSet::new();
    for (person, listed) in matched.listed_of.iter().enumerate() {
        if *listed == NOBODY {
            continue;
        }
        let Some((must, may)) = truth
            .duties
            .get(person)
            .and_then(|&at| truth.duty_sets.get(at as usize))
        else {
            continue;
        };
        card.duties.people += 1;
        let due = due.get(listed).unwrap_or(&none);
        let complete = must.iter().all(|regime| due.contains(regime));
        let any = may.iter().any(|regime| regime == "*");
        let beyond: Vec<&str> = due
            .iter()
            .filter(|regime| !any && !must.contains(regime) && !may.contains(regime))
            .map(String::as_str)
            .collect();
        let extra = !beyond.is_empty();
        if extra {
            card.duties.extra += 1;
        }
        if (extra || !complete) && card.duties.examples.len() < 100 {
            let lacking: Vec<&str> = must
                .iter()
                .filter(|regime| !due.contains(*regime))
                .map(String::as_str)
                .collect();
            card.duties.examples.push(format!(
                "duties {}: lacking [{}] beyond [{}], as {}",
                Person::id(person as u64),
                lacking.join(" "),
                beyond.join(" "),
                held.ids[*listed as usize]
            ));
        }
        if !complete && asks.contains(listed) {
            card.duties.asked += 1;
        } else if !complete {
            card.duties.missing += 1;
        } else if !extra {
            card.duties.right += 1;
        }
    }
    Ok(())
}
