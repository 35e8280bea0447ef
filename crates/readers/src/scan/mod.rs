//! A page's picture in, the text that stands in it out, each word with its place and how sure it is.
//!
//! A picture is set upright, straightened, enlarged and inverted where that
//! makes its words surer; the surest of a few looks is kept. Lines are laid out
//! like a PDF's, so that a label stays by its value. A picture whose text could
//! not be made out, or with doubt only, is a gap; one in which there is no text
//! is none, and whoever asked says so. Letters are made out by Tesseract.

mod gray;
mod identity;
mod tesseract;

use whose_model::{Area, Cause, Field, Locator, Origin, PassageKind, Record, RecordKind, ScanWord};

pub(crate) use self::gray::Gray;
use self::{
    gray::{View, runs_downwards, skew},
    tesseract::{Manner, Word, orientation},
};
use crate::{
    exhibit::Reading,
    layout::{self, Piece},
    programs::{Program, Refusal},
    text,
};

/// A mean confidence from which a look is good enough to look no further.
const SURE: f32 = 82.0;
/// A mean confidence below which the text counts as not made out.
const DOUBTFUL: f32 = 55.0;
/// A word that is as sure as this, and long enough, was made out.
const MADE_OUT: f32 = 60.0;
/// Words less sure than this are noise.
const NOISE: f32 = 20.0;
/// How sure Tesseract must be of the way up for the other ways not to be tried.
const SURELY_SO: f32 = 2.0;
/// Letters from which a look says how good it is.
const FEW: usize = 12;
/// Letters that the grain of a photograph may be taken for.
const GRAIN: usize = 40;
/// Dots of the shorter side from which a picture may be of a page.
const SMALL: f32 = 64.0;

/// What became of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Text was handed over.
    Text,
    /// There is no text in it.
    NoText,
    /// It was not looked at, or its text was not made out; the gap is noted.
    Gap,
}

/// How hard to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effort {
    /// Whichever way it is held: there should be text.
    Full,
    /// One look tells whether there is text at all: a figure in a page of text.
    Brief,
}

/// Where a picture stands.
pub(crate) struct Place {
    pub(crate) page: u32,
    /// Bytes of text that the page has before this picture's.
    pub(crate) base: usize,
    /// `[a b c d e f]`: from the picture's dots to thousandths of the page.
    pub(crate) to_page: [f32; 6],
}

/// Looks at the pictures of one exhibit.
#[derive(Default)]
pub(crate) struct Scanner {
    /// Why no picture can be looked at; said once for the exhibit, not once a page.
    refusal: Option<Refusal>,
}

impl Scanner {
    /// Hands over the text of a page's picture, or notes why there is none.
    pub(crate) fn page(&mut self, image: Gray, page: u32, reading: &mut Reading<'_>) -> Seen {
        let (x, y) = (1000.0 / image.width as f32, 1000.0 / image.height as f32);
        let place = Place {
            page,
            base: 0,
            to_page: [x, 0.0, 0.0, y, 0.0, 0.0],
        };
        self.picture(image, &place, Effort::Full, reading).0
    }

    /// The same for a picture on a page; also says how many bytes of text were handed over.
    pub(crate) fn picture(
        &mut self,
        image: Gray,
        place: &Place,
        effort: Effort,
        reading: &mut Reading<'_>,
    ) -> (Seen, usize) {
        if self.refusal.is_some() {
            return (Seen::Gap, 0);
        }
        let (width, height) = (image.width as f32, image.height as f32);
        let found = match look(image, effort, reading) {
            Ok(found) => found,
            Err(refusal) => {
                let (cause, detail) = refusal;
                reading.gap(cause, detail);
                self.refusal = Some(refusal);
                return (Seen::Gap, 0);
            }
        };
        let at = Locator::Page {
            page: place.page,
            start: 0,
            end: 0,
            area: None,
        };
        if found.is_grain() {
            // A page of nothing but grain may have been a page of text.
            if effort == Effort::Full && found.is_all_grain && width.min(height) >= SMALL {
                let detail = "nothing could be made out in a picture; look at it by eye";
                reading.gap_at(at, Cause::UnreadableScan, detail);
                return (Seen::Gap, 0);
            }
            return (Seen::NoText, 0);
        }
        let n = put(&found, place, reading);
        let (long, short) = (width.max(height), width.min(height));
        let words: Vec<&str> = found.words.iter().map(|word| word.text.as_str()).collect();
        if let Some(kind) = identity::kind(&words, long / short.max(1.0)) {
            put_card(kind, place, reading);
        }
        if !found.is_doubtful() {
            return (Seen::Text, n);
        }
        let detail = "text in a picture was made out with doubt, or not at all";
        reading.gap_at(at, Cause::UnreadableScan, detail);
        (Seen::Gap, n)
    }
}

/// What one look at a picture gave.
struct Look {
    view: View,
    words: Vec<Word>,
    n_letters: usize,
    /// Letters in words that were made out.
    n_sure: usize,
    /// Mean over letters, from 0 to 100.
    confidence: f32,
    /// Nothing in the picture is as calm as paper: a fax of noise, or a close photograph.
    is_all_grain: bool,
}

impl Look {
    fn new(view: View, manner: Manner, reading: &Reading<'_>) -> Result<Self, Refusal> {
        let mut words = tesseract::words(&view.image, manner, reading)?;
        words.retain(|word| word.confidence >= NOISE);
        let letters = |word: &Word| word.text.chars().filter(|ch| ch.is_alphanumeric()).count();
        let n_letters = words.iter().map(letters).sum();
        // Signs of other scripts, and specks, are taken for short words.
        let is_sure = |word: &&Word| {
            word.confidence >= MADE_OUT
                && (letters(word) >= 3 || word.text.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let n_sure = words.iter().filter(is_sure).map(letters).sum();
        let sum: f32 = words
            .iter()
            .map(|word| letters(word) as f32 * word.confidence)
            .sum();
        Ok(Self {
            view,
            words,
            n_letters,
            n_sure,
            confidence: sum / (n_letters as f32).max(1.0),
            is_all_grain: false,
        })
    }

    /// How much was made out, surely.
    fn worth(&self) -> f32 {
        self.n_letters as f32 * (self.confidence - 30.0).max(0.0)
    }

    fn is_good(&self) -> bool {
        self.confidence >= SURE
            && self.n_sure >= FEW
            && self.n_sure * 10 >= self.n_letters * 6
            && !self.is_sideways()
    }

    /// Whether the words run up or down the picture: they are made out so, but their lines are not.
    fn is_sideways(&self) -> bool {
        let long = self
            .words
            .iter()
            .filter(|word| word.text.chars().count() >= 4);
        let (mut n_tall, mut n) = (0, 0);
        for word in long {
            n += 1;
            n_tall += usize::from(word.edges[3] - word.edges[1] > word.edges[2] - word.edges[0]);
        }
        n_tall * 2 > n
    }

    /// Too little for there to be text at all.
    fn is_grain(&self) -> bool {
        self.n_sure < 3 && self.n_letters < GRAIN
            || self.n_sure < FEW && self.confidence < DOUBTFUL && self.n_letters < GRAIN
    }

    /// Whether much of what stands there was not made out.
    fn is_doubtful(&self) -> bool {
        self.confidence < DOUBTFUL || self.n_sure * 2 < self.n_letters
    }

    fn or(self, other: Self) -> Self {
        // Words in their lines are worth more than the same words across them.
        let handicap = if self.is_sideways() && !other.is_sideways() {
            0.6
        } else {
            1.05
        };
        if other.worth() > self.worth() * handicap {
            other
        } else {
            self
        }
    }

    /// The middle of the words' heights, in pixels of the view.
    fn height(&self) -> f32 {
        let mut heights: Vec<f32> = self
            .words
            .iter()
            .map(|word| word.edges[3] - word.edges[1])
            .collect();
        heights.sort_by(f32::total_cmp);
        heights.get(heights.len() / 2).copied().unwrap_or(0.0)
    }
}

/// The surest of a few looks at a picture.
fn look(image: Gray, effort: Effort, reading: &Reading<'_>) -> Result<Look, Refusal> {
    let is_blank = image.is_blank() || image.width < 16 || image.height < 8;
    let mut view = View::new(image);
    if is_blank {
        return Ok(Look {
            view,
            words: Vec::new(),
            n_letters: 0,
            n_sure: 0,
            confidence: 0.0,
            is_all_grain: false,
        });
    }
    // Nothing is to be got ready for a look that there will not be.
    reading.lends(Program::Tesseract)?;
    if view.image.darkness() > 0.6 {
        view = view.inverted();
    }
    // Where nothing is calm there is no paper: one look decides.
    let is_all_grain = !view.image.has_paper();
    let effort = if is_all_grain { Effort::Brief } else { effort };
    view = made_large(view);
    let angle = skew(&view.image);
    if angle.abs() >= 0.7 {
        view = view.straightened(angle);
    }
    let mut best = Look::new(view.clone(), Manner::Page, reading)?;
    best.is_all_grain = is_all_grain;
    if effort == Effort::Brief && best.is_grain() {
        return Ok(best);
    }
    if !best.is_good() {
        best = turned(best, &view, reading)?;
    }
    // Words scattered over a picture are still seen by the first look, some of them.
    if !best.is_good() && best.n_letters > 0 {
        let sparse = Look::new(best.view.clone(), Manner::Sparse, reading)?;
        best = best.or(sparse);
    }
    // Letters this low lose their strokes.
    let height = best.height();
    if best.n_letters > 0 && best.confidence < 90.0 && height > 0.0 && height < 18.0 {
        let larger = best.view.enlarged((30.0 / height).clamp(1.5, 4.0));
        let again = Look::new(larger, Manner::Page, reading)?;
        best = best.or(again);
    }
    Ok(best)
}

/// Small pictures are enlarged before the first look: screens have 96 dots an inch, letters want 300.
fn made_large(view: View) -> View {
    let side = view.image.width.max(view.image.height);
    if side < 1000 {
        view.enlarged(3.0)
    } else if side < 1800 {
        view.enlarged(2.0)
    } else {
        view
    }
}

/// The best of the four ways to hold a picture.
fn turned(upright: Look, view: &View, reading: &Reading<'_>) -> Result<Look, Refusal> {
    let mut best = upright;
    let said = orientation(&view.image, reading);
    let ways = match said {
        Some((0, sure)) if sure >= SURELY_SO => vec![],
        Some((turns, sure)) if sure >= SURELY_SO => vec![turns],
        // Too few words to tell: the way their lines run leaves two ways, or one.
        _ => match runs_downwards(&view.image) {
            Some(true) => vec![1, 3],
            Some(false) => vec![2],
            None => vec![1, 3, 2],
        },
    };
    for turns in ways {
        let look = Look::new(view.turned(turns), Manner::Page, reading)?;
        best = best.or(look);
        if best.is_good() {
            break;
        }
    }
    Ok(best)
}

/// Hands over the words, laid out as lines.
fn put(found: &Look, place: &Place, reading: &mut Reading<'_>) -> usize {
    let runs = runs(&found.words);
    let pieces = runs
        .iter()
        .zip(0_u32..)
        .map(|(run, mark)| run.piece(&found.words, mark))
        .collect();
    let (all, begins) = layout::text_with_places(pieces);
    let mut words = Vec::new();
    for (mark, at) in begins {
        let Some(run) = runs.get(mark as usize) else {
            continue;
        };
        let mut at = at;
        for word in &found.words[run.words.clone()] {
            words.push(ScanWord {
                start: at as u32,
                end: (at + word.text.len()) as u32,
                area: area(word, &found.view, &place.to_page),
                confidence: word.confidence as u8,
            });
            at += word.text.len() + 1;
        }
    }
    let max = reading.limits().max_passage_bytes.max(16);
    for piece in text::pieces(&all, max) {
        let within = |word: &&ScanWord| {
            (word.start as usize) < piece.end && (word.end as usize) > piece.start
        };
        let start = u32::try_from(piece.start).unwrap_or(u32::MAX);
        let base = u32::try_from(place.base.saturating_add(piece.start)).unwrap_or(u32::MAX);
        let origin = Origin::Scan {
            page: place.page,
            base,
            words: words
                .iter()
                .filter(within)
                .map(|word| ScanWord {
                    start: word.start.saturating_sub(start),
                    end: word.end.saturating_sub(start),
                    ..*word
                })
                .collect(),
        };
        reading.passage(all[piece].to_owned(), origin, PassageKind::Scan);
    }
    all.len()
}

/// Says that a picture shows a card that was issued to somebody.
fn put_card(kind: &str, place: &Place, reading: &mut Reading<'_>) {
    reading.record(Record {
        kind: RecordKind::Form,
        name: "identity document".to_owned(),
        fields: vec![Field {
            name: "document shown".to_owned(),
            value: kind.to_owned(),
            place: Locator::Page {
                page: place.page,
                start: 0,
                end: 0,
                area: None,
            },
        }],
        subject: None,
    });
}

/// Words of a line that stand close together.
struct Run {
    words: std::ops::Range<usize>,
    /// Where the line stands, downwards, and how high its letters are.
    base: f32,
    size: f32,
}

impl Run {
    fn piece(&self, words: &[Word], mark: u32) -> Piece {
        let words = &words[self.words.clone()];
        let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        let edge = |word: Option<&Word>, at: usize| word.map_or(0.0, |word| word.edges[at]);
        Piece {
            x: edge(words.first(), 0),
            end: edge(words.last(), 2),
            y: -self.base,
            size: self.size,
            text: texts.join(" "),
            turns: 0,
            mark,
        }
    }
}

fn runs(words: &[Word]) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut at = 0;
    for line in words.chunk_by(|a, b| a.line == b.line) {
        let mut heights: Vec<f32> = line
            .iter()
            .map(|word| word.edges[3] - word.edges[1])
            .collect();
        heights.sort_by(f32::total_cmp);
        let size = heights.get(heights.len() * 3 / 4).copied().unwrap_or(1.0) * 1.15;
        // Words with a tail reach below the line, so the middle of the feet tells where it is.
        let mut feet: Vec<f32> = line.iter().map(|word| word.edges[3]).collect();
        feet.sort_by(f32::total_cmp);
        let base = feet.get(feet.len() / 3).copied().unwrap_or(0.0);
        let mut start = at;
        for pair in line.windows(2) {
            at += 1;
            if pair[1].edges[0] - pair[0].edges[2] > 1.2 * size
                || pair[1].edges[0] < pair[0].edges[0]
            {
                runs.push(Run {
                    words: start..at,
                    base,
                    size,
                });
                start = at;
            }
        }
        at += 1;
        runs.push(Run {
            words: start..at,
            base,
            size,
        });
    }
    runs
}

/// Where a word stands on the page, in thousandths.
fn area(word: &Word, view: &View, to_page: &[f32; 6]) -> Area {
    let [left, top, right, bottom] = word.edges;
    let [a, b, c, d, e, f] = *to_page;
    let corners = [(left, top), (right, top), (left, bottom), (right, bottom)].map(|(x, y)| {
        let (x, y) = view.lead_back(x, y);
        (a * x + c * y + e, b * x + d * y + f)
    });
    let least = |values: [f32; 4]| {
        values
            .into_iter()
            .fold(f32::MAX, f32::min)
            .clamp(0.0, 1000.0)
    };
    let most = |values: [f32; 4]| {
        values
            .into_iter()
            .fold(f32::MIN, f32::max)
            .clamp(0.0, 1000.0)
    };
    let (xs, ys) = (corners.map(|at| at.0), corners.map(|at| at.1));
    let (x, y) = (least(xs), least(ys));
    Area {
        x: x as u16,
        y: y as u16,
        width: (most(xs) - x).ceil() as u16,
        height: (most(ys) - y).ceil() as u16,
    }
}
