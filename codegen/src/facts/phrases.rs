//! Every phrase that becomes a fact, with an example, and some that do not: what the
//! page about the language of specs prints. A test mines each example, so that no row can
//! say what the code does not do.

/// One way to state a fact in a description.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code, reason = "printed by the page about the language of specs")]
pub(crate) struct Phrase {
    /// `range`, `length`, `unit`, `format`, `values` or `release`.
    pub(crate) fact: &'static str,
    /// The phrase, as Markdown.
    pub(crate) phrase: &'static str,
    /// A description that has it.
    pub(crate) example: &'static str,
    /// The type of the example's key.
    pub(crate) ty: &'static str,
    /// What is understood of it; `prose` where nothing is, `prose, warning` where that is said.
    pub(crate) understood: &'static str,
}

/// Every phrase, by the fact that it states.
pub(crate) fn phrases() -> &'static [Phrase] {
    PHRASES
}

macro_rules! phrases {
    ($($fact:ident $ty:literal: $phrase:literal, $example:literal => $understood:literal;)*) => {
        const PHRASES: &[Phrase] = &[$(Phrase {
            fact: stringify!($fact),
            phrase: $phrase,
            example: $example,
            ty: $ty,
            understood: $understood,
        }),*];
    };
}

phrases! {
    range "uint8": "`6-32` behind a comma, a colon or an opening parenthesis", "charging current, 6-32" => "6 to 32";
    range "int8": "`from 6 to 32`, `between 6 and 32`, `range 6 to 32`", "setting, from -20 to 50" => "-20 to 50";
    length "string": "`max. 32 bytes`", "name, max. 32 bytes" => "at most 32 bytes";
    length "array<uint8>": "`max. 5 entries`", "presets, max. 5 entries" => "at most 5 entries";
    unit "uint32": "`in Wh`, `measured in Wh`", "energy, measured in Wh" => "Wh";
    unit "uint32": "`(Wh)`", "energy (Wh)" => "Wh";
    format "string": "`#RRGGBB`", "colour, format: #RRGGBB" => "#RRGGBB";
    values "uint8": "`NAME=number`, two or more", "state (Off=0, On=1)" => "Off=0, On=1";
    values "uint8": "`number=NAME`, two or more", "state (0=Off, 1=On)" => "Off=0, On=1";
    release "uint8": "`(introduced in 60.0)`", "state (introduced in 60.0)" => "since 60.0";
    release "uint8": "`(removed in firmware 60.0)`", "state (removed in firmware 60.0)" => "until 60.0";
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::{Spec, model::Length, read};

    /// What a table with this description states of its one key.
    fn understood(row: &Phrase) -> String {
        let Phrase { ty, example, .. } = row;
        let table = format!(
            "| Key | R/W | Type | Category | Description |\n|-|-|-|-|-|\n\
             | abc | R/W | {ty} | Config | {example} |\n"
        );
        let (model, report) = read(&Spec::from_files([("api.md", table.into_bytes())]));
        let key = &model.keys[0];
        let facts = &key.facts;
        let range = facts.range.as_ref().map(|fact| fact.value);
        let length = facts.length.as_ref().map(|fact| match fact.value {
            Length::Bytes(max) => format!("at most {max} bytes"),
            Length::Characters(max) => format!("at most {max} characters"),
            Length::Entries(max) => format!("at most {max} entries"),
        });
        let lists = facts.values.iter().map(|list| {
            let item = |v: &crate::model::NamedValue| match list.booleans {
                true => format!("{}={}", v.name, v.value != 0),
                false => format!("{}={}", v.name, v.value),
            };
            let label = list
                .label
                .as_ref()
                .map(|label| format!("{}: ", label.value));
            let items: Vec<_> = list.values.iter().map(item).collect();
            let more = if list.open { ", …" } else { "" };
            format!("{}{}{more}", label.unwrap_or_default(), items.join(", "))
        });
        let release = |word: &str, release: &Option<crate::model::At<String>>| {
            release.as_ref().map(|at| format!("{word} {}", at.value))
        };
        let all = [
            range.map(|range| format!("{} to {}", range.min, range.max)),
            facts
                .unit
                .as_ref()
                .map(|fact| fact.value.symbol().to_owned()),
            length,
            facts
                .format
                .as_ref()
                .map(|fact| fact.value.name().to_owned()),
            release("since", &key.since),
            release("until", &key.removed),
        ];
        let all: Vec<_> = all.into_iter().flatten().chain(lists).collect();
        let warned = report
            .diagnostics()
            .iter()
            .any(|d| d.code.id.starts_with("S03"));
        match (all.is_empty(), warned) {
            (true, true) => "prose, warning".to_owned(),
            (true, false) => "prose".to_owned(),
            (false, true) => format!("{}, warning", all.join("; ")),
            (false, false) => all.join("; "),
        }
    }

    #[test]
    fn each_example_is_understood_as_it_says() {
        for row in phrases() {
            assert_eq!(understood(row), row.understood, "{}", row.example);
        }
    }
}
