//! The writer of JSON documents: values with `Serialize` to text.
//!
//! A document says in [`Lines`] which of its objects and arrays have a line for
//! each member, so that a change of the spec is a change of few lines; what is
//! inside such a member stays on its line. The writer must never know what a
//! document means. Every string passes [`escape::clean`] here, so that no document
//! can forget it.

use std::io::{self, Write};

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::ser::{CharEscape, CompactFormatter, Formatter};

use super::escape;

/// An object or array that has a line for each member, and those of its members
/// that have so, too; `*` stands for any member.
pub(super) struct Lines(pub(super) &'static [(&'static str, Lines)]);

/// A line for each member, and no more.
pub(super) const EACH: Lines = Lines(&[]);

/// An object whose members stay in the order they are given in.
pub(super) struct Map<K, V>(pub(super) Vec<(K, V)>);

impl<K: Serialize, V: Serialize> Serialize for Map<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<K, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(members: I) -> Self {
        Map(members.into_iter().collect())
    }
}

impl<K, V> Map<K, V> {
    /// It, unless it has no members.
    pub(super) fn filled(self) -> Option<Self> {
        Some(self).filter(|map| !map.0.is_empty())
    }
}

/// Makes an object of members of several types, which stay in their order:
/// `object! { "a": 1, "b"?: None::<u8>, ..map }`. One with a question mark is left out
/// where it is `None`; behind two dots stand the members of a [`Map`].
macro_rules! object {
    () => { () };
    (..$map:expr) => { $map };
    ($name:literal: $value:expr $(, $($rest:tt)*)?) => {
        $crate::emit::json::object! { $name?: Some($value) $(, $($rest)*)? }
    };
    ($name:literal?: $value:expr $(, $($rest:tt)*)?) => {
        $crate::emit::json::Object {
            name: $name,
            value: $value,
            rest: $crate::emit::json::object! { $($($rest)*)? },
        }
    };
}
pub(super) use object;

/// An object, as [`object`] makes it: its first member, and the rest.
pub(super) struct Object<V, R> {
    pub(super) name: &'static str,
    pub(super) value: Option<V>,
    pub(super) rest: R,
}

impl<V: Serialize, R: Members> Serialize for Object<V, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.write(&mut map)?;
        map.end()
    }
}

/// Members of an object.
pub(super) trait Members {
    fn write<M: SerializeMap>(&self, out: &mut M) -> Result<(), M::Error>;
}

impl Members for () {
    fn write<M: SerializeMap>(&self, _: &mut M) -> Result<(), M::Error> {
        Ok(())
    }
}

impl<K: Serialize, V: Serialize> Members for Map<K, V> {
    fn write<M: SerializeMap>(&self, out: &mut M) -> Result<(), M::Error> {
        let mut members = self.0.iter();
        members.try_for_each(|(key, value)| out.serialize_entry(key, value))
    }
}

impl<V: Serialize, R: Members> Members for Object<V, R> {
    fn write<M: SerializeMap>(&self, out: &mut M) -> Result<(), M::Error> {
        if let Some(value) = &self.value {
            out.serialize_entry(self.name, value)?;
        }
        self.rest.write(out)
    }
}

/// One of two kinds of value.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Either<A, B> {
    One(A),
    Other(B),
}

/// The text of a document; its first member, which says where it comes from,
/// stands on the first line.
pub(super) fn document<T: Serialize>(document: &T, lines: &'static Lines) -> String {
    let mut out = Vec::with_capacity(64 * 1024);
    let layout = Layout {
        open: Vec::new(),
        next: Some(lines),
        in_key: false,
    };
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, layout);
    let written = document.serialize(&mut serializer);
    // A vector takes everything, and all names of members are strings.
    debug_assert!(written.is_ok(), "{written:?}");
    out.push(b'\n');
    String::from_utf8(out).unwrap_or_default()
}

struct Layout {
    /// The objects and arrays that are not closed yet.
    open: Vec<Open>,
    /// The layout of the next value.
    next: Option<&'static Lines>,
    /// The text being written is the name of a member.
    in_key: bool,
}

#[derive(Clone, Copy)]
struct Open {
    /// None, if it is on one line.
    lines: Option<&'static Lines>,
    has_members: bool,
}

impl Lines {
    fn of(&'static self, member: &str) -> Option<&'static Lines> {
        let mut members = self.0.iter();
        let found = members.find(|(name, _)| *name == "*" || *name == member);
        found.map(|(_, lines)| lines)
    }
}

impl Layout {
    fn lines(&self) -> Option<&'static Lines> {
        self.open.last().and_then(|open| open.lines)
    }

    fn begin<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.open.push(Open {
            lines: self.next.take(),
            has_members: false,
        });
        out.write_all(bracket)
    }

    fn end<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        if let Some(open) = self.open.pop()
            && open.lines.is_some()
            && open.has_members
        {
            self.new_line(out)?;
        }
        out.write_all(bracket)
    }

    fn member<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if !first {
            out.write_all(b",")?;
        }
        let depth = self.open.len();
        let Some(open) = self.open.last_mut() else {
            return Ok(());
        };
        open.has_members = true;
        match open.lines {
            None => Ok(()),
            Some(_) if first && depth == 1 => out.write_all(b" "),
            Some(_) => self.new_line(out),
        }
    }

    fn new_line<W: ?Sized + Write>(&self, out: &mut W) -> io::Result<()> {
        out.write_all(b"\n")?;
        self.open.iter().try_for_each(|_| out.write_all(b"  "))
    }
}

impl Formatter for Layout {
    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.in_key = true;
        self.member(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.in_key = false;
        out.write_all(match self.lines() {
            Some(_) => b": ",
            None => b":",
        })
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.next = self.lines().and_then(|lines| lines.of("*"));
        self.member(out, first)
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        if self.in_key {
            self.next = self.lines().and_then(|lines| lines.of(fragment));
        }
        out.write_all(escape::clean(fragment).as_bytes())
    }

    fn write_char_escape<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        match escape {
            CharEscape::Backspace | CharEscape::FormFeed | CharEscape::AsciiControl(_) => {
                out.write_all("\u{fffd}".as_bytes())
            }
            CharEscape::Quote
            | CharEscape::ReverseSolidus
            | CharEscape::Solidus
            | CharEscape::LineFeed
            | CharEscape::CarriageReturn
            | CharEscape::Tab => CompactFormatter.write_char_escape(out, escape),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Sample {
        head: &'static str,
        keys: Map<&'static str, [u8; 2]>,
        none: Map<&'static str, u8>,
        list: Vec<Map<&'static str, [bool; 1]>>,
        rest: Map<&'static str, u8>,
    }

    #[test]
    fn a_line_for_each_member_where_a_document_says_so() {
        static LINES: Lines = Lines(&[
            ("keys", EACH),
            ("none", EACH),
            ("list", Lines(&[("*", EACH)])),
        ]);
        let sample = Sample {
            head: "a\"b\u{202e}\u{1}\u{85}\n\u{8}\\é",
            keys: Map(vec![("a", [1, 2]), ("b", [3, 4])]),
            none: Map(Vec::new()),
            list: vec![Map(vec![("*", [true])])],
            rest: Map(vec![("x", 1), ("y", 2)]),
        };
        let expected = "{ \"head\": \"a\\\"b\u{fffd}\u{fffd}\u{fffd}\\n\u{fffd}\\\\é\",\n  \
            \"keys\": {\n    \"a\": [1,2],\n    \"b\": [3,4]\n  },\n  \
            \"none\": {},\n  \
            \"list\": [\n    {\n      \"*\": [true]\n    }\n  ],\n  \
            \"rest\": {\"x\":1,\"y\":2}\n}\n";
        assert_eq!(document(&sample, &LINES), expected);
    }
}
