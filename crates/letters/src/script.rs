//! `NoticeInput` in, the script for the call centre as a `Paper` out: questions and what to answer.

use crate::letter::{account, blank, complaint, copied, measures, offer, public, searched};
use crate::paper::{Block, Paper};
use crate::{Languages, LetterError, NoticeInput};

/// Composes the script.
pub(crate) fn compose(
    languages: &Languages,
    input: &NoticeInput<'_>,
) -> Result<Paper, LetterError> {
    let (writer, mut paper) = public(languages, input, "script")?;
    let incident = input.incident;
    paper.par(writer.say("script.intro", &[])?);
    paper.heading(1, writer.say("script.before.heading", &[])?);
    let rules = (1..).map(|i| format!("script.before.{i}"));
    let rules: Result<Vec<_>, _> = rules
        .take_while(|key| writer.words.has(key))
        .map(|key| writer.say(&key, &[]))
        .collect();
    paper.list(rules?);

    let ask = |paper: &mut Paper, q: &str| -> Result<(), LetterError> {
        paper.heading(1, writer.say(&format!("script.q.{q}.ask"), &[])?);
        Ok(())
    };
    let say = |q: &str| writer.say(&format!("script.q.{q}.say"), &[]);
    let none = |q: &str| writer.say(&format!("script.q.{q}.none"), &[]);

    ask(&mut paper, "happened")?;
    account(incident, &writer, &mut paper)?;
    ask(&mut paper, "me")?;
    paper.par(say("me")?);
    ask(&mut paper, "number")?;
    paper.par(match input.n_individuals {
        Some(n) => {
            let n = writer.words.number(n)?;
            writer.say("script.q.number.say", &[("n", &n)])?
        }
        None => none("number")?,
    });
    for q in ["real", "letter"] {
        ask(&mut paper, q)?;
        paper.par(say(q)?);
    }
    ask(&mut paper, "what")?;
    if input.elements.is_empty() {
        paper.par(none("what")?);
    } else {
        let words = |element: &_| writer.called(*element).to_owned();
        let list = input
            .elements
            .iter()
            .map(words)
            .collect::<Vec<_>>()
            .join("; ");
        paper.par(writer.say("script.q.what.say", &[("list", &list)])?);
    }
    ask(&mut paper, "copied")?;
    paper.par(copied(incident, &writer)?);
    ask(&mut paper, "sure")?;
    paper.par(say("sure")?);
    paper.par(searched(&input.searched, &writer)?);
    ask(&mut paper, "do")?;
    paper.par(say("do")?);
    ask(&mut paper, "offer")?;
    paper.par(match offer(incident, &input.elements, &writer, None)? {
        Some(offer) => offer,
        None => none("offer")?,
    });
    ask(&mut paper, "done")?;
    let n_blocks = paper.blocks.len();
    measures(incident, &input.told, &writer, &mut paper)?;
    if paper.blocks.len() == n_blocks {
        paper.par(none("done")?);
    }
    ask(&mut paper, "delay")?;
    let on = writer.date(incident.discovered)?;
    paper.par(writer.say("script.q.delay.say", &[("on", &on)])?);
    ask(&mut paper, "complain")?;
    paper.par(none("complain")?);
    if !input.complaint_rights.is_empty() {
        let mut offices = blank(&writer, input.stage, "script")?;
        complaint(&input.complaint_rights, &writer, &mut offices)?;
        let is_heading = |block: &Block| matches!(block, Block::Heading { .. });
        paper.blocks.extend(
            offices
                .blocks
                .into_iter()
                .filter(|block| !is_heading(block)),
        );
    }
    for q in ["press", "unknown"] {
        ask(&mut paper, q)?;
        paper.par(say(q)?);
    }
    Ok(paper)
}
