//! The registers of the spec: which value stands where, and what becomes of it there.
//!
//! A generated crate has a [`Register`] for each row of its table. It makes registers of
//! a [`Datum`], and of registers the [`Value`] of a write; neither is ever a text. This
//! must never know a key, a request or a connection.

use crate::datum::Datum;
use crate::key_set::KeyIndex;
use crate::number::Number;
use crate::value::Value;

/// Settings that a device can have set without storing them.
pub const VOLATILE_MAX: usize = 4;

/// The two tables of registers, by the function that reads them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Function 3 reads them, function 16 writes them.
    Holding,
    /// Function 4 reads them.
    Input,
}

/// What the registers of a row hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// A whole number without a sign.
    Unsigned,
    /// A whole number, as two's complement.
    Signed,
    /// A number of IEEE 754, single or double.
    Real,
    /// Characters of ASCII, two a register.
    Ascii,
    /// The bytes that the hexadecimal digits of a text say, two a register.
    Binary,
    /// The four numbers of an IPv4 address, one a register.
    Ipv4,
    /// A list of truth values, the first one in the lowest bit.
    Bits,
}

/// What clients may do with a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read it.
    Read,
    /// Read and write it; a setting is stored.
    Write,
    /// Read and write it; what is written is not stored.
    Volatile,
}

/// What a register has where there is no value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Null {
    /// This number.
    Number(u16),
    /// The infinite number.
    Infinity,
}

/// The values that stand in registers: where the generated accessor finds them, and
/// which key they belong to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Origin {
    /// The number of the accessor.
    pub accessor: u16,
    /// The place in the list or in the family.
    pub place: u16,
    /// The key.
    pub key: KeyIndex,
}

/// A row of the table of registers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Register {
    /// Which of the two tables it stands in.
    pub table: Table,
    /// The first register, as it is sent.
    pub first: u16,
    /// How many there are.
    pub count: u8,
    /// What they hold.
    pub coding: Coding,
    /// Where the value is from; without it there is none.
    pub origin: Option<Origin>,
    /// The value is multiplied by the first and divided by the second.
    pub scale: [u16; 2],
    /// A truth value is the other one.
    pub inverted: bool,
    /// What stands for `null`.
    pub null: Null,
    /// What clients may do with it.
    pub access: Access,
}

impl Register {
    /// A row that can be read, of a value as it is.
    pub const fn new(table: Table, first: u16, count: u8, coding: Coding) -> Self {
        Register {
            table,
            first,
            count,
            coding,
            origin: None,
            scale: [1, 1],
            inverted: false,
            null: Null::Number(0),
            access: Access::Read,
        }
    }

    /// The same with a value.
    pub const fn of(mut self, accessor: u16, place: u16, key: KeyIndex) -> Self {
        self.origin = Some(Origin {
            accessor,
            place,
            key,
        });
        self
    }

    /// The same, of a value that is multiplied and divided.
    pub const fn scaled(mut self, by: u16, divided_by: u16) -> Self {
        self.scale = [by, divided_by];
        self
    }

    /// The same, of the other truth value.
    pub const fn inverted(mut self) -> Self {
        self.inverted = true;
        self
    }

    /// The same, where something else than 0 stands for `null`.
    pub const fn null(mut self, null: Null) -> Self {
        self.null = null;
        self
    }

    /// The same, which can be written.
    pub const fn writable(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// The register behind its last.
    pub const fn end(&self) -> u32 {
        self.first as u32 + self.count as u32
    }
}

/// How registers lie on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// The two bytes of each register are the other way round.
    pub swap_bytes: bool,
    /// The registers of a number are the other way round: the lowest comes first.
    pub swap_registers: bool,
}

impl Order {
    /// Turns the bytes of a row round, there and back.
    fn turn(self, coding: Coding, bytes: &mut [u8]) {
        let is_number = matches!(coding, Coding::Unsigned | Coding::Signed | Coding::Real);
        if self.swap_registers && is_number {
            bytes.reverse();
        }
        // To reverse all bytes has turned each register, too.
        if self.swap_bytes != (self.swap_registers && is_number) {
            bytes.chunks_exact_mut(2).for_each(<[u8]>::reverse);
        }
    }
}

/// Why a request is refused, by the number that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exception {
    /// The function is none of those that are served.
    Function = 1,
    /// There is no register anywhere near.
    Address = 2,
    /// There is a gap, half of a value, or a value that cannot be taken.
    Value = 3,
}

/// An operation that was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Registers were read.
    Read,
    /// Registers were written.
    Write,
}

/// The server that a device wants for its registers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// It shall listen.
    pub enabled: bool,
    /// At this port, from the next start on.
    pub port: u16,
    /// How its registers lie on the wire.
    pub order: Order,
}

/// Returns the row that begins at a register.
///
/// # Errors
/// None does: [`Exception::Address`] before the first and behind the last row of the
/// table, [`Exception::Value`] between them.
pub fn find(
    registers: &'static [Register],
    table: Table,
    first: u32,
) -> Result<&'static Register, Exception> {
    let (mut is_before, mut is_behind) = (true, true);
    for row in registers.iter().filter(|row| row.table == table) {
        if u32::from(row.first) == first {
            return Ok(row);
        }
        is_before &= first < u32::from(row.first);
        is_behind &= first >= row.end();
    }
    Err(match is_before || is_behind {
        true => Exception::Address,
        false => Exception::Value,
    })
}

/// The most registers that follow one another without a gap, of rows in the order of the
/// generated table.
pub const fn longest_run(registers: &[Register]) -> usize {
    let (mut longest, mut run, mut at) = (0, 0, 0);
    while at < registers.len() {
        let row = &registers[at];
        let follows = at > 0
            && registers[at - 1].table as u8 == row.table as u8
            && registers[at - 1].end() == row.first as u32;
        run = if follows { run } else { 0 } + row.count as usize;
        if run > longest {
            longest = run;
        }
        at += 1;
    }
    longest
}

impl Register {
    /// Fills its registers, two bytes each.
    pub fn encode(&self, datum: Datum<'_>, order: Order, bytes: &mut [u8]) {
        bytes.fill(0);
        match (self.coding, datum) {
            (Coding::Unsigned | Coding::Signed | Coding::Real | Coding::Bits, datum) => {
                self.number(datum, bytes);
            }
            (Coding::Ascii, Datum::Text(text)) => {
                let plain = |c: char| if c.is_ascii() { c as u8 } else { b'?' };
                let bytes = bytes.iter_mut().zip(text.chars());
                bytes.for_each(|(byte, character)| *byte = plain(character));
            }
            (Coding::Binary, Datum::Text(text)) => {
                let mut digits = text.chars().filter_map(|c| c.to_digit(16));
                for byte in bytes.iter_mut() {
                    let (Some(high), Some(low)) = (digits.next(), digits.next()) else {
                        break;
                    };
                    *byte = (high << 4 | low) as u8;
                }
            }
            (Coding::Ipv4, Datum::Text(text)) => {
                for (register, number) in bytes.chunks_exact_mut(2).zip(text.split('.')) {
                    register[1] = number.parse().unwrap_or_default();
                }
            }
            (Coding::Ascii | Coding::Binary | Coding::Ipv4, _) => {}
        }
        order.turn(self.coding, bytes);
    }

    fn number(&self, datum: Datum<'_>, bytes: &mut [u8]) {
        let number = match datum {
            Datum::Number(number) => self.scaled_up(number),
            Datum::Bool(is_true) => Number::Natural((is_true != self.inverted).into()),
            Datum::Bits(bits) => Number::Natural(bits.into()),
            Datum::Null | Datum::Text(_) => match self.null {
                Null::Number(number) => Number::Natural(number.into()),
                Null::Infinity => Number::Real(f64::INFINITY),
            },
        };
        let width = bytes.len().min(8);
        match self.coding {
            Coding::Real if width == 4 => {
                bytes.copy_from_slice(&(number.as_f64() as f32).to_be_bytes());
            }
            Coding::Real => bytes.copy_from_slice(&number.as_f64().to_be_bytes()[..width]),
            coding => {
                let whole = whole(number, coding == Coding::Signed, width);
                bytes.copy_from_slice(&whole.to_be_bytes()[8 - width..]);
            }
        }
    }

    fn scaled_up(&self, number: Number) -> Number {
        match self.scale.map(f64::from) {
            [1.0, 1.0] => number,
            [by, divided_by] => Number::real(number.as_f64() * by / divided_by),
        }
    }

    /// What its registers say of a key of this type; `None` if the key has no such value.
    pub fn decode<'v>(&self, is_bool: bool, order: Order, bytes: &[u8]) -> Option<Value<'v>> {
        let mut turned = [0; 8];
        let width = bytes.len();
        turned
            .get_mut(8usize.checked_sub(width)?..)?
            .copy_from_slice(bytes);
        order.turn(self.coding, &mut turned[8 - width..]);
        let unsigned = u64::from_be_bytes(turned);
        let number = match self.coding {
            Coding::Unsigned => Number::Natural(unsigned),
            Coding::Signed => {
                let unused = 64 - 8 * width as u32;
                Number::signed((unsigned << unused) as i64 >> unused)
            }
            Coding::Real if width == 4 => Number::real(f32::from_bits(unsigned as u32).into()),
            Coding::Real => Number::real(f64::from_bits(unsigned)),
            Coding::Ascii | Coding::Binary | Coding::Ipv4 | Coding::Bits => return None,
        };
        if is_bool {
            let is_true = number.as_u64().filter(|bit| *bit < 2)? == 1;
            return Some(Value::Bool(is_true != self.inverted));
        }
        let number = match self.scale.map(f64::from) {
            [1.0, 1.0] => number,
            [by, divided_by] => Number::real(number.as_f64() * divided_by / by),
        };
        // What is no number at all is none of any key.
        let is_number = number.as_f64().is_finite();
        is_number.then_some(Value::Number(number))
    }

    /// Returns whether its registers say that there is no value.
    pub fn says_null(&self, order: Order, bytes: &[u8]) -> bool {
        let mut null = [0; 8];
        let Some(null) = null.get_mut(..bytes.len()) else {
            return false;
        };
        self.encode(Datum::Null, order, null);
        null == bytes
    }
}

/// The nearest whole number that so many bytes hold, as two's complement.
fn whole(number: Number, is_signed: bool, width: usize) -> u64 {
    let unused = 64 - 8 * width as u32;
    let most = u64::MAX >> unused >> u32::from(is_signed);
    let (is_negative, magnitude) = match number {
        Number::Natural(magnitude) => (false, magnitude),
        Number::Negative(magnitude) => (true, magnitude),
        // What is no number becomes 0.
        Number::Real(real) => {
            let magnitude = if real < 0.0 { -real } else { real };
            // Beyond that each is whole. In quarters nothing is added to a double, which is a
            // KB of code on a small device.
            let whole = match magnitude < 9_007_199_254_740_992.0 {
                true => ((magnitude * 4.0) as u64 + 2) / 4,
                false => magnitude as u64,
            };
            (real < 0.0, whole)
        }
    };
    match (is_negative, is_signed) {
        (false, _) => magnitude.min(most),
        (true, true) => magnitude.min(most + 1).wrapping_neg(),
        (true, false) => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::vec;
    use std::vec::Vec;

    use super::*;

    fn row(count: u8, coding: Coding) -> Register {
        Register::new(Table::Holding, 0, count, coding)
    }

    fn bytes(row: Register, datum: Datum<'_>, order: Order) -> Vec<u8> {
        let mut bytes = vec![0xaa; 2 * usize::from(row.count)];
        row.encode(datum, order, &mut bytes);
        bytes
    }

    fn real(real: f64) -> Datum<'static> {
        Datum::Number(Number::Real(real))
    }

    const PLAIN: Order = Order {
        swap_bytes: false,
        swap_registers: false,
    };

    #[test]
    fn numbers_are_rounded_and_held_within_their_registers() {
        let u16 = row(1, Coding::Unsigned);
        let i16 = row(1, Coding::Signed);
        for (row, datum, expected) in [
            (u16, real(229.5), 230u16),
            (u16, real(229.4999), 229),
            (u16, real(-3.0), 0),
            (u16, real(70_000.0), 65_535),
            (u16, real(f64::NAN), 0),
            (u16, Datum::Null, 0),
            (u16.null(Null::Number(255)), Datum::Null, 255),
            (u16.scaled(10, 1), real(15.95), 160),
            (u16.scaled(1, 100), Datum::Number(Number::Natural(3650)), 37),
            (i16, real(-229.5), -230i16 as u16),
            (i16, real(-40_000.0), i16::MIN as u16),
            (i16, real(40_000.0), i16::MAX as u16),
            (i16, Datum::Number(Number::Negative(1)), u16::MAX),
            (u16, Datum::Bool(true), 1),
            (u16.inverted(), Datum::Bool(true), 0),
            (row_bits(), Datum::Bits(0b101_000), 0b101_000),
        ] {
            let found = bytes(row, datum, PLAIN);
            assert_eq!(found, expected.to_be_bytes(), "{row:?} {datum:?}");
        }
        let most = bytes(
            row(4, Coding::Unsigned),
            Datum::Number(Number::Natural(u64::MAX)),
            PLAIN,
        );
        assert_eq!(most, [0xff; 8]);
    }

    fn row_bits() -> Register {
        row(1, Coding::Bits)
    }

    #[test]
    fn texts_are_cut_and_padded() {
        let ascii = row(2, Coding::Ascii);
        assert_eq!(bytes(ascii, Datum::Text("60.3"), PLAIN), b"60.3");
        assert_eq!(bytes(ascii, Datum::Text("053.1"), PLAIN), b"053.");
        assert_eq!(bytes(ascii, Datum::Text("ä1"), PLAIN), b"?1\0\0");
        assert_eq!(bytes(ascii, Datum::Null, PLAIN), [0; 4]);
        let binary = row(3, Coding::Binary);
        assert_eq!(
            bytes(binary, Datum::Text("04:aB:ff0"), PLAIN),
            [4, 0xab, 0xff, 0, 0, 0]
        );
        let address = row(4, Coding::Ipv4);
        assert_eq!(
            bytes(address, Datum::Text("192.168.0.7"), PLAIN),
            [0, 192, 0, 168, 0, 0, 0, 7]
        );
        assert_eq!(bytes(address, Datum::Text("x.300"), PLAIN), [0; 8]);
    }

    #[test]
    fn bytes_and_registers_turn_round_each_for_itself() {
        let order = |swap_bytes, swap_registers| Order {
            swap_bytes,
            swap_registers,
        };
        let datum = Datum::Number(Number::Natural(0x0102_0304));
        for (order, number, text) in [
            (order(false, false), [1, 2, 3, 4], b"abcd"),
            (order(true, false), [2, 1, 4, 3], b"badc"),
            (order(false, true), [3, 4, 1, 2], b"abcd"),
            (order(true, true), [4, 3, 2, 1], b"badc"),
        ] {
            let row = row(2, Coding::Unsigned);
            assert_eq!(bytes(row, datum, order), number, "{order:?}");
            assert_eq!(
                row.decode(false, order, &number),
                Some(Value::Number(Number::Natural(0x0102_0304)))
            );
            let ascii = self::row(2, Coding::Ascii);
            assert_eq!(bytes(ascii, Datum::Text("abcd"), order), text, "{order:?}");
        }
    }

    #[test]
    fn what_is_written_comes_back() {
        let number = |number| Some(Value::Number(number));
        let u16 = row(1, Coding::Unsigned);
        for (row, is_bool, sent, expected) in [
            (u16, false, vec![1, 0], number(Number::Natural(256))),
            (u16, true, vec![0, 1], Some(Value::Bool(true))),
            (u16.inverted(), true, vec![0, 1], Some(Value::Bool(false))),
            (u16, true, vec![0, 2], None),
            (
                row(1, Coding::Signed),
                false,
                vec![0xff, 0xfe],
                number(Number::Negative(2)),
            ),
            (
                u16.scaled(1, 3600),
                false,
                vec![0, 7],
                number(Number::Natural(25_200)),
            ),
            (
                u16.scaled(10, 1),
                false,
                vec![0, 123],
                number(Number::Real(12.3)),
            ),
            (
                row(4, Coding::Real),
                false,
                2.5f64.to_be_bytes().to_vec(),
                number(Number::Real(2.5)),
            ),
            (
                row(2, Coding::Real),
                false,
                2f32.to_be_bytes().to_vec(),
                number(Number::Natural(2)),
            ),
            (
                row(4, Coding::Real),
                false,
                f64::NAN.to_be_bytes().to_vec(),
                None,
            ),
            (row(2, Coding::Ascii), false, b"abcd".to_vec(), None),
        ] {
            assert_eq!(row.decode(is_bool, PLAIN, &sent), expected, "{row:?}");
        }
        let limit = row(4, Coding::Real).null(Null::Infinity);
        assert!(limit.says_null(PLAIN, &f64::INFINITY.to_be_bytes()));
        assert!(!limit.says_null(PLAIN, &0f64.to_be_bytes()));
        assert_eq!(
            bytes(limit, Datum::Null, PLAIN),
            f64::INFINITY.to_be_bytes()
        );
    }

    #[test]
    fn rows_are_found_at_their_first_register() {
        static ROWS: [Register; 3] = [
            Register::new(Table::Holding, 10, 1, Coding::Unsigned),
            Register::new(Table::Holding, 12, 2, Coding::Unsigned),
            Register::new(Table::Input, 3, 1, Coding::Unsigned),
        ];
        let at = |table, first| find(&ROWS, table, first).map(|row| row.end());
        use Table::{Holding, Input};
        assert_eq!(at(Holding, 10), Ok(11));
        assert_eq!(at(Holding, 12), Ok(14));
        assert_eq!(at(Input, 3), Ok(4));
        for gap in [11, 13] {
            assert_eq!(at(Holding, gap), Err(Exception::Value), "{gap}");
        }
        for outside in [0, 3, 9, 14, 65_536] {
            assert_eq!(at(Holding, outside), Err(Exception::Address), "{outside}");
        }
        assert_eq!(longest_run(&ROWS), 2);
    }
}
