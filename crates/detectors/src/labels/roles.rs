//! Words of labels that say whose a value is: `patient`, `emergency`, `médecin`.

use std::sync::LazyLock;

use whose_model::Role;

use crate::text::{ByHash, hash_of};

/// Words that say whose a label's value is.
pub(super) const ROLES: &[(Role, &str)] = &[
    (
        Role::Patient,
        "patient patients patiente pt pat client cliente resident residente beneficiary \
         beneficiaire usager usagere assure assuree person personne individual subject \
         participant participante enfant child demographic member membre enrollee \
         claimant applicant deceased",
    ),
    (
        Role::Clinician,
        "doctor dr doc physician md mrp provider prov1der prescriber surgeon practitioner \
         clinician gp pcp specialist nurse rn pharmacist dentist therapist radiologist \
         pathologist attending referring ordering consulting admitting performing medecin \
         docteur prescripteur chirurgien infirmiere infirmier pharmacien pharmacienne \
         intervenant traitant traitante referent professionnel specialiste referrer \
         prescribing anesthetist oncologist dermatologue",
    ),
    (
        Role::Relative,
        "nok kin emergency emerg urgence mother father parent parents guardian spouse relative \
         mere pere tuteur tutrice conjoint conjointe proche guarantor garant insured \
         policyholder responsible repondant husband wife caregiver aidant mothers fathers \
         sdm poa mandataire",
    ),
    (
        Role::Staff,
        "employee staff user clerk author operator technician employe employee1 \
         utilisateur auteur commis redacteur agent rep representative manager supervisor \
         superviseur technicien technologist technologue preparer coordinator \
         coordonnatrice scheduler secretary secretaire created updated modified entered \
         login",
    ),
    (
        Role::Organisation,
        "company organization organisation vendor supplier insurer employer product item \
         file compagnie fournisseur employeur assureur produit article fichier table \
         column host server brand manufacturer category business store warehouse lot \
         field event domain project",
    ),
];

static ROLE_OF: LazyLock<ByHash<Role>> = LazyLock::new(|| {
    let mut roles = ByHash::default();
    for (role, words) in ROLES {
        for word in words.split(' ') {
            roles.entry(hash_of(word)).or_insert(*role);
        }
    }
    roles
});

/// Whose, when a word of a label says so.
pub(crate) fn role_of(token: &str) -> Option<Role> {
    ROLE_OF.get(&hash_of(token)).copied()
}

#[test]
fn a_word_says_whose() {
    for (word, role) in [
        ("patient", Some(Role::Patient)),
        ("tutrice", Some(Role::Relative)),
        ("number", None),
    ] {
        assert_eq!(role_of(word), role, "{word}");
    }
}
