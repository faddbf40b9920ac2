//! The text of a set, checked against its type in one pass.
//!
//! A [`Reader`] walks over the text once: what it finds it holds against the
//! type at the same time, so that a value costs as long as it is. A fault of
//! the type does not end the walk, since a text that is not JSON is told first:
//! the first such fault is kept until the end is seen.
//!
//! It recurses as deep as the shapes of a table nest, never as deep as a text.

use crate::checked::Value;
use crate::descriptor::{Entries, Kind, Shape, Type};
use crate::error::{Reason, ValuePath, WriteError};
use crate::json::{JsonError, MAX_DEPTH, blank, skip, skip_string, skip_word};
use crate::named::NamedValue;
use crate::number::Number;
use crate::string::JsonStr;

use JsonError::{IncompleteInput, InvalidInput};

/// Reads one value, which is all of the text, into `value` and checks it.
///
/// Most sets are a number and nothing else, which needs none of a reader's state.
pub(crate) fn read<'a>(ty: &Type, json: &'a str, value: &mut Value<'a>) -> Result<(), WriteError> {
    let mut end = 0;
    if let Ok(number) = Number::read(json, &mut end)
        && end == json.len()
    {
        *value = Value::Number(number);
        return match leaf(ty, ty.list, value, json) {
            None => Ok(()),
            Some(reason) => Err(WriteError::Rejected {
                reason,
                path: ValuePath::TOP,
            }),
        };
    }
    let mut reader = Reader {
        json,
        at: 0,
        depth: 0,
        value,
        fault: None,
    };
    let found = reader.value(ty, ty.list, Here::Top);
    reader.blank();
    let (reason, path) = match (found, reader.fault) {
        (Err(error), _) => (Reason::Json(error), ValuePath::TOP),
        _ if reader.at < json.len() => (Reason::Json(InvalidInput), ValuePath::TOP),
        (Ok(()), Some(fault)) => fault,
        (Ok(()), None) => return Ok(()),
    };
    Err(WriteError::Rejected { reason, path })
}

/// Checks a value that was never a text.
pub(crate) fn check(ty: &Type, value: &Value<'_>) -> Result<(), WriteError> {
    let rejected = |reason, path| Err(WriteError::Rejected { reason, path });
    let (Value::Numbers(numbers), Some(entries)) = (value, ty.list) else {
        return match leaf(ty, ty.list, &mut value.clone(), "") {
            None => Ok(()),
            Some(reason) => rejected(reason, ValuePath::TOP),
        };
    };
    if numbers.len() > usize::from(entries.max()) {
        return rejected(Reason::TooMany { max: entries.max() }, ValuePath::TOP);
    }
    if let Entries::Exactly(count) = entries
        && numbers.len() < usize::from(count)
    {
        return rejected(Reason::WrongCount { count }, ValuePath::TOP);
    }
    for (at, &number) in (0..).zip(*numbers) {
        if let Some(reason) = fault(ty, None, &Value::Number(number), "") {
            return rejected(reason, ValuePath::TOP.entry(at));
        }
    }
    Ok(())
}

/// Where a reader is: a step in what it is in, so that nothing is copied on the way.
#[derive(Clone, Copy)]
enum Here<'h> {
    Top,
    /// An entry of the list.
    Entry(&'h Here<'h>, u16),
    /// A member of the object.
    Field(&'h Here<'h>, &'static str),
}

impl Here<'_> {
    fn path(self) -> ValuePath {
        match self {
            Here::Top => ValuePath::TOP,
            Here::Entry(list, index) => list.path().entry(index),
            Here::Field(object, name) => object.path().field(name),
        }
    }
}

struct Reader<'a, 'v> {
    json: &'a str,
    at: usize,
    /// Arrays and objects around.
    depth: u32,
    /// The last one that was read.
    value: &'v mut Value<'a>,
    /// The first thing that the type does not take.
    fault: Option<(Reason, ValuePath)>,
}

impl<'a> Reader<'a, '_> {
    fn blank(&mut self) {
        self.at = blank(self.json.as_bytes(), self.at);
    }

    /// The next byte that is not white space.
    fn peek(&mut self) -> Result<u8, JsonError> {
        self.blank();
        let byte = self.json.as_bytes().get(self.at);
        byte.copied().ok_or(IncompleteInput)
    }

    fn reject(&mut self, reason: Reason, here: Here<'_>) {
        if self.fault.is_none() {
            self.fault = Some((reason, here.path()));
        }
    }

    /// The text from a place up to here.
    fn since(&self, start: usize) -> &'a str {
        // Both are where a token begins or ends.
        self.json.get(start..self.at).unwrap_or_default()
    }

    /// A value of the type, or a list of them if `list` says so.
    fn value(&mut self, ty: &Type, list: Option<Entries>, here: Here<'_>) -> Result<(), JsonError> {
        let byte = self.peek()?;
        let start = self.at;
        match (list, ty.kind, byte) {
            (Some(entries), _, b'[') => {
                self.list(ty, entries, here)?;
                *self.value = Value::Array(self.since(start));
                return Ok(());
            }
            (None, Kind::Object(shape), b'{') => {
                self.object(shape, here)?;
                *self.value = Value::Object(self.since(start));
                return Ok(());
            }
            _ => self.untyped(byte)?,
        }
        let text = self.since(start);
        if let Some(reason) = leaf(ty, list, self.value, text) {
            self.reject(reason, here);
        }
        Ok(())
    }

    fn list(&mut self, ty: &Type, entries: Entries, here: Here<'_>) -> Result<(), JsonError> {
        // Of a list of plain values in a member the member alone is told: deployed
        // clients know that text.
        let is_told = matches!(here, Here::Top) || matches!(ty.kind, Kind::Object(_));
        let mut count = 0;
        let mut more = self.open(b']')?;
        while more {
            if count < entries.max() {
                let entry = match is_told {
                    true => Here::Entry(&here, count),
                    false => here,
                };
                self.value(ty, None, entry)?;
                count += 1;
            } else {
                let reason = match entries {
                    Entries::AtMost(max) => Reason::TooMany { max },
                    Entries::Exactly(count) => Reason::WrongCount { count },
                };
                self.reject(reason, here);
                self.skip()?;
            }
            more = self.goes_on(b']')?;
        }
        if let Entries::Exactly(wanted) = entries
            && count < wanted
        {
            self.reject(Reason::WrongCount { count: wanted }, here);
        }
        Ok(())
    }

    fn object(&mut self, shape: &Shape, here: Here<'_>) -> Result<(), JsonError> {
        let mut more = self.open(b'}')?;
        while more {
            if self.peek()? != b'"' {
                return Err(InvalidInput);
            }
            let name = self.string()?;
            if self.peek()? != b':' {
                return Err(InvalidInput);
            }
            self.at += 1;
            match shape.field(&name) {
                Some(field) if field.access.writable() => {
                    let ty = &field.write;
                    self.value(ty, ty.list, Here::Field(&here, field.name))?;
                }
                Some(field) => {
                    self.reject(Reason::ReadOnlyField, Here::Field(&here, field.name));
                    self.skip()?;
                }
                // Whoever sends more than is known here is heard for the rest.
                None => self.skip()?,
            }
            more = self.goes_on(b'}')?;
        }
        Ok(())
    }

    /// Into an array or object; whether there is anything in it.
    fn open(&mut self, end: u8) -> Result<bool, JsonError> {
        if self.depth == MAX_DEPTH {
            return Err(InvalidInput);
        }
        self.at += 1;
        if self.peek()? == end {
            self.at += 1;
            return Ok(false);
        }
        self.depth += 1;
        Ok(true)
    }

    /// Behind an entry or a member; whether another one follows.
    fn goes_on(&mut self, end: u8) -> Result<bool, JsonError> {
        match self.peek()? {
            b',' => {
                self.at += 1;
                Ok(true)
            }
            byte if byte == end => {
                self.at += 1;
                self.depth -= 1;
                Ok(false)
            }
            _ => Err(InvalidInput),
        }
    }

    /// A value of any type, which begins here with this byte.
    fn untyped(&mut self, byte: u8) -> Result<(), JsonError> {
        let start = self.at;
        let mut word = |word: &[u8]| {
            self.at = skip_word(self.json.as_bytes(), start, word)?;
            Ok(())
        };
        *self.value = match byte {
            b'-' | b'0'..=b'9' => Value::Number(Number::read(self.json, &mut self.at)?),
            b'"' => Value::Text(self.string()?),
            b't' => {
                word(b"true")?;
                Value::Bool(true)
            }
            b'f' => {
                word(b"false")?;
                Value::Bool(false)
            }
            b'n' => {
                word(b"null")?;
                Value::Null
            }
            b'[' => {
                self.skip()?;
                Value::Array(self.since(start))
            }
            b'{' => {
                self.skip()?;
                Value::Object(self.since(start))
            }
            _ => return Err(InvalidInput),
        };
        Ok(())
    }

    /// The string that begins here.
    fn string(&mut self) -> Result<JsonStr<'a>, JsonError> {
        let start = self.at;
        self.at = skip_string(self.json.as_bytes(), start)?;
        Ok(JsonStr::from_quoted(self.since(start)))
    }

    /// Over a value that no type is known of.
    fn skip(&mut self) -> Result<(), JsonError> {
        self.at = skip(self.json.as_bytes(), self.at, self.depth)?;
        Ok(())
    }
}

/// Returns why a type rejects a value that was read without looking at the type,
/// `None` if it does not; the value then is what the type says of it.
#[inline]
fn leaf<'a>(
    ty: &Type,
    list: Option<Entries>,
    value: &mut Value<'a>,
    text: &'a str,
) -> Option<Reason> {
    // Of a list it is the whole that may be null.
    let nullable = ty.nullable && list.is_some() == ty.list.is_some();
    if nullable && matches!(value, Value::Null) {
        return None;
    }
    let fault = fault(ty, list, value, text);
    if let Kind::AnyObject { .. } | Kind::AnyArray { .. } | Kind::FewOf { .. } | Kind::Any { .. } =
        ty.kind
    {
        *value = Value::Raw(text);
    }
    fault
}

/// Returns why a type rejects a value, `None` if it does not. The value is not
/// the array or the object that the type may want.
fn fault(ty: &Type, list: Option<Entries>, value: &Value<'_>, text: &str) -> Option<Reason> {
    let out_of_range = |value, min, max| Some(Reason::OutOfRange { value, min, max });
    match (ty.kind, *value) {
        (Kind::Object(_), _) if list.is_none() && ty.list.is_some() => {
            Some(Reason::WrongType(ty.name))
        }
        (_, Value::Number(number)) if number.is_infinite() => Some(Reason::WrongType("double")),
        _ if list.is_some() => Some(Reason::WrongType("array")),
        (Kind::Bool, Value::Bool(_)) | (Kind::Double, Value::Number(_)) => None,
        (Kind::Integer { min, max }, Value::Number(number)) if number.is_whole() => {
            match number.is_within(min, max) {
                true => None,
                false => out_of_range(number, min, max),
            }
        }
        (Kind::Named(values), Value::Number(number)) => {
            let known = |named: &NamedValue| number.as_i64() == Some(named.value);
            match values.iter().any(known) {
                true => None,
                false => Some(not_named(values, number)),
            }
        }
        (Kind::Float, Value::Number(number)) if (number.as_f64() as f32).is_finite() => None,
        (Kind::RealWithin { min, max }, Value::Number(number)) => {
            match (min as f64..=max as f64).contains(&number.as_f64()) {
                true => None,
                false => out_of_range(number, min, max),
            }
        }
        (Kind::Colour, Value::Text(text)) => match is_colour(text) {
            true => None,
            false => Some(Reason::WrongType("#RRGGBB")),
        },
        (Kind::Text { min, max }, Value::Text(text)) => {
            // Without a least length, nothing is measured that is not needed.
            let long_enough = min == 0 || text.len() >= min.into();
            match (long_enough && text.fits(max.into()), min) {
                (true, _) => None,
                (false, 0) => Some(Reason::TooLong { max }),
                (false, _) => Some(Reason::WrongLength {
                    length: u16::try_from(text.len()).unwrap_or(u16::MAX),
                    min,
                    max,
                }),
            }
        }
        (Kind::FewOf { entries, .. }, Value::Array(json)) if count(json) > entries.into() => {
            Some(Reason::TooMany { max: entries })
        }
        (Kind::AnyObject { max }, Value::Object(_))
        | (Kind::AnyArray { max } | Kind::FewOf { max, .. }, Value::Array(_))
        | (Kind::Any { max }, _) => match text.len() <= max.into() {
            true => None,
            false => Some(Reason::TooLong { max }),
        },
        _ => Some(Reason::WrongType(ty.name)),
    }
}

/// The entries of a checked array.
fn count(json: &str) -> usize {
    let mut cursor = crate::json::Cursor::new(json);
    let mut count = 0;
    cursor.enter();
    while cursor.goes_on() && cursor.value().is_some() {
        count += 1;
    }
    count
}

/// `#` and six hexadecimal digits.
fn is_colour(text: JsonStr<'_>) -> bool {
    let mut chars = text.chars();
    chars.next() == Some('#') && text.len() == 7 && chars.all(|c| c.is_ascii_hexdigit())
}

/// Names without gaps are a range, which is what deployed clients expect to read.
fn not_named(values: &[NamedValue], value: Number) -> Reason {
    let min = values.iter().map(|named| named.value).min().unwrap_or(0);
    let max = values.iter().map(|named| named.value).max().unwrap_or(0);
    if let Ok(max) = u64::try_from(max)
        && !value.is_within(min, max)
    {
        return Reason::OutOfRange { value, min, max };
    }
    Reason::NotNamed { value }
}
