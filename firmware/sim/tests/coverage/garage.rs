//! A charger in its garage, what is done there one after the other, and the course of
//! everything that can be seen of it. It knows no claim about any key.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hasher};

use goe_api::{Document, Key, KeySet, Readings, Write};
use goe_firmware::board::{CardId, Press, ProtectionReading};
use goe_firmware::charger::{Charger, Counters, Identity};
use goe_firmware::wallbox::Wallbox;
use goe_runtime::device::{Connection, Logic, MqttEvent};
use goe_runtime::modbus::Operation;
use goe_runtime::{Keys, Refusal};
use goe_sim::{CarConfig, Sim, SimConfig};

/// What is done, `key=value` or a deed, and the seconds that pass after it.
pub(crate) type Script<'a> = &'a [(&'a str, u64)];

/// Where the script of [`run`] has this, what is tried is done.
pub(crate) const TRIED: &str = "tried";

/// What the house takes beside the car, W.
const HOUSE_W: f32 = 300.0;

/// The energy manager tells what it measures so often, s.
const TELLS_EVERY_S: u64 = 5;

/// So long after a deed nothing is to be missed, s.
const CALM_AFTER_S: u64 = 60;

/// And time may pass in such steps, while nobody tells, s.
const CALM_STEP_S: u64 = 30;

/// The course of one key, or of what can be seen through a door.
#[derive(Debug, Default)]
pub(crate) struct Course {
    /// How many values it had, those that came again counted again.
    pub(crate) values: usize,
    hash: u64,
}

impl Course {
    fn go_on(&mut self, second: u64, value: &[u8]) {
        let mut hasher = DefaultHasher::new();
        hasher.write_u64(self.hash);
        hasher.write_u64(second);
        hasher.write(value);
        self.hash = hasher.finish();
        self.values += 1;
    }
}

/// All courses by the names of the keys, and in brackets of the doors.
pub(crate) type Courses = BTreeMap<&'static str, Course>;

/// Everything whose course differs.
pub(crate) fn differing(one: &Courses, other: &Courses) -> Vec<&'static str> {
    let differs = |name: &&&str| one[**name].hash != other[**name].hash;
    one.keys().filter(differs).copied().collect()
}

/// Runs a script, for a charger that is set up so; what is tried may be nothing.
pub(crate) fn run(setup: &[&str], script: Script<'_>, tried: Option<&str>) -> Courses {
    let mut garage = Garage::new();
    for write in setup {
        garage.act(write);
    }
    goe_sim::begin(&mut garage.wallbox);
    garage.look();
    for &(deed, seconds) in script {
        match deed {
            TRIED => tried.into_iter().for_each(|deed| garage.act(deed)),
            deed => garage.act(deed),
        }
        garage.look();
        garage.pass(seconds);
    }
    garage.courses
}

/// Writes that set each of these keys to something else than it is.
pub(crate) fn other_values(keys: &BTreeSet<&'static str>) -> Vec<String> {
    let mut garage = Garage::new();
    garage.look();
    let mut other = |name: &&'static str| {
        let mut values = VALUES.iter();
        let value = values.find(|value| garage.takes_other(name, value));
        let value = value.unwrap_or_else(|| panic!("`{name}` takes none of VALUES: add one"));
        format!("{name}={value}")
    };
    keys.iter().map(&mut other).collect()
}

/// Values of all types, one of which any key takes.
const VALUES: [&str; 10] = [
    "true",
    "false",
    "2",
    "1",
    "200",
    "49.5",
    "\"another\"",
    "\"wss://another.example\"",
    "[3,2,1]",
    r#"{"amp":16,"dyn":16,"sta":16,"ts":1}"#,
];

struct Garage {
    wallbox: Wallbox<Sim>,
    document: Box<Document>,
    second: u64,
    /// Power of sun and house battery, W; nobody tells without the former.
    sun_w: Option<f32>,
    battery_w: Option<f32>,
    /// The inverter feeds nothing into the grid.
    is_held_back: bool,
    courses: Courses,
}

impl Garage {
    /// Nobody is there, and a Sunday's noon in June is not far.
    fn new() -> Self {
        let identity = Identity::new("000001", 1).expect("short");
        let (ssid, key) = goe_sim::HOME;
        let charger = Charger::new(identity, Counters::default()).with_wifi(ssid, key);
        let config = SimConfig {
            plugged: false,
            ..SimConfig::default()
        };
        Garage {
            wallbox: Wallbox::new(charger, Sim::new(&config)),
            document: Box::default(),
            second: 0,
            sun_w: None,
            battery_w: None,
            is_held_back: false,
            courses: Courses::new(),
        }
    }

    fn act(&mut self, deed: &str) {
        if let Some((name, value)) = deed.split_once('=') {
            let set = self.set(name, value);
            return set.unwrap_or_else(|refusal| panic!("{deed}: {refusal:?}"));
        }
        let (deed, what) = deed.split_once(' ').unwrap_or((deed, ""));
        let number = || {
            what.parse::<f32>()
                .unwrap_or_else(|_| panic!("{deed} {what}"))
        };
        let is_on = what == "on";
        let card = CardId::new(&[0x04, 0xA1, 0xB2, 0xC3]).expect("four bytes");
        let mqtt = |connection| MqttEvent::Connection(connection);
        let sim = self.wallbox.hardware();
        match deed {
            "" => {}
            "plug" => sim.plug(),
            "unplug" => sim.unplug(),
            "full" => sim.set_car_full(is_on),
            "car" => {
                let kinds = &mut CarConfig::KINDS.iter();
                let kind = kinds.find(|(name, _)| *name == what);
                sim.set_car(kind.expect("a kind of car").1);
            }
            "card" => sim.hold_card(card),
            "adapter" => sim.set_adapter(is_on),
            "input" => sim.set_input(is_on),
            "press" => sim.press_button(Press::Short),
            "hold" => sim.press_button(Press::Long),
            "stuck" => sim.set_lock_stuck(is_on),
            "air" => sim.set_ambient((number() * 1_000.0) as i32),
            "residual" => sim.set_protection(ProtectionReading {
                residual_ac: is_on,
                ..ProtectionReading::default()
            }),
            "home" => assert!(sim.air_mut().set_present("home", is_on)),
            "clock" => sim.set_utc(what.parse().expect("ms since 1970")),
            "sun" => self.sun_w = what.parse().ok(),
            "battery" => self.battery_w = what.parse().ok(),
            "held" => self.is_held_back = is_on,
            "started" => self.wallbox.hear(mqtt(Connection::Started)),
            "connected" => self.wallbox.hear(mqtt(Connection::Connected)),
            "lost" => self.wallbox.hear(mqtt(Connection::Lost("pulled"))),
            "read" => self.wallbox.operated(Operation::Read),
            "written" => self.wallbox.operated(Operation::Write),
            "ended" => self.wallbox.hear(mqtt(Connection::Ended)),
            _ => panic!("no such deed: {deed}"),
        }
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        let key = Key::from_name(name).expect(name);
        let write = Write::parse(key, value).map_err(|_| Refusal::new("not of its type"))?;
        self.wallbox.apply(write)
    }

    /// Sets a key, and says whether it reads otherwise than before, if it can be read.
    fn takes_other(&mut self, name: &str, value: &str) -> bool {
        let key = Key::from_name(name).expect(name).index();
        let took = self.set(name, value).is_ok();
        let readable = self.document.view(&goe_api::REGISTRY).value(key).is_some();
        took && (self.look().contains(key) || !readable)
    }

    /// Lets time pass: in seconds at first, and in larger steps when what was done last
    /// is long ago.
    fn pass(&mut self, seconds: u64) {
        let end = self.second + seconds;
        let calm = self.second + CALM_AFTER_S;
        while self.second < end {
            let step = match (self.second < calm, self.sun_w) {
                (true, _) => 1,
                (false, Some(_)) => TELLS_EVERY_S,
                (false, None) => CALM_STEP_S,
            };
            self.second = (self.second / step * step + step).min(end);
            if self.second.is_multiple_of(TELLS_EVERY_S) {
                self.tell();
            }
            goe_sim::round(&mut self.wallbox, self.second * 1_000);
            if let Some(record) = self.wallbox.counters() {
                self.wallbox.counters_stored(&record);
            }
            self.look();
        }
    }

    /// What the energy manager does.
    fn tell(&mut self) {
        let Some(sun_w) = self.sun_w else { return };
        let taken_w = HOUSE_W + self.wallbox.readings().nrg[11] - self.battery_w.unwrap_or(0.0);
        let sun_w = match self.is_held_back {
            true => sun_w.min(taken_w),
            false => sun_w,
        };
        let grid_w = taken_w - sun_w;
        let battery = self
            .battery_w
            .map_or(String::new(), |w| format!(",\"pAkku\":{w}"));
        let ids = format!("{{\"pGrid\":{grid_w},\"pPv\":{sun_w}{battery}}}");
        self.set("ids", &ids).expect(&ids);
    }

    /// Takes down what has changed.
    fn look(&mut self) -> KeySet {
        let readings: Readings<'_> = self.wallbox.readings();
        let changed = self.document.render(&readings);
        drop(readings);
        let view = self.document.view(&goe_api::REGISTRY);
        let mut from = 0;
        while let Some(key) = changed.next(from) {
            from = key.0 + 1;
            let name = goe_api::REGISTRY.descriptor(key).name;
            let value = view.value(key).unwrap_or_default();
            self.courses
                .entry(name)
                .or_default()
                .go_on(self.second, value);
        }
        let wanted = self.wallbox.wanted().map(|wanted| {
            let discovery = wanted.discovery.map(|told| (told.announce, told.prefix));
            format!("{:?}", (wanted.url, wanted.prefix, wanted.trust, discovery))
        });
        for (door, seen) in [
            ("(http)", self.wallbox.serves_http().to_string()),
            ("(readonly)", self.wallbox.is_readonly().to_string()),
            ("(wanted)", format!("{wanted:?}")),
            ("(modbus)", format!("{:?}", self.wallbox.modbus())),
        ] {
            let course = self.courses.entry(door).or_default();
            course.go_on(self.second, seen.as_bytes());
        }
        changed
    }
}
