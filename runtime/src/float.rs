//! Floats to decimal text and back, exactly and in little flash.
//!
//! `core` does this fast, with tables of powers: 10 KB to read and some 12 KB
//! with what it takes to print. A charger reads and prints a few floats a
//! second, so here one long integer does it all: no table, 2 KB.
//!
//! Printing gives as many significant digits as it is asked for, and cuts zeros at
//! their end; reading gives the float nearest to the text. Both round ties to
//! even. Both are what `core` does, and are tested against it.

use core::cmp::Ordering;
use core::fmt::{self, Write};

/// `true` if floats are read and printed by `core`: computers have room for its
/// tables. The texts are the same.
pub(crate) const BY_CORE: bool = cfg!(target_pointer_width = "64");

/// A non-negative integer, least word first.
#[derive(Clone)]
struct Big {
    words: [u32; WORDS],
    /// Words beyond this are zero.
    length: usize,
}

/// The widest number is a text of [`DIGITS`] digits or the power of ten that
/// brings one with a small exponent to a whole number: 10^1125 has 3738 bits,
/// and a factor of 2^54 comes to it.
const WORDS: usize = 120;

/// Digits that are looked at. A point half-way between two floats has at most
/// 767 digits, so what comes behind these only says "a little more".
const DIGITS: usize = 780;

impl Big {
    fn new(mut value: u64) -> Self {
        let mut words = [0; WORDS];
        let mut length = 0;
        while value > 0 {
            words[length] = value as u32;
            value >>= 32;
            length += 1;
        }
        Big { words, length }
    }

    /// Times `factor`, plus `carry`.
    fn mul(&mut self, factor: u32, mut carry: u32) {
        for word in &mut self.words[..self.length] {
            let product = u64::from(*word) * u64::from(factor) + u64::from(carry);
            *word = product as u32;
            carry = (product >> 32) as u32;
        }
        if carry > 0 {
            self.words[self.length] = carry;
            self.length += 1;
        }
    }

    fn mul_power_of_ten(&mut self, mut exponent: u32) {
        while exponent > 0 {
            let step = exponent.min(9);
            self.mul(10u32.pow(step), 0);
            exponent -= step;
        }
    }

    fn mul_power_of_two(&mut self, exponent: u32) {
        if self.length == 0 {
            return;
        }
        let whole = (exponent / 32) as usize;
        self.words.copy_within(..self.length, whole);
        self.words[..whole].fill(0);
        self.length += whole;
        self.mul(1 << (exponent % 32), 0);
    }

    /// Minus a number that is not larger.
    fn sub(&mut self, other: &Big) {
        let mut borrow = 0;
        for (word, &less) in self.words[..self.length].iter_mut().zip(&other.words) {
            let difference = i64::from(*word) - i64::from(less) - borrow;
            *word = difference as u32;
            borrow = i64::from(difference < 0);
        }
        while self.length > 0 && self.words[self.length - 1] == 0 {
            self.length -= 1;
        }
    }

    fn cmp(&self, other: &Big) -> Ordering {
        self.length.cmp(&other.length).then_with(|| {
            let (ours, theirs) = (&self.words[..self.length], &other.words[..other.length]);
            ours.iter().rev().cmp(theirs.iter().rev())
        })
    }

    /// Returns the number of bits, below 4000.
    fn bits(&self) -> i32 {
        match self.words[..self.length].last() {
            Some(word) => self.length as i32 * 32 - word.leading_zeros() as i32,
            None => 0,
        }
    }

    fn is_zero(&self) -> bool {
        self.length == 0
    }
}

/// The significant digits of which no `f64` needs more to be read back as itself.
pub(crate) const EXACT_F64: usize = 17;

/// The same for an `f32`.
pub(crate) const EXACT_F32: usize = 9;

/// The digits of a float: `0.d₁d₂d₃… * 10^point`.
#[derive(Debug)]
pub(crate) struct Digits {
    digits: [u8; EXACT_F64],
    length: usize,
    point: i32,
}

impl Digits {
    /// As ASCII, without zeros at the end.
    pub(crate) fn digits(&self) -> &[u8] {
        &self.digits[..self.length]
    }

    /// Where the decimal point is: before the first digit at 0.
    pub(crate) fn point(&self) -> i32 {
        self.point
    }

    /// The `count` most significant digits, 17 at most, of a finite number above zero.
    pub(crate) fn of(value: f64, count: usize) -> Self {
        match BY_CORE {
            true => Self::by_shift(value, count).unwrap_or_else(|| Self::by_core(value, count)),
            false => Self::by_division(value, count),
        }
    }

    /// The same by one wide product, of which a shift leaves the digits; `None` where it
    /// would be too wide or where there is nothing to shift, which no measurement is.
    fn by_shift(value: f64, count: usize) -> Option<Self> {
        let bits = value.to_bits();
        let (fraction, power) = (bits & ((1 << 52) - 1), (bits >> 52) as i32);
        let mantissa = fraction | 1 << 52;
        let shift = u32::try_from(1075 - power).ok()?;
        if power == 0 || !(1..=126).contains(&shift) {
            return None;
        }
        // log10 of the highest bit, never too large, and too small by one at most.
        let mut point = (((52 - shift as i32) * 1233) >> 12) + 1;
        let limit = 10u64.checked_pow(u32::try_from(count).ok()?)?;
        let number = loop {
            let scale = u32::try_from(count as i32 - point).ok()?;
            let product = u128::from(mantissa).checked_mul(10u128.checked_pow(scale)?)?;
            let (whole, half) = (product >> shift, 1 << (shift - 1));
            let rest = product & ((1 << shift) - 1);
            let odd = whole & 1 == 1;
            let up = rest > half || rest == half && odd;
            let whole = u64::try_from(whole).ok()?;
            match whole < limit {
                true => break whole + u64::from(up),
                false => point += 1,
            }
        };
        // Nines that carry leave one digit and zeros.
        let (mut number, point) = match number == limit {
            true => (limit / 10, point + 1),
            false => (number, point),
        };
        let mut digits = [b'0'; EXACT_F64];
        for digit in digits.get_mut(..count)?.iter_mut().rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
        }
        let found = Digits {
            digits,
            length: count,
            point,
        };
        Some(found.without_zeros())
    }

    /// The same for every number, three times as fast as by division, for those who
    /// have the room.
    fn by_core(value: f64, count: usize) -> Self {
        let mut text = Scientific::default();
        // It has room for every float of 17 digits.
        let _ = write!(text, "{value:.*e}", count.saturating_sub(1));
        Digits {
            digits: text.digits,
            length: text.length,
            point: if text.is_negative {
                -text.exponent
            } else {
                text.exponent
            } + 1,
        }
        .without_zeros()
    }

    /// The same by one long division, digit by digit.
    fn by_division(value: f64, count: usize) -> Self {
        let bits = value.to_bits();
        let (fraction, power) = (bits & ((1 << 52) - 1), (bits >> 52) as i32);
        // A subnormal has no hidden bit.
        let (mantissa, exponent) = match power {
            0 => (fraction, -1074),
            _ => (fraction | 1 << 52, power - 1075),
        };
        let mut rest = Big::new(mantissa);
        let mut scale = Big::new(1);
        rest.mul_power_of_two(exponent.max(0) as u32);
        scale.mul_power_of_two(exponent.min(0).unsigned_abs());
        // log10 of the highest bit, never too large, and too small by one at most.
        let highest = i64::from(exponent) + 63 - i64::from(mantissa.leading_zeros());
        let mut point = ((highest * 1233) >> 12) as i32;
        match point {
            0.. => scale.mul_power_of_ten(point as u32),
            _ => rest.mul_power_of_ten(point.unsigned_abs()),
        }
        // At most twice.
        while rest.cmp(&scale).is_ge() {
            scale.mul(10, 0);
            point += 1;
        }
        let mut digits = [b'0'; EXACT_F64];
        let length = count.min(digits.len());
        for digit in &mut digits[..length] {
            rest.mul(10, 0);
            while rest.cmp(&scale).is_ge() {
                rest.sub(&scale);
                *digit += 1;
            }
        }
        rest.mul(2, 0);
        let odd = digits[..length].last().is_some_and(|digit| digit % 2 == 1);
        let up = match rest.cmp(&scale) {
            Ordering::Greater => true,
            Ordering::Equal => odd,
            Ordering::Less => false,
        };
        if up {
            let nines = digits[..length].iter().rev();
            let nines = nines.take_while(|&&digit| digit == b'9').count();
            digits[length - nines..length].fill(b'0');
            match digits[..length - nines].last_mut() {
                Some(digit) => *digit += 1,
                None => {
                    digits[0] = b'1';
                    point += 1;
                }
            }
        }
        Digits {
            digits,
            length,
            point,
        }
        .without_zeros()
    }

    fn without_zeros(mut self) -> Self {
        while self.length > 1 && self.digits[self.length - 1] == b'0' {
            self.length -= 1;
        }
        self
    }
}

/// Takes apart what `core` writes: `d.ddde-d`.
#[derive(Default)]
struct Scientific {
    digits: [u8; EXACT_F64],
    length: usize,
    in_exponent: bool,
    is_negative: bool,
    exponent: i32,
}

impl Write for Scientific {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            match byte {
                b'0'..=b'9' if self.in_exponent => {
                    self.exponent = self.exponent * 10 + i32::from(byte & 15);
                }
                b'0'..=b'9' => {
                    *self.digits.get_mut(self.length).ok_or(fmt::Error)? = byte;
                    self.length += 1;
                }
                b'e' => self.in_exponent = true,
                b'-' => self.is_negative = true,
                _ => {}
            }
        }
        Ok(())
    }
}

/// A decimal number as text has it.
#[derive(Clone, Copy)]
struct Decimal<'a> {
    whole: &'a [u8],
    fraction: &'a [u8],
    exponent: i32,
}

impl<'a> Decimal<'a> {
    /// Splits a JSON number, without its sign.
    fn new(text: &'a str) -> Self {
        let text = text.as_bytes();
        let (mantissa, exponent) = match text.iter().position(|byte| byte | 32 == b'e') {
            Some(at) => (&text[..at], &text[at + 1..]),
            None => (text, &b""[..]),
        };
        // An exponent beyond all floats need not be exact.
        let (negative, digits) = match exponent {
            [b'-', digits @ ..] => (true, digits),
            [b'+', digits @ ..] | digits => (false, digits),
        };
        let exponent = digits.iter().fold(0i32, |sum, digit| {
            (sum * 10 + i32::from(digit & 15)).min(100_000_000)
        });
        let (whole, fraction) = match mantissa.iter().position(|&byte| byte == b'.') {
            Some(at) => (&mantissa[..at], &mantissa[at + 1..]),
            None => (mantissa, &b""[..]),
        };
        Decimal {
            whole,
            fraction,
            exponent: if negative { -exponent } else { exponent },
        }
    }

    /// Its digits without zeros in front, and the power of ten of the last.
    fn digits(self) -> (impl Iterator<Item = u8> + Clone + 'a, i64) {
        let last = i64::from(self.exponent) - self.fraction.len() as i64;
        let all = self.whole.iter().chain(self.fraction);
        (
            all.map(|digit| digit & 15).skip_while(|&digit| digit == 0),
            last,
        )
    }
}

/// The `f64` nearest to the magnitude of a JSON number, infinite when that is
/// beyond the largest.
///
/// The sign must be gone, and the text be what JSON calls a number.
pub(crate) fn parse(text: &str) -> f64 {
    match BY_CORE.then(|| text.parse()) {
        Some(Ok(value)) => value,
        // It takes every number of JSON.
        Some(Err(_)) | None => parse_exactly(text),
    }
}

/// The same by one long division.
fn parse_exactly(text: &str) -> f64 {
    let (digits, last) = Decimal::new(text).digits();
    let count = digits.clone().count();
    let highest = last + count as i64;
    // 1e309 is beyond, 1e-324 rounds to nothing; texts may be longer than that.
    if count == 0 || highest < -330 {
        return 0.0;
    }
    if highest > 310 {
        return f64::INFINITY;
    }
    let mut above = Big::new(0);
    for digit in digits.clone().take(DIGITS) {
        above.mul(10, digit.into());
    }
    let rest = digits.skip(DIGITS);
    let mut last = last + rest.clone().count() as i64;
    if rest.clone().any(|digit| digit > 0) {
        // A little more than what stands here.
        above.mul(10, 1);
        last -= 1;
    }
    let mut below = Big::new(1);
    // Below 1500, as more was excluded.
    let power = last.unsigned_abs() as u32;
    if last >= 0 {
        above.mul_power_of_ten(power);
    } else {
        below.mul_power_of_ten(power);
    }
    quotient(above, below)
}

/// The float nearest to the quotient of two numbers that are not zero.
fn quotient(mut above: Big, mut below: Big) -> f64 {
    // Shifted so that the quotient has 63 or 64 bits.
    let shift = 63 - (above.bits() - below.bits());
    above.mul_power_of_two(shift.max(0) as u32);
    below.mul_power_of_two(63 + shift.min(0).unsigned_abs());
    let mut bits = 0u64;
    for _ in 0..64 {
        bits <<= 1;
        if above.cmp(&below).is_ge() {
            above.sub(&below);
            bits |= 1;
        }
        above.mul(2, 0);
    }
    let highest = 63 - bits.leading_zeros() as i32;
    let exponent = highest - shift;
    if exponent > 1023 {
        return f64::INFINITY;
    }
    // Subnormal floats have fewer bits.
    let kept = 53 - (-1022 - exponent).max(0);
    let dropped = highest + 1 - kept;
    if dropped > 64 {
        return 0.0;
    }
    let wide = u128::from(bits);
    let mut mantissa = (wide >> dropped) as u64;
    let left = wide & ((1 << dropped) - 1);
    let half = 1 << (dropped - 1);
    if left > half || left == half && (!above.is_zero() || mantissa & 1 == 1) {
        mantissa += 1;
    }
    // The hidden bit counts the exponent up by one, as does a mantissa that was
    // rounded up to the next power of two.
    let exponent = (exponent + 1022).max(0) as u64;
    f64::from_bits((exponent << 52) + mantissa)
}

#[cfg(test)]
mod tests {
    use std::format;
    use std::string::ToString;

    use super::*;

    fn check(value: f64) {
        let value = value.abs();
        if value.is_finite() && value > 0.0 {
            for count in [1, 9, 10, 17] {
                let core = Digits::by_core(value, count);
                let ours = [
                    Some(Digits::by_division(value, count)),
                    Digits::by_shift(value, count),
                ];
                for ours in ours.into_iter().flatten() {
                    assert_eq!(ours.digits(), core.digits(), "{value:e}, {count} digits");
                    assert_eq!(ours.point(), core.point(), "{value:e}, {count} digits");
                }
            }
            let plain = value.to_string();
            assert_eq!(parse_exactly(&plain).to_bits(), value.to_bits(), "{plain}");
            assert_eq!(
                parse_exactly(&format!("{value:e}")).to_bits(),
                value.to_bits()
            );
        }
    }

    fn check_text(text: &str) {
        let expected: f64 = text.parse().expect("a number");
        assert_eq!(parse_exactly(text).to_bits(), expected.to_bits(), "{text}");
    }

    /// A sequence that is always the same.
    fn random() -> impl Iterator<Item = u64> {
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        std::iter::repeat_with(move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        })
    }

    #[test]
    fn floats_as_core_prints_and_reads_them() {
        for value in [
            0.1, 0.5, 1.0, 3.25, 12345.678901, 1e21, 1e22, 1e23, 5e-324, 2.2250738585072014e-308,
            2.225073858507201e-308, 1.7976931348623157e308, 9007199254740993.0, 4.35, 0.3, 1.0e-5,
            // Nines that carry, and ties at ten digits, to either side.
            9.99999999999e-7, 0.000030517578125, 1.000_000_000_5, 4294967296.5, 4294967297.5,
        ] {
            check(value);
        }
        for bits in random().take(4_000) {
            check(f64::from_bits(bits));
            // Near one, and whole.
            check(f64::from_bits(bits >> 12 | 0x3ff0_0000_0000_0000));
            check((bits >> (bits & 63)) as f64);
        }
        for bits in random().take(4_000) {
            check(f32::from_bits(bits as u32).into());
        }
        for exponent in -1074..1024 {
            check(2f64.powi(exponent));
        }
    }

    #[test]
    fn measurements_take_the_short_way() {
        for value in [225.66, 49.959f32.into(), 0.16, 10_825.688, 4_294_967_296.5] {
            assert!(Digits::by_shift(value, 10).is_some(), "{value}");
        }
    }

    #[test]
    fn texts_as_core_reads_them() {
        for text in [
            "0",
            "0.0",
            "0e999999999999",
            "00",
            "1e999",
            "1e-999",
            "1e308",
            "1e309",
            "1.7976931348623157e308",
            "1.7976931348623158e308",
            "1.7976931348623159e308",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "4.9e-324",
            "9007199254740993",
            "9007199254740992.99999999999999999999999999999999999999",
            "9007199254740993.00000000000000000000000000000000000001",
            "123456789012345678901234567890",
            "0.000000000000000000000000000000000001e36",
            "1E+5",
            "6.631236846766476e-316",
            "3.2378839133029012895883524125015321748630094508e-319",
        ] {
            check_text(text);
        }
        // Half-way points, exactly and a digit of little weight beside.
        for bits in random().take(200) {
            let value = f64::from_bits(bits >> 2);
            let next = f64::from_bits((bits >> 2) + 1);
            if !(value.is_normal() && next.is_finite() && value < 1e15 && value > 1e-15) {
                continue;
            }
            let half = format!("{value:.1100}");
            check_text(&half);
            check_text(&format!("{half}1"));
        }
        let halfway = format!("1.{}1", "0".repeat(900));
        check_text(&halfway);
        check_text(&format!("9007199254740993.{}1", "0".repeat(900)));
        check_text(&format!("9007199254740993.{}", "0".repeat(900)));
        check_text(&format!("0.{}1e900", "0".repeat(899)));
        check_text(&format!("1{}e-900", "0".repeat(900)));
        for numbers in random().take(6_000).collect::<std::vec::Vec<_>>().chunks(2) {
            let exponent = (numbers[1] % 700) as i32 - 350;
            check_text(&format!("{}e{exponent}", numbers[0]));
            check_text(&format!("{}.{}e{exponent}", numbers[0] % 1000, numbers[1]));
        }
    }
}
