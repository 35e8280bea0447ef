//! The table of contents of a PostgreSQL archive in, its entries out.
//!
//! The same in all three forms: at the beginning of a custom archive, and as
//! `toc.dat` in a tar or a folder. Integers are a sign and `intSize` bytes, low
//! byte first; strings are a length and bytes, a length below 0 is no string.
//!
//! Source: PostgreSQL, `src/bin/pg_dump/pg_backup_archiver.c` (`ReadHead`,
//! `ReadToc`), archive versions 1.10 to 1.16.

use std::io::{self, Read};

/// More entries than any real database has objects.
const MAX_ENTRIES: i64 = 4_000_000;
/// Longest string of an entry; a view's definition may be long.
const MAX_STRING: u64 = 16 << 20;

/// How data are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    None,
    Zlib,
    Lz4,
    Zstd,
    Unknown,
}

/// Which form of archive it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Custom,
    Tar,
    Folder,
}

/// One object of the database.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) id: i64,
    /// `TABLE`, `TABLE DATA`, `FK CONSTRAINT`, ..
    pub(super) kind: String,
    pub(super) tag: String,
    pub(super) definition: Vec<u8>,
    /// `COPY t (a, b) FROM stdin;`
    pub(super) copy: Vec<u8>,
    /// Where a custom archive's data stand; `None` when that was not known or there are none.
    pub(super) offset: Option<u64>,
    /// Whether the archive says that there are no data.
    pub(super) is_without_data: bool,
    /// The member or file that holds the data.
    pub(super) file: String,
}

/// What an archive says of itself.
#[derive(Debug)]
pub(super) struct Toc {
    pub(super) form: Form,
    pub(super) packing: Packing,
    pub(super) int_size: u8,
    pub(super) entries: Vec<Entry>,
    /// Whether the bytes ended, or broke the rules, before the last entry.
    pub(super) is_cut: bool,
}

/// Why a table of contents cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    Broken,
    Version,
}

/// Reads integers and strings of an archive.
pub(super) struct Parts<'r> {
    pub(super) input: &'r mut dyn Read,
    pub(super) int_size: u8,
}

impl Parts<'_> {
    pub(super) fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.input.read_exact(&mut byte)?;
        Ok(byte[0])
    }

    fn low_first(&mut self, n: u8) -> io::Result<u64> {
        let mut value = 0_u64;
        for at in 0..u32::from(n) {
            let byte = u64::from(self.byte()?);
            if at < 8 {
                value |= byte << (8 * at);
            }
        }
        Ok(value)
    }

    pub(super) fn int(&mut self) -> io::Result<i64> {
        let is_negative = self.byte()? != 0;
        let value = self.low_first(self.int_size)?.min(i64::MAX as u64) as i64;
        Ok(if is_negative { -value } else { value })
    }

    fn string(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Ok(n) = u64::try_from(self.int()?) else {
            return Ok(None);
        };
        if n > MAX_STRING {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut bytes = Vec::new();
        if self.input.take(n).read_to_end(&mut bytes)? as u64 != n {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Some(bytes))
    }

    fn text(&mut self) -> io::Result<String> {
        Ok(String::from_utf8_lossy(&self.string()?.unwrap_or_default()).into_owned())
    }
}

/// Reads the head of an archive and its entries.
pub(super) fn read(input: &mut dyn Read) -> Result<Toc, Trouble> {
    let mut parts = Parts { input, int_size: 4 };
    let broken = |_| Trouble::Broken;
    let mut mark = [0; 5];
    parts.input.read_exact(&mut mark).map_err(broken)?;
    if &mark != b"PGDMP" {
        return Err(Trouble::Broken);
    }
    let major = parts.byte().map_err(broken)?;
    let minor = parts.byte().map_err(broken)?;
    let _revision = parts.byte().map_err(broken)?;
    if major != 1 || !(10..=16).contains(&minor) {
        return Err(Trouble::Version);
    }
    parts.int_size = parts.byte().map_err(broken)?;
    let offset_size = parts.byte().map_err(broken)?;
    if !(1..=32).contains(&parts.int_size) || !(1..=32).contains(&offset_size) {
        return Err(Trouble::Broken);
    }
    let form = match parts.byte().map_err(broken)? {
        1 => Form::Custom,
        3 => Form::Tar,
        5 => Form::Folder,
        _ => return Err(Trouble::Version),
    };
    let packing = if minor >= 15 {
        match parts.byte().map_err(broken)? {
            0 => Packing::None,
            1 => Packing::Zlib,
            2 => Packing::Lz4,
            3 => Packing::Zstd,
            _ => Packing::Unknown,
        }
    } else if parts.int().map_err(broken)? != 0 {
        Packing::Zlib
    } else {
        Packing::None
    };
    let mut toc = Toc {
        form,
        packing,
        int_size: parts.int_size,
        entries: Vec::new(),
        is_cut: false,
    };
    toc.is_cut = entries(&mut parts, minor, offset_size, &mut toc).is_err();
    Ok(toc)
}

fn entries(parts: &mut Parts<'_>, minor: u8, offset_size: u8, toc: &mut Toc) -> io::Result<()> {
    // When the archive was made: second to year, and whether it was summer time.
    for _ in 0..7 {
        parts.int()?;
    }
    // The database's name, and the versions of server and program.
    for _ in 0..3 {
        parts.string()?;
    }
    let n = parts.int()?.min(MAX_ENTRIES);
    for _ in 0..n {
        let entry = entry(parts, minor, offset_size, toc.form)?;
        toc.entries.push(entry);
    }
    Ok(())
}

fn entry(parts: &mut Parts<'_>, minor: u8, offset_size: u8, form: Form) -> io::Result<Entry> {
    let mut entry = Entry {
        id: parts.int()?,
        ..Entry::default()
    };
    let _had_dumper = parts.int()?;
    let _table_oid = parts.string()?;
    let _oid = parts.string()?;
    entry.tag = parts.text()?;
    entry.kind = parts.text()?;
    if minor >= 11 {
        let _section = parts.int()?;
    }
    entry.definition = parts.string()?.unwrap_or_default();
    let _drop = parts.string()?;
    entry.copy = parts.string()?.unwrap_or_default();
    let _namespace = parts.string()?;
    let _tablespace = parts.string()?;
    if minor >= 14 {
        let _access_method = parts.string()?;
    }
    if minor >= 16 {
        let _kind_of_relation = parts.int()?;
    }
    let _owner = parts.string()?;
    let _with_oids = parts.string()?;
    while parts.string()?.is_some() {}
    match form {
        Form::Custom => {
            let state = parts.byte()?;
            let offset = parts.low_first(offset_size)?;
            entry.offset = (state == 2).then_some(offset);
            entry.is_without_data = state == 3;
        }
        Form::Tar | Form::Folder => {
            entry.file = parts.text()?;
            entry.is_without_data = entry.file.is_empty();
        }
    }
    Ok(entry)
}
