//! The charger at the other end: how it is reached, what it says, and what its errors
//! mean to people.

use std::time::Duration;

use goe_api::Key;
use goe_client::{Broker, Charger, Error, Members as _, Options, Secret, Status};
use goe_runtime::Version;
use serde_json::{Map, Value};

use crate::config::Chosen;
use crate::fault::{Fault, Kind, Outcome};
use crate::table::{self, Path};
use crate::wish;
use crate::words;

/// A look every so often, where nothing tells changes.
const LOOK: Duration = Duration::from_secs(1);

/// What a charger said, in the table's order, with its unknown keys behind.
pub(crate) struct Answer(Vec<Said>);

/// A key with its value, as it was said and as it is looked into.
struct Said {
    name: String,
    json: String,
    value: Value,
}

/// The charger that is meant.
pub(crate) fn charger(chosen: &Chosen) -> Outcome<Charger> {
    let secret = |secret: &crate::config::Secret| Secret::new(secret.0.clone());
    let options = Options {
        timeout: chosen.timeout,
        password: chosen.password.as_ref().map(secret),
        broker: chosen.mqtt.as_ref().map(|url| Broker {
            url: secret(url),
            prefix: None,
        }),
        poll: LOOK,
    };
    Charger::with(&chosen.host, options).map_err(fault)
}

/// What these keys are; all if there are none.
pub(crate) async fn values<'k>(
    charger: &Charger,
    keys: impl IntoIterator<Item = &'k str>,
) -> Outcome<Answer> {
    let status = charger.status_of(keys).await.map_err(fault)?;
    Ok(Answer::of(&status))
}

/// The same of a charger that need not be one, in a short time; nothing if it does not
/// answer.
pub(crate) async fn quickly(
    host: &str,
    keys: &[Key],
    timeout: Duration,
) -> Option<Map<String, Value>> {
    let options = Options {
        timeout,
        ..Options::default()
    };
    let charger = Charger::with(host, options).ok()?;
    let status = charger.status_of(keys.iter().copied()).await.ok()?;
    let said = Answer::of(&status).0.into_iter();
    Some(said.map(|said| (said.name, said.value)).collect())
}

impl Answer {
    fn of(status: &Status) -> Self {
        let entries = status.entries().into_iter();
        let said = entries.map(|(name, json)| {
            let (json, value) = without_passwords(&json);
            let name = name.to_owned();
            Said { name, json, value }
        });
        Answer(said.collect())
    }

    fn said(&self, name: &str) -> Option<&Said> {
        self.0.iter().find(|said| said.name == name)
    }

    /// What it said of a key.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        Some(&self.said(name)?.value)
    }

    /// All of it.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|said| (said.name.as_str(), &said.value))
    }

    /// What a path leads to, as JSON: all of a value exactly as it was said.
    pub(crate) fn json(&self, path: &Path) -> Option<String> {
        match path.steps.is_empty() {
            true => Some(self.said(&path.name)?.json.clone()),
            false => Some(self.follow(path)?.to_string()),
        }
    }

    /// The part that a path leads to.
    pub(crate) fn follow(&self, path: &Path) -> Option<&Value> {
        path.follow(self.get(&path.name)?)
    }

    /// Its release.
    pub(crate) fn version(&self) -> Option<&str> {
        self.get(Key::Fwv.name())?.as_str()
    }

    /// Why there is nothing where a path leads.
    pub(crate) fn nothing(&self, path: &Path) -> Fault {
        if let Some(value) = self.get(&path.name) {
            let fault = Fault::usage(format!("there is no `{path}`"));
            return match value {
                Value::Array(entries) => fault.help(format!(
                    "`{}` has {} entries, counted from 0",
                    path.name,
                    entries.len()
                )),
                Value::Object(members) => {
                    let names: Vec<_> = members.keys().map(|name| words::printable(name)).collect();
                    fault.help(format!("`{}` has {}", path.name, names.join(", ")))
                }
                _ => fault.help(format!("`{}` is one value", path.name)),
            };
        }
        let Some(key) = path.key else {
            return wish::unknown(&path.name);
        };
        if !key.descriptor().access.readable() {
            return Fault::usage(format!("`{}` can only be set", path.name));
        }
        lacks(key, self.version())
    }
}

/// A charger does not have a key of the table.
pub(crate) fn lacks(key: Key, version: Option<&str>) -> Fault {
    let name = key.name();
    let fault = Fault::new(Kind::Charger, format!("this charger has no `{name}`"));
    let releases = table::releases(key);
    match (releases, version) {
        (Some(releases), Some(version)) if !releases.have(Version::parse(version)) => {
            fault.help(format!(
                "firmware has it {}; this charger has {}",
                words::releases(releases),
                words::printable(version)
            ))
        }
        _ => fault,
    }
}

/// What a charger said, as text and as a value, but for passwords in URLs: some show that of
/// their broker.
fn without_passwords(json: &str) -> (String, Value) {
    let mut value = value(json);
    match json.contains('@') && words::hide_passwords(&mut value) {
        true => (value.to_string(), value),
        false => (json.to_owned(), value),
    }
}

/// A value that a charger said, without passwords.
pub(crate) fn said(json: &str) -> Value {
    without_passwords(json).1
}

/// JSON that was checked.
pub(crate) fn value(json: &str) -> Value {
    // A number beyond all that a double holds is kept as its text.
    serde_json::from_str(json).unwrap_or_else(|_| Value::from(json))
}

/// An error of the client, and whose fault it is.
pub(crate) fn fault(error: Error) -> Fault {
    let kind = match &error {
        Error::Address { .. } | Error::Value { .. } | Error::WrongPassword { .. } => Kind::Usage,
        Error::Refused(_) => Kind::Charger,
        _ => Kind::Unreachable,
    };
    let fault = Fault::new(kind, words::printable(&error.to_string()));
    match error {
        Error::Unreachable { .. } | Error::Timeout { .. } => fault
            .help("goectl discover     finds the chargers of this network")
            .help("--timeout SECONDS   waits longer"),
        _ => fault,
    }
}
