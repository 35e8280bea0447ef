//! Characters of a Word document in, text as a person reads it out.
//!
//! Cells end in a tab and rows in a line; a field gives its result and, where
//! it is a link, its address; marks of pictures and notes are passed over.
//! What was struck out is kept apart.
//!
//! Format: [MS-DOC] section 2.4.1 and 2.8.25 (fields).

use super::marks::Marks;

/// Bytes of a field's instruction that are kept.
const MAX_INSTRUCTION: usize = 4096;
/// Fields in fields.
const MAX_FIELDS: usize = 64;

struct Field {
    instruction: String,
    is_in_result: bool,
}

/// Text being put together.
pub(super) struct Say<'m> {
    marks: &'m Marks,
    pub(super) text: String,
    /// What was deleted while changes were tracked.
    pub(super) deleted: String,
    fields: Vec<Field>,
    n_fields_below: u32,
    was_cell_end: bool,
}

impl<'m> Say<'m> {
    pub(super) fn new(marks: &'m Marks) -> Self {
        Self {
            marks,
            text: String::new(),
            deleted: String::new(),
            fields: Vec::new(),
            n_fields_below: 0,
            was_cell_end: false,
        }
    }

    /// Takes the next character, which lies at a place of the main stream.
    pub(super) fn push(&mut self, ch: char, at: u32) {
        let was_cell_end = std::mem::replace(&mut self.was_cell_end, ch == '\u{7}');
        match ch {
            '\u{13}' => return self.open(),
            '\u{14}' => {
                if self.n_fields_below == 0
                    && let Some(field) = self.fields.last_mut()
                {
                    field.is_in_result = true;
                }
                return;
            }
            '\u{15}' => return self.close(),
            _ => {}
        }
        if let Some(field) = self.fields.iter_mut().find(|field| !field.is_in_result) {
            if field.instruction.len() < MAX_INSTRUCTION {
                field.instruction.push(ch);
            }
            return;
        }
        let ch = match ch {
            '\u{7}' => return self.cell_end(at, was_cell_end),
            '\r' | '\u{b}' | '\u{c}' | '\u{e}' => '\n',
            '\u{1e}' => '-',
            '\t' => '\t',
            '\u{a0}' => ' ',
            // Hyphens that only show at the end of a line; marks of notes, pictures, pages.
            '\u{1f}' | '\0'..='\u{1d}' => return,
            // Signs of a font of symbols.
            '\u{f000}'..='\u{f0ff}' => char::from_u32(ch as u32 - 0xF000)
                .filter(|ch| !ch.is_control())
                .unwrap_or(' '),
            ch => ch,
        };
        if !self.marks.deleted.is_empty() && self.marks.deleted.contains(at) {
            self.deleted.push(ch);
            return;
        }
        if !self.deleted.is_empty() && !self.deleted.ends_with('\n') {
            self.deleted.push('\n');
        }
        self.text.push(ch);
    }

    fn cell_end(&mut self, at: u32, was_cell_end: bool) {
        let is_row_end = if self.marks.row_ends.is_empty() {
            was_cell_end
        } else {
            self.marks.row_ends.contains(at)
        };
        if is_row_end {
            let kept = self.text.trim_end_matches(['\t', ' ']).len();
            self.text.truncate(kept);
            self.text.push('\n');
            self.was_cell_end = false;
        } else {
            // A cell's last paragraph ends with the cell; lines within it stay lines.
            self.text.push('\t');
        }
    }

    fn open(&mut self) {
        if self.fields.len() >= MAX_FIELDS {
            self.n_fields_below += 1;
            return;
        }
        self.fields.push(Field {
            instruction: String::new(),
            is_in_result: false,
        });
    }

    fn close(&mut self) {
        if self.n_fields_below > 0 {
            self.n_fields_below -= 1;
            return;
        }
        let Some(field) = self.fields.pop() else {
            return;
        };
        if self.fields.iter().any(|outer| !outer.is_in_result) {
            return;
        }
        if let Some(said) = of_instruction(&field.instruction)
            && !self.text.ends_with(&said)
        {
            self.text.push_str(" <");
            self.text.push_str(&said);
            self.text.push('>');
        }
    }
}

/// What a field says beside its result: the address of a link, the name of a file or of a data field.
fn of_instruction(instruction: &str) -> Option<String> {
    let instruction = instruction.trim();
    let (word, rest) = instruction.split_once(char::is_whitespace)?;
    if !matches!(
        word.to_ascii_uppercase().as_str(),
        "HYPERLINK"
            | "INCLUDETEXT"
            | "INCLUDEPICTURE"
            | "LINK"
            | "DATABASE"
            | "QUOTE"
            | "COMMENTS"
            | "FILLIN"
            | "ASK"
    ) {
        return None;
    }
    let said = match rest.split('"').nth(1) {
        Some(quoted) => quoted,
        None => rest
            .split_whitespace()
            .find(|word| !word.starts_with('\\'))?,
    };
    let said = said.trim();
    (!said.is_empty()).then(|| said.to_owned())
}
