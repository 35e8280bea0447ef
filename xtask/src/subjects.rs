//! `cargo xtask score subjects PILE...`: made-up piles with known truth go in, how often each reason of an attribution is right comes out.
//!
//! `whose scan --values` says of each mention whose it is and why; the truth
//! says of whom the value is in that exhibit. A value that stands for two
//! people there, or for nobody, says nothing. Whom a subject is, is what most of
//! its names say; of a name it is the role that is right or wrong. What is
//! printed for a reason is the lower end of the 95 % interval (Wilson) of the
//! share that was right, so that few cases earn little: it is kept in
//! `crates/detectors/src/passages/trust.rs`.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Exhibit, element, value without signs: whose it is, and in which roles they stand there.
type Truth = BTreeMap<(String, String, String), BTreeSet<(String, String)>>;

/// Right and wrong of each reason.
type Counts = BTreeMap<String, (u32, u32)>;

pub(crate) fn run(piles: &[String]) -> Result<()> {
    if piles.is_empty() {
        bail!("usage: cargo xtask score subjects PILE... (made by `whose synth --out PILE`)")
    }
    let program = crate::build_release()?;
    let mut counts = Counts::new();
    for pile in piles {
        let pile = Path::new(pile);
        let output = Command::new(&program)
            .args(["scan", "--format", "jsonl", "--values"])
            .arg(pile.join("evidence"))
            .output()
            .context("the scan")?;
        let truth = std::fs::read_to_string(pile.join("truth/mentions.jsonl"))?;
        count(
            &truth_of(&truth)?,
            &String::from_utf8(output.stdout)?,
            &mut counts,
        )?;
    }
    for (why, (right, wrong)) in &counts {
        println!(
            "{:.3}  right {right:6}  wrong {wrong:4}  {why}",
            lower_end(*right, right + wrong)
        );
    }
    Ok(())
}

fn bare(value: &str) -> String {
    value
        .chars()
        .filter(|ch| ch.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn text(row: &Value, key: &str) -> String {
    row[key].as_str().unwrap_or("").to_owned()
}

fn truth_of(lines: &str) -> Result<Truth> {
    let mut truth = Truth::new();
    for line in lines.lines() {
        let row: Value = serde_json::from_str(line)?;
        let who = (text(&row, "person"), text(&row, "role"));
        for item in row["items"].as_array().into_iter().flatten() {
            let key = (
                text(&row, "exhibit"),
                text(item, "e"),
                bare(&text(item, "v")),
            );
            truth.entry(key).or_default().insert(who.clone());
        }
    }
    Ok(truth)
}

/// Whom a name means in an exhibit: of whom all its words are that are anybody's.
fn named(truth: &Truth, exhibit: &str, value: &str) -> Option<(String, String)> {
    let whole = (exhibit.to_owned(), "name".to_owned(), bare(value));
    let mut all: Option<BTreeSet<(String, String)>> = truth.get(&whole).cloned();
    if all.is_none() {
        for word in value.split([' ', ',']) {
            let key = (exhibit.to_owned(), "name".to_owned(), bare(word));
            let Some(these) = truth.get(&key) else {
                continue;
            };
            all = Some(match all {
                None => these.clone(),
                Some(others) => others.intersection(these).cloned().collect(),
            });
        }
    }
    let all = all?;
    (all.len() == 1).then(|| all.into_iter().next())?
}

fn count(truth: &Truth, scan: &str, counts: &mut Counts) -> Result<()> {
    let mut names: BTreeMap<(String, u64), BTreeMap<String, u32>> = BTreeMap::new();
    let mut rest = Vec::new();
    for line in scan.lines() {
        let row: Value = serde_json::from_str(line)?;
        let Some(why) = row["why"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .rfind(|why| why.starts_with("whose:"))
        else {
            continue;
        };
        // Without the number that it may bear already.
        let why = why.split(" (sure to").next().unwrap_or(why).to_owned();
        let exhibit = text(&row, "exhibit");
        let subject = row["subject"].as_u64();
        if text(&row, "element") == "name" {
            if let Some((person, role)) = named(truth, &exhibit, &text(&row, "value")) {
                let is_right = role == text(&row, "role");
                add(counts, &why, is_right);
                if let Some(subject) = subject {
                    *names
                        .entry((exhibit, subject))
                        .or_default()
                        .entry(person)
                        .or_default() += 1;
                }
            }
        } else {
            let key = (exhibit, text(&row, "element"), bare(&text(&row, "value")));
            rest.push((key, subject, why));
        }
    }
    for (key, subject, why) in rest {
        let Some(of) = truth.get(&key).filter(|of| of.len() == 1) else {
            continue;
        };
        let Some(subject) = subject else {
            add(counts, &why, false);
            continue;
        };
        let most = names
            .get(&(key.0.clone(), subject))
            .and_then(|people| people.iter().max_by_key(|(_, n)| **n));
        if let Some((person, _)) = most {
            add(counts, &why, of.iter().any(|(whose, _)| whose == person));
        }
    }
    Ok(())
}

fn add(counts: &mut Counts, why: &str, is_right: bool) {
    let (right, wrong) = counts.entry(why.to_owned()).or_default();
    *(if is_right { right } else { wrong }) += 1;
}

/// The lower end of Wilson's 95 % interval of a share.
fn lower_end(part: u32, whole: u32) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    let (n, z) = (f64::from(whole), 1.96);
    let share = f64::from(part) / n;
    let middle = share + z * z / (2.0 * n);
    let spread = z * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    ((middle - spread) / (1.0 + z * z / n)).max(0.0)
}

#[test]
fn few_cases_earn_little() {
    assert!(lower_end(2, 2) < 0.4 && lower_end(1000, 1000) > 0.99);
    assert!(lower_end(90, 100) < 0.9 && lower_end(0, 5) < 0.01);
}

#[test]
fn a_value_is_given_to_whom_the_names_of_its_subject_name() {
    let truth = truth_of(concat!(
        r#"{"exhibit":"a","person":"P1","role":"patient","items":[{"e":"name","v":"Anna"},{"e":"name","v":"Roy"},{"e":"phone","v":"416-555-0199"}]}"#,
        "\n",
        r#"{"exhibit":"a","person":"P2","role":"relative","items":[{"e":"name","v":"Luc"},{"e":"phone","v":"416-555-0101"}]}"#,
    ))
    .unwrap();
    let scan = concat!(
        r#"{"exhibit":"a","element":"name","value":"Anna Roy","subject":1,"role":"patient","why":["whose: x"]}"#,
        "\n",
        r#"{"exhibit":"a","element":"phone","value":"(416) 555-0199","subject":1,"role":"patient","why":["whose: y (sure to 0.90)"]}"#,
        "\n",
        r#"{"exhibit":"a","element":"phone","value":"416 555 0101","subject":1,"role":"patient","why":["whose: y"]}"#,
    );
    let mut counts = Counts::new();
    count(&truth, scan, &mut counts).unwrap();
    assert_eq!(counts["whose: x"], (1, 0));
    assert_eq!(counts["whose: y"], (1, 1));
}
