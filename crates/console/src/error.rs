//! What can keep the console from its work: at the start, and for one page.

use whose_engine::EngineError;
use whose_engine::store::StoreError;

/// Why the console could not start or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConsoleError {
    /// The port cannot be listened on.
    #[error("cannot listen on 127.0.0.1:{port}: {}", cause.kind())]
    Port {
        /// Which.
        port: u16,
        /// What the operating system said.
        cause: std::io::Error,
    },
    /// The server stopped by itself.
    #[error("the console stopped: {}", .0.kind())]
    Stopped(std::io::Error),
    /// The operating system gave no random numbers for the key.
    #[error("the operating system gave no random numbers")]
    Chance,
    /// A template is broken.
    #[error("a page of the console is broken: {0}")]
    Template(String),
    /// The case cannot be read.
    #[error(transparent)]
    Case(#[from] EngineError),
}

impl ConsoleError {
    /// What the user can do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Port { .. } => "another program may use the port: try `--port 0`",
            Self::Case(error) => error.hint(),
            _ => "start it again",
        }
    }
}

/// Why one page cannot be shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    /// There is no such page or person.
    #[error("there is nothing at this address")]
    NotThere,
    /// The form is not one of ours.
    #[error("the request is not from our own pages")]
    NotOurs,
    /// Values are not shown when that cannot be logged.
    #[error("values cannot be shown: {0}")]
    CannotLog(StoreError),
    /// The case cannot be read, or a letter cannot be set.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The register cannot be read.
    #[error("the register: {0}")]
    Register(whose_register::RegisterError),
    /// A template failed.
    #[error("the page cannot be rendered: {0}")]
    Render(String),
}

impl From<minijinja::Error> for Problem {
    fn from(error: minijinja::Error) -> Self {
        // Kind and place alone: the detail of a template's error may hold a value.
        Self::Render(format!(
            "{:?} in {} line {}",
            error.kind(),
            error.name().unwrap_or("?"),
            error.line().unwrap_or(0)
        ))
    }
}
