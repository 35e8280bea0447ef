//! `Linker`: records in, people out; the order of work from blocking to clusters.

use std::collections::BTreeMap;

use whose_model::PersonRecord;

use crate::{
    Cluster, Limit, Linked, Member, Merge, Model, Note, Parallel, Question,
    blocking::Blocks,
    cluster::{self, Alone, Edge, Group},
    compact::{Nodes, UNLINKABLE},
    compare::Context,
    components::Pairs,
    constraints::may_cross_worlds,
    estimate,
    frequency::Frequency,
    names,
    notes::notes,
    parallel,
    region::Regions,
    spill::{Folder, Memory, Shelf},
    weigh::{self, Weights},
};

/// Takes records, keeps a compact form of each, and finds the people in them.
pub struct Linker {
    model: Model,
    nodes: Nodes,
}

/// About as many pairs are looked at to estimate the model.
const SAMPLED_PAIRS: usize = 1_000_000;
/// What is in memory for each node beside its content: with whom it hangs together, its regions, its records.
const BYTES_PER_NODE: usize = 40;

impl Linker {
    /// A linker without records.
    pub fn new(model: Model) -> Self {
        Self {
            model,
            nodes: Nodes::new(),
        }
    }

    /// Takes a record; keeps a compact form of it, not the record.
    pub fn push(&mut self, record: &PersonRecord) {
        self.nodes.push(record);
    }

    /// Finds the people, in memory.
    pub fn finish(self, map: &dyn Parallel) -> Linked {
        let mut clusters = Vec::new();
        let linked = self.run(map, |_| Memory, &mut |cluster| clusters.push(cluster));
        let mut linked = match linked {
            Ok(linked) => linked,
            Err(never) => match never {},
        };
        clusters.sort_unstable_by_key(|cluster: &Cluster| {
            cluster.members.first().map(|member| member.index)
        });
        linked.clusters = clusters;
        linked
    }

    /// Finds the same people within so much memory, if there is a limit, and shows each as it is found instead of keeping it.
    ///
    /// They come in an order of their own; what is returned holds none.
    pub fn finish_within(
        self,
        map: &dyn Parallel,
        limit: Option<&Limit>,
        show: &mut dyn FnMut(Cluster),
    ) -> std::io::Result<Linked> {
        match limit {
            Some(limit) => self.run(map, |resident| Folder::new(limit, resident), show),
            None => match self.run(map, |_| Memory, show) {
                Ok(linked) => Ok(linked),
                Err(never) => match never {},
            },
        }
    }

    fn run<S: Shelf>(
        self,
        map: &dyn Parallel,
        shelf: impl FnOnce(u64) -> S,
        show: &mut dyn FnMut(Cluster),
    ) -> Result<Linked, S::Error> {
        let Self { model, mut nodes } = self;
        nodes.freeze();
        nodes.sort();
        let n = nodes.len();
        let shelf = shelf(nodes.bytes() + (BYTES_PER_NODE * n) as u64);
        let forms = names::forms(&nodes.name_strings);
        let frequency = Frequency::count(&nodes, &forms);
        let regions = Regions::new(&nodes);
        let weights = Weights::new(&model, n);
        let context = Context {
            nodes: &nodes,
            forms: &forms,
            frequency: &frequency,
            weights: &weights,
            regions: &regions,
        };
        let blocks = Blocks::new(&context, model.pairs_per_record, map, &shelf)?;

        let n_probe = n.min(2000);
        let step = (n / n_probe.max(1)).max(1);
        let per_node = estimate::sample(&context, &blocks, step, map)?.len() as f64
            / (n as f64 / step as f64).max(1.0);
        let step = ((per_node * n as f64 / SAMPLED_PAIRS as f64).ceil() as usize).max(1);
        let sampled = estimate::sample(&context, &blocks, step, map)?;
        let estimated = estimate::estimate(&model, n, &sampled, step as f64, map);
        drop(sampled);

        let weights = Weights::new(&estimated, n);
        let context = Context {
            nodes: &nodes,
            forms: &forms,
            frequency: &frequency,
            weights: &weights,
            regions: &regions,
        };
        let alone = Alone::new(&context, weigh::bits(estimated.threshold));
        let mut pairs = Pairs::new(n, alone, &shelf);
        let n_pairs = weigh_all(&context, &blocks, &estimated, map, &mut pairs)?;
        drop(blocks);
        let unseen = pairs.alone.share();
        let (records, ends) = nodes.records();
        let of_node =
            |node: u32| &records[ends[node as usize] as usize..ends[node as usize + 1] as usize];
        pairs.each_batch(&mut |components| {
            let ranges = parallel::parts(components.len(), 1024);
            let found = parallel::collect(map, ranges.len(), |part| {
                components[ranges[part].clone()]
                    .iter()
                    .flat_map(|(nodes, edges)| match nodes.as_slice() {
                        [node] => vec![Group {
                            nodes: vec![*node],
                            ..Group::default()
                        }],
                        _ => cluster::people(&context, &estimated, nodes, edges.clone(), unseen),
                    })
                    .flat_map(|group| clusters(&context, &estimated, &group, &of_node))
                    .collect::<Vec<_>>()
            });
            found.into_iter().flatten().for_each(&mut *show);
        })?;
        let unlinkable = (0_u32..)
            .zip(&nodes.node_of)
            .filter(|(_, node)| **node == UNLINKABLE)
            .map(|(record, _)| record)
            .collect();
        Ok(Linked {
            clusters: Vec::new(),
            unlinkable,
            model: estimated,
            n_pairs,
        })
    }
}

/// Puts every candidate pair with some weight for one person to `pairs`; how many were compared.
fn weigh_all<S: Shelf>(
    context: &Context<'_>,
    blocks: &Blocks<'_, S>,
    model: &Model,
    map: &dyn Parallel,
    pairs: &mut Pairs<'_, S>,
) -> Result<u64, S::Error> {
    let least = weigh::bits(model.review_threshold).min(0.0);
    let mut n_pairs = 0_u64;
    for stretch in blocks.stretches()? {
        let (near, nodes) = (blocks.near(stretch)?, stretch.nodes());
        let ranges = parallel::parts(nodes.len(), 2048);
        let found = parallel::collect(map, ranges.len(), |part| {
            let (mut candidates, mut edges, mut n_pairs) = (Vec::new(), Vec::new(), 0_u64);
            for node in &nodes[ranges[part].clone()] {
                near.candidates(*node, &mut candidates);
                n_pairs += candidates.len() as u64;
                let world = context.nodes.heads[*node as usize].world;
                for other in &candidates {
                    let compared = context.compare(*node, *other);
                    let weight = context.weights.weigh(&compared);
                    if weight.bits >= least
                        && (world == context.nodes.heads[*other as usize].world
                            || may_cross_worlds(&compared))
                    {
                        edges.push(Edge {
                            a: *node,
                            b: *other,
                            bits: weight.bits,
                        });
                    }
                }
            }
            (edges, n_pairs)
        });
        for (edges, n) in found {
            n_pairs += n;
            edges.into_iter().try_for_each(|edge| pairs.push(edge))?;
        }
    }
    Ok(n_pairs)
}

/// The clusters of one group: one, unless its records say too little to be one person's though they say the same.
fn clusters<'a>(
    context: &Context<'_>,
    model: &Model,
    group: &Group,
    of_node: &dyn Fn(u32) -> &'a [u32],
) -> Vec<Cluster> {
    let explain = |a: u32, b: u32, record_a: u32, record_b: u32| {
        let compared = context.compare(a.min(b), a.max(b));
        let (weight, prior_bits, reasons) = context.weights.explain(&compared);
        Merge {
            a: record_a,
            b: record_b,
            weight_bits: weight.bits,
            probability: weigh::probability(weight.bits),
            rival: weight.rival,
            prior_bits,
            reasons,
        }
    };
    let first = |node: u32| of_node(node).first().copied().unwrap_or(0);
    let question = |(asked, edge): &(crate::Asked, Edge)| Question {
        asked: *asked,
        pair: explain(edge.a, edge.b, first(edge.a), first(edge.b)),
    };
    let threshold = weigh::bits(model.threshold);

    // Copies of one content: the same person's, if one content says enough to be sure of that.
    if let [node] = group.nodes.as_slice()
        && of_node(*node).len() > 1
    {
        let copies = explain(*node, *node, 0, 0);
        if copies.weight_bits < threshold || group.is_ambiguous {
            return of_node(*node)
                .iter()
                .map(|record| Cluster {
                    members: vec![Member {
                        index: *record,
                        probability: 1.0,
                    }],
                    notes: vec![Note::Ambiguous],
                    review: group.questions.iter().map(question).collect(),
                    ..Cluster::default()
                })
                .collect();
        }
    }
    let mut cluster = Cluster::default();
    let mut probability: BTreeMap<u32, f32> = BTreeMap::new();
    for edge in &group.merges {
        let mut merge = explain(edge.a, edge.b, first(edge.a), first(edge.b));
        // Who else it could be was counted in the pile, or the person's other records weighed in.
        merge.prior_bits += edge.bits - merge.weight_bits;
        merge.weight_bits = edge.bits;
        merge.probability = weigh::probability(edge.bits);
        for record in [merge.a, merge.b] {
            let best = probability.entry(record).or_insert(0.0);
            *best = best.max(merge.probability);
        }
        cluster.merges.push(merge);
    }
    for node in &group.nodes {
        let copies = of_node(*node);
        let Some((original, rest)) = copies.split_first() else {
            continue;
        };
        let own = probability.entry(*original).or_insert(1.0).to_owned();
        cluster.members.push(Member {
            index: *original,
            probability: own,
        });
        if rest.is_empty() {
            continue;
        }
        let copy = explain(*node, *node, *original, *original);
        for record in rest {
            cluster.members.push(Member {
                index: *record,
                // A copy is as sure as the way its original came in, or as the copy itself.
                probability: if group.merges.is_empty() {
                    copy.probability
                } else {
                    own
                },
            });
            cluster.merges.push(Merge {
                b: *record,
                ..copy.clone()
            });
        }
    }
    cluster.members.sort_unstable_by_key(|member| member.index);
    cluster.merges.sort_by(|a, b| {
        b.weight_bits
            .total_cmp(&a.weight_bits)
            .then(a.a.cmp(&b.a))
            .then(a.b.cmp(&b.b))
    });
    cluster.notes = notes(context, group, &cluster, threshold);
    cluster.review = group.questions.iter().map(question).collect();
    vec![cluster]
}
