//! `whose id check TYPE VALUE`: one number: form, check digit, what it encodes.

use serde_json::{Value, json};
use whose_identifiers::{Check, Kind};

use crate::args::{Cli, IdVerb};
use crate::front::{Done, Failure, print};

pub(crate) fn run(cli: &Cli, verb: &IdVerb) -> Result<Done, Failure> {
    match verb {
        IdVerb::List => list(cli),
        IdVerb::Check { r#type, value } => check(cli, r#type, value),
    }
}

fn list(cli: &Cli) -> Result<Done, Failure> {
    if cli.json {
        let kinds: Vec<Value> = whose_identifiers::all().iter().map(describe).collect();
        print(&format!("{}\n", Value::from(kinds)))?;
    } else {
        for kind in whose_identifiers::all() {
            print(&format!(
                "{:22} {:8} {:18} {}\n",
                kind.id,
                kind.jurisdiction,
                check_words(&kind.check),
                kind.name_en
            ))?;
        }
    }
    Ok(Done::Whole)
}

fn describe(kind: &Kind) -> Value {
    json!({
        "type": kind.id, "name_en": kind.name_en, "name_fr": kind.name_fr, "jurisdiction": kind.jurisdiction,
        "check": check_words(&kind.check), "source": kind.source, "certainty": kind.sure,
    })
}

fn check_words(check: &Check) -> &'static str {
    match check {
        Check::Confirmed(rule) => rule,
        Check::Unconfirmed => "not confirmed",
        Check::None => "no check digit",
    }
}

fn check(cli: &Cli, name: &str, value: &str) -> Result<Done, Failure> {
    let kinds: Vec<&Kind> = if name == "any" {
        whose_identifiers::candidates(value)
    } else {
        let kind = whose_identifiers::kind(name).ok_or_else(|| {
            Failure::usage(
                format!("`{name}` is no kind of number"),
                "`whose id list` shows every kind",
            )
        })?;
        vec![kind]
    };
    let mut results = Vec::new();
    let mut is_any_valid = false;
    for kind in &kinds {
        let mut row = describe(kind);
        match (kind.parse)(value) {
            Ok(parsed) => {
                is_any_valid = true;
                row["valid"] = json!(true);
                row["doubtful"] = json!(parsed.doubtful);
                row["display"] = json!(parsed.display());
                row["normal"] = json!(parsed.normal);
                row["encodes"] = encodes(&parsed.encodes);
            }
            Err(invalid) => {
                row["valid"] = json!(false);
                row["because"] = json!(format!("{invalid}"));
            }
        }
        results.push(row);
    }
    if cli.json {
        let value = if results.len() == 1 {
            results.remove(0)
        } else {
            Value::from(results)
        };
        print(&format!("{value}\n"))?;
    } else if results.is_empty() {
        print("no known kind of number has this form\n")?;
    } else {
        for row in &results {
            print(&words(row))?;
        }
    }
    if is_any_valid {
        Ok(Done::Whole)
    } else {
        Err(Failure::new(
            "the number does not hold",
            "it may be mistyped, or another kind of number: try `whose id check any`",
        ))
    }
}

fn words(row: &Value) -> String {
    let text = |key: &str| row[key].as_str().unwrap_or("").to_owned();
    let mut out = format!("{} ({})\n", text("name_en"), text("type"));
    if row["valid"] == true {
        let doubt = if row["doubtful"] == true {
            ", but sources differ on it"
        } else {
            ""
        };
        let check = match text("check").as_str() {
            "not confirmed" => "the form holds; no check digit rule is confirmed".to_owned(),
            "no check digit" => "the form holds; there is no check digit".to_owned(),
            rule => format!("the form and the check digit hold ({rule})"),
        };
        out.push_str(&format!(
            "  holds: {check}{doubt}\n  written: {}\n",
            text("display")
        ));
        if let Some(encodes) = row["encodes"].as_object() {
            for (key, value) in encodes {
                let value = value
                    .as_str()
                    .map_or_else(|| value.to_string(), ToOwned::to_owned);
                out.push_str(&format!("  encodes {}: {value}\n", key.replace('_', " ")));
            }
        }
    } else {
        out.push_str(&format!("  does not hold: {}\n", text("because")));
    }
    out.push_str(&format!(
        "  source: {} ({})\n",
        text("source"),
        text("certainty")
    ));
    out
}

fn encodes(encodes: &whose_identifiers::Encodes) -> Value {
    let mut map = serde_json::Map::new();
    if !encodes.births.is_empty() {
        let days: Vec<String> = encodes
            .births
            .iter()
            .map(|day| format!("{:04}-{:02}-{:02}", day.year, day.month, day.day))
            .collect();
        map.insert("birth_date".into(), json!(days.join(" or ")));
    }
    let sex = encodes
        .sex
        .as_ref()
        .map(|sex| format!("{sex:?}").to_lowercase());
    let texts = [
        ("sex", sex),
        ("surname_prefix", encodes.surname_prefix.clone()),
        ("given_initial", encodes.given_initial.map(String::from)),
        ("version_code", encodes.version_code.clone()),
        ("province", encodes.province.map(ToOwned::to_owned)),
        ("programme", encodes.programme.map(ToOwned::to_owned)),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            map.insert(key.into(), json!(text));
        }
    }
    Value::Object(map)
}
