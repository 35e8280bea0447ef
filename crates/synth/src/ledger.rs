//! The truth, noted while the pile is written: who stands in which exhibit with what, and which files cannot be read.
//!
//! One line of `mentions.jsonl` is one person in one exhibit at one place (a row, a
//! message, a letter); the sums for each person are two numbers in memory.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use whose_model::DataElement;

use crate::{Summary, SynthError};

/// Where something stands, as `whose scan` writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Spot {
    Bytes {
        start: u64,
        end: u64,
    },
    Cell {
        sheet: String,
        row: u64,
        column: String,
    },
    Field {
        path: String,
    },
}

/// One statement of an element.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Item {
    #[serde(rename = "e")]
    pub(crate) element: DataElement,
    /// As written; empty when the whole document states it.
    #[serde(rename = "v")]
    pub(crate) value: String,
    #[serde(rename = "at", default, skip_serializing_if = "Option::is_none")]
    pub(crate) spot: Option<Spot>,
}

/// A person in an exhibit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Note {
    pub(crate) exhibit: String,
    pub(crate) person: String,
    pub(crate) role: String,
    pub(crate) items: Vec<Item>,
    /// Elements that a careful reader may list or not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) may: Vec<DataElement>,
}

/// Where the pile and the truth are written.
pub(crate) struct Ledger {
    root: PathBuf,
    mentions: BufWriter<File>,
    exhibits: BufWriter<File>,
    unreadable: BufWriter<File>,
    copies: BufWriter<File>,
    /// For each person: elements as bits.
    elements: Vec<u64>,
    /// For each person: in how many exhibits, and which was the last one.
    exhibits_of: Vec<(u32, u32)>,
    n_exhibits: u32,
    pub(crate) summary: Summary,
}

impl Ledger {
    /// Opens the truth under `root`.
    pub(crate) fn create(root: &Path, people: u64) -> Result<Self, SynthError> {
        let create = |name: &str, head: &str| {
            let mut file = create_file(root, name)?;
            file.write_all(head.as_bytes()).map_err(|e| io(name, e))?;
            Ok::<_, SynthError>(file)
        };
        Ok(Self {
            mentions: create("truth/mentions.jsonl", "")?,
            exhibits: create("truth/exhibits.csv", "exhibit,format,readable\n")?,
            unreadable: create("truth/unreadable.csv", "exhibit,causes,why\n")?,
            copies: create("truth/copies.csv", "exhibit,copy_of\n")?,
            root: root.to_owned(),
            elements: vec![0; people as usize],
            exhibits_of: vec![(0, 0); people as usize],
            n_exhibits: 0,
            summary: Summary {
                people,
                ..Summary::default()
            },
        })
    }

    /// The folder that everything is written to.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Opens a file of the evidence.
    pub(crate) fn open(&mut self, path: &str) -> Result<Counted, SynthError> {
        self.summary.files += 1;
        Ok(Counted {
            file: create_file(&self.root, &format!("evidence/{path}"))?,
            n: 0,
            name: path.to_owned(),
        })
    }

    /// Closes a file that `open` gave.
    pub(crate) fn close(&mut self, mut file: Counted) -> Result<(), SynthError> {
        file.file.flush().map_err(|e| io(&file.name, e))?;
        self.summary.bytes += file.n;
        Ok(())
    }

    /// Writes a whole file of the evidence.
    pub(crate) fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), SynthError> {
        let mut file = self.open(path)?;
        file.write(bytes)?;
        self.close(file)
    }

    /// Reads back a file of the evidence, to copy it.
    pub(crate) fn read(&self, path: &str) -> Result<Vec<u8>, SynthError> {
        std::fs::read(self.root.join("evidence").join(path)).map_err(|e| io(path, e))
    }

    /// Notes an exhibit that can be read.
    pub(crate) fn exhibit(&mut self, path: &str, format: &str) -> Result<(), SynthError> {
        self.n_exhibits += 1;
        self.summary.exhibits += 1;
        row(
            &mut self.exhibits,
            "truth/exhibits.csv",
            &[path, format, "yes"],
        )
    }

    /// Notes an exhibit that cannot be read, with the causes that a careful reader may give.
    pub(crate) fn unreadable(
        &mut self,
        path: &str,
        format: &str,
        causes: &str,
        why: &str,
    ) -> Result<(), SynthError> {
        self.summary.exhibits += 1;
        self.summary.unreadable += 1;
        row(
            &mut self.exhibits,
            "truth/exhibits.csv",
            &[path, format, "no"],
        )?;
        row(
            &mut self.unreadable,
            "truth/unreadable.csv",
            &[path, causes, why],
        )
    }

    /// Notes an exhibit with the same bytes as another one.
    pub(crate) fn copy(&mut self, path: &str, of: &str) -> Result<(), SynthError> {
        row(&mut self.copies, "truth/copies.csv", &[path, of])
    }

    /// Notes a person in the exhibit noted last. `index` is the person's, for those in the list of people.
    pub(crate) fn note(&mut self, note: &Note, index: Option<u64>) -> Result<(), SynthError> {
        self.summary.records += 1;
        self.summary.mentions += note.items.len() as u64;
        if note.role == "patient"
            && let Some(index) = index
            && let Some(bits) = self.elements.get_mut(index as usize)
            && let Some((n, last)) = self.exhibits_of.get_mut(index as usize)
        {
            for item in &note.items {
                *bits |= 1 << element_bit(item.element);
            }
            if *last != self.n_exhibits {
                *last = self.n_exhibits;
                *n += 1;
            }
        }
        serde_json::to_writer(&mut self.mentions, note)
            .map_err(std::io::Error::from)
            .and_then(|()| self.mentions.write_all(b"\n"))
            .map_err(|e| io("truth/mentions.jsonl", e))
    }

    /// The elements of a person so far and in how many exhibits they stand.
    pub(crate) fn of(&self, index: u64) -> (Vec<DataElement>, u32) {
        let bits = self.elements.get(index as usize).copied().unwrap_or(0);
        let n = self.exhibits_of.get(index as usize).map_or(0, |of| of.0);
        let elements = DataElement::ALL
            .iter()
            .copied()
            .filter(|&element| bits >> element_bit(element) & 1 == 1)
            .collect();
        (elements, n)
    }

    /// Writes everything out.
    pub(crate) fn finish(mut self) -> Result<Summary, SynthError> {
        for (file, name) in [
            (&mut self.mentions, "truth/mentions.jsonl"),
            (&mut self.exhibits, "truth/exhibits.csv"),
            (&mut self.unreadable, "truth/unreadable.csv"),
            (&mut self.copies, "truth/copies.csv"),
        ] {
            file.flush().map_err(|e| io(name, e))?;
        }
        Ok(self.summary)
    }
}

/// A file of the evidence, counting its bytes.
pub(crate) struct Counted {
    file: BufWriter<File>,
    n: u64,
    name: String,
}

impl Counted {
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), SynthError> {
        self.n += bytes.len() as u64;
        self.file.write_all(bytes).map_err(|e| io(&self.name, e))
    }
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.n += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// Creates a file and the folders above it.
pub(crate) fn create_file(root: &Path, name: &str) -> Result<BufWriter<File>, SynthError> {
    let path = root.join(name);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(|e| io(name, e))?;
    }
    Ok(BufWriter::with_capacity(
        64 << 10,
        File::create(&path).map_err(|e| io(name, e))?,
    ))
}

/// Writes a row of a comma-separated file.
pub(crate) fn row(
    file: &mut BufWriter<File>,
    name: &str,
    cells: &[&str],
) -> Result<(), SynthError> {
    let mut line = String::new();
    for (i, cell) in cells.iter().enumerate() {
        if i > 0 {
            line.push(',');
        }
        if cell.contains([',', '"', '\n']) {
            line.push('"');
            line += &cell.replace('"', "\"\"");
            line.push('"');
        } else {
            line += cell;
        }
    }
    line.push('\n');
    file.write_all(line.as_bytes()).map_err(|e| io(name, e))
}

pub(crate) fn io(what: &str, source: std::io::Error) -> SynthError {
    // A file's name in the evidence may hold a (made-up) person's name; the folder is enough.
    SynthError::Io {
        what: what.split('/').next().unwrap_or("").to_owned(),
        source,
    }
}

pub(crate) fn element_bit(element: DataElement) -> usize {
    DataElement::ALL
        .iter()
        .position(|&other| other == element)
        .unwrap_or(63)
}
