//! Reads files and lists every exhibit in them with its outcome: `list [--password WORD]... FILE...`; to look at readers, not at evidence.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::{
    fs::File,
    io::{self, Read, Seek, Write},
    process::{Child, Command, Stdio},
};

use whose_model::{Ended, ExhibitPath, Gap, Limits, Phi, Segment, Sink};
use whose_readers::{
    Aids, Input, Program, ProgramEnd, ProgramError, ProgramInput, Programs, Running,
};

#[derive(Default)]
struct List {
    gaps: Vec<Gap>,
    n_text: Vec<u64>,
}

impl Sink for List {
    fn begin(&mut self, _: &ExhibitPath) -> bool {
        self.n_text.push(0);
        true
    }
    fn segment(&mut self, segment: Segment) {
        *self.n_text.last_mut().unwrap() += match segment {
            Segment::Passage(passage) => passage.text.len() as u64,
            Segment::Rows(rows) => rows.text.len() as u64,
            Segment::Record(record) => record.fields.iter().map(|f| f.value.len() as u64).sum(),
        };
    }
    fn gap(&mut self, gap: Gap) {
        self.gaps.push(gap);
    }
    fn end(&mut self, path: &ExhibitPath, ended: Ended) {
        let n_text = self.n_text.pop().unwrap();
        print!(
            "{}\t{}\t{:?}\t{} bytes\t{n_text} text",
            path.0, ended.format, ended.outcome, ended.bytes
        );
        if let Some(n) = ended.n_expected {
            print!("\texpected {n}");
        }
        let (own, rest) = std::mem::take(&mut self.gaps)
            .into_iter()
            .partition(|gap| gap.exhibit == *path);
        self.gaps = rest;
        for gap in own {
            print!("\t[{} {}]", gap.cause.id(), gap.detail);
        }
        println!();
    }
}

/// Programs straight from the search path, without confinement.
struct Straight;

struct Piped(Child);

impl Running for Piped {
    fn read(&mut self, out: &mut [u8], _: &dyn Fn()) -> io::Result<usize> {
        self.0.stdout.as_mut().unwrap().read(out)
    }
    fn end(mut self: Box<Self>) -> ProgramEnd {
        let mut said = String::new();
        let _ = self.0.stderr.take().unwrap().read_to_string(&mut said);
        ProgramEnd {
            code: self.0.wait().unwrap().code(),
            said: Phi::new(said),
        }
    }
}

impl Programs for Straight {
    fn start(
        &self,
        program: Program,
        arguments: &[&str],
        input: ProgramInput<'_>,
    ) -> Result<Box<dyn Running + '_>, ProgramError> {
        let file = match input {
            ProgramInput::Bytes(bytes) => {
                let mut file = tempfile::tempfile()?;
                file.write_all(bytes)?;
                file.rewind()?;
                file
            }
            ProgramInput::File(file) => {
                let mut file = file.try_clone()?;
                file.rewind()?;
                file
            }
        };
        let child = Command::new(program.command())
            .args(arguments)
            .stdin(file)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|_| ProgramError::Missing)?;
        Ok(Box::new(Piped(child)))
    }
}

fn main() {
    let mut passwords = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--password" {
            passwords.push(Phi::new(arguments.next().unwrap()));
            continue;
        }
        let aids = Aids {
            passwords: &passwords,
            programs: Some(&Straight),
        };
        whose_readers::read_with(
            Input::File(File::open(&argument).unwrap()),
            &ExhibitPath(argument),
            &Limits::default(),
            &aids,
            &mut List::default(),
        );
    }
}
