//! Routes, topics, the defaults of what stands in braces, registers, and messages.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    finding::{Finding, Side, finding, words},
    rules::{
        DEFAULT, DESCRIPTION, MESSAGE_ADDED, MESSAGE_CHANGED, MESSAGE_REMOVED, REGISTER_ADDED,
        REGISTER_CHANGED, REGISTER_REMOVED, RETAINED, ROUTE_ADDED, ROUTE_CHANGED, ROUTE_REMOVED,
        Rule, TOPIC_ADDED, TOPIC_CHANGED, TOPIC_REMOVED,
    },
    subject::{Unread, code},
};
use crate::model::{Message, Model, Origin, Placeholder, Register, Route, Source, Topic, braced};

/// A route or a topic: what it is called, what it does, and where it stands.
struct Row<'a> {
    name: String,
    text: String,
    origin: &'a Origin,
}

/// The rows of both sides.
type Sides<'a> = [Vec<Row<'a>>; 2];

pub(super) fn models(models: [&Model; 2], unread: &[Unread<'_>; 2], out: &mut Vec<Finding>) {
    let routes = models.map(|model| model.routes.iter().map(route).collect());
    added_or_removed(&routes, unread, [&ROUTE_ADDED, &ROUTE_REMOVED], out);
    changed(&routes, &ROUTE_CHANGED, out);
    let topics = models.map(|model| model.topics.iter().map(topic).collect());
    added_or_removed(&topics, unread, [&TOPIC_ADDED, &TOPIC_REMOVED], out);
    changed(&topics, &TOPIC_CHANGED, out);
    let kept = models.map(|model| model.topics.iter().map(retained).collect());
    changed(&kept, &RETAINED, out);
    let messages = models.map(|model| model.messages.iter().map(message).collect());
    added_or_removed(&messages, unread, [&MESSAGE_ADDED, &MESSAGE_REMOVED], out);
    changed(&messages, &MESSAGE_CHANGED, out);
    let texts = models.map(|model| {
        let routes = model.routes.iter().map(|of| (route(of), &of.description));
        let topics = model.topics.iter().map(|of| (topic(of), &of.description));
        let registers = model.registers.iter();
        let registers = registers.map(|of| (register(of), &of.description));
        let messages = model
            .messages
            .iter()
            .map(|of| (message(of), &of.description));
        let rows = routes.chain(topics).chain(registers).chain(messages);
        rows.map(|(row, text)| Row {
            text: words(text),
            ..row
        })
        .collect()
    });
    changed(&texts, &DESCRIPTION, out);
    let defaults = models.map(|model| model.placeholders.iter().map(default).collect());
    changed(&defaults, &DEFAULT, out);
    let registers = models.map(|model| model.registers.iter().map(register).collect());
    added_or_removed(
        &registers,
        unread,
        [&REGISTER_ADDED, &REGISTER_REMOVED],
        out,
    );
    changed(&registers, &REGISTER_CHANGED, out);
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

fn message(message: &Message) -> Row<'_> {
    let members = message.members.value.iter().map(|member| {
        let source = match &member.source.value {
            Source::Key(key) => key.clone(),
            Source::Literal(json) => json.clone(),
            Source::Known(known) => braced(*known),
        };
        format!("{}={source}", member.name.value)
    });
    let members: Vec<String> = members.collect();
    let text = format!("{}, {}", message.action.value.name(), members.join(", "));
    Row {
        name: message.name.value.clone(),
        text,
        origin: &message.origin,
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

/// What it is called for people is no matter of masters.
fn register(row: &Register) -> Row<'_> {
    let value = row.value.as_ref().map(|of| of.value.to_string());
    let scale = row.scale.as_ref().map(|of| of.value.spelling());
    let null = row.null.as_ref();
    let null = null.map(|of| format!("null is {}", of.value.spelling()));
    let count = row.count.value;
    let registers = if count == 1 { "register" } else { "registers" };
    let cells = [
        Some(format!("{}, {count} {registers}", row.ty.value.name())),
        value,
        scale,
        null,
        Some(row.access.value.name().to_owned()),
    ];
    let cells: Vec<String> = cells.into_iter().flatten().collect();
    Row {
        name: format!("{} {}", row.first.value, row.function.value.name()),
        text: cells.join(", "),
        origin: &row.origin,
    }
}

fn by_name<'a>(rows: &'a [Row<'a>]) -> BTreeMap<&'a str, &'a Row<'a>> {
    // Of two of one name the first counts.
    let rows = rows.iter().rev();
    rows.map(|row| (row.name.as_str(), row)).collect()
}

fn side(row: &Row<'_>) -> Side {
    Side::new(row.name.clone(), row.text.clone(), row.origin)
}

/// Those that are on one side only.
fn added_or_removed(
    [old, new]: &Sides<'_>,
    unread: &[Unread<'_>; 2],
    [added, removed]: [&'static Rule; 2],
    out: &mut Vec<Finding>,
) {
    for (rule, rows, others, was, there) in [
        (added, new, old, "", &unread[0]),
        (removed, old, new, "was ", &unread[1]),
    ] {
        let others: BTreeSet<&str> = others.iter().map(|row| row.name.as_str()).collect();
        for row in rows.iter().filter(|row| !others.contains(&*row.name)) {
            // A row that could not be read is there.
            let cells: Vec<&str> = row.name.split(' ').collect();
            if there.has_row(&cells, None) {
                continue;
            }
            let (name, text) = (code(&row.name), code(&row.text));
            let message = format!("{}: {name} ({was}{text})", rule.title);
            let (old, new) = match was {
                "" => (None, Some(side(row))),
                _ => (Some(side(row)), None),
            };
            out.extend(finding(rule, [true; 2], old, new, message));
        }
    }
}

/// Those that are on both sides and say something else.
fn changed([old, new]: &Sides<'_>, rule: &'static Rule, out: &mut Vec<Finding>) {
    let (old, new) = (by_name(old), by_name(new));
    for (name, row) in new {
        let Some(was) = old.get(name).filter(|was| was.text != row.text) else {
            continue;
        };
        let (before, after) = (code(&was.text), code(&row.text));
        let message = match rule == &DESCRIPTION {
            true => format!("{}: {}", code(name), rule.title),
            false => format!("{}: {}, {before} → {after}", rule.title, code(name)),
        };
        let (old, new) = (Some(side(was)), Some(side(row)));
        out.extend(finding(rule, [true; 2], old, new, message));
    }
}
