//! Faults that are planted around the firmware, each of which an invariant has to find: a
//! check that nothing fails is no check.

use clap::ValueEnum;
use embassy_futures::yield_now;
use goe_firmware::board::{Contactor as _, PhaseRelay as _};
use goe_runtime::device::{Published as _, Stored as _, Table as _};
use goe_sim::Sim;

use crate::device::Device;

/// A planted fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Plant {
    /// Settings are acknowledged and never stored.
    StoresNothing,
    /// The contactor is closed whatever was decided.
    ClosesAlways,
    /// What was closed when the power went is closed again when it comes back, whatever is
    /// there then.
    ResumesBlindly,
    /// The second and third phase are let through whatever was decided.
    ThreePhasesAlways,
    /// An answer takes a second and a half.
    AnswersLate,
    /// An HTTP client that has said all it has to say is not answered.
    DropsFinished,
    /// The log has a passphrase.
    LogsSecrets,
    /// What is published is lost now and then, without the connection.
    LosesMessages,
    /// The charger's meter misses a part of the energy.
    CountsLess,
    /// A task goes on and on, and waits for nothing.
    Spins,
    /// A task waits for what never comes.
    Hangs,
}

impl Plant {
    /// `was_closed` says that the contactor was, when the power went.
    pub(crate) fn after_step(self, sim: &mut Sim, was_closed: bool) {
        match self {
            Plant::ResumesBlindly if was_closed => sim.set_contactor(true),
            Plant::ClosesAlways => sim.set_contactor(true),
            Plant::ThreePhasesAlways => sim.set_three_phases(true),
            _ => {}
        }
    }

    pub(crate) async fn after_step_of(self, device: &Device, second: u64) {
        match self {
            Plant::LogsSecrets => {
                let mut json = [0; 4096];
                let wifis = device.find("wifis");
                let written = wifis.and_then(|key| device.setting(key, &mut json));
                let json = written.and_then(|written| json.get(..written.length));
                log::info!("{}", String::from_utf8_lossy(json.unwrap_or_default()));
            }
            Plant::LosesMessages if second > 60 => while device.unpublished().take().is_some() {},
            Plant::Spins if second > 10 => loop {
                yield_now().await;
            },
            _ => {}
        }
    }
}
