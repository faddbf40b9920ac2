//! `src/types.rs`: enums of named values, and structs and descriptions of shapes;
//! and how a value is written as a type of Rust and as one of the runtime.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::{File, OutputFile, Uses, access, field_ident, ident, layout, sentence, variant_ident};
use crate::{
    api::{Api, Field, Form, Kind, List, RAW_MAX, Raw, Shape, Value, View},
    model::Precision,
    type_names::{self, EnumName, StructUse},
};

/// A type of Rust.
pub(super) struct RustType {
    pub(super) tokens: TokenStream,
    /// It has the lifetime `'a`.
    pub(super) borrows: bool,
    /// It is `Copy`.
    pub(super) copy: bool,
}

impl RustType {
    fn plain(name: &str) -> Self {
        let name = ident(name);
        RustType {
            tokens: quote!(#name),
            borrows: false,
            copy: true,
        }
    }

    fn borrowed(tokens: TokenStream) -> Self {
        RustType {
            tokens,
            borrows: true,
            copy: true,
        }
    }
}

/// The form of the value that a struct of this use holds.
pub(super) fn form(of: StructUse) -> Form {
    match of {
        StructUse::Read => Form::Read,
        StructUse::Write | StructUse::Stored => Form::Write,
    }
}

/// The type that holds a value, `null` included.
pub(super) fn rust_type(view: &View<'_>, of: StructUse, uses: &mut Uses) -> RustType {
    let one = rust_kind(&view.kind, of, uses);
    if !view.optional() {
        return one;
    }
    let inner = one.tokens;
    RustType {
        tokens: quote!(Option<#inner>),
        ..one
    }
}

/// The text of the type that holds a value; nothing where a name in it is none in
/// Rust, which is an error of the spec.
pub(crate) fn type_text(view: &View<'_>, of: StructUse) -> Option<String> {
    fn usable(kind: &Kind<'_>, of: StructUse) -> bool {
        let is_name = |name: &str| syn::parse_str::<Ident>(name).is_ok();
        match kind {
            Kind::Whole(whole) => {
                let named = whole.closed().and_then(|named| named.ty.as_deref());
                named.is_none_or(is_name)
            }
            Kind::Object(shape) => {
                let fields = shape.fields(form(of));
                is_name(shape.struct_name(of))
                    && fields
                        .map(|field| &field.value.view(form(of)).kind)
                        .all(|kind| usable(kind, of))
            }
            Kind::List(list) => usable(&list.of, of),
            Kind::Bool(_) | Kind::Real(_) | Kind::Colour | Kind::Text(_) | Kind::Raw(_) => true,
        }
    }
    usable(&view.kind, of).then(|| {
        let mut text = String::new();
        layout::write(&mut text, rust_type(view, of, &mut Uses::default()).tokens);
        text
    })
}

fn rust_kind(kind: &Kind<'_>, of: StructUse, uses: &mut Uses) -> RustType {
    match kind {
        Kind::Bool(_) => RustType::plain("bool"),
        Kind::Whole(whole) => match whole.closed().and_then(|named| named.ty.as_deref()) {
            Some(name) => {
                uses.krate(name);
                RustType::plain(name)
            }
            None => RustType::plain(whole.width.names().0),
        },
        Kind::Real(real) => RustType::plain(match real.precision {
            Precision::Single => "f32",
            Precision::Double => "f64",
        }),
        Kind::Colour => rust_text(goe_runtime::descriptor::COLOUR_LEN as u32, of, uses),
        Kind::Text(text) => rust_text(text.max, of, uses),
        Kind::Object(shape) => rust_struct(shape, of, uses),
        Kind::List(list) => rust_list(list, of, uses),
        Kind::Raw(Raw::Array(_) | Raw::Object | Raw::Any) => {
            let (name, max) = (uses.runtime("RawJson"), Literal::u32_unsuffixed(RAW_MAX));
            RustType::borrowed(quote!(#name<'a, #max>))
        }
    }
}

fn rust_text(max: u32, of: StructUse, uses: &mut Uses) -> RustType {
    match of {
        StructUse::Write => {
            let name = uses.runtime("JsonStr");
            RustType::borrowed(quote!(#name<'a>))
        }
        StructUse::Read | StructUse::Stored => {
            let (name, max) = (uses.runtime("Text"), Literal::u32_unsuffixed(max));
            RustType::borrowed(quote!(#name<'a, #max>))
        }
    }
}

fn rust_struct(shape: &Shape<'_>, of: StructUse, uses: &mut Uses) -> RustType {
    let fields = shape.fields(form(of)).map(|field| {
        // No shape is within itself, so that this ends.
        rust_kind(&field.value.view(form(of)).kind, of, &mut Uses::default())
    });
    let fields: Vec<_> = fields.collect();
    let borrows = fields.iter().any(|field| field.borrows);
    let name = uses.krate(shape.struct_name(of));
    let lifetime = borrows.then(|| quote!(<'a>));
    RustType {
        tokens: quote!(#name #lifetime),
        borrows,
        copy: fields.iter().all(|field| field.copy),
    }
}

fn rust_list(list: &List<'_>, of: StructUse, uses: &mut Uses) -> RustType {
    let one = rust_kind(&list.of, of, uses);
    let (inner, max) = (one.tokens, Literal::u32_unsuffixed(list.max));
    match (of, list.exact) {
        // Read as it is asked for: a shorter one is what a patch may be.
        (StructUse::Write, _) => {
            let items = uses.runtime("Items");
            RustType {
                tokens: quote!(#items<'a, #inner>),
                borrows: true,
                copy: one.copy,
            }
        }
        // A shorter one does not compile.
        (StructUse::Read | StructUse::Stored, true) => RustType {
            tokens: quote!([#inner; #max]),
            ..one
        },
        (StructUse::Read | StructUse::Stored, false) => {
            let name = uses.runtime("List");
            RustType {
                tokens: quote!(#name<#inner, #max>),
                borrows: one.borrows,
                copy: false,
            }
        }
    }
}

/// The `goe_runtime::Type` of a value as it is read, and `.written_as(…)` where it
/// is written as another. Types are looked up in the module `types`.
pub(super) fn descriptors(
    value: &Value<'_>,
    types: Option<&TokenStream>,
) -> (TokenStream, Option<TokenStream>) {
    let read = descriptor(value.view(Form::Read), types);
    let written = (!value.same_both_ways()).then(|| {
        let write = descriptor(value.view(Form::Write), types);
        quote!(.written_as(#write))
    });
    (read, written)
}

/// `Type::UINT8.within(0, 9).or_null()`
fn descriptor(view: &View<'_>, types: Option<&TokenStream>) -> TokenStream {
    let kind = descriptor_kind(&view.kind, types);
    match view.optional() {
        true => quote!(#kind.or_null()),
        false => kind,
    }
}

fn descriptor_kind(kind: &Kind<'_>, types: Option<&TokenStream>) -> TokenStream {
    match kind {
        Kind::Bool(_) => quote!(Type::BOOL),
        Kind::Whole(whole) => {
            let constant = ident(whole.scalar.constant());
            if let Some(name) = whole.closed().and_then(|named| named.ty.as_deref()) {
                let name = ident(name);
                return quote!(Type::#constant.one_of::<#types #name>());
            }
            let within = whole.range.map(|_| within(whole.bounds()));
            quote!(Type::#constant #within)
        }
        Kind::Real(real) => {
            let constant = ident(real.scalar.constant());
            let within = real.range.map(|range| {
                let max = range.greatest().map_or(u64::MAX.into(), i128::from);
                within((range.min.into(), max))
            });
            quote!(Type::#constant #within)
        }
        Kind::Colour => quote!(Type::STRING.colour()),
        Kind::Text(text) if text.min > 0 => {
            let [min, max] = [text.min, text.max].map(Literal::u32_unsuffixed);
            quote!(Type::STRING.bytes(#min, #max))
        }
        Kind::Text(text) if text.max == u32::from(goe_runtime::descriptor::TEXT_CAPACITY) => {
            quote!(Type::STRING)
        }
        Kind::Text(text) => {
            let max = Literal::u32_unsuffixed(text.max);
            quote!(Type::STRING.at_most(#max))
        }
        Kind::Object(shape) => {
            let shape = shape_static(shape);
            quote!(Type::OBJECT.of(&#types #shape))
        }
        Kind::List(list) => {
            let of = descriptor_kind(&list.of, types);
            let max = Literal::u32_unsuffixed(list.max);
            // A patch of objects may leave the last ones out.
            let exactly = list.exact && list.of.shape().is_none();
            match exactly {
                true => quote!(#of.list(#max).exactly()),
                false => quote!(#of.list(#max)),
            }
        }
        Kind::Raw(Raw::Array(None)) => quote!(Type::ARRAY),
        Kind::Raw(Raw::Array(Some(entries))) => {
            let entries = Literal::u32_unsuffixed(*entries);
            quote!(Type::ARRAY.few(#entries))
        }
        Kind::Raw(Raw::Object) => quote!(Type::OBJECT),
        Kind::Raw(Raw::Any) => quote!(Type::ANY),
    }
}

fn within((min, max): (i128, i128)) -> TokenStream {
    let [min, max] = [min, max].map(Literal::i128_unsuffixed);
    quote!(.within(#min, #max))
}

/// The static that describes a shape.
fn shape_static(shape: &Shape<'_>) -> Ident {
    ident(&type_names::shape_static(shape.name))
}

pub(super) fn emit(api: &Api<'_>) -> OutputFile {
    let mut uses = Uses::default();
    let shapes = api.shapes.iter().filter(|shape| !shape.structs.is_empty());
    let shapes: Vec<_> = shapes
        .map(|shape| {
            let structs = shape.structs.iter();
            let structs = structs.map(|(of, name)| structure(shape, *of, name, &mut uses));
            (shape, structs.collect::<Vec<_>>())
        })
        .collect();
    if !shapes.is_empty() {
        for name in ["Field", "Shape", "Type"] {
            uses.runtime(name);
        }
    }
    // Its own types need no import.
    uses.krate.clear();
    let accesses = (!shapes.is_empty()).then(|| {
        quote!(
            use goe_runtime::Access::*;
        )
    });
    let mut file = File::new("types");
    file.items(quote! {
        #![allow(clippy::enum_variant_names, reason = "the names are the spec's")]
        #accesses
        #uses
    });
    for of in &api.enums {
        enumeration(&mut file, of);
    }
    for (shape, structs) in shapes {
        shape_table(&mut file, shape);
        for structure in structs {
            file.items(structure.item);
            let (what, of) = (structure.what, structure.of);
            file.macro_call(&[], quote!(goe_runtime::#what!), of, structure.members);
        }
    }
    file.finish()
}

fn enumeration(file: &mut File, of: &EnumName<'_>) {
    let name = ident(&of.name);
    let doc = format!("Named values of {}.", of.owner);
    // On a small device an enum is no wider than its numbers need.
    let narrow = |value: i64| i32::try_from(value).is_ok();
    let wide = !of.list.values.iter().all(|item| narrow(item.value));
    let repr = wide.then(|| quote!(#[repr(i64)]));
    // The number that Rust gives the next one by itself.
    let mut implied = Some(0);
    let values = of.list.values.iter().map(|item| {
        let (variant, number) = (
            variant_ident(&item.name),
            Literal::i64_unsuffixed(item.value),
        );
        let spelling = &item.name;
        let own = (implied != Some(item.value)).then(|| quote!(= #number));
        implied = item.value.checked_add(1);
        quote!(#variant #own: #number #spelling)
    });
    file.macro_call(
        &[&doc],
        quote!(goe_runtime::named_values!),
        quote!(#repr #name),
        values,
    );
}

fn shape_table(file: &mut File, shape: &Shape<'_>) {
    let fields = shape.fields.iter().map(|field| {
        let (name, access) = (field.name, access(field.value.access));
        let (read, written) = descriptors(&field.value, None);
        quote!(Field::new(#name, #access, #read) #written)
    });
    let what = if shape.is_of_key { "key" } else { "field" };
    let (doc, name) = (
        format!(" Shape of {what} {}.", called(shape)),
        shape_static(shape),
    );
    let fields_of = ident(&format!("{name}_FIELDS"));
    let count = Literal::usize_unsuffixed(shape.fields.len());
    file.items(quote! {
        #[doc = #doc]
        pub static #name: Shape = Shape { fields: &#fields_of };
    });
    file.table(&[], quote!(static #fields_of: [Field; #count] =), fields);
}

/// A struct of a shape, and what can be done with it.
struct Structure {
    item: TokenStream,
    /// The macro of the runtime.
    what: Ident,
    /// The type that the macro is called for.
    of: TokenStream,
    members: Vec<TokenStream>,
}

/// The struct of a shape for one use.
fn structure(shape: &Shape<'_>, of: StructUse, name: &str, uses: &mut Uses) -> Structure {
    let ty = rust_struct(shape, of, uses);
    let members = shape.fields(form(of)).map(|field| {
        let (wire, name) = (field.name, field_ident(field.name));
        let list = match of {
            StructUse::Read => serialize(field.value.view(Form::Read)),
            StructUse::Write | StructUse::Stored => None,
        };
        quote!(#wire #list #name)
    });
    let fields = shape.fields(form(of)).map(|field| member(field, of, uses));
    let (default, what, any) = match of {
        StructUse::Read => (None, "object", quote!(<'_>)),
        StructUse::Write => (Some(quote!(Default)), "patch", quote!(<'a>)),
        StructUse::Stored => (None, "stored_object", quote!(<'_>)),
    };
    let (doc, copy) = (about(shape, of), ty.copy.then(|| quote!(Copy,)));
    let (name, any) = (ident(name), ty.borrows.then_some(any));
    let ty = ty.tokens;
    Structure {
        item: quote! {
            #[doc = #doc]
            #[derive(Clone, #copy #default)]
            pub struct #ty {
                #(#fields)*
            }
        },
        what: ident(what),
        of: quote!(#name #any),
        members: members.collect(),
    }
}

fn member(field: &Field<'_>, of: StructUse, uses: &mut Uses) -> TokenStream {
    let doc = format!(" {}", sentence(field.value.description));
    let name = field_ident(field.name);
    let ty = rust_type(field.value.view(form(of)), of, uses).tokens;
    match of {
        StructUse::Write => quote!(#[doc = #doc] pub #name: Option<#ty>,),
        StructUse::Read | StructUse::Stored => quote!(#[doc = #doc] pub #name: #ty,),
    }
}

/// Returns how tools on a host serialize a field that holds a list: the tokens before
/// its name in `goe_runtime::serialize!`.
pub(super) fn serialize(view: &View<'_>) -> Option<TokenStream> {
    view.kind.list().map(|_| match view.optional() {
        false => quote!([..]),
        true => quote!([?]),
    })
}

pub(super) fn about(shape: &Shape<'_>, of: StructUse) -> String {
    let called = called(shape);
    let what = match shape.is_entry {
        true => format!("An entry of {called}"),
        false => format!("The object {called}"),
    };
    match of {
        StructUse::Read => format!(" {what}, as it is read."),
        StructUse::Write => format!(" {what}, as it is written: what is `None` was not sent."),
        StructUse::Stored => format!(" {what}, as it is stored: whole, secrets included."),
    }
}

/// `week` or `saturday`, as code.
fn called(shape: &Shape<'_>) -> String {
    let names: Vec<_> = shape.names.iter().map(|name| format!("`{name}`")).collect();
    names.join(" or ")
}
