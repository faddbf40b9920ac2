//! The two ways in which readings become JSON mean the same: the firmware's own
//! and serde's, which tools on a host use. And whatever the readings are, they
//! fit the document.

use goe_api::runtime::{List, Text};
use goe_api::{
    Car, Ccw, DESCRIPTORS, Document, Ids, Key, ModelStatus, REGISTRY, Readings, ScanEncryptionType,
    ScanEntry, Tds, WifisEntry,
};
use goe_firmware::charger::{Charger, Counters, Identity};
use proptest::prelude::*;
use serde_json::Value;

/// The source of borrowed texts: any characters, cut to any bound.
type Words = Vec<String>;

fn words() -> impl Strategy<Value = Words> {
    prop::collection::vec("\\PC{0,20}|[\\x00-\\x1f\"\\\\]{0,70}|.{0,70}", 8)
}

fn text<const N: usize>(words: &Words, index: usize) -> Text<'_, N> {
    Text::cut(&words[index % words.len()])
}

fn list<T: Copy, const N: usize>(item: T, count: usize) -> List<T, N> {
    std::iter::repeat_n(item, count.min(N)).collect()
}

fn ccw(words: &Words, number: u8) -> Ccw<'_> {
    Ccw {
        ssid: text(words, 1),
        encryption_type: ScanEncryptionType::WpaWpa2Psk,
        pairwise_cipher: number,
        group_cipher: 0,
        b: true,
        g: false,
        n: true,
        lr: false,
        wps: false,
        ftm_responder: number > 9,
        ftm_initiator: false,
        channel: number,
        bssid: text(words, 2),
        ip: text(words, 3),
        netmask: text(words, 4),
        gw: text(words, 5),
        ipv6: list(text(words, 6), usize::from(number)),
    }
}

type Numbers = (u8, i32, u64, i64, f64, f32, i8, bool);

/// Readings that hold each type of the table in any of its values, beside those
/// of a charger at rest: a further key changes nothing here.
fn readings<'a>(charger: &'a Charger, words: &'a Words, numbers: Numbers) -> Readings<'a> {
    let (small, int, large, time, double, float, level, flag) = numbers;
    let entry = WifisEntry {
        ssid: text(words, 0),
        key: flag,
    };
    let scanned = ScanEntry {
        ssid: text(words, 1),
        encryption_type: ScanEncryptionType::Open,
        rssi: level,
        channel: small,
        bssid: text(words, 2),
    };
    Readings {
        // Texts of all bounds.
        fna: text(words, 5),
        utc: text(words, 1),
        cid: text(words, 3),
        sse: text(words, 3),
        mcu: text(words, 5),
        mtp: text(words, 6),
        mlr: flag.then(|| text(words, 7)),
        host: text(words, 4),
        // Whole numbers.
        mca: small % 33,
        rbc: u32::MAX,
        rbt: time,
        tof: int,
        cbl: flag.then_some(int),
        acu: Some(-int.saturating_abs()),
        trx: flag.then_some(small % 11),
        amp: small % 33,
        alwt: i64::MIN,
        lccfi: flag.then_some(time),
        lccfc: None,
        lssfc: flag.then_some(i64::MIN),
        eto: large,
        etop: u64::MAX,
        rssi: flag.then_some(level),
        // Truth values.
        lse: flag,
        alw: !flag,
        // Those with names.
        tds: Tds::AustralianDaylightTime,
        model_status: ModelStatus::NotChargingBecauseFailsafeLimit,
        car: flag.then_some(Car::Initializing),
        // With fractions.
        wh: double,
        dwo: flag.then_some(double),
        awp: float,
        fhz: flag.then_some(float),
        // Lists, full ones, and families.
        clp: list(small % 33, usize::from(small % 7)),
        nrg: std::array::from_fn(|at| if at % 2 == 0 { float } else { -float / 3.0 }),
        pha: flag.then_some([true, false, flag, !flag, true, false]),
        tma: [float, f32::MIN],
        cn: std::array::from_fn(|at| text(words, at)),
        ce: std::array::from_fn(|at| large >> at),
        ci: std::array::from_fn(|at| flag ^ (at % 3 == 0)),
        // Objects, also in lists.
        ids: flag.then_some(Ids {
            p_grid: float,
            p_pv: Some(float),
            p_akku: None,
        }),
        wifis: [entry; 10],
        scan: list(scanned, usize::from(small)),
        ccw: flag.then(|| ccw(words, small)),
        ..charger.readings()
    }
}

/// Numbers are equal when their values are, however they are spelled: to the ten digits
/// that a charger prints.
fn same(ours: &Value, serde: &Value) -> bool {
    match (ours, serde) {
        (Value::Number(a), Value::Number(b)) => {
            a.as_u64().is_some() && a.as_u64() == b.as_u64()
                || a.as_i64().is_some() && a.as_i64() == b.as_i64()
                || matches!((a.as_f64(), b.as_f64()), (Some(a), Some(b)) if is_near(a, b))
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => ours == serde,
    }
}

/// Half a unit of the tenth digit, and a whole one among the largest doubles.
fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() <= a.abs() * 1e-9 + f64::from_bits(1)
}

fn charger() -> Charger {
    let identity = Identity::new("000001", 1).expect("a serial number");
    Charger::new(identity, Counters::default())
}

proptest! {
    #[test]
    fn both_serializers_mean_the_same(words in words(), numbers in any::<Numbers>()) {
        let charger = charger();
        let readings = readings(&charger, &words, numbers);
        let mut document = Document::new();
        document.render(&readings);
        let view = document.view(&REGISTRY);
        let ours: Value = serde_json::from_slice(view.full())?;
        let serde = serde_json::to_value(&readings)?;
        prop_assert!(same(&ours, &serde), "{ours}\n{serde}");
        for key in Key::ALL {
            let entry = view.entry(key.index()).map_or(0, <[u8]>::len);
            prop_assert!(entry < DESCRIPTORS[key as usize].entry_bound().max(1), "{key:?}");
        }
        // Rendered over itself and over something else, it is the same again.
        let before = view.full().to_vec();
        prop_assert!(document.render(&readings).is_empty());
        let other = Words::from_iter((0..8).map(|_| String::new()));
        document.render(&self::readings(&charger, &other, (0, 0, 0, 0, 0.0, 0.0, 0, false)));
        document.render(&readings);
        prop_assert_eq!(document.view(&REGISTRY).full(), before);
    }

    /// Flash loses nothing of what was written.
    #[test]
    fn a_float_is_stored_as_it_was_written(value in any::<f64>()) {
        prop_assume!(value.is_finite());
        let mut buffer = [0; 64];
        let mut out = goe_api::runtime::Out::exact(&mut buffer);
        out.value(&value);
        let json = std::str::from_utf8(out.written().unwrap_or_default())?;
        let write = goe_api::Write::parse(Key::Dwo, json);
        let Ok(goe_api::Write::Dwo(Some(read))) = write else {
            return Err(TestCaseError::fail(format!("{json}: {write:?}")));
        };
        prop_assert_eq!(read.to_bits(), value.to_bits(), "{}", json);
    }
}
