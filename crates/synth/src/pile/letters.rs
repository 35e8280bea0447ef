//! Letters, notes, laboratory reports, forms and invoices: one file each, as DOCX, PDF or text.

use whose_model::Language;

use super::{Kind, Pile};
use crate::{
    SynthError,
    chance::Chance,
    draft::{Draft, Facts, fill, template},
    ledger::{Spot, io},
    numbers::fold,
    pack::{MARK, docx, pdf},
    seen::Seen,
    style::{Charset, Style},
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Docx,
    DocxTable,
    Pdf,
    Text,
}

/// Writes every letter.
pub(crate) fn write(pile: &mut Pile<'_>) -> Result<(), SynthError> {
    for (kind, template, forms) in [
        (Kind::LetterDocx, "letter", &[Form::Docx][..]),
        (Kind::LetterPdf, "letter", &[Form::Pdf]),
        (Kind::LetterText, "letter", &[Form::Text]),
        (Kind::Lab, "lab", &[Form::Pdf, Form::Text, Form::Text]),
        (
            Kind::Form,
            "form",
            &[Form::DocxTable, Form::Pdf, Form::Docx, Form::Text],
        ),
        (Kind::Invoice, "invoice", &[Form::Pdf, Form::Text]),
        (Kind::Pair, "pair", &[Form::Docx, Form::Pdf, Form::Text]),
    ] {
        for index in pile.of(kind) {
            let mut chance = pile.chance(template, index * 32 + kind as u64);
            let form = forms[chance.index(forms.len())];
            letter(pile, template, index, form, &mut chance)?;
        }
    }
    Ok(())
}

/// A text about a person from a template of a kind.
pub(crate) fn compose(
    pile: &Pile<'_>,
    kind: &str,
    index: u64,
    style: &Style,
    chance: &mut Chance,
) -> (Draft, Seen) {
    let seen = pile.seen(index, style, chance);
    let second = (kind == "pair").then(|| {
        let (first, end) = pile.world.members(index);
        let other = first + 1 + chance.below(end - first - 1);
        pile.seen(other, style, chance)
    });
    let facts = Facts::new(pile.world, style, &seen, second.as_ref(), chance);
    // Of some people little is known, and a template that needs more is left with nothing to say.
    let mut draft = fill(template(kind, style.language, chance), &facts, chance);
    for _ in 0..64 {
        if draft.says_something() {
            break;
        }
        draft = fill(template(kind, style.language, chance), &facts, chance);
    }
    draft.subject = seen.name_reversed();
    (draft, seen)
}

fn letter(
    pile: &mut Pile<'_>,
    kind: &str,
    index: u64,
    form: Form,
    chance: &mut Chance,
) -> Result<(), SynthError> {
    let person_language = pile.world.person(index).language;
    // Some are written in the other language.
    let language = match (person_language, chance.percent(6)) {
        (Language::En, true) | (Language::Fr, false) => Language::Fr,
        _ => Language::En,
    };
    let mut style = Style::prose(chance, language);
    if form == Form::Pdf || form == Form::Text && chance.percent(40) {
        style.charset = Charset::Windows1252;
    } else if form == Form::Text && chance.percent(10) {
        style.charset = Charset::Utf8Bom;
    }
    let (draft, seen) = compose(pile, kind, index, &style, chance);
    let ending = match form {
        Form::Docx | Form::DocxTable => "docx",
        Form::Pdf => "pdf",
        Form::Text => "txt",
    };
    let path = path(pile, kind, &seen, language, ending, chance);
    let bytes = match form {
        Form::Docx => docx::write(&draft.text, false).map_err(|e| io(&path, e))?,
        Form::DocxTable => docx::write(&draft.text, true).map_err(|e| io(&path, e))?,
        Form::Pdf => pdf::write(&draft.text).map_err(|e| io(&path, e))?,
        Form::Text => {
            let mut bytes = style.mark().to_vec();
            style.encode(&draft.text, &mut bytes);
            style.encode(&format!("\n--\n{}\n", style.text(MARK)), &mut bytes);
            bytes
        }
    };
    pile.ledger.exhibit(&path, ending)?;
    pile.ledger.put(&path, &bytes)?;
    let base = style.mark().len() as u64;
    let is_text = form == Form::Text;
    let notes = draft.notes(&path, &|start, end| {
        is_text.then(|| {
            let at = base + style.n_bytes(&draft.text[..start]);
            Spot::Bytes {
                start: at,
                end: at + style.n_bytes(&draft.text[start..end]),
            }
        })
    });
    pile.note_all(&notes)
}

/// Folders by site and kind, at most some hundred files each; some file names carry the name.
fn path(
    pile: &Pile<'_>,
    kind: &str,
    seen: &Seen,
    language: Language,
    ending: &str,
    chance: &mut Chance,
) -> String {
    let index = seen.person.index;
    let site = pile.site(index);
    let shelf = index / 500;
    let folder = match (kind, language.is_french()) {
        ("letter" | "pair", false) => format!("Charts/{site}/Letters/{shelf:03}"),
        ("letter" | "pair", true) => format!("Dossiers médicaux/{site}/Lettres/{shelf:03}"),
        ("lab", false) => format!("Charts/{site}/Lab results/{shelf:03}"),
        ("lab", true) => {
            format!("Dossiers médicaux/{site}/Résultats de laboratoire/{shelf:03}")
        }
        ("form", false) => format!("Enrolment and consent/{shelf:03}"),
        ("form", true) => format!("Inscriptions et consentements/{shelf:03}"),
        (_, false) => format!("Accounting/Invoices 2026/{shelf:03}"),
        (_, true) => format!("Comptabilité/Factures 2026/{shelf:03}"),
    };
    let name = match chance.below(4) {
        0 => {
            let family = fold(&seen.family).replace(['/', '.'], "");
            format!("{family} {kind} {index}")
        }
        1 => format!("{kind}_{:08x}", chance.next() as u32 ^ index as u32),
        2 => format!("scan{index:06} {kind}"),
        _ => format!("{}-{kind}-{index}", seen.person.mrn),
    };
    format!("{folder}/{name}.{ending}")
}
