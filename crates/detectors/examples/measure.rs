//! Measures detection: `spans FILE.jsonl...` scores marked texts by coarse kind, `speed FILE...` gives MB/s, `alarms FILE...` counts mentions.
//!
//! `mentions [--less K] FILE.jsonl` is what `cargo xtask score detect` runs: texts go
//! in as `{"id", "text"}`, out come the places, elements and confidences of their
//! mentions and no value; `--less K` leaves a third of the names out of the lexicon.
//!
//! Labels are mapped to coarse kinds first, the map is below; a marked span is
//! found when a mention of its kind overlaps it. Names, sexes and values are
//! never printed, only counts.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]

use std::{collections::BTreeMap, time::Instant};

use whose_detectors::{Context, Detector};
use whose_model::{
    DataElement, ExhibitPath, Locator, Mention, Origin, Passage, PassageKind, Segment,
};

fn main() {
    let mut args = std::env::args().skip(1);
    let mode = args.next().unwrap_or_default();
    let files: Vec<String> = args.collect();
    match mode.as_str() {
        "spans" | "misses" => files.iter().for_each(|file| spans(file, mode == "misses")),
        "speed" => speed(&files),
        "alarms" => files.iter().for_each(|file| alarms(file)),
        "mentions" => mentions(&files),
        _ => eprintln!("usage: measure spans|misses|speed|alarms|mentions FILE..."),
    }
}

fn kind_of_label(label: &str) -> Option<&'static str> {
    Some(match label {
        "PERSON" | "NOM" | "PRENOM" | "FIRST_NAME" => "name",
        "ADDRESS" | "STREET_ADDRESS" | "ADRESSE" | "ZIP" | "ZIP_CODE" | "ZIPCODE" => "address",
        "PHONE_NUMBER" | "PHONE" | "TEL" => "phone",
        "EMAIL_ADDRESS" | "EMAIL" | "MAIL" => "email",
        "DATE_TIME" | "DATE" | "DATE_NAISSANCE" | "DATE_OF_BIRTH" => "date",
        "CREDIT_CARD" => "card",
        "US_SSN" | "SSN" | "SECU" => "social",
        "IBAN_CODE" | "IBAN" => "bank",
        "AGE" => "age",
        "ID_NUM" | "IPP" | "NDA" | "ACCOUNT_NUMBER" | "US_DRIVER_LICENSE" => "id",
        _ => return None,
    })
}

fn kind_of(element: DataElement) -> Option<&'static str> {
    Some(match element {
        DataElement::Name | DataElement::Clinician => "name",
        DataElement::Address => "address",
        DataElement::Phone => "phone",
        DataElement::Email => "email",
        DataElement::BirthDate | DataElement::DeathDate | DataElement::ServiceDate => "date",
        DataElement::PaymentCard => "card",
        DataElement::SocialInsuranceNumber => "social",
        DataElement::BankAccount => "bank",
        DataElement::Age => "age",
        DataElement::HealthNumber
        | DataElement::MedicalRecordNumber
        | DataElement::PatientNumber
        | DataElement::DriversLicence
        | DataElement::InsurancePolicy
        | DataElement::Passport
        | DataElement::GovernmentId => "id",
        _ => return None,
    })
}

fn detect(text: &str) -> Vec<Mention> {
    detect_with(&Context::default(), text)
}

fn detect_with(context: &Context, text: &str) -> Vec<Mention> {
    let mut detector = Detector::new(context, &ExhibitPath("a.txt".into()));
    let mut found = Vec::new();
    detector.push(&Segment::Passage(passage(text, 0)), &mut |mention| {
        found.push(mention.clone())
    });
    detector.finish(&mut |mention| found.push(mention.clone()));
    found
}

fn passage(text: &str, document: u32) -> Passage {
    Passage {
        text: text.to_owned(),
        origin: Origin::Bytes { runs: vec![(0, 0)] },
        kind: PassageKind::Body,
        document,
        subject: None,
    }
}

#[derive(Default)]
struct Score {
    gold: u32,
    found: u32,
    right: u32,
    wrong: u32,
}

fn spans(file: &str, show: bool) {
    let body = std::fs::read_to_string(file).unwrap();
    let mut scores: BTreeMap<&str, Score> = BTreeMap::new();
    let (mut n_clean, mut n_alarmed) = (0, 0);
    for line in body.lines() {
        let sample: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = sample["text"].as_str().unwrap();
        let offsets: Vec<usize> = text
            .char_indices()
            .map(|(at, _)| at)
            .chain([text.len()])
            .collect();
        let byte = |value: &serde_json::Value| {
            offsets[(value.as_u64().unwrap() as usize).min(offsets.len() - 1)]
        };
        let gold: Vec<_> = sample["spans"]
            .as_array()
            .unwrap()
            .iter()
            .map(|span| {
                (
                    byte(&span["start"]),
                    byte(&span["end"]),
                    kind_of_label(span["label"].as_str().unwrap()),
                )
            })
            .collect();
        let mentions: Vec<_> = detect(text)
            .into_iter()
            .filter_map(|mention| match mention.place {
                Locator::Bytes { start, end } => {
                    Some((start as usize, end as usize, kind_of(mention.element)?))
                }
                _ => None,
            })
            .collect();
        if gold.is_empty() {
            n_clean += 1;
            n_alarmed += u32::from(!mentions.is_empty());
            if show && !mentions.is_empty() {
                println!(
                    "ALARM {:?} in {text:?}",
                    mentions
                        .iter()
                        .map(|m| (m.2, &text[m.0..m.1]))
                        .collect::<Vec<_>>()
                );
            }
        }
        for &(start, end, kind) in &gold {
            let Some(kind) = kind else { continue };
            let score = scores.entry(kind).or_default();
            score.gold += 1;
            if mentions
                .iter()
                .any(|m| m.2 == kind && m.0 < end && m.1 > start)
            {
                score.found += 1;
            } else if show {
                println!(
                    "MISS {kind} {:?} in {:?}",
                    &text[start..end],
                    text.get(start.saturating_sub(50)..end).unwrap_or("-")
                );
            }
        }
        for &(start, end, kind) in &mentions {
            let score = scores.entry(kind).or_default();
            if gold
                .iter()
                .any(|g| (g.2 == Some(kind) || g.2.is_none()) && start < g.1 && end > g.0)
            {
                score.right += 1;
            } else {
                score.wrong += 1;
                if show {
                    println!(
                        "WRONG {kind} {:?} in {:?}",
                        &text[start..end],
                        text.get(start.saturating_sub(50)..end).unwrap_or("-")
                    );
                }
            }
        }
    }
    println!("{file}");
    for (kind, s) in scores {
        println!(
            "  {kind:8} recall {:.3} ({}/{})  precision {:.3} ({}/{})",
            f64::from(s.found) / f64::from(s.gold.max(1)),
            s.found,
            s.gold,
            f64::from(s.right) / f64::from((s.right + s.wrong).max(1)),
            s.right,
            s.right + s.wrong
        );
    }
    println!("  clean texts alarmed: {n_alarmed}/{n_clean}");
}

fn speed(files: &[String]) {
    let context = Context::default();
    detect("warm up: Marie Tremblay");
    for file in files {
        let body = String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned();
        let mut segments: Vec<Segment> = Vec::new();
        if file.ends_with(".csv") {
            let mut lines = body.lines();
            let columns = lines
                .next()
                .unwrap()
                .split(',')
                .enumerate()
                .map(|(index, name)| whose_model::Column {
                    name: name.into(),
                    index: index as u32,
                    ..Default::default()
                })
                .collect();
            let head = std::sync::Arc::new(whose_model::TableHead {
                name: String::new(),
                index: 0,
                columns,
                is_sheet: true,
            });
            let lines: Vec<&str> = lines.collect();
            for (at, chunk) in lines.chunks(1024).enumerate() {
                let mut rows = whose_model::Rows::new(head.clone());
                for (offset, line) in chunk.iter().enumerate() {
                    rows.push((at * 1024 + offset) as u64 + 2, line.split(','));
                }
                segments.push(Segment::Rows(rows));
            }
        } else {
            let mut rest = body.as_str();
            let mut document = 0;
            while !rest.is_empty() {
                let mut end = rest.floor_char_boundary(60_000);
                if end < rest.len() {
                    end = rest[..end].rfind('\n').map_or(end, |at| at + 1);
                }
                segments.push(Segment::Passage(passage(&rest[..end], document)));
                document += 1;
                rest = &rest[end..];
            }
        }
        for _ in 0..3 {
            let mut detector = Detector::new(&context, &ExhibitPath("a".into()));
            let mut n = 0u64;
            let start = Instant::now();
            for segment in &segments {
                detector.push(segment, &mut |_| n += 1);
            }
            detector.finish(&mut |_| n += 1);
            let seconds = start.elapsed().as_secs_f64();
            println!(
                "{file}: {:.1} MB/s, {n} mentions",
                body.len() as f64 / 1e6 / seconds
            );
        }
    }
}

fn alarms(file: &str) {
    let body = String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned();
    let mut by_element: BTreeMap<&str, u32> = BTreeMap::new();
    for mention in detect(&body) {
        *by_element.entry(mention.element.id()).or_default() += 1;
    }
    println!("{file}: {:.2} MB {by_element:?}", body.len() as f64 / 1e6);
}

/// One line of places for each text, in bytes.
fn mentions(arguments: &[String]) {
    let (context, file) = match arguments {
        [flag, which, file] if flag == "--less" => (
            Context::default().with_names_left_out(which.parse().unwrap()),
            file,
        ),
        [file] => (Context::default(), file),
        _ => return eprintln!("usage: measure mentions [--less K] FILE.jsonl"),
    };
    let body = std::fs::read_to_string(file).unwrap();
    for line in body.lines() {
        let sample: serde_json::Value = serde_json::from_str(line).unwrap();
        let places: Vec<_> = detect_with(&context, sample["text"].as_str().unwrap())
            .into_iter()
            .filter_map(|mention| match mention.place {
                Locator::Bytes { start, end } => Some(serde_json::json!([
                    start,
                    end,
                    mention.element.id(),
                    mention.confidence
                ])),
                _ => None,
            })
            .collect();
        println!(
            "{}",
            serde_json::json!({"id": sample["id"], "mentions": places})
        );
    }
}
