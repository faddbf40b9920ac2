//! Rows of a topic table.

use super::{
    cell::{
        action::action,
        text::{origin, prose, word},
    },
    rows::Cells,
    table::Table,
};
use crate::{
    model::{At, MqttAction, Topic, TopicPart},
    names,
    report::codes,
    source::{Diagnostic, Report},
};

/// The topics in the rows of `table`.
pub(super) fn read(table: &Table<'_>, report: &mut Report) -> Vec<Topic> {
    let rows = table.rows.iter();
    rows.filter_map(|row| topic(table, row, report)).collect()
}

fn topic(table: &Table<'_>, row: &Cells, report: &mut Report) -> Option<Topic> {
    let source = table.source;
    let [topic, payload, does, retained, description] = row.all()?;
    let topic = word(source, topic);
    let parts = parts(&topic, report);
    let action = action(source, does, MqttAction::ALL, report);
    let retained = yes_or_no(&word(source, retained), report);
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

fn yes_or_no(cell: &At<String>, report: &mut Report) -> Option<bool> {
    match cell.value.to_lowercase().as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => {
            let message = format!("retained is `{}`", cell.value);
            report.push(
                Diagnostic::new(&codes::BAD_RETAINED, message)
                    .at(cell.span.visible(), "expected yes or no")
                    .help("yes: the broker keeps the last message for whoever comes later"),
            );
            None
        }
    }
}

/// The topic at its braces, or an error.
fn parts(topic: &At<String>, report: &mut Report) -> Option<Vec<TopicPart>> {
    let parts = cut(&topic.value);
    if parts.is_none() {
        report.push(
            Diagnostic::new(
                &codes::BAD_TOPIC,
                format!("`{}` is not a topic", topic.value),
            )
            .at(topic.span.visible(), "not a topic")
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
        if before.contains('}') || !names::is_word(name) {
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
