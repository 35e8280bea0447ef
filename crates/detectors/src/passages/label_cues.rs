//! Words of labels and headings that say of whom the value is: a folded label in, a cue out.

use std::sync::LazyLock;

use super::layout::Cue;
use crate::text::{ByHash, hash_of};

/// Words of labels and headings, and what each says; of several who is farther from the patient wins.
const LABEL_CUES: &[(Cue, &str)] = &[
    (
        Cue::Subject,
        "patient patiente patients child baby newborn infant student worker client cliente \
         resident claimant dependant dependent enfant bebe eleve travailleur travailleuse \
         usager usagere residente",
    ),
    (
        Cue::Holder,
        "subscriber insured policyholder adherent assure assuree cardholder titulaire \
         souscripteur member holder",
    ),
    (
        Cue::Clinician,
        "physician doctor provider prescriber practitioner medecin docteur referring \
         attending surgeon prescripteur professionnel clinician",
    ),
    (
        Cue::Parent,
        "mother father parent parents mere pere mothers fathers",
    ),
    (
        Cue::Contact,
        "emergency urgence kin nok substitute guardian sdm poa mandataire tuteur tutrice \
         guarantor garant repondant repondante spouse husband wife conjoint conjointe caregiver proche \
         aidant responsible daughter brother sister niece nephew aunt uncle grandmother \
         grandfather fille fils frere soeur neveu tante oncle epoux epouse mari neighbour \
         neighbor voisin voisine",
    ),
    (
        Cue::Organisation,
        "employer employeur pharmacy pharmacie insurer assureur compagnie company",
    ),
];

/// Each word of `LABEL_CUES` by its hash, with its place in that list.
static BY_WORD: LazyLock<ByHash<usize>> = LazyLock::new(|| {
    let lists = LABEL_CUES.iter().enumerate();
    lists
        .flat_map(|(far, (_, words))| words.split(' ').map(move |word| (hash_of(word), far)))
        .collect()
});

/// The cue of a folded label or heading; who is farther from the patient wins.
pub(super) fn label_cue(folded: &str) -> Option<Cue> {
    let words = || folded.split(|ch: char| !ch.is_alphanumeric());
    // `Primary contact`, `Family contact`; a contact number alone may be the patient's own.
    if words().any(|word| matches!(word, "contact" | "contacts" | "joindre" | "ressource"))
        && words().any(|word| {
            matches!(
                word,
                "primary"
                    | "secondary"
                    | "first"
                    | "second"
                    | "third"
                    | "alternate"
                    | "family"
                    | "personne"
                    | "famille"
            )
        })
    {
        return Some(Cue::Contact);
    }
    // `Bill to: Anna Roy`: who pays is the patient, unless somebody else is.
    let pays = |pair: [&str; 2]| {
        matches!(
            pair,
            ["bill" | "billed" | "invoice" | "sold", "to"]
                | ["facture" | "facturer" | "facturee", "a"]
        )
    };
    if words()
        .zip(words().skip(1))
        .any(|(one, two)| pays([one, two]))
    {
        return Some(Cue::Holder);
    }
    let words = words();
    let farthest = words.filter_map(|word| BY_WORD.get(&hash_of(word))).max()?;
    LABEL_CUES.get(*farthest).map(|(cue, _)| *cue)
}
