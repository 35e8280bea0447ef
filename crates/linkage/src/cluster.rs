//! Weighed pairs in, people out: the surest pair first, each merge checked against all that is already merged.
//!
//! Records that say enough by themselves come first. A record with a name alone
//! (or an initial and a date) then goes to the one person it fits, or to nobody
//! when it fits two. What was refused becomes a question for review.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    Asked, Field, Level, Model, Rival,
    compact::NumberKind,
    compare::{Compared, Context, MISSING},
    constraints::{forbidden, forbidden_groups},
    weigh::{self, Fit},
};

/// A weighed pair of nodes, `a` before `b`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Edge {
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) bits: f32,
}

/// One person, in nodes.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Group {
    pub(crate) nodes: Vec<u32>,
    pub(crate) merges: Vec<Edge>,
    pub(crate) questions: Vec<(Asked, Edge)>,
    /// Left alone because it fits several people.
    pub(crate) is_ambiguous: bool,
    /// A record without date and number was tied to this person.
    pub(crate) has_name_alone: bool,
}

impl Group {
    /// Asks, once, and not more than a reviewer can answer.
    fn ask(&mut self, asked: Asked, edge: Edge) {
        let is_asked = |(other, before): &(Asked, Edge)| {
            *other == asked && (before.a, before.b) == (edge.a, edge.b)
        };
        if self.questions.len() < MOST_QUESTIONS && !self.questions.iter().any(is_asked) {
            self.questions.push((asked, edge));
        }
    }
}

/// What by itself tells whose a record is.
const NUMBERS: [Field; 3] = [Field::HealthNumber, Field::LifeNumber, Field::ChartNumber];
/// So strongly against one person, and for twins, housemates or namesakes, that no chain may join the two.
const SPLIT_BITS: f32 = -6.0;
/// So much against one person, on average over all pairs, makes even one number that joins two groups a bridge.
const BRIDGE_BITS: f32 = -1.0;
/// A second candidate this close to the first makes a choice between them a guess.
const RIVAL_BITS: f32 = 3.0;
/// In a component with more edges than this, looking for second candidates costs too much.
const MOST_EDGES: usize = 400;
/// In a case of which nothing is known, one in four; it counts as much as this many records, and never more or less.
const UNSEEN: f32 = 0.25;
const IMAGINED_RECORDS: f32 = 50.0;
const LEAST_UNSEEN: f32 = 0.05;
const MOST_UNSEEN: f32 = 0.5;
/// At most this many questions are asked of one person for refused merges.
const MOST_QUESTIONS: usize = 16;
/// Of the people whom one record fits, the kinship of so many is looked at.
const MOST_RELATED: usize = 6;
/// From any record of one person to any other there are at most so many merges, where no number ties the two.
const MOST_STEPS: usize = 16;
/// At most this many pairs are weighed for one merge.
const MOST_CROSS: usize = 64;

/// The people of one connected component of nodes (in order) and edges (any order).
pub(crate) fn people(
    context: &Context<'_>,
    model: &Model,
    nodes: &[u32],
    mut edges: Vec<Edge>,
    unseen: f32,
) -> Vec<Group> {
    edges.sort_unstable_by(|a, b| {
        b.bits
            .total_cmp(&a.bits)
            .then(a.a.cmp(&b.a))
            .then(a.b.cmp(&b.b))
    });
    let threshold = weigh::bits(model.threshold);
    let local = |node: u32| nodes.binary_search(&node).unwrap_or(0);
    let is_sure: Vec<bool> = nodes
        .iter()
        .map(|node| says_enough(context, *node))
        .collect();
    let mut state = State {
        context,
        nodes,
        model,
        unseen,
        owner: (0..nodes.len()).collect(),
        groups: nodes
            .iter()
            .map(|node| {
                Some(Group {
                    nodes: vec![*node],
                    ..Group::default()
                })
            })
            .collect(),
    };

    // Whoever is in the roster first, so that no pair of others stands in the way; then the rest.
    let is_roster = |node: u32| context.nodes.heads[node as usize].is_roster;
    let has_roster = nodes.iter().any(|node| is_roster(*node));
    let passes = if has_roster {
        &[true, false][..]
    } else {
        &[false]
    };
    for (edge, to_roster) in passes
        .iter()
        .flat_map(|pass| edges.iter().map(move |edge| (edge, *pass)))
    {
        if to_roster && is_roster(edge.a) == is_roster(edge.b) {
            continue;
        }
        let (a, b) = (local(edge.a), local(edge.b));
        // A mailbox brings together those who say little else.
        let is_enough = is_sure[a] && is_sure[b]
            || context
                .compare(edge.a, edge.b)
                .is(Field::Email, Level::Same);
        if edge.bits < threshold || !is_enough || state.owner[a] == state.owner[b] {
            continue;
        }
        if state.fits_another(a, b, edge, &edges) || state.fits_another(b, a, edge, &edges) {
            let owner = state.owner[a];
            if let Some(group) = state.groups[owner].as_mut() {
                group.ask(Asked::SeveralCandidates, *edge);
            }
            continue;
        }
        state.merge(a, b, *edge);
    }
    state.settle(&is_sure, &edges, Settled::Single);
    let settled = state.settle(&is_sure, &edges, Settled::Sparse);
    for edge in &edges {
        let (a, b) = (local(edge.a), local(edge.b));
        if edge.bits < threshold || settled.is_settled[a] || settled.is_settled[b] {
            continue;
        }
        let owner = state.owner[a];
        if owner == state.owner[b] || state.as_one(&settled, a, b, edge) >= threshold {
            state.merge(a, b, *edge);
        } else if let Some(group) = state.groups[owner].as_mut() {
            group.ask(Asked::SeveralCandidates, *edge);
        }
    }

    // Pairs just short of enough, one question for each two people.
    let review = weigh::bits(model.review_threshold);
    let mut asked: BTreeSet<(usize, usize)> = BTreeSet::new();
    for edge in &edges {
        let (a, b) = (state.owner[local(edge.a)], state.owner[local(edge.b)]);
        let pair = (a.min(b), a.max(b));
        if a != b
            && (review..threshold).contains(&edge.bits)
            && asked.insert(pair)
            && forbidden(context, edge.a, edge.b).is_none()
            && let Some(group) = state.groups[a].as_mut()
        {
            group.questions.push((Asked::BelowThreshold, *edge));
        }
    }
    state.groups.into_iter().flatten().collect()
}

/// Who is given to the one person who fits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Settled {
    /// Who says enough, but is alone so far.
    Single,
    /// Who says little.
    Sparse,
}

/// What became of the nodes that were to be given to somebody.
struct Outcome {
    /// Given to somebody, known before, or left alone because they fit several.
    is_settled: Vec<bool>,
    /// For each node that was given to nobody whom it fits, by a node of theirs, and how likely.
    fits: BTreeMap<usize, Vec<(usize, f32)>>,
}

struct State<'a> {
    context: &'a Context<'a>,
    model: &'a Model,
    /// How likely a record is of somebody of whom no other says enough.
    unseen: f32,
    nodes: &'a [u32],
    /// For each node of the component its group.
    owner: Vec<usize>,
    groups: Vec<Option<Group>>,
}

impl State<'_> {
    /// Whether a record without a full name or date fits, nearly as well, a second person who cannot be the first:
    /// the son or the father, this twin or that.
    fn fits_another(&self, a: usize, b: usize, edge: &Edge, edges: &[Edge]) -> bool {
        let node = self.nodes[a];
        let is_alone = self.groups[self.owner[a]]
            .as_ref()
            .is_some_and(|group| group.nodes.len() == 1);
        if !is_alone || edges.len() > MOST_EDGES || has_name_and_birth(self.context, node) {
            return false;
        }
        let against_strangers = |edge: &Edge| {
            let compared = self.context.compare(edge.a, edge.b);
            self.context.weights.against_strangers(&compared)
        };
        let own = against_strangers(edge);
        edges
            .iter()
            .take_while(|other| other.bits >= edge.bits - RIVAL_BITS)
            .filter(|other| other.a == node || other.b == node)
            .filter(|other| against_strangers(other) >= own - RIVAL_BITS)
            .any(|other| {
                let far = if other.a == node { other.b } else { other.a };
                let Ok(far) = self.nodes.binary_search(&far) else {
                    return false;
                };
                let (one, second) = (self.owner[b], self.owner[far]);
                one != second
                    && second != self.owner[a]
                    && self.refuses(one, second, None).is_some()
            })
    }

    /// How likely two records that were given to nobody are one person's, in bits.
    ///
    /// Where a father and a son are known, two records that fit both are as
    /// likely each one's: that they agree in what the family shares says nothing more.
    fn as_one(&self, settled: &Outcome, a: usize, b: usize, edge: &Edge) -> f32 {
        let (Some(of_a), Some(of_b)) = (settled.fits.get(&a), settled.fits.get(&b)) else {
            return edge.bits;
        };
        let sum = |fits: &[(usize, f32)]| fits.iter().map(|(_, p)| p).sum::<f32>().min(1.0);
        let (in_a, in_b) = (sum(of_a), sum(of_b));
        let both: f32 = of_a
            .iter()
            .flat_map(|one| of_b.iter().map(move |other| (one, other)))
            .filter(|(one, other)| self.owner[one.0] == self.owner[other.0])
            .map(|(one, other)| one.1 * other.1)
            .sum();
        let two = (in_a * in_b - both).max(0.0);
        if two <= f32::EPSILON {
            return edge.bits;
        }
        let one = both + (1.0 - in_a) * (1.0 - in_b);
        let compared = self.context.compare(edge.a, edge.b);
        let (.., reasons) = self.context.weights.explain(&compared);
        let beside_names: f32 = reasons
            .iter()
            .filter(|reason| !reason.field.is_of_name())
            .map(|reason| reason.bits)
            .sum();
        edge.bits.min((one / two).log2() + beside_names)
    }

    /// Gives who says little to the one person who fits; tells what became of each.
    fn settle(&mut self, is_sure: &[bool], edges: &[Edge], which: Settled) -> Outcome {
        let threshold = weigh::bits(self.model.threshold);
        let mut is_known = vec![false; self.groups.len()];
        for (node, is_sure) in is_sure.iter().enumerate() {
            is_known[self.owner[node]] |= is_sure;
        }
        let mut of_sparse: BTreeMap<usize, Vec<(usize, Edge)>> = BTreeMap::new();
        for edge in edges {
            let (a, b) = (self.local(edge.a), self.local(edge.b));
            let (one, other) = (self.owner[a], self.owner[b]);
            match (which, is_known[one], is_known[other]) {
                (Settled::Sparse, true, false) => {
                    of_sparse.entry(other).or_default().push((a, *edge));
                }
                (Settled::Sparse, false, true) => {
                    of_sparse.entry(one).or_default().push((b, *edge));
                }
                (Settled::Single, true, true) if one != other => {
                    if self.is_single(one) {
                        of_sparse.entry(one).or_default().push((b, *edge));
                    }
                    if self.is_single(other) {
                        of_sparse.entry(other).or_default().push((a, *edge));
                    }
                }
                _ => {}
            }
        }
        let mut is_settled: Vec<bool> = self.owner.iter().map(|owner| is_known[*owner]).collect();
        let mut fits = BTreeMap::new();
        for (sparse, mut candidates) in of_sparse {
            candidates.retain(|(node, _)| self.owner[*node] != sparse);
            if which == Settled::Single && !self.is_single(sparse) {
                continue;
            }
            let best = self.candidates(sparse, candidates);
            let Some((_, node, edge)) = best.first().copied() else {
                continue;
            };
            let is_one = edge.bits >= threshold;
            let is_close =
                |(.., other): &(usize, usize, Edge)| other.bits >= edge.bits - RIVAL_BITS;
            if !is_one && !best.get(1).is_some_and(is_close) {
                let found: Vec<(usize, f32)> = best
                    .iter()
                    .map(|(_, node, edge)| (*node, weigh::probability(edge.bits)))
                    .collect();
                let nodes = self.groups[sparse].iter().flat_map(|group| &group.nodes);
                fits.extend(nodes.map(|node| (self.local(*node), found.clone())));
                continue;
            }
            if let Some(group) = self.groups[sparse].as_ref() {
                for node in &group.nodes {
                    is_settled[self.local(*node)] = true;
                }
            }
            if is_one {
                let first = self.groups[sparse]
                    .as_ref()
                    .and_then(|group| group.nodes.first().copied())
                    .map_or(sparse, |node| self.local(node));
                self.merge(first, node, edge);
                let owner = self.owner[node];
                if which == Settled::Sparse
                    && let Some(group) = self.groups[owner].as_mut()
                {
                    group.has_name_alone = true;
                }
            } else if which == Settled::Sparse
                && let Some(group) = self.groups[sparse].as_mut()
            {
                group.is_ambiguous = true;
                group.questions.extend(
                    best.iter()
                        .take_while(|other| is_close(other))
                        .take(3)
                        .map(|(_, _, edge)| (Asked::SeveralCandidates, *edge)),
                );
            }
        }
        Outcome { is_settled, fits }
    }

    /// The people whom a group that says little may belong to, likeliest first, each with its best pair.
    fn candidates(
        &self,
        sparse: usize,
        candidates: Vec<(usize, Edge)>,
    ) -> Vec<(usize, usize, Edge)> {
        // Edges come surest first, so the first of an owner is its best.
        let mut best: Vec<(usize, Vec<(usize, Edge)>)> = Vec::new();
        for (node, edge) in candidates {
            let owner = self.owner[node];
            match best.iter_mut().find(|(other, _)| *other == owner) {
                Some((_, edges)) => edges.push((node, edge)),
                None if self.refuses(sparse, owner, None).is_none() => {
                    best.push((owner, vec![(node, edge)]));
                }
                None => {}
            }
        }
        let weights = self.context.weights;
        let has_suffix = self.has_suffix(sparse);
        let (compared, mut fits): (Vec<Compared>, Vec<Fit>) = best
            .iter()
            .map(|(owner, edges)| {
                let first = edges.first().map_or(0.0, |(_, edge)| edge.bits);
                let agreeing: BTreeSet<usize> = edges
                    .iter()
                    .filter(|(_, edge)| edge.bits >= first - RIVAL_BITS)
                    .map(|(node, _)| *node)
                    .collect();
                // What one record of the person leaves out another may say.
                let pairs = edges.iter().take(MOST_CROSS);
                let compared = self.best_of(pairs.map(|(_, edge)| (edge.a, edge.b)));
                // Somebody who is called junior anywhere has a father of the same name.
                let is_of_two = compared.levels[Field::Suffix as usize] == MISSING
                    && has_suffix != self.has_suffix(*owner);
                let fit = weights.fit(&compared, agreeing.len(), is_of_two);
                (compared, fit)
            })
            .unzip();
        let own = fits.clone();
        for (one, other) in pairs_of(best.len().min(MOST_RELATED)) {
            let (share, kind) = self.relation(best[one].0, best[other].0);
            for (one, other) in [(one, other), (other, one)] {
                let through = weights.through(&compared[one], &compared[other], kind);
                fits[one].own = fits[one].own.max(own[one].own + through + share);
            }
        }
        let mut chosen: Vec<(usize, usize, Edge)> = best
            .into_iter()
            .zip(weights.choose(&fits, self.unseen))
            .filter_map(|((owner, edges), bits)| {
                let (node, edge) = *edges.first()?;
                Some((owner, node, Edge { bits, ..edge }))
            })
            .collect();
        chosen.sort_by(|a, b| b.2.bits.total_cmp(&a.2.bits).then(a.1.cmp(&b.1)));
        chosen
    }

    /// The best of several comparisons, field by field.
    fn best_of(&self, pairs: impl Iterator<Item = (u32, u32)>) -> Compared {
        pairs
            .map(|(a, b)| self.context.compare(a.min(b), a.max(b)))
            .reduce(|one, other| self.context.weights.best_of_both(&one, &other))
            .unwrap_or_default()
    }

    /// How likely two people are relatives, in bits, and of which kind.
    fn relation(&self, a: usize, b: usize) -> (f32, usize) {
        let nodes = |group: usize| {
            let nodes = self.groups[group].as_ref().map(|group| group.nodes.iter());
            nodes.into_iter().flatten().take(4).copied()
        };
        let pairs = nodes(a).flat_map(|one| nodes(b).map(move |other| (one, other)));
        self.context.weights.relation(&self.best_of(pairs))
    }

    fn is_single(&self, group: usize) -> bool {
        self.groups[group]
            .as_ref()
            .is_some_and(|group| group.nodes.len() == 1)
    }

    fn has_suffix(&self, group: usize) -> bool {
        self.groups[group].as_ref().is_some_and(|group| {
            group.nodes.iter().any(|node| {
                self.context
                    .nodes
                    .names(*node)
                    .iter()
                    .any(|name| name.suffix != 0)
            })
        })
    }

    fn local(&self, node: u32) -> usize {
        self.nodes.binary_search(&node).unwrap_or(0)
    }

    fn merge(&mut self, a: usize, b: usize, edge: Edge) {
        let (a, b) = (self.owner[a], self.owner[b]);
        if a == b {
            return;
        }
        if let Some(asked) = self.refuses(a, b, Some(edge)) {
            if let Some(group) = self.groups[a].as_mut() {
                group.ask(asked, edge);
            }
            return;
        }
        let size = |group: usize| {
            self.groups[group]
                .as_ref()
                .map_or(0, |group| group.nodes.len())
        };
        let (into, from) = if size(a) >= size(b) { (a, b) } else { (b, a) };
        let Some(moved) = self.groups[from].take() else {
            return;
        };
        for node in &moved.nodes {
            if let Ok(local) = self.nodes.binary_search(node) {
                self.owner[local] = into;
            }
        }
        if let Some(group) = self.groups[into].as_mut() {
            group.nodes.extend(moved.nodes);
            group.merges.extend(moved.merges);
            group.merges.push(edge);
            group.questions.extend(moved.questions);
            group.has_name_alone |= moved.has_name_alone;
        }
    }

    /// Why two groups, brought together by a pair, cannot be one person, if so.
    fn refuses(&self, a: usize, b: usize, by: Option<Edge>) -> Option<Asked> {
        let (Some(a), Some(b)) = (&self.groups[a], &self.groups[b]) else {
            return None;
        };
        if a.nodes.len() + b.nodes.len() > self.model.largest_cluster as usize {
            return Some(Asked::Bridge);
        }
        if let Some(asked) = forbidden_groups(self.context, &a.nodes, &b.nodes) {
            return Some(asked);
        }
        let n_cross = a.nodes.len() * b.nodes.len();
        if n_cross == 1 {
            return None;
        }
        let has_number = by.is_some_and(|edge| {
            let compared = self.context.compare(edge.a, edge.b);
            NUMBERS.iter().any(|field| compared.is(*field, Level::Same))
        });
        if let Some(by) = by
            && !has_number
            && a.nodes.len() + b.nodes.len() > MOST_STEPS
        {
            let (in_a, in_b) = match a.nodes.contains(&by.a) {
                true => (by.a, by.b),
                false => (by.b, by.a),
            };
            if farthest(&a.merges, in_a) + 1 + farthest(&b.merges, in_b) > MOST_STEPS {
                return Some(Asked::Chain);
            }
        }
        let step = n_cross.div_ceil(MOST_CROSS);
        let (mut sum, mut n) = (0.0_f32, 0.0_f32);
        for cross in (0..n_cross).step_by(step) {
            let (one, other) = (
                a.nodes[cross / b.nodes.len()],
                b.nodes[cross % b.nodes.len()],
            );
            let compared = self.context.compare(one.min(other), one.max(other));
            let weight = self.context.weights.weigh(&compared);
            if weight.bits < SPLIT_BITS && weight.rival != Rival::Strangers {
                return Some(match weight.rival {
                    Rival::Namesakes => Asked::SuffixesDiffer,
                    _ => Asked::GivenNamesDiffer,
                });
            }
            // Where a number brings the two together, a pair that says little is no witness against:
            // how many pairs of each kind there are was already weighed with the number.
            let prior = match has_number {
                true => self.context.weights.prior(weight.rival).min(0.0),
                false => 0.0,
            };
            sum += (weight.bits - prior).clamp(-20.0, 20.0);
            n += 1.0;
        }
        let least = if has_number { BRIDGE_BITS } else { 0.0 };
        (sum / n < least).then_some(Asked::Bridge)
    }
}

/// Over how many merges the farthest record of a person hangs together with this one.
fn farthest(merges: &[Edge], node: u32) -> usize {
    let mut reached: BTreeSet<u32> = [node].into();
    let (mut edge_of, mut steps) = (vec![node], 0);
    loop {
        let next: Vec<u32> = merges
            .iter()
            .flat_map(|merge| [(merge.a, merge.b), (merge.b, merge.a)])
            .filter(|(from, to)| edge_of.contains(from) && !reached.contains(to))
            .map(|(_, to)| to)
            .collect();
        if next.is_empty() {
            return steps;
        }
        reached.extend(&next);
        edge_of = next;
        steps += 1;
    }
}

/// How likely a record is of somebody of whom no other record says enough: the share of those that are alone.
///
/// Good, "The population frequencies of species and the estimation of
/// population parameters" (1953): as many as were seen once are not seen yet.
pub(crate) struct Alone {
    threshold: f32,
    is_sure: Vec<bool>,
    n_records: Vec<u32>,
    is_alone: Vec<bool>,
}

impl Alone {
    pub(crate) fn new(context: &Context<'_>, threshold: f32) -> Self {
        let n = context.nodes.len();
        let mut n_records = vec![0_u32; n];
        for node in &context.nodes.node_of {
            if let Some(n_records) = n_records.get_mut(*node as usize) {
                *n_records += 1;
            }
        }
        Self {
            threshold,
            is_sure: (0..n as u32)
                .map(|node| says_enough(context, node))
                .collect(),
            is_alone: n_records.iter().map(|n| *n == 1).collect(),
            n_records,
        }
    }

    /// Whoever is one person with another who says enough is not alone.
    pub(crate) fn see(&mut self, edge: &Edge) {
        let (a, b) = (edge.a as usize, edge.b as usize);
        if edge.bits >= self.threshold && self.is_sure[a] && self.is_sure[b] {
            self.is_alone[a] = false;
            self.is_alone[b] = false;
        }
    }

    pub(crate) fn share(&self) -> f32 {
        let (mut n_alone, mut n_all) = (0.0_f32, 0.0_f32);
        for node in (0..self.is_sure.len()).filter(|node| self.is_sure[*node]) {
            n_all += self.n_records[node] as f32;
            n_alone += f32::from(u8::from(self.is_alone[node]));
        }
        let share = (n_alone + UNSEEN * IMAGINED_RECORDS) / (n_all + IMAGINED_RECORDS);
        share.clamp(LEAST_UNSEEN, MOST_UNSEEN)
    }
}

/// Whether a node says enough to be told apart from a housemate: a number of its own, or a full given name and date.
fn says_enough(context: &Context<'_>, node: u32) -> bool {
    let nodes = context.nodes;
    let has_number = nodes
        .numbers(node)
        .iter()
        .any(|number| number.kind != NumberKind::Chart || number.holds);
    nodes.heads[node as usize].is_roster || has_number || has_name_and_birth(context, node)
}

fn has_name_and_birth(context: &Context<'_>, node: u32) -> bool {
    let nodes = context.nodes;
    let has_given = nodes.names(node).iter().any(|name| {
        name.is_newborn || name.given != 0 && !context.forms[name.given as usize].is_initial
    });
    let has_birth = nodes
        .births(node)
        .iter()
        .any(|birth| birth.day != 0 && !context.is_default(*birth));
    has_given && has_birth
}

/// All pairs of numbers below `n`.
fn pairs_of(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(move |one| (one + 1..n).map(move |other| (one, other)))
}

#[test]
fn the_farthest_record_is_counted_over_merges_from_either_end_and_from_the_middle() {
    let merges: Vec<Edge> = [(1, 2), (3, 2), (3, 4), (2, 9)]
        .iter()
        .map(|&(a, b)| Edge { a, b, bits: 5.0 })
        .collect();
    for (from, steps) in [(1, 3), (2, 2), (3, 2), (4, 3), (9, 3), (7, 0)] {
        assert_eq!(farthest(&merges, from), steps, "{from}");
    }
}
