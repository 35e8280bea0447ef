//! What stands near decides what a form alone leaves open.
//!
//! Nine digits fit eight plans; the addresses of the same document say where
//! people live, and when all of them say the same, that decides. A number whose
//! form is shared with others is dropped when nobody is named close by. A date
//! beside a number that holds a day of birth is that day when they agree.

use whose_model::{DataElement, Jurisdiction, Normal};

use super::found::Found;
use crate::{elements::numbers, sense::Sense};

/// Lines between a name and a number that counts only beside one.
const LINES: u32 = 4;

/// Decides, over all findings of a document in their order.
pub(super) fn decide(found: &mut Vec<Found>) {
    without_a_name(found);
    births(found);
    plans(found);
}

/// Drops what counts only beside a name and has none.
fn without_a_name(found: &mut Vec<Found>) {
    if !found.iter().any(|item| item.needs_name) {
        return;
    }
    let lines: Vec<u32> = found
        .iter()
        .filter(|item| item.name().is_some())
        .map(|item| item.line)
        .collect();
    found.retain(|item| {
        let next = lines.partition_point(|line| line + LINES < item.line);
        !item.needs_name
            || lines
                .get(next)
                .is_some_and(|line| *line <= item.line + LINES)
    });
}

/// A date beside a number that says when its holder was born is the day of birth if they agree.
fn births(found: &mut [Found]) {
    for at in 0..found.len() {
        let Normal::Number(number) = &found[at].draft.normal else {
            continue;
        };
        let Some((year, month, day)) = numbers::birth_of(found[at].draft.scheme, number) else {
            continue;
        };
        let line = found[at].line;
        let near = |item: &Found| item.line.abs_diff(line) <= LINES;
        let agrees = |item: &Found, wants_month: bool| {
            item.draft.element == DataElement::ServiceDate
                && !item.is_labelled
                && matches!(&item.draft.normal, Normal::Date(date)
                    if date.year.rem_euclid(100) == year
                        && (!wants_month || date.month == month)
                        && day.is_none_or(|day| date.day == day))
        };
        let from = at.saturating_sub(6);
        let to = (at + 7).min(found.len());
        // With its month before one of the year alone.
        let wanted = [true, false].into_iter().find_map(|wants_month| {
            (from..to).find(|&other| near(&found[other]) && agrees(&found[other], wants_month))
        });
        if let Some(other) = wanted {
            let item = &mut found[other];
            item.draft.element = DataElement::BirthDate;
            item.draft.confidence = 0.8;
            item.draft
                .why
                .push("words: agrees with the number beside it".into());
            item.needs_patient = false;
        }
    }
}

/// Decides among the plans of ambiguous health numbers by the province of the document's addresses.
fn plans(found: &mut [Found]) {
    let is_open = |item: &Found| {
        item.draft.element == DataElement::HealthNumber && !item.draft.alternatives.is_empty()
    };
    if !found.iter().any(is_open) {
        return;
    }
    let mut province: Option<String> = None;
    for item in found.iter() {
        let Normal::Address(address) = &item.draft.normal else {
            continue;
        };
        let code = Jurisdiction::parse_province(&address.province)
            .map(|of| of.code().to_owned())
            .or_else(|| numbers::province_of_postal_code(&address.postal_code).map(str::to_owned));
        match (&province, code) {
            (Some(known), Some(code)) if *known != code => return,
            (None, Some(code)) => province = Some(code),
            _ => {}
        }
    }
    let Some(province) = province else {
        return;
    };
    for item in found.iter_mut().filter(|item| is_open(item)) {
        let sense = Sense::whole(DataElement::HealthNumber);
        let resolved = numbers::resolve(sense, &item.draft.value, Some(&province));
        if resolved.malformed && !item.draft.malformed {
            continue;
        }
        item.draft.scheme = resolved.scheme;
        item.draft.normal = Normal::Number(resolved.normal);
        item.draft.malformed = resolved.malformed;
        item.draft.alternatives = resolved.alternatives;
        item.draft.why.push("words: province of an address".into());
    }
}
