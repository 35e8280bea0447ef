//! Debian's programs started by this process itself, without a broker and without confinement.

use std::{
    io::{self, Read, Seek, Write},
    process::{Child, Command, Stdio},
};

use whose_model::Phi;
use whose_readers::{Program, ProgramEnd, ProgramError, ProgramInput, Programs, Running};

pub(crate) struct Direct;

struct Started(Child);

impl Programs for Direct {
    fn start(
        &self,
        program: Program,
        arguments: &[&str],
        input: ProgramInput<'_>,
    ) -> Result<Box<dyn Running + '_>, ProgramError> {
        let input = match input {
            ProgramInput::Bytes(bytes) => {
                let mut file = tempfile::tempfile()?;
                file.write_all(bytes)?;
                file.rewind()?;
                file
            }
            ProgramInput::File(mut file) => {
                file.rewind()?;
                file.try_clone()?
            }
            ProgramInput::Files(files) => {
                let mut all = tempfile::tempfile()?;
                for mut file in files.iter().copied() {
                    file.rewind()?;
                    io::copy(&mut file, &mut all)?;
                }
                all.rewind()?;
                all
            }
        };
        Command::new(program.command())
            .args(arguments)
            .env("OMP_THREAD_LIMIT", "1")
            .stdin(Stdio::from(input))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map(|child| Box::new(Started(child)) as Box<dyn Running>)
            .map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => ProgramError::Missing,
                _ => error.into(),
            })
    }
}

impl Running for Started {
    fn read(&mut self, out: &mut [u8], _: &dyn Fn()) -> io::Result<usize> {
        self.0.stdout.as_mut().unwrap().read(out)
    }
    fn end(mut self: Box<Self>) -> ProgramEnd {
        self.0.stdout = None;
        let mut said = String::new();
        if let Some(stderr) = &mut self.0.stderr {
            let _ = stderr.take(4096).read_to_string(&mut said);
        }
        ProgramEnd {
            code: self.0.wait().ok().and_then(|status| status.code()),
            said: Phi::new(said),
        }
    }
}
