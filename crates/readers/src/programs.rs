//! `Programs`: Debian's programs, run for a reading process that may start none itself; bytes in, standard output out.
//!
//! Some formats are read best by a program that has been hardened for decades
//! (pictures of text by Tesseract, rare archives by libarchive). The reading
//! process is confined and starts nothing; whoever starts it may lend it a way
//! to have a program run beside it: without files, without network, with
//! bounds. No temporary file is made. Who runs the programs, and how they are
//! confined, is not decided here.

use std::{
    fs::File,
    io::{self, Read},
};

use whose_model::{Cause, Phi};

use crate::exhibit::Run;

/// A program that may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Program {
    /// Makes text of pictures: `tesseract`.
    Tesseract,
    /// Turns any archive into a tar stream: `bsdtar`.
    Bsdtar,
    /// Turns a HEIC or AVIF picture into PNG: `heif-thumbnailer`.
    HeifThumbnailer,
    /// Lists the tables of an Access database: `mdb-tables`.
    MdbTables,
    /// The tables' definitions and relations: `mdb-schema`.
    MdbSchema,
    /// The rows of a table: `mdb-export`.
    MdbExport,
}

impl Program {
    /// Every program.
    pub const ALL: &'static [Self] = &[
        Self::Tesseract,
        Self::Bsdtar,
        Self::HeifThumbnailer,
        Self::MdbTables,
        Self::MdbSchema,
        Self::MdbExport,
    ];

    /// What it is called on the search path.
    pub const fn command(self) -> &'static str {
        match self {
            Self::Tesseract => "tesseract",
            Self::Bsdtar => "bsdtar",
            Self::HeifThumbnailer => "heif-thumbnailer",
            Self::MdbTables => "mdb-tables",
            Self::MdbSchema => "mdb-schema",
            Self::MdbExport => "mdb-export",
        }
    }

    /// Debian's packages that bring it.
    pub const fn packages(self) -> &'static str {
        match self {
            Self::Tesseract => {
                "tesseract-ocr tesseract-ocr-eng tesseract-ocr-fra tesseract-ocr-osd"
            }
            Self::Bsdtar => "libarchive-tools",
            Self::HeifThumbnailer => "heif-thumbnailer",
            Self::MdbTables | Self::MdbSchema | Self::MdbExport => "mdbtools",
        }
    }

    /// What a gap says when it is not there.
    const fn missing(self) -> &'static str {
        match self {
            Self::Tesseract => {
                "text in pictures needs tesseract, which is not installed (Debian: tesseract-ocr tesseract-ocr-fra)"
            }
            Self::Bsdtar => {
                "this archive needs bsdtar, which is not installed (Debian: libarchive-tools)"
            }
            Self::HeifThumbnailer => {
                "HEIC and AVIF pictures need heif-thumbnailer, which is not installed (Debian: heif-thumbnailer)"
            }
            Self::MdbTables | Self::MdbSchema | Self::MdbExport => {
                "Access databases need mdbtools, which is not installed (Debian: mdbtools)"
            }
        }
    }
}

/// What a program reads as its standard input, from any position.
pub enum ProgramInput<'a> {
    /// Bytes in memory.
    Bytes(&'a [u8]),
    /// An open file, from its beginning.
    File(&'a File),
    /// Open files one after the other, each from its beginning; the program gets them through a pipe.
    Files(&'a [&'a File]),
}

/// Why a program was not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProgramError {
    /// It is not installed, or no programs are lent.
    #[error("the program is not installed")]
    Missing,
    /// It could not be started.
    #[error("the program could not be started")]
    Io(#[from] io::Error),
}

/// How a program ended.
#[derive(Clone, Debug, Default)]
pub struct ProgramEnd {
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// The beginning of what it said on standard error. It may quote the evidence.
    pub said: Phi<String>,
}

/// A program at work.
pub trait Running {
    /// Reads from its standard output; 0 at the end. `alive` is to be called every few seconds while waiting.
    ///
    /// # Errors
    /// `TimedOut` when it was silent for too long.
    fn read(&mut self, out: &mut [u8], alive: &dyn Fn()) -> io::Result<usize>;
    /// How it ended; one that has not ended is stopped.
    fn end(self: Box<Self>) -> ProgramEnd;
}

/// Runs programs for a reading process.
pub trait Programs {
    /// Starts a program with these arguments.
    ///
    /// # Errors
    /// When it is not there or does not start.
    fn start(
        &self,
        program: Program,
        arguments: &[&str],
        input: ProgramInput<'_>,
    ) -> Result<Box<dyn Running + '_>, ProgramError>;
}

/// What helps reading beyond the bytes.
#[derive(Clone, Copy, Default)]
pub struct Aids<'a> {
    /// Passwords to try on whatever is locked.
    pub passwords: &'a [Phi<String>],
    /// Programs lent; without them, formats that need one are gaps.
    pub programs: Option<&'a dyn Programs>,
}

/// A program's standard output, while signs of life go on.
pub(crate) struct Output<'a> {
    running: Box<dyn Running + 'a>,
    run: &'a dyn Run,
    /// It fell silent and was given up.
    pub(crate) timed_out: bool,
}

impl<'a> Output<'a> {
    /// How it ended.
    pub(crate) fn end(self) -> ProgramEnd {
        self.running.end()
    }
}

impl Read for Output<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let run = self.run;
        let result = self.running.read(out, &|| run.pulse());
        if let Err(error) = &result
            && error.kind() == io::ErrorKind::TimedOut
        {
            self.timed_out = true;
        }
        result
    }
}

/// Why a program could not be asked, in words for a gap.
pub(crate) type Refusal = (Cause, &'static str);

/// Whether programs are lent at all; whether this one is installed is known when it is started.
pub(crate) fn lends(run: &dyn Run, program: Program) -> Result<(), Refusal> {
    let missing = (Cause::UnsupportedFormat, program.missing());
    run.aids().programs.map(|_| ()).ok_or(missing)
}

/// Starts a program, or says why not in words for a gap.
pub(crate) fn start<'a>(
    run: &'a dyn Run,
    program: Program,
    arguments: &[&str],
    input: ProgramInput<'_>,
) -> Result<Output<'a>, Refusal> {
    let missing = (Cause::UnsupportedFormat, program.missing());
    let Some(programs) = run.aids().programs else {
        return Err(missing);
    };
    match programs.start(program, arguments, input) {
        Ok(running) => Ok(Output {
            running,
            run,
            timed_out: false,
        }),
        Err(ProgramError::Missing) => Err(missing),
        Err(ProgramError::Io(_)) => Err((
            Cause::Io,
            "the program that reads this format could not be started",
        )),
    }
}
