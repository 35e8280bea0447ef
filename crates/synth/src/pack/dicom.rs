//! Grey pictures with a patient's header as DICOM. Format: PS3.10 chapter 7; PS3.5 chapters 6, 7 and A.2; PS3.3 C.7.
//!
//! Explicit VR little endian, eight bits, MONOCHROME2.

/// What a file says of itself, in the order in which the elements are added.
pub(crate) struct Dicom {
    class: &'static str,
    instance: String,
    data: Vec<u8>,
}

/// Secondary capture.
pub(crate) const CAPTURE: &str = "1.2.840.10008.5.1.4.1.1.7";
/// Ultrasound, one frame.
pub(crate) const ULTRASOUND: &str = "1.2.840.10008.5.1.4.1.1.6.1";
/// Ultrasound, several frames.
pub(crate) const ULTRASOUND_FRAMES: &str = "1.2.840.10008.5.1.4.1.1.3.1";
/// Computed radiography.
pub(crate) const RADIOGRAPH: &str = "1.2.840.10008.5.1.4.1.1.1";

const EXPLICIT_LITTLE_ENDIAN: &str = "1.2.840.10008.1.2.1";

impl Dicom {
    pub(crate) fn new(class: &'static str, instance: &str) -> Self {
        Self {
            class,
            instance: instance.to_owned(),
            data: Vec::new(),
        }
    }

    /// Adds a text; empty ones too, as files do for what they do not know.
    pub(crate) fn text(&mut self, tag: (u16, u16), vr: &str, text: &str) {
        let mut bytes = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
        if bytes.len() % 2 == 1 {
            bytes.push(if vr == "UI" { 0 } else { b' ' });
        }
        element(&mut self.data, tag, vr, &bytes);
    }

    /// Adds a number.
    pub(crate) fn number(&mut self, tag: (u16, u16), number: u16) {
        element(&mut self.data, tag, "US", &number.to_le_bytes());
    }

    /// Adds its own class and instance.
    pub(crate) fn identity(&mut self) {
        let instance = self.instance.clone();
        self.text((0x0008, 0x0016), "UI", self.class);
        self.text((0x0008, 0x0018), "UI", &instance);
    }

    /// The file, ending in the points of its frames.
    pub(crate) fn finish(mut self, points: &[u8]) -> Vec<u8> {
        let mut points = points.to_vec();
        points.resize(points.len().next_multiple_of(2), 0);
        element(&mut self.data, (0x7fe0, 0x0010), "OB", &points);
        let mut meta = Vec::new();
        element(&mut meta, (0x0002, 0x0001), "OB", &[0, 1]);
        for (tag, text) in [
            (0x0002, self.class),
            (0x0003, self.instance.as_str()),
            (0x0010, EXPLICIT_LITTLE_ENDIAN),
            (0x0012, "2.25.80302813137786398554742050926734630921"),
        ] {
            let mut bytes = text.as_bytes().to_vec();
            bytes.resize(bytes.len().next_multiple_of(2), 0);
            element(&mut meta, (0x0002, tag), "UI", &bytes);
        }
        element(&mut meta, (0x0002, 0x0013), "SH", b"WHOSE_SYNTH ");
        let mut out = vec![0; 128];
        out.extend_from_slice(b"DICM");
        element(
            &mut out,
            (0x0002, 0x0000),
            "UL",
            &(meta.len() as u32).to_le_bytes(),
        );
        out.extend_from_slice(&meta);
        out.extend_from_slice(&self.data);
        out
    }
}

fn element(out: &mut Vec<u8>, (group, number): (u16, u16), vr: &str, value: &[u8]) {
    out.extend_from_slice(&group.to_le_bytes());
    out.extend_from_slice(&number.to_le_bytes());
    out.extend_from_slice(vr.as_bytes());
    if vr == "OB" {
        out.extend_from_slice(&[0; 2]);
        out.extend_from_slice(&(value.len() as u32).to_le_bytes());
    } else {
        out.extend_from_slice(&(value.len() as u16).to_le_bytes());
    }
    out.extend_from_slice(value);
}
