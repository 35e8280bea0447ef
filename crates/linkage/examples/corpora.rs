//! Scores the linkage on tables with truth: `corpora FILE.csv... [--errors]`.
//!
//! Truth is a column `cluster`, or the number in ids such as `rec-12-org`.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::iter_over_hash_type)]

#[path = "shared/mod.rs"]
mod shared;

use std::{collections::HashMap, fs::File};

use whose_linkage::{Model, table};

fn main() {
    let (flags, files): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .partition(|arg| arg.starts_with("--"));
    let mut rows: Vec<String> = Vec::new();
    let mut truth: Vec<u64> = Vec::new();
    let mut names: HashMap<String, u64> = HashMap::new();
    for file in &files {
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_path(file)
            .unwrap();
        let headers = reader.headers().unwrap().clone();
        let cluster = headers
            .iter()
            .position(|header| header == "cluster" || header == "true_person");
        for row in reader.records() {
            let row = row.unwrap();
            let name = match cluster {
                Some(column) => row[column].to_owned(),
                None => row[0].split('-').nth(1).unwrap().to_owned(),
            };
            let n = names.len() as u64;
            truth.push(*names.entry(name).or_insert(n));
            rows.push(row.iter().collect::<Vec<_>>().join("|"));
        }
    }
    let inputs = files
        .iter()
        .map(|file| table::Input {
            name: file.clone(),
            bytes: Box::new(File::open(file).unwrap()),
        })
        .collect();
    let mut out = Vec::new();
    let summary = table::link(inputs, Model::default(), &shared::Threads(4), &mut out).unwrap();
    let found: Vec<u64> = csv::Reader::from_reader(out.as_slice())
        .records()
        .map(|row| row.unwrap()[1].parse().unwrap())
        .collect();
    let [precision, recall, f1, b_cubed] = shared::score(&found, &truth);
    println!(
        "{} rows, {} people (true {}), {} pairs compared; pairs precision {precision:.5} recall {recall:.5} F1 {f1:.5}; B-cubed F1 {b_cubed:.5}",
        rows.len(),
        summary.n_people,
        names.len(),
        summary.linked.n_pairs
    );
    if flags.iter().any(|flag| flag == "--model") {
        println!("{}", summary.linked.model.to_toml().unwrap());
    }
    if flags.iter().any(|flag| flag == "--errors") {
        for cluster in &summary.linked.clusters {
            for merge in &cluster.merges {
                let (a, b) = (merge.a as usize, merge.b as usize);
                if truth[a] != truth[b] {
                    println!(
                        "WRONG {:.1} {:?}\n  {}\n  {}\n  {:?}",
                        merge.weight_bits, merge.rival, rows[a], rows[b], merge.reasons
                    );
                }
            }
            for question in &cluster.review {
                let (a, b) = (question.pair.a as usize, question.pair.b as usize);
                if truth[a] == truth[b] && found[a] != found[b] {
                    println!(
                        "ASKED {:?} {:.1}\n  {}\n  {}\n {:?}",
                        question.asked,
                        question.pair.weight_bits,
                        rows[a],
                        rows[b],
                        question.pair.reasons
                    );
                }
            }
        }
        let mut of_truth: HashMap<u64, Vec<usize>> = HashMap::new();
        for (row, person) in truth.iter().enumerate() {
            of_truth.entry(*person).or_default().push(row);
        }
        for rows_of in of_truth
            .values()
            .filter(|rows_of| rows_of.iter().any(|row| found[*row] != found[rows_of[0]]))
        {
            println!("SPLIT");
            for row in rows_of {
                println!("  {} {}", found[*row], rows[*row]);
            }
        }
    }
}
