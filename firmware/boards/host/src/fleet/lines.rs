//! The connections of the chargers to their brokers.
//!
//! Each has the client that it has alone, with less memory. Their attempts take turns by the
//! dial that they share.

use std::cell::Cell;
use std::rc::Rc;

use goe_host::{Dial, MqttRoom, RealTime, Shutdown, Tables, run_mqtt};
use goe_runtime::KeyIndex;
use goe_runtime::device::{Around, Reached, Table};
use tokio::task::{JoinSet, yield_now};
use tracing::Instrument;

use super::charger::Device;
use super::town::Town;

/// So many begin together, so that the rounds need not wait until all have their memory.
const TOGETHER: usize = 32;

/// A charger whose values are counted as they go out.
struct Counted<'a> {
    device: &'a Device,
    published: &'a Cell<u64>,
}

impl Around for Counted<'_> {
    type Inner = Device;

    fn inner(&self) -> &Device {
        self.device
    }

    fn hear_published(&self, _key: KeyIndex, _json: &[u8]) {
        self.published.set(self.published.get() + 1);
    }
}

/// Keeps all of them until `shutdown`: by a task for each.
pub(crate) async fn keep(
    tasks: &mut JoinSet<()>,
    town: &Rc<Town>,
    dial: &Dial,
    clock: RealTime,
    shutdown: &Shutdown,
) {
    for (index, charger) in town.chargers().enumerate() {
        let dial = dial.clone().beginning_at(index);
        let line = line(town.clone(), index, dial, clock, shutdown.clone());
        tasks.spawn_local(line.instrument(charger.span()));
        if index % TOGETHER == 0 {
            yield_now().await;
        }
    }
}

async fn line(town: Rc<Town>, index: usize, mut dial: Dial, clock: RealTime, shutdown: Shutdown) {
    let Some(charger) = town.charger(index) else {
        return;
    };
    let (device, serial) = (charger.device(), charger.serial());
    tokio::select! {
        () = wanted(device) => {}
        () = shutdown.clone().wait() => return,
    }
    let counted = Counted {
        device,
        published: town.published(),
    };
    let topics = Tables::of::<goe_api::Api>().topics;
    let room = MqttRoom::tight(device.registry());
    let seed = goe_host::chance();
    let stop = shutdown.wait();
    // On the heap, so that it costs nothing where no broker is wanted.
    let client = run_mqtt(
        &mut dial,
        &counted,
        clock,
        (topics, serial),
        room,
        seed,
        stop,
    );
    Box::pin(client).await;
}

/// Waits until a charger wants a broker.
async fn wanted(device: &Device) {
    loop {
        let mut is_wanted = false;
        device.wanted(&mut |_| is_wanted = true);
        if is_wanted {
            return;
        }
        device.rewanted().wait().await;
    }
}
