//! Shapes against the keys and fields that they describe.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{names::check_usable, unique::check_unique, values::check_facts};
use crate::{
    model::{Access, At, Field, Model, Scalar, Shape, Shaped, Type},
    names,
    report::codes,
    source::{Diagnostic, Report, Span},
};

pub(super) fn check(model: &Model, key_names: &[At<String>], report: &mut Report) {
    let names: Vec<&Shaped> = model.shapes.iter().flat_map(Shape::names).collect();
    let all_keys = key_names.iter().map(|key| key.value.as_str());
    let all_keys: HashSet<&str> = all_keys.collect();
    let is_key = |of: &&Shaped| all_keys.contains(of.name.value.as_str());
    // A field that has two shapes was told when it got the second one.
    let keys: Vec<&Shaped> = names.into_iter().filter(is_key).collect();
    check_unique(
        &keys,
        |of| (of.name.value.clone(), of.name.span),
        &codes::DUPLICATE_SHAPE,
        "shape",
        "remove one of the sections, or join them",
        report,
    );
    let owners = owners(model);
    for shape in &model.shapes {
        check_fields(shape, report);
        let owners = owners.get(shape.name().value.as_str());
        let owners = owners.map_or(&[][..], Vec::as_slice);
        for owner in owners {
            owner.check_fits(report);
        }
        check_access(shape, owners, report);
    }
}

/// The keys and fields that have each shape, by its name.
fn owners(model: &Model) -> HashMap<&str, Vec<Owner<'_>>> {
    let index = model.index();
    let mut owners: HashMap<&str, Vec<Owner<'_>>> = HashMap::new();
    for shape in &model.shapes {
        let keys = shape.names().filter_map(|of| {
            let key = index.key(&of.name.value)?;
            Some(Owner {
                of,
                what: "key",
                types: [key.ty.value, key.write_ty()],
                ty: key.ty.span,
                repeated: None,
                access: &key.access,
            })
        });
        let own = owners.entry(&shape.name().value).or_default();
        own.extend(keys);
        for field in &shape.fields {
            if let Some(inner) = &field.shape {
                let owner = Owner {
                    of: &inner.of,
                    what: "field",
                    types: [field.ty.value, field.write_ty()],
                    ty: field.ty.span,
                    repeated: field.capacity.as_ref(),
                    access: &field.access,
                };
                owners.entry(&inner.name).or_default().push(owner);
            }
        }
    }
    owners
}

/// A key or a field that has a shape.
struct Owner<'a> {
    of: &'a Shaped,
    what: &'static str,
    types: [Type; 2],
    /// Where its type stands.
    ty: Span,
    /// It is a list of its type.
    repeated: Option<&'a At<u32>>,
    access: &'a At<Access>,
}

impl Owner<'_> {
    /// An array has a capacity, an object none.
    fn check_fits(&self, report: &mut Report) {
        let (of, what) = (self.of, self.what);
        let name = &of.name.value;
        let (scalar, help) = match of.capacity {
            Some(_) => (
                Scalar::Array,
                format!("make the {what} an array, or the heading `{name}`"),
            ),
            None => (
                Scalar::Object,
                format!("make the {what} an object, or state a capacity: `{name}[10]`"),
            ),
        };
        let table = match what {
            "key" => "in the key table",
            _ => "in its row",
        };
        let is = self.types.iter().any(|ty| ty.scalar == scalar);
        let diagnostic = match (is, &of.capacity, self.repeated) {
            (true, Some(count), Some(repeated)) => {
                let message = format!("`{name}` is a list of arrays");
                Diagnostic::new(&codes::SHAPE_MISMATCH, message)
                    .at(count.span, "a number of entries")
                    .also(repeated.span, "another one")
                    .help("leave out one of the two")
            }
            (true, ..) => return,
            (false, ..) => {
                let ty = self.types[0];
                let message = format!("`{name}` is {ty} {table} and {} here", scalar.name());
                Diagnostic::new(&codes::SHAPE_MISMATCH, message)
                    .at(of.name.span, format!("the heading of an {}", scalar.name()))
                    .also(self.ty, format!("the {what}'s type"))
                    .help(help)
            }
        };
        report.push(diagnostic);
    }
}

/// A field can be what one of those can be that have the shape.
fn check_access(shape: &Shape, owners: &[Owner<'_>], report: &mut Report) {
    let Some(owner) = owners.first() else { return };
    let allows = |is: fn(Access) -> bool| owners.iter().any(|owner| is(owner.access.value));
    let (readable, writable) = (allows(Access::readable), allows(Access::writable));
    for field in &shape.fields {
        let (access, allowed) = (field.access.value, owner.access.value);
        let read = access.readable() && !readable;
        let written = access.writable() && !writable;
        if !read && !written {
            continue;
        }
        let (verb, limit) = if written {
            ("written", "read")
        } else {
            ("read", "written")
        };
        let message = format!(
            "field `{}.{}` is {verb}, but its {} is only {limit}",
            owner.of.name.value, field.name.value, owner.what
        );
        report.push(
            Diagnostic::new(&codes::FIELD_ACCESS, message)
                .at(field.access.span, format!("`{access}` here"))
                .also(owner.access.span, format!("`{allowed}` here"))
                .help(format!(
                    "write `{allowed}`, or change the {}'s access",
                    owner.what
                )),
        );
    }
}

fn check_fields(shape: &Shape, report: &mut Report) {
    let mut seen: BTreeMap<String, &Field> = BTreeMap::new();
    for field in &shape.fields {
        let identifier = names::snake(&field.name.value);
        match seen.get(&identifier) {
            Some(first) => report.push(
                Diagnostic::new(
                    &codes::DUPLICATE_FIELD,
                    format!("two fields of `{}` are `{identifier}`", shape.name().value),
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
        let of = format!("field `{}.{}`", shape.name().value, field.name.value);
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
