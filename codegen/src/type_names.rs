//! The types of Rust that are named after something in the spec: an enum for
//! named values that are all there are, structs for the objects of a shape.
//!
//! Which of them there are and how they are called is said here once: the checks
//! ask whether two have one name, the lowered API takes the names from here.

use std::{collections::HashMap, rc::Rc};

use crate::{
    model::{Access, Field, Index, Key, Model, Scalar, Shape, Shaped, Type, ValueList},
    names,
    source::Span,
};

/// The use of a struct of a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StructUse {
    /// The value that clients read.
    Read,
    /// The value that clients send: an object as a patch.
    Write,
    /// The value that was sent, whole, for the store; where nothing is read otherwise than it
    /// is written, the value that clients read.
    Stored,
}

/// The types of a model.
pub(crate) struct TypeNames<'a> {
    enums: HashMap<Owner<'a>, Rc<str>>,
    index: Index<'a>,
    families: HashMap<&'a str, &'a str>,
    /// The fields that have a shape, with the one that they are in, by its name.
    fields_of: HashMap<&'a str, Vec<(&'a Shape, &'a Field)>>,
}

/// A key (of a family, its name), or the field of a key's shape.
type Owner<'a> = (&'a str, Option<&'a str>);

/// An enum, whose values it has, and where they are stated.
pub(crate) struct EnumName<'a> {
    pub(crate) name: Rc<str>,
    pub(crate) list: &'a ValueList,
    /// ``key `car` ``, ``field `encryptionType` of key `scan` ``.
    pub(crate) owner: String,
}

impl<'a> TypeNames<'a> {
    pub(crate) fn new(model: &'a Model) -> Self {
        let members = model.families.iter().flat_map(|family| {
            let keys = model.keys.get(family.keys.clone()).unwrap_or_default();
            let keys = keys.iter();
            keys.map(|key| (key.name.value.as_str(), family.name.as_str()))
        });
        let mut names = TypeNames {
            enums: HashMap::new(),
            index: model.index(),
            families: members.collect(),
            fields_of: HashMap::new(),
        };
        for (shape, field) in fields(model) {
            if let Some(of) = &field.shape {
                let fields = names.fields_of.entry(&of.name).or_default();
                fields.push((shape, field));
            }
        }
        for key in &model.keys {
            if key_values(key).is_some() {
                let owner = names.owner_of_key(key);
                let name = names::type_name(owner.0);
                names.enums.insert(owner, name.into());
            }
        }
        for (shape, field) in fields(model) {
            if field_values(field).is_some() {
                let owner = names.owner_of_field(shape, field);
                let joined = format!("{}_{}", owner.0, owner.1.unwrap_or_default());
                names.enums.insert(owner, names::type_name(&joined).into());
            }
        }
        names
    }

    /// The enum of a key's values.
    pub(crate) fn of_key(&self, key: &'a Key) -> Option<Rc<str>> {
        self.enums.get(&self.owner_of_key(key)).cloned()
    }

    /// The enum of a field's values.
    pub(crate) fn of_field(&self, shape: &'a Shape, field: &'a Field) -> Option<Rc<str>> {
        self.enums.get(&self.owner_of_field(shape, field)).cloned()
    }

    /// Each enum once, keys before fields.
    pub(crate) fn enums(&self, model: &'a Model) -> Vec<EnumName<'a>> {
        let mut all: Vec<EnumName<'a>> = Vec::new();
        let mut family = None;
        for key in &model.keys {
            let owner = self.owner_of_key(key).0;
            // Keys of a family stand together, and share one.
            if owner != key.name.value && family.replace(owner) == Some(owner) {
                continue;
            }
            all.extend(self.of_key(key).zip(key_values(key)).map(|(name, list)| {
                let owner = format!("key `{owner}`");
                EnumName { name, list, owner }
            }));
        }
        for (shape, field) in fields(model) {
            let own = own(shape, field);
            if let (Some(name), Some(list)) = (self.enums.get(&own), field_values(field)) {
                let of = &shape.name().value;
                let what = match self.index.key(of) {
                    Some(_) => "key",
                    None => "field",
                };
                let owner = format!("field `{}` of {what} `{of}`", field.name.value);
                let name = name.clone();
                all.push(EnumName { name, list, owner });
            }
        }
        all
    }

    /// The structs that there are of a shape.
    pub(crate) fn structs(&self, shape: &Shape) -> Vec<(StructUse, String)> {
        let uses = [StructUse::Read, StructUse::Write, StructUse::Stored];
        let of_both = self.is_stored_as_read(shape);
        let uses = uses.into_iter().filter(|&of| match of {
            StructUse::Read if of_both => {
                self.is_used(shape, of) || self.is_used(shape, StructUse::Stored)
            }
            StructUse::Stored if of_both => false,
            _ => self.is_used(shape, of),
        });
        uses.map(|of| (of, struct_name(shape, of))).collect()
    }

    /// Returns whether what is stored of the shape is what is read of it.
    fn is_stored_as_read(&self, shape: &Shape) -> bool {
        shape.fields.iter().all(|field| {
            let inner = field.shape.as_ref();
            // No shape is within itself, so that this ends.
            let inner = inner.and_then(|of| self.index.shape(&of.name));
            field.access.value == Access::ReadWrite
                && field.write_ty() == field.ty.value
                && inner.is_none_or(|shape| self.is_stored_as_read(shape))
        })
    }

    /// Returns whether a key or a field that has the shape needs a struct for this use.
    fn is_used(&self, shape: &Shape, of: StructUse) -> bool {
        let has = |access: Access, read: Type, write: Type, shaped: &Shaped| {
            let scalar = match shaped.capacity {
                Some(_) => Scalar::Array,
                None => Scalar::Object,
            };
            match of {
                StructUse::Read => access.readable() && read.scalar == scalar,
                StructUse::Write | StructUse::Stored => access.writable() && write.scalar == scalar,
            }
        };
        let mut keys = shape
            .names()
            .filter_map(|shaped| Some((self.index.key(&shaped.name.value)?, shaped)));
        let is_key = keys.any(|(key, shaped)| {
            (of != StructUse::Stored || key.stored())
                && has(key.access.value, key.ty.value, key.write_ty(), shaped)
        });
        // No shape is within itself, so that this ends.
        let fields = self.fields_of.get(shape.name().value.as_str());
        is_key
            || fields.into_iter().flatten().any(|(around, field)| {
                field.shape.as_ref().is_some_and(|shaped| {
                    has(
                        field.access.value,
                        field.ty.value,
                        field.write_ty(),
                        &shaped.of,
                    )
                }) && self.is_used(around, of)
            })
    }

    fn owner_of_key(&self, key: &'a Key) -> Owner<'a> {
        let name = key.name.value.as_str();
        (self.families.get(name).copied().unwrap_or(name), None)
    }

    /// Returns the owner of a field's enum: the field itself, or the one it takes its type from.
    fn owner_of_field(&self, shape: &'a Shape, field: &'a Field) -> Owner<'a> {
        let Some((key, name)) = &field.same_as else {
            return own(shape, field);
        };
        let shape_of = self.index.shape(key);
        let target = shape_of.and_then(|s| s.fields.iter().find(|f| f.name.value == *name));
        match target.and_then(field_values) {
            Some(_) => (key, Some(name)),
            None => own(shape, field),
        }
    }
}

/// Every type, with the place of its cause.
pub(crate) fn places(model: &Model) -> Vec<(String, Span)> {
    let names = TypeNames::new(model);
    let mut all = Vec::new();
    for of in names.enums(model) {
        let span = of.list.values.first().map(|value| value.span);
        all.extend(span.map(|span| (of.name.to_string(), span)));
    }
    for shape in &model.shapes {
        let structs = names.structs(shape);
        let table = (!structs.is_empty()).then(|| shape_static(&shape.name().value));
        let structs = structs.into_iter().map(|(_, name)| name).chain(table);
        all.extend(structs.map(|name| (name, shape.name().span)));
    }
    all
}

/// The static that describes a shape.
pub(crate) fn shape_static(name: &str) -> String {
    format!("{}_SHAPE", names::constant(name))
}

fn own<'a>(shape: &'a Shape, field: &'a Field) -> Owner<'a> {
    (shape.name().value.as_str(), Some(field.name.value.as_str()))
}

fn fields(model: &Model) -> impl Iterator<Item = (&Shape, &Field)> {
    let shapes = model.shapes.iter();
    shapes.flat_map(|shape| std::iter::repeat(shape).zip(&shape.fields))
}

fn key_values(key: &Key) -> Option<&ValueList> {
    closed(key.values(), [key.ty.value, key.write_ty()])
}

fn field_values(field: &Field) -> Option<&ValueList> {
    closed(field.values(), [field.ty.value, field.write_ty()])
}

/// Named values become a type only where no other number is possible.
fn closed(list: Option<&ValueList>, types: [Type; 2]) -> Option<&ValueList> {
    let whole = types.iter().any(|ty| ty.item().limits().is_some());
    list.filter(|list| whole && !list.open)
}

/// `ScanEntry`, `Ccw`, `WifisPatch`, `WifisStored`.
fn struct_name(shape: &Shape, of: StructUse) -> String {
    let key = &shape.name().value;
    match (of, &shape.first.capacity) {
        (StructUse::Read, None) => names::type_name(key),
        (StructUse::Read, Some(_)) => names::camel(key) + "Entry",
        (StructUse::Write, _) => names::camel(key) + "Patch",
        (StructUse::Stored, _) => names::camel(key) + "Stored",
    }
}
