//! A PDF that was saved again behind its first end in; what the versions before said and the last no longer says out.
//!
//! A program that changes a PDF may write what is new behind the old end and
//! leave the old there: a name that was taken off a page still stands in the
//! file, for whoever cuts it off at that end. So each version is read, and
//! the lines are given that no later page says. Pictures of earlier versions are
//! not looked at.
//!
//! Format: ISO 32000-1, 7.5.6 (incremental updates).

use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
    panic::{AssertUnwindSafe, catch_unwind},
};

use lopdf::{Document, LoadOptions};
use memchr::memmem;
use whose_model::{Cause, PassageKind};

use super::{MAX_PAGES, content::Fonts, page_text};
use crate::exhibit::Reading;

/// Versions of one file that are read, and their bytes in all.
const MAX_VERSIONS: usize = 16;
const MAX_BYTES: usize = 512 << 20;

/// Earlier versions of a file, and what is known to be said without them.
pub(super) struct Earlier<'b> {
    versions: Vec<&'b [u8]>,
    /// Digests of lines.
    said: HashSet<u64>,
    digests: RandomState,
}

impl<'b> Earlier<'b> {
    pub(super) fn new(bytes: &'b [u8], is_cut: bool) -> Self {
        const END: &[u8] = b"%%EOF";
        // Places are counted from the mark of the format.
        let head = bytes.get(..1024).unwrap_or(bytes);
        let base = memmem::find(head, b"%PDF-").unwrap_or(0);
        let ends = memmem::find_iter(bytes, END).map(|at| at + END.len());
        let mut versions: Vec<&[u8]> = ends.map(|end| &bytes[..end]).collect();
        if !is_cut {
            // The last end is the file's own.
            versions.pop();
        }
        versions.retain(|version| is_whole(version, base));
        Self {
            versions,
            said: HashSet::new(),
            digests: RandomState::new(),
        }
    }

    /// Remembers what a page says.
    pub(super) fn keep(&mut self, text: &str) {
        if !self.versions.is_empty() {
            let digests = text.lines().map(|line| self.digest(line));
            let digests: Vec<u64> = digests.collect();
            self.said.extend(digests);
        }
    }

    /// Of the words, so that another layout is not another line.
    fn digest(&self, line: &str) -> u64 {
        let words: Vec<&str> = line.split_whitespace().collect();
        self.digests.hash_one(words)
    }

    /// Gives what the versions say and no page did, the latest first.
    pub(super) fn tell(mut self, password: &str, max: usize, reading: &mut Reading<'_>) {
        let mut versions = std::mem::take(&mut self.versions);
        let n_all = versions.len();
        let mut left = MAX_BYTES;
        for n in (0..n_all).rev() {
            let Some(bytes) = versions.pop() else { return };
            let next = left.checked_sub(bytes.len());
            let Some(next) = next.filter(|_| n_all - n <= MAX_VERSIONS) else {
                let detail = "more earlier versions in one file than are read";
                return reading.gap(Cause::TooLarge, detail);
            };
            left = next;
            reading.pulse();
            let told = catch_unwind(AssertUnwindSafe(|| self.pages(bytes, password, max)));
            for (page, text) in told.unwrap_or_default() {
                reading.next_document();
                let part = format!("earlier version {}, page {page}", n + 1);
                reading.part(&part, &text, PassageKind::Body);
            }
        }
    }

    /// The lines of each page of a version that were not said yet.
    fn pages(&mut self, bytes: &[u8], password: &str, max: usize) -> Vec<(u32, String)> {
        let mut options = LoadOptions::with_max_decompressed_size(max);
        if !password.is_empty() {
            options.password = Some(password.to_owned());
        }
        let Ok(doc) = Document::load_mem_with_options(bytes, options) else {
            return Vec::new();
        };
        let mut fonts = Fonts::default();
        let mut told = Vec::new();
        for (page, number) in doc.page_iter().take(MAX_PAGES).zip(1_u32..) {
            let Ok((text, comments, _)) = page_text(&doc, page, &mut fonts) else {
                fonts = Fonts::default();
                continue;
            };
            let lines = text.lines().chain(comments.lines());
            let gone: Vec<&str> = lines
                .filter(|line| {
                    let digest = self.digest(line);
                    line.chars().any(char::is_alphanumeric) && self.said.insert(digest)
                })
                .collect();
            if !gone.is_empty() {
                told.push((number, gone.join("\n")));
            }
        }
        told
    }
}

/// Whether bytes end as a file does: with the place of a table of its parts, and there is one. An enclosed file ends in the
/// middle too, but its places are its own; in front of a file made for the web stands an end without a place.
fn is_whole(version: &[u8], base: usize) -> bool {
    let tail = version.get(version.len().saturating_sub(64)..);
    let tail = tail.unwrap_or(version);
    let Some(at) = memmem::rfind(tail, b"startxref") else {
        return false;
    };
    let words = tail[at..].split(u8::is_ascii_whitespace);
    let place = words.filter(|word| !word.is_empty()).nth(1);
    let place = place.and_then(|word| std::str::from_utf8(word).ok()?.parse::<usize>().ok());
    let table = place.and_then(|place| version.get(base.checked_add(place)?..));
    let Some(table) = table.map(<[u8]>::trim_ascii_start) else {
        return false;
    };
    let mut words = table.split(u8::is_ascii_whitespace).take(3);
    let is_number = |word: Option<&[u8]>| {
        word.is_some_and(|it| !it.is_empty() && it.iter().all(u8::is_ascii_digit))
    };
    table.starts_with(b"xref")
        || is_number(words.next())
            && is_number(words.next())
            && words.next().is_some_and(|it| it.starts_with(b"obj"))
}
