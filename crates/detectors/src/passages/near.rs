//! Health numbers that fit several plans are read again when the document names one province.
//!
//! Nine digits fit eight plans; the addresses of the same document say where
//! people live, and when all of them say the same, that decides.

use whose_model::{DataElement, Jurisdiction, Normal};

use super::found::Found;
use crate::{elements::numbers, sense::Sense};

/// Decides among the plans of ambiguous health numbers by the province of the document's addresses.
pub(super) fn decide(found: &mut [Found]) {
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
