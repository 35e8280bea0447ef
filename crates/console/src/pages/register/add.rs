//! A small incident that never becomes a case, typed into the register: the empty form, and what came back filled in.

use serde::Serialize;
use whose_model::{DataElement, IncidentKind, Jurisdiction};
use whose_register::{Mistyped, Typed, Typist};

use crate::error::Problem;
use crate::pages::{Ask, Made};
use crate::query::Query;

/// The fields of one line, with what stands in them.
const LINES: [&str; 8] = [
    "victim",
    "what",
    "people",
    "why",
    "done",
    "regulator_told",
    "people_told",
    "name",
];

#[derive(Serialize)]
struct Add {
    is_open: bool,
    typed: std::collections::BTreeMap<&'static str, String>,
    places: Vec<Pick>,
    causes: Vec<Pick>,
    risks: Vec<Pick>,
    elements: Vec<Pick>,
    /// The field that cannot be what it says.
    wrong: Option<&'static str>,
}

/// Something that can be chosen.
#[derive(Serialize)]
struct Pick {
    id: String,
    name: String,
    is_chosen: bool,
}

/// The page: empty, or with what was typed and which field of it cannot be.
pub(crate) fn make(ask: &Ask<'_>, back: Option<(&Query, &Mistyped)>) -> Result<Made, Problem> {
    let nothing = Query::default();
    let form = back.map_or(&nothing, |(form, _)| form);
    let words = ask.words;
    let pick = |field: &str, id: &str, name: String| Pick {
        is_chosen: form.get(field) == Some(id),
        id: id.to_owned(),
        name,
    };
    let mut elements: Vec<Pick> = DataElement::ALL
        .iter()
        .map(|element| {
            let field = format!("element-{}", element.id());
            Pick {
                is_chosen: form.get(&field).is_some(),
                id: element.id().to_owned(),
                name: words.element(&ask.shared.law, *element),
            }
        })
        .collect();
    elements.sort_by(|a, b| a.name.cmp(&b.name));
    let days = ["began", "discovered"];
    let facts = Add {
        is_open: ask.shared.register.is_some(),
        typed: LINES
            .into_iter()
            .chain(days)
            .map(|field| (field, form.get(field).unwrap_or("").to_owned()))
            .collect(),
        places: Jurisdiction::CANADA
            .iter()
            .map(Jurisdiction::code)
            .chain(["us", "gb", "fr", "au"])
            .map(|code| pick("place", code, words.place(code)))
            .collect(),
        causes: IncidentKind::ALL
            .iter()
            .map(|kind| pick("cause", kind.id(), words.id("kind", kind.id())))
            .collect(),
        risks: ["yes", "no"]
            .map(|id| pick("risk", id, words.say(id).to_owned()))
            .into(),
        elements,
        wrong: back.map(|(_, wrong)| wrong.field),
    };
    Made::new(words.say("register.add"), "register-add.html", &facts)
}

/// What a form holds.
pub(crate) fn typed(form: &Query) -> Typed {
    let text = |field: &str| form.get(field).unwrap_or("").to_owned();
    Typed {
        name: text("name"),
        victim: text("victim"),
        place: text("place"),
        cause: text("cause"),
        what: text("what"),
        began: text("began"),
        discovered: text("discovered"),
        people: text("people"),
        elements: DataElement::ALL
            .iter()
            .map(|element| element.id().to_owned())
            .filter(|id| form.get(&format!("element-{id}")).is_some())
            .collect(),
        risk: text("risk"),
        why: text("why"),
        regulator_told: text("regulator_told"),
        people_told: text("people_told"),
        done: text("done"),
    }
}

/// Writes it down: the address of the new incident, or the page to be filled in again.
pub(crate) fn write(ask: &Ask<'_>, form: &Query) -> Result<Result<String, Made>, Problem> {
    let Some(mut register) = super::open(ask)? else {
        return make(ask, None).map(Err);
    };
    let typed = typed(form);
    let nothing = Mistyped {
        field: "what",
        value: String::new(),
    };
    let facts = match typed.facts() {
        Ok(facts) if !facts.is_empty() => facts,
        Ok(_) => return make(ask, Some((form, &nothing))).map(Err),
        Err(wrong) => return make(ask, Some((form, &wrong))).map(Err),
    };
    let by = (ask.shared.hooks.by)();
    let typist = Typist {
        by: &by,
        at: (ask.shared.hooks.now)(),
        today: ask.today,
    };
    let id = register.type_in(&typed.name(), facts, None, typist)?;
    Ok(Ok(ask.href(&format!("register/{id}"))))
}
