//! `RegisterError`: why the register could not do its work.

/// Why the register could not do its work. Never names what a row holds.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// SQLite.
    #[error("the register's file: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL.
    #[error("the register's server: {0}")]
    Postgres(#[from] postgres::Error),
    /// The URL is not one we speak to.
    #[error("not a PostgreSQL URL on this machine")]
    Url,
    /// A sealed row does not open.
    #[error("a row of the register does not open with this key, or was changed")]
    Damaged,
    /// The key is another register's.
    #[error("the key does not open this register")]
    WrongKey,
    /// Written by a later version.
    #[error("the register has format {0}, which this version does not know")]
    Format(u32),
    /// There is no such incident.
    #[error("there is no incident {0}")]
    NoIncident(String),
    /// What was given fits more than one incident: how many, and some of them.
    #[error("{0} incidents fit: {1}")]
    Several(usize, String),
    /// There is no such fact.
    #[error("there is no fact {0} in this incident")]
    NoFact(u32),
    /// A row is larger than can be sealed.
    #[error("too large to be kept")]
    TooLarge,
    /// Somebody else wrote to the same incident meanwhile.
    #[error("somebody else changed this incident meanwhile")]
    Changed,
    /// A pattern that stands in the program does not compile.
    #[error("this build of the program is broken: {0}")]
    Pattern(String),
    /// A table that stands in the program cannot be read.
    #[error("this build of the program is broken: {0} cannot be read")]
    Table(&'static str),
    /// A document that is not what it is said to be.
    #[error("not {0}")]
    Form(&'static str),
}

impl RegisterError {
    /// What to do next.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "check the folder, its rights and the space on the disk",
            Self::Postgres(_) => "check that the server runs and that the URL is right",
            Self::Url => {
                "use postgres://user@localhost/base or a path of a socket; for a server elsewhere open a tunnel"
            }
            Self::Damaged | Self::WrongKey => {
                "bring the key that the register was made with, or a copy from a backup"
            }
            Self::Format(_) => "use a newer version of whose",
            Self::NoIncident(_) => "`whose register list` names every incident",
            Self::Several(..) => "give the beginning of its id, four letters or more",
            Self::NoFact(_) => "`whose register show INCIDENT` numbers its facts",
            Self::TooLarge => "split the document",
            Self::Changed => "look at it again, then repeat the change",
            Self::Pattern(_) | Self::Table(_) => {
                "take another build, and tell the makers the words above"
            }
            Self::Form(_) => "check the file and the form that was named",
        }
    }
}
