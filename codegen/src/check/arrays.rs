//! Arrays of which the spec says too little, or whose default has another number of entries.

use goe_runtime::descriptor::LIST_CAPACITY;

use crate::{
    model::{Key, Length, Model, Scalar, Type},
    report::codes,
    source::{Diagnostic, Report},
};

/// Warns of arrays without a type, and of typed ones without a number of entries.
pub(super) fn check(model: &Model, report: &mut Report) {
    let index = model.index();
    let positions = |key: &Key| {
        let mut all = model.positions.iter();
        all.any(|of| of.key.value == key.name.value)
    };
    let mut last = None;
    for key in &model.keys {
        // Keys of one row have one type: said once.
        if last.replace(key.ty.span) == Some(key.ty.span) || key.removed.is_some() {
            continue;
        }
        let types = [key.ty.value, key.write_ty()];
        let mut arrays = types.iter().filter(|ty| ty.scalar == Scalar::Array);
        let Some(ty) = arrays.next() else {
            continue;
        };
        if ty.element.is_none() && index.shape(&key.name.value).is_none() {
            report.push(untyped(key));
        }
        if ty.element.is_some() && !positions(key) && entries(key).is_none() {
            report.push(unbounded(key, *ty));
        }
    }
}

/// Holds defaults against the number of entries that a section states.
pub(super) fn check_defaults(model: &Model, report: &mut Report) {
    let index = model.index();
    for (key, _) in model.rows() {
        let name = key.name.value.as_str();
        let places = || {
            let mut all = model.positions.iter();
            all.find(|of| of.key.value == name)
                .map(|of| (of.count.value, true))
        };
        let shape = || {
            let of = index.shape(name)?.of(name)?;
            Some((of.capacity.as_ref()?.value, of.exact))
        };
        let Some(default) = &key.facts.default else {
            continue;
        };
        let (Some(entries), Some((max, exact))) =
            (default.value.as_array(), places().or_else(shape))
        else {
            continue;
        };
        let most = max as usize;
        if entries.len() > most || (exact && entries.len() < most) {
            let often = if exact { "always" } else { "at most" };
            let message = format!("default `{}` of key `{name}` does not fit", default.value);
            let label = format!("{often} {max} entries, as its section says");
            report.push(
                Diagnostic::new(&codes::BAD_DEFAULT, message)
                    .at(default.span, label)
                    .help(format!("write an array of {max} entries")),
            );
        }
    }
}

fn entries(key: &Key) -> Option<u32> {
    match key.facts.length.as_ref()?.value {
        Length::Entries(max) => Some(max),
        Length::Bytes(_) | Length::Characters(_) => None,
    }
}

fn untyped(key: &Key) -> Diagnostic {
    let name = &key.name.value;
    Diagnostic::new(
        &codes::UNTYPED_ARRAY,
        format!("nothing is said of the entries of `{name}`"),
    )
    .at(
        key.ty.span,
        "passed on as raw JSON: clients get a list of unknown values",
    )
    .help(format!(
        "write `array<float>`, or describe it under a heading `{name}[16]` in shapes.md"
    ))
}

fn unbounded(key: &Key, ty: Type) -> Diagnostic {
    let name = &key.name.value;
    Diagnostic::new(
        &codes::UNBOUNDED_ARRAY,
        format!("how many entries `{name}` has is not said"),
    )
    .at(key.ty.span, format!("`{ty}` of at most {LIST_CAPACITY}"))
    .help(format!(
        "say `max. {LIST_CAPACITY} entries` in its description, or name its positions"
    ))
}
