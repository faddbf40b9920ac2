//! The connections of the chargers to their brokers.
//!
//! Each has the client that it has alone, with less memory. They begin one after the
//! other: a broker that ten thousand come to at once can serve none of them in time.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use goe_host::{Dial, MqttRoom, RealTime, Shutdown, Tables, run_mqtt};
use goe_runtime::KeyIndex;
use goe_runtime::device::{Around, Reached, Table};
use tokio::task::{JoinHandle, spawn_local};
use tracing::{Instrument, Span};

use super::charger::{Charger, Device};
use super::town::Town;

/// From the beginning of one client to that of the next.
const APART: Duration = Duration::from_millis(3);

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

/// Keeps all of them, from `begin` on until `shutdown`.
pub(crate) async fn keep(
    town: Rc<Town>,
    dial: Dial,
    clock: RealTime,
    begin: impl Future<Output = ()>,
    shutdown: Shutdown,
) {
    tokio::select! {
        () = begin => {}
        () = shutdown.clone().wait() => return,
    }
    let mut lines = Vec::with_capacity(town.count());
    for index in 0..town.count() {
        lines.push(line(
            &town,
            index,
            dial.clone().beginning_at(index),
            clock,
            shutdown.clone(),
        ));
    }
    for line in lines {
        if let Err(error) = line.await {
            tracing::error!("a task ended badly: {error}");
        }
    }
}

fn line(
    town: &Rc<Town>,
    index: usize,
    mut dial: Dial,
    clock: RealTime,
    shutdown: Shutdown,
) -> JoinHandle<()> {
    let town = town.clone();
    let span = town.charger(index).map(Charger::span);
    let line = async move {
        let Some(charger) = town.charger(index) else {
            return;
        };
        let (device, serial) = (charger.device(), charger.serial());
        let turn = async {
            tokio::time::sleep(APART * index as u32).await;
            wanted(device).await;
        };
        tokio::select! {
            () = turn => {}
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
    };
    spawn_local(line.instrument(span.unwrap_or_else(Span::none)))
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
