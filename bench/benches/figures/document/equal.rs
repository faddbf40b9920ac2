//! The readings as a person would write them for serde.

use goe_api::Readings;
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
pub(super) struct Equal<'a> {
    r#mod: u8,
    rfb: i32,
    alw: bool,
    acu: i32,
    adi: bool,
    dwo: Option<f64>,
    tpa: f32,
    sse: &'a str,
    eto: u64,
    etop: u64,
    wifis: Vec<Wifi<'a>>,
    scas: u8,
    scan: Vec<Scan<'a>>,
    scaa: i64,
    wst: u8,
    wsms: u8,
    ccw: Option<Ccw<'a>>,
    host: Option<&'a str>,
    lwcf: bool,
    rssi: Option<i8>,
    lssfc: Option<i64>,
    lsstc: Option<i64>,
}

#[derive(Serialize)]
struct Wifi<'a> {
    ssid: &'a str,
    key: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Scan<'a> {
    ssid: &'a str,
    encryption_type: u8,
    rssi: i8,
    channel: u8,
    bssid: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ccw<'a> {
    ssid: &'a str,
    encryption_type: u8,
    pairwise_cipher: u8,
    group_cipher: u8,
    b: bool,
    g: bool,
    n: bool,
    lr: bool,
    wps: bool,
    ftm_responder: bool,
    ftm_initiator: bool,
    channel: u8,
    bssid: &'a str,
    ip: &'a str,
    netmask: &'a str,
    gw: &'a str,
    ipv6: Vec<&'a str>,
}

/// What is sent to change a network.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "it is only parsed")]
pub(super) struct Patch<'a> {
    ssid: Option<std::borrow::Cow<'a, str>>,
    key: Option<std::borrow::Cow<'a, str>>,
}

impl<'a> Equal<'a> {
    pub(super) fn of(readings: &'a Readings<'a>) -> Self {
        let wifi = |entry: &goe_api::WifisEntry<'a>| Wifi {
            ssid: entry.ssid.as_str(),
            key: entry.key,
        };
        let scan = |entry: &goe_api::ScanEntry<'a>| Scan {
            ssid: entry.ssid.as_str(),
            encryption_type: entry.encryption_type as u8,
            rssi: entry.rssi,
            channel: entry.channel,
            bssid: entry.bssid.as_str(),
        };
        Equal {
            r#mod: readings.r#mod,
            rfb: readings.rfb,
            alw: readings.alw,
            acu: readings.acu,
            adi: readings.adi,
            dwo: readings.dwo,
            tpa: readings.tpa,
            sse: readings.sse.as_str(),
            eto: readings.eto,
            etop: readings.etop,
            wifis: readings.wifis.iter().map(wifi).collect(),
            scas: readings.scas as u8,
            scan: readings.scan.iter().map(scan).collect(),
            scaa: readings.scaa,
            wst: readings.wst as u8,
            wsms: readings.wsms as u8,
            ccw: readings.ccw.as_ref().map(Ccw::of),
            host: readings.host.map(|host| host.as_str()),
            lwcf: readings.lwcf,
            rssi: readings.rssi,
            lssfc: readings.lssfc,
            lsstc: readings.lsstc,
        }
    }
}

impl<'a> Ccw<'a> {
    fn of(ccw: &'a goe_api::Ccw<'a>) -> Self {
        Ccw {
            ssid: ccw.ssid.as_str(),
            encryption_type: ccw.encryption_type as u8,
            pairwise_cipher: ccw.pairwise_cipher,
            group_cipher: ccw.group_cipher,
            b: ccw.b,
            g: ccw.g,
            n: ccw.n,
            lr: ccw.lr,
            wps: ccw.wps,
            ftm_responder: ccw.ftm_responder,
            ftm_initiator: ccw.ftm_initiator,
            channel: ccw.channel,
            bssid: ccw.bssid.as_str(),
            ip: ccw.ip.as_str(),
            netmask: ccw.netmask.as_str(),
            gw: ccw.gw.as_str(),
            ipv6: ccw.ipv6.iter().map(|text| text.as_str()).collect(),
        }
    }
}
