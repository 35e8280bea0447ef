//! What can go wrong, in words for who runs the cluster, without a person's value.

/// Why something could not be done, and what to do next.
#[derive(Debug, thiserror::Error)]
#[error("{message} ({hint})")]
pub(crate) struct Failure {
    message: String,
    hint: &'static str,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>, hint: &'static str) -> Self {
        Self {
            message: message.into(),
            hint,
        }
    }

    /// A file that could not be opened, read or written.
    pub(crate) fn of_file(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::new(
            format!("{}: {}", path.display(), error.kind()),
            "check the path and that you may use it",
        )
    }

    /// The operating system gave no random bytes.
    pub(crate) fn of_random(error: getrandom::Error) -> Self {
        Self::new(
            format!("no random bytes: {error}"),
            "check the operating system",
        )
    }
}
