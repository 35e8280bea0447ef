//! The fonts of `letters/fonts`, read once for all threads; which letters they have.
//!
//! Nothing of the machine is searched, so the same letter is the same bytes
//! everywhere. A letter that no font has would make the PDF inaccessible and
//! the export fail; it is replaced by a box before setting, and the draft says so.

use std::sync::OnceLock;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

use crate::LetterError;

/// Noto Sans 2.004, SIL Open Font License 1.1; see `letters/fonts/OFL.txt`.
///
/// Regular and Bold are without the instructions that fit letters to coarse screens (fontTools: `glyf`
/// programs, `fpgm`, `prep`, `cvt`, `gasp` and the signature taken out): paper needs none, and every letter
/// carries its fonts. Outlines, widths and characters are as published.
const FILES: [&[u8]; 3] = [
    include_bytes!("../../../letters/fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../../letters/fonts/NotoSans-Bold.ttf"),
    include_bytes!("../../../letters/fonts/NotoSansCanadianAboriginal-Regular.ttf"),
];

/// What stands for a letter that no font has.
const BOX: char = '\u{25CC}';

/// The fonts and what they can show.
pub(crate) struct Fonts {
    pub(crate) book: LazyHash<FontBook>,
    pub(crate) fonts: Vec<Font>,
}

impl Fonts {
    /// The fonts, read at the first call.
    pub(crate) fn get() -> Result<&'static Self, LetterError> {
        static FONTS: OnceLock<Option<Fonts>> = OnceLock::new();
        FONTS
            .get_or_init(Self::read)
            .as_ref()
            .ok_or(LetterError::Font)
    }

    fn read() -> Option<Self> {
        let fonts = FILES
            .into_iter()
            .map(|file| Font::new(Bytes::new(file), 0))
            .collect::<Option<Vec<_>>>()?;
        Some(Self {
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
        })
    }

    /// Whether regular or fallback type has this letter.
    pub(crate) fn has(&self, ch: char) -> bool {
        // Bold has the same letters as regular.
        self.fonts
            .iter()
            .any(|font| font.info().coverage.contains(u32::from(ch)))
    }

    /// Puts accents together and replaces what cannot be shown; returns whether anything was.
    pub(crate) fn make_showable(&self, text: &mut String) -> bool {
        if text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_control()) {
            return false;
        }
        let mut replaced = false;
        *text = unicode_normalization::UnicodeNormalization::nfc(text.chars())
            .filter_map(|ch| match ch {
                '\n' | '\t' | '\r' => Some(' '),
                // Marks of direction and width that have no glyph and no business on paper.
                '\u{200B}'..='\u{200F}'
                | '\u{202A}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{FEFF}' => None,
                ch if ch.is_control() => None,
                ch if ch == ' ' || self.has(ch) => Some(ch),
                _ => {
                    replaced = true;
                    Some(BOX)
                }
            })
            .collect();
        replaced
    }
}
