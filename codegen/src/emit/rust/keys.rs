//! `src/keys.rs` and `src/docs.txt`: the tables.

use std::fmt::Write as _;

use goe_runtime::{Capacities, Version};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::{File, OutputFile, Rust, Shared, access, escape, ident, lookup, types::descriptors};
use crate::{
    api::{Api, Form, Key},
    emit::output::{COMMAND, MARK},
    model::Access,
};

pub(super) fn emit(rust: &Rust<'_>) -> OutputFile {
    let api = rust.api;
    let mut file = File::new("keys");
    let types = (!api.enums.is_empty() || !api.shapes.is_empty()).then(|| {
        quote!(
            use super::types;
        )
    });
    let releases = releases(rust);
    let more = (!releases.is_empty()).then(|| quote!(Releases,));
    file.items(quote! {
        use core::fmt;
        use goe_runtime::{Access::*, Capacities, Category::*, Descriptor, Doc, KeyIndex, Lookup, Profile, Registry, #more Type};
        #types
    });
    file.block(
        &["Every key of the table, in its order."],
        quote! {
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            #[repr(u16)]
            pub enum Key
        },
        rust.variants.iter().zip(&api.keys).map(variant),
    );
    file.items(key_impl(api.keys.len()));
    let count = Literal::usize_unsuffixed(api.keys.len());
    let all = rust.variants.iter().map(|variant| quote!(Key::#variant));
    file.filled_table(quote!(const ALL: [Key; #count] =), all);
    let mut profiles = Shared::default();
    let keys = api.keys.iter().map(|key| {
        let (name, place) = (key.name, profiles.place(profile_of(key)));
        quote!((#name, #place))
    });
    file.table_call(
        &[
            "What the wire needs to know of each key, in table order: its name, and which of",
            "the profiles below.",
        ],
        quote!(pub static DESCRIPTORS: [Descriptor; #count] = Descriptor::table),
        keys,
        quote!(&PROFILES),
    );
    profiles.table(
        &mut file,
        "What holds for keys, by the number behind their names.",
        quote!(PROFILES),
        quote!(Profile),
    );
    if !releases.is_empty() {
        let count = Literal::usize_unsuffixed(releases.len());
        file.table(
            &["The keys that not every release has: see `KeySet::lacking`."],
            quote!(pub static RELEASES: [(KeyIndex, Releases); #count] =),
            releases,
        );
    }
    let lookup = lookup::emit(&mut file, api);
    file.items(registry(&api.capacities, &count, &lookup));
    file.finish()
}

/// The keys that not every release has, and which have them.
fn releases(rust: &Rust<'_>) -> Vec<TokenStream> {
    let numbers = |text| {
        let version = Version::parse(text);
        let numbers = version.numbers().iter();
        let numbers = numbers.map(|&number| Literal::u32_unsuffixed(number));
        quote!(&[#(#numbers),*])
    };
    let keys = rust.variants.iter().zip(&rust.api.keys);
    let rows = keys.filter_map(|(variant, key)| {
        let releases = match (key.since.map(numbers), key.removed.map(numbers)) {
            (None, None) => return None,
            (Some(since), None) => quote!(since(#since)),
            (None, Some(removed)) => quote!(before(#removed)),
            (Some(since), Some(removed)) => quote!(since(#since).and_before(#removed)),
        };
        Some(quote!((Key::#variant.index(), Releases::#releases)))
    });
    rows.collect()
}

/// A key below what is to be known of it.
fn variant((variant, key): (&Ident, &Key<'_>)) -> ([String; 1], TokenStream) {
    ([about(key)], quote!(#variant))
}

/// `dwo`: what it means. Type …, category …. Source: …, line ….
fn about(key: &Key<'_>) -> String {
    let access = match key.value.access {
        Access::Read => "read-only",
        Access::ReadWrite => "read and write",
        Access::Write => "write-only",
    };
    let (read, write) = (
        key.value.view(Form::Read).ty,
        key.value.view(Form::Write).ty,
    );
    let written = match read == write {
        true => String::new(),
        false => format!(", written as `{write}`"),
    };
    let unit = match &key.value.facts.unit {
        Some(unit) => format!(", {}", unit.value.symbol()),
        None => String::new(),
    };
    format!(
        "`{}`: {} Type `{read}`{written}{unit}, {access}, category {}. Source: {}, line {}.",
        key.name,
        super::sentence(key.value.description),
        key.category.name(),
        escape::text(&key.origin.file),
        key.origin.line,
    )
}

fn key_impl(count: usize) -> TokenStream {
    let count = Literal::usize_unsuffixed(count);
    quote! {
        impl Key {
            /// Every key, in table order.
            pub const ALL: [Key; #count] = ALL;

            /// The key of that name.
            pub fn from_name(name: &str) -> Option<Key> {
                REGISTRY.find(name).and_then(Key::from_index)
            }

            /// The key at a position of the table.
            pub fn from_index(index: KeyIndex) -> Option<Key> {
                Key::ALL.get(usize::from(index.0)).copied()
            }

            /// Its position in the table.
            pub const fn index(self) -> KeyIndex {
                KeyIndex(self as u16)
            }

            /// The key as clients spell it.
            pub const fn name(self) -> &'static str {
                DESCRIPTORS[self as usize].name
            }

            /// What the wire needs to know of it.
            pub const fn descriptor(self) -> &'static Descriptor {
                &DESCRIPTORS[self as usize]
            }

            /// Prose about it.
            pub fn doc(self) -> Option<Doc> {
                super::DOCS.iter().nth(self as usize)
            }
        }

        impl fmt::Debug for Key {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    }
}

fn profile_of(key: &Key<'_>) -> TokenStream {
    let access = access(key.value.access);
    let category = ident(key.category.name());
    let (read, written) = descriptors(&key.value, Some(&quote!(types::)));
    quote!(Profile::new(#access, #category, #read) #written)
}

fn registry(capacities: &Capacities, count: &Literal, lookup: &TokenStream) -> TokenStream {
    let Capacities {
        document,
        entry,
        stored,
        name,
    } = *capacities;
    let [document, entry, stored, name] =
        [document, entry, stored, name].map(Literal::usize_unsuffixed);
    quote! {
        /// All keys, for code that names none.
        pub static REGISTRY: Registry = Registry {
            descriptors: &DESCRIPTORS,
            #lookup
            capacities: Capacities {
                document: DOCUMENT_CAPACITY,
                entry: ENTRY_CAPACITY,
                stored: STORED_CAPACITY,
                name: NAME_CAPACITY,
            },
        };

        /// Bytes of the status document, at most.
        pub const DOCUMENT_CAPACITY: usize = #document;
        /// Bytes of one entry of it, at most.
        pub const ENTRY_CAPACITY: usize = #entry;
        /// Bytes of one stored setting, at most.
        pub const STORED_CAPACITY: usize = #stored;
        /// Bytes of the longest key name.
        pub const NAME_CAPACITY: usize = #name;

        const WORDS: usize = goe_runtime::key_set::words(#count);
        /// A set of these keys.
        pub type KeySet = goe_runtime::KeySet<WORDS>;
        /// The status document of these keys.
        pub type Document = goe_runtime::Document<DOCUMENT_CAPACITY, #count, WORDS>;
    }
}

/// Prose is text, which a compiler need not look into: see `goe_runtime::Docs`.
pub(super) fn emit_docs(api: &Api<'_>) -> OutputFile {
    let mut contents = format!("# {MARK} from spec/. Do not edit: run `{COMMAND}`.\n");
    for key in &api.keys {
        let unit = key.value.facts.unit.as_ref();
        let unit = unit.map_or("", |unit| unit.value.symbol());
        // A line of the table has no line breaks.
        let prose = key.value.description.replace(['\n', '\r'], " ");
        let (path, line) = (&key.origin.file, key.origin.line);
        // Into a string, which takes everything.
        let _ = writeln!(contents, "{path}\t{line}\t{unit}\t{prose}");
    }
    OutputFile {
        path: "src/docs.txt".to_owned(),
        contents,
    }
}
