//! What holds or does not: a map of paths, each with what its value has to be.
//!
//! There is one grammar for `when`, `expect`, `always` and `never`. A condition holds
//! when all of its tests do.

use serde_json::Value;

use crate::finding::Place;
use crate::path::Path;

/// Tests that hold together.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) tests: Vec<Test>,
}

/// What one path has to lead to.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    pub(crate) at: Place,
    pub(crate) path: Path,
    /// All of them.
    pub(crate) is: Vec<Is>,
}

/// What a value has to be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Is {
    /// One of these.
    Any(Vec<Value>),
    /// None of these.
    Not(Vec<Value>),
    Above(f64),
    Below(f64),
    Least(f64),
    Most(f64),
}

impl Test {
    /// Returns whether it holds of a value; where there is none nothing holds.
    pub(crate) fn holds(&self, value: Option<&Value>) -> bool {
        let Some(value) = value else { return false };
        self.is
            .iter()
            .all(|is| is.holds(value, self.path.is_single()))
    }

    /// What it asks for, as a sentence without an end.
    pub(crate) fn told(&self) -> String {
        let told = |value: &Value| self.path.told(Some(value));
        let number = |number: f64| told(&whole_or_not(number));
        let several = |values: &[Value], one: &str, more: &str| {
            let word = if values.len() == 1 { one } else { more };
            let values: Vec<_> = values.iter().map(told).collect();
            format!("{word} {}", values.join(", "))
        };
        let is = self.is.iter().map(|is| match is {
            Is::Any(values) => several(values, "is", "is one of"),
            Is::Not(values) => several(values, "is not", "is none of"),
            Is::Above(least) => format!("is above {}", number(*least)),
            Is::Below(most) => format!("is below {}", number(*most)),
            Is::Least(least) => format!("is at least {}", number(*least)),
            Is::Most(most) => format!("is at most {}", number(*most)),
        });
        let is: Vec<_> = is.collect();
        format!("{} {}", self.path.text, is.join(" and "))
    }
}

impl Is {
    /// `single` numbers are what the device holds them in: 3.3 is shown as 3.299999952.
    fn holds(&self, value: &Value, single: bool) -> bool {
        let round = |number: f64| match single {
            true => f64::from(number as f32),
            false => number,
        };
        let is = |test: fn(f64, f64) -> bool, other: f64| {
            let number = value.as_f64();
            number.is_some_and(|one| test(round(one), round(other)))
        };
        match self {
            Is::Any(values) => values.iter().any(|other| same(value, other, &round)),
            Is::Not(values) => !values.iter().any(|other| same(value, other, &round)),
            Is::Above(other) => is(|one, other| one > other, *other),
            Is::Below(other) => is(|one, other| one < other, *other),
            Is::Least(other) => is(|one, other| one >= other, *other),
            Is::Most(other) => is(|one, other| one <= other, *other),
        }
    }
}

/// As it would be written.
fn whole_or_not(number: f64) -> Value {
    match number.fract() == 0.0 && number.abs() < 1e15 {
        true => Value::from(number as i64),
        false => Value::from(number),
    }
}

/// Returns whether two values are the same; 16 and 16.0 are.
fn same(one: &Value, other: &Value, round: &impl Fn(f64) -> f64) -> bool {
    match (one, other) {
        (Value::Number(a), Value::Number(b)) => {
            a == b || a.as_f64().map(round) == b.as_f64().map(round)
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b, round))
        }
        (Value::Object(a), Value::Object(b)) => {
            let has = |(name, a): (&String, &Value)| b.get(name).is_some_and(|b| same(a, b, round));
            a.len() == b.len() && a.iter().all(has)
        }
        (one, other) => one == other,
    }
}

#[cfg(test)]
mod tests {
    use goe_firmware::charger::Firmware;
    use serde_json::json;

    use super::*;

    fn test(path: &str, is: &[Is]) -> Test {
        Test {
            at: Place::START,
            path: Path::read(path, Firmware::NEWEST).expect(path),
            is: is.to_vec(),
        }
    }

    #[test]
    fn comparisons() {
        for (is, holds, fails) in [
            (Is::Any(vec![json!(1), json!(2)]), json!(2.0), json!(3)),
            (
                Is::Any(vec![json!([1, true])]),
                json!([1.0, true]),
                json!([1]),
            ),
            (
                Is::Any(vec![json!({"a": 1})]),
                json!({"a": 1}),
                json!({"b": 1}),
            ),
            (Is::Not(vec![json!(null)]), json!(0), json!(null)),
            (Is::Not(vec![json!(1), json!(2)]), json!(3), json!(2)),
            (Is::Above(5.0), json!(5.1), json!(5)),
            (Is::Below(5.0), json!(4.9), json!(5)),
            (Is::Least(5.0), json!(5), json!(4.9)),
            (Is::Most(5.0), json!(5), json!(null)),
        ] {
            assert!(is.holds(&holds, false), "{is:?} {holds}");
            assert!(!is.holds(&fails, false), "{is:?} {fails}");
        }
        assert!(!test("amp", &[Is::Not(vec![json!(1)])]).holds(None));
        // As a key of single precision shows it.
        for is in [Is::Any(vec![json!(3.3)]), Is::Least(3.3), Is::Most(3.3)] {
            let awp = test("awp", &[is]);
            assert!(awp.holds(Some(&json!(3.299_999_952))), "{awp:?}");
            assert!(!awp.holds(Some(&json!(null))), "{awp:?}");
        }
        let prices = test("awcp.marketprice", &[Is::Not(vec![json!(3.3)])]);
        assert!(!prices.holds(Some(&json!(3.299_999_952))));
    }

    #[test]
    fn they_are_told_with_names_and_units() {
        for (test, told) in [
            (
                test("car", &[Is::Any(vec![json!(2), json!(4)])]),
                "car is one of Charging (2), Complete (4)",
            ),
            (
                test("nrg.11", &[Is::Above(1000.0), Is::Most(2000.5)]),
                "nrg.11 is above 1000 W and is at most 2000.5 W",
            ),
            (
                test("garage.car.full", &[Is::Not(vec![json!(true)])]),
                "garage.car.full is not true",
            ),
            (
                test("car", &[Is::Not(vec![json!(2), json!(4)])]),
                "car is none of Charging (2), Complete (4)",
            ),
        ] {
            assert_eq!(test.told(), told);
        }
    }
}
