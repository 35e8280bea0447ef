//! Whose a finding is that is no name: by its label, its heading, its line and cell, its sentence, or the patient spoken of.
//!
//! Rules in the order of how much they say; the first that answers gives the
//! reason. What stands above the first line of the patient is the letterhead's,
//! what stands below the closing words is the signer's.

use whose_model::{DataElement, Normal, Role, SubjectId};

use super::{
    cast::Person,
    found::Found,
    layout::{Address, Cue},
    named::{Name, Named},
    nobody::Numbers,
};
use crate::draft::hashed_subject;

/// Whose something is, and why.
pub(crate) struct Tied {
    pub(crate) id: Option<SubjectId>,
    pub(crate) role: Role,
    pub(crate) why: &'static str,
}

/// The patient that a finding is of when nothing else is said.
#[derive(Clone, Copy)]
pub(crate) struct Patient {
    pub(crate) id: SubjectId,
    pub(crate) role: Role,
}

/// A document with its people in their roles.
pub(crate) struct Stage<'p> {
    people: &'p [Person],
    pub(crate) named: Named,
    document: u32,
    carried: Option<(SubjectId, Role)>,
    /// Positions at which patients are named, in order.
    patients: Vec<(u64, usize)>,
    pub(crate) has_patient: bool,
    /// The first line on which something of the patient stands; 0 when there is no patient.
    letterhead_end: u32,
    /// The block of that line.
    letterhead_block: u32,
    /// The block in which the document begins.
    first_block: u32,
    /// Whom numbers alone stand for.
    numbers: Numbers,
}

impl<'p> Stage<'p> {
    pub(crate) fn new(
        document: u32,
        carried: Option<(SubjectId, Role)>,
        people: &'p [Person],
        named: Named,
        found: &[Found],
        whose: &[Option<usize>],
    ) -> Self {
        let is_patient = |at: usize| people[at].role == Some(Role::Patient);
        let patients: Vec<(u64, usize)> = named
            .0
            .iter()
            .filter(|name| is_patient(name.person))
            .map(|name| (name.at, name.person))
            .collect();
        let letterhead = found
            .iter()
            .zip(whose)
            .filter(|(item, own)| match own {
                Some(at) => is_patient(*at),
                None => {
                    item.is_labelled
                        && item.role.is_none_or(|role| role == Role::Patient)
                        && matches!(
                            item.draft.element,
                            DataElement::BirthDate
                                | DataElement::HealthNumber
                                | DataElement::MedicalRecordNumber
                                | DataElement::PatientNumber
                        )
                }
            })
            .map(|(item, _)| (item.line, item.spot.block))
            .min()
            .filter(|_| !patients.is_empty() && carried.is_none());
        let (letterhead_end, letterhead_block) = letterhead.unwrap_or((0, 0));
        Self {
            people,
            document,
            carried,
            has_patient: carried.is_some() || !patients.is_empty(),
            numbers: Numbers::new(document, found),
            first_block: found.first().map_or(0, |item| item.spot.block),
            letterhead_end,
            letterhead_block,
            patients,
            named,
        }
    }

    pub(crate) fn person(&self, at: usize) -> (SubjectId, Role) {
        let person = &self.people[at];
        (person.id, person.role.unwrap_or(Role::Unknown))
    }

    /// Each patient who is named, once; of very many only the first.
    pub(crate) fn patients_once(&self) -> Vec<usize> {
        let mut all: Vec<usize> = self.patients.iter().take(64).map(|(_, at)| *at).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The patient who was named last in the document.
    pub(crate) fn last_patient(&self) -> Option<usize> {
        self.patients.last().map(|(_, at)| *at)
    }

    /// The patient who was named last before this; the first one when none was.
    pub(crate) fn patient_before(&self, item: &Found) -> Option<Patient> {
        let end = self.patients.partition_point(|(at, _)| *at <= item.at);
        let of = |at: usize| {
            let (id, role) = self.person(at);
            Patient { id, role }
        };
        if let Some((_, at)) = end.checked_sub(1).and_then(|at| self.patients.get(at)) {
            return Some(of(*at));
        }
        self.carried
            .map(|(id, role)| Patient { id, role })
            .or_else(|| self.patients.first().map(|(_, at)| of(*at)))
    }

    fn tied(&self, at: usize, why: &'static str) -> Tied {
        let (id, role) = self.person(at);
        Tied {
            id: Some(id),
            role,
            why,
        }
    }

    fn is_patient(&self, at: usize) -> bool {
        self.people[at].role == Some(Role::Patient)
    }

    fn is_office(&self, at: usize) -> bool {
        matches!(self.people[at].role, Some(Role::Clinician | Role::Staff))
    }

    /// Whose it is.
    pub(crate) fn whose(&self, item: &Found) -> Tied {
        let element = item.draft.element;
        let is_contact = matches!(
            element,
            DataElement::Phone
                | DataElement::Email
                | DataElement::Address
                | DataElement::PractitionerNumber
                | DataElement::Signature
        );
        let is_identity = matches!(
            element,
            DataElement::BirthDate
                | DataElement::HealthNumber
                | DataElement::SocialInsuranceNumber
                | DataElement::MedicalRecordNumber
                | DataElement::PatientNumber
                | DataElement::InsurancePolicy
                | DataElement::Age
                | DataElement::Sex
                | DataElement::DeathDate
                | DataElement::Weight
                | DataElement::Height
        );
        if let Some(tied) = self.by_label(item) {
            return tied;
        }
        if element == DataElement::PractitionerNumber {
            let is_office = |at: usize| self.is_office(at);
            let named = self
                .in_line(item, |name| is_office(name.person))
                .or_else(|| self.in_column(item, is_office))
                .or_else(|| self.named.nearest(item, 3, is_office));
            return match named {
                Some(at) => self.tied(at, "whose: of the clinician named near"),
                None => Tied {
                    id: None,
                    role: Role::Clinician,
                    why: "whose: of a clinician who is not named",
                },
            };
        }
        let tied = if is_contact {
            self.of_contact(item)
        } else if is_identity {
            self.of_identity(item)
        } else {
            self.of_health(item)
        };
        tied.or_else(|| {
            self.patient_before(item).map(|patient| Tied {
                id: Some(patient.id),
                role: patient.role,
                why: "whose: of the patient spoken of last",
            })
        })
        .unwrap_or_else(|| self.of_somebody(item, is_contact))
    }

    /// A label, or the heading of a part of a form, says whose.
    fn by_label(&self, item: &Found) -> Option<Tied> {
        // `Call us at` in a mail from home is said of those at home; nobody has a toll-free number at home.
        let is_of_office = item.spot.cue == Some(Cue::Organisation)
            || item.role.is_none() && item.spot.label.is_none() && is_toll_free(item);
        if item.spot.cue == Some(Cue::Organisation)
            && let Some(home) = self.sender_at_home()
        {
            return Some(self.tied(home, "whose: the writer's own"));
        }
        if is_of_office
            || item.role == Some(Role::Organisation)
            || item.spot.label == Some(Cue::Organisation)
        {
            return Some(Tied {
                id: None,
                role: Role::Organisation,
                why: "whose: the label names an organisation",
            });
        }
        let why = "whose: the label says";
        match item.spot.label {
            Some(cue @ (Cue::Holder | Cue::Parent | Cue::Contact)) => {
                let fits = |at: usize| self.people[at].has(cue);
                let wider = |at: usize| {
                    let person = &self.people[at];
                    person.has(Cue::Contact)
                        || person.has(Cue::Parent)
                        || person.role == Some(Role::Relative)
                };
                if let Some(at) = self
                    .named
                    .before(item, 6, fits)
                    .or_else(|| self.named.nearest(item, 6, fits))
                    .or_else(|| self.named.before(item, 6, wider))
                {
                    return Some(self.tied(at, why));
                }
                if cue == Cue::Holder {
                    return None;
                }
            }
            Some(Cue::Subject) => {
                let fits = |at: usize| self.people[at].has(Cue::Subject) && self.is_patient(at);
                if let Some(at) = self
                    .named
                    .before(item, 12, fits)
                    .or_else(|| self.named.nearest(item, 12, |at| self.is_patient(at)))
                {
                    return Some(self.tied(at, why));
                }
            }
            _ => {}
        }
        if let Some(role @ (Role::Clinician | Role::Relative | Role::Staff)) = item.role {
            let fits = |at: usize| self.people[at].role == Some(role);
            return Some(
                match self
                    .named
                    .before(item, 4, fits)
                    .or_else(|| self.named.nearest(item, 4, fits))
                {
                    Some(at) => self.tied(at, why),
                    None => Tied {
                        id: Some(hashed_subject(&[
                            b"document",
                            &self.document.to_le_bytes(),
                            &[role as u8],
                        ])),
                        role,
                        why,
                    },
                },
            );
        }
        // What stands under a heading is of whom the heading names.
        let is_of_heading = matches!(
            item.spot.heading,
            Some(Cue::Holder | Cue::Contact | Cue::Parent | Cue::Clinician)
        ) && item.is_labelled
            && matches!(
                item.draft.element,
                DataElement::Phone
                    | DataElement::Email
                    | DataElement::Address
                    | DataElement::BirthDate
                    | DataElement::InsurancePolicy
                    | DataElement::SocialInsuranceNumber
                    | DataElement::PractitionerNumber
            );
        if is_of_heading
            && let Some(name) = self.named.last_name_before(item)
            && name.spot.section == item.spot.section
        {
            return Some(self.tied(
                name.person,
                "whose: of the part of the form in which it stands",
            ));
        }
        None
    }

    /// An address in a block of its own right above `Dear Ms. Roy`: where the letter went.
    ///
    /// The first block of a letter is its head, and an address there the sender's.
    fn greeted_below(&self, item: &Found) -> Option<usize> {
        if item.draft.element != DataElement::Address || item.spot.block <= self.first_block {
            return None;
        }
        self.named.after(item, 5, |name| {
            name.spot.cue == Some(Cue::Greeting) && name.spot.block == item.spot.block + 1
        })
    }

    /// A telephone, an address: of whoever is named on the line, in the cell, in the block, or below the closing words.
    fn of_contact(&self, item: &Found) -> Option<Tied> {
        if item.spot.cue == Some(Cue::Writer)
            && let Some(at) = self.writer(item)
        {
            return Some(self.tied(at, "whose: the writer's own"));
        }
        if let Some(tied) = self.of_one_meant(item) {
            return Some(tied);
        }
        if let Some(at) = self.in_line(item, |_| true) {
            return Some(self.tied(at, "whose: named before it on the same line"));
        }
        if item.draft.element == DataElement::Signature
            && let Some(at) = self.signer(item)
        {
            return Some(self.tied(at, "whose: signed with their name"));
        }
        if item.is_signature
            && let Some(at) = self.named.nearest(item, 6, |at| {
                self.is_office(at) || self.people[at].signs || self.people[at].is_heard
            })
        {
            return Some(self.tied(at, "whose: of whoever signs"));
        }
        // Above the first line that says anything of the patient stands the letterhead.
        let organisation = |why| Tied {
            id: None,
            role: Role::Organisation,
            why,
        };
        let is_above = item.line + 2 < self.letterhead_end
            || item.line + 2 == self.letterhead_end
                && item.spot.block < self.letterhead_block
                && self.named.last_name_before(item).is_none();
        if is_above && self.greeted_below(item).is_none() {
            return Some(
                self.above(item)
                    .filter(|at| !self.is_office(*at) || self.people[*at].has(Cue::Greeting))
                    .map_or(organisation("whose: of the letterhead"), |at| {
                        self.tied(at, "whose: of the addressee above it")
                    }),
            );
        }
        if let Some(at) = self.in_column(item, |_| true) {
            return Some(self.tied(at, "whose: named above it in the same column"));
        }
        if let Some(at) = self.greeted_below(item) {
            return Some(self.tied(at, "whose: of whom the letter greets below it"));
        }
        // A name on a line of its own, and below it how to reach them: who signs, who is written to.
        if let Some(name) = self.named.last_name_before(item)
            && name.spot.alone
            && name.spot.block == item.spot.block
            && item.line - name.line <= 4
        {
            return Some(self.tied(name.person, "whose: of the name above it"));
        }
        if item.is_labelled {
            // A form goes on with whom it named last: `Emergency contact: Miguel`, `Phone: ...`.
            if let Some(name) = self.named.last_name_before(item)
                && name.is_labelled
                && name.spot.block == item.spot.block
                && item.line - name.line <= 3
                && item.draft.element != DataElement::Signature
            {
                return Some(self.tied(name.person, "whose: of whom the form named last"));
            }
            return None;
        }
        if item.is_signature {
            return Some(organisation(
                "whose: below the closing words, of nobody named",
            ));
        }
        // A block of lines under a name that is not the patient's: an addressee.
        if let Some(at) = self.above(item)
            && !self.is_patient(at)
        {
            return Some(self.tied(at, "whose: of the addressee above it"));
        }
        // The head of a letter that begins with an organisation's name.
        (item.draft.element == DataElement::Address
            && self.named.last_name_before(item).is_none()
            && self.has_patient
            && self.carried.is_none()
            && item.line < self.letterhead_end)
            .then(|| organisation("whose: of the letterhead"))
    }

    /// `His daughter can be reached at`, `She can be reached at`: of whom the sentence speaks that names nobody.
    fn of_one_meant(&self, item: &Found) -> Option<Tied> {
        let cue = item.spot.cue?;
        if cue == Cue::Home
            && let Some(last) = self.named.last_name_before(item)
            && self.is_office(last.person)
            && last.line == item.line
            && !last.spot.leads
        {
            // Whoever is at work is not who is at home.
            return self
                .named
                .before(item, 6, |at| !self.is_office(at))
                .map(|at| self.tied(at, "whose: of the one whose home it is"));
        }
        if !matches!(cue, Cue::OfKin | Cue::OfHim | Cue::OfHer)
            || self.named.before_in_sentence(item, |_| true).is_some()
        {
            return None;
        }
        if cue == Cue::OfKin {
            let is_kin = |at: usize| self.people[at].role == Some(Role::Relative);
            return self
                .named
                .before(item, 6, is_kin)
                .map(|at| self.tied(at, "whose: of the kin spoken of"));
        }
        let other = match cue {
            Cue::OfHim => Address::Woman,
            _ => Address::Man,
        };
        // Only where the last who was named cannot be meant.
        let last = self.named.last_name_before(item)?;
        if last.spot.sex != Some(other) {
            return None;
        }
        let sex_of = |at: usize| {
            let of = |name: &&Name| name.person == at;
            self.named
                .back(item)
                .filter(of)
                .find_map(|name| name.spot.sex)
        };
        self.named
            .before(item, 3, |at| {
                sex_of(at) != Some(other) && !self.is_office(at)
            })
            .map(|at| self.tied(at, "whose: of the one spoken of as he or she"))
    }

    /// A birth date, a number: of whoever is named on the line or in the cell, never of an office.
    fn of_identity(&self, item: &Found) -> Option<Tied> {
        if item.spot.cue == Some(Cue::Writer)
            && let Some(at) = self.writer(item)
        {
            return Some(self.tied(at, "whose: the writer's own"));
        }
        if let Some(at) = self.in_line(item, |name| {
            !self.is_office(name.person) && !self.is_kin_spoken_of(name, item)
        }) {
            return Some(self.tied(at, "whose: named before it on the same line"));
        }
        if let Some(at) = self.row_owner(item) {
            return Some(self.tied(at, "whose: of the line's patient"));
        }
        if let Some(at) = self.in_column(item, |at| self.is_patient(at)) {
            return Some(self.tied(at, "whose: named above it in the same column"));
        }
        // The part of a form that began with a parent or plan member goes on with them, if it has a patient of its own.
        if item.is_labelled
            && item.spot.label.is_none()
            && let Some(name) = self.named.last_name_before(item)
            && name.is_labelled
            && name.spot.block == item.spot.block
            && item.line - name.line <= 3
        {
            let person = &self.people[name.person];
            let begins = self.named.first_of_block(item) == Some(name.person);
            if self.is_patient(name.person)
                || begins && (person.has(Cue::Holder) || person.has(Cue::Parent))
                || begins
                    && item.draft.element == DataElement::InsurancePolicy
                    && person.role == Some(Role::Relative)
            {
                return Some(self.tied(name.person, "whose: of whom the form named last"));
            }
        }
        if item.draft.element == DataElement::InsurancePolicy
            && let Some(at) = self
                .named
                .before(item, 2, |at| self.people[at].has(Cue::Holder))
        {
            return Some(self.tied(at, "whose: of whom the form named last"));
        }
        None
    }

    /// An illness, a medication: of the patient of the sentence, of the line, else of the patient spoken of.
    fn of_health(&self, item: &Found) -> Option<Tied> {
        if let Some(at) = self
            .named
            .before_in_sentence(item, |at| self.is_patient(at))
        {
            return Some(self.tied(at, "whose: the patient of the sentence"));
        }
        self.row_owner(item)
            .map(|at| self.tied(at, "whose: of the line's patient"))
    }

    /// The one patient who is named on the line, before or after.
    fn row_owner(&self, item: &Found) -> Option<usize> {
        self.named.only_on_line(item, |at| self.is_patient(at))
    }

    /// `Lives with his wife Hodan. PHN 50874-3316`: kin of an earlier sentence, whose numbers a note does not give.
    fn is_kin_spoken_of(&self, name: &Name, item: &Found) -> bool {
        self.has_patient
            && self.people[name.person].role == Some(Role::Relative)
            && name.spot.sentence != item.spot.sentence
            && !name.is_labelled
            && !name.spot.leads
            && !item.spot.has_cells
    }

    /// The last who fits and is named before it on the line: in its cell, or in any when that is empty.
    fn in_line(&self, item: &Found, fits: impl Fn(&Name) -> bool) -> Option<usize> {
        let in_cell = |name: &Name| name.spot.cell == item.spot.cell;
        let fits = |name: &Name| name.spot.cue != Some(Cue::Speaker) && fits(name);
        self.named
            .on_line(item)
            .filter(|name| fits(name))
            .find(|name| in_cell(name))
            .or_else(|| {
                self.named
                    .on_line(item)
                    .find(|name| fits(name))
                    .filter(|name| {
                        // In running text a sentence may end between them; the cells of a form go on.
                        name.spot.sentence == item.spot.sentence
                            || item.spot.has_cells
                            || name.spot.leads
                            || item.is_labelled
                    })
            })
            .map(|name| name.person)
    }

    /// The last labelled name above it in the same column of a form with several.
    fn in_column(&self, item: &Found, fits: impl Fn(usize) -> bool) -> Option<usize> {
        if !item.is_labelled {
            return None;
        }
        let above: Vec<&Name> = self
            .named
            .above(item, 5)
            .filter(|name| name.spot.block == item.spot.block)
            .collect();
        if !above.iter().any(|name| name.spot.has_cells) {
            return None;
        }
        above
            .into_iter()
            .find(|name| name.spot.cell.abs_diff(item.spot.cell) <= 3 && fits(name.person))
            .map(|name| name.person)
    }

    /// Who is named right above an unlabelled block of lines.
    fn above(&self, item: &Found) -> Option<usize> {
        self.named
            .above(item, 3)
            .next()
            .filter(|name| name.spot.cue != Some(Cue::Speaker))
            .filter(|name| name.spot.block == item.spot.block || item.line - name.line <= 1)
            .map(|name| name.person)
    }

    /// Who wrote this: the sender of the mail, or who signs below; never the office while a patient speaks.
    fn writer(&self, item: &Found) -> Option<usize> {
        let is_own = |at: usize| !self.is_office(at);
        self.speaker(item)
            .or_else(|| self.sender_at_home())
            .or_else(|| {
                self.named
                    .after(item, 10, |name| name.spot.alone && is_own(name.person))
            })
            .or_else(|| {
                // `Please call me` above a clinician's own name.
                self.named.after(item, 10, |name| {
                    name.spot.alone && self.people[name.person].signs
                })
            })
            .or_else(|| {
                let patient = self.named.before(item, 10, |at| self.is_patient(at))?;
                // `Ruth Roy calling about my mother. My number is`: of who calls.
                let by_kin = self.people[patient].has(Cue::KinOfWriter);
                let is_kin = |at: usize| self.people[at].role == Some(Role::Relative);
                let kin = || self.named.before(item, 2, is_kin);
                by_kin.then(kin).flatten().or(Some(patient))
            })
    }

    /// Who is named in the document as the signature says.
    fn signer(&self, item: &Found) -> Option<usize> {
        // A parent signs for a child: that is said of the child.
        let words = crate::text::fold(&item.draft.value);
        let is_called =
            |person: &Person| person.role == Some(Role::Patient) && person.is_called(&words);
        self.people.iter().position(is_called)
    }

    /// The sender of the mail, who is no office.
    fn sender_at_home(&self) -> Option<usize> {
        (0..self.people.len()).find(|at| self.people[*at].is_sender && !self.is_office(*at))
    }

    /// Whoever says what stands on the line: `[09:14] Anna Roy: call me at`.
    fn speaker(&self, item: &Found) -> Option<usize> {
        self.named
            .on_line(item)
            .find(|name| matches!(name.spot.cue, Some(Cue::Speaker | Cue::Caller)))
            .map(|name| name.person)
    }

    /// Nobody is the patient: somebody near, the only one there is, or nobody.
    fn of_somebody(&self, item: &Found, is_contact: bool) -> Tied {
        if let Some(at) = self
            .named
            .nearest(item, 3, |at| !self.people[at].is_clinician())
        {
            return self.tied(at, "whose: of the one named near");
        }
        // Nobody near, but only one person in the whole document: an invoice, a form.
        let mut others = (0..self.people.len()).filter(|at| {
            let person = &self.people[*at];
            person.last_at > 0 && (person.is_open() || person.role == Some(Role::Patient))
        });
        if let (Some(only), None) = (others.next(), others.next())
            && !is_contact
        {
            return self.tied(only, "whose: of the only one named");
        }
        // An invoice names whom it is for at its top, and their policy below the lines of the bill.
        if !is_contact
            && let Some(at) = self.named.before(item, 8, |at| {
                let person = &self.people[at];
                person.is_open() && !person.signs && !person.is_heard
            })
        {
            return self.tied(at, "whose: of the one named last above it");
        }
        let nobody = self.numbers.person_at(item).unwrap_or_else(|| {
            hashed_subject(&[b"document", &self.document.to_le_bytes(), b"nobody named"])
        });
        let (id, role) = match item.draft.element {
            DataElement::Phone
            | DataElement::Email
            | DataElement::Address
            | DataElement::ServiceLocation => (None, Role::Unknown),
            DataElement::HealthNumber
            | DataElement::MedicalRecordNumber
            | DataElement::PatientNumber
            | DataElement::BirthDate => (Some(nobody), Role::Patient),
            _ => (Some(nobody), Role::Unknown),
        };
        Tied {
            id,
            role,
            why: "whose: nobody is named",
        }
    }
}

/// Numbers that whoever calls does not pay for: businesses have them (North American Numbering Plan).
fn is_toll_free(item: &Found) -> bool {
    let Normal::Number(number) = &item.draft.normal else {
        return false;
    };
    let number = number.trim_start_matches('+');
    let national = number
        .strip_prefix('1')
        .filter(|rest| rest.len() == 10)
        .unwrap_or(number);
    item.draft.element == DataElement::Phone
        && national.len() == 10
        && ["800", "833", "844", "855", "866", "877", "888"]
            .iter()
            .any(|code| national.starts_with(code))
}
