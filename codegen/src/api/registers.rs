//! Registers, each with the value that stands there, and what is said of how it does.

use super::{Entry, Key};
use crate::model::{self, Class, Function, Model, NullValue, RegisterAccess, Scale};

/// A row of the table of registers.
#[derive(Debug)]
pub(crate) struct Register<'a> {
    pub(crate) row: &'a model::Register,
    /// The value; `None` if the device has none.
    pub(crate) value: Option<RegisterValue<'a>>,
}

/// The value of a register.
#[derive(Debug)]
pub(crate) struct RegisterValue<'a> {
    /// The key, as a place in the list of all.
    pub(crate) key: usize,
    /// Its row, as a place in the list of entries.
    pub(crate) entry: usize,
    /// The place in the array.
    pub(crate) place: Option<u32>,
    /// The field of the object.
    pub(crate) field: Option<&'a str>,
    /// What stands there.
    class: Class,
    /// The least and the greatest number that it can be, if it is a whole one.
    limits: Option<(i128, i128)>,
}

pub(super) fn of<'a>(
    model: &'a Model,
    keys: &[Key<'a>],
    entries: &[Entry<'a>],
) -> Vec<Register<'a>> {
    let index = model.index();
    let rows = model.registers.iter().map(|row| {
        let value = row.value.as_ref().and_then(|path| {
            let path = &path.value;
            // One that leads nowhere was an error.
            let target = path.target(model, &index).ok()?;
            let key = keys.iter().position(|key| key.name == path.key)?;
            let facts = target.field.map_or(&target.key.facts, |field| &field.facts);
            let range = facts.range.as_ref().map(|range| range.value);
            let limits = target.ty.scalar.limits().map(|(min, max)| {
                let least = range.and_then(|range| range.least());
                let most = range.and_then(|range| range.greatest());
                (least.map_or(min, i128::from), most.map_or(max, i128::from))
            });
            Some(RegisterValue {
                key,
                entry: entries.iter().position(|of| of.keys.contains(&key))?,
                place: path.place,
                field: path.field.as_deref(),
                class: target.ty.scalar.class(),
                limits,
            })
        });
        Register { row, value }
    });
    rows.collect()
}

impl Register<'_> {
    /// `holding register 200`, `input registers 105 to 106`.
    pub(crate) fn called(&self) -> String {
        let kind = match self.row.function.value {
            Function::Holding => "holding",
            Function::Input => "input",
        };
        let plural = if self.row.count.value == 1 { "" } else { "s" };
        format!("{kind} register{plural} {}", self.row.numbers())
    }

    /// `nrg[4]`; empty without a value.
    pub(crate) fn path(&self) -> String {
        let path = self.row.value.as_ref();
        path.map_or(String::new(), |path| path.value.to_string())
    }

    /// What becomes of the value here, and of what is written, in clauses: whatever a
    /// reader may ask of null, signs, rounding, padding, the order of bits and truth.
    pub(crate) fn says(&self) -> Vec<String> {
        let row = self.row;
        let ty = row.ty.value;
        let mut says = Vec::new();
        let null = row.null.as_ref().map(|null| match null.value {
            NullValue::Number(number) => number.to_string(),
            NullValue::Infinity => "infinite".to_owned(),
        });
        let Some(value) = &self.value else {
            let always = null.as_deref().unwrap_or("0");
            says.push(match ty.is_text() {
                true => "always zeros, since no key tells it".to_owned(),
                false => format!("always {always}, since no key tells it"),
            });
            return says;
        };
        match row.scale.as_ref().map(|scale| scale.value) {
            Some(Scale::By(by, 1)) => says.push(format!("the value times {by}")),
            Some(Scale::By(1, by)) => says.push(format!("the value divided by {by}")),
            Some(Scale::By(by, of)) => says.push(format!("the value times {by}, divided by {of}")),
            Some(Scale::Not) => says.push("1 for false, 0 for true".to_owned()),
            None if value.class == Class::Bool => says.push("1 for true, 0 for false".to_owned()),
            None => {}
        }
        match value.class {
            Class::Whole(_) | Class::Real(_) => self.says_of_number(value, &mut says),
            Class::Text => says.push(text(ty)),
            Class::Array => {
                says.push("position 0 is the lowest bit, the others follow upwards".to_owned());
            }
            Class::Bool | Class::Object | Class::Any => {}
        }
        if let Some(null) = null {
            says.push(match value.place {
                Some(_) => format!("{null} where the array has no such entry"),
                None => format!("null is {null}"),
            });
        }
        self.says_of_writes(value, &mut says);
        says
    }

    fn says_of_number(&self, value: &RegisterValue<'_>, says: &mut Vec<String>) {
        let ty = self.row.ty.value;
        if ty.is_real() {
            return;
        }
        let divides = self
            .row
            .scale
            .as_ref()
            .is_some_and(|scale| match scale.value {
                Scale::By(_, by) => by > 1,
                Scale::Not => false,
            });
        let is_real = matches!(value.class, Class::Real(_));
        if is_real || divides {
            says.push("rounded to the nearest, halves away from zero".to_owned());
        }
        let bits = 16 * self.row.count.value;
        let most = match ty.is_signed() {
            true => (1i128 << (bits - 1)) - 1,
            false => (1i128 << bits) - 1,
        };
        let least = if ty.is_signed() { -most - 1 } else { 0 };
        let (by, divided_by) = match self.row.scale.as_ref().map(|scale| scale.value) {
            Some(Scale::By(by, divided_by)) => (i128::from(by), i128::from(divided_by)),
            _ => (1, 1),
        };
        let beyond = |limit: i128| limit.saturating_mul(by) / divided_by;
        let (min, max) = value.limits.unwrap_or((i128::MIN, i128::MAX));
        if beyond(min) < least {
            says.push(format!("{least} for what is less"));
        }
        if beyond(max) > most {
            says.push(format!("{most} for what is more"));
        }
    }

    fn says_of_writes(&self, value: &RegisterValue<'_>, says: &mut Vec<String>) {
        match self.row.access.value {
            RegisterAccess::Read => return,
            RegisterAccess::Write => {}
            RegisterAccess::Volatile => {
                says.push(
                    "what is written is not stored, and a restart brings back what was".to_owned(),
                );
            }
        }
        if value.place.is_some() && self.row.null.is_some() {
            says.push("written so, the entry is left out, and those behind it move up".to_owned());
        }
    }
}

fn text(ty: model::RegisterType) -> String {
    match ty {
        model::RegisterType::Binary => {
            "the bytes that its hexadecimal digits say, two a register, cut at the end, filled up with zeros"
        }
        model::RegisterType::Ipv4 => "one number of the address a register; zeros without one",
        _ => "two characters a register, the first in the upper byte, cut at the end, filled up with zeros",
    }
    .to_owned()
}
