//! `src/readings.rs` and `src/settings.rs`: a field a key, printed by name.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    OutputFile, Uses, doc,
    enums::Enums,
    field_ident, file, ident, pretty,
    ty::{Form, Typed},
    types::serialize_map,
    variant_ident,
};
use crate::model::{Key, Model};

pub(super) fn emit_readings(model: &Model) -> OutputFile {
    let about = [
        "The value of every readable key, built once per logic step.",
        "",
        "Build it by a struct literal without `..`: then a key that the table gains",
        "is a compile error that names the field.",
    ];
    let keys: Vec<&Key> = model
        .keys
        .iter()
        .filter(|key| key.access.value.readable())
        .collect();
    let (body, mut uses) = emit(model, "Readings", &about, &keys, Form::Read);
    file("readings", &finish(&body, &mut uses))
}

pub(super) fn emit_settings(model: &Model) -> OutputFile {
    let about = [
        "The value of every stored key, whole and as it was written, secrets",
        "included: for the store and nobody else.",
    ];
    let keys: Vec<&Key> = model.keys.iter().filter(|key| key.stored()).collect();
    let (body, mut uses) = emit(model, "Settings", &about, &keys, Form::Stored);
    file("settings", &finish(&body, &mut uses))
}

fn finish(body: &str, uses: &mut Uses) -> String {
    format!("{}\n{body}", uses.lines())
}

fn emit(model: &Model, name: &str, about: &[&str], keys: &[&Key], form: Form) -> (String, Uses) {
    let mut uses = Uses::default();
    let enums = Enums::new(model);
    let mut borrows = false;
    let mut fields = Vec::new();
    let mut entries = Vec::new();
    for key in keys {
        let typed = Typed::key(model, &enums, key);
        let ty = typed.rust(form, &mut uses);
        borrows |= ty.borrows;
        let (tokens, wire) = (ty.tokens, &key.name.value);
        let about = doc(&format!(
            "[`Key::{}`]{}.",
            variant_ident(wire),
            super::unit(key)
        ));
        let field = field_ident(wire);
        fields.push(quote!(#about pub #field: #tokens));
        let value = typed.serialize(quote!(self.#field));
        entries.push(quote!(map.serialize_entry(#wire, #value)?;));
    }
    let name = ident(name);
    let (lifetime, any) = match borrows {
        true => (Some(quote!(<'a>)), Some(quote!(<'_>))),
        false => (None, None),
    };
    let about = about.iter().map(|line| match *line {
        "" => quote!(#[doc = ""]),
        line => doc(line),
    });
    let mut items = vec![quote! {
        #(#about)*
        #[derive(Clone, Debug, PartialEq)]
        pub struct #name #lifetime {
            #(#fields,)*
        }
    }];
    items.push(render(&quote!(#name #any), keys, &mut uses));
    if form == Form::Read {
        items.push(serialize_map(
            &quote!(#name #any),
            keys.len(),
            entries.into_iter(),
        ));
    }
    (pretty(items), uses)
}

/// `Render`: the value of a key by its position.
fn render(ty: &TokenStream, keys: &[&Key], uses: &mut Uses) -> TokenStream {
    let [key_index, out, registry, render] =
        ["KeyIndex", "Out", "Registry", "Render"].map(|name| uses.runtime(name));
    let all = uses.krate("REGISTRY");
    // Its name is in the links of every field.
    let key = uses.krate("Key");
    let arms = keys.iter().map(|row| {
        let (variant, field) = (variant_ident(&row.name.value), field_ident(&row.name.value));
        quote!(Some(#key::#variant) => out.value(&self.#field),)
    });
    let body = match keys {
        [] => quote!(let _ = (#key::from_index(key), out);),
        // A match of one arm is a warning of clippy.
        [row] => {
            let (variant, field) = (variant_ident(&row.name.value), field_ident(&row.name.value));
            quote! {
                if let Some(#key::#variant) = #key::from_index(key) {
                    out.value(&self.#field);
                }
            }
        }
        _ => quote! {
            match #key::from_index(key) {
                #(#arms)*
                _ => {}
            }
        },
    };
    quote! {
        impl #render for #ty {
            const REGISTRY: &'static #registry = &#all;
            fn write_value(&self, key: #key_index, out: &mut #out<'_>) {
                #body
            }
        }
    }
}
