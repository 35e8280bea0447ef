//! `whose scan`: detection alone, without a case.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::{Value, json};
use whose_engine::{Outcomes, Scanned};
use whose_model::{Assertion, DataElement, ExhibitPath, Limits, Locator, Mention, Sensitivity};

use crate::args::{Cli, ScanArgs, ScanFormat};
use crate::front::{Done, Failure, say};

#[derive(Serialize)]
struct Line<'a> {
    exhibit: &'a str,
    element: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scheme: Option<&'a str>,
    value: String,
    place: Value,
    confidence: f64,
    subject: Option<u64>,
    role: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    assertion: Option<Assertion>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    sensitive: &'a [Sensitivity],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    malformed: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alternatives: Vec<&'a str>,
    why: &'a [std::borrow::Cow<'static, str>],
}

pub(crate) fn run(cli: &Cli, args: &ScanArgs) -> Result<Done, Failure> {
    let mut wanted = Vec::new();
    for id in &args.elements {
        let element = DataElement::from_id(id.trim()).ok_or_else(|| {
            let all: Vec<&str> = DataElement::ALL
                .iter()
                .map(|element| element.id())
                .collect();
            Failure::usage(
                format!("`{id}` is no data element"),
                format!("one of: {}", all.join(", ")),
            )
        })?;
        wanted.push(element);
    }
    let workers = super::workers(&args.work)?;
    let mut out = BufWriter::with_capacity(1 << 20, io::stdout());
    let mut outcomes = Outcomes::default();
    let mut gaps: BTreeMap<&'static str, u64> = BTreeMap::new();
    if args.format == ScanFormat::Csv {
        out.write_all(
            b"exhibit,element,scheme,value,place,confidence,subject,role,malformed,why\n",
        )?;
    }
    let passwords = super::passwords::from_file(args.passwords.as_deref())?;
    let detectors = match &args.detectors {
        Some(place) => super::detect::read(place)?,
        None => String::new(),
    };
    let mut is_closed = false;
    let result = whose_engine::scan(
        &args.paths,
        &Limits::default(),
        &workers,
        &passwords,
        &detectors,
        &mut |scanned| {
            match scanned {
                Scanned::Mention(path, mention) => {
                    if wanted.is_empty() || wanted.contains(&mention.element) {
                        let written = write(&mut out, args, path, mention);
                        is_closed |= written
                            .as_ref()
                            .is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe);
                        written?;
                    }
                }
                Scanned::Gap(gap) => {
                    *gaps.entry(gap.cause.id()).or_default() += 1;
                    if !cli.quiet {
                        let place = gap
                            .place
                            .as_ref()
                            .map_or_else(String::new, |place| format!(" {place}"));
                        say(&format!(
                            "gap: {}{place}: {} ({})",
                            gap.exhibit,
                            gap.cause.id(),
                            gap.detail
                        ));
                    }
                }
                Scanned::Exhibit(exhibit) => outcomes.add(exhibit),
            }
            Ok(())
        },
    );
    if is_closed {
        return Ok(Done::Whole);
    }
    result?;
    match out.flush() {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error.into()),
        _ => {}
    }
    if !cli.quiet {
        say(&format!(
            "{} exhibits, {} of them not read or read with gaps",
            outcomes.n_exhibits, outcomes.n_with_gaps
        ));
    }
    Ok(if gaps.is_empty() {
        Done::Whole
    } else {
        Done::WithGaps
    })
}

fn write(
    out: &mut impl Write,
    args: &ScanArgs,
    path: &ExhibitPath,
    mention: &Mention,
) -> io::Result<()> {
    // A password or key is never shown.
    let value = if args.values && mention.element != DataElement::Credential {
        mention.value.reveal().clone()
    } else {
        mention.value.masked()
    };
    // Two decimals of what is a guess to begin with.
    let confidence = (f64::from(mention.confidence.0) * 100.0).round() / 100.0;
    match args.format {
        ScanFormat::Jsonl => {
            let line = Line {
                exhibit: &path.0,
                element: mention.element.id(),
                scheme: mention.scheme.as_ref().map(|scheme| scheme.id()),
                value,
                place: place(&mention.place),
                confidence,
                subject: mention.subject,
                role: json!(mention.role),
                assertion: (mention.assertion != Assertion::Stated).then_some(mention.assertion),
                sensitive: &mention.sensitive,
                malformed: mention.malformed,
                alternatives: mention
                    .alternatives
                    .iter()
                    .map(|scheme| scheme.id())
                    .collect(),
                why: &mention.why,
            };
            serde_json::to_writer(&mut *out, &line)?;
            out.write_all(b"\n")
        }
        ScanFormat::Csv => {
            let role = json!(mention.role);
            let row = [
                path.0.clone(),
                mention.element.id().to_owned(),
                mention
                    .scheme
                    .as_ref()
                    .map_or_else(String::new, |scheme| scheme.id().to_owned()),
                value,
                mention.place.to_string(),
                format!("{confidence}"),
                mention
                    .subject
                    .map_or_else(String::new, |subject| subject.to_string()),
                role.as_str().unwrap_or("").to_owned(),
                mention.malformed.to_string(),
                mention.why.join("; "),
            ];
            let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
            writeln!(out, "{}", cells.join(","))
        }
    }
}

/// A cell that neither breaks the row nor starts a formula in a spreadsheet.
fn quoted(cell: &str) -> String {
    let is_formula =
        cell.starts_with(['=', '@', '+', '-', '\t', '\r']) && cell.parse::<f64>().is_err();
    let cell = if is_formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

/// A place in the contract's form.
pub(crate) fn place(place: &Locator) -> Value {
    let kind = place.kind();
    match place {
        Locator::Bytes { start, end } => json!({ "kind": kind, "start": start, "end": end }),
        Locator::Cell { sheet, row, column } => {
            json!({ "kind": kind, "sheet": sheet, "row": row, "column": column })
        }
        Locator::Page {
            page,
            start,
            end,
            area,
        } => {
            let mut value = json!({ "kind": kind, "page": page, "start": start, "end": end });
            if let Some(area) = area {
                value["box"] = json!([area.x, area.y, area.width, area.height]);
            }
            value
        }
        Locator::Part { part, start, end } => {
            json!({ "kind": kind, "part": part, "start": start, "end": end })
        }
        Locator::Field { path } => json!({ "kind": kind, "path": path }),
    }
}
