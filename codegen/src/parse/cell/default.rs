//! The Default cell: JSON, the name of a number, or a text; and what prose calls the default.

use std::ops::Range;

use serde_json::Value;

use crate::{
    facts,
    model::{Class, Facts, Format, Length, Precision, Scalar, Type, Unit, ValueList},
};

/// The number that `text` is, without the unit behind it, and that unit: `16 A`.
pub(crate) fn without_unit<'a>(text: &'a str, types: Option<&[Type]>) -> (&'a str, Option<Unit>) {
    let is_number = types.is_some_and(|types| types.iter().all(|ty| ty.scalar.is_number()));
    let end = text.rfind(|c: char| c.is_ascii_digit());
    let split = end.map(|end| text.split_at(end + 1)).filter(|_| is_number);
    let (number, unit) = split.unwrap_or((text, ""));
    match facts::unit(unit.trim()) {
        Some(unit) if serde_json::from_str::<serde_json::Number>(number).is_ok() => {
            (number, Some(unit))
        }
        _ => (text, None),
    }
}

/// The value that `text` is, of a value with `facts` that has one of `types`; or what is
/// wrong with it, and what could be written.
///
/// Without types it is not known what fits.
pub(crate) fn read(
    text: &str,
    facts: &Facts,
    types: Option<&[Type]>,
) -> Result<Value, (String, String)> {
    let json = serde_json::from_str::<Value>(text).ok();
    let Some(types) = types else {
        return Ok(json.unwrap_or_else(|| Value::String(text.to_owned())));
    };
    let named = named(text, facts);
    if let Some(named) = named {
        return Ok(named);
    }
    // What a write takes comes last.
    let mut wrong = None;
    for &ty in types.iter().rev() {
        // Nobody quotes the text of a cell.
        let bare = || (ty.scalar == Scalar::String).then(|| Value::String(text.to_owned()));
        let quoted = json.clone().filter(|json| match ty.scalar {
            Scalar::String => json.is_string() || (json.is_null() && ty.optional),
            _ => true,
        });
        let Some(value) = quoted.or_else(bare) else {
            wrong.get_or_insert_with(|| ("neither JSON nor a name".to_owned(), ty));
            continue;
        };
        match fits(&value, facts, ty) {
            Ok(()) => return Ok(value),
            Err(what) => _ = wrong.get_or_insert((what, ty)),
        }
    }
    let (what, ty) = wrong.unwrap_or_else(|| (String::new(), Type::of(Scalar::Any)));
    Err((what, advice(facts, ty)))
}

/// Words that prose has before a default.
const WORDS: &[&str] = &[
    "default", "defaults", "standard", "standardwert", "vorgabe", "werkseinstellung",
];
/// What may stand between.
const BESIDE: &[&str] = &["value", "is", "to", "ist", ":", "="];
/// What stands behind a default.
const ENDS: &[char] = &[',', ';', '(', ')'];

/// What a description calls the default, `default 16 A`, `Standard: ein`, where that is
/// a value for certain, and its bytes.
pub(crate) fn said(
    text: &str,
    facts: &Facts,
    types: Option<&[Type]>,
) -> Option<(Value, Range<usize>)> {
    let words = text.split_inclusive(|c: char| !c.is_alphanumeric());
    let starts = words.scan(0, |at, word| {
        let start = *at;
        *at += word.len();
        Some(start..start + word.trim_end_matches(|c: char| !c.is_alphanumeric()).len())
    });
    let is_word = |word: &str| {
        let called = WORDS.contains(&word.to_lowercase().as_str());
        called && named(word, facts).is_none()
    };
    let mut places = starts.filter(|place| is_word(&text[place.clone()]));
    places.find_map(|place| {
        let mut rest = text[place.end..].trim_start();
        while let Some(after) = BESIDE.iter().find_map(|word| rest.strip_prefix(word)) {
            rest = after.trim_start();
        }
        let clause = rest.split(ENDS).next().unwrap_or_default();
        let clause = clause.trim().trim_end_matches('.').trim_matches('`');
        let (word, _) = without_unit(clause, types);
        let json = || serde_json::from_str(word).ok();
        let value = named(word, facts).or_else(json)?;
        let start = text.len() - rest.len();
        Some((value, start..start + clause.len()))
    })
}

/// Returns whether two values are one, however their numbers are spelled.
pub(crate) fn same(one: &Value, other: &Value) -> bool {
    one == other || (one.is_number() && one.as_f64() == other.as_f64())
}

/// The number or truth value of this name.
fn named(text: &str, facts: &Facts) -> Option<Value> {
    let lists = facts.values.iter().filter(|list| list.label.is_none());
    let of = |list: &ValueList| {
        let mut values = list.values.iter();
        let named = values.find(|item| item.name.eq_ignore_ascii_case(text))?;
        Some(match list.booleans {
            true => Value::Bool(named.value != 0),
            false => named.value.into(),
        })
    };
    lists.filter_map(of).next()
}

/// Returns what is wrong with `value` for this type.
fn fits(value: &Value, facts: &Facts, ty: Type) -> Result<(), String> {
    if value.is_null() {
        let optional = ty.optional || ty.scalar == Scalar::Any;
        return match optional {
            true => Ok(()),
            false => Err(format!("`{ty}` is never null")),
        };
    }
    let other = || Err(format!("not a value of type `{ty}`"));
    match (ty.scalar.class(), value) {
        (Class::Any, _) | (Class::Bool, Value::Bool(_)) | (Class::Object, Value::Object(_)) => {
            Ok(())
        }
        (Class::Whole(_) | Class::Real(_), Value::Number(number)) => {
            if ty.scalar.limits().is_some() && number.is_f64() {
                return other();
            }
            number_fits(number, facts, ty)
        }
        (Class::Text, Value::String(text)) => text_fits(text, facts),
        (Class::Array, Value::Array(entries)) => {
            if let Some(Length::Entries(max)) = facts.length.as_ref().map(|length| length.value)
                && entries.len() > max as usize
            {
                return Err(format!("more than {max} entries"));
            }
            let of = ty.element.map(Type::of);
            let mut all = entries.iter();
            all.try_for_each(|entry| of.map_or(Ok(()), |of| fits(entry, facts, of)))
        }
        _ => other(),
    }
}

fn number_fits(number: &serde_json::Number, facts: &Facts, ty: Type) -> Result<(), String> {
    let lists = facts.values.iter();
    let mut lists = lists.filter(|list| list.label.is_none() && !list.booleans);
    if let Some(list) = lists
        .next()
        .filter(|list| !list.open && ty.scalar.limits().is_some())
    {
        let mut values = list.values.iter();
        return match values.any(|item| number.as_i64() == Some(item.value)) {
            true => Ok(()),
            false => Err("not among the named values".to_owned()),
        };
    }
    if let (Some((min, max)), Some(value)) = (ty.scalar.limits(), number.as_i128())
        && !(min..=max).contains(&value)
    {
        return Err(format!("`{ty}` holds {min} to {max}"));
    }
    let too_large = |number: f64| (number as f32).is_infinite();
    if ty.scalar.class() == Class::Real(Precision::Single) && number.as_f64().is_some_and(too_large)
    {
        return Err(format!("`{ty}` holds up to {:e}", f32::MAX));
    }
    let Some(range) = facts.range.as_ref().map(|range| range.value) else {
        return Ok(());
    };
    let within = match number.as_i128() {
        Some(value) => {
            range.least().is_none_or(|min| i128::from(min) <= value)
                && range.greatest().is_none_or(|max| value <= i128::from(max))
        }
        None => number.as_f64().is_some_and(|value| {
            range.least().is_none_or(|min| min as f64 <= value)
                && range.greatest().is_none_or(|max| value <= max as f64)
        }),
    };
    match within {
        true => Ok(()),
        false => Err(format!("outside {range}")),
    }
}

fn text_fits(text: &str, facts: &Facts) -> Result<(), String> {
    if facts
        .format
        .as_ref()
        .is_some_and(|format| format.value == Format::Colour)
    {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let hex = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        return match digits.is_some_and(hex) {
            true => Ok(()),
            false => Err("not a colour `#RRGGBB`".to_owned()),
        };
    }
    let (len, max, what) = match facts.length.as_ref().map(|length| length.value) {
        Some(Length::Bytes(max)) => (text.len(), max, "bytes"),
        Some(Length::Characters(max)) => (text.chars().count(), max, "characters"),
        Some(Length::Entries(_)) | None => return Ok(()),
    };
    match len <= max as usize {
        true => Ok(()),
        false => Err(format!("more than {max} {what}")),
    }
}

/// What could be written.
fn advice(facts: &Facts, ty: Type) -> String {
    let mut lists = facts.values.iter().filter(|list| list.label.is_none());
    if let Some(item) = lists.next().and_then(|list| list.values.first()) {
        return format!("write a number or its name, as in `{}`", item.name);
    }
    let example = match ty.scalar.class() {
        Class::Bool => "`true` or `false`",
        Class::Whole(_) => "a whole number that is allowed: `16`",
        Class::Real(_) => "a number that is allowed: `0.5`",
        Class::Text => "a text that is allowed, in quotes or not",
        Class::Array => "an array as JSON: `[]`",
        Class::Object => "an object as JSON: `{}`",
        Class::Any => "JSON",
    };
    match ty.optional {
        true => format!("write {example}, or `null`"),
        false => format!("write {example}; `-` says nothing"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{At, NamedValue, NumberRange};
    use crate::source::Span;

    fn at<T>(value: T) -> Option<At<T>> {
        let span = Span::new(0, 0..1);
        Some(At { value, span })
    }

    #[test]
    fn takes_what_fits() {
        let range = |min, max| Facts {
            range: at(NumberRange { min, max }),
            ..Facts::default()
        };
        let item = |name: &str, value| NamedValue {
            name: name.to_owned(),
            value,
            span: Span::new(0, 0..1),
        };
        let named = Facts {
            values: vec![ValueList {
                label: None,
                values: vec![item("off", 0), item("on", 1)],
                open: false,
                ellipsis: false,
                booleans: false,
                span: Span::new(0, 0..1),
                unreadable: Vec::new(),
            }],
            ..Facts::default()
        };
        let short = Facts {
            length: at(Length::Bytes(4)),
            ..Facts::default()
        };
        let none = Facts::default;
        let ty = Type::of;
        let cases = [
            ("16", range(6, 32), ty(Scalar::Uint8), Some("16")),
            ("5", range(6, 32), ty(Scalar::Uint8), None),
            ("5", range(6, NumberRange::HIGHEST), ty(Scalar::Float), None),
            (
                "6.5",
                range(6, NumberRange::HIGHEST),
                ty(Scalar::Float),
                Some("6.5"),
            ),
            ("256", none(), ty(Scalar::Uint8), None),
            ("0.5", none(), ty(Scalar::Uint8), None),
            ("0.5", none(), ty(Scalar::Double), Some("0.5")),
            ("1e300", none(), ty(Scalar::Double), Some("1e+300")),
            ("1e300", none(), ty(Scalar::Float), None),
            ("-1e39", none(), Type::of(Scalar::Float).or_null(), None),
            ("[1e39]", none(), Type::array(Scalar::Float), None),
            ("on", named.clone(), ty(Scalar::Uint8), Some("1")),
            ("Off", named.clone(), ty(Scalar::Uint8), Some("0")),
            ("1", named.clone(), ty(Scalar::Uint8), Some("1")),
            ("2", named.clone(), ty(Scalar::Uint8), None),
            ("auto", named, ty(Scalar::Uint8), None),
            ("true", none(), ty(Scalar::Bool), Some("true")),
            ("on", none(), ty(Scalar::Bool), None),
            ("1", none(), ty(Scalar::Bool), None),
            ("null", none(), ty(Scalar::Bool), None),
            ("null", none(), ty(Scalar::Bool).or_null(), Some("null")),
            ("\"abc\"", none(), ty(Scalar::String), Some("\"abc\"")),
            ("abc", none(), ty(Scalar::String), Some("\"abc\"")),
            ("16", none(), ty(Scalar::String), Some("\"16\"")),
            ("abcde", short, ty(Scalar::String), None),
            ("[1, 2]", none(), Type::array(Scalar::Uint8), Some("[1,2]")),
            ("[1, 256]", none(), Type::array(Scalar::Uint8), None),
            ("{}", none(), ty(Scalar::Object), Some("{}")),
            ("[]", none(), ty(Scalar::Object), None),
        ];
        for (text, facts, ty, expected) in cases {
            let read = read(text, &facts, Some(&[ty, ty])).ok();
            let read = read.map(|value| value.to_string());
            assert_eq!(read.as_deref(), expected, "{text} of {ty}");
        }
    }
}
