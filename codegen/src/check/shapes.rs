//! Shapes against the keys that they describe.

use std::collections::BTreeMap;

use super::{names::check_usable, unique::check_unique, values::check_facts};
use crate::{
    model::{At, Field, Key, Model, Scalar, Shape},
    names,
    report::codes,
    source::{Diagnostic, Report},
    suggest,
};

pub(super) fn check(model: &Model, key_names: &[At<String>], report: &mut Report) {
    let id = |shape: &Shape| (shape.key.value.clone(), shape.key.span);
    let help = "remove one of the sections, or join them";
    check_unique(
        &model.shapes,
        id,
        &codes::DUPLICATE_SHAPE,
        "shape",
        help,
        report,
    );
    let index = model.index();
    for shape in &model.shapes {
        check_fields(shape, report);
        match index.key(&shape.key.value) {
            Some(key) => {
                check_fits(shape, key, report);
                check_access(shape, key, report);
            }
            None if key_names.iter().any(|name| name.value == shape.key.value) => {}
            None => check_used(shape, key_names, report),
        }
    }
}

fn check_used(shape: &Shape, key_names: &[At<String>], report: &mut Report) {
    let name = &shape.key.value;
    let help = suggest::help(
        name,
        key_names.iter().map(|name| name.value.as_str()),
        "add the key to the key table, or remove the section",
    );
    report.push(
        Diagnostic::new(
            &codes::UNKNOWN_SHAPE,
            format!("shape of `{name}`, which is no key"),
        )
        .at(shape.key.span, "no key table has it")
        .help(help),
    );
}

/// An array has a capacity, an object none.
fn check_fits(shape: &Shape, key: &Key, report: &mut Report) {
    let name = &shape.key.value;
    let (scalar, help) = match shape.capacity {
        Some(_) => (
            Scalar::Array,
            format!("make the key an array, or the heading `{name}`"),
        ),
        None => (
            Scalar::Object,
            format!("make the key an object, or state a capacity: `{name}[10]`"),
        ),
    };
    let ty = [key.ty.value, key.write_ty()];
    if ty.iter().any(|ty| ty.scalar == scalar) {
        return;
    }
    let message = format!(
        "`{name}` is {} in the key table and {} here",
        key.ty.value,
        scalar.name()
    );
    report.push(
        Diagnostic::new(&codes::SHAPE_MISMATCH, message)
            .at(
                shape.origin.span,
                format!("the heading of an {}", scalar.name()),
            )
            .also(key.ty.span, "the key's type")
            .help(help),
    );
}

fn check_fields(shape: &Shape, report: &mut Report) {
    let mut seen: BTreeMap<String, &Field> = BTreeMap::new();
    for field in &shape.fields {
        let identifier = names::snake(&field.name.value);
        match seen.get(&identifier) {
            Some(first) => report.push(
                Diagnostic::new(
                    &codes::DUPLICATE_FIELD,
                    format!("two fields of `{}` are `{identifier}`", shape.key.value),
                )
                .at(field.name.span, "given again here")
                .also(first.name.span, "first given here")
                .help("remove or rename one of them"),
            ),
            None => {
                seen.insert(identifier, field);
            }
        }
        check_usable(&field.name, "field", report);
        let of = format!("field `{}.{}`", shape.key.value, field.name.value);
        check_field_facts(field, &of, report);
    }
}

/// Lists that were taken over are checked where they are stated.
fn check_field_facts(field: &Field, of: &str, report: &mut Report) {
    let mut own = field.facts.clone();
    let row = field.origin.span;
    let stated_here = |span: crate::source::Span| {
        span.file == row.file && row.start <= span.start && span.end <= row.end
    };
    own.values
        .retain(|list| list.values.first().is_some_and(|v| stated_here(v.span)));
    own.range = own.range.filter(|range| stated_here(range.span));
    check_facts(&own, &[field.ty.value, field.write_ty()], of, report);
    // Their numbers must fit this field all the same.
    let mut taken = field.facts.clone();
    taken.range = None;
    taken.unread.clear();
    taken
        .values
        .retain(|list| list.values.first().is_some_and(|v| !stated_here(v.span)));
    for list in &mut taken.values {
        list.label = None;
        list.unreadable.clear();
    }
    if field.same_as.is_none() {
        let mut found = Report::default();
        check_facts(&taken, &[field.ty.value, field.write_ty()], of, &mut found);
        let too_wide = |d: &&Diagnostic| d.code == &codes::VALUE_TOO_WIDE;
        report.extend(found.diagnostics().iter().filter(too_wide).cloned());
    }
}

fn check_access(shape: &Shape, key: &Key, report: &mut Report) {
    let allowed = key.access.value;
    for field in &shape.fields {
        let access = field.access.value;
        let read = access.readable() && !allowed.readable();
        let written = access.writable() && !allowed.writable();
        if !read && !written {
            continue;
        }
        let (verb, limit) = if written {
            ("written", "read")
        } else {
            ("read", "written")
        };
        let message = format!(
            "field `{}.{}` is {verb}, but its key is only {limit}",
            shape.key.value, field.name.value
        );
        report.push(
            Diagnostic::new(&codes::FIELD_ACCESS, message)
                .at(field.access.span, format!("`{access}` here"))
                .also(key.access.span, format!("`{allowed}` here"))
                .help(format!("write `{allowed}`, or change the key's access")),
        );
    }
}
