//! What is odd about a person: a group of nodes in, notes out.

use crate::{
    Cluster, Level, Note, cluster::Group, compact::NumberKind, compare::Context, dates::birth_level,
};

/// A merge this close above the threshold is doubtful.
const DOUBTFUL_BITS: f32 = 3.0;

/// The notes on a cluster, each once, in order.
pub(crate) fn notes(
    context: &Context<'_>,
    group: &Group,
    cluster: &Cluster,
    threshold: f32,
) -> Vec<Note> {
    let nodes = context.nodes;
    let mut notes = Vec::new();
    let mut add = |note: Note, holds: bool| {
        if holds {
            notes.push(note);
        }
    };
    if let [node] = group.nodes.as_slice() {
        add(
            Note::TwoBirthDates,
            differ(nodes.births(*node).iter(), |a, b| two_dates(**a, **b)),
        );
        add(Note::NameAlone, has_name_alone(cluster));
        add(Note::Ambiguous, group.is_ambiguous);
        return notes;
    }
    let all = || group.nodes.iter();
    add(
        Note::TwoBirthDates,
        differ(all().flat_map(|node| nodes.births(*node)), |a, b| {
            two_dates(**a, **b)
        }),
    );
    let sexes = || all().map(|node| nodes.heads[*node as usize].sex);
    add(
        Note::TwoSexes,
        sexes().any(|sex| sex == 1) && sexes().any(|sex| sex == 2),
    );
    add(
        Note::TwoHealthNumbers,
        differ(
            all()
                .flat_map(|node| nodes.numbers(*node))
                .filter(|number| number.kind == NumberKind::Health),
            |a, b| a.scheme == b.scheme && a.number != b.number,
        ),
    );
    let disagree = |a: u32, b: u32| {
        let (one, other) = (&context.forms[a as usize], &context.forms[b as usize]);
        let is_form = one.core == other.core
            || one.sound == other.sound
            || ((one.is_initial || other.is_initial) && one.initial == other.initial)
            || crate::nicknames::shared(one.groups, other.groups)
            || crate::text::jaro_winkler(
                nodes.name_strings.get(a).as_bytes(),
                nodes.name_strings.get(b).as_bytes(),
            ) > 0.8;
        !is_form
    };
    let names = || all().flat_map(|node| nodes.names(*node));
    add(
        Note::TwoFamilyNames,
        differ(
            names().map(|name| name.family).filter(|sym| *sym != 0),
            |a, b| disagree(*a, *b),
        ),
    );
    add(
        Note::TwoGivenNames,
        differ(
            names().map(|name| name.given).filter(|sym| *sym != 0),
            |a, b| disagree(*a, *b),
        ),
    );
    add(
        Note::Doubtful,
        cluster
            .merges
            .iter()
            .any(|merge| merge.weight_bits < threshold + DOUBTFUL_BITS),
    );
    add(
        Note::NameAlone,
        group.has_name_alone || has_name_alone(cluster),
    );
    notes
}

/// Whether two records were joined of which nothing but the names could be compared.
fn has_name_alone(cluster: &Cluster) -> bool {
    cluster.merges.iter().any(|merge| {
        let mut reasons = merge.reasons.iter();
        reasons.all(|reason| reason.field.is_of_name())
    })
}

fn two_dates(a: crate::compact::Birth, b: crate::compact::Birth) -> bool {
    a.is_full() && b.is_full() && birth_level(a, b) != Level::Same
}

/// Whether any value differs from the first kinds seen; large clusters repeat a few values, so few are kept.
fn differ<T: Copy>(values: impl Iterator<Item = T>, differs: impl Fn(&T, &T) -> bool) -> bool {
    let mut kept: Vec<T> = Vec::new();
    for value in values {
        if kept.iter().any(|other| differs(other, &value)) {
            return true;
        }
        if kept.len() < 8 {
            kept.push(value);
        }
    }
    false
}
