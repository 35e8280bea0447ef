//! Names in parts and forms.

/// Words that stand before a family name and belong to it.
pub(crate) fn is_particle(folded: &str) -> bool {
    matches!(
        folded,
        "van"
            | "von"
            | "de"
            | "der"
            | "den"
            | "del"
            | "della"
            | "di"
            | "da"
            | "dos"
            | "das"
            | "du"
            | "des"
            | "la"
            | "le"
            | "el"
            | "al"
            | "bin"
            | "ibn"
            | "ben"
            | "ter"
            | "ten"
            | "af"
            | "av"
            | "zu"
            | "zur"
            | "st"
            | "ste"
            | "saint"
            | "sainte"
            | "mac"
            | "mc"
            | "o"
            | "y"
            | "lo"
            | "do"
    )
}
