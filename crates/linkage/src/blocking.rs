//! Nodes in, blocks of nodes worth comparing out.
//!
//! Each rule gives keys; nodes that share a key are compared. A key that too
//! many share (a clinic's own telephone, a very common name) would cost more
//! pairs than the budget allows and tell least, so the largest blocks of a rule
//! are left out until the rule fits; other rules still bring their members
//! together.

use std::collections::BTreeMap;

use crate::{
    Model, Parallel,
    compact::{NumberKind, World},
    compare::Context,
    parallel,
    spill::{Pile, Shelf},
    strings::{hash, mix},
};

/// Who is compared with whom: for each rule its blocks, each as the count of its nodes and then the nodes in order.
pub(crate) struct Blocks<'a, S: Shelf> {
    shelf: &'a S,
    n: usize,
    of_rule: Vec<Pile<'a, [u32; 1], S>>,
}

/// Every how manieth of which nodes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) step: u32,
}

impl Wanted {
    /// The place of a node among those that are wanted.
    fn place(self, node: u32) -> Option<usize> {
        let is_in = (self.from..self.to).contains(&node);
        (is_in && (node - self.from).is_multiple_of(self.step))
            .then(|| ((node - self.from) / self.step) as usize)
    }

    pub(crate) fn nodes(self) -> Vec<u32> {
        (self.from..self.to).step_by(self.step as usize).collect()
    }
}

/// The blocks of some nodes, in memory.
pub struct Near {
    wanted: Wanted,
    members: Vec<u32>,
    ends: Vec<u32>,
    of_node: Vec<u32>,
    of_node_ends: Vec<u32>,
}

/// Pairs that a rule may give in any case, however small.
const LEAST_BUDGET: u64 = 500_000;
/// Rules at work at one time: their keys are the largest thing in memory.
const AT_ONCE: usize = 4;
/// Nodes are taken so many at a time that their blocks take about this much memory, where there is that much.
const NEAR_BYTES: usize = 512 << 20;
/// Costs are counted for so many stretches of nodes.
const N_STRETCHES: usize = 1024;

pub(crate) type Keys<'a> = &'a mut dyn FnMut(u64);
pub(crate) type Rule = fn(&Context<'_>, u32, Keys<'_>);

/// Each brings together what another may miss for a slip or a gap in one field.
pub(crate) const RULES: &[Rule] = &[
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

impl<'a, S: Shelf> Blocks<'a, S> {
    pub(crate) fn new(
        context: &Context<'_>,
        model: &Model,
        map: &dyn Parallel,
        shelf: &'a S,
    ) -> Result<Self, S::Error> {
        let n = context.nodes.len();
        let mut piles = Vec::new();
        for rules in parallel::parts(RULES.len(), AT_ONCE) {
            let found = parallel::collect(map, rules.len(), |rule| {
                of_rule(rules.start + rule, context, model, shelf)
            });
            for pile in found {
                piles.push(pile?);
            }
        }
        Ok(Self {
            shelf,
            n,
            of_rule: piles,
        })
    }

    /// Blocks that were found before, those of each rule as `in_memory` gives them.
    pub(crate) fn of(shelf: &'a S, n: usize, found: impl IntoIterator<Item = Vec<u32>>) -> Self {
        let piles = found.into_iter().map(|numbers| {
            let items = numbers.into_iter().map(|number| [number]).collect();
            Pile::of(shelf, items)
        });
        Self {
            shelf,
            n,
            of_rule: piles.collect(),
        }
    }

    /// Shows each block: its nodes, in order.
    fn each(&self, show: &mut dyn FnMut(&[u32])) -> Result<(), S::Error> {
        let mut members = Vec::new();
        for pile in &self.of_rule {
            let mut reading = pile.read();
            while let Some([n]) = reading.next()? {
                members.clear();
                for _ in 0..n {
                    members.extend(reading.next()?.map(|[node]| node));
                }
                show(&members);
            }
        }
        Ok(())
    }

    /// All nodes in stretches, the blocks of each of which fit in memory.
    pub(crate) fn stretches(&self) -> Result<Vec<Wanted>, S::Error> {
        let size = self.n.div_ceil(N_STRETCHES).max(1);
        let mut costs = vec![0_usize; self.n.div_ceil(size)];
        self.each(&mut |members| {
            let mut last = usize::MAX;
            for (at, node) in members.iter().enumerate() {
                let stretch = *node as usize / size;
                if stretch != last {
                    // From there on the block is held, a number a node and one more for each node that looks it up.
                    costs[stretch] += 8 * (members.len() - at);
                    last = stretch;
                }
            }
        })?;
        let most = (self.shelf.room() / 2).min(NEAR_BYTES);
        let mut found: Vec<Wanted> = Vec::new();
        let mut sum = usize::MAX;
        for (stretch, cost) in costs.into_iter().enumerate() {
            let (from, to) = (stretch * size, ((stretch + 1) * size).min(self.n));
            sum = sum.saturating_add(cost);
            match found.last_mut() {
                Some(last) if sum <= most => last.to = to as u32,
                _ => {
                    sum = cost;
                    found.push(Wanted {
                        from: from as u32,
                        to: to as u32,
                        step: 1,
                    });
                }
            }
        }
        Ok(found)
    }

    /// Every `step`th of all nodes.
    pub(crate) fn every(&self, step: usize) -> Wanted {
        Wanted {
            from: 0,
            to: self.n as u32,
            step: step.clamp(1, u32::MAX as usize) as u32,
        }
    }

    /// Takes the blocks of these nodes into memory.
    pub(crate) fn near(&self, wanted: Wanted) -> Result<Near, S::Error> {
        let n = (wanted.to - wanted.from).div_ceil(wanted.step) as usize;
        let mut near = Near {
            wanted,
            members: Vec::new(),
            ends: Vec::new(),
            of_node: Vec::new(),
            of_node_ends: vec![0; n + 1],
        };
        self.each(&mut |members| {
            // Who comes last in a block has nobody to look up there.
            let Some((_, but_last)) = members.split_last() else {
                return;
            };
            let first = but_last
                .iter()
                .position(|node| wanted.place(*node).is_some());
            if let Some(first) = first {
                near.members.extend_from_slice(&members[first..]);
                near.ends.push(near.members.len() as u32);
                for place in but_last[first..]
                    .iter()
                    .filter_map(|node| wanted.place(*node))
                {
                    near.of_node_ends[place + 1] += 1;
                }
            }
        })?;
        for place in 0..n {
            near.of_node_ends[place + 1] += near.of_node_ends[place];
        }
        let mut next = near.of_node_ends.clone();
        near.of_node = vec![0; next.last().map_or(0, |end| *end as usize)];
        let mut start = 0;
        for (block, end) in (0_u32..).zip(&near.ends) {
            let members = &near.members[start..*end as usize];
            for place in members[..members.len() - 1]
                .iter()
                .filter_map(|node| wanted.place(*node))
            {
                let at = &mut next[place];
                near.of_node[*at as usize] = block;
                *at += 1;
            }
            start = *end as usize;
        }
        Ok(near)
    }
}

impl Near {
    /// The nodes after `node` in order that share a block with it, each once, in order; for a wanted node.
    pub(crate) fn candidates(&self, node: u32, found: &mut Vec<u32>) {
        found.clear();
        let Some(place) = self.wanted.place(node) else {
            return;
        };
        let from = self.of_node_ends[place] as usize;
        let to = self.of_node_ends[place + 1] as usize;
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

/// The blocks of one rule as numbers, to be sent.
pub(crate) fn in_memory<S: Shelf>(blocks: &Pile<'_, [u32; 1], S>) -> Result<Vec<u32>, S::Error> {
    let (mut reading, mut numbers) = (blocks.read(), Vec::new());
    while let Some([number]) = reading.next()? {
        numbers.push(number);
    }
    Ok(numbers)
}

/// The blocks of one rule, largest left out until the pairs fit its share of the budget.
pub(crate) fn of_rule<'a, S: Shelf>(
    rule: usize,
    context: &Context<'_>,
    model: &Model,
    shelf: &'a S,
) -> Result<Pile<'a, [u32; 1], S>, S::Error> {
    let n = context.nodes.len() as u64;
    let budget = (n * u64::from(model.pairs_per_record) / RULES.len() as u64).max(LEAST_BUDGET);
    let rule = RULES[rule];
    let room = shelf.room() / AT_ONCE;
    let mut keyed = Pile::sorted(shelf, room / 2);
    let mut keys: Vec<u64> = Vec::new();
    for node in 0..context.nodes.len() as u32 {
        // Organisations share telephones and places with everybody.
        let world = u64::from(context.nodes.heads[node as usize].world == World::Organisations);
        keys.clear();
        rule(context, node, &mut |key| keys.push(mix(key, world)));
        keys.sort_unstable();
        keys.dedup();
        for key in &keys {
            keyed.push((shelf.cover(*key), node))?;
        }
    }
    keyed.end();
    // How many blocks there are of each size.
    let mut sizes: BTreeMap<u32, u64> = BTreeMap::new();
    each_block(&keyed, |block| {
        *sizes.entry(block.len() as u32).or_default() += 1;
        Ok(())
    })?;
    let mut n_pairs = 0_u64;
    let mut largest = 0;
    for (size, n) in sizes {
        let pairs = u64::from(size) * u64::from(size - 1) / 2;
        if n_pairs + pairs > budget {
            break;
        }
        largest = size;
        n_pairs = n_pairs.saturating_add(pairs.saturating_mul(n));
    }
    let mut blocks = Pile::as_come(shelf, room / 8);
    each_block(&keyed, |block| {
        if block.len() as u32 > largest {
            return Ok(());
        }
        blocks.push([block.len() as u32])?;
        block.iter().try_for_each(|node| blocks.push([*node]))
    })?;
    blocks.end();
    Ok(blocks)
}

/// Shows the nodes of each key that more than one has.
fn each_block<S: Shelf>(
    keyed: &Pile<'_, (u64, u32), S>,
    mut show: impl FnMut(&[u32]) -> Result<(), S::Error>,
) -> Result<(), S::Error> {
    let (mut block, mut of) = (Vec::new(), 0);
    let mut reading = keyed.read();
    while let Some((key, node)) = reading.next()? {
        if key != of && block.len() > 1 {
            show(&block)?;
        }
        if key != of {
            block.clear();
            of = key;
        }
        block.push(node);
    }
    match block.len() {
        0 | 1 => Ok(()),
        _ => show(&block),
    }
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
