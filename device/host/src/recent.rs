//! The newest of something that goes on happening, each with its number of all there were;
//! what is older is gone. It must never know what happens.

use std::collections::VecDeque;

/// At most `MOST` of them.
#[derive(Clone, Debug)]
pub struct Recent<T, const MOST: usize> {
    kept: VecDeque<T>,
    count: u64,
}

impl<T, const MOST: usize> Default for Recent<T, MOST> {
    fn default() -> Self {
        Recent {
            kept: VecDeque::new(),
            count: 0,
        }
    }
}

impl<T, const MOST: usize> Recent<T, MOST> {
    /// Keeps one more.
    pub fn push(&mut self, one: T) {
        if self.kept.len() == MOST {
            self.kept.pop_front();
        }
        self.kept.push_back(one);
        self.count += 1;
    }

    /// How many there were, and so the number that the next one gets; the first has 0.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Those that are kept and have this number or a later one, oldest first, each with its
    /// number.
    pub fn since(&self, number: u64) -> impl Iterator<Item = (u64, &T)> {
        let first = self.count - self.kept.len() as u64;
        let all = self.kept.iter().enumerate();
        all.map(move |(at, one)| (first + at as u64, one))
            .skip_while(move |(at, _)| *at < number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_kept_with_their_numbers() {
        let mut recent = Recent::<_, 3>::default();
        let since = |recent: &Recent<char, 3>, number| {
            let found = recent.since(number).map(|(at, one)| (at, *one));
            found.collect::<Vec<_>>()
        };
        assert_eq!(since(&recent, 0), []);
        "abcde".chars().for_each(|one| recent.push(one));
        assert_eq!(recent.count(), 5);
        assert_eq!(since(&recent, 0), [(2, 'c'), (3, 'd'), (4, 'e')]);
        assert_eq!(since(&recent, 4), [(4, 'e')]);
        assert_eq!(since(&recent, 5), []);
    }
}
