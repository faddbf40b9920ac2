//! `src/lib.rs`: the same under rustfmt, which leaves the other files alone.

use quote::quote;

use super::{File, OutputFile};
use crate::api::Api;

pub(super) fn emit(api: &Api<'_>) -> OutputFile {
    let mut file = File::new("lib");
    file.comment(&format!("Spec: {}", api.hash));
    let any = !api.enums.is_empty() || !api.shapes.is_empty();
    let types = any.then(|| {
        quote!(
            pub use types::*;
        )
    });
    file.items(quote! {
        //! The API of the tables in `spec/`, as Rust.
        //!
        //! [`Readings`] is what the firmware fills, [`Write`] what it has to act on,
        //! [`Settings`] what it stores; [`Key`] and [`REGISTRY`] are the table itself.
        #![no_std]
        #![forbid(unsafe_code)]

        #[rustfmt::skip]
        pub mod home_assistant;
        #[rustfmt::skip]
        pub mod http;
        #[rustfmt::skip]
        mod keys;
        #[rustfmt::skip]
        pub mod mqtt;
        #[rustfmt::skip]
        mod readings;
        #[rustfmt::skip]
        mod settings;
        #[rustfmt::skip]
        mod types;
        #[rustfmt::skip]
        mod write;

        pub use goe_runtime as runtime;
        pub use keys::*;
        pub use readings::Readings;
        pub use settings::Settings;
        #types
        pub use write::Write;

        /// Prose about each key.
        pub static DOCS: runtime::Docs = runtime::Docs(include_str!("docs.txt"));
    });
    file.finish()
}
