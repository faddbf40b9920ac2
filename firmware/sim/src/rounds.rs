//! The rounds of a charger in this garage, as every board without hardware has them.

use goe_firmware::charger::{Charger, Counters, Identity};
use goe_firmware::wallbox::Wallbox;

use crate::Sim;

/// The network that a charger is on from the factory, and its passphrase: whoever looks
/// at it reached it over a network.
pub const HOME: (&str, &str) = ("home", "correct horse");

/// A charger from the factory in its garage, on the network of the house or on none.
pub fn wallbox(identity: Identity, is_home: bool, sim: Sim) -> Wallbox<Sim> {
    let charger = Charger::new(identity, Counters::default());
    let (ssid, key) = HOME;
    let charger = match is_home {
        true => charger.with_wifi(ssid, key),
        false => charger,
    };
    Wallbox::new(charger, sim)
}

/// The first round, when settings were restored and nobody is served yet, so that what
/// is served first is true: the link is up, if it can be, and everything is measured.
pub fn begin(wallbox: &mut Wallbox<Sim>) {
    begin_at(wallbox, 0);
}

/// The first round of a charger whose garage was there before it, for so long.
pub fn begin_at(wallbox: &mut Wallbox<Sim>, garage_ms: u64) {
    wallbox.resume_link(Sim::resume_link);
    round_at(wallbox, 0, garage_ms);
}

/// A round, this long after the start.
pub fn round(wallbox: &mut Wallbox<Sim>, now_ms: u64) {
    round_at(wallbox, now_ms, 0);
}

/// A round of a charger whose garage was there before it started, for so long.
pub fn round_at(wallbox: &mut Wallbox<Sim>, now_ms: u64, garage_ms: u64) {
    let advance = |sim: &mut Sim, late_ms| sim.advance(garage_ms + late_ms);
    wallbox.step(late(now_ms), advance);
}

/// A device is not a metronome: its rounds come some milliseconds after they are due
/// (recorded `rbt`: 9563735, 9564801, 9565732), never two in the wrong order.
fn late(due_ms: u64) -> u64 {
    // By the golden ratio, so that neighbours are far apart; odd, so that no time is round.
    let scattered = (due_ms / 100).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
    due_ms + scattered % 49 * 2 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_come_late_and_in_order() {
        let times = (0..1_000).map(|second| late(second * 1_000));
        let mut before = None;
        for (second, now_ms) in times.enumerate() {
            let due_ms = second as u64 * 1_000;
            assert!((due_ms + 1..due_ms + 100).contains(&now_ms), "{now_ms}");
            assert!(before < Some(now_ms) && now_ms % 10 != 0);
            before = Some(now_ms);
        }
    }
}
