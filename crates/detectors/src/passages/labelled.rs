//! Labelled values: a label and a colon, then the value up to the next label, a wide gap or the end of the line.
//!
//! The label is at most six words back from its colon; an empty value continues
//! on the next line, as in forms. `RE:`, `Patient:` and `Objet :` name whom a
//! letter is about.

use whose_model::{DataElement, Normal, Role};

use super::{
    Note, Scan,
    code::{
        is_code, is_comment, is_documentation, is_literal, is_of_a_body, is_reference,
        is_word_of_code, is_written_as_an_address,
    },
    comb::{self, Comb},
    gaps::Gaps,
    tokens::{Shape, Token},
};
use crate::{
    draft::Draft,
    elements::name,
    interpret::{Around, interpret},
    labels,
    lexicon::{LABEL_END, LABEL_WORD, PLACE, TITLE, WORLD_PLACE},
    sense::{Part, Sense},
};

/// A label in front of a wide gap takes fewer bytes, with the spaces of a few.
const MAX_GAP_AT: usize = 44;

struct Hit {
    label_start: usize,
    value_start: usize,
    line_end: usize,
    sense: Sense,
    is_about: bool,
    /// The label is the end of a longer word: `policy` of `IPSEC_POLICY`.
    is_tail: bool,
}

impl Scan<'_, '_> {
    /// Finds every label with a colon, and interprets what stands after it.
    pub(super) fn labelled(&mut self) {
        let bytes = self.text.as_bytes();
        let mut hits: Vec<Hit> = Vec::new();
        for &colon in &self.marks.colons {
            let colon = colon as usize;
            // A time of day, a URL, or two colons of a namespace.
            if bytes
                .get(colon + 1)
                .is_some_and(|b| matches!(b, b'/' | b':'))
                || colon > 0 && bytes[colon - 1] == b':'
                || colon > 0
                    && bytes[colon - 1].is_ascii_digit()
                    && bytes.get(colon + 1).is_some_and(u8::is_ascii_digit)
            {
                continue;
            }
            if let Some((label_start, sense, is_about)) = self.label_before_colon(colon) {
                hits.push(Hit {
                    label_start,
                    value_start: colon + 1,
                    line_end: self.marks.line(self.text, colon).end,
                    sense,
                    is_about,
                    is_tail: self.is_tail(label_start),
                });
            }
        }
        self.two_columns(&mut hits);
        for index in 0..hits.len() {
            let next = hits
                .get(index + 1)
                .map_or(usize::MAX, |hit| hit.label_start);
            let hit = &hits[index];
            let (start, line_end) = self.value_line(hit.value_start, hit.line_end, next);
            let end = line_end.min(next).max(start);
            let (sense, is_about) = (hit.sense, hit.is_about);
            // `Suite:` and `state:` are words of anything: what they say stands beside them.
            if !sense.is_sure && sense.element == DataElement::Address && start > hit.line_end {
                continue;
            }
            if self.is_said_of_a_program(hit, &self.text[start..end]) {
                continue;
            }
            if sense.element == DataElement::Credential
                && start > hit.line_end
                && self.text[start..end].trim().contains(' ')
            {
                // Below `password:` stands the password alone, or what a program does next.
                continue;
            }
            // `/etc/passwd : lignes de texte`: a sentence goes on.
            let value = &self.text[start..end];
            if sense.element == DataElement::Credential
                && let Some((first, rest)) = value.split_once(' ')
                && first.bytes().all(|b| b.is_ascii_lowercase())
                && rest.starts_with(|ch: char| ch.is_lowercase())
            {
                continue;
            }
            if hit.is_tail && !is_literal(&self.text[start..end]) {
                continue;
            }
            self.value(start, end, sense, is_about);
        }
    }

    /// Whether a label stands in a program's documentation, or what follows it is a program's word for the value.
    fn is_said_of_a_program(&self, hit: &Hit, value: &str) -> bool {
        let line = self.marks.line(self.text, hit.label_start);
        let line = &self.text[line];
        let value = value.split_whitespace().next().unwrap_or("");
        // `pat: Pat,`: a thing and its type.
        let label = self.text[hit.label_start..hit.value_start].trim_end_matches([':', ' ']);
        if !label.is_empty()
            && value
                .trim_end_matches([',', ';'])
                .eq_ignore_ascii_case(label)
        {
            return true;
        }
        // What stands below is a comment.
        if matches!(value, "#" | "//" | "///") {
            return true;
        }
        match hit.sense.element {
            DataElement::Credential | DataElement::UserName => {
                is_reference(value) || is_documentation(line)
            }
            DataElement::Biometric
            | DataElement::Photograph
            | DataElement::AdvanceDirective
            | DataElement::SpokenLanguage => is_comment(line) || is_documentation(line),
            _ => is_documentation(line),
        }
    }

    /// Whether a word goes on to the left of here: `_`, or a hyphen or full stop after a letter.
    pub(super) fn is_tail(&self, start: usize) -> bool {
        let mut before = self.text.as_bytes()[..start].iter().rev();
        match before.next() {
            Some(b'_') => true,
            Some(b'-' | b'.') => before.next().is_some_and(u8::is_ascii_alphanumeric),
            _ => false,
        }
    }

    /// Forms without colons: `Passport        AB123456`, a label, a wide gap and one value on a line.
    fn two_columns(&mut self, hits: &mut Vec<Hit>) {
        let mut found = Vec::new();
        let bytes = self.text.as_bytes();
        let mut known = 0;
        let mut gaps = Gaps::new(bytes);
        for (index, &start) in self.marks.lines.iter().enumerate() {
            let start = start as usize;
            let next = self.marks.lines.get(index + 1);
            let at = next.map_or(self.text.len() + 1, |at| *at as usize);
            if !(6..=200).contains(&(at - 1 - start)) || bytes[start] == b' ' {
                continue;
            }
            // A label is short, so the gap after it is soon found or is not there.
            let line = &bytes[start..at - 1];
            let gap = gaps.first_from(start) - start;
            if gap >= line.len().min(MAX_GAP_AT) {
                continue;
            }
            let line = &self.text[start..at - 1];
            let label = line[..gap].trim_end();
            let value = line[gap..].trim();
            while hits
                .get(known)
                .is_some_and(|hit: &Hit| hit.label_start < start)
            {
                known += 1;
            }
            if !(2..=40).contains(&label.len())
                || value.is_empty()
                || label.contains([':', '.', ','])
                || memchr::memmem::find(value.as_bytes(), b"  ").is_some()
                || value.contains('\t')
                || hits.get(known).is_some_and(|hit| hit.label_start < at)
            {
                continue;
            }
            // The head of a table is labels only.
            let Some(sense) = self.sense(label) else {
                continue;
            };
            if self.sense(value).is_some() {
                continue;
            }
            let value_start = start + gap + (line[gap..].len() - line[gap..].trim_start().len());
            found.push(Hit {
                label_start: start,
                value_start,
                line_end: start + line.len(),
                sense,
                is_about: false,
                is_tail: false,
            });
        }
        if !found.is_empty() {
            hits.append(&mut found);
            hits.sort_by_key(|hit| hit.label_start);
        }
    }

    /// The label that ends at a colon: up to six words back on the same line, the longest that says something.
    fn label_before_colon(&mut self, colon: usize) -> Option<(usize, Sense, bool)> {
        let last = self
            .tokens
            .partition_point(|token| (token.end as usize) <= colon);
        let last_token = self.tokens.get(last.checked_sub(1)?)?;
        let tail = &self.text[last_token.end as usize..colon];
        if tail.len() > 12 || tail.contains('\n') {
            return None;
        }
        // Most words before a colon end no label; what is written together is taken apart first.
        let range = last_token.range();
        let is_apart = matches!(last_token.shape, Shape::Lower | Shape::Capitals)
            || self.text.as_bytes()[range.start + 1..range.end]
                .iter()
                .all(|b| !b.is_ascii_uppercase());
        if last_token.shape != Shape::Number
            && is_apart
            && range.len() > 1
            && !last_token.has(LABEL_WORD)
            && tail.bytes().all(|b| matches!(b, b' ' | b'*' | b'"'))
        {
            return None;
        }
        let line = last_token.line;
        let word = self.folded(range);
        let is_about = matches!(
            word.as_str(),
            "re" | "objet" | "ref" | "regarding" | "concernant" | "subject" | "sujet"
        );
        if is_about {
            return Some((
                last_token.start as usize,
                Sense::whole(DataElement::Name).weak().of(Role::Patient),
                true,
            ));
        }
        let mut best = None;
        for n in 1..=6 {
            let Some(first) = last.checked_sub(n).and_then(|at| self.tokens.get(at)) else {
                break;
            };
            if first.line != line {
                break;
            }
            if n > 1 {
                let next = &self.tokens[last - n + 1];
                let gap = &self.text[first.end as usize..next.start as usize];
                if gap.len() > 3
                    || gap.contains([';', '|', '\t', ':'])
                    || gap.contains("  ")
                    || gap.contains(". ")
                    || gap.contains(", ")
                {
                    break;
                }
            }
            let label = &self.text[first.start as usize..colon];
            if self.may_begin_label(first)
                && let Some(sense) = self.sense(label.trim_end())
            {
                best = Some((first.start as usize, sense, false));
            }
        }
        best
    }

    /// Whether a label may begin with this word, as far as it tells at once.
    fn may_begin_label(&self, first: &Token) -> bool {
        let word = &self.text.as_bytes()[first.range()];
        // What is written together, with digits or with accents is taken apart first.
        let is_plain = word.len() > 1
            && (first.shape == Shape::Capitals && word.is_ascii()
                || word[1..].iter().all(u8::is_ascii_lowercase) && word[0].is_ascii_alphabetic());
        !is_plain || labels::may_begin(first.hash)
    }

    /// Where a value begins and its line ends: on the next line when this one is empty.
    fn value_line(&self, start: usize, line_end: usize, next: usize) -> (usize, usize) {
        let skip = |at: usize, end: usize| {
            at + self.text[at..end].len()
                - self.text[at..end]
                    .trim_start_matches([' ', '\t', '\u{a0}', '*', '_', '#', '-', '.', '='])
                    .len()
        };
        let first = skip(start, line_end);
        if first < line_end || line_end >= self.text.len() || next < line_end {
            return (first, line_end);
        }
        let below = line_end + 1;
        let below_end = self.text[below..]
            .find('\n')
            .map_or(self.text.len(), |at| below + at);
        (skip(below, below_end), below_end)
    }

    pub(super) fn value(&mut self, start: usize, end: usize, sense: Sense, is_about: bool) {
        let raw = &self.text[start..end];
        // A wide gap, a tab or a bar begins something else.
        let bytes = raw.as_bytes();
        let cut = (0..bytes.len())
            .find(|&at| match bytes[at] {
                b'\t' | b'|' => true,
                b' ' => bytes[at + 1..].starts_with(b"  "),
                _ => false,
            })
            .unwrap_or(raw.len());
        let raw = raw[..cut].trim_end_matches([' ', ',', ';', '.', '\r', '\u{a0}', '*', '(', '-']);
        let is_named_freely = matches!(
            sense.element,
            DataElement::IpAddress
                | DataElement::Photograph
                | DataElement::MedicalImage
                | DataElement::DeviceId
                | DataElement::UserName
                | DataElement::Email
        );
        if raw.is_empty()
            || sense.element != DataElement::Credential
                && sense.element != DataElement::IpAddress
                && (is_code(raw) || is_word_of_code(raw) && !is_named_freely)
        {
            return;
        }
        let role = sense.role;
        let note = Note {
            role,
            is_labelled: true,
            ..Note::default()
        };
        let around = Around {
            order: self.all.order,
            province: None,
        };
        let whole = start..start + raw.len();
        match sense.element {
            DataElement::Name => self.labelled_name(start, raw, sense, is_about),
            DataElement::Age if self.is_of_unnamed_kin(&whole) => {}
            DataElement::Address => {
                if sense.part == Part::Whole {
                    let end = if crate::elements::stretch::scan(raw).is_some() {
                        // The whole address, also on the next lines.
                        start
                            + crate::elements::stretch::scan(&self.text[start..])
                                .unwrap_or(raw.len())
                    } else if crate::elements::locality::is_box(raw) {
                        crate::elements::stretch::extend(self.text, whole.end)
                    } else {
                        whole.end
                    };
                    let end = end
                        .max(start + raw.find(['.', ';']).filter(|_| raw.len() > 90).unwrap_or(0));
                    if end - start <= 200
                        && is_written_as_an_address(raw)
                        && let Some(draft) = interpret(sense, &self.text[start..end], around)
                    {
                        self.add(start..end, draft, note);
                    }
                } else if raw.len() <= 60
                    && is_written_as_an_address(raw)
                    // `state` and `suite` are labels of anything: the value must be a place.
                    && (sense.is_sure || self.is_place(raw, sense))
                    && let Some(draft) = interpret(sense, raw, around)
                {
                    self.add(whole, draft, note);
                }
            }
            DataElement::BirthDate | DataElement::DeathDate | DataElement::ServiceDate => {
                if let Some(comb) = Comb::read(raw)
                    && comb.len() == 8
                    && let Some(scanned) = comb::day(&comb.digits, self.all.order)
                    && let Some(mut draft) = interpret(sense, &scanned.date.iso(), around)
                {
                    let range = comb.range(0..8);
                    let range = start + range.start..start + range.end;
                    draft.value = self.text[range.clone()].to_owned();
                    self.add(range, draft, note);
                } else if let Some(scanned) = crate::elements::date::scan(raw, self.all.order) {
                    let range = start..start + scanned.len;
                    if let Some(draft) = interpret(sense, &self.text[range.clone()], around) {
                        self.add(range, draft, note);
                    }
                }
            }
            DataElement::Phone => {
                let len = crate::elements::contact::scan_phone(raw).map_or_else(
                    || {
                        let loose = crate::elements::contact::scan_loose(raw);
                        loose.map_or_else(|| number_len(raw), |phone| phone.len)
                    },
                    |phone| phone.len,
                );
                if len >= 7 {
                    let range = start..start + len;
                    if let Some(draft) = interpret(
                        Sense::whole(DataElement::Phone),
                        &self.text[range.clone()],
                        around,
                    ) {
                        self.add(range, draft, note);
                    } else if sense.is_sure
                        && let Some(loose) = crate::elements::contact::scan_loose(raw)
                        && loose.len == raw.len()
                        && loose.digits.len() >= 7
                    {
                        // Of a country whose numbers we do not know: the label says what it is.
                        let draft = Draft::new(
                            DataElement::Phone,
                            raw,
                            Normal::Number(loose.digits),
                            0.8,
                            "label",
                        );
                        self.add(whole, draft, note);
                    }
                }
            }
            DataElement::Email
            | DataElement::Credential
            | DataElement::BirthPlace
            | DataElement::MaritalStatus
            | DataElement::Ethnicity
            | DataElement::Religion
            | DataElement::SexualOrientation
            | DataElement::Citizenship
            | DataElement::MothersMaidenName
            | DataElement::Photograph
            | DataElement::Biometric
            | DataElement::Employment
            | DataElement::Education
            | DataElement::CriminalRecord
            | DataElement::UserName
            | DataElement::IpAddress
            | DataElement::VehicleId
            | DataElement::DeviceId
            | DataElement::Pregnancy
            | DataElement::Lifestyle
            | DataElement::AdvanceDirective
            | DataElement::Income
            | DataElement::Billing
            | DataElement::Sex
            | DataElement::Age
            | DataElement::SpokenLanguage
            | DataElement::Height
            | DataElement::Weight => {
                let short = raw
                    .split([',', ';', '(', '/'])
                    .next()
                    .unwrap_or(raw)
                    .trim_end();
                let short = if sense.element == DataElement::Credential {
                    raw.split_whitespace().next().unwrap_or("")
                } else {
                    short
                };
                let short = if matches!(
                    sense.element,
                    DataElement::Sex | DataElement::SpokenLanguage
                ) && short.len() > 24
                {
                    short.split(' ').next().unwrap_or("")
                } else {
                    short
                };
                let is_measure = matches!(sense.element, DataElement::Height | DataElement::Weight);
                let short = match crate::elements::measure::scan(short) {
                    Some((len, _)) if is_measure => &short[..len],
                    // `height: 50px`, `height: 1080`: of something on a screen.
                    None if is_measure && !is_of_a_body(short) => return,
                    _ => short,
                };
                if (!is_measure || short.len() < 20)
                    && let Some(draft) = interpret(sense, short, around)
                {
                    self.add(start..start + short.len(), draft, note);
                }
            }
            DataElement::ConsultationReport | DataElement::MedicalHistory => {
                if raw.len() > 8
                    && sense.is_sure
                    && let Some(draft) = interpret(sense, raw, around)
                {
                    // Whoever and whatever is named in it is found as well.
                    self.add_beside(
                        start..start + raw.len(),
                        draft,
                        Note {
                            needs_patient: true,
                            ..note
                        },
                    );
                }
            }
            DataElement::Signature
                if name::title_of(raw.split([' ', '.']).next().unwrap_or(""))
                    == Some(name::Title::Doctor) =>
            {
                // The clinician signs: the name is found as such.
                if let Some(draft) = interpret(sense, raw, around) {
                    self.add_beside(
                        whole,
                        draft,
                        Note {
                            role: Some(Role::Clinician),
                            ..note
                        },
                    );
                }
            }
            DataElement::ServiceLocation if is_sentence(raw) => {}
            DataElement::ContactPreference => {
                // Numbers and addresses in it are found as well.
                if let Some(draft) = interpret(sense, raw, around) {
                    self.add_beside(
                        whole,
                        draft,
                        Note {
                            needs_patient: true,
                            ..note
                        },
                    );
                }
            }
            // `Signed: /s/ Anna Roy 2024-02-21`: the day is found as such.
            DataElement::Signature if raw.bytes().any(|b| b.is_ascii_digit()) => {
                let at = raw
                    .find(|ch: char| ch.is_ascii_digit())
                    .unwrap_or(raw.len());
                let name = raw[..at].trim_end_matches([' ', ',', '-', '(']);
                if name.chars().filter(|ch| ch.is_alphabetic()).count() > 3
                    && let Some(draft) = interpret(sense, name, around)
                {
                    let note = Note {
                        needs_patient: true,
                        ..note
                    };
                    self.add(start..start + name.len(), draft, note);
                }
            }
            DataElement::Signature
            | DataElement::MedicalImage
            | DataElement::Consent
            | DataElement::ServiceLocation => {
                if raw.len() <= 120
                    && (sense.is_sure || raw.len() <= 40)
                    && let Some(draft) = interpret(sense, raw, around)
                {
                    self.add(
                        whole,
                        draft,
                        Note {
                            needs_patient: true,
                            ..note
                        },
                    );
                }
            }
            DataElement::Diagnosis
            | DataElement::Medication
            | DataElement::Allergy
            | DataElement::Procedure
            | DataElement::Immunization
            | DataElement::LabResult => {
                self.labelled_list(start, raw, sense);
            }
            _ => self.labelled_number(start, raw, sense, note),
        }
    }

    /// Whether a text is a place that a lexicon knows, or has a number.
    fn is_place(&self, text: &str, sense: Sense) -> bool {
        let bare = text.trim_matches(['"', '\'', '.', ' ']);
        crate::elements::region::is_province(bare)
            || crate::elements::region::is_us_state(&bare.to_uppercase())
            || self.all.lexicon.look_up(bare) & (PLACE | WORLD_PLACE) != 0
            || sense.part != Part::Province && crate::text::n_digits(bare) > 0 && bare.len() <= 12
    }

    pub(super) fn labelled_number(&mut self, start: usize, raw: &str, sense: Sense, note: Note) {
        // The number ends at two words, a comma, or the end of what a number may hold.
        let len = number_len(raw);
        let value = raw[..len].trim_end_matches([' ', '-', '.', '/']);
        if crate::text::n_digits(value) < 3
            && matches!(
                sense.element,
                DataElement::PatientNumber
                    | DataElement::MedicalRecordNumber
                    | DataElement::InsurancePolicy
                    | DataElement::DriversLicence
                    | DataElement::Passport
            )
        {
            // `pid: 22` is of a program as often.
            return;
        }
        // `PR #1089`, `d in 1..32`: too short for what the label says.
        let n = crate::text::n_digits(value);
        if sense.element == DataElement::GovernmentId && n < 5
            || sense.element == DataElement::Medication && n < 8
        {
            return;
        }
        let around = Around {
            order: self.all.order,
            province: None,
        };
        if let Some(draft) = interpret(sense, value, around) {
            let offset = value.len() - value.trim_start_matches(['#', ' ']).len();
            self.add(
                start + offset..start + value.len(),
                draft,
                Note {
                    is_labelled: true,
                    ..note
                },
            );
        }
    }

    /// The label that stands right before a token, without a colon: `DOB 1985-02-10`, `née le 3 mars`.
    pub(super) fn label_before(&mut self, index: usize) -> Option<Sense> {
        let token = self.tokens[index];
        // `My SIN is 123 456 782`: the copula stands between.
        let mut index = index;
        let mut token_start = token.start;
        if let Some(copula) = index.checked_sub(1).and_then(|at| self.tokens.get(at))
            && copula.end - copula.start <= 3
            && matches!(
                &self.text[copula.range()],
                "is" | "est" | "was" | "It's" | "au" | "at"
            )
            && token.start - copula.end <= 2
        {
            index -= 1;
            token_start = copula.start;
        } else if let Some([copula, article]) = index
            .checked_sub(2)
            .and_then(|at| self.tokens.get(at..index))
            && matches!(&self.text[article.range()], "le" | "the")
            && matches!(
                &self.text[copula.range()],
                "est" | "is" | "was" | "\u{e9}tait"
            )
            && token.start - copula.end <= article.end - article.start + 3
        {
            index -= 2;
            token_start = copula.start;
        }
        // `Son NAS est le 123 456 782`, `Her SIN for the T4 was 123 456 782`: words stand between.
        let is_far = token_start < token.start
            && token.shape == Shape::Number
            && self.skip_what_it_is_for(&mut index, &mut token_start);
        let previous = self.tokens.get(index.checked_sub(1)?)?;
        let gap = &self.text[previous.end as usize..token_start as usize];
        if gap.len() > 4
            || !(previous.has(LABEL_END)
                || matches!(gap.trim(), "#" | "°" | "º")
                // `D.O.B. 1985-02-10`
                || previous.end - previous.start == 1 && gap.starts_with('.'))
            || gap.contains(['\n', '\t', ',', ';', '/', '|', '+', '<', '>'])
        {
            return None;
        }
        let mut best = None;
        for n in 1..=5 {
            let Some(first) = index.checked_sub(n).and_then(|at| self.tokens.get(at)) else {
                break;
            };
            if !first.is_word() || first.line != token.line && token_start - first.start > 60 {
                break;
            }
            if n > 1 {
                let next = &self.tokens[index - n + 1];
                let gap = &self.text[first.end as usize..next.start as usize];
                if gap.len() > 3 || gap.contains(['\n', ';', ',', ':', '|']) || gap.contains(". ") {
                    break;
                }
            }
            let label = &self.text[first.start as usize..token_start as usize];
            if self.may_begin_label(first)
                && let Some(sense) = self.sense(label.trim_end())
            {
                best = (!self.is_tail(first.start as usize)).then_some(sense);
            }
        }
        best.filter(|sense| !is_far || sense.is_sure && is_number(sense.element))
    }

    /// From the copula back over `for the T4`, `de Mme Roy`, to the label; whether there was such a thing.
    fn skip_what_it_is_for(&self, index: &mut usize, token_start: &mut u32) -> bool {
        for at in (index.saturating_sub(5)..*index).rev() {
            let (word, next) = (&self.tokens[at], &self.tokens[at + 1]);
            let gap = &self.text[word.end as usize..next.start as usize];
            if !matches!(gap, " " | "'" | "\u{2019}" | ". ")
                || gap == ". " && !word.has(TITLE)
                || word.has(LABEL_END)
            {
                return false;
            }
            let is_for = matches!(
                &self.text[word.range()],
                "for" | "of" | "on" | "with" | "de" | "du" | "pour" | "sur" | "avec"
            );
            if is_for
                && at
                    .checked_sub(1)
                    .is_some_and(|at| self.tokens[at].has(LABEL_END))
            {
                (*index, *token_start) = (at, word.start);
                return true;
            }
        }
        false
    }
}

/// Numbers by which somebody is known.
pub(super) fn is_number(element: DataElement) -> bool {
    matches!(
        element,
        DataElement::HealthNumber
            | DataElement::SocialInsuranceNumber
            | DataElement::MedicalRecordNumber
            | DataElement::PatientNumber
            | DataElement::InsurancePolicy
            | DataElement::ClaimNumber
            | DataElement::DriversLicence
            | DataElement::Passport
            | DataElement::EmployeeNumber
    )
}

/// Whether a text says something instead of naming it.
fn is_sentence(text: &str) -> bool {
    [
        " was ",
        " is ",
        " were ",
        " has ",
        " est ",
        " a été ",
        " était ",
    ]
    .iter()
    .any(|verb| text.contains(verb))
}

/// How long a number with its separators may go on.
pub(super) fn number_len(text: &str) -> usize {
    let mut end = 0;
    let pieces = text.split(' ').scan(0, |at, piece| {
        let start = *at;
        *at += piece.len() + 1;
        Some((start, piece))
    });
    for (n_words, (at, piece)) in pieces.enumerate() {
        let core = piece.trim_end_matches([',', ';', '.', ')', '"', ':']);
        let has_digit = core.bytes().any(|b| b.is_ascii_digit());
        let is_version = n_words > 0
            && (1..=2).contains(&core.len())
            && core.bytes().all(|b| b.is_ascii_uppercase());
        let is_letters = n_words == 0
            && (1..=5).contains(&core.len())
            && core.bytes().all(|b| b.is_ascii_uppercase());
        let is_sign = matches!(core, "-" | "#" | "/");
        if piece.is_empty()
            || !(has_digit || is_version || is_letters || is_sign)
            || !core.chars().all(|ch| {
                ch.is_alphanumeric() || matches!(ch, '-' | '.' | '/' | '#' | '_' | '\u{2011}')
            })
        {
            break;
        }
        end = at + core.len();
        if core.len() != piece.len() || is_version {
            break;
        }
    }
    end
}
