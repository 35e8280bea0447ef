//! The custodian's own index of patients, `roster.csv`: nine in ten of the people in the pile, and others who are not in it.

use std::path::Path;

use whose_model::{RepresentativeKind, Sex};

use crate::{
    SynthError,
    chance::Chance,
    ledger::{create_file, io, row},
    person::{Kin, Person},
    world::{TODAY, World},
};

const HEAD: &[&str] = &[
    "roster_id",
    "family",
    "given",
    "middle",
    "birth_date",
    "sex",
    "health_number",
    "health_number_issuer",
    "chart_number",
    "street",
    "city",
    "province",
    "postal_code",
    "country",
    "phone",
    "email",
    "language",
    "deceased",
    "representative",
    "representative_kind",
];

/// Writes the roster; gives its number of rows.
pub(crate) fn write(world: &World, root: &Path) -> Result<u64, SynthError> {
    const NAME: &str = "roster.csv";
    let mut file = create_file(root, NAME)?;
    row(&mut file, NAME, HEAD)?;
    let outside = world.first_outside();
    let mut n = 0;
    for index in (0..world.people).chain(outside..outside + world.people.div_ceil(6)) {
        let mut chance = Chance::new(world.seed, "roster", index);
        if chance.percent(10) {
            continue;
        }
        n += 1;
        let person = world.person(index);
        let (representative, kind) = representative(world, &person);
        let born = person.born.to_string();
        let id = roster_id(index);
        let number = person.health.as_ref();
        let home = &person.home;
        row(
            &mut file,
            NAME,
            &[
                &id,
                &person.family,
                &person.given,
                &person.middle,
                &born,
                match person.sex {
                    Sex::Female => "F",
                    Sex::Male => "M",
                    Sex::Other => "X",
                },
                number.map_or("", |n| &n.text),
                number.map_or("", |n| n.scheme),
                &person.mrn,
                &home.street,
                home.city,
                &home.region,
                &home.code,
                if home.country.is_empty() {
                    "Canada"
                } else {
                    home.country
                },
                &person.phone,
                person.email.as_deref().unwrap_or(""),
                person.language.code(),
                if person.died.is_some() { "yes" } else { "no" },
                &representative,
                kind,
            ],
        )?;
    }
    std::io::Write::flush(&mut file).map_err(|e| io(NAME, e))?;
    Ok(n)
}

/// The id of a person in the roster; the truth holds it too.
pub(crate) fn roster_id(index: u64) -> String {
    format!("NBC{:08}", index * 3 + 17)
}

/// Who receives for a child or an estate, and why.
pub(crate) fn representative(world: &World, person: &Person) -> (String, &'static str) {
    if person.died.is_some() {
        let name = person.kin.iter().find_map(|kin| match kin {
            Kin::Spouse(index) => Some(world.person(*index).full_name()),
            _ => None,
        });
        return (
            name.unwrap_or_else(|| format!("Estate of {}", person.full_name())),
            RepresentativeKind::Estate.id(),
        );
    }
    if person.is_minor(TODAY) {
        let parent = person.kin.iter().find_map(|kin| match kin {
            Kin::Mother(index) | Kin::Father(index) => Some(world.person(*index).full_name()),
            _ => None,
        });
        return (
            parent.unwrap_or_default(),
            RepresentativeKind::ParentOrGuardian.id(),
        );
    }
    (String::new(), "")
}
