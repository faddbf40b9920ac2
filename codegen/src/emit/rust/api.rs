//! The model with what several files need of each key, looked up once.

use super::{enums::Enums, field_ident, ty::Typed, variant_ident};
use crate::model::{Key, Model, Shape};

/// A model to be emitted.
pub(super) struct Api<'a> {
    pub(super) model: &'a Model,
    pub(super) enums: &'a Enums<'a>,
    /// In the order of the model.
    pub(super) rows: Vec<Row<'a>>,
}

/// A key.
pub(super) struct Row<'a> {
    pub(super) key: &'a Key,
    /// Its field in `Readings` and `Settings`: `r#mod`.
    pub(super) field: String,
    /// Its variant of `Key` and `Write`: `Mod`.
    pub(super) variant: String,
    pub(super) typed: Typed<'a>,
}

impl<'a> Api<'a> {
    pub(super) fn new(model: &'a Model, enums: &'a Enums<'a>) -> Self {
        let row = |key: &'a Key| Row {
            key,
            field: field_ident(&key.name.value),
            variant: variant_ident(&key.name.value),
            typed: Typed::key(enums, key),
        };
        Api {
            model,
            enums,
            rows: model.keys.iter().map(row).collect(),
        }
    }

    /// Each shape with its key.
    pub(super) fn shapes(&self) -> impl Iterator<Item = (&'a Shape, &'a Key)> {
        let key = |shape: &'a Shape| Some((shape, self.enums.key(&shape.key.value)?));
        self.model.shapes.iter().filter_map(key)
    }
}

impl Row<'_> {
    /// As clients spell it.
    pub(super) fn wire(&self) -> &str {
        &self.key.name.value
    }
}
