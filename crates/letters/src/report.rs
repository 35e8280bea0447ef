//! `ReportInput` in, the draft report to a regulator as a `Paper` out: its questions in its order.
//!
//! A question without an answer stays on the page with the reason, so that
//! nobody takes silence for an answer. Questions, citations and answers come
//! from the law's files and the engine; only the frame is worded here.

use whose_model::Jurisdiction;

use crate::letter::blank;
use crate::paper::Paper;
use crate::people::{Writer, organisation};
use crate::wording::capital;
use crate::{Change, Languages, LetterError, Missing, Question, ReportInput, Stage};

/// Composes the report.
pub(crate) fn compose(
    languages: &Languages,
    input: &ReportInput<'_>,
) -> Result<Paper, LetterError> {
    let mut writer = Writer::to_all(
        languages,
        input.language,
        input.incident,
        input.place.as_ref(),
    )?;
    writer.set("regulator", &input.regulator);
    let mut paper = blank(&writer, input.stage, "report")?;
    parties(input, &writer, &mut paper)?;
    progress(input, &writer, &mut paper)?;
    since(input, &writer, &mut paper)?;
    questions(input, &writer, &mut paper)?;
    counts(input, &writer, &mut paper)?;
    gaps(input, &writer, &mut paper)?;
    timeline(input, &writer, &mut paper)?;
    if input.stage == Stage::Draft && !input.notes.is_empty() {
        paper.heading(1, writer.say("report.notes.heading", &[])?);
        paper.list(input.notes.clone());
    }
    Ok(paper)
}

fn parties(
    input: &ReportInput<'_>,
    writer: &Writer<'_>,
    paper: &mut Paper,
) -> Result<(), LetterError> {
    let to = writer.say("report.to", &[])?;
    paper.dateline = vec![to, writer.date(input.date)?];
    let (regime, citation) = (input.regime.trim(), input.citation.trim());
    let values = [("regime", regime), ("citation", citation)];
    let key = if citation.is_empty() {
        "regime-only"
    } else {
        "regime"
    };
    if !regime.is_empty() {
        paper
            .dateline
            .push(writer.say(&format!("report.{key}"), &values)?);
    }
    if !input.due.trim().is_empty() {
        let due = writer.say("report.due", &[("due", input.due.trim())])?;
        paper.dateline.push(due);
    }
    paper.heading(1, writer.say("report.parties.heading", &[])?);
    let custodian = &input.incident.custodian;
    let mut lines = vec![writer.say("common.sender", &[])?];
    lines.push(custodian.organisation.address.trim().to_owned());
    if !custodian.organisation.number.trim().is_empty() {
        let number = [("number", custodian.organisation.number.trim())];
        lines.push(writer.say("report.parties.number", &number)?);
    }
    lines.extend(crate::letter::whom_to_reach(input.incident, writer)?);
    if let Some(provider) = &input.incident.service_provider {
        let name = organisation(&provider.organisation, input.language);
        if !name.is_empty() {
            lines.push(writer.say("report.parties.provider", &[("provider", name)])?);
        }
    }
    lines.retain(|line| !line.is_empty());
    paper.lines(lines);
    Ok(())
}

/// How far the answers have come: drafts only.
fn progress(
    input: &ReportInput<'_>,
    writer: &Writer<'_>,
    paper: &mut Paper,
) -> Result<(), LetterError> {
    let missing = input.questions.iter().filter(|one| !is_answered(one));
    let missing = missing.count() as u64;
    if input.stage == Stage::Draft && missing > 0 {
        let all = writer.words.number(input.questions.len() as u64)?;
        let missing = writer.words.number(missing)?;
        paper.todo(writer.say("report.progress", &[("n", &missing), ("all", &all)])?);
    }
    Ok(())
}

/// What changed since the report before: previous and now, side by side.
fn since(
    input: &ReportInput<'_>,
    writer: &Writer<'_>,
    paper: &mut Paper,
) -> Result<(), LetterError> {
    let Some(since) = &input.since else {
        return Ok(());
    };
    let on = writer.date(since.on)?;
    let say = |key: &str| writer.say(&format!("report.since.{key}"), &[("on", &on)]);
    paper.heading(1, say("heading")?);
    if since.changes.is_empty() {
        paper.par(say("nothing")?);
        return Ok(());
    }
    let unsaid = say("unsaid")?;
    let or_unsaid = |text: &str| {
        if text.trim().is_empty() {
            unsaid.clone()
        } else {
            text.to_owned()
        }
    };
    let number = |n: u64| writer.words.number(n);
    let mut rows = Vec::new();
    for change in &since.changes {
        rows.push(match change {
            Change::People(before, now) => {
                vec![say("people")?, number(*before)?, number(*now)?]
            }
            Change::Place(place, before, now) => {
                let place = place_words(place.as_ref(), writer)?;
                let what = writer.say("report.since.place", &[("place", &place)])?;
                vec![what, number(*before)?, number(*now)?]
            }
            Change::Element(element, before, now) => {
                let words = writer.called(*element);
                let what = writer.say("report.since.element", &[("element", words)])?;
                vec![what, number(*before)?, number(*now)?]
            }
            Change::Answer(question, before, now) => {
                vec![question.clone(), or_unsaid(before), or_unsaid(now)]
            }
        });
    }
    paper.table(
        say("caption")?,
        vec![say("what")?, say("before")?, say("now")?],
        rows,
    );
    Ok(())
}

fn is_answered(asked: &Question) -> bool {
    asked.missing.is_none() && asked.answer.iter().any(|answer| !answer.trim().is_empty())
}

fn questions(
    input: &ReportInput<'_>,
    writer: &Writer<'_>,
    paper: &mut Paper,
) -> Result<(), LetterError> {
    let mut section = "";
    for (i, asked) in input.questions.iter().enumerate() {
        if !asked.section.is_empty() && asked.section != section {
            paper.heading(1, asked.section.trim().to_owned());
            if asked.is_unverified && input.stage == Stage::Draft {
                paper.par(writer.say("report.unverified", &[])?);
            }
        }
        section = &asked.section;
        let level = if section.is_empty() { 1 } else { 2 };
        paper.heading(level, format!("{}. {}", i + 1, asked.question.trim()));
        for answer in &asked.answer {
            paper.par(answer.trim().to_owned());
        }
        if !is_answered(asked) {
            let why = match &asked.missing {
                Some(why) => why.trim().to_owned(),
                None => writer.say("report.missing-unsaid", &[])?,
            };
            if input.stage == Stage::Approved {
                return Err(LetterError::Incomplete(Missing::Answer));
            }
            paper.todo(writer.say("report.missing", &[("why", &why)])?);
        }
        if !asked.citation.trim().is_empty() {
            let citation = [("citation", asked.citation.trim())];
            paper.par(writer.say("report.answered-by", &citation)?);
        }
    }
    Ok(())
}

fn counts(
    input: &ReportInput<'_>,
    writer: &Writer<'_>,
    paper: &mut Paper,
) -> Result<(), LetterError> {
    let number = |n| writer.words.number(n);
    let say = |key: &str| writer.say(&format!("report.counts.{key}"), &[]);
    paper.heading(1, say("heading")?);
    let n = number(input.n_individuals)?;
    paper.par(writer.say("report.counts.individuals", &[("n", &n)])?);
    let searched = &input.searched;
    if searched.n_exhibits > 0 {
        paper.par(writer.say(
            "report.counts.over",
            &[
                ("n", &number(searched.n_exhibits)?),
                ("unread", &number(searched.n_not_read)?),
                ("part", &number(searched.n_with_gaps)?),
            ],
        )?);
    }
    paper.par(say("caveat")?);
    let mut rows = Vec::new();
    for (place, n) in &input.by_province {
        rows.push(vec![place_words(place.as_ref(), writer)?, number(*n)?]);
    }
    paper.table(
        say("by-province")?,
        vec![say("place")?, say("people")?],
        rows,
    );
    let mut rows = Vec::new();
    for (element, n) in &input.by_element {
        rows.push(vec![capital(writer.called(*element)), number(*n)?]);
    }
    paper.table(
        say("by-element")?,
        vec![say("element")?, say("people")?],
        rows,
    );
    for table in &input.tables {
        paper.table(
            table.caption.clone(),
            table.head.clone(),
            table.rows.clone(),
        );
    }
    Ok(())
}

fn place_words(place: Option<&Jurisdiction>, writer: &Writer<'_>) -> Result<String, LetterError> {
    match place {
        None => writer.say("common.place.unknown", &[]),
        Some(place) => {
            let key = format!("common.place.{}", place.code());
            if writer.words.has(&key) {
                writer.say(&key, &[])
            } else {
                let code = place.code().to_uppercase();
                writer.say("common.place.elsewhere", &[("code", &code)])
            }
        }
    }
}

fn gaps(
    input: &ReportInput<'_>,
    writer: &Writer<'_>,
    paper: &mut Paper,
) -> Result<(), LetterError> {
    let say = |key: &str| writer.say(&format!("report.gaps.{key}"), &[]);
    paper.heading(1, say("heading")?);
    let mut rows = Vec::new();
    for (cause, n) in &input.gaps {
        let cause = writer.say(&format!("common.cause.{}", cause.id()), &[])?;
        rows.push(vec![cause, writer.words.number(*n)?]);
    }
    let searched = &input.searched;
    if rows.is_empty() && searched.n_exhibits > 0 && searched.n_not_read + searched.n_with_gaps == 0
    {
        paper.par(say("none")?);
    } else if rows.is_empty() {
        paper.par(crate::letter::searched(searched, writer)?);
    }
    paper.table(say("caption")?, vec![say("cause")?, say("files")?], rows);
    Ok(())
}

fn timeline(
    input: &ReportInput<'_>,
    writer: &Writer<'_>,
    paper: &mut Paper,
) -> Result<(), LetterError> {
    if input.timeline.is_empty() {
        return Ok(());
    }
    let say = |key: &str| writer.say(&format!("report.timeline.{key}"), &[]);
    paper.heading(1, say("heading")?);
    let mut rows = Vec::new();
    for event in &input.timeline {
        let on = match event.on {
            Some(on) => writer.date(on)?,
            None => writer.say("common.date.unknown", &[])?,
        };
        rows.push(vec![on, event.what.clone()]);
    }
    paper.table(say("caption")?, vec![say("on")?, say("what")?], rows);
    Ok(())
}
