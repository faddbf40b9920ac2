//! Types of the spec as types of Rust, and as what `goe_runtime` calls a type.

use std::{borrow::Cow, fmt::Write as _};

use super::{Uses, enums::Enums};
use crate::{
    model::{Facts, Field, Format, Key, Length, Scalar, Shape, Type, ValueList},
    names,
};

/// Bytes of a string where the spec says nothing.
const TEXT_CAPACITY: u32 = 64;
/// Bytes of `#RRGGBB`.
const COLOUR_LEN: u32 = 7;
/// Bytes of JSON that no shape describes.
pub(super) const RAW_CAPACITY: u32 = 256;

/// What a value is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As clients see it.
    Read,
    /// As clients send it: borrowed from the message, objects as patches.
    Write,
    /// As it was sent, whole, for the store.
    Stored,
}

impl Form {
    /// What is behind the name of a shape's struct.
    fn suffix(self, array: bool) -> &'static str {
        match (self, array) {
            (Form::Read, true) => "Entry",
            (Form::Read, false) => "",
            (Form::Write, _) => "Patch",
            (Form::Stored, _) => "Stored",
        }
    }
}

/// A type of Rust.
pub(super) struct RustType {
    /// As it is written.
    pub(super) text: Cow<'static, str>,
    /// It has the lifetime `'a`.
    pub(super) borrows: bool,
    /// It is `Copy`.
    pub(super) copy: bool,
}

impl RustType {
    const fn plain(text: &'static str) -> Self {
        RustType {
            text: Cow::Borrowed(text),
            borrows: false,
            copy: true,
        }
    }

    fn text(text: String) -> Self {
        RustType {
            text: Cow::Owned(text),
            borrows: true,
            copy: true,
        }
    }

    fn or_null(self, optional: bool) -> Self {
        if !optional {
            return self;
        }
        RustType {
            text: Cow::Owned(format!("Option<{}>", self.text)),
            ..self
        }
    }
}

/// A value of the model that has a type: a key, or a field of a shape.
#[derive(Clone, Copy)]
pub(super) struct Typed<'a> {
    read: Type,
    write: Type,
    pub(super) facts: &'a Facts,
    /// What an object or array of it holds.
    shape: Option<&'a Shape>,
    /// Fields only: it is an array of so many.
    pub(super) repeated: Option<u32>,
    /// The names of its numbers, and the type that they make.
    named: Option<(&'a ValueList, &'a str)>,
}

impl<'a> Typed<'a> {
    pub(super) fn key(enums: &'a Enums<'a>, key: &'a Key) -> Self {
        Typed {
            read: key.ty.value,
            write: key.write_ty(),
            facts: &key.facts,
            shape: enums.shape(&key.name.value),
            repeated: None,
            named: key.values().zip(enums.of_key(&key.name.value)),
        }
    }

    pub(super) fn field(enums: &'a Enums<'a>, shape: &'a Shape, field: &'a Field) -> Self {
        Typed {
            read: field.ty.value,
            write: field.write_ty(),
            facts: &field.facts,
            shape: None,
            repeated: field.capacity.as_ref().map(|capacity| capacity.value),
            named: field.values().zip(enums.of_field(shape, field)),
        }
    }

    pub(super) fn ty(&self, form: Form) -> Type {
        if form == Form::Read {
            self.read
        } else {
            self.write
        }
    }

    /// The shape, if a value of this form has it.
    pub(super) fn shape(&self, form: Form) -> Option<&'a Shape> {
        self.shape.filter(|shape| match shape.capacity {
            Some(_) => self.ty(form).scalar == Scalar::Array,
            None => self.ty(form).scalar == Scalar::Object,
        })
    }

    pub(super) fn named(&self, form: Form) -> Option<(&'a ValueList, &'a str)> {
        self.named
            .filter(|_| self.ty(form).scalar.limits().is_some())
    }

    pub(super) fn text_capacity(&self) -> u32 {
        if self.is_colour() {
            return COLOUR_LEN;
        }
        match self.facts.length.as_ref().map(|length| length.value) {
            Some(Length::Bytes(max) | Length::Characters(max)) => max,
            _ => TEXT_CAPACITY,
        }
    }

    fn is_colour(&self) -> bool {
        let format = self.facts.format.as_ref().map(|format| format.value);
        format == Some(Format::Colour)
    }

    /// The most entries of an array that no shape describes.
    fn entries(&self) -> Option<u32> {
        match self.facts.length.as_ref()?.value {
            Length::Entries(max) => Some(max),
            _ => None,
        }
    }

    /// The type of Rust that holds it.
    pub(super) fn rust(&self, form: Form, uses: &mut Uses) -> RustType {
        let ty = self.ty(form);
        let one = self.rust_one(form, uses);
        let all = match self.repeated {
            Some(count) => self.rust_list(one, form, count, uses),
            None => one,
        };
        all.or_null(ty.optional)
    }

    fn rust_one(&self, form: Form, uses: &mut Uses) -> RustType {
        if let Some((_, name)) = self.named(form) {
            uses.krate(name);
            return RustType {
                text: Cow::Owned(name.to_owned()),
                borrows: false,
                copy: true,
            };
        }
        if let Some(shape) = self.shape(form) {
            return self.rust_shape(shape, form, uses);
        }
        match self.ty(form).scalar {
            Scalar::Bool => RustType::plain("bool"),
            Scalar::Uint8 => RustType::plain("u8"),
            Scalar::Uint16 => RustType::plain("u16"),
            Scalar::Uint32 => RustType::plain("u32"),
            Scalar::Uint64 => RustType::plain("u64"),
            Scalar::Int8 => RustType::plain("i8"),
            Scalar::Int16 => RustType::plain("i16"),
            Scalar::Int32 => RustType::plain("i32"),
            Scalar::Int64
            | Scalar::Microseconds
            | Scalar::Milliseconds
            | Scalar::Seconds
            | Scalar::Minutes => RustType::plain("i64"),
            Scalar::Float => RustType::plain("f32"),
            Scalar::Double => RustType::plain("f64"),
            Scalar::String if form == Form::Write => {
                RustType::text(format!("{}<'a>", uses.runtime("JsonStr")))
            }
            Scalar::String => {
                let (name, max) = (uses.runtime("Text"), self.text_capacity());
                RustType::text(format!("{name}<'a, {max}>"))
            }
            Scalar::Array | Scalar::Object | Scalar::Any => {
                let name = uses.runtime("RawJson");
                RustType::text(format!("{name}<'a, {RAW_CAPACITY}>"))
            }
        }
    }

    fn rust_shape(&self, shape: &Shape, form: Form, uses: &mut Uses) -> RustType {
        let mut name = struct_name(shape, form);
        uses.krate(&name);
        let StructTraits { borrows, copy } = struct_traits(shape, form);
        if borrows {
            name.push_str("<'a>");
        }
        let one = RustType {
            text: Cow::Owned(name),
            borrows,
            copy,
        };
        match &shape.capacity {
            None => one,
            Some(count) if shape.exact && form != Form::Write => RustType {
                text: Cow::Owned(format!("[{}; {}]", one.text, count.value)),
                ..one
            },
            Some(count) => self.rust_list(one, form, count.value, uses),
        }
    }

    fn rust_list(&self, one: RustType, form: Form, count: u32, uses: &mut Uses) -> RustType {
        let inner = one.text;
        if form == Form::Write {
            return RustType {
                text: Cow::Owned(format!("{}<'a, {inner}>", uses.runtime("Items"))),
                borrows: true,
                copy: one.copy,
            };
        }
        RustType {
            text: Cow::Owned(format!("{}<{inner}, {count}>", uses.runtime("List"))),
            borrows: one.borrows,
            copy: false,
        }
    }

    /// How tools on a host serialize a field that holds it: what stands behind
    /// its name in `goe_runtime::serialize!`.
    pub(super) fn serialize(&self) -> &'static str {
        let list = self.repeated.is_some()
            || self
                .shape(Form::Read)
                .is_some_and(|shape| shape.capacity.is_some());
        match (list, self.read.optional) {
            (false, _) => "",
            (true, false) => " [..]",
            (true, true) => " [?]",
        }
    }

    /// The `goe_runtime::Type` of it: `Type::UINT8.within(0, 9)`. Types are
    /// looked up in the module path `types`.
    pub(super) fn descriptor(&self, out: &mut String, form: Form, types: &str) {
        let ty = self.ty(form);
        out.push_str("Type::");
        let shape = self.shape(form);
        let name = shape.map_or(ty.scalar, |_| Scalar::Object).name();
        out.extend(name.chars().map(|letter| letter.to_ascii_uppercase()));
        // Into a string, which takes everything.
        let _ = if let Some((_, name)) = self.named(form) {
            write!(out, ".named({types}{name}::VALUES)")
        } else if let Some(shape) = shape {
            write!(out, ".of(&{types}{})", shape_static(shape))
        } else if let (true, Some(range)) = (ty.scalar.is_number(), &self.facts.range) {
            write!(out, ".within({}, {})", range.value.min, range.value.max)
        } else if let (Scalar::Array, Some(entries)) = (ty.scalar, self.entries()) {
            write!(out, ".few({entries})")
        } else if ty.scalar == Scalar::String && self.is_colour() {
            write!(out, ".colour()")
        } else if ty.scalar == Scalar::String && self.text_capacity() != TEXT_CAPACITY {
            write!(out, ".at_most({})", self.text_capacity())
        } else {
            Ok(())
        };
        let entries = shape.and_then(|shape| shape.capacity.as_ref());
        if let Some(count) = self.repeated.or(entries.map(|count| count.value)) {
            let _ = write!(out, ".list({count})");
        }
        if ty.optional {
            out.push_str(".or_null()");
        }
    }

    /// The same for both forms, as the last argument of a constructor and what
    /// follows it.
    pub(super) fn descriptors(&self, out: &mut String, types: &str) {
        self.descriptor(out, Form::Read, types);
        out.push(')');
        if self.read != self.write {
            out.push_str(".written_as(");
            self.descriptor(out, Form::Write, types);
            out.push(')');
        }
    }
}

/// The static that describes a shape.
pub(super) fn shape_static(shape: &Shape) -> String {
    format!("{}_SHAPE", names::constant(&shape.key.value))
}

/// The struct for a shape in one form.
pub(super) fn struct_name(shape: &Shape, form: Form) -> String {
    match form.suffix(shape.capacity.is_some()) {
        "" => names::type_name(&shape.key.value),
        suffix => format!("{}{suffix}", names::camel(&shape.key.value)),
    }
}

/// The fields that a struct of this form has.
pub(super) fn struct_fields(shape: &Shape, form: Form) -> impl Iterator<Item = &Field> {
    let has = move |field: &&Field| match form {
        Form::Read => field.access.value.readable(),
        Form::Write | Form::Stored => field.access.value.writable(),
    };
    shape.fields.iter().filter(has)
}

/// What can be said of a struct without its fields' types.
pub(super) struct StructTraits {
    /// It has the lifetime `'a`.
    pub(super) borrows: bool,
    pub(super) copy: bool,
}

/// Whether a struct of this form borrows, and is `Copy`.
pub(super) fn struct_traits(shape: &Shape, form: Form) -> StructTraits {
    let mut all = StructTraits {
        borrows: false,
        copy: true,
    };
    for field in struct_fields(shape, form) {
        let ty = if form == Form::Read {
            field.ty.value
        } else {
            field.write_ty()
        };
        let text = matches!(
            ty.scalar,
            Scalar::String | Scalar::Array | Scalar::Object | Scalar::Any
        );
        let list = field.capacity.is_some();
        all.borrows |= text || (list && form == Form::Write);
        all.copy &= !list || form == Form::Write;
    }
    all
}

/// The forms that a shape's key needs.
pub(super) fn forms(key: &Key, shape: &Shape) -> Vec<Form> {
    let scalar = match shape.capacity {
        Some(_) => Scalar::Array,
        None => Scalar::Object,
    };
    let (read, written) = (
        key.ty.value.scalar == scalar,
        key.write_ty().scalar == scalar,
    );
    let access = key.access.value;
    let mut forms = Vec::new();
    forms.extend((read && access.readable()).then_some(Form::Read));
    forms.extend((written && access.writable()).then_some(Form::Write));
    forms.extend((written && key.stored()).then_some(Form::Stored));
    forms
}
