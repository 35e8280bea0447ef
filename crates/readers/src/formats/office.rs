//! Office documents: letters, sheets, slides.

use super::{Format, How, about, format};
use crate::{books, crypt, doc, office, onenote, opendocument, ppt, publisher, rtf, sheet, visio};

pub(super) static FORMATS: &[Format] = &[
    format(
        "docx",
        How::Held(office::read),
        about(
            "Word 2007 and later (DOCX, DOCM)",
            "text, tables, headers, footers, notes, comments, deleted and moved text, text boxes, alt texts, charts' values, diagrams, custom XML, links, properties, macros; pictures and embedded files as members; strict documents too",
            "formulas' layout",
            "own, zip, quick-xml",
            "corpus/made, poi-docs",
        ),
    ),
    format(
        "xlsx",
        How::Held(office::read),
        about(
            "Excel 2007 and later (XLSX, XLSM)",
            "every sheet as tables, hidden ones named as such; dates and padded numbers as shown; comments and answers, headers and footers, links, defined names, pivot caches as tables, external links' kept values, charts, drawings' text, properties, macros; pictures and embedded files as members",
            "formulas (their kept values are read)",
            "own, zip, quick-xml",
            "corpus/made, poi-docs",
        ),
    ),
    format(
        "xlsb",
        How::Held(office::read),
        about(
            "Excel binary workbook (XLSB)",
            "every sheet as tables, hidden ones named as such; dates and padded numbers as shown; comments; XML parts beside them; embedded files as members, pivot caches and external links for their strings",
            "which rows and columns are hidden",
            "own, zip",
            "poi-docs",
        ),
    ),
    format(
        "xls",
        How::Held(sheet::read_xls),
        about(
            "Excel 2 to 2003 (XLS)",
            "every sheet as tables, hidden ones named as such; dates and padded numbers as shown; notes, text boxes, headers and footers, links, defined names, pivot caches as tables, external links' kept values, charts' values, macros, properties; pictures and embedded files as members; Excel 2 to 2003, locked ones when a password of the case opens them",
            "formulas (their kept values are read)",
            "own",
            "poi-docs",
        ),
    ),
    format(
        "pptx",
        How::Held(office::read),
        about(
            "PowerPoint 2007 and later (PPTX)",
            "slides, tables, notes, comments, masters, charts' values, diagrams, alt texts, links, properties, macros; pictures and embedded files as members",
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
            "text, tables, notes, headers and footers, tracked changes, properties; locked ones (AES, Blowfish) when a password of the case opens them; pictures and objects as members",
            "packages locked as a whole (LibreOffice 24)",
            "own, zip, quick-xml, aes, blowfish",
            "kreuzberg-docs",
        ),
    ),
    format(
        "odp",
        How::Held(opendocument::read),
        about(
            "OpenDocument slides",
            "slides and notes; locked ones as text documents; pictures and objects as members",
            "packages locked as a whole",
            "own, zip, quick-xml, aes, blowfish",
            "tika-docs",
        ),
    ),
    format(
        "ods",
        How::Held(sheet::read_ods),
        about(
            "OpenDocument sheet",
            "every sheet as tables, hidden ones named as such; notes, shapes' words, tracked changes, headers and footers; locked ones as text documents; pictures and objects as members",
            "packages locked as a whole",
            "own, zip, quick-xml",
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
        How::Held(crypt::read_package),
        about(
            "Office document locked with a password",
            "as the format in it, when a password of the case opens it: agile and standard encryption",
            "documents locked with certificates or by rights management",
            "own, aes, sha1, sha2",
            "poi-docs",
        ),
    ),
    format(
        "vsdx",
        How::Held(office::read),
        about(
            "Visio 2013 and later",
            "text and data of shapes, comments, links, properties, macros; pictures and embedded files as members",
            "which page a shape stands on is told by its part only",
            "own, zip, quick-xml",
            "poi-docs",
        ),
    ),
    format(
        "vsd",
        How::Held(visio::read),
        about(
            "Visio 2000 to 2010",
            "text of shapes, properties, macros",
            "pages and embedded objects are not told apart: a gap says so",
            "own",
            "poi-docs",
        ),
    ),
    format(
        "pub",
        How::Held(publisher::read),
        about(
            "Publisher",
            "the text of the story, properties; pictures and embedded objects as members",
            "Publisher 97 and older: readable text only",
            "own",
            "poi-docs",
        ),
    ),
    format(
        "works",
        How::Held(publisher::read),
        about(
            "Works word processor",
            "the text, properties",
            "old versions: readable text only",
            "own",
            "tika-docs",
        ),
    ),
    format(
        "onenote",
        How::Held(onenote::read),
        about(
            "OneNote section",
            "text run by run, earlier revisions too; dropped files as members",
            "the order of the text and pages: a gap says so",
            "own",
            "tika-docs",
        ),
    ),
    format(
        "xps",
        How::Held(books::read_xps),
        about(
            "XPS and OpenXPS",
            "pages in lines, properties; pictures as members",
            "",
            "own, zip, quick-xml",
            "tika-docs",
        ),
    ),
    format(
        "iwork",
        How::Held(books::read_iwork),
        about(
            "Pages, Numbers and Keynote since 2013",
            "text run by run; pictures and attached files as members",
            "tables and pages are not told apart: a gap says so",
            "own",
            "tika-docs",
        ),
    ),
    format(
        "epub",
        How::Held(books::read_epub),
        about(
            "EPUB",
            "chapters in their order and pictures as members, properties",
            "",
            "own, zip, quick-xml",
            "kreuzberg-docs",
        ),
    ),
    format(
        "doc",
        How::Held(doc::read),
        about(
            "Word 6 to 2003 (DOC)",
            "text, tables, headers, footers, notes, comments, text boxes, links, deleted text, macros, properties; pictures and embedded files as members; locked ones when a password of the case opens them",
            "Word 2 and older: readable text only",
            "own",
            "poi-docs",
        ),
    ),
    format(
        "ppt",
        How::Held(ppt::read),
        about(
            "PowerPoint 97 to 2003 (PPT)",
            "slides, notes, comments, masters, links, what earlier saves left in the file, properties; pictures and embedded files as members; locked ones when a password of the case opens them",
            "PowerPoint 95: readable text only",
            "own",
            "poi-docs",
        ),
    ),
];
