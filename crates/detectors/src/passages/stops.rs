//! Where a labelled name ends: at the words and signs that follow names in forms and sentences.

use crate::elements::name;

/// What follows a name in forms and sentences; each begins with a space or a comma.
const STOPS: &[&str] = &[
    " - ",
    " – ",
    " — ",
    "  ",
    " DOB",
    " dob",
    " DDN",
    " né ",
    " née ",
    " né(e)",
    " born",
    " HCN",
    " MRN",
    " NAM",
    " aged",
    " age ",
    ", MD",
    ", M.D",
    ", née",
    ", né",
    " is ",
    " was ",
    " et ",
    " and ",
    " a été",
    " est ",
    ", PO Box",
    ", P.O. Box",
    ", C.P.",
    ", CP ",
    ", Case postale",
    ", case postale",
    ", RR ",
    ", General Delivery",
    ", Poste restante",
];

/// Whether one of them goes on with this byte.
const STOPS_GO_ON: [bool; 256] = {
    let mut goes_on = [false; 256];
    let mut n = 0;
    while n < STOPS.len() {
        goes_on[STOPS[n].as_bytes()[1] as usize] = true;
        n += 1;
    }
    goes_on
};

/// How long the name at the beginning of a value is.
///
/// It ends at a digit, a bracket, a dash between spaces, or the words that follow names in forms.
pub(super) fn name_end(raw: &str) -> usize {
    let end = raw
        .find(|ch: char| {
            ch.is_ascii_digit() || matches!(ch, '(' | '[' | '|' | '/' | ';' | '<' | '@')
        })
        .unwrap_or(raw.len());
    let bytes = &raw.as_bytes()[..end];
    let is_stop = |at: &usize| {
        matches!(bytes[*at], b' ' | b',')
            && bytes
                .get(*at + 1)
                .is_some_and(|b| STOPS_GO_ON[usize::from(*b)])
            && STOPS
                .iter()
                .any(|stop| bytes[*at..].starts_with(stop.as_bytes()))
    };
    let end = (0..end).find(is_stop).unwrap_or(end);
    // `Luc Roy, dossier 143552`: a word in small letters behind two of a name.
    let goes_on = |at: &usize| {
        let rest = raw[at + 1..end].trim_start();
        let word = rest.split([' ', ',']).next().unwrap_or("");
        raw[..*at].contains(' ')
            && raw.starts_with(char::is_uppercase)
            && word.chars().count() > 2
            && word.chars().all(char::is_lowercase)
            && !name::PARTICLES.contains(&word)
    };
    raw[..end]
        .match_indices(',')
        .map(|(at, _)| at)
        .find(goes_on)
        .unwrap_or(end)
}

#[test]
fn a_name_ends_where_something_else_begins() {
    for (value, name) in [
        ("Anna Roy - follow-up", "Anna Roy"),
        ("Anna Roy, MD", "Anna Roy"),
        ("Anna Roy n\u{e9}e en 1985", "Anna Roy"),
        ("Anna Roy (mother)", "Anna Roy"),
        ("Anna Roy et Luc", "Anna Roy"),
        ("Anna Estrada", "Anna Estrada"),
        ("Anna Roy, PO Box 1687, La Ronge", "Anna Roy"),
        ("Anna Roy, C.P. 12, Rimouski", "Anna Roy"),
        ("Luc Roy, dossier 14", "Luc Roy"),
        ("Roy, Luc", "Roy, Luc"),
        ("roy, luc", "roy, luc"),
    ] {
        assert_eq!(value[..name_end(value)].trim_end(), name);
    }
}
