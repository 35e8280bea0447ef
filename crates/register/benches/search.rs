//! A hundred thousand made-up incidents: how long filling, searching and counting take.
//!
//! `cargo bench -p whose-register`; with `-- postgres://…` of an empty base, that store as well.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench says what it measured"
)]

use std::time::Instant;

use jiff::{Timestamp, ToSpan};
use whose_register::{
    Attribute, Bound, Entry, Event, Fact, IncidentId, Query, Register, Source, SourceId,
    SourceKind, Value, When,
};

const N: u64 = 100_000;
/// Times each question is asked; enough for a p95.
const ROUNDS: usize = 41;

fn main() {
    let url = std::env::args().find(|argument| argument.starts_with("postgres"));
    let folder = std::env::temp_dir().join(format!("whose-register-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("register.db");
    measure("SQLite", &|| Register::open(&file, &[1; 32]).unwrap());
    println!(
        "| SQLite | the file, MiB | | {} | | | |",
        std::fs::metadata(&file).unwrap().len() >> 20
    );
    std::fs::remove_dir_all(&folder).unwrap();
    if let Some(url) = url {
        measure("PostgreSQL", &|| Register::connect(&url, &[1; 32]).unwrap());
    }
}

/// Fills a register and asks it; a table row for each question.
fn measure(store: &str, open: &dyn Fn() -> Register) {
    println!(
        "\n| store | what | found | opened anew p50 ms | p95 | on the processor p50 | p95 | open p50 ms | p95 | on the processor p50 | p95 |\n|---|---|---|---|---|---|---|---|---|---|---|"
    );
    let since = Instant::now();
    let mut register = open();
    register.append_all((0..N).map(incident).collect()).unwrap();
    println!(
        "| {store} | fill with {N}, seconds | | {:.1} | | | |",
        since.elapsed().as_secs_f64()
    );
    drop(register);
    let time = |what: &str, run: &mut dyn FnMut(&mut Register) -> usize| {
        // As the command line does it, opened anew each time; and as the console does it, open all the time.
        let mut times: [Vec<f64>; 4] = Default::default();
        let mut n = 0;
        for _ in 0..ROUNDS {
            let (since, busy) = (Instant::now(), busy());
            let mut register = open();
            n = run(&mut register);
            times[0].push(since.elapsed().as_secs_f64() * 1e3);
            times[1].push(self::busy() - busy);
            let (since, busy) = (Instant::now(), self::busy());
            run(&mut register);
            times[2].push(since.elapsed().as_secs_f64() * 1e3);
            times[3].push(self::busy() - busy);
        }
        let mut row = format!("| {store} | {what} | {n} |");
        for times in &mut times {
            times.sort_by(f64::total_cmp);
            for percent in [50, 95] {
                row += &format!(" {:.1} |", times[(ROUNDS * percent).div_ceil(100) - 1]);
            }
        }
        println!("{row}");
    };
    let words = |words: &str| Query {
        words: words.to_owned(),
        ..Query::default()
    };
    time("search, a rare word", &mut |register| {
        register.search(&words("northfield77777")).unwrap().len()
    });
    time("search, a common word", &mut |register| {
        register.search(&words("phishing")).unwrap().len()
    });
    time("search, two words and a beginning", &mut |register| {
        register.search(&words("clinic laptop stol")).unwrap().len()
    });
    time("filter by place, element and year", &mut |register| {
        let query = Query {
            place: "ca-sk".to_owned(),
            element: whose_model::DataElement::from_id("diagnosis"),
            since: "2015-01-01".parse().ok(),
            ..Query::default()
        };
        register.search(&query).unwrap().len()
    });
    time("statistics over all", &mut |register| {
        register.statistics(&Query::default()).unwrap().n_incidents as usize
    });
    time("statistics of a word", &mut |register| {
        register.statistics(&words("phishing")).unwrap().n_incidents as usize
    });
    let mut register = open();
    let since = Instant::now();
    let (id, entries) = incident(N + 1);
    register.append(id, entries).unwrap();
    println!(
        "| {store} | add one | | {:.1} | | | |",
        since.elapsed().as_secs_f64() * 1e3
    );
}

/// Milliseconds that this thread was on a processor: what a question costs when nothing else runs.
fn busy() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e6
}

fn incident(n: u64) -> (IncidentId, Vec<Entry>) {
    let pick = |list: &[&'static str], by: u64| list[(n / by % list.len() as u64) as usize];
    let name = format!(
        "Northfield{n} {}",
        pick(&["Clinic", "Hospital", "Dental", "Imaging"], 1)
    );
    let place = pick(&["ca-sk", "ca-on", "ca-qc", "us-tx", "us-ny", "gb"], 1);
    let action = pick(
        &[
            "hacking/Unknown",
            "social/Phishing",
            "misuse/Privilege abuse",
            "physical/Theft",
            "error/Loss",
        ],
        3,
    );
    let what = pick(
        &[
            "A laptop was stolen from a car in the night.",
            "Phishing opened an account of mail to strangers.",
            "An employee looked at records of neighbours without need.",
            "Letters went to the wrong people after a change of software.",
        ],
        7,
    );
    let began = When::day(
        jiff::civil::date(2010, 1, 1)
            .checked_add((n as i64 % 5_000).days())
            .unwrap(),
    );
    let later = |days: i64| Value::When(began.shifted(days.days()).unwrap());
    let fact = |attribute, value| Fact::new(attribute, value, SourceId(0));
    let mut facts = vec![
        fact(Attribute::Victim, Value::Text(name.clone())),
        fact(Attribute::Place, Value::Term(place.to_owned())),
        fact(Attribute::Action, Value::Term(action.to_owned())),
        fact(Attribute::Summary, Value::Text(what.to_owned())),
        fact(Attribute::Began, Value::When(began)),
        fact(Attribute::Discovered, later(n as i64 % 90)),
        fact(Attribute::PeopleTold, later(n as i64 % 90 + 60)),
        fact(
            Attribute::People,
            Value::Count {
                n: n % 9_000 + 1,
                bound: Bound::Exactly,
            },
        ),
    ];
    for element in [
        "name",
        pick(&["diagnosis", "health-number"], 2),
        pick(&["lab-result", "phone", "email"], 5),
    ] {
        facts.push(fact(Attribute::Element, Value::Term(element.to_owned())).scoped(element));
    }
    let entry = |event| Entry {
        at: Timestamp::UNIX_EPOCH,
        by: "bench".to_owned(),
        event,
    };
    let source = Source {
        kind: SourceKind::Person,
        title: "typed".to_owned(),
        publisher: String::new(),
        published: None,
        language: whose_model::Language::En,
        digest: String::new(),
        is_corrected: false,
    };
    let id = IncidentId::of(&format!("bench {n}"));
    (
        id,
        vec![
            entry(Event::Opened { name }),
            entry(Event::Sourced(source)),
            entry(Event::Stated(facts)),
        ],
    )
}
