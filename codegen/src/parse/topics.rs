//! Rows of a topic table and of the table of its placeholders.

use super::{
    Cells, Context, Table, origin, prose,
    routes::{action, visible},
    word,
};
use crate::{
    model::{At, MqttAction, Placeholder, Topic, TopicPart},
    names,
    report::codes,
    source::Diagnostic,
};

pub(super) fn lower(context: &mut Context, table: &Table<'_>) {
    for row in &table.rows {
        if let Some(topic) = topic(context, table, row) {
            context.out.model.topics.push(topic);
        }
    }
}

fn topic(context: &mut Context, table: &Table<'_>, row: &Cells) -> Option<Topic> {
    let source = table.source;
    let [topic, payload, does, retained, description] = row.all()?;
    let topic = word(source, topic);
    let parts = parts(context, &topic);
    let action = action(context, word(source, does), MqttAction::ALL);
    let retained = yes_or_no(context, &word(source, retained));
    Some(Topic {
        topic,
        parts: parts?,
        payload: prose(source, payload).value,
        action: action?,
        retained: retained?,
        description: prose(source, description).value,
        origin: origin(source, row.span),
    })
}

fn yes_or_no(context: &mut Context, cell: &At<String>) -> Option<bool> {
    match cell.value.to_lowercase().as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => {
            let message = format!("retained is `{}`", cell.value);
            context.push(
                Diagnostic::new(&codes::BAD_RETAINED, message)
                    .at(visible(cell.span), "expected yes or no")
                    .help("yes: the broker keeps the last message for whoever comes later"),
            );
            None
        }
    }
}

/// The topic at its braces, or an error.
fn parts(context: &mut Context, topic: &At<String>) -> Option<Vec<TopicPart>> {
    let parts = cut(&topic.value);
    if parts.is_none() {
        context.push(
            Diagnostic::new(
                &codes::BAD_TOPIC,
                format!("`{}` is not a topic", topic.value),
            )
            .at(visible(topic.span), "not a topic")
            .help("levels between `/`, names in braces: `{prefix}/{serial}/{key}/set`"),
        );
    }
    parts
}

fn cut(topic: &str) -> Option<Vec<TopicPart>> {
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '+' | '#' | '`' | '"');
    let levels = !topic.is_empty() && topic.split('/').all(|level| !level.is_empty());
    if !levels || !topic.chars().all(plain) {
        return None;
    }
    let mut parts = Vec::new();
    let mut rest = topic;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        if before.contains('}') || !names::is_key(name) {
            return None;
        }
        if !before.is_empty() {
            parts.push(TopicPart::Literal(before.to_owned()));
        }
        parts.push(TopicPart::Placeholder(name.to_owned()));
        rest = after;
    }
    if rest.contains('}') {
        return None;
    }
    if !rest.is_empty() {
        parts.push(TopicPart::Literal(rest.to_owned()));
    }
    Some(parts)
}

pub(super) fn lower_placeholders(context: &mut Context, table: &Table<'_>) {
    let source = table.source;
    for row in &table.rows {
        let Some([name, default, description]) = row.all() else {
            continue;
        };
        let cell = word(source, name);
        let inner = cell
            .value
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        let Some(name) = inner.filter(|name| names::is_key(name)) else {
            let message = format!("`{}` is not a placeholder", cell.value);
            context.push(
                Diagnostic::new(&codes::BAD_PLACEHOLDER, message)
                    .at(visible(cell.span), "expected a name in braces")
                    .help("write it as in the topics: `{prefix}`"),
            );
            continue;
        };
        let default = word(source, default).value;
        let none = matches!(default.as_str(), "" | "-" | "–" | "—");
        context.out.model.placeholders.push(Placeholder {
            name: At {
                value: name.to_owned(),
                span: cell.span,
            },
            default: (!none).then_some(default),
            description: prose(source, description).value,
            origin: origin(source, row.span),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_cut_at_braces() {
        let show = |topic: &str| {
            cut(topic).map(|parts| {
                let part = |part: &TopicPart| match part {
                    TopicPart::Literal(text) => format!("'{text}'"),
                    TopicPart::Placeholder(name) => name.clone(),
                };
                parts.iter().map(part).collect::<Vec<_>>().join(" ")
            })
        };
        let cases = [
            (
                "{prefix}/{serial}/{key}/set",
                Some("prefix '/' serial '/' key '/set'"),
            ),
            ("a/b", Some("'a/b'")),
            ("a{key}", Some("'a' key")),
            ("", None),
            ("a//b", None),
            ("/a", None),
            ("a/#", None),
            ("{key", None),
            ("key}", None),
            ("}{key}", None),
            ("{}", None),
            ("a b", None),
        ];
        for (topic, expected) in cases {
            assert_eq!(show(topic).as_deref(), expected, "{topic}");
        }
    }
}
