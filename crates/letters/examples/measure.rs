//! Measures the press: `measure speed N [THREADS]`, `measure bundles N` or `measure samples DIR`.
//!
//! `speed` sets N letters in each thread, all different, and prints letters a
//! second and the resident size; `samples` writes one PDF of each kind.

#![allow(clippy::print_stdout, clippy::disallowed_methods)] // a front door for people who measure

#[path = "../tests/made/mod.rs"]
mod made;

use std::time::Instant;

use whose_letters::{Press, Stage};
use whose_model::{DataElement, PersonId};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<_> = std::env::args().collect();
    match args.get(1).map(String::as_str) {
        Some("speed") => {
            let n = args.get(2).map_or(Ok(2000), |n| n.parse())?;
            let n_threads: usize = args.get(3).map_or(Ok(1), |n| n.parse())?;
            std::thread::scope(|scope| {
                let threads: Vec<_> = (0..n_threads)
                    .map(|thread| scope.spawn(move || speed(n, thread).map_err(|e| e.to_string())))
                    .collect();
                for thread in threads {
                    thread.join().map_err(|_| "a thread stopped")??;
                }
                Ok(())
            })
        }
        Some("bundles") => bundles(args.get(2).map_or(Ok(2000), |n| n.parse())?),
        Some("samples") => samples(args.get(2).map_or("/tmp", String::as_str)),
        _ => Err("usage: measure speed N [THREADS] | bundles N | samples DIR".into()),
    }
}

fn speed(n: usize, thread: usize) -> Result<(), Box<dyn std::error::Error>> {
    let incident = made::incident();
    let mut press = Press::new()?;
    let start = Instant::now();
    let (mut n_bytes, mut n_pages) = (0, 0);
    for i in 0..n {
        let mut input = match i % 5 {
            0 => made::adult_fr(&incident),
            1 => made::child(&incident),
            2 => made::estate(&incident),
            _ => made::adult(&incident),
        };
        // Every letter is another person's, with other elements.
        input.reference = PersonId(format!("P-{thread}{i:011}"));
        input.recipient.about = made::name(&format!("Marie{i}"), &format!("Tremblay{}", i * 7));
        input.elements.push(DataElement::ALL[10 + i % 25].into());
        let printed = press.print_letter(&input)?;
        n_bytes += printed.pdf.len();
        n_pages += printed.n_pages;
        if (i + 1) % (n / 4).max(1) == 0 {
            let seconds = start.elapsed().as_secs_f64();
            println!(
                "{:6} letters  {:6.1} a second  {:5.1} KB and {:.2} pages each  resident {} MB",
                i + 1,
                (i + 1) as f64 / seconds,
                n_bytes as f64 / 1000.0 / (i + 1) as f64,
                n_pages as f64 / (i + 1) as f64,
                resident_mb(),
            );
        }
    }
    Ok(())
}

/// The same letters as a mail house gets them: fifty in a file.
fn bundles(n: usize) -> Result<(), Box<dyn std::error::Error>> {
    let incident = made::incident();
    let mut press = Press::new()?;
    let start = Instant::now();
    let (mut n_bytes, mut n_pages) = (0, 0);
    for first in (0..n).step_by(50) {
        let inputs: Vec<_> = (first..(first + 50).min(n))
            .map(|i| {
                let mut input = made::adult(&incident);
                input.reference = PersonId(format!("P-{i:012}"));
                input.recipient.about =
                    made::name(&format!("Marie{i}"), &format!("Tremblay{}", i * 7));
                input.elements.push(DataElement::ALL[10 + i % 25].into());
                input
            })
            .collect();
        let bundle = press.bundle(&inputs)?;
        n_bytes += bundle.pdf.len();
        n_pages += bundle.pages.iter().sum::<usize>();
    }
    println!(
        "{n:6} letters  {:6.1} a second  {:5.1} KB and {:.2} pages each  resident {} MB",
        n as f64 / start.elapsed().as_secs_f64(),
        n_bytes as f64 / 1000.0 / n as f64,
        n_pages as f64 / n as f64,
        resident_mb(),
    );
    Ok(())
}

fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    let kb = line.and_then(|line| line.split_whitespace().nth(1));
    kb.and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn samples(dir: &str) -> Result<(), Box<dyn std::error::Error>> {
    let incident = made::incident();
    let bare = made::bare();
    let mut press = made::press();
    let mut inputs = vec![
        ("adult-en", made::adult(&incident)),
        ("adult-fr", made::adult_fr(&incident)),
        ("child-en", made::child(&incident)),
        ("estate-en", made::estate(&incident)),
        ("many-en", made::many(&incident)),
        ("few-en", made::few(&incident)),
        ("no-address-en", made::no_address(&bare)),
    ];
    let mut draft = made::adult(&incident);
    draft.stage = Stage::Draft;
    inputs.push(("draft-en", draft));
    for (name, input) in &inputs {
        let printed = press.print_letter(input)?;
        let level = press.letter_readability(input)?.ok_or("no formula")?;
        println!(
            "{name}: {} pages, grade {:.1}, ease {:.0}",
            printed.n_pages, level.grade, level.ease
        );
        std::fs::write(format!("{dir}/{name}.pdf"), printed.pdf)?;
        std::fs::write(format!("{dir}/{name}.txt"), press.letter_text(input)?)?;
        std::fs::write(
            format!("{dir}/{name}.svg"),
            press.letter_svg(input)?.join("\n"),
        )?;
    }
    let others = made::other_incidents();
    for language in made::languages() {
        let code = language.code();
        for (name, input) in made::ten(&incident, &others, language) {
            let printed = press.print_letter(&input)?;
            std::fs::write(format!("{dir}/ten-{name}-{code}.pdf"), printed.pdf)?;
        }
    }
    // As the mail house gets them: two letters in one file, with bars on each page.
    let for_post = [made::adult(&incident), made::adult_fr(&incident)];
    std::fs::write(format!("{dir}/bundle.pdf"), press.bundle(&for_post)?.pdf)?;
    let mut large = made::adult(&incident);
    large.delivery.large_print = true;
    std::fs::write(format!("{dir}/large-en.pdf"), press.letter(&large)?)?;
    for language in made::languages() {
        let code = language.code();
        let report = press.report(&made::report(&incident, language))?;
        std::fs::write(format!("{dir}/report-{code}.pdf"), report)?;
        let report = press.report_docx(&made::report(&incident, language))?;
        std::fs::write(format!("{dir}/report-{code}.docx"), report)?;
        let notice = press.website_notice(&made::notice(&incident, language))?;
        std::fs::write(format!("{dir}/notice-{code}.html"), notice.html)?;
        std::fs::write(format!("{dir}/notice-{code}.pdf"), notice.pdf)?;
        let script = press.call_script(&made::notice(&incident, language))?;
        std::fs::write(format!("{dir}/script-{code}.md"), script.markdown)?;
        std::fs::write(format!("{dir}/script-{code}.pdf"), script.pdf)?;
        let statement = press.press_statement(&made::notice(&incident, language))?;
        std::fs::write(format!("{dir}/statement-{code}.md"), statement.markdown)?;
    }
    Ok(())
}
