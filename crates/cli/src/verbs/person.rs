//! `whose person CASE ID`: everything about one person.

use std::fmt::Write as _;

use serde_json::json;
use whose_engine::store::export::{Cell, Listed};
use whose_engine::{PersonPage, View};
use whose_model::AffectedIndividual;

use crate::args::{Cli, PersonArgs};
use crate::front::{Done, Failure, print};
use crate::verbs::lists::Masker;
use crate::verbs::scan::place;

pub(crate) fn run(cli: &Cli, args: &PersonArgs) -> Result<Done, Failure> {
    let case = if args.values {
        let case = crate::secrets::open_to_write(&args.case, &cli.secrets)?;
        super::letters::log(
            &case,
            "values-shown",
            json!({ "list": "person", "person_id": args.id }),
        )?;
        case
    } else {
        crate::secrets::open(&args.case, &cli.secrets)?
    };
    let page = View::new(&case).person(&args.id)?;
    let show = Masker {
        values: args.values,
    };
    if cli.json {
        print(&format!("{}\n", value(&page, show)))?;
    } else {
        print(&words(&page, show))?;
    }
    Ok(Done::Whole)
}

fn value(page: &PersonPage, show: Masker) -> serde_json::Value {
    let person: serde_json::Map<_, _> = cells(&page.person, show)
        .into_iter()
        .map(|(column, cell)| (column.to_owned(), json!(cell)))
        .collect();
    json!({
        "person": person,
        "exposures": page.exposures.iter().map(|exposure| json!({
            "element": exposure.element.id(), "n_mentions": exposure.n_mentions, "n_exhibits": exposure.n_exhibits,
            "first_exhibit": exposure.first_exhibit.0, "first_place": place(&exposure.first_place),
        })).collect::<Vec<_>>(),
        "mentions": page.mentions.iter().map(|(path, mention)| json!({
            "exhibit": path.0, "element": mention.element.id(), "scheme": mention.scheme.as_ref().map(|s| s.id()),
            "value": shown(mention, show), "place": place(&mention.place),
            "confidence": (f64::from(mention.confidence.0) * 100.0).round() / 100.0, "assertion": mention.assertion,
            "sensitive": mention.sensitive, "malformed": mention.malformed,
            "alternatives": mention.alternatives.iter().map(|s| s.id()).collect::<Vec<_>>(), "why": mention.why,
        })).collect::<Vec<_>>(),
        "merges": page.merges.iter().map(|merge| json!({
            "a": page.places.get(&merge.a).map(|path| path.0.as_str()), "b": page.places.get(&merge.b).map(|path| path.0.as_str()),
            "probability": merge.probability, "weight_bits": merge.weight_bits, "prior_bits": merge.prior_bits,
            "against": merge.rival.map(|rival| rival.id()),
            "reasons": merge.reasons.iter().map(|(field, level, bits)| json!({ "field": field, "level": level, "bits": bits })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "obligations": page.obligations.iter().map(|duty| json!({
            "regime": duty.regime, "duty": duty.duty, "citation": duty.citation, "addressee": duty.addressee,
            "due": duty.due.map(|day| day.to_string()), "clock_words": duty.clock_words.as_ref().map(|words| words.0.as_str()),
            "status": duty.status.id(), "certainty": duty.certainty, "because": duty.because,
        })).collect::<Vec<_>>(),
        "notes": page.person.notes,
        "replaces": page.person.replaces.iter().map(|id| id.0.as_str()).collect::<Vec<_>>(),
        "split_from": page.person.split_from.iter().map(|id| id.0.as_str()).collect::<Vec<_>>(),
    })
}

/// The columns of the people list with their cells as text.
fn cells(person: &AffectedIndividual, show: Masker) -> Vec<(&'static str, String)> {
    let cells = person.cells(show.to_export());
    let text = |cell: &Cell<'_>| match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.clone().into_owned(),
        Cell::Integer(n) => n.to_string(),
    };
    AffectedIndividual::COLUMNS
        .iter()
        .zip(&cells)
        .map(|(column, cell)| (column.name, text(cell)))
        .collect()
}

fn words(page: &PersonPage, show: Masker) -> String {
    let mut out = String::new();
    let person = &page.person;
    let _ = writeln!(out, "{}  {}", person.id, show.name(&person.name));
    for (column, cell) in cells(person, show).into_iter().skip(3) {
        if !cell.is_empty() && column != "elements" && column != "notes" {
            let _ = writeln!(out, "  {:16} {cell}", column.replace('_', " "));
        }
    }
    for (what, ids) in [
        ("earlier ids", &person.replaces),
        ("split from", &person.split_from),
    ] {
        if !ids.is_empty() {
            let ids: Vec<&str> = ids.iter().map(|id| id.0.as_str()).collect();
            let _ = writeln!(out, "  {what:16} {}", ids.join(", "));
        }
    }
    let _ = writeln!(out, "\n  What was exposed");
    for exposure in &page.exposures {
        let _ = writeln!(
            out,
            "    {:24} {:>4} mentions in {:>3} exhibits; first: {}, {}",
            exposure.element.id(),
            exposure.n_mentions,
            exposure.n_exhibits,
            exposure.first_exhibit,
            exposure.first_place
        );
    }
    let _ = writeln!(out, "\n  Where it stands");
    let mut last = None;
    for (path, mention) in &page.mentions {
        if last != Some(path) {
            let _ = writeln!(out, "    {path}");
            last = Some(path);
        }
        let _ = writeln!(
            out,
            "      {:24} {:32} {}  ({:.2})",
            mention.element.id(),
            shown(mention, show),
            mention.place,
            mention.confidence.0
        );
    }
    if !page.merges.is_empty() {
        let _ = writeln!(out, "\n  Why these records are one person's");
    }
    for merge in &page.merges {
        let at = |id| {
            page.places
                .get(id)
                .map_or("the roster", |path| path.0.as_str())
        };
        let _ = writeln!(
            out,
            "    {:.4}  {:+.1} bits  {}  =  {}",
            merge.probability,
            merge.weight_bits,
            at(&merge.a),
            at(&merge.b)
        );
        let against = merge.rival.map_or_else(String::new, |rival| {
            format!(": one person, or {}", rival.words())
        });
        let _ = writeln!(
            out,
            "            {:+6.1}  before looking{against}",
            merge.prior_bits
        );
        for (field, level, bits) in &merge.reasons {
            let _ = writeln!(out, "            {bits:+6.1}  {field}: {level}");
        }
    }
    let _ = writeln!(out, "\n  What the law asks");
    for duty in &page.obligations {
        let when = duty.due.map_or_else(
            || {
                duty.clock_words
                    .as_ref()
                    .map_or_else(String::new, |words| words.0.replace(['-', '_'], " "))
            },
            |day| format!("by {day}"),
        );
        let _ = writeln!(
            out,
            "    {} {}.{}  {when}  [{}]",
            duty.status.id(),
            duty.regime,
            duty.duty,
            duty.citation
        );
        for line in &duty.because {
            let _ = writeln!(out, "        {line}");
        }
    }
    if !person.notes.is_empty() {
        let _ = writeln!(out, "\n  Notes");
        for note in &person.notes {
            let _ = writeln!(out, "    - {note}");
        }
    }
    out
}

/// The value as it is shown: a password or key is masked whatever is asked for.
fn shown(mention: &whose_model::Mention, show: Masker) -> String {
    match mention.element {
        whose_model::DataElement::Credential => mention.value.masked(),
        _ => show.text(&mention.value),
    }
}
