//! What happens in a day, drawn from its seed before it begins: so a part of it can be left
//! out, and the rest happens as before.

use goe_nor::Tear;
use goe_sim::Prng;

use crate::net::{Direction, Fault, Port};

/// A day, ms.
pub const DAY_MS: u64 = 86_400_000;

/// Faults of a day; 3,000 a month are 100 a day.
const FAULTS: usize = 110;

/// Things that people and clients do in a day.
const DEEDS: usize = 160;

/// A passphrase that begins so must not be seen again.
pub(crate) const SECRET: &str = "Xyzzy";

/// Something that happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its number in the day, by which it is named.
    pub number: usize,
    /// When, ms since the beginning.
    pub at_ms: u64,
    /// What.
    pub act: Act,
}

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// The power goes, between two writes to flash.
    CutPower {
        /// For how long, ms.
        for_ms: u64,
    },
    /// The power goes within a write.
    TearWrite {
        /// After so many whole ones.
        after: usize,
        /// What becomes of it.
        tear: Tear,
        /// For how long, ms.
        for_ms: u64,
    },
    /// Writing to flash fails.
    FailFlash {
        /// For how long, ms.
        for_ms: u64,
    },
    /// The house's WiFi goes.
    LoseWifi {
        /// For how long, ms.
        for_ms: u64,
    },
    /// The broker goes.
    LoseBroker {
        /// For how long, ms.
        for_ms: u64,
    },
    /// Something is done to one of the connections to a port.
    Disturb {
        /// To which port.
        port: Port,
        /// Which of those that there are then.
        which: u64,
        /// What.
        fault: Fault,
    },
    /// A client that keeps to nothing.
    Rude {
        /// To which port.
        port: Port,
        /// How.
        manner: Manner,
    },
    /// Something in the garage is other than before, and again as before.
    Garage {
        /// The change, as `POST /garage` takes it.
        now: &'static str,
        /// The change back; empty of what stays.
        then: &'static str,
        /// After so long, ms.
        for_ms: u64,
    },
    /// Somebody sets a key.
    Set {
        /// The key.
        key: &'static str,
        /// To this JSON.
        json: String,
        /// Through which door.
        by: Port,
    },
}

impl Act {
    /// Returns whether it is a fault, and not what people do every day.
    pub fn is_fault(&self) -> bool {
        match self {
            Act::Set { .. } => false,
            Act::Garage { now, .. } => FAULTY.iter().any(|(fault, _)| fault == now),
            _ => true,
        }
    }
}

/// How a client does not keep to the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Bytes that are nothing.
    Noise,
    /// Half a request, and then nothing.
    Half,
    /// Half a request, and the end of what it sends; it waits for an answer.
    Unfinished,
    /// A byte a second.
    Slow,
    /// It is gone before the answer.
    Gone,
    /// Request after request, and no answer is read.
    Deaf,
    /// Twenty connections at once, on which nothing is said.
    Crowd,
}

/// What breaks in a garage, and how it is whole again.
const FAULTY: [(&str, &str); 9] = [
    (r#"{"residual":"ac"}"#, r#"{"residual":"none"}"#),
    (r#"{"residual":"dc"}"#, r#"{"residual":"none"}"#),
    (r#"{"earth":"missing"}"#, r#"{"earth":"present"}"#),
    (r#"{"l1":"dead"}"#, r#"{"l1":"live"}"#),
    (r#"{"l2":"dead"}"#, r#"{"l2":"live"}"#),
    (r#"{"l3":"dead"}"#, r#"{"l3":"live"}"#),
    (r#"{"contactor":"welded"}"#, r#"{"contactor":"free"}"#),
    (r#"{"lock":"stuck"}"#, r#"{"lock":"free"}"#),
    (r#"{"air_c":75}"#, r#"{"air_c":20}"#),
];

/// What people do in a garage, and undo.
const USUAL: [(&str, &str); 8] = [
    (
        r#"{"car":{"plugged":false}}"#,
        r#"{"car":{"plugged":true}}"#,
    ),
    (r#"{"car":{"full":true}}"#, ""),
    (r#"{"car":{"plugged":true,"room_wh":60000}}"#, ""),
    (
        r#"{"car":{"phases":1,"max_a":32}}"#,
        r#"{"car":{"phases":3,"max_a":16}}"#,
    ),
    (r#"{"adapter":true}"#, r#"{"adapter":false}"#),
    (
        r#"{"sun":{"peak_w":9000},"house":{"base_w":400}}"#,
        r#"{"sun":null,"house":null}"#,
    ),
    (r#"{"input":true}"#, r#"{"input":false}"#),
    (r#"{"card":"04a1b2c3"}"#, ""),
];

/// What is set, to one of what.
const SETS: [(&str, &[&str]); 22] = [
    ("amp", &["6", "10", "16", "24", "32", "5", "33", "x"]),
    ("ama", &["16", "32", "20"]),
    ("frc", &["0", "1", "2", "9"]),
    ("psm", &["0", "1", "2"]),
    ("dwo", &["null", "1000", "5000.5", "0", "1e300"]),
    ("lmo", &["3", "4", "5"]),
    ("fup", &["true", "false"]),
    ("ust", &["0", "1", "2"]),
    ("acs", &["0", "1", "0"]),
    ("trx", &["null", "0", "3"]),
    ("fna", &["\"garage\"", "\"a\"", "\"Wallbox \\u00fc\""]),
    ("lbr", &["0", "100", "255"]),
    ("tof", &["60", "120", "-300"]),
    ("psmd", &["10000", "60000"]),
    ("sua", &["true", "false"]),
    ("upo", &["true", "false"]),
    ("mca", &["6", "8"]),
    ("mcr", &["true", "false"]),
    (
        "ids",
        &[
            "{\"pGrid\":-6000.,\"pPv\":7000.}",
            "{\"pGrid\":2000}",
            "null",
        ],
    ),
    (
        "wifis",
        &[
            "[{},{\"ssid\":\"garage\",\"key\":\"Xyzzy nobody knows\"}]",
            "[{},{\"ssid\":\"\"}]",
        ],
    ),
    ("cid", &["\"#ff0000\"", "\"#00FF00\""]),
    ("nosuchkey", &["1"]),
];

/// The seed of a day: far from those of its neighbours.
pub fn seed_of(seed: u64, day: u64) -> u64 {
    Prng::new(seed ^ day.wrapping_mul(0x9E37_79B9_7F4A_7C15)).next()
}

/// Draws a day.
pub fn draw(seed: u64) -> Vec<Event> {
    let mut chance = Dice(Prng::new(seed));
    let mut acts: Vec<(u64, Act)> = Vec::new();
    for _ in 0..FAULTS {
        let at_ms = chance.below(DAY_MS);
        let act = fault(&mut chance);
        // Troubles do not come singly.
        if chance.below(4) == 0 {
            acts.push((at_ms + chance.below(5_000), fault(&mut chance)));
        }
        // Nor does everything stay as it is while nobody looks.
        if let Act::CutPower { for_ms } = act
            && chance.below(2) == 0
        {
            acts.push((at_ms + for_ms / 2, in_garage(&mut chance)));
        }
        acts.push((at_ms, act));
    }
    for _ in 0..DEEDS {
        acts.push((chance.below(DAY_MS), deed(&mut chance)));
    }
    acts.sort_by_key(|&(at_ms, _)| at_ms);
    let numbered = acts.into_iter().enumerate();
    let events = numbered.map(|(number, (at_ms, act))| Event { number, at_ms, act });
    events.collect()
}

struct Dice(Prng);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0.next() % end.max(1)
    }

    fn one<'a, T: ?Sized>(&mut self, of: &'a [&'a T]) -> &'a T {
        of[self.below(of.len() as u64) as usize]
    }

    fn for_ms(&mut self) -> u64 {
        match self.below(3) {
            0 => 200 + self.below(3_000),
            1 => self.below(60_000),
            _ => self.below(900_000),
        }
    }

    fn port(&mut self) -> Port {
        match self.below(2) {
            0 => Port::Http,
            _ => Port::Mqtt,
        }
    }

    fn direction(&mut self) -> Direction {
        match self.below(2) {
            0 => Direction::There,
            _ => Direction::Back,
        }
    }
}

fn fault(chance: &mut Dice) -> Act {
    let for_ms = chance.for_ms();
    match chance.below(11) {
        0 => Act::CutPower { for_ms },
        1 => Act::TearWrite {
            after: chance.below(6) as usize,
            tear: Tear::ALL[chance.below(6) as usize],
            for_ms,
        },
        2 => Act::FailFlash { for_ms },
        3 => Act::LoseWifi { for_ms },
        4 => Act::LoseBroker { for_ms },
        5 | 6 => Act::Disturb {
            port: Port::Mqtt,
            which: chance.below(16),
            fault: link_fault(chance),
        },
        7 => Act::Disturb {
            port: chance.port(),
            which: chance.below(16),
            fault: link_fault(chance),
        },
        8 => Act::Rude {
            port: chance.port(),
            manner: [
                Manner::Noise,
                Manner::Half,
                Manner::Unfinished,
                Manner::Slow,
                Manner::Gone,
                Manner::Deaf,
                Manner::Crowd,
            ][chance.below(7) as usize],
        },
        _ => {
            let (now, then) = FAULTY[chance.below(FAULTY.len() as u64) as usize];
            Act::Garage { now, then, for_ms }
        }
    }
}

fn link_fault(chance: &mut Dice) -> Fault {
    match chance.below(5) {
        0 => Fault::Reset,
        1 => Fault::Mute(chance.direction()),
        2 => Fault::Finish(chance.direction()),
        3 => Fault::Stall(chance.for_ms().min(120_000)),
        _ => Fault::Noise(chance.direction()),
    }
}

fn in_garage(chance: &mut Dice) -> Act {
    let (now, then) = USUAL[chance.below(USUAL.len() as u64) as usize];
    let for_ms = 5_000 + chance.below(3_600_000);
    Act::Garage { now, then, for_ms }
}

fn deed(chance: &mut Dice) -> Act {
    match chance.below(3) {
        0 => in_garage(chance),
        _ => {
            let (key, values) = SETS[chance.below(SETS.len() as u64) as usize];
            let json = chance.one(values).to_owned();
            Act::Set {
                key,
                json,
                by: chance.port(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_its_faults_and_is_drawn_the_same_again() {
        let day = draw(7);
        assert!(day.iter().filter(|event| event.act.is_fault()).count() >= 100);
        assert!(day.is_sorted_by_key(|event| event.at_ms));
        assert_eq!(day, draw(7));
        assert_ne!(day, draw(8));
    }
}
