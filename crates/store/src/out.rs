//! What is exported on purpose: files of `out/`, in the clear, each named with its digest in the log.

use std::io::{self, Write};

use crate::StoreError;
use crate::case::Case;
use crate::error::At;
use crate::files::Unfinished;
use crate::index::{FileRecord, Hex};

impl Case {
    /// Begins an export in the clear at `out/<name>`; it exists once `finish` returned and replaces an older one.
    ///
    /// A name may have folders in it; it holds no PHI.
    pub fn out_writer(&self, name: &str) -> Result<OutWriter<'_>, StoreError> {
        self.must_write()?;
        name.split('/').try_for_each(crate::parts::check_name)?;
        let path = format!("out/{name}");
        let file = Unfinished::new(&self.dir.join(&path), self.next())?;
        Ok(OutWriter {
            case: self,
            path,
            file,
            digest: blake3::Hasher::new(),
            bytes: 0,
        })
    }

    /// The exports that the log names, as paths under `out/`, in order.
    pub fn exports(&self) -> Vec<String> {
        let state = self.lock_state();
        let names = state.index.files.range("out/".to_owned()..);
        names
            .map_while(|(path, _)| path.strip_prefix("out/"))
            .map(str::to_owned)
            .collect()
    }

    /// Removes an export.
    pub fn remove_export(&self, name: &str) -> Result<(), StoreError> {
        self.remove(&[format!("out/{name}")])
    }
}

/// Writes an export. Dropped unfinished, it leaves nothing.
pub struct OutWriter<'c> {
    case: &'c Case,
    path: String,
    file: Unfinished,
    digest: blake3::Hasher,
    bytes: u64,
}

impl OutWriter<'_> {
    /// Makes the export exist.
    pub fn finish(mut self) -> Result<(), StoreError> {
        self.file.flush().at(self.file.path())?;
        let record = FileRecord {
            path: self.path,
            blake3: Hex(*self.digest.finalize().as_bytes()),
            bytes: self.bytes,
            salt: None,
            table: None,
        };
        self.case.commit(self.file, record)
    }
}

impl Write for OutWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.digest.update(&bytes[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
