//! Families of keys: rows such as `c0n … c9n`, which one row of a table
//! describes.
//!
//! The keys of a family share a field of the readings, an array, and a variant
//! of the writes, which tells by an [`Index`] which of them is meant. It must
//! never know a family.

use core::ops;

use crate::key_set::KeyIndex;

/// The place of a key in a family of `N` keys. Having one tells that it is
/// below `N`, so that an array of `N` values has a value there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Index<const N: usize>(u16);

impl<const N: usize> Index<N> {
    /// The place, counted from 0; `None` when the family has none there.
    pub const fn new(place: usize) -> Option<Self> {
        match place < N && place <= u16::MAX as usize {
            true => Some(Index(place as u16)),
            false => None,
        }
    }

    /// The place `AT`, for generated code; one that the family does not have
    /// does not compile.
    pub const fn at<const AT: usize>() -> Self {
        const { assert!(AT < N && AT <= u16::MAX as usize, "no place of the family") }
        Index(AT as u16)
    }

    /// The place, counted from 0.
    pub const fn get(self) -> usize {
        self.0 as usize
    }

    /// The key in this place of the family that begins with `first`.
    pub const fn of(self, first: KeyIndex) -> KeyIndex {
        KeyIndex(first.0 + self.0)
    }
}

impl<T, const N: usize> ops::Index<Index<N>> for [T; N] {
    type Output = T;

    fn index(&self, index: Index<N>) -> &T {
        &self[index.get()]
    }
}

impl<T, const N: usize> ops::IndexMut<Index<N>> for [T; N] {
    fn index_mut(&mut self, index: Index<N>) -> &mut T {
        &mut self[index.get()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Access, Category, JsonStr, Profile, Type, value};

    #[test]
    fn places_of_a_family() {
        assert_eq!(Index::<3>::new(2), Some(Index::at::<2>()));
        assert_eq!(Index::<3>::new(3), None);
        assert_eq!(Index::<0>::new(0), None);
        assert_eq!(Index::<70_000>::new(65_536), None);
        let mut names = ["a", "b", "c"];
        names[Index::at::<1>()] = "x";
        assert_eq!(names, ["a", "x", "c"]);
        assert_eq!(names[Index::at::<2>()], "c");
        assert_eq!(Index::<3>::at::<2>().get(), 2);
    }

    /// As the arms of a generated `match` build them.
    #[test]
    fn writes_of_a_family() {
        #[derive(Debug, PartialEq)]
        enum Write<'a> {
            Cn(Index<10>, JsonStr<'a>),
        }
        let name = Profile::new(Access::Write, Category::Config, Type::STRING);
        let mut value = value::Value::Null;
        value::read(&name, "\"car\"", &mut value).expect("a string");
        let write = value.into_write(|name| Write::Cn(Index::at::<3>(), name));
        let Some(Write::Cn(index, name)) = write else {
            panic!("no write")
        };
        assert!(index.get() == 3 && name == *"car");
    }
}
