//! What two records of one person can never say: hard constraints, whatever else agrees.
//!
//! They hold for every pair within a cluster, not only for the pairs that were
//! merged, so that no chain of small steps joins two people.

use crate::{
    Asked, Field, Level,
    compact::{Birth, NumberKind, World},
    compare::{Compared, Context},
    dates::birth_level,
};

/// Two far birth dates are two people unless all else says, even against father and son, that one is a slip.
const OVERWHELMING_BITS: f32 = 5.0;

/// Why these two groups of nodes can never be one person's, if so.
///
/// What one pair of records cannot say, no pair may: two numbers, two rows of
/// the roster, junior and senior. Birth dates are weighed for the whole: one
/// record with a wrong date does not make a second person where others of the
/// same two groups agree on the date, or share a number one has for life.
pub(crate) fn forbidden_groups(context: &Context<'_>, a: &[u32], b: &[u32]) -> Option<Asked> {
    let mut differs = false;
    let mut agrees = false;
    for one in a {
        for other in b {
            let (one, other) = (*one.min(other), *one.max(other));
            if let Some(asked) = forbidden_but_births(context, one, other) {
                return Some(asked);
            }
            match births_differ(context, one, other) {
                Some(true) => differs = true,
                Some(false) => agrees = true,
                None => {}
            }
        }
    }
    if !differs || agrees {
        return None;
    }
    let is_excused = a.iter().any(|one| {
        b.iter().any(|other| {
            let (one, other) = (*one.min(other), *one.max(other));
            births_differ(context, one, other) == Some(true) && is_one_anyway(context, one, other)
        })
    });
    (!is_excused).then_some(Asked::BirthDatesDiffer)
}

/// Why these two nodes can never be one person's, if so.
pub(crate) fn forbidden(context: &Context<'_>, a: u32, b: u32) -> Option<Asked> {
    forbidden_groups(context, &[a], &[b])
}

/// Whether all else speaks for one person so much that one of two birth dates must be wrong.
fn is_one_anyway(context: &Context<'_>, a: u32, b: u32) -> bool {
    shares_number(context, a, b)
        || context.weights.weigh(&context.compare(a, b)).bits >= OVERWHELMING_BITS
}

fn forbidden_but_births(context: &Context<'_>, a: u32, b: u32) -> Option<Asked> {
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

/// Whether all birth dates of both are far apart; `None` when one of them says none, or not all of it.
fn births_differ(context: &Context<'_>, a: u32, b: u32) -> Option<bool> {
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
        return None;
    }
    let mut any = None;
    for one in full(a) {
        for other in full(b) {
            any = Some(true);
            if birth_level(one, other) != Level::Different {
                return Some(false);
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
