//! Provinces, territories, states and countries by the names that reports use, in both languages.
//!
//! Source of the codes: ISO 3166-1 and 3166-2.

use crate::words::fold;

/// Names without accents, in small letters, and their codes.
const NAMES: &[(&str, &str)] = &[
    ("alberta", "ca-ab"),
    ("alta.", "ca-ab"),
    ("british columbia", "ca-bc"),
    ("b.c.", "ca-bc"),
    ("colombie-britannique", "ca-bc"),
    ("manitoba", "ca-mb"),
    ("new brunswick", "ca-nb"),
    ("nouveau-brunswick", "ca-nb"),
    ("newfoundland and labrador", "ca-nl"),
    ("newfoundland", "ca-nl"),
    ("terre-neuve-et-labrador", "ca-nl"),
    ("nova scotia", "ca-ns"),
    ("nouvelle-ecosse", "ca-ns"),
    ("northwest territories", "ca-nt"),
    ("territoires du nord-ouest", "ca-nt"),
    ("nunavut", "ca-nu"),
    ("ontario", "ca-on"),
    ("ont.", "ca-on"),
    ("prince edward island", "ca-pe"),
    ("p.e.i.", "ca-pe"),
    ("ile-du-prince-edouard", "ca-pe"),
    ("quebec", "ca-qc"),
    ("saskatchewan", "ca-sk"),
    ("sask.", "ca-sk"),
    ("yukon", "ca-yt"),
    ("canada", "ca"),
    ("canadian", "ca"),
    ("united states", "us"),
    ("u.s.", "us"),
    ("etats-unis", "us"),
    ("united kingdom", "gb"),
    ("england", "gb"),
    ("scotland", "gb"),
    ("royaume-uni", "gb"),
    ("france", "fr"),
    ("ireland", "ie"),
    ("australia", "au"),
    ("australie", "au"),
    ("new zealand", "nz"),
    ("germany", "de"),
    ("india", "in"),
    ("netherlands", "nl"),
    ("pays-bas", "nl"),
    ("spain", "es"),
    ("espagne", "es"),
    ("italy", "it"),
    ("italie", "it"),
    ("denmark", "dk"),
    ("danemark", "dk"),
    ("sweden", "se"),
    ("finland", "fi"),
    ("norway", "no"),
    ("singapore", "sg"),
    ("belgium", "be"),
    ("belgique", "be"),
    ("suisse", "ch"),
    ("switzerland", "ch"),
    // As the Associated Press shortens them after a town; those that are words of another sense are left out.
    ("ala.", "us-al"),
    ("ariz.", "us-az"),
    ("ark.", "us-ar"),
    ("calif.", "us-ca"),
    ("colo.", "us-co"),
    ("conn.", "us-ct"),
    ("fla.", "us-fl"),
    ("ky.", "us-ky"),
    ("mich.", "us-mi"),
    ("minn.", "us-mn"),
    ("okla.", "us-ok"),
    ("ore.", "us-or"),
    ("tenn.", "us-tn"),
    ("wash.", "us-wa"),
    ("wis.", "us-wi"),
    ("alabama", "us-al"),
    ("alaska", "us-ak"),
    ("arizona", "us-az"),
    ("arkansas", "us-ar"),
    ("california", "us-ca"),
    ("colorado", "us-co"),
    ("connecticut", "us-ct"),
    ("delaware", "us-de"),
    ("florida", "us-fl"),
    ("hawaii", "us-hi"),
    ("idaho", "us-id"),
    ("illinois", "us-il"),
    ("indiana", "us-in"),
    ("iowa", "us-ia"),
    ("kansas", "us-ks"),
    ("kentucky", "us-ky"),
    ("louisiana", "us-la"),
    ("maryland", "us-md"),
    ("massachusetts", "us-ma"),
    ("michigan", "us-mi"),
    ("minnesota", "us-mn"),
    ("mississippi", "us-ms"),
    ("missouri", "us-mo"),
    ("montana", "us-mt"),
    ("nebraska", "us-ne"),
    ("nevada", "us-nv"),
    ("new hampshire", "us-nh"),
    ("new jersey", "us-nj"),
    ("new mexico", "us-nm"),
    ("new york", "us-ny"),
    ("north carolina", "us-nc"),
    ("north dakota", "us-nd"),
    ("ohio", "us-oh"),
    ("oklahoma", "us-ok"),
    ("oregon", "us-or"),
    ("pennsylvania", "us-pa"),
    ("rhode island", "us-ri"),
    ("south carolina", "us-sc"),
    ("south dakota", "us-sd"),
    ("tennessee", "us-tn"),
    ("texas", "us-tx"),
    ("utah", "us-ut"),
    ("vermont", "us-vt"),
    ("west virginia", "us-wv"),
    ("virginia", "us-va"),
    ("wisconsin", "us-wi"),
    ("wyoming", "us-wy"),
    ("puerto rico", "us-pr"),
];

/// Towns that are often written beside a victim's name and are none.
const TOWNS: &[&str] = &[
    "toronto",
    "montreal",
    "vancouver",
    "calgary",
    "edmonton",
    "ottawa",
    "winnipeg",
    "halifax",
    "regina",
    "saskatoon",
    "quebec city",
    "hamilton",
    "london",
    "north battleford",
    "prince albert",
    "st. john's",
    "fredericton",
    "moncton",
    "victoria",
    "gatineau",
    "sherbrooke",
    "laval",
    "chicoutimi",
    "saguenay",
    "trois-rivieres",
    "longueuil",
    "mississauga",
    "kingston",
    "windsor",
    "new york city",
    "chicago",
    "boston",
    "los angeles",
    "washington",
    "whitehorse",
    "yellowknife",
    "iqaluit",
    "charlottetown",
    "thunder bay",
    "sudbury",
    "barrie",
    "kelowna",
    "paris",
];

/// The code of a place by its name.
pub(crate) fn code(name: &str) -> Option<&'static str> {
    let folded = fold(name.trim());
    let bare = folded.trim_end_matches("'s");
    NAMES
        .iter()
        .find(|(known, _)| *known == bare || known.trim_end_matches('.') == bare)
        .map(|(_, code)| *code)
}

/// Whether it is the name of a town.
pub(crate) fn is_town(name: &str) -> bool {
    let folded = fold(name.trim());
    TOWNS.contains(&folded.trim_end_matches("'s"))
}

/// Towns that a sentence names, as it writes them.
pub(crate) fn towns(text: &str) -> Vec<String> {
    crate::read::names::names_in(text)
        .into_iter()
        .map(|(name, _, _)| name)
        .filter(|name| is_town(name))
        .collect()
}

/// Every place that a sentence names, with where it stands.
pub(crate) fn find(text: &str) -> Vec<(&'static str, usize)> {
    let folded = fold(text);
    let mut found: Vec<(&'static str, usize, usize)> = Vec::new();
    for (name, code) in NAMES {
        let mut from = 0;
        while let Some(at) = folded.get(from..).and_then(|rest| rest.find(name)) {
            let (start, end) = (from + at, from + at + name.len());
            from = end;
            let is_word = |ch: Option<char>| ch.is_none_or(|ch| !ch.is_alphanumeric());
            let is_whole = is_word(
                folded
                    .get(..start)
                    .and_then(|before| before.chars().next_back()),
            ) && (name.ends_with('.')
                || is_word(folded.get(end..).and_then(|after| after.chars().next())));
            let is_taken = found.iter().any(|(_, s, e)| *s < end && start < *e);
            let after = folded.get(end..).unwrap_or("");
            let is_office = [" department", " district court", " attorney", " secretary"]
                .iter()
                .any(|office| after.starts_with(office));
            if is_whole && !is_taken && !is_office && !is_in_name(text, &folded, start) {
                found.push((code, start, end));
            }
        }
    }
    found.sort_by_key(|(_, start, _)| *start);
    found
        .into_iter()
        .map(|(code, start, _)| (code, start))
        .collect()
}

/// Whether a place's name ends another name: "World Canada", "Cancer Care Ontario"; "Southwestern Ontario" is a place.
fn is_in_name(text: &str, folded: &str, start: usize) -> bool {
    let n_before = folded
        .get(..start)
        .map_or(0, |before| before.chars().count());
    let before: String = text.chars().take(n_before).collect();
    let Some(before) = before.strip_suffix(' ') else {
        return false;
    };
    let word = before.rsplit(' ').next().unwrap_or("");
    let is_first = word.len() == before.len()
        || before.len() > word.len()
            && before
                .trim_end_matches(word)
                .trim_end()
                .ends_with(['.', '!', '?', '”', '"']);
    let is_direction = [
        "north", "south", "east", "west", "central", "upper", "lower", "greater",
    ]
    .iter()
    .any(|one| word.to_lowercase().starts_with(one));
    let is_plain = word.chars().all(char::is_alphabetic);
    word.starts_with(char::is_uppercase)
        && is_plain
        && !is_first
        && !is_direction
        && !is_title(word)
}

/// A word that headings and sentences write large before a place.
fn is_title(word: &str) -> bool {
    [
        "In", "Of", "For", "At", "From", "And", "The", "Across", "To", "By", "Au", "En", "Du", "De",
    ]
    .contains(&word)
}

#[test]
fn places_are_found_by_their_names_and_short_forms() {
    let codes = |text: &str| find(text).iter().map(|(code, _)| *code).collect::<Vec<_>>();
    assert_eq!(
        codes("clinics in Sask. and in British Columbia"),
        ["ca-sk", "ca-bc"]
    );
    assert_eq!(codes("au Québec et en Nouvelle-Écosse"), ["ca-qc", "ca-ns"]);
    assert_eq!(codes("West Virginia, not Virginias"), ["us-wv"]);
    assert_eq!(code("Ontario’s"), Some("ca-on"));
    assert_eq!(codes("It told IT World Canada of five hospitals."), [""; 0]);
    assert_eq!(
        codes("hospitals in Southwestern Ontario. Ontario says"),
        ["ca-on", "ca-on"]
    );
    assert_eq!(codes("It told the U.S. Department of Health."), [""; 0]);
    assert_eq!(code("Acme"), None);
}
