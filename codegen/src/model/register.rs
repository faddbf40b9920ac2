//! Registers of Modbus: where a value stands, and what becomes of it there.

use std::fmt;

use serde::Serialize;

use super::{
    Class, Field, Index, Key, Length, Model, Positions, Scalar, Shape, Type,
    place::{At, Origin},
    types::spelling,
};

/// The function that reads a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Function {
    /// 3; what can be written is written by 16.
    Holding,
    /// 4.
    Input,
}

impl Function {
    /// Every function, as the table has it.
    pub const ALL: &[(&str, Function)] = &[("3", Function::Holding), ("4", Function::Input)];

    /// As the table has it.
    pub fn name(self) -> &'static str {
        spelling(Self::ALL, self)
    }
}

/// What the registers of a row hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[allow(
    missing_docs,
    reason = "each is the type of the same name in the table"
)]
pub enum RegisterType {
    Uint16,
    Int16,
    Uint32,
    Int32,
    Uint64,
    Int64,
    Float,
    Double,
    Ascii,
    Binary,
    Ipv4,
    Bits,
}

impl RegisterType {
    /// Every type, with its spelling.
    pub const ALL: &[(&str, RegisterType)] = &[
        ("uint16", RegisterType::Uint16),
        ("int16", RegisterType::Int16),
        ("uint32", RegisterType::Uint32),
        ("int32", RegisterType::Int32),
        ("uint64", RegisterType::Uint64),
        ("int64", RegisterType::Int64),
        ("float", RegisterType::Float),
        ("double", RegisterType::Double),
        ("ascii", RegisterType::Ascii),
        ("binary", RegisterType::Binary),
        ("ipv4", RegisterType::Ipv4),
        ("bits", RegisterType::Bits),
    ];

    /// As the table spells it.
    pub fn name(self) -> &'static str {
        spelling(Self::ALL, self)
    }

    /// The registers that it takes; `None` if a row says how many.
    pub fn count(self) -> Option<u32> {
        match self {
            RegisterType::Uint16 | RegisterType::Int16 | RegisterType::Bits => Some(1),
            RegisterType::Uint32 | RegisterType::Int32 | RegisterType::Float => Some(2),
            RegisterType::Uint64
            | RegisterType::Int64
            | RegisterType::Double
            | RegisterType::Ipv4 => Some(4),
            RegisterType::Ascii | RegisterType::Binary => None,
        }
    }

    /// Returns whether it is a number.
    pub fn is_number(self) -> bool {
        !self.is_text() && self != RegisterType::Bits
    }

    /// Returns whether a text stands in it.
    pub fn is_text(self) -> bool {
        matches!(
            self,
            RegisterType::Ascii | RegisterType::Binary | RegisterType::Ipv4
        )
    }

    /// Returns whether it is a number that may have a fraction.
    pub fn is_real(self) -> bool {
        matches!(self, RegisterType::Float | RegisterType::Double)
    }

    /// Returns whether it may be below zero.
    pub fn is_signed(self) -> bool {
        let signed = [
            RegisterType::Int16,
            RegisterType::Int32,
            RegisterType::Int64,
        ];
        self.is_real() || signed.contains(&self)
    }

    /// What stands in it, in a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            RegisterType::Uint16 | RegisterType::Uint32 | RegisterType::Uint64 => {
                "A whole number without a sign: rounded to the nearest, what is below zero is 0, what is too large the largest."
            }
            RegisterType::Int16 | RegisterType::Int32 | RegisterType::Int64 => {
                "A whole number as two's complement: rounded to the nearest, what is too large or too small is the nearest there is."
            }
            RegisterType::Float | RegisterType::Double => "A number of IEEE 754.",
            RegisterType::Ascii => {
                "A text, two characters a register: cut at the end, filled up with zeros; what is no ASCII is `?`. An empty text and null are zeros."
            }
            RegisterType::Binary => {
                "The bytes that the hexadecimal digits of a text say, two a register: cut at the end, filled up with zeros; other characters are skipped. An empty text and null are zeros."
            }
            RegisterType::Ipv4 => {
                "An IPv4 address, one of its four numbers a register. An empty text and null are zeros."
            }
            RegisterType::Bits => {
                "An array of truth values: position 0 is the lowest bit, the others follow upwards."
            }
        }
    }
}

/// The rights of clients to a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum RegisterAccess {
    /// They read it.
    Read,
    /// They read and write it.
    Write,
    /// They read and write it, and what is written is not stored.
    Volatile,
}

impl RegisterAccess {
    /// Every access, with its spelling.
    pub const ALL: &[(&str, RegisterAccess)] = &[
        ("R", RegisterAccess::Read),
        ("R/W", RegisterAccess::Write),
        ("R/W, volatile", RegisterAccess::Volatile),
    ];

    /// As the table spells it.
    pub fn name(self) -> &'static str {
        spelling(Self::ALL, self)
    }

    /// What it means, in a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            RegisterAccess::Read => "Clients read it.",
            RegisterAccess::Write => "Clients read and write it, as a set of the key.",
            RegisterAccess::Volatile => {
                "Clients read and write it; what they write is in effect and is not stored, so that a restart brings back what was stored last."
            }
        }
    }
}

/// What becomes of a value on its way to a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Scale {
    /// A number is multiplied by the first and divided by the second.
    By(u16, u16),
    /// A truth value is the other one.
    Not,
}

impl Scale {
    /// As the table spells it.
    pub fn spelling(self) -> String {
        match self {
            Scale::By(by, 1) => by.to_string(),
            Scale::By(by, divided_by) => format!("{by}/{divided_by}"),
            Scale::Not => "not".to_owned(),
        }
    }
}

/// What a register has where there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum NullValue {
    /// This number.
    Number(u16),
    /// The infinite number.
    Infinity,
}

impl NullValue {
    /// As the table spells it.
    pub fn spelling(self) -> String {
        match self {
            NullValue::Number(number) => number.to_string(),
            NullValue::Infinity => "inf".to_owned(),
        }
    }
}

/// A value that a row speaks of: `amp`, `nrg[4]`, `ccw.ip`, `cards[0].energy`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ValuePath {
    /// The key.
    pub key: String,
    /// The place in the array that it is, counted from 0.
    pub place: Option<u32>,
    /// The field of the object that it is, or that stands there.
    pub field: Option<String>,
}

impl fmt::Display for ValuePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)?;
        if let Some(place) = self.place {
            write!(f, "[{place}]")?;
        }
        match &self.field {
            Some(field) => write!(f, ".{field}"),
            None => Ok(()),
        }
    }
}

/// A row of the table of registers.
#[derive(Clone, Debug, Serialize)]
pub struct Register {
    /// The first register, as it is sent: counted from 0.
    pub first: At<u16>,
    /// The function that reads it.
    pub function: At<Function>,
    /// `AMPERE_MAX`.
    pub name: At<String>,
    /// What the registers hold.
    pub ty: At<RegisterType>,
    /// How many there are.
    pub count: At<u32>,
    /// The value; `None` if the device has none.
    pub value: Option<At<ValuePath>>,
    /// What becomes of it.
    pub scale: Option<At<Scale>>,
    /// The rights of clients.
    pub access: At<RegisterAccess>,
    /// What stands for `null`.
    pub null: Option<At<NullValue>>,
    /// The text of its Description cell.
    pub description: String,
    /// Its row.
    pub origin: Origin,
}

impl Register {
    /// Its last register.
    pub fn last(&self) -> u32 {
        u32::from(self.first.value) + self.count.value.saturating_sub(1)
    }

    /// `100`, or `105 to 106`.
    pub fn numbers(&self) -> String {
        match self.count.value {
            1 => self.first.value.to_string(),
            _ => format!("{} to {}", self.first.value, self.last()),
        }
    }
}

/// What a [`ValuePath`] leads to.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The key.
    pub key: &'a Key,
    /// The field, of an object.
    pub field: Option<&'a Field>,
    /// The type of the value, an array as a whole included.
    pub ty: Type,
    /// There may be none: the value is optional, or stands in an optional one, or in a
    /// list that may be shorter.
    pub may_lack: bool,
}

/// The part of a [`ValuePath`] that leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// There is no such key.
    Key,
    /// It is no array, or nobody says of what.
    Array,
    /// The array has no such place; it has so many.
    Place(u32),
    /// It is no object whose fields are stated.
    Object,
    /// The object has no such field.
    Field,
}

impl ValuePath {
    /// What it leads to.
    pub(crate) fn target<'a>(
        &self,
        model: &'a Model,
        index: &Index<'a>,
    ) -> Result<Target<'a>, Missing> {
        let key = index.key(&self.key).ok_or(Missing::Key)?;
        let shape = index.shape(&self.key);
        let ty = key.ty.value;
        let mut target = Target {
            key,
            field: None,
            ty,
            may_lack: ty.optional,
        };
        if let Some(place) = self.place {
            if ty.scalar.class() != Class::Array {
                return Err(Missing::Array);
            }
            let mut positions = model.positions.iter();
            let positions = positions.find(|of| of.key.value == self.key);
            let (count, exact) = count(key, positions, shape).ok_or(Missing::Array)?;
            if place >= count {
                return Err(Missing::Place(count));
            }
            target.may_lack |= !exact;
            target.ty = match ty.element {
                Some(element) => Type::of(element),
                None => Type::of(Scalar::Object),
            };
        }
        let Some(name) = &self.field else {
            return Ok(target);
        };
        if target.ty.scalar.class() != Class::Object {
            return Err(Missing::Object);
        }
        let mut fields = shape.ok_or(Missing::Object)?.fields.iter();
        let field = fields.find(|field| field.name.value == *name);
        let field = field.ok_or(Missing::Field)?;
        if field.capacity.is_some() {
            return Err(Missing::Object);
        }
        target.field = Some(field);
        target.ty = field.ty.value;
        target.may_lack |= field.ty.value.optional;
        Ok(target)
    }
}

/// How many entries an array has at most, and whether always so many.
fn count(key: &Key, positions: Option<&Positions>, shape: Option<&Shape>) -> Option<(u32, bool)> {
    if let Some(positions) = positions {
        return Some((positions.count.value, true));
    }
    if let Some(shape) = shape {
        let of = shape.of(&key.name.value)?;
        return Some((of.capacity.as_ref()?.value, of.exact));
    }
    key.ty.value.element?;
    match key.facts.length.as_ref().map(|length| length.value) {
        Some(Length::Entries(count)) => Some((count, false)),
        _ => Some((goe_runtime::descriptor::LIST_CAPACITY.into(), false)),
    }
}
