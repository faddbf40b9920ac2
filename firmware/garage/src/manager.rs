//! The energy manager of the house: it reads the meters and tells the charger, by the
//! key that managers use, as if it came in from outside.

use goe_api::{IdsPatch, Write};
use goe_firmware::board::{Meter, WallClock};
use goe_firmware::wallbox::Wallbox;
use goe_runtime::device::Logic;
use goe_sim::{House, Powers, Sim};

/// Lets the house's time pass, and tells what is due. For after a step of the charger.
pub(super) fn tell(house: &mut House, wallbox: &mut Wallbox<Sim>, now_ms: u64) {
    let sim = wallbox.hardware();
    let (utc_ms, car_mw) = (sim.utc_ms(), sim.meter().power_mw);
    let Some(powers) = house.advance(now_ms, utc_ms, car_mw) else {
        return;
    };
    if let Err(refusal) = wallbox.apply(Write::Ids(Some(spelled(&powers)))) {
        tracing::warn!("the energy manager is refused: {refusal:?}");
    }
}

fn spelled(powers: &Powers) -> IdsPatch {
    // Managers tell watts, and a house has some thousands of them.
    let watts = |mw: i64| mw as f32 / 1_000.0;
    IdsPatch {
        p_grid: Some(watts(powers.grid_mw)),
        p_pv: Some(powers.pv_mw.map(watts)),
        p_akku: Some(powers.battery_mw.map(watts)),
    }
}
