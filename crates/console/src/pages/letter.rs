//! One person's letter: its pages as they will print, and the same as text for whoever listens.
//!
//! The pages are drawings of our own typesetter. They stand in `img` as data,
//! where a browser runs nothing and loads nothing, so no cleaning is needed.

use serde::Serialize;
use whose_engine::{Letters, Press};

use super::{Ask, Made};
use crate::error::Problem;
use crate::pages::person::find;

#[derive(Serialize)]
struct Letter {
    id: String,
    person: String,
    /// Values are hidden, so there is no letter to show.
    hidden: bool,
    pdf: Option<String>,
    /// The language of the letter, which need not be the page's.
    lang: String,
    text: Vec<String>,
    /// Each page as a drawing, `data:image/svg+xml;base64,…`.
    pages: Vec<String>,
}

/// The page.
pub(crate) fn make(ask: &Ask<'_>, id: &str) -> Result<Made, Problem> {
    let id = find(ask.shared, id)?;
    let title = ask.words.fill("letter.title", &[("id", &id)]);
    let mut facts = Letter {
        person: ask.href(&format!("person/{id}")),
        hidden: !ask.visitor.values,
        pdf: None,
        lang: String::new(),
        text: Vec::new(),
        pages: Vec::new(),
        id,
    };
    if ask.visitor.values {
        let letters = Letters::new(ask.shared.view(), ask.today)?;
        let preview = with_press(ask, |press| letters.preview(press, &facts.id))?;
        let (text, pages) = (preview.text, preview.pages);
        facts.lang = preview.language.code().to_owned();
        facts.pdf = Some(ask.href(&format!("person/{}/letter.pdf", facts.id)));
        facts.text = text.split("\n\n").map(str::to_owned).collect();
        facts.pages = pages
            .iter()
            .map(|page| format!("data:image/svg+xml;base64,{}", base64(page.as_bytes())))
            .collect();
    }
    let moved = format!("person/{}/letter", facts.id);
    let mut made = Made::new(title, "letter.html", &facts)?;
    made.moved = Some(moved);
    Ok(made)
}

/// The letter to print; none while values are hidden.
pub(crate) fn pdf(ask: &Ask<'_>, id: &str) -> Result<Option<Vec<u8>>, Problem> {
    let id = find(ask.shared, id)?;
    if !ask.visitor.values {
        return Ok(None);
    }
    let letters = Letters::new(ask.shared.view(), ask.today)?;
    with_press(ask, |press| letters.pdf(press, &id)).map(Some)
}

/// Lends the press, made at the first letter.
fn with_press<T>(
    ask: &Ask<'_>,
    then: impl FnOnce(&mut Press) -> Result<T, whose_engine::EngineError>,
) -> Result<T, Problem> {
    let mut press = ask.shared.press.lock().unwrap_or_else(|poison| {
        // A press that panicked is not trusted again.
        let mut press = poison.into_inner();
        *press = None;
        press
    });
    let press = match &mut *press {
        Some(press) => press,
        empty => empty.insert(
            Press::new().map_err(|error| whose_engine::EngineError::Letter(error.to_string()))?,
        ),
    };
    Ok(then(press)?)
}

/// Base 64 (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            if place <= chunk.len() {
                let index = (bits >> (18 - 6 * place)) & 63;
                out.push(char::from(ALPHABET[index as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

#[test]
fn base_64_is_as_in_the_rfc() {
    for (text, expected) in [
        ("", ""),
        ("f", "Zg=="),
        ("fo", "Zm8="),
        ("foo", "Zm9v"),
        ("foobar", "Zm9vYmFy"),
    ] {
        assert_eq!(base64(text.as_bytes()), expected);
    }
}
