//! The table of allowed edges in `ARCHITECTURE.md` against what `cargo metadata` says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, bail};

type Edges = BTreeMap<String, BTreeSet<String>>;

/// Every package may depend on exactly the packages its row names.
pub(crate) fn check(root: &Path) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(root.join("ARCHITECTURE.md")).context("ARCHITECTURE.md")?;
    Ok(differences(&table(&text)?, &actual()?))
}

/// Rows of the table: `| engine | model, readers |`.
fn table(text: &str) -> Result<Edges> {
    let section = text
        .split("## Allowed edges")
        .nth(1)
        .context("ARCHITECTURE.md has no section `Allowed edges`")?;
    let mut edges = Edges::new();
    for line in section
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
    {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [package, on, ..] = cells.as_slice() else {
            bail!("a row of the edges has no second cell: {line}")
        };
        if package.starts_with('-') || *package == "package" {
            continue;
        }
        let on = on
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty() && *name != "none");
        edges.insert(package.to_string(), on.map(ToOwned::to_owned).collect());
    }
    Ok(edges)
}

/// Normal dependencies between packages of this workspace, without the prefix.
fn actual() -> Result<Edges> {
    let output = crate::cargo()
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .output()?;
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    let mut edges = Edges::new();
    for package in metadata["packages"].as_array().context("packages")? {
        let name = package["name"].as_str().unwrap_or("");
        let on = edges.entry(short(name)).or_default();
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let to = dependency["name"].as_str().unwrap_or("");
            if to.starts_with("whose-") && dependency["kind"].is_null() {
                on.insert(short(to));
            }
        }
    }
    Ok(edges)
}

fn short(name: &str) -> String {
    name.strip_prefix("whose-").unwrap_or(name).to_owned()
}

fn differences(allowed: &Edges, actual: &Edges) -> Vec<String> {
    let mut found = Vec::new();
    for (package, on) in actual {
        let Some(row) = allowed.get(package) else {
            found.push(format!("ARCHITECTURE.md has no row for `{package}`"));
            continue;
        };
        found.extend(
            on.difference(row)
                .map(|to| format!("`{package}` depends on `{to}`, which its row does not allow")),
        );
        found.extend(
            row.difference(on)
                .map(|to| format!("the row of `{package}` allows `{to}`, which it does not use")),
        );
    }
    found.extend(
        allowed
            .keys()
            .filter(|name| !actual.contains_key(*name))
            .map(|name| format!("the row `{name}` has no package")),
    );
    found
}

#[test]
fn the_table_in_the_architecture_is_the_truth() {
    let found = check(&crate::root()).unwrap();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn an_edge_that_is_not_allowed_is_named() {
    let allowed =
        table("## Allowed edges\n\n| package | on |\n|---|---|\n| a | b |\n| b | none |\n")
            .unwrap();
    let actual = Edges::from([
        ("a".into(), ["b".into(), "c".into()].into()),
        ("b".into(), [].into()),
    ]);
    assert_eq!(
        differences(&allowed, &actual),
        ["`a` depends on `c`, which its row does not allow"]
    );
}
