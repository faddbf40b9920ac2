//! The numbers of a charger in Prometheus' text format (version 0.0.4).
//!
//! A key is a metric: `goe_`, its name, its base unit as Prometheus has them (seconds,
//! amperes; energy stays in watt-hours, which nobody here counts in joules), and `_total`
//! where it only grows. Truth values are 0 and 1, named values their numbers; what is
//! null has no sample. Entries of arrays are told apart by the labels `entry` and `title`,
//! chargers by `charger`. Texts are labels of `goe_info`.

use std::fmt::Write as _;

use goe_api::Key;
use goe_runtime::home_assistant::Statistics;
use goe_runtime::{Kind, Type, Unit};
use serde_json::Value;

use crate::ask::Answer;
use crate::table::{self, Path, Step};

/// All samples, each metric with what it is.
pub(crate) fn text(answer: &Answer) -> String {
    let mut out = String::new();
    let says = |key: Key| answer.get(key.name()).and_then(Value::as_str);
    let serial = says(Key::Sse).unwrap_or_default();
    let info = [
        ("charger", serial),
        ("name", says(Key::Fna).unwrap_or_default()),
        ("type", says(Key::Typ).unwrap_or_default()),
        ("version", says(Key::Fwv).unwrap_or_default()),
    ];
    head(&mut out, "goe_info", "What charger it is.", "gauge");
    sample(&mut out, "goe_info", &info, "1");
    for (name, value) in answer.iter() {
        let path = Path::of(name);
        let Some(key) = path.key else { continue };
        let mut of_key: Vec<(Metric, Vec<(Path, String)>)> = Vec::new();
        for (path, value) in numbers(&path, value) {
            let Some(metric) = Metric::of(&path) else {
                continue;
            };
            let Some(number) = metric.number(value) else {
                continue;
            };
            match of_key
                .iter_mut()
                .find(|(known, _)| known.name == metric.name)
            {
                Some((_, samples)) => samples.push((path, number)),
                None => of_key.push((metric, vec![(path, number)])),
            }
        }
        for (metric, samples) in of_key {
            let description = table::prose(key).map_or("", |doc| doc.description);
            head(&mut out, &metric.name, description, metric.kind());
            for (path, number) in samples {
                let entry = match path.steps.as_slice() {
                    [Step::Entry(at)] => Some(at.to_string()),
                    _ => None,
                };
                let title = path.entity().map(|entity| entity.name);
                let mut labels = vec![("charger", serial)];
                if let Some(entry) = &entry {
                    labels.push(("entry", entry));
                    labels.extend(title.map(|title| ("title", title)));
                }
                sample(&mut out, &metric.name, &labels, &number);
            }
        }
    }
    out
}

/// A value, or each entry of an array.
fn numbers<'v>(path: &Path, value: &'v Value) -> Vec<(Path, &'v Value)> {
    match value {
        Value::Array(entries) => {
            let entries = entries.iter().enumerate();
            entries
                .map(|(at, entry)| (path.then(Step::Entry(at)), entry))
                .collect()
        }
        value => vec![(path.clone(), value)],
    }
}

struct Metric {
    name: String,
    scale: Scale,
    is_counter: bool,
}

impl Metric {
    /// Where the values of a path have a course.
    fn of(path: &Path) -> Option<Self> {
        let is_measured = is_measured(&path.read()?);
        let (suffix, scale) = match path.unit().and_then(Unit::from_symbol) {
            Some(unit) => base(unit),
            None => ("", Scale::Same),
        };
        let statistics = path.entity().map(|entity| entity.statistics);
        let is_counter = statistics == Some(Statistics::TotalIncreasing);
        let mut name = format!("goe_{}", snake(&path.name));
        if !suffix.is_empty() {
            name.push('_');
            name.push_str(suffix);
        }
        if is_counter {
            name.push_str("_total");
        }
        is_measured.then_some(Metric {
            name,
            scale,
            is_counter,
        })
    }

    fn kind(&self) -> &'static str {
        match self.is_counter {
            true => "counter",
            false => "gauge",
        }
    }

    fn number(&self, value: &Value) -> Option<String> {
        match value {
            Value::Bool(is_so) => Some(u8::from(*is_so).to_string()),
            Value::Number(number) => match self.scale {
                // As the charger printed it.
                Scale::Same => Some(number.to_string()),
                Scale::Times(factor) => Some((number.as_f64()? * factor).to_string()),
                Scale::By(divisor) => Some((number.as_f64()? / divisor).to_string()),
            },
            _ => None,
        }
    }
}

/// What makes a number of the base unit of one of the charger's. A quotient has the digits
/// that people expect, of a product with its inverse the last ones are chance.
#[derive(Clone, Copy, Debug)]
enum Scale {
    Same,
    Times(f64),
    By(f64),
}

fn is_measured(ty: &Type) -> bool {
    matches!(
        ty.kind,
        Kind::Bool
            | Kind::Integer { .. }
            | Kind::Named(_)
            | Kind::Float
            | Kind::Double
            | Kind::RealWithin { .. }
    )
}

/// The unit in which Prometheus wants it, and what makes it of the charger's.
fn base(unit: Unit) -> (&'static str, Scale) {
    match unit {
        Unit::Amperes => ("amperes", Scale::Same),
        Unit::Milliamperes => ("amperes", Scale::By(1e3)),
        Unit::Celsius => ("celsius", Scale::Same),
        Unit::Cents => ("cents", Scale::Same),
        Unit::Decibels => ("dbm", Scale::Same),
        Unit::Hertz => ("hertz", Scale::Same),
        Unit::Hours => ("seconds", Scale::Times(3600.0)),
        Unit::Minutes => ("seconds", Scale::Times(60.0)),
        Unit::Seconds => ("seconds", Scale::Same),
        Unit::Milliseconds => ("seconds", Scale::By(1e3)),
        Unit::Microseconds => ("seconds", Scale::By(1e6)),
        Unit::KilowattHours => ("watthours", Scale::Times(1e3)),
        Unit::WattHours => ("watthours", Scale::Same),
        Unit::MilliwattHours => ("watthours", Scale::By(1e3)),
        Unit::Kilowatts => ("watts", Scale::Times(1e3)),
        Unit::Watts => ("watts", Scale::Same),
        Unit::Milliwatts => ("watts", Scale::By(1e3)),
        Unit::Percent => ("ratio", Scale::By(100.0)),
        Unit::PercentPerSecond => ("ratio_per_second", Scale::By(100.0)),
        Unit::RevolutionsPerMinute => ("rpm", Scale::Same),
        Unit::Volts => ("volts", Scale::Same),
        Unit::Millivolts => ("volts", Scale::By(1e3)),
    }
}

/// `modelStatus` as `model_status`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !out.ends_with('_') && !out.is_empty() {
            out.push('_');
        }
        match letter.is_ascii_alphanumeric() {
            true => out.push(letter.to_ascii_lowercase()),
            false => out.push('_'),
        }
    }
    out
}

fn head(out: &mut String, name: &str, help: &str, kind: &str) {
    let help = help.replace('\\', "\\\\").replace('\n', "\\n");
    // Into a string, which takes everything.
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn sample(out: &mut String, name: &str, labels: &[(&str, &str)], number: &str) {
    let labels = labels.iter().map(|(label, value)| {
        let value = value
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n");
        format!("{label}=\"{value}\"")
    });
    let labels = labels.collect::<Vec<_>>().join(",");
    // Into a string, which takes everything.
    let _ = writeln!(out, "{name}{{{labels}}} {number}");
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    #[test]
    fn a_metric_is_of_one_key_and_its_name_is_one() {
        let mut known = BTreeMap::new();
        for key in Key::ALL {
            let whole = Path::of(key.name());
            let entries = key
                .descriptor()
                .read
                .list
                .map_or(0, |list| usize::from(list.max()));
            let entries = (0..entries).map(|at| whole.then(Step::Entry(at)));
            for path in entries.chain([whole.clone()]) {
                let Some(metric) = Metric::of(&path) else {
                    continue;
                };
                let is_plain = |letter: char| {
                    letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_'
                };
                assert!(metric.name.chars().all(is_plain), "{}", metric.name);
                let first = known.entry(metric.name.clone()).or_insert(key);
                assert_eq!(*first, key, "{}", metric.name);
            }
        }
        assert!(known.contains_key("goe_model_status"));
    }

    #[test]
    fn units_are_base_units() {
        for (path, value, expected) in [
            (
                "rbt",
                json!(5_759_365_060_u64),
                "goe_rbt_seconds 5759365.06",
            ),
            ("amp", json!(16), "goe_amp_amperes 16"),
            (
                "eto",
                json!(12_345_678_901_u64),
                "goe_eto_watthours_total 12345678901",
            ),
            ("nrg.11", json!(49.95899963), "goe_nrg_watts 49.95899963"),
            ("nrg.12", json!(99), "goe_nrg_ratio 0.99"),
            ("alw", json!(true), "goe_alw 1"),
            ("car", json!(2), "goe_car 2"),
        ] {
            let metric = Metric::of(&Path::parse(path)).expect(path);
            let number = metric.number(&value).expect("a number");
            assert_eq!(format!("{} {number}", metric.name), expected);
        }
        assert!(Metric::of(&Path::parse("fna")).is_none());
        assert!(
            Metric::of(&Path::parse("car"))
                .expect("a number")
                .number(&json!(null))
                .is_none()
        );
    }
}
