//! When the car may charge, by the time of the week.
//!
//! Monday to Friday, Saturdays and Sundays have a schedule each: two ranges of
//! time, and what they are for. A range that ends before it begins goes on over
//! midnight; until it ends, the schedule of the day on which it began decides.

/// Minutes of a day.
const DAY_MIN: u16 = 1_440;

const MINUTE_MS: i64 = 60_000;

/// What the ranges of a day are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::charger) enum Control {
    #[default]
    Disabled,
    Allow,
    Block,
    AllowFromGrid,
    BlockFromGrid,
}

/// A time of day, as it was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::charger) struct Time {
    pub(in crate::charger) hour: u8,
    pub(in crate::charger) minute: u8,
}

impl Time {
    /// Minutes since midnight; nothing is later than the end of the day.
    fn of_day(self) -> u16 {
        (u16::from(self.hour) * 60 + u16::from(self.minute)).min(DAY_MIN)
    }
}

/// From one time to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::charger) struct Range {
    pub(in crate::charger) begin: Time,
    pub(in crate::charger) end: Time,
}

impl Range {
    /// Returns whether it holds at that minute of the day on which it begins.
    fn holds(self, minute: u16) -> bool {
        let (begin, end) = (self.begin.of_day(), self.end.of_day());
        match begin <= end {
            true => (begin..end).contains(&minute),
            false => minute >= begin,
        }
    }

    /// The same for the day after.
    fn still_holds(self, minute: u16) -> bool {
        let (begin, end) = (self.begin.of_day(), self.end.of_day());
        begin > end && minute < end
    }
}

/// The schedule of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::charger) struct Schedule {
    pub(in crate::charger) control: Control,
    pub(in crate::charger) ranges: [Range; 2],
}

impl Schedule {
    fn verdict(&self, inside: bool) -> Option<Verdict> {
        Some(match (self.control, inside) {
            (Control::Disabled, _) => return None,
            (Control::Allow | Control::AllowFromGrid, true) => Verdict::Allows,
            (Control::Block | Control::BlockFromGrid, false) => Verdict::Allows,
            (Control::Allow, false) | (Control::Block, true) => Verdict::Blocks,
            (Control::AllowFromGrid, false) | (Control::BlockFromGrid, true) => Verdict::BlocksGrid,
        })
    }
}

/// What a schedule says of a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::charger) enum Verdict {
    Allows,
    Blocks,
    /// Only surplus may be charged with.
    BlocksGrid,
}

/// The schedules of all days.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::charger) struct Week {
    /// Monday to Friday.
    pub(in crate::charger) workday: Schedule,
    pub(in crate::charger) saturday: Schedule,
    pub(in crate::charger) sunday: Schedule,
}

impl Week {
    /// What holds at that local time, ms since 1970; `None` when nothing is decided.
    pub(in crate::charger) fn verdict(&self, local_ms: i64) -> Option<Verdict> {
        let minutes = local_ms.div_euclid(MINUTE_MS);
        let day = minutes.div_euclid(DAY_MIN.into());
        // Less than a day.
        let minute = minutes.rem_euclid(DAY_MIN.into()) as u16;
        let before = self.of_day(day - 1);
        if before.control != Control::Disabled
            && before.ranges.iter().any(|range| range.still_holds(minute))
        {
            return before.verdict(true);
        }
        let today = self.of_day(day);
        today.verdict(today.ranges.iter().any(|range| range.holds(minute)))
    }

    /// The schedule of a day since 1970, which began with a Thursday.
    fn of_day(&self, day: i64) -> &Schedule {
        match (day + 3).rem_euclid(7) {
            5 => &self.saturday,
            6 => &self.sunday,
            _ => &self.workday,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{Allows, Blocks, BlocksGrid};

    fn schedule(control: Control, ranges: [[(u8, u8); 2]; 2]) -> Schedule {
        let time = |(hour, minute)| Time { hour, minute };
        let range = |[begin, end]: [(u8, u8); 2]| Range {
            begin: time(begin),
            end: time(end),
        };
        Schedule {
            control,
            ranges: ranges.map(range),
        }
    }

    const NONE: [(u8, u8); 2] = [(0, 0), (0, 0)];

    /// Local time of a day of that week, which began with Monday the 15th of
    /// September 2025.
    fn at(day: i64, hour: i64, minute: i64) -> i64 {
        1_757_894_400_000 + ((day * 24 + hour) * 60 + minute) * MINUTE_MS
    }

    #[test]
    fn each_control_has_its_inside_and_outside() {
        for (control, inside, outside) in [
            (Control::Disabled, None, None),
            (Control::Allow, Some(Allows), Some(Blocks)),
            (Control::Block, Some(Blocks), Some(Allows)),
            (Control::AllowFromGrid, Some(Allows), Some(BlocksGrid)),
            (Control::BlockFromGrid, Some(BlocksGrid), Some(Allows)),
        ] {
            let workday = schedule(control, [[(9, 0), (17, 30)], [(20, 0), (21, 0)]]);
            let week = Week {
                workday,
                ..Week::default()
            };
            for (hour, minute, expected) in [
                (0, 0, outside),
                (8, 59, outside),
                (9, 0, inside),
                (17, 29, inside),
                (17, 30, outside),
                (20, 30, inside),
                (21, 0, outside),
            ] {
                let verdict = week.verdict(at(0, hour, minute));
                assert_eq!(verdict, expected, "{control:?} at {hour}:{minute}");
            }
            // Saturdays have another.
            assert_eq!(week.verdict(at(5, 12, 0)), None);
        }
    }

    #[test]
    fn days_have_their_own_schedules() {
        let week = Week {
            workday: schedule(Control::Allow, [NONE, NONE]),
            saturday: schedule(Control::Allow, [[(0, 0), (24, 0)], NONE]),
            sunday: schedule(Control::Block, [NONE, NONE]),
        };
        for (day, expected) in [
            (0, Blocks),
            (4, Blocks),
            (5, Allows),
            (6, Allows),
            (7, Blocks),
        ] {
            for hour in [0, 12, 23] {
                assert_eq!(week.verdict(at(day, hour, 59)), Some(expected), "{day}");
            }
        }
    }

    #[test]
    fn a_night_belongs_to_the_day_on_which_it_begins() {
        let night = [[(22, 0), (6, 0)], NONE];
        let week = Week {
            workday: schedule(Control::Allow, night),
            saturday: schedule(Control::Disabled, night),
            sunday: schedule(Control::BlockFromGrid, night),
        };
        for (day, hour, expected) in [
            (0, 21, Some(Blocks)),
            (0, 22, Some(Allows)),
            (1, 5, Some(Allows)),
            (1, 6, Some(Blocks)),
            // The night from Friday to Saturday, and none after it.
            (4, 23, Some(Allows)),
            (5, 5, Some(Allows)),
            (5, 6, None),
            (5, 23, None),
            (6, 5, Some(Allows)),
            (6, 22, Some(BlocksGrid)),
            // Sunday's goes on into Monday.
            (7, 5, Some(BlocksGrid)),
            (7, 6, Some(Blocks)),
        ] {
            assert_eq!(week.verdict(at(day, hour, 0)), expected, "{day}, {hour} h");
        }
    }
}
