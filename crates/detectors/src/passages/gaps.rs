//! `Gaps`: where a text has tabs and wide gaps, which set a label apart from its value and one cell from another.
//!
//! Asked from left to right, it looks at each byte once, whatever the text looks like.

use std::sync::LazyLock;

use memchr::memmem::Finder;

/// Tabs and wide gaps of a text, each found once.
pub(super) struct Gaps<'t> {
    text: &'t [u8],
    tab: usize,
    wide: usize,
}

impl<'t> Gaps<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        let mut gaps = Self {
            text,
            tab: 0,
            wide: 0,
        };
        gaps.find_tab(0);
        gaps.find_wide(0);
        gaps
    }

    fn find_tab(&mut self, from: usize) {
        let at = memchr::memchr(b'\t', &self.text[from..]);
        self.tab = at.map_or(usize::MAX, |at| from + at);
    }

    fn find_wide(&mut self, from: usize) {
        static WIDE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"  "));
        let at = WIDE.find(&self.text[from..]);
        self.wide = at.map_or(usize::MAX, |at| from + at);
    }

    /// The first that stands here or later; asked for one place after the other.
    pub(super) fn first_from(&mut self, at: usize) -> usize {
        if self.tab < at {
            self.find_tab(at);
        }
        if self.wide < at {
            self.find_wide(at);
        }
        self.tab.min(self.wide)
    }
}

#[test]
fn the_first_gap_from_any_place_on_is_found() {
    let text = b"a\tb  c \t d  e   f";
    let of =
        |at: usize| (at..text.len()).find(|&at| text[at] == b'\t' || text[at..].starts_with(b"  "));
    let mut gaps = Gaps::new(text);
    for at in 0..text.len() {
        assert_eq!(gaps.first_from(at), of(at).unwrap_or(usize::MAX));
    }
    assert_eq!(Gaps::new(b"").first_from(0), usize::MAX);
}
