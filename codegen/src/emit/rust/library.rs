//! `src/api.rs`, the API as the items of a module, and `src/lib.rs`, the same as a
//! crate of its own.
//!
//! A crate that includes `api.rs` cannot have inner attributes there, and no other
//! place than its own for `no_std`: those stand in `lib.rs`, which includes it, too.

use quote::quote;

use super::{File, Lifetime, OutputFile};
use crate::api::{self, Api};

pub(super) fn emit_crate(api: &Api<'_>) -> OutputFile {
    let mut file = File::new("lib");
    file.comment(&format!("Spec: {}", api.hash));
    file.items(quote! {
        //! The API of the tables in `spec/`, as Rust.
        //!
        //! [`Readings`] is what the firmware fills, [`Write`] what it has to act on,
        //! [`Settings`] what it stores; [`Key`] and [`REGISTRY`] are the table itself.
        #![no_std]
        #![forbid(unsafe_code)]

        include!("api.rs");
    });
    file.finish()
}

/// The lifetimes are those of the readings, the settings, and the writes.
pub(super) fn emit_module(api: &Api<'_>, lifetimes: [Lifetime; 3]) -> OutputFile {
    let [readings, settings, write] = lifetimes;
    let mut file = File::new("api");
    file.comment("A program that includes this file may leave a part of it unused.");
    let kept = api.keys.iter().any(api::Key::is_kept);
    let [kept_module, kept] = [
        quote!(
            #[allow(dead_code, unreachable_pub)]
            mod kept;
        ),
        quote!(
            pub use self::kept::Kept;
        ),
    ]
    .map(|tokens| kept.then_some(tokens));
    let any = !api.enums.is_empty() || !api.shapes.is_empty();
    let types = any.then(|| {
        quote!(
            pub use self::types::*;
        )
    });
    file.items(quote! {
        goe_runtime::for_clients! {
            #[allow(dead_code, unreachable_pub)]
            pub mod client;
        }
        #[allow(dead_code, unreachable_pub)]
        pub mod home_assistant;
        #[allow(dead_code, unreachable_pub)]
        pub mod http;
        #kept_module
        #[allow(dead_code, unreachable_pub)]
        mod keys;
        #[allow(dead_code, unreachable_pub)]
        pub mod mqtt;
        #[allow(dead_code, unreachable_pub)]
        mod readings;
        #[allow(dead_code, unreachable_pub)]
        mod settings;
        #[allow(dead_code, unreachable_pub)]
        mod types;
        #[allow(dead_code, unreachable_pub)]
        pub mod websocket;
        #[allow(dead_code, unreachable_pub)]
        mod write;

        pub use goe_runtime as runtime;
        #kept
        pub use self::keys::*;
        pub use self::readings::Readings;
        pub use self::settings::Settings;
        #types
        pub use self::write::Write;

        /// Prose about each key.
        #[allow(dead_code, unreachable_pub)]
        pub static DOCS: runtime::Docs = runtime::Docs(include_str!("docs.txt"));

        /// All of it as one type, for what is generic over tables.
        #[allow(dead_code, unreachable_pub)]
        pub struct Api;

        impl runtime::device::Api for Api {
            type Document = Document;
            type Readings<'a> = Readings #readings;
            type Settings<'a> = Settings #settings;
            type Write<'a> = Write #write;
            const REGISTRY: &'static runtime::Registry = &REGISTRY;
            const ROUTES: &'static [runtime::http::Route] = &http::ROUTES;
            const TOPICS: &'static runtime::mqtt::TopicMap = &mqtt::TOPICS;
            const MESSAGES: Option<&'static runtime::websocket::Messages> = websocket::MESSAGES;
            const ENTITIES: &'static [runtime::home_assistant::Entity] = &home_assistant::ENTITIES;
            fn parse(key: runtime::KeyIndex, json: &str) -> Result<Self::Write<'_>, runtime::WriteError> {
                let key = Key::from_index(key).ok_or(runtime::WriteError::UnknownKey)?;
                Write::parse(key, json)
            }
        }
    });
    file.finish()
}
