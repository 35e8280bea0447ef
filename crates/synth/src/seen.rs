//! A person as one exhibit knows them: under an old name or address, with a nickname, with a typing error.

use jiff::civil::Date;
use whose_model::Language;

use crate::{
    chance::Chance,
    person::{Home, Number, Person},
    style::Style,
};

/// A person as one exhibit knows them; texts are already in the exhibit's letters.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) person: Person,
    pub(crate) given: String,
    pub(crate) middle: String,
    pub(crate) family: String,
    pub(crate) suffix: &'static str,
    pub(crate) home: Home,
    pub(crate) health: Option<Number>,
    pub(crate) born: Date,
}

impl Seen {
    pub(crate) fn new(person: Person, style: &Style, chance: &mut Chance) -> Self {
        let mut given = person.given.clone();
        let mut family = person.family.clone();
        if let Some(nickname) = person.nickname
            && chance.percent(12)
        {
            given = nickname.to_owned();
        }
        if let Some(former) = &person.former_family
            && chance.percent(22)
        {
            family.clone_from(former);
        }
        if person.traits.newborn && style.language == Language::Fr {
            given = match given.as_str() {
                "Baby Girl" => "Bébé Fille".to_owned(),
                "Baby Boy" => "Bébé Garçon".to_owned(),
                _ => given,
            };
        }
        if chance.per_mille(12) {
            family = typo(&family, chance);
        } else if chance.per_mille(8) && !person.traits.newborn {
            given = typo(&given, chance);
        }
        let mut health = person.health.clone();
        if let Some(number) = &mut health
            && chance.per_mille(8)
        {
            number.text = slip(&number.text, chance);
        }
        let mut born = person.born;
        if chance.per_mille(6) {
            // Day and month change places where that makes a date.
            born = Date::new(born.year(), born.day(), born.month()).unwrap_or(born);
        }
        let home = match &person.former_home {
            Some(former) if chance.percent(30) => former,
            _ => &person.home,
        };
        Self {
            given: style.text(&given),
            middle: style.text(&person.middle),
            family: style.family(&family),
            suffix: if chance.percent(60) {
                person.suffix
            } else {
                ""
            },
            home: Home {
                street: style.text(&home.street),
                ..home.clone()
            },
            health,
            born,
            person,
        }
    }

    /// `Marie-Ève Tremblay`.
    pub(crate) fn name(&self, middle: bool) -> String {
        let mut name = self.given.clone();
        if middle && !self.middle.is_empty() {
            name += " ";
            name += &self.middle;
        }
        name += " ";
        name += &self.family;
        if !self.suffix.is_empty() {
            name += " ";
            name += self.suffix;
        }
        name
    }

    /// `TREMBLAY, Marie-Ève`.
    pub(crate) fn name_reversed(&self) -> String {
        let mut name = format!("{}, {}", self.family, self.given);
        if !self.suffix.is_empty() {
            name += " ";
            name += self.suffix;
        }
        name
    }
}

/// One letter changed, dropped or doubled, never the first.
fn typo(name: &str, chance: &mut Chance) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    if letters.len() < 5 {
        return name.to_owned();
    }
    let at = 1 + chance.index(letters.len() - 2);
    match chance.below(3) {
        0 => letters.swap(at, at + 1),
        1 => {
            letters.remove(at);
        }
        _ => letters.insert(at, letters[at]),
    }
    letters.into_iter().collect()
}

/// A digit changed or dropped.
fn slip(number: &str, chance: &mut Chance) -> String {
    let mut letters: Vec<char> = number.chars().collect();
    let at = letters.len() - 1 - chance.index(3.min(letters.len()));
    if chance.percent(50) {
        letters.remove(at);
    } else if let Some(digit) = letters[at].to_digit(10) {
        letters[at] = char::from(b'0' + ((digit + 1 + chance.below(8) as u32) % 10) as u8);
    }
    letters.into_iter().collect()
}
