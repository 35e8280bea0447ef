//! A mailbox: messages in MBOX files and as EML, replies that quote, encoded words, attachments that are lists.
//!
//! Format: RFC 5322, RFC 2045, RFC 4155. Messages of an MBOX are exhibits numbered from 1.

use whose_model::Language;

use super::{
    Kind, Pile,
    letters::compose,
    tables::{csv_bytes, workbook},
};
use crate::{
    SynthError,
    chance::Chance,
    ledger::io,
    pack::{archive::Zip, mime},
    style::{Charset, Style},
    world::Clinician,
};

const PER_BOX: usize = 300;

/// Writes the mailbox.
pub(crate) fn write(pile: &mut Pile<'_>) -> Result<(), SynthError> {
    let people = pile.of(Kind::Mail);
    let (in_boxes, single): (Vec<u64>, Vec<u64>) = people.iter().partition(|&&index| index % 5 < 3);
    let lists = pile.of(Kind::MailList);
    let mut lists: Vec<&[u64]> = lists.chunks(24).collect();
    for (n, chunk) in in_boxes.chunks(PER_BOX).enumerate() {
        let path = if n % 2 == 0 {
            format!("Mail/inbox-{:02}.mbox", n / 2 + 1)
        } else {
            format!("Courriels/Boîte de réception {}.mbox", n / 2 + 1)
        };
        let mut file = pile.ledger.open(&path)?;
        pile.ledger.exhibit(&path, "mbox")?;
        let mut number = 0;
        // Half of the lists go into boxes, a few a box.
        let n_lists = lists.len().min(6);
        let mut in_this_box = lists.split_off(lists.len() - n_lists).into_iter();
        for (i, &index) in chunk.iter().enumerate() {
            number += 1;
            let message = person_message(pile, &format!("{path}/{number}"), index)?;
            file.write(&boxed(&message))?;
            if i % 40 == 7
                && let Some(people) = in_this_box.next()
            {
                number += 1;
                let message = list_message(pile, &format!("{path}/{number}"), people)?;
                file.write(&boxed(&message))?;
            }
        }
        for people in in_this_box {
            number += 1;
            let message = list_message(pile, &format!("{path}/{number}"), people)?;
            file.write(&boxed(&message))?;
        }
        pile.ledger.close(file)?;
    }
    for (n, &index) in single.iter().enumerate() {
        let path = format!("Mail/saved/{:03}/msg {index}.eml", n / 400);
        let message = person_message(pile, &path, index)?;
        pile.ledger.put(&path, message.as_bytes())?;
    }
    for (n, people) in lists.into_iter().enumerate() {
        let path = format!("Mail/sent/{:03}/FW list {}.eml", n / 400, n + 1);
        let message = list_message(pile, &path, people)?;
        pile.ledger.put(&path, message.as_bytes())?;
    }
    Ok(())
}

/// A message as an MBOX holds it.
pub(crate) fn boxed(message: &str) -> Vec<u8> {
    let mut out = String::from("From synth@mail.example Mon Aug  3 02:14:00 2026\n");
    for line in message.replace("\r\n", "\n").lines() {
        if line.trim_start_matches('>').starts_with("From ") {
            out.push('>');
        }
        out += line;
        out.push('\n');
    }
    out.push('\n');
    out.into_bytes()
}

fn heads(doctor: &Clinician, subject: &str, number: u64, chance: &mut Chance) -> String {
    let from = mime::header(&format!("{} {}", doctor.given, doctor.family));
    let quoted = if from.starts_with("=?") {
        from
    } else {
        format!("\"{from}\"")
    };
    format!(
        "Message-ID: <{:016x}@northernbirch.example>\r\nDate: {}, {:02} Jul 2026 {:02}:{:02}:00 -0400\r\nFrom: {quoted} <staff{}@northernbirch.example>\r\nTo: \"Reception\" <reception@northernbirch.example>\r\nSubject: {}\r\nX-Synthetic: made by whose synth\r\nMIME-Version: 1.0\r\n",
        chance.next(),
        ["Mon", "Tue", "Wed", "Thu", "Fri"][number as usize % 5],
        6 + number % 5,
        chance.below(24),
        chance.below(60),
        doctor.id,
        mime::header(subject),
    )
}

/// A message about a person, noted.
pub(crate) fn person_message(
    pile: &mut Pile<'_>,
    path: &str,
    index: u64,
) -> Result<String, SynthError> {
    let mut chance = pile.chance("mail", index);
    let language = pile.world.person(index).language;
    let mut style = Style::prose(&mut chance, language);
    style.ascii = false;
    if chance.percent(25) {
        style.charset = Charset::Windows1252;
    }
    let (mut draft, _) = compose(pile, "mail", index, &style, &mut chance);
    if chance.percent(35) {
        // A reply above what it answers: the facts stand in the quoted part.
        let quoted: String = draft
            .text
            .lines()
            .map(|line| format!("> {line}\n"))
            .collect();
        let answer = match language {
            Language::En | Language::Other(_) => {
                "Done, thanks.\n\nOn Tue, Jul 7, 2026 at 9:12 AM Reception wrote:\n"
            }
            Language::Fr => {
                "C'est fait, merci.\n\nLe mar. 7 juill. 2026 à 09 h 12, Réception a écrit :\n"
            }
        };
        pile.ledger.exhibit(path, "eml")?;
        let notes = draft.notes(path, &|_, _| None);
        pile.note_all(&notes)?;
        draft.text = format!("{answer}{quoted}");
    } else {
        pile.ledger.exhibit(path, "eml")?;
        let notes = draft.notes(path, &|_, _| None);
        pile.note_all(&notes)?;
    }
    let doctor = pile
        .world
        .clinician(chance.below(pile.world.n_clinicians()));
    let subject = match (language, chance.below(3)) {
        (Language::En | Language::Other(_), 0) => "Re: rebooking",
        (Language::En | Language::Other(_), 1) => "question about my appointment",
        (Language::En | Language::Other(_), _) => "FW: patient file",
        (Language::Fr, 0) => "RE : déplacement de rendez-vous",
        (Language::Fr, 1) => "Résultats à transmettre",
        (Language::Fr, _) => "TR : dossier à compléter",
    };
    let mut message = heads(&doctor, subject, index, &mut chance);
    let mut bytes = Vec::new();
    style.encode(&draft.text, &mut bytes);
    let charset = if style.charset == Charset::Windows1252 {
        "windows-1252"
    } else {
        "utf-8"
    };
    match chance.below(4) {
        0 => {
            message += &format!(
                "Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            );
            message += &mime::base64_lines(&bytes);
        }
        1 => {
            let html = format!(
                "<html><body><p>{}</p><!-- synthetic --></body></html>",
                crate::pack::xml(&draft.text).replace('\n', "<br>\n")
            );
            message += "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";
            message += &mime::quoted_printable(html.as_bytes());
            message += "\r\n";
        }
        _ => {
            message += &format!(
                "Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
            );
            message += &mime::quoted_printable(&bytes);
            message += "\r\n";
        }
    }
    Ok(message)
}

/// A message with a list attached: as CSV, as a workbook, or in a ZIP.
pub(crate) fn list_message(
    pile: &mut Pile<'_>,
    path: &str,
    people: &[u64],
) -> Result<String, SynthError> {
    let number = people.first().copied().unwrap_or(0);
    let mut chance = pile.chance("list mail", number);
    pile.ledger.exhibit(path, "eml")?;
    let language = if chance.percent(30) {
        Language::Fr
    } else {
        Language::En
    };
    let (name, kind, bytes) = match chance.below(3) {
        0 => {
            let name = if language == Language::Fr {
                "liste.csv"
            } else {
                "list.csv"
            };
            let bytes = csv_bytes(
                pile,
                &format!("{path}/{name}"),
                "short",
                people,
                number,
                language,
            )?;
            (name, "text/csv", bytes)
        }
        1 => {
            let name = "list.xlsx";
            let bytes = workbook(pile, &format!("{path}/{name}"), "mini", people, number)?;
            (
                name,
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                bytes,
            )
        }
        _ => {
            let name = "transfer.zip";
            let inner = "transfer/patients.csv";
            let at = format!("{path}/{name}");
            pile.ledger.exhibit(&at, "zip")?;
            let bytes = csv_bytes(
                pile,
                &format!("{at}/{inner}"),
                "extract",
                people,
                number,
                language,
            )?;
            let mut zip = Zip::default();
            zip.add(inner, &bytes).map_err(|e| io(path, e))?;
            (name, "application/zip", zip.finish())
        }
    };
    let doctor = pile
        .world
        .clinician(chance.below(pile.world.n_clinicians()));
    let subject = match language {
        Language::En | Language::Other(_) => "List for tomorrow",
        Language::Fr => "Liste pour demain - à vérifier",
    };
    let mut message = heads(&doctor, subject, number, &mut chance);
    let body = match language {
        Language::En | Language::Other(_) => "Hi,\n\nHere is the list as discussed.\n\nThanks",
        Language::Fr => "Bonjour,\n\nVoici la liste demandée.\n\nMerci",
    };
    let boundary = format!("=_synth_{number:08}");
    message += &format!(
        "Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\nThis is a message in parts.\r\n--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n--{boundary}\r\nContent-Type: {kind}; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}--{boundary}--\r\n",
        mime::quoted_printable(body.as_bytes()),
        mime::base64_lines(&bytes),
    );
    Ok(message)
}
