//! Numbers of which each value has a name. It must never know where they are read or
//! printed.

/// One `NAME=number` pair of a description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedValue {
    /// The name as the table spells it.
    pub name: &'static str,
    /// The number on the wire.
    pub value: i64,
}

impl NamedValue {
    /// Values by their names and numbers.
    pub const fn list<const N: usize>(values: [(&'static str, i64); N]) -> [Self; N] {
        let mut all = [NamedValue { name: "", value: 0 }; N];
        let mut i = 0;
        while i < N {
            let (name, value) = values[i];
            all[i] = NamedValue { name, value };
            i += 1;
        }
        all
    }
}

/// A number of which each value has a name: an enum that `named_values!` made.
pub trait Named: Copy + 'static {
    /// Every value, in the table's order.
    const ALL: &'static [Self];

    /// Of each its name, as the table spells it, and its number.
    const VALUES: &'static [NamedValue];

    /// The number on the wire.
    fn number(self) -> i64;

    /// The value with that number.
    fn from_number(number: i64) -> Option<Self> {
        let position = position(Self::VALUES, number)?;
        Self::ALL.get(position).copied()
    }
}

/// The same for all enums, so that a device holds it once.
fn position(values: &[NamedValue], number: i64) -> Option<usize> {
    values.iter().position(|value| value.value == number)
}

/// The name of a number, for the macro.
#[doc(hidden)]
pub fn name(values: &[NamedValue], number: i64) -> &'static str {
    position(values, number).map_or("?", |position| values[position].name)
}
