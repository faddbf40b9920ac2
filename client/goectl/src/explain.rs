//! `goectl explain`: the reference at the terminal.

use goe_api::Key;
use goe_runtime::{Descriptor, Kind, Type};

use crate::args::Explain;
use crate::fault::Outcome;
use crate::output::{self, ASIDE, HEADING, KEY, Table};
use crate::table::{self, Path, Step};
use crate::{wish, words};

/// Where the labels end.
const MARGIN: usize = 12;

pub(crate) fn run(args: &Explain) -> Outcome {
    let Some(word) = &args.word else {
        return list(&Key::ALL);
    };
    let path = Path::all(word).into_iter().next();
    if let Some(key) = path.and_then(|path| path.key) {
        return page(key);
    }
    match table::near(word).as_slice() {
        [] => Err(wish::unknown(word)),
        near => {
            output::line(format_args!(
                "`{}` is no key; near it:\n",
                words::printable(word)
            ))?;
            list(near)
        }
    }
}

/// A line for each key.
fn list(keys: &[Key]) -> Outcome {
    let mut table = Table::new();
    for key in keys {
        let title = Path::of(key.name()).title().unwrap_or_default();
        table.row([(key.name(), KEY), (&title, ASIDE)]);
    }
    table.print()
}

/// All that is known of a key.
fn page(key: Key) -> Outcome {
    let (name, descriptor) = (key.name(), key.descriptor());
    let doc = table::prose(key);
    let description = doc.map_or("", |doc| without_names(doc.description, descriptor));
    output::line(format_args!(
        "{KEY}{name}{KEY:#}\n{}\n",
        output::wrapped(description, "  ")
    ))?;
    let (is_read, is_written) = (descriptor.access.readable(), descriptor.access.writable());
    let both = is_read && is_written && descriptor.read != descriptor.write;
    if is_read {
        fact(
            if both { "read" } else { "value" },
            &about(&descriptor.read),
        )?;
    }
    if is_written && (both || !is_read) {
        fact(
            if both { "set" } else { "value" },
            &about(&descriptor.write),
        )?;
    }
    if let Some(unit) = doc.and_then(|doc| doc.unit) {
        fact("unit", unit)?;
    }
    fact("access", words::access(descriptor.access))?;
    fact("category", words::category(descriptor.category))?;
    if let Some(releases) = table::releases(key) {
        fact("firmware", &words::releases(releases))?;
    }
    let family = table::family(key);
    if let [first, .., last] = family.as_slice() {
        fact(
            "family",
            &format!("{} … {}, which are alike", first.name(), last.name()),
        )?;
    }
    if descriptor.is_secret() {
        fact("secret", "it is shown nowhere; set it from a file")?;
    }
    parts(key)?;
    usage(key)?;
    match doc {
        Some(doc) => fact("source", &format!("{}, line {}", doc.file, doc.line)),
        None => Ok(()),
    }
}

/// A description without its list of named values, which have a table of their own.
fn without_names<'d>(description: &'d str, descriptor: &Descriptor) -> &'d str {
    let Kind::Named([first, ..]) = descriptor.read.kind else {
        return description;
    };
    let list = format!(" ({}={}", first.name, first.value);
    let rest = description.find(&list).map(|at| description.split_at(at));
    match rest {
        Some((before, list)) if list.ends_with(')') => before,
        _ => description,
    }
}

fn fact(label: &str, text: &str) -> Outcome {
    let margin = " ".repeat(MARGIN);
    let text = output::wrapped(text, &margin);
    let label = output::padded(&format!("  {label}"), MARGIN);
    output::line(format_args!(
        "{HEADING}{label}{HEADING:#}{}",
        text.trim_start()
    ))
}

/// The type, in the table's word and in those of people. Names have a table of their own.
fn about(ty: &Type) -> String {
    let accepted = match ty.kind {
        Kind::Named(_) if ty.nullable => "one of the values below, or null".to_owned(),
        Kind::Named(_) => "one of the values below".to_owned(),
        _ => words::accepted(ty),
    };
    let word = match ty.list {
        Some(_) => format!("array of {}", ty.name),
        None => ty.name.to_owned(),
    };
    format!("{accepted} ({word})")
}

/// Named values, and what stands in an array or an object.
fn parts(key: Key) -> Outcome {
    let descriptor = key.descriptor();
    let ty = match descriptor.access.readable() {
        true => descriptor.read,
        false => descriptor.write,
    };
    let mut table = Table::new();
    match ty.kind {
        Kind::Named(names) => {
            for name in names {
                table.row([
                    ("   ", ASIDE),
                    (&name.value.to_string(), ASIDE),
                    (name.name, KEY),
                ]);
            }
        }
        Kind::Object(shape) => {
            for field in shape.fields {
                let (can, ty) = match field.access.writable() {
                    true => (words::access(field.access), field.write),
                    false => (words::access(field.access), field.read),
                };
                table.row([
                    ("   ", ASIDE),
                    (field.name, KEY),
                    (can, ASIDE),
                    (&words::accepted(&ty), ASIDE),
                ]);
            }
        }
        _ => {
            let entries = ty.list.map_or(0, |entries| usize::from(entries.max()));
            for at in 0..entries {
                let path = Path::of(key.name()).then(Step::Entry(at));
                let Some(entity) = path.entity() else {
                    continue;
                };
                let unit = path.unit().unwrap_or_default();
                table.row([
                    ("   ", ASIDE),
                    (&path.to_string(), KEY),
                    (entity.name, ASIDE),
                    (unit, ASIDE),
                ]);
            }
        }
    }
    if table.is_empty() {
        return Ok(());
    }
    let heading = match (ty.kind, ty.list) {
        (Kind::Named(_), _) => "values",
        (Kind::Object(_), None) => "members",
        (Kind::Object(_), Some(_)) => "members of each entry",
        _ => "entries",
    };
    output::line(format_args!("  {HEADING}{heading}{HEADING:#}"))?;
    table.print()
}

/// What to type.
fn usage(key: Key) -> Outcome {
    let (name, descriptor) = (key.name(), key.descriptor());
    let mut calls = Vec::new();
    if descriptor.access.readable() {
        calls.push(format!("goectl get {name}"));
    }
    if descriptor.access.writable() {
        calls.push(format!("goectl set {name}={}", example(key)));
    }
    fact("try", &calls.join("    "))
}

/// A value that it takes.
fn example(key: Key) -> String {
    let ty = key.descriptor().write;
    if key.descriptor().is_secret() {
        return "@FILE".to_owned();
    }
    if ty.list.is_some() {
        return "'[…]'".to_owned();
    }
    match ty.kind {
        _ if ty.nullable => "null".to_owned(),
        Kind::Bool => "on".to_owned(),
        Kind::Named([.., last]) => last.name.to_owned(),
        Kind::Integer { min, max } | Kind::RealWithin { min, max } => {
            let most = i64::try_from(max).unwrap_or(i64::MAX);
            16.clamp(min, most).to_string()
        }
        Kind::Float | Kind::Double => "3.5".to_owned(),
        Kind::Colour => "'#00FF00'".to_owned(),
        Kind::Object(_) | Kind::AnyObject { .. } => "'{…}'".to_owned(),
        Kind::AnyArray { .. } | Kind::FewOf { .. } => "'[…]'".to_owned(),
        Kind::Any { .. } => "true".to_owned(),
        _ => "'…'".to_owned(),
    }
}
