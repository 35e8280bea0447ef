//! Small data sets made byte by byte, and broken ones.

use proptest::prelude::*;
use whose_model::{Cause, ExhibitPath, Limits, Segment};

use crate::{exhibit::read_as, testkit::Given};

fn read(format: &str, bytes: &[u8]) -> Given {
    let mut given = Given::default();
    let path = ExhibitPath("a".into());
    read_as(format, bytes, &path, &Limits::default(), &mut given);
    given
}

fn cells(given: &Given) -> String {
    let mut text = String::new();
    for (_, segment) in &given.segments {
        let Segment::Rows(rows) = segment else {
            continue;
        };
        let names: Vec<_> = rows
            .head
            .columns
            .iter()
            .map(|it| it.name.as_str())
            .collect();
        text.push_str(&names.join("|"));
        for row in 0..rows.len() {
            text.push('\n');
            let cells: Vec<_> = (0..names.len()).map(|at| rows.cell(row, at)).collect();
            text.push_str(&cells.join("|"));
        }
    }
    text
}

fn padded(text: &str, n: usize) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    bytes.resize(n, 0);
    bytes
}

/// Version 114: a code with a label, a day, a text.
fn stata() -> Vec<u8> {
    let mut file = vec![114, 2, 1, 0, 3, 0, 2, 0, 0, 0];
    file.extend(vec![0; 99]);
    file.extend([251, 253, 6]);
    for name in ["hiv", "dob", "name"] {
        file.extend(padded(name, 33));
    }
    file.extend(vec![0; 8]);
    for format in ["%8.0g", "%td", "%6s"] {
        file.extend(padded(format, 49));
    }
    for label in ["status", "", ""] {
        file.extend(padded(label, 33));
    }
    for label in ["", "Date of birth", ""] {
        file.extend(padded(label, 81));
    }
    file.extend([0; 5]);
    for (code, day, name) in [(1_u8, -3652_i32, "Roy"), (101, 0, "Anna")] {
        file.push(code);
        file.extend(day.to_le_bytes());
        file.extend(padded(name, 6));
    }
    file.extend(25_u32.to_le_bytes());
    file.extend(padded("status", 36));
    file.extend([1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
    file.extend(padded("positive", 9));
    file
}

/// Packed rows: a code with a label, a text.
fn spss() -> Vec<u8> {
    let mut file = b"$FL2".to_vec();
    file.extend([b' '; 60]);
    for value in [2_i32, 2, 1, 0, 2] {
        file.extend(value.to_le_bytes());
    }
    file.extend(100_f64.to_le_bytes());
    file.resize(176, b' ');
    for (width, name, label) in [(0_i32, "HIV     ", "HIV status  "), (5, "NAME    ", "")] {
        for value in [2, width, i32::from(!label.is_empty()), 0, 5 << 16, 5 << 16] {
            file.extend(value.to_le_bytes());
        }
        file.extend(name.as_bytes());
        if !label.is_empty() {
            file.extend(10_i32.to_le_bytes());
            file.extend(label.as_bytes());
        }
    }
    file.extend([3, 0, 0, 0, 1, 0, 0, 0]);
    file.extend(1_f64.to_le_bytes());
    file.push(8);
    file.extend(b"positive       ");
    file.extend([4, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
    file.extend([231, 3, 0, 0, 0, 0, 0, 0]);
    file.extend([101, 253, 255, 253, 252, 0, 0, 0]);
    file.extend(b"Roy     Anna    ");
    file
}

#[test]
fn a_stata_data_set_has_labels_and_days() {
    let given = read("stata", &stata());
    assert_eq!(
        cells(&given),
        "hiv|dob = Date of birth|name\npositive|1950-01-01|Roy\n|1960-01-01|Anna"
    );
    assert!(given.gaps.is_empty());
    let cut = read("stata", &stata()[..stata().len() - 70]);
    assert_eq!(cut.gaps[0].cause, Cause::Truncated);
    assert!(cells(&cut).contains("Roy"));
}

#[test]
fn an_spss_data_set_is_unpacked() {
    let given = read("spss", &spss());
    assert_eq!(cells(&given), "HIV = HIV status|NAME\npositive|Roy\n|Anna");
    assert!(given.gaps.is_empty());
}

#[test]
fn a_transport_file_has_numbers_of_mainframes() {
    let header = |kind: &str, rest: &str| {
        let line = format!("HEADER RECORD*******{kind:<8}HEADER RECORD!!!!!!!{rest}");
        format!("{line:<80}").into_bytes()
    };
    let zeros = "000000000000000001600000000140  ";
    let mut file = header("LIBRARY", zeros);
    file.extend([b' '; 160]);
    file.extend(header("MEMBER", zeros));
    file.extend(header("DSCRPTR", zeros));
    file.extend(padded("SAS     VISITS  ", 80));
    file.extend([b' '; 80]);
    file.extend(header("NAMESTR", "000000000200000000000000000000"));
    for (kind, len, name, label, at) in [
        (1_u8, 8_u8, "AGE     ", "Age", 0_u8),
        (2, 8, "NAME    ", "", 8),
    ] {
        let mut variable = vec![0, kind, 0, 0, 0, len, 0, 1];
        variable.extend(name.as_bytes());
        variable.extend(format!("{label:<40}").into_bytes());
        variable.resize(84, 0);
        variable.extend([0, 0, 0, at]);
        variable.resize(140, 0);
        file.extend(variable);
    }
    file.resize(file.len().div_ceil(80) * 80, b' ');
    file.extend(header("OBS", zeros));
    file.extend([0x42, 0x64, 0x80, 0, 0, 0, 0, 0]);
    file.extend(b"Roy     ");
    file.extend([b'.', 0, 0, 0, 0, 0, 0, 0]);
    file.extend(b"Anna    ");
    file.resize(file.len().div_ceil(80) * 80, b' ');
    let given = crate::testkit::read_bytes("a.xpt", &file);
    assert_eq!(cells(&given), "AGE|NAME\n100.5|Roy\n|Anna");
    assert!(given.gaps.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn changed_data_sets_never_panic(
        changes in prop::collection::vec((0_usize..1000, any::<u8>()), 0..20),
        len in 0_usize..1000,
    ) {
        for (format, file) in [("stata", stata()), ("spss", spss())] {
            let mut file = file;
            for &(at, byte) in &changes {
                if let Some(there) = file.get_mut(at) {
                    *there = byte;
                }
            }
            file.truncate(len.max(4));
            for format in [format, "sas", "xport", "spss-portable"] {
                let given = read(format, &file);
                prop_assert!(given.gaps.iter().all(|gap| gap.cause != Cause::Crash));
            }
        }
    }

    #[test]
    fn any_bytes_of_a_sas_data_set_never_panic(tail in prop::collection::vec(any::<u8>(), 0..2000), long in any::<bool>()) {
        let mut file = super::sas::MARK.to_vec();
        file.resize(288, 0);
        file[37] = 1;
        file[32] = if long { 0x33 } else { 0 };
        file[196..198].copy_from_slice(&[0x20, 1]);
        file[200] = 0x80;
        file.extend(tail);
        let given = read("sas", &file);
        prop_assert!(given.gaps.iter().all(|gap| gap.cause != Cause::Crash));
    }
}
