//! Values in the words of people: with their unit, and by their names.

use std::ops::Range;

use goe_runtime::{Access, Category, Entries, Kind, NamedValue, Releases, Type, Version};
use jiff::Timestamp;
use serde_json::{Number, Value};

use crate::table::Path;

const YEAR_S: u64 = 365 * 86_400;

/// A value for people.
pub(crate) fn shown(path: &Path, value: &Value) -> String {
    let name = path.read().and_then(|ty| name_of(&ty, value));
    match (name, value) {
        (Some(name), number) => format!("{name} ({number})"),
        (None, Value::Number(number)) => match path.unit() {
            Some(unit) => format!("{} {unit}{}", rounded(number), lasting(unit, value)),
            None => rounded(number),
        },
        (None, Value::String(text)) if !text.is_empty() => printable(text),
        (None, other) => printable(&other.to_string()),
    }
}

/// The name of a number, where it has one.
pub(crate) fn name_of(ty: &Type, value: &Value) -> Option<&'static str> {
    let Kind::Named(names) = ty.kind else {
        return None;
    };
    let number = value.as_i64().filter(|_| ty.list.is_none())?;
    let mut names = names.iter();
    names
        .find(|name| name.value == number)
        .map(|name| name.name)
}

/// Text that a stranger wrote must not command the terminal.
pub(crate) fn printable(text: &str) -> String {
    let letters = text.chars();
    letters
        .flat_map(|letter| match letter.is_control() {
            true => letter.escape_default().collect::<Vec<_>>(),
            false => vec![letter],
        })
        .collect()
}

/// Returns whether a text is a URL with a password in it.
pub(crate) fn has_login(text: &str) -> bool {
    password(text).is_some()
}

/// Where the password of a URL is in a text.
fn password(text: &str) -> Option<Range<usize>> {
    let begins = text.find("://")? + 3;
    // A password may have any letter, if somebody forgot to encode it.
    let ends = begins + text.get(begins..)?.rfind('@')?;
    let colon = text.get(begins..ends)?.find(':')?;
    Some(begins + colon + 1..ends)
}

/// Hides the passwords of URLs in the texts of a value; gives whether there were any.
pub(crate) fn hide_passwords(value: &mut Value) -> bool {
    match value {
        Value::String(text) => {
            let found = password(text).filter(|at| !at.is_empty());
            found.is_some_and(|at| {
                text.replace_range(at, "***");
                true
            })
        }
        Value::Array(entries) => all(entries.iter_mut()),
        Value::Object(members) => all(members.values_mut()),
        _ => false,
    }
}

/// Each of them, also behind one that had a password.
fn all<'v>(values: impl Iterator<Item = &'v mut Value>) -> bool {
    values.map(hide_passwords).filter(|had| *had).count() > 0
}

/// Three digits behind the point: what a `float` has behind them is chance.
fn rounded(number: &Number) -> String {
    let exact = number.to_string();
    match number.as_f64().filter(|_| number.is_f64()) {
        // What is that small is more than nothing.
        Some(real) if real.abs() >= 0.001 => {
            let digits = format!("{real:.3}");
            digits
                .trim_end_matches('0')
                .trim_end_matches('.')
                .to_owned()
        }
        _ => exact,
    }
}

/// A longer time as people say it.
fn lasting(unit: &str, value: &Value) -> String {
    let a_second = match unit {
        "ms" => 1_000,
        "s" => 1,
        _ => return String::new(),
    };
    let Some(seconds) = value.as_u64().map(|time| time / a_second) else {
        return String::new();
    };
    // So many are since 1970.
    if seconds > 20 * YEAR_S {
        let at = i64::try_from(seconds)
            .ok()
            .and_then(|at| Timestamp::from_second(at).ok());
        return at.map_or(String::new(), |at| {
            format!(" ({})", at.strftime("%Y-%m-%d %H:%M:%S UTC"))
        });
    }
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours) {
        _ if seconds < 120 => String::new(),
        (0, 0) => format!(" ({minutes} min {} s)", seconds % 60),
        (0, _) => format!(" ({hours} h {minutes} min)"),
        _ => format!(" ({days} d {hours} h)"),
    }
}

/// What a value of a type may be.
pub(crate) fn accepted(ty: &Type) -> String {
    let one = match ty.kind {
        Kind::Bool => "true or false".to_owned(),
        Kind::Integer { min: i64::MIN, .. } => "a whole number".to_owned(),
        Kind::Integer { min, max: u64::MAX } => format!("a whole number from {min} on"),
        Kind::Integer { min, max } => format!("a whole number from {min} to {max}"),
        Kind::Named(names) => format!("one of {}", all_names(names)),
        Kind::Float | Kind::Double => "a number".to_owned(),
        Kind::RealWithin { min, max } => format!("a number from {min} to {max}"),
        Kind::Colour => "a colour, #RRGGBB".to_owned(),
        Kind::Text { min: 0, max } => format!("text of at most {max} bytes"),
        Kind::Text { min, max } => format!("text of {min} to {max} bytes"),
        Kind::Object(_) | Kind::AnyObject { .. } => "a JSON object".to_owned(),
        Kind::AnyArray { max } => format!("a JSON array of at most {max} bytes"),
        Kind::FewOf { entries, .. } => format!("a JSON array of at most {entries} entries"),
        Kind::Any { max } => format!("JSON of at most {max} bytes"),
    };
    let all = match ty.list {
        None => one,
        Some(Entries::AtMost(count)) => format!("a JSON array of at most {count}, each {one}"),
        Some(Entries::Exactly(count)) => format!("a JSON array of {count}, each {one}"),
    };
    match ty.nullable {
        true => format!("{all}, or null"),
        false => all,
    }
}

fn all_names(names: &[NamedValue]) -> String {
    let names = names
        .iter()
        .map(|name| format!("{} ({})", name.name, name.value));
    names.collect::<Vec<_>>().join(", ")
}

/// Which releases have a key.
pub(crate) fn releases(releases: Releases) -> String {
    let version = |version: Version| {
        let numbers = version.numbers().iter().map(u32::to_string);
        numbers.collect::<Vec<_>>().join(".")
    };
    match (releases.first(), releases.removed()) {
        (Some(since), Some(removed)) => {
            format!(
                "from {} on, and no more in {}",
                version(since),
                version(removed)
            )
        }
        (Some(since), None) => format!("from {} on", version(since)),
        (None, Some(removed)) => format!("no more in {}", version(removed)),
        (None, None) => "all".to_owned(),
    }
}

/// What may be done with a key.
pub(crate) fn access(access: Access) -> &'static str {
    match access {
        Access::Read => "can only be read",
        Access::ReadWrite => "can be read and set",
        Access::Write => "can only be set",
    }
}

/// What a category of the table means.
pub(crate) fn category(category: Category) -> &'static str {
    match category {
        Category::Constant => "Constant: it never changes while the charger runs",
        Category::Status => "Status: a measurement or a state",
        Category::Config => "Config: a setting, which survives a restart",
        Category::Other => "Other: an action, or what fits nowhere else",
        Category::Unknown => "not said",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn passwords_of_urls_are_hidden() {
        for (text, shown) in [
            ("mqtt://me:hush@broker:1883", "mqtt://me:***@broker:1883"),
            ("mqtt://me:h/u@sh@broker", "mqtt://me:***@broker"),
            ("mqtt://broker:1883", "mqtt://broker:1883"),
            ("me@home: soon", "me@home: soon"),
        ] {
            let mut value = json!({"a": [text, 1, text]});
            assert_eq!(hide_passwords(&mut value), text != shown);
            assert_eq!(value, json!({"a": [shown, 1, shown]}));
            assert_eq!(has_login(text), text != shown);
        }
    }

    #[test]
    fn values_as_people_say_them() {
        for (path, value, expected) in [
            ("amp", json!(16), "16 A"),
            ("car", json!(2), "Charging (2)"),
            // A firmware that is newer than the table.
            ("car", json!(77), "77"),
            ("car", json!(null), "null"),
            ("alw", json!(true), "true"),
            ("fna", json!(""), "\"\""),
            ("fna", json!("Gar\u{1b}[2Jage"), "Gar\\u{1b}[2Jage"),
            ("nrg.11", json!(10907.5), "10907.5 W"),
            ("nrg.3", json!(0.400000006), "0.4 V"),
            ("nrg.3", json!(4852.416992), "4852.417 V"),
            ("nrg.3", json!(0.0001), "0.0001 V"),
            (
                "tab",
                json!(1_795_957_973_386_i64),
                "1795957973386 ms (2026-11-29 13:12:53 UTC)",
            ),
            ("nrg.99", json!(1), "1"),
            ("rbt", json!(5_759_365_060_u64), "5759365060 ms (66 d 15 h)"),
            ("rbt", json!(150_000), "150000 ms (2 min 30 s)"),
            ("rbt", json!(5_000), "5000 ms"),
            ("clp", json!([6, 10]), "[6,10]"),
            ("clp.1", json!(10), "10 A"),
            ("cdi.type", json!(1), "Duration (1)"),
            ("zzz", json!({"a": 1}), "{\"a\":1}"),
        ] {
            assert_eq!(shown(&Path::parse(path), &value), expected, "{path}");
        }
    }
}
