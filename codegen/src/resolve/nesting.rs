//! Which shapes are within which: `## week.ranges[2]` is the shape of the field `ranges`
//! in the shape of `week`.
//!
//! A shape has its place once everything that its heading names has one: keys, and
//! fields of shapes that had theirs before. So none can be within itself.

use std::collections::{HashMap, HashSet};

use crate::{
    model::{At, FieldShape, Scalar, Shape, Shaped},
    report::codes,
    source::{Diagnostic, Report},
    suggest,
};

/// Gives fields their shapes; `key_names` are those of all keys, also of those that
/// could not be read.
pub(super) fn complete(shapes: &mut [Shape], key_names: &[At<String>], report: &mut Report) {
    let keys: Vec<&str> = key_names.iter().map(|name| name.value.as_str()).collect();
    let mut places = Places {
        keys: keys.iter().copied().collect(),
        shapes: HashMap::new(),
    };
    let mut waiting: Vec<usize> = (0..shapes.len()).collect();
    loop {
        let before = waiting.len();
        waiting.retain(|&at| {
            let Some(fields) = places.fields_of(&shapes[at], shapes) else {
                return true;
            };
            let name = shapes[at].name().value.clone();
            for (of, field) in fields {
                let name = name.clone();
                give(
                    &mut shapes[field.shape].fields[field.at].shape,
                    name,
                    of,
                    report,
                );
            }
            for of in shapes[at].names() {
                places.shapes.entry(of.name.value.clone()).or_insert(at);
            }
            false
        });
        if waiting.is_empty() || waiting.len() == before {
            break;
        }
    }
    places.report(&waiting, shapes, &keys, report);
}

fn give(to: &mut Option<FieldShape>, name: String, of: Shaped, report: &mut Report) {
    if let Some(first) = to {
        let (path, before) = (&of.name.value, &first.of.name);
        let message = match *path == before.value {
            true => format!("shape `{path}` is given twice"),
            false => format!("shape of `{path}`, the same field as `{}`", before.value),
        };
        report.push(
            Diagnostic::new(&codes::DUPLICATE_SHAPE, message)
                .at(of.name.span, "given again here")
                .also(before.span, "first given here")
                .help("name the field once: all that have the shape around it have this one, too"),
        );
        return;
    }
    *to = Some(FieldShape { name, of });
}

/// A field, by the numbers of its shape and of its row.
struct FieldAt {
    shape: usize,
    at: usize,
}

/// What is known of names.
struct Places<'a> {
    keys: HashSet<&'a str>,
    /// The shapes that have their place, by the names in their headings.
    shapes: HashMap<String, usize>,
}

impl Places<'_> {
    /// The fields that the heading of `shape` names; nothing as long as one of its names
    /// is neither a key nor a field.
    fn fields_of(&self, shape: &Shape, shapes: &[Shape]) -> Option<Vec<(Shaped, FieldAt)>> {
        let mut fields = Vec::new();
        for of in shape.names() {
            if !self.keys.contains(of.name.value.as_str()) {
                fields.push((of.clone(), self.field(&of.name.value, shapes)?));
            }
        }
        Some(fields)
    }

    /// The field at the end of `path`.
    fn field(&self, path: &str, shapes: &[Shape]) -> Option<FieldAt> {
        // Fields have no dots.
        let (around, name) = path.rsplit_once('.')?;
        let shape = self.shape(around, shapes)?;
        let mut fields = shapes[shape].fields.iter();
        let at = fields.position(|field| field.name.value == name)?;
        Some(FieldAt { shape, at })
    }

    /// The shape of a key, or of the field at the end of a path.
    fn shape(&self, name: &str, shapes: &[Shape]) -> Option<usize> {
        if let Some(&at) = self.shapes.get(name) {
            return Some(at);
        }
        // Where a key has that name, it is the key that is meant.
        if self.keys.contains(name) {
            return None;
        }
        let FieldAt { shape, at } = self.field(name, shapes)?;
        let of = shapes[shape].fields[at].shape.as_ref()?;
        self.shapes.get(&of.name).copied()
    }

    /// Says of the shapes that have no place why.
    fn report(&self, waiting: &[usize], shapes: &[Shape], keys: &[&str], report: &mut Report) {
        if waiting.is_empty() {
            return;
        }
        let waits = |name: &str| waiting.iter().any(|&at| shapes[at].of(name).is_some());
        let paths = self.paths(shapes);
        let known = paths.iter().map(String::as_str);
        let known: Vec<&str> = keys.iter().copied().chain(known).collect();
        let mut is_told = false;
        let mut within = Vec::new();
        for &at in waiting {
            for Shaped { name, .. } in shapes[at].names() {
                let path = name.value.as_str();
                if self.keys.contains(path) || self.field(path, shapes).is_some() {
                    continue;
                }
                let around = path.rsplit_once('.').map(|(around, _)| around);
                let shape = around.and_then(|around| self.shape(around, shapes));
                if around.is_some_and(waits) {
                    within.push(name);
                    continue;
                }
                is_told = true;
                // A field of which something could not be read is there all the same.
                if !shape.is_some_and(|shape| shapes[shape].partial) {
                    report.push(self.unknown(name, shape.is_some(), &known));
                }
            }
        }
        // Others wait for one that was told already.
        for name in within.into_iter().filter(|_| !is_told) {
            let message = format!("the shape of `{}` would be within itself", name.value);
            report.push(
                Diagnostic::new(&codes::UNKNOWN_SHAPE, message)
                    .at(name.span, "a part of what it is a part of")
                    .help("give one of the two a section of its own"),
            );
        }
    }

    fn unknown(&self, name: &At<String>, is_shaped: bool, known: &[&str]) -> Diagnostic {
        let path = name.value.as_str();
        let (what, label, otherwise) = match path.rsplit_once('.') {
            None => (
                "no key",
                "no key table has it".to_owned(),
                "add the key to the key table, or remove the section".to_owned(),
            ),
            Some((around, field)) if is_shaped => (
                "neither a key nor a field",
                format!("`{around}` has no field `{field}`"),
                format!("add the field to the shape of `{around}`, or remove the section"),
            ),
            Some((around, _)) if self.keys.contains(around) => (
                "neither a key nor a field",
                format!("`{around}` has no shape"),
                format!("describe `{around}` under a heading of its own, or remove the section"),
            ),
            Some((around, _)) => (
                "neither a key nor a field",
                format!("there is no `{around}`"),
                "write the key, and behind a dot the field, as in `ccw.ip`".to_owned(),
            ),
        };
        let message = format!("shape of `{path}`, which is {what}");
        Diagnostic::new(&codes::UNKNOWN_SHAPE, message)
            .at(name.span, label)
            .help(suggest::help(path, known.iter().copied(), &otherwise))
    }

    /// The paths of the fields that can have a shape.
    fn paths(&self, shapes: &[Shape]) -> Vec<String> {
        let mut paths = Vec::new();
        for (name, &at) in &self.shapes {
            for field in &shapes[at].fields {
                let types = [field.ty.value.scalar, field.write_ty().scalar];
                if types.contains(&Scalar::Object) || types.contains(&Scalar::Array) {
                    paths.push(format!("{name}.{}", field.name.value));
                }
            }
        }
        paths.sort();
        paths
    }
}
