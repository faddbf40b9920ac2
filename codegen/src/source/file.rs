//! The texts a run is about, and places in them.
//!
//! Takes the bytes of each file, gives a [`Source`] that can say which line a
//! byte is on. Bytes that are not UTF-8 are replaced and remembered, so that
//! the rest of such a file is still read and its other faults are still named.

use std::ops::Range;

/// A place in one of the files of a [`Spec`](crate::Spec): bytes
/// `start..end` of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Index of the file in [`Spec::sources`](crate::Spec::sources).
    pub file: usize,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// Bytes of a file.
    pub(crate) fn new(file: usize, range: Range<usize>) -> Self {
        let Range { start, end } = range;
        Span { file, start, end }
    }

    /// Other bytes of the same file.
    pub(crate) fn with(self, range: Range<usize>) -> Self {
        Span::new(self.file, range)
    }

    /// The part of it that `range` is of its text.
    pub(crate) fn part(self, range: Range<usize>) -> Self {
        self.with(self.start + range.start..self.start + range.end)
    }

    /// From its start to the end of `last`.
    pub(crate) fn to(self, last: Span) -> Self {
        self.with(self.start..last.end)
    }

    /// The bytes as a range.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// It, or `otherwise` where there is nothing to underline.
    pub(crate) fn or(self, otherwise: Span) -> Span {
        if self.start < self.end {
            self
        } else {
            otherwise
        }
    }

    /// It, or the byte behind it where there is nothing to underline: the space
    /// in an empty cell.
    pub(crate) fn visible(self) -> Span {
        self.with(self.start..self.end.max(self.start + 1))
    }
}

/// One markdown file.
#[derive(Debug)]
pub struct Source {
    /// Where the file is, as the caller spelled it: what diagnostics show.
    pub path: String,
    /// The name that generated files use, the same on every machine:
    /// `spec/shapes.md`.
    pub label: String,
    /// The contents, without a byte order mark.
    pub text: String,
    line_starts: Vec<usize>,
    first_invalid: Option<usize>,
    /// The file begins with a byte order mark.
    has_mark: bool,
}

/// Some editors begin a file with it.
const BYTE_ORDER_MARK: &str = "\u{feff}";

impl Source {
    /// Decodes `bytes`.
    pub fn new(path: String, label: String, bytes: &[u8]) -> Self {
        let unmarked = bytes.strip_prefix(BYTE_ORDER_MARK.as_bytes());
        let has_mark = unmarked.is_some();
        let bytes = unmarked.unwrap_or(bytes);
        let (text, first_invalid) = match std::str::from_utf8(bytes) {
            Ok(text) => (text.to_owned(), None),
            Err(error) => (
                String::from_utf8_lossy(bytes).into_owned(),
                Some(error.valid_up_to()),
            ),
        };
        let line_starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Source {
            path,
            label,
            text,
            line_starts,
            first_invalid,
            has_mark,
        }
    }

    /// What the file would hold with [`text`](Self::text) being this: a byte order
    /// mark stays.
    pub fn to_file(&self, text: &str) -> String {
        format!("{}{text}", &BYTE_ORDER_MARK[..self.mark_len()])
    }

    /// Returns how many bytes of the file stand before [`text`](Self::text).
    pub(crate) fn mark_len(&self) -> usize {
        match self.has_mark {
            true => BYTE_ORDER_MARK.len(),
            false => 0,
        }
    }

    /// Where in [`text`](Self::text) the first byte sequence stands that was
    /// not UTF-8.
    pub fn first_invalid(&self) -> Option<usize> {
        self.first_invalid
    }

    /// The line, counted from 1, of byte `at`.
    pub fn line(&self, at: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= at)
    }

    /// The text of `range`; empty if it is none.
    pub fn slice(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    /// Returns the number of lines.
    pub(crate) fn line_count(&self) -> usize {
        self.line_starts.len()
    }

    /// The bytes of line `line` (from 1), without its line ending.
    pub(crate) fn line_range(&self, line: usize) -> Range<usize> {
        let start = |index: usize| self.line_starts.get(index).copied();
        let end = start(line).unwrap_or(self.text.len());
        let start = line.checked_sub(1).and_then(start);
        let start = start.unwrap_or(self.text.len());
        let text = self.slice(start..end);
        start..start + text.trim_end_matches(['\n', '\r']).len()
    }

    /// The bytes of line `line` (from 1), with its line ending.
    pub(crate) fn whole_line(&self, line: usize) -> Range<usize> {
        let range = self.line_range(line);
        let next = self.line_starts.get(line).copied();
        range.start..next.unwrap_or(self.text.len())
    }

    /// How its lines end: as the first one does.
    pub(crate) fn line_ending(&self) -> &'static str {
        match self.text.find('\n') {
            Some(at) if self.text[..at].ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }

    /// What stands in the line of byte `at` before it: white space, or the `>` of a quote.
    pub(crate) fn before(&self, at: usize) -> &str {
        self.slice(self.line_range(self.line(at)).start..at)
    }

    /// The bytes of the first line that says anything; none if there is no such line.
    pub(crate) fn first_line(&self) -> Range<usize> {
        let mut lines = (1..=self.line_count()).map(|line| self.line_range(line));
        let first = lines.find(|line| !self.slice(line.clone()).trim().is_empty());
        first.unwrap_or(0..0)
    }
}

/// Returns the text between `open`, at its start, and `close`, at its end.
pub(crate) fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    text.strip_prefix(open)?.strip_suffix(close)
}

/// Shrinks `range` to what is left without white space at both ends.
pub(crate) fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let Some(slice) = text.get(range.clone()) else {
        return range;
    };
    let start = range.start + (slice.len() - slice.trim_start().len());
    start..start + slice.trim().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_from_one() {
        let source = Source::new(String::new(), String::new(), b"\xef\xbb\xbfab\r\nc\n");
        let cases = [(0, 1), (2, 1), (3, 1), (4, 2), (5, 2), (6, 3)];
        for (at, line) in cases {
            assert_eq!(source.line(at), line, "byte {at}");
        }
        assert_eq!(source.slice(source.line_range(1)), "ab");
        assert_eq!(source.slice(source.line_range(2)), "c");
        assert_eq!(source.slice(source.line_range(9)), "");
    }

    #[test]
    fn bytes_that_are_not_utf8_are_located() {
        let source = Source::new(String::new(), String::new(), b"abc\xffdef");
        assert_eq!(source.first_invalid(), Some(3));
        assert_eq!(source.text, "abc\u{fffd}def");
    }
}
