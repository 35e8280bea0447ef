//! `LetterError`: why a paper was not made. Never the value that stood in the way.

/// Why a paper was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LetterError {
    /// A file in `letters/` is not as this crate needs it.
    #[error("the wording in letters/{file} cannot be used: {reason}")]
    Wording {
        /// Which file, from `letters/` on.
        file: String,
        /// What is wrong with it; words of ours only.
        reason: String,
    },
    /// An approved paper lacks something; it can only be a draft.
    #[error("the paper lacks {0} and can only be a draft")]
    Incomplete(Missing),
    /// The fonts could not be read.
    #[error("a font in letters/fonts cannot be read")]
    Font,
    /// The typesetter refused the paper. Its own message may quote the paper, so it is not kept.
    #[error("the paper could not be typeset ({stage}, line {line} of the template)")]
    Typeset {
        /// `layout` or `export`.
        stage: &'static str,
        /// Line of the template, 0 when not known.
        line: usize,
    },
}

/// What an approved paper must not lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Missing {
    /// What happened, in the paper's language.
    #[error("what happened, in its language")]
    WhatHappened,
    /// What was done, in the paper's language.
    #[error("what was done, in its language")]
    WhatWeDid,
    /// Whom to call.
    #[error("whom to call")]
    Contact,
    /// The custodian's name.
    #[error("the organisation's name")]
    Organisation,
    /// Who signs.
    #[error("who signs")]
    Signatory,
    /// What of the person's was exposed.
    #[error("any data element")]
    Elements,
    /// Where to send it.
    #[error("an address")]
    Address,
    /// The person's name.
    #[error("a name")]
    Name,
    /// That somebody whose language it is has read its words.
    #[error("a reader of its language who has checked its words")]
    Review,
    /// An answer to one of the regulator's questions.
    #[error("an answer to each question")]
    Answer,
}
