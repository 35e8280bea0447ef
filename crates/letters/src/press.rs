//! `Press`: the warm machine that turns inputs into papers. One per thread; it keeps fonts and template.

use crate::fonts::Fonts;
use crate::paper::Paper;
use crate::typeset::{Sheets, Typesetter};
use crate::{
    LetterError, LetterInput, NoticeInput, Readability, ReportInput, Stage, docx, html, letter,
    notice, readability, report, script, statement,
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
}

impl Press {
    /// A press with fonts and template read.
    pub fn new() -> Result<Self, LetterError> {
        Ok(Self {
            typesetter: Typesetter::new()?,
        })
    }

    /// The letter as PDF.
    pub fn letter(&mut self, input: &LetterInput<'_>) -> Result<Vec<u8>, LetterError> {
        self.print_letter(input).map(|printed| printed.pdf)
    }

    /// The letter as PDF, with its number of pages for the manifest.
    pub fn print_letter(&mut self, input: &LetterInput<'_>) -> Result<Printed, LetterError> {
        let paper = letter_paper(input)?;
        let ident = format!("{}/{}", input.reference, input.date);
        self.print(&paper, ident)
    }

    /// Letters in one PDF for a mail house, with bars on each page for its machines.
    pub fn bundle(&mut self, inputs: &[LetterInput<'_>]) -> Result<Bundle, LetterError> {
        let marked = |input: &LetterInput<'_>| {
            let mut paper = letter_paper(input)?;
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
        let mut paper = letter_paper(input)?;
        let words = crate::people::Writer::to_reader(input)?;
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
            html: html::html(&paper),
        })
    }

    /// The statement for the press, as Markdown and as PDF.
    pub fn press_statement(&mut self, input: &NoticeInput<'_>) -> Result<Script, LetterError> {
        let paper = showable(statement::for_the_press(input)?, input.stage)?;
        Ok(Script {
            markdown: html::markdown(&paper),
            pdf: self.print(&paper, format!("statement/{}", input.date))?.pdf,
        })
    }

    /// The short public notice that stands in for letters: for a newspaper, a poster, the radio.
    pub fn substitute_notice(&mut self, input: &NoticeInput<'_>) -> Result<Script, LetterError> {
        let paper = showable(statement::instead_of_letters(input)?, input.stage)?;
        Ok(Script {
            markdown: html::markdown(&paper),
            pdf: self
                .print(&paper, format!("substitute/{}", input.date))?
                .pdf,
        })
    }

    /// The letter's pages as drawings (SVG), for a screen.
    pub fn letter_svg(&mut self, input: &LetterInput<'_>) -> Result<Vec<String>, LetterError> {
        let sheets = self.typesetter.set(&letter_paper(input)?)?;
        Ok(self.typesetter.svg(&sheets))
    }

    /// The letter as plain text, as a voice would read it.
    pub fn letter_text(&mut self, input: &LetterInput<'_>) -> Result<String, LetterError> {
        Ok(letter_paper(input)?.text())
    }

    /// How hard the letter is to read.
    pub fn letter_readability(&self, input: &LetterInput<'_>) -> Result<Readability, LetterError> {
        Ok(readability(&letter_paper(input)?.prose(), input.language))
    }

    /// The draft report to a regulator as PDF.
    pub fn report(&mut self, input: &ReportInput<'_>) -> Result<Vec<u8>, LetterError> {
        let paper = report_paper(input)?;
        let ident = format!("{}/{}/{}", input.regulator, input.citation, input.date);
        Ok(self.print(&paper, ident)?.pdf)
    }

    /// The same report for a word processor (DOCX).
    pub fn report_docx(&mut self, input: &ReportInput<'_>) -> Result<Vec<u8>, LetterError> {
        docx::docx(&report_paper(input)?)
    }

    /// The same report as plain text.
    pub fn report_text(&mut self, input: &ReportInput<'_>) -> Result<String, LetterError> {
        Ok(report_paper(input)?.text())
    }

    /// The notice for the website, as a page and as PDF.
    pub fn website_notice(&mut self, input: &NoticeInput<'_>) -> Result<Notice, LetterError> {
        let paper = showable(notice::compose(input)?, input.stage)?;
        Ok(Notice {
            html: html::html(&paper),
            pdf: self.print(&paper, format!("notice/{}", input.date))?.pdf,
        })
    }

    /// The script for the call centre, as Markdown and as PDF.
    pub fn call_script(&mut self, input: &NoticeInput<'_>) -> Result<Script, LetterError> {
        let paper = showable(script::compose(input)?, input.stage)?;
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
}

fn letter_paper(input: &LetterInput<'_>) -> Result<Paper, LetterError> {
    showable(letter::compose(input)?, input.stage)
}

fn report_paper(input: &ReportInput<'_>) -> Result<Paper, LetterError> {
    showable(report::compose(input)?, input.stage)
}

/// The paper without letters that no font has; a draft says that there were some.
fn showable(mut paper: Paper, stage: Stage) -> Result<Paper, LetterError> {
    let fonts = Fonts::get()?;
    let mut replaced = false;
    paper.for_each_text(|text| replaced |= fonts.make_showable(text));
    if replaced && stage == Stage::Draft {
        let words = crate::wording::Wording::of(paper.language)?;
        paper.todo(words.say("letter.notes.unshowable", &[])?);
    }
    Ok(paper)
}
