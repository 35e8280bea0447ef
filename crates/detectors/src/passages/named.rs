//! Where people are named in a document: a finding in, who is named before it, after it, on its line, in its sentence.

use super::{found::Found, layout::Spot};

/// A place at which a person is named.
#[derive(Clone, Copy)]
pub(crate) struct Name {
    pub(crate) at: u64,
    pub(crate) line: u32,
    pub(crate) person: usize,
    pub(crate) spot: Spot,
    pub(crate) is_labelled: bool,
}

/// Where people are named, in order of position: looked up by halving, so that a long list stays linear.
pub(crate) struct Named(pub(crate) Vec<Name>);

/// No more names are looked at around a finding.
const AROUND: usize = 12;

impl Named {
    pub(crate) fn new(found: &[Found], whose: &[Option<usize>]) -> Self {
        Self(
            found
                .iter()
                .zip(whose)
                .filter_map(|(item, own)| {
                    own.map(|person| Name {
                        at: item.at,
                        line: item.line,
                        person,
                        spot: item.spot,
                        is_labelled: item.is_labelled || item.spot.label.is_some(),
                    })
                })
                .collect(),
        )
    }

    /// The few names before this, the last first.
    pub(super) fn back(&self, item: &Found) -> impl Iterator<Item = &Name> {
        let end = self.0.partition_point(|name| name.at < item.at);
        self.0[end.saturating_sub(AROUND)..end].iter().rev()
    }

    pub(super) fn last_name_before(&self, item: &Found) -> Option<&Name> {
        self.back(item).next()
    }

    pub(crate) fn last_before(&self, item: &Found) -> Option<usize> {
        self.last_name_before(item).map(|name| name.person)
    }

    /// Those named before it on its line, the last first.
    pub(super) fn on_line(&self, item: &Found) -> impl Iterator<Item = &Name> {
        self.back(item).take_while(|name| name.line == item.line)
    }

    /// The last person named before it on the same line.
    pub(crate) fn before_on_line(&self, item: &Found) -> Option<usize> {
        self.on_line(item).next().map(|name| name.person)
    }

    pub(super) fn above(&self, item: &Found, most_lines: u32) -> impl Iterator<Item = &Name> {
        let line = item.line;
        self.back(item)
            .filter(move |name| name.line < line)
            .take_while(move |name| line - name.line <= most_lines)
    }

    /// The last who fits and is named before it.
    pub(crate) fn before(
        &self,
        item: &Found,
        most_lines: u32,
        fits: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        self.back(item)
            .take_while(|name| item.line - name.line <= most_lines)
            .find(|name| fits(name.person))
            .map(|name| name.person)
    }

    /// The first name after it that fits.
    pub(super) fn after(
        &self,
        item: &Found,
        most_lines: u32,
        fits: impl Fn(&Name) -> bool,
    ) -> Option<usize> {
        let first = self.0.partition_point(|name| name.at <= item.at);
        self.0[first..]
            .iter()
            .take(AROUND)
            .take_while(|name| name.line - item.line <= most_lines)
            .find(|name| fits(name))
            .map(|name| name.person)
    }

    /// The last who fits and is named before it in the same sentence.
    pub(super) fn before_in_sentence(
        &self,
        item: &Found,
        fits: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        self.back(item)
            .take_while(|name| name.spot.sentence == item.spot.sentence)
            .find(|name| fits(name.person))
            .map(|name| name.person)
    }

    /// Whoever begins the line, when something else stands on it.
    pub(crate) fn row(&self, item: &Found) -> Option<usize> {
        let begins = |name: &&Name| name.spot.leads;
        self.on_line(item)
            .find(begins)
            .or_else(|| {
                // The lines below a name that are set in go on with it.
                self.back(item).next().filter(|name| {
                    name.spot.leads
                        && item.line - name.line <= 2
                        && name.spot.block == item.spot.block
                        && item.spot.cell > name.spot.cell.min(1)
                })
            })
            .map(|name| name.person)
    }

    /// The only one who fits and is named on the line, before it or after.
    pub(super) fn only_on_line(&self, item: &Found, fits: impl Fn(usize) -> bool) -> Option<usize> {
        let middle = self.0.partition_point(|name| name.at < item.at);
        let around = middle.saturating_sub(AROUND)..(middle + AROUND).min(self.0.len());
        let mut on_line = self.0[around]
            .iter()
            .filter(|name| name.line == item.line && fits(name.person))
            .map(|name| name.person);
        let first = on_line.next()?;
        on_line.all(|other| other == first).then_some(first)
    }

    /// Who is named first in the block in which it stands.
    pub(super) fn first_of_block(&self, item: &Found) -> Option<usize> {
        self.back(item)
            .take_while(|name| name.spot.block == item.spot.block)
            .last()
            .map(|name| name.person)
    }

    /// The nearest person who fits, among the few named around this position.
    pub(crate) fn nearest(
        &self,
        item: &Found,
        most_lines: u32,
        fits: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let middle = self.0.partition_point(|name| name.at < item.at);
        let around = middle.saturating_sub(AROUND)..(middle + AROUND).min(self.0.len());
        self.0[around]
            .iter()
            .filter(|name| name.line.abs_diff(item.line) <= most_lines && fits(name.person))
            .min_by_key(|name| {
                (
                    name.line.abs_diff(item.line),
                    name.at.abs_diff(item.at),
                    name.person,
                )
            })
            .map(|name| name.person)
    }
}
