//! The routes table of the spec, and the query language of its routes.

use core::fmt::{self, Display, Formatter};

use crate::descriptor::Registry;
use crate::error::{Reason, Sent, ValuePath, WriteError};
use crate::key_set::Keys;

/// The action of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Answers with the status, or the part of it that the route's query
    /// parameter asks for.
    Status,
    /// Sets one key per query parameter.
    Set,
    /// Opens a WebSocket.
    Socket,
}

/// One row of the routes table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The HTTP method, upper case.
    pub method: &'static str,
    /// The whole path.
    pub path: &'static str,
    /// The query parameter that picks keys, for a status.
    pub filter: Option<&'static str>,
    /// Its action.
    pub action: Action,
}

/// The keys that a filter names: `a,b`, or the older `["a","b"]`.
///
/// Names the registry does not have are left out, and `None` is a filter
/// without any name, which is no filter.
pub fn filter<K: Keys>(registry: &Registry, text: &str) -> Option<K> {
    let mut keys = K::default();
    let mut any = false;
    for name in text.split(',') {
        let name = name.trim_matches(['[', ']', '"', ' ', '\t', '\n', '\r']);
        any |= !name.is_empty();
        if let Some(key) = registry.find(name) {
            keys.insert(key);
        }
    }
    any.then_some(keys)
}

/// A refusal in the words of HTTP, see [`WriteError::http`].
#[derive(Clone, Copy, Debug)]
pub struct HttpReason<'a> {
    error: WriteError,
    key: &'a str,
    sent: Sent<'a>,
}

impl WriteError {
    /// As `/api/set` answers it for a key.
    pub fn http<'a>(self, key: &'a str, sent: Sent<'a>) -> HttpReason<'a> {
        HttpReason {
            error: self,
            key,
            sent,
        }
    }
}

impl Display for HttpReason<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let HttpReason { error, key, sent } = self;
        match error {
            WriteError::UnknownKey => write!(f, "{key}: unknown api key"),
            WriteError::WithoutSetter => {
                write!(f, "{key}: tried to set api key without setter ({sent})")
            }
            WriteError::Rejected {
                reason: Reason::Json(kind),
                ..
            } => write!(
                f,
                "{key}: tried to set api key with invalid json {kind} ({sent})"
            ),
            WriteError::Rejected {
                reason: reason @ Reason::WrongType(_),
                path: ValuePath::TOP,
            } => write!(f, "{key}: {reason} ({sent})"),
            WriteError::Rejected { reason, path } => {
                write!(f, "{key}: failed: {path}{reason} ({sent})")
            }
            WriteError::Refused(refusal) => write!(f, "{key}: failed: {refusal} ({sent})"),
            WriteError::PayloadTooLong => write!(f, "{key}: failed: payload too long"),
        }
    }
}
