//! Seeds to synthetic numbers: a permutation, so that two seeds never give one number.

/// A place in `0..n` for a seed: seeds below `n` each get their own, in no visible order.
///
/// A four round Feistel network over the next power of four, walked until it lands below `n`.
pub(crate) fn scatter(seed: u64, n: u64) -> u64 {
    let n = n.max(1);
    let half_bits = (64 - (n - 1).leading_zeros()).div_ceil(2).max(1);
    let mask = (1_u64 << half_bits) - 1;
    let mut at = seed % n;
    loop {
        let (mut left, mut right) = (at >> half_bits, at & mask);
        for round in 1..=4_u64 {
            (left, right) = (right, left ^ (mix(right ^ (round << 56)) & mask));
        }
        at = (left << half_bits) | right;
        if at < n {
            return at;
        }
    }
}

/// 64 bits that follow from 64 bits without looking alike (the finaliser of SplitMix64).
pub(crate) fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A text of a form for a seed: `9` becomes a digit, `A` a letter, anything else stays.
pub(crate) fn of_form(form: &str, seed: u64) -> String {
    let base = |byte| match byte {
        b'9' => 10_u64,
        b'A' => 26,
        _ => 1,
    };
    let n = form
        .bytes()
        .fold(1_u64, |n, byte| n.saturating_mul(base(byte)))
        .min(1 << 62);
    let mut rest = scatter(seed, n);
    form.bytes()
        .map(|byte| {
            let n = base(byte);
            let digit = (rest % n) as u8;
            rest /= n;
            char::from(match byte {
                b'9' => b'0' + digit,
                b'A' => b'A' + digit,
                itself => itself,
            })
        })
        .collect()
}

/// A number of so many digits for a seed, the first of them not 0.
pub(crate) fn digits(seed: u64, n_digits: u32) -> String {
    let low = 10_u64.pow(n_digits.saturating_sub(1));
    (low + scatter(seed, low * 9)).to_string()
}

#[test]
fn two_seeds_never_share_a_place() {
    for n in [1, 2, 7, 1000, 4096, 5001] {
        let mut places: Vec<u64> = (0..n).map(|seed| scatter(seed, n)).collect();
        places.sort_unstable();
        assert!(places.iter().copied().eq(0..n));
    }
}
