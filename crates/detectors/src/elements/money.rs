//! Private insurance, payment cards and bank details: labels.

use whose_model::DataElement;

use super::about::{About, about};

use crate::sense::{Label, Part, Sense};

const POLICY: Sense = Sense::whole(DataElement::InsurancePolicy);
const CARD: Sense = Sense::number(DataElement::PaymentCard, "payment-card");
const BANK: Sense = Sense::whole(DataElement::BankAccount);
const CLAIM: Sense = Sense::whole(DataElement::ClaimNumber);
const BILLING: Sense = Sense::whole(DataElement::Billing);
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
    ("inst", BANK.weak()),
    ("no institution", BANK),
    ("rib", BANK.weak()),
    ("iban", IBAN),
    ("claim number", CLAIM),
    ("claim no", CLAIM),
    ("claim id", CLAIM),
    ("insurance claim number", CLAIM),
    ("wsib claim number", CLAIM),
    ("wsib claim", CLAIM),
    ("wcb claim", CLAIM),
    ("wcb claim number", CLAIM),
    ("cnesst number", CLAIM),
    ("no cnesst", CLAIM),
    ("dossier cnesst", CLAIM),
    ("numero de reclamation", CLAIM),
    ("no de reclamation", CLAIM),
    ("amount due", BILLING),
    ("amount paid", BILLING),
    ("amount billed", BILLING),
    ("total due", BILLING),
    ("balance", BILLING.weak()),
    ("balance due", BILLING),
    ("account balance", BILLING),
    ("outstanding balance", BILLING),
    ("patient balance", BILLING),
    ("montant du", BILLING.weak()),
    ("montant facture", BILLING),
    ("montant paye", BILLING),
    ("solde a payer", BILLING),
    ("solde du compte", BILLING),
    ("swift", BANK.weak()),
    ("bic", BANK.weak()),
];

/// What the manual says of them.
pub(crate) const ABOUT: &[About] = &[
    about(
        DataElement::InsurancePolicy,
        "A label or a column says so, and the value can be a number.",
        &["Policy number: 86601", "No de police : 44246", "Certificate | ID1000828"],
        &["The policy was revised."],
    )
    .from("45 CFR 164.514(b)(2)(i)(I)"),
    about(
        DataElement::PaymentCard,
        "Twelve to nineteen digits of a network’s range whose check digit holds.",
        &["Visa 4111 1111 1111 1111", "Carte de crédit : 5555 5555 5555 4444"],
        &["Serial 4111 1111 1111 1112"],
    )
    .from("ISO/IEC 7812-1"),
    about(
        DataElement::BankAccount,
        "A label or a column says so; transit, institution and account stand together; or an IBAN whose check holds.",
        &["Transit 12345 institution 006 account 1234567", "IBAN GB82 WEST 1234 5698 7654 32"],
        &["The river bank was flooded."],
    )
    .from("45 CFR 164.514(b)(2)(i)(J); ISO 13616"),
    about(
        DataElement::ClaimNumber,
        "A label or a column says so, and the value can be a number.",
        &["Claim number: 20418823", "WSIB claim no: 31882204", "No de réclamation : 884120"],
        &["The claim was denied by nobody."],
    )
    .from("45 CFR 164.514(b)(2)(i)(J)"),
    about(
        DataElement::Billing,
        "A label or a column says so, and the value is an amount.",
        &["Amount due: $85.00", "Solde à payer : 85,00 $", "Balance | 120.50"],
        &["Balance your diet."],
    ),
];
