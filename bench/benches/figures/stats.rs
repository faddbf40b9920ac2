//! Medians of rounds, with the range beside them.

use std::fmt;

/// The results of several rounds of one measurement.
pub(crate) struct Rounds(Vec<f64>);

impl Rounds {
    /// Takes `count` rounds.
    pub(crate) fn of<E>(
        count: usize,
        mut round: impl FnMut() -> Result<f64, E>,
    ) -> Result<Self, E> {
        let values: Result<Vec<f64>, E> = (0..count).map(|_| round()).collect();
        values.map(Rounds::from)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn median(&self) -> f64 {
        let middle = self.0.len() / 2;
        if self.0.len() % 2 == 1 {
            self.0[middle]
        } else {
            (self.0[middle - 1] + self.0[middle]) / 2.0
        }
    }

    /// The median and the extremes, in so many decimals.
    pub(crate) fn with_range(&self, decimals: usize) -> impl fmt::Display + '_ {
        WithRange {
            rounds: self,
            decimals,
        }
    }
}

/// Returns the cost of one more: the difference of two costs by that of two sizes.
pub(crate) fn slope(sizes: &[f64], costs: &[f64]) -> f64 {
    match (sizes, costs) {
        ([first, .., last], [less, .., more]) => (more - less) / (last - first),
        _ => f64::NAN,
    }
}

/// The value below which so large a share of the sorted values lies.
pub(crate) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = (sorted.len() as f64 * share) as usize;
    let last = sorted.len().saturating_sub(1);
    sorted.get(at.min(last)).copied().unwrap_or(f64::NAN)
}

impl From<Vec<f64>> for Rounds {
    /// # Panics
    /// Without a value: there is no median of nothing.
    fn from(mut values: Vec<f64>) -> Self {
        assert!(!values.is_empty(), "at least one round");
        values.sort_by(f64::total_cmp);
        Rounds(values)
    }
}

struct WithRange<'a> {
    rounds: &'a Rounds,
    decimals: usize,
}

impl fmt::Display for WithRange<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = self.decimals;
        let values = &self.rounds.0;
        let median = self.rounds.median();
        let (least, most) = (values[0], values[values.len() - 1]);
        write!(
            f,
            "{median:.decimals$} ({least:.decimals$}–{most:.decimals$})"
        )
    }
}
