//! `LetterInput` in, the letter as a `Paper` out: which sentences one person reads, and in which order.
//!
//! The headings follow the order that the commissioners' guidance shares: what
//! happened, what information, what was not found, what it may mean, what we
//! did, what you can do, whom to call, the right to complain, sorry. A sentence
//! is only said when a fact calls for it.

use whose_model::{Contact, DataElement, Incident, Judgement, OwnWords};

use crate::paper::{Form, Paper};
use crate::people::{Writer, organisation, window_lines};
use crate::wording::capital;
use crate::{
    ComplaintRight, Exposed, Languages, LetterError, LetterInput, LetterKind, Missing, NoticeInput,
    Searched, Stage, Told,
};

/// Elements whose absence is worth a line: people fear for these first.
const TELLING_ABSENCES: [DataElement; 10] = [
    DataElement::HealthNumber,
    DataElement::SocialInsuranceNumber,
    DataElement::DriversLicence,
    DataElement::Passport,
    DataElement::Diagnosis,
    DataElement::Medication,
    DataElement::LabResult,
    DataElement::PaymentCard,
    DataElement::BankAccount,
    DataElement::Credential,
];

/// Composes the letter.
pub(crate) fn compose(
    languages: &Languages,
    input: &LetterInput<'_>,
) -> Result<Paper, LetterError> {
    let writer = Writer::to_reader(languages, input)?;
    let mut gaps = Vec::new();
    let mut paper = head(input, &writer, &mut gaps)?;
    paper.par(writer.salutation()?);
    paper.par(match &input.kind {
        LetterKind::First => writer.say(&format!("letter.intro.{}", writer.reader), &[])?,
        LetterKind::Supplement { first_on, .. } => {
            let on = writer.date(*first_on)?;
            writer.say("letter.supplement.intro", &[("on", &on)])?
        }
    });
    if input.delivery.discreet {
        paper.par(writer.say("letter.discreet", &[])?);
    }
    what_happened(input, &writer, &mut paper, &mut gaps)?;
    what_was_involved(input, &writer, &mut paper, &mut gaps)?;
    what_was_not_found(input, &writer, &mut paper)?;
    what_it_may_mean(input, &writer, &mut paper)?;
    what_we_did(input, &writer, &mut paper, &mut gaps)?;
    what_to_do(input, &writer, &mut paper)?;
    whom_to_call(input, &writer, &mut paper, &mut gaps)?;
    complaint(&input.complaint_rights, &writer, &mut paper)?;
    close(input, &writer, &mut paper, &mut gaps)?;
    match (input.stage, gaps.first()) {
        (Stage::Approved, Some(missing)) => Err(LetterError::Incomplete(*missing)),
        _ => Ok(paper),
    }
}

/// What a letter can lack and what its draft then says, by key of `letter.todo`.
fn todo(
    writer: &Writer<'_>,
    paper: &mut Paper,
    gaps: &mut Vec<Missing>,
    missing: Missing,
    key: &str,
) -> Result<(), LetterError> {
    gaps.push(missing);
    let what = writer.say(&format!("letter.todo.{key}"), &[])?;
    paper.todo(writer.say("common.draft.todo", &[("what", &what)])?);
    Ok(())
}

fn head(
    input: &LetterInput<'_>,
    writer: &Writer<'_>,
    gaps: &mut Vec<Missing>,
) -> Result<Paper, LetterError> {
    let custodian = &input.incident.custodian;
    // Above the fold stands what an open hand can see: for a safe contact it names no organisation.
    let mut sender = if input.delivery.discreet {
        Vec::new()
    } else {
        vec![writer.say("common.sender", &[])?]
    };
    if !custodian.organisation.address.trim().is_empty() {
        sender.push(custodian.organisation.address.trim().to_owned());
    }
    let mut window = writer.addressee()?.to_vec();
    window.retain(|line| !line.is_empty());
    let address = input.recipient.address.as_ref();
    let lines = address.map_or_else(Vec::new, |address| window_lines(address.reveal()));
    if lines.is_empty() && !input.delivery.unposted {
        gaps.push(Missing::Address);
        let why = if input.delivery.ask_first {
            "letter.ask-first"
        } else {
            "letter.no-address"
        };
        window.push(writer.say(why, &[])?);
    }
    window.extend(lines);
    let mut paper = blank(writer, input.stage, "letter")?;
    paper.form = Form::Letter;
    paper.large = input.delivery.large_print;
    paper.sender = sender;
    paper.window = window;
    paper.dateline = vec![
        writer.date(input.date)?,
        writer.say("letter.reference", &[])?,
    ];
    paper.subject = writer.say(input.kind.subject(), &[])?;
    if crate::people::full_name(input.recipient.about.reveal()).is_empty() {
        todo(writer, &mut paper, gaps, Missing::Name, "name")?;
    }
    if organisation(&custodian.organisation, input.language).is_empty() {
        todo(
            writer,
            &mut paper,
            gaps,
            Missing::Organisation,
            "organisation",
        )?;
    }
    if gaps.contains(&Missing::Address) {
        let what = if input.delivery.ask_first {
            writer.say("letter.todo.ask-first", &[])?
        } else {
            writer.say("letter.todo.address", &[])?
        };
        paper.todo(writer.say("common.draft.todo", &[("what", &what)])?);
    }
    Ok(paper)
}

/// A paper for everybody, with its sender and day, and whoever writes it.
pub(crate) fn public<'w>(
    languages: &'w Languages,
    input: &NoticeInput<'_>,
    kind: &str,
) -> Result<(Writer<'w>, Paper), LetterError> {
    let writer = Writer::to_all(
        languages,
        input.language,
        input.incident,
        input.place.as_ref(),
    )?;
    let mut paper = blank(&writer, input.stage, kind)?;
    paper.sender = vec![writer.say("common.sender", &[])?];
    paper.dateline = vec![writer.date(input.date)?];
    Ok((writer, paper))
}

/// A paper with nothing on it but its title and, if a draft, the mark.
pub(crate) fn blank(writer: &Writer<'_>, stage: Stage, kind: &str) -> Result<Paper, LetterError> {
    let title = writer.say(&format!("{kind}.title"), &[])?;
    let subject = title.clone();
    let (draft, title) = match stage {
        Stage::Draft => (
            Some(writer.say("common.draft.mark", &[])?),
            writer.say("common.draft.title", &[("title", &title)])?,
        ),
        Stage::Approved => (None, title),
    };
    let page = writer.say(
        "common.page.words",
        &[("page", "\u{1}"), ("pages", "\u{1}")],
    )?;
    let mut parts = page.splitn(3, '\u{1}').map(str::to_owned);
    let mut part = || parts.next().unwrap_or_default();
    Ok(Paper {
        form: Form::Sheet,
        large: false,
        language: writer.words.language,
        subject,
        title,
        sender: Vec::new(),
        window: Vec::new(),
        dateline: Vec::new(),
        draft,
        foot: writer.say(&format!("{kind}.foot"), &[])?,
        mark: None,
        page_words: [part(), part(), part()],
        blocks: Vec::new(),
    })
}

fn what_happened(
    input: &LetterInput<'_>,
    writer: &Writer<'_>,
    paper: &mut Paper,
    gaps: &mut Vec<Missing>,
) -> Result<(), LetterError> {
    paper.heading(1, writer.say("letter.happened.heading", &[])?);
    let incident = input.incident;
    let own = incident.own_words(OwnWords::WhatHappened, input.language);
    if own.is_none() {
        todo(writer, paper, gaps, Missing::WhatHappened, "what-happened")?;
    }
    account(incident, writer, paper)
}

/// What happened and when, as far as `incident.toml` says.
pub(crate) fn account(
    incident: &Incident,
    writer: &Writer<'_>,
    paper: &mut Paper,
) -> Result<(), LetterError> {
    let own = incident.own_words(OwnWords::WhatHappened, writer.words.language);
    match own {
        Some(own) => own
            .split("\n\n")
            .for_each(|par| paper.par(par.trim().to_owned())),
        None => paper.par(writer.say(&format!("letter.happened.kind.{}", kind_id(incident)), &[])?),
    }
    let date = |date| writer.date(date);
    let mut when = match (incident.began, incident.ended) {
        (Some(from), Some(to)) if from == to => {
            writer.say("letter.happened.day", &[("from", &date(from)?)])?
        }
        (Some(from), Some(to)) => writer.say(
            "letter.happened.between",
            &[("from", &date(from)?), ("to", &date(to)?)],
        )?,
        (Some(from), None) => writer.say("letter.happened.began", &[("from", &date(from)?)])?,
        (None, Some(to)) => writer.say("letter.happened.ended", &[("to", &date(to)?)])?,
        (None, None) => writer.say("letter.happened.unknown", &[])?,
    };
    let on = date(incident.discovered)?;
    when.push(' ');
    when.push_str(&writer.say("letter.happened.discovered", &[("on", &on)])?);
    if let Some(provider) = &incident.service_provider {
        let name = organisation(&provider.organisation, writer.words.language);
        if !name.is_empty() {
            when.push(' ');
            when.push_str(&match provider.told_custodian {
                Some(on) => writer.say(
                    "letter.happened.provider-told",
                    &[("provider", name), ("on", &date(on)?)],
                )?,
                None => writer.say("letter.happened.provider", &[("provider", name)])?,
            });
        }
    }
    paper.par(when);
    Ok(())
}

fn kind_id(incident: &Incident) -> &'static str {
    use whose_model::IncidentKind as Kind;
    match incident.kind {
        Kind::Theft => "theft",
        Kind::Loss => "loss",
        Kind::RansomwareWithoutExfiltration => "ransomware-without-exfiltration",
        Kind::UnauthorizedAccess => "unauthorized-access",
        Kind::UnauthorizedUse => "unauthorized-use",
        Kind::UnauthorizedDisclosure => "unauthorized-disclosure",
        Kind::ImproperDisposal => "improper-disposal",
        Kind::Alteration => "alteration",
    }
}

fn what_was_involved(
    input: &LetterInput<'_>,
    writer: &Writer<'_>,
    paper: &mut Paper,
    gaps: &mut Vec<Missing>,
) -> Result<(), LetterError> {
    paper.heading(1, writer.say("letter.involved.heading", &[])?);
    let (new, known): (Vec<&Exposed>, Vec<&Exposed>) = match &input.kind {
        LetterKind::First => (input.elements.iter().collect(), Vec::new()),
        LetterKind::Supplement { known, .. } => input
            .elements
            .iter()
            .partition(|exposed| !known.contains(&exposed.element)),
    };
    if input.elements.is_empty() {
        todo(writer, paper, gaps, Missing::Elements, "elements")?;
        paper.par(writer.say("letter.involved.none", &[])?);
    } else if matches!(input.kind, LetterKind::First) {
        paper.par(writer.say("letter.involved.lead", &[])?);
        paper.short_list(element_lines(&new, writer)?);
    } else {
        let lead = if new.is_empty() { "nothing-new" } else { "new" };
        paper.par(writer.say(&format!("letter.supplement.{lead}"), &[])?);
        paper.short_list(element_lines(&new, writer)?);
        if !known.is_empty() {
            paper.par(writer.say("letter.supplement.known", &[])?);
            paper.short_list(element_lines(&known, writer)?);
        }
    }
    if let Some(source) = &input.source_of_data {
        let source = source.reveal().trim().trim_end_matches('.');
        if !source.is_empty() {
            paper.par(writer.say("letter.involved.source", &[("source", source)])?);
        }
    }
    Ok(())
}

/// One line an element, with what the evidence adds to it.
fn element_lines(exposed: &[&Exposed], writer: &Writer<'_>) -> Result<Vec<String>, LetterError> {
    exposed
        .iter()
        .map(|exposed| {
            let words = writer.called_by_issuer(exposed);
            let days = exposed.days.as_ref().map(|days| days.reveal());
            let days = days.map(|days| service_days(days, writer)).transpose()?;
            let details: Vec<&str> = exposed
                .details
                .iter()
                .map(|detail| detail.reveal().trim())
                .chain(days.as_deref())
                .filter(|detail| !detail.is_empty())
                .collect();
            if details.is_empty() {
                return Ok(capital(words));
            }
            let details = details.join("; ");
            let values = [("element", capital(words)), ("details", details)];
            writer.say(
                "common.list.detail",
                &values.each_ref().map(|(k, v)| (*k, v.as_str())),
            )
        })
        .collect()
}

/// From which day to which: `between March 3, 2024 and May 4, 2024`.
fn service_days(
    (first, last): &(String, String),
    writer: &Writer<'_>,
) -> Result<String, LetterError> {
    let key = if first == last { "day" } else { "days" };
    let (first, last) = (writer.words.day(first)?, writer.words.day(last)?);
    let values = [("first", first.as_str()), ("last", last.as_str())];
    writer.say(&format!("letter.service.{key}"), &values)
}

fn what_was_not_found(
    input: &LetterInput<'_>,
    writer: &Writer<'_>,
    paper: &mut Paper,
) -> Result<(), LetterError> {
    let is_exposed = |element| input.elements.iter().any(|e| e.element == element);
    let absent: Vec<String> = TELLING_ABSENCES
        .into_iter()
        .filter(|element| input.not_found.contains(element) && !is_exposed(*element))
        .map(|element| writer.called(element).to_owned())
        .collect();
    if absent.is_empty() {
        return Ok(());
    }
    paper.heading(1, writer.say("letter.absent.heading", &[])?);
    let list = writer.words.join(&absent)?;
    paper.par(writer.say("letter.absent.lead", &[("list", &list)])?);
    paper.par(searched(&input.searched, writer)?);
    Ok(())
}

/// Over what the search went, and that it may have missed something.
pub(crate) fn searched(searched: &Searched, writer: &Writer<'_>) -> Result<String, LetterError> {
    let mut out = Vec::new();
    let number = |n| writer.words.number(n);
    let all_read = searched.n_not_read + searched.n_with_gaps == 0;
    let n = number(searched.n_exhibits)?;
    let key = match (searched.n_exhibits, all_read) {
        (0, _) => None,
        (1, true) => Some("all-read-one"),
        (1, false) => Some("part-of-one"),
        (_, true) => Some("all-read"),
        (_, false) => Some("files"),
    };
    if let Some(key) = key {
        out.push(writer.say(&format!("letter.absent.{key}"), &[("n", &n)])?);
    }
    let left = [
        (searched.n_not_read, "not-read"),
        (searched.n_with_gaps, "part"),
    ];
    for (n, kind) in left.into_iter().filter(|_| searched.n_exhibits != 1) {
        match n {
            0 => {}
            1 => out.push(writer.say(&format!("letter.absent.{kind}-one"), &[])?),
            n => {
                out.push(writer.say(&format!("letter.absent.{kind}-many"), &[("n", &number(n)?)])?)
            }
        }
    }
    out.push(writer.say("letter.absent.caveat", &[])?);
    Ok(out.join(" "))
}

fn what_it_may_mean(
    input: &LetterInput<'_>,
    writer: &Writer<'_>,
    paper: &mut Paper,
) -> Result<(), LetterError> {
    paper.heading(
        1,
        writer.say(&format!("letter.meaning.heading.{}", writer.reader), &[])?,
    );
    paper.par(copied(input.incident, writer)?);
    let exposed: Vec<_> = input.elements.iter().map(|e| e.element).collect();
    paper.list(writer.choose(writer.words.risks(), &exposed)?);
    Ok(())
}

/// Whether the files were copied, no surer than the custodian is.
pub(crate) fn copied(incident: &Incident, writer: &Writer<'_>) -> Result<String, LetterError> {
    let key = match incident.exfiltrated {
        Judgement::Yes => "copied-yes",
        Judgement::No => "copied-no",
        Judgement::Undecided => "copied-undecided",
    };
    let mut text = writer.say(&format!("letter.meaning.{key}"), &[])?;
    if incident.encrypted == Judgement::Yes {
        text.push(' ');
        text.push_str(&writer.say("letter.meaning.encrypted", &[])?);
    }
    Ok(text)
}

fn what_we_did(
    input: &LetterInput<'_>,
    writer: &Writer<'_>,
    paper: &mut Paper,
    gaps: &mut Vec<Missing>,
) -> Result<(), LetterError> {
    paper.heading(1, writer.say("letter.done.heading", &[])?);
    let incident = input.incident;
    if incident
        .own_words(OwnWords::WhatWeDid, input.language)
        .is_none()
    {
        todo(writer, paper, gaps, Missing::WhatWeDid, "what-we-did")?;
    }
    measures(incident, &input.told, writer, paper)
}

/// What was done, and who was told.
pub(crate) fn measures(
    incident: &Incident,
    told: &[Told],
    writer: &Writer<'_>,
    paper: &mut Paper,
) -> Result<(), LetterError> {
    if let Some(on) = incident.contained {
        let on = writer.date(on)?;
        paper.par(writer.say("letter.done.contained", &[("on", &on)])?);
    }
    let own = incident.own_words(OwnWords::WhatWeDid, writer.words.language);
    for par in own.unwrap_or_default().split("\n\n") {
        paper.par(par.trim().to_owned());
    }
    let mut names = Vec::new();
    for told in told {
        names.push(match told.on {
            Some(on) => writer.say(
                "letter.done.told-on",
                &[("name", &told.name), ("on", &writer.date(on)?)],
            )?,
            None => told.name.clone(),
        });
    }
    if !names.is_empty() {
        let list = names.join("; ");
        paper.par(writer.say("letter.done.told", &[("list", &list)])?);
    }
    Ok(())
}

fn what_to_do(
    input: &LetterInput<'_>,
    writer: &Writer<'_>,
    paper: &mut Paper,
) -> Result<(), LetterError> {
    paper.heading(1, writer.say("letter.can.heading", &[])?);
    let exposed: Vec<_> = input.elements.iter().map(|e| e.element).collect();
    let mut items = Vec::new();
    let code = input.code.as_ref().map(|code| code.reveal().as_str());
    items.extend(offer(input.incident, &exposed, writer, code)?);
    items.extend(writer.choose(writer.words.advice(), &exposed)?);
    paper.list(items);
    Ok(())
}

/// What the custodian offers, if it does.
pub(crate) fn offer(
    incident: &Incident,
    exposed: &[DataElement],
    writer: &Writer<'_>,
    code: Option<&str>,
) -> Result<Option<String>, LetterError> {
    let offer = &incident.offer;
    if offer.monitoring_months == 0 {
        return Ok(None);
    }
    let months = offer.monitoring_months.to_string();
    let provider = offer.provider.trim();
    let mut text = if provider.is_empty() {
        writer.say("letter.can.offer", &[("months", &months)])?
    } else {
        writer.say(
            "letter.can.offer-provider",
            &[("months", &months), ("provider", provider)],
        )?
    };
    let mut add = |more: &str| {
        text.push(' ');
        text.push_str(more);
    };
    if let Some(code) = code {
        add(&writer.say("letter.can.code", &[("code", code)])?);
    }
    if let Some(how) = incident.own_words(OwnWords::HowToEnrol, writer.words.language) {
        add(how);
    }
    if let Some(on) = offer.enrol_by {
        add(&writer.say("letter.can.offer-by", &[("on", &writer.date(on)?)])?);
    }
    if exposed.contains(&DataElement::HealthNumber) {
        add(&writer.say("letter.can.offer-health", &[])?);
    }
    Ok(Some(text))
}

fn whom_to_call(
    input: &LetterInput<'_>,
    writer: &Writer<'_>,
    paper: &mut Paper,
    gaps: &mut Vec<Missing>,
) -> Result<(), LetterError> {
    paper.heading(1, writer.say("letter.call.heading", &[])?);
    let lines = whom_to_reach(input.incident, writer)?;
    if lines.is_empty() {
        todo(writer, paper, gaps, Missing::Contact, "contact")?;
    } else {
        paper.par(writer.say("letter.call.lead", &[])?);
        paper.lines(lines);
        paper.par(writer.say("letter.call.reference", &[])?);
    }
    Ok(())
}

/// How to reach the custodian.
pub(crate) fn whom_to_reach(
    incident: &Incident,
    writer: &Writer<'_>,
) -> Result<Vec<String>, LetterError> {
    let hours = incident.own_words(OwnWords::Hours, writer.words.language);
    contact_lines(&incident.custodian.contact, hours, writer)
}

/// How to reach somebody: one line each for what is known; none when nothing is.
pub(crate) fn contact_lines(
    contact: &Contact,
    hours: Option<&str>,
    writer: &Writer<'_>,
) -> Result<Vec<String>, LetterError> {
    let who = [contact.name.trim(), contact.title.trim()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    let mut lines = Vec::new();
    for (key, value) in [
        ("phone", contact.phone.trim()),
        ("hours", hours.unwrap_or_default()),
        ("email", contact.email.trim()),
        ("address", contact.address.trim()),
        ("website", contact.website.trim()),
    ] {
        if !value.is_empty() {
            lines.push(writer.say(&format!("common.contact.{key}"), &[(key, value)])?);
        }
    }
    // A name alone is nobody whom one can reach.
    if !lines.is_empty() && !who.is_empty() {
        lines.insert(0, who);
    }
    Ok(lines)
}

/// Whom one can complain to, where a law says so.
pub(crate) fn complaint(
    rights: &[ComplaintRight],
    writer: &Writer<'_>,
    paper: &mut Paper,
) -> Result<(), LetterError> {
    let Some(_) = rights.first() else {
        return Ok(());
    };
    paper.heading(1, writer.say("letter.complain.heading", &[])?);
    for right in rights {
        let text = right.text.trim();
        let is_ours = right.text_in == writer.words.language;
        if text.is_empty() || !is_ours {
            paper.par(writer.say("letter.complain.lead", &[])?);
        }
        if is_ours {
            paper.par(text.to_owned());
        }
        let mut lines = vec![right.regulator.clone()];
        lines.extend(right.contact.iter().cloned());
        lines.retain(|line| !line.trim().is_empty());
        paper.lines(lines);
        if !is_ours {
            paper.foreign(text.to_owned(), right.text_in);
        }
    }
    Ok(())
}

fn close(
    input: &LetterInput<'_>,
    writer: &Writer<'_>,
    paper: &mut Paper,
    gaps: &mut Vec<Missing>,
) -> Result<(), LetterError> {
    paper.heading(1, writer.say("letter.sorry.heading", &[])?);
    paper.par(writer.say("letter.sorry.text", &[])?);
    paper.par(writer.say("letter.closing", &[])?);
    let signatory = &input.incident.custodian.signatory;
    if signatory.name.trim().is_empty() {
        todo(writer, paper, gaps, Missing::Signatory, "signatory")?;
    } else {
        let mut lines = vec![
            signatory.name.trim().to_owned(),
            signatory.title.trim().to_owned(),
            writer.say("common.sender", &[])?,
        ];
        lines.retain(|line| !line.is_empty());
        paper.lines(lines);
    }
    let mut notes = input.notes.clone();
    if lacks_code(input, writer) {
        notes.push(writer.say("letter.notes.no-code", &[])?);
    }
    if input.stage == Stage::Draft && !notes.is_empty() {
        paper.heading(1, writer.say("letter.notes.heading", &[])?);
        paper.list(notes);
    }
    Ok(())
}

/// Whether the custodian's words on how to take the offer speak of a code, and this person has none.
fn lacks_code(input: &LetterInput<'_>, writer: &Writer<'_>) -> bool {
    let offer = &input.incident.offer;
    input.code.is_none()
        && offer.monitoring_months > 0
        && input
            .incident
            .own_words(OwnWords::HowToEnrol, writer.words.language)
            .is_some_and(|how| {
                how.to_lowercase()
                    .split(|ch: char| !ch.is_alphabetic())
                    .any(|word| word == "code")
            })
}
