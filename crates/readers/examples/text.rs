//! Everything that is read of one file, as text, for comparison with other programs: `text FILE [PASSWORD...]`.
//!
//! Text goes to standard output and a line for each exhibit and gap to standard
//! error. Programs are started directly, without a broker: for corpora and
//! benchmarks, not for evidence.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]
#![allow(clippy::disallowed_methods, reason = "an example may start programs")]

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::process::{Child, Command, Stdio};

use whose_model::{Ended, ExhibitPath, Gap, Limits, Phi, Segment, Sink};
use whose_readers::{
    Aids, Input, Program, ProgramEnd, ProgramError, ProgramInput, Programs, Running, read_with,
};

struct Print<W: Write> {
    out: W,
}

impl<W: Write> Sink for Print<W> {
    fn begin(&mut self, _: &ExhibitPath) -> bool {
        true
    }
    fn segment(&mut self, segment: Segment) {
        match segment {
            Segment::Passage(passage) => writeln!(self.out, "{}", passage.text).unwrap(),
            Segment::Record(record) => {
                for field in record.fields {
                    writeln!(self.out, "{}", field.value).unwrap();
                }
            }
            Segment::Rows(rows) => {
                for column in &rows.head.columns {
                    write!(self.out, "{}\t", column.name).unwrap();
                }
                self.out.write_all(b"\n").unwrap();
                for row in 0..rows.len() {
                    for column in 0..rows.head.columns.len() {
                        write!(self.out, "{}\t", rows.cell(row, column)).unwrap();
                    }
                    self.out.write_all(b"\n").unwrap();
                }
            }
        }
    }
    fn gap(&mut self, gap: Gap) {
        eprintln!("gap\t{}\t{}\t{}", gap.exhibit, gap.cause.id(), gap.detail);
    }
    fn end(&mut self, path: &ExhibitPath, ended: Ended) {
        eprintln!(
            "exhibit\t{path}\t{}\t{}\t{}",
            ended.format,
            ended.outcome.id(),
            ended.bytes
        );
    }
}

/// Programs started by this process itself.
struct Direct;

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

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().unwrap();
    let passwords: Vec<Phi<String>> = arguments.map(Phi::new).collect();
    let aids = Aids {
        passwords: &passwords,
        programs: Some(&Direct),
    };
    let mut print = Print {
        out: io::BufWriter::new(io::stdout().lock()),
    };
    read_with(
        Input::File(File::open(&path).unwrap()),
        &ExhibitPath(path.clone()),
        &Limits::default(),
        &aids,
        &mut print,
    );
    print.out.flush().unwrap();
}
