//! The parts around the contactor in the charger's housing: the phase relay,
//! the lock of the socket, and how warm it gets.

use goe_firmware::board::{LockState, THERMOMETERS};

use crate::TICK_MS;
use crate::prng::Prng;

/// From the order to the end of the bolt's way, ms.
const BOLT_MS: u64 = 800;

/// From the order to the relay's answer, ms.
const RELAY_MS: u64 = 200;

/// Of the air around, thousandths of a degree.
const AMBIENT_MC: i32 = 20_000;

/// Each sensor's warmth over the air: what electronics give always, and what
/// 32 A on three phases add in the end.
const BASE_MC: [i64; THERMOMETERS] = [4_000, 8_000];
const LOAD_MC: [i64; THERMOMETERS] = [30_000, 24_000];

/// Sum of the squares of three currents of 32 A, mA².
const FULL_LOAD: i64 = 3 * 32_000 * 32_000;

/// In this time a sensor comes nearer to the end by a factor of e, s.
const TIME_CONSTANT_S: i64 = 600;

/// Sensors show quarters of degrees.
const QUARTER_MC: i32 = 250;

/// Something that goes to where it is told in its time, or is stuck.
#[derive(Clone, Debug)]
struct Mover {
    at: bool,
    ordered: bool,
    travelled_ms: u64,
    takes_ms: u64,
    stuck: bool,
}

impl Mover {
    fn new(at: bool, takes_ms: u64) -> Self {
        Mover {
            at,
            ordered: at,
            travelled_ms: takes_ms,
            takes_ms,
            stuck: false,
        }
    }

    fn order(&mut self, to: bool) {
        if to != self.ordered {
            self.ordered = to;
            self.travelled_ms = 0;
        }
    }

    fn tick(&mut self) {
        if self.stuck || self.at == self.ordered {
            return;
        }
        self.travelled_ms += TICK_MS;
        if self.travelled_ms >= self.takes_ms {
            self.at = self.ordered;
        }
    }
}

/// The relay that takes the second and third phase away.
#[derive(Clone, Debug)]
pub(crate) struct PhaseRelay(Mover);

impl PhaseRelay {
    pub(crate) fn new() -> Self {
        PhaseRelay(Mover::new(true, RELAY_MS))
    }

    pub(crate) fn order(&mut self, three_phases: bool) {
        self.0.order(three_phases);
    }

    pub(crate) fn three_phases(&self) -> bool {
        self.0.at
    }

    pub(crate) fn tick(&mut self) {
        self.0.tick();
    }
}

/// The bolt.
#[derive(Clone, Debug)]
pub(crate) struct Lock(Mover);

impl Lock {
    pub(crate) fn new() -> Self {
        Lock(Mover::new(false, BOLT_MS))
    }

    pub(crate) fn order(&mut self, locked: bool) {
        self.0.order(locked);
    }

    pub(crate) fn set_stuck(&mut self, stuck: bool) {
        self.0.stuck = stuck;
    }

    pub(crate) fn is_stuck(&self) -> bool {
        self.0.stuck
    }

    pub(crate) fn state(&self) -> LockState {
        match (self.0.at == self.0.ordered || self.0.stuck, self.0.at) {
            (false, _) => LockState::Moving,
            (true, true) => LockState::Locked,
            (true, false) => LockState::Open,
        }
    }

    pub(crate) fn tick(&mut self) {
        self.0.tick();
    }
}

/// The temperature of each sensor.
#[derive(Clone, Debug)]
pub(crate) struct Warmth {
    prng: Prng,
    ambient_mc: i32,
    /// Over the air, millionths of a degree: a second changes little.
    above_uc: [i64; THERMOMETERS],
    noise_mc: [i32; THERMOMETERS],
}

impl Warmth {
    pub(crate) fn new(prng: Prng) -> Self {
        Warmth {
            prng,
            ambient_mc: AMBIENT_MC,
            above_uc: BASE_MC.map(|base_mc| base_mc * 1_000),
            noise_mc: [0; THERMOMETERS],
        }
    }

    pub(crate) fn set_ambient(&mut self, ambient_mc: i32) {
        self.ambient_mc = ambient_mc;
    }

    pub(crate) fn ambient_mc(&self) -> i32 {
        self.ambient_mc
    }

    /// Lets a second pass under that load.
    pub(crate) fn second(&mut self, currents_ma: [u32; 3]) {
        let load: i64 = currents_ma
            .iter()
            .map(|&ma| i64::from(ma) * i64::from(ma))
            .sum();
        for (sensor, above_uc) in self.above_uc.iter_mut().enumerate() {
            let end_uc = (BASE_MC[sensor] + LOAD_MC[sensor] * load / FULL_LOAD) * 1_000;
            *above_uc += (end_uc - *above_uc) / TIME_CONSTANT_S;
            self.noise_mc[sensor] = self.prng.around_zero(120);
        }
    }

    pub(crate) fn shown_mc(&self) -> [i32; THERMOMETERS] {
        let mut shown_mc = [0; THERMOMETERS];
        for (sensor, shown_mc) in shown_mc.iter_mut().enumerate() {
            // Some ten degrees.
            let above_mc = (self.above_uc[sensor] / 1_000) as i32;
            let exact_mc = self
                .ambient_mc
                .saturating_add(above_mc + self.noise_mc[sensor]);
            *shown_mc = exact_mc.div_euclid(QUARTER_MC) * QUARTER_MC;
        }
        shown_mc
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bolt_takes_its_time_and_can_be_stuck() {
        let mut lock = Lock::new();
        lock.order(true);
        for _ in 0..7 {
            lock.tick();
            assert_eq!(lock.state(), LockState::Moving);
        }
        lock.tick();
        assert_eq!(lock.state(), LockState::Locked);
        lock.set_stuck(true);
        lock.order(false);
        for _ in 0..20 {
            lock.tick();
        }
        assert_eq!(lock.state(), LockState::Locked);
        lock.set_stuck(false);
        for _ in 0..8 {
            lock.tick();
        }
        assert_eq!(lock.state(), LockState::Open);
    }

    #[test]
    fn warms_with_the_current_and_cools_without() {
        let mut warmth = Warmth::new(Prng::new(1));
        let cold_mc = warmth.shown_mc();
        for _ in 0..3_600 {
            warmth.second([32_000; 3]);
        }
        let warm_mc = warmth.shown_mc();
        for _ in 0..7_200 {
            warmth.second([0; 3]);
        }
        for sensor in 0..THERMOMETERS {
            let rise_mc = warm_mc[sensor] - cold_mc[sensor];
            assert!((22_000..32_000).contains(&rise_mc), "{rise_mc}");
            assert!(warmth.shown_mc()[sensor].abs_diff(cold_mc[sensor]) <= 500);
            assert_eq!(warm_mc[sensor] % QUARTER_MC, 0);
        }
    }
}
