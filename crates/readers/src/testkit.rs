//! For tests only: a sink that keeps everything, and a check that begin and end are balanced.

use whose_model::{Ended, ExhibitPath, Gap, Limits, Record, Segment, Sink};

use crate::Input;

/// What a reading gave.
#[derive(Default)]
pub(crate) struct Given {
    pub(crate) open: Vec<ExhibitPath>,
    pub(crate) segments: Vec<(ExhibitPath, Segment)>,
    pub(crate) gaps: Vec<Gap>,
    pub(crate) ended: Vec<(ExhibitPath, Ended)>,
}

impl Sink for Given {
    fn begin(&mut self, path: &ExhibitPath) -> bool {
        self.open.push(path.clone());
        true
    }
    fn segment(&mut self, segment: Segment) {
        let path = self.open.last().expect("a segment stands in an exhibit");
        self.segments.push((path.clone(), segment));
    }
    fn gap(&mut self, gap: Gap) {
        self.gaps.push(gap);
    }
    fn end(&mut self, path: &ExhibitPath, ended: Ended) {
        assert_eq!(
            self.open.pop().as_ref(),
            Some(path),
            "begin and end are balanced"
        );
        self.ended.push((path.clone(), ended));
    }
}

impl Given {
    pub(crate) fn records(&self) -> impl Iterator<Item = &Record> {
        self.segments
            .iter()
            .filter_map(|(_, segment)| match segment {
                Segment::Record(record) => Some(record),
                _ => None,
            })
    }

    /// All passages' text, joined.
    pub(crate) fn text(&self) -> String {
        let passages = self
            .segments
            .iter()
            .filter_map(|(_, segment)| match segment {
                Segment::Passage(passage) => Some(passage.text.as_str()),
                _ => None,
            });
        passages.collect()
    }

    pub(crate) fn outcome(&self, path: &str) -> whose_model::Outcome {
        self.end_of(path).outcome
    }

    pub(crate) fn end_of(&self, path: &str) -> &Ended {
        &self
            .ended
            .iter()
            .find(|(at, _)| at.0 == path)
            .unwrap_or_else(|| {
                let read: Vec<&str> = self.ended.iter().map(|(at, _)| at.0.as_str()).collect();
                panic!("{path} was not read, only {read:?}")
            })
            .1
    }
}

/// Reads bytes under the usual bounds.
pub(crate) fn read_bytes(path: &str, bytes: &[u8]) -> Given {
    read_within(path, bytes, &Limits::default())
}

pub(crate) fn read_within(path: &str, bytes: &[u8], limits: &Limits) -> Given {
    let mut given = Given::default();
    crate::read(
        Input::Memory(bytes),
        &ExhibitPath(path.to_owned()),
        limits,
        &mut given,
    );
    assert!(given.open.is_empty(), "begin and end are balanced");
    given
}

/// Reads bytes with passwords to try.
pub(crate) fn read_unlocked(path: &str, bytes: &[u8], passwords: &[&str]) -> Given {
    let passwords: Vec<_> = passwords
        .iter()
        .map(|password| whose_model::Phi::new((*password).to_owned()))
        .collect();
    read_aided(
        path,
        bytes,
        &crate::Aids {
            passwords: &passwords,
            programs: None,
        },
    )
}

/// Reads bytes with a program at hand that makes the same three words out in every picture.
pub(crate) fn read_seen(path: &str, bytes: &[u8]) -> Given {
    read_aided(
        path,
        bytes,
        &crate::Aids {
            passwords: &[],
            programs: Some(&Words(
                "level\n5\t1\t1\t1\t1\t1\t10\t20\t50\t12\t96\tPatient:\n\
             5\t1\t1\t1\t1\t2\t64\t20\t30\t12\t91\tAnne\n\
             5\t1\t1\t1\t1\t3\t98\t20\t20\t12\t88\tRoy\n",
            )),
        },
    )
}

/// Reads bytes with a program at hand that makes nothing out.
pub(crate) fn read_unseen(path: &str, bytes: &[u8]) -> Given {
    read_aided(
        path,
        bytes,
        &crate::Aids {
            passwords: &[],
            programs: Some(&Words("level\n")),
        },
    )
}

fn read_aided(path: &str, bytes: &[u8], aids: &crate::Aids<'_>) -> Given {
    let mut given = Given::default();
    let path = ExhibitPath(path.to_owned());
    crate::read_with(
        Input::Memory(bytes),
        &path,
        &Limits::default(),
        aids,
        &mut given,
    );
    given
}

/// A program that answers the same to everything.
struct Words(&'static str);

impl crate::Programs for Words {
    fn start(
        &self,
        _: crate::Program,
        _: &[&str],
        _: crate::ProgramInput<'_>,
    ) -> Result<Box<dyn crate::Running + '_>, crate::ProgramError> {
        Ok(Box::new(Answer(std::io::Cursor::new(self.0))))
    }
}

struct Answer(std::io::Cursor<&'static str>);

impl crate::Running for Answer {
    fn read(&mut self, out: &mut [u8], _: &dyn Fn()) -> std::io::Result<usize> {
        std::io::Read::read(&mut self.0, out)
    }
    fn end(self: Box<Self>) -> crate::ProgramEnd {
        crate::ProgramEnd::default()
    }
}

/// Names and values of the fields of all records with this name.
pub(crate) fn fields(given: &Given, record: &str) -> Vec<(String, String)> {
    given
        .records()
        .filter(|known| known.name == record)
        .flat_map(|known| &known.fields)
        .map(|field| (field.name.clone(), field.value.clone()))
        .collect()
}
