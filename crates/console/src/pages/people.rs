//! The list of people: searched, filtered, sorted and paged by the index; only a page's own rows are read.

use serde::Serialize;
use whose_model::{AffectedIndividual, DataElement, Language};

use super::mask::Show;
use super::{Ask, Choice, Made, PAGE, Paging, skip};
use crate::door::Visitor;
use crate::error::Problem;
use crate::index::people::{Filter, Sort};
use crate::index::rows;
use crate::query::Query;
use crate::state::Shared;

/// The names that an address of this list may hold.
const FIELDS: &[&str] = &[
    "find",
    "place",
    "element",
    "language",
    "representative",
    "no-address",
    "ask-first",
    "with-notes",
    "sort",
];

/// A person in a list.
#[derive(Debug, Serialize)]
pub(crate) struct PersonRow {
    id: String,
    href: String,
    name: String,
    birth_date: Option<String>,
    lives_in: String,
    place: String,
    language: String,
    n_elements: usize,
    elements: Vec<String>,
    n_exhibits: u64,
    representative: Option<&'static str>,
    has_address: bool,
    ask_first: bool,
    n_notes: u64,
}

#[derive(Serialize)]
struct People {
    people: Vec<PersonRow>,
    paging: Paging,
    searched: bool,
    /// What was searched for; empty while values are hidden.
    search: String,
    expired: bool,
    places: Vec<Choice>,
    elements: Vec<Choice>,
    languages: Vec<Choice>,
    representatives: Vec<Choice>,
    sorts: Vec<Choice>,
    no_address: bool,
    ask_first: bool,
    with_notes: bool,
    filtered: bool,
    find: String,
}

/// The page.
pub(crate) fn make(ask: &Ask<'_>) -> Result<Made, Problem> {
    let (query, words) = (ask.query, ask.words);
    let number = query.get("find").and_then(|number| number.parse().ok());
    let search = number.and_then(|number| ask.shared.door.search(ask.visitor, number));
    let filter = Filter {
        place: query.get("place").map(str::to_owned),
        element: query.get("element").and_then(DataElement::from_id),
        language: match query.get("language") {
            Some("en") => Some(Language::En),
            Some("fr") => Some(Language::Fr),
            Some("other") => Language::from_tag("und"),
            _ => None,
        },
        representative: query.get("representative").map(str::to_owned),
        no_address: query.get("no-address").is_some(),
        ask_first: query.get("ask-first").is_some(),
        with_notes: query.get("with-notes").is_some(),
        search: search.clone(),
    };
    let sort = Sort::ALL
        .into_iter()
        .find(|sort| query.get("sort") == Some(sort.id()))
        .unwrap_or_default();
    let (page, n) = ask.shared.people.page(&filter, sort, skip(query), PAGE);

    let choices = |field: &str, ids: &[&str], name: &dyn Fn(&str) -> String| {
        ids.iter()
            .map(|id| Choice::new(query, field, id, name(id)))
            .collect::<Vec<_>>()
    };
    let elements: Vec<&str> = DataElement::ALL
        .iter()
        .map(|one| one.id())
        .filter(|id| ask.shared.summary.by_element.contains_key(*id))
        .collect();
    let mut places = choices("place", &ask.shared.people.places(), &|id| words.place(id));
    places.sort_by(|a, b| a.name.cmp(&b.name));
    let kinds = [
        "any",
        "parent-or-guardian",
        "estate",
        "substitute-decision-maker",
    ];
    let facts = People {
        people: rows_of(ask, &page)?,
        paging: Paging::new(query, &query.only(FIELDS), &ask.href("people"), n),
        searched: search.is_some(),
        // Revealed only to whoever sees values anyway: a search is a value.
        search: search
            .as_ref()
            .filter(|_| ask.visitor.values)
            .map(|search| search.reveal().clone())
            .unwrap_or_default(),
        expired: query.get("find").is_some() && search.is_none(),
        places,
        elements: choices("element", &elements, &|id| {
            DataElement::from_id(id)
                .map_or_else(String::new, |one| words.element(&ask.shared.law, one))
        }),
        languages: choices("language", &["en", "fr", "other"], &|id| {
            words.id("language", id)
        }),
        representatives: choices("representative", &kinds, &|id| match id {
            "any" => words.say("people.any-representative").to_owned(),
            id => words.id("representative", id),
        }),
        sorts: Sort::ALL
            .iter()
            .map(|one| Choice {
                id: one.id().to_owned(),
                name: words.id("people", &format!("sort-{}", one.id())),
                chosen: *one == sort,
            })
            .collect(),
        no_address: filter.no_address,
        ask_first: filter.ask_first,
        with_notes: filter.with_notes,
        filtered: FIELDS
            .iter()
            .any(|field| *field != "sort" && query.get(field).is_some()),
        find: query.get("find").unwrap_or_default().to_owned(),
    };
    Made::new(words.say("people.title"), "people.html", &facts)
}

/// The form of the list: what is searched for is kept here, and the address gets its number alone.
pub(crate) fn search(shared: &Shared, visitor: &Visitor, form: &Query, path: &str) -> String {
    let mut query = form.only(FIELDS);
    match form.get("search") {
        Some(search) => {
            let search: String = search.chars().take(200).collect();
            query = query.with("find", &shared.door.remember(visitor, &search).to_string());
        }
        // With values hidden the box comes back empty, though a search is on: only an emptied box ends it.
        None if visitor.values || form.get("keep").is_none() => query = query.with("find", ""),
        None => {}
    }
    query.href(path)
}

/// These rows of the table of people.
pub(crate) fn rows_of(ask: &Ask<'_>, numbers: &[u32]) -> Result<Vec<PersonRow>, Problem> {
    let people: Vec<AffectedIndividual> =
        rows::read(&ask.shared.case, whose_engine::PEOPLE, numbers)?;
    Ok(people.iter().map(|person| row(ask, person)).collect())
}

fn row(ask: &Ask<'_>, person: &AffectedIndividual) -> PersonRow {
    let (words, show) = (ask.words, Show(ask.visitor.values));
    let place = person
        .residence
        .as_ref()
        .map_or("unknown", |residence| residence.jurisdiction.code());
    PersonRow {
        id: person.id.0.clone(),
        href: ask.href(&format!("person/{}", person.id)),
        name: show.name(&person.name),
        birth_date: person
            .birth_date
            .as_ref()
            .map(|date| show.date(words, date)),
        lives_in: words.place(place),
        place: place.to_owned(),
        language: person.language.code().to_owned(),
        n_elements: person.elements.len(),
        elements: person
            .elements
            .iter()
            .map(|&element| words.element(&ask.shared.law, element))
            .collect(),
        n_exhibits: person.n_exhibits,
        representative: person.representative.as_ref().map(|one| one.kind.id()),
        has_address: person.address.is_some(),
        ask_first: person.is_ask_first,
        n_notes: person.notes.len() as u64,
    }
}
