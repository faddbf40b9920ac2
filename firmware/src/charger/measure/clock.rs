//! The time: in UTC, and where the charger stands.
//!
//! The time comes from the board or from whoever sets it, and then runs with
//! the charger's own clock. Until somebody told, it begins with 1970, as that of
//! real chargers does. The local time follows from the distance of the zone and
//! from one of three rules for daylight saving time, both of which are settings.

use core::fmt::Write as _;

use goe_api::Tds;
use goe_runtime::Refusal;
use heapless::String;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Zones lie between these, minutes east of Greenwich.
const ZONES: core::ops::RangeInclusive<i32> = -720..=840;

/// From 2000 to 2199, so that a typing error is not taken for a date.
const SETTABLE_MS: core::ops::Range<i64> = 946_684_800_000..7_258_118_400_000;

/// The time, and how to tell it.
#[derive(Debug)]
pub(in crate::charger) struct Clock {
    /// UTC when the charger booted, ms since 1970; `None` while unknown.
    at_boot_ms: Option<i64>,
    /// Somebody set the time, and the board's does not count any more.
    is_set: bool,
    /// The board is asked.
    pub(in crate::charger) asks_server: bool,
    /// It has told.
    is_synced: bool,
    now_ms: u64,
    zone: Zone,
    /// From UTC to the time where the charger is, ms.
    offset_ms: i64,
    utc: String<24>,
    local: String<31>,
}

/// Where the charger stands.
#[derive(Clone, Copy)]
pub(in crate::charger) struct Zone {
    /// Distance from UTC without daylight saving, minutes.
    pub(in crate::charger) offset_min: i32,
    pub(in crate::charger) daylight: Tds,
}

impl core::fmt::Debug for Zone {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} min, rule {}", self.offset_min, self.daylight as u8)
    }
}

impl Clock {
    /// In central Europe, where most of these chargers are.
    pub(in crate::charger) fn new() -> Self {
        let mut clock = Clock {
            at_boot_ms: None,
            is_set: false,
            asks_server: true,
            is_synced: false,
            now_ms: 0,
            zone: Zone {
                offset_min: 60,
                daylight: Tds::EuropeanSummerTime,
            },
            offset_ms: 0,
            utc: String::new(),
            local: String::new(),
        };
        clock.tell();
        clock
    }

    /// Goes on to `now_ms` since boot. What the board knows counts until
    /// somebody sets the time, also when it steps; less than a second is the
    /// board's grid, and no step.
    pub(in crate::charger) fn step(&mut self, now_ms: u64, board_utc_ms: Option<i64>) {
        self.now_ms = now_ms;
        // A board that has lost the time begins in 1970.
        let told_ms = board_utc_ms.filter(|ms| self.asks_server && SETTABLE_MS.contains(ms));
        self.is_synced = told_ms.is_some() || (self.is_synced && self.asks_server);
        if let Some(utc_ms) = told_ms
            && !self.is_set
        {
            let at_boot_ms = utc_ms - signed(now_ms);
            let known = self.at_boot_ms.map(|known| known.abs_diff(at_boot_ms));
            if known.is_none_or(|step_ms| step_ms >= 1_000) {
                self.at_boot_ms = Some(at_boot_ms);
            }
        }
        self.tell();
    }

    /// Boots: the time goes on.
    pub(in crate::charger) fn reboot(&mut self) {
        self.at_boot_ms = self.at_boot_ms.map(|ms| ms + signed(self.now_ms));
        self.now_ms = 0;
        self.tell();
    }

    /// As `2024-09-18T05:49:15.785`.
    pub(in crate::charger) fn utc(&self) -> &String<24> {
        &self.utc
    }

    /// As `2024-09-18T07:49:15.785 +02:00`.
    pub(in crate::charger) fn local(&self) -> &String<31> {
        &self.local
    }

    /// UTC at boot, ms since 1970; zero while unknown.
    pub(in crate::charger) fn at_boot_ms(&self) -> u64 {
        self.at_boot_ms.unwrap_or(0).max(0).unsigned_abs()
    }

    /// Distance of the local time from UTC now, ms.
    pub(in crate::charger) fn offset_ms(&self) -> i64 {
        self.offset_ms
    }

    /// Returns whether the board has told the time; `None` while nobody asks it.
    pub(in crate::charger) fn is_synced(&self) -> Option<bool> {
        self.asks_server.then_some(self.is_synced)
    }

    /// UTC, ms since 1970; `None` while it is not known.
    pub(in crate::charger) fn utc_ms(&self) -> Option<i64> {
        self.at_boot_ms.map(|ms| ms + signed(self.now_ms))
    }

    /// The time where the charger is, ms since 1970; `None` while it is not known.
    pub(in crate::charger) fn local_ms(&self) -> Option<i64> {
        self.utc_ms().map(|ms| ms + self.offset_ms)
    }

    pub(in crate::charger) fn zone(&self) -> Zone {
        self.zone
    }

    /// Sets the time.
    pub(in crate::charger) fn set(&mut self, utc: &str) -> Result<(), Refusal> {
        let utc_ms = parse(utc).filter(|ms| SETTABLE_MS.contains(ms));
        self.at_boot_ms = Some(utc_ms.ok_or(NO_TIME)? - signed(self.now_ms));
        self.is_set = true;
        self.tell();
        Ok(())
    }

    pub(in crate::charger) fn set_offset(&mut self, offset_min: i32) -> Result<(), Refusal> {
        if !ZONES.contains(&offset_min) {
            return Err(NO_ZONE);
        }
        self.zone.offset_min = offset_min;
        self.tell();
        Ok(())
    }

    pub(in crate::charger) fn set_daylight(&mut self, daylight: Tds) {
        self.zone.daylight = daylight;
        self.tell();
    }

    /// Spells the time out, for whoever reads it until the next step.
    fn tell(&mut self) {
        let utc_ms = self.at_boot_ms.unwrap_or(0) + signed(self.now_ms);
        let offset_min = self.zone.offset_min + self.zone.daylight_min(utc_ms);
        self.offset_ms = i64::from(offset_min) * MINUTE_MS;
        self.utc.clear();
        spell(&mut self.utc, utc_ms);
        self.local.clear();
        spell(&mut self.local, utc_ms + self.offset_ms);
        let sign = if offset_min < 0 { '-' } else { '+' };
        let (hours, minutes) = (offset_min.abs() / 60, offset_min.abs() % 60);
        let _ = write!(self.local, " {sign}{hours:02}:{minutes:02}");
    }
}

impl Zone {
    /// Returns the minutes that daylight saving adds at that time.
    fn daylight_min(self, utc_ms: i64) -> i32 {
        let standard_ms = utc_ms + i64::from(self.offset_min) * MINUTE_MS;
        let (year, _, _) = date(standard_ms.div_euclid(DAY_MS));
        let saving = match self.daylight {
            Tds::None => false,
            // All of Europe changes at one in the morning, UTC.
            Tds::EuropeanSummerTime => {
                let from_ms = sunday(year, 4, 1, -1) * DAY_MS + HOUR_MS;
                let to_ms = sunday(year, 11, 1, -1) * DAY_MS + HOUR_MS;
                (from_ms..to_ms).contains(&utc_ms)
            }
            // At two by the clock on the wall, which is one of standard time in autumn.
            Tds::UsDaylightTime => {
                let from_ms = sunday(year, 3, 1, 1) * DAY_MS + 2 * HOUR_MS;
                let to_ms = sunday(year, 11, 1, 0) * DAY_MS + HOUR_MS;
                (from_ms..to_ms).contains(&standard_ms)
            }
            // Summer spans the new year; both ends are at two of standard time.
            Tds::AustralianDaylightTime => {
                let to_ms = sunday(year, 4, 1, 0) * DAY_MS + 2 * HOUR_MS;
                let from_ms = sunday(year, 10, 1, 0) * DAY_MS + 2 * HOUR_MS;
                !(to_ms..from_ms).contains(&standard_ms)
            }
        };
        if saving { 60 } else { 0 }
    }
}

/// The day, since 1970, of the first Sunday at or after that date, and so many
/// weeks later.
fn sunday(year: i64, month: i64, day: i64, weeks: i64) -> i64 {
    let day = days(year, month, day);
    // The first of January 1970 was a Thursday.
    day + (3 - day).rem_euclid(7) + 7 * weeks
}

/// Days since 1970 of a date of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years that begin in March have their leap day at the end.
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + of_year - 719_468
}

/// Year, month and day of a day since 1970.
fn date(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    let (era, day) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let year = era * 400 + year + i64::from(month >= 10);
    (year, (month + 2) % 12 + 1, day)
}

fn spell<const N: usize>(text: &mut String<N>, ms: i64) {
    let (year, month, day) = date(ms.div_euclid(DAY_MS));
    let ms = ms.rem_euclid(DAY_MS);
    let (hour, minute) = (ms / HOUR_MS, ms / MINUTE_MS % 60);
    let (second, ms) = (ms / 1_000 % 60, ms % 1_000);
    let _ = write!(
        text,
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}"
    );
}

/// `2024-09-18T05:49:15`, with or without a fraction of three digits or more
/// (in one group or two) and a `Z`.
fn parse(text: &str) -> Option<i64> {
    let text = text.strip_suffix('Z').unwrap_or(text);
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "000"));
    let whole = fraction.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let ms = fraction.get(..3).filter(|_| whole)?.parse::<i64>().ok()?;
    let bytes = seconds.as_bytes();
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if bytes.len() != 19 || marks.iter().any(|&(at, mark)| bytes[at] != mark) {
        return None;
    }
    let number = |range: core::ops::Range<usize>| {
        let digits = seconds.get(range)?;
        let all = digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse::<i64>().ok().filter(|_| all)
    };
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    if !(1..=12).contains(&month) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let day_number = days(year, month, day);
    // The thirtieth of February is another date.
    if date(day_number) != (year, month, day) {
        return None;
    }
    Some(day_number * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS + second * 1_000 + ms)
}

/// Milliseconds since boot stay below half of what the type holds.
fn signed(ms: u64) -> i64 {
    ms as i64
}

const NO_TIME: Refusal = Refusal::new("must be a time such as 2024-09-18T05:49:15.785");

const NO_ZONE: Refusal = Refusal::new("zones lie between -720 and 840 minutes");

#[cfg(test)]
mod tests {
    use super::*;

    fn at(utc: &str, offset_min: i32, daylight: Tds) -> Clock {
        let mut clock = Clock::new();
        clock.set_offset(offset_min).expect("a zone");
        clock.set_daylight(daylight);
        clock.set(utc).expect(utc);
        clock
    }

    #[test]
    fn boot_age_and_zone_add_up_to_now() {
        let mut clock = at("2024-09-18T05:49:15.000", 60, Tds::EuropeanSummerTime);
        clock.step(5_000, None);
        assert_eq!(
            (clock.at_boot_ms(), clock.offset_ms()),
            (1_726_638_555_000, 7_200_000)
        );
        assert_eq!(clock.utc(), "2024-09-18T05:49:20.000");
        assert_eq!(Clock::new().at_boot_ms(), 0);
    }

    #[test]
    fn a_time_server_is_asked_or_not() {
        let mut clock = Clock::new();
        let noon = Some(1_782_036_000_000);
        for (asks, board_ms, synced, year) in [
            (true, None, Some(false), "1970"),
            (false, noon, None, "1970"),
            (true, noon, Some(true), "2026"),
            (true, None, Some(true), "2026"),
            (false, None, None, "2026"),
            (true, None, Some(false), "2026"),
        ] {
            clock.asks_server = asks;
            clock.step(0, board_ms);
            assert_eq!(clock.is_synced(), synced);
            assert!(clock.utc().starts_with(year), "{}", clock.utc());
        }
    }

    #[test]
    fn local_time_follows_zone_and_season() {
        use Tds::{
            AustralianDaylightTime as Au, EuropeanSummerTime as Eu, None, UsDaylightTime as Us,
        };
        for (utc, offset_min, daylight, local) in [
            (
                "2024-09-18T05:49:15.785",
                60,
                Eu,
                "2024-09-18T07:49:15.785 +02:00",
            ),
            (
                "2022-02-16T19:27:34.042",
                60,
                Eu,
                "2022-02-16T20:27:34.042 +01:00",
            ),
            (
                "2024-03-31T00:59:59.999",
                60,
                Eu,
                "2024-03-31T01:59:59.999 +01:00",
            ),
            (
                "2024-03-31T01:00:00.000",
                60,
                Eu,
                "2024-03-31T03:00:00.000 +02:00",
            ),
            (
                "2024-10-27T00:59:59.000",
                60,
                Eu,
                "2024-10-27T02:59:59.000 +02:00",
            ),
            (
                "2024-10-27T01:00:00.000",
                60,
                Eu,
                "2024-10-27T02:00:00.000 +01:00",
            ),
            (
                "2024-03-10T09:59:59.000",
                -480,
                Us,
                "2024-03-10T01:59:59.000 -08:00",
            ),
            (
                "2024-03-10T10:00:00.000",
                -480,
                Us,
                "2024-03-10T03:00:00.000 -07:00",
            ),
            (
                "2024-11-03T08:59:59.000",
                -480,
                Us,
                "2024-11-03T01:59:59.000 -07:00",
            ),
            (
                "2024-11-03T09:00:00.000",
                -480,
                Us,
                "2024-11-03T01:00:00.000 -08:00",
            ),
            (
                "2024-04-06T15:59:59.000",
                600,
                Au,
                "2024-04-07T02:59:59.000 +11:00",
            ),
            (
                "2024-04-06T16:00:00.000",
                600,
                Au,
                "2024-04-07T02:00:00.000 +10:00",
            ),
            (
                "2024-10-05T16:00:00.000",
                600,
                Au,
                "2024-10-06T03:00:00.000 +11:00",
            ),
            (
                "2024-12-31T23:30:00.000",
                345,
                None,
                "2025-01-01T05:15:00.000 +05:45",
            ),
            (
                "2000-02-29T00:10:00.000",
                -30,
                None,
                "2000-02-28T23:40:00.000 -00:30",
            ),
        ] {
            let clock = at(utc, offset_min, daylight);
            assert_eq!((clock.utc().as_str(), clock.local().as_str()), (utc, local));
        }
    }

    #[test]
    fn runs_with_the_charger_and_survives_a_reboot() {
        let mut clock = Clock::new();
        assert_eq!(clock.utc(), "1970-01-01T00:00:00.000");
        clock.step(5_000, None);
        assert_eq!(clock.utc(), "1970-01-01T00:00:05.000");
        clock.step(6_000, Some(1_726_638_555_785));
        assert_eq!(clock.utc(), "2024-09-18T05:49:15.785");
        // From now on it runs with the charger.
        clock.step(66_000, Some(0));
        assert_eq!(clock.utc(), "2024-09-18T05:50:15.785");
        clock.reboot();
        assert_eq!(clock.utc(), "2024-09-18T05:50:15.785");
        // Unless the board's clock steps, by more than its grid.
        clock.step(1_000, Some(1_726_638_616_000));
        assert_eq!(clock.utc(), "2024-09-18T05:50:16.785");
        clock.step(2_000, Some(1_726_642_217_785));
        assert_eq!(clock.utc(), "2024-09-18T06:50:17.785");
        // Whoever sets the time knows better.
        clock.set("2030-01-01T00:00:00Z").expect("a time");
        clock.step(3_000, Some(1_726_642_218_785));
        assert_eq!(clock.utc(), "2030-01-01T00:00:01.000");
    }

    #[test]
    fn what_is_no_time_changes_nothing() {
        let mut clock = at("2024-09-18T05:49:15.785", 60, Tds::None);
        for text in [
            "",
            "now",
            "2024-09-18",
            "2024-02-30T00:00:00",
            "2024-13-01T00:00:00",
            "2024-09-18T24:00:00",
            "2024-09-18 05:49:15",
            "2024-09-18T05:49:15.",
            "2024-09-18T05:49:15.x00",
            "2024-09-18T05:49:1é",
            "+024-09-18T05:49:15",
            "1999-12-31T23:59:59",
            "2200-01-01T00:00:00",
        ] {
            assert!(clock.set(text).is_err(), "{text}");
        }
        assert!(clock.set_offset(841).is_err() && clock.set_offset(i32::MIN).is_err());
        assert_eq!(clock.utc(), "2024-09-18T05:49:15.785");
    }

    #[test]
    fn every_day_is_its_own_date() {
        for day in -1_000..90_000 {
            let (year, month, of_month) = date(day);
            assert_eq!(days(year, month, of_month), day);
        }
        assert_eq!(date(0), (1970, 1, 1));
        assert_eq!(date(11_016), (2000, 2, 29));
    }
}
