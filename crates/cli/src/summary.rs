//! The summary that a tired person understands: how many people, where, what of theirs, what was not read, what is due.

use std::fmt::Write as _;

use whose_engine::{Request, Summary};
use whose_model::{DataElement, Obligation, ObligationStatus};

use crate::front::{bytes, number};

/// The summary in words.
pub(crate) fn words(summary: &Summary, duties: &[Obligation], requests: &[Request]) -> String {
    let mut out = String::new();
    let n_of = |outcome: &str| summary.by_outcome.get(outcome).copied().unwrap_or(0);
    let _ = writeln!(
        out,
        "\n  {} individuals are affected.\n",
        number(summary.n_individuals)
    );
    let bounds = summary.bounds;
    let _ = writeln!(
        out,
        "    At least {} and at most {}, as far as the pile was read{}.",
        number(bounds.at_least),
        number(bounds.at_most),
        match (bounds.n_unread, bounds.unread_at_most) {
            (0, _) => String::new(),
            (n, Some(most)) => format!(
                "; {} exhibits were not read to the end and hold up to {} more if people stand in them as in the others, up to {} if everybody in them is new",
                number(n),
                number(bounds.unread_alike.unwrap_or(most)),
                number(most)
            ),
            (n, None) => format!(
                "; how many more are in {} exhibits that were not read to the end cannot be said",
                number(n)
            ),
        }
    );
    if let Some((found, untouched)) = summary.roster {
        let _ = writeln!(
            out,
            "    {} of them were matched to the roster, {} are not in it; of the roster {} people are only named in the pile and {} are not in it (`whose roster CASE`).",
            number(found),
            number(summary.n_individuals.saturating_sub(found)),
            number(summary.n_roster_named),
            number(untouched)
        );
    }
    if summary.n_households > 0 {
        let _ = writeln!(
            out,
            "    {} households have more than one person on the list; each person has a letter of their own.",
            number(summary.n_households)
        );
    }
    let _ = writeln!(
        out,
        "    {} exposures (person by element), from {} mentions in {} exhibits ({}).",
        number(summary.n_exposures),
        number(summary.n_mentions),
        number(summary.n_exhibits),
        bytes(summary.n_bytes)
    );
    let _ = writeln!(
        out,
        "    {} clinicians and staff and {} others are only named, with nothing of theirs that counts.",
        number(summary.n_clinicians),
        number(summary.n_named_only)
    );

    let _ = writeln!(out, "\n  Where they live");
    let places: Vec<(String, u64)> = sorted(&summary.by_jurisdiction)
        .into_iter()
        .map(|(code, n)| match code.as_str() {
            "unknown" => (code, n),
            _ => (code.to_uppercase(), n),
        })
        .collect();
    table(&mut out, &places, summary.n_individuals);

    let _ = writeln!(out, "\n  What of theirs was exposed");
    let elements: Vec<(String, u64)> = DataElement::ALL
        .iter()
        .filter_map(|element| {
            summary
                .by_element
                .get(element.id())
                .map(|&n| (element.id().to_owned(), n))
        })
        .collect();
    table(&mut out, &elements, summary.n_individuals);

    let _ = writeln!(out, "\n  Letters");
    for (language, words) in [("en", "in English"), ("fr", "in French")] {
        let n = summary.by_language.get(language).copied().unwrap_or(0);
        let _ = writeln!(out, "    {:>9}  {words}", number(n));
    }
    for (kind, n) in sorted(&summary.by_representative) {
        let _ = writeln!(
            out,
            "    {:>9}  to a representative: {}",
            number(n),
            kind.replace('-', " ")
        );
    }
    if summary.n_without_address > 0 {
        let _ = writeln!(
            out,
            "    {:>9}  without a postal address",
            number(summary.n_without_address)
        );
    }

    if summary.n_ask_first > 0 {
        let _ = writeln!(
            out,
            "    {:>9}  not to the home before the person was asked how to reach them",
            number(summary.n_ask_first)
        );
    }

    let n_open = requests.iter().filter(|one| one.settled.is_none()).count() as u64;
    if n_open > 0 {
        let _ = writeln!(
            out,
            "    {:>9}  requests not to write to somebody's home are tied to nobody on the list: settle each before letters go (`whose requests CASE`)",
            number(n_open)
        );
    }

    let _ = writeln!(out, "\n  What was read");
    let _ = writeln!(out, "    {:>9}  exhibits to the end", number(n_of("read")));
    let _ = writeln!(out, "    {:>9}  with gaps", number(n_of("read-with-gaps")));
    let _ = writeln!(out, "    {:>9}  not at all", number(n_of("not-read")));
    for (cause, n) in sorted(&summary.by_cause) {
        let _ = writeln!(
            out,
            "    {:>9}  gaps: {}",
            number(n),
            cause.replace('-', " ")
        );
    }
    let n_unattributed: u64 = summary.unattributed.values().sum();
    if n_unattributed > 0 {
        let _ = writeln!(
            out,
            "    {:>9}  mentions could be tied to nobody",
            number(n_unattributed)
        );
    }
    if summary.n_questions > 0 {
        let _ = writeln!(
            out,
            "    {:>9}  pairs of records are left for a reviewer",
            number(summary.n_questions)
        );
    }

    let _ = writeln!(
        out,
        "\n  What the law asks (as of {})",
        if summary.as_of.is_empty() {
            "no date"
        } else {
            &summary.as_of
        }
    );
    if summary.has_incident {
        duties_table(&mut out, duties);
    } else {
        let _ = writeln!(
            out,
            "    No incident file was given, so no duty was assessed: run again with `--incident FILE`."
        );
    }
    out
}

fn duties_table(out: &mut String, duties: &[Obligation]) {
    for duty in duties {
        let when = match (&duty.due, &duty.clock_words) {
            (Some(day), _) => format!("by {day}"),
            (None, Some(words)) => words.0.replace(['-', '_'], " "),
            (None, None) => String::new(),
        };
        let status = match duty.status {
            ObligationStatus::Due => "due",
            ObligationStatus::Ask => "ASK",
            ObligationStatus::Expected => "expected",
            ObligationStatus::OnHold => "on hold",
        };
        let _ = writeln!(
            out,
            "    {status:9} {:16} {:24} {when}  [{}]",
            duty.addressee, duty.regime, duty.citation
        );
        if duty.status == ObligationStatus::Ask
            && let Some(question) = duty.because.iter().find(|line| line.ends_with('?'))
        {
            let _ = writeln!(out, "              {question}");
        }
    }
}

fn sorted(map: &std::collections::BTreeMap<String, u64>) -> Vec<(String, u64)> {
    let mut rows: Vec<(String, u64)> = map.iter().map(|(key, n)| (key.clone(), *n)).collect();
    rows.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    rows
}

fn table(out: &mut String, rows: &[(String, u64)], of: u64) {
    for (name, n) in rows {
        let share = if of > 0 {
            *n as f64 * 100.0 / of as f64
        } else {
            0.0
        };
        let _ = writeln!(out, "    {:>9}  {share:>5.1} %  {name}", number(*n));
    }
}
