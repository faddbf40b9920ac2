//! The device of a world, and its flash.

use goe_firmware::wallbox::Wallbox;
use goe_nor::Nor;
use goe_runtime::device::DeviceCell;
use goe_sim::Sim;

/// The device of a world.
pub type Device = DeviceCell<Wallbox<Sim>>;

/// Flash as on the virtual charger, in fewer units.
pub type Flash = Nor<1, 4, 4096>;
