//! A charger as it is unpacked, and the clock that it goes by.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;
use goe_firmware::charger::{Firmware, Identity};
use goe_firmware::wallbox::Wallbox;
use goe_host::Speed;
use goe_scenario::Scenario;
use goe_sim::{Sim, SimConfig};

use crate::args::{Car, Serve, Wifi};

/// The computer's clock is looked at so often: it may be set, or step after sleep.
const FOLLOW_MS: u64 = 30_000;

/// How the charger's clock follows that of the computer. Time that ran faster is the
/// garage's own and follows nobody any more; so is time that was let pass at once.
pub(crate) struct Follows {
    speed: Speed,
    has_own: bool,
    looked_ms: u64,
}

impl Follows {
    /// From the start on, unless the charger has a time of its own.
    pub(crate) fn new(speed: Speed, has_own: bool) -> Self {
        Follows {
            speed,
            has_own,
            looked_ms: 0,
        }
    }

    /// The computer's time, when it is time to look.
    pub(crate) fn look(&mut self, now_ms: u64) -> Option<i64> {
        let is_own = self.has_own || self.speed.was_other();
        if is_own || now_ms.saturating_sub(self.looked_ms) < FOLLOW_MS {
            return None;
        }
        self.looked_ms = now_ms;
        utc_ms()
    }
}

/// That of the command line, with nothing stored.
pub(crate) fn wallbox(args: &Serve) -> anyhow::Result<Wallbox<Sim>> {
    let config = SimConfig {
        seed: args.seed,
        plugged: args.car == Car::Plugged,
        utc_ms: utc_ms(),
        ..SimConfig::default()
    };
    let is_home = args.wifi == Wifi::Home;
    made(&args.options.serial, args.firmware, is_home, &config)
}

pub(crate) fn wallbox_of(scenario: &Scenario, serial: &str) -> anyhow::Result<Wallbox<Sim>> {
    let config = SimConfig {
        seed: scenario.seed,
        plugged: false,
        utc_ms: Some(scenario.starts_ms),
        ..SimConfig::default()
    };
    made(serial, scenario.release, scenario.wifi, &config)
}

fn made(
    serial: &str,
    release: &'static Firmware,
    is_home: bool,
    config: &SimConfig<'_>,
) -> anyhow::Result<Wallbox<Sim>> {
    let identity = Identity::new(serial, 1).context("the serial number cannot be used")?;
    let identity = identity.with_firmware(release);
    Ok(goe_sim::wallbox(identity, is_home, Sim::new(config)))
}

/// The time of this computer, from which the charger's own goes on.
pub(crate) fn utc_ms() -> Option<i64> {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since_1970.as_millis()).ok()
}
