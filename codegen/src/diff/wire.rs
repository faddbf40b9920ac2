//! Routes, topics, and the defaults of what stands in braces.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    finding::{Finding, Side, finding},
    rules::{self, Rule},
    subject::code,
};
use crate::model::{Model, Origin, Placeholder, Route, Topic};

/// A route or a topic: what it is called, what it does, and where it stands.
struct Row<'a> {
    name: String,
    text: String,
    origin: &'a Origin,
}

pub(super) fn models(old: &Model, new: &Model, out: &mut Vec<Finding>) {
    let [old_routes, new_routes] = [old, new].map(|model| model.routes.iter().map(route).collect());
    let rules = [
        &rules::ROUTE_ADDED,
        &rules::ROUTE_REMOVED,
        &rules::ROUTE_CHANGED,
    ];
    rows(old_routes, new_routes, rules, out);
    let [old_topics, new_topics] = [old, new].map(|model| model.topics.iter().map(topic).collect());
    let rules = [
        &rules::TOPIC_ADDED,
        &rules::TOPIC_REMOVED,
        &rules::TOPIC_CHANGED,
    ];
    rows(old_topics, new_topics, rules, out);
    let [old_kept, new_kept] = [old, new].map(|model| model.topics.iter().map(retained).collect());
    changed(old_kept, new_kept, &rules::RETAINED, out);
    let [old, new] = [old, new].map(|model| model.placeholders.iter().map(default).collect());
    changed(old, new, &rules::DEFAULT, out);
}

fn route(route: &Route) -> Row<'_> {
    Row {
        name: format!("{} {}", route.method.value, route.path.value),
        text: format!("{} {}", route.action.value.name(), route.query.value)
            .trim_end()
            .to_owned(),
        origin: &route.origin,
    }
}

fn topic(topic: &Topic) -> Row<'_> {
    Row {
        name: topic.topic.value.clone(),
        text: format!("{}, {}", topic.action.value.name(), topic.payload),
        origin: &topic.origin,
    }
}

fn retained(topic: &Topic) -> Row<'_> {
    let text = if topic.retained { "yes" } else { "no" };
    Row {
        name: topic.topic.value.clone(),
        text: text.to_owned(),
        origin: &topic.origin,
    }
}

fn default(row: &Placeholder) -> Row<'_> {
    Row {
        name: format!("{{{}}}", row.name.value),
        text: row.default.clone().unwrap_or_else(|| "none".to_owned()),
        origin: &row.origin,
    }
}

fn by_name(rows: Vec<Row<'_>>) -> BTreeMap<String, Row<'_>> {
    let mut by_name = BTreeMap::new();
    for row in rows {
        by_name.entry(row.name.clone()).or_insert(row);
    }
    by_name
}

fn side(row: &Row<'_>) -> Side {
    Side::new(row.name.clone(), row.text.clone(), row.origin)
}

fn rows(
    old: Vec<Row<'_>>,
    new: Vec<Row<'_>>,
    [added, removed, changed]: [&'static Rule; 3],
    out: &mut Vec<Finding>,
) {
    let names =
        |rows: &[Row<'_>]| -> BTreeSet<String> { rows.iter().map(|r| r.name.clone()).collect() };
    let (old_names, new_names) = (names(&old), names(&new));
    for row in new.iter().filter(|row| !old_names.contains(&row.name)) {
        let message = format!("{}: {} ({})", added.title, code(&row.name), code(&row.text));
        out.extend(finding(added, [true; 2], None, Some(side(row)), message));
    }
    for row in old.iter().filter(|row| !new_names.contains(&row.name)) {
        let message = format!(
            "{}: {} (was {})",
            removed.title,
            code(&row.name),
            code(&row.text)
        );
        out.extend(finding(removed, [true; 2], Some(side(row)), None, message));
    }
    self::changed(old, new, changed, out);
}

/// Those that are in both and say something else.
fn changed(old: Vec<Row<'_>>, new: Vec<Row<'_>>, rule: &'static Rule, out: &mut Vec<Finding>) {
    let (old, new) = (by_name(old), by_name(new));
    for (name, row) in &new {
        let Some(was) = old.get(name).filter(|was| was.text != row.text) else {
            continue;
        };
        let message = {
            let (was, is) = (code(&was.text), code(&row.text));
            format!("{}: {}, {was} → {is}", rule.title, code(name))
        };
        let ends = (Some(side(was)), Some(side(row)));
        out.extend(finding(rule, [true; 2], ends.0, ends.1, message));
    }
}
