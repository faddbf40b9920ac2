//! The contactor is never closed on a fault, without a car, or on a phase it must not: by
//! what hardware and garage say, not by what the charger says of them.

use goe_firmware::board::{
    Contactor as _, PhaseRelay as _, Pilot as _, PilotState, Protection as _, ProtectionReading,
};
use goe_sim::Sim;

use super::violation::{Invariant, Violation};

/// The charger sees something at its next step, a second later at most, and the contactor
/// needs a moment; longer than this is no delay.
const WITHIN_MS: u64 = 2_500;

/// A change of phases stops the car, waits as long as `psmd` says, and lets it go on. What
/// is set here takes a minute at most.
const PHASES_WITHIN_MS: u64 = 120_000;

/// What is seen of the contactor, and since when.
#[derive(Default)]
pub(crate) struct Contactor {
    forbidden_since_ms: Option<u64>,
    one_phase_since_ms: Option<u64>,
    before: Option<(bool, bool)>,
}

impl Contactor {
    /// `one_phase` says that the settings forbid the second and third phase.
    pub(crate) fn look(
        &mut self,
        sim: &Sim,
        one_phase: bool,
        now_ms: u64,
    ) -> Result<(), Violation> {
        let violation = |invariant, what| {
            Err(Violation {
                invariant,
                at_ms: now_ms,
                what,
            })
        };
        let is_welded = sim.is_contactor_welded();
        let is_closed = sim.contactor_closed() && !is_welded;
        let three_phases = sim.three_phases();
        let before = self.before.replace((is_closed, three_phases));
        if let Some((true, switched)) = before
            && is_closed
            && switched != three_phases
        {
            return violation(
                Invariant::Phases,
                "phases were switched while the contactor was closed".to_owned(),
            );
        }
        let why = reason(sim);
        match why {
            // From when it is freed it has as long as any other.
            _ if is_welded => self.forbidden_since_ms = None,
            Some(why) => {
                let since_ms = *self.forbidden_since_ms.get_or_insert(now_ms);
                if is_closed && now_ms - since_ms > WITHIN_MS {
                    return violation(Invariant::Contactor, format!("it is closed: {why}"));
                }
            }
            None => self.forbidden_since_ms = None,
        }
        // Under a welded contactor phases cannot be switched.
        if !one_phase || is_welded {
            self.one_phase_since_ms = None;
            return Ok(());
        }
        let since_ms = *self.one_phase_since_ms.get_or_insert(now_ms);
        if is_closed && three_phases && now_ms - since_ms > PHASES_WITHIN_MS {
            let what = "three phases are closed, and one is set".to_owned();
            return violation(Invariant::Phases, what);
        }
        Ok(())
    }

    /// The charger has no power: what is closed is no decision of its.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }
}

/// Why the contactor must be open.
fn reason(sim: &Sim) -> Option<&'static str> {
    let ProtectionReading {
        residual_ac,
        residual_dc,
        earth_missing,
    } = sim.protection();
    if residual_ac || residual_dc {
        return Some("a residual current flows");
    }
    if earth_missing {
        return Some("there is no earth");
    }
    if !sim.car().is_plugged() {
        return Some("there is no car");
    }
    (sim.pilot_state() == PilotState::A).then_some("the pilot says that there is no car")
}
