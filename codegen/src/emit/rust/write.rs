//! `src/write.rs`: a variant for each key that can be written.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    OutputFile, Uses, doc,
    enums::Enums,
    file, pretty,
    ty::{Form, Typed},
    variant_ident,
};
use crate::model::{Key, Model};

pub(super) fn emit(model: &Model) -> OutputFile {
    let mut uses = Uses::default();
    let enums = Enums::new(model);
    let keys: Vec<&Key> = model
        .keys
        .iter()
        .filter(|key| key.access.value.writable())
        .collect();
    let mut borrows = false;
    let mut variants = Vec::new();
    for key in &keys {
        let ty = Typed::key(model, &enums, key).rust(Form::Write, &mut uses);
        borrows |= ty.borrows;
        let (tokens, name) = (ty.tokens, variant_ident(&key.name.value));
        let range = match &key.facts.range {
            Some(range) => format!(", {} to {}", range.value.min, range.value.max),
            None => String::new(),
        };
        let about = doc(&format!("[`Key::{name}`]{}{range}.", super::unit(key)));
        variants.push(quote!(#about #name(#tokens)));
    }
    let lifetime = borrows.then(|| quote!(<'a>));
    let about = [
        "One accepted write: parsed and checked against the table.",
        "",
        "Match it without `_`: then a writable key that the table gains is a compile",
        "error that names the variant.",
    ];
    let about = about.iter().map(|line| match *line {
        "" => quote!(#[doc = ""]),
        line => doc(line),
    });
    let definition = quote! {
        #(#about)*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum Write #lifetime {
            #(#variants,)*
        }
    };
    let all = keys.len() == model.keys.len();
    let (parse, key) = (
        parse(&keys, all, borrows, &mut uses),
        key_of(&keys, &mut uses),
    );
    let implementation = quote! {
        impl #lifetime Write #lifetime {
            #parse
            #key
        }
    };
    let body = separate_methods(&pretty([definition, implementation]));
    file("write", &format!("{}\n{body}", uses.lines()))
}

fn parse(keys: &[&Key], all: bool, borrows: bool, uses: &mut Uses) -> TokenStream {
    let (key, error) = (uses.krate("Key"), uses.runtime("WriteError"));
    let arms = keys.iter().map(|row| {
        let name = variant_ident(&row.name.value);
        quote!(#key::#name => Write::#name(value.to(descriptor)?),)
    });
    let others = (!all).then(|| quote!(_ => return Err(#error::WithoutSetter),));
    let about = [
        "Parses and checks the JSON text of a set.",
        "",
        "# Errors",
        "The key cannot be written, the text is not JSON, or the value does not",
        "satisfy the table, in this order.",
    ];
    let about = about.iter().map(|line| match *line {
        "" => quote!(#[doc = ""]),
        line => doc(line),
    });
    let json = match borrows {
        true => quote!(&'a str),
        false => quote!(&str),
    };
    let body = match keys.is_empty() {
        true => quote! {
            let _ = (key, json);
            Err(#error::WithoutSetter)
        },
        false => quote! {
            let descriptor = key.descriptor();
            if !descriptor.access.writable() {
                return Err(#error::WithoutSetter);
            }
            let value = goe_runtime::value::read(descriptor, json)?;
            let write = match key {
                #(#arms)*
                #others
            };
            Ok(write)
        },
    };
    quote! {
        #(#about)*
        pub fn parse(key: #key, json: #json) -> Result<Self, #error> {
            #body
        }
    }
}

fn key_of(keys: &[&Key], uses: &mut Uses) -> TokenStream {
    let (key, about) = (uses.krate("Key"), doc("The key it writes."));
    let arms = keys.iter().map(|row| {
        let name = variant_ident(&row.name.value);
        quote!(Write::#name(_) => #key::#name,)
    });
    let subject = match keys.is_empty() {
        true => quote!(*self),
        false => quote!(self),
    };
    quote! {
        #about
        pub const fn key(&self) -> #key {
            match #subject { #(#arms)* }
        }
    }
}

/// An empty line between two methods, which prettyplease leaves out.
fn separate_methods(code: &str) -> String {
    code.replace("    }\n    ///", "    }\n\n    ///")
}
