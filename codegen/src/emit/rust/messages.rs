//! `src/websocket.rs`: the table of messages.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{File, OutputFile, ident};
use crate::{
    api::{Api, From, Message},
    model::MessageAction,
};

pub(super) fn emit(api: &Api<'_>) -> OutputFile {
    let mut file = File::new("websocket");
    if api.messages.is_empty() {
        file.items(quote! {
            //! The messages of the spec: none.
            use goe_runtime::websocket::Messages;

            /// What is said on the WebSocket.
            pub static MESSAGES: Option<&Messages> = None;
        });
        return file.finish();
    }
    let uses = |known: fn(&From<'_>) -> bool| {
        let mut members = api.messages.iter().flat_map(|message| &message.members);
        members.any(|member| known(&member.source))
    };
    let known = uses(|from| matches!(from, From::Known(_))).then(|| quote!(Known,));
    let key = uses(|from| matches!(from, From::Key(..))).then(|| {
        quote!(
            use goe_runtime::KeyIndex;
        )
    });
    let rows = MessageAction::ALL.iter().map(|(word, action)| {
        let field = ident(word);
        let mut messages = api.messages.iter();
        let found = messages.find(|message| message.action == *action);
        let message = found.map(message);
        match action.rules().is_necessary {
            true => quote!(#field: #message),
            false => match message {
                Some(message) => quote!(#field: Some(#message)),
                None => quote!(#field: None),
            },
        }
    });
    file.items(quote! {
        //! The messages of the spec.
        #key
        use goe_runtime::websocket::{#known Member, Message, Messages, Source};

        /// What is said on the WebSocket.
        pub static MESSAGES: Option<&Messages> = Some(&TABLE);

        static TABLE: Messages = Messages { #(#rows),* };
    });
    file.finish()
}

fn message(message: &Message<'_>) -> TokenStream {
    let members = message.members.iter().map(|member| {
        let source = match &member.source {
            From::Key(place, _) => {
                // A table has at most 65535 keys, as was checked.
                let place = Literal::u16_unsuffixed(*place as u16);
                quote!(Source::Key(KeyIndex(#place)))
            }
            From::Literal(json) => quote!(Source::Literal(#json)),
            From::Known(known) => {
                let known = ident(&format!("{known:?}"));
                quote!(Source::Known(Known::#known))
            }
        };
        let name = member.name;
        quote!(Member { name: #name, source: #source })
    });
    let name = message.name;
    quote!(Message { name: #name, members: &[#(#members),*] })
}
