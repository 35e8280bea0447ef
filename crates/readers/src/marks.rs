//! Bytes in, the places out where any of a few bytes stands, in order.
//!
//! Cells of tables have ten bytes or so: a search that is set up anew for each
//! takes longer than what it passes over. Here eight bytes are looked at in one
//! number, and what was found in them is kept until it is asked for.

const ONES: u64 = u64::from_le_bytes([1; 8]);
const LOW: u64 = u64::from_le_bytes([0x7F; 8]);

/// Goes through the places.
pub(crate) struct Marks<'a, const N: usize> {
    bytes: &'a [u8],
    /// Eight times each byte looked for.
    wanted: [u64; N],
    /// Where the eight bytes looked at begin.
    block: usize,
    /// The highest bit of each of them that is one of the two.
    hits: u64,
}

impl<'a, const N: usize> Marks<'a, N> {
    pub(crate) fn new(bytes: &'a [u8], wanted: [u8; N]) -> Self {
        let mut marks = Self {
            bytes,
            wanted: wanted.map(|byte| ONES * u64::from(byte)),
            block: 0,
            hits: 0,
        };
        marks.look();
        marks
    }

    /// Looks at the eight bytes at `block`.
    #[inline]
    fn look(&mut self) {
        let rest = self.bytes.get(self.block..).unwrap_or_default();
        let (word, seen) = match rest.first_chunk::<8>() {
            Some(chunk) => (u64::from_le_bytes(*chunk), !0),
            None => {
                let mut chunk = [0; 8];
                chunk[..rest.len()].copy_from_slice(rest);
                // What lies behind the end is not there, even if it is looked for.
                (u64::from_le_bytes(chunk), (1 << (8 * rest.len())) - 1)
            }
        };
        let hits = self.wanted.iter().map(|wanted| zeros(word ^ wanted));
        self.hits = hits.fold(0, |all, hits| all | hits) & seen;
    }
}

impl<const N: usize> Iterator for Marks<'_, N> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.hits == 0 {
            self.block += 8;
            if self.block >= self.bytes.len() {
                return None;
            }
            self.look();
        }
        let at = self.block + self.hits.trailing_zeros() as usize / 8;
        self.hits &= self.hits - 1;
        Some(at)
    }
}

/// The highest bit of each byte that is zero.
#[inline]
fn zeros(word: u64) -> u64 {
    !(((word & LOW) + LOW) | word | LOW)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Marks;

    proptest! {
        #[test]
        fn every_place_is_found_once_and_in_order(bytes in prop::collection::vec(prop_oneof![Just(b','), Just(0), Just(b'\n'), any::<u8>()], 0..200), one in any::<u8>()) {
            for (one, other) in [(b',', b'\n'), (0, one), (one, one)] {
                let found: Vec<usize> = Marks::new(&bytes, [one, other]).collect();
                let places = bytes.iter().enumerate().filter(|(_, byte)| **byte == one || **byte == other);
                let places: Vec<usize> = places.map(|(at, _)| at).collect();
                prop_assert_eq!(&found, &places);
                let again: Vec<usize> = Marks::new(&bytes, [one, other, one]).collect();
                prop_assert_eq!(again, places);
            }
        }
    }
}
