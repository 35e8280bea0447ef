//! Archives in archives: lists in a ZIP in a mail in a ZIP, and backups as TAR.GZ.

use whose_model::Language;

use super::{Kind, Pile, mail::list_message, tables::csv_bytes};
use crate::{
    SynthError,
    ledger::io,
    pack::archive::{Zip, tar_gz},
};

/// Writes every archive.
pub(crate) fn write(pile: &mut Pile<'_>) -> Result<(), SynthError> {
    let people = pile.of(Kind::Nested);
    for (n, chunk) in people.chunks(60).enumerate() {
        if n % 2 == 0 {
            let path = format!("Archives/mail backup {}.zip", n / 2 + 1);
            pile.ledger.exhibit(&path, "zip")?;
            let mut zip = Zip::default();
            for (i, part) in chunk.chunks(20).enumerate() {
                let name = format!("sent/{}.eml", 41 + i);
                let message = list_message(pile, &format!("{path}/{name}"), part)?;
                zip.add(&name, message.as_bytes())
                    .map_err(|e| io(&path, e))?;
            }
            pile.ledger.put(&path, &zip.finish())?;
        } else {
            let path = format!("Archives/sauvegarde_{}.tar.gz", n / 2 + 1);
            pile.ledger.exhibit(&path, "tar.gz")?;
            let mut members = Vec::new();
            for (i, part) in chunk.chunks(30).enumerate() {
                let name = format!("sauvegarde/usagers_{}.csv", i + 1);
                let number = part.first().copied().unwrap_or(0);
                let bytes = csv_bytes(
                    pile,
                    &format!("{path}/{name}"),
                    "extract",
                    part,
                    number,
                    Language::Fr,
                )?;
                members.push((name, bytes));
            }
            let bytes = tar_gz(&members).map_err(|e| io(&path, e))?;
            pile.ledger.put(&path, &bytes)?;
        }
    }
    Ok(())
}
