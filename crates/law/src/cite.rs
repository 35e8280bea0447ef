//! `S101, S65 (s. 4)` -> the ids of sources in it, so that no rule rests on a source that nobody can find.

/// The ids of sources in a text, in order.
pub(crate) fn ids(text: &str) -> Vec<&str> {
    text.split(|ch: char| !ch.is_ascii_alphanumeric())
        .filter(|word| is_id(word))
        .collect()
}

fn is_id(word: &str) -> bool {
    let Some(rest) = word.strip_prefix('S') else {
        return false;
    };
    let digits = rest.trim_end_matches(|ch: char| ch.is_ascii_lowercase());
    !digits.is_empty()
        && rest.len() - digits.len() <= 1
        && digits.len() >= 2
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Sorts `S2` before `S10`.
pub(crate) fn order(id: &str) -> (u32, &str) {
    let digits: String = id.chars().filter(char::is_ascii_digit).collect();
    (digits.parse().unwrap_or(u32::MAX), id)
}

#[test]
fn ids_are_found_among_words() {
    assert_eq!(
        ids("S101, S17b (s. 108), SOR/2018-64; S9 and CFRS12"),
        ["S101", "S17b"]
    );
}
