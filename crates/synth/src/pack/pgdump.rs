//! Tables as pg_dump's custom format, version 1.14, each table's rows packed by zlib.
//!
//! Format: PostgreSQL 15, `src/bin/pg_dump/pg_backup_archiver.c` (WriteHead,
//! WriteToc, WriteInt, WriteStr) and `pg_backup_custom.c` (data blocks).

use std::io;

use super::png::zlib;
use crate::pile::dump::Table;

/// An entry of the table of contents.
struct Entry {
    tag: String,
    kind: &'static str,
    section: i32,
    definition: String,
    copy: Option<String>,
    namespace: &'static str,
    needs: Vec<i32>,
    data: Option<Vec<u8>>,
}

const PRE_DATA: i32 = 2;
const DATA: i32 = 3;
const POST_DATA: i32 = 4;

/// The archive.
pub(crate) fn write(database: &str, tables: &[Table]) -> io::Result<Vec<u8>> {
    let mut entries = vec![entry(
        "ENCODING",
        "ENCODING",
        PRE_DATA,
        "SET client_encoding = 'UTF8';\n".to_owned(),
    )];
    entries[0].namespace = "";
    for table in tables {
        entries.push(entry(table.name, "TABLE", PRE_DATA, table.definition()));
    }
    for (i, table) in tables.iter().enumerate() {
        let mut data = entry(table.name, "TABLE DATA", DATA, String::new());
        data.copy = Some(table.copy());
        data.needs = vec![i as i32 + 2];
        // The end of the rows is written by pg_restore.
        let rows = table.data();
        data.data = Some(rows.trim_end_matches("\\.\n").as_bytes().to_vec());
        entries.push(data);
    }
    for table in tables {
        let tag = format!("{0} {0}_pkey", table.name);
        entries.push(entry(&tag, "CONSTRAINT", POST_DATA, table.own_key()));
    }
    for table in tables {
        if let Some(key) = table.foreign_key() {
            let tag = format!("{0} {0}_fkey", table.name);
            entries.push(entry(&tag, "FK CONSTRAINT", POST_DATA, key));
        }
    }
    // The head has the same length whatever the offsets are: write it twice.
    let mut offsets = vec![0_u64; entries.len()];
    let head = head(database, &entries, &offsets);
    let mut at = head.len() as u64;
    let mut blocks = Vec::new();
    for (i, entry) in entries.iter().enumerate() {
        let Some(data) = &entry.data else { continue };
        offsets[i] = at;
        let mut block = vec![1];
        int(&mut block, i as i32 + 1);
        let packed = zlib(data)?;
        for chunk in packed.chunks(4096) {
            int(&mut block, chunk.len() as i32);
            block.extend_from_slice(chunk);
        }
        int(&mut block, 0);
        at += block.len() as u64;
        blocks.extend_from_slice(&block);
    }
    let mut out = self::head(database, &entries, &offsets);
    out.extend_from_slice(&blocks);
    Ok(out)
}

fn entry(tag: &str, kind: &'static str, section: i32, definition: String) -> Entry {
    Entry {
        tag: tag.to_owned(),
        kind,
        section,
        definition,
        copy: None,
        namespace: "public",
        needs: Vec::new(),
        data: None,
    }
}

fn head(database: &str, entries: &[Entry], offsets: &[u64]) -> Vec<u8> {
    // Version 1.14.0, integers of 4 bytes, offsets of 8, custom format.
    let mut out = b"PGDMP\x01\x0e\x00\x04\x08\x01".to_vec();
    int(&mut out, 6);
    // 2026-06-30 02:14:00, in the fields of C's `struct tm`.
    for field in [0, 14, 2, 30, 5, 126, 0] {
        int(&mut out, field);
    }
    for text in [database, "15.7", "15.7"] {
        string(&mut out, Some(text));
    }
    int(&mut out, entries.len() as i32);
    for (i, (entry, &offset)) in entries.iter().zip(offsets).enumerate() {
        int(&mut out, i as i32 + 1);
        int(&mut out, i32::from(entry.data.is_some()));
        string(&mut out, Some("0"));
        string(&mut out, Some("0"));
        string(&mut out, Some(&entry.tag));
        string(&mut out, Some(entry.kind));
        int(&mut out, entry.section);
        string(&mut out, Some(&entry.definition));
        string(&mut out, Some(""));
        string(&mut out, entry.copy.as_deref());
        string(&mut out, Some(entry.namespace));
        string(&mut out, Some(""));
        string(
            &mut out,
            Some(if entry.kind == "TABLE" { "heap" } else { "" }),
        );
        string(&mut out, Some("clinic"));
        string(&mut out, Some("false"));
        for need in &entry.needs {
            string(&mut out, Some(&need.to_string()));
        }
        string(&mut out, None);
        // 2: the offset is known; 3: there is no data.
        out.push(if entry.data.is_some() { 2 } else { 3 });
        out.extend_from_slice(&offset.to_le_bytes());
    }
    out
}

fn int(out: &mut Vec<u8>, value: i32) {
    out.push(u8::from(value < 0));
    out.extend_from_slice(&value.unsigned_abs().to_le_bytes());
}

fn string(out: &mut Vec<u8>, text: Option<&str>) {
    match text {
        None => int(out, -1),
        Some(text) => {
            int(out, text.len() as i32);
            out.extend_from_slice(text.as_bytes());
        }
    }
}
