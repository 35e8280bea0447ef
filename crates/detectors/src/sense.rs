//! `Sense`: what a label, a column header or a field name says of the value that stands beside it.

use whose_model::{DataElement, Role};

/// Which part of an element a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    /// All of it.
    Whole,
    /// Given name.
    Given,
    /// Second given name or initial.
    Middle,
    /// Family name.
    Family,
    /// `Jr`, `III`.
    Suffix,
    /// Street line.
    Street,
    /// Apartment, unit, second line.
    Unit,
    /// City.
    City,
    /// Province or state.
    Province,
    /// Postal code.
    PostalCode,
    /// Country.
    Country,
    /// A version code beside a health number.
    Version,
    /// Who issued the number beside it.
    Issuer,
    /// A code: ICD, DIN, CVX.
    Code,
    /// What was tested, in words.
    Term,
    /// What a result was measured as.
    Value,
    /// A unit of measurement.
    Measure,
    /// Year, month or day of a date kept in three columns.
    Year,
    /// Month.
    Month,
    /// Day.
    Day,
    /// A date beside an element of another kind: when a drug was given.
    When,
}

/// What a label says of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sense {
    /// Which element.
    pub(crate) element: DataElement,
    /// Which part of it.
    pub(crate) part: Part,
    /// Which kind of number, as a scheme id; empty when the label does not say.
    pub(crate) scheme: &'static str,
    /// Whose, when the label says so.
    pub(crate) role: Option<Role>,
    /// The label speaks for itself: `date of birth`, not `number`.
    pub(crate) is_sure: bool,
    /// The label as our own table writes it, for the reasons of a mention: `words: date of birth`.
    pub(crate) words: &'static str,
}

impl Sense {
    /// The whole of an element.
    pub(crate) const fn whole(element: DataElement) -> Self {
        Self {
            element,
            part: Part::Whole,
            scheme: "",
            role: None,
            is_sure: true,
            words: "",
        }
    }

    /// A part of an element.
    pub(crate) const fn part(element: DataElement, part: Part) -> Self {
        Self {
            part,
            ..Self::whole(element)
        }
    }

    /// A number of this scheme.
    pub(crate) const fn number(element: DataElement, scheme: &'static str) -> Self {
        Self {
            scheme,
            ..Self::whole(element)
        }
    }

    /// The same, but the label alone is not enough: the value must bear it out.
    pub(crate) const fn weak(self) -> Self {
        Self {
            is_sure: false,
            ..self
        }
    }

    /// The same, with the label that said it. The table of labels is made once, and so is this.
    pub(crate) fn said(self, label: &str) -> Self {
        Self {
            words: format!("words: {label}").leak(),
            ..self
        }
    }

    /// The same, of somebody in this role.
    pub(crate) const fn of(self, role: Role) -> Self {
        Self {
            role: Some(role),
            ..self
        }
    }
}

/// A label as it is written (accents and case do not matter) and what it says.
pub(crate) type Label = (&'static str, Sense);
