//! The executors as eyes: parts of the evidence from `whose` in, sealed, onto the shelf, read there; what was said of them out.
//!
//! Parts come in waves, each ended by an empty frame; then the answers go out
//! in the order of the parts. What a wave needed is deleted before the next, so
//! that shared storage holds a wave and not the pile.

use std::io::{self, Read, Write};

use whose_linkage::frames::{self, Answer};

use crate::error::Failure;
use crate::hands::Cluster;
use crate::readers::Said;
use crate::ticket::{Step, given};

/// Has the parts that come in `from` read and answers in `to`, until none comes any more.
///
/// Where there is no cluster, why not is the answer.
///
/// # Errors
/// When the asking side is gone in the middle.
pub(crate) fn serve(
    cluster: Result<Cluster, Failure>,
    from: &mut dyn Read,
    to: &mut dyn Write,
) -> io::Result<()> {
    let Some(greeting) = frames::next(from)? else {
        return Ok(());
    };
    let opened = cluster.and_then(|cluster| {
        cluster.shelf.put_bytes(given::GREETING, &greeting)?;
        Ok(cluster)
    });
    let cluster = match opened {
        Ok(cluster) => cluster,
        Err(failure) => return refuse(&failure, to),
    };
    Answer::Done.send(to)?;
    to.flush()?;
    let mut wave = Wave::default();
    while let Some(part) = frames::next(from)? {
        if !part.is_empty() {
            wave.take(&cluster, &part);
            continue;
        }
        let step = Step::Scan { wave: wave.number };
        if let Err(failure) = wave.put.and_then(|()| cluster.work(step, wave.n_parts)) {
            return refuse(&failure, to);
        }
        for part in 0..wave.n_parts {
            if let Err(failure) = answer(&cluster, step, part, to)? {
                return refuse(&failure, to);
            }
        }
        to.flush()?;
        wave = Wave {
            number: wave.number + 1,
            ..Wave::default()
        };
        let of_waves = |name: &str| {
            ["files-", "scan-", "words-"]
                .iter()
                .any(|kind| name.starts_with(kind))
        };
        if let Err(failure) = cluster.shelf.remove(of_waves) {
            return refuse(&failure, to);
        }
    }
    Ok(())
}

/// What was put of a wave.
struct Wave {
    number: u32,
    n_parts: u64,
    put: Result<(), Failure>,
}

impl Default for Wave {
    fn default() -> Self {
        Self {
            number: 0,
            n_parts: 0,
            put: Ok(()),
        }
    }
}

impl Wave {
    /// After something has failed the rest of the wave is still heard, so that the answer is.
    fn take(&mut self, cluster: &Cluster, part: &[u8]) {
        if self.put.is_ok() {
            let name = given::files(self.number, self.n_parts);
            self.put = cluster.shelf.put_bytes(&name, part);
            self.n_parts += 1;
        }
    }
}

fn answer(
    cluster: &Cluster,
    step: Step,
    part: u64,
    to: &mut dyn Write,
) -> io::Result<Result<(), Failure>> {
    let (attempt, n) = match cluster.result::<Said>(step, part) {
        Ok(said) => said,
        Err(failure) => return Ok(Err(failure)),
    };
    for nth in 0..n {
        match cluster.shelf.get_bytes(&given::words(&attempt, nth)) {
            Ok(words) => Answer::Words(words).send(to)?,
            Err(failure) => return Ok(Err(failure)),
        }
    }
    Answer::Done.send(to).map(Ok)
}

fn refuse(failure: &Failure, to: &mut dyn Write) -> io::Result<()> {
    Answer::Refused(failure.to_string()).send(to)?;
    to.flush()
}
