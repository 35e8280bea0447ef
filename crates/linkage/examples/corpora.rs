//! Scores the linkage on tables with truth: `corpora FILE.csv... [--errors] [--model] [--threshold=P] [--memory=MIB]`.
//!
//! Truth is a column `cluster`, the number in ids such as `rec-12-org`, or
//! what `whose synth --records` wrote beside its table (`truth/records.csv`,
//! `truth/kinds.csv`), which then is also scored by kind of person.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::iter_over_hash_type)]

#[path = "shared/mod.rs"]
mod shared;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs::File,
    path::Path,
    time::Instant,
};

use whose_linkage::{Model, table};

fn main() {
    let (flags, files): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .partition(|arg| arg.starts_with("--"));
    let with_errors = flags.iter().any(|flag| flag == "--errors");
    let inputs = files
        .iter()
        .map(|file| table::Input {
            name: file.clone(),
            bytes: Box::new(File::open(file).unwrap()),
        })
        .collect();
    let mut out = Vec::new();
    let since = Instant::now();
    let mut model = Model::default();
    for flag in &flags {
        if let Some(threshold) = flag.strip_prefix("--threshold=") {
            model.threshold = threshold.parse().unwrap();
        }
    }
    let within = flags.iter().find_map(|flag| flag.strip_prefix("--memory="));
    let limit = within.map(|mib| whose_linkage::Limit {
        bytes: mib.parse::<u64>().unwrap() << 20,
        folder: std::env::temp_dir(),
    });
    let threads = shared::Threads(4);
    let summary = match with_errors {
        true => table::link(inputs, model, &threads, &mut out),
        false => table::link_within(inputs, model, &threads, limit.as_ref(), &mut out),
    }
    .unwrap();
    let found: Vec<u64> = csv::Reader::from_reader(out.as_slice())
        .records()
        .map(|row| row.unwrap()[1].parse().unwrap())
        .collect();
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find(|line| line.starts_with("VmHWM"));
    println!(
        "{:.1} s, {}",
        since.elapsed().as_secs_f64(),
        peak.unwrap_or("?")
    );
    let mut rows: Vec<String> = Vec::new();
    let mut n_rows = 0_usize;
    let mut truth: Vec<u64> = Vec::new();
    let mut names: HashMap<String, u64> = HashMap::new();
    let mut kinds: HashMap<u64, Vec<String>> = HashMap::new();
    for file in &files {
        let beside = Path::new(file).with_file_name("truth");
        let mut of_record: HashMap<String, String> = HashMap::new();
        if beside.exists() {
            for row in csv::Reader::from_path(beside.join("records.csv"))
                .unwrap()
                .records()
            {
                let row = row.unwrap();
                of_record.insert(row[0].to_owned(), row[1].to_owned());
            }
        }
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
                _ if beside.exists() => of_record[&row[0]].clone(),
                Some(column) => row[column].to_owned(),
                None => row[0].split('-').nth(1).unwrap().to_owned(),
            };
            let n = names.len() as u64;
            truth.push(*names.entry(name).or_insert(n));
            n_rows += 1;
            if with_errors {
                rows.push(row.iter().collect::<Vec<_>>().join("|"));
            }
        }
        if beside.exists() {
            for row in csv::Reader::from_path(beside.join("kinds.csv"))
                .unwrap()
                .records()
            {
                let row = row.unwrap();
                if let Some(person) = names.get(&row[0]) {
                    let own = row[1].split(' ').chain(["all"]).map(str::to_owned);
                    kinds.insert(*person, own.collect());
                }
            }
        }
    }
    let [precision, recall, f1, b_cubed] = shared::score(&found, &truth);
    println!(
        "{} rows, {} people (true {}), {} pairs compared; pairs precision {precision:.5} recall {recall:.5} F1 {f1:.5}; B-cubed F1 {b_cubed:.5}",
        n_rows,
        summary.n_people,
        names.len(),
        summary.linked.n_pairs
    );
    let mut first_of: HashMap<u64, u64> = HashMap::new();
    let mut first_place: HashMap<u64, u64> = HashMap::new();
    let (mut mixed, mut split) = (HashSet::new(), HashSet::new());
    for (f, t) in found.iter().zip(&truth) {
        if *first_of.entry(*f).or_insert(*t) != *t {
            mixed.insert(*f);
        }
        if *first_place.entry(*t).or_insert(*f) != *f {
            split.insert(*t);
        }
    }
    let over: HashSet<u64> = found
        .iter()
        .zip(&truth)
        .filter(|(f, _)| mixed.contains(f))
        .map(|(_, t)| *t)
        .collect();
    let mut by_kind: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for (person, own) in &kinds {
        for kind in own {
            let counts = by_kind.entry(kind).or_default();
            counts[0] += 1;
            counts[1] += usize::from(over.contains(person));
            counts[2] += usize::from(split.contains(person));
        }
    }
    for (kind, [n, over, split]) in by_kind {
        let share = |part: usize| part as f64 * 100.0 / n as f64;
        println!(
            "{kind:20} {n:8} over-merged {over:6} {:.3} % split {split:6} {:.3} %",
            share(over),
            share(split)
        );
    }
    if flags.iter().any(|flag| flag == "--model") {
        println!("{}", summary.linked.model.to_toml().unwrap());
    }
    if with_errors {
        let all = || summary.linked.clusters.iter();
        let wrong = |a: u32, b: u32| truth[a as usize] != truth[b as usize];
        for (from, to) in [(0.0, 0.99), (0.99, 0.999), (0.999, 0.9999), (0.9999, 1.1)] {
            let (mut n, mut n_wrong, mut expected) = (0, 0, 0.0);
            for merge in all().flat_map(|cluster| &cluster.merges) {
                if (from..to).contains(&merge.probability) {
                    n += 1;
                    n_wrong += usize::from(wrong(merge.a, merge.b));
                    expected += 1.0 - merge.probability;
                }
            }
            println!("MERGES from {from}: {n}, wrong {n_wrong}, expected {expected:.1}");
        }
        for rival in whose_linkage::Rival::ALL {
            for from in [0.95, 0.97, 0.99] {
                let (mut n, mut n_wrong, mut expected) = (0, 0, 0.0);
                for merge in all().flat_map(|cluster| &cluster.merges) {
                    if merge.rival == rival
                        && (from..from + 0.02).contains(&merge.probability.min(0.991))
                    {
                        n += 1;
                        n_wrong += usize::from(wrong(merge.a, merge.b));
                        expected += 1.0 - merge.probability;
                    }
                }
                println!(
                    "MERGES {rival:?} from {from}: {n}, wrong {n_wrong}, expected {expected:.1}"
                );
            }
        }
        for (rival, from) in whose_linkage::Rival::ALL
            .into_iter()
            .flat_map(|rival| [0.2, 0.5, 0.8, 0.9].map(|from| (rival, from)))
        {
            let to = if from == 0.9 { 1.1 } else { from + 0.3 };
            let (mut n, mut n_right, mut expected) = (0, 0, 0.0);
            for pair in all()
                .flat_map(|cluster| &cluster.review)
                .filter(|question| question.asked == whose_linkage::Asked::BelowThreshold)
                .map(|question| &question.pair)
                .filter(|pair| pair.rival == rival && (from..to).contains(&pair.probability))
            {
                n += 1;
                n_right += usize::from(!wrong(pair.a, pair.b));
                expected += pair.probability;
            }
            println!(
                "QUESTIONS {rival:?} from {from}: {n}, one person {n_right}, expected {expected:.1}"
            );
        }
    }
    if with_errors {
        for cluster in &summary.linked.clusters {
            for merge in &cluster.merges {
                let (a, b) = (merge.a as usize, merge.b as usize);
                if truth[a] != truth[b] {
                    println!(
                        "WRONG {:.1} {:?} {} with {}\n  {}\n  {}\n  {:?}",
                        merge.weight_bits,
                        merge.rival,
                        kinds
                            .get(&truth[a])
                            .map_or(String::new(), |own| own.join(" ")),
                        kinds
                            .get(&truth[b])
                            .map_or(String::new(), |own| own.join(" ")),
                        rows[a],
                        rows[b],
                        merge.reasons
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
            println!(
                "SPLIT {}",
                kinds
                    .get(&truth[rows_of[0]])
                    .map_or(String::new(), |own| own.join(" "))
            );
            for row in rows_of {
                println!("  {} {}", found[*row], rows[*row]);
            }
        }
    }
}
