//! `Jurisdiction`: where a person lives or a custodian works, as far as the law asks.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! jurisdictions {
    ($($(#[$doc:meta])* $variant:ident = $code:literal;)*) => {
        /// A place with breach law of its own; `Other` holds an ISO 3166 code.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Jurisdiction {
            $($(#[$doc])* $variant,)*
            /// Anywhere else: `us-ny`, `gb`, `fr`. Lower case.
            Other(String),
        }

        impl Jurisdiction {
            /// The provinces and territories of Canada.
            pub const CANADA: &'static [Self] = &[$(Self::$variant,)*];

            /// The code, as `ca-on` or `us-ny`.
            pub fn code(&self) -> &str {
                match self { $(Self::$variant => $code,)* Self::Other(code) => code }
            }

            /// The jurisdiction with this code; any other text is kept in lower case.
            pub fn from_code(code: &str) -> Self {
                match code.to_ascii_lowercase().as_str() {
                    $($code => Self::$variant,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }
    };
}

jurisdictions! {
    /// Alberta.
    Alberta = "ca-ab";
    /// British Columbia.
    BritishColumbia = "ca-bc";
    /// Manitoba.
    Manitoba = "ca-mb";
    /// New Brunswick.
    NewBrunswick = "ca-nb";
    /// Newfoundland and Labrador.
    NewfoundlandAndLabrador = "ca-nl";
    /// Nova Scotia.
    NovaScotia = "ca-ns";
    /// Northwest Territories.
    NorthwestTerritories = "ca-nt";
    /// Nunavut.
    Nunavut = "ca-nu";
    /// Ontario.
    Ontario = "ca-on";
    /// Prince Edward Island.
    PrinceEdwardIsland = "ca-pe";
    /// Quebec.
    Quebec = "ca-qc";
    /// Saskatchewan.
    Saskatchewan = "ca-sk";
    /// Yukon.
    Yukon = "ca-yt";
}

/// Written as its code, in every format.
impl Serialize for Jurisdiction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Jurisdiction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|code| Self::from_code(&code))
    }
}

impl Jurisdiction {
    /// Whether it is a province or territory of Canada.
    pub fn is_canadian(&self) -> bool {
        self.code().starts_with("ca-")
    }

    /// Reads a Canadian province as postal addresses write it: `ON`, `Ont.`, `Québec`, `Colombie-Britannique`.
    pub fn parse_province(text: &str) -> Option<Self> {
        // It is asked for every row and for many pieces of addresses; no name is longer than this.
        let mut letters = [0; 24];
        let mut n = 0;
        let lower = text
            .chars()
            .filter(|ch| ch.is_alphabetic())
            .flat_map(char::to_lowercase);
        for ch in lower {
            let plain = match ch {
                'é' | 'è' | 'ê' => 'e',
                'î' | 'ï' => 'i',
                'ô' => 'o',
                other => other,
            };
            *letters.get_mut(n)? = u8::try_from(plain).ok().filter(u8::is_ascii)?;
            n += 1;
        }
        Some(match std::str::from_utf8(&letters[..n]).unwrap_or("") {
            "ab" | "alta" | "alberta" => Self::Alberta,
            "bc" | "cb" | "britishcolumbia" | "colombiebritannique" => Self::BritishColumbia,
            "mb" | "man" | "manitoba" => Self::Manitoba,
            "nb" | "newbrunswick" | "nouveaubrunswick" => Self::NewBrunswick,
            "nl"
            | "nf"
            | "nfld"
            | "tnl"
            | "newfoundland"
            | "newfoundlandandlabrador"
            | "newfoundlandlabrador"
            | "terreneuve"
            | "terreneuveetlabrador" => Self::NewfoundlandAndLabrador,
            "ns" | "ne" | "novascotia" | "nouvelleecosse" => Self::NovaScotia,
            "nt" | "nwt" | "tno" | "northwestterritories" | "territoiresdunordouest" => {
                Self::NorthwestTerritories
            }
            "nu" | "nunavut" => Self::Nunavut,
            "on" | "ont" | "ontario" => Self::Ontario,
            "pe" | "pei" | "ipe" | "princeedwardisland" | "ileduprinceedouard" => {
                Self::PrinceEdwardIsland
            }
            "qc" | "pq" | "que" | "quebec" => Self::Quebec,
            "sk" | "sask" | "saskatchewan" => Self::Saskatchewan,
            "yt" | "yk" | "yukon" => Self::Yukon,
            _ => return None,
        })
    }
}

/// What a residence was concluded from, surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResidenceBasis {
    /// The custodian's own index of patients.
    Roster,
    /// An address in the evidence.
    Address,
    /// A postal code alone.
    PostalCode,
    /// The issuer of the health number.
    HealthNumber,
    /// The area code of a telephone number.
    Phone,
    /// The place where the person was served.
    Facility,
}

impl ResidenceBasis {
    /// The id used in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Roster => "roster",
            Self::Address => "address",
            Self::PostalCode => "postal-code",
            Self::HealthNumber => "health-number",
            Self::Phone => "phone",
            Self::Facility => "facility",
        }
    }
}

/// Where a person lives, and what says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Residence {
    /// The place.
    pub jurisdiction: Jurisdiction,
    /// What says so.
    pub basis: ResidenceBasis,
}

#[test]
fn provinces_are_read_as_people_write_them() {
    for (written, code) in [
        ("Ont.", "ca-on"),
        ("Québec", "ca-qc"),
        ("C.-B.", "ca-bc"),
        ("Î.-P.-É.", "ca-pe"),
        ("T.N.-O.", "ca-nt"),
    ] {
        assert_eq!(Jurisdiction::parse_province(written).unwrap().code(), code);
    }
    assert_eq!(Jurisdiction::parse_province("Texas"), None);
}

#[test]
fn a_jurisdiction_survives_text_and_binary_forms() {
    for code in ["ca-sk", "us-ny", "gb"] {
        let place = Jurisdiction::from_code(code);
        assert_eq!(
            serde_json::to_string(&place).unwrap(),
            format!("\"{code}\"")
        );
        assert_eq!(
            postcard::from_bytes::<Jurisdiction>(&postcard::to_stdvec(&place).unwrap()).unwrap(),
            place
        );
    }
}
