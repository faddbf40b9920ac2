//! `src/types.rs`: enums of named values, and structs and descriptions of shapes.

use std::fmt::Write as _;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{
    OutputFile, Uses, doc,
    enums::{self, Enums},
    field_ident, file, ident, pretty, sentence, string, table,
    ty::{
        Form, Typed, forms, shape_static, struct_fields, struct_name, struct_traits, values_static,
    },
    variant_ident,
};
use crate::model::{Field, Model, Shape, ValueList};

pub(super) fn emit(model: &Model) -> OutputFile {
    let enums = Enums::new(model);
    let mut uses = Uses::default();
    let mut sections = Vec::new();
    for (name, list, whose) in enums.all(model) {
        sections.push(pretty([enumeration(name, list, &whose)]));
        sections.push(named_values(name, list));
        sections.push(values_table(name, list, &whose, &mut uses));
    }
    for shape in &model.shapes {
        sections.push(shape_table(model, &enums, shape, &mut uses));
        let Some(key) = model.key(&shape.key.value) else {
            continue;
        };
        for form in forms(key, shape) {
            sections.push(structure(model, &enums, shape, form, &mut uses));
        }
    }
    // Its own types need no import.
    uses.krate.clear();
    let mut body = uses.lines();
    for section in sections {
        if !body.is_empty() {
            body.push('\n');
        }
        body.push_str(&section);
    }
    let allow = "#![allow(clippy::enum_variant_names, reason = \"the names are the spec's\")]\n\n";
    file("types", &format!("{allow}{body}"))
}

fn enumeration(name: &str, list: &ValueList, whose: &str) -> TokenStream {
    let about = doc(&format!("Named values of {whose}."));
    let ident = ident(name);
    let wide = list
        .values
        .iter()
        .any(|item| i32::try_from(item.value).is_err());
    // On a small device an enum is no wider than its numbers need.
    let repr = wide.then(|| quote!(#[repr(i64)]));
    let variants = list.values.iter().map(|item| {
        let about = doc(&format!("`{}`, {}.", item.name, item.value));
        let (variant, value) = (
            variant_ident(&item.name),
            Literal::i64_unsuffixed(item.value),
        );
        quote!(#about #variant = #value)
    });
    quote! {
        #about
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #repr
        pub enum #ident {
            #(#variants,)*
        }
    }
}

fn named_values(name: &str, list: &ValueList) -> String {
    let values = list
        .values
        .iter()
        .map(|item| format!("{} = {}", variant_ident(&item.name), item.value));
    let values: Vec<String> = values.collect();
    format!(
        "goe_runtime::named_values!({name}: {});\n",
        values.join(", ")
    )
}

fn values_table(name: &str, list: &ValueList, whose: &str, uses: &mut Uses) -> String {
    let named = uses.runtime("NamedValue");
    let rows = list.values.iter().map(|item| {
        format!(
            "{named} {{ name: {}, value: {} }}",
            string(&item.name),
            item.value
        )
    });
    let rows: Vec<String> = rows.collect();
    format!(
        "/// The spelling of the values of {whose}.\npub static {}: [{named}; {}] = [{}];\n",
        values_static(name),
        rows.len(),
        rows.join(", "),
    )
}

fn shape_table(model: &Model, enums: &Enums, shape: &Shape, uses: &mut Uses) -> String {
    uses.runtime("Shape");
    if !shape.fields.is_empty() {
        uses.runtime("Field");
        uses.runtime("Type");
    }
    let rows = shape.fields.iter().map(|field| {
        let access = super::access(field.access.value);
        uses.access.insert(access);
        field_row(model, enums, shape, field, access)
    });
    let rows: Vec<String> = rows.collect();
    let mut out = format!(
        "/// Shape of key `{}`.\npub static {}: Shape = Shape {{\n    capacity: {},\n    fields: &[\n",
        shape.key.value,
        shape_static(shape),
        shape.capacity.as_ref().map_or(1, |capacity| capacity.value),
    );
    for row in table(rows).lines() {
        // Into a string, which takes everything.
        let _ = writeln!(out, "    {row}");
    }
    out.push_str("    ],\n};\n");
    out
}

fn field_row(model: &Model, enums: &Enums, shape: &Shape, field: &Field, access: &str) -> String {
    let typed = Typed::field(model, enums, shape, field);
    let name = string(&field.name.value);
    let read = typed.descriptor(Form::Read, "");
    let mut row = format!("Field::new({name}, {access}, {read})");
    if typed.written_as_another() {
        let _ = write!(row, ".written_as({})", typed.descriptor(Form::Write, ""));
    }
    row
}

/// The struct of a shape in one form, and what can be done with it.
fn structure(model: &Model, enums: &Enums, shape: &Shape, form: Form, uses: &mut Uses) -> String {
    let traits = struct_traits(shape, form);
    let structure = Structure {
        name: struct_name(shape, form),
        fields: struct_fields(shape, form)
            .into_iter()
            .map(|field| (field, Typed::field(model, enums, shape, field)))
            .collect(),
        lifetime: traits.borrows.then(|| quote!(<'a>)),
        any_lifetime: traits.borrows.then(|| quote!(<'_>)),
        copy: traits.copy,
    };
    let about = about(shape, form);
    let mut items = vec![structure.definition(&about, form, uses)];
    match form {
        Form::Read => {
            items.push(structure.to_json(uses));
            items.push(structure.serialize());
        }
        Form::Write => items.push(structure.parse(uses)),
        Form::Stored => items.push(structure.to_json(uses)),
    }
    pretty(items)
}

fn about(shape: &Shape, form: Form) -> String {
    let key = &shape.key.value;
    let what = match shape.capacity {
        Some(_) => format!("An entry of `{key}`"),
        None => format!("The object `{key}`"),
    };
    match form {
        Form::Read => format!("{what}, as it is read."),
        Form::Write => format!("{what}, as it is written: what is `None` was not sent."),
        Form::Stored => format!("{what}, as it is stored: whole, secrets included."),
    }
}

struct Structure<'a> {
    name: String,
    fields: Vec<(&'a Field, Typed<'a>)>,
    /// `<'a>`, where it borrows.
    lifetime: Option<TokenStream>,
    /// `<'_>`, where it borrows.
    any_lifetime: Option<TokenStream>,
    copy: bool,
}

impl Structure<'_> {
    fn definition(&self, about: &str, form: Form, uses: &mut Uses) -> TokenStream {
        let Structure { lifetime, .. } = self;
        let (name, about) = (ident(&self.name), doc(about));
        let copy = self.copy.then(|| quote!(Copy,));
        let default = (form == Form::Write).then(|| quote!(Default,));
        let fields = self.fields.iter().map(|(field, typed)| {
            let about = doc(&sentence(&field.description.value));
            let (name, ty) = (
                field_ident(&field.name.value),
                typed.rust(form, uses).tokens,
            );
            match form {
                Form::Write => quote!(#about pub #name: Option<#ty>),
                Form::Read | Form::Stored => quote!(#about pub #name: #ty),
            }
        });
        quote! {
            #about
            #[derive(Clone, #copy Debug, #default PartialEq)]
            pub struct #name #lifetime {
                #(#fields,)*
            }
        }
    }

    fn to_json(&self, uses: &mut Uses) -> TokenStream {
        let (name, lifetime) = (ident(&self.name), &self.any_lifetime);
        let (to_json, out) = (uses.runtime("ToJson"), uses.runtime("Out"));
        let members = self.fields.iter().enumerate().map(|(at, (field, _))| {
            let (first, wire) = (at == 0, &field.name.value);
            let field = field_ident(wire);
            quote!(out.member(#first, #wire, &self.#field);)
        });
        let close = if self.fields.is_empty() {
            b"{}".as_slice()
        } else {
            b"}".as_slice()
        };
        let close = Literal::byte_string(close);
        quote! {
            impl #to_json for #name #lifetime {
                fn write(&self, out: &mut #out<'_>) {
                    #(#members)*
                    out.put(#close);
                }
            }
        }
    }

    fn serialize(&self) -> TokenStream {
        let (name, lifetime) = (ident(&self.name), &self.any_lifetime);
        let entries = self.fields.iter().map(|(field, typed)| {
            let wire = &field.name.value;
            let field = field_ident(wire);
            let value = typed.serialize(quote!(self.#field));
            quote!(map.serialize_entry(#wire, #value)?;)
        });
        serialize_map(&quote!(#name #lifetime), self.fields.len(), entries)
    }

    fn parse(&self, uses: &mut Uses) -> TokenStream {
        let (name, lifetime) = (ident(&self.name), &self.lifetime);
        let (from_value, value) = (uses.runtime("FromValue"), uses.runtime("Value"));
        let life = match lifetime {
            Some(_) => quote!('a),
            None => quote!('_),
        };
        let fields = self.fields.iter().map(|(field, _)| {
            let wire = &field.name.value;
            let field = field_ident(wire);
            quote! {
                if name == *#wire {
                    patch.#field = FromValue::from_json(json);
                }
            }
        });
        let body = match self.fields.is_empty() {
            true => quote!(goe_runtime::value::members(value).map(|_| Self {})),
            false => quote! {
                let mut patch = Self::default();
                for (name, json) in goe_runtime::value::members(value)? {
                    #(#fields)*
                }
                Some(patch)
            },
        };
        quote! {
            impl #lifetime #from_value<#life> for #name #lifetime {
                fn from_value(value: #value<#life>) -> Option<Self> {
                    #body
                }
            }
        }
    }
}

/// `serde::Serialize` as a map, for tools on a host.
pub(super) fn serialize_map(
    ty: &TokenStream,
    len: usize,
    entries: impl Iterator<Item = TokenStream>,
) -> TokenStream {
    let len = Literal::usize_unsuffixed(len);
    let mutable = (len.to_string() != "0").then(|| quote!(mut));
    quote! {
        #[cfg(feature = "serde")]
        impl serde::Serialize for #ty {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let #mutable map = serializer.serialize_map(Some(#len))?;
                #(#entries)*
                map.end()
            }
        }
    }
}

/// Whether anything is in the file.
pub(super) fn any(model: &Model) -> bool {
    !enums::type_names(model).is_empty() || !model.shapes.is_empty()
}
