//! Debian's programs, asked for on behalf of an exhibit: on bytes, on the exhibit as a whole, or on all of its parts.

use whose_model::Cause;

use super::Reading;
use crate::{
    programs::{self, Output, Program, ProgramInput},
    source::Source,
};

impl<'r> Reading<'r> {
    /// Starts one of Debian's programs; no gap is noted when it cannot be, whoever asks says it in its own words.
    pub(crate) fn start_program(
        &self,
        program: Program,
        arguments: &[&str],
        input: ProgramInput<'_>,
    ) -> Result<Output<'r>, programs::Refusal> {
        programs::start(self.run, program, arguments, input)
    }

    /// Whether programs are lent at all; if not, why this one cannot be asked, in words for a gap.
    pub(crate) fn lends(&self, program: Program) -> Result<(), programs::Refusal> {
        programs::lends(self.run, program)
    }

    /// Runs one of Debian's programs on bytes in memory. When it cannot be run, the gap is noted.
    #[expect(dead_code, reason = "its users arrive one by one")]
    pub(crate) fn program(
        &mut self,
        program: Program,
        arguments: &[&str],
        bytes: &[u8],
    ) -> Option<Output<'r>> {
        let started = programs::start(self.run, program, arguments, ProgramInput::Bytes(bytes));
        match started {
            Ok(output) => Some(output),
            Err((cause, detail)) => {
                self.gap(cause, detail);
                None
            }
        }
    }

    /// Runs one of Debian's programs on the whole exhibit: an open file as it is, a nested one held in memory.
    pub(crate) fn program_on(
        &mut self,
        program: Program,
        arguments: &[&str],
        source: &mut Source<'_>,
    ) -> Option<Output<'r>> {
        let max_held = self.limits().max_held_bytes;
        let run = self.run;
        let started = if let Some(file) = source.file() {
            programs::start(run, program, arguments, ProgramInput::File(file))
        } else if program == Program::Bsdtar
            && let Some(joined) = source.joined()
        {
            let files = ProgramInput::Files(&joined.files());
            programs::start(run, program, arguments, files)
        } else if let Some(bytes) = source.hold(max_held) {
            programs::start(run, program, arguments, ProgramInput::Bytes(&bytes))
        } else {
            Err((
                Cause::TooLarge,
                "a nested file larger than may be held in memory, which this format needs",
            ))
        };
        match started {
            Ok(output) => Some(output),
            Err((cause, detail)) => {
                self.gap(cause, detail);
                None
            }
        }
    }
}
