//! Made-up specs of any size, with the mix of a real charger's table.
//!
//! [`KEYS`] rows have the shares of a published table of that size: of types
//! and access, of units, ranges and lengths in the descriptions, of named
//! values (26 lists of 137 values), and the mean length of a description. Six
//! of its objects and arrays have a shape. Larger specs repeat them under other
//! names, so that cost by key is a slope.

use std::fmt::Write as _;

/// Rows of one block of the table.
pub(crate) const KEYS: usize = 316;

/// The number of rows of a block, and their access, type, category and description.
struct Rows(
    usize,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const ROWS: &[Rows] = &[
    Rows(14, "R", "bool", "Status", "Is the valve of this circuit open right now?"),
    Rows(4, "R", "bool", "Config", "Is it built with a shutter"),
    Rows(26, "R/W", "bool", "Config", "heating enabled"),
    Rows(18, "R/W", "bool", "Config", "Keep the pump running after a stop (for frost protection)"),
    Rows(11, "R", "string", "Status", "name of the default route"),
    Rows(5, "R", "string", "Constant", "serial number"),
    Rows(13, "R/W", "string", "Config", "friendly name, free text (max. 64 characters)"),
    Rows(5, "R/W", "string", "Config", "color_idle, format: #RRGGBB"),
    Rows(4, "R/W", "string", "Config", "address of the broker, max. 120 bytes"),
    Rows(10, "R/W", "get: bool set: string", "Config", "1. id of a card that may start it"),
    Rows(5, "R", "uint8", "Status", "number of phases"),
    Rows(8, "R/W", "uint8", "Config", "limit of the flow, 6-32"),
    Rows(3, "R/W", "uint8", "Config", "brightness, 0-255"),
    Rows(3, "W", "uint8", "Other", "set this to 0-9 to clear a card (erases its name and energy)"),
    Rows(4, "R", "uint8", "Status", "State of the machine (None=0, Scanning=1, Connecting=2, Connected=3)"),
    Rows(1, "R", "uint8", "Status", "Reason why it runs or not (NoData=0, TooWarm=1, NoAccess=2, ForcedOn=3, ForcedOff=4, Schedule=5, EnergyLimit=6, CheapPrice=7, TestStart=8, TestTime=9, MinimumTime=10, LimitedBefore=11, Fallback=12, Surplus=13, Default=14, Simulated=15, SavedPause=16, Waiting=18, FreeTariff=20, Unlocked=21, Locked=22, Shedding=23, Idle=24)"),
    Rows(2, "R", "optional<uint8>", "Status", "why it refuses, null without a connection (None=0, FiAc=1, FiDc=2, Phase=3, Overvolt=4, Overamp=5, Diode=6, PpInvalid=7, GndInvalid=8, Stuck=9)"),
    Rows(12, "R/W", "uint8", "Config", "mode of access (Open=0, Wait=1, Managed=2)"),
    Rows(5, "R/W", "uint8", "Config", "rounding mode PreferIn=0, Default=1, PreferOut=2, Both=4, Neither=5"),
    Rows(5, "R", "optional<uint8>", "Status", "index of the last card"),
    Rows(2, "R/W", "optional<uint8>", "Config", "temporary limit, does not change the limit that the user has set, resets itself after ten minutes unless repeated"),
    Rows(22, "R", "optional<int64>", "Status", "last change of the state (in ms)"),
    Rows(8, "R/W", "optional<int64>", "Config", "when the pause ends (set to null to abort the current pause)"),
    Rows(5, "R", "int64", "Status", "time since boot in milliseconds"),
    Rows(6, "R", "int32", "Status", "limit by temperature"),
    Rows(19, "R/W", "int32", "Config", "least duration of a pause in milliseconds (0 means disabled)"),
    Rows(7, "R", "float", "Status", "average power of the last half minute in W"),
    Rows(16, "R/W", "float", "Config", "highest price in ct"),
    Rows(2, "R", "uint64", "Status", "total energy, measured in Wh"),
    Rows(10, "R/W", "uint64", "Config", "1. energy of a card in Wh"),
    Rows(4, "R", "double", "Status", "energy in Wh since the start"),
    Rows(3, "R/W", "double", "Config", "energy of the next trip in Wh"),
    Rows(7, "R", "optional<string>", "Status", "last error"),
    Rows(5, "R", "optional<double>", "Status", "power of the grid in W"),
    Rows(1, "R/W", "optional<double>", "Config", "energy limit, measured in Wh, null means disabled"),
    Rows(5, "R", "optional<float>", "Status", "frequency of the grid (about 50 Hz) or 0 if unknown"),
    Rows(3, "R/W", "uint16", "Config", "country (Austria=0, Germany=1, ...)"),
    Rows(2, "R", "uint32", "Config", "bandwidth (for both) NARROW=1, WIDE=2"),
    Rows(1, "R", "uint32", "Status", "count of starts"),
    Rows(2, "R/W", "optional<int32>", "Status", "id of the transaction"),
    Rows(1, "R", "optional<uint64>", "Status", "metered energy, measured in Wh"),
    Rows(1, "R", "optional<int8>", "Status", "strength of the signal"),
    Rows(7, "R", "optional<object>", "Status", "data of the connected controller"),
    Rows(4, "R", "array", "Status", "energy array, U (L1, L2, L3, N), I (L1, L2, L3), P (L1, L2, L3, N, Total), pf (L1, L2, L3, N)"),
    Rows(3, "R/W", "object", "Config", "times on a weekday, control (Disabled=0, Allow=1, Block=2, AllowFromGrid=3)"),
    Rows(2, "R/W", "array", "Config", "presets of the limit, max. 5 entries"),
    Rows(2, "W", "any", "Other", "Starts anew"),
    Rows(1, "W", "optional<object>", "Status", "data of another meter {\"pGrid\": 1000., \"pPv\": 1000.}"),
    Rows(1, "R/W", "get: uint8 set: any", "Config", "kind of balancing (Static=false, Dynamic=true)"),
];

/// Rows that stand once in a block, and what is in them.
#[rustfmt::skip]
const SHAPED: &[(&str, &str, &str)] = &[
    ("R/W | array | Config | Networks that may be joined; to change only the second, send an empty and a filled one", "[10]", "\
        | ssid | R/W | string | Name of the network, max. 32 bytes |\n\
        | key | R/W | get: bool set: string | Its passphrase, max. 64 bytes; reads as whether there is one |\n"),
    ("R | array | Status | Networks that were found (encryptionType: OPEN=0, WEP=1, WPA_PSK=2, WPA2_PSK=3, WPA_WPA2_PSK=4)", "[16]", "\
        | ssid | R | string | Name of the network, max. 32 bytes |\n\
        | encryptionType | R | uint8 | How it is protected |\n\
        | rssi | R | int8 | Strength of the signal |\n\
        | channel | R | uint8 | Channel of the radio |\n\
        | bssid | R | string | Address of the station, max. 17 bytes |\n"),
    ("R | optional<object> | Status | The network that is joined", "", "\
        | ssid | R | string | Name of the network, max. 32 bytes |\n\
        | channel | R | uint8 | Channel of the radio |\n\
        | wps | R | bool | Can it be joined by a button? |\n\
        | ip | R | string | Address in it, max. 15 bytes |\n\
        | netmask | R | string | Mask of it, max. 15 bytes |\n\
        | gw | R | string | Where the way out is, max. 15 bytes |\n\
        | ipv6[4] | R | string | Longer addresses, max. 39 bytes |\n"),
    ("R/W | array | Config | Cards that may start it", "[10]", "\
        | name | R/W | string | Whose it is, max. 24 bytes |\n\
        | energy | R/W | uint64 | What it took, in Wh |\n"),
    ("R | object | Status | Powers of the meter", "", "\
        | pGrid | R | float | From the grid, in W |\n\
        | pPv | R | float | From the roof, in W |\n\
        | pAkku | R | float | From the battery, in W |\n"),
    ("R/W | object | Config | Times on Sundays", "", "\
        | control | R/W | uint8 | What is done (Disabled=0, Allow=1, Block=2) |\n\
        | begin | R/W | uint32 | From then on, in seconds |\n\
        | end | R/W | uint32 | Until then, in seconds |\n"),
];

/// A spec of `blocks` times [`KEYS`] keys: its files.
pub(crate) fn files(blocks: usize) -> Vec<(String, Vec<u8>)> {
    let mut table = "# API\n\n## HTTP\n\n\
        | Method | Path | Query | Action | Description |\n| --- | --- | --- | --- | --- |\n\
        | GET | `/api/status` | `filter` | status | All readable keys. |\n\
        | GET | `/api/set` | `{key}` | set | Sets each key. |\n\n## MQTT\n\n\
        | Topic | Payload | Action | Retained | Description |\n| --- | --- | --- | --- | --- |\n\
        | `{prefix}/{serial}/{key}` | JSON value | state | yes | Each value. |\n\
        | `{prefix}/{serial}/{key}/set` | JSON value | set | no | Sets it. |\n\
        | `{prefix}/{serial}/{key}/result` | text | result | no | What came of it. |\n\n\
        | Placeholder | Default | Description |\n| --- | --- | --- |\n\
        | `{prefix}` | `device` | The first level. |\n\
        | `{serial}` | | The number. |\n| `{key}` | | The key. |\n\n## Keys\n\n\
        | Key | R/W | Type | Category | Description |\n| --- | --- | --- | --- | --- |\n"
        .to_owned();
    let mut shapes = "# Shapes\n".to_owned();
    let block = block();
    for (at, row) in (0..blocks).flat_map(|_| &block).enumerate() {
        let key = name(at);
        match row {
            Row::Plain(cells) => {
                let Rows(_, access, ty, category, description) = cells;
                // Strings take everything.
                let _ = writeln!(
                    table,
                    "| {key} | {access} | {ty} | {category} | {description} |"
                );
            }
            Row::Shaped((cells, capacity, fields)) => {
                let _ = writeln!(table, "| {key} | {cells} |");
                let _ = write!(
                    shapes,
                    "\n## {key}{capacity}\n\n\
                     | Field | R/W | Type | Description |\n| --- | --- | --- | --- |\n{fields}"
                );
            }
        }
    }
    vec![
        ("spec/api.md".to_owned(), table.into_bytes()),
        ("spec/shapes.md".to_owned(), shapes.into_bytes()),
    ]
}

enum Row {
    Plain(&'static Rows),
    Shaped(&'static (&'static str, &'static str, &'static str)),
}

/// The rows of a block, of one kind after the other by turns as in a table that
/// is sorted by name.
fn block() -> Vec<Row> {
    let mut rows = Vec::with_capacity(KEYS);
    let most = ROWS.iter().map(|row| row.0).max().unwrap_or_default();
    for round in 0..most {
        rows.extend(ROWS.iter().filter(|row| row.0 > round).map(Row::Plain));
        rows.extend(SHAPED.get(round).map(Row::Shaped));
    }
    rows
}

/// `kaaa`, `kaab`: no word of Rust among them, and as long as names are.
fn name(at: usize) -> String {
    let letter = |place: u32| char::from(b'a' + (at / 26_usize.pow(place) % 26) as u8);
    ['k', letter(3), letter(2), letter(1), letter(0)]
        .iter()
        .collect::<String>()
}
