//! The words of the R/W, Type and Category columns.

use std::fmt;

use serde::Serialize;

/// Who may do what with a value.
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

    /// Whether clients may read it.
    pub fn readable(self) -> bool {
        self != Access::Write
    }

    /// Whether clients may write it.
    pub fn writable(self) -> bool {
        self != Access::Read
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(spelling(Self::ALL, *self))
    }
}

/// What kind of thing a key is.
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
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn spelling<T: PartialEq>(all: &[(&'static str, T)], value: T) -> &'static str {
    all.iter()
        .find(|(_, known)| *known == value)
        .map_or("", |(spelling, _)| spelling)
}

/// A type without its `optional`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[allow(
    missing_docs,
    reason = "each is the type of the same name in the table"
)]
pub enum Scalar {
    Bool,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    Int8,
    Int16,
    Int32,
    Int64,
    Float,
    Double,
    String,
    Microseconds,
    Milliseconds,
    Seconds,
    Minutes,
    Array,
    Object,
    Any,
}

/// A [`Scalar`], how it is spelled, and what it can hold.
struct ScalarRow {
    scalar: Scalar,
    name: &'static str,
    /// Other spellings of published tables.
    aliases: &'static [&'static str],
    /// Spellings that say less than they should.
    vague: &'static [&'static str],
    limits: Option<(i128, i128)>,
}

const fn row(
    scalar: Scalar,
    name: &'static str,
    aliases: &'static [&'static str],
    limits: Option<(i128, i128)>,
) -> ScalarRow {
    ScalarRow {
        scalar,
        name,
        aliases,
        vague: &[],
        limits,
    }
}

/// Times are signed: time zones lie west of Greenwich too.
const TIME: Option<(i128, i128)> = Some((i64::MIN as i128, i64::MAX as i128));

/// By the order of [`Scalar`].
static SCALARS: &[ScalarRow] = &[
    row(Scalar::Bool, "bool", &["boolean"], None),
    row(
        Scalar::Uint8,
        "uint8",
        &["uint8_t"],
        Some((0, u8::MAX as i128)),
    ),
    row(
        Scalar::Uint16,
        "uint16",
        &["uint16_t"],
        Some((0, u16::MAX as i128)),
    ),
    row(
        Scalar::Uint32,
        "uint32",
        &["uint32_t", "size_t", "unsigned int", "unsigned"],
        Some((0, u32::MAX as i128)),
    ),
    row(
        Scalar::Uint64,
        "uint64",
        &["uint64_t"],
        Some((0, u64::MAX as i128)),
    ),
    row(
        Scalar::Int8,
        "int8",
        &["int8_t"],
        Some((i8::MIN as i128, i8::MAX as i128)),
    ),
    row(
        Scalar::Int16,
        "int16",
        &["int16_t"],
        Some((i16::MIN as i128, i16::MAX as i128)),
    ),
    row(
        Scalar::Int32,
        "int32",
        &["int32_t", "int"],
        Some((i32::MIN as i128, i32::MAX as i128)),
    ),
    row(
        Scalar::Int64,
        "int64",
        &["int64_t"],
        Some((i64::MIN as i128, i64::MAX as i128)),
    ),
    row(Scalar::Float, "float", &[], None),
    row(Scalar::Double, "double", &[], None),
    row(Scalar::String, "string", &[], None),
    row(Scalar::Microseconds, "microseconds", &[], TIME),
    row(Scalar::Milliseconds, "milliseconds", &[], TIME),
    row(Scalar::Seconds, "seconds", &[], TIME),
    row(Scalar::Minutes, "minutes", &[], TIME),
    row(Scalar::Array, "array", &["JsonArray"], None),
    row(Scalar::Object, "object", &["JsonObject"], None),
    ScalarRow {
        scalar: Scalar::Any,
        name: "any",
        aliases: &["JsonVariantConst"],
        vague: &["legacy", "TYPE"],
        limits: None,
    },
];

impl Scalar {
    /// The one spelling that generated files use.
    pub fn name(self) -> &'static str {
        SCALARS[self as usize].name
    }

    /// The least and greatest whole number, for types that hold only such.
    pub fn limits(self) -> Option<(i128, i128)> {
        SCALARS[self as usize].limits
    }

    /// Whether its values are numbers.
    pub fn is_number(self) -> bool {
        self.limits().is_some() || matches!(self, Scalar::Float | Scalar::Double)
    }

    /// The scalar of this spelling, and whether the spelling is vague.
    pub(crate) fn parse(word: &str) -> Option<(Scalar, bool)> {
        SCALARS.iter().find_map(|row| {
            let known = row.name == word || row.aliases.contains(&word);
            // `any` says no more than the others do, only knowingly.
            let any = row.scalar == Scalar::Any && row.name == word;
            let vague = row.vague.contains(&word) || any;
            (known || vague).then_some((row.scalar, vague))
        })
    }

    /// Every canonical spelling.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        SCALARS.iter().map(|row| row.name)
    }
}

/// A type of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Type {
    /// What it is when it is there.
    pub scalar: Scalar,
    /// Whether it may be `null`.
    pub optional: bool,
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.optional {
            true => write!(f, "optional<{}>", self.scalar.name()),
            false => f.write_str(self.scalar.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (index, row) in SCALARS.iter().enumerate() {
            assert_eq!(row.scalar as usize, index, "{}", row.name);
            let vague = row.scalar == Scalar::Any;
            assert_eq!(Scalar::parse(row.name), Some((row.scalar, vague)));
        }
    }
}
