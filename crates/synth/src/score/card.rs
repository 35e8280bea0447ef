//! `Scorecard`: the numbers, and the table that people read.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

/// Found, missed and wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// In the truth and in the case.
    pub found: u64,
    /// In the truth, not in the case.
    pub missed: u64,
    /// In the case, not in the truth.
    pub wrong: u64,
}

impl Tally {
    /// Found of all that is true; 1 when nothing is.
    pub fn recall(&self) -> f64 {
        share(self.found, self.found + self.missed)
    }

    /// Found of all that is listed; 1 when nothing is.
    pub fn precision(&self) -> f64 {
        share(self.found, self.found + self.wrong)
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

/// Who was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// People in the truth.
    pub truth: u64,
    /// Rows of the people list.
    pub listed: u64,
    /// True people of whom a listed person holds a record, listed people who are nobody's, true people missed.
    pub tally: Tally,
    /// Listed people who hold records of two or more true people.
    pub over_merged: u64,
    /// True people whose records are held by two or more listed people.
    pub split: u64,
    /// Listed people who are relatives named in the pile and patients nowhere: neither right nor wrong.
    pub relatives: u64,
    /// Over-merged people among whom are twins.
    pub over_merged_twins: u64,
    /// Over-merged people among whom are a father and a son of one name.
    pub over_merged_namesakes: u64,
}

/// One data element.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElementScore {
    /// Its id.
    pub element: String,
    /// Per person: somebody's element listed or not.
    pub person: Tally,
    /// Per person and exhibit.
    pub exhibit: Tally,
}

/// Who is a patient and who is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roles {
    /// Clinicians and staff in the truth.
    pub clinicians: u64,
    /// Listed people who are clinicians or staff only and stand in the list as patients or unknown.
    pub listed_as_patients: u64,
}

/// Files that cannot be read, and those that can.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gaps {
    /// Files that cannot be read.
    pub unreadable: u64,
    /// Of them, those with a gap or the outcome "not read".
    pub found: u64,
    /// Of those, the ones with a cause that a careful reader may give.
    pub cause_right: u64,
    /// Gaps in files that can be read: must be 0.
    pub unexplained: u64,
    /// Files of the pile that the case does not list: must be 0.
    pub without_outcome: u64,
    /// Up to ten examples of either, by path.
    pub examples: Vec<String>,
}

/// What follows in law, for the people found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duties {
    /// People found, of whom duties are compared.
    pub people: u64,
    /// Every regime that must, and none that may not.
    pub right: u64,
    /// A regime that must is absent, but the assessment asks a question about the person.
    pub asked: u64,
    /// A regime that must is absent, and nothing is asked.
    pub missing: u64,
    /// A regime that may not apply is due.
    pub extra: u64,
    /// Up to a hundred people who are not right: ids and regimes.
    #[serde(default)]
    pub examples: Vec<String>,
}

/// How a case did against the truth.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scorecard {
    /// Who was found.
    pub people: People,
    /// What of theirs, element by element, in the order of letters.
    pub elements: Vec<ElementScore>,
    /// All elements together.
    pub all: ElementScore,
    /// Mentions tied to the right person, to a wrong one (`wrong`), not found in the truth (`missed`).
    pub subject: Tally,
    /// Clinicians.
    pub roles: Roles,
    /// Gaps.
    pub gaps: Gaps,
    /// Duties.
    pub duties: Duties,
    /// Up to twenty over-merged or missed people, by their ids in the truth and in the case.
    pub examples: Vec<String>,
    /// Up to a hundred false or split people: ids, elements and exhibits, no values.
    #[serde(default)]
    pub causes: Vec<String>,
}

impl Scorecard {
    /// The table that people read.
    pub fn table(&self) -> String {
        let mut out = String::new();
        let p = &self.people;
        let _ = writeln!(
            out,
            "people      true {}  listed {}  recall {}  precision {}",
            p.truth,
            p.listed,
            percent(p.tally.recall()),
            percent(p.tally.precision())
        );
        let _ = writeln!(
            out,
            "            missed {}  false {}  over-merged {} ({} twins, {} of one name)  split {}  relatives {}",
            p.tally.missed,
            p.tally.wrong,
            p.over_merged,
            p.over_merged_twins,
            p.over_merged_namesakes,
            p.split,
            p.relatives
        );
        let _ = writeln!(
            out,
            "subject     right {}  wrong {}  share {}  not in the truth {}",
            self.subject.found,
            self.subject.wrong,
            percent(self.subject.precision()),
            self.subject.missed
        );
        let _ = writeln!(
            out,
            "roles       clinicians and staff {}  listed as patients {}",
            self.roles.clinicians, self.roles.listed_as_patients
        );
        let g = &self.gaps;
        let _ = writeln!(
            out,
            "gaps        unreadable {}  found {}  right cause {}  unexplained {}  files without an outcome {}",
            g.unreadable, g.found, g.cause_right, g.unexplained, g.without_outcome
        );
        let d = &self.duties;
        let _ = writeln!(
            out,
            "duties      people {}  right {}  asked {}  missing {}  extra {}",
            d.people, d.right, d.asked, d.missing, d.extra
        );
        let _ = writeln!(
            out,
            "\n{:<26}{:>9}{:>11}{:>9}{:>9}   per exhibit{:>9}{:>11}",
            "element, per person", "recall", "precision", "missed", "wrong", "recall", "precision"
        );
        for score in self.elements.iter().chain([&self.all]) {
            let _ = writeln!(
                out,
                "{:<26}{:>9}{:>11}{:>9}{:>9}{:>23}{:>11}",
                score.element,
                percent(score.person.recall()),
                percent(score.person.precision()),
                score.person.missed,
                score.person.wrong,
                percent(score.exhibit.recall()),
                percent(score.exhibit.precision())
            );
        }
        let examples = g.examples.iter().chain(&self.examples).chain(&d.examples);
        for example in examples.chain(&self.causes) {
            let _ = writeln!(out, "  {example}");
        }
        out
    }
}

fn percent(share: f64) -> String {
    // Rounded down: 100 % means all.
    format!("{:.2} %", (share * 10_000.0).floor() / 100.0)
}

#[test]
fn a_hundred_percent_means_all() {
    assert_eq!(
        percent(
            Tally {
                found: 99_999,
                missed: 1,
                wrong: 0
            }
            .recall()
        ),
        "99.99 %"
    );
    assert_eq!(percent(Tally::default().recall()), "100.00 %");
}
