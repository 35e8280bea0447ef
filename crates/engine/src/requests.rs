//! Requests that nothing is sent to somebody's home, where the evidence does not say whose home.
//!
//! `Do not mail anything to our client with chart 10021` asks it for somebody
//! whom no list can name. A letter to that home can tell a violent partner what
//! a patient told a clinic, so each such sentence is a row for the privacy
//! officer, and no mailing is approved before somebody has settled it: it is
//! about this person of the list, or about nobody on it. What was settled
//! outlives later runs.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use whose_model::{
    AffectedIndividual, DataElement, ExhibitPath, Locator, Mention, Normal, PersonId, Phi,
    REACH_ASK_FIRST,
};
use whose_store::export::{Cell, Column, Listed, Values};
use whose_store::{Case, Row, StoreError};

use crate::error::EngineError;
use crate::lists::View;
use crate::summary::Summary;
use crate::tables;

/// The table of requests.
pub const REQUESTS: &str = "requests";

/// A request of the evidence, before it is known who is on the list.
pub(crate) struct Asked {
    pub(crate) digest: [u8; 16],
    pub(crate) exhibit: ExhibitPath,
    pub(crate) place: Locator,
    pub(crate) words: Phi<String>,
    /// The person's number, when the text ties it to somebody.
    pub(crate) person: Option<u32>,
}

impl Asked {
    /// What a mention asks; none when it asks nothing, or stands in a table, where its row says for whom.
    pub(crate) fn of(
        mention: &Mention,
        digest: [u8; 16],
        exhibit: &ExhibitPath,
        person: Option<u32>,
    ) -> Option<Self> {
        let asks = mention.element == DataElement::ContactPreference
            && matches!(mention.normal.reveal(), Normal::Text(text) if text == REACH_ASK_FIRST);
        let is_row = matches!(mention.place, Locator::Cell { .. } | Locator::Field { .. });
        (asks && !(is_row && mention.subject.is_some())).then(|| Self {
            digest,
            exhibit: exhibit.clone(),
            place: mention.place.clone(),
            words: mention.value.clone(),
            person,
        })
    }
}

/// What somebody decided about a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// Whom it is about; none for nobody on the list.
    pub about: Option<PersonId>,
    /// Who decided.
    pub by: String,
    /// When.
    pub on: Date,
}

/// A sentence that asks that nothing goes to a home, and is tied to nobody on the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Its id, the same in every run that finds the same words in the same bytes.
    pub id: String,
    /// The exhibit.
    pub exhibit: ExhibitPath,
    /// Where in it.
    pub place: Locator,
    /// The sentence.
    pub words: Phi<String>,
    /// What was decided.
    pub settled: Option<Settled>,
}

impl Row for Request {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.id)
    }
}

impl Listed for Request {
    const COLUMNS: &'static [Column] = &[
        Column::text("id"),
        Column::text("exhibit"),
        Column::text("place"),
        Column::text("words"),
        Column::text("settled"),
        Column::text("person_id"),
        Column::text("by"),
        Column::text("on"),
    ];

    fn cells(&self, values: Values) -> Vec<Cell<'_>> {
        let words = match values {
            Values::Shown => self.words.reveal().clone(),
            Values::Masked => self.words.masked(),
        };
        let settled = self.settled.as_ref();
        let about = settled.and_then(|one| one.about.as_ref());
        vec![
            Cell::text(self.id.as_str()),
            Cell::text(self.exhibit.0.as_str()),
            Cell::text(self.place.to_string()),
            Cell::text(words),
            Cell::text(match (settled, about) {
                (None, _) => "open",
                (Some(_), Some(_)) => "about-a-person",
                (Some(_), None) => "about-nobody",
            }),
            Cell::text(about.map_or("", |id| id.0.as_str())),
            Cell::text(settled.map_or("", |one| one.by.as_str())),
            Cell::text(settled.map_or_else(String::new, |one| one.on.to_string())),
        ]
    }
}

/// What a run writes: those of nobody who is listed, with what was settled before.
pub(crate) fn of_run(
    asked: Vec<Asked>,
    is_listed: impl Fn(u32) -> bool,
    before: Vec<Request>,
) -> Vec<Request> {
    let mut settled: BTreeMap<String, Settled> = before
        .into_iter()
        .filter_map(|one| Some((one.id, one.settled?)))
        .collect();
    let mut seen = BTreeSet::new();
    let mut requests: Vec<Request> = asked
        .into_iter()
        .filter(|one| !one.person.is_some_and(&is_listed))
        .filter_map(|one| {
            let id = id(&one);
            seen.insert(id.clone()).then(|| Request {
                settled: settled.remove(&id),
                id,
                exhibit: one.exhibit,
                place: one.place,
                words: one.words,
            })
        })
        .collect();
    requests.sort_by(|a, b| a.id.cmp(&b.id));
    requests
}

fn id(asked: &Asked) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("whose 2026 request about a home");
    hasher.update(&asked.digest);
    hasher.update(asked.place.to_string().as_bytes());
    hasher.update(asked.words.reveal().as_bytes());
    let hex = hasher.finalize().to_hex();
    format!("R-{}", &hex.as_str()[..10])
}

/// What is noted of somebody whom a request was settled to be about.
const NOTE: &str =
    "a request that nothing goes to the home was settled to be theirs: ask the person first";

/// Marks those whom requests were settled to be about.
pub(crate) fn mark(people: &mut [AffectedIndividual], requests: &[Request]) {
    let about: BTreeSet<&PersonId> = requests
        .iter()
        .filter_map(|one| one.settled.as_ref()?.about.as_ref())
        .collect();
    if about.is_empty() {
        return;
    }
    for person in people {
        let is_meant = about.contains(&person.id)
            || person.replaces.iter().any(|former| about.contains(former));
        if is_meant && !person.is_ask_first {
            person.is_ask_first = true;
            person.notes.push(NOTE.to_owned());
            person.notes.sort();
        }
    }
}

/// Settles requests: what was found is about this person of the list, or about nobody on it.
///
/// # Errors
/// When there is no such request or person, nobody says who settles, or the case cannot be written.
pub fn settle(
    case: &Case,
    ids: &[String],
    about: Option<&str>,
    by: &str,
    on: Date,
) -> Result<u64, EngineError> {
    let by = by.split_whitespace().collect::<Vec<_>>().join(" ");
    if by.is_empty() {
        return Err(EngineError::NotThere("say who settles it".to_owned()));
    }
    let view = View::new(case);
    let about = match about {
        Some(id) => Some(view.find(id)?.id),
        None => None,
    };
    let mut requests = view.requests()?;
    for id in ids {
        let Some(request) = requests
            .iter_mut()
            .find(|one| one.id.eq_ignore_ascii_case(id.trim()))
        else {
            return Err(EngineError::NotThere(format!(
                "there is no request `{id}`: `whose requests CASE` lists them"
            )));
        };
        request.settled = Some(Settled {
            about: about.clone(),
            by: by.clone(),
            on,
        });
    }
    // People first: a kill in between leaves somebody asked first without need, and the request open.
    if about.is_some() {
        let mut people = Vec::new();
        view.people(|person| people.push(person))?;
        mark(&mut people, &requests);
        tables::write(case, tables::PEOPLE, &people)?;
        let summary = Summary {
            n_ask_first: people.iter().filter(|one| one.is_ask_first).count() as u64,
            ..view.summary()?
        };
        tables::write_one(case, tables::SUMMARY, &summary)?;
    }
    tables::write(case, REQUESTS, &requests)?;
    Ok(requests.iter().filter(|one| one.settled.is_none()).count() as u64)
}

/// The requests that a case has kept; none in one of an earlier version.
pub(crate) fn kept(case: &Case) -> Result<Vec<Request>, StoreError> {
    let mut all = Vec::new();
    tables::each(case, REQUESTS, |one| all.push(one))?;
    Ok(all)
}

/// What keeps a mailing from being approved; nothing when every request is settled.
pub(crate) fn unsettled(case: &Case) -> Result<Option<String>, StoreError> {
    let n = kept(case)?
        .iter()
        .filter(|one| one.settled.is_none())
        .count();
    let are = match n {
        0 => return Ok(None),
        1 => "1 request that nothing goes to somebody's home is".to_owned(),
        n => format!("{n} requests that nothing goes to somebody's home are"),
    };
    Ok(Some(format!(
        "{are} tied to nobody on the list; read them with `whose requests CASE --values` and settle each"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(words: &str, start: u64, person: Option<u32>) -> Asked {
        Asked {
            digest: [3; 16],
            exhibit: ExhibitPath("memo.txt".to_owned()),
            place: Locator::Bytes {
                start,
                end: start + 20,
            },
            words: Phi::new(words.to_owned()),
            person,
        }
    }

    #[test]
    fn what_is_of_somebody_listed_is_no_row_and_what_was_settled_stays_so() {
        let found = || {
            vec![
                asked("Do not mail to the home", 9, None),
                asked("Do not call her at home", 90, Some(1)),
                asked("Ne pas joindre au domicile", 190, Some(2)),
                asked("Do not mail to the home", 9, None),
            ]
        };
        let is_listed = |number| number == 1;
        let mut first = of_run(found(), is_listed, Vec::new());
        assert_eq!(first.len(), 2);
        let on = "2026-11-22".parse().unwrap();
        let settled = Settled {
            about: Some(PersonId("P-old".to_owned())),
            by: "Ann".to_owned(),
            on,
        };
        first[0].settled = Some(settled.clone());
        let again = of_run(found(), is_listed, first.clone());
        assert_eq!(again, first);
    }
}
