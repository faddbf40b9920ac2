//! What a step does in vain: it is so already, or it undoes what was done in the same second, of
//! which the charger saw nothing.
//!
//! Whether that is meant so only their author knows: these are notes, never failures.

use serde_json::Value;

/// What it remembers.
#[derive(Debug, Default)]
pub(crate) struct InVain {
    /// When the garage was changed last, ms, and what it was before the first change then.
    second: Option<(u64, Value)>,
}

/// Something that is so already.
pub(crate) fn already(what: &str) -> String {
    format!("{what} changes nothing, it is so already")
}

impl InVain {
    /// What of a change of the garage is in vain; the garage is JSON.
    pub(crate) fn garage(
        &mut self,
        now_ms: u64,
        (before, body, after): (&str, &str, &str),
    ) -> Vec<String> {
        let idle = goe_garage::idle(before, body.as_bytes());
        let of_garage = |name: String| already(&format!("`{name}` of the garage"));
        let mut notes: Vec<String> = idle.into_iter().map(of_garage).collect();
        // It is written by the garage itself.
        let [before, after] = [before, after].map(serde_json::from_str);
        let (before, after): (Value, Value) =
            (before.unwrap_or_default(), after.unwrap_or_default());
        match &self.second {
            Some((at_ms, first)) if *at_ms == now_ms => {
                undone("garage", first, &before, &after, &mut |path| {
                    let what = "is again as it was before this second, and the charger saw nothing";
                    notes.push(format!("`{path}` {what}: let some time pass between"));
                });
            }
            _ => self.second = Some((now_ms, before)),
        }
        notes
    }
}

/// Finds what is again as it was first.
fn undone(path: &str, first: &Value, before: &Value, after: &Value, found: &mut impl FnMut(&str)) {
    match (first, before, after) {
        (Value::Object(first), Value::Object(before), Value::Object(after)) => {
            for (name, after) in after {
                if let (Some(first), Some(before)) = (first.get(name), before.get(name)) {
                    undone(&format!("{path}.{name}"), first, before, after, found);
                }
            }
        }
        _ if first == after && before != after => found(path),
        _ => {}
    }
}
