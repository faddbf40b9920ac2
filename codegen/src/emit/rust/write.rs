//! `src/write.rs`: a variant for each key that can be written, one for a family, and one
//! for all that the device keeps.

use proc_macro2::Literal;
use quote::{ToTokens, quote};

use super::{File, Lifetime, OutputFile, Row, Rust, Uses, link, types::rust_type};
use crate::{api::Form, type_names::StructUse};

pub(super) fn emit(rust: &Rust<'_>) -> (OutputFile, Lifetime) {
    let mut uses = Uses::default();
    uses.krate("Key");
    let rows = rust.rows.iter().filter(|row| row.value().has(Form::Write));
    let (kept, rows): (Vec<&Row<'_>>, Vec<&Row<'_>>) = rows.partition(|row| row.is_kept());
    let mut borrows = !kept.is_empty();
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
    let mut variants: Vec<_> = variants.collect();
    if !kept.is_empty() {
        let write = uses.runtime("KeptWrite");
        let doc = "A setting that is kept, see [`Kept`](super::Kept).".to_owned();
        variants.push(([doc], quote!(Kept(#write<'a>))));
    }
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
    let kept = kept.iter().map(|row| row.variant.to_token_stream());
    let kept: Vec<_> = kept.collect();
    let behind = (!kept.is_empty())
        .then(|| quote!(;))
        .into_iter()
        .chain(kept);
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
        keys.chain([quote!(;)]).chain(families).chain(behind),
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
