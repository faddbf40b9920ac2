//! Sections that describe what an array or object holds.
//!
//! `## scan[16]` is an array of at most 16 objects, `## ccw` an object; a
//! sentence `always 10 entries` in the section makes the number exact.

use super::{
    Cells, Context, Table, capacity, origin, prose, split_capacity,
    types::{Expr, Whose},
    word,
};
use crate::{
    facts,
    model::{At, Field, Index, Shape},
    names,
    report::codes,
    source::{Diagnostic, Source, Span},
    suggest,
    syntax::Section,
};

pub(super) fn lower(context: &mut Context, table: &Table<'_>) {
    let heading = table.section.and_then(|section| heading(context, section));
    let Some((key, capacity)) = heading else {
        if table.section.is_none() {
            context.push(
                Diagnostic::new(&codes::STRAY_SHAPE, "fields of no key")
                    .at(table.header, "no heading above")
                    .help("put the table under a heading such as `## scan[16]` or `## ccw`"),
            );
        }
        return;
    };
    let source = table.source;
    let exact = table.section.is_some_and(|section| {
        exact_count(context, source, section, &key.value, capacity.as_ref())
    });
    if table.rows.is_empty() {
        let message = format!("shape of `{}` has no fields", key.value);
        context.push(
            Diagnostic::new(&codes::EMPTY_SHAPE, message)
                .at(table.header, "no row follows")
                .help("add a row for each field, or remove the section"),
        );
    }
    let fields = table
        .rows
        .iter()
        .filter_map(|row| field(context, source, &key.value, row))
        .collect();
    let origin = origin(source, key.span);
    context.out.model.shapes.push(Shape {
        key,
        capacity,
        exact,
        fields,
        origin,
    });
}

/// `scan[16]`: the key and its capacity, or an error.
pub(super) fn heading(context: &mut Context, section: &Section) -> Option<(At<String>, Option<At<u32>>)> {
    let title = At {
        value: section.title.clone(),
        span: section.title_span,
    };
    let (key, inner) = split_capacity(&title);
    if !names::is_key(&key.value) {
        let message = format!("`{}` is not the heading of a shape", title.value);
        context.push(
            Diagnostic::new(&codes::UNKNOWN_SHAPE, message)
                .at(title.span, "a table of fields follows")
                .help("the heading is a key alone, `## ccw`, or with a capacity, `## scan[16]`"),
        );
        return None;
    }
    match inner {
        None => Some((key, None)),
        Some(inner) => {
            let capacity = capacity(inner, &key.value, &mut context.out.report)?;
            Some((key, Some(capacity)))
        }
    }
}

/// Whether the section says `always N entries`; N must be the capacity.
fn exact_count(
    context: &mut Context,
    source: &Source,
    section: &Section,
    key: &str,
    capacity: Option<&At<u32>>,
) -> bool {
    let Some((count, span)) = section.prose.iter().find_map(|p| always(source, *p)) else {
        return false;
    };
    let agrees = capacity.is_some_and(|capacity| capacity.value == count);
    if !agrees {
        let message = format!("`{key}` has always {count} entries, but its heading differs");
        let (heading, text) = match capacity {
            Some(capacity) => (capacity.span, format!("at most {} here", capacity.value)),
            None => (section.title_span, "no capacity here".to_owned()),
        };
        context.push(
            Diagnostic::new(&codes::COUNT_MISMATCH, message)
                .at(span, format!("always {count} here"))
                .also(heading, text)
                .help(format!(
                    "make the heading `{key}[{count}]`, or correct the sentence"
                )),
        );
    }
    agrees
}

/// The number of `always N entries` in the paragraph, and its place.
fn always(source: &Source, paragraph: Span) -> Option<(u32, Span)> {
    const WORDS: &[&str] = &[
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    let text = source.slice(paragraph.range());
    let words: Vec<&str> = text.split_whitespace().collect();
    words.windows(3).find_map(|window| {
        let [always, number, entries] = window else {
            return None;
        };
        let is =
            |word: &str, known: &str| word.trim_matches(['*', '_']).eq_ignore_ascii_case(known);
        let entries_of = entries.trim_end_matches(|c: char| !c.is_alphanumeric());
        if !is(always, "always") || !matches!(entries_of, "entries" | "entry") {
            return None;
        }
        let known = WORDS.iter().position(|word| is(number, word));
        let count = number
            .parse()
            .ok()
            .or(known.and_then(|n| u32::try_from(n).ok()))?;
        // The words are slices of `text`, so their distance is their place.
        let start = paragraph.start + (always.as_ptr() as usize - text.as_ptr() as usize);
        let end = paragraph.start + (entries.as_ptr() as usize - text.as_ptr() as usize);
        let end = end + entries_of.len();
        Some((
            count,
            Span {
                file: paragraph.file,
                start,
                end,
            },
        ))
    })
}

fn field(context: &mut Context, source: &Source, key: &str, row: &Cells) -> Option<Field> {
    let name = row.get(0).and_then(|cell| name(context, source, cell));
    let of = match &name {
        Some((name, _)) => format!("field `{key}.{}`", name.value),
        None => "this row".to_owned(),
    };
    let access = row
        .get(1)
        .and_then(|cell| context.access_cell(source, cell, &of));
    let types = row
        .get(2)
        .and_then(|cell| context.type_cell(source, cell, &of, Whose::Field));
    let [_, _, type_span, description] = row.all()?;
    let ((name, capacity), access, types) = (name?, access?, types?);

    let ty = types.get.ty();
    let set_ty = types.set.map(|set| set.ty());
    if let Some(capacity) = capacity
        .as_ref()
        .filter(|_| ty.optional || set_ty.is_some_and(|t| t.optional))
    {
        let message = format!("{of} is a list and optional");
        context.push(
            Diagnostic::new(&codes::BAD_FIELD, message)
                .at(type_span, "optional")
                .also(capacity.span, "a list")
                .help("a list that is empty says the same: leave out `optional<…>`"),
        );
    }
    let same_as = match types.get {
        Expr::Type(_) => None,
        Expr::SameAs { key, field, .. } => Some((key, field)),
    };
    Some(Field {
        name,
        capacity,
        access,
        ty: At {
            value: ty,
            span: type_span,
        },
        set_ty,
        same_as,
        facts: facts::mine(source, description, &[ty, set_ty.unwrap_or(ty)]),
        description: prose(source, description),
        origin: origin(source, row.span),
    })
}

type FieldName = (At<String>, Option<At<u32>>);

fn name(context: &mut Context, source: &Source, cell: Span) -> Option<FieldName> {
    let (name, inner) = split_capacity(&word(source, cell));
    if !names::is_key(&name.value) {
        let message = match name.value.is_empty() {
            true => "no field in this row".to_owned(),
            false => format!("`{}` is not a field", name.value),
        };
        let span = Span {
            end: name.span.end.max(name.span.start + 1),
            ..name.span
        };
        context.push(
            Diagnostic::new(&codes::BAD_FIELD, message)
                .at(span, "expected a letter, then letters, digits and `_`")
                .help("a field is named `ssid`, an array of up to four `ipv6[4]`"),
        );
        return None;
    }
    match inner {
        None => Some((name, None)),
        Some(inner) => {
            let capacity = capacity(inner, &name.value, &mut context.out.report)?;
            Some((name, Some(capacity)))
        }
    }
}

/// Gives fields what is stated elsewhere: named values in the description of
/// their key, the type of the field that they are the same as.
pub(crate) fn resolve(parsed: &mut super::Parsed) {
    let index = Index::new(&parsed.model.keys, &[]);
    for shape in &mut parsed.model.shapes {
        if let Some(key) = index.key(&shape.key.value) {
            attach_values(shape, key, &mut parsed.report);
        }
    }
    let stated = parsed.model.shapes.clone();
    for shape in &mut parsed.model.shapes {
        for field in &mut shape.fields {
            take_over(field, &stated, &parsed.key_names, &mut parsed.report);
        }
    }
}

fn attach_values(shape: &mut Shape, key: &crate::model::Key, report: &mut crate::source::Report) {
    for list in &key.facts.values {
        let Some(label) = &list.label else { continue };
        let field = shape
            .fields
            .iter_mut()
            .find(|field| field.name.value == label.value);
        let Some(field) = field else {
            let names = shape.fields.iter().map(|field| field.name.value.as_str());
            let otherwise = format!("add a field `{}` to the shape", label.value);
            let message = format!("`{}` has no field `{}`", shape.key.value, label.value);
            report.push(
                Diagnostic::new(&codes::UNKNOWN_FIELD, message)
                    .at(label.span, "these values belong to no field")
                    .also(shape.key.span, "the shape")
                    .help(suggest::help(&label.value, names, &otherwise)),
            );
            continue;
        };
        agree(field, list, report);
    }
}

/// Takes over `list`, unless the field has other values of its own.
fn agree(field: &mut Field, list: &crate::model::ValueList, report: &mut crate::source::Report) {
    let pairs = |list: &crate::model::ValueList| {
        let pair = |v: &crate::model::NamedValue| (v.name.clone(), v.value);
        list.values.iter().map(pair).collect::<Vec<_>>()
    };
    match field.facts.values.first() {
        None => field.facts.values.push(list.clone()),
        Some(own) if pairs(own) == pairs(list) => {}
        Some(own) => {
            let span = |list: &crate::model::ValueList| {
                let (first, last) = (list.values.first(), list.values.last());
                first.zip(last).map(|(f, l)| Span {
                    end: l.span.end,
                    ..f.span
                })
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

fn take_over(
    field: &mut Field,
    shapes: &[Shape],
    key_names: &[At<String>],
    report: &mut crate::source::Report,
) {
    let Some((key, name)) = &field.same_as else {
        return;
    };
    let shape = shapes.iter().find(|shape| shape.key.value == *key);
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
                    .map(|s| format!("{}.{name}", s.key.value))
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
