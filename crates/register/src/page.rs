//! A record in, a page to print out: what is known, who says so, what contradicts it, and the clock.

use std::fmt::Write;

use crate::chart::{escape, place};
use crate::stix::techniques;
use crate::{Attribute, Compared, Held, Record, Standing};

/// The page of an incident, in HTML that needs nothing else: its days beside a cohort, and what the law then asked of them
/// under a title that says what was assumed.
pub fn html(
    record: &Record,
    clock: &[Compared],
    law_title: &str,
    law: &[(String, Vec<String>)],
) -> String {
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{0}</title><style>body{{font:15px/1.45 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}}table{{border-collapse:collapse;width:100%}}td,th{{text-align:left;vertical-align:top;padding:.3rem .5rem;border-bottom:1px solid #ccc}}q{{color:#444}}.no{{font-weight:bold}}.gone{{text-decoration:line-through;color:#666}}svg{{max-width:40rem;display:block;margin:.6rem 0}}@media print{{body{{margin:0}}tr{{break-inside:avoid}}}}</style><h1>{0}</h1>",
        escape(&record.name)
    );
    let _ = write!(
        page,
        "<p>Incident {}. {} sources, {} facts, {} wait for a person.</p>",
        escape(&record.id),
        record.sources.len(),
        record.facts.len(),
        record.n_proposed()
    );
    let conflicts = record.conflicts(true);
    if !conflicts.is_empty() {
        page.push_str("<h2>Sources disagree</h2><ul>");
        for conflict in &conflicts {
            let all: Vec<String> = conflict
                .facts
                .iter()
                .filter_map(|id| record.facts.iter().find(|held| held.id == *id))
                .map(|held| {
                    format!(
                        "{}{} (fact {})",
                        if held.fact.is_not { "not " } else { "" },
                        held.fact.value,
                        held.id.0
                    )
                })
                .collect();
            let _ = write!(
                page,
                "<li><b>{}</b> {}: {}. Used: fact {}; {}.</li>",
                conflict.attribute.id(),
                escape(&conflict.scope),
                escape(&all.join(" or ")),
                conflict.used.0,
                escape(&conflict.why.to_string())
            );
        }
        page.push_str("</ul>");
    }
    page.push_str("<h2>Timeline</h2><table>");
    let mut dates: Vec<&Held> = record
        .standing(true)
        .filter(|held| matches!(held.fact.value, crate::Value::When(_)))
        .collect();
    dates.sort_by_key(|held| match held.fact.value {
        crate::Value::When(when) => (when.first, held.id),
        _ => (jiff::civil::Date::MAX, held.id),
    });
    for held in dates {
        row(&mut page, record, held);
    }
    page.push_str("</table><h2>Facts</h2><table><tr><th>What</th><th>Says</th><th>Source and sentence</th></tr>");
    for attribute in Attribute::ALL {
        for held in record
            .facts
            .iter()
            .filter(|held| held.fact.attribute == *attribute)
        {
            if !matches!(held.fact.value, crate::Value::When(_)) {
                row(&mut page, record, held);
            }
        }
    }
    page.push_str("</table>");
    let techniques = techniques(record, true);
    if !techniques.is_empty() {
        page.push_str("<h2>ATT&amp;CK</h2><ul>");
        for (number, name, of) in techniques {
            let _ = write!(page, "<li>{number} {} ({})</li>", escape(name), escape(&of));
        }
        page.push_str("</ul><p>By the mapping of VERIS 1.4.1 to ATT&amp;CK 19.1, from the keepers of VERIS (CC BY-SA 4.0).</p>");
    }
    page.push_str("<h2>Sources</h2><ol start=\"0\">");
    for source in &record.sources {
        let published = source
            .published
            .map_or_else(|| "without a date".to_owned(), |when| when.to_string());
        let _ = write!(
            page,
            "<li>{} ({}, {}{}, {published})</li>",
            escape(&source.title),
            source.kind.id(),
            escape(&source.publisher),
            if source.is_corrected {
                ", corrected"
            } else {
                ""
            }
        );
    }
    page.push_str("</ol>");
    page.push_str("<h2>The clock, compared</h2>");
    for row in clock {
        page.push_str(&place(row));
    }
    if clock.is_empty() {
        page.push_str("<p>No two dates are known as days, here and elsewhere.</p>");
    }
    let _ = write!(page, "<h2>{}</h2><ul>", escape(law_title));
    for (line, says) in law {
        let _ = write!(page, "<li>{}<ul>", escape(line));
        for one in says {
            let _ = write!(page, "<li>{}</li>", escape(one));
        }
        page.push_str("</ul></li>");
    }
    page.push_str("</ul>");
    page.push_str("</html>\n");
    page
}

fn row(page: &mut String, record: &Record, held: &Held) {
    let fact = &held.fact;
    let scope = if fact.scope.is_empty() || fact.scope == fact.value.to_string() {
        String::new()
    } else {
        format!(" ({})", escape(&fact.scope))
    };
    let (class, note) = match &held.standing {
        Standing::Accepted => ("", String::new()),
        Standing::Proposed => ("", " <i>proposed</i>".to_owned()),
        Standing::Rejected { why } => ("gone", format!(" rejected: {}", escape(why))),
        Standing::Replaced { why, .. } => ("gone", format!(" replaced: {}", escape(why))),
    };
    let title = record
        .source(fact.source)
        .map_or("", |source| source.title.as_str());
    let quote = fact.quote.as_ref().map_or_else(String::new, |quote| {
        format!("<br><q>{}</q>", escape(&quote.sentence))
    });
    let _ = write!(
        page,
        "<tr><td>{}{scope}</td><td class=\"{class}\">{}{}</td><td>{}. {}{quote}{note}</td></tr>",
        fact.attribute.id(),
        if fact.is_not {
            "<span class=\"no\">not</span> "
        } else {
            ""
        },
        escape(&fact.value.to_string()),
        held.id.0,
        escape(title),
    );
}

#[test]
fn a_page_names_techniques_with_whose_mapping_they_are() {
    use crate::{AsOf, Entry, Event, Fact, IncidentId, SourceId, Value};
    let record = |term: &str| {
        let fact = Fact::new(Attribute::Action, Value::Term(term.to_owned()), SourceId(0));
        let entry = Entry {
            at: jiff::Timestamp::UNIX_EPOCH,
            by: String::new(),
            event: Event::Stated(vec![fact]),
        };
        Record::fold(IncidentId::of("x"), &[entry], AsOf::default())
    };
    let page = html(&record("malware/Ransomware"), &[], "", &[]);
    assert!(page.contains("T1486") && page.contains("CC BY-SA 4.0"));
    // What is only called an attack leads to no technique.
    assert!(!html(&record("hacking/Unknown"), &[], "", &[]).contains("ATT&amp;CK"));
}
