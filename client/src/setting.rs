//! What a charger is told, and what it said to it: a key with a value, on any wire.

use goe_api::Key;
use goe_api::client::{JsonText, Set};

use crate::error::{Error, Refusal, Refused};

/// A key with a value that it shall have.
///
/// A typed [`Set`] is one; by name it can be any key, also of newer firmware.
#[derive(Clone)]
pub struct Setting {
    pub(crate) key: String,
    pub(crate) json: JsonText,
}

impl Setting {
    /// A key by its name, and its value as JSON.
    ///
    /// # Errors
    /// The value is not JSON.
    pub fn new(key: impl Into<String>, json: &str) -> Result<Self, Error> {
        let key = key.into();
        match JsonText::new(json) {
            Ok(json) => Ok(Setting { key, json }),
            Err(error) => Err(Error::Value {
                key,
                reason: format!("{error}; a text needs its quotes, as in \"garage\""),
            }),
        }
    }

    /// The key's name.
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// The key alone: what is written may be a secret.
impl std::fmt::Debug for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Setting({})", self.key)
    }
}

impl From<Set> for Setting {
    fn from(set: Set) -> Self {
        Setting {
            key: set.key().name().to_owned(),
            json: set.json(),
        }
    }
}

/// What became of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) key: String,
    /// The charger's words.
    pub(crate) refusal: Option<String>,
}

/// Nothing if all were taken.
pub(crate) fn conclude(settings: &[Setting], outcomes: Vec<Outcome>) -> Result<(), Error> {
    let mut told = Refused::default();
    for outcome in outcomes {
        match outcome.refusal {
            None => told.accepted.push(outcome.key),
            Some(reason) => told.refused.push(Refusal {
                key: outcome.key,
                reason,
            }),
        }
    }
    let unanswered = settings.iter().filter(|setting| {
        let refused = told.refused.iter().map(|refusal| &refusal.key);
        !told
            .accepted
            .iter()
            .chain(refused)
            .any(|key| *key == setting.key)
    });
    let unanswered: Vec<Refusal> = unanswered
        .map(|setting| Refusal {
            key: setting.key.clone(),
            reason: "the charger did not say whether it took it".to_owned(),
        })
        .collect();
    told.refused.extend(unanswered);
    match told.refused.is_empty() {
        true => Ok(()),
        false => Err(Error::Refused(told)),
    }
}

/// A key by its name or as the table has it.
pub trait KeyName {
    /// As it is on the wire.
    fn name(&self) -> &str;
}

impl KeyName for Key {
    fn name(&self) -> &str {
        (*self).name()
    }
}

impl KeyName for &str {
    fn name(&self) -> &str {
        self
    }
}

impl KeyName for String {
    fn name(&self) -> &str {
        self
    }
}

impl<T: KeyName> KeyName for &T {
    fn name(&self) -> &str {
        (*self).name()
    }
}
