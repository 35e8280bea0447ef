//! The part of JSON Schema (draft 4) that the schema of VERIS uses: faults of a document, and their repair.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value as Json, json};

use crate::pattern::{self, compile};

/// What is wrong with a document by the schema of VERIS 1.4.1: places and rules, never values.
pub fn faults(document: &Json) -> Vec<String> {
    let mut found = Vec::new();
    check("", document, &super::SCHEMA, &mut found);
    // A document is never called valid by a schema that could not be read or a pattern that was left out.
    if !super::SCHEMA.is_object() {
        found.push("the schema cannot be read".to_owned());
    }
    if let Err(error) = pattern::fault() {
        found.push(error.to_string());
    }
    found
}

/// The schema's patterns, compiled once.
static PATTERNS: LazyLock<Vec<(String, Regex)>> = LazyLock::new(|| {
    fn walk(schema: &Json, into: &mut Vec<(String, Regex)>) {
        if let Some(pattern) = schema.get("pattern").and_then(Json::as_str)
            && let Some(rule) = compile(pattern)
        {
            into.push((pattern.to_owned(), rule));
        }
        for inner in schema
            .get("properties")
            .and_then(Json::as_object)
            .into_iter()
            .flat_map(Map::values)
        {
            walk(inner, into);
        }
        if let Some(items) = schema.get("items") {
            walk(items, into);
        }
    }
    let mut all = Vec::new();
    walk(&super::SCHEMA, &mut all);
    all
});

fn is_type(value: &Json, name: &str) -> bool {
    match name {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => true,
    }
}

fn has_type(value: &Json, schema: &Json) -> bool {
    match schema.get("type") {
        Some(Json::String(name)) => is_type(value, name),
        Some(Json::Array(names)) => names
            .iter()
            .filter_map(Json::as_str)
            .any(|name| is_type(value, name)),
        _ => true,
    }
}

/// The rule that the value itself breaks, not looking inside.
fn broken(value: &Json, schema: &Json) -> Option<&'static str> {
    let bound = |key: &str| schema.get(key).and_then(Json::as_f64);
    if !has_type(value, schema) {
        return Some("type");
    }
    if schema
        .get("enum")
        .and_then(Json::as_array)
        .is_some_and(|all| !all.contains(value))
    {
        return Some("enum");
    }
    if let Some(number) = value.as_f64() {
        if bound("minimum").is_some_and(|least| number < least) {
            return Some("minimum");
        }
        if bound("maximum").is_some_and(|most| number > most) {
            return Some("maximum");
        }
    }
    if let Some(text) = value.as_str() {
        let n = text.chars().count() as f64;
        if bound("minLength").is_some_and(|least| n < least)
            || bound("maxLength").is_some_and(|most| n > most)
        {
            return Some("length");
        }
        let pattern = schema.get("pattern").and_then(Json::as_str);
        let breaks = |pattern: &str| {
            PATTERNS
                .iter()
                .any(|(known, rule)| known == pattern && !rule.is_match(text))
        };
        if pattern.is_some_and(breaks) {
            return Some("pattern");
        }
    }
    if let Some(all) = value.as_array() {
        if bound("minItems").is_some_and(|least| (all.len() as f64) < least) {
            return Some("minItems");
        }
        let is_unique = all
            .iter()
            .enumerate()
            .all(|(n, one)| !all.iter().take(n).any(|other| other == one));
        if schema.get("uniqueItems") == Some(&json!(true)) && !is_unique {
            return Some("uniqueItems");
        }
    }
    if let Some(object) = value.as_object()
        && bound("minProperties").is_some_and(|least| (object.len() as f64) < least)
    {
        return Some("minProperties");
    }
    None
}

fn check(at: &str, value: &Json, schema: &Json, found: &mut Vec<String>) {
    if let Some(rule) = broken(value, schema) {
        found.push(format!("{at}: {rule}"));
        return;
    }
    if let (Some(all), Some(items)) = (value.as_array(), schema.get("items")) {
        for (n, one) in all.iter().enumerate() {
            check(&format!("{at}/{n}"), one, items, found);
        }
    }
    let Some(object) = value.as_object() else {
        return;
    };
    for key in required(schema).filter(|key| !object.contains_key(*key)) {
        found.push(format!("{at}/{key}: required"));
    }
    let is_closed = schema.get("additionalProperties") == Some(&json!(false));
    for (key, inner) in object {
        match schema
            .get("properties")
            .and_then(|properties| properties.get(key))
        {
            Some(schema) => check(&format!("{at}/{key}"), inner, schema, found),
            None if is_closed => found.push(format!("{at}: additionalProperties")),
            None => {}
        }
    }
}

fn required(schema: &Json) -> impl Iterator<Item = &str> {
    schema
        .get("required")
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
}

/// Makes a document valid: what breaks a rule goes, what is required and missing is said to be unknown.
pub(super) fn repair(value: &mut Json, schema: &Json) {
    // One where a list is asked for is a list of one.
    if !has_type(value, schema) && schema.get("type") == Some(&json!("array")) && !value.is_null() {
        *value = json!([value.take()]);
    }
    if let (Some(all), Some(items)) = (value.as_array_mut(), schema.get("items")) {
        for one in all.iter_mut() {
            repair(one, items);
        }
        all.retain(|one| {
            let mut faults = Vec::new();
            check("", one, items, &mut faults);
            faults.is_empty()
        });
        if schema.get("uniqueItems") == Some(&json!(true)) {
            let mut seen: Vec<Json> = Vec::new();
            all.retain(|one| {
                let is_new = !seen.contains(one);
                seen.push(one.clone());
                is_new
            });
        }
        if broken(value, schema) == Some("minItems") {
            *value = unknown(schema);
        }
    }
    let Some(object) = value.as_object_mut() else {
        return;
    };
    let is_closed = schema.get("additionalProperties") == Some(&json!(false));
    let properties = schema.get("properties").and_then(Json::as_object);
    let mut kept = Map::new();
    for (key, mut inner) in std::mem::take(object) {
        match properties.and_then(|properties| properties.get(&key)) {
            Some(schema) => {
                repair(&mut inner, schema);
                let mut faults = Vec::new();
                check("", &inner, schema, &mut faults);
                if faults.is_empty() {
                    kept.insert(key, inner);
                }
            }
            None if is_closed => {}
            None => {
                kept.insert(key, inner);
            }
        }
    }
    for key in required(schema) {
        if !kept.contains_key(key)
            && let Some(schema) = properties.and_then(|properties| properties.get(key))
        {
            kept.insert(key.to_owned(), unknown(schema));
        }
    }
    // What must say something says that it is unknown.
    if kept.is_empty()
        && schema.get("minProperties").is_some()
        && let Some(schema) = properties.and_then(|properties| properties.get("unknown"))
    {
        kept.insert("unknown".to_owned(), unknown(schema));
    }
    *object = kept;
}

/// What says "unknown" in the words of a schema.
fn unknown(schema: &Json) -> Json {
    let has = |schema: &Json, word: &str| {
        schema
            .get("enum")
            .and_then(Json::as_array)
            .is_some_and(|all| all.iter().any(|one| one == word))
    };
    match schema.get("type").and_then(Json::as_str) {
        Some("array") => {
            let items = schema.get("items").cloned().unwrap_or_default();
            let one = unknown(&items);
            let mut faults = Vec::new();
            check("", &one, &items, &mut faults);
            if faults.is_empty() {
                json!([one])
            } else {
                json!([])
            }
        }
        Some("string") if has(schema, "Unknown") => json!("Unknown"),
        Some("string") if has(schema, "Confirmed") => json!("Confirmed"),
        // NAICS has no code for what is not known; the community writes 00.
        Some("string") if schema.get("pattern").is_some() => json!("00"),
        Some("string") => json!(""),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or_else(|| json!(0)),
        Some("boolean") => json!(true),
        _ => {
            let mut object = json!({});
            repair(&mut object, schema);
            object
        }
    }
}
