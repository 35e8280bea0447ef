//! `Linker`: records in, people out; the order of work from blocking to clusters.

use std::{collections::BTreeMap, convert::Infallible};

use whose_model::PersonRecord;

use crate::{
    Cluster, Limit, Linked, Member, Merge, Model, Note, Parallel, Question,
    cluster::{Alone, Edge, Group},
    compact::{Nodes, UNLINKABLE},
    compare::Context,
    components::Pairs,
    content::Content,
    estimate,
    notes::notes,
    parallel,
    spill::{Folder, Memory, Shelf},
    steps::{Hands, Here, Records, Weighed},
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

    /// Takes what was made ready of a record.
    pub(crate) fn take(&mut self, content: &Content) {
        self.nodes.take(content);
    }

    /// Finds the people, in memory.
    pub fn finish(self, map: &dyn Parallel) -> Linked {
        let Ok(linked) = self.finish_whole(&mut Here::new(map, &Memory), map);
        linked
    }

    /// The same, the steps worked by `hands`.
    pub fn finish_whole<H>(self, hands: &mut H, map: &dyn Parallel) -> Result<Linked, H::Error>
    where
        H: Hands<Error: From<Infallible>>,
    {
        let mut clusters = Vec::new();
        let mut linked = self.finish_by(hands, map, &mut |cluster| clusters.push(cluster))?;
        clusters.sort_unstable_by_key(|cluster: &Cluster| {
            cluster.members.first().map(|member| member.index)
        });
        linked.clusters = clusters;
        Ok(linked)
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
        let Some(limit) = limit else {
            let Ok(linked) = self.run(&Memory, &mut Here::new(map, &Memory), map, show);
            return Ok(linked);
        };
        let shelf = self.shelf(limit);
        self.run(&shelf, &mut Here::new(map, &shelf), map, show)
    }

    /// Shows the people, the steps worked by `hands`; `map` lends threads for what is done here.
    pub fn finish_by<H>(
        self,
        hands: &mut H,
        map: &dyn Parallel,
        show: &mut dyn FnMut(Cluster),
    ) -> Result<Linked, H::Error>
    where
        H: Hands<Error: From<Infallible>>,
    {
        self.run(&Memory, hands, map, show)
    }

    /// What there is room for beside the records.
    fn shelf(&self, limit: &Limit) -> Folder {
        let resident = self.nodes.bytes() + (BYTES_PER_NODE * self.nodes.len()) as u64;
        Folder::new(limit, resident)
    }

    fn run<S: Shelf, H: Hands<Error: From<S::Error>>>(
        self,
        shelf: &S,
        hands: &mut H,
        map: &dyn Parallel,
        show: &mut dyn FnMut(Cluster),
    ) -> Result<Linked, H::Error> {
        let Self { model, mut nodes } = self;
        nodes.freeze();
        nodes.sort();
        let n = nodes.len();
        let records = Records::new(nodes);
        hands.keys(&records, &model)?;

        let n_probe = n.min(2000);
        let step = (n / n_probe.max(1)).max(1);
        let per_node =
            hands.levels(&records, &model, step)?.len() as f64 / (n as f64 / step as f64).max(1.0);
        let step = ((per_node * n as f64 / SAMPLED_PAIRS as f64).ceil() as usize).max(1);
        let sampled = hands.levels(&records, &model, step)?;
        let estimated = estimate::estimate(&model, n, &sampled, step as f64, map);
        drop(sampled);

        let weights = Weights::new(&estimated, n);
        let context = records.context(&weights);
        let alone = Alone::new(&context, weigh::bits(estimated.threshold));
        let mut pairs = Pairs::new(n, alone, shelf);
        let mut n_pairs = 0;
        hands.weights(&records, &estimated, &mut |weighed: Weighed| {
            n_pairs += weighed.n_pairs;
            let mut edges = weighed.edges.into_iter();
            Ok(edges.try_for_each(|edge| pairs.push(edge))?)
        })?;
        let unseen = pairs.alone.share();
        let nodes = &records.nodes;
        let (rows, ends) = nodes.records();
        let of_node =
            |node: u32| &rows[ends[node as usize] as usize..ends[node as usize + 1] as usize];
        pairs.each_batch(H::BATCH, &mut |components| {
            let groups = hands.guard(&records, &estimated, &components, unseen)?;
            drop(components);
            let ranges = parallel::parts(groups.len(), 1024);
            let found = parallel::collect(map, ranges.len(), |part| {
                groups[ranges[part].clone()]
                    .iter()
                    .flat_map(|group| clusters(&context, &estimated, group, &of_node))
                    .collect::<Vec<_>>()
            });
            found.into_iter().flatten().for_each(&mut *show);
            Ok::<(), H::Error>(())
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
