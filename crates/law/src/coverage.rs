//! The rules -> one page of what they cover: regimes, duties, how sure, what changes soon, what is open.
//!
//! `docs/reference/law.md` is this page, and a test holds the two equal, so
//! the page can never promise a law that the program does not know.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use whose_model::Certainty;

use crate::library::{Duty, Library};
use crate::source::{Clock, Force, LawStanding, RegimeFile, Unit};

impl Library {
    /// The coverage page, as Markdown.
    pub fn coverage(&self) -> String {
        let mut out = String::from(HEAD);
        self.sums(&mut out);
        for (area, title) in AREAS {
            let regimes: Vec<usize> = (0..self.regimes.len())
                .filter(|&at| area_of(&self.regimes[at]) == *area)
                .collect();
            if regimes.is_empty() {
                continue;
            }
            let _ = writeln!(out, "\n## {title}");
            for at in regimes {
                self.regime(at, &mut out);
            }
        }
        self.calendars_section(&mut out);
        self.elsewhere_section(&mut out);
        self.upcoming_section(&mut out);
        self.open_section(&mut out);
        self.not_found_section(&mut out);
        self.forms_section(&mut out);
        self.sources_section(&mut out);
        out
    }

    /// Regulators' forms: for which duties, how much of the form was read.
    fn forms_section(&self, out: &mut String) {
        let _ = writeln!(
            out,
            "\n## Regulators' forms\n\nQuestions are in our words, in the order of the page that was read. A duty without a form asks what its law lists.\n\n| form | for | sections (how sure) | questions | read |\n|---|---|---|---|---|"
        );
        for form in self.forms.values() {
            let sections: Vec<String> = form
                .section
                .iter()
                .map(|one| {
                    let sure = one.certainty.unwrap_or(form.certainty);
                    format!("{} ({})", one.name.en, sure.id())
                })
                .collect();
            let questions: usize = form.section.iter().map(|one| one.ask.len()).sum();
            let _ = writeln!(
                out,
                "| {} | {} | {} | {questions} | {}, {} |",
                form.name.en,
                form.duties.join(", "),
                sections.join("; "),
                form.source.join(", "),
                form.read
            );
        }
    }

    fn sums(&self, out: &mut String) {
        let ids: BTreeSet<&str> = self.rule_ids().into_iter().collect();
        let mut by_level: BTreeMap<Certainty, usize> = BTreeMap::new();
        for duty in &self.duties {
            *by_level.entry(duty.certainty()).or_default() += 1;
        }
        let examples: usize = self
            .duties
            .iter()
            .map(|duty| duty.file.examples.len() + duty.file.counterexamples.len())
            .sum();
        let _ = writeln!(
            out,
            "\n{} regimes, {} duties in {} versions, {examples} examples and counterexamples that are run as tests, {} sources.\n",
            self.regimes.len(),
            ids.len(),
            self.duties.len(),
            self.sources.len()
        );
        let _ = writeln!(out, "| how sure | versions | meaning |\n|---|---|---|");
        for (level, meaning) in [
            (
                Certainty::Primary,
                "the statute, the regulation or the regulator's own page was read",
            ),
            (Certainty::Secondary, "only a secondary source was read"),
            (
                Certainty::Unverified,
                "from general knowledge; to be checked",
            ),
            (Certainty::Unsure, "doubtful"),
        ] {
            let n = by_level.get(&level).copied().unwrap_or(0);
            let _ = writeln!(out, "| {} | {n} | {meaning} |", level.id());
        }
        let read = self
            .duties
            .iter()
            .filter(|duty| duty.file.verified.level == Certainty::Primary)
            .count();
        let _ = writeln!(
            out,
            "\nA version is as sure as its weakest part. For {read} the section or the regulator's page was read; where such a version stands lower, its first day or its clock comes from elsewhere."
        );
        let signed = self
            .duties
            .iter()
            .filter(|duty| !duty.file.signed.is_empty())
            .count();
        let _ = writeln!(
            out,
            "\nSigned by a lawyer: {signed} of {}. Until a rule is signed, what it calls for is marked as a draft.",
            self.duties.len()
        );
    }

    fn regime(&self, at: usize, out: &mut String) {
        let regime = &self.regimes[at];
        let _ = writeln!(out, "\n### {}\n", regime.name.en);
        let standing = match regime.standing {
            LawStanding::InForce => String::new(),
            other => format!("; {}", other.words()),
        };
        let _ = writeln!(
            out,
            "`{}`, from {}{standing}. Binds: {}. How sure of the whole: {}{}.\n",
            regime.id,
            regime.in_force.from,
            regime
                .bound
                .iter()
                .map(|kind| format!("`{}`", kind.id()))
                .collect::<Vec<_>>()
                .join(", "),
            regime.verified.level.id(),
            if regime.verified.except.is_empty() {
                String::new()
            } else {
                format!(", except {}", regime.verified.except)
            }
        );
        let _ = writeln!(
            out,
            "| duty | tell | clock | section | how sure | in force |\n|---|---|---|---|---|---|"
        );
        for duty in self.duties.iter().filter(|duty| duty.regime == at) {
            let file = &duty.file;
            let force = match file.force {
                Force::Duty => "",
                Force::Expected => " (expected)",
            };
            let until = file
                .in_force
                .to
                .map_or_else(String::new, |to| format!(" to {to}"));
            let _ = writeln!(
                out,
                "| {}{force} | {} | {} | {} | {} | {}{until} |",
                duty.name(),
                file.then.notify,
                clock(self, duty),
                file.citation,
                duty.certainty().id(),
                file.in_force.from,
            );
        }
        let unsure: Vec<&Duty> = self
            .duties
            .iter()
            .filter(|duty| duty.regime == at && !duty.file.verified.except.is_empty())
            .collect();
        if !unsure.is_empty() {
            let _ = writeln!(out);
            for duty in unsure {
                let _ = writeln!(
                    out,
                    "- less sure in `{}`: {}",
                    duty.name(),
                    duty.file.verified.except
                );
            }
        }
    }

    fn calendars_section(&self, out: &mut String) {
        let _ = writeln!(
            out,
            "\n## Business days\n\nSaturdays, Sundays and these holidays are no business days; what a government declares for one year alone is not known here.\n"
        );
        for calendar in &self.calendars {
            let days: Vec<String> = calendar
                .day
                .iter()
                .map(|day| format!("{} ({})", day.en, day.rule))
                .collect();
            let _ = writeln!(
                out,
                "- {} (`{}`, {}, {}): {}",
                calendar.name.en,
                calendar.id,
                calendar.certainty.id(),
                calendar.source,
                days.join(", ")
            );
        }
    }

    fn elsewhere_section(&self, out: &mut String) {
        let _ = writeln!(
            out,
            "\n## Elsewhere\n\nSomebody who lives where no rule is gets a question to counsel, never silence.\n"
        );
        for place in &self.elsewhere {
            let _ = writeln!(out, "- `{}`: {}", place.codes.join("`, `"), place.text);
        }
    }

    fn upcoming_section(&self, out: &mut String) {
        let _ = writeln!(
            out,
            "\n## Not law yet\n\nNothing here is a duty until the day it is.\n"
        );
        for change in &self.upcoming {
            let _ = writeln!(
                out,
                "- `{}` ({}, {}): {}",
                change.id,
                change.stage,
                change.certainty.id(),
                change.text.en
            );
        }
    }

    fn open_section(&self, out: &mut String) {
        let _ = writeln!(
            out,
            "\n## Open questions\n\nQuestions of law that nobody has answered for us, and what turns on each.\n"
        );
        for open in &self.open {
            let _ = writeln!(out, "- `{}`: {} {}", open.id, open.text, capital(&open.why));
        }
    }

    fn not_found_section(&self, out: &mut String) {
        let _ = writeln!(
            out,
            "\n## Looked for and not found\n\nWhoever finds one of these texts can raise the rules that wait for it.\n"
        );
        for text in &self.not_found {
            let _ = writeln!(
                out,
                "- {} (`{}`): {}, {}",
                text.what,
                text.regimes.join("`, `"),
                text.searched,
                text.on
            );
        }
    }

    fn sources_section(&self, out: &mut String) {
        let _ = writeln!(out, "\n## Sources\n");
        let mut sources: Vec<_> = self.sources.iter().collect();
        sources.sort_by_key(|(id, _)| crate::cite::order(id));
        for (id, source) in sources {
            let urls: Vec<String> = source.url.iter().map(|url| format!("<{url}>")).collect();
            let current = source
                .current_to
                .map_or_else(String::new, |day| format!(" (current to {day})"));
            let _ = writeln!(out, "- {id}: {}{current} {}", source.what, urls.join(" "));
        }
    }
}

const HEAD: &str = "# Which law is covered\n\nThis page is made from the files in `law/` (`whose law coverage` prints it); a test holds it equal to them.\nIt is not legal advice.\n";

const AREAS: &[(&str, &str)] = &[
    ("ca", "Canada"),
    ("us", "United States"),
    ("eu", "Europe"),
    ("au", "Australia"),
];

fn area_of(regime: &RegimeFile) -> &'static str {
    match regime.jurisdiction.split('-').next().unwrap_or_default() {
        "ca" => "ca",
        "us" => "us",
        "au" => "au",
        _ => "eu",
    }
}

fn clock(library: &Library, duty: &Duty) -> String {
    let Clock {
        words,
        max,
        unit,
        day,
        from,
        ..
    } = &duty.file.then.clock;
    let mut parts = Vec::new();
    if let Some(words) = words.as_ref().and_then(|id| library.clock_words(id)) {
        parts.push(words.en.clone());
    }
    if let Some(max) = max {
        let unit = match unit {
            Some(Unit::Hours) => "hours",
            Some(Unit::BusinessDays) => "business days",
            _ => "days",
        };
        parts.push(format!("{max} {unit}"));
    }
    if let Some(day) = day {
        parts.push(format!("by {day} of the next year"));
    }
    format!("{}; from {}", parts.join(", "), from.id())
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

#[test]
fn the_page_in_the_docs_is_what_the_rules_say() {
    let page = Library::embedded().unwrap().coverage();
    let kept = include_str!("../../../docs/reference/law.md");
    assert!(
        page == kept,
        "docs/reference/law.md is not what the rules say: `cargo run -p whose-law --example coverage > docs/reference/law.md`"
    );
}
