//! `Elsewhere`: reading and the linkage's steps worked by a program that speaks with a cluster; what it is and how it is started.
//!
//! The program hears what is asked on its standard input and answers on its
//! standard output ([`whose_linkage::Wire`], `abroad.rs`). It gets evidence to be
//! read, or the records in compact form, and nothing else of the case. Not
//! here: what a cluster is.

use std::ffi::OsString;
use std::io::{self, BufReader, BufWriter};
use std::path::PathBuf;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};

use whose_linkage::{Wire, WireError};

/// A program that has files read and the steps of a linkage worked elsewhere.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// The program.
    pub program: PathBuf,
    /// What it is told when it starts, after `eyes` or `hands`.
    pub arguments: Vec<OsString>,
}

/// What the program says, and what it is told.
type Says = BufReader<ChildStdout>;
type Hears = BufWriter<ChildStdin>;

/// The hands that are lent.
pub type LentHands = Wire<Says, Hears>;

impl Elsewhere {
    /// Starts the program, lends its hands to `work`, and waits until it has put away what is its own.
    ///
    /// # Errors
    /// What `work` says, and when the program could not be started.
    pub fn lend<T>(
        &self,
        work: impl FnOnce(&mut LentHands) -> Result<T, WireError>,
    ) -> Result<T, WireError> {
        self.start("hands", |from, to| work(&mut Wire::new(from, to)))
    }

    /// The same with its eyes: it hears parts of the evidence and answers what reading said of them (`abroad.rs`).
    pub(crate) fn read<T, E: From<WireError>>(
        &self,
        work: impl FnOnce(&mut Says, &mut Hears) -> Result<T, E>,
    ) -> Result<T, E> {
        self.start("eyes", |mut from, mut to| work(&mut from, &mut to))
    }

    fn start<T, E: From<WireError>>(
        &self,
        verb: &str,
        work: impl FnOnce(Says, Hears) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut program = Command::new(&self.program)
            .arg(verb)
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(WireError::Gone)?;
        let (Some(to), Some(from)) = (program.stdin.take(), program.stdout.take()) else {
            return Err(WireError::Gone(io::ErrorKind::BrokenPipe.into()).into());
        };
        let worked = work(BufReader::new(from), BufWriter::new(to));
        // Its input has ended, so it ends.
        program.wait().map_err(WireError::Gone)?;
        worked
    }
}

#[cfg(test)]
mod tests {
    use whose_linkage::{Linker, Model, Sequential};

    use super::*;

    #[test]
    fn a_program_that_is_not_there_or_goes_is_an_error_and_no_list() {
        for program in ["/bin/true", "/nowhere/whose-cluster"] {
            let elsewhere = Elsewhere {
                program: program.into(),
                arguments: Vec::new(),
            };
            let linker = Linker::new(Model::default());
            let linked = elsewhere.lend(|hands| linker.finish_whole(hands, &Sequential));
            assert!(matches!(linked, Err(WireError::Gone(_))), "{program}");
        }
    }
}
