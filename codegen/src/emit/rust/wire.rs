//! `src/http.rs` and `src/mqtt.rs`: the tables of routes and topics.

use std::collections::BTreeSet;

use super::{OutputFile, file, import, string};
use crate::model::{
    Model,
    wire::{HttpAction, Level, MqttAction},
};

pub(super) fn emit_http(model: &Model) -> OutputFile {
    let rows = model.routes.iter().filter_map(|route| {
        let action = HttpAction::of(&route.action.value)?;
        let filter = match action.filter(&route.query.value) {
            Some(filter) => format!("Some({})", string(filter)),
            None => "None".to_owned(),
        };
        Some(format!(
            "Route {{ method: {}, path: {}, filter: {filter}, action: Action::{action:?} }}",
            string(&route.method.value),
            string(&route.path.value),
        ))
    });
    let rows: Vec<String> = rows.collect();
    let imports = if rows.is_empty() {
        "Route"
    } else {
        "{Action, Route}"
    };
    let body = format!(
        "//! The routes of the spec.

use goe_runtime::http::{imports};

/// The routes table, in its order.
pub static ROUTES: [Route; {}] = [
{}];
",
        rows.len(),
        table(rows),
    );
    file("http", &body)
}

pub(super) fn emit_mqtt(model: &Model) -> OutputFile {
    let mut kinds = BTreeSet::new();
    let rows = model.topics.iter().filter_map(|topic| {
        let action = MqttAction::of(&topic.action.value)?;
        let levels = Level::of(topic, model)?;
        let levels: Vec<String> = levels
            .iter()
            .map(|level| match level {
                Level::Prefix => named(&mut kinds, "Prefix"),
                Level::Serial => named(&mut kinds, "Serial"),
                Level::Key => named(&mut kinds, "Key"),
                Level::Literal(text) => {
                    format!("{}({})", named(&mut kinds, "Literal"), string(text))
                }
            })
            .collect();
        Some(format!(
            "Topic {{ action: Action::{action:?}, levels: &[{}], retained: {} }}",
            levels.join(", "),
            topic.retained,
        ))
    });
    let rows: Vec<String> = rows.collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    let imports = match rows.is_empty() {
        true => "TopicMap".to_owned(),
        false => format!("{{Action, {}, Topic, TopicMap}}", import("Level", &kinds)),
    };
    let prefix = model
        .placeholders
        .iter()
        .find(|row| row.name.value == "prefix");
    let prefix = prefix
        .and_then(|row| row.default.as_deref())
        .unwrap_or_default();
    let body = format!(
        "//! The topics of the spec.

use goe_runtime::mqtt::{imports};

/// The topics table, in its order.
pub static TOPICS: TopicMap = TopicMap {{
    topics: &[
{}    ],
    default_prefix: {},
}};
",
        table(rows).replace("    Topic", "        Topic"),
        string(prefix),
    );
    file("mqtt", &body)
}

fn named(kinds: &mut BTreeSet<&'static str>, kind: &'static str) -> String {
    kinds.insert(kind);
    kind.to_owned()
}

/// Rows of a table, one a line.
fn table(rows: Vec<String>) -> String {
    let row = |row: &String| format!("    {row},\n");
    rows.iter().map(row).collect()
}
