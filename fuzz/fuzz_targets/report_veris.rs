//! Any JSON as a VERIS record, any bytes as a portal's table: no panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use whose_register::{AsOf, Record, portal, veris};

fuzz_target!(|data: &[u8]| {
    let _ = portal::import(data, Default::default(), "");
    let Ok(json) = serde_json::from_slice(data) else {
        return;
    };
    if let Ok((id, entries)) = veris::import(&json, Default::default(), "") {
        let record = Record::fold(id, &entries, AsOf::default());
        veris::export(id, &record);
    }
});
