//! How many bytes of JSON the values of a key can have, at most.
//!
//! The same rules as in the runtime's `Type::bound`, which has the last word:
//! what is stated here is held against it when a document is compiled.

use super::{
    Api,
    enums::Enums,
    ty::{Form, Typed, struct_fields},
};
use crate::model::{Scalar, Shape};

/// What `goe_runtime::Capacities` has.
#[derive(Default)]
pub(super) struct Bounds {
    pub(super) document: u64,
    pub(super) entry: u64,
    pub(super) stored: u64,
    pub(super) name: u64,
}

/// A float, whichever.
const FLOAT: u64 = 25;

impl Bounds {
    pub(super) fn new(api: &Api<'_>) -> Self {
        // The braces.
        let mut all = Bounds {
            document: 2,
            ..Bounds::default()
        };
        for row in &api.rows {
            let name = row.wire().len() as u64;
            all.name = all.name.max(name);
            if row.key.access.value.readable() {
                // The quotes, the colon and the comma.
                let entry = name + 4 + row.typed.bound(api.enums, Form::Read);
                all.document += entry;
                all.entry = all.entry.max(entry);
            }
            if row.key.stored() {
                let bound = row.typed.bound(api.enums, Form::Stored);
                all.stored = all.stored.max(bound);
            }
        }
        all
    }
}

impl Typed<'_> {
    fn bound(&self, enums: &Enums<'_>, form: Form) -> u64 {
        let ty = self.ty(form);
        let one = if let Some((list, _)) = self.named(form) {
            let widths = list.values.iter().map(|item| width(item.value.into()));
            widths.max().unwrap_or(1)
        } else if let Some(shape) = self.shape(form) {
            of_shape(enums, shape, form)
        } else {
            self.scalar_bound(ty.scalar)
        };
        let all = match self.repeated {
            Some(count) => 2 + u64::from(count) * (one + 1),
            None => one,
        };
        let null = if ty.optional { 4 } else { 0 };
        all.max(null)
    }

    fn scalar_bound(&self, scalar: Scalar) -> u64 {
        let range = self.facts.range.as_ref().map(|range| range.value);
        match (scalar, scalar.limits()) {
            (Scalar::Float | Scalar::Double, _) => FLOAT,
            (_, Some(limits)) => {
                let (min, max) = range.map_or(limits, |range| (range.min.into(), range.max.into()));
                width(min).max(width(max))
            }
            (Scalar::Bool, _) => 5,
            // What a text keeps to, whatever has to be escaped in it.
            (Scalar::String, _) => 2 + 2 * u64::from(self.text_capacity()),
            _ => super::ty::RAW_CAPACITY.into(),
        }
    }
}

/// An object, or an array of them.
fn of_shape(enums: &Enums<'_>, shape: &Shape, form: Form) -> u64 {
    let members = struct_fields(shape, form).map(|field| {
        let value = Typed::field(enums, shape, field).bound(enums, form);
        field.name.value.len() as u64 + 4 + value
    });
    let one = 2 + members.sum::<u64>();
    match &shape.capacity {
        Some(capacity) => 2 + u64::from(capacity.value) * (one + 1),
        None => one,
    }
}

/// The digits of a number, and its sign.
fn width(number: i128) -> u64 {
    let digits = number.unsigned_abs().checked_ilog10().unwrap_or_default() + 1;
    u64::from(digits) + u64::from(number < 0)
}
