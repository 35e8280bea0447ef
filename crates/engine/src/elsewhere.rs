//! `Elsewhere`: the linkage's steps worked by a program that speaks with a cluster; what it is and how it is started.
//!
//! The program hears what is asked on its standard input and answers on its
//! standard output ([`whose_linkage::Wire`]). It gets the records in compact
//! form and nothing else of the case. Not here: what a cluster is.

use std::ffi::OsString;
use std::io::{BufReader, BufWriter};
use std::path::PathBuf;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};

use whose_linkage::{Wire, WireError};

/// A program that works the steps of a linkage elsewhere.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// The program.
    pub program: PathBuf,
    /// What it is told when it starts.
    pub arguments: Vec<OsString>,
}

/// The hands that are lent.
pub type LentHands = Wire<BufReader<ChildStdout>, BufWriter<ChildStdin>>;

impl Elsewhere {
    /// Starts the program, lends its hands to `work`, and waits until it has put away what is its own.
    ///
    /// # Errors
    /// What `work` says, and when the program could not be started.
    pub fn lend<T>(
        &self,
        work: impl FnOnce(&mut LentHands) -> Result<T, WireError>,
    ) -> Result<T, WireError> {
        let mut program = Command::new(&self.program)
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(to), Some(from)) = (program.stdin.take(), program.stdout.take()) else {
            return Err(WireError::Gone(std::io::ErrorKind::BrokenPipe.into()));
        };
        let worked = work(&mut Wire::new(BufReader::new(from), BufWriter::new(to)));
        // Its input has ended, so it ends.
        program.wait()?;
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
