use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::*;
use crate::Index;
use crate::descriptor::{Access, Category, Descriptor, Profile, Type};

crate::named_values!(/** State. */ State: Idle: 0 "Idle", Busy: 1 "Busy");

#[derive(Clone, Default, PartialEq)]
pub struct Status {
    pub amp: Option<u8>,
    pub state: Option<Option<OneOf<State>>>,
    pub names: Family<String, 2>,
    pub nets: Option<Vec<Net>>,
    pub meter: Option<Meter>,
    pub others: Others,
}

crate::client_object!(Status, others { amp, state, names: Family([name0, name1]), nets, meter }
    "amp" amp, "state" state, "name0" name0, "name1" name1, "nets" nets, "meter" meter,
);

#[derive(Clone, Default, PartialEq)]
pub struct Net {
    pub ssid: Option<String>,
    pub key: Option<bool>,
    pub others: Others,
}

crate::client_object!(Net, others { ssid, key } "ssid" ssid, "key" key);

#[derive(Clone, Default, PartialEq)]
pub struct NetPatch {
    pub key: Option<Option<String>>,
    pub others: Others,
}

crate::client_patch!(NetPatch, others { key } "key" key);

#[derive(Clone, Debug, PartialEq)]
pub struct Meter {
    pub voltage: f64,
    pub current: f64,
}

crate::client_positions!(Meter, f64, 2: voltage, current);

static PROFILES: [Profile; 1] = [Profile::new(Access::ReadWrite, Category::Config, Type::ANY)];
static DESCRIPTORS: [Descriptor; 4] = Descriptor::table(
    [("amp", 0), ("name0", 0), ("name1", 0), ("nets", 0)],
    &PROFILES,
);

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Key {
    Amp,
    Name0,
    Name1,
    Nets,
}

impl Key {
    const ALL: [Key; 4] = [Key::Amp, Key::Name0, Key::Name1, Key::Nets];

    fn name(self) -> &'static str {
        DESCRIPTORS[self as usize].name
    }
}

#[derive(Clone, PartialEq)]
pub enum Set {
    Amp(u8),
    Names(Index<2>, String),
    Nets(Vec<NetPatch>),
}

crate::client_sets!(Set, Key: Amp, Nets, ; Names[Name0 Name1],);

const WHOLE: &str = r#"{"amp":16,"state":1,"name0":"Anna","name1":"ä\n","nets":[{"ssid":"home","key":true}],"meter":[230.1000061,0]}"#;

#[test]
fn what_fits_has_its_type() {
    let status: Status = WHOLE.parse().expect("an object");
    assert_eq!(status.amp, Some(16));
    assert!(matches!(status.state, Some(Some(state)) if state == State::Busy));
    assert_eq!(*status.names, [Some("Anna".into()), Some("ä\n".into())]);
    let nets = status.nets.as_deref().unwrap_or_default();
    assert_eq!(nets.len(), 1);
    assert_eq!(
        (&nets[0].ssid, nets[0].key),
        (&Some("home".into()), Some(true))
    );
    assert_eq!(
        status.meter.as_ref().map(|meter| meter.voltage),
        Some(230.100_006_1)
    );
    assert!(status.others.is_empty());
    assert_eq!(status.to_string(), WHOLE);
}

/// Absent, null, of another type, unknown, more of it, and twice: the object is the same
/// again.
#[test]
fn nothing_is_lost() {
    for json in [
        "{}",
        r#"{"state":null}"#,
        r#"{"amp":null}"#,
        r#"{"amp":256,"name1":7}"#,
        r#"{"state":9}"#,
        r#"{"meter":[1,2,3]}"#,
        r#"{"meter":[1,null]}"#,
        r#"{"nets":[{"ssid":"x","key":1,"more":[{"a":1e999}]}]}"#,
        r#"{"nets":{"ssid":"x"}}"#,
        r#"{"zzz":18446744073709551616,"ä\"":[]}"#,
    ] {
        let status: Status = json.parse().expect(json);
        assert_eq!(status.to_string(), json);
    }
    for (json, again) in [
        (r#" { "amp" : 6 , "amp" : 300 } "#, r#"{"amp":300}"#),
        (r#"{"amp":300,"amp":6}"#, r#"{"amp":6}"#),
        (
            r#"{"zzz":1000.,"name1":"b","name0":"a"}"#,
            r#"{"name0":"a","name1":"b","zzz":1000}"#,
        ),
    ] {
        let status: Status = json.parse().expect(json);
        assert_eq!(status.to_string(), again);
    }
    for wrong in ["", "[]", "1", "{\"amp\":}", "{} x"] {
        assert!(wrong.parse::<Status>().is_err(), "{wrong}");
    }
}

#[test]
fn a_number_without_a_name_is_kept() {
    assert_eq!(OneOf::read("1"), Some(OneOf::Named(State::Busy)));
    assert_eq!(OneOf::<State>::read("7"), Some(OneOf::Number(7)));
    assert_eq!(State::read("7"), None);
    assert_eq!(text(&OneOf::<State>::Number(7)).as_str(), "7");
    assert!(OneOf::Named(State::Busy) == State::Busy && OneOf::Number(0) != State::Busy);
    let shown = std::format!("{:?}", [OneOf::from(State::Idle), OneOf::Number(9)]);
    assert_eq!(shown, "[Idle, 9]");
}

#[test]
fn members_change() {
    let mut status: Status = r#"{"amp":16,"zzz":1}"#.parse().expect("an object");
    let json = |text| JsonText::new(text).expect("JSON");
    status.put("amp", &json("\"x\""));
    status.put("name1", &json("\"b\""));
    status.put("zzz", &json("2"));
    assert_eq!(status.amp, None);
    assert_eq!(status.to_string(), r#"{"amp":"x","name1":"b","zzz":2}"#);
    assert_eq!(status.get("amp"), Some(json("\"x\"")));
    status.put("amp", &json("6"));
    status.remove("name1");
    status.remove("zzz");
    assert_eq!(
        (status.amp, status.to_string()),
        (Some(6), r#"{"amp":6}"#.into())
    );
    assert_eq!(
        (status.get("amp"), status.get("name1")),
        (Some(json("6")), None)
    );
}

#[test]
fn a_set_is_its_key_and_its_json() {
    let patch = NetPatch {
        key: Some(Some("hunter22".into())),
        ..NetPatch::default()
    };
    let forget = NetPatch {
        key: Some(None),
        ..NetPatch::default()
    };
    for (set, key, json) in [
        (Set::Amp(16), Key::Amp, "16"),
        (
            Set::Names(Index::at::<1>(), "b\"".into()),
            Key::Name1,
            r#""b\"""#,
        ),
        (
            Set::Nets(vec![NetPatch::default(), patch, forget]),
            Key::Nets,
            r#"[{},{"key":"hunter22"},{"key":null}]"#,
        ),
    ] {
        assert_eq!((set.key(), set.json().as_str()), (key, json));
        let shown = std::format!("{set:?}");
        assert_eq!(shown, std::format!("Set({})", key.name()));
    }
}

#[test]
fn secrets_are_not_shown() {
    let patch: NetPatch = r#"{"key":"hunter22"}"#.parse().expect("an object");
    assert_eq!(std::format!("{patch:?}"), "NetPatch(..)");
}
