//! A request in, an answer out: the door first, then the page, and around every answer the headers.
//!
//! No request is written anywhere. A page that fails shows an operation's
//! number and nothing of what went wrong inside.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use whose_model::Language;

use crate::door::{Visitor, same};
use crate::error::Problem;
use crate::headers;
use crate::pages::{self, Ask, Form, Page};
use crate::query::Query;
use crate::render::Frame;
use crate::state::{Console, Shared};
use crate::words::Words;

/// Bytes of a form; ours have a few hundred.
const MAX_FORM: usize = 16 * 1024;
const STYLE: &str = include_str!("../style.css");

/// The console as a service: `oneshot` it in a test, or `serve` it.
pub fn app(console: Console) -> Router {
    Router::new()
        .fallback(answer)
        .layer(map_response(headers::add))
        .with_state(console)
}

async fn answer(State(console): State<Console>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_FORM).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let words = Words::of(language(&parts));
    let shared = console.0.clone();
    // Reading a case and setting a letter take time; other requests go on meanwhile.
    let work = tokio::task::spawn_blocking(move || respond(&shared, &parts, &body, words));
    match work.await {
        Ok(response) => response,
        Err(_) => trouble(
            &console.0,
            words,
            None,
            &Problem::Render("a panic".to_owned()),
        ),
    }
}

fn respond(shared: &Shared, parts: &Parts, body: &Bytes, words: &'static Words) -> Response {
    let path = parts.uri.path();
    if !shared.door.knows_host(&parts.headers) {
        return refuse(shared, words, path, StatusCode::MISDIRECTED_REQUEST, "host");
    }
    if path == "/style.css" {
        return ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response();
    }
    let query = Query::read(parts.uri.query().unwrap_or(""));
    let root = format!("/{}/", words.language.code());
    if path == "/"
        && let Some(key) = query.get("key")
    {
        return match shared.door.enter(key) {
            Ok(Some(cookie)) => {
                // The key may come with the page to begin at, which is one of ours or none.
                let to = query.get("to").filter(|path| is_own_path(path));
                with_cookie(see(to.unwrap_or(&root)), &cookie)
            }
            Ok(None) => refuse(shared, words, path, StatusCode::FORBIDDEN, "door"),
            Err(_) => trouble(
                shared,
                words,
                None,
                &Problem::Render("no chance".to_owned()),
            ),
        };
    }
    let Some(visitor) = shared.door.visitor(&parts.headers) else {
        return refuse(shared, words, path, StatusCode::FORBIDDEN, "door");
    };
    let rest = path.strip_prefix(&root);
    let (Some(rest), false) = (rest, path == "/") else {
        return match path {
            "/" | "/en" | "/fr" => see(&root),
            _ => trouble(shared, words, Some(&visitor), &Problem::NotThere),
        };
    };
    let done = match parts.method {
        Method::GET | Method::HEAD => show(shared, &visitor, words, rest, &query),
        Method::POST => change(shared, &visitor, words, rest, parts, body),
        _ => return StatusCode::METHOD_NOT_ALLOWED.into_response(),
    };
    done.unwrap_or_else(|problem| trouble(shared, words, Some(&visitor), &problem))
}

/// A page in the form asked for.
fn show(
    shared: &Shared,
    visitor: &Visitor,
    words: &'static Words,
    rest: &str,
    query: &Query,
) -> Result<Response, Problem> {
    let (page, form) = Page::read(rest).ok_or(Problem::NotThere)?;
    let ask = Ask {
        shared,
        visitor,
        words,
        query,
        today: (shared.hooks.today)(),
    };
    if let (Form::Pdf, Page::Letter(id)) = (form, &page) {
        return Ok(match pages::letter::pdf(&ask, id)? {
            Some(pdf) => {
                let name = format!("inline; filename=\"{id}.pdf\"");
                let name =
                    HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("inline"));
                (
                    [
                        (
                            header::CONTENT_TYPE,
                            HeaderValue::from_static("application/pdf"),
                        ),
                        (header::CONTENT_DISPOSITION, name),
                    ],
                    pdf,
                )
                    .into_response()
            }
            None => see(&ask.href(&page.path())),
        });
    }
    let made = pages::make(&page, &ask)?;
    let path = made.moved.clone().unwrap_or_else(|| page.path());
    if path != page.path() && form == Form::Html {
        return Ok(see(&ask.href(&path)));
    }
    if form == Form::Json {
        let twin = json!({
            "page": page.nav(),
            "title": made.title,
            "language": words.language.code(),
            "values": if visitor.values { "shown" } else { "masked" },
            "facts": made.facts,
        });
        return Ok((
            [(header::CONTENT_TYPE, "application/json; charset=utf-8")],
            twin.to_string(),
        )
            .into_response());
    }
    whole(&ask, &page, &path, &made, StatusCode::OK)
}

/// A page within the frame that all have.
fn whole(
    ask: &Ask<'_>,
    page: &Page,
    path: &str,
    made: &pages::Made,
    status: StatusCode,
) -> Result<Response, Problem> {
    let (shared, words, query) = (ask.shared, ask.words, ask.query);
    let twin = if path.is_empty() {
        "glance.json".to_owned()
    } else {
        format!("{path}.json")
    };
    let frame = Frame {
        nav: page.nav(),
        here: query.href(&ask.href(path)),
        other_href: query.href(&format!("/{}/{path}", other(words).code())),
        json: Some(query.href(&ask.href(&twin))),
        title: made.title.clone(),
        ..frame(shared, words, Some(ask.visitor))
    };
    Ok(html(
        status,
        shared
            .templates
            .render(words.language, made.template, &frame, &made.facts)?,
    ))
}

/// The forms there are: to show values, to search, and to type an incident into the register.
fn change(
    shared: &Shared,
    visitor: &Visitor,
    words: &'static Words,
    rest: &str,
    parts: &Parts,
    body: &Bytes,
) -> Result<Response, Problem> {
    let form = Query::read(&String::from_utf8_lossy(body));
    let is_ours = shared.door.is_own(&parts.headers)
        && form
            .get("token")
            .is_some_and(|token| same(token, &visitor.token));
    if !is_ours {
        return Err(Problem::NotOurs);
    }
    let root = format!("/{}/", words.language.code());
    match rest {
        "values" => {
            shared.show_values(visitor, form.get("values") == Some("show"))?;
            // Back to one of our own pages, never to an address from elsewhere.
            let back = form
                .get("back")
                .filter(|back| is_own_path(back))
                .unwrap_or(&root);
            Ok(see(back))
        }
        "people" => Ok(see(&pages::people::search(
            shared,
            visitor,
            &form,
            &format!("{root}people"),
        ))),
        "register/add" => {
            let ask = Ask {
                shared,
                visitor,
                words,
                query: &Query::default(),
                today: (shared.hooks.today)(),
            };
            match pages::register::add::write(&ask, &form)? {
                Ok(path) => Ok(see(&path)),
                Err(made) => {
                    let page = Page::RegisterAdd;
                    whole(
                        &ask,
                        &page,
                        &page.path(),
                        &made,
                        StatusCode::UNPROCESSABLE_ENTITY,
                    )
                }
            }
        }
        _ => Err(Problem::NotThere),
    }
}

fn is_own_path(path: &str) -> bool {
    (path.starts_with("/en/") || path.starts_with("/fr/"))
        && !path.contains("//")
        && path
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

/// The language an address names, else the one that the browser prefers.
fn language(parts: &Parts) -> Language {
    match parts.uri.path().split('/').nth(1) {
        Some("en") => return Language::En,
        Some("fr") => return Language::Fr,
        _ => {}
    }
    let accepted = parts
        .headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let first = accepted
        .split(',')
        .map(str::trim)
        .find(|tag| tag.starts_with("fr") || tag.starts_with("en"));
    match first {
        Some(tag) if tag.starts_with("fr") => Language::Fr,
        _ => Language::En,
    }
}

const fn other(words: &Words) -> Language {
    match words.language {
        Language::En | Language::Other(_) => Language::Fr,
        Language::Fr => Language::En,
    }
}

fn frame(shared: &Shared, words: &Words, visitor: Option<&Visitor>) -> Frame {
    let meta = shared.case.meta();
    let named = shared.incident.as_ref().map(|incident| {
        let organisation = &incident.custodian.organisation;
        words
            .pick(&organisation.name, &organisation.name_fr)
            .to_owned()
    });
    let (lang, other) = (words.language.code(), other(words));
    let root = format!("/{lang}");
    // A stranger learns nothing, not even the name of the case.
    let known = visitor.is_some();
    Frame {
        lang: lang.to_owned(),
        other: other.code().to_owned(),
        other_name: Words::of(other).say("name").to_owned(),
        other_href: format!("/{}/", other.code()),
        here: format!("{root}/"),
        root,
        case: match &shared.incident {
            _ if !known => String::new(),
            Some(incident) => incident.name.clone(),
            None => meta.name,
        },
        custodian: named
            .or(meta.custodian)
            .filter(|name| known && !name.is_empty()),
        values: visitor.is_some_and(|visitor| visitor.values),
        token: visitor
            .map(|visitor| visitor.token.clone())
            .unwrap_or_default(),
        ..Frame::default()
    }
}

/// Turns a stranger away: which door, and how it opens.
fn refuse(shared: &Shared, words: &Words, path: &str, status: StatusCode, why: &str) -> Response {
    let text = words.say(if why == "host" {
        "error.host"
    } else {
        "error.door"
    });
    if path.ends_with(".json") {
        return (
            status,
            [(header::CONTENT_TYPE, "application/json; charset=utf-8")],
            json!({ "error": text }).to_string(),
        )
            .into_response();
    }
    let frame = Frame {
        title: words.say("error.door-title").to_owned(),
        ..frame(shared, words, None)
    };
    page(shared, words, &frame, status, text, None)
}

/// A page that cannot be shown. What went wrong inside goes to the terminal, under the same number.
fn trouble(
    shared: &Shared,
    words: &Words,
    visitor: Option<&Visitor>,
    problem: &Problem,
) -> Response {
    let (status, text) = match problem {
        Problem::NotThere => (StatusCode::NOT_FOUND, "error.not-there"),
        Problem::NotOurs => (StatusCode::FORBIDDEN, "error.origin"),
        Problem::CannotLog(_) => (StatusCode::INTERNAL_SERVER_ERROR, "error.cannot-log"),
        _ => (StatusCode::INTERNAL_SERVER_ERROR, "error.trouble"),
    };
    let operation = status.is_server_error().then(operation);
    if let Some(operation) = &operation {
        (shared.hooks.report)(&format!("operation {operation}: {problem}"));
    }
    let frame = Frame {
        title: words.say("error.title").to_owned(),
        ..frame(shared, words, visitor)
    };
    page(shared, words, &frame, status, words.say(text), operation)
}

fn page(
    shared: &Shared,
    words: &Words,
    frame: &Frame,
    status: StatusCode,
    text: &str,
    operation: Option<String>,
) -> Response {
    let facts = json!({ "text": text, "operation": operation, "inside": !frame.token.is_empty() });
    match shared
        .templates
        .render(words.language, "error.html", frame, &facts)
    {
        Ok(text) => html(status, text),
        Err(_) => (status, text.to_owned()).into_response(),
    }
}

/// A number by which a failure can be spoken of.
fn operation() -> String {
    let mut bytes = [0; 4];
    // Without chance the number is the same each time, and still says nothing about anybody.
    let _ = getrandom::fill(&mut bytes);
    format!("{:08x}", u32::from_be_bytes(bytes))
}

fn html(status: StatusCode, text: String) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
        text,
    )
        .into_response()
}

/// Sends the browser on with a GET (RFC 9110, section 15.4.4).
fn see(path: &str) -> Response {
    let to = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

#[test]
fn a_form_leads_back_to_our_own_pages_only() {
    for (path, is_own) in [
        ("/en/people?place=ca-on&page=2", true),
        ("/fr/", true),
        ("//evil.example/en/", false),
        ("/en//evil.example", false),
        ("https://evil.example/en/", false),
        ("/en/\\evil.example", false),
        ("/en/\r\nset-cookie:x", false),
    ] {
        assert_eq!(is_own_path(path), is_own, "{path:?}");
    }
}
