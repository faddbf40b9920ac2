//! Values of real chargers: each is read, or kept as it came; none is lost.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use goe_client::{JsonText, Members, Status};
use serde_json::Value;

/// The last value of each key of a recording of MQTT: a topic and a text each line. What
/// was made unreadable before it was published is left out.
fn recorded(name: &str) -> BTreeMap<String, JsonText> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/recordings");
    let text = fs::read_to_string(folder.join(name)).expect("a recording");
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    let values = lines.filter_map(|(topic, value)| {
        let (_, key) = topic.rsplit_once('/')?;
        Some((key.to_owned(), JsonText::new(value).ok()?))
    });
    values.collect()
}

/// Of each recording what has not the type of the table: keys that are none of it, and
/// what older firmware had in another form.
#[test]
#[ignore = "needs ../shared"]
fn shared_recordings_are_read_or_kept() {
    for (name, keys, others) in [
        ("mqtt-firmware-053.1.log", 67, &["bac"][..]),
        ("mqtt-firmware-056.2.log", 113, &[]),
    ] {
        let recorded = recorded(name);
        let members = recorded.iter();
        let members: Vec<_> = members
            .map(|(key, json)| format!("\"{key}\":{json}"))
            .collect();
        let status: Status = format!("{{{}}}", members.join(","))
            .parse()
            .expect("an object");
        for (key, json) in &recorded {
            let kept = status.get(key).expect("it is kept");
            let value = |json: &JsonText| -> Value { serde_json::from_str(json).expect("JSON") };
            assert_eq!(value(&kept), value(json), "{name}: {key}");
        }
        assert_eq!(status.entries().len(), recorded.len());
        let left: Vec<&str> = status.others.keys().map(String::as_str).collect();
        assert_eq!((recorded.len(), left.as_slice()), (keys, others), "{name}");
    }
}
