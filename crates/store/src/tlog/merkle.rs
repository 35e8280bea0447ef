//! Leaves in, root hash and inclusion proofs out: the Merkle tree of RFC 6962, section 2.1.
//!
//! `Tree` keeps the hash of every complete subtree, so that adding a leaf, the
//! root and a proof each cost the logarithm of the tree's size.

use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub(crate) type Hash = [u8; 32];

/// The hash of a leaf: SHA-256(0x00 || data).
pub(crate) fn leaf_hash(data: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(data);
    hasher.finalize().into()
}

/// The hash of a node: SHA-256(0x01 || left || right).
pub(crate) fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([1]);
    hasher.update(left);
    hasher.update(right);
    hasher.finalize().into()
}

/// A tree that grows. `levels[k][i]` is the hash of leaves `i * 2^k .. (i + 1) * 2^k`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// How many leaves it has.
    pub(crate) fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// Adds a leaf by its hash.
    pub(crate) fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        let mut level = 0;
        loop {
            if level == self.levels.len() {
                self.levels.push(Vec::new());
            }
            let row = &mut self.levels[level];
            row.push(hash);
            if row.len() % 2 == 1 {
                return;
            }
            hash = node_hash(&row[row.len() - 2], &row[row.len() - 1]);
            level += 1;
        }
    }

    /// Takes leaves off the end until `size` are left.
    pub(crate) fn truncate(&mut self, size: u64) {
        for (level, row) in self.levels.iter_mut().enumerate() {
            row.truncate((size >> level) as usize);
        }
    }

    /// The hashes of the complete subtrees of `2^level` leaves.
    pub(crate) fn level(&self, level: usize) -> &[Hash] {
        self.levels.get(level).map_or(&[], Vec::as_slice)
    }

    /// The root hash; SHA-256 of nothing for the empty tree.
    pub(crate) fn root(&self) -> Hash {
        match self.size() {
            0 => Sha256::digest([]).into(),
            size => self.range(0, size),
        }
    }

    /// The hash of the leaves `start .. end`, where `start` is aligned as RFC 6962 splits.
    fn range(&self, start: u64, end: u64) -> Hash {
        let n = end - start;
        if n.is_power_of_two() {
            let level = n.trailing_zeros() as usize;
            return self.levels[level][(start >> level) as usize];
        }
        let middle = start + split(n);
        node_hash(&self.range(start, middle), &self.range(middle, end))
    }

    /// The audit path of one leaf, from its sibling to the root's child; `None` when there is no such leaf.
    pub(crate) fn prove(&self, index: u64) -> Option<Vec<Hash>> {
        if index >= self.size() {
            return None;
        }
        let (mut start, mut end) = (0, self.size());
        let mut path = Vec::new();
        while end - start > 1 {
            let middle = start + split(end - start);
            if index < middle {
                path.push(self.range(middle, end));
                end = middle;
            } else {
                path.push(self.range(start, middle));
                start = middle;
            }
        }
        path.reverse();
        Some(path)
    }
}

impl FromIterator<Hash> for Tree {
    fn from_iter<I: IntoIterator<Item = Hash>>(leaves: I) -> Self {
        let mut tree = Self::default();
        leaves.into_iter().for_each(|leaf| tree.push(leaf));
        tree
    }
}

/// The largest power of two smaller than `n`, for `n` of 2 or more.
fn split(n: u64) -> u64 {
    1 << (63 - (n - 1).leading_zeros())
}

/// The root that a leaf and its audit path give in a tree of `size`; `None` when the path does not fit.
///
/// RFC 9162, section 2.1.3.2.
pub(crate) fn root_of_path(leaf: Hash, index: u64, size: u64, path: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    let (mut position, mut last) = (index, size - 1);
    let mut hash = leaf;
    for sibling in path {
        if last == 0 {
            return None;
        }
        if position & 1 == 1 || position == last {
            hash = node_hash(sibling, &hash);
            while position & 1 == 0 && position != 0 {
                position >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        position >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, word by word from RFC 6962, section 2.1.
    fn definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Sha256::digest([]).into(),
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(split(leaves.len() as u64) as usize);
                node_hash(&definition(left), &definition(right))
            }
        }
    }

    fn leaves(n: u64) -> Vec<Hash> {
        (0..n).map(|i| leaf_hash(&i.to_be_bytes())).collect()
    }

    #[test]
    fn roots_are_those_of_the_definition() {
        for n in (0..70).chain([255, 256, 257, 1000]) {
            let leaves = leaves(n);
            let tree: Tree = leaves.iter().copied().collect();
            assert_eq!(tree.root(), definition(&leaves), "{n} leaves");
        }
    }

    #[test]
    fn the_root_of_no_leaves_and_of_one_empty_leaf_are_the_published_ones() {
        // The values every implementation of RFC 6962 tests with.
        let published = |text: &str| crate::keys::unhex(text).unwrap();
        assert_eq!(
            Tree::default().root(),
            published("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        );
        assert_eq!(
            leaf_hash(b""),
            published("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
        );
    }

    #[test]
    fn every_leaf_is_proved_and_no_other_passes() {
        for n in 1..40 {
            let leaves = leaves(n);
            let tree: Tree = leaves.iter().copied().collect();
            for (i, leaf) in leaves.iter().enumerate() {
                let i = i as u64;
                let path = tree.prove(i).unwrap();
                assert_eq!(root_of_path(*leaf, i, n, &path), Some(tree.root()));
                assert_ne!(
                    root_of_path(leaf_hash(b"other"), i, n, &path),
                    Some(tree.root())
                );
                for wrong in (0..n).filter(|wrong| *wrong != i) {
                    assert_ne!(root_of_path(*leaf, wrong, n, &path), Some(tree.root()));
                }
            }
            assert_eq!(tree.prove(n), None);
        }
    }
}
