//! A store whose tree of pages is torn in; the entries of every page that is still whole out.
//!
//! The file is searched once, at each place where a page may stand, for pages
//! at the bottom of either tree whose checksum holds. Pages that were given up
//! stay in a file, so of several entries for one number the one from the page
//! written last is taken; a block found this way still has to name itself.

use super::ndb::{Layout, Node, Page, Place, number, read_at};
use crate::source::ReadSeek;

/// Entries that are kept.
const MAX_ENTRIES: usize = 16 << 20;
/// Bytes read at once.
const STEP: usize = 1 << 20;

/// What a search of the whole file found, sorted.
#[derive(Default)]
pub(super) struct Recovered {
    nodes: Vec<Node>,
    places: Vec<Place>,
}

impl Recovered {
    pub(super) fn search(file: &mut dyn ReadSeek, len: u64, layout: Layout) -> Self {
        let page_len = layout.page_len();
        // With the number of the page, which grows with time.
        let mut nodes: Vec<(u64, Node)> = Vec::new();
        let mut places: Vec<(u64, Place)> = Vec::new();
        let mut at = 0;
        while at < len {
            let n = STEP.min(usize::try_from(len - at).unwrap_or(STEP));
            let Ok(bytes) = read_at(file, at, n) else {
                break;
            };
            at += n as u64;
            for bytes in bytes.chunks_exact(page_len) {
                let (kind_at, written_at) = match layout {
                    Layout::Ansi => (500, 504),
                    Layout::Unicode => (496, 504),
                    Layout::Unicode4k => (4072, 4080),
                };
                if !matches!(bytes[kind_at], 0x80 | 0x81) {
                    continue;
                }
                let written = number(bytes, written_at, layout.id_len()).unwrap_or(0);
                let Some(page) = Page::parse(bytes.to_vec(), layout)
                    .filter(|page| page.level == 0 && page.is_sealed(layout))
                else {
                    continue;
                };
                if nodes.len() + places.len() > MAX_ENTRIES {
                    break;
                }
                if page.kind == 0x81 {
                    let found = page
                        .entries()
                        .filter_map(|entry| Node::parse(entry, layout));
                    nodes.extend(found.map(|node| (written, node)));
                } else {
                    let found = page
                        .entries()
                        .filter_map(|entry| Place::parse(entry, layout));
                    places.extend(found.map(|place| (written, place)));
                }
            }
        }
        nodes.sort_by_key(|(written, node)| (node.id, std::cmp::Reverse(*written)));
        nodes.dedup_by_key(|(_, node)| node.id);
        places.sort_by_key(|(written, place)| (place.id & !1, std::cmp::Reverse(*written)));
        places.dedup_by_key(|(_, place)| place.id & !1);
        Self {
            nodes: nodes.into_iter().map(|(_, node)| node).collect(),
            places: places.into_iter().map(|(_, place)| place).collect(),
        }
    }

    pub(super) fn node(&self, id: u32) -> Option<Node> {
        let at = self.nodes.binary_search_by_key(&id, |node| node.id).ok()?;
        self.nodes.get(at).copied()
    }

    pub(super) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    pub(super) fn place(&self, id: u64) -> Option<Place> {
        let key = |place: &Place| place.id & !1;
        let at = self.places.binary_search_by_key(&(id & !1), key).ok()?;
        self.places.get(at).copied()
    }
}
