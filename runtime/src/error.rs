//! Why a write was refused.
//!
//! One `Copy` type without strings of its own: the wording of HTTP and of MQTT
//! differs, deployed clients match on both, and [`WriteError::http`] and
//! [`WriteError::mqtt`], each beside the tables of its protocol, are the only
//! places that know it.

use core::fmt::{self, Display, Formatter};

use crate::descriptor::Profile;
use crate::json::JsonError;
use crate::mask::{Masked, WithoutLogin};
use crate::number::Number;
use crate::out::Float;

/// Why a value was not taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum WriteError {
    /// No key has that name. The sender should look at the reference.
    UnknownKey,
    /// The key can only be read.
    WithoutSetter,
    /// The value does not satisfy the table. Nothing changed.
    Rejected {
        /// The reason why it is rejected.
        reason: Reason,
        /// Where in the value.
        path: ValuePath,
    },
    /// The value satisfies the table, yet the device cannot take it. Nothing
    /// changed.
    Refused(Refusal),
    /// The message was longer than the device can receive.
    PayloadTooLong,
}

/// The reason why a value is rejected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reason {
    /// It is not JSON.
    Json(JsonError),
    /// It is of another type than the spec's, which is named here.
    WrongType(&'static str),
    /// A whole number outside the range, limits inclusive.
    OutOfRange {
        /// The number sent.
        value: Number,
        /// Smallest accepted.
        min: i64,
        /// Largest accepted.
        max: u64,
    },
    /// A number between the named values, but none of them.
    NotNamed {
        /// The number sent.
        value: Number,
    },
    /// A text or undescribed JSON of more bytes than this.
    TooLong {
        /// Most bytes accepted.
        max: u16,
    },
    /// A text of fewer or more bytes than it may have.
    WrongLength {
        /// Bytes sent.
        length: u16,
        /// Fewest accepted.
        min: u16,
        /// Most accepted.
        max: u16,
    },
    /// An array of more entries than this.
    TooMany {
        /// Most entries accepted.
        max: u16,
    },
    /// An array that must always have as many entries as this, and does not.
    WrongCount {
        /// Entries it must have.
        count: u16,
    },
    /// A member that can only be read.
    ReadOnlyField,
}

/// Where in a value the fault is.
///
/// From the outside in, in few bytes, since results hold it: a step is an entry of the
/// list that is here, and a member of the object that is here or that this entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValuePath {
    entries: [u16; STEPS],
    fields: [Option<&'static str>; STEPS],
}

/// Of a place that is deeper, the outermost parts are told.
const STEPS: usize = 4;

/// A step that is of no list; none has as many entries.
const NO_ENTRY: u16 = u16::MAX;

impl Default for ValuePath {
    fn default() -> Self {
        ValuePath::TOP
    }
}

impl ValuePath {
    /// The value itself.
    pub const TOP: ValuePath = ValuePath {
        entries: [NO_ENTRY; STEPS],
        fields: [None; STEPS],
    };

    /// An entry of the array, counted from 0.
    pub const fn entry(mut self, index: u16) -> Self {
        let at = self.next();
        if at < STEPS {
            self.entries[at] = index;
        }
        self
    }

    /// A member of the object.
    pub const fn field(mut self, name: &'static str) -> Self {
        let at = self.next();
        if at < STEPS {
            self.fields[at] = Some(name);
        }
        self
    }

    /// The step that no member ends.
    const fn next(&self) -> usize {
        let mut at = 0;
        while at < STEPS && self.fields[at].is_some() {
            at += 1;
        }
        at
    }
}

/// Entries are counted from 0, as their positions in the array and the numbers
/// that erase one are. Deployed clients know the text of the first step.
impl Display for ValuePath {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut steps = self.entries.into_iter().zip(self.fields);
        match steps.next() {
            None | Some((NO_ENTRY, None)) => return Ok(()),
            Some((NO_ENTRY, Some(field))) => f.write_str(field)?,
            Some((entry, None)) => write!(f, "entry {entry}")?,
            Some((entry, Some(field))) => write!(f, "entry {entry}, {field}")?,
        }
        for (entry, field) in steps {
            if entry != NO_ENTRY {
                write!(f, "[{entry}]")?;
            }
            if let Some(field) = field {
                write!(f, ".{field}")?;
            }
        }
        f.write_str(": ")
    }
}

/// A device's own reason, beyond what the table says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Where in the value.
    pub path: ValuePath,
    /// The reason, and what would be accepted, lower case, no full stop.
    pub reason: &'static str,
}

impl Refusal {
    /// For a reason that concerns the whole value.
    pub const fn new(reason: &'static str) -> Self {
        Refusal {
            path: ValuePath::TOP,
            reason,
        }
    }
}

impl Display for Refusal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.path, self.reason)
    }
}

impl Display for Number {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match *self {
            Number::Natural(magnitude) => magnitude.fmt(f),
            Number::Negative(magnitude) => write!(f, "-{magnitude}"),
            Number::Real(real) => Float(real).fmt(f),
        }
    }
}

impl Display for JsonError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            JsonError::IncompleteInput => "IncompleteInput",
            JsonError::InvalidInput => "InvalidInput",
        })
    }
}

impl Display for Reason {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Json(error) => write!(f, "invalid json {error}"),
            Reason::WrongType(name) => write!(f, "value must be {name}"),
            Reason::OutOfRange { value, min, max } => {
                write!(f, "Value {value} exceeds range {min} to {max}")
            }
            Reason::NotNamed { value } => write!(f, "Value {value} is none of the named values"),
            Reason::TooLong { max } => write!(f, "Value exceeds {max} bytes"),
            // Recorded of a charger, with two blanks.
            Reason::WrongLength { length, min, max } => {
                write!(f, "String length  {length} exceeds range {min} to {max}")
            }
            Reason::TooMany { max } => write!(f, "Value exceeds {max} entries"),
            Reason::WrongCount { count } => write!(f, "Value must have {count} entries"),
            Reason::ReadOnlyField => f.write_str("Value can only be read"),
        }
    }
}

/// The value that was sent, as a refusal may repeat it.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// The value's text.
    pub raw: &'a str,
    /// What is known of its key, and whether it is a secret; `None` without a key.
    pub profile: Option<&'a Profile>,
}

impl Sent<'_> {
    /// For a refusal that repeats nothing.
    pub const NOTHING: Self = Sent {
        raw: "",
        profile: None,
    };
}

impl Display for Sent<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.profile {
            Some(profile) if profile.is_secret() => Masked {
                text: self.raw,
                shape: profile.write.shape(),
            }
            .fmt(f),
            _ => WithoutLogin(self.raw).fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;
    use crate::{Access, Category, Field, Profile, Shape, Type, value};

    static SHAPE: Shape = Shape {
        fields: &[
            Field::new("name", Access::ReadWrite, Type::STRING.at_most(4)),
            Field::new("code", Access::ReadWrite, Type::BOOL).written_as(Type::STRING),
        ],
    };

    fn says(ty: Type, raw: &str, http: &str, mqtt: &str) {
        let descriptor = Profile::new(Access::ReadWrite, Category::Config, ty);
        let error = value::read(&descriptor, raw, &mut value::Value::Null).expect_err(raw);
        let sent = Sent {
            raw,
            profile: Some(&descriptor),
        };
        assert_eq!(error.http("key", sent).to_string(), http);
        assert_eq!(error.mqtt(sent).to_string(), mqtt);
    }

    #[test]
    fn reasons_in_the_words_clients_know() {
        let name = Type::STRING.bytes(4, 8);
        says(
            name,
            "\"go\"",
            "key: failed: String length  2 exceeds range 4 to 8 (\"go\")",
            "String length  2 exceeds range 4 to 8 \"go\"",
        );
        says(
            name,
            "\"123456789\"",
            "key: failed: String length  9 exceeds range 4 to 8 (\"123456789\")",
            "String length  9 exceeds range 4 to 8 \"123456789\"",
        );
        let digit = Type::UINT8.within(0, 9);
        says(
            digit,
            "10",
            "key: failed: Value 10 exceeds range 0 to 9 (10)",
            "Value 10 exceeds range 0 to 9",
        );
        says(
            digit,
            "-1",
            "key: failed: Value -1 exceeds range 0 to 9 (-1)",
            "Value -1 exceeds range 0 to 9",
        );
        says(
            digit,
            "1e20",
            "key: failed: Value 1e20 exceeds range 0 to 9 (1e20)",
            "Value 1e20 exceeds range 0 to 9",
        );
        says(
            digit,
            "1.5",
            "key: value must be uint8 (1.5)",
            "value must be uint8 1.5",
        );
        says(
            Type::STRING,
            "0",
            "key: value must be string (0)",
            "value must be string 0",
        );
        says(
            Type::DOUBLE,
            "1e999",
            "key: value must be double (1e999)",
            "value must be double 1e999",
        );
        says(
            Type::DOUBLE,
            "3.1.4",
            "key: tried to set api key with invalid json InvalidInput (3.1.4)",
            "invalid json InvalidInput: 3.1.4",
        );
        says(
            Type::DOUBLE,
            "",
            "key: tried to set api key with invalid json IncompleteInput ()",
            "invalid json IncompleteInput: ",
        );
        says(
            Type::DOUBLE,
            "null",
            "key: value must be double (null)",
            "value must be double null",
        );
    }

    #[test]
    fn secrets_are_masked_and_places_told() {
        let ty = Type::OBJECT.of(&SHAPE).list(2);
        says(
            ty,
            r#"[{"code":"hunter22"#,
            r#"key: tried to set api key with invalid json IncompleteInput ([{"code":"***)"#,
            r#"invalid json IncompleteInput: [{"code":"***"#,
        );
        says(
            ty,
            r#"[{},{"name":"ab","code":7}]"#,
            r#"key: failed: entry 1, code: value must be string ([{},{"name":"***","code":***}])"#,
            "entry 1, code: value must be string",
        );
        says(
            ty,
            r#"[{"name":"abcde"}]"#,
            r#"key: failed: entry 0, name: Value exceeds 4 bytes ([{"name":"***"}])"#,
            "entry 0, name: Value exceeds 4 bytes",
        );
        says(
            ty,
            "[{},{},{}]",
            "key: failed: Value exceeds 2 entries ([{},{},{}])",
            "Value exceeds 2 entries",
        );
    }

    static TIME: Shape = Shape {
        fields: &[
            Field::new("hour", Access::ReadWrite, Type::UINT8.within(0, 23)),
            Field::new("now", Access::Read, Type::BOOL),
            Field::new("days", Access::ReadWrite, Type::UINT8.within(0, 6).list(2)),
        ],
    };

    static RANGE: Shape = Shape {
        fields: &[
            Field::new("begin", Access::ReadWrite, Type::OBJECT.of(&TIME)),
            Field::new("code", Access::Write, Type::STRING),
        ],
    };

    static WEEK: Shape = Shape {
        fields: &[Field::new(
            "ranges",
            Access::ReadWrite,
            Type::OBJECT.of(&RANGE).list(2),
        )],
    };

    #[test]
    fn places_within_shapes_are_told() {
        let week = Type::OBJECT.of(&WEEK);
        for (ty, raw, path, reason) in [
            (
                week,
                r#"{"ranges":[{},{"begin":{"hour":24}}]}"#,
                "ranges[1].begin.hour",
                "Value 24 exceeds range 0 to 23",
            ),
            (
                week.list(3),
                r#"[{},{"ranges":[{"begin":{"hour":24}}]}]"#,
                "entry 1, ranges[0].begin.hour",
                "Value 24 exceeds range 0 to 23",
            ),
            (
                week, r#"{"ranges":[{},7]}"#, "ranges[1]", "value must be object",
            ),
            (week, r#"{"ranges":{}}"#, "ranges", "value must be array"),
            (
                week,
                r#"{"ranges":[{},{},{}]}"#,
                "ranges",
                "Value exceeds 2 entries",
            ),
            (
                week,
                r#"{"ranges":[{"begin":{"now":true}}]}"#,
                "ranges[0].begin.now",
                "Value can only be read",
            ),
            // Of a list of plain values in a member the member alone.
            (
                week,
                r#"{"ranges":[{"begin":{"days":[7]}}]}"#,
                "ranges[0].begin.days",
                "Value 7 exceeds range 0 to 6",
            ),
        ] {
            let error = {
                let profile = Profile::new(Access::ReadWrite, Category::Config, ty);
                value::read(&profile, raw, &mut value::Value::Null).expect_err(raw)
            };
            assert_eq!(
                error.mqtt(Sent::NOTHING).to_string(),
                std::format!("{path}: {reason}"),
                "{raw}"
            );
        }
    }

    #[test]
    fn what_is_deeper_than_a_path_is_told_by_its_outermost_part() {
        let path = ["a", "b", "c", "d", "e"]
            .into_iter()
            .fold(ValuePath::TOP, ValuePath::field);
        assert_eq!(path.entry(3).to_string(), "a.b.c.d: ");
    }

    #[test]
    fn secrets_within_shapes_are_masked() {
        says(
            Type::OBJECT.of(&WEEK),
            r#"{"ranges":[{"begin":{"hour":24},"code":"hunter22","other":1}]}"#,
            r#"key: failed: ranges[0].begin.hour: Value 24 exceeds range 0 to 23 ({"ranges":[{"begin":{"hour":***},"code":"***","***":***}]})"#,
            "ranges[0].begin.hour: Value 24 exceeds range 0 to 23",
        );
    }

    #[test]
    fn members_that_nobody_knows_are_ignored() {
        let ty = Type::OBJECT.of(&SHAPE).list(2);
        let descriptor = Profile::new(Access::ReadWrite, Category::Config, ty);
        let raw = r#"[{"nam":1,"name":"x","more":{"name":[1.]}}]"#;
        assert_eq!(
            value::read(&descriptor, raw, &mut value::Value::Null),
            Ok(())
        );
    }

    #[test]
    fn lists_tell_which_entry() {
        let digits = Type::UINT8.within(0, 9).list(3);
        let pair = Type::FLOAT.list(2).exactly();
        for (ty, raw, mqtt) in [
            (digits, "7", "value must be array 7"),
            (digits, "{}", "value must be array {}"),
            (digits, "null", "value must be array null"),
            (digits, "[1,10]", "entry 1: Value 10 exceeds range 0 to 9"),
            (digits, "[true]", "entry 0: value must be uint8"),
            (digits.or_null(), "[0,null]", "entry 1: value must be uint8"),
            (digits, "[1,2,3,4]", "Value exceeds 3 entries"),
            // The first fault wins, and it is the entry's.
            (digits, "[1,2,x]", "invalid json InvalidInput: [1,2,x]"),
            (
                digits,
                "[1,10,2,3]",
                "entry 1: Value 10 exceeds range 0 to 9",
            ),
            (digits, "[1,2,3,10]", "Value exceeds 3 entries"),
            (pair, "[1]", "Value must have 2 entries"),
            (pair, "[]", "Value must have 2 entries"),
            (pair, "[1,2,3]", "Value must have 2 entries"),
            (pair, "[1,\"2\"]", "entry 1: value must be float"),
            (
                Type::STRING.at_most(1).list(1),
                "[\"ab\"]",
                "entry 0: Value exceeds 1 bytes",
            ),
        ] {
            let http = match mqtt.strip_prefix("value must be array ") {
                _ if mqtt.starts_with("invalid json") => {
                    std::format!("key: tried to set api key with invalid json InvalidInput ({raw})")
                }
                Some(_) => std::format!("key: value must be array ({raw})"),
                None => std::format!("key: failed: {mqtt} ({raw})"),
            };
            says(ty, raw, &http, mqtt);
        }
    }
}
