//! Numbers in, a small picture out: SVG written by hand, with its numbers as text, so that nothing is said by colour alone.

use std::fmt::Write;

/// Text that may stand in a page.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Bars with their names and numbers, the longest first as they come.
pub fn bars(title: &str, rows: &[(String, u64)]) -> String {
    let most = rows.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1);
    let height = 24 + rows.len() * 20;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 {height}\" role=\"img\" aria-label=\"{0}\" font-family=\"sans-serif\" font-size=\"12\"><title>{0}</title><text x=\"0\" y=\"14\" font-weight=\"bold\">{0}</text>",
        escape(title)
    );
    for (index, (name, n)) in rows.iter().enumerate() {
        let y = 24 + index * 20;
        let width = (*n as f64 / most as f64 * 380.0).max(1.0);
        let _ = write!(
            svg,
            "<text x=\"170\" y=\"{}\" text-anchor=\"end\">{}</text><rect x=\"176\" y=\"{y}\" width=\"{width:.0}\" height=\"15\" fill=\"#2b5c8a\"/><text x=\"{:.0}\" y=\"{}\">{n}</text>",
            y + 12,
            escape(name),
            180.0 + width,
            y + 12,
        );
    }
    svg.push_str("</svg>");
    svg
}

/// Where one number of days lies among those of a cohort: the tenth, the middle, the ninetieth, and ours.
pub fn place(title: &str, sorted: &[i32], ours: Option<i32>) -> String {
    let at = |percent| crate::value_at(sorted, percent).unwrap_or(0);
    let (p10, p50, p90) = (at(10), at(50), at(90));
    let most = f64::from(p90.max(ours.unwrap_or(0)).max(1)) * 1.1;
    let x = |days: i32| (f64::from(days.max(0)) / most * 460.0).min(460.0) + 10.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 64\" role=\"img\" aria-label=\"{0}\" font-family=\"sans-serif\" font-size=\"12\"><title>{0}</title><text x=\"10\" y=\"14\" font-weight=\"bold\">{0}</text><line x1=\"10\" y1=\"36\" x2=\"470\" y2=\"36\" stroke=\"#888\"/><rect x=\"{1:.0}\" y=\"29\" width=\"{2:.0}\" height=\"14\" fill=\"#b9cde0\"/><line x1=\"{3:.0}\" y1=\"26\" x2=\"{3:.0}\" y2=\"46\" stroke=\"#222\"/>",
        escape(title),
        x(p10),
        (x(p90) - x(p10)).max(1.0),
        x(p50),
    );
    if let Some(ours) = ours {
        let _ = write!(
            svg,
            "<path d=\"M {0:.0} 24 l 5 -8 h -10 z\" fill=\"#a33\"/>",
            x(ours)
        );
    }
    let mut words = format!(
        "n = {}; 10 %: {p10}, median: {p50}, 90 %: {p90} days",
        sorted.len()
    );
    if let Some(ours) = ours {
        let share = crate::percentile_of(sorted, ours).unwrap_or(0.0);
        let _ = write!(
            words,
            "; this one: {ours} days, {share:.0} % took no longer"
        );
    }
    let _ = write!(svg, "<text x=\"10\" y=\"60\">{words}</text></svg>");
    svg
}

#[test]
fn a_picture_says_its_numbers_in_words_and_holds_no_markup_of_others() {
    let svg = bars("a < b", &[("x\"y".into(), 3), ("z".into(), 0)]);
    assert!(svg.contains("a &lt; b") && svg.contains("x&quot;y") && svg.contains(">3<"));
    assert!(place("days", &[1, 2, 3], Some(2)).contains("median: 2"));
    assert!(place("days", &[], None).contains("n = 0"));
}
