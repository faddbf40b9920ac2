//! The body of an answer whose length is known before it is sent.

use picoserve::io::Write;
use picoserve::response::Content;

use super::set::Answer;

pub(super) const JSON: &str = "application/json";
pub(super) const TEXT: &str = "text/plain; charset=utf-8";

/// A body. There is one type of them, since each is a copy of all that sends it.
pub(super) enum Body<'b> {
    Bytes(Bytes<'b>),
    Outcomes(Answer<'b>),
}

/// Bytes, or what HEAD tells of them: everything but the bytes.
pub(super) struct Bytes<'b> {
    pub(super) content_type: &'static str,
    pub(super) length: usize,
    /// None of an answer to HEAD.
    pub(super) bytes: Option<&'b [u8]>,
}

impl<'b> Bytes<'b> {
    pub(super) fn new(content_type: &'static str, bytes: &'b [u8], head: bool) -> Self {
        Bytes {
            content_type,
            length: bytes.len(),
            bytes: (!head).then_some(bytes),
        }
    }
}

/// By reference: what sends it keeps it several times over.
impl Content for &Body<'_> {
    fn content_type(&self) -> &'static str {
        match self {
            Body::Bytes(bytes) => bytes.content_type,
            Body::Outcomes(_) => JSON,
        }
    }

    fn content_length(&self) -> usize {
        match self {
            Body::Bytes(bytes) => bytes.length,
            Body::Outcomes(answer) => answer.length(),
        }
    }

    async fn write_content<W: Write>(self, mut writer: W) -> Result<(), W::Error> {
        let rest = match self {
            Body::Bytes(bytes) => bytes.bytes.unwrap_or_default(),
            Body::Outcomes(answer) => answer.write(&mut writer).await?,
        };
        writer.write_all(rest).await
    }
}
