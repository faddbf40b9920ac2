//! `src/readings.rs` and `src/settings.rs`: a field a key, and the list of them.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{
    File, Lifetime, OutputFile, Row, Rust, Uses, ident, link,
    types::{form, rust_type, serialize},
};
use crate::{api::Form, type_names::StructUse};

pub(super) fn emit_readings(rust: &Rust<'_>) -> (OutputFile, Lifetime) {
    let readable = |row: &&Row<'_>| row.value().has(Form::Read);
    let mut values = Values::new(rust, StructUse::Read, readable);
    values.uses.krate("ENTRY_CAPACITY");
    let mut file = File::new("readings");
    let lifetime = values.borrows.then(|| quote!(<'_>));
    file.items(quote!(
        use core::fmt;
    ));
    values.structure(
        &mut file,
        "Readings",
        &[
            "The value of every readable key, built once per logic step.",
            "",
            "Build it by a struct literal without `..`: then a key that the table gains",
            "is a compile error that names the field.",
        ],
    );
    file.items(quote! {
        /// As the JSON that clients see.
        impl fmt::Debug for Readings #lifetime {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                goe_runtime::document::debug::<ENTRY_CAPACITY, _>(self, f)
            }
        }
    });
    values.render(&mut file, "Readings", quote!(readable));
    (file.finish(), values.lifetime())
}

pub(super) fn emit_settings(rust: &Rust<'_>) -> (OutputFile, Lifetime) {
    let mut values = Values::new(rust, StructUse::Stored, |row| row.key.stored);
    let mut file = File::new("settings");
    values.structure(
        &mut file,
        "Settings",
        &[
            "The value of every stored key, whole and as it was written, secrets",
            "included: for the store and nobody else.",
        ],
    );
    values.render(&mut file, "Settings", quote!(stored));
    (file.finish(), values.lifetime())
}

/// The values of some keys, for one use.
struct Values<'a> {
    rust: &'a Rust<'a>,
    of: StructUse,
    /// Those that the firmware gives.
    rows: Vec<&'a Row<'a>>,
    /// All, in the order of the table.
    all: Vec<&'a Row<'a>>,
    /// The fields of the struct.
    fields: Vec<([String; 1], TokenStream)>,
    borrows: bool,
    uses: Uses,
}

impl<'a> Values<'a> {
    fn new(rust: &'a Rust<'a>, of: StructUse, has: impl Fn(&&'a Row<'a>) -> bool) -> Self {
        let mut uses = Uses::default();
        let mut borrows = false;
        let all: Vec<&Row<'_>> = rust.rows.iter().filter(has).collect();
        let own = |row: &&&Row<'_>| !row.is_kept() && row.constant().is_none();
        let rows: Vec<&Row<'_>> = all.iter().filter(own).copied().collect();
        let fields = rows.iter().map(|row| {
            let ty = rust_type(row.value().view(form(of)), of, &mut uses);
            borrows |= ty.borrows;
            let (name, one) = (&row.field, ty.tokens);
            let field = match row.count().map(Literal::usize_unsuffixed) {
                None => quote!(pub #name: #one),
                Some(count) => quote!(pub #name: [#one; #count]),
            };
            ([link(rust, row)], field)
        });
        let mut fields: Vec<_> = fields.collect();
        if all.iter().any(|row| row.is_kept()) {
            borrows = true;
            let kept = uses.krate("Kept");
            let doc = "The settings that are kept and nothing else.".to_owned();
            fields.push(([doc], quote!(pub kept: &'a #kept)));
        }
        Values {
            rust,
            of,
            rows,
            all,
            fields,
            borrows,
            uses,
        }
    }

    fn lifetime(&self) -> Lifetime {
        self.borrows.then(|| quote!(<'a>))
    }

    /// Appends the struct, and what it takes from elsewhere.
    fn structure(&mut self, file: &mut File, name: &str, docs: &[&str]) {
        self.uses.krate("REGISTRY");
        let (name, uses) = (ident(name), &self.uses);
        let lifetime = self.lifetime();
        file.items(quote! {
            #uses
            #[allow(unused_imports, reason = "the docs link to it")]
            use super::Key;
        });
        let fields = std::mem::take(&mut self.fields);
        file.block(docs, quote!(pub struct #name #lifetime), fields);
    }

    /// Emits the macro call that renders the struct: the list of its members, and which
    /// keys they are.
    fn render(&self, file: &mut File, name: &str, which: TokenStream) {
        let name = ident(name);
        let lifetime = self.borrows.then(|| quote!(<'_>));
        let parts = self.rows.iter().map(|row| {
            let (field, keys) = (&row.field, row.members(self.rust.api));
            match row.entry.is_family {
                false => quote!(#field),
                true => {
                    let keys = keys.map(|(_, part)| part);
                    quote!(#field: [#(#keys),*])
                }
            }
        });
        let kept = self.all.iter().filter(|row| row.is_kept());
        let kept: Vec<_> = kept.map(|row| &row.field).collect();
        let parts = parts.chain((!kept.is_empty()).then(|| quote!(kept: Kept { #(#kept,)* .. })));
        let members = self.all.iter().flat_map(|row| {
            let list = serialize(row.value().view(form(self.of)));
            let members = row.members(self.rust.api);
            let constant = row.constant().map(|json| quote!(#json));
            let list = list.filter(|_| constant.is_none() && !row.is_kept());
            members.map(move |(wire, part)| match &constant {
                Some(json) => quote!(#wire = #json),
                None => quote!(#wire #list #part),
            })
        });
        let count = self.all.iter().map(|row| row.entry.keys.len()).sum();
        let count = Literal::usize_unsuffixed(count);
        file.macro_call_on(
            quote!(goe_runtime::render!),
            quote!(#name #lifetime, REGISTRY, #which: #count),
            parts,
            members,
        );
    }
}
