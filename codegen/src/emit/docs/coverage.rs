//! `docs/coverage.md`: who honours each key, for people who want to know what to expect
//! of it.
//!
//! The claims are cells of the tables; a spec without any has no such page.

use super::{Documents, text::push};
use crate::{
    emit::escape::text,
    model::{Access, Coverage},
};

pub(in crate::emit) fn page(documents: &Documents<'_>) -> String {
    let api = documents.api;
    let mut page = String::new();
    if api.keys.iter().all(|key| key.coverage.is_none()) {
        return page;
    }
    let (header, title) = (documents.header(), text(documents.title()));
    push!(page, "<!-- {header} -->\n\n# {title}: coverage\n\n");
    page.push_str("What a client may expect of each key. The claims are cells of the tables; tests hold them.\n\n");
    page.push_str("| Coverage | Keys | |\n| --- | --- | --- |\n");
    let claims = Coverage::ALL.iter().map(|&(_, claim)| Some(claim));
    for claim in claims.chain([None]) {
        let keys = api.keys.iter().filter(|key| key.coverage == claim).count();
        match claim {
            Some(claim) => push!(page, "| {claim} | {keys} | {} |\n", claim.says()),
            None if keys > 0 => push!(page, "| | {keys} | nothing is claimed |\n"),
            None => {}
        }
    }
    page.push_str(
        "\n| Key | R/W | Coverage | Default | Description |\n| --- | --- | --- | --- | --- |\n",
    );
    for entry in &api.entries {
        let key = api.first(entry);
        let access: Access = key.value.access;
        let heading = documents.heading(entry);
        let claim = key.coverage.map(Coverage::name).unwrap_or_default();
        let default = key.value.default().map(ToString::to_string);
        let default = text(&default.unwrap_or_default());
        let description = text(key.value.description);
        push!(
            page,
            "| `{heading}` | {access} | {claim} | {default} | {description} |\n"
        );
    }
    page
}
