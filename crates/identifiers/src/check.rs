//! Check digit algorithms: digits in, yes or no out. Which number uses which is said on its page.

/// Whether the digits hold by Luhn's rule (ISO/IEC 7812-1): from the right, every second digit
/// doubled, nine subtracted from what exceeds nine, the sum divisible by ten.
pub(crate) fn luhn_holds(digits: impl DoubleEndedIterator<Item = u8>) -> bool {
    luhn_sum(digits, false).is_multiple_of(10)
}

/// The digit that makes what precedes it hold by Luhn's rule.
pub(crate) fn luhn_digit(payload: impl DoubleEndedIterator<Item = u8>) -> u8 {
    ((10 - luhn_sum(payload, true) % 10) % 10) as u8
}

fn luhn_sum(digits: impl DoubleEndedIterator<Item = u8>, mut double: bool) -> u32 {
    let mut sum = 0;
    for digit in digits.rev() {
        let digit = u32::from(digit);
        sum += match (double, digit) {
            (false, digit) => digit,
            (true, digit @ 0..=4) => digit * 2,
            (true, digit) => digit * 2 - 9,
        };
        double = !double;
    }
    sum
}

/// The sum of digit times weight.
pub(crate) fn weighted(digits: impl Iterator<Item = u8>, weights: &[u32]) -> u32 {
    digits
        .zip(weights)
        .map(|(digit, weight)| u32::from(digit) * weight)
        .sum()
}

/// The remainder by 97 of letters and digits read as ISO 7064 does: `A` is 10, `Z` is 35.
pub(crate) fn mod_97(characters: impl Iterator<Item = u8>) -> u32 {
    characters.fold(0, |remainder, byte| match byte {
        b'0'..=b'9' => (remainder * 10 + u32::from(byte - b'0')) % 97,
        _ => {
            (remainder * 100 + u32::from(byte.to_ascii_uppercase().saturating_sub(b'A')) + 10) % 97
        }
    })
}

#[test]
fn the_luhn_digit_of_a_payload_holds() {
    for payload in ["12345678", "00000000", "99999999", "5"] {
        let digits = || payload.bytes().map(|byte| byte - b'0');
        let with_check: Vec<u8> = digits().chain([luhn_digit(digits())]).collect();
        assert!(luhn_holds(with_check.into_iter()));
    }
}
