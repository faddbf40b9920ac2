//! What the scripts of the page know of the API besides what is written on it: where to
//! read and to set, and which words mean which unit.

use goe_runtime::Unit;

use super::intro::can_read;
use crate::{
    api::{Api, Key, Part, Route},
    emit::{
        docs::{Documents, named_places},
        json::{self, Lines, Map, object},
    },
    model::{HttpAction, MqttAction},
};

/// As JSON that can stand in a script.
pub(super) fn json(documents: &Documents<'_>) -> String {
    let api = documents.api;
    let fills = documents.placeholder_keys().into_iter();
    let data = object! {
        "title": documents.title(),
        "status"?: route(api, HttpAction::Status).filter(|_| can_read(api)),
        "set"?: route(api, HttpAction::Set),
        "state"?: topic(api, MqttAction::State),
        "want"?: topic(api, MqttAction::Set),
        "fills": fills.collect::<Map<_, _>>(),
        "units": units(api),
        "alike": alike(documents),
    };
    let text = json::document(&data, &Lines(&[]));
    text.trim_end().replace('<', "\\u003c")
}

fn route(api: &Api<'_>, action: HttpAction) -> Option<impl serde::Serialize> {
    let wanted = |route: &&Route<'_>| {
        // All of the status is read by GET; a set names its keys.
        route.action == action
            && match action {
                HttpAction::Status => route.method == "GET",
                HttpAction::Set => !route.query.is_empty(),
                HttpAction::Socket => true,
            }
    };
    let route = api.routes.iter().find(wanted)?;
    Some(object! { "method": route.method, "path": route.path, "query": route.query })
}

fn topic<'a>(api: &'a Api<'_>, action: MqttAction) -> Option<&'a str> {
    let mut topics = api.topics.iter();
    let topic = topics.find(|topic| topic.action == action && topic.has_key())?;
    Some(topic.text)
}

/// Words for the same thing, of which a spec mostly has one.
const ALIKE: &[&str] = &[
    "solar photovoltaic pv", "wifi wlan wireless", "battery accumulator", "colour color",
    "socket outlet", "begin start", "stop end", "restart reboot boot", "price cost tariff",
];

/// Those of which the spec has a word.
fn alike(documents: &Documents<'_>) -> Vec<&'static str> {
    let api = documents.api;
    let keys = api.keys.iter();
    let keys = keys.flat_map(|key| key.about.iter().copied().chain([key.value.description]));
    let parts = api.chapters.iter().flat_map(|chapter| &chapter.parts);
    let prose = parts.filter_map(|part| match part {
        Part::Prose(text) => Some(*text),
        _ => None,
    });
    let texts: Vec<String> = keys.chain(prose).map(str::to_lowercase).collect();
    let has = |word: &str| {
        let mut words = texts
            .iter()
            .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
        words.any(|known| known == word)
    };
    let groups = ALIKE.iter().copied();
    groups.filter(|words| words.split(' ').any(has)).collect()
}

/// The words that people search a unit by, of those that there are.
fn units(api: &Api<'_>) -> Map<&'static str, String> {
    let used = |unit: Unit| {
        let positions = |key: &Key<'_>| {
            let list = named_places(&key.value);
            list.is_some_and(|list| {
                let units = list
                    .positions
                    .iter()
                    .filter_map(|place| place.unit.as_ref());
                units.into_iter().any(|at| at.value == unit)
            })
        };
        let fields = |key: &Key<'_>| {
            let shape = key.value.shaped();
            shape.is_some_and(|(shape, _)| {
                shape
                    .fields
                    .iter()
                    .any(|field| field.value.unit == Some(unit))
            })
        };
        let mut keys = api.keys.iter();
        keys.any(|key| key.value.unit == Some(unit) || positions(key) || fields(key))
    };
    let units = Unit::ALL.iter().copied().filter(|unit| used(*unit));
    units.map(|unit| (unit.symbol(), words(unit))).collect()
}

/// `kilowatt hours energy`.
fn words(unit: Unit) -> String {
    let mut words = String::new();
    for letter in unit.name().chars() {
        if letter.is_uppercase() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    let quantity = match unit {
        Unit::Amperes | Unit::Milliamperes => "current",
        Unit::Celsius => "temperature degrees",
        Unit::Cents => "price",
        Unit::Decibels => "signal",
        Unit::Hertz => "frequency",
        Unit::KilowattHours | Unit::MilliwattHours | Unit::WattHours => "energy",
        Unit::Kilowatts | Unit::Milliwatts | Unit::Watts => "power",
        Unit::Hours | Unit::Microseconds | Unit::Milliseconds | Unit::Minutes | Unit::Seconds => {
            "time duration"
        }
        Unit::Millivolts | Unit::Volts => "voltage",
        Unit::Percent => "share",
        Unit::PercentPerSecond => "rate",
        Unit::RevolutionsPerMinute => "speed",
    };
    format!("{} {quantity}", words.trim_start())
}
