//! Office documents: letters, sheets, slides.

use whose_model::Cause;

use super::{Format, How, UNSUPPORTED, about, format};
use crate::{office, opendocument, rtf, sheet};

pub(super) static FORMATS: &[Format] = &[
    format(
        "docx",
        How::Held(office::read),
        about(
            "Word 2007 and later (DOCX, DOCM)",
            "text, tables, headers, footers, notes, comments, properties; embedded files as members",
            "",
            "own, zip, quick-xml",
            "corpus/made, poi-docs",
        ),
    ),
    format(
        "xlsx",
        How::Held(office::read),
        about(
            "Excel 2007 and later (XLSX, XLSM)",
            "every sheet as tables, hidden ones too; comments; embedded files as members",
            "",
            "calamine, own",
            "corpus/made, poi-docs",
        ),
    ),
    format(
        "xlsb",
        How::Held(office::read),
        about(
            "Excel binary workbook (XLSB)",
            "every sheet as tables",
            "",
            "calamine",
            "poi-docs",
        ),
    ),
    format(
        "xls",
        How::Held(sheet::read_xls),
        about(
            "Excel 97 to 2003 (XLS)",
            "every sheet as tables",
            "",
            "calamine",
            "poi-docs",
        ),
    ),
    format(
        "pptx",
        How::Held(office::read),
        about(
            "PowerPoint 2007 and later (PPTX)",
            "slides and notes; embedded files as members",
            "",
            "own, zip, quick-xml",
            "poi-docs",
        ),
    ),
    format(
        "odt",
        How::Held(opendocument::read),
        about(
            "OpenDocument text",
            "text, tables, notes, headers and footers, properties",
            "",
            "own, zip, quick-xml",
            "kreuzberg-docs",
        ),
    ),
    format(
        "odp",
        How::Held(opendocument::read),
        about(
            "OpenDocument slides",
            "slides and notes",
            "",
            "own, zip, quick-xml",
            "tika-docs",
        ),
    ),
    format(
        "ods",
        How::Held(sheet::read_ods),
        about(
            "OpenDocument sheet",
            "every sheet as tables",
            "",
            "calamine, own",
            "tika-docs",
        ),
    ),
    format(
        "rtf",
        How::Held(rtf::read),
        about(
            "Rich Text Format",
            "text, tables, notes, headers and footers",
            "",
            "own",
            "corpus/made, kreuzberg-docs",
        ),
    ),
    format(
        "encrypted-office",
        How::Gap(Cause::Password, "locked with a password"),
        about(
            "Office document locked with a password",
            "",
            "locked",
            "",
            "",
        ),
    ),
    format(
        "vsdx",
        UNSUPPORTED,
        about("Visio 2013 and later", "", "no reader yet", "", ""),
    ),
    format(
        "epub",
        UNSUPPORTED,
        about("EPUB", "", "no reader yet", "", ""),
    ),
    format(
        "doc",
        UNSUPPORTED,
        about("Word 6 to 2003 (DOC)", "", "no reader yet", "", ""),
    ),
    format(
        "ppt",
        UNSUPPORTED,
        about("PowerPoint 97 to 2003 (PPT)", "", "no reader yet", "", ""),
    ),
];
