//! Patterns of our own in, compiled ones out; one that does not compile fails every reading and is never just left out.
//!
//! Patterns are compiled when a text first needs them. A build without the
//! tables that some need (Unicode's classes) would otherwise read less and say
//! nothing, so what went wrong is kept, and `fault` is asked before anything
//! that rests on patterns is handed out.

use std::sync::OnceLock;

use regex::Regex;

use crate::RegisterError;

static FAULT: OnceLock<String> = OnceLock::new();

/// The pattern, compiled. `None` is always told by `fault`.
pub(crate) fn compile(pattern: &str) -> Option<Regex> {
    match Regex::new(pattern) {
        Ok(regex) => Some(regex),
        Err(error) => {
            FAULT.get_or_init(|| error.to_string());
            None
        }
    }
}

/// Whether a text has what a rule looks for.
pub(crate) fn is(rule: &Option<Regex>, text: &str) -> bool {
    rule.as_ref().is_some_and(|rule| rule.is_match(text))
}

/// An error when any pattern did not compile in this process.
pub(crate) fn fault() -> Result<(), RegisterError> {
    match FAULT.get() {
        None => Ok(()),
        Some(why) => Err(RegisterError::Pattern(why.clone())),
    }
}

/// Names a rule, compiled when first asked for.
macro_rules! rule {
    ($(#[$doc:meta])* $vis:vis $name:ident, $pattern:expr) => {
        $(#[$doc])*
        $vis static $name: std::sync::LazyLock<Option<regex::Regex>> =
            std::sync::LazyLock::new(|| $crate::pattern::compile($pattern));
    };
}
pub(crate) use rule;

#[test]
fn no_other_file_compiles_a_pattern_or_hides_that_it_failed() {
    fn walk(dir: &std::path::Path, into: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, into);
            } else if path.file_name().is_some_and(|name| name != "pattern.rs") {
                into.push(path);
            }
        }
    }
    let mut files = Vec::new();
    walk(
        &std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    assert!(files.len() > 20);
    let call = concat!("Regex", "::new");
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(!text.contains(call), "{}", file.display());
    }
}
