//! Types of the spec as types of Rust, and as what `goe_runtime` calls a type.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{
    Uses,
    enums::{Enums, owner},
};
use crate::{
    model::{Facts, Field, Format, Key, Length, Model, Scalar, Shape, Type, ValueList},
    names,
};

/// Bytes of a string where the spec says nothing.
const TEXT_CAPACITY: u32 = 64;
/// Bytes of `#RRGGBB`.
const COLOUR_LEN: u32 = 7;
/// Bytes of JSON that no shape describes.
const RAW_CAPACITY: u32 = 256;

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
    pub(super) tokens: TokenStream,
    /// It has the lifetime `'a`.
    pub(super) borrows: bool,
    /// It is `Copy`.
    pub(super) copy: bool,
}

impl RustType {
    fn plain(tokens: TokenStream) -> Self {
        RustType {
            tokens,
            borrows: false,
            copy: true,
        }
    }

    fn or_null(self, optional: bool) -> Self {
        match (optional, &self.tokens) {
            (true, inner) => RustType {
                tokens: quote!(Option<#inner>),
                ..self
            },
            (false, _) => self,
        }
    }
}

/// A value of the model that has a type: a key, or a field of a shape.
#[derive(Clone, Copy)]
pub(super) struct Typed<'a> {
    read: Type,
    write: Type,
    facts: &'a Facts,
    /// What an object or array of it holds.
    shape: Option<&'a Shape>,
    /// Fields only: it is an array of so many.
    repeated: Option<u32>,
    /// The names of its numbers, and the type that they make.
    named: Option<(&'a ValueList, &'a str)>,
}

impl<'a> Typed<'a> {
    pub(super) fn key(model: &'a Model, enums: &'a Enums, key: &'a Key) -> Self {
        let name = enums.get(&(key.name.value.clone(), None));
        Typed {
            read: key.ty.value,
            write: key.write_ty(),
            facts: &key.facts,
            shape: model.shape(&key.name.value),
            repeated: None,
            named: key.values().zip(name),
        }
    }

    pub(super) fn field(model: &Model, enums: &'a Enums, shape: &Shape, field: &'a Field) -> Self {
        let name = enums.get(&owner(model, shape, field));
        Typed {
            read: field.ty.value,
            write: field.write_ty(),
            facts: &field.facts,
            shape: None,
            repeated: field.capacity.as_ref().map(|capacity| capacity.value),
            named: field.values().zip(name),
        }
    }

    /// Whether it is written as another type than it is read.
    pub(super) fn written_as_another(&self) -> bool {
        self.read != self.write
    }

    fn ty(&self, form: Form) -> Type {
        if form == Form::Read {
            self.read
        } else {
            self.write
        }
    }

    /// The shape, if a value of this form has it.
    fn shape(&self, form: Form) -> Option<&'a Shape> {
        self.shape.filter(|shape| match shape.capacity {
            Some(_) => self.ty(form).scalar == Scalar::Array,
            None => self.ty(form).scalar == Scalar::Object,
        })
    }

    fn named(&self, form: Form) -> Option<(&'a ValueList, &'a str)> {
        self.named
            .filter(|_| self.ty(form).scalar.limits().is_some())
    }

    fn text_capacity(&self) -> u32 {
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
        let one = self.rust_one(form, uses).or_null(ty.optional);
        let Some(count) = self.repeated else {
            return one;
        };
        self.rust_list(one, form, count, uses)
    }

    fn rust_one(&self, form: Form, uses: &mut Uses) -> RustType {
        if let Some((_, name)) = self.named(form) {
            let name = uses.krate(name);
            return RustType::plain(quote!(#name));
        }
        if let Some(shape) = self.shape(form) {
            return self.rust_shape(shape, form, uses);
        }
        match self.ty(form).scalar {
            Scalar::Bool => RustType::plain(quote!(bool)),
            Scalar::Uint8 => RustType::plain(quote!(u8)),
            Scalar::Uint16 => RustType::plain(quote!(u16)),
            Scalar::Uint32 => RustType::plain(quote!(u32)),
            Scalar::Uint64 => RustType::plain(quote!(u64)),
            Scalar::Int8 => RustType::plain(quote!(i8)),
            Scalar::Int16 => RustType::plain(quote!(i16)),
            Scalar::Int32 => RustType::plain(quote!(i32)),
            Scalar::Int64
            | Scalar::Microseconds
            | Scalar::Milliseconds
            | Scalar::Seconds
            | Scalar::Minutes => RustType::plain(quote!(i64)),
            Scalar::Float => RustType::plain(quote!(f32)),
            Scalar::Double => RustType::plain(quote!(f64)),
            Scalar::String if form == Form::Write => {
                let name = uses.runtime("JsonStr");
                RustType {
                    tokens: quote!(#name<'a>),
                    borrows: true,
                    copy: true,
                }
            }
            Scalar::String => {
                let (name, max) = (uses.runtime("Text"), number(self.text_capacity()));
                RustType {
                    tokens: quote!(#name<'a, #max>),
                    borrows: true,
                    copy: true,
                }
            }
            Scalar::Array | Scalar::Object | Scalar::Any => {
                let (name, max) = (uses.runtime("RawJson"), number(RAW_CAPACITY));
                RustType {
                    tokens: quote!(#name<'a, #max>),
                    borrows: true,
                    copy: true,
                }
            }
        }
    }

    fn rust_shape(&self, shape: &Shape, form: Form, uses: &mut Uses) -> RustType {
        let name = uses.krate(&struct_name(shape, form));
        let content = struct_traits(shape, form);
        let tokens = match content.borrows {
            true => quote!(#name<'a>),
            false => quote!(#name),
        };
        let one = RustType { tokens, ..content };
        match &shape.capacity {
            None => one,
            Some(count) if shape.exact && form != Form::Write => {
                let (inner, count) = (&one.tokens, number(count.value));
                RustType {
                    tokens: quote!([#inner; #count]),
                    ..one
                }
            }
            Some(count) => self.rust_list(one, form, count.value, uses),
        }
    }

    fn rust_list(&self, one: RustType, form: Form, count: u32, uses: &mut Uses) -> RustType {
        let inner = one.tokens;
        if form == Form::Write {
            let items = uses.runtime("Items");
            return RustType {
                tokens: quote!(#items<'a, #inner>),
                borrows: true,
                copy: one.copy,
            };
        }
        let (list, count) = (uses.runtime("List"), number(count));
        RustType {
            tokens: quote!(#list<#inner, #count>),
            borrows: one.borrows,
            copy: false,
        }
    }

    /// How tools on a host serialize `value`, which holds it: lists as slices.
    pub(super) fn serialize(&self, value: TokenStream) -> TokenStream {
        let list = self.repeated.is_some()
            || self
                .shape(Form::Read)
                .is_some_and(|shape| shape.capacity.is_some());
        match (list, self.read.optional) {
            (false, _) => quote!(&#value),
            (true, false) => quote!(&#value[..]),
            (true, true) => quote!(&#value.as_ref().map(|list| &list[..])),
        }
    }

    /// The `goe_runtime::Type` of it: `Type::UINT8.within(0, 9)`. Statics are
    /// looked up in the module path `types`.
    pub(super) fn descriptor(&self, form: Form, types: &str) -> String {
        let ty = self.ty(form);
        let mut out = format!("Type::{}", ty.scalar.name().to_uppercase());
        if let Some((_, name)) = self.named(form) {
            out += &format!(".named(&{types}{})", values_static(name));
        } else if let Some(shape) = self.shape(form) {
            out += &format!(".of(&{types}{})", shape_static(shape));
        } else if let (true, Some(range)) = (ty.scalar.is_number(), &self.facts.range) {
            out += &format!(".within({}, {})", range.value.min, range.value.max);
        } else if let (Scalar::Array, Some(entries)) = (ty.scalar, self.entries()) {
            out += &format!(".few({entries})");
        } else if ty.scalar == Scalar::String && self.is_colour() {
            out += ".colour()";
        } else if ty.scalar == Scalar::String && self.text_capacity() != TEXT_CAPACITY {
            out += &format!(".at_most({})", self.text_capacity());
        }
        if let Some(count) = self.repeated {
            out += &format!(".repeated({count})");
        }
        if ty.optional {
            out += ".or_null()";
        }
        out
    }
}

fn number(value: u32) -> Literal {
    Literal::u32_unsuffixed(value)
}

/// The static with the names of an enum's values.
pub(super) fn values_static(name: &str) -> String {
    format!("{}_VALUES", names::constant(name))
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
pub(super) fn struct_fields(shape: &Shape, form: Form) -> Vec<&Field> {
    let has = |field: &&Field| match form {
        Form::Read => field.access.value.readable(),
        Form::Write | Form::Stored => field.access.value.writable(),
    };
    shape.fields.iter().filter(has).collect()
}

/// Whether a struct of this form borrows, and is `Copy`; no tokens.
pub(super) fn struct_traits(shape: &Shape, form: Form) -> RustType {
    let mut all = RustType::plain(TokenStream::new());
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
