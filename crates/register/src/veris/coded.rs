//! Our words and those of VERIS: both ways, and older versions' names to those of 1.4.1.

use jiff::ToSpan;
use serde_json::{Value as Json, json};
use whose_model::{Category, DataElement};

use crate::{Attribute, IncidentId, Record, When};

/// Sectors by the names that the community's statistics use, and their NAICS code.
const SECTORS: &[(&str, &str)] = &[
    ("Agriculture", "11"),
    ("Mining", "21"),
    ("Utilities", "22"),
    ("Construction", "23"),
    ("Manufacturing", "31"),
    ("Trade", "42"),
    ("Retail", "44"),
    ("Transportation", "48"),
    ("Information", "51"),
    ("Finance", "52"),
    ("Real Estate", "53"),
    ("Professional", "54"),
    ("Management", "55"),
    ("Administrative", "56"),
    ("Educational", "61"),
    ("Healthcare", "62"),
    ("Entertainment", "71"),
    ("Accomodation", "72"),
    ("Accommodation", "72"),
    ("Other Services", "81"),
    ("Public", "92"),
    ("Unknown", "00"),
];

/// Names of 1.2 and 1.3 that 1.4 writes otherwise.
const RENAMED: &[(&str, &str)] = &[
    ("Spyware/Keylogger", "Spyware/Keylogger"),
    ("Ram scraper", "RAM scraper"),
    ("Use of backdoor or C2", "Backdoor"),
    ("Client-side attack", "Client-side attack"),
    ("Physical accidents", "Physical accidents"),
];

/// The sector of an industry's code or name, in two digits.
pub(super) fn industry(text: &str) -> Option<String> {
    if let Some((_, code)) = SECTORS.iter().find(|(name, _)| *name == text) {
        return (*code != "00").then(|| (*code).to_owned());
    }
    let digits: String = text.chars().take(2).collect();
    (digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit()) && digits != "00")
        .then_some(digits)
}

/// Puts names of older versions right.
pub(super) fn rename(record: &mut Json) {
    for pointer in [
        "/victim/country",
        "/actor/external/country",
        "/actor/partner/country",
    ] {
        if let Some(place) = record.pointer_mut(pointer) {
            let mut all = match place.take() {
                Json::Array(all) => all,
                Json::Null => continue,
                one => vec![one],
            };
            for one in &mut all {
                if let Some(code) = one.as_str().and_then(super::country) {
                    *one = json!(code);
                }
            }
            *place = Json::Array(all);
        }
    }
    for pointer in ["/victim/industry", "/actor/partner/industry"] {
        if let Some(place) = record.pointer_mut(pointer)
            && let Some((_, code)) = place
                .as_str()
                .and_then(|text| SECTORS.iter().find(|(name, _)| *name == text))
        {
            *place = json!(code);
        }
    }
    if let Some(actions) = record.pointer_mut("/action").and_then(Json::as_object_mut) {
        for action in actions.values_mut() {
            for one in action
                .get_mut("variety")
                .and_then(Json::as_array_mut)
                .into_iter()
                .flatten()
            {
                if let Some((_, now)) = one
                    .as_str()
                    .and_then(|text| RENAMED.iter().find(|(then, _)| *then == text))
                {
                    *one = json!(now);
                }
            }
        }
    }
    if let Some(object) = record.as_object_mut() {
        // Whatever version it was, it is made valid by this one.
        object.insert("schema_version".to_owned(), json!("1.4.1"));
    }
}

/// Our wider word for a variety of data.
pub(super) fn element(variety: &str) -> Option<&'static str> {
    Some(match variety {
        "Medical" => "health-information",
        "Payment" => "payment-card",
        "Bank" => "bank-account",
        "Credentials" => "credential",
        "Sensitive Personal" => "social-insurance-number",
        _ => return None,
    })
}

/// The variety of data of an element.
fn variety(element: &str) -> &'static str {
    match DataElement::from_id(element) {
        Some(DataElement::PaymentCard) => "Payment",
        Some(DataElement::BankAccount) => "Bank",
        Some(
            DataElement::SocialInsuranceNumber
            | DataElement::Passport
            | DataElement::DriversLicence,
        ) => "Sensitive Personal",
        Some(element) => match element.category() {
            Category::Health | Category::Care => "Medical",
            Category::Credential => "Credentials",
            _ => "Personal",
        },
        None => match element {
            "health-information" => "Medical",
            "financial-information" => "Bank",
            _ => "Personal",
        },
    }
}

/// The day so long after another, as VERIS counts: a unit and a number.
pub(super) fn later(span: Option<&Json>, from: When) -> Option<When> {
    let n = span?
        .get("value")?
        .as_i64()
        .filter(|n| (0..=10_000).contains(n))?;
    if !from.is_day() {
        return None;
    }
    let by = match span?.get("unit")?.as_str()? {
        "Minutes" | "Seconds" => 0.days(),
        "Hours" => (n / 24).days(),
        "Days" => n.days(),
        "Weeks" => n.weeks(),
        "Months" => n.months(),
        "Years" => n.years(),
        _ => return None,
    };
    from.shifted(by).map(When::about)
}

/// Puts what the facts say into a VERIS record, where it says nothing yet; `None` when no year is known.
pub(super) fn fill(document: &mut Json, id: IncidentId, record: &Record) -> Option<()> {
    let began = record.date(Attribute::Began, true);
    let first = [
        Attribute::Began,
        Attribute::Taken,
        Attribute::Discovered,
        Attribute::Determined,
        Attribute::RegulatorTold,
        Attribute::PeopleTold,
    ]
    .iter()
    .find_map(|attribute| record.date(*attribute, true))
    .or_else(|| record.sources.iter().find_map(|source| source.published));
    let mut incident = json!({});
    if let Some(first) = first {
        incident["year"] = json!(first.first.year());
        if first.first.month() == first.last.month() && first.first.year() == first.last.year() {
            incident["month"] = json!(first.first.month());
            if first.is_day() && !first.is_about {
                incident["day"] = json!(first.first.day());
            }
        }
    } else if document.pointer("/timeline/incident/year").is_none() {
        return None;
    }
    let mut own = json!({
        "incident_id": uuid(id),
        "source_id": "whose",
        "security_incident": "Confirmed",
        "schema_version": "1.4.1",
        "summary": summary(record),
        "timeline": { "incident": incident },
        "victim": { "employee_count": "Unknown", "government": ["Unknown"] },
        "asset": { "assets": [{ "variety": "Unknown" }], "cloud": ["Unknown"] },
        "discovery_method": { "unknown": true },
    });
    let reference: Vec<&str> = record
        .sources
        .iter()
        .map(|source| source.title.as_str())
        .filter(|title| !title.is_empty())
        .collect();
    own["reference"] = json!(reference.join("; "));
    let discovered = record.date(Attribute::Discovered, true);
    if let (Some(began), Some(discovered)) =
        (began.filter(When::is_day), discovered.filter(When::is_day))
    {
        let days = (discovered.first - began.first).get_days();
        if days >= 0 {
            own["timeline"]["discovery"] = json!({ "unit": "Days", "value": days });
        }
    }
    if let Some(victim) = record.terms(Attribute::Victim, true).first() {
        own["victim"]["victim_id"] = json!(victim);
    }
    let places = record.terms(Attribute::Place, true);
    let mut countries: Vec<String> = places
        .iter()
        .filter_map(|place| {
            place
                .get(..2)
                .filter(|_| place.len() == 2 || place.get(2..3) == Some("-"))
        })
        .map(str::to_uppercase)
        .collect();
    countries.sort_unstable();
    countries.dedup();
    own["victim"]["country"] = if countries.is_empty() {
        json!(["Unknown"])
    } else {
        json!(countries)
    };
    own["victim"]["industry"] = json!(
        record
            .terms(Attribute::Industry, true)
            .first()
            .copied()
            .unwrap_or("00")
    );
    let motives = record.terms(Attribute::Motive, true);
    let motives = if motives.is_empty() {
        json!(["Unknown"])
    } else {
        json!(motives)
    };
    let actors = record.terms(Attribute::Actor, true);
    own["actor"] = json!({});
    for actor in actors {
        own["actor"][actor] = match actor {
            "external" | "internal" => json!({ "variety": ["Unknown"], "motive": motives }),
            _ => json!({ "motive": motives, "country": ["Unknown"] }),
        };
    }
    if own["actor"]
        .as_object()
        .is_some_and(serde_json::Map::is_empty)
    {
        own["actor"]["unknown"] = json!({});
    }
    own["action"] = json!({});
    for action in record.terms(Attribute::Action, true) {
        let (family, variety) = action.split_once('/').unwrap_or((action, "Unknown"));
        let place = &mut own["action"][family];
        if place.is_null() {
            *place = json!({ "variety": [], "vector": ["Unknown"] });
            if family == "social" {
                place["target"] = json!(["Unknown"]);
            }
            if family == "environmental" {
                *place = json!({ "variety": [] });
            }
        }
        if let Some(all) = place["variety"].as_array_mut() {
            all.push(json!(variety));
        }
    }
    if own["action"]
        .as_object()
        .is_some_and(serde_json::Map::is_empty)
    {
        own["action"]["unknown"] = json!({});
    }
    let mut varieties: Vec<&str> = record
        .terms(Attribute::Element, true)
        .into_iter()
        .map(variety)
        .collect();
    varieties.sort_unstable();
    varieties.dedup();
    if !varieties.is_empty() || !record.terms(Attribute::Confidentiality, true).is_empty() {
        let data: Vec<Json> = varieties
            .iter()
            .map(|one| json!({ "variety": one }))
            .collect();
        own["attribute"]["confidentiality"] =
            json!({ "data_disclosure": "Yes", "data_victim": ["Patient"] });
        if !data.is_empty() {
            own["attribute"]["confidentiality"]["data"] = json!(data);
        }
        if let Some(people) = record.people(true) {
            own["attribute"]["confidentiality"]["data_total"] = json!(people);
        }
    }
    if !record.terms(Attribute::Availability, true).is_empty() {
        own["attribute"]["availability"] = json!({ "variety": ["Interruption"] });
    }
    under(document, own);
    Some(())
}

/// Adds what is not there; what is there stays.
fn under(document: &mut Json, more: Json) {
    match (document, more) {
        (Json::Object(have), Json::Object(more)) => {
            for (key, value) in more {
                match have.get_mut(&key) {
                    Some(there) => under(there, value),
                    None => {
                        have.insert(key, value);
                    }
                }
            }
        }
        (place, more) if place.is_null() => *place = more,
        _ => {}
    }
}

fn summary(record: &Record) -> String {
    let said = record.terms(Attribute::Summary, true);
    if let Some(text) = said.first() {
        return (*text).to_owned();
    }
    record.name.clone()
}

/// A UUID (RFC 9562, version 8: made of a digest) for an incident.
pub(crate) fn uuid(id: IncidentId) -> String {
    let mut bytes = id.0;
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = IncidentId(bytes).to_string();
    [0..8, 8..12, 12..16, 16..20, 20..32]
        .into_iter()
        .filter_map(|part| hex.get(part))
        .collect::<Vec<_>>()
        .join("-")
}
