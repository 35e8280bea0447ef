//! A page's facts in, HTML out. The same facts, without the frame around them, are the page's JSON.
//!
//! Templates hold no logic beyond loops and choices, and every value is
//! escaped. A word that is missing is an error, so that a test finds it.

use std::sync::Arc;

use minijinja::value::{Kwargs, Serde, Value};
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior};
use serde::Serialize;
use whose_model::Language;

use crate::error::Problem;
use crate::words::Words;

macro_rules! templates {
    ($($name:literal)*) => { &[$(($name, include_str!(concat!("../templates/", $name)))),*] };
}

const TEMPLATES: &[(&str, &str)] = templates! {
    "frame.html" "parts.html" "glance.html" "people.html" "person.html" "letter.html"
    "duties.html" "duty.html" "timeline.html" "why.html" "exhibits.html" "gaps.html" "requests.html" "register.html"
    "register-add.html" "register-parts.html" "register-statistics.html" "register-incident.html" "clocks.html" "about.html" "error.html"
};

/// What stands around every page.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Frame {
    /// Language of the page.
    pub(crate) lang: String,
    /// The other language, and this page in it.
    pub(crate) other: String,
    pub(crate) other_href: String,
    pub(crate) other_name: String,
    /// `/en`.
    pub(crate) root: String,
    /// This page's own address.
    pub(crate) here: String,
    /// Its twin's.
    pub(crate) json: Option<String>,
    /// Which entry of the menu is lit.
    pub(crate) nav: &'static str,
    pub(crate) title: String,
    pub(crate) case: String,
    pub(crate) custodian: Option<String>,
    /// Whether values of people are shown.
    pub(crate) values: bool,
    /// Empty for a stranger, who gets no menu.
    pub(crate) token: String,
}

/// The templates of both languages.
pub(crate) struct Templates {
    en: Environment<'static>,
    fr: Environment<'static>,
}

impl Templates {
    /// Reads them.
    pub(crate) fn new() -> Result<Self, Error> {
        Ok(Self {
            en: environment(Words::of(Language::En))?,
            fr: environment(Words::of(Language::Fr))?,
        })
    }

    /// One page.
    pub(crate) fn render(
        &self,
        language: Language,
        name: &str,
        frame: &Frame,
        page: &impl Serialize,
    ) -> Result<String, Problem> {
        let environment = match language {
            Language::En | Language::Other(_) => &self.en,
            Language::Fr => &self.fr,
        };
        let context = minijinja::context! {
            f => Serde(frame),
            p => Serde(page),
        };
        Ok(environment.get_template(name)?.render(context)?)
    }
}

fn environment(words: &'static Words) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    for (name, text) in TEMPLATES {
        environment.add_template(name, text)?;
    }
    environment.add_function(
        "t",
        move |key: String, values: Kwargs| -> Result<String, Error> {
            let mut pairs: Vec<(String, String)> = Vec::new();
            for name in values.args() {
                let value: Value = values.get(name)?;
                pairs.push((name.to_owned(), value.to_string()));
            }
            let pairs: Vec<(&str, &str)> = pairs
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            known(words, &key)?;
            Ok(words.fill(&key, &pairs))
        },
    );
    environment.add_function("tn", move |key: String, n: u64| -> Result<String, Error> {
        known(words, &format!("{key}.one"))?;
        Ok(words.count(&key, n))
    });
    environment.add_filter("num", move |n: u64| words.number(n));
    environment.add_filter("bytes", move |n: u64| words.bytes(n));
    environment.add_filter("dec", move |value: f64, digits: usize| {
        words.decimal(value, digits)
    });
    environment.add_filter("bits", move |value: f64| {
        let text = words.decimal(value, 1);
        if value >= 0.0 {
            format!("+{text}")
        } else {
            text
        }
    });
    environment.add_filter("day", move |day: String| match day.parse() {
        Ok(date) => words.day(date),
        Err(_) => day,
    });
    environment.add_filter("id", move |id: String, table: Arc<str>| {
        words.id(&table, &id)
    });
    Ok(environment)
}

fn known(words: &Words, key: &str) -> Result<(), Error> {
    match words.find(key) {
        Some(_) => Ok(()),
        None => Err(Error::new(
            ErrorKind::UndefinedError,
            format!("no words for `{key}`"),
        )),
    }
}
