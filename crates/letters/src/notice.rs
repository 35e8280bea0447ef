//! `NoticeInput` in, the notice for the website as a `Paper` out. It names nobody.
//!
//! A notice that stands in for letters must not itself spread what was stolen,
//! so it takes kinds of information and counts, never a person.

use whose_model::OwnWords;

use crate::letter::{account, complaint, copied, measures, offer, public, searched, whom_to_reach};
use crate::paper::Paper;
use crate::wording::capital;
use crate::{Languages, LetterError, Missing, NoticeInput, Stage};

/// Composes the notice.
pub(crate) fn compose(
    languages: &Languages,
    input: &NoticeInput<'_>,
) -> Result<Paper, LetterError> {
    let (writer, mut paper) = public(languages, input, "notice")?;
    let incident = input.incident;
    let mut gaps = Vec::new();
    let todo = |paper: &mut Paper, key: &str| -> Result<(), LetterError> {
        let what = writer.say(&format!("letter.todo.{key}"), &[])?;
        paper.todo(writer.say("common.draft.todo", &[("what", &what)])?);
        Ok(())
    };

    paper.par(writer.say("notice.intro", &[])?);
    paper.heading(1, writer.say("letter.happened.heading", &[])?);
    let language = input.language;
    if incident
        .own_words(OwnWords::WhatHappened, language)
        .is_none()
    {
        gaps.push(Missing::WhatHappened);
        todo(&mut paper, "what-happened")?;
    }
    account(incident, &writer, &mut paper)?;
    if let Some(n) = input.n_individuals {
        let n = writer.words.number(n)?;
        paper.par(writer.say("notice.count", &[("n", &n)])?);
    }

    paper.heading(1, writer.say("notice.involved.heading", &[])?);
    if input.elements.is_empty() {
        gaps.push(Missing::Elements);
        paper.par(writer.say("notice.involved.none", &[])?);
    } else {
        paper.par(writer.say("notice.involved.lead", &[])?);
        let words = |element: &_| capital(writer.called(*element));
        paper.short_list(input.elements.iter().map(words).collect());
        paper.par(writer.say("notice.involved.letters", &[])?);
    }
    paper.par(copied(incident, &writer)?);
    if input.searched.n_not_read + input.searched.n_with_gaps > 0 {
        paper.heading(1, writer.say("notice.read.heading", &[])?);
        paper.par(searched(&input.searched, &writer)?);
    }

    paper.heading(1, writer.say("letter.done.heading", &[])?);
    if incident.own_words(OwnWords::WhatWeDid, language).is_none() {
        gaps.push(Missing::WhatWeDid);
        todo(&mut paper, "what-we-did")?;
    }
    measures(incident, &input.told, &writer, &mut paper)?;

    paper.heading(1, writer.say("notice.you.heading", &[])?);
    let mut items: Vec<_> = offer(incident, &input.elements, &writer, None)?
        .into_iter()
        .collect();
    items.extend(writer.choose(writer.words.advice(), &input.elements)?);
    items.push(writer.say("notice.you.ask", &[])?);
    paper.list(items);

    paper.heading(1, writer.say("letter.call.heading", &[])?);
    let lines = whom_to_reach(incident, &writer)?;
    if lines.is_empty() {
        gaps.push(Missing::Contact);
        todo(&mut paper, "contact")?;
    }
    paper.lines(lines);
    complaint(&input.complaint_rights, &writer, &mut paper)?;
    paper.heading(1, writer.say("letter.sorry.heading", &[])?);
    paper.par(writer.say("letter.sorry.text", &[])?);
    match (input.stage, gaps.first()) {
        (Stage::Approved, Some(missing)) => Err(LetterError::Incomplete(*missing)),
        _ => Ok(paper),
    }
}
