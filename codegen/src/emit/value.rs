//! A value of the model, as the documentation looks at it: a key, or a field of
//! a shape, in one of its two forms.
//!
//! What is enforced on write is said here once, for schemas, declarations,
//! examples and pages.

use crate::model::{
    Access, Facts, Field, Format, Key, Length, NumberRange, Scalar, Shape, Type, ValueList,
};

/// Bytes of a text where the spec says nothing.
pub(super) const TEXT_MAX: u32 = 64;
/// Bytes of JSON that no shape describes.
pub(super) const RAW_MAX: u32 = 256;

/// Which way a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As clients get it.
    Read,
    /// As clients send it.
    Write,
}

/// A key or a field.
#[derive(Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) access: Access,
    read: Type,
    write: Type,
    pub(super) facts: &'a Facts,
    pub(super) description: &'a str,
    shape: Option<&'a Shape>,
    /// Fields only: it is an array of at most so many.
    pub(super) repeated: Option<u32>,
    values: Option<&'a ValueList>,
}

impl<'a> Value<'a> {
    pub(super) fn key(key: &'a Key, shape: Option<&'a Shape>) -> Self {
        Value {
            access: key.access.value,
            read: key.ty.value,
            write: key.write_ty(),
            facts: &key.facts,
            description: &key.description.value,
            shape,
            repeated: None,
            values: key.values(),
        }
    }

    pub(super) fn field(field: &'a Field) -> Self {
        Value {
            access: field.access.value,
            read: field.ty.value,
            write: field.write_ty(),
            facts: &field.facts,
            description: &field.description.value,
            shape: None,
            repeated: field.capacity.as_ref().map(|capacity| capacity.value),
            values: field.values(),
        }
    }

    /// Whether it exists in this form at all.
    pub(super) fn has(&self, form: Form) -> bool {
        match form {
            Form::Read => self.access.readable(),
            Form::Write => self.access.writable(),
        }
    }

    pub(super) fn ty(&self, form: Form) -> Type {
        match form {
            Form::Read => self.read,
            Form::Write => self.write,
        }
    }

    /// What its objects hold, if a value of this form has the shape.
    pub(super) fn shape(&self, form: Form) -> Option<&'a Shape> {
        let scalar = self.ty(form).scalar;
        self.shape.filter(|shape| match shape.capacity {
            Some(_) => scalar == Scalar::Array,
            None => scalar == Scalar::Object,
        })
    }

    /// The names of its numbers.
    pub(super) fn named(&self, form: Form) -> Option<&'a ValueList> {
        let whole = self.ty(form).scalar.limits().is_some();
        self.values.filter(|_| whole)
    }

    /// What `false` and `true` are called.
    pub(super) fn named_booleans(&self, form: Form) -> Option<&'a ValueList> {
        let is_bool = self.ty(form).scalar == Scalar::Bool;
        let mut lists = self.facts.values.iter();
        lists.find(|list| is_bool && list.booleans && list.label.is_none())
    }

    /// The numbers between which it is.
    pub(super) fn range(&self, form: Form) -> Option<NumberRange> {
        let number = self.ty(form).scalar.is_number();
        let range = self.facts.range.as_ref().map(|range| range.value);
        range.filter(|_| number)
    }

    pub(super) fn format(&self) -> Option<Format> {
        self.facts.format.as_ref().map(|format| format.value)
    }

    pub(super) fn is_colour(&self, form: Form) -> bool {
        self.ty(form).scalar == Scalar::String && self.format() == Some(Format::Colour)
    }

    /// The length that the spec states.
    pub(super) fn length(&self) -> Option<Length> {
        self.facts.length.as_ref().map(|length| length.value)
    }

    /// The unit that is stated, or that the type itself says.
    pub(super) fn unit(&self) -> Option<&'static str> {
        let stated = self.facts.unit.as_ref().map(|unit| unit.value);
        stated.or(match self.read.scalar {
            Scalar::Microseconds => Some("µs"),
            Scalar::Milliseconds => Some("ms"),
            Scalar::Seconds => Some("s"),
            Scalar::Minutes => Some("min"),
            _ => None,
        })
    }

    /// Whether it is a text that never comes back.
    pub(super) fn secret(&self) -> bool {
        let text = |ty: Type| ty.scalar == Scalar::String;
        match self.access {
            Access::Read => false,
            Access::Write => text(self.write),
            Access::ReadWrite => text(self.write) && !text(self.read),
        }
    }
}

/// The fields of a shape that there are in a form, in order.
pub(super) fn fields(shape: &Shape, form: Form) -> impl Iterator<Item = (&str, Value<'_>)> {
    let fields = shape.fields.iter();
    fields
        .map(|field| (field.name.value.as_str(), Value::field(field)))
        .filter(move |(_, value)| value.has(form))
}

/// Appends a whole number.
pub(super) fn push_number(out: &mut String, number: impl Into<i128>) {
    let number = number.into();
    // Nearly all are small, and formatting 128 bits is slow.
    match i64::try_from(number) {
        Ok(small) => push_i64(out, small),
        Err(_) => out.push_str(&number.to_string()),
    }
}

fn push_i64(out: &mut String, number: i64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        out.push('-');
    }
    out.extend(digits[at..].iter().map(|&digit| char::from(digit)));
}

/// Takes off the comma behind the last of several.
pub(super) fn pop_comma(out: &mut String) {
    if out.ends_with(',') {
        out.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for number in [
            0,
            7,
            -1,
            10,
            i64::MAX.into(),
            i64::MIN.into(),
            i128::from(u64::MAX),
        ] {
            let mut out = String::new();
            push_number(&mut out, number);
            assert_eq!(out, number.to_string());
        }
    }
}
