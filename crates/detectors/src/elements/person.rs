//! Who somebody is beside name and birth: origin, status, belief, pictures and marks of the body.

use whose_model::DataElement;

use super::about::{About, about};
use crate::sense::{Label, Sense};

const BIRTH_PLACE: Sense = Sense::whole(DataElement::BirthPlace);
const MARITAL: Sense = Sense::whole(DataElement::MaritalStatus);
const ETHNICITY: Sense = Sense::whole(DataElement::Ethnicity);
const RELIGION: Sense = Sense::whole(DataElement::Religion);
const ORIENTATION: Sense = Sense::whole(DataElement::SexualOrientation);
const CITIZENSHIP: Sense = Sense::whole(DataElement::Citizenship);
const MAIDEN: Sense = Sense::whole(DataElement::MothersMaidenName);
const PHOTO: Sense = Sense::whole(DataElement::Photograph);
const BIOMETRIC: Sense = Sense::whole(DataElement::Biometric);

/// Labels of origin, status and belief.
pub(crate) const LABELS: &[Label] = &[
    ("place of birth", BIRTH_PLACE),
    ("birth place", BIRTH_PLACE),
    ("birthplace", BIRTH_PLACE),
    ("pob", BIRTH_PLACE.weak()),
    ("country of birth", BIRTH_PLACE),
    ("birth country", BIRTH_PLACE),
    ("city of birth", BIRTH_PLACE),
    ("birth city", BIRTH_PLACE),
    ("province of birth", BIRTH_PLACE),
    ("lieu de naissance", BIRTH_PLACE),
    ("pays de naissance", BIRTH_PLACE),
    ("ville de naissance", BIRTH_PLACE),
    ("marital status", MARITAL),
    ("marital", MARITAL.weak()),
    ("civil status", MARITAL),
    ("relationship status", MARITAL),
    ("etat civil", MARITAL),
    ("etat matrimonial", MARITAL),
    ("statut matrimonial", MARITAL),
    ("situation matrimoniale", MARITAL),
    ("situation familiale", MARITAL),
    ("race", ETHNICITY),
    ("ethnicity", ETHNICITY),
    ("ethnic origin", ETHNICITY),
    ("ethnic group", ETHNICITY),
    ("racial group", ETHNICITY),
    ("race ethnicity", ETHNICITY),
    ("indigenous identity", ETHNICITY),
    ("indigenous status", ETHNICITY),
    ("aboriginal status", ETHNICITY),
    ("first nation", ETHNICITY),
    ("first nations", ETHNICITY),
    ("band name", ETHNICITY),
    ("ancestry", ETHNICITY),
    ("origine ethnique", ETHNICITY),
    ("ethnie", ETHNICITY),
    ("groupe ethnique", ETHNICITY),
    ("identite autochtone", ETHNICITY),
    ("statut autochtone", ETHNICITY),
    ("premiere nation", ETHNICITY),
    ("religion", RELIGION),
    ("religious affiliation", RELIGION),
    ("faith", RELIGION.weak()),
    ("spiritual care", RELIGION),
    ("confession", RELIGION.weak()),
    ("confession religieuse", RELIGION),
    ("appartenance religieuse", RELIGION),
    ("croyance", RELIGION),
    ("sexual orientation", ORIENTATION),
    ("orientation sexuelle", ORIENTATION),
    ("citizenship", CITIZENSHIP),
    ("citizenship status", CITIZENSHIP),
    ("nationality", CITIZENSHIP),
    ("immigration status", CITIZENSHIP),
    ("residency status", CITIZENSHIP),
    ("status in canada", CITIZENSHIP),
    ("citoyennete", CITIZENSHIP),
    ("nationalite", CITIZENSHIP),
    ("statut d'immigration", CITIZENSHIP),
    ("statut au canada", CITIZENSHIP),
    ("mother's maiden name", MAIDEN),
    ("mothers maiden name", MAIDEN),
    ("mother maiden name", MAIDEN),
    ("maiden name of mother", MAIDEN),
    ("mother's birth name", MAIDEN),
    ("nom de jeune fille de la mere", MAIDEN),
    ("nom de fille de la mere", MAIDEN),
    ("nom de naissance de la mere", MAIDEN),
    ("nom de la mere a la naissance", MAIDEN),
    ("patient photo", PHOTO),
    ("photograph", PHOTO),
    ("photo of patient", PHOTO),
    ("photo file", PHOTO),
    ("photo id", PHOTO.weak()),
    ("picture of patient", PHOTO),
    ("headshot", PHOTO),
    ("photographie", PHOTO),
    ("photo du patient", PHOTO),
    ("photo de l'usager", PHOTO),
    ("fingerprint", BIOMETRIC),
    ("fingerprints", BIOMETRIC),
    ("biometric", BIOMETRIC),
    ("biometrics", BIOMETRIC),
    ("biometric id", BIOMETRIC),
    ("face template", BIOMETRIC),
    ("voiceprint", BIOMETRIC),
    ("voice print", BIOMETRIC),
    ("iris scan", BIOMETRIC),
    ("retina scan", BIOMETRIC),
    ("empreinte digitale", BIOMETRIC),
    ("empreintes digitales", BIOMETRIC),
    ("empreinte vocale", BIOMETRIC),
    ("donnees biometriques", BIOMETRIC),
];

const SENSITIVE: &str = "Regulation (EU) 2016/679, art. 9; Law 25 (Quebec), s. 12";

/// What the manual says of them.
pub(crate) const ABOUT: &[About] = &[
    about(
        DataElement::BirthPlace,
        "A label or a column says so.",
        &["Place of birth: Rimouski", "Lieu de naissance : Haïti", "Country of Birth | Philippines"],
        &["Place of service: Rimouski"],
    ),
    about(
        DataElement::MaritalStatus,
        "A label or a column says so.",
        &["Marital status: married", "État civil : veuve", "marital_status | Common-law"],
        &["Order status: shipped"],
    ),
    about(
        DataElement::Ethnicity,
        "A label or a column says so. A sensitive category under several laws.",
        &["Ethnicity: Cree", "Origine ethnique : haïtienne", "Indigenous identity | Métis"],
        &["Race condition: none", "5 km race on Sunday"],
    )
    .from(SENSITIVE),
    about(
        DataElement::Religion,
        "A label or a column says so. A sensitive category under several laws.",
        &["Religion: Muslim", "Appartenance religieuse : catholique", "Religion | Sikh"],
        &["The hospital was founded by a religious order."],
    )
    .from(SENSITIVE),
    about(
        DataElement::SexualOrientation,
        "A label or a column says so. A sensitive category under several laws.",
        &["Sexual orientation: lesbian", "Orientation sexuelle : gai"],
        &["Orientation: landscape"],
    )
    .from(SENSITIVE),
    about(
        DataElement::Citizenship,
        "A label or a column says so.",
        &["Immigration status: permanent resident", "Citoyenneté : canadienne", "nationality | French"],
        &["Smoking status: never"],
    ),
    about(
        DataElement::MothersMaidenName,
        "A label or a column says so. Asked as proof of identity, so it opens accounts.",
        &["Mother's maiden name: Lavoie", "Nom de naissance de la mère : Roy", "mothers_maiden_name | Singh"],
        &["Mother: Sylvie Roy"],
    ),
    about(
        DataElement::Photograph,
        "A label or a column names the file or says that there is one. Pictures of medicine are medical images.",
        &["Patient photo: IMG_2201.jpg", "Photo de l'usager : 8831.png"],
        &["Photo credit: the hospital"],
    )
    .from("45 CFR 164.514(b)(2)(i)(Q)"),
    about(
        DataElement::Biometric,
        "A label or a column says that there is one.",
        &["Fingerprint: template 0x4A7F on file", "Empreinte vocale : enregistrée"],
        &["Footprint of the building: 200 m2"],
    )
    .from("45 CFR 164.514(b)(2)(i)(P)"),
];
