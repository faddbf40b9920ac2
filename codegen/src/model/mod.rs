//! The API as data: what the emitters are written against.
//!
//! Everything is in the order of the spec. Descriptions are text in which
//! backticks mark code; entities and escapes of markdown are resolved. Spans
//! point into the files of the [`Spec`](crate::Spec) it was read from.

mod chapter;
mod coverage;
mod facts;
mod message;
mod place;
mod register;
pub(crate) mod spellings;
mod types;
mod version;
mod wire;

use std::{collections::HashMap, ops::Range, sync::Arc};

use serde::Serialize;

use crate::source::Span;
pub use chapter::{Chapter, ChapterPart};
pub use coverage::Coverage;
pub use facts::{
    Fact, Facts, Format, Length, NamedValue, NumberRange, Unread, UnreadKind, ValueList,
};
pub use goe_runtime::Unit;
pub use goe_runtime::websocket::Known;
pub use message::{KNOWN, Member, Message, MessageAction, Rules, Sender, Source, braced};
pub use place::{At, Origin};
pub use register::{
    Function, Missing, NullValue, Register, RegisterAccess, RegisterType, Scale, Target, ValuePath,
};
pub use types::{Access, Category, Class, Precision, Scalar, Type, Width};
pub use version::Version;

pub use wire::{HttpAction, Level, MqttAction, Placeholder, Route, Topic, TopicPart};

/// A whole API.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Model {
    /// [`Spec::hash`](crate::Spec::hash) of what it was read from.
    pub hash: String,
    /// The title of the API: the first heading of its first file. Empty without one.
    pub title: String,
    /// The version that it states.
    pub version: Option<At<Version>>,
    /// The keys, in order.
    pub keys: Vec<Key>,
    /// Rows of which not everything could be read, in order; errors say why.
    #[serde(skip)]
    pub partial: Vec<PartialKey>,
    /// Keys that differ in nothing but a number.
    pub families: Vec<Family>,
    /// The shapes of objects, and of arrays of objects.
    pub shapes: Vec<Shape>,
    /// The places of arrays.
    pub positions: Vec<Positions>,
    /// The HTTP routes; may be empty.
    pub routes: Vec<Route>,
    /// The MQTT topics; may be empty.
    pub topics: Vec<Topic>,
    /// The names that stand in braces in topics; may be empty.
    pub placeholders: Vec<Placeholder>,
    /// The registers of Modbus; may be empty.
    pub registers: Vec<Register>,
    /// The messages of the WebSocket; may be empty.
    pub messages: Vec<Message>,
    /// The text around the tables, in order.
    #[serde(skip)]
    pub chapters: Vec<Chapter>,
    /// What of its files could not be read, in the order of the findings that say so.
    #[serde(skip)]
    pub unread: Vec<UnreadText>,
}

/// A text that could not be read: nobody knows what it states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadText {
    /// A cell, a part of a description, a row, or a whole table; of a file that is
    /// not there, nothing.
    pub text: Arc<str>,
    /// What of its row may have changed with it.
    pub kind: TextKind,
    /// Of a cell or a part of a description, its row.
    pub row: Option<Arc<str>>,
    /// The file, as the caller spelled it.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// Where it stands; nothing for a whole file.
    pub span: Option<Span>,
}

/// How far a text that could not be read reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TextKind {
    /// It says what it says: a cell, an item of a list, a row.
    Itself,
    /// The cell of a fact.
    Fact,
    /// Numbers or a unit in a description: with it, all others there were given up.
    Numbers,
    /// Names of numbers in a description, which may be any of its words.
    Names,
}

impl Model {
    /// The key of this name.
    pub fn key(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.name.value == name)
    }

    /// The shape of the key of this name.
    pub fn shape(&self, key: &str) -> Option<&Shape> {
        self.shapes.iter().find(|shape| shape.of(key).is_some())
    }

    /// Every key, and whether its access, its type and its category could be read.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&Key, [bool; 3])> {
        let whole = self.keys.iter().map(|key| (key, [true; 3]));
        whole.chain(self.partial.iter().map(|partial| {
            let has = [partial.has_access, partial.has_ty, partial.has_category];
            (&partial.key, has)
        }))
    }

    /// The same for who looks up many.
    pub(crate) fn index(&self) -> Index<'_> {
        Index::new(&self.keys, &self.shapes)
    }
}

/// The keys and shapes of a model by name, for who looks up many. Of several
/// with one name it has the first.
pub(crate) struct Index<'a> {
    keys: HashMap<&'a str, &'a Key>,
    shapes: HashMap<&'a str, &'a Shape>,
}

impl<'a> Index<'a> {
    pub(crate) fn new(keys: &'a [Key], shapes: &'a [Shape]) -> Self {
        let keys = keys.iter().map(|key| (key.name.value.as_str(), key));
        let shapes = shapes.iter().flat_map(|shape| {
            let names = shape.names();
            names.map(move |of| (of.name.value.as_str(), shape))
        });
        let shapes: Vec<_> = shapes.collect();
        Index {
            keys: keys.rev().collect(),
            shapes: shapes.into_iter().rev().collect(),
        }
    }

    /// The key of this name.
    pub(crate) fn key(&self, name: &str) -> Option<&'a Key> {
        self.keys.get(name).copied()
    }

    /// The shape of this name: of a key, or of the field at the end of a path.
    pub(crate) fn shape(&self, name: &str) -> Option<&'a Shape> {
        self.shapes.get(name).copied()
    }
}

/// One key of the API: a row of a key table.
#[derive(Clone, Debug, Serialize)]
pub struct Key {
    /// `dwo`.
    pub name: At<String>,
    /// The rights of clients: to read it, to write it.
    pub access: At<Access>,
    /// The type it is read as, and written as unless [`set_ty`](Self::set_ty)
    /// says otherwise.
    pub ty: At<Type>,
    /// The type it is written as, where that is another: `get: A set: B`.
    pub set_ty: Option<Type>,
    /// Its category.
    pub category: At<Category>,
    /// The text of its Description cell.
    pub description: At<String>,
    /// The facts that the row states about the value, in cells of their own or in the
    /// description.
    pub facts: Facts,
    /// Who honours it, if the table says so.
    pub coverage: Option<At<Coverage>>,
    /// The release that introduced it: `60.0`.
    pub since: Option<At<String>>,
    /// The release that has it no more.
    pub removed: Option<At<String>>,
    /// Its row; keys of a row that names several have the same.
    pub origin: Origin,
}

/// A key of which something could not be read.
#[derive(Clone, Debug)]
pub struct PartialKey {
    /// The parts that could be read; the rest is a stand-in.
    pub key: Key,
    /// Its access was read.
    pub has_access: bool,
    /// Its type was read.
    pub has_ty: bool,
    /// Its category was read.
    pub has_category: bool,
}

impl Key {
    /// The type that a write must have.
    pub fn write_ty(&self) -> Type {
        self.set_ty.unwrap_or(self.ty.value)
    }

    /// Returns whether it is kept over a restart: Config, and can be written.
    pub fn stored(&self) -> bool {
        self.category.value == Category::Config && self.access.value.writable()
    }

    /// The names of its numbers, if it is a whole number that has any, or an array
    /// of such.
    pub fn values(&self) -> Option<&ValueList> {
        let whole = self.ty.value.item().limits().is_some();
        self.facts
            .values
            .iter()
            .find(|list| whole && list.label.is_none() && !list.booleans)
    }
}

/// Keys that one row states and that differ in nothing but a number, which rises
/// by one: `c0n c1n … c9n`.
#[derive(Clone, Debug, Serialize)]
pub struct Family {
    /// The name of its keys without the number: `cn`.
    pub name: String,
    /// Its keys, as places in [`Model::keys`].
    pub keys: Range<usize>,
}

/// The places of an array: a section of `spec/shapes.md` with a column of indices.
#[derive(Clone, Debug, Serialize)]
pub struct Positions {
    /// The key that it describes.
    pub key: At<String>,
    /// Number of places: always that many, never fewer.
    pub count: At<u32>,
    /// Each of them, in the order of their indices.
    pub positions: Vec<Position>,
    /// The indices of rows of which not everything could be read, as far as they have
    /// one; errors say why.
    #[serde(skip)]
    pub partial: Vec<Option<u32>>,
    /// Its heading.
    pub origin: Origin,
}

/// One place of an array.
#[derive(Clone, Debug, Serialize)]
pub struct Position {
    /// Counted from 0.
    pub index: At<u32>,
    /// `voltage L1`.
    pub name: At<String>,
    /// The type of the value there; the same for all places of an array.
    pub ty: At<Type>,
    /// The unit, if it has one.
    #[serde(serialize_with = "facts::unit_symbol")]
    pub unit: Option<At<Unit>>,
    /// What its description seems to state and was not read.
    #[serde(skip)]
    pub unread: Vec<Unread>,
    /// The text of its Description cell.
    pub description: At<String>,
    /// Its row.
    pub origin: Origin,
}

/// The contents of arrays or objects: a section of `spec/shapes.md`.
#[derive(Clone, Debug, Serialize)]
pub struct Shape {
    /// What it describes; it is called so.
    pub first: Shaped,
    /// What else has the same fields: `## week, saturday`.
    pub others: Vec<Shaped>,
    /// The fields of each entry, or of the object.
    pub fields: Vec<Field>,
    /// There are rows of which not everything could be read; errors say why.
    #[serde(skip)]
    pub partial: bool,
    /// Its heading.
    pub origin: Origin,
}

/// An array or object that a [`Shape`] describes: a name in its heading.
#[derive(Clone, Debug, Serialize)]
pub struct Shaped {
    /// A key, or the path of a field in the shape of one: `week.ranges`.
    pub name: At<String>,
    /// Number of entries, at most; `None` for an object.
    pub capacity: Option<At<u32>>,
    /// There are always that many entries, never fewer.
    pub exact: bool,
}

impl Shape {
    /// What it is called: the first of its [`names`](Self::names).
    pub fn name(&self) -> &At<String> {
        &self.first.name
    }

    /// All that it describes, in the order of its heading.
    pub fn names(&self) -> impl Iterator<Item = &Shaped> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// What its heading says of `name`.
    pub fn of(&self, name: &str) -> Option<&Shaped> {
        self.names().find(|of| of.name.value == name)
    }
}

/// One member of a [`Shape`].
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    /// `encryptionType`.
    pub name: At<String>,
    /// It is an array of at most so many of its type: `ipv6[4]`.
    pub capacity: Option<At<u32>>,
    /// The rights of clients: to read it, to write it.
    pub access: At<Access>,
    /// The type it is read as.
    pub ty: At<Type>,
    /// The type it is written as, where that is another.
    pub set_ty: Option<Type>,
    /// The field whose type it takes over, as key and field: `scan.encryptionType`.
    pub same_as: Option<(String, String)>,
    /// The shape of the object that it is, or of the objects in the array. No shape is
    /// within itself.
    pub shape: Option<FieldShape>,
    /// The text of its Description cell.
    pub description: At<String>,
    /// The facts of the value: from its own row, from the key's description
    /// (`encryptionType: OPEN=0, …`), or from the field it is the same as.
    pub facts: Facts,
    /// The release that introduced it: `60.0`.
    pub since: Option<At<String>>,
    /// The release that has it no more.
    pub removed: Option<At<String>>,
    /// Its row.
    pub origin: Origin,
}

/// The shape of a field, and how many entries there are.
#[derive(Clone, Debug, Serialize)]
pub struct FieldShape {
    /// The shape's [`name`](Shape::name).
    pub name: String,
    /// What the heading says of this field.
    pub of: Shaped,
}

impl Field {
    /// The type that a write must have.
    pub fn write_ty(&self) -> Type {
        self.set_ty.unwrap_or(self.ty.value)
    }

    /// Returns whether a written value never comes back: it can only be written, or a
    /// string is written and something else is read.
    pub fn secret(&self) -> bool {
        let hidden =
            self.write_ty().scalar == Scalar::String && self.ty.value.scalar != Scalar::String;
        match self.access.value {
            Access::Write => true,
            Access::ReadWrite => hidden,
            Access::Read => false,
        }
    }

    /// The names of its numbers, if it has any.
    pub fn values(&self) -> Option<&ValueList> {
        self.facts.values.iter().find(|list| !list.booleans)
    }
}
