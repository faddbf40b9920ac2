//! Energy is the integral of power: what the charger counts is what passed its contactor,
//! what it says of power adds up to it, and a power cut takes no more than the last seconds.

use super::violation::{Invariant, Violation};

/// What may be missing between two looks, Wh: it counts whole ones.
const ROUNDING_WH: f64 = 3.0;

/// What a power cut may take, Wh, as the charger promises.
const LOST_WH: f64 = 100.0;

/// A flash that works again is left alone for as long as lies between two writes of the
/// counters, and then has what was counted meanwhile.
const HELD_AFTER_MS: u64 = 12_000;

/// Power is looked at once a second, and changes in between, Wh an hour.
const UNSEEN_WH: f64 = 40.0;

/// Of what it says, the part that may be missing.
const UNSEEN_PART: f64 = 0.03;

/// What was counted since the charger booted.
struct Run {
    eto_wh: f64,
    passed_uj: u64,
    sum_ws: f64,
    began_ms: u64,
}

/// What is counted, and by whom.
#[derive(Default)]
pub(crate) struct Energy {
    run: Option<Run>,
    /// What it said last, and when.
    last: Option<(f64, u64)>,
    /// Flash fails, or did until then.
    failed_ms: Option<u64>,
}

/// What is seen in a second.
pub(crate) struct Seen {
    pub(crate) now_ms: u64,
    pub(crate) eto_wh: f64,
    pub(crate) power_w: f64,
    pub(crate) passed_uj: u64,
    pub(crate) flash_works: bool,
}

impl Energy {
    pub(crate) fn look(&mut self, seen: &Seen) -> Result<(), Violation> {
        let fails = |what| {
            Err(Violation {
                invariant: Invariant::Energy,
                at_ms: seen.now_ms,
                what,
            })
        };
        let run = self.run.get_or_insert(Run {
            eto_wh: seen.eto_wh,
            passed_uj: seen.passed_uj,
            sum_ws: 0.0,
            began_ms: seen.now_ms,
        });
        if run.began_ms == seen.now_ms
            && let Some((before_wh, last_ms)) = self.last
            && self
                .failed_ms
                .is_none_or(|failed_ms| last_ms > failed_ms + HELD_AFTER_MS)
            && !(before_wh - LOST_WH..=before_wh + ROUNDING_WH).contains(&seen.eto_wh)
        {
            return fails(format!(
                "eto was {before_wh}, and after a power cut it is {}",
                seen.eto_wh
            ));
        }
        self.last = Some((seen.eto_wh, seen.now_ms));
        if !seen.flash_works {
            self.failed_ms = Some(seen.now_ms);
        }
        run.sum_ws += seen.power_w;
        let counted_wh = seen.eto_wh - run.eto_wh;
        let passed_wh = (seen.passed_uj - run.passed_uj) as f64 / 3.6e9;
        if (counted_wh - passed_wh).abs() > ROUNDING_WH + passed_wh * 0.001 {
            return fails(format!(
                "{passed_wh:.1} Wh passed, and {counted_wh:.1} were counted"
            ));
        }
        let told_wh = run.sum_ws / 3_600.0;
        let hours = (seen.now_ms - run.began_ms) as f64 / 3.6e6;
        let unseen_wh = ROUNDING_WH + UNSEEN_WH * (1.0 + hours) + passed_wh * UNSEEN_PART;
        if (told_wh - passed_wh).abs() > unseen_wh {
            return fails(format!(
                "{passed_wh:.1} Wh passed, and power adds up to {told_wh:.1}"
            ));
        }
        Ok(())
    }

    /// The power is off.
    pub(crate) fn end(&mut self) {
        self.run = None;
    }
}
