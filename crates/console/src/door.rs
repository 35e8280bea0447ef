//! The door: a request in, a visitor or a refusal out.
//!
//! The console shows health information to whoever gets in, and every user of
//! the machine can reach a port on 127.0.0.1. So three things are asked: that
//! the request names this very console (no foreign name that was made to point
//! here), that the browser has the key, which only the terminal shows, and
//! that whatever changes something comes from our own pages.
//!
//! Sources: DNS rebinding and the `Host` header, OWASP "Cross-Site Request
//! Forgery Prevention", Fetch Metadata (<https://www.w3.org/TR/fetch-metadata/>),
//! cookies RFC 6265bis, section 4.1.2.7 (`SameSite`).

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};

use axum::http::{HeaderMap, header};
use whose_model::Phi;

/// Browsers at once; a new one beyond that closes the oldest.
const MAX_SESSIONS: usize = 16;
/// Searches remembered for one browser.
const MAX_SEARCHES: usize = 64;

/// Keeps the key and who has come in.
pub(crate) struct Door {
    key: String,
    port: u16,
    sessions: Mutex<VecDeque<Session>>,
}

/// One browser that had the key.
struct Session {
    cookie: String,
    token: String,
    values: bool,
    searches: VecDeque<(u32, Phi<String>)>,
    n_searches: u32,
}

/// Who asks, as far as a page needs to know.
#[derive(Clone)]
pub(crate) struct Visitor {
    cookie: String,
    /// Goes into every form and comes back with it.
    pub(crate) token: String,
    /// Whether values of people are shown.
    pub(crate) values: bool,
}

impl Door {
    /// A door with a new key, for a console on this port.
    pub(crate) fn new(port: u16) -> Result<Self, getrandom::Error> {
        Ok(Self {
            key: secret()?,
            port,
            sessions: Mutex::default(),
        })
    }

    /// What the start address holds.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Whether the request names this console.
    pub(crate) fn knows_host(&self, headers: &HeaderMap) -> bool {
        let mut hosts = headers.get_all(header::HOST).iter();
        let host = hosts.next().and_then(|host| host.to_str().ok());
        hosts.next().is_none()
            && host
                .and_then(|host| host.rsplit_once(':'))
                .is_some_and(|(name, port)| {
                    matches!(name, "127.0.0.1" | "localhost") && port == self.port.to_string()
                })
    }

    /// Whether the request comes from our own pages, as the browser itself says.
    ///
    /// With `no-referrer` the `Origin` of a form is `null`, so `Sec-Fetch-Site`
    /// decides; a browser too old to send it must show its `Origin`.
    pub(crate) fn is_own(&self, headers: &HeaderMap) -> bool {
        let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
        let origin = text("origin");
        let ours = |origin: &str| {
            [
                format!("http://127.0.0.1:{}", self.port),
                format!("http://localhost:{}", self.port),
            ]
            .iter()
            .any(|own| own == origin)
        };
        match (text("sec-fetch-site"), origin) {
            (Some("same-origin"), None | Some("null")) => true,
            (Some("same-origin") | None, Some(origin)) => ours(origin),
            _ => false,
        }
    }

    /// Opens a session for whoever has the key; returns its cookie.
    pub(crate) fn enter(&self, key: &str) -> Result<Option<String>, getrandom::Error> {
        if !same(key, &self.key) {
            return Ok(None);
        }
        let session = Session {
            cookie: secret()?,
            token: secret()?,
            values: false,
            searches: VecDeque::new(),
            n_searches: 0,
        };
        let cookie = format!(
            "{}={}; Path=/; HttpOnly; SameSite=Strict",
            self.cookie_name(),
            session.cookie
        );
        let mut sessions = self.sessions();
        sessions.push_back(session);
        if sessions.len() > MAX_SESSIONS {
            sessions.pop_front();
        }
        Ok(Some(cookie))
    }

    /// Who asks; `None` for a stranger.
    pub(crate) fn visitor(&self, headers: &HeaderMap) -> Option<Visitor> {
        let name = self.cookie_name();
        let cookie = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)?;
        let sessions = self.sessions();
        let session = sessions
            .iter()
            .find(|session| same(&session.cookie, cookie))?;
        Some(Visitor {
            cookie: session.cookie.clone(),
            token: session.token.clone(),
            values: session.values,
        })
    }

    /// Remembers whether a visitor sees values.
    pub(crate) fn set_values(&self, visitor: &Visitor, values: bool) {
        self.with(visitor, |session| session.values = values);
    }

    /// Remembers a search; returns the number by which addresses name it.
    pub(crate) fn remember(&self, visitor: &Visitor, search: &str) -> u32 {
        self.with(visitor, |session| {
            session.n_searches = session.n_searches.wrapping_add(1);
            session
                .searches
                .push_back((session.n_searches, Phi::new(search.to_owned())));
            if session.searches.len() > MAX_SEARCHES {
                session.searches.pop_front();
            }
            session.n_searches
        })
        .unwrap_or(0)
    }

    /// What was searched for under this number.
    pub(crate) fn search(&self, visitor: &Visitor, number: u32) -> Option<Phi<String>> {
        self.with(visitor, |session| {
            session
                .searches
                .iter()
                .find(|(known, _)| *known == number)
                .map(|(_, search)| search.clone())
        })
        .flatten()
    }

    fn with<T>(&self, visitor: &Visitor, then: impl FnOnce(&mut Session) -> T) -> Option<T> {
        self.sessions()
            .iter_mut()
            .find(|session| session.cookie == visitor.cookie)
            .map(then)
    }

    /// Cookies know no ports, so the name does: two consoles do not close each other.
    fn cookie_name(&self) -> String {
        format!("whose-{}", self.port)
    }

    fn sessions(&self) -> MutexGuard<'_, VecDeque<Session>> {
        // A session is changed in one step, so one left by a panic is whole.
        self.sessions
            .lock()
            .unwrap_or_else(|poison| poison.into_inner())
    }
}

/// Compares without telling by its time how much was right.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.len() == b.len()
        && a.bytes()
            .zip(b.bytes())
            .fold(0, |all, (a, b)| all | (a ^ b))
            == 0
}

/// 160 bits that nobody can guess, in letters and digits.
fn secret() -> Result<String, getrandom::Error> {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte & 31)]))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn only_the_two_names_of_this_machine_with_this_port_are_known() {
        let door = Door::new(8321).unwrap();
        for (host, is_known) in [
            ("127.0.0.1:8321", true),
            ("localhost:8321", true),
            ("localhost", false),
            ("127.0.0.1:8322", false),
            ("evil.example:8321", false),
            ("127.0.0.1.evil.example:8321", false),
            ("", false),
        ] {
            assert_eq!(
                door.knows_host(&headers(&[("host", host)])),
                is_known,
                "{host}"
            );
        }
        assert!(!door.knows_host(&HeaderMap::new()));
        let mut two = headers(&[("host", "127.0.0.1:8321")]);
        two.append("host", "localhost:8321".parse().unwrap());
        assert!(!door.knows_host(&two));
    }

    #[test]
    fn a_form_counts_only_when_the_browser_says_it_is_ours() {
        let door = Door::new(8321).unwrap();
        let own = "http://127.0.0.1:8321";
        for (pairs, is_own) in [
            (
                &[("sec-fetch-site", "same-origin"), ("origin", "null")][..],
                true,
            ),
            (&[("sec-fetch-site", "same-origin"), ("origin", own)], true),
            (&[("origin", own)], true),
            (&[("origin", "null")], false),
            (&[], false),
            (&[("sec-fetch-site", "cross-site"), ("origin", own)], false),
            (
                &[("sec-fetch-site", "same-site"), ("origin", "null")],
                false,
            ),
            (&[("sec-fetch-site", "none")], false),
            (
                &[
                    ("sec-fetch-site", "same-origin"),
                    ("origin", "http://evil.example"),
                ],
                false,
            ),
        ] {
            assert_eq!(door.is_own(&headers(pairs)), is_own, "{pairs:?}");
        }
    }

    #[test]
    fn only_the_key_opens_and_only_the_cookie_is_known_again() {
        let door = Door::new(1).unwrap();
        assert_eq!(door.enter("").unwrap(), None);
        assert_eq!(
            door.enter(&door.key().replace(|_| true, "0")).unwrap(),
            None
        );
        let cookie = door.enter(door.key()).unwrap().unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
        let value = cookie.split(';').next().unwrap();
        let visitor = door.visitor(&headers(&[("cookie", value)])).unwrap();
        assert!(!visitor.values, "values are hidden at first");
        door.set_values(&visitor, true);
        assert!(door.visitor(&headers(&[("cookie", value)])).unwrap().values);
        assert!(
            door.visitor(&headers(&[("cookie", "whose-1=guess")]))
                .is_none()
        );
        let number = door.remember(&visitor, "roy");
        assert_eq!(door.search(&visitor, number).unwrap().reveal(), "roy");
        assert!(door.search(&visitor, number + 1).is_none());
    }

    #[test]
    fn the_oldest_browser_goes_when_there_are_too_many() {
        let door = Door::new(1).unwrap();
        let first = door.enter(door.key()).unwrap().unwrap();
        for _ in 0..MAX_SESSIONS {
            door.enter(door.key()).unwrap();
        }
        assert!(
            door.visitor(&headers(&[("cookie", first.split(';').next().unwrap())]))
                .is_none()
        );
    }
}
