//! The messages of a WebSocket: each action once, all that are necessary, and members
//! that it can have.

use super::unique::check_unique;
use crate::{
    model::{
        At, HttpAction, Member, Message, MessageAction, Model, Rules, Sender, Source as From,
        braced,
    },
    report::codes,
    source::{Diagnostic, Report},
    suggest,
};

/// `names` are all keys, also those that could not be read further.
pub(super) fn check(model: &Model, names: &[At<String>], report: &mut Report) {
    let help = "remove one of the rows";
    let id = |message: &Message| (message.name.value.clone(), message.name.span);
    let code = &codes::DUPLICATE_MESSAGE;
    check_unique(&model.messages, id, code, "message", help, report);
    let id = |message: &Message| {
        let action = message.action.value.name();
        (action.to_owned(), message.action.span)
    };
    check_unique(&model.messages, id, code, "action", help, report);
    for message in &model.messages {
        let rules = message.action.value.rules();
        check_sender(message, &rules, report);
        check_members(message, &rules, (model, names), report);
    }
    check_whole(model, report);
}

fn check_sender(message: &Message, rules: &Rules, report: &mut Report) {
    if message.from.value != rules.from {
        let (action, from) = (message.action.value.name(), rules.from.name());
        let text = format!(
            "`{action}` is nothing that a {} does",
            message.from.value.name()
        );
        report.push(
            Diagnostic::new(&codes::BAD_MESSAGE, text)
                .at(message.from.span, "not by this side")
                .help(format!("write `{from}`, or another action")),
        );
    }
}

fn check_members(
    message: &Message,
    rules: &Rules,
    (model, names): (&Model, &[At<String>]),
    report: &mut Report,
) {
    let members = &message.members.value;
    let name = &message.name.value;
    let push =
        |text: String, member: &Member, label: &'static str, help: String, report: &mut Report| {
            let span = member.name.span;
            let finding = Diagnostic::new(&codes::BAD_MEMBER, text).at(span, label);
            report.push(finding.help(help));
        };
    for (at, member) in members.iter().enumerate() {
        let is = |other: &Member| other.name.value == member.name.value;
        if member.name.value == "type" || members[..at].iter().any(is) {
            let text = format!("`{}` of `{name}` is there twice", member.name.value);
            let help = "the `type` of a message is its name, and each other member stands once";
            push(text, member, "once more", help.to_owned(), report);
        }
        match &member.source.value {
            From::Known(known) if rules.needs.contains(known) || rules.knows.contains(known) => {}
            // A refusal is told without a look at the status.
            From::Key(_) if message.action.value == MessageAction::Response => {
                let text = format!("`{}` of `{name}` is a key", member.name.value);
                push(text, member, "not in an answer", known_help(rules), report);
            }
            From::Key(_) | From::Literal(_) if rules.from == Sender::Device => {}
            From::Known(known) => {
                let text = format!("`{name}` knows no `{}`", braced(*known));
                push(
                    text,
                    member,
                    "not of this action",
                    known_help(rules),
                    report,
                );
            }
            From::Key(_) | From::Literal(_) => {
                let text = format!(
                    "`{}` of `{name}` is the client's to fill",
                    member.name.value
                );
                push(text, member, "not read", known_help(rules), report);
            }
        }
        let From::Key(key) = &member.source.value else {
            continue;
        };
        let is_known = names.iter().any(|known| known.value == *key);
        if model
            .key(key)
            .is_some_and(|key| !key.access.value.readable())
        {
            let text = format!("`{key}` in `{name}` cannot be read");
            let help = "a message tells what a client could read as well";
            push(text, member, "write-only", help.to_owned(), report);
        } else if !is_known {
            let text = format!("unknown key `{key}` in `{name}`");
            let known = names.iter().map(|known| known.value.as_str());
            let help = suggest::help(key, known, "name a key of the tables, or write JSON");
            push(text, member, "there is no such key", help, report);
        }
    }
    for need in rules.needs {
        let has = |member: &Member| member.source.value == From::Known(*need);
        let count = members.iter().filter(|member| has(member)).count();
        if count != 1 {
            let need = braced(*need);
            let word = need.trim_matches(['{', '}']);
            let text = format!("`{name}` has {count} members with `{need}`");
            report.push(
                Diagnostic::new(&codes::BAD_MEMBER, text)
                    .at(message.members.span.visible(), "exactly one is needed")
                    .help(format!("write one such as `{word}={need}`")),
            );
        }
    }
}

fn known_help(rules: &Rules) -> String {
    let known = rules.needs.iter().chain(rules.knows);
    let known: Vec<_> = known.map(|known| format!("`{}`", braced(*known))).collect();
    match known.as_slice() {
        [] => "there is nothing for it here".to_owned(),
        known => format!("here there is {}", known.join(", ")),
    }
}

/// A socket has all messages that it needs, and messages have a socket.
fn check_whole(model: &Model, report: &mut Report) {
    let mut routes = model.routes.iter();
    let socket = routes.find(|route| route.action.value == HttpAction::Socket);
    let place = match (model.messages.as_slice(), socket) {
        ([], None) => return,
        ([], Some(route)) => {
            return report.push(
                Diagnostic::new(
                    &codes::INCOMPLETE_MESSAGES,
                    format!("`{}` has no messages", route.path.value),
                )
                .at(route.action.span, "what is said there?")
                .help("add a table `Message | From | Fields | Action`"),
            );
        }
        ([first, ..], socket) => {
            if socket.is_none() {
                report.push(
                    Diagnostic::new(
                        &codes::INCOMPLETE_MESSAGES,
                        "messages without a route to them",
                    )
                    .at(first.name.span, "where is it said?")
                    .help("add a route such as `| GET | /socket | | socket | … |`"),
                );
            }
            first.origin.span
        }
    };
    let has = |action: MessageAction| {
        let mut messages = model.messages.iter();
        messages.any(|message| message.action.value == action)
    };
    let all = MessageAction::ALL.iter();
    let missing = all.filter(|(_, action)| action.rules().is_necessary && !has(*action));
    let missing: Vec<_> = missing.map(|(word, _)| format!("`{word}`")).collect();
    // It may stand in a row that could not be read.
    if missing.is_empty() || report.has_errors() {
        return;
    }
    let missing = missing.join(", ");
    report.push(
        Diagnostic::new(
            &codes::INCOMPLETE_MESSAGES,
            format!("no message has the action {missing}"),
        )
        .at(place.visible(), "the first of the messages")
        .help("add a row for each"),
    );
}
