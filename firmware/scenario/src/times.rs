//! Time spans and moments as they are written.

/// The units of a span, the longest first, ms.
const UNITS: [(char, u64); 4] = [
    ('d', 86_400_000),
    ('h', 3_600_000),
    ('m', 60_000),
    ('s', 1_000),
];

/// What a span may be, for whoever wrote something else.
pub(crate) const SPAN: &str = "write a number with d, h, m or s, such as 90s or 1h30m";

/// What a moment may be.
pub(crate) const MOMENT: &str = "write it in UTC, such as 2026-06-21T12:00:00Z";

/// Reads a span such as `1h30m`, in ms; no more than ten years.
pub(crate) fn span(text: &str) -> Option<u64> {
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut total = 0_u64;
    while !rest.is_empty() {
        let end = rest.find(|digit: char| !digit.is_ascii_digit())?;
        let number: u64 = rest.get(..end)?.parse().ok()?;
        let unit = rest.get(end..)?.chars().next()?;
        // Each of them once, the longest first.
        let (_, ms) = units.find(|(letter, _)| *letter == unit)?;
        total = total.checked_add(number.checked_mul(*ms)?)?;
        rest = rest.get(end + 1..)?;
    }
    (!text.is_empty() && total <= 3_650 * 86_400_000).then_some(total)
}

/// A span as it is written.
pub(crate) fn told(ms: u64) -> String {
    let mut rest = ms;
    let mut told = String::new();
    for (letter, unit) in UNITS {
        let number = rest / unit;
        rest %= unit;
        if number > 0 {
            told += &format!("{number}{letter}");
        }
    }
    match told.is_empty() {
        true => "0s".to_owned(),
        false => told,
    }
}

/// A time as hours, minutes and seconds.
pub(crate) fn clock(ms: u64) -> String {
    let seconds = ms / 1_000;
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!("{hours}:{minutes:02}:{:02}", seconds % 60)
}

/// Reads a moment such as `2026-06-21T12:00:00Z`, in ms since 1970.
pub(crate) fn moment(text: &str) -> Option<i64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let [year, month, day] = numbers::<3>(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = match time.len() {
        5 => {
            let [hour, minute] = numbers::<2>(time, ':', [2, 2])?;
            [hour, minute, 0]
        }
        _ => numbers::<3>(time, ':', [2, 2, 2])?,
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = [
        31,
        if leap { 29 } else { 28 },
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let days_of = |month: i64| days.get(usize::try_from(month - 1).ok()?).copied();
    let is_date = year >= 1970 && (1..=days_of(month)?).contains(&day);
    if !is_date || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let leaps_before = |year: i64| (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400;
    let years = (year - 1970) * 365 + leaps_before(year) - leaps_before(1970);
    let months: i64 = (1..month).filter_map(days_of).sum();
    let seconds = ((years + months + day - 1) * 24 + hour) * 3_600 + minute * 60 + second;
    Some(seconds * 1_000)
}

fn numbers<const N: usize>(text: &str, between: char, digits: [usize; N]) -> Option<[i64; N]> {
    let mut numbers = [0; N];
    let mut parts = text.split(between);
    for (number, digits) in numbers.iter_mut().zip(digits) {
        let part = parts.next().filter(|part| part.len() == digits)?;
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
        *number = is_number.then(|| part.parse().ok())??;
    }
    parts.next().is_none().then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_both_ways() {
        for (text, ms) in [
            ("0s", 0),
            ("90s", 90_000),
            ("10m", 600_000),
            ("1h30m", 5_400_000),
            ("1d2h3m4s", 93_784_000),
        ] {
            assert_eq!(span(text), Some(ms), "{text}");
            assert_eq!(span(&told(ms)), Some(ms), "{text}");
        }
        assert_eq!(told(5_400_000), "1h30m");
        for wrong in [
            "", "90", "s", "1m1h", "1s1s", "1.5h", "-1s", "1 s", "1ms", "9999999d", "1ü",
        ] {
            assert_eq!(span(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn moments() {
        for (text, ms) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-06-21T10:00:00Z", 1_782_036_000_000),
            ("2026-06-21T10:00Z", 1_782_036_000_000),
            ("2000-02-29T23:59:59Z", 951_868_799_000),
            ("2100-03-01T00:00:00Z", 4_107_542_400_000),
        ] {
            assert_eq!(moment(text), Some(ms), "{text}");
        }
        for wrong in [
            "2026-06-21",
            "2026-06-21T12:00:00",
            "2026-06-21T12:00:00+02:00",
            "2026-02-29T12:00:00Z",
            "2026-13-01T12:00:00Z",
            "2026-06-21T24:00:00Z",
            "1969-01-01T00:00:00Z",
            "2026-6-21T12:00:00Z",
        ] {
            assert_eq!(moment(wrong), None, "{wrong}");
        }
    }
}
