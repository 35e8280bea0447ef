//! Bytes in the shapes that files have: archives, office documents, PDF, mail encodings. Same content, same bytes.
//!
//! Only what the pile needs is written here, with fixed dates, so that a file
//! depends on nothing but its content. None of it reads.

pub(crate) mod archive;
pub(crate) mod canvas;
pub(crate) mod compound;
pub(crate) mod dicom;
pub(crate) mod docx;
pub(crate) mod locked;
pub(crate) mod mime;
pub(crate) mod msg;
pub(crate) mod pdf;
pub(crate) mod pgdump;
pub(crate) mod png;
pub(crate) mod tiff;
pub(crate) mod xlsx;

/// What every document says of itself.
pub(crate) const MARK: &str = "Synthetic document made by whose synth. No real person. / Document synthétique. Aucune personne réelle.";

/// Text with the characters that XML keeps for itself escaped.
pub(crate) fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in text.chars() {
        match ch {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            _ => out.push(ch),
        }
    }
    out
}
