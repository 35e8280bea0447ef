//! `whose verify` and `whose prove`: that a case is what was logged, and that one person stands in it.

use serde_json::json;
use whose_engine::store::{Proof, Secret, verify_proof};
use whose_model::PersonId;

use crate::args::{CaseArgs, Cli, ProveArgs};
use crate::front::{Done, Failure, bytes, number, print, say};

pub(crate) fn verify(cli: &Cli, args: &CaseArgs) -> Result<Done, Failure> {
    let secrets: Vec<Secret> = crate::secrets::all(&cli.secrets)?;
    let report =
        whose_engine::store::verify(&args.case, &secrets).map_err(crate::secrets::failure)?;
    if cli.json {
        let list = |faults: &[whose_engine::store::Fault]| -> Vec<_> {
            faults
                .iter()
                .map(|fault| json!({ "path": fault.path, "what": fault.what }))
                .collect()
        };
        let value = json!({
            "holds": report.holds(), "opened": report.opened, "files": report.files, "bytes": report.bytes,
            "parts": report.parts, "tables": report.tables, "rows": report.rows, "log_size": report.log_size,
            "log_root": report.log_root, "faults": list(&report.faults), "unfinished": list(&report.unfinished),
        });
        print(&format!("{value}\n"))?;
    } else {
        for fault in &report.faults {
            print(&format!("{}: {}\n", fault.path, fault.what))?;
        }
        for fault in &report.unfinished {
            print(&format!(
                "{}: {} (left by a run that was stopped; the next run clears it)\n",
                fault.path, fault.what
            ))?;
        }
        say(&format!(
            "  {} files ({}), {} parts, {} tables, {} rows, {} log entries, root {}",
            number(report.files),
            bytes(report.bytes),
            report.parts,
            report.tables,
            number(report.rows),
            report.log_size,
            report.log_root
        ));
    }
    if !report.opened {
        say("  the contents were not opened: add the passphrase or identity to check them too");
    }
    if report.holds() {
        say("  the case is what its log says");
        Ok(Done::Whole)
    } else {
        Err(Failure::new(
            format!(
                "{} things in the case are not what its log says",
                report.faults.len()
            ),
            "keep this copy as it is, and compare it with another one",
        ))
    }
}

pub(crate) fn prove(cli: &Cli, args: &ProveArgs) -> Result<Done, Failure> {
    if let (Some(file), Some(key)) = (&args.check, &args.key) {
        let proof = std::fs::read(file).map_err(|error| {
            Failure::new(
                format!("cannot read {}: {}", file.display(), error.kind()),
                "check the path",
            )
        })?;
        let proven = verify_proof(&proof, key).map_err(crate::secrets::failure)?;
        let tables: Vec<_> = proven
            .tables
            .iter()
            .map(|table| json!({ "table": table.table, "rows": table.rows, "logged_at": table.logged_at.to_string() }))
            .collect();
        let value = json!({
            "person_id": proven.person_id.0, "origin": proven.origin, "log_size": proven.log_size,
            "log_root": proven.log_root, "tables": tables,
        });
        if cli.json {
            print(&format!("{value}\n"))?;
        } else {
            print(&format!(
                "{} stands in {} (log of {} entries, root {})\n",
                proven.person_id, proven.origin, proven.log_size, proven.log_root
            ))?;
            for table in &proven.tables {
                print(&format!(
                    "  {} rows in {}, logged at {}\n",
                    table.rows, table.table, table.logged_at
                ))?;
            }
        }
        return Ok(Done::Whole);
    }
    let (Some(case), Some(id)) = (&args.case, &args.id) else {
        return Err(Failure::usage(
            "a case and a person, or --check with --key",
            "`whose prove CASE ID`",
        ));
    };
    let case = crate::secrets::open(case, &cli.secrets)?;
    let proof: Proof = case
        .prove(&PersonId(id.clone()))
        .map_err(crate::secrets::failure)?;
    let bytes = proof.to_bytes().map_err(crate::secrets::failure)?;
    match &args.out {
        Some(file) => std::fs::write(file, &bytes)?,
        None => print(&String::from_utf8_lossy(&bytes))?,
    }
    say(&format!(
        "  check it with: whose prove --check FILE --key {}",
        case.public_key()
    ));
    Ok(Done::Whole)
}
