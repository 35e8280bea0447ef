//! What exists only as pictures: letters, laboratory reports and forms from the fax and the glass, and health cards.
//!
//! Their number grows with the square root of the people's, so that making
//! their text out stays a matter of a minute.

use whose_model::{DataElement as E, Language};

use super::{Pile, letters::compose, patient_note};
use crate::{
    SynthError,
    chance::Chance,
    ledger::{Item, io},
    lists::LISTS,
    pack::{
        canvas::{Canvas, LINE, letter_width},
        pdf, png, tiff,
    },
    person::Person,
    style::{Charset, Numbers, Style},
};

/// A page of letter size at 200 dots an inch.
const PAGE: (usize, usize) = (1700, 2200);
const DOTS: usize = 200;
const MARGIN: usize = 130;
/// From line to line.
const LEADING: usize = LINE + 10;

/// Writes every scan.
pub(crate) fn write(pile: &mut Pile<'_>) -> Result<(), SynthError> {
    let people = pile.world.people;
    for n in 0..how_many(people, 4, 12, 80) {
        let mut chance = pile.chance("scan", n);
        let index = chance.below(people);
        match n % 8 {
            0 => fax(pile, n, index, 0, &mut chance)?,
            1 => card(pile, n, index, &mut chance)?,
            2 => glass(pile, n, index, &mut chance)?,
            3 => batch(pile, n, index, &mut chance)?,
            4 => document(pile, n, index, &mut chance)?,
            5 => card(pile, n, index, &mut chance)?,
            6 => fax(pile, n, index, 2, &mut chance)?,
            _ => document(pile, n, index, &mut chance)?,
        }
    }
    Ok(())
}

/// A number that grows with the square root of the people's.
pub(crate) fn how_many(people: u64, tenths: u64, least: u64, most: u64) -> u64 {
    (people.isqrt() * tenths / 10)
        .clamp(least, most)
        .min(people)
}

/// How a scanned page is written: letters that the font has, in the person's language.
fn style(pile: &Pile<'_>, index: u64, chance: &mut Chance) -> Style {
    let mut style = Style::prose(chance, pile.world.person(index).language);
    style.charset = Charset::Windows1252;
    style.ascii = false;
    style
}

/// The pages of a text.
fn pages(text: &str) -> Vec<Canvas> {
    let columns = (PAGE.0 - 2 * MARGIN) / letter_width();
    let lines = wrapped(text, columns);
    let on_a_page = (PAGE.1 - 2 * MARGIN) / LEADING;
    lines
        .chunks(on_a_page.max(1))
        .map(|lines| {
            let mut page = Canvas::new(PAGE.0, PAGE.1, 255);
            for (i, line) in lines.iter().enumerate() {
                let bold = line.chars().any(char::is_alphabetic) && *line == line.to_uppercase();
                page.text(MARGIN, MARGIN + i * LEADING, line, 1, bold, false);
            }
            page
        })
        .collect()
}

/// Lines broken at spaces where they are too long.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut current = String::new();
        for word in line.split_inclusive(' ') {
            if current.chars().count() + word.trim_end().chars().count() > columns {
                lines.push(std::mem::take(&mut current));
            }
            current += word;
        }
        lines.push(current);
    }
    lines
}

/// A page that came by fax: a strip above, specks, slightly askew.
fn faxed(mut page: Canvas, number: usize, of: usize, chance: &mut Chance) -> Canvas {
    let strip = format!(
        "2026-07-{:02} 09:{:02}   FAX   P. {number}/{of}",
        1 + chance.below(28),
        chance.below(60)
    );
    page.text(MARGIN, 40, &strip, 1, false, false);
    let askew = chance.range(-8, 8);
    page.skewed(askew).grained(0, 3, chance)
}

/// A letter with its cover sheet, by fax: group 4, some upside down.
fn fax(
    pile: &mut Pile<'_>,
    n: u64,
    index: u64,
    quarters: usize,
    chance: &mut Chance,
) -> Result<(), SynthError> {
    let path = format!("Fax/in/2026-07/FAX{:05}.tif", 4100 + n);
    let style = style(pile, index, chance);
    let (draft, _) = compose(pile, "letter", index, &style, chance);
    let body = pages(&draft.text);
    let cover = match style.language {
        Language::En | Language::Other(_) => {
            "FAX\n\nTO:       Northern Birch Clinic, Health Records\nFAX:      800-555-0143\nSUBJECT:  Report enclosed\n\nCONFIDENTIAL: for the addressee only.\nIf it reached you by error, please call the sender."
        }
        Language::Fr => {
            "TÉLÉCOPIE\n\nÀ :        Clinique Bouleau du Nord, archives médicales\nTÉLÉC. :   800-555-0143\nOBJET :    Rapport ci-joint\n\nCONFIDENTIEL : pour le destinataire seulement.\nSi vous l'avez reçu par erreur, veuillez appeler l'expéditeur."
        }
    };
    let mut sheets = pages(cover);
    sheets.extend(body);
    let of = sheets.len();
    let sheets: Vec<Canvas> = sheets
        .into_iter()
        .enumerate()
        .map(|(i, page)| faxed(page, i + 1, of, chance).turned(quarters))
        .collect();
    pile.ledger.exhibit(&path, "tiff")?;
    let bytes =
        tiff::write(&sheets, tiff::Packing::Group4, DOTS as u32).map_err(|e| io(&path, e))?;
    pile.ledger.put(&path, &bytes)?;
    let notes = draft.notes(&path, &|_, _| None);
    pile.note_all(&notes)
}

/// A laboratory report or a form from the glass, as a picture.
fn glass(pile: &mut Pile<'_>, n: u64, index: u64, chance: &mut Chance) -> Result<(), SynthError> {
    let kind = if chance.percent(50) { "lab" } else { "form" };
    let path = format!("Scans/2026/{kind} {:04}.png", 310 + n);
    let style = style(pile, index, chance);
    let (draft, _) = compose(pile, kind, index, &style, chance);
    let askew = chance.range(-12, 12);
    let Some(page) = pages(&draft.text).into_iter().next() else {
        return Ok(());
    };
    let page = page.skewed(askew).grained(10, 1, chance);
    pile.ledger.exhibit(&path, "png")?;
    let bytes = png::write(&page, (DOTS * 10_000 / 254) as u32).map_err(|e| io(&path, e))?;
    pile.ledger.put(&path, &bytes)?;
    let notes = draft.notes(&path, &|_, _| None);
    pile.note_all(&notes)
}

/// Reports of three people scanned in one go, a page each.
fn batch(pile: &mut Pile<'_>, n: u64, index: u64, chance: &mut Chance) -> Result<(), SynthError> {
    let path = format!("Scans/2026/batch {:04}.tiff", 310 + n);
    let people = pile.world.people;
    let mut of: Vec<u64> = vec![index];
    for step in 1..3 {
        let other = (index + step * 31) % people;
        if !of.contains(&other) {
            of.push(other);
        }
    }
    pile.ledger.exhibit(&path, "tiff")?;
    let mut sheets = Vec::new();
    for &index in &of {
        let style = style(pile, index, chance);
        let (draft, _) = compose(pile, "lab", index, &style, chance);
        sheets.extend(
            pages(&draft.text)
                .into_iter()
                .map(|page| page.grained(0, 2, chance)),
        );
        let notes = draft.notes(&path, &|_, _| None);
        pile.note_all(&notes)?;
    }
    let packing = if chance.percent(50) {
        tiff::Packing::Deflate
    } else {
        tiff::Packing::Plain
    };
    let bytes = tiff::write(&sheets, packing, DOTS as u32).map_err(|e| io(&path, e))?;
    pile.ledger.put(&path, &bytes)
}

/// A form or a letter as a PDF that holds pictures alone; some lie on their side.
fn document(
    pile: &mut Pile<'_>,
    n: u64,
    index: u64,
    chance: &mut Chance,
) -> Result<(), SynthError> {
    let kind = if chance.percent(60) { "form" } else { "letter" };
    let path = format!("Scans/PDF/{kind}_scan_{:04}.pdf", 310 + n);
    let style = style(pile, index, chance);
    let (draft, _) = compose(pile, kind, index, &style, chance);
    let on_its_side = n % 8 == 4;
    let askew = if on_its_side { 0 } else { chance.range(-9, 9) };
    let sheets: Vec<Canvas> = pages(&draft.text)
        .into_iter()
        .map(|page| {
            page.skewed(askew)
                .grained(0, 2, chance)
                .turned(if on_its_side { 1 } else { 0 })
        })
        .collect();
    pile.ledger.exhibit(&path, "pdf")?;
    let bytes = pdf::pictures(&sheets, n.is_multiple_of(2), DOTS).map_err(|e| io(&path, e))?;
    pile.ledger.put(&path, &bytes)?;
    let notes = draft.notes(&path, &|_, _| None);
    pile.note_all(&notes)
}

/// A health card in colours of grey, 300 dots an inch.
fn card(pile: &mut Pile<'_>, n: u64, index: u64, chance: &mut Chance) -> Result<(), SynthError> {
    // Somebody near who has a card of Canada.
    let people = pile.world.people;
    let held = (0..people.min(200))
        .map(|step| (index + step) % people)
        .find(|&index| {
            let person = pile.world.person(index);
            !person.traits.newborn
                && person
                    .health
                    .as_ref()
                    .is_some_and(|number| number.scheme.starts_with("ca-"))
        });
    let Some(index) = held else {
        return Ok(());
    };
    let path = format!("Scans/Cards/IMG_{:04}.png", 2200 + n);
    let person: Person = pile.world.person(index);
    let mut style = style(pile, index, chance);
    style.numbers = Numbers::Spaced;
    style.dates = crate::style::Dates::Iso;
    let Some(health) = person.health.clone() else {
        return Ok(());
    };
    let (given, family) = (style.text(&person.given), style.text(&person.family));
    let name = format!("{given} {family}").to_uppercase();
    let number = style.number(&health);
    let born = style.date(person.born);
    let sex = person.sex.letter();
    let mut card = Canvas::new(1012, 638, 235);
    card.fill(0, 0, 1012, 130, 70);
    card.fill(0, 600, 1012, 38, 120);
    let place = match LISTS.places[person.place].jurisdiction {
        "ca-qc" => "QUÉBEC",
        "ca-on" => "ONTARIO",
        "ca-sk" => "SASKATCHEWAN",
        "ca-ab" => "ALBERTA",
        "ca-mb" => "MANITOBA",
        "ca-nb" => "NOUVEAU-BRUNSWICK",
        _ => "CANADA",
    };
    card.text(40, 34, "Health · Santé", 2, true, true);
    card.text(620, 50, place, 1, true, true);
    card.text(40, 180, &number, 2, true, false);
    card.text(40, 300, &name, 1, true, false);
    let below = match style.language {
        Language::En | Language::Other(_) => format!("BORN  {born}     SEX: {sex}"),
        Language::Fr => format!("NÉ(E) LE  {born}     SEXE : {sex}"),
    };
    card.text(40, 400, &below, 1, false, false);
    let picture = card.grained(6, 0, chance);
    pile.ledger.exhibit(&path, "png")?;
    let bytes = png::write(&picture, 11_811).map_err(|e| io(&path, e))?;
    pile.ledger.put(&path, &bytes)?;
    let mut note = patient_note(&path, index);
    note.items = [
        (E::HealthNumber, number),
        (E::Name, name),
        (E::BirthDate, born),
        (E::Sex, sex.to_owned()),
    ]
    .into_iter()
    .map(|(element, value)| Item {
        element,
        value,
        spot: None,
    })
    .collect();
    note.may = vec![E::MedicalImage, E::Signature];
    pile.note_all(&[(note, index)])
}
