//! The console asked without a socket. The closed door is tested before the open one.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod made;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use tower::ServiceExt;
use whose_console::{Console, app};

const PORT: u16 = 8321;
const HOST: &str = "127.0.0.1:8321";
const PEOPLE: [&str; 3] = ["P-000000000001", "P-000000000002", "P-000000000003"];

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    fn says(&self, text: &str) -> &Self {
        assert!(
            self.text.contains(text),
            "not said: {text}\n{}\n{:?}",
            self.text,
            made::REPORTED.lock().unwrap()
        );
        self
    }
}

/// A browser, and the console it looks at.
struct Browser {
    app: Router,
    start: String,
    cookie: Option<String>,
    host: &'static str,
    site: Option<&'static str>,
    runtime: tokio::runtime::Runtime,
    dir: tempfile::TempDir,
}

impl Browser {
    fn stranger() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let console = Console::open(
            made::case(&dir.path().join("case")),
            Some(made::register(&dir.path().join("register.db"))),
            PORT,
            made::hooks(),
        )
        .unwrap();
        Self {
            start: console.start_path(),
            app: app(console),
            cookie: None,
            host: HOST,
            site: Some("same-origin"),
            runtime: tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap(),
            dir,
        }
    }

    fn with_key() -> Self {
        let mut browser = Self::stranger();
        let answer = browser.get(&browser.start.clone());
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        browser.cookie = Some(
            answer
                .header("set-cookie")
                .split(';')
                .next()
                .unwrap()
                .to_owned(),
        );
        browser
    }

    fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "")
    }

    fn send(&self, method: &str, path: &str, body: &str) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", self.host);
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        if let Some(site) = self.site {
            request = request.header("sec-fetch-site", site);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        self.runtime.block_on(async {
            let response = self.app.clone().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let bytes = to_bytes(body, usize::MAX).await.unwrap();
            Answer {
                status: parts.status,
                headers: parts.headers,
                // The template escapes more than it must.
                text: String::from_utf8_lossy(&bytes)
                    .replace("&#x2f;", "/")
                    .replace("&#x27;", "'"),
            }
        })
    }

    /// The token of the forms of a page.
    fn token(&self) -> String {
        let page = self.get("/en/").text;
        let (_, rest) = page.split_once("name=\"token\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    fn show_values(&self) {
        let form = format!("token={}&values=show&back=/fr/people", self.token());
        let answer = self.send("POST", "/fr/values", &form);
        assert_eq!(
            (answer.status, answer.header("location")),
            (StatusCode::SEE_OTHER, "/fr/people")
        );
    }
}

const PAGES: &[&str] = &[
    "",
    "people",
    "person/P-000000000001",
    "person/P-000000000001/letter",
    "duties",
    "duties/ca-on-phipa/notify-individual",
    "person/P-000000000001/why",
    "timeline",
    "why",
    "exhibits",
    "gaps",
    "register",
    "register/statistics",
    "register/add",
    "about",
];

#[test]
fn without_the_key_nothing_is_told() {
    let browser = Browser::stranger();
    for page in PAGES {
        for address in [format!("/en/{page}"), format!("/en/{page}.json")] {
            let answer = browser.get(&address);
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{address}");
            for word in ["Made-up", "P-0000", "4321", "4,321"] {
                assert!(!answer.text.contains(word), "{address} tells {word}");
            }
        }
    }
    browser.get("/").says("whose serve");
    browser.get("/fr/").says("Cette console est verrouillée");
    assert_eq!(browser.get("/?key=").status, StatusCode::FORBIDDEN);
    assert_eq!(
        browser
            .get("/?key=0000000000000000000000000000000000")
            .status,
        StatusCode::FORBIDDEN
    );
}

#[test]
fn the_key_leads_to_a_page_of_ours_and_nowhere_else() {
    let browser = Browser::stranger();
    for (to, there) in [
        ("/fr/register", "/fr/register"),
        ("https://evil.example/", "/en/"),
        ("//evil.example/en/", "/en/"),
        ("/en//evil.example", "/en/"),
    ] {
        let answer = browser.get(&format!("{}&to={to}", browser.start));
        assert_eq!(
            (answer.status, answer.header("location")),
            (StatusCode::SEE_OTHER, there)
        );
    }
    let without = browser.get("/?key=guess&to=/fr/register");
    assert_eq!(without.status, StatusCode::FORBIDDEN);
}

#[test]
fn a_foreign_name_that_points_here_is_refused_even_with_the_cookie() {
    let mut browser = Browser::with_key();
    for host in [
        "evil.example:8321",
        "evil.example",
        "127.0.0.1:80",
        "[::1]:8321",
    ] {
        browser.host = host;
        let answer = browser.get("/en/people");
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert!(!answer.text.contains("P-0000"));
    }
    browser.host = "localhost:8321";
    assert_eq!(browser.get("/en/people").status, StatusCode::OK);
}

#[test]
fn a_form_from_elsewhere_or_without_the_token_changes_nothing() {
    let mut browser = Browser::with_key();
    let token = browser.token();
    let good = format!("token={token}&values=show");
    for (site, body) in [
        (Some("cross-site"), good.as_str()),
        (Some("same-site"), good.as_str()),
        (Some("none"), good.as_str()),
        (None, good.as_str()),
        (Some("same-origin"), "values=show"),
        (Some("same-origin"), "token=guess&values=show"),
    ] {
        browser.site = site;
        let answer = browser.send("POST", "/en/values", body);
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{site:?}");
    }
    browser.site = Some("same-origin");
    browser.get("/en/people").says("Values are hidden");
    assert_eq!(
        browser
            .send("POST", "/en/values", &"x".repeat(100_000))
            .status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    assert_eq!(
        browser.send("DELETE", "/en/people", "").status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[test]
fn every_answer_carries_the_headers_and_no_page_has_a_script_or_a_style_of_its_own() {
    let browser = Browser::with_key();
    browser.show_values();
    for page in PAGES
        .iter()
        .map(|page| format!("/en/{page}"))
        .chain(["/style.css".to_owned(), "/nothing".to_owned()])
    {
        let answer = browser.get(&page);
        assert!(
            answer
                .header("content-security-policy")
                .starts_with("default-src 'none'; style-src 'self'"),
            "{page}"
        );
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        for word in [
            "<script",
            " onclick",
            " style=",
            "href=\"http",
            "src=\"http",
        ] {
            assert!(!answer.text.contains(word), "{page} has {word}");
        }
    }
}

#[test]
fn no_value_of_a_person_is_anywhere_until_it_is_switched_on_and_logged() {
    let browser = Browser::with_key();
    for language in ["en", "fr"] {
        for page in PAGES.iter().flat_map(|page| {
            [
                format!("/{language}/{page}"),
                format!("/{language}/{page}.json"),
            ]
        }) {
            let answer = browser.get(&page);
            for value in made::VALUES {
                assert!(!answer.text.contains(value), "{page} shows a value");
            }
        }
    }
    let pdf = browser.get("/en/person/P-000000000001/letter.pdf");
    assert_eq!(
        pdf.status,
        StatusCode::SEE_OTHER,
        "no letter while values are hidden"
    );

    browser.show_values();
    browser
        .get("/en/person/P-000000000001")
        .says("Marguerite")
        .says("March 4, 1971")
        .says("Values are shown");
    browser
        .get("/en/people.json")
        .says("\"values\":\"shown\"")
        .says("Marguerite Testtremblay");
    let entries = entries(&browser);
    assert_eq!(
        entries
            .iter()
            .filter(|verb| *verb == "values-shown")
            .count(),
        1
    );

    let hide = format!("token={}&values=hide&back=//evil.example", browser.token());
    assert_eq!(
        browser.send("POST", "/en/values", &hide).header("location"),
        "/en/"
    );
    assert!(!browser.get("/en/people").text.contains("Marguerite"));
}

fn entries(browser: &Browser) -> Vec<String> {
    use whose_engine::store::{Access, Case, Secret};
    let secret = [Secret::Passphrase("made up".to_owned())];
    let case = Case::open(&browser.dir.path().join("case"), &secret, Access::Read).unwrap();
    let mut verbs = Vec::new();
    case.entries(|_, entry| verbs.push(entry.verb.clone()))
        .unwrap();
    verbs
}

#[test]
fn every_page_opens_in_both_languages_and_has_its_twin() {
    let browser = Browser::with_key();
    for language in ["en", "fr"] {
        for page in PAGES {
            let answer = browser.get(&format!("/{language}/{page}"));
            assert_eq!(
                answer.status,
                StatusCode::OK,
                "{page}: {:?} {}",
                made::REPORTED.lock().unwrap(),
                answer.text
            );
            answer
                .says(&format!("<html lang=\"{language}\">"))
                .says("<main id=\"content\"")
                .says("</html>");
            let other = if language == "en" { "fr" } else { "en" };
            answer.says(&format!("href=\"/{other}/{page}\""));
            let twin = if page.is_empty() { "glance" } else { page };
            let twin = browser.get(&format!("/{language}/{twin}.json"));
            let json: serde_json::Value = serde_json::from_str(&twin.text).unwrap();
            assert_eq!(
                (json["language"].as_str(), json["values"].as_str()),
                (Some(language), Some("masked"))
            );
            assert!(json["facts"].is_object());
        }
    }
}

#[test]
fn the_first_page_tells_how_many_what_is_late_and_what_is_open() {
    let browser = Browser::with_key();
    browser
        .get("/en/")
        .says("<b>3</b> individuals affected")
        .says("<b>4,321</b>")
        .says("1 duty is late")
        .says("3 days late")
        .says("5 days left")
        .says("told on October 9, 2026")
        .says("Were files altered?")
        .says("1 duty waits for this")
        .says("at the first reasonable opportunity")
        .says("Commission d'accès à l'information du Québec")
        .says("2 individuals have no postal address")
        .says("href=\"/en/people?place=ca-qc\"");
    browser
        .get("/fr/")
        .says("<b>3</b> personnes touchées")
        .says("1 obligation est en retard")
        .says("Des fichiers ont-ils été modifiés?")
        .says("à la première occasion raisonnable")
        .says("verrouillée par un mot de passe");
}

#[test]
fn a_search_stands_in_no_address_and_finds_without_accents() {
    let browser = Browser::with_key();
    let form = format!(
        "token={}&search=TESTTREMBLAY+marguerite&place=ca-qc",
        browser.token()
    );
    let answer = browser.send("POST", "/en/people", &form);
    let location = answer.header("location").to_owned();
    assert_eq!(location, "/en/people?place=ca-qc&find=1");
    let found = browser.get(&location);
    found.says(PEOPLE[0]);
    assert!(!found.text.contains(PEOPLE[1]) && !found.text.contains("TESTTREMBLAY"));
    let other = browser.get("/en/people?find=99");
    other.says("not remembered any more");
    browser.get("/en/people?representative=any").says(PEOPLE[1]);
    let notes = browser.get("/fr/people?with-notes=1");
    assert!(notes.text.contains(PEOPLE[2]) && !notes.text.contains(PEOPLE[0]));
}

#[test]
fn one_person_shows_exposures_merges_and_duties() {
    let browser = Browser::with_key();
    browser
        .get("/fr/person/P-000000000001")
        .says("Québec")
        .says("adresse dans les fichiers")
        .says("avant de regarder")
        .says("−14,0")
        .says("+12,5")
        .says("nom de famille")
        .says("href=\"/fr/person/P-000000000001/letter\"");
    let old = browser.get("/en/person/P-0LD000000000");
    assert_eq!(
        (old.status, old.header("location")),
        (StatusCode::SEE_OTHER, "/en/person/P-000000000001")
    );
    assert_eq!(
        browser.get("/en/person/P-NOBODY000000").status,
        StatusCode::NOT_FOUND
    );
}

#[test]
fn what_stands_in_the_evidence_is_text_and_never_markup() {
    let browser = Browser::with_key();
    let page = browser.get("/en/gaps");
    page.says("locked with a password");
    assert!(
        !page.text.contains("<b>locked"),
        "a file's name became markup"
    );
    let exhibits = browser.get("/en/exhibits?outcome=not-read");
    assert!(exhibits.text.contains("not read") && !exhibits.text.contains("patients.csv"));
}

#[test]
fn the_letter_is_drawn_and_told_and_can_be_had_as_pdf() {
    let browser = Browser::with_key();
    browser
        .get("/en/person/P-000000000001/letter")
        .says("Show values to see it");
    browser.show_values();
    let page = browser.get("/en/person/P-000000000001/letter");
    page.says("data:image/svg+xml;base64,")
        .says("Marguerite")
        .says("Page 1 of");
    let pdf = browser.get("/en/person/P-000000000001/letter.pdf");
    assert_eq!(pdf.header("content-type"), "application/pdf");
    assert!(pdf.text.starts_with("%PDF-"));
}

#[test]
fn an_error_page_tells_a_number_and_nothing_of_what_went_wrong_inside() {
    let browser = Browser::with_key();
    let gone = browser.get("/en/nothing-here");
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    gone.says("There is nothing at this address");
    let cases = browser.dir.path().join("case/vault/tables");
    std::fs::remove_file(cases.join("exposures")).unwrap();
    let answer = browser.get("/en/person/P-000000000002");
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    answer
        .says("Operation ")
        .says("Nothing in the case was changed");
    assert!(!answer.text.contains("vault") && !answer.text.contains("exposures"));
    let reported = made::REPORTED.lock().unwrap();
    assert!(reported.iter().any(|line| line.starts_with("operation ")));
}

/// Writes a large list beside the small case: the pages' own time, store and templates included.
#[test]
#[ignore = "a measurement: run with --release --ignored --nocapture"]
#[allow(clippy::print_stdout, reason = "a measurement is read")]
fn a_list_of_a_hundred_thousand_opens_in_time() {
    use std::time::Instant;
    let dir = tempfile::tempdir().unwrap();
    let case = made::case(&dir.path().join("case"));
    let n = std::env::var_os("WHOSE_ROWS")
        .and_then(|rows| rows.to_str()?.parse().ok())
        .unwrap_or(100_000);
    let people: Vec<_> = (1..=n).map(made::person).collect();
    made::write(&case, whose_engine::PEOPLE, &people);
    drop(people);
    let since = Instant::now();
    let console = Console::open(case, None, PORT, made::hooks()).unwrap();
    println!("opened {n} people in {:?}", since.elapsed());
    let start = console.start_path();
    let mut browser = Browser {
        start: start.clone(),
        app: app(console),
        cookie: None,
        host: HOST,
        site: Some("same-origin"),
        runtime: tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap(),
        dir,
    };
    let answer = browser.get(&start);
    browser.cookie = Some(
        answer
            .header("set-cookie")
            .split(';')
            .next()
            .unwrap()
            .to_owned(),
    );
    let token = browser.token();
    let form = format!("token={token}&search=samplefather{}", n / 2);
    let search = browser.send("POST", "/en/people", &form);
    let search = search.header("location").to_owned();
    let last = format!("/en/people?page={}", n / 50);
    for path in [
        "/en/",
        "/en/people",
        &last,
        "/en/people?place=ca-on&sort=exhibits",
        &search,
        "/en/exhibits",
    ] {
        let mut times: Vec<_> = (0..40)
            .map(|_| {
                let since = Instant::now();
                assert_eq!(browser.get(path).status, StatusCode::OK);
                since.elapsed()
            })
            .collect();
        times.sort();
        println!("{path:40} median {:?}, p95 {:?}", times[20], times[37]);
    }
}

#[test]
fn the_timeline_says_when_each_duty_ends_and_how_long_it_took() {
    let browser = Browser::with_key();
    browser
        .get("/en/timeline")
        .says("October 5, 2026")
        .says("Told: ")
        .says("Counted from")
        .says("<circle");
    let twin = browser.get("/fr/timeline.json").text;
    let json: serde_json::Value = serde_json::from_str(&twin).unwrap();
    let events = json["facts"]["events"].as_array().unwrap();
    assert_eq!(events[0]["key"], "began");
    assert!(events.iter().any(|event| event["key"] == "on-ipc"));
    assert!(json["facts"]["deadlines"].is_array() && json["facts"]["delays"].is_array());
}

#[test]
fn every_duty_has_a_tree_of_questions_that_says_why() {
    let browser = Browser::with_key();
    let page = browser.get("/en/why?place=ca-qc&answer=all");
    page.says("it is the law on 2026-10-05")
        .says("lives in ca-qc")
        .says("are not owed");
    let owed = browser.get("/en/why.json?place=ca-on&answer=yes").text;
    let json: serde_json::Value = serde_json::from_str(&owed).unwrap();
    let trees = json["facts"]["people"].as_array().unwrap();
    assert!(!trees.is_empty());
    for tree in trees {
        assert_eq!(tree["root"]["answer"], "yes");
        assert!(
            tree["root"]["parts"]
                .as_array()
                .unwrap()
                .iter()
                .all(|part| part["answer"] == "yes")
        );
    }
    browser
        .get("/fr/person/P-000000000001/why")
        .says("Pourquoi chaque obligation est due à P-000000000001")
        .says("lang=\"en\"");
    let old = browser.get("/en/person/P-0LD000000000/why");
    assert_eq!(
        (old.status, old.header("location")),
        (StatusCode::SEE_OTHER, "/en/person/P-000000000001/why")
    );
}

#[test]
fn the_register_is_searched_and_filtered_and_says_what_it_did_not_understand() {
    let browser = Browser::with_key();
    browser
        .get("/en/register")
        .says("3 incidents")
        .says("Made-up Imaging 2024")
        .says("1 conflict");
    let found = browser.get("/en/register?q=diagn&place=ca");
    found.says("1 incident<").says("Made-up Imaging 2024");
    assert!(!found.text.contains("clinic no. 1"));
    browser
        .get("/en/register?since=2023-01-01&until=2023-12-31")
        .says("clinic no. 1");
    let wrong = browser.get("/en/register?since=soon&people=many");
    wrong.says("role=\"alert\"").says("3 incidents");
    browser
        .get("/en/register/statistics?place=ca-qc")
        .says("2 incidents")
        .says("discovery to people")
        .says("<rect");
    for nothing in [
        "/en/register/zz",
        "/en/register/00000000000000000000000000000000",
    ] {
        assert_eq!(browser.get(nothing).status, StatusCode::NOT_FOUND);
    }
}

#[test]
fn a_small_incident_is_typed_in_and_what_is_not_understood_is_said_and_kept() {
    let browser = Browser::with_key();
    browser
        .get("/en/register")
        .says("href=\"/en/register/add\"");
    browser
        .get("/en/register/add")
        .says("What happened?")
        .says("name=\"element-diagnosis\"");
    let form = format!(
        "token={}&what=A+binder+was+left+on+a+bus&victim=Clinique+du+Parc&cause=loss&place=ca-on&discovered=2026-02-10&people=12&element-diagnosis=1&risk=no&why=it+came+back+unopened",
        browser.token()
    );
    // Nothing is written where one answer cannot be, and nothing of the rest is lost.
    let n_before = browser
        .get("/en/register.json")
        .text
        .matches("short_id")
        .count();
    for (field, wrong, says) in [
        ("people", "people=12", "A number, as 12"),
        ("discovered", "discovered=2026-02-10", "A day as 2026-02-21"),
    ] {
        let answer = browser.send(
            "POST",
            "/en/register/add",
            &form.replace(wrong, &format!("{field}=many")),
        );
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        answer
            .says(says)
            .says("aria-invalid=\"true\"")
            .says("value=\"Clinique du Parc\"")
            .says("value=\"loss\" selected")
            .says("name=\"element-diagnosis\" value=\"1\" checked");
    }
    let empty = format!("token={}", browser.token());
    browser
        .send("POST", "/fr/register/add", &empty)
        .says("Écrivez au moins ce qui s’est passé.");
    assert_eq!(
        browser
            .get("/en/register.json")
            .text
            .matches("short_id")
            .count(),
        n_before
    );
    // Without the token of our own form nobody writes.
    let foreign = browser.send("POST", "/en/register/add", "token=guess&what=x");
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);

    let answer = browser.send("POST", "/en/register/add", &form);
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let there = answer.header("location").to_owned();
    browser
        .get(&there)
        .says("A binder was left on a bus")
        .says("Clinique du Parc")
        .says("typed by tester");
    browser.get("/en/register?q=binder").says("1 incident");
}

#[test]
fn an_incident_shows_its_sources_side_by_side_and_what_was_known_on_a_day() {
    let browser = Browser::with_key();
    let path = format!("/en/register/{}", made::incident());
    let page = browser.get(&path);
    page.says("Sources disagree")
        .says("This one is used.")
        .says("nobody has chosen; regulator stands before news")
        .says("The commissioner says March 4.")
        .says("Expressly not exposed")
        .says("&lt;b&gt;they said&lt;")
        .says("<del>1,200</del>")
        .says("<ins>1,300</ins>")
        .says("recounted")
        .says("97")
        .says("Beside the law in force then")
        .says("health information custodian");
    assert!(!page.text.contains("<b>they"));
    // The commissioner spoke in 2025.
    let known = browser.get(&format!("{path}?known=2024-12-31"));
    known
        .says("Only what was known on December 31, 2024.")
        .says("1,200");
    assert!(!known.text.contains("March 4.") && !known.text.contains("<ins>"));
    let before = browser.get(&format!("{path}?recorded=2026-11-20"));
    before.says("held at the end of November 20, 2026");
    assert!(!before.text.contains("Hackers took files"));
    browser
        .get(&format!("{path}?known=never"))
        .says("That is no day");
    let json = browser.get(&format!("{path}.json?cohort=place")).text;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        json["facts"]["n_cohort"], 1,
        "the incident itself is the only one of Ontario"
    );
    let french = browser.get(&format!("/fr/register/{}", made::incident()));
    french
        .says("Les sources se contredisent")
        .says("organisme de surveillance passe avant presse")
        .says("4 mars 2024")
        .says("<q class=\"sentence\" lang=\"en\">");
}
