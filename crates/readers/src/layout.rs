//! Pieces of text with their positions in, the page's text out, line by line as a person reads it.
//!
//! What stands on one height is one line; a wide gap in it becomes a tab, so that
//! a label stays by its value and a table's row stays one line. Two columns of
//! running text are read one after the other. Text that runs up or down the page
//! follows what runs across.

/// A piece of text on one baseline; lengths in points, `y` upwards.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) x: f32,
    pub(crate) end: f32,
    pub(crate) y: f32,
    pub(crate) size: f32,
    pub(crate) text: String,
    /// Quarter turns that the text is rotated by.
    pub(crate) turns: u8,
    /// What the giver knows it by.
    pub(crate) mark: u32,
}

/// A gap this wide, in parts of the size of the text, is a blank.
const BLANK: f32 = 0.17;
/// A gap this wide sets columns apart.
const COLUMN: f32 = 1.3;

/// A text being written, and where in it each piece begins.
#[derive(Default)]
struct Out {
    text: String,
    begins: Vec<(u32, usize)>,
}

/// The text of a page.
pub(crate) fn text(pieces: Vec<Piece>) -> String {
    text_with_places(pieces).0
}

/// The text of a page, and where in it each piece begins, by its mark, in the order of the text.
pub(crate) fn text_with_places(pieces: Vec<Piece>) -> (String, Vec<(u32, usize)>) {
    let mut turned: [Vec<Piece>; 4] = Default::default();
    for mut piece in pieces {
        if let Some(group) = turned.get_mut(usize::from(piece.turns % 4)) {
            piece.size = piece.size.max(0.5);
            group.push(piece);
        }
    }
    let mut order = [0, 1, 2, 3];
    order.sort_by_key(|&turns| std::cmp::Reverse(turned[turns].len()));
    let mut out = Out::default();
    for turns in order {
        let pieces = std::mem::take(&mut turned[turns]);
        if !pieces.is_empty() {
            upright(pieces, &mut out);
        }
    }
    (out.text, out.begins)
}

fn upright(pieces: Vec<Piece>, out: &mut Out) {
    let lines = lines(pieces);
    match gutter(&lines) {
        Some(gutter) => columns(lines, gutter, out),
        None => write(lines.iter(), out),
    }
}

/// Pieces by line, lines from the top, pieces from the left.
fn lines(mut pieces: Vec<Piece>) -> Vec<Vec<Piece>> {
    pieces.sort_by(|a, b| b.y.total_cmp(&a.y).then(a.x.total_cmp(&b.x)));
    let mut lines: Vec<Vec<Piece>> = Vec::new();
    let mut height = 0.0;
    let mut size: f32 = 0.0;
    for piece in pieces {
        // Higher and lower signs belong to the line that they touch.
        let is_same = (height - piece.y).abs() <= 0.42 * piece.size.min(size).max(1.0)
            || ((height - piece.y).abs() <= 0.5 * piece.size.max(size) && piece.size < 0.75 * size);
        match lines.last_mut() {
            Some(line) if is_same => line.push(piece),
            _ => {
                height = piece.y;
                size = piece.size;
                lines.push(vec![piece]);
            }
        }
    }
    for line in &mut lines {
        line.sort_by(|a, b| a.x.total_cmp(&b.x));
        // Bold is sometimes drawn by printing twice, a little apart.
        line.dedup_by(|b, a| {
            a.text == b.text
                && (a.x - b.x).abs() < 0.35 * a.size
                && (a.y - b.y).abs() < 0.35 * a.size
        });
    }
    lines
}

/// The middle of the gap between two columns of running text, when the page has them.
fn gutter(lines: &[Vec<Piece>]) -> Option<f32> {
    let mut gaps: Vec<(f32, f32)> = Vec::new();
    for line in lines {
        let mut found = None;
        let mut n_gaps = 0;
        let (mut n_left, mut n_right) = (0, 0);
        let mut before: Option<&Piece> = None;
        for piece in line {
            if let Some(before) = before
                && piece.x - before.end > 0.7 * piece.size
            {
                n_gaps += 1;
                found = Some((before.end, piece.x));
            }
            let n = piece.text.chars().count();
            if found.is_none() {
                n_left += n;
            } else {
                n_right += n;
            }
            before = Some(piece);
        }
        if n_gaps == 1 && n_left >= 22 && n_right >= 22 {
            gaps.extend(found);
        }
    }
    if gaps.len() < 8 || gaps.len() * 5 < lines.len() * 2 {
        return None;
    }
    let mut middles: Vec<f32> = gaps.iter().map(|gap| (gap.0 + gap.1) / 2.0).collect();
    middles.sort_by(f32::total_cmp);
    let middle = middles.get(middles.len() / 2).copied()?;
    let n_agree = gaps
        .iter()
        .filter(|gap| gap.0 < middle && middle < gap.1)
        .count();
    (n_agree * 10 >= gaps.len() * 8).then_some(middle)
}

/// Writes two columns one after the other, between the lines that cross both.
fn columns(lines: Vec<Vec<Piece>>, gutter: f32, out: &mut Out) {
    let mut left: Vec<Vec<Piece>> = Vec::new();
    let mut right: Vec<Vec<Piece>> = Vec::new();
    let flush = |left: &mut Vec<Vec<Piece>>, right: &mut Vec<Vec<Piece>>, out: &mut Out| {
        write(left.iter(), out);
        write(right.iter(), out);
        left.clear();
        right.clear();
    };
    for line in lines {
        if line
            .iter()
            .any(|piece| piece.x < gutter && piece.end > gutter)
        {
            flush(&mut left, &mut right, out);
            write(std::iter::once(&line), out);
            continue;
        }
        let (west, east): (Vec<Piece>, Vec<Piece>) =
            line.into_iter().partition(|piece| piece.x < gutter);
        if !west.is_empty() {
            left.push(west);
        }
        if !east.is_empty() {
            right.push(east);
        }
    }
    flush(&mut left, &mut right, out);
}

fn write<'p>(lines: impl Iterator<Item = &'p Vec<Piece>>, out: &mut Out) {
    let Out { text: out, begins } = out;
    let mut above: Option<(f32, f32)> = None;
    for line in lines {
        let Some(first) = line.first() else { continue };
        if let Some((y, size)) = above
            && y - first.y > 1.9 * size.max(first.size)
        {
            out.push('\n');
        }
        let size = line.iter().map(|piece| piece.size).fold(0.0, f32::max);
        above = Some((first.y, size));
        let mut end: Option<f32> = None;
        for piece in line {
            if let Some(end) = end {
                let gap = piece.x - end;
                let size = piece.size;
                if gap > COLUMN * size {
                    let kept = out.trim_end_matches(' ').len();
                    out.truncate(kept);
                    out.push('\t');
                } else if gap > BLANK * size && !out.ends_with([' ', '\t', '\n']) {
                    out.push(' ');
                }
            }
            let text = if out.ends_with([' ', '\t', '\n']) || out.is_empty() {
                piece.text.trim_start_matches(' ')
            } else {
                &piece.text
            };
            begins.push((piece.mark, out.len()));
            out.push_str(text);
            end = Some(piece.end.max(end.unwrap_or(piece.end)));
        }
        let kept = out.trim_end_matches([' ', '\t']).len();
        out.truncate(kept);
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(x: f32, y: f32, text: &str) -> Piece {
        Piece {
            x,
            end: x + text.len() as f32 * 5.0,
            y,
            size: 10.0,
            text: text.into(),
            turns: 0,
            mark: 0,
        }
    }

    #[test]
    fn labels_stay_by_their_values_and_rows_on_one_line() {
        let pieces = vec![
            piece(300.0, 700.0, "1950-01-02"),
            piece(50.0, 700.0, "Name:"),
            piece(80.0, 700.3, "Roy"),
            piece(50.0, 650.0, "end"),
        ];
        assert_eq!(text(pieces), "Name: Roy\t1950-01-02\n\nend\n");
    }

    #[test]
    fn two_columns_of_running_text_are_read_one_after_the_other() {
        let mut pieces = Vec::new();
        for n in 0..10_u8 {
            let y = 700.0 - f32::from(n) * 12.0;
            pieces.push(piece(
                50.0,
                y,
                &format!("left {n} of some running text of a page"),
            ));
            pieces.push(piece(
                300.0,
                y,
                &format!("right {n} of some running text of a page"),
            ));
        }
        let text = text(pieces);
        assert!(text.find("left 9").unwrap() < text.find("right 0").unwrap());
    }

    #[test]
    fn bold_by_printing_twice_is_read_once() {
        assert_eq!(
            text(vec![piece(50.0, 700.0, "Roy"), piece(50.4, 700.0, "Roy")]),
            "Roy\n"
        );
    }
}
