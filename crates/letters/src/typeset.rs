//! `Typesetter`: a paper to a PDF with tags (PDF/UA-1), or to drawings, through Typst.
//!
//! The template is one file that never changes; the paper is the file it reads
//! as data. So no value is ever part of a program: a name such as `#panic()`
//! is a name. Nothing is read from disk, clock, network or the machine's fonts.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::ecow::EcoVec;
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::LetterError;
use crate::fonts::Fonts;
use crate::paper::Paper;

const TEMPLATE: &str = include_str!("../../../letters/paper.typ");

/// How many papers are set between clearings of Typst's memory of past work.
///
/// Too few and repeated paragraphs are set anew; too many and memory grows.
const PAPERS_BETWEEN_CLEARINGS: u32 = 32;

static LIBRARY: OnceLock<LazyHash<Library>> = OnceLock::new();
static N_SET: AtomicU32 = AtomicU32::new(0);

/// A set paper.
pub(crate) struct Sheets {
    document: PagedDocument,
}

/// A warm typesetter: fonts, library and parsed template are kept.
pub(crate) struct Typesetter {
    fonts: &'static Fonts,
    library: &'static LazyHash<Library>,
    template: Source,
    paper_id: FileId,
    paper: Bytes,
}

impl Typesetter {
    pub(crate) fn new() -> Result<Self, LetterError> {
        Ok(Self {
            fonts: Fonts::get()?,
            library: LIBRARY.get_or_init(|| LazyHash::new(Library::default())),
            template: Source::new(file_id("paper.typ")?, TEMPLATE.to_owned()),
            paper_id: file_id("paper.json")?,
            paper: Bytes::new(Vec::new()),
        })
    }

    /// Lays a paper out on pages.
    pub(crate) fn set(&mut self, paper: &Paper) -> Result<Sheets, LetterError> {
        self.set_all(std::slice::from_ref(paper))
    }

    /// Lays papers out one after the other, each from its own first page.
    pub(crate) fn set_all(&mut self, papers: &[Paper]) -> Result<Sheets, LetterError> {
        let json = serde_json::to_vec(papers).map_err(|_| LetterError::Typeset {
            stage: "data",
            line: 0,
        })?;
        self.paper = Bytes::new(json);
        let result = typst::compile::<PagedDocument>(self).output;
        let document = result.map_err(|errors| self.failed("layout", &errors))?;
        // A bundle counts for all of its papers: what it leaves in memory does, too.
        let n_papers = u32::try_from(papers.len()).unwrap_or(PAPERS_BETWEEN_CLEARINGS);
        let before = N_SET.fetch_add(n_papers, Ordering::Relaxed);
        let after = before.wrapping_add(n_papers);
        if before / PAPERS_BETWEEN_CLEARINGS != after / PAPERS_BETWEEN_CLEARINGS {
            comemo::evict(1);
        }
        Ok(Sheets { document })
    }

    /// The PDF. `ident` tells this paper from every other; it is hashed, not written.
    pub(crate) fn pdf(&self, sheets: &Sheets, ident: String) -> Result<Vec<u8>, LetterError> {
        let standards =
            PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|_| LetterError::Typeset {
                stage: "export",
                line: 0,
            })?;
        let options = PdfOptions {
            ident: Smart::Custom(ident),
            creator: Smart::Custom(Some("whose".to_owned())),
            standards,
            ..PdfOptions::default()
        };
        typst_pdf::pdf(&sheets.document, &options).map_err(|errors| self.failed("export", &errors))
    }

    /// Each page as a drawing.
    pub(crate) fn svg(&self, sheets: &Sheets) -> Vec<String> {
        let options = typst_svg::SvgOptions::default();
        sheets
            .document
            .pages()
            .iter()
            .map(|page| typst_svg::svg(page, &options))
            .collect()
    }

    fn failed(&self, stage: &'static str, errors: &EcoVec<SourceDiagnostic>) -> LetterError {
        let line = errors
            .first()
            .and_then(|error| self.range(error.span))
            .map_or(0, |range| {
                TEMPLATE
                    .bytes()
                    .take(range.start)
                    .filter(|byte| *byte == b'\n')
                    .count()
                    + 1
            });
        LetterError::Typeset { stage, line }
    }
}

impl Sheets {
    pub(crate) fn n_pages(&self) -> usize {
        self.document.pages().len()
    }

    /// The pages of each paper: its pages count from one.
    pub(crate) fn pages_of_each(&self) -> Vec<usize> {
        let mut each = Vec::new();
        for page in self.document.pages() {
            match each.last_mut() {
                Some(n) if page.number != 1 => *n += 1,
                _ => each.push(1),
            }
        }
        each
    }
}

fn file_id(name: &str) -> Result<FileId, LetterError> {
    let path = VirtualPath::new(name).map_err(|_| LetterError::Wording {
        file: name.to_owned(),
        reason: "not a path".to_owned(),
    })?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl World for Typesetter {
    fn library(&self) -> &LazyHash<Library> {
        self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            Ok(self.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.paper_id {
            Ok(self.paper.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
