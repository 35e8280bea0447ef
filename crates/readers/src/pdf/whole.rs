//! Whether all pages of a PDF are there: the file's end, its page tree, and the pages that no tree names any more.
//!
//! A file that was cut off keeps a prefix of its objects, and a program that
//! follows the references that are left sees a document with fewer pages, or
//! none, and nothing wrong. What is missing is said here; pages whose tree is
//! lost are found by what they are.
//!
//! Format: ISO 32000-1, 7.5 (file structure), 7.7.3 (page tree).

use std::collections::HashSet;

use lopdf::{Document, Object, ObjectId};
use memchr::memmem;
use whose_model::Cause;

use super::{MAX_PAGES, dict, resolve};
use crate::exhibit::Reading;

/// Levels of a page tree that are followed.
const MAX_DEPTH: usize = 64;

/// The pages of a file in their order, those that no tree names at the end.
pub(super) struct Tree {
    pub(super) pages: Vec<ObjectId>,
    /// Something that the tree names is not there, or it promises more than it names.
    is_torn: bool,
}

/// Looks for all pages. `is_cut` when the file does not end as it should.
pub(super) fn tree(doc: &Document, is_cut: bool) -> Tree {
    let mut pages: Vec<ObjectId> = doc.page_iter().take(MAX_PAGES).collect();
    let is_torn = match doc
        .catalog()
        .ok()
        .and_then(|root| dict(doc, root, b"Pages"))
    {
        Some(root) => {
            let promised = root
                .get(b"Count")
                .ok()
                .and_then(|count| resolve(doc, count).as_i64().ok())
                .unwrap_or(0);
            let n = i64::try_from(pages.len()).unwrap_or(i64::MAX);
            has_holes(doc, root) && promised > n || pages.is_empty() && promised > 0
        }
        None => true,
    };
    if is_torn || is_cut {
        let known: HashSet<ObjectId> = pages.iter().copied().collect();
        let is_page = |object: &Object| object.as_dict().is_ok_and(|dict| dict.has_type(b"Page"));
        let lost = doc
            .objects
            .iter()
            .filter(|(id, object)| is_page(object) && !known.contains(id))
            .map(|(id, _)| *id);
        let room = MAX_PAGES.saturating_sub(pages.len());
        pages.extend(lost.take(room));
    }
    Tree { pages, is_torn }
}

/// Whether a tree of pages names a part that is not in the file.
fn has_holes(doc: &Document, root: &lopdf::Dictionary) -> bool {
    let mut seen = HashSet::new();
    let mut open = vec![(root, 0_usize)];
    while let Some((node, depth)) = open.pop() {
        let Some(kids) = super::array(doc, node, b"Kids") else {
            // A page, or a node that lost what it names.
            if node.has_type(b"Pages") {
                return true;
            }
            continue;
        };
        for kid in kids {
            if kid.as_reference().is_ok_and(|id| !seen.insert(id)) {
                continue;
            }
            match resolve(doc, kid).as_dict() {
                Ok(kid) if depth < MAX_DEPTH => open.push((kid, depth + 1)),
                Ok(_) => {}
                Err(_) => return true,
            }
        }
        if seen.len() > MAX_PAGES {
            break;
        }
    }
    false
}

/// Says what is missing, if anything is.
pub(super) fn tell(tree: &Tree, is_cut: bool, reading: &mut Reading<'_>) {
    if is_cut {
        let detail =
            "the file is cut off before its end; the pages and parts that stood after are lost";
        reading.gap(Cause::Truncated, detail);
    } else if tree.pages.is_empty() {
        reading.gap(Cause::Corrupt, "it has no pages that can be found");
    } else if tree.is_torn {
        let detail = "its table of pages names pages that are not in the file";
        reading.gap(Cause::Corrupt, detail);
    }
}

/// Whether the bytes stop before the file's end: parts of it stand after the last mark of an end, or there is none.
pub(super) fn is_cut(bytes: &[u8]) -> bool {
    let last = |mark: &[u8]| memmem::rfind(bytes, mark);
    let end = last(b"startxref").max(last(b"%%EOF"));
    end.is_none() || end < last(b"endobj").max(last(b"0 obj"))
}
