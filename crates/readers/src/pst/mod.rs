//! An Outlook mail store (PST, OST) in; each folder as a member, each message as a member of its folder, each attachment as a member of its message, out.
//!
//! A folder expects what its table of contents lists and what it counts, and
//! both are held against the store's own table of nodes: a message that no
//! folder lists is read under `(not in any folder)`. Nothing is held in memory
//! but one message and a few bytes for each message's number. A password is
//! only a checksum that Outlook compares; such a store is read like any other.
//! Search folders are passed over, since their messages stand elsewhere.
//!
//! Format: [MS-PST] 2.4 (messaging layer); below it `ltp.rs` and `ndb.rs`; what
//! the properties mean is in `mapi`.

mod code;
mod ltp;
mod ndb;
mod recover;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod writer;

use std::{
    collections::{BTreeMap, HashSet},
    io::{self, Read},
};

use whose_model::{Cause, Locator, PassageKind};

use self::{
    ltp::{Context, Table},
    ndb::{Blocks, Lost, Node, Opened, Store},
};
use crate::{
    exhibit::{Body, Imprint, Reading},
    mapi::{self, Item, Names, id, value::kind},
    source::ReadSeek,
};

/// Numbers of nodes that every store has ([MS-PST] 2.4.1).
const NAMES: u32 = 0x61;
const ROOT: u32 = 0x122;
/// Subnodes of a message.
const RECIPIENTS: u32 = 0x692;
const ATTACHMENTS: u32 = 0x671;
/// Rows of recipients or attachments of one message.
const MAX_ROWS: usize = 100_000;
/// Messages of one folder that are listed and nowhere in the store, named one by one.
const MAX_MISSING: usize = 1000;
/// Longest path of folders.
const MAX_PATH: usize = 380;
const NOWHERE: &str = "(not in any folder)";

/// Kinds of nodes: the lowest five bits ([MS-PST] 2.2.2.1).
fn kind_of(node: u32) -> u32 {
    node & 0x1F
}
const FOLDER: u32 = 0x02;
const MESSAGE: u32 = 0x04;
const HIDDEN: u32 = 0x08;
const SUBFOLDERS: u32 = 0x0D;
const CONTENTS: u32 = 0x0E;
const HIDDEN_CONTENTS: u32 = 0x0F;

/// The node of another kind that belongs to the same folder.
fn sibling(node: u32, kind: u32) -> u32 {
    node & !0x1F | kind
}

/// Reads a mail store.
pub(crate) fn read(file: &mut dyn ReadSeek, reading: &mut Reading<'_>) {
    let mut store = match Store::open(file) {
        Opened::Store(store) => store,
        Opened::Locked => {
            reading.gap(
                Cause::Password,
                "locked to a Windows account; it opens only there",
            );
            return;
        }
        Opened::Corrupt => {
            reading.gap(Cause::Corrupt, "its header cannot be made out");
            return;
        }
    };
    let nodes = store.all_nodes(&mut || reading.pulse());
    let n_folders = nodes.keys().filter(|id| kind_of(**id) == FOLDER).count();
    reading.expects(n_folders as u64);
    let names = names(&mut store, reading);
    let mut walk = Walk {
        store,
        nodes,
        names,
        folders: HashSet::new(),
        listed: HashSet::new(),
    };
    let goes_on = walk.folders_below(ROOT, "", reading) && walk.lost_folders(reading);
    if goes_on {
        walk.lost_messages(reading);
    }
    if walk.store.has_lost_pages {
        reading.gap(
            Cause::Corrupt,
            "a page of the store's own tables is damaged; what the rest of the file still shows was read",
        );
    }
    if walk.nodes.is_empty() {
        reading.gap(
            Cause::Corrupt,
            "no folder and no message could be found in it",
        );
    }
}

fn names(store: &mut Store<'_>, reading: &Reading<'_>) -> Names {
    store.n_left = reading.limits().max_held_bytes;
    let context = store
        .node(NAMES)
        .and_then(|node| Context::open(store, node));
    let Ok(mut map) = context else {
        return Names::default();
    };
    let mut stream = |id| map.bytes(store, id).unwrap_or_default();
    Names::parse(&stream(2), &stream(3), &stream(4))
}

fn cause_of(lost: Lost) -> Cause {
    match lost {
        Lost::Missing | Lost::Corrupt => Cause::Corrupt,
        Lost::Truncated => Cause::Truncated,
        Lost::TooLarge => Cause::TooLarge,
    }
}

struct Walk<'f> {
    store: Store<'f>,
    /// Every folder and message of the store.
    nodes: BTreeMap<u32, Node>,
    names: Names,
    /// Folders and messages that were come across.
    folders: HashSet<u32>,
    listed: HashSet<u32>,
}

impl Walk<'_> {
    /// Reads a folder and all below it. `false` when no more members may be read.
    fn folders_below(&mut self, root: u32, base: &str, reading: &mut Reading<'_>) -> bool {
        let mut waiting = vec![(root, base.to_owned())];
        while let Some((id, above)) = waiting.pop() {
            if kind_of(id) != FOLDER || !self.folders.insert(id) {
                continue;
            }
            if id == ROOT && !self.nodes.contains_key(&id) {
                continue;
            }
            self.store.n_left = reading.limits().max_held_bytes;
            let mut folder = Folder::open(&mut self.store, id, &self.names);
            let name: String = folder.name.replace(['/', '\\'], "_");
            let name = if name.trim().is_empty() {
                format!("folder {id:x}")
            } else {
                name
            };
            let path = match (id == ROOT, above.is_empty()) {
                (true, _) => above,
                (false, true) => name,
                (false, false) if above.len() + name.len() > MAX_PATH => format!("(deep)/{name}"),
                (false, false) => format!("{above}/{name}"),
            };
            let below = folder.subfolders.drain(..).rev();
            waiting.extend(below.map(|id| (id, path.clone())));
            let shown = if path.is_empty() { "(root)" } else { &path };
            let goes_on = reading.built(shown, "folder", &mut |reading, imprint| {
                self.folder(id, &folder, reading, imprint);
            });
            if !goes_on {
                return false;
            }
        }
        true
    }

    /// Reads the folders that no other folder lists.
    fn lost_folders(&mut self, reading: &mut Reading<'_>) -> bool {
        let ids: Vec<u32> = self.nodes.keys().copied().collect();
        let lost = ids.into_iter().filter(|id| kind_of(*id) == FOLDER);
        for id in lost {
            if !self.folders.contains(&id) && !self.folders_below(id, NOWHERE, reading) {
                return false;
            }
        }
        true
    }

    /// Reads the messages that no folder lists.
    fn lost_messages(&mut self, reading: &mut Reading<'_>) {
        let lost: Vec<u32> = self
            .nodes
            .keys()
            .copied()
            .filter(|id| matches!(kind_of(*id), MESSAGE | HIDDEN) && !self.listed.contains(id))
            .collect();
        if lost.is_empty() {
            return;
        }
        reading.built(NOWHERE, "folder", &mut |reading, imprint| {
            reading.expects(lost.len() as u64);
            self.messages(&lost, reading, imprint);
        });
    }

    fn folder(
        &mut self,
        id: u32,
        folder: &Folder,
        reading: &mut Reading<'_>,
        imprint: &mut Imprint,
    ) {
        imprint.take(folder.name.as_bytes());
        imprint.take(&id.to_le_bytes());
        for (part, text) in [
            ("folder name", &folder.name),
            ("folder comment", &folder.comment),
        ] {
            reading.part(part, text, PassageKind::Title);
        }
        if let Some(lost) = folder.lost {
            reading.gap(
                cause_of(lost),
                "what the folder says of itself could not be read in full",
            );
        }
        let mut ids = Vec::new();
        for (list, kind, counted) in [
            (CONTENTS, MESSAGE, folder.n_counted),
            (HIDDEN_CONTENTS, HIDDEN, None),
        ] {
            let listed = self.list(sibling(id, list));
            let is_torn = !matches!(listed, Ok((_, false)));
            let mut here = listed.map_or_else(|_| Vec::new(), |(ids, _)| ids);
            // An embedded row of another kind is no message.
            here.retain(|id| matches!(kind_of(*id), MESSAGE | HIDDEN));
            if is_torn && self.nodes.contains_key(&id) {
                // Who the parent is stands in the store's own table, too.
                let known: HashSet<u32> = here.iter().copied().collect();
                let more = self
                    .nodes
                    .values()
                    .filter(|node| node.parent == id && kind_of(node.id) == kind)
                    .map(|node| node.id)
                    .filter(|id| !known.contains(id));
                here.extend(more);
                if kind == MESSAGE && (!here.is_empty() || counted.unwrap_or(0) > 0) {
                    reading.gap(
                        Cause::Corrupt,
                        "the folder's list of messages is damaged; its messages were found through the store's own table",
                    );
                }
            }
            reading.expects(counted.unwrap_or(0).max(here.len() as u64));
            if let Some(counted) = counted
                && counted > here.len() as u64
            {
                reading.gap(
                    Cause::Corrupt,
                    "the folder counts more messages than its list names",
                );
            }
            ids.extend(here);
        }
        self.messages(&ids, reading, imprint);
    }

    /// The numbers in a folder's table; a table that is not there lists nothing.
    fn list(&mut self, table: u32) -> Result<(Vec<u32>, bool), Lost> {
        let node = match self.store.node(table) {
            Err(Lost::Missing) => return Ok((Vec::new(), false)),
            node => node?,
        };
        Table::open(&mut self.store, node)?.row_ids(&mut self.store)
    }

    fn messages(&mut self, ids: &[u32], reading: &mut Reading<'_>, imprint: &mut Imprint) {
        let mut n_missing = 0;
        for (index, &id) in ids.iter().enumerate() {
            imprint.take(&id.to_le_bytes());
            if !self.listed.insert(id) {
                continue;
            }
            self.store.n_left = reading.limits().max_held_bytes;
            self.store.n_unsealed = 0;
            let node = self.store.node(id);
            if node.is_err() {
                n_missing += 1;
                if n_missing > MAX_MISSING {
                    continue;
                }
            }
            let mut context = node.and_then(|node| Context::open(&mut self.store, node));
            let what = context.as_mut().map_or("message", |context| {
                mapi::what(&class_of(context, &mut self.store))
            });
            let name = match kind_of(id) {
                HIDDEN => format!("{:05} hidden {what}", index + 1),
                _ => format!("{:05} {what}", index + 1),
            };
            let (store, names) = (&mut self.store, &self.names);
            let mut context = Some(context);
            let goes_on = reading.built(&name, "message", &mut |reading, imprint| match context
                .take()
            {
                Some(Ok(context)) => message(store, context, names, reading, imprint),
                Some(Err(lost)) => reading.gap(
                    cause_of(lost),
                    match lost {
                        Lost::Missing => "the folder lists it, but it is not in the store",
                        _ => "the message is damaged and could not be read",
                    },
                ),
                None => {}
            });
            if !goes_on {
                return;
            }
        }
        if n_missing > MAX_MISSING {
            reading.gap(
                Cause::Corrupt,
                "the folder lists more messages that are not in the store than are named one by one",
            );
        }
    }
}

fn class_of(context: &mut Context, store: &mut Store<'_>) -> String {
    let is_wide = context
        .slots
        .get(&id::CLASS)
        .is_some_and(|slot| slot.of == kind::WIDE);
    let bytes = context.bytes(store, id::CLASS).unwrap_or_default();
    if is_wide {
        mapi::value::wide(&bytes)
    } else {
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// What a folder says of itself.
struct Folder {
    name: String,
    comment: String,
    /// PidTagContentCount.
    n_counted: Option<u64>,
    subfolders: Vec<u32>,
    lost: Option<Lost>,
}

impl Folder {
    fn open(store: &mut Store<'_>, id: u32, names: &Names) -> Self {
        let mut folder = Self {
            name: String::new(),
            comment: String::new(),
            n_counted: None,
            subfolders: Vec::new(),
            lost: None,
        };
        let context = store.node(id).and_then(|node| Context::open(store, node));
        match context {
            Ok(mut context) => {
                let (props, lost) = context.props(store, names, &[]);
                folder.name = props.text(id::NAME);
                folder.comment = props.text(0x3004);
                folder.n_counted = props.int(0x3602).and_then(|n| u64::try_from(n).ok());
                folder.lost = lost;
            }
            Err(lost) => folder.lost = Some(lost),
        }
        let below = match store.node(sibling(id, SUBFOLDERS)) {
            Ok(node) => Table::open(store, node).and_then(|mut table| table.row_ids(store)),
            Err(Lost::Missing) => Ok((Vec::new(), false)),
            Err(lost) => Err(lost),
        };
        match below {
            Ok((ids, is_torn)) => {
                folder.subfolders = ids;
                if is_torn {
                    folder.lost = Some(Lost::Corrupt);
                }
            }
            Err(lost) => folder.lost = Some(lost),
        }
        folder
    }
}

/// Reads one message.
fn message(
    store: &mut Store<'_>,
    mut context: Context,
    names: &Names,
    reading: &mut Reading<'_>,
    imprint: &mut Imprint,
) {
    let (props, mut lost) = context.props(store, names, &[]);
    let page = mapi::page_of(&props);
    let mut item = Item {
        props,
        recipients: Vec::new(),
    };
    lost = lost.or(context.heap.lost_subnodes);
    if let Some(node) = context.heap.subnodes.get(&RECIPIENTS).copied() {
        match Table::open(store, node) {
            Ok(mut table) => {
                let (rows, why) = table.rows(store, names, MAX_ROWS);
                item.recipients = rows.into_iter().map(|(_, props)| props).collect();
                lost = lost.or(why);
            }
            Err(why) => lost = Some(why),
        }
    }
    for recipient in &mut item.recipients {
        recipient.code_page = page;
    }
    if let Some(lost) = lost {
        let detail = match lost {
            Lost::TooLarge => "a part of the message is larger than may be held in memory",
            _ => "a part of the message is damaged; the rest of it was read",
        };
        reading.gap(cause_of(lost), detail);
    }
    mapi::put(&mut item, reading, imprint);
    drop(item);
    put_unsealed(store, None, reading);
    attachments(store, &mut context, names, page, reading);
}

/// Notes the gap when the checksum of a block that was just read does not hold.
fn put_unsealed(store: &mut Store<'_>, attachment: Option<usize>, reading: &mut Reading<'_>) {
    const DETAIL: &str = "the checksum of a block does not hold; what the block says was read";
    if std::mem::take(&mut store.n_unsealed) == 0 {
        return;
    }
    match attachment {
        Some(number) => {
            let path = format!("attachment {number}");
            reading.gap_at(Locator::Field { path }, Cause::Corrupt, DETAIL);
        }
        None => reading.gap(Cause::Corrupt, DETAIL),
    }
}

fn attachments(
    store: &mut Store<'_>,
    context: &mut Context,
    names: &Names,
    page: Option<u32>,
    reading: &mut Reading<'_>,
) {
    let mut ids = Vec::new();
    if let Some(node) = context.heap.subnodes.get(&ATTACHMENTS).copied() {
        let rows = Table::open(store, node).and_then(|mut table| table.row_ids(store));
        match rows {
            Ok((rows, false)) => ids = rows,
            _ => reading.gap(
                Cause::Corrupt,
                "the list of attachments is damaged; those that could be found were read",
            ),
        }
    }
    // Attachments that the list has lost hang on the message all the same.
    let known: HashSet<u32> = ids.iter().copied().collect();
    let more = context.heap.subnodes.keys().copied();
    ids.extend(more.filter(|id| kind_of(*id) == 0x05 && !known.contains(id)));
    reading.expects(ids.len() as u64);
    let mut seen = HashSet::new();
    for (index, id) in ids.into_iter().enumerate() {
        if !seen.insert(id) {
            continue;
        }
        store.n_left = reading.limits().max_held_bytes;
        let number = index + 1;
        let node = context.heap.subnodes.get(&id).copied().ok_or(Lost::Missing);
        let inner = node.and_then(|node| Context::open(store, node));
        let goes_on = match inner {
            Ok(inner) => attachment(store, inner, number, names, page, reading),
            Err(lost) => {
                let place = Locator::Field {
                    path: format!("attachment {number}"),
                };
                reading.gap_at(
                    place,
                    cause_of(lost),
                    "an attachment is damaged and could not be read",
                );
                true
            }
        };
        put_unsealed(store, Some(number), reading);
        if !goes_on {
            return;
        }
    }
}

/// Reads one attachment. `false` when no more members may be read.
fn attachment(
    store: &mut Store<'_>,
    mut context: Context,
    number: usize,
    names: &Names,
    page: Option<u32>,
    reading: &mut Reading<'_>,
) -> bool {
    let (mut props, lost) = context.props(store, names, &[id::ATTACH_DATA]);
    props.code_page = page;
    let place = || Locator::Field {
        path: format!("attachment {number}"),
    };
    if let Some(lost) = lost {
        reading.gap_at(
            place(),
            cause_of(lost),
            "what an attachment says of itself is damaged",
        );
    }
    let name = mapi::attachment_name(&props, number);
    let Some(slot) = context.slots.get(&id::ATTACH_DATA).copied() else {
        mapi::put_link(&props, number, reading);
        return true;
    };
    if slot.of == kind::OBJECT {
        let object = context.bytes(store, id::ATTACH_DATA).unwrap_or_default();
        let inner = ndb::number(&object, 0, 4)
            .and_then(|id| context.heap.subnodes.get(&(id as u32)).copied());
        let Some(inner) = inner else {
            reading.gap_at(
                place(),
                Cause::Corrupt,
                "an enclosed object is not in the store",
            );
            return true;
        };
        // 5: a message ([MS-OXCMSG] 2.2.2.9).
        if props.int(id::ATTACH_METHOD) == Some(5) {
            let name = mapi::as_message(&name);
            return reading.built(
                &name,
                "message",
                &mut |reading, imprint| match Context::open(store, inner) {
                    Ok(context) => message(store, context, names, reading, imprint),
                    Err(lost) => reading.gap(
                        cause_of(lost),
                        "the enclosed message is damaged and could not be read",
                    ),
                },
            );
        }
        return reading.member(&name, Body::Unpacked(&mut Stream::new(store, inner.data)));
    }
    if slot.value & 0x1F != 0 {
        let Some(node) = context.heap.subnodes.get(&slot.value).copied() else {
            reading.gap_at(
                place(),
                Cause::Corrupt,
                "an attachment's content is not in the store",
            );
            return true;
        };
        return reading.member(&name, Body::Unpacked(&mut Stream::new(store, node.data)));
    }
    match context.bytes(store, id::ATTACH_DATA) {
        Ok(bytes) => reading.member(&name, Body::Memory(&bytes)),
        Err(lost) => {
            reading.gap_at(
                place(),
                cause_of(lost),
                "an attachment is damaged and could not be read",
            );
            true
        }
    }
}

/// A node's data as it comes, block by block.
struct Stream<'s, 'f> {
    store: &'s mut Store<'f>,
    blocks: Blocks,
    block: Vec<u8>,
    n_given: usize,
}

impl<'s, 'f> Stream<'s, 'f> {
    fn new(store: &'s mut Store<'f>, data: u64) -> Self {
        Self {
            store,
            blocks: Blocks::new(data),
            block: Vec::new(),
            n_given: 0,
        }
    }
}

impl Read for Stream<'_, '_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.n_given == self.block.len() {
            match self.blocks.next(self.store) {
                None => return Ok(0),
                Some(Ok(block)) => {
                    self.block = block;
                    self.n_given = 0;
                }
                Some(Err(Lost::Truncated)) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Some(Err(_)) => return Err(io::ErrorKind::InvalidData.into()),
            }
        }
        let ready = &self.block[self.n_given..];
        let n = ready.len().min(out.len());
        out[..n].copy_from_slice(&ready[..n]);
        self.n_given += n;
        Ok(n)
    }
}
