//! What is known of keys at compile time: what the wire needs to know of each.
//!
//! A generated crate holds one `static` [`Descriptor`] per key, a line each, in
//! table order, and a [`Registry`] over them. [`Type`] is built by `const`
//! methods so that a line reads like the row it came from:
//! `Type::UINT8.within(0, 9)`, `Type::DOUBLE.or_null()`.

use crate::key_set::KeyIndex;
use crate::lookup::Lookup;
use crate::named::{Named, NamedValue};

/// The access that clients have to a key or a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// `R`: shown in the status, refused by a set.
    Read,
    /// `R/W`: shown and settable.
    ReadWrite,
    /// `W`: settable, absent from the status.
    Write,
}

impl Access {
    /// Returns whether the status shows it.
    pub const fn readable(self) -> bool {
        !matches!(self, Access::Write)
    }

    /// Returns whether a set is accepted.
    pub const fn writable(self) -> bool {
        !matches!(self, Access::Read)
    }
}

/// The table's `Category` column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// Never changes while the device runs.
    Constant,
    /// A measurement or a state.
    Status,
    /// A setting; stored when it is writable.
    Config,
    /// An action, or what fits nowhere else.
    Other,
    /// Vendors' own word for "not said".
    Unknown,
}

/// The kind of a JSON value, with its limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// `true` or `false`.
    Bool,
    /// A whole number, inclusive limits: the type's, narrowed by the
    /// description's range.
    Integer {
        /// Smallest accepted.
        min: i64,
        /// Largest accepted.
        max: u64,
    },
    /// A whole number with a name; nothing else is accepted.
    Named(&'static [NamedValue]),
    /// A finite `f32`.
    Float,
    /// A finite `f64`.
    Double,
    /// A finite `f32` or, for a `double`, `f64`, inclusive limits.
    RealWithin {
        /// Smallest accepted.
        min: i64,
        /// Largest accepted.
        max: u64,
    },
    /// A string `#RRGGBB`.
    Colour,
    /// A string of `min` to `max` bytes of UTF-8 once its escapes are decoded.
    Text {
        /// Bytes, not characters.
        min: u16,
        /// The same.
        max: u16,
    },
    /// An object of the given shape.
    Object(&'static Shape),
    /// An object nobody described: checked to be JSON, at most `max` bytes.
    AnyObject {
        /// Bytes of JSON.
        max: u16,
    },
    /// An array nobody described: checked to be JSON, at most `max` bytes.
    AnyArray {
        /// Bytes of JSON.
        max: u16,
    },
    /// The same with at most so many entries.
    FewOf {
        /// Bytes of JSON.
        max: u16,
        /// Entries.
        entries: u16,
    },
    /// Any JSON value of at most `max` bytes.
    Any {
        /// Bytes of JSON.
        max: u16,
    },
}

/// The number of entries of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entries {
    /// So many or fewer.
    AtMost(u16),
    /// Always so many.
    Exactly(u16),
}

impl Entries {
    /// The most there are.
    pub const fn max(self) -> u16 {
        match self {
            Entries::AtMost(count) | Entries::Exactly(count) => count,
        }
    }
}

/// The bytes of JSON a value without a described shape may have.
pub const RAW_CAPACITY: u16 = 256;
/// The bytes of `#RRGGBB`.
pub const COLOUR_LEN: usize = 7;
/// The bytes of UTF-8 a string may have where the table says nothing.
pub const TEXT_CAPACITY: u16 = 64;

/// The entries an array with a type may have where the table says nothing.
pub const LIST_CAPACITY: u16 = 16;

/// A type of the table, with what its description added.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Type {
    /// The spec's word, as refusals quote it: `uint8`, `string`. Of a list it
    /// is what each of its values is.
    pub name: &'static str,
    /// `optional<…>`: `null` is a value. Of a list it is the whole that may be
    /// `null`, never one of its values.
    pub nullable: bool,
    /// The kind of the value when it is not `null`; of a list, of each of its entries.
    pub kind: Kind,
    /// `Some` if it is an array of such values: the number of its entries.
    pub list: Option<Entries>,
}

macro_rules! types {
    ($($(#[$doc:meta])* $constant:ident = $name:literal, $kind:expr;)*) => {
        impl Type {
            $($(#[$doc])* pub const $constant: Type = Type::new($name, $kind);)*
        }
    };
}

types! {
    /// `bool`.
    BOOL = "bool", Kind::Bool;
    /// `uint8`.
    UINT8 = "uint8", Kind::Integer { min: 0, max: u8::MAX as u64 };
    /// `uint16`.
    UINT16 = "uint16", Kind::Integer { min: 0, max: u16::MAX as u64 };
    /// `uint32`.
    UINT32 = "uint32", Kind::Integer { min: 0, max: u32::MAX as u64 };
    /// `uint64`.
    UINT64 = "uint64", Kind::Integer { min: 0, max: u64::MAX };
    /// `int8`.
    INT8 = "int8", Kind::Integer { min: i8::MIN as i64, max: i8::MAX as u64 };
    /// `int16`.
    INT16 = "int16", Kind::Integer { min: i16::MIN as i64, max: i16::MAX as u64 };
    /// `int32`.
    INT32 = "int32", Kind::Integer { min: i32::MIN as i64, max: i32::MAX as u64 };
    /// `int64`.
    INT64 = "int64", Kind::Integer { min: i64::MIN, max: i64::MAX as u64 };
    /// `microseconds`, an `i64`.
    MICROSECONDS = "microseconds", Kind::Integer { min: i64::MIN, max: i64::MAX as u64 };
    /// `milliseconds`, an `i64`.
    MILLISECONDS = "milliseconds", Kind::Integer { min: i64::MIN, max: i64::MAX as u64 };
    /// `seconds`, an `i64`.
    SECONDS = "seconds", Kind::Integer { min: i64::MIN, max: i64::MAX as u64 };
    /// `minutes`, an `i64`: time zones lie west of Greenwich too.
    MINUTES = "minutes", Kind::Integer { min: i64::MIN, max: i64::MAX as u64 };
    /// `float`.
    FLOAT = "float", Kind::Float;
    /// `double`.
    DOUBLE = "double", Kind::Double;
    /// `string`.
    STRING = "string", Kind::Text { min: 0, max: TEXT_CAPACITY };
    /// `object` without a shape.
    OBJECT = "object", Kind::AnyObject { max: RAW_CAPACITY };
    /// `array` without a shape.
    ARRAY = "array", Kind::AnyArray { max: RAW_CAPACITY };
    /// `any`.
    ANY = "any", Kind::Any { max: RAW_CAPACITY };
}

impl Type {
    const fn new(name: &'static str, kind: Kind) -> Self {
        Type {
            name,
            nullable: false,
            kind,
            list: None,
        }
    }

    /// `optional<…>`.
    pub const fn or_null(mut self) -> Self {
        self.nullable = true;
        self
    }

    /// Narrows a number to what its description allows.
    pub const fn within(mut self, min: i64, max: u64) -> Self {
        self.kind = match self.kind {
            Kind::Float | Kind::Double => Kind::RealWithin { min, max },
            _ => Kind::Integer { min, max },
        };
        self
    }

    /// Only strings `#RRGGBB`.
    pub const fn colour(mut self) -> Self {
        self.kind = Kind::Colour;
        self
    }

    /// An undescribed array of at most `entries` entries.
    pub const fn few(mut self, entries: u16) -> Self {
        self.kind = Kind::FewOf {
            max: RAW_CAPACITY,
            entries,
        };
        self
    }

    /// Only the values of an enum.
    pub const fn one_of<T: Named>(self) -> Self {
        self.named(T::VALUES)
    }

    /// Only these values.
    pub const fn named(mut self, values: &'static [NamedValue]) -> Self {
        self.kind = Kind::Named(values);
        self
    }

    /// A string of at most `max` bytes, or undescribed JSON of at most `max`.
    pub const fn at_most(mut self, max: u16) -> Self {
        self.kind = match self.kind {
            Kind::AnyObject { .. } => Kind::AnyObject { max },
            Kind::AnyArray { .. } => Kind::AnyArray { max },
            Kind::Any { .. } => Kind::Any { max },
            _ => Kind::Text { min: 0, max },
        };
        self
    }

    /// A string of `min` to `max` bytes.
    pub const fn bytes(mut self, min: u16, max: u16) -> Self {
        self.kind = Kind::Text { min, max };
        self
    }

    /// An object of a shape.
    ///
    /// # Panics
    /// For what is no object: only objects have shapes.
    pub const fn of(mut self, shape: &'static Shape) -> Self {
        assert!(matches!(self.kind, Kind::AnyObject { .. }));
        self.kind = Kind::Object(shape);
        self
    }

    /// A list of at most `count` of it.
    pub const fn list(mut self, count: u16) -> Self {
        self.list = Some(Entries::AtMost(count));
        self
    }

    /// A list that always has as many values as it may have.
    ///
    /// # Panics
    /// For what is no list.
    pub const fn exactly(mut self) -> Self {
        match self.list {
            Some(entries) => self.list = Some(Entries::Exactly(entries.max())),
            None => panic!("only a list has a number of values"),
        }
        self
    }

    /// What is in an object, or in each object of a list, if that is known.
    pub const fn shape(&self) -> Option<&'static Shape> {
        match self.kind {
            Kind::Object(shape) => Some(shape),
            _ => None,
        }
    }

    /// Returns the word by which a refusal names the type.
    pub const fn word(&self) -> &'static str {
        match self.list {
            Some(_) => "array",
            None => self.name,
        }
    }

    /// The most bytes of JSON a value of this type can have.
    ///
    /// Numbers count their widest spelling, strings two bytes a byte, which is
    /// what a [`Text`](crate::Text) keeps to, so that a document sized by it
    /// cannot overflow.
    pub const fn bound(&self) -> usize {
        self.bound_as(Form::Read)
    }

    /// The same for a value that is stored: whole, and as written.
    pub const fn stored_bound(&self) -> usize {
        self.bound_as(Form::Stored)
    }

    const fn bound_as(&self, form: Form) -> usize {
        let one = match self.kind {
            Kind::Bool => 5,
            Kind::Integer { min, max } => {
                let low = digits(min.unsigned_abs()) + (min < 0) as usize;
                let high = digits(max);
                if low > high { low } else { high }
            }
            Kind::Named(values) => {
                let (mut widest, mut i) = (1, 0);
                while i < values.len() {
                    let value = values[i].value;
                    let width = digits(value.unsigned_abs()) + (value < 0) as usize;
                    if width > widest {
                        widest = width;
                    }
                    i += 1;
                }
                widest
            }
            Kind::Float | Kind::Double | Kind::RealWithin { .. } => match form {
                Form::Read => crate::out::FLOAT_BOUND,
                Form::Stored => crate::out::EXACT_FLOAT_BOUND,
            },
            // A colour that the device shows is not checked to be one.
            Kind::Colour => 2 + 2 * COLOUR_LEN,
            Kind::Text { max, .. } => 2 + 2 * max as usize,
            Kind::Object(shape) => shape.bound_as(form),
            Kind::AnyObject { max }
            | Kind::AnyArray { max }
            | Kind::FewOf { max, .. }
            | Kind::Any { max } => max as usize,
        };
        let all = match self.list {
            Some(entries) => 2 + entries.max() as usize * (one + 1),
            None => one,
        };
        if self.nullable && all < 4 { 4 } else { all }
    }
}

/// Which of the two texts of a value is meant.
#[derive(Clone, Copy)]
enum Form {
    /// As the status shows it.
    Read,
    /// As the store keeps it: whole, and as written.
    Stored,
}

/// Without a loop: it runs for every key of a table whenever that is compiled.
const fn digits(number: u64) -> usize {
    match number.checked_ilog10() {
        Some(log) => log as usize + 1,
        None => 1,
    }
}

/// One field of a [`Shape`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field {
    /// The member's name on the wire.
    pub name: &'static str,
    /// Its access: written, read or both.
    pub access: Access,
    /// The type that reading gives.
    pub read: Type,
    /// The type that writing takes.
    pub write: Type,
}

impl Field {
    /// A field with one type for both ways.
    pub const fn new(name: &'static str, access: Access, ty: Type) -> Self {
        Field {
            name,
            access,
            read: ty,
            write: ty,
        }
    }

    /// Written as another type than it is read.
    pub const fn written_as(mut self, ty: Type) -> Self {
        self.write = ty;
        self
    }

    /// Returns whether what is written must never be shown again: it is written
    /// and never read, or written as text and read as something that is none.
    pub const fn is_secret(&self) -> bool {
        is_secret(self.access, &self.read, &self.write)
    }
}

const fn is_secret(access: Access, read: &Type, write: &Type) -> bool {
    match (access, &write.kind, &read.kind) {
        (Access::Read, ..) => false,
        (_, Kind::Object(shape), _) => shape.has_secrets(),
        (Access::Write, Kind::Text { .. }, _) => true,
        (Access::ReadWrite, Kind::Text { .. }, Kind::Text { .. }) => false,
        (Access::ReadWrite, Kind::Text { .. }, _) => true,
        _ => false,
    }
}

/// The shape of an object: its fields.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Fields in the order they are printed.
    pub fields: &'static [Field],
}

impl Shape {
    const fn bound_as(&self, form: Form) -> usize {
        let (mut sum, mut i) = (2, 0);
        while i < self.fields.len() {
            let field = &self.fields[i];
            let (has, ty) = match form {
                Form::Read => (field.access.readable(), &field.read),
                Form::Stored => (field.access.writable(), &field.write),
            };
            if has {
                sum += field.name.len() + 4 + ty.bound_as(form);
            }
            i += 1;
        }
        sum
    }

    const fn has_secrets(&self) -> bool {
        let mut i = 0;
        while i < self.fields.len() {
            if self.fields[i].is_secret() {
                return true;
            }
            i += 1;
        }
        false
    }

    /// Returns whether it, or a shape within it, has a field of that name.
    pub fn knows(&self, name: &crate::string::JsonStr<'_>) -> bool {
        self.fields.iter().any(|field| {
            let inner = [&field.write, &field.read].into_iter();
            *name == *field.name || inner.filter_map(Type::shape).any(|shape| shape.knows(name))
        })
    }

    /// The field of that name.
    pub fn field(&self, name: &crate::string::JsonStr<'_>) -> Option<&'static Field> {
        self.fields.iter().find(|field| *name == *field.name)
    }
}

/// The description of one key for the wire: its name and its profile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Descriptor {
    /// The key, as clients spell it.
    pub name: &'static str,
    /// Its profile, which often holds for others as well; their fields and methods
    /// are the descriptor's, too.
    pub profile: &'static Profile,
}

impl Descriptor {
    /// The descriptors of a table: of each key its name, and which of the profiles
    /// hold for it.
    ///
    /// # Panics
    /// When there is no such profile.
    pub const fn table<const N: usize>(
        keys: [(&'static str, u16); N],
        profiles: &'static [Profile],
    ) -> [Self; N] {
        const NONE: Descriptor = Descriptor {
            name: "",
            profile: &Profile::new(Access::Read, Category::Unknown, Type::ANY),
        };
        let (mut all, mut i) = ([NONE; N], 0);
        while i < N {
            let (name, which) = keys[i];
            let profile = &profiles[which as usize];
            all[i] = Descriptor { name, profile };
            i += 1;
        }
        all
    }

    /// Bytes of `"name":value` and the character before it, at most.
    pub const fn entry_bound(&self) -> usize {
        if self.profile.access.readable() {
            self.name.len() + 4 + self.profile.read.bound()
        } else {
            0
        }
    }
}

impl core::ops::Deref for Descriptor {
    type Target = Profile;

    fn deref(&self) -> &Profile {
        self.profile
    }
}

/// What is shared by keys that differ in nothing but their names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Profile {
    /// The table's `R/W`.
    pub access: Access,
    /// The table's `Category`.
    pub category: Category,
    /// The type that the status shows.
    pub read: Type,
    /// The type that a set takes.
    pub write: Type,
}

impl Profile {
    /// Of keys with one type for both ways.
    pub const fn new(access: Access, category: Category, ty: Type) -> Self {
        Profile {
            access,
            category,
            read: ty,
            write: ty,
        }
    }

    /// `get: … set: …`.
    pub const fn written_as(mut self, ty: Type) -> Self {
        self.write = ty;
        self
    }

    /// A setting that survives a restart: writable, category Config.
    pub const fn is_stored(&self) -> bool {
        self.access.writable() && matches!(self.category, Category::Config)
    }

    /// Returns whether a refusal has to mask what was sent: the key itself, or a
    /// field of its shape, is a secret.
    pub const fn is_secret(&self) -> bool {
        is_secret(self.access, &self.read, &self.write)
    }

    /// The most bytes of JSON a stored value of such a key can have.
    pub const fn stored_bound(&self) -> usize {
        self.write.stored_bound()
    }
}

/// All keys of a table, in its order.
#[derive(Debug)]
pub struct Registry {
    /// One per key; a [`KeyIndex`] is a position in it.
    pub descriptors: &'static [Descriptor],
    /// The tables by which [`Registry::find`] finds them, worked out by the generator.
    pub lookup: Lookup,
    /// The capacities that the descriptors need, worked out by the generator.
    pub capacities: Capacities,
}

/// Bytes that are enough for whatever the keys of a table hold.
///
/// The generator states them, since to work them out is most of what a compiler
/// does for a table; who renders a document has them held against the table
/// once, see [`suffices`](Self::suffices).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacities {
    /// Of the status document.
    pub document: usize,
    /// Of one entry of it.
    pub entry: usize,
    /// Of one stored value.
    pub stored: usize,
    /// Of a key's name.
    pub name: usize,
}

impl Capacities {
    /// Returns the capacities that the keys need.
    pub const fn of(descriptors: &[Descriptor]) -> Self {
        Capacities {
            document: document_capacity(descriptors),
            entry: entry_capacity(descriptors),
            stored: stored_capacity(descriptors),
            name: name_capacity(descriptors),
        }
    }

    /// Returns whether they are enough for all of the keys.
    pub const fn suffices(&self, descriptors: &[Descriptor]) -> bool {
        let needed = Capacities::of(descriptors);
        self.document >= needed.document
            && self.entry >= needed.entry
            && self.stored >= needed.stored
            && self.name >= needed.name
    }
}

impl Registry {
    /// The key of that name.
    pub fn find(&self, name: &str) -> Option<KeyIndex> {
        let has_name = |descriptor: &Descriptor| descriptor.name == name;
        if self.lookup.slots.is_empty() {
            return self.keys().find(|&key| has_name(self.descriptor(key)));
        }
        let position = self.lookup.candidate(name)?;
        let found = self.descriptors.get(usize::from(position))?;
        has_name(found).then_some(KeyIndex(position))
    }

    /// Returns the descriptor of a key of this registry.
    ///
    /// # Panics
    /// With an index of another, larger registry.
    pub fn descriptor(&self, key: KeyIndex) -> &'static Descriptor {
        &self.descriptors[usize::from(key.0)]
    }

    /// Every key, in table order.
    pub fn keys(&self) -> impl Iterator<Item = KeyIndex> + use<> {
        // Generated registries count their keys in a u16.
        (0..self.descriptors.len() as u16).map(KeyIndex)
    }
}

/// Bytes of a document over these keys, at most: every readable key with its
/// widest value, a separator each, and the closing brace.
pub const fn document_capacity(descriptors: &[Descriptor]) -> usize {
    let (mut sum, mut i) = (2, 0);
    while i < descriptors.len() {
        sum += descriptors[i].entry_bound();
        i += 1;
    }
    sum
}

/// The widest single entry of a document over these keys.
pub const fn entry_capacity(descriptors: &[Descriptor]) -> usize {
    let (mut widest, mut i) = (0, 0);
    while i < descriptors.len() {
        let bound = descriptors[i].entry_bound();
        if bound > widest {
            widest = bound;
        }
        i += 1;
    }
    widest
}

/// The widest stored value of these keys.
pub const fn stored_capacity(descriptors: &[Descriptor]) -> usize {
    let (mut widest, mut i) = (0, 0);
    while i < descriptors.len() {
        let profile = descriptors[i].profile;
        if profile.is_stored() && profile.stored_bound() > widest {
            widest = profile.stored_bound();
        }
        i += 1;
    }
    widest
}

/// The longest key name.
pub const fn name_capacity(descriptors: &[Descriptor]) -> usize {
    let (mut widest, mut i) = (0, 0);
    while i < descriptors.len() {
        if descriptors[i].name.len() > widest {
            widest = descriptors[i].name.len();
        }
        i += 1;
    }
    widest
}

#[cfg(test)]
mod tests {
    use super::*;

    static POINT: Shape = Shape {
        fields: &[
            Field::new("x", Access::ReadWrite, Type::BOOL).written_as(Type::STRING.at_most(4)),
            Field::new("y", Access::Read, Type::INT8.list(2)),
        ],
    };

    /// The widest JSON of each type, spelled out.
    #[test]
    fn bounds() {
        let point = r#"{"x":false,"y":[-128,-128]}"#.len() + 2;
        let stored = r#"{"x":"********"}"#.len() + 1;
        for (ty, read, written) in [
            (Type::UINT8.list(3), "[255,255,255]".len() + 1, None),
            (
                Type::UINT8.list(3).exactly(),
                "[255,255,255]".len() + 1,
                None,
            ),
            (Type::UINT8.within(0, 9).list(2), "[9,9]".len() + 1, None),
            (Type::BOOL.list(0).or_null(), "null".len(), None),
            (
                Type::STRING.at_most(1).list(2),
                r#"["\"","\""]"#.len() + 1,
                None,
            ),
            (Type::OBJECT.of(&POINT), point, Some(stored)),
            (
                Type::OBJECT.of(&POINT).list(2),
                2 + 2 * (point + 1),
                Some(2 + 2 * (stored + 1)),
            ),
        ] {
            assert_eq!(ty.bound(), read, "{ty:?}");
            assert_eq!(ty.stored_bound(), written.unwrap_or(read), "{ty:?}");
        }
        const LIST: Type = Type::FLOAT.list(16);
        static PROFILES: [Profile; 1] = [Profile::new(Access::ReadWrite, Category::Config, LIST)];
        let keys = Descriptor::table([("nrg", 0)], &PROFILES);
        assert_eq!(entry_capacity(&keys), "nrg".len() + 4 + LIST.bound());
        assert_eq!(document_capacity(&keys), 2 + entry_capacity(&keys));
        assert_eq!(stored_capacity(&keys), LIST.stored_bound());
    }

    #[test]
    fn secrets() {
        let config = |access, ty: Type| Profile::new(access, Category::Config, ty);
        let points = Type::OBJECT.of(&POINT).list(2);
        for (key, secret) in [
            (config(Access::ReadWrite, points), true),
            (config(Access::Write, points), true),
            (config(Access::Read, points), false),
            (config(Access::Write, Type::STRING.list(2)), true),
            (config(Access::ReadWrite, Type::STRING), false),
            (
                config(Access::ReadWrite, Type::BOOL).written_as(Type::STRING),
                true,
            ),
            (config(Access::Write, Type::UINT8), false),
        ] {
            assert_eq!(key.is_secret(), secret, "{key:?}");
        }
    }
}
