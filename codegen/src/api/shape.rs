//! Shapes, lowered: their fields as values, and the structs that are made of them.

use std::{collections::HashMap, rc::Rc};

use super::value::{Bound, Field, Named, Parts, Shape, Value};
use crate::{
    model::{self, Index, Model},
    type_names::TypeNames,
};

/// The shapes of a model, as emitters read them.
pub(super) struct Shapes<'a, 'n> {
    index: &'n Index<'a>,
    names: &'n TypeNames<'a>,
    lowered: HashMap<&'a str, Rc<Shape<'a>>>,
}

impl<'a, 'n> Shapes<'a, 'n> {
    pub(super) fn new(model: &'a Model, index: &'n Index<'a>, names: &'n TypeNames<'a>) -> Self {
        let mut shapes = Shapes {
            index,
            names,
            lowered: HashMap::new(),
        };
        for shape in &model.shapes {
            shapes.lower(shape);
        }
        shapes
    }

    /// All of them, in the order of the spec.
    pub(super) fn all(&self, model: &'a Model) -> Vec<Rc<Shape<'a>>> {
        let names = model.shapes.iter().map(|shape| shape.name().value.as_str());
        names
            .filter_map(|name| self.lowered.get(name).cloned())
            .collect()
    }

    /// The shape of a key, and the number of its entries if that is an array.
    pub(super) fn of_key(&self, key: &str) -> Option<(Rc<Shape<'a>>, Option<Bound>)> {
        let shape = self.index.shape(key)?;
        let lowered = self.lowered.get(shape.name().value.as_str())?;
        Some((lowered.clone(), bound(shape.of(key)?)))
    }

    fn lower(&mut self, shape: &'a model::Shape) -> Rc<Shape<'a>> {
        let name = shape.name().value.as_str();
        if let Some(lowered) = self.lowered.get(name) {
            return lowered.clone();
        }
        // No shape is within itself, so that this ends.
        let fields = shape.fields.iter().map(|of| self.field(shape, of));
        let fields = fields.collect();
        let key_of = |name| self.index.key(name).is_some();
        let lowered = Rc::new(Shape {
            name,
            names: shape.names().map(|of| of.name.value.as_str()).collect(),
            is_of_key: key_of(name),
            is_entry: shape.first.capacity.is_some(),
            fields,
            structs: self.names.structs(shape),
        });
        self.lowered.insert(name, lowered.clone());
        lowered
    }

    fn field(&mut self, shape: &'a model::Shape, field: &'a model::Field) -> Field<'a> {
        let named = field.values().map(|list| Named {
            list,
            ty: self.names.of_field(shape, field),
        });
        let same_as = field.same_as.as_ref();
        let inner = field.shape.as_ref().and_then(|of| {
            let shape = self.index.shape(&of.name)?;
            Some((self.lower(shape), bound(&of.of)))
        });
        Field {
            name: &field.name.value,
            value: Value::new(&Parts {
                access: field.access.value,
                description: &field.description.value,
                facts: &field.facts,
                types: [field.ty.value, field.write_ty()],
                shape: inner,
                positions: None,
                repeated: field.capacity.as_ref().map(|capacity| capacity.value),
                named,
            }),
            since: field.since.as_ref().map(|release| release.value.as_str()),
            removed: field.removed.as_ref().map(|release| release.value.as_str()),
            same_as: same_as.map(|(key, field)| (key.as_str(), field.as_str())),
        }
    }
}

fn bound(of: &model::Shaped) -> Option<Bound> {
    of.capacity.as_ref().map(|capacity| Bound {
        max: capacity.value,
        exact: of.exact,
    })
}
