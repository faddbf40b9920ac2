//! Words of other languages and formats that stand where a type is expected.
//!
//! None of them is read as a type: a spec has one meaning, and it is written in the
//! words of [`Scalar`]. But who writes `u8` means one thing, and who
//! writes `integer` one of a few, and a finding can say which.

use super::types::Scalar;

/// A word, in lower case, and the types that may be meant by it: the likeliest
/// first. One alone is certain.
pub(crate) type Spelling = (&'static str, &'static [Scalar]);

use Scalar::{
    Array, Bool, Double, Float, Int8, Int16, Int32, Int64, Microseconds, Milliseconds, Minutes,
    Object, Seconds, String, Uint8, Uint16, Uint32, Uint64,
};

/// Every word, by what it means.
pub(crate) const SPELLINGS: &[Spelling] = &[
    ("wahrheitswert", &[Bool]),
    ("logical", &[Bool]),
    ("true/false", &[Bool]),
    ("yes/no", &[Bool]),
    ("ja/nein", &[Bool]),
    ("bit", &[Bool, Uint8]),
    ("flag", &[Bool, Uint8]),
    ("byte", &[Uint8]),
    ("u8", &[Uint8]),
    ("ubyte", &[Uint8]),
    ("uchar", &[Uint8]),
    ("unsigned char", &[Uint8]),
    ("unsigned byte", &[Uint8]),
    ("usint", &[Uint8]),
    ("u16", &[Uint16]),
    ("ushort", &[Uint16]),
    ("unsigned short", &[Uint16]),
    ("u32", &[Uint32]),
    ("udint", &[Uint32]),
    ("dword", &[Uint32]),
    ("u64", &[Uint64]),
    ("unsigned long long", &[Uint64]),
    ("ulint", &[Uint64]),
    ("lword", &[Uint64]),
    ("i8", &[Int8]),
    ("sbyte", &[Int8]),
    ("signed char", &[Int8]),
    ("sint", &[Int8]),
    ("i16", &[Int16]),
    ("short", &[Int16]),
    ("i32", &[Int32]),
    ("dint", &[Int32]),
    ("signed int", &[Int32]),
    ("i64", &[Int64]),
    ("long long", &[Int64]),
    ("lint", &[Int64]),
    ("word", &[Uint16, Uint32]),
    ("integer", &[Int32, Int64]),
    ("ganzzahl", &[Int32, Int64]),
    ("long", &[Int32, Int64]),
    ("uint", &[Uint32, Uint16]),
    ("unsigned integer", &[Uint32, Uint64]),
    ("unsigned long", &[Uint32, Uint64]),
    ("ulong", &[Uint32, Uint64]),
    ("counter", &[Uint32, Uint64]),
    ("enum", &[Uint8, Int32, String]),
    ("number", &[Float, Double, Int32, Int64]),
    ("numeric", &[Float, Double, Int32, Int64]),
    ("zahl", &[Float, Double, Int32, Int64]),
    ("num", &[Float, Double, Int32, Int64]),
    ("f32", &[Float]),
    ("float32", &[Float]),
    ("single", &[Float]),
    ("f64", &[Double]),
    ("float64", &[Double]),
    ("lreal", &[Double]),
    ("long double", &[Double]),
    ("real", &[Float, Double]),
    ("decimal", &[Float, Double]),
    ("fließkomma", &[Float, Double]),
    ("gleitkomma", &[Float, Double]),
    ("fließkommazahl", &[Float, Double]),
    ("fliesskommazahl", &[Float, Double]),
    ("gleitkommazahl", &[Float, Double]),
    ("kommazahl", &[Float, Double]),
    ("text", &[String]),
    ("str", &[String]),
    ("varchar", &[String]),
    ("zeichenkette", &[String]),
    ("std::string", &[String]),
    ("char*", &[String]),
    ("const char*", &[String]),
    ("char", &[String, Int8, Uint8]),
    ("char[]", &[String]),
    ("utf8", &[String]),
    ("utf-8", &[String]),
    ("date", &[String, Seconds, Milliseconds]),
    ("datetime", &[String, Seconds, Milliseconds]),
    ("datum", &[String, Seconds, Milliseconds]),
    ("time", &[Seconds, Milliseconds, String]),
    ("timestamp", &[Seconds, Milliseconds, Microseconds]),
    ("duration", &[Seconds, Milliseconds, Microseconds]),
    ("ms", &[Milliseconds]),
    ("millis", &[Milliseconds]),
    ("msec", &[Milliseconds]),
    ("millisekunden", &[Milliseconds]),
    ("us", &[Microseconds]),
    ("µs", &[Microseconds]),
    ("usec", &[Microseconds]),
    ("micros", &[Microseconds]),
    ("mikrosekunden", &[Microseconds]),
    ("sec", &[Seconds]),
    ("secs", &[Seconds]),
    ("sekunden", &[Seconds]),
    ("mins", &[Minutes]),
    ("minuten", &[Minutes]),
    ("list", &[Array]),
    ("liste", &[Array]),
    ("vector", &[Array]),
    ("vec", &[Array]),
    ("tuple", &[Array]),
    ("json array", &[Array]),
    ("[]", &[Array]),
    ("objekt", &[Object]),
    ("struct", &[Object]),
    ("dict", &[Object]),
    ("map", &[Object]),
    ("record", &[Object]),
    ("json object", &[Object]),
    ("{}", &[Object]),
];

/// Returns the types that may be meant by `word`; none if it is none of these words.
pub(crate) fn meant(word: &str) -> &'static [Scalar] {
    let word = word.to_lowercase();
    let found = SPELLINGS.iter().find(|(known, _)| *known == word);
    found.map_or(&[], |(_, types)| types)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_stands_once_in_lower_case_and_is_no_type() {
        for (index, (word, types)) in SPELLINGS.iter().enumerate() {
            assert_eq!(*word, word.to_lowercase());
            assert!(Scalar::parse(word).is_none(), "{word} is read");
            assert!(!types.is_empty(), "{word}");
            let others = &SPELLINGS[index + 1..];
            assert!(others.iter().all(|(other, _)| other != word), "{word}");
        }
    }
}
