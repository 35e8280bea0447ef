//! CSV files of people in, `record_id,person_id,probability` for every row out.
//!
//! Columns are recognised by their headers, in English or French; columns of
//! unknown meaning are left aside. Rows of one file may be one person's, and so
//! may rows of different files. Rows that say nothing identifying get a person
//! of their own.
//!
//! Input is read row by row and never held; UTF-8, or Windows-1252 where a
//! field is not UTF-8; separated by comma, semicolon, tab or bar.

use std::convert::Infallible;
use std::io::{BufRead, BufReader, Read, Write};
use std::sync::{Mutex, PoisonError};

use whose_model::{
    IssuedNumber, PartialDate, PersonName, PersonRecord, Phi, PostalAddress, RecordId, Scheme, Sex,
    Standard,
};

use crate::{
    Cluster, Hands, Limit, Linked, Linker, Model, Parallel, content::Content, parallel, text::fold,
    written,
};

/// A file to link.
pub struct Input<'a> {
    /// Its name, for messages and to tell equal record ids of two files apart.
    pub name: String,
    /// Its bytes.
    pub bytes: Box<dyn Read + Send + 'a>,
}

/// Why a file could not be linked. Never holds a value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The bytes could not be read.
    #[error("`{name}` could not be read")]
    Read {
        /// The file.
        name: String,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// There is no header, or none of its columns has a known meaning.
    #[error(
        "`{name}` has no column that identifies a person (such as given_name, surname, date_of_birth)"
    )]
    Columns {
        /// The file.
        name: String,
    },
    /// More rows than can be numbered.
    #[error("more than four thousand million rows")]
    TooMany,
    /// The hands that were lent could not finish a step.
    #[error("the linkage was not finished")]
    Hands(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// What does not fit in memory could not be written, or read again.
    #[error("the folder for what does not fit in memory could not be used")]
    Scratch(#[source] std::io::Error),
    /// The result could not be written.
    #[error("the result could not be written")]
    Write(#[source] std::io::Error),
}

/// What was linked.
#[derive(Clone, Debug)]
pub struct Summary {
    /// For each file, the meaning of each column by header, in the file's order; `None` for a column left aside.
    pub columns: Vec<Vec<(String, Option<&'static str>)>>,
    /// Rows read.
    pub n_rows: u64,
    /// People found.
    pub n_people: u64,
    /// What was linked; with the clusters, for explanations, unless within a limit.
    pub linked: Linked,
}

/// Links the rows of the files and writes `record_id,person_id,probability`, one line a row, in the order of the input.
pub fn link(
    inputs: Vec<Input<'_>>,
    model: Model,
    map: &dyn Parallel,
    out: &mut dyn Write,
) -> Result<Summary, TableError> {
    link_by(inputs, model, map, out, |linker, show| {
        let linked = linker.finish(map);
        linked.clusters.iter().for_each(show);
        Ok(linked)
    })
}

/// The same rows, without the clusters in the summary and within a limit of memory, if there is one.
pub fn link_within(
    inputs: Vec<Input<'_>>,
    model: Model,
    map: &dyn Parallel,
    limit: Option<&Limit>,
    out: &mut dyn Write,
) -> Result<Summary, TableError> {
    link_by(inputs, model, map, out, |linker, show| {
        linker
            .finish_within(map, limit, &mut |cluster| show(&cluster))
            .map_err(TableError::Scratch)
    })
}

/// The same rows, the steps worked by `hands`; without the clusters in the summary.
pub fn link_on<H>(
    inputs: Vec<Input<'_>>,
    model: Model,
    hands: &mut H,
    map: &dyn Parallel,
    out: &mut dyn Write,
) -> Result<Summary, TableError>
where
    H: Hands<Error: From<Infallible> + Into<Box<dyn std::error::Error + Send + Sync>>>,
{
    link_by(inputs, model, map, out, |linker, show| {
        linker
            .finish_by(hands, map, &mut |cluster| show(&cluster))
            .map_err(|error| TableError::Hands(error.into()))
    })
}

type Finish<'a> = dyn FnMut(&Cluster) + 'a;

fn link_by(
    inputs: Vec<Input<'_>>,
    model: Model,
    map: &dyn Parallel,
    out: &mut dyn Write,
    finish: impl FnOnce(Linker, &mut Finish<'_>) -> Result<Linked, TableError>,
) -> Result<Summary, TableError> {
    let mut linker = Linker::new(model);
    let mut ids = Ids::default();
    let mut columns = Vec::new();
    for (file, input) in inputs.into_iter().enumerate() {
        columns.push(read(input, file, map, &mut linker, &mut ids)?);
    }
    let n_rows = ids.ends.len();
    let mut person = vec![(u32::MAX, 1.0_f32); n_rows];
    let mut n_clusters = 0_u32;
    let linked = finish(linker, &mut |cluster| {
        for member in &cluster.members {
            if let Some(slot) = person.get_mut(member.index as usize) {
                *slot = (n_clusters, member.probability);
            }
        }
        n_clusters += 1;
    })?;

    // Person ids count up in the order of each person's first row.
    let mut renamed = vec![0_u32; n_clusters as usize];
    let mut n_people = 0_u32;
    let write = || -> std::io::Result<()> {
        let mut out = csv::Writer::from_writer(out);
        out.write_record(["record_id", "person_id", "probability"])?;
        for (row, (cluster, probability)) in person.iter().enumerate() {
            let name = match renamed.get_mut(*cluster as usize) {
                Some(name) => {
                    if *name == 0 {
                        n_people += 1;
                        *name = n_people;
                    }
                    *name
                }
                None => {
                    n_people += 1;
                    n_people
                }
            };
            out.write_record([
                ids.get(row),
                &name.to_string(),
                &format!("{probability:.6}"),
            ])?;
        }
        out.flush()
    };
    write().map_err(TableError::Write)?;
    Ok(Summary {
        columns,
        n_rows: n_rows as u64,
        n_people: u64::from(n_people),
        linked,
    })
}

/// The ids of all rows, back to back.
#[derive(Default)]
struct Ids {
    text: String,
    ends: Vec<usize>,
}

impl Ids {
    fn push(&mut self, id: &str) {
        self.text.push_str(id);
        self.ends.push(self.text.len());
    }

    fn get(&self, row: usize) -> &str {
        let start = row
            .checked_sub(1)
            .and_then(|row| self.ends.get(row))
            .copied()
            .unwrap_or(0);
        self.ends
            .get(row)
            .and_then(|end| self.text.get(start..*end))
            .unwrap_or("")
    }
}

/// The meaning of each column by header.
type Columns = Vec<(String, Option<&'static str>)>;

/// Rows that are read, made ready and taken at one time.
const BATCH: usize = 1 << 13;
/// Of these so many by one thread.
const PART: usize = 512;

/// What a row says, and its own id.
struct Ready {
    content: Content,
    id: String,
}

/// One of three things that are done at one time.
enum Done {
    /// What was made ready before was taken, in its order.
    Taken,
    /// The next rows.
    Rows(Result<Vec<csv::ByteRecord>, csv::Error>),
    /// Some of the rows that were read before.
    Ready(Vec<Ready>),
}

fn read(
    input: Input<'_>,
    file: usize,
    map: &dyn Parallel,
    linker: &mut Linker,
    ids: &mut Ids,
) -> Result<Columns, TableError> {
    let Input { name, bytes } = input;
    let failed = |source: std::io::Error| TableError::Read {
        name: name.clone(),
        source,
    };
    let mut bytes = BufReader::with_capacity(1 << 16, bytes);
    let delimiter = delimiter(bytes.fill_buf().map_err(failed)?);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(bytes);
    let headers = reader.byte_headers().map_err(|err| failed(err.into()))?;
    let headers: Vec<String> = headers
        .iter()
        .map(|header| decode(header).trim_start_matches('\u{feff}').to_owned())
        .collect();
    let meanings = meanings(&headers);
    if !meanings
        .iter()
        .flatten()
        .any(|meaning| meaning.identifies())
    {
        return Err(TableError::Columns { name });
    }
    let mut exhibit = [0; 16];
    exhibit[..8].copy_from_slice(&(file as u64).to_be_bytes());
    let reader = Mutex::new(reader);
    let next = || -> Result<Vec<csv::ByteRecord>, csv::Error> {
        let mut reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
        reader.byte_records().take(BATCH).collect()
    };
    let sink = Mutex::new((linker, ids));
    let mut rows = next().map_err(|err| failed(err.into()))?;
    let mut ready: Vec<Vec<Ready>> = Vec::new();
    let mut n_before = 0_u64;
    while !rows.is_empty() || !ready.is_empty() {
        let ranges = parallel::parts(rows.len(), PART);
        let done = parallel::collect(map, 2 + ranges.len(), |part| match part {
            0 => {
                let mut sink = sink.lock().unwrap_or_else(PoisonError::into_inner);
                for row in ready.iter().flatten() {
                    sink.0.take(&row.content);
                    sink.1.push(&row.id);
                }
                Done::Taken
            }
            1 => Done::Rows(next()),
            part => {
                let range = ranges[part - 2].clone();
                let numbers = n_before + 1 + range.start as u64..;
                Done::Ready(
                    numbers
                        .zip(&rows[range])
                        .map(|(subject, row)| {
                            Ready::new(RecordId { exhibit, subject }, &meanings, row)
                        })
                        .collect(),
                )
            }
        });
        n_before += rows.len() as u64;
        ready.clear();
        for done in done {
            match done {
                Done::Taken => {}
                Done::Rows(read) => rows = read.map_err(|err| failed(err.into()))?,
                Done::Ready(part) => ready.push(part),
            }
        }
        let n_taken = sink
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .1
            .ends
            .len();
        if n_taken + 2 * BATCH > u32::MAX as usize {
            return Err(TableError::TooMany);
        }
    }
    Ok(headers
        .into_iter()
        .zip(meanings.iter().map(|meaning| meaning.map(Meaning::id)))
        .collect())
}

impl Ready {
    fn new(id: RecordId, meanings: &[Option<Meaning>], row: &csv::ByteRecord) -> Self {
        let (record, row_id) = person(id, meanings, row);
        Self {
            content: Content::new(&record),
            id: row_id.unwrap_or_else(|| id.subject.to_string()),
        }
    }
}

/// The separator that stands most often in the header line, outside quotes.
fn delimiter(start: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    for byte in start {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            byte if !quoted => {
                for (separator, count) in &mut counts {
                    *count += usize::from(separator == byte);
                }
            }
            _ => {}
        }
    }
    // The comma wins a tie.
    counts
        .iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map_or(b',', |(separator, _)| *separator)
}

/// UTF-8, or else one character a byte; the few characters in which Windows-1252 differs from Latin-1 are punctuation.
fn decode(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// What a column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    RecordId,
    Given,
    Middle,
    Family,
    Suffix,
    FullName,
    BirthDate,
    BirthYear,
    BirthMonth,
    BirthDay,
    Sex,
    HealthNumber(&'static str),
    LifeNumber(&'static str),
    ChartNumber(&'static str),
    Phone,
    Email,
    StreetNumber,
    Street,
    City,
    Province,
    PostalCode,
    Country,
    Role,
}

impl Meaning {
    fn id(self) -> &'static str {
        match self {
            Self::RecordId => "record-id",
            Self::Given => "given",
            Self::Middle => "middle",
            Self::Family => "family",
            Self::Suffix => "suffix",
            Self::FullName => "name",
            Self::BirthDate => "birth-date",
            Self::BirthYear => "birth-year",
            Self::BirthMonth => "birth-month",
            Self::BirthDay => "birth-day",
            Self::Sex => "sex",
            Self::HealthNumber(_) => "health-number",
            Self::LifeNumber(scheme) | Self::ChartNumber(scheme) => scheme,
            Self::Phone => "phone",
            Self::Email => "email",
            Self::StreetNumber => "street-number",
            Self::Street => "street",
            Self::City => "city",
            Self::Province => "province",
            Self::PostalCode => "postal-code",
            Self::Country => "country",
            Self::Role => "role",
        }
    }

    fn identifies(self) -> bool {
        matches!(
            self,
            Self::Given
                | Self::Family
                | Self::FullName
                | Self::HealthNumber(_)
                | Self::LifeNumber(_)
                | Self::ChartNumber(_)
                | Self::Phone
                | Self::Email
        )
    }
}

/// The meaning of each column; of two that claim to be the row's id, the first is.
fn meanings(headers: &[String]) -> Vec<Option<Meaning>> {
    let mut has_id = false;
    headers
        .iter()
        .map(|header| {
            let meaning = meaning(header);
            if meaning == Some(Meaning::RecordId) && std::mem::replace(&mut has_id, true) {
                return None;
            }
            meaning
        })
        .collect()
}

fn meaning(header: &str) -> Option<Meaning> {
    // GivenName, given-name, GIVEN NAME and given_name are one.
    let mut spaced = String::new();
    let mut last_lower = false;
    for ch in header.chars() {
        if ch.is_uppercase() && last_lower {
            spaced.push(' ');
        }
        last_lower = ch.is_lowercase() || ch.is_ascii_digit();
        spaced.push(ch);
    }
    let folded = fold(&spaced);
    let bare: String = folded.split(' ').collect();
    let bare = ["patient", "client", "person", "pt", "member", "subject"]
        .iter()
        .find_map(|prefix| {
            bare.strip_prefix(prefix)
                .filter(|rest| rest.len() >= 3 && *rest != "number")
        })
        .unwrap_or(&bare);
    Some(match bare {
        "recid" | "recordid" | "uniqueid" | "rowid" | "id" | "recordnumber" | "rownumber"
        | "uid" | "key" | "noenregistrement" | "identifiant" => Meaning::RecordId,
        "givenname" | "given" | "firstname" | "forename" | "first" | "fname" | "prenom"
        | "givennames" | "firstnames" | "forenames" | "prenoms" | "prenomusuel"
        | "preferredname" | "forename1" => Meaning::Given,
        "middlename" | "middle" | "middlenames" | "middleinitial" | "mi" | "mname"
        | "secondname" | "othergivennames" | "autresprenoms" | "forename2" | "deuxiemeprenom"
        | "initials" => Meaning::Middle,
        "surname" | "family" | "familyname" | "lastname" | "last" | "lname" | "nom"
        | "nomdefamille" | "nomfamille" | "sname" => Meaning::Family,
        "suffix" | "namesuffix" | "generation" | "suffixe" => Meaning::Suffix,
        "name" | "fullname" | "nomcomplet" | "displayname" | "patientname" | "completename"
        | "nometprenom" | "prenomnom" | "nomprenom" => Meaning::FullName,
        "dateofbirth" | "dob" | "birthdate" | "birthday" | "born" | "datenaissance"
        | "datedenaissance" | "ddn" | "birth" | "dn" => Meaning::BirthDate,
        "birthyear" | "yearofbirth" | "yob" | "anneenaissance" | "anneedenaissance" | "dobyear" => {
            Meaning::BirthYear
        }
        "birthmonth" | "monthofbirth" | "moisnaissance" | "moisdenaissance" | "dobmonth" => {
            Meaning::BirthMonth
        }
        "dayofbirth" | "birthdayofmonth" | "journaissance" | "jourdenaissance" | "dobday" => {
            Meaning::BirthDay
        }
        "sex" | "gender" | "sexe" | "genre" | "administrativesex" => Meaning::Sex,
        "hcn"
        | "healthnumber"
        | "healthcard"
        | "healthcardnumber"
        | "healthcard#"
        | "phn"
        | "phin"
        | "hsn"
        | "healthcardno"
        | "ohip"
        | "ohipnumber"
        | "ramq"
        | "nam"
        | "nas maladie"
        | "numeroassurancemaladie"
        | "noassurancemaladie"
        | "healthid"
        | "personalhealthnumber"
        | "healthservicesnumber"
        | "medicare"
        | "medicarenumber"
        | "nhs"
        | "nhsnumber"
        | "jhn"
        | "healthinsurancenumber"
        | "hin"
        | "msi"
        | "mcp"
        | "uli"
        | "healthnumbers" => Meaning::HealthNumber("health-number"),
        "ssn"
        | "sin"
        | "nas"
        | "socsecid"
        | "socialsecuritynumber"
        | "socialinsurancenumber"
        | "socialsecurity"
        | "nationalid"
        | "numeroassurancesociale"
        | "nino"
        | "socialsecurityid" => Meaning::LifeNumber("social-insurance-number"),
        "passport" | "passportnumber" | "passeport" => Meaning::LifeNumber("passport"),
        "driverslicence" | "driverslicense" | "driverlicense" | "driverlicence" | "drivers"
        | "dl" | "permisdeconduire" | "licencenumber" | "licensenumber" => {
            Meaning::LifeNumber("drivers-licence")
        }
        "mrn"
        | "chart"
        | "chartnumber"
        | "chartno"
        | "medicalrecordnumber"
        | "nodossier"
        | "dossier"
        | "numerodossier"
        | "filenumber" => Meaning::ChartNumber("mrn"),
        "patientid" | "patientnumber" | "clientid" | "clientnumber" | "accountnumber"
        | "account" | "memberid" | "customerid" | "idpatient" => {
            Meaning::ChartNumber("patient-number")
        }
        "policy" | "policynumber" | "insurancepolicy" | "certificate" | "police" => {
            Meaning::ChartNumber("insurance-policy")
        }
        "phone" | "phonenumber" | "telephone" | "tel" | "homephone" | "cell" | "cellphone"
        | "mobile" | "mobilephone" | "workphone" | "telephonenumber" | "phone1" | "phone2"
        | "phonehome" | "phonecell" | "telephonedomicile" | "cellulaire" | "telmaison"
        | "mobilenumber" => Meaning::Phone,
        "email" | "emailaddress" | "mail" | "courriel" | "adressecourriel" => Meaning::Email,
        "streetnumber" | "streetno" | "civicnumber" | "housenumber" | "numerocivique"
        | "nocivique" | "housenum" => Meaning::StreetNumber,
        "address" | "address1" | "addressline1" | "street" | "streetaddress" | "streetname"
        | "address2" | "addressline2" | "adresse" | "rue" | "unit" | "apartment" | "apt"
        | "addr" | "addr1" | "addr2" | "mailingaddress" | "homeaddress" | "adresse1"
        | "adresse2" | "addressline" => Meaning::Street,
        "city" | "suburb" | "town" | "municipality" | "ville" | "municipalite" | "locality"
        | "place" | "townname" | "cityname" => Meaning::City,
        "province" | "state" | "region" | "prov" | "stateprovince" | "provincestate" | "county" => {
            Meaning::Province
        }
        "postcode" | "postalcode" | "zip" | "zipcode" | "codepostal" | "pcode" | "cp"
        | "postal" | "pc" => Meaning::PostalCode,
        "country" | "pays" => Meaning::Country,
        "role" => Meaning::Role,
        _ => return None,
    })
}

/// The record of one row, and the row's own id.
fn person(
    id: RecordId,
    meanings: &[Option<Meaning>],
    row: &csv::ByteRecord,
) -> (PersonRecord, Option<String>) {
    let mut record = PersonRecord::new(id, Standard::Evidence);
    let mut row_id = None;
    let mut name = PersonName::default();
    let mut address = PostalAddress::default();
    let mut birth_parts = [None::<i16>; 3];
    let join = |to: &mut String, value: String| {
        if !to.is_empty() {
            to.push(' ');
        }
        to.push_str(&value);
    };
    for (meaning, bytes) in meanings.iter().zip(row) {
        let Some(meaning) = *meaning else { continue };
        if bytes.is_empty() {
            continue;
        }
        let value = decode(bytes);
        if meaning != Meaning::RecordId && is_nothing(&value) {
            continue;
        }
        match meaning {
            Meaning::RecordId => row_id = Some(value),
            Meaning::Given => join(&mut name.given, value),
            Meaning::Middle => join(&mut name.middle, value),
            Meaning::Family => join(&mut name.family, value),
            Meaning::Suffix => join(&mut name.suffix, value),
            Meaning::FullName => {
                let parts = full_name(&value);
                if name.given.is_empty() && name.family.is_empty() {
                    name = parts;
                } else if name != parts {
                    record.names.push(Phi::new(parts));
                }
            }
            Meaning::BirthDate if record.birth_dates.is_empty() => {
                record
                    .birth_dates
                    .extend(written::dates(&value).into_iter().map(Phi::new));
            }
            Meaning::BirthDate => {}
            Meaning::BirthYear => birth_parts[0] = value.parse().ok(),
            Meaning::BirthMonth => birth_parts[1] = value.parse().ok(),
            Meaning::BirthDay => birth_parts[2] = value.parse().ok(),
            Meaning::Sex => record.sex = sex(&value).map(Phi::new),
            Meaning::HealthNumber(scheme) => {
                push_number(&mut record.health_numbers, scheme, &value)
            }
            Meaning::LifeNumber(scheme) | Meaning::ChartNumber(scheme) => {
                push_number(&mut record.numbers, scheme, &value);
            }
            Meaning::Phone => {
                let digits: String = value.chars().filter(char::is_ascii_digit).collect();
                if digits.len() >= 7 {
                    record.phones.push(Phi::new(digits));
                }
            }
            Meaning::Email => record.emails.push(Phi::new(value.to_lowercase())),
            Meaning::StreetNumber => address.street.insert_str(0, &format!("{value} ")),
            Meaning::Street => join(&mut address.street, value),
            Meaning::City => join(&mut address.city, value),
            Meaning::Province => join(&mut address.province, value),
            Meaning::PostalCode => join(&mut address.postal_code, value),
            Meaning::Country => join(&mut address.country, value),
            Meaning::Role => record.role = role(&value),
        }
    }
    if let [Some(year), month, day] = birth_parts
        && record.birth_dates.is_empty()
    {
        let part = |part: Option<i16>| part.and_then(|part| u8::try_from(part).ok()).unwrap_or(0);
        record.birth_dates.push(Phi::new(PartialDate {
            year,
            month: part(month),
            day: part(day),
        }));
    }
    if name != PersonName::default() {
        record.names.insert(0, Phi::new(name));
    }
    if address != PostalAddress::default() {
        record.addresses.push(Phi::new(address));
    }
    (record, row_id)
}

fn push_number(numbers: &mut Vec<IssuedNumber>, scheme: &'static str, value: &str) {
    let number: String = value
        .chars()
        .filter(|ch| ch.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect();
    // The table does not say whose number it is and nobody checked it, so a slip is possible.
    if number.len() >= 3 {
        numbers.push(IssuedNumber {
            scheme: Scheme::new(scheme),
            number: Phi::new(number),
            holds: true,
        });
    }
}

/// Words that stand for no value.
fn is_nothing(value: &str) -> bool {
    matches!(
        value.to_ascii_lowercase().as_str(),
        "" | "null"
            | "none"
            | "nan"
            | "n/a"
            | "na"
            | "nil"
            | "-"
            | "--"
            | "?"
            | "unknown"
            | "inconnu"
            | "\\n"
    )
}

/// `Tremblay, Marie-Ève` or `Marie-Ève Tremblay`.
fn full_name(value: &str) -> PersonName {
    let mut name = PersonName::default();
    if let Some((family, given)) = value.split_once(',') {
        name.family = family.trim().to_owned();
        let mut words = given.split_whitespace();
        name.given = words.next().unwrap_or("").to_owned();
        name.middle = words.collect::<Vec<_>>().join(" ");
    } else {
        let words: Vec<&str> = value.split_whitespace().collect();
        let (given, rest) = words
            .split_first()
            .map_or(("", &[][..]), |(given, rest)| (*given, rest));
        // Particles belong to the family name that follows them.
        let start = rest
            .iter()
            .position(|word| crate::names::is_particle(&fold(word)))
            .unwrap_or(rest.len().saturating_sub(1));
        if rest.is_empty() {
            name.family = given.to_owned();
        } else {
            name.given = given.to_owned();
            name.middle = rest[..start].join(" ");
            name.family = rest[start..].join(" ");
        }
    }
    name
}

fn sex(value: &str) -> Option<Sex> {
    match fold(value).as_str() {
        "f" | "female" | "femme" | "feminin" | "woman" | "w" | "2" => Some(Sex::Female),
        "m" | "male" | "homme" | "masculin" | "man" | "h" | "1" => Some(Sex::Male),
        "x" | "other" | "autre" | "o" | "non binary" | "nonbinary" | "diverse" => Some(Sex::Other),
        _ => None,
    }
}

fn role(value: &str) -> whose_model::Role {
    use whose_model::Role;
    match fold(value).as_str() {
        "patient" => Role::Patient,
        "clinician" | "doctor" | "physician" | "medecin" => Role::Clinician,
        "relative" | "contact" | "next of kin" => Role::Relative,
        "staff" | "employee" => Role::Staff,
        "organisation" | "organization" => Role::Organisation,
        _ => Role::Unknown,
    }
}
