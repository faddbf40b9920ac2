//! Positions: in the order of their indices, and the type of the entries from
//! them where the key says no more than `array`.

use std::collections::HashMap;

use crate::model::{Key, Positions, Scalar, Type};

/// Orders `positions` and types those of `keys` that they describe.
pub(super) fn complete(keys: &mut [Key], positions: &mut [Positions]) {
    for of in &mut *positions {
        of.positions.sort_by_key(|position| position.index.value);
    }
    let elements = positions.iter();
    let elements = elements.filter_map(|of| Some((of.key.value.as_str(), element(of)?)));
    let elements: HashMap<&str, Scalar> = elements.collect();
    if elements.is_empty() {
        return;
    }
    for key in keys {
        let element = elements.get(key.name.value.as_str()).copied();
        let types = [Some(&mut key.ty.value), key.set_ty.as_mut()];
        for ty in types.into_iter().flatten() {
            if ty.scalar == Scalar::Array {
                ty.element = ty.element.or(element);
            }
        }
    }
}

/// Returns the type of all places, if they are of one type.
fn element(of: &Positions) -> Option<Scalar> {
    let mut types = of.positions.iter().map(|position| position.ty.value);
    let first = types.next()?;
    (first == Type::of(first.scalar) && types.all(|ty| ty == first)).then_some(first.scalar)
}
