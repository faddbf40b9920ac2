//! The body of an answer whose length is known before it is sent.

use picoserve::io::Write;
use picoserve::response::Content;

pub(super) const JSON: &str = "application/json";
pub(super) const TEXT: &str = "text/plain; charset=utf-8";

/// A body, or what HEAD tells of one: everything but its bytes.
pub(super) struct Body<'b> {
    pub(super) content_type: &'static str,
    pub(super) length: usize,
    /// None of an answer to HEAD.
    pub(super) bytes: Option<&'b [u8]>,
}

impl<'b> Body<'b> {
    pub(super) fn new(content_type: &'static str, bytes: &'b [u8], head: bool) -> Self {
        Body {
            content_type,
            length: bytes.len(),
            bytes: (!head).then_some(bytes),
        }
    }
}

impl Content for Body<'_> {
    fn content_type(&self) -> &'static str {
        self.content_type
    }

    fn content_length(&self) -> usize {
        self.length
    }

    async fn write_content<W: Write>(self, mut writer: W) -> Result<(), W::Error> {
        match self.bytes {
            Some(bytes) => writer.write_all(bytes).await,
            None => Ok(()),
        }
    }
}
