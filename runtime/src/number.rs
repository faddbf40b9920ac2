//! A JSON number, read digit by digit while it is checked.
//!
//! Whole numbers stay exact, since keys count beyond what a double holds. It
//! must never know what range a key has.

use crate::float::{self, BY_CORE};
use crate::json::{JsonError, skip_digits};

/// A JSON number: whole ones exactly, up to 64 bits and a sign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A whole number without a sign.
    Natural(u64),
    /// A whole number with a sign, which is left out here; `-0` is one.
    Negative(u64),
    /// With a fraction, or beyond 64 bits; infinite when it is too large for
    /// any range, even a double's.
    Real(f64),
}

/// Every whole number below it is a double.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Number {
    /// Reads the number that begins at `end`, which becomes where it ends.
    ///
    /// A number that is returned through memory and read at once waits for the
    /// parts of which it was just made, so that those who have the room inline it.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(crate) fn read(json: &str, end: &mut usize) -> Result<Self, JsonError> {
        let bytes = json.as_bytes();
        let start = *end;
        let negative = bytes.get(start) == Some(&b'-');
        let first = start + usize::from(negative);
        let signed = |real: f64| if negative { -real } else { real };
        let mut digits = Digits { value: 0, count: 0 };
        let mut at = match bytes.get(first) {
            Some(b'0') => first + 1,
            _ => digits.read(bytes, first)?,
        };
        if !matches!(bytes.get(at), Some(b'.' | b'e' | b'E'))
            && let Some(magnitude) = digits.whole(json, first, at)
        {
            *end = at;
            return Ok(match negative {
                true => Number::Negative(magnitude),
                false => Number::Natural(magnitude),
            });
        }
        let mut places = 0;
        if bytes.get(at) == Some(&b'.') {
            let point = at;
            at = point + 1;
            // The dot may be all.
            if bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at = digits.read(bytes, at)?;
            }
            places = at - point - 1;
        }
        let scaled = matches!(bytes.get(at), Some(b'e' | b'E'));
        if scaled {
            at += 1;
            if matches!(bytes.get(at), Some(b'+' | b'-')) {
                at += 1;
            }
            at = skip_digits(bytes, at)?;
        }
        *end = at;
        let few = digits.count < Digits::SURE && digits.value < EXACT as u64;
        if BY_CORE && !scaled && few {
            let real = signed(quotient(digits.value, places));
            // Its last place is further from a whole number than it is rounded.
            return Ok(match bytes.get(at - 1) {
                Some(b'0' | b'.') => Number::real(real),
                _ => Number::Real(real),
            });
        }
        let real = float::parse(json.get(first..at).unwrap_or_default());
        Ok(Number::real(signed(real)))
    }

    /// Of a whole number.
    pub fn signed(number: i64) -> Self {
        match number < 0 {
            true => Number::Negative(number.unsigned_abs()),
            false => Number::Natural(number.unsigned_abs()),
        }
    }

    /// Below 2^53 every whole double is exact, so `1e3` is the whole number it
    /// says.
    pub(crate) fn real(real: f64) -> Self {
        let whole = real as i64;
        if real.abs() < EXACT && whole as f64 == real {
            return Number::signed(whole);
        }
        Number::Real(real)
    }

    /// The nearest `f64`.
    pub fn as_f64(self) -> f64 {
        match self {
            Number::Natural(magnitude) => magnitude as f64,
            Number::Negative(magnitude) => -(magnitude as f64),
            Number::Real(real) => real,
        }
    }

    /// The number, if it is whole and not below zero.
    pub fn as_u64(self) -> Option<u64> {
        match self {
            Number::Natural(magnitude) => Some(magnitude),
            Number::Negative(0) => Some(0),
            Number::Negative(_) | Number::Real(_) => None,
        }
    }

    /// The number, if it is whole and fits.
    pub fn as_i64(self) -> Option<i64> {
        match self {
            Number::Natural(magnitude) => i64::try_from(magnitude).ok(),
            Number::Negative(magnitude) => 0i64.checked_sub_unsigned(magnitude),
            Number::Real(_) => None,
        }
    }

    pub(crate) fn is_within(self, min: i64, max: u64) -> bool {
        match (self.as_i64(), self.as_u64()) {
            (_, Some(value)) => value <= max && (min <= 0 || value >= min.unsigned_abs()),
            (Some(value), None) => value >= min,
            (None, None) => false,
        }
    }

    /// Returns whether it has no fraction: one beyond 64 bits is whole, too, and
    /// out of every range.
    pub(crate) fn is_whole(self) -> bool {
        !matches!(self, Number::Real(real) if real.abs() < EXACT)
    }

    /// Returns whether it is too large even for a double.
    pub(crate) fn is_infinite(self) -> bool {
        matches!(self, Number::Real(real) if real.is_infinite())
    }
}

/// The digits of a number, without its point.
struct Digits {
    /// Their number, if there are not more than are sure to fit.
    value: u64,
    count: usize,
}

impl Digits {
    /// So many digits are sure to fit into 64 bits.
    const SURE: usize = 19;

    /// Reads at least one more.
    fn read(&mut self, bytes: &[u8], start: usize) -> Result<usize, JsonError> {
        let mut at = start;
        while let Some(byte @ b'0'..=b'9') = bytes.get(at) {
            let digit = u64::from(byte - b'0');
            self.value = self.value.wrapping_mul(10).wrapping_add(digit);
            at += 1;
        }
        self.count += at - start;
        match bytes.get(at) {
            _ if at > start => Ok(at),
            Some(_) => Err(JsonError::InvalidInput),
            None => Err(JsonError::IncompleteInput),
        }
    }

    /// The whole number that they are, which stand in the text so; `None` when
    /// 64 bits do not hold it.
    fn whole(&self, json: &str, start: usize, end: usize) -> Option<u64> {
        match self.count <= Self::SURE {
            true => Some(self.value),
            false => json.get(start..end)?.parse().ok(),
        }
    }
}

/// A number with so many decimal places, fewer than [`Digits::SURE`]: both it
/// and the power of ten are doubles, so that the quotient is rounded once, to the
/// nearest.
fn quotient(magnitude: u64, places: usize) -> f64 {
    let power = (0..places).fold(1.0, |power, _| power * 10.0);
    magnitude as f64 / power
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number that is all of the text.
    fn whole(text: &str) -> Number {
        let mut end = 0;
        let number = Number::read(text, &mut end).expect(text);
        assert_eq!(end, text.len());
        number
    }

    /// Numbers that are not whole or exceed 64 bits read as `core` reads them.
    #[test]
    fn reads_as_core_does() {
        let mut state = 1u64;
        let mut random = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for _ in 0..20_000 {
            let mut text = std::string::String::new();
            for (at, most) in [(0, 20), (1, 25)] {
                text.push_str(if at == 1 { "." } else { "" });
                let count = 1 + random(most);
                for digit in 0..count {
                    // No zero in front.
                    let low = u64::from(at == 0 && digit == 0 && count > 1);
                    text.push(char::from(b'0' + (low + random(10 - low)) as u8));
                }
            }
            let expected: f64 = text.parse().expect("a number");
            assert_eq!(whole(&text).as_f64(), expected, "{text}");
            let negative = std::format!("-{text}");
            assert_eq!(whole(&negative).as_f64(), -expected, "{text}");
        }
    }

    #[test]
    fn whole_numbers_are_exact() {
        for (text, number) in [
            ("0", Number::Natural(0)),
            ("-0", Number::Negative(0)),
            ("18446744073709551615", Number::Natural(u64::MAX)),
            ("-18446744073709551615", Number::Negative(u64::MAX)),
            (
                "18446744073709551616",
                Number::Real(18_446_744_073_709_551_616.0),
            ),
            ("1e3", Number::Natural(1000)),
            ("-12.0", Number::Negative(12)),
            ("1000.", Number::Natural(1000)),
            ("-2.", Number::Negative(2)),
            ("1.e3", Number::Natural(1000)),
            ("0.10", Number::Real(0.1)),
            ("100.50", Number::Real(100.5)),
            ("900719925474099.1", Number::Real(900_719_925_474_099.1)),
            ("0.00000000000000000000001", Number::Real(1e-23)),
            ("0.5", Number::Real(0.5)),
            ("1e999", Number::Real(f64::INFINITY)),
        ] {
            assert_eq!(whole(text), number, "{text}");
        }
    }
}
