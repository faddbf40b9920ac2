//! The status as one rendered JSON object.
//!
//! Readers are served slices of it; who changes something renders it again and
//! learns which keys changed. So a request costs a copy and no reader ever
//! touches the device's state.
//!
//! Bytes are laid out as `{"a":1,"b":2}`, each key with the character before
//! it, so that a key's entry and the whole are both contiguous. A key that is hidden
//! has no bytes, as one that can only be written.

use core::fmt;

use crate::descriptor::{Descriptor, Registry, document_capacity};
use crate::key_set::{KeyIndex, KeySet, Keys};
use crate::out::{Out, ToJson};

/// A value that can be rendered: the readings of a generated crate, or its settings.
///
/// The values come as one list, not by a `match` of a key: an arm a key is most
/// of what a compiler would have to look at in a generated crate.
pub trait Render {
    /// All keys of the table.
    const REGISTRY: &'static Registry;

    /// Returns whether there is a value of this key.
    fn has(descriptor: &Descriptor) -> bool;

    /// Hands over the values of the keys that it [`has`](Self::has), in table
    /// order.
    fn values<R>(&self, take: impl FnOnce(&[&dyn ToJson]) -> R) -> R;

    /// Writes the JSON of one key; nothing for one that it does not have.
    fn write_value(&self, key: KeyIndex, out: &mut Out<'_>) {
        let has = |descriptor: &&Descriptor| Self::has(descriptor);
        let descriptors = Self::REGISTRY.descriptors;
        let Some((descriptor, before)) = descriptors
            .get(..=usize::from(key.0))
            .and_then(<[Descriptor]>::split_last)
        else {
            return;
        };
        if Self::has(descriptor) {
            let position = before.iter().filter(has).count();
            self.values(|values| {
                if let Some(value) = values.get(position) {
                    value.write(out);
                }
            });
        }
    }
}

/// Prints values as the object that clients see, for the `Debug` of what can be
/// rendered; `N` is the most bytes of one value, and what is longer is left out.
///
/// # Errors
/// When the formatter has one.
pub fn debug<const N: usize, R: Render>(values: &R, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let descriptors = R::REGISTRY.descriptors.iter();
    let names = descriptors.filter(|descriptor| R::has(descriptor));
    values.values(|values| {
        let mut map = f.debug_map();
        for (descriptor, value) in names.zip(values) {
            let mut buffer = [0; N];
            let mut out = Out::new(&mut buffer);
            value.write(&mut out);
            let json = out.written().map(core::str::from_utf8);
            let json = json.and_then(Result::ok).unwrap_or("…");
            map.entry(
                &format_args!("{}", descriptor.name),
                &format_args!("{json}"),
            );
        }
        map.finish()
    })
}

/// A rendered status of `K` keys in at most `N` bytes; `W` is
/// [`words`](crate::key_set::words) of `K`.
///
/// Generated crates name the three numbers in a type alias.
#[derive(Debug)]
pub struct Document<const N: usize, const K: usize, const W: usize> {
    bytes: [u8; N],
    /// Where each key's segment ends; write-only and hidden keys have an empty one.
    ends: [u32; K],
}

impl<const N: usize, const K: usize, const W: usize> Default for Document<N, K, W> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize, const K: usize, const W: usize> Document<N, K, W> {
    /// An empty status, `{}`.
    pub const fn new() -> Self {
        Document {
            bytes: [0; N],
            ends: [0; K],
        }
    }

    /// Renders every readable key and returns those whose bytes changed.
    ///
    /// A document too small for the registry does not compile.
    pub fn render<R: Render>(&mut self, readings: &R) -> KeySet<W> {
        self.render_without(readings, |_| false)
    }

    /// The same without the keys that are hidden, which is as if there were none
    /// of their names.
    pub fn render_without<R: Render>(
        &mut self,
        readings: &R,
        is_hidden: impl Fn(KeyIndex) -> bool,
    ) -> KeySet<W> {
        const {
            assert!(K == R::REGISTRY.descriptors.len());
            assert!(N >= document_capacity(R::REGISTRY.descriptors));
            assert!(W * 32 >= K);
            assert!(R::REGISTRY.capacities.suffices(R::REGISTRY.descriptors));
        }
        readings.values(|values| self.render_values(R::REGISTRY, values, is_hidden))
    }

    /// The same for the values of all readable keys.
    fn render_values(
        &mut self,
        registry: &Registry,
        values: &[&dyn ToJson],
        is_hidden: impl Fn(KeyIndex) -> bool,
    ) -> KeySet<W> {
        let mut values = values.iter();
        let mut changed = KeySet::EMPTY;
        let mut start = 0;
        // The end of the last segment, and how far those not yet visited moved.
        let mut end = self.ends.last().map_or(0, |&end| end as usize);
        let mut moved = 0isize;
        for (key, descriptor) in registry.keys().zip(registry.descriptors) {
            let old_end = (self.ends[usize::from(key.0)] as usize).wrapping_add_signed(moved);
            if descriptor.access.readable()
                && let Some(value) = values.next()
            {
                let segment = Segment {
                    start,
                    old_end,
                    document_end: end,
                };
                let is_shown = !is_hidden(key);
                let name = descriptor.name;
                let write = |out: &mut Out<'_>| {
                    if !is_shown {
                        return;
                    }
                    // Bytes that are there are those of the same key, its name among them.
                    match start < old_end {
                        true => out.keep_name(start == 0, name),
                        false => out.name(start == 0, name),
                    }
                    value.write(out);
                };
                let (new_end, differs) = self.write_segment(segment, write);
                if differs {
                    changed.insert(key);
                }
                moved += new_end as isize - old_end as isize;
                end = end - old_end + new_end;
                start = new_end;
            }
            self.ends[usize::from(key.0)] = start as u32;
        }
        if let Some(brace) = self.bytes.get_mut(end) {
            *brace = b'}';
        }
        changed
    }

    /// Writes one segment over its old bytes and returns its new end and
    /// whether anything differs. The bytes behind it move only when the length
    /// changes, and only a segment that grows is written twice.
    fn write_segment(&mut self, segment: Segment, write: impl Fn(&mut Out<'_>)) -> (usize, bool) {
        let Segment {
            start,
            old_end,
            document_end,
        } = segment;
        let limit = if old_end == document_end { N } else { old_end };
        let mut out = Out::new(&mut self.bytes[start..limit]);
        write(&mut out);
        let new_end = start + out.len();
        let differs = out.changed() || new_end != old_end;
        if new_end != old_end && old_end != document_end {
            self.bytes.copy_within(old_end..document_end, new_end);
        }
        if new_end > limit {
            write(&mut Out::new(&mut self.bytes[start..new_end]));
        }
        (new_end, differs)
    }

    /// Returns the document as readers see it.
    pub fn view<'a>(&'a self, registry: &'static Registry) -> DocumentView<'a> {
        DocumentView {
            bytes: &self.bytes,
            ends: &self.ends,
            registry,
        }
    }
}

/// A document, for code that knows no table.
pub trait AnyDocument: Default {
    /// A set of its keys.
    type Keys: Keys;

    /// Renders every readable key that is not hidden, and returns those whose bytes
    /// changed.
    fn render_without<R: Render>(
        &mut self,
        readings: &R,
        is_hidden: impl Fn(KeyIndex) -> bool,
    ) -> Self::Keys;

    /// Returns the document as readers see it.
    fn view(&self, registry: &'static Registry) -> DocumentView<'_>;
}

impl<const N: usize, const K: usize, const W: usize> AnyDocument for Document<N, K, W> {
    type Keys = KeySet<W>;

    fn render_without<R: Render>(
        &mut self,
        readings: &R,
        is_hidden: impl Fn(KeyIndex) -> bool,
    ) -> KeySet<W> {
        Document::render_without(self, readings, is_hidden)
    }

    fn view(&self, registry: &'static Registry) -> DocumentView<'_> {
        Document::view(self, registry)
    }
}

struct Segment {
    start: usize,
    old_end: usize,
    document_end: usize,
}

/// A rendered status, whatever its size.
#[derive(Clone, Copy, Debug)]
pub struct DocumentView<'a> {
    bytes: &'a [u8],
    ends: &'a [u32],
    registry: &'static Registry,
}

impl<'a> DocumentView<'a> {
    /// The status of a device that renders in a way of its own: the object, and
    /// where each key's `{"name":value` or `,"name":value` ends in it; a key
    /// without a value ends where the one before it does.
    pub const fn new(registry: &'static Registry, bytes: &'a [u8], ends: &'a [u32]) -> Self {
        DocumentView {
            bytes,
            ends,
            registry,
        }
    }

    /// The whole object.
    pub fn full(&self) -> &'a [u8] {
        match self.ends.last() {
            Some(&end) if end > 0 => &self.bytes[..=end as usize],
            _ => b"{}",
        }
    }

    /// Returns the number of keys, readable or not.
    pub fn keys(&self) -> u16 {
        // Generated registries count their keys in a u16.
        self.ends.len() as u16
    }

    /// `"name":value` of a key; `None` when it can only be written or is hidden, or
    /// nothing was rendered yet.
    pub fn entry(&self, key: KeyIndex) -> Option<&'a [u8]> {
        let index = usize::from(key.0);
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)? as usize,
            None => 0,
        };
        let end = *self.ends.get(index)? as usize;
        // Without the brace or comma before it.
        self.bytes
            .get(start + 1..end)
            .filter(|entry| !entry.is_empty())
    }

    /// The JSON value of a key; `None` as for [`entry`](Self::entry).
    pub fn value(&self, key: KeyIndex) -> Option<&'a [u8]> {
        let quotes_and_colon = 3;
        let name = self.registry.descriptors.get(usize::from(key.0))?.name;
        self.entry(key)?.get(name.len() + quotes_and_colon..)
    }
}

#[cfg(test)]
mod tests {
    use std::format;
    use std::string::String;

    use super::*;
    use crate::descriptor::{Access, Capacities, Category, Profile, Type};
    use crate::lookup::Lookup;

    static DESCRIPTORS: &[Descriptor] = &[
        Descriptor {
            name: "w0",
            profile: &Profile::new(Access::Write, Category::Other, Type::BOOL),
        },
        Descriptor {
            name: "a",
            profile: &Profile::new(Access::Read, Category::Status, Type::STRING),
        },
        Descriptor {
            name: "w1",
            profile: &Profile::new(Access::Write, Category::Other, Type::BOOL),
        },
        Descriptor {
            name: "b",
            profile: &Profile::new(Access::ReadWrite, Category::Status, Type::STRING),
        },
        Descriptor {
            name: "c",
            profile: &Profile::new(Access::Read, Category::Status, Type::STRING),
        },
        Descriptor {
            name: "w2",
            profile: &Profile::new(Access::Write, Category::Other, Type::BOOL),
        },
    ];

    static REGISTRY: Registry = Registry {
        descriptors: DESCRIPTORS,
        lookup: Lookup::SCAN,
        capacities: Capacities::of(DESCRIPTORS),
    };

    struct Texts<'a>([&'a str; 3]);

    impl Render for Texts<'_> {
        const REGISTRY: &'static Registry = &REGISTRY;

        fn has(descriptor: &Descriptor) -> bool {
            descriptor.access.readable()
        }

        fn values<R>(&self, take: impl FnOnce(&[&dyn ToJson]) -> R) -> R {
            let [a, b, c] = self.0.map(crate::Text::<64>::cut);
            take(&[&a, &b, &c])
        }
    }

    type Small = Document<{ document_capacity(REGISTRY.descriptors) }, 6, 1>;

    fn text(bytes: Option<&[u8]>) -> Option<&str> {
        bytes.map(|bytes| core::str::from_utf8(bytes).expect("utf-8"))
    }

    #[test]
    fn growing_shrinking_and_staying() {
        let mut document = Small::new();
        assert_eq!(document.view(&REGISTRY).full(), b"{}");
        let steps: [([&str; 3], &[u16]); 9] = [
            (["x", "", "zz"], &[1, 3, 4]),
            (["x", "", "zz"], &[]),
            (["x", "longer", "zz"], &[3]),
            (["y", "", "zz"], &[1, 3]),
            (["y", "", "a much longer one"], &[4]),
            (["grows", "too", "z"], &[1, 3, 4]),
            (["grow", "", "z"], &[1, 3]),
            (["grow", "", ""], &[4]),
            (["grow", "", "z"], &[4]),
        ];
        for (values, changed) in steps {
            let found = document.render(&Texts(values));
            assert_eq!(
                found,
                changed.iter().map(|&key| KeyIndex(key)).collect(),
                "{values:?}"
            );
            let [a, b, c] = values;
            let view = document.view(&REGISTRY);
            let whole: String = format!(r#"{{"a":"{a}","b":"{b}","c":"{c}"}}"#);
            assert_eq!(text(Some(view.full())), Some(whole.as_str()));
            assert_eq!(
                text(view.entry(KeyIndex(3))),
                Some(format!(r#""b":"{b}""#).as_str())
            );
            assert_eq!(
                text(view.value(KeyIndex(4))),
                Some(format!(r#""{c}""#).as_str())
            );
            for write_only in [0, 2, 5, 6, 999] {
                assert_eq!(view.entry(KeyIndex(write_only)), None);
                assert_eq!(view.value(KeyIndex(write_only)), None);
            }
        }
    }

    /// Whichever keys are hidden: the whole is an object, they have no entry, and they
    /// come back whole.
    #[test]
    fn hidden_keys_are_absent() {
        let names = ["a", "b", "c"];
        let places = [1, 3, 4].map(KeyIndex);
        let mut document = Small::new();
        let mut before = [false; 3];
        for hidden in [0, 1, 0, 7, 0, 2, 5, 4, 6, 3, 0b111, 0] {
            let shown = [0, 1, 2].map(|at| hidden >> at & 1 == 0);
            let values = ["x", "", "a longer one"];
            let is_hidden = |key| !(0..3).any(|at| places[at] == key && shown[at]);
            let changed = document.render_without(&Texts(values), is_hidden);
            let view = document.view(&REGISTRY);
            let entries = (0..3).filter(|&at| shown[at]);
            let entries = entries.map(|at| format!(r#""{}":"{}""#, names[at], values[at]));
            let whole = format!("{{{}}}", entries.collect::<std::vec::Vec<_>>().join(","));
            assert_eq!(text(Some(view.full())), Some(whole.as_str()), "{hidden:b}");
            for at in 0..3 {
                assert_eq!(view.entry(places[at]).is_some(), shown[at], "{hidden:b}");
                assert_eq!(view.value(places[at]).is_some(), shown[at], "{hidden:b}");
                let differs = shown[at] != before[at];
                // One that comes to stand first, or no more, has another separator.
                assert!(changed.contains(places[at]) || !differs, "{hidden:b}");
            }
            before = shown;
        }
    }

    #[test]
    fn one_value_by_its_key() {
        let texts = Texts(["x", "y", "z"]);
        for (key, expected) in ["", "\"x\"", "", "\"y\"", "\"z\"", "", ""]
            .iter()
            .enumerate()
        {
            let mut buffer = [0; 8];
            let mut out = Out::new(&mut buffer);
            texts.write_value(KeyIndex(key as u16), &mut out);
            assert_eq!(text(out.written()), Some(*expected), "{key}");
        }
    }

    #[test]
    fn the_widest_values_fit() {
        let widest = "\"".repeat(64);
        let mut document = Small::new();
        for values in [
            [widest.as_str(); 3],
            ["", "", &widest],
            [&widest, "", &widest],
            [widest.as_str(); 3],
        ] {
            document.render(&Texts(values));
            let escaped = values.map(|value| value.replace('"', "\\\""));
            let [a, b, c] = &escaped;
            let whole = format!(r#"{{"a":"{a}","b":"{b}","c":"{c}"}}"#);
            assert_eq!(
                text(Some(document.view(&REGISTRY).full())),
                Some(whole.as_str())
            );
        }
    }
}
