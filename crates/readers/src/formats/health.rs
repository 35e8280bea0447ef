//! Health formats.

use super::{Format, How, PICTURE, about, format};
use crate::{hl7v2, json, xml};

pub(super) static FORMATS: &[Format] = &[
    format(
        "hl7v2",
        How::Text(hl7v2::read),
        about(
            "HL7 version 2",
            "every segment as a record, Z-segments too; batches; messages inside logs",
            "",
            "own",
            "corpus/made, hl7v2-hapi",
        ),
    ),
    format(
        "fhir",
        How::Text(json::read_fhir),
        about(
            "FHIR, JSON",
            "every resource as a record, contained ones too; narratives; bundles and NDJSON",
            "",
            "own",
            "corpus/made, fhir-r4-examples",
        ),
    ),
    format(
        "cda",
        How::Text(xml::read_cda),
        about(
            "CDA and C-CDA",
            "header records, section texts tied to the patient",
            "",
            "own, quick-xml",
            "ccda",
        ),
    ),
    format(
        "dicom",
        PICTURE,
        about("DICOM", "", "no reader yet", "", ""),
    ),
];
