//! The words of the R/W, Type and Category columns.

use std::fmt;

use goe_runtime::Unit;
use serde::Serialize;

/// The rights of clients to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Access {
    /// `R`: clients read it.
    Read,
    /// `R/W`: clients read and write it.
    ReadWrite,
    /// `W`: clients write it and never see it.
    Write,
}

impl Access {
    /// Every access, with its spelling.
    pub const ALL: &[(&str, Access)] = &[
        ("R", Access::Read),
        ("R/W", Access::ReadWrite),
        ("W", Access::Write),
    ];

    /// What it means, in a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Access::Read => "Clients read it.",
            Access::ReadWrite => "Clients read and write it.",
            Access::Write => "Clients write it and never see it.",
        }
    }

    /// Returns whether clients may read it.
    pub fn readable(self) -> bool {
        self != Access::Write
    }

    /// Returns whether clients may write it.
    pub fn writable(self) -> bool {
        self != Access::Read
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(spelling(Self::ALL, *self))
    }
}

/// The category of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Category {
    /// Never changes.
    Constant,
    /// Changes by itself.
    Status,
    /// Changes when somebody sets it, and is stored.
    Config,
    /// None of these: a command, for example.
    Other,
    /// Spelled `Unknown` in the table.
    Unknown,
}

impl Category {
    /// Every category, with its spelling.
    pub const ALL: &[(&str, Category)] = &[
        ("Constant", Category::Constant),
        ("Status", Category::Status),
        ("Config", Category::Config),
        ("Other", Category::Other),
        ("Unknown", Category::Unknown),
    ];
}

impl Category {
    /// As the table spells it.
    pub fn name(self) -> &'static str {
        spelling(Self::ALL, self)
    }

    /// What it means, in a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Category::Constant => "It never changes.",
            Category::Status => "It changes by itself.",
            Category::Config => {
                "It changes when somebody sets it, and is stored if clients write it."
            }
            Category::Other => "None of these: a command, for example.",
            Category::Unknown => "Nobody knows yet, which is a warning.",
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Returns the spelling of a word of a table.
pub(super) fn spelling<T: PartialEq>(all: &[(&'static str, T)], value: T) -> &'static str {
    all.iter()
        .find(|(_, known)| *known == value)
        .map_or("", |(spelling, _)| spelling)
}

/// The JSON value of a type, and the Rust type that holds it.
///
/// Emitters match on this, not on the [`Scalar`]: a type that is a whole number
/// like others needs no word from them, and one that is like no other is a
/// compile error in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// `true` or `false`.
    Bool,
    /// A number without a fraction.
    Whole(Width),
    /// A number.
    Real(Precision),
    /// A string.
    Text,
    /// An array.
    Array,
    /// An object.
    Object,
    /// Any of these.
    Any,
}

/// The integer of Rust that holds a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the integer of the same name")]
pub enum Width {
    U8,
    U16,
    U32,
    U64,
    I8,
    I16,
    I32,
    I64,
}

impl Width {
    /// As Rust calls it, and as JSON Schema does.
    pub(crate) fn names(self) -> (&'static str, &'static str) {
        match self {
            Width::U8 => ("u8", "uint8"),
            Width::U16 => ("u16", "uint16"),
            Width::U32 => ("u32", "uint32"),
            Width::U64 => ("u64", "uint64"),
            Width::I8 => ("i8", "int8"),
            Width::I16 => ("i16", "int16"),
            Width::I32 => ("i32", "int32"),
            Width::I64 => ("i64", "int64"),
        }
    }
}

/// The float of Rust that holds a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// `f32`.
    Single,
    /// `f64`.
    Double,
}

/// The spellings of a scalar, and the types that hold it.
struct ScalarRow {
    scalar: Scalar,
    /// The runtime's type of it: the one spelling, and the limits.
    runtime: goe_runtime::Type,
    /// The constant of [`goe_runtime::Type`].
    constant: &'static str,
    class: Class,
    /// Other spellings of published tables.
    aliases: &'static [&'static str],
    /// The unit that the type itself states.
    unit: Option<Unit>,
}

/// Makes the enum, the list of all and the rows of one table, so that a scalar
/// cannot be in one of them alone.
macro_rules! scalars {
    ($($scalar:ident $constant:ident $class:expr, [$($alias:literal),*] $($unit:ident)?;)*) => {
        /// A type without its `optional`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
        #[allow(missing_docs, reason = "each is the type of the same name in the table")]
        pub enum Scalar {
            $($scalar,)*
        }

        static SCALARS: &[ScalarRow] = &[$(ScalarRow {
            scalar: Scalar::$scalar,
            runtime: goe_runtime::Type::$constant,
            constant: stringify!($constant),
            class: $class,
            aliases: &[$($alias),*],
            unit: first_unit(&[$(Unit::$unit)?]),
        },)*];
    };
}

const fn first_unit(units: &[Unit]) -> Option<Unit> {
    match units {
        [] => None,
        [unit, ..] => Some(*unit),
    }
}

// The scalar, the runtime's constant, what holds it, other spellings, its unit.
// Times are signed: time zones lie west of Greenwich too.
scalars! {
    Bool         BOOL         Class::Bool,                    ["boolean"];
    Uint8        UINT8        Class::Whole(Width::U8),        ["uint8_t"];
    Uint16       UINT16       Class::Whole(Width::U16),       ["uint16_t"];
    Uint32       UINT32       Class::Whole(Width::U32),       ["uint32_t", "size_t", "unsigned int", "unsigned"];
    Uint64       UINT64       Class::Whole(Width::U64),       ["uint64_t"];
    Int8         INT8         Class::Whole(Width::I8),        ["int8_t"];
    Int16        INT16        Class::Whole(Width::I16),       ["int16_t"];
    Int32        INT32        Class::Whole(Width::I32),       ["int32_t", "int"];
    Int64        INT64        Class::Whole(Width::I64),       ["int64_t"];
    Float        FLOAT        Class::Real(Precision::Single), [];
    Double       DOUBLE       Class::Real(Precision::Double), [];
    String       STRING       Class::Text,                    [];
    Microseconds MICROSECONDS Class::Whole(Width::I64),       [] Microseconds;
    Milliseconds MILLISECONDS Class::Whole(Width::I64),       [] Milliseconds;
    Seconds      SECONDS      Class::Whole(Width::I64),       [] Seconds;
    Minutes      MINUTES      Class::Whole(Width::I64),       [] Minutes;
    Array        ARRAY        Class::Array,                   ["JsonArray"];
    Object       OBJECT       Class::Object,                  ["JsonObject"];
    Any          ANY          Class::Any,                     ["JsonVariantConst", "any JSON", "any json"];
}

/// Spellings of [`Scalar::Any`] that say less than they should.
const VAGUE: &[&str] = &["legacy", "TYPE", "any"];

impl Scalar {
    fn row(self) -> &'static ScalarRow {
        &SCALARS[self as usize]
    }

    /// The one spelling that generated files use.
    pub fn name(self) -> &'static str {
        self.row().runtime.name
    }

    /// The constant of `goe_runtime::Type` that describes it.
    pub fn constant(self) -> &'static str {
        self.row().constant
    }

    /// Returns the class of its JSON values.
    pub fn class(self) -> Class {
        self.row().class
    }

    /// The unit that the type itself states: of times.
    pub fn unit(self) -> Option<Unit> {
        self.row().unit
    }

    /// The least and greatest whole number, for types that hold only such.
    pub fn limits(self) -> Option<(i128, i128)> {
        match self.row().runtime.kind {
            goe_runtime::Kind::Integer { min, max } => Some((min.into(), max.into())),
            _ => None,
        }
    }

    /// Returns whether its values are numbers.
    pub fn is_number(self) -> bool {
        matches!(self.class(), Class::Whole(_) | Class::Real(_))
    }

    /// The scalar of this spelling, and whether the spelling is vague.
    pub(crate) fn parse(word: &str) -> Option<(Scalar, bool)> {
        // `any` says no more than the others do, only knowingly.
        if VAGUE.contains(&word) {
            return Some((Scalar::Any, true));
        }
        let known = |row: &&ScalarRow| row.runtime.name == word || row.aliases.contains(&word);
        SCALARS.iter().find(known).map(|row| (row.scalar, false))
    }

    /// Every type, by its one spelling, with the others that are read as it. Of
    /// [`Scalar::Any`] [`vague`](Self::vague) has more.
    #[allow(dead_code, reason = "the page of the language is printed from it")]
    pub(crate) fn spellings() -> impl Iterator<Item = (Scalar, &'static [&'static str])> {
        SCALARS.iter().map(|row| (row.scalar, row.aliases))
    }

    /// Spellings that are kept as [`Scalar::Any`] with a warning.
    #[allow(dead_code, reason = "the page of the language is printed from it")]
    pub(crate) fn vague() -> &'static [&'static str] {
        VAGUE
    }

    /// Every canonical spelling.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        SCALARS.iter().map(|row| row.runtime.name)
    }
}

/// A type of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Type {
    /// The type of the value when it is there.
    pub scalar: Scalar,
    /// It may be `null`.
    pub optional: bool,
    /// Of an array, what each entry is: `array<float>`. Nothing in tables that
    /// say `array` alone.
    pub element: Option<Scalar>,
}

impl Type {
    /// A value that is always there.
    pub const fn of(scalar: Scalar) -> Self {
        Type {
            scalar,
            optional: false,
            element: None,
        }
    }

    /// An array of this.
    pub const fn array(element: Scalar) -> Self {
        Type {
            scalar: Scalar::Array,
            optional: false,
            element: Some(element),
        }
    }

    /// Returns the scalar, or, of an array with a type, that of its entries.
    pub const fn item(self) -> Scalar {
        match self.element {
            Some(element) => element,
            None => self.scalar,
        }
    }

    /// The same, or `null`.
    pub const fn or_null(self) -> Self {
        Type {
            optional: true,
            ..self
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (open, close) = match self.optional {
            true => ("optional<", ">"),
            false => ("", ""),
        };
        let name = self.scalar.name();
        match self.element {
            Some(element) => write!(f, "{open}{name}<{}>{close}", element.name()),
            None => write!(f, "{open}{name}{close}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (index, row) in SCALARS.iter().enumerate() {
            let name = row.runtime.name;
            assert_eq!(row.scalar as usize, index, "{name}");
            let vague = row.scalar == Scalar::Any;
            assert_eq!(Scalar::parse(name), Some((row.scalar, vague)));
            let whole = matches!(row.class, Class::Whole(_));
            assert_eq!(row.scalar.limits().is_some(), whole, "{name}");
        }
    }
}
