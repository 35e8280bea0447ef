//! Draws of one thing each: an origin, a family name, a home, a telephone number, an e-mail address.

use jiff::{ToSpan, civil::Date};

use crate::{
    chance::Chance,
    lists::{LISTS, origin},
    numbers,
    person::Home,
};

/// Which origin a person of a place has; shares are rough and meant to be varied, not to be a census.
pub(crate) fn draw_origin(chance: &mut Chance, place: usize) -> usize {
    let place = &LISTS.places[place];
    let mut weights: [u64; origin::N] = [40, 6, 2, 10, 9, 5, 3, 9, 6, 4, 6];
    match place.jurisdiction {
        "ca-nu" | "ca-nt" | "ca-yt" => weights[origin::INDIGENOUS] = 90,
        "ca-sk" | "ca-mb" => {
            weights[origin::INDIGENOUS] = 16;
            weights[origin::SLAVIC] = 22;
        }
        "ca-nl" | "ca-pe" | "ca-ns" => weights[origin::EN] = 120,
        _ => {}
    }
    if ["Kuujjuaq", "La Ronge", "Prince Albert", "Thunder Bay"].contains(&place.city) {
        weights[origin::INDIGENOUS] += 40;
    }
    weights[origin::FR] += place.french * 2;
    if place.french > 50 {
        weights[origin::EN] = 8;
    }
    chance.weighted(weights.into_iter())
}

pub(crate) fn draw_family(chance: &mut Chance, origin: usize) -> String {
    let list = &LISTS.names[origin].family;
    let name = list[chance.index(list.len())];
    if chance.percent(4) && !name.contains([' ', '-']) {
        let other = list[chance.index(list.len())];
        if other != name && !other.contains([' ', '-']) {
            return format!("{name}-{other}");
        }
    }
    name.to_owned()
}

pub(crate) fn draw_home(chance: &mut Chance, place: usize) -> Home {
    let place = &LISTS.places[place];
    let french = place.french > 50;
    let streets = if french {
        &LISTS.streets_fr
    } else {
        &LISTS.streets_en
    };
    let street = streets[chance.index(streets.len())];
    let number = chance.range(2, 9800);
    let unit = chance.range(1, 1900);
    let mut street = match (french, chance.below(10)) {
        (false, 0) => format!("{unit}-{number} {street}"),
        (false, 1) => format!("{number} {street} Apt {unit}"),
        (false, 2) => format!("{number} {street}, Unit {}", unit % 90 + 1),
        (false, _) => format!("{number} {street}"),
        (true, 0) => format!("{number}, {street}, app. {unit}"),
        (true, 1) => format!("{number} {street}, bureau {}", unit % 90 + 1),
        (true, 2) => format!("{number}-{}, {street}", unit % 20 + 1),
        (true, _) => format!("{number}, {street}"),
    };
    let rural = place.codes[0].as_bytes().get(1) == Some(&b'0');
    if rural && chance.percent(50) {
        street = if french {
            format!("C.P. {unit}")
        } else {
            format!("PO Box {unit}")
        };
    }
    let code = place.codes[chance.index(place.codes.len())];
    let (region, country) = match place.jurisdiction.split_once('-') {
        Some(("ca", province)) => (province.to_uppercase(), ""),
        Some((_, state)) => (state.to_uppercase(), "USA"),
        None => (
            String::new(),
            match place.jurisdiction {
                "gb" => "United Kingdom",
                "fr" => "France",
                _ => "Australia",
            },
        ),
    };
    const LETTERS: &[u8] = b"ABCEGHJKLMNPRSTVWXYZ";
    let letter = |chance: &mut Chance| char::from(LETTERS[chance.index(LETTERS.len())]);
    let code = match place.jurisdiction {
        "gb" => format!(
            "{code}{} {}{}{}",
            chance.range(1, 19),
            chance.range(1, 9),
            letter(chance),
            letter(chance)
        ),
        "fr" | "au" | "us-ny" | "us-wa" | "us-fl" => {
            let missing = if place.jurisdiction == "au" { 4 } else { 5 } - code.len();
            format!("{code}{}", chance.digits(missing))
        }
        _ => format!(
            "{code} {}{}{}",
            chance.range(0, 9),
            letter(chance),
            chance.range(0, 9)
        ),
    };
    Home {
        street,
        city: place.city,
        region,
        code,
        country,
    }
}

/// Digits with the country's number where it is not 1: `3065550123`, `+441135550123`.
pub(crate) fn draw_phone(chance: &mut Chance, place: usize) -> String {
    let place = &LISTS.places[place];
    let area = place.areas[chance.index(place.areas.len())];
    match place.jurisdiction {
        "gb" => format!("+44{area}496{}", chance.digits(4)),
        "fr" => format!("+33{area}65{}", chance.digits(6)),
        "au" => format!("+61{area}5550{}", chance.digits(4)),
        _ => format!("{area}{}{}", chance.range(220, 989), chance.digits(4)),
    }
}

pub(crate) fn draw_email(
    chance: &mut Chance,
    given: &str,
    family: &str,
    index: u64,
    born: Date,
) -> String {
    let plain = |text: &str| -> String {
        numbers::fold(text)
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_lowercase()
    };
    let (given, family) = (plain(given), plain(family));
    let initial: String = given.chars().take(1).collect();
    let tail = index % 1000;
    let local = match chance.below(5) {
        0 => format!("{given}.{family}{}", born.year() % 100),
        1 => format!("{initial}{family}{tail}"),
        2 => format!("{family}.{given}"),
        3 => format!("{given}_{family}"),
        _ => format!("{given}{tail}"),
    };
    // Names that no one can register (RFC 2606, RFC 6761).
    let domain = [
        "mail.example",
        "courriel.example",
        "example.com",
        "example.org",
        "telco.example",
        "example.net",
    ];
    format!("{local}@{}", domain[chance.index(domain.len())])
}

pub(crate) fn licence_scheme(jurisdiction: &str) -> Option<&'static str> {
    let wanted = format!("{jurisdiction}-dl");
    whose_identifiers::all()
        .iter()
        .find(|kind| {
            kind.family == whose_identifiers::Family::DriversLicence
                && (kind.id == wanted || kind.jurisdiction == jurisdiction)
        })
        .map(|kind| kind.id)
}

pub(crate) fn pick(
    list: &[(&'static str, &'static str)],
    chance: &mut Chance,
) -> (&'static str, &'static str) {
    list.get(chance.index(list.len()))
        .copied()
        .unwrap_or(("", ""))
}

/// The day so many days before another.
pub(crate) fn day_before(day: Date, days: i64) -> Date {
    day.checked_sub(days.days()).unwrap_or(day)
}
