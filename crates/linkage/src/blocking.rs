//! Nodes in, blocks of nodes worth comparing out.
//!
//! Each rule gives keys; nodes that share a key are compared. A key that too
//! many share (a clinic's own telephone, a very common name) would cost more
//! pairs than the budget allows and tell least, so the largest blocks of a rule
//! are left out until the rule fits; other rules still bring their members
//! together.

use crate::{
    Parallel,
    compact::{NumberKind, World},
    compare::Context,
    parallel,
    strings::{hash, mix},
};

/// Who is compared with whom: blocks of nodes, and for each node its blocks.
pub(crate) struct Blocks {
    members: Vec<u32>,
    ends: Vec<u32>,
    of_node: Vec<u32>,
    of_node_ends: Vec<u32>,
}

/// Pairs that a rule may give in any case, however small.
const LEAST_BUDGET: u64 = 500_000;

type Keys<'a> = &'a mut dyn FnMut(u64);
type Rule = fn(&Context<'_>, u32, Keys<'_>);

/// Each brings together what another may miss for a slip or a gap in one field.
const RULES: &[Rule] = &[
    numbers,
    contacts,
    birth_and_family,
    birth_and_given,
    year_and_name,
    whole_name,
    family_and_postal,
    given_and_postal,
    street,
    day_and_name,
    birth_and_postal,
    initial_and_family,
];

impl Blocks {
    pub(crate) fn new(context: &Context<'_>, pairs_per_record: u32, map: &dyn Parallel) -> Self {
        let n = context.nodes.len();
        let budget =
            (n as u64 * u64::from(pairs_per_record) / RULES.len() as u64).max(LEAST_BUDGET);
        // Four rules at a time: their keys are the largest thing in memory.
        let mut members: Vec<u32> = Vec::new();
        let mut ends: Vec<u32> = Vec::new();
        for pair in RULES.chunks(4) {
            let found = parallel::collect(map, pair.len(), |rule| run(pair[rule], context, budget));
            for (some, some_ends) in found {
                let start = members.len() as u32;
                members.extend_from_slice(&some);
                ends.extend(some_ends.iter().map(|end| start + end));
            }
        }
        members.shrink_to_fit();
        let mut of_node_ends = vec![0_u32; n + 1];
        for node in &members {
            of_node_ends[*node as usize + 1] += 1;
        }
        for node in 0..n {
            of_node_ends[node + 1] += of_node_ends[node];
        }
        let mut next = of_node_ends.clone();
        let mut of_node = vec![0_u32; members.len()];
        let mut start = 0;
        for (block, end) in (0_u32..).zip(&ends) {
            for node in &members[start..*end as usize] {
                let at = &mut next[*node as usize];
                of_node[*at as usize] = block;
                *at += 1;
            }
            start = *end as usize;
        }
        Self {
            members,
            ends,
            of_node,
            of_node_ends,
        }
    }

    /// The nodes after `node` in order that share a block with it, each once, in order.
    pub(crate) fn candidates(&self, node: u32, found: &mut Vec<u32>) {
        found.clear();
        let from = self.of_node_ends[node as usize] as usize;
        let to = self.of_node_ends[node as usize + 1] as usize;
        for block in &self.of_node[from..to] {
            let block = *block as usize;
            let start = if block == 0 {
                0
            } else {
                self.ends[block - 1] as usize
            };
            let members = &self.members[start..self.ends[block] as usize];
            // Members stand in order.
            let after = members.partition_point(|member| *member <= node);
            found.extend_from_slice(&members[after..]);
        }
        found.sort_unstable();
        found.dedup();
    }
}

/// The blocks of one rule, largest left out until the pairs fit the budget.
fn run(rule: Rule, context: &Context<'_>, budget: u64) -> (Vec<u32>, Vec<u32>) {
    let mut keyed: Vec<(u64, u32)> = Vec::with_capacity(context.nodes.len());
    for node in 0..context.nodes.len() as u32 {
        // Organisations share telephones and places with everybody.
        let world = u64::from(context.nodes.heads[node as usize].world == World::Organisations);
        let start = keyed.len();
        rule(context, node, &mut |key| {
            keyed.push((mix(key, world), node))
        });
        keyed[start..].sort_unstable();
        let mut kept = start;
        for at in start..keyed.len() {
            if at == start || keyed[at] != keyed[at - 1] {
                keyed[kept] = keyed[at];
                kept += 1;
            }
        }
        keyed.truncate(kept);
    }
    keyed.sort_unstable();
    let mut sizes: Vec<u32> = Vec::new();
    for block in keyed.chunk_by(|a, b| a.0 == b.0) {
        if block.len() > 1 {
            sizes.push(block.len() as u32);
        }
    }
    sizes.sort_unstable();
    let mut n_pairs = 0_u64;
    let mut largest = 0;
    for size in sizes {
        n_pairs += u64::from(size) * u64::from(size - 1) / 2;
        if n_pairs > budget {
            break;
        }
        largest = size;
    }
    let (mut members, mut ends) = (Vec::new(), Vec::new());
    for block in keyed.chunk_by(|a, b| a.0 == b.0) {
        if block.len() > 1 && block.len() as u32 <= largest {
            members.extend(block.iter().map(|(_, node)| *node));
            ends.push(members.len() as u32);
        }
    }
    (members, ends)
}

fn key(parts: &[u64]) -> u64 {
    parts
        .iter()
        .fold(parts.len() as u64, |state, part| mix(state, *part))
}

fn numbers(context: &Context<'_>, node: u32, keys: Keys<'_>) {
    for number in context.nodes.numbers(node) {
        keys(key(&[1, u64::from(number.number)]));
        if number.kind == NumberKind::Health || number.kind == NumberKind::Life {
            // One slip in the second half still leaves the first, and the other way round.
            let text = context.nodes.strings.get(number.number).as_bytes();
            if text.len() >= 9 {
                let (front, back) = text.split_at(text.len() / 2);
                for birth in context.nodes.births(node) {
                    keys(key(&[2, hash(front), birth.year as u64]));
                    keys(key(&[3, hash(back), birth.year as u64]));
                }
            }
        }
    }
}

fn contacts(context: &Context<'_>, node: u32, keys: Keys<'_>) {
    for email in context.nodes.emails(node) {
        keys(key(&[4, u64::from(*email)]));
        let local = context
            .nodes
            .strings
            .get(*email)
            .split('@')
            .next()
            .unwrap_or("");
        if local.len() >= 6 {
            keys(key(&[5, hash(local.as_bytes())]));
        }
    }
    for phone in context.nodes.phones(node) {
        keys(key(&[6, u64::from(*phone)]));
    }
}

fn birth_and_family(context: &Context<'_>, node: u32, keys: Keys<'_>) {
    births(context, node, &mut |birth| {
        for name in context.nodes.names(node) {
            if name.family != 0 {
                keys(key(&[7, birth, context.forms[name.family as usize].sound]));
            }
            // Given and family name in each other's place.
            if name.given != 0 {
                keys(key(&[7, birth, context.forms[name.given as usize].sound]));
            }
        }
    });
}

fn birth_and_given(context: &Context<'_>, node: u32, keys: Keys<'_>) {
    births(context, node, &mut |birth| {
        for name in context.nodes.names(node) {
            if name.given == 0 {
                continue;
            }
            let form = &context.forms[name.given as usize];
            keys(key(&[8, birth, u64::from(form.initial)]));
            for group in form.groups.iter().filter(|group| **group != 0) {
                keys(key(&[9, birth, u64::from(*group)]));
            }
        }
    });
}

/// The full birth dates, those that stand for "not known" left out.
fn births(context: &Context<'_>, node: u32, each: &mut dyn FnMut(u64)) {
    for birth in context.nodes.births(node) {
        if birth.day != 0 && !context.is_default(*birth) {
            each(u64::from(birth.code()));
        }
    }
}

fn year_and_name(context: &Context<'_>, node: u32, keys: Keys<'_>) {
    for birth in context.nodes.births(node) {
        for name in context.nodes.names(node) {
            if name.given != 0 && name.family != 0 {
                let (given, family) = (
                    &context.forms[name.given as usize],
                    &context.forms[name.family as usize],
                );
                keys(key(&[10, birth.year as u64, given.sound, family.sound]));
            }
        }
    }
}

fn whole_name(context: &Context<'_>, node: u32, keys: Keys<'_>) {
    for name in context.nodes.names(node) {
        let (given, family) = (
            &context.forms[name.given as usize],
            &context.forms[name.family as usize],
        );
        if name.given != 0 && name.family != 0 {
            // The order of the two does not matter.
            let (low, high) = (given.joined.min(family.core), given.joined.max(family.core));
            keys(key(&[11, low, high]));
            for group in given.groups.iter().filter(|group| **group != 0) {
                keys(key(&[12, u64::from(*group), family.core]));
            }
            keys(key(&[13, given.sound, family.sound]));
        }
    }
}

fn family_and_postal(context: &Context<'_>, node: u32, keys: Keys<'_>) {
    for address in context.nodes.addresses(node) {
        let place = if address.postal != 0 {
            address.postal
        } else {
            address.city
        };
        for name in context.nodes.names(node) {
            if place != 0 && name.family != 0 {
                keys(key(&[
                    14,
                    u64::from(place),
                    context.forms[name.family as usize].sound,
                ]));
            }
        }
    }
}

fn given_and_postal(context: &Context<'_>, node: u32, keys: Keys<'_>) {
    for address in context.nodes.addresses(node) {
        let place = if address.postal != 0 {
            address.postal
        } else {
            address.city
        };
        for name in context.nodes.names(node) {
            if place != 0 && name.given != 0 {
                keys(key(&[
                    15,
                    u64::from(place),
                    context.forms[name.given as usize].sound,
                ]));
            }
        }
    }
}

fn street(context: &Context<'_>, node: u32, keys: Keys<'_>) {
    for address in context.nodes.addresses(node) {
        if address.street == 0 || address.number == 0 {
            continue;
        }
        keys(key(&[16, u64::from(address.street)]));
        let words = context.nodes.strings.get(address.words);
        let place = if address.postal != 0 {
            address.postal
        } else {
            address.city
        };
        keys(key(&[17, u64::from(address.number), u64::from(place)]));
        keys(key(&[
            18,
            u64::from(address.number),
            hash(words.get(..4.min(words.len())).unwrap_or("").as_bytes()),
            {
                context
                    .nodes
                    .births(node)
                    .first()
                    .map_or(0, |birth| birth.year as u64)
            },
        ]));
    }
}

fn day_and_name(context: &Context<'_>, node: u32, keys: Keys<'_>) {
    for birth in context.nodes.births(node) {
        if birth.day == 0 {
            continue;
        }
        // Swapped day and month fall together.
        let (low, high) = (birth.day.min(birth.month), birth.day.max(birth.month));
        let day = u64::from(low) << 8 | u64::from(high);
        for name in context.nodes.names(node) {
            if name.given != 0 && name.family != 0 {
                let (given, family) = (
                    &context.forms[name.given as usize],
                    &context.forms[name.family as usize],
                );
                keys(key(&[19, day, given.sound, family.sound]));
            }
        }
    }
}

fn birth_and_postal(context: &Context<'_>, node: u32, keys: Keys<'_>) {
    births(context, node, &mut |birth| {
        for address in context.nodes.addresses(node) {
            for place in [address.postal, address.city] {
                if place != 0 {
                    keys(key(&[20, birth, u64::from(place)]));
                }
            }
        }
    });
}

fn initial_and_family(context: &Context<'_>, node: u32, keys: Keys<'_>) {
    for name in context.nodes.names(node) {
        if name.given != 0 && name.family != 0 {
            let initial = context.forms[name.given as usize].initial;
            keys(key(&[
                21,
                u64::from(initial),
                context.forms[name.family as usize].core,
            ]));
        }
    }
}
