//! Weighed pairs in, groups of nodes that hang together out, one batch after the other.
//!
//! Pairs go to a pile, which may lie on disk; in memory is, for each node, only
//! with whom it hangs together and whether anybody fits it at all.

use crate::{
    cluster::{Alone, Edge},
    spill::{Pile, Shelf},
};

/// The pairs with some weight for one person.
pub(crate) struct Pairs<'a, S: Shelf> {
    shelf: &'a S,
    pile: Pile<'a, [u32; 3], S>,
    parent: Vec<u32>,
    pub(crate) alone: Alone,
}

/// Nodes in order, and edges in the order of their nodes.
pub type Component = (Vec<u32>, Vec<Edge>);

impl<'a, S: Shelf> Pairs<'a, S> {
    pub(crate) fn new(n: usize, alone: Alone, shelf: &'a S) -> Self {
        Self {
            shelf,
            pile: Pile::as_come(shelf, shelf.room() / 8),
            parent: (0..n as u32).collect(),
            alone,
        }
    }

    pub(crate) fn push(&mut self, edge: Edge) -> Result<(), S::Error> {
        let (a, b) = (
            find(&mut self.parent, edge.a),
            find(&mut self.parent, edge.b),
        );
        // The lower number leads, whatever the order of the edges.
        self.parent[a.max(b) as usize] = a.min(b);
        self.alone.see(&edge);
        self.pile.push([edge.a, edge.b, edge.bits.to_bits()])
    }

    /// Gives out the components, in the order of their first nodes, when so many nodes and edges are together.
    pub(crate) fn each_batch<E: From<S::Error>>(
        self,
        most: usize,
        show: &mut dyn FnMut(Vec<Component>) -> Result<(), E>,
    ) -> Result<(), E> {
        let Self {
            shelf,
            mut pile,
            mut parent,
            ..
        } = self;
        let n = parent.len() as u32;
        for node in 0..n {
            parent[node as usize] = find(&mut parent, node);
        }
        pile.end();
        let mut edges = Pile::sorted(shelf, shelf.room() / 4);
        let mut reading = pile.read();
        while let Some([a, b, bits]) = reading.next()? {
            edges.push([parent[a as usize], a, b, bits])?;
        }
        drop(pile);
        edges.end();

        // Each component's nodes as a chain from its first.
        let mut next = vec![u32::MAX; parent.len()];
        let mut last: Vec<u32> = (0..n).collect();
        for node in 0..n {
            let root = parent[node as usize];
            if root != node {
                next[last[root as usize] as usize] = node;
                last[root as usize] = node;
            }
        }
        drop(last);
        let mut reading = edges.read();
        let mut ahead = reading.next()?;
        let (mut batch, mut size) = (Vec::new(), 0);
        for root in (0..n).filter(|node| parent[*node as usize] == *node) {
            let mut nodes = vec![root];
            let mut at = next[root as usize];
            while at != u32::MAX {
                nodes.push(at);
                at = next[at as usize];
            }
            let mut edges = Vec::new();
            while let Some([_, a, b, bits]) = ahead.filter(|[of, ..]| *of == root) {
                let bits = f32::from_bits(bits);
                edges.push(Edge { a, b, bits });
                ahead = reading.next()?;
            }
            size += nodes.len() + edges.len();
            batch.push((nodes, edges));
            if size >= most {
                show(std::mem::take(&mut batch))?;
                size = 0;
            }
        }
        show(batch)
    }
}

fn find(parent: &mut [u32], mut node: u32) -> u32 {
    while parent[node as usize] != node {
        let up = parent[parent[node as usize] as usize];
        parent[node as usize] = up;
        node = up;
    }
    node
}
