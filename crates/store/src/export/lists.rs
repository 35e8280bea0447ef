//! People, exposures, gaps, obligations and exhibits in, the contract's columns out.
//!
//! The columns and their order are a promise (`docs/reference`). Values of
//! people are masked unless the caller says otherwise.

use std::borrow::Cow;
use std::io::Write;

use whose_model::{AffectedIndividual, Exhibit, ExhibitPath, Exposure, Gap, Obligation, Phi};

use super::{Cell, Column, Exporter, Format};
use crate::{Case, Row, StoreError};

/// Whether a list shows values of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// As dots, the shape kept.
    Masked,
    /// As they are; each such export is an entry in the log, which the caller makes.
    Shown,
}

impl Values {
    fn text<'a>(self, value: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
        let value = value.into();
        match self {
            Self::Shown => value,
            Self::Masked => Phi::new(value.into_owned()).masked().into(),
        }
    }
}

/// Something that is listed in the contract's columns.
pub trait Listed {
    /// The columns, in order.
    const COLUMNS: &'static [Column];

    /// The cells, one for each column.
    fn cells(&self, values: Values) -> Vec<Cell<'_>>;
}

impl Listed for AffectedIndividual {
    const COLUMNS: &'static [Column] = &[
        Column::text("person_id"),
        Column::text("given"),
        Column::text("family"),
        Column::text("birth_date"),
        Column::text("sex"),
        Column::text("language"),
        Column::text("address"),
        Column::text("city"),
        Column::text("province"),
        Column::text("postal_code"),
        Column::text("country"),
        Column::text("residence_basis"),
        Column::text("health_numbers"),
        Column::integer("n_exhibits"),
        Column::integer("n_records"),
        Column::text("elements"),
        Column::text("representative"),
        Column::text("notes"),
    ];

    fn cells(&self, values: Values) -> Vec<Cell<'_>> {
        let phi = |text: Cow<'_, str>| Cell::text(values.text(text).into_owned());
        // Revealed here because this list is the product; `values` decides what is shown.
        let name = self.name.reveal();
        let given = [name.given.as_str(), &name.middle].join(" ");
        let family = [name.family.as_str(), &name.suffix].join(" ");
        let address = self.address.as_ref().map(Phi::reveal);
        let of_address = |part: fn(&whose_model::PostalAddress) -> &String| {
            phi(address.map_or("", |address| part(address)).into())
        };
        let numbers: Vec<_> = self
            .health_numbers
            .iter()
            .map(|number| values.text(number.number.reveal().as_str()))
            .collect();
        let elements: Vec<_> = self.elements.iter().map(|element| element.id()).collect();
        let representative = self.representative.as_ref().map_or(String::new(), |who| {
            let name = who.name.as_ref().map(Phi::reveal);
            let name = name.map(|name| format!(" {} {}", name.given, name.family));
            let name = name.unwrap_or_default();
            format!("{}{}", who.kind.id(), values.text(name))
        });
        let residence = self.residence.as_ref();
        // Where they live as concluded, in the letters of an envelope: `SK`, `CA`; else what the address says.
        let (country, province) = match (residence, address) {
            (Some(residence), _) => {
                let code = residence.jurisdiction.code().to_uppercase();
                let (country, province) = code.split_once('-').unwrap_or((&code, ""));
                (country.to_owned(), province.to_owned())
            }
            (None, Some(address)) => (address.country.clone(), address.province.clone()),
            (None, None) => (String::new(), String::new()),
        };
        vec![
            Cell::text(self.id.0.as_str()),
            phi(given.trim().to_owned().into()),
            phi(family.trim().to_owned().into()),
            phi(self
                .birth_date
                .as_ref()
                .map_or(String::new(), |date| date.reveal().iso())
                .into()),
            Cell::text(match values {
                Values::Shown => self.sex.as_ref().map_or("", |sex| sex.reveal().letter()),
                Values::Masked => self.sex.as_ref().map_or("", |_| "•"),
            }),
            Cell::text(self.language.code()),
            of_address(|address| &address.street),
            of_address(|address| &address.city),
            Cell::text(province),
            of_address(|address| &address.postal_code),
            Cell::text(country),
            Cell::text(residence.map_or("", |residence| residence.basis.id())),
            Cell::text(numbers.join("; ")),
            Cell::count(self.n_exhibits),
            Cell::count(self.records.len() as u64),
            Cell::text(elements.join("; ")),
            Cell::text(representative),
            Cell::text(self.notes.join("; ")),
        ]
    }
}

impl Listed for Exposure {
    const COLUMNS: &'static [Column] = &[
        Column::text("person_id"),
        Column::text("element"),
        Column::integer("n_mentions"),
        Column::integer("n_exhibits"),
        Column::text("first_exhibit"),
        Column::text("first_place"),
    ];

    fn cells(&self, _values: Values) -> Vec<Cell<'_>> {
        vec![
            Cell::text(self.person_id.0.as_str()),
            Cell::text(self.element.id()),
            Cell::count(self.n_mentions),
            Cell::count(self.n_exhibits),
            Cell::text(self.first_exhibit.0.as_str()),
            Cell::text(self.first_place.to_string()),
        ]
    }
}

impl Listed for Gap {
    const COLUMNS: &'static [Column] = &[
        Column::text("exhibit"),
        Column::text("place"),
        Column::text("cause"),
        Column::text("detail"),
        Column::integer("bytes"),
    ];

    fn cells(&self, _values: Values) -> Vec<Cell<'_>> {
        let place = self.place.as_ref().map(ToString::to_string);
        vec![
            Cell::text(self.exhibit.0.as_str()),
            Cell::text(place.unwrap_or_default()),
            Cell::text(self.cause.id()),
            Cell::text(&*self.detail),
            self.bytes.map_or(Cell::Empty, Cell::count),
        ]
    }
}

impl Listed for Obligation {
    const COLUMNS: &'static [Column] = &[
        Column::text("regime"),
        Column::text("duty"),
        Column::text("citation"),
        Column::text("addressee"),
        Column::text("person_id"),
        Column::text("due"),
        Column::text("clock_words"),
        Column::text("status"),
        Column::text("because"),
    ];

    fn cells(&self, _values: Values) -> Vec<Cell<'_>> {
        vec![
            Cell::text(self.regime.as_str()),
            Cell::text(self.duty.as_str()),
            Cell::text(self.citation.as_str()),
            Cell::text(self.addressee.as_str()),
            Cell::text(self.person_id.as_ref().map_or("", |id| id.0.as_str())),
            Cell::text(self.due.map_or(String::new(), |due| due.to_string())),
            Cell::text(
                self.clock_words
                    .as_ref()
                    .map_or("", |words| words.0.as_str()),
            ),
            Cell::text(self.status.id()),
            Cell::text(self.because.join("; ")),
        ]
    }
}

impl Listed for Exhibit {
    const COLUMNS: &'static [Column] = &[
        Column::text("exhibit"),
        Column::text("digest_blake3"),
        Column::text("digest_sha256"),
        Column::integer("bytes"),
        Column::text("format"),
        Column::text("outcome"),
        Column::integer("n_segments"),
        Column::integer("members_expected"),
        Column::integer("members_read"),
        Column::integer("members_failed"),
        Column::text("copy_of"),
        Column::text("near_copy_of"),
        Column::text("thread"),
        Column::text("part_of"),
    ];

    fn cells(&self, _values: Values) -> Vec<Cell<'_>> {
        let digest = self.digest.as_ref();
        fn path(path: &Option<ExhibitPath>) -> Cell<'_> {
            Cell::text(path.as_ref().map_or("", |path| path.0.as_str()))
        }
        vec![
            Cell::text(self.path.0.as_str()),
            Cell::text(digest.map_or(String::new(), whose_model::Digest::blake3_hex)),
            Cell::text(digest.map_or(String::new(), whose_model::Digest::sha256_hex)),
            Cell::count(self.bytes),
            Cell::text(self.format.as_str()),
            Cell::text(self.outcome.id()),
            Cell::count(self.n_segments),
            self.members.expected.map_or(Cell::Empty, Cell::count),
            Cell::count(self.members.read),
            Cell::count(self.members.failed),
            path(&self.copy_of),
            path(&self.near_copy_of),
            Cell::text(self.thread.as_deref().unwrap_or("")),
            path(&self.part_of),
        ]
    }
}

/// Writes a whole table of the case as a list; returns the sink.
pub fn export_table<T: Row + Listed, W: Write + Send>(
    case: &Case,
    table: &str,
    format: Format,
    values: Values,
    out: W,
) -> Result<W, StoreError> {
    let mut exporter = Exporter::new(format, out, T::COLUMNS)?;
    for row in case.table_reader::<T>(table)?.iter() {
        exporter.row(&row?.cells(values))?;
    }
    exporter.finish()
}
