//! Compound files: folders and streams; a workbook behind a password. Format: MS-CFB, MS-OFFCRYPTO.

use crate::chance::Chance;

const FREE: u32 = 0xffff_ffff;
const END: u32 = 0xffff_fffe;
const FAT: u32 = 0xffff_fffd;

/// A workbook locked with a password that nobody has.
pub(crate) fn locked_workbook(chance: &mut Chance) -> Vec<u8> {
    let encoded = |chance: &mut Chance, n| super::mime::base64(&chance.bytes(n));
    let mut info = vec![4, 0, 4, 0, 0x40, 0, 0, 0];
    let xml = format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><keyData saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="{}"/><dataIntegrity encryptedHmacKey="{}" encryptedHmacValue="{}"/><keyEncryptors><keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><p:encryptedKey spinCount="100000" saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="{}" encryptedVerifierHashInput="{}" encryptedVerifierHashValue="{}" encryptedKeyValue="{}"/></keyEncryptor></keyEncryptors></encryption>"#,
        encoded(chance, 16),
        encoded(chance, 64),
        encoded(chance, 64),
        encoded(chance, 16),
        encoded(chance, 16),
        encoded(chance, 64),
        encoded(chance, 32),
    );
    info.extend_from_slice(xml.as_bytes());
    // Streams of 4,096 bytes and more need no mini stream.
    info.resize(4096, b' ');
    let mut package = 8184_u64.to_le_bytes().to_vec();
    package.extend_from_slice(&chance.bytes(8184));
    write(vec![
        Node::stream("EncryptionInfo", info),
        Node::stream("EncryptedPackage", package),
    ])
}

/// A folder or a stream.
pub(crate) struct Node {
    name: String,
    /// What a stream holds; none for a folder.
    content: Option<Vec<u8>>,
    within: Vec<Node>,
}

impl Node {
    pub(crate) fn stream(name: &str, content: Vec<u8>) -> Self {
        Self {
            name: name.to_owned(),
            content: Some(content),
            within: Vec::new(),
        }
    }

    pub(crate) fn folder(name: &str, within: Vec<Self>) -> Self {
        Self {
            name: name.to_owned(),
            content: None,
            within,
        }
    }

    /// The order of siblings: shorter names first, then by capitals.
    fn order(&self) -> (usize, String) {
        (self.name.encode_utf16().count(), self.name.to_uppercase())
    }
}

/// Sectors chained in a table.
#[derive(Default)]
struct Chain {
    next: Vec<u32>,
    bytes: Vec<u8>,
}

impl Chain {
    /// Adds bytes in sectors of a size; gives where they start.
    fn add(&mut self, bytes: &[u8], sector: usize) -> u32 {
        let start = self.next.len() as u32;
        let n = bytes.len().div_ceil(sector);
        for i in 1..=n {
            self.next.push(if i == n { END } else { start + i as u32 });
        }
        self.bytes.extend_from_slice(bytes);
        self.bytes
            .resize(self.bytes.len().next_multiple_of(sector), 0);
        if n == 0 { END } else { start }
    }
}

/// A compound file of at most 100 sectors of table.
pub(crate) fn write(root: Vec<Node>) -> Vec<u8> {
    let mut directory = vec![[0; 128]];
    let (mut sectors, mut small) = (Chain::default(), Chain::default());
    let child = place(root, &mut directory, &mut sectors, &mut small);
    let small_start = sectors.add(&small.bytes, 512);
    directory[0] = entry(
        "Root Entry",
        5,
        [FREE, FREE, child],
        small_start,
        small.bytes.len() as u64,
    );
    directory.resize(
        directory.len().next_multiple_of(4),
        entry("", 0, [FREE; 3], 0, 0),
    );
    let mut small_table = table(&small.next);
    small_table.resize(small_table.len().next_multiple_of(512), 0xff);
    let n_small = small_table.len() / 512;
    let small_table_start = sectors.add(&small_table, 512);
    let directory_start = sectors.add(&directory.concat(), 512);
    // The table has an entry for its own sectors too.
    let mut n_table = 1;
    while sectors.next.len() + n_table > n_table * 128 {
        n_table += 1;
    }
    let first = sectors.next.len() as u32;
    sectors.next.extend((0..n_table).map(|_| FAT));
    sectors.next.resize(n_table * 128, FREE);
    let mut out = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    out.extend_from_slice(&[0; 16]);
    for value in [0x3e_u16, 3, 0xfffe, 9, 6, 0, 0, 0] {
        out.extend_from_slice(&value.to_le_bytes());
    }
    let head = [
        0,
        n_table as u32,
        directory_start,
        0,
        4096,
        small_table_start,
        n_small as u32,
        END,
        0,
    ];
    for value in head
        .into_iter()
        .chain((0..n_table as u32).map(|i| first + i))
    {
        out.extend_from_slice(&value.to_le_bytes());
    }
    out.resize(512, 0xff);
    out.extend_from_slice(&sectors.bytes);
    out.extend_from_slice(&table(&sectors.next));
    out
}

fn table(next: &[u32]) -> Vec<u8> {
    next.iter().flat_map(|entry| entry.to_le_bytes()).collect()
}

/// Places siblings as a balanced tree and gives its root.
fn place(
    mut nodes: Vec<Node>,
    directory: &mut Vec<[u8; 128]>,
    sectors: &mut Chain,
    small: &mut Chain,
) -> u32 {
    if nodes.is_empty() {
        return FREE;
    }
    nodes.sort_by_key(Node::order);
    let mut after = nodes.split_off(nodes.len() / 2);
    let node = after.remove(0);
    let id = directory.len();
    directory.push([0; 128]);
    let left = place(nodes, directory, sectors, small);
    let right = place(after, directory, sectors, small);
    let child = place(node.within, directory, sectors, small);
    directory[id] = match &node.content {
        Some(bytes) => {
            // What is shorter than 4,096 bytes stands in small sectors.
            let start = if bytes.len() < 4096 {
                small.add(bytes, 64)
            } else {
                sectors.add(bytes, 512)
            };
            entry(
                &node.name,
                2,
                [left, right, FREE],
                start,
                bytes.len() as u64,
            )
        }
        None => entry(&node.name, 1, [left, right, child], 0, 0),
    };
    id as u32
}

fn entry(name: &str, kind: u8, [left, right, child]: [u32; 3], start: u32, size: u64) -> [u8; 128] {
    let mut entry = [0; 128];
    let mut at = 0;
    for unit in name.encode_utf16() {
        entry[at..at + 2].copy_from_slice(&unit.to_le_bytes());
        at += 2;
    }
    let n = if name.is_empty() { 0 } else { at as u16 + 2 };
    entry[64..66].copy_from_slice(&n.to_le_bytes());
    entry[66] = kind;
    entry[67] = 1;
    for (i, value) in [left, right, child].into_iter().enumerate() {
        entry[68 + i * 4..72 + i * 4].copy_from_slice(&value.to_le_bytes());
    }
    entry[116..120].copy_from_slice(&start.to_le_bytes());
    entry[120..128].copy_from_slice(&size.to_le_bytes());
    entry
}
