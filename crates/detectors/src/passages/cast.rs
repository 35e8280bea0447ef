//! The names of a document in, its people out: which names are one person's, and what was said of each.
//!
//! Names are one person's when the words of the shorter are words of the longer,
//! an initial standing for its word, and nothing speaks against it: another
//! form of address, `junior`, another role. In which role each stands is decided
//! in `resolve`.

use std::collections::HashMap;

use whose_model::{PersonName, Role, SubjectId};

use super::{
    found::Found,
    layout::{Address, Cue, Spot},
};
use crate::{
    draft::hashed_subject,
    text::{fold, hash_of},
};

/// Somebody whom a record of the same exhibit names: a mail's sender, whom a form is about.
#[derive(Clone)]
pub(crate) struct Heard {
    pub(crate) name: PersonName,
    pub(crate) id: SubjectId,
    pub(crate) role: Role,
    /// The mail is from them.
    pub(crate) is_sender: bool,
}

/// Somebody a document names.
pub(crate) struct Person {
    pub(crate) id: SubjectId,
    pub(crate) role: Option<Role>,
    /// A label, a title or letters after the name gave the role.
    pub(crate) is_sure: bool,
    /// What labels and words around the name said, the first of each kind.
    pub(crate) cues: Vec<Cue>,
    pub(crate) first: Spot,
    pub(crate) last_at: u64,
    /// Named after the closing words, and nowhere else.
    pub(crate) signs: bool,
    /// A record of the exhibit names them.
    pub(crate) is_heard: bool,
    /// The header of the mail says that they wrote it.
    pub(crate) is_sender: bool,
    /// Birth date and number that stand with the name: two of one name are told apart by them.
    stamp: Stamp,
    /// How often, and in which block last, the name stood alone.
    n_alone: u32,
    last_block: u32,
    pub(crate) family: String,
    given: Vec<Word>,
    family_words: Vec<Word>,
    /// A bit for each word of both.
    marks: u64,
    title: Option<Address>,
    suffix: String,
}

impl Person {
    pub(crate) fn has(&self, cue: Cue) -> bool {
        self.cues.contains(&cue)
    }

    /// Named first on a line that gives their birth or number, by no label and as nobody's kin.
    pub(crate) fn begins_a_line_of_their_own(&self) -> bool {
        !self.stamp.is_empty()
            && self.first.leads
            && self.first.label.is_none()
            && self.first.cue.is_none()
    }

    /// Whether folded words hold a given name and every word of the family name.
    pub(crate) fn is_called(&self, words: &str) -> bool {
        let mut all = Vec::new();
        take_folded(words.chars(), &mut all, &mut String::new());
        !self.family_words.is_empty()
            && self.family_words.iter().all(|word| all.contains(word))
            && self.given.first().is_some_and(|word| all.contains(word))
    }

    pub(crate) fn is_clinician(&self) -> bool {
        self.role == Some(Role::Clinician)
    }

    /// No label, title or word gave a role.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.role, None | Some(Role::Unknown))
    }
}

/// A birth date and a number that stand right with a name.
#[derive(Clone, Default)]
pub(crate) struct Stamp {
    pub(crate) birth: Option<String>,
    pub(crate) number: Option<String>,
}

impl Stamp {
    fn contradicts(&self, other: &Self) -> bool {
        let differ =
            |a: &Option<String>, b: &Option<String>| matches!((a, b), (Some(a), Some(b)) if a != b);
        differ(&self.birth, &other.birth) || differ(&self.number, &other.number)
    }

    fn is_empty(&self) -> bool {
        self.birth.is_none() && self.number.is_none()
    }

    fn add(&mut self, other: Self) {
        self.birth = self.birth.take().or(other.birth);
        self.number = self.number.take().or(other.number);
    }
}

/// The people of a document, and where each is named.
#[derive(Default)]
pub(crate) struct People {
    pub(crate) all: Vec<Person>,
    by_word: ByWord,
    document: u32,
    /// Room for the words of the name that is entered next.
    words: Words,
}

/// Who has which word in their name.
#[derive(Default)]
struct ByWord {
    /// Most documents name so few that looking at each is the shortest way.
    few: Vec<(u64, usize)>,
    many: HashMap<u64, Vec<usize>>,
}

/// No more are looked at one by one.
const FEW: usize = 32;

impl ByWord {
    /// Takes note that this word is one of this person's, unless it was noted last.
    fn add(&mut self, word: u64, at: usize) {
        if self.latest(word).next() == Some(at) {
            return;
        }
        if self.many.is_empty() && self.few.len() < FEW {
            self.few.push((word, at));
            return;
        }
        for (word, at) in self.few.drain(..).chain([(word, at)]) {
            self.many.entry(word).or_default().push(at);
        }
    }

    /// Whose this word is, whoever was noted last first.
    fn latest(&self, word: u64) -> impl Iterator<Item = usize> + '_ {
        let few = self.few.iter().rev().filter(move |known| known.0 == word);
        let many = if self.few.is_empty() {
            self.many.get(&word)
        } else {
            None
        };
        few.map(|known| known.1)
            .chain(many.into_iter().flat_map(|list| list.iter().rev().copied()))
    }
}

/// Of very many of one name only the latest are looked at.
const MOST_OF_A_WORD: usize = 32;

impl People {
    pub(crate) fn new(document: u32, heard: &[Heard]) -> Self {
        let mut people = Self {
            document,
            ..Self::default()
        };
        let mut words = Words::default();
        for heard in heard {
            words.take(&heard.name);
            let at = people.add(&words, heard.id);
            let person = &mut people.all[at];
            person.is_heard = true;
            person.is_sender = heard.is_sender;
            person.role = Some(heard.role);
            person.is_sure = heard.role == Role::Patient;
        }
        people
    }

    /// The person with this name, who is new when nobody fits.
    pub(crate) fn enter(&mut self, name: &PersonName, stamp: Stamp, item: &Found) -> usize {
        let mut words = std::mem::take(&mut self.words);
        words.take(name);
        let at = self.best(&words, &stamp, item).unwrap_or_else(|| {
            let id = self.new_id(&words);
            self.add(&words, id)
        });
        self.learn(at, &words);
        let person = &mut self.all[at];
        if person.first == Spot::default() {
            person.first = item.spot;
        }
        person.stamp.add(stamp);
        person.n_alone += u32::from(words.given.is_empty() || words.family.is_empty());
        person.last_block = item.spot.block;
        person.signs = item.is_signature && (person.signs || person.last_at == 0);
        for cue in [item.spot.label, item.spot.cue].into_iter().flatten() {
            if !person.cues.contains(&cue) {
                person.cues.push(cue);
            }
        }
        person.title = person.title.or(item.spot.title);
        // A label wins over a guess: doctors are patients too, in their own letters.
        let is_sure = item.is_labelled || item.role == Some(Role::Clinician);
        match (person.role, item.role) {
            // Whoever wrote a mail from home does not work there for having signed it.
            (None | Some(Role::Unknown), Some(Role::Staff)) if person.is_heard && !is_sure => {}
            (None | Some(Role::Unknown), role @ Some(_)) => {
                (person.role, person.is_sure) = (role, is_sure);
            }
            (Some(Role::Staff), Some(role)) => {
                (person.role, person.is_sure) = (Some(role), is_sure)
            }
            (Some(_), Some(Role::Patient)) if item.is_labelled => {
                (person.role, person.is_sure) = (Some(Role::Patient), true);
            }
            (Some(Role::Patient), Some(role)) if !person.is_sure && is_sure => {
                (person.role, person.is_sure) = (Some(role), true);
            }
            _ => {}
        }
        person.last_at = item.at.max(1);
        self.words = words;
        at
    }

    fn new_id(&self, words: &Words) -> SubjectId {
        let id = |n: u64| {
            let document = self.document.to_le_bytes();
            let n_bytes = n.to_le_bytes();
            let mut parts: Vec<&[u8]> = vec![
                b"document",
                &document,
                words.family_text.as_bytes(),
                words.given_text.as_bytes(),
            ];
            if n > 0 {
                parts.push(&n_bytes);
            }
            hashed_subject(&parts)
        };
        let plain = id(0);
        if words
            .all()
            .take(1)
            .flat_map(|word| self.by_word.latest(word.hash))
            .any(|at| self.all[at].id == plain)
        {
            id(self.all.len() as u64)
        } else {
            plain
        }
    }

    fn add(&mut self, words: &Words, id: SubjectId) -> usize {
        self.all.push(Person {
            id,
            role: None,
            is_sure: false,
            cues: Vec::new(),
            first: Spot::default(),
            last_at: 0,
            signs: false,
            is_heard: false,
            is_sender: false,
            stamp: Stamp::default(),
            n_alone: 0,
            last_block: 0,
            family: String::new(),
            given: Vec::new(),
            family_words: Vec::new(),
            marks: 0,
            title: None,
            suffix: String::new(),
        });
        let at = self.all.len() - 1;
        self.learn(at, words);
        at
    }

    /// Takes over what a name says more than what is known.
    fn learn(&mut self, at: usize, words: &Words) {
        let person = &mut self.all[at];
        let n_bytes = |words: &[Word]| words.iter().map(|word| word.len).sum::<usize>();
        let is_more = |new: &[Word], known: &[Word]| n_bytes(new) > n_bytes(known);
        let (mut family, mut given): (&[Word], &[Word]) = (&[], &[]);
        // One word alone may be the given name of somebody known.
        let is_given_alone = words.given.is_empty()
            && !words.family.is_empty()
            && words.family.iter().all(|word| person.given.contains(word));
        if !is_given_alone
            && is_more(&words.family, &person.family_words)
            && !words.family.iter().all(|word| person.given.contains(word))
        {
            person.family_words.clone_from(&words.family);
            person.family.clone_from(&words.family_text);
            family = &words.family;
        }
        if is_more(&words.given, &person.given)
            && !words
                .given
                .iter()
                .all(|word| person.family_words.contains(word))
        {
            person.given.clone_from(&words.given);
            given = &words.given;
        }
        let known = person.given.iter().chain(&person.family_words);
        person.marks = known.fold(0, |marks, word| marks | word.mark());
        if person.suffix.is_empty() {
            person.suffix.clone_from(&words.suffix);
        }
        for word in family.iter().chain(given) {
            self.by_word.add(word.hash, at);
        }
    }

    /// Who fits best: by form of address, then whoever was named last.
    fn best(&self, words: &Words, stamp: &Stamp, item: &Found) -> Option<usize> {
        let with_a_word = || {
            words
                .all()
                .flat_map(|word| self.by_word.latest(word.hash).take(MOST_OF_A_WORD))
        };
        let is_one = |at: &usize| {
            let person = &self.all[*at];
            !person.stamp.contradicts(stamp) && fits(person, words, item)
        };
        let (mut first, mut last, mut best) = (usize::MAX, 0, None);
        for at in with_a_word() {
            let person = &self.all[at];
            let rank = Some((
                person.title == item.spot.title && person.title.is_some(),
                item.role.is_some() && person.role == item.role,
                person.last_at,
                at,
            ));
            // Whoever comes after the best anyway is asked only where it matters who else fits.
            if rank <= best && !words.given.is_empty() || !is_one(&at) {
                continue;
            }
            (first, last) = (first.min(at), last.max(at));
            best = best.max(rank);
        }
        // Father and son of one name, called by it alone: each paragraph is the next one's.
        if first < last
            && words.given.is_empty()
            && self.all[first].given == self.all[last].given
            && self.all[first].family_words == self.all[last].family_words
            && !self.all[first].stamp.is_empty()
        {
            let seen = || with_a_word().filter(is_one);
            return seen()
                .filter(|at| {
                    self.all[*at].n_alone > 0 && self.all[*at].last_block == item.spot.block
                })
                .min()
                .or_else(|| seen().min_by_key(|at| (self.all[*at].n_alone, *at)));
        }
        best.map(|(.., at)| at)
    }
}

/// A folded word of a name, as it is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Word {
    hash: u64,
    len: usize,
    first: u8,
}

impl Word {
    /// One of 64 bits: of two words with other bits neither is the other.
    fn mark(self) -> u64 {
        1 << (self.hash >> 58)
    }

    /// Equal, or one is the initial of the other.
    fn agrees(self, other: Self) -> bool {
        self == other || (self.len == 1 || other.len == 1) && self.first == other.first
    }
}

/// The words of a name, folded.
#[derive(Default)]
struct Words {
    given: Vec<Word>,
    family: Vec<Word>,
    suffix: String,
    /// The words written together.
    given_text: String,
    family_text: String,
}

impl Words {
    /// Takes the words of a name in place of those of the name before.
    fn take(&mut self, name: &PersonName) {
        self.given.clear();
        self.family.clear();
        self.suffix.clear();
        self.given_text.clear();
        self.family_text.clear();
        take(&name.given, &mut self.given, &mut self.given_text);
        take(&name.middle, &mut self.given, &mut self.given_text);
        take(&name.family, &mut self.family, &mut self.family_text);
        if !name.suffix.is_empty() {
            self.suffix = fold(&name.suffix).replace('.', "");
        }
    }

    fn all(&self) -> impl Iterator<Item = &Word> {
        self.family.iter().chain(&self.given)
    }

    /// A bit for each of them.
    fn marks(&self) -> u64 {
        self.all().fold(0, |marks, word| marks | word.mark())
    }
}

/// Takes the words of a part of a name, without their apostrophes.
fn take(part: &str, words: &mut Vec<Word>, text: &mut String) {
    if part.is_empty() {
        return;
    }
    words.reserve(2);
    text.reserve(part.len());
    if part.is_ascii() {
        let letters = part.bytes().map(|b| char::from(b.to_ascii_lowercase()));
        take_folded(letters, words, text);
    } else {
        take_folded(fold(part).chars(), words, text);
    }
}

/// The same of folded letters.
fn take_folded(letters: impl Iterator<Item = char>, words: &mut Vec<Word>, text: &mut String) {
    let mut from = text.len();
    for ch in letters.chain([' ']) {
        if ch.is_alphanumeric() {
            text.push(ch);
        } else if !matches!(ch, '\'' | '\u{2019}') && text.len() > from {
            let word = &text[from..];
            words.push(Word {
                hash: hash_of(word),
                len: word.len(),
                first: word.as_bytes()[0],
            });
            from = text.len();
        }
    }
}

fn fits(person: &Person, words: &Words, item: &Found) -> bool {
    if !words.suffix.is_empty() && !person.suffix.is_empty() && words.suffix != person.suffix {
        return false;
    }
    let is_family_alone = words.given.is_empty();
    match (person.title, item.spot.title) {
        (Some(Address::Man), Some(Address::Woman)) | (Some(Address::Woman), Some(Address::Man)) => {
            return false;
        }
        // `Mr. Roy` is not Dr. Roy, nor Dr. Roy the patient of that name.
        (Some(Address::Doctor), Some(Address::Man | Address::Woman)) if person.is_clinician() => {
            return false;
        }
        (title, Some(Address::Doctor))
            if title != Some(Address::Doctor)
                && is_family_alone
                && person.role.is_some_and(|role| role != Role::Clinician)
                && !person.is_heard =>
        {
            return false;
        }
        _ => {}
    }
    // A patient is not the clinician of another letter's half, unless the whole name says so.
    if item.role == Some(Role::Clinician)
        && is_family_alone
        && item.spot.title != person.title
        && person.role == Some(Role::Patient)
    {
        return false;
    }
    // `Bohdan, his father`: kin of the same family name are somebody else.
    let is_kin = matches!(item.spot.label, Some(Cue::Contact | Cue::Parent))
        || item.spot.cue == Some(Cue::KinOfSubject);
    // `her husband Simon`, who is named above: the given name alone is nobody else's.
    let is_called_so = !words.family.is_empty()
        && is_family_alone
        && words.family.iter().all(|word| person.given.contains(word));
    if is_kin
        && !is_called_so
        && (is_family_alone || words.family.is_empty())
        && !person.given.is_empty()
        && person.role.is_none_or(|role| role != Role::Relative)
        && !person.has(Cue::Contact)
        && !person.has(Cue::Parent)
        && !person.has(Cue::KinOfSubject)
    {
        return false;
    }
    if is_family_alone {
        // One name alone: the family name, or the name somebody is called by.
        let is_in = |known: &[Word]| words.family.iter().all(|word| known.contains(word));
        return !words.family.is_empty()
            && (person.family_words == words.family
                || is_in(&person.given) && item.spot.title.is_none()
                || is_in(&person.family_words)
                || person.family_words.len() == 1
                    && words.family.len() > 1
                    && words.family.last() == person.family_words.first()
                    && words.family[..words.family.len() - 1]
                        .iter()
                        .all(|word| person.given.contains(word)));
    }
    if words.family.is_empty() {
        return person.given == words.given
            || words
                .given
                .iter()
                .all(|word| person.given.contains(word) || person.family_words.contains(word));
    }
    if person.family_words.is_empty() {
        return !person.given.is_empty() && person.given.first() == words.given.first();
    }
    if person.given.is_empty() {
        return person.family_words == words.family
            || person
                .family_words
                .iter()
                .all(|word| words.family.contains(word));
    }
    let families = person.family_words == words.family
        || person
            .family_words
            .iter()
            .all(|word| words.family.contains(word))
        || words
            .family
            .iter()
            .all(|word| person.family_words.contains(word));
    if families && givens(&person.given, &words.given) {
        return true;
    }
    // The same words in another order: `Xiu Ying Wang` and `Wang Xiu Ying`.
    let marks = words.marks();
    if marks & !person.marks != 0 && person.marks & !marks != 0 {
        return false;
    }
    let known = || person.given.iter().chain(&person.family_words);
    let (n_known, n) = (known().count(), words.all().count());
    let (few, many) = (n.min(n_known), n.max(n_known));
    few >= 2
        && many - few <= 1
        && if n <= n_known {
            words.all().all(|word| known().any(|other| other == word))
        } else {
            known().all(|word| words.all().any(|other| other == word))
        }
}

/// Given names that do not contradict: equal, an initial, or one more than the other.
fn givens(a: &[Word], b: &[Word]) -> bool {
    match (a.first(), b.first()) {
        (Some(first), Some(other)) if first.agrees(*other) => a
            .iter()
            .zip(b)
            .skip(1)
            .all(|(one, other)| one.agrees(*other)),
        // Called by the second name.
        (Some(first), Some(other)) => {
            a.len() == 1 && b.len() > 1 && b[1..].contains(first)
                || b.len() == 1 && a.len() > 1 && a[1..].contains(other)
        }
        _ => true,
    }
}
