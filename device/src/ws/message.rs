//! Messages as the table has them: read from a client's text, and written for it.
//!
//! A message is an object whose member `type` is its name. What it holds besides that is
//! not known here: its members say where each value comes from, and whoever writes gives
//! those that the protocol knows. A client's text may be anything.

use core::fmt::{self, Display, Write};

use goe_runtime::json::{self, Cursor};
use goe_runtime::out::Escaping;
use goe_runtime::websocket::{Known, Message, Source};
use goe_runtime::{DocumentView, KeyIndex, Keys};

/// What a client sent: a JSON object.
#[derive(Clone, Copy)]
pub struct Incoming<'a>(&'a str);

impl<'a> Incoming<'a> {
    /// Of a text; `None` if that is no object.
    pub fn new(text: &'a str) -> Option<Self> {
        let text = json::trim(text);
        (text.starts_with('{') && json::check(text).is_ok()).then_some(Incoming(text))
    }

    /// The JSON of a member; of several of one name the last.
    pub fn member(&self, name: &str) -> Option<&'a str> {
        let mut cursor = Cursor::new(self.0);
        let mut found = None;
        cursor.enter();
        while let Some(member) = cursor.member() {
            let value = cursor.value()?;
            if member == *name {
                found = Some(value);
            }
        }
        found
    }

    /// The member that holds this, in a message of this kind.
    pub fn known(&self, message: &Message, known: Known) -> Option<&'a str> {
        self.member(message.name_of(known)?)
    }

    /// The same of a member that is a string, if it is not longer than this.
    pub fn text<const N: usize>(
        &self,
        message: &Message,
        known: Known,
    ) -> Option<heapless::String<N>> {
        let json = self.known(message, known)?;
        Cursor::new(json).string()?.decode()
    }

    /// Returns whether it is a message of this kind.
    pub fn is(&self, message: &Message) -> bool {
        let kind = self.member("type");
        let kind = kind.and_then(|json| Cursor::new(json).string());
        kind.is_some_and(|kind| kind == *message.name)
    }
}

/// A value that the protocol knows.
pub(super) enum Piece<'a> {
    Flag(bool),
    /// A text, without its quotes.
    Text(&'a dyn Display),
    /// An object of the entries that are written.
    Entries(&'a dyn Fn(&mut dyn Write) -> fmt::Result),
}

/// A message with what it holds. What is `None` leaves its member out.
pub(super) struct Outgoing<'a, 'p> {
    pub(super) message: &'a Message,
    /// `None` leaves out what would be a key's.
    pub(super) document: Option<DocumentView<'a>>,
    pub(super) known: &'a dyn Fn(Known) -> Option<Piece<'p>>,
}

impl Display for Outgoing<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{\"type\":\"{}\"", self.message.name)?;
        for member in self.message.members {
            let name = member.name;
            match member.source {
                Source::Literal(json) => write!(f, ",\"{name}\":{json}")?,
                Source::Key(key) => {
                    let document = self.document;
                    if let Some(value) = document.and_then(|document| document.value(key)) {
                        write!(f, ",\"{name}\":{}", text(value))?;
                    }
                }
                Source::Known(known) => match (self.known)(known) {
                    None => {}
                    Some(Piece::Flag(flag)) => write!(f, ",\"{name}\":{flag}")?,
                    Some(Piece::Text(text)) => {
                        write!(f, ",\"{name}\":\"")?;
                        write!(Escaping(f), "{text}")?;
                        f.write_char('"')?;
                    }
                    Some(Piece::Entries(entries)) => {
                        write!(f, ",\"{name}\":{{")?;
                        entries(f)?;
                        f.write_char('}')?;
                    }
                },
            }
        }
        f.write_char('}')
    }
}

/// What the document holds is UTF-8.
fn text(json: &[u8]) -> &str {
    core::str::from_utf8(json).unwrap_or_default()
}

/// Writes the entries of some keys, `"amp":16,"frc":0`.
pub(super) fn entries<K: Keys>(
    document: DocumentView<'_>,
    keys: &K,
    out: &mut dyn Write,
) -> fmt::Result {
    let mut is_first = true;
    for entry in present(document, keys).filter_map(|key| document.entry(key)) {
        if !core::mem::take(&mut is_first) {
            out.write_char(',')?;
        }
        out.write_str(text(entry))?;
    }
    Ok(())
}

fn present<K: Keys>(document: DocumentView<'_>, keys: &K) -> impl Iterator<Item = KeyIndex> {
    let mut from = 0;
    core::iter::from_fn(move || {
        let key = keys.next(from).filter(|key| key.0 < document.keys())?;
        from = key.0 + 1;
        Some(key)
    })
}

/// Takes the first of the keys of `left` whose entries fit in `room` together; an entry that
/// alone is longer is given up.
pub(super) fn take_fitting<K: Keys>(document: DocumentView<'_>, left: &mut K, room: usize) -> K {
    let mut taken = K::default();
    let mut length = 0;
    while let Some(key) = left.next(0) {
        let entry = document.entry(key).map_or(0, |entry| entry.len() + 1);
        if length + entry > room {
            if length > 0 {
                break;
            }
            log::error!("ws: the value of key {} is too long to be told", key.0);
        } else if entry > 0 {
            taken.insert(key);
            length += entry;
        }
        left.remove(key);
    }
    taken
}

/// Text in a buffer, cut where that ends; its length is the whole.
pub(super) struct Cut<'b> {
    buffer: &'b mut [u8],
    length: usize,
}

impl<'b> Cut<'b> {
    pub(super) fn new(buffer: &'b mut [u8]) -> Self {
        Cut { buffer, length: 0 }
    }

    /// The bytes that it would have.
    pub(super) fn len(&self) -> usize {
        self.length
    }
}

impl Write for Cut<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        if let Some(room) = self.buffer.get_mut(self.length..end) {
            room.copy_from_slice(text.as_bytes());
        }
        self.length = end;
        Ok(())
    }
}
