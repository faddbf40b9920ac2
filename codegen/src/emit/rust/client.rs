//! `src/client.rs`: the keys for programs at the other end of the wire.
//!
//! A struct of all that can be read, in which each may be absent, and an enum of all that
//! can be set; with a struct for each shape and for the positions of an array. They own
//! what they hold, and know no limits: those are the device's to tell. Enums, names and
//! prose are those of the other files.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::{
    File, OutputFile, Row, Rust, field_ident, ident, link, sentence,
    types::{about, form},
};
use crate::{
    api::{Field, Form, Kind, List, Raw, Shape, View},
    names,
    type_names::StructUse,
};

pub(super) fn emit(rust: &Rust<'_>) -> OutputFile {
    let mut client = Client::default();
    let status = client.status(rust);
    let sets = client.sets(rust);
    let shapes = rust.api.shapes.iter();
    let structs: Vec<_> = shapes
        .flat_map(|shape| {
            let uses = shape.structs.iter().map(|(of, _)| *of);
            uses.filter(|of| *of != StructUse::Stored)
                .map(|of| client.structure(shape, of))
                .collect::<Vec<_>>()
        })
        .collect();
    let mut file = File::new("client");
    file.items(quote! {
        //! The keys for programs at the other end of the wire: [`Status`] is what a device
        //! says, [`Set`] what it can be told.
        //!
        //! A member that the device left out is `None`, and a `null` of its is
        //! `Some(None)`. What fits no field is kept as JSON, in the last one.
        #[allow(unused_imports, reason = "a table may have neither texts nor lists")]
        use goe_runtime::client::{String, Vec};
        use super::Key;
        #[allow(unused_imports, reason = "a program may need but a part")]
        pub use goe_runtime::client::{Family, JsonText, Members, OneOf, Others};
    });
    status.put(&mut file);
    sets.put(&mut file);
    for structure in structs {
        structure.put(&mut file);
    }
    for positions in client.positions {
        positions.put(&mut file);
    }
    file.finish()
}

#[derive(Default)]
struct Client {
    /// The structs of arrays of which each position has a name.
    positions: Vec<Positions>,
}

/// A struct of which each field may be absent.
struct Object {
    docs: Vec<String>,
    name: TokenStream,
    /// The macro of the runtime.
    what: &'static str,
    /// Beside the fields, for what is none of them.
    others: TokenStream,
    fields: Vec<([String; 1], TokenStream)>,
    parts: Vec<TokenStream>,
    members: Vec<TokenStream>,
}

impl Object {
    fn put(self, file: &mut File) {
        let Object { name, others, .. } = self;
        let docs: Vec<&str> = self.docs.iter().map(String::as_str).collect();
        let doc = "Members that are none of these, or whose values are not of the type.";
        let last = ([doc.to_owned()], quote!(pub #others: Others));
        file.block(
            &docs,
            quote!(#[derive(Clone, Default, PartialEq)] pub struct #name),
            self.fields.into_iter().chain([last]),
        );
        let what = ident(self.what);
        file.macro_call_on(
            quote!(goe_runtime::#what!),
            quote!(#name, #others),
            self.parts,
            self.members,
        );
    }
}

/// The enum of all that can be set.
struct Sets {
    variants: Vec<([String; 1], TokenStream)>,
    entries: Vec<TokenStream>,
}

impl Sets {
    fn put(self, file: &mut File) {
        file.block(
            &["A setting with its value, as a device takes it."],
            quote!(#[derive(Clone, PartialEq)] pub enum Set),
            self.variants,
        );
        file.macro_call(
            &[],
            quote!(goe_runtime::client_sets!),
            quote!(Set, Key),
            self.entries,
        );
    }
}

/// A struct of the positions of an array.
struct Positions {
    name: String,
    key: String,
    of: TokenStream,
    fields: Vec<([String; 1], TokenStream)>,
    names: Vec<TokenStream>,
}

impl Positions {
    fn put(self, file: &mut File) {
        let (name, of) = (ident(&self.name), self.of);
        let count = Literal::usize_unsuffixed(self.names.len());
        file.block(
            &[&format!("The positions of the array `{}`.", self.key)],
            quote!(#[derive(Clone, Debug, PartialEq)] pub struct #name),
            self.fields,
        );
        file.macro_call(
            &[],
            quote!(goe_runtime::client_positions!),
            quote!(#name, #of, #count),
            self.names,
        );
    }
}

impl Client {
    fn status(&mut self, rust: &Rust<'_>) -> Object {
        let rows = rust.rows.iter();
        let rows: Vec<_> = rows.filter(|row| row.value().has(Form::Read)).collect();
        let others = others(rows.iter().map(|row| row.entry.name));
        let fields = rows.iter().map(|row| {
            let ty = self.value(row.key.name, row.value().view(Form::Read), StructUse::Read);
            let (field, count) = (&row.field, row.count().map(Literal::usize_unsuffixed));
            let field = match count {
                Some(count) => quote!(pub #field: Family<#ty, #count>),
                None => quote!(pub #field: Option<#ty>),
            };
            ([link(rust, row)], field)
        });
        let fields = fields.collect();
        let parts = rows.iter().map(|row| {
            let part = &row.field;
            let keys = row.members(rust.api).map(|(_, part)| part);
            match row.entry.is_family {
                false => quote!(#part),
                true => quote!(#part: Family([#(#keys),*])),
            }
        });
        let members = rows.iter().flat_map(|row| {
            let members = row.members(rust.api);
            members.map(|(wire, part)| quote!(#wire #part))
        });
        Object {
            docs: vec!["What a device says of itself: each key that can be read.".to_owned()],
            name: quote!(Status),
            what: "client_object",
            others,
            fields,
            parts: parts.collect(),
            members: members.collect(),
        }
    }

    fn sets(&mut self, rust: &Rust<'_>) -> Sets {
        let rows = rust.rows.iter();
        let rows: Vec<&Row<'_>> = rows.filter(|row| row.value().has(Form::Write)).collect();
        let variants = rows.iter().map(|row| {
            let view = row.value().view(Form::Write);
            let ty = self.value(row.key.name, view, StructUse::Write);
            let index = row.count().map(|count| {
                let count = Literal::usize_unsuffixed(count);
                quote!(goe_runtime::Index<#count>,)
            });
            let name = &row.variant;
            ([link(rust, row)], quote!(#name(#index #ty)))
        });
        let variants = variants.collect();
        let (families, keys): (Vec<&Row<'_>>, Vec<&Row<'_>>) =
            rows.into_iter().partition(|row| row.entry.is_family);
        let keys = keys.iter().map(|row| row.variant.to_token_stream());
        let families = families.iter().map(|row| {
            let (name, keys) = (&row.variant, rust.variants_of(row));
            quote!(#name[#(#keys)*])
        });
        Sets {
            variants,
            entries: keys.chain([quote!(;)]).chain(families).collect(),
        }
    }

    /// The struct of a shape.
    fn structure(&mut self, shape: &Shape<'_>, of: StructUse) -> Object {
        let fields: Vec<&Field<'_>> = shape.fields(form(of)).collect();
        let others = others(fields.iter().map(|field| field.name));
        let members = fields.iter().map(|field| {
            let (wire, name) = (field.name, field_ident(field.name));
            quote!(#wire #name)
        });
        let members = members.collect();
        let parts = fields.iter().map(|field| field_ident(field.name));
        let parts = parts.map(|name| name.to_token_stream()).collect();
        let fields = fields.iter().map(|field| {
            let ty = self.value(field.name, field.value.view(form(of)), of);
            let name = field_ident(field.name);
            (
                [sentence(field.value.description)],
                quote!(pub #name: Option<#ty>),
            )
        });
        let name = ident(&own(shape.struct_name(of)));
        Object {
            docs: vec![about(shape, of).trim().to_owned()],
            name: quote!(#name),
            what: match of {
                StructUse::Read => "client_object",
                StructUse::Write | StructUse::Stored => "client_patch",
            },
            others,
            fields: fields.collect(),
            parts,
            members,
        }
    }

    /// The type that holds a value of a key or a field, `null` included.
    fn value(&mut self, name: &str, view: &View<'_>, of: StructUse) -> TokenStream {
        let one = self.kind(name, &view.kind, of);
        match view.optional() {
            true => quote!(Option<#one>),
            false => one,
        }
    }

    fn kind(&mut self, name: &str, kind: &Kind<'_>, of: StructUse) -> TokenStream {
        match kind {
            Kind::Bool(_) => quote!(bool),
            Kind::Whole(whole) => match whole.closed().and_then(|named| named.ty.as_deref()) {
                Some(name) => {
                    let name = ident(name);
                    match of {
                        StructUse::Read => quote!(OneOf<super::#name>),
                        StructUse::Write | StructUse::Stored => quote!(super::#name),
                    }
                }
                None => ident(whole.width.names().0).to_token_stream(),
            },
            // As a double, the digits of a device come back as they were.
            Kind::Real(_) => quote!(f64),
            Kind::Colour | Kind::Text(_) => quote!(String),
            Kind::Object(shape) => ident(&own(shape.struct_name(of))).to_token_stream(),
            Kind::List(list) => self.list(name, list, of),
            Kind::Raw(Raw::Array(_) | Raw::Object | Raw::Any) => quote!(JsonText),
        }
    }

    fn list(&mut self, key: &str, list: &List<'_>, of: StructUse) -> TokenStream {
        let one = self.kind(key, &list.of, of);
        let positions = list.positions.iter();
        let fields: Option<Vec<_>> = positions
            .map(|position| Some((position, names::field(&position.name.value)?)))
            .collect();
        let fields = fields.unwrap_or_default();
        let distinct: BTreeSet<&str> = fields.iter().map(|(_, name)| name.as_str()).collect();
        if fields.is_empty() || distinct.len() < fields.len() {
            return quote!(Vec<#one>);
        }
        let name = names::camel(key) + "Positions";
        let ty = ident(&name);
        // Of a key that is read and written there is one.
        if self.positions.iter().all(|known| known.name != name) {
            let entries = fields.iter().map(|(position, field)| {
                let field = ident(field);
                let mut doc = sentence(&position.description.value);
                if let Some(unit) = &position.unit {
                    doc += &format!(" In {}.", unit.value.symbol());
                }
                ([doc], quote!(pub #field: #one))
            });
            let entries = entries.collect();
            let names = fields.iter().map(|(_, field)| ident(field));
            self.positions.push(Positions {
                name,
                key: key.to_owned(),
                of: one,
                fields: entries,
                names: names.map(|name| name.to_token_stream()).collect(),
            });
        }
        quote!(#ty)
    }
}

/// The name of a struct of a shape, beside what this file calls so itself.
fn own(name: &str) -> String {
    let taken = [
        "Family", "Json", "JsonText", "Members", "OneOf", "Others", "Set", "Member", "Status",
    ];
    match taken.contains(&name) || name.ends_with("Positions") {
        true => name.to_owned() + "Value",
        false => name.to_owned(),
    }
}

/// The name of the field beside these.
fn others<'a>(names: impl Iterator<Item = &'a str>) -> TokenStream {
    let names: BTreeSet<String> = names.filter_map(names::field).collect();
    let mut name = "others".to_owned();
    while names.contains(&name) {
        name.push('_');
    }
    ident(&name).to_token_stream()
}
