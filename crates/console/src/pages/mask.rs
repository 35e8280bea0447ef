//! Values of people, shown or hidden: the one file of the console that reveals them for the screen.

use whose_model::{PartialDate, PersonName, Phi, PostalAddress, Sex};

use crate::words::Words;

/// Whether this visitor sees values.
#[derive(Clone, Copy)]
pub(crate) struct Show(pub(crate) bool);

impl Show {
    /// A value, or its mask: the last four of a long number, else dots alone.
    pub(crate) fn text(self, value: &Phi<String>) -> String {
        if self.0 {
            value.reveal().clone()
        } else {
            value.masked()
        }
    }

    /// A name in the order in which it is written.
    pub(crate) fn name(self, name: &Phi<PersonName>) -> String {
        let name = name.reveal();
        let parts = [&name.given, &name.middle, &name.family, &name.suffix];
        let full: Vec<&str> = parts
            .iter()
            .map(|part| part.as_str())
            .filter(|part| !part.is_empty())
            .collect();
        self.text(&Phi::new(full.join(" ")))
    }

    /// A day in words; hidden, not even the year.
    pub(crate) fn date(self, words: &Words, date: &Phi<PartialDate>) -> String {
        if !self.0 {
            return "••••-••-••".to_owned();
        }
        let date = *date.reveal();
        date.full().map_or_else(|| date.iso(), |day| words.day(day))
    }

    /// Sex in words.
    pub(crate) fn sex(self, words: &Words, sex: &Phi<Sex>) -> String {
        if self.0 {
            words.id("sex", sex.reveal().letter())
        } else {
            "•".to_owned()
        }
    }

    /// The lines of an address.
    pub(crate) fn address(self, address: &Phi<PostalAddress>) -> Vec<String> {
        let address = address.reveal();
        let city: Vec<&str> = [&address.city, &address.province, &address.postal_code]
            .into_iter()
            .map(|part| part.trim())
            .filter(|part| !part.is_empty())
            .collect();
        let mut lines: Vec<String> = address.street.lines().map(str::to_owned).collect();
        lines.push(city.join(" "));
        lines.push(address.country.clone());
        lines.retain(|line| !line.trim().is_empty());
        if !self.0 {
            // A postal code is no number that its end would protect: dots alone.
            for line in &mut lines {
                *line = line
                    .chars()
                    .map(|ch| if ch.is_alphanumeric() { '•' } else { ch })
                    .collect();
            }
        }
        lines
    }
}

#[test]
fn nothing_of_a_person_is_left_when_hidden() {
    let words = Words::of(whose_model::Language::En);
    let hidden = Show(false);
    let name = Phi::new(PersonName {
        given: "Ève".into(),
        family: "Roy".into(),
        ..PersonName::default()
    });
    assert_eq!(hidden.name(&name), "••• •••");
    assert_eq!(Show(true).name(&name), "Ève Roy");
    let address = Phi::new(PostalAddress {
        street: "12345678 Rue".into(),
        city: "Laval".into(),
        ..PostalAddress::default()
    });
    assert_eq!(hidden.address(&address), ["•••••••• •••", "•••••"]);
    let born = Phi::new(PartialDate {
        year: 1980,
        month: 2,
        day: 1,
    });
    assert!(!hidden.date(words, &born).contains("19"));
    assert_eq!(Show(true).date(words, &born), "February 1, 1980");
    assert_eq!(hidden.sex(words, &Phi::new(Sex::Female)), "•");
}
