//! `Records`: all records of a case as they are compared, and each step of the linkage as a pure function of a part of them.
//!
//! The steps are the keys of records, the levels of comparisons, the weights
//! of pairs and the guard of clusters. What a part gives hangs on the records,
//! the model and the part alone, so that it may be worked anywhere: [`Hands`]
//! says by whom. Records can be sent (serde), and then are people's values;
//! what the steps give back names them by number and holds none.

use std::ops::Range;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    Model, Parallel,
    blocking::{self, Blocks, Near},
    cluster::{self, Edge, Group},
    compact::Nodes,
    compare::{Compared, Context},
    components::Component,
    constraints::may_cross_worlds,
    frequency::Frequency,
    names::{self, Form},
    parallel,
    region::Regions,
    spill::{Memory, Shelf},
    weigh::{self, Weights},
};

/// All records, distinct contents once, with what comparing them needs.
pub struct Records {
    pub(crate) nodes: Nodes,
    forms: Vec<Form>,
    frequency: Frequency,
    regions: Regions,
}

/// The blocks of one rule: records by their numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found(Vec<u32>);

/// The blocks of all rules.
pub struct Keyed(Blocks<'static, Memory>);

/// The pairs of a part that have some weight for one person, and how many were compared.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Weighed {
    pub(crate) edges: Vec<Edge>,
    pub(crate) n_pairs: u64,
}

impl Records {
    /// Of nodes that are frozen and sorted.
    pub(crate) fn new(nodes: Nodes) -> Self {
        let forms = names::forms(&nodes.name_strings);
        Self {
            frequency: Frequency::count(&nodes, &forms),
            forms,
            regions: Regions::new(&nodes),
            nodes,
        }
    }

    /// How many distinct contents there are; parts are ranges of their numbers.
    pub fn n(&self) -> u32 {
        self.nodes.len() as u32
    }

    /// How many rules say who is compared with whom.
    pub const N_RULES: usize = blocking::RULES.len();

    pub(crate) fn context<'a>(&'a self, weights: &'a Weights) -> Context<'a> {
        Context {
            nodes: &self.nodes,
            forms: &self.forms,
            frequency: &self.frequency,
            weights,
            regions: &self.regions,
        }
    }

    /// The keys of all records by one rule, as blocks of records that share one.
    pub fn keys(&self, model: &Model, rule: usize) -> Found {
        let weights = Weights::new(model, self.nodes.len());
        let Ok(blocks) = blocking::of_rule(rule, &self.context(&weights), model, &Memory);
        let Ok(numbers) = blocking::in_memory(&blocks);
        Found(numbers)
    }

    /// Puts the blocks of all rules together, in the order of the rules.
    pub fn keyed(&self, found: impl IntoIterator<Item = Found>) -> Keyed {
        let blocks = found.into_iter().map(|found| found.0);
        Keyed(Blocks::of(&Memory, self.nodes.len(), blocks))
    }

    /// The levels of the candidate pairs of some records, with the model as it was given.
    pub fn levels(&self, model: &Model, near: &Near, nodes: &[u32]) -> Vec<Compared> {
        let weights = Weights::new(model, self.nodes.len());
        let context = self.context(&weights);
        let (mut found, mut pairs) = (Vec::new(), Vec::new());
        for node in nodes {
            near.candidates(*node, &mut found);
            pairs.extend(found.iter().map(|other| context.compare(*node, *other)));
        }
        pairs
    }

    /// The weights of the candidate pairs of some records, with the model as it was estimated.
    pub fn weights(&self, model: &Model, near: &Near, nodes: &[u32]) -> Weighed {
        let weights = Weights::new(model, self.nodes.len());
        let context = self.context(&weights);
        let least = weigh::bits(model.review_threshold).min(0.0);
        let (mut candidates, mut weighed) = (Vec::new(), Weighed::default());
        for node in nodes {
            near.candidates(*node, &mut candidates);
            weighed.n_pairs += candidates.len() as u64;
            let world = self.nodes.heads[*node as usize].world;
            for other in &candidates {
                let compared = context.compare(*node, *other);
                let weight = context.weights.weigh(&compared);
                if weight.bits >= least
                    && (world == self.nodes.heads[*other as usize].world
                        || may_cross_worlds(&compared))
                {
                    weighed.edges.push(Edge {
                        a: *node,
                        b: *other,
                        bits: weight.bits,
                    });
                }
            }
        }
        weighed
    }

    /// The people of some components, each merge guarded by what is already merged; `unseen` is the linker's.
    pub fn guard(&self, model: &Model, components: &[Component], unseen: f32) -> Vec<Group> {
        let weights = Weights::new(model, self.nodes.len());
        let context = self.context(&weights);
        components
            .iter()
            .flat_map(|(nodes, edges)| match nodes.as_slice() {
                [node] => vec![Group {
                    nodes: vec![*node],
                    ..Group::default()
                }],
                _ => cluster::people(&context, model, nodes, edges.clone(), unseen),
            })
            .collect()
    }
}

impl Keyed {
    /// The blocks of every `step`th record.
    pub fn near_every(&self, step: u32) -> Near {
        let Ok(near) = self.0.near(self.0.every(step as usize));
        near
    }

    /// The records in runs whose blocks fit in half a gigabyte of memory.
    pub fn stretches(&self) -> Vec<Range<u32>> {
        let Ok(stretches) = self.0.stretches();
        stretches
            .into_iter()
            .map(|wanted| wanted.from..wanted.to)
            .collect()
    }

    /// The blocks of a run of records.
    pub fn near(&self, nodes: Range<u32>) -> Near {
        let Ok(near) = self.0.near(blocking::Wanted {
            from: nodes.start,
            to: nodes.end,
            step: 1,
        });
        near
    }
}

impl Serialize for Records {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.nodes.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Records {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Nodes::deserialize(deserializer).map(Self::new)
    }
}

/// Who works the parts of the steps. Results stand in the order of the parts, whoever worked them.
///
/// The steps come in this order: keys, levels twice, weights, then guard as often as there are components left.
pub trait Hands {
    /// Why a step could not be finished.
    type Error;
    /// Components are given to the guard when so many nodes and edges are together.
    const BATCH: usize;

    /// Finds the blocks of all rules, and keeps them.
    fn keys(&mut self, records: &Records, model: &Model) -> Result<(), Self::Error>;

    /// The levels of the candidate pairs of every `step`th record.
    fn levels(
        &mut self,
        records: &Records,
        model: &Model,
        step: usize,
    ) -> Result<Vec<Compared>, Self::Error>;

    /// Shows the weights of all candidate pairs, part after part.
    fn weights(
        &mut self,
        records: &Records,
        model: &Model,
        see: &mut dyn FnMut(Weighed) -> Result<(), Self::Error>,
    ) -> Result<(), Self::Error>;

    /// The people of some components.
    fn guard(
        &mut self,
        records: &Records,
        model: &Model,
        components: &[Component],
        unseen: f32,
    ) -> Result<Vec<Group>, Self::Error>;
}

/// The threads of this machine.
pub(crate) struct Here<'a, S: Shelf> {
    map: &'a dyn Parallel,
    shelf: &'a S,
    blocks: Blocks<'a, S>,
}

impl<'a, S: Shelf> Here<'a, S> {
    pub(crate) fn new(map: &'a dyn Parallel, shelf: &'a S) -> Self {
        Self {
            map,
            shelf,
            blocks: Blocks::of(shelf, 0, []),
        }
    }
}

impl<S: Shelf> Hands for Here<'_, S> {
    type Error = S::Error;
    const BATCH: usize = 1 << 17;

    fn keys(&mut self, records: &Records, model: &Model) -> Result<(), S::Error> {
        let weights = Weights::new(model, records.nodes.len());
        self.blocks = Blocks::new(&records.context(&weights), model, self.map, self.shelf)?;
        Ok(())
    }

    fn levels(
        &mut self,
        records: &Records,
        model: &Model,
        step: usize,
    ) -> Result<Vec<Compared>, S::Error> {
        let wanted = self.blocks.every(step);
        let (near, nodes) = (self.blocks.near(wanted)?, wanted.nodes());
        let ranges = parallel::parts(nodes.len(), 1024);
        let found = parallel::collect(self.map, ranges.len(), |part| {
            records.levels(model, &near, &nodes[ranges[part].clone()])
        });
        Ok(found.concat())
    }

    fn weights(
        &mut self,
        records: &Records,
        model: &Model,
        see: &mut dyn FnMut(Weighed) -> Result<(), S::Error>,
    ) -> Result<(), S::Error> {
        for stretch in self.blocks.stretches()? {
            let (near, nodes) = (self.blocks.near(stretch)?, stretch.nodes());
            let ranges = parallel::parts(nodes.len(), 2048);
            let found = parallel::collect(self.map, ranges.len(), |part| {
                records.weights(model, &near, &nodes[ranges[part].clone()])
            });
            found.into_iter().try_for_each(&mut *see)?;
        }
        self.blocks = Blocks::of(self.shelf, 0, []);
        Ok(())
    }

    fn guard(
        &mut self,
        records: &Records,
        model: &Model,
        components: &[Component],
        unseen: f32,
    ) -> Result<Vec<Group>, S::Error> {
        let ranges = parallel::parts(components.len(), 1024);
        let found = parallel::collect(self.map, ranges.len(), |part| {
            records.guard(model, &components[ranges[part].clone()], unseen)
        });
        Ok(found.into_iter().flatten().collect())
    }
}
