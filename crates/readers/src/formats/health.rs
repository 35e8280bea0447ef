//! Health formats.

use super::{Format, How, about, format};
use crate::{dicom, hl7v2, json, x12, xml};

pub(super) static FORMATS: &[Format] = &[
    format(
        "hl7v2",
        How::Text(hl7v2::read),
        about(
            "HL7 version 2",
            "every segment as a record, Z-segments too; batches, reconciled with their trailers; messages inside logs; texts that run over segments; enclosed documents (base64, hex, uuencode); character sets and escapes",
            "",
            "own",
            "corpus/made, hl7v2-hapi",
        ),
    ),
    format(
        "hl7v2-xml",
        How::Text(hl7v2::read_xml),
        about(
            "HL7 version 2 in XML (v2.xml)",
            "every segment as a record, with the names of the usual encoding; texts that run on",
            "",
            "own",
            "tests",
        ),
    ),
    format(
        "fhir",
        How::Text(json::read_fhir),
        about(
            "FHIR, JSON; DSTU2, STU3, R4, R5",
            "every resource as a record under the patient it is about, contained ones too; narratives; attachments; bundles, reconciled with their totals, and NDJSON",
            "",
            "own",
            "corpus/made, fhir-r4-examples",
        ),
    ),
    format(
        "fhir-xml",
        How::Text(json::read_fhir_xml),
        about(
            "FHIR, XML; DSTU2, STU3, R4, R5",
            "as FHIR, JSON",
            "",
            "own",
            "tests",
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
        "chart-xml",
        How::Text(xml::read_chart),
        about(
            "EMR chart exports: OntarioMD CDS (OSCAR and others), HRM; ASTM CCR",
            "each part of a chart as a record under its patient; notes; enclosed documents",
            "",
            "own",
            "tests",
        ),
    ),
    format(
        "x12",
        How::Text(x12::read),
        about(
            "X12 health care: 837 P/I/D, 835, 270/271, 276/277, 278, 834, 820, 275; 4010 and 5010",
            "every element as a field; a record for each person, claim, service and coverage under the person it is about; notes; attachments; several interchanges with their own signs",
            "the sets' code lists are not spelt out",
            "own",
            "tests",
        ),
    ),
    format(
        "dicom",
        How::Stream(dicom::read),
        about(
            "DICOM",
            "every attribute as a field of one record, private ones too, in every character set and transfer syntax; reports' content; enclosed documents; DICOMDIR; text burned into any frame or overlay",
            "moving pictures (MPEG, H.264); curves; names in binary private attributes that are no text",
            "own; dicom-dictionary-std, jpeg-decoder, hayro-jpeg2000, Tesseract",
            "tests, dicom",
        ),
    ),
];
