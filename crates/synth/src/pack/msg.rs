//! A message as Outlook saves one. Format: MS-OXMSG 2.1 to 2.4 over MS-CFB; tags from MS-OXPROPS.

use super::compound::{Node, write};

/// Who wrote, to whom, about what.
pub(crate) struct Message<'a> {
    pub(crate) sender: (&'a str, &'a str),
    pub(crate) recipient: (&'a str, &'a str),
    pub(crate) subject: &'a str,
    pub(crate) body: &'a str,
    pub(crate) headers: &'a str,
}

/// The file.
pub(crate) fn message(message: &Message<'_>) -> Vec<u8> {
    // Reserved, next recipient, next attachment, recipients, attachments, reserved.
    let mut head = vec![0; 8];
    for value in [1_u32, 0, 1, 0] {
        head.extend_from_slice(&value.to_le_bytes());
    }
    head.extend_from_slice(&[0; 8]);
    let mut top = storage(
        head,
        // PidTagStoreSupportMask says that texts are Unicode.
        &[(0x340d, 0x0004_0000)],
        &[
            (0x001a, "IPM.Note"),
            (0x0037, message.subject),
            (0x007d, message.headers),
            (0x0c1a, message.sender.0),
            (0x0c1e, "SMTP"),
            (0x0c1f, message.sender.1),
            (0x0e04, message.recipient.0),
            (0x1000, message.body),
        ],
    );
    top.push(Node::folder(
        "__recip_version1.0_#00000000",
        storage(
            vec![0; 8],
            &[(0x0c15, 1), (0x3000, 0)],
            &[
                (0x3001, message.recipient.0),
                (0x3002, "SMTP"),
                (0x3003, message.recipient.1),
            ],
        ),
    ));
    top.push(Node::folder(
        "__nameid_version1.0",
        ["00020102", "00030102", "00040102"]
            .iter()
            .map(|tag| Node::stream(&format!("__substg1.0_{tag}"), Vec::new()))
            .collect(),
    ));
    write(top)
}

/// A property stream with the streams of its texts.
fn storage(mut properties: Vec<u8>, numbers: &[(u16, u32)], texts: &[(u16, &str)]) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut add = |id: u16, kind: u16, value: u32| {
        for half in [kind, id] {
            properties.extend_from_slice(&half.to_le_bytes());
        }
        // Readable and writable.
        for word in [6, value, 0] {
            properties.extend_from_slice(&word.to_le_bytes());
        }
    };
    for &(id, value) in numbers {
        add(id, 0x0003, value);
    }
    for (id, text) in texts.iter().filter(|(_, text)| !text.is_empty()) {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        add(*id, 0x001f, bytes.len() as u32 + 2);
        nodes.push(Node::stream(&format!("__substg1.0_{id:04X}001F"), bytes));
    }
    nodes.push(Node::stream("__properties_version1.0", properties));
    nodes
}
