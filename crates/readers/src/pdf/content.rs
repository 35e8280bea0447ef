//! A page's drawing instructions in, pieces of text with their positions out.
//!
//! Follows the text operators, the graphics state that moves them, and forms
//! drawn within forms. Text drawn invisibly, as behind a scan that was made
//! searchable, is text like any other.
//!
//! Source: ISO 32000-1, 8.3 to 8.4, 8.10, 9.2 to 9.4.

use std::{collections::HashMap, rc::Rc};

use lopdf::{Dictionary, Document, Object, ObjectId, content::Content};

use super::{array, dict, font::Font, number, resolve};
use crate::layout::Piece;

/// Forms within forms.
const MAX_DEPTH: u8 = 10;
/// Instructions of one page; more are not followed.
const MAX_OPERATIONS: usize = 5_000_000;
/// Pieces of one page.
const MAX_PIECES: usize = 500_000;
/// Bytes of one form's instructions.
const MAX_FORM: usize = 64 << 20;

/// `[a b c d e f]`.
pub(super) type Matrix = [f32; 6];

pub(super) const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// First `inner`, then `outer`.
pub(super) fn times(inner: &Matrix, outer: &Matrix) -> Matrix {
    let [a, b, c, d, e, f] = *inner;
    let [oa, ob, oc, od, oe, of] = *outer;
    [
        a * oa + b * oc,
        a * ob + b * od,
        c * oa + d * oc,
        c * ob + d * od,
        e * oa + f * oc + oe,
        e * ob + f * od + of,
    ]
}

/// Fonts by object, kept from page to page.
#[derive(Default)]
pub(super) struct Fonts {
    known: HashMap<ObjectId, Rc<Font>>,
}

/// What a page shows.
#[derive(Default)]
pub(super) struct Page {
    pub(super) pieces: Vec<Piece>,
    /// Pictures drawn, each with its sides in dots and the square points that it covers.
    pub(super) pictures: Vec<Picture>,
    /// Lines and areas drawn: text turned to outlines has many.
    pub(super) n_paths: usize,
    /// Characters that are drawn invisibly, as behind a scan that was made searchable.
    pub(super) n_invisible: usize,
    /// Codes whose character is known, and codes whose is not.
    pub(super) n_read: usize,
    pub(super) n_unread: usize,
    /// Something was too much to follow.
    pub(super) is_cut: bool,
    n_operations: usize,
}

/// A picture that a page draws.
pub(super) struct Picture {
    pub(super) width: f32,
    pub(super) height: f32,
    /// Points that each side covers on the page.
    pub(super) sides: (f32, f32),
}

/// Pictures of one page that are kept.
const MAX_PICTURES: usize = 10_000;

#[derive(Clone)]
struct State {
    mode: i64,
    matrix: Matrix,
    font: Option<Rc<Font>>,
    size: f32,
    char_spacing: f32,
    word_spacing: f32,
    scale: f32,
    leading: f32,
    rise: f32,
}

/// Follows instructions.
pub(super) struct Walker<'d> {
    pub(super) doc: &'d Document,
    pub(super) fonts: &'d mut Fonts,
    pub(super) page: Page,
}

impl Walker<'_> {
    /// Follows the instructions of a page or form.
    pub(super) fn walk(
        &mut self,
        bytes: &[u8],
        resources: &[&Dictionary],
        matrix: Matrix,
        depth: u8,
    ) {
        let mut state = State {
            mode: 0,
            matrix,
            font: None,
            size: 1.0,
            char_spacing: 0.0,
            word_spacing: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        let mut saved: Vec<State> = Vec::new();
        let mut text = IDENTITY;
        let mut line = IDENTITY;
        for operation in Content::decode_iter(bytes) {
            let Ok(operation) = operation else {
                self.page.is_cut = true;
                return;
            };
            self.page.n_operations += 1;
            if self.page.n_operations > MAX_OPERATIONS || self.page.pieces.len() > MAX_PIECES {
                self.page.is_cut = true;
                return;
            }
            let operands = &operation.operands;
            let n = |at: usize| {
                operands
                    .get(at)
                    .and_then(|it| it.as_float().ok())
                    .unwrap_or(0.0)
            };
            let six = || [n(0), n(1), n(2), n(3), n(4), n(5)];
            match operation.operator.as_str() {
                "q" if saved.len() < 512 => saved.push(state.clone()),
                "Q" => {
                    if let Some(before) = saved.pop() {
                        state = before;
                    }
                }
                "cm" => state.matrix = times(&six(), &state.matrix),
                "BT" => {
                    text = IDENTITY;
                    line = IDENTITY;
                }
                "Tf" => {
                    state.size = n(1);
                    let name = operands.first().and_then(|it| it.as_name().ok());
                    state.font = name.map(|name| self.font(name, resources));
                }
                "Tc" => state.char_spacing = n(0),
                "Tw" => state.word_spacing = n(0),
                "Tz" => state.scale = n(0) / 100.0,
                "TL" => state.leading = n(0),
                "Ts" => state.rise = n(0),
                "Tr" => state.mode = n(0) as i64,
                "f" | "F" | "f*" | "B" | "B*" | "b" | "b*" | "S" | "s" => self.page.n_paths += 1,
                "Td" | "TD" => {
                    if operation.operator == "TD" {
                        state.leading = -n(1);
                    }
                    line = times(&[1.0, 0.0, 0.0, 1.0, n(0), n(1)], &line);
                    text = line;
                }
                "Tm" => {
                    line = six();
                    text = line;
                }
                "T*" => {
                    line = times(&[1.0, 0.0, 0.0, 1.0, 0.0, -state.leading], &line);
                    text = line;
                }
                "Tj" => {
                    if let Some(Object::String(bytes, _)) = operands.first() {
                        self.show(bytes, &state, &mut text);
                    }
                }
                "'" | "\"" => {
                    if operation.operator == "\"" {
                        state.word_spacing = n(0);
                        state.char_spacing = n(1);
                    }
                    line = times(&[1.0, 0.0, 0.0, 1.0, 0.0, -state.leading], &line);
                    text = line;
                    if let Some(Object::String(bytes, _)) = operands.last() {
                        self.show(bytes, &state, &mut text);
                    }
                }
                "TJ" => {
                    for item in operands
                        .first()
                        .and_then(|it| it.as_array().ok())
                        .into_iter()
                        .flatten()
                    {
                        match item {
                            Object::String(bytes, _) => self.show(bytes, &state, &mut text),
                            other => {
                                let back = other.as_float().unwrap_or(0.0);
                                let x = -back / 1000.0 * state.size * state.scale;
                                text = times(&[1.0, 0.0, 0.0, 1.0, x, 0.0], &text);
                            }
                        }
                    }
                }
                "BI" => self.put_picture(0.0, 0.0, &state.matrix),
                "Do" => {
                    if let Some(Ok(name)) = operands.first().map(Object::as_name) {
                        self.draw(name, resources, &state.matrix, depth);
                    }
                }
                _ => {}
            }
        }
    }

    fn font(&mut self, name: &[u8], resources: &[&Dictionary]) -> Rc<Font> {
        let found = resources
            .iter()
            .find_map(|resources| dict(self.doc, resources, b"Font")?.get(name).ok());
        let Some(object) = found else {
            return Rc::new(Font::unknown());
        };
        let id = object.as_reference().ok();
        if let Some(font) = id.and_then(|id| self.fonts.known.get(&id)) {
            return font.clone();
        }
        let font = Rc::new(match resolve(self.doc, object).as_dict() {
            Ok(font) => Font::new(self.doc, font),
            Err(_) => Font::unknown(),
        });
        if let Some(id) = id {
            self.fonts.known.insert(id, font.clone());
        }
        font
    }

    /// Draws a picture or a form by its name.
    fn draw(&mut self, name: &[u8], resources: &[&Dictionary], matrix: &Matrix, depth: u8) {
        let found = resources
            .iter()
            .find_map(|resources| dict(self.doc, resources, b"XObject")?.get(name).ok());
        let Some(object) = found else { return };
        self.draw_object(object, resources, matrix, depth);
    }

    pub(super) fn draw_object(
        &mut self,
        object: &Object,
        resources: &[&Dictionary],
        matrix: &Matrix,
        depth: u8,
    ) {
        let Ok(stream) = resolve(self.doc, object).as_stream() else {
            let id = object.as_reference().ok();
            if id.is_some_and(|id| !self.doc.objects.contains_key(&id)) {
                self.page.is_cut = true;
            }
            return;
        };
        match stream.dict.get(b"Subtype").and_then(Object::as_name) {
            Ok(b"Image") => {
                let side = |key: &[u8]| {
                    let side = stream.dict.get(key).ok();
                    side.and_then(|side| number(self.doc, side)).unwrap_or(0.0)
                };
                let (width, height) = (side(b"Width"), side(b"Height"));
                self.put_picture(width, height, matrix);
            }
            Ok(b"Form") if depth >= MAX_DEPTH => self.page.is_cut = true,
            Ok(b"Form") => {
                let own = matrix_of(self.doc, &stream.dict).unwrap_or(IDENTITY);
                let Ok(bytes) = stream.get_plain_content_with_limit(MAX_FORM) else {
                    self.page.is_cut = true;
                    return;
                };
                let mut all: Vec<&Dictionary> = Vec::new();
                all.extend(dict(self.doc, &stream.dict, b"Resources"));
                all.extend(resources.iter().take(4));
                self.walk(&bytes, &all, times(&own, matrix), depth + 1);
            }
            _ => {}
        }
    }

    fn put_picture(&mut self, width: f32, height: f32, matrix: &Matrix) {
        let [a, b, c, d, _, _] = *matrix;
        if self.page.pictures.len() < MAX_PICTURES {
            self.page.pictures.push(Picture {
                width,
                height,
                sides: (a.hypot(b), c.hypot(d)),
            });
        }
    }

    fn show(&mut self, bytes: &[u8], state: &State, text: &mut Matrix) {
        let Some(font) = state.font.clone() else {
            return;
        };
        let page = &mut self.page;
        font.read(bytes, |shown| {
            let whole = times(
                &[
                    state.size * state.scale,
                    0.0,
                    0.0,
                    state.size,
                    0.0,
                    state.rise,
                ],
                &times(text, &state.matrix),
            );
            let width = shown.width / 1000.0;
            let spacing = state.char_spacing
                + if shown.is_space {
                    state.word_spacing
                } else {
                    0.0
                };
            if shown.text.is_some() || shown.ch.is_some() {
                page.n_read += 1;
                page.n_invisible += usize::from(state.mode == 3);
                let mut one = [0; 4];
                let said = shown
                    .text
                    .unwrap_or_else(|| shown.ch.map_or("", |ch| ch.encode_utf8(&mut one)));
                put(page, said, &whole, width);
            } else {
                page.n_unread += 1;
            }
            let x = (width * state.size + spacing) * state.scale;
            *text = times(&[1.0, 0.0, 0.0, 1.0, x, 0.0], text);
        });
    }
}

/// Adds characters to the piece that they continue, or begins another.
fn put(page: &mut Page, said: &str, whole: &Matrix, width: f32) {
    let [a, b, c, d, e, f] = *whole;
    // How the text runs: across, up, back, down.
    let (turns, along, size, x, y) = if a.abs() >= b.abs() {
        if a >= 0.0 {
            (0, a.hypot(b), c.hypot(d), e, f)
        } else {
            (2, a.hypot(b), c.hypot(d), -e, -f)
        }
    } else if b >= 0.0 {
        (1, a.hypot(b), c.hypot(d), f, -e)
    } else {
        (3, a.hypot(b), c.hypot(d), -f, e)
    };
    if !(x.is_finite() && y.is_finite() && size.is_finite()) {
        return;
    }
    let end = x + width * along;
    if said.chars().all(char::is_whitespace) {
        // A blank that is drawn is a blank; a row of them is a gap.
        if let Some(last) = page.pieces.last_mut()
            && last.turns == turns
            && (x - last.end).abs() < 0.1 * size
            && (y - last.y).abs() < 0.1 * size
            && !last.text.ends_with(' ')
        {
            last.text.push(' ');
            last.end = end;
        }
        return;
    }
    if let Some(last) = page.pieces.last_mut()
        && last.turns == turns
        && (last.size - size).abs() < 0.1 * size
        && (y - last.y).abs() < 0.05 * size
        && x - last.end > -0.2 * size
        && x - last.end < 0.12 * size
    {
        push(&mut last.text, said);
        last.end = end;
        return;
    }
    let mut text = String::new();
    push(&mut text, said);
    page.pieces.push(Piece {
        x,
        end,
        y,
        size,
        text,
        turns,
        mark: 0,
    });
}

/// Ligatures as letters, no-break blanks as blanks, soft hyphens as hyphens.
fn push(text: &mut String, said: &str) {
    for ch in said.chars() {
        match ch {
            '\u{fb00}' => text.push_str("ff"),
            '\u{fb01}' => text.push_str("fi"),
            '\u{fb02}' => text.push_str("fl"),
            '\u{fb03}' => text.push_str("ffi"),
            '\u{fb04}' => text.push_str("ffl"),
            '\u{a0}' => text.push(' '),
            '\u{ad}' => text.push('-'),
            ch if ch.is_control() => {}
            ch => text.push(ch),
        }
    }
}

/// The `Matrix` of a form.
pub(super) fn matrix_of(doc: &Document, form: &Dictionary) -> Option<Matrix> {
    let items = array(doc, form, b"Matrix")?;
    let mut matrix = IDENTITY;
    for (place, item) in matrix.iter_mut().zip(items) {
        *place = number(doc, item)?;
    }
    Some(matrix)
}
