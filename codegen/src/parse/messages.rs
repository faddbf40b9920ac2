//! Rows of a table of messages.

use super::{
    cell::{
        action::action,
        text::{origin, prose, word},
    },
    rows::Cells,
    table::Table,
};
use crate::{
    model::{At, KNOWN, Member, Message, MessageAction, Sender, Source},
    names,
    report::codes,
    source::{Diagnostic, Report, Source as File, Span, between},
    suggest,
};

/// The messages in the rows of `table`.
pub(super) fn read(table: &Table<'_>, report: &mut Report) -> Vec<Message> {
    let rows = table.rows.iter();
    rows.filter_map(|row| message(table, row, report)).collect()
}

fn message(table: &Table<'_>, row: &Cells, report: &mut Report) -> Option<Message> {
    let source = table.source;
    let [name, from, fields, does] = row.all()?;
    let name = word(source, name);
    report_name(&name, report);
    let from = sender(&word(source, from), report);
    let action = action(source, does, MessageAction::ALL, report);
    let members = members(source, fields, report);
    let description = row.get(4).map(|cell| prose(source, cell).value);
    Some(Message {
        name,
        from: from?,
        members: members?,
        action: action?,
        description: description.unwrap_or_default(),
        origin: origin(source, row.span),
    })
}

fn report_name(name: &At<String>, report: &mut Report) {
    if !names::is_word(&name.value) {
        let message = format!("`{}` is not the name of a message", name.value);
        report.push(
            Diagnostic::new(&codes::BAD_MESSAGE, message)
                .at(name.span.visible(), "expected one word")
                .help("it is the `type` of the message, one word: `hello`"),
        );
    }
}

fn sender(cell: &At<String>, report: &mut Report) -> Option<At<Sender>> {
    let At { value: word, span } = cell;
    let mut all = Sender::ALL.iter();
    if let Some((_, sender)) = all.find(|(known, _)| known == word) {
        return Some(At {
            value: *sender,
            span: *span,
        });
    }
    let known: Vec<&str> = Sender::ALL.iter().map(|(known, _)| *known).collect();
    let help = suggest::help(word, known.iter().copied(), "it is `device` or `client`");
    report.push(
        Diagnostic::new(&codes::BAD_MESSAGE, format!("a message from `{word}`"))
            .at(span.visible(), "expected `device` or `client`")
            .help(help)
            .fixes(suggest::fix(word, *span, &known)),
    );
    None
}

/// The members that stand between commas, or an error for each that is none.
fn members(file: &File, cell: Span, report: &mut Report) -> Option<At<Vec<Member>>> {
    let text = file.slice(cell.range());
    let mut members = Vec::new();
    let mut is_sound = true;
    let mut start = 0;
    let items = split(text).filter(|_| !text.trim().is_empty());
    for item in items {
        let at = cell.start + start;
        start += item.len() + 1;
        let blank = item.len() - item.trim_start().len();
        let trimmed = item.trim();
        let span = Span {
            start: at + blank,
            end: at + blank + trimmed.len(),
            ..cell
        };
        match member(trimmed.trim_matches('`'), span) {
            Ok(member) => members.push(member),
            Err((message, help)) => {
                is_sound = false;
                report.push(
                    Diagnostic::new(&codes::BAD_MEMBER, message)
                        .at(span.visible(), "not a member and where it comes from")
                        .help(help),
                );
            }
        }
    }
    is_sound.then_some(At {
        value: members,
        span: cell,
    })
}

/// At commas outside of quotes.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    text.split(move |letter| {
        is_quoted ^= letter == '"';
        letter == ',' && !is_quoted
    })
}

fn member(text: &str, span: Span) -> Result<Member, (String, String)> {
    let form = "write `name=key`, `name={token1}`, or `name=` and JSON";
    let Some((name, from)) = text.split_once('=') else {
        return Err((format!("`{text}` has no source"), form.to_owned()));
    };
    let (name, from) = (name.trim(), from.trim());
    if !names::is_word(name) {
        return Err((format!("`{name}` cannot name a member"), form.to_owned()));
    }
    let source = match between(from, "{", "}") {
        Some(word) => match KNOWN.iter().find(|(known, _)| *known == word) {
            Some((_, known)) => Source::Known(*known),
            None => {
                let known = KNOWN.iter().map(|(known, _)| *known);
                let all: Vec<_> = known.clone().map(|word| format!("`{{{word}}}`")).collect();
                let all = format!("the protocol knows {}", all.join(", "));
                let help = match suggest::nearest(word, known) {
                    Some(near) => format!("did you mean `{{{near}}}`?"),
                    None => all,
                };
                return Err((format!("unknown source `{{{word}}}`"), help));
            }
        },
        None => match serde_json::from_str::<serde_json::Value>(from) {
            Ok(json) => Source::Literal(json.to_string()),
            Err(_) if names::is_key(from) => Source::Key(from.to_owned()),
            Err(_) => {
                let message = format!("`{from}` is neither a key nor JSON");
                return Err((message, form.to_owned()));
            }
        },
    };
    let at = |value: String| At { value, span };
    Ok(Member {
        name: at(name.to_owned()),
        source: At {
            value: source,
            span,
        },
    })
}
