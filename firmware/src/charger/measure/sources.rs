//! Where energy comes from: what feeds a house shares what a car takes.

/// The powers that feed the house, mW; nothing of any while nobody tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::charger) struct Feeds {
    pub(in crate::charger) grid: u64,
    pub(in crate::charger) solar: u64,
    pub(in crate::charger) battery: u64,
}

/// An amount, by where it came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::charger) struct Parts {
    pub(in crate::charger) grid: u64,
    pub(in crate::charger) solar: u64,
    pub(in crate::charger) battery: u64,
    pub(in crate::charger) other: u64,
}

impl Feeds {
    /// Shares an amount as these do: the parts are all of it.
    pub(in crate::charger) fn share(&self, amount: u64) -> Parts {
        let all = u128::from(self.grid) + u128::from(self.solar) + u128::from(self.battery);
        if all == 0 {
            return Parts {
                other: amount,
                ..Parts::default()
            };
        }
        // No more than the amount, since no feed is more than all of them.
        let upto = |feeds: u128| (u128::from(amount) * feeds / all) as u64;
        let grid = upto(self.grid.into());
        let both = upto(u128::from(self.grid) + u128::from(self.solar));
        Parts {
            grid,
            solar: both - grid,
            battery: amount - both,
            other: 0,
        }
    }
}

impl Parts {
    pub(in crate::charger) fn add(&mut self, more: Parts) {
        self.grid = self.grid.saturating_add(more.grid);
        self.solar = self.solar.saturating_add(more.solar);
        self.battery = self.battery.saturating_add(more.battery);
        self.other = self.other.saturating_add(more.other);
    }

    pub(in crate::charger) fn sum(&self) -> u64 {
        let own = self.solar.saturating_add(self.battery);
        self.grid.saturating_add(own).saturating_add(self.other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_shares_and_all_of_it() {
        for ((grid, solar, battery), amount, parts) in [
            ((0, 0, 0), 7, [0, 0, 0, 7]),
            ((500, 0, 0), 7, [7, 0, 0, 0]),
            ((0, 500, 0), 7, [0, 7, 0, 0]),
            ((0, 0, 1), 7, [0, 0, 7, 0]),
            ((1_000, 3_000, 0), 1_000, [250, 750, 0, 0]),
            ((1, 1, 1), 1_000, [333, 333, 334, 0]),
            ((1, 1, 1), 1, [0, 0, 1, 0]),
            ((u64::MAX, u64::MAX, u64::MAX), 9, [3, 3, 3, 0]),
        ] {
            let feeds = Feeds {
                grid,
                solar,
                battery,
            };
            let shared = feeds.share(amount);
            let is = [shared.grid, shared.solar, shared.battery, shared.other];
            assert_eq!((is, shared.sum()), (parts, amount), "{feeds:?}");
        }
    }
}
