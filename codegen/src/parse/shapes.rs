//! Sections that describe what an array or object holds.
//!
//! `## scan[16]` is an array of at most 16 objects, `## ccw` an object; a
//! sentence `always 10 entries` in the section makes the number exact. `## a, b` is the
//! shape of both, `## ccw.ip` that of a field.

use super::{
    cell::{
        capacity, choice, key,
        release::Releases,
        text::{origin, prose, word},
        types::{self, Expr, Whose},
    },
    columns::{FIELD_FACTS, Stating},
    rows::{self, Cells},
    stated::{self, Owner},
    table::Table,
};
use crate::{
    facts,
    model::{At, Field, Shape, Shaped},
    names,
    report::codes,
    source::{Diagnostic, Report, Source, Span},
    syntax::Section,
};

/// The shape that `table` describes.
pub(super) fn read(table: &Table<'_>, report: &mut Report) -> Option<Shape> {
    let Some(section) = table.section else {
        report.push(
            Diagnostic::new(&codes::STRAY_SHAPE, "fields of no key")
                .at(table.header, "no heading above")
                .help("put the table under a heading such as `## scan[16]` or `## ccw`"),
        );
        return None;
    };
    let names = names(table.source, section, report)?;
    let mut names = exact(table.source, section, names, report).into_iter();
    let first = names.next()?;
    let called = &first.name.value;
    if table.rows.is_empty() {
        let message = format!("shape of `{called}` has no fields");
        report.push(
            Diagnostic::new(&codes::EMPTY_SHAPE, message)
                .at(table.header, "no row follows")
                .help("add a row for each field, or remove the section"),
        );
    }
    let rows = table.rows.iter();
    let fields: Vec<_> = rows
        .filter_map(|row| {
            rows::read_cells(&row.faults, report, |report| {
                field(table, called, row, report)
            })
        })
        .collect();
    Some(Shape {
        partial: fields.len() < table.rows.len(),
        origin: origin(table.source, first.name.span),
        first,
        others: names.collect(),
        fields,
    })
}

/// `scan[16]`: the key and its capacity, or an error.
pub(super) fn heading(section: &Section, report: &mut Report) -> Option<Named> {
    let title = At {
        value: section.title.clone(),
        span: section.title_span,
    };
    named(&title, report)
}

/// A name of a heading, and its capacity.
type Named = (At<String>, Option<At<u32>>);

fn named(title: &At<String>, report: &mut Report) -> Option<Named> {
    let (key, inner) = capacity::split(title);
    if !names::is_key(&key.value) {
        let message = format!("`{}` is not the heading of a shape", title.value);
        report.push(
            Diagnostic::new(&codes::UNKNOWN_SHAPE, message)
                .at(title.span.visible(), "a table of fields follows")
                .help(
                    "the heading is a key alone, `## ccw`, or with a capacity, `## scan[16]`; of \
                     several a comma stands between them, `## ccw, scan`",
                ),
        );
        return None;
    }
    let capacity = capacity::read(inner, &key.value, report)?;
    Some((key, capacity))
}

/// `week, saturday, week.ranges[2]`: each with its capacity; nothing if one is no name.
fn names(source: &Source, section: &Section, report: &mut Report) -> Option<Vec<Named>> {
    if !section.title.contains(',') {
        return Some(vec![heading(section, report)?]);
    }
    let span = section.title_span;
    // Without escapes the title stands there as it is read.
    let exact = source.slice(span.range()) == section.title;
    let mut names = Vec::new();
    let mut at = 0;
    for part in section.title.split(',') {
        let start = at + (part.len() - part.trim_start().len());
        at += part.len() + 1;
        let value = part.trim().to_owned();
        let span = match exact {
            true => span.part(start..start + value.len()),
            false => span,
        };
        names.push(named(&At { value, span }, report));
    }
    names.into_iter().collect()
}

/// The names, and which of the arrays the section says to have always all entries.
fn exact(
    source: &Source,
    section: &Section,
    names: Vec<Named>,
    report: &mut Report,
) -> Vec<Shaped> {
    let objects = names.iter().all(|(_, capacity)| capacity.is_none());
    let shaped = |(name, capacity): Named| Shaped {
        exact: (objects || capacity.is_some())
            && exact_count(source, section, &name.value, capacity.as_ref(), report),
        name,
        capacity,
    };
    names.into_iter().map(shaped).collect()
}

/// Returns whether the section says `always N entries`; N must be the capacity.
fn exact_count(
    source: &Source,
    section: &Section,
    key: &str,
    capacity: Option<&At<u32>>,
    report: &mut Report,
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
        report.push(
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
        let start = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
        let range = start(always)..start(entries) + entries_of.len();
        Some((count, paragraph.part(range)))
    })
}

fn field(table: &Table<'_>, key: &str, row: &Cells, report: &mut Report) -> Option<Field> {
    let source = table.source;
    let name = row.get(0).and_then(|cell| name(source, cell, report));
    let of = match &name {
        Some((name, _)) => format!("field `{key}.{}`", name.value),
        None => "this row".to_owned(),
    };
    let at = |column: usize| row.get(column).map(|cell| table.at(cell));
    let access = at(1).and_then(|(source, cell)| choice::access(source, cell, &of, report));
    let types =
        at(2).and_then(|(source, cell)| types::read(source, cell, &of, Whose::Field, report));
    let [_, _, type_span, _] = row.all()?;
    let (text, description) = at(3)?;
    let ((name, capacity), access, types) = (name?, access?, types?);

    let ty = types.get.ty();
    let set_ty = types.set.map(|set| set.ty());
    if let Some(capacity) = capacity
        .as_ref()
        .filter(|_| ty.optional || set_ty.is_some_and(|t| t.optional))
    {
        let message = format!("{of} is a list and optional");
        report.push(
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
    let types = [ty, set_ty.unwrap_or(ty)];
    let mut facts = facts::mine(text, description, &types);
    let mut releases = Releases::default();
    let owner = Owner {
        sources: table.sources(),
        of: &of,
        file: row.span.file,
        // The type of another field is not known yet.
        types: same_as.is_none().then_some(types),
        description: Some(description),
    };
    let cell = |stating: Stating| row.get(FIELD_FACTS + stating as usize);
    stated::apply(&owner, cell, &mut facts, &mut releases, report);
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
        shape: None,
        facts,
        description: prose(text, description),
        since: releases.since,
        removed: releases.removed,
        origin: origin(source, row.span),
    })
}

type FieldName = (At<String>, Option<At<u32>>);

fn name(source: &Source, cell: Span, report: &mut Report) -> Option<FieldName> {
    let is_name = |text: &str| names::is_word(text.split('[').next().unwrap_or(text));
    let cell = key::undressed(source, cell, is_name);
    let (name, inner) = capacity::split(&word(source, cell));
    if !names::is_word(&name.value) {
        let message = match name.value.is_empty() {
            true => "no field in this row".to_owned(),
            false => format!("`{}` is not a field", name.value),
        };
        report.push(
            Diagnostic::new(&codes::BAD_FIELD, message)
                .at(
                    name.span.visible(),
                    "expected a letter, then letters, digits and `_`",
                )
                .help("a field is named `ssid`, an array of up to four `ipv6[4]`"),
        );
        return None;
    }
    let capacity = capacity::read(inner, &name.value, report)?;
    Some((name, capacity))
}
