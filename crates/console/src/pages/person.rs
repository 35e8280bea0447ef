//! One person: who, what of theirs was exposed and where it stands, why the records are theirs, what the law asks.

use serde::Serialize;
use whose_engine::{MergeRow, PersonPage};
use whose_model::{AffectedIndividual, RecordId};

use super::duties::DutyRow;
use super::mask::Show;
use super::{Ask, Made, Paging, Said, skip};
use crate::error::Problem;
use crate::pages::PAGE;
use crate::state::Shared;

/// Merges shown on one page; a person of more is rare and each looks alike.
const MAX_MERGES: usize = 60;

#[derive(Serialize)]
struct Person {
    id: String,
    name: String,
    other_names: Vec<String>,
    birth_date: Option<String>,
    death_date: Option<String>,
    sex: Option<String>,
    role: String,
    address: Vec<String>,
    lives_in: Option<String>,
    basis: Option<String>,
    language: String,
    health_numbers: Vec<Number>,
    emails: Vec<String>,
    phones: Vec<String>,
    in_roster: bool,
    representative: Option<Receives>,
    replaces: Vec<String>,
    split_from: Vec<String>,
    n_exhibits: u64,
    notes: Vec<Said>,
    exposures: Vec<ExposureRow>,
    /// Mentions of this page of the person, exhibit by exhibit.
    exhibits: Vec<ExhibitPart>,
    paging: Paging,
    merges: Vec<Waterfall>,
    n_merges: usize,
    duties: Vec<DutyRow>,
    letter: Option<String>,
}

#[derive(Serialize)]
struct Number {
    scheme: String,
    number: String,
    holds: bool,
}

#[derive(Serialize)]
struct Receives {
    kind: &'static str,
    name: Option<String>,
}

#[derive(Serialize)]
struct ExposureRow {
    element: &'static str,
    name: String,
    n_mentions: u64,
    n_exhibits: u64,
    first_exhibit: String,
    first_place: String,
    confidence: f64,
}

#[derive(Serialize)]
struct ExhibitPart {
    path: String,
    mentions: Vec<MentionRow>,
}

#[derive(Serialize)]
struct MentionRow {
    element: &'static str,
    name: String,
    scheme: Option<String>,
    value: String,
    place: String,
    confidence: f64,
    malformed: bool,
    why: Vec<Said>,
}

/// Why two records are one person's: the prior, one bar for each comparison, and the total.
#[derive(Serialize)]
struct Waterfall {
    a: String,
    b: String,
    probability: f64,
    total: f64,
    bars: Vec<Step>,
    /// Where nothing for and nothing against stands, in percent of the width.
    zero: f64,
}

#[derive(Serialize)]
struct Step {
    /// `prior`, a comparison's field, or `total`.
    field: String,
    name: String,
    level: Option<String>,
    bits: f64,
    /// Where the bar begins and how wide it is, in percent.
    start: f64,
    width: f64,
    kind: &'static str,
}

/// The id of the person meant by this one: itself, or the one that replaced it.
pub(crate) fn find(shared: &Shared, id: &str) -> Result<String, Problem> {
    let row = shared.people.row_of(id).ok_or(Problem::NotThere)?;
    let person: Option<AffectedIndividual> =
        crate::index::rows::read(&shared.case, whose_engine::PEOPLE, &[row])?.pop();
    person.map(|person| person.id.0).ok_or(Problem::NotThere)
}

/// The page.
pub(crate) fn make(ask: &Ask<'_>, id: &str) -> Result<Made, Problem> {
    let id = find(ask.shared, id)?;
    let page = ask.shared.view().person(&id)?;
    let (words, show) = (ask.words, Show(ask.visitor.values));
    let person = &page.person;
    let residence = person.residence.as_ref();
    let duties: Vec<DutyRow> = page
        .obligations
        .iter()
        .map(|duty| DutyRow::new(ask, duty))
        .collect();
    let facts = Person {
        name: show.name(&person.name),
        other_names: person
            .other_names
            .iter()
            .map(|name| show.name(name))
            .collect(),
        birth_date: person
            .birth_date
            .as_ref()
            .map(|date| show.date(words, date)),
        death_date: person
            .death_date
            .as_ref()
            .map(|date| show.date(words, date)),
        sex: person.sex.as_ref().map(|sex| show.sex(words, sex)),
        role: words.id("role", role(person)),
        address: person
            .address
            .as_ref()
            .map(|one| show.address(one))
            .unwrap_or_default(),
        lives_in: residence.map(|one| words.place(one.jurisdiction.code())),
        basis: residence.map(|one| words.id("basis", one.basis.id())),
        language: person.language.code().to_owned(),
        health_numbers: person
            .health_numbers
            .iter()
            .map(|one| Number {
                scheme: one.scheme.id().to_uppercase(),
                number: show.text(&one.number),
                holds: one.holds,
            })
            .collect(),
        emails: person.emails.iter().map(|one| show.text(one)).collect(),
        phones: person.phones.iter().map(|one| show.text(one)).collect(),
        in_roster: person.roster_id.is_some(),
        representative: person.representative.as_ref().map(|one| Receives {
            kind: one.kind.id(),
            name: one.name.as_ref().map(|name| show.name(name)),
        }),
        replaces: person.replaces.iter().map(|old| old.0.clone()).collect(),
        split_from: person.split_from.iter().map(|old| old.0.clone()).collect(),
        n_exhibits: person.n_exhibits,
        notes: person
            .notes
            .iter()
            .map(|note| Said::clause(words, note))
            .collect(),
        exposures: page
            .exposures
            .iter()
            .map(|one| ExposureRow {
                element: one.element.id(),
                name: words.element(&ask.shared.law, one.element),
                n_mentions: one.n_mentions,
                n_exhibits: one.n_exhibits,
                first_exhibit: one.first_exhibit.0.clone(),
                first_place: one.first_place.to_string(),
                confidence: rounded(one.confidence, 100.0),
            })
            .collect(),
        exhibits: mentions(ask, &page),
        paging: Paging::new(
            ask.query,
            &ask.query.only(&[]),
            &ask.href(&format!("person/{id}")),
            page.mentions.len(),
        ),
        merges: page
            .merges
            .iter()
            .take(MAX_MERGES)
            .map(|merge| waterfall(ask, &page, merge))
            .collect(),
        n_merges: page.merges.len(),
        letter: (!duties.is_empty()).then(|| ask.href(&format!("person/{id}/letter"))),
        duties,
        id,
    };
    let mut made = Made::new(
        words.fill("person.title", &[("id", &facts.id)]),
        "person.html",
        &facts,
    )?;
    made.moved = Some(format!("person/{}", facts.id));
    Ok(made)
}

fn mentions(ask: &Ask<'_>, page: &PersonPage) -> Vec<ExhibitPart> {
    let (words, show) = (ask.words, Show(ask.visitor.values));
    let mut parts: Vec<ExhibitPart> = Vec::new();
    for (path, mention) in page.mentions.iter().skip(skip(ask.query)).take(PAGE) {
        let row = MentionRow {
            element: mention.element.id(),
            name: words.element(&ask.shared.law, mention.element),
            scheme: mention.scheme.as_ref().map(|scheme| scheme.id().to_owned()),
            value: shown(mention, &show),
            place: mention.place.to_string(),
            confidence: rounded(mention.confidence.0, 100.0),
            malformed: mention.malformed,
            why: mention
                .why
                .iter()
                .map(|why| Said::clause(words, why))
                .collect(),
        };
        match parts.last_mut().filter(|part| part.path == path.0) {
            Some(part) => part.mentions.push(row),
            None => parts.push(ExhibitPart {
                path: path.0.clone(),
                mentions: vec![row],
            }),
        }
    }
    parts
}

fn waterfall(ask: &Ask<'_>, page: &PersonPage, merge: &MergeRow) -> Waterfall {
    let words = ask.words;
    let place = |record: &RecordId| {
        page.places.get(record).map_or_else(
            || words.say("person.the-roster").to_owned(),
            |path| path.0.clone(),
        )
    };
    // Each bar begins where the one before ended; the last goes from nothing to the sum.
    let mut steps = vec![(
        "prior".to_owned(),
        words.say("person.prior").to_owned(),
        merge.rival.map(|rival| {
            let rival = words.id("field", rival.id());
            words.fill("person.against", &[("rival", &rival)])
        }),
        0.0,
        f64::from(merge.prior_bits),
    )];
    let mut sum = f64::from(merge.prior_bits);
    for (field, level, bits) in &merge.reasons {
        steps.push((
            field.clone(),
            words.id("field", field),
            Some(words.id("level", level)),
            sum,
            f64::from(*bits),
        ));
        sum += f64::from(*bits);
    }
    let total = f64::from(merge.weight_bits);
    steps.push((
        "total".to_owned(),
        words.say("person.total").to_owned(),
        None,
        0.0,
        total,
    ));
    let ends = steps.iter().flat_map(|step| [step.3, step.3 + step.4]);
    let (low, high) = ends.fold((0.0_f64, 0.0_f64), |(low, high), end| {
        (low.min(end), high.max(end))
    });
    let span = (high - low).max(1e-6);
    let percent = |bits: f64| ((bits - low) / span * 1000.0).round() / 10.0;
    Waterfall {
        a: place(&merge.a),
        b: place(&merge.b),
        // Rounded down: nothing here is ever certain.
        probability: ((f64::from(merge.probability) * 10_000.0).floor() / 10_000.0).min(0.9999),
        total: rounded(merge.weight_bits, 10.0),
        zero: percent(0.0),
        bars: steps
            .into_iter()
            .map(|(field, name, level, from, bits)| Step {
                kind: match (field.as_str(), bits < 0.0) {
                    ("total", _) => "total",
                    (_, true) => "against",
                    (_, false) => "for",
                },
                field,
                name,
                level,
                start: percent(from.min(from + bits)),
                width: (bits.abs() / span * 1000.0).round() / 10.0,
                bits: (bits * 10.0).round() / 10.0,
            })
            .collect(),
    }
}

fn rounded(value: f32, by: f64) -> f64 {
    (f64::from(value) * by).round() / by
}

fn role(person: &AffectedIndividual) -> &'static str {
    use whose_model::Role;
    match person.role {
        Role::Patient => "patient",
        Role::Clinician => "clinician",
        Role::Relative => "relative",
        Role::Staff => "staff",
        Role::Organisation => "organisation",
        Role::Unknown => "unknown",
    }
}

/// The value as it is shown: a password or key is masked whatever is asked for.
fn shown(mention: &whose_model::Mention, show: &Show) -> String {
    match mention.element {
        whose_model::DataElement::Credential => mention.value.masked(),
        _ => show.text(&mention.value),
    }
}
