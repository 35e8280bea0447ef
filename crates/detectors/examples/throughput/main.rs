//! How fast segments become mentions: `throughput speed|start|dump|classes|worst [OPTIONS] FOLDER...`, each folder a kind of file.
//!
//! `speed` reads every file of a folder first, then times detection alone over
//! the segments, on one thread and on all; `--reading` times both together.
//! `start` times the first letter and the first table of a process, when
//! nothing is laid out yet, beside the second.
//! `classes` does the same on prose with one class of element in every line,
//! `worst` on inputs that are made to be slow; both need no folder and take the names of those wanted.
//! `dump` prints each mention with a hash in place of its value, so that two
//! versions of this crate can be compared over the same files.
//! Options: `--rounds N`, `--threads N`, `--json`, `--reading`.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]

mod made;

use std::{
    collections::BTreeMap,
    fs::File,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use whose_detectors::{Context, Detector};
use whose_model::{Ended, ExhibitPath, Gap, Limits, Mention, Segment, Sink};

/// As in the program itself: a mention is mostly small strings.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The exhibits of one file with their segments.
#[derive(Default)]
struct Kept {
    open: Vec<usize>,
    exhibits: Vec<(ExhibitPath, Vec<Segment>)>,
}

impl Sink for Kept {
    fn begin(&mut self, path: &ExhibitPath) -> bool {
        self.open.push(self.exhibits.len());
        self.exhibits.push((path.clone(), Vec::new()));
        true
    }
    fn segment(&mut self, segment: Segment) {
        let at = *self.open.last().unwrap();
        self.exhibits[at].1.push(segment);
    }
    fn gap(&mut self, _: Gap) {}
    fn end(&mut self, _: &ExhibitPath, _: Ended) {
        self.open.pop();
    }
}

/// Detects while reading, and keeps only numbers.
struct Straight<'c> {
    context: &'c Context,
    open: Vec<Detector<'c>>,
    n: u64,
}

impl Sink for Straight<'_> {
    fn begin(&mut self, path: &ExhibitPath) -> bool {
        self.open.push(Detector::new(self.context, path));
        true
    }
    fn segment(&mut self, segment: Segment) {
        let n = &mut self.n;
        let detector = self.open.last_mut().unwrap();
        detector.push(&segment, &mut |_| *n += 1);
    }
    fn gap(&mut self, _: Gap) {}
    fn end(&mut self, _: &ExhibitPath, _: Ended) {
        let n = &mut self.n;
        self.open.pop().unwrap().finish(&mut |_| *n += 1);
    }
}

fn read(file: &Path, sink: &mut dyn Sink) {
    let path = ExhibitPath(file.file_name().unwrap().to_string_lossy().into_owned());
    let file = File::open(file).unwrap();
    whose_readers::read(
        whose_readers::Input::File(file),
        &path,
        &Limits::default(),
        sink,
    );
}

fn files(folder: &Path) -> Vec<PathBuf> {
    if folder.is_file() {
        return vec![folder.to_path_buf()];
    }
    let mut all = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                all.push(entry.path());
            }
        }
    }
    all.sort();
    all
}

/// All that is measured; kept apart so that a profiler can be told to count here alone.
#[inline(never)]
fn detect(
    context: &Context,
    exhibits: &[(ExhibitPath, Vec<Segment>)],
    emit: &mut dyn FnMut(&Mention),
) {
    for (path, segments) in exhibits {
        let mut detector = Detector::new(context, path);
        for segment in segments {
            detector.push(segment, emit);
        }
        detector.finish(emit);
    }
}

fn main() {
    let mut mode = String::new();
    let mut folders = Vec::new();
    let (mut n_rounds, mut n_threads) = (3, 0);
    let (mut is_json, mut reads) = (false, false);
    let mut arguments = std::env::args().skip(1);
    let number = |text: Option<String>| text.and_then(|text| text.parse().ok()).unwrap_or(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--rounds" => n_rounds = number(arguments.next()),
            "--threads" => n_threads = number(arguments.next()),
            "--json" => is_json = true,
            "--reading" => reads = true,
            _ if mode.is_empty() => mode = argument,
            _ => folders.push(PathBuf::from(argument)),
        }
    }
    if n_threads == 0 {
        n_threads = std::thread::available_parallelism().map_or(1, Into::into);
    }
    match mode.as_str() {
        "speed" => folders.iter().for_each(|folder| {
            let speed = speed(folder, n_rounds, n_threads, reads);
            if is_json {
                println!("{}", speed.json());
            } else {
                println!("{}", speed.line());
            }
        }),
        "classes" | "worst" => {
            let all = if mode == "classes" {
                made::classes()
            } else {
                made::worst()
            };
            let is_wanted = |name: &str| {
                folders.is_empty() || folders.iter().any(|folder| folder.as_os_str() == name)
            };
            for (name, segments) in all.into_iter().filter(|(name, _)| is_wanted(name)) {
                let (rate, n_mentions, hash) = alone(segments, n_rounds);
                if is_json {
                    println!(
                        "{}",
                        serde_json::json!({"kind": name, "mentions": n_mentions, "hash": hash, "mb_per_second_one_core": rate})
                    );
                } else {
                    println!(
                        "{name:28} {rate:7.1} MB/s on one core, {n_mentions} mentions, hash {hash:016x}"
                    );
                }
            }
        }
        "start" => {
            let exhibits = made::small();
            for which in ["first", "second"] {
                let since = Instant::now();
                let mut n = 0;
                detect(&Context::default(), &exhibits, &mut |_| n += 1);
                let took = since.elapsed().as_secs_f64() * 1e3;
                if is_json {
                    println!(
                        "{}",
                        serde_json::json!({"kind": which, "mentions": n, "milliseconds": took})
                    );
                } else {
                    println!("{which:28} {took:7.2} ms, {n} mentions");
                }
            }
        }
        "dump" => folders.iter().for_each(|folder| dump(folder)),
        _ => {
            eprintln!(
                "usage: throughput speed|start|dump|classes|worst [--rounds N] [--threads N] [--json] [--reading] FOLDER..."
            )
        }
    }
}

struct Speed {
    kind: String,
    bytes: u64,
    n_mentions: u64,
    one: f64,
    all: f64,
    /// Of all threads together, by the time that each has run: as `one` when threads are in nobody's way.
    each_of_all: f64,
    with_reading: Option<f64>,
    by_element: BTreeMap<&'static str, u64>,
}

impl Speed {
    fn line(&self) -> String {
        format!(
            "{:8} {:6.1} MB  {:7.1} MB/s on one core, {:7.1} on all ({:.1} a processor second), {} with reading; {} mentions, {:.0} ns each",
            self.kind,
            self.bytes as f64 / 1e6,
            self.one,
            self.all,
            self.each_of_all,
            self.with_reading
                .map_or_else(|| "-".to_owned(), |rate| format!("{rate:.1}")),
            self.n_mentions,
            self.bytes as f64 / self.one * 1e3 / self.n_mentions.max(1) as f64,
        )
    }
    fn json(&self) -> serde_json::Value {
        serde_json::json!({"kind": self.kind, "bytes": self.bytes, "mentions": self.n_mentions,
            "mb_per_second_one_core": self.one, "mb_per_second_all_cores": self.all, "mb_per_processor_second_all_cores": self.each_of_all,
            "mb_per_second_with_reading": self.with_reading, "by_element": self.by_element})
    }
}

/// Megabytes a second of one text on one core, its mentions, and a hash of all of them.
fn alone(segments: Vec<Segment>, n_rounds: usize) -> (f64, u64, u64) {
    let context = Context::default();
    let bytes: usize = segments
        .iter()
        .map(|segment| match segment {
            Segment::Passage(passage) => passage.text.len(),
            _ => 0,
        })
        .sum();
    let exhibits = [(ExhibitPath("made.txt".into()), segments)];
    let (mut n_mentions, mut all) = (0, DefaultHasher::new());
    detect(&context, &exhibits, &mut |mention| {
        n_mentions += 1;
        shown(mention).hash(&mut all);
    });
    let best = (0..n_rounds)
        .map(|_| {
            let since = on_processor();
            detect(&context, &exhibits, &mut |mention| {
                std::hint::black_box(mention);
            });
            on_processor().saturating_sub(since)
        })
        .min()
        .unwrap_or_default();
    let rate = bytes as f64 / 1e6 / best.as_secs_f64();
    (rate, n_mentions, all.finish())
}

/// All threads together read at least so many bytes, the same files again and again.
const LONG: u64 = 20_000_000;

fn speed(folder: &Path, n_rounds: usize, n_threads: usize, reads: bool) -> Speed {
    let context = Context::default();
    let all = files(folder);
    let bytes: u64 = all.iter().map(|file| file.metadata().unwrap().len()).sum();
    let kept: Vec<Kept> = all
        .iter()
        .map(|file| {
            let mut kept = Kept::default();
            read(file, &mut kept);
            kept
        })
        .collect();
    let rate = |time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
    let mut by_element = BTreeMap::new();
    let mut n_mentions = 0;
    for file in &kept {
        detect(&context, &file.exhibits, &mut |mention| {
            *by_element.entry(mention.element.id()).or_default() += 1;
            n_mentions += 1;
        });
    }
    let mut one = Vec::new();
    let mut many = Vec::new();
    let mut each_of_many = Vec::new();
    // Threads that have just begun know nothing yet: they go on for as long as it takes to tell.
    let n_passes = LONG.div_ceil(bytes.max(1)) as usize;
    for _ in 0..n_rounds {
        let since = on_processor();
        for file in &kept {
            detect(&context, &file.exhibits, &mut |mention| {
                std::hint::black_box(mention);
            });
        }
        one.push(on_processor().saturating_sub(since));
        if n_threads == 1 {
            // One thread was measured; a profiler counts no further passes.
            many.extend(one.last());
            each_of_many.extend(one.last());
            continue;
        }
        let next = AtomicUsize::new(0);
        let nanoseconds = AtomicU64::new(0);
        let since = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..n_threads {
                scope.spawn(|| {
                    let since = on_processor();
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        if at >= kept.len() * n_passes {
                            break;
                        }
                        detect(&context, &kept[at % kept.len()].exhibits, &mut |mention| {
                            std::hint::black_box(mention);
                        });
                    }
                    let ran = on_processor().saturating_sub(since).as_nanos() as u64;
                    nanoseconds.fetch_add(ran, Ordering::Relaxed);
                });
            }
        });
        many.push(since.elapsed() / n_passes as u32);
        each_of_many.push(Duration::from_nanos(nanoseconds.into_inner()) / n_passes as u32);
    }
    drop(kept);
    let with_reading = reads.then(|| {
        let mut times: Vec<Duration> = (0..n_rounds)
            .map(|_| {
                let since = on_processor();
                for file in &all {
                    let mut straight = Straight {
                        context: &context,
                        open: Vec::new(),
                        n: 0,
                    };
                    read(file, &mut straight);
                    std::hint::black_box(straight.n);
                }
                on_processor().saturating_sub(since)
            })
            .collect();
        rate(median(&mut times))
    });
    Speed {
        kind: folder.file_name().unwrap().to_string_lossy().into_owned(),
        bytes,
        n_mentions,
        one: rate(one.into_iter().min().unwrap_or_default()),
        all: rate(median(&mut many)),
        each_of_all: rate(each_of_many.into_iter().min().unwrap_or_default()),
        with_reading,
        by_element,
    }
}

/// Time that this thread has run: on a busy machine the clock on the wall says more of the others.
fn on_processor() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    let nanoseconds = std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok());
    match nanoseconds {
        Some(nanoseconds) => Duration::from_nanos(nanoseconds),
        None => START.get_or_init(Instant::now).elapsed(),
    }
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Prints every mention of every file; values as hashes.
fn dump(folder: &Path) {
    let context = Context::default();
    for file in files(folder) {
        let mut kept = Kept::default();
        read(&file, &mut kept);
        for exhibit in &kept.exhibits {
            let path = exhibit.0.0.clone();
            detect(&context, std::slice::from_ref(exhibit), &mut |mention| {
                let file = file.file_name().unwrap().to_string_lossy();
                println!("{file}\t{path}\t{}", shown(mention));
            });
        }
    }
}

/// A mention as a line; its value as a hash.
fn shown(mention: &Mention) -> String {
    format!(
        "{}\t{}\t{}\t{:x}\t{:x}\t{:.3}\t{:?}\t{:?}\t{:?}\t{:?}\t{}\t{:?}\t{}",
        mention.place,
        mention.element.id(),
        mention.scheme.as_ref().map_or("-", |scheme| scheme.id()),
        hash(mention.value.reveal()),
        hash(&format!("{:?}", mention.normal.reveal())),
        mention.confidence.0,
        mention.subject,
        mention.role,
        mention.assertion,
        mention.sensitive,
        mention.malformed,
        mention.alternatives,
        mention.why.join("; "),
    )
}
