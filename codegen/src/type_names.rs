//! The types of Rust that are named after something in the spec: an enum for
//! named values that are all there are, structs for the objects of a shape.
//!
//! Which of them there are and how they are called is said here once: the checks
//! ask whether two have one name, the lowered API takes the names from here.

use std::{collections::HashMap, rc::Rc};

use crate::{
    model::{Field, Index, Key, Model, Scalar, Shape, Type, ValueList},
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
    /// The value that was sent, whole, for the store.
    Stored,
}

/// The types of a model.
pub(crate) struct TypeNames<'a> {
    enums: HashMap<Owner<'a>, Rc<str>>,
    index: Index<'a>,
    families: HashMap<&'a str, &'a str>,
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
        };
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
                let owner = format!("field `{}` of key `{}`", field.name.value, shape.key.value);
                let name = name.clone();
                all.push(EnumName { name, list, owner });
            }
        }
        all
    }

    /// The structs that the key of a shape needs.
    pub(crate) fn structs(&self, shape: &Shape) -> Vec<(StructUse, String)> {
        let Some(key) = self.index.key(&shape.key.value) else {
            return Vec::new();
        };
        let uses = uses(key, shape).into_iter();
        uses.map(|of| (of, struct_name(shape, of))).collect()
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
        let structs = names.structs(shape).into_iter();
        all.extend(structs.map(|(_, name)| (name, shape.key.span)));
    }
    all
}

fn own<'a>(shape: &'a Shape, field: &'a Field) -> Owner<'a> {
    (shape.key.value.as_str(), Some(field.name.value.as_str()))
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

/// Returns the uses of the structs of a shape.
fn uses(key: &Key, shape: &Shape) -> Vec<StructUse> {
    let scalar = match shape.capacity {
        Some(_) => Scalar::Array,
        None => Scalar::Object,
    };
    let read = key.access.value.readable() && key.ty.value.scalar == scalar;
    let written = key.access.value.writable() && key.write_ty().scalar == scalar;
    let mut uses = Vec::new();
    uses.extend(read.then_some(StructUse::Read));
    uses.extend(written.then_some(StructUse::Write));
    uses.extend((written && key.stored()).then_some(StructUse::Stored));
    uses
}

/// `ScanEntry`, `Ccw`, `WifisPatch`, `WifisStored`.
fn struct_name(shape: &Shape, of: StructUse) -> String {
    let key = &shape.key.value;
    match (of, &shape.capacity) {
        (StructUse::Read, None) => names::type_name(key),
        (StructUse::Read, Some(_)) => names::camel(key) + "Entry",
        (StructUse::Write, _) => names::camel(key) + "Patch",
        (StructUse::Stored, _) => names::camel(key) + "Stored",
    }
}
