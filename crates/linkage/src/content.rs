//! One record in, what it says as it will be compared out: folded texts, dates, a hash of all of it.
//!
//! This is most of the work of taking a record, and hangs on the record alone,
//! so that many can be made ready at one time; giving each text its number is
//! left to [`crate::compact`], one record after the other.

use whose_model::{IssuedNumber, PersonRecord, Sex, Standard};

use crate::{
    address,
    compact::{Birth, Number, NumberKind, World},
    dates::Window,
    names,
    record::Quebec,
    strings::{Strings, Sym, hash, mix},
};

/// What a record says.
pub(crate) struct Content {
    /// Of the record's id.
    pub(crate) id: u64,
    /// Of all that it says; none when nothing of it identifies anybody.
    pub(crate) order: Option<u128>,
    pub(crate) world: World,
    pub(crate) is_roster: bool,
    pub(crate) sex: u8,
    /// Each with three of the name texts.
    pub(crate) names: Vec<Named>,
    pub(crate) name_texts: Texts,
    pub(crate) births: Vec<Birth>,
    pub(crate) born: Window,
    /// Each with two of the other texts, which come first.
    pub(crate) numbers: Vec<Number>,
    /// Then as many telephones, mailboxes, and addresses of six texts each.
    pub(crate) n_phones: usize,
    pub(crate) n_emails: usize,
    pub(crate) n_addresses: usize,
    pub(crate) texts: Texts,
}

/// What a name says beside its texts.
#[derive(Clone, Copy)]
pub(crate) struct Named {
    pub(crate) suffix: u8,
    pub(crate) is_newborn: bool,
}

/// Texts back to back, each with its hash.
#[derive(Default)]
pub(crate) struct Texts {
    all: String,
    ends: Vec<(usize, u64)>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.all.push_str(text);
        self.ends.push((self.all.len(), hash(text.as_bytes())));
    }

    /// Their numbers, one after the other.
    pub(crate) fn syms<'a>(&'a self, strings: &'a mut Strings) -> impl Iterator<Item = Sym> {
        let mut start = 0;
        self.ends.iter().map(move |(end, hashed)| {
            let text = self.all.get(start..*end).unwrap_or("");
            start = *end;
            strings.intern_hashed(text, *hashed)
        })
    }
}

/// At most this many values of a kind are kept from one record; more come from a faulty reading.
const MOST_VALUES: usize = 6;

impl Content {
    /// What a record says.
    pub(crate) fn new(record: &PersonRecord) -> Self {
        let id = mix(hash(&record.id.exhibit), record.id.subject);
        let mut order = Order(1, 2);
        let world = World::of(record.role);
        order.add(0, &[world as u8]);
        let is_roster = record.standard == Standard::Roster;
        if is_roster {
            order.add(1, &id.to_le_bytes());
        }
        let mut content = Self {
            id,
            order: None,
            world,
            is_roster,
            sex: 0,
            names: Vec::new(),
            name_texts: Texts::default(),
            births: Vec::new(),
            born: Window::default(),
            numbers: Vec::new(),
            n_phones: 0,
            n_emails: 0,
            n_addresses: 0,
            texts: Texts::default(),
        };
        content.add_names(record, &mut order);
        for date in record.birth_dates.iter().take(MOST_VALUES) {
            let date = *date.reveal();
            let birth = Birth {
                year: date.year,
                month: date.month,
                day: date.day,
            };
            if !birth.is_default() && !content.births.contains(&birth) {
                order.add(6, &birth.code().to_le_bytes());
                content.births.push(birth);
            }
        }
        if let Some(born) = &record.born {
            content.born = Window::of(born.reveal());
            order.add(14, &content.born.from.to_le_bytes());
            order.add(14, &content.born.to.to_le_bytes());
        }
        content.sex = match record.sex.as_ref().map(whose_model::Phi::reveal) {
            Some(Sex::Female) => 1,
            Some(Sex::Male) => 2,
            // `Other` is as often "not asked" as an answer.
            Some(Sex::Other) | None => 0,
        };
        order.add(7, &[content.sex]);
        content.add_numbers(record, &mut order);
        content.add_contacts(record, &mut order);
        let is_linkable = !content.names.is_empty()
            || !content.numbers.is_empty()
            || content.n_phones > 0
            || content.n_emails > 0;
        content.order = is_linkable.then(|| order.value());
        content
    }

    fn add_names(&mut self, record: &PersonRecord, order: &mut Order) {
        let mut seen = Vec::new();
        let all: Vec<_> = record
            .names
            .iter()
            .take(MOST_VALUES)
            .map(|name| names::parts(name.reveal()))
            .collect();
        for name in &all {
            let (given, middle, family, suffix, is_newborn) = name;
            // `Ms. Roy` of a letter about Anna Roy is no second name: it would hide that another is called Luc.
            let is_short = all.iter().any(|other| names::is_short_for(name, other));
            if given.is_empty() && family.is_empty() || is_short {
                continue;
            }
            order.add(2, given.as_bytes());
            order.add(3, middle.as_bytes());
            order.add(4, family.as_bytes());
            order.add(5, &[*suffix, u8::from(*is_newborn)]);
            if seen.contains(&name) {
                continue;
            }
            for text in [given, middle, family] {
                self.name_texts.push(text);
            }
            self.names.push(Named {
                suffix: *suffix,
                is_newborn: *is_newborn,
            });
            seen.push(name);
        }
    }

    fn add_numbers(&mut self, record: &PersonRecord, order: &mut Order) {
        let of = |numbers: &'_ [IssuedNumber], is_health: bool| -> Vec<(Issued, bool)> {
            let numbers = numbers.iter().take(MOST_VALUES);
            numbers
                .filter_map(|issued| Some((Issued::new(issued, is_health)?, issued.holds)))
                .collect()
        };
        let mut seen: Vec<Issued> = Vec::new();
        for (issued, holds) in of(&record.health_numbers, true)
            .into_iter()
            .chain(of(&record.numbers, false))
        {
            let is_there =
                |other: &Issued| other.keyed == issued.keyed && other.scheme == issued.scheme;
            if seen.iter().any(is_there) {
                continue;
            }
            order.add(8, issued.text.as_bytes());
            order.add(9, issued.scheme.as_bytes());
            order.add(10, &[u8::from(holds)]);
            self.texts.push(&format!("k{}", issued.scheme));
            self.texts.push(&issued.keyed);
            self.numbers.push(Number {
                scheme: 0,
                number: 0,
                kind: issued.kind,
                holds,
                any_scheme: issued.any_scheme,
            });
            seen.push(issued);
        }
        // Where nothing else says it, a Quebec number says the birth date but for the century, and the sex.
        // A newborn stands under the mother's.
        let is_newborn = self.names.iter().any(|name| name.is_newborn);
        let quebec = record
            .health_numbers
            .iter()
            .filter(|_| !is_newborn)
            .filter(|issued| matches!(issued.scheme.id(), "ca-qc" | "health-number"))
            .find_map(|issued| Quebec::read(issued.number.reveal()));
        if let Some(quebec) = quebec {
            if self.births.is_empty() {
                for year in quebec.years() {
                    self.births.push(Birth {
                        year,
                        month: quebec.month,
                        day: quebec.day,
                    });
                }
            }
            if self.sex == 0 {
                self.sex = if quebec.sex == Sex::Female { 1 } else { 2 };
            }
        }
    }

    fn add_contacts(&mut self, record: &PersonRecord, order: &mut Order) {
        let phones = record.phones.iter().take(MOST_VALUES);
        let phones = phones.filter_map(|phone| phone_text(phone.reveal()));
        self.n_phones = self.add_texts(11, phones, order);
        let emails = record.emails.iter().take(MOST_VALUES);
        let emails = emails.filter_map(|email| email_text(email.reveal()));
        self.n_emails = self.add_texts(12, emails, order);
        let mut seen = Vec::new();
        for address in record.addresses.iter().take(MOST_VALUES) {
            let parts = address::parts(address.reveal());
            if parts.is_empty() {
                continue;
            }
            for text in parts.texts() {
                order.add(13, text.as_bytes());
            }
            if !seen.contains(&parts) {
                for text in parts.keyed() {
                    self.texts.push(&text);
                }
                seen.push(parts);
            }
        }
        self.n_addresses = seen.len();
    }

    /// Adds each once; how many they are.
    fn add_texts(
        &mut self,
        kind: u64,
        texts: impl Iterator<Item = String>,
        order: &mut Order,
    ) -> usize {
        let mut seen: Vec<String> = Vec::new();
        for text in texts {
            order.add(kind, text.as_bytes());
            if !seen.contains(&text) {
                self.texts.push(&text);
                seen.push(text);
            }
        }
        seen.len()
    }
}

/// A number as it is compared.
struct Issued {
    scheme: String,
    /// Its letters and digits.
    text: String,
    /// The same with what tells numbers of one kind from others.
    keyed: String,
    kind: NumberKind,
    any_scheme: bool,
}

impl Issued {
    fn new(issued: &IssuedNumber, is_health: bool) -> Option<Self> {
        let scheme = issued.scheme.id();
        let mut text: String = issued
            .number
            .reveal()
            .chars()
            .filter(|ch| ch.is_alphanumeric())
            .flat_map(char::to_uppercase)
            .collect();
        let any_scheme = is_health && scheme == "health-number";
        if scheme == "ca-on" || any_scheme {
            strip_version(&mut text);
        }
        let first = text.chars().next()?;
        // 0000000000 and 9999999999 are typed to get past a form.
        if text.len() < 2 || text.chars().all(|ch| ch == first) {
            return None;
        }
        let kind = if is_health {
            NumberKind::Health
        } else if is_for_life(scheme) {
            NumberKind::Life
        } else {
            NumberKind::Chart
        };
        Some(Self {
            keyed: if is_health {
                format!("h{text}")
            } else {
                format!("n{scheme} {text}")
            },
            scheme: scheme.to_owned(),
            text,
            kind,
            any_scheme,
        })
    }
}

/// Takes the version of an Ontario card away: it changes, the number does not.
fn strip_version(text: &mut String) {
    if text.len() > 10
        && text.is_char_boundary(10)
        && let (number, version) = text.split_at(10)
        && number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'O' | b'I' | b'L' | b'S' | b'B'))
        && number.bytes().filter(u8::is_ascii_digit).count() >= 8
        && version.len() <= 2
        && version.bytes().all(|byte| byte.is_ascii_alphabetic())
    {
        text.truncate(10);
    }
}

/// Numbers of which one has one for life, so that two of them speak for two people.
fn is_for_life(scheme: &str) -> bool {
    [
        "sin",
        "ssn",
        "social-insurance-number",
        "uci",
        "itin",
        "sns",
        "nino",
    ]
    .iter()
    .any(|word| {
        scheme == *word
            || scheme
                .strip_suffix(word)
                .is_some_and(|rest| rest.ends_with('-'))
    }) || scheme.contains("licence")
        || scheme.contains("license")
        || scheme.contains("-dl-")
        || scheme.ends_with("-dl")
}

/// Who is called pays: numbers of offices, which letters to patients give, and never a patient's
/// (Federal Communications Commission, "What Is a Toll-Free Number and How Does it Work?").
const TOLL_FREE: [&str; 7] = ["800", "833", "844", "855", "866", "877", "888"];

fn phone_text(phone: &str) -> Option<String> {
    let mut digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    if digits.len() == 11 && digits.starts_with('1') {
        digits.remove(0);
    }
    let first = digits.chars().next()?;
    let is_toll_free = digits.len() == 10 && TOLL_FREE.iter().any(|area| digits.starts_with(area));
    if digits.len() < 7 || is_toll_free || digits.chars().all(|ch| ch == first) {
        return None;
    }
    digits.insert(0, 'p');
    Some(digits)
}

fn email_text(email: &str) -> Option<String> {
    let email = email.trim().to_lowercase();
    let (local, domain) = email.rsplit_once('@')?;
    let local = local.split('+').next().unwrap_or(local);
    let is_nobody = matches!(
        local,
        "" | "none"
            | "noemail"
            | "no-email"
            | "noreply"
            | "no-reply"
            | "na"
            | "n/a"
            | "unknown"
            | "test"
            | "aucun"
    );
    (!is_nobody && !domain.is_empty()).then(|| format!("e{local}@{domain}"))
}

/// Two independent hashes of everything a record says.
struct Order(u64, u64);

impl Order {
    fn add(&mut self, kind: u64, bytes: &[u8]) {
        let hashed = hash(bytes);
        self.0 = mix(self.0 ^ kind, hashed);
        self.1 = mix(
            self.1.wrapping_add(kind),
            hashed.rotate_left(17) ^ bytes.len() as u64,
        );
    }

    fn value(&self) -> u128 {
        u128::from(self.0) << 64 | u128::from(self.1)
    }
}
