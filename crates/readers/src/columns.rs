//! A cell in, whether it is a word that columns of people's tables are called.
//!
//! One list for every reader of tables (sheets, delimited text), in English
//! and French, so that a table all of words has its header found everywhere
//! alike. What a column means is not decided here.

/// In order, so that a word is found by halving.
const WORDS: &[&str] = &[
    "address",
    "adresse",
    "age",
    "amount",
    "assurance",
    "birth",
    "born",
    "card",
    "carte",
    "cell",
    "chart",
    "city",
    "clinic",
    "clinique",
    "code",
    "column",
    "comment",
    "commentaire",
    "country",
    "courriel",
    "date",
    "ddn",
    "department",
    "description",
    "diagnosis",
    "diagnostic",
    "dob",
    "doctor",
    "dose",
    "dossier",
    "drug",
    "département",
    "email",
    "family",
    "first",
    "gender",
    "genre",
    "given",
    "hcn",
    "health",
    "hin",
    "id",
    "insurance",
    "key",
    "language",
    "langue",
    "last",
    "mail",
    "md",
    "medecin",
    "medicament",
    "medication",
    "mobile",
    "montant",
    "mrn",
    "médecin",
    "médicament",
    "naissance",
    "nam",
    "name",
    "nas",
    "no",
    "nom",
    "note",
    "notes",
    "num",
    "number",
    "numero",
    "numéro",
    "ohip",
    "patient",
    "pays",
    "phn",
    "phone",
    "physician",
    "police",
    "policy",
    "postal",
    "prenom",
    "prov",
    "provider",
    "province",
    "prénom",
    "ramq",
    "result",
    "resultat",
    "rue",
    "résultat",
    "santé",
    "sex",
    "sexe",
    "sin",
    "state",
    "status",
    "statut",
    "street",
    "surname",
    "tel",
    "telephone",
    "test",
    "title",
    "titre",
    "type",
    "tél",
    "téléphone",
    "unit",
    "unité",
    "valeur",
    "value",
    "ville",
    "visit",
    "visite",
    "zip",
    "âge",
];

/// Whether one of the words of a cell is what a column is called; `lastName` is two words.
pub(crate) fn is_known_label(cell: &str) -> bool {
    let lower = cell.to_lowercase();
    has_word(&lower) || has_word(&split_camel(cell))
}

fn has_word(text: &str) -> bool {
    text.split(|ch: char| !ch.is_alphabetic())
        .any(|word| WORDS.binary_search(&word).is_ok())
}

fn split_camel(cell: &str) -> String {
    let mut out = String::with_capacity(cell.len() + 8);
    let mut was_lower = false;
    for ch in cell.chars() {
        if ch.is_uppercase() && was_lower {
            out.push(' ');
        }
        was_lower = ch.is_lowercase();
        out.extend(ch.to_lowercase());
    }
    out
}

#[test]
fn words_are_in_order_and_found_in_names_of_columns() {
    assert!(WORDS.is_sorted());
    for label in ["Last name", "patientDob", "Prénom", "HEALTH_CARD_NO"] {
        assert!(is_known_label(label));
    }
    assert!(!is_known_label("Anne Roy"));
}
