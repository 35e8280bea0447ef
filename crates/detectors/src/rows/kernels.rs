//! A plan and a row go in, mentions come out: for each task a kernel that writes over a mention of its own.
//!
//! What a task needs is decided with the table; a row only brings text, and a
//! mention takes no room on the heap unless the row is longer than all before
//! it. `reference.rs` says what must come out.

use whose_model::{
    Confidence, DataElement, Jurisdiction, Mention, Normal, PartialDate, PostalAddress, Role, Rows,
    SubjectId,
};

use crate::{
    draft::beside,
    elements::{address, contact, name, numbers},
    interpret::{Around, comes_back, interpret_over, is_empty},
    records::Making,
    rows::columns::{Plan, Slot, Task, TaskKind},
    sense::Part,
    slate::{Memo, Slate, Worth},
    text::trimmed,
};

pub(super) const BY_HEADER: &str = "column header";
pub(super) const BY_VALUES: &str = "values of the column";

/// More tasks than this share the last mention: no table of people has so many columns that say something.
const MAX_SLATES: usize = 256;

/// What the rows of one table are told with.
#[derive(Default)]
pub(super) struct Kernels {
    tasks: Vec<(Slate, Worth)>,
    memo: Memo,
    /// What cells that name a province say.
    provinces: Provinces,
    /// What the paths of this row's cells begin with.
    path: String,
    /// The subject beside a row's, for each slot.
    beside: Vec<Option<SubjectId>>,
}

impl Kernels {
    /// For the tasks of this plan.
    pub(super) fn of(plan: &Plan) -> Self {
        let mut kernels = Self::default();
        kernels
            .tasks
            .resize_with(plan.tasks.len().min(MAX_SLATES), Default::default);
        kernels.beside.resize(plan.slots.len(), None);
        kernels
    }

    /// Tells what a row says.
    pub(super) fn row(
        &mut self,
        rows: &Rows,
        row: usize,
        plan: &Plan,
        subject: SubjectId,
        emit: &mut dyn FnMut(&Mention),
    ) {
        let near = near(&mut self.provinces, rows, row, plan);
        rows.write_path_of_row(row, &mut self.path);
        self.beside.fill(None);
        for (at, task) in plan.tasks.iter().enumerate() {
            let slot = &plan.slots[task.slot];
            let is_own = task.slot == 0;
            if is_own && !plan.has_person {
                continue;
            }
            let (slate, worth) = &mut self.tasks[at.min(MAX_SLATES - 1)];
            let mut writer = Writer {
                rows,
                row,
                task,
                at: at as u32,
                slot,
                slate,
                memo: &mut self.memo,
                worth,
            };
            let Some((column, slate)) = writer.write(near) else {
                continue;
            };
            rows.locate_over(row, column, &self.path, &mut slate.mention.place);
            let whose = if is_own {
                subject
            } else {
                *self.beside[task.slot]
                    .get_or_insert_with(|| beside(subject, slot.role, &slot.which))
            };
            if !is_own
                && slot.role == Role::Clinician
                && slate.mention.element == DataElement::Name
                && plan.has_person
                && !plan.is_staff
            {
                slate.as_clinician_of(subject, plan.slots[0].role, emit);
            }
            emit(slate.of(whose, slot.role));
        }
    }
}

/// Provinces by the cells that name them: a column has few.
#[derive(Default)]
struct Provinces {
    known: Vec<(String, Option<Jurisdiction>)>,
    turn: usize,
}

/// More are forgotten again.
const MAX_PROVINCES: usize = 16;

impl Provinces {
    fn of(&mut self, cell: &str) -> Option<&Jurisdiction> {
        let at = self.known.iter().position(|(known, _)| known == cell);
        let at = at.unwrap_or_else(|| {
            let new = (cell.to_owned(), Jurisdiction::parse_province(cell));
            if self.known.len() < MAX_PROVINCES {
                self.known.push(new);
                return self.known.len() - 1;
            }
            self.turn = (self.turn + 1) % MAX_PROVINCES;
            self.known[self.turn] = new;
            self.turn
        });
        self.known[at].1.as_ref()
    }
}

/// The row's province, or that of its postal code, or that of the column's numbers.
fn near<'k>(provinces: &'k mut Provinces, rows: &Rows, row: usize, plan: &Plan) -> Option<&'k str> {
    if !plan.has_numbers {
        return None;
    }
    let stated = plan
        .province
        .and_then(|column| provinces.of(rows.cell(row, column)));
    stated.map(Jurisdiction::code).or_else(|| {
        let of_code = plan
            .postal
            .and_then(|column| numbers::province_of_postal_code(rows.cell(row, column)));
        of_code.or(plan.likely)
    })
}

/// One task at one row.
struct Writer<'w> {
    rows: &'w Rows,
    row: usize,
    task: &'w Task,
    at: u32,
    slot: &'w Slot,
    slate: &'w mut Slate,
    memo: &'w mut Memo,
    worth: &'w mut Worth,
}

impl<'w> Writer<'w> {
    fn cell(&self, column: usize) -> &'w str {
        trimmed(self.rows.cell(self.row, column))
    }

    fn filled(&self, column: Option<usize>) -> &'w str {
        let cell = column.map_or("", |column| self.cell(column));
        if is_empty(cell) { "" } else { cell }
    }

    const fn why(&self) -> &'static str {
        if self.task.by_header {
            BY_HEADER
        } else {
            BY_VALUES
        }
    }

    const fn confidence(&self) -> f32 {
        if self.task.by_header { 0.97 } else { 0.8 }
    }

    /// The column that the mention stands in, and the mention without place and subject.
    fn write(&mut self, province: Option<&str>) -> Option<(usize, &mut Slate)> {
        match &self.task.kind {
            TaskKind::Name {
                whole: Some(whole),
                given,
                family: None,
                ..
            } => self.whole_name(*whole, *given),
            TaskKind::Name {
                given,
                middle,
                family,
                suffix,
                ..
            } => self.name(*given, *middle, *family, *suffix),
            TaskKind::Address { columns } => self.address(columns),
            TaskKind::SplitDate { year, month, day } => {
                let date = PartialDate {
                    year: self
                        .cell(*year)
                        .parse()
                        .ok()
                        .filter(|year| (1850..=2100).contains(year))?,
                    month: self.part_of_date(*month, 12),
                    day: self.part_of_date(*day, 31),
                };
                self.begin(DataElement::BirthDate, &date.iso());
                self.slate.normal(Normal::Date(date));
                Some((*year, self.told()))
            }
            TaskKind::Result { test, value, unit } => {
                let text = self.cell(*value);
                if is_empty(text) {
                    return None;
                }
                let (test, unit) = (self.filled(*test), self.filled(*unit));
                let (confidence, why) = (self.confidence(), self.why());
                let (slot, is_own) = (self.slot, self.task.slot == 0);
                let make = Making {
                    confidence: Confidence(confidence),
                    why,
                    code: "",
                    of: self.at,
                };
                let slate = make.over(self.memo, self.worth, self.slate, [test, text, unit]);
                lower_beside(slate, slot, is_own);
                Some((*value, slate))
            }
            TaskKind::Single {
                column,
                sense,
                order,
            } => {
                let value = self.cell(*column);
                let around = Around {
                    order: *order,
                    province,
                };
                let (sense, why) = (*sense, self.why());
                // A clinician's number comes back, and is read by the province that stands near.
                let beside = if sense.element == DataElement::PractitionerNumber {
                    province.unwrap_or("")
                } else {
                    ""
                };
                let slate = self.kept([value, beside], comes_back(sense), |slate, by_header| {
                    let says = interpret_over(slate, sense, value, around, why);
                    if says && !by_header {
                        let confidence = &mut slate.mention.confidence;
                        *confidence = Confidence(confidence.0.min(0.85));
                    }
                    says
                })?;
                Some((*column, slate))
            }
        }
    }

    fn part_of_date(&self, column: Option<usize>, most: u8) -> u8 {
        let cell = column.map_or("", |column| self.cell(column));
        cell.parse().ok().filter(|n| *n <= most).unwrap_or(0)
    }

    fn begin(&mut self, element: DataElement, value: &str) {
        let (confidence, why) = (self.confidence(), self.why());
        self.slate.begin(element, value, confidence, why);
    }

    fn told(&mut self) -> &mut Slate {
        lower_beside(self.slate, self.slot, self.task.slot == 0);
        self.slate
    }

    /// What is made of a value, or was made of it in a row before.
    fn kept(
        &mut self,
        key: [&str; 2],
        comes_back: bool,
        make: impl FnOnce(&mut Slate, bool) -> bool,
    ) -> Option<&mut Slate> {
        let (by_header, is_own) = (self.task.by_header, self.task.slot == 0);
        let found = if comes_back {
            self.memo.look_up_all(self.at, &key, self.worth)
        } else {
            None
        };
        let Some((entry, is_known)) = found else {
            let says = make(self.slate, by_header);
            lower_beside(self.slate, self.slot, is_own);
            return says.then_some(&mut *self.slate);
        };
        if !is_known {
            entry.says = make(&mut entry.slate, by_header);
            lower_beside(&mut entry.slate, self.slot, is_own);
        }
        entry.says.then_some(&mut entry.slate)
    }

    fn whole_name(&mut self, whole: usize, given: Option<usize>) -> Option<(usize, &mut Slate)> {
        let value = self.cell(whole);
        if is_empty(value) {
            return None;
        }
        let given = self.filled(given);
        let (confidence, why) = (self.confidence(), self.why());
        let slate = self.kept([value, ""], given.is_empty(), |slate, _| {
            let Some(mut parsed) = name::parse(value) else {
                return false;
            };
            slate.begin(DataElement::Name, value, confidence, why);
            if !given.is_empty() {
                if parsed.family.is_empty() {
                    parsed.family = parsed.given;
                }
                parsed.given = given.to_owned();
                parsed.middle = String::new();
                parsed.suffix = String::new();
            }
            slate.normal(Normal::Name(parsed));
            true
        })?;
        Some((whole, slate))
    }

    fn name(
        &mut self,
        given: Option<usize>,
        middle: Option<usize>,
        family: Option<usize>,
        suffix: Option<usize>,
    ) -> Option<(usize, &mut Slate)> {
        let (given_text, family_text) = (self.filled(given), self.filled(family));
        if given_text.is_empty() && family_text.is_empty() {
            return None;
        }
        let column = if family_text.is_empty() {
            given
        } else {
            family
        }?;
        let (middle_text, suffix_text) = (self.filled(middle), self.filled(suffix));
        self.begin(DataElement::Name, "");
        let value = self.slate.value();
        for part in [given_text, middle_text, family_text, suffix_text] {
            if !part.is_empty() {
                append(value, " ", part);
            }
        }
        let mut name = self.slate.spare_name();
        name.given.push_str(given_text);
        name.middle.push_str(middle_text);
        name.family.push_str(family_text);
        name.suffix.push_str(suffix_text);
        self.slate.normal(Normal::Name(name));
        Some((column, self.told()))
    }

    fn address(&mut self, columns: &[(Part, usize)]) -> Option<(usize, &mut Slate)> {
        if let [(Part::Whole, column)] = *columns
            && address::is_mail(self.cell(column))
        {
            let cell = self.cell(column);
            self.begin(DataElement::Email, "");
            self.slate.value().push_str(cell);
            self.slate.normal(Normal::Text(contact::parse_email(cell)?));
            return Some((column, self.told()));
        }
        let mut place: Option<(usize, bool)> = None;
        self.begin(DataElement::Address, "");
        let mut whole = self.slate.spare_address();
        for &(part, column) in columns {
            let cell = self.cell(column);
            if is_empty(cell) {
                continue;
            }
            let is_telling = matches!(part, Part::Whole | Part::Street | Part::PostalCode);
            if place.is_none_or(|(_, telling)| is_telling && !telling) {
                place = Some((column, is_telling));
            }
            append(self.slate.value(), ", ", cell);
            add_to_address(&mut whole, part, cell);
        }
        let has_city = !whole.city.is_empty();
        self.slate.normal(Normal::Address(whole));
        let (column, is_telling) = place?;
        // Only a country or a province is left in this row.
        if !is_telling && !has_city {
            return None;
        }
        Some((column, self.told()))
    }
}

fn append(text: &mut String, between: &str, more: &str) {
    if !text.is_empty() {
        text.push_str(between);
    }
    text.push_str(more);
}

fn add_to_address(whole: &mut PostalAddress, part: Part, cell: &str) {
    let set = |field: &mut String| {
        field.clear();
        field.push_str(cell);
    };
    match part {
        Part::Whole => match address::parse(cell) {
            Some(parsed) => {
                append(&mut whole.street, ", ", &parsed.street);
                for (field, text) in [
                    (&mut whole.city, parsed.city),
                    (&mut whole.province, parsed.province),
                    (&mut whole.postal_code, parsed.postal_code),
                    (&mut whole.country, parsed.country),
                ] {
                    if field.is_empty() {
                        *field = text;
                    }
                }
            }
            None => append(&mut whole.street, ", ", cell),
        },
        Part::Street | Part::Unit => append(&mut whole.street, ", ", cell),
        Part::City => set(&mut whole.city),
        Part::Province => set(&mut whole.province),
        Part::PostalCode => match address::format_postal_code(cell) {
            Some(code) => whole.postal_code = code,
            None => set(&mut whole.postal_code),
        },
        Part::Country => set(&mut whole.country),
        _ => {}
    }
}

/// A date `updated by` nobody.
fn lower_beside(slate: &mut Slate, slot: &Slot, is_own: bool) {
    let mention = &mut slate.mention;
    if !is_own
        && slot.role != Role::Relative
        && !matches!(
            mention.element,
            DataElement::Name
                | DataElement::PractitionerNumber
                | DataElement::Phone
                | DataElement::Email
                | DataElement::Address
        )
    {
        mention.confidence = Confidence(mention.confidence.0 * 0.8);
    }
}
