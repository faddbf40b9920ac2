//! Every phrase that becomes a fact, with an example, and some that do not: what the
//! page about the language of specs prints. A test mines each example, so that no row can
//! say what the code does not do.

#![allow(dead_code, reason = "printed by the page about the language of specs")]

/// One way to state a fact in a description.
#[derive(Clone, Copy, Debug)]
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

/// Every phrase, by the fact that it states; behind those that are read some that are not.
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
    range "uint8": "`6-32`, `6..32`, `6 – 32`, `6…32` at the start, or behind a comma, a colon, a parenthesis",
        "charging current, 6-32" => "6 to 32";
    range "int8": "the same with numbers below zero",
        "offset (-20..50)" => "-20 to 50";
    range "uint8": "`6 to 32`, `6 bis 32` there",
        "charging current (6 to 32)" => "6 to 32";
    range "uint8": "with a unit behind one number or both, which is read too",
        "charging current, 6-32 A" => "6 to 32; A";
    range "uint8": "`from 6 to 32`, `between 6 and 32`, `range 6 to 32`, `von 6 bis 32`, `zwischen 6 und 32` anywhere",
        "a current between 6 and 32" => "6 to 32";
    range "uint8": "`6-32` behind `to`, `range`, `values`, `of`, `is`, `auf`, `Werte` and the like",
        "set this to 0-9 to clear a card" => "0 to 9";
    range "uint8": "`min. 6, max. 32`, `at least 6, at most 32`, `mindestens 6, höchstens 32`, `lower bound 6, upper bound 32`",
        "charging current, min. 6, max. 32" => "6 to 32";
    range "uint8": "a number inside the range changes nothing",
        "brightness, 0-255 (0 is off)" => "0 to 255";
    range "uint8": "not with a number outside: the check would refuse it",
        "card slot (0-9), or 255 for none" => "prose, warning";
    range "uint8": "not with an exception or an alternative",
        "channel, 1-13 except 6" => "prose, warning";
    range "uint8": "nor with a word of other values; one that says that they are refused changes nothing",
        "1-99; larger codes are warnings" => "prose, warning";
    range "uint8": "nor with any other clause that is not a release, a default, a step, an example, a unit or null: make it a sentence",
        "5-100; extended by jumper" => "prose, warning";
    range "uint8": "nor behind `off` or a row of names",
        "Off, Auto, 5-100" => "prose, warning";
    range "uint8": "not with a factor",
        "current, 6-32 A, in tenths" => "prose, warning";
    range "uint8": "not with a condition",
        "current, 6-16 with the adapter" => "prose, warning";
    range "uint8": "not one end alone",
        "charging current, max. 32" => "prose, warning";
    range "float": "not with a fraction",
        "offset, 0.5-2.5" => "prose, warning";
    range "uint8": "not with the greater number first",
        "charging current, 32-6" => "prose, warning";
    range "uint8": "not behind a word: put a comma before it",
        "brightness 0-255" => "prose, warning";
    range "uint8": "not two that differ",
        "level, 0-9, 0-5" => "prose, warning";
    range "uint8": "not what is advice, usual, a default or an example",
        "days to keep, 7-30 recommended" => "prose";
    range "uint8": "not numbers of other things",
        "RFID cards 0-9, phases L1-L3, 22:00-06:00" => "prose";
    length "string": "`max. 32 characters`, `maximal 32 Zeichen`",
        "name, max. 32 characters" => "at most 32 characters";
    length "string": "`max. 32 bytes`: of UTF-8",
        "name, max. 32 bytes" => "at most 32 bytes";
    length "array<uint8>": "`max. 5 entries`, `max. 5 Einträge`",
        "presets, max. 5 entries" => "at most 5 entries";
    length "string": "`up to`, `at most`, `no more than`, `not longer than`, `limited to`, `bis zu`, `höchstens`",
        "name, up to 32 characters" => "at most 32 characters";
    length "string": "`32 characters max`, `32 characters or less`",
        "name (32 characters max)" => "at most 32 characters";
    length "string": "not two, and not with a condition",
        "max. 32 bytes with old firmware, max. 64 bytes since 60.0" => "prose, warning";
    length "string": "`8-63 characters`, `8 to 63 bytes`, `at least 8, at most 63 characters`, `exactly 8 characters`: the least is checked too, in bytes",
        "password, 8-63 characters" => "at least 8; at most 63 characters";
    length "string": "`at least 8 characters`, `min. 8 bytes`",
        "password, at least 8 characters" => "at least 8";
    length "string": "the least not beside a word of an empty text",
        "password, 8-63 characters, or empty" => "at most 63 characters, warning";
    length "array<uint8>": "nor of an array",
        "presets, 2-5 entries" => "at most 5 entries, warning";
    length "string": "not of two things",
        "name and password, max. 32 bytes" => "prose, warning";
    length "string": "not without `max.`",
        "serial number (12 characters)" => "prose, warning";
    unit "uint32": "`in Wh`, `measured in Wh`, `in milliseconds`, `in Sekunden`",
        "energy, measured in Wh" => "Wh";
    unit "uint32": "`(Wh)`, `[Wh]`, `(milliseconds since boot)`",
        "energy [Wh]" => "Wh";
    unit "uint32": "`unit: Wh`, `the unit of this value is Wh`, `Einheit: Wh`",
        "energy, unit: Wh" => "Wh";
    unit "uint32": "a unit of two letters or more behind a comma, alone",
        "energy, Wh" => "Wh";
    unit "uint32": "`milliseconds since` at the start of a clause",
        "milliseconds since boot" => "ms";
    unit "uint32": "not behind a noun alone",
        "total energy kWh" => "prose, warning";
    unit "float": "`(~50Hz)`: a number that is only near",
        "frequency (~50Hz)" => "Hz";
    unit "uint32": "not two",
        "current in mA or A" => "prose, warning";
    unit "float": "not counted by something else",
        "consumption in kWh for 100km" => "prose, warning";
    unit "uint32": "not with a factor",
        "current in 0.1 A" => "prose, warning";
    unit "float": "not one that is not known",
        "pressure [mbar]" => "prose, warning";
    unit "uint32": "not one letter in a sentence",
        "move it in A position" => "prose";
    format "string": "`#RRGGBB`",
        "colour, format: #RRGGBB" => "#RRGGBB";
    format "string": "not with another text beside it",
        "colour, #RRGGBB or \"off\"" => "prose, warning";
    format "int64": "`unix-time`, `unix timestamp`, `seconds since 1970`",
        "changed at (unix timestamp)" => "unix time";
    format "uint32": "`seconds since midnight`, `seconds since day begin`",
        "stop time, seconds since midnight" => "seconds since midnight";
    values "uint8": "`NAME=number`, two or more, between commas or semicolons",
        "state (Off=0, On=1)" => "Off=0, On=1";
    values "uint8": "`number=NAME`, also with names of a few words",
        "state (0=Always off, 1=Always on)" => "Always off=0, Always on=1";
    values "uint8": "`number: NAME`, `number - NAME`, `number → NAME`",
        "state, 0: off, 1: on" => "off=0, on=1";
    values "uint8": "`NAME (number)`, behind a colon, a parenthesis or a comma",
        "state: Off (0), On (1)" => "Off=0, On=1";
    values "uint8": "with `...` there are more",
        "country (Austria=0, Germany=1, ...)" => "Austria=0, Germany=1, …";
    values "uint8": "and with a clause that may name more, or a number in a note",
        "mode (Off=0, On=1), vendor modes" => "Off=0, On=1, …, warning";
    values "uint8": "and where the list is no clause of its own",
        "formerly Off=0, On=1" => "Off=0, On=1, …, warning";
    values "uint8": "and where numbers between are likely, or can be added up",
        "speed (slow=1, fast=10)" => "slow=1, fast=10, …";
    values "bool": "for `false` and `true`",
        "kind (Static=false, Dynamic=true)" => "Static=false, Dynamic=true";
    values "object": "`label: NAME=number`",
        "result (encryption: Open=0, Wep=1)" => "encryption: Open=0, Wep=1";
    values "uint8": "not with a last one that ends a scale",
        "volume, 0=mute, 1=low, 100=max" => "prose, warning";
    values "uint8": "not without names",
        "phases, 1 or 3" => "prose, warning";
    values "uint8": "not with names that begin with no letter",
        "size (11: 11kW, 22: 22kW)" => "prose, warning";
    values "uint8": "not `off: 0, on: 1`, nor without commas",
        "off: 0, on: 1" => "prose, warning";
    values "uint8": "not in words",
        "0 means off, 1 means on" => "prose, warning";
    values "uint8": "not conditions",
        "off when x=0 and y=0" => "prose";
    values "uint8": "not examples and addresses",
        "example: /api/set?a=1, b=2" => "prose";
    release "uint8": "`(introduced in 60.0)`, `(since firmware 60.0)`, `(seit Firmware 60.0)`",
        "state (introduced in 60.0)" => "since 60.0";
    release "uint8": "`, since firmware 60.0` at the end",
        "state, since 60.0" => "since 60.0";
    release "uint8": "`(removed in firmware 60.0)`, `(entfernt mit Firmware 60.0)`",
        "state (removed in firmware 60.0)" => "until 60.0";
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
        let least = facts.least.as_ref();
        let least = least.map(|fact| format!("at least {}", fact.value));
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
            least,
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
