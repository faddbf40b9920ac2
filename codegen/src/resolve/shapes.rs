//! Gives fields of shapes what is stated elsewhere: named values in the
//! description of their key, the type of the field that they are the same as.

use std::collections::HashMap;

use super::nesting;
use crate::{
    facts,
    model::{At, Field, Index, Key, NamedValue, Shape, ValueList},
    report::codes,
    source::{Diagnostic, Report},
    suggest,
};

/// Completes `shapes` of the keys `keys`; `key_names` are those of all keys,
/// also of those that could not be read.
pub(super) fn complete(
    keys: &mut [Key],
    key_names: &[At<String>],
    shapes: &mut [Shape],
    report: &mut Report,
) {
    let index = Index::new(keys, &[]);
    for shape in shapes.iter_mut() {
        let keys = shape.names().filter_map(|of| index.key(&of.name.value));
        for key in keys.collect::<Vec<_>>() {
            attach_values(shape, &key.facts.values, report);
        }
    }
    // "(mode: Off=0, On=1)" speaks of a field `mode`, or of nothing more.
    for list in keys.iter_mut().flat_map(|key| &mut key.facts.values) {
        let named = |label: &At<String>| !facts::is_generic_label(&label.value);
        list.label = list.label.take().filter(named);
    }
    let stated = shapes.to_vec();
    for shape in shapes.iter_mut() {
        for field in &mut shape.fields {
            take_over(field, &stated, key_names, report);
        }
    }
    nesting::complete(shapes, key_names, report);
    attach_values_of_fields(shapes, report);
}

/// The same for shapes of fields.
fn attach_values_of_fields(shapes: &mut [Shape], report: &mut Report) {
    let fields = shapes.iter().flat_map(|shape| &shape.fields);
    let stated = fields.filter_map(|field| {
        let lists = &field.facts.values;
        let has_labels = lists.iter().any(|list| list.label.is_some());
        let of = field.shape.as_ref().filter(|_| has_labels)?;
        Some((of.name.clone(), lists.clone()))
    });
    let stated: Vec<_> = stated.collect();
    if stated.is_empty() {
        return;
    }
    let places = shapes.iter().zip(0..);
    let places = places.map(|(shape, at)| (shape.name().value.clone(), at));
    let places: HashMap<String, usize> = places.collect();
    for (name, lists) in stated {
        if let Some(&at) = places.get(&name) {
            attach_values(&mut shapes[at], &lists, report);
        }
    }
}

fn attach_values(shape: &mut Shape, lists: &[ValueList], report: &mut Report) {
    for list in lists {
        let Some(label) = &list.label else { continue };
        let field = shape
            .fields
            .iter_mut()
            .find(|field| field.name.value == label.value);
        let Some(field) = field else {
            if facts::is_generic_label(&label.value) {
                continue;
            }
            let names = shape.fields.iter().map(|field| field.name.value.as_str());
            let otherwise = format!("add a field `{}` to the shape", label.value);
            let message = format!("`{}` has no field `{}`", shape.name().value, label.value);
            report.push(
                Diagnostic::new(&codes::UNKNOWN_FIELD, message)
                    .at(label.span, "these values belong to no field")
                    .also(shape.name().span, "the shape")
                    .help(suggest::help(&label.value, names, &otherwise)),
            );
            continue;
        };
        agree(field, list, report);
    }
}

/// Takes over `list`, unless the field has other values of its own.
fn agree(field: &mut Field, list: &ValueList, report: &mut Report) {
    let pairs = |list: &ValueList| {
        let pair = |v: &NamedValue| (v.name.clone(), v.value);
        list.values.iter().map(pair).collect::<Vec<_>>()
    };
    match field.facts.values.first() {
        None => field.facts.values.push(list.clone()),
        Some(own) if pairs(own) == pairs(list) => {}
        Some(own) => {
            let span = |list: &ValueList| {
                let (first, last) = (list.values.first(), list.values.last());
                first.zip(last).map(|(f, l)| f.span.to(l.span))
            };
            let message = format!("two lists of named values for field `{}`", field.name.value);
            let diagnostic = Diagnostic::new(&codes::VALUES_DISAGREE, message)
                .at(span(own).unwrap_or(field.origin.span), "the field's own")
                .help("keep one of them, or make them equal");
            report.push(match span(list) {
                Some(other) => diagnostic.also(other, "another list for it"),
                None => diagnostic,
            });
        }
    }
}

fn take_over(field: &mut Field, shapes: &[Shape], key_names: &[At<String>], report: &mut Report) {
    let Some((key, name)) = &field.same_as else {
        return;
    };
    let shape = shapes.iter().find(|shape| shape.of(key).is_some());
    let target = shape.and_then(|shape| shape.fields.iter().find(|f| f.name.value == *name));
    match target {
        Some(target) if target.same_as.is_none() => {
            field.ty.value.scalar = target.ty.value.scalar;
            field.ty.value.optional |= target.ty.value.optional;
            if let Some(list) = target.facts.values.first() {
                agree(field, &list.clone(), report);
            }
            field.facts.unit = field.facts.unit.take().or(target.facts.unit.clone());
            field.facts.range = field.facts.range.take().or(target.facts.range.clone());
            field.facts.length = field.facts.length.take().or(target.facts.length.clone());
            field.facts.default = field.facts.default.take().or(target.facts.default.clone());
            field.facts.least = field.facts.least.take().or(target.facts.least.clone());
        }
        Some(target) => report.push(
            Diagnostic::new(
                &codes::UNKNOWN_FIELD,
                format!("`{key}.{name}` has no type of its own"),
            )
            .at(field.ty.span, "takes over a type")
            .also(target.ty.span, "which is taken over itself")
            .help("refer to the field that states the type"),
        ),
        None => {
            let known: Vec<String> = match shape {
                Some(shape) => shape
                    .fields
                    .iter()
                    .map(|f| format!("{key}.{}", f.name.value))
                    .collect(),
                None => shapes
                    .iter()
                    .map(|s| format!("{}.{name}", s.name().value))
                    .collect(),
            };
            let otherwise = match key_names.iter().any(|name| name.value == *key) {
                true => format!("the shape of `{key}` has no such field"),
                false => format!("there is no key `{key}`"),
            };
            let words = known.iter().map(String::as_str);
            let help = suggest::help(&format!("{key}.{name}"), words, &otherwise);
            report.push(
                Diagnostic::new(&codes::UNKNOWN_FIELD, format!("no field `{key}.{name}`"))
                    .at(field.ty.span, "its type is wanted here")
                    .help(help),
            );
        }
    }
}
