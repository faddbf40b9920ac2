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
        depths: vec![0; shapes.len()],
        too_deep: HashSet::new(),
    };
    let mut waiting: Vec<usize> = (0..shapes.len()).collect();
    // Mostly then, one look at each is enough.
    waiting.sort_by_cached_key(|&at| {
        let names = shapes[at].names().map(|of| of.name.value.as_str());
        let paths = names.filter(|name| !places.keys.contains(name));
        paths.map(|path| path.matches('.').count()).max()
    });
    loop {
        let before = waiting.len();
        waiting.retain(|&at| {
            let Some(fields) = places.fields_of(&shapes[at], shapes) else {
                return true;
            };
            let around = fields.iter().map(|(_, field)| places.depths[field.shape]);
            places.depths[at] = around.max().unwrap_or(0) + 1;
            if places.depths[at] > DEEPEST {
                report.push(too_deep(shapes[at].name()));
                let names = shapes[at].names().map(|of| of.name.value.clone());
                places.too_deep.extend(names);
                return false;
            }
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

/// Shapes within each other, at most. Each may be of an array.
const DEEPEST: u32 = goe_runtime::json::MAX_DEPTH / 2;

fn too_deep(name: &At<String>) -> Diagnostic {
    let message = format!("the shape of `{}` is within too many others", name.value);
    Diagnostic::new(&codes::UNKNOWN_SHAPE, message)
        .at(
            name.span,
            format!("at most {DEEPEST} are within each other"),
        )
        .help("leave its field undescribed: it is raw JSON then")
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
    /// How many shapes end at each, itself included.
    depths: Vec<u32>,
    /// The names of those that can have no place.
    too_deep: HashSet<String>,
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
        let names = waiting.iter().flat_map(|&at| shapes[at].names());
        let waits: HashSet<&str> = names.map(|of| of.name.value.as_str()).collect();
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
                if around.is_some_and(|around| self.too_deep.contains(around)) {
                    is_told = true;
                    continue;
                }
                if around.is_some_and(|around| waits.contains(around)) {
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

#[cfg(test)]
mod tests {
    use crate::{Spec, read, source::Severity};

    const KEYS: &str = "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n";
    const FIELDS: &str = "| Field | R/W | Type | Description |\n|-|-|-|-|\n";

    /// A section with fields, each with its type behind a colon.
    fn section(heading: &str, fields: &str) -> String {
        let fields = fields.split(' ').map(|field| {
            let (name, ty) = field.split_once(':').unwrap();
            format!("| {name} | R | {ty} | x |\n")
        });
        format!("\n## {heading}\n\n{FIELDS}{}", fields.collect::<String>())
    }

    /// `week.ranges = week.ranges[2]` for each field with a shape; or the first error.
    fn links(spec: &Spec) -> Result<Vec<String>, String> {
        let (model, report) = read(spec);
        if let Some(error) = report
            .diagnostics()
            .iter()
            .find(|d| d.severity == Severity::Error)
        {
            return Err(error.message.to_string());
        }
        let mut links = Vec::new();
        for shape in &model.shapes {
            for field in &shape.fields {
                if let Some(of) = &field.shape {
                    let capacity = of.of.capacity.as_ref();
                    let capacity = capacity.map_or(String::new(), |n| format!("[{}]", n.value));
                    let around = &shape.name().value;
                    links.push(format!(
                        "{around}.{} = {}{capacity}",
                        field.name.value, of.name
                    ));
                }
            }
        }
        Ok(links)
    }

    #[test]
    fn fields_have_the_shapes_that_paths_lead_to() {
        let keys = |names: &[&str]| -> String {
            let rows = names.iter().map(|name| {
                let ty = if *name == "many" { "array" } else { "object" };
                format!("| {name} | R | {ty} | Status | x |\n")
            });
            KEYS.to_owned() + &rows.collect::<String>()
        };
        let week = section("week, sunday", "on:bool ranges:array");
        let range = section("week.ranges[2]", "begin:object end:object");
        let time = section("week.ranges.begin, week.ranges.end", "hour:uint8");
        let all = [
            "week.ranges = week.ranges[2]",
            "week.ranges.begin = week.ranges.begin",
            "week.ranges.end = week.ranges.begin",
        ];
        let two = keys(&["week", "sunday"]);
        for (text, expected) in [
            (format!("{two}{week}{range}{time}"), &all[..]),
            // By another name of the shape around.
            (
                format!("{two}{week}{range}{time}").replace("week.ranges.end", "sunday.ranges.end"),
                &all,
            ),
            // What a heading has in it that says nothing.
            (
                format!("{two}{week}{range}{time}")
                    .replace("## week, sunday", "### `week` ,  **sunday** ###"),
                &all,
            ),
            // A list in its row.
            (
                keys(&["many"])
                    + &section("many[4]", "parts[2]:object")
                    + &section("many.parts", "a:uint8"),
                &["many.parts = many.parts"],
            ),
            // Where a key is called so, it is meant.
            (
                keys(&["week", "week.plan"])
                    + &section("week", "plan:object on:bool")
                    + &section("week.plan", "a:uint8"),
                &[],
            ),
            (
                keys(&["week.plan"])
                    + &section("week.plan", "times:object")
                    + &section("week.plan.times", "a:uint8"),
                &["week.plan.times = week.plan.times"],
            ),
        ] {
            let spec = Spec::from_files([("spec/api.md", text.clone().into_bytes())]);
            let expected: Vec<String> = expected.iter().map(|&link| link.to_owned()).collect();
            assert_eq!(links(&spec), Ok(expected), "{text}");
        }
        // In any order, and in any file.
        let files = [&time, &range, &week, &two].into_iter().zip(0..);
        let files = files.map(|(text, at)| (format!("spec/{at}.md"), text.clone().into_bytes()));
        let mut found = links(&Spec::from_files(files)).unwrap();
        found.sort();
        assert_eq!(found, all);
    }

    #[test]
    fn shapes_are_within_so_many_others_that_a_value_can_be_read() {
        let keys = format!("{KEYS}| a | R | array | Status | x |\n");
        let nested = |depth: usize| {
            let paths = (0..depth).map(|at| format!("a{}[2]", ".a".repeat(at)));
            let sections = paths.map(|path| section(&path, "a:array"));
            format!("{keys}{}", sections.collect::<String>())
        };
        let spec = |text: String| Spec::from_files([("spec/api.md", text.into_bytes())]);
        assert_eq!(links(&spec(nested(16))).map(|links| links.len()), Ok(15));
        for depth in [17, 18, 40] {
            let (_, report) = read(&spec(nested(depth)));
            let errors = report.diagnostics().iter();
            let errors = errors.filter(|d| d.severity == Severity::Error);
            let errors: Vec<_> = errors.map(|d| d.message.to_string()).collect();
            let path = format!("a{}", ".a".repeat(16));
            assert_eq!(
                errors,
                [format!("the shape of `{path}` is within too many others")]
            );
        }
    }

    /// However long the way around is.
    #[test]
    fn no_shape_is_within_itself() {
        let keys =
            format!("{KEYS}| a | R | object | Status | x |\n| b | R | object | Status | x |\n");
        for (sections, at) in [
            (section("a, a.x", "x:object"), "a.x"),
            (
                section("a", "x:object") + &section("a.x, a.x.y", "y:object"),
                "a.x.y",
            ),
            (
                section("a, b.x", "x:object") + &section("b, a.x", "x:object"),
                "b.x",
            ),
        ] {
            let text = format!("{keys}{sections}");
            let spec = Spec::from_files([("spec/api.md", text.clone().into_bytes())]);
            let expected = format!("the shape of `{at}` would be within itself");
            assert_eq!(links(&spec), Err(expected), "{text}");
        }
    }
}
