//! `src/http.rs` and `src/mqtt.rs`: the tables of routes and topics.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{File, OutputFile};
use crate::{
    api::{Api, Route, Topic},
    model::{HttpAction, Level, MqttAction},
};

pub(super) fn emit_http(api: &Api<'_>) -> OutputFile {
    let mut file = File::new("http");
    let action = (!api.routes.is_empty()).then(|| quote!(Action,));
    file.items(quote! {
        //! The routes of the spec.
        use goe_runtime::http::{#action Route};
    });
    let count = Literal::usize_unsuffixed(api.routes.len());
    file.table(
        &["The routes table, in its order."],
        quote!(pub static ROUTES: [Route; #count] =),
        api.routes.iter().map(route),
    );
    file.finish()
}

fn route(route: &Route<'_>) -> TokenStream {
    let Route { method, path, .. } = route;
    let filter = match route.filter() {
        Some(filter) => quote!(Some(#filter)),
        None => quote!(None),
    };
    let action = match route.action {
        HttpAction::Status => quote!(Status),
        HttpAction::Set => quote!(Set),
        HttpAction::Socket => quote!(Socket),
    };
    quote!(Route { method: #method, path: #path, filter: #filter, action: Action::#action })
}

pub(super) fn emit_mqtt(api: &Api<'_>) -> OutputFile {
    let mut file = File::new("mqtt");
    let any = (!api.topics.is_empty()).then(|| quote!(Action, Level::*,));
    let mut prefixes = api.placeholders.iter();
    let prefix = prefixes.find(|row| row.name.value == "prefix");
    let prefix = prefix
        .and_then(|row| row.default.as_deref())
        .unwrap_or_default();
    file.items(quote! {
        //! The topics of the spec.
        use goe_runtime::mqtt::{#any Topic, TopicMap};

        /// The topics of the spec, and what fills them.
        pub static TOPICS: TopicMap = TopicMap {
            topics: &TABLE,
            default_prefix: #prefix,
        };
    });
    let count = Literal::usize_unsuffixed(api.topics.len());
    file.table(
        &["The topics table, in its order."],
        quote!(static TABLE: [Topic; #count] =),
        api.topics.iter().map(topic),
    );
    file.finish()
}

fn topic(topic: &Topic<'_>) -> TokenStream {
    let action = match topic.action {
        MqttAction::State => quote!(State),
        MqttAction::Set => quote!(Set),
        MqttAction::Result => quote!(Result),
    };
    let levels = topic.levels.iter().map(|level| match level {
        Level::Prefix => quote!(Prefix),
        Level::Serial => quote!(Serial),
        Level::Key => quote!(Key),
        Level::Literal(text) => quote!(Literal(#text)),
    });
    let retained = topic.retained;
    quote!(Topic { action: Action::#action, levels: &[#(#levels),*], retained: #retained })
}
