//! Mining: what a description states about its value.
//!
//! Takes the text of a Description cell and the type of the value, gives
//! [`Facts`], each with the bytes it was taken from. Facts become checks on
//! write, so one that cannot be told for certain is not invented: a number that
//! might be a range is prose.
//!
//! Extension point: a new kind of fact is a module here and a field of
//! [`Facts`]; a new unit is one of `goe_runtime::Unit` and its words in [`units`].

mod formats;
mod least;
mod limits;
mod tokens;
mod units;
mod values;

use tokens::Tokens;
pub(crate) use units::parse as unit;

use crate::{
    model::{Fact, Facts, Type},
    source::{Source, Span},
};

/// The one fact of `all`: none if there are two that differ.
fn only<T: PartialEq>(mut all: impl Iterator<Item = Fact<T>>) -> Option<Fact<T>> {
    let first = all.next()?;
    let same = all.all(|other| other.value == first.value);
    same.then_some(first)
}

/// Everything that the description in `span` says of a value that has all of
/// `types` (it may be read as one and written as another).
pub(crate) fn mine(source: &Source, span: Span, types: &[Type]) -> Facts {
    let tokens = Tokens::of(source.slice(span.range()), span);
    let is_number = types.iter().any(|ty| ty.item().is_number());
    let (least, length) = least::bytes(&tokens, types).unzip();
    Facts {
        unit: is_number.then(|| units::mine(&tokens)).flatten(),
        range: is_number.then(|| limits::range(&tokens)).flatten(),
        least,
        length: length.or_else(|| limits::length(&tokens, types)),
        format: formats::mine(&tokens, types),
        values: values::mine(&tokens),
    }
}
