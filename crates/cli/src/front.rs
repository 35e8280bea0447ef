//! How the front door speaks: errors with place and hint, exit codes, progress on standard error.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use whose_engine::{EngineError, Progress, Stage, Unit};

/// A path as it is typed at a shell: in quotes when it holds more than plain signs.
pub(crate) fn typed(path: &Path) -> String {
    let path = path.display().to_string();
    let is_plain = |ch: char| ch.is_alphanumeric() || "/._-+,:@".contains(ch);
    if !path.is_empty() && path.chars().all(is_plain) {
        path
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

#[test]
fn a_path_with_spaces_is_typed_in_quotes() {
    assert_eq!(typed(Path::new("cases/a-1")), "cases/a-1");
    assert_eq!(typed(Path::new("mon cas é")), "'mon cas é'");
    assert_eq!(typed(Path::new("l'été 1")), r"'l'\''été 1'");
}

/// How a verb ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    /// Everything.
    Whole,
    /// With gaps.
    WithGaps,
}

/// Why a verb did not do its work.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) what: String,
    pub(crate) hint: String,
    pub(crate) code: u8,
}

impl Failure {
    /// Not done.
    pub(crate) fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            hint: hint.into(),
            code: 2,
        }
    }

    /// Wrong use of the command line.
    pub(crate) fn usage(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code: 64,
            ..Self::new(what, hint)
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Self::new(error.to_string(), error.hint())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::new(
            format!("cannot write: {}", error.kind()),
            "check the disk and the folder, then run it again",
        )
    }
}

/// Writes data; a reader that has gone away (`| head`) is no error.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    match io::stdout()
        .write_all(text.as_bytes())
        .and_then(|()| io::stdout().flush())
    {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Writes talk.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Progress as bars on a terminal, as a line a stage elsewhere.
pub(crate) struct Bars {
    is_quiet: bool,
    now: Mutex<Option<(ProgressBar, Stage, Instant, Unit)>>,
}

impl Bars {
    pub(crate) fn new(is_quiet: bool) -> Self {
        Self {
            is_quiet,
            now: Mutex::new(None),
        }
    }
}

fn words(stage: Stage) -> &'static str {
    match stage {
        Stage::Seize => "seizing",
        Stage::Read => "reading",
        Stage::Link => "linking",
        Stage::Assess => "assessing",
        Stage::Letters => "writing letters",
    }
}

impl Progress for Bars {
    fn begin(&self, stage: Stage, total: u64, unit: Unit) {
        if self.is_quiet {
            return;
        }
        let bar = ProgressBar::new(total);
        let template = match unit {
            Unit::Bytes => {
                "  {prefix:16} {bar:28} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left"
            }
            Unit::Items => "  {prefix:16} {bar:28} {human_pos}/{human_len}  {per_sec}  {eta} left",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_prefix(words(stage));
        bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(8));
        *self.now.lock().unwrap_or_else(|poison| poison.into_inner()) =
            Some((bar, stage, Instant::now(), unit));
    }

    fn advance(&self, amount: u64) {
        if let Some((bar, ..)) = &*self.now.lock().unwrap_or_else(|poison| poison.into_inner()) {
            bar.inc(amount);
        }
    }

    fn end(&self) {
        let taken = self
            .now
            .lock()
            .unwrap_or_else(|poison| poison.into_inner())
            .take();
        if let Some((bar, stage, since, unit)) = taken {
            let (done, seconds) = (bar.position(), since.elapsed().as_secs_f64());
            bar.finish_and_clear();
            let mut line = format!("  {:16} {seconds:>7.1} s", words(stage));
            if unit == Unit::Bytes && done > 0 {
                let _ = write!(line, "   {}", bytes(done));
            }
            say(&line);
        }
    }
}

/// Bytes as people read them.
pub(crate) fn bytes(n: u64) -> String {
    match n {
        0..1_000 => format!("{n} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", n as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", n as f64 / 1e6),
        _ => format!("{:.2} GB", n as f64 / 1e9),
    }
}

/// A number with spaces between thousands.
pub(crate) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Whether a person is at the terminal and can be asked.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}
