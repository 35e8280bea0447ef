//! A `Paper` as HTML and as Markdown. Every text is escaped; there is no way to put markup through.

use crate::paper::{Block, Paper, tag};
use crate::wording::Direction;

/// A whole page, without scripts, styles or pictures.
pub(crate) fn html(paper: &Paper, direction: Direction) -> String {
    let direction = match direction {
        Direction::Ltr => "ltr",
        Direction::Rtl => "rtl",
    };
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{}\" dir=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n</head>\n<body>\n<main>\n",
        tag(paper.language),
        direction,
        escape(&paper.title),
    );
    if let Some(draft) = &paper.draft {
        out.push_str(&format!("<p><strong>{}</strong></p>\n", escape(draft)));
    }
    out.push_str(&format!("<h1>{}</h1>\n", escape(&paper.subject)));
    for lines in [&paper.sender, &paper.dateline] {
        out.push_str(&format!("<p>{}</p>\n", broken(lines)));
    }
    for block in &paper.blocks {
        push_block(&mut out, block);
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn push_block(out: &mut String, block: &Block) {
    match block {
        Block::Heading { level, text } => {
            let level = level + 1;
            out.push_str(&format!("<h{level}>{}</h{level}>\n", escape(text)));
        }
        Block::Par { text } => out.push_str(&format!("<p>{}</p>\n", escape(text))),
        Block::Foreign { text, language } => {
            let (lang, text) = (tag(*language), escape(text));
            out.push_str(&format!("<p lang=\"{lang}\">{text}</p>\n"));
        }
        Block::Todo { text } => {
            out.push_str(&format!("<p><strong>[{}]</strong></p>\n", escape(text)));
        }
        Block::Lines { lines } => out.push_str(&format!("<p>{}</p>\n", broken(lines))),
        Block::List { items, .. } => {
            out.push_str("<ul>\n");
            for item in items {
                out.push_str(&format!("<li>{}</li>\n", escape(item)));
            }
            out.push_str("</ul>\n");
        }
        Block::Table {
            caption,
            head,
            rows,
            ..
        } => {
            out.push_str(&format!(
                "<table>\n<caption>{}</caption>\n<tr>",
                escape(caption)
            ));
            for cell in head {
                out.push_str(&format!("<th scope=\"col\">{}</th>", escape(cell)));
            }
            out.push_str("</tr>\n");
            for row in rows {
                out.push_str("<tr>");
                for cell in row {
                    out.push_str(&format!("<td>{}</td>", escape(cell)));
                }
                out.push_str("</tr>\n");
            }
            out.push_str("</table>\n");
        }
    }
}

/// Markdown for whoever keeps the call centre's pages.
pub(crate) fn markdown(paper: &Paper) -> String {
    let mut out = String::new();
    if let Some(draft) = &paper.draft {
        out.push_str(&format!("**{}**\n\n", plain(draft)));
    }
    out.push_str(&format!("# {}\n\n", plain(&paper.subject)));
    let lines_of = |lines: &[String]| {
        let lines: Vec<_> = lines.iter().map(|line| plain(line)).collect();
        format!("{}\n\n", lines.join("  \n"))
    };
    out.push_str(&lines_of(&paper.sender));
    out.push_str(&lines_of(&paper.dateline));
    for block in &paper.blocks {
        match block {
            Block::Heading { level, text } => {
                let marks = "#".repeat(usize::from(*level) + 1);
                out.push_str(&format!("{marks} {}\n\n", plain(text)));
            }
            Block::Par { text } | Block::Foreign { text, .. } => {
                out.push_str(&format!("{}\n\n", plain(text)));
            }
            Block::Todo { text } => out.push_str(&format!("**\\[{}\\]**\n\n", plain(text))),
            Block::Lines { lines } => out.push_str(&lines_of(lines)),
            Block::List { items, .. } => {
                for item in items {
                    out.push_str(&format!("- {}\n", plain(item)));
                }
                out.push('\n');
            }
            Block::Table { head, rows, .. } => {
                let row_of = |cells: &[String]| {
                    let cells: Vec<_> = cells.iter().map(|cell| plain(cell)).collect();
                    format!("| {} |\n", cells.join(" | "))
                };
                out.push_str(&row_of(head));
                out.push_str(&format!("|{}\n", " --- |".repeat(head.len())));
                rows.iter().for_each(|row| out.push_str(&row_of(row)));
                out.push('\n');
            }
        }
    }
    out
}

fn broken(lines: &[String]) -> String {
    let lines: Vec<_> = lines.iter().map(|line| escape(line)).collect();
    lines.join("<br>\n")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in text.chars() {
        match ch {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '&' => {
                out.push('\\');
                out.push(ch);
            }
            '\n' => out.push(' '),
            ch => out.push(ch),
        }
    }
    out
}

#[test]
fn markup_in_a_text_stays_text() {
    assert_eq!(escape("<b>\"&'"), "&lt;b&gt;&quot;&amp;&#39;");
    assert_eq!(plain("a*b[c](d)|e"), "a\\*b\\[c\\](d)\\|e");
}
