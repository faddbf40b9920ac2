//! The two ways in which readings become JSON mean the same: the firmware's own
//! and serde's, which tools on a host use. And whatever the readings are, they
//! fit the document.

use goe_api::runtime::{List, RawJson, Text};
use goe_api::{
    Acs, Car, Ccw, Cus, DESCRIPTORS, Document, ErrValue, Ffb, Frc, Ids, Key, Lck, Lmo, ModelStatus,
    Psm, REGISTRY, Readings, ScanEncryptionType, ScanEntry, Scas, Tds, Ust, WifisEntry, Wsms, Wst,
};
use proptest::prelude::*;
use serde_json::Value;

/// What texts are borrowed from: any characters, cut to any bound.
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

/// JSON of no described shape: short, or as long as may be.
fn raw(number: u8) -> RawJson<'static, 256> {
    const LONGEST: &str = concat!(
        "[11111111,11111111,11111111,11111111,11111111,11111111,11111111,",
        "222222222,222222222,222222222,222222222,222222222,222222222,2222,",
        "333333333,333333333,333333333,333333333,333333333,333333333,3333,",
        "44444444,44444444,44444444,44444444,44444444,44444]",
    );
    let json = if number > 127 {
        LONGEST
    } else {
        "[6,16.5,null]"
    };
    RawJson::new(json).expect("JSON of at most 256 bytes")
}

type Numbers = (u8, i32, u64, i64, f64, f32, i8, bool);

fn readings<'a>(words: &'a Words, numbers: Numbers) -> Readings<'a> {
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
        fna: text(words, 5),
        oem: text(words, 6),
        typ: text(words, 7),
        var: small,
        fwv: text(words, 0),
        rbc: u32::MAX,
        rbt: time,
        utc: text(words, 1),
        loc: text(words, 2),
        tof: int,
        tds: Tds::AustralianDaylightTime,
        lbr: small,
        lse: flag,
        cid: text(words, 3),
        cwc: text(words, 4),
        cch: text(words, 5),
        cfi: text(words, 6),
        clp: raw(small),
        acs: Acs::Evcms,
        trx: flag.then_some(small % 11),
        c0n: text(words, 0),
        c1n: text(words, 1),
        c2n: text(words, 2),
        c3n: text(words, 3),
        c4n: text(words, 4),
        c5n: text(words, 5),
        c6n: text(words, 6),
        c7n: text(words, 7),
        c8n: text(words, 8),
        c9n: text(words, 9),
        c0e: large,
        c1e: large,
        c2e: large,
        c3e: large,
        c4e: large,
        c5e: large,
        c6e: large,
        c7e: large,
        c8e: large,
        c9e: large,
        c0i: flag,
        c1i: flag,
        c2i: flag,
        c3i: flag,
        c4i: flag,
        c5i: flag,
        c6i: flag,
        c7i: flag,
        c8i: flag,
        c9i: flag,
        lmo: Lmo::NextTrip,
        fup: flag,
        awe: !flag,
        awp: float,
        ids: flag.then_some(Ids {
            p_grid: float,
            p_pv: Some(float),
            p_akku: None,
        }),
        pgrid: flag.then_some(float),
        ppv: flag.then_some(float),
        pakku: flag.then_some(float),
        inva: flag.then_some(time),
        pgt: float,
        fst: float,
        spl3: float,
        fmt: int.rem_euclid(86_400_001),
        mca: small % 33,
        psm: Psm::Force3,
        mpwst: int.rem_euclid(86_400_001),
        mptwt: int.rem_euclid(86_400_001),
        frc: Frc::On,
        amp: small % 33,
        ama: small % 33,
        cbl: flag.then_some(int),
        amt: int,
        model_status: ModelStatus::NotChargingBecauseFailsafeLimit,
        lmsc: time,
        alwt: i64::MIN,
        car: flag.then_some(Car::Initializing),
        err: flag.then_some(ErrValue::RdcSelfTestFailed),
        wh: double,
        nrg: raw(small),
        pha: flag.then(|| raw(small)),
        pnp: small,
        fhz: flag.then_some(float),
        tma: raw(small),
        lccfi: flag.then_some(time),
        lccfc: None,
        lcctc: flag.then_some(i64::MIN),
        ust: Ust::AlwaysLock,
        lck: Lck::ForceUnlock,
        cus: Cus::LockUnlockPowerout,
        ffb: Ffb::ProblemUnlock,
        hai: flag,
        mce: !flag,
        mcu: text(words, 5),
        mcr: flag,
        mtp: text(words, 6),
        mhe: flag,
        mht: text(words, 6),
        mqg: flag,
        mqcn: flag,
        mqss: flag,
        mcs: flag,
        mcc: flag,
        mcca: flag.then_some(time),
        mlr: flag.then(|| text(words, 7)),
        mlra: flag.then_some(time),
        r#mod: small,
        rfb: int,
        alw: flag,
        acu: -int.saturating_abs(),
        adi: !flag,
        dwo: flag.then_some(double),
        tpa: float,
        sse: text(words, 3),
        eto: large,
        etop: u64::MAX,
        wifis: [entry; 10],
        scas: Scas::Failed,
        scan: list(scanned, usize::from(small)),
        scaa: time,
        wst: Wst::NoShield,
        wsms: Wsms::Connected,
        ccw: flag.then(|| ccw(words, small)),
        host: flag.then(|| text(words, 4)),
        lwcf: flag,
        rssi: flag.then_some(level),
        lssfc: flag.then_some(i64::MIN),
        lsstc: flag.then_some(time),
    }
}

/// Numbers are equal when their values are, however they are spelled.
fn same(ours: &Value, serde: &Value) -> bool {
    match (ours, serde) {
        (Value::Number(a), Value::Number(b)) => {
            a.as_u64().is_some() && a.as_u64() == b.as_u64()
                || a.as_i64().is_some() && a.as_i64() == b.as_i64()
                || a.as_f64() == b.as_f64()
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

proptest! {
    #[test]
    fn both_serializers_mean_the_same(words in words(), numbers in any::<Numbers>()) {
        let readings = readings(&words, numbers);
        let mut document = Document::new();
        document.render(&readings);
        let view = document.view(&REGISTRY);
        let ours: Value = serde_json::from_slice(view.full())?;
        // An f32 is written with the digits that read back as that f32.
        let mut serde: Value = serde_json::to_value(&readings)?;
        let single = |float: f32| serde_json::from_str::<Value>(&float.to_string());
        let floats = [
            ("tpa", Some(readings.tpa)),
            ("fhz", readings.fhz),
            ("awp", Some(readings.awp)),
            ("pgrid", readings.pgrid),
            ("ppv", readings.ppv),
            ("pakku", readings.pakku),
            ("pgt", Some(readings.pgt)),
            ("fst", Some(readings.fst)),
            ("spl3", Some(readings.spl3)),
        ];
        for (key, float) in floats {
            if let Some(float) = float.filter(|float| float.is_finite()) {
                serde[key] = single(float)?;
            }
        }
        if let Some(ids) = readings.ids.filter(|ids| ids.p_grid.is_finite()) {
            serde["ids"]["pGrid"] = single(ids.p_grid)?;
            serde["ids"]["pPv"] = single(ids.p_grid)?;
        }
        prop_assert!(same(&ours, &serde), "{ours}\n{serde}");
        for key in Key::ALL {
            let entry = view.entry(key.index()).map_or(0, <[u8]>::len);
            prop_assert!(entry < DESCRIPTORS[key as usize].entry_bound().max(1), "{key:?}");
        }
        // Rendered over itself and over something else, it is the same again.
        let before = view.full().to_vec();
        prop_assert!(document.render(&readings).is_empty());
        let other = Words::from_iter((0..8).map(|_| String::new()));
        document.render(&self::readings(&other, (0, 0, 0, 0, 0.0, 0.0, 0, false)));
        document.render(&readings);
        prop_assert_eq!(document.view(&REGISTRY).full(), before);
    }

    /// Setting what was read gives what was read.
    #[test]
    fn a_float_reads_back_as_it_was_written(value in any::<f64>()) {
        prop_assume!(value.is_finite());
        let mut buffer = [0; 64];
        let mut out = goe_api::runtime::Out::new(&mut buffer);
        out.value(&value);
        let json = std::str::from_utf8(out.written().unwrap_or_default())?;
        let write = goe_api::Write::parse(Key::Dwo, json);
        let Ok(goe_api::Write::Dwo(Some(read))) = write else {
            return Err(TestCaseError::fail(format!("{json}: {write:?}")));
        };
        prop_assert_eq!(read.to_bits(), value.to_bits(), "{}", json);
    }
}
