//! What is certain is put right: `goe-codegen check --fix`.
//!
//! Takes a spec, gives it with the certain [`Fix`]es of its findings applied, over and
//! over until none is left. Of two fixes that meet, the second waits for the next round.
//! A fix is a proposal of whoever made the finding; here it is held to change no
//! meaning: a key whose row was not touched must say what it said, and one whose row
//! was must keep its name, whatever could be read of it, and its words. A fix that
//! does not is left out. Nothing is written to disk here.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    dump,
    model::{Key, Model, Type},
    report::Levels,
    source::{Diagnostic, Fix, Report, Source, Span, Spec},
};

/// A spec, put right as far as that is certain.
#[derive(Debug)]
pub struct Mended {
    /// The files as they should be.
    pub spec: Spec,
    /// Those that differ from what they were, by index.
    pub changed: BTreeSet<usize>,
    /// What was done, in order.
    pub done: Vec<Mend>,
}

/// One thing that was put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mend {
    /// The code of what was found.
    pub code: &'static str,
    /// The file, as the caller spelled it.
    pub file: String,
    /// The line, as it was then, from 1.
    pub line: usize,
    /// The column, in characters, from 1.
    pub column: usize,
    /// What was found, and what was done.
    pub what: String,
}

/// Each round mends what the one before left or laid open; texts that need more were
/// made to.
const MAX_ROUNDS: usize = 32;

/// When the fixes of a round do not go together, so many are tried one by one.
const MAX_TRIES: usize = 256;

type Reading = (Model, Report);

/// Applies the certain fixes of `spec`; `read` says what is wrong with it and what it means.
pub(crate) fn mend(mut spec: Spec, levels: &Levels, read: impl Fn(&Spec) -> Reading) -> Mended {
    let before: Vec<String> = spec.sources().iter().map(|s| s.text.clone()).collect();
    let mut done = Vec::new();
    let (mut model, mut report) = read(&spec);
    for _ in 0..MAX_ROUNDS {
        report.apply(levels);
        let fixes = certain(&spec, &report);
        let Some((next, applied, reading)) = round(&spec, &model, fixes, &read) else {
            break;
        };
        done.extend(applied.iter().map(|(found, fix)| told(&spec, found, fix)));
        (spec, (model, report)) = (next, reading);
    }
    let texts = spec.sources().iter().zip(&before);
    let changed = texts.enumerate();
    let changed = changed.filter(|(_, (now, before))| now.text != **before);
    Mended {
        changed: changed.map(|(file, _)| file).collect(),
        spec,
        done,
    }
}

type Found<'a> = (&'a Diagnostic, &'a Fix);

/// The spec with as many of `fixes` as change no meaning; nothing if none is left.
fn round<'a>(
    spec: &Spec,
    model: &Model,
    fixes: Vec<Found<'a>>,
    read: &impl Fn(&Spec) -> Reading,
) -> Option<(Spec, Vec<Found<'a>>, Reading)> {
    let attempt = |fixes: &[Found<'a>]| {
        let next = apply(spec, fixes);
        let reading = read(&next);
        let kept = keeps_meaning((spec, model), (&next, &reading.0), fixes);
        kept.then_some((next, reading))
    };
    if fixes.is_empty() {
        return None;
    }
    if let Some((next, reading)) = attempt(&fixes) {
        return Some((next, fixes, reading));
    }
    let some = fixes.into_iter().take(MAX_TRIES);
    let some: Vec<_> = some.filter(|fix| attempt(&[*fix]).is_some()).collect();
    if some.is_empty() {
        return None;
    }
    let (next, reading) = attempt(&some)?;
    Some((next, some, reading))
}

/// The certain fixes that do not meet each other, a finding's first one each.
fn certain<'a>(spec: &Spec, report: &'a Report) -> Vec<Found<'a>> {
    let mut taken: BTreeSet<Span> = BTreeSet::new();
    let mut found = Vec::new();
    for diagnostic in report.diagnostics() {
        let Some(fix) = diagnostic.fixes.iter().find(|fix| fix.is_certain()) else {
            continue;
        };
        let spans = || fix.edits.iter().map(|(span, _)| *span);
        let usable = |span: Span| {
            let source = spec.sources().get(span.file);
            // What is not UTF-8 was replaced in the text, and would be lost on disk.
            source
                .is_some_and(|s| s.first_invalid().is_none() && s.text.get(span.range()).is_some())
        };
        let is_free = |span: Span| {
            let before = taken.range(..=span).next_back();
            let behind = taken.range(span..).next();
            let apart = |a: Span, b: Span| a.file != b.file || a.end < b.start;
            before.is_none_or(|other| apart(*other, span))
                && behind.is_none_or(|other| apart(span, *other))
        };
        if fix.edits.is_empty() || !spans().all(|span| usable(span) && is_free(span)) {
            continue;
        }
        taken.extend(spans());
        found.push((diagnostic, fix));
    }
    found
}

fn apply(spec: &Spec, fixes: &[Found<'_>]) -> Spec {
    let mut edits: BTreeMap<usize, Vec<(Span, &str)>> = BTreeMap::new();
    for (span, text) in fixes.iter().flat_map(|(_, fix)| &fix.edits) {
        edits.entry(span.file).or_default().push((*span, text));
    }
    let texts = edits.into_iter().filter_map(|(file, mut edits)| {
        edits.sort_by_key(|(span, _)| *span);
        Some((file, edited(spec.sources().get(file)?, &edits)))
    });
    spec.with_texts(texts.collect())
}

/// The text of `source` with each of `edits`, which are in order, done.
fn edited(source: &Source, edits: &[(Span, &str)]) -> String {
    let mut out = String::with_capacity(source.text.len());
    let mut at = 0;
    for (span, text) in edits {
        out.push_str(source.slice(at..span.start));
        out.push_str(text);
        at = span.end;
    }
    out.push_str(source.slice(at..source.text.len()));
    out
}

/// A row of a key, with what could be read of it: access, type, category.
type Row<'a> = (&'a Key, [bool; 3]);

/// Whether each key says at least what it said before `fixes`.
fn keeps_meaning(
    (spec, model): (&Spec, &Model),
    (next, next_model): (&Spec, &Model),
    fixes: &[Found<'_>],
) -> bool {
    let mut now: BTreeMap<&str, Vec<Row<'_>>> = BTreeMap::new();
    for row in next_model.rows() {
        now.entry(&row.0.name.value).or_default().push(row);
    }
    let edits = fixes.iter().flat_map(|(_, fix)| &fix.edits);
    let edits: BTreeSet<Span> = edits.map(|(span, _)| *span).collect();
    let is_touched = |row: Span| {
        let last = edits.range(..=row.with(row.end..usize::MAX)).next_back();
        last.is_some_and(|edit| edit.file == row.file && row.start <= edit.end)
    };
    model.rows().all(|row @ (key, has)| {
        let rows = now.get(key.name.value.as_str());
        let mut rows = rows.into_iter().flatten();
        let cells = [
            key.access.span, key.ty.span, key.category.span, key.description.span,
        ];
        // A cell may be an overlay's.
        let touched = is_touched(key.origin.span) || cells.into_iter().any(is_touched);
        match touched {
            true => rows.any(|now| still_says(row, *now)),
            false => {
                let said = dump::key(spec, key, has).ok();
                let says = |(now, has): &Row<'_>| {
                    dump::key(next, &as_vague_as(key, now), *has).ok() == said
                };
                said.is_some() && rows.any(says)
            }
        }
    })
}

/// `now`, its entries of no type if `before` had none: places of an array that can be
/// read by now say more of it.
fn as_vague_as(before: &Key, now: &Key) -> Key {
    let mut now = now.clone();
    let types = [Some(&mut now.ty.value), now.set_ty.as_mut()];
    let before = [Some(before.ty.value), before.set_ty];
    for (now, before) in types.into_iter().zip(before) {
        if let (Some(now), Some(Type { element: None, .. })) = (now, before) {
            now.element = None;
        }
    }
    now
}

/// Whether the row `now` says what could be read of `before`, and maybe more.
fn still_says((key, has): Row<'_>, (now, now_has): Row<'_>) -> bool {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let [access, ty, category] = [0, 1, 2].map(|part| !has[part] || now_has[part]);
    let same = [
        !has[0] || now.access.value == key.access.value,
        !has[1] || {
            let now = as_vague_as(key, now);
            let said = key.ty.value;
            // `float | null` was cut at its pipe.
            let is_whole = now.ty.value == said || now.ty.value == said.or_null();
            is_whole && now.set_ty == key.set_ty
        },
        !has[2] || now.category.value == key.category.value,
    ];
    // In a row that is at fault in another cell, this may be one of them.
    let is_said =
        has != [true; 3] || words(&now.description.value).contains(&words(&key.description.value));
    access && ty && category && same.iter().all(|same| *same) && is_said
}

fn told(spec: &Spec, found: &Diagnostic, fix: &Fix) -> Mend {
    let span = fix.edits.first().map(|(span, _)| *span);
    let place = span.and_then(|span| {
        let source = spec.sources().get(span.file)?;
        let line = source.line(span.start);
        let before = source.line_range(line).start..span.start;
        let column = source.slice(before).chars().count() + 1;
        Some((source.path.clone(), line, column))
    });
    let (file, line, column) = place.unwrap_or_default();
    Mend {
        code: found.code.id,
        file,
        line,
        column,
        what: format!("{}: {}", found.message, fix.title),
    }
}
