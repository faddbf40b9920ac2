//! `src/kept.rs`: the settings that the device keeps, each with its first value.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value as Json;

use super::{File, OutputFile, Row, Rust, Uses, ident, link, types::rust_type, variant_ident};
use crate::{
    api::{Form, Kind, RAW_MAX, View},
    model::Type,
    type_names::StructUse,
};

/// The file; none where no key is kept.
pub(super) fn emit(rust: &Rust<'_>) -> Option<OutputFile> {
    let rows: Vec<&Row<'_>> = rust.rows.iter().filter(|row| row.is_kept()).collect();
    if rows.is_empty() {
        return None;
    }
    let mut uses = Uses::default();
    let held = rows.iter().map(|row| {
        let default = row.value().default().unwrap_or(&Json::Null);
        held(row.value().view(Form::Write), default, &mut uses)
    });
    let held: Vec<_> = held.collect();
    let fields = rows.iter().zip(&held).map(|(row, (ty, _))| {
        let name = &row.field;
        ([link(rust, row)], quote!(pub #name: #ty))
    });
    let firsts = rows.iter().zip(&held).map(|(row, (_, first))| {
        let (name, variant) = (&row.field, &row.variant);
        quote!(#variant #name = #first)
    });
    let mut file = File::new("kept");
    file.items(quote!(
        #uses
        use super::Key;
    ));
    file.block(
        &[
            "The settings that the device keeps and does nothing by: checked, stored, read back.",
            "",
            "The table says of each that it is `kept`. Have one in the device, lend it to",
            "[`Readings`](super::Readings) and [`Settings`](super::Settings), and give it what",
            "[`Write::Kept`](super::Write::Kept) brings.",
        ],
        quote!(pub struct Kept),
        fields,
    );
    file.macro_call(&[], quote!(goe_runtime::kept!), quote!(Kept, Key), firsts);
    Some(file.finish())
}

/// The type that holds a value, and its first value.
fn held(view: &View<'_>, first: &Json, uses: &mut Uses) -> (TokenStream, TokenStream) {
    match &view.kind {
        Kind::Colour => text(goe_runtime::descriptor::COLOUR_LEN as u32, first, uses),
        Kind::Text(of) => text(of.max, first, uses),
        Kind::List(list) => {
            let (name, max) = (uses.runtime("KeptList"), Literal::u32_unsuffixed(list.max));
            let one = View {
                ty: Type {
                    optional: false,
                    ..view.ty
                },
                kind: list.of.clone(),
            };
            let of = rust_type(&one, StructUse::Stored, uses).tokens;
            let items = first.as_array().map_or(&[][..], Vec::as_slice);
            let items = items.iter().map(|item| scalar(&list.of, item));
            (quote!(#name<#of, #max>), quote!(#name::of(&[#(#items),*])))
        }
        // The check of claims lets no object with fields come here.
        Kind::Object(_) | Kind::Raw(_) => {
            let (name, max) = (uses.runtime("KeptJson"), Literal::u32_unsuffixed(RAW_MAX));
            let json = first.to_string();
            (quote!(#name<#max>), quote!(#name::of(#json)))
        }
        Kind::Bool(_) | Kind::Whole(_) | Kind::Real(_) => {
            let ty = rust_type(view, StructUse::Stored, uses).tokens;
            let one = scalar(&view.kind, first);
            let first = match (view.optional(), first.is_null()) {
                (false, _) => one,
                (true, true) => quote!(None),
                (true, false) => quote!(Some(#one)),
            };
            (ty, first)
        }
    }
}

fn text(max: u32, first: &Json, uses: &mut Uses) -> (TokenStream, TokenStream) {
    let (name, max) = (uses.runtime("KeptText"), Literal::u32_unsuffixed(max));
    let first = match first.as_str() {
        Some(text) => quote!(#name::of(#text)),
        None => quote!(#name::NULL),
    };
    (quote!(#name<#max>), first)
}

/// A value of this kind, which was checked to be one.
fn scalar(kind: &Kind<'_>, first: &Json) -> TokenStream {
    match kind {
        Kind::Whole(whole) => {
            let number = first.as_i64();
            let named = whole.closed().and_then(|named| {
                let ty = ident(named.ty.as_deref()?);
                let mut values = named.list.values.iter();
                let value = values.find(|value| Some(value.value) == number)?;
                let variant = variant_ident(&value.name);
                Some(quote!(#ty::#variant))
            });
            named.unwrap_or_else(|| number_literal(first))
        }
        Kind::Real(_) => {
            let number = Literal::f64_unsuffixed(first.as_f64().unwrap_or_default());
            quote!(#number)
        }
        _ => {
            let is_true = first.as_bool().unwrap_or_default();
            quote!(#is_true)
        }
    }
}

fn number_literal(first: &Json) -> TokenStream {
    let literal = match (first.as_u64(), first.as_i64()) {
        (Some(number), _) => Literal::u64_unsuffixed(number),
        (None, number) => Literal::i64_unsuffixed(number.unwrap_or_default()),
    };
    quote!(#literal)
}
