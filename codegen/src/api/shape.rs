//! What objects hold: the shape of a key, with what is generated for it.

use std::rc::Rc;

use super::value::{Form, Named, Parts, Value};
use crate::{
    model,
    type_names::{StructUse, TypeNames},
};

/// A shape, and the structs that are made of it.
#[derive(Debug)]
pub(crate) struct Shape<'a> {
    /// The key that it describes.
    pub(crate) key: &'a str,
    /// Of an array; nothing for an object.
    pub(crate) list: Option<Bound>,
    pub(crate) fields: Vec<Field<'a>>,
    /// The structs of Rust, by what they are for.
    pub(crate) structs: Vec<(StructUse, String)>,
}

/// How many entries there are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound {
    pub(crate) max: u32,
    /// Always that many.
    pub(crate) exact: bool,
}

/// A member of the objects.
#[derive(Debug)]
pub(crate) struct Field<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: Value<'a>,
    /// The field whose type it has, as key and field.
    pub(crate) same_as: Option<(&'a str, &'a str)>,
}

impl<'a> Shape<'a> {
    pub(super) fn new(shape: &'a model::Shape, names: &TypeNames<'a>) -> Rc<Self> {
        let fields = shape.fields.iter();
        Rc::new(Shape {
            key: &shape.key.value,
            list: shape.capacity.as_ref().map(|capacity| Bound {
                max: capacity.value,
                exact: shape.exact,
            }),
            fields: fields
                .map(|field| Field::new(shape, field, names))
                .collect(),
            structs: names.structs(shape),
        })
    }

    /// The fields that there are in a form, in order.
    pub(crate) fn fields(&self, form: Form) -> impl Iterator<Item = &Field<'a>> {
        let fields = self.fields.iter();
        fields.filter(move |field| field.value.has(form))
    }

    /// The struct of Rust for a use.
    pub(crate) fn struct_name(&self, of: StructUse) -> &str {
        let mut structs = self.structs.iter();
        let found = structs.find(|(known, _)| *known == of);
        found.map_or("", |(_, name)| name)
    }
}

impl<'a> Field<'a> {
    fn new(shape: &'a model::Shape, field: &'a model::Field, names: &TypeNames<'a>) -> Self {
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
            same_as: same_as.map(|(key, field)| (key.as_str(), field.as_str())),
        }
    }
}
