//! The part of an address after `?`, read and written. No value of a person stands in it.

/// Names and values, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a query or the body of a form.
    pub(crate) fn read(text: &str) -> Self {
        Self(
            form_urlencoded::parse(text.as_bytes())
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// The value of this name, when it is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// Which page of a list, from 1.
    pub(crate) fn page(&self) -> usize {
        self.get("page")
            .and_then(|page| page.parse().ok())
            .unwrap_or(1)
            .clamp(1, 1_000_000)
    }

    /// The same query with one value changed or, when it is empty, taken away.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut pairs: Vec<_> = self
            .0
            .iter()
            .filter(|(known, _)| known != name)
            .cloned()
            .collect();
        pairs.push((name.to_owned(), value.to_owned()));
        Self(pairs)
    }

    /// Only these names, in this order.
    pub(crate) fn only(&self, names: &[&str]) -> Self {
        Self(
            names
                .iter()
                .filter_map(|name| {
                    self.get(name)
                        .map(|value| ((*name).to_owned(), value.to_owned()))
                })
                .collect(),
        )
    }

    /// An address: a path, and this query after it when there is any.
    pub(crate) fn href(&self, path: &str) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.0.iter().filter(|(_, value)| !value.trim().is_empty()) {
            out.append_pair(name, value);
        }
        match out.finish() {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }
}

#[test]
fn a_query_keeps_what_it_does_not_change() {
    let query = Query::read("place=ca-on&page=3&element=&x=a%26b");
    assert_eq!(query.page(), 3);
    assert_eq!(query.get("element"), None);
    assert_eq!(
        query.with("page", "4").href("/en/people"),
        "/en/people?place=ca-on&x=a%26b&page=4"
    );
    assert_eq!(
        query.only(&["place"]).with("page", "").href("/p"),
        "/p?place=ca-on"
    );
    assert_eq!(Query::read("page=-1").page(), 1);
}
