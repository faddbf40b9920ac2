//! The Length cell: `32 bytes`, `max. 64 characters`, `5 entries`, `32`.

use crate::model::{Length, Scalar, Type};

/// Words before the number that say nothing more: a length is the greatest one.
const BEFORE: &[&str] = &[
    "max.", "max", "maximum", "maximal", "<=", "≤", "up to", "at most", "bis", "höchstens",
];

/// The length that `text` states of a value that has all of `types`; or what is wrong.
pub(crate) fn read(text: &str, types: &[Type]) -> Result<Length, &'static str> {
    let has = |scalar| types.iter().any(|ty| ty.scalar == scalar);
    let is_unknown = types.is_empty();
    let lower = text.trim().to_lowercase();
    let mut rest = lower.as_str();
    if let Some(after) = BEFORE.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = after.trim_start();
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, of) = rest.split_at(digits);
    let of = of.trim();
    let count = match number.parse::<u32>() {
        Ok(count) if count > 0 => count,
        _ => return Err("expected a number, and what is counted"),
    };
    let what = match of {
        "" if has(Scalar::Array) && !has(Scalar::String) => "entries",
        "" => "bytes",
        "byte" | "bytes" | "b" => "bytes",
        "character" | "characters" | "char" | "chars" | "zeichen" | "buchstaben" => "characters",
        "entry" | "entries" | "element" | "elements" | "item" | "items" | "eintrag"
        | "einträge" | "elemente" => "entries",
        _ if of.starts_with(['-', '–', '.', '…'])
            || of.starts_with("to ")
            || of.starts_with("bis ") =>
        {
            return Err("only the greatest length can be stated");
        }
        _ => return Err("nothing that a length is counted in"),
    };
    match what {
        "entries" if has(Scalar::Array) || is_unknown => Ok(Length::Entries(count)),
        "entries" => Err("only arrays have entries"),
        _ if !(has(Scalar::String) || is_unknown) => {
            Err("only strings have a length in bytes or characters")
        }
        "bytes" => Ok(Length::Bytes(count)),
        _ => Ok(Length::Characters(count)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lengths() {
        let (text, list) = (Type::of(Scalar::String), Type::array(Scalar::String));
        let only = Err("only the greatest length can be stated");
        let cases = [
            ("32", text, Ok(Length::Bytes(32))),
            ("32 bytes", text, Ok(Length::Bytes(32))),
            ("max. 32 Bytes", text, Ok(Length::Bytes(32))),
            ("up to 64 characters", text, Ok(Length::Characters(64))),
            ("64 Zeichen", text, Ok(Length::Characters(64))),
            ("5 entries", list, Ok(Length::Entries(5))),
            ("5", list, Ok(Length::Entries(5))),
            ("5 Einträge", list, Ok(Length::Entries(5))),
            ("4 to 64 bytes", text, only),
            ("4-64", text, only),
            ("5 entries", text, Err("only arrays have entries")),
            ("0", text, Err("expected a number, and what is counted")),
            ("long", text, Err("expected a number, and what is counted")),
            (
                "32 apples",
                text,
                Err("nothing that a length is counted in"),
            ),
        ];
        for (cell, ty, expected) in cases {
            assert_eq!(read(cell, &[ty]), expected, "{cell}");
        }
    }
}
