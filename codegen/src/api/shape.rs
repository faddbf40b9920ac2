//! The shape of a key, lowered: its fields as values, and the structs that are made
//! of it.

use std::rc::Rc;

use super::value::{Bound, Field, Named, Parts, Shape, Value};
use crate::{model, type_names::TypeNames};

/// The shape as emitters read it.
pub(super) fn lower<'a>(shape: &'a model::Shape, names: &TypeNames<'a>) -> Rc<Shape<'a>> {
    let fields = shape.fields.iter();
    Rc::new(Shape {
        key: &shape.key.value,
        list: shape.capacity.as_ref().map(|capacity| Bound {
            max: capacity.value,
            exact: shape.exact,
        }),
        fields: fields.map(|of| field(shape, of, names)).collect(),
        structs: names.structs(shape),
    })
}

fn field<'a>(shape: &'a model::Shape, field: &'a model::Field, names: &TypeNames<'a>) -> Field<'a> {
    let named = field.values().map(|list| Named {
        list,
        ty: names.of_field(shape, field),
    });
    let same_as = field.same_as.as_ref();
    Field {
        name: &field.name.value,
        value: Value::new(&Parts {
            access: field.access.value,
            description: &field.description.value,
            facts: &field.facts,
            types: [field.ty.value, field.write_ty()],
            shape: None,
            positions: None,
            repeated: field.capacity.as_ref().map(|capacity| capacity.value),
            named,
        }),
        since: field.since.as_ref().map(|release| release.value.as_str()),
        removed: field.removed.as_ref().map(|release| release.value.as_str()),
        same_as: same_as.map(|(key, field)| (key.as_str(), field.as_str())),
    }
}
