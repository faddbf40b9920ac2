//! Writing JSON into a bounded buffer, without heap and without failing.
//!
//! [`Out`] compares while it writes: where the new bytes equal the old ones
//! nothing is touched, which is how the [`Document`](crate::Document) knows
//! what changed. Bytes beyond the limit are counted and not written.

use core::fmt::{self, Display, Formatter, Write};

use crate::float::{Digits, EXACT_F32, EXACT_F64};
use crate::named::Named;
use crate::string::is_plain;
use crate::text::{List, RawJson, Text};

/// The most bytes [`Float`] prints for any finite number.
pub const FLOAT_BOUND: usize = 18;

/// The same where nothing of it may be lost, see [`Out::exact`].
pub const EXACT_FLOAT_BOUND: usize = 25;

/// The significant digits of numbers on the wire: firmware from 56.2 on prints no
/// more of them (recorded `49.95899963`, `1.860000014`).
const WIRE_DIGITS: usize = 10;

/// The largest double of so many digits.
const MOST: f64 = 1.797_693_134e308;

/// Where JSON is written to.
#[derive(Debug)]
pub struct Out<'b> {
    buffer: &'b mut [u8],
    at: usize,
    /// Bytes that have to fit before `limit` were already there.
    changed: bool,
    /// Floats are printed so that they read back as they are.
    exact: bool,
}

impl<'b> Out<'b> {
    /// Writes from the start of the buffer.
    pub fn new(buffer: &'b mut [u8]) -> Self {
        Out {
            buffer,
            at: 0,
            changed: false,
            exact: false,
        }
    }

    /// The same for a text that is kept: a float reads back from it as it is.
    pub fn exact(buffer: &'b mut [u8]) -> Self {
        Out {
            exact: true,
            ..Out::new(buffer)
        }
    }

    /// Returns the number of bytes that were written or would have been.
    pub fn len(&self) -> usize {
        self.at
    }

    /// Returns whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.at == 0
    }

    /// Returns whether a byte differs from what the buffer held before.
    pub fn changed(&self) -> bool {
        self.changed
    }

    /// Returns the bytes written; `None` when they did not fit.
    pub fn written(self) -> Option<&'b [u8]> {
        let Out { buffer, at, .. } = self;
        buffer.get(..at)
    }

    /// Appends bytes as they are.
    pub fn put(&mut self, bytes: &[u8]) {
        let end = self.at + bytes.len();
        match self.buffer.get_mut(self.at..end) {
            Some(old) => self.changed |= overwrite(old, bytes),
            None => self.changed = true,
        }
        self.at = end;
    }

    /// Appends one byte: most of what stands between values.
    fn byte(&mut self, byte: u8) {
        match self.buffer.get_mut(self.at) {
            Some(old) => {
                self.changed |= *old != byte;
                *old = byte;
            }
            None => self.changed = true,
        }
        self.at += 1;
    }

    /// Appends a value.
    pub fn value<T: ToJson + ?Sized>(&mut self, value: &T) {
        value.write(self);
    }

    /// Appends a member of an object; `first` leaves out the comma. Names are
    /// identifiers, so nothing in them is escaped.
    pub fn member<T: ToJson + ?Sized>(&mut self, first: bool, name: &str, value: &T) {
        self.name(first, name);
        value.write(self);
    }

    /// Appends what stands before the value of a member.
    pub(crate) fn name(&mut self, first: bool, name: &str) {
        self.byte(if first { b'{' } else { b',' });
        self.byte(b'"');
        self.put(name.as_bytes());
        self.put(b"\":");
    }

    /// The same where the buffer holds it already, but for the first byte.
    pub(crate) fn keep_name(&mut self, first: bool, name: &str) {
        self.byte(if first { b'{' } else { b',' });
        self.at += name.len() + 3;
    }

    /// Appends an object of these members.
    pub fn object(&mut self, members: &[(&str, &dyn ToJson)]) {
        for (at, (name, value)) in members.iter().enumerate() {
            self.member(at == 0, name, *value);
        }
        self.put(if members.is_empty() { b"{}" } else { b"}" });
    }

    fn string(&mut self, text: &str) {
        self.byte(b'"');
        // Nearly all texts are plain, and that is quickly seen.
        match text
            .bytes()
            .fold(true, |plain, byte| plain & is_plain(byte))
        {
            true => self.put(text.as_bytes()),
            false => escape(text, |piece| self.put(piece)),
        }
        self.byte(b'"');
    }

    fn unsigned(&mut self, mut number: u64) {
        if number < 10 {
            return self.byte(b'0' + number as u8);
        }
        let mut digits = [0; 20];
        let mut at = digits.len();
        loop {
            at -= 1;
            digits[at] = b'0' + (number % 10) as u8;
            number /= 10;
            if number == 0 {
                break;
            }
        }
        self.put(&digits[at..]);
    }
}

impl Write for Out<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.put(text.as_bytes());
        Ok(())
    }
}

/// Puts `new` over `old`, which is as long, and says whether they differ: most
/// pieces have a few bytes, for which a loop is quicker than a call that compares
/// and one that copies.
fn overwrite(old: &mut [u8], new: &[u8]) -> bool {
    let mut differing = 0;
    for (old, &new) in old.iter_mut().zip(new) {
        differing |= *old ^ new;
        *old = new;
    }
    differing != 0
}

/// Gives a text's JSON spelling, piece by piece, without the quotes.
pub fn escape(text: &str, mut put: impl FnMut(&[u8])) {
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let short = match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            8 => b"\\b",
            12 => b"\\f",
            0..0x20 => b"\\u",
            _ => continue,
        };
        put(&text.as_bytes()[plain..at]);
        put(short);
        if short == b"\\u" {
            let hex = |nibble: u8| b"0123456789abcdef"[usize::from(nibble)];
            put(&[b'0', b'0', hex(byte >> 4), hex(byte & 15)]);
        }
        plain = at + 1;
    }
    put(&text.as_bytes()[plain..]);
}

/// A sink that escapes what is formatted into it, for a JSON string's inside.
pub struct Escaping<'a, W: Write>(pub &'a mut W);

impl<W: Write> Write for Escaping<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut result = Ok(());
        escape(text, |piece| {
            // Pieces are cut at ASCII characters, so they stay UTF-8.
            if let Ok(piece) = core::str::from_utf8(piece)
                && result.is_ok()
            {
                result = self.0.write_str(piece);
            }
        });
        result
    }
}

/// A float as the wire spells it: at most ten significant digits, zeros cut, whole
/// numbers without a fraction, very large and very small ones with an exponent,
/// `null` for what is no number.
#[derive(Clone, Copy, Debug)]
pub struct Float(pub f64);

impl Display for Float {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        // It is ASCII.
        f.write_str(
            core::str::from_utf8(Spelling::of(self.0, WIRE_DIGITS).as_bytes()).unwrap_or_default(),
        )
    }
}

/// The text of a float.
#[derive(Default)]
struct Spelling {
    bytes: [u8; EXACT_FLOAT_BOUND],
    length: usize,
}

impl Spelling {
    /// With so many significant digits.
    fn of(value: f64, digits: usize) -> Self {
        let mut text = Spelling::default();
        if !value.is_finite() {
            text.put(b"null");
            return text;
        }
        if value.is_sign_negative() {
            text.put(b"-");
        }
        if value == 0.0 {
            text.put(b"0");
            return text;
        }
        // Rounded up, the largest doubles would be none.
        let most = if digits < EXACT_F64 { MOST } else { f64::MAX };
        let found = Digits::of(value.abs().min(most), digits);
        let (digits, point) = (found.digits(), found.point());
        let (whole, shift) = match point {
            // From 1e-5 up to, but without, 1e17.
            -4..=0 => {
                text.put(b"0.");
                text.zeros(-point);
                text.put(digits);
                return text;
            }
            1..=17 => (point, None),
            _ => (1, Some(point - 1)),
        };
        let split = digits.len().min(whole as usize);
        text.put(&digits[..split]);
        text.zeros(whole - split as i32);
        if split < digits.len() {
            text.put(b".");
            text.put(&digits[split..]);
        }
        if let Some(shift) = shift {
            // It has room for the exponent of a double.
            let _ = write!(text, "e{shift}");
        }
        text
    }

    /// What is beyond the bound, which nothing is, would be left out.
    fn put(&mut self, bytes: &[u8]) {
        let room = self.bytes.get_mut(self.length..self.length + bytes.len());
        if let Some(room) = room {
            room.copy_from_slice(bytes);
            self.length += bytes.len();
        }
    }

    fn zeros(&mut self, count: i32) {
        (0..count).for_each(|_| self.put(b"0"));
    }

    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

impl Write for Spelling {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.put(text.as_bytes());
        Ok(())
    }
}

macro_rules! floats {
    ($($ty:ty, $exact:expr);*) => {$(
        impl ToJson for $ty {
            fn write(&self, out: &mut Out<'_>) {
                // Most measurements are whole or zero; they need no float printing.
                // Below 2^24 a whole number has all its digits in ten.
                let whole = *self as i32;
                let plain = whole.unsigned_abs() < 1 << 24
                    && whole as $ty == *self
                    && (whole != 0 || self.is_sign_positive());
                if plain {
                    whole.write(out);
                } else {
                    let digits = if out.exact { $exact } else { WIRE_DIGITS };
                    out.put(Spelling::of((*self).into(), digits).as_bytes());
                }
            }
        }
    )*};
}

/// A type that can be written as one JSON value.
pub trait ToJson {
    /// Appends the value.
    fn write(&self, out: &mut Out<'_>);
}

floats!(f32, EXACT_F32; f64, EXACT_F64);

macro_rules! unsigned {
    ($($ty:ty),*) => {$(
        impl ToJson for $ty {
            fn write(&self, out: &mut Out<'_>) {
                out.unsigned((*self).into());
            }
        }
    )*};
}

macro_rules! signed {
    ($($ty:ty),*) => {$(
        impl ToJson for $ty {
            fn write(&self, out: &mut Out<'_>) {
                if *self < 0 {
                    out.put(b"-");
                }
                out.unsigned(i64::from(*self).unsigned_abs());
            }
        }
    )*};
}

unsigned!(u8, u16, u32, u64);
signed!(i8, i16, i32, i64);

impl<T: Named> ToJson for T {
    fn write(&self, out: &mut Out<'_>) {
        out.value(&self.number());
    }
}

impl ToJson for bool {
    fn write(&self, out: &mut Out<'_>) {
        out.put(if *self { b"true" } else { b"false" });
    }
}

impl ToJson for str {
    fn write(&self, out: &mut Out<'_>) {
        out.string(self);
    }
}

impl<const N: usize> ToJson for Text<'_, N> {
    fn write(&self, out: &mut Out<'_>) {
        out.string(self.as_str());
    }
}

impl<const N: usize> ToJson for RawJson<'_, N> {
    fn write(&self, out: &mut Out<'_>) {
        let json = self.as_str().as_bytes();
        let mut plain = 0;
        for dot in lone_dots(json) {
            out.put(&json[plain..dot]);
            plain = dot + 1;
        }
        out.put(&json[plain..]);
    }
}

/// Where a number of checked JSON has a dot without digits behind it, which RFC 8259
/// has not.
pub(crate) fn lone_dots(json: &[u8]) -> impl Iterator<Item = usize> + '_ {
    let (mut in_string, mut escaped) = (false, false);
    json.iter().enumerate().filter_map(move |(at, &byte)| {
        match byte {
            b'"' if !escaped => in_string = !in_string,
            b'.' if !in_string && !json.get(at + 1).is_some_and(u8::is_ascii_digit) => {
                return Some(at);
            }
            _ => {}
        }
        escaped = byte == b'\\' && !escaped;
        None
    })
}

impl<T: ToJson> ToJson for Option<T> {
    fn write(&self, out: &mut Out<'_>) {
        match self {
            Some(value) => value.write(out),
            None => out.put(b"null"),
        }
    }
}

impl<T: ToJson> ToJson for [T] {
    fn write(&self, out: &mut Out<'_>) {
        out.byte(b'[');
        for (index, value) in self.iter().enumerate() {
            if index > 0 {
                out.byte(b',');
            }
            value.write(out);
        }
        out.byte(b']');
    }
}

impl<T: ToJson, const N: usize> ToJson for [T; N] {
    fn write(&self, out: &mut Out<'_>) {
        self.as_slice().write(out);
    }
}

impl<T: ToJson, const N: usize> ToJson for List<T, N> {
    fn write(&self, out: &mut Out<'_>) {
        self.as_slice().write(out);
    }
}

#[cfg(test)]
mod tests {
    use std::string::{String, ToString};
    use std::vec;

    use super::*;

    fn json<T: ToJson + ?Sized>(value: &T) -> String {
        let mut buffer = vec![0; 400];
        let mut out = Out::new(&mut buffer);
        value.write(&mut out);
        core::str::from_utf8(out.written().expect("fits"))
            .expect("utf-8")
            .to_string()
    }

    fn exact<T: ToJson>(value: &T) -> String {
        let mut buffer = vec![0; 400];
        let mut out = Out::exact(&mut buffer);
        value.write(&mut out);
        core::str::from_utf8(out.written().expect("fits"))
            .expect("utf-8")
            .to_string()
    }

    #[test]
    fn numbers() {
        assert_eq!(json(&0u8), "0");
        assert_eq!(json(&u64::MAX), "18446744073709551615");
        assert_eq!(json(&i64::MIN), "-9223372036854775808");
        assert_eq!(json(&3500.0f64), "3500");
        assert_eq!(json(&-0.0f64), "-0");
        assert_eq!(json(&31.4f64), "31.4");
        assert_eq!(json(&0.1f32), "0.1000000015");
        assert_eq!(json(&1_965_389_952.0f32), "1965389952");
        assert_eq!(json(&-16_777_215.0f32), "-16777215");
        assert_eq!(json(&1e300f64), "1e300");
        assert_eq!(json(&f64::MIN_POSITIVE), "2.225073859e-308");
        assert_eq!(json(&f64::MAX), "1.797693134e308");
        assert_eq!(json(&f64::NAN), "null");
        assert_eq!(json(&f32::NEG_INFINITY), "null");
        assert_eq!(json(&9_007_199_254_740_993.0f64), "9007199255000000");
    }

    /// Recorded of firmware 56.2, whose single-precision numbers these are.
    #[test]
    fn floats_as_a_charger_prints_them() {
        for (value, recorded) in [
            (49.959_f32, "49.95899963"),
            (49.837, "49.8370018"),
            (14.192, "14.19200039"),
            (1.86, "1.860000014"),
            (15.1, "15.10000038"),
            (23.375, "23.375"),
            (-300.0, "-300"),
        ] {
            assert_eq!(json(&value), recorded);
        }
    }

    /// The most bytes of a spelling are those that documents and flash reserve.
    #[test]
    fn no_float_is_wider_than_its_bound() {
        for value in [
            f64::MAX,
            f64::MIN,
            -f64::MIN_POSITIVE,
            -5e-324,
            -0.000_012_345_678_901_234_567,
            -99_999_999_999_999_984.0,
            -9_999_999_999_499_999.0,
            -1.234_567_890_123_456_7e-300,
        ] {
            assert!(json(&value).len() <= FLOAT_BOUND, "{}", json(&value));
            assert!(exact(&value).len() <= EXACT_FLOAT_BOUND);
        }
    }

    #[test]
    fn a_float_reads_back_within_ten_digits_and_from_flash_as_it_was() {
        let mut state = 1u64;
        let steps = std::iter::repeat_with(|| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            state
        });
        for bits in steps.take(20_000) {
            let any = f64::from_bits(bits);
            let everyday = (bits >> 40) as f64 / 10f64.powi((bits % 9) as i32);
            for value in [any, everyday] {
                if !value.is_finite() {
                    continue;
                }
                let read: f64 = json(&value).parse().expect("a number");
                // Half a unit of the tenth digit, or a whole one at the end of all doubles.
                let unit = match value.abs() > MOST {
                    true => value.abs() * 1e-9,
                    false => value.abs() * 5.000_001e-10 + 5e-324,
                };
                assert!((read - value).abs() <= unit, "{value:e}: {read:e}");
                assert_eq!(exact(&value).parse(), Ok(value));
                let single = value as f32;
                if single.is_finite() {
                    assert_eq!(exact(&single).parse(), Ok(single));
                    let nearest: f64 = exact(&single).parse().expect("a number");
                    assert_eq!(nearest as f32, single);
                }
            }
        }
    }

    #[test]
    fn texts_and_lists() {
        assert_eq!(
            json("a\"b\\c\n\u{1}ä\u{7f}"),
            "\"a\\\"b\\\\c\\n\\u0001ä\u{7f}\""
        );
        assert_eq!(json(&[Some(1u8), None]), "[1,null]");
        assert_eq!(json(&[0u8; 0]), "[]");
        assert_eq!(json(&true), "true");
    }

    #[test]
    fn what_was_read_leniently_is_shown_strictly() {
        for (read, shown) in [
            ("1000.", "1000"),
            ("[1., -2.e3 ,3.5]", "[1, -2e3 ,3.5]"),
            (r#"{"a.":".\".","b":0.}"#, r#"{"a.":".\".","b":0}"#),
        ] {
            let raw = RawJson::<64>::new(read).expect(read);
            assert_eq!(json(&raw), shown);
        }
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let mut buffer = [0; 3];
        let mut out = Out::new(&mut buffer);
        out.value("abc");
        assert_eq!(out.len(), 5);
        assert_eq!(out.written(), None);
    }

    #[test]
    fn escaping_composes_with_format() {
        const QUOTE: &str = "\"\u{1}";
        let mut text = String::new();
        write!(Escaping(&mut text), "a{}b", QUOTE).expect("String takes everything");
        assert_eq!(text, "a\\\"\\u0001b");
    }
}
