//! What two records of one person can never say: hard constraints, whatever else agrees.
//!
//! They hold for every pair within a cluster, not only for the pairs that were
//! merged, so that no chain of small steps joins two people.

use crate::{
    Asked, Field, Level,
    compact::{Birth, NumberKind, World},
    compare::{Compared, Context, birth_level},
};

/// Two far birth dates are two people unless all else says, even against father and son, that one is a slip.
const OVERWHELMING_BITS: f32 = 5.0;

/// Why these two nodes can never be one person's, if so.
pub(crate) fn forbidden(context: &Context<'_>, a: u32, b: u32) -> Option<Asked> {
    let nodes = context.nodes;
    let (one, other) = (&nodes.heads[a as usize], &nodes.heads[b as usize]);
    if one.is_roster && other.is_roster {
        return Some(Asked::TwoRosterRows);
    }
    if (one.world == World::Organisations) != (other.world == World::Organisations) {
        return Some(Asked::TwoRoles);
    }
    if health_numbers_differ(context, a, b) {
        return Some(Asked::HealthNumbersDiffer);
    }
    if births_differ(context, a, b)
        && !shares_number(context, a, b)
        && context.weights.weigh(&context.compare(a, b)).bits < OVERWHELMING_BITS
    {
        return Some(Asked::BirthDatesDiffer);
    }
    let suffixes = |node: u32| {
        nodes
            .names(node)
            .iter()
            .map(|name| name.suffix)
            .filter(|suffix| *suffix != 0)
    };
    if suffixes(a).next().is_some()
        && suffixes(b).next().is_some()
        && !suffixes(a).any(|one| suffixes(b).any(|other| one == other))
    {
        return Some(Asked::SuffixesDiffer);
    }
    None
}

/// Both give a valid number of one scheme, and no two are equal or a slip apart.
fn health_numbers_differ(context: &Context<'_>, a: u32, b: u32) -> bool {
    let valid = |node: u32| {
        context.nodes.numbers(node).iter().filter(|number| {
            number.kind == NumberKind::Health && number.holds && !number.any_scheme
        })
    };
    valid(a).any(|one| {
        let mut in_scheme = valid(b)
            .filter(|other| other.scheme == one.scheme)
            .peekable();
        in_scheme.peek().is_some()
            && in_scheme.all(|other| {
                !valid(a).any(|one| {
                    one.scheme == other.scheme
                        && (one.number == other.number || context.numbers_close(*one, *other))
                })
            })
    })
}

/// Whether a number both give says that the birth date, not the person, is another.
///
/// One has a social insurance number for life. A health number alone does not
/// do: a newborn may stand under the mother's; the given names must agree too.
fn shares_number(context: &Context<'_>, a: u32, b: u32) -> bool {
    let numbers = |node: u32, kind: NumberKind| {
        context
            .nodes
            .numbers(node)
            .iter()
            .filter(move |number| number.kind == kind)
    };
    let shares = |kind: NumberKind| {
        numbers(a, kind).any(|one| {
            numbers(b, kind).any(|other| {
                one.number == other.number
                    || (one.scheme == other.scheme && context.numbers_close(*one, *other))
            })
        })
    };
    if shares(NumberKind::Life) {
        return true;
    }
    if !shares(NumberKind::Health) {
        return false;
    }
    let compared = context.compare(a, b);
    let given = compared.levels[Field::Given as usize];
    compared.is(Field::NameOrder, Level::Swapped)
        || given == Level::Same as u8
        || given == Level::Variant as u8
        || given == Level::Close as u8
}

/// Both give full birth dates, and all are far apart.
fn births_differ(context: &Context<'_>, a: u32, b: u32) -> bool {
    let full = |node: u32| {
        context
            .nodes
            .births(node)
            .iter()
            .copied()
            .filter(|birth| birth.is_full() && !context.is_default(*birth))
    };
    let has_partial = |node: u32| {
        context
            .nodes
            .births(node)
            .iter()
            .any(|birth: &Birth| !birth.is_full())
    };
    if has_partial(a) || has_partial(b) {
        return false;
    }
    let mut any = false;
    for one in full(a) {
        for other in full(b) {
            any = true;
            if birth_level(one, other) != Level::Different {
                return false;
            }
        }
    }
    any
}

/// Whether a pair of two worlds may be one person: not by name alone.
pub(crate) fn may_cross_worlds(compared: &Compared) -> bool {
    compared.is(Field::HealthNumber, Level::Same)
        || compared.is(Field::LifeNumber, Level::Same)
        || compared.is(Field::Email, Level::Same)
        || (compared.is(Field::BirthDate, Level::Same)
            && !compared.is(Field::Given, Level::Different))
}
