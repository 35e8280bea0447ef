//! Countries, provinces and states as addresses write them: one text in, yes or no out.

use whose_model::Jurisdiction;

use crate::text::short;

/// The country, when the text is one.
pub(crate) fn is_country(text: &str) -> bool {
    matches!(
        short(text.trim().trim_end_matches('.')).as_str(),
        "canada"
            | "can"
            | "ca"
            | "usa"
            | "us"
            | "u.s.a"
            | "u.s"
            | "united states"
            | "united states of america"
            | "etats-unis"
            | "france"
            | "united kingdom"
            | "uk"
            | "royaume-uni"
            | "england"
            | "mexico"
            | "mexique"
            | "germany"
            | "allemagne"
            | "belgium"
            | "belgique"
            | "switzerland"
            | "suisse"
            | "china"
            | "chine"
            | "india"
            | "inde"
            | "australia"
            | "australie"
            | "ireland"
            | "irlande"
            | "italy"
            | "italie"
            | "spain"
            | "espagne"
            | "portugal"
            | "haiti"
            | "lebanon"
            | "liban"
            | "morocco"
            | "maroc"
            | "algeria"
            | "algerie"
            | "tunisia"
            | "tunisie"
            | "philippines"
            | "pakistan"
            | "jamaica"
            | "jamaique"
            | "japan"
            | "japon"
            | "brazil"
            | "bresil"
    )
}

/// Whether the text is a province, in full or short; what is longer than any is not looked at.
pub(crate) fn is_province(text: &str) -> bool {
    text.len() <= MAX_PROVINCE && Jurisdiction::parse_province(text).is_some()
}

/// Bytes of the longest name of a province, and as many again of signs between its words.
const MAX_PROVINCE: usize = 64;

/// Two letters of a state of the United States.
pub(crate) fn is_us_state(text: &str) -> bool {
    const STATES: &str = "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC";
    text.len() == 2 && STATES.split(' ').any(|state| state == text)
}
