//! The table of what is fuzzed: a name, and what becomes of the fuzzer's bytes.
//!
//! A target of a format is a file's name and the head that makes a reader take it for its own; what stands after it is the fuzzer's.
//! What is no reader checks itself (`above.rs`) and is there with the feature `above`.

use crate::parts::{Container, put, take};
use crate::read::{check, file};

/// One thing that is fuzzed.
pub struct Target {
    /// What `WHOSE_FUZZ` calls it.
    pub name: &'static str,
    /// What is done with the fuzzer's bytes.
    pub what: What,
}

/// What is done with the fuzzer's bytes.
pub enum What {
    /// They are read after this head, as a file of this name.
    Read(&'static str, &'static [u8]),
    /// They are parts of a container, which is read as a file of this name.
    Parts(&'static str, Container),
    /// This looks at them.
    Own(fn(&[u8])),
}

impl Target {
    /// Panics if the bytes bring about what must not be.
    pub fn check(&self, data: &[u8]) {
        match self.what {
            What::Read(path, head) => check(path, &file(head, data)),
            What::Parts(path, container) => check(path, &put(container, data)),
            What::Own(own) => own(data),
        }
    }

    /// The file that the bytes stand for, to give it to other programs; for what is no reader, the bytes.
    pub fn file(&self, data: &[u8]) -> Vec<u8> {
        match self.what {
            What::Read(_, head) => file(head, data),
            What::Parts(_, container) => put(container, data),
            What::Own(_) => data.to_vec(),
        }
    }

    /// The fuzzer's bytes that stand for this file.
    pub fn seed(&self, file: &[u8]) -> Vec<u8> {
        match self.what {
            What::Read(..) => [&[0], file].concat(),
            What::Parts(_, container) => take(container, file),
            What::Own(_) => file.to_vec(),
        }
    }
}

/// The target of this name.
pub fn named(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// The table for a program: a line for each target, its name, its file's name, its head in hexadecimal digits, and whether it is a container.
pub fn list() -> String {
    let mut text = String::new();
    for target in TARGETS {
        let (path, head, kind) = match target.what {
            What::Read(path, head) => (path, head, ""),
            What::Parts(path, _) => (path, &[][..], "container"),
            What::Own(_) => ("", &[][..], ""),
        };
        text.push_str(&format!("{}\t{path}\t", target.name));
        text.extend(head.iter().map(|byte| format!("{byte:02x}")));
        text.push_str(&format!("\t{kind}\n"));
    }
    text
}

const fn read(name: &'static str, path: &'static str, head: &'static [u8]) -> Target {
    let what = What::Read(path, head);
    Target { name, what }
}

const fn parts(name: &'static str, path: &'static str, container: Container) -> Target {
    let what = What::Parts(path, container);
    Target { name, what }
}

#[cfg(feature = "above")]
const fn own(name: &'static str, check: fn(&[u8])) -> Target {
    let what = What::Own(check);
    Target { name, what }
}

/// Every target: formats by their names, containers whose parts are the fuzzer's, what is no reader.
#[rustfmt::skip]
pub static TARGETS: &[Target] = &[
    read("anything", "a", b""),
    read("ar", "a.ar", b"!<arch>\n"),
    read("arj", "a.arj", b"\x60\xea"),
    read("arrow", "a.arrow", b"ARROW1\0\0"),
    read("bmp", "a.bmp", b"BM"),
    read("browser_cache", "a_0", b"\x30\x5c\x72\xa7\x1b\x6d\xfb\xfc"),
    read("bzip2", "a.bz2", b"BZh9"),
    read("cab", "a.cab", b"MSCF\0\0\0\0"),
    read("cda", "a.xml", b"<ClinicalDocument>"),
    read("chart_xml", "a.xml", b"<OmdCds><PatientRecord><Demographics>"),
    read("compound", "a.ole", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    read("compress", "a.Z", b"\x1f\x9d"),
    read("cpio", "a.cpio", b""),
    read("csv", "a.csv", b""),
    read("dbf", "a.dbf", b"\x03\x7c\x01\x02"),
    read("dicom", "a.dcm", b"\x08\0\x05\0CS\x0a\0ISO_IR 100\x08\0\x60\0CS\x02\0CT"),
    read("dicom_file", "a.dcm", &DICOM_FILE),
    read("disk", "a.img", b""),
    read("doc", "a.doc", b"\xdc\xa5\x65\0"),
    read("eml", "a.eml", b"From: a@b.ca\nSubject: x\n"),
    read("ewf", "a.e01", b"EVF\x09\x0d\x0a\xff\0"),
    read("fhir", "a.json", b"{\"resourceType\":"),
    read("fhir_xml", "a.xml", b"<Bundle xmlns='http://hl7.org/fhir'><entry><resource><Patient>"),
    read("fixed", "a.prn", b"a   b   c\n--- --- ---\n1   2   3\n4   5   6\n"),
    read("gif", "a.gif", b"GIF89a"),
    read("gzip", "a.gz", b"\x1f\x8b"),
    read("hl7v2", "a.hl7", b"MSH|^~\\&|"),
    read("hl7v2_xml", "a.xml", b"<ADT_A01 xmlns='urn:hl7-org:v2xml'><PID>"),
    read("html", "a.html", b"<html>"),
    read("iso", "a.iso", b""),
    read("jbig2", "a.jb2", b"\x97JB2\r\n\x1a\n"),
    read("jp2", "a.jp2", b"\0\0\0\x0cjP  \r\n\x87\n"),
    read("jpeg", "a.jpg", b"\xff\xd8\xff\xe0"),
    read("json", "a.json", b""),
    read("ldif", "a.ldif", b"dn: cn=a,dc=b\ncn: a\n"),
    read("lha", "a.lzh", b""),
    read("lz4", "a.lz4", b"\x04\x22\x4d\x18"),
    read("mbox", "a.mbox", b"From a@b.ca Mon Jan  1 00:00:00 2024\nFrom: a@b.ca\n"),
    read("msg", "a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    read("ndjson", "a.ndjson", b"{}\n"),
    read("office_zip", "a.docx", b"PK\x03\x04"),
    read("onenote", "a.one", b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3"),
    read("parquet", "a.parquet", b"PAR1"),
    read("pdf", "a.pdf", b"%PDF-1.4\n"),
    read("pgdump", "a.dump", b"PGDMP\x01"),
    read("png", "a.png", b"\x89PNG\r\n\x1a\n"),
    read("pnm", "a.pgm", b"P5\n"),
    read("ppt", "a.ppt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    read("pst", "a.pst", b"!BDN\0\0\0\0SM\x17\0"),
    read("qcow2", "a.qcow2", b"QFI\xfb"),
    read("rpm", "a.rpm", b"\xed\xab\xee\xdb"),
    read("rtf", "a.rtf", b"{\\rtf1"),
    read("sas", "a.sas7bdat", b"\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00\x09\xc7\x31\x8c\x18\x1f\x10\x11"),
    read("sevenz", "a.7z", b"7z\xbc\xaf\x27\x1c"),
    read("smime", "a.p7m", b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"),
    read("snappy", "a.sz", b"\xff\x06\0\0sNaPpY"),
    read("spss", "a.sav", b"$FL2"),
    read("sql", "a.sql", b""),
    read("sqlite", "a.db", b"SQLite format 3\0"),
    read("stata", "a.dta", b"<stata_dta>"),
    read("stata_old", "a.dta", b"\x72\x02\x01\0"),
    read("strings", "a.bin", b"\x80\0\x01\x02\x03\x04\x05\xff"),
    read("tar", "a.tar", b""),
    read("text", "a.log", b""),
    read("tiff", "a.tif", b"II*\0\x08\0\0\0"),
    read("tnef", "winmail.dat", b"\x78\x9f\x3e\x22\0\0"),
    read("vcard", "a.vcf", b"BEGIN:VCARD\n"),
    read("vhd", "a.vhd", b"conectix"),
    read("vhdx", "a.vhdx", b"vhdxfile"),
    read("vmdk", "a.vmdk", b"KDMV"),
    read("webp", "a.webp", b"RIFF\0\x01\0\0WEBP"),
    read("x12", "a.x12", b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *240102*0930*^*00501*000000905*1*T*:~"),
    read("xls", "a.xls", b"\x09\x08\x10\0\0\x06\x05\0"),
    read("xls_old", "a.xls", b"\x09\0\x04\0\x02\0\x10\0"),
    read("xml", "a.xml", b"<?xml "),
    read("xport", "a.xpt", b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!"),
    read("xz", "a.xz", b"\xfd7zXZ\0"),
    read("zip", "a.zip", b"PK\x03\x04"),
    read("zstd", "a.zst", b"\x28\xb5\x2f\xfd"),
    parts("doc_parts", "a.doc", Container::Compound),
    parts("docx_parts", "a.docx", Container::Zip),
    parts("msg_parts", "a.msg", Container::Compound),
    parts("opendocument_parts", "a.odt", Container::Zip),
    parts("ppt_parts", "a.ppt", Container::Compound),
    parts("pptx_parts", "a.pptx", Container::Zip),
    parts("publisher_parts", "a.pub", Container::Compound),
    parts("sheet_parts", "a.xlsx", Container::Zip),
    parts("spreadsheet_parts", "a.ods", Container::Zip),
    parts("visio_parts", "a.vsd", Container::Compound),
    parts("xls_parts", "a.xls", Container::Compound),
    parts("xlsb_parts", "a.xlsb", Container::Zip),
    #[cfg(feature = "above")] own("custom_detectors", crate::above::custom_detectors),
    #[cfg(feature = "above")] own("mail_codes", crate::above::mail_codes),
    #[cfg(feature = "above")] own("mail_contacts", crate::above::mail_contacts),
    #[cfg(feature = "above")] own("report", crate::above::report),
    #[cfg(feature = "above")] own("report_veris", crate::above::report_veris),
];

/// 128 bytes of anything, the mark, and the first element of the file's own data.
const DICOM_FILE: [u8; 160] = {
    let mut head = [0; 160];
    let (_, rest) = head.split_at_mut(128);
    rest.copy_from_slice(b"DICM\x02\0\x10\0UI\x14\x001.2.840.10008.1.2.1\0");
    head
};
