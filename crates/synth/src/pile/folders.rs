//! Mailboxes of other kinds: a Maildir, an MBOX of threads in which answers quote what they answer, messages saved by Outlook.
//!
//! Format: Maildir as maildir(5) has it; RFC 5322 3.6.4 for the threads.

use whose_model::Language;

use super::{
    Kind, Pile,
    letters::compose,
    mail::{boxed, person_message},
    scans::how_many,
};
use crate::{
    SynthError,
    pack::{mime, msg},
    style::Style,
};

/// Writes all three.
pub(crate) fn write(pile: &mut Pile<'_>) -> Result<(), SynthError> {
    maildir(pile)?;
    threads(pile)?;
    saved(pile)
}

/// Messages that somebody dragged out of Outlook.
fn saved(pile: &mut Pile<'_>) -> Result<(), SynthError> {
    let people = pile.world.people;
    for n in 0..how_many(people, 2, 3, 60) {
        let mut chance = pile.chance("msg", n);
        let index = chance.below(people);
        let language = pile.world.person(index).language;
        let mut style = Style::prose(&mut chance, language);
        style.ascii = false;
        let (draft, _) = compose(pile, "mail", index, &style, &mut chance);
        let (name, subject) = match language {
            Language::En | Language::Other(_) => ("FW patient file", "FW: patient file"),
            Language::Fr => ("TR dossier à compléter", "TR : dossier à compléter"),
        };
        let path = format!("Users/jdoe/Desktop/mail/{name} ({}).msg", n + 1);
        let headers = format!(
            "Message-ID: <{:016x}.msg@northernbirch.example>\r\nDate: Wed, 08 Jul 2026 10:{:02}:00 -0400\r\nX-Synthetic: made by whose synth\r\n",
            chance.next(),
            n % 60
        );
        let bytes = msg::message(&msg::Message {
            sender: ("Reception", "reception@northernbirch.example"),
            recipient: ("Records", "records@northernbirch.example"),
            subject,
            body: &draft.text.replace('\n', "\r\n"),
            headers: &headers,
        });
        pile.ledger.exhibit(&path, "msg")?;
        pile.ledger.put(&path, &bytes)?;
        let notes = draft.notes(&path, &|_, _| None);
        pile.note_all(&notes)?;
    }
    Ok(())
}

/// Messages one by one in `cur` and `new`, named as a mail server names them.
fn maildir(pile: &mut Pile<'_>) -> Result<(), SynthError> {
    let people = pile.world.people;
    for n in 0..how_many(people, 10, 6, 400) {
        let mut chance = pile.chance("maildir", n);
        let index = chance.below(people);
        let time = 1_783_900_000 + n * 977;
        let box_name = ["jroy", "accueil"][(n % 2) as usize];
        let path = if n % 5 == 4 {
            format!("Mail/Maildir/{box_name}/new/{time}.M{n}P2211.mx1")
        } else {
            format!("Mail/Maildir/{box_name}/cur/{time}.M{n}P2211.mx1:2,S")
        };
        let message = person_message(pile, &path, index)?;
        pile.ledger
            .put(&path, message.replace("\r\n", "\n").as_bytes())?;
    }
    Ok(())
}

/// Threads of three messages; the facts stand in the first and, quoted, in the second.
fn threads(pile: &mut Pile<'_>) -> Result<(), SynthError> {
    let people = pile.of(Kind::Mail);
    if people.is_empty() {
        return Ok(());
    }
    let path = "Mail/threads 2026.mbox";
    pile.ledger.exhibit(path, "mbox")?;
    let mut file = pile.ledger.open(path)?;
    let mut number = 0;
    let n_threads = how_many(pile.world.people, 5, 3, 200) as usize;
    for (n, &index) in people.iter().rev().take(n_threads).enumerate() {
        let mut chance = pile.chance("thread", index);
        let language = pile.world.person(index).language;
        let mut style = Style::prose(&mut chance, language);
        style.ascii = false;
        let (draft, _) = compose(pile, "mail", index, &style, &mut chance);
        let quoted: String = draft
            .text
            .lines()
            .map(|line| format!("> {line}\n"))
            .collect();
        let (subject, answer, thanks) = match language {
            Language::En | Language::Other(_) => (
                "chart question",
                "Will do.\n\nOn Tue, Jul 7, 2026 at 9:12 AM Reception wrote:\n",
                "Thank you both.\n",
            ),
            Language::Fr => (
                "question sur un dossier",
                "Je m'en occupe.\n\nLe mar. 7 juill. 2026 à 09 h 12, Réception a écrit :\n",
                "Merci à vous deux.\n",
            ),
        };
        let ids: Vec<String> = (0..3)
            .map(|i| format!("<{:016x}.{i}@northernbirch.example>", chance.next()))
            .collect();
        let bodies = [
            draft.text.clone(),
            format!("{answer}{quoted}"),
            thanks.to_owned(),
        ];
        for (i, body) in bodies.iter().enumerate() {
            number += 1;
            let exhibit = format!("{path}/{number}");
            pile.ledger.exhibit(&exhibit, "eml")?;
            if i < 2 {
                let notes = draft.notes(&exhibit, &|_, _| None);
                pile.note_all(&notes)?;
            }
            let answers = if i == 0 {
                String::new()
            } else {
                format!(
                    "In-Reply-To: {}\r\nReferences: {}\r\n",
                    ids[i - 1],
                    ids[..i].join(" ")
                )
            };
            let re = if i == 0 { "" } else { "Re: " };
            let sender = ["reception", "records", "nursing"][i];
            let message = format!(
                "Message-ID: {}\r\n{answers}Date: Tue, 07 Jul 2026 {:02}:{:02}:00 -0400\r\nFrom: <{sender}@northernbirch.example>\r\nTo: <team@northernbirch.example>\r\nSubject: {}\r\nX-Synthetic: made by whose synth\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n",
                ids[i],
                9 + i,
                n % 60,
                mime::header(&format!("{re}{subject}")),
                mime::quoted_printable(body.as_bytes()),
            );
            file.write(&boxed(&message))?;
        }
    }
    pile.ledger.close(file)
}
