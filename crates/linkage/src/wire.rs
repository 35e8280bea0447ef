//! `Wire`: hands behind a pipe; what one side asks as frames of bytes, and `serve`, which answers on the other side.
//!
//! A frame (`frames.rs`) holds a postcard value. Who speaks with
//! a cluster is a program of its own, so that this one needs nothing of it.
//! Not here: who starts the program; the caller lends both ends.

use std::{
    convert::Infallible,
    fmt::Display,
    io::{self, Read, Write},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Compared, Component, Group, Hands, Model, Records, Weighed, frames};

/// The hands at the other end.
pub struct Wire<R, W> {
    from: R,
    to: W,
}

/// Why a step was not worked.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// The other end said so, in words without values.
    #[error("{0}")]
    Refused(String),
    /// The other end is gone, or is another version.
    #[error("the program that speaks with the cluster stopped: {}", .0.kind())]
    Gone(#[from] io::Error),
}

impl From<Infallible> for WireError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// What is asked, as it is written; `Heard` is the same as it is read.
#[derive(Serialize)]
enum Asked<'a> {
    Keys(&'a Records, &'a Model),
    Levels(usize),
    Weights(&'a Model),
    Guard(&'a [Component], f32),
}

#[derive(Deserialize)]
enum Heard {
    Keys(Box<Records>, Box<Model>),
    Levels(usize),
    Weights(Box<Model>),
    Guard(Vec<Component>, f32),
}

impl<R: Read, W: Write> Wire<R, W> {
    /// Hands that hear `to` and answer in `from`.
    pub fn new(from: R, to: W) -> Self {
        Self { from, to }
    }

    fn ask(&mut self, what: &Asked<'_>) -> Result<(), WireError> {
        Ok(write(&mut self.to, what)?)
    }

    fn answer<T: DeserializeOwned>(&mut self) -> Result<T, WireError> {
        let answer: Result<T, String> = read(&mut self.from)?
            .ok_or_else(|| WireError::Gone(io::ErrorKind::UnexpectedEof.into()))?;
        answer.map_err(WireError::Refused)
    }
}

impl<R: Read, W: Write> Hands for Wire<R, W> {
    type Error = WireError;
    const BATCH: usize = 1 << 22;

    fn keys(&mut self, records: &Records, model: &Model) -> Result<(), WireError> {
        self.ask(&Asked::Keys(records, model))?;
        self.answer()
    }

    fn levels(&mut self, _: &Records, _: &Model, step: usize) -> Result<Vec<Compared>, WireError> {
        self.ask(&Asked::Levels(step))?;
        self.answer()
    }

    fn weights(
        &mut self,
        _: &Records,
        model: &Model,
        see: &mut dyn FnMut(Weighed) -> Result<(), WireError>,
    ) -> Result<(), WireError> {
        self.ask(&Asked::Weights(model))?;
        while let Some(weighed) = self.answer()? {
            see(weighed)?;
        }
        Ok(())
    }

    fn guard(
        &mut self,
        _: &Records,
        _: &Model,
        components: &[Component],
        unseen: f32,
    ) -> Result<Vec<Group>, WireError> {
        self.ask(&Asked::Guard(components, unseen))?;
        self.answer()
    }
}

/// Has `hands` work what is asked in `from` and answers in `to`, until nobody asks any more.
///
/// Where there are no hands, why not is the answer.
///
/// # Errors
/// When the asking side is gone in the middle, or is another version.
pub fn serve<H>(
    hands: Result<H, H::Error>,
    from: &mut dyn Read,
    to: &mut dyn Write,
) -> io::Result<()>
where
    H: Hands<Error: Display>,
{
    let Some(Heard::Keys(records, model)) = read(from)? else {
        return Ok(());
    };
    let mut hands = match hands {
        Ok(hands) => hands,
        Err(error) => return write(to, &Err::<(), _>(error.to_string())),
    };
    let answer = hands.keys(&records, &model);
    write(to, &answer.map_err(|error| error.to_string()))?;
    let mut estimated = model.clone();
    while let Some(heard) = read(from)? {
        match heard {
            Heard::Keys(..) => return Err(io::ErrorKind::InvalidData.into()),
            Heard::Levels(step) => {
                let answer = hands.levels(&records, &model, step);
                write(to, &answer.map_err(|error| error.to_string()))?;
            }
            Heard::Weights(model) => {
                estimated = model;
                let mut broken = None;
                let worked = hands.weights(&records, &estimated, &mut |weighed| {
                    if broken.is_none() {
                        broken = write(to, &Ok::<_, String>(Some(weighed))).err();
                    }
                    Ok(())
                });
                if let Some(error) = broken {
                    return Err(error);
                }
                let end = worked.map(|()| None::<Weighed>);
                write(to, &end.map_err(|error| error.to_string()))?;
            }
            Heard::Guard(components, unseen) => {
                let answer = hands.guard(&records, &estimated, &components, unseen);
                write(to, &answer.map_err(|error| error.to_string()))?;
            }
        }
    }
    Ok(())
}

fn write<T: Serialize>(to: &mut dyn Write, thing: &T) -> io::Result<()> {
    let bytes = postcard::to_allocvec(thing).map_err(|_| io::ErrorKind::InvalidData)?;
    frames::put(to, &bytes)?;
    to.flush()
}

/// The next frame; none where the other side has ended between two.
fn read<T: DeserializeOwned>(from: &mut dyn Read) -> io::Result<Option<T>> {
    let Some(bytes) = frames::next(from)? else {
        return Ok(None);
    };
    let thing = postcard::from_bytes(&bytes).map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(Some(thing))
}
