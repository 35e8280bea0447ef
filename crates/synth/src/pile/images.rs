//! Pictures of the body as DICOM: whose they are stands in the header, in the points, or in both.
//!
//! A header without names does not help where the name is burned into the picture.

use jiff::civil::Date;
use whose_model::DataElement as E;

use super::{Pile, patient_note, scans::how_many, sql::clinician_note};
use crate::{
    SynthError,
    chance::Chance,
    columns::visit,
    ledger::Item,
    lists::LISTS,
    pack::{
        MARK,
        canvas::Canvas,
        dicom::{CAPTURE, Dicom, RADIOGRAPH, ULTRASOUND, ULTRASOUND_FRAMES},
    },
    style::{Charset, Dates, Numbers, Style},
};

/// How a picture says whose it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    /// In its header alone.
    Header,
    /// In its header and in its points.
    Both,
    /// In its points: the header has been cleaned.
    Points,
}

/// Writes every picture.
pub(crate) fn write(pile: &mut Pile<'_>) -> Result<(), SynthError> {
    let people = pile.world.people;
    for n in 0..how_many(people, 3, 6, 60) {
        let mut chance = pile.chance("image", n);
        let index = chance.below(people);
        let says = match n % 6 {
            1 | 3 => Says::Both,
            4 => Says::Points,
            _ => Says::Header,
        };
        picture(pile, n, index, says, &mut chance)?;
    }
    Ok(())
}

fn compact(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

fn picture(
    pile: &mut Pile<'_>,
    n: u64,
    index: u64,
    says: Says,
    chance: &mut Chance,
) -> Result<(), SynthError> {
    let mut style = Style::table(chance, pile.world.person(index).language);
    style.charset = Charset::Windows1252;
    style.ascii = false;
    style.upper = true;
    style.dates = Dates::Iso;
    style.numbers = Numbers::Plain;
    let seen = pile.seen(index, &style, chance);
    let person = &seen.person;
    let n_frames = if n % 6 == 3 { 3 } else { 1 };
    let path = format!("PACS/export/ST{:04}/IM{:06}.dcm", n / 3 + 1, n + 1);
    let (class, modality, description) = match (says, n_frames, n % 2) {
        (_, 3, _) => (ULTRASOUND_FRAMES, "US", "US ABDOMEN"),
        (Says::Both, ..) => (ULTRASOUND, "US", "US THYROID"),
        (Says::Points, ..) => (CAPTURE, "OT", "SECONDARY CAPTURE"),
        (_, _, 0) => (RADIOGRAPH, "CR", "XR CHEST PA"),
        _ => (CAPTURE, "OT", "XR HIP LEFT"),
    };
    let day = visit(&seen, chance);
    let uid = |chance: &mut Chance| format!("2.25.{}", (u128::from(chance.next()) << 48) + 7);
    let instance = uid(chance);
    let clean = says == Says::Points;
    let pn = if seen.middle.is_empty() {
        format!("{}^{}", seen.family, seen.given)
    } else {
        format!("{}^{}^{}", seen.family, seen.given, seen.middle)
    };
    let doctor = pile.world.clinician(person.specialist);
    let site = LISTS.sites[LISTS.places[person.place].site];
    let mut file = Dicom::new(class, &instance);
    file.text((0x0008, 0x0005), "CS", "ISO_IR 100");
    file.text((0x0008, 0x0008), "CS", "ORIGINAL\\PRIMARY");
    file.identity();
    file.text(
        (0x0008, 0x0020),
        "DA",
        &if clean { String::new() } else { compact(day) },
    );
    file.text((0x0008, 0x0030), "TM", "101500");
    let accession = format!("A{}", chance.digits(8));
    file.text((0x0008, 0x0050), "SH", if clean { "" } else { &accession });
    file.text((0x0008, 0x0060), "CS", modality);
    if !clean {
        file.text((0x0008, 0x0080), "LO", &style.text(site));
    }
    let referring = if clean {
        String::new()
    } else {
        style.text(&format!("{}^{}", doctor.family, doctor.given))
    };
    file.text((0x0008, 0x0090), "PN", &referring);
    file.text((0x0008, 0x1030), "LO", description);
    if clean {
        file.text((0x0010, 0x0010), "PN", "ANON^ANON");
        file.text((0x0010, 0x0020), "LO", &format!("SUBJ-{:03}", n + 1));
        file.text((0x0010, 0x0030), "DA", "");
        file.text((0x0010, 0x0040), "CS", "");
        file.text((0x0012, 0x0062), "CS", "YES");
        file.text((0x0012, 0x0063), "LO", "HEADER REMOVED");
    } else {
        file.text((0x0010, 0x0010), "PN", &pn);
        file.text((0x0010, 0x0020), "LO", &person.mrn);
        file.text((0x0010, 0x0030), "DA", &compact(seen.born));
        file.text((0x0010, 0x0040), "CS", person.sex.letter());
    }
    let study = uid(chance);
    file.text((0x0020, 0x000d), "UI", &study);
    let series = uid(chance);
    file.text((0x0020, 0x000e), "UI", &series);
    file.text((0x0020, 0x0010), "SH", &format!("{}", 500 + n));
    file.text((0x0020, 0x0011), "IS", "1");
    file.text((0x0020, 0x0013), "IS", &format!("{}", n + 1));
    file.text((0x0020, 0x4000), "LT", MARK);
    let (width, height) = (640_usize, 480_usize);
    file.number((0x0028, 0x0002), 1);
    file.text((0x0028, 0x0004), "CS", "MONOCHROME2");
    if n_frames > 1 {
        file.text((0x0028, 0x0008), "IS", &n_frames.to_string());
    }
    file.number((0x0028, 0x0010), height as u16);
    file.number((0x0028, 0x0011), width as u16);
    file.number((0x0028, 0x0100), 8);
    file.number((0x0028, 0x0101), 8);
    file.number((0x0028, 0x0102), 7);
    file.number((0x0028, 0x0103), 0);
    file.text(
        (0x0028, 0x0301),
        "CS",
        if says == Says::Header { "NO" } else { "YES" },
    );
    let burned = [
        format!("{}, {}", seen.family, seen.given),
        format!("DOB {}", style.date(seen.born)),
        format!("MRN {}", person.mrn),
    ];
    let mut points = Vec::new();
    for frame in 0..n_frames {
        let mut canvas = body(width, height, frame, chance);
        if says != Says::Header {
            for (i, line) in burned.iter().enumerate() {
                canvas.text(16, 12 + i * 40, line, 1, false, true);
            }
        }
        points.extend_from_slice(&canvas.points);
    }
    pile.ledger.exhibit(&path, "dicom")?;
    pile.ledger.put(&path, &file.finish(&points))?;
    let item = |element, value: &str| Item {
        element,
        value: value.to_owned(),
        spot: None,
    };
    let mut note = patient_note(&path, index);
    // Where both say it, the name stands in two ways of writing.
    if says != Says::Header {
        note.items.push(item(E::Name, &burned[0]));
        note.items.push(item(E::BirthDate, &style.date(seen.born)));
    }
    if !clean {
        note.items.push(item(E::Name, &pn));
        note.items.push(item(E::BirthDate, &compact(seen.born)));
        note.items.push(item(E::Sex, person.sex.letter()));
        note.items.push(item(E::ServiceDate, &compact(day)));
    }
    note.items.push(item(E::MedicalRecordNumber, &person.mrn));
    note.items.push(item(E::MedicalImage, ""));
    note.may = vec![
        E::Procedure,
        E::Clinician,
        E::ServiceLocation,
        E::ServiceDate,
        E::Sex,
    ];
    pile.note_all(&[(note, index)])?;
    if !clean {
        pile.ledger
            .note(&clinician_note(&path, &doctor, false), None)?;
    }
    Ok(())
}

/// Something round and grey on black: no body, but no text either.
fn body(width: usize, height: usize, frame: usize, chance: &mut Chance) -> Canvas {
    let mut canvas = Canvas::new(width, height, 0);
    let (middle_x, middle_y) = (width as i64 / 2 + 20, height as i64 / 2 + 60);
    let size = chance.range(110, 150) + frame as i64 * 6;
    for y in 0..height as i64 {
        for x in 0..width as i64 {
            let (dx, dy) = (x - middle_x, (y - middle_y) * 4 / 3);
            let away = (dx * dx + dy * dy).isqrt();
            if away < size {
                let shade = 150 - away * 100 / size;
                canvas.points[(y * width as i64 + x) as usize] = shade.clamp(0, 255) as u8;
            }
        }
    }
    canvas.grained(5, 0, chance)
}
