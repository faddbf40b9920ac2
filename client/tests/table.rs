//! The types of clients against the table they are made of, and against anything at all.

use goe_client::api::Write;
use goe_client::{JsonText, Key, Members, Status};
use proptest::prelude::*;
use serde_json::{Map, Number, Value};

#[test]
fn a_status_has_every_key_that_can_be_read() {
    let status = Status::default();
    let fields: Vec<&str> = status.fields().iter().map(|(name, _)| *name).collect();
    let keys = Key::ALL.iter();
    let readable: Vec<&str> = keys
        .filter(|key| key.descriptor().access.readable())
        .map(|key| key.name())
        .collect();
    assert_eq!(fields, readable);
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        (-10_i64..40).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        // As many digits as devices print: serde_json reads longer ones not quite exactly. A
        // whole one with a fraction is the same number, and not the same `Value`.
        (any::<i32>(), 1..9).prop_filter_map("whole", |(digits, places)| {
            let real = f64::from(digits) / 10_f64.powi(places);
            let number = Number::from_f64(real)?;
            (real.fract() != 0.0).then_some(Value::Number(number))
        }),
        "\\PC{0,6}".prop_map(Value::String),
        "[a-zäß\\\\\"\u{0}-\u{1f}]{0,6}".prop_map(Value::String),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let members = (
            prop_oneof![
                Just("name".to_owned()),
                Just("energy".to_owned()),
                Just("ssid".to_owned()),
                "\\PC{0,4}",
            ],
            inner.clone(),
        );
        prop_oneof![
            prop::collection::vec(inner, 0..17).prop_map(Value::Array),
            prop::collection::vec(members, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn object() -> impl Strategy<Value = Map<String, Value>> {
    let name = prop_oneof![
        8 => prop::sample::select(Key::ALL.as_slice()).prop_map(|key| key.name().to_owned()),
        1 => "\\PC{0,4}",
    ];
    let members = prop::collection::vec((name, value()), 0..12);
    members.prop_map(|members| members.into_iter().collect())
}

/// A double holds each of its numbers; one that it does not hold is kept as text.
fn is_exact(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_f64().is_some_and(|real| real.abs() < 9e15),
        Value::Array(all) => all.iter().all(is_exact),
        _ => true,
    }
}

proptest! {
    /// Whatever an object says is there again, over text and over serde, and member by
    /// member.
    #[test]
    fn nothing_is_lost(object in object()) {
        let text = Value::Object(object.clone()).to_string();
        let status: Status = text.parse().expect("an object");
        let again: Map<String, Value> = serde_json::from_str(&status.to_string()).expect("JSON");
        prop_assert_eq!(&again, &object);
        let by_serde: Status = serde_json::from_str(&text).expect("an object");
        prop_assert_eq!(&by_serde, &status);
        let packed = rmp_serde::to_vec(&status).expect("packs");
        let unpacked: Status = rmp_serde::from_slice(&packed).expect("unpacks");
        prop_assert_eq!(&unpacked, &status);
        let mut put = Status::default();
        for (name, json) in status.entries() {
            put.put(name, &json);
        }
        prop_assert_eq!(put, status);
    }

    /// What the table takes as a write has the type of the field that reads it, as far as
    /// it is read as it is written.
    #[test]
    fn what_can_be_set_can_be_read(key in prop::sample::select(Key::ALL.as_slice()), value in value()) {
        let descriptor = key.descriptor();
        let text = value.to_string();
        let is_same = descriptor.access.readable() && descriptor.read == descriptor.write;
        if is_same && is_exact(&value) && descriptor.read.shape().is_none() && Write::parse(key, &text).is_ok() {
            let mut status = Status::default();
            status.put(key.name(), &JsonText::new(&text).expect("JSON"));
            prop_assert!(status.others.is_empty(), "{}: {}", key.name(), text);
        }
    }
}
