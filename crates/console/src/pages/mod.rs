//! Pages: an address in, facts and a template's name out. One file a page.
//!
//! Each page is a plain struct. The template reads it, and its JSON is the
//! page's twin (`pages.md` tells its shape), so the two cannot say different
//! things.

use jiff::civil::Date;
use serde::Serialize;
use whose_model::Language;

use crate::door::Visitor;
use crate::error::Problem;
use crate::query::Query;
use crate::state::Shared;
use crate::words::Words;

pub(crate) mod about;
pub(crate) mod clocks;
pub(crate) mod duties;
pub(crate) mod exhibits;
pub(crate) mod gaps;
pub(crate) mod glance;
pub(crate) mod letter;
pub(crate) mod mask;
pub(crate) mod people;
pub(crate) mod person;
pub(crate) mod register;
pub(crate) mod requests;
pub(crate) mod timeline;
pub(crate) mod why;

/// Rows on one page of a list.
pub(crate) const PAGE: usize = 50;

/// A page by its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    Glance,
    People,
    Person(String),
    Letter(String),
    /// Why each duty towards a person is owed or not.
    PersonWhy(String),
    Duties,
    /// The individuals to whom one duty is owed.
    Duty(String, String),
    /// Why each duty is owed or not.
    Why,
    Timeline,
    Exhibits,
    Gaps,
    /// What asks that nothing goes to a home, and is tied to nobody.
    Requests,
    Register,
    RegisterStatistics,
    /// A small incident, to be typed in.
    RegisterAdd,
    Incident(String),
    About,
}

/// In which form it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Html,
    Json,
    Pdf,
}

impl Page {
    /// Reads what follows the language: `people`, `person/P-…/letter.pdf`.
    pub(crate) fn read(path: &str) -> Option<(Self, Form)> {
        let (path, form) = match path.rsplit_once('.') {
            Some((path, "json")) => (path, Form::Json),
            Some((path, "pdf")) => (path, Form::Pdf),
            _ => (path, Form::Html),
        };
        let parts: Vec<&str> = path.split('/').collect();
        let page = match parts.as_slice() {
            [""] if form == Form::Html => Self::Glance,
            ["glance"] => Self::Glance,
            ["people"] => Self::People,
            ["person", id] => Self::Person((*id).to_owned()),
            ["person", id, "letter"] => Self::Letter((*id).to_owned()),
            ["person", id, "why"] => Self::PersonWhy((*id).to_owned()),
            ["duties"] => Self::Duties,
            ["why"] => Self::Why,
            ["timeline"] => Self::Timeline,
            ["register"] => Self::Register,
            ["register", "statistics"] => Self::RegisterStatistics,
            ["register", "add"] => Self::RegisterAdd,
            ["register", id] => Self::Incident((*id).to_owned()),
            ["duties", regime, duty] => Self::Duty((*regime).to_owned(), (*duty).to_owned()),
            ["exhibits"] => Self::Exhibits,
            ["gaps"] => Self::Gaps,
            ["requests"] => Self::Requests,
            ["about"] => Self::About,
            _ => return None,
        };
        (form != Form::Pdf || matches!(page, Self::Letter(_))).then_some((page, form))
    }

    /// The address after the language.
    pub(crate) fn path(&self) -> String {
        match self {
            Self::Glance => String::new(),
            Self::People => "people".to_owned(),
            Self::Person(id) => format!("person/{id}"),
            Self::Letter(id) => format!("person/{id}/letter"),
            Self::PersonWhy(id) => format!("person/{id}/why"),
            Self::Duties => "duties".to_owned(),
            Self::Why => "why".to_owned(),
            Self::Timeline => "timeline".to_owned(),
            Self::Register => "register".to_owned(),
            Self::RegisterStatistics => "register/statistics".to_owned(),
            Self::RegisterAdd => "register/add".to_owned(),
            Self::Incident(id) => format!("register/{id}"),
            Self::Duty(regime, duty) => format!("duties/{regime}/{duty}"),
            Self::Exhibits => "exhibits".to_owned(),
            Self::Gaps => "gaps".to_owned(),
            Self::Requests => "requests".to_owned(),
            Self::About => "about".to_owned(),
        }
    }

    /// The entry of the menu it belongs to.
    pub(crate) const fn nav(&self) -> &'static str {
        match self {
            Self::Glance | Self::Requests => "glance",
            Self::People | Self::Person(_) | Self::Letter(_) | Self::PersonWhy(_) => "people",
            Self::Duties | Self::Duty(..) | Self::Why => "duties",
            Self::Timeline => "timeline",
            Self::Register | Self::RegisterStatistics | Self::RegisterAdd | Self::Incident(_) => {
                "register"
            }
            Self::Exhibits => "exhibits",
            Self::Gaps => "gaps",
            Self::About => "about",
        }
    }
}

/// One request for a page.
pub(crate) struct Ask<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) visitor: &'a Visitor,
    pub(crate) words: &'static Words,
    pub(crate) query: &'a Query,
    pub(crate) today: Date,
}

impl Ask<'_> {
    /// `/en`.
    pub(crate) const fn root(&self) -> &'static str {
        match self.words.language {
            Language::En | Language::Other(_) => "/en",
            Language::Fr => "/fr",
        }
    }

    /// An address of this console in this language.
    pub(crate) fn href(&self, path: &str) -> String {
        format!("{}/{path}", self.root())
    }
}

/// What a page is made of.
pub(crate) struct Made {
    pub(crate) title: String,
    pub(crate) template: &'static str,
    pub(crate) facts: serde_json::Value,
    /// The page's own address, when it differs from the one asked for.
    pub(crate) moved: Option<String>,
}

impl Made {
    /// A page of these facts.
    pub(crate) fn new(
        title: impl Into<String>,
        template: &'static str,
        facts: &impl Serialize,
    ) -> Result<Self, Problem> {
        Ok(Self {
            title: title.into(),
            template,
            facts: serde_json::to_value(facts)
                .map_err(|error| Problem::Render(error.to_string()))?,
            moved: None,
        })
    }
}

/// Makes a page.
pub(crate) fn make(page: &Page, ask: &Ask<'_>) -> Result<Made, Problem> {
    match page {
        Page::Glance => glance::make(ask),
        Page::People => people::make(ask),
        Page::Person(id) => person::make(ask, id),
        Page::Letter(id) => letter::make(ask, id),
        Page::PersonWhy(id) => why::person(ask, id),
        Page::Duties => duties::make(ask),
        Page::Why => why::make(ask),
        Page::Timeline => timeline::make(ask),
        Page::Register => register::list::make(ask),
        Page::RegisterStatistics => register::statistics::make(ask),
        Page::RegisterAdd => register::add::make(ask, None),
        Page::Incident(id) => register::incident::make(ask, id),
        Page::Duty(regime, duty) => duties::one(ask, regime, duty),
        Page::Exhibits => exhibits::make(ask),
        Page::Gaps => gaps::make(ask),
        Page::Requests => requests::make(ask),
        Page::About => about::make(ask),
    }
}

/// Where in a list a page stands.
#[derive(Debug, Serialize)]
pub(crate) struct Paging {
    page: usize,
    pages: usize,
    from: usize,
    to: usize,
    n: usize,
    previous: Option<String>,
    next: Option<String>,
}

impl Paging {
    /// The asked page of a list of `n` rows at this address; other pages keep this part of the query.
    pub(crate) fn new(query: &Query, keep: &Query, path: &str, n: usize) -> Self {
        let pages = n.div_ceil(PAGE).max(1);
        let page = query.page();
        let to = |page: usize| keep.with("page", &page.to_string()).href(path);
        Self {
            page,
            pages,
            from: ((page - 1) * PAGE + 1).min(n),
            to: (page * PAGE).min(n),
            n,
            previous: (page > 1).then(|| to((page - 1).min(pages))),
            next: (page < pages).then(|| to(page + 1)),
        }
    }
}

/// How many rows stand before this page.
pub(crate) fn skip(query: &Query) -> usize {
    (query.page() - 1) * PAGE
}

/// A choice in a filter.
#[derive(Debug, Serialize)]
pub(crate) struct Choice {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) chosen: bool,
}

impl Choice {
    /// A choice, chosen when the query says so.
    pub(crate) fn new(query: &Query, field: &str, id: &str, name: String) -> Self {
        Self {
            id: id.to_owned(),
            chosen: query.get(field) == Some(id),
            name,
        }
    }
}

/// A row of a table with bars.
#[derive(Debug, Serialize)]
pub(crate) struct Bar {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) n: u64,
    /// Of the whole, in percent.
    pub(crate) share: f64,
    /// The same in words.
    pub(crate) share_words: String,
    pub(crate) href: Option<String>,
}

impl Bar {
    /// A row, with its share of `of`.
    pub(crate) fn new(words: &Words, id: &str, name: String, n: u64, of: u64) -> Self {
        Self {
            id: id.to_owned(),
            name,
            n,
            share: if of == 0 {
                0.0
            } else {
                (n as f64 * 1000.0 / of as f64).round() / 10.0
            },
            share_words: words.share(n, of),
            href: None,
        }
    }

    /// The same with a link.
    pub(crate) fn to(mut self, href: String) -> Self {
        self.href = Some(href);
        self
    }
}

/// A clause that may stand in another language than the page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Said {
    pub(crate) text: String,
    /// Its language, when it is not the page's.
    pub(crate) lang: Option<&'static str>,
    /// Of a question: the name under which the incident file answers it.
    pub(crate) key: Option<String>,
}

impl Said {
    /// A clause that the crates below wrote in English; in French when we know how.
    pub(crate) fn clause(words: &Words, english: &str) -> Self {
        let (english, key) = match english
            .strip_suffix(']')
            .and_then(|text| text.rsplit_once(" ["))
        {
            Some((text, key)) if text.ends_with('?') => (text, Some(key.to_owned())),
            _ => (english, None),
        };
        let known = words
            .find(&format!("note.{english}"))
            .map(str::to_owned)
            .or_else(|| words.reason(english));
        Self {
            lang: (known.is_none() && words.language == Language::Fr).then_some("en"),
            text: known.unwrap_or_else(|| english.to_owned()),
            key,
        }
    }
}

#[test]
fn every_page_is_found_at_its_own_address() {
    for page in [
        Page::Glance,
        Page::People,
        Page::Person("P-1".into()),
        Page::Letter("P-1".into()),
        Page::Duties,
        Page::Duty("ca-qc-r22-1".into(), "notify-individual".into()),
        Page::PersonWhy("P-1".into()),
        Page::Why,
        Page::Timeline,
        Page::Register,
        Page::RegisterStatistics,
        Page::Incident("3f2a".into()),
        Page::Exhibits,
        Page::Gaps,
        Page::Requests,
        Page::About,
    ] {
        assert_eq!(Page::read(&page.path()), Some((page.clone(), Form::Html)));
    }
    assert_eq!(Page::read("glance.json"), Some((Page::Glance, Form::Json)));
    assert_eq!(
        Page::read("person/P-1/letter.pdf"),
        Some((Page::Letter("P-1".into()), Form::Pdf))
    );
    for nothing in ["people.pdf", "people/", "../people", "person", "x", ".json"] {
        assert_eq!(Page::read(nothing), None, "{nothing}");
    }
}
