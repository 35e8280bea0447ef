//! Numbers people are known by: text in, a normal form with what it encodes out.
//!
//! Each identifier is one page under `ca`, `us`, `uk`, `fr`, `au` or `general`, with
//! its form, its check digit where an algorithm is confirmed, and its source.
//! Where the algorithm is not confirmed, the page says so and does not enforce
//! one: a wrong rule would drop real numbers in silence. A check digit is a
//! score, not a proof; that a number holds does not mean that it was issued,
//! nor to whom. Which text to try is not decided here but in the detectors.

#![cfg_attr(not(test), forbid(clippy::indexing_slicing))]

pub mod au;
pub mod ca;
mod check;
mod form;
pub mod fr;
pub mod general;
mod invalid;
mod kind;
mod parsed;
mod scatter;
mod systems;
pub mod uk;
pub mod us;

pub use invalid::Invalid;
pub use kind::{Check, Family, Kind};
pub use parsed::{Birth, Encodes, Parsed, Sex};
pub use systems::{from_authority, from_system, type_code};

/// Every kind, health numbers of Canada first.
pub fn all() -> &'static [Kind] {
    ALL
}

/// The kind with this id, or known by this everyday name (`ohip`, `nas`, `phn-ab`), in any case.
pub fn kind(id_or_alias: &str) -> Option<&'static Kind> {
    // Programs ask by the id as it is written; it is asked for every number that is read.
    static BY_ID: std::sync::LazyLock<std::collections::HashMap<&'static str, &'static Kind>> =
        std::sync::LazyLock::new(|| ALL.iter().map(|kind| (kind.id, kind)).collect());
    if let Some(kind) = BY_ID.get(id_or_alias) {
        return Some(kind);
    }
    // Whoever assigned a number is asked for too, and mostly has no kind of number.
    static BY_NAME: std::sync::LazyLock<std::collections::HashMap<String, &'static Kind>> =
        std::sync::LazyLock::new(|| {
            let ids = ALL.iter().map(|kind| (kind.id, kind));
            let aliases = ALIASES
                .iter()
                .filter_map(|(alias, id)| Some((*alias, *BY_ID.get(id)?)));
            let mut names = std::collections::HashMap::new();
            for (name, kind) in ids.chain(aliases) {
                names.entry(name.to_ascii_lowercase()).or_insert(kind);
            }
            names
        });
    BY_NAME
        .get(&id_or_alias.trim().to_ascii_lowercase())
        .copied()
}

/// The kinds that can have so many letters and digits: no other takes a text with as many, whatever stands in it.
pub fn of_length(n: usize) -> &'static [&'static Kind] {
    static BY_LENGTH: std::sync::LazyLock<Vec<Vec<&'static Kind>>> =
        std::sync::LazyLock::new(|| {
            let of = |n| ALL.iter().filter(|kind| kind.takes_length(n)).collect();
            (0..=form::MAX).map(of).collect()
        });
    BY_LENGTH.get(n).map_or(&[], Vec::as_slice)
}

/// Whether the digits of a text, with or without separators, hold by Luhn's rule.
pub fn luhn_holds(text: &str) -> bool {
    form::compact(text).is_ok_and(|compact| {
        let text = compact.text();
        text.len() > 1
            && text.bytes().all(|b| b.is_ascii_digit())
            && check::luhn_holds(compact.digits(0..compact.len()))
    })
}

/// Whether letters and digits leave 1 by ISO 7064 mod 97-10.
pub fn mod_97_is_one(text: &str) -> bool {
    form::compact(text)
        .is_ok_and(|compact| compact.len() > 2 && check::mod_97(compact.text().bytes()) == 1)
}

/// Every kind whose form the text has, whether or not the check digit holds.
pub fn candidates(text: &str) -> Vec<&'static Kind> {
    ALL.iter()
        .filter(|kind| matches!((kind.parse)(text), Ok(_) | Err(Invalid::CheckDigit)))
        .collect()
}

static ALL: &[Kind] = &[
    ca::on::KIND,
    ca::qc::KIND,
    ca::bc::KIND,
    ca::ab::KIND,
    ca::sk::KIND,
    ca::mb::KIND,
    ca::mb::REGISTRATION,
    ca::nb::KIND,
    ca::ns::KIND,
    ca::pe::KIND,
    ca::nl::KIND,
    ca::yt::KIND,
    ca::nt::KIND,
    ca::nu::KIND,
    ca::federal_health::VAC,
    ca::federal_health::RCMP,
    ca::federal_health::CAF,
    ca::federal_health::IFHP,
    ca::federal_health::CSC,
    ca::sin::KIND,
    ca::postal_code::KIND,
    ca::drivers_licence_on::KIND,
    ca::drivers_licence::AB,
    ca::drivers_licence::BC,
    ca::drivers_licence::MB,
    ca::drivers_licence::NB,
    ca::drivers_licence::NL,
    ca::drivers_licence::NS,
    ca::drivers_licence::NT,
    ca::drivers_licence::NU,
    ca::drivers_licence::PE,
    ca::drivers_licence::QC,
    ca::drivers_licence::SK,
    ca::drivers_licence::YT,
    ca::passport::KIND,
    ca::immigration::PR,
    ca::immigration::UCI,
    ca::drug::DIN,
    ca::drug::NPN,
    ca::status::KIND,
    ca::practitioner::CPSO,
    ca::practitioner::OHIP_BILLING,
    ca::practitioner::RAMQ_PRESCRIBER,
    ca::practitioner::CPSBC,
    ca::practitioner::MINC,
    ca::practitioner::CMPA,
    ca::practitioner::CNO,
    ca::practitioner::OCP,
    ca::business::BN,
    ca::business::NEQ,
    ca::bank_account::KIND,
    us::ssn::KIND,
    us::itin::KIND,
    us::mbi::KIND,
    us::npi::KIND,
    us::dea::KIND,
    uk::nhs::KIND,
    fr::nir::KIND,
    au::medicare::KIND,
    au::ihi::KIND,
    general::payment_card::KIND,
    general::iban::KIND,
];

/// Everyday names, each with the id it stands for.
static ALIASES: &[(&str, &str)] = &[
    ("ohip", "ca-on"),
    ("hcn", "ca-on"),
    ("ca-on-hcn", "ca-on"),
    ("ramq", "ca-qc"),
    ("nam", "ca-qc"),
    ("phn", "ca-bc"),
    ("phn-bc", "ca-bc"),
    ("msp", "ca-bc"),
    ("phn-ab", "ca-ab"),
    ("uli", "ca-ab"),
    ("ahcip", "ca-ab"),
    ("hsn", "ca-sk"),
    ("phin", "ca-mb"),
    ("mhsc", "ca-mb-registration"),
    ("msi", "ca-ns"),
    ("mcp", "ca-nl"),
    ("yhcip", "ca-yt"),
    ("vac", "ca-vac"),
    ("rcmp", "ca-rcmp"),
    ("caf", "ca-caf"),
    ("ifhp", "ca-ifhp"),
    ("fps", "ca-csc"),
    ("csc", "ca-csc"),
    ("sin", "ca-sin"),
    ("nas", "ca-sin"),
    ("postal-code", "ca-postal-code"),
    ("code-postal", "ca-postal-code"),
    ("passport", "ca-passport"),
    ("passeport", "ca-passport"),
    ("pr-card", "ca-pr"),
    ("uci", "ca-uci"),
    ("iuc", "ca-uci"),
    ("din", "ca-din"),
    ("npn", "ca-npn"),
    ("scis", "ca-scis"),
    ("indian-status", "ca-scis"),
    ("cpso", "ca-cpso"),
    ("cpsbc", "ca-cpsbc"),
    ("minc", "ca-minc"),
    ("cmpa", "ca-cmpa"),
    ("cno", "ca-cno"),
    ("ocp", "ca-ocp"),
    ("bn", "ca-bn"),
    ("ne", "ca-bn"),
    ("neq", "ca-neq"),
    ("ssn", "us-ssn"),
    ("itin", "us-itin"),
    ("mbi", "us-mbi"),
    ("npi", "us-npi"),
    ("dea", "us-dea"),
    ("nhs", "uk-nhs"),
    ("nir", "fr-nir"),
    ("medicare-au", "au-medicare"),
    ("ihi", "au-ihi"),
    ("credit-card", "payment-card"),
    ("pan", "payment-card"),
];

#[cfg(test)]
mod tests;
