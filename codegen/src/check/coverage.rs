//! Claims of who honours a key, held against what the key is.
//!
//! What the generator is to honour by itself, for its value is stated, has to have a
//! type that it can hold.

use crate::{
    model::{At, Class, Coverage, Key, Model, Scalar, Type},
    report::codes,
    source::{Diagnostic, Report},
};

pub(super) fn check(model: &Model, report: &mut Report) {
    let index = model.index();
    for (at, key) in model.keys.iter().enumerate() {
        let Some(coverage) = &key.coverage else {
            continue;
        };
        let is_family = model
            .families
            .iter()
            .any(|family| family.keys.contains(&at));
        let has_shape = index.shape(&key.name.value).is_some();
        if let Some((what, help)) = fault(key, coverage, is_family, has_shape) {
            let message = format!("key `{}` cannot be `{}`", key.name.value, coverage.value);
            let finding = Diagnostic::new(&codes::COVERAGE_MISMATCH, message);
            report.push(finding.at(coverage.span, what).help(help));
        }
    }
}

/// Returns why a key cannot be what is claimed of it, and what to write.
fn fault(
    key: &Key,
    coverage: &At<Coverage>,
    is_family: bool,
    has_shape: bool,
) -> Option<(&'static str, &'static str)> {
    let access = key.access.value;
    let generated = coverage.value.is_generated() && key.facts.default.is_some();
    let objects = |scalar: Scalar| matches!(scalar, Scalar::Object | Scalar::Array);
    Some(match coverage.value {
        Coverage::Alive if !access.readable() => ("nobody can read it", "write `effect`"),
        Coverage::Effect if !access.writable() => ("nobody can set it", "write `alive`"),
        Coverage::Kept if !access.writable() => ("nobody can set it", "write `constant`"),
        Coverage::Constant if access.writable() => ("it can be set", "write `kept`"),
        _ if generated && is_family => (
            "it is one of a family, which the firmware honours as a whole",
            "give each key a row of its own, or leave its `Default` blank",
        ),
        Coverage::Kept if generated && key.set_ty.is_some_and(|set| set != key.ty.value) => (
            "it is read as another type than it is written as",
            "leave its `Default` blank, so that the firmware says what is read",
        ),
        Coverage::Kept if generated && has_shape && objects(key.ty.value.scalar) => (
            "a set of an object with fields leaves out what it does not change",
            "leave its `Default` blank, or remove its shape",
        ),
        Coverage::Kept if generated && !can_hold(key.ty.value) => (
            "generated code keeps arrays of numbers and of truth values only, never `null`",
            "leave its `Default` blank, so that the firmware keeps it",
        ),
        _ => return None,
    })
}

/// Returns whether the code for a setting that is kept has a place for values of this type:
/// texts in an array have none, nor has `null` beside an array.
fn can_hold(ty: Type) -> bool {
    let entries = ty.element.map(Scalar::class);
    entries.is_none_or(|class| class != Class::Text && !ty.optional)
}
