//! `DataElement`: the kinds of information a breach can expose.
//!
//! The list covers every element that published breach reports name, the
//! identifiers of 45 CFR 164.514(b)(2), and what laws treat as sensitive. Ids are
//! part of the contract of `whose scan` and of the people list; words for
//! people in English and French stand in `letters/`.

use serde::{Deserialize, Serialize};

/// What sort of thing an element is; the laws' harm factors look at this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// Who the person is: name, birth date, sex.
    Identity,
    /// How to reach the person.
    Contact,
    /// A number or document issued to the person.
    Identifier,
    /// Health, care received, images.
    Health,
    /// Money and cover.
    Financial,
    /// Passwords and keys.
    Credential,
    /// Who treated, where, under which programme.
    Care,
}

macro_rules! elements {
    ($($(#[$doc:meta])* $variant:ident = $id:literal, $category:ident;)*) => {
        /// A kind of information about a person.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum DataElement { $($(#[$doc])* #[serde(rename = $id)] $variant,)* }

        impl DataElement {
            /// Every element, in the order in which letters and tables list them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The id used in files and on the command line, as `health-number`.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// The element with this id.
            pub fn from_id(id: &str) -> Option<Self> {
                match id { $($id => Some(Self::$variant),)* _ => None }
            }

            /// What sort of thing it is.
            pub const fn category(self) -> Category {
                match self { $(Self::$variant => Category::$category,)* }
            }
        }
    };
}

elements! {
    /// A person's name.
    Name = "name", Identity;
    /// Day of birth, or a part of it.
    BirthDate = "birth-date", Identity;
    /// Day of death.
    DeathDate = "death-date", Identity;
    /// Age at some time.
    Age = "age", Identity;
    /// Sex or gender as recorded.
    Sex = "sex", Identity;
    /// Language spoken or preferred.
    SpokenLanguage = "language", Identity;
    /// Signature, drawn, scanned or electronic.
    Signature = "signature", Identity;
    /// Street or mailing address.
    Address = "address", Contact;
    /// Telephone or fax number.
    Phone = "phone", Contact;
    /// E-mail address.
    Email = "email", Contact;
    /// Health insurance or subscriber number issued by a public plan.
    HealthNumber = "health-number", Identifier;
    /// Medical record or chart number.
    MedicalRecordNumber = "medical-record-number", Identifier;
    /// Patient, client or account number of an organisation.
    PatientNumber = "patient-number", Identifier;
    /// Social insurance number (Canada), social security number (United States) and their like.
    SocialInsuranceNumber = "social-insurance-number", Identifier;
    /// Driver's licence number.
    DriversLicence = "drivers-licence", Identifier;
    /// Passport number.
    Passport = "passport", Identifier;
    /// Status, residence or immigration document number.
    GovernmentId = "government-id", Identifier;
    /// Height.
    Height = "height", Health;
    /// Weight.
    Weight = "weight", Health;
    /// Diagnosis, condition or problem.
    Diagnosis = "diagnosis", Health;
    /// Medication or prescription.
    Medication = "medication", Health;
    /// Laboratory or other test result.
    LabResult = "lab-result", Health;
    /// Procedure, operation or treatment.
    Procedure = "procedure", Health;
    /// Allergy or intolerance.
    Allergy = "allergy", Health;
    /// Immunisation.
    Immunization = "immunization", Health;
    /// Consultation report, referral or clinical note.
    ConsultationReport = "consultation-report", Health;
    /// Medical or family history.
    MedicalHistory = "medical-history", Health;
    /// Medical image: X-ray, MRI, ultrasound, photograph.
    MedicalImage = "medical-image", Health;
    /// Date of an appointment, visit or service.
    ServiceDate = "service-date", Care;
    /// Place of service.
    ServiceLocation = "service-location", Care;
    /// Treating or referring clinician.
    Clinician = "clinician", Care;
    /// Consent, enrolment or programme membership.
    Consent = "consent", Care;
    /// Private insurance policy, group or certificate number.
    InsurancePolicy = "insurance-policy", Financial;
    /// Payment card number.
    PaymentCard = "payment-card", Financial;
    /// Bank account: transit, institution, account, or IBAN.
    BankAccount = "bank-account", Financial;
    /// Practitioner licence or billing number: says who the clinician is, not the patient.
    PractitionerNumber = "practitioner-number", Identifier;
    /// Password, key or token found in the pile.
    Credential = "credential", Credential;
    /// Place or country of birth.
    BirthPlace = "birth-place", Identity;
    /// Marital status.
    MaritalStatus = "marital-status", Identity;
    /// Race, ethnic origin or Indigenous identity.
    Ethnicity = "ethnicity", Identity;
    /// Religion or belief.
    Religion = "religion", Identity;
    /// Sexual orientation.
    SexualOrientation = "sexual-orientation", Identity;
    /// Citizenship or immigration status.
    Citizenship = "citizenship", Identity;
    /// Mother's name at birth: opens accounts.
    MothersMaidenName = "mothers-maiden-name", Identity;
    /// Photograph of the person.
    Photograph = "photograph", Identity;
    /// Fingerprint, face or voice template.
    Biometric = "biometric", Identity;
    /// Occupation or employer.
    Employment = "employment", Identity;
    /// School or level of education.
    Education = "education", Identity;
    /// Criminal record or dealings with police and courts.
    CriminalRecord = "criminal-record", Identity;
    /// Internet address of a person's device.
    IpAddress = "ip-address", Contact;
    /// Name under which the person signs in.
    UserName = "user-name", Contact;
    /// Number of an employee.
    EmployeeNumber = "employee-number", Identifier;
    /// Number of a pupil or student.
    StudentNumber = "student-number", Identifier;
    /// Vehicle identification number or licence plate.
    VehicleId = "vehicle-id", Identifier;
    /// Serial number of a device or an implant.
    DeviceId = "device-id", Identifier;
    /// Pregnancy, births, contraception.
    Pregnancy = "pregnancy", Health;
    /// Smoking, alcohol, drugs, exercise, diet as a habit.
    Lifestyle = "lifestyle", Health;
    /// Advance directive, organ donation, resuscitation status.
    AdvanceDirective = "advance-directive", Health;
    /// Income, salary or benefits.
    Income = "income", Financial;
    /// Claim or file number with an insurer or a board.
    ClaimNumber = "claim-number", Financial;
    /// Amount owed or paid.
    Billing = "billing", Financial;
    /// How somebody asked to be reached, or not to be: not at home, not by post.
    ContactPreference = "contact-preference", Contact;
}

/// The normal form of a `ContactPreference` that forbids a letter to the home before the person was asked.
pub const REACH_ASK_FIRST: &str = "ask-first";

#[test]
fn every_element_has_a_bit_of_its_own() {
    // Sets of elements are kept as 64 bits, here and in the case.
    assert!(DataElement::ALL.len() <= 64);
}

#[test]
fn every_id_leads_back_to_its_element() {
    for &element in DataElement::ALL {
        assert_eq!(DataElement::from_id(element.id()), Some(element));
    }
}
