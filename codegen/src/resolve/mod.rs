//! Typed rows to the model: what rows say of each other is put together.
//!
//! Rules of an overlay are applied, the keys are typed, rows given twice are
//! dropped, keys that belong together become families, and fields and positions take
//! over what is stated elsewhere. This is the one stage
//! that changes what was read; after it, the model stands.

mod duplicates;
mod families;
mod nesting;
mod overlay;
mod positions;
mod shapes;

use crate::{
    model::{At, Model},
    parse::{self, Keys, Parsed},
    source::{Report, Spec},
};

/// The model of what was read of `spec`, and the names of all keys, in order,
/// also of those that could not be read further: whoever refers to one of them
/// is not at fault.
pub(crate) fn resolve(
    spec: &Spec,
    parsed: Parsed,
    report: &mut Report,
) -> (Model, Vec<At<String>>) {
    let Parsed {
        version,
        keys: mut rows,
        rules,
        mut shapes,
        mut positions,
        routes,
        topics,
        placeholders,
        messages,
        chapters,
    } = parsed;
    families::report_gaps(&rows, report);
    overlay::apply(spec, &rules, &mut rows, report);
    duplicates::drop_glued(&mut rows);
    let mut keys = parse::typed(spec.sources(), rows, report);
    duplicates::drop_alike(&mut keys, report);
    let Keys {
        mut whole,
        partial,
        names,
    } = keys;
    shapes::complete(&mut whole, &names, &mut shapes, report);
    positions::complete(&mut whole, &mut positions);
    let model = Model {
        hash: spec.hash(),
        title: spec.title().to_owned(),
        version,
        families: families::find(&whole, &partial, &shapes),
        keys: whole,
        partial,
        shapes,
        positions,
        routes,
        topics,
        placeholders,
        messages,
        chapters,
        unread: Vec::new(),
    };
    (model, names)
}
