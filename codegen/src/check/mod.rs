//! Checks of what is wrong only beside something else.
//!
//! Takes the model, changes nothing of it, and adds to the report: names that
//! collide, facts that contradict types, claims that a key cannot keep, words that look like facts and were not read, shapes and positions that fit no key, arrays
//! of which too little is said, routes, topics and messages given twice. After this without an
//! error, emitters may rely on all of it.

mod arrays;
mod coverage;
mod facts;
mod families;
mod messages;
mod names;
mod positions;
mod shapes;
mod unique;
mod unread;
mod values;
mod wire;

pub(crate) use unread::unread;

use crate::{
    model::{At, Model},
    source::Report,
};

/// Checks the model; `key_names` are those of all keys, also of those that could
/// not be read.
pub(crate) fn check(model: &Model, key_names: &[At<String>], report: &mut Report) {
    names::check_keys(model, key_names, report);
    values::check_keys(model, report);
    shapes::check(model, key_names, report);
    positions::check(model, key_names, report);
    arrays::check_defaults(model, report);
    if !report.has_errors() {
        // A key that looks untyped may have a section that could not be read.
        arrays::check(model, report);
    }
    families::check(model, report);
    coverage::check(model, report);
    wire::check(model, report);
    messages::check(model, key_names, report);
    names::check_types(model, report);
    report.sort();
}
