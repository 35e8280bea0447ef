//! Private insurance, payment cards and bank details: labels.

use whose_model::DataElement;

use crate::sense::{Label, Part, Sense};

const POLICY: Sense = Sense::whole(DataElement::InsurancePolicy);
const CARD: Sense = Sense::number(DataElement::PaymentCard, "payment-card");
const BANK: Sense = Sense::whole(DataElement::BankAccount);
const IBAN: Sense = Sense::number(DataElement::BankAccount, "iban");

/// Labels of money and cover.
pub(crate) const LABELS: &[Label] = &[
    ("policy number", POLICY),
    ("policy", POLICY.weak()),
    ("policy id", POLICY),
    ("insurance policy", POLICY),
    ("insurance policy number", POLICY),
    ("insurance number", POLICY.weak()),
    ("insurance id", POLICY),
    ("group number", POLICY),
    ("group policy", POLICY),
    ("group policy number", POLICY),
    ("certificate number", POLICY),
    ("certificate", POLICY.weak()),
    ("cert number", POLICY),
    ("contract number", POLICY.weak()),
    ("subscriber number", POLICY),
    ("subscriber id", POLICY),
    ("member id", POLICY),
    ("member number", POLICY),
    ("plan number", POLICY),
    ("plan member id", POLICY),
    ("plan member number", POLICY),
    ("benefit plan number", POLICY),
    ("numero de police", POLICY),
    ("police", POLICY.weak()),
    ("police d'assurance", POLICY),
    ("numero de police d'assurance", POLICY),
    ("numero de contrat", POLICY.weak()),
    ("numero de groupe", POLICY),
    ("numero de certificat", POLICY),
    ("certificat", POLICY.weak()),
    (
        "insurer",
        Sense::part(DataElement::InsurancePolicy, Part::Issuer),
    ),
    (
        "insurance company",
        Sense::part(DataElement::InsurancePolicy, Part::Issuer),
    ),
    (
        "insurance provider",
        Sense::part(DataElement::InsurancePolicy, Part::Issuer),
    ),
    (
        "insurance carrier",
        Sense::part(DataElement::InsurancePolicy, Part::Issuer),
    ),
    (
        "payer",
        Sense::part(DataElement::InsurancePolicy, Part::Issuer).weak(),
    ),
    (
        "assureur",
        Sense::part(DataElement::InsurancePolicy, Part::Issuer),
    ),
    (
        "compagnie d'assurance",
        Sense::part(DataElement::InsurancePolicy, Part::Issuer),
    ),
    ("credit card", CARD),
    ("credit card number", CARD),
    ("card number", CARD.weak()),
    ("cc number", CARD.weak()),
    ("cc", CARD.weak()),
    ("ccn", CARD.weak()),
    ("payment card", CARD),
    ("visa", CARD.weak()),
    ("mastercard", CARD.weak()),
    ("amex", CARD.weak()),
    ("pan", CARD.weak()),
    ("carte de credit", CARD),
    ("numero de carte de credit", CARD),
    ("no carte", CARD.weak()),
    ("bank account", BANK),
    ("bank account number", BANK),
    ("banking information", BANK),
    ("account and transit", BANK),
    ("transit number", BANK),
    ("transit", BANK.weak()),
    ("institution number", BANK.weak()),
    ("direct deposit", BANK),
    ("routing number", BANK),
    ("bank", BANK.weak()),
    ("compte bancaire", BANK),
    ("numero de compte bancaire", BANK),
    ("numero de transit", BANK),
    ("depot direct", BANK),
    ("institution", BANK.weak()),
    ("no institution", BANK),
    ("rib", BANK.weak()),
    ("iban", IBAN),
    ("swift", BANK.weak()),
    ("bic", BANK.weak()),
];
