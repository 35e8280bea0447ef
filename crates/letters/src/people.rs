//! People on paper: names, addresses, who is spoken to, and the row of a mail house's manifest.
//!
//! `Writer` is a wording that knows for whom it writes: it fills `{info}`,
//! `{who}` and their like as `[reader]` in `letters/letter/` says them.

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;
use whose_model::{
    DataElement, Incident, Jurisdiction, Language, Organisation, PersonName, Phi, PostalAddress,
    Representative, RepresentativeKind,
};

use crate::wording::{Choice, Wording};
use crate::{Exposed, Languages, LetterError, LetterInput, Stage};

/// Columns of the manifest for a mail house, one row a letter.
pub const MANIFEST: [&str; 14] = [
    "reference",
    "file",
    "language",
    "pages",
    "stage",
    "mailable",
    "line_1",
    "line_2",
    "street",
    "city",
    "province",
    "postal_code",
    "country",
    "envelope",
];

/// One row of the manifest, in the order of `MANIFEST`. The caller puts it where PHI may be.
pub(crate) fn manifest_row(
    languages: &Languages,
    input: &LetterInput<'_>,
    file: &str,
    n_pages: usize,
) -> Result<[Phi<String>; 14], LetterError> {
    let writer = Writer::to_reader(languages, input)?;
    let [line_1, line_2] = writer.addressee()?;
    let address = input.recipient.address.as_ref().map(Phi::reveal);
    let part = |of: fn(&PostalAddress) -> &String| address.map(of).cloned().unwrap_or_default();
    let mailable = address.is_some_and(|address| !window_lines(address).is_empty());
    Ok([
        input.reference.0.clone(),
        file.to_owned(),
        input.language.code().to_owned(),
        n_pages.to_string(),
        match input.stage {
            Stage::Draft => "draft",
            Stage::Approved => "approved",
        }
        .to_owned(),
        if mailable { "yes" } else { "no" }.to_owned(),
        line_1,
        line_2,
        part(|address| &address.street),
        part(|address| &address.city),
        part(|address| &address.province),
        part(|address| &address.postal_code),
        part(|address| &address.country),
        "#10 window".to_owned(),
    ]
    .map(Phi::new))
}

/// A wording with the facts that every sentence of one paper may name.
pub(crate) struct Writer<'w> {
    pub(crate) words: &'w Wording,
    /// `person`, `child`, `estate`, `incapable`.
    pub(crate) reader: &'static str,
    is_letter: bool,
    /// Where the reader lives.
    home: Option<Jurisdiction>,
    values: Vec<(String, String)>,
}

impl<'w> Writer<'w> {
    /// For papers that speak to nobody in particular.
    pub(crate) fn to_all(
        languages: &'w Languages,
        language: Language,
        incident: &Incident,
        place: Option<&Jurisdiction>,
    ) -> Result<Self, LetterError> {
        let words = languages.of(language)?;
        let mut writer = Self {
            words,
            reader: "person",
            is_letter: false,
            home: place.cloned(),
            values: Vec::new(),
        };
        writer.set("breach", words.local("common.breach", place)?);
        writer.set("a-breach", words.local("common.a-breach", place)?);
        let organisation = organisation(&incident.custodian.organisation, language);
        let organisation = if organisation.is_empty() {
            words.raw("common.missing.organisation")?
        } else {
            organisation
        };
        writer.set("organisation", organisation);
        for element in DataElement::ALL {
            writer.set(element.id(), writer.called(*element));
        }
        for phrase in ["info", "about", "who", "your", "name-of"] {
            writer.phrase(phrase)?;
        }
        Ok(writer)
    }

    /// For the reader of one letter.
    pub(crate) fn to_reader(
        languages: &'w Languages,
        input: &LetterInput<'_>,
    ) -> Result<Self, LetterError> {
        let recipient = &input.recipient;
        let home = recipient.residence.as_ref();
        let mut writer = Self::to_all(languages, input.language, input.incident, home)?;
        writer.is_letter = true;
        writer.reader = match &recipient.representative {
            None => "person",
            Some(representative) => match representative.kind {
                RepresentativeKind::ParentOrGuardian => "child",
                RepresentativeKind::Estate => "estate",
                RepresentativeKind::SubstituteDecisionMaker => "incapable",
            },
        };
        let about = recipient.about.reveal();
        let nobody = writer.words.raw("common.missing.name")?.to_owned();
        let person = Some(full_name(about))
            .filter(|name| !name.is_empty())
            .unwrap_or(nobody);
        let given = match about.given.trim() {
            "" => person.clone(),
            given => given.to_owned(),
        };
        let (de_person, de_given) = (writer.of_name(&person)?, writer.of_name(&given)?);
        writer.set("de-person", &de_person);
        writer.set("de-given", &de_given);
        writer.set("person", &person);
        writer.set("given", &given);
        if let Some(name) = representative_name(recipient.representative.as_ref()) {
            writer.set("representative", &name);
        }
        for phrase in ["info", "about", "who", "your", "name-of"] {
            writer.phrase(phrase)?;
        }
        for exposed in &input.elements {
            writer.set(exposed.element.id(), writer.called_by_issuer(exposed));
        }
        writer.set("reference", &input.reference.0);
        Ok(writer)
    }

    fn phrase(&mut self, phrase: &str) -> Result<(), LetterError> {
        let key = format!("letter.reader.{}.{phrase}", self.reader);
        if self.words.has(&key) {
            let said = self.say(&key, &[])?;
            self.set(phrase, &said);
        }
        Ok(())
    }

    pub(crate) fn set(&mut self, place: &str, value: &str) {
        self.values.retain(|(name, _)| name != place);
        self.values.push((place.to_owned(), value.to_owned()));
    }

    fn places<'a>(&'a self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let ours = self.values.iter().map(|(k, v)| (k.as_str(), v.as_str()));
        more.iter().copied().chain(ours).collect()
    }

    /// The sentence with this key; the paper's own facts are known to it.
    pub(crate) fn say(&self, key: &str, more: &[(&str, &str)]) -> Result<String, LetterError> {
        self.words.say(key, &self.places(more))
    }

    /// The choices that what was exposed calls for, in the order of the file.
    pub(crate) fn choose(
        &self,
        choices: &[Choice],
        exposed: &[DataElement],
    ) -> Result<Vec<String>, LetterError> {
        let mut said: Vec<&str> = Vec::new();
        let mut out = Vec::new();
        for choice in choices {
            let applies = (self.is_letter || !choice.letter)
                && (choice.any.is_empty() || choice.any.iter().any(|e| exposed.contains(e)))
                && choice.all.iter().all(|e| exposed.contains(e))
                && !choice.unless.iter().any(|id| said.contains(&id.as_str()))
                && (choice.readers.is_empty() || choice.readers.iter().any(|r| r == self.reader))
                && (choice.places.is_empty()
                    || choice.places.iter().any(|p| self.is_at_home_in(p)));
            if applies {
                said.push(&choice.id);
                let text = self.words.fill(&choice.text, &self.places(&[]));
                out.push(text.map_err(|place| self.words.wrong(&choice.id, &place))?);
            }
        }
        Ok(out)
    }

    /// What the reader's country calls an element: another number is meant in the United States than in Canada.
    pub(crate) fn called(&self, element: DataElement) -> &'w str {
        let home = self.home.as_ref().map(Jurisdiction::code);
        let country = home.and_then(|home| home.split('-').next());
        self.words.element(element, country)
    }

    /// The same, by the name that the issuer of this very number gives it.
    pub(crate) fn called_by_issuer(&self, exposed: &Exposed) -> &'w str {
        match &exposed.issuer {
            Some(issuer) => self.words.element(exposed.element, Some(issuer.code())),
            None => self.called(exposed.element),
        }
    }

    /// Whether the reader lives in a place, or in its country: `us` is any state.
    fn is_at_home_in(&self, place: &str) -> bool {
        let home = self.home.as_ref().map_or("", Jurisdiction::code);
        let rest = home.strip_prefix(place);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }

    /// The first two lines of the address block; the second may be empty.
    pub(crate) fn addressee(&self) -> Result<[String; 2], LetterError> {
        let named = self.values.iter().any(|(name, _)| name == "representative");
        let key = if named {
            format!("letter.window.named.{}", self.reader)
        } else {
            format!("letter.window.{}", self.reader)
        };
        Ok([
            self.say(&format!("{key}.0"), &[])?,
            self.say(&format!("{key}.1"), &[])?,
        ])
    }

    /// How the letter greets.
    pub(crate) fn salutation(&self) -> Result<String, LetterError> {
        let named = self.values.iter().any(|(name, _)| name == "representative");
        let key = if named { "named" } else { self.reader };
        self.say(&format!("letter.salutation.{key}"), &[])
    }

    pub(crate) fn date(&self, date: Date) -> Result<String, LetterError> {
        self.words.date(date)
    }

    /// `de Marie`, `d’Étienne`, `d’Yves`, but `de Yasmine`.
    fn of_name(&self, name: &str) -> Result<String, LetterError> {
        let mut letters = name.nfd().filter(|ch| ch.is_alphabetic());
        let is_vowel = |ch: char| matches!(ch.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u');
        let elides = match letters.next().map(|ch| ch.to_ascii_lowercase()) {
            Some('h') => true,
            Some('y') => letters.next().is_some_and(|second| !is_vowel(second)),
            Some(first) => is_vowel(first),
            None => false,
        };
        let key = if elides { "vowel" } else { "any" };
        self.words
            .say(&format!("common.of.{key}"), &[("name", name)])
    }
}

/// A name as one writes it on an envelope.
pub(crate) fn full_name(name: &PersonName) -> String {
    [&name.given, &name.middle, &name.family, &name.suffix]
        .into_iter()
        .map(|part| part.trim())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn representative_name(representative: Option<&Representative>) -> Option<String> {
    let name = full_name(representative?.name.as_ref()?.reveal());
    (!name.is_empty()).then_some(name)
}

/// An organisation's name in the paper's language.
pub(crate) fn organisation(organisation: &Organisation, language: Language) -> &str {
    match language {
        Language::Fr if !organisation.name_fr.trim().is_empty() => organisation.name_fr.trim(),
        _ => organisation.name.trim(),
    }
}

/// The address in at most three lines: the window shows five, two of which say to whom.
pub(crate) fn window_lines(address: &PostalAddress) -> Vec<String> {
    let join = |parts: &[&str], with: &str| {
        parts
            .iter()
            .map(|part| part.trim())
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(with)
    };
    let street: Vec<_> = address.street.lines().collect();
    // Canada Post sets two spaces before the postal code.
    let place = join(&[&address.city, &address.province], " ");
    let place = join(&[&place, &address.postal_code], "\u{a0} ");
    let country = address.country.trim();
    let at_home = ["", "ca", "can", "canada"].contains(&country.to_lowercase().as_str());
    [
        join(&street, ", "),
        place,
        if at_home {
            String::new()
        } else {
            country.to_uppercase()
        },
    ]
    .into_iter()
    .filter(|line| !line.is_empty())
    .collect()
}
