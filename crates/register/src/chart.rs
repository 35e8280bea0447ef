//! Numbers in, a small picture out: SVG written by hand, with its numbers as text, so that nothing is said by colour alone.

use std::fmt::Write;

use crate::Compared;

/// Text that may stand in a page.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Where one number of days lies among those of a cohort: the tenth, the middle, the ninetieth, and ours.
pub fn place(row: &Compared) -> String {
    let (p10, p50, p90) = (
        row.p10.unwrap_or(0),
        row.p50.unwrap_or(0),
        row.p90.unwrap_or(0),
    );
    let most = f64::from(p90.max(row.days.unwrap_or(0)).max(1)) * 1.1;
    let x = |days: i32| (f64::from(days.max(0)) / most * 460.0).min(460.0) + 10.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 64\" role=\"img\" aria-label=\"{0}\" font-family=\"sans-serif\" font-size=\"12\"><title>{0}</title><text x=\"10\" y=\"14\" font-weight=\"bold\">{0}</text><line x1=\"10\" y1=\"36\" x2=\"470\" y2=\"36\" stroke=\"#888\"/>",
        escape(row.interval),
    );
    if row.n > 0 {
        let _ = write!(
            svg,
            "<rect x=\"{0:.0}\" y=\"29\" width=\"{1:.0}\" height=\"14\" fill=\"#b9cde0\"/><line x1=\"{2:.0}\" y1=\"26\" x2=\"{2:.0}\" y2=\"46\" stroke=\"#222\"/>",
            x(p10),
            (x(p90) - x(p10)).max(1.0),
            x(p50),
        );
    }
    let mut words = match row.n {
        0 => "nobody to compare with".to_owned(),
        n => format!("n = {n}; 10 %: {p10}, median: {p50}, 90 %: {p90} days"),
    };
    if let Some(ours) = row.days {
        let _ = write!(
            svg,
            "<path d=\"M {0:.0} 24 l 5 -8 h -10 z\" fill=\"#a33\"/>",
            x(ours)
        );
        let _ = write!(words, "; this one: {ours} days");
    }
    if let Some(share) = row.share {
        let _ = write!(words, ", {share:.0} % took no longer");
    }
    let _ = write!(svg, "<text x=\"10\" y=\"60\">{words}</text></svg>");
    svg
}

#[test]
fn a_picture_says_its_numbers_in_words_and_holds_no_markup_of_others() {
    assert_eq!(escape("a < \"b\""), "a &lt; &quot;b&quot;");
    let row = Compared {
        interval: "access to people",
        days: Some(2),
        n: 3,
        p10: Some(1),
        p50: Some(2),
        p90: Some(3),
        share: Some(67.0),
    };
    assert!(place(&row).contains("median: 2 ") || place(&row).contains("median: 2,"));
    assert!(place(&row).contains("67 % took no longer"));
    let alone = Compared {
        n: 0,
        share: None,
        ..row
    };
    assert!(place(&alone).contains("nobody to compare with"));
}
