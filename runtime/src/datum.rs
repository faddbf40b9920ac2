//! One value of the readings, without its type of Rust: what code that knows no table
//! can look at without printing it. It must never know what for.

use crate::kept::{KeptList, KeptText};
use crate::named::Named;
use crate::number::Number;
use crate::text::{List, Text};

/// A value that is a number, a text, a truth value or several of these.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Datum<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(&'a str),
    /// A list of truth values, the first one in the lowest bit.
    Bits(u32),
}

/// A type of the readings that a [`Datum`] can be made of.
pub trait ToDatum {
    /// The value.
    fn datum(&self) -> Datum<'_>;
}

impl ToDatum for bool {
    fn datum(&self) -> Datum<'_> {
        Datum::Bool(*self)
    }
}

macro_rules! numbers {
    ($from:ident: $($ty:ty),*) => {$(
        impl ToDatum for $ty {
            fn datum(&self) -> Datum<'_> {
                Datum::Number(Number::$from((*self).into()))
            }
        }
    )*};
}

numbers!(Natural: u8, u16, u32, u64);
numbers!(signed: i8, i16, i32, i64);
numbers!(Real: f32, f64);

impl<T: Named> ToDatum for T {
    fn datum(&self) -> Datum<'_> {
        Datum::Number(Number::signed(self.number()))
    }
}

impl<const N: usize> ToDatum for Text<'_, N> {
    fn datum(&self) -> Datum<'_> {
        Datum::Text(self.as_str())
    }
}

impl<const N: usize> ToDatum for KeptText<N> {
    fn datum(&self) -> Datum<'_> {
        self.as_str().map_or(Datum::Null, Datum::Text)
    }
}

impl<T: ToDatum> ToDatum for Option<T> {
    fn datum(&self) -> Datum<'_> {
        self.as_ref().map_or(Datum::Null, ToDatum::datum)
    }
}

fn bits(all: &[bool]) -> Datum<'_> {
    let all = all.iter().take(32).enumerate();
    Datum::Bits(all.fold(0, |bits, (at, &bit)| bits | u32::from(bit) << at))
}

impl<const N: usize> ToDatum for [bool; N] {
    fn datum(&self) -> Datum<'_> {
        bits(self)
    }
}

impl<const N: usize> ToDatum for List<bool, N> {
    fn datum(&self) -> Datum<'_> {
        bits(self)
    }
}

impl<const N: usize> ToDatum for KeptList<bool, N> {
    fn datum(&self) -> Datum<'_> {
        bits(self.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_value() {
        assert_eq!(7u8.datum(), Datum::Number(Number::Natural(7)));
        assert_eq!((-7i32).datum(), Datum::Number(Number::Negative(7)));
        assert_eq!(1.5f32.datum(), Datum::Number(Number::Real(1.5)));
        assert_eq!(None::<u8>.datum(), Datum::Null);
        assert_eq!(Some(true).datum(), Datum::Bool(true));
        assert_eq!(Text::<4>::cut("abcd").datum(), Datum::Text("abcd"));
        assert_eq!(KeptText::<4>::NULL.datum(), Datum::Null);
        assert_eq!(Some([true, false, true]).datum(), Datum::Bits(0b101));
    }
}
