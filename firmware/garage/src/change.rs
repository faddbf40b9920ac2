//! Reads what shall be different: a part of the state, as JSON.
//!
//! It is laid over the state that there is, and what comes out is read as a whole
//! state, so that a member is checked in one place and nothing is done by halves.

use goe_sim::CarConfig;
use serde_json::{Map, Value};

use super::state::{CarState, State};

/// A change that can be made.
#[derive(Debug)]
pub(super) struct Change {
    /// What there was, and will be.
    before: Value,
    pub(super) after: State,
    /// The car has its room anew, be it as large as before.
    pub(super) refills: bool,
}

/// Reads the body of a request.
///
/// # Errors
/// Which member is wrong, and what it may be.
pub(super) fn read(state: &State, body: &[u8]) -> Result<Change, String> {
    of(state, members(body)?)
}

/// The members of a body that would each leave everything as it is. What happens once, such as
/// a card that is held to the reader, does not.
pub(super) fn idle(state: &State, body: &[u8]) -> Vec<String> {
    let is_idle = |change: Change| change.after == *state && !change.refills;
    let members = members(body).unwrap_or_default().into_iter();
    let idle = members.filter_map(|(name, wanted)| {
        let change = of(state, Map::from_iter([(name.clone(), wanted)]));
        change.is_ok_and(is_idle).then_some(name)
    });
    idle.collect()
}

fn members(body: &[u8]) -> Result<Map<String, Value>, String> {
    let wanted: Value = serde_json::from_slice(body)
        .map_err(|error| format!("the body is no JSON: {error}; send {EXAMPLE}\n"))?;
    match wanted {
        Value::Object(wanted) => Ok(wanted),
        _ => Err(format!("the body is no object; send {EXAMPLE}\n")),
    }
}

fn of(state: &State, mut wanted: Map<String, Value>) -> Result<Change, String> {
    let mut refills = false;
    if let Some(car) = wanted.get_mut("car") {
        let traits = spelled_out(car)?;
        refills = traits.contains_key("room_wh") && !traits.contains_key("full");
        *car = Value::Object(traits);
    }
    let says_full = |car: &Value| car.get("full").is_some();
    let says_full = wanted.get("car").is_some_and(says_full);
    let before = serde_json::to_value(state).map_err(|error| format!("{error}\n"))?;
    let mut whole = before.clone();
    lay_over(&mut whole, Value::Object(wanted));
    let mut after: State =
        serde_path_to_error::deserialize(whole).map_err(|error| {
            match error.path().iter().len() {
                0 => format!("{}\n", error.inner()),
                _ => format!("{}: {}\n", error.path(), error.inner()),
            }
        })?;
    let comes = after.car.plugged && !state.car.plugged;
    let has_room = after.car.room_wh.get() > 0;
    if (refills || comes) && !says_full {
        after.car.full = !has_room;
    }
    if !after.car.full && !has_room {
        return Err("car.full: a car whose room_wh is 0 is full\n".to_owned());
    }
    Ok(Change {
        before,
        after,
        refills,
    })
}

/// What a body may be.
const EXAMPLE: &str = r#"some of what GET answers, such as {"car":"absent"}"#;

impl Change {
    /// What is different, a line each.
    pub(super) fn told(&self) -> Vec<String> {
        let mut told = Vec::new();
        // It was read from such a value.
        let after = serde_json::to_value(&self.after).unwrap_or_default();
        differences("", &self.before, &after, &mut told);
        // A test may let each second pass by itself.
        told.retain(|what| !what.starts_with("advance_s "));
        if self.after.card.is_some() {
            told.push("a card is held to the reader".to_owned());
        }
        if self.after.password().is_some() {
            told.push("the password is another".to_owned());
        }
        told
    }
}

/// The traits that a car is asked for by: a word stands for some, and a car that is
/// described comes.
fn spelled_out(car: &Value) -> Result<Map<String, Value>, String> {
    let mut traits = Map::new();
    match car {
        Value::String(word) if word == "absent" => {
            traits.insert("plugged".to_owned(), false.into());
        }
        Value::String(word) if word == "plugged" => {
            traits.insert("plugged".to_owned(), true.into());
        }
        Value::String(word) => traits = kind(word, "car")?,
        Value::Object(wanted) => {
            let mut wanted = wanted.clone();
            match wanted.remove("kind") {
                None => {}
                Some(Value::String(word)) => traits = kind(&word, "car.kind")?,
                Some(_) => return Err(no_kind("car.kind")),
            }
            traits.extend(wanted);
            traits.entry("plugged").or_insert_with(|| Value::Bool(true));
        }
        _ => return Err(no_kind("car")),
    }
    Ok(traits)
}

/// All traits of a kind of car, which comes.
fn kind(word: &str, path: &str) -> Result<Map<String, Value>, String> {
    let kinds = CarConfig::KINDS;
    let found = kinds.iter().find(|(name, _)| *name == word);
    let (_, config) = found.ok_or_else(|| no_kind(path))?;
    match serde_json::to_value(CarState::of(config, true, false)) {
        Ok(Value::Object(mut traits)) => {
            // It follows from its room.
            traits.remove("full");
            Ok(traits)
        }
        _ => Err(no_kind(path)),
    }
}

fn no_kind(path: &str) -> String {
    let kinds = CarConfig::KINDS.map(|(name, _)| format!("\"{name}\""));
    let kinds = kinds.join(", ");
    match path {
        "car" => format!("car: expected \"absent\", \"plugged\", {kinds} or an object of traits\n"),
        _ => format!("{path}: expected {kinds}\n"),
    }
}

/// Objects member by member, anything else as a whole.
fn lay_over(under: &mut Value, over: Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (name, value) in over {
                lay_over(under.entry(name).or_insert(Value::Null), value);
            }
        }
        (under, over) => *under = over,
    }
}

fn differences(path: &str, before: &Value, after: &Value, told: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (name, after) in after {
                let path = match path {
                    "" => name.clone(),
                    path => format!("{path}.{name}"),
                };
                let before = before.get(name).unwrap_or(&Value::Null);
                differences(&path, before, after, told);
            }
        }
        (before, after) if before != after => told.push(format!("{path} is {after}")),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
