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
    pub cn: [Option<String>; 2],
    pub nets: Option<Vec<Net>>,
    pub nrg: Option<Nrg>,
    pub others: Others,
}

crate::client_object!(Status, others { amp, state, cn: [c0n, c1n], nets, nrg }
    "amp" amp, "state" state, "c0n" c0n, "c1n" c1n, "nets" nets, "nrg" nrg,
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
pub struct Nrg {
    pub voltage: f64,
    pub current: f64,
}

crate::client_places!(Nrg, f64, 2: voltage, current);

static PROFILES: [Profile; 1] = [Profile::new(Access::ReadWrite, Category::Config, Type::ANY)];
static DESCRIPTORS: [Descriptor; 4] =
    Descriptor::table([("amp", 0), ("c0n", 0), ("c1n", 0), ("nets", 0)], &PROFILES);

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Key {
    Amp,
    C0n,
    C1n,
    Nets,
}

impl Key {
    const ALL: [Key; 4] = [Key::Amp, Key::C0n, Key::C1n, Key::Nets];

    fn name(self) -> &'static str {
        DESCRIPTORS[self as usize].name
    }
}

#[derive(Clone, PartialEq)]
pub enum Set {
    Amp(u8),
    Cn(Index<2>, String),
    Nets(Vec<NetPatch>),
}

crate::client_sets!(Set, Key: Amp, Nets, ; Cn[C0n C1n],);

const WHOLE: &str = r#"{"amp":16,"state":1,"c0n":"Anna","c1n":"ä\n","nets":[{"ssid":"home","key":true}],"nrg":[230.1000061,0]}"#;

#[test]
fn what_fits_has_its_type() {
    let status: Status = WHOLE.parse().expect("an object");
    assert_eq!(status.amp, Some(16));
    assert!(matches!(status.state, Some(Some(state)) if state == State::Busy));
    assert_eq!(status.cn, [Some("Anna".into()), Some("ä\n".into())]);
    let nets = status.nets.as_deref().unwrap_or_default();
    assert_eq!(nets.len(), 1);
    assert_eq!(
        (&nets[0].ssid, nets[0].key),
        (&Some("home".into()), Some(true))
    );
    assert_eq!(
        status.nrg.as_ref().map(|nrg| nrg.voltage),
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
        r#"{"amp":256,"c1n":7}"#,
        r#"{"state":9}"#,
        r#"{"nrg":[1,2,3]}"#,
        r#"{"nrg":[1,null]}"#,
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
            r#"{"zzz":1000.,"c1n":"b","c0n":"a"}"#,
            r#"{"c0n":"a","c1n":"b","zzz":1000}"#,
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
fn members_change() {
    let mut status: Status = r#"{"amp":16,"zzz":1}"#.parse().expect("an object");
    let json = |text| JsonText::new(text).expect("JSON");
    status.put("amp", &json("\"x\""));
    status.put("c1n", &json("\"b\""));
    status.put("zzz", &json("2"));
    assert_eq!(status.amp, None);
    assert_eq!(status.to_string(), r#"{"amp":"x","c1n":"b","zzz":2}"#);
    assert_eq!(status.get("amp"), Some(json("\"x\"")));
    status.put("amp", &json("6"));
    status.remove("c1n");
    status.remove("zzz");
    assert_eq!(
        (status.amp, status.to_string()),
        (Some(6), r#"{"amp":6}"#.into())
    );
    assert_eq!(
        (status.get("amp"), status.get("c1n")),
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
            Set::Cn(Index::at::<1>(), "b\"".into()),
            Key::C1n,
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
