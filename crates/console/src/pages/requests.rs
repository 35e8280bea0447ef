//! Requests that nothing goes to somebody's home, tied to nobody on the list: each is read and settled before letters go.

use serde::Serialize;

use super::{Ask, Made, PAGE, Paging, mask::Show, skip};
use crate::error::Problem;
use crate::query::Query;

#[derive(Serialize)]
struct Requests {
    requests: Vec<RequestRow>,
    paging: Paging,
    /// Of all, not of this page.
    n_open: usize,
}

#[derive(Serialize)]
struct RequestRow {
    id: String,
    exhibit: String,
    place: String,
    words: String,
    settled: Option<Settled>,
}

#[derive(Serialize)]
struct Settled {
    /// The person's page; none when it is about nobody on the list.
    person: Option<Link>,
    by: String,
    on: String,
}

#[derive(Serialize)]
struct Link {
    id: String,
    href: String,
}

/// The page.
pub(crate) fn make(ask: &Ask<'_>) -> Result<Made, Problem> {
    let show = Show(ask.visitor.values);
    let mut all = ask.shared.view().requests()?;
    // What is left to do stands first.
    all.sort_by_key(|one| one.settled.is_some());
    let n_open = all.iter().filter(|one| one.settled.is_none()).count();
    let n = all.len();
    let facts = Requests {
        requests: all
            .into_iter()
            .skip(skip(ask.query))
            .take(PAGE)
            .map(|one| RequestRow {
                words: show.text(&one.words),
                id: one.id,
                exhibit: one.exhibit.0,
                place: one.place.to_string(),
                settled: one.settled.map(|settled| Settled {
                    person: settled.about.map(|id| Link {
                        href: ask.href(&format!("person/{id}")),
                        id: id.0,
                    }),
                    by: settled.by,
                    on: ask.words.day(settled.on),
                }),
            })
            .collect(),
        paging: Paging::new(ask.query, &Query::default(), &ask.href("requests"), n),
        n_open,
    };
    Made::new(ask.words.say("requests.title"), "requests.html", &facts)
}
