//! Files that cannot be read, each for a reason of its own; nobody's data is in what is left of them.

use super::Pile;
use crate::{
    SynthError,
    ledger::io,
    pack::{archive::Zip, compound, docx, pdf},
};

/// Writes every broken file: one set for each 5,000 people, at most twenty.
pub(crate) fn write(pile: &mut Pile<'_>) -> Result<(), SynthError> {
    for n in 0..pile.world.people.div_ceil(5_000).clamp(1, 20) {
        let mut chance = pile.chance("broken", n);
        let mut put = |name: &str, format: &str, causes: &str, why: &str, bytes: &[u8]| {
            let path = format!("Recovered/{n:02}/{name}");
            pile.ledger.unreadable(&path, format, causes, why)?;
            pile.ledger.put(&path, bytes)
        };
        let mut zip = Zip::default();
        // Only noise behind the cut, so that nothing that counts is lost with it.
        zip.add("old/backup.bin", &chance.bytes(6_000))
            .map_err(|e| io("zip", e))?;
        let whole = zip.finish();
        put(
            "backup 2019.zip",
            "zip",
            "truncated corrupt",
            "the end of the archive is cut off",
            &whole[..whole.len() * 3 / 5],
        )?;
        let mut zip = Zip::default();
        zip.add_locked("payroll/T4 2021.pdf", 4_000, &mut chance);
        zip.add_locked("payroll/list.csv", 900, &mut chance);
        put(
            "protégé.zip",
            "zip",
            "password",
            "its members are locked",
            &zip.finish(),
        )?;
        put(
            "Audit verrouillé.xlsx",
            "xlsx",
            "password",
            "locked with a password",
            &compound::locked_workbook(&mut chance),
        )?;
        put(
            "minutes (locked).pdf",
            "pdf",
            "password",
            "locked with a password",
            &pdf::locked(&mut chance),
        )?;
        put(
            "letter draft.docx",
            "docx",
            "corrupt unsupported-format truncated",
            "random bytes with the name of a document",
            &chance.bytes(5_120),
        )?;
        put(
            "nouveau.csv",
            "csv",
            "none corrupt truncated unsupported-format",
            "empty: there is nothing to read, so no gap is right too",
            b"",
        )?;
        let mut blob = b"\x7fWHOSESYNTH\x00\x01".to_vec();
        blob.extend_from_slice(&chance.bytes(9_000));
        put(
            "cache.idx7",
            "bin",
            "unsupported-format corrupt",
            "a format that no reader knows",
            &blob,
        )?;
        let mut broken = pdf::write("Floor plan\nPlan d'étage\n").map_err(|e| io("pdf", e))?;
        broken.truncate(broken.len() / 3);
        let noise = chance.bytes(200);
        broken.extend_from_slice(&noise);
        put(
            "plan.pdf",
            "pdf",
            "corrupt truncated",
            "two thirds of the file are gone",
            &broken,
        )?;
        put(
            "fax 0417.pdf",
            "pdf",
            "unreadable-scan unsupported-format",
            "a picture in which nothing can be made out",
            &pdf::scan(&mut chance).map_err(|e| io("pdf", e))?,
        )?;
        let mut picture = b"P5\n# synthetic, made by whose synth\n120 160\n255\n".to_vec();
        picture.extend_from_slice(&pdf::smudge(120, 160, &mut chance));
        put(
            "IMG_2231.pgm",
            "image",
            "unreadable-scan unsupported-format",
            "a picture in which nothing can be made out",
            &picture,
        )?;
        let mut document =
            docx::write("Agenda\nOrdre du jour\n", false).map_err(|e| io("docx", e))?;
        document.truncate(document.len() / 2);
        put(
            "ordre du jour.docx",
            "docx",
            "corrupt truncated",
            "the second half of the file is gone",
            &document,
        )?;
    }
    Ok(())
}
