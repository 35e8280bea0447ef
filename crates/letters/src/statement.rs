//! `NoticeInput` in, a statement for the press or a short public notice out, as a `Paper`. Neither names anybody.
//!
//! The short notice stands in for letters where people cannot be reached: it
//! fits a newspaper, a poster or half a minute of radio. The long notice for
//! the website is in `notice`.

use whose_model::OwnWords;

use crate::letter::{account, complaint, contact_lines, copied, measures, public, whom_to_reach};
use crate::paper::Paper;
use crate::people::Writer;
use crate::{Languages, LetterError, Missing, NoticeInput, Stage};

/// What a statement must not lack to be published.
fn lacks(input: &NoticeInput<'_>, writer: &Writer<'_>) -> Result<Option<Missing>, LetterError> {
    let incident = input.incident;
    let happened = incident.own_words(OwnWords::WhatHappened, input.language);
    Ok(if happened.is_none() {
        Some(Missing::WhatHappened)
    } else if whom_to_reach(incident, writer)?.is_empty() {
        Some(Missing::Contact)
    } else {
        None
    })
}

fn begin<'w>(
    languages: &'w Languages,
    input: &NoticeInput<'_>,
    kind: &str,
) -> Result<(Writer<'w>, Paper), LetterError> {
    let (writer, mut paper) = public(languages, input, &format!("statement.{kind}"))?;
    let missing = lacks(input, &writer)?;
    if let (Stage::Approved, Some(missing)) = (input.stage, missing) {
        return Err(LetterError::Incomplete(missing));
    }
    for (lacks, key) in [
        (Missing::WhatHappened, "what-happened"),
        (Missing::Contact, "contact"),
    ] {
        if missing == Some(lacks) {
            let what = writer.say(&format!("letter.todo.{key}"), &[])?;
            paper.todo(writer.say("common.draft.todo", &[("what", &what)])?);
        }
    }
    paper.par(writer.say(&format!("statement.{kind}.lead"), &[])?);
    Ok((writer, paper))
}

fn involved(
    input: &NoticeInput<'_>,
    writer: &Writer<'_>,
    paper: &mut Paper,
    kind: &str,
) -> Result<(), LetterError> {
    if input.elements.is_empty() {
        paper.par(writer.say("notice.involved.none", &[])?);
        return Ok(());
    }
    let words: Vec<String> = input
        .elements
        .iter()
        .map(|element| writer.called(*element).to_owned())
        .collect();
    let list = words.join("; ");
    paper.par(writer.say(&format!("statement.{kind}.involved"), &[("list", &list)])?);
    Ok(())
}

/// On a draft, what a person must still decide or write.
fn to_do(
    input: &NoticeInput<'_>,
    writer: &Writer<'_>,
    paper: &mut Paper,
    what: &str,
) -> Result<(), LetterError> {
    if input.stage == Stage::Draft {
        let what = writer.say(&format!("statement.press.todo-{what}"), &[])?;
        paper.todo(writer.say("common.draft.todo", &[("what", &what)])?);
    }
    Ok(())
}

/// What is offered, said to the public; empty when nothing is.
fn offered(input: &NoticeInput<'_>, writer: &Writer<'_>) -> Result<String, LetterError> {
    let months = input.incident.offer.monitoring_months;
    if months == 0 {
        return Ok(String::new());
    }
    writer.say("statement.offer", &[("months", &months.to_string())])
}

/// The statement for the press.
pub(crate) fn for_the_press(
    languages: &Languages,
    input: &NoticeInput<'_>,
) -> Result<Paper, LetterError> {
    let (writer, mut paper) = begin(languages, input, "press")?;
    account(input.incident, &writer, &mut paper)?;
    if input.n_individuals.is_some() {
        to_do(input, &writer, &mut paper, "count")?;
    }
    paper.par(match input.n_individuals {
        Some(n) => {
            let n = writer.words.number(n)?;
            writer.say("statement.press.count", &[("n", &n)])?
        }
        None => writer.say("statement.press.no-count", &[])?,
    });
    involved(input, &writer, &mut paper, "press")?;
    let guess = writer.say("statement.press.copied-unknown", &[])?;
    paper.par(format!("{} {guess}", copied(input.incident, &writer)?));
    measures(input.incident, &input.told, &writer, &mut paper)?;
    paper.par(writer.say("statement.press.letters", &[])?);
    paper.par(offered(input, &writer)?);
    paper.par(writer.say("statement.press.sorry", &[])?);
    paper.heading(1, writer.say("statement.press.questions", &[])?);
    paper.lines(whom_to_reach(input.incident, &writer)?);
    let signatory = &input.incident.custodian.signatory;
    let lines = contact_lines(signatory, signatory.hours(input.language), &writer)?;
    if lines.is_empty() {
        to_do(input, &writer, &mut paper, "media")?;
    } else {
        paper.heading(1, writer.say("statement.press.media", &[])?);
        paper.par(writer.say("statement.press.media-lead", &[])?);
        paper.lines(lines);
    }
    Ok(paper)
}

/// The short notice that stands in for letters.
pub(crate) fn instead_of_letters(
    languages: &Languages,
    input: &NoticeInput<'_>,
) -> Result<Paper, LetterError> {
    let (writer, mut paper) = begin(languages, input, "substitute")?;
    paper.par(writer.say("statement.substitute.why", &[])?);
    account(input.incident, &writer, &mut paper)?;
    involved(input, &writer, &mut paper, "substitute")?;
    paper.heading(1, writer.say("letter.can.heading", &[])?);
    let mut items = vec![writer.say("statement.substitute.ask", &[])?];
    items.push(offered(input, &writer)?);
    items.retain(|item| !item.is_empty());
    paper.list(items);
    paper.heading(1, writer.say("letter.call.heading", &[])?);
    paper.lines(whom_to_reach(input.incident, &writer)?);
    complaint(&input.complaint_rights, &writer, &mut paper)?;
    Ok(paper)
}
