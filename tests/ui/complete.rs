use goe_api::runtime::{List, Text};
use goe_api::{Readings, Scas, WifisEntry, Wsms, Wst};

fn main() {
    let entry = WifisEntry {
        ssid: Text::cut(""),
        key: false,
    };
    let _ = Readings {
        hai: true,
        mce: false,
        mcu: Text::cut(""),
        mcr: false,
        mtp: Text::cut(""),
        mqg: true,
        mqcn: false,
        mqss: false,
        mcs: false,
        mcc: false,
        mcca: None,
        mlr: None,
        mlra: None,
        r#mod: 1,
        rfb: 0,
        alw: true,
        acu: 16,
        adi: false,
        dwo: None,
        tpa: 0.0,
        sse: Text::cut("000001"),
        eto: 0,
        etop: 0,
        wifis: [entry; 10],
        scas: Scas::None,
        scan: List::new(),
        scaa: 0,
        wst: Wst::IdleStatus,
        wsms: Wsms::None,
        ccw: None,
        host: None,
        lwcf: false,
        rssi: None,
        lssfc: None,
        lsstc: None,
    };
}
