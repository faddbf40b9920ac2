//! The deeds possible in the garage, and the words for them.

use goe_firmware::board::{CardId, Protection, ProtectionReading};
use goe_sim::{NETWORKS, Sim};

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Plug,
    Unplug,
    Adapter(bool),
    /// Of alternating, and of direct current.
    Residual(bool, bool),
    EarthMissing(bool),
    /// Which phase, from 0.
    PhaseDead(usize, bool),
    ContactorWelded(bool),
    LockStuck(bool),
    FlashFails(bool),
    /// Thousandths of a degree.
    Air {
        mc: i32,
    },
    Card(CardId),
    Network {
        ssid: &'static str,
        present: bool,
    },
}

/// A parameter with a word for each of its deeds.
pub(super) struct Choice {
    pub(super) name: &'static str,
    pub(super) words: &'static [(&'static str, Deed)],
    pub(super) about: &'static str,
}

/// A parameter whose value says more than a word.
pub(super) struct Open {
    pub(super) name: &'static str,
    pub(super) example: &'static str,
    pub(super) about: &'static str,
    read: fn(&str) -> Option<Deed>,
}

pub(super) const CHOICES: &[Choice] = &[
    Choice {
        name: "car",
        words: &[("plugged", Deed::Plug), ("absent", Deed::Unplug)],
        about: "the car comes and plugs in, or leaves",
    },
    Choice {
        name: "adapter",
        words: &[("off", Deed::Adapter(false)), ("on", Deed::Adapter(true))],
        about: "the charger hangs on the 16 A adapter",
    },
    Choice {
        name: "residual",
        words: &[
            ("none", Deed::Residual(false, false)),
            ("ac", Deed::Residual(true, false)),
            ("dc", Deed::Residual(false, true)),
        ],
        about: "a residual current flows; its fault stays until the car is unplugged",
    },
    Choice {
        name: "earth",
        words: &[
            ("present", Deed::EarthMissing(false)),
            ("missing", Deed::EarthMissing(true)),
        ],
        about: "protective earth is lost",
    },
    Choice {
        name: "l1",
        words: &[
            ("live", Deed::PhaseDead(0, false)),
            ("dead", Deed::PhaseDead(0, true)),
        ],
        about: "a phase of the mains has no voltage",
    },
    Choice {
        name: "l2",
        words: &[
            ("live", Deed::PhaseDead(1, false)),
            ("dead", Deed::PhaseDead(1, true)),
        ],
        about: "a phase of the mains has no voltage",
    },
    Choice {
        name: "l3",
        words: &[
            ("live", Deed::PhaseDead(2, false)),
            ("dead", Deed::PhaseDead(2, true)),
        ],
        about: "a phase of the mains has no voltage",
    },
    Choice {
        name: "contactor",
        words: &[
            ("free", Deed::ContactorWelded(false)),
            ("welded", Deed::ContactorWelded(true)),
        ],
        about: "the contactor stays as it is",
    },
    Choice {
        name: "lock",
        words: &[
            ("free", Deed::LockStuck(false)),
            ("stuck", Deed::LockStuck(true)),
        ],
        about: "the bolt of the lock stays where it is",
    },
    Choice {
        name: "flash",
        words: &[
            ("whole", Deed::FlashFails(false)),
            ("failing", Deed::FlashFails(true)),
        ],
        about: "flash takes nothing any more: what is set then is lost at the next start",
    },
];

pub(super) const OPEN: &[Open] = &[
    Open {
        name: "card",
        example: "04a1b2c3",
        about: "a card is held to the reader: its 1 to 10 bytes, in hex",
        read: |value| CardId::new(&hex(value)?).map(Deed::Card),
    },
    Open {
        name: "air",
        example: "20",
        about: "how warm it is, °C, -40 to 120",
        read: |value| {
            let degrees: f32 = value.parse().ok()?;
            let mc = (-40.0..=120.0)
                .contains(&degrees)
                .then_some(degrees * 1000.0)?;
            Some(Deed::Air { mc: mc as i32 })
        },
    },
    Open {
        name: "wifi-off",
        example: "home",
        about: "every access point of this name is switched off",
        read: |value| network(value, false),
    },
    Open {
        name: "wifi-on",
        example: "home",
        about: "and on again",
        read: |value| network(value, true),
    },
];

/// The deed that a parameter of the query asks for, or what it could have been.
pub(super) fn parse(name: &str, value: &str) -> Result<Deed, String> {
    if let Some(choice) = CHOICES.iter().find(|choice| choice.name == name) {
        let chosen = choice.words.iter().find(|(word, _)| *word == value);
        return chosen.map(|&(_, deed)| deed).ok_or_else(|| {
            let words: Vec<&str> = choice.words.iter().map(|&(word, _)| word).collect();
            format!("{name} is {}, not `{value}`\n", words.join(" or "))
        });
    }
    match OPEN.iter().find(|open| open.name == name) {
        Some(open) => (open.read)(value).ok_or_else(|| {
            let Open { about, example, .. } = open;
            format!("{name}={value}: {about}, such as {name}={example}\n")
        }),
        None => Err(format!("there is no `{name}` in the garage\n{}", help())),
    }
}

/// Everything there is, a line each.
pub(super) fn help() -> String {
    let choices = CHOICES.iter().map(|choice| {
        let words: Vec<&str> = choice.words.iter().map(|&(word, _)| word).collect();
        format!("{}={}: {}\n", choice.name, words.join("|"), choice.about)
    });
    let open = OPEN
        .iter()
        .map(|open| format!("{}={}: {}\n", open.name, open.example, open.about));
    choices.chain(open).collect()
}

impl Deed {
    /// Does it, if it is one of the simulator's.
    pub(super) fn carry_out(self, sim: &mut Sim) {
        let protection = sim.protection();
        match self {
            Deed::Plug => sim.plug(),
            Deed::Unplug => sim.unplug(),
            Deed::Adapter(used) => sim.set_adapter(used),
            Deed::Residual(ac, dc) => sim.set_protection(ProtectionReading {
                residual_ac: ac,
                residual_dc: dc,
                ..protection
            }),
            Deed::EarthMissing(missing) => sim.set_protection(ProtectionReading {
                earth_missing: missing,
                ..protection
            }),
            Deed::PhaseDead(phase, dead) => sim.set_phase_dead(phase, dead),
            Deed::ContactorWelded(welded) => sim.set_contactor_welded(welded),
            Deed::LockStuck(stuck) => sim.set_lock_stuck(stuck),
            Deed::Air { mc } => sim.set_ambient(mc),
            Deed::Card(card) => sim.hold_card(card),
            Deed::Network { ssid, present } => {
                sim.air_mut().set_present(ssid, present);
            }
            Deed::FlashFails(_) => {}
        }
    }
}

fn network(ssid: &str, present: bool) -> Option<Deed> {
    let network = NETWORKS.iter().find(|network| network.ssid == ssid)?;
    Some(Deed::Network {
        ssid: network.ssid,
        present,
    })
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text
        .chars()
        .map(|c| c.to_digit(16))
        .collect::<Option<_>>()?;
    let pairs = digits.chunks(2).map(|pair| match pair {
        &[high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_deeds() {
        assert_eq!(parse("car", "absent"), Ok(Deed::Unplug));
        assert_eq!(parse("air", "35.5"), Ok(Deed::Air { mc: 35_500 }));
        let card = CardId::new(&[4, 0xa1]).expect("two bytes");
        assert_eq!(parse("card", "04A1"), Ok(Deed::Card(card)));
        let off = Deed::Network {
            ssid: "home",
            present: false,
        };
        assert_eq!(parse("wifi-off", "home"), Ok(off));
    }

    #[test]
    fn what_cannot_be_done_is_told_with_what_can() {
        for (name, value, told) in [
            ("car", "flies", "plugged or absent"),
            ("card", "4", "04a1b2c3"),
            ("card", "é4", "04a1b2c3"),
            ("card", "0011223344556677889900", "1 to 10 bytes"),
            ("air", "NaN", "-40 to 120"),
            ("air", "1e9", "-40 to 120"),
            ("wifi-off", "nowhere", "access point"),
            ("tyre", "flat", "car=plugged|absent"),
        ] {
            let why = parse(name, value).expect_err(value);
            assert!(why.contains(told), "{why}");
        }
    }
}
