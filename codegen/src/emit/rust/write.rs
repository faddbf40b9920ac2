//! `src/write.rs`: a variant for each key that can be written, one for a family.

use proc_macro2::Literal;
use quote::quote;

use super::{File, Lifetime, OutputFile, Row, Rust, Uses, link, types::rust_type};
use crate::{api::Form, type_names::StructUse};

pub(super) fn emit(rust: &Rust<'_>) -> (OutputFile, Lifetime) {
    let mut uses = Uses::default();
    uses.krate("Key");
    let rows = rust.rows.iter().filter(|row| row.value().has(Form::Write));
    let rows: Vec<&Row<'_>> = rows.collect();
    let mut borrows = false;
    let variants = rows.iter().map(|row| {
        let ty = rust_type(row.value().view(Form::Write), StructUse::Write, &mut uses);
        borrows |= ty.borrows;
        let (name, ty) = (&row.variant, ty.tokens);
        let index = row.count().map(|count| {
            let (index, count) = (uses.runtime("Index"), Literal::usize_unsuffixed(count));
            quote!(#index<#count>,)
        });
        ([about(rust, row)], quote!(#name(#index #ty)))
    });
    let variants: Vec<_> = variants.collect();
    let (families, keys): (Vec<&Row<'_>>, Vec<&Row<'_>>) =
        rows.iter().partition(|row| row.entry.is_family);
    let keys = keys.iter().map(|row| {
        let name = &row.variant;
        quote!(#name)
    });
    let families = families.iter().map(|row| {
        let (name, keys) = (&row.variant, rust.variants_of(row));
        quote!(#name[#(#keys)*])
    });
    let lifetime = borrows.then(|| quote!(<'a>));
    let mut file = File::new("write");
    file.items(quote!(#uses));
    file.block(
        &[
            "One accepted write: parsed and checked against the table.",
            "",
            "Match it without `_`: then a writable key that the table gains is a compile",
            "error that names the variant.",
        ],
        quote!(pub enum Write #lifetime),
        variants,
    );
    file.macro_call(
        &[],
        quote!(goe_runtime::writes!),
        quote!(Write #lifetime, Key),
        keys.chain([quote!(;)]).chain(families),
    );
    (file.finish(), lifetime)
}

/// The key with its unit, and the range of a number.
fn about(rust: &Rust<'_>, row: &Row<'_>) -> String {
    let mut doc = link(rust, row);
    if let Some(range) = row.value().view(Form::Write).kind.range() {
        doc.pop();
        doc += &format!(", {range}.");
    }
    doc
}
