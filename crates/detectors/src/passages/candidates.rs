//! Candidates by form: tokens with digits, months and signs are tried as dates, telephones, numbers, addresses, measures.

use whose_model::{DataElement, Normal};

use super::{
    Note, Scan,
    labelled::{self, number_len},
    nobody,
    tokens::Shape,
};
use crate::{
    draft::Draft,
    elements::{address, clinical, contact, date, measure, numbers, stretch, town},
    interpret::{Around, interpret},
    lexicon::{LABEL_END, MONTH, TEST},
    sense::{Part, Sense},
    text::{fold, n_digits},
};

/// No number with its label's words around it takes more bytes.
const MAX_NUMBER: usize = 200;

impl Scan<'_, '_> {
    /// Tries every token that could begin something.
    pub(super) fn candidates(&mut self) {
        self.emails();
        for &index in &self.marks.forms {
            let index = index as usize;
            let token = self.tokens[index];
            if token.shape == Shape::Number {
                self.number(index);
            } else if token.has(MONTH) {
                self.month(index);
            } else if token.shape == Shape::Capitals && matches!(token.end - token.start, 2..=5) {
                self.letters_then_digits(index);
            }
        }
    }

    fn emails(&mut self) {
        let mut from = 0;
        for &at in &self.marks.ats {
            let at = at as usize;
            if at < from {
                continue;
            }
            if let Some(range) = contact::email_around(self.text, at) {
                from = range.end;
                let value = &self.text[range.clone()];
                let draft = Draft::new(
                    DataElement::Email,
                    value,
                    Normal::Text(value.to_lowercase()),
                    0.97,
                    "form of an e-mail address",
                );
                self.add(range, draft, Note::default());
            }
        }
    }

    fn month(&mut self, index: usize) {
        let start = self.tokens[index].start as usize;
        let label = self.label_before(index);
        if let Some(scanned) = date::scan(&self.text[start..], self.all.order) {
            self.date(start, scanned, label);
        }
    }

    fn date(&mut self, start: usize, scanned: date::Scanned, label: Option<Sense>) {
        let range = start..start + scanned.len;
        let value = &self.text[range.clone()];
        let element = match label.map(|sense| sense.element) {
            Some(
                element @ (DataElement::BirthDate
                | DataElement::DeathDate
                | DataElement::ServiceDate),
            ) => element,
            _ if self.is_of_birth(&range) => DataElement::BirthDate,
            _ => DataElement::ServiceDate,
        };
        let is_by_cell = element == DataElement::BirthDate && label.is_none();
        let is_labelled = label.is_some_and(|sense| sense.element == element);
        let confidence = match (is_labelled, scanned.is_sure) {
            (true, _) => 0.95,
            _ if is_by_cell => 0.8,
            (false, true) => 0.6,
            (false, false) if scanned.date.day == 0 => 0.45,
            (false, false) => 0.5,
        };
        let mut draft = Draft::new(
            element,
            value,
            Normal::Date(scanned.date),
            confidence,
            if is_labelled {
                "label"
            } else {
                "form of a date"
            },
        );
        if scanned.is_ambiguous {
            draft = draft.because("against: day and month could change places".into());
        }
        let note = Note {
            role: label.and_then(|sense| sense.role),
            needs_patient: !is_labelled && !is_by_cell,
            is_labelled,
            ..Note::default()
        };
        self.add(range, draft, note);
    }

    fn number(&mut self, index: usize) {
        let token = self.tokens[index];
        let bytes = self.text.as_bytes();
        let mut start = token.start as usize;
        if self.all.covered.overlaps(&token.range()) {
            return;
        }
        let first = bytes[start];
        // A part of something longer: `v1.2`, `a-12`, `/2024/01`.
        let before = start.checked_sub(1).map_or(b' ', |at| bytes[at]);
        let is_joined = matches!(
            before,
            b'.' | b'/' | b'-' | b'_' | b'=' | b'&' | b'%' | b'\\' | b'$' | b'\''
        ) && start
            .checked_sub(2)
            .is_some_and(|at| bytes[at].is_ascii_alphanumeric());
        let label = match self.label_before(index) {
            // `transit 12345 institution 006 account 1234567`: together they say what each alone does not.
            Some(sense) if !sense.is_sure && self.is_bank_line(start) => {
                Some(Sense::whole(DataElement::BankAccount))
            }
            // `Mother died at age 61.`
            Some(sense)
                if sense.element == DataElement::Age
                    && self.is_of_unnamed_kin(&(start..start + 1)) =>
            {
                return;
            }
            label => label,
        };
        let rest = &self.text[start..];
        if (!is_joined || label.is_some())
            && first.is_ascii_digit()
            && let Some(scanned) = date::scan(rest, self.all.order)
            && !bytes
                .get(start + scanned.len)
                .is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'/')
            // `02-12-05-76-57` goes on.
            && !(matches!(bytes.get(start + scanned.len), Some(b'-' | b'.'))
                && bytes.get(start + scanned.len + 1).is_some_and(u8::is_ascii_digit))
            && (scanned.date.day != 0
                || label.is_some_and(|sense| sense.element == DataElement::BirthDate))
            && (scanned.len != 8
                || n_digits(&rest[..8]) != 8
                || label.is_some_and(|sense| {
                    matches!(
                        sense.element,
                        DataElement::BirthDate | DataElement::DeathDate | DataElement::ServiceDate
                    )
                }))
            && scanned.len < 12 + rest.len().min(12)
            && !(scanned.len >= 12 && n_digits(&rest[..scanned.len]) == scanned.len)
            && !(before == b'-' && is_joined)
        {
            return self.date(start, scanned, label);
        }
        if is_joined && label.is_none() {
            return;
        }
        if self.comb(start, label) {
            return;
        }
        // `(416) 555-0199`, `+1 416`, but not `2.4+20151223`.
        let is_glued = start
            .checked_sub(2)
            .is_some_and(|at| bytes[at].is_ascii_alphanumeric());
        if before == b'+' && is_glued {
            return;
        }
        if matches!(before, b'(' | b'+') {
            start -= 1;
            if before == b'(' && start >= 3 && &bytes[start - 3..start] == b"+1 " {
                start -= 3;
            }
        }
        if let Some(phone) = contact::scan_phone(&self.text[start..]) {
            let is_label = label.is_some_and(|sense| sense.element == DataElement::Phone);
            let other_label = label.is_some_and(|sense| {
                sense.is_sure
                    && sense.element != DataElement::Phone
                    && sense.element != DataElement::Name
            });
            // `A1 B1 01 02 01 02`: pairs went on before.
            let is_pair = phone.is_formatted
                && phone.digits.len() == 10
                && phone.digits.starts_with('0')
                && first == b'0'
                && matches!(&bytes[..start], [.., sign, a, b, b' ']
                    if !sign.is_ascii_alphanumeric() && a.is_ascii_alphanumeric() && b.is_ascii_digit());
            if is_pair || is_time_of_a_program(&self.text[start + phone.len..]) {
                return;
            }
            // `hex!("02 03 01 00 01")`: bytes of a program, which no French text holds.
            let is_bytes = phone.digits.starts_with('0')
                && label.is_none()
                && self.all.order != date::Order::DayFirst
                && self.text.len() > 400
                && self.marks.n_code as usize * 40 > self.text.len();
            if is_bytes {
                return;
            }
            if !other_label && (phone.is_formatted || is_label) && !self.is_ontario_group(start) {
                let range = start..start + phone.len;
                let value = self.text[range.clone()].to_owned();
                let draft = Draft::new(
                    DataElement::Phone,
                    &value,
                    Normal::Number(phone.digits),
                    if is_label { 0.96 } else { 0.85 },
                    if is_label {
                        "label"
                    } else {
                        "form of a telephone number"
                    },
                );
                return self.add(
                    range,
                    draft,
                    Note {
                        role: label.and_then(|sense| sense.role),
                        is_labelled: is_label,
                        ..Note::default()
                    },
                );
            }
        }
        // A label that is sure of something else, or a part of an address, is no call.
        let may_be_called = label.is_none_or(|sense| {
            sense.element == DataElement::Phone || !sense.is_sure || sense.part != Part::Whole
        });
        if may_be_called && self.called(index, start) {
            return;
        }
        let start = token.start as usize;
        if let Some(sense) = label
            && sense.part == Part::PostalCode
        {
            return self.zip(start, sense);
        }
        if let Some(sense) = label
            && !matches!(
                sense.element,
                DataElement::Name
                    | DataElement::Address
                    | DataElement::BirthDate
                    | DataElement::DeathDate
                    | DataElement::ServiceDate
                    | DataElement::Phone
                    | DataElement::Signature
                    | DataElement::ConsultationReport
                    | DataElement::MedicalHistory
            )
        {
            // No number is longer than this, however long its line is.
            let line_end = self
                .marks
                .line(self.text, start)
                .end
                .min(start + MAX_NUMBER);
            let line = &self.text[start..self.text.floor_char_boundary(line_end)];
            let line = &line[..memchr::memchr(b'\t', line.as_bytes()).unwrap_or(line.len())];
            let role = sense.role;
            match sense.element {
                DataElement::Height | DataElement::Weight => {
                    if let Some((len, measure::Quantity::Length | measure::Quantity::Mass)) =
                        measure::scan(line)
                        && let Some(draft) = interpret(sense, &line[..len], Around::default())
                    {
                        return self.add(
                            start..start + len,
                            draft,
                            Note {
                                role,
                                needs_patient: true,
                                is_labelled: true,
                                ..Note::default()
                            },
                        );
                    }
                }
                // `age:3.2` and `12.into()` are a program's.
                DataElement::Age
                    if line.as_bytes().get(token.end as usize - start) == Some(&b'.')
                        && line
                            .as_bytes()
                            .get(token.end as usize - start + 1)
                            .is_some_and(u8::is_ascii_alphanumeric) => {}
                DataElement::Age => {
                    let value = &line[..token.end as usize - start];
                    if let Some(draft) = interpret(sense, value, Around::default()) {
                        return self.add(
                            token.range(),
                            draft,
                            Note {
                                role,
                                is_labelled: true,
                                ..Note::default()
                            },
                        );
                    }
                }
                DataElement::Diagnosis
                | DataElement::Medication
                | DataElement::LabResult
                | DataElement::Procedure
                | DataElement::Allergy
                | DataElement::Immunization
                | DataElement::MedicalImage
                | DataElement::Consent
                | DataElement::ServiceLocation
                | DataElement::Credential => {
                    let note = Note {
                        role,
                        is_labelled: true,
                        ..Note::default()
                    };
                    let is_drug = sense.element == DataElement::Medication;
                    if is_drug && sense.part == Part::Code {
                        self.labelled_number(start, line, sense, note);
                    }
                }
                _ if (sense.is_sure || n_digits(&line[..number_len(line)]) >= 6)
                    && !matches!(
                        sense.element,
                        DataElement::Sex | DataElement::SpokenLanguage
                    ) =>
                {
                    let n = number_len(line);
                    if n > 0 && n_digits(&line[..n]) >= 3 {
                        self.labelled_number(
                            start,
                            line,
                            sense,
                            Note {
                                role,
                                is_labelled: true,
                                ..Note::default()
                            },
                        );
                        return;
                    }
                }
                _ => {}
            }
        }
        self.unlabelled(index, start);
    }

    /// Whether the line speaks of a bank account with two words at least.
    fn is_bank_line(&self, at: usize) -> bool {
        let line = self.marks.line(self.text, at);
        let line = fold(
            self.text
                .get(line.start..line.end.min(line.start + 300))
                .unwrap_or(""),
        );
        [
            "transit",
            "institution",
            "account",
            "compte",
            "folio",
            "succursale",
            "routing",
            " inst ",
            " acct ",
        ]
        .iter()
        .filter(|word| line.contains(**word))
        .count()
            >= 2
    }

    /// Four, three and three digits: Ontario's way, not a telephone's.
    fn is_ontario_group(&self, start: usize) -> bool {
        self.text[start..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count()
            == 4
    }

    fn unlabelled(&mut self, index: usize, start: usize) {
        let token = self.tokens[index];
        let rest = &self.text[start..];
        let bytes = rest.as_bytes();
        let after = |len: usize| bytes.get(len).is_some_and(|b| b.is_ascii_alphanumeric());
        if !bytes[0].is_ascii_digit() {
            let len = (token.end - token.start) as usize;
            if matches!(len, 4..=10) && self.is_obstetric(start, len) {
                return self.obstetric(start, len);
            }
            if len == 3
                && let Some(len) =
                    address::postal_code_len(rest).filter(|len| *len == 7 || *len == 6)
            {
                return self.postal_code(start, len);
            }
            if len == 6
                && address::postal_code_len(rest) == Some(6)
                && rest.bytes().take(6).all(|b| !b.is_ascii_lowercase())
            {
                // Six characters in one are also a colour or a part of a key.
                return self.postal_code(start, 6);
            }
            if len == 12 && numbers::is_ramq(&rest[..12]) {
                return self.simple_number(
                    start..start + 12,
                    Sense::number(DataElement::HealthNumber, "ca-qc"),
                    0.95,
                );
            }
            if len >= 4
                && bytes[0].is_ascii_uppercase()
                && bytes[1].is_ascii_uppercase()
                && bytes[2].is_ascii_digit()
                && bytes[3].is_ascii_digit()
            {
                return self.iban(start);
            }
            if let Some(len) = clinical::icd10_len(rest).filter(|len| *len > 3 && !after(*len)) {
                let value = &rest[..len];
                let mut draft = Draft::new(
                    DataElement::Diagnosis,
                    value,
                    Normal::Number(value.replace('.', "")),
                    0.85,
                    "form of an ICD-10 code",
                );
                draft.scheme = "icd-10";
                return self.add(
                    start..start + len,
                    draft,
                    Note {
                        needs_patient: true,
                        ..Note::default()
                    },
                );
            }
            return;
        }
        if self.age(index, start) {
            return;
        }
        if !self.is_after_route(index)
            && let Some(len) = stretch::scan(rest)
        {
            if self.is_of_a_company(start) {
                let end = self.end_of_code(start + len);
                return self.all.covered.add(start..end);
            }
            let value = &rest[..len];
            if let Some(parsed) = address::parse(value) {
                let confidence = if parsed.postal_code.is_empty() && parsed.city.is_empty() {
                    0.6
                } else {
                    0.92
                };
                let draft = Draft::new(
                    DataElement::Address,
                    value,
                    Normal::Address(parsed),
                    confidence,
                    "form of a postal address",
                );
                return self.add(start..start + len, draft, Note::default());
            }
        }
        if self.whereabouts(index, start) {
            return;
        }
        if let Some((len, quantity)) = measure::scan(rest)
            && !after(len)
        {
            let test = index.checked_sub(1).and_then(|at| {
                (at.saturating_sub(3)..=at)
                    .rev()
                    .find(|at| self.tokens[*at].has(TEST) && self.tokens[*at].line == token.line)
            });
            if matches!(quantity, measure::Quantity::Lab)
                || matches!(quantity, measure::Quantity::Pressure)
            {
                let from = test.map_or(start, |at| self.tokens[at].start as usize);
                let value = &self.text[from..start + len];
                if value.len() < 60 {
                    let draft = Draft::new(
                        DataElement::LabResult,
                        value,
                        Normal::Text(value.to_owned()),
                        0.8,
                        "value with a laboratory unit",
                    );
                    return self.add(
                        from..start + len,
                        draft,
                        Note {
                            needs_patient: true,
                            ..Note::default()
                        },
                    );
                }
            }
            if matches!(
                quantity,
                measure::Quantity::Length | measure::Quantity::Mass
            ) {
                self.body_measure(index, start, len, quantity);
                return;
            }
        }
        // Groups of digits.
        let len = group_len(rest);
        let group = &rest[..len];
        let n = n_digits(group);
        if n < 7 {
            return;
        }
        // `4103793685SX`, `7899-426-042-QP`: Ontario's number with the two letters of its version.
        if n == 10 && self.number_with_version(start, len) {
            return;
        }
        if n >= 13 && !self.is_after_card(index) && self.french_number(start, group) || after(len) {
            return;
        }
        if n == len && (7..=12).contains(&n) && self.is_cell_of_a_person(start, start + len) {
            let draft = Draft::new(
                DataElement::PatientNumber,
                group,
                Normal::Number(group.to_owned()),
                0.55,
                "a number in a line of cells about one person",
            );
            return self.add(start..start + len, draft, Note::default().beside_a_name());
        }
        let shape: Vec<usize> = group.split([' ', '-']).map(str::len).collect();
        let is_grouped = shape.len() > 1;
        let holds =
            |id: &str| whose_identifiers::kind(id).is_some_and(|kind| (kind.parse)(group).is_ok());
        if (13..=19).contains(&n)
            && (shape.iter().all(|n| *n == 4)
                || shape.len() == 1
                || shape == [4, 6, 5]
                || shape == [4, 4, 4, 3]
                || shape == [4, 4, 4, 1])
            && holds("payment-card")
        {
            self.all.chance.note(n, true);
            return self.simple_number(
                start..start + len,
                Sense::number(DataElement::PaymentCard, "payment-card"),
                if is_grouped { 0.9 } else { 0.75 },
            );
        }
        if (12..=19).contains(&n)
            && whose_identifiers::luhn_holds(group)
            && self.is_after_card(index)
        {
            // Its network is none that we know, but the words say a card and the check digit holds.
            let draft = Draft::new(
                DataElement::PaymentCard,
                group,
                Normal::Number(
                    group
                        .bytes()
                        .filter(u8::is_ascii_digit)
                        .map(char::from)
                        .collect(),
                ),
                0.8,
                "words of a card, check digit holds",
            );
            return self.add(start..start + len, draft, Note::default());
        }
        let found = match (&shape[..], n) {
            ([3, 2, 4], 9) if group.as_bytes()[3] == b'-' && holds("us-ssn") => {
                Some((DataElement::SocialInsuranceNumber, "us-ssn", 0.85))
            }
            ([4, 3, 3] | [4, 3, 3, _], 10) if holds("ca-on") => {
                Some((DataElement::HealthNumber, "ca-on", 0.85))
            }
            ([4, 3, 3], 10) if holds("ca-bc") => Some((DataElement::HealthNumber, "ca-bc", 0.85)),
            ([3, 3, 3], 9) if holds("ca-sin") => {
                Some((DataElement::SocialInsuranceNumber, "ca-sin", 0.6))
            }
            _ => None,
        };
        if matches!(shape[..], [4, 3, 3] | [3, 3, 3] | [4, 4, 4, 4]) {
            self.all.chance.note(n, found.is_some());
        }
        if let Some((element, scheme, confidence)) = found {
            self.simple_number(
                start..start + len,
                Sense::number(element, scheme),
                confidence,
            );
        }
    }

    fn letters_then_digits(&mut self, index: usize) {
        let token = self.tokens[index];
        let start = token.start as usize;
        let rest = &self.text[start..];
        let next = self
            .tokens
            .get(index + 1)
            .filter(|next| next.shape == Shape::Number && next.start <= token.end + 1);
        if next.is_none() || token.has(LABEL_END) {
            return;
        }
        if token.end - token.start == 4 {
            // `TREM 8552 1017`
            let len = group_len(&rest[4..]) + 4;
            if n_digits(&rest[..len]) == 8
                // `GSAR 2001-07-20` is a day behind initials.
                && rest.as_bytes()[5..len].iter().filter(|b| **b == b'-').count() < 2
                && numbers::is_ramq(&rest[..len])
                && !rest
                    .as_bytes()
                    .get(len)
                    .is_some_and(u8::is_ascii_alphanumeric)
            {
                self.simple_number(
                    start..start + len,
                    Sense::number(DataElement::HealthNumber, "ca-qc"),
                    0.95,
                );
                return;
            }
        }
        // `Policy GS-4471902-01`
        if let Some(sense) = self.label_before(index)
            && labelled::is_number(sense.element)
            && (sense.is_sure || n_digits(&rest[..number_len(rest)]) >= 6)
        {
            let line_end = self
                .marks
                .line(self.text, start)
                .end
                .min(start + MAX_NUMBER);
            let line = &self.text[start..self.text.floor_char_boundary(line_end)];
            let note = Note {
                role: sense.role,
                is_labelled: true,
                ..Note::default()
            };
            self.labelled_number(start, line, sense, note);
        }
    }

    fn iban(&mut self, start: usize) {
        let rest = &self.text[start..];
        let mut end = 0;
        for (at, b) in rest.bytes().enumerate().take(42) {
            if b.is_ascii_digit() || b.is_ascii_uppercase() {
                end = at + 1;
            } else if b != b' '
                || rest
                    .as_bytes()
                    .get(at + 1)
                    .is_some_and(|next| *next == b' ')
            {
                break;
            }
        }
        // Letters after it may have joined: shorten until it holds.
        let kind = whose_identifiers::kind("iban");
        while end >= 15 {
            if kind.is_some_and(|kind| (kind.parse)(&rest[..end]).is_ok()) {
                return self.simple_number(
                    start..start + end,
                    Sense::number(DataElement::BankAccount, "iban"),
                    0.95,
                );
            }
            let Some(space) = rest[..end].rfind(' ') else {
                break;
            };
            end = space;
        }
    }

    fn simple_number(&mut self, range: std::ops::Range<usize>, sense: Sense, confidence: f32) {
        if let Some(mut draft) = interpret(sense, &self.text[range.clone()], Around::default()) {
            draft.confidence = confidence;
            draft.why[0] = nobody::BY_FORM.into();
            self.add(range, draft, Note::default());
        }
    }

    /// `ZIP code 71382`: five digits, and four more, are a postal code behind a label.
    fn zip(&mut self, start: usize, sense: Sense) {
        let rest = &self.text.as_bytes()[start..];
        let run = |from: usize| {
            rest[from.min(rest.len())..]
                .iter()
                .take(6)
                .take_while(|b| b.is_ascii_digit())
                .count()
        };
        let n = run(0);
        let n = match n {
            5 if rest.get(5) == Some(&b'-') && run(6) == 4 => 10,
            5 => 5,
            _ => return,
        };
        if let Some(draft) = interpret(sense, &self.text[start..start + n], Around::default()) {
            let note = Note {
                is_labelled: true,
                ..Note::default()
            };
            self.add(start..start + n, draft, note);
        }
    }

    /// A postal code alone; with the city before it, on the same line.
    fn postal_code(&mut self, start: usize, len: usize) {
        let from = start - town::before_code_len(&self.text[..start]);
        let range = if self.all.covered.overlaps(&(from..start)) {
            start..start + len
        } else {
            from..start + len
        };
        let value = &self.text[range.clone()];
        if let Some(parsed) = address::parse(value) {
            let draft = Draft::new(
                DataElement::Address,
                value,
                Normal::Address(parsed),
                if len == 6 { 0.6 } else { 0.85 },
                "form of a postal code",
            );
            let note = Note::default();
            let note = if len == 6 { note.beside_a_name() } else { note };
            self.add(range, draft, note);
        }
    }
}

/// `+262142-12-31T23:59:60`: what stood before was a day.
fn is_time_of_a_program(rest: &str) -> bool {
    matches!(rest.as_bytes(), [b'T', b'0'..=b'9', ..])
}

/// The length of groups of digits with single spaces or hyphens between them.
fn group_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = 0;
    for (at, b) in bytes.iter().enumerate().take(28) {
        match b {
            b'0'..=b'9' => end = at + 1,
            b' ' | b'-' if bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => {}
            _ => break,
        }
    }
    end
}
