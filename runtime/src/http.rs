//! What the spec's routes table says, and the query language of its routes.

use crate::descriptor::Registry;
use crate::key_set::Keys;

/// What a route does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Answers with the status, or the part of it that the route's query
    /// parameter asks for.
    Status,
    /// Sets one key per query parameter.
    Set,
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
    /// What it does.
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
