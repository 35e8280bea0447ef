//! A tree and its entries in, tile paths and tile bytes out, and entry bundles back.
//!
//! Format: C2SP tlog-tiles. Only the latest partial tile of each row is kept:
//! an older one is a prefix of it.

use super::merkle::Tree;

/// Hashes in a full tile.
pub(crate) const WIDTH: u64 = 256;
/// The most bytes an entry can have: its length is written in 16 bits.
pub(crate) const MAX_ENTRY: usize = u16::MAX as usize;

/// `001` or `x001/x234/067`.
fn index_path(index: u64) -> String {
    let mut path = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    path
}

/// `tile/0/001` or `tile/entries/001.p/17`; `row` is a level or `entries`.
pub(crate) fn path(row: &str, index: u64, width: u64) -> String {
    match width {
        WIDTH => format!("tile/{row}/{}", index_path(index)),
        _ => format!("tile/{row}/{}.p/{width}", index_path(index)),
    }
}

/// Which tiles a tree of this size has in one row: (index, width), the partial one last.
///
/// `n_hashes` is how many hashes the row has: the size divided by 256 to the power of the level.
pub(crate) fn of_row(n_hashes: u64) -> impl Iterator<Item = (u64, u64)> {
    let n_full = n_hashes / WIDTH;
    let partial = n_hashes % WIDTH;
    (0..n_full)
        .map(|index| (index, WIDTH))
        .chain((partial > 0).then_some((n_full, partial)))
}

/// How many rows of tiles above the entries a tree of this size has.
pub(crate) fn n_levels(size: u64) -> usize {
    let mut n_hashes = size;
    let mut levels = 0;
    while n_hashes > 0 {
        levels += 1;
        n_hashes /= WIDTH;
    }
    levels
}

/// The bytes of a tile of hashes.
pub(crate) fn tile_bytes(tree: &Tree, level: usize, index: u64, width: u64) -> Vec<u8> {
    let start = (index * WIDTH) as usize;
    tree.level(level * 8)[start..start + width as usize].concat()
}

/// The bytes of an entry bundle: each entry after its length, big-endian in 16 bits.
pub(crate) fn bundle_bytes(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in entries {
        bytes.extend_from_slice(&(entry.len() as u16).to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    bytes
}

/// The entries of a bundle; `None` when the lengths do not add up.
pub(crate) fn read_bundle(mut bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        let (len, rest) = bytes.split_first_chunk::<2>()?;
        let (entry, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))?;
        entries.push(entry.to_vec());
        bytes = rest;
    }
    Some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        assert_eq!(path("0", 1_234_067, WIDTH), "tile/0/x001/x234/067");
        assert_eq!(path("entries", 0, 5), "tile/entries/000.p/5");
        assert_eq!(path("1", 1000, 255), "tile/1/x001/000.p/255");
    }

    #[test]
    fn a_tree_of_70000_has_the_tiles_of_the_specification() {
        let row = |n| {
            let tiles: Vec<_> = of_row(n).collect();
            let n_full = tiles.iter().filter(|tile| tile.1 == WIDTH).count();
            (n_full, tiles.last().map(|tile| tile.1 % WIDTH))
        };
        assert_eq!(row(70_000), (273, Some(112)));
        assert_eq!(row(70_000 / 256), (1, Some(17)));
        assert_eq!(row(70_000 / 65_536), (0, Some(1)));
        assert_eq!(n_levels(70_000), 3);
        assert_eq!((n_levels(0), n_levels(255), n_levels(256)), (0, 1, 2));
    }

    #[test]
    fn bundles_survive_and_cut_ones_are_refused() {
        let entries = vec![b"one".to_vec(), Vec::new(), vec![7; MAX_ENTRY]];
        let bytes = bundle_bytes(&entries);
        assert_eq!(read_bundle(&bytes).unwrap(), entries);
        assert!(read_bundle(&bytes[..bytes.len() - 1]).is_none());
        assert!(read_bundle(&bytes[..1]).is_none());
    }
}
