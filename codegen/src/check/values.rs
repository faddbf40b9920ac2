//! Facts of descriptions against themselves and the type.

use std::collections::BTreeMap;

use super::facts;
use crate::{
    model::{Facts, Model, Type, ValueList},
    names,
    report::codes,
    source::{Diagnostic, Report},
};

pub(super) fn check_keys(model: &Model, report: &mut Report) {
    let partial = model.partial.iter().filter(|partial| partial.has_ty);
    let keys = model.keys.iter().chain(partial.map(|partial| &partial.key));
    let mut last = None;
    for key in keys {
        // Keys of one row have their facts from one text: said once.
        if last.replace(key.description.span) == Some(key.description.span) {
            continue;
        }
        let of = format!("key `{}`", key.name.value);
        check_facts(&key.facts, &[key.ty.value, key.write_ty()], &of, report);
    }
}

/// The facts stated for `of`, whose values have all of `types`.
pub(super) fn check_facts(stated: &Facts, types: &[Type], of: &str, report: &mut Report) {
    for list in &stated.values {
        check_list(list, of, report);
        if list.label.is_none() && !list.booleans {
            check_list_fits(list, types, of, report);
        }
    }
    check_range_fits(stated, types, of, report);
    facts::check(stated, of, report);
}

fn check_list(list: &ValueList, of: &str, report: &mut Report) {
    let mut numbers = BTreeMap::new();
    let mut identifiers = BTreeMap::new();
    for item in &list.values {
        let value = item.value;
        let identifier = names::camel(&item.name);
        if let Some(first) = numbers.insert(value, item) {
            let message = format!("{value} has two names for {of}");
            report.push(
                Diagnostic::new(&codes::EQUAL_NUMBERS, message)
                    .at(item.span, "named again here")
                    .also(first.span, "first named here")
                    .help("give each number one name"),
            );
        } else if let Some(first) = identifiers.insert(identifier.clone(), item) {
            let message = match first.name == item.name {
                true => format!("`{}` names two numbers for {of}", item.name),
                false => format!(
                    "`{}` and `{}` become one name in Rust",
                    first.name, item.name
                ),
            };
            report.push(
                Diagnostic::new(&codes::EQUAL_NAMES, message)
                    .at(item.span, format!("becomes `{identifier}`"))
                    .also(first.span, format!("becomes `{identifier}` too"))
                    .help("give each number its own name"),
            );
        }
        if names::variant(&item.name).is_none() {
            let message = format!("named value `{}` cannot be a name in Rust", item.name);
            report.push(
                Diagnostic::new(&codes::UNUSABLE_NAME, message)
                    .at(item.span, format!("would be `{identifier}`"))
                    .help("rename it"),
            );
        }
    }
    for &span in &list.unreadable {
        let message = format!("a named value of {of} cannot be read");
        report.push(
            Diagnostic::new(&codes::UNREADABLE_VALUE, message)
                .at(span, "left out; numbers without a name are accepted")
                .help("write `NAME=number` with a name of one word"),
        );
    }
}

/// The limits that hold for whole numbers of all of `types`.
fn limits(types: &[Type]) -> Option<(i128, i128, Type)> {
    types
        .iter()
        .filter_map(|ty| ty.scalar.limits().map(|(min, max)| (min, max, *ty)))
        .min_by_key(|(min, max, _)| max - min)
}

fn check_list_fits(list: &ValueList, types: &[Type], of: &str, report: &mut Report) {
    let Some((min, max, ty)) = limits(types) else {
        return;
    };
    for item in &list.values {
        if !(min..=max).contains(&i128::from(item.value)) {
            let message = format!("{} does not fit `{ty}`, the type of {of}", item.value);
            report.push(
                Diagnostic::new(&codes::VALUE_TOO_WIDE, message)
                    .at(item.span, format!("`{ty}` holds {min} to {max}"))
                    .help("correct the number, or choose a wider type"),
            );
        }
    }
}

fn check_range_fits(facts: &Facts, types: &[Type], of: &str, report: &mut Report) {
    let (Some(range), Some((min, max, ty))) = (&facts.range, limits(types)) else {
        return;
    };
    let stated = (i128::from(range.value.min), i128::from(range.value.max));
    if stated.0 >= min && stated.1 <= max {
        return;
    }
    let message = format!(
        "range {} to {} does not fit `{ty}`, the type of {of}",
        stated.0, stated.1
    );
    report.push(
        Diagnostic::new(&codes::RANGE_TOO_WIDE, message)
            .at(range.span, format!("`{ty}` holds {min} to {max}"))
            .help("correct the range, or choose a wider type"),
    );
}
