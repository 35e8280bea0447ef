//! ZIPs behind passwords: two that the clinic knows, one that a neighbouring mail tells, one that nobody knows.
//!
//! The clinic's passwords stand in `passwords.txt` beside the evidence. What
//! stands behind the other two is an expected gap: a password found in the
//! pile is proposed, not used unasked.

use whose_model::Language;

use super::{Pile, tables::csv_bytes};
use crate::{
    SynthError,
    chance::Chance,
    ledger::{create_file, io},
    pack::{archive::Zip, locked::Lock},
};

/// Writes every locked archive: one set for each 5,000 people, at most ten.
pub(crate) fn write(pile: &mut Pile<'_>) -> Result<(), SynthError> {
    let mut known = String::new();
    for n in 0..pile.world.people.div_ceil(5_000).clamp(1, 10) {
        let mut chance = pile.chance("secured", n);
        for (lock, file, member, language) in [
            (Lock::Aes, "lab transfer", "labs.csv", Language::En),
            (Lock::Old, "envoi sécurisé", "usagers.csv", Language::Fr),
        ] {
            let password = password(&mut chance);
            let path = format!("Secure transfer/{file} {:02}.zip", n + 1);
            let people = some(pile, 20, &mut chance);
            pile.ledger.exhibit(&path, "zip")?;
            let bytes = csv_bytes(
                pile,
                &format!("{path}/{member}"),
                "extract",
                &people,
                700_000_000 + n * 2 + u64::from(lock == Lock::Old),
                language,
            )?;
            put(pile, &path, member, &bytes, (lock, &password), &mut chance)?;
            known += &password;
            known.push('\n');
        }
        told(pile, n, &mut chance)?;
        let password = password(&mut chance);
        let path = format!("Secure transfer/old/payer batch {:02}.zip", n + 1);
        pile.ledger.unreadable(
            &path,
            "zip",
            "password",
            "locked with a password that nobody has",
        )?;
        let list = plain_list(pile, &mut chance);
        put(
            pile,
            &path,
            "batch.csv",
            list.as_bytes(),
            (Lock::Aes, &password),
            &mut chance,
        )?;
    }
    let mut file = create_file(pile.ledger.root(), "passwords.txt")?;
    std::io::Write::write_all(&mut file, known.as_bytes())
        .and_then(|()| std::io::Write::flush(&mut file))
        .map_err(|e| io("passwords.txt", e))
}

/// An archive whose password stands in a mail that was sent after it.
fn told(pile: &mut Pile<'_>, n: u64, chance: &mut Chance) -> Result<(), SynthError> {
    let password = password(chance);
    let path = format!("Secure transfer/referrals {:02}.zip", n + 1);
    pile.ledger.unreadable(
        &path,
        "zip",
        "password",
        "its password stands in a neighbouring mail: it is proposed, not used unasked",
    )?;
    let list = plain_list(pile, chance);
    put(
        pile,
        &path,
        "referrals.csv",
        list.as_bytes(),
        (Lock::Aes, &password),
        chance,
    )?;
    let mail = format!("Secure transfer/password for referrals {:02}.eml", n + 1);
    let body = format!(
        "Hi,\r\n\r\nThe file went out in the message before this one: referrals {:02}.zip\r\nThe password is {password}\r\n\r\nThanks\r\n",
        n + 1
    );
    pile.ledger.exhibit(&mail, "eml")?;
    pile.ledger.put(
        &mail,
        format!(
            "Message-ID: <{:016x}@northernbirch.example>\r\nDate: Thu, 09 Jul 2026 11:0{}:00 -0400\r\nFrom: <records@northernbirch.example>\r\nTo: <referrals@partner.example>\r\nSubject: RE: referrals {:02}.zip\r\nX-Synthetic: made by whose synth\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}",
            chance.next(),
            n % 10,
            n + 1
        )
        .as_bytes(),
    )
}

fn put(
    pile: &mut Pile<'_>,
    path: &str,
    member: &str,
    content: &[u8],
    lock: (Lock, &str),
    chance: &mut Chance,
) -> Result<(), SynthError> {
    let mut zip = Zip::default();
    zip.add_behind(member, content, lock, chance)
        .map_err(|e| io(path, e))?;
    pile.ledger.put(path, &zip.finish())
}

/// Some people, in order.
fn some(pile: &Pile<'_>, n: u64, chance: &mut Chance) -> Vec<u64> {
    let people = pile.world.people;
    let mut some: Vec<u64> = (0..n).map(|_| chance.below(people)).collect();
    some.sort_unstable();
    some.dedup();
    some
}

/// A list that is in no truth: nobody can read it. All in it stand elsewhere too.
fn plain_list(pile: &Pile<'_>, chance: &mut Chance) -> String {
    let mut list = "name,birth date\n".to_owned();
    for index in some(pile, 8, chance) {
        let person = pile.world.person(index);
        list += &format!("{},{}\n", person.full_name(), person.born);
    }
    list
}

/// A word with digits, as people choose them.
fn password(chance: &mut Chance) -> String {
    let words = ["Birch", "Winter", "Clinic", "Tamarack", "Lynx", "Harbour"];
    format!(
        "{}{}!{}",
        words[chance.index(words.len())],
        chance.digits(4),
        char::from(b'a' + chance.below(26) as u8)
    )
}
