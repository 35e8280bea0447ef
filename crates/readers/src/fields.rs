//! Numbers of fixed width in bytes in, their values out; what lies past the end is 0, so that a cut header never panics.

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $kind:ty, $from:ident) => {
        $(#[$doc])*
        pub(crate) fn $name(bytes: &[u8], at: usize) -> $kind {
            at.checked_add(size_of::<$kind>())
                .and_then(|end| bytes.get(at..end))
                .and_then(|part| part.try_into().ok())
                .map_or(0, <$kind>::$from)
        }
    };
}

number!(
    /// Two bytes, the low one first.
    le16, u16, from_le_bytes
);
number!(
    /// Four bytes, the low one first.
    le32, u32, from_le_bytes
);
number!(
    /// Eight bytes, the low one first.
    le64, u64, from_le_bytes
);
number!(
    /// Two bytes, the high one first.
    be16, u16, from_be_bytes
);
number!(
    /// Four bytes, the high one first.
    be32, u32, from_be_bytes
);
number!(
    /// Eight bytes, the high one first.
    be64, u64, from_be_bytes
);

/// UTF-16 with the low byte first, up to the first zero.
pub(crate) fn wide_text(bytes: &[u8]) -> String {
    let units = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .take_while(|unit| *unit != 0);
    char::decode_utf16(units)
        .map(|ch| ch.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}
