//! How a key is found by its name.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::layout::File;
use crate::api::Api;

pub(super) fn emit(file: &mut File, api: &Api<'_>) -> TokenStream {
    let mut by_name: Vec<(&str, usize)> = api.keys.iter().map(|key| key.name).zip(0..).collect();
    by_name.sort_unstable();
    let count = Literal::usize_unsuffixed(by_name.len());
    file.filled_table(
        quote!(static BY_NAME: [u16; #count] =),
        by_name.iter().map(|(_, at)| {
            let at = Literal::usize_unsuffixed(*at);
            quote!(#at)
        }),
    );
    quote!(by_name: &BY_NAME,)
}
