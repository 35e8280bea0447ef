//! `Press`: the warm machine that turns inputs into papers. One per thread; it keeps fonts and template.

use whose_model::Phi;

use crate::fonts::Fonts;
use crate::paper::Paper;
use crate::readability::readability;
use crate::typeset::{Sheets, Typesetter};
use crate::{
    Languages, LetterError, LetterInput, Missing, NoticeInput, Readability, ReportInput, Stage,
    docx, html, letter, notice, people, report, script, statement,
};

/// A PDF and its number of pages.
pub struct Printed {
    /// The PDF file, tagged (PDF/UA-1).
    pub pdf: Vec<u8>,
    /// How many pages it has.
    pub n_pages: usize,
}

/// Letters in one PDF, in the order in which they were given.
pub struct Bundle {
    /// The PDF file.
    pub pdf: Vec<u8>,
    /// How many pages each letter has.
    pub pages: Vec<usize>,
}

/// A letter as an e-mail; the front door writes its headers and sends nothing.
pub struct Email {
    /// The subject. It never says what was exposed.
    pub subject: String,
    /// As plain text.
    pub text: String,
    /// As a page without scripts, styles or pictures.
    pub html: String,
}

/// The notice for the website.
pub struct Notice {
    /// A page without scripts or styles.
    pub html: String,
    /// The same to print.
    pub pdf: Vec<u8>,
}

/// The script for the call centre.
pub struct Script {
    /// For the call centre's own pages.
    pub markdown: String,
    /// The same to print.
    pub pdf: Vec<u8>,
}

/// Makes papers, one after the other.
pub struct Press {
    typesetter: Typesetter,
    languages: Languages,
}

impl Press {
    /// A press with fonts and template read, for papers in English and French.
    pub fn new() -> Result<Self, LetterError> {
        Self::of(Languages::shipped()?)
    }

    /// The same for papers in these languages.
    pub fn of(languages: Languages) -> Result<Self, LetterError> {
        Ok(Self {
            typesetter: Typesetter::new()?,
            languages,
        })
    }

    /// Takes these languages from now on.
    pub fn speak(&mut self, languages: Languages) {
        self.languages = languages;
    }

    /// The letter as PDF.
    pub fn letter(&mut self, input: &LetterInput<'_>) -> Result<Vec<u8>, LetterError> {
        self.print_letter(input).map(|printed| printed.pdf)
    }

    /// The letter as PDF, with its number of pages for the manifest.
    pub fn print_letter(&mut self, input: &LetterInput<'_>) -> Result<Printed, LetterError> {
        let paper = self.letter_paper(input)?;
        let ident = format!("{}/{}", input.reference, input.date);
        self.print(&paper, ident)
    }

    /// Letters in one PDF for a mail house, with bars on each page for its machines.
    pub fn bundle(&mut self, inputs: &[LetterInput<'_>]) -> Result<Bundle, LetterError> {
        let marked = |input: &LetterInput<'_>| {
            let mut paper = self.letter_paper(input)?;
            // Bars say ASCII; a reference is that, and a made-up one that is not goes without.
            let reference = &input.reference.0;
            let is_plain = reference.bytes().all(|byte| (b' '..=b'~').contains(&byte));
            paper.mark = is_plain.then(|| reference.clone());
            Ok::<_, LetterError>(paper)
        };
        let papers: Result<Vec<Paper>, _> = inputs.iter().map(marked).collect();
        let sheets = self.typesetter.set_all(&papers?)?;
        let pages = sheets.pages_of_each();
        if pages.len() != inputs.len() {
            return Err(LetterError::Typeset {
                stage: "bundle",
                line: 0,
            });
        }
        let ident: Vec<&str> = inputs.iter().map(|one| one.reference.0.as_str()).collect();
        Ok(Bundle {
            pdf: self.typesetter.pdf(&sheets, ident.join("/"))?,
            pages,
        })
    }

    /// The letter as an e-mail.
    pub fn letter_email(&self, input: &LetterInput<'_>) -> Result<Email, LetterError> {
        let mut paper = self.letter_paper(input)?;
        let words = people::Writer::to_reader(&self.languages, input)?;
        let key = if input.delivery.discreet {
            "letter.email.discreet"
        } else {
            "letter.email.subject"
        };
        // No envelope: no window, and no address that only an envelope needs.
        paper.window.clear();
        Ok(Email {
            subject: words.say(key, &[])?,
            text: paper.text(),
            html: html::html(&paper, self.languages.of(paper.language)?.direction),
        })
    }

    /// The statement for the press, as Markdown and as PDF.
    pub fn press_statement(&mut self, input: &NoticeInput<'_>) -> Result<Script, LetterError> {
        let paper = self.finish(
            statement::for_the_press(&self.languages, input)?,
            input.stage,
        )?;
        Ok(Script {
            markdown: html::markdown(&paper),
            pdf: self.print(&paper, format!("statement/{}", input.date))?.pdf,
        })
    }

    /// The short public notice that stands in for letters: for a newspaper, a poster, the radio.
    pub fn substitute_notice(&mut self, input: &NoticeInput<'_>) -> Result<Script, LetterError> {
        let paper = self.finish(
            statement::instead_of_letters(&self.languages, input)?,
            input.stage,
        )?;
        Ok(Script {
            markdown: html::markdown(&paper),
            pdf: self
                .print(&paper, format!("substitute/{}", input.date))?
                .pdf,
        })
    }

    /// The letter's pages as drawings (SVG), for a screen.
    pub fn letter_svg(&mut self, input: &LetterInput<'_>) -> Result<Vec<String>, LetterError> {
        let sheets = self.typesetter.set(&self.letter_paper(input)?)?;
        Ok(self.typesetter.svg(&sheets))
    }

    /// The letter as plain text, as a voice would read it.
    pub fn letter_text(&mut self, input: &LetterInput<'_>) -> Result<String, LetterError> {
        Ok(self.letter_paper(input)?.text())
    }

    /// How hard the letter is to read; `None` where its language has no formula.
    pub fn letter_readability(
        &self,
        input: &LetterInput<'_>,
    ) -> Result<Option<Readability>, LetterError> {
        self.readability(&self.letter_paper(input)?)
    }

    /// How hard each of the public papers is to read: notice, script, statement, short notice.
    pub fn public_readability(
        &self,
        input: &NoticeInput<'_>,
    ) -> Result<[(&'static str, Option<Readability>); 4], LetterError> {
        let languages = &self.languages;
        Ok([
            (
                "notice",
                self.readability(&notice::compose(languages, input)?)?,
            ),
            (
                "script",
                self.readability(&script::compose(languages, input)?)?,
            ),
            (
                "statement",
                self.readability(&statement::for_the_press(languages, input)?)?,
            ),
            (
                "substitute",
                self.readability(&statement::instead_of_letters(languages, input)?)?,
            ),
        ])
    }

    /// One row of the manifest, in the order of `MANIFEST`. The caller puts it where PHI may be.
    pub fn manifest_row(
        &self,
        input: &LetterInput<'_>,
        file: &str,
        n_pages: usize,
    ) -> Result<[Phi<String>; 14], LetterError> {
        people::manifest_row(&self.languages, input, file, n_pages)
    }

    fn readability(&self, paper: &Paper) -> Result<Option<Readability>, LetterError> {
        let words = self.languages.of(paper.language)?;
        Ok(readability(&paper.prose(), &words.formula))
    }

    /// The draft report to a regulator as PDF.
    pub fn report(&mut self, input: &ReportInput<'_>) -> Result<Vec<u8>, LetterError> {
        let paper = self.report_paper(input)?;
        let ident = format!("{}/{}/{}", input.regulator, input.citation, input.date);
        Ok(self.print(&paper, ident)?.pdf)
    }

    /// The same report for a word processor (DOCX).
    pub fn report_docx(&mut self, input: &ReportInput<'_>) -> Result<Vec<u8>, LetterError> {
        docx::docx(&self.report_paper(input)?)
    }

    /// The same report as plain text.
    pub fn report_text(&mut self, input: &ReportInput<'_>) -> Result<String, LetterError> {
        Ok(self.report_paper(input)?.text())
    }

    /// The notice for the website, as a page and as PDF.
    pub fn website_notice(&mut self, input: &NoticeInput<'_>) -> Result<Notice, LetterError> {
        let paper = self.finish(notice::compose(&self.languages, input)?, input.stage)?;
        Ok(Notice {
            html: html::html(&paper, self.languages.of(paper.language)?.direction),
            pdf: self.print(&paper, format!("notice/{}", input.date))?.pdf,
        })
    }

    /// The script for the call centre, as Markdown and as PDF.
    pub fn call_script(&mut self, input: &NoticeInput<'_>) -> Result<Script, LetterError> {
        let paper = self.finish(script::compose(&self.languages, input)?, input.stage)?;
        Ok(Script {
            markdown: html::markdown(&paper),
            pdf: self.print(&paper, format!("script/{}", input.date))?.pdf,
        })
    }

    fn print(&mut self, paper: &Paper, ident: String) -> Result<Printed, LetterError> {
        let sheets: Sheets = self.typesetter.set(paper)?;
        Ok(Printed {
            pdf: self.typesetter.pdf(&sheets, ident)?,
            n_pages: sheets.n_pages(),
        })
    }

    fn letter_paper(&self, input: &LetterInput<'_>) -> Result<Paper, LetterError> {
        self.finish(letter::compose(&self.languages, input)?, input.stage)
    }

    fn report_paper(&self, input: &ReportInput<'_>) -> Result<Paper, LetterError> {
        self.finish(report::compose(&self.languages, input)?, input.stage)
    }

    /// The paper without letters that no font has; a draft says that there were some, and what its language lacks.
    fn finish(&self, mut paper: Paper, stage: Stage) -> Result<Paper, LetterError> {
        let fonts = Fonts::get()?;
        let mut replaced = false;
        paper.for_each_text(|text| replaced |= fonts.make_showable(text));
        let words = self.languages.of(paper.language)?;
        if stage == Stage::Approved {
            return if words.is_reviewed {
                Ok(paper)
            } else {
                Err(LetterError::Incomplete(Missing::Review))
            };
        }
        if replaced {
            paper.todo(words.say("letter.notes.unshowable", &[])?);
        }
        if !words.borrowed.is_empty() {
            let from = self.languages.of(words.falls_back_to)?.language;
            let keys: Vec<&str> = words.borrowed.iter().map(String::as_str).collect();
            let values = [("language", from.code()), ("list", &keys.join(", "))];
            paper.first_todo(words.say("letter.notes.fallback", &values)?);
        }
        if !words.is_reviewed {
            paper.first_todo(words.say("letter.notes.unreviewed", &[])?);
        }
        Ok(paper)
    }
}
