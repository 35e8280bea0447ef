//! What was exposed of whom, in; papers that people can read, out: letters, drafts, notices, scripts.
//!
//! Facts and wording are composed into a paper of headings,
//! paragraphs, lists and tables. The same paper is then set as PDF, drawn for
//! the console, or given as plain text to be read aloud: so all say the same.
//! Wording stands in `letters/`; none is in Rust. A further language is one file.
//! Nothing here decides who must be told: that is the law's and the engine's.

mod docx;
mod error;
mod fonts;
mod html;
mod input;
mod languages;
mod letter;
mod notice;
mod paper;
mod people;
mod press;
mod readability;
mod report;
mod script;
mod statement;
mod typeset;
mod wording;

pub use error::{LetterError, Missing};
pub use input::{
    Change, ComplaintRight, Delivery, Event, Exposed, LetterInput, LetterKind, NoticeInput,
    Question, Recipient, ReportInput, Searched, Since, Stage, Table, Told,
};
pub use languages::{Checked, Languages, check_language};
pub use people::MANIFEST;
pub use press::{Bundle, Email, Notice, Press, Printed, Script};
pub use readability::Readability;
