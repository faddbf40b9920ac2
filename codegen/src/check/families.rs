//! Families of keys: their names are new ones, which the keys may have already.

use std::collections::BTreeMap;

use super::names::check_usable;
use crate::{
    model::{At, Model},
    names,
    report::codes,
    source::{Diagnostic, Report, Span},
};

/// A family is called by its keys' name without the number, in Rust beside all keys
/// that are in none.
pub(super) fn check(model: &Model, report: &mut Report) {
    if model.families.is_empty() {
        return;
    }
    let mut seen: BTreeMap<String, (&str, Span)> = BTreeMap::new();
    let inside = |at| {
        model
            .families
            .iter()
            .any(|family| family.keys.contains(&at))
    };
    let alone = model.keys.iter().enumerate().filter(|(at, _)| !inside(*at));
    for (_, key) in alone {
        let (name, span) = (key.name.value.as_str(), key.name.span);
        seen.insert(names::camel(name), (name, span));
    }
    for family in &model.families {
        let Some(first) = model.keys.get(family.keys.start) else {
            continue;
        };
        let (name, span) = (family.name.as_str(), first.name.span);
        let at = At {
            value: family.name.clone(),
            span,
        };
        check_usable(&at, "family", report);
        if let Some((other, place)) = seen.insert(names::camel(name), (name, span)) {
            report.push(
                Diagnostic::new(
                    &codes::COLLIDING_NAMES,
                    format!("the keys of this row together are `{name}`, and so is `{other}`"),
                )
                .at(span, "the first of the row")
                .also(place, format!("`{other}`"))
                .help("give each key a row of its own, or rename one of them"),
            );
        }
    }
}
