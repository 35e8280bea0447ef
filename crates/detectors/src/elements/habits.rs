//! Pregnancy, habits and wishes: what charts hold beside illness.

use whose_model::DataElement;

use super::about::{About, about};
use crate::sense::{Label, Sense};

const PREGNANCY: Sense = Sense::whole(DataElement::Pregnancy);
const LIFESTYLE: Sense = Sense::whole(DataElement::Lifestyle);
const DIRECTIVE: Sense = Sense::whole(DataElement::AdvanceDirective);

/// Labels of pregnancy, habits and wishes.
pub(crate) const LABELS: &[Label] = &[
    ("pregnant", PREGNANCY),
    ("pregnancy", PREGNANCY),
    ("pregnancy status", PREGNANCY),
    ("gravida", PREGNANCY),
    ("gravida para", PREGNANCY),
    ("gtpal", PREGNANCY),
    ("lmp", PREGNANCY.weak()),
    ("last menstrual period", PREGNANCY),
    ("edd", PREGNANCY.weak()),
    ("due date of birth", PREGNANCY),
    ("gestational age", PREGNANCY),
    ("contraception", PREGNANCY),
    ("birth control", PREGNANCY),
    ("contraceptive method", PREGNANCY),
    ("enceinte", PREGNANCY),
    ("grossesse", PREGNANCY),
    ("ddm", PREGNANCY.weak()),
    ("dernieres menstruations", PREGNANCY),
    ("date prevue d'accouchement", PREGNANCY),
    ("age gestationnel", PREGNANCY),
    ("moyen de contraception", PREGNANCY),
    ("smoking", LIFESTYLE),
    ("smoking status", LIFESTYLE),
    ("smoker", LIFESTYLE),
    ("tobacco", LIFESTYLE),
    ("tobacco use", LIFESTYLE),
    ("alcohol", LIFESTYLE),
    ("alcohol use", LIFESTYLE),
    ("alcohol intake", LIFESTYLE),
    ("etoh", LIFESTYLE),
    ("drug use", LIFESTYLE),
    ("recreational drugs", LIFESTYLE),
    ("substance use", LIFESTYLE),
    ("lifestyle", LIFESTYLE),
    ("habits", LIFESTYLE),
    ("tabac", LIFESTYLE),
    ("tabagisme", LIFESTYLE),
    ("fumeur", LIFESTYLE),
    ("alcool", LIFESTYLE),
    ("consommation d'alcool", LIFESTYLE),
    ("consommation de drogues", LIFESTYLE),
    ("drogues", LIFESTYLE),
    ("habitudes de vie", LIFESTYLE),
    ("habitudes", LIFESTYLE),
    ("advance directive", DIRECTIVE),
    ("advance directives", DIRECTIVE),
    ("code status", DIRECTIVE),
    ("resuscitation status", DIRECTIVE),
    ("dnr", DIRECTIVE),
    ("goals of care", DIRECTIVE),
    ("organ donor", DIRECTIVE),
    ("organ donation", DIRECTIVE),
    ("living will", DIRECTIVE),
    ("directives medicales anticipees", DIRECTIVE),
    ("directive medicale anticipee", DIRECTIVE),
    ("niveau de soins", DIRECTIVE),
    ("niveau d'intervention", DIRECTIVE),
    ("don d'organes", DIRECTIVE),
    ("ne pas reanimer", DIRECTIVE),
];

/// What the manual says of them.
pub(crate) const ABOUT: &[About] = &[
    about(
        DataElement::Pregnancy,
        "A label or a column says so; what denies is not counted. Marked as reproductive health.",
        &[
            "Pregnant: yes, 22 weeks",
            "Grossesse : 12 semaines",
            "Contraception | levonorgestrel IUD",
        ],
        &["Pregnant: no", "Pregnancy tests are on shelf 4."],
    ),
    about(
        DataElement::Lifestyle,
        "A label or a column says so; what denies is not counted. Alcohol and drugs are marked as use of substances.",
        &[
            "Smoking status: 1 pack a day",
            "Tabac : 10 cigarettes par jour",
            "Alcohol use | 14 drinks a week",
        ],
        &["Alcohol: none", "No smoking within 9 metres of the door."],
    ),
    about(
        DataElement::AdvanceDirective,
        "A label or a column says so.",
        &[
            "Code status: DNR",
            "Niveau de soins : C",
            "Organ donor | yes",
        ],
        &["The code was reviewed by the team."],
    ),
];
