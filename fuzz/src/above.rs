//! Checks of what is no reader: a custodian's detectors, tables that come back, published reports.

use whose_engine::mail;
use whose_register::read::{Given, read};
use whose_register::{AsOf, Record, portal, veris};

/// Any text as a file of custom detectors: it is used or refused with a line, and no pattern outgrows its bounds.
pub(crate) fn custom_detectors(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    if let Err(errors) = whose_detectors::Custom::parse(text) {
        assert!(
            errors
                .iter()
                .all(|error| error.line > 0 && !error.what.is_empty())
        );
    }
}

/// Any text as a file of codes: every code is taken once, a second reading brings none, a line that is no code is named by its number.
pub(crate) fn mail_codes(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    let mut pool = mail::Pool::default();
    match pool.import(text) {
        Ok(imported) => {
            assert!(imported.new + imported.again <= text.lines().count() as u64);
            let second = pool.import(text).map(|again| again.new);
            assert_eq!(second.ok(), Some(0));
        }
        Err(error) => assert!(error.to_string().contains("line") && pool.is_empty()),
    }
}

/// Any bytes as the table of how people asked to be reached: taken, or refused by its row and without a cell of it.
pub(crate) fn mail_contacts(data: &[u8]) {
    match mail::parse(data) {
        Ok(choices) => assert!(choices.keys().all(|id| !id.is_empty())),
        Err(error) => assert!(error.to_string().contains("row")),
    }
}

/// Any text as a published report: no panic, and every sentence stands where it says.
pub(crate) fn report(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let given = Given {
        published: "2024-02-29".parse().ok(),
        ..Given::default()
    };
    let Ok(reading) = read(&text, &given) else {
        panic!("a pattern does not compile");
    };
    for fact in reading.facts {
        if let Some(quote) = fact.quote {
            let start = quote.start as usize;
            let there = text.get(start..start + quote.sentence.len());
            assert_eq!(there, Some(quote.sentence.as_str()));
        }
    }
}

/// Any JSON as a VERIS record, any bytes as a portal's table: no panic.
pub(crate) fn report_veris(data: &[u8]) {
    let _ = portal::import(data, Default::default(), "");
    let Ok(json) = serde_json::from_slice(data) else {
        return;
    };
    if let Ok((id, entries)) = veris::import(&json, Default::default(), "") {
        let record = Record::fold(id, &entries, AsOf::default());
        let _ = veris::export(id, &record);
    }
}
