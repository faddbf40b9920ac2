//! Answers with the status, or the keys that a filter picks.
//!
//! An answer that fits the connection's buffer is copied there in one step and
//! sent with its length. A longer one goes out in chunks, each of whole keys;
//! it may straddle two logic steps, but no key in it ever does.

use goe_runtime::device::Device;
use goe_runtime::{DocumentView, KeyIndex, Keys};
use picoserve::io::Write;
use picoserve::response::chunked::{ChunkWriter, Chunks, ChunksWritten};

use super::body::JSON;

/// Copies the whole answer; `None` when it does not fit. Without a filter that
/// is the document as it stands.
pub(super) fn copy<K: Keys>(
    document: DocumentView<'_>,
    filter: Option<&K>,
    buffer: &mut [u8],
) -> Option<usize> {
    let Some(keys) = filter else {
        let full = document.full();
        buffer.get_mut(..full.len())?.copy_from_slice(full);
        return Some(full.len());
    };
    let mut part = Part::new(buffer, true);
    match part.fill(document, Some(keys), 0) {
        Some(_) => None,
        None => part.close(),
    }
}

/// A part of an answer, being put together.
struct Part<'b> {
    buffer: &'b mut [u8],
    length: usize,
    /// No entry was written yet, in this part or before.
    first: bool,
}

impl<'b> Part<'b> {
    fn new(buffer: &'b mut [u8], first: bool) -> Self {
        Part {
            buffer,
            length: 0,
            first,
        }
    }

    /// Appends the entries from a key on, as many as fit; gives the key that
    /// did not.
    fn fill<K: Keys>(
        &mut self,
        document: DocumentView<'_>,
        filter: Option<&K>,
        mut from: u16,
    ) -> Option<KeyIndex> {
        while let Some(key) = next(document, filter, from) {
            if let Some(entry) = document.entry(key)
                && !self.append(entry)
            {
                return Some(key);
            }
            from = key.0 + 1;
        }
        None
    }

    fn append(&mut self, entry: &[u8]) -> bool {
        // Room for the brace that may have to follow is kept.
        let Some(room) = self
            .buffer
            .get_mut(self.length..self.length + entry.len() + 2)
        else {
            return false;
        };
        room[0] = if self.first { b'{' } else { b',' };
        room[1..=entry.len()].copy_from_slice(entry);
        self.length += 1 + entry.len();
        self.first = false;
        true
    }

    fn close(&mut self) -> Option<usize> {
        let end: &[u8] = if self.first { b"{}" } else { b"}" };
        let room = self.buffer.get_mut(self.length..self.length + end.len())?;
        room.copy_from_slice(end);
        self.length += end.len();
        Some(self.length)
    }
}

fn next<K: Keys>(document: DocumentView<'_>, filter: Option<&K>, from: u16) -> Option<KeyIndex> {
    match filter {
        Some(keys) => keys.next(from),
        None => (from < document.keys()).then_some(KeyIndex(from)),
    }
}

/// Returns the length of an answer that does not fit the connection's buffer: HEAD has
/// no body in chunks either, so what it would be is counted.
pub(super) fn count<K: Keys>(document: DocumentView<'_>, filter: Option<&K>) -> usize {
    let (mut length, mut from) = (1, 0);
    while let Some(key) = next(document, filter, from) {
        length += document.entry(key).map_or(0, |entry| entry.len() + 1);
        from = key.0 + 1;
    }
    length.max(2)
}

/// An answer that does not fit the connection's buffer.
pub(super) struct Long<'a, D: Device> {
    pub(super) device: &'a D,
    pub(super) filter: Option<D::Keys>,
    pub(super) buffer: &'a mut [u8],
}

impl<D: Device> Chunks for Long<'_, D> {
    fn content_type(&self) -> &'static str {
        JSON
    }

    async fn write_chunks<W: Write>(
        self,
        mut writer: ChunkWriter<W>,
    ) -> Result<ChunksWritten, W::Error> {
        let mut from = Some(KeyIndex(0));
        let mut first = true;
        while let Some(key) = from {
            let (length, rest) = self.device.with_document(|document| {
                let mut part = Part::new(self.buffer, first);
                let rest = part.fill(document, self.filter.as_ref(), key.0);
                if rest.is_none() {
                    part.close();
                }
                (part.length, rest)
            });
            writer.write_chunk(&self.buffer[..length]).await?;
            first = false;
            // An entry larger than the whole buffer would come round again;
            // `serve` documents that the buffer holds every entry.
            from = rest.filter(|_| length > 0);
        }
        writer.finalize().await
    }
}
