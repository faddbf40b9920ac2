//! Types in words that are not ours: what may be meant by them.
//!
//! | cell | meant |
//! |---|---|
//! | `boool`, `BOOL`, `uint_8` | `bool`, `uint8`: a slip, for certain |
//! | `u8`, `text`, `float32` | the one type that [`spellings`] has for it |
//! | `integer`, `number` | one of a few, so nobody can tell |
//! | `optinal<float>`, `Optional[float]`, `float?`, `float \| null` | `optional<float>` |
//! | `list<uint8>`, `uint8[]`, `array of uint8` | `array<uint8>` |
//! | `string(32)`, `uint8 (0-6)` | the type, but a number would be lost |
//!
//! Nothing is read by these rules: they make the help of a finding, and what
//! `check --fix` writes where there is no second reading.

use super::types::spelling;
use crate::{
    model::{Scalar, spellings},
    suggest,
};

/// What may be meant by a text that is no type.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Meant {
    /// Types in our spelling, the likeliest first; none if nobody knows.
    pub(super) types: Vec<String>,
    /// There is one, and no second reading.
    pub(super) certain: bool,
}

impl Meant {
    fn one(ty: impl Into<String>, certain: bool) -> Self {
        Meant {
            types: vec![ty.into()],
            certain,
        }
    }

    /// The same types, each in `wrapper`.
    fn within(self, wrapper: &str) -> Self {
        let wrapped = |ty: String| match ty.starts_with("optional<") && wrapper == OPTIONAL {
            true => ty,
            false => format!("{wrapper}<{ty}>"),
        };
        Meant {
            types: self.types.into_iter().map(wrapped).collect(),
            certain: self.certain,
        }
    }

    fn perhaps(self) -> Self {
        Meant {
            certain: false,
            ..self
        }
    }
}

const OPTIONAL: &str = "optional";
const ARRAY: &str = "array";

/// Words around a type that say that it may be `null`.
const OPTIONALS: &[&str] = &[
    OPTIONAL, "option", "nullable", "maybe", "opt", "std::optional",
];
/// Words around a type that say that there are many of it.
const ARRAYS: &[&str] = &[
    ARRAY, "list", "liste", "vec", "vector", "sequence", "std::vector", "jsonarray",
];
/// Words that an object has in place of names.
const OBJECTS: &[&str] = &["map", "dict", "object", "hashmap", "record", "std::map"];
/// Words of a text, behind which stands how long it may be.
const TEXTS: &[&str] = &["string", "varchar", "char", "str", "text"];
/// Words for `null`.
const NULLS: &[&str] = &["null", "none", "nil", "undefined"];

/// Types within types, deeper than this, are nobody's.
const DEEPEST: usize = 4;

/// What may be meant by `text`, which is no type.
pub(super) fn meant(text: &str) -> Meant {
    at_depth(text, DEEPEST)
}

fn at_depth(text: &str, depth: usize) -> Meant {
    let text = text.trim();
    let Some(depth) = depth.checked_sub(1).filter(|_| !text.is_empty()) else {
        return Meant::default();
    };
    if let Some(known) = spelling(text) {
        return Meant::one(known, true);
    }
    let within = |inner: &str, wrapper: &str| at_depth(inner, depth).within(wrapper);
    if let Some((word, inner, closed)) = bracketed(text) {
        let number = inner.trim().chars().all(|c| c.is_ascii_digit());
        if inner.trim().is_empty() && closed {
            return within(word, ARRAY);
        }
        if number && TEXTS.contains(&&*word.to_lowercase()) {
            return Meant::one(Scalar::String.name(), false);
        }
        if number && !inner.is_empty() {
            return within(word, ARRAY).perhaps();
        }
        if let Some(certain) = is_one_of(word, OPTIONALS) {
            let meant = within(inner, OPTIONAL);
            return if certain { meant } else { meant.perhaps() };
        }
        if let Some(certain) = is_one_of(word, ARRAYS) {
            let meant = within(inner, ARRAY);
            return if certain { meant } else { meant.perhaps() };
        }
        if is_one_of(word, OBJECTS) == Some(true) {
            return Meant::one(Scalar::Object.name(), false);
        }
    }
    if let Some((inner, certain)) = nullable(text) {
        let meant = within(inner, OPTIONAL);
        return if certain { meant } else { meant.perhaps() };
    }
    if let Some(inner) = entries(text) {
        return within(inner, ARRAY);
    }
    // A note behind the type is for the description.
    if let Some((ty, _)) = text.split_once(" (").filter(|_| text.ends_with(')')) {
        return at_depth(ty, depth).perhaps();
    }
    word(text)
}

/// One word, without anything around it.
fn word(text: &str) -> Meant {
    let text = &text.split_whitespace().collect::<Vec<_>>().join(" ");
    let foreign = spellings::meant(text);
    if !foreign.is_empty() {
        let types = foreign.iter().map(|scalar| scalar.name().to_owned());
        return Meant {
            types: types.collect(),
            certain: foreign.len() == 1,
        };
    }
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|c| !matches!(c, ' ' | '_' | '-'));
        letters.flat_map(char::to_lowercase).collect()
    };
    let all = || {
        let aliases = |(scalar, aliases): (Scalar, &'static [&'static str])| {
            let aliases = aliases.iter().map(move |alias| (*alias, scalar));
            aliases.chain([(scalar.name(), scalar)])
        };
        Scalar::spellings().flat_map(aliases)
    };
    let unsigned = text.to_lowercase();
    let unsigned = unsigned
        .strip_prefix("unsigned ")
        .map(|rest| format!("u{rest}"));
    let plain = letters(unsigned.as_deref().unwrap_or(text));
    if let Some((_, scalar)) = all().find(|(known, _)| letters(known) == plain) {
        return Meant::one(scalar.name(), true);
    }
    let of = |word: &str| {
        all()
            .find(|(known, _)| *known == word)
            .map(|(_, scalar)| scalar)
    };
    if let Some(scalar) = suggest::slip(text, all().map(|(known, _)| known)).and_then(of) {
        return Meant::one(scalar.name(), true);
    }
    match suggest::nearest(text, Scalar::names()) {
        Some(nearest) => Meant::one(nearest, false),
        None => Meant::default(),
    }
}

/// `X` and `Y` of `X<Y>`, `X[Y]` and `X(Y)`, and whether the bracket is closed.
fn bracketed(text: &str) -> Option<(&str, &str, bool)> {
    let open = text.find(['<', '[', '('])?;
    let (word, rest) = (text[..open].trim(), &text[open + 1..]);
    let close = match text.as_bytes()[open] {
        b'<' => '>',
        b'[' => ']',
        _ => ')',
    };
    if word.is_empty() || (close == ')' && text[..open].ends_with(' ')) {
        return None;
    }
    match rest.strip_suffix(close) {
        Some(inner) => Some((word, inner, true)),
        None => (!rest.contains(close)).then_some((word, rest, false)),
    }
}

/// Whether `word` is one of `words` for certain, or perhaps.
fn is_one_of(word: &str, words: &[&str]) -> Option<bool> {
    if suggest::slip(word, words.iter().copied()).is_some() {
        return Some(true);
    }
    let long = words.iter().copied().filter(|known| known.len() > 4);
    suggest::nearest(word, long).map(|_| false)
}

/// `X` of `X?`, `X | null`, `null / X`, `X or none`, `nullable X` and the like, and
/// whether that is certain.
fn nullable(text: &str) -> Option<(&str, bool)> {
    if let Some(inner) = text.strip_suffix('?') {
        return Some((inner, true));
    }
    let lower = text.to_ascii_lowercase();
    for null in NULLS {
        for between in [" or ", " oder ", "|", "/", ","] {
            let first = lower.strip_prefix(null).map(str::trim_start);
            let before = first.and_then(|rest| rest.strip_prefix(between.trim_start()));
            if let Some(rest) = before {
                return Some((&text[text.len() - rest.len()..], true));
            }
            let last = lower.strip_suffix(null).map(str::trim_end);
            let behind = last.and_then(|rest| rest.strip_suffix(between.trim_end()));
            if let Some(rest) = behind.filter(|rest| !rest.is_empty()) {
                return Some((&text[..rest.len()], true));
            }
        }
    }
    for word in ["optional ", "nullable "] {
        if lower.starts_with(word) {
            return Some((&text[word.len()..], true));
        }
    }
    for (word, certain) in [
        (" (nullable)", true),
        (" nullable", true),
        (" (optional)", false),
        (" optional", false),
    ] {
        if lower.ends_with(word) {
            return Some((&text[..text.len() - word.len()], certain));
        }
    }
    None
}

/// `X` of `array of X`.
fn entries(text: &str) -> Option<&str> {
    let (word, inner) = (text.split_once(" of ")).or_else(|| text.split_once(" von "))?;
    (is_one_of(word.trim(), ARRAYS) == Some(true)).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_certain_and_what_is_not() {
        // With a `?`, it is not certain.
        let cases = [
            ("boool", "bool"),
            ("BOOL", "bool"),
            ("Bool", "bool"),
            ("Boolean", "bool"),
            ("u8", "uint8"),
            ("U8", "uint8"),
            ("byte", "uint8"),
            ("unit8", "uint8"),
            ("uint 8", "uint8"),
            ("UINT_8", "uint8"),
            ("unsigned int8", "uint8"),
            ("text", "string"),
            ("str", "string"),
            ("sting", "string"),
            ("float32", "float"),
            ("integer", "int32 int64 ?"),
            ("Ganzzahl", "int32 int64 ?"),
            ("number", "float double int32 int64 ?"),
            ("uint", "uint32 uint16 ?"),
            ("uint24", "uint64 ?"),
            ("pool", "bool ?"),
            ("elephant", "?"),
            ("", "?"),
            ("optinal<float>", "optional<float>"),
            ("option<float>", "optional<float>"),
            ("Optional[uint8]", "optional<uint8>"),
            ("optional(u8)", "optional<uint8>"),
            ("optional<float", "optional<float>"),
            ("optionale<float>", "optional<float>"),
            ("float?", "optional<float>"),
            ("float | null", "optional<float>"),
            ("null|float", "optional<float>"),
            ("float / NULL", "optional<float>"),
            ("float oder null", "optional<float>"),
            ("float or None", "optional<float>"),
            ("nullable float", "optional<float>"),
            ("float (optional)", "optional<float> ?"),
            ("optional<integer>", "optional<int32> optional<int64> ?"),
            ("optional<u8?>", "optional<uint8>"),
            ("list<uint8>", "array<uint8>"),
            ("List[u8]", "array<uint8>"),
            ("uint8[]", "array<uint8>"),
            ("uint8[5]", "array<uint8> ?"),
            ("array of floats", "array<float>"),
            ("Liste von u8", "array<uint8>"),
            ("Vec<Option<u8>>", "array<optional<uint8>>"),
            ("string(32)", "string ?"),
            ("char[32]", "string ?"),
            ("uint8 (0-6)", "uint8 ?"),
            ("map<string, float>", "object ?"),
            ("null", "?"),
            ("?", "?"),
            ("[[[[[[[[", "?"),
        ];
        for (text, expected) in cases {
            let Meant { types, certain } = meant(text);
            let mut found = types.join(" ");
            if !certain {
                found += if found.is_empty() { "?" } else { " ?" };
            }
            assert_eq!(found, expected, "{text}");
        }
    }
}
