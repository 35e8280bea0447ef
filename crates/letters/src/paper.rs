//! `Paper`: a letter, report or notice as blocks, before it is set; its plain text.
//!
//! The one form between the wording and every output. It holds PHI in plain
//! strings, so it never leaves this crate and has no `Debug`.

use serde::Serialize;
use whose_model::Language;

/// A part of a paper, from top to bottom.
#[derive(Clone, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Block {
    /// A heading; 1 is below the title.
    Heading { level: u8, text: String },
    /// A paragraph.
    Par { text: String },
    /// A paragraph in another language than the paper's, so that a voice can say it as one says that language.
    Foreign {
        text: String,
        #[serde(serialize_with = "typst_language")]
        language: Language,
    },
    /// A list with bullets.
    List {
        items: Vec<String>,
        /// Words rather than sentences: may stand in two columns, and is not prose.
        short: bool,
    },
    /// Lines that stay together: an address, whom to call.
    Lines { lines: Vec<String> },
    /// Something a person must still do before this is sent.
    Todo { text: String },
    /// A table with a head row.
    Table {
        caption: String,
        head: Vec<String>,
        rows: Vec<Vec<String>>,
        /// Columns set to the right because they hold numbers.
        numeric: Vec<bool>,
    },
}

/// A paper, ready to be set.
#[derive(Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Paper {
    /// `letter` leaves room for the window of an envelope; `sheet` does not.
    pub(crate) form: Form,
    /// Large print: 18 points, one column.
    pub(crate) large: bool,
    #[serde(serialize_with = "typst_language")]
    pub(crate) language: Language,
    /// The document's title: shown by readers, read aloud first. No PHI.
    pub(crate) title: String,
    /// Who sends it: name, then address.
    pub(crate) sender: Vec<String>,
    /// The address block in the window; empty on a sheet.
    pub(crate) window: Vec<String>,
    /// Date, reference.
    pub(crate) dateline: Vec<String>,
    /// What it is about: the first line of the text proper.
    pub(crate) subject: String,
    /// The words that mark each page of a draft.
    pub(crate) draft: Option<String>,
    /// At the foot of each page, before the page's number.
    pub(crate) foot: String,
    /// What the bars on each page say before its number, for a machine that folds and inserts; none where no machine does.
    pub(crate) mark: Option<String>,
    /// `Page {page} of {pages}`, split at the numbers.
    pub(crate) page_words: [String; 3],
    pub(crate) blocks: Vec<Block>,
}

/// How a paper is laid out.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Form {
    Letter,
    Sheet,
}

/// A language as the template wants it: `lang` and `region`, which may be missing.
fn typst_language<S: serde::Serializer>(
    language: &Language,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let tag = tag(*language);
    let mut parts = tag.split('-');
    let lang = parts.next().unwrap_or_default();
    let region = parts.next_back().filter(|part| part.len() < 4);
    serializer.collect_map([("lang", Some(lang)), ("region", region)])
}

/// The tag of a paper's language: English and French are Canada's unless somebody says otherwise.
pub(crate) fn tag(language: Language) -> String {
    match language {
        Language::En | Language::Fr => format!("{}-CA", language.code()),
        Language::Other(tag) => tag.as_str().to_owned(),
    }
}

impl Paper {
    /// The paper as plain text: what a voice would read, in its order.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        let mut push = |line: &str| {
            out.push_str(line);
            out.push('\n');
        };
        if let Some(draft) = &self.draft {
            push(draft);
            push("");
        }
        let subject = vec![self.subject.clone()];
        let head = match self.form {
            Form::Letter => [&self.sender, &self.dateline, &self.window, &subject],
            Form::Sheet => [&subject, &self.sender, &self.dateline, &self.window],
        };
        for lines in head {
            if !lines.is_empty() {
                lines.iter().for_each(|line| push(line));
                push("");
            }
        }
        for block in &self.blocks {
            block.lines().iter().for_each(|line| push(line));
            push("");
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
        out
    }

    /// Sentences a person reads from end to end: without addresses, tables, lists of words and what is left to do.
    pub(crate) fn prose(&self) -> String {
        let mut out = String::new();
        for block in &self.blocks {
            match block {
                Block::Par { text } => {
                    out.push_str(text);
                    out.push('\n');
                }
                Block::List {
                    items,
                    short: false,
                } => {
                    for item in items {
                        out.push_str(item);
                        out.push('\n');
                    }
                }
                _ => {}
            }
        }
        out
    }

    pub(crate) fn heading(&mut self, level: u8, text: String) {
        self.blocks.push(Block::Heading { level, text });
    }

    /// Adds a paragraph, unless it would be empty.
    pub(crate) fn par(&mut self, text: String) {
        if !text.trim().is_empty() {
            self.blocks.push(Block::Par { text });
        }
    }

    /// Adds a paragraph in another language, unless it would be empty.
    pub(crate) fn foreign(&mut self, text: String, language: Language) {
        if !text.trim().is_empty() {
            self.blocks.push(Block::Foreign { text, language });
        }
    }

    /// Adds a list of sentences, unless it would be empty.
    pub(crate) fn list(&mut self, items: Vec<String>) {
        if !items.is_empty() {
            self.blocks.push(Block::List {
                items,
                short: false,
            });
        }
    }

    /// Adds a list of a few words each, unless it would be empty.
    pub(crate) fn short_list(&mut self, items: Vec<String>) {
        if !items.is_empty() {
            self.blocks.push(Block::List { items, short: true });
        }
    }

    /// Adds lines, unless there are none.
    pub(crate) fn lines(&mut self, lines: Vec<String>) {
        if !lines.is_empty() {
            self.blocks.push(Block::Lines { lines });
        }
    }

    pub(crate) fn todo(&mut self, text: String) {
        self.blocks.push(Block::Todo { text });
    }

    /// What a reviewer must see before anything else.
    pub(crate) fn first_todo(&mut self, text: String) {
        self.blocks.insert(0, Block::Todo { text });
    }

    /// Adds a table, unless it has no rows. A column is numeric when all its cells are.
    pub(crate) fn table(&mut self, caption: String, head: Vec<String>, rows: Vec<Vec<String>>) {
        if rows.is_empty() {
            return;
        }
        let numeric = (0..head.len())
            .map(|column| {
                rows.iter().all(|row| {
                    row.get(column).is_some_and(|cell| {
                        !cell.is_empty()
                            && cell
                                .chars()
                                .all(|ch| ch.is_ascii_digit() || ch == ',' || ch.is_whitespace())
                    })
                })
            })
            .collect();
        // A short row would shift every cell after it.
        let rows = rows
            .into_iter()
            .map(|mut row| {
                row.resize(head.len(), String::new());
                row
            })
            .collect();
        self.blocks.push(Block::Table {
            caption,
            head,
            rows,
            numeric,
        });
    }

    /// Applies a change to every string in the paper that comes from outside.
    pub(crate) fn for_each_text(&mut self, mut change: impl FnMut(&mut String)) {
        change(&mut self.subject);
        change(&mut self.title);
        change(&mut self.foot);
        for lines in [&mut self.sender, &mut self.window, &mut self.dateline] {
            lines.iter_mut().for_each(&mut change);
        }
        for block in &mut self.blocks {
            match block {
                Block::Heading { text, .. }
                | Block::Par { text }
                | Block::Foreign { text, .. }
                | Block::Todo { text } => change(text),
                Block::List { items: lines, .. } | Block::Lines { lines } => {
                    lines.iter_mut().for_each(&mut change);
                }
                Block::Table {
                    caption,
                    head,
                    rows,
                    ..
                } => {
                    change(caption);
                    head.iter_mut().for_each(&mut change);
                    rows.iter_mut().flatten().for_each(&mut change);
                }
            }
        }
    }
}

impl Block {
    fn lines(&self) -> Vec<String> {
        match self {
            Self::Heading { text, .. } => vec![text.to_uppercase()],
            Self::Par { text } | Self::Foreign { text, .. } => vec![text.clone()],
            Self::List { items, .. } => items.iter().map(|item| format!("- {item}")).collect(),
            Self::Lines { lines } => lines.clone(),
            Self::Todo { text } => vec![format!("[{text}]")],
            Self::Table {
                caption,
                head,
                rows,
                ..
            } => {
                let mut lines = vec![caption.clone(), head.join(" | ")];
                lines.extend(rows.iter().map(|row| row.join(" | ")));
                lines
            }
        }
    }
}
