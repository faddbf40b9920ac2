//! The program against what real chargers said, of firmware that is older than the table.

mod support;

use std::fs;
use std::path::Path;

use serde_json::{Map, Value};
use support::{Served, ask};

/// What a charger said of each key; `[...]` is what its owner took out.
fn recorded(text: &str) -> Map<String, Value> {
    let said = text.lines().filter_map(|line| {
        let (topic, json) = line.split_once(' ')?;
        let key = topic.rsplit('/').next()?;
        let json = json.replace("[...]", "[]");
        Some((key.to_owned(), serde_json::from_str(&json).ok()?))
    });
    said.collect()
}

#[test]
#[ignore = "needs ../shared"]
fn real_chargers_of_the_shared_recordings_are_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/recordings");
    let mut count = 0;
    for file in fs::read_dir(folder).expect("the recordings") {
        let path = file.expect("a file").path();
        let text = fs::read_to_string(&path).expect("text");
        let real = recorded(&text);
        assert!(real.len() > 60, "{}: {} keys", path.display(), real.len());
        let served = Served::status(&Value::Object(real.clone()).to_string());
        let read = |args: &[&str]| {
            let said = ask(&served, args);
            assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{args:?}");
            said.out
        };
        let all: Map<String, Value> =
            serde_json::from_str(&read(&["status", "--json"])).expect("JSON");
        assert_eq!(all, real);
        let people = read(&["status", "--all"]);
        for (key, value) in &real {
            assert!(
                people.lines().any(|line| line.starts_with(key.as_str())),
                "{key}"
            );
            let got = read(&["get", key]);
            let got = match value {
                Value::String(_) => Value::from(got.trim_end_matches('\n')),
                _ => serde_json::from_str(&got).expect("JSON"),
            };
            assert_eq!(&got, value, "{key}");
        }
        for args in [
            &["status"][..],
            &["export", "--csv"],
            &["export", "--prometheus"],
        ] {
            assert!(read(args).lines().count() > 10, "{args:?}");
        }
        // Older firmware has a few values in another form, and that is what it finds.
        let report = ask(&served, &["doctor"]);
        println!("{}:\n{}", path.display(), report.out);
        assert!(
            report.out.contains("are what the table says"),
            "{}",
            report.out
        );
        let odd = report
            .out
            .lines()
            .filter(|line| line.starts_with("bad   value"))
            .count();
        assert!(odd < 5, "{}", report.out);
        count += 1;
    }
    assert!(count > 1, "{count} recordings");
}
