//! A key as a position in its table, and sets of keys as bits.

/// Position of a key in its [`Registry`](crate::Registry).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyIndex(pub u16);

/// A set of keys that generic code can hold without knowing how many there are.
pub trait Keys: Clone + Default + 'static {
    /// Adds a key; keys beyond the set's size are ignored.
    fn insert(&mut self, key: KeyIndex);
    /// Takes a key out.
    fn remove(&mut self, key: KeyIndex);
    /// Returns whether the key is in the set.
    fn contains(&self, key: KeyIndex) -> bool;
    /// Adds every key of another set.
    fn extend(&mut self, other: &Self);
    /// Returns whether the set is empty.
    fn is_empty(&self) -> bool;
    /// The first key at or after `from`, in table order.
    fn next(&self, from: u16) -> Option<KeyIndex>;
}

/// A set of up to `32 * W` keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeySet<const W: usize>([u32; W]);

/// Words a [`KeySet`] needs for so many keys.
pub const fn words(keys: usize) -> usize {
    keys.div_ceil(32)
}

impl<const W: usize> KeySet<W> {
    /// No key.
    pub const EMPTY: Self = KeySet([0; W]);

    /// The set with this key, too; one beyond its size is ignored.
    pub const fn with(mut self, key: KeyIndex) -> Self {
        let (word, bit) = split(key);
        if word < W {
            self.0[word] |= bit;
        }
        self
    }

    /// The keys, in table order.
    pub fn iter(&self) -> impl Iterator<Item = KeyIndex> + '_ {
        let mut from = 0;
        core::iter::from_fn(move || {
            let key = self.next(from)?;
            from = key.0 + 1;
            Some(key)
        })
    }

    /// Returns the number of keys in the set.
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Returns whether the set is empty.
    pub fn is_empty(&self) -> bool {
        Keys::is_empty(self)
    }
}

impl<const W: usize> Default for KeySet<W> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<const W: usize> FromIterator<KeyIndex> for KeySet<W> {
    fn from_iter<I: IntoIterator<Item = KeyIndex>>(keys: I) -> Self {
        let mut set = Self::EMPTY;
        for key in keys {
            set.insert(key);
        }
        set
    }
}

const fn split(key: KeyIndex) -> (usize, u32) {
    ((key.0 / 32) as usize, 1 << (key.0 % 32))
}

impl<const W: usize> Keys for KeySet<W> {
    fn insert(&mut self, key: KeyIndex) {
        *self = self.with(key);
    }

    fn remove(&mut self, key: KeyIndex) {
        let (word, bit) = split(key);
        if let Some(word) = self.0.get_mut(word) {
            *word &= !bit;
        }
    }

    fn contains(&self, key: KeyIndex) -> bool {
        let (word, bit) = split(key);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    fn extend(&mut self, other: &Self) {
        for (word, more) in self.0.iter_mut().zip(other.0) {
            *word |= more;
        }
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|&word| word == 0)
    }

    fn next(&self, from: u16) -> Option<KeyIndex> {
        let first = usize::from(from / 32);
        let mut mask = u32::MAX << (from % 32);
        for (index, word) in self.0.iter().enumerate().skip(first) {
            let rest = word & mask;
            if rest != 0 {
                // A set has at most u16::MAX keys, so this position fits.
                return Some(KeyIndex((index * 32) as u16 + rest.trailing_zeros() as u16));
            }
            mask = u32::MAX;
        }
        None
    }
}
