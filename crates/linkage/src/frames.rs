//! Frames on a pipe: a length in eight bytes, then so many; what `whose` and the program that speaks with a cluster say to each other.
//!
//! Whatever length is said, memory grows with what comes. Not here: what is in
//! a frame (`wire.rs` for the linkage; for reading it is the engine's own).

use std::io::{self, Read, Write};

/// Sends one frame.
///
/// # Errors
/// When the other side is gone.
pub fn put(to: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    to.write_all(&(bytes.len() as u64).to_le_bytes())?;
    to.write_all(bytes)
}

/// The next frame; none where the other side has ended between two.
///
/// # Errors
/// When it ended within one.
pub fn next(from: &mut dyn Read) -> io::Result<Option<Vec<u8>>> {
    let mut head = Vec::new();
    from.take(8).read_to_end(&mut head)?;
    if head.is_empty() {
        return Ok(None);
    }
    let n = u64::from_le_bytes(head.try_into().map_err(|_| io::ErrorKind::UnexpectedEof)?);
    let mut bytes = Vec::new();
    if from.take(n).read_to_end(&mut bytes)? as u64 != n {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(bytes))
}

/// An answer to a part of the evidence that was sent away to be read.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// Some of what reading said, in the engine's own form.
    Words(Vec<u8>),
    /// All of it has been said.
    Done,
    /// It was not read, in words without values.
    Refused(String),
}

impl Answer {
    /// Sends it as a frame.
    ///
    /// # Errors
    /// When the other side is gone.
    pub fn send(&self, to: &mut dyn Write) -> io::Result<()> {
        let (kind, bytes): (u8, &[u8]) = match self {
            Self::Words(words) => (b'+', words),
            Self::Done => (b'.', &[]),
            Self::Refused(why) => (b'!', why.as_bytes()),
        };
        to.write_all(&(bytes.len() as u64 + 1).to_le_bytes())?;
        to.write_all(&[kind])?;
        to.write_all(bytes)
    }

    /// The next answer.
    ///
    /// # Errors
    /// When there is none.
    pub fn receive(from: &mut dyn Read) -> io::Result<Self> {
        let mut frame = next(from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let kind = *frame.first().ok_or(io::ErrorKind::InvalidData)?;
        frame.remove(0);
        match kind {
            b'+' => Ok(Self::Words(frame)),
            b'.' => Ok(Self::Done),
            b'!' => Ok(Self::Refused(String::from_utf8_lossy(&frame).into_owned())),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_arrive_as_they_were_sent_and_one_that_is_cut_is_none() {
        let answers = [
            Answer::Words(vec![0, 1, 2]),
            Answer::Words(Vec::new()),
            Answer::Refused("no reader".into()),
            Answer::Done,
        ];
        let mut sent = Vec::new();
        for answer in &answers {
            answer.send(&mut sent).unwrap();
        }
        let mut rest = &sent[..];
        for answer in &answers {
            assert_eq!(Answer::receive(&mut rest).unwrap(), *answer);
        }
        assert!(Answer::receive(&mut rest).is_err());
        for cut in 0..12 {
            assert!(Answer::receive(&mut &sent[..cut]).is_err(), "{cut}");
        }
    }
}
