//! Modbus TCP: every register beside the key that it is of, writes, refusals, bytes of all
//! kinds, and who is served.

mod support;

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use serde_json::{Value, json};
use support::modbus::{Master, frame, low_first};
use support::{Board, Charger, Options, SOON, board};

/// A charger whose registers are served.
fn start() -> (Charger, Master) {
    started(Options::args(&["--modbus", "127.0.0.1:0"]))
}

fn started(options: Options) -> (Charger, Master) {
    let charger = options.start();
    if board() == Board::Qemu {
        // It is told by its setting alone, and QEMU takes clients before it listens, which
        // nothing tells of.
        assert_eq!(charger.set("men", "true").status, 200);
        let listens = (0..1000).any(|_| master(&charger).is_served());
        assert!(listens, "nobody listens");
    }
    let master = master(&charger);
    (charger, master)
}

fn master(charger: &Charger) -> Master {
    Master::open(charger.modbus.expect("an address"))
}

/// A port that nobody has.
fn free() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}

/// What stands in the registers of a value.
#[derive(Clone, Copy, Debug)]
enum As {
    U16,
    U32,
    Double,
    Ascii,
    Hex,
    Address,
    Bits,
    Not,
}

use As::{Address, Ascii, Bits, Double, Hex, Not, U16, U32};

/// Function, first register, how many, what stands there, where it is in the status, the
/// factor, and the number that stands for null.
type Row = (u8, u16, u16, As, &'static str, f64, f64);

const INF: f64 = f64::INFINITY;

/// Written from the page that the vendor has about it, and from nothing of this project.
const PAGE: &[Row] = &[
    (3, 200, 1, U16, "/alw", 1.0, 0.0),
    (3, 201, 1, U16, "/acs", 1.0, 0.0),
    (3, 204, 1, U16, "/ust", 1.0, 0.0),
    (3, 206, 1, U16, "/lbr", 1.0, 0.0),
    (3, 207, 1, U16, "/lse", 1.0, 0.0),
    (3, 208, 1, U16, "/", 1.0, 0.0),
    (3, 209, 1, U16, "/att", 1.0 / 3600.0, 0.0),
    (3, 210, 1, U16, "/awc", 1.0, 0.0),
    (3, 211, 1, U16, "/ama", 1.0, 0.0),
    (3, 212, 1, U16, "/clp/0", 1.0, 0.0),
    (3, 213, 1, U16, "/clp/1", 1.0, 0.0),
    (3, 214, 1, U16, "/clp/2", 1.0, 0.0),
    (3, 215, 1, U16, "/clp/3", 1.0, 0.0),
    (3, 216, 1, U16, "/clp/4", 1.0, 0.0),
    (3, 217, 1, Not, "/cwe", 1.0, 0.0),
    (3, 218, 1, U16, "/nmo", 1.0, 0.0),
    (3, 299, 1, U16, "/amp", 1.0, 0.0),
    (3, 300, 1, U16, "/amp", 1.0, 0.0),
    (3, 332, 1, U16, "/psm", 1.0, 0.0),
    (3, 333, 4, Double, "/dwo", 1.0, INF),
    (3, 337, 1, U16, "/frc", 1.0, 0.0),
    (4, 100, 1, U16, "/car", 1.0, 0.0),
    (4, 101, 1, U16, "/cbl", 1.0, 0.0),
    (4, 105, 2, Ascii, "/fwv", 1.0, 0.0),
    (4, 107, 1, U16, "/err", 1.0, 15.0),
    (4, 108, 2, U32, "/nrg/0", 1.0, 0.0),
    (4, 110, 2, U32, "/nrg/1", 1.0, 0.0),
    (4, 112, 2, U32, "/nrg/2", 1.0, 0.0),
    (4, 114, 2, U32, "/nrg/4", 10.0, 0.0),
    (4, 116, 2, U32, "/nrg/5", 10.0, 0.0),
    (4, 118, 2, U32, "/nrg/6", 10.0, 0.0),
    (4, 120, 2, U32, "/nrg/11", 100.0, 0.0),
    (4, 128, 2, U32, "/eto", 0.01, 0.0),
    (4, 132, 2, U32, "/wh", 360.0, 0.0),
    (4, 144, 2, U32, "/nrg/3", 1.0, 0.0),
    (4, 146, 2, U32, "/nrg/7", 0.01, 0.0),
    (4, 148, 2, U32, "/nrg/8", 0.01, 0.0),
    (4, 150, 2, U32, "/nrg/9", 0.01, 0.0),
    (4, 152, 2, U32, "/nrg/12", 1.0, 0.0),
    (4, 154, 2, U32, "/nrg/13", 1.0, 0.0),
    (4, 156, 2, U32, "/nrg/14", 1.0, 0.0),
    (4, 158, 2, U32, "/nrg/15", 1.0, 0.0),
    (4, 200, 1, U16, "/alw", 1.0, 0.0),
    (4, 202, 1, U16, "/adi", 1.0, 0.0),
    (4, 203, 1, U16, "/trx", 1.0, 0.0),
    (4, 205, 1, Bits, "/pha", 1.0, 0.0),
    (4, 301, 3, Hex, "/", 1.0, 0.0),
    (4, 304, 6, Ascii, "/sse", 1.0, 0.0),
    (4, 310, 5, Ascii, "/host", 1.0, 0.0),
    (4, 315, 4, Address, "/ccw/ip", 1.0, 0.0),
    (4, 319, 4, Address, "/ccw/netmask", 1.0, 0.0),
    (4, 323, 4, Address, "/ccw/gw", 1.0, 0.0),
    (4, 327, 5, Hex, "/lri", 1.0, 0.0),
    (4, 332, 4, Double, "/c0e", 1.0, 0.0),
    (4, 336, 4, Double, "/c1e", 1.0, 0.0),
    (4, 340, 4, Double, "/c2e", 1.0, 0.0),
    (4, 344, 4, Double, "/c3e", 1.0, 0.0),
    (4, 348, 4, Double, "/c4e", 1.0, 0.0),
    (4, 352, 4, Double, "/c5e", 1.0, 0.0),
    (4, 356, 4, Double, "/c6e", 1.0, 0.0),
    (4, 360, 4, Double, "/c7e", 1.0, 0.0),
    (4, 364, 4, Double, "/c8e", 1.0, 0.0),
    (4, 368, 4, Double, "/c9e", 1.0, 0.0),
];

/// The bytes that a row must have for this status; the highest register comes first.
fn expected(&(_, _, count, how, path, factor, null): &Row, status: &Value) -> Vec<u8> {
    let value = status.pointer(path).unwrap_or(&Value::Null);
    let text = value.as_str().unwrap_or_default();
    let number = match value {
        Value::Bool(is_true) => f64::from(u8::from(*is_true)),
        Value::Null => null,
        other => other.as_f64().unwrap_or(null) * factor,
    };
    let mut bytes = match how {
        U16 => (number.round() as u16).to_be_bytes().to_vec(),
        U32 => (number.round() as u32).to_be_bytes().to_vec(),
        Double => number.to_be_bytes().to_vec(),
        Not => [0, u8::from(number == 0.0)].to_vec(),
        Ascii => text.as_bytes().to_vec(),
        Hex => (0..text.len() / 2)
            .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).expect("digits"))
            .collect(),
        Address => text
            .split('.')
            .flat_map(|part| [0, part.parse().unwrap_or(0)])
            .collect(),
        Bits => {
            let bits = value.as_array().cloned().unwrap_or_default();
            let bits = bits.iter().enumerate();
            [
                0,
                bits.fold(0, |all, (at, bit)| {
                    all | u8::from(*bit == json!(true)) << at
                }),
            ]
            .to_vec()
        }
    };
    bytes.resize(2 * usize::from(count), 0);
    bytes
}

/// Bytes as the charger sends them while `msr` is true.
fn as_sent(row: &Row, bytes: &[u8]) -> Vec<u8> {
    match row.3 {
        U32 | Double => low_first(bytes),
        _ => bytes.to_vec(),
    }
}

#[test]
fn every_register_is_the_value_of_its_key() {
    let (charger, mut master) = start();
    // While a car charges most of them are something.
    if board() == Board::Host {
        let garage = charger.garage(r#"{"reader": {"card": "04a1b2c3d4e5f6"}}"#);
        assert!(garage.status < 500, "{}", garage.body);
    }
    for (key, json) in [
        ("rde", "true"),
        ("att", "23399"),
        ("clp", "[7,9,32]"),
        ("dwo", "12345.678"),
        ("c3e", "4321"),
        ("lse", "true"),
        ("cwe", "true"),
    ] {
        assert_eq!(charger.set(key, json).status, 200, "{key}");
    }
    for row in PAGE {
        let (function, first, count, ..) = *row;
        // A step may be made between two answers.
        let mut found = Vec::new();
        let agrees = (0..20).any(|_| {
            let before = expected(row, &charger.json("/api/status"));
            found = master.read(function, first, count).expect("registers");
            let found = as_sent(row, &found);
            found == before || found == expected(row, &charger.json("/api/status"))
        });
        let status = charger.json("/api/status");
        assert!(agrees, "{row:?}: {found:?}, {:?}", status.pointer(row.4));
    }
    for (first, value) in [(209, 6), (212, 7), (214, 32), (215, 0), (207, 1), (217, 0)] {
        assert_eq!(master.one(3, first), value, "{first}");
    }
}

/// All rows that follow one another are one request.
#[test]
fn rows_are_read_together() {
    let (_charger, mut master) = start();
    let cards = master.read(4, 301, 71).expect("MAC to the last card");
    assert_eq!(cards.len(), 142);
    assert_eq!(&cards[6..12], b"000001", "the serial number");
    let settings = master.read(3, 332, 6).expect("phases, limit, force");
    assert_eq!(&settings[2..10], low_first(&INF.to_be_bytes()));
}

/// Nobody is asked for a password, so it is told who sets what.
#[test]
fn what_masters_write_is_told_in_the_log() {
    if board() == Board::Qemu {
        return;
    }
    let (charger, mut master) = start();
    assert_eq!(master.write(299, &[14]), Ok(()));
    charger.wait_for_log("registers 299: 000e");
    assert_eq!(master.write(299, &[99]), Err(3));
    charger.wait_for_log("registers 299: 0063 is refused: exception 3");
}

/// The page names no release: what 59.4 tells by another key stands there all the same.
#[test]
fn a_charger_of_before_has_the_energy_of_cards() {
    if board() == Board::Qemu {
        return;
    }
    let args = ["--modbus", "127.0.0.1:0", "--firmware", "59.4"];
    let (charger, mut master) = started(Options::args(&args));
    assert_eq!(charger.value("c0e"), Value::Null);
    assert_eq!(master.read(4, 332, 40), Ok(vec![0; 80]));
}

#[test]
fn what_is_not_there_is_an_exception() {
    let (charger, mut master) = start();
    for (function, first, count, exception) in [
        (3, 199, 1, 2),
        (3, 0, 1, 2),
        (3, 338, 1, 2),
        (3, 337, 2, 2),
        (3, 65_535, 1, 2),
        (3, 65_535, 2, 2),
        (4, 99, 1, 2),
        (4, 372, 1, 2),
        (4, 0, 125, 2),
        // Gaps, and halves.
        (3, 202, 1, 3),
        (3, 201, 2, 3),
        (3, 333, 2, 3),
        (3, 334, 4, 3),
        (4, 106, 1, 3),
        (4, 105, 1, 3),
        (4, 108, 3, 3),
        (4, 104, 3, 3),
        // Too many, and none.
        (3, 200, 0, 3),
        (3, 200, 126, 3),
        (4, 100, 65_535, 3),
    ] {
        let found = master.read(function, first, count);
        assert_eq!(found, Err(exception), "{function} {first} {count}");
    }
    for function in [0, 1, 2, 5, 6, 7, 15, 17, 22, 23, 43, 100, 127] {
        let found = master.ask(&[function, 0, 200, 0, 1, 2, 0, 1]);
        assert_eq!(found, Err(1), "{function}");
    }
    for (pdu, what) in [
        (&[3][..], "nothing behind the function"),
        (&[3, 0, 200, 0], "half a number"),
        (&[3, 0, 200, 0, 1, 0], "a byte too many"),
        (&[16, 0, 204, 0, 1], "no registers"),
        (&[16, 0, 204, 0, 1, 2, 0], "half a register"),
        (&[16, 0, 204, 0, 1, 4, 0, 1, 0, 1], "another count"),
        (&[16, 0, 204, 0, 2, 2, 0, 1], "another count"),
        (&[16, 0, 204, 0, 0, 0], "none"),
        (&[16, 0, 204, 0, 1, 2, 0, 1, 0], "a byte too many"),
    ] {
        assert_eq!(master.ask(pdu), Err(3), "{what}");
    }
    assert_eq!(charger.value("ust"), json!(0));
}

#[test]
fn what_is_written_is_set() {
    let (charger, mut master) = start();
    let limit: Vec<u16> = low_first(&3500.5f64.to_be_bytes())
        .chunks_exact(2)
        .map(|two| u16::from_be_bytes([two[0], two[1]]))
        .collect();
    let none = [0, 0, 0, 0x7ff0];
    for (first, registers, key, value) in [
        (300, &[10][..], "amp", json!(10)),
        (211, &[20], "ama", json!(20)),
        (201, &[1], "acs", json!(1)),
        (204, &[2], "ust", json!(2)),
        (206, &[200], "lbr", json!(200)),
        (207, &[1], "lse", json!(true)),
        (209, &[7], "att", json!(25_200)),
        (210, &[1], "awc", json!(1)),
        (217, &[1], "cwe", json!(false)),
        (217, &[0], "cwe", json!(true)),
        (218, &[1], "nmo", json!(true)),
        (332, &[2], "psm", json!(2)),
        (337, &[1], "frc", json!(1)),
        (333, &limit, "dwo", json!(3500.5)),
        (333, &none, "dwo", Value::Null),
        (212, &[8, 0, 16, 0, 0], "clp", json!([8, 16])),
        (214, &[20], "clp", json!([8, 16, 20])),
        (213, &[0], "clp", json!([8, 20])),
        (299, &[9], "amp", json!(9)),
    ] {
        assert_eq!(master.write(first, registers), Ok(()), "{first}");
        assert_eq!(charger.value(key), value, "{first}");
    }
    let refused: &[(u16, &[u16], &str)] = &[
        (300, &[5], "out of range"),
        (300, &[33], "out of range"),
        (300, &[256 + 10], "no uint8"),
        (207, &[2], "no truth value"),
        (201, &[3], "no name"),
        (332, &[3], "no name"),
        (337, &[7], "no name"),
        (209, &[24], "behind the end of the day"),
        (200, &[1], "can only be read"),
        (208, &[1], "no key"),
        (333, &[0, 0, 0, 0x7ff8], "no number"),
        (333, &[0, 0, 0, 0xfff0], "less than all numbers"),
        (333, &[0, 0], "half a number"),
        (213, &[7], "no step upwards"),
        (202, &[1], "a gap"),
    ];
    let before = charger.json("/api/status?filter=amp,lse,acs,psm,frc,att,dwo,clp");
    for (first, registers, why) in refused {
        assert_eq!(master.write(*first, registers), Err(3), "{why}");
    }
    assert_eq!(master.write(100, &[1]), Err(2), "an input register");
    assert_eq!(master.write(338, &[1]), Err(2));
    let after = charger.json("/api/status?filter=amp,lse,acs,psm,frc,att,dwo,clp");
    assert_eq!(before, after);
}

#[test]
fn several_registers_are_written_all_or_none() {
    let (charger, mut master) = start();
    let keys = "/api/status?filter=ama,clp,cwe,lmsc,psm,dwo,frc,amp,lse,awc,att,mwo";
    // What decides is looked at, too, so it has to be settled.
    charger.wait_for("car", SOON, |car| *car == json!(2));
    let before = charger.json(keys);
    let refused: &[(u16, &[u16], &str)] = &[
        // The charger refuses the steps, which stand behind what it takes.
        (209, &[3, 1, 16, 10, 9, 0, 0, 0], "steps that go down"),
        (
            210,
            &[1, 16, 10, 12, 11, 0, 0, 1, 1],
            "settings behind them",
        ),
        // The table refuses the last.
        (332, &[1, 0, 0, 0, 0x7ff0, 3], "a force that there is not"),
        (299, &[6, 40], "a stored value that is out of range"),
        (206, &[9, 1, 5], "a register that can only be read"),
    ];
    for (first, registers, why) in refused {
        assert_eq!(master.write(*first, registers), Err(3), "{why}");
        assert_eq!(charger.json(keys), before, "{why}");
        // What was not set back would show with the next step.
        charger.wait_for_seconds(1);
        assert_eq!(charger.json(keys), before, "{why}");
    }
    assert_eq!(master.write(332, &[1, 0, 0, 0, 0x40a0, 1]), Ok(()));
    let after = charger.json(keys);
    assert_eq!(
        [&after["psm"], &after["dwo"], &after["frc"]],
        [&json!(1), &json!(2048), &json!(1)]
    );
}

#[test]
fn what_is_volatile_is_gone_after_a_restart() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let flash = folder.path().join("flash");
    let options = || Options::args(&["--modbus", "127.0.0.1:0"]).flash(&flash);
    let (mut charger, mut master) = started(options());
    // Both are on their way to flash when it is made volatile.
    assert_eq!(charger.set("amp", "14").status, 200);
    assert_eq!(master.write(299, &[8]), Ok(()));
    assert_eq!(charger.set("fna", "\"later\"").status, 200);
    assert_eq!(
        [charger.value("amp"), charger.value("acu")],
        [json!(8), json!(8)]
    );
    charger.stop();
    let (mut charger, mut master) = started(options());
    assert_eq!(charger.value("amp"), json!(14));
    assert_eq!(charger.value("fna"), json!("later"));
    // The same when it is told to boot.
    assert_eq!(master.write(299, &[9]), Ok(()));
    assert_eq!(charger.value("amp"), json!(9));
    assert_eq!(charger.set("rst", "true").status, 200);
    assert_eq!(charger.value("amp"), json!(14));
    // A set of the key stores it again, from wherever it comes.
    assert_eq!(master.write(299, &[10]), Ok(()));
    assert_eq!(master.write(300, &[11]), Ok(()));
    assert_eq!(master.write(299, &[7]), Ok(()));
    charger.stop();
    let (mut charger, mut master) = started(options());
    assert_eq!(charger.value("amp"), json!(11));
    assert_eq!(master.write(299, &[8]), Ok(()));
    assert_eq!(charger.set("amp", "12").status, 200);
    charger.stop();
    let (charger, _) = started(options());
    assert_eq!(charger.value("amp"), json!(12));
}

#[test]
fn the_order_of_bytes_changes_at_once() {
    let (charger, mut master) = start();
    assert_eq!(charger.set("dwo", "1").status, 200);
    let read = |master: &mut Master| {
        let limit = master.read(3, 333, 4).expect("a double");
        (limit, master.read(4, 304, 6).expect("a text"))
    };
    assert_eq!(
        read(&mut master),
        (
            vec![0, 0, 0, 0, 0, 0, 0x3f, 0xf0],
            b"000001\0\0\0\0\0\0".to_vec()
        )
    );
    assert_eq!(charger.set("msr", "false").status, 200);
    assert_eq!(
        read(&mut master),
        (
            vec![0x3f, 0xf0, 0, 0, 0, 0, 0, 0],
            b"000001\0\0\0\0\0\0".to_vec()
        )
    );
    assert_eq!(charger.set("msb", "true").status, 200);
    assert_eq!(
        read(&mut master),
        (
            vec![0xf0, 0x3f, 0, 0, 0, 0, 0, 0],
            b"000010\0\0\0\0\0\0".to_vec()
        )
    );
    assert_eq!(master.write(300, &[0x0a00]), Ok(()));
    assert_eq!(charger.value("amp"), json!(10));
    assert_eq!(charger.set("msr", "true").status, 200);
    assert_eq!(read(&mut master).0, [0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
}

#[test]
fn frames_come_in_pieces_and_in_crowds() {
    let (_charger, mut master) = start();
    let read = [3, 0, 211, 0, 1];
    for (transaction, unit) in [(7, 0), (8, 1), (9, 77), (65_535, 255)] {
        for byte in frame(transaction, unit, &read) {
            master.send(&[byte]);
        }
        let answer = (transaction, unit, vec![3, 2, 0, 32]);
        assert_eq!(master.frame(), Some(answer));
    }
    let crowd: Vec<u8> = (0..50).flat_map(|at| frame(at, 1, &read)).collect();
    master.send(&crowd);
    for at in 0..50 {
        assert_eq!(master.frame(), Some((at, 1, vec![3, 2, 0, 32])));
    }
    // The longest frame there is, of which nothing is known.
    let mut longest = vec![16, 0, 200, 0, 123, 246];
    longest.resize(6 + 246, 0);
    assert_eq!(master.ask(&longest), Err(3));
    longest.resize(253, 0);
    assert_eq!(master.ask(&longest), Err(3));
    assert_eq!(master.one(3, 211), 32);
}

#[test]
fn what_is_no_modbus_ends_the_connection() {
    let (charger, mut master) = start();
    let strangers: &[&[u8]] = &[
        b"GET /api/status HTTP/1.1\r\n\r\n",
        &[0, 1, 0, 1, 0, 6, 1, 3, 0, 200, 0, 1],
        &[0, 1, 1, 0, 0, 6, 1, 3, 0, 200, 0, 1],
        &[0, 1, 0, 0, 0, 0, 1],
        &[0, 1, 0, 0, 0, 1, 1],
        &[0, 1, 0, 0, 0, 255, 1],
        &[0, 1, 0, 0, 255, 255, 1],
        &[255; 300],
    ];
    for bytes in strangers {
        let mut stranger = self::master(&charger);
        stranger.send(bytes);
        assert!(stranger.is_closed(), "{bytes:?}");
        assert_eq!(master.one(3, 211), 32, "others are served");
    }
}

#[test]
fn five_masters_are_served_by_the_idlest_giving_way() {
    let (charger, first) = start();
    let mut masters = vec![first];
    masters.extend((0..3).map(|_| self::master(&charger)));
    for at in [1, 0, 2, 3] {
        assert_eq!(masters[at].one(3, 211), 32, "{at}");
        // Within a millisecond nobody is idler than others; there is no event to wait for.
        std::thread::sleep(Duration::from_millis(3));
    }
    let mut fifth = self::master(&charger);
    assert_eq!(fifth.one(3, 211), 32);
    assert!(masters[1].is_closed(), "it was silent longest");
    for at in [0, 2, 3] {
        assert_eq!(masters[at].one(3, 211), 32, "{at}");
    }
}

#[test]
fn operations_are_counted() {
    let (charger, mut master) = start();
    let before = charger.json("/api/status?filter=mro,mwo,mstr,mstw");
    assert_eq!(
        before,
        json!({"mro": 0, "mwo": 0, "mstr": null, "mstw": null})
    );
    for _ in 0..3 {
        master.one(3, 211);
    }
    let _ = master.read(3, 202, 1);
    let _ = master.write(300, &[1]);
    assert_eq!(master.write(300, &[16]), Ok(()));
    charger.wait_for("mro", SOON, |count| *count == json!(3));
    assert_eq!(charger.value("mwo"), json!(1));
    let written = charger.value("mstw").as_i64().expect("a time");
    assert!(written <= charger.value("rbt").as_i64().expect("a time"));
    assert_eq!(charger.set("rst", "true").status, 200);
    assert_eq!(charger.value("mro"), json!(0));
}

/// A master of others, with its own understanding of the protocol.
#[test]
fn tokio_modbus_reads_and_writes() {
    use tokio_modbus::prelude::*;
    let (charger, _master) = start();
    let at = charger.modbus.expect("an address");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let mut client = tcp::connect_slave(at, Slave(1)).await.expect("connects");
        let read = client.read_holding_registers(211, 1).await;
        assert_eq!(read.expect("an answer"), Ok(vec![32]));
        let read = client.read_input_registers(304, 6).await;
        assert_eq!(
            read.expect("an answer"),
            Ok(vec![0x3030, 0x3030, 0x3031, 0, 0, 0])
        );
        let written = client.write_multiple_registers(300, &[13]).await;
        assert_eq!(written.expect("an answer"), Ok(()));
        let refused = client.write_multiple_registers(300, &[5]).await;
        assert_eq!(
            refused.expect("an answer"),
            Err(ExceptionCode::IllegalDataValue)
        );
        let refused = client.write_single_register(300, 13).await;
        assert_eq!(
            refused.expect("an answer"),
            Err(ExceptionCode::IllegalFunction)
        );
        let refused = client.read_coils(0, 1).await;
        assert_eq!(
            refused.expect("an answer"),
            Err(ExceptionCode::IllegalFunction)
        );
    });
    assert_eq!(charger.value("amp"), json!(13));
}

/// What only a computer has: addresses of the command line, and ports that are taken.
mod on_a_computer {
    use super::*;

    fn answers(at: SocketAddr) -> bool {
        std::net::TcpStream::connect_timeout(&at, SOON).is_ok()
    }

    #[test]
    fn it_listens_when_it_is_switched_on_and_not_before() {
        if board() == Board::Qemu {
            return;
        }
        let folder = tempfile::tempdir().expect("temporary folder");
        let flash = folder.path().join("flash");
        let (at, later) = (free(), free());
        let mut charger = Options::default().flash(&flash).start();
        assert_eq!(charger.value("men"), json!(false));
        assert_eq!(charger.set("msp", &at.port().to_string()).status, 200);
        assert_eq!(charger.set("men", "true").status, 200);
        // The port is that of the boot, 502, which may be had or not.
        charger.wait_for_log("modbus:");
        assert!(!answers(at));
        charger.stop();
        let mut charger = Options::default().flash(&flash).start();
        charger.wait_for_log("modbus: listening");
        let mut master = Master::open(at);
        assert_eq!(master.one(3, 211), 32);
        // Another port waits for a boot; to switch it off ends connections.
        assert_eq!(charger.set("msp", &later.port().to_string()).status, 200);
        assert_eq!(master.one(3, 211), 32);
        assert_eq!(charger.set("men", "false").status, 200);
        assert!(master.is_closed());
        assert!(!answers(at));
        assert_eq!(charger.set("men", "true").status, 200);
        charger.wait_for_log("modbus: listening");
        assert_eq!(charger.set("rst", "true").status, 200);
        charger.wait_for_log(&format!("modbus: listening on {later}"));
        assert_eq!(Master::open(later).one(3, 211), 32);
        assert!(!answers(at));
        let (_, ended_well) = charger.terminate();
        assert!(ended_well);
    }

    #[test]
    fn a_port_that_is_taken_is_told_and_not_fatal() {
        if board() == Board::Qemu {
            return;
        }
        let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = taken.local_addr().expect("an address").port();
        let charger = Options::default().start();
        assert_eq!(charger.set("msp", &port.to_string()).status, 200);
        assert_eq!(charger.set("rst", "true").status, 200);
        assert_eq!(charger.set("men", "true").status, 200);
        charger.wait_for_log(&format!("modbus: cannot listen on 127.0.0.1:{port}"));
        charger.wait_for_log("--modbus ADDRESS");
        assert_eq!(charger.value("men"), json!(true));
    }

    #[test]
    fn the_flag_opens_it_for_this_run_alone() {
        if board() == Board::Qemu {
            return;
        }
        let folder = tempfile::tempdir().expect("temporary folder");
        let flash = folder.path().join("flash");
        let options = Options::args(&["--modbus", "127.0.0.1:0"]).flash(&flash);
        let (mut charger, mut master) = started(options);
        assert_eq!(master.one(3, 211), 32);
        assert_eq!(charger.value("men"), json!(false), "it says what is set");
        charger.stop();
        let charger = Options::default().flash(&flash).start();
        assert_eq!(charger.value("men"), json!(false));
        assert!(charger.modbus.is_none());
    }
}
