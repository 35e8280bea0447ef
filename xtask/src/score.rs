//! `cargo xtask score detect CORPORA`: other people's marked texts go in, precision, recall and F1 of each kind come out.
//!
//! What a label means is data (`bench/score/labels.toml`), and so is how it is
//! counted. Texts are split into two halves by a hash of their id: errors are
//! looked at on the first only, both are shown. Text about nobody gives false
//! alarms per megabyte; a third of the names left out of the lexicon shows what
//! the detector knows of a name it has never seen.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::alarms;

const USAGE: &str = "usage: cargo xtask score detect CORPORA [--presidio PYTHON] [--errors KIND] [--keep], or score subjects PILE...";
const CORPORA: &[&str] = &["presidio-research", "openmed-golden", "eds-pseudo-fr"];

/// One text with its marks.
pub(crate) struct Sample {
    pub(crate) id: String,
    pub(crate) corpus: String,
    pub(crate) text: String,
    /// Where it begins and ends, in bytes, and the label.
    pub(crate) gold: Vec<(usize, usize, String)>,
}

/// What was answered: bounds in bytes, the element, how sure.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) element: String,
    pub(crate) confidence: f64,
}

pub(crate) type Answers = BTreeMap<String, Vec<Answer>>;

#[derive(Default, Clone)]
struct Kind {
    elements: BTreeSet<String>,
    labels: BTreeSet<String>,
    aside: BTreeSet<String>,
    /// The corpora that mark it; empty when all do.
    corpora: BTreeSet<String>,
    titles: bool,
}

impl Kind {
    /// Whether a corpus marks this kind, so that an answer there can be right or wrong.
    fn is_marked_in(&self, corpus: &str) -> bool {
        self.corpora.is_empty() || self.corpora.contains(corpus)
    }
}

/// Texts of a corpus in other languages than the two that we read.
const OTHER_LANGUAGES: &str = "openmed, others";

type Kinds = BTreeMap<String, Kind>;

/// Scores detection and keeps the figures in `bench/runs/`.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<()> {
    if let Some(("subjects", piles)) = arguments
        .split_first()
        .map(|(of, rest)| (of.as_str(), rest))
    {
        return crate::subjects::run(piles);
    }
    let mut rest = arguments.iter();
    let (Some("detect"), Some(corpora)) = (rest.next().map(String::as_str), rest.next()) else {
        bail!("{USAGE}")
    };
    let (mut python, mut errors, mut keeps) = (None, None, false);
    while let Some(flag) = rest.next() {
        match flag.as_str() {
            "--presidio" => python = Some(rest.next().context(USAGE)?.clone()),
            "--errors" => errors = Some(rest.next().context(USAGE)?.clone()),
            "--keep" => keeps = true,
            _ => bail!("{USAGE}"),
        }
    }
    let map = std::fs::read_to_string(root.join("bench/score/labels.toml"))?;
    let map: toml::Table = map.parse().context("bench/score/labels.toml")?;
    let kinds = kinds(&map)?;
    let samples = samples(Path::new(corpora))?;
    let folder = std::env::temp_dir().join(format!("whose-score-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("texts.jsonl");
    write(&file, &samples)?;
    let program = build(root)?;
    let ours = answers(Command::new(&program).arg("mentions").arg(&file))?;
    if let Some(kind) = errors {
        let kind = kinds.get(&kind).context("no such kind")?;
        show_errors(kind, &samples, &ours);
        return Ok(std::fs::remove_dir_all(&folder)?);
    }
    let mut result = serde_json::Map::new();
    println!("# whose");
    result.insert("whose".into(), report(&kinds, &samples, &ours));
    println!("\n# whose, names only, each third of the lexicon's names left out in turn");
    let names: Kinds = kinds
        .iter()
        .filter(|(name, _)| *name == "name")
        .map(|(name, kind)| (name.clone(), kind.clone()))
        .collect();
    let mut thirds = Vec::new();
    for which in ["0", "1", "2"] {
        let less = answers(
            Command::new(&program)
                .args(["mentions", "--less", which])
                .arg(&file),
        )?;
        println!("third {which}");
        thirds.push(report(&names, &samples, &less));
    }
    result.insert("a third of the names left out".into(), json!(thirds));
    println!("\n# curve: names by the least confidence that counts");
    result.insert("curve".into(), curve(&kinds, &samples, &ours)?);
    println!("\n# text about nobody");
    result.insert("alarms".into(), alarms::run(&program, &folder, None)?);
    if let Some(python) = python {
        println!("\n# Presidio");
        let script = root.join("bench/score/presidio.py");
        let theirs = answers(Command::new(&python).arg(&script).arg(&file))?;
        let peer = peer(&map, &kinds)?;
        result.insert("presidio".into(), report(&peer, &samples, &theirs));
        result.insert(
            "presidio alarms".into(),
            alarms::run(Path::new(&python), &folder, Some(&script))?,
        );
    }
    std::fs::remove_dir_all(&folder)?;
    if keeps {
        let runs = root.join("bench/runs").join(crate::bench::name(root)?);
        std::fs::create_dir_all(&runs)?;
        let text = serde_json::to_string_pretty(&Value::Object(result))? + "\n";
        std::fs::write(runs.join("score-detect.json"), text)?;
    }
    Ok(())
}

fn strings(value: Option<&toml::Value>) -> BTreeSet<String> {
    let list = value.and_then(toml::Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|item| item.as_str().map(ToOwned::to_owned))
        .collect()
}

fn kinds(map: &toml::Table) -> Result<Kinds> {
    let table = map.get("kind").and_then(toml::Value::as_table);
    let mut kinds = Kinds::new();
    for (name, row) in table.context("no kinds")? {
        kinds.insert(
            name.clone(),
            Kind {
                elements: strings(row.get("elements")),
                labels: strings(row.get("labels")),
                aside: strings(row.get("aside")),
                corpora: strings(row.get("corpora")),
                titles: row.get("titles").is_some(),
            },
        );
    }
    Ok(kinds)
}

/// The same questions, answered in the peer's words; only those it can answer.
fn peer(map: &toml::Table, kinds: &Kinds) -> Result<Kinds> {
    let words = map
        .get("peer")
        .and_then(|peers| peers.get("presidio"))
        .and_then(toml::Value::as_table)
        .context("no peer")?;
    Ok(words
        .iter()
        .filter_map(|(name, elements)| {
            let kind = kinds.get(name)?;
            let elements = strings(Some(elements));
            Some((
                name.clone(),
                Kind {
                    elements,
                    ..kind.clone()
                },
            ))
        })
        .collect())
}

fn samples(corpora: &Path) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    for corpus in CORPORA {
        let file = corpora.join(corpus).join("spans.dev.jsonl");
        let body = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        for line in body.lines() {
            let row: Value = serde_json::from_str(line)?;
            let text = row["text"].as_str().context("no text")?.to_owned();
            let offsets: Vec<usize> = text
                .char_indices()
                .map(|(at, _)| at)
                .chain([text.len()])
                .collect();
            let byte = |value: &Value| {
                let at = value.as_u64().unwrap_or(0) as usize;
                offsets[at.min(offsets.len() - 1)]
            };
            let spans = row["spans"].as_array().context("no spans")?;
            let mut gold: Vec<_> = spans
                .iter()
                .map(|span| {
                    let label = span["label"].as_str().unwrap_or("").to_owned();
                    (byte(&span["start"]), byte(&span["end"]), label)
                })
                .collect();
            gold.sort();
            let is_other = row["lang"]
                .as_str()
                .is_some_and(|lang| !lang.starts_with("en") && !lang.starts_with("fr"));
            let corpus = if is_other { OTHER_LANGUAGES } else { *corpus };
            samples.push(Sample {
                id: format!("{corpus}/{}", samples.len()),
                corpus: corpus.to_owned(),
                text,
                gold,
            });
        }
    }
    // One long note, its marks written down by us beside it.
    if let Some(sample) = note(corpora, samples.len())? {
        samples.push(sample);
    }
    Ok(samples)
}

/// The Canadian note has no marks of its own: which words of it are what stands in `bench/score/ca-note.toml`.
fn note(corpora: &Path, at: usize) -> Result<Option<Sample>> {
    let file = corpora.join("ca-redactor-sample/samples/sample-aps.txt");
    let Ok(text) = std::fs::read_to_string(file) else {
        return Ok(None);
    };
    let marks: toml::Table = include_str!("../../bench/score/ca-note.toml").parse()?;
    let mut gold = Vec::new();
    for (label, values) in &marks {
        for value in strings(Some(values)) {
            gold.extend(
                text.match_indices(&value)
                    .map(|(at, found)| (at, at + found.len(), label.clone())),
            );
        }
    }
    gold.sort();
    Ok(Some(Sample {
        id: format!("ca-redactor-sample/{at}"),
        corpus: "ca-redactor-sample".into(),
        text,
        gold,
    }))
}

pub(crate) fn write(file: &Path, samples: &[Sample]) -> Result<()> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(file)?);
    for sample in samples {
        writeln!(out, "{}", json!({"id": sample.id, "text": sample.text}))?;
    }
    Ok(out.flush()?)
}

/// Builds the program that detects, and gives its path.
fn build(root: &Path) -> Result<PathBuf> {
    crate::run(crate::cargo().args([
        "build",
        "--release",
        "--package",
        "whose-detectors",
        "--example",
        "measure",
    ]))?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join("release/examples/measure"))
}

pub(crate) fn answers(command: &mut Command) -> Result<Answers> {
    let output = command.output().context("the detector")?;
    if !output.status.success() {
        bail!("the detector ended with {}", output.status);
    }
    let mut answers = Answers::new();
    for line in String::from_utf8(output.stdout)?.lines() {
        let row: Value = serde_json::from_str(line)?;
        let list = row["mentions"].as_array().context("no mentions")?;
        let list = list
            .iter()
            .map(|item| Answer {
                start: item[0].as_u64().unwrap_or(0) as usize,
                end: item[1].as_u64().unwrap_or(0) as usize,
                element: item[2].as_str().unwrap_or("").to_owned(),
                confidence: item[3].as_f64().unwrap_or(1.0),
            })
            .collect();
        answers.insert(row["id"].as_str().context("no id")?.to_owned(), list);
    }
    Ok(answers)
}

/// The half a text belongs to: `a` may be looked at, `b` is only counted.
pub(crate) fn half(sample: &Sample) -> &'static str {
    let hash = sample
        .text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    if hash >> 32 & 1 == 0 { "a" } else { "b" }
}

#[derive(Default, Clone, Copy)]
struct Counts {
    gold: u32,
    found: u32,
    answers: u32,
    right: u32,
    gold_strict: u32,
    found_strict: u32,
    answers_strict: u32,
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 {
        return f64::NAN;
    }
    f64::from(part) / f64::from(whole)
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.gold += other.gold;
        self.found += other.found;
        self.answers += other.answers;
        self.right += other.right;
        self.gold_strict += other.gold_strict;
        self.found_strict += other.found_strict;
        self.answers_strict += other.answers_strict;
    }

    fn values(self) -> Value {
        let f1 = |p: f64, r: f64| {
            if p + r > 0.0 {
                2.0 * p * r / (p + r)
            } else {
                0.0
            }
        };
        let round = |value: f64| {
            if value.is_nan() {
                Value::Null
            } else {
                json!((value * 10_000.0).round() / 10_000.0)
            }
        };
        let (p, r) = (
            share(self.right, self.answers),
            share(self.found, self.gold),
        );
        let strict_p = share(self.found_strict, self.answers_strict);
        let strict_r = share(self.found_strict, self.gold_strict);
        json!({
            "marked": self.gold, "answered": self.answers,
            "precision": round(p), "recall": round(r), "f1": round(f1(p, r)),
            "strict precision": round(strict_p), "strict recall": round(strict_r), "strict f1": round(f1(strict_p, strict_r)),
        })
    }
}

/// Spans of a kind, those beside each other joined.
fn joined(text: &str, spans: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut all: Vec<(usize, usize)> = Vec::new();
    for &(start, end) in spans {
        if let Some(last) = all.last_mut()
            && (start <= last.1
                || text.get(last.1..start).is_some_and(|gap| {
                    gap.len() <= 3 && gap.chars().all(|ch| " ,-'\u{2019}\n".contains(ch))
                }))
        {
            last.1 = last.1.max(end);
        } else {
            all.push((start, end));
        }
    }
    all
}

/// The bounds without signs at the ends, and without a title before a name.
fn bare(text: &str, (start, end): (usize, usize), titles: bool) -> (usize, usize) {
    let Some(mut value) = text.get(start..end) else {
        return (start, end);
    };
    let mut start = start;
    loop {
        let trimmed = value.trim_start_matches(|ch: char| !ch.is_alphanumeric());
        start += value.len() - trimmed.len();
        value = trimmed;
        let first: String = value.chars().take_while(|ch| ch.is_alphabetic()).collect();
        let is_title = titles
            && matches!(
                first.to_lowercase().as_str(),
                "dr" | "dre"
                    | "mr"
                    | "mrs"
                    | "ms"
                    | "miss"
                    | "mme"
                    | "mlle"
                    | "pr"
                    | "prof"
                    | "docteur"
                    | "madame"
                    | "monsieur"
            )
            || titles && first == "M" && value.starts_with("M.");
        if !is_title || value.len() <= first.len() + 1 {
            break;
        }
        start += first.len();
        value = &value[first.len()..];
    }
    let trimmed = value.trim_end_matches(|ch: char| !ch.is_alphanumeric());
    (start, start + trimmed.len())
}

fn count(kind: &Kind, sample: &Sample, answers: &[Answer], least: f64) -> Counts {
    if !kind.is_marked_in(&sample.corpus) {
        return Counts::default();
    }
    let of = |labels: &BTreeSet<String>| -> Vec<(usize, usize)> {
        sample
            .gold
            .iter()
            .filter(|(.., label)| labels.contains(label))
            .map(|(start, end, _)| (*start, *end))
            .collect()
    };
    let (gold, aside) = (of(&kind.labels), of(&kind.aside));
    let mut given: Vec<(usize, usize)> = answers
        .iter()
        .filter(|answer| answer.confidence >= least && kind.elements.contains(&answer.element))
        .map(|answer| (answer.start, answer.end))
        .collect();
    given.sort_unstable();
    given.dedup();
    let meets = |a: &(usize, usize), b: &(usize, usize)| a.0 < b.1 && a.1 > b.0;
    let mut counts = Counts::default();
    for span in &gold {
        counts.gold += 1;
        counts.found += u32::from(given.iter().any(|answer| meets(span, answer)));
    }
    let whole: BTreeSet<_> = joined(&sample.text, &gold)
        .into_iter()
        .map(|span| bare(&sample.text, span, kind.titles))
        .collect();
    counts.gold_strict = whole.len() as u32;
    let mut exact = BTreeSet::new();
    for answer in &given {
        let is_right = gold.iter().any(|span| meets(span, answer));
        if !is_right && aside.iter().any(|span| meets(span, answer)) {
            continue;
        }
        counts.answers += 1;
        counts.right += u32::from(is_right);
    }
    for answer in joined(&sample.text, &given) {
        let is_aside = aside.iter().any(|span| meets(span, &answer))
            && !gold.iter().any(|span| meets(span, &answer));
        if is_aside {
            continue;
        }
        counts.answers_strict += 1;
        let answer = bare(&sample.text, answer, kind.titles);
        if whole.contains(&answer) {
            exact.insert(answer);
        }
    }
    counts.found_strict = exact.len() as u32;
    counts
}

fn report(kinds: &Kinds, samples: &[Sample], answers: &Answers) -> Value {
    let none = Vec::new();
    let mut result = serde_json::Map::new();
    let corpora: BTreeSet<&str> = samples.iter().map(|s| s.corpus.as_str()).collect();
    for corpus in corpora.into_iter().chain(["all", "English, French"]) {
        for part in ["a", "b", "both"] {
            if corpus == "ca-redactor-sample" && part != "both" {
                continue;
            }
            let chosen: Vec<&Sample> = samples
                .iter()
                .filter(|s| {
                    corpus == "all"
                        || s.corpus == corpus
                        || corpus == "English, French" && s.corpus != OTHER_LANGUAGES
                })
                .filter(|s| part == "both" || half(s) == part)
                .collect();
            let mut rows = serde_json::Map::new();
            for (name, kind) in kinds {
                let mut counts = Counts::default();
                for sample in &chosen {
                    let given = answers.get(&sample.id).unwrap_or(&none);
                    counts.add(count(kind, sample, given, 0.0));
                }
                if counts.gold + counts.answers > 0 {
                    println!(
                        "{corpus:18} {part:4} {name:14} recall {:.4} ({:4})  precision {:.4} ({:4})  strict r {:.4} p {:.4}",
                        share(counts.found, counts.gold),
                        counts.gold,
                        share(counts.right, counts.answers),
                        counts.answers,
                        share(counts.found_strict, counts.gold_strict),
                        share(counts.found_strict, counts.answers_strict),
                    );
                    rows.insert(name.clone(), counts.values());
                }
            }
            let clean = clean(kinds, &chosen, answers, 0.0);
            println!(
                "{corpus:18} {part:4} clean texts alarmed {}/{}, clean of names {}/{}",
                clean[0], clean[1], clean[2], clean[3]
            );
            rows.insert(
                "clean texts".into(),
                json!({"alarmed": clean[0], "texts": clean[1], "alarmed by a name": clean[2], "texts without a name": clean[3]}),
            );
            result.insert(format!("{corpus} {part}"), Value::Object(rows));
        }
    }
    Value::Object(result)
}

/// Clean texts that are alarmed, all of them; the same for names.
fn clean(kinds: &Kinds, samples: &[&Sample], answers: &Answers, least: f64) -> [u32; 4] {
    let mut counts = [0; 4];
    for sample in samples {
        let given: Vec<&Answer> = answers
            .get(&sample.id)
            .into_iter()
            .flatten()
            .filter(|answer| answer.confidence >= least)
            .collect();
        let has = |kind: &Kind| {
            sample
                .gold
                .iter()
                .any(|(.., label)| kind.labels.contains(label))
        };
        if !kinds.values().any(has) {
            counts[1] += 1;
            counts[0] += u32::from(given.iter().any(|answer| {
                kinds
                    .values()
                    .any(|kind| kind.elements.contains(&answer.element))
            }));
        }
        if let Some(kind) = kinds.get("name")
            && !has(kind)
        {
            counts[3] += 1;
            counts[2] += u32::from(
                given
                    .iter()
                    .any(|answer| kind.elements.contains(&answer.element)),
            );
        }
    }
    counts
}

fn curve(kinds: &Kinds, samples: &[Sample], answers: &Answers) -> Result<Value> {
    let kind = kinds.get("name").context("no kind `name`")?;
    let all: Vec<&Sample> = samples.iter().collect();
    let none = Vec::new();
    let mut rows = Vec::new();
    for least in [0.0, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95] {
        let mut counts = Counts::default();
        for sample in samples {
            let given = answers.get(&sample.id).unwrap_or(&none);
            counts.add(count(kind, sample, given, least));
        }
        let clean = clean(kinds, &all, answers, least);
        println!(
            "from {least:.2}: recall {:.4} precision {:.4}, texts without a name alarmed {:.4} ({}/{})",
            share(counts.found, counts.gold),
            share(counts.right, counts.answers),
            share(clean[2], clean[3]),
            clean[2],
            clean[3]
        );
        let mut row = counts.values();
        row["from"] = json!(least);
        row["texts without a name alarmed"] = json!(clean[2]);
        rows.push(row);
    }
    Ok(json!(rows))
}

/// What went wrong, on the half that may be looked at.
fn show_errors(kind: &Kind, samples: &[Sample], answers: &Answers) {
    let none = Vec::new();
    for sample in samples
        .iter()
        .filter(|sample| half(sample) == "a" && kind.is_marked_in(&sample.corpus))
    {
        let given = answers.get(&sample.id).unwrap_or(&none);
        let around = |start: usize, end: usize| {
            let from = sample.text.floor_char_boundary(start.saturating_sub(60));
            let to = sample
                .text
                .ceil_char_boundary((end + 40).min(sample.text.len()));
            format!(
                "{}[[{}]]{}",
                &sample.text[from..start],
                &sample.text[start..end],
                &sample.text[end..to]
            )
            .replace('\n', "\u{23ce}")
        };
        let is_answer = |answer: &&Answer| kind.elements.contains(&answer.element);
        for (start, end, label) in &sample.gold {
            if kind.labels.contains(label)
                && !given
                    .iter()
                    .filter(is_answer)
                    .any(|answer| answer.start < *end && answer.end > *start)
            {
                println!("MISSED {} {}", sample.corpus, around(*start, *end));
            }
        }
        for answer in given.iter().filter(is_answer) {
            let meets = |(start, end, label): &(usize, usize, String)| {
                answer.start < *end
                    && answer.end > *start
                    && (kind.labels.contains(label) || kind.aside.contains(label))
            };
            if !sample.gold.iter().any(meets) {
                println!(
                    "WRONG {} {:.2} {}",
                    sample.corpus,
                    answer.confidence,
                    around(answer.start, answer.end)
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(text: &str, gold: &[(usize, usize, &str)]) -> Sample {
        Sample {
            id: "x".into(),
            corpus: "x".into(),
            text: text.into(),
            gold: gold
                .iter()
                .map(|(start, end, label)| (*start, *end, (*label).to_owned()))
                .collect(),
        }
    }

    fn answer(start: usize, end: usize) -> Answer {
        Answer {
            start,
            end,
            element: "name".into(),
            confidence: 1.0,
        }
    }

    fn kind() -> Kind {
        Kind {
            elements: ["name".to_owned()].into(),
            labels: ["NOM".to_owned(), "PRENOM".to_owned()].into(),
            aside: ["VILLE".to_owned()].into(),
            corpora: BTreeSet::new(),
            titles: true,
        }
    }

    #[test]
    fn a_corpus_that_does_not_mark_a_kind_says_nothing_of_it() {
        let sample = sample("Anna", &[(0, 4, "NOM")]);
        let kind = Kind {
            corpora: ["y".to_owned()].into(),
            ..kind()
        };
        assert_eq!(count(&kind, &sample, &[answer(0, 4)], 0.0).gold, 0);
        assert_eq!(count(&kind, &sample, &[answer(0, 4)], 0.0).answers, 0);
    }

    #[test]
    fn given_and_family_name_marked_apart_are_one_name_for_the_strict_count() {
        let text = "vu par Dr ROY Anna hier";
        let sample = sample(text, &[(10, 13, "NOM"), (14, 18, "PRENOM")]);
        let counts = count(&kind(), &sample, &[answer(7, 18)], 0.0);
        assert_eq!((counts.gold, counts.found, counts.right), (2, 2, 1));
        assert_eq!((counts.gold_strict, counts.found_strict), (1, 1));
    }

    #[test]
    fn an_answer_elsewhere_is_wrong_and_one_aside_is_neither() {
        let sample = sample(
            "Anna lives in Laval near Inco",
            &[(0, 4, "NOM"), (14, 19, "VILLE")],
        );
        let counts = count(&kind(), &sample, &[answer(14, 19), answer(25, 29)], 0.0);
        assert_eq!((counts.found, counts.answers, counts.right), (0, 1, 0));
    }
}
