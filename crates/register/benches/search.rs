//! A hundred thousand made-up incidents: how long filling, searching and counting take. `cargo bench -p whose-register`.
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
    SourceKind, Statistics, Value, When,
};

const N: u64 = 100_000;

fn main() {
    let folder = std::env::temp_dir().join(format!("whose-register-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("register.db");
    let since = Instant::now();
    let mut register = Register::open(&file, &[1; 32]).unwrap();
    register.append_all((0..N).map(incident).collect()).unwrap();
    println!(
        "fill {N}: {:.1} s, {} MiB",
        since.elapsed().as_secs_f64(),
        std::fs::metadata(&file).unwrap().len() >> 20
    );
    drop(register);
    let time = |what: &str, run: &mut dyn FnMut(&mut Register) -> usize| {
        // As the command line does it: opened anew each time.
        let mut cold = Vec::new();
        let mut warm = Vec::new();
        let mut n = 0;
        for _ in 0..7 {
            let since = Instant::now();
            let mut register = Register::open(&file, &[1; 32]).unwrap();
            n = run(&mut register);
            cold.push(since.elapsed().as_secs_f64() * 1e3);
            let since = Instant::now();
            run(&mut register);
            warm.push(since.elapsed().as_secs_f64() * 1e3);
        }
        cold.sort_by(f64::total_cmp);
        warm.sort_by(f64::total_cmp);
        println!(
            "{what:34} {n:>7} found; opened anew {:6.1} ms, open {:6.1} ms (medians of 7)",
            cold[3], warm[3]
        );
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
        Statistics::of(register.sketches().unwrap()).n_incidents as usize
    });
    let since = Instant::now();
    let mut register = Register::open(&file, &[1; 32]).unwrap();
    let (id, entries) = incident(N + 1);
    register.append(id, entries).unwrap();
    println!("add one: {:.1} ms", since.elapsed().as_secs_f64() * 1e3);
    drop(register);
    std::fs::remove_dir_all(&folder).unwrap();
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
