//! An Office package in, handed to the reader of what its main part is, whatever the file is called.
//!
//! A presentation with a chart has a workbook inside, and a renamed document is
//! still one: only the main part says what the whole is.

use std::collections::HashSet;

use crate::{docx, exhibit::Reading, package::Package, pptx, rest, sheet};

/// Reads docx, pptx, xlsx, xlsb and their relatives with templates and macros.
pub(crate) fn read(bytes: &[u8], reading: &mut Reading<'_>) {
    let Some(package) = Package::open(bytes, reading) else {
        return;
    };
    let has = |start: &str| package.names().iter().any(|name| name.starts_with(start));
    if has("word/document") {
        docx::read(bytes, reading);
    } else if has("ppt/presentation") {
        pptx::read(bytes, reading);
    } else if has("xl/workbook.bin") {
        sheet::read_xlsb(bytes, reading);
    } else if has("xl/") {
        sheet::read_xlsx(bytes, reading);
    } else if has("visio/") {
        visio(bytes, reading);
    } else if has("ppt/") {
        pptx::read(bytes, reading);
    } else {
        docx::read(bytes, reading);
    }
}

/// A drawing has no part that needs a special eye: its shapes' words and data are text like any other.
fn visio(bytes: &[u8], reading: &mut Reading<'_>) {
    let Some(mut package) = Package::open(bytes, reading) else {
        return;
    };
    package.properties("docProps/core.xml", reading);
    rest::put(&mut package, &HashSet::new(), reading);
}
